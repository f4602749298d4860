"""What a condition in the source looks like, and which names of methods tell of one.

Owns :class:`Place` and the tables of names by which ``operands_rewrite``
chooses what is watched before anything has run.  Must not know objects: whether
``x.get`` is a dict's is found out when it is called (``operands_calls``).
Imports nothing of the package.  Used in worker processes.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

#: No operand is known before the program runs.
ABSENT = type("Absent", (), {"__repr__": lambda self: "ABSENT"})()


@dataclass(frozen=True, slots=True)
class Place:
    """One condition in the source."""

    #: ``==`` and its like, ``in``, ``[]``, ``match``, ``except``, ``loop``, the name of a method, or
    #: ``call``.
    relation: str
    #: Line in the file, from 1.
    line: int
    #: The operands in the order in which they are evaluated; those that are computed are ABSENT.
    #: Of a method its object comes first, of a call the function.
    operands: tuple[object, ...] = (ABSENT, ABSENT)
    #: Names of the last operands, where they are arguments by name; of a ``match``, those of the
    #: attributes that its patterns look at.
    names: tuple[str, ...] = ()
    #: The patterns of a ``match``.
    patterns: tuple[ast.pattern, ...] = ()
    #: Is something like a checksum compared: a remainder, an exclusive or, the low bits of a number?
    is_remainder: bool = False

    @property
    def constant(self) -> object:
        """The operand of a comparison or look-up that stands in the source, or ABSENT."""
        if self.relation not in RELATIONS:
            return ABSENT
        left, right = self.operands
        return right if right is not ABSENT else left

    @property
    def is_left(self) -> bool:
        """Is ``constant`` the operand on the left?"""
        return self.relation in RELATIONS and self.operands[0] is not ABSENT


#: Relations of two operands.
RELATIONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "not in", "[]"})

#: Methods of texts: what is compared with what lies in the text.
TEXT_METHODS = frozenset({
    "startswith", "endswith", "find", "rfind", "index", "rindex", "count", "split", "rsplit", "partition",
    "rpartition", "strip", "lstrip", "rstrip", "replace", "removeprefix", "removesuffix", "__contains__",
})  # fmt: skip
#: Methods of texts that ask for a kind of character.
KIND_METHODS = frozenset({
    "isdigit", "isdecimal", "isnumeric", "isalpha", "isalnum", "isspace", "isupper", "islower", "istitle",
    "isidentifier", "isascii", "isprintable",
})  # fmt: skip
#: Methods of mappings that look up a key, and of collections that look for a member.
KEY_METHODS = frozenset({"get", "pop", "setdefault", "__contains__", "__getitem__"})
MEMBER_METHODS = frozenset({"index", "count", "remove", "__contains__"})
#: Functions of ``re`` and methods of patterns.
PATTERN_METHODS = frozenset({
    "match", "search", "fullmatch", "findall", "finditer", "split", "sub", "subn", "scanner",
})  # fmt: skip
#: Functions and methods that ask for a length.
LENGTH_METHODS = frozenset({"unpack", "unpack_from", "iter_unpack"})

#: For each name of a method that may tell of a condition, how many of its arguments matter.
METHODS: dict[str, int] = {
    **dict.fromkeys(TEXT_METHODS | KEY_METHODS | MEMBER_METHODS, 1),
    **dict.fromkeys(KIND_METHODS, 0),
    **dict.fromkeys(("startswith", "endswith"), 3),
    **dict.fromkeys(PATTERN_METHODS, 5),
    **dict.fromkeys(LENGTH_METHODS, 3),
    "scan": 1,
}

#: Of these, those that look for blanks when they are given nothing.
BLANK_METHODS = frozenset({"split", "rsplit", "strip", "lstrip", "rstrip"})

#: Functions that are called everywhere and never ask anything; they keep their names, nearly always.
DULL_NAMES = frozenset({
    "abs", "all", "any", "bool", "bytearray", "bytes", "callable", "chr", "classmethod", "delattr", "dict",
    "dir", "divmod", "enumerate", "eval", "exec", "filter", "format", "frozenset", "globals", "hash", "hex",
    "id", "input", "isinstance", "issubclass", "iter", "len", "list", "locals", "map", "max", "memoryview",
    "min", "next", "object", "oct", "open", "ord", "pow", "print", "property", "range", "repr", "reversed",
    "round", "set", "setattr", "slice", "sorted", "staticmethod", "str", "sum", "super", "tuple", "type",
    "vars", "zip", "AssertionError", "AttributeError", "Exception", "IndexError", "KeyError",
    "NotImplementedError", "OSError", "RuntimeError", "StopIteration", "TypeError", "ValueError",
})  # fmt: skip
