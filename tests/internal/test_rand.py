"""The random sources: the engine's own, Go's as a judge, and the scripted one."""

from __future__ import annotations

import random
import unittest
from unittest import mock

from gofuzz_py.internal.rand import FastRand
from tests.helpers_random import ScriptedRandom, byte, coin
from tests.pcg import Pcg


class FastRandTest(unittest.TestCase):
    def test_the_same_seed_gives_the_same_draws_on_every_version(self) -> None:
        rand = FastRand(1)
        self.assertEqual([rand.bits(30) for _ in range(4)], [144272509, 611178002, 909925047, 861425548])
        self.assertEqual([rand.intn(100) for _ in range(6)], [53, 36, 87, 42, 74, 1])
        self.assertEqual([int(rand.boolean()) for _ in range(8)], [0, 0, 1, 0, 1, 0, 0, 0])

    def test_another_seed_gives_other_draws(self) -> None:
        self.assertNotEqual([FastRand(1).bits(64)], [FastRand(2).bits(64)])

    def test_reseeding_starts_again_for_whoever_holds_the_methods(self) -> None:
        rand = FastRand(7)
        bits, intn, boolean = rand.bits, rand.intn, rand.boolean
        first = [bits(30), intn(10**6), boolean()]
        rand.reseed(7)
        self.assertEqual([bits(30), intn(10**6), boolean()], first)

    def test_draws_stay_below_n_and_reach_both_ends(self) -> None:
        rand = FastRand(3)
        for n in (1, 2, 3, 7, 100):
            with self.subTest(n=n):
                drawn = {rand.intn(n) for _ in range(2000)}
                self.assertEqual(drawn, set(range(n)))

    def test_a_draw_below_zero_things_is_zero(self) -> None:
        self.assertEqual(FastRand(1).intn(0), 0)

    def test_huge_ranges_are_covered_in_all_their_bits(self) -> None:
        rand = FastRand(5)
        for n in (1 << 20, (1 << 20) + 1, 1 << 53, (1 << 64) - 1, 1 << 300):
            with self.subTest(n=n):
                drawn = [rand.intn(n) for _ in range(500)]
                self.assertTrue(all(0 <= r < n for r in drawn))
                self.assertGreater(max(drawn), n - n // 8)
                self.assertLess(min(drawn), n // 8)
                self.assertEqual({r & 1 for r in drawn}, {0, 1})

    def test_a_coin_is_fair(self) -> None:
        rand = FastRand(11)
        heads = sum(rand.boolean() for _ in range(10000))
        self.assertTrue(4800 < heads < 5200, heads)

    def test_the_target_may_seed_and_patch_the_random_module(self) -> None:
        want = [FastRand(9).intn(1 << 40), FastRand(9).bits(30)]
        rand, other = FastRand(9), FastRand(9)
        with (
            mock.patch.object(random.Random, "getrandbits", return_value=4),
            mock.patch.object(random, "getrandbits", return_value=4),
        ):
            random.seed(0)
            self.assertEqual([rand.intn(1 << 40), other.bits(30)], want)

    def test_drawing_leaves_the_random_module_as_it_was(self) -> None:
        before = random.getstate()
        FastRand(1).bits(100)
        self.assertEqual(random.getstate(), before)


class PcgTest(unittest.TestCase):
    """Golden values of Go's generator."""

    def test_seed_1_gives_what_go_draws(self) -> None:
        rand = Pcg(1)
        self.assertEqual((rand.state, rand.inc), (14530698545987955360, 3))
        words = [1974726298, 1122794172, 1906406301, 4120045168, 1258767403, 820861649, 3012644735, 792380620]
        self.assertEqual([rand.word() for _ in range(8)], words)
        self.assertEqual(rand.state, 2194895728834247976)
        self.assertEqual([rand.intn(100) for _ in range(12)], [97, 88, 73, 65, 75, 53, 9, 97, 7, 0, 24, 54])
        self.assertEqual([rand.bits(30) % 18 for _ in range(12)], [11, 17, 6, 5, 13, 10, 11, 9, 7, 14, 3, 16])
        self.assertEqual([int(rand.boolean()) for _ in range(12)], [0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1])
        large = [2489007682, 1243435228, 1422939322, 2564555680]
        self.assertEqual([rand.intn(3000000000) for _ in range(4)], large)

    def test_seed_123_gives_what_go_draws(self) -> None:
        rand = Pcg(123)
        self.assertEqual(rand.state, 11404385439878817564)
        words = [
            2395822354,
            3260134800,
            1183079361,
            4110838437,
            1145754824,
            3038251562,
            1956016431,
            3920525693,
        ]
        self.assertEqual([rand.word() for _ in range(8)], words)
        self.assertEqual(rand.state, 7230618016113530148)
        self.assertEqual([rand.intn(100) for _ in range(12)], [63, 17, 74, 9, 74, 64, 16, 53, 6, 57, 61, 36])

    def test_bits_are_gos_draws_of_the_same_thing(self) -> None:
        rand, go = Pcg(5), Pcg(5)
        self.assertEqual(rand.bits(3), go.intn(8))
        self.assertEqual(rand.bits(1), int(go.boolean()))
        self.assertEqual(rand.bits(24).to_bytes(3, "little"), bytes(go.intn(256) for _ in range(3)))


class ScriptedRandomTest(unittest.TestCase):
    def test_it_answers_what_was_planned(self) -> None:
        rand = ScriptedRandom((16, 11), coin(True), byte(65), byte(66), (8, 3), (5, 4), coin(False))
        self.assertEqual(rand.bits(30) % 16, 11)
        self.assertEqual(rand.bits(1), 1)
        self.assertEqual(rand.bits(16).to_bytes(2, "little"), b"AB")
        self.assertEqual(rand.bits(3), 3)
        self.assertEqual(rand.intn(5), 4)
        self.assertIs(rand.boolean(), False)
        rand.finish()

    def test_it_refuses_what_was_not_planned(self) -> None:
        with self.assertRaisesRegex(AssertionError, "draw 1 is below 17, planned is one below 16"):
            ScriptedRandom((16, 11)).bits(30) % 17
        with self.assertRaisesRegex(AssertionError, "draw 1, below 2, is not planned"):
            ScriptedRandom().boolean()
        with self.assertRaisesRegex(AssertionError, "never drawn"):
            ScriptedRandom((16, 11)).finish()
        with self.assertRaisesRegex(ValueError, "a draw below 4 cannot give 4"):
            ScriptedRandom((4, 4))


if __name__ == "__main__":
    unittest.main()
