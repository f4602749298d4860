"""What several test files need: folders of files, real commands, fuzz tests made on the spot.

Owns no test.  Knows the package's public face and, for tests that run a
fuzz test in this process, ``testing_f``; nothing of the engine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, cast

from gofuzz_py.internal.corpus import CorpusEntry
from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.messages import Failure
from gofuzz_py.outcome import TestOutcome
from gofuzz_py.testing_f import F, FuzzTest, TargetCall, run_fuzz_test

#: The checkout: a command run elsewhere finds the package through it.
ROOT = Path(__file__).resolve().parents[1]
#: Upper limit for a command that ought to take a fraction of a second.
COMMAND_TIMEOUT_S = 60.0
_FD_FOLDER = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"


class FolderTestCase(unittest.TestCase):
    """A test with an empty folder of its own."""

    def setUp(self) -> None:
        #: The folder's path, without symbolic links in it.
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="gofuzz-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, *parts: str) -> str:
        """Return the path of something in the folder."""
        return os.path.join(self.folder, *parts)

    def write(self, name: str, text: str | bytes) -> str:
        """Write a file, with the folders it needs; text is dedented.  Return its path."""
        path = Path(self.folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, str):
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        else:
            path.write_bytes(text)
        return str(path)

    def python(
        self, *arguments: str, env: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run this interpreter in the folder, standard error mixed into standard output."""
        return run_python(arguments, directory=self.folder, env=env, **options)

    def enter_folder(self) -> None:
        """Make the folder the working directory until the test is over."""
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)


def run_python(
    arguments: Sequence[str], *, directory: str, env: Mapping[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run this interpreter with the package on its path; return what it printed, errors included."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} | options
    return subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", *arguments],
        cwd=directory,
        env=clean_env() | dict(env or {}),
        text=True,
        encoding="utf-8",
        errors="backslashreplace",
        timeout=COMMAND_TIMEOUT_S,
        check=False,
        **options,
    )


def clean_env() -> dict[str, str]:
    """Return this environment without what would change how a command behaves, and with the package."""
    dropped = ("PYTEST_", "GOFUZZ", "PYTHON", "COV_CORE")
    env = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return env | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def open_descriptors() -> set[str]:
    """Return the numbers of this process's open descriptors."""
    return set(os.listdir(_FD_FOLDER))


class CallingMode:
    """``f.fuzz`` hands the checked target and the seeds to a function of the test's."""

    def __init__(self, function: Callable[[TargetCall, Sequence[CorpusEntry]], object]) -> None:
        self._function = function

    def fuzz(self, f: F, call: TargetCall, seeds: Sequence[CorpusEntry]) -> None:
        """Call the function."""
        self._function(call, seeds)


class SeedsMode:
    """``f.fuzz`` runs every seed and keeps what each came to."""

    def __init__(self) -> None:
        #: What the seeds came to, in order.
        self.outcomes: list[TestOutcome] = []
        #: The seeds, in order.
        self.seeds: list[CorpusEntry] = []

    def fuzz(self, f: F, call: TargetCall, seeds: Sequence[CorpusEntry]) -> None:
        """Run the seeds."""
        self.seeds += seeds
        for entry in seeds:
            outcome = call.run_seed(entry, None)
            self.outcomes.append(outcome)
            f.adopt(outcome)


def make_fuzz_test(function: Callable[[F], object], path: str = "/nowhere/fuzz_x_test.py") -> FuzzTest:
    """Make a function a fuzz test called FuzzX of a module that stands in ``path``."""
    return FuzzTest("FuzzX", cast("FunctionType", function), ModuleType("fuzz_x_test"), path)


def run_seeds(function: Callable[[F], object], path: str = "/nowhere/fuzz_x_test.py") -> TestOutcome:
    """Run a fuzz test on its seeds in this process; return the outcome, seeds as children."""
    return run_fuzz_test(make_fuzz_test(function, path), SeedsMode())


def outcome_of(outcome: TestOutcome) -> str:
    """Return all text of an outcome and of what is below it."""
    return "\n".join([*outcome.lines, *map(outcome_of, outcome.children)])


def line_of(function: Callable[..., object], offset: int = 1) -> int:
    """Return the number of a line of a function; 1 is the one after ``def``."""
    return function.__code__.co_firstlineno + offset


def seeds_of(target: Callable[..., object], *seeds: Sequence[Value]) -> TestOutcome:
    """Run a target on seeds, one empty ``bytes`` where there are none; return the outcome."""

    def fuzz_x(f: F) -> None:
        for values in seeds or ((b"",),):
            f.add(*values)
        f.fuzz(target)

    return run_seeds(fuzz_x)


def fuzzed(target: Callable[..., object], *inputs: Value) -> list[Failure | None]:
    """Run a target on inputs as a worker does; return what each came to."""
    failures: list[Failure | None] = []

    def run_all(call: TargetCall, seeds: Sequence[CorpusEntry]) -> None:
        with call.runner() as run:
            failures.extend(run([value]) for value in inputs)

    outcome = run_fuzz_test(make_fuzz_test(lambda f: f.fuzz(target)), CallingMode(run_all))
    assert not outcome.has_failed, outcome_of(outcome)
    return failures


def failure_of(target: Callable[..., object], data: Value = b"") -> Failure:
    """Run a target that fails as a worker does; return how."""
    (failure,) = fuzzed(target, data)
    assert failure is not None, "it passed"
    return failure
