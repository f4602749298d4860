"""How the work of a target grows with its input: counted at growing sizes, then judged.

Owns the way up (which size is run next, and when to stop) and the verdict:
which locations run quadratically often or worse, and the three sizes that show
it.  Asks for counts by a callable; must not know targets, failures, source
lines or what is done with a verdict.  Runs in worker processes (and, for
seeds, in the coordinator process), called by ``complexity_judge``.

Counts of executed locations take the place of a stopwatch, after PerfFuzz
(Lemieux, Padhye, Sen, Song: "PerfFuzz: Automatically Generating Pathological
Inputs", ISSTA 2018): they are the same in every run and on every machine.  Where PerfFuzz looks for
inputs that cost more than others of one size, here one input is grown, and the
exponent of the growth decides.

What protects from false alarms: a location's own count must grow by nearly
four at two doublings in a row, not only the sum; half of the work must be made
by such locations; the sum must be large enough that windows and tables of some
hundred items are outgrown; and the smallest size, run again at the end, must
still cost what it did, so that what grows with the number of runs is not
taken for what grows with the input.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from gofuzz_py.internal.complexity_growth import Growth
    from gofuzz_py.internal.kinds import Value

    #: Runs the target on values; returns how often each location was executed.
    Measure = Callable[[list[Value]], Mapping[int, int]]

#: An execution may run about so many locations: a tenth of a second to a quarter.
MAX_LOCATIONS = 1_000_000
#: So many must run at the largest size before it is called a finding.  A loop over a window of
#: 256 items looks quadratic while it fills; it has made 33,000 passes by then, of some locations each.
MIN_LOCATIONS = 200_000
#: The same where one piece more multiplies the work.
_MIN_STEEP_LOCATIONS = 10_000
#: No input is grown beyond this.
MAX_SIZE = 1 << 16
#: Times at which it is decided whether going on is worth while: a first look, and the one that
#: counts, which comes early where the input is long already.
_FIRST_LOOK, _LOOK, _LOOK_SIZE = 16, 64, 512
#: A location is suspected when its count grows with this exponent, from so many on: hints for the
#: first look, which only what is linear must not pass.  (n log n has 1.3 between 16 and 64.)
_HINT, _HINT_COUNT = 1.1, 16
_SUSPECT, _SUSPECT_COUNT = 1.35, 64
#: What a location's count must grow with: 3.5 times per doubling.  Such locations must have made
#: this part of the work at the largest size.
_OWN_EXPONENT, _HOT_SHARE = 1.8, 0.5
#: Two doublings are looked at from so many times on.
_LEAST_DOUBLINGS = 8
#: Within these times also single steps are, for an exponent that no usual power has there.
_LEAST_STEPS, _MOST_STEPS, _STEEP_EXPONENT = 4, 11, 3.5
#: The part of its count by which the smallest size may differ when it is run again.
_DRIFT = 0.25


@dataclass(frozen=True, slots=True)
class Point:
    """One size, and what it ran."""

    #: How often the pieces were repeated.
    times: int
    #: Bytes of the input.
    size: int
    #: How often each location was executed, and their sum.
    counts: Mapping[int, int]
    total: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """An input whose work grows too fast."""

    growth: Growth
    #: Three sizes, growing.
    points: tuple[Point, Point, Point]
    #: ``quadratic``, ``cubic``, ``degree 4`` …, ``exponential``.
    degree: str
    #: Locations whose own count grows so, the one that ran most first.
    hot: tuple[int, ...]

    def values(self) -> list[Value]:
        """Return the largest of the three inputs."""
        return self.growth.values(self.points[-1].times)


def climb(
    growth: Growth,
    measure: Measure,
    explore: Callable[[list[Value]], object] | None = None,
    *,
    is_patient: bool = True,
    known: Container[int] = (),
) -> Verdict | None:
    """Run an input at growing sizes; return the verdict if its work grows too fast.

    ``explore`` is called once on the way, before the first size of some weight
    is measured.  What both raise comes through.  Goes up from the smallest
    size, and as far only as the next one can be expected to run no more than
    ``MAX_LOCATIONS``; ordinary inputs are run four times, or three times
    without patience, which misses what shows only at larger sizes.  What is
    ``known`` to grow is no reason to go on, but may be in a verdict.
    """
    return _Climb(growth, measure, explore, is_patient, known).run()


class _Climb:
    """The points of one growth."""

    def __init__(
        self,
        growth: Growth,
        measure: Measure,
        explore: Callable[[list[Value]], object] | None,
        is_patient: bool,
        known: Container[int],
    ) -> None:
        self._growth = growth
        self._measure = measure
        self._explore = explore
        self._is_patient = is_patient
        self._known = known
        self._points: dict[int, Point] = {}
        #: The points on the way up, in order; the others were filled in later.
        self._way: list[Point] = []

    def run(self) -> Verdict | None:
        self._way.append(self._point(1))
        while (times := self._next_times()) > 0:
            if self._explore is not None and len(self._way) == 2:
                self._explore(self._growth.values(times))
            point = self._point(times)
            self._way.append(point)
            if not self._is_worth_while():
                return None
            if point.total >= MIN_LOCATIONS and (verdict := self._verdict(times)) is not None:
                return verdict
        return self._verdict(self._way[-1].times)

    def _is_worth_while(self) -> bool:
        """Do the last two sizes leave it open that the work grows too fast?"""
        last = self._way[-1]
        if last.times >= _LOOK or (last.times >= _FIRST_LOOK and last.size >= _LOOK_SIZE):
            return self._is_suspect()
        if last.times >= _FIRST_LOOK and not self._is_patient:
            return self._grows(_HINT, _HINT_COUNT)
        return True

    def _is_suspect(self) -> bool:
        return self._grows(_SUSPECT, _SUSPECT_COUNT)

    def _grows(self, exponent: float, least: int) -> bool:
        """Has any location's own count grown with this exponent of the size, to so many at least?"""
        before, last = self._way[-2:]
        factor = (last.times / before.times) ** exponent
        counts = before.counts
        return any(
            count >= least and count >= factor * counts.get(location, 0) and location not in self._known
            for location, count in last.counts.items()
        )

    def _point(self, times: int) -> Point:
        """Run a size, unless that was done."""
        if times not in self._points:
            counts = self._measure(self._growth.values(times))
            self._points[times] = Point(times, self._growth.size(times), counts, sum(counts.values()))
        return self._points[times]

    # --- the way up

    def _next_times(self) -> int:
        """Return the next size, as large a step as seems safe; 0 where none is."""
        last = self._way[-1]
        if len(self._way) == 1:
            return 4 if last.total <= MAX_LOCATIONS // 16 else 0
        is_early = last.times < _LOOK and not self._is_suspect()
        step = last.times * (3 if is_early else 1)
        while step:
            times = last.times + step
            if self._growth.size(times) <= MAX_SIZE and self._expected(times) <= log(MAX_LOCATIONS):
                return times
            step = last.times if step > last.times else step // 2
        return 0

    def _expected(self, times: int) -> float:
        """Return the logarithm of the locations that a size may run.

        As a power, with a margin, where the exponent has been steady; else one
        piece more may multiply the work, as two sizes cannot rule out.
        """
        before, last = self._way[-2:]
        exponent = _exponent(before, last)
        if len(self._way) > 2 and exponent <= 1.2 * _exponent(self._way[-3], before) + 0.2:
            return _log(last.total) + 1.2 * max(exponent, 1.0) * log(times / last.times)
        rate = max(_log(last.total) - _log(before.total), 0.0) / (last.times - before.times)
        return _log(last.total) + rate * (times - last.times)

    # --- the verdict

    def _verdict(self, times: int) -> Verdict | None:
        """Judge by doublings up to a size, or by the last steps where that is a small number."""
        total = self._points[times].total
        if _LEAST_STEPS <= times <= _MOST_STEPS and total >= _MIN_STEEP_LOCATIONS:
            verdict = self._judge((times - 2, times - 1, times), _STEEP_EXPONENT)
            if verdict is not None:
                return verdict
        if times >= _LEAST_DOUBLINGS and total >= MIN_LOCATIONS:
            return self._judge((times // 4, times // 2, times), _OWN_EXPONENT)
        return None

    def _judge(self, sizes: tuple[int, int, int], exponent: float) -> Verdict | None:
        points = first, _, third = self._point(sizes[0]), self._point(sizes[1]), self._point(sizes[2])
        hot = [location for location in third.counts if min(_slopes(points, location)) >= exponent]
        if sum(third.counts[location] for location in hot) < _HOT_SHARE * third.total:
            return None
        if not self._is_steady(first):
            return None
        hot.sort(key=lambda location: (-third.counts[location], location))
        return Verdict(self._growth, points, _degree(points, hot[0]), tuple(hot))

    def _is_steady(self, point: Point) -> bool:
        """Does a size that was run before still cost the same?"""
        again = sum(self._measure(self._growth.values(point.times)).values())
        return abs(again - point.total) <= _DRIFT * point.total


def _log(count: int) -> float:
    return log(max(count, 1))


def _exponent(before: Point, last: Point) -> float:
    """Return the power of the size that the work has followed between two points."""
    return (_log(last.total) - _log(before.total)) / log(last.times / before.times)


def _slopes(points: tuple[Point, Point, Point], location: int) -> tuple[float, float]:
    """Return the exponents that a location's own count follows; 0 where it was not run at all."""
    first, second, third = (point.counts.get(location, 0) for point in points)
    if not first:
        return 0.0, 0.0
    steps = [log(after.times / before.times) for before, after in pairwise(points)]
    return (_log(second) - _log(first)) / steps[0], (_log(third) - _log(second)) / steps[1]


def _degree(points: tuple[Point, Point, Point], location: int) -> str:
    early, late = _slopes(points, location)
    is_by_steps = points[-1].times == points[0].times + 2
    if is_by_steps or (late >= 5 and late >= 1.5 * early):
        return "exponential"
    power = max(2, round(late))
    return {2: "quadratic", 3: "cubic"}.get(power, f"degree {power}")
