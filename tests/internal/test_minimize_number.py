"""Shrinking numbers: the value a person would have picked, in few calls."""

from __future__ import annotations

import math
import random
import unittest
from functools import partial
from operator import le
from typing import TYPE_CHECKING

from gofuzz_py.internal.kinds import BOOL, FLOAT, FLOAT32, FLOAT32_MAX, INT, INT8, INT64, UINT64
from gofuzz_py.internal.minimize_number import lower_magnitude
from gofuzz_py.internal.minimize_order import to_width
from tests.helpers_minimize import Search, identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.kinds import Kind

IntCase = tuple[str, "Kind", int, "Callable[[int], object]", int, int]
FloatCase = tuple[str, "Kind", float, "Callable[[float], object]", float]

_ARBITRARY = random.Random(5).getrandbits(3000) | 1 << 2999

#: A name, the kind, the original, the condition, the result, the most calls.
INTS: tuple[IntCase, ...] = (
    ("nothing needed", INT, 12345, lambda n: True, 0, 1),
    ("not zero", INT, -12345, lambda n: n != 0, 1, 4),
    ("above a limit", INT, 4567891, lambda n: n >= 1000, 1000, 60),
    ("above an odd limit", INT, 10**9, lambda n: n >= 123457, 123457, 80),
    ("below a limit", INT, -98765, lambda n: n < -100, -101, 60),
    ("the sign does not matter", INT8, -128, lambda n: abs(n) > 100, 101, 70),
    ("no positive of that size", INT8, -128, lambda n: abs(n) > 127, -128, 50),
    ("one exact number", INT, 123456789, lambda n: n == 123456789, 123456789, 70),
    ("a remainder", INT, 987654321 * 7 + 3, lambda n: n % 7 == 3 and n > 1000, 1004, 150),
    ("a round number", UINT64, 18 * 10**18, lambda n: n >= 10**18 and n % 100 == 0, 10**18, 120),
    ("the largest", UINT64, 2**64 - 1, lambda n: n > 2**64 - 5, 2**64 - 4, 160),
    ("beyond 64 bits", INT, -(12345**100), lambda n: abs(n) >= 2**64, 2**64, 150),
    ("a huge round number", INT, 7 * 10**1000 + 12345, lambda n: n >= 10**1000, 10**1000, 200),
    ("a huge number that is not", INT, 5 * _ARBITRARY, lambda n: n >= _ARBITRARY, _ARBITRARY, 3500),
    ("many digits", INT, 12345 << 50_000, lambda n: n.bit_length() > 20_000, 1 << 20_000, 250),
    ("int64", INT64, -(2**63), lambda n: n < -(2**62), -(2**62) - 1, 250),
)

_NAN = math.nan

#: A name, the kind, the original, the condition, the result.
FLOATS: tuple[FloatCase, ...] = (
    ("nothing needed", FLOAT, 3.75, lambda x: True, 0.0),
    ("not zero", FLOAT, -3.75, lambda x: x != 0, 1.0),
    ("above a limit", FLOAT, 98765.4321, lambda x: x > 1000.5, 1001.0),
    ("below a limit", FLOAT, -98765.4321, lambda x: x < -1000.5, -1001.0),
    ("a fraction", FLOAT, -2.718281828, lambda x: x % 1 != 0, 0.1),
    ("few digits", FLOAT, 3.1416926535, lambda x: 3.14159 < x < 3.2, 3.15),
    ("tiny", FLOAT, 5e-324, lambda x: 0 < x < 1e-5, 1e-06),
    ("overflows", FLOAT, 1.7e308, lambda x: x * 10 == math.inf, 1e308),
    ("beyond whole numbers", FLOAT, 2.0**60 + 1024, lambda x: x + 1 == x, 2.0**53),
    ("minus zero", FLOAT, -0.0, lambda x: math.copysign(1, x) < 0, -0.0),
    ("infinite", FLOAT, -math.inf, math.isinf, math.inf),
    ("minus infinity", FLOAT, -math.inf, lambda x: x == -math.inf, -math.inf),
    ("large will do for infinite", FLOAT, math.inf, lambda x: x > 1e15, 1000000000000001.0),
    ("not finite", FLOAT, _NAN, lambda x: not math.isfinite(x), math.inf),
    ("zero will do for NaN", FLOAT, _NAN, lambda x: not x > 5, 0.0),
    (
        "few digits of a float32",
        FLOAT32,
        to_width(FLOAT32, 3.1416),
        lambda x: 3.14159 < x < 3.2,
        to_width(FLOAT32, 3.15),
    ),
    ("large float32", FLOAT32, math.inf, lambda x: x > 1e38, to_width(FLOAT32, 2e38)),
    ("the largest float32", FLOAT32, math.inf, lambda x: x >= FLOAT32_MAX, FLOAT32_MAX),
)


class IntTest(unittest.TestCase):
    def test_ints_end_at_the_smallest_magnitude(self) -> None:
        for name, kind, original, condition, result, most_calls in INTS:
            with self.subTest(name=name):
                search = Search([kind], [original], condition)
                # assertTrue: a difference of numbers this long cannot be printed.
                self.assertTrue(search.run() == [result])
                self.assertLessEqual(search.calls, most_calls)
                self.assertFalse(search.complaints)

    def test_every_threshold_is_found_exactly(self) -> None:
        rnd = random.Random(1)
        for bits in range(1, 200, 3):
            threshold = rnd.getrandbits(bits)
            original = threshold + rnd.getrandbits(rnd.randrange(1, bits + 4))
            with self.subTest(threshold=threshold, original=original):
                found = lower_magnitude(original, partial(le, threshold))
                self.assertEqual(found, threshold)

    def test_small_numbers_are_tried_one_by_one(self) -> None:
        for wanted in range(9):
            self.assertEqual(lower_magnitude(9, {wanted, 9}.__contains__), wanted)

    def test_a_bool_ends_false_or_stays(self) -> None:
        self.assertEqual(Search([BOOL], [True], lambda b: True).run(), [False])
        search = Search([BOOL], [True], lambda b: b)
        self.assertEqual(search.run(), [True])
        self.assertEqual(search.calls, 1)


class FloatTest(unittest.TestCase):
    def test_floats_end_at_the_plainest_number(self) -> None:
        for name, kind, original, condition, result in FLOATS:
            with self.subTest(name=name):
                search = Search([kind], [original], condition)
                found = search.run()
                self.assertEqual(identity(found), identity([result]), f"{found} is not {result!r}")
                self.assertLessEqual(search.calls, 140)
                self.assertEqual(search.complaints, [])

    def test_a_float32_stays_one(self) -> None:
        rnd = random.Random(2)
        for _ in range(50):
            original = to_width(FLOAT32, rnd.uniform(-1, 1) * 10.0 ** rnd.randrange(-40, 38))
            limit = abs(original) * rnd.random()
            search = Search([FLOAT32], [original], lambda x, limit=limit: abs(x) > limit)
            search.run()
            for (value,) in search.tried:
                self.assertIsInstance(value, float)
                self.assertEqual(to_width(FLOAT32, float(value)), value)

    def test_a_needed_nan_becomes_the_usual_one(self) -> None:
        found = Search([FLOAT], [_NAN], lambda x: x != x).run()
        self.assertEqual(found[0].hex() if isinstance(found[0], float) else None, "nan")


if __name__ == "__main__":
    unittest.main()
