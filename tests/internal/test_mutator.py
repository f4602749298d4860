"""The choice of argument and mutator, and what holds for every result."""

from __future__ import annotations

import math
import struct
import unittest
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gofuzz_py.internal import kinds
from gofuzz_py.internal.mutator import MAX_LEN, Mutator
from gofuzz_py.internal.mutators_byteslice import BYTE_MUTATORS
from gofuzz_py.internal.mutators_text import TEXT_MUTATORS
from gofuzz_py.internal.rand import FastRand
from tests.helpers_random import RecordingRandom, ScriptedRandom
from tests.pcg import Pcg

if TYPE_CHECKING:
    from gofuzz_py.internal.kinds import Kind, Value
    from gofuzz_py.internal.mutator import Operator
    from gofuzz_py.internal.rand import Rand

ALL_KINDS = list(dict.fromkeys(kinds.KINDS.values()))
SEEDS: dict[type, Value] = {bytes: b"seed", str: "seed", bool: False, int: 7, float: 1.5}


#: Where 60 mutations lead from ``SEEDS``; changes with every table.
PINNED: list[Value] = [
    b"\x01ed\xf0",
    "se79100{’-1'<\r}Tx\tDi\\`Σ3d",
    12,
    4176,
    4.999999999999999e127,
    -6.664805730240954e18,
    False,
]


def run(
    kind_list: list[Kind], values: list[Value], count: int, seed: int = 1, max_len: int = 64
) -> list[Value]:
    """Mutate ``values`` so often, each time from the last result, and return all that came about."""
    mutator = Mutator(kind_list, FastRand(seed), max_len)
    results: list[Value] = []
    for _ in range(count):
        mutator.mutate(values)
        results.extend(values)
    return results


class Declining:
    """An operator that takes nothing."""

    def __init__(self) -> None:
        self._asked = 0

    def __call__(self, rand: Rand, value: Value, limit: object) -> None:
        self._asked += 1

    def times(self, mutator: Mutator, values: list[Value], count: int) -> int:
        """Mutate values so often, each time from these; return how often this was asked."""
        before = self._asked
        for _ in range(count):
            mutator.mutate(values[:])
        return self._asked - before


def tries_until(kind: Kind, start: Value, wanted: Value, most: int) -> int:
    """Count the mutations, each from ``start``, until ``wanted`` comes about; -1 after ``most``."""
    mutator = Mutator([kind], FastRand(1), 1000)
    values: list[Value] = [start]
    for count in range(1, most + 1):
        values[0] = start
        mutator.mutate(values)
        if repr(values[0]) == repr(wanted):
            return count
    return -1


class ResultTest(unittest.TestCase):
    def test_every_result_is_of_its_kind_and_in_range(self) -> None:
        for kind in ALL_KINDS:
            with self.subTest(kind=kind.label):
                for value in run([kind], [kind.zero()], 1500):
                    self.assertIsNone(kind.problem(value))

    def test_every_result_differs_from_what_it_came_from(self) -> None:
        for kind in ALL_KINDS:
            with self.subTest(kind=kind.label):
                before = kind.zero()
                for value in run([kind], [before], 800):
                    self.assertNotEqual(repr(value), repr(before))
                    before = value

    def test_no_result_is_longer_than_the_limit(self) -> None:
        for max_len in (1, 2, 7, 33):
            for value in run([kinds.BYTES], [b""], 200, max_len=max_len):
                assert isinstance(value, bytes)
                self.assertLessEqual(len(value), max_len)
            for value in run([kinds.STR], [""], 200, max_len=max_len):
                assert isinstance(value, str)
                self.assertLessEqual(len(value.encode("utf-8", "surrogatepass")), max_len)

    def test_the_limit_can_be_reached(self) -> None:
        for kind in (kinds.BYTES, kinds.STR):
            lengths = {
                len(value)
                for value in run([kind], [kind.zero()], 300, max_len=9)
                if isinstance(value, bytes | str)
            }
            self.assertEqual(max(lengths), 9, kind.label)

    def test_a_value_longer_than_the_limit_is_brought_within_it(self) -> None:
        cases: list[tuple[Kind, Value, int]] = [
            (kinds.BYTES, b"x" * 5000, 10),
            (kinds.STR, "\U0001f600" * 5000, 10),
            (kinds.STR, "\ud800" * 50, 3),
        ]
        for kind, value, max_len in cases:
            values = [value]
            Mutator([kind], FastRand(1), max_len).mutate(values)
            result = values[0]
            encoded = result.encode("utf-8", "surrogatepass") if isinstance(result, str) else result
            assert isinstance(encoded, bytes)
            self.assertLessEqual(len(encoded), max_len)

    def test_what_cannot_be_changed_is_left_alone(self) -> None:
        self.assertEqual(set(run([kinds.BYTES], [b""], 3, max_len=0)), {b""})
        self.assertEqual(set(run([kinds.STR], [""], 3, max_len=0)), {""})

    def test_a_number_is_left_alone_where_all_that_is_drawn_declines(self) -> None:
        class Zeros:
            def intn(self, n: int) -> int:
                return 0

            def boolean(self) -> bool:
                return False

            def bits(self, k: int) -> int:
                return 0

        values: list[Value] = [127]
        Mutator([kinds.INT8], Zeros(), 0).mutate(values)
        self.assertEqual(values, [127])

    def test_an_empty_value_grows(self) -> None:
        for kind in (kinds.BYTES, kinds.STR):
            self.assertTrue(all(run([kind], [kind.zero()], 1, seed=seed)[0] for seed in range(50)))

    def test_a_bool_flips_every_time(self) -> None:
        self.assertEqual(run([kinds.BOOL], [False], 4), [True, False, True, False])

    def test_an_ascii_text_mostly_stays_ascii(self) -> None:
        mutator = Mutator([kinds.STR], FastRand(1), 1000)
        kept = 0
        for _ in range(2000):
            values: list[Value] = ['{"a": [1, 2.5], "b": "cd"}']
            mutator.mutate(values)
            kept += str(values[0]).isascii()
        self.assertTrue(0.87 < kept / 2000 < 0.95, kept)


