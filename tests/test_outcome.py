"""What an exception is turned into: a text to read, and an identity to tell failures apart by."""

from __future__ import annotations

import builtins
import json
import os
import sys
import unittest
from collections.abc import Callable
from types import TracebackType
from typing import Any, NoReturn
from unittest import mock

from gofuzz_py import outcome
from gofuzz_py.outcome import (
    MAX_TEXT_CHARS,
    Status,
    TestOutcome,
    exception_text,
    failure_origin,
    is_engine_file,
    outcome_text,
    shorten,
)

HERE = os.path.basename(__file__)


def caught(function: Callable[[], object]) -> BaseException:
    """Return what a function raises."""
    try:
        function()
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def line_of(function: Callable[..., object], offset: int = 1) -> int:
    """Return the number of a line of a function; 1 is the one after ``def``."""
    return function.__code__.co_firstlineno + offset


def every_builtin_exception() -> list[BaseException]:
    """Return one instance of each exception type that is built in."""
    found: list[BaseException] = []
    for name, kind in sorted(vars(builtins).items()):
        if isinstance(kind, type) and issubclass(kind, BaseException):
            arguments: tuple[object, ...] = ("message",)
            if issubclass(kind, BaseExceptionGroup):
                arguments = ("message", [ValueError("inner")])
            elif issubclass(kind, UnicodeDecodeError):
                arguments = ("utf-8", b"\xff", 0, 1, "message")
            elif issubclass(kind, UnicodeEncodeError):
                arguments = ("ascii", "\udcff", 0, 1, "message")
            elif issubclass(kind, UnicodeTranslateError):
                arguments = ("\udcff", 0, 1, "message")
            elif name == "_IncompleteInputError":
                arguments = ()
            found.append(kind(*arguments))
    return found


class HostileStrError(Exception):
    """Cannot be turned into text."""

    def __str__(self) -> str:
        raise RuntimeError("no")


class HostileReprError(HostileStrError):
    """Cannot be shown in any way."""

    __repr__ = HostileStrError.__str__

    @property
    def __notes__(self) -> list[str]:  # type: ignore[override]
        raise KeyboardInterrupt


