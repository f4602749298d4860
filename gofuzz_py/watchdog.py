"""The end of tests and seeds that run for too long (``-timeout``), or leave the process.

Owns the timer of a run's tests, and the guard that makes ``os._exit`` in a
test a failure that is told.  A test cannot be stopped inside one process, so
the whole process ends, with a message that names what was running and the
stacks of all threads.  Go's ``-timeout`` does the same.
"""

from __future__ import annotations

import contextlib
import faulthandler
import sys
import threading
from collections.abc import Callable, Iterator
from typing import NoReturn

from gofuzz_py.durations import format_exact
from gofuzz_py.internal.isolated import os, time

#: How much later the C-level timer fires, for when a target holds the interpreter.
_GRACE_S = 1.0


class Watchdog:
    """The timer of one run; ``with watchdog:`` while tests may run.

    ``timeout_s`` is that of ``-timeout``, 0 for none; ``say`` prints a line.
    """

    def __init__(self, timeout_s: float, say: Callable[[str], None]) -> None:
        self._timeout_s = timeout_s
        self._say = say
        #: ``time.monotonic()`` at which the run ends, or None.
        self.deadline: float | None = None
        #: Names of what is running, with when it started and its own limit (0: none).
        self._running: list[tuple[str, float, float]] = []
        self._timer: threading.Timer | None = None
        self._depth = 0

    def __enter__(self) -> Watchdog:
        self._depth += 1
        if self._depth == 1:
            if self._timeout_s:
                self.deadline = time.monotonic() + self._timeout_s
            self._guarded_exit = _guard_exit(self._on_exit)
            self._guarded_exit.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._disarm()
            self._guarded_exit.__exit__(None, None, None)

    @contextlib.contextmanager
    def running(self, name: str, limit_s: float = 0.0) -> Iterator[None]:
        """Watch one test or seed, which may take ``limit_s`` seconds (0: no limit of its own)."""
        self._running.append((name, time.monotonic(), limit_s))
        self._arm()
        try:
            yield
        finally:
            self._running.pop()
            self._arm()

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Suspend the time limits and the guard: fuzzing has its own."""
        self._disarm()
        running, self._running = self._running, []
        deadline, self.deadline = self.deadline, None
        try:
            yield
        finally:
            self._running, self.deadline = running, deadline

    def _arm(self) -> None:
        """Set the timers for whichever limit comes first."""
        self._disarm()
        now = time.monotonic()
        limits = [] if self.deadline is None else [self.deadline - now]
        limits += [start + limit - now for _, start, limit in self._running if limit]
        if not limits or not self._running:
            return
        wait = max(0.001, min(limits))
        self._timer = threading.Timer(wait, self._expire)
        self._timer.daemon = True
        self._timer.start()
        with contextlib.suppress(Exception):  # no usable standard error
            faulthandler.dump_traceback_later(wait + _GRACE_S, exit=True)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            faulthandler.cancel_dump_traceback_later()

    def _expire(self) -> None:
        now = time.monotonic()
        late = [(name, limit) for name, start, limit in self._running if limit and now >= start + limit]
        if late:
            name, limit = late[-1]
            text = f"panic: {name} ran for more than {format_exact(limit)} (-fuzzinputtimeout)"
        else:
            text = f"panic: test timed out after {format_exact(self._timeout_s)}"
        self._say(text + self._running_text(now))
        with contextlib.suppress(Exception):  # no usable standard error
            sys.stderr.flush()
            faulthandler.dump_traceback(all_threads=True)
        self._leave()

    def _running_text(self, now: float) -> str:
        lines = [f"\n\t\t{name} ({now - start:.2f}s)" for name, start, _ in self._running[-1:]]
        return "\n\trunning tests:" + "".join(lines) if lines else ""

    def _on_exit(self, status: int) -> None:
        name = self._running[-1][0] if self._running else "a test"
        self._say(f"--- FAIL: {name}\n    called os._exit({status}), which ends the whole process")

    def _leave(self) -> NoReturn:
        self._say("FAIL")
        os._exit(1)


@contextlib.contextmanager
def _guard_exit(on_exit: Callable[[int], None]) -> Iterator[None]:
    """Make ``os._exit`` in this process say who called it, and fail.  Go does so for ``os.Exit(0)``.

    Children forked meanwhile leave as they like.
    """
    import os as real_os

    original, here = real_os._exit, os.getpid()

    def guarded(status: int) -> NoReturn:
        if os.getpid() == here:
            on_exit(status)
            os._exit(status or 1)
        original(status)

    real_os._exit = guarded
    try:
        yield
    finally:
        if real_os._exit is guarded:
            real_os._exit = original
