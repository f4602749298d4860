"""Changes of ``bytes`` at what look like length fields: the record and its length together, or one alone.

Owns the guess that a number of one, two or four bytes is the length of what
follows it, and what is done with such a *record*: a length, its body, and
perhaps a tag in front.  Knows nothing of particular formats.  Runs in worker
processes, once per execution.  Go has nothing of the kind, and a length that no
longer fits is the end of most binary inputs it makes.

The guess is cheap and often wrong; a wrong one is a mutation like others.  Half
of the time a number that reaches exactly to the end of the value is taken
before one that only could be a length.  Lengths that many places share (of an outer record) are
``checksums``' business.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from gofuzz_py.internal.mutators_byteslice import choose_len
from gofuzz_py.internal.mutators_format_window import draw_deep, draw_times

if TYPE_CHECKING:
    from gofuzz_py.internal.mutators_format_window import BytesOperator
    from gofuzz_py.internal.rand import Rand

_join = b"".join

_BYTE, _SHORT, _SWAPPED_SHORT = struct.Struct("B"), struct.Struct(">H"), struct.Struct("<H")
_LONG, _SWAPPED_LONG = struct.Struct(">I"), struct.Struct("<I")
#: The forms of a length, drawn by three bits; network order leads, as it does in formats.
_FORMS = (_BYTE, _BYTE, _BYTE, _SHORT, _SHORT, _SWAPPED_SHORT, _LONG, _SWAPPED_LONG)

#: How many places are tried for a length.
_PLACES = 8
#: How many bytes of a tag may stand before the length.
_TAGS = (0, 1, 1, 1, 2, 2, 4, 4)

#: From so many lengths on they are written all at once.
_MANY = 32

#: The form of the length, where it stands, where the body begins and ends.
_Record = tuple[struct.Struct, int, int, int]


def find_record(rand: Rand, value: bytes, limit: int) -> _Record | None:
    """Find a number that may be the length of what follows it, or None.

    Looks at a few places behind a random one; half of the time that one is
    among the first 16 bytes, where headers are.  Declines for a value that is
    longer than the limit, which no change of a record would bring back.
    """
    size = len(value)
    bits = rand.bits
    form = _FORMS[bits(3)]
    width, unpack = form.size, form.unpack_from
    last = size - width
    if last <= 0 or size > limit:
        return None
    near = bits(1)
    at = bits(30) % (16 if near and last > 16 else last)
    if (width == 4 or (width == 2 and size < 256)) and value.find(0, at, at + _PLACES + width) < 0:
        return None  # such a length has a zero byte, which a text has not
    is_patient = bits(1)
    stop = at + _PLACES if at + _PLACES < last else last  # noqa: FURB136 - min costs as much as a draw
    if width == 1 and min(value[at:stop]) > size:
        return None  # no length is as much, and letters in a short value are all more
    guess = None
    for place in range(at, stop):
        (length,) = unpack(value, place)
        rest = last - place
        if length in (rest, size, rest + width):
            return form, place, place + width, size
        if 0 < length < rest and guess is None:
            guess = (form, place, place + width, place + width + length)
            if not is_patient:
                break
    return guess


def _length(form: struct.Struct, number: int) -> bytes | None:
    """Write a length, or return None where the form is too small."""
    return form.pack(number) if 0 <= number < 1 << 8 * form.size else None


def resize_record(rand: Rand, value: bytes, limit: int) -> bytes | None:
    """Lengthen or shorten the body of a record, and set its length to fit."""
    found = find_record(rand, value, limit)
    if found is None:
        return None
    form, at, start, end = found
    bits = rand.bits
    place = start + bits(30) % (end - start)
    count = choose_len(rand, end - place)
    kind = bits(3)
    if kind < 3:
        change, cut, new = -count, place + count, b""
    elif kind == 3:
        place, change, cut, new = start, start - end, end, b""
    else:
        # More of the body itself: it keeps to whatever a body may hold.
        new = value[place : place + count] * (draw_times(rand, count, limit - len(value)) if kind > 5 else 1)
        change, cut = len(new), place
    (old,) = form.unpack_from(value, at)
    length = _length(form, old + change)
    if length is None or len(value) + change > limit:
        return None
    return _join((value[:at], length, value[start:place], new, value[cut:]))


def break_length(rand: Rand, value: bytes, limit: int) -> bytes | None:
    """Set a length to what does not fit, or change the body and leave the length."""
    found = find_record(rand, value, limit)
    if found is None:
        return None
    form, at, start, end = found
    bits = rand.bits
    kind = bits(4)
    if kind < 2:
        return value[: end - 1 if kind else start + bits(30) % (end - start)]
    if kind == 2:
        return value[: end - 1] + value[end:]
    if kind == 3:
        return _join((value[:end], value[end - 1 : end], value[end:])) if len(value) < limit else None
    (old,) = form.unpack_from(value, at)
    top = 1 << 8 * form.size
    broken = (
        *(0, 1, top - 1, top - 2, top // 2, top // 2 - 1),
        *(old - 1, old + 1, old * 2, old // 2, len(value), len(value) - start + 1),
    )[kind - 4]
    return _join((value[:at], form.pack(broken % top), value[start:]))


def repeat_record(rand: Rand, value: bytes, limit: int) -> bytes | None:
    """Repeat, remove or exchange whole records, with what may be their tag."""
    found = find_record(rand, value, limit)
    if found is None:
        return None
    form, at, _, end = found
    bits = rand.bits
    tag = _TAGS[bits(3)]
    if tag > at:
        tag = 0
    begin = at - tag
    kind = bits(2)
    if kind == 0:
        return value[:begin] + value[end:]
    if kind == 1:
        return _swap_with_next(value, form, begin, at, end)
    times = draw_times(rand, end - begin, limit - len(value))
    return _join((value[:end], value[begin:end] * times, value[end:])) if times else None


def _swap_with_next(value: bytes, form: struct.Struct, begin: int, at: int, end: int) -> bytes | None:
    start = end + at - begin
    if start + form.size > len(value):
        return None
    stop = start + form.size + form.unpack_from(value, start)[0]
    if stop > len(value):
        return None
    return _join((value[:begin], value[end:stop], value[begin:end], value[stop:]))


def nest_record(rand: Rand, value: bytes, limit: int) -> bytes | None:
    """Put a record into a record of its own tag, mostly a few times, each with the right length."""
    found = find_record(rand, value, limit)
    if found is None:
        return None
    form, at, start, end = found
    tag = _TAGS[rand.bits(3)]
    header = value[at - tag : at] if tag <= at else b""
    unit = len(header) + form.size
    times = draw_deep(rand, unit, limit - len(value))
    inner = end - start + unit
    # Outermost first: the lengths follow from how many are inside.
    most = ((1 << 8 * form.size) - 1 - inner) // unit + 1
    if times > most:
        times = most
    if times <= 0:
        return None
    heads = _heads(header, form, range(inner + unit * (times - 1), inner - 1, -unit))
    return _join((value[: at - len(header)], heads, value[at - len(header) :]))


def _heads(header: bytes, form: struct.Struct, lengths: range) -> bytes | bytearray:
    """Write a header and a length behind it for each of some lengths."""
    if len(lengths) < _MANY:
        return _join([header + form.pack(length) for length in lengths])
    # All at once, and then byte by byte of a length to where it belongs: a quarter of the time.
    packed = struct.pack(f"{form.format[:-1]}{len(lengths)}{form.format[-1]}", *lengths)
    heads = bytearray((header + bytes(form.size)) * len(lengths))
    for place in range(form.size):
        heads[len(header) + place :: len(header) + form.size] = packed[place :: form.size]
    return heads


#: Operators for ``bytes`` alone; they decline where nothing can be a length.
RECORD_MUTATORS: tuple[BytesOperator, ...] = (resize_record, break_length, repeat_record, nest_record)
