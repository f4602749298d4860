"""The command ``python -m gofuzz_py``: from arguments to an exit status.

The only reader of ``sys.argv`` and, with report.py, the only writer to the
terminal.  Runs in the coordinator process and, with ``-fuzzworker``, in
worker processes.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import shutil
import signal
import sys
import sysconfig
import threading
import traceback
from collections.abc import Sequence
from types import FrameType
from typing import TextIO

from gofuzz_py.errors import EngineError, UsageError
from gofuzz_py.launch import Launch, current_launch
from gofuzz_py.loader import TestModule, find_targets, flatten, has_tests, load, unittest_suite
from gofuzz_py.matcher import Matcher, Selection
from gofuzz_py.options import CACHE_MARK, Options, default_cache_dir, parse_arguments, usage_text
from gofuzz_py.report import JsonReporter, Reporter, TextReporter, mute, visible
from gofuzz_py.runner import (
    EXIT_ENGINE,
    EXIT_FAILED,
    EXIT_NO_TESTS,
    EXIT_OK,
    EXIT_USAGE,
    Run,
    find_temporary_folder,
    load_engine,
    run_modules,
)
from gofuzz_py.testing_f import FuzzTest, choose_target, note_interrupt
from gofuzz_py.watchdog import Watchdog

#: What a worker process has for importing the test module at least, however short ``-timeout`` is.
_WORKER_IMPORT_S = 60.0

_options: Options | None = None


def short() -> bool:
    """Return whether ``-short`` was given: tests should be quick."""
    return _options is not None and _options.short


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status; ``arguments`` are those of ``sys.argv`` by default."""
    launch = current_launch()
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        if list(arguments[:1]) == ["clean"]:
            return _clean(arguments[1:])
        options = parse_arguments(arguments)
        if options.h:
            _print(usage_text())
            return EXIT_OK
        return _run(options, launch)
    except UsageError as error:
        return _complain(str(error))
    except EngineError as error:
        _print_error(f"gofuzz_py: {error}")
        return EXIT_ENGINE
    except KeyboardInterrupt:
        print("interrupted; not all tests have run", file=sys.stderr)
        return EXIT_FAILED


def _print(text: str) -> None:
    try:
        print(text, end="", flush=True)
    except BrokenPipeError:
        mute(1)  # the reader has seen enough
    except OSError as error:
        raise EngineError(f"cannot write to standard output: {error.strerror}") from error


def _complain(text: str) -> int:
    prefix = (
        ""
        if text.startswith(("testing:", "flag ", "bad flag", "cannot use", "invalid value"))
        else "gofuzz_py: "
    )
    _print_error(prefix + text)
    _print_error("Run 'python -m gofuzz_py -h' for usage.")
    return EXIT_USAGE


def _print_error(text: str) -> None:
    print(visible(text), file=sys.stderr)


def _run(options: Options, launch: Launch) -> int:
    global _options
    _options = options
    if threading.current_thread() is threading.main_thread() and not options.fuzzworker:
        signal.signal(signal.SIGINT, _on_interrupt)
    _report_fatal_errors(options)
    # A worker's standard output goes nowhere; it needs no events.
    if options.json and not options.fuzzworker:
        events = JsonReporter()
        with events.taking_prints():
            return _run_targets(options, launch, events)
    return _run_targets(options, launch, TextReporter(is_verbose=options.v))


def _run_targets(options: Options, launch: Launch, reporter: Reporter) -> int:
    selection = Selection(options.run, options.skip)
    fuzz_pattern = Matcher(options.fuzz, "fuzz") if options.fuzz else None
    list_pattern = Matcher(options.list, "list") if options.list is not None else None
    load_engine(options)
    if fuzz_pattern is not None and not options.fuzzworker:
        find_temporary_folder()
    watchdog = _watchdog(options, reporter)
    modules = [_load(watchdog, shown, path) for shown, path in find_targets(options.targets)]
    _check_unknown_flags(options, modules)
    if list_pattern is not None:
        return _list(list_pattern, modules)
    if not any(module.problem or module.has_test_main or has_tests(module) for module in modules):
        reporter.line(
            "no tests to run: found no fuzz test and no unittest test in " + " ".join(options.targets)
        )
        return EXIT_NO_TESTS
    run = Run(options, selection, reporter, launch, watchdog)
    if fuzz_pattern is not None:
        run.fuzzed = _choose(modules, options, selection)
    status = run_modules(run, modules)
    if run.signum and not options.fuzzworker:
        _die_of(run.signum)
    return status


def _watchdog(options: Options, reporter: Reporter) -> Watchdog:
    """Return the timer of tests, seeds and imports."""
    if not options.fuzzworker:
        return Watchdog(options.timeout, reporter.line)
    # The coordinator shows a worker's standard error.  Many workers at once import more slowly than one.
    timeout_s = max(options.timeout, _WORKER_IMPORT_S) if options.timeout else 0.0
    return Watchdog(timeout_s, _print_error)


def _load(watchdog: Watchdog, shown: str, path: str) -> TestModule:
    """Import one target within the time of ``-timeout``; see ``load``."""
    with watchdog, watchdog.running(f"import of {shown}"):
        return load(shown, path)


