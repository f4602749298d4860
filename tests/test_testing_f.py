"""F, and what F and T share: what users call, and what they may not call."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import unittest
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, NoReturn
from unittest import mock

import gofuzz_py
from gofuzz_py import F, T
from gofuzz_py.errors import FuzzTestError, UsageError
from gofuzz_py.internal import kinds
from gofuzz_py.internal.corpus import CorpusEntry
from gofuzz_py.internal.kinds import Value
from gofuzz_py.outcome import Status, TestOutcome
from gofuzz_py.testing_f import FuzzTest, TargetCall, choose_target, run_fuzz_test
from tests.helpers import (
    CallingMode,
    FolderTestCase,
    SeedsMode,
    failure_of,
    fuzzed,
    line_of,
    make_fuzz_test,
    outcome_of,
    run_seeds,
    seeds_of,
)

HERE = os.path.basename(__file__)
Target = Callable[..., object]


class SeedRunTest(unittest.TestCase):
    def test_every_seed_runs_once_in_order_and_by_name(self) -> None:
        seen: list[object] = []

        def target(t: T, data: str, number: int) -> None:
            seen.append((t.name(), t.id(), str(t), data, number))

        outcome = seeds_of(target, ("a", 1), ("b", 2))

        self.assertEqual(
            [
                ("FuzzX/seed#0", "fuzz_x_test.FuzzX/seed#0", "fuzz_x_test.FuzzX/seed#0", "a", 1),
                ("FuzzX/seed#1", "fuzz_x_test.FuzzX/seed#1", "fuzz_x_test.FuzzX/seed#1", "b", 2),
            ],
            seen,
        )
        self.assertEqual(Status.PASS, outcome.status)
        self.assertEqual([Status.PASS] * 2, [child.status for child in outcome.children])

    def test_a_failing_seed_fails_the_test_and_does_not_stop_the_others(self) -> None:
        def target(t: T, data: str) -> None:
            t.assertNotEqual("b", data)

        outcome = seeds_of(target, ("a",), ("b",), ("c",))

        self.assertTrue(outcome.has_failed)
        statuses = [child.status.value for child in outcome.children]
        self.assertEqual(["PASS", "FAIL", "PASS"], statuses)

    def test_whatever_leaves_the_target_is_a_failure(self) -> None:
        class OwnError(BaseException): ...

        def target(t: T, data: bytes, raised: BaseException) -> NoReturn:
            raise raised

        for raised in (
            ValueError("x"),
            AssertionError("x"),
            SystemExit("x"),
            SystemExit(0),
            KeyboardInterrupt("x"),
            GeneratorExit("x"),
            MemoryError("x"),
            RecursionError("x"),
            StopIteration("x"),
            OwnError("x"),
            ExceptionGroup("x", [ValueError()]),
        ):
            with self.subTest(repr(raised)):
                outcome = seeds_of(functools.partial(target, raised=raised))
                self.assertIn(type(raised).__name__, outcome_of(outcome))
                self.assertEqual(Status.FAIL, outcome.children[0].status)
                failure = failure_of(functools.partial(target, raised=raised))
                self.assertIn(type(raised).__name__, failure.text)
                self.assertTrue(failure.origin.startswith(type(raised).__qualname__), failure.origin)

    def test_a_skip_passes(self) -> None:
        for skip in (
            lambda t: t.skip("not", "now"),
            lambda t: t.skipTest("not now"),
        ):
            with self.subTest():
                outcome = seeds_of(lambda t, data, *, skip=skip: skip(t))
                self.assertEqual((Status.PASS, Status.SKIP), (outcome.status, outcome.children[0].status))
                self.assertRegex(outcome.children[0].lines[0], rf"\A{HERE}:\d+: not now\Z")
                self.assertEqual([None], fuzzed(lambda t, data, *, skip=skip: skip(t), b""))

    def test_a_skip_after_a_failure_is_a_failure(self) -> None:
        def target(t: T, data: bytes) -> None:
            t.error("bad")
            t.skip("too late")

        self.assertTrue(seeds_of(target).has_failed)
        self.assertIsNotNone(failure_of(target))

    def test_a_returned_value_is_a_failure(self) -> None:
        message = "testing: fuzz target must not return a value"
        values: tuple[object, ...] = (0, False, "", b"x", [])
        for value in values:
            with self.subTest(repr(value)):
                self.assertIn(message, outcome_of(seeds_of(lambda t, data, *, value=value: value)))
                self.assertIn(message, failure_of(lambda t, data, *, value=value: value).text)

    def test_fuzz_is_a_decorator_that_leaves_the_target_as_it_is(self) -> None:
        names: dict[str, object] = {}

        def fuzz_x(f: F) -> None:
            @f.fuzz
            def target(t: T, data: bytes) -> None: ...

            names["target"] = target

        self.assertEqual(Status.PASS, run_seeds(fuzz_x).status)
        self.assertEqual("target", getattr(names["target"], "__name__", None))

    def test_values_arrive_unchanged(self) -> None:
        seen: list[object] = []
        value = "\ud800 é\0"
        seeds_of(lambda t, data: seen.append(data), (value,))

        self.assertIs(value, seen[0])

    def test_a_seed_with_any_name_runs(self) -> None:
        seen: list[str] = []

        def run_named(call: TargetCall, seeds: Sequence[CorpusEntry]) -> None:
            for name in ("a b", "\udcff", "é", "x" * 200, "%s{}"):
                call.run_seed(CorpusEntry(name, (b"",)), None)

        run_fuzz_test(
            make_fuzz_test(lambda f: f.fuzz(lambda t, data: seen.append(t.name()))), CallingMode(run_named)
        )

        self.assertEqual(["FuzzX/a b", "FuzzX/\udcff", "FuzzX/é", "FuzzX/" + "x" * 200, "FuzzX/%s{}"], seen)

    def test_the_deadline_is_handed_to_seeds_and_not_to_fuzzed_inputs(self) -> None:
        seen: list[float | None] = []

        def run_both(call: TargetCall, seeds: Sequence[CorpusEntry]) -> None:
            call.run_seed(CorpusEntry("s", (b"",)), 12.5)
            with call.runner() as run:
                run([b""])

        def fuzz_x(f: F) -> None:
            seen.append(f.deadline())
            f.fuzz(lambda t, data: seen.append(t.deadline()))

        run_fuzz_test(make_fuzz_test(fuzz_x), CallingMode(run_both), 99.0)

        self.assertEqual([99.0, 12.5, None], seen)


class VerbTest(unittest.TestCase):
    """Go's verbs, which F and T share."""

    def on_both(self, use: Callable[[Any], object]) -> list[TestOutcome]:
        """Use a verb on an F and on a T; return what the two came to."""

        def fuzz_x(f: F) -> None:
            use(f)
            f.fuzz(lambda t, data: None)

        return [run_seeds(fuzz_x), seeds_of(lambda t, data: (use(t), None)[1]).children[0]]

    def test_log_notes_the_place_and_does_not_fail(self) -> None:
        def use(tb: Any) -> None:
            tb.log("a", 1, b"b")
            tb.log("two\nlines")

        for outcome in self.on_both(use):
            self.assertEqual(Status.PASS, outcome.status)
            self.assertEqual(
                [f"{HERE}:{line_of(use)}: a 1 b'b'", f"{HERE}:{line_of(use, 2)}: two\n    lines"],
                outcome.lines,
            )

    def test_error_fails_and_goes_on(self) -> None:
        seen: list[bool] = []

        def use(tb: Any) -> None:
            seen.append(tb.failed())
            tb.error("bad", 1)
            seen.append(tb.failed())

        for outcome in self.on_both(use):
            self.assertTrue(outcome.has_failed)
            self.assertEqual([f"{HERE}:{line_of(use, 2)}: bad 1"], outcome.lines)
        self.assertEqual([False, True] * 2, seen)

    def test_fatal_and_fail_end_the_test_even_where_exceptions_are_caught(self) -> None:
        reached: list[object] = []

        def fatal(tb: Any) -> None:
            with contextlib.suppress(Exception):
                tb.fatal("bad", 1)
                reached.append(tb)
            reached.append(tb)

        for outcome in self.on_both(fatal):
            self.assertTrue(outcome.has_failed)
            self.assertEqual([f"{HERE}:{line_of(fatal, 2)}: bad 1"], outcome.lines)
        self.assertEqual([], reached)
        for outcome in self.on_both(lambda tb: tb.fail("bad 2")):
            self.assertTrue(outcome.lines[0].endswith("AssertionError: bad 2"))

    def test_skip_skips(self) -> None:
        def use(tb: Any) -> None:
            tb.skip("why", "not")

        for outcome in self.on_both(use):
            self.assertEqual(Status.SKIP, outcome.status)
            self.assertEqual([f"{HERE}:{line_of(use)}: why not"], outcome.lines)

    def test_cleanups_run_last_one_first_and_their_failures_count(self) -> None:
        order: list[str] = []

        def fail_in_cleanup(tb: Any) -> None:
            order.append("fail")
            tb.fatal("in cleanup")

        def use(tb: Any) -> None:
            tb.cleanup(lambda: order.append("first"))
            tb.addCleanup(order.append, "second")
            tb.cleanup(lambda: fail_in_cleanup(tb))
            tb.cleanup(lambda: 1 / 0)
            tb.cleanup(lambda: tb.cleanup(lambda: order.append("nested")))

        for outcome in self.on_both(use):
            self.assertTrue(outcome.has_failed)
            self.assertIn("ZeroDivisionError", outcome.lines[0])
            self.assertIn("in cleanup", outcome.lines[1])
        self.assertEqual(["nested", "fail", "second", "first"] * 2, order)

    def test_cleanups_run_whatever_ended_the_test(self) -> None:
        for name, end in (
            ("fatal", lambda tb: tb.fatal("x")),
            ("skip", lambda tb: tb.skip("x")),
            ("exception", lambda tb: 1 / 0),
            ("exit", lambda tb: sys.exit(1)),
        ):
            ran: list[int] = []

            def use(tb: Any, end: Callable[[Any], object] = end, ran: list[int] = ran) -> None:
                tb.cleanup(lambda: ran.append(1))
                end(tb)

            with self.subTest(name):
                self.on_both(use)
                self.assertEqual([1, 1], ran)

    def test_a_skip_in_a_cleanup_does_not_undo_a_failure(self) -> None:
        def use(tb: Any) -> None:
            tb.cleanup(lambda: tb.skip("in cleanup"))
            tb.error("bad")

        self.assertEqual([True, True], [outcome.has_failed for outcome in self.on_both(use)])

    def test_the_environment_is_restored(self) -> None:
        seen: list[str | None] = []

        def use(tb: Any) -> None:
            tb.setenv("GOFUZZ_TEST_OLD", "changed")
            tb.setenv("GOFUZZ_TEST_OLD", "changed again")
            tb.setenv("GOFUZZ_TEST_NEW", "new")
            seen.extend(os.environ.get(name) for name in ("GOFUZZ_TEST_OLD", "GOFUZZ_TEST_NEW"))
            tb.cleanup(lambda: seen.append(os.environ["GOFUZZ_TEST_OLD"]))

        with mock.patch.dict(os.environ, {"GOFUZZ_TEST_OLD": "old"}):
            for _ in self.on_both(use):
                self.assertEqual("old", os.environ["GOFUZZ_TEST_OLD"])
                self.assertNotIn("GOFUZZ_TEST_NEW", os.environ)
        self.assertEqual(["changed again", "new", "changed again"] * 2, seen)

    def test_a_variable_removed_meanwhile_is_no_error(self) -> None:
        def use(tb: Any) -> None:
            tb.setenv("GOFUZZ_TEST_NEW", "new")
            del os.environ["GOFUZZ_TEST_NEW"]

        self.assertEqual([Status.PASS] * 2, [outcome.status for outcome in self.on_both(use)])

    def test_folders_are_undone(self) -> None:
        here, folders = os.getcwd(), []

        def use(tb: Any) -> None:
            first, second = tb.temp_dir(), tb.temp_dir()
            folders.extend([first, second])
            self.assertEqual([], os.listdir(first))
            with open(os.path.join(first, "file"), "w", encoding="ascii"):
                pass
            tb.chdir(first)
            tb.chdir(second)
            self.assertEqual(os.path.realpath(second), os.path.realpath(os.getcwd()))

        for outcome in self.on_both(use):
            self.assertEqual(Status.PASS, outcome.status, outcome_of(outcome))
            self.assertEqual(here, os.getcwd())
        self.assertEqual(4, len(set(folders)))
        self.assertEqual([], [folder for folder in folders if os.path.exists(folder)])

    def test_unittests_methods_work(self) -> None:
        def use(tb: Any) -> None:
            tb.assertEqual([1], [1])
            with tb.assertRaises(ZeroDivisionError):
                1 / 0  # noqa: B018
            with tb.assertLogs("x", "INFO") as logs:
                __import__("logging").getLogger("x").info("hello")
            tb.assertEqual(["INFO:x:hello"], logs.output)
            tb.assertIn("fuzz_x_test.FuzzX", tb.id())
            tb.enterContext(contextlib.nullcontext())
            tb.assertEqual(1, tb.countTestCases())

        self.assertEqual([Status.PASS] * 2, [outcome.status for outcome in self.on_both(use)])

    def test_neither_is_taken_for_a_test(self) -> None:
        loader = unittest.TestLoader()
        for kind in (F, T):
            with self.subTest(kind.__name__):
                self.assertIsInstance(kind, type(unittest.TestCase))
                self.assertEqual([], loader.getTestCaseNames(kind))
                self.assertFalse(kind.__test__)


