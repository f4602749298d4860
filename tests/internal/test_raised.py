"""Exceptions that lie about themselves."""

from __future__ import annotations

import contextlib
import unittest
from typing import Any, NoReturn

from gofuzz_py.internal.raised import drop_traceback, is_a, message_of, traceback_of, type_name


def fail(*_: object) -> NoReturn:
    """Take the place of what Python would ask an exception for."""
    raise RuntimeError("asked")


class Meta(type):
    """A metaclass of classes that tell nothing."""

    def __getattribute__(cls, name: str) -> Any:
        fail()


class LyingTest(unittest.TestCase):
    """Each question, to an exception whose class overrides everything."""

    def setUp(self) -> None:
        names = ("__class__", "__traceback__", "__cause__")
        attributes: dict[str, Any] = {name: property(fail) for name in names}
        attributes |= {"__str__": fail, "__getattribute__": fail, "__setattr__": fail, "__bool__": fail}
        self.error: BaseException = Meta("Lying", (ValueError,), attributes)("text")

    def raise_it(self) -> None:
        raise self.error

    def test_its_kind_is_known(self) -> None:
        self.assertTrue(is_a(self.error, ValueError))
        self.assertFalse(is_a(self.error, TypeError))

    def test_a_class_that_claims_to_be_another_is_seen_through(self) -> None:
        claims = type("Claims", (ValueError,), {"__class__": unittest.SkipTest})()
        self.assertIsInstance(claims, unittest.SkipTest)
        self.assertFalse(is_a(claims, unittest.SkipTest))

    def test_its_type_has_a_name(self) -> None:
        self.assertEqual(type_name(self.error), "Lying")

    def test_its_traceback_is_there_until_it_is_dropped(self) -> None:
        with contextlib.suppress(ValueError):
            self.raise_it()
        tb = traceback_of(self.error)
        assert tb is not None
        assert tb.tb_next is not None
        self.assertEqual(tb.tb_next.tb_frame.f_code.co_name, "raise_it")
        drop_traceback(self.error)
        self.assertIsNone(traceback_of(self.error))

    def test_a_message_that_fails_is_replaced(self) -> None:
        self.assertEqual(message_of(self.error), "<exception str() failed>")

    def test_a_message_is_a_str_and_nothing_else(self) -> None:
        text = type("Text", (str,), {"__len__": fail, "__format__": fail})
        error = type("Error", (Exception,), {"__str__": lambda _: text("shown")})()
        self.assertIs(type(message_of(error)), str)
        self.assertEqual(message_of(error), "shown")


if __name__ == "__main__":
    unittest.main()
