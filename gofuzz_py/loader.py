"""From targets on the command line to modules and the tests in them.

Owns the finding of test files, their import under a sensible name, and the
listing of their tests.  Runs nothing.  Folders are searched as pytest and
Go users expect: ``test_*.py``, ``*_test.py``, ``fuzz_*.py``.
"""

from __future__ import annotations

import fnmatch
import importlib
import importlib.util
import sys
import unittest
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import FunctionType, ModuleType

from gofuzz_py.errors import FuzzTestError, UsageError
from gofuzz_py.internal.isolated import os
from gofuzz_py.outcome import exception_text, is_engine_file
from gofuzz_py.signature import is_fuzz_test
from gofuzz_py.testing_f import F, FuzzTest, T, is_interrupt

PATTERNS = ("test_*.py", "*_test.py", "fuzz_*.py")


@dataclass(slots=True)
class TestModule:
    """An imported test module and the tests in it."""

    __test__ = False

    #: The target as it was given or found, for messages and the re-run command.
    shown: str
    #: Absolute path of the file.
    path: str
    module: ModuleType | None = None
    #: Why its tests cannot be run, for the user; empty where they can.
    problem: str = ""
    fuzz_tests: list[FuzzTest] = field(default_factory=list)

    @property
    def has_test_main(self) -> bool:
        """Does the module run its tests itself?"""
        return callable(getattr(self.module, "TestMain", None))


def is_fuzz_name(name: str) -> bool:
    """Is it ``Fuzz``, or ``Fuzz`` and then a character that is not a lower-case letter?"""
    return name.startswith("Fuzz") and not name[4:5].islower()


def find_targets(targets: Sequence[str]) -> list[tuple[str, str]]:
    """Return (shown, path or "") of each test file, in order, each once.

    A dotted module has no path yet.  Raises UsageError for what is not there.
    """
    found: dict[str, tuple[str, str]] = {}
    for target in targets:
        for shown, path in _find(target):
            found.setdefault(path or shown, (shown, path))
    return list(found.values())


def _find(target: str) -> Iterator[tuple[str, str]]:
    folder, is_tree = (target[:-4] or ".", True) if target.endswith("/...") else (target, False)
    if target == "...":
        folder, is_tree = ".", True
    if os.path.isdir(folder):
        yield from ((_shown(path), os.path.abspath(path)) for path in _files_in(folder, is_tree))
    elif os.path.isfile(target):
        if not target.endswith(".py"):
            raise UsageError(f"{target} is not a Python file")
        yield _shown(target), os.path.abspath(target)
    elif os.sep in target or target.endswith(".py") or is_tree:
        raise UsageError(f"{target}: no such file or folder")
    else:
        yield target, ""


def _files_in(folder: str, is_tree: bool) -> Iterator[str]:
    def on_error(error: OSError) -> None:
        raise UsageError(f"cannot read {error.filename}: {(error.strerror or str(error)).lower()}")

    for here, folders, files in os.walk(folder, onerror=on_error):
        folders[:] = (
            sorted(f for f in folders if not f.startswith((".", "_")) and f != "testdata") if is_tree else []
        )
        for name in sorted(files):
            if any(fnmatch.fnmatch(name, pattern) for pattern in PATTERNS):
                yield os.path.join(here, name)


def _shown(path: str) -> str:
    shown = os.path.normpath(path)
    # In a command, a worker's or one to be pasted, it must not be taken for a flag.
    return os.path.join(".", shown) if shown.startswith("-") else shown


def load(shown: str, path: str) -> TestModule:
    """Import one target and list its fuzz tests; an import that fails is told in ``problem``.

    Raises UsageError for a dotted name that is no module.
    """
    test_module = TestModule(shown, path)
    if path and not os.path.isfile(path):  # a folder's search has found it, so something is there
        test_module.problem = (
            f"cannot be imported\n{shown} is not a regular file, or is a link that leads nowhere"
        )
        return test_module
    try:
        module = _import_file(path) if path else _import_dotted(shown)
        test_module.module = module
        test_module.path = path or os.path.abspath(getattr(module, "__file__", None) or shown)
        test_module.fuzz_tests = list(fuzz_tests(module, test_module.path))
    except UsageError:
        raise
    except FuzzTestError as error:
        test_module.problem = f"cannot be used\n{error}"
    except BaseException as error:  # importing runs the user's code: SystemExit and worse may come
        if is_interrupt(error):
            raise
        test_module.problem = "cannot be imported\n" + exception_text(_from_the_module_on(error))
    return test_module


