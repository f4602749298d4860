"""Inputs made for the conditions that a run has met: what to try next, and how often.

Owns the memory of what was wished and tried, the order of wishes, and the
price list that keeps all this to a share of the time.  Must not know how a run
is watched, nor run anything: the worker hands in what was seen and takes
candidates.  Runs in worker processes, once for each new input and for a
few others.

After RedQueen (Aschermann and others, 2019) and AFL++'s CmpLog, which look at
integers and memory comparisons; here the operands are Python's.  Everything is
counted in executions and locations, never in seconds, so that a run with a
fixed seed repeats exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

from gofuzz_py.internal.mutators_number import float_limits
from gofuzz_py.internal.operands_find import replacements
from gofuzz_py.internal.operands_find_spell import wide
from gofuzz_py.internal.operands_records import beside, insertions, literals
from gofuzz_py.internal.operands_regex import Patterns
from gofuzz_py.internal.operands_trees import Trees
from gofuzz_py.internal.operands_wants import Wish, counted, counts_of, is_met, outcome, shortened, wishes

if TYPE_CHECKING:
    from gofuzz_py.internal.dictionary import Dictionary
    from gofuzz_py.internal.kinds import Kind, Value
    from gofuzz_py.internal.operands_record import Seen
    from gofuzz_py.internal.rand import Rand

#: Ways of granting one wish that are tried at once; of those that come after them, one in its turn.
#: By measurement (html.parser, tomllib, mistune): the first way brings half of all news, and what
#: mutants wish brings little that inputs which were new have not wished before.
_WAYS_NEW, _WAYS_OTHER, _WAYS_ALL = 3, 1, 14
#: The first of these for inputs so small that there are only a few places anyway.
_WAYS_SMALL, _SMALL = 8, 16
#: And those of a number, which has two orders and several widths.
_WAYS_NUMBER = 12
#: After so many tries of a wish, as many ways more leave what was seen, and put beside it what is wanted.
_LATE, _WAYS_BESIDE = 4, 4
#: Candidates from one watched run: of a new input, and of any other.
_MOST_NEW, _MOST_OTHER = 250, 16
#: A new input makes a wish again, whatever came of it, so many times.
_PATIENCE = 2
#: Candidates made for one place that make its wishes one step less likely to be tried.
_PLACE_PATIENCE = 400
#: Wishes looked at of one place and run.
_MOST_OF_PLACE = 64
#: Doubts beyond which a wish becomes no less likely to be tried; each halves its chance twice.
_NO_HOPE = 7
#: What things cost, in executions of a target that does nothing: ordering a wish, granting one,
#: texts for a pattern, decoding texts again.  Measured on json, html.parser and mistune.
_WISH_COST, _GRANT_COST, _PATTERN_COST, _TREE_COST = 5, 100, 400, 200
#: Times that a wish may come again in an input whose loop has met it in another turn.
_TURNS = 8
#: Of one place, so many outcomes count as progress.
_MOST_OUTCOMES = 12
#: Relations of checks of computed fields, and wishes of one that are granted to mend it.
_CHECKS, _MENDS = ("==", "!="), 2
#: What is remembered of wishes; beyond it all is forgotten, and tried again.
_MEMORY = 1 << 17

#: Arguments of an exception that tell it from others, and characters of each.
_MOST_ARGS, _MOST_MESSAGE = 4, 200
#: Arguments of UnicodeDecodeError: codec, text, start, end, reason.
_OF_UNICODE_ERROR = 5

#: The codec and the text of a value that looks like text in two or four bytes a character.
_Wide = tuple[str, str] | None

#: What differs from run to run or input to input: addresses, numbers, what is quoted.
_between_words = re.compile(r"0x[0-9A-Fa-f]+|\d+|'[^']*'|\"[^\"]*\"").sub


class Candidate(NamedTuple):
    """An input to be run."""

    values: list[Value]
    #: If it brings no news, may it have turned a condition all the same?
    is_worth_a_look: bool
    #: The conditions that held in the run it was made from, of which it may have broken some.
    held: frozenset[int] = frozenset()
    #: How many of them were mended in it so far.
    mends: int = 0


class Solver:
    """Makes candidates for one fuzz target."""

    def __init__(self, kinds: Sequence[Kind], rand: Rand, max_len: int, dictionary: Dictionary) -> None:
        self._kinds = kinds
        self._rand = rand
        self._max_len = max_len
        self._dictionary = dictionary
        #: How often each wish was tried, and which conditions have come out true.
        self._tried: dict[Any, int] = {}
        self._met: set[Any] = set()
        #: How many candidates were made for each place.
        self.tries: dict[int, int] = {}
        #: How many there were when the place last showed something new.
        self._tries_before: dict[int, int] = {}
        self._features: set[Any] = set()
        #: How many of them each place has shown.
        self._outcomes: dict[int, int] = {}
        self._patterns = Patterns()
        #: What all this has cost so far, in executions of a target that does nothing.
        self.cost = 0

    def candidates(self, values: list[Value], seen: Sequence[Seen], is_new: bool) -> Iterator[Candidate]:
        """Yield inputs made from ``values`` for what a run of them has met.

        The wishes of all places take turns, those that were tried least come first.
        """
        unmet, met_here = self._take_in(seen)
        held = frozenset(met_here.difference([one.number for one in unmet]))
        most = _MOST_NEW if is_new else _MOST_OTHER
        texts = [wide(value) if isinstance(value, bytes) else None for value in values]
        is_small = sum(len(value) for value in values if isinstance(value, (str, bytes))) <= _SMALL
        ways = (_WAYS_SMALL if is_small else _WAYS_NEW) if is_new else _WAYS_OTHER
        made = 0
        for key, wish in self._in_order(unmet, met_here, is_new):
            tries = self._tried.get(key, 0)
            self._tried[key] = tries + 1
            # Where something is put that stood nowhere is a guess, and the first is as good as the others;
            # so it is in a loop, where each turn wishes the same.
            is_turn = key[0] in met_here and not (wish.is_decoded and wish.seen)
            is_guess = is_turn or _is_empty(wish.seen)
            looks = _WAYS_SMALL if is_guess else _WAYS_NEW if is_small else 1
            tried_ways = _WAYS_SMALL if is_turn and is_new else ways
            if is_new and is_small and type(wish.seen) is int:
                tried_ways = _WAYS_NUMBER
            for way, candidate in enumerate(self._grant(values, texts, wish, tried_ways, tries)):
                self.tries[key[0]] = self.tries.get(key[0], 0) + 1
                is_worth_a_look = (
                    tries < (_TURNS if is_turn else 1)
                    and way < looks
                    and self._outcomes.get(key[0], 0) < _MOST_OUTCOMES
                )
                yield Candidate(candidate, is_worth_a_look, held)
                made += 1
                if made >= most:
                    return

    def mended(self, candidate: Candidate, seen: Sequence[Seen]) -> list[Candidate]:
        """Return inputs in which the first check that a candidate broke holds again, if it did break one.

        A length, a checksum or a second copy of what was changed stands in the
        input as well; what the program now computes belongs there.
        """
        broken = [one for one in seen if one.number in candidate.held and not is_met(one)][:1]
        return [
            Candidate(values, True, candidate.held, candidate.mends + 1)
            for one in broken
            for wish in wishes(one, self._rand)[:_MENDS]
            for values in self._grant(candidate.values, [None] * len(candidate.values), wish, 1, 0)
        ]

    def new_features(self, seen: Sequence[Seen]) -> int:
        """Return how many things a run showed that none has shown before, coverage apart.

        A condition that came out another way is progress, even where the next
        one in the same line hides it from coverage; an exception that was caught
        says how far code without coverage has got: a decoder in C, mostly.
        """
        found = 0
        for one in seen:
            known = self._outcomes.get(one.number, 0)
            if known >= _MOST_OUTCOMES:
                continue
            if one.relation == "except":
                feature: Any = one.left, _messages(one.right)
            else:
                feature = outcome(one)
                if feature is None:
                    continue
            if (one.number, feature) not in self._features:
                self._features.add((one.number, feature))
                self._outcomes[one.number] = known + 1
                if not known:  # so far there was nothing to be put in the place of
                    self._tries_before[one.number] = self.tries.get(one.number, 0)
                found += 1
        return found

    def _take_in(self, seen: Sequence[Seen]) -> tuple[list[Seen], set[int]]:
        """Remember what is met; return the others, as only those have wishes, and where checks were met.

        A place may be among both, with another turn of a loop.
        """
        if len(self._tried) > _MEMORY:
            self._tried.clear()
        if len(self._met) > _MEMORY:
            self._met.clear()
        unmet, met_here = [], set()
        for one in seen:
            if is_met(one):
                self._met.add((one.number, shortened(one.left)))
                if one.relation in _CHECKS:
                    met_here.add(one.number)
            else:
                unmet.append(one)
                if one.relation == "decodes" and one.left:
                    met_here.add(one.number)
        return unmet, met_here

    def _in_order(self, seen: Sequence[Seen], met_here: set[int], is_new: bool) -> list[tuple[Any, Wish]]:
        """Return the wishes worth trying now."""
        rows: dict[int, list[tuple[Any, Wish]]] = {}
        trees = self._trees(seen)
        counts = counts_of(seen)
        for one in seen:
            number = one.number
            row = rows.get(number)
            if row is None:
                row = rows[number] = []
            if len(row) < _MOST_OF_PLACE:
                row += [((number, wish.key), wish) for wish in counted(one, counts)]
                wished = self._of_pattern(one) if one.relation[:3] == "re." else wishes(one, self._rand)
                if trees is not None:
                    wished = [*trees.wishes(one), *wished]
                for wish in wished:
                    row.append(((number, shortened(wish.wanted) if wish.key is None else wish.key), wish))
                self.cost += _WISH_COST * len(wished)
        ranked: list[tuple[tuple[int, int], Any, Wish]] = []
        for number, row in rows.items():
            if row:
                self._rank(number, row, number in met_here, is_new, ranked)
        ranked.sort(key=_first)
        return [(key, wish) for _, key, wish in ranked]

    def _trees(self, seen: Sequence[Seen]) -> Trees | None:
        """Return what was decoded in the run, if anything was."""
        if not any(one.relation == "decodes" for one in seen):
            return None
        self.cost += _TREE_COST
        return Trees(seen, self._rand, self._max_len)

    def _of_pattern(self, one: Seen) -> list[Wish]:
        found = list(self._patterns.wishes(one, self._rand))
        if found:
            self.cost += _PATTERN_COST
        return found

    def _rank(
        self,
        number: int,
        row: list[tuple[Any, Wish]],
        is_met_here: bool,
        is_new: bool,
        ranked: list[tuple[tuple[int, int], Any, Wish]],
    ) -> None:
        """Add the wishes of a place whose turn is now, with how early they come."""
        tried, met, bits = self._tried, self._met, self._rand.bits
        patience = 0 if not is_new else _TURNS if is_met_here else _PATIENCE
        tries_here = self.tries.get(number, 0) - self._tries_before.get(number, 0)
        doubts_here = tries_here // (_PLACE_PATIENCE if is_new else _PLACE_PATIENCE // 8)
        for turn, (key, wish) in enumerate(_distinct(row) if len(row) > 1 else row):
            tries = tried.get(key, 0)
            doubts = doubts_here + (tries - patience if tries > patience else 0)
            if key in met and not is_met_here:
                doubts += 2
            if not doubts or not bits(2 * doubts if doubts < _NO_HOPE else 2 * _NO_HOPE):
                ranked.append(((tries, turn), key, wish))

    def _grant(
        self, values: list[Value], texts: Sequence[_Wide], wish: Wish, ways: int, tries: int
    ) -> Iterator[list[Value]]:
        """Yield inputs in which the program may see what is wanted; ``texts`` are values read as wide."""
        self.cost += _GRANT_COST * len(values) * (1 + len(wish.more))
        made = []
        for index, (value, text) in enumerate(zip(values, texts, strict=True)):
            found = self._ways(value, text, wish, ways, tries)
            fitting = (self._fitted(index, other) for other in found)
            made.append([(index, other) for other in fitting if other is not None])
        for turn in zip_longest(*made):
            for pair in turn:
                if pair is not None:
                    index, other = pair
                    candidate = values[:]
                    candidate[index] = other
                    yield candidate

    def _ways(self, value: Value, wide_text: _Wide, wish: Wish, ways: int, tries: int) -> list[Value]:
        """Return the value with a wish granted in some ways, the likely first."""
        found = self._plain_ways(value, wish, ways, tries)
        if wide_text is not None:
            codec, text = wide_text
            others = self._plain_ways(text, wish, ways, tries)
            found = [other.encode(codec, "replace") for other in others if isinstance(other, str)] + found
        return found

    def _plain_ways(self, value: Value, wish: Wish, ways: int, tries: int) -> list[Value]:
        if wish.is_beside:
            return beside(value, wish.seen, wish.wanted)
        if wish.is_decoded and wish.seen:
            return replacements(value, wish.seen, wish.wanted, self._rand, 1, self._max_len)
        spelled = literals(value, wish.seen, wish.wanted)[: 2 * ways]
        if _is_empty(wish.seen):
            return [*spelled, *insertions(value, wish.wanted, self._rand, 2 * ways)]
        if isinstance(wish.seen, (dict, tuple)):
            return spelled
        most = _WAYS_ALL if tries else ways
        operands = wish.seen, wish.wanted, self._rand
        found = spelled[:ways] + replacements(value, *operands, most, self._max_len)
        if tries >= _LATE:
            found += replacements(value, *operands, _WAYS_BESIDE, self._max_len, is_beside=True)
        if len(found) > ways and ways == 1:
            found = [found[self._rand.intn(len(found)) if tries else 0]]
        elif len(found) > ways:
            found[ways - 1 :] = [found[ways - 1 + self._rand.intn(len(found) - ways + 1)]]
        for seen, wanted in wish.more:
            found = [self._granted(one, seen, wanted) for one in found]
        return found

    def _granted(self, value: Value, seen: object, wanted: object) -> Value:
        found = replacements(value, seen, wanted, self._rand, 1, self._max_len)
        return found[0] if found else value

    def _fitted(self, index: int, value: Value) -> Value | None:
        """Return the value as its argument takes it, or None where it does not."""
        if isinstance(value, (bytes, str)):
            return value if len(value) <= self._max_len // (1 if isinstance(value, bytes) else 4) else None
        kind = self._kinds[index]
        if isinstance(value, float):
            value = float_limits(kind).fit(value)
        return value if kind.problem(value) is None else None


def _is_empty(seen: object) -> bool:
    return not seen and isinstance(seen, (str, bytes))


def _first(one: tuple[tuple[int, int], Any, Wish]) -> tuple[int, int]:
    return one[0]


def _distinct(row: list[tuple[Any, Wish]]) -> list[tuple[Any, Wish]]:
    return list({key: (key, wish) for key, wish in reversed(row)}.values())[::-1]


def _messages(arguments: Sequence[Any]) -> tuple[str, ...]:
    """Return what is the same in all exceptions that one line of a program or decoder raises."""
    if len(arguments) == _OF_UNICODE_ERROR and isinstance(arguments[-1], str):
        arguments = arguments[0], arguments[-1]  # not the text, and not where in it
    return tuple(map(_message, arguments[:_MOST_ARGS]))


def _message(argument: object) -> str:
    if isinstance(argument, (str, bytes)):
        text = argument if isinstance(argument, str) else argument.decode("latin-1")
        return _between_words("#", text[:_MOST_MESSAGE])
    return type(argument).__name__
