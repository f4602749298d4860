"""The parts of a value that a checksum may cover, by plain offsets.

Owns the lists, from what formats use most to every pair of places where
something may begin or end.  Knows nothing of functions.  Runs in worker
processes, once per stuck comparison, called by ``checksums_search`` and
``checksums_lengths``.  Go's engine has nothing of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gofuzz_py.internal.checksums_forms import Packed
from gofuzz_py.internal.checksums_wants import Want

#: Literals at which parts begin and end.
SEPARATORS = (b"\r\n", b"\n", b"\0", b"*", b"$", b"|", b";", b",", b":", b"=", b"/", b"#", b"-", b".", b" ",
              b"(", b")", b"{", b"}", b'"', b"&", b"?", b"<", b">")  # fmt: skip

_SINGLE_SEPARATORS = b"\n\t *$|;,:=/#-.@&?"

#: Values above this get only the plainest parts.
LONG_VALUE = 65536
#: Where headers of usual sizes end.
_HEADS = (0, 4, 8, 2, 1, 12, 16, 20, 3, 6, 10, 5, 14, 18, 24, 28, 32, 26, 36, 40, 48, 54, 64, 128, 256, 512)
_BLOCKS = (512, 20, 16, 32, 64, 128, 256, 8, 12, 14, 24, 28, 40, 48, 52, 54, 1024, 4096)
#: Texts within quotes or markup that are looked at.
_MOST_QUOTED = 64

#: Pairs of starts and ends that are looked at.
_MOST_FAR = 600

#: How near the field the length of its part is looked for, how, and how many are tried.
_STATED_NEAR = 16
_STATED_FORMS = (Packed(4, "little"), Packed(4, "big"), Packed(2, "little"), Packed(2, "big"))
_MOST_LENGTHS = 6

_QUOTED = re.compile(rb""""([^"\r\n]+)"|'([^'\r\n]+)'|>([^<]+)<|[=:] ?([^&;,\s"'<>]+)""")
_IS_HEX = re.compile(rb"(?:[0-9a-fA-F]{2})+")


@dataclass(frozen=True, slots=True)
class Stated:
    """A number that stands at a fixed distance from the field."""

    #: From where the field begins.
    offset: int
    form: Packed

    def read(self, value: bytes, begin: int) -> int:
        """Return the number for a field that begins there."""
        at = begin + self.offset
        return int.from_bytes(value[at : at + self.form.width] if at >= 0 else b"", self.form.order)


@dataclass(frozen=True, slots=True)
class Span:
    """A part by plain offsets."""

    start: int
    end: int
    #: What stands for each byte of the field, where it lies within.
    mask: bytes = b""
    #: A key of ``checksums_places.DECODERS``, or empty.
    decoder: str = ""
    #: How far-fetched it is, 0 and up.
    rank: int = 0
    #: The number that says how long it is, if that is why it was looked at.
    stated: Stated | None = None


def likely_spans(value: bytes, want: Want) -> list[Span]:
    """List what most formats cover: all that follows, all that precedes, the whole."""
    begin, end, size = want.begin, want.end, len(value)
    masked = [Span(0, size, b"\0", "", 1), Span(0, size, b"", "", 1), Span(0, size, b" ", "", 2)]
    is_inside = begin and end < size
    spans = [Span(end, size), Span(0, begin), *(masked if is_inside else masked[:1])]
    if _is_separator(value[end : end + 1]):
        spans.append(Span(end + 1, size, rank=1))
    if _is_separator(value[max(0, begin - 1) : begin]):
        spans.append(Span(0, begin - 1, rank=1))
    return _plain(spans, size)


def _is_separator(byte: bytes) -> bool:
    return byte != b"" and byte in _SINGLE_SEPARATORS


