"""How numbers are written, and how fields and parts are found again."""

from __future__ import annotations

import gzip
import unittest
import zlib

from gofuzz_py.internal.checksums_forms import SPELLINGS, Digits, Form, Packed, Varint, fits, varint_at
from gofuzz_py.internal.checksums_places import (
    AFTER,
    BEYOND,
    DECODERS,
    END,
    FIELD,
    LAST,
    SINCE,
    START,
    TO,
    UNTIL,
    UPON,
    Bound,
    Part,
    Place,
)
from gofuzz_py.internal.checksums_scopes import Chunks, Lines


class FormTest(unittest.TestCase):
    def test_numbers_as_they_are_written(self) -> None:
        table: tuple[tuple[Form, int, bytes], ...] = (
            (Packed(2, "big"), 0x123, b"\x01\x23"),
            (Packed(2, "little"), 0x123, b"\x23\x01"),
            (Packed(1, "big"), 0x123, b"\x23"),
            (Packed(2, "big", "hex"), 0xABC, b"0abc"),
            (Packed(2, "big", "HEX"), 0xABC, b"0ABC"),
            (Packed(3, "big", "base64"), 0xFBFFFE, b"+//+"),
            (Packed(3, "big", "base64url"), 0xFBFFFE, b"-__-"),
            (Packed(1, "big", "base64"), 0, b"AA=="),
            (Packed(1, "big", "base64 unpadded"), 0, b"AA"),
            (Digits(10), 123, b"123"),
            (Digits(10, 5), 123, b"00123"),
            (Digits(10, 2), 123, b"23"),
            (Digits(10, 5, " "), 123, b"  123"),
            (Digits(16), 0xABC, b"abc"),
            (Digits(16, 4, is_upper=True), 0xABC, b"0ABC"),
            (Digits(8, 8, tail=b"\0 "), 0o1234, b"001234\0 "),
            (Digits(11, 1), 10, b"X"),
            (Digits(11, 1), 7, b"7"),
            (Varint(), 5, b"\x05"),
            (Varint(), 300, b"\xac\x02"),
        )
        for form, number, wanted in table:
            with self.subTest(str(form), number=number):
                self.assertEqual(wanted, form.write(number))
                self.assertIn(form.size, (0, len(wanted)))

    def test_sizes_hold_for_all_spellings(self) -> None:
        for spelling in ("", *SPELLINGS):
            for width in (1, 2, 3, 4, 16, 20, 32, 64):
                form = Packed(width, "big", spelling)
                self.assertEqual(form.size, len(form.write(1)))

    def test_huge_numbers_are_cut(self) -> None:
        for form in (Packed(4, "big"), Digits(10), Digits(10, 4), Digits(16), Varint()):
            self.assertLess(len(form.write(1 << 100000)), 400)

    def test_varints_are_read_back(self) -> None:
        for number in (0, 127, 128, 300, 1 << 40):
            text = Varint().write(number)
            self.assertEqual((number, 1 + len(text)), varint_at(b"!" + text + b"\xff", 1))
        self.assertIsNone(varint_at(b"\xff" * 20, 0))
        self.assertIsNone(varint_at(b"", 0))

    def test_text_and_raw_forms_are_told_apart(self) -> None:
        self.assertTrue(fits(Digits(10), "text"))
        self.assertTrue(fits(Packed(2, "big", "hex"), "text"))
        self.assertTrue(fits(Packed(2, "big"), "raw"))
        self.assertFalse(fits(Packed(2, "big"), "text"))
        self.assertTrue(fits(Packed(2, "big"), "all"))


