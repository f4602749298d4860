"""A coordinator on the bench: what its tests hand in and look at.

Owns the making of coordinators, inputs and results for tests; no test.  No
process and no clock: jobs are taken and results are handed in by the tests,
as the loop of fuzz.py does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gofuzz_py.durations import Budget
from gofuzz_py.internal import kinds
from gofuzz_py.internal.coordinator import (
    Coordinator,
    FoundInput,
    FuzzResult,
    Job,
    JobKind,
    SavedCrash,
    Settings,
)
from gofuzz_py.internal.corpus import CorpusEntry
from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.messages import Failure
from gofuzz_py.internal.wire import value_encoder


class FakeStorage:
    """Keeps what is saved."""

    def __init__(self) -> None:
        self.saved: list[Value] = []
        self.interesting: list[Value] = []

    def save_crash(self, values: Sequence[Value]) -> SavedCrash:
        """Keep the values."""
        self.saved += values
        return SavedCrash(f"/corpus/{len(self.saved)}", is_in_testdata=True)

    def save_interesting(self, values: Sequence[Value]) -> None:
        """Keep the values."""
        self.interesting += values


def seed(data: Value, name: str = "seed#0") -> CorpusEntry:
    """Make a seed."""
    return CorpusEntry(name, (data,), is_seed=True)


def cached(data: Value) -> CorpusEntry:
    """Make an entry of the cache."""
    return CorpusEntry(f"cached {data!r}", (data,))


def crash(origin: str = "ValueError at x.py:1", data: Value = b"bad") -> tuple[CorpusEntry, Failure]:
    """Make a failing input."""
    return CorpusEntry("crash", (data,)), Failure(f"--- FAIL: {origin}", origin)


def found(data: Value, *fresh: int) -> FoundInput:
    """Make an input that reached something."""
    return FoundInput((data,), list(fresh), [0, *fresh], 2 + len(fresh))


def data_of(job: Job) -> list[Value]:
    """Return the inputs of a job."""
    return [pool_input.entry.values[0] for pool_input in job.inputs]


@dataclass
class Bench:
    """A coordinator with a storage and a log that can be looked at."""

    coordinator: Coordinator
    storage: FakeStorage
    lines: list[str]

    def job(self, worker: int = 0) -> Job:
        """Return the next job, which there must be."""
        job = self.coordinator.next_job(worker)
        if job is None:
            raise AssertionError("there is no job")
        return job

    def fuzz_job(self, worker: int = 0) -> Job:
        """Return the next job, which must be to fuzz."""
        job = self.job(worker)
        if job.kind is not JobKind.FUZZ:
            raise AssertionError(f"{job.kind} instead of fuzzing")
        return job

    def warm_up(self, worker: int = 0) -> None:
        """Run all baseline inputs, which pass and reach nothing."""
        while self.coordinator.is_warming_up:
            self.end(self.job(worker), worker)

    def end(self, job: Job, worker: int = 0, *, found: Sequence[FoundInput] = (), count: int = -1) -> None:
        """Report that a warm-up or fuzz job came to its end without a failure."""
        result = FuzzResult(count if count >= 0 else len(job.inputs), found=list(found))
        if job.kind is JobKind.WARMUP:
            result.done = len(job.inputs)
            self.coordinator.on_warmup_result(worker, job, result)
        else:
            self.coordinator.on_fuzz_result(worker, job, result)

    def fail(
        self,
        job: Job,
        origin: str = "ValueError at x.py:1",
        data: Value = b"bad",
        *,
        worker: int = 0,
        dies: bool = False,
    ) -> None:
        """Report that a warm-up or fuzz job met a failing input."""
        result = FuzzResult(1, crash(origin, data), can_minimize=not dies)
        if job.kind is JobKind.WARMUP:
            result.done = 0 if dies else data_of(job).index(data)
            self.coordinator.on_warmup_result(worker, job, result)
        else:
            self.coordinator.on_fuzz_result(worker, job, result)

    def find(self, origin: str = "ValueError at x.py:1", data: Value = b"bad", *, dies: bool = False) -> Job:
        """Take a job, have it fail, and return it."""
        job = self.job()
        self.fail(job, origin, data, dies=dies)
        return job

    @property
    def origins(self) -> list[str]:
        """Origins of the findings, in order."""
        return [finding.failure.origin for finding in self.coordinator.findings]


def make(
    *,
    seeds: Sequence[CorpusEntry] = (),
    cache: Sequence[CorpusEntry] = (),
    parallel: int = 1,
    limit: int | None = None,
    minimize: Budget = Budget(seconds=60.0),  # noqa: B008
    continues: bool = False,
    room: int = 1 << 19,
    kind: Kind = kinds.BYTES,
) -> Bench:
    """Make a coordinator of a test that takes one value."""
    storage, lines = FakeStorage(), list[str]()
    settings = Settings(
        kinds=[kind],
        test_name="FuzzX",
        parallel=parallel,
        limit=limit,
        minimize_budget=minimize,
        continues=continues,
        room=room,
    )
    encode = value_encoder([kind])
    coordinator = Coordinator(
        settings, seeds, cache, storage, lines.append, lambda values: len(encode(values))
    )
    return Bench(coordinator, storage, lines)
