"""Go's native fuzzing for Python.

Write ``def FuzzX(f)`` beside your tests, add seeds with ``f.add`` and give the
target with ``f.fuzz``; run ``python -m gofuzz_py -fuzz=FuzzX``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gofuzz_py.annotations import (
    Byte,
    Float32,
    Int8,
    Int16,
    Int32,
    Int64,
    Rune,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
)
from gofuzz_py.errors import CorpusError, EngineError, FuzzTestError, GoFuzzError, UsageError
from gofuzz_py.testing_f import F, T
from gofuzz_py.version import __version__

if TYPE_CHECKING:
    from gofuzz_py.cli import main, short
    from gofuzz_py.runner import M
    from gofuzz_py.unittest_adapter import load_tests

__all__ = [
    "Byte",
    "CorpusError",
    "EngineError",
    "F",
    "Float32",
    "FuzzTestError",
    "GoFuzzError",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "M",
    "Rune",
    "T",
    "Uint",
    "Uint8",
    "Uint16",
    "Uint32",
    "Uint64",
    "UsageError",
    "__version__",
    "load_tests",
    "main",
    "short",
]

#: Names whose modules are only loaded when they are asked for.
_LATE = {
    "M": "gofuzz_py.runner",
    "load_tests": "gofuzz_py.unittest_adapter",
    "main": "gofuzz_py.cli",
    "short": "gofuzz_py.cli",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    module = importlib.import_module(_LATE[name])
    if name == "load_tests":
        import sys

        caller = sys._getframe(1)
        if caller.f_code.co_name == "<module>":
            module.offer_by_name(caller.f_globals)
    return getattr(module, name)
