"""The command line, read once into a frozen record.

Owns the table of flags, Go's way of writing them (one dash or two,
``-name=value`` or ``-name value``, booleans also ``-v=false``) and the text of
``-h``.  Knows nothing of modules or tests.  argparse is not used: it rejects
``-v=true`` and values that begin with a dash, both ordinary in Go.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gofuzz_py.durations import Budget, parse_budget, parse_duration
from gofuzz_py.errors import UsageError
from gofuzz_py.internal.dictionary_file import read_dictionary
from gofuzz_py.internal.isolated import os


def usable_cpus() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "process_cpu_count"):  # 3.13
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


#: Worker processes of a run, at most; what each needs of open files, and what the rest needs.
MOST_WORKERS, _FILES_OF_WORKER, _FILES_OF_REST = 4096, 5, 32
#: So many may be tried whatever the limit: the engine says what it lacks.
_FEW_WORKERS = 2


def most_workers() -> tuple[int, str]:
    """Return how many worker processes one run may have here, and why not more."""
    open_files = os.sysconf("SC_OPEN_MAX") if hasattr(os, "sysconf") else -1
    most = max(1, (open_files - _FILES_OF_REST) // _FILES_OF_WORKER)
    if open_files < 0 or most >= MOST_WORKERS:
        return MOST_WORKERS, ""
    return most, f" (the limit on open files is {open_files}: ulimit -n)"


#: A file in the cache folder: ``clean -fuzzcache`` removes no folder without it.
CACHE_MARK = "gofuzz_py-cache"

NO_BUDGET = Budget()
DEFAULT_MINIMIZE_BUDGET = Budget(seconds=60.0)


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for."""

    #: Files, folders, ``DIR/...`` or dotted modules.
    targets: tuple[str, ...] = (".",)
    fuzz: str = ""
    fuzztime: Budget = NO_BUDGET
    fuzzminimizetime: Budget = DEFAULT_MINIMIZE_BUDGET
    parallel: int = 1
    run: str = ""
    skip: str = ""
    list: str | None = None
    v: bool = False
    count: int = 1
    short: bool = False
    failfast: bool = False
    json: bool = False
    timeout: float = 600.0
    fuzzcachedir: str = ""
    coverpkg: str = ""
    fuzzseed: int | None = None
    fuzzinputtimeout: float = 60.0
    fuzzcontinue: bool = False
    fuzzcomplexity: bool = False
    fuzzsolve: bool = True
    fuzzfrontier: bool = False
    #: The words of all dictionaries.
    fuzzdict: tuple[bytes, ...] = ()
    fuzzworker: bool = False
    h: bool = False
    #: The flags as they were typed, without targets: a worker gets the same.
    flag_arguments: tuple[str, ...] = ()
    #: Arguments for the test module: unknown flags, and all after ``-args``.
    rest: tuple[str, ...] = ()
    #: The first of the unknown flags, as it was typed, or "".
    unknown_flag: str = ""

    @property
    def cover_patterns(self) -> tuple[str, ...]:
        """The patterns of ``-coverpkg``; none stands for its default."""
        return tuple(part.strip() for part in self.coverpkg.split(",") if part.strip())


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: how its value is read and what ``-h`` says of it."""

    name: str
    #: Turns the text into the value; raises ValueError with the reason.
    read: Callable[[str], Any]
    #: The value's name in ``-h``; empty for a boolean.
    metavar: str
    help: str
    #: May it be given several times?  Then its values are tuples, put together.
    repeats: bool = False


def _boolean(text: str) -> bool:
    values = {"1": True, "t": True, "true": True, "0": False, "f": False, "false": False}
    try:
        return values[text.lower()]
    except KeyError:
        raise ValueError("parse error, want true or false") from None


def _integer(text: str) -> int:
    try:
        return int(text, 0)
    except ValueError:
        raise ValueError("parse error, want a whole number") from None


def _non_negative_duration(text: str) -> float:
    seconds = parse_duration(text)
    if seconds < 0:
        raise ValueError("invalid duration")
    return seconds


def _positive_duration(text: str) -> float:
    seconds = parse_duration(text)
    if seconds <= 0:
        raise ValueError("invalid duration")
    return seconds


def _dictionary(text: str) -> tuple[bytes, ...]:
    return tuple(read_dictionary(text))


def _fuzztime(text: str) -> Budget:
    return parse_budget(text, allows_zero=False)


def _minimizetime(text: str) -> Budget:
    return parse_budget(text, allows_zero=True)


FLAGS: tuple[Flag, ...] = (
    Flag("fuzz", str, "RE", "fuzz the one fuzz test that matches the regular expression"),
    Flag(
        "fuzztime", _fuzztime, "D|Nx", "stop after a duration (10s, 1m30s) or N executions over all workers"
    ),
    Flag("fuzzminimizetime", _minimizetime, "D|Nx", "budget of each minimization of a failing input (60s)"),
    Flag("parallel", _integer, "N", "worker processes (the usable CPUs)"),
    Flag("fuzzcontinue", _boolean, "", "go on after a failure; each distinct failure is written once"),
    Flag("fuzzsolve", _boolean, "", "watch conditions, and use words of the source and formats (true)"),
    Flag("fuzzcomplexity", _boolean, "", "quadratic and worse work is a finding too; judges seeds as well"),
    Flag("fuzzfrontier", _boolean, "", "at the end, show the conditions that never went the other way"),
    Flag("fuzzinputtimeout", _positive_duration, "D", "an execution that takes longer is a finding (60s)"),
    Flag("fuzzseed", _integer, "N", "seed of the random source; with -parallel=1 -fuzztime=Nx a run repeats"),
    Flag(
        "fuzzdict", _dictionary, "FILE", "words to try, in the format of AFL and libFuzzer; repeatable", True
    ),
    Flag("fuzzcachedir", str, "DIR", "where interesting inputs live ($GOFUZZCACHE, else the user's cache)"),
    Flag("coverpkg", str, "LIST", "modules to instrument, as patterns with commas: html.parser,mypkg.*"),
    Flag("run", str, "RE", "run only matching tests and seeds: -run=FuzzX/582528ddfad69eb5"),
    Flag("skip", str, "RE", "leave out matching tests and seeds"),
    Flag("list", str, "RE", "print the names of matching tests and run nothing"),
    Flag("v", _boolean, "", "tell of every test, and show what passing ones log"),
    Flag("count", _integer, "N", "run tests and seeds N times (1)"),
    Flag("short", _boolean, "", "tell tests to be quick (gofuzz_py.short())"),
    Flag("failfast", _boolean, "", "start no test after the first failure"),
    Flag("json", _boolean, "", "print events as JSON, a line each, as go tool test2json does"),
    Flag(
        "timeout",
        _non_negative_duration,
        "D",
        "end tests and seeds that run longer, fuzzing excepted (10m; 0: never)",
    ),
    Flag("fuzzworker", _boolean, "", "be a worker process; for the coordinator's use"),
    Flag("h", _boolean, "", "print this text"),
)
_BY_NAME = {flag.name: flag for flag in FLAGS} | {"help": next(f for f in FLAGS if f.name == "h")}

USAGE = """usage: python -m gofuzz_py [flags] [target ...]
       python -m gofuzz_py clean -fuzzcache

