"""Watched runs: the program does what it does, and what it asked is told."""

from __future__ import annotations

import functools
import gc
import subprocess
import sys
import textwrap
import unittest
import weakref
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any
from unittest import mock

from gofuzz_py.internal import operands_watch
from gofuzz_py.internal.counters_probes import ProbeCounters
from gofuzz_py.internal.operands_record import Seen
from gofuzz_py.internal.operands_rewrite import Watch
from tests.helpers import ROOT
from tests.helpers_coverage import CoverageTestCase, quiet, settle
from tests.internal import test_coverage_behaviour as behaviour
from tests.internal.helpers_loud import ASKED, AskedError, loud_objects


class WatchTestCase(CoverageTestCase):
    """A test that watches modules made of text."""

    def watched(self, text: str, call: str) -> list[Seen]:
        """Call something in a module, then once more watched; return what was met."""
        module = self.load(text)
        core, _ = self.measure(module)
        run = quiet(eval, compile(call, "call", "eval"), vars(module))
        run()
        core.news()
        return core.observe(run)

    def core_of(self, module: ModuleType, *calls: Callable[[], Any]) -> ProbeCounters:
        """Return a core to which all that these calls reach is known."""
        core, _ = self.measure(module)
        for call in calls:
            quiet(call)()
        core.news()
        settle(core)
        return core


class TestBehaviour(WatchTestCase):
    """What can be seen of a run is the same when it is watched."""

    def setUp(self) -> None:
        super().setUp()
        self._modules = [(name, self.load(text), calls) for name, text, calls in behaviour.SNIPPETS]
        self._names = [module.__name__ for _, module, _ in self._modules]

    def test_results_exceptions_and_tracebacks(self) -> None:
        plain = list(self._outcomes())
        core = self._core()
        for again in range(3):  # the second and third time without what was dull
            found: list[Any] = []
            with mock.patch.object(operands_watch, "_PERIODS", (1, 2)):
                core.observe(self._filling(found))
            for expected, got in zip(plain, found, strict=True):
                with self.subTest(expected[0], call=expected[1], again=again):
                    self.assertEqual(got, expected)

    def test_the_way_through_the_lines(self) -> None:
        rows = [row for row in self._modules if row[0] != behaviour.DEEP]
        list(self._outcomes())  # some of it fills a cache
        plain = [behaviour._lines(call, module) for _, module, calls in rows for call in calls]
        core = self._core()
        found: list[Any] = []
        core.observe(
            lambda: found.extend(
                behaviour._lines(call, module) for _, module, calls in rows for call in calls
            )
        )
        calls = [(name, call) for name, _, calls in rows for call in calls]
        for (name, call), expected, got in zip(calls, plain, found, strict=True):
            with self.subTest(name, call=call):
                self.assertEqual(got, expected)

    def _filling(self, found: list[Any]) -> Callable[[], None]:
        return lambda: found.extend(self._outcomes())

    def _core(self) -> ProbeCounters:
        core, _ = self.measure(self._modules[0][1], self._names)
        list(self._outcomes())
        core.news()
        settle(core)
        return core

    def _outcomes(self) -> Iterator[tuple[str, str, object]]:
        for name, module, calls in self._modules:
            for call in calls:
                yield name, call, behaviour._outcome(call, module)


#: A function for each way in which two objects can meet.
MEETINGS = """
import functools, hmac, operator, re, struct
class Plain:
    x = 1
def eq(a, b): return a == b
def lt(a, b): return a < b
def const(a, b): return a != "abc", 5 == b
def truth(a, b):
    if a % b: return 1
    while not a & b: return "2"
    return 3.0 if a ^ b or 7 % b else b""
def remainder(a, b): return a % 7 == 0, b & 1 != a
def digest(a, b): return hmac.compare_digest(a, b)
def isin(a, b): return a in b
def notin(a, b): return a not in ("a", 5)
def key_in(a, b): return "a" in b
def item(a, b): return a[b]
def item_const(a, b): return a["a"]
def chain(a, b): return a < b <= a != 3
def call(a, b): return a(b, key=b)
def get(a, b): return a.get(b)
def starts(a, b): return a.startswith(b)
def starts_at(a, b): return "abc".startswith(b, a)
def find(a, b): return "abc".find(b)
def kind(a, b): return a.isdigit()
def to_int(a, b): return int(a)
def base(a, b): return int("5", base=b)
def to_float(a, b): return float(b)
def attribute(a, b): return getattr(a, b)
def dispatch(a, b): return hasattr(a, "x" + "y") or hasattr(a, b)
def match_re(a, b): return re.match(a, b)
def match_compiled(a, b): return re.compile("a").match(b)
def unpack(a, b): return struct.unpack(a, b)
def unpack_from(a, b): return struct.Struct("<H").unpack_from(a, b)
def match(a, b):
    match a:
        case {"a": 1}: return 1
        case [1, 2]: return 2
        case Plain(x=1): return 3
        case str("abc") | int(5): return 4
        case _: return 5
def op_eq(a, b): return operator.eq(a, b)
def op_in(a, b): return operator.contains(a, b)
def unbound(a, b): return str.startswith(a, b)
def slot(a, b): return str.__eq__(a, b)
def part(a, b): return functools.partial(getattr, a)(b)
def raises(a, b):
    try:
        raise a
    except BaseException as error:
        return type(error) is TypeError
def nested(a, b): return [a] == [b] or (a,) == (b,) or {"k": a} == {"k": b}
def in_nested(a, b): return a in [b] or a in (b,) or a in {"k": b}.values() or ("k", a) in {"k": b}.items()
def index(a, b): return [a, 1].index(b)
def in_table(a, b): return a in {1: 2}
MEETINGS = [one for one in list(vars().values()) if type(one) is type(eq)]
"""


