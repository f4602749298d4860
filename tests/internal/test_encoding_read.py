"""One line of a corpus file: every form that is read, every reason it is not.

``ACCEPTED`` and ``REFUSED`` are also what tests/test_go_corpus.py shows to Go.
"""

from __future__ import annotations

import math
import random
import unittest

from gofuzz_py.internal import encoding_number
from gofuzz_py.internal.encoding import CorpusFormatError, marshal_corpus_file, unmarshal_corpus_file
from gofuzz_py.internal.encoding_read import read_any_form, read_value
from gofuzz_py.internal.encoding_scan import MalformedLineError
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
from tests.internal.test_encoding import HEADER, WRITTEN, random_value, same

#: Lines in forms that are read but not written, and what they mean.
ACCEPTED: list[tuple[str, Kind, Value]] = [
    ("[]byte(`a\\x00`)", BYTES, b"a\\x00"),
    ('[] byte ("a")', BYTES, b"a"),
    ('[]byte("a",)', BYTES, b"a"),
    ('[]byte("a"...)', BYTES, b"a"),
    ('[]byte("\\303\\251\\u00e9\\U0001F600")', BYTES, "éé😀".encode()),
    ("string(``)", STR, ""),
    ('string(`a"b`)', STR, 'a"b'),
    ("string(`a\rb`)", STR, "ab"),
    ('string("a\rb\tc")', STR, "a\rb\tc"),
    ('string("\\xff\\xed\\xa0\\x80")', STR, "\udcff\ud800"),
    ("byte('a')", UINT8, 97),
    ("byte(0x41)", UINT8, 65),
    ("byte('\\xff')", UINT8, 255),
    ("byte('\\377')", UINT8, 255),
    ("byte('é')", UINT8, 233),
    ("uint8(255)", UINT8, 255),
    ("rune('\\xff')", INT32, 255),
    ("rune('\\u2028')", INT32, 0x2028),
    ("rune('\u2028')", INT32, 0x2028),
    ("rune('\\U0010FFFF')", INT32, 0x10FFFF),
    ("rune('\\t')", INT32, 9),
    ("rune('\t')", INT32, 9),
    ("rune(-1)", INT32, -1),
    ("rune(0xd800)", INT32, 0xD800),
    ("int32(0x41)", INT32, 0x41),
    ("int(017)", INT, 15),
    ("int(0_17)", INT, 15),
    ("int(0o17)", INT, 15),
    ("int(0O17)", INT, 15),
    ("int(0b1_01)", INT, 5),
    ("int(0x_Ff)", INT, 255),
    ("int(1_000)", INT, 1000),
    ("int(00)", INT, 0),
    ("int(-0)", INT, 0),
    ("int(- 5)", INT, -5),
    ("int(-/* five */5)", INT, -5),
    ("int( /* five */ 5 )", INT, 5),
    ("int (5)", INT, 5),
    ("/* five */ int(5)", INT, 5),
    ("int(5) /* five */", INT, 5),
    ("int(5) // five", INT, 5),
    ("int(5)//", INT, 5),
    ("\ufeffint(5)", INT, 5),
    ("int8(-0x80)", INT8, -128),
    ("int16(0x7fff)", INT16, 32767),
    ("int64(-0x8000000000000000)", INT64, -(2**63)),
    ("uint(0xffffffffffffffff)", UINT, 2**64 - 1),
    ("uint16(0)", UINT16, 0),
    ("uint32(0b1)", UINT32, 1),
    ("uint64(01777777777777777777777)", UINT64, 2**64 - 1),
    ("float64(.5)", FLOAT, 0.5),
    ("float64(5.)", FLOAT, 5.0),
    ("float64(-5)", FLOAT, -5.0),
    ("float64(1e10)", FLOAT, 1e10),
    ("float64(1E-2)", FLOAT, 0.01),
    ("float64(1_0.5e1_0)", FLOAT, 10.5e10),
    ("float64(0x1p-2)", FLOAT, 0.25),
    ("float64(-0x1.8P+1)", FLOAT, -3.0),
    ("float64(017)", FLOAT, 17.0),
    ("float64(1e-400)", FLOAT, 0.0),
    ("float64(-0)", FLOAT, -0.0),
    ("float64(+Inf)", FLOAT, math.inf),
    ("float64(- Inf)", FLOAT, -math.inf),
    ("float64(!Inf)", FLOAT, math.inf),
    ("float32(16777217)", FLOAT32, 16777216.0),
    ("float32(16777217.0000000000000000001)", FLOAT32, 16777218.0),
    ("float32(0.1)", FLOAT32, encoding_number.round_float32(0.1)),
    ("float64(NaN)", FLOAT, encoding_number.float_from_bits(0x7FF8000000000001)),
    ("float32(NaN)", FLOAT32, encoding_number.float32_from_bits(0x7FC00000)),
    ("math.Float64frombits(1)", FLOAT, 5e-324),
    ("math . Float64frombits(0b11)", FLOAT, 1.5e-323),
    ("math.Float64frombits(0x7ff8000000000001)", FLOAT, encoding_number.float_from_bits(0x7FF8000000000001)),
    ("math.Float32frombits(01)", FLOAT32, 2.0**-149),
    ("math.Float32frombits(0x7f800001)", FLOAT32, encoding_number.float32_from_bits(0x7F800001)),
    ("bool(true)", BOOL, True),
    ("bool( false )", BOOL, False),
]

