"""Fuzz tests under ``python -m unittest``: one line in the test module, ids, ``-k``, seeds as subtests."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import unittest
from types import ModuleType
from unittest import mock

from gofuzz_py.unittest_adapter import load_tests
from tests.helpers import FolderTestCase

MODULE = """
    import unittest
    from gofuzz_py import load_tests

    def FuzzGood(f):
        '''Say what it is for.'''
        f.add("a")
        f.add("b")
        f.fuzz(lambda t, data: None)

    def FuzzBad(f):
        f.add("good")
        f.add("bad 1")
        f.add("bad 2")

        @f.fuzz
        def target(t, data: str):
            t.log("saw", data)
            t.assertFalse(data.startswith("bad"))

    class OrdinaryTest(unittest.TestCase):
        def test_ordinary(self): ...
"""


class AdapterTestCase(FolderTestCase):
    """Runs unittest in a folder with a test module."""

    def setUp(self) -> None:
        super().setUp()
        self.write("test_x.py", MODULE)

    def unittest(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``python -m unittest``."""
        return self.python("-m", "unittest", *arguments)

    def ran(self, text: str) -> int:
        """Return the number of tests that unittest says it ran."""
        found = re.search(r"^Ran (\d+) test", text, re.MULTILINE)
        assert found is not None, text
        return int(found[1])


class CommandTest(AdapterTestCase):
    def test_every_way_of_naming_the_tests_runs_them(self) -> None:
        for arguments, count in (
            ((), 3),
            (("discover",), 3),
            (("test_x",), 3),
            (("test_x.py",), 3),
            (("-k", "FuzzBad"), 1),
            (("-k", "*FuzzGood", "test_x"), 1),
            (("-k", "FuzzTests"), 2),
            (("-k", "test_x.FuzzTests.FuzzGood"), 1),
            (("test_x.FuzzTests.FuzzBad",), 1),
            (("test_x.FuzzTests.FuzzGood", "test_x.OrdinaryTest"), 2),
            (("test_x.OrdinaryTest.test_ordinary",), 1),
        ):
            with self.subTest(arguments):
                done = self.unittest(*arguments)
                self.assertEqual(count, self.ran(done.stdout), done.stdout)
                passes = "FuzzGood" in str(arguments) or "Ordinary" in str(arguments)
                self.assertIs(passes, done.returncode == 0)

    def test_each_failing_seed_is_a_subtest_with_its_own_text(self) -> None:
        done = self.unittest("-v")

        self.assertEqual(1, done.returncode)
        self.assertIn("FuzzGood (test_x.FuzzTests.FuzzGood)\nSay what it is for. ... ok\n", done.stdout)
        for number in (1, 2):
            self.assertIn(f"FAIL: FuzzBad (test_x.FuzzTests.FuzzBad) [seed#{number}]\n", done.stdout)
        self.assertIn("AssertionError: FuzzBad/seed#1\ntest_x.py:18: saw bad 1\nTraceback", done.stdout)
        self.assertIn("AssertionError: True is not false", done.stdout)
        self.assertIn("FAILED (failures=2)\n", done.stdout)
        self.assertNotIn("gofuzz_py/", done.stdout, "frames of the engine are shown")

    def test_a_run_that_stops_at_the_first_failure_reports_one(self) -> None:
        done = self.unittest("-f", "test_x.FuzzTests.FuzzBad")

        self.assertIn("FAILED (failures=1)\n", done.stdout)
        self.assertNotIn("seed#2", done.stdout)
        self.assertNotIn("_ShouldStop", done.stdout)

    def test_files_in_testdata_are_seeds(self) -> None:
        self.write("testdata/fuzz/FuzzGood/abc", "go test fuzz v1\nint(1)\n")
        self.write("testdata/fuzz/FuzzBad/582528", 'go test fuzz v1\nstring("bad 3")\n')
        done = self.unittest()

        self.assertIn("[582528]", done.stdout)
        self.assertIn(
            '"testdata/fuzz/FuzzGood/abc": mismatched types in corpus entry: [int], want [str]', done.stdout
        )

    def test_a_module_may_be_run_as_a_program(self) -> None:
        self.write("test_y.py", MODULE + "\n    if __name__ == '__main__':\n        unittest.main()\n")

        done = self.python("test_y.py")
        self.assertEqual((3, 1), (self.ran(done.stdout), done.returncode))
        self.assertEqual(1, self.ran(self.python("test_y.py", "FuzzTests.FuzzGood").stdout))

    def test_what_skips_is_skipped_and_what_fails_without_seeds_fails(self) -> None:
        self.write(
            "test_x.py",
            """
            from gofuzz_py import load_tests
            def FuzzSkips(f): f.skip("not today")
            def FuzzSkipsSeed(f):
                f.add("x")
                f.fuzz(lambda t, data: t.skip("not this one"))
            def FuzzForgets(f): ...
            def FuzzFatal(f): f.fatal("over")
            def FuzzRaises(f): raise KeyError("gone")
            """,
        )
        done = self.unittest("-v")

        self.assertIn("FAILED (failures=3, skipped=2)", done.stdout)
        self.assertIn("not today", done.stdout)
        self.assertIn("not this one", done.stdout)
        self.assertIn("returned without calling F.fuzz, F.fail, or F.skip", done.stdout)
        self.assertIn("KeyError: 'gone'", done.stdout)

    def test_a_wrong_signature_is_a_failing_test(self) -> None:
        self.write("test_x.py", "from gofuzz_py import load_tests\ndef FuzzX(): ...\n")
        done = self.unittest()

        self.assertEqual(1, done.returncode)
        self.assertIn("test_x.py:2: wrong signature for FuzzX, must be: def FuzzX(f)", done.stdout)

    def test_a_module_without_fuzz_tests_keeps_its_tests(self) -> None:
        self.write(
            "test_x.py",
            """
            import unittest
            from gofuzz_py import load_tests
            class ATest(unittest.TestCase):
                def test_a(self): ...
            """,
        )
        self.assertEqual(1, self.ran(self.unittest("-v").stdout))

    def test_seeds_are_found_in_packages_and_by_discovery_from_above(self) -> None:
        self.write("pkg/__init__.py", "")
        self.write("pkg/test_z.py", MODULE)

        self.assertEqual(6, self.ran(self.unittest("discover").stdout))
        self.assertEqual(1, self.ran(self.unittest("pkg.test_z.FuzzTests.FuzzBad").stdout))

    @unittest.skipIf(sys.platform == "win32", "needs signals")
    def test_ctrl_c_ends_the_run_and_a_keyboard_interrupt_of_the_target_does_not(self) -> None:
        self.write(
            "test_x.py",
            f"""
            import os, sys
            from gofuzz_py import load_tests
            def FuzzA(f):
                f.add("raise")
                f.add("next")
                f.cleanup(lambda: print("cleaned", flush=True))

                @f.fuzz
                def target(t, data: str):
                    if data == os.environ["PRESS"]:
                        os.kill(os.getpid(), {int(signal.SIGINT)})
                        while True: pass
                    if data == "raise":
                        raise KeyboardInterrupt
                    print("went on", flush=True)
            """,
        )
        done = self.python("-m", "unittest", env={"PRESS": "nothing"})
        self.assertIn("FAILED (failures=1)", done.stdout)
        self.assertIn("went on\ncleaned\n", done.stdout)
        done = self.python("-m", "unittest", env={"PRESS": "raise"})
        self.assertIn("KeyboardInterrupt", done.stdout)
        self.assertIn("cleaned\n", done.stdout)
        self.assertNotIn("went on", done.stdout)
        self.assertNotIn("Ran 1 test", done.stdout)

    def test_the_engine_is_not_loaded_to_run_seeds(self) -> None:
        self.write(
            "test_x.py",
            """
            import sys
            from gofuzz_py import load_tests
            def FuzzA(f):
                f.add("x")
                f.fuzz(lambda t, data: t.assertEqual([], sorted(
                    {"mmap", "ctypes", "gofuzz_py.fuzzing", "gofuzz_py.internal.worker"} & set(sys.modules)
                )))
            """,
        )
        self.assertEqual(0, self.unittest().returncode, self.unittest().stdout)


