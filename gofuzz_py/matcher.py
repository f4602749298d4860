"""Which tests a ``-run``, ``-skip`` or ``-fuzz`` pattern means.

Owns Go's rule: a pattern is split at slashes into regular expressions, each
searched (unanchored) in the element of the test's name at the same depth;
``|`` outside brackets separates alternatives.  Mirrors testing/match.go.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence

from gofuzz_py.errors import UsageError


class Matcher:
    """One pattern, ready to be asked about names.

    ``flag`` names the flag in the error for a pattern that does not compile.
    An empty pattern matches everything.
    """

    def __init__(self, pattern: str, flag: str) -> None:
        self._alternatives: list[list[re.Pattern[str]]] = []
        for alternative in _split(pattern, "|"):
            elements = _split(alternative, "/")
            self._alternatives.append([_compile(text, index, flag) for index, text in enumerate(elements)])

    def matches(self, name: str) -> bool:
        """Does the pattern select the test of this name (``FuzzX``, ``FuzzX/seed#0``)?

        A name with fewer elements than the pattern matches when those it has
        do: ``-run=FuzzX/seed`` must run FuzzX to get at its seeds.
        """
        elements = name.split("/")
        return any(self._matches_elements(alternative, elements) for alternative in self._alternatives)

    def excludes(self, name: str) -> bool:
        """As ``-skip``: is every element of the pattern there, and matched?"""
        elements = name.split("/")
        return any(
            len(elements) >= len(alternative) and self._matches_elements(alternative, elements)
            for alternative in self._alternatives
        )

    @staticmethod
    def _matches_elements(patterns: Sequence[re.Pattern[str]], elements: Sequence[str]) -> bool:
        return all(pattern.search(element) for pattern, element in zip(patterns, elements, strict=False))


class Selection:
    """What ``-run`` and ``-skip`` together leave to be run."""

    def __init__(self, run: str, skip: str) -> None:
        self._run = Matcher(run, "run")
        self._skip = Matcher(skip, "skip") if skip else None

    def includes(self, name: str) -> bool:
        """Is the test or seed of this name to be run?"""
        return self._run.matches(name) and not (self._skip is not None and self._skip.excludes(name))

    def skips(self, name: str) -> bool:
        """Does ``-skip`` leave this name out?"""
        return self._skip is not None and self._skip.excludes(name)


def _compile(text: str, index: int, flag: str) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings():
            # Of a pattern that may mean something else one day (``[[a]``); with -W error it would raise.
            warnings.simplefilter("ignore")
            return re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise UsageError(
            f'testing: invalid regexp for element {index} of -{flag} ("{text}"): '
            f"error parsing regexp: {error}"
        ) from None


def _split(pattern: str, separator: str) -> list[str]:
    """Split at the separator, but not inside brackets, parentheses or after a backslash."""
    parts, start, square, paren, at = [], 0, 0, 0, 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
        elif char == "[":
            square += 1
        elif char == "]":
            square = max(0, square - 1)
        elif char == "(" and not square:
            paren += 1
        elif char == ")" and not square:
            paren = max(0, paren - 1)
        elif char == separator and not square and not paren:
            parts.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*parts, pattern[start:]]
