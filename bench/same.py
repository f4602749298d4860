"""The same inputs under ours, the bare loop and atheris: what instrumenting and fuzzing cost.

Our worker fuzzes, and what it executes in a stretch of time is recorded; the
recording is then run by a bare loop on code without probes, and by atheris'
instrumented code in a loop without mutation.  Time per execution is compared.
"""

from __future__ import annotations

import functools
import marshal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import store
from bench.figures import paired, shown, spread
from bench.fuzzers import Atheris, Job, Ours
from bench.runners import subject
from bench.session import MeasurementError, Session, attempt, rounded
from bench.store import Record, by_run
from bench.tables import table

TITLE = "The same inputs"
TARGETS = ("html_parser", "json_py", "toml", "sqlparse_format", "mistune_html")
FUZZERS = ("gofuzz_py", "atheris")
SECONDS, RUNS = 5.0, 5
#: Seconds of fuzzing before the recording.
_AFTER_S, _QUICK_AFTER_S = 10.0, 0.3
_INTRODUCTION = """\
What our worker executed in {seconds:g} s is recorded (runs made to count hits and to shrink inputs included)
and replayed. *share of bare* is the time of a bare loop on code without probes over our time:
mutation, shared memory, the check for news, scheduling, shrinking and the talk with the
coordinator are all in ours. *against atheris* is atheris' time over ours, so more than 1 means that we are
quicker. Its time is that of the recorded inputs on its instrumented code, in a plain loop, and of its
own loop (mutation, looking through the counters), measured by fuzzing a no-op with the same modules
instrumented. *by CPU time* is the same ratio in seconds of processor time, in which other programs
count less. *from empty* records after {after:g} s of fuzzing from nothing; *from SEED* has one realistic
input to start with, so that executions are longer."""
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
    seeds = [subject.literals(subject.source_path(target))["SEED"]] if start == "SEED" else []
    with session.folder() as folder:
        members, recording = record(session, label, target, folder, Ours(), seeds)
        replays = _replays(session, label, target, recording)
    del members["fuzzer"]
    window = session.options.seconds
    session.emit(
        label, target, number, start=start, window_s=window, after_s=recording.after_s, **members, **replays
    )


@dataclass(frozen=True, slots=True)
class Recording:
    """What a worker has executed in a stretch of time."""

    path: Path
    #: Seconds of fuzzing before it.
    after_s: float
    #: How long it took, by the clock and of processor time.
    seconds: float
    cpu_s: float
    #: Executions.
    count: int


def record(
    session: Session, label: str, target: str, folder: Path, ours: Ours, seeds: Sequence[bytes] = ()
) -> tuple[Record, Recording]:
    """Fuzz in a folder and record; return the members that every record has, and the recording.

    Raises MeasurementError where nothing was recorded.
    """
    seconds = session.options.seconds
    after_s = _QUICK_AFTER_S if session.options.quick else _AFTER_S
    path = folder / "recording"
    job = Job(
        session.environments.python(label),
        target,
        folder,
        after_s + seconds + 2.0,
        environment={
            "BENCH_RECORD": str(path), "BENCH_RECORD_AFTER": str(after_s), "BENCH_RECORD_S": str(seconds)
        },
        source=_recorded_source(target, seeds),
    )  # fmt: skip
    seen, members = session.fuzz(ours, job, stop=lambda _: path.exists())
    if not path.exists():
        raise MeasurementError(f"nothing was recorded on {target}:\n{seen.text[-600:]}")
    took_s, cpu_s, inputs = marshal.loads(path.read_bytes())
    if not inputs:
        raise MeasurementError(f"nothing was executed on {target} in the time that was recorded")
    return members, Recording(path, after_s, took_s, cpu_s, len(inputs))


def _recorded_source(target: str, seeds: Sequence[bytes]) -> str:
    """Return a fuzz test whose worker records its inputs."""
    adds = "".join(f"    f.add({data!r})\n" for data in seeds)
    return _SOURCE.format(what=target, seeds=adds)


def replay(
    session: Session, label: str, runner: str, target: str, recording: Recording
) -> tuple[float, float]:
    """Run a recording once in one of ``bench.runners``; return the seconds, and the CPU seconds."""
    found = session.python(label, runner, target, "--replay", str(recording.path), "--passes", "1")
    return found["seconds"][0], found["cpu_s"][0]


def _replays(session: Session, label: str, target: str, recording: Recording) -> Record:
    """Run the recording in a bare loop and under atheris; return microseconds an execution."""

    def each_us(seconds: float) -> float | None:
        return rounded(seconds / recording.count * 1e6)

    bare_s, bare_cpu_s = replay(session, label, "bare", target, recording)
    found = {
        "count": recording.count,
        "ours_us": each_us(recording.seconds),
        "ours_cpu_us": each_us(recording.cpu_s),
        "bare_us": each_us(bare_s),
        "bare_cpu_us": each_us(bare_cpu_s),
    }
    if any(made.name == "atheris" for made in session.fuzzers(label, session.options.fuzzers or FUZZERS)):
        atheris_s, atheris_cpu_s = replay(session, label, "with_atheris", target, recording)
        found["atheris_us"] = each_us(atheris_s)
        found["atheris_cpu_us"] = each_us(atheris_cpu_s)
        found["atheris_loop_us"] = _idle_us(session, label, target)
    return found


def _idle_us(session: Session, label: str, target: str) -> float | None:
    """Return what atheris' own loop takes for an execution, with the target's counters to look through."""
    with session.folder() as folder:
        seconds = 1.0 if session.options.quick else 3.0
        job = Job(session.environments.python(label), target, folder, seconds)
        _, members = session.fuzz(Atheris(runner_flags=["--idle"]), job)
    return rounded(1e6 / members["rate"]) if members["rate"] else None


def render(records: list[Record]) -> str:
    """Return the section's text."""
    rows = []
    for (target, start, label), group in store.groups(records, "target", "start", "python").items():
        ours, bare, loop = (by_run(group, name) for name in ("ours_us", "bare_us", "atheris_loop_us"))
        ours_cpu, bare_cpu = by_run(group, "ours_cpu_us"), by_run(group, "bare_cpu_us")
        atheris = {run: value + loop[run] for run, value in by_run(group, "atheris_us").items()}
        atheris_cpu = {run: value + loop[run] for run, value in by_run(group, "atheris_cpu_us").items()}
        rows.append([
            target,
            start,
            label,
            shown(spread(list(bare.values()))),
            shown(spread(list(ours.values()))),
            shown(spread(list(atheris.values()))),
            shown(paired(bare, ours)),
            shown(paired(bare_cpu, ours_cpu)),
            shown(paired(atheris, ours), " x"),
            shown(paired(atheris_cpu, ours_cpu), " x"),
        ])  # fmt: skip
    head = [
        "target", "from", "Python", "bare, us", "ours, us", "atheris, us", "share of bare", "by CPU time",
        "against atheris", "by CPU time",
    ]  # fmt: skip
    window, after = records[0]["window_s"], records[0]["after_s"]
    return f"{_INTRODUCTION.format(seconds=window, after=after)}\n\n{table(head, rows)}"
