"""Where the conditions of a piece of source are, and what hands their operands over.

Owns the rewriting of one statement's syntax tree: operands of comparisons,
containers and keys of subscripts, subjects of ``match``, caught exceptions, and
the objects and arguments of calls pass through a watcher on their way.  A
watcher gets the number of the place and an object, and returns the object; one
of two operands that is a plain name is handed over beside the other, which
saves a call.  The operation itself stays where it was, in the same frame and
the same order, so that the program under test cannot tell: nothing that could
have an effect is evaluated twice, and an exception comes from the line and the
frame it always came from.  Must not know what is done with the operands, nor
which objects are worth looking at.  Runs in a worker process; called by
``operands_watch``.

Watchers are constants that stand in for objects, as in ``coverage_instrument``.

Go has nothing like it in ``go test``; its libFuzzer mode has the compiler call
a hook beside each comparison of integers and strings.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from gofuzz_py.internal.coverage_instrument import beginning, head
from gofuzz_py.internal.operands_places import ABSENT, BLANK_METHODS, DULL_NAMES, METHODS, Place

#: What stands for the number of place ``n``: ``KEY + n``.
KEY = 0x60F0_60F1 << 96

#: What stand for the watchers.  No source can hold them by accident.  One operand alone; the
#: second of two with the first, the first with the second; the first of two for later, and the
#: second; of more the last with the others; the first, another and the last; an exception; a
#: turn of a loop.
_MARK = "\0gofuzz_py watch "
ONE, RIGHT, LEFT, HOLD, HELD, ALL, FIRST, MORE, LAST, CAUGHT, TURN = (
    f"{_MARK}{name}\0"
    for name in ("one", "right", "left", "hold", "held", "all", "first", "more", "last", "caught", "turn")
)

_Node = TypeVar("_Node", bound=ast.AST)
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

_OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip

#: What makes a number small that is made of many: what checks of a whole end in.
_REDUCTIONS = (ast.Mod, ast.BitAnd, ast.BitXor)
_sums_up = re.compile("crc|adler|fletcher|checksum|parity|^sum$", re.IGNORECASE).search

#: Operands of a call that are looked at.
_MOST_OPERANDS = 6
#: What has names of its own.
_SCOPES = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


class Watch(ast.NodeTransformer):
    """Rewrite statements so that the conditions in their functions are watched.

    ``first`` is the number of the first place.  ``wanted`` tells which numbers
    are watched; None means all.  Numbering does not depend on it.  Trees are
    changed in place, and every statement and condition is the same node after it.
    """

    def __init__(self, first: int = 0, wanted: Callable[[int], bool] | None = None) -> None:
        #: The places found, from ``first``.
        self.places: list[Place] = []
        self._first = first
        self._wanted = wanted
        self._inside = False
        #: Names that nothing but the code in sight changes; None in a class body, where any name
        #: may be looked up in an object of the program's.
        self._own_names: frozenset[str] | None = frozenset()
        #: Names of the function to which remainders are assigned.
        self._remainders: frozenset[str] = frozenset()

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
        outside = self._inside, self._own_names, self._remainders
        self._inside = True
        self._own_names, self._remainders = _names(node)
        node.body = self._all(node.body)
        self._inside, self._own_names, self._remainders = outside
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self._defaults(node.args)
        outside = self._inside, self._own_names
        self._inside, self._own_names = True, _names(node)[0]
        node.body = self.visit(node.body)
        self._inside, self._own_names = outside
        return node

    def _defaults(self, args: ast.arguments) -> None:
        args.defaults = self._all(args.defaults)
        args.kw_defaults = [node and self.visit(node) for node in args.kw_defaults]

    def _all(self, nodes: Sequence[_Node]) -> list[_Node]:
        return [self.visit(node) for node in nodes]

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Rewrite a class but its type parameters, which are computed on demand."""
        node.decorator_list = self._all(node.decorator_list)
        node.bases = self._all(node.bases)
        node.keywords = self._all(node.keywords)
        outside, self._own_names = self._own_names, None
        node.body = self._all(node.body)
        self._own_names = outside
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        return self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        """Count the turns: ``any`` and ``all`` end them as soon as one has told."""
        conditions = node.generators[-1].ifs
        begin = beginning(conditions[0] if conditions else node.elt)
        self._comprehension(node)
        number = self._number(Place("loop", node.lineno, ())) if self._inside else -1
        if number >= 0 and self._is_wanted(number):
            told = ast.UnaryOp(ast.Not(), _call(TURN, number, begin, is_operand=False))
            conditions.insert(0, _located(told, begin))
        return node

    def _comprehension(self, node: _Comprehension) -> ast.AST:
        outside = self._own_names
        if outside is not None:
            self._own_names = outside | {
                name.id
                for generator in node.generators
                for name in ast.walk(generator.target)
                if isinstance(name, ast.Name)
            }
        self.generic_visit(node)
        self._own_names = outside
        return node

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
        if len(node.ops) > 1:
            self._chain(node)
            return node
        operands = _constant(node.left), _constant(node.comparators[0])
        if ABSENT in operands:
            is_remainder = any(map(self._is_remainder, (node.left, node.comparators[0])))
            relation = _OPERATORS[type(node.ops[0])]
            place = Place(relation, node.lineno, operands, is_remainder=is_remainder)
            node.left, node.comparators[0] = self._watched(place, [node.left, node.comparators[0]])
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        return self._tested(node)

    def visit_For(self, node: ast.For) -> ast.AST:
        """Count the turns of a loop."""
        begin = head(node.body, node)
        self.generic_visit(node)
        self._tell(node, begin, "loop", TURN)
        return node

    def visit_While(self, node: ast.While) -> ast.AST:
        begin = head(node.body, node)
        self._tested(node)
        self._tell(node, begin, "loop", TURN)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        return self._tested(node)

    def _tested(self, node: ast.If | ast.While | ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        node.test = self._truth(node.test)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        node.values = [self._truth(value) for value in node.values]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not):
            node.operand = self._truth(node.operand)
        return node

    def _truth(self, node: ast.expr) -> ast.expr:
        """Watch a remainder that is not compared, but asked whether it is 0."""
        if not self._inside or not (isinstance(node, ast.BinOp) and isinstance(node.op, _REDUCTIONS)):
            return node
        place = Place("!=", node.lineno, (ABSENT, 0), is_remainder=True)
        return self._watched(place, [node, ast.Constant(0)])[0]

    def _is_remainder(self, node: ast.expr) -> bool:
        """Is an operand made as checks of a whole are made?"""
        node = _unwatched(node)
        if isinstance(node, ast.Name):
            return node.id in self._remainders
        if isinstance(node, ast.Call):
            function = _unwatched(node.func)
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            return _sums_up(name) is not None
        return isinstance(node, ast.BinOp) and isinstance(node.op, _REDUCTIONS)

    def _chain(self, node: ast.Compare) -> None:
        """Watch each link as it is reached: its right operand, with the left one.

        A constant is an operand like any other here.
        """
        for index, (link, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
            left = node.comparators[index - 1] if index else node.left
            number = self._number(Place(_OPERATORS[type(link)], node.lineno, (ABSENT, ABSENT)))
            if not self._is_wanted(number):
                continue
            plain = _unwatched(left)
            if self._can_be_read_again(plain, [right]):
                node.comparators[index] = _call(RIGHT, number, right, plain)
                continue
            held = _call(HOLD, number, left)
            if index:
                node.comparators[index - 1] = held
            else:
                node.left = held
            node.comparators[index] = _call(HELD, number, right)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Watch what is looked up by a key; a constant index says nothing."""
        self.generic_visit(node)
        if not self._inside or not isinstance(node.ctx, ast.Load):
            return node
        key = _constant(node.slice)
        if isinstance(node.slice, (ast.Slice, ast.Tuple)) or not (
            key is ABSENT or isinstance(key, (str, bytes))
        ):
            return node
        if _constant(node.value) is ABSENT:
            place = Place("[]", node.lineno, (ABSENT, key))
            node.value, node.slice = self._watched(place, [node.value, node.slice])
        return node

    def visit_Match(self, node: ast.Match) -> ast.AST:
        """Watch the subject; patterns are the compiler's business and stay."""
        node.subject = self.visit(node.subject)
        for case in node.cases:
            case.guard = case.guard and self.visit(case.guard)
            case.body = self._all(case.body)
        if self._inside:
            patterns = tuple(case.pattern for case in node.cases)
            asked = [
                part.kwd_attrs
                for one in patterns
                for part in ast.walk(one)
                if isinstance(part, ast.MatchClass)
            ]
            names = tuple(dict.fromkeys(name for row in asked for name in row))
            place = Place("match", node.lineno, (ABSENT,), names, patterns)
            (node.subject,) = self._watched(place, [node.subject])
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        """Say that an exception was caught here."""
        begin = head(node.body, node)
        self.generic_visit(node)
        self._tell(node, begin, "except", CAUGHT)
        return node

    def _tell(
        self, node: ast.ExceptHandler | ast.For | ast.While, begin: ast.AST, relation: str, watcher: str
    ) -> None:
        """Call a watcher where the body of a statement begins, in the line of what runs first in it."""
        if not self._inside:
            return
        number = self._number(Place(relation, node.lineno, ()))
        if self._is_wanted(number):
            told = ast.Expr(_call(watcher, number, begin, is_operand=False))
            node.body.insert(0, ast.copy_location(told, begin))

    # -- calls --------------------------------------------------------------

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Watch a method of a name that tells, or else any function with its arguments."""
        self.generic_visit(node)
        if not self._inside or any(isinstance(argument, ast.Starred) for argument in node.args):
            return node
        if any(keyword.arg is None for keyword in node.keywords):
            return node
        if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            self._method(node, node.func)
        elif len(node.args) + len(node.keywords) < _MOST_OPERANDS:
            self._any_call(node)
        return node

    def _method(self, node: ast.Call, function: ast.Attribute) -> None:
        """Watch the object and the arguments; the method is looked up where it was."""
        owner, most = function.value, METHODS[function.attr]
        if _is_super(owner) or (isinstance(owner, ast.Name) and node.lineno != function.end_lineno):
            return  # the line of the call depends on whether the owner is a name
        if most and not (node.args or node.keywords) and function.attr not in BLANK_METHODS:
            return
        arguments = node.args[:most]
        if function.attr == "get":  # of settings in sections, or what takes the place of what is missing
            arguments += [one for one in node.args[1:2] if isinstance(_constant(one), str)]
        keywords = node.keywords[: max(0, most - len(arguments))]
        parts = [owner, *arguments, *(keyword.value for keyword in keywords)]
        operands = tuple(map(_constant, parts))
        if ABSENT not in operands:
            return
        names = tuple(str(keyword.arg) for keyword in keywords)
        parts = self._watched(Place(function.attr, node.lineno, operands, names), parts, is_call=True)
        function.value = parts[0]
        self._put_arguments(node, parts[1:])

    def _any_call(self, node: ast.Call) -> None:
        """Watch a function and its arguments: it may turn out to be one that asks something."""
        function = node.func
        if isinstance(function, ast.Attribute):
            if node.lineno != function.end_lineno or _is_super(function.value):
                return  # the call of a method has another line than that of a function
        elif not isinstance(function, ast.Name) or function.id in DULL_NAMES:
            return
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        constants = tuple(map(_constant, arguments))
        if not any(one is ABSENT or isinstance(one, (str, bytes, tuple)) for one in constants):
            return  # not even an alias of a method of texts would say anything
        names = tuple(str(keyword.arg) for keyword in node.keywords)
        place = Place("call", node.lineno, (ABSENT, *constants), names)
        node.func, *arguments = self._watched(place, [function, *arguments], is_call=True)
        self._put_arguments(node, arguments)

    def _put_arguments(self, node: ast.Call, values: list[ast.expr]) -> None:
        count = min(len(node.args), len(values))
        node.args[:count] = values[:count]
        for keyword, value in zip(node.keywords, values[count:], strict=False):
            keyword.value = value

    # -- making calls of watchers ---------------------------------------------

    def _number(self, place: Place) -> int:
        self.places.append(place)
        return self._first + len(self.places) - 1

    def _is_wanted(self, number: int) -> bool:
        return self._wanted is None or self._wanted(number)

    def _watched(self, place: Place, parts: list[ast.expr], is_call: bool = False) -> list[ast.expr]:
        """Return the parts of an operation, in the order in which they are evaluated, with watchers."""
        number = self._number(place)
        if not self._is_wanted(number):
            return parts
        at = [index for index, constant in enumerate(place.operands) if constant is ABSENT]
        *others, last = at
        if not others:
            parts[last] = _call(ONE, number, parts[last])
        elif all(self._can_be_read_again(parts[one], parts[one + 1 : last + 1]) for one in others):
            watcher = RIGHT if len(others) == 1 else ALL
            parts[last] = _call(watcher, number, parts[last], *(parts[one] for one in others))
        elif len(at) == 2 and not is_call and self._can_be_read_before(*parts):
            parts[0] = _call(LEFT, number, *parts)
        else:
            watchers = (HOLD, HELD) if len(at) == 2 else (FIRST, *[MORE] * (len(at) - 2), LAST)
            for index, watcher in zip(at, watchers, strict=True):
                parts[index] = _call(watcher, number, parts[index])
        return parts

    def _can_be_read_again(self, node: ast.expr, until: list[ast.expr]) -> bool:
        """Can a name be read again after what is evaluated behind it, and be what it was?

        If it is not, no more is wrong than what is noted; but it must be there.
        """
        if self._own_names is None or not isinstance(node, ast.Name):
            return isinstance(node, ast.Constant)
        return node.id in self._own_names or all(isinstance(one, (ast.Name, ast.Constant)) for one in until)

    def _can_be_read_before(self, left: ast.expr, right: ast.expr) -> bool:
        """Can the second of two operands be read as soon as the first is there?"""
        if self._own_names is None or not isinstance(right, ast.Name):
            return False
        return left.lineno == left.end_lineno == right.lineno


def _names(function: _Function) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that a function alone binds and no function in it unbinds; those of remainders."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    bound, others = {one.arg for one in every}, set()
    remainders: set[str] = set()
    body = function.body if isinstance(function.body, list) else [function.body]
    for node, is_inner in _walk(body):
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            others.update(node.names)
        elif is_inner:
            continue
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                bound.add(node.id)
        elif isinstance(node, (ast.Assign, ast.AugAssign)):
            remainders.update(_assigned_remainders(node))
    return frozenset(bound - others), frozenset(remainders)


def _assigned_remainders(node: ast.Assign | ast.AugAssign) -> Iterator[str]:
    """Yield the names to which a statement assigns a remainder or its like."""
    made = node if isinstance(node, ast.AugAssign) else node.value
    if isinstance(made, (ast.BinOp, ast.AugAssign)) and isinstance(made.op, _REDUCTIONS):
        targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _walk(nodes: Sequence[ast.AST]) -> Iterator[tuple[ast.AST, bool]]:
    """Yield all nodes, and of each whether it stands in an inner scope."""
    pending = [(node, False) for node in nodes]
    while pending:
        node, is_inner = pending.pop()
        yield node, is_inner
        inner = is_inner or isinstance(node, _SCOPES)
        pending += [(child, inner) for child in ast.iter_child_nodes(node)]


def _call(watcher: str, number: int, node: Any, *others: ast.expr, is_operand: bool = True) -> ast.expr:
    """Make the call of a watcher on the value of an expression, or beside a statement on nothing.

    ``others`` are names that are handed over as well.
    """
    arguments: list[ast.expr] = [_located(ast.Constant(KEY + number), node)]
    if is_operand:
        arguments.append(node)
    for other in others:
        at = other if watcher is LEFT else node  # the line of what is evaluated just then
        copy = ast.Constant(other.value) if isinstance(other, ast.Constant) else _read(other)
        arguments.append(_located(copy, at))
    return _located(ast.Call(_located(ast.Constant(watcher), node), arguments, []), node)


def _read(name: Any) -> ast.expr:
    return ast.Name(name.id, ast.Load())


def _unwatched(node: ast.expr) -> ast.expr:
    """Return the expression whose value a watcher returns."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Constant) and _is_mark(node.func.value):
        node = node.args[1]
    return node


def _is_mark(value: object) -> bool:
    return isinstance(value, str) and value.startswith(_MARK)


def _located(node: ast.expr, at: Any) -> ast.expr:
    node.lineno, node.col_offset = at.lineno, at.col_offset
    node.end_lineno, node.end_col_offset = at.end_lineno, at.end_col_offset
    return node


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


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
