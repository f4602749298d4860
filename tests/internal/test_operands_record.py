"""What is kept of watched places, and what is read from it."""

from __future__ import annotations

import ast
import re
import unittest
from typing import Any

from gofuzz_py.internal import operands_record
from gofuzz_py.internal.operands_places import ABSENT, Place
from gofuzz_py.internal.operands_record import LONG, NOTHING, Recorder, Row, is_room_for, whole

A = ABSENT


def _no_way(row: Row, operands: tuple[Any, ...]) -> None:
    raise AssertionError("nothing goes the long way here")


def _row(relation: str, operands: tuple[object, ...] = (A, A), **more: Any) -> Row:
    return Row(3, Place(relation, 1, operands, **more), _no_way)


class RowTest(unittest.TestCase):
    def test_keys_tell_what_was_met(self) -> None:
        pattern = re.compile("a")
        (case,) = ast.parse("match x:\n case 1: pass").body
        assert isinstance(case, ast.Match)
        patterns = tuple(one.pattern for one in case.cases)
        for row, key, value, expected in (
            (_row("=="), (1, 2), None, [("==", 1, 2)]),
            (_row("==", (A, "x")), "a", None, [("==", "a", "x")]),
            (_row("<", (5, A)), 7, None, [("<", 5, 7)]),
            (_row("find"), ("ab", "c"), None, [("find", "ab", "c")]),
            (_row("find", (A, "c")), "ab", None, [("find", "ab", "c")]),
            (_row("find", ("ab", A)), "c", None, [("find", "ab", "c")]),
            (_row("isdigit", (A,)), "5", None, [("isdigit", "5", None)]),
            (
                _row("startswith", (A, ("a", "b"))), "x", None,
                [("startswith", "x", "a"), ("startswith", "x", "b")],
            ),
            (_row("startswith", (A, "a", A)), ("xyz", 1), None, [("startswith", "yz", "a")]),
            (_row("match", (A,), patterns=patterns), "x", None, [("match", "x", patterns)]),
            (_row("match", (A, A, A)), (1, "xa", 1), [pattern, "xa", 1], [("re.match", ("xa", 1), pattern)]),
            (_row("match", (A, A, 1)), (1, "xa"), [pattern, "xa"], [("re.match", ("xa", 1), pattern)]),
            (_row("in"), "q", (("in", "q", ("a",)),), [("in", "q", ("a",))]),
        ):  # fmt: skip
            with self.subTest(row.place.relation, key=key):
                row[key] = value
                self.assertEqual(_taken(row), expected)

    def test_texts_of_two_kinds_are_not_compared_by_a_method(self) -> None:
        row = _row("find", (A, "c"))
        row[b"ab"] = None
        self.assertEqual(_taken(row), [])
        row = _row("==", (A, "c"))
        row[b"ab"] = None
        self.assertEqual(_taken(row), [("==", b"ab", "c")])

    def test_what_the_program_failed_on_is_left_out(self) -> None:
        row = _row("unpack", (A, "<I", A))
        row["k"] = [re, "<I", "text"]
        row["l"] = [None]
        self.assertEqual(_taken(row), [])

    def test_a_row_can_be_a_constant_of_a_code_object(self) -> None:
        one, other = _row("=="), _row("==")
        self.assertEqual(len({one, other}), 2)
        code = compile("x", "x", "eval")
        hash(code.replace(co_consts=(one,)))


def _taken(row: Row) -> list[tuple[str, Any, Any]]:
    seen: list[Any] = []
    row.take(seen)
    assert all(one.number == 3 for one in seen)
    return [one[1:] for one in seen]


class PatienceTest(unittest.TestCase):
    def test_a_place_that_never_tells_anything_is_ignored(self) -> None:
        row = _row("call")
        for _ in range(20):
            row.miss()
        self.assertIsNot(row.long, row.way)
        row.long(row, (1, 2))
        self.assertTrue(row.is_dull)

    def test_a_place_that_has_told_something_is_not(self) -> None:
        for make in (lambda row: row.update(a=None), lambda row: setattr(row, "is_useful", True)):
            row = _row("call")
            make(row)
            for _ in range(50):
                row.miss()
            self.assertIs(row.long, row.way)

    def test_a_place_in_a_hot_loop_rests_until_the_next_run(self) -> None:
        recorder = Recorder(lambda place: _no_way)
        recorder.add([Place("==", 1)])
        (row,) = recorder.rows
        for _ in range(10_000):
            row.tire()
        row.long(row, (1, 2))
        recorder.start()
        self.assertIs(row.long, row.way)


class RecorderTest(unittest.TestCase):
    def setUp(self) -> None:
        self.recorder = Recorder(lambda place: _no_way)
        self.recorder.add([Place("==", 1), Place("<", 2, (A, 5)), Place("call", 3)])

    def test_numbers_go_on(self) -> None:
        self.recorder.add([Place("in", 4)])
        self.assertEqual([row.number for row in self.recorder.rows], [0, 1, 2, 3])

    def test_what_was_met_comes_place_by_place(self) -> None:
        self.recorder.rows[1][7] = None
        self.recorder.rows[0]["a", "b"] = None
        self.assertEqual([tuple(one) for one in self.recorder.take()], [(0, "==", "a", "b"), (1, "<", 7, 5)])

    def test_starting_forgets_what_was_met_and_what_waits(self) -> None:
        self.recorder.rows[0]["a", "b"] = None
        self.recorder.rows[2].pending = object()
        self.recorder.start()
        self.assertEqual(self.recorder.take(), [])
        self.assertIs(self.recorder.rows[2].pending, NOTHING)

    def test_places_that_told_something_are_useful_and_others_dull(self) -> None:
        useful, unmet, dull = self.recorder.rows
        useful["a", "b"] = None
        dull["k"] = [print, "x"]
        self.recorder.take()
        self.assertEqual([row.is_useful for row in (useful, unmet, dull)], [True, False, False])
        self.assertEqual([row.is_dull for row in (useful, unmet, dull)], [False, False, True])


class RoomTest(unittest.TestCase):
    def setUp(self) -> None:
        self.addCleanup(operands_record._long.clear)

    def test_only_so_many_long_texts_are_kept(self) -> None:
        texts = [chr(97 + n) * LONG for n in range(200)]
        kept = [text for text in texts if is_room_for((text, "a"))]
        self.assertEqual(kept, texts[: len(kept)])
        self.assertLess(len(kept), 64)
        self.assertTrue(is_room_for((kept[0], b"short")))
        self.assertFalse(is_room_for((texts[-1],)))


class WholeTest(unittest.TestCase):
    def test_constants_stand_where_they_stood(self) -> None:
        for operands, met, expected in (
            ((A, "k"), "a", ["a", "k"]),
            (("k", A, 1), "a", ["k", "a", 1]),
            ((A, 1, A), ("a", "b"), ["a", 1, "b"]),
            ((A,), "a", ["a"]),
            ((A, A), ["a", "b"], ["a", "b"]),
        ):
            with self.subTest(operands=operands):
                self.assertEqual(list(whole(Place("call", 1, operands), met)), expected)


if __name__ == "__main__":
    unittest.main()
