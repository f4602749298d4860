"""Which function of which part of the value gives a wanted number.

Owns the search: parts from the likely to the far-fetched, times functions
from the cheap to the slow, within a budget.  A part is two plain offsets
here; how they are found again in a changed value is ``checksums_anchors``'s.
Runs in worker processes, once per stuck comparison, called by ``checksums``.
Go's engine has nothing of the kind.

The budget is in nanoseconds by the table's rough costs, not by a clock, so
that the same operands always give the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from gofuzz_py.internal.checksums_crc import FAST_CRCS, HASHES, SLOW_CRCS
from gofuzz_py.internal.checksums_digits import CHECK_DIGITS
from gofuzz_py.internal.checksums_forms import Digits, Packed
from gofuzz_py.internal.checksums_functions import (
    ADLER32,
    CRC32,
    DIGESTS,
    SLOW_SUMS,
    SUM,
    SUMS,
    Base,
    Derived,
)
from gofuzz_py.internal.checksums_places import DECODERS
from gofuzz_py.internal.checksums_wants import Want

#: What one search may cost, by the costs of the functions.
BUDGET_NS = 30_000_000
#: What one evaluation costs besides its bytes: cutting, calling, comparing.
_CALL_NS = 700
#: Values above this get only the plainest parts.
LONG_VALUE = 65536
#: The passes with one free end look at every offset, so they are for short values.
_FREE_VALUE = 4096
#: A search that has found this many explanations needs no more of them.
_ENOUGH = 48

_CHEAP = (*SUMS, *FAST_CRCS, *DIGESTS)
_SLOW = (*SLOW_SUMS, *SLOW_CRCS, *HASHES)
_FREE = tuple(
    base for base in _CHEAP if base.name in ("crc32", "adler32", "md5", "sha1", "sha256", "crc16/ccitt")
)

#: Moduli that programs take of a sum beside powers of two.
_ODD_MODULI = (255, 10, 97, 100, 1000, 251, 127, 128, 11, 43, 26, 36, 37, 47, 64, 101, 103, 257, 997, 9973,
               10000, 32768, 65521, 65535, 1000000, 0x7FFFFFFF, 1000000007)  # fmt: skip
_SUM_ROWS = (
    (1, 0, 1 << 8, 1), (1, 0, 1 << 16, 1), (1, 0, 1 << 32, 1),
    (-1, 0, 1 << 8, 1), (-1, -1, 1 << 8, 1), (-1, 0, 1 << 16, 2), (-1, -1, 1 << 16, 2),
    (-1, 0, 1 << 32, 2), (-1, -1, 1 << 32, 2),
)  # fmt: skip

#: Literals at which parts begin and end.
SEPARATORS = (b"\r\n", b"\n", b"\0", b"*", b"$", b"|", b";", b",", b":", b"=", b"/", b"#", b"-", b".", b" ",
              b"(", b")", b"{", b"}", b'"', b"&", b"?", b"<", b">")  # fmt: skip

#: Where headers of usual sizes end.
_HEADS = (0, 4, 8, 2, 1, 12, 16, 20, 3, 6, 10, 5, 14, 18, 24, 28, 32, 26, 36, 40, 48, 54, 64, 128, 256, 512)
_BLOCKS = (512, 20, 16, 32, 64, 128, 256, 8, 12, 14, 24, 28, 40, 48, 52, 54, 1024, 4096)


@dataclass(frozen=True, slots=True)
class Span:
    """A part by plain offsets."""

    start: int
    end: int
    #: What stands for each byte of the field, where it lies within.
    mask: bytes = b""
    decoder: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """An explanation of the wanted number."""

    want: Want
    span: Span
    derived: Derived
    #: How far-fetched it is, 0 and up.
    rank: int


class Search:
    """One search: the value, what was computed already, and what may still be spent."""

    def __init__(self, value: bytes, budget_ns: int = BUDGET_NS) -> None:
        self.value = value
        self.left_ns = budget_ns
        #: Results for parts that do not contain the field.
        self._memo: dict[tuple[Base, int, int, str], int] = {}

    def run(self, wants: Sequence[Want]) -> list[Match]:
        """Return the explanations, likeliest first."""
        found: list[Match] = []
        for span_lists, bases in ((self._likely, (*_CHEAP, *CHECK_DIGITS, *_SLOW)), (self._decoded, _CHEAP)):
            for want in wants:
                found += self._try(want, span_lists(want), bases, is_likely=True)
        if len(self.value) <= LONG_VALUE and not any(match.want.is_strong for match in found):
            for want in wants:
                found += self._try(want, self._unlikely(want), _CHEAP, is_likely=False)
        if not found and len(self.value) <= _FREE_VALUE:
            for want in wants:
                if want.is_strong:
                    found += self._try(want, self._free(want), _FREE, is_likely=False)
        return sorted(found, key=lambda match: match.rank)[:_ENOUGH]

    def _try(
        self, want: Want, spans: Iterable[Span], bases: Iterable[Base], is_likely: bool
    ) -> Iterator[Match]:
        usable = [(base, goal, rows) for base in bases for goal, rows in _goals(base, want, is_likely)]
        count = 0
        for span in spans if usable else ():
            data = self.cut(want, span)
            if data is None:
                continue
            for base, goal, rows in usable:
                if self.left_ns <= 0 or count >= _ENOUGH:
                    return
                number = self._compute(base, want, span, data)
                for derived, rank in rows if number >= 0 else ():
                    if derived.adapt(number) == goal.number:
                        count += 1
                        yield Match(goal, span, derived, want.rank + span.rank + base.rank + rank)

    def cut(self, want: Want, span: Span) -> bytes | None:
        """Return the bytes of a span, with the field masked."""
        begin, end = want.begin, want.end
        if span.end <= begin or span.start >= end:
            data = self.value[span.start : span.end]
        elif span.start > begin or span.end < end:
            return None
        else:
            middle = span.mask * (end - begin)
            data = self.value[span.start : begin] + middle + self.value[end : span.end]
        return (DECODERS[span.decoder](data) if span.decoder else data) or None

    def _compute(self, base: Base, want: Want, span: Span, data: bytes) -> int:
        if span.start < want.end and want.begin < span.end:
            self.left_ns -= _CALL_NS + base.cost * len(data)
            return base.compute(data)
        key = (base, span.start, span.end, span.decoder)
        number = self._memo.get(key)
        self.left_ns -= _CALL_NS
        if number is None:
            self.left_ns -= base.cost * len(data)
            number = self._memo[key] = base.compute(data)
        return number

    # Parts.

    def _likely(self, want: Want) -> list[Span]:
        """List the parts that formats use most."""
        begin, end, size = want.begin, want.end, len(self.value)
        spans = [Span(end, size), Span(0, begin)]
        masked = [Span(0, size, b"\0", "", 1), Span(0, size, b"", "", 1), Span(0, size, b" ", "", 2)]
        spans += masked if begin and end < size else masked[:1]
        if size > LONG_VALUE:
            return spans
        spans += [Span(end + gap, size, rank=2) for gap in (1, 2, 4, 8)]
        spans += [Span(0, begin - gap, rank=2) for gap in (1, 2, 4, 8)]
        spans += [Span(head, begin, rank=2) for head in (1, 2, 3, 4, 6, 8, 12, 16)]
        spans += [Span(end, size - tail, rank=2) for tail in (1, 2, 4, 8)]
        spans += [Span(head, size, b"\0", "", 3) for head in (1, 2, 4, 8) if head <= begin]
        spans += self._blocks(want)
        spans += self._line_spans(want)
        return _plain(spans, size)

    def _blocks(self, want: Want) -> Iterator[Span]:
        """List headers of fixed size, and blocks that contain the field."""
        for length in _BLOCKS:
            if want.end <= length < len(self.value):
                for mask, rank in ((b"\0", 3), (b" ", 4 if length < 512 else 2), (b"", 4)):
                    yield Span(0, length, mask, "", rank)
                yield Span(want.end, length, rank=4)
        start = want.begin // 512 * 512
        if start and start + 512 <= len(self.value):
            yield Span(start, start + 512, b" ", "", 2)
            yield Span(start, start + 512, b"\0", "", 3)

    def line_of(self, begin: int, end: int) -> tuple[int, int]:
        """Return where the line of a field begins and ends, without its line ending."""
        start = self.value.rfind(b"\n", 0, begin) + 1
        stop = self.value.find(b"\n", end)
        stop = len(self.value) if stop < 0 else stop
        if stop > end and self.value[stop - 1 : stop] == b"\r":
            stop -= 1
        return start, stop

    def _line_spans(self, want: Want) -> list[Span]:
        """List parts within the field's line, and between separators."""
        start, stop = self.line_of(want.begin, want.end)
        before, after = self._around(want)
        spans = [
            Span(start, want.begin, rank=2), Span(want.end, stop, rank=2),
            Span(start, stop, b"", "", 3), Span(start, stop, b"\0", "", 3),
            Span(start, want.begin - 1, rank=3), Span(start + 1, want.begin, rank=3),
            Span(start + 1, want.begin - 1, rank=3), Span(want.end + 1, stop, rank=3),
            Span(0, start, rank=2), Span(0, start - 1, rank=3),
            Span(stop + 1, len(self.value), rank=2), Span(stop + 2, len(self.value), rank=2),
        ]  # fmt: skip
        spans += [Span(at, want.begin - gap, rank=3 + gap) for at in before for gap in (0, 1)]
        return spans + [Span(want.end + gap, at, rank=3 + gap) for at in after for gap in (0, 1)]

    def _around(self, want: Want) -> tuple[list[int], list[int]]:
        """List the nearest separators: where they end before the field, where they begin after it."""
        before, after = [], []
        for literal in SEPARATORS:
            # What touches the field is passed over: it separates the field from the part.
            at = self.value.rfind(literal, 0, max(0, want.begin - 1))
            if at >= 0:
                before.append(at + len(literal))
            at = self.value.find(literal, want.end)
            if at >= 0:
                after.append(at)
        return before, after

    def _decoded(self, want: Want) -> list[Span]:
        """List parts that are read as hex or decompressed first."""
        value, begin, end, size = self.value, want.begin, want.end, len(self.value)
        spans: list[Span] = []
        if size <= LONG_VALUE:
            start, stop = self.line_of(begin, end)
            spans += [
                Span(first, last, b"", "hex", 3)
                for first in (start, start + 1, start + 2, end, end + 1)
                for last in (begin, begin - 1, stop)
                if last - first > 1 and _IS_HEX.fullmatch(value, first, last)
            ]
        for first in (0, 10, 2, 4, 8, 16, end, end + 4):
            for last in (begin, begin - 4, size) if first < begin else (size,):
                if value[first : first + 3] == b"\x1f\x8b\x08":
                    spans.append(Span(first, size, b"\0", "gzip", 2))
                elif value[first : first + 1] == b"x":
                    spans.append(Span(first, last, b"", "zlib", 2))
                elif first:
                    spans.append(Span(first, last, b"", "deflate", 4))
        return _plain(spans, size)

    def _unlikely(self, want: Want) -> list[Span]:
        """List all pairs of places where parts begin and end."""
        begin, end, size = want.begin, want.end, len(self.value)
        line, stop = self.line_of(begin, end)
        before, after = self._around(want)
        starts = [*_HEADS, *(end + gap for gap in (0, 1, 2, 3, 4, 6, 8)), line, line + 1, *before]
        starts += [begin - gap for gap in (4, 8, 12, 16, 20, 24, 32)]
        starts += self._headings()
        ends = [*(size - gap for gap in (0, 1, 2, 3, 4, 8, 12, 16, 20)), stop, *after]
        ends += [begin - gap for gap in (0, 1, 2, 3, 4, 8, 12)]
        ends += [*_BLOCKS, *self._headings()]
        masks = ((b"\0", 5), (b"", 5), (b" ", 6))
        spans = []
        for last in dict.fromkeys(ends):
            for first in dict.fromkeys(starts):
                has_field = first <= begin and end <= last
                for mask, rank in masks if has_field else masks[1:2]:
                    spans.append(Span(first, last, mask, "", rank))
        return _plain(spans, size)

    def _headings(self) -> list[int]:
        """List where the first line ends, and the first empty line."""
        found = ((self.value.find(literal), literal) for literal in (b"\n", b"\n\n", b"\r\n\r\n"))
        return [at + len(literal) for at, literal in found if at >= 0]

    def _free(self, want: Want) -> Iterator[Span]:
        """List all parts that end at the field or the end, or begin at the start or after the field."""
        begin, end, size = want.begin, want.end, len(self.value)
        for last in range(size - 1, end, -1):
            yield Span(end, last, rank=7)
        for first in range(1, begin):
            yield Span(first, begin, rank=7)
        for first in range(end + 1, size):
            yield Span(first, size, rank=8)


