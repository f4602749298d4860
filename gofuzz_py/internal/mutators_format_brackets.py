"""Edits of bracketed pieces: removed, doubled, exchanged, nested, left open.

Owns what is done with the pairs that ``mutators_format_pieces`` finds, which
are brackets, quoted strings, elements, marked text and ``begin``-``end``.  The
repetition of openings alone is ``mutators_format_repeat``'s.  Runs in worker
processes, once per execution, as edits (see ``mutators_format_window``).  Go
has nothing of the kind.

Grammar fuzzers do this with a syntax tree; a guess at the pieces does most of
it without knowing the grammar, and an edit that breaks the syntax is a mutation
like others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gofuzz_py.internal.mutators_format_pieces import find_pair, skip_pair
from gofuzz_py.internal.mutators_format_window import draw_deep, draw_times

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.mutators_format_window import Edit
    from gofuzz_py.internal.rand import Rand

_join = "".join

#: What parts a piece from the next one.
_match_separator = re.compile(r"\s?[,;|&+]\s*+|\s++").match

#: What a piece is put between.
_WRAPS = (
    ("[", "]"), ("(", ")"), ("{", "}"), ("<", ">"), ('"', '"'), ("'", "'"), ("[[", "]]"), ('{"a":', "}"),
    ("<a>", "</a>"), ("<!--", "-->"), ("<![CDATA[", "]]>"), ("/*", "*/"), ("{{", "}}"), ("{%", "%}"),
    ("${", "}"), ("$(", ")"), ("`", "`"), ("```\n", "\n```"), ('"""', '"""'), ("**", "**"), ("(?:", ")*"),
    ("f(", ")"), ("[1,", "]"), ("&", ";"), ("-", ""), ("", ","), ("\n", "\n"), (" ", " "),
)  # fmt: skip

_CLOSINGS = ")]}>\"'"


def delete_piece(rand: Rand, text: str, limit: int) -> str | None:
    """Remove a piece, and half of the time what parts it from the next one."""
    found = find_pair(rand, text)
    if found is None:
        return None
    start, _, _, end = found[1]
    if rand.bits(1):
        separator = _match_separator(text, end)
        if separator:
            end = separator.end()
    return text[:start] + text[end:]


def duplicate_piece(rand: Rand, text: str, limit: int) -> str | None:
    """Repeat a piece behind itself, with the separator that it has."""
    found = find_pair(rand, text)
    if found is None:
        return None
    start, _, _, end = found[1]
    separator = _match_separator(text, end)
    if separator:
        piece = text[start : separator.end()]
        place = start
    else:
        # The last of a list has its separator in front.
        if start and text[start - 1] in " ,;|&+\n":
            start -= 2 if text[start - 2 : start] == ", " else 1
        piece = text[start:end]
        place = end
    times = draw_times(rand, len(piece), limit - len(text))
    return _join((text[:place], piece * times, text[place:])) if times else None


def swap_pieces(rand: Rand, text: str, limit: int) -> str | None:
    """Exchange two pieces that were found in the same way.

    Where a piece has none behind it or before it, two pieces in it are taken.
    """
    found = find_pair(rand, text)
    if found is None:
        return None
    finder, (start, body, _, end) = found
    for _ in range(2):
        second = finder(text, end)
        if second is None:
            return None
        left, _, _, right = second
        if right <= start:
            start, end, left, right = left, right, start, end
        if end <= left:
            return _join((text[:start], text[left:right], text[end:left], text[start:end], text[right:]))
        inner = finder(text, body)
        if inner is None:
            return None
        start, body, _, end = inner
    return None


def copy_piece(rand: Rand, text: str, limit: int) -> str | None:
    """Put a copy of one piece in the place of another, or of the body of another."""
    found = find_pair(rand, text)
    if found is None:
        skip_pair(rand)
        return None
    other = find_pair(rand, text)
    if other is None:
        return None
    start, body, body_end, end = found[1]
    piece = text[other[1][0] : other[1][3]]
    if rand.bits(1):
        start, end = body, body_end
    return _join((text[:start], piece, text[end:]))


def nest_piece(rand: Rand, text: str, limit: int) -> str | None:
    """Put a piece into itself, mostly a few times, seldom deeper than recursion may go.

    The place is a piece inside of it: of ``{"a": [1]}`` comes
    ``{"a": {"a": [1]}}``.  Without one its opening and closing are put round it.
    """
    found = find_pair(rand, text)
    if found is None:
        return None
    finder, (start, body, body_end, end) = found
    inner = finder(text, body) if rand.bits(2) else None
    if inner is not None and body <= inner[0] and inner[3] <= body_end:
        body, body_end = inner[0], inner[3]
    opening, closing = text[start:body], text[body_end:end]
    times = draw_deep(rand, len(opening) + len(closing), limit - len(text))
    if not times:
        return None
    return _join((text[:start], opening * times, text[start:end], closing * times, text[end:]))


def hoist_piece(rand: Rand, text: str, limit: int) -> str | None:
    """Put what is inside of a piece in its place: its body, or a piece in it."""
    found = find_pair(rand, text)
    if found is None:
        return None
    finder, (start, body, body_end, end) = found
    if rand.bits(1):
        inner = finder(text, body)
        if inner is not None and body <= inner[0] and inner[3] <= body_end:
            body, body_end = inner[0], inner[3]
    return _join((text[:start], text[body:body_end], text[end:]))


def empty_piece(rand: Rand, text: str, limit: int) -> str | None:
    """Leave nothing between the opening and the closing, or white space, or a separator."""
    found = find_pair(rand, text)
    if found is None:
        return None
    _, body, body_end, _ = found[1]
    bits = rand.bits
    return _join((text[:body], "" if bits(1) else " ,\n\t;0\0\\"[bits(3)], text[body_end:]))


#: What becomes of an opening ``o``, body ``b`` and closing ``c``; ``x`` is another closing.
_UNBALANCED: tuple[Callable[[str, str, str, str], tuple[str, ...]], ...] = (
    lambda o, b, c, x: (o, b),
    lambda o, b, c, x: (b, c),
    lambda o, b, c, x: (o, b, c, c),
    lambda o, b, c, x: (o, o, b, c),
    lambda o, b, c, x: (o, b, x),
    lambda o, b, c, x: (c, b, o),
    lambda o, b, c, x: (o, c, b),
    lambda o, b, c, x: (b, o, c),
    lambda o, b, c, x: (o, b, x, c),
    lambda o, b, c, x: (o, b[: len(b) // 2]),
    lambda o, b, c, x: (o, b, c[: len(c) // 2]),
    lambda o, b, c, x: (o[: (len(o) + 1) // 2], b, c),
    lambda o, b, c, x: (o, b, "\\", c),
    lambda o, b, c, x: (o, b, c[::-1]),
    lambda o, b, c, x: (o, b, c, x),
    lambda o, b, c, x: (c, o),
)


def unbalance_piece(rand: Rand, text: str, limit: int) -> str | None:
    """Leave a piece open, close it twice, otherwise, or in the wrong place."""
    found = find_pair(rand, text)
    if found is None:
        return None
    start, body, body_end, end = found[1]
    bits = rand.bits
    change = _UNBALANCED[bits(4)]
    pieces = change(text[start:body], text[body:body_end], text[body_end:end], _CLOSINGS[bits(30) % 6])
    return _join((text[:start], *pieces, text[end:]))


def cut_in_piece(rand: Rand, text: str, limit: int) -> str | None:
    """End the text right behind an opening, or before a closing or in it."""
    found = find_pair(rand, text)
    if found is None:
        return None
    _, body, body_end, end = found[1]
    return text[: (body, body_end, end - 1, body + 1)[rand.bits(2)]]


def wrap_piece(rand: Rand, text: str, limit: int) -> str | None:
    """Put brackets, quotes or a tag round a piece, or in the place of its own.

    Without a piece all of the text is wrapped.
    """
    bits = rand.bits
    opening, closing = _WRAPS[bits(30) % len(_WRAPS)]
    found = find_pair(rand, text)
    if found is None:
        return _join((opening, text, closing))
    start, body, body_end, end = found[1]
    if bits(1):
        return _join((text[:start], opening, text[start:end], closing, text[end:]))
    return _join((text[:start], opening, text[body:body_end], closing, text[end:]))


#: Edits that need a text; all but ``wrap_piece`` decline where there is no piece.
BRACKET_EDITS: tuple[Edit, ...] = (
    delete_piece,
    duplicate_piece,
    swap_pieces,
    copy_piece,
    nest_piece,
    hoist_piece,
    empty_piece,
    unbalance_piece,
    cut_in_piece,
    wrap_piece,
)
