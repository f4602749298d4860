"""Find a number in the digits of a value, and write another there in the same style.

Owns the reading of numbers in text (decimal, hexadecimal, octal, binary, with
sign, underscores, leading zeros, fraction and exponent), the small reckonings
that may lie between the text and what the program saw, and the writing back.
Fixed digits without a boundary are ``operands_find_spell``'s.  Runs in worker
processes, called by ``operands_find``.  Go has nothing of the kind.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice

from gofuzz_py.internal.operands_find_places import REMEMBERED, Edit, Find, Subject, filled, spread
from gofuzz_py.internal.operands_find_spell import BLOCKS, MOST_BITS, STEPS, Number

#: Numbers beyond these are not looked at, nor those with more digits.
_MOST_NUMBERS = 200
_MOST_DIGITS = 400

_INT = re.compile(r"0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\d[\d_]*")
# It must begin at the beginning of the digits: to try at each of them takes the square of their number.
_FLOAT = re.compile(r"(?<![\d_])(?:\d[\d_]*\.[\d_]*|\.\d+|\d[\d_]*(?=[eE][+-]?\d))(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"\b(?:nan|inf(?:inity)?)\b", re.IGNORECASE)
_BASES = {"x": 16, "o": 8, "b": 2}

#: What units there are besides blocks: decimals, minutes, hours.
_SCALES = (*BLOCKS, 10, 60, 100, 1000, 3600)

#: From the wanted operand to the number in the text; None where there is none.
_Back = Callable[[Number], Number | None]


def _less(step: int) -> _Back:
    return lambda wanted: wanted - step


def _over(scale: int) -> _Back:
    def back(wanted: Number) -> Number | None:
        whole, rest = divmod(wanted, scale)
        return None if rest else int(whole)

    return back


def _times(scale: int) -> _Back:
    return lambda wanted: wanted * scale


def _same(wanted: Number) -> Number:
    return wanted


def _negated(wanted: Number) -> Number:
    return -wanted


_LESS = tuple((3 if abs(step) > 1 else 2, step, _less(step)) for step in STEPS)
_SCALED = tuple((2, scale, _over(scale), _times(scale)) for scale in _SCALES)


def _sources(seen: Number) -> dict[Number, tuple[int, _Back]]:
    """Return which numbers in the text could have become ``seen``: their grade, and the way back."""
    sources: dict[Number, tuple[int, _Back]] = {}
    for grade, scale, over, times in _SCALED:
        sources[seen * scale] = (grade + 1, times)
        if seen and not seen % scale:
            sources[seen // scale] = (grade, over)
    for grade, step, less in reversed(_LESS):
        sources[seen - step] = (grade, less)
    sources[-seen] = (1, _negated)
    sources[seen] = (0, _same)
    return sources


def find_digits(subject: Subject, seen: Number, wanted: Number) -> Iterator[Find]:
    """Find a number in digits, as it is or reckoned with, and write the wanted one in its style."""
    if isinstance(seen, int) and seen.bit_length() > MOST_BITS:
        return
    if isinstance(seen, float) and not math.isfinite(seen):
        yield from _find_words(subject, seen, wanted)
        return
    sources = _sources(seen)
    found: dict[int, list[Edit]] = {}
    for window in subject.windows():
        for grade, edit in _rewritten(subject.units, window, sources, wanted):
            size = edit[1] - edit[0]
            shortness = 2 if size == 1 else 1 if size == 2 else 0
            found.setdefault(grade + shortness, []).append(edit)
    for grade in sorted(found):
        yield Find(grade, _padded(subject.units, spread(found[grade], subject.rand)))


def _padded(units: str, found: list[Edit]) -> Iterator[Edit]:
    for start, stop, text in found:
        yield start, stop, text
        yield start, stop, text.zfill(stop - start)
        yield from filled(units, start, stop, text)


def _rewritten(
    units: str, window: tuple[int, str], sources: dict[Number, tuple[int, _Back]], wanted: Number
) -> Iterator[tuple[int, Edit]]:
    """Return the edits for what in a window could be a source, with their grades."""
    begin, text = window
    for start, token, base, number in _numbers(text):
        start += begin
        for at, signed in _signs(units, start, number):
            if signed in sources:
                grade, back = sources[signed]
                new = _write(back(wanted), token, base)
                if new is not None:
                    yield grade + (base == 8), (at, start + len(token), new)


@lru_cache(REMEMBERED)
def _numbers(text: str) -> tuple[tuple[int, str, int, Number], ...]:
    """Return the numbers in a text: where, how they stand there, in which base, and what they are."""
    found = []
    for pattern in (_INT, _FLOAT):
        for match in islice(pattern.finditer(text), _MOST_NUMBERS):
            token = match[0]
            if len(token) <= _MOST_DIGITS:
                found += [(match.start(), token, base, number) for base, number in _read(token)]
    return tuple(found)


def _read(token: str) -> Iterator[tuple[int, Number]]:
    """Return the numbers that a token can be, with their base."""
    try:
        if token[1:2].lower() in _BASES and token[0] == "0":
            base = _BASES[token[1].lower()]
            yield base, int(token[2:], base)
        elif "." in token or "e" in token or "E" in token:
            yield 10, float(token)
        else:
            yield 10, int(token)
            if len(token) > 1:
                yield 8, int(token, 8)
    except (ValueError, OverflowError):
        return  # an underscore in the wrong place, or a digit beyond the base


def _signs(units: str, start: int, number: Number) -> Iterator[tuple[int, Number]]:
    """Return the number, and with the sign before it: ``-`` is not always one."""
    sign = units[start - 1 : start]
    if sign == "-" and start:
        yield start - 1, -number
    yield start, number


def _write(number: Number | None, token: str, base: int) -> str | None:
    """Write a number as the token is written, or return None where that is not possible."""
    if number is None or (isinstance(number, int) and number.bit_length() > MOST_BITS):
        return None
    if isinstance(number, float):
        if base != 10:
            return None
        if not number.is_integer() or "e" in repr(number):
            return repr(number)
        number = int(number)
    sign, size = "-" if number < 0 else "", abs(number)
    if base != 10 or token[1:2].lower() in _BASES:
        return sign + _write_base(size, token, base)
    return sign + _write_decimal(size, token)


def _write_base(size: int, token: str, base: int) -> str:
    digits = format(size, {16: "x", 8: "o", 2: "b"}[base])
    prefix = token[:2] if token[1:2].lower() in _BASES else ""
    body = token[len(prefix) :]
    if body != body.lower():
        digits = digits.upper()
    return prefix + digits.zfill(len(body))


def _write_decimal(size: int, token: str) -> str:
    _, point, fraction = token.partition(".")
    if "e" in token or "E" in token:
        return repr(float(size)) if size < 1 << 53 else str(size)
    if point:
        return f"{size}.{'0' * len(fraction)}"
    if "_" in token:
        return format(size, "_")
    return str(size).zfill(len(token)) if token[0] == "0" and len(token) > 1 else str(size)


def _find_words(subject: Subject, seen: float, wanted: Number) -> Iterator[Find]:
    """Find ``nan`` and ``inf``."""
    found: list[Edit] = []
    for window in subject.windows():
        begin, part = window
        for match in islice(_WORD.finditer(part), _MOST_NUMBERS):
            number, stop = float(match[0]), begin + match.end()
            for start, signed in _signs(subject.units, begin + match.start(), number):
                if signed == seen or (math.isnan(signed) and math.isnan(seen)):
                    text = _write(wanted, match[0], 10)
                    found += [(start, stop, text)] if text is not None else []
    if found:
        yield Find(0, found)
