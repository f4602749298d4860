"""The ways in which whole numbers, floats and bools are changed.

Owns the tables ``INT_MUTATORS``, ``BIG_INT_MUTATORS``, ``FLOAT_MUTATORS`` and
``BOOL_MUTATORS``, and the limits that each sized type sets.  A mutator takes
the random source, a value and the limits of its kind, and returns a new value
within them, or None where it does not apply (the caller draws another).  It
knows nothing of who chose it.  Runs in worker processes, once per execution,
called by ``mutator``.

Stands where Go's ``mutator.go`` adds or subtracts at most 100 and scales a
float by at most 10.  That walk is kept, but a million is ten thousand steps
away, and Go never reaches the smallest value of a signed type.  So here are
also the values where programs change their mind (widths, powers, limits of
code points, of years, of exact floats), bit patterns, decimal digits and, for
Python's ``int``, numbers of hundreds of digits.  A bool always flips: half of
Go's executions leave it as it is, which tests nothing new.

No method is called on the target's side and nothing is formatted that the
target could have made refuse (``sys.set_int_max_str_digits``).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from gofuzz_py.internal import kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gofuzz_py.internal.kinds import Kind
    from gofuzz_py.internal.rand import Rand

    #: ``(rand, value, limits) -> changed value, or None to decline``.
    IntMutator = Callable[[Rand, int, "IntLimits"], int | None]
    FloatMutator = Callable[[Rand, float, "FloatLimits"], float | None]
    BoolMutator = Callable[[Rand, bool, None], bool | None]

#: The most bits that a value of the unlimited ``int`` is given: 1233 digits,
#: enough to leave every fixed width and the range of floats far behind, and
#: few enough that the target's own arithmetic stays quick.
MAX_INT_BITS = 4096

#: Decimal digits are only edited up to here (302 of them), because a target may
#: lower the interpreter's limit on conversions to 640 and an edit may double them.
_DECIMAL_BITS = 1000


@dataclass(frozen=True, slots=True)
class IntLimits:
    """What the mutators must know of one kind of whole number."""

    #: Smallest and largest value; None where there is no limit.
    low: int | None
    high: int | None
    #: Bits among which a bit or a power is drawn.
    width: int
    #: Values within the limits that programs often treat specially.
    interesting: tuple[int, ...]
    #: Return the number, or None where it is out of range.
    inside: Callable[[int], int | None]
    #: Return the number, brought into the range as a register would do it.
    wrap: Callable[[int], int | None]


# Whole numbers.  ``inside`` is used where a result out of range says that the
# idea does not fit this value, ``wrap`` where every bit pattern is meant.


def add_small(rand: Rand, value: int, limits: IntLimits) -> int | None:
    """Add 1 to 100, but stop at the largest value."""
    high = limits.high
    step = 1 + rand.bits(30) % 100
    if high is None or value + step <= high:
        return limits.inside(value + step)
    return high if value < high else None


def subtract_small(rand: Rand, value: int, limits: IntLimits) -> int | None:
    """Subtract 1 to 100, but stop at the smallest value (Go stops before it)."""
    low = limits.low
    step = 1 + rand.bits(30) % 100
    if low is None or value - step >= low:
        return limits.inside(value - step)
    return low if value > low else None


def step_by_one(rand: Rand, value: int, limits: IntLimits) -> int | None:
    """Go to the next number, up or down."""
    return limits.inside(value + 1 if rand.bits(1) else value - 1)


def interesting_int(rand: Rand, value: int, limits: IntLimits) -> int | None:
    """Replace the value by one from the table of its kind."""
    table = limits.interesting
    return table[rand.bits(30) % len(table)]


def near_interesting_int(rand: Rand, value: int, limits: IntLimits) -> int | None:
    """Replace the value by one that is up to 8 away from one of the table."""
    table = limits.interesting
    return limits.inside(table[rand.bits(30) % len(table)] + rand.bits(30) % 17 - 8)


def power_of_two(rand: Rand, value: int, limits: IntLimits) -> int | None:
    """Replace the value by a power of two or a neighbour, of either sign."""
    bits = rand.bits
    power = (1 << bits(30) % (limits.width + 1)) + bits(30) % 3 - 1
    return limits.inside(-power if bits(1) else power)


def random_int(rand: Rand, value: int, limits: IntLimits) -> int | None:
    """Replace the value by a random one of a random width."""
    bits = rand.bits
    number = bits(1 + bits(30) % limits.width)
    return limits.wrap(-number if bits(1) else number)


def add_random(rand: Rand, value: int, limits: IntLimits) -> int | None:
    """Add or subtract a number of a random width."""
    bits = rand.bits
    number = bits(1 + bits(30) % limits.width)
    return limits.wrap(value - number if bits(1) else value + number)


def flip_int_bit(rand: Rand, value: int, limits: IntLimits) -> int | None:
    """Invert one bit; of a signed number also the one of the sign."""
    return limits.wrap(value ^ 1 << rand.bits(30) % limits.width)


def negate_int(rand: Rand, value: int, limits: IntLimits) -> int | None:
    """Change the sign, or invert all bits."""
    return limits.wrap(-value if rand.bits(1) else ~value)


def multiply_int(rand: Rand, value: int, limits: IntLimits) -> int | None:
    """Multiply by 2 to 10."""
    return limits.inside(value * (2 + rand.bits(30) % 9))


def divide_int(rand: Rand, value: int, limits: IntLimits) -> int | None:
    """Divide by 2 to 10, towards zero."""
    divisor = 2 + rand.bits(30) % 9
    return value // divisor if value >= 0 else -(-value // divisor)


#: What may happen to decimal digits ``d`` at place ``p``, with a new digit ``c``.
_DIGIT_EDITS: tuple[Callable[[str, int, str], str], ...] = (
    lambda d, p, c: d[:p] + c + d[p + 1 :],
    lambda d, p, c: d[:p] + c + d[p:],
    lambda d, p, c: d[:p] + d[p + 1 :],
    lambda d, p, c: d[:p] + d[p:] * 2,
    lambda d, p, c: d[:p] + "0" * (len(d) - p),
    lambda d, p, c: d[:p] + "9" * (len(d) - p),
    lambda d, p, c: d + "000",
    lambda d, p, c: d[::-1],
)


def edit_digits(rand: Rand, value: int, limits: IntLimits) -> int | None:
    """Change the number as people write it, by decimal digits."""
    if value.bit_length() > _DECIMAL_BITS:
        return None
    bits = rand.bits
    digits = str(abs(value))
    at = bits(30) % len(digits)
    edited = int(_DIGIT_EDITS[bits(3)](digits, at, "0123456789"[bits(30) % 10]) or "0")
    return limits.inside(-edited if value < 0 else edited)


def huge_int(rand: Rand, value: int, limits: IntLimits) -> int | None:
    """Replace the value by one of up to ``MAX_INT_BITS`` bits."""
    bits = rand.bits
    form = bits(30) % 3
    if form == 0:
        number = bits(1 + bits(30) % MAX_INT_BITS)
    elif form == 1:
        number = (1 << bits(30) % MAX_INT_BITS) + bits(30) % 3 - 1
    else:
        number = 10 ** (bits(30) % 1200) + bits(30) % 3 - 1
    return limits.inside(-number if bits(1) else number)


#: For every kind of whole number.  What is listed twice is drawn twice as often.
INT_MUTATORS: tuple[IntMutator, ...] = (
    add_small,
    add_small,
    subtract_small,
    subtract_small,
    step_by_one,
    step_by_one,
    interesting_int,
    interesting_int,
    interesting_int,
    near_interesting_int,
    power_of_two,
    random_int,
    random_int,
    add_random,
    flip_int_bit,
    flip_int_bit,
    negate_int,
    multiply_int,
    divide_int,
    edit_digits,
    edit_digits,
)

#: For Python's ``int``, which has no width.
BIG_INT_MUTATORS: tuple[IntMutator, ...] = (*INT_MUTATORS, huge_int)


def _around(numbers: Iterable[int]) -> list[int]:
    return [near for number in numbers for near in (number - 1, number, number + 1)]


#: Magnitudes of interest, smallest first where it costs nothing to say so.
_MAGNITUDES = (
    *range(17), 24, 32, 60, 64, 97, 100, 365, 366, 400, 512, 640, 1000, 1024, 1900, 1970, 2000, 2038, 4300,
    *_around(1 << width for width in (7, 8, 11, 15, 16, 24, 30, 31, 32, 53, 60, 62, 63, 64)),
    # The ends of Unicode and of its surrogates.
    0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFFFD, 0x10FFFF, 0x110000,
    # The last year, the last day and the last second that datetime knows.
    9999, 10000, 3652059, 3652060, 253402300799, 253402300800, 86399, 86400, 999999, 1000000,
    *_around(10**k for k in (2, 3, 4, 5, 6, 9, 12, 15, 18, 19)),
    *_around((1 << 127, 1 << 128, 10**30, 10**100, 1 << 1023, 1 << 1024)),
)  # fmt: skip


@cache
def int_limits(kind: Kind) -> IntLimits:
    """Return the limits of a kind of whole number."""
    low, high = kind.low, kind.high
    both = dict.fromkeys(number for size in _MAGNITUDES for number in (size, -size))
    if low is None or high is None:
        return IntLimits(None, None, 72, tuple(both), _bounded, _bounded)
    fitting = dict.fromkeys((low, high, *(number for number in both if low <= number <= high)))
    return IntLimits(low, high, kind.bits, tuple(fitting), _inside(low, high), _wrap(low, kind.bits))


def _bounded(number: int) -> int | None:
    return number if number.bit_length() <= MAX_INT_BITS else None


def _inside(low: int, high: int) -> Callable[[int], int | None]:
    def inside(number: int) -> int | None:
        return number if low <= number <= high else None

    return inside


def _wrap(low: int, bits: int) -> Callable[[int], int]:
    mask = (1 << bits) - 1

    def wrap(number: int) -> int:
        return (number - low & mask) + low

    return wrap


@dataclass(frozen=True, slots=True)
class FloatLimits:
    """What the mutators must know of one width of float."""

    #: 64 or 32.
    width: int
    #: Exponents of two, from the smallest subnormal number to the largest.
    exponents: range
    #: Exponents of ten, likewise.
    tens: range
    #: Values that programs often treat specially.
    interesting: tuple[float, ...]
    #: Return the nearest number of this width; every NaN becomes the plain one.
    fit: Callable[[float], float]
    #: Number to bit pattern and back.
    to_bits: Callable[[float], int]
    from_bits: Callable[[int], float]


def add_small_float(rand: Rand, value: float, limits: FloatLimits) -> float | None:
    """Add 1 to 100."""
    return limits.fit(value + (1 + rand.bits(30) % 100))


def subtract_small_float(rand: Rand, value: float, limits: FloatLimits) -> float | None:
    """Subtract 1 to 100."""
    return limits.fit(value - (1 + rand.bits(30) % 100))


def multiply_float(rand: Rand, value: float, limits: FloatLimits) -> float | None:
    """Multiply by 2 to 10."""
    return limits.fit(value * (2 + rand.bits(30) % 9))


def divide_float(rand: Rand, value: float, limits: FloatLimits) -> float | None:
    """Divide by 2 to 10."""
    return limits.fit(value / (2 + rand.bits(30) % 9))


def interesting_float(rand: Rand, value: float, limits: FloatLimits) -> float | None:
    """Replace the value by one from the table of its width."""
    table = limits.interesting
    return table[rand.bits(30) % len(table)]


def neighbour_float(rand: Rand, value: float, limits: FloatLimits) -> float | None:
    """Go 1 to 4 representable numbers up or down; zero is no obstacle."""
    if value != value:
        return None
    bits = rand.bits
    step = 1 + bits(2)
    top = 1 << (limits.width - 1)
    pattern = limits.to_bits(value)
    sign, magnitude = pattern & top, pattern & top - 1
    magnitude += step if bits(1) else -step
    if magnitude < 0:
        sign, magnitude = sign ^ top, -magnitude
    return limits.from_bits(sign | magnitude)


def flip_float_bit(rand: Rand, value: float, limits: FloatLimits) -> float | None:
    """Invert one bit of the representation."""
    return limits.from_bits(limits.to_bits(value) ^ 1 << rand.bits(30) % limits.width)


def negate_float(rand: Rand, value: float, limits: FloatLimits) -> float | None:
    """Change the sign, of zero and infinity too."""
    return None if value != value else -value


def invert_float(rand: Rand, value: float, limits: FloatLimits) -> float | None:
    """Replace the value by one divided by it."""
    return limits.fit(1.0 / value) if value else None


def float_power_of_two(rand: Rand, value: float, limits: FloatLimits) -> float | None:
    """Replace the value by a power of two, subnormal ones included."""
    bits = rand.bits
    exponents = limits.exponents
    power = math.ldexp(1.0, exponents[bits(30) % len(exponents)])
    return -power if bits(1) else power


def float_power_of_ten(rand: Rand, value: float, limits: FloatLimits) -> float | None:
    """Replace the value by a power of ten."""
    bits = rand.bits
    tens = limits.tens
    power = limits.fit(float(f"1e{tens[bits(30) % len(tens)]}"))
    return -power if bits(1) else power


def whole_float(rand: Rand, value: float, limits: FloatLimits) -> float | None:
    """Replace the value by a whole number of a random width of up to 54 bits."""
    bits = rand.bits
    number = float(bits(1 + bits(30) % 54))
    return limits.fit(-number if bits(1) else number)


def fraction_float(rand: Rand, value: float, limits: FloatLimits) -> float | None:
    """Replace the value by one between -1 and 1."""
    bits = rand.bits
    number = bits(53) / (1 << 53)
    return limits.fit(-number if bits(1) else number)


def random_float(rand: Rand, value: float, limits: FloatLimits) -> float | None:
    """Replace the value by a random bit pattern."""
    return limits.from_bits(rand.bits(limits.width))


def shorten_float(rand: Rand, value: float, limits: FloatLimits) -> float | None:
    """Round to 1 to 8 significant decimal digits, or to a whole number."""
    digits = rand.bits(3)
    return limits.fit(float(f"{value:.{digits + 1}g}" if digits else f"{value:.0f}"))


FLOAT_MUTATORS: tuple[FloatMutator, ...] = (
    add_small_float,
    subtract_small_float,
    multiply_float,
    divide_float,
    interesting_float,
    interesting_float,
    interesting_float,
    neighbour_float,
    neighbour_float,
    flip_float_bit,
    flip_float_bit,
    negate_float,
    invert_float,
    float_power_of_two,
    float_power_of_ten,
    whole_float,
    whole_float,
    fraction_float,
    random_float,
    shorten_float,
)

#: Written for doubles; ``float_limits`` rounds them for the smaller width.
_FLOATS = (
    0.0, 0.1, 0.2, 0.3, 1 / 3, 0.5, 0.49999999999999994, 1.0, 1.5, 2.0, 2.5, 3.0, 7.0, 9.99, 10.0, 16.0, 60.0,
    99.0, 100.0, 127.0, 128.0, 255.0, 256.0, 360.0, 1000.0, 1024.0, 65535.0, 65536.0, math.pi, math.e,
    # Where repr() changes to an exponent and back.
    1e-5, 0.0001, 9.999e-5, 1e15, 1e16, 9999999999999998.0, 1e17, 1e21, 1e22, 1e23,
    # Where whole numbers cease to be exact, and the ends of machine integers.
    *(2.0**k + n for k in (24, 53) for n in (-1, 0, 1, 2)),
    *(2.0**k + n for k in (31, 32) for n in (-1, 0)),
    2.0**62, 2.0**63, math.nextafter(2.0**63, 0), 2.0**64, math.nextafter(2.0**64, 0), 2.0**127, 2.0**128,
    86400.0, 253402300799.0, 253402300800.0, 1e9, 1e10, 1e30, 1e38, 1e100, 1e300,
    1e-7, 1e-10, 1e-38, 1e-45, 1e-100, 1e-300, math.inf,
)  # fmt: skip


@cache
def float_limits(kind: Kind) -> FloatLimits:
    """Return the limits of a kind of float."""
    if kind.bits == 32:
        to_bits, from_bits = _patterns("<f", "<I")
        return _float_limits(32, 24, 127, range(-46, 40), _to_float32, to_bits, from_bits)
    to_bits, from_bits = _patterns("<d", "<Q")
    return _float_limits(64, 53, 1023, range(-324, 310), _plain_nan, to_bits, from_bits)


def _float_limits(
    width: int,
    mantissa: int,
    top: int,
    tens: range,
    fit: Callable[[float], float],
    to_bits: Callable[[float], int],
    from_bits: Callable[[int], float],
) -> FloatLimits:
    epsilon = 2.0 ** (1 - mantissa)
    bottom = 2 - top - mantissa
    smallest, normal = math.ldexp(1.0, bottom), math.ldexp(1.0, 1 - top)
    largest = math.ldexp(2.0 - epsilon, top)
    edges = (smallest, normal, normal - smallest, largest, epsilon, 1 + epsilon, 1 - epsilon / 2)
    table = [fit(sign * number) for number in (*_FLOATS, *edges) for sign in (1.0, -1.0)]
    # By bit pattern, because 0.0 and -0.0 are equal and NaN equals nothing.
    distinct = {to_bits(number): number for number in (*table, math.nan)}
    exponents = range(bottom, top + 1)
    return FloatLimits(width, exponents, tens, tuple(distinct.values()), fit, to_bits, from_bits)


def _plain_nan(number: float) -> float:
    return number if number == number else math.nan


def _to_float32(number: float) -> float:
    try:
        rounded: float = struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return rounded if rounded == rounded else math.nan


def _patterns(number_code: str, bits_code: str) -> tuple[Callable[[float], int], Callable[[int], float]]:
    number_codec, bits_codec = struct.Struct(number_code), struct.Struct(bits_code)

    def to_bits(number: float) -> int:
        pattern: int = bits_codec.unpack(number_codec.pack(number))[0]
        return pattern

    def from_bits(pattern: int) -> float:
        number: float = number_codec.unpack(bits_codec.pack(pattern))[0]
        return number if number == number else math.nan

    return to_bits, from_bits


def flip_bool(rand: Rand, value: bool, limits: None) -> bool | None:
    """Return the other one."""
    return not value


BOOL_MUTATORS: tuple[BoolMutator, ...] = (flip_bool,)


def int_mutators(kind: Kind) -> tuple[IntMutator, ...]:
    """Return the table of a kind of whole number."""
    return BIG_INT_MUTATORS if kind is kinds.INT else INT_MUTATORS
