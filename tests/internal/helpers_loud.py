"""Objects that tell of every question put to them, and refuse to answer.

Owns the making of them: an object of any built-in kind whose class and
metaclass override every special method, and lie about the class.  What is
asked is noted in ``ASKED``.  Used by the tests of what must look at objects
without calling them.  Owns no test.
"""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

#: Kind of object and method, in the order of calls.
ASKED: list[tuple[str, str]] = []


class AskedError(Exception):
    """Raised by every method of a loud object."""


_SPECIAL = (
    "eq", "ne", "lt", "le", "gt", "ge", "hash", "iter", "len", "str", "repr", "bool", "contains", "getitem",
    "missing", "getattr", "getattribute", "index", "int", "float", "complex", "bytes", "format", "buffer",
    "next", "call", "reduce", "reduce_ex", "sizeof", "dir", "length_hint", "reversed", "add", "radd",
    "instancecheck", "subclasscheck", "get", "enter", "exit", "fspath", "trunc", "round",
)  # fmt: skip
#: Those that a metaclass can override and a class statement still works.
_META = (
    "hash", "eq", "ne", "getattribute", "getattr", "instancecheck", "subclasscheck", "len", "iter", "bool",
    "contains", "repr", "or", "call", "getitem",
)  # fmt: skip


def _refusal(kind: str, name: str) -> Callable[..., Any]:
    def refuse(self: object, *args: object, **kwargs: object) -> object:
        ASKED.append((kind, name))
        raise AskedError(name)

    return refuse


def loud_class(base: type = object) -> type:
    """Return a class of loud objects, which is loud itself."""
    kind = base.__name__
    body: dict[str, Any] = {f"__{name}__": _refusal(kind, name) for name in _SPECIAL}
    body |= {name: property(_refusal(kind, name)) for name in ("__class__", "__dict__", "__match_args__")}
    body |= {name: _refusal(kind, name) for name in ("keys", "items", "values", "get", "args", "startswith")}
    methods = {f"__{name}__": _refusal(f"class of {kind}", name) for name in _META}
    meta: Any = type("LoudMeta", (type,), methods)
    made: type = type.__call__(meta, "Loud", (base,), body)
    return made


def loud(base: type = object, *args: Any) -> Any:
    """Return a loud object of a built-in kind; ``args`` are what its ``__new__`` takes."""
    return base.__new__(loud_class(base), *args)


def loud_objects() -> list[Any]:
    """Return a loud object of each kind, collections with plain members, and a loud class."""
    found = [
        loud(), loud(int, 5), loud(str, "abc"), loud(bytes, b"abc"), loud(float, 1.5), loud(tuple, (1, 2)),
        loud(frozenset, (1, 2)), loud(ValueError, "x"),
    ]  # fmt: skip
    fill: list[tuple[type, Callable[[Any], object]]] = [
        (list, lambda made: list.extend(made, [1, 2])),
        (dict, lambda made: dict.__setitem__(made, "a", 1)),
        (set, lambda made: set.add(made, 1)),
        (bytearray, lambda made: bytearray.extend(made, b"xy")),
        (collections.OrderedDict, lambda made: collections.OrderedDict.__setitem__(made, "a", 1)),
        (collections.deque, lambda made: collections.deque.append(made, 1)),
    ]
    for base, add in fill:
        made = loud(base)
        add(made)
        found.append(made)
    return [*found, loud_class()]
