"""How far a pattern got, and strings that get further."""

from __future__ import annotations

import re
import unittest

from gofuzz_py.internal.rand import FastRand
from gofuzz_py.internal.regex_match import Method
from gofuzz_py.internal.regex_progress import complete, progress
from tests.internal.helpers_regex import AnyPattern, compiled

RELEASE = r"^r[0-9]+\.[0-9]+-beta2$"


def completed(
    source: str | bytes, string: str | bytes, pos: int = 0, how: Method = "match"
) -> list[str | bytes]:
    """Return some continuations."""
    return complete(compiled(source), string, FastRand(1), 8, pos, how)


class ProgressTest(unittest.TestCase):
    def test_what_is_nearer_counts_for_more(self) -> None:
        pattern = re.compile(RELEASE)
        ladder = ("", "x", "r", "r1", "r12.", "r12.3", "r12.3-", "r12.3-bet", "r12.3-beta2", "r12.3-beta2\n")
        rungs = [progress(pattern, string) for string in ladder]
        self.assertEqual(rungs, sorted(rungs))
        self.assertEqual(
            len(set(rungs)), len(ladder) - 2
        )  # "" is as far as "x", and r12.3-beta2 matches twice

    def test_place_and_items_are_counted(self) -> None:
        for source, string, pos, how, expected in (
            (RELEASE, "r12.x", 0, "match", (4, 4)),
            (RELEASE, "r1.2-beta2", 0, "match", (10, 8)),
            ("ab", "xxab", 2, "match", (4, 2)),
            ("ab", "xxac", 2, "match", (3, 0)),
            ("[a-z]+", "abc1", 0, "fullmatch", (3, 1)),
            ("key=[0-9]+;", "the key=12 is", 0, "search", (10, 2)),
            (b"\xff[0-9]x", b"\xff1", 0, "match", (2, 2)),
        ):
            with self.subTest(source, string=string):
                self.assertEqual(progress(compiled(source), string, pos, how), expected)  # type: ignore[arg-type]

    def test_what_is_no_question_gets_no_progress(self) -> None:
        text, data = compiled("a"), compiled(b"a")
        for pattern, string, pos, place in (
            (text, b"a", 0, 0),
            (data, "a", 0, 0),
            (text, None, 0, 0),
            (text, "a", 5, 5),
            (text, "b", -3, 0),
        ):
            with self.subTest(pattern.pattern, string=string, pos=pos):
                self.assertEqual(progress(pattern, string, pos), (place, 0))

    def test_bytes_may_be_in_any_wrapping(self) -> None:
        for string in (b"ab", bytearray(b"ab"), memoryview(b"ab")):
            with self.subTest(type(string)):
                self.assertEqual(progress(compiled(b"abc"), string), (2, 0))

    def test_a_pattern_that_blows_up_is_answered(self) -> None:
        for source in ("(a+)+$", r"(\w+\s?)*$", "(a|a)*$", r"(?:a*)*!x"):
            with self.subTest(source):
                self.assertEqual(
                    progress(compiled(source), "a" * 50 + "!").furthest, 50 + source.endswith("x")
                )

    def test_long_strings_are_answered(self) -> None:
        for source in ("a*b", "(?i)select", "[^a]b", "a" * 5000 + "b", "(?:ab|a)*c"):
            with self.subTest(source[:9]):
                self.assertLessEqual(progress(compiled(source), "a" * 500_000, 0, "search").furthest, 500_000)


