"""The text of the frontier: what a row says, and how much is shown."""

from __future__ import annotations

import unittest
from typing import Any

from gofuzz_py.frontier_report import frontier_lines
from gofuzz_py.internal.messages import FrontierRow


def _row(line: int = 1, **fields: Any) -> FrontierRow:
    known: dict[str, Any] = {
        "file": "/a/b.py",
        "line": line,
        "text": "if a:",
        "part": "",
        "verdict": "never true",
        "missing": 1,
    }
    return FrontierRow(**(known | fields))


def _lines(*rows: FrontierRow, is_long: bool = True) -> list[str]:
    return [*frontier_lines(rows, lambda path: path.removeprefix("/a/"), is_long=is_long)]


class FrontierReportTest(unittest.TestCase):
    def test_a_row_says_what_is_known_and_no_more(self) -> None:
        self.assertEqual(
            _lines(_row()),
            [
                "fuzz: frontier: 1 condition was reached and never went the other way",
                "    b.py:1: if a:",
                "        never true",
            ],
        )
        full = _row(part="a > 5", operands="closest 4", reached_by=1, tries=2)
        self.assertEqual(
            _lines(full)[2], "        a > 5 was never true; closest 4; reached by 1 input; 2 tries"
        )

    def test_rows_beyond_the_limit_are_counted(self) -> None:
        rows = [_row(line) for line in range(60)]
        self.assertEqual((len(_lines(*rows)), _lines(*rows)[-1]), (102, "    and 10 more"))
        short = _lines(*rows, is_long=False)
        self.assertEqual((len(short), short[-1]), (22, "    and 50 more (-fuzzfrontier shows more)"))

    def test_long_source_is_cut(self) -> None:
        lines = _lines(_row(text="if " + "a" * 1000 + ":", part="a" * 1000))
        self.assertLess(max(map(len, lines)), 110)

    def test_that_nothing_is_stuck_or_known_is_said(self) -> None:
        self.assertIn("every condition that was reached went both ways", _lines()[0])
        self.assertIn("not known", next(frontier_lines(None, str, is_long=True)))
        self.assertEqual(_lines(is_long=False), [])
