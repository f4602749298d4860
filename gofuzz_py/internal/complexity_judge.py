"""From a verdict to a finding: its words, its identity, and the smallest input that shows it.

Owns the text that a user reads, the origin by which the same finding is known
again, the check of an input that a file holds, and the minimization, which
shrinks what is repeated and what stands around it, not the long input.
Knows the target only as something that runs and is counted; must not know
pools, schedules or processes.  Runs in worker processes, called by
``complexity`` and ``worker_server``, and in the coordinator process for seeds.

Go's fuzzing has nothing like it.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Mapping, Sequence

from gofuzz_py.internal.complexity_climb import Verdict, climb
from gofuzz_py.internal.complexity_growth import MIN_TIMES, Growth, find_growth
from gofuzz_py.internal.coverage import Location
from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.messages import Failure
from gofuzz_py.internal.minimize import minimize_values

_ORIGIN = "complexity at "
#: Candidates of one minimization; each is run ten times or so.
_MAX_CANDIDATES = 1000
#: Characters of a source line, and of a piece, that are shown.
_MAX_SHOWN = 80
#: Further lines that are named.
_MAX_OTHERS = 2
#: Repetitions with which a candidate's parts are put into their normal form.
_NORMAL_TIMES = 4 * MIN_TIMES

#: Runs the target on values and counts each location; raises InterruptedRun.
Measure = Callable[[Sequence[Value]], Mapping[int, int]]
#: Tells what a location's number stands for.
Locate = Callable[[int], Location | None]


class InterruptedRun(Exception):
    """A run that was to be counted was not: the target failed, or no more runs are allowed."""

    def __init__(self, failure: Failure | None = None) -> None:
        super().__init__("not counted")
        #: How the target failed, if it did.
        self.failure = failure


def is_complexity(origin: str) -> bool:
    """Is a failure with this origin a finding of this kind, which only ``-fuzzcomplexity`` sees?"""
    return origin.startswith(_ORIGIN)


class Judge:
    """Says of inputs whether the work they make grows too fast, and where."""

    def __init__(self, kinds: Sequence[Kind], measure: Measure, locate: Locate) -> None:
        self._kinds = list(kinds)
        self._measure = measure
        self._locate = locate

    def judge(self, values: Sequence[Value]) -> Verdict | None:
        """Grow what is repeated in an input; return the verdict if its work grows too fast.

        What ``measure`` raises comes through.
        """
        growth = find_growth(values)
        return None if growth is None else climb(growth, self._measure)

    def failure(self, verdict: Verdict) -> Failure:
        """Return the finding; the line that ran most is its identity."""
        place = self._locate(verdict.hot[0])
        lines = [
            _sizes(verdict),
            _where(place, verdict.points[-1].counts[verdict.hot[0]]) + self._others(verdict, place),
            _repeated(verdict.growth),
        ]
        return Failure("\n".join(lines), self.origin(verdict))

    def origin(self, verdict: Verdict) -> str:
        """Return the identity of the finding."""
        place = self._locate(verdict.hot[0])
        return _ORIGIN + ("?" if place is None else _line(place))

    def _others(self, verdict: Verdict, named: Location | None) -> str:
        """Name the lines that ran most often after the one that is named."""
        counts: dict[str, int] = {}
        for location in verdict.hot:
            place = self._locate(location)
            if place is not None and (named is None or _line(place) != _line(named)):
                counts.setdefault(f"{_shown_file(place)}:{place.line}", verdict.points[-1].counts[location])
        return "".join(f", {line} ({count:,})" for line, count in list(counts.items())[:_MAX_OTHERS])

    def minimize(
        self, values: Sequence[Value], origin: str, should_stop: Callable[[], bool]
    ) -> tuple[Failure | None, list[Value]]:
        """Return the finding with the simplest parts found, and its input.

        The finding is None, and the input as it was, where it is no longer one.
        Candidates that fail, or run another line more often, are passed over.
        """
        verdict = self._accepted(find_growth(values), origin)
        if verdict is None:
            return None, list(values)
        shape, best, tried = verdict.growth, verdict, 0
        parts = [part for column in shape.columns for part in column]
        kinds = [kind for kind, column in zip(self._kinds, shape.columns, strict=True) for _ in column]

        def consider(candidate: list[Value]) -> bool:
            nonlocal best, tried
            tried += 1
            found = self._accepted(_normal(shape.with_parts(candidate)), origin)
            best = found or best
            return found is not None

        minimize_values(kinds, parts, consider, lambda: tried >= _MAX_CANDIDATES or should_stop())
        return self.failure(best), best.values()

    def _accepted(self, growth: Growth | None, origin: str) -> Verdict | None:
        """Return the verdict on a growth if it has this origin."""
        if growth is None:
            return None
        try:
            verdict = climb(growth, self._measure)
        except InterruptedRun:
            return None
        return verdict if verdict is not None and self.origin(verdict) == origin else None


def _normal(growth: Growth) -> Growth | None:
    """Return a growth as it is found again in a file; None where nothing is repeated any more."""
    return find_growth(growth.values(_NORMAL_TIMES), _NORMAL_TIMES) if growth.pieces else None


def _line(place: Location) -> str:
    return f"{place.filename}:{place.line}"


def _sizes(verdict: Verdict) -> str:
    first, *others = verdict.points
    text = f"{verdict.degree}: {first.size:,} bytes run {first.total:,} locations"
    return text + "".join(f", {point.size:,} bytes {point.total:,}" for point in others)


def _where(place: Location | None, count: int) -> str:
    if place is None:
        return f"most often a place that is not known any more ({count:,} times)"
    text = f"most often {_shown_file(place)}:{place.line}"
    source = _source_line(place)
    return f"{text} `{source}` ({count:,} times)" if source else f"{text} ({count:,} times)"


def _shown_file(place: Location) -> str:
    """Return the end of a file's path that its module's name accounts for: ``html/parser.py``."""
    path = place.filename.replace("\\", "/").split("/")
    is_package = path[-1] == "__init__.py"
    return "/".join(path[-(place.module.count(".") + 1 + is_package) :])


def _source_line(place: Location) -> str:
    try:
        return linecache.getline(place.filename, place.line).strip()[:_MAX_SHOWN]
    except Exception:  # whatever the target has made of ``open`` or ``os``
        return ""


def _repeated(growth: Growth) -> str:
    return "repeated: " + " and ".join(_shown_piece(piece) for piece in growth.pieces)


def _shown_piece(piece: Value) -> str:
    text = repr(piece)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
