"""The coordinator's decisions: tables of single situations, and whole runs in random order.

No process and no clock: jobs are taken and results are handed in here, as the
loop of fuzz.py does.
"""

from __future__ import annotations

import math
import random
import struct
import unittest
from collections.abc import Sequence
from dataclasses import dataclass, field

from gofuzz_py.durations import Budget
from gofuzz_py.internal import kinds
from gofuzz_py.internal.coordinator import (
    Coordinator,
    FoundInput,
    FuzzResult,
    Job,
    JobKind,
    SavedCrash,
    Settings,
)
from gofuzz_py.internal.corpus import CorpusEntry
from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.messages import Failure
from gofuzz_py.internal.wire import value_encoder


class FakeStorage:
    """Keeps what is saved."""

    def __init__(self) -> None:
        self.saved: list[Value] = []
        self.interesting: list[Value] = []

    def save_crash(self, values: Sequence[Value]) -> SavedCrash:
        """Keep the values."""
        self.saved += values
        return SavedCrash(f"/corpus/{len(self.saved)}", is_in_testdata=True)

    def save_interesting(self, values: Sequence[Value]) -> None:
        """Keep the values."""
        self.interesting += values


def seed(data: Value, name: str = "seed#0") -> CorpusEntry:
    """Make a seed."""
    return CorpusEntry(name, (data,), is_seed=True)


def cached(data: Value) -> CorpusEntry:
    """Make an entry of the cache."""
    return CorpusEntry(f"cached {data!r}", (data,))


def crash(origin: str = "ValueError at x.py:1", data: Value = b"bad") -> tuple[CorpusEntry, Failure]:
    """Make a failing input."""
    return CorpusEntry("crash", (data,)), Failure(f"--- FAIL: {origin}", origin)


def found(data: Value, *fresh: int) -> FoundInput:
    """Make an input that reached something."""
    return FoundInput((data,), list(fresh), [0, *fresh], 2 + len(fresh))


def data_of(job: Job) -> list[Value]:
    """Return the inputs of a job."""
    return [pool_input.entry.values[0] for pool_input in job.inputs]


@dataclass
class Bench:
    """A coordinator with a storage and a log that can be looked at."""

    coordinator: Coordinator
    storage: FakeStorage
    lines: list[str]

    def job(self, worker: int = 0) -> Job:
        """Return the next job, which there must be."""
        job = self.coordinator.next_job(worker)
        if job is None:
            raise AssertionError("there is no job")
        return job

    def fuzz_job(self, worker: int = 0) -> Job:
        """Return the next job, which must be to fuzz."""
        job = self.job(worker)
        if job.kind is not JobKind.FUZZ:
            raise AssertionError(f"{job.kind} instead of fuzzing")
        return job

    def warm_up(self, worker: int = 0) -> None:
        """Run all baseline inputs, which pass and reach nothing."""
        while self.coordinator.is_warming_up:
            self.end(self.job(worker), worker)

    def end(self, job: Job, worker: int = 0, *, found: Sequence[FoundInput] = (), count: int = -1) -> None:
        """Report that a warm-up or fuzz job came to its end without a failure."""
        result = FuzzResult(count if count >= 0 else len(job.inputs), found=list(found))
        if job.kind is JobKind.WARMUP:
            result.done = len(job.inputs)
            self.coordinator.on_warmup_result(worker, job, result)
        else:
            self.coordinator.on_fuzz_result(worker, job, result)

    def fail(
        self,
        job: Job,
        origin: str = "ValueError at x.py:1",
        data: Value = b"bad",
        *,
        worker: int = 0,
        dies: bool = False,
    ) -> None:
        """Report that a warm-up or fuzz job met a failing input."""
        result = FuzzResult(1, crash(origin, data), can_minimize=not dies)
        if job.kind is JobKind.WARMUP:
            result.done = 0 if dies else data_of(job).index(data)
            self.coordinator.on_warmup_result(worker, job, result)
        else:
            self.coordinator.on_fuzz_result(worker, job, result)

    def find(self, origin: str = "ValueError at x.py:1", data: Value = b"bad", *, dies: bool = False) -> Job:
        """Take a job, have it fail, and return it."""
        job = self.job()
        self.fail(job, origin, data, dies=dies)
        return job

    @property
    def origins(self) -> list[str]:
        """Origins of the findings, in order."""
        return [finding.failure.origin for finding in self.coordinator.findings]