class InsideTargetTest(unittest.TestCase):
    """``f`` may not be used in the target: the target has its ``t``."""

    def inside(self, use: Callable[[F], object]) -> TestOutcome:
        """Use ``f`` in the target; return what the seed came to."""

        def fuzz_x(f: F) -> None:
            f.add(b"")
            f.fuzz(lambda t, data: (use(f), None)[1])

        return run_seeds(fuzz_x).children[0]

    def test_every_method_of_f_names_the_method_of_t_to_use(self) -> None:
        public = [name for name in dir(F) if not name.startswith("_") and name not in ("name", "failed")]
        self.assertLess(60, len(public))
        for name in public:
            if name == "add":
                message = "testing: f.add was called inside the fuzz target; add seeds before f.fuzz"
            elif name == "fuzz":
                message = "testing: F.Fuzz called more than once"
            elif hasattr(T, name):
                message = f"testing: f.{name} was called inside the fuzz target, use t.{name} instead"
            else:
                message = f"testing: f.{name} was called inside the fuzz target"
            with self.subTest(name):
                outcome = self.inside(lambda f, name=name: getattr(f, name))  # type: ignore[misc]
                self.assertTrue(outcome.has_failed)
                self.assertTrue(outcome.lines[0].endswith(f"FuzzTestError: {message}"), outcome.lines[0])

    def test_gos_verbs_are_refused_by_a_call_too(self) -> None:
        for use in (
            lambda f: f.log("logged"),
            lambda f: f.error("x"),
            lambda f: f.fatal("x"),
            lambda f: f.skip("x"),
            lambda f: f.skipped(),
            lambda f: f.fail("x"),
            lambda f: f.cleanup(lambda: None),
            lambda f: f.setenv("A", "b"),
            lambda f: f.chdir("/"),
            lambda f: f.temp_dir(),
            lambda f: f.assertEqual(1, 1),
            lambda f: f.assertTrue(1),
        ):
            with self.subTest():
                text = outcome_of(self.inside(use))
                self.assertRegex(text, r"f\.\w+ was called inside the fuzz target, use t\.\w+ instead")
                self.assertNotIn("logged", text.replace('log("logged")', ""))

    def test_name_and_failed_may_be_asked(self) -> None:
        seen: list[object] = []
        self.inside(lambda f: seen.extend([f.name(), f.failed()]))

        self.assertEqual(["FuzzX", False], seen)

    def test_what_the_user_stored_on_f_may_be_read(self) -> None:
        def fuzz_x(f: F) -> None:
            f.table = {"a": 1}  # type: ignore[attr-defined]
            f.add("a")
            f.fuzz(lambda t, data: t.assertEqual(1, f.table[data]))

        self.assertEqual(Status.PASS, run_seeds(fuzz_x).status)

    def test_f_is_usable_again_after_the_target_and_in_other_threads(self) -> None:
        def fuzz_x(f: F) -> None:
            f.add(b"")
            f.fuzz(lambda t, data: None)
            f.log("after")
            f.assertTrue(True)

        outcome = run_seeds(fuzz_x)

        self.assertEqual(Status.PASS, outcome.status, outcome_of(outcome))
        self.assertIn("after", outcome.lines[0])

    def test_it_is_refused_while_fuzzing_too(self) -> None:
        holder: list[F] = []

        def run_one(call: TargetCall, seeds: Sequence[CorpusEntry]) -> None:
            with call.runner() as run:
                failure = run([b""])
            assert failure is not None
            self.assertIn("f.log was called inside the fuzz target, use t.log instead", failure.text)

        def fuzz_x(f: F) -> None:
            holder.append(f)
            f.fuzz(lambda t, data: f.log("x"))

        outcome = run_fuzz_test(make_fuzz_test(fuzz_x), CallingMode(run_one))
        self.assertFalse(outcome.has_failed, outcome_of(outcome))


