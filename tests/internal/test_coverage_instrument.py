"""Which locations fire for which input, construct by construct, and what has none."""

from __future__ import annotations

import ast
import asyncio
import sys
import unittest
from collections.abc import Callable

from gofuzz_py.internal import coverage_instrument
from gofuzz_py.internal.counters_probes import ProbeCounters
from tests.helpers_coverage import CoverageTestCase, places, quiet, settle

#: Name, source of ``f``, and for arguments what fires beside ``function:1``.
TABLE: list[tuple[str, str, list[tuple[object, str]]]] = [
    (
        "an if without else tells both ways",
        """
        def f(a):
            if a:
                pass
        """,
        [(1, "if:3"), (0, "else:2")],
    ),
    (
        "an if chain tells its arms and the end of it",
        """
        def f(a):
            if a == 1:
                pass
            elif a == 2:
                pass
        """,
        [(1, "if:3"), (2, "if:5"), (3, "else:4")],
    ),
    (
        "a constant condition has no locations",
        """
        def f(a):
            if 0:
                a = 1
            while True:
                break
        """,
        [(1, "loop:5")],
    ),
    (
        "a for loop tells of its body and of its end",
        """
        def f(a):
            for x in range(a):
                if x == 2:
                    break
        """,
        [(0, "loop end:2"), (2, "loop:3 else:3 loop end:2"), (9, "loop:3 else:3 if:4")],
    ),
    (
        "a while loop tells of its body and of its end",
        """
        def f(a):
            while a:
                a -= 1
            else:
                a = 5
        """,
        [(0, "loop end:5"), (2, "loop:3 loop end:5")],
    ),
    (
        "operands of and",
        """
        def f(a):
            return a > 0 and a > 1 and a > 2
        """,
        [(0, ""), (1, "operand:2"), (3, "operand:2")],
    ),
    (
        "operands on lines of their own",
        """
        def f(a):
            return (
                a > 0
                and a > 1
                and a > 2
            )
        """,
        [(0, ""), (1, "operand:4"), (2, "operand:4 operand:5")],
    ),
    (
        "operands of or in a condition",
        """
        def f(a):
            if a == 1 or a == 2:
                pass
        """,
        [(1, "if:3"), (2, "operand:2 if:3"), (3, "operand:2 else:2")],
    ),
    (
        "a chained comparison",
        """
        def f(a):
            return (0
                < a
                < 5
                < 6)
        """,
        [(0, ""), (9, "comparison:4"), (1, "comparison:4 comparison:5")],
    ),
    (
        "a conditional expression",
        """
        def f(a):
            return (1
                if a
                else 2)
        """,
        [(1, "then-value:2"), (0, "else-value:4")],
    ),
    (
        "a list comprehension: element, filter, empty",
        """
        def f(a):
            return [x
                for x in range(a)
                if x % 2]
        """,
        [(0, "empty:2"), (1, "filtered out:4 empty:2"), (2, "filtered out:4 element:2")],
    ),
    (
        "nested loops in a comprehension",
        """
        def f(a):
            return {x + y
                for x in range(a)
                for y in
                    range(x)}
        """,
        [(0, "empty:2"), (1, "inner loop:5 empty:2"), (2, "inner loop:5 element:2")],
    ),
    (
        "a dict comprehension",
        """
        def f(a):
            return {x: 1 for x in range(a)}
        """,
        [(0, "empty:2"), (2, "element:2")],
    ),
    (
        "a generator expression",
        """
        def f(a):
            return sum(x for x in range(a) if x)
        """,
        [(0, ""), (1, "filtered out:2"), (2, "filtered out:2 element:2")],
    ),
    (
        "except arms, no exception, finally",
        """
        def f(a):
            try:
                1 / a
            except ZeroDivisionError:
                pass
            except TypeError as error:
                str(error)
            finally:
                a = 1
        """,
        [
            (1, "no exception:3 finally:9"),
            (0, "except:5 finally:9"),
            ("", "except:7 finally:9"),
        ],
    ),
    (
        "a try whose body always leaves has no location for going on",
        """
        def f(a):
            try:
                return 1 / a
            except ZeroDivisionError:
                return 0
        """,
        [(1, ""), (0, "except:5")],
    ),
    (
        "finally on the way of an exception",
        """
        def f(a):
            try:
                1 / a
            finally:
                a = 1
        """,
        [(1, "finally:5"), (0, "finally:5")],
    ),
    (
        "match cases, guards, and none of them",
        """
        def f(a):
            match a:
                case 1:
                    pass
                case [x, y] if x:
                    pass
                case {"k": v}:
                    pass
        """,
        [
            (1, "case:4"),
            ([1, 2], "case:6"),
            ([0, 2], "guard false:5 no case:7"),
            ({"k": 1}, "case:8"),
            ("", "no case:7"),
        ],
    ),
    (
        "a match that takes everything",
        """
        def f(a):
            match a:
                case 1:
                    pass
                case other:
                    a = other
        """,
        [(1, "case:4"), (2, "case:6")],
    ),
    (
        "an assertion",
        """
        def f(a):
            assert a, "no"
        """,
        [(1, ""), (0, "assert fails:2")],
    ),
    (
        "a lambda and a function inside",
        """
        def f(a):
            g = lambda: 1
            def h():
                return 2
            return g() if a else h()
        """,
        [(1, "lambda:2 then-value:5"), (0, "function:3 else-value:5")],
    ),
    (
        "a class inside a function",
        """
        def f(a):
            class C:
                x = 1 if a else 2
                def m(self):
                    return 3
            return C().m()
        """,
        [(1, "then-value:3 function:4"), (0, "else-value:3 function:4")],
    ),
    (
        "except star",
        """
        def f(a):
            try:
                raise ExceptionGroup("g", [a()])
            except* ValueError:
                pass
            except* TypeError:
                pass
        """,
        [(ValueError, "except:5"), (TypeError, "except:7")],
    ),
    (
        "a function with a docstring only",
        '''
        def f(a):
            """Do nothing."""
        ''',
        [(1, "")],
    ),
    (
        "locations of a generator",
        """
        def f(a):
            def g():
                if a:
                    yield 1
            return list(g())
        """,
        [(1, "function:2 if:4"), (0, "function:2 else:3")],
    ),
]