def make(
    *,
    seeds: Sequence[CorpusEntry] = (),
    cache: Sequence[CorpusEntry] = (),
    parallel: int = 1,
    limit: int | None = None,
    minimize: Budget = Budget(seconds=60.0),  # noqa: B008
    continues: bool = False,
    room: int = 1 << 19,
    kind: Kind = kinds.BYTES,
) -> Bench:
    """Make a coordinator of a test that takes one value."""
    storage, lines = FakeStorage(), list[str]()
    settings = Settings(
        kinds=[kind],
        test_name="FuzzX",
        parallel=parallel,
        limit=limit,
        minimize_budget=minimize,
        continues=continues,
        room=room,
    )
    encode = value_encoder([kind])
    coordinator = Coordinator(
        settings, seeds, cache, storage, lines.append, lambda values: len(encode(values))
    )
    return Bench(coordinator, storage, lines)


class CorpusTest(unittest.TestCase):
    def test_seeds_come_before_the_cache_and_equal_inputs_count_once(self) -> None:
        bench = make(seeds=[seed(b"a"), seed(b"a", "seed#1"), seed(b"b")], cache=[cached(b"b"), cached(b"c")])

        self.assertEqual([b"a", b"b", b"c"], data_of(bench.job()))
        self.assertEqual(3, bench.coordinator.warmup_total)

    def test_an_empty_corpus_is_told_and_starts_from_the_zero_value(self) -> None:
        bench = make(parallel=2)

        self.assertEqual(["warning: starting with empty corpus"], bench.lines)
        self.assertFalse(bench.coordinator.is_warming_up)
        self.assertEqual([[b""], [b""]], [data_of(bench.fuzz_job(worker)) for worker in (0, 1)])

    def test_a_corpus_is_no_reason_for_a_warning(self) -> None:
        self.assertEqual([], make(cache=[cached(b"a")]).lines)


