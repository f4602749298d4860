"""Places in a value where an operand stands, and what may be written over them.

Owns ``Subject`` (a value as units, with the searches made in it), ``Find`` and
``Edit`` (what is proposed), and the ways in which new text takes the place of
old: shifting the rest, overwriting, padded, with the length in front mended.
Knows nothing of how an operand is written; that is ``operands_find_spell``'s
and its siblings'.  Runs in worker processes, called by ``operands_find`` and
its parts, once for a wish.  Go has nothing of the kind.

A value is looked at as *units*, a ``str`` in any case: the code points of a
``str``, and the bytes of a ``bytes`` as the 256 characters of latin-1.  That
way there is one search and one table for both types, at the speed of either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from gofuzz_py.internal.rand import Rand

T = TypeVar("T")

#: Write the text in place of the units from the first to before the second.
Edit = tuple[int, int, str]

#: More places than this of one text are not looked at in one call.
_MOST_PLACES = 64

#: Units that may be searched in one call: a search costs up to a nanosecond a
#: unit, and the promise is ten milliseconds for a value of a megabyte.
_BUDGET = 8_000_000

#: A pattern, a hundred times slower than a search, sees at most this many units, and of a
#: longer value three pieces of the second size.
_SEEN_BY_PATTERNS = 1 << 15
_PIECE = 1 << 12

#: So many readings of parts are remembered: one value is searched for many wishes in turn.
REMEMBERED = 32

#: What fixed fields are filled up with.
_FILLERS = "\0 "


@dataclass(frozen=True, slots=True)
class Find:
    """One way in which an operand may have come from the value."""

    #: How likely it is no accident: 0 is as good as certain, 5 and 6 are guesses.
    grade: int
    #: What would write the wanted operand there, the best first.
    edits: Iterable[Edit]


class Subject:
    """A value being searched."""

    __slots__ = ("_left", "is_bytes", "rand", "units")

    def __init__(self, value: bytes | str, rand: Rand) -> None:
        """Look at a value; ``rand`` chooses among more places than can be tried."""
        self.is_bytes = isinstance(value, bytes)
        self.units: str = value.decode("latin-1") if isinstance(value, bytes) else value
        self.rand = rand
        self._left = _BUDGET

    def spend(self, units: int) -> bool:
        """Take the cost of a search from what this call may spend; say whether there was enough."""
        if units > self._left:
            return False
        self._left -= units + 50
        return True

    def holds(self, needle: str) -> bool:
        """Does a text stand anywhere?"""
        return bool(needle) and self.spend(len(self.units)) and needle in self.units

    def places(self, needle: str) -> list[int]:
        """Return where a text stands, in the order in which to try: first, last, others spread.

        Where there are very many, another choice of them each time.
        """
        if not needle or not self.spend(len(self.units)):
            return []
        return find_all(self.units, needle, self.rand)

    def windows(self) -> list[tuple[int, str]]:
        """Return the parts that patterns may look at, with where they begin.

        All of a small value, three pieces of a large one: both ends and another
        piece each time.  What is read in a part may be remembered by its text.
        """
        units = self.units
        if len(units) <= _SEEN_BY_PATTERNS:
            return [(0, units)]
        middle = self.rand.intn(len(units) - _PIECE)
        return [(start, units[start : start + _PIECE]) for start in (0, middle, len(units) - _PIECE)]


def find_all(units: str, needle: str, rand: Rand) -> list[int]:
    """Return where a text stands, as ``Subject.places`` does, in any other text."""
    at = units.find(needle) if needle else -1
    if at < 0:
        return []
    found: list[int] = []
    while at >= 0 and len(found) < _MOST_PLACES:
        found.append(at)
        at = units.find(needle, at + 1)
    return spread(found if at < 0 else _sample(units, needle, found[0], rand), rand)


def _sample(units: str, needle: str, first: int, rand: Rand) -> list[int]:
    """Return places from all over, where there are too many to look at each."""
    step = max(1, (len(units) - first) // _MOST_PLACES)
    at = first
    found = [first]
    for start in range(first + 1, len(units), step):
        at = units.find(needle, max(at + 1, start + rand.intn(step)))
        if at < 0:
            break
        found.append(at)
    return found


def spread(places: list[T], rand: Rand) -> list[T]:
    """Return the first, the last, and the rest so that any beginning of it is evenly spaced.

    Every other time the rest comes before the two, so that it has its turn too
    where only a few are tried.
    """
    if len(places) <= 2:
        return places
    rest = places[1:-1]
    turn = rand.intn(len(rest))
    rest = rest[turn:] + rest[:turn]
    even = [place for offset in (0, 4, 2, 6, 1, 5, 3, 7) for place in rest[offset::8]]
    ends = [places[0], places[-1]]
    return [*even, *ends] if rand.bits(1) else [*ends, *even]


def graded(grade: int, needle: str) -> int:
    """Return a grade lowered for a short text, which stands anywhere by accident."""
    size = len(needle)
    return grade + (0 if size >= 4 else 1 if size >= 2 else 3)


def find_written(subject: Subject, grade: int, needle: str, *news: str) -> Iterator[Find]:
    """Find ``needle`` and offer each of ``news`` in its place."""
    places = subject.places(needle)
    if places:
        yield Find(graded(grade, needle), edits_at(subject.units, places, len(needle), news))


def edits_at(units: str, places: list[int], size: int, news: Iterable[str]) -> Iterator[Edit]:
    """Offer each new text at each place, and at all places together."""
    fresh = list(dict.fromkeys(news))
    for index, start in enumerate(places):
        for new in fresh:
            yield from edits(units, start, start + size, new)
        if index == 1 and len(places) < _MOST_PLACES:
            first, end = min(places), max(places) + size
            old = units[first : first + size]
            for new in fresh:
                yield first, end, units[first:end].replace(old, new)


def edits(units: str, start: int, stop: int, new: str) -> Iterator[Edit]:
    """Offer a text in place of another, in the ways in which it may have to fit in."""
    yield start, stop, new
    yield from _apart(units, start, stop, new)
    size = stop - start
    if len(new) == size:
        return
    yield from with_length(units, start, stop, new)
    if len(new) < size or stop < len(units):
        yield start, min(start + len(new), len(units)), new
    yield from filled(units, start, stop, new)


def _apart(units: str, start: int, stop: int, new: str) -> Iterator[Edit]:
    """Keep a new word from becoming one with its neighbours: ``WHERE8`` and then ``WHERE id``."""
    old = units[start:stop]
    before = " " if _is_one_word(units[start - 1 : start], new[:1], old[:1]) else ""
    behind = " " if _is_one_word(units[stop : stop + 1], new[-1:], old[-1:]) else ""
    if before or behind:
        yield start, stop, before + new + behind


def _is_one_word(neighbour: str, new: str, old: str) -> bool:
    """Are two neighbours of one kind, letters or digits, where so far they were not?"""
    if neighbour.isalpha():
        return new.isalpha() and not old.isalpha()
    return neighbour.isdecimal() and new.isdecimal() and not old.isdecimal()


def filled(units: str, start: int, stop: int, new: str) -> Iterator[Edit]:
    """Offer a shorter text filled up with what stands beside it, or a longer one over such a filling."""
    size = stop - start
    filler = units[stop : stop + 1] or units[start - 1 : start]
    if len(new) < size and filler and filler in _FILLERS:
        yield start, stop, new.ljust(size, filler)
        yield start, stop, new.rjust(size, filler)
    elif len(new) > size and filler and filler in _FILLERS:
        end = start + len(new)
        if units[stop:end] == filler * (end - stop):
            yield start, end, new
        if units[stop - len(new) : start] == filler * (end - stop):
            yield stop - len(new), stop, new


#: Widths and orders of a length in more than a byte.
_LENGTHS: tuple[tuple[int, Literal["little", "big"]], ...] = (
    (4, "big"), (4, "little"), (2, "big"), (2, "little"),
)  # fmt: skip
#: What a format adds to the length in the byte in front: msgpack, CBOR's text and bytes.
_TAGGED = (0, 0xA0, 0x60, 0x40, 0x80)


def with_length(units: str, start: int, stop: int, new: str) -> Iterator[Edit]:
    """Offer the text with the length that stands in front of it mended."""
    old_size, new_size = stop - start, len(new)
    for width, order in _LENGTHS:
        old_length, new_length = _length(old_size, width, order), _length(new_size, width, order)
        if start >= width and old_length and new_length and units[start - width : start] == old_length:
            yield start - width, stop, new_length + new
            return
    before = units[start - 1 : start]
    if before:
        for tag in _TAGGED:
            if ord(before) == tag + old_size and tag + new_size < 256:
                yield start - 1, stop, chr(tag + new_size) + new
                return
    yield from _with_digits(units, start, stop, new)


def _with_digits(units: str, start: int, stop: int, new: str) -> Iterator[Edit]:
    """The same for a length in digits with one character between: ``4:spam``."""
    digits = str(stop - start)
    at = start - 1 - len(digits)
    if at >= 0 and units[at : start - 1] == digits and not units[start - 1].isalnum():
        yield at, stop, str(len(new)) + units[start - 1] + new


def _length(size: int, width: int, order: Literal["little", "big"]) -> str | None:
    return size.to_bytes(width, order).decode("latin-1") if size < 1 << 8 * width else None


def shared_start(one: str, other: str) -> int:
    """Return how many units two texts begin with in common."""
    high = min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle
    return low


def shared_end(one: str, other: str) -> int:
    """Return how many units two texts end with in common."""
    size = min(len(one), len(other))
    return shared_start(one[len(one) - size :][::-1], other[len(other) - size :][::-1])
