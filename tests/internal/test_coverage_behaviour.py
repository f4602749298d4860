"""A measured module behaves as before: results, exceptions, tracebacks, lines.

Each snippet is called plain, and then in every state that a function can be
in: with all probes, with some, counting, with none again.  What can be seen
must be the same each time.
"""

from __future__ import annotations

import sys
import traceback
import unittest
import warnings
from collections.abc import Callable, Iterator
from types import FrameType, ModuleType
from typing import Any

from tests.helpers_coverage import CoverageTestCase, settle

DEEP = "deep recursion is caught where it was"

#: Name, source, and expressions to evaluate in the module.
SNIPPETS: list[tuple[str, str, list[str]]] = [
    (
        "closures, nonlocal, late binding",
        """
        def counter():
            n = 0
            def up(by=1):
                nonlocal n
                n += by if by else 1
                return n
            return up, lambda: n
        def late():
            return [f() for f in [lambda: i for i in range(3)]]
        def use():
            up, get = counter()
            return up(), up(0), up(5), get()
        """,
        ["use()", "late()"],
    ),
    (
        "super, __class__ and name mangling",
        """
        class A:
            __secret = 1
            def __init__(self, x):
                self.__x = x
            def get(self):
                return self.__x and self.__secret
            def me(self):
                return __class__.__name__
        class B(A):
            def __init__(self):
                super().__init__(7)
                self.y = [super(B, self).get() for _ in range(2)]
            def get(self):
                return (super().get() or 0) + 1
        """,
        ["B().get()", "B().y", "B().me()", "vars(B())", "A(0).get()"],
    ),
    (
        "operands come out as they went in",
        """
        class Odd:
            def __init__(self, name, truth):
                self.name, self.truth, self.asked = name, truth, 0
            def __bool__(self):
                self.asked += 1
                if self.truth is None:
                    raise ValueError(self.name)
                return self.truth
            def __lt__(self, other):
                return Odd(self.name + other.name, self.truth)
            def __repr__(self):
                return f"{self.name}{self.asked}"
        def both(a, b, c):
            x, y, z = Odd("x", a), Odd("y", b), Odd("z", c)
            return x and y and z, x or y or z, (x and y) or z, x < y < z, x, y, z
        def tests(a, b, c):
            x, y, z = Odd("x", a), Odd("y", b), Odd("z", c)
            seen = []
            if x and y or z: seen.append(1)
            if not (x or y) and z: seen.append(2)
            while x < y < z:
                seen.append(3)
                break
            seen.append([i for i in range(2) if x if y or z])
            seen.append("t" if x and y else "e")
            return seen, x, y, z
        """,
        [f"{f}({a}, {b}, {c})" for f in ("both", "tests") for a in (True, False, None) for b in (True, False)
         for c in (True, False, None)],
    ),
    (
        "chained comparisons evaluate once and in order",
        """
        def f(a, b, c):
            log = []
            def see(x):
                log.append(x)
                return x
            return see(a) < see(b) <= see(c) != see(3), log
        """,
        ["f(1, 2, 3)", "f(2, 1, 3)", "f(1, 2, 1)", "f(1, 2, 4)", "f(1, 'a', 2)"],
    ),
    (
        "try in all its forms",
        """
        def f(a):
            log = []
            try:
                try:
                    log.append(1 / a)
                except ZeroDivisionError as error:
                    log.append(str(error))
                    raise KeyError(a) from error
                except (TypeError, ValueError):
                    log.append("type")
                    raise
                else:
                    log.append("else")
                finally:
                    log.append("finally")
            except KeyError:
                return log
            return log + [1]
        def returns(a):
            for i in range(3):
                try:
                    if a == i:
                        return i
                    if a == 9:
                        continue
                    1 / (a - 5)
                except ZeroDivisionError:
                    break
                finally:
                    if a == 8:
                        return "finally"
            else:
                return "else"
            return "after"
        def unhandled(a):
            try:
                a()
            finally:
                a = None
        """,
        [*(f"f({a})" for a in ("1", "0", "'x'", "[]")), *(f"returns({a})" for a in (0, 2, 5, 8, 9)),
         "unhandled(int)", "unhandled(len)"],
    ),
    (
        "exception groups",
        """
        def f(*kinds):
            log = []
            try:
                if kinds:
                    raise ExceptionGroup("all", [kind(kind.__name__) for kind in kinds])
            except* ValueError as group:
                log.append(repr(group.exceptions))
            except* (TypeError, KeyError) as group:
                log.append(len(group.exceptions))
            else:
                log.append("else")
            finally:
                log.append("finally")
            return log
        """,
        ["f()", "f(ValueError)", "f(TypeError, ValueError)", "f(OSError, KeyError)"],
    ),
    (
        "generators: send, throw, close, yield from",
        """
        def g(n):
            try:
                for i in range(n):
                    try:
                        got = yield i if i else -1
                    except KeyError as error:
                        got = yield error.args
                    if got and got > 2:
                        return got
            finally:
                log.append("closed")
        def both(n):
            result = yield from g(n)
            yield ("result", result)
        log = []
        def use():
            log.clear()
            out = [list(both(2)), next(g(0), "none")]
            x = both(5)
            out += [next(x), x.send(1), x.throw(KeyError("k")), x.send(3)]
            y = g(3)
            out += [next(y), y.close(), log]
            return out
        def fails():
            y = g(3)
            next(y)
            y.throw(ValueError("v"))
        """,
        ["use()", "fails()"],
    ),
    (
        "coroutines, asynchronous loops and contexts",
        """
        import asyncio
        class Context:
            def __init__(self, swallow): self.swallow = swallow
            async def __aenter__(self): return self
            async def __aexit__(self, kind, value, trace): return self.swallow and kind is ValueError
        async def numbers(n):
            for i in range(n):
                await asyncio.sleep(0)
                yield i
        async def work(n, swallow):
            found = [i async for i in numbers(n) if i % 2]
            async for i in numbers(n):
                if i == 3: break
            else:
                found.append("else")
            async with Context(swallow):
                if n > 2:
                    raise ValueError(n)
                found.append("body")
            return found, {i async for i in numbers(n)}, [await asyncio.sleep(0, x) for x in found]
        def run(n, swallow):
            return asyncio.run(work(n, swallow))
        """,
        ["run(0, False)", "run(2, True)", "run(5, True)", "run(5, False)"],
    ),
    (
        "match in all its forms",
        """
        from dataclasses import dataclass
        @dataclass
        class P:
            x: int
            y: int = 0
        def f(a):
            match a:
                case 0 | 1:
                    return "small"
                case int(n) if n > 100 and n % 2:
                    return "odd", n
                case str() as text if text:
                    return text
                case [P(x=0), *rest]:
                    return rest
                case (a, b):
                    return b, a
                case {"k": v, **rest} if v:
                    return v, rest
                case P(1, y):
                    return y
                case None:
                    pass
            return "end"
        def whole(a):
            match a:
                case []: return 0
                case _: return 1
        """,
        [*(f"f({a})" for a in ("0", "1", "2", "103", "102", "'t'", "''", "[P(0), 5, 6]", "(1, 2)",
         "{'k': 1, 'l': 2}", "{'k': 0}", "P(1, 5)", "P(2)", "None")), "whole([])", "whole(1)",
         "P(1) == P(1, 0)", "repr(P(3))"],
    ),
    (
        "comprehensions: scopes, walrus, nesting, empty ones",
        """
        def f(n):
            last = None
            a = [last := i for i in range(n) if i != 2]
            b = {(i, j) for i in range(n) for j in range(i) if (i + j) % 2 if j or i}
            c = {k: [v for v in range(k)] for k in range(n)}
            d = sum(x for x in (y * 2 for y in a) if x)
            e = [[], *[i for i in range(0)]] + [i for i in ()]
            g = [(lambda: i)() for i in range(n)]
            return a, sorted(b), c, d, last, e, g, {i for i in ()}, {i: i for i in ()}, type({i for i in ()})
        def fails(n):
            return [1 / (i - 1) for i in range(n) if 3 / (i + 1)]
        def identity():
            x = [i for i in ()]
            y = [i for i in ()]
            return x is y
        class C:
            n = 3
            def m(self):
                return [self.n for _ in range(self.n)] or [x for x in [self]]
        """,
        ["f(0)", "f(1)", "f(4)", "fails(1)", "fails(3)", "identity()", "C().m()"],
    ),
    (
        "assertions: message, position",
        """
        def f(a, b=None):
            assert a > 0 and a < 9, f"not {a}"
            assert (a
                    != 5)
            assert b is None, b()
            return a
        """,
        ["f(1)", "f(0)", "f(5)", "f(1, len)", "f(1, dict)", "f('x')"],
    ),
    (
        "loops: else, break, continue, nested",
        """
        def f(n):
            log = []
            for i in range(n):
                for j in range(i):
                    if j == 2: break
                    if j == 1: continue
                    log.append((i, j))
                else:
                    log.append("inner")
                    continue
                log.append("broken")
                if i == 4: break
            else:
                log.append("outer")
            while n > 0:
                n -= 2
                if n == 1: break
            else:
                log.append("while")
            while True:
                n += 1
                if n > 3: return log, n
        """,
        ["f(0)", "f(2)", "f(4)", "f(9)"],
    ),
    (
        "decorators, defaults, annotations, docstrings",
        '''
        from __future__ import annotations
        import functools
        def twice(f):
            @functools.wraps(f)
            def inner(*args, **kwargs):
                """Inner."""
                return [f(*args, **kwargs) for _ in range(2)]
            return inner
        @twice
        @functools.lru_cache(maxsize=None)
        def f(a: (int if int else str), *, b: int and str = 1 or 2) -> list[int] or None:
            """Docstring of f."""
            c: int if a else str = a
            return c or b
        def only_doc():
            """Only this."""
        def no_doc():
            "a" "b"
            return __doc__
        class C:
            """Docstring of C."""
            @property
            def p(self): return 1 if self else 2
            @staticmethod
            def s(a): return a or 5
            @classmethod
            def c(cls, a=None): return cls.__name__ if a is None else a
        ''',
        ["f(1)", "f(0)", "f(0, b=3)", "f.__doc__, f.__wrapped__.__doc__, f.__name__",
         "only_doc(), only_doc.__doc__", "no_doc.__doc__", "f.__wrapped__.__wrapped__.__annotations__",
         "C().p, C.s(0), C.s(1), C.c(), C().c(3), C.__doc__"],
    ),
    (
        "several lambdas on one line",
        """
        pair = (lambda a: a or 1), (lambda a: a and 2), lambda a, b=(lambda: 3): b() if a else a
        table = {"x": lambda: 1, "y": lambda v: [v for _ in range(v)]}; more = lambda: table
        class C: one = lambda self: 1 if self else 2; two = lambda self: self.one() and 3
        """,
        ["[f(x) for f in pair for x in (0, 5)]", "table['x'](), table['y'](2), more() is table",
         "C().one(), C().two()"],
    ),
    (
        "names of the program: globals, exec, eval, locals, frames",
        """
        import sys
        total = 0
        def f(a):
            global total
            total = a if a else -1
            b = 2 and a
            exec("b = 3")
            scope = {}
            exec("def g(x): return x or 1", scope)
            return total, eval("a or b"), sorted(locals().keys() - {"__builtins__"}), scope["g"](0), b
        def names():
            x = [1 for _ in range(2)]
            return sorted(sys._getframe().f_locals), f.__code__.co_varnames, names.__code__.co_freevars
        def shadow(next, bool=None, setdefault=1):
            dict = None
            return next or bool or [setdefault for i in (1,)] or dict
        """,
        ["f(1)", "f(0)", "names()", "shadow(0)", "shadow(1)"],
    ),
    (
        "errors in every place, with their columns",
        """
        def f(a):
            return (a.x or 1) if a else [b.y for b in [a] if not b]
        def g(a):
            if a and a.missing or a[3]:
                pass
            return {k: v / a for k, v in {1: 2}.items()}
        def h(a):
            with a as b:
                return b
            return 1 < a < "x"
        def deep(n):
            return deep(n - 1) if n else 1 / n
        def chain():
            try:
                g("")
            except IndexError:
                undefined
        """,
        ["f(5)", "f('')", "f(0)", "g(5)", "g(0)", "g('')", "g([1])", "h(1)", "deep(3)", "chain()"],
    ),
    (
        "with: swallowed and not",
        """
        import contextlib
        def f(a):
            log = []
            with contextlib.suppress(ZeroDivisionError), contextlib.ExitStack() as stack:
                stack.callback(log.append, "left")
                if a != 3:
                    log.append(1 / a)
                return log
            return log + ["after"]
        """,
        ["f(1)", "f(0)", "f(3)", "f('')"],
    ),
    (
        "decoders, elements and settings, also of classes of the program's own",
        """
        import base64, configparser, csv, io, json
        from datetime import date, datetime
        from xml.etree import ElementTree
        log = []
        class Settings(configparser.ConfigParser):
            def get(self, section, option, **more):
                log.append((section, option))
                return super().get(section, option, **more)
            def has_option(self, section, option):
                log.append(option)
                return super().has_option(section, option)
        class Table(dict):
            def get(self, key, other=None):
                log.append((key, other))
                return super().get(key, other)
        class Node(ElementTree.Element):
            def find(self, path, namespaces=None):
                log.append(path)
                return super().find(path, namespaces)
        class Day(date):
            def isoformat(self):
                log.append("iso")
                return super().isoformat()
        def loads(text):
            log.append(text)
            return json.loads(text)
        def settings(text):
            log.clear()
            parser = Settings()
            parser.read_string(text)
            return (
                parser.get("a", "b", fallback="none"), parser.has_option("a", "c"), "q" in parser,
                parser["a"].get("b", "none"), parser.getint("a", "n"), [*log],
            )
        def table(key):
            log.clear()
            return Table(a=1).get(key, "none"), Table(a=1).get("b", "none"), {"a": 1}.get(key, "none"), [*log]
        def element(text):
            log.clear()
            root = ElementTree.XML(text, ElementTree.XMLParser(
                target=ElementTree.TreeBuilder(element_factory=Node)))
            return root.find("b") is not None, root.get("c", "none"), root.findtext("d", "none"), [*log]
        def lines(text):
            file = io.StringIO(text)
            head = file.readline()
            return head, [*csv.reader(file)], file.read()
        def decoded(text):
            log.clear()
            try:
                return loads(base64.b64decode(text)), [*log]
            except ValueError as error:
                return type(error).__name__, str(error), error.__traceback__.tb_lineno
        def day(text):
            log.clear()
            return Day.fromisoformat(text) == Day(2024, 2, 29), Day.fromisoformat(text).isoformat(), [*log]
        """,
        [
            "settings('[a]\\nb=c\\nn=1')", "settings('[a]\\nn=x')", "settings('[b]')", "settings('b')",
            "table('a')", "table([])", "element('<a c=\"x\"><b/><d>y</d></a>')", "element('<a/>')",
            "element('<a')", "lines('a\\nb,c\\n')", "lines('')", "decoded('e30=')", "decoded('e30')",
            "decoded('W10')", "decoded('WQ==')", "day('2024-02-29')", "day('2024-13')",
        ],
    ),
    (
        "classes made in functions",
        """
        def make(base, n):
            class Made(base):
                '''Made.'''
                a = n if n else -1
                b = [i for i in range(3) if i]
                try:
                    c = 1 / n
                except ZeroDivisionError:
                    c = None
                def get(self):
                    return self.a or self.c, __class__.__qualname__
            return Made
        """,
        ["make(object, 0)().get()", "make(dict, 2)().get()", "make(object, 1).__doc__, make(object, 1).c"],
    ),
    (
        "f-strings, stars, slices, unpacking, del, augmented assignment",
        """
        def f(a, *rest, k=None, **more):
            x = f"{a or 1!r:>{len(rest) or 5}} {'y' if k else 'n'} {a=}"
            first, *middle = [*(rest or (1, 2)), *{**(more or {'z': 9})}]
            rest = list(rest) or [0, 1, 2]
            rest[a and 1 : (k or 3)] = [7 if a else 8]
            del rest[a and 0]
            rest += [a] if k else []
            return x, first, middle, rest, (lambda *a, **k: (a, k))(*rest, **more)
        """,
        ["f(0)", "f(1, 2, 3)", "f(1, 2, k=2, q=4)", "f('', None)"],
    ),
    (
        "warnings keep their line",
        """
        import warnings
        def f(a):
            if a:
                warnings.warn("old", DeprecationWarning)
            return warnings.warn(
                "two" if a else "three", stacklevel=1)
        """,
        ["f(0)", "f(1)"],
    ),
    (
        DEEP,
        """
        def down(n):
            return [down(n + 1) for _ in (1,)] if n >= 0 else n
        def f():
            try:
                down(0)
            except RecursionError:
                return "caught"
        """,
        ["f()"],
    ),
]  # fmt: skip


