"""The script engine: read a script, check all of it, run it line by line.

Owns the order of things: nothing runs before the whole text was checked, every
command ends before the next begins unless it is in the background, and at the
end no process and no directory is left, however the script ended.  Knows
nothing of unittest; a script that passes returns its log, every other ending
is an exception of errors.py.  Runs in the testing process; called by
tests/test_script.py and runner.py, from several threads at once if they like.

The counterpart of engine.go in Go's script engine.  It departs by checking
commands, arguments, regular expressions and conditions of every line before
the first one runs, so that a mistake in a rarely run branch is found at once.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tests.scripttest import syntax
from tests.scripttest.area import Area, environment, name_problem
from tests.scripttest.commands import default_commands
from tests.scripttest.conditions import Condition, check_guard, default_conditions, holds
from tests.scripttest.errors import (
    CommandError,
    CommandFailed,
    CommandMisused,
    MalformedScript,
    Problem,
    ScriptError,
    ScriptFailed,
    ScriptSkipped,
    ScriptStopped,
    SyntaxProblem,
)
from tests.scripttest.log import Log
from tests.scripttest.process import processes_of, stop_ignoring_interrupts
from tests.scripttest.state import Options, State
from tests.scripttest.syntax import Expect, Line, Section
from tests.scripttest.txtar import Archive, parse_archive, replace_members
from tests.scripttest.usage import Bound, Call, Command, Usage, check_argument


@dataclass(frozen=True, slots=True)
class Script:
    """A script that was read and found well formed."""

    #: The name shown in messages.
    file: str
    sections: list[Section]
    archive: Archive


class Engine:
    """Runs scripts; one engine may serve several threads."""

    def __init__(
        self,
        options: Options,
        commands: Mapping[str, Command] | None = None,
        conditions: dict[str, Condition] | None = None,
    ) -> None:
        """Without tables of its own an engine has the default commands and conditions.

        Has to be called in the main thread if scripts are to be interrupted.
        """
        stop_ignoring_interrupts()
        self.options = options
        self.commands = commands or default_commands()
        self.conditions = conditions or default_conditions()
        self._lock = threading.Lock()
        self._live: dict[int, State] = {}
        self._aborted = threading.Event()

    def parse(self, file: str, text: bytes) -> Script:
        """Read and check a script; raises `MalformedScript` with every fault found."""
        archive = parse_archive(text)
        comment = archive.comment.decode("utf-8", "surrogateescape")
        sections, problems = syntax.parse_commands(file, comment)
        lines = [line for section in sections for line in section.lines]
        names = {line.background for line in lines if line.background}
        for line in lines:
            try:
                self._check_line(line, names)
            except (SyntaxProblem, CommandMisused) as error:
                problems.append(Problem(file, line.number, str(error)))
        problems += _check_names(file, archive)
        if problems:
            raise MalformedScript(sorted(problems, key=lambda problem: problem.line))
        return Script(file, sections, archive)

    def run_file(self, path: Path) -> str:
        """Run the script in a file and return its log.

        Raises `MalformedScript` before anything has run, `ScriptFailed` with
        the log, and `ScriptSkipped` with the reason.  In update mode the file
        is rewritten if the script has passed.
        """
        text = path.read_bytes()
        log, updates = self.run(self.parse(_display(path), text))
        if updates:
            _write_whole(path, replace_members(text, updates))
        return log

    def run(self, script: Script) -> tuple[str, dict[str, bytes]]:
        """Run a script; returns its log, and by name the texts that ``cmp`` wants rewritten."""
        with self._state(script) as state:
            try:
                self._run_sections(script, state)
                _check_end(script, state)
            except ScriptError as error:
                if isinstance(error, ScriptSkipped):
                    raise
                raise self._failed(error, state) from None
            state.log.section([])
            return state.log.text(), {_member_name(state, path): data for path, data in state.updates.items()}

    def abort(self) -> None:
        """End all scripts that are running, and let none begin; for Ctrl-C."""
        self._aborted.set()
        with self._lock:
            states = list(self._live.values())
        for state in states:
            state.abort()

    @contextlib.contextmanager
    def _state(self, script: Script) -> Iterator[State]:
        """Make what a script runs in, and remove it with all that still runs there."""
        with self._area() as area:
            state = self._new_state(area, script)
            with self._lock:
                self._live[id(state)] = state
            try:
                yield state
            finally:
                state.close()
                with self._lock:
                    del self._live[id(state)]

    @contextlib.contextmanager
    def _area(self) -> Iterator[Area]:
        """Make a place on disk, and remove it unless it is to be kept after a failure."""
        area = Area.create()
        try:
            yield area
        except ScriptSkipped:
            area.remove()
            raise
        except BaseException:
            if not self.options.keeps_area:
                # The failure itself matters more than what it left behind.
                with contextlib.suppress(OSError):
                    area.remove()
            raise
        else:
            area.remove()

    def _new_state(self, area: Area, script: Script) -> State:
        try:
            area.extract(script.archive)
        except OSError as error:
            raise ScriptFailed(f"{script.file}: cannot write its files: {_describe(error)}", "") from None
        return State(
            area=area,
            options=self.options,
            log=Log(area.work, self.options.is_verbose),
            commands=self.commands,
            cwd=area.work,
            env=environment(area, self.options.interpreter, self.options.checkout),
            expected={area.work / member.name: member.data for member in script.archive.members},
            limit_s=self.options.limit_s,
            aborted=self._aborted,
        )

    def _failed(self, error: ScriptError, state: State) -> ScriptFailed:
        """Complete the log of a script that has failed."""
        for name, running in state.background.items():
            for stream, data in zip(("stdout", "stderr"), running.process.output(), strict=True):
                state.log.stream(f"{stream} of {name}, in the background", data)
        if self.options.keeps_area:
            state.log.note(f"kept in {state.area.root}")
        return ScriptFailed(state.log.shorten(str(error)), state.log.text())

    def _run_sections(self, script: Script, state: State) -> None:
        for number, section in enumerate(script.sections):
            state.section = number
            state.log.section(section.title)
            for line in section.lines:
                try:
                    self._run_line(script, state, line)
                except ScriptStopped as stopped:
                    state.log.note(f"stopped {stopped}".rstrip())
                    return

    def _run_line(self, script: Script, state: State, line: Line) -> None:
        """Run one line and judge its outcome; raises `CommandError`, or what ends the script."""
        state.log.command(line.text)
        shown = line.text
        try:
            if state.aborted.is_set():
                raise ScriptError("the run was interrupted")
            if not all(holds(guard, self.conditions, state) for guard in line.guards):
                state.log.note("condition not met")
                return
            call = self._bind(state, line)
            shown = f"{line.expect.value} {call.text}".strip()
            self._call(state, call)
        except (ScriptSkipped, ScriptStopped):
            raise
        except ScriptError as error:
            if state.output.section != state.section:
                state.log_output()  # what the line looked at is in a section that was shortened
            raise CommandError(script.file, line.number, shown, str(error)) from None

    def _bind(self, state: State, line: Line) -> Call:
        """Expand the arguments of a line, now that variables are known, and check them again."""
        usage = self.commands[line.name].usage
        words = zip(line.words, _bind_unexpanded(usage, line).roles, strict=True)
        arguments = [syntax.expand_word(word, state.env, as_regexp=role == "RE") for word, role in words]
        bound = usage.bind(arguments)
        bound.check()
        text = " ".join([line.name, *(syntax.quote_argument(argument) for argument in arguments)])
        return Call(line.name, bound.positional, bound.flags, line.expect, line.background, line.number, text)

    def _call(self, state: State, call: Call) -> None:
        """Run a command and hold its outcome against the line's prefix."""
        try:
            found = self.commands[call.name].run(state, call)
        except (CommandFailed, OSError) as error:
            reason = str(error) if isinstance(error, CommandFailed) else _describe(error)
            if call.expect is Expect.PASS:
                raise CommandFailed(reason) from None
            state.log.note(reason)
            return
        if call.expect is Expect.FAIL and call.background is None:
            raise CommandFailed(f"{found or 'it succeeded'}, but ! says that it must fail")

    def _check_line(self, line: Line, names: Set[str]) -> None:
        """Check what can be known of a line before the script runs.

        ``names`` are those of all commands that it puts into the background.
        """
        command = self.commands.get(line.name)
        if command is None:
            hint = " (a blank has to follow ! and ?)" if line.name[:1] in ("!", "?") else ""
            raise SyntaxProblem(f"unknown command {line.name!r}{hint}")
        for guard in line.guards:
            check_guard(guard, self.conditions)
        if line.background is not None and not command.usage.can_run_in_background:
            raise SyntaxProblem(f"{line.name} cannot run in the background")
        bound = _bind_unexpanded(command.usage, line)
        for word, role, value in zip(line.words, bound.roles, bound.values, strict=True):
            if role == "RE":
                check_argument(role, syntax.regexp_sample(word))
            elif syntax.is_constant(word):
                check_argument(role, value)
                if role == "NAME" and value not in names:
                    raise SyntaxProblem(f"no line starts a command called {value} (end it with &{value}&)")


