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

A probe has the position of what runs next to it, so tracebacks, line events and
``inspect`` see the source as written.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Function = ast.FunctionDef | ast.AsyncFunctionDef
    Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

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
_POSITION = ("lineno", "col_offset", "end_lineno", "end_col_offset")
#: Statements that leave nothing in the code (-O takes assertions out).
_SILENT = (ast.Global, ast.Nonlocal) if __debug__ else (ast.Global, ast.Nonlocal, ast.Assert)

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


class Probes:
    """Rewrite statements so that each wanted location in a function fires.

    ``first`` is the number of the next location.  ``wanted`` tells which
    numbers get a probe; None means all.  Numbering does not depend on it.
    Trees are changed in place; what runs only at import (module and class
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
        self._visit(statement)

    def _visit(self, node: _Node) -> _Node:
        """Rewrite a node and all in it; return what is to stand in its place."""
        kind = type(node)
        if kind in _LEAVES:
            return node
        visitor = _OUTSIDE.get(kind) or (_INSIDE.get(kind) if self._inside else None)
        if visitor is None:
            self._visit_inner(node)
            return node
        replaced = visitor(self, node)
        return replaced  # type: ignore[no-any-return]  # an expression for an expression

    def _visit_inner(self, node: ast.AST) -> None:
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                value[:] = [self._visit(item) if isinstance(item, ast.AST) else item for item in value]
            elif isinstance(value, ast.AST):
                setattr(node, name, self._visit(value))

    def _visit_all(self, nodes: list[_Node]) -> list[_Node]:
        return [self._visit(node) for node in nodes]

    # -- making probes ------------------------------------------------------

    def _number(self, kind: str, at: ast.AST) -> int | None:
        """Take the next location; return its number if a probe is wanted."""
        number = self.next
        self.next += 1
        self.places.append((getattr(at, "lineno", 0), _KIND[kind]))
        return number if self._wanted is None or self._wanted(number) else None

    def _prefix(self, kind: str, node: ast.expr) -> ast.expr:
        """Visit ``node`` and fire before it: ``(probe or node)``."""
        number = self._number(kind, node)
        if isinstance(node, ast.Starred):  # 3.15: [*x for x in y]
            node.value = self._or(number, node.value)
            return node
        return self._or(number, node)

    def _or(self, number: int | None, node: ast.expr) -> ast.expr:
        begin = beginning(node)
        node = self._visit(node)
        if number is None:
            return node
        return _located(ast.BoolOp(ast.Or(), [_probe(number, begin), node]), begin)

    def _if_false(self, kind: str, node: ast.expr) -> ast.expr:
        """Visit a condition and fire where it is false: ``node or probe``.

        Only for places that test the truth of ``node`` and drop its value.
        """
        number = self._number(kind, node)
        node = self._visit(node)
        if number is None:
            return node
        return _located(ast.BoolOp(ast.Or(), [node, _probe(number, node)]), node)

    def _block(self, kind: str, body: list[ast.stmt], after: ast.AST) -> list[ast.stmt]:
        """Visit a block and fire at its head.

        A block that is not there is made, and runs in the line of ``after``:
        something that was executed whichever way led there.
        """
        number = self._number(kind, body[0] if body else after)
        at = head(body, after)
        body = self._visit_all(body)
        if number is not None:
            body.insert(0, _statement(number, at))
        return body

    # -- functions ----------------------------------------------------------

    def _function(self, node: Function) -> Function:
        """Instrument a function; its annotations stay as the user wrote them."""
        node.decorator_list = self._visit_all(node.decorator_list)
        self._defaults(node.args)
        outside, self._inside = self._inside, True
        number = self._number("function", node)
        at = _after_docstring(node.body)
        begin = beginning(node.body[at]) if at < len(node.body) else node
        node.body = self._visit_all(node.body)
        if number is not None:
            node.body.insert(at, _statement(number, begin))
        self._inside = outside
        return node

    def _lambda(self, node: ast.Lambda) -> ast.Lambda:
        self._defaults(node.args)
        outside, self._inside = self._inside, True
        node.body = self._prefix("lambda", node.body)
        self._inside = outside
        return node

    def _defaults(self, args: ast.arguments) -> None:
        args.defaults = self._visit_all(args.defaults)
        args.kw_defaults = [node and self._visit(node) for node in args.kw_defaults]

    def _class(self, node: ast.ClassDef) -> ast.ClassDef:
        node.decorator_list = self._visit_all(node.decorator_list)
        node.bases = self._visit_all(node.bases)
        node.keywords = self._visit_all(node.keywords)
        node.body = self._visit_all(node.body)
        return node

    def _annotated(self, node: ast.AnnAssign) -> ast.AnnAssign:
        node.target = self._visit(node.target)
        node.value = node.value and self._visit(node.value)
        return node

    # -- statements ---------------------------------------------------------

    def _if(self, node: ast.If) -> ast.If:
        if isinstance(node.test, ast.Constant):
            self._visit_inner(node)
            return node
        node.test = self._visit(node.test)
        node.body = self._block("if", node.body, node)
        if _is_elif(node):  # its own arms tell all that can follow
            node.orelse = self._visit_all(node.orelse)
        else:
            node.orelse = self._block("else", node.orelse, node.test)
        return node

    def _for(self, node: ast.For | ast.AsyncFor) -> ast.AST:
        node.target, node.iter = self._visit(node.target), self._visit(node.iter)
        node.body = self._block("loop", node.body, node)
        node.orelse = self._block("loop end", node.orelse, node.iter)
        return node

    def _while(self, node: ast.While) -> ast.While:
        node.test = self._visit(node.test)
        node.body = self._block("loop", node.body, node)
        if isinstance(node.test, ast.Constant):  # while True has no end
            node.orelse = self._visit_all(node.orelse)
        else:
            node.orelse = self._block("loop end", node.orelse, node.test)
        return node

    def _try(self, node: ast.Try | ast.TryStar) -> ast.AST:
        last, falls_through = _last(node.body), _falls_through(node.body)
        node.body = self._visit_all(node.body)
        for handler in node.handlers:
            handler.type = handler.type and self._visit(handler.type)
            handler.body = self._block("except", handler.body, handler)
        if node.handlers and falls_through:
            node.orelse = self._block("no exception", node.orelse, last)
        else:
            node.orelse = self._visit_all(node.orelse)
        if node.finalbody:
            node.finalbody = self._block("finally", node.finalbody, node)
        return node

    def _match(self, node: ast.Match) -> ast.Match:
        node.subject = self._visit(node.subject)
        for case in node.cases:
            case.guard = case.guard and self._if_false("guard false", case.guard)
            case.body = self._block("case", case.body, case.pattern)
        last = node.cases[-1]
        if last.guard is not None or not _matches_all(last.pattern):
            missed = self._block("no case", [], last.pattern)
            if missed:
                wildcard = _located(ast.MatchAs(), last.pattern)
                node.cases.append(ast.match_case(wildcard, None, missed))
        return node

    def _assert(self, node: ast.Assert) -> ast.Assert:
        node.test = self._if_false("assert fails", node.test)
        node.msg = node.msg and self._visit(node.msg)
        return node

    # -- expressions --------------------------------------------------------

    def _bool(self, node: ast.BoolOp) -> ast.BoolOp:
        first, *rest = node.values
        node.values = [self._visit(first), *(self._prefix("operand", value) for value in rest)]
        return node

    def _compare(self, node: ast.Compare) -> ast.Compare:
        """Each comparison of a chain after the first; a single one needs nothing."""
        node.left = self._visit(node.left)
        first, *rest = node.comparators
        node.comparators = [self._visit(first), *(self._prefix("comparison", value) for value in rest)]
        return node

    def _conditional(self, node: ast.IfExp) -> ast.IfExp:
        node.test = self._visit(node.test)
        node.body = self._prefix("then-value", node.body)
        node.orelse = self._prefix("else-value", node.orelse)
        return node

    def _comprehension(self, node: Comprehension) -> ast.expr:
        """Fire at each element, at what a filter drops, and on an empty result."""
        for index, generator in enumerate(node.generators):
            generator.target = self._visit(generator.target)
            source = generator.iter
            generator.iter = self._prefix("inner loop", source) if index else self._visit(source)
            generator.ifs = [self._if_false("filtered out", test) for test in generator.ifs]
        if isinstance(node, ast.DictComp):
            node.key = self._prefix("element", node.key)
            node.value = node.value and self._visit(node.value)  # 3.15: {**x for x in y} has none
        else:
            node.elt = self._prefix("element", node.elt)
        return self._or_empty(node)

    def _or_empty(self, node: Comprehension) -> ast.expr:
        """``[...] or probe or []``: a new empty list where it was a new empty list."""
        if isinstance(node, ast.GeneratorExp):
            return node  # nobody knows yet
        number = self._number("empty", node)
        if number is None:
            return node
        empty = _located(_EMPTY[type(node)](), node)
        return ast.fix_missing_locations(
            _located(ast.BoolOp(ast.Or(), [node, _probe(number, node), empty]), node)
        )


#: How nodes are rewritten wherever they stand.
_OUTSIDE: dict[type[ast.AST], Callable[[Probes, Any], Any]] = {
    ast.FunctionDef: Probes._function, ast.AsyncFunctionDef: Probes._function,
    ast.Lambda: Probes._lambda, ast.ClassDef: Probes._class, ast.AnnAssign: Probes._annotated,
}  # fmt: skip

#: How nodes are rewritten inside functions.
_INSIDE: dict[type[ast.AST], Callable[[Probes, Any], Any]] = {
    ast.If: Probes._if, ast.For: Probes._for, ast.AsyncFor: Probes._for, ast.While: Probes._while,
    ast.Try: Probes._try, ast.TryStar: Probes._try, ast.Match: Probes._match,
    ast.Assert: Probes._assert, ast.BoolOp: Probes._bool, ast.Compare: Probes._compare,
    ast.IfExp: Probes._conditional, ast.ListComp: Probes._comprehension,
    ast.SetComp: Probes._comprehension, ast.DictComp: Probes._comprehension,
    ast.GeneratorExp: Probes._comprehension,
}  # fmt: skip

#: What has no expression in it that runs here and now.  A type alias and what
#: stands in brackets after a name run on demand, in functions of their own.
_LEAVES = frozenset({
    ast.Name, ast.Constant, ast.Load, ast.Store, ast.Del, ast.Pass, ast.Break, ast.Continue,
    ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, *ast.operator.__subclasses__(),
    *ast.unaryop.__subclasses__(), getattr(ast, "TypeAlias", ast.Pass),
})  # fmt: skip

_EMPTY: dict[type[ast.expr], Callable[[], ast.expr]] = {
    ast.ListComp: lambda: ast.List([], ast.Load()),
    ast.SetComp: lambda: ast.Set([ast.Starred(ast.Tuple([], ast.Load()), ast.Load())]),
    ast.DictComp: lambda: ast.Dict([], []),
}


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


def _probe(number: int, at: ast.AST) -> ast.expr:
    """Make the call that marks a location; its value is false."""
    fire = _located(ast.Constant(FIRE), at)
    key = _located(ast.Constant(KEY + number), at)
    return _located(ast.Call(fire, [key], []), at)


def _statement(number: int, at: ast.AST) -> ast.stmt:
    return _located(ast.Expr(_probe(number, at)), at)


def _located(node: _Node, source: ast.AST) -> _Node:
    """Give ``node`` the position of ``source``.

    Never "no position" (-1), which looks like what compilers want for made-up
    code: 3.13 copies a block without lines into each way that leads to it, and
    lets the copy run on into the original, so that a probe fires twice.
    """
    place: object = source  # some nodes (patterns, statements) do not share a typed base
    for name in _POSITION:
        setattr(node, name, getattr(place, name))
    return node


def _after_docstring(body: list[ast.stmt]) -> int:
    """Return where code begins: after the docstring and what leaves no code."""
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


def head(body: Sequence[ast.stmt], after: ast.AST) -> ast.AST:
    """Return the node that runs first in a block, or ``after`` if the block leaves no code."""
    return next((beginning(statement) for statement in body if not _is_silent(statement)), after)


def _is_silent(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.AnnAssign):  # of a name in a function; where it is not, the line is the same
        return statement.value is None and isinstance(statement.target, ast.Name)
    return isinstance(statement, _SILENT)


def beginning(node: ast.AST) -> ast.AST:
    """Return the node that runs first in this one: what fires before it takes its line.

    Otherwise a tracer would see a line event that the plain code does not have.
    """
    while (name := _BEGINS.get(type(node))) is not None:
        inner = getattr(node, name)
        if isinstance(inner, list):
            inner = inner[0] if inner else None
            if isinstance(inner, ast.Constant) and isinstance(node, ast.expr):
                break  # a display of constants is one constant
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


def _last(body: list[ast.stmt]) -> ast.stmt:
    """Return the statement at the end of a block of which at least the head was executed."""
    last = body[-1]
    if isinstance(last, (ast.Try, ast.TryStar)):
        return _last(last.finalbody or last.body)
    return last


def _matches_all(pattern: ast.pattern) -> bool:
    """Does this pattern match whatever comes (so that nothing may follow it)?"""
    if isinstance(pattern, ast.MatchAs):
        return pattern.pattern is None or _matches_all(pattern.pattern)
    if isinstance(pattern, ast.MatchOr):
        return _matches_all(pattern.patterns[-1])
    return False
