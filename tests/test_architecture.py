"""Which module may know which, stated as tables and compared with the imports in the files.

Owns the tables; how files are read is source_tree.py's and how they are
compared architecture.py's.  When this fails, either mend the import or, if the
layout itself should change, change the table and say why where it asks for a
reason.  That the rules can fail is shown by test_architecture_rules.py.
Runs in the testing process, and one test asks a fresh interpreter.
"""

from __future__ import annotations

import subprocess
import sys
import unittest
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests import architecture as rules
from tests.architecture import Layer, Layout
from tests.source_tree import SourceTree

ROOT = Path(__file__).resolve().parent.parent

#: From the ground up.  A layer may import what it names in `uses`, the ground, and its own
#: modules (a flat one not even those).  Imports inside functions count like all others.
LAYERS = (
    Layer(
        "ground",
        "errors version durations internal internal.isolated internal.kinds internal.raised internal.reserve",
    ),
    # --- internal/: the engine, which knows no command line, no report and no test framework
    Layer("encoding", "internal.encoding internal.encoding_*"),
    Layer("corpus", "internal.corpus", ("encoding",)),
    Layer("calls", "internal.messages internal.wire"),
    Layer("queue", "internal.queue"),
    Layer("random", "internal.rand"),
    Layer("patterns", "internal.regex_*", ("random",)),
    Layer("dictionary", "internal.dictionary internal.dictionary_forms internal.dictionary_file"),
    Layer("operand finding", "internal.operands_find internal.operands_find_*", ("random",)),
    Layer("checksums", "internal.checksums internal.checksums_*"),
    Layer(
        "mutation",
        "internal.mutator internal.mutators_* internal.operator_table",
        ("random", "dictionary"),
    ),
    Layer("minimization", "internal.minimize internal.minimize_*"),
    Layer("platform contract", "internal.sys_contract"),
    Layer(
        "platform files",
        "internal.sys_posix internal.sys_windows internal.sys_unimplemented",
        ("platform contract",),
        is_flat=True,
    ),
    Layer("platform", "internal.sys_platform", ("platform contract", "platform files")),
    Layer("memory", "internal.mem", ("platform",)),
    # Operands are seen as coverage is: by a variant of the code.
    Layer(
        "coverage",
        "internal.coverage internal.coverage_* internal.counters internal.counters_*"
        " internal.operands_rewrite internal.operands_places internal.operands_record internal.operands_calls"
        " internal.operands_copy internal.operands_peek internal.operands_watch internal.operands_watchers"
        " internal.decoders internal.decoders_* internal.operands_holders",
    ),
    Layer("execution", "internal.execution", ("calls", "coverage")),
    Layer(
        "solving",
        "internal.solver internal.operands_wants internal.operands_regex internal.operands_records"
        " internal.operands_trees internal.repairs internal.probes internal.extensions",
        ("random", "patterns", "operand finding", "dictionary", "mutation", "checksums", "coverage"),
    ),
    Layer(
        "dictionary sources",
        "internal.dictionary_sources internal.dictionary_tables internal.dictionary_literals"
        " internal.dictionary_patterns",
        ("dictionary", "coverage"),
    ),
    Layer(
        "complexity",
        "internal.complexity internal.complexity_*",
        ("calls", "random", "minimization", "coverage"),
    ),
    Layer("coordinator", "internal.coordinator", ("corpus", "calls", "queue")),
    Layer("worker pipes", "internal.worker_comm", ("memory",)),
    Layer(
        "worker process",
        "internal.worker_server internal.explorer internal.pool internal.unseen"
        " internal.frontier internal.frontier_conditions internal.frontier_operands",
        (
            "calls",
            "patterns",
            "random",
            "dictionary",
            "mutation",
            "minimization",
            "platform",
            "memory",
            "coverage",
            "execution",
            "solving",
            "complexity",
            "worker pipes",
        ),
    ),
    # It names the worker process's names, as Go's file does, and imports them only when asked.
    Layer(
        "worker",
        "internal.worker",
        ("calls", "platform contract", "platform", "memory", "worker pipes", "worker process"),
    ),
    Layer(
        "engine",
        "internal.fuzz internal.stderr_tail internal.storage internal.frontier_ask internal.frontier_merge",
        ("corpus", "calls", "platform contract", "platform", "memory", "coordinator", "worker"),
    ),
    # --- the face: what a user writes, starts and reads
    Layer(
        "parts",
        "annotations launch matcher options outcome signature watchdog",
        ("dictionary",),
        is_flat=True,
    ),
    Layer("report", "report", ("parts",)),
    Layer("testing", "testing_f", ("corpus", "calls", "dictionary", "parts")),
    Layer("loader", "loader", ("parts", "testing")),
    Layer(
        "fuzzing",
        "fuzzing frontier_report",
        (
            "corpus",
            "calls",
            "platform contract",
            "complexity",
            "coordinator",
            "engine",
            "parts",
            "testing",
            "loader",
        ),
    ),
    Layer(
        "serving",
        "serving",
        ("dictionary", "coverage", "dictionary sources", "worker process", "testing"),
    ),
    Layer("seed complexity", "complexity_seeds", ("coverage", "complexity", "parts", "testing")),
    Layer(
        "runner",
        "runner",
        (
            "corpus",
            "parts",
            "report",
            "testing",
            "loader",
            "fuzzing",
            "serving",
            "seed complexity",
        ),
    ),
    Layer("command", "cli", ("platform", "parts", "report", "testing", "loader", "runner")),
    Layer("unittest", "unittest_adapter", ("corpus", "parts", "testing", "loader")),
    Layer("pytest", "pytest_plugin", ("corpus", "parts", "testing")),
    Layer("package", "__init__ __main__", ("parts", "testing", "runner", "command", "unittest")),
)
LAYOUT = Layout(LAYERS, everywhere="ground")

