"""The ceiling: a bare loop over one input, or over inputs that were recorded.

``python -m bench.runners.bare TARGET --seconds S`` prints the rate on SEED;
``--replay FILE --passes N`` prints the seconds of each pass.
"""

from __future__ import annotations

import argparse
import json
import marshal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.runners import subject


def recorded(path: str) -> list[bytes]:
    """Return the inputs in a file that ``recorder`` wrote."""
    inputs: list[bytes] = marshal.loads(Path(path).read_bytes())[2]
    return inputs


def pass_s(target: Callable[[bytes], object], inputs: Sequence[bytes]) -> tuple[float, float]:
    """Run the target once on each input; return the seconds, and the CPU seconds."""
    start, cpu = time.perf_counter(), time.process_time()
    for data in inputs:
        target(data)
    return time.perf_counter() - start, time.process_time() - cpu


def replay(target: Callable[[bytes], object], path: str, passes: int) -> str:
    """Run the recorded inputs ``passes`` times; return the result as JSON."""
    inputs = recorded(path)
    pass_s(target, inputs[: max(1, len(inputs) // 10)])  # so that the code is warm, as in the recording
    times = [pass_s(target, inputs) for _ in range(passes)]
    return json.dumps(
        {"count": len(inputs), "seconds": [t[0] for t in times], "cpu_s": [t[1] for t in times]}
    )


def rate(target: Callable[[bytes], object], seed: bytes, seconds: float) -> float:
    """Return the executions per second on one input."""
    count, spent, done = 16, 0.0, 0
    while spent < seconds:
        took, _ = pass_s(target, [seed] * count)
        if took < 0.05:
            count *= 2
            continue
        spent += took
        done += count
    return done / spent


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("target")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--replay")
    parser.add_argument("--passes", type=int, default=3)
    options = parser.parse_args()
    module = subject.load(options.target)
    target = subject.function_of(options.target, module)
    if options.replay:
        print(replay(target, options.replay, options.passes))
    else:
        print(json.dumps({"rate": rate(target, module.SEED, options.seconds)}))


if __name__ == "__main__":
    main()
