"""Starts real processes with sys_posix: what they get, how they end, what is left."""

from __future__ import annotations

import errno
import os
import signal
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from gofuzz_py.internal import isolated
from gofuzz_py.internal.sys_contract import SpawnRequest, WorkerDescriptors
from tests.internal.helpers_pipes import PipesTestCase

try:
    from gofuzz_py.internal import sys_posix
except ImportError as missing:
    raise unittest.SkipTest(f"needs a POSIX system: {missing}") from missing

_ROOT = Path(__file__).resolve().parents[2]
_FD_FOLDER = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"
_IS_LINUX = sys.platform == "linux"
#: Says that it runs, then waits to be ended.
_UP = "import os, time\nos.write(2, b'up')\n"
_WAIT_FOR_EVER = "time.sleep(60)"


def _open_descriptors() -> set[str]:
    return set(os.listdir(_FD_FOLDER))


class PosixTestCase(PipesTestCase):
    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp()
        self.addCleanup(os.rmdir, self.folder)
        memory = tempfile.TemporaryFile()  # noqa: SIM115
        self.addCleanup(memory.close)
        memory.write(b"memory")
        memory.flush()
        self.open_pipes(memory.fileno())

    def renew(self) -> None:
        """Begin a subtest with pipes that nobody has used."""
        self.doCleanups()
        self.setUp()

    def start(self, code: str, *, flags: str = "-IS") -> sys_posix.PosixProcess:
        """Start a worker that runs ``code``; its ends of the pipes are then the worker's only."""
        request = SpawnRequest((sys.executable, flags, "-c", code), dict(os.environ), self.folder)
        process = sys_posix.set_worker_comm(request, self.descriptors)
        self.close_theirs()
        return process

    def start_and_meet(self, code: str) -> sys_posix.PosixProcess:
        """Start a worker and return when its program runs."""
        process = self.start(_UP + code)
        self.assertEqual(os.read(self.errors, 2), b"up")
        return process


class SpawnTest(PosixTestCase):
    def test_the_worker_has_the_null_device_standard_error_and_the_three(self) -> None:
        process = self.start(
            "import os\n"
            "fds = [fd for fd in range(64) if os.path.exists(f'/dev/fd/{fd}')]\n"
            "null = os.stat(os.devnull).st_rdev\n"
            "ends = [os.fstat(fd).st_rdev == null for fd in (0, 1)]\n"
            "word = os.read(3, 10) + os.pread(5, 10, 0)\n"
            "os.write(4, word)\n"
            "os.write(2, repr((fds[:6], ends, os.getcwd(), os.getpgrp() == os.getpid())).encode())\n"
        )
        os.write(self.calls, b"call ")
        expected = ([0, 1, 2, 3, 4, 5], [True, True], os.path.realpath(self.folder), True)
        self.assertEqual(self.read_all(self.errors), repr(expected).encode())
        self.assertEqual(self.read_all(self.answers), b"call memory")
        self.assertEqual(process.wait(), 0)

    def test_it_inherits_nothing_that_the_coordinator_has_open(self) -> None:
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        process = self.start_and_meet(_WAIT_FOR_EVER)
        os.close(write)
        self.assertEqual(os.read(read, 1), b"")  # would block if the worker held the other end
        process.kill()
        process.wait()

    def test_the_coordinator_stays_where_it_was(self) -> None:
        before = os.getcwd()
        self.start("").wait()
        self.assertEqual(os.getcwd(), before)

    def test_a_worker_starts_where_it_should_after_the_coordinator_lost_its_folder(self) -> None:
        before = os.getcwd()
        self.addCleanup(os.chdir, before)
        lost = tempfile.mkdtemp()
        os.chdir(lost)
        os.rmdir(lost)
        process = self.start("import os\nos.write(2, os.getcwd().encode())")
        self.assertEqual(os.fsdecode(self.read_all(self.errors)), os.path.realpath(self.folder))
        self.assertEqual(process.wait(), 0)

    def test_no_descriptor_is_left_after_a_start(self) -> None:
        before = _open_descriptors()
        request = SpawnRequest((sys.executable, "-IS", "-c", ""), {}, self.folder)
        sys_posix.set_worker_comm(request, self.descriptors).wait()
        self.assertEqual(_open_descriptors(), before)

    def test_no_descriptor_is_left_after_a_start_that_failed(self) -> None:
        good = self.descriptors
        closed = 9999
        for name, argv, directory, descriptors in (
            ("program", ("/no/such/program",), self.folder, good),
            ("folder", (sys.executable,), "/no/such/folder", good),
            (
                "calls",
                (sys.executable,),
                self.folder,
                WorkerDescriptors(closed, good.fuzz_out, good.fuzz_mem, good.stderr),
            ),
            (
                "memory",
                (sys.executable,),
                self.folder,
                WorkerDescriptors(good.fuzz_in, good.fuzz_out, closed, good.stderr),
            ),
            (
                "stderr",
                (sys.executable,),
                self.folder,
                WorkerDescriptors(good.fuzz_in, good.fuzz_out, good.fuzz_mem, closed),
            ),
        ):
            with self.subTest(name=name):
                before, where = _open_descriptors(), os.getcwd()
                with self.assertRaises(OSError):
                    sys_posix.set_worker_comm(SpawnRequest(argv, {}, directory), descriptors)
                self.assertEqual((_open_descriptors(), os.getcwd()), (before, where))


