"""A module's source, cut into units that are compiled again with some rewriting.

Owns the way from source to code objects that can stand in a live function's
``__code__``: cutting a module into units, compiling a unit alone as its module
would, pairing the code objects of two compilations, and putting objects in the
place of constants.  What the rewriting does is the caller's (probes today,
recorded comparisons later).  Must not know what functions live.  Runs in a
worker process; called by ``counters_probes`` and ``counters_unit``.

Go has nothing like it: it compiles once, with counters.
"""

from __future__ import annotations
import __future__

import ast
import warnings
import weakref
from types import CodeType
from typing import TYPE_CHECKING, NamedTuple

from gofuzz_py.internal import coverage_instrument
from gofuzz_py.internal.coverage_swap import Site, with_inner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gofuzz_py.internal.coverage_modules import Source

    #: Rewrites the statement of a unit in place.
    Rewrite = Callable[[ast.stmt], object]
    #: Returns what stands for a constant in a variant: the constant itself, mostly.
    Resolve = Callable[[object], object]

#: The flag of code whose locals are fast: functions, not class bodies (inspect.CO_OPTIMIZED).
_CO_OPTIMIZED = 1

#: Statements that make a function; a type alias (3.12) computes its value in one.
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, getattr(ast, "TypeAlias", ast.FunctionDef))

#: What holds statements of the same scope.
_BLOCKS = (ast.stmt, ast.ExceptHandler, ast.match_case)

#: What must not differ between the plain code of a function and a variant.
_SHAPE = (
    "co_name", "co_qualname", "co_firstlineno", "co_flags", "co_argcount", "co_posonlyargcount",
    "co_kwonlyargcount", "co_varnames", "co_cellvars", "co_freevars",
)  # fmt: skip


class Unit:
    """A statement of a module or class body, compiled and swapped as one.

    ``sites`` are the functions it makes and all code inside them, outer before
    inner.  A variant of a unit is a list of code objects in the same order.
    """

    def __init__(self, module: SourceModule, classes: Sequence[ast.ClassDef], statement: ast.stmt) -> None:
        self.module = module
        #: First and last line, decorators included.
        self.lines = _span(statement)
        self._place = (statement.lineno, statement.col_offset)
        self._classes = [_skeleton(node) for node in classes]
        self.sites: list[Site] = [
            Site(code) for root in self._outermost(statement) for code in with_inner(root)
        ]

    def compile(self, rewrite: Rewrite, statement: ast.stmt | None = None) -> list[CodeType]:
        """Compile the unit alone, rewritten; return its outermost functions.

        ``statement`` is its syntax tree, which is spent by this; without it the
        source is parsed again.  Raises what parsing, rewriting and compiling
        raise: SyntaxError, ValueError, RecursionError, MemoryError.
        """
        statement = statement or self.parse()
        rewrite(statement)
        return self._outermost(statement)

    def bind(self, roots: Iterable[CodeType], resolve: Resolve) -> list[CodeType]:
        """Make a variant from what ``compile`` returned, with objects for its constants.

        A function in which ``resolve`` changes nothing gets its plain code
        back.  Raises ValueError if the code does not fit the sites.
        """
        variant: list[CodeType] = []
        for root in roots:
            self._bind(root, resolve, variant)
        if len(variant) != len(self.sites):
            raise ValueError("a variant has other functions than the source")
        return variant

    def put(self, variant: Iterable[CodeType]) -> None:
        """Let the live functions of all sites run this variant."""
        for site, code in zip(self.sites, variant, strict=True):
            site.put(code)

    @property
    def live_functions(self) -> int:
        """How many live functions run code of this unit, at the last look."""
        return sum(len(site.functions) for site in self.sites)

    @property
    def plain(self) -> list[CodeType]:
        """The variant that is the source as written."""
        return [site.plain for site in self.sites]

    def _bind(self, code: CodeType, resolve: Resolve, variant: list[CodeType]) -> bool:
        """Append the bound code and all inside it; return whether it differs from the plain."""
        at = len(variant)
        if at >= len(self.sites) or not _fits(code, self.sites[at].plain):
            raise ValueError("a variant has other functions than the source")
        site = self.sites[at]
        variant.append(code)
        constants: list[object] = []
        changed = False
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                inner = len(variant)
                changed |= self._bind(constant, resolve, variant)
                constants.append(variant[inner])
            else:
                resolved = resolve(constant)
                constants.append(resolved)
                changed |= resolved is not constant
        # The reference says later whose variant this is; nothing loads it.
        variant[at] = code.replace(co_consts=(*constants, weakref.ref(site))) if changed else site.plain
        return changed

    def _outermost(self, statement: ast.stmt) -> list[CodeType]:
        """Compile a statement inside the classes it came from; return its outermost functions."""
        for node in reversed(self._classes):
            node.body = [statement]
            statement = node
        code = self.module.compile(statement)
        for node in self._classes:
            node.body = []
        return list(_functions(code))

    def parse(self) -> ast.stmt:
        """Parse the unit once more: its lines alone if they can be, or else the whole module.

        Raises SyntaxError, ValueError, RecursionError, MemoryError.
        """
        first, last = self.lines
        lines = self.module.text.split("\n")[first - 1 : last]
        opening = "if 1:\n" if lines[0][:1].isspace() else "\n"
        alone = ("\n" * (first - 2) + opening if first > 1 else "") + "\n".join(lines)
        for text in (alone, self.module.text):
            try:
                tree = self.module.parse(text)
            except SyntaxError:
                continue
            for _, statement in coverage_instrument.units(tree.body):
                if (statement.lineno, statement.col_offset) == self._place:
                    return statement
        raise ValueError("the statement is not found again in its source")


