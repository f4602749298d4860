"""T: subtests, one object for many inputs with nothing carried over, and what tells failures apart."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import unittest
from collections.abc import Callable
from typing import NoReturn
from unittest import mock

from gofuzz_py import F, T, testing_f
from tests.helpers import (
    failure_of,
    fuzzed,
    line_of,
    outcome_of,
    run_seeds,
    seeds_of,
)

HERE = os.path.basename(__file__)


class SubtestTest(unittest.TestCase):
    def test_run_runs_a_subtest_and_says_whether_it_passed(self) -> None:
        passed: list[object] = []

        def target(t: T, data: bytes) -> None:
            passed.append(t.run("good", lambda t: t.log("in it")))
            passed.append(t.run("bad", lambda t: t.fatal("no")))
            passed.append(t.run("worse", lambda t: 1 / 0))
            passed.append(t.run("skipped", lambda t: t.skip("why")))

        child = seeds_of(target).children[0]

        self.assertEqual([True, False, False, True], passed)
        self.assertTrue(child.has_failed)
        self.assertEqual(
            [("good", "PASS"), ("bad", "FAIL"), ("worse", "FAIL"), ("skipped", "SKIP")],
            [(grandchild.name.rpartition("/")[2], grandchild.status.value) for grandchild in child.children],
        )
        self.assertEqual("FuzzX/seed#0/good", child.children[0].name)
        text = failure_of(target).text
        self.assertIn("    --- FAIL: FuzzX/bad (0.00s)\n", text)
        self.assertNotIn("FuzzX/good", text)

    def test_cleanups_of_a_subtest_run_at_its_end(self) -> None:
        order: list[str] = []

        def target(t: T, data: bytes) -> None:
            t.run("sub", lambda t: t.cleanup(lambda: order.append("inner")))
            order.append("outer")

        seeds_of(target)

        self.assertEqual(["inner", "outer"], order)

    def test_run_without_a_function_is_told_what_is_missing(self) -> None:
        outcome = seeds_of(lambda t, data: t.run("x"))

        self.assertIn("t.run takes a name and a function", outcome_of(outcome))

    def test_a_failing_block_is_noted_and_the_rest_runs(self) -> None:
        reached: list[int] = []

        def target(t: T, data: bytes) -> None:
            for number in range(3):
                with t.subTest("words", number=number):
                    t.assertNotEqual(1, number)
                    if number == 2:
                        t.skip("enough")
                reached.append(number)
            with t.subTest():
                pass

        child = seeds_of(target).children[0]

        self.assertEqual([0, 1, 2], reached)
        self.assertTrue(child.has_failed)
        self.assertEqual(
            [
                ("FuzzX/seed#0/[words] number=0", "PASS"),
                ("FuzzX/seed#0/[words] number=1", "FAIL"),
                ("FuzzX/seed#0/[words] number=2", "SKIP"),
                ("FuzzX/seed#0/<subtest>", "PASS"),
            ],
            [(grandchild.name, grandchild.status.value) for grandchild in child.children],
        )

    def test_fatal_in_a_block_ends_the_whole_target(self) -> None:
        reached: list[int] = []

        def target(t: T, data: bytes) -> None:
            with t.subTest("x"):
                t.fatal("over")
            reached.append(1)

        self.assertTrue(seeds_of(target).has_failed)
        self.assertEqual([], reached)

    def test_a_thread_that_fails_fails_the_input(self) -> None:
        def in_thread() -> NoReturn:
            raise ValueError("in the thread")

        def target(t: T, data: bytes) -> None:
            thread = threading.Thread(target=in_thread, name="helper-7")
            thread.start()
            thread.join()

        child = seeds_of(target).children[0]
        failure = failure_of(target)

        self.assertTrue(child.has_failed)
        for text in (outcome_of(child), failure.text):
            self.assertIn("in helper-7, started by this input or an earlier one:", text)
            self.assertIn("ValueError: in the thread", text)
        self.assertEqual(f"ValueError at {__file__}:{line_of(in_thread)}", failure.origin)
        self.assertEqual(
            [None], fuzzed(lambda t, data: self.run_thread(sys.exit), b""), "SystemExit is quiet"
        )
        self.assertIs(threading.__excepthook__, threading.excepthook)

    def run_thread(self, function: Callable[[], object]) -> None:
        """Run a function in a thread, and wait for it."""
        thread = threading.Thread(target=function)
        thread.start()
        thread.join()


class ReuseTest(unittest.TestCase):
    """While fuzzing one T serves many inputs, until it has been changed."""

    def served(self, use: Callable[[T], object], inputs: int = 3) -> list[T]:
        """Return the T of each input of a target that uses it so."""
        seen: list[T] = []

        def target(t: T, data: bytes) -> None:
            seen.append(t)
            with contextlib.suppress(AssertionError):
                use(t)

        fuzzed(target, *[b""] * inputs)
        return seen

    def test_an_untouched_t_serves_again(self) -> None:
        for use in (
            lambda t: None,
            lambda t: t.assertEqual({1: [2]}, {1: [2]}),
            lambda t: t.name() + t.id(),
            lambda t: t.failed() or t.skipped() or t.deadline(),
            lambda t: t.assertRaises(ValueError, int, "x"),
        ):
            with self.subTest():
                self.assertEqual(1, len(set(map(id, self.served(use)))))

    def test_a_t_that_was_used_for_more_does_not(self) -> None:
        def use_subtest(t: T) -> None:
            with t.subTest("x"):
                pass

        for use in (
            lambda t: t.log("x"),
            lambda t: setattr(t, "note", 1),
            lambda t: setattr(t, "maxDiff", None),
            lambda t: t.cleanup(lambda: None),
            lambda t: t.addCleanup(len, ()),
            lambda t: t.enterContext(contextlib.nullcontext()),
            lambda t: t.addTypeEqualityFunc(int, lambda a, b, msg=None: None),
            lambda t: t.run("sub", lambda t: None),
            lambda t: t.setenv("GOFUZZ_TEST", "1"),
            lambda t: t.temp_dir(),
            use_subtest,
        ):
            with self.subTest():
                kept = self.served(use)  # alive, so no identity is used twice
                self.assertEqual(3, len(set(map(id, kept))))

    def test_nothing_carries_over_to_the_next_input(self) -> None:
        seen: list[object] = []

        def target(t: T, data: bytes) -> None:
            seen.append(
                (getattr(t, "note", None), t.failed(), t.skipped(), t.maxDiff, t.longMessage, len(t._lines))
            )
            with contextlib.suppress(AssertionError):
                t.assertEqual(Odd(1), Odd(2))
                seen.append("taken for equal")
            t.note = data
            t.maxDiff, t.longMessage = None, False
            t.log("noted")
            t.addTypeEqualityFunc(Odd, lambda a, b, msg=None: None)
            t.cleanup(lambda: seen.append("cleaned"))
            if data == b"error":
                t.error("bad")
            elif data == b"skip":
                t.skip("enough")
            elif data == b"raise":
                raise ValueError

        fresh = (None, False, False, T.maxDiff, T.longMessage, 0)
        fuzzed(target, b"", b"error", b"skip", b"raise", b"")

        self.assertEqual([fresh, "cleaned"] * 5, seen)

    def test_an_exception_that_is_raised_again_and_again_does_not_grow(self) -> None:
        error = ValueError("always the same one")

        def target(t: T, data: bytes) -> NoReturn:
            raise error

        texts = [failure.text for failure in fuzzed(target, *[b""] * 5) if failure]

        self.assertEqual(1, len({text.split("\n", 1)[1] for text in texts}))

    def test_the_environment_and_folders_are_undone_after_each_input(self) -> None:
        seen: list[object] = []

        def target(t: T, data: bytes) -> None:
            seen.append(os.environ.get("GOFUZZ_TEST"))
            t.setenv("GOFUZZ_TEST", "set")
            t.chdir(t.temp_dir())

        here = os.getcwd()
        fuzzed(target, b"", b"")

        self.assertEqual(([None, None], here), (seen, os.getcwd()))


class Odd:
    """Equal to nothing."""

    def __init__(self, value: int) -> None:
        self.value = value


class OriginTest(unittest.TestCase):
    """What tells the failures of a target apart."""

    def test_a_failure_is_known_by_its_place_and_not_by_its_message(self) -> None:
        def target(t: T, data: bytes) -> None:
            if data.startswith(b"e"):
                t.error("bad", data)
            elif data.startswith(b"f"):
                t.fatal("bad", data)
            elif data.startswith(b"a"):
                t.assertEqual(b"", data)
            elif data.startswith(b"r"):
                raise ValueError(data)
            elif data.startswith(b"s"):
                with t.subTest(data):
                    t.assertEqual(b"", data)
            elif data.startswith(b"u"):
                t.run(data.decode(), lambda t: t.error(data))
            elif data.startswith(b"c"):
                t.cleanup(lambda: int(data))
            elif data.startswith(b"d"):
                t.recurse = lambda: t.recurse()  # type: ignore[attr-defined]
                t.recurse()  # type: ignore[attr-defined]

        origins = {}
        for letter in (b"e", b"f", b"a", b"r", b"s", b"u", b"c", b"d"):
            pair = [failure.origin for failure in fuzzed(target, letter + b"1", letter + b"2") if failure]
            self.assertEqual((2, 1), (len(pair), len(set(pair))), f"{letter!r}: {pair}")
            origins[letter] = pair[0]

        self.assertEqual(len(origins), len(set(origins.values())), origins)
        start = target.__code__.co_firstlineno
        self.assertEqual(f"error at {__file__}:{start + 2}", origins[b"e"])
        self.assertEqual(f"fatal at {__file__}:{start + 4}", origins[b"f"])
        self.assertEqual(f"AssertionError at {__file__}:{start + 6}", origins[b"a"])
        self.assertEqual(f"ValueError at {__file__}:{start + 8}", origins[b"r"])

    def test_the_first_of_several_failures_counts(self) -> None:
        def target(t: T, data: bytes) -> None:
            t.error("first")
            raise ValueError("second")

        failure = failure_of(target)

        self.assertEqual(f"error at {__file__}:{line_of(target)}", failure.origin)
        self.assertIn("ValueError: second", failure.text)

    def test_the_text_is_gos_block(self) -> None:
        def target(t: T, data: bytes) -> None:
            t.log("about to fail")
            t.error(f"bad input {data!r}")

        self.assertRegex(
            failure_of(target, b"0").text,
            rf"\A--- FAIL: FuzzX \(0\.0\ds\)\n"
            rf"    {HERE}:\d+: about to fail\n    {HERE}:\d+: bad input b'0'\Z",
        )


class InterruptTest(unittest.TestCase):
    """Ctrl-C of the user, as the command's signal handler notes it."""

    def setUp(self) -> None:
        patched = mock.patch.object(testing_f, "_interrupted_by_user", True)
        patched.start()
        self.addCleanup(patched.stop)

    def test_it_passes_through_and_cleanups_run(self) -> None:
        order: list[str] = []

        def in_subtest(t: T) -> None:
            t.cleanup(lambda: order.append("sub"))
            self.press()

        for name, end, expected in (
            ("in a seed", lambda t: self.press(), ["t", "f"]),
            ("in a cleanup", lambda t: t.cleanup(self.press), ["t", "f"]),
            ("in a subtest", lambda t: t.run("sub", in_subtest), ["sub", "t", "f"]),
        ):
            order.clear()

            def fuzz_x(f: F, end: Callable[[T], object] = end) -> None:
                f.cleanup(lambda: order.append("f"))
                f.add(b"")

                @f.fuzz
                def target(t: T, data: bytes) -> None:
                    t.cleanup(lambda: order.append("t"))
                    end(t)

            with self.subTest(name):
                with self.assertRaises(KeyboardInterrupt):
                    run_seeds(fuzz_x)
                self.assertEqual(expected, order)

    def press(self) -> NoReturn:
        """Do what the interpreter does at Ctrl-C."""
        raise KeyboardInterrupt


if __name__ == "__main__":
    unittest.main()
