"""The same inputs under ours, the bare loop and atheris: what instrumenting and fuzzing cost.

Our worker fuzzes, and what it executes in a stretch of time is recorded; the
recording is then run by a bare loop on code without probes, and by atheris'
instrumented code in a loop without mutation.  Time per execution is compared.
"""

from __future__ import annotations

import functools
import statistics

from bench import store
from bench.figures import paired, shown, spread
from bench.fuzzers import Job, Ours
from bench.runners import subject
from bench.session import MeasurementError, Session, attempt, rounded
from bench.store import Record, by_run
from bench.tables import table

TITLE = "The same inputs"
TARGETS = ("html_parser", "json_py", "toml", "sqlparse_format", "mistune_html")
FUZZERS = ("gofuzz_py", "atheris")
SECONDS, RUNS = 5.0, 5
_INTRODUCTION = """\
What our worker executed in {seconds:g} s is recorded (runs made to count hits and to shrink inputs included)
and replayed. *share of bare* is the time of a bare loop on code without probes over our time:
mutation, shared memory, the check for news, scheduling, shrinking and the talk with the
coordinator are all in ours. *against atheris* is the time of atheris' instrumented code, in a loop
without any mutation or bookkeeping in Python, over our time: more than 1 means that we are quicker.
*from empty* records after {after:g} s of fuzzing from nothing; *from SEED* has one realistic input to start
with, so that executions are longer."""
_SOURCE = """\
from bench.runners import recorder, subject
module = subject.load({what!r})
target = module.target
log = recorder.Recorder().log
def FuzzBench(f):
{seeds}    @f.fuzz
    def run(t, data: bytes):
        log(data)
        target(data)
"""


def run(session: Session) -> None:
    """Measure."""
    for label in session.labels:
        for target in session.options.targets or TARGETS:
            for number in range(session.options.runs):
                for start in ("empty", "SEED"):
                    attempt(functools.partial(_one_run, session, label, target, number, start))


def _one_run(session: Session, label: str, target: str, number: int, start: str) -> None:
    seconds = session.options.seconds
    after = 0.3 if session.options.quick else _AFTER_S
    with session.folder() as folder:
        recording = folder / "recording"
        seeds = [subject.literals(subject.source_path(target))["SEED"]] if start == "SEED" else []
        adds = "".join(f"    f.add({data!r})\n" for data in seeds)
        job = Job(
            session.environments.python(label),
            target,
            folder,
            after + seconds + 2.0,
            environment={
                "BENCH_RECORD": str(recording),
                "BENCH_RECORD_AFTER": str(after),
                "BENCH_RECORD_S": str(seconds),
            },
            source=_SOURCE.format(what=target, seeds=adds),
        )
        seen, members = session.fuzz(Ours(), job, stop=recording.exists)
        if not recording.exists():
            raise MeasurementError(f"nothing was recorded on {target}:\n{seen.text[-600:]}")
        replays = _replays(session, label, target, str(recording))
    del members["fuzzer"]
    session.emit(label, target, number, start=start, window_s=seconds, after_s=after, **members, **replays)


_AFTER_S = 3.0


def _replays(session: Session, label: str, target: str, recording: str) -> Record:
    """Run the recording in a bare loop and under atheris; return microseconds an execution."""
    passes = "1" if session.options.quick else "3"
    bare = session.python(label, "bare", target, "--replay", recording, "--passes", passes)
    count = bare["count"]
    if not count:
        raise MeasurementError(f"nothing was executed on {target} in the time that was recorded")
    found = {
        "count": count,
        "ours_us": _recorded_us(recording),
        "bare_us": _median_us(bare),
    }
    if any(made.name == "atheris" for made in session.fuzzers(label, session.options.fuzzers or FUZZERS)):
        done = session.python(label, "with_atheris", target, "--replay", recording, "--passes", passes)
        found["atheris_us"] = _median_us(done)
    return found


def _recorded_us(path: str) -> float | None:
    import marshal
    from pathlib import Path

    seconds, inputs = marshal.loads(Path(path).read_bytes())
    return rounded(seconds / max(1, len(inputs)) * 1e6)


def _median_us(replayed: Record) -> float | None:
    return rounded(statistics.median(replayed["seconds"]) / replayed["count"] * 1e6)


def render(records: list[Record]) -> str:
    """Return the section's text."""
    rows = []
    for (target, start, label), group in store.groups(records, "target", "start", "python").items():
        ours, bare = by_run(group, "ours_us"), by_run(group, "bare_us")
        atheris = by_run(group, "atheris_us")
        rows.append([
            target,
            start,
            label,
            shown(spread(list(bare.values()))),
            shown(spread(list(ours.values()))),
            shown(spread(list(atheris.values()))),
            shown(paired(bare, ours)),
            shown(paired(atheris, ours), " x"),
        ])  # fmt: skip
    head = [
        "target", "from", "Python", "bare, us", "ours, us", "atheris, us", "share of bare", "against atheris",
    ]  # fmt: skip
    window, after = records[0]["window_s"], records[0]["after_s"]
    return f"{_INTRODUCTION.format(seconds=window, after=after)}\n\n{table(head, rows)}"
