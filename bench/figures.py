"""Medians, ranges and ratios, and how they are written in a table.

Owns the arithmetic and its wording.  Knows nothing of what was measured.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """Some measurements of one thing."""

    median: float
    low: float
    high: float
    count: int


def spread(values: Sequence[float]) -> Spread | None:
    """Return median and range, or None where there is nothing."""
    if not values:
        return None
    return Spread(statistics.median(values), min(values), max(values), len(values))


def paired(ours: Mapping[int, float], theirs: Mapping[int, float]) -> Spread | None:
    """Return the spread of ``ours / theirs`` over the runs that both have."""
    runs = sorted(ours.keys() & theirs.keys())
    return spread([ours[run] / theirs[run] for run in runs if theirs[run]])


def number(value: float) -> str:
    """Write a number with three digits or so: 0.853, 12.4, 7640, 48.2k, 1.71M."""
    for factor, unit in ((1e6, "M"), (1e4, "k")):
        if abs(value) >= factor:
            scaled = value / (1e6 if unit == "M" else 1e3)
            return f"{scaled:.{_decimals(scaled)}f}{unit}"
    if value == int(value) and abs(value) < 1e4:
        return str(int(value))
    return f"{value:.{_decimals(value)}f}"


def _decimals(value: float) -> int:
    size = abs(value)
    return 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3


def shown(found: Spread | None, unit: str = "") -> str:
    """Write ``median (low to high)``, the median alone where there is one value, or a dash."""
    if found is None:
        return "-"
    text = number(found.median) + unit
    return text if found.count == 1 else f"{text} ({number(found.low)} to {number(found.high)})"
