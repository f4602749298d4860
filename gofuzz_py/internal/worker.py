"""One worker, seen from both sides.

Owns the conversation: :class:`Worker` (the life of one worker process, in the
coordinator process), :class:`WorkerClient` (the coordinator's end of the
calls), :class:`WorkerServer` (the worker process's end) and
:func:`run_fuzz_worker`.  Knows nothing of corpora, files or what is shown.
Mirrors Go's worker.go.

Departures from Go: the coordinator process does not block in a call; a thread
per worker reads its answers and puts them, like the process's end, into one
queue of events, so that the coordinator can watch many workers from one loop.
The input that a dead worker was running is read off the shared memory instead
of being replayed.
"""

from __future__ import annotations

import base64
import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gofuzz_py.errors import EngineError, WorkerProtocolError
from gofuzz_py.internal import messages, sys_platform
from gofuzz_py.internal.isolated import os, time
from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.mem import INTERNAL_FAILURE, MINIMIZING, PIPES_LOST, SharedMem, shared_mem_open
from gofuzz_py.internal.messages import (
    Call,
    Failure,
    FuzzArgs,
    FuzzResponse,
    MinimizeArgs,
    MinimizeResponse,
    OtherFailure,
    PingArgs,
    PingResponse,
    Response,
)
from gofuzz_py.internal.minimize import minimize_values
from gofuzz_py.internal.mutator import Mutator
from gofuzz_py.internal.rand import FastRand
from gofuzz_py.internal.sys_contract import Process, SpawnRequest, WorkerDescriptors
from gofuzz_py.internal.wire import value_decoder, value_encoder

#: Exit status of a worker process that failed for a reason of its own, as in Go.
WORKER_EXIT_CODE = 70
#: How long a stopping worker is given before SIGINT, then before SIGKILL, as in Go.
WORKER_TIMEOUT_S = 1.0
#: Mutations piled on one another before a chain starts afresh.  Go's number, which Go calls arbitrary.
CHAINED_MUTATIONS = 5
#: Kept of what a worker wrote to standard error, for the report of its death.
STDERR_TAIL_BYTES = 16 << 10
#: Bytes of each value that no mutator may use, as in Go: room for the format round it.
VALUE_HEADROOM = 100
#: The clock is looked at about this often; see ``WorkerServer._fuzz``.
_CLOCK_PERIOD_S = 0.004
#: Other failures reported by one minimization, and how large each input may be.
_MAX_OTHERS, _MAX_OTHER_BYTES = 8, 1 << 20

#: Runs the target on values; returns how it failed, or None.
RunTarget = Callable[[Sequence[Value]], Failure | None]


# --- the coordinator process's side -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answered:
    """The worker answered its call."""

    worker: Worker
    response: Response


@dataclass(frozen=True, slots=True)
class Garbled:
    """The worker's pipe carried something that is no answer."""

    worker: Worker
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The worker process has ended and its pipes are drained."""

    worker: Worker
    returncode: int


Event = Answered | Garbled | Ended


@dataclass(frozen=True, slots=True)
class WorkerComm:
    """What the two sides of a worker talk through: two pipes and the shared memory.

    During a call the worker process owns the value in ``mem``; otherwise the
    coordinator process does.
    """

    fuzz_in: int
    fuzz_out: int
    mem: SharedMem


class WorkerClient:
    """The coordinator process's end of the calls to one worker process."""

    def __init__(self, comm: WorkerComm) -> None:
        self._comm = comm
        self._is_open = True

    def ping(self, args: PingArgs) -> None:
        """Ask whether the worker has reached ``f.fuzz``."""
        self._send(args)

    def fuzz(self, value: bytes, args: FuzzArgs) -> None:
        """Hand over a value (in the shared-memory format) and have it mutated and run."""
        self._comm.mem.set_value(value)
        self._comm.mem.reset_count()
        self._send(args)

    def minimize(self, value: bytes, args: MinimizeArgs) -> None:
        """Hand over a failing value and have it shrunk."""
        self._comm.mem.set_value(value)
        self._comm.mem.reset_count()
        self._send(args)

    def close(self) -> None:
        """Close the calls' pipe: the worker ends when it has finished what it does."""
        if self._is_open:
            self._is_open = False
            with contextlib.suppress(OSError):
                os.close(self._comm.fuzz_in)

    def _send(self, call: Call) -> None:
        # A worker that died meanwhile is reported by its Ended event, not here.
        with contextlib.suppress(BrokenPipeError):
            _write_all(self._comm.fuzz_in, messages.encode_call(call))