class BaselineTest(unittest.TestCase):
    def test_every_baseline_input_runs_once_before_any_mutant(self) -> None:
        bench = make(seeds=[seed(bytes([i])) for i in range(5)], parallel=2)
        jobs = [bench.job(worker) for worker in (0, 1, 0)]

        self.assertEqual([JobKind.WARMUP] * 3, [job.kind for job in jobs])
        self.assertEqual([[b"\0", b"\1", b"\2"], [b"\3"], [b"\4"]], [data_of(job) for job in jobs])
        self.assertIsNone(bench.coordinator.next_job(1), "a mutant before the baseline is through")
        for job in jobs:
            bench.end(job)
        self.assertFalse(bench.coordinator.is_warming_up)
        self.assertEqual(JobKind.FUZZ, bench.job().kind)

    def test_many_inputs_travel_in_several_calls_and_all_arrive(self) -> None:
        for room in (1 << 19, 30, 1):
            with self.subTest(room=room):
                bench = make(seeds=[seed(b"%09d" % i) for i in range(200)], parallel=3, room=room)
                seen: list[Value] = []
                while bench.coordinator.is_warming_up:
                    job = bench.job()
                    self.assertTrue(sum(len(b"%09d" % 0) for _ in job.inputs) <= room or len(job.inputs) == 1)
                    seen += data_of(job)
                    bench.end(job)
                self.assertEqual([b"%09d" % i for i in range(200)], seen)

    def test_what_a_call_did_not_come_to_runs_in_the_next(self) -> None:
        bench = make(seeds=[seed(b"a"), seed(b"b"), seed(b"c")])
        job = bench.job()
        bench.coordinator.on_warmup_result(0, job, FuzzResult(2, done=1))

        self.assertEqual([b"b", b"c"], data_of(bench.job()))
        self.assertEqual(2, bench.coordinator.warmup_left)

    def test_other_workers_are_told_of_baseline_inputs(self) -> None:
        bench = make(seeds=[seed(b"a"), seed(b"b")], parallel=2)
        first, second = bench.job(0), bench.job(1)
        bench.end(first, 0, found=[found(b"a", 1, 2)])
        bench.end(second, 1)

        told = [bench.fuzz_job(worker) for worker in (0, 1)]

        self.assertIn(b"b", data_of(told[0]))
        self.assertIn(b"a", data_of(told[1]))
        self.assertEqual([[], [1, 2]], [job.known for job in told])
        self.assertEqual([], bench.storage.interesting, "a baseline input was written to the cache")
        self.assertEqual(0, bench.coordinator.new_interesting)

    def test_nothing_is_told_twice(self) -> None:
        bench = make(seeds=[seed(b"a")], parallel=2)
        bench.warm_up()
        for worker in (0, 1):
            bench.end(bench.fuzz_job(worker), worker)

        for worker in (0, 1):
            job = bench.fuzz_job(worker)
            self.assertEqual(([], []), (job.inputs, job.known))

    def test_a_failing_seed_ends_the_run_and_is_not_written(self) -> None:
        bench = make(seeds=[seed(b"a"), seed(b"b", "582528ddfad69eb5")])
        bench.find("A", b"b")

        self.assertTrue(bench.coordinator.is_done)
        self.assertEqual(["failure while testing seed corpus entry: FuzzX/582528ddfad69eb5"], bench.lines)
        self.assertEqual(([], []), (bench.storage.saved, bench.coordinator.findings))
        self.assertEqual(["A"], [failure.origin for _, failure in bench.coordinator.failed_seeds])
        self.assertEqual(1, bench.coordinator.warmup_left, "the failing seed has not completed")

    def test_a_failing_seed_does_not_end_a_run_that_goes_on(self) -> None:
        bench = make(seeds=[seed(b"a"), seed(b"b"), seed(b"c")], continues=True)
        bench.find("A", b"a")
        bench.find("A", b"b", dies=True)

        self.assertEqual([b"c"], data_of(bench.job()))
        self.assertEqual(1, bench.coordinator.warmup_left)
        self.assertEqual(2, len(bench.coordinator.failed_seeds))

    def test_a_seed_known_to_fail_is_a_duplicate_when_it_is_found_again(self) -> None:
        bench = make(seeds=[seed(b"a"), seed(b"b")], continues=True)
        bench.find("A", b"a")
        bench.warm_up()
        bench.find("A", b"mutant")

        self.assertEqual(([], 1), (bench.storage.saved, bench.coordinator.duplicates))

    def test_a_failing_cached_input_is_minimized_and_written(self) -> None:
        bench = make(cache=[cached(b"old")])
        bench.find("A", b"old")
        job = bench.job()

        self.assertEqual((JobKind.MINIMIZE, [b"old"]), (job.kind, data_of(job)))
        bench.coordinator.on_minimize_result(job, 5, crash("A", b"o"))
        self.assertEqual([b"o"], bench.storage.saved)

    def test_a_failing_nan_is_known_for_the_seed_that_it_is(self) -> None:
        for continues in (False, True):
            with self.subTest(continues=continues):
                bench = make(seeds=[seed(math.nan)], kind=kinds.FLOAT, continues=continues)
                again = struct.unpack("<d", struct.pack("<d", math.nan))[0]
                bench.coordinator.on_warmup_result(0, bench.job(), FuzzResult(1, crash("A", again)))
                self.assertEqual(1, len(bench.coordinator.failed_seeds))
                self.assertEqual([], bench.storage.saved)
                self.assertIs(not continues, bench.coordinator.is_done)

    def test_minus_zero_is_not_taken_for_the_seed_zero(self) -> None:
        bench = make(seeds=[seed(0.0)], cache=[cached(-0.0)], kind=kinds.FLOAT)
        job = bench.job()
        bench.coordinator.on_warmup_result(0, job, FuzzResult(2, crash("A", -0.0), done=1))

        self.assertEqual([], bench.coordinator.failed_seeds)
        self.assertEqual(JobKind.MINIMIZE, bench.job().kind)

    def test_there_is_something_to_mutate_when_all_of_the_baseline_failed(self) -> None:
        for name, seeds, cache in (
            ("seed", [seed(b"a")], []),
            ("cached input", [], [cached(b"a")]),
        ):
            for dies in (False, True):
                with self.subTest(name, dies=dies):
                    bench = make(seeds=seeds, cache=cache, continues=True, parallel=2)
                    bench.find("A", b"a", dies=dies)
                    if dies:
                        bench.coordinator.forget_worker(0)
                    job = bench.job(0)
                    if job.kind is JobKind.MINIMIZE:
                        bench.coordinator.on_minimize_result(job, 1, crash("A", b"a"))
                        job = bench.fuzz_job(0)
                    self.assertEqual([[b""], [b""]], [data_of(job), data_of(bench.fuzz_job(1))])
                    self.assertEqual([], bench.fuzz_job().inputs)


class RestartedWorkerTest(unittest.TestCase):
    def test_a_new_process_is_told_everything_again(self) -> None:
        bench = make(seeds=[seed(b"a"), seed(b"b")], continues=True)
        bench.end(bench.job(), found=[found(b"a", 1)])
        bench.end(bench.fuzz_job(), found=[found(b"c", 2)])
        bench.fail(bench.fuzz_job(), "exit status 9", b"x", dies=True)
        bench.coordinator.forget_worker(0)

        job = bench.fuzz_job()

        self.assertEqual([b"a", b"b", b"c"], data_of(job))
        self.assertEqual([1, 2], sorted(job.known))

    def test_also_when_the_old_one_died_while_the_baseline_was_run(self) -> None:
        bench = make(cache=[cached(b"%d" % i) for i in range(70)], continues=True)
        bench.end(bench.job())
        bench.find("exit status 9", b"65", dies=True)
        bench.coordinator.forget_worker(0)
        bench.warm_up()
        told: set[Value] = set()
        for _ in range(3):
            job = bench.fuzz_job()
            told.update(data_of(job))
            bench.end(job)

        self.assertLessEqual({b"%d" % i for i in range(64)}, told)
        self.assertNotIn(b"65", told, "it would die of it again and again")


