"""What the two ends of a worker talk through: two pipes and the shared memory.

Owns the record of the three and the writing of whole lines.  Knows nothing of
what is said.  worker.py holds one end, in the coordinator process, and
worker_server.py the other, in the worker process; neither needs the other.
In Go this is ``workerComm`` of worker.go.
"""

from __future__ import annotations

from dataclasses import dataclass

from gofuzz_py.internal.isolated import os
from gofuzz_py.internal.mem import SharedMem


@dataclass(frozen=True, slots=True)
class WorkerComm:
    """What the two sides of a worker talk through: two pipes and the shared memory.

    During a call the worker process owns the value in ``mem``; otherwise the
    coordinator process does.
    """

    fuzz_in: int
    fuzz_out: int
    mem: SharedMem


def write_all(fd: int, data: bytes) -> None:
    """Write all of ``data`` to a descriptor; raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