class Worker:
    """One worker's place in the run: its memory, and the processes that follow one another in it.

    Exists in the coordinator process only.  ``start`` and ``stop_workers``
    must be called from one thread, the coordinator's.
    """

    def __init__(
        self, index: int, request: SpawnRequest, mem: SharedMem, post: Callable[[Event], None]
    ) -> None:
        #: Number of this worker, from 0.
        self.index = index
        #: Shared with each process of this worker in turn.
        self.mem = mem
        #: The end for calls; replaced at each start.
        self.client: WorkerClient
        #: How many processes were started here.
        self.generation = 0
        #: Set when the current process has ended.
        self.has_ended = threading.Event()
        self.has_ended.set()
        self._request = request
        self._post = post
        self._process: Process | None = None
        self._stderr_tail = bytearray()

    @property
    def pid(self) -> int:
        """Process id of the current process, 0 before the first."""
        return self._process.pid if self._process is not None else 0

    def start(self) -> None:
        """Start a worker process; raises EngineError where that fails."""
        calls_read, calls_write = os.pipe()
        answers_read, answers_write = os.pipe()
        errors_read, errors_write = os.pipe()
        theirs = (calls_read, answers_write, errors_write)
        descriptors = WorkerDescriptors(calls_read, answers_write, self.mem.fd, errors_write)
        try:
            process = sys_platform.platform.set_worker_comm(self._request, descriptors)
        except OSError as error:
            for fd in (calls_write, answers_read, errors_read):
                os.close(fd)
            raise EngineError(f"cannot start a worker process: {error}") from error
        finally:
            for fd in theirs:
                os.close(fd)
        self.generation += 1
        self._process = process
        self.has_ended.clear()
        self._stderr_tail = tail = bytearray()
        self.client = WorkerClient(WorkerComm(calls_write, answers_read, self.mem))
        reader = _start_thread(self._read_answers, answers_read)
        drainer = _start_thread(_drain, errors_read, tail)
        _start_thread(self._await_end, process, (reader, drainer), self.has_ended)

    def stderr_tail(self) -> str:
        """Return the end of what the latest process wrote to standard error."""
        return bytes(self._stderr_tail).decode("utf-8", "backslashreplace")

    def interrupt(self) -> None:
        """Ask the process to stop."""
        if self._process is not None:
            self._process.interrupt()

    def abort(self) -> None:
        """Have the process write its Python stacks to standard error and die."""
        if self._process is not None:
            self._process.abort()

    def kill(self) -> None:
        """End the process and all that it started."""
        if self._process is not None:
            self._process.kill()

    def _read_answers(self, fd: int) -> None:
        """Turn lines from the answers' pipe into events until it closes."""
        buffer = bytearray()
        try:
            while part := os.read(fd, 1 << 16):
                buffer += part
                while (end := buffer.find(b"\n")) >= 0:
                    self._post_line(bytes(buffer[:end]))
                    del buffer[: end + 1]
                if len(buffer) > messages.MAX_MESSAGE_BYTES:
                    self._post(Garbled(self, "a message without an end"))
                    buffer.clear()
            if buffer:
                self._post_line(bytes(buffer))
        except OSError as error:
            self._post(Garbled(self, str(error)))
        finally:
            os.close(fd)

    def _post_line(self, line: bytes) -> None:
        try:
            self._post(Answered(self, messages.decode_response(line)))
        except WorkerProtocolError as error:
            self._post(Garbled(self, str(error)))

    def _await_end(
        self, process: Process, threads: Sequence[threading.Thread], has_ended: threading.Event
    ) -> None:
        returncode = process.wait()
        for thread in threads:
            # A grandchild in a session of its own may hold the pipes for ever.
            thread.join(WORKER_TIMEOUT_S / 2)
        has_ended.set()
        self._post(Ended(self, returncode))


def stop_workers(workers: Sequence[Worker], log: Callable[[str], None]) -> None:
    """End every worker's process: orderly, after a second with SIGINT, after another with SIGKILL.

    Returns when all have ended.
    """
    for worker in workers:
        if worker.generation:
            worker.client.close()
    steps: tuple[Callable[[Worker], None], ...] = (Worker.interrupt, Worker.kill)
    for step in steps:
        deadline = time.monotonic() + WORKER_TIMEOUT_S
        for worker in workers:
            if not worker.has_ended.wait(max(0.0, deadline - time.monotonic())):
                step(worker)
    deadline = time.monotonic() + WORKER_TIMEOUT_S
    if not all(worker.has_ended.wait(max(0.0, deadline - time.monotonic())) for worker in workers):
        log("waiting for fuzzing process to terminate...")
        for worker in workers:
            worker.has_ended.wait()


def _start_thread(function: Callable[..., None], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=function, args=arguments, daemon=True, name="gofuzz_py")
    thread.start()
    return thread


def _drain(fd: int, tail: bytearray) -> None:
    """Keep the end of what comes out of ``fd`` in ``tail`` until it closes."""
    try:
        while part := os.read(fd, 1 << 16):
            tail += part
            if len(tail) > STDERR_TAIL_BYTES:
                del tail[:-STDERR_TAIL_BYTES]
    except OSError:
        pass  # what was read so far is all there is
    finally:
        os.close(fd)


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


# --- the worker process's side --------------------------------------------------------------------


