"""Find an operand in a value that reads otherwise than it is written.

Owns ``View``, the value as it reads, with the way back from each of its places
to the place in the value; the finding in it; and the writing of the wanted
operand in the same way.  Blanks and separators that were taken out are a way of
reading too.  What the escapes are is ``operands_find_readings``'s.  Runs in
worker processes, called by ``operands_find``.  Go has nothing of the kind.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from gofuzz_py.internal.operands_find_places import REMEMBERED, Edit, Find, Subject, find_all, graded
from gofuzz_py.internal.operands_find_readings import BACKSLASHES, ENTITIES, READINGS, Reading
from gofuzz_py.internal.operands_find_spell import Text, as_text, as_units, is_narrow

#: Tokens beyond these are not read.
_MOST_TOKENS = 1000


#: (start, stop, before, behind): a stretch of the value, and what of its whole tokens lies beside
#: that which was looked for.
Source = tuple[int, int, str, str]


@dataclass(frozen=True, slots=True)
class View:
    """A part of a value as it reads."""

    #: What it reads as, in units.
    text: str
    #: Where each piece begins in ``text``.
    offsets: list[int]
    #: Where each piece begins and ends in the value, and whether it stands there as it reads.
    pieces: list[tuple[int, int, bool]]

    def sources(self, begin: int, places: list[int], size: int, *, plain_too: bool = False) -> list[Source]:
        """Return what stretches of the view were read from, in a value in which it begins at ``begin``.

        A stretch without a token reads as it is written, and is left out unless
        ``plain_too`` says that it is of interest as well.
        """
        found = []
        for at in places:
            source = self._source(at, at + size, plain_too)
            if source:
                start, stop, before, behind = source
                found.append((begin + start, begin + stop, before, behind))
        return found

    def _source(self, start: int, stop: int, plain_too: bool) -> Source | None:
        left, right = bisect_right(self.offsets, start) - 1, bisect_right(self.offsets, stop - 1) - 1
        if left == right and self.pieces[left][2] and not plain_too:
            return None
        before = behind = ""
        begin, _, plain = self.pieces[left]
        if plain:
            begin += start - self.offsets[left]
        else:
            before = self.text[self.offsets[left] : start]
        at, end, plain = self.pieces[right]
        if plain:
            end = at + stop - self.offsets[right]
        else:
            following = self.offsets[right + 1] if right + 1 < len(self.offsets) else len(self.text)
            behind = self.text[stop:following]
        return begin, end, before, behind


@lru_cache(REMEMBERED)
def view_of(units: str, reading: Reading, is_bytes: bool, is_raw: bool) -> View | None:
    """Read a part of a value, or return None where nothing reads otherwise than it is written."""
    at, end = 0, len(units)
    texts: list[str] = []
    offsets: list[int] = []
    pieces: list[tuple[int, int, bool]] = []
    size = 0
    for match in islice(reading.token.finditer(units), _MOST_TOKENS):
        start, stop = match.span()
        read = _lifted(reading.read(match[0]), is_bytes, is_raw)
        for piece, text in (((at, start, True), units[at:start]), ((start, stop, False), read)):
            pieces.append(piece)
            offsets.append(size)
            texts.append(text)
            size += len(text)
        at = stop
    if not pieces:
        return None
    return View("".join((*texts, units[at:end])), [*offsets, size], [*pieces, (at, end, True)])


def _lifted(read: str | bytes, is_bytes: bool, is_raw: bool) -> str:
    """Return what was read as units: text in a bytes value is UTF-8, unless the operand is bytes."""
    if isinstance(read, str) and (not is_bytes or (is_raw and is_narrow(read))):
        return read
    return read.decode("latin-1") if isinstance(read, bytes) and is_bytes else as_units(read, is_bytes)


def find_read(subject: Subject, seen: Text, wanted: Text) -> Iterator[Find]:
    """Find a text in every way of reading of the table."""
    is_raw = isinstance(seen, bytes)
    needle, new = as_units(seen, subject.is_bytes), as_units(wanted, subject.is_bytes)
    for reading in READINGS:
        if reading.mark not in subject.units or len(needle) > len(subject.units):
            continue
        for sources in _sources(subject, reading, needle, is_raw):
            edits = _read_edits(reading, sources, new, subject.is_bytes, is_raw)
            yield Find(graded(reading.grade, needle), edits)


def _sources(subject: Subject, reading: Reading, needle: str, is_raw: bool) -> Iterator[list[Source]]:
    """Return, for each window in which the value reads as the operand, where that was read from."""
    for begin, part in subject.windows():
        view = view_of(part, reading, subject.is_bytes, is_raw)
        places = find_all(view.text, needle, subject.rand) if view else []
        sources = view.sources(begin, places, len(needle)) if view else []
        if sources:
            yield sources


def _read_edits(
    reading: Reading, sources: list[Source], new: str, is_bytes: bool, is_raw: bool
) -> Iterator[Edit]:
    for start, stop, before, behind in sources:
        for written in _written(reading, before + new + behind, is_bytes, is_raw):
            yield start, stop, written


def _written(reading: Reading, units: str, is_bytes: bool, is_raw: bool) -> Iterator[str]:
    # As raw, each unit is written for itself; else what is written is the text that the units are.
    is_raw = is_raw and is_narrow(units)
    text = units if is_raw else as_text(units, is_bytes)
    for write in reading.write:
        written = write(text, is_raw)
        yield written if is_raw else as_units(written, is_bytes)


def escaped(subject: Subject) -> Callable[[str], list[str]]:
    """Return a function that writes a text so that it survives in the format the value may be in."""
    formats = [reading for reading in READINGS if reading.grade == 0 and reading.mark in subject.units]
    if '"' in subject.units and BACKSLASHES not in formats:
        formats.append(BACKSLASHES)
    if "<" in subject.units and ENTITIES not in formats:
        formats.append(ENTITIES)

    def write(units: str) -> list[str]:
        if units.isalnum() or len(units) > 4096:
            return []
        return [next(_written(reading, units, subject.is_bytes, False)) for reading in formats]

    return write


# Blanks and separators.


def as_it_is(text: str, is_raw: bool) -> str:
    """Write a text as it is, where nothing has to be escaped."""
    return text


def _blank(token: str) -> str:
    return " "


def _nothing(token: str) -> str:
    return ""


_LOOSE = (
    Reading("", re.compile(r"[^\S ]|\s{2,}"), _blank, (as_it_is,), 1),
    Reading("", re.compile(r"\s+"), _nothing, (as_it_is,), 1),
    Reading("", re.compile(r"[-_.:\s]+"), _nothing, (as_it_is,), 1),
    Reading("", re.compile(r"[,']+"), _nothing, (as_it_is,), 1),
)


def find_loose(subject: Subject, seen: str, wanted: str) -> Iterator[Find]:
    """Find a text of which blanks or separators were taken out or made one."""
    if len(seen) < 2:
        return
    for reading in _LOOSE:
        for sources in _sources(subject, reading, seen, False):
            yield Find(graded(1, seen), _loose_edits(subject.units, sources, seen, wanted))


def _loose_edits(units: str, sources: list[Source], seen: str, wanted: str) -> Iterator[Edit]:
    for start, stop, _, _ in sources:
        yield start, stop, _laid_out(units[start:stop], seen, wanted)
        yield start, stop, wanted


def _laid_out(found: str, seen: str, wanted: str) -> str:
    """Write ``wanted`` with the separators of ``found`` between its characters, as far as they go."""
    if len(found) > _MOST_TOKENS:
        return wanted
    rest = iter(wanted)
    left = iter(seen)
    following = next(left, "")
    result = []
    for unit in found:
        if unit == following:
            result.append(next(rest, ""))
            following = next(left, "")
        else:
            result.append(unit)
    return "".join((*result, *rest))
