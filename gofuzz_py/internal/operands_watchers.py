"""The watchers: what rewritten code hands its operands to.

Owns what is done while the program runs: which operands are a key of their
row, and which go a longer way, by the relation of their place.  A watcher
returns the object it was given, calls no code of the program under test, and
lets nothing but the program's own exceptions out, so that a run that is watched
does what any other does.  Must not know what operands are good for.  Runs in a
worker process; put into code by ``operands_watch``.

A watcher is called for each operand of each condition that is met, so its usual
way is short: two texts, bytes or ints of one type are a key, and everything
else goes the long way, which is taken only so often.
"""

from __future__ import annotations

import builtins
import re
import struct
import sys
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, FunctionType
from typing import Any

from gofuzz_py.internal import operands_peek
from gofuzz_py.internal.operands_calls import answers, is_dull
from gofuzz_py.internal.operands_copy import copied, members
from gofuzz_py.internal.operands_places import ABSENT, KEY_METHODS, MEMBER_METHODS, PATTERN_METHODS, Place
from gofuzz_py.internal.operands_record import LONG, NOTHING, Row, Way, is_room_for, whole
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
    TURN,
)

#: A program that replaces built-in functions does not reach those used below.
globals()["__builtins__"] = dict(vars(builtins))

#: Of one place and run, so many different operands are kept.
_MOST = 48

#: Under ``-b`` a text and bytes must not meet, not even as keys: then bytes go the long way.
_BYTES = None if sys.flags.bytes_warning else bytes

#: What a watcher's own work may raise: nothing that is noted may disturb the program.  No more than
#: that, because an alarm of the program's may go off just then, and has to come through.
_OURS = (
    ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError, StopIteration, TypeError,
    ValueError, Warning, struct.error,
)  # fmt: skip

_Pattern = type(re.compile(""))
_PLAIN_IDS = frozenset(map(id, (str, bytes, int, float, bool, type(None))))
#: Types of what can be a key as it is.
_KEY_IDS = _PLAIN_IDS if _BYTES else _PLAIN_IDS - {id(bytes)}
#: Types of what holds nothing of the program's, and modules that live as long as it.
_INERT_IDS = frozenset(map(id, (_Pattern, struct.Struct)))
_MODULE_IDS = frozenset(map(id, (re, struct)))
#: Types of built-in functions and methods: those of the second kind know their class.
_BUILTIN_IDS = frozenset({id(BuiltinFunctionType), id(type(re.compile("").match))})
#: Types of objects whose methods can be kept.
_OWNER_IDS = frozenset(map(id, (str, bytes, _Pattern, struct.Struct)))
#: Types of what is looked into for a member, and for a key.
_COLLECTION_IDS = frozenset(map(id, (dict, set, frozenset, tuple, list)))
_INDEXED_IDS = frozenset(map(id, (str, bytes, tuple, list)))


# -- the watchers --------------------------------------------------------------------------------


def _one(row: Row, value: Any) -> Any:
    if len(row) < _MOST:
        kind = type(value)
        if kind is int or ((kind is str or kind is _BYTES) and len(value) < LONG):
            row[value] = None
        else:
            try:
                row.long(row, (value,))
            except _OURS:
                row.misses += 1
    return value


def _right(row: Row, value: Any, left: Any) -> Any:
    if len(row) < _MOST:
        kind = type(value)
        if kind is type(left) and (
            kind is int or ((kind is str or kind is _BYTES) and len(value) < LONG > len(left))
        ):
            row[left, value] = None
        else:
            try:
                row.long(row, (left, value))
            except _OURS:
                row.misses += 1
    return value


def _left(row: Row, value: Any, right: Any) -> Any:
    try:
        _right(row, right, value)
    except _OURS:
        row.misses += 1
    return value


def _hold(row: Row, value: Any) -> Any:
    row.pending = value
    return value


def _held(row: Row, value: Any) -> Any:
    left, row.pending = row.pending, NOTHING
    if left is not NOTHING:
        try:
            _right(row, value, left)
        except _OURS:
            row.misses += 1
    return value


def _all(row: Row, value: Any, *others: Any) -> Any:
    if len(row) < _MOST:
        try:
            row.long(row, (*others, value))
        except _OURS:
            row.misses += 1
    return value


def _first(row: Row, value: Any) -> Any:
    row.pending = (value,)
    return value


def _more(row: Row, value: Any) -> Any:
    if row.pending is not NOTHING:
        row.pending += (value,)
    return value


def _last(row: Row, value: Any) -> Any:
    others, row.pending = row.pending, NOTHING
    if others is not NOTHING and len(row) < _MOST:
        try:
            row.long(row, (*others, value))
        except _OURS:
            row.misses += 1
    return value


def _caught(row: Row) -> None:
    error = _exc_info()[1]
    if error is None or len(row) >= _MOST:
        return
    try:
        args = copied(_args_of(error))
        name = operands_peek.full_name_of_type(type(error))
        row[name, tuple(map(_mark, args))] = (("except", name, args),)
    except _OURS:
        row.misses += 1


def _turn(row: Row) -> None:
    row[None] = row.get(None, 0) + 1


_exc_info = sys.exc_info
_args_of: Callable[[BaseException], Any] = BaseException.__dict__["args"].__get__


