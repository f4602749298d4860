"""Linux, macOS and other POSIX systems: mmap, and a worker with descriptors 3, 4 and 5.

Owns every POSIX call of the engine.  Knows nothing of calls, answers or
values.  Mirrors Go's sys_posix.go and the part of os/exec that it needs:
``ExtraFiles`` puts descriptors at 3, 4, 5 there; here ``posix_spawn`` does,
because ``subprocess`` can keep a descriptor's number but not choose it, and
its ``preexec_fn`` is unsafe beside threads.
Runs in the coordinator process (start, judge, stop) and in workers (map, get).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import mmap
import os as real_os
import sys
import threading
from collections.abc import Iterator

from gofuzz_py.internal.isolated import os, signal, time
from gofuzz_py.internal.sys_contract import MappedFile, SpawnRequest, WorkerDescriptors

# Not for Windows, where fcntl was not found; it tells mypy --platform win32.
assert sys.platform != "win32"

#: The worker's ends, as in Go: fuzz_in, fuzz_out, fuzz_mem.
FUZZ_IN, FUZZ_OUT, FUZZ_MEM = 3, 4, 5

#: How long the killed members of a worker's group are given to disappear (to be reaped, that is).
_GROUP_END_S = 0.1

#: The return code of a process that somebody else has reaped.
_UNKNOWN_STATUS = 255
#: Where a worker keeps its own duplicates: above what ordinary programs use, below usual limits.
_PRIVATE_DESCRIPTORS = 200

#: Signals that a fault of the program itself raises.  Others (KILL, TERM, HUP …)
#: come from outside, so the input is not to blame.
_CRASH_SIGNALS = frozenset(
    {
        signal.SIGILL,
        signal.SIGTRAP,
        signal.SIGABRT,
        signal.SIGBUS,
        signal.SIGFPE,
        signal.SIGSEGV,
        signal.SIGPIPE,
    }
)

#: Go's names for the signals that need not be spelled as strsignal(3) does.
_SIGNAL_NAMES = {
    1: "hangup",
    2: "interrupt",
    3: "quit",
    4: "illegal instruction",
    5: "trace/breakpoint trap",
    6: "aborted",
    7: "bus error",
    8: "floating point exception",
    9: "killed",
    10: "user defined signal 1",
    11: "segmentation fault",
    12: "user defined signal 2",
    13: "broken pipe",
    14: "alarm clock",
    15: "terminated",
}
#: prctl(2): the signal that a process gets when the one that started it dies.
_PR_SET_PDEATHSIG = 1
_IS_LINUX_NUMBERING = int(signal.SIGBUS) == 7

_spawn_lock = threading.Lock()


def shared_mem_map_file(fd: int, size: int) -> MappedFile:
    """Map ``size`` bytes of the open file ``fd`` for reading and writing, shared.

    Raises OSError (no such descriptor, no address space) or ValueError (empty file).
    """
    region = mmap.mmap(fd, size, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ | mmap.PROT_WRITE)
    return MappedFile(region, (region.close,))


class PosixProcess:
    """A worker process in a process group of its own.

    The group keeps the terminal's Ctrl-C away from workers (the coordinator
    stops them in order) and lets ``kill`` reach what a target has started.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._lock = threading.Lock()
        self._has_ended = False

    def wait(self) -> int:
        """Block until the process has ended, kill its group, return its code.  Call once."""
        try:
            if hasattr(os, "waitid"):
                # Look without reaping: until it is reaped nobody else can get its number.
                os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
                self._signal_group(signal.SIGKILL)
            with self._lock:
                _, status = os.waitpid(self.pid, 0)
                self._has_ended = True
        except ChildProcessError:
            # The program under test reaps all children, or has the system do it.
            self._has_ended = True
            return _UNKNOWN_STATUS
        if not hasattr(os, "waitid"):
            # macOS before 3.13.  A group that still has members keeps its number.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        self._await_group()
        return os.waitstatus_to_exitcode(status)

    def _await_group(self) -> None:
        """Wait a moment for what was killed with the process to be gone as well."""
        deadline = time.monotonic() + _GROUP_END_S
        with contextlib.suppress(ProcessLookupError, PermissionError):
            while time.monotonic() < deadline:
                os.killpg(self.pid, 0)
                time.sleep(0.002)

    def interrupt(self) -> None:
        """Send SIGINT to the process."""
        self._signal(signal.SIGINT)

    def abort(self) -> None:
        """Send SIGABRT: the worker's faulthandler writes all Python stacks, even from C code."""
        self._signal(signal.SIGABRT)

    def kill(self) -> None:
        """Send SIGKILL to the process and its group."""
        self._signal(signal.SIGKILL)
        self._signal_group(signal.SIGKILL)

    def _signal(self, signum: int) -> None:
        if self._lock.acquire(blocking=False):
            # Not being reaped just now, so the number is still this process's.
            try:
                if not self._has_ended:
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(self.pid, signum)
            finally:
                self._lock.release()
        elif not hasattr(os, "waitid"):
            # wait() holds the lock for as long as the process lives on such systems.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(self.pid, signum)

    def _signal_group(self, signum: int) -> None:
        if not self._has_ended:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signum)