class EndTest(PosixTestCase):
    def test_each_way_to_end_has_its_code(self) -> None:
        for name, code, returncode in (
            ("end of program", "", 0),
            ("exit status", "os._exit(99)", 99),
            ("signal", "os.kill(os.getpid(), 11)", -signal.SIGSEGV),
            ("abort", "os.abort()", -signal.SIGABRT),
        ):
            with self.subTest(name=name):
                self.renew()
                process = self.start(f"import os, faulthandler\n{code}")
                self.assertEqual(process.wait(), returncode)

    def test_the_coordinator_ends_it_in_three_ways(self) -> None:
        for name, signum in (
            ("interrupt", signal.SIGINT),
            ("abort", signal.SIGABRT),
            ("kill", signal.SIGKILL),
        ):
            with self.subTest(name=name):
                self.renew()
                process = self.start_and_meet(_WAIT_FOR_EVER)
                getattr(process, name)()
                self.assertEqual(process.wait(), -signum)

    def test_an_interrupt_reaches_a_worker_of_a_coordinator_that_ignores_them(self) -> None:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        process = self.start_and_meet(_WAIT_FOR_EVER)
        process.interrupt()
        self.assertEqual(process.wait(), -signal.SIGINT)

    def test_an_abort_shows_where_the_worker_was(self) -> None:
        process = self.start_and_meet(
            "import faulthandler\n"
            "faulthandler.enable()\n"
            "def busy() -> None:\n"
            "    os.write(2, b'!')\n"
            "    while True: pass\n"
            "busy()"
        )
        self.assertEqual(os.read(self.errors, 1), b"!")
        process.abort()
        self.assertEqual(process.wait(), -signal.SIGABRT)
        self.assertRegex(self.read_all(self.errors), rb"in busy\n")

    def test_after_the_end_nothing_is_sent_to_anyone(self) -> None:
        process = self.start("")
        process.wait()
        with (
            mock.patch.object(isolated.os, "kill") as kill,
            mock.patch.object(isolated.os, "killpg") as killpg,
        ):
            for send in (process.interrupt, process.abort, process.kill):
                send()
        kill.assert_not_called()
        killpg.assert_not_called()

    def test_a_process_that_has_ended_but_was_not_waited_for_may_be_killed(self) -> None:
        process = self.start("")
        self.read_all(self.errors)  # ends when the process does
        process.kill()
        self.assertIn(process.wait(), (0, -signal.SIGKILL))

    def start_family(self, rest: str) -> sys_posix.PosixProcess:
        """Start a worker with a child of its own, which holds the pipes until it ends."""
        grandchild = "import os, time\nos.write(4, b'g')\ntime.sleep(60)\nos.write(4, b'survived')"
        process = self.start(
            f"import os, sys, time\nif os.fork() == 0:\n    exec({grandchild!r})\n    os._exit(0)\n" + rest
        )
        self.assertEqual(os.read(self.answers, 1), b"g")
        return process

    @unittest.skipUnless(hasattr(os, "waitid"), "this Python has no waitid on this system")
    def test_wait_ends_what_the_worker_started(self) -> None:
        process = self.start_family("os._exit(3)")
        self.assertEqual(process.wait(), 3)
        self.assertEqual(self.read_all(self.answers), b"")

    def test_kill_ends_what_the_worker_started(self) -> None:
        process = self.start_family("time.sleep(60)")
        process.kill()
        self.assertEqual(self.read_all(self.answers), b"")
        self.assertEqual(process.wait(), -signal.SIGKILL)


