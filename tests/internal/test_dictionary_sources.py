"""When words of a module come into the dictionary, and what they weigh then."""

from __future__ import annotations

import sys
import tempfile
import textwrap
import types
import unittest
from pathlib import Path

from gofuzz_py.internal.coverage import Location, ModuleReport, Report
from gofuzz_py.internal.dictionary import Dictionary
from gofuzz_py.internal.dictionary_literals import ASKED
from gofuzz_py.internal.dictionary_sources import REACHED, Sources, measured_modules


class SourcesTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.dictionary = Dictionary()

    def make(self, name: str, text: str, **names: object) -> types.ModuleType:
        """Import a module of this source, which finds these names in its namespace."""
        path = self.folder / f"{name}.py"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        module = types.ModuleType(name)
        module.__file__ = str(path)
        module.__dict__.update(names)
        exec(compile(path.read_text("utf-8"), str(path), "exec"), module.__dict__)
        return module

    def sources(self, *modules: types.ModuleType) -> Sources:
        """Make sources; the number 1000 * n + line stands for that line of module n."""

        def locate(number: int) -> Location | None:
            if number < 0:
                return None
            return Location(modules[number // 1000].__name__, "", number % 1000, "function")

        return Sources(self.dictionary, modules, locate)

    def test_tables_of_the_test_module_come_first_and_nothing_else(self) -> None:
        test = self.make("test", "TABLE = {'mine': 1}\ndef f(x): return x == 'constant'\n")
        other = self.make("other", "TABLE = {'theirs': 1}\n")
        self.sources(test, other)
        self.assertTrue(self.dictionary.weight("mine"))
        self.assertFalse(self.dictionary.weight("constant"))
        self.assertFalse(self.dictionary.weight("theirs"))

    def test_constants_of_a_function_that_was_reached_weigh_more(self) -> None:
        module = self.make("m", "def f(x):\n return x == 'here'\ndef g(x):\n return x == 'there'\n")
        self.sources(module)
        self.dictionary.reached([1])
        self.assertEqual(ASKED * REACHED, self.dictionary.weight("here"))
        self.assertEqual(ASKED, self.dictionary.weight("there"))
        self.dictionary.reached([4])
        self.assertEqual(ASKED * REACHED, self.dictionary.weight("there"))

    def test_tables_of_neighbours_come_with_a_module(self) -> None:
        data = self.make("data", "TABLE = {'neighbour': 1}\n")
        far = self.make("far", "TABLE = {'far': 1}\n")
        code = self.make("code", "def f(x): return x\n", data=data, string=__import__("string"))
        test = self.make("test", "")
        self.sources(test, code, data, far).reached([1001])
        self.assertTrue(self.dictionary.weight("neighbour"))
        self.assertFalse(self.dictionary.weight("far"))
        self.assertFalse(self.dictionary.weight("0123456789"))  # string is not measured

    def test_names_looked_up_by_a_prefix_may_be_another_modules_methods(self) -> None:
        base = self.make("base", "class Base:\n def run(self, x):\n  return getattr(self, 'do_' + x)\n")
        test = self.make(
            "test", "class Mine:\n def do_GET(self): pass\n def do_PUT(self): pass\n def other(self): pass\n"
        )
        self.sources(test, base).reached([1002])
        self.assertEqual(ASKED * REACHED, self.dictionary.weight("GET"))
        self.assertTrue(self.dictionary.weight("PUT"))
        self.assertFalse(self.dictionary.weight("other"))

    def test_names_looked_up_whole_are_the_modules_own(self) -> None:
        module = self.make(
            "m", "def run(x): return globals(), getattr(0, x)\ndef alpha(): pass\ndef _beta(): pass\n"
        )
        self.sources(module).reached([1])
        self.assertTrue(self.dictionary.weight("alpha"))
        self.assertFalse(self.dictionary.weight("_beta"))

    def test_a_module_imported_while_fuzzing_is_taken_in(self) -> None:
        late = self.make("late_module_of_this_test", "T = {'late': 1}\ndef f(x): return x == 'wanted'\n")
        sys.modules[late.__name__] = late
        self.addCleanup(sys.modules.pop, late.__name__)
        Sources(self.dictionary, [], lambda number: Location(late.__name__, "", 2, "function")).reached([0])
        self.assertTrue(self.dictionary.weight("late"))
        self.assertEqual(ASKED * REACHED, self.dictionary.weight("wanted"))

    def test_what_cannot_be_read_or_found_does_no_harm(self) -> None:
        broken = self.make("broken", "T = {'table': 1}\n")
        Path(broken.__file__ or "").write_text("def (", encoding="utf-8")
        gone = self.make("gone", "T = {'table too': 1}\n")
        Path(gone.__file__ or "").unlink()
        nameless = self.make("nameless", "__name__ = 5\n")
        self.sources(self.make("test", ""), broken, gone, nameless).reached([-1, 1001, 2001])
        self.assertTrue(self.dictionary.weight("table"))
        self.assertTrue(self.dictionary.weight("table too"))
        Sources(self.dictionary, [], lambda number: Location("no.such.module", "", 1, "function")).reached(
            [0, 1]
        )

    def test_lines_outside_of_functions_do_no_harm(self) -> None:
        module = self.make("m", "X = 1\n\ndef f(x):\n return x == 'word'\n")
        self.sources(module).reached([1, 2, 99])
        self.assertEqual(ASKED, self.dictionary.weight("word"))


class MeasuredModulesTest(unittest.TestCase):
    def test_the_test_module_comes_first_and_once(self) -> None:
        test = sys.modules[__name__]
        report = Report((ModuleReport("tempfile"), ModuleReport(__name__), ModuleReport("not.there")))
        self.assertEqual([test, tempfile], measured_modules(test, report))


if __name__ == "__main__":
    unittest.main()