class TestLocations(CoverageTestCase):
    def test_each_input_fires_what_it_reaches(self) -> None:
        for name, text, rows in TABLE:
            core, target = self._start(text)
            for argument, expected in rows:
                with self.subTest(name, argument=argument):
                    counts = core.measure(quiet(target, argument))
                    self.assertEqual(places(core, counts), {"function:1", *_words(expected)})

    def test_counting_sees_what_the_first_hits_see(self) -> None:
        for name, text, rows in TABLE:
            core, target = self._start(text)
            for argument, _ in rows:  # from here on the counting variant runs
                quiet(target, argument)()
            core.news()
            for argument, expected in rows:
                with self.subTest(name, argument=argument):
                    counts = core.measure(quiet(target, argument))
                    self.assertEqual(places(core, counts), {"function:1", *_words(expected)})

    def test_locations_tell_of_themselves_once(self) -> None:
        for name, text, rows in TABLE:
            core, target = self._start(text)
            seen: set[str] = set()
            for argument, expected in rows:
                with self.subTest(name, argument=argument):
                    quiet(target, argument)()
                    fresh = places(core, core.news())
                    # Two locations may share their name, so what is new may look old.
                    self.assertLessEqual({"function:1", *_words(expected)} - seen, fresh)
                    self.assertLessEqual(fresh, {"function:1", *_words(expected)})
                    seen |= fresh
                    settle(core)
                    quiet(target, argument)()
                    self.assertEqual(core.news(), [])

    def test_asynchronous_loops_and_comprehensions(self) -> None:
        core, target = self._start("""
            async def f(a):
                async def numbers():
                    for x in range(a):
                        yield x
                async for x in numbers():
                    a = a
                return [x async for x in numbers() if x]
            """)
        for argument, expected in [
            (0, "function:2 loop end:3 loop end:5 empty:7"),
            (1, "function:2 loop:4 loop end:3 loop:6 loop end:5 filtered out:7 empty:7"),
            (2, "function:2 loop:4 loop end:3 loop:6 loop end:5 filtered out:7 element:7"),
        ]:
            with self.subTest(argument=argument):
                counts = core.measure(lambda a=argument: asyncio.run(target(a)))  # type: ignore[misc]
                self.assertEqual(places(core, counts), {"function:1", *_words(expected)})

    def _start(self, text: str) -> tuple[ProbeCounters, Callable[..., object]]:
        module = self.load(text)
        core, report = self.measure(module)
        self.assertEqual([item.left_alone for item in report.modules], [0])
        return core, module.f


