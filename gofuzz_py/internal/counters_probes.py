"""The coverage core: probes that vanish once what they tell is known.

Owns the numbering of locations over all measured modules, what is known of
them, and when which variant of a function runs.  There are three: with
probes at all locations not yet known (none, and it is the plain code again),
and for one execution at a time the counting one.  Must not know what news are
good for.  Runs in a worker process; made by ``counters.choose``.

Mirrors Go's counters_supported.go and the masks of its coverage.go.  Go zeroes
and reads all counters around each execution; in Python that would cost more
than most targets do, so here a location tells of itself the first time only,
and the engine's check is one ``len``.  A probe is a call of ``dict.setdefault``
with the location's number, or of ``next`` on the location's own
``itertools.repeat`` while counting: no Python frame, no allocation, and what is
in the code's constants nobody can patch.
"""

from __future__ import annotations

import bisect
import contextlib
import dataclasses
import sys
from typing import TYPE_CHECKING

from gofuzz_py.internal import (
    counters_unit,
    coverage,
    coverage_instrument,
    coverage_modules,
    coverage_swap,
    coverage_units,
    operands_watch,
)
from gofuzz_py.internal.isolated import time

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from types import ModuleType

    from gofuzz_py.internal.operands_places import Place
    from gofuzz_py.internal.operands_record import Seen

#: Share of the time that compiling thinner variants may take; on html.parser
#: it costs less than the probes it takes out within half a second.
_SHARE = 0.1
#: What may be spent at once, in seconds: the start of a run has much to thin.
_CREDIT_S = 0.25
#: Looking for new closures walks the heap (10 ms for 100,000 objects): first
#: after a second, then ever more seldom, up to this many seconds.
_LOOK_S = 64.0

_clock = time.perf_counter


