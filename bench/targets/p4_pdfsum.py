"""A fixed head, then a field that must hold the sum of what follows."""

# ruff: noqa: SIM102 - each step is to be a branch of its own

from bench.targets.solved import solved

MODULES: list[str] = []


def target(data: bytes) -> None:
    """Check the head, the length, the sum, and that there is something to sum."""
    if not data.startswith(b"%PDF-2.0"):
        return
    if len(data) < 14:
        return
    body = data[10:]
    if int.from_bytes(data[8:10], "big") == sum(body) & 0xFFFF:
        if len(set(body)) >= 3:
            solved()