class ReachTest(unittest.TestCase):
    def test_ints_reach_far_in_few_mutations(self) -> None:
        for kind in (kinds.INT, kinds.INT64):
            for wanted in (2**63 - 1, -(2**63), 1_000_000, 2**31, -1):
                self.assertGreater(tries_until(kind, 7, wanted, 12000), 0, (kind.label, wanted))
        for wanted in (2**63, 2**64, 10**30, 2**64 - 1, -(2**63) - 1):
            self.assertGreater(tries_until(kinds.INT, 7, wanted, 12000), 0, wanted)

    def test_every_sized_int_reaches_both_ends(self) -> None:
        for kind in ALL_KINDS:
            if kind.low is not None and kind.high is not None:
                for wanted in (kind.low, kind.high):
                    self.assertGreater(tries_until(kind, 7, wanted, 12000), 0, (kind.label, wanted))

    def test_an_int_has_hundreds_of_digits_now_and_then(self) -> None:
        sizes = [value.bit_length() for value in run([kinds.INT], [0], 3000) if isinstance(value, int)]
        self.assertGreater(max(sizes), 1000)
        self.assertLessEqual(max(sizes), 4096)

    def test_floats_reach_the_special_values(self) -> None:
        for kind in (kinds.FLOAT, kinds.FLOAT32):
            for wanted in (math.nan, math.inf, -math.inf, -0.0, 2.0**53, 0.1 if kind is kinds.FLOAT else 0.5):
                self.assertGreater(tries_until(kind, 1.5, wanted, 8000), 0, (kind.label, wanted))

    def test_a_float_leaves_nan_and_infinity_again(self) -> None:
        for start in (math.nan, math.inf):
            values: list[Value] = [start]
            Mutator([kinds.FLOAT], FastRand(1), 10).mutate(values)
            self.assertNotEqual(repr(values[0]), repr(start))

    def test_a_float32_is_one(self) -> None:
        for value in run([kinds.FLOAT32], [1.5], 2000):
            assert isinstance(value, float)
            self.assertEqual(repr(struct.unpack("<f", struct.pack("<f", value))[0]), repr(value))


