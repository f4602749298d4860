"""Crossing an input with another one of the pool."""

from __future__ import annotations

import unittest

from gofuzz_py.internal import kinds as K
from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.mutator import Mutator
from gofuzz_py.internal.mutators_splice import splice_operators
from gofuzz_py.internal.rand import FastRand


class SpliceTest(unittest.TestCase):
    def test_every_operator_takes_something_of_the_other_input(self) -> None:
        rand = FastRand(3)
        operators = splice_operators([K.BYTES], lambda: [b"XYZ"])["[]byte"]
        for operator in operators:
            with self.subTest(operator.__name__):
                tried = {operator(rand, b"abcdef", 1000) for _ in range(200)}
                results = [result for result in tried if isinstance(result, bytes)]
                self.assertTrue(all(set(result) & set(b"XYZ") for result in results))
                self.assertGreater(len(results), 0)

    def test_text_is_spliced_as_text(self) -> None:
        rand = FastRand(3)
        for operator in splice_operators([K.STR], lambda: ["ß☃é"])["string"]:
            for _ in range(50):
                result = operator(rand, "aäb", 1000) or ""
                self.assertIsInstance(result, str)
                self.assertLessEqual(set(str(result)), set("aäbß☃é"))

    def test_the_piece_comes_from_an_argument_of_the_same_kind(self) -> None:
        kinds = [K.STR, K.BYTES, K.INT, K.STR]
        others: list[Value] = ["one", b"two", 3, "four"]
        operators = splice_operators(kinds, lambda: others)
        self.assertEqual(set(operators), {"string", "[]byte"})
        rand = FastRand(1)
        pieces = {str(operators["string"][0](rand, "", 100)) for _ in range(200)}
        self.assertTrue(any(set(piece) <= set("one") for piece in pieces))
        self.assertTrue(any(set(piece) <= set("four") and "u" in piece for piece in pieces))

    def test_an_empty_partner_is_declined(self) -> None:
        rand = FastRand(1)
        for operator in splice_operators([K.BYTES], lambda: [b""])["[]byte"]:
            self.assertIsNone(operator(rand, b"abc", 100))

    def test_a_mutator_keeps_spliced_values_within_the_limit(self) -> None:
        rand = FastRand(1)
        mutator = Mutator([K.BYTES], rand, 20, splice_operators([K.BYTES], lambda: [b"x" * 500]))
        values: list[Value] = [b"abc"]
        for _ in range(2000):
            mutator.mutate(values)
            self.assertLessEqual(len(values[0]), 20)  # type: ignore[arg-type]


if __name__ == "__main__":
    unittest.main()
