"""Which conditions are found, what is handed over and how, and that nothing else moves."""

from __future__ import annotations

import ast
import collections
import dis
import importlib.util
import textwrap
import unittest
from collections.abc import Iterator
from types import CodeType
from typing import Any

from gofuzz_py.internal.coverage_modules import Source
from gofuzz_py.internal.coverage_units import SourceModule, Unit
from gofuzz_py.internal.operands_places import ABSENT, Place
from gofuzz_py.internal.operands_rewrite import KEY, Watch

A = ABSENT

#: Statements of a function ``f(a, b)`` and the places in them: relation and operands.
FOUND: list[tuple[str, list[tuple[str, tuple[object, ...]]]]] = [
    ("a == 'x'", [("==", (A, "x"))]),
    ("-5 < a", [("<", (-5, A))]),
    ("1 == 2", []),
    ("a is None", []),
    ("a is b == 3", []),
    ("a not in (1, 'k')", [("not in", (A, (1, "k")))]),
    ("0 <= a < 10", [("<=", (A, A)), ("<", (A, A))]),
    ("a['k']", [("[]", (A, "k"))]),
    ("a[b]", [("[]", (A, A))]),
    ("a[0] + a[1:2] + a[1, b]", []),
    ("'0123'[a]", []),
    ("a[b] = a[b] + 1", [("[]", (A, A))]),
    ("a.startswith('<!--', b)", [("startswith", (A, "<!--", A))]),
    ("a.isdigit()", [("isdigit", (A,))]),
    ("a.split()", [("split", (A,))]),
    ("a.pop()", []),
    ("'abc'.find(a)", [("find", ("abc", A))]),
    ("'abc'.find('b')", []),
    ("a.get('k', b)", [("get", (A, "k"))]),
    ("a.get(b, 'k')", [("get", (A, A, "k"))]),
    ("a.get('k', 'd')", [("get", (A, "k", "d"))]),
    ("a.m(b)", [("call", (A, A))]),
    ("a(b, key='c')", [("call", (A, A, "c"))]),
    ("a(1, 2)", []),
    ("a('k', 2)", [("call", (A, "k", 2))]),
    ("a(*b)", []),
    ("a(**b)", []),
    ("len(a)", []),
    ("super().get(a)", []),
    ("super(A, a).find(b)", []),
    ("a(b, 1, 2, 3, 4, 5, 6)", []),
    ("if a % 7: b", [("!=", (A, 0))]),
    ("while not a & 1: b", [("!=", (A, 0)), ("loop", ())]),
    ("for one in a: b", [("loop", ())]),
    ("0 if a ^ b and a else 1", [("!=", (A, 0))]),
    ("if a + b: b", []),
    ("if a: b", []),
    ("return a % 7", []),
]


def _function(body: str) -> ast.stmt:
    return ast.parse("def f(a, b):\n" + textwrap.indent(textwrap.dedent(body), "    ")).body[0]


def _dump(tree: ast.AST) -> str:
    return ast.dump(tree, include_attributes=True)


def _places(text: str) -> list[Place]:
    watch = Watch()
    for statement in ast.parse(textwrap.dedent(text)).body:
        watch.rewrite(statement)
    return watch.places


