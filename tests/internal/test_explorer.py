"""What a worker does with its time: bursts, looks at what is new, candidates and their news."""

from __future__ import annotations

import ast
import random
import unittest
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from unittest import mock

from gofuzz_py.internal import explorer as explorer_module
from gofuzz_py.internal.dictionary import Dictionary
from gofuzz_py.internal.execution import Executor
from gofuzz_py.internal.explorer import Explorer, Step
from gofuzz_py.internal.kinds import BYTES, STR, Kind, Value
from gofuzz_py.internal.messages import Failure
from gofuzz_py.internal.operands_places import Place
from gofuzz_py.internal.solver import Candidate
from tests.internal.helpers_core import TellingCore

#: Tells the core what it reaches and meets.
Target = Callable[[TellingCore, Sequence[Value]], Failure | None]


class Run:
    """An explorer with a target, and what has come of it."""

    def __init__(
        self, target: Target, kinds: Sequence[Kind] = (BYTES,), seed: int = 1, solves: bool = True
    ) -> None:
        self.core = TellingCore()
        self.inputs: list[list[Value]] = []
        self.found: list[bytes] = []

        def run(values: Sequence[Value]) -> Failure | None:
            self.inputs.append(list(values))
            return target(self.core, values)

        self.executor = Executor(run, lambda values, count: None, self.core)
        encode = lambda values: repr(list(values)).encode()  # noqa: E731
        self.explorer = Explorer(kinds, self.executor, encode, 1 << 16, seed, Dictionary(), None, solves)

    def start(self, *values: Value) -> Run:
        """Warm up with an input, and begin a call."""
        self.explorer.warm_up(list(values), 1)
        self.executor.start_call()
        return self

    def go(self, executions: int) -> Step | None:
        """Take steps until so many executions were made; return the step that failed, if one did."""
        last = self.executor.count + executions
        while self.executor.count < last:
            step = self.explorer.step(min(last, self.executor.count + 100))
            if step.find is not None:
                self.found.append(step.find[1])
            if step.failure is not None:
                return step
        return None


def _passes_if(right: bytes) -> Target:
    """Return a target with one condition: the input is ``right``."""

    def target(core: TellingCore, values: Sequence[Value]) -> None:
        core.reach([1])
        core.see(5, "==", values[0], right)
        if values[0] == right:
            core.reach([2])

    return target


class WarmUpTest(unittest.TestCase):
    def test_what_an_input_of_the_corpus_reaches_is_counted(self) -> None:
        run = Run(lambda core, values: core.reach([7, 7, 8]))
        failure, fresh, entry = run.explorer.warm_up([b"a"], 1)
        self.assertEqual((failure, fresh, entry), (None, [7, 8], ([7, 8], 3)))
        self.assertEqual(run.executor.count, 2)

    def test_an_input_that_reaches_nothing_new_is_run_once(self) -> None:
        run = Run(lambda core, values: core.reach([7]))
        run.explorer.warm_up([b"a"], 1)
        self.assertEqual(run.explorer.warm_up([b"b"], 1), (None, [], None))
        self.assertEqual(len(run.explorer.pool.entries), 2)
        self.assertEqual(run.executor.count, 3)

    def test_a_failure_is_told(self) -> None:
        run = Run(lambda core, values: Failure("bad", "A"))
        self.assertEqual(run.explorer.warm_up([b"a"], 1)[0], Failure("bad", "A"))
        self.assertEqual(run.explorer.pool.entries, [])


