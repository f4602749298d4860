"""The one place where a candidate is tried.

Owns the best input so far, the memory of what was tried, and the rules that
every candidate passes before it costs a run: it has the right type and range,
it is simpler than the best (minimize_order.py), it was not tried before, and
the budget is not spent.  Passes propose freely and cheaply; they cannot break
a rule.  Knows nothing of how candidates are made, nor of targets, failures
and clocks, which stay behind the two callables.  Runs in the worker process,
made by minimize.py.

Go has no gate: each of its passes counts, asks and runs for itself, and it
runs the same candidate again whenever another pass proposes it.
"""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.minimize_order import is_simpler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

T = TypeVar("T", bound=Value)

#: Candidates remembered, the oldest forgotten first; about 8 MB when full.
#: Picked so that all passes over a value of some thousand characters fit.
MEMORY_LIMIT = 1 << 16

#: Longest encoded value kept as it is; longer ones are kept as a digest one
#: byte longer than this, so that the two can never be taken for each other.
_PLAIN_LIMIT = 19


class BudgetSpentError(Exception):
    """The caller said stop; unwinds the passes, never leaves the minimizer."""


def _mark(value: Value) -> bytes:
    """Return a short stand-in for a value, different for different values of one type.

    Told apart are also values that compare equal, 0.0 and -0.0 for one.  Not
    ``hash``: it takes an int modulo 2**61-1, so far too many would collide.
    """
    if isinstance(value, bytes):
        plain = value
    elif isinstance(value, str):
        plain = value.encode("utf-8", "surrogatepass")
    elif isinstance(value, float):
        plain = struct.pack("<d", value)
    else:
        plain = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    if len(plain) <= _PLAIN_LIMIT:
        return plain
    return hashlib.blake2b(plain, digest_size=_PLAIN_LIMIT + 1, usedforsecurity=False).digest()


class Gate:
    """Holds the best input so far and decides which candidates are run."""

    def __init__(
        self,
        kinds: Sequence[Kind],
        values: Sequence[Value],
        consider: Callable[[list[Value]], bool],
        should_stop: Callable[[], bool],
    ) -> None:
        if len(kinds) != len(values):
            raise ValueError(f"{len(values)} values for {len(kinds)} kinds")
        self.kinds = tuple(kinds)
        #: The simplest input accepted so far; at first the original.
        self.best = list(values)
        #: How many candidates were accepted: a pass made progress if it grew.
        self.accepted = 0
        self._consider = consider
        self._should_stop = should_stop
        self._marks = tuple(_mark(value) for value in values)
        # A dict serves as a set that remembers the order of arrival.
        self._tried: dict[tuple[bytes, ...], None] = {self._marks: None}

    def consider(self, changes: Mapping[int, Value]) -> bool:
        """Try the best input with some arguments replaced; say whether it became the best.

        ``changes`` maps the place of an argument to its new value.  Every
        argument that changes must become simpler, so that no exchange of one
        argument against another can go round in circles.  A candidate that
        breaks a rule of this module is refused without a run.

        Raises BudgetSpentError when the caller wants to stop.
        """
        if not all(self._improves(index, value) for index, value in changes.items()):
            return False
        marks = list(self._marks)
        candidate = list(self.best)
        for index, value in changes.items():
            marks[index] = _mark(value)
            candidate[index] = value
        return self._remember(tuple(marks)) and self._try(candidate, tuple(marks))

    def slots(self) -> list[Slot[Value]]:
        """Return one slot for each argument, in order."""
        return [Slot(self, (index,)) for index in range(len(self.best))]

    def equal_groups(self) -> list[tuple[int, ...]]:
        """Return the places of arguments that now hold the same value of the same type."""
        groups: dict[tuple[type, bytes], list[int]] = {}
        for index, mark in enumerate(self._marks):
            groups.setdefault((self.kinds[index].python, mark), []).append(index)
        return [tuple(places) for places in groups.values() if len(places) > 1]

    def _improves(self, index: int, value: Value) -> bool:
        kind = self.kinds[index]
        # The order first: it refuses most of what is refused, and it is cheap.
        return is_simpler(kind, value, self.best[index]) and kind.problem(value) is None

    def _remember(self, marks: tuple[bytes, ...]) -> bool:
        """Note a candidate as tried; say whether it was new."""
        # Asked for known candidates as well: a round over a long value that
        # tries nothing new takes its time too.
        if self._should_stop():
            raise BudgetSpentError
        if marks in self._tried:
            return False
        if len(self._tried) >= MEMORY_LIMIT:
            del self._tried[next(iter(self._tried))]
        self._tried[marks] = None
        return True

    def _try(self, candidate: list[Value], marks: tuple[bytes, ...]) -> bool:
        # The caller gets a list of its own: what it does to it is not our input.
        if not self._consider(list(candidate)):
            return False
        self.best, self._marks = candidate, marks
        self.accepted += 1
        return True


class Slot(Generic[T]):
    """One argument as a pass sees it: a kind, a value, and a way to try another.

    Stands for several arguments at once when they hold the same value and are
    to change together.
    """

    def __init__(self, gate: Gate, indexes: tuple[int, ...]) -> None:
        self._gate = gate
        self._indexes = indexes
        #: The kind of the argument (of the first one, if there are several).
        self.kind = gate.kinds[indexes[0]]

    @property
    def value(self) -> T:
        """The argument's value in the best input so far."""
        return cast("T", self._gate.best[self._indexes[0]])

    def consider(self, value: T) -> bool:
        """Try this value in place of the present one; see `Gate.consider`."""
        return self._gate.consider(dict.fromkeys(self._indexes, value))


def largest_accepted(accept: Callable[[int], bool], limit: int) -> int:
    """Return the largest n up to ``limit`` that ``accept`` takes, 0 if it refuses 1.

    Doubles, then bisects: about 2*log2(n) calls.  Exact if everything below
    an accepted number would be accepted too, else just one that was.
    """
    low, high = 0, 1
    while high <= limit and accept(high):
        low, high = high, high * 2
    high = min(high, limit + 1)
    while high - low > 1:
        middle = (low + high) // 2
        if accept(middle):
            low = middle
        else:
            high = middle
    return low


def halvings(limit: int) -> Iterator[int]:
    """Yield the powers of two below ``limit``, largest first."""
    for exponent in range(max(limit - 1, 0).bit_length() - 1, -1, -1):
        yield 1 << exponent
