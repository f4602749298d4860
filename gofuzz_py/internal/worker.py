"""One worker, seen from the coordinator process.

Owns :class:`Worker` (the life of one worker process) and
:class:`WorkerClient` (the coordinator's end of the calls).  Knows nothing of
corpora, files or what is shown, nor of how a worker answers: that is
worker_server.py.  The two of them are Go's worker.go.

Departures from Go: the coordinator process does not block in a call; a thread
per worker reads its answers and puts them, like the process's end, into one
queue of events, so that the coordinator can watch many workers from one loop.
The input that a dead worker was running is read off the shared memory instead
of being replayed.
"""

from __future__ import annotations

import contextlib
import errno
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gofuzz_py.errors import EngineError, WorkerProtocolError
from gofuzz_py.internal import messages, sys_platform
from gofuzz_py.internal.isolated import os, time
from gofuzz_py.internal.mem import SharedMem
from gofuzz_py.internal.messages import (
    Call,
    FrontierArgs,
    FuzzArgs,
    MinimizeArgs,
    PingArgs,
    Response,
    WarmupArgs,
)
from gofuzz_py.internal.sys_contract import Process, SpawnRequest, WorkerDescriptors
from gofuzz_py.internal.worker_comm import WorkerComm, write_all

#: Exit status of a worker process that failed for a reason of its own, as in Go.
WORKER_EXIT_CODE = 70
#: How long a stopping worker is given before SIGINT, then before SIGKILL, as in Go.
WORKER_TIMEOUT_S = 1.0
#: Kept of what a worker wrote to standard error, for the report of its death.
STDERR_TAIL_BYTES = 16 << 10


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


class WorkerClient:
    """The coordinator process's end of the calls to one worker process."""

    def __init__(self, comm: WorkerComm) -> None:
        self._comm = comm
        self._is_open = True

    def ping(self, args: PingArgs) -> None:
        """Ask whether the worker has reached ``f.fuzz``."""
        self._send(args)

    def warmup(self, values: bytes, args: WarmupArgs) -> None:
        """Hand over inputs (in the shared-memory format, one after another) to be run once each."""
        self._call(values, args)

    def fuzz(self, values: bytes, args: FuzzArgs) -> None:
        """Hand over inputs for the pool, and have the pool's inputs mutated and run."""
        self._call(values, args)

    def minimize(self, value: bytes, args: MinimizeArgs) -> None:
        """Hand over a failing value and have it shrunk."""
        self._call(value, args)

    def frontier(self, args: FrontierArgs) -> None:
        """Ask which conditions went one way only; may follow another call, before its answer."""
        self._send(args)

    def _call(self, value: bytes, call: Call) -> None:
        self._comm.mem.set_value(value)
        self._comm.mem.reset_count()
        self._send(call)

    def close(self) -> None:
        """Close the calls' pipe: the worker ends when it has finished what it does."""
        if self._is_open:
            self._is_open = False
            with contextlib.suppress(OSError):
                os.close(self._comm.fuzz_in)

    def _send(self, call: Call) -> None:
        # A worker that died meanwhile is reported by its Ended event, not here.
        try:
            write_all(self._comm.fuzz_in, messages.encode_call(call))
        except OSError as error:
            # Windows says EINVAL of a pipe whose reader is gone.
            if error.errno not in (errno.EPIPE, errno.EINVAL):
                raise


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
        """Start a worker process; raises EngineError where that fails, and then nothing is left of it."""
        if self.generation:
            self.client.close()
        try:
            self._start()
        except (OSError, RuntimeError) as error:  # RuntimeError: no thread can be started
            raise EngineError(f"cannot start a worker process: {error}") from error

    def _start(self) -> None:
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            calls_read, calls_write = _pipe(theirs, ours)
            answers_read, answers_write = _pipe(ours, theirs)
            errors_read, errors_write = _pipe(ours, theirs)
            descriptors = WorkerDescriptors(calls_read, answers_write, self.mem.fd, errors_write)
            process = sys_platform.platform.set_worker_comm(self._request, descriptors)
            tail, has_ended = bytearray(), threading.Event()
            try:
                _start_thread(self._tend, process, answers_read, errors_read, tail, has_ended)
            except RuntimeError:
                process.kill()
                process.wait()
                raise
            ours.pop_all()
        self.generation += 1
        self._process, self._stderr_tail, self.has_ended = process, tail, has_ended
        self.client = WorkerClient(WorkerComm(calls_write, answers_read, self.mem))

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

    def _tend(
        self, process: Process, answers: int, errors: int, tail: bytearray, has_ended: threading.Event
    ) -> None:
        """Have the process's pipes read, and tell of its end.  Closes the two descriptors."""
        readers: list[threading.Thread] = []
        for fd, function, arguments in ((answers, self._read_answers, ()), (errors, _drain, (tail,))):
            try:
                readers.append(_start_thread(function, fd, *arguments))
            except RuntimeError:  # no thread can be started; the end of the process tells the coordinator
                process.kill()
                os.close(fd)
        returncode = process.wait()
        for thread in readers:
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


def _pipe(read_side: contextlib.ExitStack, write_side: contextlib.ExitStack) -> tuple[int, int]:
    """Make a pipe whose ends are closed with the two stacks; raises OSError."""
    read, write = os.pipe()
    read_side.callback(os.close, read)
    write_side.callback(os.close, write)
    return read, write


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


def __getattr__(name: str) -> object:
    """Give the worker process's names, which Go has in this file, and load them only then."""
    if name in ("WorkerServer", "run_fuzz_worker"):
        from gofuzz_py.internal import worker_server

        return getattr(worker_server, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
