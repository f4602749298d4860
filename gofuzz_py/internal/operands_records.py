"""What is wanted where nothing stands yet: round separators, and in a record of its own.

Owns the guess at what separates the pieces and records of a text.  Must not
know why something is wanted.  Runs in a worker process; called by ``solver``
where ``operands_find`` has nothing to look for.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from gofuzz_py.internal.operands_find_places import with_length

if TYPE_CHECKING:
    from gofuzz_py.internal.kinds import Value
    from gofuzz_py.internal.rand import Rand

T = TypeVar("T")

#: Longer texts are left alone, and so much of the others is looked at.
_LONGEST, _WINDOW = 1 << 16, 4096
#: Separators of a text that may stand before a value, and those that do so in many formats.
_OWN, _BEFORE = 2, "=: ,"
#: Empty fields with a length in front that are filled at a time.
_FIELDS = 3
#: Collections of more members are not looked for.
_MEMBERS = 8
#: Places at which a collection is looked for.
_PLACES = 64
#: What stands between records and what round them, the usual first; what a record never goes beyond.
_BETWEEN = "\n&,;| "
_ROUND = "\n&,;|{}[]()<>"

_separators = re.compile(r"[^\w\s]+|\s+").finditer


def insertions(value: Value, wanted: object, rand: Rand, most: int) -> list[Value]:
    """Return the text with ``wanted`` where it has empty fields, at its ends and next to separators.

    At most so many, the likely first; then some with a separator before it at the end, and
    ``wanted`` alone.
    """
    text, part = _as_texts(value, wanted)
    if text is None or not part:
        return []
    near = dict.fromkeys(
        at
        for found in _separators(text, 0, _WINDOW)
        for at in range(found.start(), found.end() + 1)
        if text[at - 1 : at + 1] != "\r\n" or not at  # one end of a line
    )
    empty = [at for at in (0, *near, len(text)) if _is_empty_field(text, at)]
    places = [*_turned(empty, rand)[: most // 2], 0, len(text), *_turned(list(near), rand)]
    found = [text[:at] + part + text[at:] for at in list(dict.fromkeys(places))[:most]]
    found = [*found, *_with_lengths(text, part, rand)] if isinstance(value, bytes) else found
    # A field may have lost the separator in front of it together with all that was in it.
    own = dict.fromkeys(one.group() for one in _separators(text, 0, _WINDOW))
    separators = dict.fromkeys((*_turned(list(own), rand)[:_OWN], *_BEFORE))
    found += [text + separator + part for separator in separators] if text else []
    return [_as(value, one) for one in ([*found, part] if text else found)]


def _with_lengths(text: str, part: str, rand: Rand) -> list[str]:
    """Return the text with a part behind zeros that may be its length, and that length, at a few places."""
    places = [at for at in range(1, min(len(text), _WINDOW) + 1) if text[at - 1] == "\0"]
    return [
        text[:start] + new + text[stop:]
        for at in _turned(places, rand)[:_FIELDS]
        for start, stop, new in islice(with_length(text, at, at, part), 1)
    ]


def _is_empty_field(text: str, at: int) -> bool:
    """Is nothing between two separators, or a separator and an end?"""
    return not any(char.isalnum() or char == "_" for char in text[max(0, at - 1) : at + 1])


def _turned(places: list[T], rand: Rand) -> list[T]:
    start = rand.intn(len(places)) if len(places) > 1 else 0
    return places[start:] + places[:start]


def beside(value: Value, seen: object, wanted: object) -> list[Value]:
    """Return the text with the record round ``seen`` repeated, ``wanted`` in the place of ``seen``."""
    text, part = _as_texts(value, wanted)
    _, old = _as_texts(value, seen)
    if text is None or not part or not old or (at := text.find(old)) < 0:
        return []
    start = max(text.rfind(char, 0, at) for char in _ROUND) + 1
    ends = [end for char in _ROUND if (end := text.find(char, at + len(old))) >= 0]
    end = min(ends, default=len(text))
    record = text[start:at] + part + text[at + len(old) : end]
    near = [char for char in (text[start - 1 : start], text[end : end + 1]) if char and char in _BETWEEN]
    found = [text[:end] + between + record + text[end:] for between in dict.fromkeys([*near, *_BETWEEN])]
    return [_as(value, one) for one in found[:4]]


def literals(value: Value, seen: object, wanted: object) -> list[Value]:
    """Return the text with a literal of one type for one of another, as decoders read them.

    For where a decoder that cannot be watched (``json`` in C, ``ast``) has made
    the text ``""`` out of what would have to be the number 7.
    """
    if type(seen) is type(wanted) or not isinstance(value, (str, bytes)) or len(value) > _LONGEST:
        return []
    text = value if isinstance(value, str) else value.decode("latin-1")
    found = [
        text[:start] + new + text[stop:]
        for start, stop in dict.fromkeys(_first_and_last(text, seen))
        for new in _spelled(wanted)[:2]
    ]
    if isinstance(value, bytes):
        return [one.encode("latin-1") for one in found if one.isascii() or max(one) < "\u0100"]
    return [*found]


def _first_and_last(text: str, operand: object) -> list[tuple[int, int]]:
    """Return where the first and the last literal of a value stand, if there is one."""
    if isinstance(operand, (dict, tuple)):
        pattern = _pattern(operand)
        found = [] if pattern is None else list(islice(re.finditer(pattern, text), _PLACES))
        return [one.span() for one in (*found[:1], *found[-1:])]
    # Without re, whose cache of patterns is the target's.
    spelled = [one for one in _spelled(operand) if one in text]
    if not spelled:
        return []
    first = min((text.find(one), one) for one in spelled)
    last = max((text.rfind(one), one) for one in spelled)
    return [(at, at + len(one)) for at, one in (first, last)]


def _spelled(operand: object) -> list[str]:
    """Return how a value is written in JSON and in Python, the usual first."""
    if operand is None:
        return ["null", "None"]
    if isinstance(operand, bool):
        return ["true", "True"] if operand else ["false", "False"]
    if isinstance(operand, (int, float)):
        return [repr(operand)] if isinstance(operand, float) or operand.bit_length() < 4096 else []
    if isinstance(operand, str) and len(operand) < _WINDOW:
        return [f'"{operand}"', f"'{operand}'"]
    return []


def _pattern(operand: object) -> str | None:
    """Return a pattern for the ways in which a value may be written; None where there are none."""
    if not isinstance(operand, (dict, tuple)):
        return "|".join(map(re.escape, _spelled(operand))) or None
    rows = operand.items() if isinstance(operand, dict) else [(item,) for item in operand]
    parts = [[_pattern(part) for part in row] for row in rows]
    if len(parts) > _MEMBERS or any(None in row for row in parts):
        return None
    items = r"\s*,\s*".join(r"\s*:\s*".join(f"(?:{part})" for part in row) for row in parts)
    start, end = (r"\{", r"\}") if isinstance(operand, dict) else (r"[\[(]", r"[\])]")
    return rf"{start}\s*{items}\s*{end}"


def _as_texts(value: Value, part: object) -> tuple[str | None, str]:
    """Return both as text: bytes as Latin-1, and text that goes into bytes as UTF-8."""
    if not isinstance(part, (str, bytes)) or not isinstance(value, (str, bytes)) or len(value) > _LONGEST:
        return None, ""
    if isinstance(value, str):
        return value, part if isinstance(part, str) else part.decode("latin-1")
    raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
    return value.decode("latin-1"), raw.decode("latin-1")


def _as(value: Value, text: str) -> Any:
    return text.encode("latin-1") if isinstance(value, bytes) else text
