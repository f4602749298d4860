"""The order of a run, what is left out of it, and its exit status; in this process, nothing is fuzzed."""

from __future__ import annotations

import ast
import itertools
import json
import sys
import unittest
from collections.abc import Iterator, Sequence
from unittest import mock

from gofuzz_py import runner
from gofuzz_py.internal.corpus import CorpusEntry
from gofuzz_py.launch import current_launch
from gofuzz_py.loader import TestModule, load
from gofuzz_py.matcher import Selection
from gofuzz_py.options import parse_arguments
from gofuzz_py.outcome import Status, TestOutcome
from gofuzz_py.runner import (
    EXIT_ENGINE,
    EXIT_FAILED,
    EXIT_OK,
    CoordinatorMode,
    Run,
    SeedMode,
    run_modules,
)
from gofuzz_py.testing_f import F, TargetCall
from gofuzz_py.watchdog import Watchdog
from tests.helpers import ROOT, FolderTestCase
from tests.source_tree import Module, SourceTree

_numbers = itertools.count()


class Recorder:
    """A reporter that keeps what it is told."""

    is_verbose = False

    def __init__(self) -> None:
        #: ``run NAME``, ``pass NAME`` …, lines, verdicts, in order.
        self.told: list[str] = []
        self.outcomes: list[TestOutcome] = []

    def module_started(self, shown: str) -> None:
        """Keep it."""
        self.told.append("start")

    def module_ended(self, shown: str, status: Status, seconds: float, note: str = "") -> None:
        """Keep it."""
        self.told.append(f"end {status.value} {note}".rstrip())

    def test_started(self, name: str) -> None:
        """Keep it."""
        self.told.append(f"run {name}")

    def test_ended(self, outcome: TestOutcome) -> None:
        """Keep it."""
        self.outcomes.append(outcome)
        self.told.append(f"{outcome.status.value.lower()} {outcome.name}")

    def line(self, text: str, test: str = "") -> None:
        """Keep it."""
        self.told.append(text)

    def verdict(self, status: Status) -> None:
        """Keep it."""
        self.told.append(status.value)


#: Encodings that are words to try, or in which the engine writes only after the target has read them.
_WORDS_ONLY = {"utf-7", "utf-8-sig", "cp037", "cp500", "cp1140", "punycode", "raw-unicode-escape"}

#: A process of the engine in which nothing can be imported any more; it prints what it would still import.
_TAKE_AWAY = """
import codecs, json, sys
from gofuzz_py import cli
from gofuzz_py.internal.encoding_number import int_text
from gofuzz_py.options import parse_arguments
from gofuzz_py.runner import load_engine

encodings, imports, *flags = json.loads(sys.argv[1])
load_engine(parse_arguments(flags))
sys.path = sys.meta_path = sys.path_hooks = None
for encoding in encodings:
    codecs.lookup(encoding)
int_text(1 << 100_000)
for importer, target in imports:
    if importer in sys.modules and target not in sys.modules:
        print(importer, target)
"""

#: Not for this version or system, or of use before the target runs only.
_NEVER_NEEDED = {"annotationlib", "ctypes", "msvcrt", "pwd", "gofuzz_py.internal.sys_windows"}


