"""The memory that the coordinator process shares with one worker process.

Owns the layout: a header and, after it, the value being run.  Gives no
synchronisation: during a call the worker owns the value and the coordinator
only looks at the header; between calls the coordinator owns both (the calls
travel over pipes, see worker.py).  Mirrors Go's mem.go.

Departure: Go stores the value that a chain of mutations started from, and the
random state, and re-creates a failing input by replay.  Here the worker
stores each whole value before it runs it, so what a worker died of can be
read off the memory, whatever the target did to the process.

Header, little endian:

====== =========== ==========================================================
offset field       meaning
====== =========== ==========================================================
0      count       calls of the target since the coordinator zeroed it,
                   raised before each call
8      value_len   bytes of the value that are valid
16     flags       bit 0: the worker gave up for a reason of its own (exit 70)
                   bit 1: the worker is minimizing
                   bit 2: the worker could no longer use its pipes
                   bit 3: the worker ran out of memory
                   bit 4: the worker ran out of stack
====== =========== ==========================================================
"""

from __future__ import annotations

import contextlib
import errno
import struct
import tempfile
from collections.abc import Callable, Sequence

from gofuzz_py.errors import SharedMemoryError
from gofuzz_py.internal import sys_platform
from gofuzz_py.internal.isolated import os
from gofuzz_py.internal.kinds import Value

#: Room for the header; Go's is as large on 64-bit machines.
HEADER_SIZE = 40
#: count, value_len
_HEAD = struct.Struct("<QQ")
_FLAGS = struct.Struct("<Q")
_FLAGS_OFFSET = 16
#: How often a count of 0 is looked at before it is believed; one look in fifty errs.
_LOOKS = 4

#: Bits of the flags field.
INTERNAL_FAILURE = 1
MINIMIZING = 2
PIPES_LOST = 4
OUT_OF_MEMORY = 8
OUT_OF_STACK = 16


def shared_mem_size(value_size: int) -> int:
    """Return how many bytes a file needs to hold the header and a value of ``value_size`` bytes."""
    return HEADER_SIZE + value_size


class SharedMem:
    """A mapped file holding the header and one value.

    Made by :func:`shared_mem_temp_file` in the coordinator process and by
    :func:`shared_mem_open` in a worker process.  ``close`` must be called in
    both; in the coordinator it removes the file.
    """

    def __init__(self, fd: int, size: int, name: str | None) -> None:
        self.fd = fd
        #: Path to remove at ``close``; None in a worker process.
        self.name = name
        mapped = sys_platform.platform.shared_mem_map_file(fd, size)
        #: The mapped bytes, for the worker's inner loop.
        self.region = mapped.region
        self._unmap_steps = mapped.unmap_steps
        self._is_closed = False
        #: Bytes a value may have.
        self.capacity = size - HEADER_SIZE

    @property
    def count(self) -> int:
        """Calls of the target since ``reset_count``.

        ``struct`` zeroes a field before it fills it, so a look at a running
        worker may see 0 by accident; a second look tells.
        """
        count = 0
        for _ in range(_LOOKS):
            count = _HEAD.unpack_from(self.region, 0)[0]
            if count:
                break
        return count

    @property
    def flags(self) -> int:
        """The flag bits the worker has set."""
        flags: int = _FLAGS.unpack_from(self.region, _FLAGS_OFFSET)[0]
        return flags

    @flags.setter
    def flags(self, flags: int) -> None:
        _FLAGS.pack_into(self.region, _FLAGS_OFFSET, flags)

    def reset_count(self) -> None:
        """Zero the count and the flags before a call."""
        _HEAD.pack_into(self.region, 0, 0, _HEAD.unpack_from(self.region, 0)[1])
        self.flags = 0

    def value_copy(self) -> bytes:
        """Return the value as bytes of its own.

        Raises SharedMemoryError where the header was overwritten with a
        length that does not fit the memory.
        """
        length = _HEAD.unpack_from(self.region, 0)[1]
        if length > self.capacity:
            raise SharedMemoryError(f"shared memory header damaged: value length {length}")
        return bytes(self.region[HEADER_SIZE : HEADER_SIZE + length])

    def set_value(self, value: bytes) -> None:
        """Store ``value`` and its length; raises SharedMemoryError if it does not fit."""
        length = len(value)
        if length > self.capacity:
            raise SharedMemoryError(
                f"value length {length} larger than shared memory capacity {self.capacity}"
            )
        self.region[HEADER_SIZE : HEADER_SIZE + length] = value
        _HEAD.pack_into(self.region, 0, self.count, length)

    def recorder(
        self, encode: Callable[[Sequence[Value]], bytes] | None
    ) -> Callable[[Sequence[Value], int], None]:
        """Return the inner loop's ``record(values, count)``: store both before a call.

        ``encode`` turns values into bytes; None stands for one ``bytes``
        argument, which needs no turning.  What is stored must fit (the mutators
        keep to ``capacity``); more raises ValueError or IndexError from the
        mapping itself.
        """
        region, pack_into, start = self.region, _HEAD.pack_into, HEADER_SIZE

        def record_bytes(values: Sequence[Value], count: int) -> None:
            value: bytes = values[0]  # type: ignore[assignment]
            length = len(value)
            region[start : start + length] = value
            pack_into(region, 0, count, length)

        def record(values: Sequence[Value], count: int) -> None:
            data = encode(values)  # type: ignore[misc]
            length = len(data)
            region[start : start + length] = data
            pack_into(region, 0, count, length)

        return record_bytes if encode is None else record

    def unlink(self) -> None:
        """Remove the file now, where the system lets it live on without a name.

        Then nothing is left behind even if the coordinator process is killed.
        """
        if self.name is not None and os.name == "posix":
            with contextlib.suppress(OSError):  # close will say so
                os.remove(self.name)
                self.name = None

    def close(self) -> None:
        """Unmap, close and, where this process made the file, remove it.

        Every step is tried, also after one failed; the first error is raised
        at the end.  A second call does nothing.
        """
        if self._is_closed:
            return
        self._is_closed = True
        steps: list[Callable[[], None]] = [*self._unmap_steps, lambda: os.close(self.fd)]
        if self.name is not None:
            name = self.name
            steps.append(lambda: os.remove(name))
        errors: list[Exception] = []
        for step in steps:
            try:
                step()
            except Exception as error:  # each kind of failure must leave the later steps a chance
                errors.append(error)
        if errors:
            raise SharedMemoryError(f"closing shared memory: {errors[0]}") from errors[0]


