"""The table of all commands, and those that steer the script itself.

Owns env, unset, sleep, deadline, stop, skip and help, and the one place where
commands are put together.  Runs in the testing process; engine.py looks names
up here, readme.py prints the table.

The counterpart of cmds.go in Go's script engine.  ``skip`` is an ordinary
command here too: it raises, and whoever runs scripts decides what that means.
"""

from __future__ import annotations

from tests.scripttest import commands_files, commands_run, commands_text
from tests.scripttest.errors import (
    CommandFailed,
    CommandMisused,
    DeadlineExceeded,
    ScriptSkipped,
    ScriptStopped,
)
from tests.scripttest.readme import help_text
from tests.scripttest.state import State
from tests.scripttest.usage import Call, Command, command, parse_duration


@command("env [NAME[=VALUE]...]")
def env(state: State, call: Call) -> str | None:
    """Set variables, or print them.

    NAME=VALUE sets a variable for the commands that follow; NAME alone prints it. Without arguments all
    are printed.
    """
    printed: list[str] = []
    for argument in call.args or sorted(state.env):
        name, is_set, value = argument.partition("=")
        if not name:
            raise CommandMisused(f"{argument!r} names no variable")
        if is_set:
            state.env[name] = value
        elif name in state.env:
            printed.append(f"{name}={state.env[name]}\n")
        else:
            raise CommandFailed(f"{name} is not set")
    if printed:
        state.print("".join(printed))
    return None


@command("unset VARIABLE...")
def unset(state: State, call: Call) -> str | None:
    """Remove variables.

    One that is not set is no failure.
    """
    for name in call.args:
        state.env.pop(name, None)
    return None


@command("sleep DURATION")
def sleep(state: State, call: Call) -> str | None:
    """Do nothing for a while.

    Prefer `await`, which ends as soon as there is something to see.
    """
    wanted = parse_duration(call.args[0])
    remaining = state.remaining_s()
    if not state.aborted.wait(min(wanted, remaining)) and wanted > remaining:
        raise DeadlineExceeded(state.hung())
    return None


@command("deadline DURATION")
def deadline(state: State, call: Call) -> str | None:
    """Set how long the script may take, counted from its beginning.

    At the limit the running command is interrupted, then killed with all that it started, and the
    script fails.
    """
    state.limit_s = parse_duration(call.args[0])
    return None


@command("stop [TEXT...]")
def stop(_: State, call: Call) -> str | None:
    """End the script here, as passed."""
    raise ScriptStopped(" ".join(call.args))


@command("skip [TEXT...]")
def skip(_: State, call: Call) -> str | None:
    """End the script here, as skipped.

    TEXT is the reason that is reported.
    """
    raise ScriptSkipped(" ".join(call.args))


@command("help [COMMAND...]")
def show_help(state: State, call: Call) -> str | None:
    """Print how commands are used."""
    for name in call.args:
        if name not in state.commands:
            raise CommandFailed(f"there is no command called {name}")
    state.print(help_text([state.commands[name] for name in call.args or sorted(state.commands)]))
    return None


def default_commands() -> dict[str, Command]:
    """Return the commands by name."""
    steering = (env, unset, sleep, deadline, stop, skip, show_help)
    tables = (steering, commands_run.COMMANDS, commands_text.COMMANDS, commands_files.COMMANDS)
    return {entry.usage.name: entry for table in tables for entry in table}
