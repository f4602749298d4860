"""Shrinking bytes and str: delete what is not needed, then make the rest readable.

Owns the passes that treat a value as a row of characters without meaning;
minimize_structure.py has those that look for brackets, lines and counts.  Each
pass takes a slot, proposes candidates, and returns; which of them are run and
kept is the gate's business.  One set of functions serves both types: a `str`
is cut between code points, and no pass makes a surrogate, so text stays text.
Runs in the worker process; called through the table in minimize.py.

Mirrors the four passes of Go's minimize.go.  It departs where Go is slow: Go
removes single bytes and then every range, n*n/2 runs for n bytes, and offers
32 characters to every byte.  Here chunks are halved first, ranges are bounded
by `RANGE_CALLS`, and long rows are blanked by halves; what Go would reach on
a short value is still tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, AnyStr

from gofuzz_py.internal.minimize_gate import halvings
from gofuzz_py.internal.minimize_order import READABLE, SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gofuzz_py.internal.minimize_gate import Slot

#: Up to this length, chunks and halves cost more than going one by one.
SMALL = 16

#: From this length on, a value is cleared coarsely first.
LONG = 1024

#: About how many ranges one pass tries in vain: all that 64 characters have.
RANGE_CALLS = 2048

#: How many characters get all of `READABLE` offered, one by one; where more
#: are left, each is offered only `_SHORT_LIST`.
PATIENCE = 256

_SHORT_LIST = "0Aa "


def literal(like: AnyStr, text: str) -> AnyStr:
    """Return ASCII ``text`` as the type of ``like``."""
    if isinstance(like, bytes):
        return text.encode("ascii")
    return text


def character(like: AnyStr, code: int) -> AnyStr:
    """Return the one character with this code as the type of ``like``."""
    if isinstance(like, bytes):
        return bytes((code,))
    return chr(code)


def cut_ends(slot: Slot[AnyStr]) -> None:
    """Cut the tail, then the head, by powers of two."""
    for size in halvings(len(slot.value)):
        slot.consider(slot.value[:-size])
    for size in halvings(len(slot.value)):
        slot.consider(slot.value[size:])


def clear_coarsely(slot: Slot[AnyStr]) -> None:
    """Delete from a long value, then blank in it, what goes in large pieces.

    A few hundred candidates.  Blanking this early, before the single
    characters, makes most later candidates equal to each other, and equal ones
    are run only once; it also leaves something plain if the budget ends soon.
    """
    length = len(slot.value)
    if length > LONG:
        delete_spans(slot, [1] * length, least=length // 64)
        _blank(slot, least=max(1, len(slot.value) // 64))


def delete_chunks(slot: Slot[AnyStr]) -> None:
    """Delete chunks of half the value, a quarter, and so on to one character."""
    delete_spans(slot, [1] * len(slot.value))


def delete_spans(slot: Slot[AnyStr], widths: Sequence[int], least: int = 1) -> None:
    """Delete runs of the spans that the value is made of, long runs first.

    ``widths`` are the lengths of the spans, in order; they add up to the
    length of the value.  Runs of fewer than ``least`` spans stay.  Tries about
    twice as many candidates as there are spans when nothing can go, and only a
    few per span that must stay, times the logarithm, when nearly everything can.
    """
    for size in halvings(len(widths)) if len(widths) > SMALL else (1,):
        if size >= least:
            widths = _delete_runs(slot, widths, size)


def _delete_runs(slot: Slot[AnyStr], widths: Sequence[int], size: int) -> list[int]:
    """Try to delete each run of ``size`` spans, last first; return the widths left.

    From the end, because what lies before the run keeps its offsets then.
    """
    value = slot.value
    # What follows the present run is value[right:seam], which was offered and
    # must stay, and then tail, which holds what was kept before that.
    seam, tail = len(value), value[:0]
    kept: list[int] = []
    stop, right, previous = len(widths), len(value), len(value)
    while stop > 0:
        start = max(0, stop - size)
        left = right - sum(widths[start:stop])
        # Deleting either of two equal neighbours gives the same candidate: do
        # not even build it, for in a long row of zeros that is all there is.
        repeats = right < seam and value[left:right] == value[right:previous]
        if not repeats and slot.consider(value[:left] + value[right:seam] + tail):
            seam, tail = left, value[right:seam] + tail
        else:
            kept.extend(reversed(widths[start:stop]))
        stop, right, previous = start, left, right
    kept.reverse()
    return kept


def delete_ranges(slot: Slot[AnyStr]) -> None:
    """Delete ranges of any length at any offset, the longest first, as Go does.

    Finds what must go together for a reason that no other pass knows.  Gives
    up after `RANGE_CALLS` failures in a row, enough for all ranges of 64
    characters; a success shows that it is worth going on.
    """
    start, patience = 0, RANGE_CALLS
    while start < len(slot.value) - 1:
        size = len(slot.value) - start
        while size > 1 and patience > 0:
            value = slot.value
            if slot.consider(value[:start] + value[start + size :]):
                size, patience = len(slot.value) - start, RANGE_CALLS
            else:
                size, patience = size - 1, patience - 1
        if patience == 0:
            return
        start += 1


def delete_windows(slot: Slot[AnyStr]) -> None:
    """Delete short ranges at every offset of a value too long to try all ranges."""
    length = len(slot.value)
    start = 0 if length > 64 else length
    while start < len(slot.value):
        for size in range(RANGE_CALLS // length, 1, -1):
            value = slot.value
            slot.consider(value[:start] + value[start + size :])
        start += 1


def blank_all(slot: Slot[AnyStr]) -> None:
    """Overwrite everything with ``0`` at once.

    Where only the length matters, all candidates of one length are equal from
    here on, and the passes over ranges cost next to nothing.
    """
    _blank(slot, least=len(slot.value))


def blank(slot: Slot[AnyStr]) -> None:
    """Overwrite everything with ``0``, or else its halves, and so on to one character."""
    _blank(slot, least=1 if len(slot.value) > SMALL else len(slot.value))


def _blank(slot: Slot[AnyStr], least: int) -> None:
    zero = literal(slot.value, READABLE[0])
    spans = [(0, len(slot.value))]
    while spans:
        start, stop = spans.pop()
        value = slot.value
        filled = zero * (stop - start)
        if value[start:stop] == filled or slot.consider(value[:start] + filled + value[stop:]):
            continue
        if stop - start > least:
            middle = (start + stop) // 2
            spans += [(middle, stop), (start, middle)]


def unify(slot: Slot[AnyStr]) -> None:
    """Exchange all occurrences of a character at once for the plainest of its sort.

    Does in one step what a palindrome, a pair of equal names or ten thousand
    equal bytes would need many for, or never allow one by one.
    """
    for item in _distinct(slot.value):
        value = slot.value
        if value.count(item) > 1:
            slot.consider(value.replace(item, _plainest(item)))


def _distinct(value: AnyStr) -> list[AnyStr]:
    """Return the different characters in the order of their first occurrence."""
    return list(dict.fromkeys(_characters(value)))


def _characters(value: AnyStr) -> Iterator[AnyStr]:
    return (value[place : place + 1] for place in range(len(value)))


def _plainest(item: AnyStr) -> AnyStr:
    """Return the simplest character of the same sort, for ``B`` it is ``A``."""
    code = ord(item)
    if code >= 0x80:
        return character(item, 0x80 if isinstance(item, bytes) else ord(SAMPLES[0]))
    if code < 0x20 or code == 0x7F:
        return character(item, 0)
    plain = literal(item, "A" if item.isupper() else "a" if item.islower() else READABLE[0])
    return plain if plain != item else literal(item, READABLE[0])


def make_readable(slot: Slot[AnyStr]) -> None:
    """Offer each character the simpler ones, in Go's order; the first that holds stays."""
    zero = literal(slot.value, READABLE[0])
    places = [place for place, item in enumerate(_characters(slot.value)) if item != zero]
    choice = READABLE if len(places) <= PATIENCE else _SHORT_LIST
    for place in places:
        item = slot.value[place : place + 1]
        # find is -1 for a character outside the list: then all of it is simpler.
        rank = READABLE.find(chr(ord(item)))
        simpler = choice if rank < 0 else [plain for plain in choice if READABLE.find(plain) < rank]
        _put_first(slot, place, [literal(item, plain) for plain in simpler])


