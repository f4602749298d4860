"""One start of a benchmark command: its options, its interpreters, its records.

Owns what the commands share: temporary folders, starting a fuzzer and noting
it, the fields that every record has.  Knows no single benchmark.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bench import machine
from bench.environments import Environments
from bench.fuzzers import ROOT, Fuzzer, Go, Job, fuzzer, interpreter_has, rate
from bench.observer import Launch, Observation, observe
from bench.store import Record, Store

#: A fuzzer gets this long on top of its time: imports, instrumenting, a build.
_START_UP_S = 180.0


class Session:
    """What a command runs with."""

    def __init__(self, options: argparse.Namespace, environments: Environments, store: Store) -> None:
        self.options = options
        self.environments = environments
        self.store = store
        self.campaign = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        self._commit = _commit()
        self._skipped: set[tuple[str, str]] = set()

    @property
    def labels(self) -> list[str]:
        """The interpreters' labels."""
        return self.environments.labels

    @property
    def sampling_s(self) -> float:
        """How often a running fuzzer is looked at."""
        return 0.2 if self.options.quick else 0.5

    def emit(self, label: str, target: str, run: int, **members: Any) -> None:
        """Store one record, and tell."""
        record: Record = {
            "command": self.options.command,
            "campaign": self.campaign,
            "commit": self._commit,
            "cpu": machine.cpu_name(),
            "arguments": self.options.shown,
            "python": label,
            "versions": self.environments.versions(label),
            "target": target,
            "run": run,
            **members,
        }
        self.store.add(record)
        told = {key: value for key, value in members.items() if key != "curve"}
        print(f"{label} {target} run {run}: {json.dumps(told)}", file=sys.stderr, flush=True)

    def fuzzers(self, label: str, names: Sequence[str]) -> list[Fuzzer]:
        """Return the fuzzers of these names that are installed; tell once which are not."""
        found = []
        for name in names:
            made = self._go(label) if name == "go" else fuzzer(name)
            if made is not None and interpreter_has(made.package, self.environments.versions(label)):
                found.append(made)
            elif (label, name) not in self._skipped:
                self._skipped.add((label, name))
                print(f"{label}: {name} is not installed and left out", file=sys.stderr)
        return found

    def _go(self, label: str) -> Go | None:
        command = self.environments.go(label)
        return Go(command, self.environments.folder.resolve() / "go-build") if command else None

    @contextlib.contextmanager
    def folder(self) -> Iterator[Path]:
        """Give an empty folder, and remove it afterwards."""
        path = Path(tempfile.mkdtemp(prefix="gofuzz_py-bench-"))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def python(self, label: str, module: str, *arguments: str, path: Sequence[str] = ()) -> Any:
        """Run one of ``bench.runners`` and return the JSON it prints last; raises MeasurementError."""
        with self.folder() as folder:
            job = Job(self.environments.python(label), "", folder, 0, path=path)
            argv = [job.python, "-m", f"bench.runners.{module}", *arguments]
            done = subprocess.run(
                argv, cwd=folder, env=job.variables(), capture_output=True, text=True, check=False
            )
        if done.returncode:
            raise MeasurementError(f"{module} {' '.join(arguments)}: {(done.stdout + done.stderr)[-600:]}")
        return json.loads(done.stdout.splitlines()[-1])

    def fuzz(
        self, made: Fuzzer, job: Job, *, stop: Callable[[Observation], bool] = lambda seen: False
    ) -> tuple[Observation, Record]:
        """Run a fuzzer on a job; return what was seen and the members that every record has.

        Raises MeasurementError where it never began: that says nothing of the fuzzer.
        """
        launch: Launch = made.launch(job)
        seen = observe(launch, job.seconds + _START_UP_S, stop=stop, period_s=self.sampling_s)
        began = made.began(seen)
        if began is None:
            raise MeasurementError(f"{made.name} on {job.what} did not begin:\n{seen.text[-1000:]}")
        points = made.executions(seen)
        return seen, {
            "fuzzer": made.name,
            "seconds": job.seconds,
            "rate": rounded(rate(points)),
            "executions": points[-1][1] if points else 0,
            "start_up_s": rounded(began - seen.start),
            "peak_mib": rounded(made.peak_kib(seen) / 1024),
            "others": rounded(seen.others),
        }


class MeasurementError(Exception):
    """Something did not run; the text is what it said."""


def rounded(value: float | None) -> float | None:
    """Round to four digits, as more would be noise."""
    return None if value is None else float(f"{value:.4g}")


def attempt(step: Callable[[], None]) -> None:
    """Do a step; tell what went wrong and go on with the next."""
    try:
        step()
    except MeasurementError as error:
        print(f"left out: {error}", file=sys.stderr, flush=True)


def _commit() -> str:
    """Return the short name of what is measured, with a plus where files differ from it."""
    git = ["git", "-C", str(ROOT)]
    try:
        name = subprocess.run(
            [*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
        )
        state = subprocess.run(
            [*git, "status", "--porcelain", "gofuzz_py"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return name.stdout.strip() + ("+" if state.stdout.strip() else "")
