"""Fuzzing one target: workers, memory, clock and signals round the coordinator's decisions.

Owns :func:`coordinate_fuzzing` and the loop that carries events from the
workers to the :class:`Coordinator` and jobs back.  Knows the file system only
through ``corpus.py`` and shows nothing itself: every line goes through
``log``.  Mirrors Go's fuzz.go; the decisions live in coordinator.py.
Runs in the coordinator process.
"""

from __future__ import annotations

import base64
import contextlib
import queue
import signal as real_signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from gofuzz_py.durations import Budget, format_duration, format_exact
from gofuzz_py.errors import EngineError, SharedMemoryError
from gofuzz_py.internal import sys_platform
from gofuzz_py.internal.coordinator import (
    Coordinator,
    Finding,
    FoundInput,
    FuzzResult,
    Job,
    JobKind,
    Settings,
)
from gofuzz_py.internal.corpus import (
    ID_DIGITS,
    CorpusEntry,
    corpus_text,
    describe_os_error,
    entry_digest,
)
from gofuzz_py.internal.frontier_ask import ask_frontier
from gofuzz_py.internal.isolated import os, time
from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.mem import (
    INTERNAL_FAILURE,
    OUT_OF_MEMORY,
    OUT_OF_STACK,
    PIPES_LOST,
    SharedMem,
    shared_mem_temp_file,
)
from gofuzz_py.internal.messages import (
    Failure,
    Found,
    FrontierRow,
    FuzzArgs,
    FuzzResponse,
    MinimizeArgs,
    MinimizeResponse,
    PingArgs,
    PingResponse,
    Response,
    WarmupArgs,
    WarmupResponse,
)
from gofuzz_py.internal.stderr_tail import add_stderr, top_frame
from gofuzz_py.internal.storage import Storage
from gofuzz_py.internal.sys_contract import SpawnRequest
from gofuzz_py.internal.wire import value_decoder, value_encoder
from gofuzz_py.internal.worker import (
    WORKER_EXIT_CODE,
    Answered,
    Ended,
    Event,
    Garbled,
    Worker,
    stop_workers,
)

#: A progress line is printed this often, as in Go.
PROGRESS_PERIOD_S = 3.0
#: Room for values that grow: this, or what the largest input needs four times over.
MIN_VALUE_BYTES = 1 << 20


@dataclass(slots=True)
class CoordinateFuzzingOptions:
    """What ``coordinate_fuzzing`` needs to know."""

    #: Name of the fuzz test.
    test_name: str
    #: Types of the target's parameters.
    kinds: list[Kind]
    #: Inputs from ``f.add`` and testdata.
    seeds: list[CorpusEntry]
    #: Worker processes.
    parallel: int
    #: ``-fuzztime``.
    budget: Budget
    #: ``-fuzzminimizetime``.
    minimize_budget: Budget
    #: ``-fuzzinputtimeout`` in seconds.
    input_timeout_s: float
    #: ``-fuzzcontinue``.
    continues: bool
    #: ``-fuzzseed``, or None.
    seed: int | None
    #: Folder for new failing inputs.
    corpus_dir: str
    #: Folder of this test's interesting inputs, "" where there is none.
    cache_dir: str
    #: Starts a worker process.
    spawn: SpawnRequest
    #: Takes one line for the user.
    log: Callable[[str], None]
    #: Tell of the conditions that went one way only; and also where something was found?
    frontier: bool = False
    frontier_after_findings: bool = False


@dataclass(slots=True)
class Outcome:
    """How a run ended."""

    #: Failing inputs, saved.
    findings: list[Finding] = field(default_factory=list)
    #: Seeds that failed in the baseline.
    failed_seeds: list[tuple[CorpusEntry, Failure]] = field(default_factory=list)
    #: Why the run could not go on, for the user; not a finding.
    error: str = ""
    #: Was that the engine's or the machine's fault (exit status 70)?
    is_engine_error: bool = False
    #: Number of the signal that ended the run, or 0.
    signum: int = 0
    #: Failures met again.
    duplicates: int = 0
    #: Executions over all workers.
    execs: int = 0
    #: Conditions that went one way only, if they were asked for, the most promising first; None
    #: where nobody could tell.
    is_frontier_wanted: bool = False
    frontier: list[FrontierRow] | None = None


