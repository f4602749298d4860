"""Whole runs of coordinate_fuzzing with real workers: what comes of them, and what is left behind.

The workers are tests/internal/worker_main.py, so no fuzz test and no test
runner take part.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import tempfile
import threading
import unittest
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any
from unittest import mock

from gofuzz_py.durations import Budget
from gofuzz_py.errors import EngineError
from gofuzz_py.internal import fuzz, kinds, worker
from gofuzz_py.internal.corpus import CorpusEntry, read_corpus, write_to_corpus
from gofuzz_py.internal.fuzz import CoordinateFuzzingOptions, Outcome, coordinate_fuzzing
from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.messages import FuzzResponse
from gofuzz_py.internal.sys_contract import SpawnRequest
from gofuzz_py.internal.worker import Answered, Ended
from tests.helpers import ROOT, FolderTestCase, clean_env, open_descriptors

if sys.platform == "win32":
    raise unittest.SkipTest("starts processes with descriptors 3, 4 and 5")


def seed(*values: Value) -> CorpusEntry:
    """Make a seed."""
    return CorpusEntry("seed#0", values, is_seed=True)


class FuzzTestCase(FolderTestCase):
    """Runs in a folder of its own, which also holds the temporary files."""

    def setUp(self) -> None:
        super().setUp()
        self.target_log = self.write("log", "")
        self.lines: list[str] = []
        os.mkdir(self.path("tmp"))
        patched = mock.patch.object(tempfile, "tempdir", self.path("tmp"))
        patched.start()
        self.addCleanup(patched.stop)

    def options(self, target: str, **changes: Any) -> CoordinateFuzzingOptions:
        """Return options for a run of one of worker_main's targets."""
        argv = [sys.executable, "-m", "tests.internal.worker_main", target, self.target_log]
        defaults: dict[str, Any] = {
            "test_name": "FuzzX",
            "kinds": [kinds.BYTES],
            "seeds": [seed(b"seed")],
            "parallel": 1,
            "budget": Budget(count=100),
            "minimize_budget": Budget(seconds=60.0),
            "input_timeout_s": 60.0,
            "continues": False,
            "seed": 1,
            "corpus_dir": self.path("testdata", "fuzz", "FuzzX"),
            "cache_dir": self.path("cache"),
            "spawn": SpawnRequest(argv, clean_env(), str(ROOT)),
            "log": self.lines.append,
        }
        return CoordinateFuzzingOptions(**(defaults | changes))

    def fuzz(self, target: str, **changes: Any) -> Outcome:
        """Run a target; check that nothing is left behind."""
        with self.nothing_left():
            return coordinate_fuzzing(self.options(target, **changes))

    @contextlib.contextmanager
    def nothing_left(self) -> Any:
        """Check that a block leaves no descriptor, thread, process, temporary file or signal handler."""
        before = self.state()
        yield
        for thread in threading.enumerate():
            if thread.name == "gofuzz_py":
                thread.join(10.0)
        self.assertEqual(before, self.state())
        with self.assertRaises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)

    def state(self) -> tuple[object, ...]:
        """Return what must be the same after a run."""
        handlers = [signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
        return open_descriptors(), set(threading.enumerate()), os.listdir(self.path("tmp")), handlers

    def logged(self) -> list[bytes]:
        """Return what the target was run on."""
        with open(self.target_log, encoding="ascii") as file:
            return [bytes.fromhex(line) for line in file]

    def saved(self, taken: Sequence[Kind] = (kinds.BYTES,)) -> list[tuple[Value, ...]]:
        """Return the values of the files in testdata."""
        return [entry.values for entry in read_corpus(self.path("testdata", "fuzz", "FuzzX"), taken, "")]


class PassingRunTest(FuzzTestCase):
    def test_a_count_is_kept_to_exactly_over_all_workers(self) -> None:
        for parallel, count in ((1, 1), (2, 100), (3, 250)):
            with self.subTest(parallel=parallel, count=count):
                before = len(self.logged())
                outcome = self.fuzz("passes", parallel=parallel, budget=Budget(count=count))
                self.assertEqual((count, count), (outcome.execs, len(self.logged()) - before))
                self.assertEqual(([], "", 0), (outcome.findings, outcome.error, outcome.signum))

    def test_no_more_workers_than_executions_are_started(self) -> None:
        self.fuzz("passes", parallel=7, budget=Budget(count=1), seeds=[])

        self.assertEqual(1, len(self.logged()))

    def test_it_ends_when_the_time_is_up(self) -> None:
        outcome = self.fuzz("passes", budget=Budget(seconds=0.3))

        self.assertEqual(([], ""), (outcome.findings, outcome.error))

    def test_what_the_user_sees_of_it(self) -> None:
        self.fuzz("passes", seeds=[seed(b"a"), seed(b"b")])

        text = "\n".join(self.lines)
        self.assertRegex(text, r"^fuzz: elapsed: \ds, \S.*: 0/2 completed")
        self.assertRegex(text, r"fuzz: elapsed: \ds, \S.*: 2/2 completed, now fuzzing with 1 workers")
        self.assertRegex(self.lines[-1], r"\Afuzz: elapsed: \ds, execs: 100 \(\d+/sec\)")

    def test_an_empty_corpus_is_told(self) -> None:
        self.fuzz("passes", seeds=[])

        self.assertIn("warning: starting with empty corpus", self.lines)

    def test_cached_inputs_that_cannot_be_read_are_told_and_the_others_used(self) -> None:
        bad = self.write("cache/a", "rubbish\n")
        write_to_corpus([kinds.BYTES], [b"cached"], self.path("cache"))
        outcome = self.fuzz("passes", budget=Budget(count=2))

        self.assertEqual(
            f"warning: ignoring cached input: {bad}: unmarshal: unknown encoding version: rubbish",
            self.lines[0],
        )
        self.assertEqual([b"seed", b"cached"], self.logged()[:2])
        self.assertEqual("", outcome.error)

    def test_ctrl_c_ends_the_run_without_an_error(self) -> None:
        for signum in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signum):
                outcome = self.fuzz("passes", budget=Budget(), log=self.on_line("now fuzzing", signum))
                self.assertEqual((signum, "", []), (outcome.signum, outcome.error, outcome.findings))

    def test_an_ignored_signal_stays_ignored(self) -> None:
        # As for a command that nohup started.
        self.addCleanup(signal.signal, signal.SIGHUP, signal.signal(signal.SIGHUP, signal.SIG_IGN))
        outcome = self.fuzz("passes", log=self.on_line("now fuzzing", signal.SIGHUP))

        self.assertEqual((0, 100), (outcome.signum, outcome.execs))

    def on_line(self, part: str, signum: int) -> Callable[[str], None]:
        """Return a log that sends this process a signal when a line holds ``part``."""

        def log(line: str) -> None:
            if part in line:
                os.kill(os.getpid(), signum)

        return log

    def test_it_runs_in_a_thread_too_where_signals_cannot_be_caught(self) -> None:
        outcomes: list[Outcome] = []
        options = self.options("passes")
        thread = threading.Thread(target=lambda: outcomes.append(coordinate_fuzzing(options)))
        thread.start()
        thread.join(30.0)

        self.assertEqual([100], [outcome.execs for outcome in outcomes])