_IS_HEX = re.compile(rb"(?:[0-9a-fA-F]{2})+")


def _plain(spans: Iterable[Span], size: int) -> list[Span]:
    """Leave out parts that are empty, outside or listed before."""
    seen: dict[tuple[int, int, bytes, str], Span] = {}
    for span in spans:
        if 0 <= span.start < span.end <= size:
            seen.setdefault((span.start, span.end, span.mask, span.decoder), span)
    return list(seen.values())


# What a base's result must be.

Rows = Sequence[tuple[Derived, int]]


def _goals(base: Base, want: Want, is_likely: bool) -> list[tuple[Want, Rows]]:
    """List the wants that a base may meet, with what would be done to its result."""
    if base in _CHECKS:
        is_digits = isinstance(want.form, Digits) and want.form.base in (10, 11)
        return [(want, _plain_rows(base))] if is_digits and want.number < 1000 else []
    if base in _DIGEST_SET:
        return _digest_goals(base, want)
    if base.bits == 0:
        return [(want, _sum_rows(base, is_likely))]
    return _fixed_goals(base, want, is_likely)


_CHECKS = frozenset(CHECK_DIGITS)
_DIGEST_SET = frozenset(DIGESTS)


@cache
def _plain_rows(base: Base) -> Rows:
    return [(Derived(base), 0)]