class PlaceTest(unittest.TestCase):
    def test_fields_are_found(self) -> None:
        two, digits = Packed(2, "big"), Digits(10)
        table: tuple[tuple[Place, Form, bytes, tuple[int, int] | None], ...] = (
            (Place(START, 1), two, b"abcd", (1, 3)),
            (Place(START, 3), two, b"abcd", None),
            (Place(END, 1), two, b"abcd", (1, 3)),
            (Place(END, 3), two, b"abcd", None),
            (Place(START, 0), digits, b"12:a", (0, 2)),
            (Place(START, 2), digits, b"12", (2, 2)),
            (Place(START, 3), digits, b"12", None),
            (Place(END, 1), digits, b"a12:", (1, 3)),
            (Place(END, 0), digits, b"a", (1, 1)),
            (Place(END, 9), digits, b"a", None),
            (Place(BEYOND, 0, b"n="), digits, b"a n=12 n=3", (4, 6)),
            (Place(LAST, 0, b"n="), digits, b"a n=12 n=3", (9, 10)),
            (Place(BEYOND, 0, b"n="), digits, b"a", None),
            (Place(START, 1), Varint(), b"!\xac\x02!", (1, 3)),
            (Place(START, 1), Varint(), b"!\xff", None),
            (Place(END, 0), Varint(), b"!\x02", None),
        )
        for place, form, value, wanted in table:
            with self.subTest(str(place), value=value):
                self.assertEqual(wanted, place.find(value, form))

    def test_runs_of_digits_are_bounded(self) -> None:
        begin, end = Place(START, 0).find(b"1" * 100000, Digits(10)) or (0, 0)
        self.assertLess(end - begin, 1000)
        begin, end = Place(END, 0).find(b"1" * 100000, Digits(10)) or (0, 0)
        self.assertLess(end - begin, 1000)

    def test_bounds_are_found(self) -> None:
        value = b"a:b[12]c:d"
        table = (
            (Bound(START, 2), 2),
            (Bound(END, 1), 9),
            (Bound(FIELD, -1), 3),
            (Bound(AFTER, 1), 7),
            (Bound(SINCE, 0, b":"), 2),
            (Bound(UNTIL, 0, b":"), 8),
            (Bound(UNTIL, 0, b"?"), -1),
            (Bound(SINCE, 0, b"?"), -1),
            (Bound(BEYOND, 0, b"b["), 4),
            (Bound(UPON, 0, b":"), 1),
        )
        for bound, wanted in table:
            with self.subTest(str(bound)):
                self.assertEqual(wanted, bound.at(value, 4, 6))

    def test_parts_are_cut(self) -> None:
        value = b"head12tail"
        table = (
            (Part(Bound(AFTER), Bound(END)), b"tail"),
            (Part(Bound(START), Bound(FIELD)), b"head"),
            (Part(Bound(START), Bound(END)), b"headtail"),
            (Part(Bound(START), Bound(END), b" "), b"head  tail"),
            (Part(Bound(START, 1), Bound(TO, 0, b"d")), b"ea"),
            (Part(Bound(START, 5), Bound(END)), None),
            (Part(Bound(START), Bound(START, 99)), None),
            (Part(Bound(AFTER), Bound(START, 1)), None),
        )
        for part, wanted in table:
            with self.subTest(str(part)):
                self.assertEqual(wanted, part.cut(value, 4, 6))

    def test_parts_are_decoded(self) -> None:
        body = b"what was packed"
        table = (
            ("hex", body.hex().encode()),
            ("gzip", gzip.compress(body)),
            ("zlib", zlib.compress(body) + b"trailer"),
            ("deflate", zlib.compress(body)[2:]),
        )
        for name, packed in table:
            with self.subTest(name):
                self.assertEqual(body, DECODERS[name](packed))
                self.assertIsNone(DECODERS[name](b"!" + packed))
                self.assertIsNone(DECODERS[name](packed[:5]))

    def test_what_would_unpack_to_very_much_is_left_alone(self) -> None:
        self.assertIsNone(DECODERS["zlib"](zlib.compress(bytes(1 << 24))))

    def test_a_gzip_header_may_have_all_its_parts(self) -> None:
        plain = gzip.compress(b"body", mtime=0)
        header = bytes((0x1F, 0x8B, 8, 4 + 8 + 16 + 2)) + plain[4:10]
        packed = header + b"\3\0abc" + b"name\0" + b"comment\0" + b"hc" + plain[10:]
        self.assertEqual(b"body", DECODERS["gzip"](packed))
        self.assertIsNone(DECODERS["gzip"](header + b"\3\0abc" + b"name without an end"))


def upper_case(record: bytes) -> bytes | None:
    """Mend a record that begins with a letter."""
    return record.upper() if record[:1].isalpha() else None


class ScopeTest(unittest.TestCase):
    def test_every_line_is_mended(self) -> None:
        self.assertEqual(b"AB\r\n1c\nD", Lines().apply(b"ab\r\n1c\nd", upper_case))
        self.assertIsNone(Lines().apply(b"1\n2", upper_case))
        self.assertIsNone(Lines().apply(b"a\n" * 5000, upper_case))

    def test_every_chunk_is_mended(self) -> None:
        chunks = Chunks(start=2, at=1, width=1, order="big", extra=2)
        self.assertEqual(b"!!A\1XB\2YZ??", chunks.apply(b"!!a\1xb\2yz??", upper_case))
        self.assertIsNone(chunks.apply(b"!!1\1x", upper_case))
        self.assertIsNone(chunks.apply(b"!", upper_case))
        self.assertIsNone(chunks.apply(b"", upper_case))


if __name__ == "__main__":
    unittest.main()
