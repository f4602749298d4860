"""Other variants of live functions: compiled from source, swapped in and out.

Owns the way from a module's source to code objects that can stand in a live
function's ``__code__``: cutting a module into units, compiling a unit again
with some rewriting of its syntax tree, pairing the code objects of two
compilations, putting objects in the place of constants, finding the live
functions, and swapping.  What the rewriting does is the caller's (coverage
probes today, recorded comparisons later).  Runs in a worker process; called by
``counters_probes``.

Go has nothing like it: its counters are compiled in for good.  Here the plain
code stays, and comes back for what is known already.

A function is touched only while its code equals what its source compiles to
(or is a variant put there before), so a function that somebody else replaced
or rewrote, and source that has changed on disk, are left alone.
"""

from __future__ import annotations

import __future__

import ast
import gc
import warnings
import weakref
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

from gofuzz_py.internal import coverage_instrument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gofuzz_py.internal.coverage_modules import Source

    #: Rewrites the statement of a unit in place.
    Rewrite = Callable[[ast.stmt], object]
    #: Returns what stands for a constant in a variant: the constant itself, mostly.
    Resolve = Callable[[object], object]

#: The flag of code whose locals are fast: functions, not class bodies (inspect.CO_OPTIMIZED).
_CO_OPTIMIZED = 1

#: What must not differ between the plain code of a function and a variant.
_SHAPE = (
    "co_name", "co_qualname", "co_firstlineno", "co_flags", "co_argcount", "co_posonlyargcount",
    "co_kwonlyargcount", "co_names", "co_varnames", "co_cellvars", "co_freevars",
)  # fmt: skip


class Site:
    """One code object of the source, and the live functions that run it."""

    __slots__ = ("__weakref__", "code", "functions", "plain")

    def __init__(self, plain: CodeType) -> None:
        #: As the source compiles; once a function was found, the very object it had.
        self.plain = plain
        #: What the functions carry now, measurements aside.
        self.code = plain
        #: Weak, so that a closure of the program under test dies when it would.
        self.functions: list[weakref.ref[FunctionType]] = []

    def put(self, code: CodeType) -> None:
        """Let the live functions run ``code``; who changed one meanwhile keeps it."""
        before, self.code = self.code, code
        for reference in self.functions:
            function = reference()
            if function is not None and function.__code__ is before:
                function.__code__ = code


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
            Site(code) for root in self._outermost(statement) for code in _with_inner(root)
        ]

    def compile(self, rewrite: Rewrite, statement: ast.stmt | None = None) -> list[CodeType]:
        """Compile the unit alone, rewritten; return its outermost functions.

        ``statement`` is its syntax tree, which is spent by this; without it the
        source is parsed again.  Raises what parsing, rewriting and compiling
        raise: SyntaxError, ValueError, RecursionError, MemoryError.
        """
        statement = statement or self._parse()
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

    def adopt(self, site: Site, code: CodeType) -> None:
        """Take the code of a live function for the plain code, for all inside it too.

        It is equal, but it is warm, and the program under test may know it.
        """
        at = self.sites.index(site)
        for inner, plain in zip(self.sites[at:], _with_inner(code), strict=False):
            if inner.code is inner.plain:
                inner.code = plain
            inner.plain = plain

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
        constants, changed = [], False
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                inner = len(variant)
                changed |= self._bind(constant, resolve, variant)
                constants.append(variant[inner])
            else:
                constants.append(resolve(constant))
                changed |= constants[-1] is not constant
        # The reference says later whose variant this is; nothing loads it.
        variant[at] = code.replace(co_consts=(*constants, weakref.ref(site))) if changed else site.plain
        return changed

    def _outermost(self, statement: ast.stmt) -> list[CodeType]:
        """Compile a statement inside the classes it came from; return its outermost functions."""
        for node in reversed(self._classes):
            node.body = [statement]
            statement = node
        code = self.module.compile(ast.Module([statement], []))
        for node in self._classes:
            node.body = []
        return list(_functions(code))

    def _parse(self) -> ast.stmt:
        """Parse the unit: its lines alone if they can be, or else the whole module."""
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


