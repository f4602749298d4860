"""Takes down the operands that a watched run of the program hands over.

Owns the watchers that ``operands_rewrite`` has put into the code, what is kept
of each place, and how long: only exact built-in values are kept, and no code
of the program under test is ever called, so that a run that is watched does
what any other does.  Must not know what operations mean (``operands_calls``),
what operands are good for, nor when a run is watched.  Runs in a worker
process; called by ``operands_watch``.

A watcher is called for each operand of each condition that is met, so its usual
way is short: two texts, bytes or ints of one type are a key of the place's
:class:`Row`, and everything else goes the long way, which is taken only so
often.

Go has nothing like it; AFL++ calls the operands of one run a CmpLog.
"""

from __future__ import annotations

import builtins
import functools
import re
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, NamedTuple

from gofuzz_py.internal import operands_peek
from gofuzz_py.internal.operands_calls import answers, is_dull
from gofuzz_py.internal.operands_copy import copied, forget_run, members
from gofuzz_py.internal.operands_places import (
    ABSENT,
    KEY_METHODS,
    MEMBER_METHODS,
    PATTERN_METHODS,
    RELATIONS,
    TEXT_METHODS,
    Place,
)
from gofuzz_py.internal.operands_rewrite import (
    ALL,
    CAUGHT,
    FIRST,
    HELD,
    HOLD,
    LAST,
    LEFT,
    MORE,
    ONE,
    RIGHT,
)

#: A program that replaces built-in functions does not reach those used below.
globals()["__builtins__"] = dict(vars(builtins))

#: Of one place and run, so many different operands are kept.
_MOST = 48
#: Texts longer than this are kept only so many times in a run.
_LONG, _MOST_LONG = 1 << 16, 32
#: The long way is taken so often at a place in one run, and without any success at all.
_MOST_TURNS, _MOST_MISSES = 2000, 16

#: Under ``-b`` a text and bytes must not meet, not even as keys: then bytes go the long way.
_BYTES = None if sys.flags.bytes_warning else bytes

_NOTHING = object()
_Pattern = type(re.compile(""))
_PLAIN_IDS = frozenset(map(id, (str, bytes, int, float, bool, type(None))))
_TEXT_IDS = frozenset(map(id, (str, bytes)))
#: Types of what holds nothing of the program's, or lives as long as the program.
_INERT_IDS = frozenset(map(id, (_Pattern, struct.Struct, ModuleType)))
#: Types of built-in functions and methods: those of the second kind know their class.
_BUILTIN_IDS = frozenset({id(BuiltinFunctionType), id(type(re.compile("").match))})
#: Types of objects whose methods can be kept.
_OWNER_IDS = frozenset(map(id, (str, bytes, _Pattern, struct.Struct, ModuleType)))
#: Types of what is looked into for a member, and for a key.
_COLLECTION_IDS = frozenset(map(id, (dict, set, frozenset, tuple, list)))
_MAPPING_IDS = frozenset({id(dict)})


class Seen(NamedTuple):
    """One condition as it was met: what the program had on both sides."""

    #: Number of the place.
    number: int
    #: ``==`` and its like, ``in``, ``match``, ``except``, ``length``, or the name of a method.
    relation: str
    #: Exact str, bytes, int, float, bool or None, or a tuple or dict of such; or as the relation says.
    left: Any
    right: Any


_seen: Callable[[tuple[int, str, Any, Any]], Seen] = functools.partial(tuple.__new__, Seen)


