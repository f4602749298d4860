"""Corpus files as a whole: layout, the text of each value, and the way back.

What one line may look like is in test_encoding_read.py, numbers and strings by
themselves are in test_encoding_number.py and test_encoding_text.py, and real Go
is asked in tests/test_go_corpus.py.
"""

from __future__ import annotations

import hashlib
import math
import random
import struct
import sys
import unittest

from gofuzz_py.internal import encoding_number
from gofuzz_py.internal.encoding import CorpusFormatError, marshal_corpus_file, unmarshal_corpus_file
from gofuzz_py.internal.kinds import (
    BOOL,
    BYTES,
    FLOAT,
    FLOAT32,
    INT,
    INT8,
    INT16,
    INT32,
    INT64,
    KINDS,
    STR,
    UINT,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    Kind,
    Value,
)  # fmt: skip

HEADER = b"go test fuzz v1\n"

#: Names of files as Go gives them: the first 16 hex digits of the hash.
GOLDEN: list[tuple[list[Kind], list[Value], str]] = [
    ([BYTES], [b"0"], "582528ddfad69eb5"),
    ([BYTES], [b"ae"], "58a085cc2a340830"),
    ([BOOL], [True], "c65b91a05f9ec86e"),
    ([INT], [0], "de87e46a2f41b2c4"),
    ([STR], ["hello"], "105008089fd8a2c3"),
    ([BYTES, INT], [b"", 5], "652c72eb35f8461e"),
]

#: A value of each form that is written, and the line it becomes.
WRITTEN: list[tuple[Kind, Value, str]] = [
    (BYTES, b"", '[]byte("")'),
    (BYTES, b"\x00\x01\x7f\x80\xff", r'[]byte("\x00\x01\x7f\x80\xff")'),
    (BYTES, "é⌘".encode(), '[]byte("é⌘")'),
    (BYTES, b"\a\b\f\n\r\t\v\\'\"", r"""[]byte("\a\b\f\n\r\t\v\\'\"")"""),
    (BYTES, b"\xed\xa0\x80", r'[]byte("\xed\xa0\x80")'),
    (BYTES, b"\xe2\x82A", r'[]byte("\xe2\x82A")'),
    (STR, 'a"b\\c', r'string("a\"b\\c")'),
    (STR, "\u2028\u200b\ufeff\ue000", r'string("\u2028\u200b\ufeff\ue000")'),
    (STR, "\u00ad\u00a0\u3000", r'string("\u00ad\u00a0\u3000")'),
    (STR, "\U0010ffff\U000e0001😀\ufffd", 'string("\\U0010ffff\\U000e0001😀\ufffd")'),
    (STR, "\x1b`", 'string("\\x1b`")'),
    (UINT8, 0, r"byte('\x00')"),
    (UINT8, 7, r"byte('\a')"),
    (UINT8, 39, r"byte('\'')"),
    (UINT8, 34, "byte('\"')"),
    (UINT8, 92, r"byte('\\')"),
    (UINT8, 127, r"byte('\x7f')"),
    (UINT8, 128, r"byte('\u0080')"),
    (UINT8, 160, r"byte('\u00a0')"),
    (UINT8, 173, r"byte('\u00ad')"),
    (UINT8, 191, "byte('¿')"),
    (UINT8, 255, "byte('ÿ')"),
    (INT32, 0x2603, "rune('☃')"),
    (INT32, 0xFFFD, "rune('\ufffd')"),
    (INT32, 0x10FFFF, r"rune('\U0010ffff')"),
    (INT32, 0x41, "rune('A')"),
    (INT32, -1, "int32(-1)"),
    (INT32, 0xD7FF, r"rune('\ud7ff')"),
    (INT32, 0xD800, "int32(55296)"),
    (INT32, 0xDFFF, "int32(57343)"),
    (INT32, 0xE000, r"rune('\ue000')"),
    (INT32, 0x110000, "int32(1114112)"),
    (INT32, -(2**31), "int32(-2147483648)"),
    (INT, 10**30, "int(1000000000000000000000000000000)"),
    (INT8, -128, "int8(-128)"),
    (INT16, -1, "int16(-1)"),
    (INT64, -(2**63), "int64(-9223372036854775808)"),
    (UINT, 0, "uint(0)"),
    (UINT16, 65535, "uint16(65535)"),
    (UINT32, 1, "uint32(1)"),
    (UINT64, 2**64 - 1, "uint64(18446744073709551615)"),
    (BOOL, True, "bool(true)"),
    (BOOL, False, "bool(false)"),
    (FLOAT, 0.0, "float64(0)"),
    (FLOAT, -0.0, "float64(-0)"),
    (FLOAT, 1e5, "float64(100000)"),
    (FLOAT, 999999.0, "float64(999999)"),
    (FLOAT, 1e6, "float64(1e+06)"),
    (FLOAT, 123456789.0, "float64(1.23456789e+08)"),
    (FLOAT, -0.0001, "float64(-0.0001)"),
    (FLOAT, 1e-5, "float64(1e-05)"),
    (FLOAT, 1 / 3, "float64(0.3333333333333333)"),
    (FLOAT, 120.5, "float64(120.5)"),
    (FLOAT, 5e-324, "float64(5e-324)"),
    (FLOAT, math.inf, "float64(+Inf)"),
    (FLOAT, -math.inf, "float64(-Inf)"),
    (FLOAT32, 16777216.0, "float32(1.6777216e+07)"),
    (FLOAT32, (2 - 2**-23) * 2.0**127, "float32(3.4028235e+38)"),
    (FLOAT32, 2.0**-149, "float32(1e-45)"),
    (FLOAT32, 0.1, "float32(0.1)"),
    (FLOAT32, 1e300, "float32(+Inf)"),
    (FLOAT32, -0.0, "float32(-0)"),
]

