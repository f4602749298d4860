"""Tests of the texts that are generated: README.md is current, help is complete."""

from __future__ import annotations

import unittest
from pathlib import Path

from tests.scripttest.commands import default_commands
from tests.scripttest.conditions import default_conditions
from tests.scripttest.readme import help_text, readme_text


class ReadmeTest(unittest.TestCase):
    maxDiff = None

    def test_the_readme_is_what_the_usage_texts_say(self) -> None:
        readme = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
        want = readme_text(default_commands(), default_conditions())
        self.assertEqual(want, readme, "README.md is stale; run python -m tests.scripttest -w")

    def test_every_command_says_what_it_does(self) -> None:
        for name, entry in default_commands().items():
            with self.subTest(name):
                self.assertEqual(name, entry.usage.name)
                self.assertRegex(entry.usage.summary, r"\A[A-Z].*\.\Z")
                self.assertIn(str(entry.usage), help_text([entry]))
