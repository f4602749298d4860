"""Edits with pieces of another text that fit: a bracketed piece for one, a line for a line.

Owns crossing two inputs at matching boundaries.  Where the other input comes
from is the caller's business.  ``mutators_splice`` cuts at random places; here
both places have the same meaning, as far as ``mutators_format_pieces`` can
tell.  Runs in worker processes, once per execution (see
``mutators_format_window``).  Go has nothing of the kind.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gofuzz_py.internal.mutators_format_pieces import find_pair, find_quoted
from gofuzz_py.internal.mutators_format_window import draw_place

if TYPE_CHECKING:
    from gofuzz_py.internal.mutators_format_window import Splice
    from gofuzz_py.internal.rand import Rand

_join = "".join

_search_word = re.compile(r"\w++").search
_search_number = re.compile(r"[+-]?[0-9][\w.]*+").search
_search_field = re.compile(r"[^,;:\t|=&/ \n]++").search
_WORD_LIKE = (_search_word, _search_word, _search_field, _search_number)
_BOUNDARIES = re.compile(r"[\n,;:|=&/ ({\[<>\]})\"'\0]").search


def _put(rand: Rand, text: str, start: int, end: int, piece: str) -> str:
    """Put a piece in the place of another, or in front of it, or behind it."""
    kind = rand.bits(3)
    if kind == 0:
        end = start
    elif kind == 1:
        start = end
    return _join((text[:start], piece, text[end:]))


def splice_piece(rand: Rand, text: str, other: str, limit: int) -> str | None:
    """Put a bracketed piece, element or string of the other for one found in the same way."""
    found = find_pair(rand, text)
    if found is None:
        return None
    finder, (start, body, body_end, end) = found
    piece = finder(other, draw_place(rand, other))
    if piece is None:
        return None
    if not rand.bits(2):
        # The body alone, so that the other's content comes into this one's frame.
        return _join((text[:body], other[piece[1] : piece[2]], text[body_end:]))
    return _put(rand, text, start, end, other[piece[0] : piece[3]])


def splice_into_piece(rand: Rand, text: str, other: str, limit: int) -> str | None:
    """Put any piece of the other at the beginning or the end of the body of a piece, or for the body."""
    found, piece = find_pair(rand, text), find_pair(rand, other)
    if found is None or piece is None:
        return None
    _, start, end, _ = found[1]
    kind = rand.bits(2)
    if kind == 0:
        end = start
    elif kind == 1:
        start = end
    return _join((text[:start], other[piece[1][0] : piece[1][3]], text[end:]))


def splice_quoted(rand: Rand, text: str, other: str, limit: int) -> str | None:
    """Put a quoted string of the other for one of the text."""
    found = find_quoted(text, draw_place(rand, text))
    piece = find_quoted(other, draw_place(rand, other))
    if found is None or piece is None:
        return None
    return _put(rand, text, found[0], found[3], other[piece[0] : piece[3]])


def splice_lines(rand: Rand, text: str, other: str, limit: int) -> str | None:
    """Put a line of the other, or a few, for a line of the text, or between two."""
    bits = rand.bits
    at = bits(30) % len(other)
    start = other.rfind("\n", 0, at) + 1
    end = other.find("\n", at) + 1 or len(other)
    if not bits(2):
        end = other.find("\n", end + bits(8)) + 1 or len(other)
    piece = other[start:end]
    at = bits(30) % len(text)
    start = text.rfind("\n", 0, at) + 1
    if bits(1):
        if piece[-1:] != "\n":
            piece += "\n"
        return _join((text[:start], piece, text[start:]))
    return _join((text[:start], piece, text[text.find("\n", at) + 1 or len(text) :]))


def splice_word(rand: Rand, text: str, other: str, limit: int) -> str | None:
    """Put a word, field or number of the other for one of the text."""
    search = _WORD_LIKE[rand.bits(2)]
    found = search(text, draw_place(rand, text)) or search(text)
    piece = search(other, draw_place(rand, other)) or search(other)
    if found is None or piece is None:
        return None
    return _put(rand, text, found.start(), found.end(), piece[0])


def cross_at_boundary(rand: Rand, text: str, other: str, limit: int) -> str | None:
    """Go on with the other behind a separator or bracket that both have, or two equal characters."""
    bits = rand.bits
    at = bits(30) % len(text)
    if bits(1):
        found = _BOUNDARIES(text, at)
        if found is None:
            return None
        at = found.start()
        mark = found[0]
    else:
        mark = text[at : at + 2]
    place = other.find(mark, bits(30) % len(other))
    if place < 0:
        place = other.find(mark)
        if place < 0:
            return None
    return text[:at] + other[place:]


#: All need two texts that are not empty.
SPLICES: tuple[Splice, ...] = (
    splice_piece,
    splice_into_piece,
    splice_quoted,
    splice_lines,
    splice_word,
    cross_at_boundary,
)
