"""Large corpora through the real command: the start with many cached inputs, and the rate with them."""

from __future__ import annotations

import functools
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bench import store
from bench.figures import number, paired, shown, spread
from bench.fuzzers import Job, Ours, Points
from bench.observer import Launch, Observation
from bench.session import MeasurementError, Session, attempt
from bench.store import Record, by_run
from bench.tables import table
from gofuzz_py.fuzzing import test_cache_dir
from gofuzz_py.internal.encoding import marshal_corpus_file
from gofuzz_py.internal.kinds import BYTES

TITLE = "Large corpora"
TARGET = "noop"
FUZZERS = ("gofuzz_py",)
SIZES, QUICK_SIZES = (10, 1_000, 100_000), (10, 100)
SECONDS, RUNS = 10.0, 5
#: Whoever has not begun by then has failed.
_LONGEST_START_S = 300.0
_INTRODUCTION = """\
The no-op with so many files of some 40 bytes in the cache folder. *start-up* is from the start of the command
to the line that says that fuzzing begins: reading the files, running each, handing them out.
*executions/s* is what follows. What choosing costs where inputs reach many locations is among the parts
(`pool.choose`)."""


def run(session: Session) -> None:
    """Measure."""
    sizes = QUICK_SIZES if session.options.quick else SIZES
    for label in session.labels:
        with session.folder() as folder:
            made = {size: corpus(folder / str(size), size) for size in sizes}
            for number_ in range(session.options.runs):
                for size, place in made.items():
                    attempt(functools.partial(_one_run, session, label, number_, size, place))


def corpus(folder: Path, size: int) -> Path:
    """Make a folder in which the fuzz test finds ``size`` cached inputs."""
    folder.mkdir()
    test: Any = SimpleNamespace(path=str(folder / "fuzz_bench.py"), name="FuzzBench")
    cache = Path(test_cache_dir(str(folder / "cache"), test))
    cache.mkdir(parents=True)
    for index in range(size):
        text = marshal_corpus_file([BYTES], [b"input number %08d of a large corpus" % index])
        (cache / f"{index:016x}").write_bytes(text)
    return folder


class _Cached(Ours):
    """Ours, where fuzzing begins once the cache has been taken in, and nothing is saved."""

    def launch(self, job: Job) -> Launch:
        launch = super().launch(job)
        return Launch(launch.argv, launch.folder, launch.environment)

    def began(self, seen: Observation) -> float | None:
        return next((at for at, line in seen.lines if "now fuzzing with" in line), None)

    def executions(self, seen: Observation) -> Points:
        return [point for point in super().executions(seen) if point[0] > 0]


def _one_run(session: Session, label: str, number_: int, size: int, folder: Path) -> None:
    seconds = session.options.seconds
    made = _Cached()

    def stop(seen: Observation) -> bool:
        began = made.began(seen)
        return began is not None and time.monotonic() > began + seconds

    job = Job(session.environments.python(label), TARGET, folder, seconds + _LONGEST_START_S)
    seen, members = session.fuzz(made, job, stop=stop)
    if members["rate"] is None:
        raise MeasurementError(f"{seconds:g} s were too short with {size} cached inputs:\n{seen.text[-600:]}")
    session.emit(label, TARGET, number_, size=size, **members)


def render(records: list[Record]) -> str:
    """Return the section's text."""
    rows = []
    smallest = min(record["size"] for record in records)
    for (label, size), group in store.groups(records, "python", "size").items():
        rate = by_run(group, "rate")
        least = by_run(records, "rate", python=label, size=smallest)
        rows.append([
            label,
            number(size),
            shown(spread(list(by_run(group, "start_up_s").values())), " s"),
            shown(spread(list(rate.values()))),
            "-" if size == smallest else shown(paired(rate, least), " x"),
            shown(spread(list(by_run(group, "peak_mib").values()))),
        ])  # fmt: skip
    head = ["Python", "cached inputs", "start-up", "executions/s", f"against {smallest}", "worker, MiB"]
    return f"{_INTRODUCTION}\n\n{table(head, rows)}"