class _Stop(Exception):
    """Ends the loop with an error for the user."""

    def __init__(self, text: str, *, is_engine_error: bool = False) -> None:
        super().__init__(text)
        self.is_engine_error = is_engine_error


def coordinate_fuzzing(options: CoordinateFuzzingOptions) -> Outcome:
    """Fuzz until a failure, the end of the budget, or a signal; return what came of it.

    Everything made on the way (processes, temporary files, signal handlers)
    is gone when this returns or raises.  Raises EngineError where workers or
    memory cannot be made.
    """
    run = _Run(options)
    with contextlib.ExitStack() as stack:
        mems = [_closing(stack, shared_mem_temp_file(run.value_size)) for _ in range(run.parallel)]
        run.workers = [Worker(index, options.spawn, mem, run.events.put) for index, mem in enumerate(mems)]
        stack.callback(stop_workers, run.workers, options.log)
        stack.enter_context(_signals_as_events(run.events))
        return run.loop()


def _closing(stack: contextlib.ExitStack, mem: SharedMem) -> SharedMem:
    stack.callback(mem.close)
    mem.unlink()
    return mem


@dataclass(frozen=True, slots=True)
class _Signal:
    """A signal arrived."""

    signum: int


@contextlib.contextmanager
def _signals_as_events(events: queue.SimpleQueue[Event | _Signal]) -> Iterator[None]:
    """Turn Ctrl-C and polite requests to end into events while the run lasts."""
    previous: dict[int, object] = {}
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            signum = getattr(real_signal, name, None)
            if signum is not None and real_signal.getsignal(signum) is not real_signal.SIG_IGN:
                # SimpleQueue.put is safe in a signal handler; Queue.put is not.
                handler = real_signal.signal(signum, lambda number, _frame: events.put(_Signal(number)))
                previous[signum] = handler
    try:
        yield
    finally:
        for signum, old in previous.items():
            real_signal.signal(signum, old)  # type: ignore[arg-type]


@dataclass(slots=True)
class _Place:
    """What the loop keeps of one worker."""

    #: Is its process up and past its ping?
    is_ready: bool = False
    #: What it is doing.
    job: Job | None = None
    #: Execution count seen last, and when it changed.
    seen_count: int = -1
    seen_at: float = 0.0
    #: Was it told to die because one execution took too long?
    is_hung: bool = False
    is_killed: bool = False

    @property
    def is_busy(self) -> bool:
        """Is it at something that may take long?"""
        return self.is_hung or (self.job is not None and self.job.kind is JobKind.MINIMIZE)


_RESPONSE_TO: dict[JobKind, type[Response]] = {
    JobKind.WARMUP: WarmupResponse,
    JobKind.FUZZ: FuzzResponse,
    JobKind.MINIMIZE: MinimizeResponse,
}


