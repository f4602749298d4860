"""What a fuzz target takes: every way to write its parameters, every way to get them wrong."""

from __future__ import annotations

import functools
import textwrap
import unittest
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Annotated, Any

import gofuzz_py
from gofuzz_py.errors import FuzzTestError
from gofuzz_py.internal import kinds
from gofuzz_py.internal.kinds import Kind
from gofuzz_py.signature import kind_of_seed, target_kinds

#: One target for each way of annotating, as users write them; compiled without and with the
#: future import that makes annotations texts.
SOURCE = """
import functools
import typing
from typing import Annotated, Any
import gofuzz_py
from gofuzz_py import Byte, Float32, Int8, Rune, T, Uint64

def plain(t, a: bytes, b: str, c: bool, d: int, e: float): ...
def sized(t: T, a: Int8, b: Uint64, c: Float32, d: Rune, e: Byte, f: gofuzz_py.Uint): ...
def annotated(t, a: Annotated[bytes, "some words"], b: Annotated[int, 1, Int8.__metadata__[0]]): ...
def returning(t, a: str) -> None: ...
def with_default(t, a: int = 3): ...
def defaulted_keyword(t, a: int, *, strict: bool = True): ...
def positional(t, a: int, /, b: str): ...
def unused_names(t: "Unknown", a: int, *, option: "Unknown" = None) -> "Unknown": ...

class Checker:
    def __call__(self, t, a: int): ...
    def method(self, t, a: str): ...
    @classmethod
    def of_class(cls, t, a: bytes): ...
    @staticmethod
    def of_none(t, a: bool): ...

checker = Checker()
method, of_class, of_none = checker.method, Checker.of_class, checker.of_none

def _three(option, t, a: float): ...
partial = functools.partial(_three, "option")
partial_keyword = functools.partial(_three, option="x")
partial_twice = functools.partial(functools.partial(_three), 1)
partial_method = functools.partial(checker.method)

def _decorate(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)
    return inner

@_decorate
def decorated(t, a: str, b: Int8): ...

class Generic(typing.Generic[typing.TypeVar("X")]):
    def method(self, t, a: bytes): ...

of_generic = Generic[int]().method
"""
EXPECTED: dict[str, list[Kind]] = {
    "plain": [kinds.BYTES, kinds.STR, kinds.BOOL, kinds.INT, kinds.FLOAT],
    "sized": [kinds.INT8, kinds.UINT64, kinds.FLOAT32, kinds.INT32, kinds.UINT8, kinds.UINT],
    "annotated": [kinds.BYTES, kinds.INT8],
    "returning": [kinds.STR],
    "with_default": [kinds.INT],
    "defaulted_keyword": [kinds.INT],
    "positional": [kinds.INT, kinds.STR],
    "unused_names": [kinds.INT],
    "checker": [kinds.INT],
    "method": [kinds.STR],
    "of_class": [kinds.BYTES],
    "of_none": [kinds.BOOL],
    "partial": [kinds.FLOAT],
    "partial_twice": [kinds.FLOAT],
    "partial_method": [kinds.STR],
    "decorated": [kinds.STR, kinds.INT8],
    "of_generic": [kinds.BYTES],
}


def compiled(*, future: bool) -> dict[str, Any]:
    """Return the names of SOURCE."""
    module = ModuleType("targets")
    head = "from __future__ import annotations\n" if future else ""
    exec(compile(head + SOURCE, "targets.py", "exec", dont_inherit=True), vars(module))
    return vars(module)


class AnnotationTest(unittest.TestCase):
    def test_annotations_say_what_a_parameter_takes(self) -> None:
        for future in (False, True):
            names = compiled(future=future)
            for name, expected in EXPECTED.items():
                with self.subTest(name, future=future):
                    self.assertEqual(expected, target_kinds(names[name], None))

    def test_every_sized_type_of_the_package_has_its_kind(self) -> None:
        for name, kind in (
            ("Int8", kinds.INT8),
            ("Int16", kinds.INT16),
            ("Int32", kinds.INT32),
            ("Int64", kinds.INT64),
            ("Uint", kinds.UINT),
            ("Uint8", kinds.UINT8),
            ("Uint16", kinds.UINT16),
            ("Uint32", kinds.UINT32),
            ("Uint64", kinds.UINT64),
            ("Float32", kinds.FLOAT32),
            ("Rune", kinds.INT32),
            ("Byte", kinds.UINT8),
        ):
            with self.subTest(name):

                def target(t, data): ...  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202

                target.__annotations__["data"] = getattr(gofuzz_py, name)
                self.assertEqual([kind], target_kinds(target, None))

    def test_annotations_win_over_seeds(self) -> None:
        def target(t: object, a: gofuzz_py.Int8, b) -> None: ...  # type: ignore[no-untyped-def] # noqa: ANN001

        self.assertEqual([kinds.INT8, kinds.STR], target_kinds(target, [kinds.INT, kinds.STR]))

    def test_seeds_say_what_a_parameter_without_annotation_takes(self) -> None:
        self.assertEqual([kinds.STR], target_kinds(lambda t, data: None, [kinds.STR]))
        self.assertEqual([kinds.STR, kinds.BOOL], target_kinds(lambda t, a, b: None, [kinds.STR, kinds.BOOL]))

    def test_one_parameter_with_nothing_said_of_it_takes_bytes(self) -> None:
        self.assertEqual([kinds.BYTES], target_kinds(lambda t, data: None, None))


