"""Strings and bytes: quoting, and the map between ``str`` and Go's strings."""

from __future__ import annotations

import random
import unittest

from gofuzz_py.internal.encoding_text import (
    go_bytes,
    python_str,
    quote_bytes,
    quote_rune,
    quote_str,
    unescape,
    unescape_rune,
)  # fmt: skip

#: A ``str`` and the bytes of the Go string that stands for it.
STRINGS = [
    ("", b""),
    ("é⌘😀", "é⌘😀".encode()),
    ("\ud800", b"\xed\xa0\x80"),
    ("\udfff", b"\xed\xbf\xbf"),
    ("\ud83d\ude00", b"\xed\xa0\xbd\xed\xb8\x80"),
    ("\udcff", b"\xff"),
    ("a\udc80b", b"a\x80b"),
    ("\ud800\udcff", b"\xed\xa0\x80\xff"),
    ("\udcc3x\udca9", b"\xc3x\xa9"),
    # As single bytes these two would be one character.
    ("\udcc3\udca9", b"\xed\xb3\x83\xed\xb2\xa9"),
    # ... and these three a surrogate.
    ("\udced\udca0\udc80", b"\xed\xb3\xad\xed\xb2\xa0\xed\xb2\x80"),
]


class GoStrings(unittest.TestCase):
    def test_surrogates_and_stray_bytes_have_one_form_each(self) -> None:
        for text, data in STRINGS:
            with self.subTest(text=ascii(text)):
                self.assertEqual(go_bytes(text), data)
                self.assertEqual(python_str(data), text)

    def test_a_stray_byte_that_was_spelled_as_a_surrogate_is_read_alike(self) -> None:
        self.assertEqual(python_str(b"\xed\xb2\x80"), "\udc80")

    def test_every_surrogate_comes_back_alone_and_beside_others(self) -> None:
        for code in range(0xD800, 0xE000):
            char = chr(code)
            for text in (char, "é" + char + "\udca9", "\udcf0" + char * 3, "\ud800" + char):
                self.assertEqual(python_str(go_bytes(text)), text, ascii(text))

    def test_any_text_of_surrogates_comes_back(self) -> None:
        rng = random.Random(4)
        # Lead and continuation bytes, so that some of them meet.
        codes = [0xDCC3, 0xDCA9, 0xDCED, 0xDCA0, 0xDC80, 0xDCF0, 0xDC9F, 0xD800, 0xDC00, 0x41, 0xE9, 0x1F600]
        for _ in range(3000):
            text = "".join(map(chr, rng.choices(codes, k=rng.randrange(6))))
            self.assertEqual(python_str(go_bytes(text)), text, ascii(text))

    def test_any_bytes_without_a_spelled_stray_byte_come_back(self) -> None:
        rng = random.Random(5)
        stray = [bytes([0xED, lead, last]) for lead in (0xB2, 0xB3) for last in range(0x80, 0xC0)]
        pool = b"\x41\x80\x9f\xa0\xa9\xbf\xc0\xc3\xe2\xed\xf0\xf4\xff"
        for _ in range(3000):
            data = bytes(rng.choices(pool, k=rng.randrange(8)))
            if not any(spelled in data for spelled in stray):
                self.assertEqual(go_bytes(python_str(data)), data, data)


class Quoting(unittest.TestCase):
    def test_all_of_unicode_is_quoted_so_that_it_reads_back(self) -> None:
        text = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x20000), *range(0x20000, 0x110000, 61)]))
        quoted = quote_str(text)
        self.assertTrue(quoted.isprintable())
        self.assertEqual(unescape(quoted[1:-1]), text.encode())
        self.assertEqual(quote_bytes(text.encode()), quoted)

    def test_only_unprintable_characters_and_two_others_are_escaped(self) -> None:
        for code in [*range(0x3000), 0xD7FF, 0xE000, 0xFEFF, 0xFFFD, 0xFFFE, 0x1F600, 0xE0001, 0x10FFFF]:
            char = chr(code)
            quoted = quote_str(char)[1:-1]
            self.assertEqual(quoted != char, not char.isprintable() or char in '"\\', quoted)

    def test_every_single_byte_and_pair_of_odd_bytes_reads_back(self) -> None:
        odd = [0x00, 0x22, 0x5C, 0x7F, 0x80, 0xA0, 0xC2, 0xED, 0xFF]
        for data in [bytes([b]) for b in range(256)] + [bytes([a, b]) for a in odd for b in odd]:
            self.assertEqual(unescape(quote_bytes(data)[1:-1]), data)

    def test_every_rune_of_the_first_planes_reads_back(self) -> None:
        for code in [*range(0, 0xD800, 3), *range(0xE000, 0x11000, 7), 0x1F600, 0x10FFFF]:
            quoted = quote_rune(code)
            self.assertEqual((quoted[0], quoted[-1]), ("'", "'"))
            self.assertEqual(unescape_rune(quoted[1:-1]), code)

    def test_a_text_that_meets_very_many_characters_is_still_quoted_right(self) -> None:
        # More than the table of escapes keeps.
        text = "".join(map(chr, range(0xF0000, 0xF5000)))
        for _ in range(2):
            self.assertEqual(quote_str(text), '"' + "".join(f"\\U{ord(c):08x}" for c in text) + '"')
            self.assertEqual(unescape(quote_str(text)[1:-1]), text.encode())


class Unescaping(unittest.TestCase):
    def test_every_escape_of_go_is_understood(self) -> None:
        table = [
            (r"\a\b\f\n\r\t\v\\\"", b'\a\b\f\n\r\t\v\\"'),
            (r"\x00\xfF", b"\x00\xff"),
            (r"\000\377\101", b"\x00\xffA"),
            (r"\u00e9\u2603\U0001F600", "é☃😀".encode()),
            (r"\xc3\xa9", b"\xc3\xa9"),
            ("'`", b"'`"),
            ("a\rb\t", b"a\rb\t"),
        ]
        for body, data in table:
            with self.subTest(body=body):
                self.assertEqual(unescape(body), data)

    def test_what_is_no_inside_of_a_literal_is_declined(self) -> None:
        bodies = [
            '"', "\\", 'a"b', r"\q", r"\'", r"\x4", r"\x4g", r"\38", r"\400", r"\u12", r"\ud800", r"\udfff",
            r"\U00110000", r"\UFFFFFFFF", "\0", "\ufeff", "\udcff", r"\\" + "\\", "\\é", r"\x0é",
        ]  # fmt: skip
        for body in bodies:
            with self.subTest(body=ascii(body)):
                self.assertIsNone(unescape(body))


if __name__ == "__main__":
    unittest.main()
