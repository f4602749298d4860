"""The coordinator's decisions: tables of single situations, and whole runs in random order.

No process and no clock: jobs are taken and results are handed in here, as the
loop of fuzz.py does.
"""

from __future__ import annotations

import random
import unittest
from collections.abc import Sequence
from dataclasses import dataclass, field

from gofuzz_py.durations import Budget
from gofuzz_py.internal import kinds
from gofuzz_py.internal.coordinator import (
    SEEDED_CALL_EXECUTIONS,
    Coordinator,
    FuzzResult,
    Job,
    JobKind,
    SavedCrash,
    Settings,
)
from gofuzz_py.internal.corpus import CorpusEntry
from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.messages import Failure


class FakeStorage:
    """Keeps what is saved."""

    def __init__(self) -> None:
        self.saved: list[tuple[Value, ...]] = []

    def save_crash(self, values: Sequence[Value]) -> SavedCrash:
        """Keep the values."""
        self.saved.append(tuple(values))
        return SavedCrash(f"/corpus/{len(self.saved)}", is_in_testdata=True)


def seed(data: bytes, name: str = "seed#0") -> CorpusEntry:
    """Make a seed."""
    return CorpusEntry(name, (data,), is_seed=True)


def cached(data: bytes) -> CorpusEntry:
    """Make an entry of the cache."""
    return CorpusEntry(data.hex() or "empty", (data,))


def crash(origin: str = "ValueError at x.py:1", data: bytes = b"bad") -> tuple[CorpusEntry, Failure]:
    """Make a failing input."""
    return CorpusEntry("crash", (data,)), Failure(f"--- FAIL: {origin}", origin)


@dataclass
class Bench:
    """A coordinator with a storage and a log that can be looked at."""

    coordinator: Coordinator
    storage: FakeStorage
    lines: list[str]

    def job(self) -> Job:
        """Return the next job, which there must be."""
        job = self.coordinator.next_job()
        if job is None:
            raise AssertionError("there is no job")
        return job

    def warm_up(self) -> None:
        """Run all baseline inputs, which pass."""
        while self.coordinator.is_warming_up:
            self.coordinator.on_fuzz_result(self.job(), FuzzResult(1))

    def find(self, origin: str = "ValueError at x.py:1", data: bytes = b"bad", *, dies: bool = False) -> Job:
        """Take a job, have it fail, and return it."""
        job = self.job()
        self.coordinator.on_fuzz_result(job, FuzzResult(1, crash(origin, data), can_minimize=not dies))
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
    seeded: bool = False,
) -> Bench:
    """Make a coordinator of a test that takes bytes."""
    storage, lines = FakeStorage(), list[str]()
    settings = Settings(
        kinds=[kinds.BYTES],
        test_name="FuzzX",
        parallel=parallel,
        limit=limit,
        minimize_budget=minimize,
        continues=continues,
        is_seeded=seeded,
    )
    return Bench(Coordinator(settings, seeds, cache, storage, lines.append), storage, lines)


class CorpusTest(unittest.TestCase):
    def test_seeds_come_before_the_cache_and_equal_inputs_count_once(self) -> None:
        bench = make(seeds=[seed(b"a"), seed(b"a", "seed#1"), seed(b"b")], cache=[cached(b"b"), cached(b"c")])

        self.assertEqual([(b"a",), (b"b",), (b"c",)], [entry.values for entry in bench.coordinator.corpus])
        self.assertEqual(3, bench.coordinator.warmup_total)

    def test_an_empty_corpus_is_told_and_starts_from_the_zero_value(self) -> None:
        bench = make()

        self.assertEqual(["warning: starting with empty corpus"], bench.lines)
        self.assertFalse(bench.coordinator.is_warming_up)
        job = bench.job()
        self.assertEqual((JobKind.FUZZ, (b"",)), (job.kind, job.entry.values))

    def test_a_corpus_is_no_reason_for_a_warning(self) -> None:
        self.assertEqual([], make(cache=[cached(b"a")]).lines)


