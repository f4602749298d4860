"""``F`` and ``T``: what a fuzz test and its target are handed.

Owns the face that users see, mirroring Go's testing.F and testing.T on top of
``unittest.TestCase``, and the choice of the one test that ``-fuzz`` means.
Knows nothing of processes, pipes or memory: what ``f.fuzz`` does with a
target (run seeds, coordinate, serve as a worker) is a :class:`FuzzMode` that
it is given.  Runs in every process.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
import threading
import unittest
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FrameType, FunctionType, ModuleType
from typing import Any, NoReturn, Protocol, TypeVar

from gofuzz_py.errors import CorpusError, FuzzTestError, UsageError
from gofuzz_py.internal.corpus import CorpusEntry, read_corpus, type_list
from gofuzz_py.internal.dictionary_forms import token_problem
from gofuzz_py.internal.isolated import os, signal, time
from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.messages import Failure
from gofuzz_py.internal.raised import drop_traceback, is_a, message_of, traceback_of
from gofuzz_py.internal.reserve import hold_reserve, make_room
from gofuzz_py.matcher import Matcher
from gofuzz_py.outcome import (
    INDENT,
    Status,
    TestOutcome,
    exception_text,
    failure_origin,
    is_engine_file,
    outcome_text,
)
from gofuzz_py.signature import kind_of_seed, target_kinds

__unittest = True  # unittest leaves this file's frames out of tracebacks

Target = TypeVar("Target", bound=Callable[..., object])

_RETURNED_VALUE = "testing: fuzz target must not return a value"
_NO_FUZZ = "returned without calling F.fuzz, F.fail, or F.skip"


class FailNow(BaseException):
    """Ends a test that has already been marked failed (``fatal``).

    Not an ``Exception``, so that a target's own ``except Exception`` lets it pass.
    """


@dataclass(frozen=True, slots=True)
class FuzzTest:
    """A ``FuzzX`` function that was found in a test module."""

    #: ``FuzzX``.
    name: str
    #: The function.
    function: FunctionType
    #: The module it stands in.
    module: ModuleType
    #: Absolute path of the module's file.
    path: str

    @property
    def corpus_dir(self) -> str:
        """The folder of this test's seeds and failing inputs."""
        return os.path.join(os.path.dirname(self.path), "testdata", "fuzz", self.name)


def choose_target(tests: Sequence[FuzzTest], pattern: str, skips: Callable[[str], bool]) -> FuzzTest | None:
    """Return the one fuzz test that ``-fuzz`` matches, or None when none does.

    Raises UsageError with Go's line when there are several.
    """
    matcher = Matcher(pattern, "fuzz")
    matching = [test for test in tests if matcher.matches(test.name) and not skips(test.name)]
    if len(matching) <= 1:
        return matching[0] if matching else None
    if len({os.path.dirname(test.path) for test in matching}) > 1:
        places = ", ".join(f"{test.name} in {os.path.relpath(test.path)}" for test in matching)
        raise UsageError(f"cannot use -fuzz flag with multiple packages: it matches {places}; name one file")
    names = " ".join(test.name for test in matching)
    raise UsageError(f"testing: will not fuzz, -fuzz matches more than one fuzz test: [{names}]")


class FuzzMode(Protocol):
    """What ``f.fuzz`` does with a target, once everything about it has been checked."""

    def fuzz(self, f: F, call: TargetCall, seeds: Sequence[CorpusEntry]) -> None:
        """Run or fuzz the target."""
        ...


