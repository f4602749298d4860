"""Equal to sixteen bytes, or not."""

from bench.targets.solved import solved

MODULES: list[str] = []


def target(data: bytes) -> None:
    """Compare once."""
    if data == b"sixteen-bytes-ok":
        solved()
