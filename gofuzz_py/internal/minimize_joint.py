"""Shrinking several arguments in one step.

Owns the passes over pairs and groups of arguments, for failures that need
them to agree: equal names, a lower and an upper bound, an offset into a text.
Changing one of them alone loses such a failure, so the passes over single
arguments leave both as they were.  Runs in the worker process; called by
minimize.py after those.

Go shrinks one argument after the other and has nothing like it.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, cast

from gofuzz_py.internal.minimize_gate import halvings, largest_accepted

if TYPE_CHECKING:
    from gofuzz_py.internal.minimize_gate import Gate


def lower_together(gate: Gate) -> None:
    """Bring two ints nearer to zero by the same amount."""
    for left, right in combinations(_places(gate, int), 2):
        _lower_pair(gate, left, right)


def _lower_pair(gate: Gate, left: int, right: int) -> None:
    numbers = {index: cast("int", gate.best[index]) for index in (left, right)}

    def accept(amount: int) -> bool:
        return gate.consider({index: _nearer_zero(number, amount) for index, number in numbers.items()})

    largest_accepted(accept, min(abs(number) for number in numbers.values()))


def _nearer_zero(number: int, amount: int) -> int:
    return number - amount if number > 0 else number + amount


def lower_offsets(gate: Gate) -> None:
    """Lower an int and cut as many items from the head, or the tail, of a bytes or str."""
    for number in _places(gate, int):
        for row in [*_places(gate, bytes), *_places(gate, str)]:
            _lower_offset(gate, number, row)


def _lower_offset(gate: Gate, number: int, row: int) -> None:
    for keeps_tail in (True, False):
        for size in halvings(len(cast("bytes | str", gate.best[row])) + 1):
            offset, items = cast("int", gate.best[number]), cast("bytes | str", gate.best[row])
            if abs(offset) >= size <= len(items):
                cut = items[size:] if keeps_tail else items[:-size]
                gate.consider({number: _nearer_zero(offset, size), row: cut})


def _places(gate: Gate, python: type) -> list[int]:
    return [index for index, kind in enumerate(gate.kinds) if kind.python is python]
