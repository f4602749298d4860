"""Real worker processes: every call, every way to end one, and nothing left behind.

The processes are tests/internal/worker_main.py; pipes and shared memory are
the real ones.
"""

from __future__ import annotations

import ast
import os
import queue
import signal
import struct
import sys
import threading
import unittest
from collections.abc import Sequence
from unittest import mock

from gofuzz_py.errors import EngineError
from gofuzz_py.internal import kinds, messages, worker
from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.mem import MINIMIZING, shared_mem_temp_file
from gofuzz_py.internal.messages import (
    Found,
    FuzzArgs,
    FuzzResponse,
    MinimizeArgs,
    MinimizeResponse,
    PingArgs,
    PingResponse,
    Response,
    WarmupArgs,
    WarmupResponse,
)
from gofuzz_py.internal.sys_contract import SpawnRequest
from gofuzz_py.internal.wire import value_encoder
from gofuzz_py.internal.worker import (
    STDERR_TAIL_BYTES,
    Answered,
    Ended,
    Event,
    Garbled,
    Worker,
    stop_workers,
)
from tests.helpers import ROOT, FolderTestCase, clean_env, open_descriptors

#: How long a test waits for what must come.
DEADLINE_S = 30.0
#: Bytes of a value in the shared memory of these tests.
CAPACITY = 1 << 16

if sys.platform == "win32":
    raise unittest.SkipTest("starts processes with descriptors 3, 4 and 5")


class WorkerTestCase(FolderTestCase):
    """A test with a worker of its own."""

    def setUp(self) -> None:
        super().setUp()
        self.log = self.write("log", "")
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.lines: list[str] = []
        self.workers: list[Worker] = []
        self.addCleanup(self.stop)

    def stop(self) -> None:
        """End all workers, at once if they do not go by themselves."""
        with mock.patch.object(worker, "WORKER_TIMEOUT_S", 0.5):
            stop_workers(self.workers, self.lines.append)

    def make(self, target: str) -> Worker:
        """Make a worker that would run a target of worker_main."""
        mem = shared_mem_temp_file(CAPACITY)
        self.addCleanup(mem.close)
        argv = [sys.executable, "-m", "tests.internal.worker_main", target, self.log]
        made = Worker(len(self.workers), SpawnRequest(argv, clean_env(), str(ROOT)), mem, self.events.put)
        self.workers.append(made)
        return made

    def start(self, target: str, seed: int = 1) -> Worker:
        """Start a worker and have it say that it is ready."""
        made = self.make(target)
        made.start()
        made.client.ping(PingArgs(seed))
        self.assertIsInstance(self.answer(), PingResponse)
        return made

    def event(self) -> Event:
        """Return the next event."""
        return self.events.get(timeout=DEADLINE_S)

    def answer(self) -> Response:
        """Return the answer that comes next."""
        event = self.event()
        if not isinstance(event, Answered):
            stderr = self.workers[-1].stderr_tail()
            self.fail(f"{event} instead of an answer; on standard error: {stderr}")
        return event.response

    def fuzz(self, to: Worker, limit: int, *inputs: bytes, known: Sequence[int] = ()) -> FuzzResponse:
        """Have a worker fuzz by count, with new inputs for its pool."""
        sent = [Found(index, len(data)) for index, data in enumerate(inputs)]
        to.client.fuzz(b"".join(inputs), FuzzArgs(0, limit, sent, list(known)))
        response = self.answer()
        assert isinstance(response, FuzzResponse)
        self.assertEqual("", response.internal_err)
        return response

    def warm_up(self, to: Worker, *inputs: bytes, limit: int = 0) -> WarmupResponse:
        """Have a worker run inputs."""
        to.client.warmup(b"".join(inputs), WarmupArgs([len(data) for data in inputs], limit))
        response = self.answer()
        assert isinstance(response, WarmupResponse)
        return response

    def minimize(self, to: Worker, data: bytes, origin: str, *, limit: int = 0) -> MinimizeResponse:
        """Have a worker minimize an input."""
        to.client.minimize(data, MinimizeArgs(0, limit, origin))
        response = self.answer()
        assert isinstance(response, MinimizeResponse)
        return response

    def logged(self) -> list[bytes]:
        """Return what the target was run on."""
        with open(self.log, encoding="ascii") as file:
            return [bytes.fromhex(line) for line in file]

    def wait_for_log(self) -> None:
        """Wait until the target runs."""
        deadline = threading.Event()
        for _ in range(int(DEADLINE_S * 100)):
            if self.logged():
                return
            deadline.wait(0.01)
        self.fail("the target was never run")


