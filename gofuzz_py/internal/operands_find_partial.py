"""Find a part of an operand, or put the wanted one in where nothing was found.

Owns what is left when an operand stands nowhere as a whole: the program put
something before it (``"do_" + name``), cut it, or changed its middle; or it is
not from this value at all.  Works on units (see ``operands_find_places``).
Runs in worker processes, called by ``operands_find``.  Go has nothing of the
kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gofuzz_py.internal.operands_find_places import (
    Edit,
    Find,
    Subject,
    edits,
    find_written,
    shared_end,
    shared_start,
)
from gofuzz_py.internal.operands_find_spell import as_units
from gofuzz_py.internal.operands_find_tokens import words

_EDGE = re.compile(r"\b|[^\w]")

#: Fewer units than this are no evidence.
_LEAST = 3
#: Of a longer operand the ends are looked for.
_LONGEST = 64
#: Other ways to write an operand that are put in where nothing was found.
_MOST_WORDS = 6


def find_partial(subject: Subject, seen: str, wanted: str) -> Iterator[Find]:
    """Find an operand without what the program has added to it, or its beginning and its end."""
    yield from _inside(subject, seen, wanted)
    yield from _trimmed(subject, seen, wanted)
    yield from _ends(subject, seen, wanted)


def _inside(subject: Subject, seen: str, wanted: str) -> Iterator[Find]:
    """The whole value, or a line of it, is a part of the operand, and what is round it is wanted too."""
    units = subject.units
    lines = units.splitlines() if len(units) <= 4096 else []
    for part in dict.fromkeys((units, units.strip(), *lines[:8])):
        at = seen.find(part) if len(part) >= 2 and len(part) <= len(seen) else -1
        if at < 0:
            continue
        behind = len(seen) - at - len(part)
        if (
            seen[:at] == wanted[:at]
            and len(wanted) >= at + behind
            and wanted.endswith(seen[len(seen) - behind :])
        ):
            new = wanted[at : len(wanted) - behind]
            start = units.find(part)
            yield Find(1, [(start, start + len(part), new)])


def _trimmed(subject: Subject, seen: str, wanted: str) -> Iterator[Find]:
    """What is common to both operands, in front or behind, need not be from the value."""
    start = shared_start(seen, wanted)
    stop = shared_end(seen[start:], wanted[start:])
    for before, behind in ((start, stop), (start, 0), (0, shared_end(seen, wanted))):
        old, new = seen[before : len(seen) - behind], wanted[before : len(wanted) - behind]
        if len(old) >= 2 and (before or behind) and len(old) <= len(subject.units):
            yield from find_written(subject, 1, old, new)


def _ends(subject: Subject, seen: str, wanted: str) -> Iterator[Find]:
    """The longest beginning and the longest end that stand in the value, and what lies between."""
    units = subject.units
    size = _longest(subject, seen[:_LONGEST])
    head = units.find(seen[:size]) if size else -1
    end_size = _longest(subject, seen[-_LONGEST:], from_end=True)
    tail = units.find(seen[len(seen) - end_size :], max(head, 0)) if end_size else -1
    if head >= 0 and tail > head and tail + end_size - head <= 8 * len(seen) + 64:
        yield Find(1, edits(units, head, tail + end_size, wanted))
    if head >= 0:
        size += shared_start(units[head + size : head + len(seen)], seen[size:])
        yield Find(2, _over(units, head, head + size, head + len(seen), wanted))
    if tail >= 0:
        stop = tail + end_size
        yield Find(2, _over(units, tail, stop, stop, wanted, max(0, stop - len(seen))))


def _longest(subject: Subject, text: str, *, from_end: bool = False) -> int:
    """Return how much of the text, from its beginning or its end, stands in the value; 0 if too little."""
    low, high = _LEAST - 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if subject.holds(text[len(text) - middle :] if from_end else text[:middle]):
            low = middle
        else:
            high = middle - 1
    return low if low >= _LEAST else 0


def _over(
    units: str, start: int, stop: int, end: int, wanted: str, begin: int | None = None
) -> Iterator[Edit]:
    """Write over the part that was found, and over all that the operand would take up."""
    yield start, stop, wanted
    yield start if begin is None else begin, min(end, len(units)), wanted


def find_insertions(subject: Subject, seen: object, wanted: object) -> Iterator[Find]:
    """Put the wanted operand in: at the ends, anywhere, and in place of everything."""
    missing = _missing(subject, seen, wanted)
    size = len(subject.units)
    # What saw an empty text has come to an end, mostly that of the value; it may go on there.
    places = [0, size, *_anywhere(subject)] if seen else [size, 0, *_anywhere(subject)]
    yield Find(5, [(at, at, word) for word in missing[:1] for at in places])
    yield Find(5 if seen else 6, [(0, size, word) for word in missing])
    yield Find(6, [(at, at, word) for word in missing[1:] for at in places[:3]])


def _anywhere(subject: Subject) -> Iterator[int]:
    """Return random places, most of them at the end of a word or a blank."""
    units, rand = subject.units, subject.rand
    for index in range(8):
        at = rand.intn(len(units) + 1)
        edge = _EDGE.search(units, at, at + 100) if index % 4 else None
        yield edge.start() if edge else at


def _missing(subject: Subject, seen: object, wanted: object) -> list[str]:
    found = words(wanted, subject.is_bytes)[:_MOST_WORDS]
    if isinstance(seen, (str, bytes)) and isinstance(wanted, (str, bytes)) and seen:
        old, new = as_units(seen, subject.is_bytes), as_units(wanted, subject.is_bytes)
        start = shared_start(old, new)
        rest = new[start : len(new) - shared_end(old[start:], new[start:])]
        if rest and rest != new:
            found.insert(1, rest)
    return found