class TestHostileObjects(WatchTestCase):
    def test_objects_are_asked_what_the_program_asks_and_nothing_else(self) -> None:
        module = self.load(MEETINGS)
        plain = self._meet(module)
        self.assertGreater(sum(len(asked) for _, _, asked in plain), 500)
        core = self.core_of(module, lambda: self._meet(module))
        for again in range(2):
            found: list[Any] = []
            with mock.patch.object(operands_watch, "_PERIODS", (1,)):
                core.observe(functools.partial(_extend, found, self._meet, module))
            for expected, got in zip(plain, found, strict=True):
                if got != expected:
                    self.fail(f"{again}: {got} is not {expected}")

    def _meet(self, module: ModuleType) -> list[Any]:
        rows = []
        for function in module.MEETINGS:
            for number, one in enumerate(loud_objects()):
                for pair in ((one, one), (one, "a"), ("a", one)):
                    ASKED.clear()
                    how = _how(function, pair)
                    rows.append((f"{function.__name__} {number}", how, list(ASKED)))
        return rows


def _extend(found: list[Any], make: Callable[..., list[Any]], *args: Any) -> None:
    found.extend(make(*args))


def _how(function: Callable[..., Any], pair: tuple[Any, Any]) -> object:
    """Call, and tell the kind of result, or of the exception with the lines it went through."""
    try:
        return type.__dict__["__name__"].__get__(type(function(*pair)))
    except AskedError as error:
        trace, kind = error.__traceback__, "asked"
    except BaseException as error:  # every kind of it is compared
        trace, kind = error.__traceback__, type.__dict__["__name__"].__get__(type(error))
    lines = []
    while trace is not None:
        lines.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    return kind, lines