class PingTest(WorkerTestCase):
    def test_a_worker_says_what_it_fuzzes(self) -> None:
        made = self.make("passes:typed")
        made.start()
        made.client.ping(PingArgs())
        response = self.answer()

        assert isinstance(response, PingResponse)
        self.assertEqual((["int8", "string", "float64"], "told"), (response.kinds, response.core))
        self.assertEqual(1, made.generation)
        self.assertGreater(made.pid, 0)

    def test_a_process_that_never_serves_is_reported_by_its_end(self) -> None:
        made = self.make("exits")
        made.start()
        made.client.ping(PingArgs())
        event = self.event()

        assert isinstance(event, Ended)
        self.assertEqual((made, 3), (event.worker, event.returncode))
        self.assertEqual("leaving early\n", made.stderr_tail())

    def test_calls_to_a_process_that_is_gone_are_no_error(self) -> None:
        made = self.make("exits")
        made.start()
        self.assertIsInstance(self.event(), Ended)
        made.client.ping(PingArgs())
        made.client.fuzz(b"x", FuzzArgs(0, 1))
        made.interrupt()
        made.abort()
        made.kill()

    def test_what_is_no_answer_is_told_in_gos_words(self) -> None:
        made = self.make("babbles")
        made.start()
        event = self.event()

        assert isinstance(event, Garbled)
        self.assertEqual("invalid character 'h' looking for beginning of value", event.reason)


class WarmupTest(WorkerTestCase):
    def test_every_input_runs_once_as_it_is(self) -> None:
        to = self.start("passes")
        response = self.warm_up(to, b"one", b"", b"three")

        self.assertEqual(WarmupResponse(3, [], None, 3), response)
        self.assertEqual([b"one", b"", b"three"], self.logged())

    def test_values_of_all_kinds_arrive(self) -> None:
        to = self.start("passes:typed")
        values: list[Value] = [-128, "\ud800é", -0.0]
        self.warm_up(to, value_encoder([kinds.INT8, kinds.STR, kinds.FLOAT])(values))

        self.assertEqual([repr(values).encode()], self.logged())

    def test_it_ends_with_the_first_failure_whose_input_lies_in_memory(self) -> None:
        to = self.start("fails_on_a_or_b")
        response = self.warm_up(to, b"ok", b"a B", b"never")

        self.assertEqual((1, 2), (response.done, response.count))
        self.assertEqual("B", response.failure and response.failure.origin)
        self.assertEqual(b"a B", to.mem.value_copy())
        self.assertEqual([b"ok", b"a B"], self.logged())

    def test_the_limit_holds(self) -> None:
        to = self.start("passes")
        response = self.warm_up(to, b"1", b"2", b"3", limit=2)

        self.assertEqual((2, 2), (response.done, response.count))
        self.assertEqual(2, len(self.logged()))

    def test_what_inputs_reach_is_measured_by_a_second_run(self) -> None:
        to = self.start("reaches_bytes")
        response = self.warm_up(to, b"ab", b"ba", b"abbc")

        self.assertEqual(
            [Found(0, 2, [97, 98], [97, 98], 2), Found(2, 4, [99], [97, 98, 99], 4)], response.found
        )
        self.assertEqual((3, 5), (response.done, response.count))

    def test_the_limit_holds_for_measuring_too(self) -> None:
        to = self.start("reaches_bytes")
        for limit in (1, 2, 3):
            with self.subTest(limit):
                before = len(self.logged())
                response = self.warm_up(to, b"%c" % (97 + 3 * limit), b"%c" % (98 + 3 * limit), limit=limit)
                self.assertEqual(limit, response.count)
                self.assertEqual(limit, len(self.logged()) - before)


