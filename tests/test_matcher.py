"""Which tests a pattern means: Go's rules for -run, -skip and -fuzz."""

from __future__ import annotations

import unittest

from gofuzz_py.errors import UsageError
from gofuzz_py.matcher import Matcher, Selection


class MatcherTest(unittest.TestCase):
    def test_patterns_select_names_element_by_element(self) -> None:
        for pattern, name, is_match in (
            # unanchored, case matters
            ("", "FuzzA", True),
            ("Fuzz", "FuzzA", True),
            ("uzzA", "FuzzA", True),
            ("^uzz", "FuzzA", False),
            ("fuzz", "FuzzA", False),
            ("(?i)fuzz", "FuzzA", True),
            ("^FuzzA$", "FuzzA", True),
            ("^FuzzA$", "FuzzAB", False),
            ("^$", "FuzzA", False),
            # a test is run to get at its seeds
            ("FuzzA/seed", "FuzzA", True),
            ("FuzzB/seed", "FuzzA", False),
            ("FuzzA/seed#0", "FuzzA/seed#0", True),
            ("FuzzA/seed#1", "FuzzA/seed#0", False),
            ("FuzzA/seed#1", "FuzzA/seed#10", True),
            ("FuzzA/^seed#1$", "FuzzA/seed#10", False),
            # more elements than the pattern has
            ("FuzzA", "FuzzA/seed#0", True),
            ("FuzzA/seed", "FuzzA/seed#0/empty", True),
            ("FuzzA/seed/e", "FuzzA/seed#0/full", False),
            # empty elements match everything
            ("/seed#0", "FuzzA/seed#0", True),
            ("/seed#0", "FuzzA/seed#1", False),
            ("FuzzA/", "FuzzA/seed#1", True),
            ("//x", "FuzzA/seed#1/x", True),
            # alternatives of whole patterns
            ("FuzzA|FuzzB", "FuzzB", True),
            ("FuzzA/x|FuzzB/y", "FuzzB/y", True),
            ("FuzzA/x|FuzzB/y", "FuzzA/y", False),
            ("FuzzA/x|FuzzB/y", "FuzzB/x", False),
            ("FuzzA/x|FuzzB/y", "FuzzC", False),
            ("FuzzA|", "FuzzC", True),
            # slashes and bars in brackets, parentheses and after a backslash are the expression's
            ("Fuzz(A|B)/x", "FuzzB/x", True),
            ("Fuzz(A|B)/x", "FuzzB/y", False),
            ("Fuzz(A/x|B/y)", "FuzzB/y", False),
            ("Fuzz[A/|]", "FuzzA", True),
            ("[(]/x", "FuzzA(/x", True),
            ("[)]/x", "FuzzA)/x", True),
            (r"\(/x", "Fuzz(/x", True),
            (r"Fuzz\|A", "Fuzz|A", True),
            (r"Fuzz\/A", "Fuzz/A", False),
            ("]/x", "F]/x", True),
        ):
            with self.subTest(pattern, name=name):
                self.assertIs(is_match, Matcher(pattern, "run").matches(name))

    def test_skipping_needs_every_element_of_the_pattern(self) -> None:
        for pattern, name, is_skipped in (
            ("FuzzA", "FuzzA", True),
            ("FuzzA", "FuzzA/seed#0", True),
            ("FuzzA/seed#0", "FuzzA", False),
            ("FuzzA/seed#0", "FuzzA/seed#0", True),
            ("FuzzA/seed#0", "FuzzA/seed#1", False),
            ("FuzzA/seed|FuzzB", "FuzzB", True),
            ("/", "FuzzA", False),
        ):
            with self.subTest(pattern, name=name):
                self.assertIs(is_skipped, Matcher(pattern, "skip").excludes(name))

    def test_a_bad_pattern_is_a_usage_error_that_names_flag_and_element(self) -> None:
        for pattern, element in (
            ("Fuzz(", 0),
            ("FuzzA/[", 1),
            ("*", 0),
            ("FuzzA|x/y/(?P<1>a)", 2),
            ("a{99999999999999999999}", 0),
            ("(" * 2000 + ")" * 2000, 0),
        ):
            with self.subTest(pattern[:20]):
                with self.assertRaises(UsageError) as caught:
                    Matcher(pattern, "fuzz")
                text = str(caught.exception)
                self.assertIn(f"testing: invalid regexp for element {element} of -fuzz (", text)
                self.assertIn("error parsing regexp: ", text)

    def test_a_pattern_of_doubtful_style_is_no_error_where_warnings_are(self) -> None:
        # re warns of what may be a nested set some day; this suite runs with -W error.
        self.assertTrue(Matcher("[[a]", "run").matches("FuzzA["))
        self.assertTrue(Matcher("[--a]", "run").matches("A-"))


class SelectionTest(unittest.TestCase):
    def test_skip_is_taken_off_what_run_selects(self) -> None:
        for run, skip, name, is_included in (
            ("", "", "FuzzA", True),
            ("FuzzA", "", "FuzzB", False),
            ("", "FuzzA", "FuzzA", False),
            ("", "FuzzA", "FuzzB", True),
            ("FuzzA", "FuzzA/seed#0", "FuzzA", True),
            ("FuzzA", "FuzzA/seed#0", "FuzzA/seed#0", False),
            ("FuzzA", "FuzzA/seed#0", "FuzzA/seed#1", True),
        ):
            with self.subTest(run=run, skip=skip, name=name):
                self.assertIs(is_included, Selection(run, skip).includes(name))

    def test_an_empty_skip_leaves_out_nothing(self) -> None:
        self.assertFalse(Selection("", "").skips("FuzzA"))
        self.assertTrue(Selection("", "Fuzz").skips("FuzzA"))


if __name__ == "__main__":
    unittest.main()
