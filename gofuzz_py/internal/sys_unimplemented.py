"""The platform where fuzzing does not work: every function says so in one line.

Mirrors Go's sys_unimplemented.go, whose functions panic.  Seeds still run as
ordinary tests here; only ``-fuzz`` needs shared memory and worker processes.
"""

from __future__ import annotations

import sys
from typing import NoReturn

from gofuzz_py.errors import UsageError
from gofuzz_py.internal.sys_contract import MappedFile, Process, SpawnRequest, WorkerDescriptors


def _refuse() -> NoReturn:
    raise UsageError(
        f"-fuzz flag is not supported on {sys.platform}; seeds and failing inputs run without it"
    )


def shared_mem_map_file(fd: int, size: int) -> MappedFile:
    """Refuse."""
    _refuse()


def set_worker_comm(request: SpawnRequest, descriptors: WorkerDescriptors) -> Process:
    """Refuse."""
    _refuse()


def get_worker_comm() -> tuple[int, int, int]:
    """Refuse."""
    _refuse()


def private_stderr() -> int:
    """Refuse."""
    _refuse()


def is_interrupt_error(returncode: int) -> bool:
    """Refuse."""
    _refuse()


def termination_signal(returncode: int) -> int | None:
    """Refuse."""
    _refuse()


def is_crash_signal(signum: int) -> bool:
    """Refuse."""
    _refuse()


def describe_exit(returncode: int) -> str:
    """Refuse."""
    _refuse()
