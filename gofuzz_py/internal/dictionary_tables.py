"""The words in a module's live objects: its tables, enums, patterns and names.

Owns the walk over what a module's names hold, and what each thing found there
weighs.  Must not run a line of the program under test: attributes are read
from namespaces by the descriptors of ``type`` and ``ModuleType``, and of
containers only those parts are used that C implements, of exact built-in
types.  Runs in a worker process; called by ``dictionary_sources``.  Go has
nothing like it.
"""

from __future__ import annotations

import gc
import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType, GetSetDescriptorType, MappingProxyType, MemberDescriptorType, ModuleType
from typing import Any

from gofuzz_py.internal.dictionary_forms import is_token
from gofuzz_py.internal.dictionary_patterns import pattern_words, text_words
from gofuzz_py.internal.isolated import os
from gofuzz_py.internal.kinds import Value

#: What one member of a small table weighs; all members of a large one weigh
#: as much as its root: nobody asks for all of them.
TABLE_WEIGHT = 128
#: The same of names that somebody might look up: fields of a class, what follows a prefix.
NAME_WEIGHT = 64
#: Of a module: tokens taken, objects looked at, and how deep tables may nest.
MOST_TOKENS, _MOST_OBJECTS, _DEPTH = 4096, 1 << 15, 5
#: Members taken of one table, spread evenly; larger sets are passed over (they have to be sorted).
_MOST_MEMBERS, _LARGEST_SET = 1024, 1 << 18
#: Longer texts are prose or data; patterns may be longer.
_LONGEST, _LONGEST_PATTERN = 64, 1024
#: Ints nearer to zero than this are everywhere.
SMALL = 10
#: So many methods with a common beginning look like ``getattr(self, "visit_" + name)``.
_FAMILY = 3

module_names: Callable[[ModuleType], dict[str, object]] = vars(ModuleType)["__dict__"].__get__
_class_names: Callable[[type], Mapping[str, object]] = vars(type)["__dict__"].__get__
_class_order: Callable[[type], tuple[type, ...]] = vars(type)["__mro__"].__get__

#: Special names of a class whose members are names of fields.
_FIELDS = frozenset({"__slots__", "__annotations__", "__match_args__", "__dataclass_fields__"})


@dataclass(slots=True)
class Tables:
    """What was found in a module."""

    #: Each token with its weight.
    words: list[tuple[Value, int]] = field(default_factory=list)
    #: Names of functions and methods, to be looked up with a prefix.
    names: list[str] = field(default_factory=list)


def tables_of(module: ModuleType) -> Tables:
    """Return the words in a module's objects.

    Never raises for what it finds there, unless another thread changes it meanwhile.
    """
    walk = _Walk(module)
    walk.run()
    names = list(dict.fromkeys(walk.names))
    tails = _after_prefixes(names)
    weight = int(_share(NAME_WEIGHT, len(tails)))
    return Tables([*walk.words, *((tail, weight) for tail in tails)][:MOST_TOKENS], names)


