"""The order of simplicity: a total order on each kind, and the right way round."""

from __future__ import annotations

import itertools
import math
import random
import struct
import unittest
from typing import TYPE_CHECKING

from gofuzz_py.internal.kinds import BOOL, BYTES, FLOAT, FLOAT32, INT, INT8, STR
from gofuzz_py.internal.minimize_order import (
    READABLE,
    character_rank,
    is_simpler,
    shortest_decimal,
    to_width,
    usual_nan,
)

if TYPE_CHECKING:
    from gofuzz_py.internal.kinds import Kind, Value

#: For each kind, values from the simplest to the least simple.
LADDERS: tuple[tuple[Kind, list[Value]], ...] = (
    (BYTES, [b"", b"0", b"A", b"a", b" ", b".", b"/", b"d", b"~", b"\x00", b"\n", b"\x7f", b"\x80", b"\xff"]),
    (BYTES, [b"\xff", b"00", b"0a", b"a0", b"\x000", b"000"]),
    (STR, ["", "0", "Z", ".", "Q", "\x00", "\x7f", "é", "\u03a9", "\u4e2d", "\U0001f600", "ß", "\u4e00"]),
    (STR, ["\u4e00", "\x80", "\u200b", "\ud800", "\U0010ffff", "00", "0é", "é0"]),
    (BOOL, [False, True]),
    (INT, [0, 1, -1, 2, -2, 10**30, -(10**30), 10**5000]),
    (INT8, [0, 1, -1, 127, -127, -128]),
    (FLOAT, [0.0, -0.0, 1.0, -1.0, 2.0, 1e15, 2.0**53, 0.5, -0.5, 1.5, 0.25, 1e-05, 0.333, 5e-324]),
    (FLOAT, [5e-324, 1e16, -1e16, 2e300, 1.5e16, 1.7976931348623157e308, math.inf, -math.inf, math.nan]),
    (FLOAT32, [0.0, 1.0, to_width(FLOAT32, 0.1), to_width(FLOAT32, 0.15), to_width(FLOAT32, 1e20), math.inf]),
)


class OrderTest(unittest.TestCase):
    def test_each_ladder_goes_up(self) -> None:
        for kind, ladder in LADDERS:
            for (low, left), (high, right) in itertools.combinations(enumerate(ladder), 2):
                with self.subTest(kind=kind.name, left=f"{low}: {left!r:.40}" if left != 10**5000 else low):
                    self.assertTrue(is_simpler(kind, left, right), f"not before number {high}")
                    self.assertFalse(is_simpler(kind, right, left), f"before number {high}")

    def test_nothing_is_simpler_than_itself(self) -> None:
        for kind, ladder in LADDERS:
            for value in ladder:
                self.assertFalse(is_simpler(kind, value, value))

    def test_of_any_two_values_one_is_simpler_and_the_order_is_transitive(self) -> None:
        rnd = random.Random(1)
        samples: dict[Kind, list[Value]] = {
            BYTES: [rnd.randbytes(2) for _ in range(16)],
            STR: ["".join(rnd.choices("aA0\x00é\u4e00\u200b\ud800", k=3)) for _ in range(16)],
            FLOAT: [struct.unpack("<d", rnd.randbytes(8))[0] for _ in range(14)] + [0.5, 3.0, -3.0, 1e17],
        }
        for kind, values in samples.items():
            for a, b, c in itertools.product(set(values), repeat=3):
                if a != b:
                    self.assertNotEqual(is_simpler(kind, a, b), is_simpler(kind, b, a), (a, b))
                if is_simpler(kind, a, b) and is_simpler(kind, b, c):
                    self.assertTrue(is_simpler(kind, a, c), (a, b, c))

    def test_the_zero_value_is_the_simplest(self) -> None:
        for kind, ladder in LADDERS:
            self.assertFalse(any(is_simpler(kind, value, kind.zero()) for value in ladder))

    def test_long_texts_differ_at_their_first_different_character(self) -> None:
        for place in (0, 1, 4998, 4999):
            text = "d" * place + "a" + "\u4e00" * (4999 - place)
            other = "d" * place + "b" + "0" * (4999 - place)
            self.assertTrue(is_simpler(STR, text, other))
            self.assertFalse(is_simpler(STR, other, text))

    def test_bytes_and_str_agree_on_ascii(self) -> None:
        for left, right in itertools.product(map(chr, range(128)), repeat=2):
            as_bytes = is_simpler(BYTES, left.encode(), right.encode())
            self.assertEqual(as_bytes, is_simpler(STR, left, right))

    def test_the_readable_characters_come_first_in_gos_order(self) -> None:
        self.assertEqual(len(set(READABLE)), 32)
        self.assertEqual(
            "".join(sorted(map(chr, range(0x300)), key=lambda c: character_rank(ord(c)))[:32]), READABLE
        )


class WidthTest(unittest.TestCase):
    def test_a_float32_is_rounded_and_a_double_is_not(self) -> None:
        self.assertEqual(to_width(FLOAT, 0.1), 0.1)
        self.assertEqual(to_width(FLOAT32, 0.1), 0.10000000149011612)
        self.assertEqual(to_width(FLOAT32, -1e39), -math.inf)

    def test_the_shortest_decimal_reads_back(self) -> None:
        self.assertEqual(shortest_decimal(FLOAT32, to_width(FLOAT32, 0.1)), "0.1")
        self.assertEqual(shortest_decimal(FLOAT, 0.1), "0.1")
        rnd = random.Random(3)
        for _ in range(200):
            value: float = struct.unpack("<f", rnd.randbytes(4))[0]
            if math.isfinite(value):
                self.assertEqual(to_width(FLOAT32, float(shortest_decimal(FLOAT32, value))), value)

    def test_a_double_where_a_float32_should_be_is_shown_in_full(self) -> None:
        self.assertEqual(shortest_decimal(FLOAT32, 0.1), "0.1")
        self.assertEqual(shortest_decimal(FLOAT32, 0.10000000001), "0.10000000001")

    def test_the_usual_nan_is_simpler_than_any_other(self) -> None:
        for kind in (FLOAT, FLOAT32):
            other = struct.unpack("<d", struct.pack("<Q", 0x7FF8000000000005))[0]
            self.assertTrue(is_simpler(kind, usual_nan(kind), other))
            self.assertFalse(is_simpler(kind, other, usual_nan(kind)))
            self.assertFalse(is_simpler(kind, usual_nan(kind), usual_nan(kind)))


if __name__ == "__main__":
    unittest.main()
