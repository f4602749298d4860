"""Numbers as text: shortest digits, exact rounding, ints without limit."""

from __future__ import annotations

import math
import random
import unittest
from fractions import Fraction

from gofuzz_py.internal import encoding_number as number


def float32_neighbours(bits: int) -> tuple[float, float]:
    """Return a positive float32 and the next larger one (2**128 after the last)."""
    above = number.float32_from_bits(bits + 1)
    return number.float32_from_bits(bits), 2.0**128 if math.isinf(above) else above


def decimal_of(value: Fraction) -> str:
    """Spell a fraction whose denominator is a power of two in full."""
    places = value.denominator.bit_length() - 1
    digits = str(value.numerator * 5**places).rjust(places + 1, "0")
    return digits[: len(digits) - places] + "." + (digits[len(digits) - places :] or "0")


class Ints(unittest.TestCase):
    def test_text_and_value_agree_at_every_length(self) -> None:
        for bits in [*range(0, 200, 7), *range(1980, 2000), 3979, 3980, 3981, 7960, 7961, 12345]:
            for value in (1 << bits, (1 << bits) - 1, -(1 << bits)):
                self.assertEqual(number.int_text(value), str(value))
                self.assertEqual(number.parse_int(str(value)), value)

    def test_every_base_and_underscores_are_understood(self) -> None:
        for text, value in [
            ("0", 0), ("-0", 0), ("00", 0), ("017", 15), ("0_17", 15), ("0o17", 15), ("0O1_7", 15),
            ("0x_Ff", 255), ("0XfF", 255), ("0b1_01", 5), ("0B101", 5), ("1_000", 1000), ("-0x10", -16),
        ]:  # fmt: skip
            with self.subTest(text=text):
                self.assertEqual(number.parse_int(text), value)

    def test_leading_and_inner_zeros_survive_the_cutting_into_chunks(self) -> None:
        for zeros in (598, 599, 600, 601, 1199, 1200, 1201, 2400):
            self.assertEqual(number.parse_int("1" + "0" * zeros + "7"), 10 ** (zeros + 1) + 7)


