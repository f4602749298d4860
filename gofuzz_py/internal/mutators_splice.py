"""Mutators that take pieces of other inputs of the pool.

Owns crossing one input with another, for ``bytes`` and ``str``.  Knows the
pool only as a function that gives some other value.  Runs in worker
processes; handed to the mutator as extra operators.  Go has nothing of the
kind; AFL and libFuzzer call it splicing and crossing over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.mutator import Operator
from gofuzz_py.internal.mutators_format import FORMAT_SPLICERS
from gofuzz_py.internal.rand import Rand

if TYPE_CHECKING:
    from gofuzz_py.internal.mutators_format import Splicer

Text = TypeVar("Text", bytes, str)

#: Pieces longer than this are rare in what splicing finds.  Picked without measurement.
_LONG_PIECE = 64


def splice_operators(
    kinds: Sequence[Kind], other_values: Callable[[], list[Value]]
) -> dict[str, list[Operator]]:
    """Return splicing operators for the sequences among ``kinds``, by the kind's name.

    ``other_values`` gives the values of some input of the pool.
    """
    operators: dict[str, list[Operator]] = {}
    for kind in kinds:
        if kind.is_sequence and kind.name not in operators:
            places = [index for index, other in enumerate(kinds) if other is kind]
            other = _other_value(places, other_values)
            operators[kind.name] = [
                _insert_piece(other),
                _overwrite_piece(other),
                _join(other),
                _at_boundary(other, FORMAT_SPLICERS[kind.python]),
            ]
    return operators


def _other_value(places: Sequence[int], other_values: Callable[[], list[Value]]) -> Callable[[Rand], Any]:
    def other(rand: Rand) -> Any:
        index = places[0] if len(places) == 1 else places[rand.intn(len(places))]
        return other_values()[index]

    return other


def _piece(rand: Rand, text: Text) -> Text:
    start = rand.intn(len(text))
    longest = len(text) - start
    if rand.bits(3):
        longest = min(longest, _LONG_PIECE)
    return text[start : start + 1 + rand.intn(longest)]


def _insert_piece(other: Callable[[Rand], Any]) -> Operator:
    def insert_piece(rand: Rand, value: Any, limit: int) -> Any:
        source = other(rand)
        if not source:
            return None
        at = rand.intn(len(value) + 1)
        return value[:at] + _piece(rand, source) + value[at:]

    return insert_piece


def _overwrite_piece(other: Callable[[Rand], Any]) -> Operator:
    def overwrite_piece(rand: Rand, value: Any, limit: int) -> Any:
        source = other(rand)
        if not source or not value:
            return None
        at = rand.intn(len(value))
        piece = _piece(rand, source)
        return value[:at] + piece + value[at + len(piece) :]

    return overwrite_piece


def _join(other: Callable[[Rand], Any]) -> Operator:
    def join(rand: Rand, value: Any, limit: int) -> Any:
        source = other(rand)
        if not source or not value:
            return None
        return value[: rand.intn(len(value) + 1)] + source[rand.intn(len(source)) :]

    return join


def _at_boundary(other: Callable[[Rand], Any], splicers: Sequence[Splicer]) -> Operator:
    """Exchange a piece for one of the other input that is of the same sort."""
    count = len(splicers)

    def at_boundary(rand: Rand, value: Any, limit: int) -> Any:
        source = other(rand)
        if not source or not value:
            return None
        return splicers[rand.bits(30) % count](rand, value, source, limit)

    return at_boundary
