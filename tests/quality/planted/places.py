"""Comparisons in every place of a program where one can stand.

Owns planted conditions (see the package).  What is compared is simple; what
differs is the code round it.
"""

# Conditions inside conditions are what is planted here.
# ruff: noqa: SIM102

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from tests.quality.planted.found import Found


def in_generator(text: str) -> None:
    """In a generator expression."""
    if any(word == "--no-verify" for word in text.split()):
        raise Found


def in_list(text: str) -> None:
    """As the filter of a list."""
    kept = [line for line in text.splitlines() if line.startswith("@import ")]
    if len(kept) == 1:
        raise Found


def in_lambda(text: str) -> None:
    """In a function without a name, called by C code."""
    chosen = list(filter(lambda part: part.lower() == "chacha20", text.split("-")))
    if chosen:
        raise Found


def in_closure(text: str) -> None:
    """In a function made for the purpose, against what it closes over."""
    wanted = "quorum"

    def check(part: str) -> bool:
        return part == wanted

    if check(text.strip(".")):
        raise Found


def in_loop_condition(text: str) -> None:
    """As what ends a loop."""
    at = 0
    while at < len(text) and text[at : at + 3] != "%>}":
        at += 1
    if at < len(text):
        raise Found


def in_assertion(text: str) -> None:
    """As an assertion, whose failure is caught."""
    try:
        assert text[:8] == "SQLite 3"
    except AssertionError:
        return
    raise Found


def in_conditional_expression(text: str) -> None:
    """As a value between two others."""
    weight = 10 if text == "heavyweight" else 1
    if weight > 5:
        raise Found


def stored_first(text: str) -> None:
    """Asked long after it was compared."""
    name, _, value = text.partition("=")
    is_name, is_value = name == "charset", value == "koi8-u"
    results = [is_name, is_value]
    if all(results):
        raise Found


def negated(data: bytes) -> None:
    """By ``not``, with an early end."""
    if not data.startswith(b"wOF2"):
        return
    if not len(data) > 6 or not data[4] == 0x9D:  # noqa: SIM201
        return
    raise Found


def either_of(text: str) -> None:
    """Values of ``or`` and ``and``."""
    chosen = (text == "tango-7" and "yes") or (text == "zulu-19" and "yes") or "no"
    if chosen == "yes":
        raise Found


def assigned_inside(text: str) -> None:
    """With an assignment in the middle."""
    if (at := text.find("::")) > 0 and (name := text[at + 2 :]) == "<init>":
        if name:
            raise Found


class _Request:
    """An object with a property, a method and an equality of its own."""

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def is_upgrade(self) -> bool:
        """Compared in a property."""
        return self.text.partition(" ")[0] == "Upgrade:"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Request) and self.text.strip() == other.text

    def __hash__(self) -> int:
        return hash(self.text)


def in_property(text: str) -> None:
    """In a property of an object."""
    if _Request(text).is_upgrade:
        raise Found


def in_equality(text: str) -> None:
    """In the equality of a class."""
    if _Request(text) == _Request("OPTIONS *"):
        raise Found


@dataclass(frozen=True)
class _Version:
    name: str
    number: int


def in_generated_equality(text: str) -> None:
    """In an equality that was generated, and has no source."""
    name, _, number = text.partition("-")
    if number.isdecimal() and len(number) < 10:
        if _Version(name, int(number)) == _Version("trixie", 13):
            raise Found


def _pieces(text: str) -> Iterator[str]:
    for piece in text.split("/"):
        if piece == "..;":
            raise Found
        yield piece


def in_generator_function(text: str) -> None:
    """In a function that yields."""
    for _ in _pieces(text):
        pass


def through_decorator(text: str) -> None:
    """Of what a decorated function returns."""
    if _normalized(text) == "pass-through":
        raise Found


def _checked(function: Callable[[str], str]) -> Callable[[str], str]:
    @functools.wraps(function)
    def check(text: str) -> str:
        return function(text) if len(text) < 400 else ""

    return check


@_checked
def _normalized(text: str) -> str:
    return text.strip().replace("_", "-")


def by_operator_function(text: str) -> None:
    """By a function that compares."""
    compare: Callable[[str, str], bool] = operator.eq
    if compare(text, "roundrobin"):
        raise Found


def by_sort_order(text: str) -> None:
    """By what comes first of several."""
    if len(text) > 3 and max(text, "zebra crossing") == text:
        raise Found


def inside_with(text: str) -> None:
    """Under a context manager, in a block that also fails otherwise."""
    with suppress(IndexError, ValueError):
        words = text.split(" ")
        if words[2] == "fsync" and int(words[3]) > 31_000:
            raise Found


def in_finally(text: str) -> None:
    """In a block that runs in any case."""
    mark = text[-5:]
    try:
        int(text)
    except ValueError:
        pass
    finally:
        if mark == "#fin!":
            raise Found


def two_lines_below(text: str) -> None:
    """Over several lines."""
    if (
        text.startswith("rgba(")
        and text.endswith(")")
        and text.count(",") == 3
    ):  # fmt: skip
        raise Found
