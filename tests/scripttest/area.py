"""The private place on disk in which one script runs, and its environment.

Owns the temporary directories of a script, the extraction of its files, and
the variables that its commands see.  Knows nothing of commands or lines.  Runs
in the testing process; engine.py makes one area for each run and removes it,
state.py works inside it.

The area holds ``work`` ($WORK, the working directory), ``tmp`` ($TMPDIR, apart
from it so that forgotten temporary files can be seen), ``home`` and, only
where it is needed, ``bin`` with a ``python`` that is the interpreter under
test.  Nothing that a script does by default reaches outside.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from tests.scripttest.txtar import Archive

#: Variables taken over from the outer environment where they are set: without
#: them programs do not start (Windows, unusual builds of Python).
INHERITED = (
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "PROCESSOR_ARCHITECTURE",
    "NUMBER_OF_PROCESSORS", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Area:
    """The directories of one run of one script."""

    #: Holds all the others; real path, without symbolic links.
    root: Path

    @classmethod
    def create(cls) -> Area:
        """Make a new area in the system's temporary directory."""
        # The real path, because commands learn theirs from getcwd().
        area = cls(Path(tempfile.mkdtemp(prefix="gofuzz-script-")).resolve())
        for directory in (area.work, area.tmp, area.home):
            directory.mkdir()
        return area

    @property
    def work(self) -> Path:
        """Return the directory in which the script starts, $WORK."""
        return self.root / "workdir"

    @property
    def tmp(self) -> Path:
        """Return the directory for temporary files, $TMPDIR."""
        return self.root / "tmp"

    @property
    def home(self) -> Path:
        """Return the home directory, $HOME."""
        return self.root / "home"

    def extract(self, archive: Archive) -> None:
        """Write the files of an archive that `name_problem` has passed below `work`."""
        for member in archive.members:
            path = self.work / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(member.data)

    def leftover_files(self) -> list[str]:
        """Return the paths of all that stands in `tmp`, relative to it."""
        return sorted(path.relative_to(self.tmp).as_posix() for path in self.tmp.rglob("*"))

    def remove(self) -> None:
        """Remove everything, directories that the script made unwritable included."""
        for directory in (self.root, *_directories(self.root)):
            directory.chmod(stat.S_IRWXU)
        shutil.rmtree(self.root)


def _directories(top: Path) -> Iterator[Path]:
    """Give all directories below ``top``, each before it is looked into."""
    for entry in os.scandir(top):
        if entry.is_dir(follow_symlinks=False):
            yield Path(entry.path)
            yield from _directories(Path(entry.path))


def name_problem(name: str) -> str | None:
    """Say why an archive's file name must not be extracted, or return None."""
    windows, posix = PureWindowsPath(name), PurePosixPath(name)
    if posix.is_absolute() or windows.drive or windows.root:
        return f"the file name {name!r} is absolute; write it relative to $WORK"
    if ".." in posix.parts or ".." in windows.parts:
        return f"the file name {name!r} leaves the directory"
    if "\\" in name or "\0" in name or str(posix) != name or name == ".":
        return f"the file name {name!r} is not a plain path (write a/b.py)"
    return None


def environment(area: Area, interpreter: str, checkout: Path) -> dict[str, str]:
    """Return the variables with which a script starts: the same on every machine, save for the paths."""
    outer = os.environ
    path = [*_python_directories(area, interpreter), outer.get("PATH", os.defpath)]
    env = {name: outer[name] for name in INHERITED if name in outer}
    env |= {
        "WORK": str(area.work),
        "HOME": str(area.home),
        "USERPROFILE": str(area.home),
        "TMPDIR": str(area.tmp),
        "TEMP": str(area.tmp),
        "TMP": str(area.tmp),
        "PATH": os.pathsep.join(path),
        "PYTHONPATH": str(checkout),
        "PYTHONDONTWRITEBYTECODE": "1",
        "GOFUZZCACHE": str(area.work / ".cache" / "gofuzz"),
        "NO_COLOR": "1",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        # A Go toolchain must not fetch another one, and may keep its build
        # cache: compiling its library anew for each script takes minutes.
        "GOTOOLCHAIN": "local",
        "GOCACHE": outer.get("GOCACHE") or str(_go_build_cache()),
        "/": os.sep,
        ":": os.pathsep,
    }
    return env


def _go_build_cache() -> Path:
    """Return the place where the go command keeps its builds unless told otherwise."""
    home = Path(os.path.expanduser("~"))
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "go-build"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home)) / "go-build"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "go-build"


def _python_directories(area: Area, interpreter: str) -> list[str]:
    """Return what has to come first on PATH so that ``python`` is the interpreter under test."""
    directory = Path(interpreter).parent
    name = "python.exe" if os.name == "nt" else "python"
    # Same directory and same file: then also the same virtual environment,
    # which an interpreter finds from the place it was started at.
    if (directory / name).exists() and os.path.samefile(directory / name, interpreter):
        return [str(directory)]
    return [str(_python_wrapper(area, interpreter).parent), str(directory)]


def _python_wrapper(area: Area, interpreter: str) -> Path:
    """Write a program called python that starts the interpreter under its own name."""
    # Not a symbolic link, which would lose a virtual environment.
    wrapper = area.root / "bin" / ("python.cmd" if os.name == "nt" else "python")
    wrapper.parent.mkdir()
    if os.name == "nt":
        wrapper.write_text(f'@"{interpreter}" %*\n', encoding="utf-8")
    else:
        wrapper.write_text(f'#!/bin/sh\nexec {shlex.quote(interpreter)} "$@"\n', encoding="utf-8")
        wrapper.chmod(0o755)
    return wrapper
