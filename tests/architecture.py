"""The rules that a layout can be held to, each a function from files and a table to problems.

Owns the comparison and its wording; the tables that state this project's
layout, and their exceptions, are test_architecture.py's.  Every function
returns sentences, each beginning with a place, and nothing where all is well.
Runs in the testing process.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.source_tree import Import, Module, SourceTree, find_cycle


@dataclass(frozen=True, slots=True)
class Layer:
    """Modules that know the same things, and what they may know."""

    name: str
    #: Patterns of module names, with blanks between them.
    members: str
    #: Names of layers above it in the table (lower in the building) whose modules may be imported.
    uses: tuple[str, ...] = ()
    #: May its modules not import each other?
    is_flat: bool = False

    def holds(self, module: str) -> bool:
        """Is the module one of this layer's?"""
        return matches(module, self.members)


def matches(name: str, patterns: str) -> bool:
    """Does one of the patterns, separated by blanks, match the name?"""
    return any(fnmatchcase(name, pattern) for pattern in patterns.split())


class Layout:
    """Layers from the ground up: each may use only layers that come before it."""

    def __init__(self, layers: Sequence[Layer], *, everywhere: str) -> None:
        self._layers = layers
        #: The layer that every other may use without saying so.
        self._everywhere = everywhere

    def layer_of(self, module: str) -> Layer | None:
        """Return the layer that holds a module."""
        return next((layer for layer in self._layers if layer.holds(module)), None)

    def allows(self, found: Import) -> bool:
        """May this import be?"""
        importer, target = self.layer_of(found.importer), self.layer_of(found.target)
        if importer is None or target is None:
            return True  # table_problems tells of modules without a layer
        if importer is target:
            return not importer.is_flat
        return target.name in (*importer.uses, self._everywhere)

    def table_problems(self, tree: SourceTree) -> list[str]:
        """Compare the table with itself and with the modules that there are."""
        return [*self._order_problems(), *self._member_problems(tree), *self._unused_uses(tree)]

    def _order_problems(self) -> Iterable[str]:
        lower: set[str] = set()
        for layer in self._layers:
            for used in layer.uses:
                if used not in lower:
                    yield f"layer {layer.name!r} uses {used!r}, which is not a layer before it"
            lower.add(layer.name)

    def _member_problems(self, tree: SourceTree) -> Iterable[str]:
        for module in tree.modules.values():
            owners = [layer.name for layer in self._layers if layer.holds(module.name)]
            if len(owners) != 1:
                yield f"{module.shown}: is in {len(owners)} layers {owners}; give it a place in one"
        for layer in self._layers:
            for pattern in layer.members.split():
                if not any(matches(name, pattern) for name in tree.modules):
                    yield f"layer {layer.name!r}: no module is called {pattern}; take it out"

    def _unused_uses(self, tree: SourceTree) -> Iterable[str]:
        used = set()
        for found in tree.imports:
            importer, target = self.layer_of(found.importer), self.layer_of(found.target)
            if found.is_own and importer is not None and target is not None:
                used.add((importer.name, target.name))
        for layer in self._layers:
            for name in layer.uses:
                if (layer.name, name) not in used:
                    yield f"layer {layer.name!r} uses nothing of {name!r}; take it out"


def direction_problems(
    tree: SourceTree, layout: Layout, type_only: Mapping[tuple[str, str], str]
) -> list[str]:
    """Find imports within the package that the layout does not allow.

    ``type_only`` names pairs that may meet for type checkers alone.
    """
    problems = []
    for found in tree.imports:
        if not found.is_own or layout.allows(found):
            continue
        if found.is_type_only and (found.importer, found.target) in type_only:
            continue
        importer = layout.layer_of(found.importer)
        kind = "for types imports" if found.is_type_only else "imports"
        layer = importer.name if importer else "?"
        problems.append(f"{found.place}: {kind} {found.target}, which the layer {layer!r} may not use")
    return problems


def stale_type_only(tree: SourceTree, type_only: Mapping[tuple[str, str], str]) -> list[str]:
    """Find exceptions for type checkers that nothing needs."""
    there = {(found.importer, found.target) for found in tree.imports if found.is_type_only}
    return [
        f"{importer} no longer imports {target} for types; take the pair out"
        for importer, target in type_only
        if (importer, target) not in there
    ]


def cycle_problems(tree: SourceTree) -> list[str]:
    """Find a cycle of imports that happen at run time, those inside functions included."""
    edges: dict[str, set[str]] = {name: set() for name in tree.modules}
    for found in tree.imports:
        if found.is_own and not found.is_type_only:
            edges[found.importer].add(found.target)
    cycle = find_cycle(edges)
    return ["import cycle: " + " -> ".join(cycle)] if cycle else []


def forbidden_problems(tree: SourceTree, forbidden: Iterable[tuple[str, str, str]]) -> list[str]:
    """Find imports that a row (importers, targets, why) rules out; types count too."""
    return [
        f"{found.place}: {found.importer} imports {found.target}, but {why}"
        for importers, targets, why in forbidden
        for found in tree.imports
        if matches(found.importer, importers) and matches(_top(found), targets)
    ]


def reserved_problems(tree: SourceTree, reserved: Iterable[tuple[str, str, str]]) -> list[str]:
    """Find imports that a row (targets, importers, why) leaves to other modules."""
    return [
        f"{found.place}: {found.importer} imports {found.target}, but {why}"
        for targets, importers, why in reserved
        for found in tree.imports
        if not found.is_type_only and matches(_top(found), targets) and not matches(found.importer, importers)
    ]


def outsider_problems(tree: SourceTree, excepted: Collection[tuple[str, str]]) -> list[str]:
    """Find imports of what is neither the package's nor the standard library's, and relative ones."""
    return [
        f"{found.place}: {found.importer} imports {found.target}, which is not in the standard library"
        for found in tree.imports
        if not found.is_own
        and _top(found) not in sys.stdlib_module_names
        and (found.importer, _top(found)) not in excepted
    ]


def _top(found: Import) -> str:
    """Return what a table calls the target: the top module of others, the whole name of our own."""
    return found.target if found.is_own else found.target.partition(".")[0]


def call_problems(tree: SourceTree, names: str, allowed: str, why: str) -> list[str]:
    """Find calls of the named functions outside the modules that may make them."""
    return [
        f"{place}: {why}"
        for module in tree.modules.values()
        if not matches(module.name, allowed)
        for place in module.calls_of(*names.split())
    ]


def docstring_problems(tree: SourceTree) -> list[str]:
    """Find modules without a docstring; an empty file needs none."""
    return [
        f"{module.shown}: has no docstring"
        for module in tree.modules.values()
        if module.tree.body and not ast.get_docstring(module.tree)
    ]


def size_problems(
    modules: Iterable[Module], *, file_lines: int, function_lines: int, exceptions: Mapping[str, str]
) -> list[str]:
    """Find files and functions that are too long, and exceptions nobody needs.

    ``exceptions`` maps ``gofuzz_py/a.py`` or ``gofuzz_py/a.py:Class.method`` to the reason.
    """
    too_long = {}
    for module in modules:
        if module.lines > file_lines:
            too_long[module.shown] = f"{module.shown}: has {module.lines} lines, {file_lines} are the end"
        for function in module.functions():
            if function.lines > function_lines:
                length = f"{function.name} has {function.lines} lines, {function_lines} are the end"
                too_long[f"{module.shown}:{function.name}"] = f"{function.place}: {length}"
    stale = [f"{key}: is no longer too long; take it out" for key in exceptions if key not in too_long]
    return [problem for key, problem in too_long.items() if key not in exceptions] + stale
