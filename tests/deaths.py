"""Many deaths in one fuzz run: what each input died of, and what the user was told of it.

Owns two things that the scripts about dying targets share.  In the target,
:class:`Deaths` hands out one death after another and saves each input before
it dies.  Afterwards the command (``python -m tests.deaths``) holds the saved
inputs against the files that the run has written, and prints a table of what
was said about each, for ``cmp``.  Knows the corpus format by its reader and
the engine by its output only.  Runs inside scripts: the class in the processes
of a run, the command by itself.

::

    python -m tests.deaths found OUTPUT   # what a -fuzzcontinue run said of each death
    python -m tests.deaths replay FuzzX   # what each written file says when it is run again
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from gofuzz_py.internal.encoding import unmarshal_corpus_file

#: Where inputs are saved, under the name of the death that they died.
FOLDER = "died"
#: Set (to anything) when written inputs are to die again.
REPLAY = "REPLAY"

_KEPT = re.compile(r"(?:Failing input written to|which may not be to blame, is kept in) (\S+)$")
_USER_FRAME = re.compile(r'^[ |]*File "(?:[^"]*/)?(?P<file>[^"/]+)", line (?P<line>\d+),? in ')
#: What differs from one version of Python to the next.
_VOLATILE = (
    (r"^\(\d+ frames", "(N frames"),
    (r"^(RecursionError: maximum recursion depth exceeded).*", r"\1"),
)


class Deaths:
    """Hands the deaths of a list to new inputs, each death once.

    To be made while the module is imported: a target may take away the
    working directory, or replace ``os`` and ``open``, later.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._folder = os.path.abspath(FOLDER)
        os.makedirs(self._folder, exist_ok=True)
        self._is_replaying = REPLAY in os.environ
        self._died = {(Path(self._folder, name)).read_bytes(): name for name in os.listdir(self._folder)}
        done = set(self._died.values())
        self._left = [name for name in names if name not in done]

    def next(self, data: bytes) -> str | None:
        """Return the death that this input is to die, or None if it is to live.

        While fuzzing that is the next one of the list, once; the input is
        saved first.  In a replay it is the death that the input has died.
        """
        if self._is_replaying:
            return self._died.get(data)
        if data in self._died or not self._left:
            return None
        name = self._left.pop(0)
        self._died[data] = name
        fd = os.open(os.path.join(self._folder, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        os.write(fd, data)
        os.close(fd)
        return name


def _saved() -> dict[bytes, str]:
    """Return the saved inputs with the deaths that they died, in the order of the deaths' names."""
    return {path.read_bytes(): path.name for path in sorted(Path(FOLDER).iterdir())}


def _value(path: str) -> bytes:
    _, values = unmarshal_corpus_file(Path(path).read_bytes())
    (value,) = values
    assert isinstance(value, bytes)
    return value


def found(output: str) -> Iterator[str]:
    """Give the lines of the table for a run's output: every death, and what was said of it.

    Raises AssertionError for a death of which nothing was said, for a file
    that does not hold an input that died, and for a second one of the same.
    """
    saved, told = _saved(), {}
    text: list[str] = []
    lines = iter(output.splitlines())
    for line in lines:
        kept = _KEPT.search(line)
        if kept is None:
            text.append(line)
            continue
        name = saved[_value(kept[1])]
        assert name not in told, f"{name} was told of twice"
        told[name] = list(_summary(text))
        text = []
        if "written to" in line:
            assert next(lines).strip() == "To re-run:", f"{name}: no command to re-run it"
            assert Path(kept[1]).name in next(lines), f"{name}: the wrong command to re-run it"
    missing = sorted(set(saved.values()) - set(told))
    assert not missing, f"nothing was said of {missing}"
    for name in saved.values():
        yield from _entry(name, told[name])


def replay(test: str) -> Iterator[str]:
    """Run each written input by itself; give the lines of the table of what was said of it."""
    written = {_value(str(path)): path.name for path in Path("testdata", "fuzz", test).iterdir()}
    for data, name in _saved().items():
        if data not in written:
            continue
        seed = f"{test}/{written[data]}"
        ended = subprocess.run(
            [sys.executable, "-m", "gofuzz_py", f"-run={seed}", *sys.argv[3:]],
            env={**os.environ, REPLAY: "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="backslashreplace",
            check=False,
        )
        assert ended.returncode != 0, f"{name} passes when it is run again:\n{ended.stdout}"
        status = f"exit status {ended.returncode}"
        if ended.returncode < 0:
            status = f"signal {signal.Signals(-ended.returncode).name}"
        named = [line for line in ended.stdout.splitlines() if seed in line]
        shown = named[0] if named else "(nothing names the seed)"
        shown = re.sub(r'"[^"]*/([^"/]+\.py")', r'"\1', shown.strip().replace(seed, f"{test}/HASH"))
        yield from _entry(name, [status, re.sub(r"line \d+", "line N", re.sub(r"\d+\.\d+s", "Ts", shown))])


def _entry(name: str, lines: Iterable[str]) -> Iterator[str]:
    yield name
    yield from (f"    {line}" for line in lines)


def _summary(text: list[str]) -> Iterator[str]:
    """Give what matters of a failure's text: what it was, and which line of the target it shows."""
    lines = [line.strip() for line in text if line.strip()]
    heads = [line for line in lines if line.startswith("fuzzing process ")]
    head = heads[-1] if heads else lines[-1]
    for volatile, written in _VOLATILE:
        head = re.sub(volatile, written, head)
    yield head
    frames = [match for match in map(_USER_FRAME.match, text) if match and Path(match["file"]).exists()]
    if frames:
        # The dump of a dying process begins with the innermost frame, a traceback ends with it.
        frame = frames[0] if heads else frames[-1]
        yield "at: " + Path(frame["file"]).read_text("utf-8").splitlines()[int(frame["line"]) - 1].strip()


def main() -> int:
    """Print a table; the exit status is 1 if something does not fit."""
    command, argument = sys.argv[1:3]
    table = found(Path(argument).read_text("utf-8")) if command == "found" else replay(argument)
    try:
        for line in table:
            sys.stdout.write(line + "\n")
    except (AssertionError, KeyError) as error:
        return sys.stderr.write(f"{type(error).__name__}: {error}\n") and 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
