"""The queue of inputs: first in, first out, with a look at the head."""

from __future__ import annotations

import unittest
from collections import deque

from gofuzz_py.internal.queue import Queue


class QueueTest(unittest.TestCase):
    def test_items_leave_in_the_order_they_came(self) -> None:
        queue = Queue([1, 2])
        queue.enqueue(3)

        self.assertEqual([1, 2, 3], [queue.dequeue() for _ in range(3)])

    def test_a_peek_takes_nothing_away(self) -> None:
        queue = Queue(["a", "b"])

        self.assertEqual(["a", "a"], [queue.peek(), queue.peek()])
        self.assertEqual(2, len(queue))

    def test_an_empty_queue_has_no_head_and_gives_nothing(self) -> None:
        queue: Queue[int] = Queue()

        self.assertIsNone(queue.peek())
        self.assertEqual(0, len(queue))
        with self.assertRaises(IndexError):
            queue.dequeue()

    def test_what_is_put_back_comes_out_first(self) -> None:
        queue = Queue([1, 2, 3])
        taken = [queue.dequeue(), queue.dequeue()]
        for item in reversed(taken):
            queue.put_back(item)

        self.assertEqual([1, 2, 3], [queue.dequeue() for _ in range(3)])

    def test_clear_drops_everything(self) -> None:
        queue = Queue([1, 2])
        queue.clear()
        queue.enqueue(3)

        self.assertEqual((3, 1), (queue.peek(), len(queue)))

    def test_the_queue_has_its_own_items(self) -> None:
        items = [1, 2]
        queue = Queue(items)
        items.clear()

        self.assertEqual(2, len(queue))

    def test_it_behaves_as_a_list_would_through_many_turns(self) -> None:
        queue: Queue[int] = Queue()
        model: deque[int] = deque()
        for number in range(100):
            queue.enqueue(number)
            model.append(number)
            if number % 3:
                self.assertEqual(model.popleft(), queue.dequeue())
            self.assertEqual((len(model), model[0] if model else None), (len(queue), queue.peek()))


if __name__ == "__main__":
    unittest.main()
