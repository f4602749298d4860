"""Copies of the program's values: exact built-in ones, made without calling the program.

Owns which values can be copied, how far (members, depth, size), and the memory
of collections that were copied before.  Must not know conditions.  Runs in
worker processes, while the program runs; called by ``operands_calls`` and
``operands_record``.

A copy is a str, bytes, int, float, bool or None, or a tuple or dict of such,
or a :class:`Subject`.  Sets come in an order of their own, because theirs
changes from process to process.  Whatever is remembered from one run to the
next holds plain values alone, so that no object of the program lives longer
than it would.
"""

from __future__ import annotations

import builtins
import collections
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from types import FunctionType, MappingProxyType
from typing import Any, NamedTuple

from gofuzz_py.internal import operands_peek
from gofuzz_py.internal.decoders_numbers import written_address, written_uuid
from gofuzz_py.internal.operands_places import ABSENT

#: A program that replaces built-in functions does not reach those used below.
globals()["__builtins__"] = dict(vars(builtins))

#: Members that are copied of a collection, and those of one that is looked into for a member.
_MEMBERS, _KEYS = 64, 4096
#: A set of more members than this is not put in order as a whole.
_MOST_SORTED = 1 << 16
#: Collections in collections that are copied, and members of all of them together.
_DEPTH, _ROOM = 3, 1024
#: Collections that are remembered, and how many members make one worth it.
_MEMORY, _MANY = 256, 8
#: Bytes of a buffer that are copied.
_BUFFER = 1 << 20

_PLAIN_IDS = frozenset(map(id, (str, bytes, int, float, bool, type(None))))
#: Kinds that have an order.
_ORDERED_IDS = tuple({id(kind)} for kind in (str, bytes, int))

_EMPTY: dict[Any, Any] = {}
_dict_keys, _dict_values, _dict_items = type(_EMPTY.keys()), type(_EMPTY.values()), type(_EMPTY.items())
_iterate_deque = collections.deque.__iter__


class Subject(NamedTuple):
    """An object that a ``match`` looks at: its class, the names of its parts, its attributes."""

    kind: str
    names: tuple[str, ...]
    attributes: dict[str, Any]
    #: What it is besides, or ABSENT: a tuple.
    plain: Any = ABSENT


def is_plain(value: Any) -> bool:
    """Is it an exact str, bytes, int, float, bool or None?"""
    return id(type(value)) in _PLAIN_IDS


def copied(value: Any, names: Sequence[str] | None = None) -> Any:
    """Return an exact built-in value equal to ``value``, or ABSENT where there is none.

    With ``names``, also objects that a ``match`` may look into, by these
    attributes among others.
    """
    return value if id(type(value)) in _PLAIN_IDS else _Copier(names).copy(value, 0)


