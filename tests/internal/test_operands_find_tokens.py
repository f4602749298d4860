"""The ways in which a wanted operand is written as a word of a dictionary."""

from __future__ import annotations

import struct
import sys
import unittest

from gofuzz_py.internal.operands_find_tokens import encodings, text_encodings


class EncodingsTest(unittest.TestCase):
    def test_each_operand_comes_first_as_itself(self) -> None:
        for operand, first in (
            ("key", b"key"), ("é", "é".encode()), (b"\xff\xd8", b"\xff\xd8"), (77, b"77"), (-5, b"-5"),
            (1.5, b"1.5"), (True, b"true"), (False, b"false"), (None, b"null"),
        ):  # fmt: skip
            with self.subTest(operand=operand):
                self.assertEqual(encodings(operand)[0], first)

    def test_text_is_quoted_and_has_its_length_in_front(self) -> None:
        words = encodings("key")
        for word in (
            b'"key"',
            b"'key'",
            b"\x03key",
            b"\0\x03key",
            b"\x03\0key",
            b"\0\0\0\x03key",
            b"3:key",
            b"k\0e\0y\0",
        ):
            self.assertIn(word, words)
        self.assertEqual(text_encodings(b"key")[:3], ["key", '"key"', "'key'"])

    def test_an_int_is_digits_and_fields_of_its_width_and_wider(self) -> None:
        words = encodings(70000)
        for word in (
            b"70000",
            b"0x11170",
            b'"70000"',
            *(struct.pack(layout, 70000) for layout in ("<I", ">I", "<Q", ">Q")),
        ):
            self.assertIn(word, words)
        self.assertNotIn(b"\x70", words)
        self.assertIn(struct.pack("<h", -300), encodings(-300))
        self.assertIn(b"\xff", encodings(255))
        self.assertIn((1 << 80).to_bytes(11, "big"), encodings(1 << 80))

    def test_a_float_is_digits_and_fields(self) -> None:
        words = encodings(2.0)
        for word in (b"2.0", b"2", struct.pack("<d", 2.0), struct.pack(">f", 2.0)):
            self.assertIn(word, words)

    def test_a_str_argument_gets_text_only(self) -> None:
        self.assertEqual(text_encodings(65), ["65", "0x41", '"65"', "A"])
        self.assertEqual(text_encodings(True)[:3], ["true", "True", "1"])

    def test_words_are_distinct_and_never_empty_whatever_the_operand(self) -> None:
        before = sys.get_int_max_str_digits()
        sys.set_int_max_str_digits(640)
        try:
            for operand in (
                "", b"", "\ud800", "x" * 100_000, 1 << 100_000, -(1 << 2000), 0, 1e300,
                float("nan"), float("inf"), (), object,
            ):  # fmt: skip
                for words in (encodings(operand), text_encodings(operand)):
                    self.assertEqual(len(words), len(set(words)))
                    self.assertTrue(all(words))
        finally:
            sys.set_int_max_str_digits(before)

    def test_what_is_no_operand_has_no_words(self) -> None:
        self.assertEqual(encodings([1]), [])


if __name__ == "__main__":
    unittest.main()