class LoadTest(unittest.TestCase):
    """The load_tests protocol, in this process."""

    def module(self) -> ModuleType:
        """Make a test module that imports load_tests."""
        module = ModuleType("made_up_test")
        module.__file__ = os.path.abspath("made_up_test.py")
        exec("def FuzzA(f): f.fuzz(lambda t, data: None)\ndef FuzzB(f): ...\n", vars(module))
        module.load_tests = load_tests  # type: ignore[attr-defined]
        patched = mock.patch.dict(sys.modules, {module.__name__: module})
        patched.start()
        self.addCleanup(patched.stop)
        return module

    def test_loading_twice_gives_the_same_tests_twice(self) -> None:
        module = self.module()
        first = unittest.TestLoader().loadTestsFromModule(module)
        second = unittest.TestLoader().loadTestsFromModule(module)

        self.assertEqual((2, 2), (first.countTestCases(), second.countTestCases()))
        by_name = unittest.TestLoader().loadTestsFromName("FuzzTests.FuzzA", module)
        self.assertEqual(1, by_name.countTestCases())

    def test_a_class_of_the_users_with_that_name_is_left_alone(self) -> None:
        module = self.module()

        class FuzzTests(unittest.TestCase):
            def test_own(self) -> None: ...

        module.FuzzTests = FuzzTests  # type: ignore[attr-defined]
        suite = unittest.TestLoader().loadTestsFromModule(module)

        self.assertEqual(3, suite.countTestCases())
        self.assertIs(FuzzTests, module.FuzzTests)

    def test_called_by_hand_it_says_what_it_is_for(self) -> None:
        with self.assertRaisesRegex(RuntimeError, "must be imported into the test module"):
            load_tests(unittest.TestLoader(), unittest.TestSuite(), None)


if __name__ == "__main__":
    unittest.main()
