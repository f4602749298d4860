"""Tests of the place in which a script runs: directories, names, environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path
from unittest import mock

from tests.scripttest.area import Area, environment, name_problem
from tests.scripttest.txtar import Archive, Member

CHECKOUT = Path(__file__).resolve().parents[2]


class AreaTest(unittest.TestCase):
    def setUp(self) -> None:
        self.area = Area.create()
        self.addCleanup(shutil.rmtree, self.area.root, ignore_errors=True)

    def test_files_are_extracted_byte_for_byte(self) -> None:
        self.area.extract(Archive(b"", (Member("a", b"\x00\r\n"), Member("b/c/d", b""))))
        self.assertEqual(b"\x00\r\n", (self.area.work / "a").read_bytes())
        self.assertEqual(b"", (self.area.work / "b/c/d").read_bytes())

    def test_leftover_files_are_found_at_any_depth(self) -> None:
        self.assertEqual([], self.area.leftover_files())
        (self.area.tmp / "d").mkdir()
        (self.area.tmp / "d" / ".hidden").touch()
        self.assertEqual(["d", "d/.hidden"], self.area.leftover_files())

    def test_directories_made_unwritable_are_removed_too(self) -> None:
        inner = self.area.work / "a" / "b"
        inner.mkdir(parents=True)
        (inner / "file").touch()
        inner.chmod(0o500)
        inner.parent.chmod(0o000)
        self.area.remove()
        self.assertFalse(self.area.root.exists())

    @unittest.skipUnless(hasattr(os, "symlink"), "needs symbolic links")
    def test_removing_does_not_follow_links(self) -> None:
        outside = Area.create()
        self.addCleanup(outside.remove)
        (outside.work / "file").touch()
        outside.work.chmod(0o500)
        (self.area.work / "link").symlink_to(outside.work)
        self.area.remove()
        self.assertEqual(0o500, outside.work.stat().st_mode & 0o777)
        self.assertTrue((outside.work / "file").exists())


class NamesTest(unittest.TestCase):
    def test_only_plain_relative_names_are_extracted(self) -> None:
        for name in ("a", "a/b.py", ".hidden", "a b", "..a", "a..", "é"):
            with self.subTest(name):
                self.assertIsNone(name_problem(name))
        for name in (
            "/a",
            "../a",
            "a/../b",
            "a/..",
            "..",
            ".",
            "./a",
            "a//b",
            "a/",
            "C:a",
            "C:/a",
            "\\a",
            "a\\b",
        ):
            with self.subTest(name):
                self.assertIsNotNone(name_problem(name))


class EnvironmentTest(unittest.TestCase):
    def setUp(self) -> None:
        self.area = Area.create()
        self.addCleanup(self.area.remove)

    def test_nothing_but_what_is_needed_comes_from_outside(self) -> None:
        outer = {"PATH": "/some/where", "SECRET": "x", "PYTHONPATH": "y", "GOFUZZCACHE": "z", "HOME": "/h"}
        with mock.patch.dict(os.environ, outer, clear=True):
            env = environment(self.area, sys.executable, CHECKOUT)
        self.assertNotIn("SECRET", env)
        self.assertEqual(str(CHECKOUT), env["PYTHONPATH"])
        self.assertEqual(str(self.area.home), env["HOME"])
        self.assertEqual(str(self.area.work / ".cache" / "gofuzz"), env["GOFUZZCACHE"])
        self.assertTrue(env["PATH"].endswith(f"{os.pathsep}/some/where"))

    def test_python_is_the_interpreter_under_test(self) -> None:
        env = environment(self.area, sys.executable, CHECKOUT)
        self.assertEqual(self.identity([sys.executable]), self.identity(["python"], env["PATH"]))

    @unittest.skipUnless(os.name == "posix", "the wrapper is a shell script")
    def test_python_is_the_interpreter_under_test_even_under_another_name(self) -> None:
        directory = self.area.root / "it's elsewhere"
        directory.mkdir()
        (directory / "python").write_text("#!/bin/sh\necho the wrong one\n", encoding="utf-8")
        (directory / "python").chmod(0o755)
        interpreter = directory / "python-under-test"
        interpreter.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
        interpreter.chmod(0o755)
        env = environment(self.area, str(interpreter), CHECKOUT)
        self.assertEqual(self.identity([sys.executable]), self.identity(["python"], env["PATH"]))

    def identity(self, command: list[str], path: str = os.environ["PATH"]) -> str:
        """Say which interpreter a command starts, and with which arguments."""
        code = "import sys; print(sys.version, sys.prefix, sys.argv)"
        run = subprocess.run(
            ["/bin/sh", "-c", '"$@"', "sh", *command, "-c", code, "an argument"],
            env={"PATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
        return run.stdout
