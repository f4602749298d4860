"""The engine turned on one planted condition, in this process, counted in executions.

Owns :class:`Planted`, what is known of a condition, and :func:`hunt`, which
fuzzes it until it is solved or the executions are spent.  The worker's side is
the real one, made by the real ``WorkerMode`` from real options, so whatever a
worker uses is used here; only where it would find its pipes and its memory,
and that it would end the process on an error of the engine, is replaced.  The
coordinator's side is played by a thread that makes the calls a coordinator
makes.  Runs in the testing process; used by test_planted.py and
planted_report.py.  Not a test module.
"""

from __future__ import annotations

import functools
import gc
import inspect
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn
from unittest import mock

from gofuzz_py import runner, serving
from gofuzz_py.internal import counters, messages, sys_platform, worker_server
from gofuzz_py.internal.counters import Counters
from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.mem import SharedMem, shared_mem_temp_file
from gofuzz_py.internal.messages import (
    Call,
    Found,
    FuzzArgs,
    FuzzResponse,
    PingArgs,
    PingResponse,
    Response,
    WarmupArgs,
    WarmupResponse,
)
from gofuzz_py.internal.wire import value_encoder
from gofuzz_py.internal.worker_comm import write_all
from gofuzz_py.launch import current_launch
from gofuzz_py.matcher import Selection
from gofuzz_py.options import parse_arguments
from gofuzz_py.report import TextReporter
from gofuzz_py.runner import Run, WorkerMode
from gofuzz_py.signature import target_kinds
from gofuzz_py.testing_f import F, FuzzTest, run_fuzz_test
from gofuzz_py.watchdog import Watchdog
from tests.quality.planted import found

#: Bytes of a value, as in a run without large inputs.
_VALUE_BYTES = 1 << 20
#: Executions of one Fuzz call: about what a coordinator's 100 ms are.
_CALL_EXECUTIONS = 5000

#: The runs of a condition.
SEEDS = range(1, 11)
#: How many of them may miss the bound, and how many without a miss are enough where time is short.
MAY_MISS, ENOUGH = 1, 3


@dataclass(frozen=True, slots=True)
class Planted:
    """A planted condition, and what is asked of the engine."""

    #: Raises ``found.Found`` where it is solved; its annotations say what it takes.
    condition: Callable[..., None]
    #: Executions within which nine of ten runs must solve it.
    bound: int
    #: Values that solve it: proof that it can be done.
    answer: tuple[Value, ...]
    #: The one input a run starts from; None for an empty corpus.
    seed: tuple[Value, ...] | None = None
    #: Modules measured besides the condition's own, as patterns.
    measures: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """``text.section_header``: its module and its function."""
        return f"{self.condition.__module__.rpartition('.')[2]}.{self.condition.__name__}"


class RigError(Exception):
    """The run says nothing of the engine: the rig, the condition or the engine itself broke."""


def target_of(planted: Planted) -> Callable[..., None]:
    """Return the condition as a fuzz target: with a ``t`` before its own parameters."""
    condition = planted.condition

    @functools.wraps(condition)
    def target(t: object, *values: Value) -> None:
        condition(*values)

    own = inspect.signature(condition).parameters.values()
    t = inspect.Parameter("t", inspect.Parameter.POSITIONAL_ONLY)
    parameters = [t, *(parameter.replace(kind=t.kind) for parameter in own)]
    target.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return target


def is_solved_by(planted: Planted, values: tuple[Value, ...]) -> bool:
    """Do these values solve the condition?"""
    try:
        planted.condition(*values)
    except found.Found:
        return True
    return False


def hunt(planted: Planted, seed: int, most: int) -> int | None:
    """Fuzz a condition from its corpus; return the executions it took, or None after ``most``.

    Raises RigError for a condition that fails in any other way.
    """
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings(action="ignore"))
        mem = stack.enter_context(closing(shared_mem_temp_file(_VALUE_BYTES)))
        stack.enter_context(_real_memory_of(mem))
        calls, answers = stack.enter_context(_pipe()), stack.enter_context(_pipe())
        driver = _Driver(planted, seed, most, mem, calls.take_end(1), answers.take_end(0))
        stack.enter_context(_worker_places(calls.ends[0], answers.ends[1]))
        driver.start()
        try:
            _serve(planted)
        finally:
            answers.close_end(1)  # a driver that waits for an answer stops waiting
            driver.join()
    if driver.error is not None:
        raise RigError(f"{planted.name}, seed {seed}: {driver.error}")
    return driver.count if driver.is_solved else None


def runs_of(condition: Planted, enough: int, bound: int = 0) -> tuple[bool, list[int | None]]:
    """Run a condition until it is clear whether nine of ten keep to a bound; return that and the runs.

    The bound is the condition's own, unless another is given.
    """
    runs: list[int | None] = []
    for seed in SEEDS:
        runs.append(hunt(condition, seed, bound or condition.bound))
        misses = runs.count(None)
        if misses > MAY_MISS:
            return False, runs
        if not misses and len(runs) >= enough:
            break
        if len(runs) - misses == len(SEEDS) - MAY_MISS:
            break
    return True, runs