#: What stands for the watchers in rewritten code, and the watchers.
WATCHERS: dict[str, Callable[..., Any]] = {
    ONE: _one, RIGHT: _right, LEFT: _left, HOLD: _hold, HELD: _held, ALL: _all, FIRST: _first, MORE: _more,
    LAST: _last, CAUGHT: _caught, TURN: _turn,
}  # fmt: skip


# -- the long ways: for operands of which not all are short and of one plain type ------------------


def long_way(place: Place) -> Way:
    """Return what is done with operands of a place that are no key as they are."""
    return _compared if place.patterns else _WAYS.get(place.relation, _compared)


def _compared(row: Row, operands: tuple[Any, ...]) -> None:
    """Keep operands of a comparison, of a method of texts, of any method."""
    for value in operands:
        if id(type(value)) not in _KEY_IDS:
            break
    else:
        key = operands if len(operands) > 1 else operands[0]
        if key in row:
            row.tire()
        elif is_room_for(operands):
            row[key] = None
        return
    _keep_once(row, operands)


def _is_in(row: Row, operands: tuple[Any, ...]) -> None:
    """Keep what is looked for in something, once: mostly it is looked for in one thing."""
    if len(operands) == 1 or id(type(operands[0])) not in _KEY_IDS:
        _keep_once(row, operands)
    elif operands[0] in row:
        row.tire()
    elif id(type(operands[1])) in _COLLECTION_IDS:
        row[operands[0]] = ((row.place.relation, operands[0], members(operands[1])),)
    else:
        _keep(row, operands[0], operands)


def _item(row: Row, operands: tuple[Any, ...]) -> None:
    """Keep a key and those that there are; an index says nothing by itself."""
    kind = type(operands[0])
    if id(kind) in _INDEXED_IDS:
        row.miss()
    elif len(operands) == 1 or id(type(operands[1])) not in _KEY_IDS:
        _keep_once(row, operands)
    elif operands[1] in row:
        row.tire()
    elif kind is dict:
        row[operands[1]] = (("in", operands[1], members(operands[0])),)
    else:
        _keep(row, operands[1], operands)


def _key_method(row: Row, operands: tuple[Any, ...]) -> None:
    """Keep what ``get`` and its like are asked, which texts have, too."""
    if type(operands[0]) is dict:
        _item(row, operands)
    else:
        _compared(row, operands)


def _call(row: Row, operands: tuple[Any, ...]) -> None:
    """Keep what a function is asked, if it is one of those that are asked anything."""
    if is_dull(operands[0]):
        row.miss()
    else:
        _pattern_method(row, operands)


def _pattern_method(row: Row, operands: tuple[Any, ...]) -> None:
    """Keep operands as they are if none of them changes or could be missed.

    What they ask is found out later.
    """
    parts: list[Any] = []
    for value in operands:
        kind = type(value)
        if id(kind) in _KEY_IDS:
            parts.append(value)
        elif id(kind) in _INERT_IDS or id(value) in _MODULE_IDS:
            parts.append(id(value))
        elif id(kind) in _BUILTIN_IDS and id(type(value.__self__)) in _OWNER_IDS:
            parts += value.__name__, id(value.__self__)
        else:
            _keep_once(row, operands)
            return
    key = tuple(parts)
    if key in row:
        row.tire()
    elif is_room_for(operands):
        row[key] = [*operands]


def _keep_once(row: Row, operands: tuple[Any, ...]) -> None:
    key = tuple(map(_mark, operands))
    if key in row:
        row.tire()
    else:
        _keep(row, key, operands)


def _keep(row: Row, key: Any, operands: tuple[Any, ...]) -> None:
    """Keep what was asked, if anything was."""
    row.tire()
    place = row.place
    if place.patterns:
        found: Any = (("match", copied(operands[0], place.names), place.patterns),)
    else:
        found = answers(place.relation, whole(place, operands), place.names)
    if found and found[0][1] is not ABSENT and is_room_for(operands):
        row[key] = tuple(found)
    else:
        row.miss()


#: For each relation the long way; that of all others is ``_compared``.
_WAYS: dict[str, Way] = {
    "in": _is_in, "not in": _is_in, "[]": _item, "call": _call,
    **dict.fromkeys(PATTERN_METHODS, _pattern_method), **dict.fromkeys(MEMBER_METHODS, _compared),
    **dict.fromkeys(KEY_METHODS, _key_method),
}  # fmt: skip


def _mark(value: Any) -> Any:
    """Return what tells an operand from others of the place in this run.

    An object is known by its type and size, not by its address, where it may
    be gone and another in its place: a run with a fixed seed repeats exactly.
    """
    kind = type(value)
    if id(kind) in _KEY_IDS:
        return value
    if kind is bytes:
        return id(kind), value
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
    return id(type(value)), base.__len__(value), member if id(type(member)) in _KEY_IDS else None


_SIZED: tuple[tuple[Any, Callable[[Any], Iterator[Any]]], ...] = (
    (dict, dict.__iter__), (tuple, tuple.__iter__), (list, list.__iter__),
    (set, lambda value: iter(())), (frozenset, lambda value: iter(())),
    (str, str.__iter__), (bytes, bytes.__iter__), (bytearray, bytearray.__iter__),
)  # fmt: skip
_SIZED_EXACT = {id(base): first for base, first in _SIZED}
