"""Coverage over time and over executions from an empty corpus, and peak memory: fuzzers in turn.

What a fuzzer saves is noted with its time; afterwards the inputs are replayed
in that order under one tracer (runners/edges.py), so that all are counted alike.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import marshal
import math
from collections.abc import Sequence
from pathlib import Path

from bench import store
from bench.charts import Chart, Curve, draw
from bench.figures import number, paired, shown, spread
from bench.fuzzers import Fuzzer, Job, Points
from bench.session import Session, attempt
from bench.store import Record, by_run
from bench.tables import table

TITLE = "Coverage from an empty corpus"
TARGETS = ("html_parser", "toml", "sqlparse_format", "mistune_html")
FUZZERS = ("gofuzz_py", "atheris", "cobrafuzz")
SECONDS, RUNS = 60.0, 5
#: Points kept of a curve, at even distances in the logarithm of time.
_POINTS = 48
_INTRODUCTION = """\
Lines and edges after {seconds:g} s from an empty corpus, counted in the target's modules by replaying all
inputs that the fuzzer saved, with one tracer for all. An edge is a pair of lines run one after the
other in one frame. *memory* is the peak of the process that runs the target."""

_UNDER_PICTURES = """\
The lines are medians over the runs, the bands their ranges. Executions are known when a fuzzer tells of
them, which ours does every 3 s; before that there is no line."""

#: seconds, executions, edges
CurvePoint = tuple[float, float, int]


def run(session: Session) -> None:
    """Measure."""
    for label in session.labels:
        for target in session.options.targets or TARGETS:
            for number_ in range(session.options.runs):
                for made in session.fuzzers(label, session.options.fuzzers or FUZZERS):
                    attempt(functools.partial(_one_run, session, label, target, number_, made))


def _one_run(session: Session, label: str, target: str, number_: int, made: Fuzzer) -> None:
    with session.folder() as folder:
        job = Job(session.environments.python(label), target, folder, session.options.seconds)
        seen, members = session.fuzz(made, job)
        inputs = sorted(seen.inputs, key=lambda item: item[0])
        path = folder / "inputs"
        path.write_bytes(marshal.dumps([data for _, data in inputs]))
        counts = session.python(label, "edges", target, str(path))
    lines, edges = counts[-1] if counts else (0, 0)
    points = made.executions(seen)
    times = [max(0.0, at - (made.began(seen) or 0.0)) for at, _ in inputs]
    found = curve(times, [count[1] for count in counts], points, job.seconds)
    session.emit(label, target, number_, inputs=len(inputs), lines=lines, edges=edges, curve=found, **members)


def curve(times: Sequence[float], edges: Sequence[int], points: Points, seconds: float) -> list[CurvePoint]:
    """Return edges over time and executions at times evenly spread over a logarithmic axis."""
    first = min(0.1, seconds / 2)
    steps = [first * (seconds / first) ** (i / (_POINTS - 1)) for i in range(_POINTS)]
    found: list[CurvePoint] = []
    for at in steps:
        reached = bisect.bisect_right(times, at)
        count = edges[reached - 1] if reached else 0
        found.append((round(at, 2), round(executions_at(points, at)), count))
    return found


def executions_at(points: Points, at: float) -> float:
    """Return the executions by a time, on straight lines between what was seen; 0 before the first line."""
    told = [point for point in points if point[1]]
    for (first_at, first), (last_at, last) in itertools.pairwise(told):
        if first_at <= at <= last_at:
            return first + (at - first_at) / max(last_at - first_at, 1e-9) * (last - first)
    return float(told[-1][1]) if told and at >= told[-1][0] else 0.0


def render(records: list[Record], folder: Path) -> str:
    """Return the section's text; draws the charts into ``folder``."""
    rows = []
    for (target, label), group in store.groups(records, "target", "python").items():
        edges = {name: by_run(group, "edges", fuzzer=name) for name in FUZZERS}
        memory = {name: by_run(group, "peak_mib", fuzzer=name) for name in FUZZERS}
        for (name,), mine in store.groups(group, "fuzzer").items():
            is_ours = name == "gofuzz_py"
            rows.append([
                target,
                label,
                name,
                shown(spread(list(by_run(mine, "rate").values()))),
                number(_median(mine, "inputs")),
                number(_median(mine, "lines")),
                shown(spread(list(by_run(mine, "edges").values()))),
                "-" if is_ours else shown(paired(edges["gofuzz_py"], edges[name]), " x"),
                shown(spread(list(by_run(mine, "peak_mib").values()))),
                "-" if is_ours else shown(paired(memory["gofuzz_py"], memory[name]), " x"),
            ])  # fmt: skip
    head = [
        "target", "Python", "fuzzer", "executions/s", "inputs", "lines", "edges", "ours / its edges",
        "memory, MiB", "ours / its memory",
    ]  # fmt: skip
    text = f"{_INTRODUCTION.format(seconds=records[0]['seconds'])}\n\n{table(head, rows)}"
    pictures = [
        _picture(folder, target, label, group)
        for (target, label), group in store.groups(records, "target", "python").items()
    ]
    return "\n\n".join([text, _UNDER_PICTURES, *pictures])


def _median(records: list[Record], member: str) -> float:
    found = spread(list(by_run(records, member).values()))
    return found.median if found is not None else math.nan


def _picture(folder: Path, target: str, label: str, records: list[Record]) -> str:
    """Draw a target's two charts; return the line that shows them."""
    charts = []
    for axis, name in ((0, "seconds"), (1, "executions")):
        curves = [
            Curve(fuzzer, [[(point[axis], point[2]) for point in record["curve"]] for record in group])
            for (fuzzer,), group in store.groups(records, "fuzzer").items()
        ]
        charts.append(Chart(f"{target}, Python {label}", name, "edges", curves))
    path = draw(charts, folder / f"coverage-{target}-{label}")
    return f"![Edges over time and executions: {target} on Python {label}]({folder.name}/{path.name})"