class WorkerServer:
    """Answers the coordinator's calls in a worker process, one at a time."""

    def __init__(self, comm: WorkerComm, kinds: Sequence[Kind], run: RunTarget) -> None:
        self._comm = comm
        self._kinds = list(kinds)
        self._run = run
        self._encode = value_encoder(kinds)
        self._decode = value_decoder(kinds)
        self._record = comm.mem.recorder()
        self._buffer = bytearray()
        #: Values in the middle of a chain, carried from one burst to the next.
        self._chain: list[Value] = []
        self._mutator = self._make_mutator(0)

    def serve(self) -> None:
        """Answer calls until the coordinator closes the pipe.

        Raises OSError or WorkerProtocolError when the talk itself breaks down.
        """
        while (line := self._read_line()) is not None:
            response = self._answer(messages.decode_call(line))
            leave_if_forked()
            _write_all(self._comm.fuzz_out, messages.encode_response(response))

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
        if isinstance(call, PingArgs):
            self._mutator = self._make_mutator(call.seed)
            return PingResponse([kind.name for kind in self._kinds])
        if isinstance(call, FuzzArgs):
            return self._fuzz(call)
        return self._minimize(call)

    def _make_mutator(self, seed: int) -> Mutator:
        max_len = self._comm.mem.capacity // len(self._kinds) - VALUE_HEADROOM
        return Mutator(self._kinds, FastRand(seed), max_len)

    def _fuzz(self, args: FuzzArgs) -> FuzzResponse:
        """Run the value, or mutants of it until the time or the count is up or one fails.

        Executions come in bursts between two looks at the clock; a burst is
        doubled while it is short, so that a quick target pays for no clock and
        a slow one is stopped in time.
        """
        start = time.monotonic()
        base = self._decode(self._comm.mem.value_copy())
        if args.warmup:
            self._record(self._encode(base), 1)
            failure = self._run(base)
            return FuzzResponse(_elapsed_ns(start), 1, failure)
        deadline = start + args.timeout / 1e9 if args.timeout else float("inf")
        limit = args.limit or 1 << 62
        count, burst, failure = 0, 1, None
        before = start
        while True:
            count, failure = self._fuzz_burst(base, count, min(count + burst, limit))
            now = time.monotonic()
            if failure is not None or count >= limit or now >= deadline:
                return FuzzResponse(_elapsed_ns(start), count, failure)
            if now - before < _CLOCK_PERIOD_S / 2:
                burst *= 2
            elif now - before > _CLOCK_PERIOD_S and count % CHAINED_MUTATIONS == 0:
                burst = max(1, burst // 2)
            before = now

    def _fuzz_burst(self, base: list[Value], count: int, last: int) -> tuple[int, Failure | None]:
        """Run mutants until ``last`` executions were made or one fails.  The inner loop."""
        mutate, record, encode, run = self._mutator.mutate, self._record, self._encode, self._run
        values = self._chain if count % CHAINED_MUTATIONS else base
        for number in range(count + 1, last + 1):
            if number % CHAINED_MUTATIONS == 1:
                values = base[:]
            mutate(values)
            record(encode(values), number)
            failure = run(values)
            if failure is not None:
                return number, failure
        self._chain = values
        return last, None

    def _minimize(self, args: MinimizeArgs) -> MinimizeResponse:
        job = _Minimization(args, self._run_recorded)
        original = self._decode(self._comm.mem.value_copy())
        self._comm.mem.flags = MINIMIZING
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

    def _run_recorded(self, values: Sequence[Value], count: int) -> tuple[Failure | None, bytes]:
        data = self._encode(values)
        self._record(data, count)
        return self._run(values), data


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
        return (
            self._args.limit != 0 and self.count >= self._args.limit
        ) or time.monotonic() >= self._deadline

    def consider(self, values: Sequence[Value]) -> bool:
        """Run a candidate: is it still the same failure?"""
        self.count += 1
        failure, data = self._run(values, self.count)
        if failure is None:
            return False
        if failure.origin == self._args.origin:
            self.failure = failure
            return True
        if (
            failure.origin not in self.others
            and len(self.others) < _MAX_OTHERS
            and len(data) <= _MAX_OTHER_BYTES
        ):
            self.others[failure.origin] = (failure, data)
        return False


def _elapsed_ns(start: float) -> int:
    return int((time.monotonic() - start) * 1e9)


def run_fuzz_worker(kinds: Sequence[Kind], run: RunTarget) -> None:
    """Serve the coordinator in a worker process until it closes the pipe.

    ``run`` is called with one value per kind.  Raises EngineError where the
    process was not started as a worker or the pipes fail; the caller ends the
    process with :data:`WORKER_EXIT_CODE`.
    """
    try:
        fuzz_in, fuzz_out, fuzz_mem = sys_platform.platform.get_worker_comm()
        mem = shared_mem_open(fuzz_mem)
    except (OSError, ValueError) as error:
        raise EngineError(f"not started as a worker: {error}") from error
    forked_children_are_not_workers(mem)
    try:
        WorkerServer(WorkerComm(fuzz_in, fuzz_out, mem), kinds, run).serve()
    except BaseException as error:
        leave_if_forked()
        mem.flags = PIPES_LOST if isinstance(error, OSError) else INTERNAL_FAILURE
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
