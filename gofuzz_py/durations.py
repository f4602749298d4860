"""Durations and budgets as Go writes them: ``10s``, ``1m30s``, ``100x``.

Owns reading and writing of both; knows no flag.  Mirrors time.ParseDuration,
time.Duration.String (for whole seconds) and ``durationOrCountFlag`` of Go's
testing package.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNIT_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
#: Longer ones do not fit Go's 64 bits of nanoseconds (292 years), nor Python's timers.
_LONGEST_S = (2**63 - 1) / 1e9
_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")


def parse_duration(text: str) -> float:
    """Return the seconds of a Go duration such as ``1h2m3.5s``; raises ValueError."""
    rest = text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0.0
    at, seconds = 0, 0.0
    while at < len(rest):
        part = _PART.match(rest, at)
        if part is None:
            break
        seconds += float(part[1]) * _UNIT_SECONDS[part[2]]
        at = part.end()
    if at == 0 or at < len(rest) or seconds > _LONGEST_S:
        raise ValueError("invalid duration")
    return -seconds if text.startswith("-") else seconds


def format_duration(seconds: float) -> str:
    """Write a duration rounded to whole seconds, as Go's progress lines do: ``1h2m3s``."""
    whole = int(seconds + 0.5)
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    if hours:
        return f"{hours}h{minutes}m{secs}s"
    return f"{minutes}m{secs}s" if minutes else f"{secs}s"


def format_exact(seconds: float) -> str:
    """Write a duration without rounding to seconds: ``500ms``, ``1.5s``, ``1m0s``."""
    if seconds >= 60 or seconds == int(seconds):
        return format_duration(seconds)
    return f"{seconds * 1000:g}ms" if seconds < 1 else f"{seconds:g}s"


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit in time, in executions, or none at all."""

    #: Seconds, or None.
    seconds: float | None = None
    #: Executions of the target, or None.
    count: int | None = None

    def __str__(self) -> str:
        if self.count is not None:
            return f"{self.count}x"
        return "none" if self.seconds is None else format_exact(self.seconds)


def parse_budget(text: str, *, allows_zero: bool) -> Budget:
    """Read ``10s`` or ``100x``; raises ValueError with Go's ``invalid duration`` or ``invalid count``."""
    if text.endswith("x"):
        digits = text[:-1]
        if not re.fullmatch(r"\+?[0-9]{1,18}", digits) or (int(digits) == 0 and not allows_zero):
            raise ValueError("invalid count")
        return Budget(count=int(digits))
    seconds = parse_duration(text)
    if seconds < 0 or (seconds == 0 and not allows_zero):
        raise ValueError("invalid duration")
    return Budget(seconds=seconds)
