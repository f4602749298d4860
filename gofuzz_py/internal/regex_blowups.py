"""Strings on which a compiled pattern takes exponential or polynomial time.

Owns the search for such strings and their making.  Must not know what becomes
of them.  Runs in worker processes, once per pattern that a recorded run has
used; what was found stays with the pattern's tree.

What is suspected is measured, not argued: for every repetition without end,
words that it takes are repeated behind the shortest way to it and before
something that does not match, and ``regex_match``, which tries things in the
order of the ``re`` module, counts its steps for a few words and for twice as
many.  Twice the steps is harmless, four times and more is a square and worse,
and a hundred times is exponential.  So ``(\\d+,)*`` is cleared, whose commas
keep the digits apart, and ``(\\d+,?)*`` is not.  What CPython does cleverly
before it begins (looking for a literal beginning) is not counted: a few strings
may turn out to be harmless.

Go's fuzzing knows nothing of regular expressions, and Go's do not blow up.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, AnyStr, NamedTuple

from gofuzz_py.internal.rand import FastRand
from gofuzz_py.internal.regex_match import Attempt, Method
from gofuzz_py.internal.regex_strings import as_string
from gofuzz_py.internal.regex_tree import (
    Chars,
    Node,
    Repeat,
    Series,
    Text,
    Tree,
    is_open,
    tree_of,
    walk,
)
from gofuzz_py.internal.regex_writer import Writer

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from gofuzz_py.internal.rand import Rand

#: Steps for all measurements of one pattern together; 10 to 30 ms at the very most.
_BUDGET = 30_000
#: Steps for one measurement.
_MOST_STEPS = 8000
#: Repetitions looked at, words tried for each.
_MOST_REPEATS, _MOST_WORDS = 16, 8
#: Characters, groups and branches of one level looked at.
_MOST_PLACES = 40
#: Words in the first measurement of exponential time; that of polynomial time has twice as many.
_FEW = 5
#: How many times the steps twice the words take: a line is 2, a square 4, a cube 8.
#: Small numbers blur it, so the limits lie between.
_SQUARE, _EXPONENTIAL = 2.7, 14.0
#: Words in a string that attacks exponential time: 2**20 to 2**30 steps of CPython's take 10 ms to
#: 10 s; the last is for a high power that looked like it.
_SHORT_PUMPS = (20, 25, 30, 1000)
#: Words in one that attacks polynomial time.
_LONG_PUMPS = (1000, 3000, 10_000)
_MOST_LENGTH = 50_000


class Attack(NamedTuple):
    """A way to make a pattern slow: ``before + word * n + after``."""

    before: str
    word: str
    after: str
    #: Does the time double with each word or so?  Else it is a power of their number.
    is_exponential: bool

    def text(self, n: int) -> str:
        """Return the text with n words."""
        return self.before + self.word * n + self.after


def blowups(pattern: re.Pattern[AnyStr], rand: Rand, how_many: int, how: Method = "search") -> list[AnyStr]:
    """Return up to ``how_many`` strings that ``pattern.<how>(string)`` may take very long for.

    Those that take exponential time are some dozens of characters long and come
    first, those that take a power of their length have some thousands.  The
    pattern is never asked.  Empty where nothing was found.
    """
    tree = tree_of(pattern)
    attacks = () if tree is None else attacks_on(tree, how)
    found: dict[AnyStr, None] = {}
    if tree is None or not attacks:
        return []
    for number in range(how_many * 3):
        attack = attacks[number % len(attacks)]
        pumps = _SHORT_PUMPS if attack.is_exponential else _LONG_PUMPS
        n = pumps[number // len(attacks) % len(pumps)]
        n += rand.intn(1 + n // 10)
        string = as_string(tree, attack.text(min(n, _MOST_LENGTH // len(attack.word))), pattern)
        if string is not None and len(found) < how_many:
            found[string] = None
    return list(found)


def attacks_on(tree: Tree, how: Method) -> Sequence[Attack]:
    """Return the ways to make a pattern slow, exponential ones first."""
    key = "attacks by " + how
    if key not in tree.notes:
        found = dict.fromkeys(_Search(tree, how).attacks())
        tree.notes[key] = sorted(found, key=lambda attack: not attack.is_exponential)
    attacks: Sequence[Attack] = tree.notes[key]
    return attacks


class _Search:
    """The measurements of one pattern."""

    def __init__(self, tree: Tree, how: Method) -> None:
        self._tree, self._how = tree, how
        self._left = _BUDGET
        # The result must not depend on who asks first.
        self._rand = FastRand(0)
        places = (node for node in walk(tree.root) if isinstance(node, Chars | Text))
        self._scores = _scores(list(islice(places, _MOST_PLACES)))

    def attacks(self) -> Iterator[Attack]:
        """Find attacks, at most one for each repetition."""
        for repeat, before in self._repeats():
            attack = next(self._attacks_on(repeat, before), None)
            if attack is not None:
                yield attack

    def _attacks_on(self, repeat: Repeat, before: str) -> Iterator[Attack]:
        afters = ("", _stranger(repeat.body), "\n\n")
        attacks = [Attack(before, word, after, True) for word in self._words(repeat) for after in afters]
        at_once: Method = "fullmatch" if self._how == "fullmatch" else "match"
        for attack in attacks:
            if self._growth(attack, at_once, _FEW) >= _EXPONENTIAL:
                yield attack
        # A search comes to the repetition many times where nothing stands before it,
        again = at_once if before else self._how
        for attack in attacks:
            if self._growth(attack, again, 2 * _FEW) >= _SQUARE:
                yield attack._replace(is_exponential=False)
        # or where that is repeated too.
        attack = Attack("", before, "", False)
        if before and self._how == "search" and self._growth(attack, "search", 2 * _FEW) >= _SQUARE:
            yield attack

    def _repeats(self) -> list[tuple[Repeat, str]]:
        """Return repetitions without end and the shortest text before each, nested ones first."""
        found = list(islice(self._ways(self._tree.root, ""), 4 * _MOST_REPEATS))
        found.sort(key=lambda way: isinstance(way[0].body, Chars))
        return found[:_MOST_REPEATS]

    def _ways(self, node: Node, before: str) -> Iterator[tuple[Repeat, str]]:
        """Find repetitions without end below a node, with the shortest text that leads to each."""
        if isinstance(node, Repeat) and is_open(node):
            yield node, before
        for child in node.children()[:_MOST_PLACES]:
            if self._left < _BUDGET // 2:
                return
            yield from self._ways(child, before)
            self._left -= 1
            if isinstance(node, Series):
                writer = Writer(self._rand)
                before += writer.text(child) or ""
                self._left -= writer.visits

    def _words(self, repeat: Repeat) -> Iterator[str]:
        """Return what is repeated: characters that many places of the pattern take, then whole bodies."""
        places = [node for node in islice(walk(repeat.body), _MOST_PLACES) if isinstance(node, Chars | Text)]
        fitting = (char for char in self._scores if any(_takes(place, char) for place in places))
        words = dict.fromkeys(islice(fitting, 2))
        if not isinstance(repeat.body, Chars):
            writer = Writer(self._rand)
            words.update(dict.fromkeys(writer.text(repeat.body) or "" for _ in range(6)))
        yield from [word for word in words if 0 < len(word) <= 6][:_MOST_WORDS]

    def _growth(self, attack: Attack, how: Method, n: int) -> float:
        """Return how many times the steps twice the words take; 0 when all is spent."""
        few = self._attempt(attack.text(n), how)
        many = self._attempt(attack.text(2 * n), how)
        if self._left <= 0:
            return 0.0
        return many.steps / max(1, few.steps) if many.is_finished else _EXPONENTIAL

    def _attempt(self, text: str, how: Method) -> Attempt:
        attempt = Attempt(self._tree, text, how, 0, min(self._left, _MOST_STEPS))
        self._left -= attempt.steps
        return attempt


def _scores(places: Sequence[Chars | Text]) -> list[str]:
    """Return characters that the places take, those that most of them take first."""
    chars: dict[str, None] = {}
    for place in places:
        first = place.text[:1] if isinstance(place, Text) else place.chars.samples[:6]
        chars.update(dict.fromkeys(first))
    taken = {char: sum(_takes(place, char) for place in places) for char in chars}
    return sorted(chars, key=lambda char: -taken[char])


def _takes(place: Chars | Text, char: str) -> bool:
    return place.text.startswith(char) if isinstance(place, Text) else place.chars.has(char)


def _stranger(body: Node) -> str:
    """Return a character that a repetition probably does not take."""
    for node in islice(walk(body), _MOST_PLACES):
        if isinstance(node, Chars):
            candidates = ("!", "\0", "\n", *node.chars.strangers)
            return next((char for char in candidates if not node.chars.has(char)), "!")
    return "!"
