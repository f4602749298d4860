"""What watched places have met: the rows of a run, and what is read from them.

Owns what is kept of each place, how much, how long, and the way from a row to
what was :class:`Seen`.  Must not know how operands come in (``operands_watchers``
puts them in), nor when a run is watched.  Runs in a worker process; called by
``operands_watch``.

Only exact built-in values are kept, or copies as such; objects of the program
would live longer than they would.

Go has nothing like it; AFL++ calls the operands of one run a CmpLog.
"""

from __future__ import annotations

import builtins
import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from gofuzz_py.internal.operands_calls import answers
from gofuzz_py.internal.operands_copy import forget_run
from gofuzz_py.internal.operands_places import ABSENT, RELATIONS, TEXT_METHODS, Place

#: A program that replaces built-in functions does not reach those used below.
globals()["__builtins__"] = dict(vars(builtins))

#: Texts of this length and more are kept only so many times in a run.
LONG, _MOST_LONG = 1 << 16, 32
#: The long way is taken so often at a place in one run, and without any success at all.
_MOST_TURNS, _MOST_MISSES = 2000, 16

#: No operand waits.
NOTHING = object()

_TEXT_IDS = frozenset(map(id, (str, bytes)))


class Seen(NamedTuple):
    """One condition as it was met: what the program had on both sides."""

    #: Number of the place.
    number: int
    #: ``==`` and its like, ``in``, ``match``, ``except``, ``loop`` with the number of its turns,
    #: ``length``, ``decodes``, or the name of a method.
    relation: str
    #: Exact str, bytes, int, float, bool or None, or a tuple or dict of such; or as the relation says.
    left: Any
    right: Any


_seen: Callable[[tuple[int, str, Any, Any]], Seen] = functools.partial(tuple.__new__, Seen)

#: Takes operands that are no key as they are.
Way = Callable[["Row", tuple[Any, ...]], None]


class Row(dict[Any, Any]):
    """What one place has met in a run.

    A key is the one unknown operand, or the tuple of them, and its value is
    None.  Where a key does not tell all, its value does: a list of the unknown
    operands, or a tuple of answers (``operands_calls``).
    """

    __slots__ = (
        "constant", "is_useful", "long", "misses", "number", "pending", "place", "shape", "turns", "way",
    )  # fmt: skip

    #: Code objects hold rows, and are hashed.
    __hash__ = object.__hash__  # type: ignore[assignment]

    def __init__(self, number: int, place: Place, way: Way) -> None:
        self.number = number
        self.place = place
        #: The operands before the one that is being computed.
        self.pending: Any = NOTHING
        #: How often the long way was taken of late; how often for nothing.
        self.turns = self.misses = 0
        #: Has it ever kept anything?
        self.is_useful = False
        #: What a key is, where it tells all.
        self.shape = _shape(place)
        self.constant = next((operand for operand in place.operands if operand is not ABSENT), ABSENT)
        #: The long way, and what is done with operands that are no key: that, as long as it is worth it.
        self.way = self.long = way

    @property
    def is_dull(self) -> bool:
        """Has it met operands, and nothing in them?"""
        return self.misses > 0 and not self.is_useful

    def miss(self) -> None:
        """Note that operands told nothing; after many of them the place is ignored."""
        self.misses += 1
        if self.misses >= _MOST_MISSES and not self.is_useful and not self:
            self.long = _ignore

    def tire(self) -> None:
        """Note that the long way was taken; after very many turns the place rests until the next run."""
        self.turns += 1
        if self.turns == _MOST_TURNS:
            self.long = _ignore
            _tired.append(self)

    def rest(self) -> None:
        """Let the long way be taken again."""
        self.turns = 0
        self.long = self.way

    def take(self, seen: list[Seen]) -> None:
        """Append what was met, as exact built-in values."""
        number, place, shape = self.number, self.place, self.shape
        relation = place.relation
        for key, value in _items(self):
            if relation == "loop":
                seen.append(_seen((number, relation, value, None)))
            elif value is not None:
                found = self._answers(value) if type(value) is list else value
                seen.extend(_seen((number, *answer)) for answer in found)
            elif shape is not None:
                left, right = key if shape is _PAIR else (key, self.constant)
                if shape is _WITH_LEFT_CONSTANT:
                    left, right = right, left
                if relation in RELATIONS or type(left) is type(right) is not int:
                    seen.append(_seen((number, relation, left, right)))
            elif place.patterns:
                seen.append(_seen((number, relation, key, place.patterns)))
            else:
                found = self._answers(key)
                seen.extend(_seen((number, *answer)) for answer in found)

    def _answers(self, met: Any) -> Sequence[tuple[str, Any, Any]]:
        place = self.place
        try:
            return answers(place.relation, whole(place, met), place.names)
        except Exception:  # the program had one of it, too
            return ()


