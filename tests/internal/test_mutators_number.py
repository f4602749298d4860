"""The mutators of whole numbers, floats and bools."""

from __future__ import annotations

import math
import struct
import sys
import unittest
from typing import TYPE_CHECKING

from gofuzz_py.internal import kinds
from gofuzz_py.internal import mutators_number as number
from gofuzz_py.internal.mutators_number import (
    BIG_INT_MUTATORS,
    BOOL_MUTATORS,
    FLOAT_MUTATORS,
    INT_MUTATORS,
    MAX_INT_BITS,
    float_limits,
    int_limits,
    int_mutators,
)
from gofuzz_py.internal.rand import FastRand
from tests.helpers_random import Draw, ScriptedRandom, coin

if TYPE_CHECKING:
    from gofuzz_py.internal.kinds import Kind

INT_KINDS = [kind for kind in dict.fromkeys(kinds.KINDS.values()) if kind.python is int]
INT8, UINT8, INT = kinds.INT8, kinds.UINT8, kinds.INT
FLOAT, FLOAT32 = kinds.FLOAT, kinds.FLOAT32
FLOAT32_LEAST = 2.0**-149
TOO_WIDE = 1 << MAX_INT_BITS

#: Name, kind, value, draws, result.
INT_SCRIPTS: list[tuple[str, Kind, int, list[Draw], int | None]] = [
    ("add_small", INT8, 5, [(100, 6)], 12),
    ("add_small", INT8, 100, [(100, 99)], 127),
    ("add_small", INT8, 127, [(100, 0)], None),
    ("add_small", INT, 1 << 64, [(100, 99)], (1 << 64) + 100),
    ("add_small", INT, TOO_WIDE - 1, [(100, 0)], None),
    ("subtract_small", INT8, 5, [(100, 6)], -2),
    ("subtract_small", INT8, -100, [(100, 99)], -128),
    ("subtract_small", INT8, -128, [(100, 0)], None),
    ("subtract_small", UINT8, 3, [(100, 9)], 0),
    ("subtract_small", INT, -(1 << 64), [(100, 0)], -(1 << 64) - 1),
    ("step_by_one", INT8, 5, [coin(True)], 6),
    ("step_by_one", INT8, 5, [coin(False)], 4),
    ("step_by_one", UINT8, 0, [coin(False)], None),
    ("power_of_two", INT8, 0, [(9, 6), (3, 2), coin(False)], 65),
    ("power_of_two", INT8, 0, [(9, 7), (3, 1), coin(True)], -128),
    ("power_of_two", INT8, 0, [(9, 8), (3, 1), coin(False)], None),
    ("power_of_two", INT, 0, [(73, 64), (3, 0), coin(False)], (1 << 64) - 1),
    ("random_int", INT8, 0, [(8, 2), (8, 5), coin(True)], -5),
    ("random_int", UINT8, 0, [(8, 2), (8, 5), coin(True)], 251),
    ("random_int", INT, 0, [(72, 2), (8, 5), coin(False)], 5),
    ("add_random", INT8, 127, [(8, 2), (8, 5), coin(False)], -124),
    ("add_random", INT, 7, [(72, 2), (8, 5), coin(True)], 2),
    ("flip_int_bit", INT8, 1, [(8, 7)], -127),
    ("flip_int_bit", INT8, -128, [(8, 7)], 0),
    ("flip_int_bit", UINT8, 1, [(8, 7)], 129),
    ("flip_int_bit", INT, 0, [(72, 71)], 1 << 71),
    ("negate_int", INT8, 5, [coin(True)], -5),
    ("negate_int", INT8, 5, [coin(False)], -6),
    ("negate_int", UINT8, 5, [coin(False)], 250),
    ("multiply_int", INT8, 5, [(9, 8)], 50),
    ("multiply_int", INT8, 100, [(9, 0)], None),
    ("divide_int", INT8, -7, [(9, 0)], -3),
    ("divide_int", INT8, 100, [(9, 8)], 10),
    ("edit_digits", INT, 1234, [(4, 1), (8, 0), (10, 9)], 1934),
    ("edit_digits", INT, -1234, [(4, 1), (8, 1), (10, 9)], -19234),
    ("edit_digits", INT, 5, [(1, 0), (8, 2), (10, 0)], 0),
    ("edit_digits", INT, 1234, [(4, 2), (8, 3), (10, 0)], 123434),
    ("edit_digits", INT, 1234, [(4, 1), (8, 4), (10, 0)], 1000),
    ("edit_digits", INT, 1234, [(4, 1), (8, 5), (10, 0)], 1999),
    ("edit_digits", INT, 12, [(2, 1), (8, 6), (10, 0)], 12000),
    ("edit_digits", INT, 12, [(2, 1), (8, 7), (10, 0)], 21),
    ("edit_digits", INT8, 12, [(2, 1), (8, 6), (10, 0)], None),
    ("edit_digits", INT, 1 << 1000, [], None),
    ("huge_int", INT, 0, [(3, 0), (4096, 2), (8, 5), coin(True)], -5),
    ("huge_int", INT, 0, [(3, 1), (4096, 4095), (3, 0), coin(False)], (1 << 4095) - 1),
    ("huge_int", INT, 0, [(3, 2), (1200, 1199), (3, 2), coin(False)], 10**1199 + 1),
]  # fmt: skip

