"""How a puzzle says that it is solved: a file with the time, then an exception."""

import os
import time


class Solved(Exception):
    """The fuzzer has got there."""


def solved() -> None:
    """Note the time of the first solution, and fail."""
    path = os.environ.get("BENCH_SOLVED")
    if path and not os.path.exists(path):
        with open(path, "w") as file:
            file.write(repr(time.monotonic()))
    raise Solved
