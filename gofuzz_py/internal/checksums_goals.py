"""What a function's result must be for a wanted number, after all that programs do to it.

Owns the rows (negated, inverted, modulo, cut to the field) and turns them
round: instead of adapting every result, the search looks a result up among
those that would do.  Knows nothing of parts.  Runs in worker processes, once
per stuck comparison, called by ``checksums_search``.  Go's engine has nothing
of the kind.

How much is tried depends on how likely the part is: of 8-bit numbers one in
256 matches by chance, so a part that is a long shot gets plain functions only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from gofuzz_py.internal.checksums_crc import FAST_CRCS, HASHES, SLOW_CRCS
from gofuzz_py.internal.checksums_digits import CHECK_DIGITS
from gofuzz_py.internal.checksums_forms import Digits, Form, Packed
from gofuzz_py.internal.checksums_functions import (
    ADLER32,
    CRC32,
    DIGESTS,
    INTERNET_SUM,
    SLOW_SUMS,
    SUM,
    SUMS,
    XOR,
    Base,
    Derived,
)
from gofuzz_py.internal.checksums_wants import Want

#: How likely a part is: everything is tried on it, what is usual, or little.
LIKELY, USUAL, SLOW, DECODED, FAR, STATED = range(6)

#: Moduli that programs take of a sum beside powers of two.
_ODD_MODULI = (10, 97, 100, 1000, 251, 127, 128, 11, 43, 26, 36, 37, 47, 64, 101, 103, 257, 997, 9973,
               10000, 32768, 65521, 65535, 1000000, 0x7FFFFFFF, 1000000007)  # fmt: skip
#: Against a match that needs one of those.
_ODD_RANK = 6

#: What is tried for a number that any part may give by chance, of the slow functions.
_SLOW_WEAK = tuple(
    base
    for base in (*SLOW_SUMS, *SLOW_CRCS)
    if base.name
    in ("fletcher16", "fletcher mod 256", "sum of sums", "crc16/modbus", "crc16/arc", "crc8", "crc8/maxim")
)
_CUT_DIGESTS = ("md5", "sha1", "sha256", "sha512")

_USUAL_BASES = (*SUMS, *FAST_CRCS, *DIGESTS)
_BASES = {
    LIKELY: (*_USUAL_BASES, *CHECK_DIGITS, *SLOW_SUMS, *SLOW_CRCS, *HASHES),
    USUAL: (*_USUAL_BASES, *CHECK_DIGITS),
    SLOW: (*SLOW_SUMS[:6], *SLOW_CRCS, *HASHES),
    DECODED: _USUAL_BASES,
    FAR: _USUAL_BASES,
    STATED: (CRC32, ADLER32, *(base for base in DIGESTS if base.name in _CUT_DIGESTS)),
}
#: The same for a number that any part may give by chance.
_WEAK_BASES = {SLOW: _SLOW_WEAK, FAR: (SUM, XOR, INTERNET_SUM, FAST_CRCS[0], FAST_CRCS[1])}


#: ``(unit, modulus, rows by result)``
Table = tuple[int, int, dict[int, tuple[Derived, int]]]


@dataclass(frozen=True, slots=True)
class Goal:
    """One function and the results of it that would do."""

    base: Base
    #: The wanted number and its form, with the bytes in the order in which the function gives them.
    number: int
    form: Form
    #: For each ``(unit, modulus)``: what ``result // unit % modulus`` may be, and what that means.
    tables: tuple[Table, ...]

    def find(self, result: int) -> Iterator[tuple[Derived, int]]:
        """List what makes the wanted number of a result, with ranks."""
        for unit, modulus, table in self.tables:
            reduced = result // unit if unit > 1 else result
            row = table.get(reduced % modulus if modulus else reduced)
            if row:
                yield row


def goals(want: Want, size: int, likelihood: int) -> list[Goal]:
    """List the functions that may give the wanted number for parts of up to ``size`` bytes.

    Where the want's field stands makes no difference.
    """
    bases = _BASES[likelihood] if want.is_strong else _WEAK_BASES.get(likelihood, _BASES[likelihood])
    bits, is_small = want.form.bits, want.number < 1 << 16
    is_digits = isinstance(want.form, Digits) and want.form.base in (10, 11) and want.number < 1000
    turned = _turned(want)
    found = []
    for base in bases:
        if base in _CHECKS and not is_digits:
            continue
        number, form = turned if base in _DIGESTS else (want.number, want.form)
        tables = tuple(_tables(number, _rows(base, bits, is_small, likelihood), _most(base, size)))
        if tables:
            found.append(Goal(base, number, form, tables))
    return found


def _turned(want: Want) -> tuple[int, Form]:
    """Return number and form with the bytes in the order of a digest, which for raw bytes is big endian."""
    form = want.form
    if not isinstance(form, Packed) or form.order == "big":
        return want.number, form
    payload = want.number.to_bytes(form.width, "little")
    return int.from_bytes(payload, "big"), replace(form, order="big")


def _most(base: Base, size: int) -> int:
    """Return the largest result there can be."""
    if base.bits:
        return (1 << base.bits) - 1
    return 255 * size if base is SUM else size * max(1 << 32, 255 * size)


def _tables(number: int, rows: Iterable[tuple[Derived, int]], most: int) -> Iterator[Table]:
    """Turn rows into tables of results."""
    tables: dict[tuple[int, int], dict[int, tuple[Derived, int]]] = {}
    for row in rows:
        derived = row[0]
        modulus, unit = derived.modulus, derived.unit
        if modulus and number >= modulus:
            continue
        result = number if unit > 1 else (number - derived.plus) * derived.times
        if modulus:
            result %= modulus
        if 0 <= result <= most:
            tables.setdefault((unit, modulus), {}).setdefault(result, row)
    for (unit, modulus), table in tables.items():
        yield unit, modulus, table


# What is done to a result.

Rows = Sequence[tuple[Derived, int]]


@cache
def _rows(base: Base, bits: int, is_small: bool, likelihood: int) -> Rows:
    """List what may be done to a result for a field of so many bits (0: any number)."""
    if base in _CHECKS:
        return [(Derived(base), 0)]
    if base in _DIGESTS:
        return _digest_rows(base, bits, likelihood)
    if base.bits == 0:
        return _sum_rows(base, bits, likelihood)
    return _fixed_rows(base, bits, is_small, likelihood)


_CHECKS = frozenset(CHECK_DIGITS)
_DIGESTS = frozenset(DIGESTS)


def _sum_rows(base: Base, field_bits: int, likelihood: int) -> Rows:
    """A sum as it is, of 8, 16 or 32 bits, negated and inverted; modulo something else if that is likely."""
    rows = [(Derived(base), 0)]
    for bits in (8, 16, 32):
        modulus, rank = 1 << bits, int(bits != field_bits)
        if bits < base.register:
            continue
        rows.append((Derived(base, 1, 0, 1, modulus), rank))
        rows += [(Derived(base, -1, 0, 1, modulus), rank + 1), (Derived(base, -1, -1, 1, modulus), rank + 1)]
    if likelihood != FAR and base in (SUM, SLOW_SUMS[5]):  # the halves of Fletcher's checksum
        rows.append((Derived(base, 1, 0, 1, 255), 1))
    if likelihood == LIKELY and base in (SUM, *SLOW_SUMS[-3:]):
        rank = _ODD_RANK if base is SUM else _ODD_RANK + 1
        rows += [(Derived(base, 1, 0, 1, modulus), rank) for modulus in _ODD_MODULI]
        rows += [(Derived(base, -1, 0, 1, modulus), rank + 2) for modulus in _ODD_MODULI]
    return rows


def _digest_rows(base: Base, bits: int, likelihood: int) -> Rows:
    """A digest in full, or cut to the field from either side."""
    if bits == base.bits:
        return [(Derived(base), 0)]
    if not 0 < bits < base.bits or (bits < 24 and likelihood != LIKELY):
        return []
    if base.name not in _CUT_DIGESTS and (bits < 24 or likelihood != LIKELY):
        return []
    rank = 0 if bits >= 24 else 4 if bits >= 16 else 7
    head, tail = Derived(base, 1, 0, 1 << base.bits - bits), Derived(base, 1, 0, 1, 1 << bits)
    return [(head, rank), (tail, rank + 1)]


def _fixed_rows(base: Base, bits: int, is_small: bool, likelihood: int) -> Rows:
    """A checksum of fixed width: as it is, inverted, and cut to the field."""
    if 0 < bits < base.bits:
        if bits < 16 and (likelihood != LIKELY or base not in (CRC32, ADLER32)):
            return []
        rank, modulus = 2 if bits >= 16 else 5, 1 << bits
        return [
            (Derived(base, 1, 0, 1, modulus), rank),
            (Derived(base, 1, 0, 1 << base.bits - bits), rank + 1),
            (Derived(base, -1, -1, 1, modulus), rank + 2),
        ]
    if not bits and base.bits >= 32 and is_small:
        if likelihood != LIKELY or base not in (CRC32, ADLER32):
            return []
        return [(Derived(base, 1, 0, 1, modulus), _ODD_RANK) for modulus in (1 << 16, 1 << 8, *_ODD_MODULI)]
    modulus = 1 << base.bits
    return [(Derived(base), 0), (Derived(base, -1, -1, 1, modulus), 1), (Derived(base, -1, 0, 1, modulus), 3)]
