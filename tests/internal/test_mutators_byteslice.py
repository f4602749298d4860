"""The byte mutators: Go's results with Go's draws, and each one by a script."""

from __future__ import annotations

import unittest
from typing import TYPE_CHECKING

from gofuzz_py.internal import mutators_byteslice as byteslice
from gofuzz_py.internal.mutators_byteslice import BYTE_MUTATORS, choose_len
from gofuzz_py.internal.rand import FastRand
from tests.helpers_random import Draw, ScriptedRandom, byte, coin
from tests.pcg import Pcg

if TYPE_CHECKING:
    from gofuzz_py.internal.mutators_byteslice import ByteMutator

#: What Go makes of the bytes 0 to 15 with seed 42, by name, in the table's order.
GOLDEN = {
    "remove_bytes": "000102030405060708090a0e0f",
    "insert_random_bytes": "000102030405060708090a0b78b3c2f7ca0c0d0e0f",
    "duplicate_bytes": "0001020304050b0c0d060708090a0b0c0d0e0f",
    "overwrite_bytes": "0001020304050b0c08090a0b0c0d0e0f",
    "bit_flip": "000102030405060708090a030c0d0e0f",
    "xor_byte": "000102030405060708090a670c0d0e0f",
    "swap_byte": "0001020304050b0708090a060c0d0e0f",
    "arithmetic_uint8": "000102030405060708090a1a0c0d0e0f",
    "arithmetic_uint16": "000102030405060722090a0b0c0d0e0f",
    "arithmetic_uint32": "000102030405062108090a0b0c0d0e0f",
    "arithmetic_uint64": "000102031e05060708090a0b0c0d0e0f",
    "overwrite_interesting_uint8": "000102030405060708090a010c0d0e0f",
    "overwrite_interesting_uint16": "000102030405060708090a00100d0e0f",
    "overwrite_interesting_uint32": "000102030405060708ff0000000d0e0f",
    "insert_constant_bytes": "000102030405060708090a78787878780b0c0d0e0f",
    "overwrite_constant_bytes": "000102030405060708090a7878780e0f",
    "shuffle_bytes": "000102030405060708090a0b0d0c0e0f",
    "swap_bytes": "0001020304050b0c08090a06070d0e0f",
}

#: What Go makes of "hello world" with seed 123, one mutation after the other.
GOLDEN_RUN = [
    b"hed\0\0\0world",
    b"h\x85d\0\0\0world",
    b"h\x85d\0\0\xff\xff\0\0ld",
    b"h\x85d\0\0\xff\xff\0\0lz",
    b"h\x85d\0\xffl\0\0\xff\0z",
    b"h\x85d\0\xffl\0\0\xff\0z",
    b"h\x85d\0\xffl\0\0\xff\0q",
    b"i\x85d\0\xffl\0\0\xff\0q",
]

