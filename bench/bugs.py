"""Seconds to the first failure on real bugs of real packages, each with ordinary seeds: fuzzers in turn.

``--bugs DIR`` names the folder of bugs: one folder each, with ``target.py``
(see runners/subject.py), ``requirements.txt`` and ``seeds/``.  The pinned
packages are installed on first use.  Ours is measured on ``fuzz_one(data)`` as
the others are, and as *gofuzz_py-typed* on ``typed(...)`` where there is one.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

from bench import store
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
Seconds from the start of fuzzing to the first failure, whatever it is: an exception that comes out of
the target, or the fuzzer's word that a call takes longer than {hang:g} s (which atheris says up to 3 s
later). Each exception was met again by running its input without a fuzzer. Median over all runs, those
without a failure within {cap:g} s counted as longer; in parentheses the quickest run and how many
found one."""
_HANG = re.compile(r"took longer than|ERROR: libFuzzer: timeout")
_OTHER = re.compile(r"fuzzing process hung or terminated|ERROR: libFuzzer: (?!timeout)|deadly signal")


def run(session: Session) -> None:
    """Measure."""
    folders = [path for path in sorted(Path(session.options.bugs).iterdir()) if (path / "target.py").exists()]
    wanted = session.options.targets or [path.name for path in folders]
    for label in session.labels:
        for bug in (path.resolve() for path in folders if path.name in wanted):
            for number in range(session.options.runs):
                for made, source in _fuzzers(session, label, bug):
                    attempt(functools.partial(_one_run, session, label, bug, number, made, source))


def _fuzzers(session: Session, label: str, bug: Path) -> list[tuple[Fuzzer, str]]:
    """Return the fuzzers for a bug, each with our fuzz test where it is a special one."""
    names = session.options.fuzzers or FUZZERS
    found = [(made, "") for made in session.fuzzers(label, [n for n in names if n != "gofuzz_py-typed"])]
    source = typed_test_source(str(bug)) if "gofuzz_py-typed" in names else None
    if source is not None:
        found.insert(1, (Ours("gofuzz_py-typed"), source))
    return found


def _one_run(session: Session, label: str, bug: Path, number: int, made: Fuzzer, source: str) -> None:
    site = session.environments.bug_site(label, bug)
    with session.folder() as folder:
        path = folder / "solved"
        job = Job(
            session.environments.python(label),
            str(bug),
            folder,
            session.options.seconds,
            seeds=subject.seeds_of(str(bug)),
            seed=number + 1,
            input_timeout_s=_HANG_S,
            path=[str(site)],
            environment={"BENCH_SOLVED": str(path), "PYTHONHASHSEED": "0"},
            source=source,
        )
        seen, members = session.fuzz(made, job, stop=lambda _: path.exists())
        found = solution(path)
        if found is None:
            found = _told(seen)
        elif session.python(label, "confirm", str(bug), str(path), path=[str(site)]) is None:
            raise MeasurementError(f"{made.name} on {bug.name}: a failure of the fuzzer's own: {found[1]}")
    if found is None and seen.status not in (0, None):
        raise MeasurementError(f"{made.name} on {bug.name} ended with {seen.status}:\n{seen.text[-800:]}")
    seconds = None if found is None else rounded(max(0.0, found[0] - (made.began(seen) or 0.0)))
    session.emit(
        label,
        bug.name,
        number,
        cap=session.options.seconds,
        found_s=seconds,
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
        rows.append([*row, ", ".join(sorted(kinds))])
    head = ["bug", "Python", *names, "what was found"]
    introduction = _INTRODUCTION.format(hang=_HANG_S, cap=records[0]["cap"])
    return f"{introduction}\n\n{table(head, rows)}"