#: Bits of NaNs, and the line each becomes.
NANS: list[tuple[Kind, int, str]] = [
    (FLOAT, 0x7FF8000000000001, "float64(NaN)"),
    (FLOAT, 0x7FF8000000000000, "math.Float64frombits(0x7ff8000000000000)"),
    (FLOAT, 0x7FF8000000000002, "math.Float64frombits(0x7ff8000000000002)"),
    (FLOAT, 0x7FF0000000000001, "math.Float64frombits(0x7ff0000000000001)"),
    (FLOAT, 0xFFFFFFFFFFFFFFFF, "math.Float64frombits(0xffffffffffffffff)"),
    (FLOAT32, 0x7FC00000, "float32(NaN)"),
    (FLOAT32, 0x7FC00001, "math.Float32frombits(0x7fc00001)"),
    (FLOAT32, 0x7F800001, "math.Float32frombits(0x7f800001)"),
    (FLOAT32, 0xFFC00000, "math.Float32frombits(0xffc00000)"),
]


def file_of(*lines: str) -> bytes:
    """Return a corpus file of these lines."""
    return HEADER + "".join(line + "\n" for line in lines).encode()


def same(kind: Kind, left: Value, right: Value) -> bool:
    """Are two values of a kind the same to the last bit?"""
    if isinstance(left, float) and isinstance(right, float):
        bits = encoding_number.float32_bits if kind is FLOAT32 else encoding_number.float_bits
        return bits(left) == bits(right)
    return type(left) is type(right) and left == right


def random_value(rng: random.Random, kind: Kind) -> Value:
    """Return any value of a kind, the odd ones often."""
    if kind is BYTES:
        return rng.randbytes(rng.choice((0, 1, 3, 40)))
    if kind is STR:
        ceiling = rng.choice((0x80, 0x800, 0x110000))
        odd = (0xD800, 0xDBFF, 0xDC00, 0xDC80, 0xDCC3, 0xDCA9, 0xDCED, 0xDCFF, 0xDFFF, 0x22, 0x5C)
        return "".join(
            chr(rng.choice(odd) if rng.random() < 0.3 else rng.randrange(ceiling))
            for _ in range(rng.choice((0, 1, 3, 40)))
        )
    if kind is BOOL:
        return rng.random() < 0.5
    if kind is FLOAT:
        return encoding_number.float_from_bits(rng.getrandbits(64))
    if kind is FLOAT32:
        return encoding_number.float32_from_bits(rng.getrandbits(32))
    if kind.low is None or kind.high is None:
        return rng.choice((-1, 1)) * rng.getrandbits(rng.choice((1, 8, 64, 65, 2000, 5000)))
    return rng.choice((kind.low, kind.high, kind.low + 1, kind.high - 1, rng.randint(kind.low, kind.high)))


