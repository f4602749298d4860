"""The words in a module's source: constants, by what is done with them where they stand.

Owns the walk over a syntax tree, and what a constant weighs: much where the
input is compared with it, little where it is a message.  Must not know what
has been reached.  Runs in a worker process, once for each module that was
reached; called by ``dictionary_sources``.

AFL's compiler passes and go-fuzz take all constants of the machine code or of
the source alike; the syntax tree says more.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from gofuzz_py.internal.dictionary_forms import is_token
from gofuzz_py.internal.dictionary_patterns import pattern_words, text_words
from gofuzz_py.internal.dictionary_tables import SMALL
from gofuzz_py.internal.kinds import Value

#: What a constant weighs: one that is asked for; a key, or an argument in a docstring's
#: example; any other; and one that is only said to somebody.
ASKED, SHOWN, PLAIN, SAID = 128, 64, 32, 2

#: Of a module: constants taken, nodes looked at, lines of examples.
_MOST_TOKENS, _MOST_NODES, _MOST_EXAMPLES = 4096, 1 << 18, 256
#: Longer texts are messages and data; in examples they are inputs.
_LONGEST, _LONGEST_SHOWN = 64, 256

#: Methods and functions whose arguments are compared with their object.
_ASKING = frozenset({
    "startswith", "endswith", "find", "rfind", "index", "rindex", "count", "split", "rsplit",
    "partition", "rpartition", "strip", "lstrip", "rstrip", "removeprefix", "removesuffix",
    "replace", "get", "pop", "setdefault", "match", "accept", "expect", "peek", "consume",
})  # fmt: skip
#: Those that tell something to the user.
_SAYING = frozenset({
    "print", "warn", "debug", "info", "warning", "error", "exception", "critical", "log",
    "gettext", "ngettext", "add_argument", "TypeVar", "NewType", "cast",
})  # fmt: skip
#: Functions of ``re`` whose first argument is a pattern.
_MATCHING = frozenset({
    "compile", "match", "search", "fullmatch", "findall", "finditer", "split", "sub", "subn",
})  # fmt: skip
#: What finds a function by a name made at run time.
_LOOKUPS = frozenset({"getattr", "hasattr", "globals", "vars", "dir", "methodcaller", "attrgetter"})


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant of the source."""

    value: Value
    weight: int
    #: From 1.
    line: int


@dataclass(slots=True)
class Literals:
    """What was found in a module's source."""

    words: list[Literal] = field(default_factory=list)
    #: First and last lines of the functions and methods, those inside them left out; sorted.
    spans: list[tuple[int, int]] = field(default_factory=list)
    #: What names are made of that the module looks up: beginning, end (both empty
    #: where the whole name comes from elsewhere), line.
    affixes: list[tuple[str, str, int]] = field(default_factory=list)


def literals_of(text: str) -> Literals:
    """Return the constants of a source text; raises what ``ast.parse`` raises."""
    tree = _parse(text)
    found = Literals()
    found.spans = sorted(_spans(tree.body))
    walk = _Walk()
    walk.run(tree)
    found.words = walk.words[:_MOST_TOKENS]
    if walk.looks_up:
        found.affixes = walk.affixes
    return found


def _parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _spans(body: Iterable[ast.stmt]) -> Iterator[tuple[int, int]]:
    for node in body:
        if isinstance(node, _FUNCTIONS):
            yield node.lineno, node.end_lineno or node.lineno
        else:
            for name in ("body", "orelse", "handlers", "finalbody"):
                children = getattr(node, name, None)
                if isinstance(children, list):
                    yield from _spans(children)


