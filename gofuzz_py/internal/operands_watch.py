"""Runs of the program in which all its conditions are watched.

Owns the watched variant of each unit, made when it is first wanted, and the
one recorder of the process.  Must not know which units there are, nor what the
operands are for.  Runs in a worker process; made by ``counters_probes``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gofuzz_py.internal import operands_record, operands_rewrite
from gofuzz_py.internal.coverage_swap import Swap
from gofuzz_py.internal.operands_record import Row
from gofuzz_py.internal.operands_rewrite import KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import CodeType

    from gofuzz_py.internal.coverage_units import Unit
    from gofuzz_py.internal.operands_record import Seen

#: Keys end here: an int of the program beyond them is the program's.
_KEYS_END = KEY + (1 << 53)


class Watcher:
    """The watched variants of units."""

    def __init__(self) -> None:
        self._recorder = operands_record.Recorder()
        #: For each unit its variant, or nothing where it has none.
        self._variants: dict[Unit, Sequence[CodeType]] = {}
        #: Number of the first place of a unit.
        self.firsts: dict[Unit, int] = {}
        #: For each place, by number, the file it stands in.
        self._files: list[str] = []

    def swap(self, units: Iterable[Unit]) -> Swap:
        """Return what puts the watched variants of units in and out."""
        return Swap(pair for unit in units for pair in zip(unit.sites, self._variant(unit), strict=False))

    def watch(self, swap: Swap, run: Callable[[], object]) -> list[Seen]:
        """Call ``run`` with the variants in; return the operands it met."""
        self._recorder.start()
        with swap:
            run()
        return self._recorder.take()

    def place(self, number: int) -> tuple[str, operands_rewrite.Place]:
        """Return the file and the place that a number stands for."""
        return self._files[number], self._recorder.rows[number].place

    def _variant(self, unit: Unit) -> Sequence[CodeType]:
        variant = self._variants.get(unit)
        if variant is None:
            rows = self._recorder.rows
            first = len(rows)
            watch = operands_rewrite.Watch(first)
            try:
                roots = unit.compile(watch.rewrite)
                rows += [Row(first + index, place) for index, place in enumerate(watch.places)]
                self._files += [unit.module.filename] * len(watch.places)
                variant = unit.bind(roots, self._resolve)
                self.firsts[unit] = first
            except Exception:  # whatever it stumbles over: the unit stays unwatched
                variant = ()
            self._variants[unit] = variant
        return variant

    def _resolve(self, constant: object) -> object:
        if type(constant) is str and constant[:1] == "\0":
            return operands_record.WATCHERS.get(constant, constant)
        if type(constant) is int and KEY <= constant < _KEYS_END:
            return self._recorder.rows[constant - KEY]
        return constant
