"""Functions of the standard library that read a text: what they make of it, and the way back.

Owns the table of decoders: by which names their functions are known, examples
of what they take, and for those that can be undone how a text is decoded to a
tree and a tree written as a text.  Must not know conditions, nor where a text
came from.  Runs in a worker process; called by ``operands_calls`` (names only)
and ``operands_trees``.

Many of them are written in C, so that nothing can be seen of how they read a
text: but what they made of it is compared in the program under test, and there
it can be changed and written again.

The functions are those of the modules that the program has imported, and only
as long as they are the module's own: what a program has put in their place is
not called.
"""

from __future__ import annotations

import ast
import binascii
import json
import re
import sys
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType
from typing import Any, NamedTuple

from gofuzz_py.internal.isolated import time

#: A tree: None, bool, int, float, str or bytes, or a list, tuple, set or dict of such.
Tree = Any
Text = str | bytes

#: What a short text may unpack to is left alone from this length on.
_LONGEST = 1 << 20

_dump = json.JSONEncoder(ensure_ascii=False).encode
_load = json.JSONDecoder().decode


class Decoder(NamedTuple):
    """One way in which a text is read."""

    #: Texts that it takes, of different kinds.
    examples: tuple[str, ...] = ()
    decode: Callable[[Any], Tree] | None = None
    #: What writes a tree; the result is text or bytes, whatever the decoder takes.
    encode: Callable[[Any], Text] | None = None
    #: What all its trees hold are texts, and lists of them.
    holds_texts: bool = False
    #: Has it tuples as well as lists?
    has_tuples: bool = False

    def tree(self, text: Text) -> Tree:
        """Return what the decoder makes of a text.

        Raises ValueError if it does not take it, or cannot be called here.
        """
        if self.decode is None:
            raise ValueError("there is no way back from what it makes")
        try:
            tree = self.decode(text)
        except Exception as error:  # each module has errors of its own
            raise ValueError(str(error)) from error
        if isinstance(tree, (str, bytes)) and len(tree) > _LONGEST:
            raise ValueError("what it makes is too long")
        return tree

    def text(self, tree: Tree) -> Text | None:
        """Return a text from which the decoder would make the tree, or None where there is none."""
        try:
            return None if self.encode is None else self.encode(tree)
        except Exception:  # the tree was changed into what cannot be written
            return None


def named(name: str, extra: str | None = None) -> Decoder | None:
    """Return the decoder of a name in NAMES; ``extra`` is the format that it was given, if it takes one."""
    return _of_format(extra) if name == "strptime" and extra is not None else _DECODERS.get(name)


# -- text to tree and back -----------------------------------------------------------------------


def _original(module: str, name: str) -> Any:
    """Return a function of a module that is imported; raise LookupError if it is not the module's own."""
    found = getattr(sys.modules[module], name)
    is_own = type(found) is BuiltinFunctionType or (
        type(found) is FunctionType and found.__globals__ is vars(sys.modules[module])
    )
    if not is_own:
        raise LookupError(f"{module}.{name} was replaced")
    return found


