"""What is found in a module's live objects, and that none of them notices."""

from __future__ import annotations

import dataclasses
import enum
import os
import re
import subprocess
import sys
import types
import unittest
import unittest.mock
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from gofuzz_py.internal.dictionary_tables import MOST_TOKENS, TABLE_WEIGHT, tables_of

ROOT = Path(__file__).resolve().parents[2]


def _module(**names: object) -> types.ModuleType:
    """Make a module of these names; classes among them are its own."""
    module = types.ModuleType("made")
    for item in names.values():
        if isinstance(item, type):
            item.__module__ = "made"
    module.__dict__.update(names)
    return module


def _words(**names: object) -> dict[Any, int]:
    return dict(tables_of(_module(**names)).words)


class Color(enum.Enum):
    """An enum with values of several types."""

    RED = "rouge"
    GREEN = 4711
    BLUE = ("a", 1)


class Flag(enum.IntFlag):
    """An enum whose members are ints."""

    READ = 64
    WRITE = 128


@dataclasses.dataclass
class Record:
    """A class with fields."""

    street: str = "unknown"
    _hidden: int = 0


class Slots:
    """A class with slots."""

    __slots__ = ("_own", "width")


class Handler:
    """A class whose methods are looked up."""

    codes: ClassVar = {"E404": "missing"}

    def visit_call(self) -> None: ...
    def visit_name(self) -> None: ...
    @staticmethod
    def visit_list() -> None: ...
    def other(self) -> None: ...


class FindTest(unittest.TestCase):
    def test_words_are_found_in_tables(self) -> None:
        rows: tuple[tuple[str, object, set[object]], ...] = (
            ("dict", {"key": "value", 4242: b"bytes"}, {"key", "value", 4242, b"bytes"}),
            ("nested", {"a1": [("b1", {"c1"})]}, {"a1", "b1", "c1"}),
            ("set", {"one", "two", b"three", 44}, {"one", "two", b"three", 44}),
            ("frozenset", frozenset({"one"}), {"one"}),
            ("text", "magic", {"magic"}),
            ("numbers", (123456, 2.5), {123456, 2.5}),
            ("enum", Color, {"RED", "GREEN", "BLUE", "rouge", 4711, "a"}),
            ("flag", Flag, {"READ", "WRITE", 64, 128}),
            ("fields", Record, {"street", "unknown"}),
            ("slots", Slots, {"width"}),
            ("class", Handler, {"codes", "E404", "missing", "call", "name", "list"}),
            ("pattern", re.compile("begin (a|b)"), {"begin a", "begin b"}),
            ("verbose", re.compile("one # no\n two", re.VERBOSE), {"onetwo"}),
            ("match", re.compile("lite.ral").match, {"lite", "ral"}),
            ("patterns", [(r"FROM\b", 1)], {"FROM"}),
            ("proxy", types.MappingProxyType({"behind": 1}), {"behind"}),
            ("object", types.SimpleNamespace(table={"inside": "out"}), {"inside", "out"}),
            ("small ints", [0, 1, -9, 9, True], set()),
            ("prose", "x" * 65, set()),
            ("empty", ["", b"", (), {}, None, 1j], set()),
        )
        for name, item, words in rows:
            with self.subTest(name):
                self.assertEqual(words, set(_words(item=item)))

    def test_words_are_found_in_closures(self) -> None:
        table = {"registered": 1}

        def lookup(name: str) -> int:
            return table[name] + missing  # noqa: F821  # an empty cell

        missing = 0
        del missing
        module = _module()
        own = types.FunctionType(lookup.__code__, vars(module), closure=lookup.__closure__)
        vars(module)["lookup"] = own
        self.assertEqual(["registered"], [word for word, _ in tables_of(module).words])

    def test_special_names_and_imported_classes_are_left_out(self) -> None:
        module = _module(table=["own"])
        module.__dict__.update(__author__="somebody", imported=subprocess.Popen, other=subprocess)
        self.assertEqual(["own"], [word for word, _ in tables_of(module).words])

    def test_the_environment_is_left_alone(self) -> None:
        with unittest.mock.patch.dict(os.environ, {"SECRET_TOKEN": "hunter2"}):
            words = _words(os=os, environ=os.environ, kept={"in": [os.environ]}, names=vars(os))
        self.assertIn("in", words)
        self.assertFalse({"SECRET_TOKEN", "hunter2", b"SECRET_TOKEN", b"hunter2"} & set(words))

    def test_patterns_of_others_in_the_cache_of_re_are_left_alone(self) -> None:
        re.compile("somebodys pattern")
        self.assertNotIn("somebodys pattern", dict(tables_of(re).words))
        self.assertIn("VERBOSE", dict(tables_of(re).words))

    def test_numbers_that_may_differ_from_run_to_run_are_left_out(self) -> None:
        words = _words(
            LIMIT=4711, started=12345.5, STARTED=12345.5, pid=23456, state=types.SimpleNamespace(pid=34567)
        )
        self.assertEqual({4711}, set(words))

    def test_closures_of_functions_that_were_patched_in_are_left_alone(self) -> None:
        table = {"somebody else's": 1}
        self.assertEqual({}, _words(patched=lambda: table))

    def test_names_of_functions_are_told(self) -> None:
        tables = tables_of(_module(run=lambda: None, Handler=Handler, table={}))
        self.assertEqual(["run", "visit_call", "visit_name", "visit_list", "other"], tables.names)

    def test_cycles_end(self) -> None:
        table: dict[str, object] = {"a1": "b1"}
        table["self"] = table
        loop: list[object] = ["c1"]
        loop.append((loop, table))
        self.assertEqual({"a1", "b1", "self", "c1"}, set(_words(table=table, loop=loop)))