class Floats(unittest.TestCase):
    def test_the_shortest_text_reads_back_for_powers_of_two_and_their_neighbours(self) -> None:
        for exponent in range(0, 2047, 3):
            for step in (-1, 0, 1):
                value = number.float_from_bits(max((exponent << 52) + step, 0))
                self.assertEqual(number.parse_float(number.float_text(value)), value)
                self.assertEqual(number.parse_float(number.float_text(-value)), -value)

    def test_the_exponent_form_begins_where_go_begins_it(self) -> None:
        for value, text in [
            (0.001, "0.001"), (0.0001, "0.0001"), (0.00012, "0.00012"), (0.00009, "9e-05"), (1e5, "100000"),
            (123456.75, "123456.75"), (1234567.0, "1.234567e+06"), (1e22, "1e+22"), (1e100, "1e+100"),
            (1.5e-7, "1.5e-07"), (-2.5, "-2.5"), (10.0, "10"), (1e15, "1e+15"), (1e16, "1e+16"), (0.5, "0.5"),
        ]:  # fmt: skip
            with self.subTest(text=text):
                self.assertEqual(number.float_text(value), text)

    def test_literals_of_every_kind_are_rounded_as_go_rounds_them(self) -> None:
        for text, value in [
            (".5", 0.5), ("5.", 5.0), ("1e1_0", 1e10), ("1_000.5", 1000.5), ("017", 17.0), ("0_7", 7.0),
            ("09.5", 9.5), ("0x1p-2", 0.25), ("-0X_1.8P+1", -3.0), ("0x.8p1", 1.0), ("1e-400", 0.0),
            ("0x1p-99999999999999999999", 0.0), ("0x0p99999999999999999999", 0.0), ("0E9999999999999", 0.0),
            ("0x1.00000000000008p0", 1.0), ("0x1.000000000000080000001p0", 1 + 2**-52),
        ]:  # fmt: skip
            with self.subTest(text=text):
                self.assertEqual(number.parse_float(text), value)

    def test_what_is_too_large_or_no_float_to_go_is_refused(self) -> None:
        for text in ("1e400", "-1e400", "0x1p1024", "0x1p99999999999999999999", "1e99999999999999999999"):
            with self.subTest(text=text), self.assertRaises(OverflowError):
                number.parse_float(text)
        for text in ("0x10", "0b1", "0o17", "-0x1e5"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                number.parse_float(text)


class Float32s(unittest.TestCase):
    def test_the_shortest_text_reads_back_for_powers_of_two_and_their_neighbours(self) -> None:
        for exponent in range(255):
            for step in (-1, 0, 1):
                value = number.float32_from_bits(max((exponent << 23) + step, 0))
                text = number.float32_text(value)
                self.assertEqual(number.parse_float32(text), value)
                self.assertLessEqual(len(text), 14)

    def test_a_power_of_two_is_shortest_although_the_nearest_text_misses_it(self) -> None:
        for bits, text in [
            (0x0F800000, "1.2621775e-29"),
            (0x6B000000, "1.5474251e+26"),
            (0x6C800000, "1.2379401e+27"),
        ]:
            with self.subTest(text=text):
                self.assertEqual(number.float32_text(number.float32_from_bits(bits)), text)
                self.assertEqual(number.float32_text(-number.float32_from_bits(bits)), "-" + text)

    def test_digits_are_those_of_the_float32_and_not_of_the_double(self) -> None:
        self.assertEqual(number.float32_text(number.round_float32(0.1)), "0.1")
        self.assertEqual(number.float32_text(0.1), "0.1")
        self.assertEqual(number.float32_text(1 / 3), "0.33333334")

    def test_a_literal_half_way_is_rounded_by_its_last_digit(self) -> None:
        rng = random.Random(6)
        all_bits = [0, 1, 2, 0x7FFFFF, 0x800000, 0x3F800000, 0x4B800000, 0x7F7FFFFE]
        for bits in all_bits + [rng.randrange(0x7F7FFFFF) for _ in range(60)]:
            below, above = float32_neighbours(bits)
            even = below if bits % 2 == 0 else above
            tie = (Fraction(below) + Fraction(above)) / 2
            text = decimal_of(tie)
            tiny = Fraction(1, 1 << (tie.denominator.bit_length() + 40))
            for literal, want in [
                (text, even),
                (text + "0000", even),
                (text + "0" * 30 + "1", above),
                (decimal_of(tie - tiny), below),
                (f"{tie.numerator:#x}.0p-{tie.denominator.bit_length() - 1}", even),
                (f"{tie.numerator:#x}.{'0' * 20}1p-{tie.denominator.bit_length() - 1}", above),
            ]:
                self.assertEqual(number.parse_float32(literal), want, literal)
                self.assertEqual(number.parse_float32("-" + literal), -want, literal)

    def test_the_largest_value_ends_half_a_step_below_the_next_power(self) -> None:
        largest = number.float32_from_bits(0x7F7FFFFF)
        for text in ("3.4028235e+38", "0x1.fffffep127", "0x1.fffffefffffffffffffffp127", "-3.4028235e+38"):
            with self.subTest(text=text):
                self.assertEqual(abs(number.parse_float32(text)), largest)
        for text in ("0x1.ffffffp127", "0x1p128", "1e39", "1e40", "-1e40", "1e400"):
            with self.subTest(text=text), self.assertRaises(OverflowError):
                number.parse_float32(text)

    def test_rounding_goes_to_infinity_beyond_the_range(self) -> None:
        self.assertEqual(number.round_float32(1e39), math.inf)
        self.assertEqual(number.round_float32(-1e39), -math.inf)
        self.assertEqual(number.float32_bits(-1e39), 0xFF800000)

    def test_bits_of_every_sort_survive_the_way_through_a_double(self) -> None:
        rng = random.Random(7)
        special = [0, 1, 0x80000000, 0x7F800000, 0xFF800000, 0x7F800001, 0x7FBFFFFF, 0x7FC00000, 0xFFFFFFFF]
        for bits in special + [rng.getrandbits(32) for _ in range(500)]:
            self.assertEqual(number.float32_bits(number.float32_from_bits(bits)), bits)

    def test_a_nan_whose_payload_does_not_fit_stays_a_nan(self) -> None:
        self.assertEqual(number.float32_bits(number.float_from_bits(0x7FF0000000000001)), 0x7FC00000)


if __name__ == "__main__":
    unittest.main()
