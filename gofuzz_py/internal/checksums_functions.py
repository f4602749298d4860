"""The functions of bytes that a checksum, digest or length field may hold.

Owns ``Base`` (a function of bytes to a number), the tables of them, and
``Derived`` (a base with what programs do to its result: negated, inverted,
truncated, divided).  Knows nothing of fields or of where in a value the bytes
stand.  Every function gives a whole number; a digest is read as one big
number, so that its first or last bytes are a division and a remainder.  Table
driven CRCs and hashes are in ``checksums_crc``, check digits in
``checksums_digits``.  Runs in worker processes, once per stuck comparison
from ``checksums_search`` and once per execution from ``checksums``.  Go's
engine has nothing of the kind.

Modules are bound at import, so a target that replaces ``zlib.crc32`` does not
change what is computed here.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial, reduce
from itertools import accumulate
from operator import xor
from struct import unpack
from typing import Protocol

#: What a base returns for bytes that it is not made for.
NOT_APPLICABLE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """A function of bytes whose result may be found in a field.

    There is one object for each, so they are told apart as objects.
    """

    #: For messages: ``crc32``; no two are the same.
    name: str
    #: Bytes to a number, or ``NOT_APPLICABLE``.
    compute: Callable[[bytes], int]
    #: Results are below two to this power; 0 where there is no limit.
    bits: int = 0
    #: About how long it takes, in nanoseconds a byte.
    cost: int = 1
    #: How much it speaks against a match that it needs this function, 0 and up.
    rank: int = 0
    #: The narrowest register, in bits, in which such a sum is kept.
    register: int = 8


@dataclass(frozen=True, slots=True)
class Derived:
    """A base and what is done to its result: ``(base * times + plus) // unit % modulus``."""

    base: Base
    times: int = 1
    plus: int = 0
    unit: int = 1
    #: 0 where there is no remainder taken.
    modulus: int = 0

    def number(self, data: bytes) -> int:
        """Compute the number for these bytes, or return ``NOT_APPLICABLE``."""
        number = self.base.compute(data)
        if number < 0:
            return NOT_APPLICABLE
        return self.adapt(number)

    def adapt(self, number: int) -> int:
        """Do to a base's result what is to be done."""
        number = number * self.times + self.plus
        if self.unit != 1:
            number //= self.unit
        return number % self.modulus if self.modulus else number

    def __str__(self) -> str:
        """Write it as a formula, short where it is usual."""
        text = self.base.name
        if self.times == -1 and self.plus == -1:
            text = f"inverted {text}"
        else:
            text = {1: text, -1: f"negated {text}"}.get(self.times, f"{text} times {self.times}")
            text += f" {'+' if self.plus > 0 else '-'} {abs(self.plus)}" if self.plus else ""
        if self.unit != 1:
            text += f" / {_power(self.unit)}"
        return f"{text} mod {_power(self.modulus)}" if self.modulus else text


def _power(number: int) -> str:
    bits = number.bit_length() - 1
    return f"2^{bits}" if bits > 10 and number == 1 << bits else str(number)


# Sums.  What C code does in a loop is done here with slices and big numbers,
# which is ten times as fast as a loop in Python.


def xor_of_bytes(data: bytes) -> int:
    """Return all bytes xored."""
    size = len(data)
    if size < 32:
        return reduce(xor, data, 0)
    number = int.from_bytes(data, "big")
    while size > 1:
        size = (size + 1) // 2
        number = number >> 8 * size ^ number & (1 << 8 * size) - 1
    return number


def sum_of_words(data: bytes, size: int, order: str) -> int:
    """Return the sum of words of ``size`` bytes, the last filled up with zeros."""
    total = 0
    for place in range(size):
        shift = place if order == "little" else size - 1 - place
        total += sum(data[place::size]) << 8 * shift
    return total


def internet_sum(data: bytes, order: str) -> int:
    """Return the ones' complement sum of 16-bit words (RFC 1071, before the inversion)."""
    total = sum_of_words(data, 2, order)
    return (total - 1) % 0xFFFF + 1 if total else 0


def xor_of_words(data: bytes, order: str) -> int:
    """Return all 16-bit words xored, the last filled up with zeros."""
    pair = xor_of_bytes(data[::2]), xor_of_bytes(data[1::2])
    return pair[0] << 8 | pair[1] if order == "big" else pair[1] << 8 | pair[0]


def sum_of_sums(data: bytes) -> int:
    """Return the sum of all running sums, the second half of Fletcher's checksum."""
    return sum(accumulate(data))


def weighted_sum(data: bytes, first: int) -> int:
    """Return the sum of the bytes times their place, counted from ``first``."""
    return (len(data) + first) * sum(data) - sum_of_sums(data)


def fletcher(data: bytes, modulus: int, shifts: tuple[int, int]) -> int:
    """Return Fletcher's two 8-bit sums, each shifted to its place."""
    first, second = sum(data) % modulus, sum_of_sums(data) % modulus
    return first << shifts[0] | second << shifts[1]