class TextTest(unittest.TestCase):
    def test_the_text_is_a_traceback_of_the_users_frames(self) -> None:
        def fails() -> NoReturn:
            raise ValueError("the message")

        text = exception_text(caught(fails))

        self.assertTrue(text.startswith("Traceback (most recent call last):\n"), text)
        self.assertIn(f'{HERE}", line {line_of(fails)}, in fails', text)
        self.assertTrue(text.endswith("ValueError: the message"), text)

    def test_frames_of_the_engine_and_of_unittest_are_left_out(self) -> None:
        def asserts() -> None:
            self.assertEqual(1, 2)

        text = exception_text(caught(asserts))

        self.assertNotIn("unittest", text)
        self.assertIn("in asserts", text)
        self.assertTrue(text.endswith("AssertionError: 1 != 2"), text)

    def test_an_exception_of_the_engine_alone_keeps_its_frames(self) -> None:
        text = exception_text(caught(lambda: Status("no status")))

        self.assertIn("ValueError: 'no status' is not a valid Status", text)

    def test_causes_and_groups_are_shown(self) -> None:
        def inner() -> NoReturn:
            raise KeyError("cause")

        def outer() -> NoReturn:
            try:
                inner()
            except KeyError as error:
                raise ExceptionGroup("group", [ValueError("one"), TypeError("two")]) from error

        text = exception_text(caught(outer))

        for part in (
            "KeyError: 'cause'",
            "direct cause",
            "ValueError: one",
            "TypeError: two",
            "group (2 sub",
        ):
            self.assertIn(part, text)

    def test_causes_that_go_round_in_circles_are_shown_once(self) -> None:
        first, second = ValueError("first"), ValueError("second")
        first.__cause__, second.__cause__ = second, first

        self.assertEqual(1, exception_text(first).count("ValueError: second"))

    def test_every_built_in_exception_has_a_text(self) -> None:
        for error in every_builtin_exception():
            with self.subTest(type(error).__name__):
                self.assertIn(type(error).__name__, exception_text(error))
                self.assertIn(type(error).__name__, failure_origin(error))

    def test_an_exception_that_will_not_be_shown_has_a_text_all_the_same(self) -> None:
        for kind in (HostileStrError, HostileReprError):

            def fails(kind: type[Exception] = kind) -> NoReturn:
                raise kind

            with self.subTest(kind.__name__):
                text = exception_text(caught(fails))
                self.assertIn(kind.__name__, text)
                self.assertIn("in fails", text)

    def test_a_traceback_module_that_a_target_broke_does_not_matter(self) -> None:
        def fails() -> NoReturn:
            raise ValueError("the message")

        error = caught(fails)
        with mock.patch("traceback.TracebackException", None):
            text = exception_text(error)

        self.assertIn(f'{HERE}", line {line_of(fails)}, in fails', text)
        self.assertIn("ValueError: the message\n(the full traceback could not be made: AttributeError)", text)

    def test_long_texts_are_cut_in_their_middle(self) -> None:
        text = exception_text(ValueError("<" + "x" * 100_000 + ">"))

        self.assertLess(len(text), MAX_TEXT_CHARS + 100)
        self.assertTrue(text.startswith("ValueError: <xx"), text[:30])
        self.assertTrue(text.endswith("xx>"), text[-30:])
        self.assertRegex(text, r"\n… \d+ characters left out …\n")
        self.assertEqual("x" * MAX_TEXT_CHARS, shorten("x" * MAX_TEXT_CHARS))

    def test_a_recursion_does_not_fill_pages(self) -> None:
        def straight(depth: int) -> int:
            return straight(depth + 1)

        def ping(depth: int) -> int:
            return pong(depth + 1)

        def pong(depth: int) -> int:
            return ping(depth + 1)

        for function in (straight, ping):
            with self.subTest(function.__name__):
                text = exception_text(caught(lambda function=function: function(0)))  # type: ignore[misc]
                self.assertLess(len(text.split("\n")), 150)
                self.assertIn("RecursionError: maximum recursion depth exceeded", text)

    def test_a_traceback_of_a_hundred_thousand_frames_is_cut(self) -> None:
        def build(depth: int) -> TracebackType | None:
            tb: TracebackType | None = None
            frame = sys._getframe()
            for _ in range(depth):
                tb = TracebackType(tb, frame, 0, 1)
            return tb

        error = RecursionError("deep").with_traceback(build(100_000))
        text = exception_text(error)

        self.assertIn("98000 frames in the middle of the stack were left out", text)
        self.assertLess(len(text), 10_000)


def raises_here(kind: type[BaseException] = ValueError) -> NoReturn:
    """Raise at one place."""
    raise kind


