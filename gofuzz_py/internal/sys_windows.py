"""Windows: a mapped file, and a worker that inherits three handles named in its environment.

Owns every Windows call of the engine; kernel32 is reached with ctypes, and
nothing outside the standard library is used.  Knows nothing of calls, answers
or values.  Mirrors Go's sys_windows.go: the worker learns its handles from
``GO_TEST_FUZZ_WORKER_HANDLES``.  Departures: only the three handles are
inherited and only by one worker (Go leaves them inheritable), a job object
ends what a worker leaves behind, and exit codes that Windows gives to a
process that crashed are named.  Unlike on POSIX there is no signal in a wait
status: a process ended from outside looks like one that exited by itself.
Runs in the coordinator process (start, judge, stop) and in workers (map, get).

``load`` is the only door to the system: tests replace it to drive this file
on other platforms, where it imports but ``load`` raises.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from ctypes import wintypes
from dataclasses import dataclass
from typing import Any, Protocol, cast

from gofuzz_py.internal.isolated import os
from gofuzz_py.internal.sys_contract import MappedFile, SpawnRequest, WorkerDescriptors

#: The worker's ends in its environment, as in Go: fuzz_in, fuzz_out and fuzz_mem in hexadecimal.
WORKER_HANDLES = "GO_TEST_FUZZ_WORKER_HANDLES"

# winnt.h, memoryapi.h
PAGE_READWRITE = 0x04
FILE_MAP_WRITE = 0x02
FILE_MAP_READ = 0x04
# handleapi.h
HANDLE_FLAG_INHERIT = 0x01
# winnt.h: what it takes to put a process into a job
PROCESS_TERMINATE = 0x0001
PROCESS_SET_QUOTA = 0x0100
JOB_OBJECT_EXTENDED_LIMIT_INFORMATION = 9
JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE = 0x2000
# wincon.h
CTRL_BREAK_EVENT = 1
# errhandlingapi.h
SEM_FAILCRITICALERRORS = 0x0001
SEM_NOGPFAULTERRORBOX = 0x0002
SEM_NOOPENFILEERRORBOX = 0x8000

#: Where a worker keeps its descriptors: above what ordinary programs use, below the limit of 8192.
PRIVATE_DESCRIPTORS = 200

STATUS_CONTROL_C_EXIT = 0xC000013A
#: What ``Popen.kill`` makes of a process, and so what a job is ended with too.
KILLED_EXIT_CODE = 1

#: Exit codes (ntstatus.h) of a process that did not end by itself.
EXIT_NAMES: Mapping[int, str] = {
    0x80000003: "breakpoint",
    0xC0000005: "access violation",
    0xC0000006: "in-page I/O error",
    0xC0000017: "out of memory",
    0xC000001D: "illegal instruction",
    0xC0000025: "exception that cannot be continued",
    0xC000008C: "array bounds exceeded",
    0xC000008E: "floating-point division by zero",
    0xC0000094: "integer division by zero",
    0xC0000095: "integer overflow",
    0xC0000096: "privileged instruction",
    0xC00000FD: "stack overflow",
    0xC0000135: "DLL not found",
    0xC0000139: "DLL entry point not found",
    STATUS_CONTROL_C_EXIT: "interrupted",
    0xC0000142: "DLL initialization failed",
    0xC0000374: "heap corruption",
    0xC0000409: "abort or stack buffer overrun",
    0xE06D7363: "C++ exception",
}

# wintypes.DWORD and BOOL are C longs: four bytes on Windows but eight on other
# 64-bit systems, where the tests could then not check the layout of a structure.
_BOOL = ctypes.c_int32
_DWORD = ctypes.c_uint32
_SIZE_T = ctypes.c_size_t
_HANDLE = wintypes.HANDLE
_LPCWSTR = wintypes.LPCWSTR
_ADDRESS = ctypes.c_void_p


class _BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", _DWORD),
        ("MinimumWorkingSetSize", _SIZE_T),
        ("MaximumWorkingSetSize", _SIZE_T),
        ("ActiveProcessLimit", _DWORD),
        ("Affinity", _SIZE_T),
        ("PriorityClass", _DWORD),
        ("SchedulingClass", _DWORD),
    )


class JobLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION; all zero but what is set."""

    _fields_ = (
        ("BasicLimitInformation", _BasicLimits),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", _SIZE_T),
        ("JobMemoryLimit", _SIZE_T),
        ("PeakProcessMemoryUsed", _SIZE_T),
        ("PeakJobMemoryUsed", _SIZE_T),
    )


