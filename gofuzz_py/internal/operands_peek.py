"""Looks into objects of the program under test without calling a line of it.

Owns the ways round everything that a class or a metaclass can answer for
itself: ``__class__``, ``__getattribute__``, ``__hash__``, properties.  What
cannot be known without asking is not known.  Must not know what is looked for,
nor why.  Imports nothing of the package.  Runs in worker processes, while the
program runs and between runs; called by the ``operands_*`` and ``decoders_*`` modules.

Two things keep it safe: the type of an object is asked of the interpreter
(``type``), and attributes are read through descriptors that are the
interpreter's own.  A class of the program is never hashed and never compared:
its metaclass may have a say in that.
"""

from __future__ import annotations

import builtins
import enum
import gc
import sys
from collections.abc import Callable
from types import (
    BuiltinFunctionType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    ModuleType,
)
from typing import Any

from gofuzz_py.internal.operands_places import ABSENT

#: A program that replaces built-in functions does not reach those used below.
globals()["__builtins__"] = dict(vars(builtins))

_dict_of_type: Callable[[type], MappingProxyType[str, Any]] = type.__dict__["__dict__"].__get__
_mro: Callable[[type], tuple[type, ...]] = type.__dict__["__mro__"].__get__
_name: Callable[[type], str] = type.__dict__["__name__"].__get__
_qualname: Callable[[type], str] = type.__dict__["__qualname__"].__get__
_flags: Callable[[type], int] = type.__dict__["__flags__"].__get__
_module: Callable[[type], object] = type.__dict__["__module__"].__get__
_dict_of_module: Callable[[ModuleType], dict[str, Any]] = _dict_of_type(ModuleType)["__dict__"].__get__

#: The modules that are imported; whatever the program puts in the place of this dict.
_modules = sys.modules
#: Classes in C have this flag, those of programs never.
_IMMUTABLE = 1 << 8

_get_referents = gc.get_referents
_SLOTS = (GetSetDescriptorType, MemberDescriptorType)


def is_enumeration(kind: type) -> bool:
    """Is a class an enumeration?"""
    return issubclass(type(kind), enum.EnumMeta)


def name_of_type(kind: type) -> str:
    """Return the plain name of a class; a name that is a text of the program's own kind is none."""
    name = _name(kind)
    return name if type(name) is str else "?"


def full_name_of_type(kind: type) -> str:
    """Return ``module.qualname`` of a class."""
    module, name = _module(kind), _qualname(kind)
    return f"{module if type(module) is str else '?'}.{name if type(name) is str else '?'}"


def in_module(module: str, name: str) -> Any:
    """Return what stands in an imported module under a name, or ABSENT."""
    found = dict.get(_modules, module)
    if not issubclass(type(found), ModuleType):
        return ABSENT
    return dict.get(_dict_of_module(found), name, ABSENT)  # type: ignore[arg-type]


def built_in(module: str, name: str) -> Any:
    """Return a function or a class in C of an imported module, or ABSENT if anything else stands there."""
    found = in_module(module, name)
    kind = type(found)
    is_class = issubclass(kind, type) and _flags(found) & _IMMUTABLE
    return found if is_class or kind is BuiltinFunctionType else ABSENT


def is_of(kind: type, base: object) -> bool:
    """Is a class another one, or made of it?  What it says of itself does not count."""
    return any(one is base for one in _mro(kind))


def class_attribute(kind: type, name: str) -> Any:
    """Return what stands in a class or its bases under a name, unbound, or ABSENT."""
    for base in _mro(kind):
        names = _dict_of_type(base)
        if name in names:
            return names[name]
    return ABSENT


def class_names(kind: type) -> dict[str, None]:
    """Return the names that stand in a class and its bases."""
    return {name: None for base in _mro(kind) for name in _dict_of_type(base) if type(name) is str}


def instance_dict(value: Any) -> dict[Any, Any] | None:
    """Return the attributes that an object, a class excepted, has of its own, if it has a dict of them."""
    if issubclass(type(value), ModuleType):
        return _dict_of_module(value)
    descriptor = class_attribute(type(value), "__dict__")
    if type(descriptor) not in _SLOTS:
        return None
    names = descriptor.__get__(value)
    return names if issubclass(type(names), dict) else None


def attribute(value: Any, name: str) -> Any:
    """Return an attribute that lies ready in an object, or ABSENT."""
    kind = type(value)
    if issubclass(kind, type):
        return _of_class(value, name)
    found = class_attribute(kind, name)
    if type(found) is MemberDescriptorType:
        try:
            return found.__get__(value)
        except AttributeError:
            return ABSENT
    names = instance_dict(value)
    if names is not None and dict.__contains__(names, name):
        return dict.__getitem__(names, name)
    return ABSENT if _is_descriptor(found) else found


def _of_class(kind: type, name: str) -> Any:
    if is_enumeration(kind):
        members = enum_members(kind)
        if name in members:
            return members[name]
    found = class_attribute(kind, name)
    return ABSENT if _is_descriptor(found) else found


def _is_descriptor(value: Any) -> bool:
    return value is ABSENT or class_attribute(type(value), "__get__") is not ABSENT


def enum_members(kind: type) -> dict[str, Any]:
    """Return the members of an enumeration by name."""
    members = class_attribute(kind, "_member_map_")
    return members if type(members) is dict else {}


def enum_value(member: Any) -> Any:
    """Return the value of a member of an enumeration, or ABSENT."""
    names = instance_dict(member)
    return ABSENT if names is None else dict.get(names, "_value_", ABSENT)


def mapping_behind(view: Any) -> Any:
    """Return the mapping behind a view of a dict or a read-only proxy, or ABSENT."""
    referents = _get_referents(view)
    return referents[0] if referents else ABSENT


def resolve(dotted: str, names: dict[str, Any]) -> Any:
    """Return what a dotted name stands for among the names of a module, or ABSENT."""
    first, *rest = dotted.split(".")
    value = dict.get(names, first, ABSENT)
    for name in rest:
        if value is ABSENT:
            return ABSENT
        value = attribute(value, name)
    return value
