"""What a worker and the coordinator make of conditions that went one way only."""

from __future__ import annotations

import ast
import re
import textwrap
import unittest
from collections.abc import Callable, Sequence
from typing import Any

from gofuzz_py.internal import frontier_operands
from gofuzz_py.internal.frontier import frontier_rows
from gofuzz_py.internal.frontier_conditions import Conditions
from gofuzz_py.internal.frontier_merge import merged
from gofuzz_py.internal.frontier_operands import Met, Notes, described, shown
from gofuzz_py.internal.messages import FrontierRow
from gofuzz_py.internal.operands_places import ABSENT, Place
from gofuzz_py.internal.operands_record import Seen
from tests.helpers_coverage import CoverageTestCase

#: Name, source of ``f``, arguments that it is called with, and the rows as ``line text|part|verdict``.
TABLE: list[tuple[str, str, Sequence[object], list[str]]] = [
    (
        "a side that was never taken, whichever it is",
        """
        def f(a):
            if a > 5:
                pass
            if a < 5:
                a = 1
            else:
                a = 2
        """,
        [1, 2],
        ["2 if a > 5:||never true", "4 if a < 5:||never false"],
    ),
    (
        "what went both ways is not told",
        """
        def f(a):
            if a:
                return [x for x in a if x]
            elif a is None:
                return None
            return a or 1
        """,
        [[1, 0], None, 0],
        [],
    ),
    (
        "what was not reached is not told",
        """
        def f(a):
            if a:
                return 1
            if a is None:
                return None
            try:
                return a or g(a and b)
            except ValueError:
                pass
        """,
        [1],
        ["2 if a:||never false"],
    ),
    (
        "each arm of a chain",
        """
        def f(a):
            if a == 1:
                pass
            elif a == 2:
                pass
            elif (a ==
                  3):
                pass
        """,
        [1, 4],
        ["4 elif a == 2:||never true", "6 elif (a == 3:||never true"],
    ),
    (
        "the part of a condition that is to blame, once",
        """
        def f(a):
            if a > 0 and a < 9 and not (a == 4 or a == 5):
                pass
            if a or a == 2:
                pass
        """,
        [10],
        [
            "2 if a > 0 and a < 9 and not (a == 4 or a == 5):|a < 9|never true",
            "4 if a or a == 2:|a|never false",
        ],
    ),
    (
        "operands outside of conditions",
        """
        def f(a):
            b = a and a + 1
            return g(b) or 2
        g = int
        """,
        [1],
        ["3 g(b) or 2|g(b)|never false"],
    ),
    (
        "an operand in a lambda that nobody calls",
        """
        def f(a):
            b = lambda: a or 1
            if a:
                pass
        """,
        [1],
        ["3 if a:||never false"],
    ),
    (
        "loops, filters and values",
        """
        def f(a):
            for x in a:
                pass
            while a:
                break
            b = [x for x in a if x > 3]
            return 1 if b else 2
        """,
        [[1]],
        [
            "4 while a:||never false",
            "6 [x for x in a if x > 3]|x > 3|never true",
            "7 1 if b else 2|b|never true",
        ],
    ),
    (
        "a loop that is never entered",
        """
        def f(a):
            for x in a:
                pass
        """,
        [[]],
        ["2 for x in a:||never entered"],
    ),
    (
        "arms of a try",
        """
        def f(a):
            try:
                int(a)
            except ValueError:
                pass
            except (TypeError, OverflowError) as error:
                pass
        """,
        ["1", "x"],
        ["6 except (TypeError, OverflowError):||never caught"],
    ),
    (
        "a try that always raises",
        """
        def f(a):
            try:
                a = int(a)
            except ValueError:
                return
            else:
                a += 1
        """,
        ["x"],
        ["3 try: a = int(a)||never without an exception"],
    ),
    (
        "cases and their guards",
        """
        def f(a):
            match a:
                case 1 | 2:
                    pass
                case 3 if a > b:
                    pass
                case [x] if x and True:
                    pass
                case _:
                    pass
        b = 9
        """,
        [3, 7],
        [
            "3 case 1 | 2:||never matched",
            "5 case 3 if a > b:|a > b|never true",
            "7 case [x] if x and True:||never matched",
        ],
    ),
]


def _rows(core: Any, notes: Notes | None = None) -> list[FrontierRow]:
    return frontier_rows(core, notes or Notes(core.place), {})


