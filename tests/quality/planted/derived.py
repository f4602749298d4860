"""Operands that are made of the input by arithmetic, slices and containers.

Owns planted conditions (see the package).
"""

# Conditions inside conditions are what is planted here.
# ruff: noqa: SIM102

from __future__ import annotations

import struct
from collections import Counter

from tests.quality.planted.found import Found

_SMALL = "abcdefghijklmnopqrstuvwxyz"
_TURNED = _SMALL[13:] + _SMALL[:13]
_ROT_13 = str.maketrans(_SMALL + _SMALL.upper(), _TURNED + _TURNED.upper())


def pair_of_words(text: str) -> None:
    """Tuples compared."""
    key, _, value = text.partition("=")
    if (key, value) == ("locale", "is_IS"):
        raise Found


def list_of_words(text: str) -> None:
    """Lists compared."""
    if text.split(":") == ["urn", "isbn", "none"]:
        raise Found


def tuple_of_bytes(data: bytes) -> None:
    """Bytes as a tuple of numbers."""
    if tuple(data[:4]) == (0x47, 0x4B, 0xD3, 0x02):
        raise Found


def unpacked_tuple(data: bytes) -> None:
    """Fields as a tuple."""
    if len(data) >= 6 and struct.unpack(">HHH", data[:6]) == (1, 517, 40_000):
        raise Found


def set_of_words(text: str) -> None:
    """Sets compared, whatever the order."""
    if set(text.split()) == {"noatime", "nodev", "nosuid"}:
        raise Found


def includes_words(text: str) -> None:
    """A set within a set."""
    if {"gzip", "br"} <= set(text.split(", ")) and len(text) < 40:
        raise Found


def counted_words(text: str) -> None:
    """How often something is there."""
    counts = Counter(text.split())
    if counts["retry"] >= 3 and counts["abort"] == 1:
        raise Found


def two_slices(data: bytes) -> None:
    """Put together from two places."""
    if len(data) >= 10 and data[1:3] + data[7:9] == b"\xe5\x4c\x00\xb6":
        raise Found


def backwards(text: str) -> None:
    """From its end to its beginning."""
    if text[::-1][:7] == "lmth.xe":
        raise Found


def every_second(data: bytes) -> None:
    """One of two bytes."""
    if data[::2][:5] == b"WIDE!":
        raise Found


def code_point(text: str) -> None:
    """A character's number."""
    if text and ord(text[-1]) == 0x2603:
        raise Found


def exact_length(text: str) -> None:
    """So long and no longer."""
    if len(text) == 137:
        raise Found


def exact_fields(text: str) -> None:
    """So many fields and no more."""
    if len(text.split(";")) == 23:
        raise Found


def high_half(number: int) -> None:
    """Shifted to the right."""
    if number >> 20 == 0x4D5A9:
        raise Found


def low_half(number: int) -> None:
    """Masked."""
    if number > 0 and number & 0xFFFF_FFFF == 0xB16B_00B5:
        raise Found


def absolute(number: int) -> None:
    """Without its sign, which it must have."""
    if number < 0 and abs(number) == 7_340_032_001:
        raise Found


def doubled(number: int) -> None:
    """Twice and one more."""
    if 2 * number + 1 == 7_777_777_777_777:
        raise Found


def unmasked(number: int) -> None:
    """By exclusive or with a constant."""
    if number ^ 0x5555_5555 == 0x1BAD_D00D:
        raise Found


def days_in_seconds(number: int) -> None:
    """A quotient and its remainder."""
    days, seconds = divmod(number, 86_400)
    if days == 19_723 and seconds > 86_000:
        raise Found


def temperature(number: float) -> None:
    """Converted to another scale."""
    if 450.99 < number * 9 / 5 + 32 < 451.01:
        raise Found


def version_tuple(text: str) -> None:
    """Numbers in order, as a tuple between two others."""
    try:
        version = tuple(int(part) for part in text.split("."))
    except ValueError:
        return
    if (4, 18, 305) <= version < (4, 18, 348):
        raise Found


def numbers_sum(text: str) -> None:
    """Numbers in a text that come to a sum."""
    parts = text.split("+")
    if len(parts) == 3 and all(part.isdecimal() and len(part) < 7 for part in parts):
        if sum(map(int, parts)) == 100_000:
            raise Found


def xored_bytes(data: bytes) -> None:
    """Each byte by exclusive or with the same."""
    if bytes(byte ^ 0x5A for byte in data[:6]) == b"stage2":
        raise Found


def shifted_letters(text: str) -> None:
    """Each letter three further on."""
    if "".join(chr((ord(letter) + 3) % 0x110000) for letter in text[:8]) == "fdhvdu-q":
        raise Found


def kelvin(text: str) -> None:
    """A number in a text, converted to another scale."""
    name, _, reading = text.partition(":")
    try:
        celsius = float(reading)
    except ValueError:
        return
    if name and 1337.2 < celsius + 273.15 < 1337.4:
        raise Found


def gross_cents(text: str) -> None:
    """A price in a text, with tax, in cents."""
    for line in text.splitlines():
        amount, _, currency = line.partition(" ")
        if currency == "EUR" and amount.replace(".", "", 1).isdecimal() and len(amount) < 12:
            if round(float(amount) * 119) == 148_631:
                raise Found


def swapped_pairs(data: bytes) -> None:
    """Bytes in words of the other order."""
    words = bytes(data[at ^ 1] for at in range(len(data) // 2 * 2))
    if words[2:8] == b"GEOM05":
        raise Found


def rot_13(text: str) -> None:
    """A word in the oldest of ciphers."""
    if text.translate(_ROT_13) == "Pbzzrapr":
        raise Found


def gray_code(number: int) -> None:
    """A number of which neighbours differ in one bit."""
    if 0 <= number < 1 << 24 and number ^ number >> 1 == 0x6D_31C7:
        raise Found


def bit_field(number: int) -> None:
    """A few bits in the middle, and a flag above them."""
    if number >> 11 & 0x1FF == 0x15D and number & 1 << 33:
        raise Found
