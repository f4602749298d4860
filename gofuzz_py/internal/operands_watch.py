"""Runs of the program in which all its conditions are watched.

Owns the watched variant of each unit, made when it is first wanted and again
without the places that turned out to say nothing, and the one recorder of the
process.  Must not know which units there are, nor what the operands are for.
Runs in a worker process; made by ``counters_probes``.
"""

from __future__ import annotations

import ast
import dataclasses
import heapq
from typing import TYPE_CHECKING, Any

from gofuzz_py.internal import operands_peek
from gofuzz_py.internal.coverage_swap import Swap
from gofuzz_py.internal.operands_copy import copied
from gofuzz_py.internal.operands_places import ABSENT, Place
from gofuzz_py.internal.operands_record import Recorder
from gofuzz_py.internal.operands_rewrite import KEY, Watch
from gofuzz_py.internal.operands_watchers import WATCHERS, long_way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import CodeType

    from gofuzz_py.internal.coverage_units import Unit
    from gofuzz_py.internal.operands_record import Seen

#: Keys end here: an int of the program beyond them is the program's.
_KEYS_END = KEY + (1 << 53)
#: A variant is made again after so many watched runs, and so many of them before one run.  Most
#: calls are of functions that ask nothing; what is left costs half as much.
_PERIODS, _MOST_AT_ONCE = (6, 40), 4


class Watcher:
    """The watched variants of units."""

    def __init__(self) -> None:
        self._recorder = Recorder(long_way)
        #: For each unit its variant, or nothing where it has none.
        self._variants: dict[Unit, Sequence[CodeType]] = {}
        #: Number of the first place of a unit.
        self.firsts: dict[Unit, int] = {}
        #: For each place, by number, the file it stands in.
        self._files: list[str] = []
        #: Watched runs, and at which of them which units are made again: with their places.
        self._runs = 0
        self._due: list[tuple[int, int, int, Unit]] = []

    def swap(self, units: Iterable[Unit]) -> Swap:
        """Return what puts the watched variants of units in and out."""
        return Swap(pair for unit in units for pair in zip(unit.sites, self._variant(unit), strict=False))

    def watch(self, swap: Swap, run: Callable[[], object]) -> list[Seen]:
        """Call ``run`` with the variants in; return the operands it met."""
        self._runs += 1
        self._recorder.start()
        try:
            with swap:
                run()
            return self._recorder.take()
        finally:
            self._recorder.start()

    def refine(self) -> bool:
        """Leave out places that have told nothing, where it is time for it; return whether it was."""
        count = 0
        while self._due and self._due[0][0] <= self._runs and count < _MOST_AT_ONCE:
            _, first, end, unit = heapq.heappop(self._due)
            count += self._make_again(first, end, unit)
        return count > 0

    def place(self, number: int) -> tuple[str, Place]:
        """Return the file and the place that a number stands for."""
        return self._files[number], self._recorder.rows[number].place

    def _variant(self, unit: Unit) -> Sequence[CodeType]:
        variant = self._variants.get(unit)
        if variant is None:
            first = len(self._recorder.rows)
            try:
                variant = self._make(unit, first)
            except Exception:  # whatever it stumbles over: the unit stays unwatched
                variant = ()
            self._variants[unit] = variant
        return variant

    def _make(self, unit: Unit, first: int) -> Sequence[CodeType]:
        watch = Watch(first)
        roots = unit.compile(watch.rewrite)
        names = _globals(unit)
        self._recorder.add(_resolved(place, names) for place in watch.places)
        self._files += [unit.module.filename] * len(watch.places)
        variant = unit.bind(roots, self._resolve)
        self.firsts[unit] = first
        for period in _PERIODS if watch.places else ():
            heapq.heappush(self._due, (self._runs + period, first, first + len(watch.places), unit))
        return variant

    def _make_again(self, first: int, end: int, unit: Unit) -> bool:
        """Make a variant without the places that are dull; return whether there are any."""
        rows = self._recorder.rows
        if not any(row.is_dull for row in rows[first:end]):
            return False
        watch = Watch(first, lambda number: not rows[number].is_dull)
        try:
            self._variants[unit] = unit.bind(unit.compile(watch.rewrite), self._resolve)
        except Exception:  # then it goes on as it is
            return False
        return True

    def _resolve(self, constant: object) -> object:
        if type(constant) is str and constant[:1] == "\0":
            return WATCHERS.get(constant, constant)
        if type(constant) is int and KEY <= constant < _KEYS_END:
            return self._recorder.rows[constant - KEY]
        return constant


# -- names in patterns -------------------------------------------------------------------------


def _globals(unit: Unit) -> dict[str, Any]:
    """Return the names of the module that a unit stands in, if any of its functions is alive."""
    for site in unit.sites:
        for reference in site.functions:
            function = reference()
            if function is not None:
                return function.__globals__
    return {}


def _resolved(place: Place, names: dict[str, Any]) -> Place:
    """Put values in the place of dotted names in the patterns of a ``match``: ``case Color.RED``."""
    if not place.patterns:
        return place
    resolver = _Resolver(names)
    return dataclasses.replace(place, patterns=tuple(map(resolver.visit, place.patterns)))


class _Resolver(ast.NodeTransformer):
    """Replaces dotted names whose values are plain."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names

    def visit_MatchClass(self, node: ast.MatchClass) -> ast.AST:
        node.patterns = [self.visit(pattern) for pattern in node.patterns]
        node.kwd_patterns = [self.visit(pattern) for pattern in node.kwd_patterns]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        try:
            value = copied(operands_peek.resolve(ast.unparse(node), self._names))
        except Exception:  # it is not there yet, or not to be had
            return node
        return node if value is ABSENT else ast.copy_location(ast.Constant(value), node)