class Writing(unittest.TestCase):
    def test_names_of_files_are_those_that_go_gives(self) -> None:
        for kinds, values, name in GOLDEN:
            with self.subTest(name=name):
                data = marshal_corpus_file(kinds, values)
                self.assertEqual(hashlib.sha256(data).hexdigest()[:16], name)
                self.assertEqual(unmarshal_corpus_file(data), (kinds, values))

    def test_every_form_is_written_as_go_writes_it_and_read_back(self) -> None:
        for kind, value, line in WRITTEN:
            with self.subTest(line=line):
                data = marshal_corpus_file([kind], [value])
                self.assertEqual(data, file_of(line))
                rounded = encoding_number.round_float32(value) if isinstance(value, float) else value
                want = rounded if kind is FLOAT32 else value
                kinds, values = unmarshal_corpus_file(data)
                self.assertEqual(kinds, [kind])
                self.assertTrue(same(kind, values[0], want), values)

    def test_the_standard_nan_has_a_name_and_the_others_their_bits(self) -> None:
        for kind, bits, line in NANS:
            with self.subTest(line=line):
                from_bits = (
                    encoding_number.float32_from_bits if kind is FLOAT32 else encoding_number.float_from_bits
                )
                value = from_bits(bits)
                self.assertTrue(math.isnan(value))
                data = marshal_corpus_file([kind], [value])
                self.assertEqual(data, file_of(line))
                kinds, values = unmarshal_corpus_file(data)
                self.assertEqual(kinds, [kind])
                self.assertTrue(same(kind, values[0], value))

    def test_pythons_own_nan_is_gos_standard_one_as_a_float32(self) -> None:
        self.assertEqual(marshal_corpus_file([FLOAT32], [math.nan]), file_of("float32(NaN)"))

    def test_values_stand_one_a_line_in_their_order(self) -> None:
        data = marshal_corpus_file([STR, INT8, STR], ["a\nb", -1, ""])
        self.assertEqual(data, file_of('string("a\\nb")', "int8(-1)", 'string("")'))

    def test_a_file_without_values_is_not_written(self) -> None:
        with self.assertRaises(ValueError) as caught:
            marshal_corpus_file([], [])
        self.assertEqual(str(caught.exception), "must have at least one value to marshal")

    def test_kinds_and_values_must_be_as_many(self) -> None:
        with self.assertRaises(ValueError):
            marshal_corpus_file([INT, INT], [1])


class RoundTrips(unittest.TestCase):
    def test_random_values_of_every_kind_come_back_the_same(self) -> None:
        rng = random.Random(1)
        kinds = list(KINDS.values())
        for kind in kinds * 40:
            value = random_value(rng, kind)
            data = marshal_corpus_file([kind], [value])
            got_kinds, got = unmarshal_corpus_file(data)
            self.assertEqual(got_kinds, [kind], data)
            self.assertTrue(same(kind, got[0], value), (kind, value, data, got))
            self.assertEqual(marshal_corpus_file(got_kinds, got), data)

    def test_every_byte_comes_back_as_bytes_as_a_number_and_in_a_string(self) -> None:
        kinds: list[Kind] = []
        values: list[Value] = []
        for code in range(256):
            kinds += [BYTES, UINT8, STR, INT32]
            values += [bytes([code]), code, chr(code), code]
        self.assertEqual(unmarshal_corpus_file(marshal_corpus_file(kinds, values)), (kinds, values))

    def test_code_points_of_all_planes_come_back_as_runes(self) -> None:
        codes: list[Value] = [*range(0, 0x110000, 97), *range(0xD7F0, 0xE010), 0x10FFFF, 0x110000, -1]
        kinds = [INT32] * len(codes)
        self.assertEqual(unmarshal_corpus_file(marshal_corpus_file(kinds, codes)), (kinds, codes))

    def test_large_ints_come_back_whatever_digit_limit_the_interpreter_has(self) -> None:
        values: list[Value] = [10**5000, -(10**5000) + 1, 10**599, 10**600 - 1, -(2**1990), 2**1991 - 1]
        limit = sys.get_int_max_str_digits()
        self.addCleanup(sys.set_int_max_str_digits, limit)
        for digits in (640, 4300, 0):
            with self.subTest(limit=digits):
                sys.set_int_max_str_digits(digits)
                kinds = [INT] * len(values)
                data = marshal_corpus_file(kinds, values)
                self.assertIn(b"int(1" + b"0" * 5000 + b")\n", data)
                self.assertEqual(unmarshal_corpus_file(data), (kinds, values))

    def test_an_int_of_many_digits_is_refused_by_a_sized_type_at_once(self) -> None:
        digits = "9" * 100_000
        with self.assertRaises(CorpusFormatError) as caught:
            unmarshal_corpus_file(file_of(f"int64({digits})"))
        self.assertTrue(str(caught.exception).endswith(f'parsing "{digits}": value out of range'))

    def test_strings_of_go_with_stray_bytes_are_written_as_they_were(self) -> None:
        for text in (
            r"\xff",
            r"a\x80\xc3",
            r"\xed\xa0\x80",
            r"\xed\xa0\x80\xed\xb0\x80\xff",
            r"\xf0\x9f\x98é",
        ):
            with self.subTest(text=text):
                data = file_of(f'string("{text}")')
                kinds, values = unmarshal_corpus_file(data)
                self.assertEqual(kinds, [STR])
                self.assertEqual(marshal_corpus_file(kinds, values), data)


