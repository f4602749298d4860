"""The coverage core that sees nothing.

Owns the answer of every question of ``counters.Counters`` where there is no
coverage: nothing is new, nothing is hit.  Knows nothing else.  Runs in a
worker process; chosen by ``counters.choose``.

Mirrors Go's counters_unsupported.go, which returns no counters at all; the
engine then warns that it fuzzes without guidance, as Go's does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gofuzz_py.internal.coverage import Location, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from types import ModuleType

    from gofuzz_py.internal.coverage_units import Reached
    from gofuzz_py.internal.operands_places import Place
    from gofuzz_py.internal.operands_record import Seen


class NoCounters:
    """No coverage; see ``counters.Counters`` for the contract."""

    name = "none"
    can_observe = False

    def __init__(self) -> None:
        self.hits: tuple[int, ...] = ()

    def start(self, test_module: ModuleType, patterns: Sequence[str] | None = None) -> Report:
        """Instrument nothing (counters.Counters.start)."""
        return Report()

    def news(self) -> list[int]:
        """Return nothing (counters.Counters.news)."""
        return []

    def mark_known(self, locations: Iterable[int]) -> None:
        """Do nothing (counters.Counters.mark_known)."""

    def drop_strays(self) -> None:
        """Do nothing (counters.Counters.drop_strays)."""

    def measure(self, run: Callable[[], object], only: Collection[int] | None = None) -> dict[int, int]:
        """Call ``run`` and count nothing (counters.Counters.measure)."""
        run()
        return {}

    def observe(self, run: Callable[[], object]) -> list[Seen]:
        """Call ``run`` and see nothing (counters.Counters.observe)."""
        run()
        return []

    def place(self, number: int) -> tuple[str, Place]:
        """Know no place (counters.Counters.place)."""
        raise LookupError(number)

    def reached(self) -> list[Reached]:
        """List nothing (counters.Counters.reached)."""
        return []

    def upkeep(self) -> Report | None:
        """Do nothing (counters.Counters.upkeep)."""
        return None

    def locate(self, location: int) -> Location | None:
        """Know no location (counters.Counters.locate)."""
        return None

    def stop(self) -> None:
        """Do nothing (counters.Counters.stop)."""