class PlacesTest(unittest.TestCase):
    def test_each_kind_of_condition_is_found(self) -> None:
        for body, expected in FOUND:
            with self.subTest(body):
                watch = Watch()
                watch.rewrite(_function(body))
                self.assertEqual([(place.relation, place.operands) for place in watch.places], expected)

    def test_what_may_check_a_whole_is_told_from_other_comparisons(self) -> None:
        for body, expected in (
            ("a % 97 == 1", True), ("sum(a) & 255 == b", True), ("zlib.crc32(a) == 5", True),
            ("parity(a) != 0", True), ("n = a % 10\nn == 0", True), ("n = 0\nn ^= a\nn == 0", True),
            ("a == 1", False), ("a + b == 1", False), ("len(a) == 1", False), ("if a % 7: b", True),
        ):  # fmt: skip
            with self.subTest(body):
                watch = Watch()
                watch.rewrite(_function(body))
                told = [place.is_remainder for place in watch.places if place.relation in ("==", "!=")]
                self.assertEqual(told, [expected])

    def test_arguments_by_name_come_last_with_their_names(self) -> None:
        (place,) = _places("def f(p, s): p.match(s, pos=4)")
        self.assertEqual((place.operands, place.names), ((A, A, 4), ("pos",)))

    def test_a_match_gives_its_patterns_and_the_attributes_they_ask_for(self) -> None:
        (place,) = _places(
            """
            def f(x):
                match x:
                    case {"k": Inner(a=1, b=2)} | Outer(c=Inner(a=3)): pass
                    case [1, *_]: pass
            """
        )
        self.assertEqual([type(one) for one in place.patterns], [ast.MatchOr, ast.MatchSequence])
        self.assertEqual(set(place.names), {"a", "b", "c"})

    def test_a_caught_exception_is_a_place_without_operands(self) -> None:
        places = _places("def f():\n try: pass\n except KeyError: pass\n except: pass")
        self.assertEqual([(place.relation, place.line) for place in places], [("except", 3), ("except", 4)])

    def test_what_runs_only_at_import_is_left_alone(self) -> None:
        text = "class C:\n x = a == 1\n def m(self, y=b == 2): return y == 3\nf = lambda z=c == 4: z == 5"
        self.assertEqual([place.constant for place in _places(text)], [3, 5])

    def test_loops_that_run_only_at_import_are_left_alone(self) -> None:
        text = "for x in y: pass\nwhile x: x = 0\nclass C:\n for x in y: pass\n while x == 1: x = 0"
        self.assertEqual(_places(text), [])

    def test_the_test_of_a_loop_comes_before_its_turns(self) -> None:
        (function,) = ast.parse("def f(a, b):\n while a == b % 7: b\n else: a != 5").body
        self.assertEqual(
            [(place.relation, place.is_remainder) for place in _places(ast.unparse(function))],
            [("==", True), ("!=", False), ("loop", False)],
        )
        (bare,) = ast.parse("def f(a, b):\n while a % b: b").body
        self.assertEqual([place.relation for place in _places(ast.unparse(bare))], ["!=", "loop"])

    def test_conditions_stand_in_every_corner_of_a_function(self) -> None:
        text = """
            @(lambda g: g if g == 1 else g)
            def f(a, b=None):
                def inner(c=a == 2): return c == 3
                class C:
                    x = a == 4
                    def m(self): return self == 5
                return [d for d in a if d == 6], f"{a == 7!r:>{b == 8}}", (e := a) == 9, lambda: a == 10
            """
        self.assertEqual(sorted(int(str(place.constant)) for place in _places(text)), list(range(1, 11)))

    def test_annotations_and_type_parameters_are_left_alone(self) -> None:
        self.assertEqual(_places("def f(a: b == 1) -> c == 2:\n d: e == 3 = 0"), [])

    def test_the_constant_of_a_comparison_and_its_side_are_told(self) -> None:
        left, right, none = _places("def f(a, b): return 1 < a, a < 2, a < b")
        self.assertEqual((left.constant, left.is_left), (1, True))
        self.assertEqual((right.constant, right.is_left), (2, False))
        self.assertEqual((none.constant, none.is_left), (A, False))


class NumbersTest(unittest.TestCase):
    TEXT = "a == 1 and b(a) or a.find(b) in {}\ntry: a[b]\nexcept E: a < b < 3"

    def test_numbers_do_not_depend_on_what_is_wanted(self) -> None:
        every = Watch(100)
        every.rewrite(_function(self.TEXT))
        asked: list[int] = []

        def odd(number: int) -> bool:
            asked.append(number)
            return bool(number % 2)

        some = Watch(100, odd)
        some.rewrite(_function(self.TEXT))
        self.assertEqual(
            [(place.relation, place.operands) for place in some.places],
            [(place.relation, place.operands) for place in every.places],
        )
        self.assertEqual(asked, list(range(100, 100 + len(every.places))))

    def test_where_nothing_is_wanted_the_tree_stays_as_it_was(self) -> None:
        for body in (self.TEXT, *(body for body, _ in FOUND)):
            with self.subTest(body):
                tree = _function(body)
                Watch(0, lambda number: False).rewrite(tree)
                self.assertEqual(
                    ast.dump(tree, include_attributes=True),
                    ast.dump(_function(body), include_attributes=True),
                )

    def test_the_conditions_themselves_stay_the_same_nodes(self) -> None:
        tree = _function(self.TEXT)
        kinds = (ast.Compare, ast.Call, ast.Subscript, ast.ExceptHandler)
        before = {id(node): node for node in ast.walk(tree) if isinstance(node, kinds)}
        Watch().rewrite(tree)
        after = {id(node) for node in ast.walk(tree)}
        self.assertLessEqual(set(before), after)


