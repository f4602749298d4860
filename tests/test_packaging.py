"""What a user installs, and what works without installing: built, unpacked and run.

Owns the contents of the wheel and of the source archive, the ``gofuzz`` script
and the entry point for pytest; what the commands do is the scripts' business.
Builds once from a copy of the checkout, installs into a virtual environment of
its own without any network, and runs there as a user would.  Without the tools
to build, only the runs from a checkout are left.
"""

from __future__ import annotations

import configparser
import email
import importlib.metadata
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import unittest
import venv
import zipfile
from functools import cache
from pathlib import Path

from gofuzz_py.version import __version__
from tests.helpers import ROOT, FolderTestCase, clean_env

#: Quoting, encoding and word splitting all get their chance to be wrong.
ODD_NAME = "späces and ünïcode 中"

FUZZ_TEST = """\
def FuzzSeedOnly(f):
    f.add(b"seed")

    @f.fuzz
    def target(t, data: bytes):
        t.assertEqual(data, b"seed")
"""

#: Fails on the first mutant; the limit only keeps a broken engine from going on for ever.
FUZZ_FLAGS = ("-fuzz=FuzzSeedOnly", "-fuzztime=5000x", "-parallel=1", "-fuzzminimizetime=0x")


def run(argv: list[str], cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command in an environment that says nothing of this checkout."""
    env = {name: value for name, value in clean_env().items() if name != "PYTHONPATH"}
    env |= {"NO_COLOR": "1", "GOFUZZCACHE": str(cwd / "cache")} | variables
    return subprocess.run(
        argv,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        timeout=120,
        check=False,
    )


class FuzzingTestCase(FolderTestCase):
    """Gives each test an empty folder and a way to fuzz in it."""

    @property
    def home(self) -> Path:
        """Return the folder."""
        return Path(self.folder)

    def write_test(self, folder: Path) -> Path:
        """Write a fuzz test whose failure is found at once."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "test_seed.py"
        path.write_text(FUZZ_TEST, encoding="utf-8")
        return path

    def assert_finds(self, argv: list[str], cwd: Path, test: Path, **variables: str) -> str:
        """Fuzz; fail unless a failing input is found and written beside the test.  Return the output."""
        done = run(argv, cwd, **variables)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        written = list(test.parent.glob("testdata/fuzz/FuzzSeedOnly/*"))
        self.assertEqual(len(written), 1, done.stdout + done.stderr)
        self.assertIn(f"-run=FuzzSeedOnly/{written[0].name}", done.stdout)
        return done.stdout


class CheckoutTest(FuzzingTestCase):
    """The package as it lies in a checkout, not installed."""

    def setUp(self) -> None:
        super().setUp()
        self.checkout = self.home / ODD_NAME
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "gofuzz_py", self.checkout / "gofuzz_py", ignore=ignored)
        self.command = [sys.executable, "-m", "gofuzz_py"]

    def test_it_runs_in_the_checkout(self) -> None:
        test = self.write_test(self.checkout)
        self.assert_finds([*self.command, *FUZZ_FLAGS], self.checkout, test)

    def test_it_runs_on_a_test_elsewhere(self) -> None:
        test = self.write_test(self.home / "else where")
        self.assert_finds([*self.command, *FUZZ_FLAGS, str(test)], self.checkout, test)

    def test_it_runs_elsewhere_with_the_checkout_on_the_path(self) -> None:
        test = self.write_test(self.home / "else where" / ODD_NAME)
        cwd = test.parent.parent
        output = self.assert_finds(
            [*self.command, *FUZZ_FLAGS, f"{ODD_NAME}/{test.name}"], cwd, test, PYTHONPATH=str(self.checkout)
        )
        again = next(line.strip() for line in output.splitlines() if "python -m gofuzz_py -run=" in line)
        argv = [sys.executable, *shlex.split(again)[1:]]
        done = run(argv, cwd, PYTHONPATH=str(self.checkout))
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("AssertionError", done.stdout)

    def test_it_runs_without_site_packages_and_user_settings(self) -> None:
        test = self.write_test(self.checkout)
        self.assert_finds([sys.executable, "-s", "-S", *self.command[1:], *FUZZ_FLAGS], self.checkout, test)


def missing_tools() -> str:
    """Say which tools to build and install are missing, or nothing."""
    missing = [name for name in ("build", "setuptools", "wheel", "pip") if not importlib.util.find_spec(name)]
    if "setuptools" not in missing:
        version = importlib.metadata.version("setuptools")
        if int(version.partition(".")[0]) < 77:
            missing.append("setuptools 77 or later")
    return f"not installed: {', '.join(missing)}" if missing else ""


@cache
def build() -> Path:
    """Build the source archive, and the wheel from it, once for all tests; return their folder."""
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    unittest.addModuleCleanup(build.cache_clear)
    source, dist = Path(folder.name, "source"), Path(folder.name, "dist")
    left_out = (".git", ".venv*", ".?*_cache", "__pycache__", "*.egg-info", "build", "dist")
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*left_out))
    done = run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(dist), "."], source)
    if done.returncode:
        raise AssertionError(f"the build failed:\n{done.stdout}{done.stderr}")
    return dist