#: Module, call and what is seen of it: relation, left and right.
ASKING: list[tuple[str, str, list[tuple[str, Any, Any]]]] = [
    ("def f(x): return x == 'abc'", "f('q')", [("==", "q", "abc")]),
    ("def f(x): return 1 if x % 7 else 2", "f(12)", [("!=", 5, 0)]),
    ("import hmac\ndef f(x): return hmac.compare_digest(x, 'abc')", "f('q')", [("==", "q", "abc")]),
    ("def f(x): return 0 <= x < 10", "f(5)", [("<=", 0, 5), ("<", 5, 10)]),
    ("def f(x): return 0 <= x < 10", "f(-5)", [("<=", 0, -5)]),
    (
        "def f(x): return 'k' in x and x['k'] == 'v'",
        "f({'k': 'w', 'z': 1})",
        [("in", "k", ("k", "z")), ("in", "k", ("k", "z")), ("==", "w", "v")],
    ),
    ("T = {'a': 1}\ndef f(x): return T[x]", "f('q')", [("in", "q", ("a",))]),
    ("T = {'a': 1}\ndef f(x): return T.get(x, 0)", "f('q')", [("in", "q", ("a",))]),
    (
        "T = {'a': {'b': 1}}\ndef f(x, y): return T[x][y]",
        "f('a', 'q')",
        [("in", "a", ("a",)), ("in", "q", ("b",))],
    ),
    ("def f(x):\n s = x.startswith\n return s('<', 1)", "f('a>b')", [("startswith", ">b", "<")]),
    (
        "class A:\n def __init__(self): self.__k = 'z'\n def f(self, x): return x == self.__k",
        "A().f('b')",
        [("==", "b", "z")],
    ),
    (
        "def f(x):\n class B:\n  y = x == 'in'\n  def g(self): return x < 'out'\n return B().g()",
        "f('a')",
        [("==", "a", "in"), ("<", "a", "out")],
    ),
    (
        "def f(x): return [c for c in x if c == 'z'], {a for a in x if a != 'k'}",
        "f('a')",
        [("==", "a", "z"), ("!=", "a", "k")],
    ),
    ("def f(x): return f'{x == 1!r:>{5 if x < 3 else 4}}'", "f(2)", [("==", 2, 1), ("<", 2, 3)]),
    ("def f(x):\n if (n := len(x)) > 10: return n", "f('abc')", [(">", 3, 10)]),
    ("f = lambda x, y=3: x == y", "f(4)", [("==", 4, 3)]),
    ("def f(x):\n yield x == 1\n yield x == 2", "list(f(5))", [("==", 5, 1), ("==", 5, 2)]),
    (
        "import asyncio\nasync def f(x):\n async def g(): return 3\n return x == await g()",
        "__import__('asyncio').run(f(5))",
        [("==", 5, 3)],
    ),
    (
        "def f(x):\n try: return int(x)\n except ValueError: return x in 'ab'",
        "f('q')",
        [
            ("int", "q", 10),
            ("in", "q", "ab"),
            ("except", "builtins.ValueError", ("invalid literal for int() with base 10: 'q'",)),
        ],
    ),
    ("def f(x): return (x.y(1)\n .find(2)\n .get(x)) == x", "f(3)", []),
    (
        "import re\nP = re.compile('a')\ndef f(x):\n m = P.match\n return m(x, 1)",
        "f('q')",
        [("re.match", ("q", 1), "a")],
    ),
    ("import enum\nclass E(enum.Enum):\n A = 'aa'\ndef f(x): return E(x)", "f('q')", [("in", "q", ("aa",))]),
    (
        "class C:\n def do_a(self): 0\n def f(self, x): return getattr(self, f'do_{x}')",
        "C().f('q')",
        [("in", "do_q", ("do_a", "f"))],
    ),
    ("def f(x):\n def g(y): return y == x\n return g(1)", "f(2)", [("==", 1, 2)]),
    ("x = 5\ndef f():\n global x\n x = (x == 7) + 5", "f()", [("==", 5, 7)]),
    ("def f(*a, k=1): return a[0] == k, a[-1] == a[0]", "f(3, 4)", [("==", 3, 1), ("==", 4, 3)]),
]  # fmt: skip


class TestSeen(WatchTestCase):
    def test_what_is_asked_is_seen(self) -> None:
        modules = [self.load(text) for text, _, _ in ASKING]
        runs = [quiet(eval, call, vars(one)) for one, (_, call, _) in zip(modules, ASKING, strict=True)]
        core, _ = self.measure(modules[0], [module.__name__ for module in modules])
        for run in runs:
            run()
        core.news()
        for run, (text, call, expected) in zip(runs, ASKING, strict=True):
            with self.subTest(text, call=call):
                seen = [one[1:] for one in core.observe(run)]
                self.assertEqual([(*one[:2], getattr(one[2], "pattern", one[2])) for one in seen], expected)

    def test_dotted_names_in_patterns_are_followed(self) -> None:
        from ast import literal_eval

        text = """
            import enum
            class codes:
                OK = 200
            class Colour(enum.Enum):
                RED = "red"
            def f(x):
                match x:
                    case codes.OK | Colour.RED | nothing.at_all: return 1
                    case {codes.OK: Colour.RED}: return 2
            """
        (one,) = self.watched(text, "f('q')")
        either, mapping = one.right
        values = [pattern.value for pattern in either.patterns]
        self.assertEqual([literal_eval(value) for value in values[:2]], [200, "red"])
        self.assertRaises(ValueError, literal_eval, values[2])
        self.assertEqual([literal_eval(key) for key in mapping.keys], [200])
        self.assertEqual(literal_eval(mapping.patterns[0].value), "red")

    def test_a_place_is_told_by_file_and_line(self) -> None:
        module = self.load("def f(x):\n    return (\n        x ==\n        'a')\n")
        core = self.core_of(module, lambda: module.f(1))
        (one,) = core.observe(lambda: module.f("q"))
        filename, place = core.place(one.number)
        self.assertEqual((filename, place.line, place.constant), (module.__file__, 3, "a"))

    def test_the_same_is_seen_in_every_process(self) -> None:
        script = f"""if 1:
            import sys
            sys.path.insert(0, {str(ROOT)!r})
            import shlex, string
            from gofuzz_py.internal.counters_probes import ProbeCounters
            def run():
                list(shlex.shlex("a 'b' \\"c\\" # d\\n e=f", punctuation_chars=True))
                string.Template("$a ${{b}} $$").safe_substitute(a=1)
            core = ProbeCounters()
            core.start(shlex, ["shlex", "string"])
            run()
            core.news()
            for _ in range(12):
                seen = core.observe(run)
                print(len(seen), [(one.number, one.relation, str(one.left), str(one.right)) for one in seen])
            """
        outputs = {
            subprocess.run(
                [sys.executable, "-c", textwrap.dedent(script)], env={"PYTHONHASHSEED": seed},
                capture_output=True, text=True, check=True,
            ).stdout
            for seed in ("1", "2")
        }  # fmt: skip
        self.assertEqual(len(outputs), 1)
        self.assertGreater(len(outputs.pop()), 10_000)


