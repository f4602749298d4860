"""Which pieces are found in a text, and edits of brackets, quotes, repetition."""

from __future__ import annotations

import unittest
from typing import TYPE_CHECKING

from gofuzz_py.internal import mutators_format_brackets as brackets
from gofuzz_py.internal import mutators_format_quotes as quotes
from gofuzz_py.internal import mutators_format_repeat as repeat
from gofuzz_py.internal.mutators_format_pieces import (
    find_bracket,
    find_element,
    find_marked,
    find_pair,
    find_quoted,
    find_worded,
    skip_pair,
)
from gofuzz_py.internal.rand import FastRand

if TYPE_CHECKING:
    from gofuzz_py.internal.mutators_format_pieces import Finder
    from gofuzz_py.internal.mutators_format_window import Edit


def results(edit: Edit, text: str, count: int = 300, limit: int = 50_000) -> set[str]:
    """Return what an edit makes of a text, with many draws."""
    rand = FastRand(1)
    made = (edit(rand, text, limit) for _ in range(count))
    return {text for text in made if text is not None}


def depth(text: str) -> int:
    """Return how deep square brackets nest, or -1 where they are not balanced."""
    deepest = level = 0
    for char in text:
        level += (char == "[") - (char == "]")
        deepest = max(deepest, level)
        if level < 0:
            return -1
    return -1 if level else deepest


class FinderTest(unittest.TestCase):
    #: Finder, text, where it looks from; opening, body
    #: and closing of what it finds.
    FOUND: tuple[tuple[Finder, str, int, tuple[str, str, str]], ...] = (
        (find_bracket, "a(b[c]d)e", 0, ("(", "b[c]d", ")")),
        (find_bracket, "a(b[c]d)e", 2, ("[", "c", "]")),
        (find_bracket, "a(b)c", 4, ("(", "b", ")")),
        (find_bracket, "(" * 8 + "x" + ")" * 8, 0, ("(", "((((x))))", ")")),
        (find_bracket, "(((a)", 0, ("(", "a", ")")),
        (find_bracket, "x <y z> {w}", 3, ("{", "w", "}")),
        (find_quoted, """{"a": 'b"c'}""", 0, ('"', "a", '"')),
        (find_quoted, """{"a": 'b"c'}""", 3, ("'", 'b"c', "'")),
        (find_quoted, r'x = "a\"b"', 0, ('"', r"a\"b", '"')),
        (find_quoted, 'f"x"', 0, ('"', "x", '"')),
        (find_quoted, '{"key": 1, "b": 2}', 3, ('"', "b", '"')),
        (find_element, '<p class="a">x<b>y</b></p>', 0, ('<p class="a">', "x<b>y</b>", "</p>")),
        (find_element, "<p>x<b>y</b></p>", 1, ("<b>", "y", "</b>")),
        (find_marked, "a **b** c", 0, ("**", "b", "**")),
        (find_marked, "a ```\nb\n``` c", 0, ("```", "\nb\n", "```")),
        (find_worded, "BEGIN:A\nEND:A", 0, ("BEGIN", ":A\n", "END")),
        (find_worded, "{% for a %}b{% endfor %}", 0, ("for", " a %}b{% ", "endfor")),
    )

    def test_pieces_are_found_with_their_bodies(self) -> None:
        for finder, text, at, expected in self.FOUND:
            with self.subTest(finder=finder.__name__, text=text, at=at):
                found = finder(text, at)
                assert found is not None
                start, body, body_end, end = found
                self.assertEqual(expected, (text[start:body], text[body:body_end], text[body_end:end]))

    def test_a_text_without_pieces_has_none(self) -> None:
        for finder in (find_bracket, find_quoted, find_element, find_marked, find_worded):
            for text in ("plain words", "(", '"', "<p", "**", "begin", "/p>", "end", ")("):
                with self.subTest(finder=finder.__name__, text=text):
                    self.assertIsNone(finder(text, 0))


class BracketEditTest(unittest.TestCase):
    #: Edit, text, results that must be among many draws.
    MADE: tuple[tuple[Edit, str, set[str]], ...] = (
        (brackets.delete_piece, "[1], [2]", {", [2]", "[2]", "[1], "}),
        (brackets.duplicate_piece, "[[1], [2]]", {"[[1], [1], [2]]", "[[1], [2], [2]]"}),
        (brackets.swap_pieces, "(a) [b]", {"[b] (a)"}),
        (brackets.swap_pieces, "{(a) [b]}", {"{[b] (a)}"}),
        (brackets.copy_piece, "(a) [b]", {"[b] [b]", "([b]) [b]", "(a) (a)"}),
        (brackets.nest_piece, '{"a": [1]}', {'{"a": {"a": [1]}}', '{"a": [[1]]}', '{{"a": [1]}}'}),
        (brackets.nest_piece, "<p>a</p>", {"<p><p>a</p></p>"}),
        (brackets.hoist_piece, "f(g(x))", {"fg(x)", "f(gx)", "f(x)"}),
        (brackets.empty_piece, "a(b)c", {"a()c", "a(,)c", "a(\0)c"}),
        (brackets.unbalance_piece, "a(b)c", {"a(bc", "ab)c", "a(b))c", "a((b)c", "a(b]c", "a)b(c", "ab()c"}),
        (brackets.cut_in_piece, "a(bcd)e", {"a(", "a(b", "a(bcd"}),
        (brackets.wrap_piece, "a(b)c", {"a[(b)]c", "a[b]c", 'a"b"c', "a<a>(b)</a>c"}),
        (brackets.wrap_piece, "a", {"[a]", '{"a":a}'}),
    )

    def test_the_wanted_results_are_among_them(self) -> None:
        for edit, text, wanted in self.MADE:
            with self.subTest(edit=edit.__name__, text=text):
                self.assertEqual(set(), wanted - results(edit, text, 1500))

    def test_without_a_piece_they_decline(self) -> None:
        for edit in brackets.BRACKET_EDITS:
            if edit is not brackets.wrap_piece:
                with self.subTest(edit=edit.__name__):
                    self.assertEqual(set(), results(edit, "plain"))

    def test_nesting_keeps_the_balance_and_goes_deep(self) -> None:
        nested = {depth(text) for text in results(brackets.nest_piece, "[1, [2], 3]")}
        self.assertNotIn(-1, nested)
        self.assertGreaterEqual(min(nested), 2)
        self.assertGreater(max(nested), 1000)

    def test_a_repeated_element_of_a_list_keeps_the_list_in_form(self) -> None:
        for text in results(brackets.duplicate_piece, "[[1], [2]]", 100):
            if text.startswith("[["):
                with self.subTest(text=text[:60]):
                    self.assertNotIn("][", text.replace("]][[", ""))