def shared_mem_temp_file(value_size: int) -> SharedMem:
    """Make a temporary file for values of up to ``value_size`` bytes and map it.

    The file's blocks are reserved at once where the system can: a full disk is
    then an error here, with a path and a reason, and not a bus error in the
    middle of a run.  Raises SharedMemoryError.
    """
    try:
        fd, name = _make_file(tempfile.tempdir or tempfile.gettempdir())
    except OSError as error:
        raise SharedMemoryError(
            f"cannot make shared memory: {error}; set TMPDIR to a writable folder"
        ) from error
    size = shared_mem_size(value_size)
    try:
        os.truncate(fd, size)
        _reserve(fd, size)
        return SharedMem(fd, size, name)
    except (OSError, ValueError, OverflowError) as error:
        with contextlib.suppress(OSError):
            os.close(fd)
        with contextlib.suppress(OSError):
            os.remove(name)
        raise SharedMemoryError(
            f"cannot make {size} bytes of shared memory in {os.path.dirname(name)}: {error}; "
            "free some space there or set TMPDIR to another folder"
        ) from error


def _make_file(directory: str) -> tuple[int, str]:
    """Make a new file and return it open, with its path.

    Not by ``tempfile.mkstemp``, which uses the ``os`` and the ``random`` that a
    seed, run in this process before, may have patched.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    name = os.path.join(directory, f"fuzz-{os.urandom(8).hex()}")
    return os.open(name, flags, 0o600), name


def _reserve(fd: int, size: int) -> None:
    """Take the file's blocks from the disk now; raises OSError when it is full."""
    if not hasattr(os, "posix_fallocate"):
        return
    try:
        os.posix_fallocate(fd, 0, size)
    except OSError as error:
        if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS):
            raise  # those three: the file system cannot, which is no reason not to go on


def shared_mem_open(fd: int) -> SharedMem:
    """Map the file behind the inherited descriptor ``fd``, in a worker process."""
    try:
        size = os.fstat(fd).st_size
        if size < HEADER_SIZE:
            raise ValueError(f"fuzz temp file has only {size} bytes")
        return SharedMem(fd, size, None)
    except (OSError, ValueError) as error:
        raise SharedMemoryError(f"cannot map the shared memory: {error}") from error
