"""Calls and answers between the coordinator process and a worker process.

Owns the records and their JSON form; knows nothing of pipes' descriptors,
processes or the values themselves, which lie in shared memory.  A message is
one line: an object with exactly one member, named after the call.  Mirrors
the ``call``, ``fuzzArgs``, ``fuzzResponse`` … structs of Go's worker.go, with
their member names; ``Origin`` and ``Others`` are ours.  Never pickled: a
fuzzed worker may write anything at all to its end.
"""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from json import dumps, loads
from typing import Any, TypeVar

from gofuzz_py.errors import WorkerProtocolError

#: A longer line is not a message of ours; the coordinator must not be filled by a worker gone wild.
MAX_MESSAGE_BYTES = 64 << 20

#: Bytes in a message.
Base64 = str


@dataclass(frozen=True, slots=True)
class Failure:
    """How the target failed on one input: data, never an exception of the engine."""

    #: The block a user reads: ``--- FAIL: …`` line, log lines, traceback.
    text: str
    #: What tells this failure from others: exception type and place in the user's code.
    origin: str


@dataclass(frozen=True, slots=True)
class PingArgs:
    """Sent once after the start; the answer proves the worker reached ``f.fuzz``."""

    #: Seed of this worker's random source.
    seed: int = 0
    #: Will a frontier be asked for?  Then operands have to be kept.
    frontier: bool = False


@dataclass(frozen=True, slots=True)
class PingResponse:
    """The worker is ready."""

    #: Go's names of the types it fuzzes.
    kinds: list[str] = field(default_factory=list)
    #: Name of the coverage core: ``none`` fuzzes blindly.
    core: str = "none"
    #: Why it is that core.
    reason: str = ""
    #: Names the numbering of locations: equal in all workers.
    layout: str = ""
    #: Instrumented locations and functions, and modules left alone with the reason.
    locations: int = 0
    modules: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class WarmupArgs:
    """Run the inputs that lie one after another in shared memory, each once, for coverage."""

    #: Bytes of each input.
    lengths: list[int]
    #: Executions allowed, measurements included; 0 means no limit.
    limit: int = 0