class FindingTest(FuzzTestCase):
    def test_a_failing_input_is_minimized_and_written(self) -> None:
        outcome = self.fuzz("fails_on_a_or_b", seeds=[seed(b"0A0000")], cache_dir=self.path("none"))
        self.assertEqual(["A"], [failure.origin for _, failure in outcome.failed_seeds])
        self.assertEqual([], outcome.findings, "a seed is no finding")
        self.assertIn("failure while testing seed corpus entry: FuzzX/seed#0", self.lines)

        write_to_corpus([kinds.BYTES], [b"long cached A input"], self.path("cache"))
        outcome = self.fuzz("fails_on_a_or_b", budget=Budget())

        self.assertEqual([(b"A",)], self.saved())
        (finding,) = outcome.findings
        self.assertEqual("failed on b'A'", finding.failure.text)
        self.assertEqual((True, ()), (finding.saved.is_in_testdata, finding.notes))
        self.assertTrue(
            [line for line in self.lines if line.startswith("fuzz: minimizing 46-byte")], self.lines
        )
        self.assertIn("minimizing", self.lines[-1])

    def test_the_input_a_worker_dies_of_is_written_exactly(self) -> None:
        outcome = self.fuzz("dies_at_7")

        (finding,) = outcome.findings
        self.assertEqual([(self.logged()[6],)], self.saved())
        self.assertIn("fuzzing process hung or terminated unexpectedly: exit status 9", finding.failure.text)
        self.assertEqual(7, outcome.execs)

    def test_a_death_while_minimizing_is_a_finding_beside_the_first(self) -> None:
        write_to_corpus([kinds.BYTES], [b"0123456789"], self.path("cache"))
        outcome = self.fuzz("dies_on_short", budget=Budget(), seeds=[])

        self.assertEqual(2, len(outcome.findings))
        self.assertIn(
            "terminated unexpectedly while minimizing: EOF (exit status 9)", outcome.findings[0].failure.text
        )
        self.assertEqual({(b"0123456789",), (self.logged()[-1],)}, set(self.saved()))

    def test_an_execution_that_takes_too_long_is_a_finding(self) -> None:
        with mock.patch.object(worker, "WORKER_TIMEOUT_S", 0.1):
            outcome = self.fuzz("hangs", seeds=[], budget=Budget(), input_timeout_s=0.2)

        (finding,) = outcome.findings
        self.assertIn("one execution took longer than 200ms (-fuzzinputtimeout)", finding.failure.text)
        self.assertEqual([(self.logged()[0],)], self.saved())

    def test_a_failing_input_that_testdata_does_not_take_goes_to_the_cache(self) -> None:
        self.write("testdata", "in the way")
        outcome = self.fuzz("dies_at_7")

        saved = outcome.findings[0].saved
        self.assertEqual(
            (False, self.path("cache")), (saved.is_in_testdata, os.path.dirname(saved.path or ""))
        )
        self.assertEqual(1, len(saved.problems))
        self.assertRegex(
            saved.problems[0], "cannot write the failing input: open .*testdata.*: not a directory"
        )

    def test_a_failing_input_that_nothing_takes_is_handed_back_whole(self) -> None:
        if not os.path.isdir("/proc/self"):
            self.skipTest("needs /proc, where nothing can be made")
        self.write("testdata", "in the way")
        outcome = self.fuzz("dies_at_7", cache_dir="/proc/gofuzz/cache")

        saved = outcome.findings[0].saved
        self.assertEqual((None, 2), (saved.path, len(saved.problems)))
        self.assertTrue(saved.text.startswith(b"go test fuzz v1\n[]byte("))

    def test_a_run_that_goes_on_counts_what_it_meets_again(self) -> None:
        for i in range(3):
            write_to_corpus([kinds.BYTES], [b"A%d" % i], self.path("cache"))
        outcome = self.fuzz("fails_on_a_or_b", continues=True, budget=Budget(count=300))

        self.assertEqual((300, ""), (outcome.execs, outcome.error))
        self.assertIn((b"A",), self.saved())
        self.assertGreaterEqual(outcome.duplicates, 2)
        self.assertEqual(len(outcome.findings), len({finding.failure.origin for finding in outcome.findings}))
        self.assertTrue([line for line in self.lines if line.startswith("fuzz: found failure 1: A (")])

    def test_a_run_goes_on_also_when_its_only_input_fails(self) -> None:
        outcome = self.fuzz("fails_on_a_or_b", seeds=[seed(b"A")], continues=True)

        self.assertEqual((100, ""), (outcome.execs, outcome.error))


