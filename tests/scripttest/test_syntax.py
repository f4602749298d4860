"""Tests of the grammar of lines: words, quotes, variables, prefixes, sections."""

from __future__ import annotations

import random
import unittest

from tests.scripttest.errors import CommandMisused, SyntaxProblem
from tests.scripttest.syntax import (
    Expect,
    Line,
    expand_word,
    literal,
    parse_commands,
    parse_line,
    quote_argument,
    regexp_sample,
    split_words,
)

ENV = {"A": "x y", "DOT": ".*", "EMPTY": "", "/": "/", ":": ";"}


def arguments(text: str) -> list[str]:
    return [expand_word(word, ENV) for word in split_words(text)]


class WordsTest(unittest.TestCase):
    def test_a_line_is_split_and_expanded(self) -> None:
        cases: list[tuple[str, list[str]]] = [
            ("", []),
            ("a  b\tc", ["a", "b", "c"]),
            ("'a  b'", ["a  b"]),
            ("a'b c'd", ["ab cd"]),
            ("'' ''''", ["", "'"]),
            ("'it''s'", ["it's"]),
            ("'a' 'b'", ["a", "b"]),
            ("# all of it", []),
            ("a # b", ["a"]),
            ("a#b '# c'", ["a#b", "# c"]),
            ("$A", ["x y"]),
            ("${A}b$EMPTY", ["x yb"]),
            ("'$A'$A", ["$Ax y"]),
            ("$EMPTY", [""]),
            ("$ $1 a$ $-", ["$", "$1", "a$", "$-"]),
            ("a${/}b${:}c", ["a/b;c"]),
            ("${DOT@R} $DOT", [r"\.\*", ".*"]),
            ('"a b"', ['"a', 'b"']),
            ("a\\ b", ["a\\", "b"]),
        ]
        for text, want in cases:
            with self.subTest(text):
                self.assertEqual(want, arguments(text))

    def test_faults_are_named(self) -> None:
        cases = {
            "a 'b": "column 3",
            "a'": "column 2",
            "'a''": "never closed",
            "${A": "no closing brace",
            "a${": "no closing brace",
            "${}": "is not a variable",
            "${A-b}": "is not a variable",
            "${A@Q}": "is not a variable",
        }
        for text, want in cases.items():
            with self.subTest(text), self.assertRaisesRegex(SyntaxProblem, want):
                split_words(text)

    def test_a_variable_that_is_not_set_is_an_error(self) -> None:
        with self.assertRaisesRegex(CommandMisused, r"\$NOT_THERE is not set"):
            arguments("a$NOT_THERE")

    def test_in_a_regular_expression_values_match_themselves(self) -> None:
        (word,) = split_words("^$DOT'.$A'$")
        self.assertEqual(r"^\.\*.$A$", expand_word(word, ENV, as_regexp=True))
        self.assertEqual("^x.$A$", regexp_sample(word))

    def test_a_quoted_argument_is_read_back(self) -> None:
        seed = 20261122
        source = random.Random(seed)
        for _ in range(500):
            argument = "".join(source.choices("ab'$#&[]!? \t\\\"{}é\udcff-", k=source.randrange(7)))
            with self.subTest(argument, seed=seed):
                line = parse_line(1, f"echo {quote_argument(argument)}")
                self.assertEqual([argument], [expand_word(word, {}) for word in line.words])

    def test_plain_arguments_are_not_quoted(self) -> None:
        for argument in ("a", "-fuzz=FuzzA", "testdata/fuzz/*", "100x", "a#b"):
            self.assertEqual(argument, quote_argument(argument))


class LineTest(unittest.TestCase):
    def test_prefixes_and_marks_are_taken_off(self) -> None:
        cases: list[tuple[str, str, Expect, list[str], str | None]] = [
            ("a", "a", Expect.PASS, [], None),
            ("! a", "a", Expect.FAIL, [], None),
            ("? a", "a", Expect.EITHER, [], None),
            ("[x] a", "a", Expect.PASS, ["[x]"], None),
            ("[x] [!y:1.2] ! a", "a", Expect.FAIL, ["[x]", "[!y:1.2]"], None),
            ("! [x] a", "a", Expect.FAIL, ["[x]"], None),
            ("a b &", "a", Expect.PASS, [], ""),
            ("! a &b-1&", "a", Expect.FAIL, [], "b-1"),
            ("a '&'", "a", Expect.PASS, [], None),
            ("a ! [x]", "a", Expect.PASS, [], None),
            ("'[x]'", "[x]", Expect.PASS, [], None),
        ]
        for text, name, expect, guards, background in cases:
            with self.subTest(text):
                line = parse_line(7, text)
                got = (line.name, line.expect, [str(guard) for guard in line.guards], line.background)
                self.assertEqual((name, expect, guards, background), got)
                self.assertEqual((7, text), (line.number, line.text))

    def test_faults_are_named(self) -> None:
        cases = {
            "!": "no command",
            "[x]": "no command",
            "&": "no command",
            "! ? a": "only one of",
            "! ! a": "only one of",
            "[x a": "not a guard",
            "[x]a": "not a guard",
            "[] a": "not a guard",
            "[!] a": "not a guard",
            "[x:] a": "not a guard",
            "a b&": "does not put a command into the background",
            "a &b c&": "does not put a command into the background",
        }
        for text, want in cases.items():
            with self.subTest(text), self.assertRaisesRegex(SyntaxProblem, want):
                parse_line(1, text)


class SectionsTest(unittest.TestCase):
    def test_comment_blocks_open_sections(self) -> None:
        text = "a\n\n# one\n#  more\nb\n  c\r\n# two\n\n# three\nd # not this\n"
        sections, problems = parse_commands("f", text)
        self.assertEqual([], problems)
        got = [(section.title, [(line.number, line.name) for line in section.lines]) for section in sections]
        want = [
            ([], [(1, "a")]),
            (["# one", "#  more"], [(5, "b"), (6, "c")]),
            (["# two"], []),
            (["# three"], [(10, "d")]),
        ]
        self.assertEqual(want, got)

    def test_every_fault_is_gathered_and_the_rest_is_parsed(self) -> None:
        sections, problems = parse_commands("f.txt", "a 'b\nc\n[\n")
        self.assertEqual([("f.txt", 1), ("f.txt", 3)], [(problem.file, problem.line) for problem in problems])
        self.assertEqual([Line(2, "c", "c")], sections[0].lines)

    def test_a_literal_word_expands_nothing(self) -> None:
        self.assertEqual("a$Ab", literal(split_words("a$A'b'")[0]))
