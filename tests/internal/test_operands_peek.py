"""Looking into objects that would notice being asked."""

from __future__ import annotations

import enum
import types
import unittest
from typing import Any
from unittest import mock

from gofuzz_py.internal import operands_peek
from gofuzz_py.internal.operands_places import ABSENT
from tests.internal.helpers_loud import ASKED, AskedError, loud, loud_class, loud_objects


class Colour(enum.Enum):
    RED = "red"
    BLUE = 2


class Plain:
    kind = "class"

    def __init__(self) -> None:
        self.own = 1

    @property
    def computed(self) -> int:
        raise AssertionError("a property was asked")

    def method(self) -> None: ...


class Slotted:
    __slots__ = ("filled", "free")

    def __init__(self) -> None:
        self.filled = 1


class LoudTest(unittest.TestCase):
    def test_loud_objects_tell_of_every_question(self) -> None:
        for one in loud_objects():
            ASKED.clear()
            with self.assertRaises(AskedError):
                one == 1  # noqa: B015
            self.assertEqual(len(ASKED), 1)
        with self.assertRaises(AskedError):
            hash(loud_class())


class AttributeTest(unittest.TestCase):
    def test_what_lies_ready_is_found(self) -> None:
        module = types.ModuleType("m")
        module.word = "w"  # type: ignore[attr-defined]
        for value, name, expected in (
            (Plain(), "own", 1),
            (Plain(), "kind", "class"),
            (Slotted(), "filled", 1),
            (Plain, "kind", "class"),
            (module, "word", "w"),
            (Colour, "RED", Colour.RED),
            (Colour.RED, "_value_", "red"),
        ):
            with self.subTest(value=value, name=name):
                self.assertEqual(operands_peek.attribute(value, name), expected)

    def test_what_would_have_to_be_computed_is_not(self) -> None:
        for value, name in (
            (Plain(), "computed"),
            (Plain(), "method"),
            (Slotted(), "free"),
            (Plain, "nothing"),
        ):
            with self.subTest(value=value, name=name):
                self.assertIs(operands_peek.attribute(value, name), ABSENT)

    def test_dotted_names_are_followed(self) -> None:
        names: dict[str, Any] = {"m": types.SimpleNamespace(c=Colour), "x": 5}
        for dotted, expected in (
            ("x", 5), ("m.c.RED", Colour.RED), ("m.c.GREEN", ABSENT), ("y.z", ABSENT), ("x.real", ABSENT),
        ):  # fmt: skip
            with self.subTest(dotted):
                self.assertIs(operands_peek.resolve(dotted, names), expected)

    def test_an_object_may_have_a_dict_of_another_kind_or_none(self) -> None:
        class Own(dict[str, int]):
            pass

        plain = Plain()
        plain.__dict__ = Own(k=1)
        self.assertEqual(operands_peek.attribute(plain, "k"), 1)
        self.assertIsNone(operands_peek.instance_dict(Slotted()))
        self.assertIsNone(operands_peek.instance_dict(5))