class _Walk:
    """One walk over a tree, each node with the role that its parent gives it."""

    def __init__(self) -> None:
        self.words: list[Literal] = []
        self.affixes: list[tuple[str, str, int]] = []
        #: Is there anything that looks up names?
        self.looks_up = False
        self._stack: list[tuple[ast.AST, int]] = []
        self._examples = 0

    def run(self, tree: ast.AST) -> None:
        self._stack.append((tree, PLAIN))
        for _ in range(_MOST_NODES):
            if not self._stack:
                break
            node, role = self._stack.pop()
            if isinstance(node, ast.Constant):
                self._take(node.value, node.lineno, role)
            else:
                visit = _VISITS.get(type(node))
                if visit is None:
                    self._push(ast.iter_child_nodes(node), PLAIN)
                else:
                    visit(self, node, role)

    def _push(self, nodes: Iterable[ast.AST | None], role: int) -> None:
        self._stack += [(node, role) for node in nodes if node is not None]

    def _take(self, value: object, line: int, role: int) -> None:
        if isinstance(value, str | bytes):
            longest = _LONGEST_SHOWN if role == SHOWN else _LONGEST
            words = [value] if role == SHOWN else text_words(value)
            self.words += [Literal(word, role, line) for word in words if 0 < len(word) <= longest]
            return
        if type(value) is int and abs(value) < SMALL:
            return
        if isinstance(value, int | float) and is_token(value):
            self.words.append(Literal(value, role, line))

    # -- what stands where ---------------------------------------------------------------------

    def _definition(self, node: ast.AST, role: int) -> None:
        """Leave out annotations; read the docstring's examples."""
        body: list[ast.stmt] = getattr(node, "body", [])
        if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            if type(body[0].value.value) is str:
                self._docstring(body[0].value.value, body[0].lineno)
            body = body[1:]
        arguments = getattr(node, "args", None)
        if isinstance(arguments, ast.arguments):
            self._push([*arguments.defaults, *arguments.kw_defaults], PLAIN)
        self._push(getattr(node, "decorator_list", ()), PLAIN)
        self._push((keyword.value for keyword in getattr(node, "keywords", ())), PLAIN)
        self._push(body, PLAIN)

    def _docstring(self, text: str, line: int) -> None:
        for example in _examples(text):
            self._examples += 1
            if self._examples > _MOST_EXAMPLES:
                return
            try:
                tree = _parse(example)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant):
                    self._take(node.value, line, SHOWN)

    def _comparison(self, node: ast.Compare, role: int) -> None:
        self._push([node.left, *node.comparators], ASKED)

    def _same(self, node: ast.AST, role: int) -> None:
        """What holds for the whole holds for its parts."""
        self._push(ast.iter_child_nodes(node), role)

    def _sign(self, node: ast.UnaryOp, role: int) -> None:
        inner = node.operand.value if isinstance(node.operand, ast.Constant) else None
        if isinstance(node.op, ast.USub) and type(inner) in (int, float):
            self._take(-inner, node.lineno, role)  # type: ignore[operator]
        else:
            self._push([node.operand], role)

    def _asked(self, node: ast.AST, role: int) -> None:
        self._push(ast.iter_child_nodes(node), ASKED)

    def _said(self, node: ast.AST, role: int) -> None:
        self._push(ast.iter_child_nodes(node), SAID)

    def _subscript(self, node: ast.Subscript, role: int) -> None:
        self._push([node.value], PLAIN)
        self._push([node.slice], SHOWN)

    def _table(self, node: ast.Dict, role: int) -> None:
        self._push(node.keys, max(role, SHOWN))
        self._push(node.values, max(role, PLAIN))

    def _assertion(self, node: ast.Assert, role: int) -> None:
        self._push([node.test], PLAIN)
        self._push([node.msg], SAID)

    def _annotated(self, node: ast.AnnAssign, role: int) -> None:
        self._push([node.value], PLAIN)

    def _bare(self, node: ast.Expr, role: int) -> None:
        if not isinstance(node.value, ast.Constant):
            self._push([node.value], PLAIN)

    def _call(self, node: ast.Call, role: int) -> None:
        function, first = node.func, 0
        name = _last_name(function)
        self._push([function], PLAIN)
        if name in _LOOKUPS:
            self.looks_up = True
            if len(node.args) > 1 and isinstance(node.args[1], ast.Name):
                self.affixes.append(("", "", node.lineno))
        if name in _MATCHING and isinstance(function, ast.Attribute) and _is_re(function.value) and node.args:
            self._take_pattern(node)
            first = 1
        inside = ASKED if name in _ASKING else SAID if name in _SAYING or role == SAID else PLAIN
        self._push(node.args[first:], inside)
        self._push((keyword.value for keyword in node.keywords), SAID if inside == SAID else PLAIN)

    def _take_pattern(self, call: ast.Call) -> None:
        """Take the words of a pattern, which is the first argument."""
        others = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
        names = {_last_name(part) for other in others for part in ast.walk(other)}
        first = call.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str | bytes):
            words = pattern_words(first.value, re.VERBOSE if names & {"X", "VERBOSE"} else 0)
            self.words += [Literal(word, ASKED, first.lineno) for word in words if len(word) <= _LONGEST]
        else:
            self._push([first], PLAIN)

    def _formatted(self, node: ast.JoinedStr, role: int) -> None:
        texts = [_text_of(part) for part in node.values]
        if texts:
            self._note_affix(texts[0], texts[-1] if len(texts) > 1 else "", node.lineno)
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self._push([part.value], PLAIN)
            else:
                self._push([part], SAID)

    def _operation(self, node: ast.BinOp, role: int) -> None:
        left, right = _text_of(node.left), _text_of(node.right)
        if isinstance(node.op, ast.Add):
            self._note_affix(left, right, node.lineno)
        elif isinstance(node.op, ast.Mod) and left:
            head, mark, tail = left.partition("%s")
            self._note_affix(head if mark else "", tail, node.lineno)
            role = min(role, SAID)
        self._push([node.left, node.right], role)

    def _note_affix(self, head: str, tail: str, line: int) -> None:
        """Note the beginning or end of a name that is put together."""
        is_name = (head + tail).isidentifier() or (tail[:1] == "_" and ("x" + tail).isidentifier())
        if is_name and len(head + tail) > 1:
            self.affixes.append((head, tail, line))