class BuiltTestCase(FuzzingTestCase):
    """Has the two archives."""

    dist: Path

    @classmethod
    def setUpClass(cls) -> None:
        missing = missing_tools()
        if missing:
            raise unittest.SkipTest(missing)
        cls.dist = build()

    @classmethod
    def wheel(cls) -> Path:
        """Return the wheel."""
        return next(cls.dist.glob("*.whl"))

    @classmethod
    def in_wheel(cls, pattern: str) -> str:
        """Return the text of the one file of the wheel that matches."""
        with zipfile.ZipFile(cls.wheel()) as wheel:
            (name,) = [name for name in wheel.namelist() if Path(name).match(pattern)]
            return wheel.read(name).decode()


class ArchiveTest(BuiltTestCase):
    """What is in the wheel and in the source archive."""

    def test_the_wheel_is_for_every_platform(self) -> None:
        self.assertEqual(self.wheel().name, f"gofuzz_py-{__version__}-py3-none-any.whl")

    def test_the_wheel_holds_the_whole_package_and_nothing_else(self) -> None:
        with zipfile.ZipFile(self.wheel()) as wheel:
            names = set(wheel.namelist())
        expected = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("gofuzz_py/**/*.py")}
        info = f"gofuzz_py-{__version__}.dist-info/"
        self.assertEqual(
            {name for name in names if not name.startswith(info)}, expected | {"gofuzz_py/py.typed"}
        )
        self.assertIn(info + "licenses/LICENSE", names)

    def test_nothing_is_needed_at_run_time_but_python(self) -> None:
        metadata = email.message_from_string(self.in_wheel("*.dist-info/METADATA"))
        needed = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
        self.assertEqual(needed, [])
        self.assertEqual(metadata["Requires-Python"], ">=3.11")
        self.assertEqual(metadata["Name"], "gofuzz-py")

    def test_the_long_description_is_there(self) -> None:
        metadata = email.message_from_string(self.in_wheel("*.dist-info/METADATA"))
        self.assertIn("python -m gofuzz_py -fuzz=", metadata.get_payload())

    def test_the_script_and_the_plugin_are_declared(self) -> None:
        entry_points = configparser.ConfigParser()
        entry_points.read_string(self.in_wheel("*.dist-info/entry_points.txt"))
        self.assertEqual(entry_points["console_scripts"]["gofuzz"], "gofuzz_py.cli:console_main")
        self.assertEqual(entry_points["pytest11"]["gofuzz_py"], "gofuzz_py.pytest_plugin")

    def test_the_source_archive_can_be_tested(self) -> None:
        with tarfile.open(next(self.dist.glob("*.tar.gz"))) as archive:
            names = {name.partition("/")[2] for name in archive.getnames()}
        top = "LICENSE README.md CHANGELOG.md CONTRIBUTING.md setup.cfg pyproject.toml ruff.toml .ci/run"
        tests = {
            path.relative_to(ROOT).as_posix()
            for path in ROOT.glob("tests/**/*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        self.assertEqual({*top.split(), *tests} - names, set())
        self.assertEqual([name for name in names if "__pycache__" in name], [])


class InstalledTest(BuiltTestCase):
    """The wheel in a fresh virtual environment, under a name that needs quoting."""

    bin: Path

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        home = Path(folder.name, ODD_NAME)
        venv.create(home, symlinks=os.name != "nt")
        cls.bin = home / ("Scripts" if os.name == "nt" else "bin")
        pip = [sys.executable, "-m", "pip", "--python", str(cls.interpreter()), "--disable-pip-version-check"]
        argv = [*pip, "install", "--no-index", "--no-deps", "--quiet", str(cls.wheel())]
        done = run(argv, Path(folder.name))
        if done.returncode:
            raise AssertionError(f"the wheel cannot be installed:\n{done.stdout}{done.stderr}")

    @classmethod
    def interpreter(cls) -> Path:
        """Return the environment's interpreter."""
        return cls.bin / ("python.exe" if os.name == "nt" else "python")

    def test_the_module_explains_itself(self) -> None:
        done = run([str(self.interpreter()), "-m", "gofuzz_py", "-h"], self.home)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("-fuzztime", done.stdout)

    def test_the_script_fuzzes(self) -> None:
        # Its sys.path begins with its own folder, not with the current one as under -m.
        test = self.write_test(self.home)
        gofuzz = shutil.which("gofuzz", path=str(self.bin))
        assert gofuzz is not None
        self.assert_finds([gofuzz, *FUZZ_FLAGS], self.home, test)

    def test_the_module_fuzzes(self) -> None:
        test = self.write_test(self.home)
        self.assert_finds([str(self.interpreter()), "-m", "gofuzz_py", *FUZZ_FLAGS], self.home, test)

    def test_unittest_runs_the_seeds(self) -> None:
        test = self.write_test(self.home)
        test.write_text("from gofuzz_py import load_tests\n" + FUZZ_TEST, encoding="utf-8")
        done = run([str(self.interpreter()), "-m", "unittest", "-v"], self.home)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Ran 1 test", done.stderr)

    def test_pytest_runs_the_seeds_with_nothing_configured(self) -> None:
        if importlib.util.find_spec("pytest") is None:
            self.skipTest("not installed: pytest")
        self.write_test(self.home)
        # The environment borrows pytest from the one the tests run in.
        argv = [str(self.interpreter()), "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        done = run(argv, self.home, PYTHONPATH=sysconfig.get_path("purelib"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("1 passed", done.stdout)
