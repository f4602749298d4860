"""What ``replacements`` promises of its results, whatever it is given."""

from __future__ import annotations

import math
import random
import struct
import sys
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.operands_find import replacements
from gofuzz_py.internal.operands_find_spell import wide
from gofuzz_py.internal.rand import FastRand

LIMIT = 1 << 20


def found(
    value: Value, seen: object, wanted: object, seed: int = 1, most: int = 16, limit: int = LIMIT
) -> list[Any]:
    """Call ``replacements`` with a source of its own."""
    return replacements(value, seen, wanted, FastRand(seed), most, limit)


def size_of(value: bytes | str) -> int:
    """Return the bytes of a value, as the limit counts them."""
    return len(value) if isinstance(value, bytes) else len(value.encode("utf-8", "surrogatepass"))


OPERANDS: tuple[object, ...] = (
    "", "a", "abc", "ABC def", "é☃😀", "\ud800\udcff", "x" * 300, '<&"%\\', "12", "-1.5e3", "nan",
    b"", b"a", b"abc", b"\xff\x00", b"QUJD", bytes(range(256)),
    0, 1, -1, 5, 255, 256, -(1 << 31), 1 << 64, 10**50, -(10**700),
    0.0, -0.0, 1.5, 1e300, 5e-324, math.inf, -math.inf, math.nan, True, False, None,
)  # fmt: skip

VALUES: tuple[Value, ...] = (
    b"", b"a", b"abc abc ABC", b"\x00\x00\x00\x05hello\xff\xfe",
    b'{"a": "b\\u0041", "n": [1, 2.5e3, -7]}', b"QUJDREVG%41&lt;&#65;=41",
    "", "a", "abc abc ABC", "é☃😀\ud800", "a=1&b=%20&amp;c=''0x1F", "1" * 500 + " 2024-01-31 1_000",
    0, 5, -1, 1 << 70, 12345, 0.0, 1.5, -1e300, math.inf, math.nan, True, False,
)  # fmt: skip


def identity(value: Value) -> object:
    """Return what tells two values of one type apart."""
    return struct.pack("<d", value) if isinstance(value, float) else value


