"""What is said about coverage: locations, modules, hit counts and their buckets.

Owns the records in which a coverage core reports what it instruments, and the
rounding of hit counts.  Knows nothing of how coverage is seen.  Imports
nothing of the package; used in every process.

Mirrors Go's coverage.go, whose counters are bytes at fixed addresses.  Here a
location is a number and coverage is a set of them (or a map to counts), since
Python merges sets of small ints faster than it could loop over bytes.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

#: Locations of modules that come while fuzzing are numbered from here on,
#: apart by module name and not dense: workers may meet them in any order.
#: Below it, numbers are dense: 0 to ``locations - 1`` of the report at the start.
LATE = 1 << 32

_LATE_BITS = 20


@dataclass(frozen=True, slots=True)
class Location:
    """One place in the source that coverage tells apart."""

    #: Dotted name of the module.
    module: str
    #: The file as it stands in tracebacks.
    filename: str
    #: Line in it, from 1.
    line: int
    #: What it is: ``function``, ``else``, ``operand``, ... (coverage_instrument.KINDS).
    kind: str


@dataclass(frozen=True, slots=True)
class ModuleReport:
    """What became of one module that was to be instrumented."""

    #: Dotted name.
    name: str
    #: Number of the first location; the others follow.
    first: int = 0
    #: How many locations the module has.
    locations: int = 0
    #: How many live functions carry probes.
    functions: int = 0
    #: How many live functions of its file are not what the file says, and were left alone.
    left_alone: int = 0
    #: Why the whole module was left alone; None if it was not.
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a core instruments; if ``locations`` is 0, fuzzing is blind."""

    #: Sorted by name.
    modules: tuple[ModuleReport, ...] = ()
    #: Patterns of ``-coverpkg`` that no imported module matches.
    unmatched: tuple[str, ...] = ()

    @property
    def locations(self) -> int:
        """Number of locations; at the start they are numbered from 0 without gaps."""
        return sum(module.locations for module in self.modules)

    @property
    def functions(self) -> int:
        """Number of live functions that carry probes."""
        return sum(module.functions for module in self.modules)

    @property
    def layout(self) -> str:
        """Name the numbering: processes with equal layouts mean the same by a number."""
        text = "\n".join(f"{module.name} {module.first} {module.locations}" for module in self.modules)
        return f"{zlib.crc32(text.encode()):08x}"


def late_first(module: str) -> int:
    """Return the first location of a module that came after the start.

    Depends on the name alone, so every worker gives it the same numbers
    without asking.  Fits a JSON number (below 2**53).
    """
    return LATE + (zlib.crc32(module.encode()) << _LATE_BITS)


def bucket(count: int) -> int:
    """Round a hit count down to Go's bucket: 0, 1, 2, 4, 8, ... 128 (for 128 and more)."""
    return 1 << min(count.bit_length() - 1, 7) if count > 0 else 0