#: Lines that are not read, and Go's reason.
REFUSED: list[tuple[str, str]] = [
    ("5", "expected call expression"),
    ('"abc"', "expected call expression"),
    ("[]byte{1,2}", "expected call expression"),
    ("*int(5)", "expected call expression"),
    ("-int(5)", "expected call expression"),
    ("(int(5))", "expected call expression"),
    ("int(5)+1", "expected call expression"),
    ("int(5).x", "expected call expression"),
    ("int(5)[0]", "expected call expression"),
    ("int", "expected call expression"),
    ("a.(int)", "expected call expression"),
    ("a.(type)", "expected call expression"),
    ("int()", "expected call expression with 1 argument; got 0"),
    ("int(1,2)", "expected call expression with 1 argument; got 2"),
    ('[4]byte("abc")', "expected []byte or primitive type"),
    ('[...]byte("abc")', "expected []byte or primitive type"),
    ('([]byte)("abc")', "expected []byte or primitive type"),
    ("complex64(1)", "expected []byte or primitive type"),
    ("Int(5)", "expected []byte or primitive type"),
    ("uintptr(5)", "expected []byte or primitive type"),
    ("(int)(5)", "expected []byte or primitive type"),
    ("any(5)", "expected []byte or primitive type"),
    ("int[int](5)", "expected []byte or primitive type"),
    ("世(5)", "expected []byte or primitive type"),
    ('[]int("abc")', "expected []byte"),
    ('[]uint8("abc")', "expected []byte"),
    ('[]*byte("abc")', "expected []byte"),
    ('[](byte)("abc")', "expected []byte"),
    ('[]math.Byte("abc")', "expected []byte"),
    ('[][]byte("abc")', "expected []byte"),
    ("[]byte(5)", "string literal required for type []byte"),
    ("[]byte('a')", "string literal required for type []byte"),
    ('[]byte(string("a"))', "string literal required for type []byte"),
    ('[]byte("a"+"b")', "string literal required for type []byte"),
    ('[]byte(-"a")', "string literal required for type []byte"),
    ("string(5)", "string literal value required for type string"),
    ("string('a')", "string literal value required for type string"),
    ("string(NaN)", "string literal value required for type string"),
    ('string("a"+"b")', "literal value required for primitive type"),
    ("int(20*5)", "literal value required for primitive type"),
    ("int((5))", "literal value required for primitive type"),
    ("int(foo)", "literal value required for primitive type"),
    ("int(*5)", "literal value required for primitive type"),
    ("any(foo)", "literal value required for primitive type"),
    ("int(a{b: c, {1}: 2})", "literal value required for primitive type"),
    ("int(a[:1])", "literal value required for primitive type"),
    ("int([]int{})", "literal value required for primitive type"),
    ("float64(Inf)", "literal value required for primitive type"),
    ('int("5")', "integer literal required for int types"),
    ("int(5.0)", "integer literal required for int types"),
    ("int(+Inf)", "integer literal required for int types"),
    ("int(NaN)", "integer literal required for int types"),
    ("int32('a')", "integer literal required for int types"),
    ("int(-'a')", "integer literal required for int types"),
    ("uint(1.0)", "integer literal required for uint types"),
    ("uint8('a')", "integer literal required for uint types"),
    ('float64("1")', "float or integer literal required for float64 type"),
    ("float64(1i)", "float or integer literal required for float64 type"),
    ("float64('a')", "float or integer literal required for float64 type"),
    ('float32("1")', "float or integer literal required for float32 type"),
    ("bool(0)", "malformed bool"),
    ('bool("true")', "malformed bool"),
    ("bool(!true)", "malformed bool"),
    ("bool((true))", "malformed bool"),
    ("bool(x)", "true or false required for type bool"),
    ("bool(True)", "true or false required for type bool"),
    ('byte("a")', "character literal required for byte/rune types"),
    ('rune("a")', "character literal required for byte/rune types"),
    ("rune(1.5)", "character literal required for byte/rune types"),
    ("byte('☃')", "can only encode single byte to a byte type"),
    ("int(+5)", "unsupported operation on int/float: +"),
    ("int(^5)", "unsupported operation on int/float: ^"),
    ("float64(+1.5)", "unsupported operation on int/float: +"),
    ("int(<-5)", "unsupported operation on int/float: <-"),
    ("float64(-NaN)", "expected operation on int or float type"),
    ("int(-foo)", "expected operation on int or float type"),
    ("float32(-(1))", "expected operation on int or float type"),
    ("rune(-'a')", "invalid syntax"),
    ('string(-"a")', "invalid syntax"),
    ("math.Sqrt(1)", "invalid selector type"),
    ("foo.Bar(1)", "invalid selector type"),
    ("foo.Bar(foo)", "invalid selector type"),
    ("a.math.Float64frombits(1)", "invalid selector type"),
    ("math.Float32frombits(1.5)", "integer literal required for math.Float32frombits type"),
    ('math.Float64frombits("a")', "integer literal required for math.Float64frombits type"),
    ("math.Float64frombits(1.5)", 'strconv.ParseUint: parsing "1.5": invalid syntax'),
    ("math.Float64frombits(NaN)", 'strconv.ParseUint: parsing "NaN": invalid syntax'),
    ("math.Float64frombits(-1)", 'strconv.ParseUint: parsing "-1": invalid syntax'),
    ("math.Float32frombits(0x1ffffffff)", 'strconv.ParseUint: parsing "0x1ffffffff": value out of range'),
    ("byte(256)", 'strconv.ParseUint: parsing "256": value out of range'),
    ("byte(0x100)", 'strconv.ParseUint: parsing "0x100": value out of range'),
    ("byte(-1)", 'strconv.ParseUint: parsing "-1": invalid syntax'),
    ("uint(-32)", 'strconv.ParseUint: parsing "-32": invalid syntax'),
    ("uint(-0)", 'strconv.ParseUint: parsing "-0": invalid syntax'),
    ("uint(18446744073709551616)", 'strconv.ParseUint: parsing "18446744073709551616": value out of range'),
    ("int8(1234456)", 'strconv.ParseInt: parsing "1234456": value out of range'),
    ("int8(-0x81)", 'strconv.ParseInt: parsing "-0x81": value out of range'),
    ("int64(99999999999999999999)", 'strconv.ParseInt: parsing "99999999999999999999": value out of range'),
    ("rune(0x80000000)", 'strconv.ParseInt: parsing "0x80000000": value out of range'),
    ("float64(1e400)", 'strconv.ParseFloat: parsing "1e400": value out of range'),
    ("float64(-1e400)", 'strconv.ParseFloat: parsing "-1e400": value out of range'),
    ("float32(1e40)", 'strconv.ParseFloat: parsing "1e40": value out of range'),
    ("float64(0x10)", 'strconv.ParseFloat: parsing "0x10": invalid syntax'),
    ("float64(0b1)", 'strconv.ParseFloat: parsing "0b1": invalid syntax'),
    # What Go's parser says of a line that is no expression.
    ('string("a"bcad")', "(test):1:11: missing ',' in argument list (and 1 more errors)"),
    ("int(5 6)", "(test):1:7: missing ',' in argument list"),
    ("int(5", "(test):1:6: missing ',' before newline in argument list"),
    ("int(5 // five", "(test):1:14: missing ',' before newline in argument list"),
    ("int(", "(test):1:5: expected ')', found 'EOF'"),
    ("int(--5)", "(test):1:5: expected operand, found '--'"),
    ("int(5,,)", "(test):1:7: expected operand, found ','"),
    ("int(if)", "(test):1:5: expected operand, found 'if'"),
    ("int(5);", "(test):1:7: expected 'EOF', found ';'"),
    ("int(5) int(6)", "(test):1:8: expected 'EOF', found int"),
    ('[]byte"a"', "(test):1:7: expected 'EOF', found \"a\""),
    ("// five", "(test):1:8: expected operand, found 'EOF'"),
    ("int = 5", "(test):1:5: expected '==', found '='"),
    ("[]", "(test):1:3: expected type, found newline"),
    ("[5)", "(test):1:3: expected ']', found ')'"),
    ("a[", "(test):1:3: expected operand, found 'EOF'"),
    ('a."b"', '(test):1:3: expected selector or type assertion, found "b"'),
    ("a.}", "(test):1:3: expected selector or type assertion, found '}'"),
    ("a.", "(test):1:3: expected selector or type assertion, found 'EOF'"),
    ("int(a{b", "(test):1:8: missing ',' before newline in composite literal"),
    # What Go's scanner says of a token.
    ("byte('aa')", "(test):1:6: illegal rune literal"),
    ("byte('')", "(test):1:6: illegal rune literal"),
    ("byte('aa)", "(test):1:6: rune literal not terminated"),
    ('string("abc', "(test):1:8: string literal not terminated"),
    ("string(`abc", "(test):1:8: raw string literal not terminated"),
    ("int(5) /* five", "(test):1:8: comment not terminated"),
    ('string("a\\x4', "(test):1:8: string literal not terminated (and 1 more errors)"),
    ("'\\x4", "(test):1:5: escape sequence not terminated"),
    ('string("\\q")', "(test):1:10: unknown escape sequence"),
    ('string("\\\'")', "(test):1:10: unknown escape sequence"),
    ('string("é\\q")', "(test):1:12: unknown escape sequence"),
    ("'\\", "(test):1:3: escape sequence not terminated"),
    ('string("\\x4")', "(test):1:12: illegal character U+0022 '\"' in escape sequence"),
    ('string("\\38")', "(test):1:11: illegal character U+0038 '8' in escape sequence"),
    ('string("\\400")', "(test):1:10: escape sequence is invalid Unicode code point"),
    ('string("\\ud800")', "(test):1:10: escape sequence is invalid Unicode code point"),
    ('string("\\UFFFFFFFF")', "(test):1:10: escape sequence is invalid Unicode code point"),
    ("rune('\\ud800')", "(test):1:8: escape sequence is invalid Unicode code point"),
    ("int(08)", "(test):1:6: invalid digit '8' in octal literal"),
    ("int(0b12)", "(test):1:8: invalid digit '2' in binary literal"),
    ("int(0x)", "(test):1:7: hexadecimal literal has no digits"),
    ("int(0o_)", "(test):1:7: '_' must separate successive digits (and 1 more errors)"),
    ("int(1__0)", "(test):1:7: '_' must separate successive digits"),
    ("int(1_)", "(test):1:6: '_' must separate successive digits"),
    ("float64(1e)", "(test):1:11: exponent has no digits"),
    ("float64(1p5)", "(test):1:10: 'p' exponent requires hexadecimal mantissa"),
    ("float64(0b1e5)", "(test):1:12: 'e' exponent requires decimal mantissa"),
    ("float64(0x1.8)", "(test):1:14: hexadecimal mantissa requires a 'p' exponent"),
    ("float64(0b1.1)", "(test):1:12: invalid radix point in binary literal"),
    ("int(@)", "(test):1:5: illegal character U+0040 '@'"),
    ("int(@ @ @)", "(test):1:5: illegal character U+0040 '@' (and 2 more errors)"),
    ("int(\u200b5)", "(test):1:5: illegal character U+200B"),
    ("int(²)", "(test):1:5: illegal character U+00B2 '²'"),
    ("int(x²)", "(test):1:6: illegal character U+00B2 '²'"),
    ("int(٣)", "(test):1:5: illegal character U+0663 '٣'"),
    ("string(“a”)", "(test):1:8: curly quotation mark '“' (use neutral '\"') (and 1 more errors)"),
    ("int(\ufeff5)", "(test):1:5: illegal byte order mark"),
    ('string("\ufeff")', "(test):1:9: illegal byte order mark"),
    ('string("\0")', "(test):1:9: illegal character NUL"),
    ("int(\x005)", "(test):1:5: illegal character NUL (and 1 more errors)"),
]