@dataclass(frozen=True, slots=True)
class WarmupResponse:
    """What the inputs reached, as far as they were run: those after a failing one were not."""

    #: Inputs run.
    done: int = 0
    #: Locations that the inputs reached first in this worker, by the input's index.
    found: list[Found] = field(default_factory=list)
    #: How the input after those done failed; it lies in shared memory.
    failure: Failure | None = None
    #: Executions of the target.
    count: int = 0
    #: Set when the worker itself could not go on; never a finding.
    internal_err: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An input that reached something new to its worker."""

    #: Its index among the inputs of a warm-up.
    index: int = 0
    #: Its bytes in shared memory, where the inputs found lie one after another.
    length: int = 0
    #: Locations that were new.
    fresh: list[int] = field(default_factory=list)
    #: All locations it reaches.
    locations: list[int] = field(default_factory=list)
    #: Locations it executes, hits counted.
    cost: int = 0


@dataclass(frozen=True, slots=True)
class FuzzArgs:
    """Mutate inputs of the pool and run them."""

    #: Stop after this many nanoseconds; 0 means by count only.
    timeout: int
    #: Stop after this many executions; 0 means by time only.
    limit: int
    #: Inputs to take into the pool first; they lie one after another in shared memory.
    inputs: list[Found] = field(default_factory=list)
    #: Locations that other workers have reached.
    known: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FuzzResponse:
    """What a fuzz call did.

    In shared memory lies the failing input, if there is one, and then the inputs found.
    """

    #: Nanoseconds the call took.
    total_duration: int = 0
    #: Executions of the target.
    count: int = 0
    #: Set when the target failed.
    failure: Failure | None = None
    #: Bytes of the failing input.
    length: int = 0
    #: Inputs that reached something new.
    found: list[Found] = field(default_factory=list)
    #: Set when the worker itself could not go on; never a finding.
    internal_err: str = ""


@dataclass(frozen=True, slots=True)
class MinimizeArgs:
    """Shrink the failing value in shared memory."""

    #: Budget in nanoseconds; 0 means none.
    timeout: int
    #: Budget in executions; 0 means none.
    limit: int
    #: The failure to keep; candidates that fail otherwise do not count.
    origin: str


@dataclass(frozen=True, slots=True)
class OtherFailure:
    """A different failure that minimization met on its way."""

    #: The input in the shared-memory format, base64.
    value: Base64
    failure: Failure


@dataclass(frozen=True, slots=True)
class MinimizeResponse:
    """What minimization came to; the smallest value lies in shared memory."""

    #: Did the value fail at all when it was run again?
    reproduced: bool = False
    #: The failure of the value that now lies in shared memory.
    failure: Failure | None = None
    #: Executions of the target.
    count: int = 0
    #: Nanoseconds the call took.
    total_duration: int = 0
    #: Failures of another origin, one of each, oldest first.
    others: list[OtherFailure] = field(default_factory=list)
    #: Set when the worker itself could not go on; never a finding.
    internal_err: str = ""


@dataclass(frozen=True, slots=True)
class FrontierArgs:
    """Tell which conditions were reached and have gone one way only."""

    #: Locations that any worker has reached.
    known: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FrontierRow:
    """One such condition."""

    #: The file as it stands in tracebacks, and the line in it.
    file: str
    line: int
    #: The head of the statement, the part of it that decides or "", and what that never was.
    text: str
    part: str
    verdict: str
    #: The location that was never reached.
    missing: int
    #: Locations that inputs which reach the condition reach.
    at: list[int] = field(default_factory=list)
    #: Locations that lie behind the condition.
    behind: int = 0
    #: How near the operands came, from 0 to 1000, and what they were.
    score: int = 0
    operands: str = ""
    #: Inputs that were made for the condition.
    tries: int = 0
    #: Inputs of the corpus that reach it; the coordinator's.
    reached_by: int = 0


@dataclass(frozen=True, slots=True)
class FrontierResponse:
    """The conditions that a worker knows of."""

    rows: list[FrontierRow] = field(default_factory=list)


Call = PingArgs | WarmupArgs | FuzzArgs | MinimizeArgs | FrontierArgs
Response = PingResponse | WarmupResponse | FuzzResponse | MinimizeResponse | FrontierResponse

_CALLS: dict[str, type[Call]] = {
    "Ping": PingArgs,
    "Warmup": WarmupArgs,
    "Fuzz": FuzzArgs,
    "Minimize": MinimizeArgs,
    "Frontier": FrontierArgs,
}
_RESPONSES: dict[str, type[Response]] = {
    "Ping": PingResponse,
    "Warmup": WarmupResponse,
    "Fuzz": FuzzResponse,
    "Minimize": MinimizeResponse,
    "Frontier": FrontierResponse,
}
_Record = TypeVar("_Record")


def encode_call(call: Call) -> bytes:
    """Return the line for a call."""
    return _encode(_CALLS, call)


def encode_response(response: Response) -> bytes:
    """Return the line for an answer."""
    return _encode(_RESPONSES, response)


def decode_call(line: bytes) -> Call:
    """Read a call in the worker; raises WorkerProtocolError."""
    return _decode(_CALLS, line)


def decode_response(line: bytes) -> Response:
    """Read an answer in the coordinator; raises WorkerProtocolError, for any bytes at all."""
    return _decode(_RESPONSES, line)


def _encode(names: dict[str, type[Any]], record: object) -> bytes:
    name = next(name for name, cls in names.items() if cls is type(record))
    # Escapes would join two lone surrogates in a failure's text to one character.
    text = dumps({name: _plain(record)}, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass") + b"\n"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {_camel(f.name): _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _decode(names: dict[str, type[_Record]], line: bytes) -> _Record:
    try:
        outer = loads(line.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise WorkerProtocolError(_describe_garbage(line, error)) from None
    if not isinstance(outer, dict) or len(outer) != 1:
        raise WorkerProtocolError("want an object with one member")
    ((name, body),) = outer.items()
    if name not in names:
        raise WorkerProtocolError(f"unknown message {name!r:.40}")
    return _build(names[name], body)


def _build(cls: type[_Record], body: Any) -> _Record:
    if not isinstance(body, dict):
        raise WorkerProtocolError(f"{cls.__name__} is not an object")
    known = {_camel(f.name): f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    arguments: dict[str, Any] = {}
    for key, value in body.items():
        if key not in known:
            raise WorkerProtocolError(f"{cls.__name__} has no member {key!r:.40}")
        arguments[known[key].name] = _checked(cls, known[key], value)
    try:
        return cls(**arguments)
    except TypeError as error:
        raise WorkerProtocolError(str(error)) from None


def _checked(cls: type, spec: dataclasses.Field[Any], value: Any) -> Any:
    """Return the member as its declared type; the annotations are the schema."""
    if value is None and str(spec.type).endswith(" | None"):
        return None
    read = _READERS[str(spec.type).removesuffix(" | None")]
    try:
        return read(value)
    except ValueError:
        found = f"a {type(value).__name__}" if type(value) is not int else "negative"
        raise WorkerProtocolError(f"{cls.__name__}.{_camel(spec.name)} is {found}") from None


def _exactly(cls: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not cls or (isinstance(value, int) and value < 0):
            raise ValueError
        return value

    return read


def _list_of(read: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    return lambda value: [read(item) for item in _exactly(list)(value)]


def _base64(value: Any) -> Any:
    base64.b64decode(_exactly(str)(value), validate=True)
    return value


#: How a member of each declared type is read; ValueError where it is something else.
#: All our numbers are counts, so none is negative.
_READERS: dict[str, Callable[[Any], Any]] = {
    "int": _exactly(int),
    "bool": _exactly(bool),
    "str": _exactly(str),
    "Base64": _base64,
    "list[int]": _list_of(_exactly(int)),
    "list[str]": _list_of(_exactly(str)),
    "list[Found]": _list_of(lambda value: _build(Found, value)),
    "list[FrontierRow]": _list_of(lambda value: _build(FrontierRow, value)),
    "Failure": lambda value: _build(Failure, value),
    "list[OtherFailure]": _list_of(lambda value: _build(OtherFailure, value)),
}


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _describe_garbage(line: bytes, error: Exception) -> str:
    """Say what is wrong in the words of Go's JSON decoder, which users look up."""
    text = line.lstrip()
    if not text:
        return "EOF"
    first = chr(text[0])
    if first not in '{["-0123456789tfn':
        quoted = r"\'" if first == "'" else repr(first)[1:-1]
        return f"invalid character '{quoted}' looking for beginning of value"
    return f"invalid message: {error}"
