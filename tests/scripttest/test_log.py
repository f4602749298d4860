"""Tests of the log: what is short, what is whole, what is cut."""

from __future__ import annotations

import re
import unittest
from pathlib import Path

from tests.scripttest.log import SHOWN_BYTES, Log, shown


class LogTest(unittest.TestCase):
    def text(self, is_verbose: bool) -> str:
        log = Log(Path("/scratch/dir"), is_verbose)
        log.command("before any comment")
        log.section(["# one", "# more"])
        log.command("first")
        log.stream("stdout", b"in /scratch/dir/x\n")
        log.section(["# empty"])
        log.section(["# two"])
        log.command("second")
        log.stream("stderr", b"")
        log.note("a note")
        return re.sub(r"\d+\.\d{3}s", "TIME", log.text())

    def test_passed_sections_shrink_to_their_comment(self) -> None:
        want = "# one\n# more (TIME)\n# empty\n# two (TIME)\n> second\n[a note]\n"
        self.assertEqual(want, self.text(is_verbose=False))

    def test_a_verbose_log_keeps_everything(self) -> None:
        want = (
            "> before any comment\n# one\n# more (TIME)\n> first\n[stdout]\nin $WORK/x\n"
            "# empty\n# two (TIME)\n> second\n[a note]\n"
        )
        self.assertEqual(want, self.text(is_verbose=True))

    def test_output_is_made_readable(self) -> None:
        self.assertEqual("a\\xff\nb", shown(b"a\xff\nb\n"))

    def test_too_much_output_is_cut_in_the_middle(self) -> None:
        text = shown(b"a" * SHOWN_BYTES + b"middle" + b"z" * SHOWN_BYTES)
        self.assertTrue(text.startswith("aaa"))
        self.assertTrue(text.endswith("zzz"))
        self.assertIn(f"... {SHOWN_BYTES + 6} bytes not shown ...", text)
