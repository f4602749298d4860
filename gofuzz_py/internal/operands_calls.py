"""What was asked by an operation whose operands are at hand: which value was compared with which.

Owns the meaning of comparisons, look-ups and calls: that ``text.find(part)``
looks for a part in a text, that calling an enumeration looks up a value, that
``re.match`` and a method of that name of a pattern are one, and that a method
of the same name of any other object says nothing.  Must not know places, nor
what answers are good for.  Runs in worker processes, while the program runs, so
it never calls a line of it; called by ``operands_record``.

An answer is a relation with two sides: ``==`` and its like, ``in``, a method of
texts, ``int``, ``float``, ``length``, ``match``, ``decodes`` with a text and the
name of its decoder and the format that it takes, or ``re.`` and a method of
patterns, for which the left side is the text with the position, and the right
side the pattern or its source with flags.
"""

from __future__ import annotations

import builtins
import functools
import io
import math
import operator
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from types import (
    BuiltinFunctionType,
    FunctionType,
    MappingProxyType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

from gofuzz_py.internal import operands_peek
from gofuzz_py.internal.decoders import FUNCTIONS, NAMES, is_codec, takes_format
from gofuzz_py.internal.operands_copy import copied, keys, members
from gofuzz_py.internal.operands_holders import NAMES as HOLDERS
from gofuzz_py.internal.operands_holders import held_by, look_ups
from gofuzz_py.internal.operands_places import (
    ABSENT,
    KEY_METHODS,
    KIND_METHODS,
    LENGTH_METHODS,
    MEMBER_METHODS,
    METHODS,
    PATTERN_METHODS,
    RELATIONS,
    TEXT_METHODS,
)

#: A program that replaces built-in functions does not reach those used below.
globals()["__builtins__"] = dict(vars(builtins))

#: What was asked: relation, left and right.
Answer = tuple[str, Any, Any]
Answers = Sequence[Answer]

_Arguments = Sequence[Any]
_Names = Mapping[str, Any]

#: Names that an object has, of which so many are kept, those most like the one that was asked for.
_MOST_NAMES = 256
#: Patterns of a ``re.Scanner``.
_MOST_PHRASES = 64
#: A partial function of a partial function of ..., as deep as this.
_DEPTH = 4
#: A text behind ``find``, ``split`` and the like that were given nothing to look for.
_BLANK: dict[type, Any] = {str: " ", bytes: b" "}

_Pattern = type(re.compile(""))


def answers(relation: str, operands: Sequence[Any], names: Sequence[str]) -> Answers:
    """Return what was asked by an operation of a place; nothing if it asked nothing.

    ``names`` are those of the last operands.  May raise anything.
    """
    if relation in RELATIONS:
        return _compared(relation, *operands)
    count = len(operands) - len(names)
    named = dict(zip(names, operands[count:], strict=True))
    if relation == "call":
        return _called(operands[0], operands[1:count], named, 0)
    return _method(operands[0], relation, operands[1:count], named)


def is_dull(function: Any) -> bool:
    """Is it a function that surely asks nothing?  The cheap question before ``answers``."""
    kind = type(function)
    if kind is FunctionType:
        return function not in _RE_FUNCTIONS and _name_of(function) not in FUNCTIONS
    if kind is MethodType:
        behind = function.__func__
        return behind is not _scan and (
            type(behind) is not FunctionType or _name_of(behind) not in _METHODS_IN_PYTHON
        )
    return (
        kind is type
        and function is not int
        and function is not float
        and operands_peek.name_of_type(function) not in FUNCTIONS
    )


def _name_of(function: FunctionType) -> str:
    name = function.__name__
    return name if type(name) is str else "?"


# -- comparisons and look-ups ----------------------------------------------------------------------


def _compared(relation: str, left: Any, right: Any) -> Answers:
    if relation == "[]":
        return _looked_up(right, _or_held(keys(left), left))
    if relation in ("in", "not in"):
        return _looked_up(left, _or_held(members(right), right), relation)
    left, right = copied(left), copied(right)
    return () if left is ABSENT or right is ABSENT else ((relation, left, right),)


def _or_held(found: Any, owner: Any) -> Any:
    """Return what was found in an object, or what it holds where that is known in another way."""
    held = held_by(owner) if found is ABSENT else None
    return found if held is None else held


def _looked_up(key: Any, found: Any, relation: str = "in") -> Answers:
    key = copied(key)
    return () if key is ABSENT or found is ABSENT else ((relation, key, found),)


# -- methods ---------------------------------------------------------------------------------------


def _method(owner: Any, name: str, arguments: _Arguments, named: _Names) -> Answers:
    """Return what calling a method of an object asks, by the kind of object."""
    kind = type(owner)
    exact = _METHODS_OF_EXACT.get(id(kind))
    if exact is not None:
        return exact(owner, name, arguments, named)
    for base, meaning in _METHODS_OF:
        if issubclass(kind, base):
            return meaning(owner, name, arguments, named)
    return [("in", *one) for one in look_ups(owner, name, arguments, named) or ()]


def _text_method(owner: Any, name: str, arguments: _Arguments, named: _Names) -> Answers:
    text = copied(owner)
    if name in KIND_METHODS:
        return ((name, text, None),)
    if name not in TEXT_METHODS:
        return ()
    wanted = copied(arguments[0] if arguments else named.get("sep"))
    if wanted is None:
        wanted = _BLANK[type(text)]
    if len(arguments) > 1 and name in ("startswith", "endswith"):
        start, stop = (*map(copied, arguments[1:3]), None)[:2]
        text = text[start:stop]
    if type(wanted) is tuple:
        return [(name, text, one) for one in wanted if type(one) is type(text)]
    return ((name, text, wanted),) if type(wanted) is type(text) else ()


def _key_method(owner: Any, name: str, arguments: _Arguments, named: _Names) -> Answers:
    return _looked_up(arguments[0], keys(owner)) if name in KEY_METHODS and arguments else ()


def _member_method(owner: Any, name: str, arguments: _Arguments, named: _Names) -> Answers:
    return _looked_up(arguments[0], members(owner)) if name in MEMBER_METHODS and arguments else ()


def _pattern_method(owner: Any, name: str, arguments: _Arguments, named: _Names) -> Answers:
    if name not in PATTERN_METHODS:
        return ()
    at = 1 if name in ("sub", "subn") else 0
    text = copied(arguments[at] if len(arguments) > at else named["string"])
    has_start = name not in ("sub", "subn", "split") and len(arguments) > 1
    start = copied(arguments[1] if has_start else named.get("pos", 0))
    if type(text) not in (str, bytes):
        return ()
    return ((f"re.{name}", (text, start if type(start) is int else 0), owner),)


def _struct_method(owner: Any, name: str, arguments: _Arguments, named: _Names) -> Answers:
    if name not in LENGTH_METHODS:
        return ()
    return _length(name, owner.size, arguments[0] if arguments else named["buffer"], arguments[1:], named)


def _length(name: str, size: int, data: Any, rest: _Arguments, named: _Names) -> Answers:
    copy = copied(data)
    if type(copy) is not bytes:
        return ()
    if name == "unpack_from":
        offset = copied(rest[0] if rest else named.get("offset", 0))
        copy = copy[offset:]
        return (("length", copy, size),) if len(copy) < size else ()
    if name == "iter_unpack" and size:
        size *= max(1, -(-len(copy) // size))
    return (("length", copy, size),)


def _module_method(owner: Any, name: str, arguments: _Arguments, named: _Names) -> Answers:
    function = (operands_peek.instance_dict(owner) or {}).get(name, ABSENT)
    return _called(function, arguments, named, 0)


def _class_method(owner: Any, name: str, arguments: _Arguments, named: _Names) -> Answers:
    """Return what ``str.find(text, part)`` and its like ask."""
    function = operands_peek.class_attribute(owner, name)
    return _called(function, arguments, named, 0) if type(function) is MethodDescriptorType else ()


def _scanner_method(owner: Any, name: str, arguments: _Arguments, named: _Names) -> Answers:
    """Return what ``re.Scanner.scan`` asks: for one pattern after the other, each a text of its own."""
    lexicon = operands_peek.attribute(owner, "lexicon")
    text = copied(arguments[0] if arguments else named["string"])
    if name != "scan" or type(lexicon) is not list or type(text) not in (str, bytes):
        return ()
    phrases = [copied(row[0]) for row in lexicon[:_MOST_PHRASES] if type(row) is tuple and row]
    return [("re.search", (text, 0), (one, 0)) for one in phrases if type(one) is type(text)]


_METHODS_OF: tuple[tuple[type, Callable[[Any, str, _Arguments, _Names], Answers]], ...] = (
    (str, _text_method), (bytes, _text_method), (bytearray, _text_method),
    (_Pattern, _pattern_method),
    (dict, _key_method), (MappingProxyType, _key_method), (list, _member_method), (tuple, _member_method),
    (set, _member_method), (frozenset, _member_method),
    (ModuleType, _module_method), (struct.Struct, _struct_method), (type, _class_method),
    (getattr(re, "Scanner"), _scanner_method),  # noqa: B009  # not in the types of re
)  # fmt: skip

_METHODS_OF_EXACT = {id(base): meaning for base, meaning in _METHODS_OF}

# -- functions -------------------------------------------------------------------------------------


def _called(function: Any, arguments: _Arguments, named: _Names, depth: int) -> Answers:
    """Return what a call asks, by what the function is."""
    meaning = _KINDS.get(id(type(function)), _of_other)
    return meaning(function, arguments, named, depth)


def _of_builtin(function: Any, arguments: _Arguments, named: _Names, depth: int) -> Answers:
    owner, name = function.__self__, function.__name__
    if owner is None or type(owner) is ModuleType:
        known = _FUNCTIONS.get(function) or _BY_NAME.get(name)
        if known is not None:
            return known(name, arguments, named)
        return _decoded(function.__module__, name, arguments, named)
    if issubclass(type(owner), type):
        return _decoded(operands_peek.full_name_of_type(owner), name, arguments, named)
    if name == "decode":
        return _decoded_bytes(owner, arguments, named)
    return (
        _method(owner, name, arguments, named) if name in METHODS or name in HOLDERS or name == "iter" else ()
    )


def _of_descriptor(function: Any, arguments: _Arguments, named: _Names, depth: int) -> Answers:
    """A method taken from its class, which is a built-in one."""
    if function.__name__ not in METHODS or not issubclass(type(arguments[0]), function.__objclass__):
        return ()
    return _method(arguments[0], function.__name__, arguments[1:], named)


def _of_slot(function: Any, arguments: _Arguments, named: _Names, depth: int) -> Answers:
    """``str.__eq__`` and its like, taken from the class or from an object."""
    operands = (function.__self__, *arguments) if type(function) is MethodWrapperType else arguments
    relation = _SLOTS.get(function.__name__)
    if relation is None or len(operands) != 2:
        return ()
    return _compared("in", *operands[::-1]) if relation == "contains" else _compared(relation, *operands)


def _of_partial(function: Any, arguments: _Arguments, named: _Names, depth: int) -> Answers:
    if depth >= _DEPTH:
        return ()
    given = _partial_keywords(function)
    every = {name: given[name] for name in dict.__iter__(given)} | dict(named)
    return _called(_partial_func(function), (*_partial_args(function), *arguments), every, depth + 1)


def _of_python(function: Any, arguments: _Arguments, named: _Names, depth: int) -> Answers:
    """A function of ``re`` or one that decodes: of those in Python none else is known."""
    name = _RE_FUNCTIONS.get(function)
    if name is None:
        module = dict.get(function.__globals__, "__name__")
        return _decoded(module, function.__name__, arguments, named)
    given = dict(zip(_PARAMETERS[name], arguments, strict=False)) | dict(named)
    pattern: Any = given.pop("pattern")
    if type(pattern) is not _Pattern:
        flags = copied(given.get("flags", 0))
        pattern = (copied(pattern), flags if type(flags) is int else 0)
    return _pattern_method(pattern, name, (), {"string": given["string"]})


def _of_method(function: Any, arguments: _Arguments, named: _Names, depth: int) -> Answers:
    behind = function.__func__
    if behind is not _scan:
        if type(behind) is not FunctionType:
            return ()
        if _name_of(behind) in HOLDERS:
            return _method(function.__self__, _name_of(behind), arguments, named)
        return _of_python(behind, arguments, named, depth)
    return _scanner_method(function.__self__, "scan", arguments, named)


def _of_type(function: Any, arguments: _Arguments, named: _Names, depth: int) -> Answers:
    if function is not int and function is not float:
        return _decoded_by_class(function, arguments, named)
    text = copied(arguments[0]) if arguments else ABSENT
    base = copied(arguments[1] if len(arguments) > 1 else named.get("base", 10))
    return ((function.__name__, text, base),) if type(text) in (str, bytes) else ()


def _of_other(function: Any, arguments: _Arguments, named: _Names, depth: int) -> Answers:
    """An enumeration, which is called to look up a value, or a class that has a class of its own."""
    if not issubclass(type(function), type):
        return ()
    if not operands_peek.is_enumeration(function):
        return _decoded_by_class(function, arguments, named)
    if not arguments:
        return ()
    return _looked_up(arguments[0], members(function))


def _decoded(module: Any, name: Any, arguments: _Arguments, named: _Names) -> Answers:
    """Return what a function of the standard library is asked to decode, if it is one that does."""
    if type(module) is not str or type(name) is not str or (module, name) not in NAMES:
        return ()
    decoder = NAMES[module, name]
    first, *others = *arguments, *named.values()
    text = _text_of(first)
    if type(text) not in (str, bytes):
        return ()
    extra = copied(named.get("delimiter", others[0] if others and takes_format(decoder) else None))
    return (("decodes", text, (decoder, extra if type(extra) is str else None)),)


def _decoded_by_class(kind: type, arguments: _Arguments, named: _Names) -> Answers:
    """Return the same of a class that reads a text when it is called."""
    module, _, name = operands_peek.full_name_of_type(kind).rpartition(".")
    return _decoded(module, name, arguments, named)


def _decoded_bytes(owner: Any, arguments: _Arguments, named: _Names) -> Answers:
    """Return what ``bytes.decode`` is asked, where it is in an encoding in which little stands as it is."""
    text = copied(owner)
    encoding = copied(arguments[0] if arguments else named.get("encoding"))
    if type(text) is not bytes or type(encoding) is not str or not is_codec(encoding):
        return ()
    return (("decodes", text, ("codec", encoding)),)


def _text_of(given: Any) -> Any:
    """Return the text that an argument is: itself, the rest of a file in memory, or lines put together."""
    read = _FILES.get(id(type(given)))
    if read is not None:
        return read(given)
    text = copied(given)
    if type(text) is tuple and text and all(type(line) is str for line in text):
        return "".join(text) if all(line.endswith("\n") for line in text[:-1]) else "\n".join(text)
    return text


#: Files of exactly these types are read without their noticing.
_FILES: dict[int, Callable[[Any], Any]] = {
    id(io.StringIO): lambda file: io.StringIO.getvalue(file)[io.StringIO.tell(file) :],
    id(io.BytesIO): lambda file: io.BytesIO.getvalue(file)[io.BytesIO.tell(file) :],
}

_scan = operands_peek.class_attribute(getattr(re, "Scanner"), "scan")  # noqa: B009
_partial_func, _partial_args, _partial_keywords = (
    functools.partial.__dict__[name].__get__ for name in ("func", "args", "keywords")
)

_KINDS: dict[int, Callable[[Any, _Arguments, _Names, int], Answers]] = {
    id(kind): meaning
    for kind, meaning in (
        (BuiltinFunctionType, _of_builtin),
        (type(re.compile("").match), _of_builtin),  # a built-in that knows its class
        (MethodDescriptorType, _of_descriptor), (WrapperDescriptorType, _of_slot),
        (MethodWrapperType, _of_slot), (functools.partial, _of_partial), (FunctionType, _of_python),
        (MethodType, _of_method), (type, _of_type),
    )
}  # fmt: skip

#: Methods written in Python that are known, and names of look-ups that others do not have.
_METHODS_IN_PYTHON = FUNCTIONS | HOLDERS

_SLOTS = {
    "__eq__": "==", "__ne__": "!=", "__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">=",
    "__contains__": "contains",
}  # fmt: skip

#: Functions of ``re`` and the names of their parameters.
_PARAMETERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("match", "search", "fullmatch", "findall", "finditer"), ("pattern", "string", "flags")),
    "split": ("pattern", "string", "maxsplit", "flags"),
    **dict.fromkeys(("sub", "subn"), ("pattern", "repl", "string", "count", "flags")),
}
_RE_FUNCTIONS: dict[Any, str] = {getattr(re, name): name for name in _PARAMETERS}


def _has_name(name: str, arguments: _Arguments, named: _Names) -> Answers:
    """Return what looking up an attribute by a name asks, those most like it first."""
    target, asked = arguments[0], copied(arguments[1])
    if type(asked) is not str:
        return ()
    is_class = issubclass(type(target), type)
    names = operands_peek.class_names(target if is_class else type(target))
    own = None if is_class else operands_peek.instance_dict(target)
    names.update((one, None) for one in dict.__iter__(own or {}) if type(one) is str)
    return (("in", asked, _nearest(asked, frozenset(names))),)


@functools.lru_cache(maxsize=512)
def _nearest(asked: str, names: frozenset[str]) -> tuple[str, ...]:
    """Return names, those most like the one asked for first; programs ask for the same ones all the time."""
    found = sorted(
        (one for one in names if not one.startswith("__") or asked.startswith("__")),
        key=lambda one: (-_shared_start(one, asked), one),
    )
    return tuple(found[:_MOST_NAMES])


def _shared_start(one: str, other: str) -> int:
    most = min(len(one), len(other), 64)
    return next((at for at in range(most) if one[at] != other[at]), most)


_calcsize = struct.calcsize


def _unpack(name: str, arguments: _Arguments, named: _Names) -> Answers:
    form = copied(arguments[0])
    data = arguments[1] if len(arguments) > 1 else named["buffer"]
    return _length(name, _calcsize(form), data, arguments[2:], named)


def _operator(relation: str) -> Callable[[str, _Arguments, _Names], Answers]:
    return lambda name, arguments, named: _compared(relation, arguments[0], arguments[1])


_FUNCTIONS: dict[Any, Callable[[str, _Arguments, _Names], Answers]] = {
    getattr: _has_name, hasattr: _has_name,
    struct.unpack: _unpack, struct.unpack_from: _unpack, struct.iter_unpack: _unpack,
    operator.eq: _operator("=="), operator.ne: _operator("!="), operator.lt: _operator("<"),
    operator.le: _operator("<="), operator.gt: _operator(">"), operator.ge: _operator(">="),
    operator.getitem: _operator("[]"), math.isclose: _operator("=="),
    operator.contains: lambda name, arguments, named: _compared("in", arguments[1], arguments[0]),
}  # fmt: skip

#: Functions of modules that nothing imports for this alone.
_BY_NAME = {"compare_digest": _operator("=="), "_compare_digest": _operator("==")}