class CoverageTest(unittest.TestCase):
    def test_what_reached_something_new_is_cached_counted_and_told(self) -> None:
        bench = make(seeds=[seed(b"a")], parallel=3)
        bench.warm_up()
        jobs = [bench.fuzz_job(worker) for worker in range(3)]
        bench.end(jobs[1], 1, found=[found(b"new", 7, 8)])
        bench.end(jobs[0], 0)
        bench.end(jobs[2], 2)

        told = [bench.fuzz_job(worker) for worker in range(3)]

        self.assertEqual([[b"new"], [], [b"new"]], [data_of(job) for job in told])
        self.assertEqual([[7, 8], [], [7, 8]], [job.known for job in told])
        self.assertEqual(((0, 7, 8), 4), (told[0].inputs[0].locations, told[0].inputs[0].cost))
        self.assertEqual(([b"new"], 1), (bench.storage.interesting, bench.coordinator.new_interesting))

    def test_what_another_worker_has_reached_before_is_no_news(self) -> None:
        bench = make(parallel=2)
        jobs = [bench.fuzz_job(worker) for worker in range(2)]
        bench.end(jobs[0], 0, found=[found(b"x", 7)])
        bench.end(jobs[1], 1, found=[found(b"y", 7), found(b"z", 7, 9)])

        self.assertEqual([b"x", b"z"], bench.storage.interesting)
        self.assertEqual({7, 9}, bench.coordinator.known)

    def test_an_input_of_the_corpus_is_not_cached_again(self) -> None:
        bench = make(seeds=[seed(b"a")])
        bench.warm_up()
        bench.end(bench.fuzz_job(), found=[found(b"a", 7)])

        self.assertEqual(([], 0), (bench.storage.interesting, bench.coordinator.new_interesting))
        self.assertEqual({7}, bench.coordinator.known)

    def test_the_zero_value_counts_as_found_when_it_is_found(self) -> None:
        bench = make()
        bench.end(bench.fuzz_job(), found=[found(b"", 7)])

        self.assertEqual(([b""], 1), (bench.storage.interesting, bench.coordinator.new_interesting))


class JobsTest(unittest.TestCase):
    def test_a_call_takes_a_tenth_of_a_second_and_any_number_of_executions(self) -> None:
        job = make().job()

        self.assertEqual((0, 0.1), (job.limit, job.timeout_s))

    def test_a_count_is_shared_among_the_workers(self) -> None:
        for limit, parallel, expected in ((10, 3, [4, 4, 2]), (3, 2, [2, 1]), (1, 1, [1]), (5, 5, [1] * 5)):
            with self.subTest(limit=limit, parallel=parallel):
                bench = make(limit=limit, parallel=parallel)
                self.assertEqual(expected, [bench.job(worker).limit for worker in range(len(expected))])
                self.assertIsNone(bench.coordinator.next_job(0), "more was promised than is left")

    def test_what_a_call_left_over_is_handed_out_again(self) -> None:
        bench = make(limit=10, parallel=2)
        first, second = bench.job(0), bench.job(1)
        bench.end(first, 0, count=2)

        third = bench.job(0)

        self.assertEqual((5, 5, 3), (first.limit, second.limit, third.limit))
        bench.end(third, 0, count=3)
        self.assertFalse(bench.coordinator.is_done, "five executions are still promised")
        bench.end(second, 1, count=5)
        self.assertTrue(bench.coordinator.is_done)
        self.assertEqual(10, bench.coordinator.count)

    def test_the_baseline_counts_towards_the_limit(self) -> None:
        bench = make(seeds=[seed(b"a"), seed(b"b"), seed(b"c")], limit=2)
        job = bench.job()

        self.assertEqual(([b"a", b"b"], 2), (data_of(job), job.limit))
        self.assertIsNone(bench.coordinator.next_job(0))
        bench.end(job, count=2)
        self.assertTrue(bench.coordinator.is_done)
        self.assertTrue(bench.coordinator.is_warming_up)

    def test_a_baseline_input_may_run_twice_to_be_measured(self) -> None:
        bench = make(seeds=[seed(b"a"), seed(b"b")], limit=100)

        self.assertEqual(4, bench.job().limit)

    def test_a_count_beyond_what_was_allowed_is_not_believed(self) -> None:
        # A target that writes to descriptor 5 writes over the count in the shared memory.
        bench = make(limit=10)
        bench.end(bench.job(), count=2**63)

        self.assertEqual(10, bench.coordinator.count)

    def test_a_cancelled_job_is_not_lost(self) -> None:
        with self.subTest("baseline"):
            bench = make(seeds=[seed(b"a"), seed(b"b")], limit=3)
            bench.coordinator.cancel(bench.job())
            again = bench.job()
            self.assertEqual((JobKind.WARMUP, [b"a", b"b"]), (again.kind, data_of(again)))
        with self.subTest("fuzzing"):
            bench = make(limit=3)
            bench.coordinator.cancel(bench.job())
            self.assertEqual(3, bench.job().limit, "what was promised was not taken back")
        with self.subTest("minimization"):
            bench = make()
            bench.find("A", b"long")
            bench.coordinator.cancel(bench.job())
            bench.coordinator.finish()
            self.assertEqual([b"long"], bench.storage.saved)


