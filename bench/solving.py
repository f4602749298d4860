"""What solving conditions costs: throughput with it and with ``-fuzzsolve=false``, in turn.

Each chooses other inputs, so executions a second alone would say what inputs
it chose.  What a run executed is recorded and replayed by a bare loop, and the
shares of bare speed are compared (see ``same``).
"""

from __future__ import annotations

import functools
import marshal
from pathlib import Path

from bench import same, store
from bench.figures import paired, shown, spread
from bench.fuzzers import Job, Ours
from bench.session import MeasurementError, Session, attempt, rounded
from bench.store import Record, by_run
from bench.tables import table

TITLE = "The cost of solving"
TARGETS = same.TARGETS
FUZZERS = ("gofuzz_py", "gofuzz_py-unsolved")
SECONDS, RUNS = 5.0, 5
#: Seconds of fuzzing before the recording.
_AFTER_S, _QUICK_AFTER_S = 10.0, 0.3
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
    seconds = session.options.seconds
    after = _QUICK_AFTER_S if session.options.quick else _AFTER_S
    with session.folder() as folder:
        recording = folder / "recording"
        job = Job(
            session.environments.python(label),
            target,
            folder,
            after + seconds + 2.0,
            environment=same.recording_variables(recording, after, seconds),
            source=same.recorded_source(target, []),
        )
        seen, members = session.fuzz(ours, job, stop=lambda _: recording.exists())
        if not recording.exists():
            raise MeasurementError(f"nothing was recorded on {target}:\n{seen.text[-600:]}")
        _, cpu_s, inputs = marshal.loads(Path(recording).read_bytes())
        if not inputs:
            raise MeasurementError(f"nothing was executed on {target} in the time that was recorded")
        bare = session.python(label, "bare", target, "--replay", str(recording), "--passes", "1")
    share = rounded(min(bare["cpu_s"]) / cpu_s)
    session.emit(label, target, number, after_s=after, share=share, count=len(inputs), **members)


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
