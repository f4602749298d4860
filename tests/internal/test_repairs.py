"""Rules that a field has to obey: when they are looked for, how they prove right, when they are given up."""

from __future__ import annotations

import unittest
import zlib
from collections.abc import Callable, Sequence
from typing import Any

from gofuzz_py.internal import repairs
from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.operands_record import Seen
from gofuzz_py.internal.rand import FastRand
from gofuzz_py.internal.repairs import Repairs, Trial, holds, is_suspicious
from tests.helpers_random import ScriptedRandom

#: What a run of the program has met, for some values.
Program = Callable[[list[Value]], list[Seen]]


def _sums(values: list[Value]) -> list[Seen]:
    """Check four bytes at the end against the rest."""
    (data,) = values
    assert isinstance(data, bytes)
    if len(data) < 8:
        return []
    return [Seen(7, "==", zlib.crc32(data[:-4]), int.from_bytes(data[-4:], "big"))]


def _summed(data: bytes) -> bytes:
    return data + zlib.crc32(data).to_bytes(4, "big")


def _change(seed: int = 1) -> Callable[[list[Value]], None]:
    """Return a mutation: a byte of the first value is another one."""
    rand = FastRand(seed)

    def mutate(values: list[Value]) -> None:
        data = values[0]
        assert isinstance(data, bytes)
        at = rand.intn(len(data))
        values[0] = data[:at] + bytes((data[at] ^ 1 + rand.intn(255),)) + data[at + 1 :]

    return mutate


def _suspect(found: Repairs, program: Program, inputs: Sequence[bytes]) -> None:
    for data in inputs:
        for seen in program([data]):
            found.suspect(seen, [data])


def _try_all(found: Repairs, program: Program, mutate: Callable[[list[Value]], None] | None = None) -> int:
    """Run trials as the explorer does until there are none; return how many rules proved right."""
    mutate, proved = mutate or _change(), 0
    for _ in range(200):
        trial = found.next_trial()
        if trial is None:
            return proved
        values = found.mutant(trial, mutate)
        proved += found.judge(trial, program(values))
    raise AssertionError("trials do not end")


INPUTS = [
    b"some payload\x01\x02\x03\x04",
    b"other payload!\x00\x00\x00\x09",
    b"a third one...\xff\xff\x00\x00",
]


