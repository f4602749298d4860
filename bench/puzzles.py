"""Seconds to solve eight small puzzles from an empty corpus: fuzzers in turn."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from bench import store
from bench.figures import number
from bench.fuzzers import Fuzzer, Job
from bench.session import Session, attempt, rounded
from bench.store import Record
from bench.tables import table

TITLE = "Time to solve"
TARGETS = (
    "p1_magic4", "p2_bytes16", "p3_int32", "p4_pdfsum", "p5_json_secret", "p6_regex", "p7_dict", "p8_state",
)  # fmt: skip
FUZZERS = ("gofuzz_py", "atheris", "atheris-hooks")
SECONDS, RUNS = 60.0, 5
_INTRODUCTION = """\
Seconds from the start of fuzzing to the solution, median over all runs with those not solved within
{cap:g} s counted as longer; in parentheses the quickest run and how many were solved. A fuzzer that has
missed more than half of its runs is not run again. *atheris-hooks* is atheris with its optional str and
RegEx hooks and libFuzzer's value profile."""


def run(session: Session) -> None:
    """Measure."""
    for label in session.labels:
        for target in session.options.targets or TARGETS:
            missed: dict[str, int] = {}
            for number_ in range(session.options.runs):
                for made in session.fuzzers(label, session.options.fuzzers or FUZZERS):
                    if missed.get(made.name, 0) <= session.options.runs // 2:
                        attempt(functools.partial(_one_run, session, label, target, number_, made, missed))


def _one_run(
    session: Session, label: str, target: str, number_: int, made: Fuzzer, missed: dict[str, int]
) -> None:
    with session.folder() as folder:
        path = folder / "solved"
        job = Job(
            session.environments.python(label),
            target,
            folder,
            session.options.seconds,
            environment={"BENCH_SOLVED": str(path)},
        )
        seen, members = session.fuzz(made, job, stop=lambda _: path.exists())
        solved_at = solution(path)
        remark = _broken(seen.text) if solved_at is None else ""
    seconds = None if solved_at is None else rounded(max(0.0, solved_at[0] - (made.began(seen) or 0.0)))
    missed[made.name] = missed.get(made.name, 0) + (seconds is None)
    session.emit(
        label, target, number_, cap=session.options.seconds, solved_s=seconds, remark=remark, **members
    )


def solution(path: Path) -> tuple[float, str] | None:
    """Read the note that a solved puzzle or a found bug leaves: when, and what."""
    try:
        found: Any = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return (float(found), "") if isinstance(found, float) else (float(found[0]), str(found[1]))


def _broken(text: str) -> str:
    """Name an exception that the fuzzer itself brought about."""
    lines = [line for line in text.splitlines() if "Error: " in line and "libFuzzer" not in line]
    return lines[-1][:100] if lines else ""


def times(records: list[Record], member: str) -> str:
    """Write the median time with the quickest and the share that was solved."""
    found = sorted(record[member] for record in records if record[member] is not None)
    tail = f"{len(found)} of {len(records)}"
    if not found:
        return f"no (0 of {len(records)})"
    every = found + [float("inf")] * (len(records) - len(found))
    low, high = every[(len(every) - 1) // 2], every[len(every) // 2]
    median = (low + high) / 2
    head = "no" if median == float("inf") else f"{number(median)} s"
    return f"{head} ({number(found[0])} s; {tail})"


def render(records: list[Record]) -> str:
    """Return the section's text."""
    names = store.fuzzers(records, FUZZERS)
    rows = []
    for (target, label), group in store.groups(records, "target", "python").items():
        cells = store.groups(group, "fuzzer")
        rows.append([target, label, *(times(cells.get((name,), []), "solved_s") for name in names)])
    remarks = {
        f"* {record['fuzzer']} on {record['target']} ended with `{record['remark']}`"
        for record in records
        if record["remark"]
    }
    text = f"{_INTRODUCTION.format(cap=records[0]['cap'])}\n\n{table(['puzzle', 'Python', *names], rows)}"
    return "\n\n".join([text, "\n".join(sorted(remarks))]).strip()