class FileLayout(unittest.TestCase):
    def test_what_is_wrong_with_a_file_is_said_as_go_says_it(self) -> None:
        table = [
            (b"", "cannot unmarshal empty string"),
            (b"x", "must include version and at least one value"),
            (b"go test fuzz v1", "must include version and at least one value"),
            (b"\n", "unknown encoding version: "),
            (b"go test fuzz v2\nint(5)\n", "unknown encoding version: go test fuzz v2"),
            (b"go test fuzz v1 \nint(5)\n", "unknown encoding version: go test fuzz v1 "),
            (b" go test fuzz v1\nint(5)\n", "unknown encoding version:  go test fuzz v1"),
            (b"hello\r\nint(5)\n", "unknown encoding version: hello"),
            (HEADER + b"int(5)\n5\n", 'malformed line "5": expected call expression'),
            (HEADER + b'\t"a" \r\n', r'malformed line "\"a\"": expected call expression'),
        ]
        for data, reason in table:
            with self.subTest(data=data):
                with self.assertRaises(CorpusFormatError) as caught:
                    unmarshal_corpus_file(data)
                self.assertEqual(str(caught.exception), reason)

    def test_a_strange_first_line_reaches_no_terminal_as_it_is(self) -> None:
        table = [
            (b"\x89PNG\r\n\x1a\n", r"unknown encoding version: \x89PNG"),
            (b"\x1b[2J\xe2\x80\xa8\ngo", r"unknown encoding version: \x1b[2J\u2028"),
            (b"\xef\xbb\xbfgo test fuzz v1\nint(5)\n", r"unknown encoding version: \ufeffgo test fuzz v1"),
            (b"go test fuzz v1\r\r\nint(5)\n", r"unknown encoding version: go test fuzz v1\r"),
        ]
        for data, reason in table:
            with self.subTest(data=data):
                with self.assertRaises(CorpusFormatError) as caught:
                    unmarshal_corpus_file(data)
                self.assertEqual(str(caught.exception), reason)

    def test_a_file_with_the_version_alone_holds_no_values(self) -> None:
        for data in (HEADER, HEADER + b"\n \t\r\n\xc2\xa0\n", b"go test fuzz v1\r\n"):
            with self.subTest(data=data):
                self.assertEqual(unmarshal_corpus_file(data), ([], []))

    def test_blank_lines_line_ends_and_blanks_round_a_value_do_not_matter(self) -> None:
        blanks = "\t\v\f\r \x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000"
        for data in (
            b"go test fuzz v1\r\nint(5)\r\nint8(6)\r\n",
            HEADER + b"\n\nint(5)\n\nint8(6)",
            HEADER + f"{blanks}int(5){blanks}\n{blanks}\nint8(6)\n".encode(),
            HEADER + b"int(5) // five\nint8(6)//six",
        ):
            with self.subTest(data=data):
                self.assertEqual(unmarshal_corpus_file(data), ([INT, INT8], [5, 6]))

    def test_separators_that_only_python_takes_for_blank_stay_in_the_line(self) -> None:
        for code in (0x1C, 0x1F):
            with self.subTest(code=code), self.assertRaises(CorpusFormatError):
                unmarshal_corpus_file(HEADER + b"int(5)" + bytes([code]) + b"\n")