class OriginTest(unittest.TestCase):
    def test_it_is_the_type_and_the_innermost_place(self) -> None:
        expected = f"ValueError at {__file__}:{line_of(raises_here, 2)}"

        self.assertEqual(expected, failure_origin(caught(raises_here)))
        self.assertEqual(expected, failure_origin(caught(lambda: raises_here())))

    def test_other_places_and_other_types_are_other_failures(self) -> None:
        def elsewhere() -> NoReturn:
            raise ValueError

        origins = {
            failure_origin(caught(raises_here)),
            failure_origin(caught(elsewhere)),
            failure_origin(caught(lambda: raises_here(TypeError))),
            failure_origin(caught(lambda: json.loads("{"))),
        }
        self.assertEqual(4, len(origins))

    def test_the_message_does_not_matter(self) -> None:
        def fails(text: str) -> NoReturn:
            raise ValueError(text)

        self.assertEqual(
            failure_origin(caught(lambda: fails("a"))), failure_origin(caught(lambda: fails("b")))
        )

    def test_an_assertion_is_placed_where_it_is_made(self) -> None:
        def asserts() -> None:
            self.assertEqual(1, 2)

        self.assertEqual(f"AssertionError at {__file__}:{line_of(asserts)}", failure_origin(caught(asserts)))

    def test_a_recursion_is_the_same_however_deep_it_began(self) -> None:
        def straight(depth: int) -> int:
            return depth if depth < 0 else straight(depth + 1)

        def ping(depth: int) -> int:
            return pong(depth + 1)

        def pong(depth: int) -> int:
            return len(str(depth)) + ping(depth + 1)

        def from_further_down(function: Callable[[int], int], steps: int) -> int:
            return function(0) if not steps else from_further_down(function, steps - 1)

        for function in (straight, ping):
            origins = {
                failure_origin(caught(lambda steps=steps: from_further_down(function, steps)))  # type: ignore[misc] # noqa: B023
                for steps in range(8)
            }
            with self.subTest(function.__name__):
                self.assertEqual({f"RecursionError in {__file__} {function.__name__}"}, origins)

    def test_a_recursion_in_c_is_placed_where_it_was_entered(self) -> None:
        def loads() -> Any:
            return json.loads("[" * 100_000)

        error = caught(loads)

        self.assertIsInstance(error, RecursionError)
        self.assertEqual(f"RecursionError in {__file__} caught", failure_origin(error))

    def test_running_out_of_memory_is_placed_at_the_outermost_line(self) -> None:
        def allocates(size: int) -> bytes:
            return bytes(size)

        origins = {failure_origin(caught(lambda size=size: allocates(size))) for size in (2**62, 2**61)}  # type: ignore[misc]

        self.assertEqual(1, len(origins))
        self.assertIn("MemoryError at ", origins.pop())

    def test_an_exception_that_was_never_raised_is_known_by_its_type(self) -> None:
        self.assertEqual("ValueError", failure_origin(ValueError("x")))

    def test_code_without_a_file_has_a_place_too(self) -> None:
        error = caught(lambda: exec(compile("1 / 0", "<made up>", "exec")))

        self.assertEqual("ZeroDivisionError at <made up>:1", failure_origin(error))

    def test_the_engines_files_are_this_packages_and_unittests(self) -> None:
        package = os.path.dirname(os.path.abspath(outcome.__file__))
        for name, is_engine in (
            (outcome.__file__, True),
            (os.path.join(package, "internal", "worker.py"), True),
            (unittest.case.__file__, True),
            (package + "_extra/x.py", False),
            (__file__, False),
            ("<string>", False),
            ("", False),
        ):
            with self.subTest(name):
                self.assertIs(is_engine, is_engine_file(name or ""))


class LayoutTest(unittest.TestCase):
    def test_a_result_is_laid_out_as_in_go(self) -> None:
        failed = TestOutcome("FuzzX/seed#0", Status.FAIL, 0.004, ["x.py:3: first\n    second", ""])
        passed = TestOutcome("FuzzX/seed#1", Status.PASS, 0.0, ["x.py:3: quiet"])
        skipped = TestOutcome("FuzzX/seed#2", Status.SKIP)
        whole = TestOutcome("FuzzX", Status.FAIL, 1.236, ["top"], [failed, passed, skipped])
        brief = [
            "--- FAIL: FuzzX (1.24s)",
            "    top",
            "    --- FAIL: FuzzX/seed#0 (0.00s)",
            "        x.py:3: first",
            "            second",
            "        ",
        ]

        self.assertEqual(brief, outcome_text(whole).split("\n"))
        self.assertEqual(
            [
                *brief,
                "    --- PASS: FuzzX/seed#1 (0.00s)",
                "        x.py:3: quiet",
                "    --- SKIP: FuzzX/seed#2 (0.00s)",
            ],
            outcome_text(whole, is_verbose=True).split("\n"),
        )
        self.assertEqual([True, False, False], [child.has_failed for child in whole.children])


if __name__ == "__main__":
    unittest.main()
