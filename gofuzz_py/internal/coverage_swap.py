"""Live functions, and the code that is swapped into them.

Owns which live functions run which code object of the source, and the
exchange of that code (``function.__code__``) for a variant of it, for good or
for one execution.  Must not know how variants are made or what they do.  Runs
in a worker process; called by ``counters_probes``.

Go has nothing like it: its counters are compiled in for good.  Here the plain
code stays, and comes back for what is known already.

A function is touched only while its code equals what its source compiles to,
or is a variant put there before.  So a function that somebody else replaced or
rewrote, and source that has changed on disk, are left alone.
"""

from __future__ import annotations

import gc
import weakref
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


#: From 3.14 on, what computes the annotations of a class or module: not the program's own function.
_ANNOTATE = "__annotate__"


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


class LiveFunctions:
    """Finds the live functions of sites, and finds them again when there are more."""

    def __init__(self) -> None:
        self._sites: dict[tuple[str, int, str], list[tuple[Site, Sequence[Site]]]] = {}
        self._filenames: set[str] = set()

    def add(self, sites: Sequence[Site]) -> None:
        """Look for functions of these sites from now on: one unit's, outer before inner."""
        for site in sites:
            self._filenames.add(site.plain.co_filename)
            self._sites.setdefault(_key(site.plain), []).append((site, sites))

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
            if code.co_filename not in self._filenames or code.co_name == _ANNOTATE:
                continue
            found = self._site_of(code)
            if found is None:
                strange[code.co_filename] = strange.get(code.co_filename, 0) + 1
                continue
            found.functions.append(weakref.ref(function))
            if code is not found.code:
                function.__code__ = found.code
        return strange

    def _site_of(self, code: CodeType) -> Site | None:
        mark = code.co_consts[-1] if code.co_consts else None
        marked = mark() if type(mark) is weakref.ref else None
        for site, unit in self._sites.get(_key(code), ()):
            if site is marked or code is site.plain:
                return site
            if marked is None and code == site.plain:
                _adopt(unit, site, code)
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


def with_inner(code: CodeType) -> Iterator[CodeType]:
    """Yield a code object and all that are made inside it, outer before inner."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from with_inner(constant)


def _adopt(unit: Sequence[Site], site: Site, code: CodeType) -> None:
    """Take the code of a live function for the plain code, for all inside it too.

    It is equal, but it is warm, and the program under test may know it.
    """
    for inner, plain in zip(unit[unit.index(site) :], with_inner(code), strict=False):
        if inner.code is inner.plain:
            inner.code = plain
        inner.plain = plain


def _all_functions() -> list[FunctionType]:
    if gc.get_freeze_count():  # what is frozen is not listed
        gc.unfreeze()
        found = [item for item in gc.get_objects() if type(item) is FunctionType]
        gc.freeze()
        return found
    return [item for item in gc.get_objects() if type(item) is FunctionType]


def _key(code: CodeType) -> tuple[str, int, str]:
    return code.co_filename, code.co_firstlineno, code.co_qualname