def is_same_or_refused(line: str) -> tuple[str, object]:
    """Return what a line is to the parser, in a form that compares."""
    try:
        kind, value = read_any_form(line)
    except MalformedLineError as error:
        return "refused", str(error)
    return kind.name, (encoding_number.float_bits(value) if isinstance(value, float) else value)


class Accepted(unittest.TestCase):
    def test_every_form_of_go_is_read(self) -> None:
        for line, kind, value in ACCEPTED:
            with self.subTest(line=line):
                kinds, values = unmarshal_corpus_file(HEADER + line.encode())
                self.assertEqual(kinds, [kind])
                self.assertTrue(same(kind, values[0], value), values)

    def test_what_was_read_is_written_in_gos_own_form(self) -> None:
        for line, written in [
            ("uint8(255)", "byte('ÿ')"),
            ("int32(0x41)", "rune('A')"),
            ("rune(0xd800)", "int32(55296)"),
            ("math.Float64frombits(0x7ff8000000000001)", "float64(NaN)"),
            ("math.Float32frombits(0x7fc00000)", "float32(NaN)"),
            ("float32(16777219)", "float32(1.677722e+07)"),
            ('string(`"`)', 'string("\\"")'),
        ]:
            with self.subTest(line=line):
                kinds, values = unmarshal_corpus_file(HEADER + line.encode())
                self.assertEqual(marshal_corpus_file(kinds, values), HEADER + written.encode() + b"\n")

    def test_python_ints_have_no_limit_in_any_base(self) -> None:
        for text, value in [
            ("99999999999999999999", 10**20 - 1),
            ("-0xfffffffffffffffff", -(16**17) + 1),
            ("0777777777777777777777777", 8**24 - 1),
            ("1" + "_000" * 2000, 1000**2000),
        ]:
            with self.subTest(text=text[:30]):
                self.assertEqual(read_value(f"int({text})"), (INT, value))


