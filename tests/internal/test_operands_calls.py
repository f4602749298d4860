"""What comparisons, look-ups and calls ask."""

from __future__ import annotations

import collections
import enum
import functools
import hmac
import math
import operator
import re
import struct
import types
import unittest
from typing import Any

from gofuzz_py.internal.operands_calls import answers, is_dull
from gofuzz_py.internal.operands_places import METHODS
from tests.internal.helpers_loud import ASKED, loud_class, loud_objects


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Commands:
    def do_stop(self) -> None: ...
    def do_start(self) -> None: ...


TABLE = {"a": 1, "b": 2}
PATTERN = re.compile("a+")
SCANNER: Any = getattr(re, "Scanner")([("a", None), ("[0-9]", None)])  # noqa: B009

#: Relation, operands and expected answers.
ROWS: list[tuple[str, tuple[Any, ...], list[tuple[str, Any, Any]]]] = [
    ("==", (1, "a"), [("==", 1, "a")]),
    ("<", ([1, 2], (1, 3)), [("<", (1, 2), (1, 3))]),
    ("==", (Colour.RED, Colour.BLUE), [("==", "red", "blue")]),
    ("==", (object(), 1), []),
    ("in", ("q", TABLE), [("in", "q", ("a", "b"))]),
    ("not in", (b"q", bytearray(b"x")), [("not in", b"q", b"x")]),
    ("in", ("q", Colour), [("in", "q", ("red", "blue"))]),
    ("in", (object(), TABLE), []),
    ("in", (1, iter("a")), []),
    ("[]", (TABLE, "q"), [("in", "q", ("a", "b"))]),
    ("[]", (Colour, "q"), [("in", "q", ("RED", "BLUE"))]),
    ("[]", ([1, 2], 0), []),
    ("startswith", ("<!--", "<?"), [("startswith", "<!--", "<?")]),
    ("startswith", ("x<!--", ("<?", "<!"), 1), [("startswith", "<!--", "<?"), ("startswith", "<!--", "<!")]),
    ("endswith", (b"abc", b"b", 0, 2), [("endswith", b"ab", b"b")]),
    ("find", (bytearray(b"abc"), b"q"), [("find", b"abc", b"q")]),
    ("find", (b"abc", 5), []),
    ("split", ("a b",), [("split", "a b", " ")]),
    ("strip", (b"ab", None), [("strip", b"ab", b" ")]),
    ("isdigit", ("5x",), [("isdigit", "5x", None)]),
    ("get", (TABLE, "q"), [("in", "q", ("a", "b"))]),
    ("get", (types.MappingProxyType(TABLE), "q"), [("in", "q", ("a", "b"))]),
    ("get", (Commands(), "q"), []),
    ("pop", ([1, 2], 0), []),
    ("index", (["x", "y"], "q"), [("in", "q", ("x", "y"))]),
    ("index", ("xy", "q"), [("index", "xy", "q")]),
    ("remove", ({"x"}, "q"), [("in", "q", ("x",))]),
    ("match", (PATTERN, "xa", 1), [("re.match", ("xa", 1), PATTERN)]),
    ("sub", (PATTERN, "b", "xyz"), [("re.sub", ("xyz", 0), PATTERN)]),
    ("split", (PATTERN, "xyz", 1), [("re.split", ("xyz", 0), PATTERN)]),
    ("match", (re, "a+", "xyz"), [("re.match", ("xyz", 0), ("a+", 0))]),
    ("search", (re, "a+", "xyz", re.IGNORECASE), [("re.search", ("xyz", 0), ("a+", 2))]),
    ("sub", (re, PATTERN, "b", "xyz", 0), [("re.sub", ("xyz", 0), PATTERN)]),
    ("match", (Commands(), "xyz"), []),
    ("scan", (SCANNER, "b"), [("re.search", ("b", 0), ("a", 0)), ("re.search", ("b", 0), ("[0-9]", 0))]),
    ("unpack", (struct, "<HH", b"abc"), [("length", b"abc", 4)]),
    ("unpack", (struct.Struct("<I"), b"abc"), [("length", b"abc", 4)]),
    ("unpack_from", (struct, "<H", b"abc", 2), [("length", b"c", 2)]),
    ("unpack_from", (struct.Struct("<H"), b"abc", 1), []),
    ("iter_unpack", (struct.Struct("<H"), b"abc"), [("length", b"abc", 4)]),
    ("startswith", (str, "abc", "q"), [("startswith", "abc", "q")]),
    ("get", (dict, TABLE, "q"), [("in", "q", ("a", "b"))]),
    ("call", ("abc".find, "q"), [("find", "abc", "q")]),
    ("call", (PATTERN.match, "q", 1), [("re.match", ("q", 1), PATTERN)]),
    ("call", (TABLE.get, "q"), [("in", "q", ("a", "b"))]),
    ("call", (re.fullmatch, "a+", "q"), [("re.fullmatch", ("q", 0), ("a+", 0))]),
    ("call", (SCANNER.scan, "b"), [("re.search", ("b", 0), ("a", 0)), ("re.search", ("b", 0), ("[0-9]", 0))]),
    ("call", (str.find, "abc", "q"), [("find", "abc", "q")]),
    ("call", (str.__eq__, "abc", "q"), [("==", "abc", "q")]),
    ("call", ("abc".__contains__, "q"), [("in", "q", "abc")]),
    ("call", (operator.eq, 1, 2), [("==", 1, 2)]),
    ("call", (hmac.compare_digest, "abc", "q"), [("==", "abc", "q")]),
    ("call", (math.isclose, 1.5, 2.5), [("==", 1.5, 2.5)]),
    ("call", (operator.contains, TABLE, "q"), [("in", "q", ("a", "b"))]),
    ("call", (operator.getitem, TABLE, "q"), [("in", "q", ("a", "b"))]),
    ("call", (int, "7"), [("int", "7", 10)]),
    ("call", (int, b"7", 16), [("int", b"7", 16)]),
    ("call", (int, 7.5), []),
    ("call", (float, "7"), [("float", "7", 10)]),
    ("call", (Colour, "q"), [("in", "q", ("red", "blue"))]),
    ("call", (Commands, "q"), []),
    ("call", (getattr, Commands(), "do_q"), [("in", "do_q", ("do_start", "do_stop"))]),
    ("call", (hasattr, Commands, "do_q"), [("in", "do_q", ("do_start", "do_stop"))]),
    ("call", (struct.unpack, "<I", b"abc"), [("length", b"abc", 4)]),
    ("call", (functools.partial(int, base=2), "7"), [("int", "7", 2)]),
    ("call", (functools.partial(functools.partial(re.match, "a"), "q"),), [("re.match", ("q", 0), ("a", 0))]),
    ("call", (math.sqrt, 5), []),
    ("call", (print, "q"), []),
    ("call", (Commands().do_stop, "q"), []),
    ("call", (lambda x: x, "q"), []),
    ("call", (collections.OrderedDict(a=1).pop, "q"), [("in", "q", ("a",))]),
]

