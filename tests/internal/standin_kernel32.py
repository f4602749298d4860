"""A stand-in for the parts of Windows that ``sys_windows`` uses, for tests on other systems.

Owns its own table of the C signatures, written down from Microsoft's
documentation and not taken from the code under test.  Each function is a real
C function pointer (made by ctypes) of that signature, so arguments go through
the same conversion as on the way to kernel32: a handle declared too narrow
arrives cut, a missing argument is refused.  Arguments, order and the life of
every handle are checked as the calls come in; what is wrong is collected in
``problems``, because an exception cannot pass through a C function.

Files are mapped, and processes started and killed, for real.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import signal
import struct
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

from gofuzz_py.internal import sys_windows

#: A code that ``GetLastError`` never has after a success here, so that a late look at it shows.
ERROR_ACCESS_DENIED = 5

_C_TYPES: Mapping[str, Any] = {
    "HANDLE": ctypes.c_void_p,
    "LPVOID": ctypes.c_void_p,
    "LPCWSTR": ctypes.c_wchar_p,
    "DWORD": ctypes.c_uint32,
    "UINT": ctypes.c_uint32,
    "BOOL": ctypes.c_int32,
    "enum": ctypes.c_int32,
    "SIZE_T": ctypes.c_size_t,
}

#: Result, then arguments.
SIGNATURES: Mapping[str, tuple[str, ...]] = {
    "CreateFileMappingW": ("HANDLE", "HANDLE", "LPVOID", "DWORD", "DWORD", "DWORD", "LPCWSTR"),
    "MapViewOfFile": ("LPVOID", "HANDLE", "DWORD", "DWORD", "DWORD", "SIZE_T"),
    "UnmapViewOfFile": ("BOOL", "LPVOID"),
    "CloseHandle": ("BOOL", "HANDLE"),
    "SetHandleInformation": ("BOOL", "HANDLE", "DWORD", "DWORD"),
    "OpenProcess": ("HANDLE", "DWORD", "BOOL", "DWORD"),
    "CreateJobObjectW": ("HANDLE", "LPVOID", "LPCWSTR"),
    "SetInformationJobObject": ("BOOL", "HANDLE", "enum", "LPVOID", "DWORD"),
    "AssignProcessToJobObject": ("BOOL", "HANDLE", "HANDLE"),
    "TerminateJobObject": ("BOOL", "HANDLE", "UINT"),
    "GenerateConsoleCtrlEvent": ("BOOL", "DWORD", "DWORD"),
    "SetErrorMode": ("UINT", "UINT"),
}

# Real handles are small numbers.  These need 48 bits, so that one that was
# squeezed through 32 on its way is found out.
_FILE_HANDLES = 0x7FF9_0000_0000
_OTHER_HANDLES = 0x7FF8_0000_0000


def c_type(name: str) -> Any:
    """Return the ctypes type of a name in :data:`SIGNATURES`."""
    return _C_TYPES[name]


class StandIn:
    """Kernel32, msvcrt and the starting of processes, with a record of what was asked."""

    def __init__(self) -> None:
        #: Every call of kernel32 in order: name and arguments as they arrived.
        self.calls: list[tuple[Any, ...]] = []
        #: What no Windows program should do.
        self.problems: list[str] = []
        #: Handles that are open, and what each is.
        self.handles: dict[int, str] = {}
        #: File handles that would be inherited now.
        self.inheritable: set[int] = set()
        #: Handles and numbers of open_osfhandle.
        self.opened: list[tuple[int, int]] = []
        #: What each process was started with.
        self.started: list[SimpleNamespace] = []
        #: Raised instead of starting a process.
        self.start_error: OSError | None = None
        #: Called when a view is about to be unmapped.
        self.before_unmap: Callable[[], None] = lambda: None
        self._failures: dict[str, tuple[int, int]] = {}
        self._counts: Counter[str] = Counter()
        self._last_error = 0
        self._views: dict[int, tuple[mmap.mmap, Any]] = {}
        self._files: dict[int, int] = {}
        self._job_pids: list[int] = []
        self._kills_on_close = False
        dll = SimpleNamespace(**{name: self._function(name) for name in SIGNATURES})
        sys_windows.declare(dll)
        self.system = sys_windows.System(
            kernel32=cast(sys_windows.Kernel32, dll),
            get_last_error=lambda: self._last_error,
            msvcrt=self,
            start=self._start,
        )

    def fail(self, name: str, code: int = ERROR_ACCESS_DENIED, on_call: int = 0) -> None:
        """Have a function fail with an error code: on every call, or on the n-th only."""
        self._failures[name] = (code, on_call)

    def names(self) -> list[str]:
        """Return the names of the functions called, in order."""
        return [call[0] for call in self.calls]

    def calls_of(self, name: str) -> list[tuple[Any, ...]]:
        """Return the arguments of each call of a function."""
        return [call[1:] for call in self.calls if call[0] == name]

    def close(self) -> None:
        """Really unmap what was mapped."""
        while self._views:
            _, (mapped, anchor) = self._views.popitem()
            del anchor
            with contextlib.suppress(BufferError):
                mapped.close()

    # --- the way in: C functions, checked ---

    def _function(self, name: str) -> Any:
        result, *arguments = (_C_TYPES[kind] for kind in SIGNATURES[name])

        def receive(*received: Any) -> Any:
            self.calls.append((name, *received))
            try:
                return self._answer(name, received)
            except Exception as error:  # it would be lost in the C function
                self.problems.append(f"{name}{received}: {error!r}")
                return None if result is ctypes.c_void_p else 0

        return ctypes.CFUNCTYPE(result, *arguments)(receive)

    def _answer(self, name: str, received: tuple[Any, ...]) -> Any:
        self._counts[name] += 1
        code, on_call = self._failures.get(name, (0, 0))
        if code and on_call in (0, self._counts[name]):
            self._last_error = code
            return None if _C_TYPES[SIGNATURES[name][0]] is ctypes.c_void_p else 0
        # Windows may or may not leave it alone; the code under test must not rely on it.
        self._last_error = 0
        return getattr(self, f"_{name}")(*received)

    def _check(self, is_right: bool, what: str) -> None:
        if not is_right:
            self.problems.append(what)

    def _new_handle(self, what: str) -> int:
        handle = _OTHER_HANDLES + 4 * (len(self.calls) + 1)
        self.handles[handle] = what
        return handle

    # --- kernel32 ---

    def _CreateFileMappingW(
        self, file: int, security: None, protect: int, high: int, low: int, name: None
    ) -> int:
        self._check(file in self._files, "CreateFileMapping of a handle that is no file")
        self._check((security, name) == (None, None), "the mapping object has a name or attributes")
        self._check(protect == 4, "protection is not PAGE_READWRITE")
        self._check((high, low) == (0, 0), "the size is not the file's")
        handle = self._new_handle("mapping")
        self._files[handle] = self._files[file]
        return handle

    def _MapViewOfFile(self, mapping: int, access: int, high: int, low: int, size: int) -> int:
        self._check(self.handles.get(mapping) == "mapping", "MapViewOfFile of no mapping")
        self._check(access == 6, "access is not FILE_MAP_READ | FILE_MAP_WRITE")
        self._check((high, low) == (0, 0), "the view does not begin at the file's beginning")
        mapped = mmap.mmap(self._files[mapping], size)
        anchor = ctypes.c_char.from_buffer(mapped)
        address = ctypes.addressof(anchor)
        self._views[address] = (mapped, anchor)
        self.handles[address] = "view"
        return address

    def _UnmapViewOfFile(self, address: int) -> int:
        # Stays mapped until close(): a test that fails must not crash the interpreter.
        self._check(self.handles.pop(address, "") == "view", "UnmapViewOfFile of no view")
        self.before_unmap()
        return 1

    def _CloseHandle(self, handle: int) -> int:
        what = self.handles.pop(handle, "")
        self._check(what in ("mapping", "job", "process"), f"CloseHandle of {what or 'nothing'}")
        if what == "job" and self._kills_on_close:
            self._kill_job()
        return 1

    def _SetHandleInformation(self, handle: int, mask: int, flags: int) -> int:
        self._check(handle in self._files, "SetHandleInformation of a handle that is no file")
        self._check(mask == 1 and flags in (0, 1), "something else than HANDLE_FLAG_INHERIT")
        (self.inheritable.add if flags else self.inheritable.discard)(handle)
        return 1

    def _OpenProcess(self, access: int, inherit: int, pid: int) -> int:
        self._check(access == 0x0101, "access is not PROCESS_TERMINATE | PROCESS_SET_QUOTA")
        self._check(inherit == 0, "the process handle is inheritable")
        handle = self._new_handle("process")
        self._files[handle] = pid
        return handle

    def _CreateJobObjectW(self, security: None, name: None) -> int:
        self._check((security, name) == (None, None), "the job has a name or attributes")
        return self._new_handle("job")

    def _SetInformationJobObject(self, job: int, what: int, info: int, size: int) -> int:
        self._check(self.handles.get(job) == "job", "SetInformationJobObject of no job")
        self._check(what == 9, "not JobObjectExtendedLimitInformation")
        if ctypes.sizeof(ctypes.c_void_p) == 8:
            self._check(size == 144, "not the size of JOBOBJECT_EXTENDED_LIMIT_INFORMATION")
        expected = bytearray(size)
        struct.pack_into("<I", expected, 16, 0x2000)  # JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
        self._check(ctypes.string_at(info, size) == bytes(expected), "other limits than kill on close")
        self._kills_on_close = True
        return 1

    def _AssignProcessToJobObject(self, job: int, process: int) -> int:
        self._check(self.handles.get(job) == "job", "AssignProcessToJobObject of no job")
        self._check(self.handles.get(process) == "process", "AssignProcessToJobObject of no process")
        self._job_pids.append(self._files[process])
        return 1

    def _TerminateJobObject(self, job: int, exit_code: int) -> int:
        self._check(self.handles.get(job) == "job", "TerminateJobObject of no job")
        self._check(exit_code == 1, "another exit code than that of Popen.kill")
        self._kill_job()
        return 1

    def _GenerateConsoleCtrlEvent(self, event: int, group: int) -> int:
        self._check(event == 1, "not CTRL_BREAK_EVENT")
        os.killpg(group, signal.SIGTERM)  # not SIGINT: a background job's children ignore it
        return 1

    def _SetErrorMode(self, mode: int) -> int:
        return 0

    def _kill_job(self) -> None:
        for pid in self._job_pids:
            # macOS answers PermissionError for a group of zombies.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)

    # --- msvcrt ---

    def get_osfhandle(self, fd: int, /) -> int:
        """Return a handle for an open descriptor; raises OSError for another."""
        os.fstat(fd)
        handle = _FILE_HANDLES + 4 * fd
        self._files[handle] = fd
        return handle

    def open_osfhandle(self, handle: int, flags: int, /) -> int:
        """Return a new descriptor for a handle of ``get_osfhandle``; raises OSError for another."""
        if handle not in self._files:
            raise OSError(9, "Bad file descriptor")
        self.opened.append((handle, flags))
        return os.dup(self._files[handle])

    # --- subprocess ---

    def _start(
        self,
        argv: Sequence[str],
        env: Mapping[str, str],
        directory: str,
        stderr: int,
        handles: Sequence[int],
    ) -> subprocess.Popen[bytes]:
        self.started.append(
            SimpleNamespace(
                argv=argv,
                env=env,
                directory=directory,
                stderr=stderr,
                handles=list(handles),
                inheritable=set(self.inheritable),
            )
        )
        if self.start_error is not None:
            raise self.start_error
        return subprocess.Popen(
            list(argv),
            env=dict(env),
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )
