"""The exceptions of this package, told apart by whose fault they are.

Owns the family only; imports nothing of the package.  A failure of the fuzz
target is never one of these: it is data (``internal/messages.Failure``).
"""

from __future__ import annotations


class GoFuzzError(Exception):
    """Base of everything this package raises on purpose."""


class UsageError(GoFuzzError):
    """You asked for something that cannot be done; the text says what to do instead.

    Ends the command with exit status 2.
    """


class FuzzTestError(GoFuzzError):
    """Your fuzz test breaks a rule (two ``f.fuzz`` calls, a type that cannot be fuzzed).

    Raised where the rule is broken, so that the traceback shows the line.
    """


class CorpusError(GoFuzzError):
    """A seed or a corpus file does not fit the fuzz test; the text names it."""


class EngineError(GoFuzzError):
    """The fuzzing engine or the machine failed; never recorded as a finding.

    Ends the command with exit status 70.
    """


class SharedMemoryError(EngineError):
    """The memory shared with a worker could not be made, mapped or filled."""


class WorkerProtocolError(EngineError):
    """What came over a worker's pipe was not a message of ours."""
