"""Looks that probes ask for, and looks at inputs with something behind them."""

from __future__ import annotations

import unittest
from collections.abc import Sequence
from typing import Any
from unittest import mock

from gofuzz_py.internal import explorer as explorer_module
from gofuzz_py.internal import extensions
from gofuzz_py.internal.dictionary import Dictionary
from gofuzz_py.internal.execution import Executor
from gofuzz_py.internal.explorer import Explorer
from gofuzz_py.internal.extensions import joined
from gofuzz_py.internal.kinds import BOOL, BYTES, FLOAT32, INT, INT8, STR, UINT8, Kind, Value
from gofuzz_py.internal.messages import Failure
from gofuzz_py.internal.operands_places import ABSENT, Place
from gofuzz_py.internal.operands_record import Seen
from tests.internal.helpers_core import TellingCore
from tests.internal.test_explorer import Run, Target


def _number_behind(place: int, wanted: int, factor: int = 1) -> Target:
    """Return a target that asks whether a multiple of the first value is what is wanted."""

    def target(core: TellingCore, values: Sequence[Value]) -> None:
        core.reach([1])
        number = values[0]
        assert isinstance(number, (int, float))
        core.see(place, "==", factor * number + 1, wanted)
        if factor * number + 1 == wanted:
            core.reach([2])

    return target


