"""Memory held back, so that running out of memory can still be told.

Owns the reserve of one process and its use when a MemoryError leaves the
target.  What has filled the memory is held by the frames of that error's
traceback as a rule, and a report needs some before they are gone.  Knows
nothing of targets or reports.  Runs wherever targets do; testing_f.py calls it.
"""

from __future__ import annotations

import contextlib
import gc

from gofuzz_py.internal.raised import is_a, traceback_of

#: Some arenas of the interpreter's allocator.  Never written to, so it costs addresses only.
_RESERVE_BYTES = 8 << 20

_held: list[bytearray] = []


def hold_reserve() -> None:
    """Set the reserve aside, if there is memory for it."""
    if not _held:
        with contextlib.suppress(MemoryError):  # the report just made is all that there will be
            _held.append(bytearray(_RESERVE_BYTES))


def make_room(error: BaseException) -> None:
    """Where ``error`` is a MemoryError, free the reserve and what its ended frames hold."""
    if not is_a(error, MemoryError):
        return
    _held.clear()
    tb = traceback_of(error)
    tb = tb.tb_next if tb is not None else None  # the first frame is the caller's and still runs
    while tb is not None:
        with contextlib.suppress(RuntimeError):  # a suspended generator, or a frame that runs once more
            tb.tb_frame.clear()
        tb = tb.tb_next
    gc.collect()  # what has filled the memory may hold itself
