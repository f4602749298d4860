"""Drives sys_windows against a stand-in for Windows, and on Windows against Windows."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from gofuzz_py.errors import SharedMemoryError
from gofuzz_py.internal import mem, sys_platform, sys_windows
from gofuzz_py.internal.sys_contract import SpawnRequest, WorkerDescriptors
from tests.internal.helpers_pipes import PipesTestCase
from tests.internal.standin_kernel32 import SIGNATURES, StandIn, c_type

_ROOT = Path(__file__).resolve().parents[2]
_IS_WINDOWS = sys.platform == "win32"
_not_on_windows = unittest.skipIf(_IS_WINDOWS, "here the real kernel32 is tested instead")
_on_windows = unittest.skipUnless(_IS_WINDOWS, "needs Windows")
#: A program that ends when it is told to and not before.
_WAIT_FOR_EVER = "import time\ntime.sleep(60)"


def _request(code: str) -> SpawnRequest:
    # -I -S: a quick start; the tests that import the package go without.
    return SpawnRequest((sys.executable, "-I", "-S", "-c", code), dict(os.environ), os.getcwd())


class StandInTestCase(unittest.TestCase):
    """Has the stand-in in place of Windows, and fails on what Windows would not take."""

    def setUp(self) -> None:
        self.standin = StandIn()
        self.addCleanup(self.standin.close)
        patch = mock.patch.object(sys_windows, "load", self.load)
        patch.start()
        self.addCleanup(patch.stop)

    def load(self) -> sys_windows.System:
        return self.standin.system

    def replace_standin(self) -> StandIn:
        """Begin a subtest with a stand-in that nothing has happened to."""
        self.assertEqual(self.standin.problems, [])
        self.standin = StandIn()
        self.addCleanup(self.standin.close)
        return self.standin

    def tearDown(self) -> None:
        self.assertEqual(self.standin.problems, [])

    def make_file(self, size: int) -> int:
        file = tempfile.TemporaryFile()  # noqa: SIM115
        self.addCleanup(file.close)
        file.truncate(size)
        return file.fileno()

    def make_descriptors(self) -> WorkerDescriptors:
        fds = [*os.pipe(), self.make_file(16), os.open(os.devnull, os.O_WRONLY)]
        for fd in (fds[0], fds[1], fds[3]):
            self.addCleanup(os.close, fd)
        return WorkerDescriptors(*fds)


class PrototypesTest(unittest.TestCase):
    def test_every_function_has_the_types_of_its_c_declaration(self) -> None:
        self.assertEqual(SIGNATURES.keys(), sys_windows.PROTOTYPES.keys())
        for name, (result, *arguments) in SIGNATURES.items():
            with self.subTest(name=name):
                self.assertEqual(
                    sys_windows.PROTOTYPES[name],
                    (c_type(result), tuple(c_type(argument) for argument in arguments)),
                )

    def test_every_function_that_is_called_is_declared(self) -> None:
        functions = {name for name in vars(sys_windows.Kernel32) if not name.startswith("_")}
        self.assertEqual(functions, set(sys_windows.PROTOTYPES))

    def test_handles_and_addresses_are_as_wide_as_a_pointer(self) -> None:
        for name in ("CreateFileMappingW", "MapViewOfFile", "CreateJobObjectW", "OpenProcess"):
            with self.subTest(name=name):
                result = sys_windows.PROTOTYPES[name][0]
                self.assertEqual(ctypes.sizeof(result), ctypes.sizeof(ctypes.c_void_p))

    @unittest.skipUnless(ctypes.sizeof(ctypes.c_void_p) == 8, "the numbers are for 64 bits")
    def test_the_job_limits_have_the_layout_of_the_c_structure(self) -> None:
        limits = sys_windows.JobLimits
        self.assertEqual(ctypes.sizeof(limits), 144)
        basic = limits.BasicLimitInformation.offset, limits.BasicLimitInformation.size
        self.assertEqual(basic, (0, 64))
        self.assertEqual((limits.IoInfo.offset, limits.ProcessMemoryLimit.offset), (64, 112))

    @_not_on_windows
    def test_elsewhere_the_system_is_refused(self) -> None:
        with self.assertRaisesRegex(OSError, f"no kernel32 on {sys.platform}"):
            sys_windows.load()
        with self.assertRaisesRegex(OSError, f"no CreateProcess on {sys.platform}"):
            sys_windows.start_process([], {}, ".", 2, [])


@_not_on_windows
class MapTest(StandInTestCase):
    def test_the_region_is_the_file(self) -> None:
        fd = self.make_file(16)
        region = sys_windows.shared_mem_map_file(fd, 16).region
        region[2:5] = b"abc"
        struct.pack_into("<Q", region, 8, 7)
        expected = b"\0\0abc\0\0\0" + b"\7" + bytes(7)
        self.assertEqual((len(region), bytes(region[0:16])), (16, expected))
        self.assertEqual(os.pread(fd, 16, 0), expected)

    def test_two_mappings_of_a_file_share_it(self) -> None:
        fd = self.make_file(8)
        first, second = (sys_windows.shared_mem_map_file(fd, 8).region for _ in range(2))
        first[0:2] = b"hi"
        self.assertEqual(bytes(second[0:2]), b"hi")

    def test_it_is_unmapped_in_order_and_nothing_stays_open(self) -> None:
        mapped = sys_windows.shared_mem_map_file(self.make_file(8), 8)
        was_released = []

        def look() -> None:
            with contextlib.suppress(ValueError):
                len(bytes(mapped.region[0:1]))
                return
            was_released.append(True)

        self.standin.before_unmap = look
        for step in mapped.unmap_steps:
            step()
        self.assertEqual(was_released, [True])
        self.assertEqual(
            self.standin.names(),
            ["CreateFileMappingW", "MapViewOfFile", "UnmapViewOfFile", "CloseHandle"],
        )
        self.assertEqual(self.standin.handles, {})
        with self.assertRaises(ValueError):
            mapped.region[0:1] = b"x"

    def test_each_call_that_fails_is_reported_by_name(self) -> None:
        for name, calls in (
            ("CreateFileMappingW", ["CreateFileMappingW"]),
            ("MapViewOfFile", ["CreateFileMappingW", "MapViewOfFile", "CloseHandle"]),
        ):
            with self.subTest(name=name):
                standin = self.replace_standin()
                standin.fail(name)
                with self.assertRaisesRegex(OSError, f"{name.rstrip('W')}: Windows error 5"):
                    sys_windows.shared_mem_map_file(self.make_file(8), 8)
                self.assertEqual((standin.names(), standin.handles), (calls, {}))

    def test_the_error_shown_is_the_first_and_not_that_of_the_clean_up(self) -> None:
        self.standin.fail("MapViewOfFile", 8)
        self.standin.fail("CloseHandle", 6)
        with self.assertRaisesRegex(OSError, "MapViewOfFile: Windows error 8"):
            sys_windows.shared_mem_map_file(self.make_file(8), 8)

    def test_each_step_of_unmapping_runs_alone(self) -> None:
        for name, left in (("UnmapViewOfFile", "view"), ("CloseHandle", "mapping")):
            with self.subTest(name=name):
                standin = self.replace_standin()
                mapped = sys_windows.shared_mem_map_file(self.make_file(8), 8)
                standin.fail(name)
                errors = []
                for step in mapped.unmap_steps:
                    try:
                        step()
                    except OSError as error:
                        errors.append(error.strerror)
                self.assertEqual(errors, [f"{name}: Windows error 5"])
                self.assertEqual(list(standin.handles.values()), [left])
                self.assertEqual(standin.names()[-2:], ["UnmapViewOfFile", "CloseHandle"])

    def test_a_size_that_the_file_does_not_have_is_refused(self) -> None:
        for size in (0, -1, 9):
            with self.subTest(size=size), self.assertRaisesRegex(ValueError, f"map {size} bytes .* has 8"):
                sys_windows.shared_mem_map_file(self.make_file(8), size)
        self.assertEqual(self.standin.calls, [])

    def test_a_descriptor_that_is_not_open_is_refused(self) -> None:
        with self.assertRaises(OSError):
            sys_windows.shared_mem_map_file(9999, 8)


@_not_on_windows
class SharedMemTest(StandInTestCase):
    """mem.py on top of this platform."""

    def setUp(self) -> None:
        super().setUp()
        patch = mock.patch.object(sys_platform, "platform", sys_windows)
        patch.start()
        self.addCleanup(patch.stop)

    def test_a_value_goes_from_one_mapping_to_the_other(self) -> None:
        ours = mem.shared_mem_temp_file(100)
        theirs = mem.shared_mem_open(os.dup(ours.fd))
        ours.set_value(b"value")
        theirs.recorder(None)([b"mutant"], 3)
        theirs.flags = mem.MINIMIZING
        self.assertEqual((ours.value_copy(), ours.count, ours.flags), (b"mutant", 3, mem.MINIMIZING))
        for shared in (theirs, ours):
            shared.close()
        self.assertFalse(os.path.exists(ours.name or ""))
        self.assertEqual(self.standin.handles, {})

    def test_a_view_that_cannot_be_unmapped_does_not_keep_the_file(self) -> None:
        shared = mem.shared_mem_temp_file(100)
        self.standin.fail("UnmapViewOfFile")
        with self.assertRaisesRegex(SharedMemoryError, "UnmapViewOfFile"):
            shared.close()
        self.assertFalse(os.path.exists(shared.name or ""))
        self.assertEqual(list(self.standin.handles.values()), ["view"])

    def test_memory_that_cannot_be_mapped_does_not_leave_a_file(self) -> None:
        for name in ("CreateFileMappingW", "MapViewOfFile"):
            with self.subTest(name=name), tempfile.TemporaryDirectory() as folder:
                self.standin.fail(name)
                with (
                    mock.patch.object(tempfile, "tempdir", folder),
                    self.assertRaisesRegex(SharedMemoryError, "Windows error 5"),
                ):
                    mem.shared_mem_temp_file(100)
                self.assertEqual(os.listdir(folder), [])


@_not_on_windows
class SpawnTest(StandInTestCase):
    def spawn(self, code: str = "", descriptors: WorkerDescriptors | None = None) -> Any:
        process = sys_windows.set_worker_comm(_request(code), descriptors or self.make_descriptors())
        return process

    def test_the_worker_is_told_its_three_handles_in_hexadecimal(self) -> None:
        descriptors = self.make_descriptors()
        self.spawn(descriptors=descriptors).wait()
        (started,) = self.standin.started
        handles = [
            self.standin.get_osfhandle(fd)
            for fd in (descriptors.fuzz_in, descriptors.fuzz_out, descriptors.fuzz_mem)
        ]
        self.assertEqual(started.handles, handles)
        self.assertEqual(
            started.env["GO_TEST_FUZZ_WORKER_HANDLES"], ",".join(f"{handle:x}" for handle in handles)
        )
        self.assertEqual(started.stderr, descriptors.stderr)
        self.assertEqual(started.directory, os.getcwd())
        self.assertLessEqual(os.environ.items(), started.env.items())

    def test_the_handles_are_inherited_during_the_start_only(self) -> None:
        self.spawn().wait()
        (started,) = self.standin.started
        self.assertEqual(started.inheritable, set(started.handles))
        self.assertEqual(self.standin.inheritable, set())
        flags = [flags for _, _, flags in self.standin.calls_of("SetHandleInformation")]
        self.assertEqual(flags, [1, 1, 1, 0, 0, 0])

    def test_a_program_that_cannot_be_started_leaves_nothing_inheritable_or_open(self) -> None:
        self.standin.start_error = FileNotFoundError(2, "no such program")
        with self.assertRaisesRegex(FileNotFoundError, "no such program"):
            self.spawn()
        self.assertEqual(self.standin.started[0].inheritable, set(self.standin.started[0].handles))
        self.assertEqual(self.standin.inheritable, set())
        self.assertEqual(self.standin.handles, {})

    def test_a_flag_that_cannot_be_set_stops_the_start_and_unsets_the_others(self) -> None:
        for number in (1, 2, 3):
            with self.subTest(number=number):
                standin = self.replace_standin()
                standin.fail("SetHandleInformation", on_call=number)
                with self.assertRaisesRegex(OSError, "SetHandleInformation: Windows error 5"):
                    self.spawn()
                self.assertEqual((standin.started, standin.inheritable), ([], set()))
                self.assertEqual(standin.handles, {})
                self.assertEqual(standin.problems, [])

    def test_a_flag_that_cannot_be_unset_does_not_lose_the_worker(self) -> None:
        self.standin.fail("SetHandleInformation", on_call=4)
        self.assertEqual(self.spawn("raise SystemExit(3)").wait(), 3)

    def test_a_closed_descriptor_is_refused_before_anything_is_done(self) -> None:
        good = self.make_descriptors()
        with self.assertRaises(OSError):
            self.spawn(descriptors=WorkerDescriptors(good.fuzz_in, 9999, good.fuzz_mem, good.stderr))
        self.assertEqual((self.standin.calls, self.standin.started), ([], []))

    def test_the_worker_is_put_into_a_job_that_kills_when_closed(self) -> None:
        process = self.spawn()
        self.assertEqual(self.standin.calls_of("OpenProcess"), [(0x0101, 0, process.pid)])
        self.assertEqual(list(self.standin.handles.values()), ["job"])
        process.wait()
        self.assertEqual(self.standin.handles, {})

    def test_without_a_job_the_worker_runs_all_the_same(self) -> None:
        for name in (
            "CreateJobObjectW",
            "SetInformationJobObject",
            "OpenProcess",
            "AssignProcessToJobObject",
        ):
            with self.subTest(name=name):
                standin = self.replace_standin()
                standin.fail(name)
                process = self.spawn(_WAIT_FOR_EVER)
                process.kill()
                self.assertEqual(process.wait(), -9)  # the stand-in's processes are POSIX's
                self.assertEqual((standin.handles, standin.problems), ({}, []))

    def test_in_a_virtual_environment_the_interpreter_behind_it_is_started(self) -> None:
        request = _request("")
        with mock.patch.object(sys, "executable", "/venv/python"):
            argv = ("/venv/python", *request.argv[1:])
            with mock.patch.object(sys, "_base_executable", request.argv[0], create=True):
                found = sys_windows._past_redirector(argv, {"A": "1"})
            self.assertEqual(found, ([*request.argv], {"A": "1", "__PYVENV_LAUNCHER__": "/venv/python"}))
            for base in ("/venv/python", "", None):
                with (
                    self.subTest(base=base),
                    mock.patch.object(sys, "_base_executable", base, create=True),
                ):
                    self.assertEqual(sys_windows._past_redirector(argv, {}), ([*argv], {}))
            with mock.patch.object(sys, "_base_executable", "/base", create=True):
                self.assertEqual(sys_windows._past_redirector(("other",), {}), (["other"], {}))


@_not_on_windows
class StartProcessTest(unittest.TestCase):
    """The last step before CreateProcess, with Windows' parts of subprocess filled in."""

    def test_popen_is_asked_for_a_group_and_exactly_these_handles(self) -> None:
        with (
            mock.patch.object(sys, "platform", "win32"),
            mock.patch.object(subprocess, "STARTUPINFO", SimpleNamespace, create=True),
            mock.patch.object(subprocess, "CREATE_NEW_PROCESS_GROUP", 0x200, create=True),
            mock.patch.object(subprocess, "Popen") as popen,
        ):
            sys_windows.start_process(("python", "-c", ""), {"A": "1"}, "C:\\work", 7, (4, 8, 12))
        popen.assert_called_once_with(
            ["python", "-c", ""],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=7,
            env={"A": "1"},
            cwd="C:\\work",
            close_fds=True,
            startupinfo=SimpleNamespace(lpAttributeList={"handle_list": [4, 8, 12]}),
            creationflags=0x200,
        )