@cache
def _sum_rows(base: Base, is_likely: bool) -> Rows:
    rows = [(Derived(base), 0)]
    rows += [(Derived(base, times, plus, 1, modulus), rank) for times, plus, modulus, rank in _SUM_ROWS]
    if is_likely and base in (SUM, *SLOW_SUMS[-3:]):
        rows += [(Derived(base, 1, 0, 1, modulus), 3) for modulus in _ODD_MODULI]
        rows += [(Derived(base, -1, 0, 1, modulus), 4) for modulus in _ODD_MODULI]
    return rows


def _digest_goals(base: Base, want: Want) -> list[tuple[Want, Rows]]:
    """List a digest in full, or cut to the field from either side; both orders are one for raw bytes."""
    bits = want.form.bits
    if not 0 < bits <= base.bits or (isinstance(want.form, Digits) and want.form.base != 16):
        return []
    if isinstance(want.form, Packed) and want.form.order == "little":
        payload = want.number.to_bytes(want.form.width, "little")
        want = replace(want, form=replace(want.form, order="big"), number=int.from_bytes(payload, "big"))
    if bits == base.bits:
        return [(want, _plain_rows(base))]
    rank = 0 if bits >= 32 else 3 if bits >= 16 else 5
    head, tail = Derived(base, 1, 0, 1 << base.bits - bits), Derived(base, 1, 0, 1, 1 << bits)
    return [(want, [(head, rank), (tail, rank + 1)])]