class _Run:
    """One run's loop."""

    def __init__(self, options: CoordinateFuzzingOptions) -> None:
        self._options = options
        self.parallel = options.parallel
        if options.budget.count is not None:
            self.parallel = max(1, min(self.parallel, options.budget.count))
        self.events: queue.SimpleQueue[Event | _Signal] = queue.SimpleQueue()
        self.workers: list[Worker] = []
        self._encode = value_encoder(options.kinds)
        self._decode = value_decoder(options.kinds)
        settings = Settings(
            kinds=options.kinds,
            test_name=options.test_name,
            parallel=self.parallel,
            limit=options.budget.count,
            minimize_budget=options.minimize_budget,
            continues=options.continues,
        )
        self._storage = Storage(options.kinds, options.corpus_dir, options.cache_dir, options.log)
        self._coordinator = Coordinator(
            settings,
            options.seeds,
            self._storage.read_cached(),
            self._storage,
            options.log,
            lambda values: len(self._encode(values)),
        )
        self._places: list[_Place] = []
        self._start = time.monotonic()
        self._seed = options.seed if options.seed is not None else int.from_bytes(os.urandom(8), "little")
        self._shown_findings = 0
        self._progress_at = self._start
        self._progress_count = 0
        self._signum = 0
        self._layout: str | None = None
        settings.room = self.value_size // 2

    @property
    def value_size(self) -> int:
        """Bytes of shared memory a value may need."""
        corpus = self._coordinator.corpus
        largest = max((len(self._encode(pool_input.entry.values)) for pool_input in corpus), default=0)
        return max(MIN_VALUE_BYTES, 4 * largest)

    def loop(self) -> Outcome:
        """Run until done; return the outcome."""
        outcome = Outcome()
        self._places = [_Place() for _ in self.workers]
        try:
            for worker in self.workers:
                self._start_worker(worker)
            self._log_progress()
            while not self._is_over():
                self._hand_out_jobs()
                if not self._is_over():
                    self._handle(self._next_event())
        except _Stop as stop:
            outcome.error, outcome.is_engine_error = str(stop), stop.is_engine_error
        except (EngineError, OSError) as error:
            outcome.error, outcome.is_engine_error = str(error), True
        # The end of the run is not a reason to lose what was found in it.
        self._coordinator.finish()
        self._log_progress()
        outcome.findings = self._coordinator.findings
        outcome.failed_seeds = self._coordinator.failed_seeds
        outcome.duplicates = self._coordinator.duplicates
        outcome.execs = self._coordinator.count
        outcome.is_frontier_wanted = self._is_frontier_wanted(outcome)
        if outcome.is_frontier_wanted:
            outcome.frontier = self._frontier()
        outcome.signum = self._signum
        return outcome

    # --- the frontier -------------------------------------------------------------------------

    def _is_frontier_wanted(self, outcome: Outcome) -> bool:
        if outcome.error or outcome.failed_seeds or self._signum not in (0, real_signal.SIGINT):
            return False
        return self._options.frontier and (self._options.frontier_after_findings or not outcome.findings)

    def _frontier(self) -> list[FrontierRow] | None:
        coordinator = self._coordinator
        able = [index for index, place in enumerate(self._places) if place.is_ready and not place.is_busy]
        able = [index for index in able if not self.workers[index].has_ended.is_set()]
        inputs = [pool_input.locations for pool_input in coordinator.corpus]
        try:
            return ask_frontier(
                self.workers, able, coordinator.known, inputs, self._start_worker, self._frontier_event
            )
        except (EngineError, OSError):  # what was found is worth more than this
            return None

    def _frontier_event(self, timeout_s: float) -> Event | None:
        try:
            event = self.events.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if isinstance(event, _Signal):
            self._signum = event.signum
            return None
        return event

    # --- time ---------------------------------------------------------------------------------

    def _is_over(self) -> bool:
        seconds = self._options.budget.seconds
        is_late = seconds is not None and time.monotonic() - self._start >= seconds
        return self._coordinator.is_done or self._signum != 0 or is_late

    def _next_event(self) -> Event | _Signal | None:
        """Wait for an event until the next tick; None when the tick comes first."""
        now = time.monotonic()
        wait = min(self._progress_at + PROGRESS_PERIOD_S - now, self._options.input_timeout_s / 4, 0.25)
        if self._options.budget.seconds is not None:
            wait = min(wait, self._start + self._options.budget.seconds - now)
        try:
            return self.events.get(timeout=max(0.001, wait))
        except queue.Empty:
            return None

    def _tick(self) -> None:
        now = time.monotonic()
        if now - self._progress_at >= PROGRESS_PERIOD_S:
            self._log_progress()
        for worker, place in zip(self.workers, self._places, strict=True):
            if place.job is not None:
                self._watch(worker, place, now)

    def _watch(self, worker: Worker, place: _Place, now: float) -> None:
        """End a worker whose execution count has stood still for too long."""
        count = worker.mem.count
        if count != place.seen_count:
            place.seen_count, place.seen_at = count, now
            return
        late = now - place.seen_at - self._options.input_timeout_s
        if late >= 0 and not place.is_hung:
            place.is_hung = True
            worker.abort()
        elif late >= 1.0 and not place.is_killed:
            place.is_killed = True
            worker.kill()

    # --- jobs ---------------------------------------------------------------------------------

    def _start_worker(self, worker: Worker) -> None:
        worker.start()
        self._places[worker.index] = _Place()
        # A restarted worker must not repeat what its predecessor did.
        seed = (self._seed * 1_000_003 + worker.index * 1_009 + worker.generation) & (2**63 - 1)
        worker.client.ping(PingArgs(seed, self._options.frontier))

    def _hand_out_jobs(self) -> None:
        for worker, place in zip(self.workers, self._places, strict=True):
            # One that was told to die is as good as dead, even if its answer came after all.
            if not place.is_ready or place.job is not None or place.is_hung:
                continue
            job = self._coordinator.next_job(worker.index)
            if job is not None:
                place.job = job
                place.seen_count, place.seen_at = -1, time.monotonic()
                self._send(worker, job)

    def _send(self, worker: Worker, job: Job) -> None:
        blobs = [self._encode(pool_input.entry.values) for pool_input in job.inputs]
        values, timeout_ns = b"".join(blobs), int(job.timeout_s * 1e9)
        if job.kind is JobKind.MINIMIZE:
            assert job.crash is not None
            worker.client.minimize(values, MinimizeArgs(timeout_ns, job.limit, job.crash.origin))
        elif job.kind is JobKind.WARMUP:
            worker.client.warmup(values, WarmupArgs([len(blob) for blob in blobs], job.limit))
        else:
            inputs = [
                Found(index, len(blob), [], list(pool_input.locations), pool_input.cost)
                for index, (blob, pool_input) in enumerate(zip(blobs, job.inputs, strict=True))
            ]
            worker.client.fuzz(values, FuzzArgs(timeout_ns, job.limit, inputs, job.known))

    # --- events -------------------------------------------------------------------------------

    def _handle(self, event: Event | _Signal | None) -> None:
        if isinstance(event, _Signal):
            self._signum = event.signum
        elif isinstance(event, Answered):
            self._on_answer(event.worker, event.response)
        elif isinstance(event, Garbled):
            self._on_garbled(event)
        elif isinstance(event, Ended):
            self._on_end(event.worker, event.returncode)
        self._tick()
        self._show_new_findings()

    def _on_answer(self, worker: Worker, response: Response) -> None:
        place = self._places[worker.index]
        job = place.job
        if job is None and isinstance(response, PingResponse) and not place.is_ready:
            self._on_ping(response)
            place.is_ready = True
        elif job is not None and isinstance(response, _RESPONSE_TO[job.kind]):
            place.job = None
            internal_err = getattr(response, "internal_err", "")
            if internal_err:
                raise _Stop(internal_err, is_engine_error=True)
            if isinstance(response, MinimizeResponse):
                self._on_minimize_response(worker, job, response)
            elif isinstance(response, WarmupResponse):
                self._on_warmup_response(worker, job, response)
            elif isinstance(response, FuzzResponse):
                self._on_fuzz_response(worker, job, response)
        else:
            raise _Stop("communicating with fuzzing process: unexpected message")

    def _on_ping(self, response: PingResponse) -> None:
        """Check that the worker agrees with us, and the first time say what it sees."""
        ours = [kind.name for kind in self._options.kinds]
        if response.kinds != ours:
            raise _Stop(
                f"the fuzz test takes other types in its worker process: {response.kinds}, want {ours}; "
                "it must not depend on which process it runs in"
            )
        if self._layout is None:
            self._layout = response.layout
            self._tell_coverage(response)
        elif response.layout != self._layout:
            self._options.log(
                "warning: the workers have imported different modules, so they share less coverage; "
                "import what is measured at the top of the test module"
            )

    def _tell_coverage(self, response: PingResponse) -> None:
        self._coordinator.has_coverage = response.locations > 0
        if not response.locations:
            self._options.log(
                "warning: no module is instrumented for coverage, so fuzzing will run without coverage "
                "guidance and may be inefficient; name modules with -coverpkg"
            )
        for problem in response.problems:
            self._options.log(f"warning: not instrumented: {problem}")

    def _on_warmup_response(self, worker: Worker, job: Job, response: WarmupResponse) -> None:
        result = FuzzResult(response.count, done=response.done)
        for found in response.found:
            values = job.inputs[found.index].entry.values
            result.found.append(FoundInput(values, found.fresh, found.locations, found.cost))
        if response.failure is not None:
            values = tuple(self._read(worker.mem.value_copy()))
            result.crash = (self._new_entry(values), response.failure)
        self._coordinator.on_warmup_result(worker.index, job, result)
        self._after_warmup()

    def _after_warmup(self) -> None:
        coordinator = self._coordinator
        if coordinator.is_warming_up or coordinator.is_ending:
            return
        if coordinator.has_coverage and not coordinator.known and coordinator.warmup_total:
            self._options.log(
                "warning: the baseline inputs reach none of the instrumented code, so fuzzing is blind; "
                "name the modules that the target runs with -coverpkg"
            )
        self._log_baseline_done()

    def _on_fuzz_response(self, worker: Worker, job: Job, response: FuzzResponse) -> None:
        data = worker.mem.value_copy()
        result = FuzzResult(response.count)
        at = response.length
        for found in response.found:
            values = tuple(self._read(data[at : at + found.length]))
            at += found.length
            result.found.append(FoundInput(values, found.fresh, found.locations, found.cost))
        if response.failure is not None:
            result.crash = (self._new_entry(self._read(data[: response.length])), response.failure)
        self._coordinator.on_fuzz_result(worker.index, job, result)

    def _on_minimize_response(self, worker: Worker, job: Job, response: MinimizeResponse) -> None:
        minimized = None
        if response.reproduced and response.failure is not None:
            minimized = (self._entry_in(worker), response.failure)
        others = [
            (self._new_entry(self._read(base64.b64decode(other.value))), other.failure)
            for other in response.others
        ]
        self._coordinator.on_minimize_result(job, response.count, minimized, others)

    def _on_garbled(self, event: Garbled) -> None:
        place = self._places[event.worker.index]
        if place.is_ready:
            raise _Stop(
                f"communicating with fuzzing process: {event.reason}\n"
                "Something in the worker process wrote to its answer pipe (descriptor 4)."
            )
        raise _Stop(
            self._with_stderr(f"fuzzing process terminated without fuzzing: {event.reason}", event.worker)
        )

    def _on_end(self, worker: Worker, returncode: int) -> None:
        place = self._places[worker.index]
        platform = sys_platform.platform
        description = platform.describe_exit(returncode)
        if not place.is_ready:
            raise _Stop(
                self._with_stderr(
                    "fuzzing process terminated without fuzzing: EOF\n"
                    f"(the process ended with {description})",
                    worker,
                )
            )
        job, count = place.job, worker.mem.count
        if worker.mem.flags & INTERNAL_FAILURE and returncode == WORKER_EXIT_CODE:
            text = f"fuzzing process exited unexpectedly due to an internal failure: {description}"
            raise _Stop(self._with_stderr(text, worker), is_engine_error=True)
        if job is None and place.is_hung:
            self._restart(worker)
            return
        if job is None or count == 0:
            if job is not None:
                self._coordinator.cancel(job)
            text = f"fuzzing process hung or terminated unexpectedly: {description}"
            text += "\nIt ended between two inputs, so no input can be named."
            raise _Stop(self._with_stderr(text, worker))
        signum = platform.termination_signal(returncode)
        if signum is not None and not platform.is_crash_signal(signum) and not place.is_hung:
            self._on_unexpected_signal(worker, job, count, description)
        else:
            self._on_death(worker, place, job, count, description)
        if not self._coordinator.is_done:
            self._restart(worker)

    def _restart(self, worker: Worker) -> None:
        self._coordinator.forget_worker(worker.index)
        self._start_worker(worker)

    def _on_unexpected_signal(self, worker: Worker, job: Job, count: int, description: str) -> None:
        text = "fuzzing process terminated by unexpected signal; no crash will be recorded: " + description
        text += self._keep_aside(self._entry_in(worker))
        if not self._options.continues:
            raise _Stop(self._with_stderr(text, worker))
        self._options.log(text)
        if job.kind is JobKind.MINIMIZE:
            self._coordinator.on_minimize_result(job, count, None)
        elif job.kind is JobKind.WARMUP:
            self._skip_baseline_input(worker, job, count)
        else:
            self._coordinator.on_fuzz_result(worker.index, job, FuzzResult(count))

    def _skip_baseline_input(self, worker: Worker, job: Job, count: int) -> None:
        """Go on with the baseline after the input that was running when a signal came."""
        running = worker.mem.value_copy()
        inputs = [self._encode(pool_input.entry.values) for pool_input in job.inputs]
        index = inputs.index(running) if running in inputs else 0
        self._coordinator.on_warmup_result(worker.index, job, FuzzResult(count, done=index + 1))

    def _keep_aside(self, entry: CorpusEntry) -> str:
        """Keep an input that may or may not be to blame (the system ran out of memory?); say where."""
        try:
            path = self._storage.keep_aside(entry.values)
        except OSError as error:
            return f"\nThe input it was running could not be kept: {describe_os_error(error)}"
        return f"\nThe input it was running, which may not be to blame, is kept in {path}"

    def _on_death(self, worker: Worker, place: _Place, job: Job, count: int, description: str) -> None:
        """The worker process died of the input that lies in its memory."""
        place.job = None  # its executions are counted below
        if place.is_hung:
            limit = format_exact(self._options.input_timeout_s)
            description = f"one execution took longer than {limit} (-fuzzinputtimeout)"
        elif worker.mem.flags & PIPES_LOST:
            description += (
                " (it lost its pipes: this input, or one shortly before it, closed descriptors not its own)"
            )
        elif worker.mem.flags & OUT_OF_MEMORY:
            description += " (the process ran out of memory)"
        elif worker.mem.flags & OUT_OF_STACK:
            description += " (the process ran out of stack: the target lowered the recursion limit)"
        minimizing = " while minimizing" if job.kind is JobKind.MINIMIZE else ""
        text = f"fuzzing process hung or terminated unexpectedly{minimizing}: "
        text += f"EOF ({description})" if minimizing else description
        stderr = worker.stderr_tail()
        if place.is_hung:
            # The abort was our own, to get at the stacks.
            stderr = stderr.replace("Fatal Python error: Aborted\n", "Where it was when it was stopped:\n", 1)
        failure = Failure(add_stderr(text, stderr), f"{description} {top_frame(stderr)}")
        crash = (self._entry_in(worker), failure)
        if job.kind is JobKind.MINIMIZE:
            self._coordinator.on_died_minimizing(job, count, crash)
            return
        result = FuzzResult(count, crash, can_minimize=False)
        if job.kind is JobKind.WARMUP:
            self._coordinator.on_warmup_result(worker.index, job, result)
        else:
            self._coordinator.on_fuzz_result(worker.index, job, result)

    def _entry_in(self, worker: Worker) -> CorpusEntry:
        """Return the input that lies in a worker's memory."""
        return self._new_entry(self._read(worker.mem.value_copy()))

    def _read(self, data: bytes) -> list[Value]:
        """Turn what lay in shared memory into values."""
        try:
            return self._decode(data)
        except (ValueError, SharedMemoryError) as error:
            raise _Stop(f"the input in shared memory is damaged: {error}", is_engine_error=True) from error

    def _new_entry(self, values: Sequence[Value]) -> CorpusEntry:
        digest = entry_digest(corpus_text(self._options.kinds, values))
        return CorpusEntry(digest[:ID_DIGITS], tuple(values))

    # --- what the user sees -------------------------------------------------------------------

    def _log_progress(self) -> None:
        now = time.monotonic()
        coordinator = self._coordinator
        running = sum(
            worker.mem.count
            for worker, place in zip(self.workers, self._places, strict=True)
            if place.job is not None
        )
        count = coordinator.count + running
        if coordinator.is_warming_up and not coordinator.is_minimizing_crash:
            self._log_line(now, self._baseline())
        elif coordinator.is_minimizing_crash:
            self._log_line(now, "minimizing")
        else:
            rate = (count - self._progress_count) / max(now - self._progress_at, 1e-9)
            text = f"execs: {count} ({max(rate, 0.0):.0f}/sec)"
            if coordinator.has_coverage:
                total = coordinator.warmup_total + coordinator.new_interesting
                text += f", new interesting: {coordinator.new_interesting} (total: {total})"
            self._log_line(now, text)
        self._progress_at, self._progress_count = now, count

    def _log_baseline_done(self) -> None:
        self._log_line(time.monotonic(), f"{self._baseline()}, now fuzzing with {self.parallel} workers")

    def _baseline(self) -> str:
        total = self._coordinator.warmup_total
        verb = "gathering baseline coverage" if self._coordinator.has_coverage else "testing seed corpus"
        return f"{verb}: {total - self._coordinator.warmup_left}/{total} completed"

    def _log_line(self, now: float, text: str) -> None:
        self._options.log(f"fuzz: elapsed: {format_duration(now - self._start)}, {text}")

    def _show_new_findings(self) -> None:
        """With ``-fuzzcontinue``, tell of each finding when it is made."""
        if not self._options.continues:
            return
        for finding in self._coordinator.findings[self._shown_findings :]:
            self._shown_findings += 1
            where = finding.saved.path or "nowhere"
            self._options.log(
                f"fuzz: found failure {self._shown_findings}: {finding.failure.origin} ({where})"
            )

    def _with_stderr(self, text: str, worker: Worker) -> str:
        return add_stderr(text, worker.stderr_tail())
