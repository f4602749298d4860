"""What a command takes, said once: shown in help, and checked on every call.

Owns `Usage`, `Command`, `Call` and the reading of the argument line of a usage
(``[-count=N] RE FILE``), from which arity, flags and the kinds of arguments
follow.  Knows no particular command and never looks at a script's state.  Runs
in the testing process; the commands*.py modules build commands from it,
engine.py checks and binds calls, readme.py prints it.

Go's commands have a Usage too, but parse their arguments by hand; here the
line that the reader sees is the one that is enforced, so it cannot go stale.
"""

from __future__ import annotations

import inspect
import re
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.scripttest.errors import CommandMisused
from tests.scripttest.syntax import Expect

if TYPE_CHECKING:
    from tests.scripttest.state import State

_DURATION = re.compile(r"(?:\d+(?:\.\d*)?(?:ms|s|m|h))+", re.ASCII)
_DURATION_PART = re.compile(r"(\d+(?:\.\d*)?)(ms|s|m|h)", re.ASCII)
_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One positional argument of a command."""

    #: ``FILE``, ``RE``, ``DURATION``; a key of `ARGUMENT_CHECKS` is checked.
    name: str
    is_optional: bool = False
    is_many: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """The arguments of one call, sorted out; the three tuples go together, one entry for each word."""

    #: The words as they were given.
    words: tuple[str, ...]
    #: What each is for: the name of a declared flag, or of a parameter.
    roles: tuple[str, ...]
    #: What each says: the value of a flag, or the word itself.
    values: tuple[str, ...]

    @property
    def flags(self) -> dict[str, str]:
        """Return the values of the flags that were given, by name (``-count``)."""
        return {role: value for role, value in zip(self.roles, self.values, strict=True) if _is_flag(role)}

    @property
    def positional(self) -> tuple[str, ...]:
        """Return the arguments that are not flags."""
        return self.values[sum(map(_is_flag, self.roles)) :]

    def check(self) -> None:
        """Check each word whose role says what it must look like; raises `CommandMisused`."""
        for role, value in zip(self.roles, self.values, strict=True):
            check_argument(role, value)


@dataclass(frozen=True, slots=True)
class Usage:
    """How a command is written and what it does."""

    #: The command's name.
    name: str
    #: What follows it: ``[-count=N] RE FILE``.
    arguments: str
    #: One sentence, beginning with a verb.
    summary: str
    #: More sentences, or nothing.
    detail: str = ""
    #: May the line end with ``&``?
    can_run_in_background: bool = False
    flags: tuple[str, ...] = field(init=False)
    parameters: tuple[Parameter, ...] = field(init=False)

    def __post_init__(self) -> None:
        words = self.arguments.split()
        flags = tuple(word.strip("[]") for word in words if word.startswith("[-"))
        parameters = tuple(_parameter(word) for word in words if not word.startswith("[-"))
        object.__setattr__(self, "flags", flags)
        object.__setattr__(self, "parameters", parameters)

    def __str__(self) -> str:
        return f"{self.name} {self.arguments}".rstrip()

    def bind(self, arguments: Sequence[str]) -> Bound:
        """Sort ``arguments`` into flags and positional ones.

        Only words that have the form of a declared flag, before the first
        other word, are flags; a pattern may begin with a dash.  Raises
        `CommandMisused` for too few or too many.
        """
        flags: list[tuple[str, str]] = []
        while len(flags) < len(arguments) and (flag := self._flag(arguments[len(flags)])):
            flags.append(flag)
        rest = arguments[len(flags) :]
        roles = (*(name for name, _ in flags), *self._roles(len(rest)))
        return Bound(tuple(arguments), roles, (*(value for _, value in flags), *rest))

    def _flag(self, word: str) -> tuple[str, str] | None:
        name, has_value, value = word.partition("=")
        for flag in self.flags:
            declared, wants_value, _ = flag.partition("=")
            if declared == name and bool(wants_value) == bool(has_value):
                return declared, value
            if declared[1:].isupper() and re.fullmatch(r"-[A-Z][A-Z0-9]*", word):
                return declared, word[1:]
        return None

    def _roles(self, count: int) -> tuple[str, ...]:
        needed = sum(not parameter.is_optional for parameter in self.parameters)
        is_open = any(parameter.is_many for parameter in self.parameters)
        if count < needed or (count > len(self.parameters) and not is_open):
            fault = "missing argument" if count < needed else "too many arguments"
            raise CommandMisused(f"{fault} (usage: {self})")
        return tuple(self._fill(count, needed))

    def _fill(self, count: int, needed: int) -> list[str]:
        """Name ``count`` arguments: what is beyond the needed ones goes to the optional and repeated."""
        spare = count - needed
        roles: list[str] = []
        for parameter in self.parameters:
            times = 0 if parameter.is_optional else 1
            extra = spare if parameter.is_many else min(spare, 1 - times)
            roles += [parameter.name] * (times + extra)
            spare -= extra
        return roles


def _is_flag(role: str) -> bool:
    return role.startswith("-") and role != "->"


def _parameter(word: str) -> Parameter:
    is_optional = word.startswith("[") and word.endswith("]")
    inner = word[1:-1] if is_optional else word
    return Parameter(inner.removesuffix("..."), is_optional, inner.endswith("..."))


@dataclass(frozen=True, slots=True)
class Call:
    """One line about to run: everything a command may look at beside the state."""

    #: The command's name.
    name: str
    #: Arguments after expansion, without the flags of the command itself.
    args: tuple[str, ...]
    #: The command's own flags, as `Bound.flags`.
    flags: Mapping[str, str]
    #: What the line says about success; most commands leave it to the engine.
    expect: Expect
    #: None in the foreground; else the name, empty for a plain ``&``.
    background: str | None
    #: The script's line number, for messages about this call later on.
    line: int
    #: The whole command as text, quoted so that it parses again.
    text: str


#: Does the work.  Returns what it found, for the message when success was not
#: wanted; raises `CommandFailed`, `CommandMisused` or OSError (a failure).
Run = Callable[["State", Call], str | None]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its usage and the function behind it."""

    usage: Usage
    run: Run


