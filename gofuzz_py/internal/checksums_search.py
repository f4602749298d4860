"""Which function of which part of the value gives a wanted number.

Owns the search: the parts of ``checksums_spans``, likely ones first, times
the functions of ``checksums_goals``, within a budget for each pass.  How a
part is found again in a changed value is ``checksums_anchors``'s.  Runs in
worker processes, once per stuck comparison, called by ``checksums``.  Go's
engine has nothing of the kind.

The budgets are in nanoseconds by the table's rough costs, not by a clock, so
that the same operands always give the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gofuzz_py.internal.checksums_forms import Form
from gofuzz_py.internal.checksums_functions import Base, Derived
from gofuzz_py.internal.checksums_goals import DECODED, FAR, LIKELY, SLOW, STATED, USUAL, Goal, goals
from gofuzz_py.internal.checksums_places import DECODERS
from gofuzz_py.internal.checksums_spans import (
    LONG_VALUE,
    Span,
    decoded_spans,
    far_spans,
    free_spans,
    likely_spans,
    stated_spans,
    usual_spans,
)
from gofuzz_py.internal.checksums_wants import Want

#: What one pass may cost, by the costs of the functions.
_PASS_NS = {
    LIKELY: 5_000_000,
    USUAL: 5_000_000,
    SLOW: 2_000_000,
    DECODED: 1_000_000,
    FAR: 8_000_000,
    STATED: 6_000_000,
}
#: What all passes of a search may cost.
_TOTAL_NS = 25_000_000
#: What one evaluation costs besides its bytes: cutting, calling, comparing.
_CALL_NS = 2000
#: A function that takes longer than this for a part is not tried on it.
_DEAR_NS = 1_500_000
#: The pass with one free end looks at every offset, so it is for short values.
_FREE_VALUE = 4096
#: Explanations of this rank and above are as likely chance.
_DOUBTFUL = 5
#: How many places of the field the long passes look at.
_FAR_WANTS = 4
#: A pass that has found this many explanations needs no more of them.
_ENOUGH = 48


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

    def __init__(self, value: bytes) -> None:
        self.value = value
        #: Is the value UTF-8 with characters of more than one byte?
        self.has_wide_characters = not value.isascii() and _is_utf8(value)
        self._total_ns = _TOTAL_NS
        self._left_ns = self._given_ns = 0
        self._memo: dict[tuple[Base, int, int, bytes, str, tuple[int, int] | None], int] = {}
        self._goals: dict[tuple[int, Form, int], list[Goal]] = {}
        self._decoded: dict[tuple[int, int, str], bytes | None] = {}

    def run(self, wants: Sequence[Want], is_brief: bool) -> list[Match]:
        """Return the explanations, likeliest first; only by the likeliest parts if it is to be brief."""
        found = self._pass(wants, likely_spans, LIKELY)
        if is_brief:
            wants = [want for want in wants if want.is_strong]
        found += self._pass(wants, decoded_spans, DECODED)
        if len(self.value) <= LONG_VALUE:
            found += self._pass(wants, usual_spans, USUAL)
            found += self._pass(wants, usual_spans, SLOW)
            if all(match.rank > _DOUBTFUL for match in found):
                found += self._pass(wants[:_FAR_WANTS], far_spans, FAR)
        if not found and len(self.value) <= _FREE_VALUE:
            strong = [want for want in wants if want.is_strong]
            found += self._pass(strong[:_FAR_WANTS], free_spans, FAR)
            if not found:
                found += self._pass(strong[:_FAR_WANTS], stated_spans, STATED)
        found += [twin for match in found if match.want.is_strong for twin in self._twins(match, wants)]
        return sorted(found, key=lambda match: match.rank)

    def _twins(self, match: Match, wants: Sequence[Want]) -> Iterator[Match]:
        """List the other places that hold the same field, as both headers of a zip do."""
        want, span = match.want, match.span
        for other in wants:
            is_apart = other.begin >= want.end and (other.end <= span.start or other.begin >= span.end)
            if is_apart and (other.number, other.form) == (want.number, want.form):
                stated = span.stated
                if stated and stated.read(self.value, other.begin) != span.end - span.start:
                    stated = None
                yield Match(other, replace(span, stated=stated), match.derived, match.rank + 1)

    def _pass(
        self, wants: Sequence[Want], spans_of: Callable[[bytes, Want], Iterable[Span]], likelihood: int
    ) -> list[Match]:
        """Try the parts of all wants, the likeliest pairs first."""
        rows: list[tuple[int, Want, list[Goal], Span]] = []
        spans: dict[tuple[int, int], list[Span]] = {}
        for want in wants:
            usable = self._goals_of(want, likelihood)
            where = want.begin, want.end
            if usable and where not in spans:
                spans[where] = list(spans_of(self.value, want))
            rows += [(want.rank + span.rank, want, usable, span) for span in spans[where]] if usable else []
        rows.sort(key=lambda row: row[0])
        found: list[Match] = []
        self.allow(_PASS_NS[likelihood])
        for rank, want, usable, span in rows:
            if self._left_ns <= 0 or len(found) >= _ENOUGH:
                break
            found += self._try(want, usable, span, rank)
        return found

    def _try(self, want: Want, usable: Sequence[Goal], span: Span, rank: int) -> Iterator[Match]:
        data = self.cut(want, span)
        if data is None:
            return
        for goal in usable:
            if goal.base.cost * len(data) > min(self._left_ns, _DEAR_NS):
                continue
            result = self._compute(goal.base, want, span, data)
            if result >= 0:
                for derived, more in goal.find(result):
                    turned = replace(want, number=goal.number, form=goal.form)
                    yield Match(turned, span, derived, rank + goal.base.rank + more)

    def _goals_of(self, want: Want, likelihood: int) -> list[Goal]:
        key = want.number, want.form, likelihood
        if key not in self._goals:
            self._goals[key] = goals(want, len(self.value), likelihood)
        return self._goals[key]

    def allow(self, nanoseconds: int) -> None:
        """Begin a pass that may cost so much, if that is left of all."""
        self._total_ns -= self._given_ns - max(0, self._left_ns)
        self._left_ns = self._given_ns = max(0, min(nanoseconds, self._total_ns))

    def spend(self, nanoseconds: int) -> bool:
        """Take from what the pass may cost; is there something left?"""
        self._left_ns -= nanoseconds
        return self._left_ns > 0

    def cut(self, want: Want, span: Span) -> bytes | None:
        """Return the bytes of a span, with the field masked; None if there are none."""
        begin, end = want.begin, want.end
        if span.decoder and span.decoder != "hex":
            return self.decode(span)
        if span.end <= begin or span.start >= end:
            data = self.value[span.start : span.end]
        elif span.start > begin or span.end < end:
            return None
        else:
            middle = span.mask * (end - begin)
            data = self.value[span.start : begin] + middle + self.value[end : span.end]
        return (DECODERS[span.decoder](data) if span.decoder else data) or None

    def decode(self, span: Span) -> bytes | None:
        """Return compressed data; the field, if it lies within, is in what follows them."""
        key = span.start, span.end, span.decoder
        if key not in self._decoded:
            self.spend(20_000 + 10 * (span.end - span.start))
            self._decoded[key] = DECODERS[span.decoder](self.value[span.start : span.end])
        return self._decoded[key]

    def _compute(self, base: Base, want: Want, span: Span, data: bytes) -> int:
        """Compute a function, or look up what it gave for the same bytes."""
        field = (want.begin, want.end) if span.start < want.end and want.begin < span.end else None
        key = base, span.start, span.end, span.mask, span.decoder, field
        result = self._memo.get(key)
        if result is None:
            self.spend(base.cost * len(data) + _CALL_NS)
            result = self._memo[key] = base.compute(data)
        else:
            self.spend(_CALL_NS // 2)
        return result

    def measure(self, base: Base, start: int, end: int) -> int:
        """Compute a length or count of the value as it is."""
        key = base, start, end, b"", "", None
        result = self._memo.get(key)
        if result is None:
            self.spend(base.cost * (end - start) + _CALL_NS)
            result = self._memo[key] = base.compute(self.value[start:end])
        return result


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
