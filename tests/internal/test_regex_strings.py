"""Strings for patterns: they match, they show what there is, and they are the same each time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from gofuzz_py.internal import regex_strings, regex_tree
from gofuzz_py.internal.rand import FastRand
from gofuzz_py.internal.regex_blowups import blowups
from gofuzz_py.internal.regex_strings import near, regrown, strings
from tests.internal.helpers_regex import FEATURES, AnyPattern, compiled, standard_library

ROOT = Path(__file__).resolve().parent.parent.parent


def made(source: str | bytes, how_many: int = 8, seed: int = 1) -> list[str | bytes]:
    """Return strings for a pattern."""
    return strings(compiled(source), FastRand(seed), how_many)


class RegrownTest(unittest.TestCase):
    """Strings that keep what the groups of a match hold, while others come in."""

    def _grown(self, source: str | bytes, text: str | bytes, how: str = "match") -> list[str | bytes]:
        pattern: Any = compiled(source)
        found = regrown(pattern, text, strings(pattern, FastRand(1), 6), FastRand(1), 0, how)  # type: ignore[arg-type]
        assert found is not None
        self.assertEqual([one for one in found[1] if getattr(pattern, how)(one) is None], [])
        return found[1]

    def test_a_group_that_was_missing_comes_in_beside_those_that_stay(self) -> None:
        for source, text, wanted in (
            (r"/admin/([a-z]+)(?:\?token=([0-9]{4}))?$", "/admin/stop", r"/admin/stop\?token=\d{4}"),
            (rb"(\w+)(?:=(\d))?;", b"name;", rb"name=\d;"),
        ):
            with self.subTest(source):
                grown: list[Any] = self._grown(source, text)
                self.assertTrue(any(re.fullmatch(wanted, one) for one in grown), grown)

    def test_what_holds_a_group_keeps_it_whole(self) -> None:
        grown = self._grown(r"((\d+)px)(em)?", "12px")
        self.assertIn("12pxem", grown)

    def test_what_does_not_match_has_none(self) -> None:
        for source, text in ((r"(a)b", "x"), (r"ab", "ab"), (rb"(a)(?<!b)", b"")):
            pattern: Any = compiled(source)
            made = strings(pattern, FastRand(1), 6)
            self.assertIsNone(regrown(pattern, text, made, FastRand(1), 0, "match"))

    def test_a_pattern_that_only_our_own_matcher_may_try_is_not_asked(self) -> None:
        class Broken:
            pattern, flags, groups = r"(a*){9}(b)?", 0, 2

            def match(self, string: str, pos: int = 0) -> None:
                raise SystemError("The span of capturing group is wrong")

        broken: Any = Broken()
        self.assertIsNone(regrown(broken, "aa", ["aab"], FastRand(1), 0, "match"))
        Broken.pattern = r"(a)(b)?"
        self.assertIsNone(regrown(broken, "aa", ["aab"], FastRand(1), 0, "match"))

    def test_a_pattern_that_may_take_ages_is_not_asked(self) -> None:
        pattern: Any = compiled(r"((?:a|aa)+)$")
        self.assertIsNone(regrown(pattern, "a" * 200 + "b", ["aa"], FastRand(1), 0, "match"))


class MatchTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        standard_library()  # imports many modules

    def test_patterns_of_the_standard_library_get_strings_that_match(self) -> None:
        patterns = standard_library()
        self.assertGreaterEqual(len(patterns), 100)
        without = []
        for pattern in patterns:
            found = strings(pattern, FastRand(1), 4)
            with self.subTest(pattern.pattern):
                self.assertEqual([s for s in found if pattern.search(s) is None], [])
            if not found:
                without.append(pattern.pattern)
        self.assertLess(len(without), len(patterns) / 20, without)

    def test_every_feature_gets_strings(self) -> None:
        for source in FEATURES:
            with self.subTest(source):
                self.assertTrue(made(source))

    def test_strings_match_by_the_method_that_was_asked_for(self) -> None:
        pattern = re.compile("(?<=a)b(?=c)|xy")
        self.assertEqual(strings(pattern, FastRand(1), 8, "fullmatch"), ["xy"])
        self.assertEqual(strings(pattern, FastRand(1), 8, "match"), ["xy"])
        self.assertEqual(set(strings(pattern, FastRand(1), 8)), {"xy", "abc"})

    def test_what_cannot_match_gets_none(self) -> None:
        for source in ("(?!)", r"[^\s\S]", "a^b", "x(?<!x)", "(?:ab){100000}", "x{1000000}", "a{5000}"):
            with self.subTest(source):
                self.assertEqual(made(source), [])

    def test_bytes_get_bytes(self) -> None:
        for source in (rb"\w+=[\x80-\xff]?", rb"(?i)[^k]K", rb"."):
            with self.subTest(source):
                found = made(source, 12)
                self.assertGreater(len(found), 5)
                self.assertEqual({type(s) for s in found}, {bytes})

    def test_none_is_asked_for_and_none_given(self) -> None:
        self.assertEqual((made("a+", 0), near(compiled("a+"), FastRand(1), 0)), ([], []))


class VarietyTest(unittest.TestCase):
    def test_the_first_is_the_shortest_and_plainest(self) -> None:
        for source, first in (
            (r"\w+\s*=\s*(.*)", "a="),
            ("abc|d|ef", "d"),
            ("(?i)select [a-z]{2,9}", "select aa"),
            (r"[^\"]+(x)?", "a"),
            ("", ""),
        ):
            with self.subTest(source):
                self.assertEqual(made(source)[0], first)

    def test_no_string_comes_twice(self) -> None:
        for source in (*FEATURES, "[ab]", "a|b|ab"):
            found = made(source, 20)
            with self.subTest(source):
                self.assertEqual(len(found), len(set(found)))

    def test_every_branch_is_shown(self) -> None:
        words = {f"word{n}" for n in range(30)}
        self.assertEqual(set(made("|".join(sorted(words)), 30)), words)
        self.assertEqual(set(made("(?:ab|cd)(?:e|fg)?", 40)), {"ab", "cd", "abe", "cde", "abfg", "cdfg"})

    def test_other_seeds_show_other_branches_of_very_many(self) -> None:
        source = "|".join(f"word{n}" for n in range(3000))
        shown = {string for seed in range(10) for string in made(source, 8, seed)}
        self.assertGreater(len(shown), 50)

    def test_repetitions_show_the_fewest_one_more_and_some(self) -> None:
        for source, lengths in (
            ("a*", {0, 1, 3}),
            ("a+", {1, 2, 4}),
            ("a{2,4}", {2, 3, 4}),
            ("a{2,4}?", {2, 3, 4}),
            ("a{3}", {3}),
            ("a?", {0, 1}),
            ("(?:ab){2,}", {4, 6, 10}),
            ("a{5,60}", {5, 6, 8, 60}),
        ):
            with self.subTest(source):
                self.assertLessEqual(lengths, {len(s) for s in made(source, 20)})

    def test_classes_show_edges_and_odd_members(self) -> None:
        for source, members in (
            ("[b-y]", "by"),
            (r"\d", "09٣"),
            (r"\s", " \n\x85"),
            (r"\w", "a_éª"),
            ("(?i)s", "sSſ"),
            (r"(?a)\d", "09"),
        ):
            with self.subTest(source):
                self.assertLessEqual(set(members), set(made(source, 40)))

    def test_optional_groups_are_there_and_not_there(self) -> None:
        found = made(r"(\d+)(\.\d+)?([eE][-+]?\d+)?", 12)
        text = [s for s in found if isinstance(s, str)]
        for piece in (".", "e"):
            with self.subTest(piece):
                self.assertEqual({piece in s.lower() for s in text}, {True, False})

    def test_what_stands_round_a_place_is_followed(self) -> None:
        for source in (
            r"^(?=.*\d)(?=.*[a-z])(?=.*[A-Z]).{8,12}$",
            r"(?=foo)\w+",
            r"\w+(?<=ing)$",
            r"(?<=key: )\w+",
            r"(?P<tag>[a-z]+)=(?P<quote>['\"])[^'\"]*(?P=quote)",
            r"<(\w+)>[^<]*</\1>",
            r"(<)?\w+(?(1)>|;)",
            r"(?m)^From .*$\n^To .*$",
            r"(?:(?!-->).)*-->",
            r"\bfoo\b[^a-z]+\bbar\b",
        ):
            with self.subTest(source):
                self.assertGreaterEqual(len(made(source, 6)), 3)

    def test_what_has_to_stand_beside_is_put_there(self) -> None:
        for source in (r"[a-z]+\B(?!$)", r"[-+]\b", r"\b[-+]", r"\Bfoo", r"foo\B", r"foo(?!$)"):
            with self.subTest(source):
                self.assertTrue(made(source))


class NearTest(unittest.TestCase):
    def test_near_strings_differ_and_most_do_not_match(self) -> None:
        for source in ("^[a-z]+-[0-9]{2,3}$", "(?i)select [0-9]+ from", "abc|def", rb"\x80+z{2}"):
            pattern = compiled(source)
            found = near(pattern, FastRand(1), 20)
            with self.subTest(source):
                self.assertGreater(len(found), 12)
                self.assertEqual(len(set(found)), len(found))
                self.assertGreater(sum(pattern.fullmatch(s) is None for s in found), len(found) / 2)

    def test_every_kind_of_error_is_shown(self) -> None:
        found = near(re.compile("^ab{2,4}[0-9]$"), FastRand(1), 300)
        for name, wanted in (
            ("newline behind", "abb0\n"),
            ("too few", "ab0"),
            ("too many", "abbbbb0"),
            ("other case", "ABB0"),
            ("character missing", "bb0"),
            ("end missing", "abb"),
            ("next to a range", "abb/"),
            ("other script", "abb٣"),
            ("blank before", " abb0"),
            ("twice", "abb0abb0"),
        ):
            with self.subTest(name):
                self.assertIn(wanted, found)

    def test_assertions_references_and_branches_are_broken_too(self) -> None:
        for source, wanted in (
            ("foo(?!bar)", "foobar"),
            (r"(ab)-\1", "ab-"),
            ("xab|xcd", "x"),
            (r"\bfoo", "afoo"),
            ("(?<=x)y", "y"),
            ("a(?=b)", "a"),
        ):
            found = near(compiled(source), FastRand(1), 200)
            with self.subTest(source):
                self.assertTrue([s for s in found if s.startswith(wanted)], found)

    def test_case_changes_do_not_leave_the_bytes(self) -> None:
        found = near(re.compile(rb"[\xb5\xdf\xff]+"), FastRand(1), 60)
        self.assertEqual({type(s) for s in found}, {bytes})

    def test_every_feature_has_near_strings_or_none(self) -> None:
        for source in (*FEATURES, "(?!)", "x{1000000}", rb"\xff?"):
            with self.subTest(source):
                self.assertLessEqual(len(near(compiled(source), FastRand(1), 10)), 10)


class BoundTest(unittest.TestCase):
    def test_hostile_patterns_are_answered_within_bounds(self) -> None:
        for name, source in (
            ("branches", "|".join(f"word{n}" for n in range(2000))),
            ("repetitions", "(?:(?:a{1000}){1000}){1000}"),
            ("optional", "(?:ab){0,1000000}c"),
            ("groups", "(a)?" * 90 + r"\1" * 200),
            ("nested", "(?:a*" * 12 + ")*" * 12),
            ("letters", "(?i)" + "select" * 100),
            ("classes", "[a-z]+" * 500),
            ("assertions", "(?=a)" * 500 + "a"),
            ("many", "[ab]?c" * 1500),
            ("long", "(?:[ab]{90}c?){90}"),
            ("references", r"(\w{200})" + r"\1" * 30),
            ("never", "a|(?!)|b{2}(?!)"),
            ("deep", "(" * 90 + "a" + ")" * 90),
        ):
            pattern = compiled(source)
            with self.subTest(name):
                for string in (*strings(pattern, FastRand(1), 4), *near(pattern, FastRand(1), 4)):
                    self.assertLess(len(string), 10_000)

    def test_a_pattern_that_blows_up_is_never_asked_what_it_cannot_answer(self) -> None:
        # Asked about one of its own strings with a wrong end, each would not answer today.
        for source in (
            "(?:a+)+b{2}(?<!bb)",
            r"(?:\w+\s?)*(?<=!)(?!)",
            "(?:ab|a|b)*(?!)",
            "(?:a*)*(?:a*)*[^a]{40}(?!)",
        ):
            with self.subTest(source):
                self.assertEqual(made(source, 12), [])

    def test_a_pattern_that_must_go_round_for_nothing_is_never_asked(self) -> None:
        # The re module takes 2**200 ways through "!" here, and our matcher one.
        for source in (r"((?:(?:(?(1)\B|b)*?){200}|\w)){1,3}", "(?:(?:a?){40}){40}b"):
            with self.subTest(source):
                self.assertLessEqual(len(made(source)), 8)
        self.assertEqual(made("(?:a?){3}b")[:2], ["b", "ab"])

    def test_errors_of_the_re_module_are_survived(self) -> None:
        class Broken:
            pattern, flags = "a+", re.compile("a+").flags

            def search(self, string: str, pos: int) -> None:
                raise SystemError("The span of capturing group is wrong")

        broken: AnyPattern = Broken()  # type: ignore[assignment]
        self.assertEqual(strings(broken, FastRand(1), 4), [])

    def test_strings_stay_short(self) -> None:
        for source in (r"(?:\w+\s+)*", "(?:a{2,60}){2,60}", "(?:[a-z]+[0-9]+[ ]+)+"):
            with self.subTest(source):
                self.assertLess(max(map(len, made(source, 30))), 1000)

    def test_a_pattern_that_cannot_be_read_gets_none(self) -> None:
        with mock.patch.object(regex_tree, "_parse", None):
            pattern = compiled("not read")
            self.assertEqual((strings(pattern, FastRand(1), 4), near(pattern, FastRand(1), 4)), ([], []))


class RepeatTest(unittest.TestCase):
    def test_equal_seeds_give_equal_strings(self) -> None:
        for make in (strings, near):
            for source in (r"(?i)[k-s]+\d*|\w{2}", rb"[^a]+\s"):
                with self.subTest(source, make=make.__name__):
                    pattern = compiled(source)
                    self.assertEqual(make(pattern, FastRand(7), 12), make(pattern, FastRand(7), 12))
                    self.assertNotEqual(make(pattern, FastRand(7), 12), make(pattern, FastRand(8), 12))

    def test_hashes_of_strings_do_not_matter(self) -> None:
        # Here they are random, there they are those of one seed.
        source = r"(?i)(\w+\s*)+[k-s](?:foo|bar)?\d$"
        program = (
            "import re; from gofuzz_py.internal.rand import FastRand;"
            "from gofuzz_py.internal.regex_blowups import blowups;"
            "from gofuzz_py.internal.regex_strings import near, regrown, strings;"
            f"p = re.compile({source!r});"
            "print(ascii([make(p, FastRand(3), 9) for make in (strings, near, blowups)]))"
        )
        there = subprocess.run(
            [sys.executable, "-S", "-c", program],
            env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        here = [make(re.compile(source), FastRand(3), 9) for make in (strings, near, blowups)]
        self.assertEqual(there, ascii(here) + "\n")

    def test_the_texts_of_bytes_are_latin_1(self) -> None:
        tree = regex_tree.tree_of(re.compile(b"a"))
        assert tree is not None
        self.assertEqual(regex_strings.as_string(tree, "é", re.compile(b"a")), b"\xe9")
        self.assertIsNone(regex_strings.as_string(tree, "一", re.compile(b"a")))
