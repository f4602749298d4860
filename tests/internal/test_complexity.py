"""The search for inputs whose work grows too fast: what it finds, repeats and costs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from gofuzz_py.internal.complexity import ComplexityFinder
from gofuzz_py.internal.execution import Executor
from gofuzz_py.internal.kinds import BYTES, INT, STR, Kind, Value
from gofuzz_py.internal.messages import Failure
from gofuzz_py.internal.mutator import Mutator
from gofuzz_py.internal.pool import Pool
from gofuzz_py.internal.rand import FastRand
from tests.helpers_coverage import CoverageTestCase

#: Two loops that are quadratic where something is left open.
SCAN = """
    def target(text):
        for index in range(len(text)):
            if text[index] == "(":
                end = index
                while end < len(text) and text[end] != ")":
                    end += 1
            if text[index] == "[":
                other = index
                while other < len(text) and text[other] != "]":
                    other += 1
"""
PLAIN = """
    def target(text):
        depth = 0
        for index in range(len(text)):
            if text[index] == "(":
                depth += 1
            elif text[index] == ")":
                depth -= 1
            elif text[index] in "0123456789":
                depth += 0
        return depth
"""


class FinderTestCase(CoverageTestCase):
    """A finder on a module's ``target``, with what it needs of a worker."""

    def finder(
        self, text: str, *values: Value, kinds: Sequence[Kind] = (STR,), seed: int = 1
    ) -> ComplexityFinder:
        """Make one whose pool holds one input."""
        module = self.load(text)
        self.core, _ = self.measure(module)
        self.recorded: list[Value] = []
        #: What was run, as a digest.
        self.runs = hashlib.sha256()

        def run(values: Sequence[Value]) -> Failure | None:
            try:
                module.target(*values)
            except Exception as error:
                return Failure(repr(error), type(error).__name__)
            return None

        def record(values: Sequence[Value], count: int) -> None:
            self.recorded = list(values)
            self.runs.update(repr(values).encode())

        self.executor = Executor(run, record, self.core)
        rand = FastRand(seed)
        self.pool = Pool(rand)
        mutator = Mutator(kinds, rand, 1000)
        self.executor.execute(values)
        self.core.news()
        _, counts = self.executor.count_hits(values)
        self.pool.add(list(values), 10, list(counts), sum(counts.values()))
        return ComplexityFinder(
            kinds, FastRand(seed), self.pool.entries, mutator.mutate, self.executor, self.core.locate
        )

    def search(
        self, finder: ComplexityFinder, steps: int, findings: int = 99
    ) -> list[tuple[Failure, list[Value]]]:
        """Make so many steps, or until there are enough findings; return what was found."""
        found: list[tuple[Failure, list[Value]]] = []
        for _ in range(steps):
            failure, news = finder.step()
            if failure is not None:
                found.append((failure, self.recorded))
            if news is not None:
                self.core.news()
            if len(found) >= findings:
                break
        return found


class FindingTest(FinderTestCase):
    def test_an_open_bracket_is_found_and_its_input_is_the_one_recorded_last(self) -> None:
        found = self.search(self.finder(SCAN, "a(b)[c]"), 60, 1)
        self.assertTrue(found)
        failure, values = found[0]
        self.assertRegex(failure.text, r"^quadratic: [\d,]+ bytes run ")
        (text,) = values
        assert isinstance(text, str)
        self.assertRegex(failure.text.split("\n")[0], rf", {len(text.encode()):,} bytes [\d,]+$")

    def test_each_loop_is_reported_once(self) -> None:
        finder = self.finder(SCAN, "a(b)[c]")
        found = self.search(finder, 150, 2) + self.search(finder, 30)
        origins = [failure.origin for failure, _ in found]
        self.assertEqual(2, len(origins), origins)
        self.assertEqual({"5", "9"}, {origin.rpartition(":")[2] for origin in origins})

    def test_linear_work_is_never_reported(self) -> None:
        for seed in range(3):
            self.assertEqual([], self.search(self.finder(PLAIN, "(1)", seed=seed), 100))

    def test_bytes_and_a_number_beside_them(self) -> None:
        finder = self.finder(
            """
                def target(data, number):
                    seen = []
                    for byte in data:
                        if byte > 64:
                            for other in seen:
                                number += other
                            seen.append(byte)
            """,
            b"a b",
            7,
            kinds=(BYTES, INT),
        )
        (failure, values), *_ = self.search(finder, 30, 1)
        self.assertIn("repeated: b'", failure.text)
        self.assertEqual([bytes, int], [type(value) for value in values])

    def test_an_input_that_repeats_something_is_grown_in_that_way_first(self) -> None:
        finder = self.finder(
            """
                def target(text):
                    if text.startswith("secret") and text.endswith("!"):
                        for one in text:
                            for other in text:
                                pass
            """,
            "secret" + "pq" * 20 + "!",
        )
        failure, _ = finder.step()
        assert failure is not None
        self.assertIn("repeated: 'pq'", failure.text)

    def test_how_the_target_fails_on_the_way_is_reported_as_it_is(self) -> None:
        finder = self.finder("def target(text):\n    assert len(text) < 12, len(text)\n", "ab")
        found = self.search(finder, 3)
        self.assertEqual("AssertionError", found[0][0].origin)
        self.assertGreaterEqual(len(str(found[0][1][0])), 12)

    def test_what_a_grown_input_reaches_first_is_handed_back(self) -> None:
        finder = self.finder(
            """
                def deep():
                    return 1

                def target(text):
                    if len(text) > 15:
                        return deep()
            """,
            "ab",
        )
        for _ in range(3):
            failure, news = finder.step()
            self.assertIsNone(failure)
            if news is not None:
                break
        assert news is not None
        self.assertGreater(len(str(news[0])), 15)
        self.assertEqual(news, self.recorded)


class CostTest(FinderTestCase):
    def test_equal_seeds_run_the_same_inputs(self) -> None:
        digests = set()
        for _ in range(2):
            self.search(self.finder(PLAIN, "a(b)1", seed=5), 30)
            digests.add(self.runs.hexdigest())
        self.search(self.finder(PLAIN, "a(b)1", seed=6), 30)
        digests.add(self.runs.hexdigest())
        self.assertEqual(2, len(digests))

    def test_the_next_step_is_due_when_its_cost_is_a_small_part_of_all(self) -> None:
        finder = self.finder(PLAIN, "(1)(2)")
        self.assertEqual(0, finder.due)
        for _ in range(5):
            before = self.executor.total
            finder.step()
            grown = self.executor.total - before
            self.assertGreater(finder.due - self.executor.total, 7 * grown)

    def test_no_more_is_run_than_the_call_allows(self) -> None:
        for limit in range(1, 8):
            finder = self.finder(SCAN, "a(b)[c]")
            self.executor.start_call(limit)
            for _ in range(4):
                self.assertEqual((None, None), finder.step())
            self.assertEqual(limit, self.executor.count)

    def test_numbers_alone_are_never_due(self) -> None:
        finder = self.finder("def target(number): pass", 7, kinds=(INT,))
        self.assertGreater(finder.due, 1 << 60)