class FuzzTest(WorkerTestCase):
    def test_exactly_so_many_executions_are_made(self) -> None:
        to = self.start("passes")
        total = 0
        for limit in (1, 2, 3, 4, 5, 6, 7, 64, 500):
            with self.subTest(limit):
                response = self.fuzz(to, limit, *([b"seed"] if total == 0 else []))
                total += limit
                self.assertEqual((limit, limit), (response.count, to.mem.count))
                self.assertEqual(total, len(self.logged()))
                self.assertIsNone(response.failure)

    def test_it_runs_mutants_and_the_same_ones_for_the_same_seed(self) -> None:
        runs = []
        for seed in (5, 5, 6):
            before = len(self.logged())
            to = self.start("passes", seed)
            for limit in (7, 30):  # how the executions are cut into calls must not matter
                self.fuzz(to, limit, *([b"hello world"] if limit == 7 else []))
            runs.append(self.logged()[before:])

        self.assertEqual(runs[0], runs[1])
        self.assertNotEqual(runs[0], runs[2])
        self.assertGreater(len(set(runs[0])), 20)

    def test_five_mutations_are_piled_up_before_a_chain_starts_afresh(self) -> None:
        to = self.start("passes:appending")
        self.fuzz(to, 3, b"0")
        self.fuzz(to, 9)

        steps = [data.count(b"+") for data in self.logged()]
        self.assertEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2], steps)
        self.assertEqual({b"0"}, {data.rstrip(b"+") for data in self.logged()})

    def test_it_ends_with_the_first_failure_whose_input_lies_in_memory(self) -> None:
        to = self.start("fails_at_length_3:appending")
        response = self.fuzz(to, 100, b"0")

        self.assertEqual((2, 3), (response.count, response.length))
        self.assertEqual("3", response.failure and response.failure.origin)
        self.assertEqual(b"0++", to.mem.value_copy())
        again = self.fuzz(to, 100)
        self.assertIsNotNone(again.failure, "the worker does not go on after a failure")

    def test_it_ends_when_the_time_is_up(self) -> None:
        to = self.start("passes")
        to.client.fuzz(b"seed", FuzzArgs(1_000_000, 0, [Found(0, 4)]))
        response = self.answer()

        assert isinstance(response, FuzzResponse)
        self.assertGreater(response.count, 0)
        self.assertEqual(response.count, len(self.logged()))

    def test_it_ends_also_when_every_execution_reaches_something_new(self) -> None:
        to = self.start("reaches_something_new_each_time")
        to.client.fuzz(b"seed", FuzzArgs(1_000_000, 0, [Found(0, 4)]))
        response = self.answer()

        assert isinstance(response, FuzzResponse)
        self.assertEqual([], response.found, "what was reached once only is no news")

    def test_values_of_all_kinds_are_mutated_and_stored(self) -> None:
        to = self.start("passes:typed")
        taken = [kinds.INT8, kinds.STR, kinds.FLOAT]
        self.fuzz(to, 50, value_encoder(taken)([1, "a", 0.5]))

        run = [
            ast.literal_eval(line.decode())
            for line in self.logged()
            if b"nan" not in line and b"inf" not in line
        ]
        self.assertGreater(len(run), 25)
        for values in run:
            problems = [kind.problem(value) for kind, value in zip(taken, values, strict=True)]
            self.assertEqual([None] * 3, problems)

    def test_an_input_that_reaches_something_is_brought_home(self) -> None:
        to = self.start("reaches_bytes")
        response = self.fuzz(to, 300, b"seed", known=range(97, 128))

        self.assertIsNone(response.failure)
        self.assertTrue(response.found, "300 mutants and not one with another letter")
        data = to.mem.value_copy()
        at = response.length
        for found in response.found:
            value = data[at : at + found.length]
            at += found.length
            reached = [byte for byte in value if byte >= 97]
            self.assertTrue(found.fresh)
            self.assertFalse(set(found.fresh) & set(range(97, 128)), "known before")
            self.assertLessEqual(set(found.fresh), set(reached))
            if at < len(data):  # the last one may have been found when there was no execution left to measure
                self.assertEqual((set(reached), len(reached)), (set(found.locations), found.cost))
        self.assertEqual(len(data), at)
        self.assertEqual((300, 300), (response.count, len(self.logged())))

    def test_the_limit_holds_whatever_is_measured_and_shrunk(self) -> None:
        for limit in (1, 2, 3, 5, 10):
            to = self.start("reaches_bytes")
            before = len(self.logged())
            response = self.fuzz(to, limit, b"hello")
            with self.subTest(limit):
                self.assertEqual((limit, limit), (response.count, len(self.logged()) - before))

    def test_a_failure_met_while_measuring_is_reported_with_its_input(self) -> None:
        to = self.start("reaches_and_fails_second_time:appending")
        response = self.fuzz(to, 100, b"0")

        self.assertEqual("second", response.failure and response.failure.origin)
        self.assertEqual(b"0+", to.mem.value_copy()[: response.length])
        self.assertEqual((2, []), (response.count, response.found))

    def test_a_failure_met_while_shrinking_is_reported_with_its_input(self) -> None:
        to = self.start("reaches_and_fails_while_shrinking:appending")
        response = self.fuzz(to, 1000, b"12345678")

        self.assertEqual("short", response.failure and response.failure.origin)
        failing = to.mem.value_copy()[: response.length]
        self.assertIn(len(failing), range(1, 8))
        self.assertEqual(self.logged()[-1], failing)


