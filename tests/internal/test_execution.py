"""One execution in each of the ways there are: counted, recorded, and the failure that comes of it."""

from __future__ import annotations

import unittest
from collections.abc import Callable, Sequence

from gofuzz_py.internal.execution import NO_LIMIT, Executor
from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.messages import Failure
from gofuzz_py.internal.operands_record import Seen
from tests.internal.helpers_core import TellingCore


def _failure(message: str, origin: str = "AssertionError @ x.py:1") -> Failure:
    return Failure(message, origin)


class ExecutorTest(unittest.TestCase):
    def setUp(self) -> None:
        self.core = TellingCore()
        self.log: list[tuple[str, object]] = []

    def _executor(self, run: Callable[[Sequence[Value]], Failure | None]) -> Executor:
        def logged(values: Sequence[Value]) -> Failure | None:
            self.log.append(("run", list(values)))
            return run(values)

        return Executor(logged, lambda values, count: self.log.append(("record", count)), self.core)

    def test_the_input_is_known_before_the_target_runs(self) -> None:
        executor = self._executor(lambda values: None)
        for ways in (executor.execute, executor.count_hits, executor.observe):
            self.log.clear()
            ways([b"x"])
            self.assertEqual(self.log, [("record", executor.count), ("run", [b"x"])])
        self.assertEqual(executor.count, 3)

    def test_a_call_counts_for_itself_and_the_process_counts_on(self) -> None:
        executor = self._executor(lambda values: None)
        executor.start_call(2)
        executor.execute([1])
        self.assertFalse(executor.is_spent)
        executor.execute([1])
        self.assertTrue(executor.is_spent)
        executor.start_call()
        self.assertEqual((executor.count, executor.total, executor.limit), (0, 2, NO_LIMIT))
        executor.execute([1])
        self.assertEqual((executor.count, executor.total), (1, 3))

    def test_hits_are_counted_with_the_failure(self) -> None:
        def run(values: Sequence[Value]) -> Failure | None:
            self.core.reach([5, 5, 6])
            return _failure("bad") if values[0] else None

        executor = self._executor(run)
        self.assertEqual(executor.count_hits([0]), (None, {5: 2, 6: 1}))
        failure, counts = executor.count_hits([1])
        self.assertEqual((failure, counts), (_failure("bad"), {5: 2, 6: 1}))

    def test_only_some_hits_may_be_asked_for(self) -> None:
        executor = self._executor(lambda values: self.core.reach([5, 6]))
        self.assertEqual(executor.count_hits([0], {6})[1], {6: 1})

    def test_what_was_seen_comes_with_the_failure(self) -> None:
        seen = Seen(1, "==", 1, 2)

        def run(values: Sequence[Value]) -> Failure | None:
            self.core.see(seen)
            return _failure("bad") if values[0] else None

        executor = self._executor(run)
        self.assertEqual(executor.observe([0]), (None, [seen]))
        self.assertEqual(executor.observe([1]), (_failure("bad"), [seen]))
        self.assertEqual(executor.count, 2)

    def test_a_failure_for_want_of_stack_has_to_come_without_watching_too(self) -> None:
        def shallow(values: Sequence[Value]) -> Failure | None:
            return _failure("deep", "RecursionError @ x.py:1") if self.core.is_watching else None

        def deep(values: Sequence[Value]) -> Failure | None:
            return _failure("deep", "RecursionError @ x.py:1")

        executor = self._executor(shallow)
        self.assertEqual(executor.observe([0]), (None, []))
        self.assertEqual(executor.count, 2)
        executor = self._executor(deep)
        self.assertEqual(executor.observe([0])[0], _failure("deep", "RecursionError @ x.py:1"))

    def test_a_spent_call_runs_nothing_again(self) -> None:
        executor = self._executor(lambda values: _failure("deep", "RecursionError @ x.py:1"))
        executor.start_call(1)
        failure, _ = executor.observe([0])
        self.assertIsNotNone(failure)
        self.assertEqual(executor.count, 1)


if __name__ == "__main__":
    unittest.main()
