"""A random source that follows a script, for the tests of everything that draws.

A script is a list of draws ``(n, r)``: "asked for a number below n, answer r".
Asked for anything else, or beyond the end, it fails at once, so that a test
states each draw of the code under test, in order.  ``RecordingRandom`` draws
for itself and writes such a list.
"""

from __future__ import annotations

from typing import Protocol

from gofuzz_py.internal.rand import FastRand

#: "Asked for a number below the first, answer the second."
Draw = tuple[int, int]


def coin(heads: bool) -> Draw:
    """Plan a draw of one bit."""
    return (2, int(heads))


def byte(value: int) -> Draw:
    """Plan a draw of a byte."""
    return (256, value)


class _DrawsBelow(Protocol):
    def intn(self, n: int) -> int: ...


class _Bits(int):
    """What ``bits(30)`` returns: it waits for ``% n`` and asks its source."""

    source: _DrawsBelow

    def __mod__(self, n: int) -> int:
        return self.source.intn(n)


def _bits(source: _DrawsBelow, k: int) -> int:
    """Draw k bits: 30 wait for ``% n``, whole bytes come one by one."""
    if k == 30:
        waiting = _Bits(-1)
        waiting.source = source
        return waiting
    if k % 8 == 0:
        return int.from_bytes(bytes(source.intn(256) for _ in range(k // 8)), "little")
    return source.intn(1 << k)


class ScriptedRandom:
    """A ``Rand`` that gives the planned draws and no others."""

    def __init__(self, *plan: Draw) -> None:
        for n, r in plan:
            if not 0 <= r < n:
                raise ValueError(f"a draw below {n} cannot give {r}")
        self._plan = list(plan)
        self._used = 0

    def intn(self, n: int) -> int:
        """Return the next planned draw, which must be one below ``n``."""
        if self._used == len(self._plan):
            raise AssertionError(f"draw {self._used + 1}, below {n}, is not planned")
        planned, answer = self._plan[self._used]
        self._used += 1
        if planned != n:
            raise AssertionError(f"draw {self._used} is below {n}, planned is one below {planned}")
        return answer

    def boolean(self) -> bool:
        """Return the next planned draw, which must be a coin."""
        return self.intn(2) == 1

    def bits(self, k: int) -> int:
        """Return planned draws for k bits: 30 wait for ``% n``, bytes come one by one."""
        return _bits(self, k)

    def finish(self) -> None:
        """Fail if planned draws were not asked for."""
        left = self._plan[self._used :]
        if left:
            raise AssertionError(f"planned but never drawn: {left}")


class RecordingRandom:
    """A ``Rand`` that draws as ``FastRand`` and keeps what was drawn."""

    def __init__(self, seed: int) -> None:
        self._rand = FastRand(seed)
        #: Every draw so far, as a script would plan it.
        self.draws: list[Draw] = []

    def intn(self, n: int) -> int:
        """Draw below ``n``."""
        self.draws.append((n, self._rand.intn(n)))
        return self.draws[-1][1]

    def boolean(self) -> bool:
        """Draw a coin."""
        return self.intn(2) == 1

    def bits(self, k: int) -> int:
        """Draw k bits."""
        return _bits(self, k)
