"""The conditions that may guard a line of a script.

Owns the table of conditions and how their values are checked.  Knows nothing
of commands.  Runs in the testing process; engine.py looks names up here before
a script runs and asks again at each guarded line; readme.py prints the table.

The counterpart of conds.go in Go's script engine.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.scripttest.errors import SyntaxProblem
from tests.scripttest.syntax import Guard

if TYPE_CHECKING:
    from tests.scripttest.state import State


@dataclass(frozen=True, slots=True)
class Condition:
    """A question about the machine or the run, answered yes or no."""

    name: str
    #: A clause that completes "true if ...".
    summary: str
    #: Gets the state and the text after the colon, empty where there is none.
    test: Callable[[State, str], bool]
    #: What follows the colon, as shown in help; empty where nothing may.
    suffix: str = ""
    #: What the suffix has to look like.
    pattern: str = ".+"

    def __str__(self) -> str:
        return f"[{self.name}:{self.suffix}]" if self.suffix else f"[{self.name}]"


def check_guard(guard: Guard, conditions: dict[str, Condition]) -> None:
    """Check that a guard names a condition and gives it what it takes; raises `SyntaxProblem`."""
    condition = conditions.get(guard.name)
    if condition is None:
        raise SyntaxProblem(f"unknown condition {guard} (known: {' '.join(sorted(conditions))})")
    if not condition.suffix and guard.suffix is not None:
        raise SyntaxProblem(f"{guard}: {condition.name} takes no value (write {condition})")
    if condition.suffix and not re.fullmatch(condition.pattern, guard.suffix or ""):
        raise SyntaxProblem(f"{guard}: the value is missing or malformed (write {condition})")


def holds(guard: Guard, conditions: dict[str, Condition], state: State) -> bool:
    """Answer a guard that has passed `check_guard`."""
    return conditions[guard.name].test(state, guard.suffix or "") != guard.is_negated


def _version_at_least(_: State, suffix: str) -> bool:
    return sys.version_info[:2] >= tuple(int(part) for part in suffix.split("."))


def _has_program(state: State, program: str) -> bool:
    return shutil.which(program, path=state.env.get("PATH", "")) is not None


def _is_root(_state: State, _suffix: str) -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def default_conditions() -> dict[str, Condition]:
    """Return the conditions by name."""
    conditions = (
        Condition("darwin", "the system is macOS", lambda _, __: sys.platform == "darwin"),
        Condition("env", "NAME is set, and not empty, where the tests were started",
                  lambda _, name: bool(os.environ.get(name)), "NAME"),
        Condition("exec", "PROG is a program on the script's PATH", _has_program, "PROG"),
        Condition("go", "a Go toolchain is on the script's PATH", lambda state, _: _has_program(state, "go")),
        Condition("linux", "the system is Linux", lambda _, __: sys.platform == "linux"),
        Condition("posix", "the system is of the POSIX family", lambda _, __: os.name == "posix"),
        Condition("python", "the interpreter under test has at least this version",
                  _version_at_least, "3.12", r"\d+\.\d+"),
        Condition("root", "the tests run as the superuser, whom permissions do not stop", _is_root),
        Condition("short", "the run is to be short (GOFUZZ_TEST_SHORT is set)",
                  lambda state, _: state.options.is_short),
        Condition("windows", "the system is Windows", lambda _, __: os.name == "nt"),
    )  # fmt: skip
    return {condition.name: condition for condition in conditions}
