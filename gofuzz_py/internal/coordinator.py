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
from gofuzz_py.internal.corpus import CorpusEntry, corpus_text, entry_digest
from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.messages import Failure
from gofuzz_py.internal.queue import Queue

#: One fuzz call's share of time, as in Go.
WORKER_FUZZ_DURATION_S = 0.1
#: With a fixed seed calls are cut by count, so that a run repeats.  Picked without measurement.
SEEDED_CALL_EXECUTIONS = 256


class Storage(Protocol):
    """Where findings go."""

    def save_crash(self, values: Sequence[Value]) -> SavedCrash:
        """Write a failing input; never raises: where nothing can be written, the text comes back."""
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


@dataclass(slots=True)
class Job:
    """One call to a worker."""

    kind: JobKind
    entry: CorpusEntry
    #: Executions allowed; 0 means no limit.
    limit: int
    #: Seconds allowed; 0 means no limit.
    timeout_s: float
    #: The failure to keep, when minimizing.
    crash: Failure | None = None


@dataclass(slots=True)
class FuzzResult:
    """What became of a job."""

    #: Executions of the target.
    count: int
    #: The failing input and how it failed, if it did.
    crash: tuple[CorpusEntry, Failure] | None = None
    #: False where the failure ended the process, so that it cannot be minimized.
    can_minimize: bool = True


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
    #: Is the random source seeded by the user (``-fuzzseed``)?
    is_seeded: bool = False


class Coordinator:
    """The state of one run."""

    def __init__(
        self,
        settings: Settings,
        seeds: Sequence[CorpusEntry],
        cached: Sequence[CorpusEntry],
        storage: Storage,
        log: Callable[[str], None],
    ) -> None:
        self.settings = settings
        self._storage = storage
        self._log = log
        self._known_texts: set[str] = set()
        self.corpus: list[CorpusEntry] = []
        for entry in [*seeds, *cached]:
            self._add(entry)
        self._inputs = Queue(self.corpus)
        #: Baseline inputs in all, and those not run yet.
        self.warmup_total = self.warmup_left = len(self.corpus)
        if not self.corpus:
            log("warning: starting with empty corpus")
            zero = CorpusEntry("zero", tuple(kind.zero() for kind in settings.kinds))
            self._add(zero)
            self._inputs.enqueue(zero)
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

    # --- jobs out -----------------------------------------------------------------------------

    def next_job(self) -> Job | None:
        """Return what an idle worker should do, or None when there is nothing just now."""
        if self.is_done:
            return None
        return self._next_minimization() or self._next_input()

    def cancel(self, job: Job) -> None:
        """Take back a job that no worker carried out; it will be handed out again."""
        self._promised -= job.limit if self.settings.limit is not None else 0
        if job.kind is JobKind.WARMUP:
            self._inputs.enqueue(job.entry)
        elif job.kind is JobKind.MINIMIZE:
            assert job.crash is not None
            self._minimizing = None
            self._crashes.enqueue((job.entry, job.crash))

    @property
    def is_warming_up(self) -> bool:
        """Are baseline inputs still to be run?"""
        return self.warmup_left > 0

    @property
    def is_minimizing_crash(self) -> bool:
        """Is a failing input being minimized, or was that the last thing this run did?"""
        return self._minimizing is not None or (self.is_done and self._has_minimized)

    def _left(self) -> int:
        assert self.settings.limit is not None
        return self.settings.limit - self.count - self._promised

    def _next_minimization(self) -> Job | None:
        if self._minimizing is not None:
            return None
        while (crash := self._crashes.peek()) is not None:
            self._crashes.dequeue()
            entry, failure = crash
            if failure.origin in self._known_origins:
                self.duplicates += 1
                continue
            limit = self.settings.minimize_budget.count or 0
            if self.settings.limit is not None:
                left = self._left()
                if left <= 0:
                    self._save(entry, failure)
                    continue
                limit = min(limit or left, left)
                self._promised += limit
            self._minimizing, self._has_minimized = crash, True
            self._log(f"fuzz: minimizing {len(self._text(entry))}-byte failing input file")
            timeout_s = self.settings.minimize_budget.seconds or 0.0
            return Job(JobKind.MINIMIZE, entry, limit, timeout_s, failure)
        return None

    def _next_input(self) -> Job | None:
        is_busy_with_crash = self._minimizing is not None and not self.settings.continues
        if is_busy_with_crash:
            return None
        entry = self._inputs.peek()
        if entry is None:
            if self.is_warming_up:
                return None  # the last baseline inputs are still being run
            self._inputs = Queue(self.corpus)
            entry = self._inputs.peek()
            assert entry is not None
        is_warmup = self.is_warming_up
        limit = 1 if is_warmup else 0
        if self.settings.limit is not None:
            left = self._left()
            if left <= 0:
                return None
            limit = 1 if is_warmup else min(-(-self.settings.limit // self.settings.parallel), left)
        if is_warmup:
            self._promised += 1 if self.settings.limit is not None else 0
            self._inputs.dequeue()
            return Job(JobKind.WARMUP, entry, 1, 0.0)
        timeout_s = WORKER_FUZZ_DURATION_S
        if self.settings.is_seeded and self.settings.parallel == 1:
            limit = min(limit or SEEDED_CALL_EXECUTIONS, SEEDED_CALL_EXECUTIONS)
            timeout_s = 0.0
        self._promised += limit if self.settings.limit is not None else 0
        self._inputs.dequeue()
        return Job(JobKind.FUZZ, entry, limit, timeout_s)

    # --- results in ---------------------------------------------------------------------------

    def on_fuzz_result(self, job: Job, result: FuzzResult) -> None:
        """Take in what a warm-up or fuzz call did."""
        self._account(job, result.count)
        is_failed_seed = result.crash is not None and job.kind is JobKind.WARMUP and job.entry.is_seed
        if job.kind is JobKind.WARMUP and (self.settings.continues or not is_failed_seed):
            self.warmup_left -= 1
        if result.crash is not None:
            entry, failure = result.crash
            if is_failed_seed:
                self._on_failed_seed(job.entry, failure)
            else:
                self._on_crash(entry, failure, result.can_minimize)
        self._check_limit()

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
                job.entry,
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
        if killer[1].origin in self._known_origins:
            self.duplicates += 1
        else:
            self._save(*killer)
        is_same = self._text(killer[0]) == self._text(job.entry)
        culprit = "run a second time, it" if is_same else "a smaller input"
        self._save(job.entry, job.crash, f"Not minimized: {culprit} ended the process.")
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
            else:
                self._save(entry, failure, "Met while another failure was being minimized.", ends_run=False)

    def _save(self, entry: CorpusEntry, failure: Failure, *notes: str, ends_run: bool = True) -> None:
        self._known_origins.add(failure.origin)
        saved = self._storage.save_crash(entry.values)
        self.findings.append(Finding(failure, saved, notes))
        if ends_run and not self.settings.continues:
            self.is_done = True

    def _add(self, entry: CorpusEntry) -> bool:
        digest = entry_digest(self._text(entry))
        if digest in self._known_texts:
            return False
        self._known_texts.add(digest)
        self.corpus.append(entry)
        return True

    def _text(self, entry: CorpusEntry) -> bytes:
        return corpus_text(self.settings.kinds, entry.values)