def _pair(module: str, decode: str, encode: str) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Return two functions that undo each other, looked up when they are called."""
    return (
        lambda text: _original(module, decode)(text),
        lambda tree: _original(module, encode)(tree),
    )


def _from_json(text: Text) -> Tree:
    return _load(text if isinstance(text, str) else text.decode("utf-8", "surrogatepass"))


def _from_query(text: Text) -> Tree:
    """Read ``a=1&b=2``: texts in lists by name."""
    whole = text if isinstance(text, str) else text.decode("latin-1")
    fields: dict[str, list[str]] = {}
    for part in whole.split("&"):
        name, equals, value = part.partition("=")
        if equals:
            fields.setdefault(_from_percent(name), []).append(_from_percent(value))
    return fields


def _to_query(tree: Tree) -> str:
    pairs = []
    for name, values in tree.items():
        every = values if isinstance(values, (list, tuple)) else (values,)
        pairs += [f"{_to_percent(str(name))}={_to_percent(str(value))}" for value in every]
    return "&".join(pairs)


def _from_percent(text: Text) -> str:
    whole = text if isinstance(text, str) else text.decode("latin-1")
    data = whole.replace("+", " ").encode("utf-8", "surrogatepass")
    return re.sub(rb"%([0-9a-fA-F]{2})", lambda two: bytes((int(two[1], 16),)), data).decode(
        "utf-8", "replace"
    )


def _to_percent(tree: Tree) -> str:
    data = tree if isinstance(tree, bytes) else str(tree).encode("utf-8", "surrogatepass")
    return "".join(chr(one) if chr(one).isalnum() and one < 128 else f"%{one:02X}" for one in data)


def _from_rows(text: Text) -> Tree:
    lines = text if isinstance(text, str) else text.decode("latin-1")
    return [list(row) for row in _original("_csv", "reader")(lines.splitlines())]


def _to_rows(tree: Tree) -> str:
    return "\n".join(",".join(map(_field, row)) for row in tree)


def _of_format(form: str) -> Decoder | None:
    """Return the decoder for points in time in a format; its trees are texts in the format of ISO 8601."""
    try:
        examples = tuple(dict.fromkeys(time.strftime(form, moment) for moment in _MOMENTS))
        kind = sys.modules["_datetime"].datetime
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None
    return Decoder(
        examples,
        lambda text: kind.isoformat(kind.strptime(text, form)),
        lambda tree: kind.strftime(kind.fromisoformat(tree), form),
    )


def _field(value: object) -> str:
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\r\n') else text


def _from_hex(text: Text) -> bytes:
    return bytes.fromhex(text) if isinstance(text, str) else binascii.unhexlify(text)


def _to_hex(tree: Tree) -> str:
    return _as_bytes(tree).hex()


def _from_base64(text: Text) -> bytes:
    return binascii.a2b_base64(text)


def _to_base64(tree: Tree) -> str:
    return binascii.b2a_base64(_as_bytes(tree), newline=False).decode("ascii")


def _from_url_base64(text: Text) -> bytes:
    whole = text if isinstance(text, bytes) else text.encode("ascii")
    return binascii.a2b_base64(whole.replace(b"-", b"+").replace(b"_", b"/"))


def _to_url_base64(tree: Tree) -> str:
    return _to_base64(tree).replace("+", "-").replace("/", "_")


def _as_bytes(tree: Tree) -> bytes:
    return tree if isinstance(tree, bytes) else tree.encode("utf-8", "surrogatepass")


def _words(tree: Tree) -> str:
    return " ".join("'" + word.replace("'", "'\"'\"'") + "'" if not word.isalnum() else word for word in tree)


def _markup(tree: Tree) -> str:
    table = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
    return "".join(table.get(one, one) for one in tree)


# -- the table -----------------------------------------------------------------------------------

#: Points in time, the first with all fields of two digits, as ``time.struct_time`` has them.
_MOMENTS = (
    (2024, 12, 31, 23, 59, 58, 1, 366, 0),
    (2024, 2, 29, 3, 4, 5, 3, 60, 0),
    (1999, 1, 1, 0, 0, 0, 4, 1, 0),
)
_DATES = ("2024-02-29", "0001-01-01")
_TIMES = ("12:34:56", "23:59:59.999999+00:00")

_DECODERS: dict[str, Decoder] = {
    "json": Decoder(
        ("{}", "[]", '"a"', "1", "1.5", "true", "null", "[{}]", '{"a": 1}', "[1, 2]"), _from_json, _dump
    ),
    "literal": Decoder(
        ("{}", "[]", "'a'", "1", "1.5", "True", "None", "()", "('a', 1)", "{'a': 1}", "b'a'", "{1}"),
        lambda text: ast.literal_eval(text if isinstance(text, str) else text.decode("utf-8")),
        repr,
        has_tuples=True,
    ),
    "query": Decoder(("a=1", "a=1&b=2", "a=1&a=2"), _from_query, _to_query, holds_texts=True),
    "percent": Decoder(("%41", "a%20b", "%C3%A9"), _from_percent, _to_percent),
    "rows": Decoder(("a,b\n1,2", 'a,"b,c"', "a\nb\nc"), _from_rows, _to_rows, holds_texts=True),
    "hex": Decoder(("00", "6162", "ffffffff"), _from_hex, _to_hex),
    "base64": Decoder(("YQ==", "YWJj", "YWI="), _from_base64, _to_base64),
    "url base64": Decoder(("YQ==", "YWJj", "-_8="), _from_url_base64, _to_url_base64),
    "base32": Decoder(("ME======", "MFRGGZDF"), *_pair("base64", "b32decode", "b32encode")),
    "base85": Decoder(("VE", "VPaz%"), *_pair("base64", "b85decode", "b85encode")),
    "ascii85": Decoder(("5l", "@:E^"), *_pair("base64", "a85decode", "a85encode")),
    "zlib": Decoder((), *_pair("zlib", "decompress", "compress")),
    "gzip": Decoder((), *_pair("gzip", "decompress", "compress")),
    "bz2": Decoder((), *_pair("bz2", "decompress", "compress")),
    "lzma": Decoder((), *_pair("lzma", "decompress", "compress")),
    "words": Decoder(("a", "a b", "'a b' c"), lambda text: _original("shlex", "split")(text), _words),
    "markup": Decoder(
        ("&lt;", "&#65;", "&amp;amp;"), lambda text: _original("html", "unescape")(text), _markup
    ),
    "date": Decoder((*_DATES, "20240229", "2024-W09-4")),
    "time": Decoder((*_TIMES, "12:34")),
    "datetime": Decoder(("2024-02-29T12:34:56", "2024-02-29 12:34:56.789012+01:00", *_DATES)),
    "strptime": Decoder(),
    "decimal": Decoder(("1.5", "-0", "1E+3", "NaN", "Infinity")),
    "fraction": Decoder(("1/2", "-3", "1.5", "1e3")),
    "complex": Decoder(("1+2j", "1j", "nan")),
    "uuid": Decoder(("12345678-1234-5678-1234-567812345678",)),
    "address": Decoder(("127.0.0.1", "::1", "fe80::1%1", "::ffff:1.2.3.4")),
    "network": Decoder(("10.0.0.0/8", "2001:db8::/32", "127.0.0.1")),
    "xml": Decoder(("<a/>", "<a>b</a>", '<a b="c"><d/></a>', '<?xml version="1.0"?><a/>')),
    "toml": Decoder(("a = 1", '[a]\nb = "c"', "a.b = [1, 2]", "[[a]]", "a = 2024-02-29T12:34:56")),
    "ini": Decoder(("[a]", "[a]\nb = c", "[DEFAULT]\na = b\n[c]")),
}  # fmt: skip

#: By module and name of a function the decoder that it is.
NAMES: dict[tuple[str, str], str] = {
    ("json", "loads"): "json", ("json.decoder", "decode"): "json",
    ("ast", "literal_eval"): "literal",
    ("urllib.parse", "parse_qs"): "query", ("urllib.parse", "parse_qsl"): "query",
    ("urllib.parse", "unquote"): "percent", ("urllib.parse", "unquote_plus"): "percent",
    ("urllib.parse", "unquote_to_bytes"): "percent",
    ("_csv", "reader"): "rows", ("csv", "DictReader"): "rows",
    ("builtins.bytes", "fromhex"): "hex", ("builtins.bytearray", "fromhex"): "hex",
    ("binascii", "unhexlify"): "hex", ("binascii", "a2b_hex"): "hex",
    ("base64", "b16decode"): "hex",
    **dict.fromkeys((("base64", "b64decode"), ("base64", "standard_b64decode"), ("base64", "decodebytes"),
                     ("binascii", "a2b_base64")), "base64"),
    ("base64", "urlsafe_b64decode"): "url base64",
    ("base64", "b32decode"): "base32", ("base64", "b85decode"): "base85", ("base64", "a85decode"): "ascii85",
    ("zlib", "decompress"): "zlib", ("gzip", "decompress"): "gzip", ("bz2", "decompress"): "bz2",
    ("lzma", "decompress"): "lzma",
    ("shlex", "split"): "words", ("html", "unescape"): "markup",
    ("datetime.date", "fromisoformat"): "date", ("datetime.time", "fromisoformat"): "time",
    ("datetime.datetime", "fromisoformat"): "datetime", ("datetime.datetime", "strptime"): "strptime",
    ("time", "strptime"): "strptime",
    ("decimal", "Decimal"): "decimal", ("fractions", "Fraction"): "fraction",
    ("builtins", "complex"): "complex", ("uuid", "UUID"): "uuid",
    ("ipaddress", "ip_address"): "address", ("ipaddress", "IPv4Address"): "address",
    ("ipaddress", "IPv6Address"): "address", ("ipaddress", "ip_interface"): "network",
    ("ipaddress", "ip_network"): "network",
    ("xml.etree.ElementTree", "XML"): "xml", ("xml.dom.minidom", "parseString"): "xml",
    ("tomllib", "loads"): "toml", ("tomllib._parser", "loads"): "toml",
    ("configparser", "read_string"): "ini",
}  # fmt: skip
#: The names of all these functions.
FUNCTIONS = frozenset(name for _, name in NAMES)
