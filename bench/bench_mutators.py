"""What one mutation costs, by kind and size.

Run it from the top of the repository: ``python bench/bench_mutators.py``, with
``--each`` for every mutator alone.  It prints nanoseconds and, because machines
differ and share their cores, the ratio to a calibrated operation: one call of
an empty Python function, measured right before and after.  Every figure is the
least of several repeats: what else the machine does can only add to it.  Each
mutation starts from the same value, as in the first step of a chain; the loop
that puts it back is measured and subtracted.
"""

from __future__ import annotations

import argparse
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gofuzz_py.internal import kinds
from gofuzz_py.internal.mutator import Mutator
from gofuzz_py.internal.mutators_byteslice import BYTE_MUTATORS
from gofuzz_py.internal.mutators_number import (
    BIG_INT_MUTATORS,
    FLOAT_MUTATORS,
    float_limits,
    int_limits,
)
from gofuzz_py.internal.mutators_text import TEXT_MUTATORS
from gofuzz_py.internal.rand import FastRand

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.kinds import Kind, Value

MAX_LEN = 1 << 20
REPEATS = 15
#: One repeat takes about this long, short enough to fit between interruptions.
REPEAT_S = 0.005

JSON = '{"id": 12, "tags": ["a", "bc"], "price": 2.50, "name": "caf\u00e9", "x": null}'

CASES: list[tuple[str, list[Kind], list[Value]]] = [
    ("bytes, 0", [kinds.BYTES], [b""]),
    ("bytes, 11", [kinds.BYTES], [b"hello world"]),
    ("bytes, 64", [kinds.BYTES], [bytes(range(64))]),
    ("bytes, 1024", [kinds.BYTES], [bytes(range(256)) * 4]),
    ("bytes, 65536", [kinds.BYTES], [bytes(range(256)) * 256]),
    ("str, 11 ASCII", [kinds.STR], ["hello world"]),
    ("str, 64 ASCII", [kinds.STR], [JSON.replace("\u00e9", "e")[:64]]),
    ("str, 64 Latin-1", [kinds.STR], [JSON[:64]]),
    ("str, 1024 ASCII", [kinds.STR], ["0123456789abcdef" * 64]),
    ("int", [kinds.INT], [1234]),
    ("Int8", [kinds.INT8], [12]),
    ("float", [kinds.FLOAT], [1.25]),
    ("Float32", [kinds.FLOAT32], [1.25]),
    ("bool", [kinds.BOOL], [True]),
    ("bytes, int", [kinds.BYTES, kinds.INT], [b"hello world", 12]),
]


def empty_call() -> None:
    """Do nothing: the unit of the ratios."""


def measure_ns(loop: Callable[[int], None]) -> float:
    """Return the least time of one round of ``loop(rounds)``."""
    rounds = 64
    while _time_s(loop, rounds) < REPEAT_S:
        rounds *= 2
    return min(_time_s(loop, rounds) / rounds * 1e9 for _ in range(REPEATS))


def _time_s(loop: Callable[[int], None], rounds: int) -> float:
    start = time.perf_counter()
    loop(rounds)
    return time.perf_counter() - start


def _call_loop(rounds: int) -> None:
    call = empty_call
    for _ in range(rounds):
        call(), call(), call(), call(), call(), call(), call(), call()


def _empty_loop(rounds: int) -> None:
    for _ in range(rounds):
        pass


def unit_ns() -> float:
    """Measure the call of an empty function."""
    return (measure_ns(_call_loop) - measure_ns(_empty_loop)) / 8


def mutation_ns(kind_list: list[Kind], seeds: list[Value]) -> float:
    """Measure one mutation that starts from ``seeds``."""
    mutator = Mutator(kind_list, FastRand(1), MAX_LEN)
    values = list(seeds)

    def mutations(rounds: int) -> None:
        mutate = mutator.mutate
        for _ in range(rounds):
            values[:] = seeds
            mutate(values)

    def resets(rounds: int) -> None:
        for _ in range(rounds):
            values[:] = seeds

    return measure_ns(mutations) - measure_ns(resets)


def operator_ns(operator: Callable[[FastRand, Any, Any], object], value: Value, limit: object) -> float:
    """Measure one mutator alone, its call included."""
    rand = FastRand(1)

    def calls(rounds: int) -> None:
        for _ in range(rounds):
            operator(rand, value, limit)

    return measure_ns(calls) - measure_ns(_empty_loop)


def report(name: str, before: float, cost: Callable[[], float]) -> None:
    """Write one line, the ratio taken to the mean of the unit before and after."""
    cost_ns = cost()
    unit = (before + unit_ns()) / 2
    sys.stdout.write(f"{name:32}{cost_ns:10.0f} ns{cost_ns / unit:10.1f} calls\n")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure the mutators.")
    parser.add_argument("--each", action="store_true", help="every mutator alone")
    each = parser.parse_args().each
    sys.stdout.write(f"Python {sys.version.split()[0]}, an empty call takes {unit_ns():.1f} ns\n")
    for name, kind_list, seeds in CASES:
        report(name, unit_ns(), partial(mutation_ns, kind_list, seeds))
    if not each:
        return
    tables: list[tuple[tuple[Any, ...], Value, object]] = [
        (BYTE_MUTATORS, bytes(range(32)), MAX_LEN),
        (TEXT_MUTATORS, JSON[:32], MAX_LEN),
        (BIG_INT_MUTATORS, 1234, int_limits(kinds.INT)),
        (FLOAT_MUTATORS, 1.25, float_limits(kinds.FLOAT)),
    ]
    for table, value, limit in tables:
        for operator in dict.fromkeys(table):
            report(operator.__name__, unit_ns(), partial(operator_ns, operator, value, limit))


if __name__ == "__main__":
    main()
