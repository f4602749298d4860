"""What decoders make of texts is what the standard library makes of them, and the way back holds."""

from __future__ import annotations

import ast
import base64
import binascii
import bz2
import configparser
import contextlib
import csv
import gzip
import html
import importlib
import ipaddress
import json
import lzma
import math
import os
import pkgutil
import random
import shlex
import subprocess
import sys
import tomllib
import unittest
import urllib.parse
import uuid
import warnings
import xml.dom.minidom
import zlib
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any
from unittest import mock
from xml.etree import ElementTree

from gofuzz_py.internal import decoders
from gofuzz_py.internal.decoders import NAMES, Decoder, named
from gofuzz_py.internal.decoders_markup import Element, with_path
from tests.helpers import ROOT


def _settings(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    return {title: dict(parser._sections[title]) for title in parser.sections()}  # type: ignore[attr-defined]


def _element(one: ElementTree.Element) -> Element:
    return Element(one.tag, dict(one.attrib), one.text, one.tail, list(map(_element, one)))


def _bytes(function: Callable[[Any], Any]) -> Callable[[str], Any]:
    return lambda text: function(text.encode())


#: By the name of a decoder the function of the standard library.
REAL: dict[str, Callable[[Any], Any]] = {
    "json": json.loads, "literal": ast.literal_eval,
    "query": lambda text: urllib.parse.parse_qs(text, keep_blank_values=True),
    "percent": urllib.parse.unquote_plus, "rows": lambda text: list(csv.reader(text.splitlines())),
    "records": lambda text: [
        {key: value for key, value in row.items() if key is not None}
        for row in csv.DictReader(text.splitlines(), restval="")
    ],
    "hex": bytes.fromhex, "base64": base64.b64decode, "url base64": base64.urlsafe_b64decode,
    "base32": base64.b32decode, "base85": base64.b85decode, "ascii85": base64.a85decode,
    "zlib": zlib.decompress, "gzip": gzip.decompress, "bz2": bz2.decompress, "lzma": lzma.decompress,
    "words": shlex.split, "entities": html.unescape,
    "date": lambda text: date.fromisoformat(text).isoformat(),
    "time": lambda text: time.fromisoformat(text).isoformat(),
    "datetime": lambda text: datetime.fromisoformat(text).isoformat(),
    "decimal": Decimal, "fraction": Fraction, "complex": complex,
    "uuid": lambda text: str(uuid.UUID(text)), "address": lambda text: str(ipaddress.ip_address(text)),
    "network": ipaddress.ip_network, "xml": lambda text: _element(ElementTree.XML(text)),
    "toml": tomllib.loads, "ini": _settings,
}  # fmt: skip

#: Texts beside the examples that both have to read alike.
TEXTS: dict[str, tuple[str, ...]] = {
    "json": (' [1, {"a": [null, -0.5e3]}] ', '"\\u00e9\\ud83d\\ude00\\n"', "[NaN, -Infinity]", "12e400"),
    "literal": (
        "{'a': [1, (2,), {3}], b'b': None}", "-1", "+1.5", "1+2j", "-1-2j", "'a' 'b'",
        "'\\n\\x41\\u00e9\\\\'",
        "...", " 1", "()", "r'\\n'", "0x1F", "1_000",
    ),
    "query": ("a=1&a=2&b=%41+%C3%A9", "", "a&b=1", "%41=1"),
    "percent": ("%4", "%zz", "a+b%2B", "%e2%98%83"),
    "rows": ('a,"b ""c"",d"\n\n1,,', ""),
    "records": ("a,b\n1\n1,2,3\n\n4,5", "a"),
    "hex": ("", "DE AD"),
    "base64": ("YWJjZA==", "////"),
    "words": ("deploy --force 'a  b' \"c \\\" d\" e\\ f g'h'\"i\"", "", "''", "a\tb\nc"),
    "entities": ("a &lt b", "&quot;&apos;&#x41;&#x110000;&#0;", "&nosuch;", "&&amp;"),
    "uuid": ("{12345678-1234-5678-1234-567812345678}", "urn:uuid:12345678123456781234567812345678"),
    "xml": (
        "<a><b/>tail<c>x</c>y</a>", '<a xmlns="u" xmlns:v="w"><v:b v:c="d" e="f"/></a>', "<a>&amp;&#65;</a>",
        '<a xml:lang="en"/>', "<a><!-- c -->x<![CDATA[<]]></a>",
    ),
    "toml": ('a.b = "c\\u0041"\n[d]\ne = [1, [2.5]]\n[[f]]\ng = {h = true}\n[[f]]',),
    "ini": ("[a]\nB: c = d\n# e\n; f\n\n[g]\n",),
}  # fmt: skip

XML = "http://www.w3.org/XML/1998/namespace"

TREES: dict[str, tuple[Any, ...]] = {
    "json": ({"a": [1, True, None, "é\n\"", {"": []}], "b": -1.5},),
    "literal": ({"a": (1,), b"b": [None, {1, 2}], (1, 2): -0.5}, 1 + 2j, "'\"", ..., 1e300 * 1e300),
    "query": ({"a b": ["1&2", "é"], "c": ["="]},),
    "percent": ("/café menü+%",), "rows": ([["a,b", 'c"d'], ["1", "2\u00e9"]],),
    "records": ([{"a": "1", "b,c": "2"}, {"a": "", "b,c": "3"}],),
    **dict.fromkeys(("hex", "base64", "url base64", "base32", "base85", "ascii85"),
                    (b"\x00session\xff", b"abcdefgh", b"a", b"ab", b"\xfb\xef\xff")),
    **dict.fromkeys(("zlib", "gzip", "bz2", "lzma"), (b"", b"a" * 5000, b"\0\xff")),
    "words": (["a b", "c", "d'e", "", "é;|"],), "entities": ("<b class=\"x\">'&amp;'",),
    "date": ("2031-05-06",), "time": ("12:34:56.789000",), "datetime": ("2031-05-06T07:08:09+02:00",),
    "uuid": ("01234567-89ab-7def-8123-456789abcdef",), "address": ("239.1.2.251",),
    "xml": (
        Element("a", {"b": "c<\"'\n"}, "t & u", None, [
            Element("{u:v}d", {"{u:v}e": "f", "{w}g": "", f"{{{XML}}}lang": "nn"}, None, "tail", []),
            Element("h", {}, None, None, [Element("i", {}, "x", None, [])]),
        ]),
    ),
    "toml": ({"a": 1, "b c": {"d": [True, 1.5, "é\"\n\x7f", {}], "": []}, "t": datetime(2031, 5, 6, 7, 8)},),
    "ini": ({"paths": {"cache": "none", "empty": ""}, "other": {}},),
}  # fmt: skip

PACKED = ("zlib", "gzip", "bz2", "lzma")


def _made(name: str) -> Decoder:
    decoder = named(name)
    assert decoder is not None
    return decoder


class TableTest(unittest.TestCase):
    def test_every_name_is_one_of_the_standard_library_and_has_a_decoder(self) -> None:
        for (module, name), decoder in NAMES.items():
            with self.subTest(module, name=name):
                self.assertIn(decoder, REAL.keys() | {"strptime"})
                owner, _, kind = module.partition(".")
                found: Any = importlib.import_module(owner if owner in ("builtins", "datetime") else module)
                if found.__name__ == owner and owner in ("builtins", "datetime"):
                    found = getattr(found, kind or name)
                classes = [one for one in vars(found).values() if isinstance(one, type)]
                self.assertTrue(found is complex or any(hasattr(one, name) for one in (found, *classes)))

    def test_every_decoder_has_a_name(self) -> None:
        self.assertEqual(set(NAMES.values()), set(decoders._DECODERS))

    def test_what_is_not_known_has_no_decoder(self) -> None:
        self.assertIsNone(named("no such"))
        self.assertIsNone(named("strptime", "\0"))


class ExampleTest(unittest.TestCase):
    def test_examples_are_taken_by_the_real_functions(self) -> None:
        for name, real in REAL.items():
            examples = _made(name).examples
            self.assertTrue(examples or name in PACKED, name)
            for example in examples:
                with self.subTest(name, example=example):
                    real(example)

    def test_examples_of_other_functions_of_a_name(self) -> None:
        for function, name in (
            (_bytes(json.loads), "json"), (xml.dom.minidom.parseString, "xml"), (binascii.unhexlify, "hex"),
            (_bytes(base64.b64decode), "base64"), (urllib.parse.unquote_to_bytes, "percent"),
            (_bytes(urllib.parse.parse_qs), "query"), (json.JSONDecoder().decode, "json"),
        ):  # fmt: skip
            for example in _made(name).examples:
                with self.subTest(name, example=example):
                    function(example)

    def test_examples_of_formats(self) -> None:
        for form in (
            "%d/%m/%Y", "%H:%M", "%Y-%m-%dT%H:%M:%S", "%A %d %B %Y", "%j %y", "%I %p",
            "%Y-%m-%d %H:%M:%S.%f%z", "%%z %Y",
        ):  # fmt: skip
            decoder = named("strptime", form)
            assert decoder is not None
            self.assertTrue(decoder.examples)
            for example in decoder.examples:
                with self.subTest(form, example=example):
                    expected = datetime.strptime(example, form)
                    self.assertEqual(decoder.tree(example), expected.isoformat())
                    text = decoder.text(decoder.tree(example))
                    self.assertEqual(datetime.strptime(str(text), form), expected)

    def test_points_in_time_are_written_in_a_format(self) -> None:
        for form, tree, text in (
            ("%d.%m.%Y %H:%M", "2031-05-06T07:08:00", "06.05.2031 07:08"),
            ("%Y-%m-%d %f %z", "2031-05-06T00:00:00.000012-05:30", "2031-05-06 000012 -0530"),
        ):
            decoder = named("strptime", form)
            assert decoder is not None
            self.assertEqual(decoder.text(tree), text)
            self.assertEqual(decoder.tree(text), tree)

    def test_moments_fall_on_all_days_of_the_week(self) -> None:
        decoder = named("strptime", "%Y-%m-%d")
        assert decoder is not None
        self.assertEqual({date.fromisoformat(one).weekday() for one in decoder.examples}, set(range(7)))

    def test_addresses_and_ids_are_of_every_sort(self) -> None:
        found = [ipaddress.ip_address(one) for one in _made("address").examples]
        for sort in ("multicast", "private", "global", "unspecified", "reserved", "loopback", "link_local"):
            for version in (4, 6):
                with self.subTest(sort, version=version):
                    self.assertTrue(
                        any(one.version == version and getattr(one, f"is_{sort}") for one in found)
                    )
        ids = [uuid.UUID(one) for one in _made("uuid").examples]
        self.assertLessEqual(set(range(1, 9)), {one.version for one in ids})


class CodecTest(unittest.TestCase):
    def test_encodings_are_undone(self) -> None:
        for encoding in ("unicode_escape", "utf-16-le", "utf-7", "cp500"):
            decoder = decoders.named("codec", encoding)
            assert decoder is not None
            with self.subTest(encoding):
                data = decoder.text("\x1b[0m")
                self.assertEqual(data, "\x1b[0m".encode(encoding))
                self.assertEqual(decoder.tree(data or b""), "\x1b[0m")
        with self.assertRaises(ValueError):
            _made("json").tree(b"\xff")
        broken = decoders.named("codec", "utf-16-le")
        assert broken is not None
        with self.assertRaises(ValueError):
            broken.tree(b"\x00\xd8")
        self.assertIsNone(broken.text("\ud800"))


class SameTest(unittest.TestCase):
    def test_texts_are_read_as_the_standard_library_does(self) -> None:
        for name, real in REAL.items():
            decoder = _made(name)
            if decoder.decode is None or name in PACKED:
                continue
            for text in (*decoder.examples, *TEXTS.get(name, ())):
                if name == "address" and ":" in text:
                    continue
                if name == "ini" and "DEFAULT" in text:
                    continue
                with self.subTest(name, text=text):
                    expected = real(text)
                    tree = decoder.tree(text)
                    self.assertEqual(repr(tree), repr(expected))

    def test_bytes_are_read_as_well(self) -> None:
        for name, data, expected in (
            ("json", b'{"a": "\xc3\xa9"}', {"a": "é"}), ("literal", b"[1]", [1]),
            ("query", b"a=1", {b"a": [b"1"]}), ("percent", b"%41", "A"), ("hex", b"6162", b"ab"),
            ("base64", b"YQ==", b"a"), ("url base64", b"-_8=", b"\xfb\xff"), ("base32", b"ME======", b"a"),
            ("xml", "<?xml version='1.0' encoding='latin-1'?><a>\xe9</a>".encode("latin-1"),
             Element("a", {}, "é", None, [])),
        ):  # fmt: skip
            with self.subTest(name):
                self.assertEqual(_made(name).tree(data), expected)

    def test_another_delimiter(self) -> None:
        for name, expected in (("rows", [["a", "b,c"], ["1", "2"]]), ("records", [{"a": "1", "b,c": "2"}])):
            decoder = named(name, ";")
            assert decoder is not None
            tree = decoder.tree("a;b,c\n1;2")
            self.assertEqual(tree, expected)
            self.assertEqual(decoder.text(tree), "a;b,c\n1;2")


class WayBackTest(unittest.TestCase):
    def test_trees_are_written_and_read_by_the_real_functions(self) -> None:
        for name, trees in TREES.items():
            decoder = _made(name)
            for tree in trees:
                with self.subTest(name, tree=tree):
                    text = decoder.text(tree)
                    self.assertIsNotNone(text)
                    self.assertEqual(repr(REAL[name](text)), repr(tree))
                    self.assertEqual(repr(decoder.tree(text or "")), repr(tree))

    def test_every_decoder_that_writes_is_tried(self) -> None:
        writing = {name for name, one in decoders._DECODERS.items() if one.encode is not None}
        self.assertEqual(writing, set(TREES))

    def test_random_bytes(self) -> None:
        rand = random.Random(5)
        for name in ("hex", "base64", "url base64", "base32", "base85", "ascii85", *PACKED):
            for size in range(12):
                data = rand.randbytes(size)
                with self.subTest(name, data=data):
                    text = _made(name).text(data)
                    if data:
                        self.assertEqual(REAL[name](text), data)
                    self.assertEqual(_made(name).tree(text or ""), data)

    def test_not_a_number_is_written(self) -> None:
        for name, of in (("json", json.loads), ("toml", lambda text: tomllib.loads(text)["a"])):
            tree = math.nan if name == "json" else {"a": math.nan}
            self.assertTrue(math.isnan(of(str(_made(name).text(tree)))))

    def test_what_cannot_be_written_is_none(self) -> None:
        ring: list[Any] = []
        ring.append(ring)
        for name, tree in (
            ("json", b"a"), ("json", {b"a": 1}), ("json", object()), ("json", ring), ("json", 10**5000),
            ("query", []), ("rows", 5), ("records", ["a"]), ("hex", 5), ("words", 5), ("toml", {"a": None}),
            ("toml", {1: 2}), ("toml", []), ("xml", {}), ("xml", Element("a b", {}, None, None, [])),
            ("xml", Element("a", {}, "\0", None, [])), ("xml", Element("a", {"": "x"}, None, None, [])),
            ("xml", Element("a", {}, None, None, ["b"])), ("ini", {"a": 1}), ("ini", {"a]\n[b": {}}),
            ("ini", {"a": {"b": "c\nd"}}), ("ini", {"a": {"#b": "c"}}), ("zlib", None), ("literal", ring),
            ("decimal", "1"),
        ):  # fmt: skip
            with self.subTest(name, tree=str(type(tree))):
                self.assertIsNone(_made(name).text(tree))
        for tree in ("no date", "9999-99-99", None):
            form = named("strptime", "%d/%m/%Y")
            assert form is not None
            self.assertIsNone(form.text(tree))

    def test_the_same_in_every_process(self) -> None:
        script = (
            "from gofuzz_py.internal.decoders import named\n"
            "import bz2, gzip, lzma\n"
            "tree = named('literal').tree(\"{'a', 'b', 'c', 'd', b'e'}\")\n"
            "texts = [named(name).text(b'abc') for name in ('gzip', 'zlib', 'bz2', 'lzma')]\n"
            "print(named('literal').text(tree), texts)"
        )
        found = {
            subprocess.run(
                [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT,
                env=os.environ | {"PYTHONHASHSEED": seed},
            ).stdout
            for seed in ("1", "2", "3")
        }  # fmt: skip
        self.assertEqual(len(found), 1)


class ProblemTest(unittest.TestCase):
    def test_texts_that_are_none_give_a_value_error(self) -> None:
        for name in (*decoders._DECODERS, "rows"):
            for text in ("\0", "<a", "[" * 3000, "{", "'", "\ud800", b"\xff\xfe", "1" * 5000, "&#99999999;%"):
                with self.subTest(name, text=text[:9]):
                    try:
                        _made(name).tree(text)
                    except ValueError:
                        continue

    def test_a_bomb_is_left_alone(self) -> None:
        for name in PACKED:
            with self.subTest(name), self.assertRaises(ValueError):
                _made(name).tree(_made(name).text(bytes(1 << 24)) or "")

    def test_packed_bytes_that_end_too_soon_are_none(self) -> None:
        for name in PACKED:
            with self.subTest(name), self.assertRaises(ValueError):
                _made(name).tree((_made(name).text(b"abcabc") or b"")[:-3])

    def test_what_was_not_imported_is_not_imported(self) -> None:
        script = (
            "import sys\n"
            "from gofuzz_py.internal.decoders import _DECODERS, named\n"
            "before = set(sys.modules)\n"
            "for decoder in (*_DECODERS.values(), named('strptime', '%Y')):\n"
            "    for text in (*decoder.examples, 'a', b'a'):\n"
            "        decoder.text(text)\n"
            "        try: decoder.tree(text)\n"
            "        except ValueError: pass\n"
            "print(sorted(set(sys.modules) - before))"
        )
        run = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
        )
        self.assertEqual(run.stdout, "[]\n")


class QuietTest(unittest.TestCase):
    """Nothing that a program has put into the standard library is called, and it gets no warnings."""

    REPLACED = (
        "json.loads", "json.dumps", "json.decoder.JSONDecoder.decode", "json.decoder.JSONDecoder.raw_decode",
        "json.encoder.JSONEncoder.encode", "json.encoder.encode_basestring", "ast.literal_eval", "ast.parse",
        "ast.walk", "urllib.parse.parse_qs", "urllib.parse.unquote", "urllib.parse.quote", "_csv.reader",
        "csv.reader", "csv.DictReader", "base64.b64decode", "base64.b32decode", "base64.b85encode",
        "gzip.decompress", "gzip.compress", "bz2.decompress", "lzma.decompress", "zlib.decompress",
        "shlex.split", "shlex.shlex", "html.unescape", "html.escape", "html._replace_charref",
        "_strptime._strptime", "_strptime._strptime_datetime", "_strptime._strptime_datetime_datetime",
        "datetime.datetime", "uuid.UUID", "ipaddress.ip_address", "xml.etree.ElementTree.XML",
        "xml.etree.ElementTree.XMLParser", "xml.etree.ElementTree.fromstring", "tomllib.loads",
        "tomllib._parser.loads", "tomllib._parser.parse_value", "tomllib._parser.parse_key",
        "tomllib._re.match_to_number", "configparser.RawConfigParser.read_string", "time.strftime",
        "re.compile", "re.sub", "zlib.decompressobj", "zlib.compressobj", "_bz2.BZ2Decompressor",
        "_bz2.BZ2Compressor", "_lzma.LZMADecompressor", "_lzma.LZMACompressor", "pyexpat.ParserCreate",
        "_datetime.datetime", "_datetime.date", "_datetime.time", "_datetime.timedelta",
    )  # fmt: skip

    def test_a_function_that_was_replaced_is_not_called(self) -> None:
        datetime.strptime("1/1/2024", "%d/%m/%Y")
        for dotted in self.REPLACED:
            owner, _, name = dotted.rpartition(".")
            holder: Any = pkgutil.resolve_name(owner)
            if not hasattr(holder, name):
                continue

            def refuse(*args: object, **kwargs: object) -> object:
                asked.append(dotted)  # noqa: B023
                raise KeyError

            asked: list[str] = []
            for replaced in (refuse, mock.Mock(side_effect=refuse)):
                with self.subTest(dotted), mock.patch.object(holder, name, replaced):
                    self._use_all()
                self.assertEqual(asked, [])

    def _use_all(self) -> None:
        form = named("strptime", "%d/%m/%Y")
        assert form is not None
        for decoder in (*decoders._DECODERS.values(), form):
            for example in (*decoder.examples, b"a", decoder.text(b"a") or ""):
                try:
                    tree = decoder.tree(example)
                except ValueError:
                    continue
                decoder.text(tree)
                decoder.others(tree, 1)

    def test_literals_give_no_warning(self) -> None:
        texts = [
            "'\\d'", "'\\400'", "b'\\c'", "1and 2", "0x1for", "1if 1else 2", "1or 2", "0b1in [1]", "1.is 2",
            "1_0not in [1]", "'\\8'", "'\\777'", "'\\378'", "'\\477'", "'\\577'", "1jor 2", "0o7and 1",
            "1e5or 1", "0xfor x", "(1)(2)", "1 is 1", "'\\N{DIGIT ONE}'", "'\\1'", "'\\12'",
            "'\\377'", "'\\47'",
        ]  # fmt: skip
        rand = random.Random(7)
        texts += ["'\\" + "".join(rand.choices("01234567890abcNuxUdq'\\\n", k=4)) + "'" for _ in range(2000)]
        texts += ["".join(rand.choices("0123.eExXjJoOabB_forindlst ", k=7)) for _ in range(4000)]
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            for text in texts:
                try:
                    _made("literal").tree(text)
                except ValueError:
                    continue
        self.assertEqual([str(one.message) for one in found], [])

    def test_formats_give_no_warning(self) -> None:
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            for form in ("%d", "%d %b", "%j", "%d %y", "%%d %d", "%e", "%d %c"):
                decoder = named("strptime", form)
                for example in decoder.examples if decoder else ():
                    with contextlib.suppress(ValueError):
                        decoder.tree(example)  # type: ignore[union-attr]
        self.assertEqual([str(one.message) for one in found], [])

    def test_what_gives_no_warning_is_read(self) -> None:
        for text in ("'\\n\\t\\'\\\\\\0\\x41'", "'\\1'", "'\\377'", "'\\47'", "[1, 0x1f, 'for']", "'1 for'"):
            with self.subTest(text):
                self.assertEqual(_made("literal").tree(text), ast.literal_eval(text))

    def test_the_cache_of_patterns_is_left_alone(self) -> None:
        import re

        re.purge()
        cache: Any = getattr(re, "_cache")  # noqa: B009
        datetime.strptime("1/1/2024", "%d/%m/%Y")
        re.purge()
        self._use_all()
        self.assertEqual(list(cache), [])


class MovedTest(unittest.TestCase):
    def test_trees_that_differ_by_a_number(self) -> None:
        first = "00000000-0000-1000-8000-000000000001"
        for name, tree, by, expected in (
            ("date", "2024-02-28", 1, "2024-02-29"), ("date", "2024-02-28", -2, "2024-02-26"),
            ("date", "2024-02-28", 1, "2024-03-07"),
            ("datetime", "2024-02-28T23:59:59", 1, "2024-02-29T00:00:00"),
            ("address", "10.0.0.255", 1, "10.0.1.0"),
            ("uuid", first, 3, first.replace("-1000-", "-4000-")), ("uuid", first, 3, first[:-1] + "4"),
        ):  # fmt: skip
            with self.subTest(name, by=by):
                self.assertIn(expected, _made(name).others(tree, by))

    def test_nothing_is_moved_beyond_its_ends(self) -> None:
        for name, tree in (
            ("date", "9999-12-31"), ("datetime", "0001-01-01T00:00:00"), ("time", "12:00:00"), ("date", ""),
            ("address", "255.255.255.255"), ("uuid", "no uuid"), ("json", "a"),
        ):  # fmt: skip
            for by in (-(10**30), -(10**7), 10**7, 10**30):
                with self.subTest(name, by=by):
                    for other in _made(name).others(tree, by):
                        REAL[name](other)


class PathTest(unittest.TestCase):
    def test_a_path_finds_what_is_made_for_it(self) -> None:
        for path in ("a", "a/b", "./a/b", ".//a", "{u}a"):
            with self.subTest(path):
                child = with_path(path, "t")
                tree = Element("root", {}, None, None, [child])
                root = ElementTree.XML(str(_made("xml").text(tree)))
                self.assertEqual(root.findtext(path), "t")

    def test_a_path_that_asks_for_more_has_none(self) -> None:
        for path in ("", ".", "*", "a[1]", "a[@b='c']", "..", "a b"):
            with self.subTest(path):
                self.assertIsNone(with_path(path, None))


if __name__ == "__main__":
    unittest.main()
