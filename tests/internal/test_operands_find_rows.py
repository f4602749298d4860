"""Every way in which an operand can come from an input, tried with an input that is made that way.

A row says how the program reads (``decode``) and how an input is written so
(``encode``).  The seen operand is written into a larger random input; among the
first results there must be one of which the same place reads as the wanted
operand, the rest of the input being as it was.
"""

from __future__ import annotations

import base64
import html
import json
import quopri
import random
import struct
import unittest
import urllib.parse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gofuzz_py.internal.operands_find import replacements
from gofuzz_py.internal.rand import FastRand

MOST = 16

_WORDS = (
    "lorem",
    "ipsum",
    "dolor",
    "sit",
    "amet",
    "consectetur",
    "adipiscing",
    "elit",
    "sed",
    "do",
    "eiusmod",
)


def _words(source: random.Random, count: int) -> str:
    return " ".join(source.choices(_WORDS, k=count))


@dataclass(frozen=True)
class Row:
    """One way in which an operand comes from an input."""

    name: str
    #: (seen, wanted)
    pairs: tuple[tuple[Any, Any], ...]
    #: From an operand to what the input holds.
    encode: Callable[[Any], Any]
    #: From what the input holds to what the program sees.
    decode: Callable[[Any], Any]
    #: What must stand before and behind, so that the program finds its part.
    before: str = " <"
    behind: str = "> "
    #: More than one call may be needed: a short operand stands in many places.
    calls: int = 1

    def through(self, write: Callable[[Any], Any], read: Callable[[Any], Any]) -> Row:
        """Return the row for an input that is written in one more way."""
        return Row(
            self.name,
            self.pairs,
            lambda operand: write(self.encode(operand)),
            lambda held: self.decode(read(held)),
            calls=self.calls,
        )


def results_of(value: Any, seen: object, wanted: object, calls: int) -> Iterable[Any]:
    """Return the first results of some calls."""
    rand = FastRand(5)
    for _ in range(calls):
        yield from replacements(value, seen, wanted, rand, MOST, 1 << 20)


class RowsCase(unittest.TestCase):
    """The check that all tables share."""

    def check(self, row: Row, before: Any, behind: Any) -> None:
        """Write each seen operand of a row between the two and look for the wanted one."""
        for seen, wanted in row.pairs:
            with self.subTest(row.name, seen=seen, wanted=wanted):
                value = before + row.encode(seen) + behind
                self.assertEqual(row.decode(row.encode(seen)), seen, "the row itself is wrong")
                results = list(results_of(value, seen, wanted, row.calls))
                self.assertTrue(
                    any(self._reads(row, result, before, behind, wanted) for result in results),
                    f"{row.encode(wanted)!r} is in none of {results[:MOST]}",
                )

    def _reads(self, row: Row, result: Any, before: Any, behind: Any, wanted: object) -> bool:
        self.assertIs(type(result), type(before))
        part = result[len(before) : len(result) - len(behind)]
        if not (result.startswith(before) and result.endswith(behind)) or before + part + behind != result:
            return False
        try:
            return bool(row.decode(part) == wanted)
        except (ValueError, TypeError, struct.error, IndexError):
            return False


TEXTS = (
    ("abcde", "fghij"),
    ("token", "wanted_text"),
    ("longer_one", "sh"),
    ("Zürich", "Genève"),
    ("q\nr\tS", 'x"\\y'),
)
BYTES = ((b"abcd", b"wxyz"), (b"\x89PNG", b"\xff\xd8"), (b"\x01\x02\x03", b"\x00\xfe\xdc\xba"))
ASCII = (("abcde", "fghij"), ("token", "wanted_text"), ("longer_one", "sh"))
UPPER = (("TOKEN", "WANTED"), ("CONTENT-TYPE", "HOST"))
INTS = ((1234, 77), (99, 100000), (305419896, 1), (40, 41), (65000, 3))
BIG = ((305419896, 0x01020304), (0xDEADBEEF, 0xCAFEBABE), (1 << 31, 77))
SIGNED = ((-1234567, 5), (-77777, -77778), (123456, -1))
FLOATS = ((1.5, 2.25), (-1234.5, 1e10), (0.1, 3.0))


def _utf(name: str) -> tuple[Callable[[str], bytes], Callable[[bytes], str]]:
    return (lambda text: text.encode(name)), (lambda data: data.decode(name))


def _packed(layout: str) -> tuple[Callable[[Any], bytes], Callable[[bytes], Any]]:
    def unpack(data: bytes) -> Any:
        if len(data) != struct.calcsize(layout):
            raise ValueError("another size")
        return struct.unpack(layout, data)[0]

    return (lambda number: struct.pack(layout, number)), unpack


