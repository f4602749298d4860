"""Look for inputs whose work grows quadratically or worse: ``-fuzzcomplexity``.

Owns the choice of inputs to grow, the share of the run that this may take, and
what was found already.  How an input grows is ``complexity_growth``'s, how
growth is measured and judged ``complexity_climb``'s, and what a finding says
``complexity_judge``'s.  Must not know processes or messages' ways: it runs the
target by callables and hands back a failure.  Runs in worker processes with
the flag on; called by the worker's server when it is due.

Go's fuzzing has nothing like it.  From PerfFuzz (Lemieux and others, ISSTA
2018; see ``complexity_climb``) comes what guides it: for each location, the
input that runs it most often per byte is kept, and grown and mutated more than
others.  They are kept apart from the pool, so that the fuzzing itself does not
become slow for their sake.

All is counted in executions and locations, never in seconds, so that a run
with a fixed seed repeats exactly.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gofuzz_py.internal.complexity_climb import Verdict, climb
from gofuzz_py.internal.complexity_growth import Growth, choose_growth, find_growth
from gofuzz_py.internal.complexity_judge import Judge, Locate
from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.messages import Failure
from gofuzz_py.internal.rand import Rand

#: Of the work of a run, this part may go into growing inputs.
_SHARE = 1 / 8
#: What an execution costs besides the locations it runs, in locations: mutation, recording, the call.
_EXECUTION_COST = 50
#: What a counted execution costs besides, in locations: putting counters in and out, and reading
#: those of each known location.
_COUNTED_COST, _COUNTED_COST_PER_LOCATION = 400, 2
#: Of an input that came new, the whole is repeated first; it is grown in so many ways before the
#: next one has its turn.
_NEW_TURNS = 3
#: An input that repeats something so often already is grown in that way first.
_REPEATS = 16
#: Bytes added to each size when counts per byte are compared: the smallest inputs would win.
_SIZE_OFFSET = 16
#: Longest chain of mutations on an input that runs a location often.
_CHAIN = 4


class Entry(Protocol):
    """What is asked of an input in the pool (pool.PoolEntry)."""

    @property
    def values(self) -> list[Value]: ...
    @property
    def size(self) -> int: ...
    @property
    def cost(self) -> int: ...


class Target(Protocol):
    """How the target is run here; the worker's server."""

    def count_hits(self, values: Sequence[Value]) -> dict[int, int]:
        """Run values with hits counted; raises InterruptedRun where they fail or may not be run."""
        ...

    def explore(self, values: Sequence[Value]) -> None:
        """Run values as the fuzzing does; raises InterruptedRun where they fail or reach something new."""
        ...

    def known_locations(self) -> int:
        """Return how many locations are known."""
        ...


@dataclass(slots=True)
class _Top:
    """The input that runs a location most often per byte."""

    score: float
    values: list[Value]


