"""One target or bug under atheris.

``python -m bench.runners.with_atheris WHAT [--hooks] [libFuzzer's flags and folders]``
fuzzes; ``--replay FILE --passes N`` runs recorded inputs, instrumented, and
prints the seconds of each pass; ``--idle`` instruments the same and fuzzes a
function that does nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from bench.runners import bare, subject
from bench.targets import noop

atheris: Any = importlib.import_module("atheris")


def instrumented(what: str) -> Callable[[bytes], object]:
    """Import what is to be measured under atheris' hook; return the function to fuzz."""
    modules = subject.modules_of(what)
    subject.forget(modules)
    tops = {name.partition(".")[0] for name in [*modules, subject.module_name(what)]}
    with atheris.instrument_imports(include=sorted(tops)):
        for name in modules:
            with contextlib.suppress(ImportError):  # one that this version of Python has not
                importlib.import_module(name)
        target = subject.function_of(what, subject.load(what))
    if os.sep in what:  # loaded by path, which the hook does not see
        target = atheris.instrument_func(target)
        return subject.noting(target, exits=True)
    return target


def replaying(target: Callable[[bytes], object], path: str, passes: int) -> Callable[[bytes], None]:
    """Return a function to fuzz that, once called, replays and ends the process."""

    def run(_data: bytes) -> None:
        print(bare.replay(target, path, passes), flush=True)
        os._exit(0)

    return run


def main(arguments: Sequence[str]) -> None:
    """Fuzz or replay."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what")
    parser.add_argument("--hooks", action="store_true", help="atheris' optional str and RegEx hooks")
    parser.add_argument("--replay")
    parser.add_argument("--idle", action="store_true")
    parser.add_argument("--passes", type=int, default=3)
    options, rest = parser.parse_known_args(arguments)
    for hook in ("str", "RegEx") if options.hooks else ():
        atheris.enabled_hooks.add(hook)
    target = instrumented(options.what)
    if options.idle:
        target = noop.target
    elif options.replay:
        target = replaying(target, options.replay, options.passes)
    atheris.Setup([sys.argv[0], *rest], target)
    print(subject.BEGINS, flush=True)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
