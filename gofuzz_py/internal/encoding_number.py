"""Numbers as they stand in a corpus file: decimal text, both ways, exactly.

Owns how an ``int`` of any size and a float of 64 or 32 bits become text and
come back: shortest digits, correct rounding, NaN by its bits.  Knows nothing
of types, lines or files, and never reads text that the scanner has not passed.
Used in every process, through encoding.py and encoding_read.py; the mutators
may use the float32 helpers too.

Go's files are strconv/ftoa.go and atof.go.  This departs from Go in one thing:
an ``int`` has no limit, so the two conversions must stay fast for thousands of
digits, and work where the interpreter's digit limit would refuse them.
"""

from __future__ import annotations

import decimal
import math
import re
import struct

#: Below this many digits CPython converts whatever its digit limit is set to
#: (the limit cannot be set under 640).
_CHUNK_DIGITS = 600
#: An int of this many bits has at most 600 digits.
_CHUNK_BITS = 1990
#: The exponent from which on Go writes ``1e+06`` (Python's repr waits for 16).
_EXPONENT_FORM_FROM = 6

#: Go's math.NaN(), which files write as ``float64(NaN)``; Python's own nan has
#: the last bit clear and so is written by its bits.
GO_NAN_BITS = 0x7FF8000000000001
GO_NAN: float = struct.unpack(">d", GO_NAN_BITS.to_bytes(8))[0]
#: The standard NaN of 32 bits.
GO_NAN32_BITS = 0x7FC00000

_HEX_FLOAT = re.compile(r"0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?)([0-9]+)")
_OTHER_BASES = {"0x": 16, "0o": 8, "0b": 2}


def int_text(value: int) -> str:
    """Return ``value`` in decimal, whatever its size."""
    if value.bit_length() <= _CHUNK_BITS:
        return str(value)
    return "-" + _big_text(-value) if value < 0 else _big_text(value)


def _big_text(value: int) -> str:
    # Binary halves put together in decimal: the decimal module multiplies in
    # nearly linear time, where str(int) is quadratic (and limited).
    context = decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
    powers = [decimal.Decimal(1 << _CHUNK_BITS)]  # each the square of the one before
    while _CHUNK_BITS << len(powers) < value.bit_length():
        powers.append(context.multiply(powers[-1], powers[-1]))

    def convert(part: int, level: int) -> decimal.Decimal:
        if level == 0:
            return decimal.Decimal(part)
        low_bits = _CHUNK_BITS << (level - 1)
        high = convert(part >> low_bits, level - 1)
        low = convert(part & ((1 << low_bits) - 1), level - 1)
        return context.add(context.multiply(high, powers[level - 1]), low)

    return str(convert(value, len(powers)))


def parse_int(text: str) -> int:
    """Return the value of an integer literal of Go's, a leading ``-`` allowed.

    Any base and underscores are understood; the scanner has passed the text.
    """
    if text.startswith("-"):
        return -parse_int(text[1:])
    digits = text.replace("_", "").lower()
    base = _OTHER_BASES.get(digits[:2])
    if base is not None:
        return int(digits[2:], base)
    if digits.startswith("0"):
        return int(digits, 8)
    return _parse_decimal(digits)


def _parse_decimal(digits: str) -> int:
    if len(digits) <= _CHUNK_DIGITS:
        return int(digits)
    # Chunks joined in pairs, so that the long multiplications are few and of
    # even length (Karatsuba's case).
    first = len(digits) % _CHUNK_DIGITS or _CHUNK_DIGITS
    parts = [int(digits[:first])]
    parts += [int(digits[at : at + _CHUNK_DIGITS]) for at in range(first, len(digits), _CHUNK_DIGITS)]
    power = 10**_CHUNK_DIGITS
    while len(parts) > 1:
        odd = len(parts) % 2  # pairs are counted from the low end
        pairs = zip(parts[odd::2], parts[odd + 1 :: 2], strict=True)
        parts = parts[:odd] + [high * power + low for high, low in pairs]
        power *= power
    return parts[0]


def float_bits(value: float) -> int:
    """Return the 64 bits of ``value``."""
    return int.from_bytes(struct.pack(">d", value))


def float_from_bits(bits: int) -> float:
    """Return the float of 64 bits, a NaN with its payload."""
    value: float = struct.unpack(">d", bits.to_bytes(8))[0]
    return value


def float32_bits(value: float) -> int:
    """Return the 32 bits of ``value`` rounded to float32, infinity if too large."""
    if math.isnan(value):
        # By hand, because the conversion in C changes signalling NaNs.
        bits = float_bits(value)
        payload = (bits >> 29) & 0x7FFFFF or 0x400000
        return (bits >> 63) << 31 | 0x7F800000 | payload
    return int.from_bytes(struct.pack(">f", round_float32(value)))