class ConditionsTest(CoverageTestCase):
    def test_the_table(self) -> None:
        for name, source, arguments, want in TABLE:
            with self.subTest(name):
                module = self.load(source)
                core, _ = self.measure(module)
                for argument in arguments:
                    module.f(argument)
                core.news()
                found = [f"{row.line} {row.text}|{row.part}|{row.verdict}" for row in _rows(core)]
                self.assertEqual(found, want)

    def test_a_row_says_how_much_lies_behind_and_what_leads_there(self) -> None:
        module = self.load("""
            def f(a):
                if a == "x":
                    for b in a:
                        if b:
                            pass
            """)
        core, _ = self.measure(module)
        module.f("y")
        core.news()
        (row,) = _rows(core)
        self.assertEqual(row.behind, 5)
        (location,) = [core.locate(number) for number in row.at]
        assert location is not None
        self.assertEqual((location.kind, row.file), ("else", location.filename))

    def test_reading_the_source_reaches_nothing(self) -> None:
        module = self.load("def f(a):\n    return a and 1\n")
        core, _ = self.measure(module)
        module.f(0)
        core.news()
        before = dict(core.hits)
        _rows(core)
        self.assertEqual(core.hits, before)

    def test_odd_source_is_read(self) -> None:
        text = "def f(a):\n\n    if 'é⌘' == a \\\n    and b: pass\n"
        statement = ast.parse(text).body[0]
        conditions = Conditions(statement, 5, {5, 6, 7, 8}, text.split("\n"))
        self.assertEqual([one.text for one in conditions.stuck()], [])
        conditions = Conditions(ast.parse(text).body[0], 5, {5, 8}, text.split("\n"))
        self.assertEqual(
            [(one.text, one.part, one.verdict) for one in conditions.stuck()],
            [("if 'é⌘' == a \\ and b:", "'é⌘' == a", "never true")],
        )


class JoiningTest(CoverageTestCase):
    """Watched runs of real code, to the text of a row."""

    def row(self, source: str, *arguments: object) -> FrontierRow:
        """Run ``f`` watched on each argument; return the one row."""
        module = self.load(source)
        core, _ = self.measure(module)
        notes = Notes(core.place)
        for argument in arguments:
            module.f(argument)
            core.news()
            notes.take_in(core.observe(_call(module.f, argument)))
        (row,) = _rows(core, notes)
        return row

    def test_operands_are_told(self) -> None:
        table: list[tuple[str, Sequence[object], str]] = [
            ("if a == 'checkpoint': pass", ["x", "checkpoin\0", "chess"],
             r"closest 'checkpoin\x00' (9 of 10 characters)"),
            ("if 'abc' == a: pass", ["abx"], "closest 'abx' (2 of 3 characters)"),
            ("if a > 100: pass", [5, 98, 3], "closest 98"),
            ("if a < len('abc'): pass", [5, 9], "closest 5 against 3"),
            ("if a == 'x' * 3: pass", ["xx"], "closest 'xx' against 'xxx' (2 of 3 characters)"),
            ("if a not in ('get', 'put'): pass", ["get", "put"], "met 'get', 'put'"),
            ("if a in ('get', 'put'): pass", ["pu", "x"], "closest 'pu' to 'put' (2 of 3 characters)"),
            ("if a != 1: pass", [1, 1], "always 1"),
            ("if a.startswith('abc'): pass", ["ab"], "closest 'ab' (2 of 3 characters)"),
            ("if a.endswith('abc'): pass", ["bc"], "closest 'bc' (last 2 of 3 characters)"),
            ("if a != 0x12345678 + len('x'): pass\n    else: 0", [7],
             "closest 7 against 0x12345679"),
        ]  # fmt: skip
        for body, arguments, want in table:
            with self.subTest(body):
                row = self.row(f"def f(a):\n    {body}\n", *arguments)
                self.assertEqual(row.operands, want)

    def test_of_a_match_each_case_has_its_own(self) -> None:
        source = textwrap.dedent("""
            def f(a):
                match a:
                    case "checkpoint":
                        pass
                    case _:
                        pass
            """)
        row = self.row(source, "c", "check")
        self.assertEqual(row.operands, "closest 'check' (5 of 10 characters)")

    def test_a_name_leads_to_what_was_assigned(self) -> None:
        source = textwrap.dedent("""
            import re
            def f(a):
                found = re.match("ab+c", a)
                if found is not None:
                    pass
            """)
        row = self.row(source, "x", "abb")
        self.assertEqual(
            (row.verdict, row.operands), ("never true", "closest 'abb' (the pattern follows it for 3)")
        )

    def test_a_lookup_that_does_not_decide_is_not_told(self) -> None:
        row = self.row("def f(a):\n    if a['kind'] == 'x':\n        pass\n", {"kind": "y"})
        self.assertEqual(row.operands, "always 'y'")