class TestCounts(CoverageTestCase):
    def test_hits_are_counted_exactly(self) -> None:
        module = self.load("""
            def f(n):
                for i in range(n):
                    if i % 3 == 0 or i % 3 == 1:
                        g()
                    elif (i > 4
                            and i > 7):
                        g()
                return [k for k in range(n) if k > 1]
            def g():
                pass
            """)
        core, _ = self.measure(module)
        module.f(20)
        core.news()
        counts = core.measure(lambda: module.f(10))
        named = sorted((place.kind, place.line, counts[n]) for n in counts if (place := core.locate(n)))
        self.assertEqual(
            named,
            [
                ("element", 8, 8),
                ("else", 5, 2),
                ("filtered out", 8, 2),
                ("function", 1, 1),
                ("function", 9, 8),
                ("if", 4, 7),
                ("if", 7, 1),
                ("loop", 3, 10),
                ("loop end", 2, 1),
                ("operand", 3, 6),
                ("operand", 6, 2),
            ],
        )

    def test_no_location_is_counted_twice_where_ways_meet_over_several_lines(self) -> None:
        # 3.13 copies blocks without lines and lets the copy run on into the original.
        module = self.load("""
            def f(a, b):
                if a \\
                   and b > 2:
                    return 1
                g(a)
            def g(a):
                while (a
                       and a > 5):
                    a -= 1
            """)
        core, _ = self.measure(module)
        for arguments in [(0, 0), (1, 1), (1, 9), (9, 1)]:
            module.f(*arguments)
        core.news()
        counts = core.measure(lambda: module.f(1, 1))
        self.assertEqual(set(counts.values()), {1})


class TestNumbering(unittest.TestCase):
    def test_numbers_do_not_depend_on_what_is_wanted(self) -> None:
        text = "".join(source for _, source, _ in TABLE)
        for wanted in (lambda number: False, lambda number: number % 2 == 0):
            tree, other = (ast.parse(_dedent(text)) for _ in range(2))
            every, some = coverage_instrument.Probes(), coverage_instrument.Probes(0, wanted)
            for probes, parsed in ((every, tree), (some, other)):
                for _, statement in coverage_instrument.units(parsed.body):
                    probes.rewrite(statement)
            self.assertEqual(every.places, some.places)
            self.assertEqual(len(_keys(tree)), every.next)
            self.assertEqual(_keys(other), {key for key in _keys(tree) if wanted(key)})

    def test_what_runs_at_import_only_has_no_locations(self) -> None:
        tree = ast.parse("""
a = 1 if b else 2
for x in y:
    if x and y:
        z = [i for i in x if i]
class C(D if E else F):
    try:
        g = 1
    except Exception:
        g = 2
def f(a=(1 if b else 2)):
    pass
""")
        probes = coverage_instrument.Probes()
        for _, statement in coverage_instrument.units(tree.body):
            probes.rewrite(statement)
        self.assertEqual([coverage_instrument.KINDS[kind] for _, kind in probes.places], ["function"])

    def test_annotations_stay_as_written(self) -> None:
        text = "def f(a: (1 if b else 2)) -> (c and d):\n    e: (x or y)\n    return a"
        tree = ast.parse(text)
        coverage_instrument.Probes().rewrite(tree.body[0])
        function = tree.body[0]
        assert isinstance(function, ast.FunctionDef)
        self.assertEqual(ast.unparse(function.args), "a: 1 if b else 2")
        self.assertEqual(ast.unparse(function.returns or ast.Pass()), "c and d")
        self.assertIn("e: x or y", ast.unparse(function))

    @unittest.skipIf(sys.version_info < (3, 12), "type parameters came with 3.12")
    def test_type_parameters_and_aliases_stay_as_written(self) -> None:
        tree = ast.parse("def f[T: (A if B else C)](a: T) -> T:\n    type X = (A and B)\n    return a")
        probes = coverage_instrument.Probes()
        probes.rewrite(tree.body[0])
        self.assertEqual(probes.next, 1)


def _keys(tree: ast.AST) -> set[int]:
    return {
        node.value - coverage_instrument.KEY
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value >= coverage_instrument.KEY
    }


def _words(text: str) -> set[str]:
    """Split ``kind:line`` words, whose kinds may hold a blank."""
    words: list[str] = []
    rest: list[str] = []
    for part in text.split():
        rest.append(part)
        if ":" in part:
            words.append(" ".join(rest))
            rest = []
    return set(words)


def _dedent(text: str) -> str:
    return "\n".join(line[8:] for line in text.split("\n"))


if __name__ == "__main__":
    unittest.main()