class CrashTest(unittest.TestCase):
    def test_a_crash_is_minimized_saved_and_ends_the_run(self) -> None:
        bench = make()
        bench.find("A", b"long input")
        self.assertEqual([], bench.storage.saved)

        job = bench.job()

        self.assertEqual((JobKind.MINIMIZE, 0, 60.0), (job.kind, job.limit, job.timeout_s))
        self.assertEqual(([b"long input"], "A"), (data_of(job), job.crash and job.crash.origin))
        self.assertEqual("fuzz: minimizing 37-byte failing input file", bench.lines[-1])
        self.assertTrue(bench.coordinator.is_minimizing_crash)
        bench.coordinator.on_minimize_result(job, 30, crash("A", b"s"))
        self.assertTrue(bench.coordinator.is_done)
        self.assertIsNone(bench.coordinator.next_job(0))
        self.assertEqual([b"s"], bench.storage.saved)
        self.assertEqual((), bench.coordinator.findings[0].notes)
        self.assertEqual(31, bench.coordinator.count)

    def test_no_new_input_is_tried_while_a_crash_is_minimized(self) -> None:
        bench = make(parallel=2)
        bench.find()
        bench.job()

        self.assertIsNone(bench.coordinator.next_job(0))

    def test_a_flaky_crash_is_kept_as_it_was_with_a_remark(self) -> None:
        bench = make()
        bench.find("A", b"as found")
        bench.coordinator.on_minimize_result(bench.job(), 1, None)

        self.assertEqual([b"as found"], bench.storage.saved)
        finding = bench.coordinator.findings[0]
        self.assertEqual("A", finding.failure.origin)
        self.assertIn("did not fail again", finding.notes[0])

    def test_a_crash_is_saved_at_once_where_minimizing_is_not_possible(self) -> None:
        for name, bench, dies in (
            ("0x", make(minimize=Budget(count=0)), False),
            ("0s", make(minimize=Budget(seconds=0.0)), False),
            ("the process died", make(), True),
            ("the limit is spent", make(limit=1), False),
        ):
            with self.subTest(name):
                bench.find("A", b"big", dies=dies)
                self.assertEqual([b"big"], bench.storage.saved)
                self.assertTrue(bench.coordinator.is_done)
                self.assertFalse([line for line in bench.lines if "minimizing" in line])

    def test_the_budget_of_a_minimization_is_handed_on(self) -> None:
        for minimize, limit, expected in (
            (Budget(count=3), None, (3, 0.0)),
            (Budget(seconds=2.5), None, (0, 2.5)),
            (Budget(count=3), 100, (3, 0.0)),
            (Budget(count=300), 100, (99, 0.0)),
            (Budget(seconds=2.5), 100, (99, 2.5)),
        ):
            with self.subTest(str(minimize), limit=limit):
                bench = make(minimize=minimize, limit=limit)
                bench.find()
                job = bench.job()
                self.assertEqual(expected, (job.limit, job.timeout_s))

    def test_two_different_crashes_at_once_are_both_saved(self) -> None:
        bench = make(parallel=2)
        first, second = bench.job(0), bench.job(1)
        bench.fail(first, "A", b"aa", worker=0)
        minimize = bench.job()
        bench.fail(second, "B", b"bb", worker=1)
        bench.coordinator.on_minimize_result(minimize, 1, crash("A", b"a"))
        bench.coordinator.finish()

        self.assertEqual([b"a", b"bb"], bench.storage.saved)
        self.assertEqual(["A", "B"], bench.origins)

    def test_the_same_crash_from_two_workers_is_saved_once(self) -> None:
        bench = make(parallel=3)
        for worker, job in enumerate([bench.job(worker) for worker in range(3)]):
            bench.fail(job, "A", b"aa", worker=worker)
        bench.coordinator.on_minimize_result(bench.job(), 1, crash("A", b"a"))
        bench.coordinator.finish()

        self.assertEqual([b"a"], bench.storage.saved)
        self.assertEqual(2, bench.coordinator.duplicates)
        self.assertEqual(1, len([line for line in bench.lines if "minimizing" in line]))

    def test_other_failures_met_on_the_way_are_saved_too(self) -> None:
        bench = make()
        bench.find("A", b"aa")
        bench.coordinator.on_minimize_result(
            bench.job(), 9, crash("A", b"a"), [crash("B", b"b"), crash("A", b"x"), crash("B", b"c")]
        )

        self.assertEqual([b"a", b"b"], bench.storage.saved)
        self.assertEqual(2, bench.coordinator.duplicates)
        self.assertIn("another failure was being minimized", bench.coordinator.findings[1].notes[0])

    def test_a_death_while_minimizing_gives_two_findings(self) -> None:
        bench = make()
        bench.find("A", b"aa")
        bench.coordinator.on_died_minimizing(bench.job(), 4, crash("exit status 9", b"killer"))

        self.assertEqual([b"killer", b"aa"], bench.storage.saved)
        self.assertEqual(["exit status 9", "A"], bench.origins)
        self.assertIn(
            "Not minimized: a smaller input ended the process", bench.coordinator.findings[1].notes[0]
        )
        self.assertTrue(bench.coordinator.is_done)
        self.assertEqual(5, bench.coordinator.count)

    def test_no_smaller_input_is_blamed_when_the_input_itself_ends_the_process_the_second_time(self) -> None:
        bench = make()
        bench.find("A", b"aa")
        bench.coordinator.on_died_minimizing(bench.job(), 1, crash("exit status 9", b"aa"))

        self.assertEqual(["exit status 9", "A"], bench.origins)
        self.assertNotIn("smaller", bench.coordinator.findings[1].notes[0])

    def test_what_is_found_but_not_saved_when_the_run_ends_is_saved_as_it_is(self) -> None:
        with self.subTest("being minimized"):
            bench = make()
            bench.find("A", b"aa")
            bench.job()
            bench.coordinator.finish()
            self.assertEqual([b"aa"], bench.storage.saved)
        with self.subTest("waiting for it"):
            bench = make()
            bench.find("A", b"aa")
            bench.coordinator.finish()
            bench.coordinator.finish()
            self.assertEqual([b"aa"], bench.storage.saved)
        with self.subTest("waiting twice"):
            bench = make(parallel=3)
            jobs = [bench.job(worker) for worker in range(3)]
            for worker, (job, origin) in enumerate(zip(jobs, "ABB", strict=True)):
                bench.fail(job, origin, b"x", worker=worker)
            bench.coordinator.finish()
            self.assertEqual((["A", "B"], 1), (bench.origins, bench.coordinator.duplicates))

    def test_nothing_found_means_nothing_saved(self) -> None:
        bench = make(limit=5)
        bench.end(bench.job(), count=5)
        bench.coordinator.finish()

        self.assertTrue(bench.coordinator.is_done)
        self.assertFalse(bench.coordinator.is_minimizing_crash)
        self.assertEqual(([], []), (bench.storage.saved, bench.coordinator.findings))