class JobsTest(unittest.TestCase):
    def test_every_baseline_input_runs_once_before_any_mutant(self) -> None:
        bench = make(seeds=[seed(b"a"), seed(b"b")], parallel=3)
        jobs = [bench.job(), bench.job()]

        self.assertEqual([JobKind.WARMUP] * 2, [job.kind for job in jobs])
        self.assertEqual([1, 1], [job.limit for job in jobs])
        self.assertEqual([(b"a",), (b"b",)], [job.entry.values for job in jobs])
        self.assertIsNone(bench.coordinator.next_job(), "a mutant before the baseline is through")
        for job in jobs:
            bench.coordinator.on_fuzz_result(job, FuzzResult(1))
        self.assertEqual(JobKind.FUZZ, bench.job().kind)

    def test_inputs_are_fuzzed_in_turn_again_and_again(self) -> None:
        bench = make(seeds=[seed(b"a"), seed(b"b")])
        bench.warm_up()
        values = []
        for _ in range(5):
            job = bench.job()
            values.append(job.entry.values[0])
            bench.coordinator.on_fuzz_result(job, FuzzResult(10))

        self.assertEqual([b"a", b"b", b"a", b"b", b"a"], values)
        self.assertEqual(52, bench.coordinator.count)

    def test_a_call_takes_a_tenth_of_a_second_and_any_number_of_executions(self) -> None:
        job = make().job()

        self.assertEqual((0, 0.1), (job.limit, job.timeout_s))

    def test_a_seeded_run_of_one_worker_is_cut_by_count_not_by_time(self) -> None:
        for parallel, limit, expected in (
            (1, None, (SEEDED_CALL_EXECUTIONS, 0.0)),
            (1, 10**6, (SEEDED_CALL_EXECUTIONS, 0.0)),
            (1, 7, (7, 0.0)),
            (2, None, (0, 0.1)),
        ):
            with self.subTest(parallel=parallel, limit=limit):
                job = make(parallel=parallel, limit=limit, seeded=True).job()
                self.assertEqual(expected, (job.limit, job.timeout_s))

    def test_a_count_is_shared_among_the_workers(self) -> None:
        for limit, parallel, expected in ((10, 3, [4, 4, 2]), (3, 2, [2, 1]), (1, 1, [1]), (5, 5, [1] * 5)):
            with self.subTest(limit=limit, parallel=parallel):
                bench = make(limit=limit, parallel=parallel)
                self.assertEqual(expected, [bench.job().limit for _ in expected])
                self.assertIsNone(bench.coordinator.next_job(), "more was promised than is left")

    def test_what_a_call_left_over_is_handed_out_again(self) -> None:
        bench = make(limit=10, parallel=2)
        first, second = bench.job(), bench.job()
        bench.coordinator.on_fuzz_result(first, FuzzResult(2))

        third = bench.job()

        self.assertEqual((5, 5, 3), (first.limit, second.limit, third.limit))
        bench.coordinator.on_fuzz_result(third, FuzzResult(3))
        self.assertFalse(bench.coordinator.is_done, "five executions are still promised")
        bench.coordinator.on_fuzz_result(second, FuzzResult(5))
        self.assertTrue(bench.coordinator.is_done)
        self.assertEqual(10, bench.coordinator.count)

    def test_the_baseline_counts_towards_the_limit(self) -> None:
        bench = make(seeds=[seed(b"a"), seed(b"b"), seed(b"c")], limit=2, parallel=4)
        jobs = [bench.job(), bench.job()]

        self.assertIsNone(bench.coordinator.next_job())
        for job in jobs:
            bench.coordinator.on_fuzz_result(job, FuzzResult(1))
        self.assertTrue(bench.coordinator.is_done)
        self.assertTrue(bench.coordinator.is_warming_up)

    def test_a_count_beyond_what_was_allowed_is_not_believed(self) -> None:
        # A target that writes to descriptor 5 writes over the count in the shared memory.
        bench = make(limit=10)
        bench.coordinator.on_fuzz_result(bench.job(), FuzzResult(2**63))

        self.assertEqual(10, bench.coordinator.count)

    def test_a_cancelled_job_is_not_lost(self) -> None:
        with self.subTest("baseline input"):
            bench = make(seeds=[seed(b"a")], limit=3)
            bench.coordinator.cancel(bench.job())
            again = bench.job()
            self.assertEqual((JobKind.WARMUP, (b"a",)), (again.kind, again.entry.values))
        with self.subTest("fuzzing"):
            bench = make(limit=3)
            bench.coordinator.cancel(bench.job())
            self.assertEqual(3, bench.job().limit, "what was promised was not taken back")
        with self.subTest("minimization"):
            bench = make()
            bench.find("A", b"long")
            bench.coordinator.cancel(bench.job())
            bench.coordinator.finish()
            self.assertEqual([(b"long",)], bench.storage.saved)


