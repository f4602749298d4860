"""What to do next: the decisions of the coordinator process, without its pipes and clocks.

Owns the corpus in memory, the queue of inputs, the counts, the budget, and
what is known of failures.  It is told what happened (``on_…``) and asked for
the next job of an idle worker (``next_job``); it never touches a process, and
writes files only through the :class:`Storage` it is given.  In Go this is
the ``coordinator`` type of fuzz.go together with the arms of its big select;
taking the decisions out of the loop makes each of them testable without a
process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from gofuzz_py.durations import Budget
from gofuzz_py.internal.corpus import ID_DIGITS, CorpusEntry, corpus_text, entry_digest
from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.messages import Failure
from gofuzz_py.internal.queue import Queue

#: One fuzz call's share of time, as in Go.
WORKER_FUZZ_DURATION_S = 0.1
#: Inputs that one call carries at most.
_BATCH_INPUTS = 64
#: Baseline inputs of each call that every worker is told of, also where they reach nothing new.
_TOLD_ANYWAY = 4


class Storage(Protocol):
    """Where findings go."""

    def save_crash(self, values: Sequence[Value]) -> SavedCrash:
        """Write a failing input; never raises: where nothing can be written, the text comes back."""
        ...

    def save_interesting(self, values: Sequence[Value]) -> None:
        """Write an input to the cache; never raises: what cannot be kept there is told of once."""
        ...


@dataclass(frozen=True, slots=True)
class SavedCrash:
    """Where a failing input was saved."""

    #: Path of the file, or None where no place could be written.
    path: str | None
    #: Is the file in testdata, where later runs replay it?
    is_in_testdata: bool
    #: What went wrong on the way, one line each.
    problems: tuple[str, ...] = ()
    #: The file's text, for when it could not be written.
    text: bytes = b""


@dataclass(frozen=True, slots=True)
class Finding:
    """One failing input, saved."""

    failure: Failure
    saved: SavedCrash
    #: Remarks for the user, one line each.
    notes: tuple[str, ...] = ()


class JobKind(Enum):
    """What a worker is asked to do."""

    WARMUP = "warmup"
    FUZZ = "fuzz"
    MINIMIZE = "minimize"


@dataclass(frozen=True, slots=True)
class PoolInput:
    """An input for a worker's pool, with what is known of it."""

    entry: CorpusEntry
    #: Locations it reaches; empty where nobody has counted them.
    locations: tuple[int, ...] = ()
    #: Locations it executes, hits counted.
    cost: int = 0


@dataclass(slots=True)
class Job:
    """One call to a worker."""

    kind: JobKind
    #: The inputs to warm up or to take into the pool, or the one to minimize.
    inputs: list[PoolInput]
    #: Executions allowed; 0 means no limit.
    limit: int
    #: Seconds allowed; 0 means no limit.
    timeout_s: float
    #: Locations that other workers have reached.
    known: list[int] = field(default_factory=list)
    #: The failure to keep, when minimizing.
    crash: Failure | None = None


@dataclass(slots=True)
class FoundInput:
    """An input that reached something new to a worker."""

    values: tuple[Value, ...]
    #: Locations that were new to the worker.
    fresh: list[int]
    #: All locations it reaches, and how many it executes, hits counted.
    locations: list[int]
    cost: int


@dataclass(slots=True)
class FuzzResult:
    """What became of a warm-up or fuzz job."""

    #: Executions of the target.
    count: int
    #: The failing input and how it failed, if it did.
    crash: tuple[CorpusEntry, Failure] | None = None
    #: False where the failure ended the process, so that it cannot be minimized.
    can_minimize: bool = True
    #: Baseline inputs run; those after a failing one were not.
    done: int = 0
    #: Inputs that reached something new.
    found: list[FoundInput] = field(default_factory=list)


@dataclass(slots=True)
class Settings:
    """What a run was asked to do, as far as the decisions depend on it."""

    kinds: list[Kind]
    #: Name of the fuzz test, for messages.
    test_name: str
    #: Worker processes.
    parallel: int
    #: ``-fuzztime`` as a count; time is the loop's business.
    limit: int | None = None
    #: ``-fuzzminimizetime``.
    minimize_budget: Budget = field(default_factory=lambda: Budget(seconds=60.0))
    #: ``-fuzzcontinue``.
    continues: bool = False
    #: Bytes of inputs that fit one call.
    room: int = 1 << 19


