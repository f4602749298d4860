"""The coordinator's decisions, one situation at a time.

Whole runs in random order are in test_coordinator_orders.py.
"""

from __future__ import annotations

import math
import struct
import unittest

from gofuzz_py.durations import Budget
from gofuzz_py.internal import kinds
from gofuzz_py.internal.coordinator import FuzzResult, JobKind
from gofuzz_py.internal.kinds import Value
from tests.internal.helpers_coordinator import cached, crash, data_of, found, make, seed


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


if __name__ == "__main__":
    unittest.main()