class MinimizeTest(WorkerTestCase):
    def test_the_same_failure_is_kept_and_others_are_reported(self) -> None:
        to = self.start("fails_on_a_or_b")
        response = self.minimize(to, b"some BAd input", "A")

        self.assertTrue(response.reproduced)
        self.assertEqual("A", response.failure and response.failure.origin)
        self.assertEqual(b"A", to.mem.value_copy())
        self.assertEqual(f"failed on {b'A'!r}", response.failure and response.failure.text)
        self.assertEqual(["B"], [other.failure.origin for other in response.others])
        self.assertEqual(len(self.logged()), response.count)

    def test_a_count_is_kept_to_exactly(self) -> None:
        to = self.start("fails_on_a_or_b")
        for limit in (1, 2, 3, 10):
            with self.subTest(limit):
                before = len(self.logged())
                response = self.minimize(to, b"some rather long A input", "A", limit=limit)
                self.assertEqual((limit, limit), (response.count, len(self.logged()) - before))
                self.assertTrue(response.reproduced)
                self.assertIn(b"A", to.mem.value_copy())

    def test_what_does_not_fail_again_is_said_to_be_flaky_and_kept(self) -> None:
        to = self.start("fails_every_second_time")
        response = self.minimize(to, b"input", "A")

        self.assertEqual((False, None, 1), (response.reproduced, response.failure, response.count))
        self.assertEqual(b"input", to.mem.value_copy())

    def test_what_fails_otherwise_now_is_flaky_and_the_other_failure_is_reported(self) -> None:
        to = self.start("fails_on_a_or_b")
        response = self.minimize(to, b"B", "A")

        self.assertFalse(response.reproduced)
        self.assertEqual(["B"], [other.failure.origin for other in response.others])

    def test_a_candidate_that_ends_the_process_lies_in_memory(self) -> None:
        to = self.start("dies_on_short")
        to.client.minimize(b"0123456789", MinimizeArgs(0, 0, "A"))
        event = self.event()

        assert isinstance(event, Ended)
        self.assertEqual(9, event.returncode)
        self.assertEqual(self.logged()[-1], to.mem.value_copy())
        self.assertLess(len(to.mem.value_copy()), 5)
        self.assertTrue(to.mem.flags & MINIMIZING)
        self.assertEqual(len(self.logged()), to.mem.count)


