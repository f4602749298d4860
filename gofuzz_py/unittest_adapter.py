"""Fuzz tests as ordinary unittest tests: one line in the test module.

``from gofuzz_py import load_tests`` makes ``python -m unittest`` run the seeds
of the module's fuzz tests, each as a subTest.  Owns the generated TestCase;
its methods bear the fuzz tests' names and docstrings and belong to the user's
module, so that ids (``test_json.FuzzTests.FuzzLoads``), editors and ``-k``
understand them.
"""

from __future__ import annotations

import fnmatch
import functools
import sys
import unittest
from collections.abc import Callable, Sequence
from types import FrameType, ModuleType
from typing import Any

from gofuzz_py.internal.corpus import CorpusEntry
from gofuzz_py.internal.isolated import os
from gofuzz_py.loader import fuzz_tests
from gofuzz_py.outcome import Status, TestOutcome
from gofuzz_py.testing_f import F, FuzzTest, TargetCall, noticing_interrupts, run_fuzz_test

__unittest = True  # unittest leaves this file's frames out of tracebacks


#: Name of the generated class.
_CLASS_NAME = "FuzzTests"


class _SubTestMode:
    """``f.fuzz`` runs every seed as a subTest of a unittest test."""

    def __init__(self, case: unittest.TestCase) -> None:
        self._case = case
        #: What unittest ends a test with: its own signal to stop after a failure, mostly.
        self.end: BaseException | None = None

    def fuzz(self, f: F, call: TargetCall, seeds: Sequence[CorpusEntry]) -> None:
        """Run the seeds."""
        for entry in seeds:
            try:
                with self._case.subTest(entry.name):
                    report(self._case, call.run_seed(entry, None))
            except BaseException as end:
                # It is unittest's, and must not be taken for an error in the user's function.
                self.end = end
                return


def report(case: unittest.TestCase, outcome: TestOutcome) -> None:
    """Fail or skip ``case`` as the outcome says, with its text."""
    details = "\n".join(outcome_lines(outcome))
    if outcome.status is Status.SKIP:
        raise unittest.SkipTest(details)
    if outcome.status is Status.FAIL:
        # The traceback in the text is the target's; the one of this line says nothing more.
        raise case.failureException(f"{outcome.name}\n{details}") from None


def outcome_lines(outcome: TestOutcome) -> list[str]:
    """Return what was logged and raised, that of failed subtests included."""
    lines = list(outcome.lines)
    for child in outcome.children:
        if child.has_failed:
            lines += [child.name, *outcome_lines(child)]
    return lines


def make_test_case(module_name: str, tests: Sequence[FuzzTest]) -> type[unittest.TestCase]:
    """Return a TestCase class with one method per fuzz test, named as the fuzz test is."""
    methods: dict[str, Any] = {test.name: _make_method(test) for test in tests}
    methods |= {"__module__": module_name, "is_gofuzz_py": True, "__qualname__": _CLASS_NAME}
    return type(_CLASS_NAME, (unittest.TestCase,), methods)


def _make_method(test: FuzzTest) -> Callable[[unittest.TestCase], None]:
    @functools.wraps(test.function)
    def method(case: unittest.TestCase) -> None:
        mode = _SubTestMode(case)
        with noticing_interrupts():
            outcome = run_fuzz_test(test, mode)
        if mode.end is not None:
            raise mode.end
        report(case, outcome)

    return method


def load_tests(
    loader: unittest.TestLoader, tests: unittest.TestSuite, pattern: str | None
) -> unittest.TestSuite:
    """Add the seeds of the calling module's fuzz tests to its ordinary tests.

    unittest's ``load_tests`` protocol; to be imported into a test module.
    """
    module = sys.modules[_importing_module(tests)]
    found = list(fuzz_tests(module, os.path.abspath(module.__file__ or "")))
    if not found:
        return tests  # also this package itself, which discovery meets in a checkout
    case = make_test_case(module.__name__, found)
    # Editors that discovered the ids run them by name later, in the same process.
    vars(module).setdefault(_CLASS_NAME, case)
    for test in found:
        instance = case(test.name)
        if _is_selected(loader, instance):
            tests.addTest(instance)
    return tests


load_tests.is_gofuzz_py = True  # type: ignore[attr-defined]


def offer_by_name(names: dict[str, Any]) -> None:
    """Let ``python -m unittest test_json.FuzzTests.FuzzLoads`` find the generated class.

    ``names`` are those of a test module that is importing ``load_tests``,
    which unittest does not call for a name below the module.  So the module is
    given a ``__getattr__`` that makes the class when it is asked for.
    """

    def __getattr__(name: str) -> Any:
        module = sys.modules.get(names["__name__"])
        if name != _CLASS_NAME or module is None or vars(module) is not names:
            raise AttributeError(f"module {names['__name__']!r} has no attribute {name!r}")
        found = list(fuzz_tests(module, os.path.abspath(module.__file__ or "")))
        return names.setdefault(_CLASS_NAME, make_test_case(module.__name__, found))

    names.setdefault("__getattr__", __getattr__)


def _importing_module(tests: unittest.TestSuite) -> str:
    """Return the name of the module whose tests unittest is loading.

    unittest hands over its loader and the tests, not the module; the module is
    the local variable of the loader's frame.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = frame.f_locals.get("module")
        if isinstance(module, ModuleType) and getattr(module, "load_tests", None) is load_tests:
            return module.__name__
        frame = frame.f_back
    raise RuntimeError("load_tests must be imported into the test module: from gofuzz_py import load_tests")


def _is_selected(loader: unittest.TestLoader, case: unittest.TestCase) -> bool:
    """Apply ``-k``, which unittest applies only to what it loads itself."""
    patterns = loader.testNamePatterns
    return not patterns or any(fnmatch.fnmatchcase(case.id(), pattern) for pattern in patterns)