def set_worker_comm(request: SpawnRequest, descriptors: WorkerDescriptors) -> PosixProcess:
    """Start a worker: 0 and 1 on the null device, 2 as given, then the three of the engine.

    Raises OSError where the program cannot be started.
    """
    targets = {
        2: descriptors.stderr,
        FUZZ_IN: descriptors.fuzz_in,
        FUZZ_OUT: descriptors.fuzz_out,
        FUZZ_MEM: descriptors.fuzz_mem,
    }
    duplicates: list[int] = []
    try:
        actions: list[tuple[int, int, str, int, int] | tuple[int, int, int]] = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        ]
        for target, source in targets.items():
            duplicates.append(_above(source))
            actions.append((os.POSIX_SPAWN_DUP2, duplicates[-1], target))
        with _spawn_lock, _inside(request.directory):
            pid = os.posix_spawn(
                request.argv[0],
                list(request.argv),
                dict(request.env),
                file_actions=actions,
                setpgroup=0,
                # A shell's background job ignores SIGINT, and so would the worker.
                setsigdef=(signal.SIGINT, signal.SIGABRT),
                setsigmask=(),
            )
    finally:
        for fd in duplicates:
            os.close(fd)
    return PosixProcess(pid)


def _above(fd: int) -> int:
    """Duplicate ``fd`` above the numbers that are about to be overwritten."""
    return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10)


@contextlib.contextmanager
def _inside(directory: str) -> Iterator[None]:
    """Stand in ``directory`` for a moment; ``posix_spawn`` has no argument for it.

    A TestMain or a test may have moved the coordinator since it started.
    """
    try:
        here: str | None = os.getcwd()
    except OSError:
        here = None
    if here == directory:
        yield
        return
    os.chdir(directory)
    try:
        yield
    finally:
        if here is not None:
            os.chdir(here)


def get_worker_comm() -> tuple[int, int, int]:
    """Return descriptors for what came in as 3, 4 and 5; raises OSError where one is not open.

    The descriptors returned are duplicates with high numbers, so that a target
    that closes or reuses the low ones (as daemons do) does not cut the worker
    off.  The low ones stay open, but programs that the target starts do not
    inherit them, and 5 becomes the null device: what a target does to it must
    not reach the memory (a file cut short there would kill the coordinator).
    """
    _die_with_the_coordinator()
    duplicates = []
    for fd in (FUZZ_IN, FUZZ_OUT, FUZZ_MEM):
        os.set_inheritable(fd, False)
        duplicates.append(_private(fd))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, FUZZ_MEM, inheritable=False)
    os.close(null)
    _guard_descriptors()
    fuzz_in, fuzz_out, fuzz_mem = duplicates
    return fuzz_in, fuzz_out, fuzz_mem


def _die_with_the_coordinator() -> None:
    """Have Linux kill this process when the coordinator process has died.

    A worker sees that its pipe is closed, but only between two calls, and a
    target in an endless loop comes to no end of a call.  Elsewhere such a
    worker lives on.
    """
    if sys.platform == "linux":
        with contextlib.suppress(Exception):  # no ctypes, or another C library
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


#: This worker's own descriptors.
_kept: set[int] = set()


def _guard_descriptors() -> None:
    """Have ``os.close`` and ``os.closerange`` pass over descriptors of the engine's, in this process.

    Programs that become daemons close all that there may be.  The worker would
    find out at the end of a call only, when the input that did it is long past.
    Children forked meanwhile close what they like.
    """
    close, closerange, here = real_os.close, real_os.closerange, os.getpid()

    def guarded_close(fd: int) -> None:
        if fd in _kept and os.getpid() == here:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))  # as if it were closed already
        close(fd)

    def guarded_closerange(fd_low: int, fd_high: int, /) -> None:
        for fd in sorted(_kept) if os.getpid() == here else ():
            if fd_low <= fd < fd_high:
                closerange(fd_low, fd)
                fd_low = fd + 1
        closerange(fd_low, fd_high)

    real_os.close, real_os.closerange = guarded_close, guarded_closerange


def _private(fd: int) -> int:
    try:
        private = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _PRIVATE_DESCRIPTORS)
    except OSError:
        private = _above(fd)  # the limit on open files is lower than that
    _kept.add(private)
    return private


def private_stderr() -> int:
    """Return a duplicate of standard error that a target is not likely to close."""
    return _private(2)


def is_interrupt_error(returncode: int) -> bool:
    """Did SIGINT end the process?"""
    return returncode == -signal.SIGINT


def termination_signal(returncode: int) -> int | None:
    """Return the signal's number if one ended the process, or None."""
    return -returncode if returncode < 0 else None


def is_crash_signal(signum: int) -> bool:
    """Is it a signal that a fault in the program raises?"""
    return signum in _CRASH_SIGNALS


def describe_exit(returncode: int) -> str:
    """Say how the process ended: ``exit status 99`` or ``signal: segmentation fault``."""
    if returncode >= 0:
        return f"exit status {returncode}"
    number = -returncode
    if number in _SIGNAL_NAMES and (_IS_LINUX_NUMBERING or number not in (7, 10, 12)):
        return f"signal: {_SIGNAL_NAMES[number]}"
    name = signal.strsignal(number)
    return f"signal: {name.lower() if name else number}"
