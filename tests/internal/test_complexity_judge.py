"""A finding's words, its identity, and the smallest input that shows it; on measured modules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from gofuzz_py.internal.complexity_judge import InterruptedRun, Judge, is_complexity
from gofuzz_py.internal.counters_probes import ProbeCounters
from gofuzz_py.internal.kinds import INT, STR, Kind, Value
from gofuzz_py.internal.messages import Failure
from tests.helpers_coverage import CoverageTestCase

#: Looks for the end of each bracket from the bracket on.
SCAN = """
    def target(text, *others):
        found = 0
        for index in range(len(text)):
            if text[index] == "(":
                end = index
                while end < len(text) and text[end] != ")":
                    end += 1
                    # as often
                found += end
        return found
"""
#: Line of the inner loop.
SCAN_LINE = 6
#: Two calls for each bracket.
TWICE = """
    def target(text, depth=0):
        if depth == len(text) or text[depth] != "(":
            return depth
        if target(text, depth + 1) < 0:
            return 0
        return target(text, depth + 1)
"""


class JudgeTestCase(CoverageTestCase):
    """A judge of a module's ``target``."""

    def judge(self, text: str, *kinds: Kind) -> Judge:
        """Load and measure a module; return its judge."""
        module = self.load(text)
        core, _ = self.measure(module)
        self.core, self.module = core, module
        #: Runs so far, the plain ones left out.
        self.runs = 0

        def measure(values: Sequence[Value]) -> Mapping[int, int]:
            self.runs += 1
            return _counted(core, module, values)

        return Judge(kinds or (STR,), measure, core.locate)

    def origin(self, line: int) -> str:
        """Return the origin of a finding in the module."""
        return f"complexity at {self.module.__file__}:{line}"


def _counted(core: ProbeCounters, module: ModuleType, values: Sequence[Value]) -> dict[int, int]:
    module.target(*values)  # what was never reached is not counted
    core.news()
    return core.measure(lambda: module.target(*values))


class FindingTest(JudgeTestCase):
    def test_it_tells_three_sizes_the_line_and_what_is_repeated(self) -> None:
        judge = self.judge(SCAN)
        verdict = judge.judge(["x" + "(" * 20 + "y"])
        assert verdict is not None
        failure = judge.failure(verdict)
        sizes, line, repeated = failure.text.split("\n")
        self.assertRegex(
            sizes, r"^quadratic: 130 bytes run [\d,]+ locations, 258 bytes [\d,]+, 514 bytes [\d,]+$"
        )
        source = """`while end < len(text) and text[end] != ")":`"""
        self.assertTrue(
            line.startswith(f"most often {self.module.__name__}.py:{SCAN_LINE} {source} (131,"), line
        )
        self.assertEqual("repeated: '('", repeated)
        self.assertEqual(self.origin(SCAN_LINE), failure.origin)
        self.assertTrue(is_complexity(failure.origin))
        self.assertFalse(is_complexity(f"ValueError at {self.module.__file__}:{SCAN_LINE}"))

    def test_an_input_that_repeats_nothing_is_not_run(self) -> None:
        judge = self.judge(SCAN)
        self.assertIsNone(judge.judge(["(((x"]))
        self.assertEqual(0, self.runs)

    def test_an_input_that_repeats_what_costs_little_is_no_finding(self) -> None:
        self.assertIsNone(self.judge(SCAN).judge(["()" * 20]))

    def test_a_few_repetitions_are_enough_to_judge_by(self) -> None:
        judge = self.judge(TWICE)
        verdict = judge.judge(["(((("])
        assert verdict is not None
        self.assertEqual("exponential", verdict.degree)
        self.assertLess(verdict.points[-1].size, 20)

    def test_a_line_that_cannot_be_read_is_named_without_its_text(self) -> None:
        judge = self.judge(SCAN)
        assert self.module.__file__ is not None
        verdict = judge.judge(["(" * 20])
        assert verdict is not None
        Path(self.module.__file__).unlink()
        text = judge.failure(verdict).text
        self.assertIn(f"{self.module.__name__}.py:{SCAN_LINE} (131,", text)

    def test_long_and_strange_pieces_are_shown_as_literals_and_cut(self) -> None:
        judge = self.judge("""
            def target(text):
                for char in text:
                    for other in text:
                        pass
        """)
        verdict = judge.judge(["\x1b" * 20])
        assert verdict is not None
        self.assertIn(r"repeated: '\x1b'", judge.failure(verdict).text)
        verdict = judge.judge(["".join(map(chr, range(0x100, 0x160))) * 4])
        assert verdict is not None
        self.assertLess(len(judge.failure(verdict).text.split("\n")[2]), 100)

    def test_what_the_target_does_on_the_way_comes_through(self) -> None:
        def measure(values: Sequence[Value]) -> Mapping[int, int]:
            raise InterruptedRun(Failure("boom", "here"))

        with self.assertRaises(InterruptedRun) as caught:
            Judge([STR], measure, lambda number: None).judge(["aaaa"])
        self.assertEqual(Failure("boom", "here"), caught.exception.failure)


class MinimizationTest(JudgeTestCase):
    def test_the_piece_and_what_stands_around_it_become_small(self) -> None:
        judge = self.judge(SCAN, STR, INT)
        values: list[Value] = ["some [text] " + "(ab" * 20 + ") and more", 77]
        failure, best = judge.minimize(values, self.origin(SCAN_LINE), lambda: False)
        assert failure is not None
        self.assertEqual(["(" * len(str(best[0])), 0], best)
        self.assertEqual(self.origin(SCAN_LINE), failure.origin)
        self.assertIn("repeated: '('", failure.text)

    def test_the_line_that_ran_most_is_kept(self) -> None:
        judge = self.judge("""
            def target(text):
                for index in range(len(text)):
                    if text[index] == "(":
                        for other in text:
                            index += 1
                    if text[index % len(text)] == "[":
                        for other in text[1:]:
                            index += 1
        """)
        for piece, line in (("([[", 8), ("(([", 5)):
            with self.subTest(piece):
                failure, best = judge.minimize(["x" + piece * 20], self.origin(line), lambda: False)
                assert failure is not None
                self.assertEqual(self.origin(line), failure.origin)
                self.assertNotIn("x", str(best[0]))

    def test_what_is_no_finding_any_more_comes_back_as_it_was(self) -> None:
        judge = self.judge(SCAN)
        for text, line in (("()" * 20, SCAN_LINE), ("(" * 20, SCAN_LINE + 100), ("(", SCAN_LINE)):
            with self.subTest(text, line=line):
                self.assertEqual((None, [text]), judge.minimize([text], self.origin(line), lambda: False))

    def test_it_ends_when_it_is_told_to(self) -> None:
        judge = self.judge(SCAN)
        failure, best = judge.minimize(["x(" * 20], self.origin(SCAN_LINE), lambda: True)
        assert failure is not None
        self.assertIn("x(x(x(", str(best[0]))
        self.assertLess(self.runs, 15)

    def test_candidates_that_fail_are_passed_over(self) -> None:
        judge = self.judge(SCAN.replace("found = 0", "found = 0; assert text[:1] == 'x'"))
        plain = judge._measure

        def measure(values: Sequence[Value]) -> Mapping[int, int]:
            try:
                return plain(values)
            except AssertionError as error:
                raise InterruptedRun(Failure(str(error), "assert")) from None

        judge._measure = measure
        failure, best = judge.minimize(["xyz" + "(a" * 20], self.origin(SCAN_LINE), lambda: False)
        assert failure is not None
        self.assertRegex(str(best[0]), r"^x\(+$")
