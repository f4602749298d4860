"""Executions a second, fuzzing from an empty corpus: ours, atheris, Go and the bare loop in turn."""

from __future__ import annotations

import functools

from bench import store
from bench.figures import paired, shown, spread
from bench.fuzzers import Go, Job
from bench.session import Session, attempt
from bench.store import Record, by_run
from bench.tables import table

TITLE = "Executions a second"
TARGETS = ("noop", "json_c", "json_py", "html_parser", "toml", "sqlparse_format", "mistune_html")
FUZZERS = ("gofuzz_py", "atheris", "go")
SECONDS, RUNS = 10.0, 5
_INTRODUCTION = """\
Each fuzzer starts from an empty corpus and chooses its own inputs, so a rate also says what inputs
it chose: most of them are short and soon refused. The next section runs the same inputs under all.
*bare, SEED* is a loop that does nothing but call the target with one realistic input. Go runs its own
no-op and, for json, `encoding/json`. *own us* is what one of our executions of the no-op costs."""


def run(session: Session) -> None:
    """Measure."""
    for label in session.labels:
        for target in session.options.targets or TARGETS:
            for number in range(session.options.runs):
                attempt(functools.partial(_one_run, session, label, target, number))


def _one_run(session: Session, label: str, target: str, number: int) -> None:
    options = session.options
    bare = session.python(label, "bare", target, "--seconds", f"{min(2.0, options.seconds):g}")
    session.emit(label, target, number, fuzzer="bare", rate=bare["rate"])
    for made in session.fuzzers(label, options.fuzzers or FUZZERS):
        if isinstance(made, Go) and target not in Go.tests:
            continue
        with session.folder() as folder:
            job = Job(session.environments.python(label), target, folder, options.seconds)
            _, members = session.fuzz(made, job)
        session.emit(label, target, number, **members)


def render(records: list[Record]) -> str:
    """Return the section's text."""
    rows = []
    for (target, label), group in store.groups(records, "target", "python").items():
        rates = {name: by_run(group, "rate", fuzzer=name) for name in ("bare", *FUZZERS, "cobrafuzz")}
        ours = rates["gofuzz_py"]
        own_us = {number: 1e6 / value for number, value in ours.items()} if target == "noop" else {}
        rows.append([
            target,
            label,
            shown(spread(list(rates["bare"].values()))),
            shown(spread(list(ours.values()))),
            shown(spread(list(rates["atheris"].values()))),
            shown(spread(list(rates["go"].values()))),
            shown(paired(ours, rates["atheris"]), " x"),
            shown(paired(ours, rates["go"]), " x"),
            shown(spread(list(own_us.values()))),
        ])  # fmt: skip
    head = [
        "target", "Python", "bare, SEED", "gofuzz_py", "atheris", "Go", "ours / atheris", "ours / Go",
        "own us",
    ]  # fmt: skip
    return f"{_INTRODUCTION}\n\n{table(head, rows)}"
