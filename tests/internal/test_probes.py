"""Probes: how an operand follows the input, and the input that should turn its condition."""

from __future__ import annotations

import codecs
import math
import re
import unittest
from collections.abc import Callable, Sequence
from typing import Any

from gofuzz_py.internal import probes as probes_module
from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.operands_record import Seen
from gofuzz_py.internal.probes import Probes

#: What a run of the program meets, for some values.
Program = Callable[[list[Value]], Sequence[Seen]]

#: So many candidates are enough for the first probe.
ENOUGH = 24


def _asks(left: Callable[..., Any], right: Any, relation: str = "==") -> Program:
    """Return a program with one condition, of what a function makes of its values and of a constant."""
    return lambda values: [Seen(1, relation, left(*values), right)]


def _run(probes: Probes, program: Program) -> list[list[Value]]:
    """Do what a probe asks for, to its end; return the inputs that were run."""
    runs = []
    while (asked := probes.ask()) is not None:
        runs.append(asked)
        if len(runs) > 1000:
            raise AssertionError("a probe does not end")
        probes.take(program(asked))
    return runs


def _probed(program: Program, *values: Value) -> tuple[list[list[Value]], list[list[Value]]]:
    """Return the runs of a probe of the first condition, and the inputs that it found."""
    probes = Probes()
    probes.consider(program(list(values))[0], list(values), ENOUGH)
    runs = _run(probes, program)
    return runs, probes.take_found()


def _found(program: Program, *values: Value) -> list[list[Value]]:
    return _probed(program, *values)[1]


def _number(pattern: str) -> Callable[[Any], Any]:
    """Return what reads the number behind a word of a text, or 0 where there is none."""

    def read(text: Any) -> Any:
        found = re.search(pattern if isinstance(text, str) else pattern.encode(), text)
        return int(found[1]) if found else 0

    return read


