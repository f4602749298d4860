"""Shrinking bytes and str: characters, structure, and several arguments at once."""

from __future__ import annotations

import json
import random
import re
import unittest
from typing import TYPE_CHECKING

from gofuzz_py.internal.kinds import BYTES, INT, STR
from gofuzz_py.internal.minimize_structure import find_mates
from tests.helpers_minimize import Search

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.kinds import Kind, Value

Case = tuple[str, "Kind", "bytes | str", "Callable[..., object]", "bytes | str", int]


def has_surrogate(text: str) -> bool:
    """Say whether a text holds a lone surrogate."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def depth(value: object) -> int:
    """Return how deep the containers of a JSON value are nested."""
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


def loads(text: str) -> object:
    """Parse JSON; return None for what is not."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def counts_its_items(value: bytes) -> bool:
    """Say whether a record's first byte is its length and a Q is in it."""
    return value[:1] == bytes([len(value) - 1 & 0xFF]) and b"Q" in value


def counts_in_decimal(value: bytes) -> bool:
    """Say whether a netstring is as long as it says and holds a Q."""
    match = re.match(rb"([0-9]+):", value)
    return match is not None and int(match[1]) == len(value) - match.end() and b"Q" in value


_DOCUMENT = json.dumps({"name": "some text", "list": [1, 2, {"deep": [3, "x", {"k": None}]}], "b": [1]})

#: A name, the kind, the original, the condition, the result, the most calls.
CHARACTERS: tuple[Case, ...] = (
    ("non-ASCII", STR, "h\u1e9ello", lambda v: not v.isascii(), "é", 60),
    ("outside the BMP", STR, "x\U0001f9d1y", lambda v: max(v, default="") > "\uffff", "\U0001f600", 60),
    ("grows in lower case", STR, "Grüße aus \u0130stanbul", lambda v: len(v.lower()) > len(v), "\u0130", 80),
    ("a lone surrogate", STR, "a\udc80b\U0001f600", has_surrogate, "\udc80", 70),
    ("a digit of any script", STR, "zz\u0667", lambda v: v.isdecimal(), "0", 10),
    ("a high byte", BYTES, b"abc\xf3\xff\x00", lambda v: max(v, default=0) >= 0x80, b"\x80", 60),
    ("a byte above a limit", BYTES, b"abc\xf3\xff\x00", lambda v: max(v, default=0) >= 0xA7, b"\xa7", 70),
    ("a letter of one script", STR, "z\u3093", lambda v: re.search("[\u3041-\u3096]", v), "\u3041", 70),
    ("a control character", BYTES, b"abc\x1f\xff", lambda v: min(v, default=32) < 32, b"\x00", 60),
    ("a newline", STR, "some\ntext", lambda v: "\n" in v, "\n", 60),
    ("one of a few", BYTES, b"x~y", lambda v: set(v) & set(b"~!c"), b"c", 60),
    ("a punctuation mark", BYTES, b"a[b]{c}", lambda v: b"{" in v, b"{", 60),
)