class Row(dict[Any, Any]):
    """What one place has met in a run.

    A key is the one unknown operand, or the tuple of them; its value is None,
    or relation and sides of what was met where the key does not tell.
    """

    __slots__ = (
        "asks", "constant", "containers", "is_useful", "long", "member", "misses", "number", "pending",
        "place", "shape", "turns",
    )  # fmt: skip

    #: Code objects hold rows, and are hashed.
    __hash__ = object.__hash__  # type: ignore[assignment]

    def __init__(self, number: int, place: Place) -> None:
        self.number = number
        self.place = place
        #: The operands before the one that is being computed.
        self.pending: Any = _NOTHING
        #: How often the long way was taken of late; how often for nothing.
        self.turns = self.misses = 0
        #: Has it ever kept anything?
        self.is_useful = False
        #: Where one of two operands is looked for in the other: which, in what, and how that is called.
        is_in = place.relation in ("in", "not in")
        self.member = 0 if is_in else 1
        self.containers = _COLLECTION_IDS if is_in else _MAPPING_IDS
        self.asks = place.relation if is_in else "in"
        #: What a key is, where it tells all.
        self.shape = _shape(place)
        self.constant = next((operand for operand in place.operands if operand is not ABSENT), ABSENT)
        #: What is done with operands that are no key.
        self.long: Callable[[Row, tuple[Any, ...]], None] = _ignored
        self.wake()

    def wake(self) -> None:
        """Let the long way be taken, from now on or again."""
        self.turns = 0
        self.long = _LONG_WAYS.get(self.place.relation, _compared_met)

    @property
    def is_dull(self) -> bool:
        """Has it met operands, and nothing in them?"""
        return self.misses > 0 and not self.is_useful

    def take(self, seen: list[Seen]) -> None:
        """Append what was met, as exact built-in values."""
        number, relation, patterns, shape = self.number, self.place.relation, self.place.patterns, self.shape
        for key, value in _items(self):
            if value is not None:
                found = self._answers(_whole(self.place, value)) if type(value) is list else value
                seen.extend(_seen((number, *answer)) for answer in found)
            elif shape is _PAIR:
                seen.append(_seen((number, relation, *key)))
            elif shape is _WITH_CONSTANT:
                seen.append(_seen((number, relation, key, self.constant)))
            elif shape is _WITH_LEFT_CONSTANT:
                seen.append(_seen((number, relation, self.constant, key)))
            elif patterns:
                seen.append(_seen((number, relation, key, patterns)))
            else:
                found = self._answers(_whole(self.place, key))
                seen.extend(_seen((number, *answer)) for answer in found)

    def _answers(self, operands: Sequence[Any]) -> Sequence[tuple[str, Any, Any]]:
        try:
            return answers(self.place.relation, operands, self.place.names)
        except Exception:  # the program had an exception of it, too
            return ()


#: Keys that tell all: both operands, the left one, the right one.
_PAIR, _WITH_CONSTANT, _WITH_LEFT_CONSTANT = "pair", "with constant", "with constant on the left"


def _shape(place: Place) -> str:
    """Return what a key of a comparison or of a method of texts is, or "" if it does not tell all."""
    if place.relation not in RELATIONS | TEXT_METHODS or len(place.operands) != 2:
        return ""
    left, right = place.operands
    if left is ABSENT and right is ABSENT:
        return _PAIR
    if place.relation in TEXT_METHODS and not isinstance(right if left is ABSENT else left, (str, bytes)):
        return ""
    return _WITH_CONSTANT if left is ABSENT else _WITH_LEFT_CONSTANT


def _items(row: Row) -> list[tuple[Any, Any]]:
    while True:
        try:
            return list(row.items())
        except RuntimeError:  # a thread of the program runs on
            continue


def _whole(place: Place, key: Any) -> list[Any]:
    """Put the constants of a place among the operands that were met."""
    if type(key) is list and len(key) == len(place.operands):
        return key
    unknown = iter(key if isinstance(key, (tuple, list)) else (key,))
    return [next(unknown) if operand is ABSENT else operand for operand in place.operands]