class SlopeTest(unittest.TestCase):
    def test_a_number_is_followed_to_where_it_is_wanted(self) -> None:
        left: Callable[..., Any]
        for name, left, wanted, start, expected in (
            ("twice and one", lambda n: 2 * n + 1, 7_777_777_777_777, 0, 3_888_888_888_888),
            ("backwards", lambda n: 100 - 3 * n, -500, 7, 200),
            ("below zero", lambda n: 5 * n, -1_000_000_005, 3, -200_000_001),
            ("from below zero", lambda n: n + 7, 10**30, -(10**20), 10**30 - 7),
            ("absolute", lambda n: abs(n), 7_340_032_001, -3, -7_340_032_001),
            ("squared", lambda n: n * n if n < 1 << 20 else 0, 10_000, 90, 100),
            ("cubed", lambda n: n**3, 1_000_000, 70, 100),
            ("far ahead", lambda n: n << 200, 12_345 << 200, 1, 12_345),
        ):  # fmt: skip
            with self.subTest(name):
                self.assertIn([expected], _found(_asks(left, wanted), start))

    def test_where_a_small_step_changes_nothing_a_large_one_is_taken(self) -> None:
        left: Callable[..., Any]
        for name, left, wanted, start in (
            ("high half", lambda n: n >> 20, 0x4D5A9, 5), ("days", lambda n: n // 86_400, 19_723, 100),
            ("high half, upper limit", lambda n: min(n, 5 << 20) >> 20, 3, 5 << 20),
        ):  # fmt: skip
            with self.subTest(name):
                self.assertIn(wanted, [left(*found) for found in _found(_asks(left, wanted), start)])

    def test_floats_are_followed(self) -> None:
        left: Callable[..., Any]
        for name, left, wanted, start in (
            ("temperature", lambda n: n * 9 / 5 + 32, 451.0, 0.0), ("third", lambda n: n / 3, 1e-3, -5.5),
            ("an int of it", lambda n: int(n * 100), 123_456, 0.25),
            ("above it", lambda n: n * 0.5, 1e20, 1.0), ("squared", lambda n: n * n, 144.0, 11.0),
        ):  # fmt: skip
            with self.subTest(name):
                found = _found(_asks(left, wanted), start)
                self.assertTrue(any(math.isclose(left(*one), wanted, rel_tol=1e-3) for one in found), found)
                self.assertTrue(all(type(one[0]) is float for one in found))

    def test_a_float_comes_with_its_neighbours(self) -> None:
        program = _asks(lambda n: n + 1.0, 11.0, "<")
        self.assertEqual(_found(program, 0.0), [[10.0], [10.0 + 1e-5], [10.0 - 1e-5], [11.0], [9.0]])
        program = _asks(lambda n: n + 1.0, 1.0, "<")
        self.assertEqual(_found(program, 5.0)[:3], [[0.0], [1e-6], [-1e-6]])

    def test_an_int_may_have_to_come_to_a_float(self) -> None:
        self.assertIn([37], _found(_asks(lambda n: n * 1.8 + 32, 98.6, "<"), 0))
        self.assertIn([419], _found(_asks(lambda n: n / 2, 209.5), 1))

    def test_an_int_comes_with_its_neighbours(self) -> None:
        for relation in ("<", "<=", ">", ">="):
            with self.subTest(relation):
                found = _found(_asks(lambda n: n + 1, 1000, relation), 5)
                self.assertEqual(found, [[999], [1000], [998]])

    def test_either_side_may_be_the_one_that_follows(self) -> None:
        found = _found(lambda values: [Seen(1, "==", 7001, values[0] * 7)], 3)
        self.assertIn([1000 + 1 // 7], found)
        program: Program = lambda values: [Seen(1, "<", 7000, int(values[0]) * 7)]  # noqa: E731
        self.assertEqual(_found(program, 3), [[1000], [1001], [999]])

    def test_the_argument_that_counts_is_found(self) -> None:
        found = _found(_asks(lambda a, b, c, d: 3 * c, 999), 5, "no number", 5, b"\xff")
        self.assertEqual(found[0], [5, "no number", 333, b"\xff"])
        for one in found:
            self.assertEqual([*one[:2], one[3]], [5, "no number", b"\xff"])

    def test_a_bool_is_no_number(self) -> None:
        runs, found = _probed(_asks(lambda a, b: 3 * b, 999), True, 5)
        self.assertTrue(all(run[0] is True for run in [*runs, *found]))
        self.assertIn([True, 333], found)

    def test_what_does_not_depend_on_the_input_leads_nowhere(self) -> None:
        runs, found = _probed(_asks(lambda n, text: 5, 999), 7, "8 9")
        self.assertEqual(found, [])
        self.assertEqual(len(runs), 3 * 3)

    def test_where_both_sides_follow_nothing_is_found(self) -> None:
        runs, found = _probed(lambda values: [Seen(1, "==", values[0], 2 * int(values[0]) + 5)], 7)
        self.assertEqual((len(runs), found), (3, []))

    def test_where_the_condition_is_not_met_any_more_the_last_guess_is_tried(self) -> None:
        program = _asks(lambda n: n * 2, 1000)
        limited: Program = lambda values: program(values) if int(values[0]) < 100 else []  # noqa: E731
        self.assertEqual(_found(limited, 5)[0], [500])
        nowhere: Program = lambda values: program(values) if values == [5] else []  # noqa: E731
        self.assertEqual(_found(nowhere, 5), [])

    def test_other_places_and_other_types_say_nothing(self) -> None:
        program: Program = lambda values: [  # noqa: E731
            Seen(2, "==", values[0], 999), Seen(1, "==", "text", 999), Seen(1, "==", 21, "999"),
            Seen(1, "==", 3 * int(values[0]), 999),
        ]  # fmt: skip
        probes = Probes()
        probes.consider(Seen(1, "==", 21, 999), [7], ENOUGH)
        _run(probes, program)
        self.assertIn([333], probes.take_found())

    def test_of_many_turns_of_a_loop_the_one_like_before_is_followed(self) -> None:
        turns: tuple[Callable[[int], list[Seen]], ...] = (
            lambda n: [Seen(1, "==", 5, 77), Seen(1, "==", 9, n + 1)],
            lambda n: [Seen(1, "==", 77, 5), Seen(1, "==", n + 1, 9)],
        )
        for side, turn in enumerate(turns):
            with self.subTest(side):
                probes = Probes()
                probes.consider(turn(3)[1], [3], ENOUGH)
                _run(probes, _of_first(turn))
                self.assertEqual(probes.take_found()[0], [8])

    def test_only_the_first_numbers_are_tried(self) -> None:
        runs, _ = _probed(_asks(lambda *numbers: 5, 999), *range(100, 120))
        changed = {at for run in runs for at, number in enumerate(run) if number != 100 + at}
        self.assertEqual(changed, set(range(6)))


class HugeTest(unittest.TestCase):
    def test_operands_that_are_huge_or_no_numbers_are_left_alone(self) -> None:
        for left, right in (
            (10**400, 5), (5, -(10**400)), (math.nan, 5.0), (5.0, math.nan), (math.inf, 5.0), (5, -math.inf),
            (1 << 256, 1),
        ):  # fmt: skip
            with self.subTest(left=left, right=right):
                probes = Probes()
                probes.consider(Seen(1, "==", left, right), [5], ENOUGH)
                self.assertIsNone(probes.ask())

    def test_a_huge_argument_does_no_harm(self) -> None:
        for start in (10**400, -(10**400), 10**5000, math.nan, math.inf, -math.inf, 1.7e308):
            left: Callable[..., Any]
            for name, left in (
                ("an int", lambda n, start=start: 5 if n == start else 6),
                ("a float", lambda n, start=start: 5.0 if n == start else 6.0),
                ("a remainder", lambda n: n % 1000 if abs(n) < math.inf else 0),
            ):  # fmt: skip
                with self.subTest(name, start=f"{start!r:.9}" if abs(start) < 10**300 else "huge"):
                    for one in _found(_asks(left, 999_999), start):
                        self.assertIs(type(one[0]), type(start))

    def test_an_operand_that_explodes_does_no_harm(self) -> None:
        left: Callable[..., Any]
        for name, left in (
            ("to a huge int", lambda n: 2 if n == 1 else 10**400), ("to no number", lambda n: n * math.nan),
            ("to infinity", lambda n: 1.0 if n == 1 else math.inf),
            ("ever faster", lambda n: n ** (n % 50)), ("to nan", lambda n: 1.0 if n == 1 else math.nan),
        ):  # fmt: skip
            for start in (1, 1.0):
                for wanted in (7, 7.5):
                    with self.subTest(name, start=start, wanted=wanted):
                        _found(_guarded(left, wanted), start)

    def test_no_guess_is_out_of_all_bounds(self) -> None:
        runs, found = _probed(_asks(lambda n: n // (1 << 19), 1 << 250), 1 << 18)
        for (number,) in [*runs, *found]:
            self.assertLess(abs(int(number)), 1 << 257)

    def test_what_was_found_before_a_number_went_out_of_bounds_is_kept(self) -> None:
        def left(a: Any, b: Any) -> Any:
            return 3 * a if b == 5 else 10**400

        program: Program = lambda values: [Seen(1, "==", left(*values), 999.0)]  # noqa: E731
        found = _found(program, 5, 5)
        self.assertIn([333, 5], found)
        probes = Probes()
        probes.consider(Seen(1, "==", 15, 999.0), [5, 5], ENOUGH)
        _run(probes, program)
        self.assertIsNone(probes.ask())


def _guarded(left: Callable[..., Any], wanted: Any) -> Program:
    """Return a program that ends where its numbers do."""

    def program(values: list[Value]) -> list[Seen]:
        try:
            return [Seen(1, "==", left(*values), wanted)]
        except (ArithmeticError, ValueError):
            return []

    return program


def _gray(number: int) -> int:
    return number ^ number >> 1


class BitsTest(unittest.TestCase):
    def test_bits_that_are_masked_and_moved_are_set(self) -> None:
        left: Callable[..., Any]
        for name, left, wanted in (
            ("masked", lambda n: n & 0xF0F0_F0F0, 0xA0B0_C0D0),
            ("by exclusive or", lambda n: n ^ 0x5555_5555, 0x1BAD_D00D),
            ("shuffled", lambda n: (n & 0xFF) << 8 | n >> 8 & 0xFF, 0xABCD),
            ("Gray code", lambda n: n ^ n >> 1, 0x6D_31C7),
            ("three of it", lambda n: (n ^ n << 3 ^ n >> 7) & 0xFFFF, 0xABCD),
            ("Gray code from the other end", lambda n: _gray(int(f"{n & 0xFFFFFF:024b}"[::-1], 2)),
             0x6D_31C7),
            ("Gray code below zero", lambda n: -5 if n & 2 and n < 256 else n ^ n >> 1, 0x6D_31C7),
            ("Gray code of few bits", lambda n: n ^ n >> 1 if n < 1 << 30 else -1, 0x6D_31C7),
            ("a field", lambda n: n >> 13 & 0x3FF, 0x2A5),
            ("the last bit", lambda n: n >> 63 & 1 | n & 3 << 20, 1 | 3 << 20),
        ):  # fmt: skip
            for relation in ("==", "!="):
                for start in (0, 0x1234_5678):
                    with self.subTest(name, relation=relation, start=start):
                        found = _found(_asks(left, wanted, relation), start)
                        self.assertIn(wanted, [left(*one) for one in found])

    def test_an_order_needs_no_bits(self) -> None:
        runs, _ = _probed(_asks(lambda n: n & 0xF0F1, 0xA0B0, "<"), 0)
        self.assertLess(len(runs), 10)

    def test_below_zero_there_are_no_bits_to_set(self) -> None:
        left: Callable[..., Any]
        for left, wanted in ((lambda n: -(n & 0xFF), 1000), (lambda n: n & 0xFF, -5)):
            with self.subTest(wanted):
                self.assertLess(len(_probed(_asks(left, wanted), 3)[0]), 10)

    def test_bits_are_flipped_no_longer_than_some_are_missing(self) -> None:
        masked: Callable[..., Any] = lambda n: n & 0xFF  # noqa: E731
        runs, found = _probed(_asks(masked, 0x55), 0x1_0000)
        self.assertLess(len(runs), 24)
        self.assertIn(0x55, [masked(*one) for one in found])

    def test_what_no_bits_together_make_is_given_up(self) -> None:
        left: Callable[..., Any] = lambda n: (n & 1) * 0b111 ^ n & 0b11000  # noqa: E731
        runs, found = _probed(_asks(left, 0b11011), 0)
        self.assertEqual(len(found), 3)
        self.assertGreater(len(runs), 64)
        self.assertEqual(_found(_asks(lambda n: (n & 1) * 0b111, 0b011), 0), [[1], [2], [0]])

    def test_the_bits_may_be_those_of_the_right_side(self) -> None:
        program: Program = lambda values: [Seen(1, "==", 0xABCD, left(*values))]  # noqa: E731
        left: Callable[..., Any] = lambda n: (n & 0xFF) << 8 | n >> 8 & 0xFF  # noqa: E731
        self.assertIn(0xABCD, [left(*one) for one in _found(program, 0x1234_5678)])

    def test_a_text_has_no_bits(self) -> None:
        for value in (1.0, 3.5):
            self.assertLess(len(_probed(_asks(lambda n: int(n) & 0xFF, 0x55), value)[0]), 20)


class TokenTest(unittest.TestCase):
    def test_a_number_among_others_in_a_text_is_followed(self) -> None:
        read = _number(r"k=(-?\d+)")
        for text, expected in (
            ("a=1;k=5;b=7", "a=1;k=333;b=7"), ("k=-5", "k=333"), ("x k=0 20", "x k=333 20"),
            ("1 2 3 k=4", "1 2 3 k=333"), ("é k=5 ☃", "é k=333 ☃"), ("\ud800 k=5", "\ud800 k=333"),
        ):  # fmt: skip
            with self.subTest(text):
                self.assertIn([expected], _found(_asks(lambda text: 3 * read(text), 999), text))
        self.assertIn([b"\xff k=333\x00"], _found(_asks(lambda data: 3 * read(data), 999), b"\xff k=5\x00"))
        self.assertIn([b"k=-3"], _found(_asks(lambda data: 3 * read(data), -9), b"k=5"))

    def test_a_number_with_a_point_is_followed_as_a_float(self) -> None:
        read: Callable[..., Any] = lambda text: float(re.split("[^-0-9.e+]+", text)[1])  # noqa: E731
        found = _found(_asks(lambda text: read(text) * 9 / 5 + 32, 451.0), "at 20.5 C")
        self.assertTrue(any(abs(read(*one) - 232.7778) < 1e-3 for one in found), found)
        self.assertTrue(all(str(one[0]).endswith(" C") for one in found))

    def test_what_is_part_of_a_word_is_no_number(self) -> None:
        for text in ("a1", "1a", "_5", "a.3", "1" * 19, "0x5", ""):
            with self.subTest(text):
                runs, _ = _probed(_asks(lambda *_: 1, 999), text)
                self.assertEqual(runs, [])

    def test_only_the_beginning_of_a_large_value_is_looked_at(self) -> None:
        for padding in (b" " * 4090, b" " * (1 << 20)):
            with self.subTest(len(padding)):
                data = b"1 " + padding + b" 12345678"
                runs, _ = _probed(_asks(lambda *_: 1, 999), data)
                self.assertEqual([str(run[0])[-9:] for run in runs], [str(data)[-9:]] * 3)
        inside = " " * 4080 + "77"
        self.assertEqual(len(_probed(_asks(lambda *_: 1, 999), inside)[0]), 3)

    def test_every_number_of_a_large_value_is_not_even_looked_for(self) -> None:
        asked = []
        value = "7 " * (1 << 19)
        probes = Probes()
        probes.consider(Seen(1, "==", 1, 999), [value], ENOUGH)
        while (run := probes.ask()) is not None:
            asked.append(run)
        self.assertEqual(len(asked), 3 * 6)


class TextTest(unittest.TestCase):
    def test_characters_are_set_as_the_operand_follows_them(self) -> None:
        upper = "".join(map(chr, range(0x41, 0x5B)))
        left: Callable[..., Any]
        for name, left, start, wanted, expected in (
            ("moved", lambda text: text[3:], "abcdefgh", "WORLD", "abcWORLD"),
            ("reversed", lambda text: text[::-1], "abcdef", "secret", "terces"),
            ("every second", lambda text: text[::2], "abcdefgh", "WIDE", "WbIdDfEh"),
            ("three on", lambda text: "".join(chr(ord(one) + 3) for one in text), "hello", "fdhvd", "caesa"),
            ("three on, high", lambda text: "".join(chr(ord(one) + 3) for one in text), "ab", "é☃", "æ☀"),
            ("between", lambda text: f"<{text}>", "abc", "<xyz>", "xyz"),
            ("swapped", lambda text: text[1::-1] + text[3:1:-1], "abcd", "4321", "3412"),
            ("the oldest cipher", lambda text: codecs.encode(text, "rot13"), "Wa-bcdef", "Pb zzrap", None),
            ("up and down", lambda text: text.swapcase(), "zzz9", "hIjK", None),
            ("upper part", lambda text: text[:3].translate(str.maketrans(upper.lower(), upper)), "abcdef",
             "QED", None),
        ):  # fmt: skip
            with self.subTest(name):
                found = _found(_asks(left, wanted), start)
                self.assertIn(wanted, [left(*one) for one in found])
                if expected is not None:
                    self.assertEqual(found[0], [expected])

    def test_bytes_are_set_as_the_operand_follows_them(self) -> None:
        left: Callable[..., Any]
        for name, left, start, wanted in (
            ("exclusive or", lambda data: bytes(one ^ 0x5A for one in data), b"abcdef", b"stage2"),
            ("a sum", lambda data: bytes(one + 200 & 0xFF for one in data), b"abcdef", b"stage2"),
            ("exclusive or, all bits", lambda data: bytes(one ^ 0xA5 for one in data), b"abcdef", b"stage2"),
            ("less", lambda data: bytes(one - 100 & 0xFF for one in data), b"abcdef", b"stage2"),
            ("moved", lambda data: data[2:], b"\xfe\xff\x00\x01\x80", b"\x7f\xff\x00"),
            ("pairs", lambda data: bytes(data[at ^ 1] for at in range(len(data))), b"abcd", b"wxyz"),
            ("twice", lambda data: data + data, b"ab", b"xyxy"),
        ):  # fmt: skip
            with self.subTest(name):
                found = _found(_asks(left, wanted), start)
                self.assertIn(wanted, [left(*one) for one in found])

    def test_a_text_may_be_made_of_bytes_and_bytes_of_a_text(self) -> None:
        self.assertEqual(_found(_asks(lambda data: data[1:].decode("latin-1"), "xyz"), b"abcd"), [[b"axyz"]])
        self.assertEqual(
            _found(_asks(lambda text: text.encode("latin-1")[::-1], b"xy\xff"), "abc"), [["\xffyx"]]
        )

    def test_more_or_less_may_be_wanted_than_there_is(self) -> None:
        left: Callable[..., Any] = lambda text: text[1:]  # noqa: E731
        self.assertEqual(_found(_asks(left, "WORLD"), "abc"), [["aWORLD"]])
        every_second: Callable[..., Any] = lambda text: text[::2]  # noqa: E731
        self.assertEqual(_found(_asks(every_second, "WIDE!"), "abcd"), [["WbIdDaEa!"]])
        backward: Callable[..., Any] = lambda text: text[::-1]  # noqa: E731
        self.assertEqual(_found(_asks(backward, "dcba!"), "1234"), [["abcd"]])
        self.assertEqual(_found(_asks(left, "W"), "abcd"), [["aWcd"]])
        self.assertEqual(_found(_asks(left, "W", "startswith"), "abcd"), [["aWcd"]])
        self.assertEqual(_found(_asks(left, "cd", "endswith"), "12345"), [["123cd"]])
        self.assertEqual(_found(_asks(left, "abcdef", "endswith"), "123"), [["1ef"]])
        turned: Callable[..., Any] = lambda text: codecs.encode(text[2:], "rot13")  # noqa: E731
        found = _found(_asks(turned, "Pbzz", "endswith"), "ab-Waxbcdef")
        self.assertTrue(any(turned(*one).endswith("Pbzz") for one in found), found)
        backwards: Callable[..., Any] = lambda text: text[::-1]  # noqa: E731
        self.assertEqual(_found(_asks(backwards, "cd", "endswith"), "12345"), [["dc345"]])

    def test_either_side_may_be_the_one_that_follows(self) -> None:
        program: Program = lambda values: [Seen(1, "==", "word", str(values[0])[::-1])]  # noqa: E731
        self.assertEqual(_found(program, "abcd"), [["drow"]])
        both: Program = lambda values: [Seen(1, "==", str(values[0])[:2], str(values[0])[2:])]  # noqa: E731
        self.assertEqual(_found(both, "abcd"), [["abab"], ["cdcd"]][::-1])

    def test_each_argument_is_changed(self) -> None:
        left: Callable[..., Any] = lambda a, b, c: a[::-1] + b[::-1]  # noqa: E731
        found = _found(_asks(left, "WXYZ"), "ab", "cd", 5)
        self.assertEqual(found, [["XW", "cd", 5], ["ab", "ZY", 5]])

    def test_what_is_empty_is_left_alone(self) -> None:
        self.assertEqual(_probed(_asks(lambda a, b: "x", "y"), "", b"")[0], [])
        for left, right in (("", "a"), ("a", ""), (b"", b"a")):
            probes = Probes()
            probes.consider(Seen(1, "==", left, right), ["abc"], ENOUGH)
            self.assertIsNone(probes.ask())

    def test_what_follows_no_law_is_left_alone(self) -> None:
        left: Callable[..., Any]
        for name, left in (
            ("nothing", lambda text: "same"),
            ("of another length", lambda text: text * (sum(map(ord, text)) % 3)),
            ("twice the number", lambda text: "".join(chr(2 * ord(one)) for one in text)),
            ("everything", lambda text: chr(sum(map(ord, text)) % 97 + 32) * len(text)),
        ):  # fmt: skip
            with self.subTest(name):
                self.assertEqual(_found(_asks(left, "wish"), "abcd"), [])

    def test_of_two_characters_that_count_the_first_is_set(self) -> None:
        self.assertEqual(_found(_asks(lambda text: chr(ord(text[0]) + ord(text[1])), "z"), "01"), [["I1"]])

    def test_a_condition_that_is_not_met_in_some_run_is_followed_in_the_others(self) -> None:
        program = _asks(lambda text: text[::-1], "wxyz")
        some: Program = lambda values: program(values) if str(values[0])[0] == "a" else []  # noqa: E731
        self.assertEqual(_found(some, "abcd"), [["ayxw"]])
        self.assertEqual(_found(lambda values: program(values) if values == ["abcd"] else [], "abcd"), [])

    def test_no_character_is_beyond_the_last(self) -> None:
        def down(text: str) -> str:
            return "".join(chr((ord(one) + 0x10_0000) % 0x11_0000) for one in text)

        for start in ("ab", "\U0010fffe\U0010ffff", "\ud800\udfff"):
            for wanted in ("\U0010ffff\0", "\0\x01", "\ud800z"):
                with self.subTest(start=start, wanted=wanted):
                    for one in _found(_asks(down, wanted), start):
                        str(one[0]).encode("utf-8", "surrogatepass")
        self.assertEqual(_found(_guarded(lambda text: chr(ord(text) - 90), "\U0010ffff"), "a"), [["?"]])
        self.assertEqual(
            _found(_guarded(lambda text: chr(ord(text) - 90), chr(0x11_0000 - 90)), "a"), [["?"]]
        )
        self.assertEqual(_found(_guarded(lambda text: chr(ord(text) + 90), "\0"), "a"), [["?"]])

    def test_of_a_large_value_the_first_characters_are_changed(self) -> None:
        for value in ("ab" * (1 << 19), b"ab" * (1 << 19)):
            left: Callable[..., Any]
            for left, relation in (
                (lambda value: value[:40], "startswith"),
                (lambda value: value, "startswith"),
                (lambda value: value[:0:-1], "endswith"),
            ):
                with self.subTest(kind=type(value).__name__, relation=relation):
                    wanted = "WX" if isinstance(value, str) else b"WX"
                    runs, found = _probed(_asks(left, wanted, relation), value)
                    self.assertEqual(len(runs), 32)
                    (one,) = (made[0] for made in found)
                    assert isinstance(one, (str, bytes))
                    self.assertTrue(getattr(left(one), relation)(wanted))
                    self.assertEqual(len(one), len(value))


class PatienceTest(unittest.TestCase):
    def test_a_place_is_probed_after_ever_more_candidates_and_six_times(self) -> None:
        program = _asks(lambda n: 5, 999)
        probes = Probes()
        started = []
        for tries in range(1, 100_000):
            probes.consider(program([1])[0], [1], tries)
            if _run(probes, program):
                started.append(tries)
        self.assertEqual(started, [24, 96, 384, 1536, 6144, 24_576])

    def test_places_are_counted_for_themselves(self) -> None:
        probes = Probes()
        for number in (1, 2):
            probes.consider(Seen(number, "==", 5, 999), [number], ENOUGH)
        runs = _run(probes, lambda values: [])
        runs += _run(probes, lambda values: [])
        self.assertEqual(
            [run[0] for run in runs], [2, 1 + (1 << 20), 1 - (1 << 20), 3, 2 + (1 << 20), 2 - (1 << 20)]
        )

    def test_only_so_many_wait_and_each_once(self) -> None:
        probes = Probes()
        for number in range(20):
            for again in range(3):
                probes.consider(Seen(number, "==", 5, 999), [100 * number + again], ENOUGH)
        first = [_run(probes, lambda values: [])[0] for _ in range(8)]
        self.assertEqual(first, [[100 * number + 1] for number in range(8)])
        self.assertIsNone(probes.ask())

    def test_only_comparisons_of_one_kind_are_probed(self) -> None:
        for relation, left, right, expected in (
            ("==", 1, 2, True), ("!=", 1, 2, True), ("<", 1, 2.5, True), (">=", 1, 2, True),
            ("startswith", "a", "b", True), ("endswith", b"a", b"b", True), ("<", "a", "b", True),
            ("==", 1, 1, False), ("==", "a", "a", False), ("==", 1, "a", False), ("==", "a", b"a", False),
            ("==", True, 5, False), ("==", None, 5, False), ("==", (1,), (2,), False),
            ("in", "a", "b", False), ("find", "a", "b", False), ("length", 5, 6, False),
            ("loop", 5, None, False), ("re.match", "a", "b", False),
        ):  # fmt: skip
            with self.subTest(relation, left=left, right=right):
                probes = Probes()
                probes.consider(Seen(1, relation, left, right), [1, "a"], ENOUGH)
                self.assertEqual(probes.ask() is not None, expected)

    def test_each_ask_is_one_run_and_what_it_did_not_meet_it_has_not_met(self) -> None:
        probes = Probes()
        probes.consider(Seen(1, "==", 5, 999), [5], ENOUGH)
        self.assertEqual([probes.ask(), probes.ask(), probes.ask(), probes.ask()],
                         [[6], [5 + (1 << 20)], [5 - (1 << 20)], None])  # fmt: skip
        probes.consider(Seen(2, "==", 5, 999), [5], ENOUGH)
        self.assertEqual(probes.ask(), [6])
        probes.take([Seen(2, "==", 6, 999)])
        self.assertEqual(probes.ask(), [999])
        # Without a run of that one, what the one before has met says nothing of it.
        self.assertEqual(probes.ask(), [4])  # the first bit

    def test_what_was_met_before_a_probe_is_none_of_its_own(self) -> None:
        probes = Probes()
        probes.take([Seen(1, "==", 6, 999)])
        probes.consider(Seen(1, "==", 5, 999), [5], ENOUGH)
        self.assertEqual((probes.ask(), probes.ask()), ([6], [5 + (1 << 20)]))

    def test_what_was_found_is_handed_over_once(self) -> None:
        program = _asks(lambda n: 3 * n, 999)
        probes = Probes()
        probes.consider(program([1])[0], [1], ENOUGH)
        self.assertEqual(probes.take_found(), [])
        _run(probes, program)
        first = probes.take_found()
        self.assertIn([333], first)
        self.assertEqual(probes.take_found(), [])
        probes.consider(Seen(2, "==", 5, 999), [1], ENOUGH)
        _run(probes, lambda values: [Seen(2, "==", 5, 999)])
        self.assertEqual(probes.take_found(), [])

    def test_inputs_are_not_changed_in_place(self) -> None:
        for values in ([5, "7 8"], ["abc", b"d"]):
            before: list[Value] = [*values]
            given: list[Value] = [*before]
            probes = Probes()
            one = Seen(1, "==", 5, 999) if type(given[0]) is int else Seen(1, "==", "x", "y")
            probes.consider(one, given, ENOUGH)
            made = [*_run(probes, _always(one)), *probes.take_found()]
            self.assertEqual(given, before)
            self.assertTrue(all(run is not given for run in made))


def _of_first(turn: Callable[[Any], list[Seen]]) -> Program:
    return lambda values: turn(values[0])


def _always(one: Seen) -> Program:
    return lambda values: [one]


class RoundingTest(unittest.TestCase):
    def test_quotients_are_rounded_and_exact(self) -> None:
        for one, other, expected in (
            (7, 2, 4), (-7, 2, -3), (6, 4, 2), (5, 4, 1), (10**300 + 5, 10, 10**299 + 1), (-5, 4, -1),
            (7, -2, -3), (5.0, 4, 1), (7.6, 2, 4),
        ):  # fmt: skip
            with self.subTest(one=one, other=other):
                self.assertEqual(probes_module._quotient(one, other), expected)
