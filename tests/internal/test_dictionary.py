"""How often each token is chosen, and which fall out."""

from __future__ import annotations

import unittest
from collections import Counter
from collections.abc import Iterable

from gofuzz_py.internal.dictionary import MOST_WEIGHT, RECORDED_WEIGHT, Dictionary
from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.rand import FastRand

#: More choices than a table lasts that is out of date and has some thousand tokens.
_STALE = 3000


def _chosen(dictionary: Dictionary, count: int, python: type = bytes, seed: int = 1) -> Counter[Value]:
    """Choose that many times."""
    choose, rand = dictionary.chooser(python), FastRand(seed)
    return Counter(choose(rand.bits) for _ in range(count))


def _with(*tokens: tuple[Value, int]) -> Dictionary:
    dictionary = Dictionary()
    for token, weight in tokens:
        dictionary.put(token, weight)
    return dictionary


class ChoiceTest(unittest.TestCase):
    def test_an_empty_dictionary_gives_nothing_and_draws_nothing(self) -> None:
        choose = Dictionary().chooser(bytes)

        def no_draw(bits: int) -> int:
            raise AssertionError("drew")

        self.assertIsNone(choose(no_draw))

    def test_a_token_is_chosen_as_often_as_it_weighs(self) -> None:
        counts = _chosen(_with((b"heavy", 300), (b"light", 100)), 4000)
        self.assertAlmostEqual(3000, counts[b"heavy"], delta=200)
        self.assertEqual(4000, counts.total())

    def test_a_token_without_a_form_for_the_type_is_never_chosen(self) -> None:
        dictionary = _with(("word", 1000), (77, 1))
        self.assertEqual({77}, set(_chosen(dictionary, 50, int)))
        self.assertEqual({77.0}, set(_chosen(dictionary, 50, float)))

    def test_tokens_that_come_later_are_chosen_too(self) -> None:
        dictionary = _with((b"old", 10))
        choose, rand = dictionary.chooser(bytes), FastRand(1)
        self.assertEqual({b"old"}, {choose(rand.bits) for _ in range(50)})

        dictionary.put(b"new", 10)

        self.assertEqual({b"old", b"new"}, {choose(rand.bits) for _ in range(2 * _STALE)})

    def test_what_was_recorded_just_now_is_chosen_at_once(self) -> None:
        dictionary = _with(*((b"constant%d" % number, 1000) for number in range(500)))
        choose, rand = dictionary.chooser(bytes), FastRand(1)
        choose(rand.bits)

        dictionary.add(b"wanted")

        self.assertGreater([choose(rand.bits) for _ in range(200)].count(b"wanted"), 10)

    def test_every_light_token_has_its_turn_when_there_are_more_than_slots(self) -> None:
        dictionary = _with(*((b"%06d" % number, 1) for number in range(9000)))
        choose, rand = dictionary.chooser(bytes), FastRand(1)
        seen = set()
        for _ in range(12):
            dictionary.put(b"%06d" % 0, dictionary.weight(b"000000") + 1)  # the table is out of date
            seen |= {choose(rand.bits) for _ in range(5000)}
        self.assertGreater(len(seen), 8500)

    def test_choices_repeat_with_the_seed(self) -> None:
        def run() -> list[object]:
            dictionary = _with(*((f"word{number}", number + 1) for number in range(100)))
            choose, rand = dictionary.chooser(str), FastRand(7)
            chosen: list[object] = []
            for number in range(40):
                dictionary.add(number * 1000)
                chosen += [choose(rand.bits) for _ in range(100)]
                dictionary.reward([str(chosen[-1])])
            return chosen

        self.assertEqual(run(), run())


