"""Tests of usages: arity, flags and the checks that follow from the argument line."""

from __future__ import annotations

import signal
import unittest

from tests.scripttest.errors import CommandMisused
from tests.scripttest.usage import (
    Usage,
    check_argument,
    parse_duration,
    parse_regexp,
    parse_status,
)


class BindTest(unittest.TestCase):
    def test_the_argument_line_decides_what_each_word_is(self) -> None:
        cases: list[tuple[str, list[str], list[str]]] = [
            ("", [], []),
            ("A", ["1"], ["A"]),
            ("A [B]", ["1"], ["A"]),
            ("A [B]", ["1", "2"], ["A", "B"]),
            ("[A...]", [], []),
            ("[A...]", ["1", "2"], ["A", "A"]),
            ("A...", ["1", "2", "3"], ["A", "A", "A"]),
            ("A... B", ["1", "2"], ["A", "B"]),
            ("A... B", ["1", "2", "3"], ["A", "A", "B"]),
            ("A -> B", ["1", "->", "2"], ["A", "->", "B"]),
            ("[-n=N] A", ["-n=2", "1"], ["-n", "A"]),
            ("[-n=N] A", ["-x"], ["A"]),
            ("[-n=N] A", ["-n"], ["A"]),
            ("[-g] [-SIGNAL] A", ["-INT", "-g", "1"], ["-SIGNAL", "-g", "A"]),
            ("[-g] [-SIGNAL] A", ["-int"], ["A"]),
            ("P [A...]", ["p", "-n=2", "-g"], ["P", "A", "A"]),
        ]
        for line, words, roles in cases:
            with self.subTest(line=line, words=words):
                self.assertEqual(roles, list(Usage("x", line, "").bind(words).roles))

    def test_flags_and_arguments_are_told_apart(self) -> None:
        bound = Usage("kill", "[-group] [-SIGNAL] A -> B", "").bind(["-group", "-USR1", "a", "->", "b"])
        self.assertEqual({"-group": "", "-SIGNAL": "USR1"}, bound.flags)
        self.assertEqual(("a", "->", "b"), bound.positional)

    def test_a_wrong_number_is_refused_with_the_usage(self) -> None:
        cases: list[tuple[str, list[str], str]] = [
            ("A", [], r"missing argument \(usage: x A\)"),
            ("A", ["1", "2"], r"too many arguments \(usage: x A\)"),
            ("", ["1"], r"too many arguments \(usage: x\)"),
            ("A... B", ["1"], "missing argument"),
            ("A [B]", ["1", "2", "3"], "too many"),
            ("[-n=N] A", ["-n=2"], "missing argument"),
        ]
        for line, words, want in cases:
            with self.subTest(line=line, words=words), self.assertRaisesRegex(CommandMisused, want):
                Usage("x", line, "").bind(words)


class ArgumentsTest(unittest.TestCase):
    def test_good_arguments_pass_and_bad_ones_are_refused(self) -> None:
        cases: dict[str, tuple[list[str], list[str]]] = {
            "RE": (["a", "(?s)a.b", ""], ["(", "*", "[a"]),
            "DURATION": (["1s", "0s", "1m30s", "1.5h"], ["", "1", "s", "1s ", "-1s", "1d", "١s"]),
            "STATUS": (["0", "255", "-9", "SIGKILL"], ["", "KILL", "1.5", "SIGNO", "x"]),
            "MODE": (["644", "0755"], ["", "9", "rw-", "0o644", "12345"]),
            "-count": (["1", "12"], ["", "0", "-1", "01", "x"]),
            "-SIGNAL": (["INT", "SIGINT"], ["", "int", "NO"]),
            "->": (["->"], ["to", "-"]),
            "FILE": (["anything"], []),
        }
        for role, (good, bad) in cases.items():
            for argument in good:
                with self.subTest(role=role, good=argument):
                    check_argument(role, argument)
            for argument in bad:
                with self.subTest(role=role, bad=argument), self.assertRaises(CommandMisused):
                    check_argument(role, argument)

    def test_durations_are_added_up_in_seconds(self) -> None:
        for text, want in {"100ms": 0.1, "2s": 2.0, "1m30s": 90.0, "1h": 3600.0, "1.5m": 90.0}.items():
            self.assertAlmostEqual(want, parse_duration(text), msg=text)

    def test_a_signal_is_a_negative_status(self) -> None:
        self.assertEqual([3, -2, -signal.SIGTERM], [parse_status(text) for text in ("3", "-2", "SIGTERM")])

    def test_lines_have_their_own_beginning_and_end(self) -> None:
        self.assertTrue(parse_regexp("^b$").search("a\nb\nc"))