def lower_codes(slot: Slot[AnyStr]) -> None:
    """Bring control and non-ASCII characters that must stay such to low codes."""
    strange = [place for place, item in enumerate(_characters(slot.value)) if not 0x20 <= ord(item) < 0x7F]
    for place in strange[:PATIENCE]:
        _lower_code(slot, place)


def _lower_code(slot: Slot[AnyStr], place: int) -> None:
    item = slot.value[place : place + 1]
    codes = (0, 0x80) if isinstance(item, bytes) else (0, *map(ord, SAMPLES))
    _put_first(slot, place, [character(item, code) for code in codes])
    code = ord(slot.value[place : place + 1])
    floor = 0x80 if code >= 0x80 else 0
    for step in halvings(code - floor + 1):
        lower = code - step
        if lower >= floor and not 0xD800 <= lower < 0xE000 and _put(slot, place, character(item, lower)):
            code = lower


def _put(slot: Slot[AnyStr], place: int, item: AnyStr) -> bool:
    """Try ``item`` as the character at ``place``."""
    value = slot.value
    return slot.consider(value[:place] + item + value[place + 1 :])


def _put_first(slot: Slot[AnyStr], place: int, items: Iterable[AnyStr]) -> None:
    """Put the first of these characters that is accepted at ``place``."""
    for item in items:
        if _put(slot, place, item):
            return
