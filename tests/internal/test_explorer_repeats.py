"""The explorer on a small program with the real core: what it solves and keeps, and that a seed repeats."""

from __future__ import annotations

import unittest
from collections.abc import Callable, Sequence

from gofuzz_py.internal import explorer as module
from gofuzz_py.internal import unseen
from gofuzz_py.internal.dictionary import Dictionary
from gofuzz_py.internal.execution import Core, Executor
from gofuzz_py.internal.explorer import Explorer, Step
from gofuzz_py.internal.kinds import BYTES, STR, Kind, Value
from gofuzz_py.internal.messages import Failure
from gofuzz_py.internal.wire import value_encoder
from tests.helpers_coverage import CoverageTestCase

#: A program with conditions of some kinds; mutants alone do not meet the magic word.
PROGRAM = """
    import zlib

    def f(data):
        found = 0
        if data[:4] == b"FUZZ":
            found += 1
            if data[4:5] == b"!":
                found += 2
        if len(data) > 6 and int.from_bytes(data[-2:], "big") == sum(data[:-2]):
            found += 4
        try:
            int(data)
        except ValueError:
            found += 8
        if data[:1] in b"xyz" and data.endswith(b"end"):
            raise ZeroDivisionError
        return found
"""
#: As far as a rig goes unless a test says otherwise, and where it must not matter how it got there.
MOST, MOST_REPEATED = 3000, 1200


class Rig:
    """An explorer, the inputs that were run in their order, and what came of steps."""

    def __init__(
        self,
        core: Core,
        target: Callable[[Value], object],
        seed: int = 1,
        solves: bool = True,
        kind: Kind = BYTES,
    ) -> None:
        self.core = core
        #: Every input that was run; the same as those recorded.
        self.ran: list[Value] = []
        self.recorded: list[Value] = []

        def run(values: Sequence[Value]) -> Failure | None:
            self.ran.append(values[0])
            try:
                target(values[0])
            except Exception as error:
                return Failure(str(error), type(error).__name__)
            return None

        self.executor = Executor(run, lambda values, count: self.recorded.append(values[0]), core)
        self.explorer = Explorer(
            [kind], self.executor, value_encoder([kind]), 1000, seed, Dictionary(), None, solves
        )

    def warm_up(self, *seeds: Value) -> None:
        """Take in inputs of a corpus."""
        for seed in seeds:
            self.explorer.warm_up([seed], len(seed) if isinstance(seed, (bytes, str)) else 8)

    def steps(self, most: int = MOST, burst: int = 100) -> list[Step]:
        """Make steps until so many executions were made or one fails; return those with an outcome."""
        outcomes = []
        while self.executor.count < most:
            step = self.explorer.step(min(most, self.executor.count + burst))
            if step.find is not None or step.failure is not None:
                outcomes.append(step)
            if step.failure is not None:
                break
        return outcomes

    @property
    def pool(self) -> list[Value]:
        """What the pool holds."""
        return [entry.values[0] for entry in self.explorer.pool.entries]


