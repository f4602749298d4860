"""What is wanted where nothing stands yet: round separators, and in a record of its own.

Owns the guess at what separates the pieces and records of a text.  Must not
know why something is wanted.  Runs in a worker process; called by ``solver``
where ``operands_find`` has nothing to look for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gofuzz_py.internal.kinds import Value
    from gofuzz_py.internal.rand import Rand

#: Longer texts are left alone, and so much of the others is looked at.
_LONGEST, _WINDOW = 1 << 16, 4096
#: Collections of more members are not looked for.
_MEMBERS = 8
#: What stands between records and what round them, the usual first; what a record never goes beyond.
_BETWEEN = "\n&,;| "
_ROUND = "\n&,;|{}[]()<>"

_separators = re.compile(r"[^\w\s]+|\s+").finditer


def insertions(value: Value, wanted: object, rand: Rand, most: int) -> list[Value]:
    """Return the text with ``wanted`` at its ends and next to separators, at most so many."""
    text, part = _as_texts(value, wanted)
    if text is None or not part:
        return []
    places = {0: None, len(text): None}
    for separator in _separators(text, 0, _WINDOW):
        places[separator.end()] = places[separator.start()] = None
    at = list(places)
    if len(at) > most:
        start = rand.intn(len(at))
        at = list(dict.fromkeys([0, len(text), *at[start:], *at[:start]]))[:most]
    found = [text[:place] + part + text[place:] for place in at]
    return [_as(value, one) for one in ([*found, part] if text else found)]


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
    found = []
    for old in _spelled(seen):
        for new in _spelled(wanted)[:2]:
            places = dict.fromkeys((text.find(old), text.rfind(old)))
            found += [text[:at] + new + text[at + len(old) :] for at in places if at >= 0]
    if isinstance(value, bytes):
        return [one.encode("latin-1") for one in found if one.isascii() or max(one) < "\u0100"]
    return [*found]


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
    if isinstance(operand, (dict, tuple)) and len(operand) <= _MEMBERS:
        return _spelled_collection(operand)
    return []


def _spelled_collection(operand: dict[Any, Any] | tuple[Any, ...]) -> list[str]:
    found = []
    for comma, colon in ((",", ":"), (", ", ": ")):
        rows = operand.items() if isinstance(operand, dict) else [(item,) for item in operand]
        spelled = [[next(iter(_spelled(part)), "") for part in row] for row in rows]
        text = comma.join(colon.join(row) for row in spelled)
        found += ["{" + text + "}"] if isinstance(operand, dict) else [f"[{text}]", f"({text})"]
    return list(dict.fromkeys(found))


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