class MisuseTest(unittest.TestCase):
    def test_misuse_fails_the_test_with_gos_words(self) -> None:
        def twice(f: F) -> None:
            f.fuzz(lambda t, data: None)
            f.fuzz(lambda t, data: None)

        for fuzz_x, message in (
            (twice, "testing: F.Fuzz called more than once"),
            (lambda f: None, "returned without calling F.fuzz, F.fail, or F.skip"),
            (lambda f: f.fuzz(None), "testing: F.Fuzz must receive a function"),
            (lambda f: f.fuzz(lambda t: None), "must receive at least two arguments"),
            (lambda f: f.add([1]), "testing: unsupported type to Add list"),
            (lambda f: f.dictionary(True), "word for f.dictionary: a bool is no word; give str, bytes,"),
            (lambda f: f.dictionary("ok", ""), "testing: unsuitable word for f.dictionary: '' is empty"),
            (lambda f: f.dictionary(["a"]), "a list is no word; write f.dictionary(*words)"),
            (lambda f: (f.fuzz(lambda t, data: None), f.dictionary("a")), "was called after f.fuzz"),
            (lambda f: 1 / 0, "ZeroDivisionError"),
            (lambda f: f.fatal("over"), "over"),
            (lambda f: f.fail("over"), "over"),
            (lambda f: f.error("over"), "over"),
        ):
            with self.subTest(message):
                outcome = run_seeds(fuzz_x)
                self.assertTrue(outcome.has_failed)
                self.assertIn(message, outcome_of(outcome))

    def test_a_fuzz_test_may_skip_instead_of_fuzzing(self) -> None:
        outcome = run_seeds(lambda f: f.skip("not here"))

        self.assertEqual(Status.SKIP, outcome.status)
        self.assertIn("not here", outcome.lines[0])

    def test_a_test_that_failed_already_does_not_run_its_target(self) -> None:
        ran: list[int] = []

        def fuzz_x(f: F) -> None:
            f.add(b"")
            f.error("bad")
            f.fuzz(lambda t, data: ran.append(1))

        self.assertTrue(run_seeds(fuzz_x).has_failed)
        self.assertEqual([], ran)

    def test_errors_after_fuzz_count(self) -> None:
        def fuzz_x(f: F) -> None:
            f.fuzz(lambda t, data: None)
            f.error("late")

        self.assertTrue(run_seeds(fuzz_x).has_failed)

    def test_seeds_after_fuzz_are_ignored(self) -> None:
        seen: list[object] = []

        def fuzz_x(f: F) -> None:
            f.add(b"1")
            f.fuzz(lambda t, data: seen.append(data))
            f.add(b"2")

        self.assertEqual(Status.PASS, run_seeds(fuzz_x).status)
        self.assertEqual([b"1"], seen)

    def test_seeds_that_do_not_fit_are_refused_where_they_were_added(self) -> None:
        def sized(t: T, a: gofuzz_py.Int8) -> None: ...

        def floating(t: T, a: gofuzz_py.Float32) -> None: ...

        table: tuple[tuple[Target, Sequence[Sequence[Value]], str], ...] = (
            (lambda t, a: None, [(b"", 1)], "wrong number of values in corpus entry: 2, want 1"),
            (lambda t, a: None, [()], "wrong number of values in corpus entry: 0, want 1"),
            (lambda t, a: None, [(b"",), ("",)], "mismatched types in corpus entry: [str], want [bytes]"),
            (lambda t, a, b: None, [("a", 1), ("a", "b")], "entry: [str str], want [str int]"),
            (sized, [(1.0,)], "mismatched types in corpus entry: [float], want [Int8]"),
            (sized, [(True,)], "mismatched types in corpus entry: [bool], want [Int8]"),
            (sized, [(128,)], "128 is out of range for Int8"),
            (sized, [(10**5000,)], "is out of range for Int8"),
            (floating, [(1e300,)], "1e+300 is out of range for Float32"),
        )
        for target, seeds, message in table:

            def fuzz_x(f: F, target: Target = target, seeds: Sequence[Sequence[Value]] = seeds) -> None:
                for values in seeds:
                    f.add(*values)
                f.fuzz(target)

            with self.subTest(message):
                (line,) = run_seeds(fuzz_x).lines
                self.assertTrue(line.startswith(f"{HERE}:{line_of(fuzz_x, 2)}: "), line)
                self.assertIn(message, line)