class HandedOverTest(unittest.TestCase):
    def test_one_call_of_a_watcher_is_enough_where_a_name_can_be_read_again(self) -> None:
        for body, expected in (
            ("a == b", "a == R(b, a)"),
            ("a == 'k'", "O(a) == 'k'"),
            ("a == b.c", "a == R(b.c, a)"),
            ("a.c == b", "L(a.c, b) == b"),
            ("a.c == b.c", "H(a.c) == D(b.c)"),
            ("g == b.c", "H(g) == D(b.c)"),
            ("g == b", "g == R(b, g)"),
            ("g(b)", "g(R(b, g))"),
            ("g('k')", "O(g)('k')"),
            ("g(b.c)", "H(g)(D(b.c))"),
            ("a.find(b)", "a.find(R(b, a))"),
            ("a.c.find(b)", "H(a.c).find(D(b))"),
            ("p.match(a, b)", "p.match(a, A(b, p, a))"),
            ("a.c.match(a, b)", "F(a.c).match(M(a), Z(b))"),
            ("a.match(b, pos=g)", "a.match(b, pos=A(g, a, b))"),
            ("0 <= a < 10", "0 <= R(a, 0) < R(10, a)"),
            ("0 <= a.c < 10", "0 <= H(R(a.c, 0)) < D(10)"),
        ):
            with self.subTest(body):
                self.assertEqual(_shown(_function(body)), _plain(expected))

    def test_a_name_that_others_may_unbind_is_not_read_again(self) -> None:
        for text in (
            "def f(b):\n    global a\n    a = 1\n    a == b.c",
            "def f(a, b):\n    def g():\n        nonlocal a\n        del a\n    a == b.c",
        ):
            with self.subTest(text):
                self.assertIn("H(a) == D(b.c)", _shown_all(ast.parse(text).body[0]))
        self.assertIn("a == R(b.c, a)", _shown_all(ast.parse("def f(a, b):\n    a == b.c").body[0]))

    def test_in_a_class_body_no_name_is_read_again(self) -> None:
        tree = _function("class C:\n    a == b")
        self.assertIn("H(a) == D(b)", _shown_all(tree))


_SHORT = {
    "one": "O", "right": "R", "left": "L", "hold": "H", "held": "D", "all": "A", "first": "F", "more": "M",
    "last": "Z", "caught": "C",
}  # fmt: skip