def _from_the_module_on(error: BaseException) -> BaseException:
    """Take the frames that do the importing off the beginning of an exception's traceback."""
    tb = error.__traceback__
    while tb is not None:
        name = tb.tb_frame.f_code.co_filename
        if (
            not is_engine_file(name)
            and name != importlib.__file__
            and not name.startswith("<frozen importlib")
        ):
            break
        tb = tb.tb_next
    return error.with_traceback(tb)


def _import_dotted(name: str) -> ModuleType:
    if not name or name.startswith("."):
        raise UsageError(f"{name!r} is not a file, a folder or a module's name")
    here = os.getcwd()
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            raise UsageError(f"{name}: no such file, folder or module") from None
        raise


def _import_file(path: str) -> ModuleType:
    """Import a file under the dotted name it has below the first folder without ``__init__.py``.

    That folder is put on ``sys.path``, as unittest and pytest do.  Where the
    name is taken by another file, or is no identifier, the module is loaded
    by itself.
    """
    root, names = os.path.dirname(path), [os.path.splitext(os.path.basename(path))[0]]
    while os.path.isfile(os.path.join(root, "__init__.py")):
        root, package = os.path.split(root)
        names.insert(0, package)
    name = ".".join(names)
    if all(part.isidentifier() for part in names) and not _is_taken(name, path):
        if root not in sys.path:
            sys.path.insert(0, root)
        module = importlib.import_module(name)
        if os.path.abspath(getattr(module, "__file__", None) or "") == path:
            return module
    alone = names[-1]
    return _load_alone(f"{alone}_{zlib.crc32(path.encode()):x}" if alone in sys.modules else alone, path)


def _is_taken(name: str, path: str) -> bool:
    known = sys.modules.get(name)
    return known is not None and os.path.abspath(getattr(known, "__file__", None) or "") != path


def _load_alone(name: str, path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def fuzz_tests(module: ModuleType, path: str) -> Iterator[FuzzTest]:
    """List a module's fuzz tests in the order of definition; raises FuzzTestError for a bad signature."""
    for name, value in list(vars(module).items()):
        if not is_fuzz_name(name) or not isinstance(value, FunctionType):
            continue
        if value.__module__ != module.__name__:
            continue  # imported from elsewhere; it is tested there
        if not is_fuzz_test(value):
            place = f"{os.path.basename(path)}:{value.__code__.co_firstlineno}"
            raise FuzzTestError(f"{place}: wrong signature for {name}, must be: def {name}(f)")
        yield FuzzTest(name, value, module, path)


def unittest_suite(module: ModuleType) -> unittest.TestSuite:
    """Return the module's ordinary unittest tests, without those that stand for its fuzz tests."""
    loader = unittest.TestLoader()
    own = getattr(module, "load_tests", None)
    if own is not None and not getattr(own, "is_gofuzz_py", False):
        return loader.loadTestsFromModule(module)
    suite = unittest.TestSuite()
    for value in vars(module).values():
        if _is_test_case(value):
            suite.addTest(loader.loadTestsFromTestCase(value))
    return suite


def _is_test_case(value: object) -> bool:
    if not (isinstance(value, type) and issubclass(value, unittest.TestCase)):
        return False
    if issubclass(value, F | T) or getattr(value, "is_gofuzz_py", False):
        return False
    return value not in (unittest.TestCase, unittest.FunctionTestCase, unittest.IsolatedAsyncioTestCase)


def has_tests(module: TestModule) -> bool:
    """Is there a fuzz test or a unittest test in an imported module?"""
    if module.module is None:
        return False
    return bool(module.fuzz_tests) or unittest_suite(module.module).countTestCases() > 0


def flatten(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    """List the test cases of a suite and of the suites in it."""
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flatten(test)
        else:
            yield test
