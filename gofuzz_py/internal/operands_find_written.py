"""Find what a program has written out: the operand is hex, base64 or the like of the input.

Owns the undoing: where both operands can be read back in the same way, what
they were made of is looked for instead.  The other direction, text in the input
that the program reads, is ``operands_find_runs``' and ``operands_find_views``'.
Runs in worker processes, called by ``operands_find``.  Go has nothing of the
kind.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64, unhexlify
from collections.abc import Callable, Iterator

from gofuzz_py.internal.operands_find_places import Find, Subject
from gofuzz_py.internal.operands_find_spell import Text, find_text, raw
from gofuzz_py.internal.operands_find_views import escaped

#: Shorter operands look written out by accident.
_LEAST = 4

_is_hex = re.compile(rb"(?:[0-9A-Fa-f]{2})+").fullmatch
_is_base64 = re.compile(rb"(?:[A-Za-z0-9+/_-]{4})+(?:[A-Za-z0-9+/_-]{2}==|[A-Za-z0-9+/_-]{3}=)?|"
                        rb"[A-Za-z0-9+/_-]{2}==|[A-Za-z0-9+/_-]{3}=").fullmatch  # fmt: skip
_percents = re.compile(rb"%([0-9A-Fa-f]{2})")
_entities = re.compile(rb"&(?:amp|lt|gt|quot|#x27|#39);")
_ENTITIES = {b"&amp;": b"&", b"&lt;": b"<", b"&gt;": b">", b"&quot;": b'"', b"&#x27;": b"'", b"&#39;": b"'"}


def find_written_out(subject: Subject, seen: Text, wanted: Text) -> Iterator[Find]:
    """Find what was written out as ``seen``, and put there what is written out as ``wanted``."""
    if len(seen) < _LEAST or len(seen) > 8 * len(subject.units):
        return
    old, new = raw(seen), raw(wanted)
    for undo in _WAYS:
        sources = undo(old), undo(new)
        if sources[0] and sources[1] is not None and sources != (old, new):
            yield from find_text(subject, sources[0], sources[1], escaped(subject))


def _from_hex(data: bytes) -> bytes | None:
    return unhexlify(data) if _is_hex(data) else None


def _from_base64(data: bytes) -> bytes | None:
    if not _is_base64(data):
        return None
    try:
        return a2b_base64(data.replace(b"-", b"+").replace(b"_", b"/"))
    except Error:
        return None


def _from_percents(data: bytes) -> bytes:
    return _percents.sub(lambda found: bytes((int(found[1], 16),)), data)


def _from_entities(data: bytes) -> bytes:
    return _entities.sub(lambda found: _ENTITIES[found[0]], data)


_WAYS: tuple[Callable[[bytes], bytes | None], ...] = (_from_hex, _from_base64, _from_percents, _from_entities)