class WorkerCommTest(PosixTestCase):
    """In the worker process: a real one, for 3, 4 and 5 belong to others here."""

    def start_worker(self, code: str) -> sys_posix.PosixProcess:
        return self.start(
            "import os, sys\n"
            f"sys.path.insert(0, {str(_ROOT)!r})\n"
            "from gofuzz_py.internal import sys_posix\n" + code,
            flags="-I",
        )

    def test_the_worker_talks_over_what_it_inherited(self) -> None:
        process = self.start_worker(
            "calls, answers, memory = sys_posix.get_worker_comm()\n"
            "os.write(answers, os.read(calls, 10) + os.pread(memory, 10, 0))"
        )
        os.write(self.calls, b"call ")
        self.assertEqual(self.read_all(self.answers), b"call memory")
        self.assertEqual(process.wait(), 0)

    def test_a_target_that_closes_the_low_descriptors_does_not_cut_it_off(self) -> None:
        process = self.start_worker(
            "calls, answers, memory = sys_posix.get_worker_comm()\n"
            "errors = sys_posix.private_stderr()\n"
            "os.closerange(0, 100)\n"
            "os.write(answers, os.read(calls, 10) + os.pread(memory, 10, 0))\n"
            "os.write(errors, b'still here')"
        )
        os.write(self.calls, b"call ")
        self.assertEqual(self.read_all(self.answers), b"call memory")
        self.assertEqual(self.read_all(self.errors), b"still here")
        self.assertEqual(process.wait(), 0)

    def test_programs_that_the_target_starts_get_none_of_them(self) -> None:
        # There may be others that the shell has left open, in both.
        look = "fds = [fd for fd in range(6, 1000) if os.path.exists(f'/dev/fd/{fd}')]\n"
        show = "os.write(2, repr(fds).encode() + b';')\n"
        look_again = (
            f"import os\n{look}fds += [fd for fd in (3, 4, 5) if os.path.exists(f'/dev/fd/{{fd}}')]\n"
        )
        process = self.start_worker(
            look + show + "sys_posix.get_worker_comm()\n"
            "sys_posix.private_stderr()\n"
            "os.set_inheritable(2, True)\n"
            f"look = {look_again + show!r}\n"
            "os.execv(sys.executable, [sys.executable, '-IS', '-c', look])"
        )
        before, after, _ = self.read_all(self.errors).split(b";")
        self.assertEqual(after, before)
        self.assertEqual(process.wait(), 0)

    def test_a_process_that_is_no_worker_is_told_so(self) -> None:
        process = self.start_worker(
            "os.close(5)\n"
            "try:\n"
            "    sys_posix.get_worker_comm()\n"
            "except OSError as error:\n"
            "    os.write(4, str(error.errno).encode())"
        )
        self.assertEqual(self.read_all(self.answers), str(errno.EBADF).encode())
        self.assertEqual(process.wait(), 0)


