"""Where the locations of a piece of source are, and the probes written there.

Owns the rewriting of one statement's syntax tree: it numbers every location
in source order and puts a probe at the wanted ones.  A probe is the call
``FIRE(KEY + n)`` on two constants that stand in for objects; what they stand
for is put into the compiled code later (``coverage_swap.bind``).  Constants
and not names, so that a program under test that patches ``builtins`` or its
own globals cannot reach a probe.  Must not know of modules, functions that
live, or what a hit is for.  Runs in a worker process; called by
``counters_probes``.

Mirrors what Go's compiler does under ``-d=libfuzzer``: a counter at the head
of each block, also of an else that is not there, and at the right-hand side
of ``&&`` and ``||``.  Departs where Python branches and Go does not: chained
comparisons, conditional expressions, comprehensions (entered, filtered,
empty), ``except`` arms and a ``try`` without exception, ``match``, ``assert``.

A probe has no line (position -1: the compiler lets it run on in the line
before), so tracebacks, line events and ``inspect`` see the source as written.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Function = ast.FunctionDef | ast.AsyncFunctionDef

#: Stands for the callable of a probe.  No source can hold it by accident.
FIRE = "\0gofuzz_py probe\0"
#: ``KEY + n`` stands for the object that goes with location ``n``.
KEY = 0x60F0_60F0 << 96

#: What a location is, in the order of the numbers kept for it.
KINDS = (
    "function", "lambda", "if", "else", "loop", "loop end", "except", "no exception", "finally",
    "case", "no case", "guard false", "operand", "comparison", "then-value", "else-value",
    "element", "filtered out", "inner loop", "empty", "assert fails",
)  # fmt: skip
_KIND = {kind: number for number, kind in enumerate(KINDS)}

_ENDS = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_SILENT = (ast.Global, ast.Nonlocal)

_Node = TypeVar("_Node", bound=ast.AST)

#: Where evaluation of a node begins; a list means its first item.
_BEGINS: dict[type[ast.AST], str] = {
    ast.Expr: "value", ast.Assign: "value", ast.AnnAssign: "value", ast.Return: "value",
    ast.AugAssign: "target", ast.Delete: "targets", ast.If: "test", ast.While: "test",
    ast.For: "iter", ast.AsyncFor: "iter", ast.With: "items", ast.AsyncWith: "items",
    ast.withitem: "context_expr", ast.Match: "subject", ast.Raise: "exc", ast.Assert: "test",
    ast.FunctionDef: "decorator_list", ast.AsyncFunctionDef: "decorator_list",
    ast.ClassDef: "decorator_list", ast.BinOp: "left", ast.BoolOp: "values",
    ast.UnaryOp: "operand", ast.Compare: "left", ast.Call: "func", ast.Attribute: "value",
    ast.Subscript: "value", ast.IfExp: "test", ast.Await: "value", ast.Yield: "value",
    ast.YieldFrom: "value", ast.NamedExpr: "value", ast.Starred: "value", ast.Tuple: "elts",
    ast.List: "elts", ast.Set: "elts", ast.Dict: "keys", ast.JoinedStr: "values",
    ast.FormattedValue: "value",
}  # fmt: skip


class Probes(ast.NodeTransformer):
    """Rewrite statements so that each wanted location in a function fires.

    ``first`` is the number of the next location.  ``wanted`` tells which
    numbers get a probe; None means all.  Numbering does not depend on it.
    The tree is changed in place; what runs only at import (module and class
    bodies outside a function) has no locations.
    """

    def __init__(self, first: int = 0, wanted: Callable[[int], bool] | None = None) -> None:
        self.next = first
        #: Line and kind (index into KINDS) of each location, from ``first``.
        self.places: list[tuple[int, int]] = []
        self._wanted = wanted
        self._inside = False

    def rewrite(self, statement: ast.stmt) -> None:
        """Number and instrument one statement of a module or class body."""
        self.visit(statement)

    # -- making probes ------------------------------------------------------

    def _number(self, kind: str, at: ast.AST) -> int | None:
        """Take the next location; return its number if a probe is wanted."""
        number = self.next
        self.next += 1
        self.places.append((getattr(at, "lineno", 0), _KIND[kind]))
        return number if self._wanted is None or self._wanted(number) else None

    def _prefix(self, kind: str, node: ast.expr, at: ast.AST | None = None) -> ast.expr:
        """Visit ``node`` and fire before it: ``(probe or node)``."""
        number = self._number(kind, at or node)
        if isinstance(node, ast.Starred):  # 3.15: [*x for x in y]
            node.value = self._or(number, node.value)
            return node
        return self._or(number, node)

    def _or(self, number: int | None, node: ast.expr) -> ast.expr:
        node = self.visit(node)
        if number is None:
            return node
        return _located(ast.BoolOp(ast.Or(), [_probe(number), node]), node)

    def _if_false(self, kind: str, node: ast.expr) -> ast.expr:
        """Visit a condition and fire where it is false: ``node or probe``.

        Only for places that test the truth of ``node`` and drop its value.
        """
        number = self._number(kind, node)
        node = self.visit(node)
        if number is None:
            return node
        return _located(ast.BoolOp(ast.Or(), [node, _probe(number)]), node)

    def _block(self, kind: str, body: list[ast.stmt], at: ast.AST) -> list[ast.stmt]:
        """Visit a block and fire at its head."""
        number = self._number(kind, body[0] if body else at)
        body = self._statements(body)
        if number is not None:
            body.insert(0, _located(ast.Expr(_probe(number)), None))
        return body

    def _statements(self, body: list[ast.stmt]) -> list[ast.stmt]:
        return [self.visit(statement) for statement in body]

    def _expressions(self, nodes: Sequence[ast.expr | None]) -> list[ast.expr | None]:
        return [node and self.visit(node) for node in nodes]

    # -- functions ----------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        return self._function(node)

    def _function(self, node: _Node) -> _Node:
        """Instrument a function; its annotations stay as the user wrote them."""
        assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        node.decorator_list = [self.visit(item) for item in node.decorator_list]
        self._defaults(node.args)
        outside, self._inside = self._inside, True
        number = self._number("function", node)
        at = _after_docstring(node.body)
        first = _begin(node.body[at:])
        node.body = self._statements(node.body)
        if number is not None:
            node.body.insert(at, _located(ast.Expr(_located(_probe(number), first)), first))
        self._inside = outside
        return node

    def _defaults(self, args: ast.arguments) -> None:
        args.defaults = [self.visit(item) for item in args.defaults]
        args.kw_defaults = self._expressions(args.kw_defaults)

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        self._defaults(node.args)
        outside, self._inside = self._inside, True
        number = self._number("lambda", node)
        first = _begin([ast.Expr(node.body)])
        node.body = self.visit(node.body)
        if number is not None:
            node.body = _located(
                ast.BoolOp(ast.Or(), [_located(_probe(number), first), node.body]), node.body
            )
        self._inside = outside
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        node.decorator_list = [self.visit(item) for item in node.decorator_list]
        node.bases = [self.visit(item) for item in node.bases]
        node.keywords = [self.visit(item) for item in node.keywords]
        node.body = self._statements(node.body)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        node.target = self.visit(node.target)
        node.value = node.value and self.visit(node.value)
        return node

    def visit_TypeAlias(self, node: _Node) -> _Node:
        return node  # evaluated on demand, by a function of its own

    # -- statements ---------------------------------------------------------

    def visit_If(self, node: ast.If) -> ast.If:
        if not self._inside or isinstance(node.test, ast.Constant):
            return self._visit_inner(node)
        node.test = self.visit(node.test)
        node.body = self._block("if", node.body, node)
        if _is_elif(node):  # its own arms tell all that can follow
            node.orelse = self._statements(node.orelse)
        else:
            node.orelse = self._block("else", node.orelse, node)
        return node

    def visit_For(self, node: ast.For) -> ast.For:
        return self._loop(node, node.iter)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AsyncFor:
        return self._loop(node, node.iter)

    def visit_While(self, node: ast.While) -> ast.While:
        return self._loop(node, node.test)

    def _loop(self, node: _Node, head: ast.expr) -> _Node:
        if not self._inside:
            return self._visit_inner(node)
        assert isinstance(node, (ast.For, ast.AsyncFor, ast.While))
        if isinstance(node, ast.While):
            node.test = self.visit(head)
        else:
            node.target, node.iter = self.visit(node.target), self.visit(head)
        node.body = self._block("loop", node.body, node)
        if isinstance(node, ast.While) and isinstance(head, ast.Constant):
            node.orelse = self._statements(node.orelse)  # while True has no end
        else:
            node.orelse = self._block("loop end", node.orelse, node)
        return node

    def visit_Try(self, node: ast.Try) -> ast.Try:
        return self._try(node)

    def visit_TryStar(self, node: _Node) -> _Node:
        return self._try(node)

    def _try(self, node: _Node) -> _Node:
        if not self._inside:
            return self._visit_inner(node)
        assert isinstance(node, (ast.Try, ast.TryStar))
        falls_through = _falls_through(node.body)
        node.body = self._statements(node.body)
        for handler in node.handlers:
            handler.type = handler.type and self.visit(handler.type)
            handler.body = self._block("except", handler.body, handler)
        if node.handlers and falls_through:
            node.orelse = self._block("no exception", node.orelse, node)
        else:
            node.orelse = self._statements(node.orelse)
        if node.finalbody:
            node.finalbody = self._block("finally", node.finalbody, node)
        return node

    def visit_Match(self, node: ast.Match) -> ast.Match:
        if not self._inside:
            return self._visit_inner(node)
        node.subject = self.visit(node.subject)
        for case in node.cases:
            if case.guard is not None:
                case.guard = self._if_false("guard false", case.guard)
            case.body = self._block("case", case.body, case.pattern)
        last = node.cases[-1]
        if last.guard is not None or not _matches_all(last.pattern):
            missed = self._block("no case", [], node)
            if missed:
                node.cases.append(ast.match_case(_located(ast.MatchAs(), None), None, missed))
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        if not self._inside:
            return self._visit_inner(node)
        node.test = self._if_false("assert fails", node.test)
        node.msg = node.msg and self.visit(node.msg)
        return node

    # -- expressions --------------------------------------------------------

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.BoolOp:
        if not self._inside:
            return self._visit_inner(node)
        first, *rest = node.values
        node.values = [self.visit(first), *(self._prefix("operand", value) for value in rest)]
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.Compare:
        if not self._inside or len(node.ops) < 2:
            return self._visit_inner(node)
        node.left = self.visit(node.left)
        first, *rest = node.comparators
        node.comparators = [self.visit(first), *(self._prefix("comparison", value) for value in rest)]
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.IfExp:
        if not self._inside:
            return self._visit_inner(node)
        node.test = self.visit(node.test)
        node.body = self._prefix("then-value", node.body)
        node.orelse = self._prefix("else-value", node.orelse)
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        return self._comprehension(node, lambda: ast.List([], ast.Load()))

    def visit_SetComp(self, node: ast.SetComp) -> ast.expr:
        nothing = ast.Tuple([], ast.Load())
        return self._comprehension(node, lambda: ast.Set([ast.Starred(nothing, ast.Load())]))

    def visit_DictComp(self, node: ast.DictComp) -> ast.expr:
        return self._comprehension(node, lambda: ast.Dict([], []))

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        return self._comprehension(node, None)

    def _comprehension(
        self,
        node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
        empty: Callable[[], ast.expr] | None,
    ) -> ast.expr:
        """Fire at each element, at what a filter drops, and on an empty result.

        ``empty`` makes the display of an empty result: ``comp or probe or []``
        is a new empty list where the comprehension was a new empty list.
        """
        if not self._inside:
            return self._visit_inner(node)
        for index, generator in enumerate(node.generators):
            generator.target = self.visit(generator.target)
            source = generator.iter
            generator.iter = self._prefix("inner loop", source) if index else self.visit(source)
            generator.ifs = [self._if_false("filtered out", test) for test in generator.ifs]
        if isinstance(node, ast.DictComp):
            node.key = self._prefix("element", node.key)
            node.value = node.value and self.visit(node.value)  # 3.15: {**x for x in y} has none
        else:
            node.elt = self._prefix("element", node.elt)
        number = self._number("empty", node) if empty else None
        if empty is None or number is None:
            return node
        return ast.fix_missing_locations(
            _located(ast.BoolOp(ast.Or(), [node, _probe(number), _located(empty(), None)]), node)
        )

    def _visit_inner(self, node: _Node) -> _Node:
        self.generic_visit(node)
        return node


def units(
    body: Sequence[ast.stmt], classes: tuple[ast.ClassDef, ...] = ()
) -> Iterator[tuple[tuple[ast.ClassDef, ...], ast.stmt]]:
    """Yield the pieces of a module that can be compiled alone, in source order.

    A piece is a statement of the module's or a class's body that is not
    itself a container of such statements; with it come the classes round it,
    outermost first (name mangling and ``__class__`` need them).
    """
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            yield from units(statement.body, (*classes, statement))
        elif isinstance(statement, (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.TryStar)):
            for inner in _inner_bodies(statement):
                yield from units(inner, classes)
        else:
            yield classes, statement


def _inner_bodies(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    yield getattr(node, "body", [])
    for handler in getattr(node, "handlers", []):
        yield handler.body
    yield getattr(node, "orelse", [])
    yield getattr(node, "finalbody", [])


def _probe(number: int) -> ast.expr:
    """Make the call that marks a location; its value is false."""
    fire = _located(ast.Constant(FIRE), None)
    key = _located(ast.Constant(KEY + number), None)
    return _located(ast.Call(fire, [key], []), None)


def _located(node: _Node, source: ast.AST | None) -> _Node:
    """Give ``node`` the position of ``source``, or none at all."""
    place: object = source
    for name in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        setattr(node, name, getattr(place, name, -1))
    return node


def _after_docstring(body: list[ast.stmt]) -> int:
    """Return where code begins: after the docstring, ``global`` and ``nonlocal``."""
    at = 0
    first = body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        at = 1
    while at < len(body) and isinstance(body[at], _SILENT):
        at += 1
    return at


def _begin(body: Sequence[ast.stmt]) -> ast.AST | None:
    """Return the node that runs first, or None: the entry probe takes its line.

    Without a line it would run on in the line of the ``def``, and a tracer
    would see a line event there that the plain code does not have.
    """
    if not body:
        return None
    node: ast.AST = body[0]
    while (name := _BEGINS.get(type(node))) is not None:
        inner = getattr(node, name)
        if isinstance(inner, list):
            inner = inner[0] if inner else None
        if inner is None:
            break
        node = inner
    return node


def _is_elif(node: ast.If) -> bool:
    return len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)


def _falls_through(body: list[ast.stmt]) -> bool:
    """Can control reach the end of this block?  A dead probe would never fire."""
    last = body[-1]
    if isinstance(last, ast.If) and last.orelse:
        return _falls_through(last.body) or _falls_through(last.orelse)
    if isinstance(last, (ast.With, ast.AsyncWith)):
        return True  # the context manager may swallow the exception
    return not isinstance(last, _ENDS)


def _matches_all(pattern: ast.pattern) -> bool:
    """Does this pattern match whatever comes (so that nothing may follow it)?"""
    if isinstance(pattern, ast.MatchAs):
        return pattern.pattern is None or _matches_all(pattern.pattern)
    if isinstance(pattern, ast.MatchOr):
        return _matches_all(pattern.patterns[-1])
    return False