@_not_on_windows
class ProcessTest(StandInTestCase):
    def start(self, code: str, stderr: int | None = None) -> sys_windows.WindowsProcess:
        given = self.make_descriptors()
        descriptors = WorkerDescriptors(
            given.fuzz_in, given.fuzz_out, given.fuzz_mem, given.stderr if stderr is None else stderr
        )
        return sys_windows.set_worker_comm(_request(code), descriptors)

    def test_an_interrupt_is_ctrl_break_to_the_group(self) -> None:
        process = self.start(_WAIT_FOR_EVER)
        process.interrupt()
        self.assertEqual(self.standin.calls[-1], ("GenerateConsoleCtrlEvent", 1, process.pid))
        self.assertEqual(process.wait(), -15)  # what the stand-in sends for it

    def test_an_interrupt_that_cannot_be_sent_kills(self) -> None:
        self.standin.fail("GenerateConsoleCtrlEvent")
        process = self.start(_WAIT_FOR_EVER)
        process.interrupt()
        self.assertEqual(self.standin.names()[-1], "TerminateJobObject")
        self.assertEqual(process.wait(), -9)

    def test_an_abort_kills(self) -> None:
        process = self.start(_WAIT_FOR_EVER)
        process.abort()
        self.assertEqual(process.wait(), -9)

    def test_a_job_that_cannot_be_ended_does_not_save_the_process(self) -> None:
        self.standin.fail("TerminateJobObject")
        process = self.start(_WAIT_FOR_EVER)
        process.kill()
        self.assertEqual(process.wait(), -9)

    def test_a_process_that_is_ending_anyway_may_refuse_to_be_killed(self) -> None:
        popen = mock.Mock(pid=1, **{"kill.side_effect": PermissionError(13, "Access is denied")})
        job = sys_windows.Job(self.standin.system)
        sys_windows.WindowsProcess(self.standin.system, popen, job).kill()
        popen.kill.assert_called_once_with()
        job.close()

    def test_after_its_end_nothing_is_sent(self) -> None:
        process = self.start("")
        self.assertEqual(process.wait(), 0)
        calls = len(self.standin.calls)
        for send in (process.interrupt, process.abort, process.kill):
            send()
        self.assertEqual(self.standin.names()[calls:], [])

    def test_wait_ends_what_the_worker_started(self) -> None:
        for refused in ("", "SetInformationJobObject", "TerminateJobObject"):
            with self.subTest(refused=refused):
                standin = self.replace_standin()
                standin.fail(refused)
                self.check_that_wait_ends_a_grandchild()
                self.assertEqual((standin.problems, standin.handles), ([], {}))

    def check_that_wait_ends_a_grandchild(self) -> None:
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        # The grandchild holds the pipe, which therefore ends when the grandchild does.
        grandchild = "import time\ntime.sleep(60)\nprint('survived', flush=True)"
        process = self.start(
            "import subprocess, sys\n"
            f"subprocess.Popen([sys.executable, '-I', '-S', '-c', {grandchild!r}], stdout=2)",
            stderr=write,
        )
        os.close(write)
        self.assertEqual(process.wait(), 0)
        self.assertEqual(os.read(read, 100), b"")


