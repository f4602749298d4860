"""Where the field stands in a value, and which part of the value it is computed from.

Owns ``Place`` (a field found again in a changed value: so far from the start,
from the end, or after a piece of literal text), ``Bound`` (an end of a part,
said in the same ways or relative to the field) and ``Part`` (two bounds, what
stands for the field if it lies between them, and how the part is decoded).
Knows nothing of functions or of how a number is written.  Runs in worker
processes, once per execution, called by ``checksums``.  Go's engine has
nothing of the kind.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from gofuzz_py.internal.checksums_forms import LONGEST_RUN, Form, Packed, Varint, varint_at

START, END, FIELD, AFTER, SINCE, UNTIL, BEYOND, LAST, UPON, TO, STATED = range(11)

#: Compressed parts that grow beyond this are left alone.
_LONGEST_DECODED = 1 << 20


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a part."""

    #: What it is relative to: one of the constants above.
    kind: int
    #: How far from there; ``END`` counts backwards.
    offset: int = 0
    #: What is searched for: backwards from the field (``SINCE``, to after it; ``UPON``, to before
    #: it), forwards from the field (``UNTIL``, to before it), from the start of the value
    #: (``BEYOND``, to after it) or from the part's other end (``TO``, to before it).
    literal: bytes = b""
    #: How the number is written that says how long the part is (``STATED``; at ``offset`` from the field).
    form: Packed | None = None

    def at(self, value: bytes, begin: int, end: int) -> int:
        """Return the place in ``value`` for a field from ``begin`` to ``end``; -1 if there is none."""
        kind = self.kind
        if kind == START:
            return self.offset
        if kind == END:
            return len(value) - self.offset
        if kind == FIELD:
            return begin + self.offset
        if kind == AFTER:
            return end + self.offset
        if kind == UNTIL:
            return value.find(self.literal, end)
        if kind == UPON:
            return value.rfind(self.literal, 0, begin + self.offset)
        found = value.rfind(self.literal, 0, begin) if kind == SINCE else value.find(self.literal)
        return -1 if found < 0 else found + len(self.literal) + self.offset

    def __str__(self) -> str:
        return {
            START: f"byte {self.offset}",
            END: f"{self.offset} before the end" if self.offset else "the end",
            FIELD: f"{-self.offset} before the field" if self.offset else "the field",
            AFTER: f"{self.offset} after the field" if self.offset else "after the field",
            SINCE: f"the last {self.literal!r} before it",
            UNTIL: f"the next {self.literal!r}",
            BEYOND: f"after the first {self.literal!r}",
            UPON: f"before the last {self.literal!r} before it",
            TO: f"the next {self.literal!r}",
            STATED: f"the length that is stated {self.offset} from the field",
        }[self.kind]


@cache
def _not_of(alphabet: bytes) -> re.Pattern[bytes]:
    """Return a pattern for what does not belong to a field of these characters."""
    return re.compile(b"[^" + re.escape(alphabet) + b"]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the field stands."""

    #: ``START``, ``END``, or after the first (``BEYOND``) or last (``LAST``) ``literal``.
    kind: int
    offset: int = 0
    literal: bytes = b""

    def find(self, value: bytes, form: Form) -> tuple[int, int] | None:
        """Return where the field begins and ends, or None if it is not in place."""
        size = form.size
        if self.kind == END:
            end = len(value) - self.offset
            begin = end - size if size else self._begin_of_run(value, end, form)
        else:
            begin = self.offset
            if self.kind != START:
                found = (value.rfind if self.kind == LAST else value.find)(self.literal)
                if found < 0:
                    return None
                begin += found + len(self.literal)
            end = begin + size if size else self._end_of_run(value, begin, form)
        return (begin, end) if 0 <= begin <= end <= len(value) else None

    def _end_of_run(self, value: bytes, begin: int, form: Form) -> int:
        if begin > len(value):
            return -1
        if isinstance(form, Varint):
            found = varint_at(value, begin)
            return found[1] if found else -1
        stop = _not_of(form.alphabet).search(value, begin, begin + LONGEST_RUN)
        return stop.start() if stop else min(len(value), begin + LONGEST_RUN)

    def _begin_of_run(self, value: bytes, end: int, form: Form) -> int:
        if end < 0 or not form.alphabet:
            return -1
        start = max(0, end - LONGEST_RUN)
        return start + len(value[start:end].rstrip(form.alphabet))

    def __str__(self) -> str:
        if self.kind in (BEYOND, LAST):
            return f"after the {'last' if self.kind == LAST else 'first'} {self.literal!r}"
        return f"at offset {self.offset}" if self.kind == START else f"{self.offset} before the end"


def _unhex(data: bytes) -> bytes | None:
    try:
        return bytes.fromhex(data.decode("ascii"))
    except ValueError:
        return None


def inflate(data: bytes, window: int) -> bytes | None:
    """Decompress; None if it is broken, cut short or grows too large."""
    stream = zlib.decompressobj(window)
    try:
        decoded = stream.decompress(data, _LONGEST_DECODED)
    except zlib.error:
        return None
    return decoded if stream.eof else None


def _gunzip(data: bytes) -> bytes | None:
    """Decompress what follows a gzip header, without looking at the trailer."""
    if data[:3] != b"\x1f\x8b\x08" or len(data) < 18:
        return None
    flags, at = data[3], 10
    if flags & 4:
        at += 2 + int.from_bytes(data[10:12], "little")
    for flag in (8, 16):
        if flags & flag:
            at = data.find(b"\0", at) + 1
            if not at:
                return None
    return inflate(data[at + (flags & 2) :], -15)


#: Ways to read a part before it is summed up; None from one means that it cannot be read.
DECODERS: dict[str, Callable[[bytes], bytes | None]] = {
    "hex": _unhex,
    "gzip": _gunzip,
    "zlib": lambda data: inflate(data, 15),
    "deflate": lambda data: inflate(data, -15),
}


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes that a field is computed from."""

    start: Bound
    end: Bound
    #: The byte that stands for each byte of the field within the part; empty if it is left out.
    mask: bytes = b""
    #: A key of ``DECODERS``, or empty.
    decoder: str = ""

    def cut(self, value: bytes, begin: int, end: int) -> bytes | None:
        """Return the part's bytes for a field from ``begin`` to ``end``, or None if there is no such part."""
        first = self.start.at(value, begin, end)
        last = self._last(value, first, begin, end)
        if not 0 <= first <= last <= len(value):
            return None
        if last <= begin or first >= end:
            data = value[first:last]
        elif first > begin or last < end:
            return None
        else:
            data = value[first:begin] + self.mask * (end - begin) + value[end:last]
        return DECODERS[self.decoder](data) if self.decoder else data

    def _last(self, value: bytes, first: int, begin: int, end: int) -> int:
        bound = self.end
        if bound.kind == TO:
            return value.find(bound.literal, first) if first >= 0 else -1
        if bound.form:
            place = begin + bound.offset
            number = value[place : place + bound.form.width] if place >= 0 else b""
            return first + int.from_bytes(number, bound.form.order)
        return bound.at(value, begin, end)

    def __str__(self) -> str:
        text = f"{self.decoder}-decoded " if self.decoder else ""
        return f"{text}bytes from {self.start} to {self.end}" + (
            f" with {self.mask!r} as the field" if self.mask else ""
        )
