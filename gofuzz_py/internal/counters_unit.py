"""A unit of source with its locations: which variant it runs, what it counted.

Owns the variants that probes need (with the probes still wanted, and with all
of them counting) and the counters of the latter.  Must not know of modules or
of time, nor what counts are for.  Runs in a worker process; made by
``counters_probes``.

Go has nothing like it; its counters are bytes beside the code.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, TypeGuard

from gofuzz_py.internal import coverage_instrument
from gofuzz_py.internal.coverage_swap import Swap

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Container, Sequence
    from types import CodeType

    from gofuzz_py.internal.coverage_swap import Site
    from gofuzz_py.internal.coverage_units import Unit

#: More than any count: a counter that runs out would raise in the target.
_PLENTY = 1 << 62
_left = itertools.repeat.__length_hint__

_FIRE = coverage_instrument.FIRE
_KEY = coverage_instrument.KEY
#: Keys end here: an int of the program beyond them is the program's.
_KEYS_END = _KEY + (1 << 53)


class ProbedUnit:
    """A unit whose locations fire into a table when they are hit.

    ``fire`` is called with the number of a location and returns something
    false.  ``statement`` is the unit's syntax tree, spent by this.  Raises
    what ``Unit.compile`` and ``Unit.bind`` raise.
    """

    def __init__(self, unit: Unit, statement: ast.stmt, first: int, fire: Callable[[int], object]) -> None:
        self.unit = unit
        #: Number of the first location.
        self.first = first
        self._fire = fire
        probes = coverage_instrument.Probes(first)
        self._roots: list[CodeType] | None = unit.compile(probes.rewrite, statement)
        #: Line and kind of each location.
        self.places = tuple(probes.places)
        #: How many locations are not known yet.
        self.missing = len(self.places)
        self._full: list[CodeType] = []
        #: One for each location once it counts; a hit takes one off.
        self.counters: list[itertools.repeat[None]] = []
        unit.put(unit.bind(self._roots, self._firing))

    @property
    def is_reached(self) -> bool:
        """Is any of its locations known?"""
        return self.missing < len(self.places)

    def thin(self, known: Container[int]) -> None:
        """Let the functions run with probes only at locations that are not ``known``.

        Compiles, unless none is missing: then it is as cheap as a swap.
        """
        if not self.missing:
            self.unit.put(self.unit.plain)
            return
        probes = coverage_instrument.Probes(self.first, lambda number: number not in known)
        self.unit.put(self.unit.bind(self.unit.compile(probes.rewrite), self._firing))

    def counting(self) -> list[tuple[Site, CodeType]]:
        """Return the variant that counts, made at the first call, with its sites."""
        if self._roots is not None:
            self.counters = [itertools.repeat(None, _PLENTY) for _ in self.places]
            self._full = self.unit.bind(self._roots, self._counted)
            self._roots = None
        return list(zip(self.unit.sites, self._full, strict=True))

    def _firing(self, constant: object) -> object:
        """Resolve the constants of a probe that tells of its first hit."""
        if _is_fire(constant):
            return self._fire
        return constant - _KEY if _is_key(constant) else constant

    def _counted(self, constant: object) -> object:
        """Resolve the constants of a probe that counts."""
        if _is_fire(constant):
            return next
        return self.counters[constant - _KEY - self.first] if _is_key(constant) else constant


class Counting:
    """Several units that count for one execution after the other."""

    def __init__(self, units: Sequence[ProbedUnit]) -> None:
        #: Puts the counting variants in and out.
        self.swap = Swap(pair for unit in units for pair in unit.counting())
        self._counters = [counter for unit in units for counter in unit.counters]
        self._numbers = [
            number for unit in units for number in range(unit.first, unit.first + len(unit.places))
        ]

    def read(self) -> list[int]:
        """Return the state of all counters, for ``since``."""
        return list(map(_left, self._counters))

    def since(self, before: list[int]) -> dict[int, int]:
        """Return how often each location was hit since ``read``; none for those that were not."""
        rows = zip(self._numbers, before, self.read(), strict=True)
        return {number: was - now for number, was, now in rows if was != now}


def _is_fire(constant: object) -> bool:
    return type(constant) is str and constant == _FIRE


def _is_key(constant: object) -> TypeGuard[int]:
    return type(constant) is int and _KEY <= constant < _KEYS_END
