"""Values that are made of many records, each with a field of its own.

Owns ``Lines`` (each line is a record) and ``Chunks`` (records that begin with
their length, as in PNG and RIFF), and how they are recognised round a match.
A repair with a scope mends every record it fits, so it holds wherever a
mutation adds, drops or moves one.  Knows nothing of functions.  Runs in
worker processes: found once per stuck comparison, used once per execution by
``checksums``.  Go's engine has nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from gofuzz_py.internal.checksums_forms import Order
from gofuzz_py.internal.checksums_search import Match
from gofuzz_py.internal.checksums_spans import Span

#: More records than this are left as they are.
_MOST_RECORDS = 1024
#: How far before the part its length may stand, and what it does not count.
_LONGEST_HEAD, _LONGEST_EXTRA = 16, 32

_MOST_LAYOUTS = 4

Mend = Callable[[bytes], bytes | None]


@dataclass(frozen=True, slots=True)
class Lines:
    """Every line is a record; line endings are not part of it."""

    def apply(self, value: bytes, mend: Mend) -> bytes | None:
        """Mend every line; None if none has the field."""
        lines = value.split(b"\n")
        if len(lines) > _MOST_RECORDS:
            return None
        is_mended = False
        for place, line in enumerate(lines):
            ending = b"\r" if line.endswith(b"\r") else b""
            mended = mend(line[: len(line) - len(ending)])
            if mended is not None:
                is_mended = True
                lines[place] = mended + ending
        return b"\n".join(lines) if is_mended else None

    def __str__(self) -> str:
        return "in every line"


@dataclass(frozen=True, slots=True)
class Chunks:
    """Records that say their length."""

    #: Where the first begins.
    start: int
    #: Where in a record its length stands, and how.
    at: int
    width: int
    order: Order
    #: The size of a record less the number in its length.
    extra: int

    def bounds(self, value: bytes) -> list[tuple[int, int]]:
        """List where the records begin and end, as far as they follow one another."""
        found: list[tuple[int, int]] = []
        begin, size = self.start, len(value)
        while begin + self.at + self.width <= size and len(found) < _MOST_RECORDS:
            length = value[begin + self.at : begin + self.at + self.width]
            end = begin + int.from_bytes(length, self.order) + self.extra
            if end > size:
                break
            found.append((begin, end))
            begin = end
        return found

    def apply(self, value: bytes, mend: Mend) -> bytes | None:
        """Mend every record; None if none has the field."""
        pieces, last, is_mended = [value[: self.start]], self.start, False
        for begin, end in self.bounds(value):
            mended = mend(value[begin:end])
            is_mended |= mended is not None
            pieces.append(value[begin:end] if mended is None else mended)
            last = end
        return b"".join((*pieces, value[last:])) if is_mended else None

    def __str__(self) -> str:
        return f"in every chunk from byte {self.start} on"


Scope = Lines | Chunks


def line_record(value: bytes, match: Match, line: tuple[int, int]) -> tuple[bytes, Match] | None:
    """Return the line of a match and the match within it, if the value has more lines than this."""
    begin, end = line
    if b"\n" not in value or not _is_within(match, begin, end):
        return None
    return value[begin:end], _moved(match, begin)


def chunk_records(value: bytes, match: Match) -> Iterator[tuple[Chunks, bytes, Match]]:
    """List ways to read the value as chunks, of which the match's part and field are one."""
    if not match.want.is_strong or match.span.decoder:
        return
    first = min(match.span.start, match.want.begin)
    last = max(match.span.end, match.want.end)
    found = 0
    for begin in range(first, max(-1, first - _LONGEST_HEAD - 1), -1):
        for chunks in _layouts(value, match, begin, last):
            yield chunks, value[begin:last], _moved(match, begin)
            found += 1
            if found == _MOST_LAYOUTS:
                return


def _layouts(value: bytes, match: Match, begin: int, last: int) -> Iterator[Chunks]:
    orders: tuple[Order, ...] = ("big", "little")
    for at in range(9):
        for width in (4, 2, 1, 8):
            place = begin + at
            if place + width > last or (place < match.want.end and match.want.begin < place + width):
                continue
            for order in orders if width > 1 else orders[:1]:
                extra = last - begin - int.from_bytes(value[place : place + width], order)
                if at + width <= extra <= _LONGEST_EXTRA:
                    yield from _chains(value, Chunks(begin, at, width, order, extra), begin)


def _chains(value: bytes, chunks: Chunks, begin: int) -> Iterator[Chunks]:
    """Yield the layout from a start of the value, if at least two records in a row fill it."""
    for start in dict.fromkeys((0, 4, 8, 12, 16, begin)):
        chain = replace(chunks, start=start)
        bounds = chain.bounds(value)
        if len(bounds) > 1 and bounds[-1][1] == len(value) and any(row[0] == begin for row in bounds):
            yield chain


def _is_within(match: Match, begin: int, end: int) -> bool:
    span, want = match.span, match.want
    return begin <= min(span.start, want.begin) and max(span.end, want.end) <= end


def _moved(match: Match, by: int) -> Match:
    want = replace(match.want, begin=match.want.begin - by, end=match.want.end - by)
    span: Span = replace(match.span, start=match.span.start - by, end=match.span.end - by)
    return replace(match, want=want, span=span)