class _Copier:
    """One copy, and how much of it there is room for."""

    __slots__ = ("names", "room")

    def __init__(self, names: Sequence[str] | None) -> None:
        self.names = names
        self.room = _ROOM

    def copy(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if id(kind) in _PLAIN_IDS:
            return value
        for base, scalar in _SCALARS:
            if issubclass(kind, base):
                return scalar(value)
        if depth > _DEPTH or self.room <= 0:
            return ABSENT
        for base, members in _COLLECTIONS:
            if issubclass(kind, base):
                plain = members(self, value, depth)
                return plain if self.names is None or kind is base else self._part(value, plain)
        if operands_peek.is_enumeration(kind):
            return self.copy(operands_peek.enum_value(value), depth + 1)
        written = _written(value)
        if written is not ABSENT:
            return written
        return self._compared_fields(value, depth) if self.names is None else self._subject(value, depth)

    def _compared_fields(self, value: Any, depth: int) -> Any:
        """Copy what the equality compares that ``dataclass`` wrote, which has no source to be watched."""
        kind = type(value)
        fields = operands_peek.class_attribute(kind, "__dataclass_fields__")
        equality = operands_peek.class_attribute(kind, "__eq__")
        if type(fields) is not dict or type(equality) is not FunctionType:
            return ABSENT
        if equality.__code__.co_filename != "<string>":
            return ABSENT
        names = [name for name in dict.__iter__(fields) if type(name) is str]
        return self.sequence((operands_peek.attribute(value, name) for name in names), depth)

    def sequence(self, values: Iterable[Any], depth: int, most: int = _MEMBERS) -> tuple[Any, ...]:
        """Copy members in their order, as far as there is room."""
        copies = []
        for value in islice(values, most):
            member = self.copy(value, depth + 1)
            self.room -= 1
            if member is not ABSENT:
                copies.append(member)
            if self.room <= 0:
                break
        return tuple(copies)

    def mapping(self, value: Any, depth: int) -> Any:
        copies: dict[Any, Any] = {}
        for key, item in islice(dict.items(value), _MEMBERS):
            plain = copied(key)
            self.room -= 1
            if plain is not ABSENT:
                copies[plain] = self.copy(item, depth + 1)
        return copies

    def _part(self, value: Any, plain: Any) -> Any:
        """Let a tuple of a class of its own be looked at by its names."""
        fields = operands_peek.class_attribute(type(value), "_fields")
        if type(plain) is not tuple or type(fields) is not tuple or len(fields) != len(plain):
            return plain
        named = {name: item for name, item in zip(fields, plain, strict=True) if type(name) is str}
        return Subject(operands_peek.name_of_type(type(value)), tuple(named), named, plain)

    def _subject(self, value: Any, depth: int) -> Subject:
        """Copy what a class pattern looks at, as far as it lies in the object itself."""
        kind = type(value)
        given = operands_peek.class_attribute(kind, "__match_args__")
        names = tuple(name for name in given if type(name) is str) if type(given) is tuple else ()
        wanted = dict.fromkeys((*names, *(self.names or ())))
        own = operands_peek.instance_dict(value) or {}
        listed = islice(dict.__iter__(own), _MEMBERS)
        wanted.update(dict.fromkeys(name for name in listed if type(name) is str))
        attributes = {}
        for name in wanted:
            item = operands_peek.attribute(value, name)
            if item is not ABSENT:
                attributes[name] = self.copy(item, depth + 1)
        self.room -= len(wanted)
        return Subject(operands_peek.name_of_type(kind), names, attributes)


def _written(value: Any) -> Any:
    """Return how a date, a time, a number or an address is written, or ABSENT.

    Of the exact classes alone; where time is put to a stand, others have their names.
    """
    kind = type(value)
    name = operands_peek.name_of_type(kind)
    module, written = _WRITTEN.get(name, ("", None))
    if written is None:
        return ABSENT
    find = operands_peek.built_in if module[0] == "_" else operands_peek.in_module
    return written(kind, value) if kind is find(module, name) else ABSENT


def _of_slots(*names: str) -> Callable[[Any], tuple[int, ...]]:
    """Return what reads the numbers that lie in an object of a class in Python."""

    def read(value: Any) -> tuple[int, ...]:
        found = tuple(operands_peek.attribute(value, name) for name in names)
        return found if all(type(one) is int for one in found) else ()

    return read


def _spelled(names: Sequence[str], spell: Callable[..., str]) -> Callable[[Any, Any], Any]:
    read = _of_slots(*names)

    def written(kind: Any, value: Any) -> Any:
        numbers = read(value)
        return spell(*numbers) if numbers else ABSENT

    return written


def _spell_fraction(above: int, below: int) -> str:
    return str(above) if below == 1 else f"{above}/{below}"


#: By the name of a class: its module, and how its objects are written.  Those in C, whose modules begin
#: with ``_``, are asked themselves; but a zone of time may be a class of the program's.
_WRITTEN: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "datetime": (
        "_datetime", lambda kind, value: kind.isoformat(kind.replace(value, tzinfo=None)),
    ),
    "date": ("_datetime", lambda kind, value: kind.isoformat(value)),
    "time": ("_datetime", lambda kind, value: kind.isoformat(kind.replace(value, tzinfo=None))),
    "timedelta": ("_datetime", lambda kind, value: value.days * 86_400 + value.seconds),
    "Decimal": ("_decimal", lambda kind, value: kind.__str__(value)),
    "Fraction": ("fractions", _spelled(("_numerator", "_denominator"), _spell_fraction)),
    "UUID": ("uuid", _spelled(("int",), written_uuid)),
    "IPv4Address": ("ipaddress", _spelled(("_ip",), written_address)),
}  # fmt: skip


def _copy_set(copier: _Copier, value: Any, depth: int) -> tuple[Any, ...]:
    found = _members_of_set(value)
    return (found if _are_plain(found) else copier.sequence(found, depth))[:_MEMBERS]


def _copy_proxy(copier: _Copier, value: Any, depth: int) -> Any:
    return copier.copy(operands_peek.mapping_behind(value), depth)


def _copy_buffer(value: memoryview) -> Any:
    return value.tobytes() if value.nbytes <= _BUFFER else ABSENT


_SCALARS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (str, str.__str__),
    (int, int.__int__),
    (bytes, lambda value: bytes.__getitem__(value, slice(None))),
    (float, float.__float__),
    (bytearray, lambda value: bytes(bytearray.__getitem__(value, slice(None)))),
    (memoryview, _copy_buffer),
)
_COLLECTIONS: tuple[tuple[type, Callable[[_Copier, Any, int], Any]], ...] = (
    (tuple, lambda copier, value, depth: copier.sequence(tuple.__iter__(value), depth)),
    (list, lambda copier, value, depth: copier.sequence(list.__iter__(value), depth)),
    (dict, _Copier.mapping),
    (frozenset, _copy_set),
    (set, _copy_set),
    (collections.deque, lambda copier, value, depth: copier.sequence(_iterate_deque(value), depth)),
    (MappingProxyType, _copy_proxy),
)


# -- what is looked into for a member ------------------------------------------------------------


