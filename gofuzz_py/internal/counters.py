"""The coverage cores behind one contract, and the choice among them.

Owns what the engine may ask of a core, and which core this process gets and
why.  Must not know how a core sees coverage.  Runs in a worker process;
called by the worker.

Mirrors Go's counters_supported.go and counters_unsupported.go, where the
choice is a build tag and the contract one function that returns the counters.
Departs in that a core here tells of news only (what fires is switched off
once it is known), and counts hits for one execution when asked.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

from gofuzz_py.internal import counters_probes, counters_unsupported

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from types import ModuleType

    from gofuzz_py.internal.coverage import Location, Report
    from gofuzz_py.internal.coverage_units import Reached
    from gofuzz_py.internal.operands_places import Place
    from gofuzz_py.internal.operands_record import Seen


class Counters(Protocol):
    """What a coverage core does.  One at a time in a process; not thread-safe.

    The program under test may hit locations in any thread.  The hot loop::

        seen = len(core.hits)
        ...run the target...
        if len(core.hits) != seen:
            new = core.news()
            seen = len(core.hits)
    """

    @property
    def name(self) -> str:
        """``"probes"`` or ``"none"``."""
        ...

    @property
    def can_observe(self) -> bool:
        """Does ``observe`` see anything?"""
        ...

    @property
    def hits(self) -> Collection[int]:
        """Every known location; grows when one fires that is new to this process.  One object for good."""
        ...

    def start(self, test_module: ModuleType, patterns: Sequence[str] | None = None) -> Report:
        """Instrument what ``-coverpkg`` (split at commas; None for its default) names.

        Call it once, after the test module was imported and the fuzz target
        made: closures that live already are found too.  Never raises for a
        module's sake; the report says what was left alone and why.
        """
        ...

    def news(self) -> list[int]:
        """Return the locations that fired and were new, and take them as known."""
        ...

    def mark_known(self, locations: Iterable[int]) -> None:
        """Take locations as known that other processes hit; their probes will go.

        What has fired and was not taken with ``news`` is dropped first.
        """
        ...

    def drop_strays(self) -> None:
        """Forget what fired since the last ``news``: the engine's own work hit it.

        It will be news again when it fires again.
        """
        ...

    def measure(self, run: Callable[[], object], only: Collection[int] | None = None) -> dict[int, int]:
        """Call ``run`` once with hits counted; return how often each location was hit.

        With ``only``, no more than the functions that hold these locations is
        counted (and what was never reached tells of itself, as once): cheap
        enough for each step of a minimization.  What ``run`` raises comes
        through.  Leaves ``hits`` as it was.
        """
        ...

    def observe(self, run: Callable[[], object]) -> list[Seen]:
        """Call ``run`` once with its conditions watched; return the operands they met.

        A tenth of a millisecond, and two to eight times as slow as a plain
        call: the shorter the run, the more of it is new.  What ``run`` raises
        comes through.  Leaves ``hits`` as it was.
        """
        ...

    def place(self, number: int) -> tuple[str, Place]:
        """Tell the file and the place of a condition that was met."""
        ...

    def reached(self) -> list[Reached]:
        """List the units of source of which something was reached."""
        ...

    def upkeep(self) -> Report | None:
        """Do what is due: probes of known locations go, modules that came are measured.

        Call it between executions, every 100 ms or so; it limits itself to a
        small share of the time.  Returns a new report if modules came.  What is
        news does not depend on when it is called, late modules apart: a run that
        is to repeat exactly calls it by the count of executions.
        """
        ...

    def locate(self, location: int) -> Location | None:
        """Tell what a number stands for; None if it is not one of ours."""
        ...

    def stop(self) -> None:
        """Put every function back as it was.  The core is spent."""
        ...


def choose(wanted: bool = True) -> tuple[Counters, str]:
    """Return the core for this process, and one line that says why it is this one."""
    if not wanted:
        return counters_unsupported.NoCounters(), "coverage is switched off"
    if sys.implementation.name != "cpython":
        reason = f"functions cannot be given other code on {sys.implementation.name}"
        return counters_unsupported.NoCounters(), reason
    return counters_probes.ProbeCounters(), "probes in a second compile of the source, on every CPython"