class DictionaryTest(unittest.TestCase):
    def test_words_are_handed_on_in_order(self) -> None:
        words: list[Value] = []

        def fuzz_x(f: F) -> None:
            f.dictionary("keyword", b"\x7fELF")
            f.dictionary()
            f.dictionary(0xCAFE, 2.5)
            f.fuzz(lambda t, data: None)

        mode = CallingMode(lambda call, seeds: words.extend(call.words))
        outcome = run_fuzz_test(make_fuzz_test(fuzz_x), mode)

        self.assertFalse(outcome.has_failed, outcome_of(outcome))
        self.assertEqual(["keyword", b"\x7fELF", 0xCAFE, 2.5], words)

    def test_the_target_may_not_give_words(self) -> None:
        def fuzz_x(f: F) -> None:
            f.add(b"")
            f.fuzz(lambda t, data: f.dictionary("a"))

        message = "testing: f.dictionary was called inside the fuzz target"
        self.assertIn(message, outcome_of(run_seeds(fuzz_x)))


class TestdataTest(FolderTestCase):
    def test_files_beside_the_test_are_seeds_after_those_that_were_added(self) -> None:
        seen: list[object] = []
        self.write("testdata/fuzz/FuzzX/b", 'go test fuzz v1\nstring("from b")\n')
        self.write("testdata/fuzz/FuzzX/a", 'go test fuzz v1\nstring("from a")\n')
        self.write("testdata/fuzz/FuzzY/a", 'go test fuzz v1\nstring("of another test")\n')

        def fuzz_x(f: F) -> None:
            f.add("added")
            f.fuzz(lambda t, data: seen.append((t.name(), data)))

        self.assertEqual(Status.PASS, run_seeds(fuzz_x, self.path("fuzz_x_test.py")).status)
        self.assertEqual(
            [("FuzzX/seed#0", "added"), ("FuzzX/a", "from a"), ("FuzzX/b", "from b")],
            seen,
        )

    def test_bad_files_fail_the_test_before_any_seed_runs(self) -> None:
        seen: list[object] = []
        self.write("testdata/fuzz/FuzzX/a", "rubbish\n")
        self.write("testdata/fuzz/FuzzX/b", "go test fuzz v1\nint(1)\n")

        def fuzz_x(f: F) -> None:
            f.add("added")
            f.fuzz(lambda t, data: seen.append(data))

        outcome = run_seeds(fuzz_x, self.path("fuzz_x_test.py"))

        place = f"{HERE}:{line_of(fuzz_x, 2)}"
        shown = os.path.join("testdata", "fuzz", "FuzzX")
        self.assertEqual(
            [
                f'{place}: "{shown}/a": unmarshal: unknown encoding version: rubbish\n'
                f'    "{shown}/b": mismatched types in corpus entry: [int], want [str]'
            ],
            outcome.lines,
        )
        self.assertEqual([], seen)

    def test_a_folder_that_is_a_file_fails_the_test(self) -> None:
        path = self.write("testdata/fuzz/FuzzX", "")
        outcome = run_seeds(lambda f: f.fuzz(lambda t, data: None), self.path("fuzz_x_test.py"))

        self.assertIn(f"reading seed corpus from testdata: open {path}: not a directory", outcome_of(outcome))


