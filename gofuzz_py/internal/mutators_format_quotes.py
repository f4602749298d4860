"""Edits of quoted strings and of words: emptied, left open, escaped, exchanged.

Owns what is done with the quotes of a string and with the escapes in it, and
the copying of strings and words over each other, which makes two names equal.
Runs in worker processes, once per execution, as edits (see
``mutators_format_window``).  Go has nothing of the kind.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gofuzz_py.internal.mutators_format_pieces import find_quoted
from gofuzz_py.internal.mutators_format_window import draw_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.mutators_format_window import Edit
    from gofuzz_py.internal.rand import Rand

_join = "".join

_search_word = re.compile(r"[^\W\d]\w*+").search

#: What becomes of a string: ``q`` is its quote, ``b`` its body, ``x`` another quote.
_REQUOTED: tuple[Callable[[str, str, str], str], ...] = (
    lambda q, b, x: q + q,
    lambda q, b, x: q + b,
    lambda q, b, x: b + q,
    lambda q, b, x: b,
    lambda q, b, x: q + b + q + q,
    lambda q, b, x: q + q + b + q,
    lambda q, b, x: x + b + x,
    lambda q, b, x: q + b + x,
    lambda q, b, x: q * 3 + b + q * 3,
    lambda q, b, x: q * 3 + b,
    lambda q, b, x: q + b + "\\" + q,
    lambda q, b, x: "\\" + q + b + "\\" + q,
    lambda q, b, x: q + b + q + b + q,
    lambda q, b, x: q + b + q + " " + q + b + q,
    lambda q, b, x: q + x + b + x + q,
    lambda q, b, x: q + " " + b + " " + q,
    lambda q, b, x: q + b + "\n" + q,
    lambda q, b, x: q + b * 2 + q,
    lambda q, b, x: q + b[::-1] + q,
    lambda q, b, x: q + b[1:] + q,
    lambda q, b, x: q + b[: len(b) // 2] + q + b[len(b) // 2 :] + q,
    lambda q, b, x: q,
)
_OTHER_QUOTES = ('"', "'", "`", "''", '""', "|", "/", "\\")

#: Escapes that are right, and such that end too soon or mean nothing.
_ESCAPES = (
    "\\n", "\\t", "\\\\", '\\"', "\\'", "\\/", "\\0", "\\8", "\\400", "\\x00", "\\x7f", "\\xff", "\\x",
    "\\x4", "\\u0000", "\\u0041", "\\u2028", "\\u", "\\u12", "\\uD83D", "\\uDE00", "\\uD83D\\uDE00",
    "\\uDE00\\uD83D", "\\U0001F600", "\\U00110000", "\\U", "\\N{DIGIT ONE}", "\\N{}", "\\N{x", "\\c", "\\\n",
    "\\\r\n", "\\ ", "\n", "\r", "\t", "\0", '"', "'", '""', "''", "%22", "%00", "%", "%%", "%u0041",
    "&quot;", "&#0;", "&#x110000;", "&#55296;", "&#xD83D;", "&#99999999999999999999;", "&amp", "&;", "${a}",
    "{0}", "#{a}", "{{", "}}", "\\p{L}", "\\b", "\\1", "\\g<1>", "\\g<", "=41", "=\n", "+AEE-", "+ZZ",
)  # fmt: skip


def requote(rand: Rand, text: str, limit: int) -> str | None:
    """Change the quotes of a string: empty it, leave it open, double, exchange or escape them."""
    found = find_quoted(text, draw_place(rand, text))
    if found is None:
        return None
    start, body, body_end, end = found
    bits = rand.bits
    change = _REQUOTED[bits(30) % len(_REQUOTED)]
    changed = change(text[start], text[body:body_end], _OTHER_QUOTES[bits(3)])
    return _join((text[:start], changed, text[end:]))


def insert_escape(rand: Rand, text: str, limit: int) -> str | None:
    """Insert an escape into a quoted string, or anywhere where there is none."""
    bits = rand.bits
    found = find_quoted(text, draw_place(rand, text))
    start, end = found[1:3] if found else (0, len(text))
    at = start + bits(30) % (end - start + 1)
    return _join((text[:at], _ESCAPES[bits(30) % len(_ESCAPES)], text[at:]))


def copy_quoted(rand: Rand, text: str, limit: int) -> str | None:
    """Replace a quoted string by another one of the text, or exchange the two."""
    first = find_quoted(text, draw_place(rand, text))
    if first is None:
        return None
    second = find_quoted(text, first[3])
    if second is None:
        return None
    if second[0] < first[0]:
        first, second = second, first
    return _copy_or_swap(rand, text, (first[0], first[3]), (second[0], second[3]))


def copy_word(rand: Rand, text: str, limit: int) -> str | None:
    """Replace a word by another one of the text, or exchange the two."""
    first = _search_word(text, draw_place(rand, text))
    if first is None:
        return None
    bits = rand.bits
    second = _search_word(
        text, first.end() + bits(30) % (len(text) - first.end() + 1) if bits(1) else first.end()
    )
    if second is None:
        return None
    return _copy_or_swap(rand, text, first.span(), second.span())


def _copy_or_swap(rand: Rand, text: str, first: tuple[int, int], second: tuple[int, int]) -> str | None:
    start, end = first
    left, right = second
    if end > left:
        return None
    one, other = text[start:end], text[left:right]
    kind = rand.bits(30) % 3
    if kind == 0:
        one = other
    elif kind == 1:
        other = one
    else:
        one, other = other, one
    return _join((text[:start], one, text[end:left], other, text[right:]))


#: Edits that need a text; all but ``insert_escape`` decline where there is no string or word.
QUOTE_EDITS: tuple[Edit, ...] = (requote, insert_escape, copy_quoted, copy_word)