class ContinueTest(unittest.TestCase):
    def test_a_run_that_goes_on_saves_every_failure_once(self) -> None:
        bench = make(continues=True)
        for origin in "ABA":
            bench.find(origin, origin.encode() * 2)
            job = bench.job()
            if job.kind is JobKind.MINIMIZE:
                bench.coordinator.on_minimize_result(job, 1, crash(origin, origin.encode()))

        self.assertFalse(bench.coordinator.is_done)
        self.assertEqual([b"A", b"B"], bench.storage.saved)
        self.assertEqual(1, bench.coordinator.duplicates)

    def test_the_other_workers_go_on_while_a_crash_is_minimized(self) -> None:
        bench = make(continues=True, parallel=2)
        bench.find()

        self.assertEqual([JobKind.MINIMIZE, JobKind.FUZZ], [bench.job().kind, bench.job().kind])

    def test_a_second_crash_waits_for_its_turn(self) -> None:
        bench = make(continues=True, parallel=2)
        first, second = bench.job(0), bench.job(1)
        bench.fail(first, "A", b"aa", worker=0)
        bench.fail(second, "B", b"bb", worker=1)
        minimize_a = bench.job()
        self.assertEqual(JobKind.FUZZ, bench.job().kind)
        bench.coordinator.on_minimize_result(minimize_a, 1, crash("A", b"a"))
        minimize_b = bench.job()

        self.assertEqual((JobKind.MINIMIZE, b"bb"), (minimize_b.kind, data_of(minimize_b)[0]))

    def test_it_ends_at_the_limit(self) -> None:
        bench = make(continues=True, limit=10, minimize=Budget(count=0))
        for data in (b"a", b"b"):
            bench.find("A", data)
        bench.end(bench.job(), count=8)

        self.assertTrue(bench.coordinator.is_done)
        self.assertEqual((10, 1), (bench.coordinator.count, bench.coordinator.duplicates))

    def test_a_death_that_is_known_is_not_saved_again_when_it_comes_while_minimizing(self) -> None:
        bench = make(continues=True)
        bench.find("exit status 9", b"first", dies=True)
        bench.find("A", b"aa")
        bench.coordinator.on_died_minimizing(bench.job(), 4, crash("exit status 9", b"second"))

        self.assertEqual([b"first", b"aa"], bench.storage.saved)
        self.assertEqual(1, bench.coordinator.duplicates)


