"""What running a test came to, as data.

Owns :class:`TestOutcome`, the tree that runners fill and reports print, its
layout as text (a worker sends that with a failure), and the turning of an
exception into the text and the identity of a failure.
Knows nothing of terminals.
"""

from __future__ import annotations

import importlib
import itertools
import re
import traceback
import unittest
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType

from gofuzz_py.internal.isolated import os
from gofuzz_py.internal.raised import is_a, message_of, traceback_of, type_name

#: What a child or a logged line stands in from its test, as in Go.
INDENT = "    "
#: A longer failure text is cut in its middle: a report is for reading.
MAX_TEXT_CHARS = 20_000
_PACKAGE_DIR = os.path.dirname(os.path.abspath(__file__)) + os.sep
_IMPORT_DIR = os.path.dirname(os.path.abspath(importlib.__file__)) + os.sep
_UNITTEST_DIR = os.path.dirname(os.path.abspath(unittest.__file__)) + os.sep
#: Frames that are formatted at most, above the usual recursion limit.
_FORMATTED_FRAMES = 2000
#: Frames shown of each end of a longer stack.
_SHOWN_FRAMES = 20
_FRAME = re.compile(r'[ |]*File "')
#: Frames deep enough to be called a recursion when one place returns this often.
_RECURSION_REPEATS = 10


class Status(Enum):
    """How a test ended, in Go's words."""

    PASS = "PASS"
    FAIL = "FAIL"
    SKIP = "SKIP"


@dataclass(slots=True)
class TestOutcome:
    """One test's, seed's or subtest's result."""

    #: Full name: ``FuzzX/seed#0``.
    name: str
    status: Status
    seconds: float = 0.0
    #: Log lines and tracebacks, each possibly of several lines, without indentation.
    lines: list[str] = field(default_factory=list)
    #: Seeds or subtests, in the order they ran.
    children: list[TestOutcome] = field(default_factory=list)

    @property
    def has_failed(self) -> bool:
        """Did the test fail?"""
        return self.status is Status.FAIL


def outcome_text(outcome: TestOutcome, *, is_verbose: bool = False) -> str:
    """Lay out a result as Go does: ``--- FAIL: NAME (0.00s)``, what was logged, then subtests."""
    return "\n".join(_outcome_lines(outcome, is_verbose))


def _outcome_lines(outcome: TestOutcome, is_verbose: bool) -> Iterator[str]:
    yield f"--- {outcome.status.value}: {outcome.name} ({outcome.seconds:.2f}s)"
    for text in outcome.lines:
        for line in text.split("\n"):
            yield INDENT + line
    for child in outcome.children:
        if is_verbose or child.has_failed:
            for line in _outcome_lines(child, is_verbose):
                yield INDENT + line


def exception_text(error: BaseException) -> str:
    """Return the traceback a user should see: without this package's frames and unittest's.

    Never raises, whatever the exception or a patched module does.
    """
    try:
        left_out = _cut_traceback(traceback_of(error))
        report = traceback.TracebackException.from_exception(error)
        _trim(report, set())
        note = f"\n({left_out} frames in the middle of the stack were left out)" if left_out else ""
        return shorten("".join(_fold(report.format())).rstrip("\n")) + note
    except BaseException as problem:  # MemoryError, a hostile __str__, a patched os or open …
        return _plain_text(error, problem)


def _cut_traceback(tb: TracebackType | None) -> int:
    """Take the middle out of a traceback that would take seconds to format; return the frames taken.

    Such are those of programs that have raised the recursion limit a lot.
    """
    left_out = sum(1 for _ in _entries(tb)) - _FORMATTED_FRAMES
    if left_out <= 0:
        return 0
    entries = itertools.islice(_entries(tb), _FORMATTED_FRAMES // 2 - 1, None)
    head = next(entries)
    head.tb_next = next(itertools.islice(entries, left_out, None))
    return left_out


def _trim(report: traceback.TracebackException, seen: set[int]) -> None:
    if id(report) in seen:
        return
    seen.add(id(report))
    kept = [frame for frame in report.stack if not is_engine_file(frame.filename)]
    if kept:
        report.stack[:] = kept
    nested = [report.__cause__, report.__context__, *(getattr(report, "exceptions", None) or ())]
    for other in nested:
        if other is not None:
            _trim(other, seen)


def _fold(parts: Iterable[str]) -> Iterator[str]:
    """Leave out the middle of long stacks, which functions that call each other without end make."""
    for is_frame, group in itertools.groupby(parts, lambda part: bool(_FRAME.match(part))):
        run = list(group)
        left_out = len(run) - 2 * _SHOWN_FRAMES
        if is_frame and left_out > 0:
            run[_SHOWN_FRAMES:-_SHOWN_FRAMES] = [f"  … {left_out} frames left out …\n"]
        yield from run


def _plain_text(error: BaseException, problem: BaseException) -> str:
    """Say the least that can be said, with as little machinery as possible."""
    lines = ["Traceback (most recent call last):"]
    frames = [frame for frame in _frames(error) if not is_engine_file(frame[0])][-30:]
    lines += [f'  File "{name}", line {line}, in {function}' for name, line, function in frames]
    message = message_of(error)
    lines.append(f"{type_name(error)}: {message}" if message else type_name(error))
    lines.append(f"(the full traceback could not be made: {type_name(problem)})")
    return "\n".join(lines)


def shorten(text: str) -> str:
    """Cut a long text in its middle, saying how much is gone."""
    if len(text) <= MAX_TEXT_CHARS:
        return text
    half = MAX_TEXT_CHARS // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"


def failure_origin(error: BaseException) -> str:
    """Return what tells this failure from others: exception type and place in the user's code.

    After Hypothesis' ``InterestingOrigin``: the innermost frame outside this
    package and unittest.  Running out of stack or memory happens wherever it
    happens, so there the place is the first one that comes back again and
    again, or the outermost.
    """
    places = [(name, line, function) for name, line, function in _frames(error) if not is_engine_file(name)]
    kind = type_name(error)
    if not places:
        return kind
    if is_a(error, RecursionError):
        calls = [(name, function) for name, _, function in places]
        repeated = (call for call in calls if calls.count(call) >= _RECURSION_REPEATS)
        return f"{kind} in {' '.join(next(repeated, calls[0]))}"
    name, line, _ = places[0] if is_a(error, MemoryError) else places[-1]
    return f"{kind} at {name}:{line}"


def is_engine_file(name: str) -> bool:
    """Is this a file of this package, of unittest or of the import system, which users need not see?"""
    return name.startswith((_PACKAGE_DIR, _UNITTEST_DIR, _IMPORT_DIR, "<frozen importlib"))


def _frames(error: BaseException) -> list[tuple[str, int, str]]:
    return list(_walk(traceback_of(error)))


def _walk(tb: TracebackType | None) -> Iterator[tuple[str, int, str]]:
    for entry in _entries(tb):
        code = entry.tb_frame.f_code
        yield code.co_filename, entry.tb_lineno, code.co_name


def _entries(tb: TracebackType | None) -> Iterator[TracebackType]:
    while tb is not None:
        yield tb
        tb = tb.tb_next
