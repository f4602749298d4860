"""Some 50 microseconds of plain Python whatever the input, with little to discover."""

MODULES: list[str] = []
SEED = b"spin"

ROUNDS = range(1000)


def target(data: bytes) -> int:
    """Turn a number over a thousand times; returns it so that the work is not idle."""
    word = len(data)
    for step in ROUNDS:
        word = (word ^ step) + (word & 7)
    return word
