"""Which calls decode a text, and which only look as if they did."""

from __future__ import annotations

import ast
import base64
import binascii
import bz2
import csv
import functools
import gzip
import html
import io
import ipaddress
import json
import lzma
import shlex
import tomllib
import unittest
import uuid
import zlib
from configparser import ConfigParser, RawConfigParser
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree

from gofuzz_py.internal.operands_calls import answers, is_dull
from tests.internal.helpers_loud import ASKED, loud_class, loud_objects

loads = json.loads


class Days(date):
    """A date of a class of its own."""


class Settings(ConfigParser):
    """Settings of a class of their own."""

    def read_string(self, string: str, source: str = "") -> None:
        raise AssertionError("a method of the program was called")


#: What decodes, the decoder, and what else it is given by place.
FUNCTIONS: list[tuple[Any, str, tuple[Any, ...]]] = [
    (json.loads, "json", ()), (loads, "json", ()), (json.JSONDecoder().decode, "json", ()),
    (ast.literal_eval, "literal", ()), (parse_qs, "query", ()), (unquote, "percent", ()),
    (csv.reader, "rows", ()), (csv.DictReader, "records", ()), (bytes.fromhex, "hex", ()),
    (bytearray.fromhex, "hex", ()), (binascii.unhexlify, "hex", ()), (base64.b64decode, "base64", ()),
    (base64.urlsafe_b64decode, "url base64", ()), (base64.b32decode, "base32", ()),
    (base64.b85decode, "base85", ()), (base64.a85decode, "ascii85", ()), (zlib.decompress, "zlib", (15,)),
    (gzip.decompress, "gzip", ()), (bz2.decompress, "bz2", ()), (lzma.decompress, "lzma", ()),
    (shlex.split, "words", ()), (html.unescape, "entities", ()), (date.fromisoformat, "date", ()),
    (time.fromisoformat, "time", ()), (datetime.fromisoformat, "datetime", ()), (Decimal, "decimal", ()),
    (Fraction, "fraction", ()), (complex, "complex", ()), (uuid.UUID, "uuid", ()),
    (ipaddress.ip_address, "address", ()), (ipaddress.IPv4Address, "address", ()),
    (ipaddress.ip_network, "network", (False,)), (ElementTree.XML, "xml", ()),
    (ElementTree.fromstring, "xml", ()), (tomllib.loads, "toml", ()), (ConfigParser().read_string, "ini", ()),
    (RawConfigParser().read_string, "ini", ("name",)), (functools.partial(json.loads), "json", ()),
]  # fmt: skip


def _asked(function: Any, *arguments: Any, names: tuple[str, ...] = ()) -> list[Any]:
    return list(answers("call", (function, *arguments), names))


class DecodesTest(unittest.TestCase):
    def test_functions_of_the_standard_library(self) -> None:
        for function, decoder, more in FUNCTIONS:
            with self.subTest(str(function)):
                self.assertFalse(is_dull(function))
                self.assertEqual(_asked(function, "a b", *more), [("decodes", "a b", (decoder, None))])
                self.assertEqual(_asked(function, b"a b", *more), [("decodes", b"a b", (decoder, None))])
                self.assertEqual(_asked(function, 5), [])

    def test_arguments_by_name(self) -> None:
        for function, decoder, name in (
            (json.loads, "json", "s"), (parse_qs, "query", "qs"), (uuid.UUID, "uuid", "hex"),
            (html.unescape, "entities", "s"), (Fraction, "fraction", "numerator"),
        ):  # fmt: skip
            self.assertEqual(_asked(function, "a", names=(name,)), [("decodes", "a", (decoder, None))])

    def test_formats_and_delimiters(self) -> None:
        for function, arguments, names, expected in (
            (datetime.strptime, ("1", "%d"), (), ("strptime", "%d")),
            (csv.reader, ("1", ";"), ("delimiter",), ("rows", ";")),
            (csv.DictReader, ("1", ("a", "b"), ";"), ("fieldnames", "delimiter"), ("records", ";")),
            (csv.reader, ("1", "excel-tab"), (), ("rows", None)),
            (parse_qs, ("1", True, "utf-8"), ("strict_parsing", "encoding"), ("query", None)),
        ):
            with self.subTest(expected):
                self.assertEqual(_asked(function, *arguments, names=names), [("decodes", "1", expected)])

    def test_lines_and_files_in_memory(self) -> None:
        file = io.StringIO("head\na,b")
        file.readline()
        data = io.BytesIO(b"{}")
        for given, expected in ((["a,b", "c"], "a,b\nc"), (["a\n", "b"], "a\nb"), (file, "a,b")):
            self.assertEqual(_asked(csv.reader, given), [("decodes", expected, ("rows", None))])
        self.assertEqual(_asked(json.load, data), [("decodes", b"{}", ("json", None))])
        self.assertEqual((file.tell(), data.tell()), (5, 0))
        self.assertEqual(_asked(csv.reader, []), [])

    def test_encodings_in_which_little_stands_as_it_is(self) -> None:
        for encoding in ("unicode_escape", "UTF-16", "utf_32_be", "cp500"):
            with self.subTest(encoding):
                expected = [("decodes", b"ab", ("codec", encoding))]
                self.assertEqual(list(answers("call", (b"ab".decode, encoding), ())), expected)
        self.assertEqual(
            list(answers("call", (b"ab".decode, "utf-7"), ("encoding",))),
            [("decodes", b"ab", ("codec", "utf-7"))],
        )
        for given in ((), ("utf-8",), ("latin-1",), ("no such encoding",), (5,)):
            with self.subTest(given=given):
                self.assertEqual(list(answers("call", (b"ab".decode, *given), ())), [])

    def test_methods_of_modules(self) -> None:
        self.assertEqual(list(answers("call", (json.loads, "1"), ())), [("decodes", "1", ("json", None))])