class _Common(unittest.TestCase):
    """What ``F`` and ``T`` share: verbs for logging, failing, skipping and cleaning up.

    Imported into a test module for its annotations, neither may be taken for a
    test: there is no ``runTest`` for unittest to find, and pytest is told.
    """

    __test__ = False

    def __init__(self, name: str, module_name: str) -> None:
        super().__init__("runTest")
        self._name = name
        self._module_name = module_name
        self._lines: list[str] = []
        self._children: list[TestOutcome] = []
        self._has_failed = False
        self._is_skipped = False
        self._origin = ""
        self._deadline: float | None = None

    # --- Go's verbs ---------------------------------------------------------------------------

    def name(self) -> str:
        """Return the full name: ``FuzzX``, or ``FuzzX/seed#0`` for a seed."""
        return self._name

    def id(self) -> str:
        """Return the name with its module in front, as unittest does."""
        return f"{self._module_name}.{self._name}"

    def __str__(self) -> str:
        return self.id()

    def failed(self) -> bool:
        """Has this test been marked failed?"""
        return self._has_failed

    def skipped(self) -> bool:
        """Has this test been skipped?"""
        return self._is_skipped

    def log(self, *args: object) -> None:
        """Note the arguments, joined by blanks; shown when the test fails, or with ``-v``."""
        self._note(" ".join(map(str, args)))

    def error(self, *args: object) -> None:
        """Mark the test failed with a message, and go on."""
        self._note(" ".join(map(str, args)))
        self._mark_failed("error")

    def fatal(self, *args: object) -> NoReturn:
        """Mark the test failed with a message, and end it."""
        self._note(" ".join(map(str, args)))
        self._mark_failed("fatal")
        raise FailNow

    def skip(self, *args: object) -> NoReturn:
        """Skip the test with a message; while fuzzing the input passes."""
        raise unittest.SkipTest(" ".join(map(str, args)))

    def cleanup(self, function: Callable[[], object]) -> None:
        """Have ``function`` called when the test is over, last one first."""
        self.addCleanup(function)

    def setenv(self, key: str, value: str) -> None:
        """Set an environment variable until the test is over."""
        old = os.environ.get(key)
        os.environ[key] = value
        if old is None:
            self.addCleanup(lambda: os.environ.pop(key, None))
        else:
            self.addCleanup(lambda: os.environ.__setitem__(key, old))

    def chdir(self, path: str | os.PathLike[str]) -> None:
        """Change the working directory until the test is over."""
        old = os.getcwd()
        os.chdir(path)
        self.addCleanup(os.chdir, old)

    def temp_dir(self) -> str:
        """Return the path of a new empty folder that is removed when the test is over."""
        path = tempfile.mkdtemp(prefix="gofuzz-")
        self.addCleanup(shutil.rmtree, path, ignore_errors=True)
        return path

    def deadline(self) -> float | None:
        """Return the ``time.monotonic()`` value at which ``-timeout`` ends the run, or None.

        There is none while fuzzing.
        """
        return self._deadline

    # --- results ------------------------------------------------------------------------------

    def _note(self, text: str) -> None:
        self._lines = [*self._lines, _hanging(f"{_caller_place()}: {text}")]

    def _mark_failed(self, verb: str) -> None:
        self._has_failed = True
        self._origin = self._origin or f"{verb} at {_caller_place(full=True)}"

    def _take_exception(self, error: BaseException) -> None:
        """Take in what left the test: a skip, an end already explained, or a failure."""
        if is_a(error, FailNow):
            return
        if is_a(error, unittest.SkipTest):
            self._is_skipped = True
            if message := message_of(error):
                self._lines = [*self._lines, _hanging(f"{_raise_place(error)}: {message}")]
            return
        self._has_failed = True
        # The text first: it cuts tracebacks that are too long.
        self._lines = [*self._lines, exception_text(error)]
        self._origin = self._origin or failure_origin(error)
        # A target may raise one exception object again and again: its traceback must not grow.
        drop_traceback(error)

    def _finish(self, error: BaseException | None) -> None:
        """End the test: what left it, then its cleanups, last one first.

        The user's Ctrl-C is raised again, after the cleanups.
        """
        interrupt = error if error is not None and is_interrupt(error) else None
        if error is not None and interrupt is None:
            self._take_exception(error)
        cleanups: list[tuple[Callable[..., object], Any, Any]] = self._cleanups  # type: ignore[attr-defined]
        while cleanups:
            function, args, kwargs = cleanups.pop()
            try:
                function(*args, **kwargs)
            except BaseException as cleanup_error:
                if is_interrupt(cleanup_error):
                    interrupt = cleanup_error
                else:
                    self._take_exception(cleanup_error)
        if interrupt is not None:
            raise interrupt

    def _result(self, seconds: float) -> TestOutcome:
        status = Status.PASS
        if self._has_failed:
            status = Status.FAIL
        elif self._is_skipped:
            status = Status.SKIP
        return TestOutcome(self._name, status, seconds, list(self._lines), list(self._children))


