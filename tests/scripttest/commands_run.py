"""Commands that start processes, wait for them, signal them and judge their end.

Owns exec, python, gofuzz, wait, await, kill, status, stdin and leftovers.
Knows no grammar: arguments arrive expanded and checked.  Runs in the testing
process; commands.py puts these into the table that engine.py uses.

As in Go's script engine, a negated command passes when the program fails; it
departs in that a program which cannot be started at all is an error even then.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Sequence

from tests.scripttest.errors import CommandFailed, CommandMisused, DeadlineExceeded
from tests.scripttest.process import Process, describe_status, processes_of
from tests.scripttest.state import Background, State
from tests.scripttest.syntax import Expect
from tests.scripttest.usage import Call, command, parse_regexp, parse_signal, parse_status


def launch(state: State, call: Call, argv: Sequence[str]) -> str | None:
    """Run ``argv`` for a line of a script: to its end, or into the background."""
    if call.background in state.background:
        raise CommandMisused(f"there is already a command called {call.background} in the background")
    program = _find(state, argv[0])
    stdin, state.stdin = state.stdin, b""
    env = {**state.env, "PWD": str(state.cwd)}
    try:
        process = Process([program, *argv[1:]], state.cwd, env, stdin, drain_s=state.options.drain_s)
    except (OSError, ValueError) as error:
        raise CommandMisused(f"cannot start {argv[0]}: {error}") from None
    state.started.append(process)
    if call.background is not None:
        name = call.background or f"#{process.pid}"
        state.background[name] = Background(process, call)
        return None
    state.await_end(process)
    state.set_output(*process.output(), process.returncode)
    return _judge(process)


def _find(state: State, name: str) -> str:
    """Return the path of a program: as given if it is one, else from the script's PATH."""
    if os.path.dirname(name):
        return str(state.path(name))
    program = shutil.which(name, path=state.env.get("PATH", ""))
    if program is None:
        raise CommandMisused(f"there is no program called {name} on the script's PATH")
    return program


def _judge(process: Process) -> str:
    """Return how an ended process succeeded, or raise how it did not."""
    if process.is_output_held:
        raise CommandMisused("ended, but a process that it left behind still holds its output open")
    assert process.returncode is not None
    status = describe_status(process.returncode)
    if process.returncode != 0:
        raise CommandFailed(status)
    return status


@command("exec PROG [ARG...]", can_run_in_background=True)
def exec_program(state: State, call: Call) -> str | None:
    """Run a program.

    The program is looked up on the script's PATH. A program that cannot be started is an error even
    after `!`.
    """
    return launch(state, call, call.args)


@command("python [ARG...]", can_run_in_background=True)
def python(state: State, call: Call) -> str | None:
    """Run the interpreter under test."""
    return launch(state, call, [state.options.interpreter, *call.args])


@command("gofuzz [ARG...]", can_run_in_background=True)
def gofuzz(state: State, call: Call) -> str | None:
    """Run gofuzz_py.

    The same as `python -m gofuzz_py ARG...`, from this checkout.
    """
    return launch(state, call, [state.options.interpreter, "-m", "gofuzz_py", *call.args])


def _running(state: State, name: str) -> Background:
    if name not in state.background:
        others = " ".join(state.background) or "none"
        raise CommandMisused(f"no command called {name} is in the background (there: {others})")
    return state.background[name]


@command("wait [NAME...]")
def wait(state: State, call: Call) -> str | None:
    """Wait for commands in the background.

    Without a name, for all of them. Each must then have succeeded, or failed if it was started with
    `!`. Their output, joined in the order of the names or of their start, becomes the output that
    `stdout` and the others look at; `status` works after waiting for a single command.
    """
    chosen = [(name, _running(state, name)) for name in dict.fromkeys(call.args or state.background)]
    stdout, stderr, faults = b"", b"", []
    for name, running in chosen:
        del state.background[name]
        try:
            state.await_end(running.process)
        except DeadlineExceeded as error:
            raise DeadlineExceeded(f"{running.call.text} (line {running.call.line}) {error}") from None
        more_stdout, more_stderr = running.process.output()
        stdout, stderr = stdout + more_stdout, stderr + more_stderr
        faults += _faults(running)
    status = chosen[0][1].process.returncode if len(chosen) == 1 else None
    state.set_output(stdout, stderr, status)
    if faults:
        # Not CommandFailed: each command has had its own say on failure.
        raise CommandMisused("; ".join(faults))
    return None


