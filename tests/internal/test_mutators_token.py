"""Where tokens go in a value."""

from __future__ import annotations

import unittest
from typing import Any

from gofuzz_py.internal import kinds as K
from gofuzz_py.internal.dictionary import Dictionary
from gofuzz_py.internal.kinds import KINDS, Value
from gofuzz_py.internal.mutator import Mutator, Operator
from gofuzz_py.internal.mutators_number import float_limits
from gofuzz_py.internal.mutators_token import token_operators
from gofuzz_py.internal.rand import FastRand


def _operators(kind: K.Kind, *words: Value) -> dict[str, Operator]:
    """Return the operators of a kind by their names."""
    dictionary = Dictionary(words)
    return {operator.__name__: operator for operator in token_operators([kind], dictionary)[kind.name]}


def _results(operator: Operator, value: Value, count: int = 300, limit: Any = 1000) -> set[Any]:
    rand = FastRand(1)
    return {operator(rand, value, limit) for _ in range(count)}


class SequenceTest(unittest.TestCase):
    def test_every_operator_puts_a_token_in(self) -> None:
        rows: tuple[tuple[K.Kind, Value, Any, Any], ...] = (
            (K.BYTES, b"\xfe\xff", b'k="v" w', b""),
            (K.STR, "☃★", 'k="v" w', ""),
        )
        for kind, token, value, empty in rows:
            for name, operator in _operators(kind, token).items():
                with self.subTest(name, kind=kind.label):
                    results = _results(operator, value)
                    self.assertTrue(all(result is None or token in result for result in results))
                    self.assertGreater(len(results - {None}), 2)
                    self.assertTrue(all(type(result) is kind.python for result in results - {None}))
                    self.assertTrue(
                        all(result is None or token in result for result in _results(operator, empty))
                    )

    def test_a_token_goes_in_front_behind_in_between_and_instead(self) -> None:
        operators = _operators(K.BYTES, b"T")
        self.assertEqual({b"Tabc", b"aTbc", b"abTc", b"abcT"}, _results(operators["insert_token"], b"abc"))
        self.assertEqual({b"Tbc", b"aTc", b"abT"}, _results(operators["overwrite_with_token"], b"abc"))
        affixed = _results(operators["affix_token"], b"abc")
        self.assertLessEqual({b"T", b"Tabc", b"abcT", b"T abc", b"abc\r\nT"}, affixed)

    def test_a_token_stands_in_for_a_word_a_number_a_quoted_text_and_a_field(self) -> None:
        operator = _operators(K.STR, "★")["replace_run_by_token"]
        results = _results(operator, 'key: "two words", n=12; <a b>', 3000)
        for result in (
            '★: "two words", n=12; <a b>',
            'key: "★", n=12; <a b>',
            'key: "two ★", n=12; <a b>',
            'key: "two words", n=★; <a b>',
            'key: "two words", n=12; <★>',
            'key: "two words", ★=12; <a b>',
            "★",
        ):
            with self.subTest(result):
                self.assertIn(result, results)

    def test_a_run_is_not_looked_for_in_all_of_a_long_value(self) -> None:
        operator = _operators(K.BYTES, b"T")["replace_run_by_token"]
        value = b"a" * 100_000
        self.assertTrue(all(len(result) > 99_000 for result in _results(operator, value, 50) - {None}))

    def test_pairs_come_in_the_syntax_of_common_formats(self) -> None:
        for kind, key, other, empty in ((K.BYTES, b"KEY", b"VAL", b""), (K.STR, "KEY", "VAL", "")):
            results = _results(_operators(kind, key, other)["insert_snippet"], empty, 30000)
            texts = {result.decode() if isinstance(result, bytes) else result for result in results}
            for text in (
                "KEY: VAL\n", "KEY=VAL\n", "KEY=\n", '"KEY":0,', '{"KEY":VAL}', '{"KEY":"VAL"}', '{"KEY":""}',
                "<KEY>VAL</KEY>", "<KEY></KEY>", "<KEY/>", "[KEY]\n", "&KEY=1", "KEY(VAL)", "--KEY=VAL ",
                "{{KEY}}", "{% KEY %}", "{KEY:null}",
            ):  # fmt: skip
                with self.subTest(text, kind=kind.label):
                    self.assertIn(text, texts)

    def test_lengths_in_front_are_right_and_sometimes_wrong(self) -> None:
        token = bytes(range(200)) * 2
        results = _results(_operators(K.BYTES, token)["insert_framed_token"], b"", 2000)
        right = {
            (400).to_bytes(2, "big") + token, (400).to_bytes(2, "little") + token,
            (400).to_bytes(4, "big") + token, (400).to_bytes(4, "little") + token,
            bytes([400 & 255]) + token, b"400:" + token, b"400:" + token + b",",
            b"190\r\n" + token + b"\r\n", token + b"\0",
        }  # fmt: skip
        self.assertLessEqual(right, results)
        self.assertIn((401).to_bytes(2, "big") + token, results)
        self.assertIn((399).to_bytes(2, "big") + token, results)
        self.assertIn("2:ab,", _results(_operators(K.STR, "ab")["insert_framed_token"], ""))

    def test_a_mutator_keeps_values_within_the_limit(self) -> None:
        for kind, value in ((K.BYTES, b"abc"), (K.STR, "abc")):
            dictionary = Dictionary(["☃" * 100, b"x" * 500, 1 << 300])
            rand = FastRand(1)
            mutator = Mutator([kind], rand, 20, token_operators([kind], dictionary))
            values: list[Value] = [value]
            for _ in range(1000):
                mutator.mutate(values)
                self.assertIsNone(kind.problem(values[0]))
                data = (
                    values[0]
                    if isinstance(values[0], bytes)
                    else str(values[0]).encode("utf-8", "surrogatepass")
                )
                self.assertLessEqual(len(data), 20)


