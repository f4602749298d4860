"""Line charts on a logarithmic axis: a PNG where matplotlib is there, else an SVG.

Owns what a chart is, the bands over several runs, and the drawing.  Knows
nothing of where the numbers come from.
"""

from __future__ import annotations

import bisect
import importlib
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

_COLOURS = ("#1b6ca8", "#d1495b", "#66a182", "#edae49")
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 420, 300, 56, 12, 28, 44
#: Places on the horizontal axis at which the runs are compared.
_STEPS = 60

Line = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Curve:
    """One fuzzer's runs: growing x, and the y reached by then."""

    name: str
    runs: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Chart:
    """Curves with the names of the axes."""

    title: str
    x: str
    y: str
    curves: Sequence[Curve]


@dataclass(frozen=True, slots=True)
class Band:
    """A curve over several runs at some places: median, least and most."""

    name: str
    places: list[float]
    middle: list[float]
    low: list[float]
    high: list[float]


def bands(chart: Chart) -> list[Band]:
    """Return the curves as bands, each as far as all of its runs go."""
    return [_band(curve) for curve in chart.curves if any(any(x > 0 for x, _ in run) for run in curve.runs)]


def _band(curve: Curve) -> Band:
    runs = [[point for point in run if point[0] > 0] for run in curve.runs]
    runs = [run for run in runs if run]
    first, last = max(run[0][0] for run in runs), min(run[-1][0] for run in runs)
    last = max(last, first)
    places = [first * (last / first) ** (i / (_STEPS - 1)) for i in range(_STEPS)]
    values = [[_at(run, place) for run in runs] for place in places]
    return Band(
        curve.name,
        places,
        [statistics.median(column) for column in values],
        [min(column) for column in values],
        [max(column) for column in values],
    )


def _at(run: Line, place: float) -> float:
    index = bisect.bisect_right(run, (place * (1 + 1e-9), math.inf))
    return run[max(0, index - 1)][1]


def draw(charts: Sequence[Chart], path: Path) -> Path:
    """Draw charts side by side into ``path`` with a suffix; return the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        matplotlib: Any = importlib.import_module("matplotlib")
    except ImportError:
        target = path.with_suffix(path.suffix + ".svg")
        target.write_text(svg(charts))
    else:
        matplotlib.use("Agg")
        target = path.with_suffix(path.suffix + ".png")
        _png(charts, target)
    return target


def _png(charts: Sequence[Chart], path: Path) -> None:
    pyplot: Any = importlib.import_module("matplotlib.pyplot")
    figure, axes = pyplot.subplots(1, len(charts), figsize=(4.6 * len(charts), 3.2), squeeze=False)
    for chart, axis in zip(charts, axes[0], strict=True):
        for band, colour in zip(bands(chart), _COLOURS, strict=False):
            axis.plot(band.places, band.middle, color=colour, label=band.name)
            axis.fill_between(band.places, band.low, band.high, color=colour, alpha=0.2, linewidth=0)
        axis.set(xscale="log", xlabel=chart.x, ylabel=chart.y, title=chart.title)
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
        axis.legend(loc="lower right", fontsize="small")
    figure.tight_layout()
    figure.savefig(path, dpi=80, metadata={"Software": None})
    pyplot.close(figure)


def svg(charts: Sequence[Chart]) -> str:
    """Return the charts as one picture in SVG."""
    width = _WIDTH * len(charts)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT}" '
        f'font-family="sans-serif" font-size="11">',
        f'<rect width="{width}" height="{_HEIGHT}" fill="white"/>',
    ]
    for index, chart in enumerate(charts):
        parts.append(f'<g transform="translate({index * _WIDTH},0)">')
        parts += _Panel(chart).parts()
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


class _Panel:
    """One chart of an SVG."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._bands = bands(chart)
        places = [place for band in self._bands for place in band.places] or [1.0, 10.0]
        self._low, self._high = math.log10(min(places)), math.log10(max(places))
        self._most = max((value for band in self._bands for value in band.high), default=1) or 1

    def parts(self) -> list[str]:
        """Return the elements."""
        right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
        found = [
            f'<text x="{_LEFT}" y="18" font-size="13">{escape(self._chart.title)}</text>',
            f'<path d="M{_LEFT},{_TOP}V{bottom}H{right}" fill="none" stroke="black"/>',
            f'<text x="{(_LEFT + right) / 2}" y="{_HEIGHT - 8}" text-anchor="middle">'
            f"{escape(self._chart.x)}</text>",
            *self._ticks(),
        ]
        for index, (band, colour) in enumerate(zip(self._bands, _COLOURS, strict=False)):
            outline = [*zip(band.places, band.high, strict=True)]
            outline += reversed([*zip(band.places, band.low, strict=True)])
            found.append(f'<path d="{self._path(outline)}Z" fill="{colour}" fill-opacity="0.2"/>')
            middle = self._path([*zip(band.places, band.middle, strict=True)])
            found.append(f'<path d="{middle}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
            y = bottom - 10 - 14 * index
            found.append(
                f'<text x="{right - 8}" y="{y}" text-anchor="end" fill="{colour}">{escape(band.name)}</text>'
            )
        return found

    def _ticks(self) -> list[str]:
        bottom = _HEIGHT - _BOTTOM
        found = []
        for power in range(math.ceil(self._low), math.floor(self._high) + 1):
            x = self._x(10.0**power)
            found.append(f'<text x="{x:.1f}" y="{bottom + 14}" text-anchor="middle">{10.0**power:g}</text>')
        for share in (0.0, 0.5, 1.0):
            y = self._y(share * self._most)
            found.append(f'<text x="{_LEFT - 4}" y="{y:.1f}" text-anchor="end">{share * self._most:g}</text>')
        return found

    def _path(self, points: Sequence[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{self._x(x):.1f},{self._y(y):.1f}" for x, y in points)

    def _x(self, value: float) -> float:
        span = (self._high - self._low) or 1.0
        return _LEFT + (math.log10(value) - self._low) / span * (_WIDTH - _LEFT - _RIGHT)

    def _y(self, value: float) -> float:
        return _HEIGHT - _BOTTOM - value / self._most * (_HEIGHT - _BOTTOM - _TOP)
