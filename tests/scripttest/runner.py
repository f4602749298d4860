"""Run many scripts from the command line, several at once, with a line for each.

Owns the flags, the choice of scripts and the lines that are printed.  Knows
nothing of unittest.  Runs as ``python -m tests.test_script``; each script is
run by a thread, and all that it starts are processes of their own.

The counterpart of what ``go test`` does for Go's script tests.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from tests.scripttest.engine import Engine
from tests.scripttest.errors import ScriptError, ScriptSkipped
from tests.scripttest.state import Options

CHECKOUT = Path(__file__).resolve().parents[2]
SCRIPTS = CHECKOUT / "tests" / "scripts"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one script ended."""

    name: str
    #: ``passed``, ``failed`` or ``skipped``.
    verdict: str
    #: The log, the failure or the reason.
    text: str
    seconds: float


def options_from_environment() -> Options:
    """Return the options that the variables of the tests' own environment ask for."""
    return Options(
        interpreter=sys.executable,
        checkout=CHECKOUT,
        is_short=_is_set("GOFUZZ_TEST_SHORT"),
        is_update=_is_set("GOFUZZ_UPDATE_SCRIPTS"),
        keeps_area=_is_set("GOFUZZ_KEEP_WORK"),
    )


def _is_set(name: str) -> bool:
    return os.environ.get(name, "") not in ("", "0")


def script_files(directory: Path = SCRIPTS) -> list[Path]:
    """Return the scripts of a directory, by name."""
    return sorted(directory.glob("*.txt"))


def run_one(engine: Engine, path: Path) -> Outcome:
    """Run one script to an outcome; a fault of the engine itself still raises."""
    began = time.monotonic()
    try:
        verdict, text = "passed", engine.run_file(path)
    except ScriptSkipped as skipped:
        verdict, text = "skipped", str(skipped)
    except ScriptError as error:
        verdict, text = "failed", str(error)
    return Outcome(path.stem, verdict, text, time.monotonic() - began)


def run_all(engine: Engine, paths: Sequence[Path], jobs: int, is_verbose: bool) -> Counter[str]:
    """Run scripts, ``jobs`` at a time, print each outcome as it comes, and count them."""
    counts: Counter[str] = Counter()
    pool = ThreadPoolExecutor(jobs)
    try:
        for future in as_completed([pool.submit(run_one, engine, path) for path in paths]):
            outcome = future.result()
            counts[outcome.verdict] += 1
            _report(outcome, is_verbose)
    finally:
        # On Ctrl-C nothing else would end what the scripts have started: it
        # runs in sessions of its own, which the terminal does not reach.
        if sum(counts.values()) < len(paths):
            engine.abort()
        pool.shutdown(cancel_futures=True)
    return counts


def _report(outcome: Outcome, is_verbose: bool) -> None:
    word = {"passed": "ok  ", "failed": "FAIL", "skipped": "skip"}[outcome.verdict]
    reason = f" {outcome.text}" if outcome.verdict == "skipped" else ""
    lines = [f"{word} {outcome.name} ({outcome.seconds:.1f}s){reason}".rstrip()]
    if outcome.verdict == "failed" or (is_verbose and outcome.verdict == "passed"):
        lines += [f"     {line}" for line in outcome.text.splitlines()]
    text = "".join(f"{line}\n" for line in lines)
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the scripts that the command line asks for; returns the exit status."""
    flags = _parser().parse_args(arguments)
    paths = [path for path in script_files(flags.directory) if re.search(flags.pattern, path.stem)]
    if not paths:
        sys.stderr.write(f"no script in {flags.directory} matches {flags.pattern!r}\n")
        return 2
    options = replace(options_from_environment(), is_verbose=flags.v, limit_s=flags.limit)
    if flags.short:
        options = replace(options, is_short=True)
    try:
        counts = run_all(Engine(options), paths, flags.j, flags.v)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; what was running has been ended\n")
        return 130
    sys.stdout.write(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped\n")
    return 1 if counts["failed"] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.test_script",
        description="Run script tests. Exit status: 0 all passed, 1 one failed, "
        "2 usage or nothing to run, 130 interrupted.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("pattern", nargs="?", default="", type=_pattern, help="run the scripts whose name matches")
    add("-j", type=_positive, default=1, metavar="N", help="run N scripts at a time (default 1)")
    add("-v", action="store_true", help="show the whole log of scripts that pass, too")
    add("-short", action="store_true", help="let the condition [short] hold")
    add("-limit", type=float, default=120.0, metavar="S", help="seconds a script may take (default 120)")
    add("-directory", type=Path, default=SCRIPTS, metavar="DIR", help="where the scripts are")
    return parser


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive whole number")
    return int(text)


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"bad regular expression {text!r}: {error}") from None
    return text