class EndTest(WorkerTestCase):
    def test_the_input_a_worker_dies_of_lies_in_its_memory(self) -> None:
        to = self.start("dies_at_7")
        to.client.fuzz(b"seed", FuzzArgs(0, 100, [Found(0, 4)]))
        event = self.event()

        assert isinstance(event, Ended)
        self.assertEqual((9, 7), (event.returncode, to.mem.count))
        self.assertEqual(self.logged()[6], to.mem.value_copy())

    def test_a_worker_can_be_started_again_in_its_place(self) -> None:
        to = self.start("dies_at_7")
        before = open_descriptors()
        for generation in (2, 3, 4):
            to.client.fuzz(b"seed", FuzzArgs(0, 100, [Found(0, 4)]))
            self.assertIsInstance(self.event(), Ended)
            old = to.pid
            to.start()
            to.client.ping(PingArgs(1))
            self.assertIsInstance(self.answer(), PingResponse)
            self.assertEqual(generation, to.generation)
            self.assertNotEqual(old, to.pid)
        self.assertEqual(len(before), len(open_descriptors()), "descriptors of old processes stay open")

    def test_garbage_on_the_answers_pipe_is_an_event_and_the_answer_still_comes(self) -> None:
        to = self.start("writes_garbage")
        to.client.warmup(b"x", WarmupArgs([1]))
        event = self.event()

        assert isinstance(event, Garbled)
        self.assertEqual("invalid character '!' looking for beginning of value", event.reason)
        self.assertIsInstance(self.answer(), WarmupResponse)

    def test_the_end_of_standard_error_is_kept(self) -> None:
        to = self.start("floods_stderr")
        to.client.warmup(b"x", WarmupArgs([1]))
        self.assertIsInstance(self.event(), Ended)

        tail = to.stderr_tail()
        self.assertTrue(tail.endswith("xx\nlast \\xff\n"), tail[-40:])
        self.assertNotIn("first", tail)
        self.assertLessEqual(len(tail), STDERR_TAIL_BYTES + len("\\xff"))

    def test_a_forked_child_does_not_go_on_fuzzing(self) -> None:
        to = self.start("forks")
        self.warm_up(to, b"x")
        self.fuzz(to, 2, b"seed")

        self.assertEqual([b"child ended with 0"] * 3, self.logged())
        self.assertTrue(self.events.empty(), "the child answered as well")

    def test_memory_that_was_written_over_is_an_error_and_not_an_input(self) -> None:
        to = self.start("overwrites_memory")
        to.client.warmup(b"x", WarmupArgs([1]))
        self.assertIsInstance(self.event(), Ended)

        with self.assertRaisesRegex(EngineError, "shared memory header damaged"):
            to.mem.value_copy()

    def test_a_crash_signal_leaves_the_python_stack_and_the_input(self) -> None:
        to = self.start("hangs")
        to.client.warmup(b"x", WarmupArgs([1]))
        self.wait_for_log()
        to.abort()
        event = self.event()

        assert isinstance(event, Ended)
        self.assertEqual(-signal.SIGABRT, event.returncode)
        self.assertEqual((b"x", 1), (to.mem.value_copy(), to.mem.count))


class StopTest(WorkerTestCase):
    """Stopping; the waits between the steps are made shorter here."""

    def test_a_worker_that_is_idle_or_in_a_call_ends_by_itself(self) -> None:
        self.start("passes")
        busy = self.start("passes")
        busy.client.fuzz(b"seed", FuzzArgs(0, 200, [Found(0, 4)]))
        stop_workers(self.workers, self.lines.append)

        self.assertEqual([0, 0], self.returncodes())
        self.assertEqual(200, len(self.logged()))
        self.assertEqual([], self.lines)

    def test_a_target_that_does_not_return_is_interrupted(self) -> None:
        self.assertEqual(-signal.SIGINT, self.stop_in("hangs"))

    def test_a_target_that_ignores_that_is_killed(self) -> None:
        self.assertEqual(-signal.SIGKILL, self.stop_in("ignores_everything"))

    def stop_in(self, target: str) -> int:
        """Stop a worker while its target runs; return how it ended."""
        to = self.start(target)
        to.client.warmup(b"x", WarmupArgs([1]))
        self.wait_for_log()
        with mock.patch.object(worker, "WORKER_TIMEOUT_S", 0.05):
            stop_workers(self.workers, self.lines.append)
        return self.returncodes()[0]

    def test_stopping_twice_or_what_never_started_is_no_error(self) -> None:
        self.make("passes")
        self.start("passes")
        stop_workers(self.workers, self.lines.append)
        stop_workers(self.workers, self.lines.append)

        self.assertEqual([0], self.returncodes())

    def test_no_descriptor_thread_or_process_is_left(self) -> None:
        descriptors, threads = open_descriptors(), set(threading.enumerate())
        mem = shared_mem_temp_file(CAPACITY)
        argv = [sys.executable, "-m", "tests.internal.worker_main", "dies_at_7", self.log]
        made = Worker(0, SpawnRequest(argv, clean_env(), str(ROOT)), mem, self.events.put)
        for _ in range(2):
            made.start()
            made.client.ping(PingArgs())
            self.assertIsInstance(self.event(), Answered)
            made.client.fuzz(b"seed", FuzzArgs(0, 100, [Found(0, 4)]))
            self.assertIsInstance(self.event(), Ended)
        made.start()
        stop_workers([made], self.lines.append)
        mem.close()
        for thread in set(threading.enumerate()) - threads:
            thread.join(DEADLINE_S)

        self.assertEqual(threads, set(threading.enumerate()))
        self.assertEqual(descriptors, open_descriptors())
        with self.assertRaises(ProcessLookupError):
            os.kill(made.pid, 0)
        with self.assertRaises(FileNotFoundError):
            os.stat(mem.name or "")

    def returncodes(self) -> list[int]:
        """Return how the workers ended, in the order in which they did."""
        codes = []
        while not self.events.empty():
            event = self.events.get()
            if isinstance(event, Ended):
                codes.append(event.returncode)
        return codes


