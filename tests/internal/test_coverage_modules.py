"""Which modules are measured, and where their source is found."""

from __future__ import annotations

import importlib
import posixpath
import py_compile
import shutil
import sys
import types
import unittest
import zipfile
from types import ModuleType

from gofuzz_py.internal import coverage, coverage_modules
from gofuzz_py.internal.coverage_modules import Scope, Source, complaints
from tests.helpers_coverage import CoverageTestCase


class PathTestCase(CoverageTestCase):
    """A test that imports what it writes, by name."""

    def setUp(self) -> None:
        super().setUp()
        self.enterContext(_path_entry(str(self.folder)))

    def imported(self, name: str) -> ModuleType:
        """Import a module that was written; forget it and its package after the test."""
        importlib.invalidate_caches()
        module = importlib.import_module(name)
        for loaded in [item for item in sys.modules if item.partition(".")[0] == name.partition(".")[0]]:
            self.addCleanup(sys.modules.pop, loaded, None)
        return module


class TestDefaultScope(PathTestCase):
    def test_packages_that_the_test_imports_are_wanted_whole(self) -> None:
        for name in (
            "gofuzz_pkg_a.__init__",
            "gofuzz_pkg_a.sub.__init__",
            "gofuzz_pkg_a.sub.deep",
            "gofuzz_pkg_b",
        ):
            self.write("def f(): pass", name)
        for name in ("gofuzz_pkg_a.sub.deep", "gofuzz_pkg_b"):
            self.imported(name)
        test = self.load("""
            import gofuzz_pkg_a.sub.deep as deep
            """)
        scope = Scope(test)
        found = [name for name, _ in scope.modules()]
        self.assertEqual(found, ["gofuzz_pkg_a", "gofuzz_pkg_a.sub", "gofuzz_pkg_a.sub.deep", test.__name__])
        self.assertTrue(scope.wants("gofuzz_pkg_a.later"))
        self.assertFalse(scope.wants("gofuzz_pkg_b"))

    def test_imports_count_at_any_depth_and_in_any_form(self) -> None:
        test = self.load("""
            from html.parser import HTMLParser
            try:
                import tomllib
            except ImportError:
                tomllib = None
            def FuzzX(f):
                import json as j, csv
                from email import message_from_bytes
            """)
        scope = Scope(test)
        wanted = [
            "html",
            "html.parser",
            "tomllib._parser",
            "json.decoder",
            "csv",
            "email.message",
            test.__name__,
        ]
        self.assertEqual([name for name in wanted if not scope.wants(name)], [])
        self.assertEqual([name for name in ("re", "argparse", "jsonx") if scope.wants(name)], [])

    def test_a_relative_import_means_the_package_of_the_test(self) -> None:
        self.write("", "gofuzz_pkg_c.__init__")
        self.write("def f(): pass", "gofuzz_pkg_c.parser")
        self.write("from . import parser", "gofuzz_pkg_c.fuzz_it")
        scope = Scope(self.imported("gofuzz_pkg_c.fuzz_it"))
        self.assertEqual(
            [name for name, _ in scope.modules()],
            ["gofuzz_pkg_c", "gofuzz_pkg_c.fuzz_it", "gofuzz_pkg_c.parser"],
        )

    def test_private_helpers_of_a_standard_module_come_with_it(self) -> None:
        import html.parser

        test = self.load("import html.parser")
        core, report = self.measure(test, None)
        self.assertIn("_markupbase", [module.name for module in report.modules])
        html.parser.HTMLParser().feed("<!doctype a>")
        self.assertIn("_markupbase", {place.module for n in core.news() if (place := core.locate(n))})

    def test_the_engine_and_what_it_stands_on_are_never_wanted(self) -> None:
        test = self.load("""
            import unittest, threading, importlib.util
            from gofuzz_py.internal import kinds
            """)
        for patterns in (None, ["*"], ["unittest.*", "gofuzz_py.*", "threading"]):
            scope = Scope(test, patterns)
            names = ("unittest.case", "threading", "importlib.util", "gofuzz_py", "gofuzz_py.internal.kinds")
            self.assertEqual([name for name in names if scope.wants(name)], [])

    def test_test_tools_are_wanted_only_if_named(self) -> None:
        test = self.load("""
            try:
                import hypothesis
            except ImportError:
                pass
            """)
        self.assertFalse(Scope(test).wants("hypothesis.core"))
        self.assertTrue(Scope(test, ["hypothesis.*"]).wants("hypothesis.core"))


