"""Fuzz tests under pytest, found with no configuration: node ids, choice, failure texts, marks.

The plugin is loaded as pytest loads it from an installed package: through an
entry point, in a folder made for that.
"""

from __future__ import annotations

import configparser
import importlib.util
import os
import signal
import subprocess
import sys
import unittest
from collections.abc import Mapping

from tests.helpers import ROOT, FolderTestCase

MODULE = """
    import unittest
    import pytest
    from gofuzz_py import F, T, load_tests

    def FuzzGood(f: F) -> None:
        f.add("a")
        f.fuzz(lambda t, data: None)

    def FuzzBad(f):
        f.add("good")
        f.add("bad 1")
        f.add("bad 2")

        @f.fuzz
        def target(t: T, data: str) -> None:
            t.log("saw", data)
            t.assertFalse(data.startswith("bad"))

    def FuzzSkips(f):
        f.skip("not today")

    def test_ordinary(): ...

    class OrdinaryTest(unittest.TestCase):
        def test_method(self): ...
"""


@unittest.skipUnless(importlib.util.find_spec("pytest"), f"pytest is not installed for {sys.executable}")
class PytestTest(FolderTestCase):
    def setUp(self) -> None:
        super().setUp()
        parser = configparser.ConfigParser()
        parser.read(ROOT / "setup.cfg", encoding="utf-8")
        points = parser["options.entry_points"]["pytest11"].strip()
        self.write("site/gofuzz_py-0.dist-info/entry_points.txt", f"[pytest11]\n{points}\n")
        self.write(
            "site/gofuzz_py-0.dist-info/METADATA", "Metadata-Version: 2.1\nName: gofuzz-py\nVersion: 0\n"
        )
        self.write("tests/test_x.py", MODULE)

    def pytest(
        self, *arguments: str, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run pytest in the folder; plugins of this machine are left out."""
        search = os.pathsep.join([self.path("site"), str(ROOT)])
        return self.python(
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:hypothesispytest",
            "-p",
            "no:benchmark",
            *arguments,
            env={"PYTHONPATH": search} | dict(env or {}),
        )

    def collected(self, *arguments: str, env: Mapping[str, str] | None = None) -> list[str]:
        """Return the ids of the tests that pytest finds."""
        done = self.pytest("--collect-only", "-q", *arguments, env=env)
        return [line for line in done.stdout.splitlines() if "::" in line]

    def test_fuzz_tests_are_found_beside_ordinary_ones(self) -> None:
        self.assertEqual(
            [
                f"tests/test_x.py::{name}"
                for name in ("FuzzGood", "FuzzBad", "FuzzSkips", "test_ordinary", "OrdinaryTest::test_method")
            ],
            sorted(self.collected(), key=lambda line: "Ordinary" in line),
        )

    def test_they_can_be_chosen_by_id_and_by_keyword(self) -> None:
        for arguments, names in (
            (["tests/test_x.py::FuzzGood"], ["FuzzGood"]),
            (["-k", "FuzzGood or FuzzBad"], ["FuzzGood", "FuzzBad"]),
            (["-k", "Fuzz"], ["FuzzGood", "FuzzBad", "FuzzSkips"]),
            (["-k", "not Fuzz", "tests"], ["test_ordinary", "OrdinaryTest::test_method"]),
        ):
            with self.subTest(arguments):
                self.assertEqual(
                    {f"tests/test_x.py::{name}" for name in names}, set(self.collected(*arguments))
                )

    def test_results_are_told_with_gos_block_and_no_frame_of_the_engine(self) -> None:
        done = self.pytest("-rsf")

        self.assertEqual(1, done.returncode, done.stdout)
        self.assertIn("1 failed, 3 passed, 1 skipped", done.stdout)
        self.assertIn("--- FAIL: FuzzBad (0.", done.stdout)
        for number in (1, 2):
            self.assertIn(f"    --- FAIL: FuzzBad/seed#{number} (0.", done.stdout)
            self.assertIn(f"        test_x.py:17: saw bad {number}\n", done.stdout)
        self.assertIn("AssertionError: True is not false", done.stdout)
        self.assertNotIn("seed#0", done.stdout, "a seed that passed is shown")
        self.assertIn("not today", done.stdout)
        failures = done.stdout.partition("= FAILURES =")[2].partition("short test summary")[0]
        self.assertNotIn("gofuzz_py/", failures, "frames of the engine are shown")
        self.assertIn("FAILED tests/test_x.py::FuzzBad", done.stdout)

    def test_files_in_testdata_are_seeds(self) -> None:
        self.write("tests/testdata/fuzz/FuzzGood/582528", "go test fuzz v1\nint(1)\n")

        self.assertIn(
            '"testdata/fuzz/FuzzGood/582528": mismatched types in corpus entry: [int], want [str]',
            self.pytest("-k", "FuzzGood").stdout,
        )

    def test_marks_of_a_fuzz_test_count(self) -> None:
        self.write(
            "tests/test_x.py",
            """
            import pytest

            @pytest.mark.skip(reason="by a mark")
            def FuzzSkipped(f): f.fail("ran")

            @pytest.mark.skipif(True, reason="by a condition")
            def FuzzSkippedIf(f): f.fail("ran")

            @pytest.mark.xfail(strict=True)
            def FuzzExpected(f): f.fail("as expected")

            @pytest.mark.slow
            def FuzzSlow(f): f.fuzz(lambda t, data: None)
            """,
        )
        self.write("pytest.ini", "[pytest]\nmarkers = slow\n")
        done = self.pytest("-rs")

        self.assertIn("1 passed, 2 skipped, 1 xfailed", done.stdout)
        self.assertIn("by a mark", done.stdout)
        self.assertEqual(["tests/test_x.py::FuzzSlow"], self.collected("-m", "slow"))

    def test_a_wrong_signature_is_a_collection_error(self) -> None:
        for source in ("def FuzzX(): ...\n", "async def FuzzX(f): ...\n", "def FuzzX(f): yield\n"):
            with self.subTest(source):
                self.write("tests/test_x.py", source)
                done = self.pytest()
                self.assertEqual(2, done.returncode, done.stdout)
                self.assertIn("wrong signature for FuzzX, must be: def FuzzX(f)", done.stdout)

    def test_functions_from_elsewhere_and_other_names_are_left_alone(self) -> None:
        self.write("tests/elsewhere.py", "def FuzzImported(f): ...\n")
        self.write(
            "tests/test_x.py",
            """
            from elsewhere import FuzzImported
            def Fuzzy(f): ...
            FuzzValue = 1
            class FuzzClass: ...
            class TestInClass:
                def FuzzMethod(self): ...
                def test_a(self): ...
            """,
        )
        self.assertEqual(["tests/test_x.py::TestInClass::test_a"], self.collected())

    def test_it_can_be_switched_off(self) -> None:
        for arguments, env in (
            (["-p", "no:gofuzz_py"], {}),
            ([], {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}),
        ):
            with self.subTest(arguments, env=env):
                found = self.collected(*arguments, env=env)
                self.assertEqual([], [line for line in found if "Fuzz" in line])
                self.assertEqual(2, len(found))
        named = self.collected("-p", "gofuzz_py.pytest_plugin", env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
        self.assertIn("tests/test_x.py::FuzzGood", named)

    def test_the_engine_is_not_loaded_at_the_start_of_pytest(self) -> None:
        self.write("tests/test_x.py", "def test_a(): ...\n")
        self.write(
            "tests/conftest.py",
            """
            import sys
            def pytest_sessionfinish():
                engine = ("worker", "fuzz", "coordinator", "mem", "mutator", "minimize", "counters")
                engine = {f"gofuzz_py.internal.{name}" for name in engine}
                engine |= {"gofuzz_py.runner", "gofuzz_py.fuzzing", "gofuzz_py.cli"}
                loaded = sorted(engine & set(sys.modules))
                print("plugin", "gofuzz_py.pytest_plugin" in sys.modules, "engine", loaded)
            """,
        )
        self.assertIn("plugin True engine []", self.pytest("-s").stdout)

    @unittest.skipIf(sys.platform == "win32", "needs signals")
    def test_ctrl_c_ends_the_run_and_a_keyboard_interrupt_of_the_target_does_not(self) -> None:
        self.write(
            "tests/test_x.py",
            f"""
            import os
            def FuzzA(f):
                f.add("raise")
                f.add("next")
                f.cleanup(lambda: print("cleaned"))

                @f.fuzz
                def target(t, data: str):
                    if data == os.environ["PRESS"]:
                        os.kill(os.getpid(), {int(signal.SIGINT)})
                        while True: pass
                    if data == "raise":
                        raise KeyboardInterrupt
                    print("went on")
            """,
        )
        done = self.pytest("-s", env={"PRESS": "nothing"})
        self.assertEqual(1, done.returncode, done.stdout)
        self.assertIn("went on\ncleaned\n", done.stdout)
        done = self.pytest("-s", env={"PRESS": "raise"})
        self.assertEqual(2, done.returncode, done.stdout)
        self.assertIn("cleaned\n", done.stdout)
        self.assertNotIn("went on", done.stdout)


if __name__ == "__main__":
    unittest.main()
