"""Targets of several arguments, and of Go's sized types.

Owns planted conditions (see the package).
"""

from __future__ import annotations

from gofuzz_py.annotations import Float32, Int8, Int16, Int64, Rune, Uint8, Uint16, Uint32
from tests.quality.planted.found import Found

_BOARD = [[(row * 7 + column * 13) % 101 for column in range(16)] for row in range(16)]


def drain(name: str, level: int) -> None:
    """A word and a number."""
    if name == "drain-pool" and level == 70_411:
        raise Found


def signature_at(data: bytes, at: int) -> None:
    """Bytes where the number says."""
    if at >= 3 and data[at : at + 4] == b"\x7fELF":
        raise Found


def labelled_ratio(enabled: bool, ratio: float, label: str) -> None:
    """Three kinds at once."""
    if enabled and 0.66 < ratio < 0.67 and label.endswith("/golden"):
        raise Found


def onion_service(port: Uint16, host: str) -> None:
    """16 bits and a suffix."""
    if port == 9051 and len(host) > 8 and host.endswith(".onion"):
        raise Found


def one_is_double(first: int, second: int) -> None:
    """Numbers compared with each other, after some arithmetic."""
    if first > 1000 and second == first * 2:
        raise Found


def sum_of_two(first: int, second: int) -> None:
    """A sum."""
    if first > 900 and second > 900 and first + second == 1_000_000:
        raise Found


def flag_bits(flags: Uint32) -> None:
    """Bits, and a field among them."""
    if flags & 0x8000_0401 == 0x8000_0401 and flags >> 16 & 0xFF == 0x5C:
        raise Found


def small_range(level: Int8, step: Uint8) -> None:
    """Eight bits, twice."""
    if level == -117 and step == 0xB3:
        raise Found


def celsius(reading: Int16) -> None:
    """16 bits with a sign."""
    if -27_316 < reading <= -27_314:
        raise Found


def timestamp(seconds: Int64) -> None:
    """A minute among all."""
    if 1_700_000_000 <= seconds < 1_700_000_060:
        raise Found


def letter(character: Rune) -> None:
    """A character as a number."""
    if 0 < character < 0x11_0000 and chr(character) == "Ω":
        raise Found


def binary_fraction(number: Float32) -> None:
    """A float of four bytes."""
    if number == 0.15625:
        raise Found


def same_words(first: str, second: str) -> None:
    """Two long words that are equal."""
    if len(first) >= 8 and first == second and len(set(first)) > 3:
        raise Found


def needle_in_hay(needle: str, hay: str) -> None:
    """The one inside the other, not at its beginning."""
    if len(needle) >= 6 and hay.find(needle) > 1 and len(set(needle)) > 2:
        raise Found


def below_root(path: str, root: str) -> None:
    """The one begins with the other."""
    if len(root) >= 5 and len(path) > len(root) and path.startswith(root) and path[len(root)] == "/":
        raise Found


def board_square(row: int, column: int) -> None:
    """Indices that must be in range, and lead to a value."""
    try:
        value = _BOARD[row][column]
    except IndexError:
        return
    if row > 7 and value == 100:
        raise Found


def wide_product(width: Uint32, height: Uint32) -> None:
    """A product beyond 32 bits, of numbers that are each allowed."""
    if 0 < width <= 65_535 and 0 < height <= 65_535 and width * height > 4_294_000_000:
        raise Found
