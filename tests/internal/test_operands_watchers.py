"""What watchers do with what they are handed: return it, note it cheaply, and keep quiet."""

from __future__ import annotations

import enum
import re
import subprocess
import sys
import unittest
from collections.abc import Callable
from typing import Any

from gofuzz_py.internal import operands_rewrite as W
from gofuzz_py.internal import operands_watchers
from gofuzz_py.internal.operands_places import ABSENT, Place
from gofuzz_py.internal.operands_record import LONG, Recorder, Row
from gofuzz_py.internal.operands_watchers import WATCHERS, long_way
from tests.internal.helpers_loud import ASKED, loud_class, loud_objects

A = ABSENT


class Colour(enum.Enum):
    RED = "red"


def _place(relation: str, operands: tuple[object, ...] = (A, A), **more: Any) -> tuple[Recorder, Row]:
    recorder = Recorder(long_way)
    recorder.add([Place(relation, 1, operands, **more)])
    return recorder, recorder.rows[0]


def _hand_over(row: Row, *operands: Any) -> None:
    """Hand operands over as rewritten code does that can read no name again."""
    if len(operands) == 1:
        _same(W.ONE, row, operands[0])
    elif len(operands) == 2:
        _same(W.HOLD, row, operands[0])
        _same(W.HELD, row, operands[1])
    else:
        first, *middle, last = operands
        _same(W.FIRST, row, first)
        for one in middle:
            _same(W.MORE, row, one)
        _same(W.LAST, row, last)


def _same(name: str, row: Row, value: Any, *others: Any) -> None:
    assert WATCHERS[name](row, value, *others) is value


class HandedOverTest(unittest.TestCase):
    def test_every_way_of_handing_over_comes_to_the_same(self) -> None:
        ways: list[Callable[[Row], None]] = [
            lambda row: _same(W.RIGHT, row, "b", "a"),
            lambda row: _same(W.LEFT, row, "a", "b"),
            lambda row: _hand_over(row, "a", "b"),
        ]
        for number, way in enumerate(ways):
            with self.subTest(number):
                recorder, row = _place("==")
                way(row)
                self.assertEqual([tuple(one) for one in recorder.take()], [(0, "==", "a", "b")])
        ways = [lambda row: _same(W.ALL, row, 1, "xab", "a"), lambda row: _hand_over(row, "xab", "a", 1)]
        for number, way in enumerate(ways):
            with self.subTest(number):
                recorder, row = _place("startswith", (A, A, A))
                way(row)
                self.assertEqual([tuple(one) for one in recorder.take()], [(0, "startswith", "ab", "a")])

    def test_operands_of_all_kinds_are_noted(self) -> None:
        pattern = re.compile("x")
        table = {"a": 1, "b": 2}
        for relation, operands, expected in (
            ("==", (1, 1.5), ("==", 1, 1.5)),
            ("==", (None, True), ("==", None, True)),
            ("==", ([1], (2,)), ("==", (1,), (2,))),
            ("<", (b"a", bytearray(b"b")), ("<", b"a", b"b")),
            ("in", ("q", table), ("in", "q", ("a", "b"))),
            ("in", ("q", "text"), ("in", "q", "text")),
            ("in", (5, b"text"), ("in", 5, b"text")),
            ("in", (("q", 1), [("a", 2)]), ("in", ("q", 1), (("a", 2),))),
            ("not in", ("q", {"x"}), ("not in", "q", ("x",))),
            ("[]", (table, "q"), ("in", "q", ("a", "b"))),
            ("get", (table, "q"), ("in", "q", ("a", "b"))),
            ("index", (["x"], "q"), ("in", "q", ("x",))),
            ("index", ("xyz", "q"), ("index", "xyz", "q")),
            ("match", (pattern, "q"), ("re.match", ("q", 0), pattern)),
            ("match", (re, "x", "q"), ("re.match", ("q", 0), ("x", 0))),
            ("match", (pattern, "q", 1), ("re.match", ("q", 1), pattern)),
            ("call", (int, "7"), ("int", "7", 10)),
            ("call", ("abc".find, "q"), ("find", "abc", "q")),
            ("call", (Colour, "q"), ("in", "q", ("red",))),
        ):
            with self.subTest(relation, operands=operands):
                recorder, row = _place(relation, (A,) * len(operands))
                _hand_over(row, *operands)
                self.assertEqual([tuple(one)[1:] for one in recorder.take()], [expected])

    def test_what_says_nothing_is_a_miss(self) -> None:
        for relation, operands in (
            ("[]", ([1, 2], 0)), ("[]", ("abc", 1)), ("==", (object(), object())), ("call", (len, "a")),
            ("call", (_place, "a")), ("get", (object(), "a")), ("in", ("a", object())),
            ("match", (object(), "a")),
        ):  # fmt: skip
            with self.subTest(relation, operands=operands):
                recorder, row = _place(relation)
                _hand_over(row, *operands)
                self.assertEqual(recorder.take(), [])
                self.assertTrue(row.is_dull)

    def test_a_caught_exception_is_noted_by_its_class_and_arguments(self) -> None:
        recorder, row = _place("except", ())
        for error in (ValueError("a", 5), KeyError(), ValueError("a", 5), ValueError(object())):
            try:
                raise error
            except (ValueError, KeyError):
                WATCHERS[W.CAUGHT](row)
        WATCHERS[W.CAUGHT](row)
        self.assertEqual(
            [tuple(one)[1:] for one in recorder.take()],
            [
                ("except", "builtins.ValueError", ("a", 5)),
                ("except", "builtins.KeyError", ()),
                ("except", "builtins.ValueError", ()),
            ],
        )


