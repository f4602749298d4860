"""Run one fuzzer to its end, or to ours, and note what it did and when.

Owns the process, its lines with their times, the inputs it saves with theirs,
its memory and its share of the processors.  Knows no fuzzer: a
:class:`Launch` says how to start one and where it saves.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from bench import machine

#: A file this young may still be in the middle of being written.
_SETTLED_S = 0.05
_GRACE_S = 3.0

#: Returns what is saved by now: a name and a content for each input, and when (time.time), if known.
Saved = Callable[[set[str]], list[tuple[str, bytes, float]]]


@dataclass(frozen=True, slots=True)
class Launch:
    """How a fuzzer is started."""

    argv: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    #: Looks for inputs whose names are not in the set.
    saved: Saved | None = None


@dataclass(slots=True)
class Observation:
    """What was seen; all times are seconds of ``time.monotonic``."""

    start: float = 0.0
    end: float = 0.0
    lines: list[tuple[float, str]] = field(default_factory=list)
    inputs: list[tuple[float, bytes]] = field(default_factory=list)
    #: Peak memory of the process started, and the largest peak among its descendants.
    root_kib: int = 0
    child_kib: int = 0
    #: CPU seconds of the process started, without descendants, at some times.
    root_cpu_s: list[tuple[float, float]] = field(default_factory=list)
    #: Cores' worth of work that other programs did meanwhile.
    others: float = 0.0
    #: None where we ended it.
    status: int | None = None

    @property
    def text(self) -> str:
        """The output."""
        return "\n".join(line for _, line in self.lines)

    def root_share(self, since: float) -> float | None:
        """Return the share of a core that the process started has taken, without descendants."""
        found = [sample for sample in self.root_cpu_s if sample[0] >= since]
        if len(found) < 2:
            return None
        (first_at, first), (last_at, last) = found[0], found[-1]
        return (last - first) / (last_at - first_at)


def observe(
    launch: Launch,
    limit_s: float,
    *,
    stop: Callable[[Observation], bool] = lambda seen: False,
    period_s: float = 0.5,
) -> Observation:
    """Run until the process ends, ``limit_s`` are over or ``stop`` says so."""
    return _Watch(launch, stop, period_s).run(limit_s)


class _Watch:
    def __init__(self, launch: Launch, stop: Callable[[Observation], bool], period_s: float) -> None:
        self._launch = launch
        self._stop = stop
        self._period_s = period_s
        self._seen = Observation()
        self._known: set[str] = set()
        self._cpu: dict[tuple[int, int], float] = {}
        self._latest: list[machine.Process] = []
        self._wall_offset = time.time() - time.monotonic()

    def run(self, limit_s: float) -> Observation:
        seen = self._seen
        busy, own = machine.busy_s(), machine.own_s()
        seen.start = time.monotonic()
        process = subprocess.Popen(
            self._launch.argv,
            cwd=self._launch.folder,
            env=self._launch.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert process.stdout is not None
        reader = threading.Thread(target=_read, args=(process.stdout, seen.lines), daemon=True)
        reader.start()
        try:
            is_ended = self._watch(process, limit_s)
        finally:
            self._end(process)
        seen.end = time.monotonic()
        reader.join(_GRACE_S)
        seen.status = process.returncode if is_ended else None
        self._take_inputs(settled_s=0.0)
        ours = max(sum(self._cpu.values()), machine.own_s() - own)
        seen.others = max(0.0, machine.busy_s() - busy - ours) / (seen.end - seen.start)
        return seen

    def _watch(self, process: subprocess.Popen[bytes], limit_s: float) -> bool:
        """Look at the process now and then; return whether it ended by itself."""
        end = self._seen.start + limit_s
        sample_at = 0.0
        while time.monotonic() < end:
            if time.monotonic() >= sample_at:
                self._sample(process.pid)
                sample_at = time.monotonic() + self._period_s
            if self._stop(self._seen):
                return False
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(min(0.05, self._period_s))
                return True
        return False

    def _sample(self, root: int) -> None:
        seen = self._seen
        self._latest = machine.family(root)
        for process in self._latest:
            self._cpu[process.pid, process.started] = process.cpu_s
            peak = machine.peak_kib(process.pid)
            if process.pid == root:
                seen.root_kib = max(seen.root_kib, peak)
                seen.root_cpu_s.append((time.monotonic(), process.cpu_s))
            else:
                seen.child_kib = max(seen.child_kib, peak)
        self._take_inputs(settled_s=_SETTLED_S)

    def _take_inputs(self, settled_s: float) -> None:
        if self._launch.saved is None:
            return
        now = time.time()
        for name, data, saved_at in self._launch.saved(self._known):
            if now - saved_at >= settled_s:
                self._known.add(name)
                self._seen.inputs.append((saved_at - self._wall_offset, data))

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """End what is left: politely, then not."""
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(_GRACE_S)
        for left in self._latest:
            if left.pid != process.pid and machine.is_same(left):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(left.pid, signal.SIGKILL)
        if process.poll() is None:
            process.kill()
        process.wait()


def _read(stream: IO[bytes], lines: list[tuple[float, str]]) -> None:
    for line in stream:
        lines.append((time.monotonic(), line.decode("utf-8", "replace").rstrip()))  # noqa: PERF401 - as it comes
    stream.close()
