"""How far a compiled pattern got with a string, and strings that get further.

Owns the two answers to a match that failed: a measure of how near it came, and
continuations of the part that matched.  Must not know why it is asked.  Runs in
worker processes, when a recorded run has used a pattern in vain.

Compiling beginnings of the pattern and looking for the longest that matches
would need the pattern's text cut into pieces, and could blow up like the
pattern itself.  Instead ``regex_match`` matches as the ``re`` module does, in a
bounded number of steps, and keeps what was left of the pattern at the furthest
place: in the middle of a word, of a repetition, of one of many alternatives.

Go's fuzzing knows nothing of regular expressions.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, AnyStr, NamedTuple

from gofuzz_py.internal.regex_match import Attempt, Method, least_of
from gofuzz_py.internal.regex_strings import accepts, as_string
from gofuzz_py.internal.regex_tree import Tree, exact, tree_of
from gofuzz_py.internal.regex_writer import LONGEST, Writer

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from gofuzz_py.internal.rand import Rand

#: Steps for one question: two to five milliseconds at the very most, mostly far less.
_BUDGET = 6000
#: No continuation is offered for strings beyond this.
_MOST_LENGTH = 1 << 20


class Progress(NamedTuple):
    """How far matching got; the greater, as tuples compare, the further."""

    #: Place in the string behind the last character that could be part of a match.
    furthest: int
    #: How many items of the pattern, on its top level, were behind then.
    items: int


def progress(pattern: re.Pattern[AnyStr], string: AnyStr, pos: int = 0, how: Method = "match") -> Progress:
    """Return how far ``pattern.<how>(string, pos)`` got, or would get if it did not fail.

    A search is judged by the start that got furthest in the pattern.  Where it
    matched, ``furthest`` is the end of the match and ``items`` more than of any
    that failed.  ``(pos, 0)`` where nothing is known.
    """
    tree, pos = tree_of(pattern), max(pos, 0)  # as the re module takes a pos
    text = None if tree is None else _text_for(tree, string)
    if tree is None or text is None or pos > len(text):
        return Progress(pos, 0)
    attempt = Attempt(tree, text, how, pos, _BUDGET)
    return Progress(attempt.furthest if attempt.end is None else attempt.end, attempt.items)


def complete(
    pattern: re.Pattern[AnyStr],
    string: AnyStr,
    rand: Rand,
    how_many: int,
    pos: int = 0,
    how: Method = "match",
) -> list[AnyStr]:
    """Return up to ``how_many`` different strings that begin as ``string`` does, as far as that matched.

    Behind that stands what the pattern still wants, alone or with the rest of
    the string behind it.  Those that the pattern can be asked about match; of
    long ones it is not known.  Empty where the string matches already.
    """
    tree, pos = tree_of(pattern), max(pos, 0)  # as the re module takes a pos
    text = None if tree is None else _text_for(tree, string)
    if tree is None or text is None or not pos <= len(text) <= _MOST_LENGTH:
        return []
    attempt = Attempt(tree, text, how, pos, _BUDGET)
    if attempt.end is not None:
        return []
    found: dict[AnyStr, None] = {}
    patience = 4 * how_many + 8
    for candidate in _continued(attempt, text, rand):
        if len(found) >= how_many or patience <= 0:
            break
        made = None if candidate is None else as_string(tree, candidate, pattern)
        patience -= 1 if made is not None else 8  # what cannot be written has cost milliseconds
        if candidate is None or made is None or made in found or candidate == text:
            continue
        is_match = accepts(tree, pattern, candidate, made, how, pos)
        patience -= 4 if is_match is None else 0
        if is_match is not False:
            found[made] = None
    return list(found)


def _text_for(tree: Tree, string: object) -> str | None:
    value = exact(string)
    if isinstance(value, bytes):
        return None if tree.is_text else value.decode("latin-1")
    return value if tree.is_text else None


def _continued(attempt: Attempt, text: str, rand: Rand) -> Iterator[str | None]:
    """Return continuations without end, of each failure in turn; None for one that gets too long."""
    writers = [(Writer(rand), left, groups) for left, groups in attempt.failures if least_of(left) <= LONGEST]
    head, tail = text[: attempt.furthest], text[attempt.furthest :]
    for turn in count() if writers else ():
        writer, left, groups = writers[turn % len(writers)]
        rest = writer.rest(left, groups, head, is_plain=turn // len(writers) % 2 == 0)
        yield None if rest is None else head + rest
        if tail and rest is not None:
            yield head + rest + tail
            yield head + rest + tail[len(rest) or 1 :]