#: Name, input, draws, result (None: it declines after these draws).
SCRIPTS: list[tuple[str, bytes, list[Draw], bytes | None]] = [
    ("remove_bytes", b"abcd", [(4, 1), (100, 0), (3, 1)], b"ad"),
    ("remove_bytes", b"ab", [(2, 0), (100, 0), (2, 1)], b""),
    ("remove_bytes", b"a", [], None),
    ("insert_random_bytes", b"", [(1, 0), (100, 0), (8, 1), byte(65), byte(66)], b"AB"),
    ("insert_random_bytes", b"ab", [(3, 2), (100, 99), (1024, 0), byte(0)], b"ab\0"),
    ("insert_random_bytes", b"ab", [(3, 1), (100, 90), (32, 18)], None),
    ("duplicate_bytes", b"abcd", [(4, 1), (4, 1), (4, 3), (100, 0), (3, 1)], b"abcbcd"),
    ("duplicate_bytes", b"a" * 19, [(19, 1), (19, 0), (100, 0), (8, 1)], None),
    ("duplicate_bytes", b"a", [], None),
    ("overwrite_bytes", b"abcdef", [(6, 0), (6, 4), (100, 0), (5, 4)], b"abcdab"),
    ("overwrite_bytes", b"abcdef", [(6, 5), (6, 1), (100, 0), (1, 0)], b"afcdef"),
    ("overwrite_bytes", b"a", [], None),
    ("bit_flip", b"a\0c", [(3, 1), (8, 7)], b"a\x80c"),
    ("bit_flip", b"", [], None),
    ("xor_byte", b"a\x0fc", [(3, 1), (255, 254)], b"a\xf0c"),
    ("xor_byte", b"", [], None),
    ("swap_byte", b"abcd", [(4, 3), (4, 0)], b"dbca"),
    ("swap_byte", b"a", [], None),
    ("arithmetic_uint8", b"\xff", [(1, 0), (35, 1), coin(True)], b"\x01"),
    ("arithmetic_uint8", b"\0", [(1, 0), (35, 0), coin(False)], b"\xff"),
    ("arithmetic_uint8", b"", [], None),
    ("arithmetic_uint16", b"a\xff\0b", [(35, 0), coin(False), (3, 1), coin(True)], b"a\0\x01b"),
    ("arithmetic_uint16", b"a\0\xffb", [(35, 0), coin(False), (3, 1), coin(False)], b"a\x01\0b"),
    ("arithmetic_uint16", b"\0\0", [(35, 0), coin(True), (1, 0), coin(True)], b"\xff\xff"),
    ("arithmetic_uint16", b"a", [], None),
    ("arithmetic_uint32", b"\0\0\0\0a", [(35, 34), coin(True), (2, 0), coin(True)], b"\xdd\xff\xff\xffa"),
    ("arithmetic_uint32", b"abc", [], None),
    ("arithmetic_uint64", b"\xff" * 8, [(35, 0), coin(False), (1, 0), coin(False)], b"\0" * 8),
    ("arithmetic_uint64", b"abcdefg", [], None),
    ("overwrite_interesting_uint8", b"abc", [(3, 2), (9, 0)], b"ab\x80"),
    ("overwrite_interesting_uint8", b"", [], None),
    ("overwrite_interesting_uint16", b"abc", [(2, 1), (19, 9), coin(False)], b"a\x7f\xff"),
    ("overwrite_interesting_uint16", b"abc", [(2, 0), (19, 0), coin(True)], b"\0\x80c"),
    ("overwrite_interesting_uint16", b"a", [], None),
    ("overwrite_interesting_uint32", b"abcde", [(2, 0), (27, 0), coin(False)], b"\x80\0\0\0e"),
    ("overwrite_interesting_uint32", b"abc", [], None),
    ("insert_constant_bytes", b"ab", [(2, 1), (100, 0), (8, 2), byte(0x7F)], b"a\x7f\x7f\x7fb"),
    ("insert_constant_bytes", b"ab", [(2, 1), (100, 99), (4096, 4095)], None),
    ("insert_constant_bytes", b"a", [], None),
    ("overwrite_constant_bytes", b"abcd", [(4, 1), (100, 0), (3, 1), byte(0)], b"a\0\0d"),
    ("overwrite_constant_bytes", b"a", [], None),
    ("shuffle_bytes", b"abcde", [(5, 1), (100, 0), (4, 3), (4, 0), (3, 2), (2, 0)], b"acedb"),
    ("shuffle_bytes", b"abcde", [(5, 1), (100, 0), (4, 1)], None),
    ("shuffle_bytes", b"a", [], None),
    ("swap_bytes", b"abcdefg", [(7, 4), (7, 0), (100, 0), (2, 1)], b"efcdabg"),
    ("swap_bytes", b"abcdefg", [(7, 0), (7, 2), (100, 0), (4, 1)], None),
    ("swap_bytes", b"abc", [(3, 0), (3, 2), (100, 0), (1, 0)], b"cba"),
    ("swap_bytes", b"a", [], None),
]