class ClassTest(unittest.TestCase):
    def test_names_of_classes(self) -> None:
        self.assertEqual(operands_peek.name_of_type(Colour), "Colour")
        self.assertEqual(operands_peek.full_name_of_type(AttributeTest), f"{__name__}.AttributeTest")
        strange = type("T", (), {"__module__": 5})
        self.assertEqual(operands_peek.full_name_of_type(strange), "?.T")

    def test_names_in_a_class_are_those_of_its_bases_too(self) -> None:
        class Below(Plain):
            extra = 1

        names = operands_peek.class_names(Below)
        self.assertLessEqual({"extra", "method", "computed", "__eq__"}, set(names))

    def test_enumerations(self) -> None:
        self.assertTrue(operands_peek.is_enumeration(Colour))
        self.assertFalse(operands_peek.is_enumeration(Plain))
        self.assertEqual(list(operands_peek.enum_members(Colour)), ["RED", "BLUE"])
        self.assertEqual(operands_peek.enum_value(Colour.BLUE), 2)
        self.assertIs(operands_peek.enum_value(5), ABSENT)

    def test_the_mapping_behind_a_view_or_proxy(self) -> None:
        table = {"a": 1}
        for view in (table.keys(), table.values(), table.items(), types.MappingProxyType(table)):
            with self.subTest(type(view).__name__):
                self.assertIs(operands_peek.mapping_behind(view), table)

    def test_a_class_that_is_made_of_another(self) -> None:
        class Below(Plain): ...

        lying = type("Lying", (), {"__class__": property(lambda self: Plain), "__bases__": (Plain,)})
        found = [
            operands_peek.is_of(kind, Plain) for kind in (Plain, Below, lying, Slotted, loud_class(Plain))
        ]
        self.assertEqual(found, [True, True, False, False, True])
        self.assertFalse(operands_peek.is_of(Plain, ABSENT))

    def test_names_that_are_no_plain_texts(self) -> None:
        class Name(str):
            def __format__(self, form: str) -> str:
                raise AssertionError("a name was asked")

        kind = type("Own", (), {})
        kind.__name__ = kind.__qualname__ = kind.__module__ = Name("Own")
        self.assertEqual(operands_peek.name_of_type(kind), "?")
        self.assertEqual(operands_peek.full_name_of_type(kind), "?.?")


class ModuleTest(unittest.TestCase):
    def test_what_stands_in_a_module(self) -> None:
        self.assertIs(operands_peek.in_module("enum", "Enum"), enum.Enum)
        self.assertIs(operands_peek.in_module("enum", "no such"), ABSENT)
        self.assertIs(operands_peek.in_module("no such", "Enum"), ABSENT)

    def test_what_is_in_c(self) -> None:
        for module, name, is_in_c in (
            ("_datetime", "datetime", True), ("_csv", "reader", True), ("enum", "Enum", False),
            ("enum", "auto", False), ("types", "new_class", False), ("types", "no such", False),
        ):  # fmt: skip
            with self.subTest(name):
                self.assertEqual(operands_peek.built_in(module, name) is not ABSENT, is_in_c)
        for one in [*loud_objects(), loud_class(type), Plain, mock.Mock()]:
            ASKED.clear()
            with mock.patch("_csv.reader", one):
                self.assertIs(operands_peek.built_in("_csv", "reader"), ABSENT)
            self.assertEqual(ASKED, [])

    def test_what_stands_in_the_place_of_a_module_is_not_asked(self) -> None:
        for one in loud_objects():
            with mock.patch.dict("sys.modules", {"not a module": one}):
                ASKED.clear()
                self.assertIs(operands_peek.in_module("not a module", "x"), ABSENT)
                self.assertEqual(ASKED, [])


class QuietTest(unittest.TestCase):
    def test_no_question_reaches_an_object_or_its_class(self) -> None:
        for one in [*loud_objects(), loud(types.ModuleType)]:
            ASKED.clear()
            kind = one if issubclass(type(one), type) else type(one)
            for look in (
                lambda one, kind: operands_peek.attribute(one, "x"),
                lambda one, kind: operands_peek.attribute(one, "__class__"),
                lambda one, kind: operands_peek.attribute(one, "startswith"),
                lambda one, kind: operands_peek.instance_dict(one),
                lambda one, kind: operands_peek.enum_value(one),
                lambda one, kind: operands_peek.is_enumeration(kind),
                lambda one, kind: operands_peek.enum_members(kind),
                lambda one, kind: operands_peek.name_of_type(kind),
                lambda one, kind: operands_peek.full_name_of_type(kind),
                lambda one, kind: operands_peek.class_names(kind),
                lambda one, kind: operands_peek.class_attribute(kind, "__eq__"),
                lambda one, kind: operands_peek.resolve("a.b", {"a": one}),
            ):
                look(one, kind)
            self.assertEqual(ASKED, [])


if __name__ == "__main__":
    unittest.main()
