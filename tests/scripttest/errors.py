"""Everything that can go wrong with a script, told apart by what to do about it.

Owns the exceptions of the script engine.  Knows nothing of unittest or of any
other framework: whoever runs scripts turns these into its own results.  Runs
in the testing process only; raised by every other module of this package.

The counterpart of errors.go in Go's script engine.  It departs in one point:
a command that *failed* (which ``!`` may ask for) and a command that was
*misused* or cut off (which ``!`` must never accept) are two classes, so that a
misspelt file name cannot make a negated check pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class ScriptError(Exception):
    """Any problem with a script or its run; the base of this family."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a script's text, found before anything ran."""

    #: The script, as it should be shown.
    file: str
    #: Line number in the script file, counted from 1.
    line: int
    #: What is wrong and what to write instead.
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class MalformedScript(ScriptError):
    """The script cannot run as written; each of ``problems`` names a line to mend."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class SyntaxProblem(ScriptError):
    """One line breaks the grammar; becomes a `Problem` once the line number is known."""


class CommandFailed(ScriptError):
    """A command did its work and the answer was no; ``!`` and ``?`` accept this."""


class CommandMisused(ScriptError):
    """A command could not do its work: wrong arguments, no such file; never accepted by ``!``."""


class DeadlineExceeded(CommandMisused):
    """The script's time was up while a command was running; the command was stopped."""


class CommandError(ScriptError):
    """A line of the script went wrong: where, which command, and why."""

    def __init__(self, file: str, line: int, command: str, reason: str) -> None:
        super().__init__(f"{file}:{line}: {command}: {reason}")
        self.file = file
        self.line = line
        #: The command with its arguments after expansion, quoted so that it parses again.
        self.command = command
        self.reason = reason


class ScriptFailed(ScriptError):
    """A script did not pass; the text is its log, ending with the reason."""

    def __init__(self, reason: str, log: str) -> None:
        super().__init__(f"{log}FAIL: {reason}")
        self.reason = reason
        self.log = log


class ScriptSkipped(ScriptError):
    """The script asked to be skipped; the text is its reason."""


class ScriptStopped(ScriptError):
    """The script asked to end here, as passed; never leaves the engine."""