#: The same with arguments by name.
NAMED: list[tuple[str, tuple[Any, ...], tuple[str, ...], list[tuple[str, Any, Any]]]] = [
    ("split", ("a,b", ","), ("sep",), [("split", "a,b", ",")]),
    ("match", (PATTERN, "xa", 1), ("string", "pos"), [("re.match", ("xa", 1), PATTERN)]),
    (
        "sub",
        (re, "a", "b", "xyz", re.DOTALL),
        ("repl", "string", "flags"),
        [("re.sub", ("xyz", 0), ("a", 16))],
    ),
    ("call", (int, "7", 8), ("base",), [("int", "7", 8)]),
    ("call", (re.match, "a", "q"), ("pattern", "string"), [("re.match", ("q", 0), ("a", 0))]),
    ("unpack_from", (struct, "<H", b"abc", 2), ("buffer", "offset"), [("length", b"c", 2)]),
    ("unpack", (struct.Struct("<H"), b"abc"), ("buffer",), [("length", b"abc", 2)]),
]


class AnswersTest(unittest.TestCase):
    def test_what_is_asked_by_each_operation(self) -> None:
        for relation, operands, expected in ROWS:
            with self.subTest(relation, operands=operands):
                self.assertEqual(list(answers(relation, operands, ())), expected)

    def test_what_is_asked_with_arguments_by_name(self) -> None:
        for relation, operands, names, expected in NAMED:
            with self.subTest(relation, operands=operands):
                self.assertEqual(list(answers(relation, operands, names)), expected)

    def test_names_most_like_the_one_that_was_asked_for_come_first(self) -> None:
        crowd: Any = type("Crowd", (), {f"m{n}": n for n in range(900)} | {"do_it": 1, "do_not": 2})
        ((relation, asked, names),) = answers("call", (getattr, crowd(), "do_ix"), ())
        self.assertEqual((relation, asked, names[:2], len(names)), ("in", "do_ix", ("do_it", "do_not"), 256))

    def test_a_partial_function_without_end_is_left_alone(self) -> None:
        function: Any = int
        for _ in range(50):
            one: Any = functools.partial(int)
            one.__setstate__((function, (), {}, None))
            function = one
        self.assertEqual(list(answers("call", (function, "7"), ())), [])


class DullTest(unittest.TestCase):
    def test_functions_that_surely_ask_nothing_are_known_at_once(self) -> None:
        dull: list[Any] = [lambda: 0, Commands().do_stop, Commands, str, dict]
        asking: list[Any] = [re.match, SCANNER.scan, int, float, Colour, "a".find, operator.eq, str.find]
        self.assertEqual([function for function in dull + asking if is_dull(function)], dull)


class QuietTest(unittest.TestCase):
    def test_no_question_reaches_an_object_or_its_class(self) -> None:
        functions = [
            getattr, int, float, re.match, PATTERN.match, "abc".startswith, str.find, dict.get, str.__eq__,
            {}.get, [].index, operator.eq, operator.contains, struct.unpack, Colour,
            functools.partial(getattr, Commands()), SCANNER.scan, Commands().do_stop,
        ]  # fmt: skip
        relations = ["==", "<", "in", "[]", "call", *sorted(METHODS)]
        loud = [*loud_objects(), loud_class(type)]
        ASKED.clear()
        for one in loud:
            for relation in relations:
                for operands in ((one, "a"), ("a", one), (one, one), (re, one, one), ([one], (one,))):
                    _ask(relation, operands)
            for function in functions:
                for operands in ((function, one), (function, one, "a"), (function, "a", one)):
                    _ask("call", operands)
                _ask("call", (functools.partial(function, one), one))
        self.assertEqual(ASKED, [])


def _ask(relation: str, operands: tuple[Any, ...]) -> None:
    """Ask, and swallow what comes of operands that do not go together."""
    is_dull(operands[0])
    try:
        answers(relation, operands, ())
    except (TypeError, ValueError, LookupError, AttributeError, struct.error):
        return


if __name__ == "__main__":
    unittest.main()