class ChoiceTest(unittest.TestCase):
    def test_one_argument_is_drawn_uniformly_and_the_others_stay(self) -> None:
        mutator = Mutator([kinds.BYTES, kinds.STR, kinds.BOOL], FastRand(1), 64)
        changed = [0, 0, 0]
        for _ in range(3000):
            values: list[Value] = [b"abcd", "abcd", True]
            before = list(values)
            mutator.mutate(values)
            different = [i for i in range(3) if values[i] != before[i]]
            self.assertEqual(len(different), 1)
            changed[different[0]] += 1
        self.assertTrue(all(850 < count < 1150 for count in changed), changed)

    def test_a_single_argument_costs_no_draw(self) -> None:
        rand = ScriptedRandom((18, 4), (1, 0), (8, 0))
        values: list[Value] = [b"a"]
        Mutator([kinds.BYTES], rand, 64).mutate(values)
        self.assertEqual(values, [b"`"])
        rand.finish()

    def test_a_mutator_that_declines_is_replaced_by_another(self) -> None:
        rand = ScriptedRandom((18, 0), (18, 8), (18, 5), (1, 0), (255, 0))
        values: list[Value] = [b"a"]
        Mutator([kinds.BYTES], rand, 64).mutate(values)
        self.assertEqual(values, [b"`"])
        rand.finish()

    def test_a_mutator_that_changes_nothing_is_replaced_by_another(self) -> None:
        rand = ScriptedRandom((18, 6), (2, 0), (2, 1), (18, 4), (2, 0), (8, 0))
        values: list[Value] = [b"aa"]
        Mutator([kinds.BYTES], rand, 64).mutate(values)
        self.assertEqual(values, [b"`a"])
        rand.finish()

    def test_with_gos_draws_the_first_results_are_gos(self) -> None:
        rand = Pcg(123)
        mutator = Mutator([kinds.BYTES], rand, 1 << 20)
        values: list[Value] = [b"hello world"]
        for want in (b"hed\0\0\0world", b"h\x85d\0\0\0world", b"h\x85d\0\0\xff\xff\0\0ld"):
            # Go draws the argument even where there is one only.
            rand.intn(1)
            mutator.mutate(values)
            self.assertEqual(values, [want])

    def test_every_operator_of_the_tables_is_drawn(self) -> None:
        rows: list[tuple[kinds.Kind, Sequence[object], Value]] = [
            (kinds.BYTES, BYTE_MUTATORS, b"not short"),
            (kinds.STR, TEXT_MUTATORS, "not short"),
        ]
        for kind, table, long in rows:
            rand = RecordingRandom(1)
            mutator = Mutator([kind], rand, 64)
            drawn: set[int] = set()
            for _ in range(400):
                rand.draws.clear()
                mutator.mutate([long])
                n, index = rand.draws[0]
                self.assertEqual(n, len(table))
                drawn.add(index)
            self.assertEqual(drawn, set(range(len(table))), kind.label)

    def test_extra_operators_are_drawn_along_with_the_table(self) -> None:
        def word(rand: Rand, value: bytes, limit: int) -> bytes:
            return b"<magic>"

        extra: dict[str, list[Operator]] = {"[]byte": [word, word]}
        cases: list[tuple[list[Kind], list[Value]]] = [
            ([kinds.BYTES], [b"ab"]),
            ([kinds.BYTES, kinds.BOOL], [b"ab", True]),
        ]
        for kind_list, seeds in cases:
            mutator = Mutator(kind_list, FastRand(1), 64, extra)
            hits = 0
            for _ in range(1000):
                values: list[Value] = list(seeds)
                mutator.mutate(values)
                hits += values[0] == b"<magic>"
            share = hits * len(kind_list) / 1000
            self.assertTrue(0.07 < share < 0.16, (kind_list, hits))

    def test_an_extra_operator_cannot_break_the_limits(self) -> None:
        def long(rand: Rand, value: bytes, limit: int) -> bytes:
            return b"x" * 1000

        def out_of_range(rand: Rand, value: int, limits: object) -> int:
            return 1000

        extra: dict[str, list[Operator]] = {"[]byte": [long] * 50, "int8": [out_of_range] * 50}
        mutator = Mutator([kinds.BYTES, kinds.INT8], FastRand(1), 8, extra)
        only = Mutator([kinds.BYTES], FastRand(1), 8, extra)
        values: list[Value] = [b"ab", 1]
        for _ in range(100):
            mutator.mutate(values)
            only.mutate(values)
            self.assertLessEqual(len(bytes(values[0]) if isinstance(values[0], bytes) else b""), 8)
            self.assertIsNone(kinds.INT8.problem(values[1]))

    def test_what_always_declines_a_short_value_is_soon_asked_no_more(self) -> None:
        cases: list[tuple[list[Kind], list[Value], list[Value]]] = [
            ([kinds.BYTES], [b"short"], [b"not short"]),
            ([kinds.STR], ["short"], ["not short"]),
            ([kinds.BYTES, kinds.BOOL], [b"short", True], [b"not short", True]),
        ]
        for kind_list, short, long in cases:
            with self.subTest(kinds=[kind.label for kind in kind_list]):
                never = Declining()
                mutator = Mutator(kind_list, FastRand(1), 64, {kind_list[0].name: [never]})
                self.assertGreater(never.times(mutator, short, 4000), 0)
                self.assertEqual(never.times(mutator, short, 500), 0)
                self.assertGreater(never.times(mutator, long, 500), 0)
                mutator.forget_declines()
                self.assertGreater(never.times(mutator, short, 500), 0)

    def test_the_same_seed_gives_the_same_run(self) -> None:
        for kind in ALL_KINDS:
            first, second = (run([kind], [SEEDS[kind.python]], 200, seed=5) for _ in range(2))
            self.assertEqual(repr(first), repr(second), kind.label)

    def test_a_seed_gives_the_same_run_on_every_version_of_python(self) -> None:
        every: list[Kind] = [
            kinds.BYTES,
            kinds.STR,
            kinds.INT,
            kinds.UINT16,
            kinds.FLOAT,
            kinds.FLOAT32,
            kinds.BOOL,
        ]
        values: list[Value] = [SEEDS[kind.python] for kind in every]
        run(every, values, 60)
        self.assertEqual(values, PINNED)

    def test_values_are_replaced_and_never_changed_in_place(self) -> None:
        value = b"abcdefgh"
        values: list[Value] = [value]
        mutator = Mutator([kinds.BYTES], FastRand(1), 64)
        for _ in range(200):
            values[0] = value
            mutator.mutate(values)
            self.assertIsNot(values[0], value)
        self.assertEqual(value, b"abcdefgh")


class ArgumentTest(unittest.TestCase):
    def test_senseless_arguments_are_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "at least one argument"):
            Mutator([], FastRand(1), 10)
        for max_len in (-1, MAX_LEN + 1):
            with self.assertRaisesRegex(ValueError, f"max_len is {max_len}"):
                Mutator([kinds.BYTES], FastRand(1), max_len)


if __name__ == "__main__":
    unittest.main()
