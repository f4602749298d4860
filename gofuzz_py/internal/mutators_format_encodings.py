"""Edits by encodings: a part as another encoding has it, bytes that are no UTF-8, characters in UTF-8.

Owns the steps between characters and bytes that go wrong in programs.  The
special characters and look-alikes are ``mutators_text``'s, which gives them to
``str`` itself; here ``bytes`` get them in UTF-8.  Runs in worker processes,
once per execution, as edits (see ``mutators_format_window``).  Go has nothing
of the kind.
"""

from __future__ import annotations

import base64
import unicodedata
from typing import TYPE_CHECKING

from gofuzz_py.internal import mutators_text
from gofuzz_py.internal.mutators_byteslice import choose_len
from gofuzz_py.internal.mutators_format_window import as_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.rand import Rand

_join = "".join

_PAIRED = {code: "\ud800" + chr(0xDC00 + code) for code in range(128)}
_WIDE = {code: chr(code + 0xFEE0) for code in range(0x21, 0x7F)}

#: A text as it comes out of a mistake with encodings, or of a step before use.
#: The first ``_CHANGE_ASCII`` change an ASCII text too.
_RECODED_STR: tuple[Callable[[str], str], ...] = (
    lambda s: s.encode("utf-16-le", "surrogatepass").decode("utf-16-be", "surrogatepass"),
    lambda s: s.encode("utf-16-le", "surrogatepass").decode("latin-1"),
    lambda s: s.encode("utf-16", "surrogatepass").decode("latin-1"),
    lambda s: s.encode("utf-8", "surrogatepass").hex(),
    lambda s: base64.b64encode(s.encode("utf-8", "surrogatepass")).decode("ascii"),
    lambda s: s.translate(_PAIRED),
    lambda s: s.translate(_WIDE),
    lambda s: s[::-1],
    repr,
    # From here on only other than ASCII is changed.
    lambda s: s.encode("utf-8", "surrogatepass").decode("latin-1"),
    lambda s: s.encode("utf-8", "surrogatepass").decode("ascii", "surrogateescape"),
    lambda s: s.encode("latin-1", "ignore").decode("utf-8", "surrogateescape"),
    lambda s: s.encode("ascii", "backslashreplace").decode("ascii"),
    lambda s: s.encode("ascii", "xmlcharrefreplace").decode("ascii"),
    lambda s: s.encode("ascii", "replace").decode("ascii"),
    lambda s: unicodedata.normalize("NFD", s),
    lambda s: unicodedata.normalize("NFC", s),
    lambda s: unicodedata.normalize("NFKD", s),
    lambda s: unicodedata.normalize("NFKC", s),
    str.casefold,
)
_CHANGE_ASCII = 9


def recode_str(rand: Rand, text: str, limit: int) -> str | None:
    """Replace a part of the text by what a wrong or another encoding makes of it."""
    start, end = _part(rand, text)
    part = text[start:end]
    recode = _RECODED_STR[rand.bits(30) % (_CHANGE_ASCII if part.isascii() else len(_RECODED_STR))]
    return _join((text[:start], recode(part), text[end:]))


#: The same for bytes: from what is taken for UTF-8, or as it is.  The first
#: ``_CHANGE_ASCII_BYTES`` change ASCII too.
_RECODED_BYTES: tuple[Callable[[bytes], bytes], ...] = (
    lambda b: _text_of(b).encode("utf-16", "surrogatepass"),
    lambda b: _text_of(b).encode("utf-16-le", "surrogatepass"),
    lambda b: _text_of(b).encode("utf-16-be", "surrogatepass"),
    lambda b: _text_of(b).encode("utf-32", "surrogatepass"),
    lambda b: _text_of(b).encode("utf-32-be", "surrogatepass"),
    lambda b: b"\xef\xbb\xbf" + b,
    lambda b: b"\xff\xfe" + b,
    lambda b: b"\xfe\xff" + b,
    lambda b: b.hex().encode(),
    base64.b64encode,
    lambda b: b[::-1],
    lambda b: bytes(byte | 128 for byte in b),
    bytes.swapcase,
    bytes.upper,
    # From here on only other than ASCII is changed.
    lambda b: b.decode("latin-1").encode("utf-8"),
    lambda b: _text_of(b).encode("latin-1", "ignore"),
    lambda b: _text_of(b).encode("ascii", "backslashreplace"),
    lambda b: _text_of(b).encode("ascii", "xmlcharrefreplace"),
    lambda b: bytes(byte & 127 for byte in b),
)
_CHANGE_ASCII_BYTES = 14


