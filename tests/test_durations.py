"""Durations and budgets, read and written as Go does."""

from __future__ import annotations

import unittest

from gofuzz_py.durations import Budget, format_duration, format_exact, parse_budget, parse_duration


class ParseDurationTest(unittest.TestCase):
    def test_what_go_accepts_is_read_as_seconds(self) -> None:
        for text, seconds in (
            ("0", 0.0),
            ("+0", 0.0),
            ("-0", 0.0),
            ("10s", 10.0),
            ("+5s", 5.0),
            ("-1.5h", -5400.0),
            ("1m30s", 90.0),
            ("1h2m3.5s", 3723.5),
            ("1.s", 1.0),
            (".5s", 0.5),
            ("100ms", 0.1),
            ("3us", 3e-6),
            ("3µs", 3e-6),
            ("3μs", 3e-6),
            ("7ns", 7e-9),
            ("1s1s", 2.0),
            ("200000h", 7.2e8),
        ):
            with self.subTest(text):
                self.assertAlmostEqual(seconds, parse_duration(text), delta=abs(seconds) * 1e-12)

    def test_what_go_refuses_is_refused(self) -> None:
        for text in (
            "", "+", "-", "5", "s", ".s", ".", "1", "1d", "1e3s", "1s ", " 1s", "1s\n", "1 s", "--1s", "+-1s",
            "1,5s", "1m30", "٣s", "1S", "infs", "nan", "0x10s",
        ):  # fmt: skip
            with self.subTest(text), self.assertRaisesRegex(ValueError, r"\Ainvalid duration\Z"):
                parse_duration(text)

    def test_what_does_not_fit_gos_64_bits_of_nanoseconds_is_refused(self) -> None:
        for text in ("9" * 400 + "h", "2562048h", "-2562048h", "1" + "0" * 30 + "ns"):
            with self.subTest(text[:20]), self.assertRaisesRegex(ValueError, "invalid duration"):
                parse_duration(text)
        self.assertEqual(2562047 * 3600.0, parse_duration("2562047h"))


class FormatDurationTest(unittest.TestCase):
    def test_progress_lines_show_whole_seconds(self) -> None:
        for seconds, text in (
            (0.0, "0s"),
            (0.49, "0s"),
            (0.5, "1s"),
            (3.2, "3s"),
            (59.6, "1m0s"),
            (60.0, "1m0s"),
            (3599.4, "59m59s"),
            (3600.0, "1h0m0s"),
            (3723.0, "1h2m3s"),
            (90000.0, "25h0m0s"),
        ):
            with self.subTest(seconds):
                self.assertEqual(text, format_duration(seconds))

    def test_limits_are_shown_as_they_were_given(self) -> None:
        for text in ("500ms", "1.5s", "1s", "59s", "1m0s", "10m0s", "1h2m3s", "0.5ms", "0s"):
            with self.subTest(text):
                self.assertEqual(text, format_exact(parse_duration(text)))


class BudgetTest(unittest.TestCase):
    def test_budgets_are_durations_or_counts(self) -> None:
        for text, budget in (
            ("10s", Budget(seconds=10.0)),
            ("1m30s", Budget(seconds=90.0)),
            ("100x", Budget(count=100)),
            ("+7x", Budget(count=7)),
            ("999999999999999999x", Budget(count=999_999_999_999_999_999)),
        ):
            for allows_zero in (True, False):
                with self.subTest(text, allows_zero=allows_zero):
                    self.assertEqual(budget, parse_budget(text, allows_zero=allows_zero))

    def test_zero_is_only_a_budget_where_it_means_something(self) -> None:
        self.assertEqual(Budget(seconds=0.0), parse_budget("0s", allows_zero=True))
        self.assertEqual(Budget(count=0), parse_budget("0x", allows_zero=True))
        with self.assertRaisesRegex(ValueError, r"\Ainvalid duration\Z"):
            parse_budget("0s", allows_zero=False)
        with self.assertRaisesRegex(ValueError, r"\Ainvalid count\Z"):
            parse_budget("0x", allows_zero=False)

    def test_bad_budgets_are_refused_in_gos_words(self) -> None:
        for text, message in (
            ("-1x", "invalid count"),
            ("x", "invalid count"),
            ("1.5x", "invalid count"),
            ("1e3x", "invalid count"),
            (" 5x", "invalid count"),
            ("٣x", "invalid count"),
            ("9" * 19 + "x", "invalid count"),
            ("5", "invalid duration"),
            ("-1s", "invalid duration"),
            ("", "invalid duration"),
            ("5X", "invalid duration"),
        ):
            for allows_zero in (True, False):
                with (
                    self.subTest(text, allows_zero=allows_zero),
                    self.assertRaisesRegex(ValueError, rf"\A{message}\Z"),
                ):
                    parse_budget(text, allows_zero=allows_zero)

    def test_a_budget_is_shown_as_it_was_given(self) -> None:
        for text in ("100x", "10s", "1m30s", "250ms"):
            with self.subTest(text):
                self.assertEqual(text, str(parse_budget(text, allows_zero=False)))
        self.assertEqual("none", str(Budget()))


if __name__ == "__main__":
    unittest.main()
