"""Shrinking int and float.

Owns the search for a smaller magnitude (`lower_magnitude`, for non-negative
ints of any size) and the two passes built on it.  Floats go through it three
times over: as whole numbers, as the digits of their shortest decimal form,
and as its exponent.  Knows nothing of ranges and widths beyond rounding a
float32: the gate refuses what the kind cannot hold.  Runs in the worker
process; called through the table in minimize.py.

Go does not shrink numbers at all.  The aim here is the same as for text: the
value a person would have picked to show the failure.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gofuzz_py.internal.kinds import FLOAT32_MAX
from gofuzz_py.internal.minimize_gate import largest_accepted
from gofuzz_py.internal.minimize_order import WHOLE_LIMIT, shortest_decimal, to_width, usual_nan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gofuzz_py.internal.minimize_gate import Slot

#: Numbers tried from below before any search: the least of them is found
#: even if the failure depends on, say, the remainder by three.
_FIRST_NUMBERS = 8

#: Beyond this many bits, only differences near both ends are tried.
_ALL_BITS = 128

#: Differences that keep a remainder or a round number, apart from powers of two.
_STEPS = 1000, 100, 60, 24, *range(15, 2, -1)


def lower_magnitude(number: int, accept: Callable[[int], bool]) -> int:
    """Search for a smaller number that ``accept`` takes; return the least one found.

    Finds the least one exactly where everything above a threshold is
    accepted.  Makes a few dozen calls for a 64-bit number, and a small
    multiple of the number of bits for larger ones.
    """
    for small in range(min(number, _FIRST_NUMBERS)):
        if accept(small):
            return small
    base = number
    base >>= largest_accepted(lambda bits: accept(number >> bits), number.bit_length() - 1)
    for rounded in (_power_of_ten_below(base), 1 << max(base.bit_length() - 1, 0)):
        if rounded < base and accept(rounded):
            base = rounded
    if base.bit_length() > _ALL_BITS:
        base = _bisect(base, accept)
    for step in (*_power_steps(base), *_STEPS):
        base = _subtract(base, step, accept)
    return base


def _subtract(base: int, step: int, accept: Callable[[int], bool]) -> int:
    return base - step * largest_accepted(lambda times: accept(base - times * step), base // step)


def _bisect(base: int, accept: Callable[[int], bool]) -> int:
    """Bisect down to a threshold, if the next smaller number says there is room."""
    if not accept(base - 1):
        return base
    low, high = 0, base - 1
    while high - low > 1:
        middle = (low + high) // 2
        if accept(middle):
            high = middle
        else:
            low = middle
    return high


def _power_steps(number: int) -> Iterator[int]:
    """Yield the powers of two to subtract, largest first."""
    bits = number.bit_length()
    for exponent in range(bits - 1, -1, -1):
        if bits <= _ALL_BITS or not _ALL_BITS // 2 <= exponent < bits - _ALL_BITS // 2:
            yield 1 << exponent


def _power_of_ten_below(number: int) -> int:
    """Return the largest power of ten up to ``number`` (1 for 0).

    From the bit length, because ``str`` refuses ints of some thousand digits.
    """
    power: int = 10 ** int(max(number.bit_length() - 1, 0) * math.log10(2))
    return power * 10 if power * 10 <= number else power


def shrink_int(slot: Slot[int]) -> None:
    """Drop the sign, then lower the magnitude."""
    slot.consider(-slot.value)
    sign = -1 if slot.value < 0 else 1
    lower_magnitude(abs(slot.value), lambda magnitude: slot.consider(sign * magnitude))


def shrink_float(slot: Slot[float]) -> None:
    """Prefer 0, 1, whole numbers, few digits; finite to infinite, positive to negative."""
    largest = FLOAT32_MAX if slot.kind.bits == 32 else math.nextafter(math.inf, 0.0)
    for plain in (
        1.0,
        -1.0,
        WHOLE_LIMIT,
        -WHOLE_LIMIT,
        largest,
        -largest,
        math.inf,
        -math.inf,
        usual_nan(slot.kind),
    ):
        if slot.consider(plain):
            break
    slot.consider(-slot.value)
    if not math.isfinite(slot.value):
        return
    if slot.value.is_integer() and abs(slot.value) <= WHOLE_LIMIT:
        _lower_whole(slot)
    else:
        _shorten_decimal(slot)


def _lower_whole(slot: Slot[float]) -> None:
    sign = math.copysign(1.0, slot.value)
    lower_magnitude(
        int(abs(slot.value)), lambda magnitude: slot.consider(to_width(slot.kind, sign * float(magnitude)))
    )


def _shorten_decimal(slot: Slot[float]) -> None:
    """Round to few digits, then lower the digits and the exponent."""
    digits, exponent = _split_decimal(slot)
    for length in range(1, len(str(digits))):
        cut = len(str(digits)) - length
        rounded = digits // 10**cut
        if any(_consider_decimal(slot, up, exponent + cut) for up in (rounded, rounded + 1)):
            break
    digits, exponent = _split_decimal(slot)
    sign = 1 if exponent >= 0 else -1
    lower_magnitude(abs(exponent), lambda power: _consider_decimal(slot, digits, sign * power))
    digits, exponent = _split_decimal(slot)
    lower_magnitude(digits, lambda fewer: _consider_decimal(slot, fewer, exponent))


def _split_decimal(slot: Slot[float]) -> tuple[int, int]:
    """Return digits and exponent: the value is digits * 10**exponent, apart from its sign."""
    text, _, exponent = shortest_decimal(slot.kind, abs(slot.value)).partition("e")
    whole, _, fraction = text.partition(".")
    digits = (whole + fraction).rstrip("0") or "0"
    return int(digits), int(exponent or 0) + len(whole) - len(digits)


def _consider_decimal(slot: Slot[float], digits: int, exponent: int) -> bool:
    value = to_width(slot.kind, float(f"{digits}e{exponent}"))
    return slot.consider(math.copysign(value, slot.value))