class Coordinator:
    """The state of one run.

    ``size_of`` gives the bytes that values take in shared memory.
    """

    def __init__(
        self,
        settings: Settings,
        seeds: Sequence[CorpusEntry],
        cached: Sequence[CorpusEntry],
        storage: Storage,
        log: Callable[[str], None],
        size_of: Callable[[Sequence[Value]], int],
    ) -> None:
        self.settings = settings
        self._storage = storage
        self._log = log
        self._size_of = size_of
        #: Digests of all inputs that were ever in the corpus, and the corpus by digest.
        self._known_texts: set[str] = set()
        self._corpus: dict[str, PoolInput] = {}
        for entry in [*seeds, *cached]:
            self._add(PoolInput(entry))
        self._baseline = Queue(self.corpus)
        #: What each worker has not been told yet: inputs for its pool, and locations reached.
        self._pending = [_Pending() for _ in range(settings.parallel)]
        #: Baseline inputs in all, and those not run yet.
        self.warmup_total = self.warmup_left = len(self.corpus)
        if not self.corpus:
            log("warning: starting with empty corpus")
        #: What is mutated where there is nothing else.  As in Go it is no part of the baseline;
        #: found again, it counts as interesting.
        self._zero = PoolInput(CorpusEntry("zero", tuple(kind.zero() for kind in settings.kinds)))
        #: Do the workers see coverage?
        self.has_coverage = True
        #: Locations reached so far.
        self.known: set[int] = set()
        #: Inputs found that reached something new.
        self.new_interesting = 0
        #: Executions reported by ended calls, and promised to running ones.
        self.count = 0
        self._promised = 0
        #: Failing inputs saved, in order.
        self.findings: list[Finding] = []
        #: Baseline seeds that failed; they are in testdata or in the code already.
        self.failed_seeds: list[tuple[CorpusEntry, Failure]] = []
        #: Failures met again (``-fuzzcontinue``).
        self.duplicates = 0
        #: Set when the run has come to its end.
        self.is_done = False
        self._known_origins: set[str] = set()
        self._crashes: Queue[tuple[CorpusEntry, Failure]] = Queue()
        self._minimizing: tuple[CorpusEntry, Failure] | None = None
        self._has_minimized = False

    @property
    def corpus(self) -> list[PoolInput]:
        """The inputs that a worker's pool may hold: baseline inputs that passed, and what was found."""
        return list(self._corpus.values())

    # --- jobs out -----------------------------------------------------------------------------

    def next_job(self, worker: int) -> Job | None:
        """Return what the idle worker of this number should do, or None when there is nothing just now."""
        if self.is_done:
            return None
        return self._next_minimization() or self._next_input(worker)

    def cancel(self, job: Job) -> None:
        """Take back a job that no worker carried out; it will be handed out again."""
        self._promised -= job.limit if self.settings.limit is not None else 0
        if job.kind is JobKind.WARMUP:
            for pool_input in reversed(job.inputs):
                self._baseline.put_back(pool_input)
        elif job.kind is JobKind.MINIMIZE:
            assert job.crash is not None
            self._minimizing = None
            self._crashes.enqueue((job.inputs[0].entry, job.crash))

    def forget_worker(self, worker: int) -> None:
        """Note that a new process takes this worker's place: it must be told everything again."""
        pending = self._pending[worker] = _Pending()
        pending.known = list(self.known)
        pending.inputs = self.corpus

    @property
    def is_warming_up(self) -> bool:
        """Are baseline inputs still to be run?"""
        return self.warmup_left > 0

    @property
    def is_minimizing_crash(self) -> bool:
        """Is a failing input being minimized, or was that the last thing this run did?"""
        is_last = self.is_done and self._has_minimized and not self.settings.continues
        return self._minimizing is not None or is_last

    @property
    def is_ending(self) -> bool:
        """Does the run end as soon as the failing inputs it has are minimized?"""
        has_crash = self._minimizing is not None or self._crashes.peek() is not None
        return self.is_done or (has_crash and not self.settings.continues)

    def _left(self) -> int:
        assert self.settings.limit is not None
        return self.settings.limit - self.count - self._promised

    def _promise(self, limit: int) -> int:
        """Cut a number of executions (0: as many as may be) to what is left, and promise them."""
        if self.settings.limit is None:
            return limit
        share = limit or -(-self.settings.limit // self.settings.parallel)
        limit = max(0, min(share, self._left()))
        self._promised += limit
        return limit

    def _next_minimization(self) -> Job | None:
        if self._minimizing is not None:
            return None
        while self._crashes.peek() is not None:
            crash = entry, failure = self._crashes.dequeue()
            if failure.origin in self._known_origins:
                self.duplicates += 1
                continue
            if self.settings.limit is not None and self._left() <= 0:
                self._save(entry, failure)
                continue
            budget = self.settings.minimize_budget
            limit = budget.count or 0
            if self.settings.limit is not None:
                limit = self._promise(limit or self._left())
            self._minimizing, self._has_minimized = crash, True
            self._log(f"fuzz: minimizing {len(self._text(entry))}-byte failing input file")
            return Job(JobKind.MINIMIZE, [PoolInput(entry)], limit, budget.seconds or 0.0, crash=failure)
        return None

    def _next_input(self, worker: int) -> Job | None:
        if self._minimizing is not None and not self.settings.continues:
            return None
        if self.settings.limit is not None and self._left() <= 0:
            return None
        if self.is_warming_up:
            return self._next_warmup()
        pending = self._pending[worker]
        inputs = self._batch(pending.inputs)
        del pending.inputs[: len(inputs)]
        if not inputs and not pending.is_stocked:
            inputs = [self._zero]
        pending.is_stocked = True
        known, pending.known = pending.known, []
        return Job(JobKind.FUZZ, inputs, self._promise(0), WORKER_FUZZ_DURATION_S, known)

    def _next_warmup(self) -> Job | None:
        waiting: list[PoolInput] = []
        while len(waiting) < _BATCH_INPUTS and self._baseline.peek() is not None:
            waiting.append(self._baseline.dequeue())
        # Fair shares: a few inputs go to all workers, not to the first.
        share = (
            -(-max(1, len(waiting)) // self.settings.parallel) if len(self._baseline) == 0 else len(waiting)
        )
        if self.settings.limit is not None:
            share = min(share, self._left())
        inputs = self._batch(waiting[:share])
        for late in reversed(waiting[len(inputs) :]):
            self._baseline.put_back(late)
        if not inputs:
            return None  # the last baseline inputs are still being run
        # Each is run once and, if it reaches something new, once more to count.
        return Job(JobKind.WARMUP, inputs, self._promise(2 * len(inputs)), 0.0)

    def _batch(self, inputs: Sequence[PoolInput]) -> list[PoolInput]:
        """Return the first inputs that fit one call: at least one, if there is any."""
        batch: list[PoolInput] = []
        size = 0
        for pool_input in inputs[:_BATCH_INPUTS]:
            size += self._size_of(pool_input.entry.values)
            if batch and size > self.settings.room:
                break
            batch.append(pool_input)
        return batch

    # --- results in ---------------------------------------------------------------------------

    def on_warmup_result(self, worker: int, job: Job, result: FuzzResult) -> None:
        """Take in what a warm-up call did, as far as it came."""
        self._account(job, result.count)
        done = job.inputs[: result.done]
        rest = job.inputs[result.done :]
        self.warmup_left -= len(done)
        self._pending[worker].is_stocked |= bool(done)
        for pool_input in done if not self.has_coverage else done[:_TOLD_ANYWAY]:
            self._tell_others(worker, pool_input)
        for found in result.found:
            self._on_found(worker, found, is_baseline=True)
        if result.crash is not None:
            entry, failure = result.crash
            text = self._text(entry)  # values do not tell: a nan is not equal to itself, -0.0 is to 0.0
            seed = next((i for i in rest if self._text(i.entry) == text), None)
            if seed is not None:
                rest = [pool_input for pool_input in rest if pool_input is not seed]
                self._corpus.pop(entry_digest(text), None)
            if seed is not None and seed.entry.is_seed:
                self.warmup_left -= 1 if self.settings.continues else 0
                self._on_failed_seed(seed.entry, failure)
            else:
                self.warmup_left -= 1 if seed is not None else 0
                self._on_crash(entry, failure, result.can_minimize)
        for pool_input in reversed(rest):
            self._baseline.put_back(pool_input)
        self._check_limit()

    def on_fuzz_result(self, worker: int, job: Job, result: FuzzResult) -> None:
        """Take in what a fuzz call did."""
        self._account(job, result.count)
        for found in result.found:
            self._on_found(worker, found, is_baseline=False)
        if result.crash is not None:
            self._on_crash(*result.crash, result.can_minimize)
        self._check_limit()

    def _on_found(self, worker: int, found: FoundInput, *, is_baseline: bool) -> None:
        """Keep an input if what it reached is new to all workers, and tell the others."""
        fresh = [location for location in found.fresh if location not in self.known]
        if not fresh:
            return
        self.known.update(fresh)
        for index, pending in enumerate(self._pending):
            if index != worker:
                pending.known += fresh
        entry = CorpusEntry(self._short_name(found.values), found.values)
        pool_input = PoolInput(entry, tuple(found.locations), found.cost)
        if is_baseline:
            self._corpus[entry_digest(self._text(entry))] = pool_input  # now with its locations
            self._tell_others(worker, pool_input)
        elif self._add(pool_input):
            self._storage.save_interesting(found.values)
            self.new_interesting += 1
            self._tell_others(worker, pool_input)

    def _short_name(self, values: Sequence[Value]) -> str:
        return entry_digest(corpus_text(self.settings.kinds, values))[:ID_DIGITS]

    def _tell_others(self, worker: int, pool_input: PoolInput) -> None:
        for index, pending in enumerate(self._pending):
            if index != worker:
                pending.inputs.append(pool_input)

    def on_minimize_result(
        self,
        job: Job,
        count: int,
        minimized: tuple[CorpusEntry, Failure] | None,
        others: Sequence[tuple[CorpusEntry, Failure]] = (),
    ) -> None:
        """Take in a minimization: the smaller input, or None where the failure did not happen again."""
        self._account(job, count)
        self._minimizing = None
        assert job.crash is not None
        if minimized is not None:
            self._save(*minimized)
        else:
            self._save(
                job.inputs[0].entry,
                job.crash,
                "The input did not fail again when it was run a second time: the target may depend on "
                "time, on chance or on earlier inputs.",
            )
        self._save_others(others)
        self._check_limit()

    def on_died_minimizing(self, job: Job, count: int, killer: tuple[CorpusEntry, Failure]) -> None:
        """Take in that a candidate of a minimization ended the process: two findings."""
        self._account(job, count)
        self._minimizing = None
        assert job.crash is not None
        original = job.inputs[0].entry
        if killer[1].origin in self._known_origins:
            self.duplicates += 1
        else:
            self._save(*killer)
        is_same = self._text(killer[0]) == self._text(original)
        culprit = "run a second time, it" if is_same else "a smaller input"
        self._save(original, job.crash, f"Not minimized: {culprit} ended the process.")
        self._check_limit()

    def finish(self) -> None:
        """Save what was found but not saved yet (the run ended during a minimization)."""
        pending = [self._minimizing] if self._minimizing is not None else []
        self._minimizing = None
        while self._crashes.peek() is not None:
            pending.append(self._crashes.dequeue())
        for entry, failure in pending:
            if failure.origin in self._known_origins:
                self.duplicates += 1
            else:
                self._save(entry, failure)

    # --- the rest -----------------------------------------------------------------------------

    def _account(self, job: Job, count: int) -> None:
        # A dead worker's count is read off memory that its target may have written over.
        self.count += min(count, job.limit) if job.limit else count
        if self.settings.limit is not None:
            self._promised -= job.limit

    def _check_limit(self) -> None:
        if self.settings.limit is None or self._promised or self._minimizing is not None:
            return
        if self.count >= self.settings.limit:
            self.is_done = True

    def _on_failed_seed(self, entry: CorpusEntry, failure: Failure) -> None:
        self._log(f"failure while testing seed corpus entry: {self.settings.test_name}/{entry.name}")
        self._known_origins.add(failure.origin)
        self.failed_seeds.append((entry, failure))
        self.is_done = self.is_done or not self.settings.continues

    def _on_crash(self, entry: CorpusEntry, failure: Failure, can_minimize: bool) -> None:
        if failure.origin in self._known_origins:
            self.duplicates += 1
            return
        if self._minimizing is not None and self._minimizing[1].origin == failure.origin:
            self.duplicates += 1
            return
        budget = self.settings.minimize_budget
        is_switched_off = budget.count == 0 or budget.seconds == 0
        is_spent = self.settings.limit is not None and self._left() <= 0
        if not can_minimize or is_switched_off or is_spent:
            self._save(entry, failure)
            return
        self._crashes.enqueue((entry, failure))

    def _save_others(self, others: Sequence[tuple[CorpusEntry, Failure]]) -> None:
        for entry, failure in others:
            if failure.origin in self._known_origins:
                self.duplicates += 1
            elif self.settings.continues:
                self._on_crash(entry, failure, can_minimize=True)
            else:
                self._save(entry, failure, "Met while another failure was being minimized.", ends_run=False)

    def _save(self, entry: CorpusEntry, failure: Failure, *notes: str, ends_run: bool = True) -> None:
        self._known_origins.add(failure.origin)
        saved = self._storage.save_crash(entry.values)
        self.findings.append(Finding(failure, saved, notes))
        if ends_run and not self.settings.continues:
            self.is_done = True

    def _add(self, pool_input: PoolInput) -> bool:
        digest = entry_digest(self._text(pool_input.entry))
        if digest in self._known_texts:
            return False
        self._known_texts.add(digest)
        self._corpus[digest] = pool_input
        return True

    def _text(self, entry: CorpusEntry) -> bytes:
        return corpus_text(self.settings.kinds, entry.values)


@dataclass(slots=True)
class _Pending:
    """What a worker has not been told yet."""

    inputs: list[PoolInput] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    #: Has its process an input to mutate?
    is_stocked: bool = False
