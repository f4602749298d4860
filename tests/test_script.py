"""Every file of tests/scripts as a unittest test of the same name.

Owns the step from scripts to unittest, and nothing else: what a script means is
the business of tests/scripttest.  So that one script can be run by name:
``python -m unittest tests.test_script.ScriptTest.test_fuzz_mutate``.

Run as a program (``python -m tests.test_script -j 2 mutate``) it runs scripts
without unittest, several at once; see runner.py.

The counterpart of script_test.go in Go's cmd/go.
"""

from __future__ import annotations

import sys
import unittest
from collections.abc import Callable
from pathlib import Path

from tests.scripttest.engine import Engine
from tests.scripttest.runner import main, options_from_environment, run_one, script_files


class ScriptTest(unittest.TestCase):
    """One method for each script; they are added below."""


def script_test(path: Path) -> Callable[[unittest.TestCase], None]:
    """Make the test that runs one script."""

    def run_script(self: unittest.TestCase) -> None:
        outcome = run_one(Engine(options_from_environment()), path)
        if outcome.verdict == "skipped":
            self.skipTest(outcome.text or "the script asks for it")
        if outcome.verdict == "failed":
            self.fail(f"\n{outcome.text}")

    run_script.__name__ = path.stem
    run_script.__qualname__ = f"{ScriptTest.__qualname__}.{path.stem}"
    return run_script


for _path in script_files():
    setattr(ScriptTest, _path.stem, script_test(_path))


class ScriptNamesTest(unittest.TestCase):
    """The names of the scripts, on which the tests above depend."""

    def test_every_script_has_the_name_of_a_test(self) -> None:
        names = [path.stem for path in script_files()]
        bad = [name for name in names if not (name.isidentifier() and name.startswith("test_"))]
        self.assertEqual([], bad, "scripts have to be called test_NAME.txt, or they would never run")


if __name__ == "__main__":
    sys.exit(main())
