"""Which wishes are tried, in which order, how often, and that what comes of them can be run."""

from __future__ import annotations

import base64
import itertools
import math
import unittest
from collections.abc import Iterable, Sequence
from typing import Any
from unittest import mock

from gofuzz_py.internal import kinds as K
from gofuzz_py.internal import solver as solver_module
from gofuzz_py.internal.dictionary import Dictionary
from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.operands_record import Seen
from gofuzz_py.internal.rand import FastRand, Rand
from gofuzz_py.internal.solver import Candidate, Solver

LIMIT = 4000


def _solver(*kinds: Kind, rand: Rand | None = None, limit: int = LIMIT) -> Solver:
    return Solver(kinds or (K.STR,), rand or FastRand(1), limit, Dictionary())


def _seen(*rows: tuple[Any, ...]) -> list[Seen]:
    """Make what was met; the number of a place is that of its row."""
    return [Seen(number, *row) for number, row in enumerate(rows)]


def _made(
    solver: Solver, values: list[Value], seen: Sequence[Seen], is_new: bool = True
) -> list[list[Value]]:
    return [candidate.values for candidate in solver.candidates(values, seen, is_new)]


class SolvingTest(unittest.TestCase):
    def test_conditions_of_every_kind_are_solved(self) -> None:
        for kind, value, row, wanted in (
            (K.STR, "name=stop", ("==", "stop", "go"), "name=go"),
            (K.BYTES, b"\x00\x00\x12\x34", ("==", 0x1234, 0xBEEF), b"\x00\x00\xbe\xef"),
            (K.STR, "n=17", ("<", 17, 1000), "n=1000"),
            (K.STR, "key", ("in", "key", ("other", "word")), "word"),
            (K.STR, "text", ("startswith", "text", "<!--"), "<!--text"),
            (K.STR, "12", ("int", "12", 16), "1f"),
            (K.INT32, 5, ("==", 5, 77), 77),
            (K.FLOAT, 0.5, ("==", 0.5, 2.5), 2.5),
            (K.BOOL, False, ("==", False, True), True),
            (K.BYTES, b"abc", ("length", b"abc", 5), b"abc\0\0"),
            (K.STR, "x-y", ("re.match", ("x-y", 0), ("[0-9]{4}Z", 0)), None),
        ):
            with self.subTest(kind=kind.label, row=row):
                made = _made(_solver(kind), [value], _seen(row))
                self.assertTrue(made)
                if wanted is not None:
                    self.assertIn([wanted], made)

    def test_each_argument_may_be_where_an_operand_came_from(self) -> None:
        values: list[Value] = ["stop", 5, b"stop"]
        made = _made(_solver(K.STR, K.INT, K.BYTES), values, _seen(("==", "stop", "go")))
        self.assertIn(["go", 5, b"stop"], made)
        self.assertIn(["stop", 5, b"go"], made)
        self.assertEqual(values, ["stop", 5, b"stop"])

    def test_a_member_may_get_a_record_of_its_own(self) -> None:
        made = _made(_solver(), ["a=1&b=2"], _seen(("in", "c", ("a", "b"))))
        self.assertTrue(any("c" in str(values[0]) and "a=1" in str(values[0]) for values in made))

    def test_what_is_wanted_where_nothing_stands_goes_in_anywhere(self) -> None:
        made = _made(_solver(), ["x;y"], _seen(("in", "key", ())))
        self.assertLess(2, len({str(values[0]) for values in made if "key" in str(values[0])}))