def _choose(modules: Sequence[TestModule], options: Options, selection: Selection) -> FuzzTest | None:
    tests = [test for module in modules for test in module.fuzz_tests]
    test = choose_target(tests, options.fuzz, selection.skips)
    if test is not None:
        from gofuzz_py.internal.sys_platform import refuse_if_unsupported

        refuse_if_unsupported()
    if test is not None and _is_installed(test.path):
        raise UsageError(
            f"cannot use -fuzz flag on package outside the main module: {test.path} is installed, "
            "and failing inputs would be written beside it; copy the test into your project"
        )
    return test


def _is_installed(path: str) -> bool:
    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return any(
        folder and os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep) for folder in folders
    )


def _check_unknown_flags(options: Options, modules: Sequence[TestModule]) -> None:
    """Unknown flags are for a TestMain; without one they are a mistake.

    A module that cannot be imported may have one; then that is what has to be mended.
    """
    if options.unknown_flag and not any(module.has_test_main or module.problem for module in modules):
        raise UsageError(f"flag provided but not defined: {options.unknown_flag}")


def _list(pattern: Matcher, modules: Sequence[TestModule]) -> int:
    names = []
    for module in modules:
        if module.problem:
            _print_error(f"# {module.shown}: {module.problem}")
            return EXIT_FAILED
        assert module.module is not None
        names += [type(case).__qualname__ for case in flatten(unittest_suite(module.module))]
        names += [test.name for test in module.fuzz_tests]
    for name in dict.fromkeys(names):
        if pattern.matches(name):
            _print(name + "\n")
    return EXIT_OK


def _clean(arguments: Sequence[str]) -> int:
    """Remove the cache: ``clean -fuzzcache [-fuzzcachedir DIR]``."""
    cache, is_asked = default_cache_dir(), False
    queue = list(arguments)
    while queue:
        argument = queue.pop(0)
        if not argument.startswith("-"):
            raise UsageError("clean -fuzzcache cannot be used with package arguments")
        name, equals, value = argument.removeprefix("-").removeprefix("-").partition("=")
        if name == "fuzzcache" and not equals:
            is_asked = True
        elif name == "fuzzcachedir":
            if not equals and not queue:
                raise UsageError("flag needs an argument: -fuzzcachedir")
            value = value if equals else queue.pop(0)
            cache = os.path.abspath(value) if value else cache
        elif name in ("h", "help"):
            _print(usage_text())
            return EXIT_OK
        else:
            raise UsageError(f"flag provided but not defined: -{name}")
    if not is_asked:
        raise UsageError("clean needs to be told what: python -m gofuzz_py clean -fuzzcache")
    if not cache:
        raise UsageError("there is no home folder, and so no cache; name one with -fuzzcachedir")
    if not os.path.exists(cache):
        return EXIT_OK
    if not os.path.exists(os.path.join(cache, CACHE_MARK)):
        raise UsageError(f"{cache} does not look like a fuzz cache (no {CACHE_MARK} in it); not removed")
    try:
        _remove(cache)
    except OSError as error:
        raise EngineError(f"cannot remove {cache}: {error}") from error
    return EXIT_OK


def _remove(folder: str) -> None:
    """Remove a folder; a link to one stays, and what it leads to is emptied."""
    if not os.path.islink(folder):
        shutil.rmtree(folder)
        return
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.remove(entry.path)


def _on_interrupt(signum: int, frame: FrameType | None) -> None:
    note_interrupt()
    raise KeyboardInterrupt


def _report_fatal_errors(options: Options) -> None:
    """Have a crash of the interpreter leave its Python stack on standard error."""
    try:
        file: int | TextIO = sys.stderr
        if options.fuzzworker:
            from gofuzz_py.internal.sys_platform import platform

            file = platform.private_stderr()
        if not faulthandler.is_enabled():
            faulthandler.enable(file=file, all_threads=True)
        if sys.platform != "win32":
            # The one signal of a program's own fault that enable() leaves out.
            faulthandler.register(signal.SIGTRAP, file=file, all_threads=True, chain=True)
    except (OSError, ValueError, RuntimeError, AttributeError):
        pass  # there is no usable standard error


def _die_of(signum: int) -> None:
    """End as the signal would have ended us, so that whoever sent it sees that."""
    with contextlib.suppress(Exception):  # whatever a test has made of it
        sys.stdout.flush()
    signal.signal(signum, signal.SIG_DFL)
    os.kill(os.getpid(), signum)


def console_main() -> None:
    """Entry point of the ``gofuzz`` script: run the command, and end with its status."""
    _open_standard_descriptors()
    try:
        status = main()
    except Exception:
        traceback.print_exc()
        print("gofuzz_py: this is an error in gofuzz_py itself", file=sys.stderr)
        status = EXIT_ENGINE
    # Python ends with a status of its own where it cannot flush what a test has
    # left in place of the streams, or what was printed for a reader who has gone.
    with contextlib.suppress(Exception):
        sys.stdout.flush()
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    for fd, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            mute(fd)
    sys.exit(status)


def _open_standard_descriptors() -> None:
    """Keep 0, 1 and 2 from being given to our pipes and files, where one was closed (``>&-``)."""
    for fd in range(3):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest that is free
