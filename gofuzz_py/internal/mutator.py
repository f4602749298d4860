"""Choose what is changed, and how: one mutation of the arguments of a target.

Owns the choice of an argument, the choice of a mutator from the table of its
kind, and the promise that a result is another value within the limits.  Must
not know the target, the corpus or how many mutations pile up on one input;
that is the worker's business.  Runs in worker processes, once per execution,
called by the worker's loop.

Mirrors Go's ``mutator.go`` and departs where that only costs executions:

* With one argument nothing is drawn to choose it.
* A mutator whose result equals the old value counts as one that declined, and
  another is drawn: Go runs the target again on the same input.
* A text is changed as text, a number by more than 100, a bool always flips
  (see the tables).
* A value longer than the limit is cut to it; Go panics.

Operators that have led to something new are drawn more often (``reward``).

New types join by an entry in ``_FAMILIES``.  Mutators that depend on the run (a
dictionary, pieces of other inputs, operands of comparisons) are handed to a
``Mutator`` as ``extra``; they share the signature ``(rand, value, limit)`` and
are drawn along with the table.  A callable with state of its own may learn
while it is in use.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from gofuzz_py.internal.mutators_byteslice import BYTE_MUTATORS
from gofuzz_py.internal.mutators_number import (
    BOOL_MUTATORS,
    FLOAT_MUTATORS,
    FloatLimits,
    IntLimits,
    float_limits,
    int_limits,
    int_mutators,
)
from gofuzz_py.internal.mutators_text import TEXT_MUTATORS
from gofuzz_py.internal.operator_table import SHORT, OperatorTable

if TYPE_CHECKING:
    from gofuzz_py.internal.kinds import Kind, Value
    from gofuzz_py.internal.rand import Rand

V = TypeVar("V")
L = TypeVar("L")

#: ``(rand, value, limit) -> changed value, or None to decline``.  The limit is
#: the greatest length in bytes for ``bytes`` and ``str``, and ``IntLimits`` or
#: ``FloatLimits`` for numbers.  (The types belong together by the kind, which
#: the type system cannot follow through a table of all kinds.)
Operator = Callable[["Rand", Any, Any], "Value | None"]

#: The most bytes of an argument: a draw of 30 bits must be able to reach each.
MAX_LEN = 1 << 30

#: So many mutators may decline before a value is left as it is.  An empty
#: value is only taken by one in 18; a thousand misses have no other meaning
#: than that nothing can be done, as with an empty value that may not grow.
_ATTEMPTS = 1000


@dataclass(frozen=True, slots=True)
class _Family(Generic[V, L]):
    """How the kinds of one Python type are changed."""

    #: The table of a kind.
    operators: Callable[[Kind], Sequence[Callable[[Rand, V, L], V | None]]]
    #: What the operators get as limit, from the kind and the greatest length.
    limit: Callable[[Kind, int], L]
    #: Is the new value (first) another one than the old, and within the limit?
    accepts: Callable[[V, V, L], bool]
    #: Return what is left of a value that no operator could change.
    cut: Callable[[V, L], V]


def _keep(value: V, limit: L) -> V:
    return value


def _accepts_bytes(new: bytes, old: bytes, limit: int) -> bool:
    return new != old and len(new) <= limit


def _cut_bytes(value: bytes, limit: int) -> bytes:
    return value[:limit]


def _accepts_str(new: str, old: str, limit: int) -> bool:
    # A character has at most four bytes, so most texts need not be encoded.
    return new != old and (len(new) * 4 <= limit or len(new.encode("utf-8", "surrogatepass")) <= limit)


def _cut_str(value: str, limit: int) -> str:
    whole = len(value) * 4 <= limit or len(value.encode("utf-8", "surrogatepass")) <= limit
    return value if whole else value[: limit // 4]


def _accepts_int(new: int, old: int, limit: IntLimits) -> bool:
    low, high = limit.low, limit.high
    return new != old and (low is None or low <= new) and (high is None or new <= high)


_pack_double = struct.Struct("<d").pack


def _accepts_float(new: float, old: float, limit: FloatLimits) -> bool:
    # By bits: -0.0 is not 0.0, and NaN after NaN is nothing new.
    return _pack_double(new) != _pack_double(old)


def _accepts_bool(new: bool, old: bool, limit: None) -> bool:
    return new is not old


#: How each Python type is changed: the place where another type joins.
_FAMILIES: dict[type, _Family[Any, Any]] = {
    bytes: _Family(lambda kind: BYTE_MUTATORS, lambda kind, n: n, _accepts_bytes, _cut_bytes),
    str: _Family(lambda kind: TEXT_MUTATORS, lambda kind, n: n, _accepts_str, _cut_str),
    int: _Family(int_mutators, lambda kind, n: int_limits(kind), _accepts_int, _keep),
    float: _Family(lambda kind: FLOAT_MUTATORS, lambda kind, n: float_limits(kind), _accepts_float, _keep),
    bool: _Family(lambda kind: BOOL_MUTATORS, lambda kind, n: None, _accepts_bool, _keep),
}


class Mutator:
    """Changes the arguments of one fuzz target, one mutation at a time."""

    __slots__ = ("_last", "_tables", "mutate")

    #: Replace one of the values, drawn uniformly, by a changed one.  The list
    #: is changed, no value is.  The new value is of its kind, within its limits
    #: and different from the old one, except where nothing can be done (an
    #: empty value that may not grow).  The list must hold one value per kind.
    #: (An attribute rather than a method, so that the loop which calls it goes
    #: straight to the variant made for these arguments.)
    mutate: Callable[[list[Value]], None]

    def __init__(
        self,
        kinds: Sequence[Kind],
        rand: Rand,
        max_len: int,
        extra: Mapping[str, Sequence[Operator]] | None = None,
        light: Mapping[type, Sequence[Operator]] | None = None,
    ) -> None:
        """Prepare for arguments of these kinds.

        ``max_len`` is the most bytes that a ``bytes`` argument may have, and a
        ``str`` one in UTF-8 (a lone surrogate counts three).  ``extra`` gives
        more operators by the name of a kind; listed twice, one is drawn twice
        as often.  ``light`` gives more by the Python type, which are drawn seldom:
        together a sixth of the time.  Raises ValueError without kinds, for a ``max_len`` that is
        negative or above ``MAX_LEN``.
        """
        if not kinds:
            raise ValueError("a fuzz target needs at least one argument to mutate")
        if not 0 <= max_len <= MAX_LEN:
            raise ValueError(f"max_len is {max_len}, want 0 to {MAX_LEN}")
        more = extra or {}
        less = light or {}
        self._tables = [_table(kind, more.get(kind.name, ()), less.get(kind.python, ())) for kind in kinds]
        self._last = _Last()
        rows = zip(kinds, self._tables, strict=True)
        steps = [_step(kind, table, self._last, rand, max_len) for kind, table in rows]
        if len(kinds) > 1:
            self.mutate = _mutate_one_of(rand, steps, self._last)
        elif kinds[0].python is bytes:
            self.mutate = _mutate_bytes(rand, max_len, self._tables[0], self._last, steps[0])
        else:
            self.mutate = _mutate_only(steps[0])

    def reward(self) -> None:
        """Note that the mutation made last has led to something new: its operator is drawn more often."""
        if self._last.operator is not None:
            self._tables[self._last.argument].reward(self._last.operator)

    def forget_declines(self) -> None:
        """Note that there is more to mutate with: an operator may now take what it has declined."""
        for table in self._tables:
            table.forget_declines()


_Step = Callable[[Any], Any]


class _Last:
    """The operator drawn last, and the argument it was for."""

    __slots__ = ("argument", "operator")

    def __init__(self) -> None:
        self.argument = 0
        self.operator: Operator | None = None


def _table(kind: Kind, extra: Sequence[Operator], light: Sequence[Operator]) -> OperatorTable[Operator]:
    return OperatorTable((*_FAMILIES[kind.python].operators(kind), *extra), light)


def _step(kind: Kind, table: OperatorTable[Operator], last: _Last, rand: Rand, max_len: int) -> _Step:
    """Return a function that changes a value of the kind."""
    family = _FAMILIES[kind.python]
    limit = family.limit(kind, max_len)
    accepts, cut, bits = family.accepts, family.cut, rand.bits
    slots, short, note_decline = table.slots, table.short, table.note_decline

    def declines(operator: Operator, value: Any) -> bool:
        new: Any = operator(rand, value, limit)
        return new is None or not accepts(new, value, limit)

    def step(value: Any) -> Any:
        for _ in range(_ATTEMPTS):
            operator = slots[bits(30) % len(slots)]
            new = operator(rand, value, limit)
            if new is not None and accepts(new, value, limit):
                last.operator = operator
                return new
        return cut(value, limit)

    def sized_step(value: Any) -> Any:
        length = len(value)
        row = short[length] if length < SHORT else slots
        for _ in range(_ATTEMPTS):
            operator = row[bits(30) % len(row)]
            new = operator(rand, value, limit)
            if new is not None and accepts(new, value, limit):
                last.operator = operator
                return new
            if length < SHORT:
                note_decline(operator, value, declines)
        return cut(value, limit)

    return sized_step if kind.is_sequence else step


def _mutate_one_of(rand: Rand, steps: Sequence[_Step], last: _Last) -> Callable[[list[Value]], None]:
    bits, count = rand.bits, len(steps)

    def mutate(values: list[Value]) -> None:
        index = last.argument = bits(30) % count
        values[index] = steps[index](values[index])

    return mutate


def _mutate_only(step: _Step) -> Callable[[list[Value]], None]:
    def mutate(values: list[Value]) -> None:
        values[0] = step(values[0])

    return mutate


def _mutate_bytes(
    rand: Rand, max_len: int, table: OperatorTable[Operator], last: _Last, again: _Step
) -> Callable[[list[Value]], None]:
    """Return the quick way for a single bytes argument, the usual case.

    It does what ``_step`` does, the first attempt written out and the others
    left to ``again``: nine in ten succeed at once.
    """
    operators, short = table.slots, table.short
    bits = rand.bits

    def mutate(values: list[Value]) -> None:
        value: bytes = values[0]  # type: ignore[assignment]
        length = len(value)
        row = short[length] if length < SHORT else operators
        operator = last.operator = row[bits(30) % len(row)]
        new = operator(rand, value, max_len)
        if new is None or new == value or len(new) > max_len:  # type: ignore[arg-type]
            new = again(value)
        values[0] = new

    return mutate