class TroubleTest(FuzzTestCase):
    """What is no finding: the run ends with one text, and nothing is written."""

    def test_a_worker_that_never_gets_to_fuzz(self) -> None:
        self.assert_trouble(
            "exits",
            r"\Afuzzing process terminated without fuzzing: EOF\n\(the process ended with exit status 3\)\n"
            r"The process wrote to standard error:\n    leaving early\Z",
        )

    def test_garbage_before_fuzzing(self) -> None:
        self.assert_trouble(
            "babbles",
            r"\Afuzzing process terminated without fuzzing: "
            r"invalid character 'h' looking for beginning of value",
        )

    def test_garbage_while_fuzzing(self) -> None:
        self.assert_trouble(
            "writes_garbage",
            r"\Acommunicating with fuzzing process: invalid character '!' looking for beginning of value\n",
        )

    def test_a_worker_that_takes_other_types(self) -> None:
        self.assert_trouble("passes:typed", r"takes other types in its worker process: .*int8.*want")

    def test_memory_that_was_written_over(self) -> None:
        outcome = self.assert_trouble("overwrites_memory", r"shared memory header damaged")
        self.assertTrue(outcome.is_engine_error)

    def test_a_program_that_does_not_exist(self) -> None:
        spawn = SpawnRequest(["/nowhere/python"], clean_env(), str(ROOT))
        outcome = self.assert_trouble("", r"\Acannot start a worker process: ", spawn=spawn)
        self.assertTrue(outcome.is_engine_error)

    def assert_trouble(self, target: str, pattern: str, **changes: Any) -> Outcome:
        """Run a target; check the error, and that there is no finding."""
        outcome = self.fuzz(target, parallel=2, **changes)
        self.assertRegex(outcome.error, pattern)
        self.assertEqual(([], []), (outcome.findings, outcome.failed_seeds))
        self.assertFalse(os.path.exists(self.path("testdata")))
        return outcome

    def test_a_signal_from_outside_is_no_finding_and_the_input_is_kept_aside(self) -> None:
        def log(line: str) -> None:
            if "execs" in line or "completed" in line:
                self.kill_workers()

        outcome = self.fuzz("hangs", seeds=[], budget=Budget(), log=log, input_timeout_s=20.0)

        self.assertIn(
            "fuzzing process terminated by unexpected signal; no crash will be recorded: signal: killed",
            outcome.error,
        )
        self.assertEqual([], outcome.findings)
        kept = read_corpus(self.path("cache", "killed"), [kinds.BYTES], "")
        self.assertEqual([self.logged()[0]], [entry.values[0] for entry in kept])

    def kill_workers(self) -> None:
        """Kill each worker once it runs its target."""

        def wait_and_kill() -> None:
            pause = threading.Event()
            for _ in range(1000):
                if self.logged():
                    break
                pause.wait(0.01)
            for name in os.listdir("/proc/self/task"):
                with open(f"/proc/self/task/{name}/children", encoding="ascii") as file:
                    for pid in file.read().split():
                        os.kill(int(pid), signal.SIGKILL)

        if not os.path.exists("/proc/self/task"):
            self.skipTest("needs /proc to find the worker")
        threading.Thread(target=wait_and_kill, name="gofuzz_py").start()

    def test_a_cache_that_cannot_be_read_is_told_of_and_left_alone(self) -> None:
        outcome = self.fuzz("passes", cache_dir=self.write("cache", "a file"))

        self.assertEqual(("", [], 100), (outcome.error, outcome.findings, outcome.execs))
        self.assertRegex(self.lines[0], "^warning: cannot read the cache: open .*: not a directory; ")

    def test_no_room_for_the_shared_memory_is_an_engine_error(self) -> None:
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_FSIZE, (soft, hard))
        options = self.options("passes", parallel=3)
        with self.nothing_left():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
            with self.assertRaisesRegex(EngineError, "cannot make [0-9]+ bytes of shared memory in"):
                coordinate_fuzzing(options)

    def test_running_out_of_descriptors_anywhere_leaves_nothing(self) -> None:
        import resource

        # This program reads its calls and never answers; the run ends because its time is up.
        reader = SpawnRequest(["/bin/sh", "-c", "exec cat <&3 >/dev/null"], clean_env(), str(ROOT))
        options = self.options("", parallel=2, spawn=reader, budget=Budget(seconds=0.01))
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        errors: list[str] = []
        for limit in range(3, soft):
            with self.nothing_left():
                resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
                try:
                    errors.append(coordinate_fuzzing(options).error)
                except EngineError as error:
                    errors.append(str(error))
                finally:
                    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            if not errors[-1]:
                break
        told = {" ".join(error.split()[:4]) for error in errors}
        self.assertLessEqual({"cannot make shared memory:", "cannot start a worker", ""}, told)
        self.assertEqual(1, errors.count(""))

    def test_a_coordinator_that_is_killed_cannot_leave_a_temporary_file(self) -> None:
        seen: list[str] = []
        self.fuzz("passes", log=lambda line: seen.extend(os.listdir(self.path("tmp"))))

        self.assertEqual([], seen)


