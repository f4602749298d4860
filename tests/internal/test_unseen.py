"""The order in which inputs are looked at, and the inputs that get something behind them."""

from __future__ import annotations

import unittest

from gofuzz_py.internal.pool import PoolEntry
from gofuzz_py.internal.unseen import Unseen


def _entry(name: str) -> PoolEntry:
    return PoolEntry([name], len(name), 1)


def _names(unseen: Unseen) -> list[str]:
    """Return all inputs that wait, in their order."""
    names = []
    while (entry := unseen.next()) is not None:
        names.append(str(entry.values[0]))
    return names


class OrderTest(unittest.TestCase):
    def test_finds_come_first_the_newest_before_others_then_the_pool(self) -> None:
        pool = [_entry(name) for name in "pq"]
        unseen = Unseen(pool)
        for name in "abc":
            unseen.add(_entry(name), True)
        self.assertEqual(_names(unseen), ["c", "b", "a", "p", "q"])

    def test_each_input_is_looked_at_once(self) -> None:
        pool = [_entry(name) for name in "pq"]
        unseen = Unseen(pool)
        unseen.add(pool[1], True)
        unseen.add(pool[1], False)
        self.assertEqual(_names(unseen), ["q", "p"])
        self.assertEqual(_names(unseen), [])
        self.assertTrue(all(entry.is_seen for entry in pool))
        unseen.add(pool[0], True)
        self.assertEqual(_names(unseen), [])

    def test_a_pool_may_grow(self) -> None:
        pool = [_entry("p")]
        unseen = Unseen(pool)
        self.assertEqual(_names(unseen), ["p"])
        pool += [_entry("q"), _entry("r")]
        self.assertEqual(_names(unseen), ["q", "r"])

    def test_very_many_push_out_the_oldest(self) -> None:
        unseen = Unseen([])
        for number in range(100):
            unseen.add(_entry(str(number)), number < 50)
        self.assertEqual(_names(unseen), [str(number) for number in range(99, 35, -1)])


class WaitingTest(unittest.TestCase):
    def test_only_what_was_added_waits(self) -> None:
        unseen = Unseen([_entry("p")])
        self.assertFalse(unseen.is_waiting or unseen.is_find_waiting)
        unseen.add(_entry("a"), False)
        self.assertEqual((unseen.is_waiting, unseen.is_find_waiting), (True, False))
        unseen.add(_entry("b"), True)
        unseen.add(_entry("c"), False)
        self.assertEqual((unseen.is_waiting, unseen.is_find_waiting), (True, True))
        unseen.next()
        unseen.next()
        self.assertEqual((unseen.is_waiting, unseen.is_find_waiting), (True, True))
        unseen.next()
        self.assertEqual((unseen.is_waiting, unseen.is_find_waiting), (False, False))

    def test_what_is_no_find_does_not_become_one(self) -> None:
        unseen = Unseen([])
        for name in "ab":
            unseen.add(_entry(name), False)
        unseen.next()
        self.assertEqual((unseen.is_waiting, unseen.is_find_waiting), (True, False))

    def test_what_was_looked_at_meanwhile_does_not_wait_on(self) -> None:
        entry = _entry("a")
        unseen = Unseen([])
        unseen.add(entry, True)
        entry.is_seen = True
        self.assertIsNone(unseen.next())
        self.assertEqual((unseen.is_waiting, unseen.is_find_waiting), (False, False))
        self.assertIsNone(unseen.next_ended())


class EndedTest(unittest.TestCase):
    def test_what_was_looked_at_is_looked_at_in_two_more_ways_the_newest_first(self) -> None:
        unseen = Unseen([_entry("p")])
        unseen.add(_entry("a"), True)
        self.assertIsNone(unseen.next_ended())
        unseen.next()
        self.assertEqual(unseen.next_ended(), (False, ["a"]))
        unseen.next()
        ended = [unseen.next_ended() for _ in range(4)]
        self.assertEqual(ended, [(False, ["p"]), (True, ["p"]), (True, ["a"]), None])

    def test_very_many_push_out_the_oldest(self) -> None:
        unseen = Unseen([_entry(str(number)) for number in range(100)])
        _names(unseen)
        ended = []
        while (one := unseen.next_ended()) is not None:
            ended.append(one)
        self.assertEqual(len(ended), 64)
        self.assertEqual([ended[0], ended[-1]], [(False, ["99"]), (True, ["68"])])