#: Name, kind, value, draws, result.
FLOAT_SCRIPTS: list[tuple[str, Kind, float, list[Draw], float | None]] = [
    ("add_small_float", FLOAT, 1.5, [(100, 99)], 101.5),
    ("subtract_small_float", FLOAT, 1.5, [(100, 99)], -98.5),
    ("multiply_float", FLOAT, 1e308, [(9, 8)], math.inf),
    ("multiply_float", FLOAT32, 3e38, [(9, 0)], math.inf),
    ("multiply_float", FLOAT32, -3e38, [(9, 0)], -math.inf),
    ("divide_float", FLOAT, 5.0, [(9, 8)], 0.5),
    ("divide_float", FLOAT32, 1.0, [(9, 1)], 0.3333333432674408),
    ("neighbour_float", FLOAT, 1.0, [(4, 0), coin(True)], math.nextafter(1.0, 2.0)),
    ("neighbour_float", FLOAT, 1.0, [(4, 0), coin(False)], math.nextafter(1.0, 0.0)),
    ("neighbour_float", FLOAT, -1.0, [(4, 0), coin(True)], math.nextafter(-1.0, -2.0)),
    ("neighbour_float", FLOAT, 0.0, [(4, 1), coin(False)], -1e-323),
    ("neighbour_float", FLOAT, -0.0, [(4, 0), coin(False)], 5e-324),
    ("neighbour_float", FLOAT, math.inf, [(4, 0), coin(False)], sys.float_info.max),
    ("neighbour_float", FLOAT, math.inf, [(4, 0), coin(True)], math.nan),
    ("neighbour_float", FLOAT32, 0.0, [(4, 0), coin(True)], FLOAT32_LEAST),
    ("neighbour_float", FLOAT32, kinds.FLOAT32_MAX, [(4, 0), coin(True)], math.inf),
    ("neighbour_float", FLOAT, math.nan, [], None),
    ("flip_float_bit", FLOAT, 1.0, [(64, 63)], -1.0),
    ("flip_float_bit", FLOAT, 1.0, [(64, 51)], 1.5),
    ("flip_float_bit", FLOAT, math.inf, [(64, 0)], math.nan),
    ("flip_float_bit", FLOAT32, 1.0, [(32, 22)], 1.5),
    ("negate_float", FLOAT, 0.0, [], -0.0),
    ("negate_float", FLOAT, math.nan, [], None),
    ("invert_float", FLOAT, -8.0, [], -0.125),
    ("invert_float", FLOAT, 5e-324, [], math.inf),
    ("invert_float", FLOAT, 0.0, [], None),
    ("float_power_of_two", FLOAT, 1.0, [(2098, 0), coin(False)], 5e-324),
    ("float_power_of_two", FLOAT, 1.0, [(2098, 2097), coin(True)], -(2.0**1023)),
    ("float_power_of_two", FLOAT32, 1.0, [(277, 0), coin(False)], FLOAT32_LEAST),
    ("float_power_of_two", FLOAT32, 1.0, [(277, 276), coin(False)], 2.0**127),
    ("float_power_of_ten", FLOAT, 1.0, [(634, 325), coin(False)], 10.0),
    ("float_power_of_ten", FLOAT, 1.0, [(634, 633), coin(True)], -math.inf),
    ("float_power_of_ten", FLOAT32, 1.0, [(86, 85), coin(False)], math.inf),
    ("whole_float", FLOAT, 1.0, [(54, 2), (8, 5), coin(True)], -5.0),
    ("fraction_float", FLOAT, 1.0, [(1 << 53, 1 << 52), coin(True)], -0.5),
    ("random_float", FLOAT, 1.0, [(256, 0)] * 6 + [(256, 0xF0), (256, 0x3F)], 1.0),
    ("random_float", FLOAT32, 1.0, [(256, 255)] * 4, math.nan),
    ("shorten_float", FLOAT, 123.456, [(8, 1)], 120.0),
    ("shorten_float", FLOAT, 123.456, [(8, 0)], 123.0),
    ("shorten_float", FLOAT, -math.inf, [(8, 3)], -math.inf),
]  # fmt: skip


