"""Edits of lines, fields, separators and line ends, and of numbers in a text."""

from __future__ import annotations

import json
import unittest
from typing import TYPE_CHECKING

from gofuzz_py.internal import mutators_format_lines as lines
from gofuzz_py.internal import mutators_format_numbers as numbers
from gofuzz_py.internal.mutators_format_window import as_bytes, as_str
from gofuzz_py.internal.rand import FastRand

if TYPE_CHECKING:
    from gofuzz_py.internal.mutators_format_window import Edit


def results(edit: Edit, text: str, count: int = 400, limit: int = 50_000) -> set[str]:
    """Return what an edit makes of a text, with many draws."""
    rand = FastRand(1)
    made = (edit(rand, text, limit) for _ in range(count))
    return {text for text in made if text is not None}


def edit_named(name: str) -> Edit:
    """Return the edit of lines or fields with a name."""
    return next(edit for edit in lines.LINE_EDITS if edit.__name__ == name)


class ItemTest(unittest.TestCase):
    #: Edit, text, results that must be among many draws.
    MADE: tuple[tuple[str, str, set[str]], ...] = (
        ("drop_line", "a\nb\nc", {"b\nc", "a\nc", "a\nb", "a"}),
        ("repeat_line", "a\nb", {"a\na\nb", "a\nb\nb", "a\nb\nb\nb"}),
        ("move_line", "a\nb\nc", {"b\na\nc", "c\nb\na", "b\nc\na", "a\nc\nb"}),
        ("copy_line", "a\nb", {"a\na", "b\nb"}),
        ("blank_line", "a\nb", {"\nb", "a\n", "\na\nb", "a\n\nb"}),
        ("merge_line", "a\nb\nc", {"ab\nc", "a\nb c"}),
        ("drop_field", "x=1,2,3", {"x=1,3", "2,3", "x=1,2"}),
        ("drop_field", "f(1;2) g", {"f(1) g", "f(2) g"}),
        ("repeat_field", "a;b", {"a;a;b", "a;b;b;b"}),
        ("move_field", "a;b;c", {"c;b;a", "b;a;c", "a;c;b"}),
        ("copy_field", "a|b", {"a|a", "b|b"}),
        ("blank_field", "a&b", {"&b", "a&", "a&&b", "&&&a&b"}),
        ("merge_field", "a:b", {"ab", "a b"}),
    )

    def test_the_wanted_results_are_among_them(self) -> None:
        for name, text, wanted in self.MADE:
            with self.subTest(edit=name, text=text):
                self.assertEqual(set(), wanted - results(edit_named(name), text))

    def test_fields_of_one_line_stay_in_it(self) -> None:
        for text in results(edit_named("move_field"), "head\na,b,c\ntail"):
            self.assertTrue(text.startswith("head\n"), text)
            self.assertTrue(text.endswith("\ntail"), text)

    def test_a_text_of_one_piece_is_left_alone(self) -> None:
        for name in (
            "drop_field",
            "repeat_field",
            "move_field",
            "drop_line",
            "move_line",
            "copy_line",
            "merge_line",
        ):
            with self.subTest(edit=name):
                self.assertEqual(set(), results(edit_named(name), "word"))

    def test_a_moved_line_leaves_the_same_lines(self) -> None:
        for text in results(edit_named("move_line"), "a\nb\nc\nd"):
            self.assertEqual(["a", "b", "c", "d"], sorted(text.split("\n")))

    def test_fields_become_many(self) -> None:
        self.assertGreater(max(map(len, results(edit_named("blank_field"), "a,b", 1000))), 2000)

    def test_fields_of_a_list_in_json_are_dropped_in_form(self) -> None:
        good = 0
        for text in results(edit_named("drop_field"), '{"a": [1, 2, 3], "b": "c"}'):
            try:
                good += json.loads(text) is not None
            except ValueError:
                continue
        self.assertGreaterEqual(good, 3)


class LineTest(unittest.TestCase):
    def test_indents_come_and_go(self) -> None:
        made = results(lines.indent_line, "a\n  b", 1000)
        self.assertLessEqual({"> a\n  b", "a\n    b", "a\n b", "a\nb", "\ta\n  b"}, made)

    def test_line_ends_of_all_kinds_replace_one_or_all(self) -> None:
        made = results(lines.change_line_end(as_str), "a\nb\nc", 3000)
        for end in ("\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"):
            with self.subTest(end=end):
                self.assertLessEqual({f"a{end}b\nc", f"a\nb{end}c", f"a{end}b{end}c"}, made)
                self.assertEqual(["a", "b", "c"], f"a{end}b{end}c".splitlines())

    def test_line_ends_in_bytes_are_utf8(self) -> None:
        made = results(lines.change_line_end(as_bytes), "a\nb", 1000)
        self.assertIn("a\u2028b".encode(), {text.encode("latin-1") for text in made})

    def test_without_a_line_end_one_is_inserted(self) -> None:
        self.assertIn("a\r\nb", results(lines.change_line_end(as_str), "ab", 1000))

    def test_separators_change_and_multiply(self) -> None:
        made = results(lines.change_separator, "a,b,c", 1500)
        self.assertLessEqual({"a;b,c", "a,b;c", "a\tb\tc", "a,,b,c", "a,,,b,c", "ab,c"}, made)


class NumberTest(unittest.TestCase):
    #: Edit, text, results that must be among many draws.
    MADE: tuple[tuple[Edit, str, set[str]], ...] = (
        (numbers.calculate_number, "a 12 b", {f"a {n} b" for n in (24, 6, -12, 2**31, 2**63 - 1, -(2**63))}),
        (numbers.calculate_number, "a -12 b", {f"a {n} b" for n in (-24, 12, 144, 2**31 - 12)}),
        (numbers.calculate_number, "x 5", {"x 3", "x 100000000000000000005"}),
        (numbers.copy_number, "1 + 2.5", {"1 + 1", "2.5 + 2.5", "2.5 + 1"}),
        (numbers.respell_number, "a 12", {f"a {s}" for s in ("+12", "0xc", "1_2", "12e0", "12.0", "nan")}),
        (numbers.foreign_number(as_str), "12", {"١٢", "¹²", "１２", "1²", "①2"}),
    )  # fmt: skip

    def test_the_wanted_results_are_among_them(self) -> None:
        for edit, text, wanted in self.MADE:
            with self.subTest(edit=edit.__name__, text=text):
                self.assertEqual(set(), wanted - results(edit, text, 4000))

    def test_digits_of_other_scripts_are_digits_but_not_all_numbers(self) -> None:
        refused = 0
        for text in results(numbers.foreign_number(as_str), "1234567890", 300):
            self.assertTrue(text.isdigit(), text)
            try:
                self.assertEqual(1234567890, int(text))
            except ValueError:
                refused += 1
        self.assertGreater(refused, 3)

    def test_digits_in_bytes_are_utf8(self) -> None:
        for text in results(numbers.foreign_number(as_bytes), "12", 100):
            self.assertTrue(text.encode("latin-1").decode("utf-8").isdigit())

    def test_a_number_of_any_length_is_calculated_with(self) -> None:
        self.assertGreater(len(results(numbers.calculate_number, "9" * 2000, 200)), 20)

    def test_without_a_number_they_decline(self) -> None:
        for edit in (*numbers.NUMBER_EDITS, numbers.foreign_number(as_str)):
            with self.subTest(edit=edit.__name__):
                self.assertEqual(set(), results(edit, "no ² number"))


if __name__ == "__main__":
    unittest.main()