class MendTest(unittest.TestCase):
    """A check that held before and does not hold in a candidate is mended in it."""

    def _mended(self, *after: tuple[Any, ...], held: frozenset[int] = frozenset({0})) -> list[list[Value]]:
        candidate = Candidate([b"\x12\x34\x56\x78abc!"], True, held)
        return [one.values for one in _solver(K.BYTES).mended(candidate, _seen(*after))]

    def test_what_is_computed_now_is_written_where_the_check_is_read(self) -> None:
        self.assertIn([b"\x9a\xbc\xde\xf0abc!"], self._mended(("!=", 0x12345678, 0x9ABCDEF0)))

    def test_what_holds_or_never_held_is_left_alone(self) -> None:
        self.assertEqual(self._mended(("!=", 3, 3)), [])
        self.assertEqual(self._mended(("!=", 3, 4), held=frozenset()), [])

    def test_a_candidate_tells_which_checks_held(self) -> None:
        rows = _seen(("==", "stop", "go"), ("==", 5, 5), ("!=", 6, 6), ("in", "a", ("a",)), ("<", 1, 1))
        for one in _solver().candidates(["stop"], rows, True):
            self.assertEqual((one.held, one.mends), (frozenset({1, 2}), 0))
        (first, *_) = _solver(K.INT).mended(Candidate([7], True, frozenset({0}), 1), _seen(("==", 7, 8)))
        self.assertEqual((first.held, first.mends, first.is_worth_a_look), (frozenset({0}), 2, True))


class AnewTest(unittest.TestCase):
    """Wishes are as good as new once there is something that was not there before."""

    def test_a_place_that_shows_its_first_feature_is_tried_again(self) -> None:
        solver = _solver()
        before = _seen(("==", None, "word"))
        while solver.tries.get(0, 0) < 4000:
            _made(solver, ["x"], before)
            solver.tries[0] = solver.tries.get(0, 0) + 400
        after = _seen(("==", "x", "word"))
        solver.new_features(after)
        self.assertIn(["word"], _made(solver, ["x"], after))

    def test_what_another_turn_of_the_loop_has_met_is_wished_again(self) -> None:
        rows = _seen(("==", "yes", "yes"))
        rows.append(Seen(0, "==", "no", "yes"))
        solver = _solver()
        for _ in range(3):
            made = _made(solver, ["yes,no"], rows)
            self.assertIn(["yes,yes"], made)
            self.assertTrue(any(one.is_worth_a_look for one in solver.candidates(["yes,no"], rows, True)))

    def test_a_guess_at_where_something_belongs_is_looked_at_wherever_it_is(self) -> None:
        rows = _seen(("in", "key", ("",)))
        candidates = list(_solver().candidates(["some line\n:\nof a text that is not small"], rows, True))
        looks = [one for one in candidates if "key" in str(one.values[0]) and one.is_worth_a_look]
        self.assertGreater(len(looks), 3)


class DecodedTest(unittest.TestCase):
    """What was decoded is wished as a text in the place of another."""

    def test_a_text_takes_the_place_of_the_one_that_was_decoded(self) -> None:
        rows = _seen(("decodes", '{"a": 1}', ("json", None)), ("==", 1, "x"))
        for kind, value, wanted in (
            (K.STR, 'v={"a": 1};', 'v={"a": "x"};'), (K.BYTES, b'\xff{"a": 1}', b'\xff{"a": "x"}'),
        ):  # fmt: skip
            self.assertIn([wanted], _made(_solver(kind), [value], rows))

    def test_a_text_in_a_text_that_was_decoded(self) -> None:
        rows = _seen(
            ("decodes", "eyJhIjogMX0=", ("base64", None)), ("decodes", b'{"a": 1}', ("json", None)),
            ("in", "b", ("a",)),
        )  # fmt: skip
        made = [str(values[0]) for values in _made(_solver(), ["x.eyJhIjogMX0=.y"], rows)]
        decoded = {
            base64.b64decode(text[2:-2] + "==") for text in made if text[:2] == "x." and text[-2:] == ".y"
        }
        self.assertIn(b'{"a": 1, "b": {}}', decoded)

    def test_nothing_is_decoded_where_nothing_was(self) -> None:
        solver = _solver()
        with mock.patch.object(solver_module, "Trees", side_effect=AssertionError):
            _made(solver, ["a"], _seen(("==", "a", "b")))

    def test_decoding_has_its_price(self) -> None:
        solver = _solver()
        solver._trees(_seen(("decodes", "[]", ("json", None))))
        self.assertEqual(solver.cost, 200)

    def test_that_a_decoder_was_reached_is_new(self) -> None:
        solver = _solver()
        rows = _seen(("decodes", "[]", ("json", None)), ("decodes", "[", ("json", None)))
        self.assertEqual([solver.new_features(rows), solver.new_features(rows)], [2, 0])

    def test_the_same_draws_give_the_same_candidates(self) -> None:
        rows = _seen(("decodes", '{"a": [1]}', ("json", None)), ("in", "b", ("a",)), ("==", 1, 2.5))
        runs = [_made(_solver(rand=FastRand(3)), ['{"a": [1]}'], rows) for _ in range(2)]
        self.assertEqual(*runs)


