"""Run tests, then seeds, then fuzz: the order of a run, and its exit status.

Owns the three modes of ``f.fuzz`` (seeds, coordinator, worker), the passing
of control through ``TestMain``, and the ``-timeout`` of tests and seeds.
Knows nothing of how results are laid out or of how inputs are mutated.
Mirrors ``(*M).Run`` and ``runFuzzing`` of Go's testing package.
"""

from __future__ import annotations

import codecs
import contextlib
import sys
import tempfile
import unittest
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from gofuzz_py.internal.corpus import CorpusEntry
from gofuzz_py.internal.isolated import os, time
from gofuzz_py.launch import Launch
from gofuzz_py.loader import TestModule, has_tests, unittest_suite
from gofuzz_py.matcher import Selection
from gofuzz_py.options import Options
from gofuzz_py.outcome import Status, TestOutcome, exception_text, outcome_text
from gofuzz_py.report import Reporter
from gofuzz_py.testing_f import F, FuzzMode, FuzzTest, TargetCall, is_interrupt, run_fuzz_test
from gofuzz_py.watchdog import Watchdog

if TYPE_CHECKING:
    from gofuzz_py.complexity_seeds import SeedJudge

EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_NO_TESTS, EXIT_ENGINE = 0, 1, 2, 5, 70

_NOTHING_TO_FUZZ = "testing: warning: no fuzz tests to fuzz"


@dataclass(slots=True)
class Run:
    """What is common to all modules of one run."""

    options: Options
    selection: Selection
    reporter: Reporter
    launch: Launch
    watchdog: Watchdog
    #: The test that ``-fuzz`` means, or None.
    fuzzed: FuzzTest | None = None
    #: Are there several modules, so that each gets a line of its own?
    is_over_several: bool = False
    #: Has anything failed so far?
    has_failed: bool = False
    #: Did the engine fail (exit status 70)?
    has_engine_failed: bool = False
    #: Number of the signal that ended fuzzing, or 0.
    signum: int = 0
    #: Tests and seeds that ran.
    ran: int = 0

    def say_not_fuzzed(self) -> None:
        """Tell that ``-fuzz`` was not carried out because tests or seeds come first."""
        assert self.fuzzed is not None
        name = self.fuzzed.name
        self.reporter.line(
            f"testing: will not fuzz {name}: a test or seed failed; '-run=^$' leaves those out", name
        )

    @property
    def should_stop(self) -> bool:
        """Does ``-failfast`` end the run here?"""
        return self.options.failfast and self.has_failed


class M:
    """What ``TestMain(m)`` is handed: ``m.run()`` runs the module's tests."""

    def __init__(self, run: Run, test_module: TestModule) -> None:
        self._run = run
        self._test_module = test_module
        #: The status of the last ``run()``, or None before it.
        self.status: int | None = None

    def run(self) -> int:
        """Run the module's tests, its seeds and, if ``-fuzz`` means one of them, fuzz; return the status."""
        if self._run.options.fuzzworker:
            self.status = _serve(self._run, self._test_module)
        else:
            self.status = _run_module(self._run, self._test_module)
        return self.status


#: What fuzzing.py, serving.py and complexity_seeds.py offer, once imported: running seeds needs none.
_fuzz_test: Callable[..., None] | None = None
_serve_test: Callable[..., None] | None = None
_judging: Callable[..., SeedJudge] | None = None

#: What the engine reads and writes text in, beside UTF-8.
_ENCODINGS = (
    "ascii", "latin-1", "unicode_escape",
    "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
)  # fmt: skip


def load_engine(options: Options) -> None:
    """Import what these options need, before test modules and seeds can patch or remove what that needs.

    A worker and its coordinator need different parts, and each start pays for what it imports.
    """
    global _fuzz_test, _serve_test, _judging
    if options.fuzzcomplexity and not options.fuzzworker:
        from gofuzz_py.complexity_seeds import SeedJudge

        _judging = SeedJudge
    if not options.fuzz:
        return
    if options.fuzzworker:
        from gofuzz_py.serving import serve_test

        _serve_test = serve_test
    else:
        from gofuzz_py.fuzzing import fuzz_test

        _fuzz_test = fuzz_test
    for encoding in _ENCODINGS:
        codecs.lookup(encoding)  # imports it


