"""What each platform file must offer, and the records that pass between it and its callers.

Owns the types and protocols that ``sys_posix``, ``sys_windows`` and
``sys_unimplemented`` share, and nothing that runs.  Knows nothing of which of
them is used: that is sys_platform.py, the only one who imports them.  Go
repeats the seven function names behind build tags; here the repeated names
are checked by mypy against :class:`Platform`, for each platform.
Seen by the coordinator process and by worker processes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class Region(Protocol):
    """Bytes mapped from a file: what ``mmap.mmap`` and a ``memoryview`` both can."""

    def __len__(self) -> int: ...
    def __getitem__(self, where: slice, /) -> bytes | memoryview: ...
    def __setitem__(self, where: slice, data: bytes, /) -> None: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...


@dataclass(frozen=True, slots=True)
class MappedFile:
    """A file mapped into memory, and the steps that undo it."""

    #: The bytes of the file; writing here is seen by every process that maps it.
    region: Region
    #: Called in order to unmap; every one is called even if an earlier one raised.
    unmap_steps: tuple[Callable[[], None], ...]


@dataclass(frozen=True, slots=True)
class SpawnRequest:
    """How to start a worker process; the same for every worker of a run."""

    #: Program and arguments.
    argv: Sequence[str]
    #: Environment of the worker.
    env: Mapping[str, str]
    #: Folder the worker starts in (the coordinator's own at its start).
    directory: str


@dataclass(frozen=True, slots=True)
class WorkerDescriptors:
    """The coordinator's descriptors that a new worker process inherits."""

    #: Read end of the pipe on which calls travel to the worker.
    fuzz_in: int
    #: Write end of the pipe on which answers come back.
    fuzz_out: int
    #: The shared memory's file.
    fuzz_mem: int
    #: Where the worker's standard error goes; standard output is thrown away.
    stderr: int


class Process(Protocol):
    """A running worker process, seen from the coordinator."""

    @property
    def pid(self) -> int: ...

    def wait(self) -> int:
        """Block until the process has ended, end whatever it left in its group, return its code.

        The code is ``subprocess``'s: the exit status, or minus the signal's number.
        """
        ...

    def interrupt(self) -> None:
        """Ask the process to stop (SIGINT where there are signals)."""
        ...

    def abort(self) -> None:
        """Make the process write its Python stacks to standard error and die, where possible."""
        ...

    def kill(self) -> None:
        """End the process and its group at once; do nothing when it has ended already."""
        ...


class Platform(Protocol):
    """The functions each platform file offers (Go: sys_posix.go and its two siblings)."""

    def shared_mem_map_file(self, fd: int, size: int) -> MappedFile:
        """Map ``size`` bytes of the open file ``fd``; raises OSError."""
        ...

    def set_worker_comm(self, request: SpawnRequest, descriptors: WorkerDescriptors) -> Process:
        """Start a worker process that inherits the descriptors; raises OSError."""
        ...

    def get_worker_comm(self) -> tuple[int, int, int]:
        """Return fuzz_in, fuzz_out and fuzz_mem as descriptors, in the worker process.

        Raises OSError or ValueError where the process was not started as a worker.
        """
        ...

    def private_stderr(self) -> int:
        """Return a duplicate of standard error that a target is not likely to close, in a worker."""
        ...

    def is_interrupt_error(self, returncode: int) -> bool:
        """Did the process end because it was asked to stop?"""
        ...

    def termination_signal(self, returncode: int) -> int | None:
        """Return the number of the signal that ended the process, or None."""
        ...

    def is_crash_signal(self, signum: int) -> bool:
        """Is this signal one that a fault of the program causes, not another process?"""
        ...

    def describe_exit(self, returncode: int) -> str:
        """Say how a process ended, in Go's words: ``exit status 1``, ``signal: killed``."""
        ...