class BurstTest(unittest.TestCase):
    def test_mutants_are_run_until_the_step_is_over(self) -> None:
        run = Run(lambda core, values: core.reach([1]), solves=False).start(b"abc")
        run.explorer.step(50)
        self.assertEqual(run.executor.count, 50)
        self.assertGreater(len({values[0] for values in run.inputs}), 20)

    def test_a_failure_ends_a_step_with_its_input_run_last(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> Failure | None:
            core.reach([1])
            return Failure("long", "A") if len(str(values[0])) > 30 else None

        run = Run(target, solves=False).start(b"abc")
        step = run.go(5000)
        assert step is not None
        self.assertEqual(step.failure, Failure("long", "A"))
        self.assertGreater(len(str(run.inputs[-1][0])), 30)

    def test_without_solving_nothing_is_watched(self) -> None:
        run = Run(_passes_if(b"right"), solves=False).start(b"abc")
        run.go(3000)
        self.assertEqual(run.core.watched, 0)

    def test_a_core_that_sees_nothing_is_not_asked(self) -> None:
        class Blind(TellingCore):
            can_observe = False

        run = Run(_passes_if(b"right"))
        core = Blind()
        run.executor = Executor(lambda values: core.reach([1]), lambda values, count: None, core)
        run.explorer = Explorer([BYTES], run.executor, lambda values: b"", 1000, 1, Dictionary())
        run.start(b"abc").go(500)
        self.assertEqual(core.watched, 0)


class FruitTest(unittest.TestCase):
    def test_nothing_is_watched_while_mutants_bring_news(self) -> None:
        is_fruitful = True

        def target(core: TellingCore, values: Sequence[Value]) -> None:
            core.reach(range(explorer_module._LITTLE))
            if is_fruitful:
                core.reach([zlib.crc32(repr(values).encode())])

        run = Run(target).start(b"seed")
        run.go(500)
        self.assertGreater(len(run.found), 5)
        self.assertEqual(run.core.watched, 0)
        is_fruitful = False
        run.go(explorer_module._MOST_PATIENCE + 100)
        self.assertGreater(run.core.watched, 0)

    def test_where_little_was_reached_mutants_get_little(self) -> None:
        run = Run(_passes_if(b"another")).start(b"seed")
        run.go(10)
        self.assertGreater(run.core.watched, 0)


class CandidateTest(unittest.TestCase):
    def test_a_condition_that_was_met_is_solved_in_a_few_executions(self) -> None:
        for start, right in ((b"a", b"a long word that nobody guesses"), (b"\0\0\0\0", b"\xab\xcd\xef\x12")):
            with self.subTest(right=right):
                run = Run(_passes_if(right)).start(start)
                run.go(200)
                self.assertIn(repr([right]).encode(), run.found)

    def test_what_candidates_reach_is_looked_at_in_turn(self) -> None:
        words = [b"first:", b"second:", b"third:"]

        def target(core: TellingCore, values: Sequence[Value]) -> None:
            (data,) = values
            core.reach([0])
            for number, word in enumerate(words):
                core.see(number, "startswith", data, word)
                if not isinstance(data, bytes) or not data.startswith(word):
                    return
                core.reach([number + 1])
                data = data[len(word) :]

        run = Run(target).start(b"x")
        run.go(1500)
        self.assertTrue(any(b"first:second:third:" in data for data in run.found), run.found)

    def test_what_is_reached_by_making_a_candidate_is_none_of_its_own(self) -> None:
        run = Run(_passes_if(b"a long word")).start(b"a")
        made = iter(range(1000, 2000))

        def candidates(*arguments: object) -> Iterator[Candidate]:
            for number in range(20):
                run.core.reach([next(made)])  # of a function of the standard library that is measured
                yield Candidate([b"%d" % number], False)

        with mock.patch.object(run.explorer._solver, "candidates", candidates):
            run.go(200)
        run.core.drop_strays()
        self.assertEqual((run.found, list(run.core.hits)), ([], [1]))
        self.assertIn([b"19"], run.inputs)

    def test_a_failing_candidate_is_a_failure(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> Failure | None:
            core.reach([1])
            core.see(5, "==", values[0], b"bad word")
            return Failure("found", "A") if values[0] == b"bad word" else None

        run = Run(target).start(b"abc")
        step = run.go(300)
        assert step is not None
        self.assertEqual((step.failure, run.inputs[-1]), (Failure("found", "A"), [b"bad word"]))

    def test_a_step_keeps_to_its_executions(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> None:
            core.reach([1])
            for number in range(20):
                core.see(number, "==", values[0], f"word {number}".encode())

        run = Run(target).start(b"abc")
        for last in (10, 20, 35, 60, 100, 300):
            run.explorer.step(last)
            self.assertLessEqual(run.executor.count, last + 2)

    def test_a_call_with_a_limit_keeps_to_it(self) -> None:
        for limit in range(1, 30):
            run = Run(_passes_if(b"right"))
            run.explorer.warm_up([b"abc"], 1)
            run.executor.start_call(limit)
            while not run.executor.is_spent:
                run.explorer.step(limit)
            self.assertEqual(run.executor.count, limit)

    def test_what_has_no_end_of_conditions_leaves_time_for_mutants(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> None:
            core.reach([1])
            core.see(1, "in", values[0], tuple(b"%d word" % n for n in range(12)))
            core.see(2, "==", values[0], b"%d word" % core.watched)

        with (
            mock.patch.object(explorer_module, "_CANDIDATE_CREDIT", 100),
            mock.patch.object(explorer_module, "_SOLVE_CREDIT", 10_000),
        ):
            run = Run(target).start(b"abc")
            run.go(4000)
        self.assertLess(run.explorer._solved, 100 + 4000 / 3 + 20)
        self.assertLess(run.core.watched, 400)

    def test_every_argument_is_filled_from_what_was_met(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> None:
            name, data = values
            core.reach([1])
            core.see(1, "==", name, "the name")
            if name == "the name":
                core.reach([2])
                core.see(2, "==", data, b"the data")
                if data == b"the data":
                    core.reach([3])

        run = Run(target, (STR, BYTES)).start("a", b"b")
        run.go(2000)
        self.assertIn(repr(["the name", b"the data"]).encode(), run.found)


class ProgressTest(unittest.TestCase):
    def test_a_condition_hidden_behind_another_in_one_line_is_solved(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> None:
            text = str(values[0])
            core.reach([1])
            core.see(1, "startswith", text, "{{")
            if text.startswith("{{"):
                core.see(2, "endswith", text, "}}!")
                if text.endswith("}}!"):
                    core.reach([2])

        run = Run(target, (STR,)).start("x")
        run.go(3000)
        self.assertTrue(any(b"}}!" in data for data in run.found))

    def test_how_far_a_decoder_got_is_progress(self) -> None:
        """Exceptions say what coverage does not: each right letter gives another message."""
        word = "magic"

        def target(core: TellingCore, values: Sequence[Value]) -> None:
            text = str(values[0])
            core.reach([1])
            good = next((at for at in range(len(word)) if text[at : at + 1] != word[at]), len(word))
            core.see(9, "except", "ValueError", (f"expected letter {'abcdef'[good]}",))
            if good == len(word):
                core.reach([2])

        run = Run(target, (STR,)).start("x")
        run.go(3000)
        soft = [entry.values[0] for entry in run.explorer.pool.entries]
        self.assertTrue(any(str(value).startswith("m") for value in soft))

    def test_only_so_many_inputs_are_kept_for_it(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> None:
            core.reach([1])
            for number in range(40):
                core.see(number, "<", len(str(values[0])), number)

        counts = []
        for most in (5, 1000):
            with mock.patch.object(explorer_module, "_MOST_SOFT", most):
                run = Run(target, (STR,)).start("x")
                run.go(500)
                counts.append(len(run.explorer.pool.entries))
        self.assertLessEqual(counts[0], 1 + 5)
        self.assertGreater(counts[1], 1 + 5)


def _summed(data: bytes) -> bytes:
    return data + zlib.crc32(data).to_bytes(4, "big")


def _sums(core: TellingCore, values: Sequence[Value]) -> None:
    """Check four bytes at the end against the rest, and look at more behind that."""
    data = values[0]
    assert isinstance(data, bytes)
    core.reach([1])
    if len(data) < 12:
        return
    stored, computed = int.from_bytes(data[-4:], "big"), zlib.crc32(data[:-4])
    core.see(1, "==", stored, computed)
    if stored == computed:
        core.reach([2])
        if data[0] & 1:
            core.reach([3])
        if data[1] > 200:
            core.reach([4])
        if b"!" * 9 in data:
            core.reach([5])


class RepairTest(unittest.TestCase):
    def _proved(self) -> Run:
        """Return a run in which the rule for the sum has just proved right, with no candidates left."""
        run = Run(_sums).start(b"some payload of no use\0\0\0\0")
        while not run.explorer._repairs.rules:
            self.assertLess(run.executor.count, 6000)
            run.go(20)
        run.explorer._stages.clear()
        run.inputs.clear()
        run.found.clear()
        return run

    def test_what_lies_behind_a_checksum_is_fuzzed(self) -> None:
        run = Run(_sums).start(b"some payload of no use\0\0\0\0")
        run.go(6000)
        self.assertIn(2, run.core.hits)
        self.assertTrue(run.explorer._repairs.rules)
        run.go(3000)
        self.assertLessEqual({3, 4}, set(run.core.hits))

    def test_three_candidates_in_four_obey_the_rules(self) -> None:
        run = self._proved()
        body = b"\0\0of a candidate"
        run.explorer._stages.append(Candidate([body + bytes(4)], False) for _ in range(100))
        run.go(400)
        right, wrong = (run.inputs.count([data]) for data in (_summed(body), body + bytes(4)))
        self.assertEqual(right + wrong, 100)
        self.assertTrue(60 < right < 90, right)

    def test_what_is_shrunk_goes_on_to_obey_the_rules(self) -> None:
        run = self._proved()
        data = _summed(b"\0\0" + bytes(range(48, 90)) + b"!" * 9 + bytes(range(48, 90)))
        run.explorer._stages.append(iter([Candidate([data], False)]))
        run.go(400)
        self.assertIn(5, run.core.hits)
        (smaller,) = (
            values for text in run.found for values in ast.literal_eval(text.decode()) if b"!" * 9 in values
        )
        self.assertEqual(smaller, _summed(smaller[:-4]))
        self.assertLess(len(smaller), 20)

    def test_a_comparison_with_a_constant_is_no_checksum(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> None:
            core.reach([1])
            core.see(1, "==", len(str(values[0])), 10**9)

        run = Run(target)
        run.core.places[1] = Place("==", 1, (10**9, 5))
        run.start(b"abc").go(2000)
        self.assertEqual(run.explorer._repairs.cost, 0)


class NewsTest(unittest.TestCase):
    def test_what_is_found_is_shrunk_and_brought_home(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> None:
            core.reach([1])
            if b"!" in bytes(str(values[0]), "utf-8", "surrogatepass"):
                core.reach([2])

        run = Run(target, (STR,), solves=False).start("some words and then some more")
        run.go(20_000)
        self.assertEqual(len(run.found), 1)
        self.assertLess(len(run.found[0]), len("['some words and then some more!']"))

    def test_what_is_reached_once_only_is_not_kept(self) -> None:
        state = {"first": True}

        def target(core: TellingCore, values: Sequence[Value]) -> None:
            core.reach([1])
            if len(str(values[0])) > 8 and state.pop("first", False):
                core.reach([2])

        run = Run(target, (STR,), solves=False).start("abcd")
        run.go(2000)
        self.assertEqual(run.found, [])
        self.assertNotIn("first", state)

    def test_the_same_seed_runs_the_same_inputs_wherever_steps_end(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> None:
            (value,) = values
            assert isinstance(value, bytes)
            for number in range(4):
                core.see(number, "==", value[number : number + 1], b"word"[number : number + 1])
                if value[number : number + 1] != b"word"[number : number + 1]:
                    break
                core.reach([number + 1])
            core.see(9, "==", sum(value), 12345)

        def inputs(strides: random.Random) -> list[Any]:
            run = Run(target, seed=5).start(b"abc")
            while run.executor.count < 3000:
                run.explorer.step(run.executor.count + strides.choice((1, 2, 41, 700)))
            return run.inputs[:3000]

        first = inputs(random.Random(0))
        for number in range(1, 6):
            self.assertEqual(inputs(random.Random(number)), first)


if __name__ == "__main__":
    unittest.main()
