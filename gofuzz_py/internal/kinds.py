"""The types a fuzz test may take, each described once.

Owns the table that the corpus format, the mutators, the minimizer and the
annotation reader share: Go's name of a type, the Python type of its values,
its width and its range.  Knows nothing of how values are written, mutated or
shown.  Imports nothing of the package; used in every process.

Go keeps this as a type switch repeated in several files (encoding.go,
mutator.go, testing/fuzz.go).  Here it is one table, because Python has one
``int`` for Go's twelve and the width has to live somewhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Value = bytes | str | bool | int | float


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of fuzz argument."""

    #: Go's name, as it stands in corpus files and messages: ``[]byte``, ``int8``.
    name: str
    #: What a Python user writes in an annotation: ``bytes``, ``Int8``.
    label: str
    #: The exact Python type of a value (``type(value) is kind.python``).
    python: type[bytes] | type[str] | type[bool] | type[int] | type[float]
    #: Smallest and largest integer, inclusive; None where there is no limit.
    low: int | None = None
    high: int | None = None
    #: Width in bits of a number; 0 where the type has no fixed width.
    bits: int = 0

    @property
    def is_sequence(self) -> bool:
        """Is it ``bytes`` or ``str``, something with a length?"""
        return self.python is bytes or self.python is str

    def zero(self) -> Value:
        """Return the value Go would start from when there is no seed."""
        return self.python()

    def problem(self, value: object) -> str | None:
        """Say why ``value`` is not one of this kind, or return None.

        The type must match exactly (``True`` is not an ``int`` here), because
        a seed of another type would come back from its file changed.
        """
        if type(value) is not self.python:
            return f"{_shown(value)} is a {type(value).__name__}, want {self.label}"
        if isinstance(value, int):
            too_low = self.low is not None and value < self.low
            too_high = self.high is not None and value > self.high
            if too_low or too_high:
                return f"{_shown(value)} is out of range for {self.label}"
        if self is FLOAT32 and isinstance(value, float) and math.isfinite(value) and abs(value) > FLOAT32_MAX:
            return f"{value} is out of range for {self.label}"
        return None


def _shown(value: object) -> str:
    """Write a value for a message: short, and without the limit that Python has for long ints."""
    if isinstance(value, int) and value.bit_length() > 256:
        return f"an int of {value.bit_length()} bits"
    return f"{value!r:.60}"


#: The largest finite float32; a double above it would round to infinity.
FLOAT32_MAX = (2 - 2**-23) * 2.0**127


def _signed(bits: int, name: str, label: str) -> Kind:
    return Kind(name, label, int, -(1 << (bits - 1)), (1 << (bits - 1)) - 1, bits)


def _unsigned(bits: int, name: str, label: str) -> Kind:
    return Kind(name, label, int, 0, (1 << bits) - 1, bits)


BYTES = Kind("[]byte", "bytes", bytes)
STR = Kind("string", "str", str)
BOOL = Kind("bool", "bool", bool)
#: Python's own int: no limit, so it goes beyond Go's ``int`` of the same name.
INT = Kind("int", "int", int)
FLOAT = Kind("float64", "float", float, bits=64)
INT8 = _signed(8, "int8", "Int8")
INT16 = _signed(16, "int16", "Int16")
#: Also Go's ``rune``, which is the same type under another name.
INT32 = _signed(32, "int32", "Int32")
INT64 = _signed(64, "int64", "Int64")
UINT = _unsigned(64, "uint", "Uint")
#: Also Go's ``byte``, which is the same type under another name.
UINT8 = _unsigned(8, "uint8", "Uint8")
UINT16 = _unsigned(16, "uint16", "Uint16")
UINT32 = _unsigned(32, "uint32", "Uint32")
UINT64 = _unsigned(64, "uint64", "Uint64")
FLOAT32 = Kind("float32", "Float32", float, bits=32)

#: Every kind by Go's name; ``byte`` and ``rune`` are read as what they stand for.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        BYTES, STR, BOOL, INT, FLOAT, INT8, INT16, INT32, INT64,
        UINT, UINT8, UINT16, UINT32, UINT64, FLOAT32,
    )
}  # fmt: skip
KINDS["byte"] = UINT8
KINDS["rune"] = INT32

#: The kind of a plain Python type, for annotations and seeds.
KIND_OF_TYPE: dict[type, Kind] = {bytes: BYTES, str: STR, bool: BOOL, int: INT, float: FLOAT}