#: Upward imports that exist for type checkers alone: (importer, target) and the reason.
TYPE_ONLY = {
    ("fuzzing", "runner"): "is handed the Run that it reports to; the runner calls it, not the other way",
    ("serving", "runner"): "is handed the Run whose options it serves with; the runner calls it",
}

_OUTSIDE_WORLD = "os io time signal threading subprocess tempfile socket internal.isolated"

#: (importers, what they may not import, why)
FORBIDDEN = (
    ("internal internal.*", "unittest argparse", "the engine knows no test framework and no command line"),
    (
        "internal.coordinator",
        f"{_OUTSIDE_WORLD} queue",
        "it is fed events and returns actions; threads, clocks and pipes are fuzz.py's",
    ),
    (
        "internal.kinds internal.encoding* internal.mutat* internal.minimize* internal.wire internal.queue"
        " internal.operands_find* internal.regex_* internal.checksums*",
        _OUTSIDE_WORLD,
        "it turns values into values and must not see the world outside",
    ),
)

#: (modules, the only importers of them, why)
RESERVED = (
    ("mmap ctypes fcntl msvcrt", "internal.sys_*", "system calls belong to the platform files"),
    ("random", "internal.rand", "the target's random numbers must stay its own; ask rand.py"),
    ("pickle marshal shelve", "", "nothing from a fuzzed process may be unpickled"),
    ("logging multiprocessing asyncio", "", "it would leave traces in the process of the target"),
)

#: (importer, module) that is not in the standard library of every supported version.
OUTSIDERS = {
    ("pytest_plugin", "pytest"),  # pytest itself imports this plugin
    ("signature", "annotationlib"),  # in the standard library from 3.14, and imported only there
}

#: Modules that a target may patch, so that the engine takes them from internal/isolated.py.
ISOLATED = "os time signal"
#: (importer, module) that takes the plain one all the same, and why.
PLAIN = {
    ("cli", "os"): "starts before any test module is loaded, and ends after all of them",
    ("cli", "signal"): "the same; handlers belong to the process, not to a copy of the module",
    ("fuzzing", "signal"): "compares with the number of SIGINT, nothing else",
    ("watchdog", "os"): "it is the target's os._exit that has to be guarded",
    ("internal.sys_posix", "os"): "it is the target's os.close that has to be guarded",
    ("internal.fuzz", "signal"): "the handlers to put back are those of the real module",
}

