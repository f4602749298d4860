"""Where the conditions of a piece of source are, and what hands their operands over.

Owns the rewriting of one statement's syntax tree: operands of comparisons,
keys of subscripts, subjects of ``match``, caught exceptions and the functions
that are called pass through a watcher on their way.  A watcher gets the number
of the place and an object, and returns the object.  The operation itself stays
where it was, in the same frame and the same order, so that the program under
test cannot tell: nothing is evaluated twice, and an exception comes from the
line and the frame it always came from.  Must not know what is done with the
operands.  Runs in a worker process; called by ``operands_unit``.

Watchers are constants that stand in for objects, as in ``coverage_instrument``.

Go has nothing like it in ``go test``; its libFuzzer mode has the compiler call
a hook beside each comparison of integers and strings.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What stands for the number of place ``n``: ``KEY + n``.
KEY = 0x60F0_60F1 << 96

#: What stand for the watchers.  No source can hold them by accident.
_MARK = "\0gofuzz_py watch "
LEFT, RIGHT, ONE, CALLED, CAUGHT = (
    f"{_MARK}{name}\0" for name in ("left", "right", "one", "called", "caught")
)

#: No operand is known before the program runs.
ABSENT = type("Absent", (), {"__repr__": lambda self: "ABSENT"})()

_Node = TypeVar("_Node", bound=ast.AST)

_OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip

#: Calls that look at the frame they are in; any other may be looked at first.
_FRAME_CALLS = frozenset({"super", "locals", "globals", "vars", "dir", "eval", "exec"})


@dataclass(frozen=True, slots=True)
class Place:
    """One condition in the source."""

    #: ``==`` and its like, ``in``, ``[]``, ``match``, ``call``, ``except``.
    relation: str
    #: Line in the file, from 1.
    line: int
    #: The operand that stands in the source, or ABSENT.
    constant: object = ABSENT
    #: Is that the one on the left?
    is_left: bool = False
    #: The patterns of a ``match``.
    patterns: tuple[ast.pattern, ...] = ()


class Watch(ast.NodeTransformer):
    """Rewrite statements so that the conditions in their functions are watched.

    ``first`` is the number of the first place.  Trees are changed in place.
    """

    def __init__(self, first: int = 0) -> None:
        #: The places found, from ``first``.
        self.places: list[Place] = []
        self._first = first
        self._inside = False

    def rewrite(self, statement: ast.stmt) -> None:
        """Rewrite one statement of a module or class body."""
        self.visit(statement)

    # -- functions ----------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.decorator_list = self._all(node.decorator_list)
        self._defaults(node.args)
        outside, self._inside = self._inside, True
        node.body = self._all(node.body)
        self._inside = outside
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self._defaults(node.args)
        outside, self._inside = self._inside, True
        node.body = self.visit(node.body)
        self._inside = outside
        return node

    def _defaults(self, args: ast.arguments) -> None:
        args.defaults = self._all(args.defaults)
        args.kw_defaults = [node and self.visit(node) for node in args.kw_defaults]

    def _all(self, nodes: Sequence[_Node]) -> list[_Node]:
        return [self.visit(node) for node in nodes]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.target = self.visit(node.target)
        node.value = node.value and self.visit(node.value)
        return node

    def visit_TypeAlias(self, node: ast.AST) -> ast.AST:
        return node  # computed on demand, in a function of its own

    # -- conditions ---------------------------------------------------------

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Watch the operands of each link of a chain."""
        self.generic_visit(node)
        if not self._inside or not all(type(link) in _OPERATORS for link in node.ops):
            return node
        constants = [_constant(operand) for operand in (node.left, *node.comparators)]
        if len(node.ops) > 1:
            self._chain(node)
            return node
        relation, right = _OPERATORS[type(node.ops[0])], node.comparators[0]
        if constants[1] is not ABSENT:
            node.left = self._one(node.left, Place(relation, node.lineno, constants[1]))
        elif constants[0] is not ABSENT:
            node.comparators[0] = self._one(right, Place(relation, node.lineno, constants[0], is_left=True))
        else:
            number = self._number(Place(relation, node.lineno))
            node.left = _call(LEFT, number, node.left)
            node.comparators[0] = _call(RIGHT, number, right)
        return node

    def _chain(self, node: ast.Compare) -> None:
        numbers = [self._number(Place(_OPERATORS[type(link)], node.lineno)) for link in node.ops]
        node.left = _call(LEFT, numbers[0], node.left)
        for index, operand in enumerate(node.comparators):
            node.comparators[index] = _call(RIGHT, numbers[index], operand)
            if index + 1 < len(numbers):
                node.comparators[index] = _call(LEFT, numbers[index + 1], node.comparators[index])

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Watch what is looked up by a key; an index says nothing by itself."""
        self.generic_visit(node)
        if not self._inside or not isinstance(node.ctx, ast.Load) or isinstance(node.slice, ast.Slice):
            return node
        key = _constant(node.slice)
        if isinstance(key, (str, bytes)):
            node.value = self._one(node.value, Place("[]", node.lineno, key))
        elif key is ABSENT and not isinstance(node.slice, ast.Tuple):
            number = self._number(Place("[]", node.lineno))
            node.value = _call(LEFT, number, node.value)
            node.slice = _call(RIGHT, number, node.slice)
        return node

    def visit_Match(self, node: ast.Match) -> ast.AST:
        """Watch the subject; patterns are the compiler's business and stay."""
        node.subject = self.visit(node.subject)
        for case in node.cases:
            case.guard = case.guard and self.visit(case.guard)
            case.body = self._all(case.body)
        if self._inside:
            patterns = tuple(case.pattern for case in node.cases)
            node.subject = self._one(node.subject, Place("match", node.lineno, patterns=patterns))
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Let the function be looked at before it is called, in its own frame."""
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if self._inside and name not in _FRAME_CALLS:
            node.func = _call(CALLED, self._number(Place("call", node.lineno)), node.func)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        """Say that an exception was caught here."""
        self.generic_visit(node)
        if self._inside:
            number = self._number(Place("except", node.lineno))
            told = ast.copy_location(ast.Expr(_call(CAUGHT, number, node.body[0])), node.body[0])
            node.body.insert(0, told)
        return node

    # -- making calls -------------------------------------------------------

    def _number(self, place: Place) -> int:
        self.places.append(place)
        return self._first + len(self.places) - 1

    def _one(self, node: ast.expr, place: Place) -> ast.expr:
        return _call(ONE, self._number(place), node)


def _call(watcher: str, number: int, node: Any) -> ast.expr:
    """Make the call of a watcher on the value of an expression, or for a statement on nothing."""
    arguments: list[ast.expr] = [_located(ast.Constant(KEY + number), node)]
    if isinstance(node, ast.expr) and watcher is not CAUGHT:
        arguments.append(node)
    return _located(ast.Call(_located(ast.Constant(watcher), node), arguments, []), node)


def _located(node: ast.expr, at: Any) -> ast.expr:
    node.lineno, node.col_offset = at.lineno, at.col_offset
    node.end_lineno, node.end_col_offset = at.end_lineno, at.end_col_offset
    return node


def _constant(node: ast.expr) -> object:
    """Return the value of an expression that is all in the source, or ABSENT."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.UnaryOp, ast.Tuple, ast.List, ast.Set)):
        try:
            value: object = ast.literal_eval(node)
        except (ValueError, TypeError, RecursionError, MemoryError):
            return ABSENT
        return value
    return ABSENT
