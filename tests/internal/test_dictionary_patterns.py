"""The plain text inside regular expressions."""

from __future__ import annotations

import re
import unittest
import warnings

from gofuzz_py.internal.dictionary_patterns import pattern_words, text_words


class PatternWordsTest(unittest.TestCase):
    def test_literal_runs_are_found(self) -> None:
        rows: tuple[tuple[str | bytes, list[str | bytes]], ...] = (
            (r"foo", ["foo"]),
            (r"foo|fob|bar", ["foo", "fob", "bar"]),
            (r"(?:abc|d(?P<x>ef)+)\d+gh", ["abc", "d", "ef", "gh"]),
            (r"^<!--(.*?)-->$", ["<!--", "-->"]),
            (r"(?i)select\s+(?:distinct|all)?", ["select", "distinct", "all"]),
            (r"get_(name|size)", ["get_name", "get_size"]),
            (r"v[12]\.", ["v1.", "v2."]),
            (r"[a-z]+", []),
            (r"(?=look)ing(?!ed)", ["look", "ing", "ed"]),
            (r"(a)(?(1)xx|yy)", ["a", "xx", "yy"]),
            (r"(?>ab|cd)e++", ["ab", "cd", "e"]),
            (rb"\x7fELF[\1\2]", [b"\x7fELF\x01", b"\x7fELF\x02"]),
            (r"", []),
        )
        for pattern, words in rows:
            with self.subTest(pattern):
                found = pattern_words(pattern)
                self.assertTrue(set(words) <= set(found) or found == words, found)
                re.compile(pattern)

    def test_a_verbose_pattern_is_read_as_one(self) -> None:
        self.assertEqual(["ab"], pattern_words("a  # the first\n b", re.VERBOSE))

    def test_what_is_no_pattern_or_too_much_gives_nothing(self) -> None:
        for pattern in ("(", "[", "a{5,1}", "*", "(?P<1>a)", "a" * 20000, "(" * 5000 + ")" * 5000):
            with self.subTest(f"{pattern:.20}"):
                self.assertEqual([], pattern_words(pattern))

    def test_combinations_are_bounded(self) -> None:
        words = pattern_words("(a|b)" * 200)
        self.assertLessEqual(len(words), 256)
        self.assertTrue(words)
        self.assertLessEqual(len(pattern_words("|".join(f"w{number}" for number in range(3000)))), 256)

    def test_nothing_is_said_of_odd_patterns(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            pattern_words(r"[[a-z]&&b]")


class TextWordsTest(unittest.TestCase):
    def test_a_text_that_looks_like_a_pattern_gives_its_words(self) -> None:
        rows: tuple[tuple[str | bytes, list[str | bytes]], ...] = (
            (r"(CASE|WHEN)\b", ["CASE", "WHEN"]),
            (r"JOIN$", ["JOIN"]),
            (r"LATERAL\s+VIEW", ["LATERAL", "VIEW"]),
            (rb"<(?P<tag>p|br)", [b"<p", b"<br"]),
            ("select", ["select"]),
            ("a*b", ["a*b"]),
            ("/*", ["/*"]),
            ("*)", ["*)"]),
            ("$", ["$"]),
            ("C++", ["C++"]),
            (b"\r\n", [b"\r\n"]),
            (r"\s(broken", []),
        )
        for text, words in rows:
            with self.subTest(text):
                self.assertEqual(words, text_words(text))


if __name__ == "__main__":
    unittest.main()
