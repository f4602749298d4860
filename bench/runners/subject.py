"""What a runner fuzzes: one of ``bench/targets`` by name, or a bug's folder by path.

Owns the shape of both.  A bug's folder holds ``target.py`` with ``MODULES`` and
``fuzz_one(data)``, perhaps ``typed(...)``, and ``seeds/``.  Runs inside the
measured processes.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

#: The name under which a bug's target.py is imported.
BUG_MODULE = "bench_target"
#: Printed when the set-up is over and a fuzzer begins.
BEGINS = "bench: fuzzing begins"
_TARGETS = Path(__file__).resolve().parent.parent / "targets"


def source_path(what: str) -> Path:
    """Return the file that defines a target or a bug."""
    return Path(what) / "target.py" if os.sep in what else _TARGETS / f"{what}.py"


def module_name(what: str) -> str:
    """Return the name under which it is imported."""
    return BUG_MODULE if os.sep in what else f"bench.targets.{what}"


def literals(path: Path) -> dict[str, Any]:
    """Return the module-level constants of a file, without running it."""
    found = {}
    for node in ast.parse(path.read_text()).body:
        place = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(place, ast.Name) and value is not None:
            try:
                found[place.id] = ast.literal_eval(value)
            except ValueError:
                continue
    return found


def modules_of(what: str) -> list[str]:
    """Return the modules that are to be measured besides the target's own file."""
    return list(literals(source_path(what)).get("MODULES", []))


def forget(modules: Iterable[str]) -> None:
    """Drop modules from ``sys.modules``, so that an import hook sees them come."""
    tops = {name.partition(".")[0] for name in modules}
    for name in [name for name in sys.modules if name.partition(".")[0] in tops]:
        del sys.modules[name]


def load(what: str) -> ModuleType:
    """Import a target or a bug."""
    if os.sep not in what:
        return importlib.import_module(module_name(what))
    spec = importlib.util.spec_from_file_location(BUG_MODULE, source_path(what))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[BUG_MODULE] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def function_of(what: str, module: ModuleType) -> Callable[[bytes], object]:
    """Return the function that takes one input."""
    function: Callable[[bytes], object] = getattr(module, "fuzz_one" if os.sep in what else "target")
    return function


def seeds_of(what: str) -> list[bytes]:
    """Return a bug's seeds."""
    folder = Path(what) / "seeds"
    return [path.read_bytes() for path in sorted(folder.iterdir())] if folder.is_dir() else []


def typed_seeds(what: str, module: ModuleType) -> list[tuple[object, ...]]:
    """Return what ``typed`` is called with when ``fuzz_one`` is given the seeds."""
    calls: list[tuple[object, ...]] = []
    typed = vars(module)["typed"]
    vars(module)["typed"] = lambda *values: calls.append(values)
    try:
        for seed in seeds_of(what):
            module.fuzz_one(seed)
    finally:
        vars(module)["typed"] = typed
    return calls


def is_worker() -> bool:
    """Is this a worker process of ours?  The coordinator imports the fuzz test too, and runs its seeds."""
    return "-fuzzworker" in sys.orig_argv


def beginning_of(path: Path) -> Path:
    """Return the file in which the beginning is noted, beside the one for the first failure."""
    return path.with_name(f"{path.name}.began")


def _note_beginning(path: str) -> None:
    """Note that fuzzing begins now, unless a process before this one has."""
    with contextlib.suppress(FileExistsError), beginning_of(Path(path)).open("x") as file:
        file.write(json.dumps(time.monotonic()))


def noting(call: Callable[..., object], *, exits: bool = False) -> Callable[..., object]:
    """Return a function that calls ``call`` and notes the first exception in $BENCH_SOLVED.

    When the process that fuzzes calls it first is noted beside that.
    """
    path = os.environ.get("BENCH_SOLVED", "")
    is_first = bool(path) and ("atheris" in sys.modules or is_worker())

    def run(*values: object) -> None:
        nonlocal is_first
        if is_first:
            is_first = False
            _note_beginning(path)
        try:
            call(*values)
        except BaseException as error:
            if path and not os.path.exists(path):
                failure = f"{type(error).__name__}: {str(error)[:120]}"
                note = [time.monotonic(), failure, repr(values)]
                Path(path).write_text(json.dumps(note))
            if exits:
                os._exit(77)  # atheris may hang in its own exit
            raise

    return run
