"""What a dead worker left on standard error, made fit to be shown.

Owns which lines of it are shown: not this package's own frames, no endless
repeats, and of much text both ends.  Also tells deaths apart by the frame
they happened in.  Knows nothing of processes: it is handed the text.
Runs in the coordinator process; fuzz.py calls it.  Go shows standard error
as it comes.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from gofuzz_py.internal.isolated import os

#: Lines that are shown.
_SHOWN_LINES = 40
#: Folder of this package, with a separator at its end.
_PACKAGE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
#: A line of a faulthandler dump that shows a frame of this package, or what started it.
_ENGINE_FRAME = re.compile(rf'  File "(?:{re.escape(_PACKAGE_DIR)}|<frozen runpy>)')


def add_stderr(text: str, stderr: str) -> str:
    """Return the text with what the process wrote, if it wrote anything, below it."""
    lines = [line for line in stderr.rstrip().splitlines() if not _ENGINE_FRAME.match(line)]
    if not any(line.strip() for line in lines):
        return text
    lines = _without_repeats(lines)
    left_out = len(lines) - _SHOWN_LINES
    if left_out > 0:
        half = _SHOWN_LINES // 2
        lines = [*lines[:half], f"… {left_out} lines left out …", *lines[-half:]]
    return "\n".join([text, "The process wrote to standard error:", *("    " + line for line in lines)])


def _without_repeats(lines: Sequence[str]) -> list[str]:
    """Fold runs of equal lines, as Python's own tracebacks do."""
    folded = []
    for line, group in itertools.groupby(lines):
        count = len(list(group))
        folded += [line] * min(count, 3)
        if count > 3:
            folded.append(f"  [Previous line repeated {count - 3} more times]")
    return folded


def top_frame(stderr: str) -> str:
    """Return the innermost Python frame of a faulthandler dump, to tell deaths apart."""
    for line in stderr.splitlines():
        if line.startswith('  File "'):
            return line.strip()
    return ""