class WeightTest(unittest.TestCase):
    def test_a_known_token_keeps_its_greater_weight(self) -> None:
        dictionary = _with((b"a", 5), (b"a", 3))
        self.assertEqual(5, dictionary.weight(b"a"))
        self.assertEqual(1, len(dictionary))

    def test_what_is_recorded_again_weighs_more_each_time(self) -> None:
        dictionary = Dictionary()
        for _ in range(3):
            dictionary.add(b"a", 10)
        self.assertEqual(30, dictionary.weight(b"a"))
        for _ in range(100):
            dictionary.add(b"a")
        self.assertEqual(MOST_WEIGHT, dictionary.weight(b"a"))

    def test_every_token_weighs_something(self) -> None:
        dictionary = _with((b"a", 0), (b"b", -5))
        dictionary.add(b"c", 0)
        self.assertEqual({b"a", b"b", b"c"}, set(_chosen(dictionary, 300)))

    def test_equal_values_of_different_types_are_different_tokens(self) -> None:
        dictionary = _with(("1", 1), (b"1", 2), (1, 3), (1.0, 4), (0.0, 5), (-0.0, 6))
        dictionary.put(float("nan"), 7)
        dictionary.put(float("nan"), 8)
        self.assertEqual([1, 2, 3, 4, 5, 6], [dictionary.weight(v) for v in ("1", b"1", 1, 1.0, 0.0, -0.0)])
        self.assertEqual(8, dictionary.weight(float("nan")))
        self.assertEqual(7, len(dictionary))

    def test_what_is_no_token_is_ignored(self) -> None:
        rows: list[object] = ["", b"", True, None, "x" * 1025, 1 << 3000, bytearray(b"a"), ["a"], object()]
        for value in rows:
            with self.subTest(f"{value!r:.20}"):
                dictionary = Dictionary([value])  # type: ignore[list-item]
                dictionary.add(value)  # type: ignore[arg-type]
                dictionary.put(value)  # type: ignore[arg-type]
                self.assertEqual(0, len(dictionary))

    def test_a_token_is_rewarded_if_it_is_in_what_brought_news(self) -> None:
        rows: tuple[tuple[list[Value], bool], ...] = (
            ([b"a word here"], True),
            ([b"another"], False),
            ([5, b"word"], True),
        )
        for values, is_rewarded in rows:
            with self.subTest(values):
                dictionary = _with((b"word", 100))
                _chosen(dictionary, 1)
                dictionary.reward(values)
                self.assertEqual(is_rewarded, dictionary.weight(b"word") > 100)

    def test_one_choice_is_rewarded_once(self) -> None:
        dictionary = _with((b"word", 100))
        _chosen(dictionary, 1)
        dictionary.reward([b"word"])
        weight = dictionary.weight(b"word")
        dictionary.reward([b"word"])
        self.assertEqual(weight, dictionary.weight(b"word"))

    def test_locations_reached_are_passed_on(self) -> None:
        dictionary = Dictionary()
        dictionary.reached([1])  # nobody listens
        told: list[list[int]] = []

        def listen(locations: Iterable[int]) -> None:
            told.append(list(locations))

        dictionary.on_reached = listen
        dictionary.reached([2, 3])
        self.assertEqual([[2, 3]], told)


class OriginTest(unittest.TestCase):
    def test_words_of_the_user_weigh_most(self) -> None:
        dictionary = Dictionary([b"mine"])
        for number in range(20):
            dictionary.put(b"constant%d" % number, 128)
        self.assertGreater(_chosen(dictionary, 1000)[b"mine"], 400)

    def test_a_long_list_of_the_user_leaves_half_to_the_rest(self) -> None:
        dictionary = Dictionary([b"mine%d" % number for number in range(3000)])
        dictionary.put(b"constant", 64)
        self.assertAlmostEqual(500, _chosen(dictionary, 1000)[b"constant"], delta=80)

    def test_recorded_tokens_leave_half_to_constants(self) -> None:
        dictionary = _with((b"constant", 64))
        _chosen(dictionary, 1)  # so that there is a table to keep up
        for number in range(3000):
            dictionary.add(b"recorded%d" % number)
        self.assertGreater(_chosen(dictionary, _STALE + 2000)[b"constant"], 600)

    def test_the_lightest_and_oldest_recorded_tokens_fall_out(self) -> None:
        dictionary = _with((b"constant", 1))
        for number in range(4097):
            dictionary.add(b"%d" % number, 1 if number % 2 else RECORDED_WEIGHT)
        self.assertLess(len(dictionary), 3200)
        self.assertEqual(0, dictionary.weight(b"1"))
        self.assertTrue(dictionary.weight(b"0"))
        self.assertTrue(dictionary.weight(b"4096"))
        self.assertTrue(dictionary.weight(b"constant"))

    def test_what_has_fallen_out_is_not_chosen_any_more(self) -> None:
        dictionary = Dictionary()
        choose, rand = dictionary.chooser(bytes), FastRand(1)
        for number in range(9000):
            dictionary.add(b"%d" % number)
        chosen = {choose(rand.bits) for _ in range(2 * _STALE)}
        late = {choose(rand.bits) for _ in range(_STALE)}
        self.assertTrue(chosen)
        self.assertTrue(all(dictionary.weight(token) for token in late))

    def test_recorded_tokens_never_push_out_constants(self) -> None:
        dictionary = _with(*((b"constant%d" % number, 1) for number in range(100)))
        for number in range(10000):
            dictionary.add(number, MOST_WEIGHT)
        self.assertTrue(all(dictionary.weight(b"constant%d" % number) for number in range(100)))
        self.assertLess(len(dictionary), 4096 + 101)

    def test_a_recorded_constant_is_a_constant(self) -> None:
        dictionary = Dictionary()
        dictionary.add(b"a", 1)
        dictionary.put(b"a", 1)
        for number in range(5000):
            dictionary.add(b"%d" % number)
        self.assertTrue(dictionary.weight(b"a"))

    def test_constants_are_bounded_and_heavy_ones_stay(self) -> None:
        dictionary = _with((b"heavy", 100))
        for number in range(20000):
            dictionary.put(b"%d" % number, 1)
        self.assertLessEqual(len(dictionary), 16384)
        self.assertTrue(dictionary.weight(b"heavy"))
        self.assertTrue(dictionary.weight(b"19999"))


if __name__ == "__main__":
    unittest.main()