def _fixed_goals(base: Base, want: Want, is_likely: bool) -> list[tuple[Want, Rows]]:
    """List a checksum of fixed width: as it is, inverted, and cut to the field."""
    bits = want.form.bits
    if bits and bits < base.bits:
        return [(want, _cut_rows(base, bits))] if is_likely or bits >= 16 else []
    if want.number >> base.bits:
        return []
    if not bits and base.bits >= 32 and want.number < 1 << base.bits - 16:
        return [(want, _modulo_rows(base))] if is_likely and base in (CRC32, ADLER32) else []
    return [(want, _fixed_rows(base))]


@cache
def _fixed_rows(base: Base) -> Rows:
    modulus = 1 << base.bits
    return [(Derived(base), 0), (Derived(base, -1, -1, 1, modulus), 1), (Derived(base, -1, 0, 1, modulus), 3)]


@cache
def _cut_rows(base: Base, bits: int) -> Rows:
    modulus = 1 << bits
    return [
        (Derived(base, 1, 0, 1, modulus), 2),
        (Derived(base, 1, 0, 1 << base.bits - bits), 3),
        (Derived(base, -1, -1, 1, modulus), 4),
    ]


@cache
def _modulo_rows(base: Base) -> Rows:
    moduli = (1 << 16, 1 << 8, *_ODD_MODULI, 1000000)
    return [(Derived(base, 1, 0, 1, modulus), 3 + (modulus & modulus - 1 > 0)) for modulus in moduli]