class _Walk:
    """One walk, nearest objects first, each object once."""

    def __init__(self, module: ModuleType) -> None:
        self.words: list[tuple[Value, int]] = []
        self.names: list[str] = []
        self._namespace = module_names(module)
        self._module_name = self._namespace.get("__name__")
        #: What is to be looked at, with its depth and weight.  It keeps what it
        #: holds alive, so that an id names one object for the whole walk.
        self._queue: list[tuple[object, int, float]] = []
        #: What was opened, or never is.
        self._seen = _left_alone()
        self._add_names(self._namespace, 0)

    def run(self) -> None:
        at = 0
        while at < len(self._queue) and at < _MOST_OBJECTS and len(self.words) < MOST_TOKENS:
            item, depth, weight = self._queue[at]
            at += 1
            if id(type(item)) in _SCALARS:
                self._take(item, weight)
            elif id(item) not in self._seen:
                self._seen.add(id(item))
                self._open(item, depth, weight)

    def _take(self, item: Any, weight: float) -> None:
        if type(item) is str or type(item) is bytes:
            words = text_words(item) if len(item) <= _LONGEST_PATTERN else []
            for word in words:
                if 0 < len(word) <= _LONGEST:
                    self.words.append((word, max(1, int(_share(weight, len(words))))))
        elif is_token(item) and not (type(item) is int and abs(item) < SMALL):
            self.words.append((item, max(1, int(weight))))

    def _open(self, item: Any, depth: int, weight: float) -> None:
        """Put what is inside an object into the queue."""
        kind = type(item)
        if kind is re.Pattern:
            self._add_all(pattern_words(item.pattern, item.flags), depth, weight)
        elif kind is FunctionType:
            if item.__globals__ is self._namespace:  # and not patched in by somebody else
                self._add_all((cell.cell_contents for cell in _full_cells(item)), depth + 2, weight)
        elif depth > _DEPTH:
            return
        elif id(kind) in _MEMBERS:
            self._add_all(_MEMBERS[id(kind)](item), depth + 1, weight)
        elif issubclass(kind, type):
            self._open_class(item, depth)
        elif depth <= 2 and not issubclass(kind, ModuleType) and "_member_map_" not in _class_names(kind):
            inside = _instance_names(item).values()
            self._add_all(
                (member for member in inside if id(type(member)) not in _NUMBERS), depth + 2, weight
            )

    def _open_class(self, item: type, depth: int) -> None:
        names = _class_names(item)
        if names.get("__module__") != self._module_name:
            return
        members: list[Any] = [names.get("_member_map_"), names.get("_value2member_map_")]
        if all(type(table) is dict for table in members):  # an enum; its members are instances of it
            for table in members:
                self._add_all(list(table), depth + 1, TABLE_WEIGHT)
        else:
            self._add_names(names, depth)

    def _add_names(self, names: Mapping[str, object], depth: int) -> None:
        """Put a namespace into the queue, and note its functions' names."""
        scalars = []
        for name, item in list(names.items())[:_MOST_OBJECTS]:
            if type(name) is not str:
                continue
            if name in _FIELDS:
                self._add_all(_fields(item), depth, NAME_WEIGHT)
            elif name.startswith("__"):
                continue
            elif id(type(item)) in _SCALARS:
                # A number may be a process id or the time of day.
                if id(type(item)) not in _NUMBERS or (type(item) is int and name.isupper()):
                    scalars.append(item)
            else:
                self._queue.append((item, depth + 1, TABLE_WEIGHT))
                if id(type(item)) in _CALLABLE:
                    self.names.append(name)
        self._add_all(scalars, depth + 1, TABLE_WEIGHT)

    def _add_all(self, items: Iterable[object], depth: int, weight: float) -> None:
        members = list(items)
        share = _share(weight, len(members))
        step = -(-len(members) // _MOST_MEMBERS) or 1
        self._queue += [(member, depth, share) for member in members[::step]]


#: By id: a type may have a metaclass with a ``__hash__`` of its own.
_SCALARS = frozenset(map(id, (str, bytes, int, float)))
_NUMBERS = frozenset(map(id, (int, float)))
_CALLABLE = frozenset(map(id, (FunctionType, staticmethod, classmethod)))


def _left_alone() -> set[int]:
    """Return the ids of objects that belong to nobody's module, though some hold them.

    Of the environment nothing may get into inputs, which are kept and shown, and
    a run is to repeat in another one.  The caches of ``re`` hold everybody's
    patterns, this package's too.
    """
    caches = [item for name, item in vars(re).items() if name.startswith("_cache")]
    return {id(item) for item in (os.environ, *_instance_names(os.environ).values(), *caches)}


def _share(weight: float, members: int) -> float:
    return weight / math.sqrt(max(1, members))


def _fields(item: object) -> list[str]:
    """Return the public names among the members of ``__slots__`` and the like."""
    kind = type(item)
    members: Any = item if kind is dict or kind is tuple or kind is list else ()
    return [name for name in members if type(name) is str and not name.startswith("_")]


def _sorted_scalars(items: Iterable[object]) -> list[object]:
    """Return the texts and numbers of a set, in an order that does not depend on hashes."""
    members: list[Any] = list(items)
    if len(members) > _LARGEST_SET:
        return []
    kinds = [[item for item in members if type(item) is kind] for kind in (str, bytes, int)]
    return list(itertools.chain.from_iterable(sorted(kind) for kind in kinds))


def _dict_members(table: dict[object, object]) -> Iterator[object]:
    return itertools.chain.from_iterable(zip(table, table.values(), strict=False))


def _behind(wrapper: object) -> Sequence[object]:
    """Return the mapping or function behind a wrapper, without asking for an attribute."""
    return [item for item in gc.get_referents(wrapper) if type(item) is dict or type(item) is FunctionType][
        :1
    ]


def _bound_pattern(method: Any) -> list[object]:
    """Return the pattern of ``re.compile(...).match``, a usual way to keep one."""
    return [method.__self__] if type(method.__self__) is re.Pattern else []


#: How to list what is inside an object of a type, by the type's id.
_MEMBERS: dict[int, Callable[[Any], Iterable[object]]] = {
    id(dict): _dict_members,
    id(list): iter,
    id(tuple): iter,
    id(set): _sorted_scalars,
    id(frozenset): _sorted_scalars,
    id(MappingProxyType): _behind,
    id(staticmethod): _behind,
    id(classmethod): _behind,
    id(type(re.compile("").match)): _bound_pattern,
}


def _full_cells(function: FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        try:
            cell.cell_contents  # noqa: B018  # an empty one raises
        except ValueError:
            continue
        yield cell


def _instance_names(item: object) -> Mapping[str, object]:
    """Return an object's own namespace without asking its class for attributes."""
    for base in _class_order(type(item)):
        getter = _class_names(base).get("__dict__")
        if type(getter) is GetSetDescriptorType or type(getter) is MemberDescriptorType:
            namespace = getter.__get__(item)
            return namespace if type(namespace) is dict else {}
    return {}


def _after_prefixes(names: Iterable[str]) -> list[str]:
    """Return what follows where several names begin alike: ``start_a``, ``start_b``, ``start_c``."""
    families: dict[str, list[str]] = {}
    for name in names:
        head, bar, tail = name.partition("_")
        if head and bar and tail:
            families.setdefault(head, []).append(tail)
    return [tail for tails in families.values() if len(tails) >= _FAMILY for tail in tails]