class KindTest(unittest.TestCase):
    ROWS = _seen(
        ("==", 5, 300), ("==", 5, -1), ("==", 5, 1 << 70), ("<", 5, 10**30), ("==", 0.5, 1e300),
        ("==", 0.5, math.nan),
        ("==", True, 7), ("==", 5, "text"), ("==", "5", 10**400), ("in", 5, tuple(range(-1000, 10**6, 9999))),
    )  # fmt: skip

    def test_candidates_are_values_of_their_kind(self) -> None:
        start: dict[type, Value] = {bytes: b"5", str: "5", bool: True, int: 5, float: 0.5}
        for kind in set(K.KINDS.values()):
            with self.subTest(kind.label):
                solver = _solver(kind)
                for is_new in (True, True, False, False):
                    for values in _made(solver, [start[kind.python]], self.ROWS, is_new):
                        self.assertIsNone(kind.problem(values[0]))

    def test_a_float32_is_rounded_to_one(self) -> None:
        made = _made(_solver(K.FLOAT32), [0.5], _seen(("==", 0.5, 0.1)))
        self.assertTrue(made)
        self.assertNotIn([0.1], made)

    def test_no_candidate_is_longer_than_the_limit(self) -> None:
        long = "w" * 10_000
        rows = _seen(("==", "a", long), ("startswith", "abc", long), ("find", "abc", long), ("in", "q", ()))
        for kind, value in ((K.STR, "abc" * 300), (K.BYTES, b"abc" * 300)):
            with self.subTest(kind.label):
                for values in _made(_solver(kind, limit=1200), [value], rows):
                    size = len(values[0].encode() if isinstance(values[0], str) else values[0])  # type: ignore[arg-type]
                    self.assertLessEqual(size, 1200)


class OrderTest(unittest.TestCase):
    def test_places_take_turns(self) -> None:
        words = tuple(f"word{n}" for n in range(12))
        seen = _seen(("in", "a", words), ("in", "b", words), ("==", "c", "zz"))
        made = [str(values[0]) for values in _made(_solver(), ["a b c"], seen)]
        first = [next(n for n, text in enumerate(made) if letter not in text) for letter in "abc"]
        self.assertLess(max(first), 10)

    def test_wishes_that_were_tried_least_come_first(self) -> None:
        solver = _solver()
        first = _seen(("==", "a", "one"))
        _made(solver, ["a"], first)
        both = [*first, Seen(1, "==", "a", "two")]
        made = _made(solver, ["a"], both)
        self.assertLess(made.index(["two"]), made.index(["one"]))

    def test_a_run_gets_only_so_many_candidates(self) -> None:
        rows = _seen(*(("in", f"k{n}", tuple(f"{n}w{m}" for m in range(12))) for n in range(60)))
        text = " ".join(f"k{n}" for n in range(60))
        self.assertEqual(len(_made(_solver(), [text], rows)), 250)
        self.assertEqual(len(_made(_solver(), [text], rows, is_new=False)), 16)

    def test_one_place_is_not_asked_without_end(self) -> None:
        seen = [Seen(1, "==", str(n), f"{n} ") for n in range(3000)]
        solver = _solver()
        _made(solver, ["12"], seen)
        self.assertLess(solver.cost, 60 * 400)

    def test_the_same_draws_give_the_same_candidates(self) -> None:
        rows = _seen(("in", "b", tuple("cdefghijklmnopqrstuvwxyz")), ("find", "a b", "="), ("int", "a", 10))
        runs = []
        for _ in range(2):
            solver = _solver(rand=FastRand(7))
            runs.append([_made(solver, ["a b"], rows, is_new) for is_new in (True, False, False, True)])
        self.assertEqual(*runs)


