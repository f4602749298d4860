"""The examples and the README's commands, run as a reader would run them.

Owns the claim that what the README shows is what happens.  Everything runs in a
copy, so that nothing is written into the checkout.  What the documents say
without running it is compared in test_documents.py.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import unittest
from pathlib import Path

from tests.documents import ROOT, read
from tests.helpers import FolderTestCase, run_python

skip_in_short_runs = unittest.skipIf(os.environ.get("GOFUZZ_TEST_SHORT", "") not in ("", "0"), "fuzzes")

#: Ends a run that should have found its failure long before.
LIMIT = "-fuzztime=200000x"


def shown(text: str) -> list[str]:
    """Return the lines that are the same for everybody: no times, counts, folders or carets."""
    lines = []
    for line in text.splitlines():
        line = re.sub(r"\(\d+\.\d\ds\)", "(TIME)", line.rstrip())
        line = re.sub(r'File ".*?/(examples/[^"]*)"', r'File "\1"', line)
        if line and not line.startswith("fuzz: ") and line.strip(" ~^"):
            lines.append(line)
    return lines


class CopyTestCase(FolderTestCase):
    """A test with a copy of the examples in its folder."""

    def setUp(self) -> None:
        super().setUp()
        # Not the findings of a reader who has just tried the README's first command.
        ignored = shutil.ignore_patterns("__pycache__", "[0-9a-f]" * 16)
        shutil.copytree(ROOT / "examples", self.path("examples"), ignore=ignored)

    def run_command(self, command: str, *more: str) -> tuple[int, str]:
        """Run a command of a document, with further arguments; return its status and output."""
        words = shlex.split(command)
        self.assertEqual("python", words[0])
        done = run_python([*words[1:], *more], directory=self.folder, env={"GOFUZZCACHE": self.path("cache")})
        return done.returncode, done.stdout


class SeedsTest(CopyTestCase):
    def test_the_seeds_pass_with_our_command(self) -> None:
        status, output = self.run_command("python -m gofuzz_py examples/...")
        self.assertEqual(0, status, output)
        files = sorted(path.name for path in Path(self.path("examples")).glob("test_*.py"))
        self.assertEqual(files, re.findall(r"^ok  \texamples/(\S+)", output, re.MULTILINE))

    def test_the_seeds_pass_with_unittest(self) -> None:
        status, output = self.run_command("python -m unittest discover -s examples -v")
        self.assertEqual(0, status, output)
        _, names = self.run_command("python -m gofuzz_py -list=^Fuzz examples")
        for name in names.split():
            self.assertIn(f"{name} (test_", output)

    @skip_in_short_runs
    def test_fuzz_tests_of_all_shapes_take_mutants(self) -> None:
        for name in ("FuzzStruct", "FuzzCsvRow", "FuzzQuotedPrintable", "FuzzTomlLoads"):
            with self.subTest(name):
                flags = f"-run=^$ -fuzz=^{name}$ -fuzztime=20x -fuzzseed=1 -parallel=1"
                status, output = self.run_command(f"python -m gofuzz_py {flags} examples")
                self.assertEqual(0, status, output)
                self.assertIn("execs: 20 ", output)


@skip_in_short_runs
class ReadmeTest(CopyTestCase):
    """The commands of the README, and what it shows of their output."""

    def setUp(self) -> None:
        super().setUp()
        self.readme = read("README.md")
        self.blocks = self.readme.blocks("console")

    def test_the_first_command_finds_what_the_readme_shows(self) -> None:
        command, _, expected = self.blocks[0].removeprefix("$ ").partition("\n")
        status, output = self.run_command(command, LIMIT)
        self.assertEqual(1, status, output)
        self.assertEqual(shown(expected), shown(output))

        self.assertEqual(3, len(self.blocks))
        cat, _, content = self.blocks[1].removeprefix("$ cat ").partition("\n")
        self.assertEqual(content, Path(self.path(cat)).read_text(encoding="utf-8"))

        again = next(line.strip() for line in expected.splitlines() if "-run=" in line)
        self.assertIn(cat.rpartition("/")[2], again)
        for way in (again, "python -m unittest discover -s examples"):
            status, output = self.run_command(way)
            self.assertEqual(1, status, output)
            self.assertIn("IndexError: string index out of range", output)

        Path(self.path(cat)).unlink()
        self.assertEqual((0, "PASS\n"), self.run_command(again))

    def test_the_failure_is_found_with_another_seed_too(self) -> None:
        """A twentieth of the limit was enough for each of twenty seeds."""
        command = self.blocks[0].removeprefix("$ ").partition("\n")[0]
        status, output = self.run_command(command, "-fuzzseed=7", "-parallel=1", LIMIT)
        self.assertEqual(1, status, output)
        self.assertIn("/25c3bf45844b38c7", output)

    def test_the_command_for_the_tests_finds_them(self) -> None:
        command = self.blocks[2].removeprefix("$ ").strip()
        name = "test_placeholders_are_told_from_words"
        # Only whether it is found: what else happens in the checkout is not this test's business.
        done = run_python([*shlex.split(command)[1:], "-v", "-k", name], directory=str(ROOT))
        self.assertRegex(done.stdout, rf"(?m)^{name} .*\bok$")

    def test_the_fuzz_test_of_the_readme_works_when_pasted(self) -> None:
        self.write("paste/fuzz_json_test.py", self.readme.blocks("python")[0])
        status, output = self.run_command("python -m gofuzz_py -v paste")
        self.assertEqual(0, status, output)
        self.assertIn("--- PASS: FuzzLoads/seed#0", output)
        fuzz = "python -m gofuzz_py -fuzz=FuzzLoads -parallel=1 -fuzzseed=1"
        status, output = self.run_command(fuzz, "-fuzztime=50x", "paste")
        self.assertEqual(0, status, output)
        self.assertIn("execs: 50 ", output)
        # What the README says of it: NaN first, as it takes a handful of conditions.
        status, output = self.run_command(fuzz, "-fuzztime=100000x", "paste")
        self.assertEqual(1, status, output)
        self.assertRegex(output, r"AssertionError: .*\bnan\b|RecursionError")

    def test_the_cache_can_be_removed(self) -> None:
        self.run_command("python -m gofuzz_py -fuzz=FuzzUrlSplit -fuzztime=300x examples/test_url.py")
        self.assertTrue(Path(self.path("cache")).is_dir())
        self.assertEqual((0, ""), self.run_command("python -m gofuzz_py clean -fuzzcache"))
        self.assertFalse(Path(self.path("cache")).exists())


@skip_in_short_runs
class TutorialTest(CopyTestCase):
    """The tutorial's module and tests, typed in step by step."""

    def setUp(self) -> None:
        super().setUp()
        blocks = read("docs/tutorial.md").blocks("python")
        self.module, self.test, self.fix, self.render, self.render_test = blocks[:5]
        self.write("durations.py", self.module)
        self.write("test_durations.py", self.test)

    def fuzz(self, name: str) -> tuple[str, str]:
        """Fuzz one test until it finds something; return the file's name and the value in it."""
        status, output = self.run_command(f"python -m gofuzz_py -fuzz={name}", LIMIT)
        self.assertEqual(1, status, output)
        written = re.search(r"Failing input written to (\S+)", output)
        assert written is not None
        path = Path(self.path(written[1]))
        return path.name, path.read_text(encoding="utf-8").splitlines()[1]

    def test_the_tutorial_goes_as_it_says(self) -> None:
        name, value = self.fuzz("FuzzParse")
        self.assertEqual('string("0")', value)
        self.assertIn(f"-run=FuzzParse/{name} ", read("docs/tutorial.md").text)
        mended = self.module.replace("    return seconds", self.fix + "    return seconds")
        self.write("durations.py", mended + "\n\n" + self.render)
        self.assertEqual((0, "PASS\n"), self.run_command("python -m gofuzz_py"))

        self.write("test_durations.py", self.test + "\n\n" + self.render_test)
        self.assertEqual("int(-1)", self.fuzz("FuzzRender")[1])
        shutil.rmtree(self.path("testdata", "fuzz", "FuzzRender"))
        sized = self.render_test.replace("seconds: int", "seconds: Uint32")
        self.write("test_durations.py", "from gofuzz_py import Uint32\n" + self.test + "\n\n" + sized)
        status, output = self.run_command("python -m gofuzz_py -fuzz=FuzzRender -fuzztime=500x -parallel=1")
        self.assertEqual(0, status, output)


if sys.platform == "win32":  # paths are written with slashes in the documents
    del ReadmeTest, TutorialTest
