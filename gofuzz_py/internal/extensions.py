"""Inputs with something behind them: for programs that came to the end of what there was.

Owns what is put behind a value.  Must not know what is looked for: the
explorer watches a run of the longer input, and what is met there tells.  Runs
in worker processes, once or twice for an input that reached something new.

An input is shrunk to what reaches something new, and so it ends where the next
condition begins: no run of it meets that condition, and nothing can be wished.
What is put behind it has no two characters alike, so that what was compared can
be found again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from gofuzz_py.internal.kinds import Value
    from gofuzz_py.internal.rand import Rand

T = TypeVar("T", str, bytes)

#: Characters that are no usual word, number or separator together, none of them twice.
_LETTERS = "q7Zk3Vx9Jw2Yb8Hd4Ng6Tc5Rm1Pf0Ls"
_LETTERS_AS_BYTES = _LETTERS.encode()
_BYTES = bytes(range(1, 32)) + bytes(range(160, 224))
#: So many of them, and of the value's own end.
_LENGTH, _OWN = 8, 64
#: What may have to come between.
_SEPARATORS = "\n,; &|"
#: What stands between two records.
_BETWEEN_RECORDS = ("\n", "", "\n", ";")

_last_field = re.compile(r"[^\w\s]|\s").search


def extended(values: list[Value], rand: Rand, is_like: bool) -> list[Value] | None:
    """Return the values of an input with something behind each text; None if there is no text.

    With ``is_like`` it is more of the same, or what separates it from another word.
    """
    made: list[Value] = []
    for value in values:
        if isinstance(value, str):
            made.append(value + (_more_like(value, rand) if is_like else _more(_LETTERS, rand)))
        elif isinstance(value, bytes):
            text = _more_like(value[-_OWN:].decode("latin-1"), rand) if is_like else ""
            made.append(
                value + (text.encode("latin-1") or _more((_BYTES, _LETTERS_AS_BYTES)[rand.bits(1)], rand))
            )
        else:
            made.append(value)
    return made if made != values else None


def joined(values: list[Value], other: list[Value], rand: Rand) -> list[Value] | None:
    """Return the values with those of another input in front or behind, as a record more; None without text.

    What one record leaves behind, another may look for.
    """
    made: list[Value] = []
    for value, more in zip(values, other, strict=True):
        pair: Any = (value, more) if rand.bits(1) else (more, value)
        separator = _BETWEEN_RECORDS[rand.bits(2)]
        if isinstance(value, str):
            made.append(separator.join(pair))
        elif isinstance(value, bytes):
            made.append(separator.encode().join(pair))
        else:
            made.append(value)
    return made if made != values else None


def _more(alphabet: T, rand: Rand) -> T:
    start = rand.intn(len(alphabet) - _LENGTH)
    return alphabet[start : start + _LENGTH]


def _more_like(text: str, rand: Rand) -> str:
    if rand.bits(1):
        return _repeated(text, rand)
    return _SEPARATORS[rand.intn(len(_SEPARATORS))] + _more(_LETTERS, rand)[:2]


def _repeated(text: str, rand: Rand) -> str:
    """Return the last field of a text with what separates it, or some of its end."""
    tail = text[-_OWN:]
    found = _last_field(tail[::-1])
    if found is None or rand.bits(1):
        separator = _SEPARATORS[rand.intn(len(_SEPARATORS))] if rand.bits(1) else ""
        return separator + tail
    return tail[len(tail) - found.end() :]