class HostileFiles(unittest.TestCase):
    def read(self, data: bytes) -> None:
        """Read a file that may be anything; only one exception may leave."""
        try:
            kinds, values = unmarshal_corpus_file(data)
        except CorpusFormatError as error:
            str(error).encode()  # printable anywhere: no surrogates in it
            return
        self.assertEqual(len(kinds), len(values))
        for kind, value in zip(kinds, values, strict=True):
            self.assertIsNone(kind.problem(value))

    def test_garbage_raises_nothing_but_the_format_error(self) -> None:
        rng = random.Random(2)
        for _ in range(300):
            self.read(rng.randbytes(rng.randrange(40)))
            self.read(HEADER + rng.randbytes(rng.randrange(40)))

    def test_damaged_files_raise_nothing_but_the_format_error(self) -> None:
        rng = random.Random(3)
        good = marshal_corpus_file([kind for kind, _, _ in WRITTEN], [value for _, value, _ in WRITTEN])
        lines = good[len(HEADER) :].splitlines()
        pieces = b"( ) \" ' \\ ` _ 0x . e /* // \xff \0 [ {".split(b" ")
        for _ in range(1000):
            line = bytearray(rng.choice(lines))
            for _ in range(rng.randrange(1, 4)):
                at = rng.randrange(len(line) + 1)
                line[at : at + rng.randrange(3)] = rng.choice(pieces)
            self.read(HEADER + bytes(line))

    def test_nesting_and_size_without_end_raise_nothing_but_the_format_error(self) -> None:
        for start, repeated, end in (
            ("", "int(", ""),
            ("int(", "(", ""),
            ("", "[", ""),
            ("", "[]", ""),
            ("", "- ", ""),
            ("", "*", ""),
            ("", "a[", ""),
            ("", "a{", ""),
            ("a", "{", ""),
            ("", "a.", ""),
            ("", "a+", ""),
            ("", "/*", ""),
            ("", "'", ""),
            ("", "@", ""),
            ("int8(", "9", ")"),
            ("float64(1e", "9", ")"),
            ("float32(0x1p-", "9", ")"),
            ("float32(0.", "0", "1)"),
            ("float64(", "1", ")"),
            ("int(0x", "f", ")"),
            ("int(", "1_", "1)"),
            ("int(", "1,", "1)"),
            ('string("', "\\", '")'),
            ('string("', '"', '")'),
            ("rune('", "a", "')"),
        ):
            with self.subTest(start=start, repeated=repeated):
                self.read(file_of(start + repeated * 2000 + end))

    def test_reading_evaluates_nothing(self) -> None:
        for line in (
            "int(__import__('os'))",
            "int(1 if 1 else 2)",
            "int(2**3)",
            "[]byte(b'x')",
            'string(f"{1}")',
        ):
            with self.subTest(line=line), self.assertRaises(CorpusFormatError):
                unmarshal_corpus_file(file_of(line))


class ErrorTexts(unittest.TestCase):
    def test_bytes_that_are_not_utf8_are_quoted_in_the_error(self) -> None:
        with self.assertRaises(CorpusFormatError) as caught:
            unmarshal_corpus_file(HEADER + b'foo\x80\xff\xe2\x80\xa8"\n')
        self.assertEqual(
            str(caught.exception),
            r'malformed line "foo\x80\xff\u2028\"": (test):1:4: illegal UTF-8 encoding (and 3 more errors)',
        )

    def test_a_float32_out_of_a_struct_keeps_its_bits(self) -> None:
        for bits in (0, 1, 0x7F7FFFFF, 0x80000000, 0x3F800001, 0x0F800000):
            value: float = struct.unpack(">f", bits.to_bytes(4))[0]
            with self.subTest(bits=bits):
                _, values = unmarshal_corpus_file(marshal_corpus_file([FLOAT32], [value]))
                self.assertTrue(same(FLOAT32, values[0], value))


if __name__ == "__main__":
    unittest.main()
