"""A number of 32 bits, little endian, equal to a constant."""

from bench.targets.solved import solved

MODULES: list[str] = []


def target(data: bytes) -> None:
    """Read a number and compare once."""
    if len(data) >= 4 and int.from_bytes(data[:4], "little") == 0xCAFEF00D:
        solved()