class MapTest(unittest.TestCase):
    def make_file(self, size: int) -> int:
        file = tempfile.TemporaryFile()  # noqa: SIM115
        self.addCleanup(file.close)
        file.truncate(size)
        return file.fileno()

    def test_the_region_is_the_file(self) -> None:
        fd = self.make_file(16)
        mapped = sys_posix.shared_mem_map_file(fd, 16)
        mapped.region[2:5] = b"abc"
        self.assertEqual(os.pread(fd, 16, 0), b"\0\0abc" + bytes(11))
        for step in mapped.unmap_steps:
            step()
        with self.assertRaises(ValueError):
            mapped.region[0:1] = b"x"

    def test_what_cannot_be_mapped_is_an_error(self) -> None:
        with open(os.devnull, "rb") as null:
            for name, fd, size in (
                ("not open", 9999, 8),
                ("longer than the file", self.make_file(8), 9),
                ("empty", self.make_file(0), 0),
                ("no memory behind it", null.fileno(), 8),
            ):
                with self.subTest(name=name), self.assertRaises((OSError, ValueError)):
                    sys_posix.shared_mem_map_file(fd, size)


class JudgeTest(unittest.TestCase):
    @unittest.skipUnless(_IS_LINUX, "the numbers are Linux's")
    def test_each_end_is_described_in_go_s_words(self) -> None:
        for returncode, text in (
            (0, "exit status 0"),
            (1, "exit status 1"),
            (99, "exit status 99"),
            (-1, "signal: hangup"),
            (-2, "signal: interrupt"),
            (-3, "signal: quit"),
            (-4, "signal: illegal instruction"),
            (-5, "signal: trace/breakpoint trap"),
            (-6, "signal: aborted"),
            (-7, "signal: bus error"),
            (-8, "signal: floating point exception"),
            (-9, "signal: killed"),
            (-10, "signal: user defined signal 1"),
            (-11, "signal: segmentation fault"),
            (-12, "signal: user defined signal 2"),
            (-13, "signal: broken pipe"),
            (-14, "signal: alarm clock"),
            (-15, "signal: terminated"),
        ):
            with self.subTest(returncode=returncode):
                self.assertEqual(sys_posix.describe_exit(returncode), text)

    def test_a_signal_without_a_name_of_its_own_has_the_system_s(self) -> None:
        self.assertRegex(sys_posix.describe_exit(-signal.SIGURG), "^signal: [a-z]")

    def test_signals_of_a_fault_are_told_from_those_of_other_processes(self) -> None:
        for name, is_crash in (
            ("SIGILL", True),
            ("SIGTRAP", True),
            ("SIGABRT", True),
            ("SIGBUS", True),
            ("SIGFPE", True),
            ("SIGSEGV", True),
            ("SIGPIPE", True),
            ("SIGKILL", False),
            ("SIGTERM", False),
            ("SIGHUP", False),
            ("SIGINT", False),
            ("SIGQUIT", False),
            ("SIGXCPU", False),
            ("SIGUSR1", False),
        ):
            with self.subTest(name=name):
                self.assertIs(sys_posix.is_crash_signal(getattr(signal, name)), is_crash)

    def test_a_code_is_a_signal_when_it_is_negative(self) -> None:
        for returncode, signum, is_interrupt in (
            (0, None, False),
            (2, None, False),
            (130, None, False),
            (-signal.SIGINT, signal.SIGINT, True),
            (-signal.SIGTERM, signal.SIGTERM, False),
        ):
            with self.subTest(returncode=returncode):
                self.assertEqual(sys_posix.termination_signal(returncode), signum)
                self.assertIs(sys_posix.is_interrupt_error(returncode), is_interrupt)


if __name__ == "__main__":
    unittest.main()