class SuspicionTest(unittest.TestCase):
    def test_rules_are_looked_for_after_two_misses_with_different_inputs(self) -> None:
        found = Repairs()
        _suspect(found, _sums, INPUTS[:1])
        self.assertEqual((found.cost, found.next_trial()), (0, None))
        _suspect(found, _sums, INPUTS[:1])
        self.assertEqual(found.next_trial(), None)
        _suspect(found, _sums, INPUTS[1:2])
        self.assertGreater(found.cost, 0)
        self.assertIsInstance(found.next_trial(), Trial)

    def test_a_comparison_that_holds_now_and_then_is_no_check(self) -> None:
        found = Repairs()
        _suspect(found, _sums, [_summed(b"right"), _summed(b"right too"), *INPUTS[:2]])
        self.assertEqual((found.cost, found.next_trial()), (0, None))

    def test_only_what_may_be_a_field_is_looked_into(self) -> None:
        for left, right in (
            ("a", "b"), ("ab", "abc"), (b"a", "a"), (1.5, 2), (None, 1), (True, False), ((1,), (2,)),
        ):  # fmt: skip
            with self.subTest(left=left, right=right):
                found = Repairs()
                for data in INPUTS:
                    found.suspect(Seen(1, "==", left, right), [data])
                self.assertEqual((found.cost, found.next_trial()), (0, None))

    def test_a_check_that_nothing_explains_is_looked_into_ever_more_seldom(self) -> None:
        found = Repairs()
        for n in range(100):
            data = n.to_bytes(8, "big") * 2
            found.suspect(Seen(1, "==", n * 7919 % 65_521, 5), [data])
            while (trial := found.next_trial()) is not None:
                found.judge(trial, [Seen(1, "==", 1, 2)])
        self.assertEqual(found.cost, 8 * repairs._LOOK_COST)  # four, and after 8, 16, 32 and 64 misses

    def test_an_input_that_does_not_obey_a_rule_disproves_it_only_where_another_does_neither(self) -> None:
        for outcomes, expected in (
            ((True, False, True, True), [False, False, False, True]),
            ((True, True, False, False), [False, False, False, False]),
            ((False,), [False]),
        ):
            with self.subTest(outcomes):
                found = Repairs()
                _suspect(found, _sums, INPUTS[:2])
                trial = found.next_trial()
                while found.next_trial() is not None:
                    pass
                proved = []
                for number, outcome in enumerate(outcomes):
                    assert trial is not None
                    trial.mutant = [bytes([number])]
                    proved.append(found.judge(trial, [Seen(7, "==", 1, 1 if outcome else 2)]))
                    trial = found.next_trial()
                self.assertEqual(proved, expected)
                self.assertIsNone(trial)

    def test_long_values_are_not_looked_into(self) -> None:
        found = Repairs()
        for n in range(3):
            found.suspect(Seen(1, "==", n, 99), [b"x" * (1 << 16) + bytes(2 + n)])
        self.assertEqual(found.cost, 0)

    def test_which_relations_may_check_a_field(self) -> None:
        for relation, left, right, expected in (
            ("==", 1, 2, True), ("!=", "ab", "cd", True), ("<", 1, 2, False), ("find", "a", "b", False),
            ("in", 1, (1, 2), True), ("in", "a", ("a",), False), ("in", 1, tuple(range(99)), False),
        ):  # fmt: skip
            with self.subTest(relation, left=left):
                self.assertIs(is_suspicious(Seen(1, relation, left, right)), expected)

    def test_a_check_holds_if_one_of_a_few_values_fits(self) -> None:
        self.assertTrue(holds(Seen(1, "in", 2, (1, 2))))
        self.assertFalse(holds(Seen(1, "in", 3, (1, 2))))
        self.assertTrue(holds(Seen(1, "!=", 2, 2)))


class ProofTest(unittest.TestCase):
    def test_a_rule_that_holds_for_other_inputs_too_is_used(self) -> None:
        found = Repairs()
        _suspect(found, _sums, INPUTS)
        self.assertEqual(_try_all(found, _sums), 1)
        self.assertEqual(list(found.rules), [0])
        self.assertEqual(len(found.rules[0]), 1)

    def test_it_proves_right_by_three_inputs_of_which_two_are_mutants(self) -> None:
        found = Repairs()
        _suspect(found, _sums, INPUTS[:2])
        ran: dict[int, list[Value]] = {}
        trials: list[Trial] = []
        while (trial := found.next_trial()) is not None:
            trials.append(trial)  # so that no other has its address
            values = found.mutant(trial, _change(len(trials)))
            ran.setdefault(id(trial), []).append(values[0])
            if found.judge(trial, _sums(values)):
                break
        assert trial is not None
        first, *others = ran[id(trial)]
        self.assertEqual(first, _summed(INPUTS[1][:-4]))
        self.assertEqual(len({first, *others}), 3)

    def test_a_rule_that_does_not_hold_is_given_up(self) -> None:
        found = Repairs()
        _suspect(found, _sums, INPUTS)
        self.assertEqual(_try_all(found, lambda values: [Seen(7, "==", 1, 2)]), 0)
        self.assertEqual(found.rules, {})

    def test_a_comparison_made_often_has_to_hold_each_time(self) -> None:
        """One that is made in a loop, with other things each time, holds now and then by itself."""
        found = Repairs()
        _suspect(found, _sums, INPUTS)
        self.assertEqual(_try_all(found, lambda values: [*_sums(values), Seen(7, "==", 1, 2)]), 0)
        self.assertEqual(found.rules, {})

    def test_inputs_that_were_right_already_prove_nothing(self) -> None:
        found = Repairs()
        _suspect(found, _sums, INPUTS[:2])
        self.assertEqual(_try_all(found, _sums, lambda values: None), 0)
        self.assertEqual(found.rules, {})

    def test_a_rule_whose_inputs_do_not_come_that_far_is_given_up(self) -> None:
        found = Repairs()
        _suspect(found, _sums, INPUTS)
        self.assertEqual(_try_all(found, lambda values: []), 0)
        self.assertEqual(found.rules, {})

    def test_a_trial_that_told_nothing_has_another_turn_a_few_times(self) -> None:
        found = Repairs()
        _suspect(found, _sums, INPUTS[:2])
        turns = 0
        while (trial := found.next_trial()) is not None:
            found.put_off(trial)
            turns += 1
            self.assertLess(turns, 200)
        self.assertGreater(turns, 2)

    def test_a_check_that_mutants_pass_by_a_rule_is_looked_into_no_more(self) -> None:
        found = Repairs()
        _suspect(found, _sums, INPUTS)
        _try_all(found, _sums)
        cost = found.cost
        _suspect(found, _sums, [_summed(b"right %d" % n) for n in range(3)])
        _suspect(found, _sums, [b"wrong again \0\0\0\0", b"and again \0\0\0\1"])
        self.assertEqual(found.cost, cost)


