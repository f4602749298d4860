"""The minimizer as its caller sees it: Go's results, budgets, flaky answers, mixed arguments."""

from __future__ import annotations

import random
import unittest
from typing import TYPE_CHECKING, NamedTuple

from gofuzz_py.internal.kinds import BOOL, BYTES, FLOAT, INT, STR, UINT8
from gofuzz_py.internal.minimize import SHRINKERS, minimize_values
from gofuzz_py.internal.minimize_gate import MEMORY_LIMIT, Gate
from gofuzz_py.internal.minimize_order import is_simpler
from tests.helpers_minimize import Search, identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.kinds import Kind, Value


class Golden(NamedTuple):
    """An input, the condition it must keep, and what has to come out."""

    name: str
    original: bytes
    condition: Callable[[bytes], object]
    result: bytes
    most_calls: int


#: Go's own results; the calls are Go's where they are known (the first three),
#: otherwise a little above what is needed today.
GOLDENS = (
    Golden("any w", b"hello world 12345", lambda v: b"w" in v, b"w", 45),
    Golden("long enough", bytes(3000), lambda v: len(v) >= 100, b"0" * 100, 5164),
    Golden("twice", b"xxABCyyABCzz", lambda v: v.count(b"ABC") >= 2, b"ABCABC", 77),
    Golden("three ones", b"\x01\x00\x01\x00\x01\x02", lambda v: v.count(1) == 3, b"\x01\x01\x01", 120),
    Golden("not one two", bytes([1, 2, 3, 4, 5]), lambda v: len(v) > 1 and v != b"\x01\x02", b"00", 12),
    Golden("five", b"zzzzz", lambda v: len(v) == 5, b"00000", 12),
    Golden("a letter", b"ZZZZZ", lambda v: v[:1].isalpha(), b"A", 12),
    Golden("one of any", b"ZZZZZ", lambda v: len(v) >= 1, b"0", 4),
)


class GoldenTest(unittest.TestCase):
    def check(self, kind: Kind, golden: Golden, decode: Callable[[bytes], Value]) -> None:
        """Minimize one of the goldens and compare, once more from its own result."""
        search = Search([kind], [decode(golden.original)], golden.condition)
        self.assertEqual(search.run(), [decode(golden.result)])
        self.assertLessEqual(search.calls, golden.most_calls)
        self.assertEqual(search.complaints, [])

    def test_bytes_end_where_go_ends_with_no_more_calls(self) -> None:
        for golden in GOLDENS:
            with self.subTest(name=golden.name):
                self.check(BYTES, golden, bytes)

    def test_str_ends_where_bytes_end(self) -> None:
        conditions: dict[str, Callable[[str], object]] = {
            "any w": lambda v: "w" in v,
            "long enough": lambda v: len(v) >= 100,
            "twice": lambda v: v.count("ABC") >= 2,
            "five": lambda v: len(v) == 5,
            "a letter": lambda v: v[:1].isalpha(),
        }
        for golden in GOLDENS:
            if golden.name in conditions:
                with self.subTest(name=golden.name):
                    # The condition is another function, for str instead of bytes.
                    text = golden._replace(condition=conditions[golden.name])  # type: ignore[arg-type]
                    self.check(STR, text, lambda value: value.decode("ascii"))

    def test_a_failure_that_needs_nothing_ends_empty_after_one_call(self) -> None:
        search = Search([BYTES], [b"anything"], lambda v: True)
        self.assertEqual(search.run(), [b""])
        self.assertEqual(search.calls, 1)

    def test_the_zero_of_every_argument_is_tried_first_and_at_once(self) -> None:
        search = Search([STR, INT, BOOL, FLOAT], ["abc", 0, True, -0.0], lambda *values: True)
        self.assertEqual(identity(search.run()), identity(["", 0, False, 0.0]))
        self.assertLessEqual(search.calls, 2)

    def test_ten_scattered_bytes_are_found_in_100_kilobytes_in_a_thousand_calls(self) -> None:
        rnd = random.Random(1)
        needed = bytes(range(200, 210))
        data = bytearray(rnd.randbytes(100_000))
        for place, byte in zip(sorted(rnd.sample(range(100_000), 10)), needed, strict=True):
            data[place] = byte

        def holds_needed(value: bytes) -> bool:
            place = -1
            for byte in needed:
                place = value.find(byte, place + 1)
                if place < 0:
                    return False
            return True

        search = Search([BYTES], [bytes(data)], holds_needed)
        self.assertEqual(search.run(), [needed])
        self.assertLessEqual(search.calls, 1000)

    def test_a_long_row_of_which_only_the_length_matters_costs_few_calls(self) -> None:
        # Most candidates are equal to each other; only different ones are run.
        text = random.Random(2).randbytes(5_000)
        search = Search([BYTES], [text], lambda v: len(v) >= 4_990)
        self.assertEqual(search.run(), [b"0" * 4_990])
        self.assertLessEqual(search.calls, 3000)


