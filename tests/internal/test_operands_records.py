"""What is put in where nothing stands yet, and in records of its own."""

from __future__ import annotations

import unittest
from typing import Any

from gofuzz_py.internal.operands_records import beside, insertions, literals
from gofuzz_py.internal.rand import FastRand


class InsertionTest(unittest.TestCase):
    def test_a_part_goes_to_the_ends_and_next_to_separators(self) -> None:
        def behind(text: str) -> list[str]:
            """Return the text with a usual separator and the part."""
            return [f"{text}{separator}Z" for separator in "=: ,"]

        for value, wanted, expected in (
            ("a;b", "Z", ["Za;b", "a;bZ", "a;Zb", "aZ;b", "a;b;Z", *behind("a;b"), "Z"]),
            (b"a,b", b"Z", [b"Za,b", b"a,bZ", b"a,Zb", b"aZ,b", *map(str.encode, behind("a,b")), b"Z"]),
            ("ab", "Z", ["Zab", "abZ", *behind("ab"), "Z"]),
            ("", "Z", ["Z"]),
            (b"", b"Z", [b"Z"]),
        ):
            with self.subTest(value=value):
                self.assertCountEqual(insertions(value, wanted, FastRand(1), 9), expected)

    def test_a_part_of_the_other_kind_is_translated(self) -> None:
        self.assertIn(b"\xc3\xa9a", insertions(b"a", "é", FastRand(1), 9))
        self.assertIn("\xffa", insertions("a", b"\xff", FastRand(1), 9))
        self.assertIn(b"\xed\xa0\x80", insertions(b"", "\ud800", FastRand(1), 9))
        self.assertIn("\ud800a", insertions("a", "\ud800", FastRand(1), 9))

    def test_the_ends_come_first_and_other_places_take_turns(self) -> None:
        text = ",".join("abcdefghij")
        found = [insertions(text, "Z", FastRand(seed), 4) for seed in range(8)]
        for one in found:
            self.assertEqual(one[:2], ["Z" + text, text + "Z"])
            self.assertLessEqual(len(one), 9)
        self.assertGreater(len({tuple(one) for one in found}), 2)
        self.assertEqual(found[3], insertions(text, "Z", FastRand(3), 4))

    def test_what_is_no_text_takes_nothing_in(self) -> None:
        for value, wanted in (
            (5, "a"),
            ("a", 5),
            ("a", ""),
            (b"a", b""),
            (1.5, b"a"),
            (True, "a"),
            ("a", None),
        ):
            with self.subTest(value=value, wanted=wanted):
                self.assertEqual(insertions(value, wanted, FastRand(1), 9), [])
                self.assertEqual(beside(value, "a", wanted), [])

    def test_the_end_of_a_line_is_not_torn_apart(self) -> None:
        found = insertions(b"a b\r\n:\r\n\r\n", b"key", FastRand(1), 100)
        self.assertIn(b"a b\r\nkey:\r\n\r\n", found)
        self.assertEqual([one for one in found if isinstance(one, bytes) and b"\rkey" in one], [])

    def test_a_part_comes_with_the_length_that_stands_in_front(self) -> None:
        found = insertions(b"\x10\x00\x00\x22\x00\x00", b"root", FastRand(1), 4)
        self.assertIn(b"\x10\x00\x04root\x22\x00\x00", found)
        self.assertIn(b"\x05apple|", insertions(b"\x00|", b"apple", FastRand(1), 4))
        self.assertNotIn("\x04root", insertions("\0", "root", FastRand(1), 4))

    def test_long_texts_are_left_alone(self) -> None:
        long: Any
        for long, part in (("a," * (1 << 16), "a"), (b"a," * (1 << 16), b"a")):
            self.assertEqual(insertions(long, part, FastRand(1), 9), [])
            self.assertEqual(beside(long, part, part), [])

    def test_texts_of_separators_alone_give_few(self) -> None:
        self.assertLessEqual(len(insertions(", " * 9000, "Z", FastRand(1), 6)), 13)


class BesideTest(unittest.TestCase):
    def test_a_record_is_repeated_with_another_value_in_it(self) -> None:
        for value, seen, wanted, expected in (
            ("a=1\nb=2\n", "b", "c", "a=1\nb=2\nc=2\n"),
            ("a=1\nb=2", "a", "c", "a=1\nc=1\nb=2"),
            (b"a=1\nb=2\n", b"b", b"c", b"a=1\nb=2\nc=2\n"),
            ("x=1&y=2", "y", "z", "x=1&y=2&z=2"),
            (b"x=1&y=2", b"x", b"z", b"x=1&z=1&y=2"),
            ('{"a": 1, "b": 2}', "b", "c", '{"a": 1, "b": 2, "c": 2}'),
            (b'{"a": 1}', b"a", b"c", b'{"a": 1,"c": 1}'),
            ("[1,2]", "2", "3", "[1,2,3]"),
            ("one", "one", "two", "one\ntwo"),
            (b"k=v;", "k", "\xe9", b"k=v;\xc3\xa9=v;"),
        ):
            with self.subTest(value=value):
                self.assertIn(expected, beside(value, seen, wanted))

    def test_what_stands_between_the_records_comes_first(self) -> None:
        for value, expected in (("a=1&b=2", "a=1&b=2&c=2"), ("a=1;b=2", "a=1;b=2;c=2"), ("a\nb", "a\nb\nc")):
            self.assertEqual(beside(value, "b", "c")[0], expected)

    def test_there_are_few_and_all_differ(self) -> None:
        found = beside("a|b,c", "b", "z")
        self.assertEqual(len(found), 4)
        self.assertEqual(len(set(found)), 4)

    def test_what_does_not_stand_there_cannot_be_repeated(self) -> None:
        for value, seen, wanted in (("abc", "x", "y"), ("abc", "", "y"), ("abc", "a", ""), ("", "a", "b")):
            self.assertEqual(beside(value, seen, wanted), [])


class LiteralTest(unittest.TestCase):
    def test_a_literal_of_one_type_stands_for_one_of_another(self) -> None:
        for value, seen, wanted, expected in (
            (b'{"k": ""}', "", 7, b'{"k": 7}'),
            (b'{"k": null}', None, 7, b'{"k": 7}'),
            ("{'k': True}", True, "x", "{'k': \"x\"}"),
            (b"{1.5: 2}", 1.5, None, b"{null: 2}"),
            (b'{"k":{}}', {}, 7, b'{"k":7}'),
            (b'{"k":[\n ]}', (), 7, b'{"k":7}'),
            (b'{"k":[1, "a"]}', (1, "a"), 7, b'{"k":7}'),
            (b'{"k":{"a":[1,null]}}', {"a": (1, None)}, "x", b'{"k":"x"}'),
            ("{'k': (1, 2)}", (1, 2), 7, "{'k': 7}"),
        ):
            with self.subTest(value=value, seen=seen):
                self.assertIn(expected, literals(value, seen, wanted))

    def test_nothing_is_found_where_nothing_is_written(self) -> None:
        self.assertEqual(literals(b"abc", {}, 7), [])
        self.assertEqual(literals(b"{}", {}, {}), [])
        self.assertEqual(literals(b"[]", tuple(range(99)), 7), [])
        self.assertEqual(literals(5, {}, 7), [])


if __name__ == "__main__":
    unittest.main()
