"""The queue of inputs waiting to be fuzzed.

First in, first out, with a look at the head that takes nothing away: the
coordinator peeks at an input, and takes it only when a worker has it.
Mirrors Go's queue.go, on top of ``collections.deque``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Queue(Generic[Item]):
    """A first-in first-out queue that can be looked into."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._items = deque(items)

    def __len__(self) -> int:
        return len(self._items)

    def enqueue(self, item: Item) -> None:
        """Add an item at the end."""
        self._items.append(item)

    def put_back(self, item: Item) -> None:
        """Put an item that was taken back at the head."""
        self._items.appendleft(item)

    def dequeue(self) -> Item:
        """Take the oldest item; raises IndexError when there is none."""
        return self._items.popleft()

    def peek(self) -> Item | None:
        """Return the oldest item without taking it, or None."""
        return self._items[0] if self._items else None

    def clear(self) -> None:
        """Drop everything."""
        self._items.clear()
