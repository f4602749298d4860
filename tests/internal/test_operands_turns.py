"""Turns of loops: counted in watched runs, without a trace of it in the program."""

from __future__ import annotations

from typing import Any

from gofuzz_py.internal.operands_wants import outcome
from tests.helpers_coverage import settle
from tests.internal import test_coverage_behaviour as behaviour
from tests.internal.test_operands_watch import WatchTestCase

#: Loops with every kind of beginning, and expressions to evaluate.
LOOPS = """
    shared = 0
    def loops(xs):
        out = []
        kept = 0
        for x in xs:
            "no docstring"
            out.append(x)
        else:
            out.append("all")
        for x in xs:
            global shared
            shared += x
            out.append(shared)
        def inner():
            for x in xs:
                nonlocal kept
                kept += x
        inner()
        for x in xs:
            @(lambda made: made)
            def made(): return x
            out.append(made())
        for x in xs:
            (
                out.append(-x)
            )
        for x in xs:
            y = (
                x,
                kept
            )
        for x in xs:
            n: list[int] = (
                out.append(
                    x)
            )
        for x in []: global unused
        shared = 0
        return out, kept, y
    def whiles(xs):
        out = []
        while (left := len(out)) < 40 and left >= 0:
            bare: int
            out.append(
                left
            )
            if left == xs: break
        else:
            out.append("not all")
        while True:
            (
                out
            ).pop()
            if len(out) < 3: break
        return out
    def generators(xs):
        made = (
            -x
            for x in xs
            if (
                x
            ) != 2
        )
        return all(made), sum(x * y for x in xs for y in xs if x if y), [*(x for x in ())]
    def classes(xs):
        out = []
        class Inside:
            for z in xs:
                out.append(z)
            while len(out) < 9: out.append(z)
        return out, sorted(vars(Inside))
    def gen(xs):
        for x in xs:
            yield x
            while x:
                x = yield from (
                    [x]
                )
        else: yield "end"
    async def counted(xs):
        async for x in ticks(xs):
            if x == 2: continue
            for y in range(x): await nothing()
        else: return "done"
    async def ticks(xs):
        for x in xs: yield x
    async def nothing(): pass
    def finish(coroutine):
        try: coroutine.send(None)
        except StopIteration as end: return end.value
    def fails(xs):
        for x in xs:
            try:
                xs[
                    x]
            except (
                IndexError
            ):
                @(lambda made: made)
                def made(): raise KeyError(
                    x)
                for y in (made,): y(
                )
    class Outside:
        for x in (1, 2): y = x
        while y < 9: y += 1
"""
CALLS = [
    "loops([1, 2, 3])", "loops((0,))", "whiles(39)", "whiles(4)", "classes([1, 2])", "list(gen([1, 2]))",
    "finish(counted([1, 2, 3]))", "fails([0, 5])",
]  # fmt: skip


class UnnoticedTest(WatchTestCase):
    """A program cannot tell that its loops are counted."""

    def setUp(self) -> None:
        super().setUp()
        self._module = self.load(LOOPS)

    def _all(self) -> list[Any]:
        return [
            (call, behaviour._outcome(call, self._module), behaviour._lines(call, self._module))
            for call in CALLS
        ]

    def test_results_tracebacks_and_lines_are_the_same(self) -> None:
        plain = self._all()
        core, _ = self.measure(self._module)
        measured = self._all()
        core.news()
        settle(core)
        watched: list[Any] = []
        core.observe(lambda: watched.extend(self._all()))
        for found in (measured, watched):
            for expected, got in zip(plain, found, strict=True):
                with self.subTest(expected[0], is_watched=found is watched):
                    self.assertEqual(got, expected)


class CountTest(WatchTestCase):
    def _turns(self, text: str, call: str) -> list[int]:
        return [one.left for one in self.watched(text, call) if one.relation == "loop"]

    def test_turns_of_generator_expressions_end_where_one_has_told(self) -> None:
        text = """
            def f(xs):
                first = all(x for x in xs)
                second = any(x > y for x in xs if x for y in xs if y)
                return first, second, list(
                    x
                    for x in xs
                    if x
                )
        """
        self.assertEqual(self._turns(text, "f([1, 0, 2])"), [2, 4, 3])
        self.assertEqual(self._turns(text, "f([1, 2, 3])"), [3, 4, 3])

    def test_each_loop_of_a_function_is_counted_over_the_whole_run(self) -> None:
        text = """
            def f(n):
                for a in range(n):
                    for b in range(3): a
                else: pass
                while n > 0: n -= 1
                while True: break
                for c in (): n
        """
        self.assertEqual(self._turns(text, "f(4)"), [12, 4, 4, 1])
        self.assertEqual(self._turns(text, "[f(1), f(2)]"), [9, 3, 3, 2])

    def test_what_is_no_loop_of_a_function_is_not_counted(self) -> None:
        text = """
            async def ticks():
                yield 1
            async def f():
                async for tick in ticks(): tick
                return [one for one in "abc"], {one: 1 for one in "de"}, {one for one in "f"}
            class C:
                for one in "abc": pass
            for one in "abc": pass
            def run():
                try: f().send(None)
                except StopIteration: pass
        """
        self.assertEqual(self._turns(text, "run()"), [])

    def test_a_loop_that_fails_or_is_left_counts_the_turn_it_was_in(self) -> None:
        text = """
            def f(xs):
                for x in xs:
                    if x: break
            def g(xs):
                for x in xs: 1 // x
        """
        self.assertEqual(self._turns(text, "f([0, 0, 1, 0, 0])"), [3])
        self.assertEqual(self._turns(text, "g([1, 0, 1])"), [2])
        self.assertEqual(self._turns(text, "[f([0]), f([]), f([1])]"), [2])

    def test_a_generator_is_counted_as_far_as_it_runs(self) -> None:
        text = """
            def gen():
                for x in range(100):
                    yield x
        """
        self.assertEqual(self._turns(text, "[next(one) for one in [gen()] for _ in 'abc']"), [3])

    def test_each_doubling_of_turns_is_another_outcome(self) -> None:
        text = "def f(n):\n for x in range(n): x"
        counts = (1, 2, 3, 4, 7, 8, 15, 16, 31)
        found = {}
        for count in counts:
            (one,) = (one for one in self.watched(text, f"f({count})") if one.relation == "loop")
            found[count] = outcome(one)
        groups = [[n for n in counts if found[n] == way] for way in dict.fromkeys(found.values())]
        self.assertEqual(groups, [[1], [2], [3], [4, 7], [8, 15], [16, 31]])
