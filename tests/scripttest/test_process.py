"""Tests of processes: output, ends, signals, and finding what was left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from tests.scripttest.process import (
    Process,
    describe_status,
    kill_processes_of,
    processes_of,
    stop_ignoring_interrupts,
)

# More than any of these takes; reached only when something is broken.
LONG_S = 30.0


@unittest.skipUnless(os.name == "posix", "uses sh and signals")
class ProcessTest(unittest.TestCase):
    def setUp(self) -> None:
        stop_ignoring_interrupts()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.area = Path(directory.name).resolve()

    def start(self, script: str, *, stdin: bytes = b"", drain_s: float = LONG_S) -> Process:
        env = {"PATH": os.environ["PATH"], "WORK": f"{self.area}/work"}
        process = Process(["sh", "-c", script], self.area, env, stdin, drain_s=drain_s)
        self.addCleanup(process.kill)
        self.addCleanup(kill_processes_of, self.area)
        return process

    def test_output_and_status_are_kept(self) -> None:
        process = self.start("printf 'a\\377'; echo b >&2; exit 3")
        self.assertTrue(process.wait(LONG_S))
        self.assertEqual((b"a\xff", b"b\n"), process.output())
        self.assertEqual(3, process.returncode)
        self.assertFalse(process.is_output_held)

    def test_more_output_than_a_pipe_holds_does_not_block(self) -> None:
        process = self.start("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2")
        self.assertTrue(process.wait(LONG_S))
        self.assertEqual([300000, 300000], [len(data) for data in process.output()])

    def test_standard_input_is_what_was_given_or_empty(self) -> None:
        for given in (b"", b"some\x00thing"):
            process = self.start("cat", stdin=given)
            process.wait(LONG_S)
            self.assertEqual(given, process.output()[0])

    def test_a_signal_is_a_negative_status(self) -> None:
        process = self.start("kill -KILL $$")
        process.wait(LONG_S)
        self.assertEqual(-9, process.returncode)

    def test_waiting_gives_up_in_time(self) -> None:
        self.assertFalse(self.start("exec sleep 60").wait(0.01))

    def test_output_that_a_child_keeps_open_is_noticed(self) -> None:
        process = self.start("sleep 60 & exit 0", drain_s=0.01)
        self.assertTrue(process.wait(LONG_S))
        self.assertEqual(0, process.returncode)
        self.assertTrue(process.is_output_held)

    def test_a_process_may_close_its_output_and_live_on(self) -> None:
        process = self.start("exec >&- 2>&-; read line; exit 4", stdin=b"x\n")
        self.assertTrue(process.wait(LONG_S))
        self.assertEqual(4, process.returncode)

    def test_output_can_be_waited_for(self) -> None:
        process = self.start("echo ready; exec sleep 60")
        self.assertTrue(process.wait_for_output(lambda stdout, _: b"ready" in stdout, LONG_S))
        self.assertIsNone(process.returncode)

    def test_waiting_for_output_ends_when_none_can_come(self) -> None:
        self.assertFalse(self.start("echo done").wait_for_output(lambda stdout, _: b"x" in stdout, LONG_S))

    def test_a_signal_is_for_the_leader_or_for_all(self) -> None:
        child = "trap 'echo child; exit' INT; echo ready; while :; do sleep 0.01; done"
        script = f"trap 'echo leader' INT; ({child}); wait"
        for to_group in (False, True):
            with self.subTest(to_group=to_group):
                process = self.start(script)
                process.wait_for_output(lambda stdout, _: b"ready" in stdout, LONG_S)
                self.assertTrue(process.send_signal(signal.SIGINT, to_group=to_group))
                if to_group:
                    process.wait(LONG_S)
                    self.assertIn(b"child", process.output()[0])
                else:
                    process.kill()
                    self.assertNotIn(b"child", process.output()[0])

    def test_interrupts_that_were_ignored_outside_reach_processes_all_the_same(self) -> None:
        self.addCleanup(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, signal.SIG_IGN))
        stop_ignoring_interrupts()
        process = self.start("kill -INT $$; echo ignored")
        process.wait(LONG_S)
        self.assertEqual((-signal.SIGINT, b""), (process.returncode, process.output()[0]))

    def test_no_signal_is_sent_to_what_has_ended(self) -> None:
        process = self.start("exit 0")
        process.wait(LONG_S)
        self.assertFalse(process.send_signal(signal.SIGTERM))
        self.assertFalse(process.send_signal(signal.SIGTERM, to_group=True))

    def test_stopping_asks_first(self) -> None:
        process = self.start("trap 'echo asked; exit 5' INT; echo ready; while :; do sleep 0.01; done")
        process.wait_for_output(lambda stdout, _: b"ready" in stdout, LONG_S)
        process.stop(LONG_S)
        self.assertEqual((5, b"ready\nasked\n"), (process.returncode, process.output()[0]))

    def test_stopping_does_not_take_no_for_an_answer(self) -> None:
        process = self.start("trap '' INT QUIT TERM; echo ready; while :; do sleep 0.01; done")
        process.wait_for_output(lambda stdout, _: b"ready" in stdout, LONG_S)
        process.stop(0.02)
        self.assertEqual(-9, process.returncode)

    @unittest.skipUnless(sys.platform == "linux", "looks into /proc")
    def test_what_has_left_its_session_or_its_environment_is_found_and_killed(self) -> None:
        (self.area / "work").mkdir()
        cases = {
            "another session": "cd / && exec setsid sh -c 'echo ready; sleep 60'",
            "an empty environment": "cd work && exec env -i sh -c 'echo ready; sleep 60'",
        }
        for name, script in cases.items():
            with self.subTest(name):
                process = self.start(f"({script}) &", drain_s=0.01)
                process.wait(LONG_S)
                process.wait_for_output(lambda stdout, _: b"ready" in stdout, LONG_S)
                self.assertTrue(processes_of(self.area))
                kill_processes_of(self.area)
                self.assertEqual([], processes_of(self.area))

    @unittest.skipUnless(sys.platform == "linux", "looks into /proc")
    def test_processes_of_others_are_not_touched(self) -> None:
        other = subprocess.Popen(["sleep", "60"], env={"PATH": os.environ["PATH"], "X": f"{self.area}x/work"})
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        self.assertEqual([], processes_of(self.area))

    def test_an_end_is_put_into_words(self) -> None:
        cases = {0: "exit status 0", 3: "exit status 3", -9: "signal SIGKILL", -77: "signal 77"}
        self.assertEqual(cases, {status: describe_status(status) for status in cases})
