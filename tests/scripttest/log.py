"""The log of one script: short where it went well, whole where it did not.

Owns the text that a reader gets to see after a failure.  Knows nothing of
commands or processes.  Runs in the testing process; engine.py opens sections
and writes command lines, commands write notes through state.py.

As in Go's script tests, a section that has passed shrinks to its comment and
the time it took; only the section that failed is shown with all output.
"""

from __future__ import annotations

import time
from pathlib import Path

#: Output beyond this is cut in the middle; picked without measurement, to keep
#: a runaway program from burying the reason of the failure.
SHOWN_BYTES = 200_000


class Log:
    """Collects what a script does, section by section."""

    def __init__(self, work: Path, is_verbose: bool = False) -> None:
        """``work`` is shown as $WORK; ``is_verbose`` keeps passed sections whole."""
        self._work = str(work)
        self._is_verbose = is_verbose
        self._finished: list[str] = []
        self._title: list[str] = []
        self._body: list[str] = []
        self._began = time.monotonic()

    def section(self, title: list[str]) -> None:
        """Begin a new section; the one before it has passed."""
        self._finished += self._lines(not self._is_verbose)
        self._title, self._body, self._began = title, [], time.monotonic()

    def command(self, text: str) -> None:
        """Show a command line about to run."""
        self._body.append(f"> {text}")

    def note(self, text: str) -> None:
        """Show a remark of the engine."""
        self._body.append(f"[{text}]")

    def stream(self, name: str, data: bytes) -> None:
        """Show the output of a command, if there is any."""
        if data:
            self._body += [f"[{name}]", shown(data)]

    def text(self) -> str:
        """Return the whole log so far, the current section in full, ending in a newline."""
        lines = [*self._finished, *self._lines(False)]
        return self.shorten("".join(f"{line}\n" for line in lines))

    def shorten(self, text: str) -> str:
        """Put $WORK for the script's directory, which is another in each run."""
        return text.replace(self._work, "$WORK")

    def _lines(self, is_short: bool) -> list[str]:
        if not self._title or not self._body:
            return [*self._title, *([] if is_short else self._body)]
        title = [*self._title[:-1], f"{self._title[-1]} ({time.monotonic() - self._began:.3f}s)"]
        return title if is_short else [*title, *self._body]


def shown(data: bytes) -> str:
    """Return output as text to read: bytes that are no text as escapes, too much cut in the middle."""
    if len(data) > SHOWN_BYTES:
        half = SHOWN_BYTES // 2
        cut = f"\n... {len(data) - 2 * half} bytes not shown ...\n"
        return shown(data[:half]) + cut + shown(data[-half:])
    return data.decode("utf-8", "backslashreplace").removesuffix("\n")
