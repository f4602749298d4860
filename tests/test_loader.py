"""From targets on the command line to modules and tests: what is found, what it is called, what fails."""

from __future__ import annotations

import os
import sys
import unittest
from types import ModuleType
from typing import Any

from gofuzz_py import F, T
from gofuzz_py.errors import FuzzTestError, UsageError
from gofuzz_py.loader import (
    TestModule,
    find_targets,
    flatten,
    fuzz_tests,
    is_fuzz_name,
    load,
    unittest_suite,
)
from gofuzz_py.unittest_adapter import load_tests
from tests.helpers import FolderTestCase


class LoaderTestCase(FolderTestCase):
    """A test in a folder that is the working directory; what it imports is forgotten at the end."""

    def setUp(self) -> None:
        super().setUp()
        self.enter_folder()
        modules, path = dict(sys.modules), list(sys.path)
        self.addCleanup(self.restore, modules, path)

    @staticmethod
    def restore(modules: dict[str, ModuleType], path: list[str]) -> None:
        """Put back what importing has changed."""
        for name in set(sys.modules) - set(modules):
            del sys.modules[name]
        sys.path[:] = path

    def load(self, name: str) -> TestModule:
        """Load a file of the folder."""
        return load(name, self.path(name))


class NameTest(unittest.TestCase):
    def test_fuzz_tests_are_named_as_in_go(self) -> None:
        for name, is_one in (
            ("Fuzz", True),
            ("FuzzX", True),
            ("FuzzLoads", True),
            ("Fuzz_loads", True),
            ("Fuzz1", True),
            ("FuzzÉ", True),
            ("Fuzz字", True),
            ("Fuzzy", False),
            ("Fuzzé", False),
            ("fuzzX", False),
            ("XFuzz", False),
            ("", False),
        ):
            with self.subTest(name):
                self.assertIs(is_one, is_fuzz_name(name))


class FindTest(LoaderTestCase):
    def setUp(self) -> None:
        super().setUp()
        for name in (
            "test_a.py", "b_test.py", "fuzz_c.py", "other.py", "conftest.py", "test_data.txt",
            "sub/test_d.py", "sub/deep/fuzz_e.py",
            ".hidden/test_f.py", "__pycache__/test_g.py", "sub/testdata/test_h.py", "_private/test_i.py",
        ):  # fmt: skip
            self.write(name, "")

    def found(self, *targets: str) -> list[str]:
        """Return what is shown of the files found; check their paths."""
        pairs = find_targets(targets)
        for shown, path in pairs:
            self.assertEqual(os.path.abspath(shown), path)
        return [shown.replace(os.sep, "/") for shown, _ in pairs]

    def test_a_folder_stands_for_its_test_files(self) -> None:
        here = ["b_test.py", "fuzz_c.py", "test_a.py"]
        for target in (".", "./", self.folder):
            with self.subTest(target):
                self.assertEqual(here, [os.path.basename(shown) for shown in self.found(target)])
        self.assertEqual(["sub/test_d.py"], self.found("sub"))
        self.assertEqual(["sub/test_d.py"], self.found("./sub/"))

    def test_a_tree_stands_for_all_below_it(self) -> None:
        everything = ["b_test.py", "fuzz_c.py", "test_a.py", "sub/test_d.py", "sub/deep/fuzz_e.py"]
        for target in ("./...", "..." if os.sep == "/" else "./..."):
            with self.subTest(target):
                self.assertEqual(everything, self.found(target))
        self.assertEqual(everything[3:], self.found("sub/..."))

    def test_a_file_is_taken_whatever_its_name(self) -> None:
        self.assertEqual(["other.py"], self.found("other.py"))
        self.assertEqual(["sub/test_d.py"], self.found("./sub/../sub/test_d.py"))

    def test_what_is_named_twice_is_found_once(self) -> None:
        self.assertEqual(["test_a.py", "b_test.py", "fuzz_c.py"], self.found("test_a.py", ".", "./test_a.py"))

    def test_anything_else_is_a_module(self) -> None:
        self.assertEqual([("json.decoder", "")], find_targets(["json.decoder"]))
        self.assertEqual([("nothing", "")], find_targets(["nothing", "nothing"]))

    def test_what_is_not_there_is_a_usage_error(self) -> None:
        for target, message in (
            ("missing.py", "missing.py: no such file or folder"),
            ("no/such/file.py", "no/such/file.py: no such file or folder"),
            ("no/folder", "no/folder: no such file or folder"),
            ("missing/...", "missing/...: no such file or folder"),
            ("test_data.txt", "test_data.txt is not a Python file"),
        ):
            with self.subTest(target):
                with self.assertRaises(UsageError) as caught:
                    find_targets([target])
                self.assertEqual(message, str(caught.exception))

    @unittest.skipUnless(hasattr(os, "geteuid"), "needs POSIX permissions")
    def test_a_folder_that_cannot_be_read_is_a_usage_error(self) -> None:
        os.chmod(self.folder, 0o755)
        os.mkdir("closed", 0)
        if os.geteuid() == 0:  # for whom nothing is forbidden
            os.seteuid(65534)
            self.addCleanup(os.seteuid, 0)

        with self.assertRaisesRegex(UsageError, r"\Acannot read .*closed: permission denied\Z"):
            find_targets(["./..."])


