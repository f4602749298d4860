"""Commands that look at text: output of programs and contents of files.

Owns stdout, stderr, output, grep, cmp, cmpenv, cat, echo and unquote.  Knows
nothing of processes.  Runs in the testing process; commands.py puts these into
the table that engine.py uses.

The counterparts in Go's script engine behave alike, save that here a missing
file is an error even after ``!``, and that ``cmp`` can rewrite the expected
text, which in Go only the testscript package of go-internal does.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from tests.scripttest.errors import CommandFailed, CommandMisused
from tests.scripttest.log import shown
from tests.scripttest.state import State
from tests.scripttest.syntax import Expect, expand_text
from tests.scripttest.txtar import data_problem
from tests.scripttest.usage import Call, Command, command, parse_count, parse_regexp


def _match(call: Call, what: str, data: bytes) -> str:
    """Look for the pattern of ``call`` in ``data``; say what was found, or raise `CommandFailed`."""
    if "-count" in call.flags and call.expect is Expect.FAIL:
        raise CommandMisused("! and -count do not go together; say the number that is wanted")
    text = data.decode("utf-8", "backslashreplace")
    found = [match[0] for match in parse_regexp(call.args[0]).finditer(text)]
    wanted = parse_count(call.flags["-count"]) if "-count" in call.flags else None
    if not found:
        raise CommandFailed(f"no match in {what}")
    if wanted is not None and wanted != len(found):
        raise CommandFailed(f"{len(found)} matches in {what}, want {wanted}")
    return f"{what} has {found[0]!r}"


def _stream_command(name: str, what: str) -> Command:
    def look(state: State, call: Call) -> str | None:
        return _match(call, name, state.read(name))

    look.__doc__ = f"""Look for a match in {what} of the last command.

    With `-count=N` there must be exactly N matches.
    """
    return command(f"{name} [-count=N] RE")(look)


@command("grep [-count=N] RE FILE")
def grep(state: State, call: Call) -> str | None:
    """Look for a match in a file.

    With `-count=N` there must be exactly N matches. FILE may be a pattern such as
    `testdata/fuzz/FuzzA/*` that matches one file. A file that is missing is an error even after `!`.
    """
    name = call.args[1]
    return _match(call, name, state.read(_single(state, name)))


def _single(state: State, name: str) -> str:
    """Return the one file that a name or pattern stands for."""
    if name in ("stdout", "stderr", "output"):
        return name
    try:
        paths = state.paths(name)
    except CommandFailed as failure:
        raise CommandMisused(str(failure)) from None
    if len(paths) > 1:
        raise CommandMisused(f"{name} matches {len(paths)} files, want one")
    return name if paths == [state.path(name)] else str(paths[0])


@command("cmp GOT WANT")
def cmp(state: State, call: Call) -> str | None:
    """Check that two files are the same, byte for byte.

    Either may be `stdout`, `stderr` or `output`. When GOFUZZ_UPDATE_SCRIPTS=1 is set and WANT is a file
    of the script, as it stands there, its text in the script is replaced instead of failing.
    """
    got, want = state.read(call.args[0]), state.read(call.args[1])
    if got != want and state.options.is_update and call.expect is Expect.PASS and _update(state, call, got):
        return None
    return _compare(call, got, want)


def _update(state: State, call: Call, got: bytes) -> bool:
    """Note ``got`` as the new expected text; False where that is none of the script's files."""
    path = state.path(call.args[1])
    if path not in state.expected or state.read(call.args[1]) != state.expected[path]:
        return False
    if path in state.updates:
        raise CommandMisused(f"{call.args[1]} was already rewritten for an earlier cmp, with another text")
    if problem := data_problem(got):
        raise CommandMisused(f"cannot rewrite {call.args[1]}: the new text {problem}")
    state.updates[path] = state.expected[path] = got
    path.write_bytes(got)
    state.log.note(f"{call.args[1]} is rewritten")
    return True


def _compare(call: Call, got: bytes, want: bytes) -> str:
    if got == want:
        return f"{call.args[0]} and {call.args[1]} are the same"
    raise CommandFailed(f"{call.args[0]} and {call.args[1]} differ\n{_difference(call.args, want, got)}")


def _difference(names: Sequence[str], want: bytes, got: bytes) -> str:
    """Show how two texts differ, in lines; where these look alike, by the first byte."""
    before, after = shown(want).split("\n"), shown(got).split("\n")
    lines = list(difflib.unified_diff(before, after, f"want: {names[1]}", f"got: {names[0]}", lineterm=""))
    if lines:
        return "\n".join(lines)
    at = next((i for i, pair in enumerate(zip(want, got, strict=False)) if pair[0] != pair[1]), None)
    at = min(len(want), len(got)) if at is None else at
    return f"at byte {at}: want {want[at : at + 20]!r}, got {got[at : at + 20]!r}"


@command("cmpenv GOT WANT")
def cmpenv(state: State, call: Call) -> str | None:
    """Check that two files are the same, with variables expanded in WANT.

    Only $NAME and ${NAME} in WANT are replaced; a variable that is not set is an error.
    """
    want = state.read(call.args[1]).decode("utf-8", "surrogateescape")
    expanded = expand_text(want, state.env).encode("utf-8", "surrogateescape")
    return _compare(call, state.read(call.args[0]), expanded)


@command("cat FILE...")
def cat(state: State, call: Call) -> str | None:
    """Print files, so that `stdout` can look at them.

    FILE may be a pattern, or `stderr`.
    """
    data = b""
    for name in call.args:
        if name in ("stdout", "stderr", "output"):
            data += state.read(name)
        else:
            data += b"".join(path.read_bytes() for path in state.paths(name))
    state.set_output(data, b"", None)
    return None


@command("echo [ARG...]")
def echo(state: State, call: Call) -> str | None:
    """Print the arguments.

    They are joined by blanks and end with a newline.
    """
    state.print(" ".join(call.args) + "\n")
    return None


@command("unquote FILE...")
def unquote(state: State, call: Call) -> str | None:
    """Take one `>` off the beginning of every line of files.

    This is how a file can hold what would otherwise be a marker line of the script. Every line that is
    not empty must begin with `>`.
    """
    for name in call.args:
        lines = state.read(name).split(b"\n")
        for number, line in enumerate(lines, start=1):
            if line and not line.startswith(b">"):
                raise CommandMisused(f"line {number} of {name} does not begin with >")
        state.path(name).write_bytes(b"\n".join(line[1:] for line in lines))
    return None


COMMANDS = (
    _stream_command("stdout", "standard output"),
    _stream_command("stderr", "standard error"),
    _stream_command("output", "standard output, then standard error,"),
    grep, cmp, cmpenv, cat, echo, unquote,
)  # fmt: skip
