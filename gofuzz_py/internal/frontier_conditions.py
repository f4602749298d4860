"""Which conditions of a piece of source have gone one way only.

Owns the way from numbered locations back to the conditions that they tell of:
the two sides of an ``if``, the arms of a ``try``, the operands of ``and``; and
which part of a condition is to blame.  The numbering is the one of
``coverage_instrument``, done once more with no probe wanted, so that nothing
has to be kept while fuzzing.  Must not know operands, nor how a row is shown.
Runs in worker processes, when a frontier is asked for; called by ``frontier``.

Go's ``go test`` shows what was covered (``-coverprofile``), though not while
fuzzing, and not what was tried.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from gofuzz_py.internal.coverage_instrument import Probes

#: Locations that are told of a condition as those that lead to it.
_MOST_AT = 16

_Node = TypeVar("_Node", bound=ast.AST)
_LEAVES = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
#: A range of locations: the first, and the one behind the last.
_Range = tuple[int, int]


class Stuck(NamedTuple):
    """A condition that was reached and has gone one way only."""

    #: Where the deciding part begins, from 1.
    line: int
    #: The head of the statement, or the expression, as it stands in the source.
    text: str
    #: The part of it that decides, where that is not the whole condition; else "".
    part: str
    #: ``never true``, ``never entered`` ...
    verdict: str
    #: The location that was never reached.
    missing: int
    #: Locations that inputs which reach the condition reach.
    at: list[int]
    #: Locations that lie behind it.
    behind: int
    #: What decides, and what that has never been; None where it is not an expression.
    decides: ast.AST | None
    wanted: bool
    #: Of a ``case``, the literals that it asks for.
    literals: tuple[object, ...] = ()


class _Numbering(Probes):
    """Numbers locations as ``Probes`` does, and notes whose they are."""

    def __init__(self, first: int) -> None:
        super().__init__(first, lambda number: False)
        #: The locations of each node, and those of it and all in it.
        self.owned: dict[ast.AST, list[tuple[int, str]]] = {}
        self.spans: dict[ast.AST, _Range] = {}
        #: Those of the statements that follow in the same block.
        self.following: dict[ast.AST, _Range] = {}
        #: The location at the head of a statement's block, and the statements between the two.
        self.blocks: dict[ast.AST, tuple[int, Sequence[ast.stmt]]] = {}
        #: The statement that a node is in.
        self.statements: dict[ast.AST, ast.stmt] = {}
        self._stack: list[ast.AST] = []

    def _visit(self, node: _Node) -> _Node:
        first = self.next
        self._stack.append(node)
        replaced = super()._visit(node)
        self._stack.pop()
        self.spans[node] = first, self.next
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node in self.owned:
            self._note_block(self.owned[node][0][0], node.body)
        return replaced

    def _block(self, kind: str, body: list[ast.stmt], after: ast.AST) -> list[ast.stmt]:
        self._note_block(self.next, body)
        return super()._block(kind, body, after)

    def _note_block(self, head: int, body: Sequence[ast.stmt]) -> None:
        for index, statement in enumerate(body):
            self.blocks[statement] = head, body[:index]

    def _visit_all(self, nodes: list[_Node]) -> list[_Node]:
        replaced = super()._visit_all(nodes)
        for node in nodes:
            self.following[node] = self.spans[node][1], self.next
        return replaced

    def _number(self, kind: str, at: ast.AST) -> int | None:
        owner = self._stack[-1]
        self.owned.setdefault(owner, []).append((self.next, kind))
        statement = next((node for node in reversed(self._stack) if isinstance(node, ast.stmt)), None)
        if statement is not None:
            self.statements[owner] = statement
        return super()._number(kind, at)


class Conditions:
    """The conditions of one statement of a module's or class's body.

    ``first`` is the number of its first location, ``known`` holds those that
    were reached, ``lines`` are the module's.
    """

    def __init__(self, statement: ast.stmt, first: int, known: Container[int], lines: Sequence[str]) -> None:
        self._numbering = _Numbering(first)
        self._numbering.rewrite(statement)
        self._spans = self._numbering.spans
        self._known = known
        self._lines = lines

    def stuck(self) -> Iterator[Stuck]:
        """Yield the conditions that were reached and never went the other way, one for each location."""
        told: set[int] = set()
        # A condition that is blamed on an operand comes before the operand itself.
        every = sorted(self._numbering.owned.items(), key=lambda item: isinstance(item[0], ast.BoolOp))
        for node, numbers in every:
            find = _FINDERS.get(type(node))
            for one in find(self, node, numbers) if find is not None else ():
                if one.missing not in told:
                    told.add(one.missing)
                    yield one

    # -- what was reached ------------------------------------------------------

    def _hits(self, part: _Range) -> list[int]:
        return [number for number in range(*part) if number in self._known]

    def _is_reached(self, node: ast.AST) -> bool:
        """Was an expression evaluated?  Rather no than a yes that is wrong."""
        statement = self._numbering.statements.get(node)
        if statement is None:
            return False
        first = self._spans[node][0]
        if self._spans[statement][0] < first:
            return first - 1 in self._known  # whatever leads to it stands before it in the statement
        return bool(self._evidence(statement))

    def _evidence(self, statement: ast.stmt) -> list[int]:
        """Return known locations in a statement or behind it, or else before it, if all lead there."""
        following = self._numbering.following.get(statement, (0, 0))
        found = self._hits(self._spans[statement]) or self._hits(following)
        head, between = self._numbering.blocks.get(statement, (-1, ()))
        if not found and head in self._known and not any(map(_may_leave, between)):
            return [head]
        return found

    # -- conditions with two sides ---------------------------------------------

    def _if(self, node: Any, numbers: list[tuple[int, str]]) -> Iterator[Stuck]:
        """An ``if``, ``while`` or conditional expression."""
        if isinstance(node.test, ast.Constant):
            return
        head = self._text(node) if isinstance(node, ast.IfExp) else self._text(node, node.test) + ":"
        yield from self._sides(self._two(node, numbers), node.test, head)

    def _two(self, node: Any, numbers: list[tuple[int, str]]) -> tuple[_Range, _Range]:
        """Return what lies behind yes and no: in the source one follows the other."""
        body = node.body[-1] if isinstance(node.body, list) else node.body
        middle = self._spans[body][1]
        return (numbers[0][0], middle), (middle, self._spans[node][1])

    def _sides(self, sides: tuple[_Range, _Range], test: ast.expr, head: str) -> Iterator[Stuck]:
        yes, no = (self._hits(side) for side in sides)
        if bool(yes) is bool(no):
            return
        decides, wanted, missing = self._blame(test, not yes)
        side = sides[bool(yes)]
        part = "" if decides is test and head.endswith(":") else self._text(decides)
        verdict = "never true" if wanted else "never false"
        number = side[0] if missing is None else missing
        behind = side[1] - side[0]
        yield Stuck(
            decides.lineno, head, part, verdict, number, (yes or no)[:_MOST_AT], behind, decides, wanted
        )

    def _blame(self, test: ast.expr, wanted: bool) -> tuple[ast.expr, bool, int | None]:
        """Return the part of a condition that has never come out as needed, and a location behind it."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self._blame(test.operand, not wanted)
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) is wanted:
            for value, (number, _) in zip(test.values, self._numbering.owned[test], strict=False):
                if number not in self._known:
                    return *self._blame(value, wanted)[:2], number
            return self._blame(test.values[-1], wanted)
        return test, wanted, None

    def _for(self, node: ast.For | ast.AsyncFor, numbers: list[tuple[int, str]]) -> Iterator[Stuck]:
        sides = self._two(node, numbers)
        entered, ended = (self._hits(side) for side in sides)
        if bool(entered) is not bool(ended):
            side = sides[bool(entered)]
            verdict = "never came to its end" if entered else "never entered"
            head = self._text(node, node.iter) + ":"
            yield self._plain(node, head, verdict, side, entered or ended, None if entered else node.iter)

    def _bool(self, node: ast.BoolOp, numbers: list[tuple[int, str]]) -> Iterator[Stuck]:
        """An ``and`` or ``or`` of which an operand was never evaluated, wherever it stands."""
        for index, (number, _) in enumerate(numbers):
            if number in self._known:
                continue
            if index or self._is_reached(node):
                wanted = isinstance(node.op, ast.And)
                decides, wanted, _ = self._blame(node.values[index], wanted)
                verdict = "never true" if wanted else "never false"
                at = [numbers[index - 1][0]] if index else self._before(node)
                part = self._text(decides)
                side = self._spans[node.values[index + 1]]
                behind = 1 + side[1] - side[0]
                yield Stuck(
                    decides.lineno, self._text(node), part, verdict, number, at, behind, decides, wanted
                )
            return

    def _before(self, node: ast.AST) -> list[int]:
        first, statement = self._spans[node][0], self._numbering.statements[node]
        return [first - 1] if self._spans[statement][0] < first else self._evidence(statement)[:_MOST_AT]

    def _comprehension(self, node: _Comprehension, numbers: list[tuple[int, str]]) -> Iterator[Stuck]:
        """The filters of a comprehension."""
        end = self._spans[node][1] - (numbers[-1][1] == "empty")
        filters = [test for generator in node.generators for test in generator.ifs]
        dropped = [number for number, kind in numbers if kind == "filtered out"]
        for test, number in zip(filters, dropped, strict=True):
            sides = (self._spans[test][1], end), (number, number + 1)
            yield from self._sides(sides, test, self._text(node))

    # -- conditions with many arms ---------------------------------------------

    def _try(self, node: ast.Try, numbers: list[tuple[int, str]]) -> Iterator[Stuck]:
        arms = [number for number, kind in numbers if kind == "except"]
        if not arms:
            return
        ends = [self._spans[handler.body[-1]][1] for handler in node.handlers]
        began = self._hits((self._spans[node][0], arms[0]))
        fine = [number for number, kind in numbers if kind == "no exception" and number in self._known]
        caught = [number for number in arms if number in self._known]
        at = began + fine + caught
        if not at:
            at = self._hits(self._numbering.following.get(node, (0, 0)))
        for handler, number, end in zip(node.handlers, arms, ends, strict=True):
            if at and number not in self._known:
                head = (self._text(handler, handler.type) if handler.type else "except") + ":"
                yield self._plain(handler, head, "never caught", (number, end), at, None)
        missed = next((number for number, kind in numbers if kind == "no exception"), None)
        if caught and missed is not None and not fine:
            head = "try: " + self._text(node.body[0], node.body[-1])
            end = self._spans[node.orelse[-1]][1] if node.orelse else missed + 1
            verdict = "never without an exception"
            yield self._plain(node.body[0], head, verdict, (missed, end), caught, node.body[-1])

    def _match(self, node: ast.Match, numbers: list[tuple[int, str]]) -> Iterator[Stuck]:
        at = self._hits((numbers[0][0], self._spans[node][1]))
        if not at:
            return
        arms = [index for index, (_, kind) in enumerate(numbers) if kind == "case"]
        for case, index in zip(node.cases, arms, strict=True):
            number = numbers[index][0]
            if number in self._known:
                continue
            head = "case " + self._text(case.pattern, case.guard or case.pattern) + ":"
            end = self._spans[case.body[-1]][1]
            asked = tuple(literals(case.pattern))
            row = self._plain(case.pattern, head, "never matched", (number, end), at, node)
            if case.guard is not None and numbers[index - 1][0] in self._known:
                row = row._replace(part=self._text(case.guard), verdict="never true", decides=case.guard)
            yield row._replace(literals=asked)

    def _plain(
        self, node: Any, head: str, verdict: str, side: _Range, at: list[int], decides: ast.AST | None
    ) -> Stuck:
        behind = side[1] - side[0]
        return Stuck(node.lineno, head, "", verdict, side[0], at[:_MOST_AT], behind, decides, wanted=True)

    # -- the source ------------------------------------------------------------

    def _text(self, first: Any, last: Any = None) -> str:
        """Return the source from the beginning of one node to the end of another, blanks put together."""
        last = last or first
        lines = [line.encode() for line in self._lines[first.lineno - 1 : last.end_lineno]]
        if not lines:
            return ""
        lines[-1] = lines[-1][: last.end_col_offset]
        lines[0] = lines[0][first.col_offset :]
        return " ".join(b" ".join(lines).decode("utf-8", "replace").split())


