"""Fields that say how long something is, or how many there are.

Owns the two sides of such a comparison: how the one operand may have been
made from a number in the value (``n``, ``n + header``, ``n * 4``), and what
length or count gives the other.  Apart from ``checksums_search`` because both
sides may be off by a little, and because any number is some length: only
plain relations are believed.  Runs in worker processes, once per stuck
comparison, called by ``checksums``.  Go's engine has nothing of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from gofuzz_py.internal.checksums_forms import Digits, Form, FormKinds, Varint, varint_at
from gofuzz_py.internal.checksums_functions import CHARACTERS, LENGTH, Base, Derived
from gofuzz_py.internal.checksums_search import Match, Search
from gofuzz_py.internal.checksums_spans import SEPARATORS, Span, compressed_spans, line_of
from gofuzz_py.internal.checksums_wants import PACKED_FORMS, Want, runs

#: No length of an input reaches this.
_LONGEST = 1 << 24
#: The offsets that are read as a number: this many at the start and at the end.
_FIRST, _LAST = 192, 64
#: Readings of the field that are tried.
_MOST_SOURCES = 64
_MOST_MATCHES = 24
#: Lines and items are not counted in values above this.
_MOST_COUNTED = 1 << 14
#: What this may cost, and what one reading costs beside what it measures.
_PASS_NS = 4_000_000
_SOURCE_NS = 50_000
#: A column of blanks and digits is no wider than this.
_WIDEST = 20
#: How far a length may be off what it stands for: headers and trailers.
_SHORTEST_SLACK, _LONGEST_SLACK = -16, 64
#: Sizes of words, items and blocks that lengths are counted in.
_UNITS = (2, 4, 8, 3, 16, 512, 6, 12, 20, 32, 64, 128, 256, 1024)


@dataclass(frozen=True, slots=True)
class _Source:
    """A number in the value, and how the operand came from it: ``number * unit + plus``."""

    begin: int
    end: int
    form: Form
    unit: int
    plus: int
    rank: int


@dataclass(frozen=True, slots=True)
class _Relation:
    """A length or count that has the wanted value."""

    span: Span
    derived: Derived


def length_matches(search: Search, field: int, computed: int, kinds: FormKinds) -> list[Match]:
    """List explanations of ``computed`` as a length or count that ``field`` should say."""
    if not (0 <= computed < _LONGEST) or abs(field) >= 1 << 65:
        return []
    search.allow(_PASS_NS)
    found: list[Match] = []
    sources = sorted(_sources(search.value, field, kinds), key=lambda source: source.rank)
    for source in sources[:_MOST_SOURCES]:
        if not search.spend(_SOURCE_NS):
            break
        for relation, rank in _relations(search, source, computed, kinds == "text"):
            match = _match(source, relation, computed, rank)
            if match:
                found.append(match)
    return sorted(found, key=lambda match: match.rank)[:_MOST_MATCHES]


def _match(source: _Source, relation: _Relation, computed: int, rank: int) -> Match | None:
    """Join the two sides, or return None if the number would not be whole."""
    derived, wanted = relation.derived, computed - source.plus
    if source.plus or source.unit != 1:
        if wanted < 0 or wanted % source.unit or derived.unit != 1:
            return None
        derived = Derived(derived.base, derived.times, derived.plus - source.plus, source.unit)
    want = Want(source.begin, source.end, source.form, wanted // source.unit, source.rank)
    if source.form.bits and want.number >> source.form.bits:
        return None
    return Match(want, relation.span, derived, source.rank + rank)


# The field's side.


def _sources(value: bytes, field: int, kinds: FormKinds) -> Iterator[_Source]:
    for begin, end, form, number, rank in _numbers(value, kinds):
        plus = field - number
        place = 0 if begin <= 16 else 1
        if plus == 0:
            yield _Source(begin, end, form, 1, 0, rank + place)
        elif plus in (begin, end):
            yield _Source(begin, end, form, 1, plus, rank + place + 1)
        elif _SHORTEST_SLACK <= plus <= _LONGEST_SLACK and form.bits != 8 and number:
            yield _Source(begin, end, form, 1, plus, rank + place + 3)
        if 0 < number < field:
            for unit in (2, 4, 8, 16, 512):
                extra = field - number * unit
                if extra in (0, begin, end):
                    yield _Source(begin, end, form, unit, extra, rank + place + 3)


def _numbers(value: bytes, kinds: FormKinds) -> Iterator[tuple[int, int, Form, int, int]]:
    """List numbers of all forms: where they begin and end, the form, the number and a rank."""
    size = len(value)
    if kinds != "text":
        near = range(min(size, _FIRST))
        for at in (*near, *range(max(len(near), size - _LAST), size)):
            for packed, rank in PACKED_FORMS:
                if at + packed.width <= size:
                    number = int.from_bytes(value[at : at + packed.width], packed.order)
                    yield at, at + packed.width, packed, number, rank
            if value[at] > 127 and (found := varint_at(value, at)):
                yield at, found[1], Varint(), found[0], 2
    for base, pattern, rank in _TEXT_FORMS if kinds != "raw" else ():
        for begin, end in runs(value, pattern):
            for stop in _ends_of_digits(begin, end):
                text = value[begin:stop]
                number, start = int(text, base), len(value[:begin].rstrip(b" "))
                for place, form in enumerate(_digit_forms(text, base)[: 2 if stop == end else 1]):
                    yield begin, stop, form, number, rank + place + (stop < end)
                if begin - start > 1 and stop - start <= _WIDEST:
                    yield start, stop, Digits(base, stop - start, " "), number, rank + 1


def _ends_of_digits(begin: int, end: int) -> Iterator[int]:
    """Say where a number in a run of digits may end: with it, or after a usual width near the start."""
    if end - begin <= 20:
        yield end
    for width in (2, 4, 8) if begin <= 8 else ():
        if begin + width < end:
            yield begin + width


def _digit_forms(text: bytes, base: int) -> list[Form]:
    """Say how digits may be written again: as many as there are, or as many as it takes."""
    is_upper = text != text.lower()
    forms: list[Form] = [Digits(base, size, is_upper=is_upper) for size in (0, len(text))]
    is_fixed = (text.startswith(b"0") and len(text) > 1) or (base == 16 and len(text) in (4, 8))
    return forms[::-1] if is_fixed else forms


_DECIMAL = re.compile(rb"[0-9]+")
_OCTAL = re.compile(rb"[0-7]+")
_HEX = re.compile(rb"[0-9a-fA-F]+")
_TEXT_FORMS = ((10, _DECIMAL, 0), (16, _HEX, 1), (8, _OCTAL, 2))


# The other side.


def _relations(
    search: Search, source: _Source, computed: int, is_text: bool
) -> Iterator[tuple[_Relation, int]]:
    value = search.value
    size, begin, end = len(value), source.begin, source.end
    # The length of a str is in characters, though while all are ASCII it looks the same.
    for relation, rank in _lengths(LENGTH, search, source, computed):
        yield relation, rank + is_text
    if is_text or search.has_wide_characters:
        for relation, rank in _lengths(CHARACTERS, search, source, computed):
            yield relation, rank + (not is_text)
    if 0 <= begin - computed <= 16 and begin:
        yield _Relation(Span(0, begin), Derived(LENGTH, 1, computed - begin)), 3 if computed == begin else 5
    if source.plus or source.unit != 1:
        return
    for span in (Span(end, size), Span(0, size, b"\0")):
        yield from _scaled(span, size - span.start, computed)
    yield from _counts(search, source, computed)
    for span in compressed_spans(value, Want(begin, end, source.form, 0, 0)):
        if span.decoder != "deflate" and len(search.decode(span) or b"") == computed:
            yield _Relation(span, Derived(LENGTH)), 1


def _lengths(base: Base, search: Search, source: _Source, computed: int) -> Iterator[tuple[_Relation, int]]:
    """Compare with lengths in bytes or characters; ``plus`` takes up a little that is not counted."""
    size, end = len(search.value), source.end
    whole, after = search.measure(base, 0, size), search.measure(base, end, size)
    if computed == whole:
        yield _Relation(Span(0, size, b"\0"), Derived(base)), 0
    slack = computed - after
    if slack == 0:
        yield _Relation(Span(end, size), Derived(base)), 0
    elif -16 <= slack < 0:
        yield _Relation(Span(end, size), Derived(base, 1, slack)), 2
    elif -1024 <= slack <= end + 16 and computed != whole and end < size:
        yield _Relation(Span(end, size), Derived(base, 1, slack)), 3 if slack in (source.begin, 4, 8) else 5
    for span, rank in _stretches(search, source):
        for plus in (0, 1, 2, -1, -2):
            if search.measure(base, span.start, span.end) + plus == computed:
                yield _Relation(span, Derived(base, 1, plus)), rank + abs(plus)


def _stretches(search: Search, source: _Source) -> list[tuple[Span, int]]:
    """List parts that end before the value does: lines, headers, what is between separators."""
    value, begin, end = search.value, source.begin, source.end
    line, stop = line_of(value, begin, end)
    spans = [(Span(end, stop), 2), (Span(line, stop, b"\0"), 3), (Span(line, begin), 4)]
    for literal in (b"\r\n\r\n", b"\n\n", b"\r\n", b"\n"):
        at = value.find(literal)
        if at >= 0 and at + len(literal) > end:
            spans.append((Span(at + len(literal), len(value)), 1))
    for literal in SEPARATORS:
        # The field's own separator is passed over, as in "5:hello,".
        at = value.find(literal, end + 1)
        if at > end:
            spans += [(Span(end + gap, at), 3 + gap) for gap in (0, 1, 2) if end + gap <= at]
    return [row for row in spans if row[0].start < row[0].end < len(value) or row[1] == 1]


def _scaled(span: Span, length: int, computed: int) -> Iterator[tuple[_Relation, int]]:
    """Compare with lengths in bits, words and blocks."""
    for times in (8, 2):
        if length and length * times == computed:
            yield _Relation(span, Derived(LENGTH, times)), 3
    for unit in _UNITS if computed else ():
        if length // unit == computed:
            yield _Relation(span, Derived(LENGTH, 1, 0, unit)), 3 + 2 * (length % unit > 0)
        elif -(-length // unit) == computed:
            yield _Relation(span, Derived(LENGTH, 1, unit - 1, unit)), 5


def _count(data: bytes, literal: bytes) -> int:
    return data.count(literal)


def _words(data: bytes) -> int:
    return len(data.split())


def _lines(data: bytes) -> int:
    return len(data.splitlines())


def _full_lines(data: bytes) -> int:
    return sum(1 for line in data.splitlines() if line.strip())


_COUNTED = (b"\n", b",", b";", b" ", b"|", b"\t", b"\0", b"&", b":", b"=", b"/", b".", b"-")
#: Counts and their ranks.
_COUNTS: tuple[tuple[Base, int], ...] = (
    (Base("lines", _lines, cost=5), 2),
    (Base("lines with text", _full_lines, cost=10), 3),
    (Base("words", _words, cost=10), 3),
    *((Base(f"count of {literal!r}", partial(_count, literal=literal)), 3) for literal in _COUNTED),
)

#: The functions to which only the size of the part matters, or how it is divided.
SIZES = frozenset((LENGTH, CHARACTERS, *(base for base, _ in _COUNTS)))


def _counts(search: Search, source: _Source, computed: int) -> Iterator[tuple[_Relation, int]]:
    """Compare with numbers of lines, words and items."""
    value, end = search.value, source.end
    if len(value) > _MOST_COUNTED or not 0 < computed <= len(value):
        return
    _, stop = line_of(search.value, source.begin, end)
    spans = [Span(end, len(value)), Span(0, len(value), b"\0"), Span(end, stop)]
    if stop < len(value):
        spans.append(Span(stop + len(b"\n"), len(value)))
    for span in spans if source.rank < 3 else ():
        for base, rank in _COUNTS:
            plus = computed - search.measure(base, span.start, span.end)
            if plus in (0, 1):
                yield _Relation(span, Derived(base, 1, plus)), rank
            elif plus == -1:
                yield _Relation(span, Derived(base, 1, plus)), rank + 2
