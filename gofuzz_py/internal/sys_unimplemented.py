"""The platform where fuzzing does not work: every function says so in one line.

Mirrors Go's sys_unimplemented.go, whose functions panic.  Seeds still run as
ordinary tests here; only ``-fuzz`` needs shared memory and worker processes.
"""

from __future__ import annotations

import sys
from typing import NoReturn

from gofuzz_py.errors import UsageError
from gofuzz_py.internal.sys_contract import MappedFile, Process, SpawnRequest, WorkerDescriptors


def refuse() -> NoReturn:
    """Raise UsageError, naming the platform."""
    raise UsageError(
        f"-fuzz flag is not supported on {sys.platform}; seeds and failing inputs run without it"
    )


def shared_mem_map_file(fd: int, size: int) -> MappedFile:
    """Refuse."""
    refuse()


def set_worker_comm(request: SpawnRequest, descriptors: WorkerDescriptors) -> Process:
    """Refuse."""
    refuse()


def get_worker_comm() -> tuple[int, int, int]:
    """Refuse."""
    refuse()


def private_stderr() -> int:
    """Refuse."""
    refuse()


def is_interrupt_error(returncode: int) -> bool:
    """Refuse."""
    refuse()


def termination_signal(returncode: int) -> int | None:
    """Refuse."""
    refuse()


def is_crash_signal(signum: int) -> bool:
    """Refuse."""
    refuse()


def describe_exit(returncode: int) -> str:
    """Refuse."""
    refuse()