#: Values that only shrink if two places change together.
STRUCTURED: tuple[Case, ...] = (
    ("brackets in pairs", STR, "f(g[h(x)])", lambda v: balanced(v) and "x" in v, "x", 100),
    (
        "quotes in pairs",
        BYTES,
        b'"""needle"""',
        lambda v: v.count(b'"') % 2 == 0 and b"needle" in v,
        b"needle",
        800,
    ),
    ("a nested document", STR, _DOCUMENT, lambda v: depth(loads(v)) >= 3, '[{"":{}}]', 1000),
    (
        "a word in a document",
        STR,
        _DOCUMENT,
        lambda v: "null" in v and loads(v) is not None,
        '{"":null}',
        700,
    ),
    ("a length byte", BYTES, b"\x20abcdefghijklmnopqrstuvwQ01234567", counts_its_items, b"\x01Q", 250),
    ("a decimal length", BYTES, b"20:abcdefghijklmnopqrsQ", counts_in_decimal, b"1:Q", 200),
    (
        "equal halves",
        BYTES,
        b"k3qk3q",
        lambda v: v[: len(v) // 2] == v[len(v) // 2 :] and len(v) > 3,
        b"0000",
        60,
    ),
    ("a palindrome", STR, "xyzzaQazzyx", lambda v: v == v[::-1] and len(v) > 4 and v.isalpha(), "aaAaa", 200),
)


def balanced(text: str) -> bool:
    """Say whether the round and square brackets of a text are balanced."""
    while text != (text := re.sub(r"\([^()\[\]]*\)|\[[^()\[\]]*\]", "", text)):
        pass
    return not set(text) & set("()[]")


class CharacterTest(unittest.TestCase):
    def check(self, cases: tuple[Case, ...]) -> None:
        """Minimize each case and compare."""
        for name, kind, original, condition, result, most_calls in cases:
            with self.subTest(name=name):
                search = Search([kind], [original], condition)
                self.assertEqual(search.run(), [result])
                self.assertLessEqual(search.calls, most_calls)
                self.assertEqual(search.complaints, [])

    def test_what_must_stay_becomes_the_plainest_of_its_sort(self) -> None:
        self.check(CHARACTERS)

    def test_places_that_depend_on_each_other_change_together(self) -> None:
        self.check(STRUCTURED)

    def test_a_text_without_surrogates_gets_none(self) -> None:
        text = "\ue000\uffff\U00010000é" * 5
        search = Search([STR], [text], lambda v: len(v) > 5 and min(v) > "\x7f")
        search.run()
        self.assertFalse(any(has_surrogate(str(value)) for (value,) in search.tried))

    def test_a_text_with_surrogates_gets_no_other_ones(self) -> None:
        search = Search([STR], ["a\udfff\ud900b"], lambda v: has_surrogate(v))
        search.run()
        found = {character for (value,) in search.tried for character in str(value)}
        # By code: to a linter all lone surrogates look alike.
        self.assertLessEqual({code for code in map(ord, found) if 0xD800 <= code < 0xE000}, {0xDFFF, 0xD900})

    def test_text_is_cut_between_characters_and_never_inside(self) -> None:
        text = "\U0001f600é\u4e2d" * 10
        search = Search([STR], [text], lambda v: v.count("\u4e2d") >= 2)
        self.assertEqual(search.run(), ["\u4e2d\u4e2d"])
        for (value,) in search.tried:
            str(value).encode()  # raises if a character was broken

    def test_whole_lines_go_where_parts_of_lines_cannot(self) -> None:
        text = "".join(f"key{number} = {number * number}\n" for number in range(300))

        def is_settings(value: str) -> bool:
            return re.fullmatch(r"(key[0-9]+ = [0-9]+\n)*", value) is not None

        search = Search([STR], [text], lambda v: is_settings(v) and "key217 =" in v and "key3 =" in v)
        self.assertEqual(search.run(), ["key3 = 0\nkey217 = 0\n"])
        self.assertLessEqual(search.calls, 1200)

    def test_a_record_goes_as_a_whole_from_the_middle_of_what_must_stay(self) -> None:
        needed = b"the quick brown fox jumps over the lazy dog" * 4
        record = b"#12345#"
        value = needed[:111] + record + needed[111:]
        search = Search([BYTES], [value], lambda v: re.sub(rb"#[0-9]{5}#", b"", v) == needed)
        self.assertEqual(search.run(), [needed])

    def test_large_pieces_are_blanked_at_once(self) -> None:
        search = Search([BYTES], [b"z" * 400], lambda v: v[200:203] == b"zzz" and len(v) >= 400)
        self.assertEqual(search.run(), [b"0" * 200 + b"zzz" + b"0" * 197])
        self.assertLessEqual(search.calls, 3000)

    def test_two_needed_lines_of_four_thousand_are_found(self) -> None:
        text = "\n".join(f"line {number}: some value" for number in range(4000))
        search = Search([STR], [text], lambda v: 0 <= v.find("line 17:") < v.find("line 3000:"))
        self.assertEqual(search.run(), ["line 17:line 3000:"])
        self.assertLessEqual(search.calls, 900)

    def test_hundreds_of_needed_brackets_shrink_in_a_bounded_number_of_calls(self) -> None:
        text = "[" * 400 + "]" * 400
        search = Search([STR], [text], lambda v: v.count("[") == v.count("]") >= 150 and "[]" in v)
        self.assertEqual(search.run(), ["[" * 150 + "]" * 150])
        self.assertLessEqual(search.calls, 6000)


class MatesTest(unittest.TestCase):
    def test_pairs_are_found_outer_before_inner(self) -> None:
        cases: tuple[tuple[str, list[tuple[int, int, int]]], ...] = (
            ("", []),
            ("(a)", [(0, 2, -1)]),
            ("([])", [(0, 3, -1), (1, 2, 0)]),
            ("()[]", [(0, 1, -1), (2, 3, -1)]),
            ("{(}", [(0, 2, -1)]),
            ("))(", []),
            ("a > b)", []),
            ("\"a\" 'b'", [(0, 2, -1), (4, 6, -1)]),
            ("([)]", [(0, 2, -1)]),
        )
        for text, expected in cases:
            with self.subTest(text=text):
                self.assertEqual([tuple(pair) for pair in find_mates(text)], expected)
                self.assertEqual(find_mates(text.encode()), find_mates(text))

    def test_offsets_of_bytes_count_bytes(self) -> None:
        self.assertEqual([pair[:2] for pair in find_mates("é()".encode())], [(2, 3)])
        self.assertEqual([pair[:2] for pair in find_mates("é()")], [(1, 2)])


class JointTest(unittest.TestCase):
    def check(
        self, kinds: list[Kind], original: list[Value], condition: Callable[..., object], result: list[Value]
    ) -> None:
        """Minimize and compare."""
        search = Search(kinds, original, condition)
        self.assertEqual(search.run(), result)
        self.assertEqual(search.complaints, [])
        self.assertLessEqual(search.calls, 600)

    def test_equal_texts_stay_equal(self) -> None:
        self.check(
            [STR, STR], ["hello", "hello"], lambda a, b: a == b and len(a) > 2 and a.isalpha(), ["AAA", "AAA"]
        )

    def test_numbers_at_a_fixed_distance_go_down_together(self) -> None:
        self.check([INT, INT], [98765, 98766], lambda a, b: b == a + 1 and a > 500, [501, 502])
        self.check([INT, INT], [-3000, 3000], lambda a, b: a == -b and b > 70, [-71, 71])

    def test_an_offset_follows_what_it_points_to(self) -> None:
        data = b"a" * 57 + b"\x00" + b"x" * 20
        self.check([INT, BYTES], [57, data], lambda n, v: v[n : n + 1] == b"\x00", [0, b"\x00"])

    def test_a_length_follows_the_text_it_measures(self) -> None:
        self.check([STR, INT], ["a" * 57, 57], lambda v, n: n == len(v) and n > 3, ["0000", 4])
        self.check([STR, INT], ["AB" + "x" * 57, 59], lambda v, n: n == len(v) and v[:2] == "AB", ["AB", 2])


class LongTest(unittest.TestCase):
    def test_a_spent_budget_leaves_the_large_pieces_deleted(self) -> None:
        rnd = random.Random(1)
        data = rnd.randbytes(50_000) + b"needle" + rnd.randbytes(50_000)
        search = Search([BYTES], [data], lambda v: b"needle" in v, budget=60)
        self.assertLess(len(str(search.run()[0])), 2000)


if __name__ == "__main__":
    unittest.main()