class _Show(ast.NodeTransformer):
    """Writes watchers as short names, and leaves out the numbers of places."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Constant):
            name = str(node.func.value).strip("\0").split()[-1]
            return ast.Call(ast.Name(_SHORT[name], ast.Load()), node.args[1:], [])
        return node


def _shown_all(tree: ast.stmt) -> str:
    Watch().rewrite(tree)
    return ast.unparse(ast.fix_missing_locations(_Show().visit(tree)))


def _shown(function: Any) -> str:
    return _shown_all(function).partition("\n")[2].strip()


def _plain(expression: str) -> str:
    return ast.unparse(ast.parse(expression))


class CompiledTest(unittest.TestCase):
    MODULES = ("shlex", "textwrap", "html.parser", "json.decoder", "enum", "contextlib")

    def test_every_unit_of_real_modules_can_be_watched(self) -> None:
        for name in self.MODULES:
            with self.subTest(name):
                for unit, variant in _variants(name):
                    self.assertEqual(len(variant), len(unit.sites))

    def test_what_can_raise_stands_where_it_stood(self) -> None:
        for name in self.MODULES:
            for unit, variant in _variants(name):
                for site, code in zip(unit.sites, variant, strict=True):
                    with self.subTest(f"{name}.{site.plain.co_qualname}"):
                        missing = _positions(site.plain) - _positions(code)
                        self.assertEqual(missing, set())

    def test_all_that_can_be_written_compiles(self) -> None:
        for future in ("", "from __future__ import annotations\n"):
            module = SourceModule(Source("m", "m.py", future + textwrap.dedent(CORNERS)))
            for classes, statement in module.pieces():
                unit = Unit(module, classes, statement)
                watch = Watch()
                roots = unit.compile(watch.rewrite)
                self.assertEqual(len(unit.bind(roots, lambda constant: constant)), len(unit.sites))
                self.assertTrue(watch.places, unit.lines)


CORNERS = '''
    class C(Base):
        """A class."""
        def m(self, *a, k=None, **kw):
            """A method."""
            self.__x = self.__y == a[0] != self.__z[k]
            return super().m(*a, **kw) == __class__(k)
        @property
        def p(self): return self.__x.get(self.q) if self.q in self.__y else lambda: self.m(self.q)
    async def g(a, b=1 == 2, /, c=None, *, d):
        async with a.open(b) as e, f(e) as h: pass
        async for i in a(b): yield i == await j(i)
        return
    def walrus(x):
        if (n := len(x)) > 10 and (m := g(x)) == n: return [y := h(x), y == m]
        while (line := x.readline(n)) != "end": print(line, x(line))
        return {a: b for a, b in x if a == b if b in (c := [a])}
    def starred(*a, **k): return f(*a, *k), {**k} == [*a], a[0](a[1]), x[*a] if a == k else (*a,) in k
    def match(x):
        match x, y(x):
            case [1, {"k": C(p=5, q=[2 | 3 as z, *_])}, None, -1.5, "a" "b", mod.NAME] if z == x[0]: return z
            case (C() as c) | [c] if c(x): return c
            case {"k": v, **rest}: return rest[v]
            case _: return x == y
    def errors(x):
        try: x(y)
        except* (A, B) as e: return_ = e == x
        try: x[y]
        except (A, B) as e: raise C(e) from e(x)
        except: pass
        else: x < y
        finally: x > y
    def scopes(x):
        global g1
        n = 1
        def inner():
            nonlocal n
            n += x == n
            del x2
            return locals() == vars(n), n
        class D:
            n = n == x
            def m(self): return __class__, n == x, [n for n in x if n == self]
        return lambda y=x == 1: y == n, inner, D
    def strings(x): return f"{x == 1=} {x['k']!r:>{x.get('w', 3)}} {f'{x(y)}'}", "a" "b" == x, b"c" in x
    def chained(x):
        return (
            x.one(y)
            .find(z)
            .startswith(w)
        ) == x.two(
            y
        )
'''


def _source(name: str) -> SourceModule:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    with open(spec.origin, encoding="utf-8") as file:
        return SourceModule(Source(name, spec.origin, file.read()))


def _variants(name: str) -> Iterator[tuple[Unit, list[CodeType]]]:
    module = _source(name)
    for classes, statement in module.pieces():
        unit = Unit(module, classes, statement)
        roots = unit.compile(Watch().rewrite)
        yield unit, unit.bind(roots, lambda constant: constant)


#: What raises in a program, and how it was called before or is now.
_RAISING = {
    "COMPARE_OP", "CONTAINS_OP", "BINARY_SUBSCR", "CALL", "CALL_FUNCTION_EX", "CALL_KW", "LOAD_ATTR",
    "LOAD_METHOD", "STORE_ATTR", "BINARY_OP", "STORE_SUBSCR", "FOR_ITER", "RAISE_VARARGS", "UNPACK_SEQUENCE",
}  # fmt: skip
_NAMES = {"LOAD_METHOD": "LOAD_ATTR", "CALL_KW": "CALL"}


def _positions(code: CodeType) -> set[Any]:
    found: collections.Counter[Any] = collections.Counter()
    for step in dis.get_instructions(code):
        if step.opname in _RAISING:
            found[_NAMES.get(step.opname, step.opname), step.positions] += 1
    return set(found)


class KeysTest(unittest.TestCase):
    def test_a_place_is_named_by_a_number_that_no_program_holds_by_accident(self) -> None:
        tree = _function("a == b")
        Watch(7).rewrite(tree)
        constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        self.assertIn(KEY + 7, constants)
        self.assertGreater(KEY, 1 << 100)


if __name__ == "__main__":
    unittest.main()
