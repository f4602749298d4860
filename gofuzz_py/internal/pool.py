"""The inputs a worker process mutates, and which of them it takes next.

Owns the schedule: how often each input is chosen.  Knows nothing of how
inputs are run, mutated or sent.  Runs in worker processes, called once per
chain of mutations; choosing costs the same whether there are ten inputs or a
hundred thousand.

Go takes every input in turn for 100 ms.  Here three quarters of the choices
follow a power schedule after AFL's favoured entries ("top rated": for each
location the cheapest input that reaches it) and FairFuzz's rarity (Lemieux and
Sen, 2018): a favoured input weighs the more, the fewer inputs of the pool
reach the locations it is the best for, and the less, the more often it was
taken without yield.  The rest goes to the newest inputs and, so that nothing
is given up for good, evenly to all.  Costs are counts of locations executed,
not seconds, so that a run with a fixed seed repeats exactly.
"""

from __future__ import annotations

import bisect
from collections.abc import Collection
from dataclasses import dataclass

from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.rand import Rand

#: Of 16 choices, so many go to the newest inputs and to any input.  By measurement of
#: the coverage after 60 s on html.parser, tomllib, sqlparse and mistune; not sensitive.
_OF = 16
_TO_NEWEST, _TO_ANY = 3, 1
#: How many inputs count as the newest, and how many choices each gets as such.
_NEWEST, _NEWEST_CHOICES = 8, 64
#: The table of weights is made anew after so many choices, or when inputs came and this many were made.
_TABLE_CHOICES, _TABLE_CHOICES_AFTER_NEWS = 4096, 32
#: Choices without yield after which an input's weight is halved.
_PATIENCE = 512
#: What a location that only one input reaches weighs.
_WHOLE = 1 << 24
#: Bytes at which size begins to count.
_SMALL_BYTES = 64


@dataclass(slots=True)
class PoolEntry:
    """One input in the pool."""

    values: list[Value]
    #: Bytes of the values in all.
    size: int
    #: Locations executed by one run, hits counted.
    cost: int
    #: How often it was chosen since it last yielded.
    idle: int = 0
    #: Were the conditions it meets looked at?
    is_seen: bool = False


class Pool:
    """The inputs of one worker."""

    def __init__(self, rand: Rand) -> None:
        self._bits = rand.bits
        self.entries: list[PoolEntry] = []
        #: How many inputs reach a location, and the cheapest that does.
        self._reached: dict[int, int] = {}
        self._best: dict[int, PoolEntry] = {}
        self._newest: list[list[object]] = []
        self._table: list[PoolEntry] = []
        self._sums: list[int] = []
        self._total = 0
        self._choices_left = 0
        self._cost = 0
        #: The input chosen last.
        self.current: PoolEntry | None = None

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def mean_cost(self) -> float:
        """Locations executed by one run, on the average of all inputs."""
        return self._cost / (len(self.entries) or 1)

    def add(self, values: list[Value], size: int, locations: Collection[int], cost: int) -> PoolEntry:
        """Take in an input, the locations it reaches and what one run of it costs.

        Below 0 are signs of progress other than locations; they weigh an eighth.
        """
        entry = PoolEntry(values, size, max(1, cost))
        self.entries.append(entry)
        self._cost += entry.cost
        reached, best = self._reached, self._best
        price = entry.cost * (_SMALL_BYTES + size)
        for location in locations:
            reached[location] = reached.get(location, 0) + 1
            other = best.get(location)
            if other is None or price < other.cost * (_SMALL_BYTES + other.size):
                best[location] = entry
        if locations:
            self._newest.append([entry, _NEWEST_CHOICES])
            del self._newest[:-_NEWEST]
        self._choices_left = min(self._choices_left, _TABLE_CHOICES_AFTER_NEWS)
        return entry

    def reward(self) -> None:
        """Note that the input chosen last has led to something new."""
        if self.current is not None:
            self.current.idle = 0

    def choose(self) -> list[Value]:
        """Return the values of an input to start a chain from, as a list of their own."""
        draw = self._bits(30)
        lot, draw = draw & (_OF - 1), draw >> 4
        if lot < _TO_ANY or not self._table:
            if not self._table:
                self._make_table()
            entry = self.entries[self._bits(30) % len(self.entries)]
        elif lot < _TO_ANY + _TO_NEWEST and self._newest:
            entry = self._choose_newest(draw)
        else:
            entry = self._table[bisect.bisect_right(self._sums, self._bits(53) % self._total)]
        self._choices_left -= 1
        if self._choices_left <= 0:
            self._make_table()
        entry.idle += 1
        self.current = entry
        return entry.values[:]

    def random_values(self) -> list[Value]:
        """Return the values of any input, for splicing; not to be changed."""
        return self.entries[self._bits(30) % len(self.entries)].values

    def _choose_newest(self, draw: int) -> PoolEntry:
        index = draw % len(self._newest)
        pair = self._newest[index]
        pair[1] -= 1  # type: ignore[operator]
        if pair[1] == 0:
            del self._newest[index]
        return pair[0]  # type: ignore[return-value]

    def _make_table(self) -> None:
        """Weigh the favoured inputs; takes time in the number of locations, not of inputs."""
        weights: dict[int, int] = {}
        entries: dict[int, PoolEntry] = {}
        for location, entry in self._best.items():
            key = id(entry)
            entries[key] = entry
            whole = _WHOLE if location >= 0 else _WHOLE // 8
            weights[key] = weights.get(key, 0) + whole // self._reached[location]
        self._table, self._sums, self._total = [], [], 0
        for key, weight in weights.items():
            entry = entries[key]
            halvings = min(entry.idle // _PATIENCE, 12)
            self._total += max(1, (weight >> halvings) * _SMALL_BYTES // (_SMALL_BYTES + entry.size))
            self._table.append(entry)
            self._sums.append(self._total)
        self._choices_left = _TABLE_CHOICES
