"""Every file of tests/scripts as a unittest test of the same name.

Owns the step from scripts to unittest, and nothing else: what a script means is
the business of tests/scripttest.  So that one script can be run by name:
``python -m unittest tests.test_script.ScriptTest.test_fuzz_mutate``.

When the whole module is run, scripts are run ahead, several at once: most of
their time they wait.  Then a test is the waiting for its script's outcome.

Run as a program (``python -m tests.test_script -j 2 mutate``) it runs scripts
without unittest, several at once; see runner.py.

The counterpart of script_test.go in Go's cmd/go.
"""

from __future__ import annotations

import os
import sys
import unittest
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from tests.scripttest.engine import Engine
from tests.scripttest.runner import Outcome, main, options_from_environment, run_one, script_files

#: Scripts run at once: a few more than there are processors.
_AT_ONCE = (os.cpu_count() or 1) + 1


class _Ahead:
    """Runs scripts before they are asked for, once the first one is."""

    def __init__(self) -> None:
        self.is_wanted = False
        self._engine: Engine | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._outcomes: dict[Path, Future[Outcome]] = {}

    def outcome(self, path: Path) -> Outcome:
        """Return the outcome of a script, waiting for it or running it now."""
        if not self.is_wanted:
            return run_one(Engine(options_from_environment()), path)
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_AT_ONCE)
            self._engine = Engine(options_from_environment())
            # The order in which unittest will ask.
            for each in sorted(script_files()):
                self._outcomes[each] = self._pool.submit(run_one, self._engine, each)
        return self._outcomes[path].result()

    def stop(self) -> None:
        """End what is still running: the tests were cut short."""
        if self._pool is not None and self._engine is not None:
            if not all(future.done() for future in self._outcomes.values()):
                self._engine.abort()
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


_ahead = _Ahead()


def load_tests(
    loader: unittest.TestLoader, tests: unittest.TestSuite, pattern: str | None
) -> unittest.TestSuite:
    """Note that all scripts will be run: unittest calls this for the module, not for a single test."""
    _ahead.is_wanted = not loader.testNamePatterns
    return tests


def tearDownModule() -> None:
    """End what a run that was cut short has left running."""
    _ahead.stop()


class ScriptTest(unittest.TestCase):
    """One method for each script; they are added below."""


def script_test(path: Path) -> Callable[[unittest.TestCase], None]:
    """Make the test that runs one script."""

    def run_script(self: unittest.TestCase) -> None:
        outcome = _ahead.outcome(path)
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