class Kernel32(Protocol):
    """The functions of kernel32 used here; each returns 0 or None when it failed.

    ``SetErrorMode`` cannot fail: it returns the mode that was.
    """

    def CreateFileMappingW(
        self, file: int, security: None, protect: int, size_high: int, size_low: int, name: None, /
    ) -> int | None: ...
    def MapViewOfFile(
        self, mapping: int, access: int, offset_high: int, offset_low: int, size: int, /
    ) -> int | None: ...
    def UnmapViewOfFile(self, address: int, /) -> int: ...
    def CloseHandle(self, handle: int, /) -> int: ...
    def SetHandleInformation(self, handle: int, mask: int, flags: int, /) -> int: ...
    def OpenProcess(self, access: int, inherit: int, pid: int, /) -> int | None: ...
    def CreateJobObjectW(self, security: None, name: None, /) -> int | None: ...
    def SetInformationJobObject(self, job: int, what: int, info: object, size: int, /) -> int: ...
    def AssignProcessToJobObject(self, job: int, process: int, /) -> int: ...
    def TerminateJobObject(self, job: int, exit_code: int, /) -> int: ...
    def GenerateConsoleCtrlEvent(self, event: int, group: int, /) -> int: ...
    def SetErrorMode(self, mode: int, /) -> int: ...


#: Result and argument types of each function of :class:`Kernel32`.  Undeclared,
#: ctypes would cut handles and addresses down to 32 bits.
PROTOTYPES: Mapping[str, tuple[type, tuple[type, ...]]] = {
    "CreateFileMappingW": (_HANDLE, (_HANDLE, _ADDRESS, _DWORD, _DWORD, _DWORD, _LPCWSTR)),
    "MapViewOfFile": (_ADDRESS, (_HANDLE, _DWORD, _DWORD, _DWORD, _SIZE_T)),
    "UnmapViewOfFile": (_BOOL, (_ADDRESS,)),
    "CloseHandle": (_BOOL, (_HANDLE,)),
    "SetHandleInformation": (_BOOL, (_HANDLE, _DWORD, _DWORD)),
    "OpenProcess": (_HANDLE, (_DWORD, _BOOL, _DWORD)),
    "CreateJobObjectW": (_HANDLE, (_ADDRESS, _LPCWSTR)),
    "SetInformationJobObject": (_BOOL, (_HANDLE, ctypes.c_int32, _ADDRESS, _DWORD)),
    "AssignProcessToJobObject": (_BOOL, (_HANDLE, _HANDLE)),
    "TerminateJobObject": (_BOOL, (_HANDLE, ctypes.c_uint32)),
    "GenerateConsoleCtrlEvent": (_BOOL, (_DWORD, _DWORD)),
    "SetErrorMode": (ctypes.c_uint32, (ctypes.c_uint32,)),
}


class Msvcrt(Protocol):
    """What is used of the module ``msvcrt``."""

    def get_osfhandle(self, fd: int, /) -> int: ...
    def open_osfhandle(self, handle: int, flags: int, /) -> int: ...


class Popen(Protocol):
    """What is used of ``subprocess.Popen``."""

    @property
    def pid(self) -> int: ...
    def wait(self) -> int: ...
    def poll(self) -> int | None: ...
    def kill(self) -> None: ...


