"""The shared memory of this system: its layout, its limits, and what is left of it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from gofuzz_py.errors import SharedMemoryError
from gofuzz_py.internal import mem, sys_platform
from gofuzz_py.internal.mem import HEADER_SIZE, INTERNAL_FAILURE, MINIMIZING
from gofuzz_py.internal.sys_contract import MappedFile

_ROOT = Path(__file__).resolve().parents[2]


def _run_other_process(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program that can import the package and no more than it must."""
    prelude = f"import os, sys\nsys.path.insert(0, {str(_ROOT)!r})\nfrom gofuzz_py.internal import mem\n"
    return subprocess.run(
        [sys.executable, "-IS", "-c", prelude + code, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


class MemTestCase(unittest.TestCase):
    def make(self, value_size: int = 100) -> mem.SharedMem:
        shared = mem.shared_mem_temp_file(value_size)
        self.addCleanup(shared.close)
        return shared

    @contextlib.contextmanager
    def temporary_folder(self) -> Iterator[str]:
        """Have temporary files made in a folder where nothing else is."""
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(tempfile, "tempdir", folder):
            yield folder


class LayoutTest(MemTestCase):
    def test_the_file_has_a_header_of_forty_bytes_and_the_value(self) -> None:
        shared = self.make(100)
        self.assertEqual((HEADER_SIZE, mem.shared_mem_size(100), shared.capacity), (40, 140, 100))
        self.assertEqual(os.path.getsize(shared.name or ""), 140)

    def test_new_memory_holds_the_empty_value(self) -> None:
        shared = self.make()
        self.assertEqual((shared.value_copy(), shared.count, shared.flags), (b"", 0, 0))

    def test_the_bytes_are_where_the_module_says(self) -> None:
        shared = self.make(8)
        shared.recorder(None)([b"abc"], 0x0102)
        shared.flags = MINIMIZING
        expected = b"\2\1" + bytes(6) + b"\3" + bytes(7) + b"\2" + bytes(7) + bytes(16) + b"abc" + bytes(5)
        self.assertEqual(bytes(shared.region[0:48]), expected)
        self.assertEqual(Path(shared.name or "").read_bytes(), expected)

    def test_a_value_replaces_the_longer_one_before_it(self) -> None:
        shared = self.make(10)
        for value in (b"0123456789", b"", b"ab", bytes(10), b"\xff"):
            with self.subTest(value=value):
                shared.set_value(value)
                self.assertEqual(shared.value_copy(), value)

    def test_a_value_is_a_copy(self) -> None:
        shared = self.make()
        shared.set_value(b"before")
        value = shared.value_copy()
        shared.set_value(b"after!")
        self.assertEqual(value, b"before")

    def test_setting_a_value_keeps_the_count(self) -> None:
        shared = self.make()
        shared.recorder(None)([b"value"], 7)
        shared.set_value(b"other")
        self.assertEqual((shared.count, shared.value_copy()), (7, b"other"))

    def test_resetting_clears_count_and_flags_and_keeps_the_value(self) -> None:
        shared = self.make()
        shared.recorder(None)([b"value"], 7)
        shared.flags = INTERNAL_FAILURE | MINIMIZING
        shared.reset_count()
        self.assertEqual((shared.count, shared.flags, shared.value_copy()), (0, 0, b"value"))

    def test_recording_keeps_the_flags(self) -> None:
        shared = self.make()
        shared.flags = MINIMIZING
        shared.recorder(None)([b"value"], 1)
        self.assertEqual(shared.flags, MINIMIZING)

    def test_a_count_may_have_64_bits(self) -> None:
        shared = self.make()
        shared.recorder(None)([b""], (1 << 64) - 1)
        self.assertEqual(shared.count, (1 << 64) - 1)


class LimitTest(MemTestCase):
    def test_a_value_as_large_as_the_memory_fits(self) -> None:
        for size in (0, 1, 100, 4096 - HEADER_SIZE, 4096, 1 << 20):
            with self.subTest(size=size):
                shared = self.make(size)
                value = bytes(range(256)) * (size // 256) + bytes(size % 256)
                shared.set_value(value)
                self.assertEqual(shared.value_copy(), value)

    def test_a_larger_value_is_refused_and_nothing_changes(self) -> None:
        shared = self.make(5)
        shared.set_value(b"value")
        for length in (6, 100):
            with self.subTest(length=length):
                with self.assertRaises(SharedMemoryError) as caught:
                    shared.set_value(bytes(length))
                self.assertEqual(
                    str(caught.exception), f"value length {length} larger than shared memory capacity 5"
                )
                self.assertEqual(shared.value_copy(), b"value")

    def test_the_inner_loop_cannot_write_past_the_end(self) -> None:
        shared = self.make(5)
        with self.assertRaises((ValueError, IndexError)):
            shared.recorder(None)([b"123456"], 1)
        self.assertEqual(shared.count, 0)

    def test_a_header_that_was_overwritten_is_not_believed(self) -> None:
        shared = self.make(5)
        shared.region[8:16] = b"\x06" + bytes(7)
        with self.assertRaisesRegex(SharedMemoryError, "header damaged: value length 6"):
            shared.value_copy()


class TwoProcessesTest(MemTestCase):
    def test_what_one_process_writes_the_other_reads(self) -> None:
        shared = self.make()
        shared.set_value(b"from here \xff")
        done = _run_other_process(
            "shared = mem.shared_mem_open(os.open(sys.argv[1], os.O_RDWR | getattr(os, 'O_BINARY', 0)))\n"
            "value = shared.value_copy()\n"
            "shared.recorder(None)([value[::-1]], 12345)\n"
            "shared.flags = mem.INTERNAL_FAILURE\n"
            "os._exit(shared.capacity)",  # dies without closing anything
            shared.name or "",
        )
        self.assertEqual((done.returncode, done.stderr), (100, ""))
        self.assertEqual(shared.value_copy(), b"\xff ereh morf")
        self.assertEqual((shared.count, shared.flags), (12345, INTERNAL_FAILURE))

    def test_the_other_process_closes_it_without_removing_it(self) -> None:
        shared = self.make()
        shared.set_value(b"value")
        other = mem.shared_mem_open(os.dup(shared.fd))
        other.close()
        self.assertTrue(os.path.exists(shared.name or ""))
        self.assertEqual(shared.value_copy(), b"value")

    def test_what_is_no_shared_memory_is_refused(self) -> None:
        file = tempfile.TemporaryFile()  # noqa: SIM115
        self.addCleanup(file.close)
        for size in (0, HEADER_SIZE - 1):
            with self.subTest(size=size):
                file.truncate(size)
                with self.assertRaisesRegex(SharedMemoryError, f"fuzz temp file has only {size} bytes"):
                    mem.shared_mem_open(file.fileno())
        with self.assertRaisesRegex(SharedMemoryError, "cannot map the shared memory"):
            mem.shared_mem_open(9999)


class CloseTest(MemTestCase):
    def test_close_removes_the_file_and_the_descriptor(self) -> None:
        with self.temporary_folder() as folder:
            shared = self.make()
            self.assertEqual(os.listdir(folder), [os.path.basename(shared.name or "")])
            shared.close()
            self.assertEqual(os.listdir(folder), [])
            with self.assertRaises(OSError):
                os.fstat(shared.fd)

    def test_closing_again_does_nothing(self) -> None:
        shared = self.make()
        shared.close()
        again = os.open(os.devnull, os.O_RDONLY)  # takes the number that has become free
        self.addCleanup(os.close, again)
        self.assertEqual(again, shared.fd)
        shared.close()
        os.fstat(again)

    def test_closed_memory_cannot_be_used(self) -> None:
        shared = self.make()
        record = shared.recorder(None)
        shared.close()
        with self.assertRaises(ValueError):
            record([b"value"], 1)
        with self.assertRaises(ValueError):
            shared.value_copy()

    def test_every_step_is_tried_and_the_first_error_shown(self) -> None:
        cases = [
            ("unmap", "no unmapping today"),
            ("descriptor", ".*Bad file descriptor"),
            ("file", ".*No such file"),
            ("unmap descriptor file", "no unmapping today"),
        ]
        for broken, reason in cases:
            if "file" in broken and sys.platform == "win32":
                continue  # a file that is open cannot be removed there
            with self.subTest(broken=broken), self.temporary_folder() as folder:
                shared = mem.shared_mem_temp_file(10)
                tried = self.break_steps(shared, broken)
                with self.assertRaisesRegex(SharedMemoryError, f"^closing shared memory: {reason}"):
                    shared.close()
                self.assertEqual(tried, ["first", "second"])
                with self.assertRaises(OSError):
                    os.fstat(shared.fd)
                self.assertEqual(os.listdir(folder), [])

    def break_steps(self, shared: mem.SharedMem, broken: str) -> list[str]:
        """Make steps of close fail; return where the unmap steps will say that they ran."""
        tried: list[str] = []
        unmap = shared._unmap_steps

        def first() -> None:
            tried.append("first")
            if "unmap" in broken:
                raise OSError("no unmapping today")

        def second() -> None:
            tried.append("second")
            for step in unmap:
                step()

        shared._unmap_steps = (first, second)
        if "descriptor" in broken:
            os.close(shared.fd)
        if "file" in broken:
            os.remove(shared.name or "")
        return tried


class NothingLeftTest(MemTestCase):
    def test_memory_that_cannot_be_mapped_leaves_no_file_and_no_descriptor(self) -> None:
        def refuse(fd: int, size: int) -> MappedFile:
            fds.append(fd)
            raise error

        for error in (OSError(12, "Cannot allocate memory"), ValueError("not today")):
            fds: list[int] = []
            with (
                self.subTest(error=error),
                self.temporary_folder() as folder,
                mock.patch.object(sys_platform.platform, "shared_mem_map_file", refuse),
            ):
                with self.assertRaises(SharedMemoryError) as caught:
                    mem.shared_mem_temp_file(100)
                self.assert_one_clear_line(caught.exception, folder, str(error))
                self.assertEqual(os.listdir(folder), [])
                with self.assertRaises(OSError):
                    os.fstat(fds[0])

    def assert_one_clear_line(self, error: SharedMemoryError, folder: str, reason: str) -> None:
        line = str(error)
        self.assertNotIn("\n", line)
        self.assertIn("shared memory", line)
        self.assertIn(folder, line)
        self.assertIn(reason, line)
        self.assertIn("TMPDIR", line)

    def test_a_folder_that_is_not_there_is_named(self) -> None:
        with self.temporary_folder() as folder:
            missing = os.path.join(folder, "missing")
            with (
                mock.patch.object(tempfile, "tempdir", missing),
                self.assertRaises(SharedMemoryError) as caught,
            ):
                mem.shared_mem_temp_file(100)
        self.assert_one_clear_line(caught.exception, missing, "cannot make")

    def test_a_size_that_no_file_has_leaves_no_file(self) -> None:
        for size in (1 << 62, 1 << 70, -HEADER_SIZE, -HEADER_SIZE - 1):
            with self.subTest(size=size), self.temporary_folder() as folder:
                with self.assertRaisesRegex(SharedMemoryError, "shared memory"):
                    mem.shared_mem_temp_file(size)
                self.assertEqual(os.listdir(folder), [])

    def test_a_limit_on_file_sizes_is_one_clear_line(self) -> None:
        try:
            import resource  # noqa: F401
        except ImportError:
            self.skipTest("no limits on file sizes here")
        with tempfile.TemporaryDirectory() as folder:
            done = _run_other_process(
                "import resource, tempfile\n"
                "from gofuzz_py.errors import SharedMemoryError\n"
                "tempfile.tempdir = sys.argv[1]\n"
                "hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]\n"
                "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))\n"
                "try:\n"
                "    mem.shared_mem_temp_file(100_000)\n"
                "except SharedMemoryError as error:\n"
                "    sys.stdout.write(str(error))",
                folder,
            )
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assert_one_clear_line(SharedMemoryError(done.stdout), folder, "File too large")
            self.assertEqual(os.listdir(folder), [])

    @unittest.skipUnless(hasattr(os, "posix_fallocate"), "space cannot be reserved on this system")
    def test_a_full_disk_is_one_clear_line_before_the_run_and_no_bus_error_in_it(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "gofuzz", folder]
            try:
                subprocess.run(mount, check=True, capture_output=True)
            except (OSError, subprocess.CalledProcessError):
                self.skipTest("mounting a small file system needs more rights")
            try:
                with (
                    mock.patch.object(tempfile, "tempdir", folder),
                    self.assertRaises(SharedMemoryError) as caught,
                ):
                    mem.shared_mem_temp_file(1 << 20)
                self.assert_one_clear_line(caught.exception, folder, "No space left on device")
                self.assertEqual(os.listdir(folder), [])
            finally:
                subprocess.run(["umount", folder], check=True, capture_output=True)


if __name__ == "__main__":
    unittest.main()