def find_temporary_folder() -> None:
    """Look for the folder in which fuzzing makes its files, before test modules can change where that is.

    Python makes a file to try a folder, so a worker, which may be ended at any
    time and needs none, must not do this.
    """
    with contextlib.suppress(OSError):  # told later, by what needs the folder
        tempfile.gettempdir()


def run_modules(run: Run, modules: Sequence[TestModule]) -> int:
    """Run the modules one after another, the one that is fuzzed last; return the exit status."""
    if run.options.fuzzworker:
        (module,) = modules
        if module.problem:
            return _leave_unserved(f"{module.shown}: {module.problem}")
        return _run_test_main(run, module)
    run.is_over_several = len(modules) > 1
    fuzzed_path = run.fuzzed.path if run.fuzzed is not None else None
    ordered = sorted(modules, key=lambda module: module.path == fuzzed_path)
    worst = EXIT_OK
    for module in ordered:
        if run.should_stop:
            break
        worst = max(worst, _run_one(run, module))
    if run.is_over_several and not run.options.json:
        if run.fuzzed is None and run.options.fuzz:
            run.reporter.line(_NOTHING_TO_FUZZ)
        if worst != EXIT_OK:
            run.reporter.verdict(Status.FAIL)
    return worst


def _run_one(run: Run, module: TestModule) -> int:
    """Run a module and, if it is not the only one, tell how that ended in Go's line; return its status."""
    start, ran_before = time.monotonic(), run.ran
    run.reporter.module_started(module.shown)
    if run.is_over_several and not (module.problem or module.has_test_main or has_tests(module)):
        run.reporter.module_ended(module.shown, Status.SKIP, 0.0, "[no tests]")
        return EXIT_OK
    status = _run_test_main(run, module) if not module.problem else _report_import_failure(run, module)
    run.has_failed = run.has_failed or status != EXIT_OK
    if run.is_over_several or run.options.json:
        verdict = Status.FAIL if status else Status.PASS
        is_idle = run.ran == ran_before and bool(run.options.run or run.options.skip) and not status
        note = "[no tests to run]" if is_idle else ""
        run.reporter.module_ended(module.shown, verdict, time.monotonic() - start, note)
    return status


def _report_import_failure(run: Run, module: TestModule) -> int:
    run.reporter.line(f"# {module.shown}: {module.problem}")
    run.reporter.verdict(Status.FAIL)
    return EXIT_FAILED


def _run_test_main(run: Run, test_module: TestModule) -> int:
    """Run a module through its TestMain, if it has one; return its status."""
    m = M(run, test_module)
    test_main: Callable[[M], Any] | None = getattr(test_module.module, "TestMain", None)
    if test_main is None:
        return m.run()
    sys.argv = [test_module.path, *run.options.rest]
    try:
        returned = test_main(m)
    except SystemExit as leave:
        returned = leave.code
    except BaseException as error:
        if is_interrupt(error):
            raise
        run.reporter.line(f"TestMain of {test_module.shown} failed:\n{exception_text(error)}")
        run.reporter.verdict(Status.FAIL)
        return EXIT_FAILED
    return _status_of(run, test_module, returned, m.status)


def _status_of(run: Run, test_module: TestModule, returned: object, ran: int | None) -> int:
    """Turn what TestMain returned or exited with into a status, as Python and Go would."""
    if isinstance(returned, int):
        # As the system will see it; 256 must not become a pass, nor -1 count for less than one.
        return int(returned) & 0xFF or (EXIT_FAILED if returned else EXIT_OK)
    if returned is None and ran is not None:
        return ran
    if returned is None:
        return EXIT_OK  # it never called m.run(), and said nothing against it
    run.reporter.line(str(returned))
    return EXIT_FAILED


# --- one module -----------------------------------------------------------------------------------