class QuoteEditTest(unittest.TestCase):
    MADE: tuple[tuple[Edit, str, set[str]], ...] = (
        (
            quotes.requote,
            'a "b" c',
            {'a "" c', 'a "b c', 'a "b"" c', "a `b` c", 'a "b\\" c', 'a """b""" c', "a b c"},
        ),
        (quotes.copy_quoted, '"a": "b"', {'"a": "a"', '"b": "b"', '"b": "a"'}),
        (quotes.copy_word, "ab = cd", {"ab = ab", "cd = cd", "cd = ab"}),
        (quotes.insert_escape, '1 "b"', {'1 "b\\n"', '1 "\\x00b"'}),
    )

    def test_the_wanted_results_are_among_them(self) -> None:
        for edit, text, wanted in self.MADE:
            with self.subTest(edit=edit.__name__, text=text):
                self.assertEqual(set(), wanted - results(edit, text, 1500))

    def test_an_escape_goes_into_the_string(self) -> None:
        for text in results(quotes.insert_escape, '1 "b" 2'):
            self.assertTrue(text.startswith('1 "'), text)
            self.assertTrue(text.endswith('" 2'), text)

    def test_without_a_string_or_word_they_decline(self) -> None:
        for edit in (quotes.requote, quotes.copy_quoted, quotes.copy_word):
            with self.subTest(edit=edit.__name__):
                self.assertEqual(set(), results(edit, "1, 2"))


class PlaceTest(unittest.TestCase):
    #: Finder, text, place, where the pair begins: behind the place or else the first of all.
    CASES: tuple[tuple[Finder, str, int, int], ...] = (
        (find_bracket, "(a) [b]x{c} (d", 1, 4),
        (find_bracket, "(a) [b]x{c} (d", 4, 4),
        (find_bracket, "(a) [b]x{c} (d", 5, 8),
        (find_bracket, "(a) [b]x{c} (d", 9, 0),
        (find_bracket, "a" * 600 + "(b)(c)", 1, 600),
        (find_bracket, "a" * 600 + "(b)(c)", 601, 603),
        (find_bracket, "(a" * 400 + "[b]", 100, 800),
        (find_marked, "*a* _b_ c", 3, 4),
        (find_marked, "*a* _b_ c", 7, 0),
    )

    def test_the_first_from_a_place_is_found_and_else_the_first_of_all(self) -> None:
        for finder, text, at, start in self.CASES:
            with self.subTest(finder=finder.__name__, text=text[:20], at=at):
                found = finder(text, at)
                self.assertEqual(start, found and found[0])

    def test_to_skip_a_pair_takes_as_many_draws_as_to_find_one(self) -> None:
        one, other = FastRand(3), FastRand(3)
        for _ in range(100):
            find_pair(one, "a (b)")
            skip_pair(other)
            self.assertEqual(one.bits(64), other.bits(64))


class RepeatTest(unittest.TestCase):
    def test_a_piece_is_repeated_behind_itself(self) -> None:
        made = results(repeat.repeat_piece, "ab [c]", 800)
        self.assertLessEqual({"abab [c]", "ab [c][c]", "ab [c]ab [c]", "ab  [c]"}, made)

    def test_openings_stand_alone_or_are_closed(self) -> None:
        made = results(repeat.open_deeply, "[1]", 2000)
        own = [text for text in made if not text.strip("[]1")]
        self.assertTrue(any(depth(text) > 1000 for text in own))
        self.assertTrue(any(depth(text) < 0 and len(text) > 1000 for text in own))

    def test_runs_become_long(self) -> None:
        self.assertGreater(max(map(len, results(repeat.stretch_run, "ab"))), 1000)

    def test_there_must_be_room(self) -> None:
        for edit in (repeat.repeat_piece, repeat.stretch_run, repeat.open_deeply):
            with self.subTest(edit=edit.__name__):
                self.assertEqual(set(), results(edit, "ab [c]", limit=6))


if __name__ == "__main__":
    unittest.main()
