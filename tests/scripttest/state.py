"""What one script has done so far: its directory, variables, output and processes.

Owns everything that changes while a script runs.  Knows the place (area.py)
and processes (process.py), but no command, no grammar and no test framework.
Runs in the testing process, one `State` for each run of a script, used by the
one thread that runs it; only `abort` may be called from another.

The counterpart of state.go in Go's script engine.
"""

from __future__ import annotations

import glob
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.scripttest.area import Area
from tests.scripttest.errors import CommandFailed, CommandMisused, DeadlineExceeded
from tests.scripttest.log import Log
from tests.scripttest.process import Process, kill_processes_of
from tests.scripttest.usage import Call, Command


@dataclass(frozen=True, slots=True)
class Options:
    """How scripts are to be run; the same for all of them."""

    #: The interpreter under test.
    interpreter: str
    #: The checkout from which ``gofuzz_py`` is imported.
    checkout: Path
    #: What the condition ``short`` answers.
    is_short: bool = False
    #: Rewrite expected texts in the script files instead of failing?
    is_update: bool = False
    #: Keep the directories of scripts that failed, and say where they are?
    keeps_area: bool = False
    #: Show passed sections in full?
    is_verbose: bool = False
    #: How long a script may take, unless it says otherwise with ``deadline``.
    limit_s: float = 120.0
    #: How long a hung command may take to react to an interrupt before it is killed.
    grace_s: float = 5.0
    #: How long output may stay open after its process has ended.
    drain_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Output:
    """What the last command left behind to be looked at."""

    stdout: bytes = b""
    stderr: bytes = b""
    #: Exit status as subprocess has it; None where no single process was run.
    status: int | None = None
    #: Number of the section in which it appeared.
    section: int = -1

    @property
    def merged(self) -> bytes:
        """Return standard output, then standard error, each beginning on its own line."""
        # In this order, not as they came: two pipes have no common order.
        gap = b"\n" if self.stdout and not self.stdout.endswith(b"\n") else b""
        return self.stdout + gap + self.stderr


@dataclass(slots=True)
class Background:
    """A command started with ``&`` and not yet waited for."""

    process: Process
    call: Call
    #: Was it sent a signal by the script?  Then it need not be waited for.
    is_killed: bool = False


@dataclass(slots=True)
class State:
    """One script being run."""

    area: Area
    options: Options
    log: Log
    #: Everything the script can call, for ``help``.
    commands: Mapping[str, Command]
    #: The current directory of the script.
    cwd: Path
    #: The variables of its commands.
    env: dict[str, str]
    #: The texts of the archive's files that ``cmp`` may rewrite, by path.
    expected: dict[Path, bytes]
    #: The new texts of those that ``cmp`` did rewrite.
    updates: dict[Path, bytes] = field(default_factory=dict)
    output: Output = field(default_factory=Output)
    #: Bytes for the standard input of the next process.
    stdin: bytes = b""
    #: Commands in the background by name, in the order of their start.
    background: dict[str, Background] = field(default_factory=dict)
    #: Every process that was started, ended or not.
    started: list[Process] = field(default_factory=list)
    #: Number of the current section.
    section: int = 0
    #: How long the script may take from `began` on.
    limit_s: float = 120.0
    began: float = field(default_factory=time.monotonic)
    #: Set when the whole run is being given up.
    aborted: threading.Event = field(default_factory=threading.Event)

    def remaining_s(self) -> float:
        """Return the time that is left to the script, never less than nothing."""
        return max(0.0, self.began + self.limit_s - time.monotonic())

    def path(self, name: str) -> Path:
        """Return the path that a script means by ``name``."""
        return Path(os.path.normpath(self.cwd / name))

    def paths(self, pattern: str) -> list[Path]:
        """Return the existing paths that match a pattern; a name without ``*?[`` stands for itself.

        Raises `CommandFailed` for a pattern that matches nothing.
        """
        if not glob.has_magic(pattern):
            return [self.path(pattern)]
        found = glob.glob(pattern, root_dir=self.cwd, recursive=True, include_hidden=True)
        if not found:
            raise CommandFailed(f"no file matches {pattern}")
        return [self.path(name) for name in sorted(found)]

    def read(self, name: str) -> bytes:
        """Return the contents of a file, or of the last ``stdout``, ``stderr`` or ``output``.

        Raises `CommandMisused` if there is no such file, so that a check of a
        file that is missing never passes for one that found nothing.
        """
        if name in ("stdout", "stderr"):
            return self.output.stdout if name == "stdout" else self.output.stderr
        if name == "output":
            return self.output.merged
        try:
            return self.path(name).read_bytes()
        except OSError as error:
            raise CommandMisused(f"cannot read {name}: {error.strerror}") from None

    def print(self, text: str) -> None:
        """Make ``text`` the output of the current command."""
        self.set_output(text.encode("utf-8", "surrogateescape"), b"", None)

    def set_output(self, stdout: bytes, stderr: bytes, status: int | None) -> None:
        """Keep and log what a command left behind."""
        if os.name == "nt":
            stdout, stderr = stdout.replace(b"\r\n", b"\n"), stderr.replace(b"\r\n", b"\n")
        self.output = Output(stdout, stderr, status, self.section)
        self.log_output()

    def log_output(self) -> None:
        """Show the output of the last command in the log."""
        self.log.stream("stdout", self.output.stdout)
        self.log.stream("stderr", self.output.stderr)

    def await_end(self, process: Process) -> None:
        """Wait for a process; when time is up, stop it, log its output and raise `DeadlineExceeded`."""
        if not process.wait(self.remaining_s()):
            process.stop(self.options.grace_s)
            self.log.note("time is up: it was asked to stop, and killed if it did not")
            self.set_output(*process.output(), process.returncode)
            raise DeadlineExceeded(self.hung())

    def hung(self) -> str:
        """Say that the command now running has used up the script's time."""
        return f"hung: the script's limit of {self.limit_s:g}s is over (deadline DURATION sets another)"

    def abort(self) -> None:
        """Give the run up: end what is running; the engine stops at the next line."""
        self.aborted.set()
        self._kill_all()

    def close(self) -> None:
        """End every process that is left; must be called once, however the run went."""
        self._kill_all()

    def _kill_all(self) -> None:
        for process in list(self.started):
            process.kill()
        kill_processes_of(self.area.root)
