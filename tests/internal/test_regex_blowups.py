"""Attacks on patterns: those that blow up are found, those that do not are left alone."""

from __future__ import annotations

import re
import unittest

from gofuzz_py.internal.rand import FastRand
from gofuzz_py.internal.regex_blowups import Attack, attacks_on, blowups
from gofuzz_py.internal.regex_match import Attempt, Method
from gofuzz_py.internal.regex_tree import tree_of
from tests.internal.helpers_regex import FEATURES, compiled, standard_library

_EXPONENTIAL = (
    "(a+)+$", "(a|a)*$", r"(\w+\s?)*$", "(.*)*x", "([a-m]+|[m-z]+)*!", "(x+x+)+y", "(a|ab|b)*c", "(a*)*?b",
    r"(?P<n>\w+)=(?:\w+)*;x", "^(([a-z])+.)+[A-Z]([a-z])+$", r"(?i)^(?:k+|\w)*!", rb"(?:\xff+)+!",
    r'^"(?:[^"\\]|\\.|\\)*"$', "(?:a+){10}b",
)  # fmt: skip

_POLYNOMIAL = (
    (r"\s*,\s*", "search"),
    (r"\s+$", "search"),
    (r"\d+\d+x", "match"),
    (r"^\s*(.*?)\s*$x", "match"),
    ("<!--.*-->", "search"),
    (".*=.*;", "search"),
    ("a*[ab]*c", "fullmatch"),
)

_HARMLESS = (
    "abc", "^[a-z]+$", r"^\d{4}-\d\d$", "^(?:ab)*c", r'^(?:[^"\\]|\\.)*"', "^(?:ab|c)*d", "^a*b*c*$",
    r"^(\d+,)*$",
    r"^(?:\w+\s)*$", "^(?:a++)+b", "^(?>a+)*b", r"^<(\w+)(\s+\w+=\"[^\"]*\")*/>", "",
)  # fmt: skip


def attacks(source: str | bytes, how: Method) -> list[Attack]:
    """Return the attacks on a pattern."""
    tree = tree_of(compiled(source))
    assert tree is not None
    return list(attacks_on(tree, how))


class BlowupTest(unittest.TestCase):
    def test_exponential_patterns_are_found(self) -> None:
        for source in _EXPONENTIAL:
            with self.subTest(source):
                self.assertTrue(any(attack.is_exponential for attack in attacks(source, "match")))

    def test_polynomial_patterns_are_found(self) -> None:
        for source, how in _POLYNOMIAL:
            with self.subTest(source):
                found = attacks(source, how)  # type: ignore[arg-type]
                self.assertEqual({attack.is_exponential for attack in found}, {False})

    def test_harmless_patterns_are_left_alone(self) -> None:
        for source in _HARMLESS:
            with self.subTest(source):
                self.assertEqual(blowups(compiled(source), FastRand(1), 4, "match"), [])

    def test_the_method_matters(self) -> None:
        for source, how, is_slow in (
            (r"\s*,\s*", "match", False),
            ("(a+)+", "match", False),
            ("(a+)+", "fullmatch", True),
        ):
            with self.subTest(source, how=how):
                self.assertEqual(bool(attacks(source, how)), is_slow)  # type: ignore[arg-type]

    def test_exponential_strings_are_short_and_polynomial_ones_long(self) -> None:
        short = blowups(re.compile("(a+)+$"), FastRand(1), 3)
        self.assertEqual([20 < len(s) < 40 for s in short], [True] * 3)
        long = blowups(re.compile(r"\s+$"), FastRand(1), 3)
        self.assertEqual([1000 <= len(s) <= 50_001 for s in long], [True] * 3)

    def test_the_strings_cost_what_they_promise(self) -> None:
        for source in ("(a+)+$", "([a-m]+|[m-z]+)*!", r"\d+\d+x"):
            tree = tree_of(compiled(source))
            assert tree is not None
            with self.subTest(source):
                for string in blowups(compiled(source), FastRand(1), 3, "match"):
                    self.assertFalse(Attempt(tree, str(string), "match", 0, 20_000).is_finished)

    def test_what_leads_to_the_repetition_stands_before_it(self) -> None:
        for source, before in (
            ("^key=(a+)+$", "key="),
            (r"^(?:x|y)\[(?:[^]]*,?)*\]$", "x["),
            ("^(?:b(a*)*c)", "b"),
        ):
            with self.subTest(source):
                self.assertEqual({attack.before for attack in attacks(source, "match")}, {before})

    def test_bytes_get_bytes(self) -> None:
        found = blowups(re.compile(rb"(?:\xff+)+!"), FastRand(1), 2)
        self.assertEqual([s.startswith(b"\xff" * 20) for s in found], [True, True])

    def test_every_pattern_is_answered(self) -> None:
        hostile = (
            "(?:[a-z]?[0-9]){190}" * 40 + "x*",
            "[a-z]+" * 200,
            "(?:a|b|ab)*" * 30,
            "(?:a*" * 20 + ")*" * 20,
            "|".join(f"a*b{n}" for n in range(200)),
        )
        for source in (*FEATURES, *hostile):
            with self.subTest(source[:20]):
                self.assertLessEqual(len(blowups(compiled(source), FastRand(1), 3)), 3)

    def test_most_patterns_of_the_standard_library_are_matched_in_no_time(self) -> None:
        patterns = standard_library()[:30]
        slow = [pattern.pattern for pattern in patterns if blowups(pattern, FastRand(1), 1, "match")]
        self.assertLess(len(slow), 6, slow)

    def test_equal_seeds_give_equal_strings_whoever_asked_before(self) -> None:
        pattern = re.compile(r"(\w+\s?)*!$")
        first = blowups(pattern, FastRand(1), 4)
        blowups(pattern, FastRand(2), 4)
        self.assertEqual(blowups(pattern, FastRand(1), 4), first)

    def test_none_is_asked_for_and_none_given(self) -> None:
        self.assertEqual(blowups(re.compile("(a+)+$"), FastRand(1), 0), [])
        self.assertEqual(blowups(re.compile("(" * 60 + "a" + ")" * 60), FastRand(1), 4), [])
