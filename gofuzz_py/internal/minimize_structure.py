"""Shrinking bytes and str that have a structure: lines, brackets, counts.

Owns the passes that delete or change two places at once because a parser
would refuse either change alone: whole lines and fields, an opening bracket
with its closing one, a level of nesting, an item together with the number
that counts it.  None of them knows a language; they guess, and the gate tells
them whether the guess held.  Runs in the worker process; called through the
table in minimize.py.

Go has nothing like it.  Without these passes `{"a": [[1]]}` or a record with a
length byte stays as the fuzzer left it, because every smaller text is
rejected before it reaches the failing code.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, AnyStr, NamedTuple

from gofuzz_py.internal.minimize_gate import halvings, largest_accepted
from gofuzz_py.internal.minimize_sequence import character, delete_spans, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gofuzz_py.internal.minimize_gate import Slot

#: What ends a piece of text, coarse first.
_SEPARATORS = "\n", ";", ",", " "

_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
_MATES = re.compile(r"""[][(){}<>"'`]""")
_NUMBER_OR_BYTE = re.compile(r"[0-9]{1,6}|[^0-9]")

#: Brackets and counts looked at in one pass; real formats have theirs in front.
_PATIENCE = 256

#: How far after a count the counted items may begin: at once, after a
#: separator, after the three upper bytes of a little-endian number.
_COUNT_GAPS = 0, 1, 3


class Mates(NamedTuple):
    """Two characters that belong together, such as brackets or quotes."""

    #: Offset of the opening one.
    start: int
    #: Offset of the closing one.
    stop: int
    #: Position in the list of the pair round this one, or -1.
    parent: int


def delete_pieces(slot: Slot[AnyStr]) -> None:
    """Delete lines, then statements, fields and words, each with its separator."""
    for text in _SEPARATORS:
        separator = literal(slot.value, text)
        widths = [len(piece) + 1 for piece in slot.value.split(separator)]
        widths[-1] -= 1
        if len(widths) > 1:
            delete_spans(slot, widths)


def find_mates(value: AnyStr) -> list[Mates]:
    """Return the pairs of brackets and quotes in a value, outer before inner.

    Brackets without a partner are passed over.  Quotes pair up in the order
    they come in, since they do not say which way they face.
    """
    # latin-1 gives every byte one character, so the offsets are those of value.
    text = value if isinstance(value, str) else value.decode("latin-1")
    spans: dict[int, int] = {}
    open_places: list[int] = []
    for match in _MATES.finditer(text):
        opening = _find_opening(text, open_places, match.group())
        if opening is not None:
            spans[open_places[opening]] = match.start()
            del open_places[opening:]
        elif match.group() not in _CLOSING.values():
            open_places.append(match.start())
    return list(_with_parents(spans))


def _find_opening(text: str, open_places: list[int], closing: str) -> int | None:
    """Return which open bracket or quote this character closes, None if it closes none."""
    if closing in _CLOSING:
        return None
    # Not far back, or a long row of stray brackets would be searched for each of them.
    for index in range(len(open_places) - 1, max(-1, len(open_places) - 1 - _PATIENCE), -1):
        opening = text[open_places[index]]
        if _CLOSING.get(opening, opening) == closing:
            return index
    return None


def _with_parents(spans: dict[int, int]) -> Iterator[Mates]:
    enclosing: list[tuple[int, int]] = []
    for index, start in enumerate(sorted(spans)):
        while enclosing and enclosing[-1][1] < start:
            enclosing.pop()
        yield Mates(start, spans[start], enclosing[-1][0] if enclosing else -1)
        enclosing.append((index, spans[start]))


def delete_mates(slot: Slot[AnyStr]) -> None:
    """Delete brackets and quotes in pairs, and leave what is between them."""
    value = slot.value
    mates = find_mates(value)
    gone: set[int] = set()
    for size in halvings(len(mates) + 1):
        kept: list[Mates] = []
        for first in range(0, len(mates), size):
            group = mates[first : first + size]
            places = {place for pair in group for place in (pair.start, pair.stop)}
            if slot.consider(_without(value, gone | places)):
                gone |= places
            else:
                kept += group
        mates = kept


def _without(value: AnyStr, places: set[int]) -> AnyStr:
    """Return a value without the characters at these places."""
    pieces = []
    start = 0
    for place in sorted(places):
        pieces.append(value[start:place])
        start = place + 1
    pieces.append(value[start:])
    return value[:0].join(pieces)


def hoist(slot: Slot[AnyStr]) -> None:
    """Put a bracketed part in the place of the bracketed part round it, or of everything."""
    index = 0
    mates = find_mates(slot.value)
    while index < min(len(mates), _PATIENCE):
        value = slot.value
        inner = mates[index]
        start, stop = mates[inner.parent][:2] if inner.parent >= 0 else (0, len(value))
        content = value[inner.start : inner.stop + 1]
        if slot.consider(value[:start] + content + value[stop + 1 :]):
            mates = find_mates(slot.value)
        else:
            index += 1


def lower_counts(slot: Slot[AnyStr]) -> None:
    """Lower a number and delete as many of the items it seems to count."""
    for start, stop in list(islice(_find_counts(slot.value), _PATIENCE)):
        for gap in _COUNT_GAPS:
            _lower_count(slot, start, stop, gap)


def _find_counts(value: AnyStr) -> Iterator[tuple[int, int]]:
    """Yield where a number stands that does not exceed what follows it."""
    # latin-1 gives every byte one character, so the offsets are those of value.
    text = value if isinstance(value, str) else value.decode("latin-1")
    for match in _NUMBER_OR_BYTE.finditer(text):
        start, stop = match.span()
        if 0 < _count(value[start:stop]) <= len(value) - stop:
            yield start, stop


def _count(field: AnyStr) -> int:
    """Read a decimal number, or one byte as the number it is; 0 for anything else."""
    if field.isascii() and field.isdigit():
        return int(field)
    return ord(field) if isinstance(field, bytes) and len(field) == 1 else 0


def _lower_count(slot: Slot[AnyStr], start: int, stop: int, gap: int) -> None:
    value = slot.value
    field, items = value[start:stop], stop + gap
    # Counted anew: an earlier success may have put something else in its place.
    number = _count(field)

    def accept(less: int) -> bool:
        is_text = field.isdigit()
        lowered = literal(field, str(number - less)) if is_text else character(field, number - less)
        return slot.consider(value[:start] + lowered + value[stop:items] + value[items + less :])

    largest_accepted(accept, min(number, len(value) - items))
