"""What /proc tells of processes and of the machine.  Linux only.

Owns the reading of ``/proc``; knows nothing of fuzzers.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class Process:
    """One process, as it was at one moment."""

    pid: int
    parent: int
    #: Ticks after boot; with the pid, what tells it from a later process of the same number.
    started: int
    cpu_s: float


def processes() -> dict[int, Process]:
    """Return all processes."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            process = _process(int(name))
            if process is not None:
                found[process.pid] = process
    return found


def _process(pid: int) -> Process | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    fields = text[text.rindex(")") + 2 :].split()
    return Process(pid, int(fields[1]), int(fields[19]), (int(fields[11]) + int(fields[12])) / _TICKS)


def family(root: int) -> list[Process]:
    """Return a process and all that descend from it; nothing once it is gone."""
    everything = processes()
    if root not in everything:
        return []
    members = {root}
    is_growing = True
    while is_growing:
        fresh = {p.pid for p in everything.values() if p.parent in members} - members
        members |= fresh
        is_growing = bool(fresh)
    return [everything[pid] for pid in sorted(members)]


def is_same(process: Process) -> bool:
    """Is that process still there?"""
    now = _process(process.pid)
    return now is not None and now.started == process.started


def peak_kib(pid: int) -> int:
    """Return the most memory a process has had resident, in KiB; 0 if it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def busy_s() -> float:
    """Return the seconds of work that all cores have done since the machine came up."""
    with open("/proc/stat") as file:
        ticks = [int(word) for word in file.readline().split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / _TICKS


def own_s() -> float:
    """Return the seconds of work of this process and of children that have ended."""
    import resource  # not on Windows, where this file can be imported all the same

    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, kinds))


def cpu_name() -> str:
    """Return what the processor calls itself."""
    with open("/proc/cpuinfo") as file:
        names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else "unknown"