class MutatorTest(unittest.TestCase):
    def _proved(self) -> Repairs:
        found = Repairs()
        _suspect(found, _sums, INPUTS)
        _try_all(found, _sums)
        return found

    def test_three_mutants_in_four_obey_the_rules(self) -> None:
        mutate = self._proved().mutator(_change(), FastRand(3))
        right = 0
        for _ in range(1000):
            values: list[Value] = [_summed(b"some payload")]
            mutate(values)
            (data,) = values
            assert isinstance(data, bytes)
            right += data == _summed(data[:-4])
        self.assertTrue(700 < right < 810, right)

    def test_chance_decides_whether_a_mutant_is_repaired(self) -> None:
        found = self._proved()
        for draw, expected in ((0, False), (1, True), (3, True)):
            values: list[Value] = [b"some payload\0\0\0\0"]
            found.mutator(lambda values: None, ScriptedRandom((4, draw)))(values)
            self.assertIs(values[0] == _summed(b"some payload"), expected)

    def test_a_value_without_the_field_stays_as_it_is(self) -> None:
        mutate = self._proved().mutator(lambda values: None, ScriptedRandom(*[(4, 1)] * 3))
        for data in (b"", b"ab", b"abc"):
            values: list[Value] = [data]
            mutate(values)
            self.assertEqual(values, [data])

    def test_other_arguments_are_left_alone(self) -> None:
        found = self._proved()
        values: list[Value] = [b"some payload\0\0\0\0", "text", 5]
        found.mutator(lambda values: None, ScriptedRandom((4, 1)))(values)
        self.assertEqual(values, [_summed(b"some payload"), "text", 5])


class ArgumentTest(unittest.TestCase):
    def test_a_field_of_a_later_argument_is_found(self) -> None:
        def program(values: list[Value]) -> list[Seen]:
            _, data = values
            assert isinstance(data, bytes)
            return [Seen(7, "==", sum(data[:-1]) & 255, data[-1])] if len(data) > 4 else []

        found = Repairs()
        inputs: list[list[Value]] = [[5, b"abcdefgh\x00"], [6, b"stuvwxyz\x01"], [7, b"0123456789\x02"]]
        for values in inputs:
            for seen in program(values):
                found.suspect(seen, values)

        rand = FastRand(1)

        def mutate(values: list[Value]) -> None:
            data: Any = values[1]
            at = rand.intn(len(data))
            values[1] = data[at:] + data[:at] + b"x"

        for _ in range(100):
            trial = found.next_trial()
            if trial is None:
                break
            found.judge(trial, program(found.mutant(trial, mutate)))
        self.assertEqual(list(found.rules), [1])


if __name__ == "__main__":
    unittest.main()
