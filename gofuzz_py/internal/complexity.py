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

import sys
from collections.abc import Callable, Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Protocol

from gofuzz_py.internal.complexity_climb import Verdict, climb
from gofuzz_py.internal.complexity_growth import Growth, choose_growth, find_growth, text_size
from gofuzz_py.internal.complexity_judge import InterruptedRun, Judge, Locate, Measure
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
#: One attempt in so many goes up to the larger sizes without a hint at the smaller ones.
_PATIENT = 4
#: Bytes of the longest input that is kept for running a location often.
_MAX_TOP = 128
#: Longest chain of mutations made here.
_CHAIN = 4
#: What an ordinary mutant costs is an average of so many, of no more than so many bytes.
_SAMPLES, _MAX_SAMPLED = 64, 4096


class Entry(Protocol):
    """What is asked of an input in the pool (pool.PoolEntry)."""

    @property
    def values(self) -> list[Value]: ...


class Core(Protocol):
    """What is asked of the coverage core (counters.Counters)."""

    @property
    def hits(self) -> Sized: ...


class Executor(Protocol):
    """What runs the target, counted and recorded (execution.Executor)."""

    @property
    def core(self) -> Core: ...
    @property
    def count(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def is_spent(self) -> bool: ...
    @property
    def record(self) -> Callable[[Sequence[Value], int], None]: ...
    def execute(self, values: Sequence[Value]) -> Failure | None: ...
    def count_hits(self, values: Sequence[Value]) -> tuple[Failure | None, dict[int, int]]: ...


class _News(Exception):
    """An input on the way up has reached something new."""

    def __init__(self, values: list[Value]) -> None:
        super().__init__("news")
        self.values = values


def measuring(executor: Executor) -> Measure:
    """Return the function by which a judge runs inputs in a worker process."""

    def measure(values: Sequence[Value]) -> dict[int, int]:
        if executor.is_spent:
            raise InterruptedRun
        failure, counts = executor.count_hits(values)
        if failure is not None:
            raise InterruptedRun(failure)
        return counts

    return measure


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
        executor: Executor,
        locate: Locate,
    ) -> None:
        self._rand = rand
        self._entries = entries
        self._mutate = mutate
        self._executor = executor
        self._measure = measuring(executor)
        self._judge = Judge(kinds, self._count, locate)
        #: The total of executions, of any kind, at which the next step is due.  Never where
        #: there is nothing that can grow: no number does.
        self.due = 0 if any(kind.is_sequence for kind in kinds) else sys.maxsize
        self._steps = 0
        #: The next input of the pool that was not grown yet, and how often that one was.
        self._next = self._turns = 0
        #: Locations that an ordinary mutant runs, on the average of the last samples.
        self._usual_cost = 0.0
        self._samples = 0
        self._tops: dict[int, _Top] = {}
        self._top_locations: list[int] = []
        #: Locations that this step has run.
        self._work = 0
        #: Locations whose counts grew too fast in what was found.
        self._reported: set[int] = set()

    def step(self) -> tuple[Failure | None, list[Value] | None]:
        """Grow one input; return the failure, if any, or else the values that brought news.

        The failure is a finding of this search, or how the target failed on the
        way.  Its input is in any case the one recorded last.  Sets ``due``.
        """
        self._steps += 1
        self._work = 0
        executor = self._executor
        try:
            self._sample()
            growth = self._choose()
            verdict = self._climb(growth) if growth is not None else None
            found = self._new_finding(verdict) if verdict is not None else None
            if found is not None:
                self._work = 0  # of these there are few, so they are no matter of shares
        except InterruptedRun as end:
            return end.failure, None
        except _News as news:
            return None, news.values
        finally:
            price = self._work / (_EXECUTION_COST + self._usual_cost)
            self.due = executor.total + 1 + int(price / _SHARE)
        if found is None:
            return None, None
        failure, values = found
        executor.record(values, executor.count)
        return failure, None

    def _sample(self) -> None:
        """Count what some mutant runs, as the fuzzing makes them.

        What is known of the pool's inputs would be too little: they are small,
        and mutants are long now and then.
        """
        if not self._entries:
            return
        values = self._entries[self._rand.intn(len(self._entries))].values[:]
        for _ in range(1 + self._rand.intn(_CHAIN)):
            self._mutate(values)
        if text_size(values) > _MAX_SAMPLED:
            return
        counts = self._measured(values)
        self._samples += 1
        self._usual_cost += (sum(counts.values()) - self._usual_cost) / min(self._samples, _SAMPLES)

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

    # --- growing ------------------------------------------------------------------------------

    def _climb(self, growth: Growth) -> Verdict | None:
        is_patient = self._rand.intn(_PATIENT) == 0
        return climb(growth, self._measured, self._explore, is_patient=is_patient, known=self._reported)

    def _measured(self, values: list[Value]) -> Mapping[int, int]:
        """Run an input, and keep it if it runs some location more often per byte than any before."""
        counts = self._count(values)
        size = text_size(values)
        if size <= _MAX_TOP:
            self._note_tops(values, size, counts)
        return counts

    def _count(self, values: Sequence[Value]) -> Mapping[int, int]:
        counts = self._measure(values)
        known = len(self._executor.core.hits)
        self._work += sum(counts.values()) + _COUNTED_COST + _COUNTED_COST_PER_LOCATION * known
        return counts

    def _explore(self, values: list[Value]) -> None:
        """Run values as the fuzzing does: counting sees no function that was never reached."""
        hits = self._executor.core.hits
        seen = len(hits)
        if self._executor.is_spent:
            raise InterruptedRun
        failure = self._executor.execute(values)
        if failure is not None:
            raise InterruptedRun(failure)
        if len(hits) != seen:
            raise _News(values)

    def _note_tops(self, values: list[Value], size: int, counts: Mapping[int, int]) -> None:
        """Keep an input for the locations that it runs most often per byte."""
        tops = self._tops
        weight = 1 / (size + _SIZE_OFFSET)
        for location, count in counts.items():
            if location in self._reported:
                continue
            top = tops.get(location)
            if top is None:
                self._top_locations.append(location)
                tops[location] = _Top(count * weight, values)
            elif count * weight > top.score:
                top.score, top.values = count * weight, values

    def _new_finding(self, verdict: Verdict) -> tuple[Failure, list[Value]] | None:
        """Return a verdict as a finding, unless the place that ran most was reported before.

        What counts is what can be seen of it in a file, where only the values
        are.  With it all its places are known: in another order they are the
        same loop.
        """
        if verdict.hot[0] in self._reported:
            return None
        growth = find_growth(verdict.values())
        if growth is None:
            return None
        seen = verdict if growth == verdict.growth else climb(growth, self._count)
        if seen is None or seen.hot[0] in self._reported:
            return None
        self._reported.update(seen.hot)
        self._top_locations = [location for location in self._top_locations if location not in self._reported]
        return self._judge.failure(seen), seen.values()
