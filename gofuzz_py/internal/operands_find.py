"""From what a program saw to where it stood in the input, and to inputs in which it sees another.

Owns ``replacements``: which ways of finding are tried for which operands, in
which order their proposals come, and the promise that each is a new value of
the same type within the limit.  The ways themselves are in its siblings
``operands_find_*``.  Must not know how operands are recorded, nor what is done
with the new values.  Runs in worker processes, once for a wish ("the program
had ``seen`` where it would have to have ``wanted``"), called for chosen inputs
only: about a tenth of a millisecond for a short value, ten for a megabyte.

Go has nothing of the kind.  The idea is "input to state" of RedQueen
(Aschermann et al., NDSS 2019) and of AFL++'s CmpLog, with the ways in which a
Python program gets its operands: text of both kinds, codecs, ``int(text)``,
``struct.unpack``, ``base64``, ``json``, ``str.lower``, ``len``.  Nothing is
proven about a place: a proposal is run, and what it reaches tells.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING

from gofuzz_py.internal.operands_find_cased import find_cased, find_folded
from gofuzz_py.internal.operands_find_digits import find_digits
from gofuzz_py.internal.operands_find_numbers import find_in_float, find_in_int, ints_of, number_of
from gofuzz_py.internal.operands_find_partial import find_insertions, find_partial
from gofuzz_py.internal.operands_find_places import Edit, Find, Subject, shared_end, shared_start
from gofuzz_py.internal.operands_find_runs import find_base64
from gofuzz_py.internal.operands_find_sizes import find_count, find_part_size, find_whole_size
from gofuzz_py.internal.operands_find_spell import (
    Number,
    Text,
    as_units,
    find_bits,
    find_near,
    find_number,
    find_text,
    find_word,
    is_narrow,
)
from gofuzz_py.internal.operands_find_tokens import words
from gofuzz_py.internal.operands_find_views import escaped, find_loose, find_read
from gofuzz_py.internal.operands_find_written import find_written_out

if TYPE_CHECKING:
    from gofuzz_py.internal.kinds import Value
    from gofuzz_py.internal.rand import Rand

#: A find of this grade or better makes the looser ways needless.
_CERTAIN = 1
#: If none is better than this, the operand may not be in the value at all.
_DOUBTFUL = 3
#: From this grade on finds take turns by chance, so that repeated calls get to all.
_GUESS = 4
#: How many proposals a find of a grade has in each round.
_SHARES = (8, 6, 4, 4, 2, 1, 1)


def replacements(
    value: Value, seen: object, wanted: object, rand: Rand, most: int, limit: int, is_beside: bool = False
) -> list[Value]:
    """Return new values for ``value``, in which a program that saw ``seen`` may see ``wanted``.

    ``value`` is one argument of the target; ``seen`` and ``wanted`` are str,
    bytes, int, float, bool or None, of any size.  The results have the type of
    ``value``, differ from it and from each other, are at most ``most``, the
    likeliest first, and no longer than ``limit`` bytes (a str in UTF-8).  An
    int may be out of range for its kind: that is the caller's to check.  The
    same arguments and the same state of ``rand`` give the same results;
    another state gives others where there are more places than results.
    With ``is_beside`` what is wanted is put behind or in front of what was
    seen in a text, which another condition may need as it is.  Raises nothing.
    """
    if most <= 0 or (type(seen) is type(wanted) and seen == wanted and not isinstance(seen, float)):
        return []
    if isinstance(value, (bytes, str)):
        subject = Subject(value, rand)
        proposals = _in_turn(list(_finds(subject, seen, wanted)), rand)
        if is_beside:
            proposals = _beside(proposals)
        results = _texts(value, subject.units, proposals, most, limit)
        if not results:  # what was found could not be written
            insertions = _in_turn(list(find_insertions(subject, seen, wanted)), rand)
            results = _texts(value, subject.units, insertions, most, limit)
        return results
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return _distinct(value, find_in_int(value, seen, wanted), most)
    return _distinct(value, find_in_float(value, seen, wanted), most)


def _distinct(value: Value, proposals: Iterable[int] | Iterable[float], most: int) -> list[Value]:
    tried = {_identity(value)}
    results: list[Value] = []
    for proposal in islice(proposals, 20 * most):
        if _identity(proposal) not in tried:
            tried.add(_identity(proposal))
            results.append(proposal)
            if len(results) == most:
                break
    return results


def _identity(number: Value) -> object:
    """Return what tells numbers apart: for a float its bits, so that 0.0 is not -0.0."""
    return struct.pack("<d", number) if isinstance(number, float) else number


# Which ways are tried.


def _finds(subject: Subject, seen: object, wanted: object) -> Iterator[Find]:
    """Return every find, and insertions where there is none that is better than a guess."""
    best = _DOUBTFUL
    for find in _found(subject, seen, _alike(wanted, seen), wanted):
        best = min(best, find.grade)
        yield find
    if best >= _DOUBTFUL:
        yield from find_insertions(subject, seen, wanted)


def _found(subject: Subject, seen: object, alike: object, wanted: object) -> Iterator[Find]:
    if seen is None or isinstance(seen, bool):
        opposite = isinstance(wanted, bool)
        yield from find_word(
            subject, seen, [] if opposite and seen is not None else words(wanted, subject.is_bytes)[:3]
        )
    elif isinstance(seen, (str, bytes)) and isinstance(alike, (str, bytes)):
        yield from _found_text(subject, seen, alike)
    elif isinstance(seen, (int, float)) and isinstance(alike, (int, float)):
        yield from _found_number(subject, seen, alike)


def _found_text(subject: Subject, seen: Text, wanted: Text) -> Iterator[Find]:
    best = 9
    for find in _direct(subject, seen, wanted):
        best = min(best, find.grade)
        yield find
    if best > _CERTAIN and seen:
        old, new = as_units(seen, subject.is_bytes), as_units(wanted, subject.is_bytes)
        for find in chain(find_written_out(subject, seen, wanted), _indirect(subject, old, new)):
            best = min(best, find.grade)
            yield find
    if best >= _DOUBTFUL and seen:
        yield from _found_as_number(subject, seen, wanted)


def _direct(subject: Subject, seen: Text, wanted: Text) -> Iterator[Find]:
    """The ways that decode or spell the whole operand."""
    yield from find_text(subject, seen, wanted, escaped(subject))
    if not seen or len(seen) > 4 * len(subject.units):
        return
    yield from find_cased(subject, as_units(seen, subject.is_bytes), as_units(wanted, subject.is_bytes))
    yield from find_read(subject, seen, wanted)
    yield from find_base64(subject, seen, wanted)


def _indirect(subject: Subject, old: str, new: str) -> Iterator[Find]:
    """The ways that find it changed, or only a part of it."""
    if len(old) <= len(subject.units):
        yield from find_loose(subject, old, new)
        yield from find_folded(subject, old, new)
    yield from find_partial(subject, old, new)


def _found_as_number(subject: Subject, seen: Text, wanted: Text) -> Iterator[Find]:
    """The ways of a number, for texts that are made of one: ``str(int(text))``, ``n.to_bytes()``."""
    old, new = number_of(seen), number_of(wanted)
    if old is not None and new is not None:
        yield from find_digits(subject, old, new)
        yield from find_number(subject, old, new)
        if isinstance(old, int) and isinstance(new, int):
            yield from find_whole_size(subject, old, new)
    if isinstance(seen, bytes) and isinstance(wanted, bytes) and 1 < len(seen) <= 8 and len(wanted) <= 8:
        for old_int, new_int in zip(ints_of(seen)[-2:], ints_of(wanted)[-2:], strict=False):
            yield from find_digits(subject, old_int, new_int)


def _found_number(subject: Subject, seen: Number, wanted: Number) -> Iterator[Find]:
    best = 9
    for find in _direct_number(subject, seen, wanted):
        best = min(best, find.grade)
        yield find
    if best > _CERTAIN and isinstance(seen, int) and isinstance(wanted, int):
        yield from find_part_size(subject, seen, wanted)
        yield from find_count(subject, seen, wanted)
        yield from find_near(subject, seen, wanted)
        yield from find_bits(subject, seen, wanted)


def _direct_number(subject: Subject, seen: Number, wanted: Number) -> Iterator[Find]:
    if isinstance(seen, int) and isinstance(wanted, int):
        yield from find_whole_size(subject, seen, wanted)
    yield from find_digits(subject, seen, wanted)
    yield from find_number(subject, seen, wanted)


def _alike(wanted: object, seen: object) -> object:
    """Return ``wanted`` as something that can stand where ``seen`` stood; None where it cannot."""
    if isinstance(seen, (str, bytes)):
        if isinstance(wanted, (str, bytes)):
            return wanted
        spelled = words(wanted, False)
        return spelled[0] if spelled else None
    if isinstance(wanted, float):
        return wanted
    return next(iter(ints_of(wanted)), None)


# In which order they come, and what becomes of them.


def _in_turn(finds: list[Find], rand: Rand) -> Iterator[Edit]:
    """Let the finds propose in rounds, better ones first and more often."""
    worst = len(_SHARES) - 1
    waiting = []
    for grade, share in enumerate(_SHARES):
        equals = [find for find in finds if grade == min(find.grade, worst)]
        turn = rand.intn(len(equals)) if grade >= _GUESS and len(equals) > 1 else 0
        waiting += [(share, iter(find.edits)) for find in (*equals[turn:], *equals[:turn])]
    while waiting:
        left = []
        for share, edits in waiting:
            given = 0
            for edit in islice(edits, share):
                given += 1
                yield edit
            if given == share:
                left.append((share, edits))
        waiting = left


def _beside(edits: Iterator[Edit]) -> Iterator[Edit]:
    for start, stop, new in edits:
        yield stop, stop, new
        yield start, start, new


#: Proposals that may turn out to be none before the search is given up.
_MOST_MISSES = 200


def _texts(value: bytes | str, units: str, proposals: Iterator[Edit], most: int, limit: int) -> list[Value]:
    """Carry out proposals until there are enough results."""
    # An edit with its common beginning and end trimmed away tells results apart; one that
    # only inserts or only takes out may be written in several ways, so there the results do.
    tried: set[Edit] = set()
    results: list[Value] = []
    room = limit - len(value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass"))
    for start, stop, new in islice(proposals, most + _MOST_MISSES):
        edit = _trimmed(units, start, stop, new)
        if edit in tried or (edit[0] == edit[1] and not edit[2]):
            continue
        tried.add(edit)
        result = _carried_out(value, units, edit, room)
        if result is None or result in results:
            continue
        results.append(result)
        if len(results) == most:
            break
    return results


def _trimmed(units: str, start: int, stop: int, new: str) -> Edit:
    old = units[start:stop]
    same = shared_start(old, new)
    behind = shared_end(old[same:], new[same:])
    return start + same, stop - behind, new[same : len(new) - behind]


def _carried_out(value: bytes | str, units: str, edit: Edit, room: int) -> Value | None:
    """Return the value with an edit, or None where it is none, too long, or of no such units."""
    start, stop, new = edit
    if isinstance(value, bytes):
        if len(new) - (stop - start) > room or not is_narrow(new):
            return None
        return value[:start] + new.encode("latin-1") + value[stop:]
    if len(new) - (stop - start) > room:
        return None
    grown = len(new.encode("utf-8", "surrogatepass")) - len(
        units[start:stop].encode("utf-8", "surrogatepass")
    )
    return value[:start] + new + value[stop:] if grown <= room else None
