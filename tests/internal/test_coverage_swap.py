"""Live functions: which are found, which are left alone, what they run when."""

from __future__ import annotations
import __future__

import ast
import gc
import sys
import types
import unittest
import weakref
from types import ModuleType

from gofuzz_py.internal import coverage_modules
from gofuzz_py.internal.coverage_swap import LiveFunctions, Site, Swap
from gofuzz_py.internal.coverage_units import SourceModule, Unit
from tests.helpers_coverage import CoverageTestCase, places, settle


class TestFinding(CoverageTestCase):
    def test_closures_that_lived_before_are_found(self) -> None:
        module = self.load("""
            def make(n):
                def inner(a):
                    return a or n
                return inner
            kept = [make(1), make(2)]
            """)
        core, report = self.measure(module)
        self.assertEqual(report.modules[0].functions, 3)
        self.assertEqual([inner(0) for inner in module.kept], [1, 2])
        self.assertEqual(places(core, core.news()), {"function:2", "operand:3"})

    def test_closures_that_come_later_have_probes(self) -> None:
        module = self.load("""
            def make(n):
                return lambda a: a or n
            """)
        core, _ = self.measure(module)
        inner = module.make(5)
        core.news()
        self.assertEqual(inner(0), 5)
        self.assertEqual(places(core, core.news()), {"lambda:2", "operand:2"})

    def test_closures_that_came_meanwhile_are_thinned_counted_and_restored(self) -> None:
        module = self.load("""
            def make(n):
                def inner(a):
                    return a or n
                return inner
            """)
        plain = module.make(5).__code__
        core, _ = self.measure(module)
        inner = module.make(5)
        inner(0)
        core.news()
        settle(core)
        self.assertIs(inner.__code__, plain)
        self.assertEqual(places(core, core.measure(lambda: inner(0))), {"function:2", "operand:3"})
        late = module.make(6)
        core.stop()
        self.assertEqual({inner.__code__, late.__code__, module.make(7).__code__}, {plain})

    def test_functions_hidden_in_other_objects_are_found(self) -> None:
        module = self.load("""
            import functools
            class C:
                @property
                def p(self): return 1
                @staticmethod
                def s(): return 2
                @functools.lru_cache
                def cached(self): return 3
                class D:
                    def __call__(self): return 4
            bound = C.D().__call__
            part = functools.partial(C.s)
            default = (lambda x=lambda: 5: x)()
            """)
        core, report = self.measure(module)
        self.assertEqual(report.modules[0].functions, 5)
        module.C().p, module.part(), module.C().cached(), module.bound(), module.default()
        self.assertEqual(len(core.news()), 5)

    def test_a_frozen_heap_hides_nothing(self) -> None:
        module = self.load("def f(): return 1\n")
        gc.freeze()
        self.addCleanup(gc.unfreeze)
        _, report = self.measure(module)
        self.assertEqual(report.modules[0].functions, 1)
        self.assertGreater(gc.get_freeze_count(), 0)

    def test_measuring_keeps_no_function_alive(self) -> None:
        module = self.load("""
            def make():
                def inner(): return inner
                return inner
            def drop():
                global kept
                del kept
            kept = make()
            """)
        watched = weakref.ref(module.kept)
        core, _ = self.measure(module)
        core.measure(module.kept)
        module.drop()
        gc.collect()
        self.assertIsNone(watched())

    def test_a_module_that_was_reloaded_is_found_again(self) -> None:
        module = self.load("def f(a): return a or 1\n")
        core, _ = self.measure(module)
        assert module.__spec__ is not None
        assert module.__spec__.loader is not None
        module.__spec__.loader.exec_module(module)
        settle(core)
        module.f(0)
        self.assertEqual(len(core.news()), 2)