class Refused(unittest.TestCase):
    def test_every_reason_is_worded_as_go_words_it(self) -> None:
        for line, reason in REFUSED:
            with self.subTest(line=line):
                with self.assertRaises(CorpusFormatError) as caught:
                    unmarshal_corpus_file(HEADER + line.encode())
                text = str(caught.exception)
                self.assertTrue(text.startswith('malformed line "'), text)
                self.assertTrue(text.endswith(f'": {reason}'), text)

    def test_deep_nesting_is_refused_with_a_reason(self) -> None:
        for repeated in ("int(", "[", "[]*", "- ", "(", "a[", "a{", "*", "a{b:"):
            with self.subTest(repeated=repeated):
                with self.assertRaises(MalformedLineError) as caught:
                    read_value(repeated * 5000)
                self.assertIn("exceeded max nesting depth", str(caught.exception))

    def test_types_that_begin_with_a_keyword_are_refused(self) -> None:
        for line in ("map[string]int(5)", "chan int(5)", "struct{}(5)", "func(){}()", "int(func(){})"):
            with self.subTest(line=line), self.assertRaises(MalformedLineError):
                read_value(line)


class BothWays(unittest.TestCase):
    """The quick patterns and the parser must not disagree."""

    def test_the_parser_reads_every_written_form_to_the_same_value(self) -> None:
        rng = random.Random(8)
        kinds = list(KINDS.values())
        pairs = [(kind, random_value(rng, kind)) for kind in kinds * 10]
        pairs += [(kind, value) for kind, value, _ in WRITTEN]
        for kind, value in pairs:
            line = marshal_corpus_file([kind], [value]).decode().split("\n")[1]
            quick_kind, quick = read_value(line)
            slow_kind, slow = read_any_form(line)
            self.assertIs(quick_kind, slow_kind, line)
            self.assertTrue(same(quick_kind, quick, slow), line)

    def test_damaged_lines_are_the_same_to_both(self) -> None:
        rng = random.Random(9)
        lines = [line for line, _, _ in ACCEPTED] + [line for line, _ in REFUSED]
        pieces = [*"()'\"\\-+_09e.x", "\\x", "\0", "\ufeff", "\udcff"]
        for _ in range(1500):
            line = rng.choice(lines)
            at = rng.randrange(len(line) + 1)
            line = line[:at] + rng.choice(pieces) + line[at + rng.randrange(2) :]
            try:
                kind, value = read_value(line)
            except MalformedLineError as error:
                self.assertEqual(is_same_or_refused(line), ("refused", str(error)), line)
            else:
                bits = encoding_number.float_bits(value) if isinstance(value, float) else value
                self.assertEqual(is_same_or_refused(line), (kind.name, bits), line)


if __name__ == "__main__":
    unittest.main()