class WeightTest(unittest.TestCase):
    def test_members_of_a_large_table_weigh_less(self) -> None:
        words = _words(small=["alone"], large=[f"word{number}" for number in range(100)])
        self.assertEqual(TABLE_WEIGHT, words["alone"])
        self.assertEqual(TABLE_WEIGHT // 10, words["word7"])

    def test_huge_tables_are_sampled_evenly(self) -> None:
        huge = [f"w{number:06}" for number in range(100_000)]
        for name, table in (("list", huge), ("dict", dict.fromkeys(huge, "value")), ("set", set(huge))):
            with self.subTest(name):
                words = sorted(word for word in _words(table=table) if word != "value")
                self.assertGreater(len(words), 400)
                self.assertLessEqual(len(words), 1024)
                self.assertLess(words[0], "w000500")
                self.assertGreater(words[-1], "w099000")

    def test_a_module_gives_so_many_words_and_no_more(self) -> None:
        tables = {f"t{number}": [f"{number}.{other}" for other in range(1000)] for number in range(50)}
        self.assertLessEqual(len(tables_of(_module(**tables)).words), MOST_TOKENS)

    def test_depth_is_bounded(self) -> None:
        nest: list[object] = ["bottom"]
        for _ in range(5000):
            nest = [nest]
        self.assertEqual({}, _words(nest=nest))

    def test_the_order_of_a_set_does_not_depend_on_hashes(self) -> None:
        program = (
            "import types; from gofuzz_py.internal.dictionary_tables import tables_of\n"
            "m = types.ModuleType('m'); m.s = {str(n) for n in range(2000)}; m.f = frozenset('abc')\n"
            "print(tables_of(m).words)"
        )
        printed = {
            subprocess.run(
                [sys.executable, "-c", program],
                env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
                capture_output=True,
                check=True,
            ).stdout
            for seed in ("1", "2")
        }
        self.assertEqual(1, len(printed))


def _alarmed(calls: list[str], name: str) -> Callable[..., Any]:
    def alarm(*args: object, **kwargs: object) -> Any:
        calls.append(name)
        raise AssertionError(f"{name} was called")

    return alarm


#: Methods through which an object could notice that it is looked at.
_WATCHED = (
    "__getattribute__", "__getattr__", "__iter__", "__len__", "__hash__", "__eq__", "__bool__", "__str__",
    "__repr__", "__getitem__", "__contains__", "__index__", "__get__", "__call__", "__instancecheck__",
    "__subclasscheck__", "keys", "items", "values", "__class__", "__dict__", "__mro__",
)  # fmt: skip


class UnnoticedTest(unittest.TestCase):
    def test_no_code_of_the_program_is_called(self) -> None:
        calls: list[str] = []
        alarms: dict[str, Any] = {name: _alarmed(calls, name) for name in _WATCHED}
        for name in ("__class__", "__dict__"):
            alarms[name] = property(alarms[name])
        plain = {
            name: alarm for name, alarm in alarms.items() if name not in ("__mro__", "__subclasscheck__")
        }
        meta = type("Meta", (type,), {name: alarm for name, alarm in alarms.items() if name != "__dict__"})
        nosy = types.new_class("Nosy", (), {"metaclass": meta}, lambda body: body.update(plain))
        items: list[Any] = [nosy, object.__new__(nosy)]
        for base in (dict, list, tuple, set, str, bytes, int, types.ModuleType):
            inside = {key: alarm for key, alarm in plain.items() if key != "__hash__"}
            cls = type("Sub", (base,), inside)
            items.append(base.__new__(cls))
        module = types.ModuleType("made")
        module.__dict__.update({f"item{number}": item for number, item in enumerate(items)})
        sub: Any = items[2]
        module.__dict__["table"] = {"in": items, "proxy": types.MappingProxyType(sub)}
        calls.clear()

        words = [word for word, _ in tables_of(module).words]

        self.assertEqual([], calls)
        self.assertEqual({"in", "proxy"}, set(words))


if __name__ == "__main__":
    unittest.main()