class TestSnippets(CoverageTestCase):
    def setUp(self) -> None:
        super().setUp()
        self._modules = [(name, self.load(text), calls) for name, text, calls in SNIPPETS]
        self._plain = list(self._outcomes())
        names = [module.__name__ for _, module, _ in self._modules]
        self._core, self._report = self.measure(self._modules[0][1], names)
        strange = [item.name for item in self._report.modules if item.left_alone or item.problem]
        self.assertEqual(strange, [])

    def test_with_all_probes(self) -> None:
        self._check()
        self._check()

    def test_while_counting(self) -> None:
        list(self._outcomes())
        self._core.news()
        found: list[Any] = []
        self._core.measure(lambda: found.extend(self._outcomes()))
        self._compare(found)

    def test_with_the_probes_that_are_left(self) -> None:
        for part in range(3):
            for _, module, calls in self._modules:
                for call in calls[part::3]:
                    _quiet(call, module)
            self._core.news()
            settle(self._core)
            with self.subTest(part=part):
                self._check()

    def test_with_every_other_probe(self) -> None:
        self._core.mark_known(range(0, self._report.locations, 2))
        settle(self._core)
        self._check()

    def test_after_stopping(self) -> None:
        self._core.stop()
        self._check()

    def test_the_way_through_the_lines_is_the_same(self) -> None:
        self._core.stop()
        self._modules = [row for row in self._modules if row[0] != DEEP]  # a tracer takes stack of its own
        plain = [_lines(call, module) for _, module, calls in self._modules for call in calls]
        core, _ = self.measure(self._modules[0][1], [module.__name__ for _, module, _ in self._modules])
        for again in range(3):
            rows = ((name, call, module) for name, module, calls in self._modules for call in calls)
            for (name, call, module), expected in zip(rows, plain, strict=True):
                with self.subTest(name, call=call, again=again):
                    self.assertEqual(_lines(call, module), expected)
            core.news()
            settle(core)

    def _check(self) -> None:
        self._compare(list(self._outcomes()))

    def _compare(self, found: list[Any]) -> None:
        for expected, got in zip(self._plain, found, strict=True):
            with self.subTest(expected[0], call=expected[1]):
                self.assertEqual(got, expected)

    def _outcomes(self) -> Iterator[tuple[str, str, object]]:
        for name, module, calls in self._modules:
            for call in calls:
                yield name, call, _outcome(call, module)