@dataclass(frozen=True, slots=True)
class System:
    """The outside of this file, so that a test can be the outside."""

    kernel32: Kernel32
    #: Error code of this thread's last call of kernel32.
    get_last_error: Callable[[], int]
    msvcrt: Msvcrt
    #: Starts a program: arguments, environment, folder, standard error, handles it inherits.
    start: Callable[[Sequence[str], Mapping[str, str], str, int, Sequence[int]], Popen]

    def error(self, call: str) -> OSError:
        """Return the error of the last call; ask before another call overwrites it."""
        code = self.get_last_error()
        if sys.platform == "win32":
            return ctypes.WinError(code, f"{call}: {ctypes.FormatError(code).strip()}")
        return OSError(code, f"{call}: Windows error {code}")

    def check(self, call: str, is_done: int | None) -> None:
        """Raise OSError where ``call`` returned that it failed."""
        if not is_done:
            raise self.error(call)


@functools.cache
def load() -> System:
    """Return the real system; raises OSError on other platforms."""
    if sys.platform == "win32":
        import msvcrt

        # A copy of our own: declaring types on ctypes.windll.kernel32 would
        # change them for the code under test as well.
        dll = ctypes.WinDLL("kernel32", use_last_error=True)
        declare(dll)
        return System(cast(Kernel32, dll), ctypes.get_last_error, msvcrt, start_process)
    raise OSError(f"no kernel32 on {sys.platform}")


def declare(dll: Any) -> None:
    """Give every function of ``dll`` that is used here its types."""
    for name, (result, arguments) in PROTOTYPES.items():
        function = getattr(dll, name)
        function.restype = result
        function.argtypes = arguments


def start_process(
    argv: Sequence[str], env: Mapping[str, str], directory: str, stderr: int, handles: Sequence[int]
) -> Popen:
    """Start ``argv`` in a process group of its own; it inherits ``handles`` and nothing else.

    The group keeps the terminal's Ctrl-C away from workers (the coordinator
    stops them in order) and is what Ctrl-Break can be sent to.
    """
    if sys.platform != "win32":
        raise OSError(f"no CreateProcess on {sys.platform}")
    return subprocess.Popen(
        list(argv),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        env=dict(env),
        cwd=directory,
        close_fds=True,
        startupinfo=subprocess.STARTUPINFO(lpAttributeList={"handle_list": list(handles)}),
        creationflags=subprocess.CREATE_NEW_PROCESS_GROUP,
    )


def shared_mem_map_file(fd: int, size: int) -> MappedFile:
    """Map ``size`` bytes of the open file ``fd`` for reading and writing, shared.

    Slices of the region must not outlive it: after the unmap steps they would
    point to memory that is gone.  Raises OSError, or ValueError where the file
    is shorter than ``size``.
    """
    file_size = os.fstat(fd).st_size
    if not 0 < size <= file_size:
        raise ValueError(f"cannot map {size} bytes of a file that has {file_size}")
    system = load()
    file = system.msvcrt.get_osfhandle(fd)
    # The object is not shared; zero as its size stands for the size of the file.
    mapping = system.kernel32.CreateFileMappingW(file, None, PAGE_READWRITE, 0, 0, None)
    if not mapping:
        raise system.error("CreateFileMapping")
    address = system.kernel32.MapViewOfFile(mapping, FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, size)
    if not address:
        error = system.error("MapViewOfFile")
        system.kernel32.CloseHandle(mapping)
        raise error
    return _mapped(system, mapping, address, size)


def _mapped(system: System, mapping: int, address: int, size: int) -> MappedFile:
    # Released first: a later read through it is then an exception, not an access violation.
    region = memoryview((ctypes.c_ubyte * size).from_address(address)).cast("B")

    def unmap() -> None:
        system.check("UnmapViewOfFile", system.kernel32.UnmapViewOfFile(address))

    def close() -> None:
        system.check("CloseHandle", system.kernel32.CloseHandle(mapping))

    return MappedFile(region, (region.release, unmap, close))


