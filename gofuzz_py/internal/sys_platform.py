"""Choose the platform's file.

Owns the choice among ``sys_posix``, ``sys_windows`` and ``sys_unimplemented``;
nothing else in the package asks which platform it runs on to map memory or to
start, judge and stop a process.  What each of them offers is sys_contract.py's.
Go chooses with build tags.
Runs in the coordinator process and in worker processes.
"""

from __future__ import annotations

import sys

from gofuzz_py.internal import sys_unimplemented
from gofuzz_py.internal.sys_contract import Platform


def _choose() -> Platform:
    # mypy narrows on sys.platform, so each platform's run checks its own file.
    if sys.platform == "win32":
        from gofuzz_py.internal import sys_windows

        return sys_windows
    try:
        import fcntl  # noqa: F401
        import mmap  # noqa: F401
    except ImportError:
        return sys_unimplemented
    if sys.platform in ("emscripten", "wasi"):
        return sys_unimplemented
    from gofuzz_py.internal import sys_posix

    return sys_posix


platform: Platform = _choose()


def refuse_if_unsupported() -> None:
    """Raise UsageError, naming the platform, where there can be no worker processes."""
    if platform is sys_unimplemented:
        sys_unimplemented.refuse()
