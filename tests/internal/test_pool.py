"""The worker's pool: what is chosen, how often, and at what cost."""

from __future__ import annotations

import collections
import sys
import unittest

from gofuzz_py.internal.pool import Pool
from gofuzz_py.internal.rand import FastRand


def choices(pool: Pool, count: int) -> collections.Counter[object]:
    """Choose so often; count the first values."""
    return collections.Counter(pool.choose()[0] for _ in range(count))


class PoolTest(unittest.TestCase):
    def test_without_coverage_every_input_is_chosen_about_equally_often(self) -> None:
        pool = Pool(FastRand(1))
        for name in (b"a", b"b", b"c", b"d"):
            pool.add([name], 1, [], 0)
        counts = choices(pool, 4000)
        self.assertEqual(set(counts), {b"a", b"b", b"c", b"d"})
        self.assertGreater(min(counts.values()), 800)

    def test_the_cheapest_input_of_a_location_is_preferred(self) -> None:
        pool = Pool(FastRand(1))
        pool.add([b"dear"], 1000, [1, 2, 3], 50_000)
        pool.add([b"cheap"], 10, [1, 2, 3], 100)
        choices(pool, 2000)  # the newest have had their turn
        counts = choices(pool, 2000)
        self.assertGreater(counts[b"cheap"], 10 * counts[b"dear"])
        self.assertGreater(counts[b"dear"], 0)

    def test_an_input_that_alone_reaches_a_location_beats_the_common_ones(self) -> None:
        pool = Pool(FastRand(1))
        for index in range(50):
            pool.add([b"common%d" % index], 10, [1, 2], 100 + index)
        pool.add([b"rare"], 10, [3], 1000)
        choices(pool, 1000)  # the newest have had their turn, and nothing is stale yet
        counts = choices(pool, 400)
        self.assertGreater(counts[b"rare"], 2 * counts[b"common0"])

    def test_new_inputs_get_a_turn_at_once(self) -> None:
        pool = Pool(FastRand(1))
        for index in range(100):
            pool.add([b"old%d" % index], 10, [index], 10)
        choices(pool, 20_000)
        pool.add([b"new"], 10_000, [1], 10_000)
        self.assertGreater(choices(pool, 500)[b"new"], 50)

    def test_what_yields_nothing_is_taken_less_often_and_a_reward_undoes_that(self) -> None:
        pool = Pool(FastRand(1))
        pool.add([b"stale"], 10, [1], 10)
        choices(pool, 10_000)
        pool.add([b"other"], 10, [2], 10)
        choices(pool, 5_000)
        before = choices(pool, 2_000)
        self.assertLess(before[b"stale"], before[b"other"])
        while pool.choose()[0] != b"stale":
            pass
        pool.reward()
        pool.add([b"unrelated"], 10_000, [2], 10_000)  # has the table made anew
        choices(pool, 1_000)
        after = choices(pool, 2_000)
        self.assertGreater(after[b"stale"], before[b"stale"])

    def test_the_chosen_values_are_a_list_of_their_own(self) -> None:
        pool = Pool(FastRand(1))
        pool.add([b"kept"], 4, [1], 1)
        pool.choose()[0] = b"changed"
        self.assertEqual(pool.choose(), [b"kept"])

    def test_the_same_seed_gives_the_same_choices(self) -> None:
        def sequence() -> list[object]:
            pool = Pool(FastRand(7))
            for index in range(20):
                pool.add([index], index, [index % 5, index], index * 3)
            return [pool.choose()[0] for _ in range(3000)]

        self.assertEqual(sequence(), sequence())

    def test_choosing_costs_the_same_with_ten_inputs_and_with_a_hundred_thousand(self) -> None:
        self.assertLess(self._calls_per_choice(100_000), 1.5 * self._calls_per_choice(10) + 1)

    def _calls_per_choice(self, inputs: int) -> float:
        """Count Python and C calls, so that no clock decides."""
        pool = Pool(FastRand(1))
        for index in range(inputs):
            pool.add([index], 10, [index % 300], 100)
        choices(pool, 5000)
        calls = 0

        def count(frame: object, event: str, argument: object) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        previous = sys.getprofile()
        sys.setprofile(count)
        try:
            for _ in range(2000):
                pool.choose()
        finally:
            sys.setprofile(previous)
        return calls / 2000


if __name__ == "__main__":
    unittest.main()
