"""The end of imports, tests and seeds that run for too long (``-timeout``), or leave the process.

Owns the timer of a run's tests, and the guard that makes ``os._exit`` in a
test a failure that is told.  A test cannot be stopped inside one process, so
the whole process ends, with a message that names what was running and the
stacks of all threads.  Go's ``-timeout`` does the same.
"""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from gofuzz_py.durations import format_exact
from gofuzz_py.internal.isolated import os, time

#: How much later the C-level timer fires, for when a target holds the interpreter.
_GRACE_S = 1.0
#: Files whose frames say nothing to a user: ours, and those of what does the importing.
_HIDDEN = (os.path.dirname(os.path.abspath(__file__)) + os.sep, importlib.__file__, "<frozen ")


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
        self._is_on = False

    def __enter__(self) -> Watchdog:
        self._depth += 1
        if self._depth == 1:
            if self._timeout_s:
                self.deadline = time.monotonic() + self._timeout_s
            self._guarded_exit = _guard_exit(self._on_exit, lambda: self._is_on)
            self._guarded_exit.__enter__()
            self._is_on = True
        return self

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._disarm()
            self._is_on = False
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
        is_on, self._is_on = self._is_on, False
        try:
            yield
        finally:
            self._running, self.deadline, self._is_on = running, deadline, is_on

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

    def _on_exit(self, call: str) -> NoReturn:
        name = self._running[-1][0] if self._running else "a test"
        self._say(f"--- FAIL: {name}\n    called {call}, which ends the whole process{_callers()}")
        self._leave()

    def _leave(self) -> NoReturn:
        self._say("FAIL")
        os._exit(1)


def _callers() -> str:
    """Return the stack of the caller's code, a line before it, or nothing where that cannot be had."""
    with contextlib.suppress(Exception):  # whatever the target has made of open or linecache
        frames = [frame for frame in traceback.extract_stack() if not frame.filename.startswith(_HIDDEN)]
        lines = "".join(traceback.format_list(frames)).splitlines()
        return "\n".join(["", *("    " + line for line in lines)])
    return ""


#: What replaces or ends the process with no word; the other ``exec`` functions call these.
_LEAVING = ("_exit", "execv", "execve")


@contextlib.contextmanager
def _guard_exit(on_exit: Callable[[str], NoReturn], is_on: Callable[[], bool]) -> Iterator[None]:
    """Make ``os._exit`` and ``exec`` in this process say who called them, and fail.

    Go does so for ``os.Exit(0)``.  Children forked meanwhile leave as they like,
    and so does who has taken the guard for the function and calls it later,
    when ``is_on`` says no more.
    """
    import os as real_os

    here = os.getpid()

    def guard(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if is_on() and os.getpid() == here:
                on_exit(f"os.{name}({', '.join(map(repr, [*args, *kwargs.values()][:1]))})")
            return original(*args, **kwargs)

        return guarded

    originals = {name: getattr(real_os, name) for name in _LEAVING}
    guards = {name: guard(name, original) for name, original in originals.items()}
    vars(real_os).update(guards)
    try:
        yield
    finally:
        for name, original in originals.items():
            if getattr(real_os, name, None) is guards[name]:
                setattr(real_os, name, original)