class BaselineFailureTest(unittest.TestCase):
    def test_a_failing_seed_ends_the_run_and_is_not_written(self) -> None:
        bench = make(seeds=[seed(b"a"), seed(b"b", "582528ddfad69eb5")])
        bench.coordinator.on_fuzz_result(bench.job(), FuzzResult(1))
        bench.find("A", b"b")

        self.assertTrue(bench.coordinator.is_done)
        self.assertEqual(["failure while testing seed corpus entry: FuzzX/582528ddfad69eb5"], bench.lines)
        self.assertEqual(([], []), (bench.storage.saved, bench.coordinator.findings))
        self.assertEqual(["A"], [failure.origin for _, failure in bench.coordinator.failed_seeds])
        self.assertEqual(1, bench.coordinator.warmup_left, "the failing seed has not completed")

    def test_a_failing_seed_does_not_end_a_run_that_goes_on(self) -> None:
        bench = make(seeds=[seed(b"a"), seed(b"b")], continues=True)
        bench.find("A", b"a")
        bench.find("A", b"b", dies=True)

        self.assertFalse(bench.coordinator.is_done or bench.coordinator.is_warming_up)
        self.assertEqual(2, len(bench.coordinator.failed_seeds))
        bench.find("A", b"mutant")
        self.assertEqual(([], 1), (bench.storage.saved, bench.coordinator.duplicates))

    def test_a_failing_cached_input_is_minimized_and_written(self) -> None:
        bench = make(cache=[cached(b"old")])
        bench.find("A", b"old")
        job = bench.job()

        self.assertEqual((JobKind.MINIMIZE, (b"old",)), (job.kind, job.entry.values))
        bench.coordinator.on_minimize_result(job, 5, crash("A", b"o"))
        self.assertEqual([(b"o",)], bench.storage.saved)