class RealTest(CoverageTestCase):
    """With the real core on a small module."""

    def rig(self, text: str = PROGRAM, seed: int = 1, solves: bool = True, kind: Kind = BYTES) -> Rig:
        """Make a rig whose target is ``f`` of a new module."""
        program = self.load(text)
        core, _ = self.measure(program)
        return Rig(core, lambda value: program.f(value), seed, solves, kind)

    def test_a_condition_that_mutants_do_not_meet_is_met_by_candidates_and_kept(self) -> None:
        rig = self.rig()
        rig.warm_up(b"", b"0123456789")
        finds = rig.steps(1000)
        self.assertTrue(any(bytes(value).startswith(b"FUZZ!") for value in rig.pool))  # type: ignore[arg-type]
        told = [step.find[1] for step in finds if step.find is not None]
        self.assertEqual([value for value in rig.pool if value in told], told)

    def test_without_solving_no_run_is_watched(self) -> None:
        rig = self.rig(solves=False)
        rig.warm_up(b"", b"0123456789")
        rig.core.observe = None  # type: ignore[method-assign, assignment]
        rig.steps(1500)
        self.assertEqual((rig.explorer._stages, rig.explorer.tries), ([], {}))
        self.assertFalse(any(bytes(value).startswith(b"FUZZ") for value in rig.ran))  # type: ignore[arg-type]

    def test_a_failing_candidate_ends_the_step_and_is_the_last_recorded(self) -> None:
        rig = self.rig(
            """
            def f(data):
                if data == b"a magic word":
                    raise ValueError(data.hex())
            """
        )
        rig.warm_up(b"0123456789")
        (step,) = rig.steps(500)
        assert step.failure is not None
        self.assertEqual(step.failure.text, b"a magic word".hex())
        self.assertEqual((rig.recorded[-1], rig.ran[-1]), (b"a magic word",) * 2)

    def test_progress_that_coverage_does_not_tell_is_kept(self) -> None:
        rig = self.rig(
            """
            def f(data):
                met = [data[:3] == b"one", data[3:6] == b"two", data[6:9] == b"six"]
                return sum(met)
            """
        )
        rig.warm_up(b"0123456789")
        self.assertEqual(rig.steps(500), [])
        self.assertTrue(3 <= rig.explorer._soft == len(rig.pool) - 1 <= 20)
        self.assertIn(b"one3456789", rig.pool)

    def test_what_is_kept_for_progress_is_bounded(self) -> None:
        rig = self.rig()
        rig.warm_up(b"0123456789")
        rig.explorer._soft = module._MOST_SOFT
        before = len(rig.pool)
        finds = rig.steps(1000)
        self.assertEqual(len(rig.pool), before + sum(step.find is not None for step in finds))
        self.assertEqual(rig.explorer._soft, module._MOST_SOFT)

    def test_a_sum_that_must_fit_is_kept_right_once_its_rule_is_known(self) -> None:
        rig = self.rig(
            """
            def f(data):
                if len(data) < 8 or data[-1] != sum(data[:-1]) & 255:
                    return 0
                if data[0] > 200: return 1
                return 2 if data[1] > 200 else 3
            """
        )
        rig.warm_up(b"some bytes and more", b"others")
        rig.steps(MOST)
        self.assertTrue(rig.explorer._repairs.rules)
        last = [bytes(value) for value in rig.ran[-400:]]  # type: ignore[arg-type]
        right = sum(len(value) > 7 and value[-1] == sum(value[:-1]) & 255 for value in last)
        self.assertGreater(right, 100)

    def test_comparisons_with_constants_are_no_checksums(self) -> None:
        rig = self.rig(
            """
            def f(data):
                return len(data) == 12345
            """
        )
        rig.warm_up(b"0123456789")
        rig.steps(1500)
        self.assertEqual(rig.explorer._repairs.cost, 0)

    def test_stages_and_what_waits_are_bounded(self) -> None:
        rig = self.rig()
        rig.warm_up(b"", b"0123456789")
        worst = [0, 0]
        while rig.executor.count < 2000:
            rig.explorer.step(rig.executor.count + 50)
            worst = [
                max(worst[0], len(rig.explorer._stages)),
                max(worst[1], len(rig.explorer._unseen._waiting)),
            ]
        self.assertTrue(1 <= worst[0] <= module._MOST_STAGES)
        self.assertTrue(1 <= worst[1] <= unseen._MOST)
        entries = rig.explorer.pool.entries
        for _ in range(3 * unseen._MOST):
            rig.explorer._unseen.add(entries[0], False)
        self.assertEqual(len(rig.explorer._unseen._waiting), unseen._MOST)
        for _ in range(3 * module._MOST_STAGES):
            rig.explorer._pursue([b"x"], [], is_new=True)
        self.assertEqual(len(rig.explorer._stages), module._MOST_STAGES)

    def test_candidates_keep_to_their_share(self) -> None:
        rig = self.rig()
        rig.warm_up(b"", b"0123456789")
        rig.steps()
        most = module._CANDIDATE_CREDIT + rig.executor.total * module._CANDIDATE_SHARE
        self.assertLessEqual(rig.explorer._solved, most + 1)

    def test_nothing_is_solved_without_credit(self) -> None:
        rig = self.rig()
        rig.warm_up(b"", b"0123456789")
        rig.explorer._spent = 1 << 40
        rig.core.observe = None  # type: ignore[method-assign, assignment]
        rig.steps(500)
        self.assertEqual(rig.explorer.tries, {})

    def test_operators_hear_of_what_they_have_led_to(self) -> None:
        rig = self.rig(solves=False)
        rig.warm_up(b"0123456789")
        rewards: list[object] = []
        for table in rig.explorer._mutator._tables:
            table.reward = rewards.append  # type: ignore[assignment, method-assign]
        finds = rig.steps(1500)
        self.assertGreater(len(finds), 0)
        self.assertGreaterEqual(len(rewards), sum(step.find is not None for step in finds))

    def test_text_is_explored_too(self) -> None:
        rig = self.rig(
            """
            def f(text):
                if text.startswith("<magic>"):
                    return 1
            """,
            kind=STR,
        )
        rig.warm_up("0123456789")
        self.assertTrue(rig.steps(500))
        self.assertTrue(str(rig.pool[-1]).startswith("<magic>"))


