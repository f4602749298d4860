"""From a checked fuzz target to the engine, and from its outcome to what the user reads.

Owns the wiring of ``internal/fuzz.py`` to the command's options, and the
failure block with the file and the command to re-run.  Imported only when
something is fuzzed.
"""

from __future__ import annotations

import contextlib
import shlex
import signal
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gofuzz_py.errors import EngineError
from gofuzz_py.frontier_report import frontier_lines
from gofuzz_py.internal.complexity_judge import is_complexity
from gofuzz_py.internal.coordinator import Finding
from gofuzz_py.internal.corpus import CorpusEntry, make_directory
from gofuzz_py.internal.fuzz import CoordinateFuzzingOptions, Outcome, coordinate_fuzzing
from gofuzz_py.internal.isolated import open_file, os
from gofuzz_py.internal.sys_contract import SpawnRequest
from gofuzz_py.options import CACHE_MARK, default_cache_dir

if TYPE_CHECKING:
    from gofuzz_py.loader import TestModule
    from gofuzz_py.runner import Run
    from gofuzz_py.testing_f import F, FuzzTest, TargetCall


def test_cache_dir(cache: str, test: FuzzTest) -> str:
    """Return the folder of a test's interesting inputs: one per test file and fuzz test."""
    stem = os.path.splitext(os.path.basename(test.path))[0]
    return os.path.join(cache, f"{stem}-{zlib.crc32(os.path.abspath(test.path).encode()):08x}", test.name)


def mark_cache(cache: str) -> None:
    """Make the cache folder, marked as one that ``clean -fuzzcache`` may remove.

    A folder with other things in it is left unmarked, and what cannot be
    written is the business of whoever writes an input there.
    """
    with contextlib.suppress(OSError):
        make_directory(cache)
        if not os.listdir(cache):
            with open_file(os.path.join(cache, CACHE_MARK), "x", encoding="ascii") as file:
                file.write("Inputs kept by gofuzz_py; python -m gofuzz_py clean -fuzzcache removes them.\n")


def fuzz_test(
    run: Run, test_module: TestModule, f: F, call: TargetCall, seeds: Sequence[CorpusEntry]
) -> None:
    """Fuzz a target; note what came of it on ``f``."""
    options = run.options
    cache = os.path.abspath(options.fuzzcachedir) if options.fuzzcachedir else default_cache_dir()
    if cache:
        mark_cache(cache)
    else:
        run.reporter.line(
            "warning: there is no home folder, so inputs are not kept; name a folder with -fuzzcachedir",
            call.test.name,
        )
    try:
        outcome = coordinate_fuzzing(
            CoordinateFuzzingOptions(
                test_name=call.test.name,
                kinds=call.kinds,
                seeds=list(seeds),
                parallel=options.parallel,
                budget=options.fuzztime,
                minimize_budget=options.fuzzminimizetime,
                input_timeout_s=options.fuzzinputtimeout,
                continues=options.fuzzcontinue,
                seed=options.fuzzseed,
                corpus_dir=call.test.corpus_dir,
                cache_dir=test_cache_dir(cache, call.test) if cache else "",
                spawn=SpawnRequest(
                    run.launch.worker_argv(options.flag_arguments, test_module.shown, options.rest),
                    run.launch.worker_env(),
                    run.launch.directory,
                ),
                log=lambda text: run.reporter.line(text, call.test.name),
                frontier=options.fuzzfrontier or options.v,
                frontier_after_findings=options.fuzzfrontier,
            )
        )
    except EngineError as error:
        outcome = Outcome(error=str(error), is_engine_error=True)
    _note_outcome(run, test_module, f, call.test, outcome)


def _note_outcome(run: Run, test_module: TestModule, f: F, test: FuzzTest, outcome: Outcome) -> None:
    run.has_engine_failed = run.has_engine_failed or outcome.is_engine_error
    if outcome.signum and outcome.signum != signal.SIGINT:
        run.signum = outcome.signum
    for _, failure in outcome.failed_seeds:
        f._lines.append(failure.text)
    for finding in outcome.findings:
        f._lines += _finding_lines(run, test_module, test, finding)
    if outcome.error:
        f._lines.append(outcome.error)
    if outcome.duplicates and run.options.fuzzcontinue:
        run.reporter.line(f"fuzz: {outcome.duplicates} more failing inputs had the same causes", test.name)
    if outcome.is_frontier_wanted:
        for line in frontier_lines(outcome.frontier, _relative, is_long=run.options.fuzzfrontier):
            run.reporter.line(line, test.name)
    f._has_failed = bool(outcome.failed_seeds or outcome.findings or outcome.error)


def _finding_lines(run: Run, test_module: TestModule, test: FuzzTest, finding: Finding) -> list[str]:
    """Return the failure, where its input is, and how to run it again."""
    text = finding.failure.text
    lines = [text + "\n" if text.startswith("---") else text, *finding.notes, *finding.saved.problems]
    path = finding.saved.path
    if path is None:
        content = finding.saved.text.decode("utf-8", "backslashreplace").rstrip("\n")
        lines.append("No place could be written. Save these lines as a file of any name in")
        lines.append(f"{_relative(test.corpus_dir)}:")
        lines += content.split("\n")
        return lines
    lines.append(f"Failing input written to {_relative(path)}")
    if finding.saved.is_in_testdata:
        flags = [f"-run={test.name}/{os.path.basename(path)}", *_flags_to_see(run, finding)]
        lines += ["To re-run:", _rerun_command(run, test_module, flags)]
    else:
        how = " ".join(["run the seeds", *_flags_to_see(run, finding)])
        lines.append(f"To re-run it, copy it to {_relative(test.corpus_dir)} and {how}.")
    return lines


def _flags_to_see(run: Run, finding: Finding) -> list[str]:
    """Return the flags without which a finding would pass when it is run again."""
    if not is_complexity(finding.failure.origin):
        return []
    return ["-fuzzcomplexity", *([f"-coverpkg={run.options.coverpkg}"] if run.options.coverpkg else [])]


def _rerun_command(run: Run, test_module: TestModule, flags: Sequence[str]) -> str:
    """Return the command that runs one failing input again, ready to be pasted."""
    words = ["python", "-m", "gofuzz_py", *flags, test_module.shown, *run.options.rest]
    return " ".join(shlex.quote(word) for word in words)


def _relative(path: str) -> str:
    """Show a path from the current folder where that is shorter."""
    try:
        relative = os.path.relpath(path)
    except Exception:  # there is no current folder, or a seed has patched os
        return path
    return relative if len(relative) < len(path) and not relative.startswith("..") else path