def _may_leave(statement: ast.stmt) -> bool:
    return any(isinstance(node, _LEAVES) for node in ast.walk(statement))


def literals(pattern: ast.pattern) -> Iterator[object]:
    """Yield the literals that a pattern compares the subject itself with."""
    if isinstance(pattern, ast.MatchValue):
        try:
            yield ast.literal_eval(pattern.value)
        except (ValueError, TypeError, RecursionError):
            return
    elif isinstance(pattern, ast.MatchOr):
        for inner in pattern.patterns:
            yield from literals(inner)
    elif isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
        yield from literals(pattern.pattern)


_FINDERS: dict[type[ast.AST], Callable[[Conditions, Any, list[tuple[int, str]]], Iterator[Stuck]]] = {
    ast.If: Conditions._if, ast.While: Conditions._if, ast.IfExp: Conditions._if,
    ast.For: Conditions._for, ast.AsyncFor: Conditions._for, ast.BoolOp: Conditions._bool,
    ast.ListComp: Conditions._comprehension, ast.SetComp: Conditions._comprehension,
    ast.DictComp: Conditions._comprehension, ast.GeneratorExp: Conditions._comprehension,
    ast.Try: Conditions._try, ast.TryStar: Conditions._try, ast.Match: Conditions._match,
}  # fmt: skip