class TestPatterns(CoverageTestCase):
    def test_patterns_say_exactly_what_is_wanted(self) -> None:
        test = self.load("import json")
        rows = [
            ("html.parser", ["html.parser"], ["html", "html.parser.x", "json"]),
            ("html.*", ["html", "html.parser"], ["htmlx", "json"]),
            ("*parser", ["html.parser", "argparser"], ["html"]),
            ("htm?", ["html"], ["htm"]),
        ]
        for pattern, wanted, unwanted in rows:
            with self.subTest(pattern):
                scope = Scope(test, [pattern])
                self.assertEqual([name for name in wanted + unwanted if scope.wants(name)], wanted)
                self.assertTrue(scope.wants(test.__name__))

    def test_patterns_that_match_nothing_are_told(self) -> None:
        import json

        scope = Scope(self.load("x = 1"), [json.__name__, "no.such.*"])
        self.assertEqual(scope.unmatched(), ("no.such.*",))

    def test_what_is_not_measured_is_told_with_the_reason(self) -> None:
        modules = [coverage.ModuleReport(f"m{number}", problem="it has no source") for number in range(7)]
        report = coverage.Report(
            (coverage.ModuleReport("fine"), *modules), ("no.such.*", "math", "threading", "unittest.*")
        )

        self.assertEqual(
            [
                "no imported module matches no.such.* so far",
                "math is not written in Python",
                "threading: the engine itself runs on it",
                "unittest: the engine itself runs on it",
                "m0, m1, m2, m3, m4 and 2 more: it has no source",
            ],
            complaints(report),
        )


class TestSource(PathTestCase):
    def test_the_source_of_a_file(self) -> None:
        module = self.load("x = 'é'\n")
        source = coverage_modules.read_source(module)
        assert isinstance(source, Source)
        self.assertEqual((source.filename, source.text), (module.__file__, "x = 'é'\n"))

    def test_declared_encodings_and_line_ends_are_read_as_the_compiler_does(self) -> None:
        (self.folder / "gofuzz_latin.py").write_bytes(b"# coding: latin-1\r\nx = '\xe9'\r\ny = 1\rz = 2\n")
        source = coverage_modules.read_source(self.imported("gofuzz_latin"))
        assert isinstance(source, Source)
        self.assertEqual(source.text, "# coding: latin-1\nx = 'é'\ny = 1\nz = 2\n")

    def test_a_frozen_module_has_its_source_and_its_own_file_name(self) -> None:
        source = coverage_modules.read_source(posixpath)
        assert isinstance(source, Source)
        self.assertEqual(source.filename, posixpath.join.__code__.co_filename)

    def test_a_module_of_bytecode_only_says_so(self) -> None:
        self.write("def f(): return 1 or 2", "gofuzz_bare")
        py_compile.compile(str(self.folder / "gofuzz_bare.py"), str(self.folder / "gofuzz_bare.pyc"))
        (self.folder / "gofuzz_bare.py").unlink()
        shutil.rmtree(self.folder / "__pycache__", ignore_errors=True)
        module = self.imported("gofuzz_bare")
        self.assertEqual(coverage_modules.read_source(module), "it has no source")
        _, report = self.measure(self.load("x = 1"), ["gofuzz_bare"])
        self.assertEqual(report.modules[0].problem, "it has no source")

    def test_a_module_in_a_zip_file_is_measured_like_any_other(self) -> None:
        with zipfile.ZipFile(self.folder / "pack.zip", "w") as pack:
            pack.writestr("gofuzz_zipped.py", "def f(a):\n    return a or 1\n")
        with _path_entry(str(self.folder / "pack.zip")):
            module = self.imported("gofuzz_zipped")
        core, report = self.measure(self.load("x = 1"), ["gofuzz_zipped"])
        zipped = next(item for item in report.modules if item.name == "gofuzz_zipped")
        self.assertEqual((zipped.locations, zipped.functions), (2, 1))
        self.assertEqual(module.f(0), 1)
        self.assertEqual(len(core.news()), 2)

    def test_a_module_made_by_hand_or_unreadable_harms_nobody(self) -> None:
        made = types.ModuleType("gofuzz_made")
        gone = types.ModuleType("gofuzz_gone")
        gone.__file__ = str(self.folder / "gone.py")
        broken = types.ModuleType("gofuzz_broken")
        broken.__file__ = str(self.folder / "broken.py")
        (self.folder / "broken.py").write_text("def f(:\n", encoding="utf-8")
        for module in (made, gone, broken):
            sys.modules[module.__name__] = module
            self.addCleanup(sys.modules.pop, module.__name__)
        _, report = self.measure(self.load("x = 1"), ["gofuzz_*"])
        problems = {module.name: module.problem for module in report.modules}
        self.assertNotIn("gofuzz_made", problems)
        self.assertEqual(problems["gofuzz_gone"], "it has no source")
        self.assertIn("its source does not compile: SyntaxError", problems["gofuzz_broken"] or "")

    def test_a_module_known_by_two_names_is_measured_once(self) -> None:
        module = self.load("def f(): pass")
        sys.modules[module.__name__ + "_too"] = module
        self.addCleanup(sys.modules.pop, module.__name__ + "_too")
        _, report = self.measure(self.load("x = 1"), [module.__name__ + "*"])
        self.assertEqual([item.name for item in report.modules if item.locations], [module.__name__])


class _path_entry:
    """Puts a folder or archive at the head of sys.path for a while."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        sys.path.insert(0, self._path)

    def __exit__(self, *exc_info: object) -> None:
        sys.path.remove(self._path)


if __name__ == "__main__":
    unittest.main()
