"""What the coverage tests share: modules made of text, measured for one test.

Owns no test.  Knows the coverage core and nothing of the engine above it.
"""

from __future__ import annotations

import importlib.util
import itertools
import shutil
import sys
import tempfile
import textwrap
import unittest
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from gofuzz_py.internal.counters_probes import ProbeCounters
from gofuzz_py.internal.coverage import Report

_serial = itertools.count()


class CoverageTestCase(unittest.TestCase):
    """A test with modules of its own, and cores that are stopped after it."""

    def setUp(self) -> None:
        #: Where modules are written.
        self.folder = Path(tempfile.mkdtemp(prefix="gofuzz-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, text: str, name: str | None = None) -> str:
        """Write a module and return its name, a new one if none is given."""
        name = name or f"gofuzz_test_module_{next(_serial)}"
        path = self.folder / (name.replace(".", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return name

    def load(self, text: str, name: str | None = None) -> ModuleType:
        """Write a module, import it, and forget it after the test."""
        name = self.write(text, name)
        path = self.folder / (name.replace(".", "/") + ".py")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        self.addCleanup(sys.modules.pop, name, None)
        spec.loader.exec_module(module)
        return module

    def measure(
        self, module: ModuleType, patterns: Sequence[str] | None = ()
    ) -> tuple[ProbeCounters, Report]:
        """Start a core on a test module (and nothing else, if not told); stop it after the test."""
        core = ProbeCounters()
        report = core.start(module, patterns)
        self.addCleanup(core.stop)
        return core, report


def settle(core: ProbeCounters) -> None:
    """Let upkeep do all that is due, whatever the time."""
    core._credit_s = 60.0
    core._look_at = 0.0
    core.upkeep()


def places(core: ProbeCounters, locations: Iterable[int]) -> set[str]:
    """Name locations as ``kind:line``."""
    found = [core.locate(location) for location in locations]
    assert all(found)
    return {f"{place.kind}:{place.line}" for place in found if place is not None}


def quiet(function: Callable[..., Any], *args: object) -> Callable[[], None]:
    """Return a call of ``function`` that swallows what it raises."""

    def call() -> None:
        try:
            function(*args)
        except Exception:  # the test looks at what was reached, not at the outcome
            return

    return call