class WorkerCommTest(StandInTestCase):
    def get(self, value: str | None) -> tuple[int, int, int]:
        with mock.patch.dict(os.environ):
            os.environ.pop(sys_windows.WORKER_HANDLES, None)
            if value is not None:
                os.environ[sys_windows.WORKER_HANDLES] = value
            return sys_windows.get_worker_comm()

    def test_a_missing_or_wrong_variable_is_named(self) -> None:
        name = "GO_TEST_FUZZ_WORKER_HANDLES"
        not_hex = "is not a hexadecimal number"
        for value, message in (
            (None, f"{name} not set"),
            ("", f"{name} not set"),
            ("1", f"{name} has invalid value"),
            ("1,2", f"{name} has invalid value"),
            ("1,2,3,4", f"{name} has invalid value"),
            ("1,2,", f"{name} has invalid value: '' {not_hex}"),
            ("1,2,zz", f"{name} has invalid value: 'zz' {not_hex}"),
            ("0x1,2,3", f"{name} has invalid value: '0x1' {not_hex}"),
            ("1, 2,3", f"{name} has invalid value: ' 2' {not_hex}"),
            ("1,1_0,3", f"{name} has invalid value: '1_0' {not_hex}"),
            ("-1,2,3", f"{name} has invalid value: '-1' {not_hex}"),
            ("1,2,٣", f"{name} has invalid value: '٣' {not_hex}"),
            ("1,2,3\n", f"{name} has invalid value: '3\\n' {not_hex}"),
            ("1,2," + "f" * 17, f"{name} has invalid value: '{'f' * 17}' {not_hex}"),
        ):
            with self.subTest(value=value):
                with self.assertRaises(ValueError) as caught:
                    self.get(value)
                self.assertEqual(str(caught.exception), message)
        self.assertEqual(self.standin.calls, [])

    def test_a_handle_that_is_not_open_is_an_os_error(self) -> None:
        with self.assertRaises(OSError):
            self.get("4,8,c")

    @_not_on_windows
    def test_what_the_coordinator_wrote_is_what_the_worker_reads(self) -> None:
        descriptors = self.make_descriptors()
        sys_windows.set_worker_comm(_request(""), descriptors).wait()
        (started,) = self.standin.started
        fds = self.get(started.env[sys_windows.WORKER_HANDLES])
        for fd in fds:
            self.addCleanup(os.close, fd)
        self.assertEqual(
            self.standin.opened,
            list(zip(started.handles, (os.O_RDONLY, os.O_WRONLY, os.O_RDWR), strict=True)),
        )
        os.write(fds[1], b"call")
        self.assertEqual(os.read(fds[0], 10), b"call")
        self.assertEqual(os.fstat(fds[2]).st_size, 16)

    @_not_on_windows
    def test_the_worker_has_high_numbers_that_its_children_do_not_get(self) -> None:
        descriptors = self.make_descriptors()
        handles = [self.standin.get_osfhandle(fd) for fd in (descriptors.fuzz_in,) * 3]
        before = set(os.listdir("/dev/fd"))
        fds = self.get(",".join(f"{handle:X}" for handle in handles))
        for fd in fds:
            self.addCleanup(os.close, fd)
        self.assertEqual(set(os.listdir("/dev/fd")), before | {str(fd) for fd in fds})
        self.assertGreaterEqual(min(fds), sys_windows.PRIVATE_DESCRIPTORS)
        self.assertEqual([os.get_inheritable(fd) for fd in fds], [False] * 3)

    @_not_on_windows
    def test_a_crash_of_the_worker_opens_no_dialog(self) -> None:
        with self.assertRaises(OSError):
            self.get("4,8,c")
        self.assertEqual(self.standin.calls_of("SetErrorMode"), [(0x8003,)])

    def test_standard_error_is_kept_under_another_number(self) -> None:
        fd = sys_windows.private_stderr()
        self.addCleanup(os.close, fd)
        self.assertGreaterEqual(fd, sys_windows.PRIVATE_DESCRIPTORS)
        self.assertTrue(os.path.samestat(os.fstat(fd), os.fstat(2)))