class SourceModule:
    """A module's source, cut into the units that make functions.

    Raises what parsing and compiling raise: SyntaxError, ValueError,
    RecursionError, MemoryError.
    """

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self.filename = source.filename
        self.text = source.text
        #: The syntax tree, for whoever makes the first variants; ``forget`` it then.
        self.tree: ast.Module = self.parse(source.text)
        self._flags = _future_flags(self.tree)
        self.units: list[tuple[Unit, ast.stmt]] = []
        for classes, statement in coverage_instrument.units(self.tree.body):
            if _makes_functions(statement):
                self.units.append((Unit(self, classes, statement), statement))

    def parse(self, text: str) -> ast.Module:
        """Parse as the module's source; warnings about it came when it was imported."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, self.filename)

    def compile(self, tree: ast.Module) -> CodeType:
        """Compile a tree as a part of the module, under its ``from __future__`` imports."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(tree, self.filename, "exec", self._flags, dont_inherit=True)
        assert isinstance(code, CodeType)
        return code


class LiveFunctions:
    """Finds the live functions of sites, and finds them again when there are more."""

    def __init__(self) -> None:
        self._sites: dict[tuple[str, int, str], list[tuple[Site, Unit]]] = {}
        self._filenames: set[str] = set()

    def add(self, unit: Unit) -> None:
        """Look for the functions of this unit from now on."""
        self._filenames.add(unit.module.filename)
        for site in unit.sites:
            self._sites.setdefault(_key(site.plain), []).append((site, unit))

    def find(self) -> dict[str, int]:
        """Find all live functions of the sites and give each its site's code.

        Returns how many functions of each file were left alone because their
        code is neither what the source says nor a variant of it.
        """
        for sites in self._sites.values():
            for site, _ in sites:
                site.functions.clear()
        strange: dict[str, int] = {}
        for function in _all_functions():
            code = function.__code__
            if code.co_filename not in self._filenames:
                continue
            site = self._site_of(code)
            if site is None:
                strange[code.co_filename] = strange.get(code.co_filename, 0) + 1
                continue
            site.functions.append(weakref.ref(function))
            if code is not site.code:
                function.__code__ = site.code
        return strange

    def _site_of(self, code: CodeType) -> Site | None:
        mark = code.co_consts[-1] if code.co_consts else None
        marked = mark() if type(mark) is weakref.ref else None
        for site, unit in self._sites.get(_key(code), ()):
            if site is marked or code is site.plain:
                return site
            if marked is None and code == site.plain:
                unit.adopt(site, code)
                return site
        return None


class Swap:
    """A variant of several sites that is put in for a moment: a context manager."""

    def __init__(self, pairs: Iterable[tuple[Site, CodeType]]) -> None:
        self._changes = [
            (reference, site.code, code)
            for site, code in pairs
            if code is not site.code
            for reference in site.functions
        ]

    def __enter__(self) -> None:
        for reference, normal, code in self._changes:
            function = reference()
            if function is not None and function.__code__ is normal:
                function.__code__ = code

    def __exit__(self, *exc_info: object) -> None:
        for reference, normal, code in self._changes:
            function = reference()
            if function is not None and function.__code__ is code:
                function.__code__ = normal


def _all_functions() -> list[FunctionType]:
    if gc.get_freeze_count():  # what is frozen is not listed
        gc.unfreeze()
        found = [item for item in gc.get_objects() if type(item) is FunctionType]
        gc.freeze()
        return found
    return [item for item in gc.get_objects() if type(item) is FunctionType]


def _key(code: CodeType) -> tuple[str, int, str]:
    return code.co_filename, code.co_firstlineno, code.co_qualname


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


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _with_inner(constant)


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
    if hasattr(node, "type_params"):  # 3.12
        copy.type_params = node.type_params
    return copy


def _future_flags(tree: ast.Module) -> int:
    flags = 0
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                flags |= getattr(__future__, alias.name).compiler_flag
    return flags


def _makes_functions(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return True
    return any(isinstance(node, ast.Lambda) for node in ast.walk(statement))