class Reached(NamedTuple):
    """A unit that was reached, and what its numbers are."""

    unit: Unit
    #: Number of its first location.
    first: int
    #: Number of the first of its places (``operands_rewrite``); None if it was never watched.
    first_place: int | None


class SourceModule:
    """A module's source, cut into the units that make functions.

    Raises what parsing raises: SyntaxError, ValueError, RecursionError,
    MemoryError.
    """

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self.filename = source.filename
        self.text = source.text
        #: The syntax tree, until ``pieces`` has given it away.
        self.tree: ast.Module | None = self.parse(source.text)
        self._flags = _future_flags(self.tree)
        self._imports = _imports(self.tree)

    def pieces(self) -> Iterator[tuple[tuple[ast.ClassDef, ...], ast.stmt]]:
        """Yield, once, what a ``Unit`` is made of, for each statement that makes functions."""
        tree, self.tree = self.tree, None
        lines = self.text.split("\n")
        for classes, statement in coverage_instrument.units(tree.body if tree else []):
            if _makes_functions(statement, lines):
                yield classes, statement

    def parse(self, text: str) -> ast.Module:
        """Parse as the module's source; warnings about it came when it was imported."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, self.filename)

    def compile(self, statement: ast.stmt) -> CodeType:
        """Compile a statement as the module would, under its ``from __future__`` imports.

        Its other imports stand before it: the compiler calls a method of an
        imported name in another way than a method of another name.
        """
        tree = ast.Module([*self._imports, statement], [])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(tree, self.filename, "exec", self._flags, dont_inherit=True)
        assert isinstance(code, CodeType)
        return code


def _functions(code: CodeType) -> Iterator[CodeType]:
    """Yield the functions that a module's or class's code makes, those of its classes too."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if _is_function(constant):
                yield constant
            else:
                yield from _functions(constant)


def _is_function(code: CodeType) -> bool:
    """Does this code outlive the import?  Class bodies and comprehensions do not."""
    return bool(code.co_flags & _CO_OPTIMIZED) and (code.co_name[0] != "<" or code.co_name == "<lambda>")


def _fits(code: CodeType, plain: CodeType) -> bool:
    return all(getattr(code, name) == getattr(plain, name) for name in _SHAPE)


def _span(statement: ast.stmt) -> tuple[int, int]:
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(node.lineno for node in decorators)])
    return first, statement.end_lineno or statement.lineno


def _skeleton(node: ast.ClassDef) -> ast.ClassDef:
    """Copy the head of a class: its name mangles names, its type parameters are a scope."""
    copy = ast.ClassDef(node.name, [], [], [], [])
    ast.copy_location(copy, node)
    if "type_params" in node._fields:  # 3.12
        setattr(copy, "type_params", getattr(node, "type_params"))  # noqa: B009, B010  # not on 3.11
    return copy


def _future_flags(tree: ast.Module) -> int:
    """Return the flags with which the module's own code was compiled.

    What the compiler makes of such an import is asked of the compiler: of those
    that say nothing any more it leaves no flag, but would if it were given one.
    """
    flags = 0
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                code = compile(f"from __future__ import {alias.name}", "future", "exec", 0, dont_inherit=True)
                flags |= code.co_flags & getattr(__future__, alias.name).compiler_flag
    return flags


def _imports(tree: ast.Module) -> list[ast.stmt]:
    """Make one import of all names that the module's own level imports."""
    names: set[str] = set()
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif not isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            pending += [child for child in ast.iter_child_nodes(node) if isinstance(child, _BLOCKS)]
    if not names - {"*"}:
        return []
    node = ast.ImportFrom("names", [ast.alias(name) for name in sorted(names - {"*"})], 0)
    return [ast.fix_missing_locations(ast.copy_location(node, tree.body[0]))]


def _makes_functions(statement: ast.stmt, lines: list[str]) -> bool:
    if isinstance(statement, _FUNCTIONS):
        return True
    text = lines[statement.lineno - 1 : statement.end_lineno]
    if not any("lambda" in line for line in text):  # big tables of data are walked in no time
        return False
    return any(isinstance(node, ast.Lambda) for node in ast.walk(statement))