def _call(function: Callable[[Any], object], argument: object) -> Callable[[], object]:
    return lambda: function(argument)


class OperandsTest(unittest.TestCase):
    def test_hostile_values_are_bounded(self) -> None:
        values = [
            "x" * 10**6,
            b"\0" * 10**6,
            1 << 10**6,
            (1, "x" * 10**6) * 100,
            float("nan"),
            -(1 << 70),
            None,
        ]
        for value in values:
            with self.subTest(type(value)):
                self.assertLessEqual(len(shown(value)), 200)

    def test_controls_are_escaped(self) -> None:
        self.assertEqual(shown("a\x1b[0m\u202e\n\udc80"), r"'a\x1b[0m\u202e\n\udc80'")

    def test_memory_is_bounded(self) -> None:
        met = Met(Place("==", 1, (ABSENT, "needle")))
        for number in range(3 * frontier_operands._RECENT):
            met.take_in("==", str(number), "needle")
        self.assertEqual(len(met.examples), frontier_operands._EXAMPLES)
        self.assertEqual(len(met.recent), frontier_operands._RECENT)

    def test_operands_of_any_types_are_taken_in(self) -> None:
        values = [1, 1.5, float("inf"), float("nan"), "x", b"x", None, True, (1, "x"), {"x": 1}, 1 << 2000]
        for relation in ("==", "!=", "<", "in", "not in", "startswith", "endswith", "find", "match"):
            for left in values:
                for right in values:
                    notes = Notes(lambda number: ("f.py", Place("==", 1)))
                    notes.take_in([Seen(1, relation, left, right)])
                    for wanted in (True, False):
                        self.assertIsInstance(described(notes.rows[1], wanted, ())[1], str)

    def test_what_is_no_condition_is_not_taken_in(self) -> None:
        notes = Notes(lambda number: ("f.py", Place("loop", 1)))
        notes.take_in(
            [Seen(1, "loop", 5, None), Seen(2, "decodes", "a", ("json", None)), Seen(3, "==", 1, 2)]
        )
        self.assertEqual(list(notes.rows), [3])

    def test_a_pattern_that_cannot_be_compiled_is_left_out(self) -> None:
        met = Met(Place("match", 1, (ABSENT, ABSENT)))
        met.take_in("re.match", ("abc", 0), ("(", 0))
        self.assertEqual(described(met, True, ()), (0, "always 'abc'"))
        met = Met(Place("match", 1, (ABSENT, ABSENT)))
        met.take_in("re.match", (b"abc", 0), re.compile(b"abd"))
        self.assertEqual(described(met, True, ())[1], "closest b'abc' (the pattern follows it for 2)")


def _told(line: int, **fields: Any) -> FrontierRow:
    return FrontierRow("f.py", line, "if a:", "", "never true", line, **fields)


class MergedTest(unittest.TestCase):
    def test_rows_of_workers_are_joined(self) -> None:
        one = [_told(1, at=[7], score=100, operands="far", tries=2), _told(2, at=[8])]
        other = [_told(2, at=[8]), _told(1, at=[7], score=900, operands="near", tries=3)]
        for answers in ([one, other], [other, one]):
            first, second = merged(answers, [[7, 8], [7], [9]])
            self.assertEqual((first.operands, first.tries, first.reached_by), ("near", 5, 2))
            self.assertEqual((second.line, second.reached_by), (2, 1))

    def test_what_one_worker_does_not_tell_of_is_not_stuck(self) -> None:
        self.assertEqual([row.line for row in merged([[_told(1), _told(2)], [_told(2)]], [])], [2])

    def test_an_input_that_leads_there_twice_counts_once(self) -> None:
        (row,) = merged([[_told(1, at=[7, 8])]], [[7, 8], [8]])
        self.assertEqual(row.reached_by, 2)

    def test_near_operands_come_first_and_ties_in_the_order_of_the_source(self) -> None:
        rows = [_told(3), _told(2), _told(1, score=1, operands="x"), _told(4, score=900, operands="y")]
        self.assertEqual([row.line for row in merged([rows], [])], [4, 1, 2, 3])