class CrashTest(unittest.TestCase):
    def test_a_crash_is_minimized_saved_and_ends_the_run(self) -> None:
        bench = make()
        bench.find("A", b"long input")
        self.assertEqual([], bench.storage.saved)

        job = bench.job()

        self.assertEqual((JobKind.MINIMIZE, 0, 60.0), (job.kind, job.limit, job.timeout_s))
        self.assertEqual(((b"long input",), "A"), (job.entry.values, job.crash and job.crash.origin))
        self.assertEqual("fuzz: minimizing 37-byte failing input file", bench.lines[-1])
        self.assertTrue(bench.coordinator.is_minimizing_crash)
        bench.coordinator.on_minimize_result(job, 30, crash("A", b"s"))
        self.assertTrue(bench.coordinator.is_done)
        self.assertIsNone(bench.coordinator.next_job())
        self.assertEqual([(b"s",)], bench.storage.saved)
        self.assertEqual((), bench.coordinator.findings[0].notes)
        self.assertEqual(31, bench.coordinator.count)

    def test_no_new_input_is_tried_while_a_crash_is_minimized(self) -> None:
        bench = make(parallel=2)
        bench.find()
        bench.job()

        self.assertIsNone(bench.coordinator.next_job())

    def test_a_flaky_crash_is_kept_as_it_was_with_a_remark(self) -> None:
        bench = make()
        bench.find("A", b"as found")
        bench.coordinator.on_minimize_result(bench.job(), 1, None)

        self.assertEqual([(b"as found",)], bench.storage.saved)
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
                self.assertEqual([(b"big",)], bench.storage.saved)
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
                bench = make(minimize=minimize, limit=limit, seeded=True)
                bench.find()
                job = bench.job()
                self.assertEqual(expected, (job.limit, job.timeout_s))

    def test_two_different_crashes_at_once_are_both_saved(self) -> None:
        bench = make(parallel=2)
        first, second = bench.job(), bench.job()
        bench.coordinator.on_fuzz_result(first, FuzzResult(1, crash("A", b"aa")))
        minimize = bench.job()
        bench.coordinator.on_fuzz_result(second, FuzzResult(1, crash("B", b"bb")))
        bench.coordinator.on_minimize_result(minimize, 1, crash("A", b"a"))
        bench.coordinator.finish()

        self.assertEqual([(b"a",), (b"bb",)], bench.storage.saved)
        self.assertEqual(["A", "B"], bench.origins)

    def test_the_same_crash_from_two_workers_is_saved_once(self) -> None:
        bench = make(parallel=3)
        jobs = [bench.job() for _ in range(3)]
        for job in jobs:
            bench.coordinator.on_fuzz_result(job, FuzzResult(1, crash("A", b"aa")))
        bench.coordinator.on_minimize_result(bench.job(), 1, crash("A", b"a"))
        bench.coordinator.finish()

        self.assertEqual([(b"a",)], bench.storage.saved)
        self.assertEqual(2, bench.coordinator.duplicates)
        self.assertEqual(1, len([line for line in bench.lines if "minimizing" in line]))

    def test_other_failures_met_on_the_way_are_saved_too(self) -> None:
        bench = make()
        bench.find("A", b"aa")
        bench.coordinator.on_minimize_result(
            bench.job(), 9, crash("A", b"a"), [crash("B", b"b"), crash("A", b"x"), crash("B", b"c")]
        )

        self.assertEqual([(b"a",), (b"b",)], bench.storage.saved)
        self.assertEqual(2, bench.coordinator.duplicates)
        self.assertIn("another failure was being minimized", bench.coordinator.findings[1].notes[0])

    def test_a_death_while_minimizing_gives_two_findings(self) -> None:
        bench = make()
        bench.find("A", b"aa")
        bench.coordinator.on_died_minimizing(bench.job(), 4, crash("exit status 9", b"killer"))

        self.assertEqual([(b"killer",), (b"aa",)], bench.storage.saved)
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
            self.assertEqual([(b"aa",)], bench.storage.saved)
        with self.subTest("waiting for it"):
            bench = make()
            bench.find("A", b"aa")
            bench.coordinator.finish()
            bench.coordinator.finish()
            self.assertEqual([(b"aa",)], bench.storage.saved)
        with self.subTest("waiting twice"):
            bench = make(parallel=3)
            jobs = [bench.job() for _ in range(3)]
            for job, origin in zip(jobs, "ABB", strict=True):
                bench.coordinator.on_fuzz_result(job, FuzzResult(1, crash(origin, b"x")))
            bench.coordinator.finish()
            self.assertEqual((["A", "B"], 1), (bench.origins, bench.coordinator.duplicates))

    def test_nothing_found_means_nothing_saved(self) -> None:
        bench = make(limit=5)
        bench.coordinator.on_fuzz_result(bench.job(), FuzzResult(5))
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
        self.assertEqual([(b"A",), (b"B",)], bench.storage.saved)
        self.assertEqual(1, bench.coordinator.duplicates)

    def test_the_other_workers_go_on_while_a_crash_is_minimized(self) -> None:
        bench = make(continues=True, parallel=2)
        bench.find()

        self.assertEqual([JobKind.MINIMIZE, JobKind.FUZZ], [bench.job().kind, bench.job().kind])

    def test_a_second_crash_waits_for_its_turn(self) -> None:
        bench = make(continues=True, parallel=2)
        first, second = bench.job(), bench.job()
        bench.coordinator.on_fuzz_result(first, FuzzResult(1, crash("A", b"aa")))
        bench.coordinator.on_fuzz_result(second, FuzzResult(1, crash("B", b"bb")))
        minimize_a = bench.job()
        self.assertEqual(JobKind.FUZZ, bench.job().kind)
        bench.coordinator.on_minimize_result(minimize_a, 1, crash("A", b"a"))
        minimize_b = bench.job()

        self.assertEqual((JobKind.MINIMIZE, (b"bb",)), (minimize_b.kind, minimize_b.entry.values))

    def test_it_ends_at_the_limit(self) -> None:
        bench = make(continues=True, limit=10, minimize=Budget(count=0))
        for data in (b"a", b"b"):
            bench.find("A", data)
        bench.coordinator.on_fuzz_result(bench.job(), FuzzResult(8))

        self.assertTrue(bench.coordinator.is_done)
        self.assertEqual((10, 1), (bench.coordinator.count, bench.coordinator.duplicates))

    def test_a_death_that_is_known_is_not_saved_again_when_it_comes_while_minimizing(self) -> None:
        bench = make(continues=True)
        bench.find("exit status 9", b"first", dies=True)
        bench.find("A", b"aa")
        bench.coordinator.on_died_minimizing(bench.job(), 4, crash("exit status 9", b"second"))

        self.assertEqual([(b"first",), (b"aa",)], bench.storage.saved)
        self.assertEqual(1, bench.coordinator.duplicates)


