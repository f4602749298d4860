"""Look-ups in objects of the standard library that hold others: elements of XML, settings in sections.

Owns what is there to be found by a name.  Nothing is asked of these objects but
what their built-in base answers, or what lies in them: a class of the program's
may be made of theirs.  Must not know conditions.  Runs in worker processes,
while the program runs; called by ``operands_calls``.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from gofuzz_py.internal import operands_peek
from gofuzz_py.internal.operands_copy import copied
from gofuzz_py.internal.operands_places import ABSENT

#: A program that replaces built-in functions does not reach those used below.
globals()["__builtins__"] = dict(vars(builtins))

#: What was looked for, and what was there.
_LookUp = tuple[Any, tuple[Any, ...]]

#: Names that are read of one object.
_MOST = 64

#: Methods that look for children of an element, and those of settings, with a section first.
_OF_CHILDREN = frozenset({"find", "findall", "findtext", "iterfind", "iter"})
_OF_SECTIONS = frozenset({"get", "getint", "getfloat", "getboolean", "has_option", "has_section", "options"})
_OF_SETTINGS = frozenset({"get", "getint", "getfloat", "getboolean", "__contains__"})

#: Of these methods those that have no name that others have, too.
NAMES = frozenset({
    "findtext", "iterfind", "has_option", "has_section", "getint", "getfloat", "getboolean", "options",
})  # fmt: skip

#: What these methods call what they look for.
_PARAMETERS = frozenset({"key", "option", "path", "section", "tag"})


def look_ups(
    owner: Any, name: str, arguments: Sequence[Any], named: Mapping[str, Any]
) -> list[_LookUp] | None:
    """Return what calling a method of an object looks for; None if it holds nothing that is known here."""
    kind = type(owner)
    every = (*arguments[:2], *(one for key, one in named.items() if key in _PARAMETERS))
    given = [one for one in map(copied, every) if type(one) is str]
    if operands_peek.is_of(kind, operands_peek.built_in("_elementtree", "Element")):
        return _in_element(owner, name, given)
    if operands_peek.is_of(kind, operands_peek.in_module("xml.etree.ElementTree", "ElementTree")):
        return look_ups(operands_peek.attribute(owner, "_root"), name, given, {})
    if operands_peek.is_of(kind, operands_peek.in_module("configparser", "RawConfigParser")):
        return _in_sections(owner, given) if name in _OF_SECTIONS else []
    if operands_peek.is_of(kind, operands_peek.in_module("configparser", "SectionProxy")):
        return _in_settings(owner, given) if name in _OF_SETTINGS else []
    return None


def held_by(owner: Any) -> tuple[Any, ...] | None:
    """Return what may stand in the brackets behind an object, or None."""
    kind = type(owner)
    if operands_peek.is_of(kind, operands_peek.in_module("configparser", "RawConfigParser")):
        return _names_of(operands_peek.attribute(owner, "_sections"))
    if operands_peek.is_of(kind, operands_peek.in_module("configparser", "SectionProxy")):
        return _settings_of(owner)
    return None


def _in_element(owner: Any, name: str, given: Sequence[str]) -> list[_LookUp]:
    base = operands_peek.built_in("_elementtree", "Element")
    if not given:
        return []
    if name == "get":
        keys = base.keys(owner)
        return [(given[0], tuple(one for one in keys[:_MOST] if type(one) is str))]
    if name not in _OF_CHILDREN:
        return []
    children = (base.__getitem__(owner, at) for at in range(min(_MOST, base.__len__(owner))))
    tag = operands_peek.class_attribute(base, "tag")
    tags = (tag.__get__(child) for child in children if operands_peek.is_of(type(child), base))
    return [(given[0], tuple(one for one in tags if type(one) is str))]


def _in_sections(owner: Any, given: Sequence[str]) -> list[_LookUp]:
    sections = operands_peek.attribute(owner, "_sections")
    if not given:
        return []
    found = [(given[0], _names_of(sections))]
    if len(given) > 1 and issubclass(type(sections), dict):
        found.append((given[1], _names_of(dict.get(sections, given[0]))))
    return found


def _in_settings(owner: Any, given: Sequence[str]) -> list[_LookUp]:
    return [(given[0], _settings_of(owner))] if given else []


def _settings_of(proxy: Any) -> tuple[Any, ...]:
    sections = operands_peek.attribute(operands_peek.attribute(proxy, "_parser"), "_sections")
    name = operands_peek.attribute(proxy, "_name")
    is_known = issubclass(type(sections), dict) and type(name) is str
    return _names_of(dict.get(sections, name)) if is_known else ()


def _names_of(table: Any) -> tuple[Any, ...]:
    if table is ABSENT or not issubclass(type(table), dict):
        return ()
    return tuple(one for one in islice(dict.__iter__(table), _MOST) if type(one) is str)