Run the unittest tests and the seeds of the fuzz tests in the targets, and with
-fuzz fuzz one of them. A target is a test file, a folder (its test_*.py,
*_test.py and fuzz_*.py), DIR/... (the same, with the folders below) or a dotted
module; by default the current folder.

flags (one dash or two, -name=value or -name value):
{flags}

Flags that are not listed are left in sys.argv for the test module's TestMain;
write them as -name=value, or everything for it after -args.

exit status: 0 pass, also after Ctrl-C or the end of -fuzztime without a finding;
1 a failing test, seed or found input; 2 usage; 5 no test of any kind was there
to run; 70 the engine itself failed.
"""


def usage_text() -> str:
    """Return what ``-h`` prints."""
    lines = []
    for flag in FLAGS:
        left = f"-{flag.name} {flag.metavar}".rstrip()
        lines.append(f"  {left:<26} {flag.help}")
    return USAGE.format(flags="\n".join(lines))


def parse_arguments(arguments: Sequence[str]) -> Options:
    """Read the command line (without the program's name); raises UsageError."""
    values: dict[str, Any] = {"parallel": min(usable_cpus(), most_workers()[0])}
    targets: list[str] = []
    typed: list[str] = []
    rest: list[str] = []
    unknown = ""
    queue = list(arguments)
    while queue:
        argument = queue.pop(0)
        name, has_value, text = _split_flag(argument)
        if argument == "--":
            targets += queue
            break
        if name == "args":
            rest += queue
            break
        if not name:
            targets.append(argument)
        elif name not in _BY_NAME:
            unknown = unknown or "-" + name
            rest.append(argument)
            # A word after an unknown flag is its value, unless it can be a target.
            if not has_value and queue and not queue[0].startswith("-") and not _can_be_target(queue[0]):
                rest.append(queue.pop(0))
        else:
            flag = _BY_NAME[name]
            if not has_value and flag.read is _boolean:
                text = "true"
            elif not has_value:
                if not queue:
                    raise UsageError(f"flag needs an argument: -{name}")
                text = queue.pop(0)
            value = _read(flag, text)
            values[flag.name] = values.get(flag.name, ()) + value if flag.repeats else value
            typed.append(f"-{flag.name}={text}")
    _check(values)
    return Options(
        targets=tuple(targets) or (".",),
        flag_arguments=tuple(typed),
        rest=tuple(rest),
        unknown_flag=unknown,
        **values,
    )


def _split_flag(argument: str) -> tuple[str, bool, str]:
    """Return the flag's name (empty for other arguments), whether it has a value, and the value.

    Raises UsageError for ``-=x`` and ``---x``.
    """
    body = argument[2:] if argument.startswith("--") else argument[1:] if argument.startswith("-") else ""
    name, equals, text = body.partition("=")
    if body.startswith(("-", "=")):
        raise UsageError(f"bad flag syntax: {argument}")
    return name.removeprefix("test."), bool(equals), text


def _read(flag: Flag, text: str) -> Any:
    try:
        return flag.read(text)
    except ValueError as error:
        raise UsageError(f'invalid value "{text}" for flag -{flag.name}: {error}') from None


def _check(values: dict[str, Any]) -> None:
    if values["parallel"] < 1:
        raise UsageError("testing: -parallel can only be given a positive integer")
    most, why = most_workers()
    if values["parallel"] > max(most, _FEW_WORKERS):
        raise UsageError(f"testing: -parallel can be {most} worker processes at most{why}")
    if values.get("count", 1) < 1:
        raise UsageError("testing: -count can only be given a positive integer")


def _can_be_target(word: str) -> bool:
    if os.path.exists(word) or word.endswith("/..."):
        return True
    try:
        return importlib.util.find_spec(word.partition(".")[0]) is not None
    except (ImportError, ValueError):
        return False


def default_cache_dir() -> str:
    """Return the folder for interesting inputs: $GOFUZZCACHE, else one in the user's cache folder.

    "" where there is neither.
    """
    from_environment = os.environ.get("GOFUZZCACHE")
    if from_environment:
        return os.path.abspath(from_environment)
    # As the XDG specification has it, a folder that is not absolute does not count.
    variable = {"win32": "LOCALAPPDATA", "darwin": ""}.get(sys.platform, "XDG_CACHE_HOME")
    base = os.environ.get(variable, "")
    if os.path.isabs(base):
        return os.path.join(base, "gofuzz_py")
    below = {"win32": ("AppData", "Local"), "darwin": ("Library", "Caches")}.get(sys.platform, (".cache",))
    home = _home()
    return os.path.join(home, *below, "gofuzz_py") if home else ""


def _home() -> str:
    """Return the user's home folder, "" where there is none; an empty or relative $HOME is none."""
    home = os.path.expanduser("~")
    if sys.platform == "win32" or os.path.isabs(os.environ.get("HOME", home)):
        return home if os.path.isabs(home) else ""
    try:
        import pwd

        home = pwd.getpwuid(os.getuid()).pw_dir
    except (ImportError, KeyError):
        return ""
    return home if os.path.isabs(home) else ""