class ComplexityFinder:
    """Grows one input after the other, in a worker process."""

    def __init__(
        self,
        kinds: Sequence[Kind],
        rand: Rand,
        entries: Sequence[Entry],
        mutate: Callable[[list[Value]], None],
        target: Target,
        locate: Locate,
    ) -> None:
        self._rand = rand
        self._entries = entries
        self._mutate = mutate
        self._target = target
        #: Judges the inputs of files, and minimizes.
        self.judge = Judge(kinds, target.count_hits, locate)
        #: Can anything grow?  No number does.
        self.is_able = any(kind.is_sequence for kind in kinds)
        #: Executions, of any kind, after which the next step is due.
        self.due = 0
        self._steps = 0
        #: The next input of the pool that was not grown yet, and how often that one was.
        self._next = self._turns = 0
        #: Costs of the inputs in the pool, sorted.
        self._costs: list[int] = []
        self._tops: dict[int, _Top] = {}
        self._top_locations: list[int] = []
        #: Locations that this step has run.
        self._work = 0
        self._reported: set[str] = set()

    def step(self, executions: int) -> tuple[Failure, list[Value]] | None:
        """Grow one input; return the finding and its input, if it is one.

        ``executions`` is the count of all executions so far; ``due`` then says
        when to come again.  Lets InterruptedRun pass: the input run last failed
        or reached something new, or the executions allowed are used up.
        """
        self._steps += 1
        self._work = 0
        try:
            growth = self._choose()
            verdict = self._climb(growth) if growth is not None else None
            return self._new_finding(verdict) if verdict is not None else None
        finally:
            price = self._work / (_EXECUTION_COST + self._usual_cost())
            self.due = executions + 1 + int(price / _SHARE)

    # --- choosing -----------------------------------------------------------------------------

    def _choose(self) -> Growth | None:
        if self._next < len(self._entries) and self._steps & 1:
            return self._choose_new()
        rand = self._rand
        values = self._draw()
        if values is None:
            return None
        return choose_growth(rand, values)

    def _choose_new(self) -> Growth | None:
        """Grow an input that was not grown before: what it repeats already, or something in it."""
        entry = self._entries[self._next]
        self._turns += 1
        is_first = self._turns == 1
        if self._turns >= _NEW_TURNS:
            self._turns = 0
            self._next += 1
        repeated = find_growth(entry.values, _REPEATS) if is_first else None
        return repeated or choose_growth(self._rand, entry.values)

    def _draw(self) -> list[Value] | None:
        """Return values to be grown: mostly such that run some location often for their size."""
        rand = self._rand
        lot = rand.intn(4)
        if lot == 0 or not self._top_locations:
            return self._entries[rand.intn(len(self._entries))].values if self._entries else None
        values = self._tops[self._top_locations[rand.intn(len(self._top_locations))]].values
        if lot == 1:
            values = values[:]
            for _ in range(1 + rand.intn(_CHAIN)):
                self._mutate(values)
        return values

    def _usual_cost(self) -> int:
        """Return the median cost of the inputs in the pool; a few large ones are seldom chosen."""
        costs = self._costs
        for entry in self._entries[len(costs) :]:
            bisect.insort(costs, entry.cost)
        return costs[len(costs) // 2] if costs else 0

    # --- growing ------------------------------------------------------------------------------

    def _climb(self, growth: Growth) -> Verdict | None:
        has_begun = False

        def measure(values: list[Value]) -> dict[int, int]:
            nonlocal has_begun
            counts = self._count(values)
            if not has_begun:
                has_begun = True
                self._note_tops(values, growth.size(1), counts)
            return counts

        return climb(growth, measure, self._explore)

    def _count(self, values: Sequence[Value]) -> dict[int, int]:
        counts = self._target.count_hits(values)
        known = self._target.known_locations()
        self._work += sum(counts.values()) + _COUNTED_COST + _COUNTED_COST_PER_LOCATION * known
        return counts

    def _explore(self, values: Sequence[Value]) -> None:
        self._target.explore(values)

    def _note_tops(self, values: list[Value], size: int, counts: dict[int, int]) -> None:
        """Keep an input for the locations that it runs most often per byte."""
        tops = self._tops
        weight = 1 / (size + _SIZE_OFFSET)
        for location, count in counts.items():
            top = tops.get(location)
            if top is None:
                self._top_locations.append(location)
                tops[location] = _Top(count * weight, values)
            elif count * weight > top.score:
                top.score, top.values = count * weight, values

    def _new_finding(self, verdict: Verdict) -> tuple[Failure, list[Value]] | None:
        """Return a verdict as a finding, unless its line was reported before.

        What counts is what can be seen of it in a file, where only the values
        are.  With it all its lines are known: in another order they are the
        same loop.
        """
        if self._is_known(verdict):
            return None
        values = verdict.values()
        growth = find_growth(values)
        seen = climb(growth, self._count) if growth is not None else None
        if seen is None or self._is_known(seen):
            return None
        self._reported.update(self.judge.origins(seen))
        return self.judge.failure(seen), seen.values()

    def _is_known(self, verdict: Verdict) -> bool:
        origins = self.judge.origins(verdict)
        return not origins or origins[0] in self._reported
