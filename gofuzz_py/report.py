"""Every line a user reads, as Go's tools write them.

Owns the two reporters: text, and JSON events after ``go tool test2json``.
The layout of one result is outcome.py's, for workers need it too.  Everything
goes to standard output in one order; usage errors, which end a run before it
begins, go to standard error (cli.py).  Runs in the coordinator process only.
"""

from __future__ import annotations

import codecs
import contextlib
import datetime
import errno
import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from typing import IO, Any, Protocol

from gofuzz_py.internal.isolated import open_file, os
from gofuzz_py.outcome import INDENT, Status, TestOutcome, outcome_text

#: What a terminal obeys instead of showing it: controls other than newline and tab, and
#: what turns the direction of writing.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Spell out what a terminal would obey, as Python does: ``\\x1b`` for an escape."""
    return _OBEYED.sub(lambda found: repr(found[0])[1:-1], text)


class Reporter(Protocol):
    """Where runners tell what happens."""

    is_verbose: bool

    def module_started(self, shown: str) -> None:
        """A test module begins."""
        ...

    def module_ended(self, shown: str, status: Status, seconds: float, note: str = "") -> None:
        """A test module is over; ``note`` says what is special about it."""
        ...

    def test_started(self, name: str) -> None:
        """A test or seed begins."""
        ...

    def test_ended(self, outcome: TestOutcome) -> None:
        """A top-level test is over."""
        ...

    def line(self, text: str, test: str = "") -> None:
        """Something to say, perhaps on behalf of a test."""
        ...

    def verdict(self, status: Status) -> None:
        """The last line of a module or run."""
        ...