class BoundsTest(unittest.TestCase):
    def test_a_row_keeps_only_so_much_of_a_hot_loop(self) -> None:
        pattern = re.compile("x")
        for relation, make in (
            ("==", lambda n: (n, -n)), ("==", lambda n: (str(n), "a")), ("==", lambda n: (n, 0.5)),
            ("in", lambda n: (n, {1, 2})), ("match", lambda n: (pattern, str(n))),
            ("call", lambda n: (int, str(n))), ("call", lambda n: (len, str(n))),
            ("==", lambda n: (object(), n)),
        ):  # fmt: skip
            with self.subTest(relation):
                _, row = _place(relation)
                for n in range(3000):
                    _hand_over(row, *make(n))
                self.assertLessEqual(len(row), 48)
                self.assertLessEqual(row.turns, 2000)
                self.assertLessEqual(row.misses, 48)

    def test_the_long_way_is_not_taken_without_end(self) -> None:
        turns: list[object] = []

        def note(row: Row, operands: tuple[Any, ...]) -> None:
            turns.append(operands)
            row.tire()

        _, row = _place("call")
        row.way = row.long = note
        for _ in range(5000):
            _hand_over(row, object(), 1)
        self.assertEqual(len(turns), 2000)

    def test_the_same_operands_again_and_again_soon_cost_next_to_nothing(self) -> None:
        pattern = re.compile("x")
        for relation, operands in (
            ("==", (1, 0.5)), ("==", ([1], [2])), ("in", (1, {1, 2})), ("in", ((1,), [1])),
            ("[]", ({"a": 1}, "a")), ("get", ({"a": 1}, "b")), ("match", (pattern, "a")),
            ("call", (int, "7")), ("call", ("a".find, "b")),
        ):  # fmt: skip
            with self.subTest(relation, operands=operands):
                recorder, row = _place(relation)
                for _ in range(2100):
                    _hand_over(row, *operands)
                self.assertIsNot(row.long, row.way)
                self.assertEqual(len(recorder.take()), 1)
                recorder.start()
                self.assertIs(row.long, row.way)

    def test_only_so_many_long_texts_are_kept_in_a_run(self) -> None:
        recorder, row = _place("==")
        for n in range(40):
            _hand_over(row, chr(n + 97) * LONG, "x")
        other, short = _place("==")
        _hand_over(short, "z" * LONG, "x")
        self.assertEqual((len(row), len(short)), (32, 0))
        recorder.start()
        _hand_over(short, "z" * LONG, "x")
        self.assertEqual(len(short), 1)
        other.start()


