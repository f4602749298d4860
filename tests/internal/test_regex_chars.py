"""Sets of characters: they accept what the re module accepts, and their samples are of use."""

from __future__ import annotations

import re
import unittest

from gofuzz_py.internal.regex_chars import CharSet, Mode, char_set, same_letters
from gofuzz_py.internal.regex_tree import Chars, tree_of
from tests.internal.helpers_regex import compiled

#: Characters that tell one set from another.
_PROBES = (
    *map(chr, range(0x250)), "\u03b8", "\u03d1", "\u03f4", "\u0661", "\u2028", "\u2126", "\u212a", "\u212b",
    "\u1e9e", "\u1fb3", "\u1fbc", "\ufb05", "\ufb06", "\uff10", "一", "\U0001f600", "\U0001d7d7",
)  # fmt: skip

_SETS = (
    ".", "a", "(?s).", "[abc]", "[^abc]", "[a-z]", r"\d", r"\D", r"\s", r"\S", r"\w", r"\W", r"[\w.-]",
    r"[^\W\d]", r"[\d\s]",
    "[^\n\"]", "(?i)[k-s]", "(?i)s", "(?i)[^k]", "(?i)İ", "(?i)θ", "(?i)ß", "(?i)ǆ", "(?ai)k",
    r"(?a)\w", r"(?a)\s", r"(?a)\d", r"(?a)\W", "(?i)[à-ÿ]", "(?i)\ufb05",
)  # fmt: skip


def set_of(source: str | bytes) -> CharSet:
    """Return the set of a pattern that has nothing else."""
    tree = tree_of(compiled(source))
    assert tree is not None
    assert isinstance(tree.root, Chars), source
    return tree.root.chars


class CharSetTest(unittest.TestCase):
    def test_a_set_has_what_the_pattern_matches(self) -> None:
        for source in _SETS:
            if source == "a":
                continue  # compared as it is, so that it becomes a text
            chars, pattern = set_of(source), re.compile(source)
            with self.subTest(source):
                wrong = [c for c in _PROBES if chars.has(c) != (pattern.fullmatch(c) is not None)]
                self.assertEqual(wrong, [])

    def test_a_set_of_bytes_has_what_the_pattern_matches(self) -> None:
        for source in (rb"\w", rb"\s", rb"[^a]", rb"(?i)[k\xe0]", b".", rb"[\x80-\xff]"):
            chars, pattern = set_of(source), re.compile(source)
            with self.subTest(source):
                every = [bytes([code]) for code in range(256)]
                wrong = [b for b in every if chars.has(b.decode("latin-1")) != (pattern.match(b) is not None)]
                self.assertEqual(wrong, [])

    def test_samples_are_members_and_strangers_are_not(self) -> None:
        for source in (*_SETS[2:], rb"\w", rb"[^\x00-\x7f]"):
            chars = set_of(source)
            with self.subTest(source):
                self.assertTrue(chars.samples)
                self.assertEqual([c for c in chars.samples if not chars.has(c)], [])
                self.assertEqual([c for c in chars.strangers if chars.has(c)], [])
                self.assertEqual(len(set(chars.samples)), len(chars.samples))

    def test_the_plainest_sample_comes_first(self) -> None:
        for source, first in (
            (r"\w", "a"),
            (r"\d", "0"),
            (r"\s", " "),
            ("[^a]", "0"),
            ("[+-]", "+"),
            ("(?s).", "a"),
        ):
            with self.subTest(source):
                self.assertEqual(set_of(source).samples[0], first)

    def test_samples_show_edges_and_odd_members(self) -> None:
        for source, wanted in (
            ("[b-y]", "by"),
            (r"\d", "09\u0663"),
            (r"\w", "_éß\u0663"),
            (r"\s", "\x1c\x85\u2028"),
            ("(?i)[s-t]", "Stſ"),
            ("(?i)k", "K\u212a"),
            (".", "é\0\U0001f600"),
            ("[^\\x00-\\xff]", "一"),
        ):
            with self.subTest(source):
                self.assertLessEqual(set(wanted), set(set_of(source).samples))

    def test_strangers_stand_next_to_members(self) -> None:
        for source, wanted in (("[0-9]", "/:٣"), ("[b-y]", "azB"), (r"\d", "²a"), ('[^"]', '"')):
            with self.subTest(source):
                self.assertLessEqual(set(wanted), set(set_of(source).strangers))

    def test_a_set_with_nothing_in_it_has_no_samples(self) -> None:
        self.assertEqual(set_of(r"[^\s\S]").samples, ())

    def test_a_set_that_leaves_out_everything_usual_has_samples(self) -> None:
        chars = set_of(r"[^\x00-\u30ff一\ufeff\U0001f600]")
        self.assertEqual([c for c in chars.samples if not chars.has(c)], [])
        self.assertTrue(chars.samples)
        self.assertTrue(set_of(r"[^\x00-\xffa-z]").samples)

    def test_a_huge_set_gives_some_samples_from_all_over(self) -> None:
        members = "".join(chr(0x4E00 + 2 * i) for i in range(5000))
        chars = set_of(f"[{members}]")
        self.assertLess(len(chars.samples), 60)
        self.assertGreater(max(chars.samples), "\u6000")

    def test_a_run_ends_at_the_first_stranger_or_at_the_stop(self) -> None:
        digits = set_of("[0-9]")
        for text, start, stop, end in (("12a", 0, 3, 2), ("12a", 2, 3, 2), ("123", 0, 2, 2), ("", 0, 0, 0)):
            with self.subTest(text, stop=stop):
                self.assertEqual(digits.span(text, start, stop), end)

    def test_what_a_set_remembers_is_bounded(self) -> None:
        chars = CharSet(((0, 5),), (), True, Mode(0x10FFFF, True, False))
        for code in range(10_000):
            chars.has(chr(code))
        self.assertLess(len(chars._known), 5000)

    def test_equal_sets_are_one(self) -> None:
        self.assertIs(set_of(r"[a-f\d]"), set_of(r"(?m)[a-f\d]"))

    def test_an_unknown_class_is_an_error(self) -> None:
        with self.assertRaises(KeyError):
            char_set((), ("VOWEL",), False, Mode(0xFF, False, False))

    def test_letters_of_both_cases_are_the_same_only_where_case_is_ignored(self) -> None:
        text, ascii_only, plain = (
            Mode(0x10FFFF, *flags) for flags in ((True, True), (False, True), (True, False))
        )
        for char, mode, letters in (
            ("s", text, "sSſ"),
            ("s", ascii_only, "sS"),
            ("s", plain, "s"),
            ("é", ascii_only, "é"),
            ("1", text, "1"),
        ):
            with self.subTest(char, mode=mode):
                self.assertEqual("".join(sorted(same_letters(char, mode))), "".join(sorted(letters)))