class ArgumentsTest(unittest.TestCase):
    def test_arguments_of_all_types_shrink_side_by_side(self) -> None:
        search = Search(
            [STR, INT, BYTES, BOOL, FLOAT, UINT8],
            ["hello", 1234, b"xyzw", True, 3.25, 200],
            lambda s, i, b, t, f, u: len(s) >= 2 and i >= 100 and b"y" in b and t and u > 20,
        )
        self.assertEqual(search.run(), ["00", 100, b"y", True, 0.0, 21])
        self.assertEqual(search.complaints, [])

    def test_an_argument_that_only_another_one_held_up_shrinks_in_a_later_round(self) -> None:
        search = Search([INT, BYTES], [50, bytes(60)], lambda n, v: len(v) >= n and (n < 5 or len(v) > 55))
        self.assertEqual(search.run(), [0, b""])

    def test_every_kind_of_value_has_a_shrinker(self) -> None:
        self.assertEqual(set(SHRINKERS), {bytes, str, bool, int, float})

    def test_no_arguments_are_no_work(self) -> None:
        self.assertEqual(Search([], [], lambda: True).run(), [])

    def test_as_many_values_as_kinds_are_wanted(self) -> None:
        with self.assertRaisesRegex(ValueError, "1 values for 2 kinds"):
            minimize_values([INT, INT], [1], lambda values: True, lambda: False)


class BudgetTest(unittest.TestCase):
    def test_the_search_stops_at_exactly_the_call_it_is_told_to(self) -> None:
        full = Search([BYTES, INT], [b"hello world", 1000], lambda v, n: b"o" in v and n > 17)
        full.run()
        for budget in range(0, full.calls + 1, 7):
            with self.subTest(budget=budget):
                search = Search(full.kinds, full.original, full.condition, budget)
                result = search.run()
                self.assertEqual(search.calls, budget)
                self.assertEqual(search.tried, full.tried[:budget])
                self.assertEqual(result, search.accepted[-1])
                self.assertEqual(search.asked_after_stop, 0)
                self.assertEqual(search.complaints, [])

    def test_a_search_without_budget_returns_the_original_untried(self) -> None:
        search = Search([STR], ["abc"], lambda v: True, budget=0)
        self.assertEqual(search.run(), ["abc"])
        self.assertEqual(search.calls, 0)

    def test_a_stop_is_asked_for_even_while_nothing_new_is_tried(self) -> None:
        # All zeros: nearly every candidate was tried before, so a time limit
        # would go unnoticed if it were looked at before new ones only.
        asks = 0

        def count_ask() -> bool:
            nonlocal asks
            asks += 1
            return False

        calls = 0

        def is_long(values: list[Value]) -> bool:
            nonlocal calls
            calls += 1
            return isinstance(values[0], bytes) and len(values[0]) >= 90

        minimize_values([BYTES], [bytes(100)], is_long, count_ask)
        self.assertGreater(asks, 2 * calls)

    def test_an_exception_of_the_caller_passes_through(self) -> None:
        def fail(*values: object) -> bool:
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError):
            minimize_values([INT], [5], fail, lambda: False)
        with self.assertRaises(ZeroDivisionError):
            minimize_values([INT], [5], lambda values: True, fail)


