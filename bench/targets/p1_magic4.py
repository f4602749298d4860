"""Four bytes, compared one inside the other."""

# ruff: noqa: SIM102 - each step is to be a branch of its own

from bench.targets.solved import solved

MODULES: list[str] = []


def target(data: bytes) -> None:
    """Descend a step for each right byte."""
    if len(data) >= 4:
        if data[0] == 0x47:
            if data[1] == 0x9C:
                if data[2] == 0x21:
                    if data[3] == 0xF3:
                        solved()
