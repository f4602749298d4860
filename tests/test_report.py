"""Every line a user reads: Go's text, Go's events, and a standard output that may be taken away."""

from __future__ import annotations

import contextlib
import datetime
import functools
import io
import json
import os
import subprocess
import sys
import unittest
from collections.abc import Callable
from typing import Any

from gofuzz_py.outcome import Status, TestOutcome
from gofuzz_py.report import JsonReporter, Reporter, TextReporter, visible
from tests.helpers import COMMAND_TIMEOUT_S, FolderTestCase, clean_env

FAILED = TestOutcome(
    "FuzzX",
    Status.FAIL,
    0.25,
    [],
    [
        TestOutcome("FuzzX/seed#0", Status.PASS, 0.0, ["x.py:1: quiet"]),
        TestOutcome("FuzzX/seed#1", Status.FAIL, 0.125, ["x.py:2: loud\nand long"]),
    ],
)
PASSED = TestOutcome("FuzzY", Status.PASS, 0.0, ["x.py:3: said"])


def printed(make: Callable[[], Reporter], tell: Callable[[Any], object]) -> list[str]:
    """Return the lines that a reporter prints."""
    stdout = io.StringIO()
    with contextlib.redirect_stdout(stdout):
        tell(make())
    return stdout.getvalue().splitlines()


def tell_everything(reporter: Reporter) -> None:
    """Tell a reporter of a whole module."""
    reporter.module_started("x_test.py")
    for outcome in (FAILED, PASSED):
        reporter.test_started(outcome.name)
        reporter.test_ended(outcome)
    reporter.line("a line", "FuzzX")
    reporter.line("another")
    reporter.verdict(Status.FAIL)
    reporter.module_ended("x_test.py", Status.FAIL, 1.23456)


class TextTest(unittest.TestCase):
    def test_only_failures_are_shown_unless_more_is_asked_for(self) -> None:
        self.assertEqual(
            [
                "--- FAIL: FuzzX (0.25s)",
                "    --- FAIL: FuzzX/seed#1 (0.12s)",
                "        x.py:2: loud",
                "        and long",
                "a line",
                "another",
                "FAIL",
                "FAIL\tx_test.py\t1.235s",
            ],
            printed(lambda: TextReporter(is_verbose=False), tell_everything),
        )

    def test_a_verbose_run_shows_everything(self) -> None:
        lines = printed(lambda: TextReporter(is_verbose=True), tell_everything)

        self.assertEqual(
            ["=== RUN   FuzzX", "--- FAIL: FuzzX (0.25s)", "    --- PASS: FuzzX/seed#0 (0.00s)"], lines[:3]
        )
        self.assertIn("--- PASS: FuzzY (0.00s)", lines)
        self.assertIn("    x.py:3: said", lines)

    def test_what_a_terminal_would_obey_is_spelled_out(self) -> None:
        table = {
            "\x1b[31mred\x07": "\\x1b[31mred\\x07",
            "\r\x08\x00\x7f\x9b": "\\r\\x08\\x00\\x7f\\x9b",
            "\u202eshown\u2066": "\\u202eshown\\u2066",
            "a\tb\nc \\x1b é☃\u200d": "a\tb\nc \\x1b é☃\u200d",
        }
        for text, shown in table.items():
            with self.subTest(shown):
                self.assertEqual(shown, visible(text))
                tell: Callable[[Any], object] = functools.partial(TextReporter.line, text=text)
                lines = printed(lambda: TextReporter(is_verbose=False), tell)
                self.assertEqual(shown.splitlines(), lines)

    def test_a_module_that_did_not_fail_has_its_line(self) -> None:
        table = {
            (Status.PASS, ""): "ok  \tx_test.py\t0.000s",
            (Status.PASS, "[no tests to run]"): "ok  \tx_test.py\t0.000s [no tests to run]",
            (Status.SKIP, "[no tests]"): "?   \tx_test.py\t[no tests]",
        }
        for (status, note), expected in table.items():
            lines = printed(
                lambda: TextReporter(is_verbose=False),
                lambda to, status=status, note=note: to.module_ended("x_test.py", status, 0.0, note),  # type: ignore[misc]
            )
            self.assertEqual([expected], lines)


class JsonTest(unittest.TestCase):
    def events(self, tell: Callable[[Any], object]) -> list[dict[str, Any]]:
        """Return the events, without their times, which are checked."""
        events = [json.loads(line) for line in printed(JsonReporter, tell)]
        for event in events:
            time = datetime.datetime.fromisoformat(event.pop("Time"))
            self.assertIsNotNone(time.tzinfo)
        return events

    def test_events_are_those_of_test2json(self) -> None:
        def event(action: str, test: str = "", **fields: Any) -> dict[str, Any]:
            about = {"Test": test} if test else {}
            return {"Action": action, "Package": "x_test.py"} | about | fields

        def output(text: str, test: str = "") -> dict[str, Any]:
            return event("output", test, Output=text + "\n")

        self.assertEqual(
            [
                event("start"),
                event("run", "FuzzX"),
                output("=== RUN   FuzzX", "FuzzX"),
                output("--- FAIL: FuzzX (0.25s)", "FuzzX"),
                output("    --- PASS: FuzzX/seed#0 (0.00s)", "FuzzX/seed#0"),
                output("        x.py:1: quiet", "FuzzX/seed#0"),
                event("pass", "FuzzX/seed#0", Elapsed=0.0),
                output("    --- FAIL: FuzzX/seed#1 (0.12s)", "FuzzX/seed#1"),
                output("        x.py:2: loud", "FuzzX/seed#1"),
                output("        and long", "FuzzX/seed#1"),
                event("fail", "FuzzX/seed#1", Elapsed=0.12),
                event("fail", "FuzzX", Elapsed=0.25),
                event("run", "FuzzY"),
                output("=== RUN   FuzzY", "FuzzY"),
                output("--- PASS: FuzzY (0.00s)", "FuzzY"),
                output("    x.py:3: said", "FuzzY"),
                event("pass", "FuzzY", Elapsed=0.0),
                output("a line", "FuzzX"),
                output("another"),
                output("FAIL"),
                event("fail", Elapsed=1.235),
            ],
            self.events(tell_everything),
        )

    def test_any_text_makes_one_line_of_json(self) -> None:
        texts = ("\ud800", "a\0b", "\u2028", "é⌘", 'tab\tquote"')
        for text in texts:
            with self.subTest(text):
                events = self.events(lambda reporter, text=text: reporter.line(text))  # type: ignore[misc]
                self.assertEqual([text + "\n"], [event["Output"] for event in events])