class TestRefinement(WatchTestCase):
    TEXT = """
        def inner(x): return x
        def f(x, a): return inner(x), a[x], x == 5
        def g(x): return inner(x)
        """

    def test_places_that_say_nothing_lose_their_watchers(self) -> None:
        module = self.load(self.TEXT)
        core = self.core_of(module, lambda: module.f(0, [1]), lambda: module.g(1))
        codes: list[set[str]] = []

        def run() -> None:
            module.f(0, [1])
            module.g(1)
            codes.append({one for f in (module.f, module.g) for one in _watchers_in(f.__code__)})

        with mock.patch.object(operands_watch, "_PERIODS", (3,)):
            seen = [len(core.observe(run)) for _ in range(5)]
        self.assertEqual(seen, [1] * 5)
        self.assertEqual(codes[0], {"_right", "_one"})
        self.assertEqual(codes[-1], {"_one"})

    def test_numbers_stay_the_same(self) -> None:
        module = self.load(self.TEXT)
        core = self.core_of(module, lambda: module.f(0, [1]))
        with mock.patch.object(operands_watch, "_PERIODS", (1,)):
            first, *others = [core.observe(lambda: module.f(0, [1])) for _ in range(4)]
        self.assertTrue(all(seen == first for seen in others))
        self.assertEqual(core.place(first[0].number)[1].relation, "==")

    def test_few_units_are_made_again_at_once(self) -> None:
        text = "def inner(x): return x\n" + "\n".join(f"def f{n}(x): return inner(x)" for n in range(20))
        module = self.load(text)
        calls = [functools.partial(getattr(module, f"f{n}"), 1) for n in range(20)]
        core = self.core_of(module, *calls)
        counts: list[int] = []

        def run() -> None:
            for call in calls:
                call()
            counts.append(sum(bool(_watchers_in(getattr(module, f"f{n}").__code__)) for n in range(20)))

        with mock.patch.object(operands_watch, "_PERIODS", (2,)):
            for _ in range(8):
                core.observe(run)
        self.assertEqual(counts, [20, 20, 16, 12, 8, 4, 0, 0])


def _watchers_in(code: Any) -> set[str]:
    return {one.__name__ for one in code.co_consts if callable(one) and hasattr(one, "__code__")}


def _calls(module: ModuleType) -> list[Callable[[], object]]:
    return [functools.partial(call, module.Mortal()) for call in module.CALLS]


