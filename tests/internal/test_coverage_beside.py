"""A measured module beside others: who looks at its functions, traces them, or patches what it stands on."""

from __future__ import annotations

import collections
import copy
import gc
import inspect
import operator
import pickle
import sys
import unittest
from collections.abc import Callable
from types import FrameType
from typing import Any

from gofuzz_py.internal.counters_probes import ProbeCounters
from tests.helpers_coverage import CoverageTestCase


class TestIntrospection(CoverageTestCase):
    TEXT = '''
        """Module."""
        def outer(a, /, b: int = 1, *args, c, **kwargs) -> str:
            """Docstring."""
            def inner():
                return a and b
            return inner if c else None
        class C:
            def method(self, x=(1, 2)):
                return [i for i in x if i]
        f = lambda q: q or 1
        '''

    def test_functions_look_as_before(self) -> None:
        module = self.load(self.TEXT)
        functions = [module.outer, module.C.method, module.f, module.outer(1, c=1)]
        looks: list[Callable[[Any], object]] = [
            inspect.getsource, inspect.signature, inspect.getdoc, inspect.getfile, inspect.getsourcelines,
            inspect.getclosurevars, lambda f: f.__qualname__, lambda f: f.__defaults__,
            *(operator.attrgetter(f"__code__.{name}") for name in (
                "co_name", "co_qualname", "co_filename", "co_firstlineno", "co_flags", "co_varnames",
                "co_freevars", "co_cellvars", "co_argcount", "co_kwonlyargcount", "co_nlocals", "co_names",
            )),
        ]  # fmt: skip
        plain = [look(function) for function in functions for look in looks]
        core, _ = self.measure(module)
        self.assertEqual([look(f) for f in functions for look in looks], plain)
        core.stop()
        self.assertEqual([look(f) for f in functions for look in looks], plain)

    def test_code_objects_can_still_be_keys(self) -> None:
        module = self.load(self.TEXT)
        self.measure(module)
        codes = {function.__code__ for function in (module.outer, module.C.method, module.f)}
        self.assertEqual(len(codes), 3)

    def test_functions_can_still_be_pickled_and_copied(self) -> None:
        module = self.load(self.TEXT)
        self.measure(module)
        self.assertIs(pickle.loads(pickle.dumps(module.outer)), module.outer)
        self.assertIs(copy.deepcopy(module.C.method), module.C.method)

    def test_stopping_gives_the_very_code_back(self) -> None:
        module = self.load(self.TEXT)
        functions = [module.outer, module.C.method, module.f, module.outer(1, c=1)]
        codes = [function.__code__ for function in functions]
        core, _ = self.measure(module)
        self.assertFalse(any(f.__code__ is code for f, code in zip(functions, codes, strict=True)))
        core.stop()
        self.assertTrue(all(f.__code__ is code for f, code in zip(functions, codes, strict=True)))
        self.assertTrue(all(code in gc.get_referents(f) for f, code in zip(functions, codes, strict=True)))


class TestHostilePrograms(CoverageTestCase):
    def test_patched_builtins_do_not_reach_a_probe(self) -> None:
        module = self.load("""
            import builtins
            def f(a):
                if a:
                    return [x for x in a] or a
                return a and 1
            def attack(a):
                taken = {name: vars(builtins).pop(name) for name in ("next", "dict", "iter", "int", "bool")}
                try:
                    return f(a)
                finally:
                    vars(builtins).update(taken)
            """)
        core, _ = self.measure(module)
        self.assertEqual(module.attack("ab"), ["a", "b"])
        self.assertIn(("if", 4), _kinds(core))
        self.assertEqual(module.attack(""), "")
        self.assertIn(("else", 3), _kinds(core))
        counts = core.measure(lambda: module.attack("abc"))
        elements = [
            counts[n] for n in counts if (at := core.locate(n)) and (at.kind, at.line) == ("element", 4)
        ]
        self.assertEqual(elements, [3])

    def test_functions_that_others_trace_still_tell(self) -> None:
        module = self.load("def f(a):\n    return a or 1\n")
        core, _ = self.measure(module)
        lines: list[int] = []

        def trace(frame: FrameType, event: str, arg: object) -> Any:
            lines.append(frame.f_lineno)
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            module.f(0)
        finally:
            sys.settrace(before)
        self.assertIn(2, lines)
        self.assertEqual(_kinds(core), {("function", 1), ("operand", 2)})

    def test_a_profiler_beside_us_sees_each_function_once(self) -> None:
        module = self.load("def f(a):\n    return g(a) or 1\ndef g(a):\n    return a\n")
        self.measure(module)
        calls: collections.Counter[str] = collections.Counter()

        def profile(frame: FrameType, event: str, arg: object) -> None:
            if event == "call":
                calls[frame.f_code.co_name] += 1

        before = sys.getprofile()
        sys.setprofile(profile)
        try:
            module.f(0)
        finally:
            sys.setprofile(before)
        self.assertEqual(calls, {"f": 1, "g": 1})

    @unittest.skipUnless(hasattr(sys, "monitoring"), "sys.monitoring came with 3.12")
    def test_a_monitoring_tool_beside_us_sees_its_lines(self) -> None:
        module = self.load("def f(a):\n    if a:\n        a = 2\n    return a\n")
        monitoring: Any = getattr(sys, "monitoring")  # noqa: B009  # mypy looks at 3.11
        lines: list[int] = []

        def line(code: Any, number: int) -> object:
            if code.co_filename == module.__file__:
                lines.append(number)
            return monitoring.DISABLE

        monitoring.use_tool_id(3, "test")
        try:
            monitoring.register_callback(3, monitoring.events.LINE, line)
            monitoring.set_events(3, monitoring.events.LINE)
            module.f(0)
            core, report = self.measure(module)
            self.assertEqual(report.modules[0].left_alone, 0)
            module.f(1)
        finally:
            monitoring.set_events(3, 0)
            monitoring.register_callback(3, monitoring.events.LINE, None)
            monitoring.free_tool_id(3)
        self.assertLessEqual({2, 3, 4}, set(lines))
        self.assertEqual(_kinds(core), {("function", 1), ("if", 3)})


def _kinds(core: ProbeCounters) -> set[tuple[str, int]]:
    return {(place.kind, place.line) for number in core.news() if (place := core.locate(number))}


if __name__ == "__main__":
    unittest.main()
