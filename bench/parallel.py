"""Two workers against one on a target of 50 microseconds; the coordinator's share; how news travel."""

from __future__ import annotations

import bisect
import functools
import marshal
from collections.abc import Sequence

from bench import store
from bench.figures import paired, shown, spread
from bench.fuzzers import Job, Ours
from bench.session import MeasurementError, Session, attempt, rounded
from bench.store import Record, by_run
from bench.tables import table

TITLE = "Parallel"
TARGET = "spin"
FUZZERS = ("gofuzz_py",)
SECONDS, RUNS = 10.0, 5
#: Seconds after which the coordinator's start-up is over.
_SETTLED_S = 0.5
#: Bytes in a row by which an offspring of an input is known.
_PIECE = 6
_INTRODUCTION = """\
`-parallel=1` and `-parallel=2` in turn, on a target that takes *bare us* whatever its input, and that gives
hardly any news. *coordinator* is the share of one core that the coordinator process takes, with two
workers. *news after* is the time from the moment at which an input reaches something new in one worker
to the first execution of a mutant of it in the other. *others* is the work of other programs meanwhile, in
cores: there are two cores here, so any of it is missing from the second worker."""
_NEWS_SOURCE = """\
from bench.runners.news import News
from bench.targets.spin import target
news = News()
log, clock = news.log, news.clock
def FuzzBench(f):
    @f.fuzz
    def run(t, data: bytes):
        now = clock()
        log((now, data))
        target(data)
        if news.is_chosen(now, data):
            reached()
def reached():
    pass
"""


def run(session: Session) -> None:
    """Measure."""
    for label in session.labels:
        for number in range(session.options.runs):
            for workers in (1, 2):
                attempt(functools.partial(_one_run, session, label, number, workers))
            attempt(functools.partial(_news, session, label, number))


def _one_run(session: Session, label: str, number: int, workers: int) -> None:
    bare = session.python(label, "bare", TARGET, "--seconds", "0.5")
    with session.folder() as folder:
        python = session.environments.python(label)
        job = Job(python, TARGET, folder, session.options.seconds, parallel=workers)
        seen, members = session.fuzz(Ours(), job)
    share = seen.root_share((Ours().began(seen) or seen.start) + _SETTLED_S)
    session.emit(
        label,
        TARGET,
        number,
        workers=workers,
        bare_us=rounded(1e6 / bare["rate"]),
        coordinator=rounded(share),
        **members,
    )


def _news(session: Session, label: str, number: int) -> None:
    with session.folder() as folder:
        logs = folder / "logs"
        logs.mkdir()
        seconds = 3.0
        job = Job(
            session.environments.python(label),
            TARGET,
            folder,
            seconds + 3.0,
            parallel=2,
            environment={"BENCH_LOGS": str(logs), "BENCH_LOG_S": str(seconds)},
            source=_NEWS_SOURCE,
        )
        seen, _ = session.fuzz(Ours(), job, stop=lambda _: len(list(logs.glob("*.log"))) == 2)
        found = [marshal.loads(path.read_bytes()) for path in sorted(logs.glob("*.log"))]
    after = travel_s(found)
    if after is None:
        raise MeasurementError(f"no news reached the other worker:\n{seen.text[-600:]}")
    session.emit(label, TARGET, number, workers="news", news_s=rounded(after), others=rounded(seen.others))


#: What one worker logged: when it met the chosen input, and that input, or None; and its executions.
Log = tuple[tuple[float, bytes] | None, Sequence[tuple[float, bytes]]]


def travel_s(logs: Sequence[Log]) -> float | None:
    """Return the seconds from one worker's news to the other's first mutant of them."""
    if len(logs) != 2 or (logs[0][0] is None) == (logs[1][0] is None):
        return None
    finder, other = (0, 1) if logs[0][0] is not None else (1, 0)
    chosen = logs[finder][0]
    assert chosen is not None
    at, data = chosen
    executions = logs[other][1]
    start = bisect.bisect_left(executions, (at, b""))
    seen = b"\0".join(data for _, data in executions[:start])
    pieces = {data[i : i + _PIECE] for i in range(len(data) - _PIECE + 1)}
    pieces = {piece for piece in pieces if piece not in seen}
    return next(
        (when - at for when, found in executions[start:] if any(piece in found for piece in pieces)), None
    )


def render(records: list[Record]) -> str:
    """Return the section's text."""
    rows = []
    for (label,), group in store.groups(records, "python").items():
        one, two = (by_run(group, "rate", workers=workers) for workers in (1, 2))
        rows.append([
            label,
            shown(spread(list(by_run(group, "bare_us").values()))),
            shown(spread(list(one.values()))),
            shown(spread(list(two.values()))),
            shown(paired(two, one), " x"),
            shown(spread(list(by_run(group, "coordinator", workers=2).values()))),
            shown(spread(list(by_run(group, "news_s").values())), " s"),
            shown(spread(list(by_run(group, "others", workers=2).values()))),
        ])  # fmt: skip
    head = [
        "Python", "bare us", "one worker, per second", "two workers", "two / one", "coordinator",
        "news after", "others",
    ]  # fmt: skip
    return f"{_INTRODUCTION}\n\n{table(head, rows)}"