class ChooseTargetTest(unittest.TestCase):
    def named(self, *names: str, folder: str = "/a") -> list[FuzzTest]:
        """Make fuzz tests of these names."""
        path = f"{folder}/x_test.py"
        return [FuzzTest(name, lambda f: None, ModuleType("x_test"), path) for name in names]  # type: ignore[arg-type]

    def test_the_one_match_is_chosen(self) -> None:
        tests = self.named("FuzzA", "FuzzAB", "FuzzC")
        for pattern, name in (
            ("FuzzC", "FuzzC"),
            ("^FuzzA$", "FuzzA"),
            ("FuzzC/seed", "FuzzC"),
            ("B", "FuzzAB"),
        ):
            with self.subTest(pattern):
                chosen = choose_target(tests, pattern, lambda name: False)
                self.assertEqual(name, chosen and chosen.name)
        self.assertIsNone(choose_target(tests, "FuzzX", lambda name: False))
        self.assertIsNone(choose_target(tests, "FuzzC", lambda name: name == "FuzzC"))

    def test_several_matches_are_refused_with_gos_line(self) -> None:
        with self.assertRaises(UsageError) as caught:
            choose_target(self.named("FuzzA", "FuzzAB"), "FuzzA", lambda name: False)
        self.assertEqual(
            "testing: will not fuzz, -fuzz matches more than one fuzz test: [FuzzA FuzzAB]",
            str(caught.exception),
        )
        with self.assertRaisesRegex(UsageError, r"\Acannot use -fuzz flag with multiple packages: "):
            choose_target(
                [*self.named("FuzzA"), *self.named("FuzzA", folder="/b")], "FuzzA", lambda name: False
            )