_VISITS: dict[type[ast.AST], Callable[..., None]] = {
    ast.Module: _Walk._definition,
    ast.ClassDef: _Walk._definition,
    ast.FunctionDef: _Walk._definition,
    ast.AsyncFunctionDef: _Walk._definition,
    ast.Compare: _Walk._comparison,
    ast.Tuple: _Walk._same,
    ast.List: _Walk._same,
    ast.Set: _Walk._same,
    ast.Starred: _Walk._same,
    ast.UnaryOp: _Walk._sign,
    ast.IfExp: _Walk._same,
    ast.BoolOp: _Walk._same,
    ast.BinOp: _Walk._operation,
    ast.MatchValue: _Walk._asked,
    ast.MatchMapping: _Walk._asked,
    ast.Subscript: _Walk._subscript,
    ast.Dict: _Walk._table,
    ast.Raise: _Walk._said,
    ast.Assert: _Walk._assertion,
    ast.AnnAssign: _Walk._annotated,
    ast.Expr: _Walk._bare,
    ast.Call: _Walk._call,
    ast.JoinedStr: _Walk._formatted,
}


def _is_re(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("re", "regex", "_re")


def _last_name(node: ast.AST) -> str:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return str(name)


def _text_of(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _examples(text: str) -> Iterator[str]:
    """Yield the statements after ``>>>`` in a docstring."""
    lines: list[str] = []
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped.startswith("... ") and lines:
            lines.append(stripped[4:])
            continue
        if lines:
            yield "\n".join(lines)
        lines = [stripped[4:]] if stripped.startswith(">>> ") else []
    if lines:
        yield "\n".join(lines)
