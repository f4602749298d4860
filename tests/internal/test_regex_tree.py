"""Patterns as trees: what is read, what is too much, and that nothing is ever raised."""

from __future__ import annotations

import re
import sys
import unittest
import warnings
from unittest import mock

from gofuzz_py.internal import regex_tree
from gofuzz_py.internal.regex_tree import (
    WIDE,
    Chars,
    Choice,
    Group,
    Node,
    Place,
    Repeat,
    Series,
    Text,
    Tree,
    exact,
    tree_of,
    walk,
)
from tests.internal.helpers_regex import FEATURES, compiled, standard_library


def tree(source: str | bytes, flags: int = 0) -> Tree:
    """Return the tree of a pattern that can be read."""
    found = tree_of(compiled(source, flags))
    assert found is not None, source
    return found


def kinds(source: str) -> list[type[Node]]:
    """Return the classes of a pattern's nodes, outer ones first."""
    return [type(node) for node in walk(tree(source).root)]


class TreeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        standard_library()  # imports many modules

    def test_every_feature_is_read(self) -> None:
        for source in FEATURES:
            with self.subTest(source):
                self.assertIsNotNone(tree_of(compiled(source)))

    def test_every_pattern_of_the_standard_library_is_read(self) -> None:
        unread = [pattern.pattern for pattern in standard_library() if tree_of(pattern) is None]
        self.assertEqual(unread, [])

    def test_characters_that_are_compared_as_they_are_become_one_text(self) -> None:
        for source, nodes in (
            ("abc", [Text]),
            ("(?i)1.2", [Series, Text, Chars, Text]),
            ("(?i)a-1", [Series, Chars, Text]),
            ("ab*", [Series, Text, Repeat, Text]),
        ):
            with self.subTest(source):
                self.assertEqual(kinds(source), nodes)

    def test_groups_are_kept_only_where_something_refers_to_groups(self) -> None:
        self.assertNotIn(Group, kinds("(a)(?P<n>b)"))
        for source in (r"(a)\1", "(?P<n>b)(?P=n)", "(a)?(?(1)b|c)"):
            with self.subTest(source):
                self.assertIn(Group, kinds(source))

    def test_lengths_are_those_of_the_shortest_and_the_longest_text(self) -> None:
        for source, least, most in (
            ("", 0, 0),
            ("ab?c{2,3}", 3, 5),
            ("a|bcd", 1, 3),
            ("(?:ab)*", 0, WIDE),
            ("(?=abc)a", 1, 1),
            ("(?:a{1000}){1000}", 1_000_000, 1_000_000),
            ("(?:a{99999}){99999}", WIDE, WIDE),
            ("(?!)", WIDE, WIDE),
            ("a|(?!)", 1, WIDE),
            ("(a)?(?(1)bb|c)", 1, 3),
        ):
            with self.subTest(source):
                root = tree(source).root
                self.assertEqual((root.least, root.most), (least, most))

    def test_flags_are_worked_into_the_nodes(self) -> None:
        for source, name in (
            ("^", "BEGINNING"),
            ("(?m)^", "BEGINNING_LINE"),
            ("(?m)$", "END_LINE"),
            (r"\Z", "END_STRING"),
        ):
            with self.subTest(source):
                root = tree(source).root
                assert isinstance(root, Place)
                self.assertEqual(root.name, name)
        self.assertEqual(kinds("(?i:a)b"), [Series, Chars, Text])
        self.assertEqual(kinds("(?i:a(?-i:b))c"), [Series, Series, Chars, Text, Text])

    def test_branches_are_known_by_size_too(self) -> None:
        root = tree("abc|d|ef").root
        assert isinstance(root, Choice)
        self.assertEqual([node.least for node in root.branches], [3, 1, 2])
        self.assertEqual([node.least for node in root.by_size], [1, 2, 3])

    def test_patterns_that_can_take_long_are_risky(self) -> None:
        for source in ("(a+)+", "(?:ab|b)*", "a*b*c*", r"(\w+\s?)*$", "(a)?" * 90, "(?:ab?){5,}"):
            with self.subTest(source):
                self.assertTrue(tree(source).is_risky)
        for source in (
            "abc",
            "a+",
            "[a-z]+=[0-9]*",
            "(?:ab)*",
            "a{5}(?:bb|c)",
            "(?:[0-9]{1,3}[.]){3}[0-9]{1,3}",
        ):
            with self.subTest(source):
                self.assertFalse(tree(source).is_risky)

    def test_patterns_that_must_go_round_for_nothing_are_unsafe(self) -> None:
        for source, is_unsafe in (
            ("(?:a?){2}", True),
            ("(?:(?:){9}b)*", True),
            ("(?:a*)*", False),
            ("a{9}", False),
        ):
            with self.subTest(source):
                self.assertEqual(tree(source).is_unsafe, is_unsafe)

    def test_what_is_too_big_or_too_deep_is_not_read(self) -> None:
        for bound, most, source in (
            ("_MOST_LENGTH", 20, "ab" * 11),
            ("_MOST_NODES", 20, "[ab]c" * 11),
            ("_MOST_DEPTH", 10, "((((((((((((a)b)c)d)e)f)g)h)i)j)k)l)"),
        ):
            with self.subTest(bound):
                self.assertIsNotNone(tree_of(compiled(source)))
                with mock.patch.object(regex_tree, bound, most), mock.patch.object(regex_tree, "_trees", {}):
                    self.assertIsNone(tree_of(compiled(source)))

    def test_the_deepest_pattern_that_compiles_is_answered(self) -> None:
        tree_of(compiled("(" * 90 + "a" + ")" * 90))

    def test_a_pattern_without_a_text_is_not_read(self) -> None:
        scanner = re.Scanner([("a", None), ("b+", None)])  # type: ignore[attr-defined]
        self.assertIsNone(tree_of(scanner.scanner.scanner("").pattern))

    def test_an_unknown_tree_is_not_read(self) -> None:
        unknown = (
            [("HYPERLITERAL", 97)],
            [("AT", "AT_MIDDLE")],
            [("IN", [("EMOJI", None)])],
            [("IN", [("CATEGORY", "CATEGORY_VOWEL")])],
            [("LITERAL", "a")],
            [("MAX_REPEAT", None)],
            17,
        )
        for number, raw in enumerate(unknown):
            with self.subTest(raw), mock.patch.object(regex_tree, "_parse", lambda *_, raw=raw: raw):
                self.assertIsNone(tree_of(compiled(f"unknown{number}")))

    def test_without_a_parser_nothing_is_read(self) -> None:
        with mock.patch.object(regex_tree, "_parse", None):
            self.assertIsNone(tree_of(compiled("a")))

    def test_no_warning_is_given_and_nothing_is_printed(self) -> None:
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            pattern = compiled("[[a]|[+--]|[a&&b]|x||y")
            seen.clear()
            self.assertIsNotNone(tree_of(pattern))
        self.assertEqual(seen, [])
        with mock.patch.object(sys, "stdout", None):
            # Made by hand: compiling with re.DEBUG prints.
            self.assertIsNotNone(regex_tree._read("a", re.DEBUG))

    def test_a_tree_is_made_once_and_their_number_is_bounded(self) -> None:
        self.assertIs(tree_of(compiled("once")), tree_of(compiled("once")))
        self.assertIsNot(tree_of(compiled("once")), tree_of(compiled("once", re.MULTILINE)))
        self.assertIsNot(tree_of(compiled("once")), tree_of(compiled(b"once")))
        for number in range(600):
            tree_of(compiled(f"a{number}"))
        self.assertLessEqual(len(regex_tree._trees), 512)

    def test_methods_of_a_subclass_are_never_called(self) -> None:
        class Hostile(str):
            def __str__(self) -> str:
                raise AssertionError

        made = exact(Hostile("a"))
        self.assertIs(type(made), str)
        self.assertEqual(made, "a")
        self.assertEqual((exact(bytearray(b"a")), exact(memoryview(b"a")), exact(None)), (b"a", b"a", None))