def usual_spans(value: bytes, want: Want) -> list[Span]:
    """List parts beside small gaps and magic numbers, blocks, lines and what is between separators."""
    begin, end, size = want.begin, want.end, len(value)
    spans = [Span(end + gap, size, rank=2) for gap in (1, 2, 4, 8)]
    spans += [Span(0, begin - gap, rank=2) for gap in (1, 2, 4, 8)]
    spans += [Span(head, begin, rank=2) for head in (1, 2, 3, 4, 6, 8, 12, 16)]
    spans += [Span(end, size - tail, rank=2) for tail in (1, 2, 4, 8)]
    spans += [Span(head, size, b"\0", "", 3) for head in (1, 2, 4, 8) if head <= begin]
    spans += _blocks(value, want)
    spans += _line_spans(value, want)
    if want.is_strong:
        spans += _quoted(value)
    return _plain(spans, size)


def _blocks(value: bytes, want: Want) -> Iterator[Span]:
    """List headers of fixed size, and blocks that contain the field."""
    for length in _BLOCKS:
        if want.end <= length < len(value):
            for mask, rank in ((b"\0", 3), (b" ", 4 if length < 512 else 2), (b"", 4)):
                yield Span(0, length, mask, "", rank)
            yield Span(want.end, length, rank=4)
    start = want.begin // 512 * 512
    if start + 512 <= len(value):
        yield Span(start, start + 512, b" ", "", 2)
        yield Span(start, start + 512, b"\0", "", 3)


def line_of(value: bytes, begin: int, end: int) -> tuple[int, int]:
    """Return where the line of a field begins and ends, without its line ending."""
    start = value.rfind(b"\n", 0, begin) + 1
    stop = value.find(b"\n", end)
    stop = len(value) if stop < 0 else stop
    if stop > end and value[stop - 1 : stop] == b"\r":
        stop -= 1
    return start, stop


def _line_spans(value: bytes, want: Want) -> list[Span]:
    """List parts within the field's line, and between separators."""
    start, stop = line_of(value, want.begin, want.end)
    begin, end, size = want.begin, want.end, len(value)
    spans = [
        Span(start, begin, rank=2), Span(end, stop, rank=2),
        Span(start, stop, b"", "", 3), Span(start, stop, b"\0", "", 3),
        Span(start, begin - 1, rank=2), Span(start + 1, begin, rank=3),
        Span(start + 1, begin - 1, rank=2), Span(end + 1, stop, rank=3),
        Span(0, start, rank=2), Span(0, start - 1, rank=3),
        Span(stop + 1, size, rank=2), Span(stop + 2, size, rank=2),
    ]  # fmt: skip
    before, _, after = around(value, begin, end)
    spans += [Span(at, begin - gap, rank=3 + gap) for at in before for gap in (0, 1)]
    return spans + [Span(end + gap, at, rank=3 + gap) for at in after for gap in (0, 1)]


def around(value: bytes, begin: int, end: int) -> tuple[list[int], list[int], list[int]]:
    """List the nearest separators: where they end and begin before the field, where they begin after it."""
    ends, begins, after = [], [], []
    for literal in SEPARATORS:
        # What touches the field is passed over: it separates the field from the part.
        at = value.rfind(literal, 0, max(0, begin - 1))
        if at >= 0:
            ends.append(at + len(literal))
            begins.append(at)
        at = value.find(literal, end)
        if at >= 0:
            after.append(at)
    return ends, begins, after


def _quoted(value: bytes) -> Iterator[Span]:
    """List texts within quotes and markup, and values of assignments."""
    for count, match in enumerate(_QUOTED.finditer(value)):
        if count == _MOST_QUOTED:
            return
        yield Span(*match.span(match.lastindex or 0), rank=3)


def decoded_spans(value: bytes, want: Want) -> list[Span]:
    """List parts that are read as hex or decompressed first."""
    begin, end, size = want.begin, want.end, len(value)
    spans = compressed_spans(value, want)
    if size <= LONG_VALUE:
        start, stop = line_of(value, begin, end)
        spans += [
            Span(first, last, b"", "hex", 3)
            for first in (start, start + 1, start + 2, end, end + 1)
            for last in (begin, begin - 1, stop)
            if last - first > 1 and _IS_HEX.fullmatch(value, first, last)
        ]
    return _plain(spans, size)