def members(container: Any) -> Any:
    """Return what is found in a container by ``in``: keys, members, values; a text as it is; or ABSENT."""
    known = _lasting.get(id(container))
    if known is not None and known.value is container and known.holds():
        return known.copy
    kind = type(container)
    for base, find in _MEMBERS_OF:
        if issubclass(kind, base):
            return _remembered(container, find) if id(kind) in _LASTING else find(container)
    if issubclass(kind, type) and operands_peek.is_enumeration(container):
        found = operands_peek.enum_members(container).values()
        return _copies(iter(found), _KEYS)
    for base, scalar in _SCALARS:
        if issubclass(kind, base) and base not in (int, float):
            return scalar(container)
    return ABSENT


def keys(container: Any) -> Any:
    """Return what may stand in the brackets behind an object, or ABSENT."""
    kind = type(container)
    if issubclass(kind, (dict, MappingProxyType)):
        return members(container)
    if issubclass(kind, type) and operands_peek.is_enumeration(container):
        return tuple(operands_peek.enum_members(container))
    return ABSENT


def _copies(values: Iterator[Any], most: int) -> tuple[Any, ...]:
    found = tuple(islice(values, most))
    return found if _are_plain(found) else _Copier(None).sequence(found, 0, most)


def _are_plain(values: Iterable[Any]) -> bool:
    return _PLAIN_IDS.issuperset(map(id, map(type, values)))


def _members_of_set(value: Any) -> tuple[Any, ...]:
    """Return the members of a set in an order that is the same in every process."""
    iterate = frozenset.__iter__ if issubclass(type(value), frozenset) else set.__iter__
    whole = tuple(islice(iterate(value), _MOST_SORTED))
    if not _are_plain(whole):
        whole = _Copier(None).sequence(whole, 0, _KEYS)
    is_ordered = set(map(id, map(type, whole))) in _ORDERED_IDS
    return tuple(sorted(whole) if is_ordered else sorted(whole, key=_rank))[:_KEYS]


def _rank(value: Any) -> tuple[str, str]:
    if type(value) is int and value.bit_length() > 1024:
        return "int", hex(value)
    return type(value).__name__, value if type(value) is str else repr(value)


def _behind_view(of: Callable[[Any], Iterator[Any]]) -> Callable[[Any], Any]:
    """A view itself may ask the keys for their hashes; the dict behind it does not."""

    def find(view: Any) -> Any:
        behind = operands_peek.mapping_behind(view)
        return _copies(of(behind), _KEYS) if issubclass(type(behind), dict) else ABSENT

    return find


def _members_of_range(value: range) -> tuple[int, ...]:
    """Return both ends and something between: numbers beyond them are wished elsewhere."""
    return tuple(dict.fromkeys((value[0], value[-1], value[len(value) // 2]))) if value else ()


_MEMBERS_OF: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (dict, lambda value: _copies(dict.__iter__(value), _KEYS)),
    (frozenset, _members_of_set),
    (set, _members_of_set),
    (tuple, lambda value: _copies(tuple.__iter__(value), _KEYS)),
    (list, lambda value: _copies(list.__iter__(value), _KEYS)),
    (_dict_keys, _behind_view(dict.__iter__)),
    (_dict_values, _behind_view(lambda value: iter(dict.values(value)))),
    (_dict_items, _behind_view(lambda value: iter(dict.items(value)))),
    (collections.deque, lambda value: _copies(_iterate_deque(value), _KEYS)),
    (range, _members_of_range),
    (MappingProxyType, lambda value: members(operands_peek.mapping_behind(value))),
)

#: Collections that may be remembered: exactly these, and plain through and through.
_LASTING = frozenset(map(id, (dict, frozenset, set, tuple, list)))


class _Known(NamedTuple):
    """A collection, and how it was when it was copied."""

    value: Any
    size: int
    first: Any
    copy: Any

    def holds(self) -> bool:
        """Is it as it was, as far as one can see?"""
        value = self.value
        kind = type(value)
        if kind is frozenset or kind is tuple:
            return True
        return len(value) == self.size and next(iter(value)) is self.first


_lasting: dict[int, _Known] = {}
_of_run: dict[int, _Known] = {}


def forget_run() -> None:
    """Let go of the collections of one run."""
    _of_run.clear()


def _remembered(value: Any, find: Callable[[Any], Any]) -> Any:
    """Return the members, or what they were if it is the same collection, of the same size.

    Known by its address, since asking whether two are equal might call the
    program; so it is kept alive, which the program could tell if it held
    objects: then it is kept for this run alone.
    """
    size = len(value)
    if size < _MANY:
        return find(value)
    known = _of_run.get(id(value))
    if known is not None and known.value is value and known.holds():
        return known.copy
    copy = find(value)
    if size <= _KEYS:
        memory = _lasting if _is_all_plain(value) else _of_run
        if len(memory) >= _MEMORY:
            memory.clear()
        memory[id(value)] = _Known(value, size, next(iter(value)), copy)
    return copy


def _is_all_plain(value: Any) -> bool:
    return _are_plain(value) and (type(value) is not dict or _are_plain(value.values()))