class NoDecoderTest(unittest.TestCase):
    """Functions that have the name of a decoder, or stand in its place, are not taken for one."""

    def test_functions_of_the_program(self) -> None:
        def loads(text: str) -> object:
            raise AssertionError("a function of the program was called")

        wrapped = functools.wraps(json.loads)(lambda text: loads(text))

        class Codec:
            def decode(self, text: str) -> None:
                loads(text)

        class UUID:
            pass

        class Decimal:
            pass

        for function in (loads, wrapped, Codec().decode, Codec.decode, UUID, Decimal, Settings().read_string):
            with self.subTest(str(function)):
                self.assertEqual(_asked(function, "1"), [])

    def test_classes_made_of_those_of_the_standard_library(self) -> None:
        for function in (
            Days.fromisoformat,
            Days,
            type("Decimal", (Decimal,), {}),
            type("UUID", (uuid.UUID,), {}),
        ):
            with self.subTest(str(function)):
                self.assertEqual(_asked(function, "1"), [])

    def test_files_of_the_program(self) -> None:
        class File(io.StringIO):
            def getvalue(self) -> str:
                raise AssertionError("a method of the program was called")

            tell = read = getvalue  # type: ignore[assignment]

        self.assertEqual(_asked(csv.reader, File("a")), [])

    def test_what_stands_in_the_place_of_a_function(self) -> None:
        for target in ("json.loads", "html.unescape", "csv.reader", "shlex.split"):
            with mock.patch(target) as function:
                self.assertEqual(_asked(function, "1"), [])
                function.assert_not_called()

    def test_names_that_are_no_plain_texts(self) -> None:
        class Name(str):
            def __hash__(self) -> int:
                raise AssertionError("a name was asked for its hash")

            def __eq__(self, other: object) -> bool:
                raise AssertionError("a name was compared")

            def __format__(self, form: str) -> str:
                raise AssertionError("a name was formatted")

        def function(text: str) -> None: ...

        class Holder:
            def method(self, text: str) -> None: ...

        function.__name__ = Name("loads")
        Holder.method.__name__ = Name("decode")
        kind = type("UUID", (), {})
        kind.__name__, kind.__qualname__, kind.__module__ = Name("UUID"), Name("UUID"), Name("uuid")
        for one in (function, Holder().method, kind):
            is_dull(one)
            self.assertEqual(_asked(one, "1"), [])

    def test_no_question_reaches_an_argument(self) -> None:
        ASKED.clear()
        for one in [*loud_objects(), loud_class(type)]:
            for function, _, _ in FUNCTIONS:
                _asked(function, one)
                _asked(function, "1", one)
                _asked(function, one, one, names=("s", "delimiter"))
                _asked(function, [one, "a"])
        self.assertEqual(ASKED, [])


if __name__ == "__main__":
    unittest.main()