#: Lines of a program that is handed a reporter of the class that its argument names.
PROGRAM = """
import io, os, subprocess, sys
from gofuzz_py.outcome import Status
from gofuzz_py.report import JsonReporter, TextReporter
reporter = JsonReporter() if sys.argv[1] == "json" else TextReporter(is_verbose=False)
"""


class StandardOutputTest(FolderTestCase):
    """What targets and readers do to standard output, in processes of their own."""

    def run_program(self, body: str, kind: str = "text", **options: Any) -> subprocess.CompletedProcess[str]:
        """Run lines of Python that use ``reporter``; standard output and error stay apart."""
        return self.python("-c", PROGRAM + body, kind, stderr=subprocess.PIPE, **options)

    def test_lines_come_in_the_order_of_what_is_printed(self) -> None:
        done = self.run_program("print('a', end=' ')\nreporter.line('b')\nprint('c')\nreporter.line('d')\n")

        self.assertEqual(("a b\nc\nd\n", ""), (done.stdout, done.stderr))

    def test_lines_arrive_whatever_a_target_does_to_sys_stdout(self) -> None:
        for spoil in (
            "sys.stdout.close()",
            "sys.stdout = None",
            "sys.stdout = io.StringIO()",
            "del sys.stdout",
            "os.close(1)",
            "sys.stdout.detach()",
            "sys.stdout.reconfigure(encoding='ascii')",
        ):
            with self.subTest(spoil):
                done = self.run_program(f"{spoil}\nreporter.line('é arrives')\n")
                self.assertEqual("é arrives\n", done.stdout, done.stderr)

    def test_what_the_encoding_lacks_is_escaped(self) -> None:
        done = self.run_program("reporter.line('é \\ud800')\n", env={"PYTHONIOENCODING": "ascii"})

        self.assertEqual("\\xe9 \\ud800\n", done.stdout)

    def test_a_reader_that_goes_away_does_not_end_the_run(self) -> None:
        body = "for _ in range(10_000):\n    reporter.line('x' * 100)\nsys.stderr.write('still here')\n"
        with subprocess.Popen(
            [sys.executable, "-X", "dev", "-W", "error", "-c", PROGRAM + body, "text"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=clean_env(),
            cwd=self.folder,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.read(10)
            process.stdout.close()
            self.assertEqual(b"still here", process.stderr.read())
            self.assertEqual(0, process.wait(COMMAND_TIMEOUT_S))

    @unittest.skipUnless(os.path.exists("/dev/full"), "needs a device that is full")
    def test_a_full_disk_is_told_once_and_does_not_end_the_run(self) -> None:
        with open("/dev/full", "w", encoding="ascii") as full:
            body = "reporter.line('a')\nreporter.line('b')\nsys.stderr.write('still here')\n"
            done = self.run_program(body, stdout=full)

        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(
            "gofuzz_py: cannot write to standard output: No space left on device\nstill here", done.stderr
        )

    def test_a_program_without_standard_output_runs(self) -> None:
        body = "reporter.line('a')\nsys.stderr.write('still here')\n"
        done = subprocess.run(
            ["/bin/sh", "-c", 'exec "$@" >&-', "sh", sys.executable, "-c", PROGRAM + body, "text"],
            env=clean_env(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_S,
            check=False,
        )

        self.assertEqual((0, "", "still here"), (done.returncode, done.stdout, done.stderr))

    def test_prints_become_events_and_the_rest_goes_to_standard_error(self) -> None:
        body = """
with reporter.taking_prints():
    reporter.test_started("FuzzX")
    print("one")
    print("two", end="")
    sys.stdout.buffer.write(b" \\xff\\n")
    os.write(1, b"raw\\n")
    subprocess.run([sys.executable, "-c", "print('child')"])
    reporter.line("three", "FuzzX")
    sys.stdout.write("without an end")
print("after")
"""
        done = self.run_program(body, "json")
        *lines, last = done.stdout.splitlines()
        events = [json.loads(line) for line in lines]

        self.assertEqual("after", last)
        outputs = [event["Output"] for event in events if event["Action"] == "output"]
        self.assertEqual(
            ["=== RUN   FuzzX\n", "one\n", "two", " \\xff\n", "three\n", "without an end"],
            outputs,
        )
        self.assertEqual({"FuzzX"}, {event["Test"] for event in events})
        self.assertEqual("raw\nchild\n", done.stderr)


if __name__ == "__main__":
    unittest.main()
