"""Find an operand that is a length or a count, and change what is counted.

Owns the relations between an int and the size of the value, of its lines and
fields, and the number of times that a character stands in it.  Runs in worker
processes, called by ``operands_find`` for wishes between ints.  Go has nothing
of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from gofuzz_py.internal.operands_find_places import Edit, Find, Subject, spread

#: A value is not made longer by more than this, and counts go no further.
MOST_GROWTH = 4096

#: A header of this size at the most may have been taken off, or put before.
_HEADER = 16
_USUAL = (1, 2, 4, 8)

_LINES = re.compile(r"[^\r\n]+")
_FIELDS = re.compile(r"[^\s,;:|&=<>()\[\]{}\"'/\\\0]+")
_empty = re.compile(r"(?<![^\W_])(?![^\W_])(?!(?<=\r)\n)").finditer
_SEPARATORS = "\n,;:.|/&= \t-_<>()[]{}\"'\\%+*#@\0"
#: In a larger value only separators are counted, and empty fields are looked for no further.
_COUNTED = 1 << 14
_MOST_PARTS = 500
#: An empty field is filled with so many characters at most.
_LONGEST_FILL = 256
_MOST_CHARACTERS = 8
#: Characters that are often counted; where there are none, so many are put into so many empty fields.
_COUNTED_FIRST = ",\n.:;|&=/- "
_MOST_COUNTED, _FEW_PLACES = 16, 2


def find_whole_size(subject: Subject, seen: int, wanted: int) -> Iterator[Find]:
    """Find that the operand is the size of the value, give or take a header."""
    size = len(subject.units)
    beside = seen - size
    if abs(beside) <= _HEADER and seen > 0:
        grade = (3 if abs(beside) in _USUAL else 5) if beside else 1 if size >= 8 else 2
        yield Find(grade, _resized_whole(subject, size, wanted - beside))
    if not subject.is_bytes and not subject.units.isascii():
        in_bytes = len(subject.units.encode("utf-8", "surrogatepass"))
        if in_bytes == seen:
            yield Find(1, _resized_whole(subject, size, size + wanted - seen))


def _resized_whole(subject: Subject, size: int, target: int) -> Iterator[Edit]:
    units = subject.units
    yield from _resized(units, 0, size, target)
    if 0 <= target < size:
        yield 0, size - target, ""
        at = subject.rand.intn(target + 1)
        yield at, at + size - target, ""
    elif size < target <= size + MOST_GROWTH:
        more = target - size
        at = subject.rand.intn(size + 1)
        yield size, size, (units[:more] * (more // size + 1))[:more] if size else "a" * more
        yield at, at, (units[at - 1 : at] or "a") * more
        yield 0, 0, "a" * more


def _resized(units: str, start: int, stop: int, target: int) -> Iterator[Edit]:
    """Give the text between two places another length, at its end."""
    size = stop - start
    if 0 <= target < size:
        yield start + target, stop, ""
    elif size < target <= size + MOST_GROWTH:
        last = units[stop - 1] if stop > start else "a"
        yield stop, stop, (last if last < "\x80" else "a") * (target - size)


def find_part_size(subject: Subject, seen: int, wanted: int) -> Iterator[Find]:
    """Find lines and fields of as many units as the operand says."""
    if seen < 0 or wanted < 0:
        return
    if not seen:
        places = _empty_fields(subject.units) if 0 < wanted <= _LONGEST_FILL else []
        if places:
            yield Find(4, ((at, at, fill * wanted) for fill in "a0" for at in spread(places, subject.rand)))
        return
    for pattern in (_LINES, _FIELDS):
        found: list[Edit] = []
        for begin, part in subject.windows():
            for match in islice(pattern.finditer(part), _MOST_PARTS):
                start, stop = match.span()
                if stop - start == seen:
                    found += _resized(subject.units, begin + start, begin + stop, wanted)
        if found:
            yield Find(2 if seen >= 8 else 4, spread(found, subject.rand))


def _empty_fields(units: str) -> list[int]:
    """Return where nothing is between two separators, or a separator and an end."""
    return [match.start() for match in islice(_empty(units[:_COUNTED]), _MOST_PARTS)]


def find_count(subject: Subject, seen: int, wanted: int) -> Iterator[Find]:
    """Find characters that stand as often as the operand says; separators also once less."""
    units = subject.units
    if not seen and 0 < wanted <= _MOST_COUNTED:
        places = spread(_empty_fields(units), subject.rand)[:_FEW_PLACES]
        first = subject.rand.intn(len(_COUNTED_FIRST))
        chars = _COUNTED_FIRST[first:] + _COUNTED_FIRST[:first]
        yield Find(5, ((at, at, char * wanted) for char in chars for at in places))
    if not 0 < seen <= MOST_GROWTH or not 0 <= wanted <= MOST_GROWTH:
        return
    is_small = len(units) <= _COUNTED
    others = sorted(set(units) - set(_SEPARATORS)) if is_small else []
    found = 0
    for char in (*_SEPARATORS, *others):
        if found == _MOST_CHARACTERS or not subject.spend(len(units)):
            return
        count = units.count(char)
        beside = seen - count
        if beside == 0 or (beside == 1 and char in _SEPARATORS and (count or char in "\n, ")):
            found += 1
            grade = 3 if count and char in _SEPARATORS else 5
            yield Find(grade, _recounted(units, char, count, wanted - beside))


def _recounted(units: str, char: str, count: int, target: int) -> Iterator[Edit]:
    """Make a character stand so many times."""
    if target > count:
        last = units.rfind(char)
        end = last if last >= 0 else len(units)
        before = units.rfind(char, 0, end)
        more = target - count
        # What lies between two of them, again and again, and else they alone.
        if before >= 0 and 1 < (last - before) <= 64 and more * (last - before) <= 4 * MOST_GROWTH:
            yield last, last, units[before:last] * more
        yield end, end, char * more
        yield 0, 0, char * more
    elif 0 <= target < count:
        places = _all_places(units, char)
        first_over, last = places[target], places[-1]
        yield first_over, last + 1, ""
        yield 0, places[count - target - 1] + 1, ""
        yield first_over, last + 1, units[first_over : last + 1].replace(char, "")


def _all_places(units: str, char: str) -> list[int]:
    places = []
    at = units.find(char)
    while at >= 0:
        places.append(at)
        at = units.find(char, at + 1)
    return places