def _quiet(call: str, module: ModuleType) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            eval(call, module.__dict__)
        except Exception:  # the outcome is compared elsewhere
            return


def _outcome(call: str, module: ModuleType) -> object:
    """Evaluate an expression; return all that can be seen of how it went."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result: object = repr(eval(call, module.__dict__))
        except Exception as error:  # every kind of it is compared
            result = _described(error, module)
    return result, [(str(item.message), item.category, item.lineno) for item in caught]


def _described(error: BaseException | None, module: ModuleType) -> object:
    """Tell of an exception, its causes and the positions in the module it went through."""
    if error is None:
        return None
    frames = [
        (frame.name, frame.lineno, frame.end_lineno, frame.colno, frame.end_colno)
        for frame in traceback.TracebackException.from_exception(error).stack
        if frame.filename == module.__file__
    ]
    return (
        type(error), str(error), frames,
        _described(error.__cause__, module), _described(error.__context__, module),
    )  # fmt: skip


def _lines(call: str, module: ModuleType) -> list[tuple[str, str, int]]:
    """Return the calls, lines and returns a tracer sees in a module.

    A line that a frame is in already is left out: a probe may begin it again.
    """
    events: list[tuple[str, str, int]] = []
    current: dict[FrameType, int] = {}

    def trace(frame: FrameType, event: str, arg: object) -> Callable[..., Any] | None:
        if frame.f_code.co_filename != module.__file__:
            return None
        if event != "line" or current.get(frame) != frame.f_lineno:
            events.append((frame.f_code.co_qualname, event, frame.f_lineno))
        current[frame] = frame.f_lineno
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        _quiet(call, module)
    finally:
        sys.settrace(before)
    return events


if __name__ == "__main__":
    unittest.main()