class ProbeCounters:
    """Coverage by probes in swapped code; see ``counters.Counters`` for the contract."""

    name = "probes"
    can_observe = True

    def __init__(self) -> None:
        #: Every known location, in the order they became known.
        self.hits: dict[int, None] = {}
        self._known = 0
        self._scope: coverage_modules.Scope | None = None
        self._live = coverage_swap.LiveFunctions()
        self._reports: dict[str, coverage.ModuleReport] = {}
        self._firsts: list[int] = []
        self._units: list[counters_unit.ProbedUnit] = []
        #: Units in which a known location still has its probe.
        self._thick: dict[counters_unit.ProbedUnit, None] = {}
        self._filenames: dict[str, str] = {}
        self._left_alone: dict[str, int] = {}
        self._imported = 0
        #: Of all reached units; None when it has to be made again.
        self._counting: counters_unit.Counting | None = None
        self._watcher = operands_watch.Watcher()
        self._watching: coverage_swap.Swap | None = None
        self._credit_s = _CREDIT_S
        self._kept_up = self._look_at = _clock()
        self._look_s = 1.0

    # -- starting -----------------------------------------------------------

    def start(self, test_module: ModuleType, patterns: Sequence[str] | None = None) -> coverage.Report:
        """Instrument what is imported and wanted (counters.Counters.start)."""
        self._scope = coverage_modules.Scope(test_module, patterns)
        sources = self._read_new(self._scope)
        first = 0
        for name in sorted(sources):
            first += self._add_module(name, sources[name], first)
        self._look()
        self._kept_up = _clock()
        self._look_at = self._kept_up + self._look_s
        return self._report(self._scope)

    def _read_new(self, scope: coverage_modules.Scope) -> dict[str, coverage_units.SourceModule]:
        """Parse what is wanted and not there yet; a helper found on the way may want more."""
        sources: dict[str, coverage_units.SourceModule] = {}
        filenames = {unit.unit.module.filename for unit in self._units}
        again = True
        while again:
            again = False
            for name, module in scope.modules():
                if name in self._reports or name in sources:
                    continue
                source = _source_module(name, module)
                if isinstance(source, str):
                    self._reports[name] = coverage.ModuleReport(name, problem=source)
                elif source.filename not in filenames:
                    filenames.add(source.filename)
                    sources[name] = source
                    again |= source.tree is not None and scope.add_helpers(name, source.tree)
        self._imported = len(sys.modules)
        return sources

    def _add_module(self, name: str, source: coverage_units.SourceModule, first: int) -> int:
        """Put probes into a module; return how many locations it has."""
        at = first
        for classes, statement in source.pieces():
            try:
                unit = coverage_units.Unit(source, classes, statement)
                probed = counters_unit.ProbedUnit(unit, statement, at, self.hits.setdefault)
            except Exception:  # whatever it stumbles over: its functions count as left alone
                continue
            where = bisect.bisect(self._firsts, at)
            self._firsts.insert(where, at)
            self._units.insert(where, probed)
            self._live.add(unit.sites)
            at += len(probed.places)
            # Others may have met a late module before: their numbers are known here.
            self._took(probed, sum(number in self.hits for number in range(probed.first, at)))
        self._reports[name] = coverage.ModuleReport(name, first, at - first)
        self._filenames[name] = source.filename
        return at - first

    def _look(self) -> None:
        """Find the live functions, and say of each module how many there are."""
        self._left_alone = self._live.find()
        self._counting = self._watching = None

    def _report(self, scope: coverage_modules.Scope) -> coverage.Report:
        functions: dict[str, int] = {}
        for probed in self._units:
            name = probed.unit.module.name
            functions[name] = functions.get(name, 0) + probed.unit.live_functions
        modules = (
            dataclasses.replace(
                report,
                functions=functions.get(name, 0),
                left_alone=self._left_alone.get(self._filenames.get(name, ""), 0),
            )
            for name, report in sorted(self._reports.items())
        )
        return coverage.Report(tuple(modules), scope.unmatched())

    # -- news ---------------------------------------------------------------

    def news(self) -> list[int]:
        """Return what fired and was new (counters.Counters.news)."""
        fresh = list(self.hits)[self._known :]
        self._take(fresh)
        return fresh

    def mark_known(self, locations: Iterable[int]) -> None:
        """Take locations as known (counters.Counters.mark_known)."""
        self.drop_strays()
        fresh = dict.fromkeys(location for location in locations if location not in self.hits)
        self.hits.update(fresh)
        self._take(fresh)

    def drop_strays(self) -> None:
        """Forget what fired and was not taken (counters.Counters.drop_strays)."""
        # Each once: a tracer in measured code may fire at every call that is made here.
        for _ in range(len(self.hits) - self._known):
            self.hits.popitem()

    def _take(self, locations: Iterable[int]) -> None:
        for location in locations:
            probed = self._unit_of(location)
            if probed is not None:
                self._took(probed, 1)
        self._known = len(self.hits)

    def _took(self, probed: counters_unit.ProbedUnit, count: int) -> None:
        """Note that so many more locations of a unit are known."""
        if not count:
            return
        probed.missing -= count
        self._counting = self._watching = None
        if probed.missing:
            self._thick[probed] = None
        else:
            self._thick.pop(probed, None)
            probed.thin(self.hits)

    def _unit_of(self, location: int) -> counters_unit.ProbedUnit | None:
        at = bisect.bisect(self._firsts, location) - 1
        if at < 0:
            return None
        probed = self._units[at]
        return probed if location < probed.first + len(probed.places) else None

    def locate(self, location: int) -> coverage.Location | None:
        """Tell what a number stands for (counters.Counters.locate)."""
        probed = self._unit_of(location)
        if probed is None:
            return None
        line, kind = probed.places[location - probed.first]
        module = probed.unit.module
        return coverage.Location(module.name, module.filename, line, coverage_instrument.KINDS[kind])

    # -- counting -----------------------------------------------------------

    def measure(self, run: Callable[[], object], only: Collection[int] | None = None) -> dict[int, int]:
        """Call ``run`` with hits counted (counters.Counters.measure)."""
        self.drop_strays()
        counting = self._everything() if only is None else self._part(only)
        before = counting.read()
        try:
            with counting.swap:
                run()
            counts = counting.since(before)
            for location in list(self.hits)[self._known :]:  # where no location was ever reached before
                counts.setdefault(location, 1)
        finally:
            self.drop_strays()
        return counts

    def _everything(self) -> counters_unit.Counting:
        """Return all units that were ever reached; the others tell by their probes."""
        if self._counting is None:
            self._counting = counters_unit.Counting([probed for probed in self._units if probed.is_reached])
        return self._counting

    def _part(self, locations: Iterable[int]) -> counters_unit.Counting:
        found = dict.fromkeys(self._unit_of(location) for location in locations)
        return counters_unit.Counting([probed for probed in found if probed is not None])

    # -- watching -----------------------------------------------------------

    def observe(self, run: Callable[[], object]) -> list[Seen]:
        """Call ``run`` with its conditions watched (counters.Counters.observe)."""
        self.drop_strays()
        if self._watcher.refine() or self._watching is None:
            self._watching = self._watcher.swap(probed.unit for probed in self._units if probed.is_reached)
        try:
            return self._watcher.watch(self._watching, run)
        finally:
            self.drop_strays()

    def place(self, number: int) -> tuple[str, Place]:
        """Tell where a watched condition stands (counters.Counters.place)."""
        return self._watcher.place(number)

    def reached(self) -> list[coverage_units.Reached]:
        """List the units that were reached (counters.Counters.reached)."""
        firsts = self._watcher.firsts
        return [
            coverage_units.Reached(probed.unit, probed.first, firsts.get(probed.unit))
            for probed in self._units
            if probed.is_reached
        ]

    # -- upkeep -------------------------------------------------------------

    def upkeep(self) -> coverage.Report | None:
        """Do what is due (counters.Counters.upkeep)."""
        if self._scope is None:
            return None
        now = _clock()
        self._credit_s = min(_CREDIT_S, self._credit_s + _SHARE * (now - self._kept_up))
        self._kept_up = now
        report = self._add_late(self._scope) if len(sys.modules) != self._imported else None
        if report is None and now >= self._look_at:
            self._look_s = min(_LOOK_S, 2 * self._look_s)
            self._look_at = now + self._look_s
            self._look()
        self._thin()
        return report

    def _thin(self) -> None:
        """Take out probes of known locations, as far as the credit goes."""
        while self._thick and self._credit_s > 0:
            began = _clock()
            probed = next(iter(self._thick))
            del self._thick[probed]
            with contextlib.suppress(Exception):  # its probes stay, which is only slow
                probed.thin(self.hits)
            self._counting = self._watching = None
            self._credit_s -= _clock() - began

    def _add_late(self, scope: coverage_modules.Scope) -> coverage.Report | None:
        sources = self._read_new(scope)
        for name, source in sources.items():
            self._add_module(name, source, coverage.late_first(name))
        if not sources:
            return None
        self._look()
        return self._report(scope)

    def stop(self) -> None:
        """Put every function back (counters.Counters.stop)."""
        for probed in self._units:
            probed.unit.put(probed.unit.plain)
        self._look()  # closures that came since the last look run our code too
        self._scope = None


def _source_module(name: str, module: ModuleType) -> coverage_units.SourceModule | str:
    """Read and parse a module, or say why it cannot be measured."""
    source = coverage_modules.read_source(module)
    if isinstance(source, str):
        return source
    try:
        return coverage_units.SourceModule(dataclasses.replace(source, name=name))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"its source does not compile: {type(error).__name__}: {error}"
