"""What the solver makes of rows that are hard to take: huge, of two kinds at once, of several pairs."""

from __future__ import annotations

import os
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any

from gofuzz_py.internal import kinds
from gofuzz_py.internal.dictionary import Dictionary
from gofuzz_py.internal.operands_record import Seen
from gofuzz_py.internal.rand import FastRand
from gofuzz_py.internal.solver import Solver

_ROOT = Path(__file__).parents[2]
_HUGE = 10**5000


def _solver(kind: kinds.Kind = kinds.STR) -> Solver:
    return Solver((kind,), FastRand(1), 1000, Dictionary())


class HardRowsTest(unittest.TestCase):
    def test_ints_too_long_to_be_written_do_no_harm(self) -> None:
        for relation, left, right in (
            ("except", "KeyError", (_HUGE,)),
            ("except", "KeyError", ({"a": (_HUGE,)},)),
            ("==", {"a": _HUGE}, {"a": _HUGE}),
            ("in", _HUGE, (_HUGE, 1)),
            ("==", (_HUGE,), (_HUGE,)),
        ):
            with self.subTest(relation, right=type(right)):
                solver, seen = _solver(), [Seen(1, relation, left, right)]
                self.assertEqual(solver.new_features(seen), 1)
                self.assertEqual(solver.new_features(seen), 0)
                list(solver.candidates(["abc"], seen, is_new=True))

    def test_pairs_that_belong_together_are_granted_together(self) -> None:
        found = _solver().candidates(["w=10 h=20"], [Seen(1, "==", (10, 20), (31, 41))], is_new=True)
        self.assertIn(["w=31 h=41"], [one.values for one in found])

    def test_only_the_first_way_of_a_wish_that_is_new_is_worth_a_look(self) -> None:
        solver, seen = _solver(), [Seen(1, "startswith", "ab ab", "x")]
        first = [one.is_worth_a_look for one in solver.candidates(["ab ab"], seen, is_new=True)]
        again = [one.is_worth_a_look for one in solver.candidates(["ab ab"], seen, is_new=True)]
        self.assertTrue(first[0])
        self.assertIn(False, first)
        self.assertTrue(again)
        self.assertNotIn(True, again)

    def test_the_values_given_are_left_as_they_are(self) -> None:
        values: list[Any] = ["stop"]
        list(_solver().candidates(values, [Seen(1, "==", "stop", "go")], is_new=True))
        self.assertEqual(values, ["stop"])


#: Texts and bytes with the same hash, of the same place.
_SCRIPT = """
from gofuzz_py.internal import kinds
from gofuzz_py.internal.dictionary import Dictionary
from gofuzz_py.internal.operands_record import Seen
from gofuzz_py.internal.rand import FastRand
from gofuzz_py.internal.solver import Solver

rows = [
    ("==", "ab", "cd"), ("==", b"ab", b"cd"), ("==", "ab", "ab"), ("==", b"ab", b"ab"),
    ("==", "ab", b"ab"), ("in", "q", ("a", b"a")), ("in", b"a", {"a": 1}), ("==", "", "x"), ("==", b"", b"x"),
    ("==", ("a",), ("a",)), ("==", (b"a",), (b"a",)), ("==", ("a",), (b"a",)), ("<", ("a",), (b"a",)),
    ("==", 5, b"x"), ("startswith", "ab", "c"), ("startswith", b"ab", b"c"), ("find", "ab", "b"),
    ("find", b"ab", b"b"), ("except", "KeyError", ("a",)), ("except", "KeyError", (b"a",)),
    ("re.match", ("", 0), ("a", 0)), ("re.match", (b"", 0), (b"a", 0)),
]
solver = Solver((kinds.STR, kinds.BYTES), FastRand(1), 1000, Dictionary())
seen = [Seen(1, *row) for row in rows]
for turn in range(3):
    solver.new_features(seen)
    assert len(list(solver.candidates(["ab", b"ab"], seen, True))) > 5 or turn
"""


class BytesWarningTest(unittest.TestCase):
    def test_texts_and_bytes_of_one_place_never_meet(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
        done = subprocess.run(
            [sys.executable, "-bb", "-c", _SCRIPT],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main()