class EffortTest(unittest.TestCase):
    def test_equal_neighbours_are_not_offered_one_after_the_other(self) -> None:
        # Each offer costs time in proportion to the length, even one that is refused unrun.
        asks = 0

        def count_ask() -> bool:
            nonlocal asks
            asks += 1
            return False

        def is_long(values: list[Value]) -> bool:
            return isinstance(values[0], bytes) and len(values[0]) >= 3990

        minimize_values([BYTES], [bytes(4000)], is_long, count_ask)
        self.assertLess(asks, 10_000)


class FlakyTest(unittest.TestCase):
    def test_random_answers_end_in_the_last_accepted_candidate(self) -> None:
        kinds: list[Kind] = [BYTES, STR, INT, FLOAT, BOOL]
        original: list[Value] = [b"flaky \xff", "täst 42", -(10**20), 2.5e300, True]
        for seed in range(20):
            rnd = random.Random(seed)
            chance = rnd.choice((0.02, 0.2, 0.6, 0.95))
            with self.subTest(seed=seed, chance=chance):
                search = Search(kinds, original, lambda *v, rnd=rnd, chance=chance: rnd.random() < chance)
                self.assertEqual(identity(search.run()), identity(search.accepted[-1]))
                self.assertEqual(search.complaints, [])

    def test_a_failure_that_shows_every_other_time_keeps_what_was_seen(self) -> None:
        for phase in (0, 1):
            with self.subTest(phase=phase):
                answers = iter(range(phase, 10**9))
                search = Search([BYTES], [b"hello world"], lambda v, a=answers: b"w" in v and next(a) % 2)
                result = str(search.run()[0])
                self.assertIn("w", result)
                self.assertLess(len(result), len("b'hello world'"))


class PropertiesTest(unittest.TestCase):
    def searches(self) -> list[Search]:
        """Make some searches with conditions drawn at random."""
        found = []
        for seed in range(30):
            rnd = random.Random(seed)
            value = rnd.randbytes(rnd.randrange(1, 40))
            text = "".join(
                rnd.choices("aZ0 \n\x00é\u0130\u4e2d\U0001f600\udc80{}[]\"'", k=rnd.randrange(1, 20))
            )
            number = rnd.choice((-1, 1)) * rnd.getrandbits(rnd.randrange(1, 90))
            real = rnd.choice((-1, 1)) * rnd.random() * 10.0 ** rnd.randrange(-320, 300)
            original: list[Value] = [value, text, number, real]
            modulus = rnd.randrange(1, 6)
            rest = hash_of(original) % modulus
            condition = lambda *v, m=modulus, r=rest: hash_of(v) % m == r  # noqa: E731
            found.append(Search([BYTES, STR, INT, FLOAT], original, condition))
        return found

    def test_no_rule_is_broken_and_the_result_is_kept_and_not_worse(self) -> None:
        for seed, search in enumerate(self.searches()):
            with self.subTest(seed=seed):
                result = search.run()
                self.assertEqual(search.complaints, [])
                self.assertTrue(search.condition(*result))
                for kind, new, old in zip(search.kinds, result, search.original, strict=True):
                    self.assertFalse(is_simpler(kind, old, new))

    def test_minimizing_a_result_again_accepts_nothing(self) -> None:
        for seed, search in enumerate(self.searches()):
            with self.subTest(seed=seed):
                again = Search(search.kinds, search.run(), search.condition)
                self.assertEqual(identity(again.run()), identity(again.original))
                self.assertEqual(len(again.accepted), 1)

    def test_the_same_answers_give_the_same_candidates(self) -> None:
        for first, second in zip(self.searches(), self.searches(), strict=True):
            first.run()
            second.run()
            self.assertEqual(list(map(identity, first.tried)), list(map(identity, second.tried)))

    def test_the_callers_list_is_neither_changed_nor_returned(self) -> None:
        values: list[Value] = [b"abc"]
        result = minimize_values([BYTES], values, lambda candidate: True, lambda: False)
        self.assertEqual(values, [b"abc"])
        self.assertEqual(result, [b""])
        self.assertIsNot(minimize_values([BYTES], values, lambda c: False, lambda: False), values)


