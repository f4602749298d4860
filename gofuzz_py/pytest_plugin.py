"""A light pytest plugin: ``FuzzX(f)`` functions are tests, their seeds run.

Loaded by pytest at every start in the environment, so it imports the rest of
the package only inside its hooks.  ``-p no:gofuzz_py`` switches it off.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gofuzz_py.internal.corpus import CorpusEntry
    from gofuzz_py.outcome import TestOutcome
    from gofuzz_py.testing_f import F, TargetCall


class FuzzFailure(Exception):
    """Carries the text of failed seeds to pytest's report."""


class FuzzItem(pytest.Item):
    """One fuzz test: passes when all its seeds pass."""

    def __init__(self, *, function: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.function = function
        marks = getattr(function, "pytestmark", [])
        self.own_markers.extend(marks)
        self.keywords.update((mark.name, mark) for mark in marks)

    def runtest(self) -> None:
        """Run the seeds."""
        from gofuzz_py.outcome import Status, outcome_text
        from gofuzz_py.testing_f import FuzzTest, noticing_interrupts, run_fuzz_test

        module = self.parent.obj  # type: ignore[union-attr]
        test = FuzzTest(self.name, self.function, module, str(self.path))
        with noticing_interrupts():
            outcome = run_fuzz_test(test, _PytestMode())
        if outcome.status is Status.SKIP:
            pytest.skip("\n".join(outcome.lines) or "skipped")
        if outcome.has_failed:
            raise FuzzFailure(outcome_text(outcome))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show Go's failure block instead of a traceback through the engine."""
        if isinstance(excinfo.value, FuzzFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Say where the fuzz test stands."""
        return self.path, self.function.__code__.co_firstlineno - 1, self.name


class _PytestMode:
    """``f.fuzz`` runs every seed; a failing one does not stop the rest."""

    def fuzz(self, f: F, call: TargetCall, seeds: Sequence[CorpusEntry]) -> None:
        """Run the seeds."""
        for entry in seeds:
            outcome: TestOutcome = call.run_seed(entry, None)
            f.adopt(outcome)


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> pytest.Item | None:
    """Collect ``Fuzz`` and ``FuzzX`` functions of modules."""
    if not isinstance(collector, pytest.Module) or not name.startswith("Fuzz") or name[4:5].islower():
        return None
    if not inspect.isfunction(obj) or obj.__module__ != collector.obj.__name__:
        return None
    from gofuzz_py.signature import is_fuzz_test

    if not is_fuzz_test(obj):
        raise pytest.Collector.CollectError(f"wrong signature for {name}, must be: def {name}(f)")
    item: pytest.Item = FuzzItem.from_parent(collector, name=name, function=obj)
    return item
