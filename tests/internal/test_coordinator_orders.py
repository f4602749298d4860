"""The coordinator in whole runs where everything comes in random order.

What must hold, whatever comes: no failing input is lost or saved twice, no
limit is passed, and none is missed.
"""

from __future__ import annotations

import random
import unittest
from dataclasses import dataclass, field

from gofuzz_py.durations import Budget
from gofuzz_py.internal.coordinator import FoundInput, FuzzResult, Job, JobKind
from gofuzz_py.internal.corpus import CorpusEntry
from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.messages import Failure
from tests.internal.helpers_coordinator import Bench, cached, crash, found, make, seed


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
        for number in range(300):
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
