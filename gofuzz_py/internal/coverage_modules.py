"""Which modules are measured, and what their source is.

Owns the meaning of ``-coverpkg`` and of its default, and the reading of a
module's source.  Must not know of probes.  Runs in a worker process; called
by ``counters_probes``.

Go instruments what its build names (``-coverpkg``; cmd/go decides).  Here the
modules are in memory already, also those of the standard library, so the
choice is made from ``sys.modules`` and can be made again when more come.
"""

from __future__ import annotations

import ast
import fnmatch
import importlib.util
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from gofuzz_py.internal.isolated import open_file, os

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gofuzz_py.internal.coverage import Report

#: Never measured, whatever the patterns say: the engine runs on these, or they
#: run while it swaps code.
NEVER = frozenset({
    "gofuzz_py", "unittest", "importlib", "_frozen_importlib", "_frozen_importlib_external",
    "threading", "_threading_local", "_weakrefset", "zipimport", "site", "runpy",
})  # fmt: skip

#: Measured only if a pattern asks: what a test module imports as a tool.
TOOLS = frozenset({
    "pytest", "_pytest", "pluggy", "hypothesis", "atheris", "coverage", "pdb", "bdb", "debugpy",
    "pydevd", "_pydevd_bundle", "_collections_abc", "_py_abc", "__future__",
})  # fmt: skip


#: Modules that one line of ``complaints`` names.
_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Source:
    """The source of one module in memory."""

    #: Dotted name of the module.
    name: str
    #: The file name its code objects carry.
    filename: str
    #: The text, with universal newlines.
    text: str


class Scope:
    """Decide which modules are measured, for one run.

    ``patterns`` is ``-coverpkg`` split at commas, or None for the default:
    each top-level package that the test module imports, the standard
    library's included, with all of its modules.  The test module itself is
    always measured.
    """

    def __init__(self, test_module: ModuleType, patterns: Sequence[str] | None = None) -> None:
        self._test = test_module
        self._patterns = None if patterns is None else tuple(patterns)
        source = read_source(test_module)
        #: Top-level names of the default; ``add_helpers`` adds to it.
        self.tops: set[str] = set()
        if isinstance(source, Source):
            self.tops |= imported_tops(ast.parse(source.text), test_module)

    def wants(self, name: str) -> bool:
        """Is the module of this dotted name to be measured?"""
        top = name.partition(".")[0]
        if name == self._test.__name__:
            return True
        if top in NEVER:
            return False
        if self._patterns is not None:
            return any(_matches(name, pattern) for pattern in self._patterns)
        return top in self.tops and top not in TOOLS

    def modules(self) -> list[tuple[str, ModuleType]]:
        """Return what is imported now and wanted, by name, each module once."""
        found = {id(self._test): (self._test.__name__, self._test)}
        for name, module in sorted(sys.modules.copy().items()):
            if isinstance(module, ModuleType) and self.wants(name) and _is_python(module):
                found.setdefault(id(module), (name, module))
        return sorted(found.values(), key=lambda item: item[0])

    def add_helpers(self, name: str, tree: ast.Module) -> bool:
        """Take in private standard modules that a measured standard module imports.

        ``html.parser`` does half of its work in ``_markupbase``: such a module
        is a part of the one that was asked for.  Returns whether any was new.
        Only for the default; patterns say exactly what they want.
        """
        if self._patterns is not None or name.partition(".")[0] not in sys.stdlib_module_names:
            return False
        helpers = {
            top for top in imported_tops(tree, None)
            if top.startswith("_") and top in sys.stdlib_module_names and top not in TOOLS | NEVER
        }  # fmt: skip
        fresh = helpers - self.tops
        self.tops |= fresh
        return bool(fresh)

    def unmatched(self) -> tuple[str, ...]:
        """Return the patterns that no measured module matches."""
        names = [name for name, _ in self.modules()]
        return tuple(
            pattern for pattern in self._patterns or () if not any(_matches(name, pattern) for name in names)
        )


def complaints(report: Report) -> list[str]:
    """Say what was to be measured and is not, a line for each reason."""
    names: dict[str, list[str]] = {}
    for module in report.modules:
        if module.problem is not None:
            names.setdefault(module.problem, []).append(module.name)
        elif module.left_alone and not module.functions:
            names.setdefault("its functions are not what its source says", []).append(module.name)
    lines = [f"{_listed(found)}: {problem}" for problem, found in names.items()]
    return [_why_unmatched(pattern) for pattern in report.unmatched] + lines


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _why_unmatched(pattern: str) -> str:
    name = min((name for name in sys.modules.copy() if _matches(name, pattern)), default="")
    if not name:
        return f"no imported module matches {pattern} so far"
    if name.partition(".")[0] in NEVER:
        return f"{name}: the engine itself runs on it"
    return f"{name} is not written in Python"


def read_source(module: ModuleType) -> Source | str:
    """Return a module's source, or one line that says why there is none."""
    spec = module.__spec__
    name = spec.name if spec is not None else module.__name__
    path = getattr(module, "__file__", None)
    filename = path or "?"
    if spec is not None and spec.origin == "frozen":
        filename = f"<frozen {getattr(spec.loader_state, 'origname', None) or name}>"
    try:
        if path is not None and path.endswith(".py") and os.path.isfile(path):
            with open_file(path, "rb") as file:
                return Source(name, filename, importlib.util.decode_source(file.read()))
        get_source = getattr(spec and spec.loader, "get_source", None)
        text = get_source(name) if get_source is not None else None
    except (OSError, ImportError, SyntaxError, UnicodeError) as error:
        return f"its source cannot be read: {error}"
    return Source(name, filename, text) if isinstance(text, str) else "it has no source"


def imported_tops(tree: ast.Module, module: ModuleType | None) -> set[str]:
    """Return the top-level names that a source imports, at any depth of it.

    ``module`` resolves relative imports; None ignores them.
    """
    return {name.partition(".")[0] for name in _imported(tree, module)}


def _imported(tree: ast.Module, module: ModuleType | None) -> Iterator[str]:
    package = getattr(module, "__package__", None)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if not node.level:
                yield node.module or ""
            elif package:
                yield package


def _matches(name: str, pattern: str) -> bool:
    """Match as a shell would; ``pkg.*`` is the package too, as Go's ``pkg/...`` is."""
    return fnmatch.fnmatchcase(name, pattern) or (pattern.endswith(".*") and name == pattern[:-2])


def _is_python(module: ModuleType) -> bool:
    """Was it Python once?  C modules and namespace packages have nothing to measure."""
    path = getattr(module, "__file__", None)
    return isinstance(path, str) and path.endswith((".py", ".pyc"))