def _run_module(run: Run, test_module: TestModule) -> int:
    """Run what is in a module: unittest tests, seeds, then the fuzzing."""
    ran_before = run.ran
    with run.watchdog:
        has_passed = True
        for _ in range(run.options.count):
            has_passed = _run_unittests(run, test_module) and has_passed
            run.has_failed = run.has_failed or not has_passed  # -failfast looks here
            has_passed = _run_seeds(run, test_module) and has_passed
        run.has_failed = run.has_failed or not has_passed
        is_fuzzing = run.fuzzed is not None and run.fuzzed in test_module.fuzz_tests
        # One of several says so in its last line.  What is fuzzed is told of like an only one.
        is_brief = run.is_over_several and not run.reporter.is_verbose and not is_fuzzing
        if (
            run.ran == ran_before
            and not is_fuzzing
            and not is_brief
            and (run.options.run or run.options.skip)
        ):
            run.reporter.line("testing: warning: no tests to run")
        if is_fuzzing and not run.has_failed:
            assert run.fuzzed is not None
            has_passed = _fuzz(run, run.fuzzed, test_module)
            if run.reporter.is_verbose:
                run.reporter.line("=== NAME  ")  # as Go: what follows belongs to no test
        elif is_fuzzing:
            run.say_not_fuzzed()
        elif run.fuzzed is None and run.options.fuzz and not run.is_over_several:
            run.reporter.line(_NOTHING_TO_FUZZ)
    if not (has_passed and is_brief):
        run.reporter.verdict(Status.PASS if has_passed else Status.FAIL)
    if run.has_engine_failed:
        return EXIT_ENGINE
    return EXIT_OK if has_passed else EXIT_FAILED


def _run_seeds(run: Run, test_module: TestModule) -> bool:
    """Run the seeds of every selected fuzz test but the one to be fuzzed; did all pass?"""
    has_passed = True
    for test in test_module.fuzz_tests:
        if run.should_stop or (run.options.failfast and not has_passed):
            break
        if test == run.fuzzed or not run.selection.includes(test.name):
            continue
        has_passed = _run_fuzz_test(run, test, SeedMode(run)) and has_passed
    return has_passed


def _fuzz(run: Run, test: FuzzTest, test_module: TestModule) -> bool:
    return _run_fuzz_test(run, test, CoordinatorMode(run, test_module))


def _run_fuzz_test(run: Run, test: FuzzTest, mode: FuzzMode) -> bool:
    run.ran += 1
    run.reporter.test_started(test.name)
    with run.watchdog.running(test.name):
        outcome = run_fuzz_test(test, mode, run.watchdog.deadline)
    run.reporter.test_ended(outcome)
    return not outcome.has_failed


class SeedMode:
    """``f.fuzz`` runs the target on every selected seed."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def fuzz(self, f: F, call: TargetCall, seeds: Sequence[CorpusEntry]) -> None:
        """Run the seeds, each as a child of ``f``'s outcome."""
        with _seed_judge(self._run, call) as judge:
            for entry in seeds:
                name = f"{call.test.name}/{entry.name}"
                if not self._run.selection.includes(name):
                    continue
                self._run.ran += 1
                self._run.reporter.test_started(name)
                with self._run.watchdog.running(name, self._run.options.fuzzinputtimeout):
                    outcome = call.run_seed(entry, self._run.watchdog.deadline)
                if judge is not None:
                    with self._run.watchdog.running(name):
                        judge.judge(entry.values, outcome)
                f.adopt(outcome)
                if outcome.has_failed and self._run.options.failfast:
                    break


def _seed_judge(run: Run, call: TargetCall) -> contextlib.AbstractContextManager[SeedJudge | None]:
    """Return what judges seeds with ``-fuzzcomplexity``; without, nothing does."""
    if not run.options.fuzzcomplexity:
        return contextlib.nullcontext()
    if _judging is None:
        load_engine(run.options)
    assert _judging is not None
    return _judging(call, run.options.cover_patterns)


class CoordinatorMode(SeedMode):
    """``f.fuzz`` runs the seeds and, if they pass, coordinates workers that fuzz the target."""

    def __init__(self, run: Run, test_module: TestModule) -> None:
        super().__init__(run)
        self._test_module = test_module

    def fuzz(self, f: F, call: TargetCall, seeds: Sequence[CorpusEntry]) -> None:
        """Run the seeds if ``-run`` selects the test, then fuzz."""
        if self._run.selection.includes(call.test.name):
            super().fuzz(f, call, seeds)
            if f._has_failed:
                self._run.say_not_fuzzed()
                return
        if _fuzz_test is None:
            load_engine(self._run.options)
        assert _fuzz_test is not None
        with self._run.watchdog.paused():
            _fuzz_test(self._run, self._test_module, f, call, seeds)


