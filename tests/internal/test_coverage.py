"""Records of coverage: buckets of hit counts, numbers of late modules, the layout's name."""

from __future__ import annotations

import json
import unittest

from gofuzz_py.internal import coverage
from gofuzz_py.internal.coverage import ModuleReport, Report


class TestBucket(unittest.TestCase):
    def test_counts_round_down_to_powers_of_two(self) -> None:
        rows = [
            (0, 0),
            (1, 1),
            (2, 2),
            (3, 2),
            (4, 4),
            (7, 4),
            (8, 8),
            (127, 64),
            (128, 128),
            (255, 128),
            (10**9, 128),
        ]
        for count, expected in rows:
            with self.subTest(count=count):
                self.assertEqual(coverage.bucket(count), expected)


class TestLateFirst(unittest.TestCase):
    def test_late_modules_keep_clear_of_the_dense_numbers_and_of_each_other(self) -> None:
        first, second = coverage.late_first("pkg.one"), coverage.late_first("pkg.two")
        self.assertGreaterEqual(min(first, second), coverage.LATE)
        self.assertGreater(abs(first - second), 100_000)

    def test_the_number_depends_on_the_name_alone_and_fits_json_of_others(self) -> None:
        self.assertEqual(coverage.late_first("pkg.one"), coverage.late_first("pkg.one"))
        number = coverage.late_first("pkg.one") + 1_000_000
        self.assertLess(number, 2**53)
        self.assertEqual(json.loads(json.dumps(number)), number)


class TestReport(unittest.TestCase):
    def test_an_empty_report_has_nothing_to_see(self) -> None:
        self.assertEqual((Report().locations, Report().functions), (0, 0))

    def test_the_layout_tells_numberings_apart(self) -> None:
        rows = [
            (),
            (ModuleReport("a", 0, 5),),
            (ModuleReport("a", 0, 6),),
            (ModuleReport("b", 0, 5),),
            (ModuleReport("a", 0, 5), ModuleReport("b", 5, 1)),
        ]
        self.assertEqual(len({Report(modules).layout for modules in rows}), len(rows))

    def test_the_layout_does_not_depend_on_what_lives(self) -> None:
        self.assertEqual(
            Report((ModuleReport("a", 0, 5, functions=3),)).layout,
            Report((ModuleReport("a", 0, 5, functions=4, left_alone=1),)).layout,
        )


if __name__ == "__main__":
    unittest.main()
