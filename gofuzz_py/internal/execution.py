"""One execution of the target, in each of the ways there are.

Owns the count of a call's executions and the order of things round one: the
count goes up and the values are stored in shared memory before the target
runs, so that whatever dies, the input is known.  Must not know why an input is
run.  Runs in worker processes; made by ``worker_server``, used by everything
there that runs inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Protocol

from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.messages import Failure

if TYPE_CHECKING:
    from gofuzz_py.internal.coverage_units import Reached
    from gofuzz_py.internal.operands_places import Place
    from gofuzz_py.internal.operands_record import Seen

#: Runs the target on values; returns how it failed, or None.
RunTarget = Callable[[Sequence[Value]], Failure | None]

#: More executions than any call makes.
NO_LIMIT = 1 << 62

#: How the origins of failures begin that watching may bring about.
_WANTS = ("RecursionError", "MemoryError")


class Core(Protocol):
    """What is needed of a coverage core (counters.Counters), once it has been started."""

    @property
    def name(self) -> str: ...
    @property
    def can_observe(self) -> bool: ...
    @property
    def hits(self) -> Collection[int]: ...
    def news(self) -> list[int]: ...
    def mark_known(self, locations: Collection[int]) -> None: ...
    def drop_strays(self) -> None: ...
    def measure(self, run: Callable[[], object], only: Collection[int] | None = None) -> dict[int, int]: ...
    def observe(self, run: Callable[[], object]) -> list[Seen]: ...
    def place(self, number: int) -> tuple[str, Place]: ...
    def reached(self) -> list[Reached]: ...
    def upkeep(self) -> object: ...


class Executor:
    """Runs the target, counted and recorded."""

    def __init__(self, run: RunTarget, record: Callable[[Sequence[Value], int], None], core: Core) -> None:
        #: Runs the target on values.
        self.run = run
        #: Stores values and the count in shared memory.
        self.record = record
        self.core = core
        #: Executions of the current call, and those it may make.
        self.count = 0
        self.limit = NO_LIMIT
        #: Executions of ended calls.
        self._ended = 0

    @property
    def total(self) -> int:
        """Executions since the process began."""
        return self._ended + self.count

    @property
    def is_spent(self) -> bool:
        """Has the current call made all the executions it may make?"""
        return self.count >= self.limit

    def start_call(self, limit: int = 0) -> None:
        """Begin a call of at most ``limit`` executions; 0 is as many as it likes."""
        self._ended += self.count
        self.count = 0
        self.limit = limit or NO_LIMIT

    def execute(self, values: Sequence[Value]) -> Failure | None:
        """Run the target on values."""
        self.count += 1
        self.record(values, self.count)
        return self.run(values)

    def count_hits(
        self, values: Sequence[Value], only: Collection[int] | None = None
    ) -> tuple[Failure | None, dict[int, int]]:
        """Run the target with hits counted (counters.Counters.measure)."""
        failures: list[Failure | None] = []
        counts = self.core.measure(lambda: failures.append(self.execute(values)), only)
        return failures[0], counts

    def observe(self, values: Sequence[Value]) -> tuple[Failure | None, list[Seen]]:
        """Run the target with its conditions watched (counters.Counters.observe).

        A watched run needs more stack.  So a failure for want of it counts only
        if the target, run once more as it is, fails as well; any other is one.
        """
        failures: list[Failure | None] = []
        seen = self.core.observe(lambda: failures.append(self.execute(values)))
        failure = failures[0]
        if failure is not None and failure.origin.startswith(_WANTS) and not self.is_spent:
            return self.execute(values), seen
        return failure, seen
