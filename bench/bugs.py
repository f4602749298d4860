"""Seconds to the first failure on real bugs of real packages, each with ordinary seeds: fuzzers in turn.

``--bugs DIR`` names the folder of bugs: one folder each, with ``target.py``
(see runners/subject.py), ``requirements.txt`` and ``seeds/``.  The pinned
packages are installed on first use.  Ours is measured on ``fuzz_one(data)`` as
the others are, and as *gofuzz_py-typed* on ``typed(...)`` where there is one.
"""

from __future__ import annotations

import functools
import re
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench import store
from bench.figures import number
from bench.fuzzers import Fuzzer, Job, Ours, typed_test_source
from bench.observer import Observation
from bench.puzzles import solution, times
from bench.runners import subject
from bench.session import MeasurementError, Session, attempt, rounded
from bench.store import Record
from bench.tables import table

TITLE = "Time to bug"
FUZZERS = ("gofuzz_py", "gofuzz_py-typed", "atheris")
SECONDS, RUNS = 180.0, 3
#: An execution that takes longer is a hang, to all.
_HANG_S = 5.0
_INTRODUCTION = """\
Seconds from the first call of the target by the process that fuzzes (imports and instrumentation are
over by then) to the first failure, whatever it is: an exception that comes out of the target, or the
fuzzer's word that a call takes longer than {hang:g} s (which atheris says up to 3 s later). Each
exception was met again by running its input without a fuzzer. Median over all runs, those without a
failure within {cap:g} s counted as longer; in parentheses the quickest run and how many found one.
*of atheris's* is our time over atheris's, the geometric mean over the runs in turn, where {cap:g} s stand
for no failure and times below {least:g} s for that; *whole* is the same with both clocks started with the
command."""
#: Shorter times are not told apart.
_LEAST_S = 0.01
_CLOCKS = ("found_s", "whole_s")
_HANG = re.compile(r"took longer than|ERROR: libFuzzer: timeout")
_OTHER = re.compile(r"fuzzing process hung or terminated|ERROR: libFuzzer: (?!timeout)|deadly signal")


def run(session: Session) -> None:
    """Measure."""
    folders = [path for path in sorted(Path(session.options.bugs).iterdir()) if (path / "target.py").exists()]
    wanted = session.options.targets or [path.name for path in folders]
    for label in session.labels:
        for bug in (path.resolve() for path in folders if path.name in wanted):
            for turn in range(session.options.runs):
                for made, source in _fuzzers(session, label, bug):
                    attempt(functools.partial(_one_run, session, label, bug, turn, made, source))


def _fuzzers(session: Session, label: str, bug: Path) -> list[tuple[Fuzzer, str]]:
    """Return the fuzzers for a bug, each with our fuzz test where it is a special one."""
    names = session.options.fuzzers or FUZZERS
    found = [(made, "") for made in session.fuzzers(label, [n for n in names if n != "gofuzz_py-typed"])]
    source = typed_test_source(str(bug)) if "gofuzz_py-typed" in names else None
    if source is not None:
        found.insert(1, (Ours("gofuzz_py-typed"), source))
    return found


def _one_run(session: Session, label: str, bug: Path, turn: int, made: Fuzzer, source: str) -> None:
    site = session.environments.bug_site(label, bug)
    with session.folder() as folder:
        path = folder / "solved"
        job = Job(
            session.environments.python(label),
            str(bug),
            folder,
            session.options.seconds,
            seeds=subject.seeds_of(str(bug)),
            seed=turn + 1,
            input_timeout_s=_HANG_S,
            path=[str(site)],
            environment={"BENCH_SOLVED": str(path), "PYTHONHASHSEED": "0"},
            source=source,
        )
        seen, members = session.fuzz(made, job, stop=lambda _: path.exists())
        found = solution(path)
        began = solution(subject.beginning_of(path))
        if found is None:
            found = _told(seen)
        elif session.python(label, "confirm", str(bug), str(path), path=[str(site)]) is None:
            raise MeasurementError(f"{made.name} on {bug.name}: a failure of the fuzzer's own: {found[1]}")
    if found is None and seen.status not in (0, None):
        raise MeasurementError(f"{made.name} on {bug.name} ended with {seen.status}:\n{seen.text[-800:]}")
    since = began[0] if began is not None else made.began(seen) or 0.0
    seconds = None if found is None else rounded(max(0.0, found[0] - since))
    session.emit(
        label,
        bug.name,
        turn,
        cap=session.options.seconds,
        found_s=seconds,
        whole_s=None if found is None else rounded(found[0] - seen.start),
        what=None if found is None else found[1],
        **members,
    )


def _told(seen: Observation) -> tuple[float, str] | None:
    """Return when the fuzzer said that it had found a hang or a death, and which."""
    for at, line in seen.lines:
        if _HANG.search(line):
            return at, "hang"
        if _OTHER.search(line):
            return at, line.strip()[:120]
    return None


def render(records: list[Record]) -> str:
    """Return the section's text."""
    names = store.fuzzers(records, FUZZERS)
    rows = []
    for (target, label), group in store.groups(records, "target", "python").items():
        cells = store.groups(group, "fuzzer")
        kinds = {record["what"].partition(":")[0] for record in group if record["what"]}
        row = [target, label]
        row += [times(cells[(name,)], "found_s") if (name,) in cells else "-" for name in names]
        row += [_share([group], member) for member in _CLOCKS]
        rows.append([*row, ", ".join(sorted(kinds))])
    every = list(store.groups(records, "target", "python").values())
    rows.append(["geometric mean", "", *("" for _ in names), *(_share(every, one) for one in _CLOCKS), ""])
    head = ["bug", "Python", *names, "of atheris's", "whole", "what was found"]
    introduction = _INTRODUCTION.format(hang=_HANG_S, cap=records[0]["cap"], least=_LEAST_S)
    return f"{introduction}\n\n{table(head, rows)}"


def _share(bugs: Iterable[Sequence[Record]], member: str) -> str:
    """Write the geometric mean of our time over atheris's: of each bug over its runs, of these over bugs."""
    found = [ratio for records in bugs if (ratio := _ratio(records, member)) is not None]
    return f"{number(statistics.geometric_mean(found))} x" if found else "-"


def _ratio(records: Sequence[Record], member: str) -> float | None:
    """Return the geometric mean over the runs of a bug, or None where not both were run."""
    capped = [r | {member: max(_LEAST_S, r["cap"] if r[member] is None else r[member])} for r in records]
    ours, theirs = (store.by_run(capped, member, fuzzer=name) for name in ("gofuzz_py", "atheris"))
    ratios = [ours[run] / theirs[run] for run in ours.keys() & theirs.keys()]
    return statistics.geometric_mean(ratios) if ratios else None
