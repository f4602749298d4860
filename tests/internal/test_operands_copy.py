"""Copies of values: what they are, how large, and that nobody notices."""

from __future__ import annotations

import collections
import dataclasses
import enum
import gc
import types
import unittest
import weakref
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Address
from typing import Any, NamedTuple, NoReturn
from unittest import mock
from uuid import UUID

from gofuzz_py.internal import operands_copy
from gofuzz_py.internal.operands_copy import Subject, copied, forget_run, keys, members
from gofuzz_py.internal.operands_places import ABSENT
from tests.internal.helpers_loud import ASKED, loud, loud_objects


class Colour(enum.Enum):
    RED = "red"
    BLUE = 2


class Number(enum.IntEnum):
    ONE = 1


class Text(str):
    """A text of a class of its own."""


class Point(NamedTuple):
    x: int
    y: object


@dataclasses.dataclass
class Node:
    kind: str
    below: Any = None


@dataclasses.dataclass
class Odd:
    """A dataclass with an equality of its own, which is measured as any other code."""

    kind: str

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]


@dataclasses.dataclass(eq=False)
class Plain:
    """A dataclass that is compared by identity."""

    kind: str


class Slotted:
    __slots__ = ("a", "b")


class ScalarTest(unittest.TestCase):
    def test_values_come_back_equal_and_of_a_built_in_type(self) -> None:
        for value, expected in (
            ("a", "a"), (b"a", b"a"), (5, 5), (True, True), (None, None), (1.5, 1.5),
            (Text("t"), "t"), (Number.ONE, 1), (bytearray(b"x"), b"x"), (memoryview(b"ab")[1:], b"b"),
            (Colour.RED, "red"), (Colour.BLUE, 2), (10**5000, 10**5000),
        ):  # fmt: skip
            with self.subTest(type(value).__name__):
                copy = copied(value)
                self.assertEqual(copy, expected)
                self.assertIs(type(copy), type(expected))

    def test_minus_zero_keeps_its_sign(self) -> None:
        class Own(float):
            pass

        self.assertEqual(str(copied(Own(-0.0))), "-0.0")

    def test_a_dataclass_is_what_its_equality_compares(self) -> None:
        self.assertEqual(copied(Node("a")), ("a", None))
        self.assertEqual(copied([Node("a", Node("b"))]), (("a", ("b", None)),))

    def test_what_is_no_value_is_absent(self) -> None:
        for value in (object(), Odd("a"), Plain("a"), len, types, 1j, lambda: 0, iter(())):
            with self.subTest(type(value).__name__):
                self.assertIs(copied(value), ABSENT)


class WrittenTest(unittest.TestCase):
    """Objects of the standard library that are written as a text or a number."""

    def test_what_is_written(self) -> None:
        for value, expected in (
            (date(2024, 2, 29), "2024-02-29"), (time(1, 2, 3, tzinfo=UTC), "01:02:03"),
            (datetime(2024, 2, 29, 1, 2, 3), "2024-02-29T01:02:03"), (timedelta(days=1, seconds=5), 86_405),
            (datetime(2024, 2, 29, tzinfo=UTC), "2024-02-29T00:00:00"), (Decimal("1.50"), "1.50"),
            (Decimal("-Infinity"), "-Infinity"), (Fraction(3, 6), "1/2"), (Fraction(-4), "-4"),
            (UUID(int=1 << 124), "10000000-0000-0000-0000-000000000000"),
            (IPv4Address("10.1.2.3"), "10.1.2.3"),
            ([Decimal(1), {"a": date(2024, 1, 1)}], ("1", {"a": "2024-01-01"})),
        ):  # fmt: skip
            with self.subTest(value=value):
                self.assertEqual(copied(value), expected)

    def test_objects_of_classes_made_of_these_are_not_asked(self) -> None:
        rows: list[tuple[Any, ...]] = [
            (date, 2024, 2, 29), (time, 1), (datetime, 2024, 2, 29), (timedelta, 1), (Decimal, 1), (UUID,),
            (IPv4Address,),
        ]  # fmt: skip
        for base, *arguments in rows:
            ASKED.clear()
            made = loud(base, *arguments)
            with self.subTest(str(base)):
                self.assertIs(copied(made), ABSENT)
                self.assertEqual(ASKED, [])

    def test_classes_of_the_same_names_are_others(self) -> None:
        for name in ("date", "datetime", "Decimal", "UUID", "Fraction", "IPv4Address"):
            made = type(name, (), {"__str__": _refuse, "isoformat": _refuse, "replace": _refuse})
            with self.subTest(name):
                self.assertIs(copied(made()), ABSENT)

    def test_a_zone_of_the_program_is_not_asked(self) -> None:
        class Zone(tzinfo):
            utcoffset = dst = tzname = fromutc = _refuse

        self.assertEqual(copied(datetime(2024, 2, 29, tzinfo=Zone())), "2024-02-29T00:00:00")
        self.assertEqual(copied(time(1, tzinfo=Zone())), "01:00:00")

    def test_a_class_that_was_replaced(self) -> None:
        moment = datetime(2024, 2, 29)
        with mock.patch("datetime.datetime", type("datetime", (datetime,), {"isoformat": _refuse})):
            self.assertEqual(copied(moment), "2024-02-29T00:00:00")
        kind = type("datetime", (datetime,), {"isoformat": _refuse, "replace": _refuse})
        with mock.patch("_datetime.datetime", kind):
            self.assertIs(copied(kind(2024, 2, 29)), ABSENT)

    def test_objects_that_are_not_whole(self) -> None:
        for kind in (Fraction, UUID, IPv4Address):
            self.assertIs(copied(object.__new__(kind)), ABSENT)
        odd = object.__new__(Fraction)
        odd._numerator, odd._denominator = loud(int, 5), 5  # type: ignore[attr-defined]
        ASKED.clear()
        self.assertIs(copied(odd), ABSENT)
        self.assertEqual(ASKED, [])