def float32_from_bits(bits: int) -> float:
    """Return the float32 of 32 bits as a Python float, a NaN with its payload."""
    if bits & 0x7F800000 == 0x7F800000:
        return float_from_bits((bits >> 31) << 63 | 0x7FF << 52 | (bits & 0x7FFFFF) << 29)
    value: float = struct.unpack(">f", bits.to_bytes(4))[0]
    return value


def round_float32(value: float) -> float:
    """Return the float32 nearest to ``value``, infinity if it is too large."""
    try:
        rounded: float = struct.unpack(">f", struct.pack(">f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)
    return rounded


def float_text(value: float) -> str:
    """Return the shortest text that reads back as this finite float or infinity."""
    return _special_text(value) or _general_form(repr(value))


def float32_text(value: float) -> str:
    """Return the shortest text that reads back, as a float32, as this one."""
    value = round_float32(value)
    return _special_text(value) or _general_form(_shortest_float32(value))


def _special_text(value: float) -> str | None:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    return None


def _shortest_float32(value: float) -> str:
    for precision in range(8):
        text = f"{value:.{precision}e}"
        if _nearest_float32(text, float(text)) == value:
            return text
        # Below a power of two float32s lie closer, so that the nearest text
        # can miss on that side where the next one, further off, does not.
        mantissa, exponent = text.split("e")
        last = len(mantissa) - 1
        if abs(math.frexp(value)[0]) == 0.5 and mantissa[last] != "9":
            text = f"{mantissa[:last]}{int(mantissa[last]) + 1}e{exponent}"
            if _nearest_float32(text, float(text)) == value:
                return text
    return f"{value:.8e}"  # nine digits always do


def _general_form(text: str) -> str:
    """Rewrite the digits of a Python float as Go's ``%g`` lays them out."""
    mantissa, _, exponent = text.partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    # The number is 0.DIGITS times ten to the power of point.
    point = int(exponent or 0) + len(digits) - len(fraction)
    digits = digits.rstrip("0")
    if not -4 < point <= _EXPONENT_FORM_FROM:
        tail = "." + digits[1:] if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{tail}e{point - 1:+03d}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if len(digits) <= point:
        return sign + digits.ljust(point, "0")
    return f"{sign}{digits[:point]}.{digits[point:]}"


def parse_float(text: str) -> float:
    """Return the float64 nearest to an integer or float literal of Go's.

    A leading ``-`` and underscores are understood; the scanner has passed the
    text.  Raises OverflowError beyond the range, and ValueError for what Go's
    strconv refuses: a prefix without the exponent of a hexadecimal float.
    """
    digits = text.replace("_", "").lower()
    if digits.lstrip("-")[:2] not in _OTHER_BASES:
        value = float(digits)
    elif "p" in digits:
        value = float.fromhex(digits)  # raises OverflowError itself
    else:
        raise ValueError("invalid syntax")
    if math.isinf(value):
        raise OverflowError
    return value


def parse_float32(text: str) -> float:
    """Return the float32 nearest to a literal; raises as ``parse_float`` does."""
    nearest = _nearest_float32(text, parse_float(text))
    if math.isinf(nearest):
        raise OverflowError
    return nearest


def _nearest_float32(text: str, value: float) -> float:
    """Return the float32 nearest to a literal whose nearest float64 is ``value``."""
    # Rounded twice, the result is wrong only where the float64 lies exactly
    # between two float32s and the literal does not.
    below = round_float32(math.nextafter(value, -math.inf))
    above = round_float32(math.nextafter(value, math.inf))
    nearest = round_float32(value)
    if below != above and value - _finite(below) == _finite(above) - value:
        nearest = (nearest, above, below)[_compare_literal(text.replace("_", "").lower(), value)]
    return nearest


def _finite(value: float) -> float:
    """Put the next step of float32 in the place of infinity."""
    return max(-(2.0**128), min(value, 2.0**128))


def _compare_literal(text: str, value: float) -> int:
    """Return 1, 0 or -1 as the literal is above, at or below the float near it."""
    negative = text.startswith("-")
    if negative:
        return -_compare_literal(text[1:], -value)
    match = _HEX_FLOAT.fullmatch(text)
    if match is None:
        # from_float, because a program may have set a trap for the constructor.
        exact, near = decimal.Decimal(text), decimal.Decimal.from_float(value)  # noqa: FURB164
        return (exact > near) - (exact < near)
    whole, fraction, sign, exponent = match.groups()
    mantissa = int(whole + fraction, 16)
    shift = _parse_decimal(exponent.lstrip("0") or "0")
    shift = (-shift if sign == "-" else shift) - 4 * len(fraction)
    numerator, denominator = value.as_integer_ratio()
    left, right = mantissa * denominator << max(shift, 0), numerator << max(-shift, 0)
    return (left > right) - (left < right)
