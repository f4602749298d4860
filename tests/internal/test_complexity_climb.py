"""How work grows: the verdict, and how careful the way up to it is."""

from __future__ import annotations

import unittest
from collections.abc import Callable, Mapping
from math import log2

from gofuzz_py.internal.complexity_climb import MAX_LOCATIONS, MAX_SIZE, Verdict, climb
from gofuzz_py.internal.complexity_growth import Growth
from gofuzz_py.internal.kinds import Value

#: Grows by one byte.
LETTERS = Growth((("", "a", ""),))


class Work:
    """Stands for a target: counts by formulas of the input's size."""

    def __init__(self, *formulas: Callable[[int], float]) -> None:
        self._formulas = formulas
        #: Sizes that were run, and the largest sum of counts.
        self.sizes: list[int] = []
        self.most = 0

    def measure(self, values: list[Value]) -> Mapping[int, int]:
        """Count a run."""
        size = len(str(values[0]))
        self.sizes.append(size)
        counts = {number: int(formula(size)) for number, formula in enumerate(self._formulas)}
        self.most = max(self.most, sum(counts.values()))
        return {number: count for number, count in counts.items() if count}

    def climb(self, growth: Growth = LETTERS) -> Verdict | None:
        """Grow the letters."""
        return climb(growth, self.measure)


class VerdictTest(unittest.TestCase):
    def test_powers_and_worse_are_called_by_their_names(self) -> None:
        for name, formula, degree in (
            ("n²/2", lambda n: n * n / 2, "quadratic"),
            ("n(n+1)/2 behind 20n", lambda n: 20 * n + n * (n + 1) / 2, "quadratic"),
            ("n²/8", lambda n: n * n / 8, "quadratic"),
            ("9n²", lambda n: 9 * n * n, "quadratic"),
            ("n³/6", lambda n: n**3 / 6, "cubic"),
            ("10n³", lambda n: 10 * n**3, "cubic"),
            ("n⁴", lambda n: n**4, "degree 4"),
            ("1.2ⁿ", lambda n: 10 * 1.2**n, "exponential"),
            ("fibonacci", lambda n: 10 * 1.618**n, "exponential"),
            ("2ⁿ", lambda n: 10 * 2**n, "exponential"),
            ("3ⁿ behind much else", lambda n: 2000 + 3**n, "exponential"),
            ("10ⁿ", lambda n: 50 + 10**n, "exponential"),
        ):
            with self.subTest(name):
                work = Work(lambda n: 30, lambda n: 8 * n, formula)
                verdict = work.climb()
                assert verdict is not None
                self.assertEqual(degree, verdict.degree)
                self.assertEqual(2, verdict.hot[0])
                self.assertNotIn(1, verdict.hot)
                self.assertEqual([*sorted(work.sizes)][-1], verdict.points[-1].times)

    def test_what_grows_slower_is_no_finding(self) -> None:
        for name, formulas in (
            ("constant", [lambda n: 500]),
            ("n", [lambda n: 3 * n, lambda n: n / 2]),
            ("much n", [lambda n: 5000 * n]),
            ("very much n", [lambda n: 900_000 * n]),
            ("huge from the start", [lambda n: 5_000_000 + n * n]),
            ("n log n", [lambda n: n * log2(n + 1), lambda n: 9 * n]),
            ("n√n", [lambda n: n**1.5]),
            ("n² in a window of 70", [lambda n: min(n, 70) ** 2 / 2 + 70 * max(0, n - 70), lambda n: n]),
            ("n² in a window of 256", [lambda n: min(n, 256) ** 2 + 256 * max(0, n - 256), lambda n: n]),
            ("n² that is little beside n", [lambda n: n * n / 100_000, lambda n: 20 * n]),
            ("up and down", [lambda n: 5000 if n % 3 else n]),
            ("a step", [lambda n: 100_000 if n > 100 else 10]),
            ("locations by and by", [lambda n, i=i: n * (n > i) for i in range(0, 300, 3)]),
        ):  # fmt: skip
            with self.subTest(name):
                work = Work(*formulas)
                self.assertIsNone(work.climb())

    def test_the_three_sizes_are_shown_with_their_counts(self) -> None:
        growth = Growth((("<", "ab", ">"), (5,)))
        verdict = Work(lambda n: n * n).climb(growth)
        assert verdict is not None
        first, second, third = verdict.points
        self.assertEqual([4 * first.times, 2 * first.times], [third.times, second.times])
        self.assertEqual([2 + 2 * point.times for point in verdict.points], [p.size for p in verdict.points])
        self.assertEqual([point.size**2 for point in verdict.points], [p.total for p in verdict.points])
        self.assertEqual(["<" + "ab" * third.times + ">", 5], verdict.values())

    def test_the_line_that_ran_most_comes_first(self) -> None:
        verdict = Work(lambda n: n * n, lambda n: 2 * n * n, lambda n: 900 * n, lambda n: 2 * n * n).climb()
        assert verdict is not None
        self.assertEqual((1, 3, 0), verdict.hot)

    def test_what_grows_with_the_number_of_runs_is_no_finding(self) -> None:
        runs = 0

        def measure(values: list[Value]) -> Mapping[int, int]:
            nonlocal runs
            runs += 1
            return {0: 10 * 4**runs}

        self.assertIsNone(climb(LETTERS, measure))


