"""How a worker process is started: the interpreter, its flags, our flags, the folder.

Owns what must be noted at the very start of the command, before test modules
can change the folder or ``sys.path``.  Knows nothing of workers' pipes.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from gofuzz_py.internal.isolated import os

#: The folder that holds this package.
_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@dataclass(frozen=True, slots=True)
class Launch:
    """The circumstances the command was started in."""

    #: Working directory at the start.
    directory: str
    #: ``sys.path`` at the start.
    path: tuple[str, ...]

    def worker_argv(self, flags: Sequence[str], target: str, rest: Sequence[str]) -> list[str]:
        """Return the command of a worker: this command with the worker flag, for one target."""
        interpreter = [sys.executable, *_interpreter_flags()]
        tail = ["-args", *rest] if rest else []
        return [*interpreter, "-m", "gofuzz_py", "-fuzzworker", *flags, target, *tail]

    def worker_env(self) -> dict[str, str]:
        """Return the environment of a worker: this one, such that it finds this package."""
        env = dict(os.environ)
        known = [self.directory, *env.get("PYTHONPATH", "").split(os.pathsep)]
        if _ROOT not in known and not _ROOT.endswith(("site-packages", "dist-packages")):
            env["PYTHONPATH"] = os.pathsep.join(filter(None, [_ROOT, env.get("PYTHONPATH", "")]))
        return env


def current_launch() -> Launch:
    """Note the circumstances; to be called first thing in the command."""
    return Launch(os.getcwd(), tuple(sys.path))


def _interpreter_flags() -> list[str]:
    """Return the flags this interpreter was started with (``-O``, ``-W``, ``-X dev``)."""
    get = getattr(subprocess, "_args_from_interpreter_flags", None)
    return list(get()) if get is not None else []
