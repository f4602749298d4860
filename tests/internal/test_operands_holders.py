"""What is there to be found in elements of XML and in settings, and that they do not notice."""

from __future__ import annotations

import unittest
from configparser import ConfigParser, RawConfigParser, SectionProxy
from typing import Any, NoReturn
from unittest import mock
from xml.etree import ElementTree

from gofuzz_py.internal.operands_calls import answers, is_dull
from gofuzz_py.internal.operands_holders import held_by, look_ups
from tests.internal.helpers_loud import ASKED, loud_class, loud_objects

TEXT = "[a]\nB = c\nd = 1\n[e]"


def _refuse(*arguments: object, **named: object) -> NoReturn:
    raise AssertionError("a method of the program was called")


class Settings(ConfigParser):
    """Settings of a class that must not be asked once it is filled."""


class Node(ElementTree.Element):
    """An element of a class that must not be asked."""

    find = get = keys = items = iter = findall = _refuse
    __len__ = __getitem__ = __iter__ = __bool__ = _refuse
    tag = property(_refuse)


def _settings(kind: type[RawConfigParser] = ConfigParser) -> RawConfigParser:
    settings = kind()
    settings.read_string(TEXT)
    return settings


class ElementTest(unittest.TestCase):
    def test_attributes_and_children(self) -> None:
        root = ElementTree.XML('<a b="c" d=""><e/>text<f><g/></f><!-- h --></a>')
        tree = ElementTree.ElementTree(root)
        for owner in (root, tree):
            for name in ("find", "findall", "findtext", "iterfind", "iter"):
                with self.subTest(name, owner=type(owner)):
                    self.assertEqual(look_ups(owner, name, ("q",), {}), [("q", ("e", "f"))])
        self.assertEqual(look_ups(root, "get", ("q", "default"), {}), [("q", ("b", "d"))])
        self.assertEqual(look_ups(root, "find", (), {"path": "q"}), [("q", ("e", "f"))])
        self.assertEqual(look_ups(root, "find", (5,), {}), [])
        self.assertEqual(look_ups(root, "append", ("q",), {}), [])

    def test_places_of_all_sorts(self) -> None:
        root = ElementTree.XML("<a><b/></a>")
        for relation, operands in (
            ("find", (root, "q")), ("findall", (root, "q")), ("call", (root.findtext, "q", "")),
            ("call", (root.find, "q")), ("call", (root.iter, "q")), ("call", (root.iterfind, "q")),
        ):  # fmt: skip
            with self.subTest(relation):
                self.assertEqual(list(answers(relation, operands, ())), [("in", "q", ("b",))])
        self.assertEqual(list(answers("get", (root, "q"), ())), [("in", "q", ())])
        self.assertEqual(list(answers("call", (root.attrib.get, "q"), ())), [("in", "q", ())])

    def test_a_class_made_of_it_is_not_asked(self) -> None:
        node = Node("a", {"b": "c"})
        ElementTree.Element.append(node, Node("d"))
        self.assertEqual(look_ups(node, "find", ("q",), {}), [("q", ("d",))])
        self.assertEqual(look_ups(node, "get", ("q",), {}), [("q", ("b",))])

    def test_many_children_are_cut(self) -> None:
        root = ElementTree.Element("a")
        root.extend([ElementTree.Element("b")] * 1000)
        self.assertEqual(look_ups(root, "find", ("q",), {}), [("q", ("b",) * 64)])


class SettingsTest(unittest.TestCase):
    def test_sections_and_options(self) -> None:
        settings = _settings()
        for name in ("get", "getint", "getfloat", "getboolean", "has_option"):
            with self.subTest(name):
                self.assertEqual(
                    look_ups(settings, name, ("a", "q"), {}), [("a", ("a", "e")), ("q", ("b", "d"))]
                )
                self.assertEqual(look_ups(settings, name, ("q", "b"), {}), [("q", ("a", "e")), ("b", ())])
        self.assertEqual(look_ups(settings, "has_section", ("q",), {}), [("q", ("a", "e"))])
        self.assertEqual(look_ups(settings, "read", ("q",), {}), [])
        self.assertEqual(look_ups(settings["a"], "get", ("q", "default"), {})[:1], [("q", ("b", "d"))])  # type: ignore[index]
        self.assertEqual((held_by(settings), held_by(settings["a"])), (("a", "e"), ("b", "d")))

    def test_places_of_all_sorts(self) -> None:
        settings = _settings()
        sections, options = ("in", "a", ("a", "e")), ("in", "q", ("b", "d"))
        for relation, operands, expected in (
            ("get", (settings, "a", "q"), [sections, options]),
            ("call", (settings.has_option, "a", "q"), [sections, options]),
            ("call", (settings.getint, "a", "q"), [sections, options]),
            ("call", (settings.has_section, "a"), [sections]),
            ("call", (settings.options, "a"), [sections]),
            ("[]", (settings, "a"), [sections]), ("[]", (settings["a"], "q"), [options]),
            ("in", ("a", settings), [sections]), ("not in", ("q", settings["a"]), [("not in", *options[1:])]),
        ):  # fmt: skip
            with self.subTest(relation, operands=operands[1:]):
                self.assertEqual(list(answers(relation, operands, ())), expected)
        self.assertFalse(is_dull(settings.has_option))

    def test_a_class_made_of_it_is_not_asked(self) -> None:
        settings: Any = _settings(Settings)
        proxy = settings["a"]
        kinds: list[tuple[Any, Any]] = [(Settings, settings), (SectionProxy, proxy)]
        for kind, owner in kinds:
            names = [name for name in dir(kind) if not name.startswith("_")]
            refused: Any = dict.fromkeys([*names, "__contains__", "__getitem__", "__iter__"], _refuse)
            with mock.patch.multiple(kind, **refused):
                self.assertEqual(look_ups(owner, "get", ("a",), {})[0][0], "a")  # type: ignore[index]
                self.assertIsNotNone(held_by(owner))

    def test_settings_that_are_none(self) -> None:
        settings = ConfigParser()
        settings._sections = None  # type: ignore[attr-defined]
        self.assertEqual(look_ups(settings, "get", ("a", "b"), {}), [("a", ())])
        self.assertEqual(held_by(settings), ())
        self.assertEqual(held_by(ConfigParser.__new__(ConfigParser)), ())


class QuietTest(unittest.TestCase):
    def test_no_question_reaches_another_object(self) -> None:
        ASKED.clear()
        for one in [*loud_objects(), loud_class(type)]:
            for name in ("get", "find", "has_option", "iter"):
                look_ups(one, name, (one, "a"), {"path": one})
            held_by(one)
        self.assertEqual(ASKED, [])

    def test_others_hold_nothing(self) -> None:
        for one in (5, "a", {}, object(), int, unittest):
            self.assertIsNone(look_ups(one, "get", ("a",), {}))
            self.assertIsNone(held_by(one))

    def test_an_element_of_the_program_in_the_place_of_the_one_in_c(self) -> None:
        node = Node("a")
        with mock.patch("_elementtree.Element", Node):
            self.assertIsNone(look_ups(node, "find", ("q",), {}))

    def test_modules_that_are_none(self) -> None:
        with mock.patch.dict("sys.modules", {"configparser": 5, "_elementtree": loud_objects()[0]}):
            ASKED.clear()
            self.assertIsNone(look_ups(_SETTINGS, "get", ("a",), {}))
            self.assertEqual(ASKED, [])


_SETTINGS = _settings()


if __name__ == "__main__":
    unittest.main()