def _ignore(row: Row, operands: tuple[Any, ...]) -> None:
    """Keep nothing more."""


#: Keys that tell all: both operands, the left one, the right one.
_PAIR, _WITH_CONSTANT, _WITH_LEFT_CONSTANT = "pair", "with constant", "with constant on the left"


def _shape(place: Place) -> str | None:
    """Return what a key of a comparison or of a method of texts is, or None if it does not tell all."""
    if place.relation not in RELATIONS | TEXT_METHODS or len(place.operands) != 2:
        return None
    left, right = place.operands
    if left is ABSENT and right is ABSENT:
        return _PAIR
    if place.relation in TEXT_METHODS and not isinstance(right if left is ABSENT else left, (str, bytes)):
        return None
    return _WITH_CONSTANT if left is ABSENT else _WITH_LEFT_CONSTANT


def _items(row: Row) -> list[tuple[Any, Any]]:
    while True:
        try:
            return list(row.items())
        except RuntimeError:  # a thread of the program runs on
            continue


def whole(place: Place, met: Any) -> Sequence[Any]:
    """Put the constants of a place among the operands that were met: one, or some in a list or tuple."""
    operands: Sequence[Any] = met if isinstance(met, (tuple, list)) else (met,)
    if len(operands) == len(place.operands):
        return operands
    unknown = iter(operands)
    return [next(unknown) if operand is ABSENT else operand for operand in place.operands]


class Recorder:
    """The rows of all places.  ``way_of`` gives a place its long way."""

    def __init__(self, way_of: Callable[[Place], Way]) -> None:
        self.rows: list[Row] = []
        self._way_of = way_of
        #: Those in which an operand may wait for another.
        self._waiting: list[Row] = []

    def add(self, places: Iterable[Place]) -> None:
        """Add rows for further places."""
        for place in places:
            row = Row(len(self.rows), place, self._way_of(place))
            self.rows.append(row)
            if sum(operand is ABSENT for operand in place.operands) > 1:
                self._waiting.append(row)

    def start(self) -> None:
        """Forget what was seen."""
        for row in filter(None, self.rows):
            row.clear()
        for row in self._waiting:
            row.pending = NOTHING
        for row in _tired:
            row.rest()
        _tired.clear()
        _long.clear()
        forget_run()

    def take(self) -> list[Seen]:
        """Return what was seen since ``start``, place by place."""
        seen: list[Seen] = []
        for row in filter(None, self.rows):
            before = len(seen)
            row.take(seen)
            if len(seen) > before:
                row.is_useful = True
            else:
                row.misses += 1
        return seen


#: Places that rest.
_tired: list[Row] = []
#: Long texts of this run, by address: what holds them are the rows.
_long: dict[int, None] = {}


def is_room_for(operands: Iterable[Any]) -> bool:
    """Is there room for the long texts among these?"""
    for value in operands:
        if id(type(value)) in _TEXT_IDS and len(value) >= LONG:
            if len(_long) >= _MOST_LONG and id(value) not in _long:
                return False
            _long[id(value)] = None
    return True
