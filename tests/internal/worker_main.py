"""A worker process for the tests of worker.py: ``python -m tests.internal.worker_main TARGET [LOG]``.

Owns small targets with a known behaviour, and a coverage core that is told by
the target what it reaches.  LOG is a file to which targets append what they
were run on, one hexadecimal line each.  Knows the worker's side of the engine
(worker_server.py) and nothing of fuzz tests.  Not a test module.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence

from gofuzz_py.internal import explorer, kinds
from gofuzz_py.internal.coverage import Report
from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.messages import Failure
from gofuzz_py.internal.worker_server import about, run_fuzz_worker
from tests.internal.helpers_core import TellingCore

#: What a target under test here is: values in, failure or None out.
Target = Callable[[Sequence[Value]], Failure | None]


class ToldCore(TellingCore):
    """A coverage core whose locations are whatever the target says it has reached; it sees no conditions."""

    name = "told"
    can_observe = False


core = ToldCore()
executions = 0


def log(values: Sequence[Value]) -> None:
    """Append a value to the log."""
    data = values[0] if isinstance(values[0], bytes) else repr(values).encode()
    with open(sys.argv[2], "a", encoding="ascii") as file:
        file.write(data.hex() + "\n")


def passes(values: Sequence[Value]) -> None:
    """Pass."""
    log(values)


def fails_on_a_or_b(values: Sequence[Value]) -> Failure | None:
    """Fail in one way where there is an A, in another where there is a B."""
    log(values)
    assert isinstance(values[0], bytes)
    for origin in (b"A", b"B"):
        if origin in values[0]:
            return Failure(f"failed on {values[0]!r}", origin.decode())
    return None


def fails_at_length_3(values: Sequence[Value]) -> Failure | None:
    """Fail on values of three bytes."""
    log(values)
    assert isinstance(values[0], bytes)
    return Failure(f"failed on {values[0]!r}", "3") if len(values[0]) == 3 else None


def fails_every_second_time(values: Sequence[Value]) -> Failure | None:
    """Fail now and then."""
    global executions
    executions += 1
    return Failure("flaky", "A") if executions % 2 == 0 else None


def dies_at_7(values: Sequence[Value]) -> None:
    """End the process in the seventh execution, saying nothing."""
    global executions
    executions += 1
    log(values)
    if executions == 7:
        os._exit(9)


def dies_on_short(values: Sequence[Value]) -> Failure | None:
    """Fail on everything, and end the process on what is short."""
    log(values)
    assert isinstance(values[0], bytes)
    if len(values[0]) < 5:
        os._exit(9)
    return Failure("long", "A")


def writes_garbage(values: Sequence[Value]) -> None:
    """Write to the answers' pipe."""
    os.write(4, b"!!\n")


def floods_stderr(values: Sequence[Value]) -> None:
    """Write a lot to standard error, and die."""
    os.write(2, b"first\n" + b"x" * 200_000 + b"\nlast \xff\n")
    os._exit(9)


def hangs(values: Sequence[Value]) -> None:
    """Run for ever; SIGINT ends it."""
    log(values)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    time.sleep(600)


def ignores_everything(values: Sequence[Value]) -> None:
    """Run for ever, whatever comes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    log(values)
    while True:
        time.sleep(600)


def forks(values: Sequence[Value]) -> None:
    """Fork, and return in both processes."""
    pid = os.fork()
    if not pid:
        return
    _, status = os.waitpid(pid, 0)
    log([b"child ended with %d" % os.waitstatus_to_exitcode(status)])


def overwrites_memory(values: Sequence[Value]) -> None:
    """Write over the header of the shared memory."""
    for fd in range(200, 210):  # the engine's own duplicates are there; 5 is the null device by now
        with contextlib.suppress(OSError):
            os.pwrite(fd, b"\xff" * 16, 0)
    os._exit(9)


def reaches_bytes(values: Sequence[Value]) -> None:
    """Reach one location for each of the letters in the value, as often as it is there."""
    log(values)
    assert isinstance(values[0], bytes)
    core.reach(byte for byte in values[0] if byte >= ord("a"))


def reaches_something_new_each_time(values: Sequence[Value]) -> None:
    """Reach what no execution before has reached, as code does that fills a cache."""
    global executions
    executions += 1
    core.reach([executions])


def reaches_and_fails_second_time(values: Sequence[Value]) -> Failure | None:
    """Reach a new location with every value, and fail when that is looked at closer."""
    global executions
    executions += 1
    log(values)
    assert isinstance(values[0], bytes)
    core.reach([len(values[0])])
    return Failure("second", "second") if executions % 2 == 0 else None


def reaches_and_fails_while_shrinking(values: Sequence[Value]) -> Failure | None:
    """Reach a location with long values, and fail on those that are shorter than the seed."""
    log(values)
    assert isinstance(values[0], bytes)
    if len(values[0]) > 8:
        core.reach([1])
    return Failure("short", "short") if 0 < len(values[0]) < 8 else None


class Appender:
    """In place of the mutator: every mutation appends one byte."""

    def __init__(self, *arguments: object) -> None:
        pass

    def mutate(self, values: list[Value]) -> None:
        """Append a byte."""
        assert isinstance(values[0], bytes)
        values[0] += b"+"

    def reward(self) -> None:
        """Learn nothing."""

    def forget_declines(self) -> None:
        """Decline nothing."""


def main() -> None:
    """Serve with the target that the command line names."""
    name, _, option = sys.argv[1].partition(":")
    if name == "exits":
        os.write(2, b"leaving early\n")
        os._exit(3)
    if name == "babbles":
        os.write(4, b"hello\n")
    taken: list[Kind] = [kinds.INT8, kinds.STR, kinds.FLOAT] if option == "typed" else [kinds.BYTES]
    if option == "appending":
        setattr(explorer, "Mutator", Appender)  # noqa: B010 - the module imports it, and does not offer it
    target: Target = globals()[name]
    run_fuzz_worker(taken, target, core, about(taken, core, "a test", Report()))


if __name__ == "__main__":
    main()