class LoadTest(LoaderTestCase):
    def test_a_file_is_imported_under_its_own_name(self) -> None:
        self.write("fuzz_x_test.py", "def FuzzX(f): ...\n")
        found = self.load("fuzz_x_test.py")

        assert found.module is not None
        self.assertEqual("", found.problem)
        self.assertEqual("fuzz_x_test", found.module.__name__)
        self.assertIs(found.module, sys.modules["fuzz_x_test"])
        (test,) = found.fuzz_tests
        self.assertEqual(("FuzzX", self.path("fuzz_x_test.py")), (test.name, test.path))
        self.assertEqual(self.path("testdata", "fuzz", "FuzzX"), test.corpus_dir)
        self.assertEqual(self.folder, sys.path[0])

    def test_a_file_of_a_package_is_imported_as_part_of_it(self) -> None:
        self.write("pkg/__init__.py", "")
        self.write("pkg/sub/__init__.py", "")
        self.write("pkg/sub/helper.py", "value = 5\n")
        self.write("pkg/sub/test_x.py", "from . import helper\nfrom pkg.sub.helper import value\n")
        found = self.load("pkg/sub/test_x.py")

        self.assertEqual("", found.problem)
        self.assertEqual("pkg.sub.test_x", found.module and found.module.__name__)

    def test_two_files_of_one_name_are_two_modules(self) -> None:
        for folder in ("a", "b"):
            self.write(f"{folder}/test_x.py", f"def Fuzz{folder.upper()}(f): ...\n")
        first, second = self.load("a/test_x.py"), self.load("b/test_x.py")

        self.assertEqual(
            [["FuzzA"], ["FuzzB"]], [[test.name for test in m.fuzz_tests] for m in (first, second)]
        )
        self.assertNotEqual(first.module, second.module)
        self.assertIs(first.module, self.load("a/test_x.py").module)

    def test_a_file_whose_name_is_no_identifier_is_imported_all_the_same(self) -> None:
        self.write("fuzz_a-b.py", "def FuzzX(f): ...\n")
        self.write("my-package/__init__.py", "")
        self.write("my-package/test_x.py", "def FuzzY(f): ...\n")
        self.write("test_x.py", "def FuzzZ(f): ...\n")

        outer = self.load("test_x.py")
        self.assertEqual(["FuzzX"], [test.name for test in self.load("fuzz_a-b.py").fuzz_tests])
        self.assertEqual(["FuzzY"], [test.name for test in self.load("my-package/test_x.py").fuzz_tests])
        self.assertIs(outer.module, sys.modules["test_x"], "another module has taken its name")

    def test_a_name_that_the_standard_library_has_is_no_obstacle(self) -> None:
        self.write("json.py", "def FuzzX(f): ...\n")
        found = self.load("json.py")

        self.assertEqual(["FuzzX"], [test.name for test in found.fuzz_tests])
        self.assertNotEqual(self.path("json.py"), sys.modules["json"].__file__)

    def test_a_module_is_found_by_its_dotted_name(self) -> None:
        self.write("pkg/__init__.py", "")
        self.write("pkg/test_x.py", "def FuzzX(f): ...\n")
        found = load("pkg.test_x", "")

        self.assertEqual(
            (self.path("pkg", "test_x.py"), ["FuzzX"]), (found.path, [t.name for t in found.fuzz_tests])
        )

    def test_a_name_that_is_no_module_is_a_usage_error(self) -> None:
        for name in (
            "no_such_module",
            "json.no_such_module",
            "json.decoder.JSONDecoder",
            "",
            ".x",
            "a..b",
            "-",
        ):
            with self.subTest(name), self.assertRaises(UsageError) as caught:
                load(name, "")
            self.assertIn(name, str(caught.exception))

    def test_a_module_that_cannot_be_imported_is_told_with_its_traceback(self) -> None:
        for name, source, expected in (
            ("syntax", "def (:\n", "SyntaxError: "),
            ("missing", "import no_such_module_of_theirs\n", "No module named 'no_such_module_of_theirs'"),
            ("raises", "raise ValueError('at import')\n", "ValueError: at import"),
            ("exits", "import sys\nsys.exit(3)\n", "SystemExit: 3"),
            ("interrupts", "raise KeyboardInterrupt\n", "KeyboardInterrupt"),
            ("bytes", b"\xff\xfe", "SyntaxError"),
            ("null", b"x = 1\n\0", "null bytes"),
        ):
            with self.subTest(name):
                self.write(f"test_{name}.py", source)
                found = self.load(f"test_{name}.py")
                self.assertTrue(found.problem.startswith("cannot be imported\n"), found.problem)
                self.assertIn(expected, found.problem)
                self.assertNotIn("importlib", found.problem)
                self.assertEqual((None, []), (found.module, found.fuzz_tests))
                self.assertNotIn(f"test_{name}", sys.modules)

    def test_an_import_that_fails_within_a_dotted_module_is_not_taken_for_a_wrong_name(self) -> None:
        self.write("test_y.py", "import no_such_module_of_theirs\n")

        self.assertIn("no_such_module_of_theirs", load("test_y", "").problem)


