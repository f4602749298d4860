"""What solving conditions costs: throughput with it and with ``-fuzzsolve=false``, in turn.

Each chooses other inputs, so executions a second alone would say what inputs
it chose.  What a run executed is recorded and replayed by a bare loop, and the
shares of bare speed are compared (see ``same``).
"""

from __future__ import annotations

import functools

from bench import same, store
from bench.figures import paired, shown, spread
from bench.fuzzers import Ours
from bench.session import Session, attempt, rounded
from bench.store import Record, by_run
from bench.tables import table

TITLE = "The cost of solving"
TARGETS = same.TARGETS
FUZZERS = ("gofuzz_py", "gofuzz_py-unsolved")
SECONDS, RUNS = 5.0, 5
_INTRODUCTION = """\
*on* and *off* are shares of bare speed, as in *The same inputs*, with conditions solved and with
`-fuzzsolve=false`, which also leaves out mutators for formats. *on / off* is how much of the throughput is
left with everything on. By processor time, from an empty corpus, after {after:g} s."""


def run(session: Session) -> None:
    """Measure."""
    for label in session.labels:
        for target in session.options.targets or TARGETS:
            for number in range(session.options.runs):
                for ours in (Ours(), Ours(FUZZERS[1], ["-fuzzsolve=false"])):
                    attempt(functools.partial(_one_run, session, label, target, number, ours))


def _one_run(session: Session, label: str, target: str, number: int, ours: Ours) -> None:
    with session.folder() as folder:
        members, recording = same.record(session, label, target, folder, ours)
        _, bare_cpu_s = same.replay(session, label, "bare", target, recording)
    share = rounded(bare_cpu_s / recording.cpu_s)
    session.emit(
        label, target, number, after_s=recording.after_s, share=share, count=recording.count, **members
    )


def render(records: list[Record]) -> str:
    """Return the section's text."""
    rows = []
    for (target, label), group in store.groups(records, "target", "python").items():
        on, off = (by_run(group, "share", fuzzer=name) for name in FUZZERS)
        rows.append([
            target, label, shown(spread(list(on.values()))), shown(spread(list(off.values()))),
            shown(paired(on, off)),
        ])  # fmt: skip
    head = ["target", "Python", "on", "off", "on / off"]
    return f"{_INTRODUCTION.format(after=records[0]['after_s'])}\n\n{table(head, rows)}"
