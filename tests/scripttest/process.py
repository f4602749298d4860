"""One command running as a process of its own, with its output kept.

Owns starting, waiting, signalling and killing.  Knows nothing of scripts.
Runs in the testing process; commands_run.py starts processes, state.py ends
those that are left.

Each command leads a session of its own, so that the whole group can be
interrupted or killed and no signal reaches the test runner.  Output goes
through pipes, because a regular file behaves differently under a file size
limit, and is read by threads, because a process may close its pipes and live
on, or end while another still holds them: end of output and end of process are
two events, and both are waited for.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

_IS_POSIX = os.name == "posix"
if sys.platform == "win32":
    # There is no SIGINT for a group other than one's own.
    _REQUESTS: tuple[signal.Signals, ...] = (signal.CTRL_BREAK_EVENT,)
else:
    _REQUESTS = (signal.SIGINT, signal.SIGQUIT)


class Process:
    """A running or ended command; all methods may be called from any thread."""

    def __init__(
        self,
        argv: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        stdin: bytes = b"",
        *,
        drain_s: float = 2.0,
    ) -> None:
        """Start ``argv``; raises OSError where that cannot be done.

        ``drain_s`` is how long output may stay open after the process ended.
        """
        self._drain_s = drain_s
        self._changed = threading.Condition()
        self._stdout = bytearray()
        self._stderr = bytearray()
        self._open_pipes = 2
        self._returncode: int | None = None
        self._popen = _start(argv, cwd, env, stdin)
        assert self._popen.stdout is not None
        assert self._popen.stderr is not None
        self._spawn(self._read, self._popen.stdout, self._stdout)
        self._spawn(self._read, self._popen.stderr, self._stderr)
        self._spawn(self._reap)

    @property
    def pid(self) -> int:
        """Return the process id, which is also that of its group."""
        return self._popen.pid

    @property
    def returncode(self) -> int | None:
        """Return the exit status, a signal as a negative number, or None while running."""
        with self._changed:
            return self._returncode

    @property
    def is_output_held(self) -> bool:
        """Has it ended, while a process that it left behind keeps its output open?"""
        with self._changed:
            return self._returncode is not None and self._open_pipes > 0

    def output(self) -> tuple[bytes, bytes]:
        """Return standard output and standard error so far."""
        with self._changed:
            return bytes(self._stdout), bytes(self._stderr)

    def wait(self, timeout_s: float) -> bool:
        """Wait for the end of the process, then a moment for the end of its output.

        Returns whether it has ended; `is_output_held` tells of the output.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._returncode is not None, timeout_s):
                return False
            self._changed.wait_for(lambda: self._open_pipes == 0, self._drain_s)
            return True

    def wait_for_output(self, is_enough: Callable[[bytes, bytes], bool], timeout_s: float) -> bool:
        """Wait until the output so far is enough; False if time is up or no more can come."""

        def enough() -> bool:
            return is_enough(bytes(self._stdout), bytes(self._stderr))

        with self._changed:
            self._changed.wait_for(lambda: enough() or self._open_pipes == 0, timeout_s)
            return enough()

    def send_signal(self, number: signal.Signals, to_group: bool = False) -> bool:
        """Send a signal; False if the process has already ended."""
        with self._changed:
            # A pid may be another's once it was reaped.  Popen notes that
            # before the reaper thread gets to announce it here, so ask both.
            if self._returncode is not None or self._popen.poll() is not None:
                return False
            if to_group:
                _signal_group(self.pid, number)
            else:
                self._popen.send_signal(number)
            return True

    def stop(self, grace_s: float) -> None:
        """Ask the group to stop, as Ctrl-C and Ctrl-\\ would, and kill what is left after ``grace_s``.

        Asking first is what makes a hung Python program show where it hung.
        """
        for number in _REQUESTS:
            if not self.send_signal(number, to_group=True) or self.wait(grace_s / len(_REQUESTS)):
                break
        self.kill()

    def kill(self) -> None:
        """Kill the process and its group, and wait until it is gone."""
        if sys.platform == "win32":
            if self.returncode is None:
                command = ["taskkill", "/F", "/T", "/PID", str(self.pid)]
                subprocess.run(command, capture_output=True, check=False)
        elif self.returncode is None or sys.platform != "linux":
            # With the leader gone the group's number could in theory be
            # another's; on Linux `kill_processes_of` finds the rest safely.
            _signal_group(self.pid, signal.SIGKILL)
        with self._changed:
            self._changed.wait_for(lambda: self._returncode is not None)
            self._changed.wait_for(lambda: self._open_pipes == 0, 0.1)

    def _spawn(self, run: Callable[..., None], *args: object) -> None:
        # Daemons, because a pipe held open by a stranger must not keep the
        # test runner from ending.
        threading.Thread(target=run, args=args, daemon=True).start()

    def _read(self, pipe: IO[bytes], kept: bytearray) -> None:
        with pipe:
            while chunk := os.read(pipe.fileno(), 65536):
                with self._changed:
                    kept += chunk
                    self._changed.notify_all()
        with self._changed:
            self._open_pipes -= 1
            self._changed.notify_all()

    def _reap(self) -> None:
        returncode = self._popen.wait()
        with self._changed:
            self._returncode = returncode
            self._changed.notify_all()


