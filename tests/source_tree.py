"""A folder of Python files read without importing it: what imports what, and how long things are.

Owns the reading of imports (also those inside functions, and which of them are
for type checkers only), of calls that import by name, and of sizes.  Knows
nothing of this project's layout: test_architecture.py holds that as tables and
compares.  Runs in the testing process.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, at one place."""

    #: The importing module, named inside the package: ``internal.fuzz``.
    importer: str
    #: The imported one: named inside the package where it is of the package, else in full.
    target: str
    #: Is the target a module of the package?
    is_own: bool
    #: Is it under ``if TYPE_CHECKING:``, so that it never happens at run time?
    is_type_only: bool
    #: ``gofuzz_py/fuzzing.py:12``.
    place: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method and its length."""

    #: ``CoordinatorMode.fuzz``; functions inside functions count as their parent's lines only.
    name: str
    lines: int
    place: str


@dataclass(frozen=True, slots=True)
class Module:
    """One file, parsed."""

    #: Dotted name inside the package; ``__init__`` for the package itself.
    name: str
    #: Path as a reader would write it, from the folder that holds the package.
    shown: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """Return how many lines the file has."""
        return len(self.text.splitlines())

    def place(self, node: ast.AST) -> str:
        """Return ``file:line`` of a node."""
        return f"{self.shown}:{getattr(node, 'lineno', 1)}"

    def functions(self) -> Iterator[Function]:
        """Find the functions of the module and the methods of its classes."""
        yield from self._functions(self.tree, "")

    def _functions(self, parent: ast.AST, prefix: str) -> Iterator[Function]:
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield Function(prefix + node.name, lines, self.place(node))
            elif isinstance(node, ast.ClassDef):
                yield from self._functions(node, f"{prefix}{node.name}.")
            elif isinstance(node, ast.If | ast.Try | ast.With):
                yield from self._functions(node, prefix)

    def calls_of(self, *names: str) -> Iterator[str]:
        """Find the places that call a function by one of these names, plain or as an attribute."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and _called_name(node.func) in names:
                yield self.place(node)


def _called_name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


class SourceTree:
    """The files of one package."""

    def __init__(self, package: Path) -> None:
        self.package = package.name
        self.modules: Mapping[str, Module] = {
            module.name: module for module in (_read(package, path) for path in sorted(package.rglob("*.py")))
        }
        #: Every import of every module.
        self.imports = [found for module in self.modules.values() for found in self._imports(module)]

    def _imports(self, module: Module) -> Iterator[Import]:
        for node, is_type_only in _import_statements(module.tree):
            for target in self._targets(node):
                own = self._own_name(target)
                yield Import(module.name, own or target, own != "", is_type_only, module.place(node))

    def _targets(self, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
        """Name the modules that a statement imports: of ``from p import m`` it is ``p.m`` if that is one."""
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
            return
        base = "." * node.level + (node.module or "")
        for alias in node.names:
            whole = f"{base}.{alias.name}"
            yield whole if self._own_name(whole) in self.modules else base

    def _own_name(self, target: str) -> str:
        """Return the name inside the package, or nothing for a module of others."""
        if target == self.package:
            return "__init__"
        name = target.removeprefix(self.package + ".")
        return name if name != target else ""


def _read(package: Path, path: Path) -> Module:
    name = ".".join(path.relative_to(package).with_suffix("").parts)
    if name != "__init__":
        name = name.removesuffix(".__init__")
    text = path.read_text(encoding="utf-8")
    shown = path.relative_to(package.parent).as_posix()
    return Module(name, shown, text, ast.parse(text, str(path)))


def _import_statements(
    parent: ast.AST, is_type_only: bool = False
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, is_type_only
        elif isinstance(node, ast.If) and _called_name(node.test) == "TYPE_CHECKING":
            yield from _import_statements(ast.Module(node.body, []), True)
            yield from _import_statements(ast.Module(node.orelse, []), is_type_only)
        else:
            yield from _import_statements(node, is_type_only)


def find_cycle(edges: Mapping[str, set[str]]) -> list[str]:
    """Return the modules of one import cycle, the first one again at the end, or an empty list."""
    done: set[str] = set()

    def walk(module: str, path: list[str]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if module in done:
            return []
        for target in sorted(edges.get(module, ())):
            cycle = walk(target, [*path, module])
            if cycle:
                return cycle
        done.add(module)
        return []

    return next(filter(None, (walk(module, []) for module in sorted(edges))), [])