class T(_Common):
    """What the target is handed for one input: assertions, and Go's verbs.

    One object serves many inputs while fuzzing, for speed; it is replaced as
    soon as anything was changed on it, so nothing carries over.
    """

    _touched = True

    def __init__(self, name: str, module_name: str) -> None:
        super().__init__(name, module_name)
        object.__setattr__(self, "_touched", False)

    def __setattr__(self, name: str, value: object) -> None:
        object.__setattr__(self, "_touched", True)
        object.__setattr__(self, name, value)

    def addCleanup(self, function: Callable[..., object], /, *args: Any, **kwargs: Any) -> None:
        """Have ``function(*args, **kwargs)`` called when this input is over, last one first."""
        self._touched = True
        super().addCleanup(function, *args, **kwargs)

    def addTypeEqualityFunc(self, typeobj: type, function: Callable[..., None]) -> None:
        """Register a comparison for ``assertEqual``, for this input."""
        self._touched = True
        super().addTypeEqualityFunc(typeobj, function)

    def run(self, name: Any = None, function: Callable[[T], object] | None = None) -> Any:
        """Run ``function(t)`` as a subtest called ``name``; return whether it passed.

        As Go's ``t.Run``; unittest's ``run(result)`` has no meaning here.
        Raises TypeError without a function.
        """
        if function is None:
            raise TypeError("t.run takes a name and a function: t.run('empty', check)")
        child = T(f"{self._name}/{name}", self._module_name)
        start = time.monotonic()
        error: BaseException | None = None
        try:
            function(child)
        except BaseException as caught:
            error = caught
        child._finish(error)
        self._adopt(child, time.monotonic() - start)
        return not child._has_failed

    @contextlib.contextmanager
    def subTest(self, msg: Any = None, **params: Any) -> Iterator[None]:
        """Run a block whose failure is noted and does not end the rest, as in unittest."""
        words = ([f"[{msg}]"] if msg is not None else []) + [f"{k}={v!r}" for k, v in params.items()]
        child = T(f"{self._name}/{' '.join(words) or '<subtest>'}", self._module_name)
        start = time.monotonic()
        try:
            yield
        except (FailNow, GeneratorExit):
            raise
        except BaseException as error:
            if is_interrupt(error):
                raise
            child._take_exception(error)
        self._adopt(child, time.monotonic() - start)

    def _adopt(self, child: T, seconds: float) -> None:
        self._children = [*self._children, child._result(seconds)]
        if child._has_failed:
            self._has_failed = True
            self._origin = self._origin or child._origin


class F(_Common):
    """What a fuzz test is handed: seeds by ``add``, the target by ``fuzz``.

    Made by the runner, once per fuzz test and process.
    """

    #: Names that stay usable while the target runs.
    _ALLOWED_INSIDE = frozenset({"failed", "name"})

    def __init__(self, test: FuzzTest, mode: FuzzMode, deadline: float | None = None) -> None:
        super().__init__(test.name, test.module.__name__)
        self._test = test
        self._mode = mode
        self._deadline = deadline
        self._seeds: list[tuple[tuple[Value, ...], list[Kind], str]] = []
        self._words: list[Value] = []
        self._has_fuzzed = False
        self._is_inside_target = False

    def __getattribute__(self, name: str) -> Any:
        get = object.__getattribute__
        if not name.startswith("_") and name not in F._ALLOWED_INSIDE:
            own = get(self, "__dict__")
            is_inside = own.get("_is_inside_target") and own.get("_target_thread") == threading.get_ident()
            if is_inside and name not in own:  # what the user has stored on ``f`` may be read
                raise FuzzTestError(_inside_message(name))
        return get(self, name)

    def adopt(self, outcome: TestOutcome) -> None:
        """Take in a seed's outcome as part of this test's; for the modes of ``fuzz``."""
        self._children.append(outcome)
        self._has_failed = self._has_failed or outcome.has_failed

    def add(self, *values: Value) -> None:
        """Add one seed: a value for each parameter of the target.

        Raises FuzzTestError for a value of a type that cannot be fuzzed.
        """
        kinds = [kind_of_seed(value) for value in values]
        if not self._has_fuzzed:
            self._seeds.append((values, kinds, _caller_place(full=True)))

    def dictionary(self, *words: Value) -> None:
        """Give words that inputs are to be made of, such as the keywords of a format.

        They are ``str``, ``bytes``, ``int`` or ``float``, whatever the types of
        the target, and are tried in every form that fits.  To be called before
        ``fuzz``; calls add up.  Raises FuzzTestError for what cannot be a word.
        """
        if self._has_fuzzed:
            raise FuzzTestError("testing: f.dictionary was called after f.fuzz; call it before")
        for word in words:
            problem = token_problem(word)
            if problem is not None:
                raise FuzzTestError(f"testing: unsuitable word for f.dictionary: {problem}")
        self._words += words

    def fuzz(self, target: Target) -> Target:
        """Run ``target(t, ...)`` on the seeds, or fuzz it; return it, so that this works as a decorator.

        To be called once, after every ``add``.  Raises FuzzTestError for a
        target that cannot be fuzzed.
        """
        if self._has_fuzzed:
            raise FuzzTestError("testing: F.Fuzz called more than once")
        self._has_fuzzed = True
        if self._has_failed:
            return target
        kinds = target_kinds(target, self._seeds[0][1] if self._seeds else None)
        seeds = self._check_seeds(kinds) + self._read_testdata(kinds)
        call = TargetCall(self, target, kinds)
        self._mode.fuzz(self, call, seeds)
        return target

    def _check_seeds(self, kinds: list[Kind]) -> list[CorpusEntry]:
        entries = []
        for index, (values, found, place) in enumerate(self._seeds):
            problem = _seed_problem(values, found, kinds)
            if problem is not None:
                self._stop_with(f"{_short_place(place)}: {problem}")
            entries.append(CorpusEntry(f"seed#{index}", values, is_seed=True, origin=place))
        return entries

    def _read_testdata(self, kinds: list[Kind]) -> list[CorpusEntry]:
        shown = os.path.join("testdata", "fuzz", self._test.name)
        try:
            return read_corpus(self._test.corpus_dir, kinds, shown)
        except CorpusError as error:
            self._stop_with(f"{_caller_place()}: {error}")

    def _stop_with(self, text: str) -> NoReturn:
        self._lines.append(_hanging(text))
        self._has_failed = True
        raise FailNow

    @contextlib.contextmanager
    def inside_target(self) -> Iterator[None]:
        """While the block runs, ``f`` refuses to be used: the target has its ``t``."""
        self._target_thread = threading.get_ident()
        self._is_inside_target = True
        try:
            yield
        finally:
            self._is_inside_target = False