def hash_of(values: object) -> int:
    """Return a number that depends on every bit of the values, the same in every process."""
    return random.Random(identity(list(values))).getrandbits(30)  # type: ignore[call-overload]


class GateTest(unittest.TestCase):
    def gate(self, kinds: list[Kind], values: list[Value], answer: bool) -> tuple[Gate, list[list[Value]]]:
        """Make a gate that notes the candidates it runs."""
        ran: list[list[Value]] = []

        def note(candidate: list[Value]) -> bool:
            ran.append(candidate)
            return answer

        return Gate(kinds, values, note, lambda: False), ran

    def test_a_candidate_that_breaks_a_rule_is_refused_unrun(self) -> None:
        cases: tuple[tuple[str, Kind, Value, Value], ...] = (
            ("the same", INT, 5, 5),
            ("less simple", INT, 5, 6),
            ("out of range", UINT8, 5, -1),
            ("longer", BYTES, b"z", b"00"),
            ("less readable", STR, "0", "1"),
            ("minus zero", FLOAT, 0.0, -0.0),
        )
        for name, kind, value, candidate in cases:
            with self.subTest(name=name):
                gate, ran = self.gate([kind], [value], answer=True)
                self.assertFalse(gate.consider({0: candidate}))
                self.assertEqual((ran, gate.best), ([], [value]))

    def test_no_argument_gets_simpler_at_the_cost_of_another(self) -> None:
        gate, ran = self.gate([INT, INT], [5, 5], answer=True)
        self.assertFalse(gate.consider({0: 1, 1: 6}))
        self.assertEqual(ran, [])
        self.assertTrue(gate.consider({0: 1, 1: 4}))
        self.assertEqual(gate.best, [1, 4])

    def test_a_refused_candidate_is_run_once(self) -> None:
        gate, ran = self.gate([BYTES], [b"x" * 1000], answer=False)
        for _ in range(3):
            self.assertFalse(gate.consider({0: b"x" * 999}))
        self.assertEqual(ran, [[b"x" * 999]])

    def test_different_candidates_are_never_taken_for_each_other(self) -> None:
        gate, ran = self.gate([STR], ["\udc80\udc81"], answer=False)
        texts: list[Value] = ["?", "\udc80", "\udc81", "\ufffd"]
        for text in texts:
            gate.consider({0: text})
        self.assertEqual(ran, [[text] for text in texts])
        gate, ran = self.gate([INT], [10**70], answer=False)
        numbers: list[Value] = [5, 5 + (2**61 - 1), 2**200, 2**200 + (2**61 - 1), -5]
        for number in numbers:
            gate.consider({0: number})
        self.assertEqual(ran, [[number] for number in numbers])

    def test_the_memory_of_candidates_is_bounded_and_loses_the_oldest(self) -> None:
        gate, ran = self.gate([INT], [1 << 40], answer=False)
        for number in range(MEMORY_LIMIT + 1):
            gate.consider({0: number})
        self.assertEqual(len(ran), MEMORY_LIMIT + 1)
        gate.consider({0: MEMORY_LIMIT})
        self.assertEqual(len(ran), MEMORY_LIMIT + 1, "the newest was forgotten")
        gate.consider({0: 0})
        self.assertEqual(len(ran), MEMORY_LIMIT + 2, "the oldest was not forgotten")


if __name__ == "__main__":
    unittest.main()