class FuzzTestsTest(LoaderTestCase):
    def names(self, source: str) -> list[str]:
        """Return the names of a module's fuzz tests."""
        self.write("test_x.py", source)
        found = self.load("test_x.py")
        self.assertEqual("", found.problem)
        return [test.name for test in found.fuzz_tests]

    def test_they_come_in_the_order_of_their_definition(self) -> None:
        self.assertEqual(
            ["FuzzB", "FuzzA", "Fuzz"], self.names("def FuzzB(f): ...\ndef FuzzA(f): ...\ndef Fuzz(g): ...\n")
        )

    def test_only_functions_of_the_module_itself_are_fuzz_tests(self) -> None:
        self.write("elsewhere.py", "def FuzzImported(f): ...\n")
        source = """
            import functools
            from elsewhere import FuzzImported
            class FuzzClass: ...
            FuzzValue = 1
            FuzzBuiltin = len
            FuzzPartial = functools.partial(print)
            def Fuzzy(f): ...
            def fuzz_x(f): ...
            def decorate(function):
                @functools.wraps(function)
                def inner(*args): return function(*args)
                return inner
            @decorate
            def FuzzDecorated(f): ...
        """

        self.assertEqual(["FuzzDecorated"], self.names(source))

    def test_a_wrong_signature_is_told_with_its_place(self) -> None:
        for source in (
            "def FuzzX(): ...\n",
            "def FuzzX(f, g): ...\n",
            "def FuzzX(f, *args): ...\n",
            "async def FuzzX(f): ...\n",
            "def FuzzX(f):\n    yield\n",
            "async def FuzzX(f):\n    yield\n",
        ):
            with self.subTest(source):
                module = ModuleType("test_x")
                exec(source, vars(module))
                module.FuzzX.__module__ = "test_x"
                with self.assertRaises(FuzzTestError) as caught:
                    list(fuzz_tests(module, "/a/test_x.py"))
                self.assertEqual(
                    "test_x.py:1: wrong signature for FuzzX, must be: def FuzzX(f)", str(caught.exception)
                )

    def test_a_wrong_signature_makes_the_module_unusable(self) -> None:
        self.write("test_x.py", "\ndef FuzzX(): ...\n")

        self.assertEqual(
            "cannot be used\ntest_x.py:2: wrong signature for FuzzX, must be: def FuzzX(f)",
            self.load("test_x.py").problem,
        )

    def test_a_test_main_is_noticed(self) -> None:
        for source, has_one in (("def TestMain(m): ...\n", True), ("TestMain = 1\n", False), ("", False)):
            with self.subTest(source):
                module = ModuleType("x")
                exec(source, vars(module))
                self.assertIs(has_one, TestModule("x.py", "/x.py", module).has_test_main)


class UnittestSuiteTest(unittest.TestCase):
    def suite(self, **names: Any) -> list[str]:
        """Return the ids of the unittest tests of a module with these names."""
        module = ModuleType("some_test")
        vars(module).update(names)
        return [case.id().rpartition(".<locals>.")[2] for case in flatten(unittest_suite(module))]

    def test_the_modules_test_cases_are_found_and_nothing_that_stands_for_fuzz_tests(self) -> None:
        class Ordinary(unittest.TestCase):
            def test_a(self) -> None: ...
            def test_b(self) -> None: ...

        class Standin(unittest.TestCase):
            is_gofuzz_py = True

            def test_c(self) -> None: ...

        class OwnT(T):
            def test_d(self) -> None: ...

        found = self.suite(
            Ordinary=Ordinary,
            Standin=Standin,
            OwnT=OwnT,
            F=F,
            T=T,
            TestCase=unittest.TestCase,
            Async=unittest.IsolatedAsyncioTestCase,
            Function=unittest.FunctionTestCase,
            value=3,
        )

        self.assertEqual(["Ordinary.test_a", "Ordinary.test_b"], found)

    def test_a_load_tests_of_the_module_decides(self) -> None:
        class Ordinary(unittest.TestCase):
            def test_a(self) -> None: ...
            def test_b(self) -> None: ...

        def own(loader: Any, tests: Any, pattern: Any) -> unittest.TestSuite:
            return unittest.TestSuite([Ordinary("test_b")])

        self.assertEqual(["Ordinary.test_b"], self.suite(Ordinary=Ordinary, load_tests=own))
        self.assertEqual(
            ["Ordinary.test_a", "Ordinary.test_b"], self.suite(Ordinary=Ordinary, load_tests=load_tests)
        )

    def test_an_empty_module_has_none(self) -> None:
        self.assertEqual([], self.suite())


if __name__ == "__main__":
    unittest.main()
