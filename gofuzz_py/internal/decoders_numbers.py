"""Numbers written in groups: UUIDs, addresses of the Internet.

Owns how they are read, written, and moved by what a part of them is to differ
by.  Must not know what they are good for.  Runs in a worker process; called by
``decoders``.
"""

from __future__ import annotations

from collections.abc import Iterator

Text = str | bytes

#: Where the fields of a UUID end: node, sequence, its upper part, time, version, and the upper times.
_SHIFTS = (0, 48, 56, 64, 76, 80, 96)


def from_uuid(text: Text) -> str:
    """Read a UUID as ``uuid`` does; raise ValueError if it is none."""
    digits = str(text).replace("urn:", "").replace("uuid:", "").strip("{}").replace("-", "")
    if len(digits) != 32:
        raise ValueError("it is no UUID")
    return written_uuid(int(digits, 16))


def written_uuid(number: int) -> str:
    """Write a number as a UUID."""
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def moved_uuid(tree: str, by: int) -> Iterator[str]:
    """Yield UUIDs of which a field differs by a number."""
    number = int(tree.replace("-", ""), 16)
    for shift in _SHIFTS:
        other = number + (by << shift)
        if other >> 128 == 0:
            yield written_uuid(other)


def from_address(text: Text) -> str:
    """Read an address of four bytes; raise ValueError if it is none."""
    return written_address(_of_address(str(text)))


def _of_address(text: str) -> int:
    if text.count(".") != 3:
        raise ValueError("it is no address of four bytes")
    return int.from_bytes(bytes(map(int, text.split("."))), "big")


def written_address(number: int) -> str:
    """Write a number as an address of four bytes."""
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def moved_address(tree: str, by: int) -> Iterator[str]:
    """Yield the address that lies so many behind one."""
    other = _of_address(tree) + by
    if other >> 32 == 0:
        yield written_address(other)
