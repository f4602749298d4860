"""A raised exception, seen past whatever its class overrides.

Owns the few questions that the engine asks of an exception which left a
target.  A target may raise objects whose ``__class__``, ``__traceback__`` or
``__str__`` fail or lie (proxies and mocks do); asking the base class's own
descriptors cannot fail.  Knows nothing of how exceptions are shown.
Runs wherever targets do.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

_qualname: Any = type.__dict__["__qualname__"]
_traceback: Any = BaseException.__dict__["__traceback__"]


def is_a(error: BaseException, kind: type[BaseException]) -> bool:
    """As ``isinstance``, which the object's own ``__class__`` can deceive."""
    return issubclass(type(error), kind)


def type_name(error: BaseException) -> str:
    """Return the qualified name of the exception's type."""
    name: str = _qualname.__get__(type(error))
    return name


def traceback_of(error: BaseException) -> TracebackType | None:
    """Return the exception's traceback."""
    tb: TracebackType | None = _traceback.__get__(error)
    return tb


def drop_traceback(error: BaseException) -> None:
    """Take the traceback off the exception, and with it what its frames hold."""
    _traceback.__set__(error, None)


def message_of(error: BaseException) -> str:
    """Return ``str(error)``, or a remark in its place where that fails."""
    try:
        return "".join([str(error)])  # a str of its own, whatever subclass it was
    except BaseException:
        return "<exception str() failed>"