class Recorder:
    """The rows of all places."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        #: Those in which an operand may wait for another.
        self._waiting: list[Row] = []

    def add(self, places: Iterable[Place]) -> None:
        """Add rows for further places."""
        for place in places:
            row = Row(len(self.rows), place)
            self.rows.append(row)
            if sum(operand is ABSENT for operand in place.operands) > 1:
                self._waiting.append(row)

    def start(self) -> None:
        """Forget what was seen."""
        for row in filter(None, self.rows):
            row.clear()
        for row in self._waiting:
            row.pending = _NOTHING
        for row in _tired:
            row.wake()
        _tired.clear()
        _long.clear()
        forget_run()

    def take(self) -> list[Seen]:
        """Return what was seen since ``start``, place by place, and forget it."""
        seen: list[Seen] = []
        for row in filter(None, self.rows):
            before = len(seen)
            row.take(seen)
            if len(seen) > before:
                row.is_useful = True
            else:
                row.misses += 1
        self.start()
        return seen


# -- the watchers: each returns the object it was given ------------------------------------------


def _one(row: Row, value: Any) -> Any:
    if len(row) < _MOST:
        kind = type(value)
        if kind is int or ((kind is str or kind is _BYTES) and len(value) < _LONG):
            row[value] = None
        else:
            row.long(row, (value,))
    return value


def _right(row: Row, value: Any, left: Any) -> Any:
    if len(row) < _MOST:
        kind = type(value)
        if kind is type(left) and (
            kind is int or ((kind is str or kind is _BYTES) and len(value) < _LONG > len(left))
        ):
            row[left, value] = None
        else:
            row.long(row, (left, value))
    return value


def _left(row: Row, value: Any, right: Any) -> Any:
    _right(row, right, value)
    return value


def _hold(row: Row, value: Any) -> Any:
    row.pending = value
    return value


def _held(row: Row, value: Any) -> Any:
    left, row.pending = row.pending, _NOTHING
    if left is not _NOTHING:
        _right(row, value, left)
    return value


def _all(row: Row, value: Any, *others: Any) -> Any:
    if len(row) < _MOST:
        row.long(row, (*others, value))
    return value


def _first(row: Row, value: Any) -> Any:
    row.pending = (value,)
    return value


def _more(row: Row, value: Any) -> Any:
    if row.pending is not _NOTHING:
        row.pending += (value,)
    return value


def _last(row: Row, value: Any) -> Any:
    others, row.pending = row.pending, _NOTHING
    if others is not _NOTHING:
        _all(row, value, *others)
    return value


def _caught(row: Row) -> None:
    error = _exc_info()[1]
    if error is None or len(row) >= _MOST:
        return
    try:
        args = copied(_args_of(error))
        name = operands_peek.full_name_of_type(type(error))
        row[name, _sign(args)] = (("except", name, args),)
    except Exception:  # nothing that is noted may disturb the program
        row.misses += 1


_exc_info = sys.exc_info
_args_of: Callable[[BaseException], Any] = BaseException.__dict__["args"].__get__


def _sign(args: Any) -> Any:
    return tuple(map(_mark, args)) if type(args) is tuple else None


#: What stands for the watchers in rewritten code, and the watchers.
WATCHERS: dict[str, Callable[..., Any]] = {
    ONE: _one, RIGHT: _right, LEFT: _left, HOLD: _hold, HELD: _held, ALL: _all, FIRST: _first, MORE: _more,
    LAST: _last, CAUGHT: _caught,
}  # fmt: skip


# -- the long ways: for operands of which not all are short and of one plain type ------------------

#: Long texts of this run, by address: what holds them are the rows.
_long: dict[int, None] = {}
#: Places that have gone the long way too often.
_tired: list[Row] = []


def _compared_met(row: Row, operands: tuple[Any, ...]) -> None:
    """Keep operands of a comparison, of a method of texts, of any method."""
    for value in operands:
        if id(type(value)) not in _PLAIN_IDS:
            break
    else:
        if _is_room_for(operands):
            row[operands if len(operands) > 1 else operands[0]] = None
        return
    _kept_once(row, operands)


def _member_met(row: Row, operands: tuple[Any, ...]) -> None:
    """Keep what is looked for in something, once: mostly it is looked for in one thing."""
    member = operands[row.member] if len(operands) > 1 else _NOTHING
    if id(type(member)) not in _PLAIN_IDS:
        _kept_once(row, operands)
    elif member not in row:
        container = operands[1 - row.member]
        if id(type(container)) in row.containers:
            row[member] = ((row.asks, member, members(container)),)
        else:
            _keep(row, member, operands)


def _item_met(row: Row, operands: tuple[Any, ...]) -> None:
    """Keep a key, if it is one and no index."""
    container = operands[0]
    kind = type(container)
    if kind is list or kind is str or kind is tuple or kind is bytes:
        _missed(row)
    else:
        _member_met(row, operands)


def _called_met(row: Row, operands: tuple[Any, ...]) -> None:
    """Keep what a function is asked, if it is one of those that are asked anything."""
    if is_dull(operands[0]):
        _missed(row)
    elif not _is_kept_as_it_is(row, operands):
        _kept_once(row, operands)


def _method_met(row: Row, operands: tuple[Any, ...]) -> None:
    """Keep what a method of a pattern is asked, or of something else."""
    if not _is_kept_as_it_is(row, operands):
        _kept_once(row, operands)


def _is_kept_as_it_is(row: Row, operands: tuple[Any, ...]) -> bool:
    """Keep operands that neither change nor could be missed; what they ask is found out later."""
    key: list[Any] = []
    for value in operands:
        kind = type(value)
        if id(kind) in _PLAIN_IDS:
            key.append(value if kind is not bytes or _BYTES else (0, value))
        elif id(kind) in _INERT_IDS:
            key.append(id(value))
        elif id(kind) in _BUILTIN_IDS and id(type(value.__self__)) in _OWNER_IDS:
            key += value.__name__, id(value.__self__)
        else:
            return False
    if _is_room_for(operands):
        row[tuple(key)] = [*operands]
    return True


def _ignored(row: Row, operands: tuple[Any, ...]) -> None:
    """Keep nothing more."""


def _kept_once(row: Row, operands: tuple[Any, ...]) -> None:
    try:
        key = tuple(map(_mark, operands))
        is_known = key in row
    except Exception:  # nothing that is noted may disturb the program
        _missed(row)
        return
    if is_known:
        row.turns += 1
    else:
        _keep(row, key, operands)


def _keep(row: Row, key: Any, operands: tuple[Any, ...]) -> None:
    """Keep what was asked, if anything was."""
    row.turns += 1
    if row.turns >= _MOST_TURNS:
        row.long = _ignored
        _tired.append(row)
    place = row.place
    try:
        if place.patterns:
            found: Any = (("match", copied(operands[0], place.names), place.patterns),)
        else:
            whole = operands if len(operands) == len(place.operands) else _whole(place, operands)
            found = answers(place.relation, whole, place.names)
        if found and found[0][1] is not ABSENT and _is_room_for(operands):
            row[key] = found
        else:
            _missed(row)
    except Exception:  # nothing that is noted may disturb the program
        _missed(row)


def _missed(row: Row) -> None:
    row.misses += 1
    if row.misses >= _MOST_MISSES and not row.is_useful and not row:
        row.long = _ignored


#: For each relation the long way; that of methods and comparisons is ``_compared_met``.
_LONG_WAYS: dict[str, Callable[[Row, tuple[Any, ...]], None]] = {
    "in": _member_met, "not in": _member_met, "[]": _item_met, "call": _called_met,
    **dict.fromkeys(PATTERN_METHODS, _method_met), **dict.fromkeys(KEY_METHODS | MEMBER_METHODS, _member_met),
}  # fmt: skip


def _mark(value: Any) -> Any:
    """Return what tells an operand from others of the place in this run.

    An object is known by its type and size, not by its address, where it may
    be gone and another in its place: a run with a fixed seed repeats exactly.
    """
    kind = type(value)
    if id(kind) in _PLAIN_IDS:
        return value if kind is not bytes or _BYTES else (id(kind), value)
    if kind is _Pattern or kind is FunctionType or kind is type:
        return id(value)
    if id(kind) in _BUILTIN_IDS:
        return value.__name__, _mark(value.__self__)
    exact = _SIZED_EXACT.get(id(kind))
    if exact is not None:
        return _mark_sized(value, kind, exact)
    for base, first in _SIZED:
        if issubclass(kind, base):
            return _mark_sized(value, base, first)
    return id(value) if issubclass(kind, type) else id(kind)


def _mark_sized(value: Any, base: Any, first: Callable[[Any], Iterator[Any]]) -> Any:
    member = next(first(value), None)
    return id(type(value)), base.__len__(value), member if id(type(member)) in _PLAIN_IDS else None


_SIZED: tuple[tuple[Any, Callable[[Any], Iterator[Any]]], ...] = (
    (dict, dict.__iter__), (tuple, tuple.__iter__), (list, list.__iter__),
    (set, lambda value: iter(())), (frozenset, lambda value: iter(())),
    (str, str.__iter__), (bytes, bytes.__iter__), (bytearray, bytearray.__iter__),
)  # fmt: skip
_SIZED_EXACT = {id(base): first for base, first in _SIZED}


def _is_room_for(operands: Sequence[Any]) -> bool:
    """Is there room for the long texts among these?"""
    for value in operands:
        if id(type(value)) in _TEXT_IDS and len(value) >= _LONG:
            if len(_long) >= _MOST_LONG and id(value) not in _long:
                return False
            _long[id(value)] = None
    return True
