"""Which of two values is the simpler one.

Owns the order that the minimizer descends: for each kind a total order with a
least element and no endless way down, so that a search that only ever moves
to a simpler value must end.  Knows nothing of passes, targets or budgets.
Runs in the worker process; called by the gate (minimize_gate.py) for every
candidate, and by the passes that look for a simpler character.

The order, documented once:

- bytes and str: the shorter one; of equal length, the one whose first
  different character is simpler.  Simple characters are the 32 of `READABLE`
  in Go's order, then the other printable ASCII ones, then control
  characters, then everything else (for str: four well-known samples, then
  printable characters, then the rest, each by code point).
- int: the smaller magnitude; of equal magnitude, the positive one.
- float: whole numbers up to 2**53 by magnitude; then fractions and then
  larger numbers, both by the length of their shortest decimal form and then
  by magnitude; then infinities; then NaNs, the usual one first.  Positive
  before negative throughout.
- bool: False.

Go has no such order (its minimize.go accepts what its passes happen to
propose); it is stated here so that "never worse" can be tested.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.kinds import Kind, Value

#: The characters a minimized value is made of if it can be; Go's list, in its order.
READABLE = "012789ABCXYZabcxyz !\"#$%&'()*+,."

#: Non-ASCII characters worth trying for one that must be non-ASCII: a letter
#: with a decomposition, another script, a wide one, one outside the BMP.
SAMPLES = "é\u03a9\u4e2d\U0001f600"

#: Above it not every whole number is a float, and digits say more than size.
WHOLE_LIMIT = 2.0**53

#: Go's NaN for each width, as the bits of a double: files show it as ``NaN``.
_USUAL_NAN_BITS = {64: 0x7FF8000000000001, 32: 0x7FF8000000000000}

_FloatRank = tuple[int, int, float, int]


def character_rank(code: int) -> tuple[int, int]:
    """Return the place of a character in the order: a class, and a place in it."""
    if code < 0x80:
        place = READABLE.find(chr(code))
        if place >= 0:
            return 0, place
        return (1 if 0x20 <= code < 0x7F else 2), code
    place = SAMPLES.find(chr(code))
    if place >= 0:
        return 3, place
    return (4 if chr(code).isprintable() else 5), code


def _byte_ranks() -> bytes:
    """Make the table that turns bytes into ranks: comparing the results compares the values."""
    ordered = sorted(range(256), key=lambda code: character_rank(code) if code < 0x80 else (3, code))
    ranks = bytearray(256)
    for rank, code in enumerate(ordered):
        ranks[code] = rank
    return bytes(ranks)


_BYTE_RANKS = _byte_ranks()


def _first_difference(left: str, right: str) -> int:
    """Return where two different strings of one length part.

    By bisection on slices, because a loop over 100 000 characters for every
    candidate would cost more than most targets.
    """
    low, high = 0, len(left)
    while high - low > 1:
        middle = (low + high) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _is_simpler_bytes(kind: Kind, left: bytes, right: bytes) -> bool:
    if len(left) != len(right):
        return len(left) < len(right)
    return left.translate(_BYTE_RANKS) < right.translate(_BYTE_RANKS)


def _is_simpler_str(kind: Kind, left: str, right: str) -> bool:
    if len(left) != len(right) or left == right:
        return len(left) < len(right)
    place = _first_difference(left, right)
    return character_rank(ord(left[place])) < character_rank(ord(right[place]))


def _is_simpler_int(kind: Kind, left: int, right: int) -> bool:
    return (abs(left), left < 0) < (abs(right), right < 0)


def _is_simpler_float(kind: Kind, left: float, right: float) -> bool:
    return _float_rank(kind, left) < _float_rank(kind, right)


def _float_rank(kind: Kind, value: float) -> _FloatRank:
    is_negative = int(math.copysign(1.0, value) < 0)
    if math.isnan(value):
        bits = int.from_bytes(struct.pack(">d", value), "big")
        return 4, int(bits != _USUAL_NAN_BITS[kind.bits]), float(bits >> 32), bits & 0xFFFFFFFF
    magnitude = abs(value)
    if math.isinf(value):
        return 3, 0, 0.0, is_negative
    if magnitude > WHOLE_LIMIT:
        return 2, len(shortest_decimal(kind, magnitude)), magnitude, is_negative
    if not magnitude.is_integer():
        return 1, len(shortest_decimal(kind, magnitude)), magnitude, is_negative
    return 0, 0, magnitude, is_negative


def to_width(kind: Kind, value: float) -> float:
    """Round a double to the width of ``kind``; to infinity where it is too large for it."""
    if kind.bits != 32:
        return value
    try:
        rounded: float = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)
    return rounded


def usual_nan(kind: Kind) -> float:
    """Return the NaN that corpus files show as ``NaN``."""
    nan: float = struct.unpack(">d", _USUAL_NAN_BITS[kind.bits].to_bytes(8, "big"))[0]
    return nan


def shortest_decimal(kind: Kind, value: float) -> str:
    """Return the shortest digits that read back as ``value`` in the width of ``kind``.

    ``repr`` is that for a double; a float32 such as 0.1 has a much shorter
    form than the double of the same value.
    """
    if kind.bits == 32:
        for digits in range(1, 10):
            text = f"{value:.{digits}g}"
            if to_width(kind, float(text)) == value:
                return text
    return repr(value)


_IS_SIMPLER: dict[type, Callable[..., bool]] = {
    bytes: _is_simpler_bytes,
    str: _is_simpler_str,
    bool: _is_simpler_int,
    int: _is_simpler_int,
    float: _is_simpler_float,
}


def is_simpler(kind: Kind, left: Value, right: Value) -> bool:
    """Say whether ``left`` comes strictly before ``right`` in the order above.

    Both must be values of ``kind``.
    """
    return _IS_SIMPLER[kind.python](kind, left, right)
