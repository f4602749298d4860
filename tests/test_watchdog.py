"""The end of tests that run for too long or leave the process, in processes of their own."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import threading
import unittest

from gofuzz_py.watchdog import Watchdog
from tests.helpers import FolderTestCase

#: Runs BODY as a test of this name; its own limit and the run's are arguments.
SCRIPT = """
import functools, os, re, sys, time
from gofuzz_py import watchdog
watchdog._GRACE_S = 0.2
say = functools.partial(print, flush=True)
with watchdog.Watchdog({timeout}, say) as dog:
    with dog.running("FuzzX"), dog.running("FuzzX/seed#0", {limit}):
        {body}
print("survived")
"""
HANG = "time.sleep(60)"
#: Holds the interpreter for ages without a look at signals or other threads.
HANG_IN_C = "re.match('(a|a)*$', 'a' * 60 + 'b')"


class WatchdogTest(FolderTestCase):
    def end_of(
        self, body: str, *, timeout: float = 0.0, limit: float = 0.0
    ) -> subprocess.CompletedProcess[str]:
        """Run a test with this body under a watchdog, in a process of its own."""
        return self.python("-c", SCRIPT.format(body=body, timeout=timeout, limit=limit))

    def test_a_test_that_is_quick_enough_survives(self) -> None:
        done = self.end_of("pass", timeout=30, limit=30)

        self.assertEqual((0, "survived\n"), (done.returncode, done.stdout))

    def test_the_end_of_the_run_is_told_with_what_was_running(self) -> None:
        done = self.end_of(HANG, timeout=0.05)

        self.assertEqual(1, done.returncode)
        self.assertRegex(
            done.stdout,
            r"\Apanic: test timed out after 50ms\n\trunning tests:\n\t\tFuzzX/seed#0 \(0\.\d\ds\)\n",
        )
        self.assertIn('File "<string>", line 8 in <module>', done.stdout, "where it hung")
        self.assertTrue(done.stdout.endswith("\nFAIL\n"), done.stdout)

    def test_a_seed_has_a_limit_of_its_own(self) -> None:
        done = self.end_of(HANG, timeout=30, limit=0.05)

        self.assertEqual(1, done.returncode)
        self.assertIn("panic: FuzzX/seed#0 ran for more than 50ms (-fuzzinputtimeout)\n", done.stdout)

    def test_the_earlier_of_two_limits_counts(self) -> None:
        self.assertIn("panic: test timed out after 50ms", self.end_of(HANG, timeout=0.05, limit=30).stdout)

    def test_a_test_that_holds_the_interpreter_is_ended_too(self) -> None:
        done = self.end_of(HANG_IN_C, timeout=0.05)

        self.assertEqual(1, done.returncode)
        self.assertIn("Timeout (0:00:00", done.stdout)
        self.assertIn('File "<string>", line 8 in <module>', done.stdout)

    def test_without_standard_error_the_end_is_told_all_the_same(self) -> None:
        done = self.end_of(f"os.close(2); {HANG}", timeout=0.05)

        self.assertEqual(1, done.returncode)
        self.assertIn("panic: test timed out after 50ms", done.stdout)

    def test_a_test_that_leaves_the_process_fails_and_says_so(self) -> None:
        for body, call in (
            ("os._exit(0)", "os._exit(0)"),
            ("os._exit(3)", "os._exit(3)"),
            ("os._exit(status=4)", "os._exit(4)"),
            ("os.execv(sys.executable, [sys.executable, '-c', ''])", f"os.execv({sys.executable!r})"),
            ("os.execl(sys.executable, sys.executable, '-c', '')", f"os.execv({sys.executable!r})"),
        ):
            with self.subTest(body):
                done = self.end_of(body)
                self.assertEqual(1, done.returncode)
                expected = f"--- FAIL: FuzzX/seed#0\n    called {call}, which ends the whole process\n"
                self.assertTrue(done.stdout.startswith(expected), done.stdout)
                self.assertIn('File "<string>", line 8, in <module>', done.stdout)
                self.assertTrue(done.stdout.endswith("\nFAIL\n"), done.stdout)

    @unittest.skipUnless(hasattr(os, "fork"), "needs fork")
    def test_a_forked_child_may_leave_as_it_likes(self) -> None:
        body = "pid = os.fork() or os._exit(7); print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"

        self.assertEqual("7\nsurvived\n", self.end_of(body).stdout)

    def test_limits_rest_while_it_is_paused(self) -> None:
        body = "exec('with dog.paused(): time.sleep(2.3)')"

        # Not less: on a busy machine the time could be over before it is paused.
        self.assertEqual("survived\n", self.end_of(body, timeout=2.0, limit=2.0).stdout)

    def test_everything_is_put_back(self) -> None:
        original, threads = os._exit, threading.active_count()
        dog = Watchdog(30.0, lambda text: None)
        with dog:
            self.assertIsNot(original, os._exit)
            self.assertIsNotNone(dog.deadline)
            with dog, dog.running("a", 30.0), dog.running("b"):
                pass
            self.assertIsNot(original, os._exit)
        self.assertIs(original, os._exit)
        for thread in threading.enumerate():
            if isinstance(thread, threading.Timer):
                thread.join(10.0)
        self.assertEqual(threads, threading.active_count())

    def test_without_a_timeout_there_is_no_deadline_and_no_timer(self) -> None:
        threads = threading.active_count()
        with Watchdog(0.0, lambda text: None) as dog, dog.running("a"):
            self.assertIsNone(dog.deadline)
            self.assertEqual(threads, threading.active_count())

    def test_a_guard_that_the_target_replaced_is_left_to_it(self) -> None:
        original = os._exit
        self.addCleanup(setattr, os, "_exit", original)
        own = functools.partial(print)
        with Watchdog(0.0, lambda text: None):
            os._exit = own  # type: ignore[assignment]
        self.assertIs(own, os._exit)


if __name__ == "__main__":
    unittest.main()