class FakeWorker:
    """Stands in a worker's place and keeps what it is asked for."""

    def __init__(self) -> None:
        self.index = 0
        self.generation = 1
        self.asked: list[str] = []
        self.mem = SimpleNamespace(count=1, flags=0, value_copy=lambda: b"x")
        self.client = self

    def __getattr__(self, name: str) -> Callable[..., str]:
        def ask(*arguments: object) -> str:
            self.asked.append(name)
            return ""

        return ask


class HangRaceTest(FuzzTestCase):
    def test_an_answer_that_comes_as_the_worker_is_told_to_die_blames_no_other_input(self) -> None:
        run: Any = fuzz._Run(self.options("", budget=Budget(), seeds=[]))
        late: Any = FakeWorker()
        run.workers = [late]
        run._places = [fuzz._Place(is_ready=True)]
        run._hand_out_jobs()
        run._places[0].is_hung = True
        self.assertEqual(["fuzz"], late.asked)

        run._handle(Answered(late, FuzzResponse(count=1)))
        run._hand_out_jobs()
        self.assertEqual(["fuzz"], late.asked, "a job for a process that is about to die")
        run._handle(Ended(late, -signal.SIGABRT))

        self.assertEqual(["fuzz", "start", "ping"], late.asked)
        self.assertEqual([], run._coordinator.findings)
        self.assertFalse(run._coordinator.is_done)
        self.assertIsInstance(run.events, queue.SimpleQueue)


if __name__ == "__main__":
    unittest.main()
