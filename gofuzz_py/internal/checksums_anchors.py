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
    SINCE,
    START,
    UNTIL,
    Bound,
    Part,
    Place,
)
from gofuzz_py.internal.checksums_search import SEPARATORS, Match, Span
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
    is_text = not isinstance(want.form, Packed) or bool(want.form.spelling)
    marker = _marker(value, want.begin) if is_text and want.begin >= _SHORTEST_MARKER else b""
    if marker:
        places.insert(0 if want.begin > len(marker) else 1, Place(BEYOND, 0, marker))
    return places


def _marker(value: bytes, begin: int) -> bytes:
    """Return the text before the field, as much as makes it the first of its kind; empty if there is none."""
    for size in range(_SHORTEST_MARKER, min(begin, _LONGEST_MARKER) + 1):
        text = value[begin - size : begin]
        if not text.isascii():
            return b""
        if value.find(text) == begin - size and (
            size >= 6 or not value[begin - size : begin - size + 1].isalnum()
        ):
            return text
    return b""


def _starts(value: bytes, want: Want, span: Span, place: Place) -> list[Bound]:
    """Say where the part begins."""
    at = span.start
    if at == 0:
        return [Bound(START)]
    if at >= want.end:
        gap = at - want.end
        if gap > _GAP or (place.kind == START and want.form.size):
            return [Bound(START, at)] if place.kind == START else [Bound(AFTER, gap), Bound(START, at)]
        return [Bound(AFTER, gap)]
    bounds = []
    since = next((lit for lit in SEPARATORS if _ends_before(value, lit, at, want.begin)), b"")
    if since and at > 1:
        bounds.append(Bound(SINCE, 0, since))
    if at <= _NEAR:
        bounds.insert(0 if at <= 16 else 1, Bound(START, at))
    if place.kind != START and at <= want.begin <= at + _NEAR:
        bounds.append(Bound(FIELD, at - want.begin))
    return bounds or [Bound(START, at)]


def _ends_before(value: bytes, literal: bytes, at: int, begin: int) -> bool:
    found = value.rfind(literal, 0, begin)
    return found >= 0 and found + len(literal) == at


def _ends(value: bytes, want: Want, span: Span, place: Place) -> list[Bound]:
    """Say where the part ends."""
    at, rest = span.end, len(value) - span.end
    if rest == 0:
        return [Bound(END)]
    if at <= want.begin:
        if want.begin - at <= _GAP:
            return [Bound(FIELD, at - want.begin)]
        return [Bound(START, at), Bound(FIELD, at - want.begin)]
    until = next((lit for lit in SEPARATORS if value.find(lit, want.end) == at), b"")
    bounds = [Bound(UNTIL, 0, until)] if until else []
    fixed = Bound(START, at) if place.kind == START else Bound(AFTER, at - want.end)
    if span.start <= want.begin and span.mask and at <= 4096:
        bounds.insert(0, Bound(START, at))  # a header of fixed size that contains the field
    if rest <= _NEAR:
        bounds.append(Bound(END, rest))
    if fixed not in bounds:
        bounds.append(fixed)
    return bounds