def run_fuzz_test(test: FuzzTest, mode: FuzzMode, deadline: float | None = None) -> TestOutcome:
    """Call the fuzz test's function with a new ``F``; return how it went.

    Lets a KeyboardInterrupt from the terminal pass, once the cleanups have run.
    """
    f = F(test, mode, deadline)
    start = time.monotonic()
    error: BaseException | None = None
    try:
        test.function(f)
    except BaseException as caught:
        error = caught
    if error is None and not f._has_fuzzed and not f._has_failed:
        f._lines.append(_NO_FUZZ)
        f._has_failed = True
    f._finish(error)
    return f._result(time.monotonic() - start)


class TargetCall:
    """A checked target, and how to run it on values."""

    def __init__(self, f: F, target: Callable[..., object], kinds: list[Kind]) -> None:
        self.f = f
        self.test = f._test
        self.kinds = kinds
        #: Those of ``f.dictionary``.
        self.words: Sequence[Value] = f._words
        self._target = target

    def run_seed(self, entry: CorpusEntry, deadline: float | None) -> TestOutcome:
        """Run the target on a seed; return the outcome under the seed's name."""
        t = T(f"{self.test.name}/{entry.name}", self.test.module.__name__)
        t._deadline = deadline
        start = time.monotonic()
        with self.f.inside_target(), _thread_failures_to(lambda: t):
            error, result = _call_named(t._name, self._target, t, entry.values)
            if result is not None and error is None:
                error = FuzzTestError(_RETURNED_VALUE)
            t._finish(error)
        return t._result(time.monotonic() - start)

    @contextlib.contextmanager
    def runner(self) -> Iterator[Callable[[Sequence[Value]], Failure | None]]:
        """Give the function that runs the target on values while fuzzing.

        It returns None when the target passed, and how it failed otherwise.
        """
        target, name, module_name = self._target, self.test.name, self.test.module.__name__
        t = T(name, module_name)
        hold_reserve()
        here = os.getpid()

        def run(values: Sequence[Value]) -> Failure | None:
            nonlocal t
            try:
                result = target(t, *values)
            except BaseException as error:
                _leave_if_forked(here, error)
                make_room(error)
                used, t = t, T(name, module_name)
                failure = _failure(used, error)
                hold_reserve()
                return failure
            if result is None and not t._touched:
                return None
            used, t = t, T(name, module_name)
            return _failure(used, None if result is None else FuzzTestError(_RETURNED_VALUE))

        with self.f.inside_target(), _thread_failures_to(lambda: t):
            yield run


def _failure(t: T, error: BaseException | None) -> Failure | None:
    """End the run of one input; return how it failed, or None."""
    start = time.monotonic()
    t._finish(error)
    if not t._has_failed:
        return None
    return Failure(outcome_text(t._result(time.monotonic() - start)), t._origin or "failed")