def compressed_spans(value: bytes, want: Want) -> list[Span]:
    """List parts that may be compressed data."""
    begin, end, size = want.begin, want.end, len(value)
    spans: list[Span] = []
    for first in (0, 10, 2, 4, 8, 16, end, end + 4):
        if value[first : first + 3] == b"\x1f\x8b\x08":
            spans.append(Span(first, size, b"\0", "gzip", 2))
            continue
        for last in (begin, begin - 4, size) if first < begin else (size,):
            if value[first : first + 1] == b"x":
                spans.append(Span(first, last, b"", "zlib", 2))
            elif first in (end, end + 4):
                spans.append(Span(first, last, b"", "deflate", 4))
    return _plain(spans, size)


def far_spans(value: bytes, want: Want) -> list[Span]:
    """List all pairs of places where parts begin and end."""
    begin, end, size = want.begin, want.end, len(value)
    line, stop = line_of(value, begin, end)
    before, before_begins, after = around(value, begin, end)
    headings = _headings(value)
    starts = [0, end, 4, 8, line, end + 1, *before, *headings, *_HEADS]
    starts += [end + gap for gap in (2, 3, 4, 6, 8)] + [begin - gap for gap in (4, 8, 12, 16, 20, 24, 32)]
    ends = [size, begin, size - 4, size - 1, begin - 1, stop, *after, *before_begins, *headings]
    ends += [size - gap for gap in (2, 3, 8, 12, 16, 20)] + [begin - gap for gap in (2, 3, 4, 8, 12)]
    ends += _BLOCKS
    spans = []
    for first, last in _pairs(list(dict.fromkeys(starts)), list(dict.fromkeys(ends))):
        if 0 <= first < last <= size:
            spans.append(Span(first, last, b"\0", "", 5))
            if first <= begin and end <= last:
                spans += [Span(first, last, b"", "", 6), Span(first, last, b" ", "", 6)]
            if len(spans) > _MOST_FAR:
                break
    return spans


def _pairs(starts: list[int], ends: list[int]) -> Iterator[tuple[int, int]]:
    """List all pairs, those of likely starts and ends first."""
    for both in range(len(starts) + len(ends) - 1):
        for place in range(max(0, both - len(ends) + 1), min(both + 1, len(starts))):
            yield starts[place], ends[both - place]


def _headings(value: bytes) -> list[int]:
    """List where the first line ends, and the first empty line."""
    found = ((value.find(literal), literal) for literal in (b"\n", b"\n\n", b"\r\n\r\n"))
    return [at + len(literal) for at, literal in found if at >= 0]


def free_spans(value: bytes, want: Want) -> Iterator[Span]:
    """List all parts that end at the field or the end, or begin after the field."""
    begin, end, size = want.begin, want.end, len(value)
    for first in range(begin - 1, 0, -1):
        yield Span(first, begin, rank=7)
    for last in range(end + 1, size):
        yield Span(end, last, rank=7)
    for first in range(end + 1, size):
        yield Span(first, size, rank=8)


def stated_spans(value: bytes, want: Want) -> Iterator[Span]:
    """List all parts as long as a number near the field says, plain and compressed."""
    begin, end, size = want.begin, want.end, len(value)
    lengths: dict[int, Stated] = {}
    for at in (*range(end, min(end + _STATED_NEAR, size)), *range(max(0, begin - _STATED_NEAR), begin)):
        for form in _STATED_FORMS:
            stated = Stated(at - begin, form)
            is_apart = at >= end or at + form.width <= begin
            if is_apart and at + form.width <= size and 4 <= (length := stated.read(value, begin)) <= size:
                lengths.setdefault(length, stated)
    for length, stated in list(lengths.items())[:_MOST_LENGTHS]:
        for first in range(size - length + 1):
            if first + length <= begin or first >= end:
                yield Span(first, first + length, b"", "", 6, stated)
                yield Span(first, first + length, b"", "deflate", 7, stated)


def _plain(spans: Iterable[Span], size: int) -> list[Span]:
    """Leave out parts that are empty, outside or listed before."""
    seen: dict[tuple[int, int, bytes, str], Span] = {}
    for span in spans:
        if 0 <= span.start < span.end <= size:
            seen.setdefault((span.start, span.end, span.mask, span.decoder), span)
    return list(seen.values())