class TestLifetimes(WatchTestCase):
    TEXT = """
        class Mortal:
            def __eq__(self, other): return False
            __hash__ = object.__hash__
            def __getitem__(self, key): return key
            def raises(self): raise KeyError
            def method(self, x): return x
        def compared(one): return one == one, one in [one], one in {one: 1}, [one] == [one], (one,) < (one, 1)
        def held(one):
            try:
                return one.method(one) == one.raises()
            except KeyError:
                return None
        def chained(one):
            try:
                return one.method(one).find(one.method(1), one.raises())
            except (KeyError, AttributeError):
                return None
        def called(one):
            return getattr(one, "x" + "y", 1), {one: 1}.get(one), hasattr(one, "z"), [one].count(1)
        def matched(one):
            match one:
                case Mortal(x=1): return 1
                case [Mortal()]: return 2
        def suspended(one):
            def g():
                yield one == (yield 1)
            running = g()
            next(running)
            return running
        def raised(one):
            try:
                raise ValueError(one)
            except ValueError:
                return one[one]
        CALLS = [compared, held, chained, called, matched, suspended, raised]
        """

    def test_objects_die_when_the_run_is_over(self) -> None:
        module = self.load(self.TEXT)
        core = self.core_of(module, *_calls(module))
        for call in module.CALLS:
            for again in range(3):
                with self.subTest(call.__name__, again=again):
                    one = module.Mortal()
                    dead = weakref.ref(one)
                    core.observe(functools.partial(call, one))
                    del one
                    gc.collect()
                    self.assertIsNone(dead())

    def test_most_objects_die_while_it_runs_as_they_would(self) -> None:
        module = self.load(self.TEXT)
        core = self.core_of(module, *_calls(module))
        alive: list[str] = []

        def run() -> None:
            for call in module.CALLS:
                one = module.Mortal()
                dead = weakref.ref(one)
                call(one)
                del one
                gc.collect()
                if dead() is not None:
                    alive.append(call.__name__)

        core.observe(run)
        # Where an exception comes between two operands, the first waits until the run is over.
        self.assertLessEqual(set(alive), {"held", "chained", "suspended"})

    def test_a_run_that_raises_leaves_nothing(self) -> None:
        module = self.load("def f(one):\n    return one.method() == one.raises()\n")
        core = self.core_of(module, lambda: module.f(1))

        class Mortal:
            def method(self) -> Mortal:
                return self

            def raises(self) -> None:
                raise KeyboardInterrupt

        found: list[weakref.ref[Mortal]] = []

        def run() -> None:
            one = Mortal()
            found.append(weakref.ref(one))
            module.f(one)

        with self.assertRaises(KeyboardInterrupt):
            core.observe(run)
        (dead,) = found
        gc.collect()
        self.assertIsNone(dead())
        self.assertEqual(core.observe(lambda: None), [])


class TestBesideTheRun(WatchTestCase):
    def test_a_generator_outlives_its_run(self) -> None:
        module = self.load("def f(x):\n    while True:\n        x = yield x == 'a'\n")
        core = self.core_of(module, lambda: next(module.f(1)))
        kept: list[Any] = []
        core.observe(lambda: kept.append(module.f("b")) or next(kept[0]))  # type: ignore[func-returns-value]
        self.assertEqual([kept[0].send(text) for text in "abc" * 50].count(True), 50)
        self.assertEqual(core.observe(lambda: None), [])
        self.assertFalse(_watchers_in(module.f.__code__))

    def test_threads_may_meet_the_same_places(self) -> None:
        module = self.load(
            """
            import threading
            def work(n, found):
                for i in range(300):
                    found.append((i + n).bit_length() == len(str(i)) or str(i).startswith(str(n)))
            def run():
                found = [[] for _ in range(4)]
                threads = [threading.Thread(target=work, args=(n, row)) for n, row in enumerate(found)]
                for thread in threads: thread.start()
                for thread in threads: thread.join()
                return found
            """
        )
        plain = module.run()
        core = self.core_of(module, module.run)
        found: list[Any] = []
        seen = core.observe(lambda: found.append(module.run()))
        self.assertEqual(found, [plain])
        self.assertLess(len(seen), 500)

    def test_a_watched_run_may_run_out_of_stack(self) -> None:
        module = self.load(
            """
            def down(n, text):
                return down(n - 1, text) if n != 0 and text in ["x"] else n
            def f():
                try:
                    return down(1 << 30, "x")
                except RecursionError as error:
                    return type(error)
            """
        )
        core = self.core_of(module, lambda: module.f())
        found: list[Any] = []
        core.observe(lambda: found.append(module.f()))
        self.assertEqual(found, [RecursionError])

    def test_a_unit_that_cannot_be_rewritten_runs_unwatched(self) -> None:
        module = self.load("def f(x): return x == 'a'\ndef g(x): return x == 'b'\n")
        core = self.core_of(module, lambda: module.f(1), lambda: module.g(1))
        rewrite = Watch.rewrite

        def fail(watch: Any, statement: Any) -> None:
            if statement.name == "f":
                raise RecursionError
            rewrite(watch, statement)

        with mock.patch.object(Watch, "rewrite", fail):
            seen = core.observe(lambda: (module.f("q"), module.g("q")))
        self.assertEqual([one.right for one in seen], ["b"])

    def test_a_hot_loop_costs_only_so_much_memory(self) -> None:
        module = self.load(
            """
            def f(n):
                for i in range(n):
                    text = chr(i % 0x300) * 70_000
                    if text == "x" or text.find("y") > n or text in ("a", "b"): return i
            """
        )
        core = self.core_of(module, lambda: module.f(2))
        kept = core.observe(lambda: module.f(300))
        long = {id(one.left) for one in kept if type(one.left) is str and len(one.left) >= 70_000}
        self.assertLessEqual(len(long), 32)


if __name__ == "__main__":
    unittest.main()