def _faults(running: Background) -> list[str]:
    """Say in what way an ended background command is not what its line said."""
    call = running.call
    where = f"{call.text} (line {call.line})"
    try:
        how = _judge(running.process)
    except CommandFailed as failure:
        return [f"{where}: {failure}"] if call.expect is Expect.PASS else []
    except CommandMisused as error:
        return [f"{where}: {error}"]
    return [f"{where}: {how}, but ! says that it must fail"] if call.expect is Expect.FAIL else []


@command("await NAME RE")
def await_output(state: State, call: Call) -> str | None:
    """Wait until a command in the background has printed something.

    Fails if the command ends, or closes its output, without a match in its standard output or standard
    error.
    """
    name, pattern = call.args[0], parse_regexp(call.args[1])
    process = _running(state, name).process

    def matches(stdout: bytes, stderr: bytes) -> bool:
        return any(pattern.search(data.decode("utf-8", "backslashreplace")) for data in (stdout, stderr))

    if process.wait_for_output(matches, state.remaining_s()):
        return f"{name} has printed it"
    for stream, data in zip(("stdout", "stderr"), process.output(), strict=True):
        state.log.stream(f"{stream} of {name}", data)
    if state.remaining_s() == 0:
        raise DeadlineExceeded(state.hung())
    raise CommandFailed(f"{name} has ended its output without a match for {call.args[1]!r}")


@command("kill [-group] [-SIGNAL] NAME")
def kill(state: State, call: Call) -> str | None:
    """Send a signal to a command in the background.

    The signal is TERM unless given as `-INT` or the like. With `-group` it goes to all processes of the
    command's group, as Ctrl-C in a terminal does. A command that was sent a signal has to end, but need
    not be waited for.
    """
    name = call.args[0]
    number = parse_signal(call.flags["-SIGNAL"]) if "-SIGNAL" in call.flags else signal.SIGTERM
    running = _running(state, name)
    if not running.process.send_signal(number, to_group="-group" in call.flags):
        raise CommandFailed(f"{name} has already ended")
    running.is_killed = True
    return None


@command("status STATUS")
def status(state: State, call: Call) -> str | None:
    """Check the exact exit status of the last program.

    STATUS is a number or, for a program that died of a signal, its name: `status SIGKILL`.
    """
    got = state.output.status
    if got is None:
        raise CommandMisused("there is no exit status here; it has to follow one program, or a wait for one")
    if got != parse_status(call.args[0]):
        raise CommandFailed(f"the last program ended with {describe_status(got)}")
    return describe_status(got)


@command("stdin FILE")
def stdin(state: State, call: Call) -> str | None:
    """Set the standard input of the next program.

    FILE is a file, or `stdout` or `stderr` of the last command. Without this, standard input is empty.
    """
    state.stdin = state.read(call.args[0])
    return None


@command("leftovers")
def leftovers(state: State, _: Call) -> str | None:
    """Check that nothing was left behind.

    Fails if there is any file in $TMPDIR, or any process that this script has started, in the
    background or further down, is still alive. Processes can be seen on Linux only; elsewhere the log
    says that they were not looked for.
    """
    found = [f"file $TMPDIR/{name}" for name in state.area.leftover_files()]
    running = {entry.process.pid: name for name, entry in state.background.items()}
    found += [f"command {name} in the background (wait for it first)" for name in running.values()]
    processes = processes_of(state.area.root)
    if processes is None:
        state.log.note("leftovers: processes cannot be seen on this system and were not looked for")
    found += [f"process {pid}: {text}" for pid, text in processes or [] if pid not in running]
    if found:
        raise CommandFailed("left behind: " + "; ".join(re.sub(r"\s+", " ", text) for text in found))
    return "nothing was left behind"


COMMANDS = (exec_program, python, gofuzz, wait, await_output, kill, status, stdin, leftovers)