def _refuse(*arguments: object) -> NoReturn:
    raise AssertionError("a method of the program was called")


class CollectionTest(unittest.TestCase):
    def test_collections_become_tuples_and_dicts(self) -> None:
        for value, expected in (
            ([1, ["a"]], (1, ("a",))),
            ((1, None), (1, None)),
            ({"b", "a"}, ("a", "b")),
            (frozenset({3, 1}), (1, 3)),
            ({"a": {1: 2}}, {"a": {1: 2}}),
            (collections.deque([1]), (1,)),
            (collections.OrderedDict(a=1), {"a": 1}),
            (types.MappingProxyType({"a": [1]}), {"a": (1,)}),
            (Point(1, "a"), (1, "a")),
            ([object(), 1, Text("t")], (1, "t")),
        ):
            with self.subTest(value=value):
                self.assertEqual(copied(value), expected)

    def test_sets_come_in_an_order_of_their_own(self) -> None:
        self.assertEqual(copied({"a", 1, b"x", None, (2, 3)}), (None, b"x", 1, "a", (2, 3)))

    def test_a_copy_is_bounded_in_members_depth_and_all(self) -> None:
        deep: Any = []
        for _ in range(50):
            deep = [deep, 1]
        wide = [[[[*range(100)]] * 100] * 100] * 100
        for value in (deep, wide, list(range(10**5)), dict.fromkeys(range(10**5)), set(range(10**5))):
            self.assertLess(_size(copied(value)), 1200)

    def test_a_collection_in_itself_ends(self) -> None:
        ring: list[Any] = [1]
        ring.append(ring)
        self.assertLess(_size(copied(ring)), 20)


def _size(value: Any) -> int:
    if type(value) is dict:
        return 1 + sum(_size(item) for pair in value.items() for item in pair)
    return 1 + (sum(map(_size, value)) if type(value) is tuple else 0)


class SubjectTest(unittest.TestCase):
    def test_objects_are_copied_by_their_attributes_for_a_match(self) -> None:
        subject = copied(Node("add", Node("num", 5)), ())
        self.assertEqual(subject.kind, "Node")
        self.assertEqual(subject.names, ("kind", "below"))
        inner = subject.attributes["below"]
        self.assertEqual((inner.kind, inner.attributes), ("Node", {"kind": "num", "below": 5}))

    def test_attributes_in_slots_are_found_by_their_names(self) -> None:
        slotted = Slotted()
        slotted.a = "x"  # type: ignore[attr-defined]
        subject = copied(slotted, ("a", "b", "c"))
        self.assertEqual(subject.attributes, {"a": "x"})

    def test_a_named_tuple_is_a_tuple_and_has_names(self) -> None:
        self.assertEqual(
            copied(Point(1, "a"), ()), Subject("Point", ("x", "y"), {"x": 1, "y": "a"}, (1, "a"))
        )

    def test_properties_are_not_asked(self) -> None:
        class Asked:
            __match_args__ = ("p", 5)

            @property
            def p(self) -> int:
                raise AssertionError("a property was asked")

        subject = copied(Asked(), ("p",))
        self.assertEqual((subject.names, subject.attributes), (("p",), {}))