@dataclass
class Simulation:
    """A run with workers that answer in random order, and a book of what they reported."""

    bench: Bench
    source: random.Random
    origins: str
    case: unittest.TestCase
    running: dict[int, Job] = field(default_factory=dict)
    #: Failing inputs reported, but for seeds.
    handed_in: int = 0
    #: Baseline inputs reported as run, or as failing.
    baseline_done: int = 0
    #: Workers whose process has an input to mutate.
    stocked: set[int] = field(default_factory=set)

    def run(self, max_steps: int) -> None:
        """Hand out jobs and results until the run is done or the steps are used up."""
        coordinator = self.bench.coordinator
        for _ in range(max_steps):
            if coordinator.is_done:
                return
            idle = [i for i in range(coordinator.settings.parallel) if i not in self.running]
            if idle and (not self.running or self.source.random() < 0.7):
                # An idle worker that gets nothing is asked again after the next event, as all are.
                asked = [self.hand_out(worker) for worker in self.source.sample(idle, len(idle))]
                is_stuck = not self.running and not any(asked) and not coordinator.is_done
                self.case.assertFalse(is_stuck, "no job, nothing running, and not done")
            else:
                worker = self.source.choice(sorted(self.running))
                self.answer(worker, self.running.pop(worker))
            self.check()

    def hand_out(self, worker: int) -> bool:
        """Ask for a job for a worker; say whether there was one."""
        job = self.bench.coordinator.next_job(worker)
        if job is None:
            return False
        self.running[worker] = job
        if job.kind is JobKind.FUZZ:
            self.stocked.update([worker] if job.inputs else [])
            self.case.assertIn(worker, self.stocked, "nothing to mutate")
        return True

    def answer(self, worker: int, job: Job) -> None:
        """Report something that may have happened to a job."""
        if self.source.random() < 0.05:
            self.bench.coordinator.cancel(job)
            if job.kind is JobKind.FUZZ:
                self.restart(worker)
        elif job.kind is JobKind.WARMUP:
            self.answer_warmup(worker, job)
        elif job.kind is JobKind.FUZZ:
            self.answer_fuzz(worker, job)
        else:
            self.answer_minimize(worker, job)

    def answer_warmup(self, worker: int, job: Job) -> None:
        """Report a warm-up: as far as it came, perhaps with a failing input, perhaps with a death."""
        coordinator, source = self.bench.coordinator, self.source
        done = source.randint(0, len(job.inputs))
        result = FuzzResult(min(source.randint(done, 2 * done), job.limit), done=done)
        for pool_input in job.inputs[:done]:
            if source.random() < 0.3:
                result.found.append(self.some_found(pool_input.entry.values[0]))
        dies = source.random() < 0.3
        if done < len(job.inputs) and source.random() < 0.5:
            failing = job.inputs[done].entry
            result.crash = failing, Failure("", source.choice(self.origins))
            result.count = min(result.count + 1, job.limit)
            if dies:
                result.can_minimize, result.done, result.found = False, 0, []
            self.handed_in += not failing.is_seed
            self.baseline_done += 1 if not failing.is_seed or coordinator.settings.continues else 0
        self.baseline_done += result.done
        self.stocked.update([worker] if result.done else [])
        coordinator.on_warmup_result(worker, job, result)
        if result.crash is not None and dies:
            self.restart(worker)

    def answer_fuzz(self, worker: int, job: Job) -> None:
        """Report a fuzz call: with inputs found, perhaps with a failing input, perhaps with a death."""
        result = FuzzResult(self.source.randint(1, job.limit or 50))
        result.found = [self.some_found(self.source.randbytes(2)) for _ in range(self.source.randrange(3))]
        if self.source.random() < 0.3:
            self.handed_in += 1
            result.crash = self.some_crash()
            result.can_minimize = self.source.random() < 0.7
        self.bench.coordinator.on_fuzz_result(worker, job, result)
        if not result.can_minimize:
            self.restart(worker)

    def answer_minimize(self, worker: int, job: Job) -> None:
        """Report a minimization: a smaller input, or that it is flaky, or a death; other failures."""
        coordinator = self.bench.coordinator
        assert job.crash is not None
        count = self.source.randint(1, job.limit or 50)
        if self.source.random() < 0.2:
            self.handed_in += 1
            coordinator.on_died_minimizing(job, count, self.some_crash(job.crash.origin))
            self.restart(worker)
            return
        others = [self.some_crash(job.crash.origin) for _ in range(self.source.randrange(3))]
        self.handed_in += len(others)
        minimized = (CorpusEntry("small", (b"s",)), job.crash) if self.source.random() < 0.7 else None
        coordinator.on_minimize_result(job, count, minimized, others)

    def restart(self, worker: int) -> None:
        """Put a new process in the worker's place."""
        self.stocked.discard(worker)
        self.bench.coordinator.forget_worker(worker)

    def some_crash(self, but: str = "") -> tuple[CorpusEntry, Failure]:
        """Return a failing input, of another origin than ``but``."""
        origin = self.source.choice([origin for origin in self.origins if origin != but])
        return crash(origin, self.source.randbytes(3))

    def some_found(self, data: Value) -> FoundInput:
        """Return an input that reached something."""
        return found(data, *self.source.sample(range(1, 30), self.source.randint(1, 3)))

    def check(self) -> None:
        """Check what holds at any time."""
        coordinator, limit = self.bench.coordinator, self.bench.coordinator.settings.limit
        promised = sum(job.limit for job in self.running.values()) if limit is not None else 0
        self.case.assertEqual(promised, coordinator._promised)
        if limit is not None:
            self.case.assertLessEqual(coordinator.count + promised, limit)
            self.case.assertNotIn(0, [job.limit for job in self.running.values()])
        self.case.assertEqual(coordinator.warmup_total - self.baseline_done, coordinator.warmup_left)
        if coordinator.is_done:
            self.case.assertIsNone(coordinator.next_job(0))
        if coordinator.findings and not coordinator.settings.continues:
            self.case.assertTrue(coordinator.is_done, "a finding, and the run goes on")
        kinds_running = [job.kind for job in self.running.values()]
        self.case.assertLessEqual(kinds_running.count(JobKind.MINIMIZE), 1)


