"""From a pattern that was matched to texts that it would match.

Owns what is wished of a regular expression and how often; the texts come from
``regex_strings``, ``regex_progress`` and ``regex_blowups``.  Must not know the
input.  Runs in a worker process; called by ``solver``.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gofuzz_py.internal.operands_wants import CONTEXT, LONGEST, Wish, common, shortened
from gofuzz_py.internal.regex_blowups import blowups
from gofuzz_py.internal.regex_progress import complete
from gofuzz_py.internal.regex_strings import near, regrown, strings

if TYPE_CHECKING:
    from gofuzz_py.internal.operands_record import Seen
    from gofuzz_py.internal.rand import Rand
    from gofuzz_py.internal.regex_match import Method

#: Texts made for a pattern at a time: matching, continued, nearly matching, attacking.
_MATCHING, _CONTINUED, _NEAR, _ATTACKS = 6, 4, 2, 2
#: A pattern gets its texts so often, and then ever more seldom.
_PATIENCE = 4
#: Patterns that are kept, their longest text, and uses of patterns that are remembered.
_MOST_PATTERNS, _MOST_SOURCE, _MOST_ASKED = 1000, 1 << 14, 1 << 14

#: How functions of ``re`` match; the others search.
METHODS: dict[str, Method] = {"match": "match", "fullmatch": "fullmatch", "scanner": "match"}


class Patterns:
    """What one worker knows of the patterns it has met."""

    def __init__(self) -> None:
        self._compiled: dict[Any, re.Pattern[Any] | None] = {}
        self._asked: dict[Any, int] = {}

    def wishes(self, seen: Seen, rand: Rand) -> Iterator[Wish]:
        """Yield wishes for one use of a pattern, if its turn has come."""
        text, start = seen.left
        pattern = self._pattern(seen.right)
        if pattern is None or type(text) not in (str, bytes) or len(text) > LONGEST * 16:
            return
        if isinstance(pattern.pattern, str) is not isinstance(text, str):
            return
        key = seen.number, type(text), pattern.pattern
        if len(self._asked) >= _MOST_ASKED:
            self._asked.clear()
        asked = self._asked[key] = self._asked.get(key, 0) + 1
        if asked > _PATIENCE and rand.bits(min(asked - _PATIENCE, 10)):
            return
        how = METHODS.get(seen.relation.removeprefix("re."), "search")
        yield from self._texts(pattern, text, max(0, start), how, asked, rand)

    def _texts(
        self, pattern: re.Pattern[Any], text: Any, start: int, how: Method, asked: int, rand: Rand
    ) -> Iterator[Wish]:
        name = shortened(pattern.pattern)
        for turn, whole in enumerate(complete(pattern, text, rand, _CONTINUED, start, how)):
            same = max(0, common(text, whole) - CONTEXT)
            yield Wish(text[same:], whole[same:], (name, "continued", turn))
        made = [*strings(pattern, rand, _MATCHING, how)]
        matched, others = regrown(pattern, text, made, rand, start, how) or (text, [])
        for turn, string in enumerate(others):
            yield Wish(matched, string, (name, "regrown", turn))
        made += near(pattern, rand, _NEAR) if asked > 1 else []
        made += blowups(pattern, rand, _ATTACKS, how) if asked in (2, 3) else []
        for turn, string in enumerate(made):
            head = text[start : start + max(len(string), CONTEXT)]
            key = name, "made", turn
            if how == "fullmatch" or turn % 2:
                yield Wish(text[start:][:LONGEST], string, key)
            yield Wish(head, string + head[len(string) :], key)
            yield Wish(head, string + head, key)

    def _pattern(self, given: Any) -> re.Pattern[Any] | None:
        """Return the pattern; of one that was given as text, compile it as the program did."""
        if isinstance(given, re.Pattern):
            return given
        source, flags = given
        if type(source) not in (str, bytes):
            return None
        key = type(source), source, flags
        if key not in self._compiled:
            if len(self._compiled) >= _MOST_PATTERNS:
                self._compiled.clear()
            self._compiled[key] = compiled(source, flags)
        return self._compiled[key]


def compiled(source: Any, flags: int) -> re.Pattern[Any] | None:
    """Compile a pattern that was given as text; None for one that cannot be."""
    if type(source) not in (str, bytes) or len(source) > _MOST_SOURCE:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(source, flags & ~int(re.DEBUG))  # which would print
    except (re.error, OverflowError, RecursionError, MemoryError, ValueError):
        return None