@dataclass
class Simulation:
    """A run with workers that answer in random order, and a book of what they reported."""

    bench: Bench
    source: random.Random
    parallel: int
    origins: str
    case: unittest.TestCase
    running: list[Job] = field(default_factory=list)
    handed_in: int = 0
    steps: int = 0

    def run(self, max_steps: int) -> None:
        """Hand out jobs and results until the run is done or the steps are used up."""
        coordinator = self.bench.coordinator
        while not coordinator.is_done and self.steps < max_steps:
            self.steps += 1
            if len(self.running) < self.parallel and self.source.random() < 0.7:
                job = coordinator.next_job()
                if job is not None:
                    self.running.append(job)
                    self.check()
                    continue
            if self.running:
                self.answer(self.running.pop(self.source.randrange(len(self.running))))
            else:
                job = coordinator.next_job()
                if job is None:
                    self.case.assertTrue(coordinator.is_done, "no job, nothing running, and not done")
                else:
                    self.running.append(job)
            self.check()

    def answer(self, job: Job) -> None:
        """Report something that may have happened to a job."""
        coordinator = self.bench.coordinator
        if self.source.random() < 0.05:
            coordinator.cancel(job)
            return
        count = self.source.randint(0 if job.kind is JobKind.FUZZ else 1, job.limit or 50)
        if job.kind is not JobKind.MINIMIZE:
            failing = self.some_crash() if self.source.random() < 0.3 else None
            is_failed_seed = failing is not None and job.kind is JobKind.WARMUP and job.entry.is_seed
            self.handed_in += failing is not None and not is_failed_seed
            can_minimize = self.source.random() < 0.7
            coordinator.on_fuzz_result(
                job, FuzzResult(max(count, failing is not None), failing, can_minimize)
            )
            return
        assert job.crash is not None
        if self.source.random() < 0.2:
            self.handed_in += 1
            coordinator.on_died_minimizing(job, count, self.some_crash(job.crash.origin))
            return
        others = [self.some_crash(job.crash.origin) for _ in range(self.source.randrange(3))]
        self.handed_in += len(others)
        minimized = (CorpusEntry("small", (b"s",)), job.crash) if self.source.random() < 0.7 else None
        coordinator.on_minimize_result(job, count, minimized, others)

    def some_crash(self, but: str = "") -> tuple[CorpusEntry, Failure]:
        """Return a failing input, of another origin than ``but``."""
        origin = self.source.choice([origin for origin in self.origins if origin != but])
        return crash(origin, self.source.randbytes(3))

    def check(self) -> None:
        """Check what holds at any time."""
        coordinator, limit = self.bench.coordinator, self.bench.coordinator.settings.limit
        promised = sum(job.limit for job in self.running) if limit is not None else 0
        self.case.assertEqual(promised, coordinator._promised)
        if limit is not None:
            self.case.assertLessEqual(coordinator.count + promised, limit)
        if coordinator.is_done:
            self.case.assertIsNone(coordinator.next_job())
        if coordinator.findings and not coordinator.settings.continues:
            self.case.assertTrue(coordinator.is_done, "a finding, and the run goes on")
        minimizing = [job for job in self.running if job.kind is JobKind.MINIMIZE]
        self.case.assertLessEqual(len(minimizing), 1)


class RandomOrderTest(unittest.TestCase):
    """Whatever comes in whatever order; the number in a failing subtest repeats it."""

    def test_no_failure_is_lost_or_saved_twice_and_no_limit_is_passed(self) -> None:
        for number in range(1000):
            source = random.Random(number)
            bench = make(
                seeds=[seed(bytes([i])) for i in range(source.randrange(4))],
                cache=[cached(bytes([i, i])) for i in range(source.randrange(3))],
                parallel=source.randint(1, 4),
                limit=source.choice((None, 1, 7, 40, 1000)),
                minimize=source.choice(
                    (Budget(seconds=60.0), Budget(count=3), Budget(count=0), Budget(seconds=0))
                ),
                continues=source.random() < 0.6,
                seeded=source.random() < 0.2,
            )
            simulation = Simulation(bench, source, bench.coordinator.settings.parallel, "ABCDE", self)
            with self.subTest(number):
                simulation.run(max_steps=source.choice((5, 40, 150)))
                bench.coordinator.finish()
                found = len(bench.coordinator.findings) + bench.coordinator.duplicates
                self.assertEqual(simulation.handed_in, found)
                self.assertEqual(len(set(bench.origins)), len(bench.origins))
                self.assertEqual(len(bench.storage.saved), len(bench.origins))

    def test_without_failures_a_count_is_reached_exactly(self) -> None:
        for number in range(60):
            source = random.Random(number)
            limit = source.choice((1, 2, 3, 10, 99, 1000))
            bench = make(
                seeds=[seed(bytes([i])) for i in range(source.randrange(5))],
                parallel=source.randint(1, 5),
                limit=limit,
                seeded=source.random() < 0.3,
            )
            running: list[Job] = []
            with self.subTest(number):
                for _ in range(20_000):
                    job = bench.coordinator.next_job()
                    if job is not None:
                        running.append(job)
                    if not running:
                        break
                    if len(running) >= bench.coordinator.settings.parallel or job is None:
                        job = running.pop(source.randrange(len(running)))
                        bench.coordinator.on_fuzz_result(job, FuzzResult(source.randint(1, job.limit)))
                self.assertTrue(bench.coordinator.is_done)
                self.assertEqual(limit, bench.coordinator.count)


if __name__ == "__main__":
    unittest.main()
