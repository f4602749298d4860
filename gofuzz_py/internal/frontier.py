"""What a worker tells of its frontier: conditions that were reached and never went the other way.

Owns the joining of what ``frontier_conditions`` finds in the source with what
``frontier_operands`` has kept of watched runs.  Must not know how rows are
ordered or shown: that is the coordinator's.  Runs in worker processes, once, at
the end of a run.

Go has nothing like it.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gofuzz_py.internal.frontier_conditions import Conditions, Stuck
from gofuzz_py.internal.frontier_operands import Notes, described
from gofuzz_py.internal.messages import FrontierRow
from gofuzz_py.internal.operands_rewrite import Watch

if TYPE_CHECKING:
    from gofuzz_py.internal.coverage_units import Reached
    from gofuzz_py.internal.execution import Core
    from gofuzz_py.internal.operands_places import Place

#: Rows that one worker tells of.
_MOST_ROWS = 2000


def frontier_rows(core: Core, notes: Notes, tries: Mapping[int, int]) -> list[FrontierRow]:
    """Return the conditions on the frontier, in the order of the source.

    ``tries`` are the inputs that were made for each place (Solver.tries).
    """
    rows: list[FrontierRow] = []
    known = notes.failing.union(core.hits)
    lines: dict[str, list[str]] = {}
    for reached in core.reached():
        module = reached.unit.module
        if module.filename not in lines:
            lines[module.filename] = module.text.split("\n")
        try:
            statement = reached.unit.parse()
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # it was parsed before; whatever has changed, a row less does no harm
        unit = _Unit(reached, statement, known, lines[module.filename])
        rows += [_row(module.filename, one, unit, notes, tries) for one in unit.stuck]
    return rows[:_MOST_ROWS]


def _row(filename: str, one: Stuck, unit: _Unit, notes: Notes, tries: Mapping[int, int]) -> FrontierRow:
    made, score, operands = 0, 0, ""
    for numbers, wanted in unit.places(one):
        made += sum(tries.get(number, 0) for number in numbers)
        met = [notes.rows[number] for number in numbers if number in notes.rows]
        if not operands:
            score, operands = max((described(each, wanted, one.literals) for each in met), default=(0, ""))
    return FrontierRow(
        filename, one.line, one.text, one.part, one.verdict, one.missing, one.at, one.behind, score,
        operands, made,
    )  # fmt: skip


class _Places(Watch):
    """Numbers places as ``Watch`` does, and notes whose they are."""

    def __init__(self, first: int) -> None:
        super().__init__(first, lambda number: False)
        self.numbers: dict[ast.AST, list[int]] = {}
        self._stack: list[ast.AST] = []

    def visit(self, node: ast.AST) -> Any:
        self._stack.append(node)
        try:
            return super().visit(node)
        finally:
            self._stack.pop()

    def _number(self, place: Place) -> int:
        number = super()._number(place)
        self.numbers.setdefault(self._stack[-1], []).append(number)
        return number


class _Unit:
    """The stuck conditions of a unit, and the places of their operands."""

    def __init__(
        self, reached: Reached, statement: ast.stmt, known: Container[int], lines: Sequence[str]
    ) -> None:
        self.stuck = list(Conditions(statement, reached.first, known, lines).stuck())
        self._inside = {node: list(ast.walk(node)) for one in self.stuck if (node := one.decides) is not None}
        self._assigned: dict[str, list[tuple[int, list[ast.AST]]]] = {}
        self._numbers: dict[ast.AST, list[int]] = {}
        if reached.first_place is None or not self.stuck:
            return
        for node in ast.walk(statement):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                values = self._assigned.setdefault(node.targets[0].id, [])
                values.append((node.lineno, list(ast.walk(node.value))))
        places = _Places(reached.first_place)
        places.rewrite(statement)
        self._numbers = places.numbers

    def places(self, one: Stuck) -> Iterator[tuple[list[int], bool]]:
        """Yield the numbers of the places that decide a condition, and what they were to come out as.

        First those in it, and then those in what was assigned to the names in it:
        ``found = pattern.match(text)`` comes before ``if found is None``.
        """
        node = one.decides
        if node is None:
            return
        if isinstance(node, ast.Match):
            yield self._numbers.get(node, []), one.wanted
            return
        yield self._of(self._inside[node]), one.wanted
        is_none = isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is)
        for name in self._inside[node]:
            if isinstance(name, ast.Name) and name.id in self._assigned:
                before = [value for line, value in self._assigned[name.id] if line < one.line]
                if before:
                    yield self._of(before[-1]), one.wanted is not is_none

    def _of(self, nodes: Sequence[ast.AST]) -> list[int]:
        return [number for node in nodes for number in self._numbers.get(node, ())]