def same_float(left: float | None, right: float | None) -> bool:
    """Compare as the corpus does: -0.0 is not 0.0, NaN is NaN."""
    return repr(left) == repr(right)


class IntMutatorTest(unittest.TestCase):
    def test_each_mutator_follows_its_script(self) -> None:
        for name, kind, value, plan, want in INT_SCRIPTS:
            with self.subTest(name=name, kind=kind.label, value=value.bit_length(), plan=plan):
                rand = ScriptedRandom(*plan)
                self.assertEqual(getattr(number, name)(rand, value, int_limits(kind)), want)
                rand.finish()

    def test_a_value_of_the_table_is_drawn_by_its_index(self) -> None:
        limits = int_limits(INT8)
        self.assertEqual(limits.interesting[:3], (-128, 127, 0))
        size = len(limits.interesting)
        self.assertEqual(number.interesting_int(ScriptedRandom((size, 1)), 5, limits), 127)
        for plan, want in (([(size, 2), (17, 0)], -8), ([(size, 1), (17, 9)], None)):
            self.assertEqual(number.near_interesting_int(ScriptedRandom(*plan), 5, limits), want)

    def test_every_mutator_has_a_script(self) -> None:
        scripted = {name for name, *_ in INT_SCRIPTS} | {"interesting_int", "near_interesting_int"}
        self.assertEqual(scripted, {mutator.__name__ for mutator in BIG_INT_MUTATORS})

    def test_only_the_unlimited_int_becomes_huge(self) -> None:
        for kind in INT_KINDS:
            want = BIG_INT_MUTATORS if kind is INT else INT_MUTATORS
            self.assertIs(int_mutators(kind), want, kind.label)

    def test_results_stay_in_range_from_everywhere(self) -> None:
        rand = FastRand(1)
        for kind in INT_KINDS:
            limits = int_limits(kind)
            for value in (*limits.interesting[:: max(1, len(limits.interesting) // 12)], 0):
                for mutator in dict.fromkeys(int_mutators(kind)):
                    for _ in range(4):
                        result = mutator(rand, value, limits)
                        if result is None:
                            continue
                        problem = kind.problem(result)
                        self.assertIsNone(problem, (mutator.__name__, kind.label, value))
                        self.assertLessEqual(result.bit_length(), MAX_INT_BITS)

    def test_the_tables_hold_both_ends_and_nothing_outside(self) -> None:
        for kind in INT_KINDS:
            with self.subTest(kind=kind.label):
                table = int_limits(kind).interesting
                self.assertEqual(len(table), len(set(table)))
                self.assertTrue(all(kind.problem(entry) is None for entry in table))
                if kind is INT:
                    for entry in (2**63, -(2**63), 2**64, 10**30, -1, 0x110000, 2**53 + 1):
                        self.assertIn(entry, table)
                else:
                    self.assertIn(kind.low, table)
                    self.assertIn(kind.high, table)

    def test_a_number_above_the_bound_can_only_shrink(self) -> None:
        rand, limits = FastRand(2), int_limits(INT)
        value = TOO_WIDE << 10
        for mutator in BIG_INT_MUTATORS:
            result = mutator(rand, value, limits)
            if result is not None:
                self.assertLess(result.bit_length(), value.bit_length(), mutator.__name__)

    def test_digits_are_edited_where_the_target_lowered_the_limit_of_conversions(self) -> None:
        limit = sys.get_int_max_str_digits()
        self.addCleanup(sys.set_int_max_str_digits, limit)
        sys.set_int_max_str_digits(640)
        rand, limits = FastRand(3), int_limits(INT)
        for value in (1 << 999, 10**301, 1 << 4000):
            for _ in range(50):
                number.edit_digits(rand, value, limits)


class FloatMutatorTest(unittest.TestCase):
    def test_each_mutator_follows_its_script(self) -> None:
        for name, kind, value, plan, want in FLOAT_SCRIPTS:
            with self.subTest(name=name, kind=kind.label, value=value, plan=plan):
                rand = ScriptedRandom(*plan)
                result = getattr(number, name)(rand, value, float_limits(kind))
                self.assertTrue(same_float(result, want), f"{result!r} is not {want!r}")
                rand.finish()

    def test_a_value_of_the_table_is_drawn_by_its_index(self) -> None:
        limits = float_limits(FLOAT)
        rand = ScriptedRandom((len(limits.interesting), 2))
        self.assertEqual(number.interesting_float(rand, 0.0, limits), limits.interesting[2])

    def test_every_mutator_has_a_script(self) -> None:
        scripted = {name for name, *_ in FLOAT_SCRIPTS} | {"interesting_float"}
        self.assertEqual(scripted, {mutator.__name__ for mutator in FLOAT_MUTATORS})

    def test_the_tables_hold_the_special_values_once(self) -> None:
        for kind, smallest, largest in (
            (FLOAT, 5e-324, sys.float_info.max),
            (FLOAT32, FLOAT32_LEAST, kinds.FLOAT32_MAX),
        ):
            with self.subTest(kind=kind.label):
                table = [repr(entry) for entry in float_limits(kind).interesting]
                self.assertEqual(len(table), len(set(table)))
                for entry in (0.0, -0.0, math.nan, math.inf, -math.inf, smallest, -largest, 2.0**53):
                    self.assertIn(repr(entry), table)

    def test_a_float32_stays_one_and_a_nan_is_the_plain_one(self) -> None:
        rand = FastRand(1)
        plain = struct.pack("<d", math.nan)
        for kind, code in ((FLOAT, "<d"), (FLOAT32, "<f")):
            limits = float_limits(kind)
            for value in (*limits.interesting[::5], math.nan):
                for mutator in FLOAT_MUTATORS:
                    result = mutator(rand, value, limits)
                    if result is None:
                        continue
                    self.assertIs(type(result), float)
                    again = struct.unpack(code, struct.pack(code, result))[0]
                    self.assertTrue(same_float(again, result), (mutator.__name__, value, result))
                    if result != result:
                        self.assertEqual(struct.pack("<d", result), plain)


class BoolMutatorTest(unittest.TestCase):
    def test_it_always_flips_and_draws_nothing(self) -> None:
        (flip,) = BOOL_MUTATORS
        self.assertIs(flip(ScriptedRandom(), True, None), False)
        self.assertIs(flip(ScriptedRandom(), False, None), True)


if __name__ == "__main__":
    unittest.main()
