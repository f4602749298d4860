"""Commands that change or look at the file system.

Owns exists, cd, chmod, cp, mv, rm, mkdir and symlink.  Knows nothing of
processes or output.  Runs in the testing process, but never changes that
process's own directory, since several scripts may run at once; commands.py
puts these into the table that engine.py uses.

An OSError that leaves one of these is a failure of the command, which ``!``
accepts; engine.py sees to that.
"""

from __future__ import annotations

import shutil

from tests.scripttest.errors import CommandFailed, CommandMisused
from tests.scripttest.state import State
from tests.scripttest.syntax import Expect
from tests.scripttest.usage import Call, command, parse_count, parse_mode


@command("exists [-count=N] PATH...")
def exists(state: State, call: Call) -> str | None:
    """Check that files or directories exist.

    PATH may be a pattern with `*`, `?`, `[...]` or `**`. All of them must exist; after `!`, none of
    them may. With `-count=N` there must be exactly N. A symbolic link exists even if its target does
    not.
    """
    found: list[str] = []
    missing: list[str] = []
    for pattern in call.args:
        try:
            paths = [path for path in state.paths(pattern) if path.is_symlink() or path.exists()]
        except CommandFailed:
            paths = []
        found += [str(path) for path in paths]
        missing += [] if paths else [pattern]
    if "-count" in call.flags:
        return _check_count(call, found)
    if missing and not (call.expect is Expect.FAIL and found):
        raise CommandFailed(f"not there: {' '.join(missing)}")
    return f"there: {' '.join(found)}"


def _check_count(call: Call, found: list[str]) -> str:
    if call.expect is Expect.FAIL:
        raise CommandMisused("! and -count do not go together; say the number that is wanted")
    wanted = parse_count(call.flags["-count"])
    if len(found) != wanted:
        raise CommandFailed(f"{len(found)} found, want {wanted}: {' '.join(found)}".rstrip(": "))
    return f"there: {' '.join(found)}"


@command("cd DIR")
def cd(state: State, call: Call) -> str | None:
    """Change the directory of the commands that follow."""
    path = state.path(call.args[0])
    if not path.is_dir():
        raise CommandFailed(f"{call.args[0]} is not a directory")
    state.cwd = path
    state.log.note(str(path))
    return None


@command("chmod MODE PATH...")
def chmod(state: State, call: Call) -> str | None:
    """Change the permissions of files.

    MODE is octal. The superuser is not stopped by them.
    """
    for pattern in call.args[1:]:
        for path in state.paths(pattern):
            path.chmod(parse_mode(call.args[0]))
    return None


@command("cp SRC... DST")
def cp(state: State, call: Call) -> str | None:
    """Copy files.

    SRC may be a file, a pattern, a directory, or `stdout`, `stderr` or `output` of the last command.
    With several, DST must be a directory that exists.
    """
    *sources, target_name = call.args
    target = state.path(target_name)
    streams = [name for name in sources if name in ("stdout", "stderr", "output")]
    paths = [path for name in sources if name not in streams for path in state.paths(name)]
    if len(streams) + len(paths) > 1 and not target.is_dir():
        raise CommandFailed(f"{target_name} is not a directory")
    for name in streams:
        (target / name if target.is_dir() else target).write_bytes(state.read(name))
    for path in paths:
        destination = target / path.name if target.is_dir() else target
        if path.is_dir():
            shutil.copytree(path, destination, symlinks=True)
        else:
            shutil.copy(path, destination)
    return None


@command("mv OLD NEW")
def mv(state: State, call: Call) -> str | None:
    """Rename a file or directory, or move it into the directory NEW."""
    shutil.move(state.path(call.args[0]), state.path(call.args[1]))
    return None


@command("rm PATH...")
def rm(state: State, call: Call) -> str | None:
    """Remove files and whole directories.

    PATH may be a pattern. What is not there is a failure.
    """
    for pattern in call.args:
        for path in state.paths(pattern):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    return None


@command("mkdir DIR...")
def mkdir(state: State, call: Call) -> str | None:
    """Make directories, and those above them.

    One that is already there is no failure.
    """
    for name in call.args:
        state.path(name).mkdir(parents=True, exist_ok=True)
    return None


@command("symlink LINK -> TARGET")
def symlink(state: State, call: Call) -> str | None:
    """Make a symbolic link.

    TARGET is stored as it is written.
    """
    state.path(call.args[0]).symlink_to(call.args[2])
    return None


COMMANDS = (exists, cd, chmod, cp, mv, rm, mkdir, symlink)
