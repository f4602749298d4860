"""Takes down the operands that a watched run of the program hands over.

Owns the watchers that ``operands_rewrite`` has put into the code, which
functions and methods count as conditions, and how an operand is copied: only
exact built-in values are kept, and no code of the program under test is ever
called, so that a run that is watched does what any other does.  Must not know
what operands are good for, nor when a run is watched.  Runs in a worker
process; called by ``operands_watch``.

Go has nothing like it; AFL++ calls the operands of one run a CmpLog.
"""

from __future__ import annotations

import enum
import re
import struct
import sys
from collections.abc import Callable, Sequence
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from gofuzz_py.internal.operands_rewrite import (
    ABSENT,
    CALLED,
    CAUGHT,
    LEFT,
    ONE,
    RIGHT,
    Place,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Of one place and run, so many different operands are kept.
_MOST = 48
#: Members that are copied of a collection, and keys of a mapping.
_MEMBERS, _KEYS = 64, 512
#: Collections in collections that are copied.
_DEPTH = 3

#: Types of functions that are learned.
_MOST_KINDS = 256
#: Copies of collections that are remembered, and how many members make one worth it.
_MEMORY, _MANY = 256, 8

_PLAIN = frozenset({str, bytes, int, float, bool, type(None)})
_NOTHING = object()


class Seen(NamedTuple):
    """One condition as it was met: what the program had on both sides."""

    #: Number of the place.
    number: int
    #: ``==`` and its like, ``in``, ``match``, ``except``, ``length``, or the name of a method.
    relation: str
    #: Exact str, bytes, int, float, bool or None, or a tuple or dict of such; or as the relation says.
    left: Any
    right: Any


class Subject(NamedTuple):
    """An object that a ``match`` looks at: its class, the names of its parts, its attributes."""

    kind: str
    names: tuple[str, ...]
    attributes: dict[str, Any]


class Row(dict[Any, Any]):
    """What one place has met in a run: the key tells operands apart, the value are the operands.

    Where the key is the operand, or both of them, the value is None.
    """

    __slots__ = ("number", "pending", "place")

    def __init__(self, number: int, place: Place) -> None:
        self.number = number
        self.place = place
        #: The left operand of a comparison whose right one is being computed.
        self.pending: Any = _NOTHING

    def keep(self, key: Any, relation: str, left: Any, right: Any) -> None:
        """Keep a condition that does not lie in its key."""
        if len(self) < _MOST:
            self[key] = (relation, left, right)

    def seen(self) -> list[Seen]:
        """Return what was met, as exact built-in values."""
        place, found = self.place, []
        for key, value in self.items():
            if value is not None:
                found.append(Seen(self.number, *value))
            elif place.constant is ABSENT:
                found.append(Seen(self.number, place.relation, *key))
            elif place.is_left:
                found.append(Seen(self.number, place.relation, place.constant, key))
            else:
                found.append(Seen(self.number, place.relation, key, place.constant))
        return found


class Recorder:
    """The rows of all places."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def start(self) -> None:
        """Forget what was seen."""
        for row in self.rows:
            row.pending = _NOTHING
            if row:
                row.clear()

    def take(self) -> list[Seen]:
        """Return what was seen since ``start``, place by place, and forget it."""
        seen = [found for row in self.rows if row for found in row.seen()]
        self.start()
        return seen


# -- the watchers: each returns the object it was given ------------------------------------------


def _left(row: Row, value: Any) -> Any:
    row.pending = value
    return value


def _right(row: Row, value: Any) -> Any:
    if len(row) < _MOST:
        left = row.pending
        if type(left) in _PLAIN and type(value) in _PLAIN:
            if row.place.relation != "[]":
                row[left, value] = None
        elif left is not _NOTHING:
            _compared(row, left, value)
        row.pending = _NOTHING
    return value


def _one(row: Row, value: Any) -> Any:
    if len(row) < _MOST:
        if type(value) in _PLAIN and not row.place.patterns and row.place.relation != "[]":
            row[value] = None
        else:
            _odd(row, value)
    return value


def _odd(row: Row, value: Any) -> None:
    place = row.place
    if place.patterns:
        subject = copied(value, subjects=True)
        row.keep(_key(value), "match", subject, place.patterns)
    elif place.is_left:
        _compared(row, place.constant, value)
    else:
        _compared(row, value, place.constant)


def _compared(row: Row, left: Any, right: Any) -> None:
    """Keep operands of which one is no plain value."""
    relation = row.place.relation
    if relation == "[]":
        key = copied(right)
        if key is not ABSENT and (names := _keys(left)) is not ABSENT:
            row.keep((key, _key(left)), "in", key, names)
        return
    key = _key(left), _key(right)
    if key not in row:
        left, right = copied(left), copied(right)
        if left is not ABSENT and right is not ABSENT:
            row.keep(key, relation, left, right)


def _key(value: Any) -> Any:
    # By size, not by address: a run with a fixed seed repeats exactly.
    kind = type(value)
    return value if kind in _PLAIN else (kind, len(value) if kind in _SIZED else 0)


def _called(row: Row, function: Any) -> Any:
    kind = type(function)
    make = _MAKERS[kind] if kind in _MAKERS else _new_kind(kind)
    if make is None or len(row) >= _MOST or (taker := make(function)) is None:
        return function

    def watched(*args: Any, **kwargs: Any) -> Any:
        try:
            for relation, left, right in taker(args, kwargs):
                row.keep((relation, _key(left), _key(right)), relation, left, right)
        except Exception:  # nothing that is noted may disturb the program
            pass
        return function(*args, **kwargs)

    return watched


def _new_kind(kind: type) -> Callable[[Any], _Taker | None] | None:
    """Learn what to do with functions of another type."""
    make = _of_class if issubclass(kind, enum.EnumMeta) else None
    if len(_MAKERS) < _MOST_KINDS:
        _MAKERS[kind] = make
    return make


def _caught(row: Row) -> None:
    error = sys.exc_info()[1]
    if error is not None:
        kind = type(error)
        args = copied(BaseException.args.__get__(error))  # type: ignore[attr-defined]
        name = f"{kind.__module__}.{kind.__qualname__}"
        row.keep((name, _text(args)), "except", name, args)


#: What stands for the watchers in rewritten code, and the watchers.
WATCHERS: dict[str, Callable[..., Any]] = {
    LEFT: _left, RIGHT: _right, ONE: _one, CALLED: _called, CAUGHT: _caught,
}  # fmt: skip


# -- copying -----------------------------------------------------------------------------------


def copied(value: Any, depth: int = 0, subjects: bool = False) -> Any:
    """Return an exact built-in value equal to ``value``, or ABSENT where there is none.

    ``subjects`` lets objects through that a ``match`` may look into.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    for base, copy in _COPIES:
        if issubclass(kind, base):
            return copy(value, depth) if base in _SCALARS or depth else _remembered(value, copy)
    return _subject(value) if subjects else ABSENT


_memory: dict[int, tuple[Any, Any]] = {}


def _remembered(value: Any, copy: Callable[[Any, int], Any]) -> Any:
    """Copy a collection, or take the copy made before: tables are compared with again and again.

    Only of what never changes, and that is kept alive by this; by its address,
    since asking whether two are equal might call the program.
    """
    if type(value) not in (frozenset, tuple) or len(value) < _MANY:
        return copy(value, 0)
    known = _memory.get(id(value))
    if known is None:
        if len(_memory) >= _MEMORY:
            _memory.clear()
        known = _memory[id(value)] = value, copy(value, 0)
    return known[1]


def _subject(value: Any) -> Any:
    """Copy what a class pattern looks at, as far as it lies in the object itself."""
    kind = type(value)
    names = next((row for base in kind.__mro__ if (row := base.__dict__.get("__match_args__"))), ())
    try:
        attributes = object.__getattribute__(value, "__dict__")
    except AttributeError:
        attributes = {}
    return Subject(
        kind.__name__,
        tuple(name for name in names if type(name) is str),
        {name: copied(item, 1) for name, item in list(dict.items(attributes))[:_MEMBERS]},
    )


def _members(values: Iterable[Any], depth: int, most: int) -> tuple[Any, ...]:
    if depth >= _DEPTH:
        return ()
    members = []
    try:
        for value in values:
            member = copied(value, depth + 1)
            if member is not ABSENT:
                members.append(member)
                if len(members) >= most:
                    break
    except RuntimeError:  # another thread has changed it
        pass
    return tuple(members)


def _copy_set(value: Any, depth: int) -> Any:
    """Copy in an order of its own: that of a set changes from process to process."""
    iterate = frozenset.__iter__ if issubclass(type(value), frozenset) else set.__iter__
    whole = _members(iterate(value), depth, 8 * _KEYS)
    return tuple(sorted(whole, key=_rank))


def _rank(value: Any) -> tuple[str, str]:
    return type(value).__name__, value if type(value) is str else _text(value)


def _text(value: Any) -> str:
    return "" if type(value) is int and value.bit_length() > 1024 else repr(value)


def _copy_dict(value: Any, depth: int) -> Any:
    if depth >= _DEPTH:
        return ABSENT
    copy = {}
    try:
        for key, item in dict.items(value):
            plain = copied(key, _DEPTH)
            if plain is not ABSENT:
                copy[plain] = copied(item, depth + 1)
                if len(copy) >= _MEMBERS:
                    break
    except (RuntimeError, TypeError):
        pass
    return copy


_SIZED = frozenset({bytearray, tuple, list, dict, set, frozenset})
_SCALARS = frozenset({str, int, bytes, float, bytearray})
_COPIES: tuple[tuple[type, Callable[[Any, int], Any]], ...] = (
    (str, lambda value, depth: str.__str__(value)),
    (int, lambda value, depth: int.__add__(value, 0)),
    (bytes, lambda value, depth: bytes.__getitem__(value, slice(None))),
    (float, lambda value, depth: float.__add__(value, 0.0)),
    (bytearray, lambda value, depth: bytes(memoryview(value))),
    (tuple, lambda value, depth: _members(tuple.__iter__(value), depth, _MEMBERS)),
    (list, lambda value, depth: _members(list.__iter__(value), depth, _MEMBERS)),
    (frozenset, _copy_set),
    (set, _copy_set),
    (dict, _copy_dict),
    (type({}.keys()), lambda value, depth: _members(iter(value), depth, _KEYS)),
)


def _dict_keys(container: Any, depth: int) -> Any:
    return _members(dict.__iter__(container), depth, _KEYS)


def _keys(container: Any) -> Any:
    """Return what may stand in the brackets behind an object, or ABSENT."""
    kind = type(container)
    if issubclass(kind, dict):
        return _remembered(container, _dict_keys)
    if issubclass(kind, enum.EnumMeta):
        return tuple(type.__getattribute__(container, "_member_map_"))
    return ABSENT


# -- functions that are conditions -------------------------------------------------------------

#: Takes the arguments of a call; gives relation and operands.
_Taker = Callable[[Sequence[Any], dict[str, Any]], "Iterable[tuple[str, Any, Any]]"]

#: Methods of texts: what is compared with what lies in the text.
_TEXT_METHODS = frozenset({
    "startswith", "endswith", "find", "rfind", "index", "rindex", "count", "split", "rsplit", "partition",
    "rpartition", "strip", "lstrip", "rstrip", "replace", "removeprefix", "removesuffix", "__contains__",
})  # fmt: skip
#: Methods of texts that ask for a kind of character.
_KIND_METHODS = frozenset({
    "isdigit", "isdecimal", "isnumeric", "isalpha", "isalnum", "isspace", "isupper", "islower", "istitle",
    "isidentifier", "isascii", "isprintable",
})  # fmt: skip
_KEY_METHODS = frozenset({"get", "pop", "setdefault", "__contains__", "__getitem__"})
_MEMBER_METHODS = frozenset({"index", "count", "remove", "__contains__"})
_PATTERN_METHODS = frozenset({
    "match", "search", "fullmatch", "findall", "finditer", "split", "sub", "subn", "scanner",
})  # fmt: skip

_Pattern = type(re.compile(""))
_METHODS = (
    _TEXT_METHODS | _KIND_METHODS | _KEY_METHODS | _MEMBER_METHODS | _PATTERN_METHODS
    | {"getattr", "hasattr", "unpack", "unpack_from", "iter_unpack"}
)  # fmt: skip

#: Functions of ``re``, and where their flags stand.
_FLAGS_AT = {
    "match": 2, "search": 2, "fullmatch": 2, "findall": 2, "finditer": 2, "split": 3, "sub": 4, "subn": 4,
}  # fmt: skip
_RE_FUNCTIONS = {getattr(re, name): name for name in _FLAGS_AT}


def _of_builtin(function: Any) -> _Taker | None:
    """Return what takes down the arguments of a built-in function or method."""
    name = function.__name__
    if name not in _METHODS:
        return None
    owner = function.__self__
    kind = type(owner)
    if issubclass(kind, (str, bytes, bytearray)):
        if name in _TEXT_METHODS:
            return lambda args, kwargs: _text_method(name, owner, args)
        if name in _KIND_METHODS:
            return lambda args, kwargs: [(name, copied(owner), None)]
        return None
    if kind is _Pattern:
        if name in _PATTERN_METHODS:
            return lambda args, kwargs: _pattern_method(owner, name, args, kwargs)
        return None
    if issubclass(kind, dict):
        if name in _KEY_METHODS:
            return lambda args, kwargs: _key_method(_keys(owner), args)
        return None
    if issubclass(kind, (list, tuple, set, frozenset)):
        if name in _MEMBER_METHODS:
            return lambda args, kwargs: _key_method(copied(owner), args)
        return None
    return _FUNCTIONS.get(function) if kind is ModuleType or owner is None else _struct_method(owner, name)


def _text_method(name: str, owner: Any, args: Sequence[Any]) -> Iterable[tuple[str, Any, Any]]:
    text = copied(owner)
    wanted = copied(args[0]) if args else None
    if name in ("startswith", "endswith") and len(args) > 1:
        text = text[slice(*args[1:3])]
    wishes = wanted if type(wanted) is tuple else (wanted,)
    return [(name, text, wish) for wish in wishes if type(wish) is type(text)]


def _key_method(keys: Any, args: Sequence[Any]) -> Iterable[tuple[str, Any, Any]]:
    key = copied(args[0])
    return [] if key is ABSENT else [("in", key, keys)]


def _pattern_method(
    pattern: Any, name: str, args: Sequence[Any], kwargs: dict[str, Any]
) -> Iterable[tuple[str, Any, Any]]:
    at = 1 if name in ("sub", "subn") else 0
    text = copied(args[at] if len(args) > at else kwargs["string"])
    start = args[1] if at == 0 and len(args) > 1 and name != "split" else kwargs.get("pos", 0)
    return [("re." + name, (text, start if type(start) is int else 0), pattern)]


def _struct_method(owner: Any, name: str) -> _Taker | None:
    if type(owner) is struct.Struct and name in ("unpack", "unpack_from", "iter_unpack"):
        return lambda args, kwargs: _length(args[0], owner.size)
    return None


def _length(data: Any, size: int) -> Iterable[tuple[str, Any, Any]]:
    copy = copied(data)
    return [("length", copy, size)] if type(copy) is bytes else []


def _of_python(function: Any) -> _Taker | None:
    if function not in _RE_FUNCTIONS:
        return None
    name = _RE_FUNCTIONS[function]

    def take(args: Sequence[Any], kwargs: dict[str, Any]) -> Iterable[tuple[str, Any, Any]]:
        pattern, rest = args[0], args[1:]
        if type(pattern) is not _Pattern:
            at = _FLAGS_AT[name]
            flags = kwargs.get("flags", args[at] if len(args) > at else 0)
            pattern = (copied(pattern), int.__add__(flags, 0))
        return _pattern_method(pattern, name, rest[: 2 if name in ("sub", "subn") else 1], kwargs)

    return take


def _of_type(function: Any) -> _Taker | None:
    if function is int or function is float:
        name = "int" if function is int else "float"

        def take(args: Sequence[Any], kwargs: dict[str, Any]) -> Iterable[tuple[str, Any, Any]]:
            text = copied(args[0]) if args else ABSENT
            base = args[1] if len(args) > 1 else kwargs.get("base", 10)
            return [(name, text, base)] if type(text) in (str, bytes) else []

        return take
    return None


def _of_class(function: Any) -> _Taker | None:
    """Return what takes down the call of an enumeration: a look-up by value."""
    if not issubclass(type(function), enum.EnumMeta):
        return None
    members = type.__getattribute__(function, "_value2member_map_")
    return lambda args, kwargs: _key_method(_keys(members), args)


def _getattr(args: Sequence[Any], kwargs: dict[str, Any]) -> Iterable[tuple[str, Any, Any]]:
    """Take down a look-up of an attribute by a name that was computed."""
    names: dict[str, None] = {}
    target, name = args[0], copied(args[1])
    kinds = type.__getattribute__(target, "__mro__") if isinstance(target, type) else type(target).__mro__
    for kind in kinds:
        names.update(dict.fromkeys(type.__getattribute__(kind, "__dict__")))
    if type(target) is ModuleType:
        names.update(dict.fromkeys(vars(target)))
    found = sorted(text for text in names if type(text) is str and not text.startswith("__"))
    return [("in", name, tuple(found[:_KEYS]))]


def _unpack(args: Sequence[Any], kwargs: dict[str, Any]) -> Iterable[tuple[str, Any, Any]]:
    return _length(args[1], struct.calcsize(copied(args[0])))


_FUNCTIONS: dict[Any, _Taker] = {
    getattr: _getattr, hasattr: _getattr, struct.unpack: _unpack, struct.unpack_from: _unpack,
}  # fmt: skip

#: How to find out what a function is, by its type; learns as it goes.
_MAKERS: dict[type, Callable[[Any], _Taker | None] | None] = {
    BuiltinFunctionType: _of_builtin,
    type(re.compile("").match): _of_builtin,  # a built-in that knows its class
    FunctionType: _of_python,
    type: _of_type,
    MethodType: None,
}