class QuietTest(unittest.TestCase):
    PLACES: tuple[tuple[str, int], ...] = (
        ("==", 1), ("==", 2), ("in", 1), ("in", 2), ("[]", 1), ("[]", 2), ("match", 1), ("match", 2),
        ("match", 3), ("call", 2), ("call", 3), ("get", 2), ("pop", 1), ("index", 2), ("find", 2),
        ("startswith", 3), ("isdigit", 1), ("unpack", 2), ("scan", 2), ("__contains__", 2),
    )  # fmt: skip

    def test_no_question_reaches_an_object_or_its_class(self) -> None:
        loud = [*loud_objects(), loud_class(type), {1: loud_objects()[0]}, [loud_objects()[1]]]
        plain: list[Any] = ["a", 5, {"a": 1}, re.compile("a"), int, getattr, "a".find, [1], None]
        ASKED.clear()
        for relation, count in self.PLACES:
            for one in loud:
                for other in (*plain, one):
                    for operands in ((one, other, one), (other, one, one), (one, one, other)):
                        recorder, row = _place(relation, (A,) * count)
                        _hand_over(row, *operands[:count])
                        recorder.take()
        self.assertEqual(ASKED, [])

    def test_a_loud_exception_is_not_asked(self) -> None:
        error = next(one for one in loud_objects() if issubclass(type(one), BaseException))
        _, row = _place("except", ())
        try:
            raise error
        except BaseException:
            ASKED.clear()  # raising it has asked already
            WATCHERS[W.CAUGHT](row)
        self.assertEqual(ASKED, [])

    def test_what_an_operation_would_raise_stays_with_the_program(self) -> None:
        for relation, operands in (
            ("in", ("a", 5)), ("match", (re, "(", "a")), ("unpack", (object(), "<I", 5)), ("call", (int,)),
            ("find", ("a", b"a")), ("call", (Colour,)), ("startswith", ("a", "b", "c")), ("<", (1, "a")),
        ):  # fmt: skip
            recorder, row = _place(relation, (A,) * len(operands))
            _hand_over(row, *operands)
            recorder.take()

    def test_no_recursion_error_comes_from_the_way_behind_a_watcher(self) -> None:
        _, row = _place("==", (A, A))

        def down(depth: int) -> int:
            try:
                return down(depth + 1)
            except RecursionError:
                return depth

        def at_the_end(depth: int, way: Callable[[], Any]) -> Any:
            return at_the_end(depth - 1, way) if depth else way()

        deepest = down(0)
        for depth in range(deepest - 12, deepest - 2):
            at_the_end(depth, lambda: WATCHERS[W.RIGHT](row, [1], (2, {"a": [b"c"]})))

    def test_an_alarm_of_the_program_comes_through(self) -> None:
        class Alarm(Exception):
            pass

        def ring(row: Row, operands: tuple[Any, ...]) -> None:
            raise Alarm

        for operands in ((object(),), (object(), 1), (object(), 1, 2)):
            _, row = _place("call", (A,) * len(operands))
            row.long = ring
            with self.assertRaises(Alarm):
                _hand_over(row, *operands)

    def test_replaced_built_in_functions_are_not_called(self) -> None:
        script = """if 1:
            import builtins
            from gofuzz_py.internal.operands_places import Place
            from gofuzz_py.internal.operands_record import Recorder
            from gofuzz_py.internal.operands_rewrite import RIGHT
            from gofuzz_py.internal.operands_watchers import WATCHERS, long_way
            recorder = Recorder(long_way)
            recorder.add([Place("in", 1), Place("==", 1)])
            names = "len type id isinstance issubclass tuple map set sorted next iter zip repr".split()
            taken = {name: vars(builtins).pop(name) for name in names}
            try:
                WATCHERS[RIGHT](recorder.rows[0], {"a", "b"}, "q")
                WATCHERS[RIGHT](recorder.rows[1], [1], (2,))
                seen = recorder.take()
            finally:
                vars(builtins).update(taken)
            assert [x[1:] for x in seen] == [("in", "q", ("a", "b")), ("==", (2,), (1,))], seen
            """
        subprocess.run([sys.executable, "-c", script], check=True)

    def test_under_bb_a_text_and_bytes_never_meet(self) -> None:
        script = """if 1:
            from gofuzz_py.internal.operands_places import ABSENT, Place
            from gofuzz_py.internal.operands_record import Recorder
            from gofuzz_py.internal.operands_rewrite import ONE, RIGHT
            from gofuzz_py.internal.operands_watchers import WATCHERS, long_way
            recorder = Recorder(long_way)
            recorder.add([Place("==", 1), Place("in", 1, (ABSENT, ("a", b"b"))), Place("call", 1)])
            for _ in range(3):
                for one in ("a", b"a"):
                    WATCHERS[RIGHT](recorder.rows[0], one, one)
                    WATCHERS[ONE](recorder.rows[1], one)
                    WATCHERS[RIGHT](recorder.rows[2], one, int)
            assert len(recorder.take()) == 6
            """
        subprocess.run([sys.executable, "-bb", "-c", script], check=True)


class TableTest(unittest.TestCase):
    def test_there_is_a_watcher_for_each_mark(self) -> None:
        marks = {value for name, value in vars(W).items() if type(value) is str and value.startswith(W._MARK)}
        self.assertEqual(marks - {W._MARK}, set(operands_watchers.WATCHERS))


if __name__ == "__main__":
    unittest.main()
