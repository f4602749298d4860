"""Strings and bytes as they stand in a corpus file: quoted, and read back.

Owns Go's quoting rules and the two-way map between a Python ``str`` and the
bytes of a Go string.  Knows nothing of types, lines or files.  Used in every
process, through encoding.py and encoding_read.py only.

A Go string is any bytes; a ``str`` is code points, lone surrogates included.
Where the bytes are UTF-8 the two agree.  Elsewhere the bytes ED A0..BF xx are
read as the surrogate they spell and any other stray byte NN as U+DCNN, which
is Python's own ``surrogateescape``.

Go's file is strconv/quote.go.  Whether a character is printable is asked of
``str.isprintable``: Go's rule, with the Unicode tables of this interpreter, so
that a character younger than those is written as an escape and not as itself.
Both texts are read alike, by Go too; only the name of the file differs.
"""

from __future__ import annotations

import re

#: The letter after the backslash, by the code of the character it stands for.
_LETTERS = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 92: "\\"}

#: Entries a table keeps at most, so that no text makes it grow without end.
#: Picked without measurement, well above the letters that one test sees.
_TABLE_MAX = 1 << 14

_ESCAPE = re.compile(rb"(\\(?:x[0-9a-fA-F]{2}|[0-3][0-7]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[abtnvfr\\\"']))")
_SPELLED_SURROGATE = re.compile(rb"(\xed[\xa0-\xbf][\x80-\xbf])")
_NOT_A_STRAY_BYTE = re.compile("([\ud800-\udc7f\udd00-\udfff])")


def go_bytes(text: str) -> bytes:
    """Return the bytes of the Go string that stands for ``text``.

    ``python_str`` takes them back to the same text, whatever the text is.
    """
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass
    # Stray bytes come first, so that a string read from a file of Go's is
    # written as it was; but next to each other they may spell a character.
    parts = _NOT_A_STRAY_BYTE.split(text)
    stray = b"".join(
        part.encode("utf-8", "surrogatepass" if index % 2 else "surrogateescape")
        for index, part in enumerate(parts)
    )
    return stray if python_str(stray) == text else text.encode("utf-8", "surrogatepass")


def python_str(data: bytes) -> str:
    """Return the text that stands for a Go string; any bytes will do."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        pass
    # ED is never a continuation byte, so cutting here cuts no character.
    parts = _SPELLED_SURROGATE.split(data)
    return "".join(
        part.decode("utf-8", "surrogatepass" if index % 2 else "surrogateescape")
        for index, part in enumerate(parts)
    )


class _QuotingTable(dict[int, str]):
    """What ``str.translate`` writes for a code point; filled as they are met."""

    def __init__(self, quote: str) -> None:
        super().__init__({code: "\\" + letter for code, letter in _LETTERS.items()})
        self[ord(quote)] = "\\" + quote

    def __missing__(self, code: int) -> str:
        text = _quoted_code(code)
        if len(self) < _TABLE_MAX:
            self[code] = text
        return text


def _quoted_code(code: int) -> str:
    char = chr(code)
    if char.isprintable():
        return char
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8, as surrogateescape marks it
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


_DOUBLE_QUOTED = _QuotingTable('"')
_SINGLE_QUOTED = _QuotingTable("'")


def quote_bytes(data: bytes) -> str:
    """Return ``data`` as Go's interpreted string literal, double quotes included."""
    return '"' + data.decode("utf-8", "surrogateescape").translate(_DOUBLE_QUOTED) + '"'


def quote_str(text: str) -> str:
    """Return ``text`` as the literal of the Go string that stands for it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return quote_bytes(go_bytes(text))
    return '"' + text.translate(_DOUBLE_QUOTED) + '"'


def quote_rune(code: int) -> str:
    """Return a code point (no surrogate) as Go's rune literal."""
    return "'" + _SINGLE_QUOTED[code] + "'"


def _escape_value(escape: bytes) -> bytes:
    """Return the bytes that one numbered escape of a string stands for."""
    digits = escape[2:].decode()
    if escape.startswith(b"\\x"):
        return bytes.fromhex(digits)
    if escape.startswith((b"\\u", b"\\U")):
        return chr(_hex_value(digits)).encode()
    return bytes([int(escape[1:], 8)])


def _hex_value(digits: str) -> int:
    return int.from_bytes(bytes.fromhex(digits))


class _EscapeTable(dict[bytes, bytes]):
    """What each escape stands for; filled as they are met."""

    def __missing__(self, escape: bytes) -> bytes:
        value = _escape_value(escape)
        if len(self) < _TABLE_MAX:
            self[escape] = value
        return value


_ESCAPES = _EscapeTable({b"\\" + letter.encode(): bytes([code]) for code, letter in _LETTERS.items()})
_STRING_ESCAPES = _EscapeTable({**_ESCAPES, b'\\"': b'"'})


def unescape(body: str) -> bytes | None:
    """Return the bytes that the inside of an interpreted string literal means.

    None if that is not the whole inside of one literal as Go accepts it; the
    scanner can say what is wrong with it.
    """
    try:
        raw = body.encode()
        parts = _ESCAPE.split(raw)
        parts[1::2] = map(_STRING_ESCAPES.__getitem__, parts[1::2])
    except (ValueError, OverflowError):  # not UTF-8, or an escape that is no code point
        return None
    plain = raw if len(parts) == 1 else b"".join(parts[::2])
    if b'"' in plain or b"\\" in plain or b"\0" in plain or "\ufeff" in body:
        return None
    return b"".join(parts)


def unescape_rune(body: str) -> int:
    """Return the code point inside a rune literal that the scanner has passed."""
    if not body.startswith("\\"):
        return ord(body)
    letter = body[1]
    if letter in "xuU":
        return _hex_value(body[2:])
    if letter in "01234567":
        return int(body[1:], 8)
    return next((code for code, name in _LETTERS.items() if name == letter), ord(letter))