def fletcher32(data: bytes) -> int:
    """Return Fletcher's checksum of little-endian 16-bit words."""
    words: tuple[int, ...] = unpack(f"<{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2))
    return sum(accumulate(words)) % 65535 << 16 | sum(words) % 65535


def characters(data: bytes) -> int:
    """Return the number of characters that this UTF-8 encodes."""
    if data.isascii():
        return len(data)
    return len(data.decode("utf-8", "replace"))


def _crc32_from_zero(data: bytes) -> int:
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


LENGTH = Base("length", len)
CHARACTERS = Base("characters", characters)
SUM = Base("sum", sum, cost=5)
XOR = Base("xor", xor_of_bytes, 8)
INTERNET_SUM = Base("ones' complement sum", partial(internet_sum, order="big"), 16, 6, 1)
WORDS_BIG = Base("sum of 16-bit words", partial(sum_of_words, size=2, order="big"), 0, 6, 2, 16)
ADLER32 = Base("adler32", zlib.adler32, 32)
CRC32 = Base("crc32", zlib.crc32, 32)

#: Functions that cost no more than a few nanoseconds a byte.
SUMS: tuple[Base, ...] = (
    SUM,
    XOR,
    INTERNET_SUM,
    WORDS_BIG,
    Base("ones' complement sum (little endian)", partial(internet_sum, order="little"), 16, 6, 2),
    Base("sum of 16-bit words (little endian)", partial(sum_of_words, size=2, order="little"), 0, 6, 2, 16),
    Base("sum of 32-bit words", partial(sum_of_words, size=4, order="big"), 0, 7, 2, 32),
    Base("sum of 32-bit words (little endian)", partial(sum_of_words, size=4, order="little"), 0, 7, 2, 32),
    Base("xor of 16-bit words", partial(xor_of_words, order="big"), 16, 1, 2),
    Base("xor of 16-bit words (little endian)", partial(xor_of_words, order="little"), 16, 1, 2),
    ADLER32,
    CRC32,
    Base("crc32 from zero", _crc32_from_zero, 32, 1, 2),
)

#: Sums that need a pass in the interpreter.
SLOW_SUMS: tuple[Base, ...] = (
    Base("fletcher16", partial(fletcher, modulus=255, shifts=(0, 8)), 16, 20, 1),
    Base("fletcher16 (swapped)", partial(fletcher, modulus=255, shifts=(8, 0)), 16, 20, 2),
    Base("fletcher mod 256", partial(fletcher, modulus=256, shifts=(0, 8)), 16, 20, 2),
    Base("fletcher mod 256 (swapped)", partial(fletcher, modulus=256, shifts=(8, 0)), 16, 20, 2),
    Base("fletcher32", fletcher32, 32, 20, 1),
    Base("sum of sums", sum_of_sums, cost=15, rank=1),
    Base("sum of bytes times place from 1", partial(weighted_sum, first=1), cost=20, rank=3),
    Base("sum of bytes times place from 0", partial(weighted_sum, first=0), cost=20, rank=4),
)


class Digest(Protocol):
    """What the makers of ``hashlib`` return."""

    @property
    def digest_size(self) -> int:
        """Size of the digest in bytes."""

    def digest(self) -> bytes:
        """Return the digest of what was given."""


def _digest(make: Callable[..., Digest], data: bytes) -> int:
    return int.from_bytes(make(data, usedforsecurity=False).digest(), "big")


def _twice(make: Callable[..., Digest], data: bytes) -> int:
    inner = make(data, usedforsecurity=False).digest()
    return int.from_bytes(make(inner, usedforsecurity=False).digest(), "big")


def _digest_bases() -> Iterable[Base]:
    """List the digests that this interpreter will compute (some are built without MD5)."""
    makers: tuple[tuple[str, Callable[..., Digest], int], ...] = (
        ("md5", hashlib.md5, 0),
        ("sha1", hashlib.sha1, 0),
        ("sha256", hashlib.sha256, 0),
        ("sha512", hashlib.sha512, 0),
        ("blake2b", hashlib.blake2b, 1),
        ("blake2s", hashlib.blake2s, 1),
        ("sha224", hashlib.sha224, 1),
        ("sha384", hashlib.sha384, 1),
        ("sha3_256", hashlib.sha3_256, 1),
        ("sha3_224", hashlib.sha3_224, 2),
        ("sha3_384", hashlib.sha3_384, 2),
        ("sha3_512", hashlib.sha3_512, 2),
        # The size is mixed into the digest, so a shorter one is no truncation.
        *((f"blake2b of {n} bytes", partial(hashlib.blake2b, digest_size=n), 3) for n in (8, 16, 20, 32)),
    )
    for name, make, rank in makers:
        try:
            size = make(b"", usedforsecurity=False).digest_size
        except ValueError:  # pragma: no cover - only where the system's policy switches MD5 off
            continue
        yield Base(name, partial(_digest, make), 8 * size, 2, rank)
        if name == "sha256":
            yield Base("sha256 of sha256", partial(_twice, make), 256, 2, 3)


DIGESTS: tuple[Base, ...] = tuple(_digest_bases())
