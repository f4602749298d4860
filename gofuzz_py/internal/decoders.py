"""Functions of the standard library that read a text: what they make of it, and the way back.

Owns the table of decoders: by which names their functions are known, examples
of what they take, and for those that can be undone how a text is decoded to a
tree and a tree written as a text, for which it calls its siblings
``decoders_*``.  Must not know conditions, nor where a text came from.  Runs in
a worker process; called by ``operands_calls`` (names only) and
``operands_trees``.

Many of them are written in C, so that nothing can be seen of how they read a
text: but what they made of it is compared in the program under test, and there
it can be changed and written again.

The program's own functions are not called, but what they call in C; where that
is too much work, those of a module that nobody has changed.  What the program
did not import is not imported for this.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from gofuzz_py.internal import decoders_bytes as packed
from gofuzz_py.internal import decoders_markup as markup
from gofuzz_py.internal import decoders_moments as moments
from gofuzz_py.internal import decoders_numbers as numbers
from gofuzz_py.internal import decoders_values as values
from gofuzz_py.internal import decoders_words as words

#: A tree: None, bool, int, float, str or bytes, or a list, tuple, set, dict or element of such.
Tree = Any
Text = str | bytes

#: What may stand under a key that was missing, or in a list: of each kind.
_FILLINGS: tuple[Tree, ...] = ({}, "a", [], 1, True, 1.5, None, ["a", "b", "c"], [{}])
#: The same where all values are texts.
_TEXT_FILLINGS: tuple[Tree, ...] = ("a", "1", "")


class Decoder(NamedTuple):
    """One way in which a text is read."""

    #: Texts that it takes, of different kinds.
    examples: tuple[str, ...] = ()
    decode: Callable[[Any], Tree] | None = None
    #: What writes a tree; the result is text or bytes, whatever the decoder takes.
    encode: Callable[[Any], Text] | None = None
    #: What may stand in its trees.
    fillings: tuple[Tree, ...] = _FILLINGS
    #: Has it tuples as well as lists?
    has_tuples: bool = False
    #: Moves a tree by a number, for what is counted from somewhere else.
    moved: Callable[[Any, int], Iterator[Tree]] | None = None

    def tree(self, text: Text) -> Tree:
        """Return what the decoder makes of a text.

        Raises ValueError if it does not take it, or cannot be called here.
        """
        if self.decode is None:
            raise ValueError("there is no way back from what it makes")
        try:
            tree = self.decode(text)
        except Exception as error:  # each module has errors of its own
            raise ValueError(type(error).__name__) from error
        if isinstance(tree, (str, bytes)) and len(tree) > packed.LONGEST:
            raise ValueError("what it makes is too long")
        return tree

    def text(self, tree: Tree) -> Text | None:
        """Return a text from which the decoder would make the tree, or None where there is none."""
        try:
            return None if self.encode is None else self.encode(tree)
        except Exception:  # the tree was changed into what cannot be written
            return None

    def others(self, tree: Tree, by: int) -> list[Tree]:
        """Return trees that differ from one by a number, as far as this can be done."""
        try:
            return [] if self.moved is None else list(self.moved(tree, by))
        except Exception:  # the tree may be no such text
            return []


def named(name: str, extra: str | None = None) -> Decoder | None:
    """Return the decoder of a name in NAMES; ``extra`` is the format or the delimiter that it was given."""
    if extra is None:
        return _DECODERS.get(name)
    return _MADE[name](extra) if name in _MADE else _DECODERS.get(name)


def takes_format(name: str) -> bool:
    """Is the second argument of a decoder its format?"""
    return name == "strptime"


@functools.lru_cache(maxsize=64)
def _of_format(form: str) -> Decoder | None:
    """Return the decoder for points in time in a format."""
    try:
        examples = moments.examples_of(form)
    except (ArithmeticError, MemoryError, TypeError, ValueError):
        return None
    return Decoder(examples, moments.reader_of(form), moments.writer_of(form), moved=moments.moved)


def _of_rows(delimiter: str) -> Decoder:
    examples = (f"a{delimiter}b\n1{delimiter}2", f'a{delimiter}"b{delimiter}c"', "a\nb\nc")
    return Decoder(examples, *words.rows_of(delimiter), _TEXT_FILLINGS)


def _of_records(delimiter: str) -> Decoder:
    examples = (f"a{delimiter}b\n1{delimiter}2", f"a\n1\n2{delimiter}3")
    return Decoder(examples, *words.records_of(delimiter), _TEXT_FILLINGS)


#: Encodings in which little stands as it is; those that a program has made are not called.
_CODECS = frozenset({
    "unicode-escape", "raw-unicode-escape", "utf-7", "utf-8-sig", "cp037", "cp500", "cp1140", "punycode",
    *(f"utf-{width}{order}" for width in (16, 32) for order in ("", "-le", "-be")),
})  # fmt: skip


def is_codec(encoding: str) -> bool:
    """Is an encoding one that is undone?"""
    return encoding.lower().replace("_", "-") in _CODECS


def _of_codec(encoding: str) -> Decoder:
    """Return the decoder of an encoding."""
    return Decoder(
        (),
        lambda text: text.decode(encoding),  # of bytes, as nothing else is
        lambda tree: words.as_text(tree).encode(encoding),
    )


#: Decoders that are told how to read.
_MADE: dict[str, Callable[[str], Decoder | None]] = {
    "strptime": _of_format, "rows": _of_rows, "records": _of_records, "codec": _of_codec,
}  # fmt: skip


def _iso(name: str, *examples: str) -> Decoder:
    """Return the decoder of a class of ``datetime``."""
    read = moments.reader_of(None, name)
    return Decoder(examples, read, read, moved=functools.partial(moments.moved, name=name))


# -- the table -----------------------------------------------------------------------------------

_DATES = ("2024-02-29", "0001-01-01", "2023-10-30")

#: Of each version and variant, the usual first.
_UUIDS = (
    *(f"12345678-1234-{version}234-9234-567812345678" for version in (4, 7, 1, 3, 5, 6, 8, 2)),
    "12345678-1234-1234-1234-567812345678", "12345678-1234-4234-d234-567812345678",
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
)  # fmt: skip
#: Of each sort that ``ipaddress`` knows: loopback, private, multicast, link-local, reserved,
#: unspecified, shared, global; with a zone, mapped, 6to4, site-local.
_ADDRESSES = (
    "127.0.0.1", "::1", "10.0.0.1", "224.0.0.1", "ff02::1", "169.254.0.1", "fe80::1%1", "240.0.0.1",
    "0.0.0.0", "::", "100.64.0.1", "8.8.8.8", "2606:4700::1", "fc00::1", "::ffff:1.2.3.4",
    "2002:102:304::", "fec0::1", "2001:0:102:304::", "192.0.2.1", "255.255.255.255",
)  # fmt: skip
_NETWORKS = (
    "10.0.0.0/8", "2001:db8::/32", "127.0.0.1", "224.0.0.0/4", "0.0.0.0/0", "192.168.0.0/255.255.0.0",
    "::/0", "169.254.0.0/16", "10.0.0.0/31",
)  # fmt: skip

#: What ``lzma`` is told: any format, and how much memory it may take.
_ANY_FORMAT, _MOST_MEMORY = 0, 1 << 25

_DECODERS: dict[str, Decoder] = {
    "json": Decoder(
        ("{}", "[]", '"a"', "1", "1.5", "true", "null", "[{}]", '{"a": 1}', "[1, 2]"),
        values.from_json, values.to_json,
    ),
    "literal": Decoder(
        ("{}", "[]", "'a'", "1", "1.5", "True", "None", "()", "('a', 1)", "{'a': 1}", "b'a'", "{1}"),
        values.from_literal, values.to_literal, has_tuples=True,
    ),
    "query": Decoder(("a=1", "a=1&b=2", "a=1&a=2"), words.from_query, words.to_query, _TEXT_FILLINGS),
    "percent": Decoder(("%41", "a%20b", "%C3%A9"), words.from_percent, words.to_percent),
    "rows": _of_rows(","),
    "records": _of_records(","),
    "hex": Decoder(("00", "6162", "ffffffff"), packed.from_hex, packed.to_hex),
    "base64": Decoder(("YQ==", "YWJj", "YWI="), packed.from_base64, packed.to_base64),
    "url base64": Decoder(("YQ==", "YWJj", "-_8="), packed.from_url_base64, packed.to_url_base64),
    "base32": Decoder(("ME======", "MFRGGZDF"), packed.from_base32, packed.to_base32),
    "base85": Decoder(("VE", "VPaz%"), packed.from_base85, packed.to_base85),
    "ascii85": Decoder(("@/", "@:E^"), packed.from_ascii85, packed.to_ascii85),
    "zlib": Decoder(
        (), packed.unpacker("zlib", "decompressobj", 15), packed.packer("zlib", "compressobj", 6, 8, 15)
    ),
    "gzip": Decoder(
        (), packed.unpacker("zlib", "decompressobj", 31), packed.packer("zlib", "compressobj", 6, 8, 31)
    ),
    "bz2": Decoder((), packed.unpacker("_bz2", "BZ2Decompressor"), packed.packer("_bz2", "BZ2Compressor", 1)),
    "lzma": Decoder(
        (),
        packed.unpacker("_lzma", "LZMADecompressor", _ANY_FORMAT, _MOST_MEMORY),
        packed.packer("_lzma", "LZMACompressor", 1, -1, 0),
    ),
    "words": Decoder(("a", "a b", "'a b' c"), words.from_words, words.to_words, _TEXT_FILLINGS),
    "entities": Decoder(("&lt;", "&#65;", "&amp;amp;"), words.from_entities, words.to_entities),
    "date": _iso("date", *_DATES, "20240229", "2024-W09-4"),
    "time": _iso("time", "12:34:56", "23:59:59.999999+00:00", "12:34"),
    "datetime": _iso("datetime", "2024-02-29T12:34:56", "2024-02-29 12:34:56.789012+01:00", *_DATES),
    "strptime": Decoder(),
    "decimal": Decoder(("1.5", "-0", "1E+3", "NaN", "Infinity")),
    "fraction": Decoder(("1/2", "-3", "1.5", "1e3")),
    "complex": Decoder(("1+2j", "1j", "nan")),
    "uuid": Decoder(_UUIDS, numbers.from_uuid, numbers.from_uuid, moved=numbers.moved_uuid),
    "address": Decoder(_ADDRESSES, numbers.from_address, numbers.from_address, moved=numbers.moved_address),
    "network": Decoder(_NETWORKS),
    "xml": Decoder(
        ("<a/>", "<a>b</a>", '<a b="c"><d/></a>', '<?xml version="1.0"?><a/>'),
        markup.from_xml, markup.to_xml, ("a", "1", "", markup.Element("a", {}, None, None, [])),
    ),
    "toml": Decoder(
        ("a = 1", '[a]\nb = "c"', "a.b = [1, 2]", "[[a]]", "a = 2024-02-29T12:34:56"),
        values.from_toml, values.to_toml,
    ),
    "ini": Decoder(
        ("[a]", "[a]\nb = c", "[DEFAULT]\na = b\n[c]"),
        words.from_settings, words.to_settings, ({}, *_TEXT_FILLINGS),
    ),
}  # fmt: skip

#: By module and name of a function the decoder that it is.
NAMES: dict[tuple[str, str], str] = {
    ("json", "loads"): "json", ("json", "load"): "json", ("json.decoder", "decode"): "json",
    ("ast", "literal_eval"): "literal",
    ("urllib.parse", "parse_qs"): "query", ("urllib.parse", "parse_qsl"): "query",
    ("urllib.parse", "unquote"): "percent", ("urllib.parse", "unquote_plus"): "percent",
    ("urllib.parse", "unquote_to_bytes"): "percent",
    ("_csv", "reader"): "rows", ("csv", "DictReader"): "records",
    ("builtins.bytes", "fromhex"): "hex", ("builtins.bytearray", "fromhex"): "hex",
    ("binascii", "unhexlify"): "hex", ("binascii", "a2b_hex"): "hex",
    ("base64", "b16decode"): "hex",
    **dict.fromkeys((("base64", "b64decode"), ("base64", "standard_b64decode"), ("base64", "decodebytes"),
                     ("binascii", "a2b_base64")), "base64"),
    ("base64", "urlsafe_b64decode"): "url base64",
    ("base64", "b32decode"): "base32", ("base64", "b85decode"): "base85", ("base64", "a85decode"): "ascii85",
    ("zlib", "decompress"): "zlib", ("gzip", "decompress"): "gzip", ("bz2", "decompress"): "bz2",
    ("lzma", "decompress"): "lzma",
    ("shlex", "split"): "words", ("html", "unescape"): "entities",
    ("datetime.date", "fromisoformat"): "date", ("datetime.time", "fromisoformat"): "time",
    ("datetime.datetime", "fromisoformat"): "datetime", ("datetime.datetime", "strptime"): "strptime",
    ("time", "strptime"): "strptime",
    ("decimal", "Decimal"): "decimal", ("fractions", "Fraction"): "fraction",
    ("builtins", "complex"): "complex", ("uuid", "UUID"): "uuid",
    ("ipaddress", "ip_address"): "address", ("ipaddress", "IPv4Address"): "address",
    ("ipaddress", "IPv6Address"): "address", ("ipaddress", "ip_interface"): "network",
    ("ipaddress", "ip_network"): "network",
    ("xml.etree.ElementTree", "XML"): "xml", ("xml.dom.minidom", "parseString"): "xml",
    ("xml.etree.ElementTree", "parse"): "xml",
    ("tomllib._parser", "loads"): "toml", ("tomllib._parser", "load"): "toml",
    ("configparser", "read_string"): "ini", ("configparser", "read_file"): "ini",
}  # fmt: skip
#: The names of all these functions.
FUNCTIONS = frozenset(name for _, name in NAMES)
