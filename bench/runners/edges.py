"""Count what inputs reach, in the same way for every fuzzer.

``python -m bench.runners.edges TARGET FILE``: the file holds a marshalled list
of inputs; printed is, as JSON, how many lines and edges were reached after
each of them.  An edge is a pair of lines run one after the other in one frame,
by code object; only the target's MODULES count.  The tracer is
``sys.settrace``, which none of the fuzzers uses in this way (cobrafuzz uses
lines, too).
"""

from __future__ import annotations

import importlib
import json
import marshal
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from bench.runners import subject


class Tracer:
    """Collects the lines and edges of some modules."""

    def __init__(self, modules: Iterable[str]) -> None:
        self.lines: set[tuple[CodeType, int]] = set()
        self.edges: set[tuple[CodeType, int, int]] = set()
        self._files: set[str] = set()
        self._folders: tuple[str, ...] = ()
        for name in modules:
            path = importlib.import_module(name).__file__ or ""
            self._files.add(path)
            if path.endswith("__init__.py"):
                self._folders += (os.path.dirname(path) + os.sep,)

    def trace(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Be the global trace function: give each wanted frame its own."""
        name = frame.f_code.co_filename
        return self._local(frame.f_code) if name in self._files or name.startswith(self._folders) else None

    def _local(self, code: CodeType) -> Callable[[FrameType, str, Any], Any]:
        before = -1

        def local(frame: FrameType, event: str, arg: Any) -> Any:
            nonlocal before
            if event == "line":
                line = frame.f_lineno
                self.lines.add((code, line))
                self.edges.add((code, before, line))
                before = line
            elif event == "return":
                self.edges.add((code, before, -2))
            return local

        return local


def count(what: str, inputs: Iterable[bytes]) -> list[tuple[int, int]]:
    """Return lines and edges reached after each input."""
    module = subject.load(what)
    target = subject.function_of(what, module)
    tracer = Tracer(module.MODULES)
    counts = []
    for data in inputs:
        sys.settrace(tracer.trace)
        try:
            target(data)
        except Exception:  # a puzzle's or a bug's; what was reached counts
            pass
        finally:
            sys.settrace(None)
        counts.append((len(tracer.lines), len(tracer.edges)))
    return counts


if __name__ == "__main__":
    print(json.dumps(count(sys.argv[1], marshal.loads(Path(sys.argv[2]).read_bytes()))))