class BackOffTest(unittest.TestCase):
    ROWS = _seen(("==", "stop", "go"))

    def _tries(self, solver: Solver, times: int, is_new: bool) -> int:
        return sum(bool(_made(solver, ["stop"], self.ROWS, is_new)) for _ in range(times))

    def test_new_inputs_try_a_wish_again_a_few_times(self) -> None:
        solver = _solver()
        self.assertEqual(self._tries(solver, 3, True), 3)
        self.assertLess(self._tries(solver, 100, True), 12)

    def test_others_try_it_once_and_then_ever_more_seldom(self) -> None:
        solver = _solver()
        self.assertEqual(self._tries(solver, 1, False), 1)
        self.assertLess(self._tries(solver, 200, False), 12)

    def test_what_came_out_true_before_is_less_urgent(self) -> None:
        met = [Seen(0, "==", "stop", "stop"), Seen(0, "==", "x", "stop")]
        counts = []
        for prepared in ([], met):
            turns = 0
            for seed in range(60):
                solver = _solver(rand=FastRand(seed))
                if prepared:
                    _made(solver, ["y"], prepared)
                    solver._tried.clear()
                wish = [Seen(0, "==", "x", "stop")]
                turns += any(values == ["stop"] for values in _made(solver, ["x"], wish, is_new=False))
            counts.append(turns)
        self.assertEqual(counts[0], 60)
        self.assertLess(counts[1], 20)

    def test_a_place_on_which_much_was_tried_waits(self) -> None:
        solver = _solver()
        for n in range(400):
            _made(solver, ["stop"], [Seen(1, "==", "stop", f"go{n}")])
        fresh = [Seen(1, "==", "stop", "new")]
        self.assertLess(sum(bool(_made(solver, ["stop"], fresh, is_new=False)) for _ in range(5)), 5)
        self.assertGreater(solver.tries[1], 400)

    def test_memory_is_bounded(self) -> None:
        solver = _solver()
        solver._tried = dict.fromkeys(range((1 << 17) + 1), 1)
        solver._met = set(range((1 << 17) + 1))
        _made(solver, ["stop"], self.ROWS)
        self.assertLess(len(solver._tried) + len(solver._met), 10)


class FeatureTest(unittest.TestCase):
    def _new(self, solver: Solver, *rows: tuple[Any, ...]) -> int:
        return solver.new_features(_seen(*rows))

    def test_exceptions_with_other_words_are_new(self) -> None:
        solver = _solver()
        for args, expected in (
            (("bad 'x' at 5",), 1),
            (("bad 'y' at 77",), 0),
            (("worse 'x'",), 1),
            (("malformed: <Call object at 0x7f3ab1c0>",), 1),
            (("malformed: <Call object at 0x55d0c2fe>",), 0),
            ((b"bad", 5), 1),
            ((b"bad", 6), 0),
            ((), 1),
            ((10**5000,), 1),
            (("x" * 10**6, None, None, None, None), 1),
        ):
            with self.subTest(expected=expected, kinds=[type(one).__name__ for one in args]):
                self.assertEqual(self._new(solver, ("except", "ValueError", args)), expected)

    def test_a_condition_that_comes_out_another_way_is_new(self) -> None:
        solver = _solver()
        self.assertEqual(self._new(solver, ("<", 1, 5)), 1)
        self.assertEqual(self._new(solver, ("<", 2, 5)), 0)
        self.assertEqual(self._new(solver, ("<", 9, 5)), 1)
        self.assertEqual(self._new(solver, ("==", None, 5), ("in", "a", ())), 0)
        self.assertEqual(self._new(solver, ("==", 1, 5), ("in", "a", ("b",))), 2)
        self.assertEqual(self._new(solver, ("==", 2, 5), ("in", "a", ("c",))), 0)

    def test_the_text_that_could_not_be_decoded_is_nothing_new(self) -> None:
        solver = _solver()
        for count, args in (
            (1, ("utf-8", b"\xff", 0, 1, "invalid start byte")),
            (0, ("utf-8", b"ab\xfe", 2, 3, "invalid start byte")),
            (1, ("utf-8", b"\xc3", 0, 1, "unexpected end of data")),
        ):
            self.assertEqual(self._new(solver, ("except", "UnicodeDecodeError", args)), count)

    def test_one_place_is_new_only_so_often(self) -> None:
        solver = _solver()
        self.assertEqual(sum(self._new(solver, ("==", n, n)) for n in range(100)), 12)

    def test_only_places_that_are_not_known_well_are_worth_a_look(self) -> None:
        solver = _solver()
        rows = _seen(("==", "a", "b"))
        looks = [one.is_worth_a_look for one in solver.candidates(["a a a"], rows, True)]
        self.assertTrue(looks[0])
        self.assertFalse(any(one.is_worth_a_look for one in solver.candidates(["a a a"], rows, True)))

    def test_the_first_three_ways_of_a_wish_are_worth_a_look_until_a_place_is_known(self) -> None:
        solver = _solver()
        rows = _seen(("==", "a", "b"))
        looks = [one.is_worth_a_look for one in solver.candidates(["a a a a a a"], rows, True)]
        by_wish = looks[:3], looks[3:8]
        self.assertEqual(by_wish, ([True] * 3, [False] * 5))
        known = _solver()
        for number in range(12):
            known.new_features(_seen(("==", number, number)))
        self.assertFalse(any(one.is_worth_a_look for one in known.candidates(["a a a a a a"], rows, True)))

    def test_small_inputs_get_more_ways_of_a_wish(self) -> None:
        rows = _seen(("==", "a", "b"))
        counts = {length: len(_made(_solver(), [("a " * 20)[:length]], rows)) for length in (15, 16, 17, 30)}
        self.assertEqual(counts, {15: 16, 16: 16, 17: 6, 30: 6})  # of two wishes


class StrangeTest(unittest.TestCase):
    def test_operands_that_do_not_go_together_do_no_harm(self) -> None:
        odd: tuple[Any, ...] = ("", b"", "a", b"a", 5, 10**400, math.nan, None, True, ())
        odd += (("a", {"k": 1}), {"a": ()})
        rows = _seen(*itertools.product(("==", "in", "<", "find"), odd, odd))
        starts: list[tuple[Kind, Value]] = [
            (K.STR, "a 5"), (K.BYTES, b"a 5"), (K.INT, 5), (K.FLOAT, math.inf), (K.BOOL, True),
        ]  # fmt: skip
        for kind, value in starts:
            with self.subTest(kind.label):
                solver = _solver(kind)
                made: Iterable[Candidate] = solver.candidates([value], rows, True)
                self.assertTrue(all(isinstance(one, Candidate) for one in made))
                solver.new_features(rows)

    def test_costs_are_counted_with_what_is_done(self) -> None:
        solver = _solver()
        before = solver.cost
        for one in solver.candidates(["a"], _seen(("==", "a", "b")), True):
            self.assertGreater(solver.cost, before)
            self.assertEqual(one.values, ["b"])
            break


if __name__ == "__main__":
    unittest.main()