def stop_ignoring_interrupts() -> None:
    """See that processes started from here on can be interrupted.

    A shell starts its background jobs with SIGINT and SIGQUIT ignored, and
    what is ignored stays so in children.  Does nothing outside the main
    thread, where signal handling cannot be changed.
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        return
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


def _start(argv: Sequence[str], cwd: Path, env: Mapping[str, str], stdin: bytes) -> subprocess.Popen[bytes]:
    new_group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    with tempfile.TemporaryFile() as source:
        source.write(stdin)
        source.seek(0)
        return subprocess.Popen(
            argv,
            cwd=cwd,
            env=dict(env),
            stdin=source if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=_IS_POSIX,
            creationflags=new_group,
        )


def _signal_group(pid: int, number: signal.Signals) -> None:
    if sys.platform == "win32":
        os.kill(pid, number)
        return
    # Gone already; macOS says "not permitted" for a group of zombies.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def describe_status(returncode: int) -> str:
    """Say how a process ended: ``exit status 1`` or ``signal SIGKILL``."""
    if returncode >= 0:
        return f"exit status {returncode}"
    try:
        return f"signal {signal.Signals(-returncode).name}"
    except ValueError:
        return f"signal {-returncode}"


def processes_of(area: Path) -> list[tuple[int, str]] | None:
    """Find the processes that belong to a script, as pairs of pid and command line.

    A process belongs to it when its environment names the script's area or
    its working directory lies there, whatever session it has moved to.  Only
    Linux can tell; elsewhere the answer is None.
    """
    if sys.platform != "linux":
        return None
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [(pid, _command_line(pid)) for pid in sorted(pids) if pid != os.getpid() and _belongs(pid, area)]


def kill_processes_of(area: Path, timeout_s: float = 5.0) -> None:
    """Kill every process that `processes_of` finds, until none is left."""
    if sys.platform == "win32":
        return
    give_up = time.monotonic() + timeout_s
    while (left := processes_of(area)) and time.monotonic() < give_up:
        for pid, _ in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)  # not ours to wait for: only asking again tells that they are gone


def _belongs(pid: int, area: Path) -> bool:
    inside = os.fsencode(area) + b"/"
    try:
        if inside in Path(f"/proc/{pid}/environ").read_bytes():
            return True
        return os.readlink(f"/proc/{pid}/cwd".encode()).startswith(inside)
    except OSError:
        return False  # ended meanwhile, a zombie, or another user's


def _command_line(pid: int) -> str:
    try:
        text = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").strip()
        # There is no command line for a moment while a program is being loaded.
        text = text or Path(f"/proc/{pid}/comm").read_bytes().strip()
    except OSError:
        return "(ended)"
    return text.decode("utf-8", "backslashreplace")
