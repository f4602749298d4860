"""How the number of a field is written into a value.

Owns the three forms: a number of fixed width (raw, or spelled as hex or
base64), digits, and a variable-length number.  Knows nothing of where the
field stands or what the number means.  Runs in worker processes: read back by
``checksums_search``, written once per execution by ``checksums``.  Go's engine
has nothing of the kind.

A number too large for its field is cut to it, as a register would do: a
format whose length field overflowed is still worth a try.
"""

from __future__ import annotations

import base64
import binascii
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Order = Literal["big", "little"]

_SPELLINGS: dict[str, Callable[[bytes], bytes]] = {
    "hex": binascii.hexlify,
    "HEX": lambda payload: binascii.hexlify(payload).upper(),
    "base64": base64.b64encode,
    "base64url": base64.urlsafe_b64encode,
    "base64 unpadded": lambda payload: base64.b64encode(payload).rstrip(b"="),
    "base64url unpadded": lambda payload: base64.urlsafe_b64encode(payload).rstrip(b"="),
}

_SIZES: dict[str, Callable[[int], int]] = {
    "": lambda width: width,
    "hex": lambda width: 2 * width,
    "HEX": lambda width: 2 * width,
    "base64": lambda width: (width + 2) // 3 * 4,
    "base64url": lambda width: (width + 2) // 3 * 4,
    "base64 unpadded": lambda width: (width * 8 + 5) // 6,
    "base64url unpadded": lambda width: (width * 8 + 5) // 6,
}

#: The names of the ways in which bytes are spelled as text.
SPELLINGS = tuple(_SPELLINGS)

#: Decimal numbers and others by their base; base 11 is what check digits use, with X for ten.
_DIGITS = {8: b"01234567", 10: string.digits.encode(), 11: b"0123456789X", 16: string.hexdigits.encode()}

_LARGEST = (1 << 1024) - 1
_CODES = {8: "o", 10: "d", 16: "x"}

#: More digits than this are no field: a natural number of this length has 400 bits.
LONGEST_RUN = 128


def spell(payload: bytes, spelling: str) -> bytes:
    """Write bytes as the spelling says; an empty name leaves them as they are."""
    return _SPELLINGS[spelling](payload) if spelling else payload


@dataclass(frozen=True, slots=True)
class Packed:
    """A number in a fixed number of bytes."""

    #: In bytes, before they are spelled.
    width: int
    order: Order
    #: A key of ``SPELLINGS``, or empty.
    spelling: str = ""

    @property
    def bits(self) -> int:
        """Width in bits; 0 would be a form without a limit."""
        return 8 * self.width

    @property
    def size(self) -> int:
        """How many bytes are written; 0 would be a form that varies."""
        return _SIZES[self.spelling](self.width)

    @property
    def alphabet(self) -> bytes:
        """What a field of varying size is made of; nothing here."""
        return b""

    def write(self, number: int) -> bytes:
        """Return the field for a number."""
        payload = (number & (1 << 8 * self.width) - 1).to_bytes(self.width, self.order)
        return _SPELLINGS[self.spelling](payload) if self.spelling else payload

    def __str__(self) -> str:
        text = f"{self.width} bytes {self.order} endian" if self.width > 1 else "1 byte"
        return f"{text} as {self.spelling}" if self.spelling else text


@dataclass(frozen=True, slots=True)
class Digits:
    """A number as digits."""

    #: 8, 10, 16, or 11 for a check digit that may be X.
    base: int
    #: How many digits; 0 where there are as many as the number needs.
    size: int = 0
    #: What stands before a short number, if the size is fixed.
    fill: str = "0"
    is_upper: bool = False
    #: What follows the digits within the field; counted in the size.
    tail: bytes = b""

    @property
    def bits(self) -> int:
        """Width in bits where it is fixed and a power of two, else 0."""
        return {8: 3, 16: 4}.get(self.base, 0) * (self.size - len(self.tail)) if self.size else 0

    @property
    def alphabet(self) -> bytes:
        """What a field of varying size is made of."""
        return _DIGITS[self.base]

    def write(self, number: int) -> bytes:
        """Return the field for a number that is not negative and has up to some hundred bits."""
        if self.base == 11:
            return b"0123456789X"[number % 11 : number % 11 + 1]
        number &= _LARGEST  # Python refuses to write endless decimal numbers
        text = format(number, "X" if self.is_upper else _CODES[self.base])
        if self.size:
            size = self.size - len(self.tail)
            text = text.rjust(size, self.fill)[-size:]
        return text.encode() + self.tail

    def __str__(self) -> str:
        name = {8: "octal", 10: "decimal", 11: "check", 16: "hex"}[self.base]
        return f"{self.size} {name} digits" if self.size else f"{name} digits"


@dataclass(frozen=True, slots=True)
class Varint:
    """A number in groups of seven bits, smallest first, the top bit saying that more follow."""

    size: int = 0

    @property
    def bits(self) -> int:
        """0: there is no fixed width."""
        return 0

    @property
    def alphabet(self) -> bytes:
        """Nothing: the end is found by ``end``."""
        return b""

    def write(self, number: int) -> bytes:
        """Return the field for a number that is not negative."""
        number &= (1 << 64) - 1
        groups = bytearray()
        while number > 127:
            groups.append(number & 127 | 128)
            number >>= 7
        groups.append(number)
        return bytes(groups)

    def __str__(self) -> str:
        return "a varint"


Form = Packed | Digits | Varint

#: Which forms are looked for: in the UTF-8 of text only text, in its Latin-1 only what is raw.
FormKinds = Literal["all", "text", "raw"]


def fits(form: Form, kinds: FormKinds) -> bool:
    """Is this a form that is looked for?"""
    if kinds == "all":
        return True
    is_text = bool(form.spelling) if isinstance(form, Packed) else isinstance(form, Digits)
    return is_text == (kinds == "text")


def varint_at(value: bytes, begin: int) -> tuple[int, int] | None:
    """Return the number of the varint at ``begin`` and where it ends, or None."""
    number = 0
    for place, byte in enumerate(value[begin : begin + 10]):
        number |= (byte & 127) << 7 * place
        if byte < 128:
            return number, begin + place + 1
    return None
