"""Turn an argument that is a number so that the program sees what it wants.

Owns the arithmetic that may lie between an ``int``, ``float`` or ``bool``
argument and an operand.  Knows nothing of the width of a kind: the caller drops
what is out of range.  Runs in worker processes, called by ``operands_find``.
Go has nothing of the kind.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

from gofuzz_py.internal.operands_find_spell import MOST_BITS, Number, Order, Text, as_units, raw

#: Ints of more bits are compared and replaced, but not reckoned with.
_MOST_RECKONED = 1 << 14
#: A text with more units is no number.
_MOST_DIGITS = 400
_ORDERS: tuple[Order, Order] = ("big", "little")


def find_in_int(value: int, seen: object, wanted: object) -> Iterator[int]:
    """Return ints of which the program would see ``wanted``, the likeliest first."""
    olds, news = ints_of(seen), ints_of(wanted)
    for new in news:
        yield new
        if value not in olds:
            yield from _reckoned(value, olds, new)
    if isinstance(seen, (str, bytes)) and isinstance(wanted, (str, bytes)):
        yield from _in_spelling(value, seen, wanted)
    for new in news:
        yield new + 1
        yield new - 1
        yield -new
        yield from _reckoned(value, olds, new)


def _reckoned(value: int, olds: list[int], new: int) -> Iterator[int]:
    for old in olds:
        if max(value.bit_length(), old.bit_length(), new.bit_length()) > _MOST_RECKONED:
            continue
        yield value - old + new
        yield from _bits(value, old, new)
        if old:
            yield value * new // old
            yield value // old * new
        yield value ^ old ^ new


def _bits(value: int, old: int, new: int) -> Iterator[int]:
    """Where the operand is some bits of the value: its lower ones, or what is left above them."""
    if old < 0 or new < 0 or value < 0:
        return
    for width in (8, 16, 32, 64, 4, 7, 1, 2, 3, 24, 48):
        low = (1 << width) - 1
        if value & low == old and new <= low:
            yield value & ~low | new
        if old and value >> width == old:
            yield new << width | value & low
        if old and value >> width & low == old and new <= low:
            yield value & ~(low << width) | new << width


def _in_spelling(value: int, seen: Text, wanted: Text) -> Iterator[int]:
    """Where the operand is a part of the value's digits or bytes."""
    old, new = as_units(seen, False), as_units(wanted, False)
    if value.bit_length() <= MOST_BITS and len(old) <= _MOST_DIGITS and len(new) <= _MOST_DIGITS:
        for layout, base in (("d", 10), ("x", 16), ("X", 16), ("b", 2), ("o", 8)):
            digits = format(value, layout)
            if old and old in digits:
                yield from _int_or_none(digits.replace(old, new, 1), base)
    if 0 < len(seen) <= 64 and len(wanted) <= 64 and value.bit_length() <= _MOST_RECKONED:
        for width in {(value.bit_length() + 7) // 8: 0, 1: 0, 2: 0, 4: 0, 8: 0}:
            if value >= 0 and value.bit_length() <= 8 * width:
                for order in _ORDERS:
                    data = value.to_bytes(width, order)
                    if raw(seen) in data:
                        yield int.from_bytes(data.replace(raw(seen), raw(wanted), 1), order)


def find_in_float(value: float, seen: object, wanted: object) -> Iterator[float]:
    """Return floats of which the program would see ``wanted``, the likeliest first."""
    for new in floats_of(wanted):
        yield new
        for old in floats_of(seen):
            yield value - old + new
            if old:
                yield value * (new / old)
                yield value / old * new
            yield new + (value - math.floor(value)) if math.isfinite(value) else new
        yield math.nextafter(new, math.inf)
        yield math.nextafter(new, -math.inf)
        yield new + 1
        yield new - 1
        yield -new
    if isinstance(seen, (str, bytes)) and isinstance(wanted, (str, bytes)):
        old_text, new_text = as_units(seen, False), as_units(wanted, False)
        if old_text and old_text in repr(value) and len(new_text) <= _MOST_DIGITS:
            yield from _float_or_none(repr(value).replace(old_text, new_text, 1))
        for layout in ("<d", ">d"):
            data = struct.pack(layout, value).replace(raw(seen), raw(wanted)) if seen else b""
            if len(data) == 8:
                yield struct.unpack(layout, data)[0]


def ints_of(operand: object) -> list[int]:
    """Return the ints that an operand can stand for, the likeliest first."""
    if isinstance(operand, int):
        return [int(operand)]
    if isinstance(operand, float):
        return [math.floor(operand), math.ceil(operand)] if math.isfinite(operand) else []
    if not isinstance(operand, (str, bytes)) or len(operand) > _MOST_DIGITS:
        return []
    text = as_units(operand, False)
    found = [*_int_or_none(text, 10), *_int_or_none(text, 16), *_int_or_none(text, 0)]
    if len(text) == 1:
        found.append(ord(text))
    data = raw(operand)
    if isinstance(operand, bytes) and 0 < len(data) <= 64:
        found += [int.from_bytes(data, order) for order in _ORDERS]
    return list(dict.fromkeys(found))


def floats_of(operand: object) -> list[float]:
    """Return the floats that an operand can stand for."""
    if isinstance(operand, float):
        return [operand]
    if isinstance(operand, int):
        try:
            return [float(operand)]
        except OverflowError:
            return [math.inf if operand > 0 else -math.inf]
    if isinstance(operand, (str, bytes)) and len(operand) <= _MOST_DIGITS:
        return [*_float_or_none(as_units(operand, False)), *(floats_of(n)[0] for n in ints_of(operand)[:1])]
    return []


def number_of(text: Text) -> Number | None:
    """Return the number that a text is, as ``int`` and ``float`` read it, or None."""
    if len(text) > _MOST_DIGITS:
        return None
    plain = as_units(text, False)
    return next(_int_or_none(plain, 10), None) or next(_float_or_none(plain), None)


def _int_or_none(text: str, base: int) -> Iterator[int]:
    try:
        yield int(text, base)
    except ValueError:
        return


def _float_or_none(text: str) -> Iterator[float]:
    try:
        yield float(text)
    except ValueError:
        return