class StartFailureTest(WorkerTestCase):
    def test_a_program_that_cannot_be_started_is_an_engine_error(self) -> None:
        mem = shared_mem_temp_file(CAPACITY)
        self.addCleanup(mem.close)
        for name, argv, directory in (
            ("no program", ["/nowhere/python"], str(ROOT)),
            ("no folder", [sys.executable, "-c", ""], "/nowhere"),
            ("a folder as program", ["/"], str(ROOT)),
        ):
            with self.subTest(name):
                before, threads = open_descriptors(), threading.active_count()
                made = Worker(0, SpawnRequest(argv, clean_env(), directory), mem, self.events.put)
                with self.assertRaisesRegex(EngineError, "cannot start a worker process: "):
                    made.start()
                self.assertEqual(before, open_descriptors())
                self.assertEqual((threads, 0), (threading.active_count(), made.generation))
                stop_workers([made], self.lines.append)

    def test_running_out_of_descriptors_is_an_engine_error_and_leaks_none(self) -> None:
        import resource

        made = self.make("passes")
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        before = open_descriptors()
        in_use = {int(name) for name in before}
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        failures = 0
        for limit in range(min(in_use), soft):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
            try:
                made.start()
                break
            except EngineError:
                failures += 1
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            self.assertEqual(before, open_descriptors(), f"with a limit of {limit}")
        self.assertGreater(failures, 6, "each of six descriptors may be the one too many")

    def test_running_out_of_threads_is_an_engine_error_and_leaves_no_process(self) -> None:
        before = open_descriptors()
        real_start = threading.Thread.start
        for allowed in (0, 1, 2):
            left = [True] * allowed

            def start(thread: threading.Thread, left: list[bool] = left) -> None:
                if not left:
                    raise RuntimeError("can't start new thread")
                left.pop()
                real_start(thread)

            made = self.make("passes")
            with self.subTest(allowed=allowed):
                with mock.patch.object(threading.Thread, "start", start):
                    try:
                        made.start()
                    except EngineError as error:
                        self.assertIn("can't start new thread", str(error))
                    else:
                        self.assertIsInstance(self.event(), Ended)
                stop_workers([made], self.lines.append)
                made.mem.close()
        for thread in threading.enumerate():
            if thread.name == "gofuzz_py":
                thread.join(DEADLINE_S)
        self.assertEqual(before, open_descriptors())


class PipeFormatTest(WorkerTestCase):
    def test_an_answer_may_come_in_pieces_or_several_at_once(self) -> None:
        read, write = os.pipe()
        made = self.make("passes")
        thread = threading.Thread(target=made._read_answers, args=(read,))
        thread.start()
        for part in (b'{"Pi', b'ng":{}}\n{"Fuzz":{"Count":3}}\n\n', b'{"Warmup":{}}\n{"Fuzz":{}}'):
            os.write(write, part)
        os.close(write)
        thread.join(DEADLINE_S)

        self.assertEqual(PingResponse(), self.answer())
        self.assertEqual(FuzzResponse(count=3), self.answer())
        self.assertIsInstance(self.event(), Garbled)
        self.assertEqual(WarmupResponse(), self.answer())
        self.assertEqual(FuzzResponse(), self.answer())

    def test_a_message_without_an_end_does_not_fill_the_memory(self) -> None:
        read, write = os.pipe()
        made = self.make("passes")
        with mock.patch.object(messages, "MAX_MESSAGE_BYTES", 100_000):
            thread = threading.Thread(target=made._read_answers, args=(read,))
            thread.start()
            for _ in range(4):
                os.write(write, b"x" * 60_000)
            os.close(write)
            thread.join(DEADLINE_S)

        event = self.event()
        assert isinstance(event, Garbled)
        self.assertEqual("a message without an end", event.reason)


class HeaderTest(unittest.TestCase):
    def test_the_header_has_the_documented_layout(self) -> None:
        mem = shared_mem_temp_file(16)
        self.addCleanup(mem.close)
        mem.recorder(None)([b"abc"], 5)
        mem.flags = 3

        self.assertEqual((5, 3, 3), struct.unpack_from("<QQQ", mem.region, 0))
        self.assertEqual(b"abc", bytes(mem.region[40:43]))


if __name__ == "__main__":
    unittest.main()