class Job:
    """A job object: it is what reaches a worker's own children.

    The system ends what is in it when the coordinator dies, by a limit set on
    it.  A system that refuses a job is no reason not to fuzz: every step that
    fails is passed over.
    """

    def __init__(self, system: System) -> None:
        self._kernel32 = system.kernel32
        self._handle = self._kernel32.CreateJobObjectW(None, None)
        if self._handle:
            limits = JobLimits()
            limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
            self._kernel32.SetInformationJobObject(
                self._handle,
                JOB_OBJECT_EXTENDED_LIMIT_INFORMATION,
                ctypes.byref(limits),
                ctypes.sizeof(limits),
            )

    def add(self, pid: int) -> None:
        """Put the process in the job; what it starts from then on is in it as well."""
        if not self._handle:
            return
        process = self._kernel32.OpenProcess(PROCESS_TERMINATE | PROCESS_SET_QUOTA, 0, pid)
        if process:
            self._kernel32.AssignProcessToJobObject(self._handle, process)
            self._kernel32.CloseHandle(process)

    def terminate(self) -> None:
        """End every process in the job at once."""
        if self._handle:
            self._kernel32.TerminateJobObject(self._handle, KILLED_EXIT_CODE)

    def close(self) -> None:
        """End what is left in the job and give it up; a second call does nothing."""
        self.terminate()
        handle, self._handle = self._handle, None
        if handle:
            self._kernel32.CloseHandle(handle)


class WindowsProcess:
    """A worker process in a process group and a job of its own."""

    def __init__(self, system: System, popen: Popen, job: Job) -> None:
        self.pid = popen.pid
        self._kernel32 = system.kernel32
        self._popen = popen
        self._job = job
        # Keeps the job from being closed in one thread while another ends it:
        # its handle may be another object's by then.
        self._lock = threading.Lock()

    def wait(self) -> int:
        """Block until the process has ended, end what is left in its job, return its code.

        The code is between 0 and 0xffffffff, never negative.
        """
        returncode = self._popen.wait()
        with self._lock:
            self._job.close()
        return returncode

    def interrupt(self) -> None:
        """Send Ctrl-Break to the process group, or kill where that cannot be.

        There is nothing to send it through when the coordinator has no console.
        """
        # Not Popen.send_signal: os.kill answers a refusal with SystemError
        # after it has ended the process (python/cpython#58689).
        with self._lock:
            if self._popen.poll() is not None:
                return
            if not self._kernel32.GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, self.pid):
                self._end()

    def abort(self) -> None:
        """Kill: Windows has no signal on which another process would write its stacks."""
        self.kill()

    def kill(self) -> None:
        """End the process and what is in its job."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        self._job.terminate()
        # Refused where the process is about to end anyway.
        with contextlib.suppress(PermissionError):
            self._popen.kill()


_spawn_lock = threading.Lock()


def set_worker_comm(request: SpawnRequest, descriptors: WorkerDescriptors) -> WindowsProcess:
    """Start a worker: input and output on NUL, standard error as given, three handles inherited.

    Raises OSError where a descriptor is not open or the program cannot be started.
    """
    system = load()
    handles = [
        system.msvcrt.get_osfhandle(fd)
        for fd in (descriptors.fuzz_in, descriptors.fuzz_out, descriptors.fuzz_mem)
    ]
    argv, env = _past_redirector(request.argv, request.env)
    env = {**env, WORKER_HANDLES: ",".join(f"{handle:x}" for handle in handles)}
    job = Job(system)
    try:
        with _spawn_lock, _inheritable(system, handles):
            popen = system.start(argv, env, request.directory, descriptors.stderr, handles)
            job.add(popen.pid)
    except BaseException:
        job.close()
        raise
    return WindowsProcess(system, popen, job)


@contextlib.contextmanager
def _inheritable(system: System, handles: Sequence[int]) -> Iterator[None]:
    """Let ``handles`` be inherited for a moment, so that no other program gets them too."""
    set_information = system.kernel32.SetHandleInformation
    try:
        for handle in handles:
            system.check(
                "SetHandleInformation",
                set_information(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT),
            )
        yield
    finally:
        # A failure here is passed over: the worker may be running already.
        for handle in handles:
            set_information(handle, HANDLE_FLAG_INHERIT, 0)


def _past_redirector(argv: Sequence[str], env: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Name the interpreter behind a virtual environment's python.exe, which only starts that one.

    The process started is then the worker itself and not its parent, and is in
    the job before it starts anything.  The way is multiprocessing's (bpo-35797).
    """
    base: str = getattr(sys, "_base_executable", None) or sys.executable
    is_redirected = os.path.normcase(base) != os.path.normcase(sys.executable)
    if not is_redirected or argv[0] != sys.executable:
        return list(argv), dict(env)
    return [base, *argv[1:]], {**env, "__PYVENV_LAUNCHER__": sys.executable}