class WayTest(unittest.TestCase):
    def test_an_ordinary_input_is_run_four_times(self) -> None:
        work = Work(lambda n: 3 * n, lambda n: 7)
        self.assertIsNone(work.climb())
        self.assertEqual([1, 4, 16, 64], work.sizes)

    def test_without_patience_it_is_run_three_times(self) -> None:
        work = Work(lambda n: 3 * n, lambda n: 7)
        self.assertIsNone(climb(LETTERS, work.measure, is_patient=False))
        self.assertEqual([1, 4, 16], work.sizes)
        self.assertIsNotNone(climb(LETTERS, Work(lambda n: n * n).measure, is_patient=False))

    def test_a_long_piece_is_given_up_earlier(self) -> None:
        work = Work(lambda n: n)
        self.assertIsNone(work.climb(Growth((("", "a" * 64, ""),))))
        self.assertEqual([64, 256, 1024], work.sizes)

    def test_no_run_costs_much_more_than_the_limit(self) -> None:
        for name, formula in (
            ("n²", lambda n: 50 * n * n),
            ("n³", lambda n: 5 * n**3),
            ("n⁵", lambda n: n**5),
            ("1.1ⁿ", lambda n: 1.1**n),
            ("2ⁿ", lambda n: 100 * 2**n),
            ("7ⁿ", lambda n: 7**n),
        ):
            with self.subTest(name):
                work = Work(formula, lambda n: 10 * n)
                work.climb()
                self.assertLess(work.most, 2 * MAX_LOCATIONS)
                self.assertLess(len(work.sizes), 30)

    def test_no_input_grows_beyond_the_limit(self) -> None:
        work = Work(lambda n: n * n / 50_000, lambda n: n)
        self.assertIsNone(work.climb())
        self.assertLessEqual(max(work.sizes), MAX_SIZE)

    def test_an_input_that_costs_too_much_already_is_not_grown(self) -> None:
        work = Work(lambda n: 100_000 * n * n)
        self.assertIsNone(work.climb())
        self.assertEqual([1], work.sizes)

    def test_an_input_is_explored_once_before_its_first_larger_size(self) -> None:
        work = Work(lambda n: n * n)
        explored: list[tuple[int, int]] = []
        climb(LETTERS, work.measure, lambda values: explored.append((len(str(values[0])), max(work.sizes))))
        self.assertEqual([(8, 4)], explored)

    def test_what_a_run_raises_comes_through(self) -> None:
        def measure(values: list[Value]) -> Mapping[int, int]:
            raise KeyError(str(values[0]))

        with self.assertRaisesRegex(KeyError, "a"):
            climb(LETTERS, measure)