@contextmanager
def digits_limited_to(most: int) -> Iterator[None]:
    """Let no int of more digits be converted, as a target may have it."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(most)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(before)


class PromiseTest(unittest.TestCase):
    def check(self, value: Value, seen: object, wanted: object, most: int, limit: int) -> None:
        results = found(value, seen, wanted, most=most, limit=limit)
        self.assertLessEqual(len(results), most)
        self.assertEqual({type(result) for result in results} - {type(value)}, set())
        self.assertEqual(len({identity(result) for result in [value, *results]}), len(results) + 1)
        if isinstance(value, (bytes, str)):
            self.assertLessEqual(max(map(size_of, results), default=0), limit)

    def test_results_are_other_values_of_the_type_for_operands_of_every_type(self) -> None:
        source = random.Random(1)
        with digits_limited_to(640):
            for value in VALUES:
                for seen in OPERANDS:
                    wanted = source.choice(OPERANDS)
                    with self.subTest(value=value, seen=str(type(seen)), wanted=str(type(wanted))):
                        self.check(
                            value, seen, wanted, source.choice((1, 5, 16)), source.choice((12, 64, LIMIT))
                        )

    def test_values_and_operands_from_each_other_keep_the_promise(self) -> None:
        source = random.Random(2)
        texts = [value for value in VALUES if isinstance(value, (bytes, str)) and value]
        for _ in range(300):
            value, other = source.choice(texts), source.choice(texts)
            start = source.randrange(len(value))
            seen, wanted = value[start : start + source.randint(1, 9)], other[: source.randint(0, 9)]
            self.check(value, seen, wanted, 8, source.choice((20, 40, LIMIT)))

    def test_nothing_is_asked_and_nothing_is_returned(self) -> None:
        self.assertEqual(found(b"abc", b"abc", b"abd", most=0), [])
        self.assertEqual(found(b"abc", b"abc", b"abc"), [])

    def test_the_same_source_gives_the_same_results(self) -> None:
        for value, seen, wanted in (
            (b"a,b" * 99, b"b", b"c"),
            ("x 5 " * 50, 5, 6),
            (b"q" * 9, "none", "such"),
        ):
            self.assertEqual(found(value, seen, wanted, 7), found(value, seen, wanted, 7))

    def test_what_was_searched_before_changes_nothing(self) -> None:
        first = found("a%20b 12 QUJD", "a b", "c d")
        found("a%20b 12 QUJD", 12, 13)
        found("e%20f", "e f", "c d")
        self.assertEqual(found("a%20b 12 QUJD", "a b", "c d"), first)

    def test_repeated_calls_come_to_every_place(self) -> None:
        value = b"." * 100 + b"ab" * 60
        changed = set()
        rand = FastRand(1)
        for _ in range(150):
            for result in replacements(value, b"b", b"X", rand, 8, LIMIT):
                assert isinstance(result, bytes)
                if len(result) == len(value) and result.count(b"X") == 1:
                    changed.add(result.index(b"X"))
        self.assertEqual(changed, set(range(101, 220, 2)))

    def test_repeated_calls_come_to_all_parts_of_a_large_value(self) -> None:
        value = b"b" * 100_000
        rand = FastRand(1)
        changed = set()
        for _ in range(100):
            for result in replacements(value, b"b", b"X", rand, 8, LIMIT):
                assert isinstance(result, bytes)
                changed.add(result.find(b"X") // 10_000)
        self.assertEqual(changed & set(range(10)), set(range(10)))


class HostileTest(unittest.TestCase):
    def test_operands_of_any_size_are_borne(self) -> None:
        huge: tuple[object, ...] = (
            "x" * 500_000,
            b"\xff" * 500_000,
            1 << 400_000,
            -(10**5000),
            "é" * 300_000,
        )
        with digits_limited_to(640):
            for value in ("abc 12", b"abc \x00\x01", 5, 2.5, 1 << 400_000):
                for operand in huge:
                    for seen, wanted in ((operand, 5), ("abc", operand), (operand, operand * 2)):  # type: ignore[operator]
                        results = found(value, seen, wanted, most=4, limit=1000)
                        self.assertLessEqual(len(results), 4)

    def test_values_full_of_what_is_looked_for_are_borne(self) -> None:
        for piece in ("1 ", "%41", "\\u0041", "&#65;", "QUJD", "=41\n", "''", "0x1_", "a_-", "1.", "9e9"):
            value = (piece * 30_000)[:30_000]
            for seen, wanted in ((b"A" * 40, b""), (1, 2)):
                with self.subTest(piece, seen=str(seen)[:9]):
                    self.assertLessEqual(len(found(value, seen, wanted, most=4)), 4)

    def test_a_value_beyond_the_bounds_is_still_searched(self) -> None:
        for piece in (b"%41", b"1 ", b"QUJD"):
            value = piece * 40_000 + b"needle"
            self.assertIn(value[:-6] + b"haystack", found(value, b"needle", b"haystack"))

    def test_a_number_of_too_many_digits_is_not_read(self) -> None:
        with digits_limited_to(640):
            for value in ("7" * 5000, b"7" * 5000 + b" 12", "0" * 4999 + "5"):
                self.assertTrue(found(value, 12, 13))


class OrderTest(unittest.TestCase):
    def test_a_value_that_is_the_operand_is_replaced_as_a_whole_first(self) -> None:
        self.assertEqual(found(b"guess", b"guess", b"checkpoint")[0], b"checkpoint")
        self.assertEqual(found("guess", "guess", "checkpoint")[0], "checkpoint")
        self.assertEqual(found("guess", b"guess", b"checkpoint")[0], "checkpoint")
        self.assertEqual(found(b"guess", "guess", "checkpoint")[0], b"checkpoint")

    def test_a_sure_find_comes_before_guesses(self) -> None:
        value = b"q=5;size=70000;r=5"
        self.assertEqual(found(value, 70000, 7)[0], b"q=5;size=7;r=5")

    def test_the_wanted_text_is_written_over_and_in_between(self) -> None:
        results = found(b"head:magic:tail", b"magic", b"longer!")
        self.assertEqual(results[0], b"head:longer!:tail")
        self.assertIn(b"head:longer!ail", results)
        self.assertIn(b"head:ok:tail", found(b"head:magic:tail", b"magic", b"ok"))
        self.assertIn(b"head:okgic:tail", found(b"head:magic:tail", b"magic", b"ok"))

    def test_all_places_are_changed_together_too(self) -> None:
        self.assertIn("<bb>x</bb>", found("<aaa>x</aaa>", "aaa", "bb"))

    def test_a_fixed_field_keeps_its_size(self) -> None:
        self.assertIn(b"name\0\0\0end", found(b"longer\0end", b"longer", b"name"))
        self.assertIn(b"longer\0end", found(b"name\0\0\0end", b"name", b"longer"))

    def test_the_length_in_front_is_mended(self) -> None:
        for before, after in (
            (b"d4:spame", b"d7:nothinge"),
            (b"\x04spam", b"\x07nothing"),
            (b"\xa4spam", b"\xa7nothing"),
            (b"\0\0\0\x04spam", b"\0\0\0\x07nothing"),
            (b"\x04\0spam!", b"\x07\0nothing!"),
        ):
            self.assertIn(
                after,
                found(b"<" + before, b"spam", b"nothing")[0:4]
                and [r[1:] for r in found(b"<" + before, b"spam", b"nothing")],
            )

    def test_a_word_does_not_become_one_with_its_neighbours(self) -> None:
        self.assertIn("WHERE id=4", found("WHERE8=4", "8", "id"))
        self.assertIn("a 12 b", found("a*b", "*", " 12 "))
        self.assertIn("1 7 2", found("1*2", "*", "7"))
        self.assertNotIn("1 7 2", found("182", "8", "7"))
        self.assertIn(b"x if y", found(b"x=y", b"=", b" if "))
        self.assertIn(b"x or y", found(b"x y", b" ", b" or "))

    def test_a_length_of_nothing_fills_what_is_empty(self) -> None:
        self.assertIn("--aaaaa-", found("---", 0, 5))
        self.assertIn("a-aaa", found("a-", 0, 3))
        self.assertIn(b"a,aa,b", found(b"a,,b", 0, 2))
        self.assertEqual([text for text in found("\r\n", 0, 3) if "\raaa\n" in text], [])

    def test_the_case_of_the_place_is_kept_too(self) -> None:
        self.assertEqual(found("x GET y", "get", "post")[:2], ["x post y", "x POST y"])
        self.assertIn("x Post y", found("x Get y", "get", "post"))

    def test_only_what_is_missing_is_put_to_a_text_of_another_case(self) -> None:
        self.assertIn("x GeT/1 y", found("x GeT y", "get", "get/1"))
        self.assertIn("x a GeT y", found("x GeT y", "get", "a get"))

    def test_a_wanted_text_is_escaped_as_its_place_asks_for(self) -> None:
        self.assertIn('{"k": "a\\"b"}', found('{"k": "v123"}', "v123", 'a"b'))
        self.assertIn("<p>a&lt;b</p>", found("<p>v123</p>", "v123", "a<b"))
        self.assertIn("x=%20&y=a%26b", found("x=%20&y=v123", "v123", "a&b"))


class NowhereTest(unittest.TestCase):
    def test_an_operand_that_is_nowhere_is_put_in(self) -> None:
        for value, wanted, word in (
            ("abc def", "magic", "magic"),
            ("abc def", 77, "77"),
            ("abc def", None, "null"),
        ):
            results = found(value, "nowhere", wanted, most=40)
            for expected in (word, word + value, value + word):
                self.assertIn(expected, results)
            self.assertTrue({f"abc{word} def", f"abc {word}def"} & set(results), results)

    def test_bytes_get_a_number_as_digits_and_as_a_field(self) -> None:
        results = found(b"abc", 123456, 70000, most=60)
        for word in (b"70000", struct.pack(">I", 70000), struct.pack("<I", 70000)):
            self.assertTrue(any(word in result for result in results), word)

    def test_an_empty_operand_is_filled(self) -> None:
        self.assertIn(b"key=value", found(b"key=", b"", b"value"))
        self.assertEqual(set(found("", "", "ab", most=3)) & {"ab"}, {"ab"})

    def test_an_operand_is_put_in_where_what_was_found_cannot_be_written(self) -> None:
        self.assertIn(b"99999", found(b"a", 1, 99999))
        self.assertTrue(found(b"a", 1, 1 << 70))

    def test_a_part_of_an_operand_is_enough(self) -> None:
        for value, seen, wanted, expected in (
            ("see <abcdefg> there", "abcdeXX", "wanted", "see <wanted> there"),
            ("see <abcdefg> there", "XXdefg", "wanted", "see <abcwanted> there"),
            ("see <abc--def> there", "abc+def", "wanted", "see <wanted> there"),
            ("it is name here", "get_name_v2", "get_size_v2", "it is size here"),
        ):
            with self.subTest(seen):
                self.assertIn(expected, found(value, seen, wanted))

    def test_what_the_program_put_round_the_value_is_left_to_it(self) -> None:
        self.assertEqual(found("abc", "Hello abc!", "Hello bob!")[0], "bob")
        self.assertEqual(found(b" abc\n", b"<abc>", b"<defg>")[0], b" defg\n")
        self.assertIn("x\nbob\ny", found("x\nabc\ny", "Hello abc!", "Hello bob!"))

    def test_a_length_that_cannot_be_written_is_not_mended(self) -> None:
        for result in found(b"\0\x04spam", b"spam", b"x" * 70_000):
            self.assertIn(result[:1], (b"\0", b"x"))
        self.assertEqual(found(b"q" * 70_000, b"q" * 70_000, b"x")[0], b"x")

    def test_a_character_that_grows_in_lower_case_spoils_nothing(self) -> None:
        self.assertIn("İ <wanted> İ", found("İ <TOKEN> İ", "token", "wanted"))


class SizeTest(unittest.TestCase):
    def sizes(self, value: Any, seen: int, wanted: int, measure: Any) -> set[int]:
        self.assertEqual(measure(value), seen)
        return {measure(result) for result in found(value, seen, wanted)}

    def test_a_length_is_reached_by_growing_and_shrinking(self) -> None:
        for measure in (len, lambda text: len(text) - 4, lambda text: len(text) + 8):
            for value in ("some words of text", b"some words of text"):
                seen = measure(value)
                self.assertIn(40, self.sizes(value, seen, 40, measure))
                self.assertIn(9, self.sizes(value, seen, 9, measure))

    def test_the_length_in_utf_8_is_one_too(self) -> None:
        self.assertIn(30, self.sizes("é☃ and more", 14, 30, lambda text: len(text.encode())))

    def test_a_length_beyond_the_bound_is_left_alone(self) -> None:
        for result in found("some words", 10, 1 << 40):
            self.assertLess(len(result), 5000)

    def test_the_length_of_a_line_or_field_is_reached(self) -> None:
        self.assertIn(
            31, self.sizes("first\nthe second line\nlast", 15, 31, lambda text: len(text.split("\n")[1]))
        )
        self.assertIn(3, self.sizes(b"name=abcdefghij;x", 10, 3, lambda data: len(data[5:].split(b";")[0])))

    def test_a_count_is_reached(self) -> None:
        for wanted in (2, 9):
            self.assertIn(wanted, self.sizes("a,b,c,d", 3, wanted, lambda text: text.count(",")))
            self.assertIn(wanted, self.sizes("a,b,c,d", 4, wanted, lambda text: len(text.split(","))))
            self.assertIn(wanted, self.sizes(b"one\ntwo\nthree\n", 3, wanted, lambda data: data.count(b"\n")))
            self.assertIn(wanted, self.sizes("aqbqcqdqe", 4, wanted, lambda text: text.count("q")))


class NumberArgumentTest(unittest.TestCase):
    def test_an_int_that_is_the_operand_becomes_the_wanted_one_and_its_neighbours(self) -> None:
        self.assertEqual(found(7, 7, 1000)[:3], [1000, 1001, 999])

    def test_an_int_of_which_the_operand_was_reckoned_is_reckoned_back(self) -> None:
        for name, see in (
            ("plus", lambda number: number + 77),
            ("times", lambda number: number * 12),
            ("low byte", lambda number: number & 0xFF),
            ("high bits", lambda number: number >> 16),
            ("middle byte", lambda number: number >> 8 & 0xFF),
            ("xor", lambda number: number ^ 0x5A5A5A5A),
            ("digits", str),
            ("hex", lambda number: f"{number:x}"),
            ("a digit group", lambda number: str(number)[2:5]),
            ("bytes", lambda number: number.to_bytes(4, "big")),
            ("some bytes", lambda number: number.to_bytes(4, "little")[:2]),
            ("character", lambda number: chr(number % 0x110000)),
        ):
            value, target = 0x12345678, 0x12345678 + 12 * 65536 * 3 + 256 * 5 + 7
            with self.subTest(name):
                wanted = see(target)
                results = found(value, see(value), wanted, most=40)
                self.assertTrue(
                    any(result >= 0 and result < 1 << 32 and see(result) == wanted for result in results),
                    results,
                )

    def test_a_float_is_reckoned_back(self) -> None:
        for name, see, wanted in (
            ("itself", lambda number: number, 9.25),
            ("plus", lambda number: number + 3.0, 100.0),
            ("times", lambda number: number * 8, 4.0),
            ("int", int, 77),
            ("text", repr, "1.25"),
            ("bytes", lambda number: struct.pack(">d", number), struct.pack(">d", 3.5)),
        ):
            with self.subTest(name):
                self.assertTrue(
                    any(
                        math.isfinite(result) and see(result) == wanted
                        for result in found(2.75, see(2.75), wanted)
                    )
                )

    def test_an_int_wanted_as_float_lies_on_both_sides(self) -> None:
        self.assertEqual(set(found(5, 5.0, 7.5)[:2]) & {7, 8}, {7, 8})

    def test_a_bool_becomes_the_other(self) -> None:
        self.assertEqual(found(True, "x", 5), [False])
        self.assertEqual(found(False, None, None), [])


class BesideTest(unittest.TestCase):
    def test_what_was_seen_stays_and_what_is_wanted_stands_behind_or_before_it(self) -> None:
        for value, seen, wanted, expected in (
            (b"key=abc", "abc", "xyz", {b"key=abcxyz", b"key=xyzabc"}),
            ("a: 12", 12, 700, {"a: 12700", "a: 70012"}),
        ):
            with self.subTest(value=value):
                results = replacements(value, seen, wanted, FastRand(1), 8, LIMIT, is_beside=True)
                self.assertLessEqual(expected, set(results))


class WideTest(unittest.TestCase):
    def test_text_in_two_or_four_bytes_a_character_is_known(self) -> None:
        for codec in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
            with self.subTest(codec):
                self.assertEqual(wide('{"k": true}'.encode(codec)), (codec, '{"k": true}'))
        self.assertEqual(wide("abc".encode("utf-16-le") + b"d"), ("utf-16-le", "abc"))

    def test_other_bytes_are_not(self) -> None:
        for value in (b"", b"\0", b"abc", bytes(8), b"\0\0\0\x05hello", bytes(range(256))):
            with self.subTest(value=value[:9]):
                self.assertIsNone(wide(value))


if __name__ == "__main__":
    unittest.main()