def _text_of(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def recode_bytes(rand: Rand, text: str, limit: int) -> str | None:
    """Replace a part of the bytes by another encoding of it, a mark of one, or another case."""
    start, end = _part(rand, text)
    part = text[start:end]
    recode = _RECODED_BYTES[rand.bits(30) % (_CHANGE_ASCII_BYTES if part.isascii() else len(_RECODED_BYTES))]
    return _join((text[:start], recode(part.encode("latin-1")).decode("latin-1"), text[end:]))


def _part(rand: Rand, text: str) -> tuple[int, int]:
    """Draw all of a text or a short part of it."""
    bits = rand.bits
    size = len(text)
    if not bits(1):
        return 0, size
    start = bits(30) % size
    return start, start + choose_len(rand, size - start)


#: UTF-8 that is none: overlong, cut short, out of range, surrogates; and marks of other encodings.
_BAD_UTF8 = (
    b"\xc0\x80", b"\xc0\xaf", b"\xc1\xbf", b"\xe0\x80\x80", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xc3",
    b"\xe2\x82", b"\xf0\x9f\x98", b"\x80", b"\xbf", b"\x80\x80", b"\xed\xa0\x80", b"\xed\xbf\xbf",
    b"\xed\xa0\xbd\xed\xb8\x80", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80",
    b"\xfc\x84\x80\x80\x80\x80", b"\xfe", b"\xff", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff",
    b"\xef\xbb\xbf", b"\xef\xbb", b"\xef\xbf\xbe", b"\xe9", b"\xa0", b"\x85", b"\x81\x40", b"\x1b$B",
    b"\x1b(B", b"~{", b"+/v8-", b"\xc3\x28", b"\xe2\x28\xa1", b"\xc2", b"\xc2\x85", b"\xc2\xa0",
    b"\xe2\x80\xa8", b"\x8f\xa1\xa1", b"\xf0\x9f\x98\x80",
)  # fmt: skip
_BAD_UTF8_TEXTS = tuple(data.decode("latin-1") for data in _BAD_UTF8)


def insert_bad_utf8(rand: Rand, text: str, limit: int) -> str | None:
    """Insert bytes that are no UTF-8, or write them over others; it takes an empty text."""
    bits = rand.bits
    at = bits(30) % (len(text) + 1)
    piece = _BAD_UTF8_TEXTS[bits(30) % len(_BAD_UTF8_TEXTS)]
    return _join((text[:at], piece, text[at + (len(piece) if bits(1) else 0) :]))


def insert_special(rand: Rand, text: str, limit: int) -> str | None:
    """Insert one of the special characters in UTF-8, seldom some of it; it takes an empty text."""
    at = rand.bits(30) % (len(text) + 1)
    special = mutators_text.insert_special(rand, "", limit)
    return special and _join((text[:at], as_bytes(special), text[at:]))


def replace_lookalike(rand: Rand, text: str, limit: int) -> str | None:
    """Replace a character by one that stands for it elsewhere in Unicode, or by a special one, in UTF-8."""
    at = rand.bits(30) % len(text)
    new = mutators_text.replace_lookalike(rand, text[at], limit) or mutators_text.insert_special(
        rand, "", limit
    )
    return new and _join((text[:at], as_bytes(new), text[at + 1 :]))