class CompleteTest(unittest.TestCase):
    def test_the_part_that_matched_is_kept_and_the_rest_matches(self) -> None:
        for source, string, how, head in (
            (RELEASE, "r12.x", "match", "r12."),
            (RELEASE, "r12.3-bexx", "match", "r12.3-be"),
            ("(?:alpha|beta|gamma)-(?:one|two)", "gam", "match", "gam"),
            (r"(?:\s*(\w+)=(\d+);)*END", "a=1;b=2;c", "match", "a=1;b=2;c"),
            (r"(\w+)-\1!", "foo-foz", "match", "foo-fo"),
            (r"([a-z]+[0-9]+)=\1;", "foo1x", "match", "foo1"),
            (r"([a-z]+(?:-[0-9])*)=\1;", "foo-", "match", "foo-"),
            ("[a-z]+=[0-9]{4}", "year=19", "fullmatch", "year=19"),
            (r"\w+@\w+[.]com", "hello foo@bar there", "search", "hello foo@bar"),
            (r"(?P<q>['\"]).*(?P=q);$", "'abc", "match", "'abc"),
            ("a{3,5}b{2}c", "aab", "match", "aa"),
            ("(a)?b(?(1)c|d)", "abx", "match", "ab"),
            (b"HTTP/1[.][01] [0-9]{3} OK", b"HTTP/1.1 4", "match", b"HTTP/1.1 4"),
        ):
            pattern = compiled(source)
            with self.subTest(source, string=string):
                found = completed(source, string, 0, how)  # type: ignore[arg-type]
                self.assertTrue(found)
                self.assertEqual([s for s in found if s[: len(head)] != head], [])
                self.assertEqual([s for s in found if getattr(pattern, how)(s) is None], [])

    def test_every_way_on_is_shown(self) -> None:
        found = completed("ab(?:cd|ef|g[0-9])$", "abx")
        self.assertEqual({s[:3] for s in found}, {"abc", "abe", "abg"})

    def test_the_rest_of_the_string_is_kept_where_it_may_be(self) -> None:
        self.assertIn("key=0; and more", completed("key=[0-9]+;", "key= and more"))
        self.assertIn("key=0;", completed("key=[0-9]+;", "key= and more"))
        self.assertEqual(completed("key=1;", "key= and more", how="fullmatch"), ["key=1;"])

    def test_the_string_before_pos_is_kept(self) -> None:
        for string in completed("(?<=x)key=[0-9]", "xxke", 2):
            with self.subTest(string):
                self.assertIsNotNone(re.compile("(?<=x)key=[0-9]").match(str(string), 2))

    def test_nothing_is_offered_where_there_is_nothing_to_do(self) -> None:
        for source, string, pos in (
            ("a+", "aa", 0),
            ("a", b"a", 0),
            (b"a", "b", 0),
            ("a", "b", 9),
            ("(?!)", "a", 0),
            (r"[^\s\S]", "a", 0),
            ("x{1000000}", "xxx", 0),
            ("a^b", "a", 0),
            ("a", "b" * (1 << 21), 0),
        ):
            with self.subTest(source, string=string[:9]):
                self.assertEqual(completed(source, string, pos), [])

    def test_what_a_pattern_cannot_be_asked_about_is_offered_all_the_same(self) -> None:
        pattern = r"(\w+\s?)*$"
        self.assertIn("a" * 50, completed(pattern, "a" * 50 + "!"))

    def test_a_failed_assertion_is_tried_again_with_something_else_behind(self) -> None:
        for source, string in (
            (r"foo(?!bar)\w+", "foobar"),
            (r"(?=.*[0-9]).{4,}", "abc"),
            (r"foo\b.!", "foox"),
        ):
            with self.subTest(source):
                self.assertTrue(completed(source, string))

    def test_continuations_lead_through_a_pattern_from_anything(self) -> None:
        pattern: AnyPattern = re.compile(r"\[(?P<level>INFO|WARN)\] (\d{4})-(\d\d) ([a-z]+): .*;")
        for string in ("", "[", "[IN", "[WARNX", "[WARN] 19", "[WARN] 1999-12 x", "rubbish"):
            with self.subTest(string):
                self.assertTrue(complete(pattern, string, FastRand(1), 3))

    def test_equal_seeds_give_equal_strings(self) -> None:
        first, again, other = (
            complete(re.compile(r"a\w+-\d+"), "ab", FastRand(seed), 9) for seed in (1, 1, 2)
        )
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)
