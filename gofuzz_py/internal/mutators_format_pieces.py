"""Where the pieces of a text are that belong together: brackets, quotes, elements.

Owns the finding of *pairs*: an opening, a body and a closing.  Knows nothing of
what is done with them; that is ``mutators_format_brackets`` and
``mutators_format_splice``.  Runs in worker processes, called by those once per
execution.  Go has nothing of the kind.

The text may be anything, so what is found is a good guess and no parse, and
the work is bounded: patterns give nothing back (they are possessive), nesting
is followed ``_DEPTH`` deep, and from a random place only ``_REACH`` characters
are searched.  In a deeper nest the inner pieces are found and the outermost are
not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.rand import Rand

    #: Where a pair begins, its body begins, its body ends, and it ends.
    Pair = tuple[int, int, int, int]
    #: ``(text, place) -> the first pair from there, else the first of all, or None``.
    Finder = Callable[[str, int], Pair | None]

#: How deep the brackets within brackets may be.
_DEPTH = 5

#: How far from a random place is searched: a thousand open brackets, none of
#: which is closed, cost 200 us.
_REACH = 500


def _balanced(opening: str, closing: str) -> str:
    """Return a pattern for a bracketed piece, with brackets of its own kind inside."""
    opening, closing = re.escape(opening), re.escape(closing)
    plain = f"[^{opening}{closing}]"
    pattern = f"{opening}{plain}*+{closing}"
    for _ in range(_DEPTH - 1):
        pattern = f"{opening}(?:{plain}++|{pattern})*+{closing}"
    return pattern


_search_bracket = re.compile("|".join(_balanced(*pair) for pair in ("()", "[]", "{}", "<>"))).search


def _quoted(quote: str, before: str) -> str:
    """Return a pattern for a string of one line; ``before`` looks back from behind its quote."""
    return rf"{quote}{before}(?:[^{quote}\\\n]++|\\.)*+{quote}"


#: A quote opens where the character before it could not end a string; so the
#: text between two strings is seldom taken for one.
_search_quoted = re.compile("|".join(_quoted(q, rf"(?<![^\s=(\[{{,:;<>|+]{q})") for q in "\"'")).search
_search_any_quoted = re.compile("|".join(_quoted(q, "") for q in "\"'")).search

_search_tag = re.compile(r"<([A-Za-z][\w:.-]*+)[^<>]*+>").search

#: Signs that stand before and after what they mark: ``**bold**``, ``%name%``, fences.
_search_mark = re.compile(r"([*_~`$%|#@^-])\1*+").search

_OPENING_WORDS = (
    "begin if for do case block while with macro raw set obj stream switch loop def function start"
)
_search_word = re.compile(f"(?:{_OPENING_WORDS} {_OPENING_WORDS.upper()})\\b".replace(" ", "|")).search


def find_bracket(text: str, at: int) -> Pair | None:
    """Find a piece in round, square, curly or angle brackets."""
    if len(text) <= _REACH:
        # Of all first: where there is none, which is often, one search tells.
        found = _search_bracket(text)
        if found is not None and found.start() < at:
            found = _search_bracket(text, at) or found
    else:
        found = (_search_bracket(text, at, at + _REACH) if at else None) or _search_bracket(text)
    if found is None:
        return None
    start, end = found.span()
    return start, start + 1, end - 1, end


def find_quoted(text: str, at: int) -> Pair | None:
    """Find a string in single or double quotes, of one line."""
    if text.count('"') < 2 and text.count("'") < 2:
        return None
    found = _search_quoted(text, at) or _search_quoted(text) or _search_any_quoted(text)
    if found is None:
        return None
    start, end = found.span()
    return start, start + 1, end - 1, end


def find_element(text: str, at: int) -> Pair | None:
    """Find a tag and the first end tag of its name behind it."""
    found = (_search_tag(text, at) or _search_tag(text)) if "</" in text else None
    if found is None:
        return None
    start, body = found.span()
    closing = text.find("</" + found[1], body)
    end = text.find(">", closing) + 1 if closing >= 0 else 0
    return (start, body, closing, end) if end else None


def find_marked(text: str, at: int) -> Pair | None:
    """Find what stands between two equal signs."""
    found = _search_mark(text)
    if found is None:
        return None
    if found.start() < at:
        found = _search_mark(text, at) or found
    start, body = found.span()
    closing = text.find(found[0], body, body + _REACH)
    return (start, body, closing, closing + body - start) if closing >= 0 else None


def find_worded(text: str, at: int) -> Pair | None:
    """Find what stands between a word such as ``begin`` and ``end``, or ``for`` and ``endfor``."""
    end_word = "end" if "end" in text else "END"
    if end_word not in text:
        return None
    found = _search_word(text, at) or _search_word(text)
    if found is None:
        return None
    start, body = found.span()
    for closing in (end_word + found[0], end_word):
        place = text.find(closing, body, body + _REACH)
        if place >= 0:
            return start, body, place, place + len(closing)
    return None


#: One is drawn by three bits; where it finds nothing, its neighbour is tried,
#: which is of another kind.
FINDERS: tuple[Finder, ...] = (
    find_bracket,
    find_quoted,
    find_bracket,
    find_element,
    find_bracket,
    find_marked,
    find_element,
    find_worded,
)


def find_pair(rand: Rand, text: str) -> tuple[Finder, Pair] | None:
    """Find a pair of some kind in a text that is not empty, and say how it was found."""
    bits = rand.bits
    kind = bits(3)
    # One in four from the beginning: see ``draw_place``, written out here for speed.
    at = bits(30) % len(text) if bits(2) else 0
    finder = FINDERS[kind]
    pair = finder(text, at)
    if pair is None:
        finder = FINDERS[kind ^ 1]
        pair = finder(text, at)
        if pair is None:
            return None
    return finder, pair


def skip_pair(rand: Rand) -> None:
    """Draw what ``find_pair`` draws, where what it would find is of no use."""
    bits = rand.bits
    bits(3)
    if bits(2):
        bits(30)