class WorkerMode:
    """``f.fuzz`` serves the coordinator's calls until it closes the pipe."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.has_served = False

    def fuzz(self, f: F, call: TargetCall, seeds: Sequence[CorpusEntry]) -> None:
        """Serve; raises EngineError where the process is not a worker."""
        try:
            if _serve_test is None:
                load_engine(self._run.options)
            assert _serve_test is not None
            _serve_test(self._run, call)
        except BaseException as error:
            # Not up through the user's function, which may catch it and go on.
            leave_worker(exception_text(error))
        self.has_served = True


def leave_worker(text: str) -> NoReturn:
    """End a worker process that cannot go on, saying why on standard error."""
    with contextlib.suppress(OSError):  # the target may have closed it
        os.write(2, (text + "\n").encode("utf-8", "backslashreplace"))
    os._exit(EXIT_ENGINE)


def _serve(run: Run, test_module: TestModule) -> int:
    """Be a worker for the one test that ``-fuzz`` means; return the status."""
    mode = WorkerMode(run)
    if run.fuzzed is None or run.fuzzed not in test_module.fuzz_tests:
        run.reporter.verdict(Status.FAIL)
        return EXIT_ENGINE
    outcome = run_fuzz_test(run.fuzzed, mode)
    if mode.has_served:
        return EXIT_OK
    return _leave_unserved(outcome_text(outcome, is_verbose=True))


def _leave_unserved(text: str) -> int:
    """Say why this worker did not get as far as ``f.fuzz``; the coordinator shows it."""
    sys.stderr.write(text + "\n")
    return EXIT_ENGINE


# --- unittest -------------------------------------------------------------------------------------


def _run_unittests(run: Run, test_module: TestModule) -> bool:
    """Run the module's ordinary tests that are selected; did all pass?"""
    assert test_module.module is not None
    suite = _selected(unittest_suite(test_module.module), run.selection)
    if not suite.countTestCases():
        return True
    result = _Result(run)
    suite.run(result)
    return result.wasSuccessful()


def _selected(suite: unittest.TestSuite, selection: Selection) -> unittest.TestSuite:
    """Return the suite without the tests that ``-run`` and ``-skip`` leave out."""
    kept = type(suite)()
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            kept.addTest(_selected(test, selection))
        else:
            whole = _unittest_name(test)
            method = whole.rpartition("/")[2]
            if (selection.includes(whole) or selection.includes(method)) and not (
                selection.skips(whole) or selection.skips(method)
            ):
                kept.addTest(test)
    return kept


def _unittest_name(test: unittest.TestCase) -> str:
    """Name a test as Go would: ``TestJson/test_round_trip``."""
    method = getattr(test, "_testMethodName", "")
    return f"{type(test).__qualname__}/{method}" if method else str(test)


class _Result(unittest.TestResult):
    """Turns unittest's calls into outcomes for the reporter."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.failfast = run.options.failfast
        self._run = run
        self._outcome: TestOutcome | None = None
        self._started = 0.0

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        name = _unittest_name(test)
        self._run.ran += 1
        self._run.reporter.test_started(name)
        self._outcome = TestOutcome(name, Status.PASS)
        self._started = time.monotonic()
        self._watch = contextlib.ExitStack()
        self._watch.enter_context(self._run.watchdog.running(name))

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        self._watch.close()
        if self._outcome is not None:
            self._outcome.seconds = time.monotonic() - self._started
            self._run.reporter.test_ended(self._outcome)
        self._outcome = None

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        if is_interrupt(err[1]):
            raise err[1]
        super().addError(test, err)
        self._note(test, Status.FAIL, exception_text(err[1]))

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        super().addFailure(test, err)
        self._note(test, Status.FAIL, exception_text(err[1]))

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None and self._outcome is not None:
            self._outcome.status = Status.FAIL
            words = getattr(subtest, "_subDescription", lambda: str(subtest))()
            child = TestOutcome(f"{self._outcome.name}/{words}", Status.FAIL, 0.0, [exception_text(err[1])])
            self._outcome.children.append(child)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        self._note(test, Status.SKIP, reason)

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        super().addUnexpectedSuccess(test)
        self._note(test, Status.FAIL, "passed, but is marked as an expected failure")

    def _note(self, test: object, status: Status, text: str) -> None:
        if self._outcome is None:  # a class's or module's set-up, or (3.12.1) a test that is not even started
            name = _unittest_name(test) if isinstance(test, unittest.TestCase) else str(test)
            self._run.reporter.test_ended(TestOutcome(name, status, 0.0, [text]))
            return
        if self._outcome.status is not Status.FAIL:
            self._outcome.status = status
        self._outcome.lines.append(text)