class RepetitionTest(CoverageTestCase):
    """A fixed seed repeats exactly: the clock decides where steps end and when there is upkeep."""

    def run_inputs(
        self, cut: Callable[[int], int], upkeep: int = 0, seed: int = 1, spent: int = 0
    ) -> list[Value]:
        """Return the inputs of a run; after every ``upkeep`` steps there is upkeep."""
        program = self.load(PROGRAM, "gofuzz_test_repetition")
        core, _ = self.measure(program)
        rig = Rig(core, lambda value: program.f(value), seed)
        rig.warm_up(b"", b"0123456789")
        rig.explorer._spent = spent
        steps = 0
        while len(rig.ran) < MOST_REPEATED:
            steps += 1
            failure, _, _ = rig.explorer.step(rig.executor.count + cut(steps))
            if upkeep and steps % upkeep == 0:
                core._credit_s = 60.0
                core.upkeep()
            if failure is not None:
                rig.warm_up(b"more")
        core.stop()
        return rig.ran[:MOST_REPEATED]

    def test_another_seed_is_another_run(self) -> None:
        self.assertNotEqual(self.run_inputs(lambda n: 100), self.run_inputs(lambda n: 100, seed=2))

    def test_how_the_steps_are_cut_changes_nothing(self) -> None:
        expected = self.run_inputs(lambda n: 1 << 40)
        for name, cut in (
            ("one by one", lambda n: 1),
            ("evenly", lambda n: 61),
            ("unevenly", lambda n: 1 + n * n % 97),
        ):
            with self.subTest(name):
                self.assertEqual(self.run_inputs(cut), expected)

    def test_nor_where_credit_runs_short(self) -> None:
        spent = module._SOLVE_CREDIT - 2000
        expected = self.run_inputs(lambda n: 1 << 40, spent=spent)
        for burst in (1, 13):
            with self.subTest(burst=burst):
                self.assertEqual(self.run_inputs(lambda n, burst=burst: burst, spent=spent), expected)  # type: ignore[misc]

    def test_nor_does_upkeep(self) -> None:
        expected = self.run_inputs(lambda n: 50)
        for upkeep in (1, 7):
            with self.subTest(upkeep=upkeep):
                self.assertEqual(self.run_inputs(lambda n: 50, upkeep), expected)


if __name__ == "__main__":
    unittest.main()
