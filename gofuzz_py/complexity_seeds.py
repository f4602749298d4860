"""Seeds judged by how their work grows: ``-fuzzcomplexity`` without fuzzing.

Owns the measuring that this takes in the coordinator process, which otherwise
instruments nothing: it begins with the first seed that repeats something, and
every function is put back at the end.  A seed that only repeats what once was
slow passes without the flag; with it, it fails as long as the work grows
quadratically or worse.  Imported only with the flag; called by ``runner``.

Go's fuzzing has nothing like it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gofuzz_py.internal.complexity_growth import find_growth
from gofuzz_py.internal.complexity_judge import InterruptedRun, Judge
from gofuzz_py.internal.counters import choose
from gofuzz_py.outcome import Status, TestOutcome

if TYPE_CHECKING:
    from types import TracebackType

    from gofuzz_py.internal.counters import Counters
    from gofuzz_py.internal.kinds import Value
    from gofuzz_py.testing_f import TargetCall


class SeedJudge:
    """Judges the seeds of one target; a context manager, for what it has instrumented is put back."""

    def __init__(self, call: TargetCall, patterns: Sequence[str]) -> None:
        self._call = call
        self._patterns = patterns or None
        self._core: Counters | None = None

    def __enter__(self) -> SeedJudge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        if self._core is not None:
            self._core.stop()

    def judge(self, values: Sequence[Value], outcome: TestOutcome) -> None:
        """Note on the outcome of a seed that passed, if so, that its work grows too fast."""
        if outcome.has_failed or find_growth(values) is None:
            return
        if self._core is None:
            self._core, _ = choose()
            self._core.start(self._call.test.module, self._patterns)
        core = self._core
        judge = Judge(self._call.kinds, lambda values: self._measure(core, values), core.locate)
        try:
            verdict = judge.judge(values)
        except InterruptedRun:
            return  # it fails at another size: that is for the fuzzing to find
        if verdict is not None:
            outcome.status = Status.FAIL
            outcome.lines.append(judge.failure(verdict).text)

    def _measure(self, core: Counters, values: Sequence[Value]) -> dict[int, int]:
        """Run the target once as it is, for functions never reached are not counted, and then count."""
        with self._call.runner() as run:
            failures = [run(values)]
            core.news()
            counts = core.measure(lambda: failures.append(run(values)))
        for failure in failures:
            if failure is not None:
                raise InterruptedRun(failure)
        return counts
