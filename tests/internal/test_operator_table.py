"""Operators are drawn as often as they have earned, within bounds."""

from __future__ import annotations

import unittest
from collections import Counter

from gofuzz_py.internal.operator_table import OperatorTable


def _shares(table: OperatorTable[str]) -> dict[str, float]:
    counts = Counter(table.slots)
    return {operator: count / len(table.slots) for operator, count in counts.items()}


def _reward(table: OperatorTable[str], counts: dict[str, int], times: int = 1) -> None:
    """Reward operators by turns, as news come in a run."""
    for _ in range(times):
        for operator, count in counts.items():
            for _ in range(count):
                table.reward(operator)


class FirstTest(unittest.TestCase):
    def test_at_first_each_is_drawn_as_often_as_it_is_listed(self) -> None:
        self.assertEqual(_shares(OperatorTable("aabc")), {"a": 0.5, "b": 0.25, "c": 0.25})

    def test_light_operators_share_a_sixth(self) -> None:
        shares = _shares(OperatorTable("aabc", "xy"))
        self.assertAlmostEqual(shares["x"] + shares["y"], 1 / 6, delta=0.01)
        self.assertAlmostEqual(shares["x"], shares["y"], delta=0.01)
        self.assertAlmostEqual(shares["a"], 5 / 12, delta=0.01)

    def test_one_operator_alone_is_always_drawn(self) -> None:
        table = OperatorTable("a")
        _reward(table, {"a": 500})
        self.assertEqual(set(table.slots), {"a"})


class RewardTest(unittest.TestCase):
    def test_what_yields_more_is_drawn_more_often(self) -> None:
        table = OperatorTable("abcd")
        _reward(table, {"a": 6, "b": 2, "c": 1, "d": 1}, times=30)
        shares = _shares(table)
        self.assertGreater(shares["a"], 0.3)
        self.assertGreater(shares["a"], shares["b"])
        self.assertGreater(shares["b"], shares["c"])

    def test_shares_stay_within_bounds_and_none_is_lost(self) -> None:
        operators = [f"o{n}" for n in range(40)]
        for light in ([], [f"l{n}" for n in range(20)]):
            with self.subTest(light=len(light)):
                table = OperatorTable(operators, light)
                first = _shares(table)
                _reward(table, {"o0": 48}, times=50)
                shares = _shares(table)
                self.assertEqual(set(shares), {*operators, *light})
                for operator, share in shares.items():
                    self.assertLess(share, 3.5 * first[operator], operator)
                    self.assertGreater(share, first[operator] / 4.5, operator)
                self.assertEqual(max(shares, key=lambda one: shares[one]), "o0")

    def test_even_yields_change_next_to_nothing(self) -> None:
        table = OperatorTable("aabc")
        _reward(table, {"a": 2, "b": 1, "c": 1}, times=200)
        for operator, share in _shares(table).items():
            self.assertAlmostEqual(share, {"a": 0.5}.get(operator, 0.25), delta=0.03)

    def test_what_is_learned_fades(self) -> None:
        table = OperatorTable("ab")
        _reward(table, {"a": 10}, times=50)
        before = _shares(table)["a"]
        _reward(table, {"b": 10}, times=50)
        after = _shares(table)["a"]
        self.assertGreater(before, 0.6)
        self.assertLess(after, 0.4)

    def test_nothing_changes_before_enough_is_known(self) -> None:
        table = OperatorTable("ab")
        before = list(table.slots)
        _reward(table, {"a": 1}, times=47)
        self.assertEqual(table.slots, before)
        table.reward("a")
        self.assertNotEqual(table.slots, before)

    def test_an_operator_of_another_table_is_no_news(self) -> None:
        table = OperatorTable("ab")
        before = list(table.slots)
        _reward(table, {"z": 500})
        self.assertEqual(table.slots, before)


class SlotsTest(unittest.TestCase):
    def test_the_lists_stay_the_same_objects(self) -> None:
        table = OperatorTable("abc")
        slots, short = table.slots, list(table.short)
        _reward(table, {"a": 48})
        self.assertIs(table.slots, slots)
        for row, before in zip(table.short, short, strict=True):
            self.assertIs(row, before)
            self.assertEqual(row, slots)

    def test_the_same_yields_give_the_same_slots(self) -> None:
        tables = [OperatorTable("abcd", "xy") for _ in range(2)]
        for table in tables:
            _reward(table, {"a": 3, "x": 1, "d": 2}, times=40)
        self.assertEqual(tables[0].slots, tables[1].slots)


class DeclineTest(unittest.TestCase):
    def test_what_always_declines_a_length_is_left_out_for_it(self) -> None:
        table = OperatorTable("abc")
        for _ in range(4):
            table.note_decline("b", "xx", lambda operator, value: True)
        self.assertEqual(table.short[2], ["a", "c"])
        self.assertEqual(table.short[1], ["a", "b", "c"])
        self.assertEqual(table.slots, ["a", "b", "c"])

    def test_what_declines_now_and_then_stays(self) -> None:
        table, tries = OperatorTable("abc"), []

        def declines(operator: str, value: str) -> bool:
            tries.append(1)
            return len(tries) % 8 != 0

        for _ in range(500):
            table.note_decline("b", "xx", declines)
        self.assertEqual(table.short[2], ["a", "b", "c"])
        self.assertEqual(len(tries), 8)

    def test_something_is_left_even_if_all_decline(self) -> None:
        table = OperatorTable("ab")
        for operator in "abab" * 8:
            table.note_decline(operator, "", lambda operator, value: True)
        self.assertTrue(table.short[0])

    def test_declines_can_be_forgotten(self) -> None:
        table = OperatorTable("abc")
        for _ in range(4):
            table.note_decline("b", "xx", lambda operator, value: True)
        table.forget_declines()
        self.assertEqual(table.short[2], ["a", "b", "c"])
        table.note_decline("b", "xx", lambda operator, value: True)
        self.assertEqual(table.short[2], ["a", "b", "c"])


if __name__ == "__main__":
    unittest.main()
