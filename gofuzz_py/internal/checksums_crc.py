"""Checksums that programs compute byte by byte with a table or a multiplier.

Owns cyclic redundancy checks beside those of ``zlib``, by the parameters that
catalogues of them use, and the well-known multiplicative hashes.  Knows
nothing of fields.  Runs in worker processes, used by ``checksums_search`` and
through ``Base.compute`` by ``checksums``.  Go's engine has nothing of the
kind.

These take about a tenth of a microsecond a byte, so the search tries them
only on the likeliest parts.
"""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Callable, Iterable
from functools import cache, partial

from gofuzz_py.internal.checksums_functions import Base

#: Name, width in bits, polynomial, start, both ways reflected, final xor, rank.
_CRCS: tuple[tuple[str, int, int, int, bool, int, int], ...] = (
    ("crc16/arc", 16, 0x8005, 0, True, 0, 1),
    ("crc16/modbus", 16, 0x8005, 0xFFFF, True, 0, 1),
    ("crc16/kermit", 16, 0x1021, 0, True, 0, 2),
    ("crc16/x25", 16, 0x1021, 0xFFFF, True, 0xFFFF, 2),
    ("crc16/umts", 16, 0x8005, 0, False, 0, 3),
    ("crc16/dnp", 16, 0x3D65, 0, True, 0xFFFF, 3),
    ("crc8", 8, 0x07, 0, False, 0, 2),
    ("crc8/ff", 8, 0x07, 0xFF, False, 0, 3),
    ("crc8/maxim", 8, 0x31, 0, True, 0, 3),
    ("crc8/nrsc5", 8, 0x31, 0xFF, False, 0, 3),
    ("crc8/rohc", 8, 0x07, 0xFF, True, 0, 3),
    ("crc8/j1850", 8, 0x1D, 0xFF, False, 0xFF, 3),
    ("crc24/openpgp", 24, 0x864CFB, 0xB704CE, False, 0, 2),
    ("crc32c", 32, 0x1EDC6F41, 0xFFFFFFFF, True, 0xFFFFFFFF, 1),
    ("crc32/bzip2", 32, 0x04C11DB7, 0xFFFFFFFF, False, 0xFFFFFFFF, 2),
    ("crc32/ogg", 32, 0x04C11DB7, 0, False, 0, 2),
    ("crc64/ecma", 64, 0x42F0E1EBA9EA3693, 0, False, 0, 2),
    ("crc64/xz", 64, 0x42F0E1EBA9EA3693, (1 << 64) - 1, True, (1 << 64) - 1, 2),
    ("crc64/iso", 64, 0x1B, (1 << 64) - 1, True, (1 << 64) - 1, 3),
)


@cache
def _table(width: int, polynomial: int, is_reflected: bool) -> tuple[int, ...]:
    """Return what each of the 256 values of a byte becomes."""
    mask = (1 << width) - 1
    if is_reflected:
        mirrored = int(f"{polynomial:0{width}b}"[::-1], 2)
        rows = list(range(256))
        for _ in range(8):
            rows = [row >> 1 ^ (mirrored if row & 1 else 0) for row in rows]
        return tuple(rows)
    rows = [row << width - 8 for row in range(256)]
    for _ in range(8):
        rows = [(row << 1 ^ (polynomial if row >> width - 1 else 0)) & mask for row in rows]
    return tuple(rows)


def _reflected_crc(data: bytes, width: int, polynomial: int, start: int, final: int) -> int:
    table = _table(width, polynomial, True)
    crc = start
    for byte in data:
        crc = table[crc & 255 ^ byte] ^ crc >> 8
    return crc ^ final


def _plain_crc(data: bytes, width: int, polynomial: int, start: int, final: int) -> int:
    table = _table(width, polynomial, False)
    shift, mask = width - 8, (1 << width) - 1
    crc = start
    for byte in data:
        crc = table[crc >> shift ^ byte] ^ crc << 8 & mask
    return crc ^ final


def _crc_bases() -> Iterable[Base]:
    for start, name, rank in ((0, "xmodem", 0), (0xFFFF, "ccitt", 0), (0x1D0F, "aug-ccitt", 2)):
        yield Base(f"crc16/{name}", partial(_hqx, start=start), 16, 3, rank)
    for name, width, polynomial, start, is_reflected, final, rank in _CRCS:
        crc = _reflected_crc if is_reflected else _plain_crc
        compute = partial(crc, width=width, polynomial=polynomial, start=start, final=final)
        yield Base(name, compute, width, 80, rank)


def _hqx(data: bytes, start: int) -> int:
    return crc_hqx(data, start)


def _multiply_then(data: bytes, start: int, factor: int, mask: int, is_xor: bool) -> int:
    number = start
    for byte in data:
        number = number * factor & mask
        number = number ^ byte if is_xor else number + byte
    return number & mask


def _xor_then_multiply(data: bytes, start: int, factor: int, mask: int) -> int:
    number = start
    for byte in data:
        number = (number ^ byte) * factor & mask
    return number


def _hash_bases() -> Iterable[Base]:
    word, long = (1 << 32) - 1, (1 << 64) - 1
    fnv32, fnv64 = (0x811C9DC5, 0x01000193, word), (0xCBF29CE484222325, 0x100000001B3, long)
    rows: tuple[tuple[str, Callable[..., int], tuple[int | bool, ...], int], ...] = (
        ("fnv1a-32", _xor_then_multiply, fnv32, 32),
        ("fnv1-32", _multiply_then, (*fnv32, True), 32),
        ("fnv1a-64", _xor_then_multiply, fnv64, 64),
        ("fnv1-64", _multiply_then, (*fnv64, True), 64),
        ("djb2", _multiply_then, (5381, 33, word, False), 32),
        ("djb2a", _multiply_then, (5381, 33, word, True), 32),
        ("sdbm", _multiply_then, (0, 65599, word, False), 32),
        ("31-hash", _multiply_then, (0, 31, word, False), 32),
    )
    for name, function, arguments, bits in rows:
        yield Base(name, partial(_apply, function=function, arguments=arguments), bits, 80, 3)


def _apply(data: bytes, function: Callable[..., int], arguments: tuple[int | bool, ...]) -> int:
    return function(data, *arguments)


#: ``crc_hqx`` is written in C; the rest is not.
FAST_CRCS: tuple[Base, ...] = tuple(base for base in _crc_bases() if base.cost < 10)
SLOW_CRCS: tuple[Base, ...] = tuple(base for base in _crc_bases() if base.cost >= 10)
HASHES: tuple[Base, ...] = tuple(_hash_bases())