def _serve(planted: Planted) -> None:
    """Be the worker process until the pipe is closed."""
    options = parse_arguments(["-fuzz=FuzzPlanted", "-fuzzworker", f"-coverpkg={_patterns(planted)}"])
    run = Run(options, Selection("", ""), _reporter(), current_launch(), Watchdog(0, print_nothing))
    mode = WorkerMode(run)
    target = target_of(planted)

    def fuzz_planted(f: F) -> None:
        f.fuzz(target)

    module = sys.modules[planted.condition.__module__]
    test = FuzzTest("FuzzPlanted", fuzz_planted, module, str(module.__file__))  # type: ignore[arg-type]
    outcome = run_fuzz_test(test, mode)
    if not mode.has_served:
        raise RigError("\n".join(outcome.lines))


def _patterns(planted: Planted) -> str:
    return ",".join((planted.condition.__module__, *planted.measures))


def print_nothing(text: str) -> None:
    """Take a line for the user, of whom there is none."""


@functools.cache
def _reporter() -> TextReporter:
    return TextReporter(is_verbose=False)


# --- what a worker process has and this one lacks -------------------------------------------------


class _Pipe:
    """A pipe whose two ends are closed once each, by whoever has them."""

    def __init__(self) -> None:
        self.ends = list(os.pipe())

    def take_end(self, index: int) -> int:
        """Return an end that the taker will close."""
        end, self.ends[index] = self.ends[index], -1
        return end

    def close_end(self, index: int) -> None:
        """Close an end that nobody took, unless it is closed."""
        if (end := self.take_end(index)) >= 0:
            os.close(end)


@contextmanager
def _pipe() -> Iterator[_Pipe]:
    pipe = _Pipe()
    try:
        yield pipe
    finally:
        pipe.close_end(0)
        pipe.close_end(1)


@contextmanager
def _real_memory_of(mem: SharedMem) -> Iterator[None]:
    """Let the worker's side have the memory that the coordinator's side has, not a second mapping."""
    with mock.patch.object(worker_server, "shared_mem_open", return_value=mem):
        yield


@contextmanager
def _worker_places(fuzz_in: int, fuzz_out: int) -> Iterator[None]:
    """Be a worker process as far as its surroundings go; stop its coverage core in the end."""
    cores: list[Counters] = []
    choose = counters.choose

    def choose_and_note() -> tuple[Counters, str]:
        core, reason = choose()
        cores.append(core)
        return core, reason

    def no_leaving(text: str) -> NoReturn:
        raise RigError(text)

    with (
        mock.patch.object(sys_platform.platform, "get_worker_comm", return_value=(fuzz_in, fuzz_out, -1)),
        mock.patch.object(serving, "choose", choose_and_note),
        mock.patch.object(runner, "leave_worker", no_leaving),
    ):
        try:
            yield
        finally:
            for core in cores:
                core.stop()
            gc.unfreeze()  # what a core froze would stay for all runs to come, and be searched by each
            gc.collect()


# --- the coordinator's side -----------------------------------------------------------------------


class _Driver(threading.Thread):
    """Makes the calls of a run, and closes both its pipe ends when there is nothing more to ask."""

    def __init__(
        self, planted: Planted, seed: int, most: int, mem: SharedMem, calls: int, answers: int
    ) -> None:
        super().__init__(name="the coordinator", daemon=True)
        self._planted = planted
        self._seed = seed
        self._most = most
        self._mem = mem
        self._calls = calls
        self._answers = os.fdopen(answers, "rb")
        self.count = 0
        self.is_solved = False
        self.error: str | None = None

    def run(self) -> None:
        """Fuzz until it is solved or the executions are spent."""
        try:
            self._fuzz()
        except Exception as error:  # it must not end in the thread's own way: the target would get it
            self.error = f"{type(error).__name__}: {error}"
        finally:
            os.close(self._calls)
            self._answers.close()

    def _fuzz(self) -> None:
        self._ask(PingArgs(self._seed), PingResponse)
        kinds = target_kinds(target_of(self._planted), None)
        encode = value_encoder(kinds)
        first: list[Found] = []
        if self._planted.seed is None:
            zero = encode([kind.zero() for kind in kinds])
            self._mem.set_value(zero)
            first = [Found(0, len(zero))]
        else:
            value = encode(list(self._planted.seed))
            self._mem.set_value(value)
            self._take(self._ask(WarmupArgs([len(value)]), WarmupResponse))
        while not self.is_solved and self.count < self._most:
            limit = min(_CALL_EXECUTIONS, self._most - self.count)
            self._take(self._ask(FuzzArgs(0, limit, first), FuzzResponse))
            first = []

    def _ask(self, call: Call, want: type[Response]) -> Any:
        self._mem.reset_count()
        write_all(self._calls, messages.encode_call(call))
        line = self._answers.readline()
        if not line:
            raise RigError("the worker's side has ended")
        response = messages.decode_response(line)
        problem = getattr(response, "internal_err", "")
        if not isinstance(response, want) or problem:
            raise RigError(problem or f"the answer is {response}")
        return response

    def _take(self, response: FuzzResponse | WarmupResponse) -> None:
        self.count += response.count
        if response.failure is not None:
            if not response.failure.origin.startswith(found.Found.__qualname__):
                raise RigError(f"it failed in another way:\n{response.failure.text}")
            self.is_solved = True
