"""What seeing coverage costs: the share of bare speed that each way to see it leaves.

Run it from the top of the repository: ``python bench/bench_coverage.py``, with
names of targets to measure only those.  Each way runs for a few hundredths of
a second in turn with the bare target, again and again; a figure is the median
of the ratios to the bare run beside it, so that a busy machine tells the same
story.  The ``monitoring`` rows are what ``sys.monitoring`` would give instead;
3.11 has none.  At the end of a table: what starting, swapping, counting and
thinning cost, and memory.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.tables import table
from gofuzz_py.internal.counters_probes import ProbeCounters
from gofuzz_py.internal.coverage_swap import Site

TARGETS = ("html_parser", "toml", "json_py", "sqlparse_format", "mistune_html")

#: One run of one way; short enough to fit between interruptions.
RUN_S = 0.06
TOOL_ID = 4

Variant = list[tuple[Site, CodeType]]
Way = Callable[[], Any]


class Subject:
    """One target under one core, with the variants its functions can run."""

    def __init__(self, name: str) -> None:
        self.module: ModuleType = importlib.import_module(f"bench.targets.{name}")
        self.seed: bytes = self.module.SEED
        for _ in range(30):
            self.module.target(self.seed)
        gc.collect()
        before = _memory_kb()
        began = time.perf_counter()
        self.core = ProbeCounters()
        self.report = self.core.start(
            self.module, [*self.module.MODULES, *(f"{m}.*" for m in self.module.MODULES)]
        )
        self.start_ms = (time.perf_counter() - began) * 1e3
        self.memory_kb = _memory_kb() - before
        self.sites = [site for probed in self.core._units for site in probed.unit.sites]
        self.probes = self._now()
        self.plain: Variant = [(site, site.plain) for site in self.sites]
        self.module.target(self.seed)
        self.fired = len(self.core.news())
        began = time.perf_counter()
        thick = len(self.core._thick)
        self.core._credit_s = 60.0
        self.core.upkeep()
        self.thin_ms = (time.perf_counter() - began) * 1e3 / max(1, thick)
        self.vanished = self._now()

    def _now(self) -> Variant:
        return [(site, site.code) for site in self.sites]

    @contextmanager
    def running(self, variant: Variant) -> Iterator[None]:
        """Let the functions run a variant for a while."""
        before = self._now()
        _put(variant)
        yield
        _put(before)

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Let every location that was ever reached count."""
        with self.core._everything().swap:
            yield

    @contextmanager
    def monitoring(self, events: int, callbacks: dict[int, Callable[..., object]]) -> Iterator[None]:
        """Let sys.monitoring tell of the plain code."""
        monitoring: Any = getattr(sys, "monitoring")  # noqa: B009  # not on 3.11
        monitoring.use_tool_id(TOOL_ID, "gofuzz_py bench")
        for event, callback in callbacks.items():
            monitoring.register_callback(TOOL_ID, event, callback)
        with self.running(self.plain):
            for _, code in self.plain:
                monitoring.set_local_events(TOOL_ID, code, events)
            yield
            for _, code in self.plain:
                monitoring.set_local_events(TOOL_ID, code, 0)
        for event in callbacks:
            monitoring.register_callback(TOOL_ID, event, None)
        monitoring.free_tool_id(TOOL_ID)

    def rate(self) -> float:
        """Return executions a second of the seed, after a short warm-up."""
        target, seed = self.module.target, self.seed
        end = time.perf_counter() + RUN_S / 4
        while time.perf_counter() < end:
            target(seed)
        runs, began = 0, time.perf_counter()
        end = began + RUN_S
        while (now := time.perf_counter()) < end:
            target(seed)
            runs += 1
        return runs / (now - began)


def _put(variant: Variant) -> None:
    for site, code in variant:
        site.put(code)


def _memory_kb() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return pages * resource.getpagesize() // 1024


