"""A coverage core for tests: the target tells it what it reaches and which conditions it meets.

Owns no test.  For targets that are functions of the test, and for those of the
worker processes of test_worker.py (see worker_main.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from gofuzz_py.internal.coverage_units import Reached
from gofuzz_py.internal.operands_places import Place
from gofuzz_py.internal.operands_record import Seen


class TellingCore:
    """See ``counters.Counters`` for the contract."""

    name = "telling"
    can_observe = True

    def __init__(self) -> None:
        self.hits: dict[int, None] = {}
        self._known = 0
        self._counts: dict[int, int] | None = None
        self._seen: list[Seen] | None = None
        #: How many runs were watched.
        self.watched = 0
        #: The places of conditions; others are two computed operands.
        self.places: dict[int, Place] = {}

    @property
    def is_watching(self) -> bool:
        """Is a run being watched?"""
        return self._seen is not None

    def reach(self, locations: Iterable[int]) -> None:
        """Note what the target has reached."""
        for location in locations:
            if self._counts is not None:
                self._counts[location] = self._counts.get(location, 0) + 1
            elif self._seen is None:
                self.hits.setdefault(location)

    def see(self, number: int | Seen, relation: str = "==", left: Any = None, right: Any = None) -> None:
        """Note a condition that the target has met, if it is watched."""
        if self._seen is not None:
            self._seen.append(number if isinstance(number, Seen) else Seen(number, relation, left, right))

    def news(self) -> list[int]:
        """Return what was new, and take it as known."""
        fresh = list(self.hits)[self._known :]
        self._known = len(self.hits)
        return fresh

    def mark_known(self, locations: Iterable[int]) -> None:
        """Take locations as known."""
        self.drop_strays()
        self.hits.update(dict.fromkeys(locations))
        self._known = len(self.hits)

    def drop_strays(self) -> None:
        """Forget what was reached since the last news."""
        while len(self.hits) > self._known:
            self.hits.popitem()

    def measure(self, run: Callable[[], object], only: Collection[int] | None = None) -> dict[int, int]:
        """Count the hits of one run."""
        counts = self._counts = {}
        try:
            run()
        finally:
            self._counts = None
        return {location: count for location, count in counts.items() if only is None or location in only}

    def observe(self, run: Callable[[], object]) -> list[Seen]:
        """Return the conditions of one run."""
        seen = self._seen = []
        self.watched += 1
        try:
            run()
        finally:
            self._seen = None
        return seen

    def place(self, number: int) -> tuple[str, Place]:
        """Tell the place of a condition."""
        return "target.py", self.places.get(number, Place("==", number))

    def reached(self) -> list[Reached]:
        """List no unit: there is no source."""
        return []

    def upkeep(self) -> None:
        """Do nothing."""