def _bind_unexpanded(usage: Usage, line: Line) -> Bound:
    """Sort the words of a line out as they are written, since expansion never splits one."""
    return usage.bind([syntax.literal(word) for word in line.words])


def _check_names(file: str, archive: Archive) -> list[Problem]:
    """Find the file names of an archive that cannot all be extracted."""
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for member in archive.members:
        text = name_problem(member.name)
        if member.name in seen:
            text = f"there is already a file {member.name} (line {seen[member.name]})"
        seen.setdefault(member.name, member.line)
        problems += [Problem(file, member.line, text)] if text else []
    for member in archive.members:
        for parent in PurePosixPath(member.name).parents:
            if str(parent) in seen:
                text = f"the file {member.name} needs a directory where line {seen[str(parent)]} puts a file"
                problems.append(Problem(file, member.line, text))
    return problems


def _check_end(script: Script, state: State) -> None:
    """See that a script has ended all that it began; raises `CommandError`."""
    for name, running in list(state.background.items()):
        try:
            if not running.is_killed:
                raise CommandMisused("still in the background at the end of the script (wait for it)")
            state.await_end(running.process)
        except CommandMisused as error:
            raise CommandError(script.file, running.call.line, running.call.text, str(error)) from None
        del state.background[name]
    if left := processes_of(state.area.root):
        shown = "; ".join(f"process {pid}: {text}" for pid, text in left)
        raise ScriptError(f"{script.file}: left running at the end of the script: {shown}")


def _member_name(state: State, path: Path) -> str:
    return path.relative_to(state.area.work).as_posix()


def _describe(error: OSError) -> str:
    """Say what an operation on files failed with, without Python's own numbering."""
    return ": ".join(str(part) for part in (error.filename, error.strerror) if part) or str(error)


def _display(path: Path) -> str:
    """Return the path to show: as short as it can be clicked on."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _write_whole(path: Path, data: bytes) -> None:
    """Replace a file so that a reader sees the old or the new contents, never a part."""
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(data)
    shutil.copymode(path, beside)
    os.replace(beside, path)