class ExitTest(unittest.TestCase):
    def test_each_code_is_described(self) -> None:
        for returncode, text in (
            (0, "exit status 0"),
            (1, "exit status 1"),
            (70, "exit status 70"),
            (0xFFFF, "exit status 65535"),
            (0x10000, "exit status 0x10000"),
            (0xC0000005, "exit status 0xc0000005 (access violation)"),
            (0xC0000005 - (1 << 32), "exit status 0xc0000005 (access violation)"),
            (0xC000001D, "exit status 0xc000001d (illegal instruction)"),
            (0xC0000094, "exit status 0xc0000094 (integer division by zero)"),
            (0xC00000FD, "exit status 0xc00000fd (stack overflow)"),
            (0xC000013A, "exit status 0xc000013a (interrupted)"),
            (0xC0000374, "exit status 0xc0000374 (heap corruption)"),
            (0xC0000409, "exit status 0xc0000409 (abort or stack buffer overrun)"),
            (0xDEADBEEF, "exit status 0xdeadbeef"),
            (-1, "exit status 0xffffffff"),
        ):
            with self.subTest(returncode=returncode):
                self.assertEqual(sys_windows.describe_exit(returncode), text)

    def test_only_ctrl_c_and_ctrl_break_are_interrupts(self) -> None:
        for returncode, is_interrupt in (
            (0xC000013A, True),
            (0xC000013A - (1 << 32), True),
            (0, False),
            (1, False),
            (2, False),
            (-2, False),
            (0xC0000005, False),
        ):
            with self.subTest(returncode=returncode):
                self.assertIs(sys_windows.is_interrupt_error(returncode), is_interrupt)

    def test_there_are_no_signals(self) -> None:
        for returncode in (0, 1, -9, 0xC0000005):
            self.assertIsNone(sys_windows.termination_signal(returncode))
        for signum in (4, 6, 9, 11):
            self.assertFalse(sys_windows.is_crash_signal(signum))


