"""The parts of the engine one by one, in nanoseconds and as ratios to an empty call.

``python -m bench.runners.parts [--quick]`` prints JSON: the unit in nanoseconds,
then name, nanoseconds and ratio of each part.  All figures are the least of
several repeats, and the unit is measured again after each part: what else the
machine does can only add to a figure.
Everything runs in this process, on the engine's own objects.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import itertools
import json
import os
from collections.abc import Callable, Iterator, Sequence
from types import FunctionType
from typing import Any

from bench import bench_mutators as mutators
from bench.runners import subject
from gofuzz_py.internal import kinds, messages
from gofuzz_py.internal.counters_probes import ProbeCounters
from gofuzz_py.internal.encoding import marshal_corpus_file, unmarshal_corpus_file
from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.mem import shared_mem_temp_file
from gofuzz_py.internal.messages import Found, FuzzArgs, FuzzResponse, PingResponse
from gofuzz_py.internal.pool import Pool
from gofuzz_py.internal.queue import Queue
from gofuzz_py.internal.rand import FastRand
from gofuzz_py.internal.wire import value_decoder, value_encoder
from gofuzz_py.internal.worker_comm import WorkerComm
from gofuzz_py.internal.worker_server import WorkerServer
from gofuzz_py.testing_f import F, FuzzTest, TargetCall, run_fuzz_test

#: A part does its work so many times.
Loop = Callable[[int], None]
#: Locations in all, and those that one input of a pool reaches.
_LOCATIONS, _REACHED = 2_000, 40
_SHAPES: tuple[tuple[str, list[Kind], list[Value]], ...] = (
    ("bytes, 64", [kinds.BYTES], [bytes(range(64))]),
    ("str, 64", [kinds.STR], ["0123456789abcdef" * 4]),
    ("bytes and int", [kinds.BYTES, kinds.INT], [bytes(range(64)), 1234]),
)


def calling(function: Callable[..., object], *arguments: object) -> Loop:
    """Return a loop that calls a function with the same arguments again and again."""

    def loop(rounds: int) -> None:
        for _ in range(rounds):
            function(*arguments)

    return loop


def wire_parts() -> Iterator[tuple[str, Loop]]:
    """Write values for shared memory, and read them."""
    for name, kind_list, values in _SHAPES:
        encode, decode = value_encoder(kind_list), value_decoder(kind_list)
        yield f"encode {name}", calling(encode, values)
        yield f"decode {name}", calling(decode, encode(values))


def file_parts() -> Iterator[tuple[str, Loop]]:
    """Write and read corpus files and messages."""
    for name, kind_list, values in _SHAPES:
        text = marshal_corpus_file(kind_list, values)
        yield f"corpus file, write {name}", calling(marshal_corpus_file, kind_list, values)
        yield f"corpus file, read {name}", calling(unmarshal_corpus_file, text)
    found = Found(0, 64, [1, 2, 3], list(range(_REACHED)), 200)
    response = FuzzResponse(10**8, 30_000, None, 0, [found])
    line = messages.encode_response(response)
    yield "message, write an answer", calling(messages.encode_response, response)
    yield "message, read an answer", calling(messages.decode_response, line)


def queue_parts() -> Iterator[tuple[str, Loop]]:
    """Put one in and take one out."""
    queue = Queue(range(1000))

    def turn() -> None:
        queue.enqueue(queue.dequeue())

    yield "queue, in and out", calling(turn)


def pool_of(size: int) -> Pool:
    """Return a pool of inputs, each of which reaches some of the locations."""
    rand = FastRand(1)
    pool = Pool(rand)
    for index in range(size):
        locations = {rand.intn(_LOCATIONS) for _ in range(_REACHED)}
        pool.add([b"input number %08d" % index], 21, locations, 100 + rand.intn(1000))
    return pool


def pool_parts(sizes: Sequence[int]) -> Iterator[tuple[str, Loop]]:
    """Choose an input (the remaking of the table included) and take one in."""
    for size in sizes:
        yield f"pool.choose of {size:,}", calling(pool_of(size).choose)
    pool, locations = pool_of(1000), list(range(_REACHED))
    yield f"pool.add with {_REACHED} locations", calling(pool.add, [b"an input"], 8, locations, 100)


class _Inside:
    """What ``f.fuzz`` does here: keep the checked target."""

    call: TargetCall

    def fuzz(self, f: F, call: TargetCall, seeds: Sequence[object]) -> None:
        self.call = call


def _test_of(annotation: type) -> TargetCall:
    """Return a no-op fuzz test as the worker gets it."""

    def fuzz_noop(f: Any) -> None:
        def run(t: Any, value: Any) -> None:
            pass

        run.__annotations__["value"] = annotation
        f.fuzz(run)

    inside = _Inside()
    assert isinstance(fuzz_noop, FunctionType)
    test = FuzzTest("FuzzNoop", fuzz_noop, subject, os.path.abspath(__file__))
    outcome = run_fuzz_test(test, inside)
    if outcome.has_failed:
        raise RuntimeError("\n".join(outcome.lines))
    return inside.call


def loop_parts(stack: contextlib.ExitStack, sizes: Sequence[int]) -> Iterator[tuple[str, Loop]]:
    """Run the worker's inner loop, everything in, on a target that does nothing."""
    cases: list[tuple[str, type, Value, int]] = [
        ("bytes", bytes, b"hello world", 10),
        ("str", str, "hello world", 10),
        ("int", int, 1234, 10),
    ]
    cases += [(f"bytes, {size:,} inputs", bytes, b"hello world", size) for size in sizes if size > 10]
    for name, annotation, value, size in cases:
        yield f"execution of a no-op, {name}", _fuzzing(stack, annotation, value, size)


def _fuzzing(stack: contextlib.ExitStack, annotation: type, value: Value, size: int) -> Loop:
    """Return a loop that fuzzes with a pool of ``size`` inputs, made once."""
    call = _test_of(annotation)
    mem = shared_mem_temp_file(1 << 20)
    stack.callback(mem.close)
    run = stack.enter_context(call.runner())
    core = ProbeCounters()  # not started: as when all probes have gone
    server = WorkerServer(WorkerComm(0, 0, mem), call.kinds, run, core, PingResponse())
    for index in range(size):
        server._explorer.pool.add([value], 11, [index % _LOCATIONS], 5)

    def loop(rounds: int) -> None:
        server._fuzz(FuzzArgs(0, rounds))

    return loop


def measure(*, quick: bool) -> dict[str, Any]:
    """Return the unit and all parts."""
    sizes = (10, 100) if quick else (10, 1_000, 100_000)
    if quick:
        mutators.REPEATS = 3
    found: list[tuple[str, float]] = []
    units: list[float] = []

    def add(name: str, cost: Callable[[], float]) -> None:
        found.append((name, cost()))
        units.append(mutators.unit_ns())

    for name, kind_list, seeds in mutators.CASES[:2] if quick else mutators.CASES:
        add(f"mutate {name}", functools.partial(mutators.mutation_ns, kind_list, seeds))
    with contextlib.ExitStack() as stack:
        groups = (wire_parts(), file_parts(), queue_parts(), pool_parts(sizes), loop_parts(stack, sizes))
        for name, loop in itertools.chain.from_iterable(groups):
            add(name, functools.partial(mutators.measure_ns, loop))
    unit_ns = min(units)
    return {"unit_ns": unit_ns, "parts": [(name, cost_ns, cost_ns / unit_ns) for name, cost_ns in found]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    print(json.dumps(measure(quick=parser.parse_args().quick)))
