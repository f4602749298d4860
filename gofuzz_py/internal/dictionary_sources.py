"""Where the words of a dictionary come from: the measured modules, as far as they were reached.

Owns what of a module is read when, and that the constants of a function weigh
more once it was reached.  Knows nothing of probes: it is told numbers of
locations and asks where they are.  Runs in a worker process; told by the
worker's server, once for each input that reached something new.

A module is looked at when something of it is reached: most of a large program
never is.  Its source is parsed then, and its tables are walked, and those of
the modules it knows by name, since a module that is all data is never reached.
"""

from __future__ import annotations

import bisect
import sys
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType

from gofuzz_py.internal.coverage import Location, Report
from gofuzz_py.internal.coverage_modules import Source, read_source
from gofuzz_py.internal.dictionary import Dictionary
from gofuzz_py.internal.dictionary_literals import ASKED, Literal, Literals, literals_of
from gofuzz_py.internal.dictionary_tables import module_names, tables_of

#: By what the weight of a constant grows when the function round it is reached.
REACHED = 8
#: Characters of one source, and of all, that are parsed.
_LONGEST_SOURCE, _LONGEST_SOURCES = 1 << 20, 1 << 23
#: Names of a module that are looked at for other modules, lookups of a source, and names taken for one.
_MOST_NAMES = 1024


def measured_modules(test_module: ModuleType, report: Report) -> list[ModuleType]:
    """Return the modules that a coverage core measures, the test module first."""
    modules = [test_module]
    for entry in report.modules:
        module = sys.modules.get(entry.name)
        if type(module) is ModuleType and module is not test_module:
            modules.append(module)
    return modules


class Sources:
    """Feeds a dictionary from modules.

    ``locate`` tells what the number of a location stands for (Counters.locate).
    """

    def __init__(
        self,
        dictionary: Dictionary,
        modules: Sequence[ModuleType],
        locate: Callable[[int], Location | None],
    ) -> None:
        """Begin with the tables of the first module, the one with the fuzz test."""
        self._dictionary = dictionary
        self._locate = locate
        self._modules: dict[str, _Module | None] = {}
        self._room = _LONGEST_SOURCES
        for module in modules:
            self._know(module)
        for known in list(self._modules.values())[:1]:
            self._open(known)
        dictionary.on_reached = self.reached

    def reached(self, locations: Iterable[int]) -> None:
        """Let the constants of the functions that hold these locations weigh more."""
        for number in locations:
            location = self._locate(number)
            if location is None:
                continue
            module = self._module(location.module)
            if module is not None:
                if not module.is_read:
                    self._read(module)
                for literal in module.reach(location.line):
                    self._dictionary.put(literal.value, literal.weight * REACHED)

    def _know(self, module: ModuleType) -> _Module | None:
        name = module_names(module).get("__name__")
        if type(name) is not str:
            return None
        return self._modules.setdefault(name, _Module(module))

    def _module(self, name: str) -> _Module | None:
        """Return a module by name; it may have been imported while fuzzing."""
        if name not in self._modules:
            module = sys.modules.get(name)
            self._modules[name] = _Module(module) if type(module) is ModuleType else None
        return self._modules[name]

    def _open(self, module: _Module | None) -> None:
        """Take in a module's tables, the first time."""
        if module is None or module.is_open:
            return
        module.is_open = True
        try:
            tables = tables_of(module.module)
        except Exception:  # a thread of the target changes what is looked at: fewer words, no harm
            return
        module.names = tables.names
        for word, weight in tables.words:
            self._dictionary.put(word, weight)

    def _read(self, module: _Module) -> None:
        """Take in a module that was reached: its tables, those of its neighbours, its source."""
        module.is_read = True
        self._open(module)
        for item in list(module_names(module.module).values())[:_MOST_NAMES]:
            name = module_names(item).get("__name__") if type(item) is ModuleType else None
            if type(name) is str and name in self._modules:
                self._open(self._modules[name])
        source = read_source(module.module)
        if not isinstance(source, Source) or len(source.text) > min(_LONGEST_SOURCE, self._room):
            return
        self._room -= len(source.text)
        try:
            found = literals_of(source.text)
        except Exception:  # RecursionError and MemoryError among them: fewer words, no harm
            return
        self._look_up(module, found)
        module.take(found)
        for literal in found.words:
            self._dictionary.put(literal.value, literal.weight)

    def _look_up(self, module: _Module, found: Literals) -> None:
        """Add what is left of names that the module puts together: methods may be another module's."""
        opened = [other for other in self._modules.values() if other is not None and other.is_open]
        names = [name for other in opened for name in other.names]
        for head, tail, line in found.affixes[:_MOST_NAMES]:
            looked_up = names if head or tail else module.public_names
            found.words += [Literal(word, ASKED, line) for word in _between(looked_up, head, tail)]


class _Module:
    """What is known of one module's source."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        #: Were its tables taken, and its source?
        self.is_open = self.is_read = False
        #: Of its functions and methods.
        self.names: list[str] = []
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        #: Constants of each function, until it is reached.
        self._waiting: dict[int, list[Literal]] = {}

    @property
    def public_names(self) -> list[str]:
        """Names without an underscore in front."""
        return [name for name in self.names if not name.startswith("_")]

    def take(self, found: Literals) -> None:
        """Sort constants by the function they stand in."""
        self._firsts = [first for first, _ in found.spans]
        self._lasts = [last for _, last in found.spans]
        for literal in found.words:
            at = self._function_at(literal.line)
            if at is not None:
                self._waiting.setdefault(at, []).append(literal)

    def reach(self, line: int) -> list[Literal]:
        """Return the constants of the function round a line, the first time."""
        at = self._function_at(line)
        return self._waiting.pop(at, []) if at is not None else []

    def _function_at(self, line: int) -> int | None:
        at = bisect.bisect(self._firsts, line) - 1
        return at if at >= 0 and line <= self._lasts[at] else None


def _between(names: Iterable[str], head: str, tail: str) -> list[str]:
    """Return what of the names is left between a beginning and an end."""
    found = [
        name[len(head) : len(name) - len(tail)]
        for name in names
        if len(name) > len(head) + len(tail) and name.startswith(head) and name.endswith(tail)
    ]
    return list(dict.fromkeys(found))[:_MOST_NAMES]