class MembersTest(unittest.TestCase):
    def test_what_is_found_in_a_container(self) -> None:
        table = {"a": 1, "b": 2}
        for container, expected in (
            (table, ("a", "b")), (table.keys(), ("a", "b")), (table.values(), (1, 2)),
            (table.items(), (("a", 1), ("b", 2))), ({"b", "a"}, ("a", "b")), ([3, 1], (3, 1)),
            (range(5, 100), (5, 99, 52)), (range(0), ()), ("text", "text"), (bytearray(b"x"), b"x"),
            (Colour, ("red", 2)), (types.MappingProxyType(table), ("a", "b")),
            (collections.deque("a"), ("a",)),
            (collections.OrderedDict(a=1).keys(), ("a",)), ({Colour.RED: 1}, ("red",)), (5, ABSENT),
            (object(), ABSENT),
        ):  # fmt: skip
            with self.subTest(container=container):
                self.assertEqual(members(container), expected)

    def test_what_may_stand_in_brackets(self) -> None:
        for container, expected in (
            ({"a": 1}, ("a",)), (Colour, ("RED", "BLUE")), (Colour.__members__, ("RED", "BLUE")),
            ([1], ABSENT), ("a", ABSENT), (object(), ABSENT), (int, ABSENT),
        ):  # fmt: skip
            with self.subTest(container=container):
                self.assertEqual(keys(container), expected)

    def test_a_large_table_is_cut(self) -> None:
        self.assertEqual(len(members(dict.fromkeys(range(10**5)))), 4096)
        self.assertEqual(len(members(set(range(10**5)))), 4096)


class MemoryTest(unittest.TestCase):
    def setUp(self) -> None:
        self.addCleanup(operands_copy._lasting.clear)
        self.addCleanup(forget_run)

    def test_a_table_is_copied_once(self) -> None:
        for table in (
            {str(n): n for n in range(20)},
            frozenset(range(20)),
            list(range(20)),
            set("abcdefghij"),
        ):
            with self.subTest(type(table).__name__):
                self.assertIs(members(table), members(table))

    def test_a_table_that_has_grown_is_copied_again(self) -> None:
        table = {str(n): n for n in range(20)}
        members(table)
        table["new"] = 1
        self.assertIn("new", members(table))

    def test_a_list_with_another_beginning_is_copied_again(self) -> None:
        table = [str(n) for n in range(20)]
        members(table)
        table[0] = "new"
        self.assertIn("new", members(table))

    def test_objects_of_the_program_die_when_they_would(self) -> None:
        class Mortal:
            pass

        for make in (
            lambda one: dict.fromkeys(range(20), one), lambda one: [one] * 20, lambda one: {one, *range(20)},
            lambda one: (one, *range(20)), lambda one: frozenset({one, *range(20)}),
        ):  # fmt: skip
            one = Mortal()
            dead = weakref.ref(one)
            container = make(one)
            members(container)
            copied(container)
            del one, container
            forget_run()
            gc.collect()
            self.assertIsNone(dead())

    def test_no_more_than_so_many_tables_are_remembered(self) -> None:
        tables = [{str(n): number for n in range(10)} for number in range(2000)]
        for table in tables:
            members(table)
        self.assertLessEqual(len(operands_copy._lasting), 256)


class QuietTest(unittest.TestCase):
    def test_no_question_reaches_an_object_or_its_class(self) -> None:
        for one in loud_objects():
            for value in (one, [one], (one, 1), {"k": one}, {1: [one]}, {"k": one}.values(), [[one], 1] * 9):
                ASKED.clear()
                copied(value)
                copied(value, ("x", "__class__", "args"))
                members(value)
                keys(value)
                self.assertEqual(ASKED, [])

    def test_an_ordered_view_does_not_ask_its_keys(self) -> None:
        one = loud()
        table: Any = collections.OrderedDict()
        kind = type("Quiet", (), {})
        table[kind()] = 1
        ASKED.clear()
        for view in (table.keys(), table.values(), table.items()):
            members(view)
        members({1: one}.items())
        self.assertEqual(ASKED, [])

    def test_loud_collections_of_built_in_kinds_are_copied_all_the_same(self) -> None:
        copies = [copied(one) for one in loud_objects()]
        for expected in (5, "abc", b"abc", 1.5, (1, 2), {"a": 1}, (1,), b"xy"):
            self.assertIn(expected, copies)


if __name__ == "__main__":
    unittest.main()
