"""The bounded matcher: it agrees with the re module, tells how far it got, and stops in time."""

from __future__ import annotations

import unittest
from typing import get_args

from gofuzz_py.internal.rand import FastRand
from gofuzz_py.internal.regex_match import Attempt, Method, least_of
from gofuzz_py.internal.regex_tree import tree_of
from tests.internal.helpers_regex import FEATURES, compiled

_METHODS: tuple[Method, ...] = get_args(Method)


def attempt(source: str, text: str, how: Method = "match", pos: int = 0, budget: int = 10_000) -> Attempt:
    """Match a pattern that can be read."""
    tree = tree_of(compiled(source))
    assert tree is not None
    return Attempt(tree, text, how, pos, budget)


class AgreementTest(unittest.TestCase):
    def test_it_matches_what_the_re_module_matches_and_ends_where_that_ends(self) -> None:
        rand = FastRand(1)
        for source in (*FEATURES, "(a|ab)(c|bcd)(d*)", "(?:ab|a)(?:bc|c)?$", "[a-c]*c[a-c]*b", "a$\n?"):
            if source == r"a\Bb" or "\ud800" in source:
                continue
            pattern = compiled(source)
            letters = [c for c in "abcdexyzKSsß12-'\" \n" if c in source] + list("ab1\n")
            for _ in range(25):
                text = "".join(letters[rand.intn(len(letters))] for _ in range(rand.intn(8)))
                for how in _METHODS:
                    pos = rand.intn(2) if text else 0
                    match = getattr(pattern, how)(text, pos)
                    with self.subTest(source, text=text, how=how, pos=pos):
                        self.assertEqual(attempt(source, text, how, pos).end, match.end() if match else None)


class ProgressTest(unittest.TestCase):
    def test_a_failure_knows_place_items_and_what_is_missing(self) -> None:
        for source, text, how, furthest, items, missing in (
            ("^r[0-9]+[.]x$", "r12", "match", 3, 3, 2),
            ("abcdef", "abcxef", "match", 3, 0, 3),
            ("abcdef", "abc", "match", 3, 0, 3),
            ("a{3,5}b", "aab", "match", 2, 0, 2),
            ("(?:ab){3}", "ababa", "match", 5, 0, 1),
            ("[a-z]+", "abc1", "fullmatch", 3, 1, 0),
            (r"(\w+)-\1!", "foo-fox", "match", 6, 2, 2),
            (r"(?i)(\w+)-\1!", "foo-FO", "match", 6, 2, 2),
            ("a(?=bc)b", "abd", "match", 1, 1, 1),
            ("a(?>b+)c", "ad", "match", 1, 1, 2),
            ("a(?!b)", "ab", "match", 1, 1, 0),
            ("(?<=a)b", "b", "match", 0, 0, 1),
            (r"[a-z]+@[a-z]+[.]com", "hello foo@bar there", "search", 13, 3, 4),
            ("(?:a=1;)*END", "a=1;a=", "search", 6, 0, 5),
            ("x", "", "search", 0, 0, 1),
        ):
            with self.subTest(source, text=text):
                made = attempt(source, text, how)  # type: ignore[arg-type]
                least = min(least_of(left) for left, _ in made.failures)
                self.assertEqual(
                    (made.end, made.furthest, made.items, least), (None, furthest, items, missing)
                )

    def test_every_way_to_the_furthest_place_is_kept(self) -> None:
        self.assertEqual(len(attempt("a(?:b|cc|[de]x)", "ax").failures), 3)
        many = "|".join(f"{n}[xy]" for n in range(99))
        self.assertLess(len(attempt(f"a(?:{many})", "ax").failures), 20)

    def test_a_match_counts_for_more_items_than_any_failure(self) -> None:
        self.assertEqual(attempt("ab*c", "abc").items, 4)
        self.assertEqual(attempt("ab*c", "abd").items, 2)

    def test_a_long_pattern_is_told_apart_only_at_its_beginning(self) -> None:
        source = "[ab]" * 100 + "[c]"
        self.assertEqual(attempt(source, "a" * 10).items, 10)
        self.assertEqual(attempt(source, "a" * 100).furthest, 100)

    def test_a_search_begins_where_the_pattern_can(self) -> None:
        for source, text, start in (
            ("^ab", "xxab", 0),
            ("foo=[0-9]", "x" * 5000 + "foo=a", 5000),
            ("[f-g]oo=[0-9]", "x" * 500 + "foo=a", 500),
            ("(?>(?:foo)+)=[0-9]", "x" * 500 + "foo=a", 500),
            ("x?foo=[0-9]", "y" * 50 + "foo=a", 50),
        ):
            with self.subTest(source):
                self.assertEqual(attempt(source, text, "search").start, start)


class BoundTest(unittest.TestCase):
    def test_it_stops_when_the_steps_are_spent(self) -> None:
        for source in (r"(\w+\s?)*$", "(a*)*b", "(?:a|a)*b", "(?>(?:a+)+b)", "(?=(a+)+b)a", ".*.*.*x"):
            with self.subTest(source):
                made = attempt(source, "a" * 200 + "!", budget=500)
                self.assertFalse(made.is_finished)
                self.assertLess(made.steps, 1000)

    def test_running_over_characters_costs_steps(self) -> None:
        self.assertGreater(attempt("a*", "a" * 1000).steps, 1000)
        self.assertFalse(attempt("a*b", "a" * 1_000_000, budget=1000).is_finished)

    def test_a_search_through_a_long_text_is_bounded(self) -> None:
        made = attempt("(?:a|b)?c", "x" * 100_000, "search", budget=1000)
        self.assertFalse(made.is_finished)

    def test_repetitions_of_nothing_end(self) -> None:
        self.assertEqual(attempt("(?:a*)*b", "b").end, 1)
        self.assertEqual(attempt("(?:){100}b", "b").end, 1)
        self.assertFalse(attempt("(?:(?:){100000}){100000}b", "b").is_finished)
