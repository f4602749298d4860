"""Find a text whose case was changed, or in which separators became underscores.

Owns the ways in which a program levels a text before it compares, and the
writing of the wanted text in the case of the place.  Works on units (see
``operands_find_places``).  Runs in worker processes, called by
``operands_find``.  Go has nothing of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gofuzz_py.internal.operands_find_places import Edit, Find, Subject, edits, find_all, graded
from gofuzz_py.internal.operands_find_readings import Reading
from gofuzz_py.internal.operands_find_views import as_it_is, view_of


def find_cased(subject: Subject, seen: str, wanted: str) -> Iterator[Find]:
    """Find a text whose case was changed, and then one whose ``-``, blanks and dots became ``_``."""
    for grade, fold in ((0, _lowered), (1, _levelled)):
        slow = not subject.is_bytes and not subject.units.isascii()
        if not subject.spend((50 if slow else 2) * len(subject.units)):
            return
        units, needle = fold(subject.units, subject.is_bytes), fold(seen, subject.is_bytes)
        if len(units) != len(subject.units) or not needle:
            continue  # a character that grows would put all behind it in the wrong place
        places = [
            at for at in find_all(units, needle, subject.rand) if not subject.units.startswith(seen, at)
        ]
        if places:
            yield Find(graded(grade, needle), _cased_edits(subject.units, places, seen, wanted))
            return


def _lowered(text: str, is_bytes: bool) -> str:
    # Of bytes only ASCII has a case, and for them it is ten times quicker.
    return text.encode("latin-1").lower().decode("latin-1") if is_bytes else text.lower()


def _levelled(text: str, is_bytes: bool) -> str:
    return _lowered(text, is_bytes).replace("-", "_").replace(" ", "_").replace(".", "_")


def _cased_edits(units: str, places: list[int], seen: str, wanted: str) -> Iterator[Edit]:
    for start in places:
        stop = start + len(seen)
        found = units[start:stop]
        yield start, stop, wanted
        yield start, stop, _like(found, seen, wanted)
        yield from edits(units, start, stop, wanted)
        if wanted.startswith(seen):
            yield stop, stop, _like(found, seen, wanted[len(seen) :])
        elif wanted.endswith(seen):
            yield start, start, _like(found, seen, wanted[: -len(seen)])


_CASES = (str.lower, str.upper, str.title, str.capitalize, str.swapcase)


def _like(found: str, seen: str, wanted: str) -> str:
    """Write ``wanted`` as ``found`` is written where the program saw ``seen``."""
    between = next((unit for unit in found if unit in "-. "), "_")
    seen, wanted = seen.replace("_", between), wanted.replace("_", between)
    return next((case(wanted) for case in _CASES if case(seen) == found), wanted)


_BEYOND_ASCII = re.compile("[^\0-\x7f]")
_GROWING = tuple(
    (fold, Reading("", _BEYOND_ASCII, fold, (as_it_is,), 1)) for fold in (str.casefold, str.upper, str.lower)
)


def find_folded(subject: Subject, seen: str, wanted: str) -> Iterator[Find]:
    """Find a text in which characters grew when their case was changed, as the German sharp s does."""
    if subject.is_bytes or subject.units.isascii() or len(subject.units) > 4096:
        return
    for fold, reading in _GROWING:
        view = view_of(subject.units, reading, False, False)
        folded, needle = (fold(view.text), fold(seen)) if view else ("", "")
        if view and len(folded) == len(view.text):
            places = find_all(folded, needle, subject.rand)
            sources = view.sources(0, places, len(needle), plain_too=True)
            if sources:
                edits_found = [(start, stop, left + wanted + right) for start, stop, left, right in sources]
                yield Find(graded(1, needle), edits_found)