def _call_named(
    name: str, target: Callable[..., object], t: T, values: Sequence[Value]
) -> tuple[BaseException | None, object]:
    """Call the target from a frame that bears the seed's name.

    Should the target kill the process, the dump that faulthandler leaves then
    says which seed it was.
    """

    def call() -> tuple[BaseException | None, object]:
        try:
            return None, target(t, *values)
        except BaseException as error:
            make_room(error)
            return error, None

    hold_reserve()
    here = os.getpid()
    named = FunctionType(
        call.__code__.replace(co_name=name), globals(), name, call.__defaults__, call.__closure__
    )
    limit = sys.getrecursionlimit()
    result: tuple[BaseException | None, object] = named()
    _leave_if_forked(here, result[0])
    if sys.getrecursionlimit() < limit:
        sys.setrecursionlimit(limit)  # what comes next needs more than the target has left
    return result


def _leave_if_forked(pid: int, error: BaseException | None) -> None:
    """End a child of process ``pid`` that came out of the target which forked it.

    It is no part of the run; it ends as Python would have ended it.
    """
    if os.getpid() == pid:
        return
    # As for sys.exit: None is success, a number is a status, and anything else a message.
    code: object = None if error is None else exception_text(error)
    if isinstance(error, SystemExit):
        code = error.code
    with contextlib.suppress(Exception):  # whatever the target has made of the streams
        if not isinstance(code, int | None):
            sys.stderr.write(f"{code}\n")
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code & 0xFF if isinstance(code, int) else 0 if code is None else 1)


@contextlib.contextmanager
def _thread_failures_to(current: Callable[[], T]) -> Iterator[None]:
    """Make an exception that ends a thread a failure of the input that is being run."""

    def on_exception(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is None or isinstance(args.exc_value, SystemExit):
            return  # what ends a thread quietly everywhere
        t = current()
        thread = args.thread.name if args.thread is not None else "a thread"
        t._lines = [*t._lines, f"in {thread}, started by this input or an earlier one:"]
        t._take_exception(args.exc_value)

    previous = threading.excepthook
    threading.excepthook = on_exception
    try:
        yield
    finally:
        threading.excepthook = previous


_interrupted_by_user = False


def note_interrupt() -> None:
    """Remember that the user pressed Ctrl-C: called by the command's signal handler."""
    global _interrupted_by_user
    _interrupted_by_user = True


@contextlib.contextmanager
def noticing_interrupts() -> Iterator[None]:
    """While the block runs, tell the user's Ctrl-C from a KeyboardInterrupt that a target raises."""
    is_plain = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not is_plain or threading.current_thread() is not threading.main_thread():
        yield  # somebody else handles it, the command for one
        return

    def on_interrupt(signum: int, frame: FrameType | None) -> None:
        note_interrupt()
        signal.default_int_handler(signum, frame)

    signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is on_interrupt:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def is_interrupt(error: BaseException) -> bool:
    """Is it the user's Ctrl-C, and not a KeyboardInterrupt that the target raised itself?"""
    return _interrupted_by_user and is_a(error, KeyboardInterrupt)


def _seed_problem(values: Sequence[Value], found: Sequence[Kind], kinds: Sequence[Kind]) -> str | None:
    if len(values) != len(kinds):
        return f"wrong number of values in corpus entry: {len(values)}, want {len(kinds)}"
    if any(have.python is not want.python for have, want in zip(found, kinds, strict=True)):
        return f"mismatched types in corpus entry: {type_list(found)}, want {type_list(kinds)}"
    problems = (kind.problem(value) for kind, value in zip(kinds, values, strict=True))
    return next((problem for problem in problems if problem is not None), None)


def _inside_message(name: str) -> str:
    if name == "add":
        return "testing: f.add was called inside the fuzz target; add seeds before f.fuzz"
    if name == "fuzz":
        return "testing: F.Fuzz called more than once"
    if not hasattr(T, name):
        return f"testing: f.{name} was called inside the fuzz target"
    return f"testing: f.{name} was called inside the fuzz target, use t.{name} instead"


def _caller_place(*, full: bool = False) -> str:
    """Return ``file:line`` of the innermost frame outside this package and unittest."""
    frame = sys._getframe(1)
    while frame.f_back is not None and is_engine_file(frame.f_code.co_filename):
        frame = frame.f_back
    place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
    return place if full else _short_place(place)


def _hanging(text: str) -> str:
    """Indent the second and later lines of a logged text, as Go does."""
    return text.replace("\n", "\n" + INDENT)


def _short_place(place: str) -> str:
    return os.path.basename(place)


def _raise_place(error: BaseException) -> str:
    tb = traceback_of(error)
    place = "?"
    while tb is not None:
        code = tb.tb_frame.f_code
        if not is_engine_file(code.co_filename):
            place = f"{code.co_filename}:{tb.tb_lineno}"
        tb = tb.tb_next
    return _short_place(place)