def get_worker_comm() -> tuple[int, int, int]:
    """Return descriptors for the handles named in the environment; call once.

    Their numbers are high, so that a target that closes the low ones does not
    cut the worker off, and programs that the target starts do not inherit
    them.  Also keeps the system from showing a dialog, which would wait for a
    person, when the worker crashes.  Raises ValueError where the variable is
    missing or wrong, OSError where a handle is not open.
    """
    value = os.environ.get(WORKER_HANDLES, "")
    if not value:
        raise ValueError(f"{WORKER_HANDLES} not set")
    parts = value.split(",")
    if len(parts) != 3:
        raise ValueError(f"{WORKER_HANDLES} has invalid value")
    fuzz_in, fuzz_out, fuzz_mem = (_parse_handle(part) for part in parts)
    system = load()
    system.kernel32.SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX)
    return (
        _private(system.msvcrt.open_osfhandle(fuzz_in, os.O_RDONLY)),
        _private(system.msvcrt.open_osfhandle(fuzz_out, os.O_WRONLY)),
        _private(system.msvcrt.open_osfhandle(fuzz_mem, os.O_RDWR)),
    )


def _parse_handle(text: str) -> int:
    # int() alone would take "0x1f", "1_f" and " 1f " too.
    if not re.fullmatch("[0-9a-fA-F]{1,16}", text):
        raise ValueError(f"{WORKER_HANDLES} has invalid value: {text!r} is not a hexadecimal number")
    return int(text, 16)


def _private(fd: int) -> int:
    """Move ``fd`` to the first free number from ``PRIVATE_DESCRIPTORS`` on."""
    try:
        number = PRIVATE_DESCRIPTORS
        while _is_open(number):
            number += 1
        # The duplicate has a handle of its own, which is not inherited.
        return os.dup2(fd, number, inheritable=False)
    finally:
        os.close(fd)


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def private_stderr() -> int:
    """Return a duplicate of standard error that a target is not likely to close."""
    return _private(os.dup(2))


def is_interrupt_error(returncode: int) -> bool:
    """Did Ctrl-C or Ctrl-Break end the process?"""
    return returncode & 0xFFFFFFFF == STATUS_CONTROL_C_EXIT


def termination_signal(returncode: int) -> int | None:
    """Return None: there are no signals."""
    return None


def is_crash_signal(signum: int) -> bool:
    """Return False: there are no signals."""
    return False


def describe_exit(returncode: int) -> str:
    """Say how the process ended: ``exit status 99``, ``exit status 0xc0000005 (access violation)``.

    Codes above 16 bits are in hexadecimal, as in Go.
    """
    code = returncode & 0xFFFFFFFF
    if code < 1 << 16:
        return f"exit status {code}"
    name = EXIT_NAMES.get(code)
    return f"exit status {code:#x}" + (f" ({name})" if name else "")
