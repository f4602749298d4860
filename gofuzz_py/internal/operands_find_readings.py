r"""The ways in which escaped text is read and written.

Owns the table ``READINGS``: percent, entities, backslashes, quoted-printable,
doubled quotes.  Knows nothing of where in a value they are; that is
``operands_find_views``'s.  Runs in worker processes.  Go has nothing of the
kind.

What is recognized is decoded here and not by ``html``, ``json`` or ``urllib``,
because those may be under test: calling them would show as coverage of the
target.
"""

from __future__ import annotations

import re
from codecs import unicode_escape_decode
from collections.abc import Callable
from dataclasses import dataclass

from gofuzz_py.internal.operands_find_spell import raw


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A way in which text is read."""

    #: A unit without which it is not worth looking.
    mark: str
    #: One or more tokens that are read together, for characters of several bytes; not without
    #: bound, because what is beside a find in them is written anew with it.
    token: re.Pattern[str]
    #: What they are read as: text, or bytes; ``raw`` where the operand is bytes.
    read: Callable[[str], str | bytes]
    #: Ways to write a text so that it is read as itself, the likeliest first.
    write: tuple[Callable[[str, bool], str], ...]
    #: What a find is worth.
    grade: int = 0


def _bytes_of(text: str, is_raw: bool) -> bytes:
    return text.encode("latin-1") if is_raw else raw(text)


def _read_percent(token: str) -> bytes:
    return bytes.fromhex(token.replace("%", ""))


def _read_form(token: str) -> bytes:
    return bytes.fromhex(token.replace("+", "%20").replace("%", ""))


_UNRESERVED = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-~/")
_PERCENT = tuple(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in range(256))
_FORM = (*_PERCENT[:32], "+", *_PERCENT[33:])
_ALL_PERCENT = tuple(f"%{byte:02X}" for byte in range(256))
_ALL_PERCENT_LOW = tuple(f"%{byte:02x}" for byte in range(256))
_QUOTED = tuple(chr(byte) if 32 <= byte < 127 and byte != 61 else f"={byte:02X}" for byte in range(256))
_ALL_QUOTED = tuple(f"={byte:02X}" for byte in range(256))


def _byte_by_byte(table: tuple[str, ...]) -> Callable[[str, bool], str]:
    return lambda text, is_raw: "".join([table[byte] for byte in _bytes_of(text, is_raw)])


_NAMED = {
    "amp": "&",
    "lt": "<",
    "gt": ">",
    "quot": '"',
    "apos": "'",
    "nbsp": "\xa0",
    "copy": "\xa9",
    "hellip": "…",
}
_NAMES_OF = {ord(char): f"&{name};" for name, char in _NAMED.items() if name in ("amp", "lt", "gt", "quot")}


_find_names = re.compile("&([#0-9A-Za-z]+)").findall


def _read_entities(token: str) -> str:
    return "".join([_read_entity(entity) for entity in _find_names(token)])


def _read_entity(name: str) -> str:
    if not name.startswith("#"):
        return _NAMED[name]
    point = int(f"0{name[1:]}", 0) if name[1] in "xX" else int(name[1:])
    return chr(point) if point <= 0x10FFFF else "\ufffd"


def _name_entities(text: str, is_raw: bool) -> str:
    return text.translate(_NAMES_OF)


def _number_entities(text: str, is_raw: bool) -> str:
    return "".join([f"&#{ord(char)};" for char in text])


def _number_entities_hex(text: str, is_raw: bool) -> str:
    return "".join([f"&#x{ord(char):x};" for char in text])


def _read_backslashes(token: str) -> str:
    text = unicode_escape_decode(token.replace("\\/", "/"))[0]
    # JSON writes what lies beyond 16 bits as two halves.
    return (
        text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        if max(text) > "\ud7ff"
        else text
    )


_BACKSLASHED = {
    **{point: f"\\u{point:04x}" for point in range(32)},
    **{ord(char): f"\\{name}" for char, name in zip('\b\f\n\r\t"\\', 'bfnrt"\\', strict=True)},
}


def _backslash(text: str, is_raw: bool) -> str:
    return text.translate(_BACKSLASHED)


def _backslash_u(text: str, is_raw: bool) -> str:
    data = text.encode("utf-16-be", "surrogatepass").hex()
    return "".join([f"\\u{data[at : at + 4]}" for at in range(0, len(data), 4)])


def _backslash_x(text: str, is_raw: bool) -> str:
    return "".join([f"\\x{byte:02x}" for byte in _bytes_of(text, is_raw)])


def _python_escapes(text: str, is_raw: bool) -> str:
    return text.encode("unicode_escape").decode("ascii").replace('"', '\\"').replace("'", "\\'")


def _read_quoted(token: str) -> bytes:
    return bytes.fromhex(token.replace("=\r\n", "").replace("=\n", "").replace("=", ""))


def _double(quote: str) -> tuple[Callable[[str, bool], str], ...]:
    return (lambda text, is_raw: text.replace(quote, quote * 2),)


BACKSLASHES = Reading(
    "\\",
    re.compile(
        r"""(?:\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}|[0-3]?[0-7]{1,2}|[abfnrtv"'\\/])){1,64}"""
    ),
    _read_backslashes,
    (_backslash, _backslash_u, _backslash_x, _python_escapes),
)
ENTITIES = Reading(
    "&",
    re.compile(rf"(?:&(?:#[0-9]{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|{'|'.join(_NAMED)});){{1,64}}"),
    _read_entities,
    (_name_entities, _number_entities, _number_entities_hex),
)
PERCENTS = Reading(
    "%",
    re.compile("(?:%[0-9a-fA-F]{2}){1,64}"),
    _read_percent,
    tuple(map(_byte_by_byte, (_PERCENT, _ALL_PERCENT, _ALL_PERCENT_LOW))),
)
READINGS = (
    BACKSLASHES,
    ENTITIES,
    PERCENTS,
    Reading("+", re.compile(r"(?:\+|%[0-9a-fA-F]{2}){1,64}"), _read_form, (_byte_by_byte(_FORM),), 1),
    Reading(
        "=",
        re.compile("(?:=[0-9a-fA-F]{2}|=\r?\n){1,64}"),
        _read_quoted,
        tuple(map(_byte_by_byte, (_QUOTED, _ALL_QUOTED))),
        1,
    ),
    Reading('""', re.compile('""'), lambda token: '"', _double('"'), 1),
    Reading("''", re.compile("''"), lambda token: "'", _double("'"), 1),
)