class NumberTest(unittest.TestCase):
    def test_a_number_becomes_the_token_or_something_near(self) -> None:
        operators = _operators(K.INT, 1000)
        self.assertEqual({1000}, _results(operators["become_token"], 5))
        self.assertEqual({999, 1000, 1001, -1000}, _results(operators["go_near_token"], 5))
        self.assertEqual({1005, 995, -995}, _results(operators["combine_with_token"], 5))
        become = _operators(K.FLOAT, 2.5)["become_token"]
        self.assertEqual({2.5}, _results(become, 1.0, limit=float_limits(K.FLOAT)))

    def test_sized_numbers_stay_in_range(self) -> None:
        kinds = [kind for kind in KINDS.values() if kind.python in (int, float)]
        for kind in kinds:
            with self.subTest(kind.label):
                dictionary = Dictionary([1 << 70, -3, 300, 2.5e300, "77", float("nan")])
                mutator = Mutator([kind], FastRand(2), 10, token_operators([kind], dictionary))
                values: list[Value] = [kind.zero()]
                for _ in range(300):
                    mutator.mutate(values)
                    self.assertIsNone(kind.problem(values[0]))


class TableTest(unittest.TestCase):
    def test_every_operator_declines_while_there_are_no_tokens(self) -> None:
        kinds = list(KINDS.values())
        for name, operators in token_operators(kinds, Dictionary()).items():
            for operator in operators:
                with self.subTest(operator.__name__, kind=name):
                    self.assertIsNone(operator(FastRand(1), KINDS[name].zero(), 100))

    def test_every_kind_but_bool_has_operators(self) -> None:
        kinds = list(KINDS.values())
        named = {kind.name for kind in kinds} - {"bool"}
        self.assertEqual(named, set(token_operators(kinds, Dictionary())))

    def test_the_same_seed_makes_the_same_values(self) -> None:
        def run() -> list[Value]:
            kinds = [K.BYTES, K.STR, K.INT]
            dictionary = Dictionary(["word", b"bytes", 12345])
            mutator = Mutator(kinds, FastRand(5), 1000, token_operators(kinds, dictionary))
            values: list[Value] = [b"a", "b", 3]
            for _ in range(500):
                mutator.mutate(values)
            return values

        self.assertEqual(run(), run())


if __name__ == "__main__":
    unittest.main()
