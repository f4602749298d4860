"""What one item of a regular expression accepts of one character.

Owns ``CharSet``: whether a character is accepted, and which characters are
worth trying, accepted ones and ones that are nearly so.  Must not know where in
a pattern the item stands.  Runs in worker processes; made by ``regex_tree``,
asked by ``regex_match`` and ``regex_writer``.

Characters are always ``str`` of length 1: what is matched against ``bytes`` is
read as Latin-1 by the callers, and its sets know of 256 characters only.
Cases follow the ``re`` module, which compares one character with one (``ſ`` is
an ``s``, the Kelvin sign a ``k``, but ``ß`` is not ``SS``).  A pattern with
``LOCALE`` is taken for one with ``ASCII``; the strings made for it are verified
by the pattern, so that is no more than a chance missed.

Go's fuzzing knows nothing of regular expressions.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_EXTRA_CASES: dict[int, tuple[int, ...]]
try:
    # CPython's table of lower case letters that have an upper case one in common.
    from re._casefix import _EXTRA_CASES  # type: ignore[import-not-found,no-redef]
except ImportError:  # pragma: no cover - a later CPython without it
    _EXTRA_CASES = {ord("s"): (0x17F,), 0x17F: (ord("s"),), ord("i"): (0x131,), 0x131: (ord("i"),)}

_DIGITS = frozenset("0123456789")
_WORDS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_SPACES = frozenset(" \t\n\r\f\v")


def _is_unicode_word(char: str) -> bool:
    return char.isalnum() or char == "_"


#: Name of a class -> its test in text, and its test in bytes and under ``re.ASCII``.
_TESTS: dict[str, tuple[Callable[[str], bool], Callable[[str], bool]]] = {
    "DIGIT": (str.isdecimal, _DIGITS.__contains__),
    "SPACE": (str.isspace, _SPACES.__contains__),
    "WORD": (_is_unicode_word, _WORDS.__contains__),
}
#: Name of a class -> members, the plain ones first, then what programs do not expect.
_MEMBERS = {
    "DIGIT": "0917\u0663\u07c9\u0967\uff19\U0001d7d7",
    "SPACE": " \t\n\r\v\f\x1c\x1f\x85\xa0\u1680\u2028\u3000",
    "WORD": "a0_Zé9ßª²İſ\u0663Ⅷ一\u212a\uff21\U0001d7d7",
}
#: What is tried where nearly everything is accepted.
_ANYTHING = "a0 _Z-.!,:;=\"'<>&%/\\\n\r\t\0\x7f\x80\xff\x1c\x85é\u0131\u0663\u2028\ufeff一\U0001f600"
#: Digits of other scripts, which ``int`` accepts and ``[0-9]`` does not.
_FOREIGN_DIGITS = "\u0663\uff19²"

_MOST_RANGES, _MOST_SAMPLES, _MOST_STRANGERS, _PLENTY = 24, 48, 24, 4
#: Answers kept for one set; a text in a big script would otherwise fill the memory.
_MOST_KNOWN = 4096

#: Upper case letters that ``str.upper`` does not lead to, though ``str.lower`` leads back.
_ODD_UPPER = {"i": "İ", "k": "\u212a", "å": "\u212b", "ω": "\u2126", "ß": "ẞ", "θ": "ϴ"}


class Mode(NamedTuple):
    """How the flags in force want characters to be compared."""

    #: The largest character there is: 0x10ffff, or 255 in bytes.
    top: int
    #: Do ``\\d``, ``\\s``, ``\\w`` and the cases know Unicode?
    is_unicode: bool
    #: Is ``re.IGNORECASE`` in force?
    ignores_case: bool


def same_letters(char: str, mode: Mode) -> tuple[str, ...]:
    """Return the characters that a pattern cannot tell from ``char``, itself first."""
    if not mode.ignores_case:
        return (char,)
    return _unicode_letters(char) if mode.is_unicode else _ascii_letters(char)


@lru_cache(maxsize=4096)
def _unicode_letters(char: str) -> tuple[str, ...]:
    lower = char.lower()[0]
    group = [lower, *map(chr, _EXTRA_CASES.get(ord(lower), ()))]
    variants = (v for c in group for v in (c, c.upper(), c.title(), _ODD_UPPER.get(c, c)))
    return tuple(dict.fromkeys([char, *(v for v in variants if len(v) == 1)]))


def _ascii_letters(char: str) -> tuple[str, ...]:
    return (char, char.swapcase()) if char.isascii() and char.isalpha() else (char,)


class CharSet:
    """The characters that one item accepts.

    ``ranges`` are pairs of code points with both ends in, ``classes`` the names
    of classes (``DIGIT``, ``NOT_SPACE``); ``is_negated`` turns the whole round.
    Sets are shared between patterns: get them from ``char_set``.
    """

    __slots__ = ("_classes", "_known", "_mode", "_negated", "_ranges", "_samples", "_strangers", "_tests")

    def __init__(
        self, ranges: tuple[tuple[int, int], ...], classes: tuple[str, ...], is_negated: bool, mode: Mode
    ) -> None:
        self._ranges, self._classes, self._negated, self._mode = ranges, classes, is_negated, mode
        self._tests = [_class_test(name, mode.is_unicode) for name in classes]
        self._known: dict[str, bool] = {}
        self._samples: tuple[str, ...] | None = None
        self._strangers: tuple[str, ...] | None = None

    def has(self, char: str) -> bool:
        """Does the item accept this character?"""
        known = self._known.get(char)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            letters = same_letters(char, self._mode)
            known = self._known[char] = any(map(self._lists, letters)) != self._negated
        return known

    def _lists(self, char: str) -> bool:
        code = ord(char)
        return any(low <= code <= high for low, high in self._ranges) or any(
            test(char) for test in self._tests
        )

    def span(self, text: str, start: int, stop: int) -> int:
        """Return the end of the run of accepted characters from ``start``, at most ``stop``."""
        known = self._known.get
        at = start
        while at < stop and (known(text[at]) or self.has(text[at])):
            at += 1
        return at

    @property
    def samples(self) -> tuple[str, ...]:
        """Return accepted characters: the plainest first, then edges and odd ones; empty for an empty set."""
        if self._samples is None:
            chosen = self._choose(self._wanted(), True, _MOST_SAMPLES)
            # Where all of these are left out, as [^\x00-\xff] does.
            chosen = chosen or self._choose(_last_resort(), True, _PLENTY)
            self._samples = tuple(sorted(chosen, key=_oddness))
        return self._samples

    @property
    def strangers(self) -> tuple[str, ...]:
        """Return characters that are not accepted, beginning with those next to accepted ones."""
        if self._strangers is None:
            self._strangers = self._choose(self._unwanted(), False, _MOST_STRANGERS)
        return self._strangers

    def _choose(self, candidates: Iterable[str], accepted: bool, most: int) -> tuple[str, ...]:
        top = self._mode.top
        fitting = (c for c in dict.fromkeys(candidates) if ord(c) <= top and self.has(c) is accepted)
        return tuple(islice(fitting, most))

    def _wanted(self) -> Iterator[str]:
        if self._negated:
            yield from _ANYTHING
            yield from self._neighbours()
            return
        for char in self._edges():
            yield from same_letters(char, self._mode)
        for name in self._classes:
            yield from _MEMBERS.get(name, _ANYTHING)

    def _unwanted(self) -> Iterator[str]:
        if self._negated:
            yield from self._edges()
        else:
            yield from self._neighbours()
        if any(name == "DIGIT" for name in self._classes) or self._lists("0"):
            yield from _FOREIGN_DIGITS
        for char in self._edges():
            yield char.swapcase()[0]
        for name in self._classes:
            yield from _MEMBERS.get(name.removeprefix("NOT_"), "")
        yield from _ANYTHING

    def _some_ranges(self) -> tuple[tuple[int, int], ...]:
        """Return the ranges, or some from all over where there are many."""
        return self._ranges[:: 1 + (len(self._ranges) - 1) // _MOST_RANGES] if self._ranges else ()

    def _edges(self) -> Iterator[str]:
        for low, high in self._some_ranges():
            yield from map(chr, dict.fromkeys((low, high, low + (high - low) // 2)))

    def _neighbours(self) -> Iterator[str]:
        for low, high in self._some_ranges():
            if low:
                yield chr(low - 1)
            if high < self._mode.top:
                yield chr(high + 1)


def _class_test(name: str, is_unicode: bool) -> Callable[[str], bool]:
    """Return the test of a class; raises KeyError for an unknown one."""
    test = _TESTS[name.removeprefix("NOT_")][0 if is_unicode else 1]
    return (lambda char: not test(char)) if name.startswith("NOT_") else test


def _last_resort() -> Iterator[str]:
    yield from map(chr, range(256))
    yield from map(chr, (0x100, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF))


def _oddness(char: str) -> int:
    """Return how unusual a character is: letters and digits 0, what is no ASCII most."""
    if not char.isascii():
        return 3
    if char.isalnum():
        return 0
    return 1 if char.isprintable() else 2


#: The one way to make a set: equal ones are the same object, with its samples.
char_set = lru_cache(maxsize=2048)(CharSet)