FILE_LINES, FUNCTION_LINES = 700, 60
#: Files (`gofuzz_py/a.py`) and functions (`gofuzz_py/a.py:Class.method`) that may be longer, and why.
LONGER: Mapping[str, str] = {}


@cache
def source_tree(folder: str) -> SourceTree:
    """Read a folder of the checkout, once."""
    return SourceTree(ROOT / folder)


class LayoutTest(unittest.TestCase):
    """The package as it is."""

    tree: SourceTree

    @classmethod
    def setUpClass(cls) -> None:
        cls.tree = source_tree("gofuzz_py")

    def assert_none(self, problems: list[str]) -> None:
        """Fail with one problem a line."""
        if problems:
            self.fail("\n" + "\n".join(problems))

    def test_the_table_names_every_module_once_and_nothing_else(self) -> None:
        self.assert_none(LAYOUT.table_problems(self.tree))

    def test_imports_point_downwards(self) -> None:
        self.assert_none(rules.direction_problems(self.tree, LAYOUT, TYPE_ONLY))

    def test_every_import_for_types_alone_is_still_there(self) -> None:
        self.assert_none(rules.stale_type_only(self.tree, TYPE_ONLY))

    def test_no_modules_import_each_other_in_a_circle(self) -> None:
        self.assert_none(rules.cycle_problems(self.tree))

    def test_modules_keep_away_from_what_they_must_not_know(self) -> None:
        self.assert_none(rules.forbidden_problems(self.tree, FORBIDDEN))
        self.assert_none(rules.reserved_problems(self.tree, RESERVED))

    def test_only_the_standard_library_is_needed(self) -> None:
        self.assert_none(rules.outsider_problems(self.tree, OUTSIDERS))

    def test_what_a_target_may_patch_comes_from_isolated(self) -> None:
        rows = [(name, " ".join(self._plain_users(name)), self._why(name)) for name in ISOLATED.split()]
        self.assert_none(rules.reserved_problems(self.tree, rows))

    def test_every_exception_to_isolation_is_needed(self) -> None:
        there = {(found.importer, found.target) for found in self.tree.imports if not found.is_type_only}
        self.assertEqual(set(PLAIN) - there, set(), "take these exceptions out")

    @staticmethod
    def _plain_users(name: str) -> list[str]:
        return [importer for importer, module in PLAIN if module == name]

    @staticmethod
    def _why(name: str) -> str:
        return f"a target may patch it: write `from gofuzz_py.internal.isolated import {name}`"

    def test_modules_are_imported_by_name_only_where_that_is_the_job(self) -> None:
        why = "imports what no reader of the imports can see"
        allowed = "__init__ loader internal.isolated"
        self.assert_none(rules.call_problems(self.tree, "import_module __import__", allowed, why))

    def test_only_the_command_and_the_reports_print(self) -> None:
        why = "print belongs to cli.py and report.py; the engine is handed a log function"
        self.assert_none(rules.call_problems(self.tree, "print", "cli report", why))

    def test_every_module_says_what_it_owns(self) -> None:
        for folder in ("gofuzz_py", "tests"):
            self.assert_none(rules.docstring_problems(source_tree(folder)))

    def test_files_and_functions_stay_short(self) -> None:
        folders = ("gofuzz_py", "tests", "bench")
        modules = [module for folder in folders for module in source_tree(folder).modules.values()]
        self.assert_none(
            rules.size_problems(
                modules, file_lines=FILE_LINES, function_lines=FUNCTION_LINES, exceptions=LONGER
            )
        )

    def test_importing_the_package_loads_no_engine(self) -> None:
        # Every test module of a user pays for what this import loads.
        program = "import sys, gofuzz_py; print(*sys.modules, sep='\\n')"
        done = subprocess.run(
            [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {program}"],
            capture_output=True,
            text=True,
            check=True,
        )
        heavy = {"internal.fuzz", "internal.worker", "internal.mem", "internal.coverage_instrument", "cli"}
        unwanted = {f"gofuzz_py.{name}" for name in heavy} | {"mmap", "ctypes", "pytest"}
        self.assertEqual(unwanted & set(done.stdout.split()), set())
