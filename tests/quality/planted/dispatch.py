"""Names that choose what is called: getattr, enums, registers of functions.

Owns planted conditions (see the package).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, IntEnum

from tests.quality.planted.found import Found


class _Shell:
    """Commands as methods."""

    def do_quit(self, argument: str) -> None:
        """Do nothing."""

    def do_rotate(self, argument: str) -> None:
        """Ask for a word more."""
        if argument == "certificates":
            raise Found

    def do_purge(self, argument: str) -> None:
        """Ask for anything."""
        if len(argument) > 3:
            raise Found


class _Visitor:
    """Nodes as methods."""

    def visit_ASSIGN(self, depth: int) -> None:
        """Ask for a number."""
        if depth == 12:
            raise Found

    def generic_visit(self, depth: int) -> None:
        """Do nothing."""


class _Level(Enum):
    TRACE = "trace-verbose"
    NOTICE = "notice-only"
    PANIC = "panic-now"


class _Opcode(IntEnum):
    SUBSCRIBE = 0x8A
    PUBLISH = 0x3B
    RETAIN = 0x41F2


_HANDLERS: dict[str, Callable[[str], None]] = {}


def _handles(name: str) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    def register(function: Callable[[str], None]) -> Callable[[str], None]:
        _HANDLERS[name] = function
        return function

    return register


@_handles("textDocument/hover")
def _on_hover(argument: str) -> None:
    """Do nothing."""


@_handles("workspace/symbol")
def _on_symbol(argument: str) -> None:
    if argument.startswith("*"):
        raise Found


class _Codec:
    """What classes may be chosen from by their names."""


class _Brotli(_Codec):
    pass


class _Snappy(_Codec):
    pass


def parse_geometry(text: str) -> None:
    """Reached by its name."""
    if text == "POINT":
        raise Found


def shell_command(text: str) -> None:
    """A method by its name, with nothing done where there is none."""
    word, _, argument = text.partition(" ")
    handler = getattr(_Shell(), "do_" + word, None)
    if handler is not None:
        handler(argument)


def shell_attribute(text: str) -> None:
    """A method by its name, with an error where there is none."""
    try:
        handler = getattr(_Shell, f"do_{text[:5]}")
    except AttributeError:
        return
    handler(_Shell(), text[5:])


def visited_node(text: str) -> None:
    """A method by a name in capitals."""
    name, _, depth = text.partition("#")
    visitor = _Visitor()
    visit = getattr(visitor, "visit_" + name.upper(), visitor.generic_visit)
    if depth.isdecimal() and len(depth) < 9:
        visit(int(depth))


def has_method(text: str) -> None:
    """Asked for, never called."""
    if text and not text.startswith("_") and hasattr(_Shell, "do_" + text.strip()):
        raise Found


def enum_by_value(text: str) -> None:
    """A member by its value."""
    try:
        level = _Level(text)
    except ValueError:
        return
    if level is not _Level.TRACE:
        raise Found


def enum_by_name(text: str) -> None:
    """A member by its name."""
    name, _, rest = text.partition(";")
    try:
        level = _Level[name]
    except KeyError:
        return
    if level is _Level.PANIC and rest:
        raise Found


def enum_of_numbers(data: bytes) -> None:
    """A member by a number in the input."""
    try:
        opcode = _Opcode(int.from_bytes(data[1:3], "big"))
    except ValueError:
        return
    if opcode is _Opcode.RETAIN:
        raise Found


def registered_handler(text: str) -> None:
    """A function from a register."""
    method, _, argument = text.partition("\n")
    handler = _HANDLERS.get(method)
    if handler:
        handler(argument)


def global_function(text: str) -> None:
    """A function of this module by its name."""
    kind, _, rest = text.partition("(")
    parser = globals().get("parse_" + kind)
    if parser is not None:
        parser(rest)


def class_by_name(text: str) -> None:
    """A class by its name, out of a table made for the purpose."""
    codecs = {codec.__name__.strip("_").lower(): codec for codec in _Codec.__subclasses__()}
    chosen = codecs.get(text)
    if chosen is _Snappy:
        raise Found


def abbreviated_command(text: str) -> None:
    """The input is the beginning of exactly one word."""
    commands = ("rebase", "rebuild", "reflog", "restore", "revert")
    if len(text) >= 5 and sum(command.startswith(text) for command in commands) == 1:
        raise Found