def _mypy_command() -> list[str] | None:
    if importlib.util.find_spec("mypy") is not None:
        return [sys.executable, "-m", "mypy"]
    program = shutil.which("mypy")
    return [program] if program else None


class TypesTest(unittest.TestCase):
    def test_the_types_are_right_on_every_platform(self) -> None:
        # Slower than other tests: it is the nearest thing to a compiler for Windows.
        command = _mypy_command()
        if command is None:
            self.skipTest("mypy is not installed")
        names = ("sys_contract", "sys_platform", "sys_posix", "sys_windows", "sys_unimplemented", "mem")
        files = [f"gofuzz_py/internal/{name}.py" for name in names]
        for platform in ("win32", "linux", "darwin"):
            with self.subTest(platform=platform):
                done = subprocess.run(
                    [*command, "--strict", "--follow-imports=silent", "--platform", platform, *files],
                    cwd=_ROOT,
                    capture_output=True,
                    text=True,
                    encoding="utf-8",
                    check=False,
                )
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


@_on_windows
class RealWindowsTest(PipesTestCase):
    """The same file on the system it is for; skipped, not passed, elsewhere."""

    def setUp(self) -> None:
        self.shared = mem.shared_mem_temp_file(100)
        self.addCleanup(self.shared.close)
        self.open_pipes(self.shared.fd)

    def start(self, code: str) -> sys_windows.WindowsProcess:
        request = SpawnRequest((sys.executable, "-c", code), dict(os.environ), str(_ROOT))
        process = sys_windows.set_worker_comm(request, self.descriptors)
        self.close_theirs()
        return process

    def test_memory_is_shared_and_its_file_removed(self) -> None:
        shared = mem.shared_mem_temp_file(100)
        other = mem.shared_mem_open(os.dup(shared.fd))
        other.recorder(None)([b"value"], 7)
        self.assertEqual((shared.value_copy(), shared.count), (b"value", 7))
        for one in (other, shared):
            one.close()
        self.assertFalse(os.path.exists(shared.name or ""))

    def test_a_worker_talks_over_what_it_inherited(self) -> None:
        process = self.start(
            "import os, sys\n"
            "from gofuzz_py.internal import mem, sys_windows\n"
            "calls, answers, fd = sys_windows.get_worker_comm()\n"
            "shared = mem.shared_mem_open(fd)\n"
            "word = os.read(calls, 100)\n"
            "shared.recorder(None)([word], 5)\n"
            "os.write(answers, word.upper())\n"
            "print('lost')\n"
            "print(repr(sys.stdin.read()), file=sys.stderr)\n"
        )
        os.write(self.calls, b"hello")
        self.assertEqual(self.read_all(self.errors).strip(), b"''")
        self.assertEqual(self.read_all(self.answers), b"HELLO")
        self.assertEqual(process.wait(), 0)
        self.assertEqual((self.shared.value_copy(), self.shared.count), (b"hello", 5))

    def test_a_killed_worker_ends(self) -> None:
        process = self.start(_WAIT_FOR_EVER)
        process.kill()
        self.assertEqual(process.wait(), sys_windows.KILLED_EXIT_CODE)
        process.kill()
        process.interrupt()

    def test_an_interrupted_worker_ends(self) -> None:
        process = self.start("import os, time\nos.write(2, b'up')\ntime.sleep(60)")
        self.assertEqual(os.read(self.errors, 10), b"up")
        process.interrupt()
        returncode = process.wait()
        # Where there is no console, it is killed instead.
        self.assertIn(returncode, (sys_windows.STATUS_CONTROL_C_EXIT, sys_windows.KILLED_EXIT_CODE))

    def test_a_crash_is_named(self) -> None:
        process = self.start("import faulthandler\nfaulthandler._read_null()")
        self.assertEqual(
            sys_windows.describe_exit(process.wait()), "exit status 0xc0000005 (access violation)"
        )

    def test_wait_ends_what_the_worker_started(self) -> None:
        process = self.start(
            "import subprocess, sys\n"
            "code = 'import time; time.sleep(60); print(\\'survived\\', flush=True)'\n"
            "subprocess.Popen([sys.executable, '-c', code], stdout=2)\n"
        )
        self.assertEqual(process.wait(), 0)
        self.assertNotIn(b"survived", self.read_all(self.errors))

    def test_a_program_that_does_not_exist_is_an_os_error(self) -> None:
        request = SpawnRequest((str(_ROOT / "missing.exe"),), dict(os.environ), str(_ROOT))
        with self.assertRaises(OSError):
            sys_windows.set_worker_comm(request, self.descriptors)
        for fd in (*self.theirs, self.shared.fd):
            self.assertFalse(os.get_inheritable(fd))


if __name__ == "__main__":
    unittest.main()
