"""Run the minimizer against a condition and keep what it did.

Used by the tests of the minimizer; knows nothing of processes.  The calls are
checked as they come in: each candidate must be new, of its kind and simpler
than the best one before it, whatever the condition answers.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gofuzz_py.internal.minimize import minimize_values
from gofuzz_py.internal.minimize_order import is_simpler

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gofuzz_py.internal.kinds import Kind, Value


def identity(values: Sequence[Value]) -> str:
    """Tell values apart that compare equal, such as 0.0 and -0.0, and find a NaN equal to itself."""
    return repr(
        [
            struct.pack("<d", value)
            if isinstance(value, float)
            else hex(value)
            if isinstance(value, int)
            else value
            for value in values
        ]
    )


@dataclass
class Search:
    """One minimization, with a condition in place of a fuzz target."""

    #: The kinds of the arguments.
    kinds: Sequence[Kind]
    #: The input to start from.
    original: list[Value]
    #: Says whether a candidate is kept.
    condition: Callable[..., object]
    #: Ask no more than this many times; None for no limit.
    budget: int | None = None
    #: Every candidate in order.
    tried: list[list[Value]] = field(default_factory=list)
    #: The original and each accepted candidate, in order.
    accepted: list[list[Value]] = field(default_factory=list)
    #: How often the search asked whether to stop after it had been told to.
    asked_after_stop: int = 0
    #: Rules broken by the search, as sentences.
    complaints: list[str] = field(default_factory=list)

    def run(self) -> list[Value]:
        """Minimize and return the result."""
        self.accepted = [list(self.original)]
        self._seen = {identity(self.original)}
        self._stopped = False
        return minimize_values(self.kinds, self.original, self._consider, self._should_stop)

    @property
    def calls(self) -> int:
        """How many candidates were run."""
        return len(self.tried)

    def _should_stop(self) -> bool:
        self.asked_after_stop += self._stopped
        self._stopped = self.budget is not None and self.calls >= self.budget
        return self._stopped

    def _consider(self, candidate: list[Value]) -> bool:
        self._check(candidate)
        self.tried.append(list(candidate))
        kept = bool(self.condition(*candidate))
        if kept:
            self.accepted.append(list(candidate))
        candidate.clear()  # the list is ours; what we do to it must not matter
        return kept

    def _check(self, candidate: list[Value]) -> None:
        if self._stopped:
            self.complaints.append("ran a candidate after the stop")
        if identity(candidate) in self._seen:
            self.complaints.append(f"ran {candidate!r:.80} twice")
        self._seen.add(identity(candidate))
        for kind, new, old in zip(self.kinds, candidate, self.accepted[-1], strict=True):
            if kind.problem(new) is not None:
                self.complaints.append(f"proposed {new!r:.80} for {kind.name}")
            if identity([new]) != identity([old]) and not is_simpler(kind, new, old):
                self.complaints.append(f"proposed {new!r:.80} for the simpler {old!r:.80}")
