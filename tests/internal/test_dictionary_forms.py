"""What is a token, and how it looks in each type of argument."""

from __future__ import annotations

import math
import struct
import unittest

from gofuzz_py.internal.dictionary_forms import (
    FORMS,
    bytes_forms,
    float_forms,
    int_forms,
    is_token,
    key_of,
    str_forms,
    token_problem,
)
from gofuzz_py.internal.kinds import Value

_TOKENS: tuple[Value, ...] = (
    "a", "word", "ß☃", "\udc80", "quo\"ted'", "12", "-1.5", "I" * 1024, b"a", b"\xff\xfe", b"word", b"\0\1\2",
    0, 1, -1, 255, 256, 65537, -40000, 1 << 64, -(1 << 70), (1 << 2048) - 1,
    0.0, -0.0, 1.5, 1e300, float("inf"), float("nan"),
)  # fmt: skip


class FormsTest(unittest.TestCase):
    def test_every_form_is_of_the_type_of_the_argument(self) -> None:
        for token in _TOKENS:
            self.assertTrue(is_token(token))
            for python, forms in FORMS.items():
                with self.subTest(f"{token!r:.20}", python=python.__name__):
                    self.assertTrue(all(type(form) is python for form in forms(token)))
                    if python in (bytes, str):
                        self.assertTrue(all(forms(token)))

    def test_a_text_goes_into_bytes_encoded_and_mostly_plain(self) -> None:
        forms = list(bytes_forms("Go"))
        self.assertGreater(forms.count(b"Go"), len(forms) / 2)
        for form in (b'"Go"', b"'Go'", b"GO", b"G\0o\0"):
            self.assertIn(form, forms)

    def test_a_number_goes_into_bytes_as_digits_and_in_either_endian(self) -> None:
        forms = bytes_forms(0x1234)
        for form in (
            b"4660",
            b"\x12\x34",
            b"\x34\x12",
            b"\0\0\x12\x34",
            b"\x34\x12\0\0",
            b"\x34\x12" + bytes(6),
        ):
            self.assertIn(form, forms)
        self.assertNotIn(b"\x34", forms)
        self.assertIn(b"\xff", bytes_forms(-1))
        self.assertIn(bytes([1]) + bytes(8), bytes_forms(1 << 64))
        self.assertIn(struct.pack("<d", 1.5), bytes_forms(1.5))
        self.assertIn(struct.pack(">f", 1.5), bytes_forms(1.5))

    def test_a_number_goes_into_text_as_digits_hex_and_character(self) -> None:
        self.assertLessEqual({"9731", "2603", "☃"}, set(str_forms(9731)))
        self.assertEqual({"-5"}, set(str_forms(-5)))

    def test_bytes_go_into_text_decoded(self) -> None:
        self.assertIn("ß", str_forms("ß".encode()))
        self.assertEqual(["\x7fELF\xff"], list(str_forms(b"\x7fELF\xff")))

    def test_texts_that_are_numbers_go_into_numbers(self) -> None:
        rows: tuple[tuple[Value, list[Value], list[Value]], ...] = (
            ("12", [12], [12.0]),
            ("-12", [-12], [-12.0]),
            ("1.5", [], [1.5]),
            ("x", [120], []),
            ("word", [], []),
            ("--1", [], []),
            ("²²", [], []),
            (b"\x01\x00", [256, 1], []),
            (b"abc", [], []),
            (7, [7], [7.0]),
            (7.0, [7], [7.0]),
            (1e300, [], [1e300]),
            (1 << 2000, [1 << 2000], []),
        )
        for token, ints, floats in rows:
            with self.subTest(f"{token!r:.20}"):
                self.assertEqual(ints, list(int_forms(token)))
                self.assertEqual(floats, list(float_forms(token)))

    def test_keys_tell_apart_what_compares_equal(self) -> None:
        self.assertNotEqual(key_of(1), key_of(1.0))
        self.assertNotEqual(key_of(0.0), key_of(-0.0))
        self.assertEqual(key_of(math.nan), key_of(float("nan")))


class ProblemTest(unittest.TestCase):
    def test_a_token_has_no_problem(self) -> None:
        for token in _TOKENS:
            self.assertIsNone(token_problem(token))

    def test_every_other_value_has_one_that_names_it(self) -> None:
        rows: tuple[tuple[object, str], ...] = (
            ("", "'' is empty"),
            (b"", "b'' is empty"),
            ("a" * 1025, "it has a length of 1025, 1024 is the most"),
            (1 << 5000, "it has 5001 bits, 2048 are the most"),
            (True, "a bool is no word; give str, bytes, int or float"),
            (None, "a NoneType is no word; give str, bytes, int or float"),
            (bytearray(b"a"), "a bytearray is no word; give str, bytes, int or float"),
            (["a"], "a list is no word; write f.dictionary(*words) to give what is in it"),
        )
        for value, problem in rows:
            with self.subTest(f"{value!r:.20}"):
                self.assertFalse(is_token(value))
                self.assertEqual(problem, token_problem(value))


if __name__ == "__main__":
    unittest.main()
