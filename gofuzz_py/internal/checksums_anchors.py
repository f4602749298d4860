"""From a match at plain offsets to the places and bounds that find it in changed values.

Owns the choice of anchors: the same two offsets can mean "from byte 4 to the
end", "from 2 after the field to the next newline" and more, which part ways
as soon as the value grows.  Gives a few readings of each match, likeliest
first; which of them holds is for the engine to try.  Runs in worker
processes, once per stuck comparison, called by ``checksums``.  Go's engine
has nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from gofuzz_py.internal.checksums_forms import Packed
from gofuzz_py.internal.checksums_places import (
    AFTER,
    BEYOND,
    END,
    FIELD,
    LAST,
    SINCE,
    START,
    STATED,
    TO,
    UNTIL,
    UPON,
    Bound,
    Part,
    Place,
)
from gofuzz_py.internal.checksums_search import Match
from gofuzz_py.internal.checksums_spans import SEPARATORS, Span
from gofuzz_py.internal.checksums_wants import Want

#: As far from the start or end as fixed headers and trailers reach.
_NEAR = 64
#: As far as what separates a field from its part.
_GAP = 8
#: Readings of one match.
_MOST_READINGS = 6
#: How long the text before a field is to be, to find it again.
_SHORTEST_MARKER, _LONGEST_MARKER = 3, 24


def readings(value: bytes, match: Match) -> Iterator[tuple[Place, Part]]:
    """List places and parts that stand for the match, likeliest first."""
    want, span = match.want, match.span
    rows = []
    for rank, place in enumerate(_places(value, want)):
        starts = _starts(value, want, span, place)
        ends = _ends(value, want, span, place)
        for first, start in enumerate(starts):
            for last, end in enumerate(ends):
                rows.append((rank + first + last, place, Part(start, end, span.mask, span.decoder)))
    rows.sort(key=lambda row: row[0])
    for _, place, part in rows[:_MOST_READINGS]:
        yield place, part


def _places(value: bytes, want: Want) -> list[Place]:
    """Say where the field is, the nearer end first; of text after a marker."""
    rest = len(value) - want.end
    from_start, from_end = Place(START, want.begin), Place(END, rest)
    if want.begin == 0:
        return [from_start]
    if rest == 0 and (want.form.size or want.form.alphabet):
        return [from_end, from_start]
    places = [from_start, from_end] if want.begin <= rest or want.begin <= 16 else [from_end, from_start]
    if not want.form.size and not want.form.alphabet:
        places = [from_start]
    marked = _marked_places(value, want) if _is_text(want) else []
    return [*places[:1], *marked, *places[1:]] if want.begin <= 16 else [*marked, *places]


def _is_text(want: Want) -> bool:
    return not isinstance(want.form, Packed) or bool(want.form.spelling)


def _marked_places(value: bytes, want: Want) -> list[Place]:
    """Say what stands before a field in text: a separator that is nowhere else, or some words."""
    before = value[max(0, want.begin - 1) : want.begin]
    if before and value.count(before) == 1 and not before.isalnum() and want.begin > 1:
        return [Place(LAST, 0, before)]
    marker = _marker(value, want.begin)
    return [Place(BEYOND, 0, marker)] if marker and want.begin > len(marker) else []


def _marker(value: bytes, at: int) -> bytes:
    """Return the text before a place, as much as makes it the first of its kind; empty if there is none."""
    for size in range(1, min(at, _LONGEST_MARKER) + 1):
        text = value[at - size : at]
        if not text.isascii() or text[:1].isdigit():
            return b""
        is_whole = size >= 6 or not text[:1].isalnum()
        if size >= _SHORTEST_MARKER and is_whole and value.find(text) == at - size:
            return text
    return b""


def _starts(value: bytes, want: Want, span: Span, place: Place) -> list[Bound]:
    """Say where the part begins."""
    at = span.start
    if at == 0:
        return [Bound(START)]
    if at >= want.end:
        gap = at - want.end
        marker = _marker(value, at) if gap > 2 and _is_text(want) else b""
        if marker:
            return [Bound(BEYOND, 0, marker), Bound(AFTER, gap)]
        if gap > _GAP or (place.kind == START and want.form.size):
            return [Bound(START, at)] if place.kind == START else [Bound(AFTER, gap), Bound(START, at)]
        return [Bound(AFTER, gap)]
    bounds = [Bound(START, at)] if at <= _NEAR else []
    if _is_text(want) or not bounds:
        since = next((lit for lit in SEPARATORS if _ends_before(value, lit, at, want.begin)), b"")
        marker = _marker(value, at)
        if marker and at > 16:
            bounds.insert(0, Bound(BEYOND, 0, marker))
        if since and at > 1:
            bounds.insert(int(at <= 16), Bound(SINCE, 0, since))
    if place.kind != START and at <= want.begin <= at + _NEAR:
        bounds.append(Bound(FIELD, at - want.begin))
    return bounds or [Bound(START, at)]


def _ends_before(value: bytes, literal: bytes, at: int, begin: int) -> bool:
    found = value.rfind(literal, 0, begin)
    return found >= 0 and found + len(literal) == at


def _ends(value: bytes, want: Want, span: Span, place: Place) -> list[Bound]:
    """Say where the part ends."""
    at, rest = span.end, len(value) - span.end
    if span.stated:
        return [Bound(STATED, span.stated.offset, b"", span.stated.form)]
    if rest == 0:
        return [Bound(END)]
    if at <= want.begin:
        return _ends_before_field(value, want, span)
    until = next((lit for lit in SEPARATORS if value.find(lit, want.end) == at), b"")
    closing = value[at : at + 1]
    bounds = [Bound(UNTIL, 0, until)] if until else []
    if span.start > want.end and not closing.isalnum() and value.find(closing, span.start) == at:
        bounds.insert(0, Bound(TO, 0, closing))
    fixed = Bound(START, at) if place.kind == START else Bound(AFTER, at - want.end)
    if span.start <= want.begin and span.mask and at <= 4096:
        bounds.insert(0, Bound(START, at))  # a header of fixed size that contains the field
    if rest <= _NEAR:
        bounds.append(Bound(END, rest))
    if fixed not in bounds:
        bounds.append(fixed)
    return bounds


def _ends_before_field(value: bytes, want: Want, span: Span) -> list[Bound]:
    gap, literal = span.end - want.begin, value[span.end : span.end + 1]
    bounds = [Bound(FIELD, gap)]
    if literal and gap and not literal.isalnum() and _is_text(want):
        if gap < -_GAP and value.find(literal, span.start) == span.end:
            bounds.insert(0, Bound(TO, 0, literal))
        if value.rfind(literal, 0, want.begin - 1) == span.end:
            bounds.append(Bound(UPON, -1, literal))
    return bounds if -gap <= _NEAR else [*bounds, Bound(START, span.end)]