def command(usage: str, *, can_run_in_background: bool = False) -> Callable[[Run], Command]:
    """Make the decorated function the command that ``usage`` describes; its docstring is the help."""
    name, _, arguments = usage.partition(" ")

    def make(run: Run) -> Command:
        summary, _, detail = inspect.cleandoc(run.__doc__ or "").partition("\n\n")
        return Command(Usage(name, arguments, summary, " ".join(detail.split()), can_run_in_background), run)

    return make


def check_argument(role: str, argument: str) -> None:
    """Check one argument against the kind its parameter names; raises `CommandMisused`."""
    if check := ARGUMENT_CHECKS.get(role):
        check(argument)


def parse_regexp(text: str) -> re.Pattern[str]:
    """Compile a pattern of a script; ``^`` and ``$`` match at every line."""
    try:
        return re.compile(text, re.MULTILINE)
    except re.error as error:
        raise CommandMisused(f"bad regular expression {text!r}: {error}") from None


def parse_duration(text: str) -> float:
    """Return the seconds in ``1m30s``, ``0.5s`` or ``100ms``."""
    if not _DURATION.fullmatch(text):
        raise CommandMisused(f"bad duration {text!r} (write 100ms, 5s or 1m30s)")
    return sum(float(number) * _UNIT_S[unit] for number, unit in _DURATION_PART.findall(text))


def parse_signal(text: str) -> signal.Signals:
    """Return the signal called ``INT`` or ``SIGINT``."""
    try:
        return signal.Signals["SIG" + text.removeprefix("SIG")]
    except KeyError:
        raise CommandMisused(f"there is no signal called {text!r} here (write INT, TERM, KILL)") from None


def parse_status(text: str) -> int:
    """Return an exit status as subprocess gives it: a signal is its number, negated."""
    if re.fullmatch(r"-?\d+", text, re.ASCII):
        return int(text)
    if text.startswith("SIG"):
        return -parse_signal(text)
    raise CommandMisused(f"bad exit status {text!r} (write a number, or a signal such as SIGKILL)")


def parse_count(text: str) -> int:
    """Return the number of ``-count=N``, which is at least 1."""
    if not re.fullmatch(r"[1-9]\d*", text, re.ASCII):
        raise CommandMisused(
            f"bad -count={text} (write a whole number from 1; for none use ! without -count)"
        )
    return int(text)


def parse_mode(text: str) -> int:
    """Return the permission bits of an octal number."""
    if not re.fullmatch(r"[0-7]{3,4}", text, re.ASCII):
        raise CommandMisused(f"bad mode {text!r} (write octal digits, such as 0444)")
    return int(text, 8)


def _check_arrow(text: str) -> None:
    if text != "->":
        raise CommandMisused(f"found {text!r} where -> has to stand")


#: How an argument is checked, by the name it has in the usage line.
ARGUMENT_CHECKS: dict[str, Callable[[str], object]] = {
    "RE": parse_regexp,
    "DURATION": parse_duration,
    "STATUS": parse_status,
    "MODE": parse_mode,
    "->": _check_arrow,
    "-count": parse_count,
    "-SIGNAL": parse_signal,
}