class TestLeavingAlone(CoverageTestCase):
    def test_source_that_changed_on_disk(self) -> None:
        module = self.load("""
            def same(a):
                return a or 1
            def other(a):
                return a or 2
            """)
        assert module.__file__ is not None
        self.write(
            """
            def same(a):
                return a or 1
            def other(a):
                return a or 3
            """,
            module.__name__,
        )
        core, report = self.measure(module)
        self.assertEqual((report.modules[0].functions, report.modules[0].left_alone), (1, 1))
        self.assertEqual((module.same(0), module.other(0)), (1, 2))
        self.assertEqual(places(core, core.news()), {"function:1", "operand:2"})

    def test_a_function_that_somebody_gave_other_code(self) -> None:
        module = self.load("""
            def f(a): return a or 1
            def g(a): return a or 2
            """)
        module.f.__code__ = module.f.__code__.replace(co_name="f", co_consts=(None, 7))
        core, report = self.measure(module)
        self.assertEqual((report.modules[0].functions, report.modules[0].left_alone), (1, 1))
        self.assertEqual((module.f(0), module.g(0)), (7, 2))
        self.assertEqual(len(core.news()), 2)

    def test_code_that_is_given_later_is_kept(self) -> None:
        module = self.load("""
            def f(a): return a or 1
            def g(a): return a or 2
            """)
        core, _ = self.measure(module)
        module.f(0)
        core.news()
        theirs = (lambda a: "theirs").__code__
        module.f.__code__ = theirs
        core.measure(lambda: self.assertEqual(module.f(0), "theirs"))
        settle(core)
        self.assertIs(module.f.__code__, theirs)
        core.stop()
        self.assertIs(module.f.__code__, theirs)

    def test_code_that_runs_is_not_disturbed(self) -> None:
        module = self.load("""
            def g(n):
                for i in range(n):
                    if i:
                        yield i
                yield "end"
            """)
        running = module.g(3)
        first = next(running)
        core, _ = self.measure(module)
        self.assertEqual([first, *running], [1, 2, "end"])
        self.assertEqual(core.news(), [])
        self.assertEqual(list(module.g(3)), [1, 2, "end"])
        self.assertEqual(len(core.news()), 5)

    def test_generated_methods(self) -> None:
        module = self.load("""
            import collections, dataclasses, enum
            @dataclasses.dataclass(order=True)
            class P:
                x: int = 0
                def twice(self): return self.x * 2
            N = collections.namedtuple("N", "a b")
            class E(enum.Enum):
                A = 1
            """)
        core, report = self.measure(module)
        self.assertEqual((report.modules[0].functions, report.modules[0].left_alone), (1, 0))
        self.assertEqual((module.P(3).twice(), module.P(1) < module.P(2), module.N(1, 2).b), (6, True, 2))
        self.assertEqual(len(core.news()), 1)

    def test_a_function_of_another_file_under_our_name(self) -> None:
        module = self.load("def f(a): return a or 1\n")
        scope: dict[str, object] = {}
        exec(compile("def stranger(a): return a and 1\n", str(module.__file__), "exec"), scope)
        _, report = self.measure(module)
        self.assertEqual((report.modules[0].functions, report.modules[0].left_alone), (1, 1))
        self.addCleanup(scope.clear)