def _strings(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _is_encoding(word: str) -> bool:
    """Can text be written in what the word names?"""
    try:
        return isinstance("".encode(word), bytes)
    except (LookupError, UnicodeError, ValueError):
        return False


class RunnerTestCase(FolderTestCase):
    """Runs modules that stand in files of the folder."""

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(setattr, sys, "argv", sys.argv)
        path = list(sys.path)
        self.addCleanup(sys.path.__setitem__, slice(None), path)
        self.reporter = Recorder()

    def module(self, source: str) -> TestModule:
        """Write a module and load it, under a name that no other has."""
        name = f"runner_{next(_numbers)}_test"
        path = self.write(f"{name}.py", source)
        self.addCleanup(sys.modules.pop, name, None)
        return load(f"{name}.py", path)

    def make_run(self, *flags: str, fuzzed: str = "", modules: Sequence[TestModule] = ()) -> Run:
        """Return what a run with these flags works on."""
        options = parse_arguments(flags)
        run = Run(
            options,
            Selection(options.run, options.skip),
            self.reporter,
            current_launch(),
            Watchdog(options.timeout, self.reporter.line),
        )
        tests = [test for module in modules for test in module.fuzz_tests if test.name == fuzzed]
        run.fuzzed = tests[0] if tests else None
        return run

    def run_source(self, source: str, *flags: str) -> int:
        """Run a module with these flags; return the status."""
        return run_modules(self.make_run(*flags), [self.module(source)])

    @property
    def ran(self) -> list[str]:
        """Names of the tests and seeds that were started, in order."""
        return [text[4:] for text in self.reporter.told if text.startswith("run ")]


SOURCE = """
    import unittest

    def FuzzB(f):
        f.add("b0")
        f.add("b1")
        f.fuzz(lambda t, data: None)

    class SomeTest(unittest.TestCase):
        def test_two(self): ...
        def test_one(self): ...

    def FuzzA(f):
        f.add("a0")
        f.fuzz(lambda t, data: None)
"""


class OrderTest(RunnerTestCase):
    def test_unittest_tests_come_first_then_fuzz_tests_as_they_stand(self) -> None:
        self.assertEqual(EXIT_OK, self.run_source(SOURCE))
        self.assertEqual(
            [
                "SomeTest/test_one",
                "SomeTest/test_two",
                "FuzzB",
                "FuzzB/seed#0",
                "FuzzB/seed#1",
                "FuzzA",
                "FuzzA/seed#0",
            ],
            self.ran,
        )
        self.assertEqual("PASS", self.reporter.told[-1])

    def test_run_and_skip_choose_tests_and_seeds(self) -> None:
        for flags, ran in (
            (["-run=FuzzA"], ["FuzzA", "FuzzA/seed#0"]),
            (["-run=FuzzB/seed#1"], ["FuzzB", "FuzzB/seed#1"]),
            (["-run=FuzzB/nothing"], ["FuzzB"]),
            (["-run=SomeTest"], ["SomeTest/test_one", "SomeTest/test_two"]),
            (["-run=SomeTest/one"], ["SomeTest/test_one"]),
            (["-run=test_two"], ["SomeTest/test_two"]),
            (["-skip=Fuzz"], ["SomeTest/test_one", "SomeTest/test_two"]),
            (["-skip=Some|FuzzB/seed#0|FuzzA"], ["FuzzB", "FuzzB/seed#1"]),
            (["-skip=test_one|Fuzz"], ["SomeTest/test_two"]),
            (["-run=Fuzz", "-skip=FuzzB"], ["FuzzA", "FuzzA/seed#0"]),
        ):
            with self.subTest(flags):
                self.reporter.told.clear()
                self.assertEqual(EXIT_OK, self.run_source(SOURCE, *flags))
                self.assertEqual(ran, self.ran)

    def test_no_test_left_is_told(self) -> None:
        self.assertEqual(EXIT_OK, self.run_source(SOURCE, "-run=^$"))
        self.assertEqual(["start", "testing: warning: no tests to run", "PASS"], self.reporter.told)

    def test_a_count_runs_everything_again(self) -> None:
        self.run_source(SOURCE, "-run=FuzzA|test_one", "-count=3")

        self.assertEqual(["SomeTest/test_one", "FuzzA", "FuzzA/seed#0"] * 3, self.ran)

    def test_every_module_is_run_and_the_worst_status_counts(self) -> None:
        good = self.module("def FuzzX(f): f.fuzz(lambda t, data: None)\n")
        bad = self.module("def FuzzX(f): f.fail()\n")
        broken = self.module("import no_such_module\n")
        status = run_modules(self.make_run(), [bad, broken, good])

        self.assertEqual(EXIT_FAILED, status)
        self.assertEqual(
            ["end FAIL", "end FAIL", "end PASS"], [t for t in self.reporter.told if t.startswith("end")]
        )
        (told,) = [text for text in self.reporter.told if text.startswith("#")]
        self.assertIn(f"# {broken.shown}: cannot be imported\n", told)


class FailureTest(RunnerTestCase):
    def test_a_failing_seed_fails_the_run_and_the_rest_runs(self) -> None:
        source = """
            def FuzzX(f):
                for number in range(3):
                    f.add(number)
                f.fuzz(lambda t, data: t.assertNotEqual(1, data))
            def FuzzY(f): f.fuzz(lambda t, data: None)
        """
        self.assertEqual(EXIT_FAILED, self.run_source(source))
        self.assertEqual(["FuzzX", "FuzzX/seed#0", "FuzzX/seed#1", "FuzzX/seed#2", "FuzzY"], self.ran)
        self.assertEqual("FAIL", self.reporter.told[-1])

    def test_failfast_starts_nothing_after_a_failure(self) -> None:
        failing_seed = """
            def FuzzX(f):
                f.add(0)
                f.add(1)
                f.fuzz(lambda t, data: t.fail())
            def FuzzY(f): f.fuzz(lambda t, data: None)
        """
        failing_test = """
            import unittest
            class ATest(unittest.TestCase):
                def test_a(self): self.fail()
                def test_b(self): ...
            def FuzzX(f): f.fuzz(lambda t, data: None)
        """
        for source, ran in ((failing_seed, ["FuzzX", "FuzzX/seed#0"]), (failing_test, ["ATest/test_a"])):
            with self.subTest(ran):
                self.reporter.told.clear()
                modules = [self.module(source), self.module(SOURCE)]
                self.assertEqual(EXIT_FAILED, run_modules(self.make_run("-failfast"), modules))
                self.assertEqual(ran, self.ran)

    def test_unittests_results_are_told_in_gos_words(self) -> None:
        source = """
            import unittest
            class ATest(unittest.TestCase):
                def test_a_error(self): 1 / 0
                def test_b_failure(self): self.fail("no")
                def test_c_pass(self): ...
                def test_d_skip(self): self.skipTest("not now")
                def test_e_subtests(self):
                    for number in range(3):
                        with self.subTest("words", number=number):
                            self.assertNotEqual(1, number)
                @unittest.expectedFailure
                def test_f_expected(self): self.fail()
                @unittest.expectedFailure
                def test_g_unexpected(self): ...
                @unittest.skip("never")
                def test_h_skipped(self): ...
                def test_i_exit(self): raise SystemExit(0)
        """
        self.assertEqual(EXIT_FAILED, self.run_source(source))
        told = {outcome.name.rpartition("/")[2]: outcome for outcome in self.reporter.outcomes}
        self.assertEqual(
            {
                "test_a_error": "FAIL",
                "test_b_failure": "FAIL",
                "test_c_pass": "PASS",
                "test_d_skip": "SKIP",
                "test_e_subtests": "FAIL",
                "test_f_expected": "PASS",
                "test_g_unexpected": "FAIL",
                "test_h_skipped": "SKIP",
                "test_i_exit": "FAIL",
            },
            {name: outcome.status.value for name, outcome in told.items()},
        )
        self.assertIn("ZeroDivisionError", told["test_a_error"].lines[0])
        self.assertEqual(["not now"], told["test_d_skip"].lines)
        (child,) = told["test_e_subtests"].children
        self.assertEqual("ATest/test_e_subtests/[words] (number=1)", child.name)

    def test_fixtures_of_classes_and_modules_are_run_and_their_failures_told(self) -> None:
        good = """
            import unittest
            order = []
            def setUpModule(): order.append("module")
            def tearDownModule(): order.append("end")
            class ATest(unittest.TestCase):
                @classmethod
                def setUpClass(cls): order.append("class")
                def test_a(self): order.append("test")
        """
        module = self.module(good)
        self.assertEqual(EXIT_OK, run_modules(self.make_run(), [module]))
        assert module.module is not None
        self.assertEqual(["module", "class", "test", "end"], module.module.order)
        for fixture in ("setUpModule", "setUpClass"):
            source = f"""
                import unittest
                def {fixture}(*args): raise ValueError("in the fixture")
                class ATest(unittest.TestCase):
                    {fixture} = classmethod({fixture})
                    def test_a(self): ...
            """
            with self.subTest(fixture):
                self.assertEqual(EXIT_FAILED, self.run_source(source))
                self.assertIn("ValueError: in the fixture", self.reporter.outcomes[-1].lines[0])
                self.assertIn(fixture, self.reporter.outcomes[-1].name)

    def test_async_tests_run(self) -> None:
        source = """
            import unittest
            class ATest(unittest.IsolatedAsyncioTestCase):
                async def test_a(self): ...
                async def test_b(self): self.fail("async")
        """
        self.assertEqual(EXIT_FAILED, self.run_source(source))
        self.assertEqual(["PASS", "FAIL"], [outcome.status.value for outcome in self.reporter.outcomes])


class TestMainTest(RunnerTestCase):
    PASSING = "def FuzzX(f): f.fuzz(lambda t, data: None)\n"
    FAILING = "def FuzzX(f): f.fail()\n"

    def test_its_answer_is_the_status(self) -> None:
        for tests, body, status in (
            (self.PASSING, "return m.run()", 0),
            (self.FAILING, "return m.run()", 1),
            (self.PASSING, "m.run()", 0),
            (self.FAILING, "m.run()", 1),
            (self.FAILING, "assert m.run() == 1 and m.status == 1\n    return 0", 0),
            (self.PASSING, "import sys; sys.exit(m.run())", 0),
            (self.FAILING, "import sys; sys.exit(m.run())", 1),
            (self.PASSING, "import sys; m.run(); sys.exit()", 0),
            (self.FAILING, "import sys; m.run(); sys.exit()", 1),
            (self.PASSING, "import sys; sys.exit(7)", 7),
            (self.PASSING, "import sys; sys.exit(-1)", 255),
            (self.PASSING, "import sys; sys.exit(256)", 1),  # the system would make 0 of it
            (self.PASSING, "import sys; sys.exit('text')", 1),
            (self.PASSING, "return True", 1),
            (self.PASSING, "return False", 0),
            (self.PASSING, "pass", 0),
            (self.PASSING, "raise ValueError", 1),
        ):
            with self.subTest(body, fails=tests is self.FAILING):
                self.assertEqual(status, self.run_source(f"{tests}def TestMain(m):\n    {body}\n"))

    def test_a_status_below_zero_is_not_lost_among_modules_that_pass(self) -> None:
        modules = [self.module(f"def TestMain(m): return {code}\n") for code in (0, -1, 0)]

        self.assertNotEqual(0, run_modules(self.make_run(), modules))

    def test_its_failure_is_told(self) -> None:
        self.run_source("def TestMain(m): raise ValueError('in main')\n")

        self.assertIn("ValueError: in main", "\n".join(self.reporter.told))
        self.assertIn("TestMain of runner_", "\n".join(self.reporter.told))
        self.assertEqual("FAIL", self.reporter.told[-1])

    def test_it_finds_its_own_flags_in_sys_argv(self) -> None:
        source = """
            import argparse
            def TestMain(m):
                parser = argparse.ArgumentParser()
                parser.add_argument("-log")
                options = parser.parse_args()
                return int(options.log)
        """
        self.assertEqual(5, self.run_source(source, "-v", "-log=5"))

    def test_set_up_and_tear_down_stand_round_the_tests(self) -> None:
        source = """
            order = []
            def FuzzX(f):
                order.append("test")
                f.fuzz(lambda t, data: None)
            def TestMain(m):
                order.append("before")
                m.run()
                order.append("after")
        """
        module = self.module(source)
        run_modules(self.make_run(), [module])

        assert module.module is not None
        self.assertEqual(["before", "test", "after"], module.module.order)


class FuzzingTest(RunnerTestCase):
    """The run up to the engine, which is replaced here."""

    def fuzz(self, source: str, *flags: str, name: str = "FuzzX") -> tuple[int, list[str]]:
        """Run with ``-fuzz``; return the status and the seeds that the engine would have got."""
        module = self.module(source)
        run = self.make_run(f"-fuzz={name}", *flags, fuzzed=name, modules=[module])
        handed: list[str] = []

        def fuzz_test(
            run: Run, module: TestModule, f: F, call: TargetCall, seeds: Sequence[CorpusEntry]
        ) -> None:
            self.assertIsNone(run.watchdog.deadline, "time limits of tests hold while fuzzing")
            handed.extend(f"{call.test.name}/{entry.name}" for entry in seeds)
            self.reporter.told.append("fuzz")

        with mock.patch.object(runner, "_fuzz_test", fuzz_test):
            return run_modules(run, [module]), handed

    def test_all_tests_then_its_own_seeds_then_the_fuzzing(self) -> None:
        status, handed = self.fuzz(SOURCE, name="FuzzB")

        self.assertEqual((EXIT_OK, ["FuzzB/seed#0", "FuzzB/seed#1"]), (status, handed))
        self.assertEqual(
            [
                "SomeTest/test_one",
                "SomeTest/test_two",
                "FuzzA",
                "FuzzA/seed#0",
                "FuzzB",
                "FuzzB/seed#0",
                "FuzzB/seed#1",
            ],
            self.ran,
        )
        self.assertEqual(["fuzz", "pass FuzzB", "PASS"], self.reporter.told[-3:])

    def test_run_does_not_select_what_is_fuzzed(self) -> None:
        status, handed = self.fuzz(SOURCE, "-run=^$", name="FuzzB")

        self.assertEqual((EXIT_OK, ["FuzzB/seed#0", "FuzzB/seed#1"]), (status, handed))
        self.assertEqual(["FuzzB"], self.ran)
        self.assertNotIn("testing: warning: no tests to run", self.reporter.told)

    def test_a_failure_before_it_stops_the_fuzzing_and_says_so(self) -> None:
        for source in (
            "def FuzzX(f): f.add(b''); f.fuzz(lambda t, data: t.fail())\n",
            "def FuzzX(f): f.fuzz(lambda t, data: None)\ndef FuzzY(f): f.fail()\n",
            "import unittest\nclass A(unittest.TestCase):\n  def test_a(self): self.fail()\n"
            "def FuzzX(f): f.fuzz(lambda t, data: None)\n",
        ):
            with self.subTest(source):
                self.reporter.told.clear()
                status, handed = self.fuzz(source)
                self.assertEqual((EXIT_FAILED, []), (status, handed))
                self.assertNotIn("fuzz", self.reporter.told)
                said = [
                    text for text in self.reporter.told if text.startswith("testing: will not fuzz FuzzX: ")
                ]
                self.assertEqual(1, len(said))

    def test_the_module_that_is_fuzzed_comes_last(self) -> None:
        fuzzed, other = self.module("def FuzzX(f): f.fuzz(lambda t, data: None)\n"), self.module(SOURCE)
        run = self.make_run("-fuzz=FuzzX", fuzzed="FuzzX", modules=[fuzzed, other])
        with mock.patch.object(runner, "_fuzz_test", return_value=None):
            run_modules(run, [fuzzed, other])

        self.assertEqual("FuzzX", self.ran[-1])

    def test_nothing_to_fuzz_is_told_and_the_tests_have_run(self) -> None:
        module = self.module(SOURCE)
        status = run_modules(self.make_run("-fuzz=Nothing"), [module])

        self.assertEqual(EXIT_OK, status)
        self.assertEqual(["testing: warning: no fuzz tests to fuzz", "PASS"], self.reporter.told[-2:])
        self.assertIn("FuzzA/seed#0", self.ran)

    def test_an_engine_that_fails_has_a_status_of_its_own(self) -> None:
        module = self.module("def FuzzX(f): f.fuzz(lambda t, data: None)\n")
        run = self.make_run("-fuzz=FuzzX", fuzzed="FuzzX", modules=[module])

        def fail(run: Run, *arguments: object) -> None:
            run.has_engine_failed = True

        with mock.patch.object(runner, "_fuzz_test", fail):
            self.assertEqual(EXIT_ENGINE, run_modules(run, [module]))

    def test_a_worker_without_its_test_is_an_engine_failure(self) -> None:
        module = self.module("def FuzzX(f): f.fuzz(lambda t, data: None)\n")

        self.assertEqual(EXIT_ENGINE, run_modules(self.make_run("-fuzzworker", "-fuzz=FuzzY"), [module]))
        self.assertEqual([], self.ran)

    def test_what_the_engine_needs_is_there_before_targets_can_take_it_away(self) -> None:
        tree = SourceTree(ROOT / "gofuzz_py")
        words = {word for module in tree.modules.values() for word in _strings(module) if word[:1].isalpha()}
        encodings = sorted(word for word in words if _is_encoding(word) and word not in _WORDS_ONLY)
        self.assertIn("utf-32-le", encodings)
        imports = sorted(
            {
                (f"gofuzz_py.{found.importer}", f"gofuzz_py.{found.target}" if found.is_own else found.target)
                for found in tree.imports
                if not found.is_type_only
            }
        )

        cases: tuple[tuple[list[str], set[str]], ...] = (
            (["-fuzzworker", "-fuzzcomplexity"], {"fuzzing", "complexity_seeds"}),
            (["-fuzzcomplexity"], {"serving", "internal.worker_server"}),
            ([], {"serving", "internal.worker_server", "complexity_seeds"}),
        )
        for flags, others in cases:
            with self.subTest(flags=flags):
                told = self.python("-c", _TAKE_AWAY, json.dumps([encodings, imports, "-fuzz=FuzzX", *flags]))

                self.assertEqual(0, told.returncode, told.stdout)
                missing = {line.split()[1]: line for line in told.stdout.splitlines()}
                unneeded = _NEVER_NEEDED | {f"gofuzz_py.{name}" for name in others}
                self.assertEqual([], [line for name, line in missing.items() if name not in unneeded])

    def test_coordinating_is_running_the_seeds_and_more(self) -> None:
        self.assertTrue(issubclass(CoordinatorMode, SeedMode))


if __name__ == "__main__":
    unittest.main()
