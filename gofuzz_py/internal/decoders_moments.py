"""Points in time written as text, in the format of ISO 8601 or in one that the program gave.

Owns how they are read and written, and moved by days and seconds: what a
program asks of them, such as the day of the week, stands in no text.  Their
trees are texts in the format of ISO 8601.  The classes are those in C, since a
program may have put others in their place.  Must not know what they are good
for.  Runs in a worker process; called by ``decoders``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

from gofuzz_py.internal import operands_peek
from gofuzz_py.internal.isolated import time
from gofuzz_py.internal.operands_places import ABSENT

Text = str | bytes

#: Points in time as ``time.struct_time`` has them, the first with all fields of two digits: all days
#: of the week, a leap day, ends of years.
_MOMENTS = (
    (2024, 12, 31, 23, 59, 58, 1, 366, 0),
    (2024, 2, 29, 3, 4, 5, 3, 60, 0),
    (1999, 1, 1, 0, 0, 0, 4, 1, 0),
    (2023, 10, 30, 12, 0, 0, 0, 303, 0),
    (2025, 6, 4, 6, 30, 59, 2, 155, 0),
    (2038, 1, 23, 11, 11, 11, 5, 23, 0),
    (1970, 3, 1, 1, 1, 1, 6, 60, 0),
)
#: Days and seconds beyond which nothing is moved.
_MOST_DAYS, _MOST_SECONDS = 4_000_000, 1 << 40


def examples_of(form: str) -> tuple[str, ...]:
    """Return texts in a format; raise ValueError or its like if it is none."""
    return tuple(dict.fromkeys(_written(form, moment, 678_901, "+0100") for moment in _MOMENTS))


def reader_of(form: str | None, name: str = "datetime") -> Callable[[Text], str]:
    """Return what reads a text in a format, or of ISO 8601 as a class of ``datetime`` does."""

    def read(text: Text) -> str:
        kind = _class(name)
        if form is None:
            return str(kind.isoformat(kind.fromisoformat(text)))
        if "%d" in form and not any(year in form for year in ("%Y", "%y", "%G")):
            raise ValueError("a day without a year gives a warning, which would be the program's")
        if not all(map(_is_own, _STEPS)):
            raise LookupError("a function of _strptime was replaced")
        return str(kind.isoformat(kind.strptime(text, form)))

    return read


#: Functions that ``strptime`` calls, and one of a later version.
_STEPS = ("_strptime", "_strptime_datetime", "_strptime_datetime_datetime")


def _is_own(name: str) -> bool:
    function = operands_peek.in_module("_strptime", name)
    if function is ABSENT:
        return name != "_strptime"
    return type(function) is FunctionType and dict.get(function.__globals__, "__name__") == "_strptime"


def writer_of(form: str) -> Callable[[Any], str]:
    """Return what writes a point in time in a format."""

    def write(tree: Any) -> str:
        kind = _class("datetime")
        moment = kind.fromisoformat(tree)
        zone = tree[-6:].replace(":", "") if tree[-6:-5] in ("+", "-") else ""
        return _written(form, kind.timetuple(moment), moment.microsecond, zone)

    return write


#: What ``time.strftime`` does not know.
_of_datetime = re.compile("%(.)", re.DOTALL).sub


def _written(form: str, fields: Any, microsecond: int, zone: str) -> str:
    """Write a point in time; ``datetime`` would call what the program may have put into ``time``."""
    more = {"f": f"{microsecond:06}", "z": zone}
    return time.strftime(_of_datetime(lambda found: more.get(found[1], found[0]), form), fields)


def _class(name: str) -> Any:
    return operands_peek.built_in("_datetime", name)


def moved(tree: str, by: int, name: str = "datetime") -> Iterator[str]:
    """Yield points in time that lie so many days behind one, with a week more and less, or seconds."""
    kind, step = _class(name), _class("timedelta")
    if name == "time":
        return
    moment = kind.fromisoformat(tree)
    steps = [step(by), step(by + 7), step(by - 7)] if abs(by) <= _MOST_DAYS else []
    if name == "datetime" and abs(by) <= _MOST_SECONDS:
        steps.append(step(seconds=by))
    for one in steps:
        try:
            yield str(kind.isoformat(kind.__add__(moment, one)))
        except (ArithmeticError, ValueError):
            continue