def ways(subject: Subject) -> Iterator[tuple[str, Way]]:
    """Yield the ways to run a subject: a name, and what makes a context of it."""
    yield "all probes in", lambda: subject.running(subject.probes)
    yield "known probes gone", lambda: subject.running(subject.vanished)
    yield "counting", subject.counting
    monitoring: Any = getattr(sys, "monitoring", None)
    if monitoring is None:
        return
    events = monitoring.events
    left, right = getattr(events, "BRANCH_LEFT", 0), getattr(events, "BRANCH_RIGHT", 0)
    branches = (left, right) if left else (events.BRANCH,)

    def once(*_: object) -> object:
        return monitoring.DISABLE

    def always(*_: object) -> None:
        return None

    yield "monitoring LINE, once", lambda: subject.monitoring(events.LINE, {events.LINE: once})
    yield (
        "monitoring BRANCH, once",
        lambda: subject.monitoring(sum(branches), dict.fromkeys(branches, once)),
    )
    yield (
        "monitoring BRANCH, kept on, callback empty",
        lambda: subject.monitoring(sum(branches), dict.fromkeys(branches, always)),
    )


def shares(subject: Subject, rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Yield each way with its ratios to the bare runs beside it."""
    found: dict[str, list[float]] = {name: [] for name, _ in ways(subject)}
    with subject.running(subject.plain):
        for _ in range(rounds):
            for name, way in ways(subject):
                bare = subject.rate()
                with subject.running(subject.vanished if name == "counting" else subject.plain), way():
                    measured = subject.rate()
                found[name].append(measured / ((bare + subject.rate()) / 2))
    yield from found.items()


def best_us(action: Callable[[], object], repeats: int = 30) -> float:
    """Return the shortest time of an action in microseconds."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return min(times) * 1e6


def costs(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield what the single steps cost."""
    core, report = subject.core, subject.report
    lines = sum(
        unit.text.count("\n") for unit in {id(p.unit.module): p.unit.module for p in core._units}.values()
    )
    swap = core._everything().swap

    def in_and_out() -> None:
        with swap:
            pass

    last = list(core.hits)[-2:]
    yield "modules, lines", f"{sum(1 for m in report.modules if m.locations)}, {lines}"
    yield "locations, functions", f"{report.locations}, {report.functions}"
    yield "start", f"{subject.start_ms:.0f} ms, {subject.start_ms / lines * 1e3:.0f} ms for 1000 lines"
    share = subject.memory_kb * 1024 / max(1, report.locations)
    yield "memory", f"{subject.memory_kb} KiB, {share:.0f} bytes a location"
    yield "thinning a unit", f"{subject.thin_ms:.2f} ms"
    yield "swap in and out", f"{best_us(in_and_out):.1f} us"
    yield "counting run of nothing", f"{best_us(lambda: core.measure(_nothing)):.0f} us"
    yield "the same for two locations", f"{best_us(lambda: core.measure(_nothing, last)):.1f} us"
    yield "check for news", f"{_check_ns(core):.0f} ns"


def _nothing() -> None:
    return None


def _check_ns(core: ProbeCounters) -> float:
    """Return what the check costs in a loop, the loop taken off."""
    hits, seen, times = core.hits, len(core.hits), range(2000)

    def loop() -> None:
        for _ in times:
            pass

    def check() -> None:
        for _ in times:
            if len(hits) != seen:
                raise AssertionError

    return (best_us(check) - best_us(loop)) * 1e3 / len(times)


def show(name: str, rounds: int) -> None:
    """Measure one target and print its tables."""
    subject = Subject(name)
    rows = [
        (way, f"{statistics.median(ratios):.2f}", f"{min(ratios):.2f} to {max(ratios):.2f}")
        for way, ratios in shares(subject, rounds)
    ]
    print(f"\n## {name}, Python {sys.version.split()[0]}, bare {subject.rate():.0f} a second\n")
    print(table(("way", "share of bare speed", "range"), rows))
    print()
    print(table(("step", "cost"), list(costs(subject))))
    subject.core.stop()


def main(arguments: Iterable[str] | None = None) -> None:
    """Measure the targets that are named, or all that can be imported."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("targets", nargs="*", metavar="target", help=", ".join(TARGETS))
    parser.add_argument("--rounds", type=int, default=9, help="runs of each way, in turn")
    options = parser.parse_args(None if arguments is None else list(arguments))
    for name in options.targets or TARGETS:
        try:
            show(name, options.rounds)
        except ModuleNotFoundError as error:
            print(f"\n{name}: {error}; not measured")


if __name__ == "__main__":
    main()
