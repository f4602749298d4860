"""Edits that repeat: a piece some times over, an opening until recursion ends.

Owns the lengths that show quadratic and recursive behaviour of the code under
test.  Small repeats are the rule, because a long input is a slow one and pool
entries grow out of it; the draws are ``mutators_format_window``'s.  Runs in
worker processes, once per execution, as edits.  Go has nothing of the kind.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gofuzz_py.internal.mutators_byteslice import choose_len
from gofuzz_py.internal.mutators_format_pieces import find_pair
from gofuzz_py.internal.mutators_format_window import draw_deep, draw_place, draw_times

if TYPE_CHECKING:
    from gofuzz_py.internal.rand import Rand

_join = "".join

#: A word, a run of one sign, of blanks, of signs: what a scanner takes at once.
_search_run = re.compile(r"\w++|\s++|(\W)\1++|[^\w\s]++").search
#: What a reader takes at once: a word and the signs round it.  The words are
#: bounded, or each place of a long one would be searched to its end.
_search_phrase = re.compile(r"\w{1,24}+\W{1,8}+|\W{1,8}+\w{1,24}+").search


def repeat_piece(rand: Rand, text: str, limit: int) -> str | None:
    """Repeat a piece in its place: a pair, a line, a word or its like, or all of the text."""
    bits = rand.bits
    start, end = 0, len(text)
    kind = bits(3)
    if kind < 2:
        found = find_pair(rand, text)
        if found is not None:
            start, _, _, end = found[1]
    elif kind == 2:
        at = bits(30) % end
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at) + 1 or end
    elif kind < 7:
        run = (_search_run if kind < 5 else _search_phrase)(text, draw_place(rand, text))
        if run:
            start, end = run.span()
    times = draw_times(rand, end - start, limit - len(text))
    return _join((text[:end], text[start:end] * times, text[end:])) if times else None


def stretch_run(rand: Rand, text: str, limit: int) -> str | None:
    """Repeat one character or a few many times: runs are what patterns go back and forth on."""
    at = rand.bits(30) % len(text)
    part = text[at : at + choose_len(rand, 4)]
    times = draw_deep(rand, len(part), limit - len(text))
    return _join((text[:at], part * times, text[at:])) if times else None


#: Openings that nest in some format, with what closes them.
_OPENINGS = (
    ("[", "]"), ("(", ")"), ("{", "}"), ("<", ">"), ("<a>", "</a>"), ('{"a":', "}"), ("[1,", "]"), ("> ", ""),
    ("- ", ""), ("* ", ""), ("1. ", ""), ("  ", ""), ("\t", ""), ("(?:", ")"), ("(a|", ")"), ("((", "))"),
    ("[[", "]]"), ("![", "](a)"), ("[", "](a)"), ("<!--", "-->"), ("/*", "*/"), ("{{", "}}"), ("${", "}"),
    ("$(", ")"), ("*", "*"), ("_", "_"), ("**a ", "**"), ("`", ""), ('"', ""), ("'", ""), ("\\", ""),
    ("-", ""), ("+", ""), ("~", ""), ("!", ""), ("not ", ""), ("lambda:", ""), ("if ", ""), ("a.", ""),
    ("a[", "]"), ("f(", ")"), ("1+", ""), ("a=", ""), ("/", ""), ("../", ""), (".", ""), (":", ""), (",", ""),
    (";", ""), ("&", ""), ("#", ""), ("%", ""), ("\n", ""), ("\r\n", ""), (" ", ""), ("\x00", ""), ("0", ""),
    ("9", ""), ("a", ""), ("{%if a%}", "{%endif%}"), ("begin ", " end"), ("a: \n ", ""), ("&a;", ""),
    ("=", ""),
)  # fmt: skip


def open_deeply(rand: Rand, text: str, limit: int) -> str | None:
    """Insert an opening many times, one of the text's own or a common one, half of the time with closings."""
    bits = rand.bits
    at = bits(30) % (len(text) + 1)
    opening, closing = _OPENINGS[bits(30) % len(_OPENINGS)]
    if text and bits(1):
        found = find_pair(rand, text)
        if found is not None:
            start, body, body_end, end = found[1]
            at, opening, closing = start, text[start:body], text[body_end:end]
    if bits(1):
        closing = ""
    times = draw_deep(rand, len(opening) + len(closing), limit - len(text))
    if not times:
        return None
    end = at + draw_place(rand, text[at:]) if closing and at < len(text) else at
    return _join((text[:at], opening * times, text[at:end], closing * times, text[end:]))
