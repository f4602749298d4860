"""Find what a program has written out: the operand is hex, base64 or the like of the input.

Owns the undoing: where both operands can be read back in the same way, what
they were made of is looked for instead.  The other direction, text in the input
that the program reads, is ``operands_find_runs``' and ``operands_find_views``'.
Runs in worker processes, called by ``operands_find``.  Go has nothing of the
kind.
"""

from __future__ import annotations

import re
from binascii import unhexlify
from collections.abc import Callable, Iterator
from functools import partial

from gofuzz_py.internal.operands_find_places import Find, Subject
from gofuzz_py.internal.operands_find_readings import ENTITIES, PERCENTS, Reading
from gofuzz_py.internal.operands_find_runs import from_base64
from gofuzz_py.internal.operands_find_spell import Text, find_text, raw
from gofuzz_py.internal.operands_find_views import escaped, view_of

#: Shorter operands look written out by accident.
_LEAST = 4

_is_hex = re.compile("(?:[0-9A-Fa-f]{2})+").fullmatch
_is_base64 = re.compile("(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2}==|[A-Za-z0-9+/_-]{3}=)?").fullmatch


def find_written_out(subject: Subject, seen: Text, wanted: Text) -> Iterator[Find]:
    """Find what was written out as ``seen``, and put there what is written out as ``wanted``."""
    if len(seen) < _LEAST or len(seen) > 8 * len(subject.units):
        return
    old, new = raw(seen), raw(wanted)
    for undo in _WAYS:
        source, other = undo(old.decode("latin-1")), undo(new.decode("latin-1"))
        if source and other is not None and (source, other) != (old, new):
            yield from find_text(subject, source, other, escaped(subject))


def _from_hex(units: str) -> bytes | None:
    return unhexlify(units) if _is_hex(units) else None


def _from_base64(units: str) -> bytes | None:
    return from_base64(units) if units and _is_base64(units) else None


def _read(reading: Reading, units: str) -> bytes:
    view = view_of(units, reading, True, False) if reading.mark in units else None
    return (units if view is None else view.text).encode("latin-1")


_WAYS: tuple[Callable[[str], bytes | None], ...] = (
    _from_hex, _from_base64, partial(_read, PERCENTS), partial(_read, ENTITIES),
)  # fmt: skip
