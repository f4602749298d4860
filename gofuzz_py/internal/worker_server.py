"""The worker process's end of the conversation: run, mutate, measure, shrink.

Owns :class:`WorkerServer`, which answers the coordinator's calls one at a
time, and :func:`run_fuzz_worker`.  Knows nothing of files, processes or what
is shown.  In Go this is part of worker.go; it stands apart here because it is
the one part whose every line is on the path of each execution.

Departures from Go: the pool of inputs, and so the choice of the next one,
lives in the worker, which makes a call as long as the time it is given and
not as long as one input's turn; and what a call found travels back in one
answer.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Sequence

from gofuzz_py.errors import EngineError
from gofuzz_py.internal import messages, sys_platform
from gofuzz_py.internal.complexity import measuring
from gofuzz_py.internal.complexity_judge import Judge, Locate, is_complexity
from gofuzz_py.internal.coverage import Report
from gofuzz_py.internal.coverage_modules import complaints
from gofuzz_py.internal.dictionary import Dictionary
from gofuzz_py.internal.execution import Core, Executor, RunTarget
from gofuzz_py.internal.explorer import Explorer
from gofuzz_py.internal.frontier import frontier_rows
from gofuzz_py.internal.frontier_operands import Notes
from gofuzz_py.internal.isolated import os, time
from gofuzz_py.internal.kinds import BYTES, Kind, Value
from gofuzz_py.internal.mem import (
    INTERNAL_FAILURE,
    MINIMIZING,
    OUT_OF_MEMORY,
    OUT_OF_STACK,
    PIPES_LOST,
    SharedMem,
    shared_mem_open,
)
from gofuzz_py.internal.messages import (
    Call,
    Failure,
    Found,
    FrontierArgs,
    FrontierResponse,
    FuzzArgs,
    FuzzResponse,
    MinimizeArgs,
    MinimizeResponse,
    OtherFailure,
    PingResponse,
    Response,
    WarmupArgs,
    WarmupResponse,
)
from gofuzz_py.internal.minimize import minimize_values
from gofuzz_py.internal.reserve import make_room
from gofuzz_py.internal.wire import value_decoder, value_encoder
from gofuzz_py.internal.worker_comm import WorkerComm, write_all

#: Bytes of each value that no mutator may use, as in Go: room for the format round it.
VALUE_HEADROOM = 100
#: The clock is looked at about this often; see ``WorkerServer._fuzz``.
_CLOCK_PERIOD_S = 0.004
#: Other failures reported by one minimization, and how large each input may be.
_MAX_OTHERS, _MAX_OTHER_BYTES = 8, 1 << 20
#: Inputs found that one call brings home at most.
_MAX_FOUND = 64


class WorkerServer:
    """Answers the coordinator's calls in a worker process, one at a time."""

    def __init__(
        self,
        comm: WorkerComm,
        kinds: Sequence[Kind],
        run: RunTarget,
        core: Core,
        about: PingResponse,
        dictionary: Dictionary | None = None,
        locate: Locate | None = None,
        solves: bool = True,
    ) -> None:
        self._comm = comm
        self._kinds = list(kinds)
        self._core = core
        self._about = about
        self._dictionary = dictionary if dictionary is not None else Dictionary()
        self._encode = value_encoder(kinds)
        self._decode = value_decoder(kinds)
        is_plain = self._kinds == [BYTES]
        self._executor = Executor(run, comm.mem.recorder(None if is_plain else self._encode), core)
        self._locate = locate
        self._solves = solves
        self._buffer = bytearray()
        self._recursion_limit = sys.getrecursionlimit()
        #: Half of the memory is for what a call brings home.
        self._room = comm.mem.capacity // 2
        self._start_over(0)

    def _start_over(self, seed: int) -> None:
        max_len = self._room // len(self._kinds) - VALUE_HEADROOM
        self._explorer = Explorer(
            self._kinds,
            self._executor,
            self._encode,
            max_len,
            seed,
            self._dictionary,
            self._locate,
            self._solves,
        )

    def serve(self) -> None:
        """Answer calls until the coordinator closes the pipe.

        Raises OSError or WorkerProtocolError when the talk itself breaks down.
        """
        while (line := self._read_line()) is not None:
            # The engine's own work may have touched measured code.
            self._core.drop_strays()
            response = self._answer(messages.decode_call(line))
            leave_if_forked()
            write_all(self._comm.fuzz_out, messages.encode_response(response))

    def _read_line(self) -> bytes | None:
        while (end := self._buffer.find(b"\n")) < 0:
            part = os.read(self._comm.fuzz_in, 1 << 16)
            if not part:
                return None
            self._buffer += part
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _answer(self, call: Call) -> Response:
        if sys.getrecursionlimit() < self._recursion_limit:
            sys.setrecursionlimit(self._recursion_limit)  # a target has lowered it
        if isinstance(call, FuzzArgs):
            return self._fuzz(call)
        if isinstance(call, WarmupArgs):
            return self._warmup(call)
        if isinstance(call, MinimizeArgs):
            return self._minimize(call)
        if isinstance(call, FrontierArgs):
            return self._tell_frontier(call)
        self._start_over(call.seed)
        if call.frontier:
            self._explorer.notes = Notes(self._core.place)
        return self._about

    def _tell_frontier(self, args: FrontierArgs) -> FrontierResponse:
        """Say which conditions went one way only."""
        self._core.mark_known(args.known)
        notes = self._explorer.notes or Notes(self._core.place)
        return FrontierResponse(frontier_rows(self._core, notes, self._explorer.tries))

    def _take_inputs(self, lengths: Sequence[int]) -> list[tuple[list[Value], int]]:
        """Read the inputs that lie one after another in shared memory, with their sizes."""
        data = self._comm.mem.value_copy()
        inputs, at = [], 0
        for length in lengths:
            inputs.append((self._decode(data[at : at + length]), length))
            at += length
        return inputs

    # --- warm-up ------------------------------------------------------------------------------

    def _warmup(self, args: WarmupArgs) -> WarmupResponse:
        """Run each input once, and once more with hits counted if it reaches something new."""
        executor = self._executor
        executor.start_call(args.limit)
        found: list[Found] = []
        done = 0
        for index, (values, size) in enumerate(self._take_inputs(args.lengths)):
            if executor.is_spent:
                break
            failure, fresh, entry = self._explorer.warm_up(values, size)
            if entry is not None:
                found.append(Found(index, size, fresh, *entry))
            if failure is not None:
                return WarmupResponse(done, found, failure, executor.count)
            done += 1
        self._core.upkeep()
        return WarmupResponse(done, found, None, executor.count)

    # --- fuzzing ------------------------------------------------------------------------------

    def _fuzz(self, args: FuzzArgs) -> FuzzResponse:
        """Run mutants until the time or the count is up or one fails.

        Executions come in bursts between two looks at the clock; a burst is
        doubled while it is short, so that a quick target pays for no clock and
        a slow one is stopped in time.
        """
        start = before = time.monotonic()
        inputs = self._take_inputs([found.length for found in args.inputs])
        for found, (values, size) in zip(args.inputs, inputs, strict=True):
            entry = self._explorer.pool.add(values, size, found.locations, found.cost)
            entry.is_seen = True  # by the worker that found it
        self._core.mark_known(args.known)
        self._explorer.note_reached(args.known)
        deadline = start + args.timeout / 1e9 if args.timeout else float("inf")
        executor = self._executor
        executor.start_call(args.limit)
        burst, failure = 1, None
        finds: list[tuple[Found, bytes]] = []
        room = self._room
        while failure is None and not executor.is_spent and room > 0 and len(finds) < _MAX_FOUND:
            failure, find, is_closer_look = self._explorer.step(min(executor.count + burst, executor.limit))
            if find is not None:
                finds.append(find)
                room -= len(find[1])
            now = time.monotonic()
            if now >= deadline:
                break
            if is_closer_look:
                pass  # a closer look takes its time, and says nothing of how long executions are
            elif now - before < _CLOCK_PERIOD_S / 2:
                burst *= 2
            elif now - before > _CLOCK_PERIOD_S:
                burst = max(1, burst // 2)
            before = now
        self._core.upkeep()
        return self._bring_home(start, failure, finds)

    def _bring_home(
        self, start: float, failure: Failure | None, finds: Sequence[tuple[Found, bytes]]
    ) -> FuzzResponse:
        """Put the failing input and what was found into shared memory, and say so."""
        if failure is not None and self._explorer.notes is not None:
            self._explorer.notes.failing.update(self._core.hits)
        failing = self._comm.mem.value_copy() if failure is not None else b""
        self._comm.mem.set_value(b"".join([failing, *(data for _, data in finds)]))
        found = [find for find, _ in finds]
        return FuzzResponse(_elapsed_ns(start), self._executor.count, failure, len(failing), found)

    # --- minimizing a failure -----------------------------------------------------------------

    def _minimize(self, args: MinimizeArgs) -> MinimizeResponse:
        job = _Minimization(args, self._run_recorded)
        original = self._decode(self._comm.mem.value_copy())
        self._comm.mem.flags = MINIMIZING
        if self._locate is not None and is_complexity(args.origin):
            return self._minimize_growth(args, original, job, self._locate)
        best = original
        if job.reproduces(original):
            best = minimize_values(self._kinds, original, job.consider, job.should_stop)
        self._comm.mem.set_value(self._encode(best))
        return MinimizeResponse(
            reproduced=job.failure is not None,
            failure=job.failure,
            count=job.count,
            total_duration=_elapsed_ns(job.start),
            others=[
                OtherFailure(base64.b64encode(value).decode("ascii"), failure)
                for failure, value in job.others.values()
            ],
        )

    def _minimize_growth(
        self, args: MinimizeArgs, original: list[Value], job: _Minimization, locate: Locate
    ) -> MinimizeResponse:
        """Shrink what an input repeats, and what stands around it."""
        executor = self._executor
        executor.start_call(args.limit)
        failure, best = Judge(self._kinds, measuring(executor), locate).minimize(
            original, args.origin, lambda: executor.is_spent or job.should_stop()
        )
        self._comm.mem.set_value(self._encode(best))
        duration = _elapsed_ns(job.start)
        return MinimizeResponse(failure is not None, failure, executor.count, duration)

    def _run_recorded(self, values: Sequence[Value], count: int) -> tuple[Failure | None, bytes]:
        self._executor.record(values, count)
        return self._executor.run(values), self._encode(values)


class _Minimization:
    """The state of one Minimize call: budget, the failure kept, other failures met."""

    def __init__(
        self, args: MinimizeArgs, run: Callable[[Sequence[Value], int], tuple[Failure | None, bytes]]
    ) -> None:
        self.start = time.monotonic()
        self.count = 0
        self.failure: Failure | None = None
        self.others: dict[str, tuple[Failure, bytes]] = {}
        self._args = args
        self._run = run
        self._deadline = self.start + args.timeout / 1e9 if args.timeout else float("inf")

    def reproduces(self, values: Sequence[Value]) -> bool:
        """Does the original still fail in the same way?"""
        return not self.should_stop() and self.consider(values)

    def should_stop(self) -> bool:
        """Is the budget spent?"""
        is_spent = self._args.limit != 0 and self.count >= self._args.limit
        return is_spent or time.monotonic() >= self._deadline

    def consider(self, values: Sequence[Value]) -> bool:
        """Run a candidate: is it still the same failure?"""
        self.count += 1
        failure, data = self._run(values, self.count)
        if failure is None:
            return False
        if failure.origin == self._args.origin:
            self.failure = failure
            return True
        is_small = len(data) <= _MAX_OTHER_BYTES and len(self.others) < _MAX_OTHERS
        if failure.origin not in self.others and is_small:
            self.others[failure.origin] = (failure, data)
        return False


def _elapsed_ns(start: float) -> int:
    return int((time.monotonic() - start) * 1e9)


def about(kinds: Sequence[Kind], core: Core, reason: str, report: Report) -> PingResponse:
    """Return what the worker says of itself when it is ready."""
    return PingResponse(
        kinds=[kind.name for kind in kinds],
        core=core.name,
        reason=reason,
        layout=report.layout,
        locations=report.locations,
        modules=[module.name for module in report.modules if module.problem is None],
        problems=complaints(report),
    )


#: What the engine's own errors tell: all but the last row are the doing of the input that ran last.
_BLAME: tuple[tuple[type[BaseException], int], ...] = (
    (OSError, PIPES_LOST),
    (MemoryError, OUT_OF_MEMORY),
    (RecursionError, OUT_OF_STACK),
    (BaseException, INTERNAL_FAILURE),
)


def run_fuzz_worker(
    kinds: Sequence[Kind],
    run: RunTarget,
    core: Core,
    about: PingResponse,
    dictionary: Dictionary | None = None,
    locate: Locate | None = None,
    solves: bool = True,
) -> None:
    """Serve the coordinator in a worker process until it closes the pipe.

    ``run`` is called with one value per kind; ``core`` has been started, and
    ``about`` says what it instruments; ``dictionary`` is what mutators take
    words from; with ``locate``, the core's, inputs are grown as well
    (``complexity``); without ``solves``, conditions are not watched and mutators
    know nothing of formats.  Raises EngineError where the process was not started as
    a worker, OSError or WorkerProtocolError where the talk breaks down; the
    caller ends the process with the exit status 70.
    """
    try:
        fuzz_in, fuzz_out, fuzz_mem = sys_platform.platform.get_worker_comm()
        mem = shared_mem_open(fuzz_mem)
    except (OSError, ValueError) as error:
        raise EngineError(f"not started as a worker: {error}") from error
    forked_children_are_not_workers(mem)
    try:
        comm = WorkerComm(fuzz_in, fuzz_out, mem)
        WorkerServer(comm, kinds, run, core, about, dictionary, locate, solves).serve()
    except BaseException as error:
        leave_if_forked()
        make_room(error)
        mem.flags = next(flag for kind, flag in _BLAME if isinstance(error, kind))
        raise
    leave_if_forked()


_worker_pid = 0


def forked_children_are_not_workers(mem: SharedMem) -> None:
    """See to it that a child forked by the target, if it returns from it, does not go on fuzzing.

    The child's mapping is closed right after the fork, so that its next step
    in the inner loop fails, at no cost to the loop; ``leave_if_forked`` then
    ends it.
    """
    global _worker_pid
    _worker_pid = os.getpid()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=mem.close)


def leave_if_forked() -> None:
    """End this process, quietly, if the target forked it off the worker."""
    if os.getpid() != _worker_pid:
        os._exit(0)
