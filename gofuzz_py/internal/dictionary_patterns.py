"""The words in a regular expression: the plain text that its matches contain.

Owns the way from a pattern to its runs of literals, alternatives written out.
Strings that match a whole pattern are the business of ``regex_strings``.  Runs
in a worker process; called by ``dictionary_tables`` and
``dictionary_literals``.  Go has nothing like it.
"""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Callable, Iterable
from typing import Any

_parse: Callable[[str | bytes, int], Any] | None
try:
    from re import _parser  # type: ignore[attr-defined]

    _parse = _parser.parse
except (ImportError, AttributeError):  # pragma: no cover - it is not documented, so it may go
    _parse = None

#: Longer patterns are passed over, and a pattern gives no more words.
_LONGEST, _MOST = 1 << 14, 256
#: Beginnings followed at the same time: ``(a|b)(c|d)`` has four.
_ALTERNATIVES = 64
#: A class of more characters, such as ``[a-f]`` written out, is no alternative of words.
_CLASS = 4

_GROUPS = frozenset({"SUBPATTERN", "ATOMIC_GROUP"})
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_ASSERTIONS = frozenset({"ASSERT", "ASSERT_NOT"})


#: What a text has in it that is a pattern, though nobody says so: a table of patterns, parts of one.
_PATTERN_MARKS = re.compile(
    r"\\[bBdDsSwWAZ]|\(\?[:=!<Pimsxa]|\[\^|[\])][*+?]|\.[*+]|[a-zA-Z\])]\{\d"
    r"|\w\$\Z|\A\^\w|\A\(?[\w ]+\|[\w ]+\|"
)
_BYTES_PATTERN_MARKS = re.compile(_PATTERN_MARKS.pattern.encode())


def text_words(text: str | bytes) -> list[str | bytes]:
    """Return the words that a text of the program stands for: its literals if it looks like a pattern."""
    if isinstance(text, str):
        is_pattern = _PATTERN_MARKS.search(text, 0, _LONGEST) is not None
    else:
        is_pattern = _BYTES_PATTERN_MARKS.search(text, 0, _LONGEST) is not None
    return pattern_words(text) if is_pattern else [text]


def pattern_words(pattern: str | bytes, flags: int = 0) -> list[str | bytes]:
    """Return the literal runs of a pattern, in order; none if it cannot be read."""
    if _parse is None or len(pattern) > _LONGEST:
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = _parse(pattern, flags & ~re.DEBUG)
        words = dict.fromkeys(itertools.islice(_words(tree), _MOST))
    except (re.error, RecursionError, ValueError, OverflowError):
        return []
    return [word if isinstance(pattern, str) else word.encode("latin-1") for word in words]


def _words(items: Iterable[tuple[Any, Any]]) -> Iterable[str]:
    """Yield the runs of a sequence of nodes, those inside its parts too."""
    starts = [""]
    for operation, argument in items:
        name = str(operation)
        if name == "AT":
            continue
        choices = _choices(name, argument)
        if choices is not None and len(choices) * len(starts) <= _ALTERNATIVES:
            starts = [start + choice for start in starts for choice in choices]
            continue
        yield from filter(None, starts)
        starts = [""]
        for part in _parts(name, argument):
            yield from _words(part)
    yield from filter(None, starts)


def _choices(name: str, argument: Any) -> list[str] | None:
    """Return all texts that a node matches, if they are few and plain."""
    if name == "LITERAL":
        return [chr(argument)]
    if name == "IN":
        is_plain = len(argument) <= _CLASS and all(str(operation) == "LITERAL" for operation, _ in argument)
        return [chr(code) for _, code in argument] if is_plain else None
    if name == "BRANCH" or name in _GROUPS:
        parts = [_sequence(part) for part in _parts(name, argument)]
        if any(part is None for part in parts):
            return None
        return [text for part in parts for text in part or ()]
    return None


def _sequence(items: Iterable[tuple[Any, Any]]) -> list[str] | None:
    texts = [""]
    for operation, argument in items:
        choices = _choices(str(operation), argument)
        if choices is None or len(choices) * len(texts) > _ALTERNATIVES:
            return None
        texts = [text + choice for text in texts for choice in choices]
    return texts


def _parts(name: str, argument: Any) -> list[Any]:
    """Return the sequences inside a node."""
    if name == "BRANCH":
        return list(argument[1])
    if name in _GROUPS:
        return [argument[-1] if isinstance(argument, tuple) else argument]
    if name in _REPEATS:
        return [argument[2]]
    if name in _ASSERTIONS:
        return [argument[1]]
    if name == "GROUPREF_EXISTS":
        return [part for part in argument[1:] if part is not None]
    return []
