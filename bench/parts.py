"""The engine's parts in nanoseconds, as ratios to a calibrated operation: an empty Python call."""

from __future__ import annotations

import functools

from bench import store
from bench.figures import number, shown, spread
from bench.session import Session, attempt, rounded
from bench.store import Record
from bench.tables import table

TITLE = "Parts"
TARGET = "parts"
FUZZERS = ("gofuzz_py",)
SECONDS, RUNS = 1.0, 3
_INTRODUCTION = """\
What single parts of the engine cost, as multiples of an empty call of a Python function, which is
measured between them: the number to look at when something has changed.
Median of {runs} processes with the range over them; nanoseconds are the median's."""


def run(session: Session) -> None:
    """Measure."""
    for label in session.labels:
        for number_ in range(session.options.runs):
            attempt(functools.partial(_one_run, session, label, number_))


def _one_run(session: Session, label: str, number_: int) -> None:
    found = session.python(label, "parts", *(["--quick"] if session.options.quick else []))
    parts = {name: [rounded(cost_ns), rounded(ratio)] for name, cost_ns, ratio in found["parts"]}
    session.emit(label, TARGET, number_, unit_ns=rounded(found["unit_ns"]), parts=parts)


def render(records: list[Record]) -> str:
    """Return the section's text."""
    labels = list(dict.fromkeys(record["python"] for record in records))
    names = dict.fromkeys(name for record in records for name in record["parts"])
    units = [
        f"{label}: {shown(spread([r['unit_ns'] for r in records if r['python'] == label]))} ns"
        for label in labels
    ]
    rows = []
    for name in names:
        row = [name]
        for label in labels:
            mine = [record["parts"][name] for record in records if record["python"] == label]
            ratios, cost = spread([part[1] for part in mine]), spread([part[0] for part in mine])
            row += [shown(ratios), number(cost.median) if cost else "-"]
        rows.append(row)
    head = ["part", *(column for label in labels for column in (f"{label}, calls", "ns"))]
    runs = len(next(iter(store.groups(records, "python").values())))
    return (
        f"{_INTRODUCTION.format(runs=runs)}\nAn empty call takes {', '.join(units)}.\n\n{table(head, rows)}"
    )