def _write_varint(number: int) -> bytes:
    groups: list[int] = []
    while True:
        number, low = divmod(number, 128)
        if not number:
            return bytes((*groups, low))
        groups.append(low + 128)


def _read_varint(data: bytes) -> int:
    if any(byte < 128 for byte in data[:-1]) or data[-1] >= 128:
        raise ValueError("another size")
    return sum((byte & 127) << 7 * at for at, byte in enumerate(data))


def _unpadded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _padded(data: bytes) -> bytes:
    return base64.urlsafe_b64decode(data + b"=" * (-len(data) % 4))


_TAR_BEFORE, _TAR_BEHIND = "\0\0", "\0 "

#: Rows whose input is bytes.
BYTES_ROWS = (
    Row("bytes as themselves", BYTES, lambda data: data, lambda data: data),
    Row("text as utf-8", TEXTS, *_utf("utf-8")),
    Row("text as latin-1", TEXTS, *_utf("latin-1")),
    Row("text as utf-16-le", TEXTS, *_utf("utf-16-le")),
    Row("text as utf-16-be", TEXTS, *_utf("utf-16-be")),
    Row(
        "ascii with surrogateescape",
        (("a\udcffbc", "x\udc80yz"),),
        lambda text: text.encode("ascii", "surrogateescape"),
        lambda data: data.decode("ascii", "surrogateescape"),
    ),
    Row("reversed bytes", BYTES, lambda data: data[::-1], lambda data: data[::-1]),
    Row("lower of bytes", ASCII, lambda text: text.upper().encode(), lambda data: data.decode().lower()),
    Row("hex of bytes", BYTES, lambda data: data.hex().encode(), lambda data: bytes.fromhex(data.decode())),
    Row(
        "upper hex of bytes",
        BYTES,
        lambda data: data.hex().upper().encode(),
        lambda data: bytes.fromhex(data.decode()),
    ),
    Row(
        "hex with colons",
        BYTES,
        lambda data: data.hex(":").encode(),
        lambda data: bytes.fromhex(data.decode().replace(":", "")),
    ),
    Row("base64", BYTES, base64.b64encode, lambda data: base64.b64decode(data, validate=True)),
    Row(
        "base64 within a longer run",
        BYTES,
        lambda data: base64.b64encode(b"head" + data + b"tail!"),
        lambda data: base64.b64decode(data, validate=True)[4:-5],
    ),
    Row("urlsafe base64 without padding", BYTES, _unpadded, _padded),
    Row(
        "base64 in lines",
        BYTES,
        lambda data: base64.encodebytes(b"head" * 30 + data),
        lambda data: base64.decodebytes(data)[120:],
        "\n\n",
        "\n\n",
    ),
    Row(
        "percent of bytes",
        BYTES,
        lambda data: urllib.parse.quote_from_bytes(data).encode(),
        lambda data: urllib.parse.unquote_to_bytes(data),
    ),
    Row(
        "quoted-printable",
        (("a=b\tü", "c=dé"),),
        lambda text: quopri.encodestring(text.encode()),
        lambda data: quopri.decodestring(data).decode(),
    ),
    Row("json in bytes", TEXTS, lambda text: json.dumps(text).encode(), lambda data: json.loads(data)),
    Row("decimal digits", INTS, lambda number: b"%d" % number, int),
    Row(
        "octal field of tar",
        INTS,
        lambda number: b"%07o" % number,
        lambda data: int(data.rstrip(b"\0 "), 8),
        _TAR_BEFORE,
        _TAR_BEHIND,
    ),
    Row(
        "octal field of tar with blanks",
        INTS,
        lambda number: b"%7o" % number,
        lambda data: int(data.strip(b"\0 "), 8),
        _TAR_BEFORE,
        _TAR_BEHIND,
    ),
    *(Row(f"field {layout}", ((99, 100), (200, 3)), *_packed(layout), calls=20) for layout in ("B",)),
    *(Row(f"field {layout}", ((1234, 77), (999, 65000)), *_packed(layout)) for layout in ("<H", ">H")),
    *(Row(f"field {layout}", BIG, *_packed(layout)) for layout in ("<I", ">I", "<Q", ">Q")),
    *(
        Row(f"field {layout}", ((-1234567, -5), (-77777, 77778)), *_packed(layout))
        for layout in ("<i", ">i", "<q", ">q")
    ),
    Row(
        "three bytes",
        ((70000, 80000),),
        lambda number: number.to_bytes(3, "big"),
        lambda data: int.from_bytes(data, "big") if len(data) == 3 else None,
    ),
    Row(
        "sixteen bytes",
        ((3 << 120, 5),),
        lambda number: number.to_bytes(16, "big"),
        lambda data: int.from_bytes(data, "big"),
    ),
    Row("varint", ((300, 5), (300, 70000), (100000, 99999)), _write_varint, _read_varint),
    *(
        Row(f"float {layout}", ((1.5, 2.25), (-1234.5, 1024.0)), *_packed(layout))
        for layout in ("<d", ">d", "<f", ">f")
    ),
    Row(
        "a field and a bit",
        ((1234567, 7),),
        lambda number: (number - 4).to_bytes(4, "big"),
        lambda data: int.from_bytes(data, "big") + 4,
    ),
    Row(
        "a field less a bit",
        ((1234567, 7),),
        lambda number: (number + 8).to_bytes(4, "little"),
        lambda data: int.from_bytes(data, "little") - 8,
    ),
    Row(
        "blocks of 512",
        ((512 * 700000, 1024),),
        lambda number: (number // 512).to_bytes(4, "big"),
        lambda data: int.from_bytes(data, "big") * 512,
    ),
    Row(
        "bytes as an int in digits",
        ((b"\x12\x34\x56\x78", b"\x00\x00\x00\x07"),),
        lambda data: b"%d" % int.from_bytes(data, "big"),
        lambda data: int(data).to_bytes(4, "big"),
    ),
)


def _number_row(
    name: str, encode: Callable[[int], str], decode: Callable[[str], float] = lambda text: int(text, 0)
) -> Row:
    return Row(name, INTS, encode, decode)


#: Rows whose input is str, and as bytes of ASCII besides where they have no more.
STR_ROWS = (
    Row("text as itself", TEXTS, lambda text: text, lambda text: text),
    Row("bytes as latin-1", BYTES, lambda data: data.decode("latin-1"), lambda text: text.encode("latin-1")),
    Row(
        "bytes as utf-8",
        (("ü☃x".encode(), "ßyz".encode()),),
        lambda data: data.decode(),
        lambda text: text.encode(),
    ),
    Row("reversed", TEXTS, lambda text: text[::-1], lambda text: text[::-1]),
    Row("lower", ASCII, str.upper, str.lower),
    Row("upper", UPPER, str.lower, str.upper),
    Row("title", (("Abcde", "Fgh"),), str.upper, str.title),
    Row(
        "casefold",
        (("strasse", "gasse"),),
        lambda text: "Straße" if text == "strasse" else text,
        str.casefold,
    ),
    Row("swapcase", (("aBcDe", "Xyz"),), str.swapcase, str.swapcase),
    Row(
        "blanks made one",
        (("one two three", "four five"),),
        lambda text: text.replace(" ", " \n  "),
        lambda text: " ".join(text.split()),
    ),
    Row(
        "blanks taken out",
        (("onetwothree", "fourfive"),),
        lambda text: " ".join(text),
        lambda text: "".join(text.split()),
    ),
    Row(
        "hyphens taken out",
        (("9783161484100", "9780306406157"),),
        lambda text: f"{text[:3]}-{text[3]}-{text[4:6]}-{text[6:12]}-{text[12:]}",
        lambda text: text.replace("-", ""),
    ),
    Row(
        "hyphens for underscores",
        (("content_type", "set_cookie"),),
        lambda text: text.replace("_", "-").upper(),
        lambda text: text.replace("-", "_").lower(),
    ),
    Row("stripped", ASCII, lambda text: f"  {text}\t", str.strip),
    Row("hex of text", TEXTS, lambda text: text.encode().hex(), lambda text: bytes.fromhex(text).decode()),
    Row(
        "base64 of text",
        TEXTS,
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: base64.b64decode(text, validate=True).decode(),
    ),
    Row("percent", TEXTS, urllib.parse.quote, lambda text: urllib.parse.unquote(text, errors="strict")),
    Row(
        "all percent",
        TEXTS,
        lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
        lambda text: urllib.parse.unquote(text, errors="strict"),
    ),
    Row("form", (("a b c", "d e&f"),), urllib.parse.quote_plus, urllib.parse.unquote_plus),
    Row("entities", (("a<b>&c", 'd"<e'), ("x&y", "<")), html.escape, html.unescape),
    Row(
        "numeric entities", ASCII, lambda text: "".join(f"&#x{ord(char):X};" for char in text), html.unescape
    ),
    Row("json", TEXTS, json.dumps, json.loads),
    Row(
        "json with all escaped",
        ASCII,
        lambda text: '"' + "".join(f"\\u{ord(char):04x}" for char in text) + '"',
        json.loads,
    ),
    Row("json beyond 16 bits", (("a😀bc", "x😎y"),), json.dumps, json.loads),
    Row(
        "python escapes",
        (("a\tb\x01é", "x\ny'"),),
        lambda text: text.encode("unicode_escape").decode(),
        lambda text: text.encode("ascii").decode("unicode_escape"),
    ),
    Row(
        "doubled quotes",
        (('a"bc', 'd"e"f'),),
        lambda text: text.replace('"', '""'),
        lambda text: text.replace('""', '"'),
    ),
    Row(
        "something added in front",
        (("do_token", "do_wanted"),),
        lambda text: text[3:],
        lambda text: "do_" + text,
    ),
    Row(
        "something added behind",
        (("token.py", "wanted.py"),),
        lambda text: text[:-3],
        lambda text: text + ".py",
    ),
    _number_row("decimal", str),
    _number_row("decimal with a plus", lambda number: f"+{number}"),
    _number_row(
        "leading zeros", lambda number: f"{number:09}", lambda text: int(text) if len(text) == 9 else -9
    ),
    _number_row("underscores", lambda number: f"{number:_}"),
    _number_row("with a fraction", lambda number: f"{number}.0", float),
    _number_row("exponent", lambda number: f"{number}e0", float),
    _number_row("hex with prefix", hex),
    _number_row("upper hex of fixed width", lambda number: f"0X{number:08X}"),
    _number_row("hex without prefix", lambda number: f"{number:x}", lambda text: int(text, 16)),
    _number_row("octal", oct),
    _number_row("binary", bin),
    _number_row(
        "other scripts' digits", lambda number: str(number).translate({48 + n: 0x660 + n for n in range(10)})
    ),
    _number_row("off by one in digits", lambda number: str(number + 1), lambda text: int(text) - 1),
    _number_row("off by seven in digits", lambda number: str(number - 7), lambda text: int(text) + 7),
    Row(
        "thousands",
        ((12000, 5000),),
        lambda number: str(number // 1000),
        lambda text: int(text) * 1000,
        calls=3,
    ),
    Row("negative", SIGNED, str, int),
    Row("negated", ((1234, 55),), lambda number: str(-number), lambda text: -int(text)),
    Row("float in digits", FLOATS, repr, float),
    Row("float scaled from digits", ((12.0, 7.0),), lambda number: str(int(number)), float),
    Row("inf", ((float("inf"), 2.0), (float("-inf"), 1.0)), str, float),
    Row("code point", ((0x2603, 0x1F600), (0x2603, 65)), chr, ord, calls=20),
    Row("digits as text", (("12", "34567"),), lambda text: f"0{text}", lambda text: str(int(text))),
    Row("true", ((True, False), (False, True)), json.dumps, json.loads),
    Row(
        "none",
        ((None, "word"), (None, 12)),
        lambda value: "null" if value is None else json.dumps(value),
        json.loads,
    ),
)


class BytesRowsTest(RowsCase):
    def test_each_way_is_found_among_random_bytes(self) -> None:
        source = random.Random(1)
        for row in BYTES_ROWS:
            before = source.randbytes(200) + row.before.encode()
            self.check(row, before, row.behind.encode() + source.randbytes(200))

    def test_each_way_is_found_among_words(self) -> None:
        source = random.Random(2)
        for row in BYTES_ROWS:
            before = f"{_words(source, 20)}{row.before}".encode()
            self.check(row, before, f"{row.behind}{_words(source, 60)}".encode())

    def test_each_way_of_ascii_is_found_in_bytes_too(self) -> None:
        source = random.Random(3)
        for row in STR_ROWS:
            if row.name in ("other scripts' digits", "casefold", "bytes as latin-1"):
                continue
            written = row.through(str.encode, bytes.decode)
            self.check(written, f"{_words(source, 20)} <".encode(), f"> {_words(source, 60)}".encode())


class StrRowsTest(RowsCase):
    def test_each_way_is_found_among_words(self) -> None:
        source = random.Random(4)
        for row in STR_ROWS:
            self.check(row, f"{_words(source, 20)}{row.before}", f"{row.behind}{_words(source, 60)}")

    def test_each_way_is_found_among_other_scripts(self) -> None:
        source = random.Random(5)
        for row in STR_ROWS:
            before, behind = ("".join(source.choices("éß☃дв漢\n ", k=100)) for _ in range(2))
            self.check(row, before + row.before, row.behind + behind)

    def test_each_field_is_found_in_text_of_single_bytes(self) -> None:
        for row in BYTES_ROWS:
            if row.name.startswith(("field", "varint", "float")):
                written = row.through(
                    lambda data: data.decode("latin-1"), lambda text: text.encode("latin-1")
                )
                self.check(written, "lorem ipsum <", "> dolor")


if __name__ == "__main__":
    unittest.main()