class TestUnits(CoverageTestCase):
    """The machinery with another rewriting than probes: variants are the caller's."""

    def test_a_variant_is_put_in_for_a_moment(self) -> None:
        module = self.load("""
            from __future__ import annotations
            class C:
                def m(self):
                    return [super().__repr__ and 1, self.__private, f"{2}"]
                __private = 3
            """)
        sites, variant = self._tens(module)
        live = LiveFunctions()
        live.add(sites)
        self.assertEqual(live.find(), {})
        with Swap(zip(sites, variant, strict=True)):
            self.assertEqual(module.C().m(), [10, 3, "30"])
        self.assertEqual(module.C().m(), [1, 3, "2"])

    def test_every_future_import_leaves_functions_that_are_recognized(self) -> None:
        for name in __future__.all_feature_names:
            if name == "barry_as_FLUFL":  # takes != out of the language
                continue
            with self.subTest(name=name):
                module = self.load(f"from __future__ import {name}\ndef f(a): return a and 1\n")
                _, report = self.measure(module)
                self.assertEqual((report.modules[0].functions, report.modules[0].left_alone), (1, 0))

    def test_units_compile_alone_to_what_the_module_compiles_to(self) -> None:
        import argparse
        import difflib
        import html.parser
        import json.decoder

        for module in (argparse, difflib, html.parser, json.decoder):
            source = coverage_modules.read_source(module)
            assert isinstance(source, coverage_modules.Source)
            cut = SourceModule(source)
            for classes, statement in cut.pieces():
                unit = Unit(cut, classes, statement)
                again = unit.bind(unit.compile(lambda statement: None), lambda constant: constant)
                with self.subTest(module.__name__, lines=unit.lines):
                    self.assertEqual(again, unit.plain)

    @unittest.skipIf(sys.version_info < (3, 12), "type parameters came with 3.12")
    def test_generic_functions_and_classes(self) -> None:
        module = self.load("""
            class C[T]:
                def m[U: (int, str)](self, a: T, b: U) -> list[T]:
                    x: list[T] = [a] if a else []
                    return x or [T.__name__, U.__name__]
            def f[T](a: T = 1) -> T:
                def g(): return a or T.__name__
                return g()
            type A[K] = dict[K, int]
            """)
        calls = (lambda: module.C().m(1, 2), lambda: module.C().m(0, 2), module.f, lambda: module.f(0))
        plain = [call() for call in calls]
        core, report = self.measure(module)
        self.assertEqual(report.modules[0].left_alone, 0)
        self.assertEqual([call() for call in calls], plain)
        self.assertEqual(len(core.news()), 7)

    def test_statements_in_odd_places_are_found_again(self) -> None:
        text = """
            x = 1; f = lambda: x; g = lambda: (x
                ); h = 2
            class A: one = lambda self: 1
            if x:
                two = lambda: 2
            else: two = lambda: 3
            try:
                class B:
                    class C:
                        @property
                        def p(self): return (lambda: 4)()
            except Exception: pass
            y = '''
            '''; k = lambda: 5
            """
        module = self.load(text)
        source = coverage_modules.read_source(module)
        assert isinstance(source, coverage_modules.Source)
        cut = SourceModule(source)
        units = [Unit(cut, classes, statement) for classes, statement in cut.pieces()]
        self.assertEqual(len(units), 7)
        for unit in units:
            with self.subTest(lines=unit.lines):
                again = unit.bind(unit.compile(lambda statement: None), lambda constant: constant)
                self.assertEqual(again, unit.plain)

    def test_a_variant_that_does_not_fit_is_refused(self) -> None:
        module = self.load("def f(a):\n    return a or 1\n")
        source = coverage_modules.read_source(module)
        assert isinstance(source, coverage_modules.Source)
        cut = SourceModule(source)
        (unit,) = (Unit(cut, classes, statement) for classes, statement in cut.pieces())

        def rename(statement: ast.stmt) -> None:
            assert isinstance(statement, ast.FunctionDef)
            statement.args.args[0].arg = "b"

        with self.assertRaisesRegex(ValueError, "other functions"):
            unit.bind(unit.compile(rename), lambda constant: constant)

    def _tens(self, module: ModuleType) -> tuple[list[Site], list[types.CodeType]]:
        """Make the variant with other numbers: 3 for 2 in the source, and ten times as big when bound."""
        source = coverage_modules.read_source(module)
        assert isinstance(source, coverage_modules.Source)
        cut = SourceModule(source)
        (unit,) = (Unit(cut, classes, statement) for classes, statement in cut.pieces())

        def times_ten(constant: object) -> object:
            return constant * 10 if type(constant) is int else constant

        def three_for_two(statement: ast.stmt) -> None:
            for node in ast.walk(statement):
                if isinstance(node, ast.Constant) and node.value == 2:
                    node.value = 3

        return unit.sites, unit.bind(unit.compile(three_for_two), times_ten)


if __name__ == "__main__":
    unittest.main()