class _Output:
    """Standard output, safe from a target that closes or replaces it, and from readers that go away."""

    def __init__(self) -> None:
        self._stream: IO[str] = sys.stdout or _nowhere()
        with contextlib.suppress(Exception):  # stdout may be a StringIO, or closed already
            self._stream = _text_stream(os.dup(sys.stdout.fileno()))

    def write_line(self, text: str) -> None:
        """Write a line after everything that was printed before it."""
        self.flush_prints()
        try:
            self._write(text)
        except OSError as error:
            self._give_up(error, text)

    @staticmethod
    def flush_prints() -> None:
        """Have what tests printed so far written."""
        with contextlib.suppress(Exception):  # whatever the target has made of sys.stdout
            sys.stdout.flush()

    def _write(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()

    def _give_up(self, error: OSError, text: str) -> None:
        """Go on without standard output: what is found is still saved."""
        if error.errno == errno.EBADF:  # the target has closed our duplicate, but perhaps not the original
            with contextlib.suppress(OSError):
                self._stream = _text_stream(1)
                self._write(text)
                return
        if not isinstance(error, BrokenPipeError):  # ``| head`` is no mishap
            with contextlib.suppress(Exception):  # there may be no standard error, either
                sys.stderr.write(f"gofuzz_py: cannot write to standard output: {error.strerror}\n")
        mute(1)
        if self._stream is not sys.stdout:
            with contextlib.suppress(OSError):  # else Python tells of it when it drops the stream
                self._stream.close()
        self._stream = _nowhere()


def mute(fd: int) -> None:
    """Let what is written to a descriptor from here on, buffers included, go nowhere instead of failing."""
    with contextlib.suppress(OSError):
        null = os.open(os.devnull, os.O_WRONLY)
        if null != fd:
            os.dup2(null, fd)
            os.close(null)


def _text_stream(fd: int) -> IO[str]:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return open_file(fd, "w", encoding=encoding, errors="backslashreplace", buffering=1, closefd=False)


def _nowhere() -> IO[str]:
    return _text_stream(os.open(os.devnull, os.O_WRONLY))  # needs no closing, of which -X dev would tell


class TextReporter:
    """Go's plain text, in which nothing is left that a terminal would obey."""

    def __init__(self, *, is_verbose: bool) -> None:
        self.is_verbose = is_verbose
        self._output = _Output()

    def module_started(self, shown: str) -> None:
        """Say nothing: the module is named when it is over."""

    def module_ended(self, shown: str, status: Status, seconds: float, note: str = "") -> None:
        """Print ``ok  <TAB>file<TAB>0.003s``, with ``?`` and no time where nothing was there to run."""
        if status is Status.SKIP:
            self.line(f"?   \t{shown}\t{note}")
            return
        word = "FAIL" if status is Status.FAIL else "ok  "
        self.line(f"{word}\t{shown}\t{seconds:.3f}s" + (f" {note}" if note else ""))

    def test_started(self, name: str) -> None:
        """Print ``=== RUN   NAME`` with ``-v``."""
        if self.is_verbose:
            self.line(f"=== RUN   {name}")

    def test_ended(self, outcome: TestOutcome) -> None:
        """Print the result if it failed, or with ``-v``."""
        if self.is_verbose or outcome.has_failed:
            self.line(outcome_text(outcome, is_verbose=self.is_verbose))

    def line(self, text: str, test: str = "") -> None:
        """Print the text."""
        self._output.write_line(visible(text))

    def verdict(self, status: Status) -> None:
        """Print ``PASS`` or ``FAIL``."""
        self.line(status.value)


class _Prints(io.RawIOBase):
    """What stands under ``sys.stdout`` while events are printed: hands on whole texts."""

    def __init__(self, take: Callable[[str], None]) -> None:
        super().__init__()
        self._take = take
        self._decode = codecs.getincrementaldecoder("utf-8")("backslashreplace").decode

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1

    def write(self, data: Any) -> int:
        data = bytes(data)
        if text := self._decode(data):
            self._take(text)
        return len(data)


class JsonReporter:
    """Events as ``go tool test2json`` makes them: start, run, output, pass, fail, skip."""

    is_verbose = True

    def __init__(self) -> None:
        self._output = _Output()
        self._package = ""
        self._test = ""

    @contextlib.contextmanager
    def taking_prints(self) -> Iterator[None]:
        """While the block runs, make events of what tests print.

        What does not go through ``sys.stdout``, such as the output of a program
        that a test starts, goes to standard error, so that every line of
        standard output is an event.
        """
        stdout, descriptor = sys.stdout, None
        sys.stdout = io.TextIOWrapper(
            _Prints(self._print),
            "utf-8",
            "backslashreplace",
            line_buffering=True,
        )
        with contextlib.suppress(OSError):  # one of the two may be closed
            descriptor = os.dup(1)
            os.dup2(2, 1)
        try:
            yield
        finally:
            with contextlib.suppress(Exception):  # whatever the target has made of it
                sys.stdout.flush()
            sys.stdout = stdout
            if descriptor is not None:
                os.dup2(descriptor, 1)
                os.close(descriptor)

    def _print(self, text: str) -> None:
        self._emit_lines(text, self._test)

    def _emit_lines(self, text: str, test: str) -> None:
        about = {"Test": test} if test else {}
        for line in io.StringIO(text, newline="\n"):
            self._emit("output", **about, Output=line)

    def module_started(self, shown: str) -> None:
        """Emit ``start``."""
        self._package = shown
        self._emit("start")

    def module_ended(self, shown: str, status: Status, seconds: float, note: str = "") -> None:
        """Emit the module's ``pass``, ``fail`` or ``skip``."""
        self._emit(status.value.lower(), Elapsed=round(seconds, 3))

    def test_started(self, name: str) -> None:
        """Emit ``run`` and the line that ``-v`` prints."""
        self._emit("run", Test=name)
        self._test = name
        self._emit("output", Test=name, Output=f"=== RUN   {name}\n")

    def test_ended(self, outcome: TestOutcome) -> None:
        """Emit the output of the test and of its children, and how each ended."""
        self._emit_outcome(outcome, "")
        self._test = ""

    def _emit_outcome(self, outcome: TestOutcome, indent: str) -> None:
        head = f"{indent}--- {outcome.status.value}: {outcome.name} ({outcome.seconds:.2f}s)\n"
        self._emit("output", Test=outcome.name, Output=head)
        for text in outcome.lines:
            for line in text.split("\n"):
                self._emit("output", Test=outcome.name, Output=f"{indent}{INDENT}{line}\n")
        for child in outcome.children:
            self._emit_outcome(child, indent + INDENT)
        self._emit(outcome.status.value.lower(), Test=outcome.name, Elapsed=round(outcome.seconds, 2))

    def line(self, text: str, test: str = "") -> None:
        """Emit the text as output of the test or module."""
        self._emit_lines(text + "\n", test)

    def verdict(self, status: Status) -> None:
        """Emit the line ``PASS`` or ``FAIL``."""
        self._emit("output", Output=status.value + "\n")

    def _emit(self, action: str, **fields: Any) -> None:
        self._output.flush_prints()
        event: dict[str, Any] = {
            "Time": datetime.datetime.now(datetime.UTC).isoformat(),
            "Action": action,
        }
        if self._package:
            event["Package"] = self._package
        self._output.write_line(json.dumps(event | fields))
