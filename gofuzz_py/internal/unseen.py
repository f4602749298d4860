"""The inputs that wait for a closer look.

Owns their order: finds before the rest of the pool, the newest first, each
once; and those that were looked at and wait to be looked at with something
behind them.  Must not know what a look is.  Runs in worker processes; used by
``explorer``.
"""

from __future__ import annotations

from collections.abc import Sequence

from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.pool import PoolEntry

#: Inputs that wait at one time.
_MOST = 64


class Unseen:
    """Inputs that were not looked at, or not in every way."""

    def __init__(self, entries: Sequence[PoolEntry]) -> None:
        """Go through the entries of a pool, which may grow."""
        self._entries = entries
        self._waiting: list[PoolEntry] = []
        #: How far the pool was gone through.
        self._passed = 0
        #: Does one of those that wait reach something new?
        self.is_find_waiting = False
        self._ended: list[tuple[bool, list[Value]]] = []

    @property
    def is_waiting(self) -> bool:
        """Does any input wait that is not just one of the pool?"""
        return bool(self._waiting)

    def add(self, entry: PoolEntry, is_find: bool) -> None:
        """Let an input wait for its turn; very many push out the oldest."""
        self._waiting.append(entry)
        del self._waiting[:-_MOST]
        self.is_find_waiting = self.is_find_waiting or is_find

    def next(self) -> PoolEntry | None:
        """Return the newest find that was not looked at, or else an input of the pool; None if all were."""
        while self._waiting or self._passed < len(self._entries):
            if self._waiting:
                entry = self._waiting.pop()
                self.is_find_waiting = self.is_find_waiting and bool(self._waiting)
            else:
                entry = self._entries[self._passed]
                self._passed += 1
            if not entry.is_seen:
                entry.is_seen = True
                self._ended += (True, entry.values), (False, entry.values)
                del self._ended[:-_MOST]
                return entry
        return None

    def next_ended(self) -> tuple[bool, list[Value]] | None:
        """Return an input that was looked at, and whether more of the same is to stand behind it."""
        return self._ended.pop() if self._ended else None