class ByteMutatorTest(unittest.TestCase):
    def test_the_table_is_gos_in_gos_order(self) -> None:
        self.assertEqual([mutator.__name__ for mutator in BYTE_MUTATORS], list(GOLDEN))

    def test_with_gos_draws_each_mutator_gives_gos_result(self) -> None:
        for mutator, want in zip(BYTE_MUTATORS, GOLDEN.values(), strict=True):
            with self.subTest(name=mutator.__name__):
                result = mutator(Pcg(42), bytes(range(16)), 4096)
                self.assertEqual(result and result.hex(), want)

    def test_with_gos_draws_a_whole_run_is_gos(self) -> None:
        rand, value = Pcg(123), b"hello world"
        for want in GOLDEN_RUN:
            # Go draws the argument even where there is one only.
            rand.intn(1)
            result = None
            while result is None:
                result = BYTE_MUTATORS[rand.intn(18)](rand, value, 1 << 20)
            value = result
            self.assertEqual(value, want)

    def test_each_mutator_follows_its_script(self) -> None:
        limit = 20
        for name, value, plan, want in SCRIPTS:
            with self.subTest(name=name, value=value, plan=plan):
                rand = ScriptedRandom(*plan)
                mutator: ByteMutator = getattr(byteslice, name)
                self.assertEqual(mutator(rand, value, limit), want)
                rand.finish()

    def test_every_mutator_has_a_script_for_both_outcomes(self) -> None:
        for mutator in BYTE_MUTATORS:
            outcomes = {want is None for name, _, _, want in SCRIPTS if name == mutator.__name__}
            self.assertEqual(outcomes, {True, False}, mutator.__name__)

    def test_a_result_may_be_exactly_as_long_as_the_limit(self) -> None:
        rand = ScriptedRandom((1, 0), (100, 0), (8, 1), byte(65), byte(66))
        self.assertEqual(byteslice.insert_random_bytes(rand, b"", 2), b"AB")

    def test_results_are_bytes_within_the_limit_and_the_value_is_untouched(self) -> None:
        rand = FastRand(1)
        for size, limit in ((0, 0), (0, 1), (1, 1), (1, 3), (2, 2), (3, 40), (16, 16), (40, 64)):
            value = bytes(range(size))
            for mutator in BYTE_MUTATORS:
                with self.subTest(name=mutator.__name__, size=size, limit=limit):
                    for _ in range(60):
                        result = mutator(rand, value, limit)
                        if result is not None:
                            self.assertIs(type(result), bytes)
                            self.assertLessEqual(len(result), limit)
                    self.assertEqual(value, bytes(range(size)))


class ChooseLenTest(unittest.TestCase):
    def test_each_odds_has_its_range(self) -> None:
        for plan, n, want in (
            ([(100, 89), (8, 7)], 1024, 8),
            ([(100, 89), (5, 4)], 5, 5),
            ([(100, 90), (32, 31)], 1024, 32),
            ([(100, 98), (20, 0)], 20, 1),
            ([(100, 99), (1024, 1023)], 1024, 1024),
        ):
            with self.subTest(n=n, want=want):
                rand = ScriptedRandom(*plan)
                self.assertEqual(choose_len(rand, n), want)
                rand.finish()

    def test_the_shares_are_those_measured_with_go(self) -> None:
        rand = FastRand(4)
        drawn = [choose_len(rand, 1024) for _ in range(20000)]
        self.assertAlmostEqual(sum(n <= 8 for n in drawn) / 20000, 0.922, delta=0.01)
        self.assertAlmostEqual(sum(8 < n <= 32 for n in drawn) / 20000, 0.068, delta=0.01)
        self.assertAlmostEqual(sum(n > 32 for n in drawn) / 20000, 0.010, delta=0.003)
        self.assertEqual((min(drawn), max(drawn) <= 1024), (1, True))


if __name__ == "__main__":
    unittest.main()