class BadTargetTest(unittest.TestCase):
    def test_what_cannot_be_a_target_is_refused_with_the_reason(self) -> None:
        async def coroutine(t: object, data: bytes) -> None: ...

        async def async_generator(t: object, data: bytes) -> Any:
            yield

        def generator(t: object, data: bytes) -> Any:
            yield

        class CallsAsync:
            async def __call__(self, t: object, data: bytes) -> None: ...

        few = "testing: fuzz target must receive at least two arguments, where the first argument is t"
        is_async = "testing: fuzz target must not be async; call asyncio.run(...) inside it instead"
        is_generator = "testing: fuzz target must not be a generator: without next() nothing of it runs"
        table: tuple[tuple[object, str], ...] = (
            (None, "testing: F.Fuzz must receive a function"),
            (b"data", "testing: F.Fuzz must receive a function"),
            (lambda: None, few),
            (lambda t: None, few),
            (lambda t, *, a=1: None, few),
            (lambda *args: None, "testing: fuzz target must name its parameters; *args is not possible"),
            (
                lambda t, a, *rest: None,
                "testing: fuzz target must name its parameters; *rest is not possible",
            ),
            (
                lambda t, a, **options: None,
                "testing: fuzz target must name its parameters; **options is not possible",
            ),
            (
                lambda t, *, data: None,
                "testing: fuzz target must take its arguments by position; data is keyword-only",
            ),
            (
                lambda t, a, b: None,
                "testing: fuzz target parameter 'a' needs a type: annotate it (a: bytes) "
                "or give a seed with f.add",
            ),
            (coroutine, is_async),
            (async_generator, is_async),
            (functools.partial(coroutine), is_async),
            (CallsAsync(), is_async),
            (generator, is_generator),
            (functools.partial(functools.partial(generator)), is_generator),
        )
        for target, message in table:
            with self.subTest(message):
                self.assert_refused(target, message)

    def test_a_target_whose_parameters_cannot_be_read_is_refused(self) -> None:
        for target in (type, iter):
            with self.subTest(str(target)), self.assertRaisesRegex(FuzzTestError, r"\Atesting: "):
                target_kinds(target, None)

    def test_types_that_cannot_be_fuzzed_are_refused_by_name(self) -> None:
        class Own: ...

        unsupported = "testing: unsupported type for fuzzing "
        for annotation, shown in (
            (list, "list"),
            (list[int], "list[int]"),
            (int | None, "int | None"),
            (Any, "Any"),
            (None, "NoneType"),
            (Own, Own.__qualname__),
            (bytearray, "bytearray; use bytes"),
            (memoryview, "memoryview; use bytes"),
            (complex, "complex"),
            (object, "object"),
            (Annotated[list, "words"], "list"),
            (Annotated[bytearray, "words"], "bytearray; use bytes"),
            ("Unknown", None),
            ("int +", None),
        ):
            with self.subTest(str(annotation)):

                def target(t, data): ...  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202

                target.__annotations__["data"] = annotation
                message = (
                    unsupported + shown
                    if shown
                    else "testing: cannot read the annotations of the fuzz target"
                )
                self.assert_refused(target, message)

    def test_a_name_that_is_not_defined_is_told(self) -> None:
        names: dict[str, Any] = {}
        exec(textwrap.dedent("def target(t, data: 'Missing'): ..."), names)

        with self.assertRaisesRegex(FuzzTestError, "NameError: name 'Missing' is not defined"):
            target_kinds(names["target"], None)

    def assert_refused(self, target: object, message: str) -> None:
        none_given: list[Kind] = []
        for seeds in (None, none_given):
            with self.assertRaises(FuzzTestError) as caught:
                target_kinds(target, seeds)
            self.assertTrue(str(caught.exception).startswith(message), str(caught.exception))


class SeedTest(unittest.TestCase):
    def test_a_seed_is_of_the_kind_of_its_exact_type(self) -> None:
        seeds: Sequence[tuple[object, Kind]] = (
            (b"", kinds.BYTES),
            ("", kinds.STR),
            (True, kinds.BOOL),
            (1, kinds.INT),
            (10**5000, kinds.INT),
            (1.0, kinds.FLOAT),
        )
        for value, kind in seeds:
            with self.subTest(kind.name):
                self.assertEqual(kind, kind_of_seed(value))

    def test_other_seeds_are_refused_with_a_hint(self) -> None:
        class Text(str): ...

        class Number(int): ...

        plain = "; pass the plain value, not one of a subclass"
        use_bytes = "; use bytes, which the target cannot change by accident"
        for value, message in (
            ([], "list"),
            (None, "NoneType"),
            (1j, "complex"),
            (bytearray(b"x"), "bytearray" + use_bytes),
            (memoryview(b"x"), "memoryview" + use_bytes),
            (Text("x"), "Text" + plain),
            (Number(1), "Number" + plain),
        ):
            with self.subTest(message):
                with self.assertRaises(FuzzTestError) as caught:
                    kind_of_seed(value)
                self.assertEqual(f"testing: unsupported type to Add {message}", str(caught.exception))


class CallTest(unittest.TestCase):
    def test_what_is_accepted_can_be_called_with_values(self) -> None:
        for future in (False, True):
            names = compiled(future=future)
            for name, expected in EXPECTED.items():
                with self.subTest(name):
                    target: Callable[..., object] = names[name]
                    self.assertIsNone(target(None, *(kind.zero() for kind in expected)))


if __name__ == "__main__":
    unittest.main()