class ModeTest(unittest.TestCase):
    def test_the_mode_gets_a_checked_target_and_its_seeds(self) -> None:
        got: list[tuple[TargetCall, Sequence[CorpusEntry]]] = []

        def fuzz_x(f: F) -> None:
            f.add("a", 1)
            f.fuzz(lambda t, a, b: None)

        run_fuzz_test(make_fuzz_test(fuzz_x), CallingMode(lambda call, seeds: got.append((call, seeds))))

        ((call, seeds),) = got
        self.assertEqual([kinds.STR, kinds.INT], call.kinds)
        (entry,) = seeds
        self.assertEqual(
            ("seed#0", ("a", 1), True, f"{__file__}:{line_of(fuzz_x)}"),
            (entry.name, entry.values, entry.is_seed, entry.origin),
        )

    def test_an_error_of_the_mode_is_the_tests(self) -> None:
        outcome = run_fuzz_test(
            make_fuzz_test(lambda f: f.fuzz(lambda t, data: None)), CallingMode(lambda call, seeds: 1 / 0)
        )

        self.assertIn("ZeroDivisionError", outcome_of(outcome))

    def test_adopted_outcomes_become_children(self) -> None:
        def fuzz_x(f: F) -> None:
            f.add(b"x")
            f.fuzz(lambda t, data: t.fail())

        mode = SeedsMode()
        outcome = run_fuzz_test(make_fuzz_test(fuzz_x), mode)

        self.assertEqual(mode.outcomes, outcome.children)
        self.assertTrue(outcome.has_failed)
        self.assertIsInstance(FuzzTestError("x"), gofuzz_py.GoFuzzError)


if __name__ == "__main__":
    unittest.main()