class RandomOrderTest(unittest.TestCase):
    """Whatever comes in whatever order; the number in a failing subtest repeats it."""

    def test_no_failure_is_lost_or_saved_twice_and_no_limit_is_passed(self) -> None:
        for number in range(600):
            source = random.Random(number)
            bench = make(
                seeds=[seed(bytes([i])) for i in range(source.choice((0, 1, 2, 5, 150)))],
                cache=[cached(b"%d" % i) for i in range(source.choice((0, 1, 2, 5, 150)))],
                parallel=source.randint(1, 4),
                limit=source.choice((None, 1, 7, 40, 1000)),
                minimize=source.choice(
                    (Budget(seconds=60.0), Budget(count=3), Budget(count=0), Budget(seconds=0))
                ),
                continues=source.random() < 0.6,
                room=source.choice((1, 20, 1 << 19)),
            )
            bench.coordinator.has_coverage = source.random() < 0.7
            simulation = Simulation(bench, source, "ABCDE", self)
            with self.subTest(number):
                simulation.run(max_steps=source.choice((5, 40, 150)))
                bench.coordinator.finish()
                found = len(bench.coordinator.findings) + bench.coordinator.duplicates
                self.assertEqual(simulation.handed_in, found)
                self.assertEqual(len(set(bench.origins)), len(bench.origins))
                self.assertEqual(len(bench.storage.saved), len(bench.origins))
                self.assertEqual(len(bench.storage.interesting), bench.coordinator.new_interesting)

    def test_without_failures_a_count_is_reached_exactly(self) -> None:
        for number in range(100):
            source = random.Random(number)
            limit = source.choice((1, 2, 3, 10, 99, 1000))
            bench = make(
                seeds=[seed(bytes([i])) for i in range(source.randrange(5))],
                parallel=source.randint(1, 5),
                limit=limit,
            )
            with self.subTest(number):
                self.run_without_failures(bench, source)
                self.assertTrue(bench.coordinator.is_done)
                self.assertEqual(limit, bench.coordinator.count)

    def run_without_failures(self, bench: Bench, source: random.Random) -> None:
        """Hand out and end jobs until there are none."""
        running: dict[int, Job] = {}
        while True:
            for worker in range(bench.coordinator.settings.parallel):
                job = bench.coordinator.next_job(worker) if worker not in running else None
                if job is not None:
                    running[worker] = job
            if not running:
                return
            worker = source.choice(sorted(running))
            job = running.pop(worker)
            bench.end(
                job, worker, count=source.randint(len(job.inputs) or 1, max(len(job.inputs), job.limit))
            )


if __name__ == "__main__":
    unittest.main()
