"""What is repeated in an input: chosen, and found again."""

from __future__ import annotations

import unittest

from gofuzz_py.internal.complexity_growth import (
    MAX_BASE,
    MAX_PIECE,
    Growth,
    choose_growth,
    find_growth,
    text_size,
)
from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.rand import FastRand

#: Inputs of all kinds of arguments.
INPUTS: tuple[list[Value], ...] = (
    [b""],
    [b"GET / HTTP/1.1\r\nHost: \xff\r\n"],
    [""],
    ["<a b='c'>é漢\ud800</a>\n# d"],
    ["a", 7, b"b", 2.5, True],
    ["x" * 5000, b"y" * 5000],
)


class GrowthTest(unittest.TestCase):
    growth = Growth((("(", "a,", ")"), (7,), (b"", b"<", b"-", b">", b"")))

    def test_every_piece_is_repeated_equally_often_and_the_rest_stays(self) -> None:
        self.assertEqual(["()", 7, b"-"], self.growth.values(0))
        self.assertEqual(["(a,a,a,)", 7, b"<<<->>>"], self.growth.values(3))

    def test_its_size_is_that_of_the_texts_in_bytes(self) -> None:
        for times in (0, 1, 5):
            values = self.growth.values(times)
            self.assertEqual(len(str(values[0])) + len(bytes(values[2])), self.growth.size(times))  # type: ignore[arg-type]
        self.assertEqual(2 + 3 * 4, Growth((("é", "漢", ""),)).size(4))
        self.assertEqual(3, text_size(["\ud800", 5, 2.5, True, b""]))

    def test_its_parts_can_be_replaced(self) -> None:
        other = self.growth.with_parts(["", "b", "", 0, b"", b"", b"", b"!", b""])
        self.assertEqual(["bb", 0, b"!!"], other.values(2))
        self.assertEqual(["b", b"!"], other.pieces)


class ChoiceTest(unittest.TestCase):
    def test_what_is_chosen_grows_and_keeps_types(self) -> None:
        rand = FastRand(1)
        for values in INPUTS:
            with self.subTest(repr(values)[:60]):
                for _ in range(200):
                    growth = choose_growth(rand, values)
                    assert growth is not None
                    self.assertTrue(growth.pieces)
                    self.assertLessEqual(max(len(piece) for piece in growth.pieces), MAX_PIECE)  # type: ignore[arg-type]
                    self.assertLess(growth.size(1), growth.size(2))
                    grown = growth.values(3)
                    self.assertEqual([type(value) for value in values], [type(value) for value in grown])
                    self.assertEqual(growth.size(3), text_size(grown))

    def test_long_texts_are_cut_so_that_one_run_stays_cheap(self) -> None:
        rand = FastRand(2)
        for _ in range(100):
            growth = choose_growth(rand, ["x" * 5000, b"y" * 5000])
            assert growth is not None
            self.assertLessEqual(growth.size(1), 2 * (MAX_BASE + MAX_PIECE))

    def test_numbers_do_not_grow(self) -> None:
        self.assertIsNone(choose_growth(FastRand(1), [7, 2.5, True]))

    def test_two_texts_sometimes_grow_together(self) -> None:
        rand = FastRand(3)
        both = 0
        for _ in range(100):
            growth = choose_growth(rand, ["ab", "cd"])
            assert growth is not None
            both += all(len(column) > 1 for column in growth.columns)
        self.assertGreater(both, 5)
        self.assertLess(both, 50)

    def test_equal_draws_give_equal_choices(self) -> None:
        first, second = FastRand(4), FastRand(4)
        for values in INPUTS * 20:
            self.assertEqual(choose_growth(first, values), choose_growth(second, values))


class FindTest(unittest.TestCase):
    def test_repetitions_are_found(self) -> None:
        rows: tuple[tuple[list[Value], tuple[tuple[Value, ...], ...]], ...] = (
            (["<!--" * 9], (("", "<!--", ""),)),
            ([b"[" * 20 + b"x" + b"]" * 20], ((b"", b"[", b"x", b"]", b""),)),
            (["head" + "ab" * 7 + "tail"], (("head", "ab", "tail"),)),
            (["a\nb\n" * 5, 3, "--"], (("", "a\nb\n", ""), (3,), ("--",))),
            # What is repeated less than half as often stays as it is.
            (["    " + "ab" * 20], (("    ", "ab", ""),)),
            # What is repeated twice as often keeps its proportion.
            (["(" * 40 + ")" * 20], (("", "((", "", ")", ""),)),
            # Some of a kind within the piece.
            (["x::::" * 30], (("", "x::::", ""),)),
        )
        for values, columns in rows:
            with self.subTest(repr(values)[:60]):
                growth = find_growth(values)
                assert growth is not None
                self.assertEqual(columns, growth.columns)

    def test_nothing_is_found_where_nothing_is_repeated(self) -> None:
        inputs: tuple[list[Value], ...] = (["aaa"], [""], [b"abcabcabc"], [1111, 2.5], ["x" * (1 << 18)])
        for values in inputs:
            with self.subTest(repr(values)[:40]):
                self.assertIsNone(find_growth(values))

    def test_fewer_repetitions_than_asked_for_do_not_count(self) -> None:
        self.assertIsNone(find_growth(["a" * 15], 16))
        self.assertIsNotNone(find_growth(["a" * 16], 16))

    def test_what_was_chosen_is_found_again_as_an_equal_function(self) -> None:
        rand = FastRand(5)
        found = 0
        for values in INPUTS[1:5] * 50:
            growth = choose_growth(rand, values)
            assert growth is not None
            again = find_growth(growth.values(32))
            if again is not None:
                small = min(8, 32)
                found += again.size(2 * small) - again.size(small) == growth.size(2 * small) - growth.size(
                    small
                )
        self.assertGreater(found, 150)  # of 200; pieces that hold repetitions themselves are cut otherwise
