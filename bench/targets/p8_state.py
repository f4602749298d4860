"""Six characters in a row that take a machine through its states; a wrong one starts it over."""

from bench.targets.solved import solved

MODULES: list[str] = []


def target(data: bytes) -> None:
    """Step once a character."""
    state = 0
    for char in data.decode("latin-1"):
        if state == 0:
            state = 1 if char == "k" else 0
        elif state == 1:
            state = 2 if char == "7" else 0
        elif state == 2:
            state = 3 if char == "r" else 0
        elif state == 3:
            state = 4 if char == "&" else 0
        elif state == 4:
            state = 5 if char == "w" else 0
        elif state == 5:
            state = 6 if char == "?" else 0
        if state == 6:
            solved()