class ProbeTest(unittest.TestCase):
    def test_a_condition_that_no_wish_turns_is_probed(self) -> None:
        run = Run(_number_behind(5, 3 * 123_456_789_013 + 1, 3), (INT,)).start(1)
        run.go(3000)
        self.assertIn(repr([123_456_789_013]).encode(), run.found)

    def test_every_value_that_is_run_is_one_of_its_kind(self) -> None:
        for kind, start in ((INT8, 127), (INT8, -128), (UINT8, 255), (FLOAT32, 3e38)):
            with self.subTest(kind.label, start=start):
                run = Run(_number_behind(5, 1 << 200, 3), (kind,)).start(start)
                run.go(1500)
                problems = [values for values in run.inputs if kind.problem(values[0]) is not None]
                self.assertEqual(problems, [])

    def test_what_does_not_fit_is_not_run(self) -> None:
        kinds: tuple[Kind, ...] = (INT8, STR, BYTES, BOOL)
        core = TellingCore()
        executor = Executor(lambda values: None, lambda values, count: None, core)
        explorer = Explorer(kinds, executor, lambda values: repr(list(values)).encode(), 60, 1, Dictionary())
        rows: tuple[tuple[list[Value], bool], ...] = (
            ([5, "a", b"b", True], True), ([127, "", b"", False], True), ([128, "a", b"b", True], False),
            ([-129, "a", b"b", True], False), ([5, "a" * 60, b"b", True], False), ([5, "a", b"b", 1], False),
            ([5.0, "a", b"b", True], False), ([5, b"a", b"b", True], False),
        )  # fmt: skip
        for values, expected in rows:
            with self.subTest(values):
                self.assertEqual(explorer._fits(values), expected)

    def test_each_look_into_is_one_watched_run(self) -> None:
        run = Run(_number_behind(5, 999, 3), (INT,)).start(1)
        run.explorer._due = 99
        run.explorer._look_into([7])
        self.assertEqual((run.core.watched, run.inputs[-1]), (1, [7]))
        self.assertEqual(run.explorer._due, 0)
        run.explorer._look_into([7.5])
        self.assertEqual(run.core.watched, 1)

    def test_a_place_is_probed_once_enough_was_tried_for_it(self) -> None:
        run = Run(_number_behind(5, 999, 3), (INT,)).start(1)
        for tries, expected in ((23, None), (24, [8])):
            with self.subTest(tries):
                run.explorer.tries[5] = tries
                run.explorer._pursue([7], [Seen(5, "==", 22, 999)], True)
                self.assertEqual(run.explorer._probes.ask(), expected)

    def test_a_run_that_fails_when_it_is_probed_is_a_failure(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> Failure | None:
            core.reach([1])
            number = int(values[0])
            core.see(5, "==", 3 * number, 999_999)
            return Failure("far", "A") if core.is_watching and number > 100_000 else None

        run = Run(target, (INT,)).start(1)
        step = run.go(20_000)
        assert step is not None
        self.assertEqual(step.failure, Failure("far", "A"))
        self.assertGreater(int(run.inputs[-1][0]), 100_000)

    def test_surrogates_and_characters_beyond_do_no_harm(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> None:
            core.reach([1])
            text = "".join(chr((ord(one) + 0xD700) % 0x11_0000) for one in str(values[0]))
            core.see(5, "startswith", text, "\ud800\udfff\U0010ffff")
            if text.startswith("\ud800\udfff\U0010ffff"):
                core.reach([2])

        run = Run(target, (STR,)).start("abcdef")
        run.go(2000)
        self.assertIn(2, run.core.hits)


class JoinTest(unittest.TestCase):
    """Two inputs are looked at together where something is looked for in what the program has gathered."""

    def _joins(self, place: Place, right: Any) -> list[Value]:
        """Return the joined inputs that were watched."""
        joins: list[Value] = []

        def target(core: TellingCore, values: Sequence[Value]) -> None:
            core.reach([1 + ("open" in str(values[0])), 3 + ("shut" in str(values[0]))])
            core.see(5, "in", "key", right)

        def keep(*arguments: Any) -> list[Value] | None:
            values = joined(*arguments)
            joins.extend(values or ())
            return values

        run = Run(target, (STR,))
        run.core.places[5] = place
        with mock.patch.object(explorer_module, "joined", keep):
            run.start("open").start("shut").go(4000)
        self.assertLessEqual({(value,) for value in joins}, {tuple(values) for values in run.inputs})
        return joins

    def test_what_is_missing_in_a_collection_of_the_program_may_come_from_another_input(self) -> None:
        for place, right in ((Place("in", 1), ("other",)), (Place("get", 1), ())):
            self.assertTrue({"open\nshut", "shut\nopen"} & set(self._joins(place, right)))

    def test_what_was_found_or_is_looked_for_in_a_constant_may_not(self) -> None:
        self.assertEqual(self._joins(Place("in", 1), ("key",)), [])
        self.assertEqual(self._joins(Place("in", 1, (ABSENT, ("other",))), ("other",)), [])

    def test_numbers_are_not_joined(self) -> None:
        run = Run(_number_behind(5, 999, 3), (INT,)).start(1)
        run.core.places[5] = Place("in", 1)
        run.explorer._pursue([1], [Seen(5, "in", 3, ())], True)
        run.go(1000)
        self.assertTrue(all(type(values[0]) is int for values in run.inputs))


class BehindTest(unittest.TestCase):
    def test_what_stands_behind_an_input_is_looked_for(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> None:
            (text,) = values
            assert isinstance(text, str)
            core.reach([1])
            if len(text) < 6:
                return
            core.see(5, "==", text[2:6], "keep")
            if text[2:6] == "keep":
                core.reach([2])

        run = Run(target, (STR,)).start("ab")
        run.go(600)
        self.assertIn(2, run.core.hits)

    def test_every_input_that_was_looked_at_is_looked_at_with_something_behind_it(self) -> None:
        run = Run(lambda core, values: core.reach([1]), (STR,)).start("ab")
        run.go(300)
        behind = [str(values[0])[2:] for values in run.inputs if str(values[0])[:2] == "ab"]
        self.assertTrue(any(len(text) == 8 and text in extensions._LETTERS for text in behind), behind)

    def test_what_it_meets_is_kept_and_solved(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> None:
            core.reach([1])
            core.see(5, "<", len(str(values[0])), 6)

        run = Run(target, (STR,)).start("ab")
        for is_like in (False, True):
            before = len(run.explorer._stages)
            run.explorer._look_further(is_like, ["abcde"])
            self.assertEqual(len(run.explorer._stages), before + 1)
        (kept,) = run.explorer.pool.entries[1:]
        self.assertEqual(len(str(kept.values[0])), 5 + 8)

    def test_it_is_no_second_case_for_a_rule(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> None:
            core.reach([1])
            core.see(5, "==", len(str(values[0])) * 77, 12_345)

        run = Run(target, (STR,)).start("ab")
        run.core.places[5] = Place("==", 1)
        run.explorer._look_further(False, ["abcde"])
        self.assertEqual((run.core.watched, run.explorer._repairs._before), (1, {}))
        run.explorer._pursue(["abcde"], [Seen(5, "==", 385, 12_345)], False)
        self.assertEqual(list(run.explorer._repairs._before), [5])

    def test_looks_where_nothing_was_seen_have_a_credit_of_their_own(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> None:
            core.reach([1])
            core.see(5, "==", 3 * len(str(values[0])), 999)

        run = Run(target, (STR,)).start("ab")
        explorer = run.explorer
        before = explorer._aside
        explorer._look_further(False, ["abcde"])
        between = explorer._aside
        explorer._look_into(["a"])
        self.assertTrue(before < between < explorer._aside)

        for credit, expected in ((20_000, True), (-(10**9), False)):
            with self.subTest(credit), mock.patch.object(explorer_module, "_ASIDE_CREDIT", credit):
                run = Run(target, (STR,)).start("ab")
                run.go(300)
                behind = [str(values[0])[2:] for values in run.inputs if str(values[0])[:2] == "ab"]
                self.assertEqual(
                    any(len(text) == 8 and text in extensions._LETTERS for text in behind), expected
                )

    def test_of_news_the_smaller_is_looked_at_and_then_what_it_was_shrunk_from(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> None:
            core.reach([1])
            if "!" in str(values[0]):
                core.reach([2])

        run = Run(target, (STR,)).start("ab")
        run.executor.execute(["some words!"])
        run.explorer._on_news(["some words!"])
        self.assertTrue(run.explorer._unseen.is_find_waiting)
        entries = [run.explorer._unseen.next() for _ in range(3)]
        first, second, third = (entry.values for entry in entries if entry is not None)
        self.assertLess(len(str(first[0])), len("some words!"))
        self.assertEqual((second, third), (["some words!"], ["ab"]))
        self.assertFalse(run.explorer._unseen.is_find_waiting)

    def test_what_would_be_too_long_is_not_run(self) -> None:
        run = Run(lambda core, values: core.reach([1]), (STR,)).start("a" * 30)
        run.explorer._max_len = 40
        before = len(run.inputs)
        self.assertEqual(run.explorer._look_further(False, ["a" * 30]), (None, None))
        self.assertEqual(len(run.inputs), before)
        run.explorer._look_further(False, ["a" * 20])
        self.assertEqual(len(run.inputs), before + 2)  # once for news, once watched

    def test_without_a_text_nothing_is_run(self) -> None:
        run = Run(lambda core, values: core.reach([1]), (INT,)).start(5)
        before = len(run.inputs)
        self.assertEqual(run.explorer._look_further(True, [5]), (None, None))
        self.assertEqual(len(run.inputs), before)

    def test_news_and_failures_of_it_are_told(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> Failure | None:
            core.reach([len(str(values[0]))])
            return Failure("long", "A") if len(str(values[0])) > 20 else None

        run = Run(target, (STR,)).start("ab")
        failure, values = run.explorer._look_further(False, ["ab"])
        assert values is not None
        self.assertEqual((failure, len(str(values[0]))), (None, 10))
        self.assertEqual(run.explorer._look_further(False, ["a" * 19]), (Failure("long", "A"), None))
        self.assertEqual(run.core.watched, 0)

    def test_more_turns_of_a_loop_are_kept(self) -> None:
        def target(core: TellingCore, values: Sequence[Value]) -> None:
            core.reach([1])
            turns = str(values[0]).split(",").count("tick")
            core.see(5, "loop", turns)
            if turns == 7:
                core.reach([2])

        most = []
        for seed in range(10):
            run = Run(target, (STR,), seed).start("tick,tick")
            run.go(1000)
            kept = [str(entry.values[0]).split(",").count("tick") for entry in run.explorer.pool.entries]
            most.append(max(kept))
        self.assertGreaterEqual(sum(one > 2 for one in most), 8, most)
