"""Edits of numbers written in a text: calculated with, spelled otherwise, copied.

Owns what may become of a run of ASCII digits beyond what ``mutators_text``
does (which replaces it by a limit, steps it, and changes its digits).  Runs in
worker processes, once per execution, as edits (see ``mutators_format_window``).
Go's engine does not know numbers in a text.

Only runs of up to ``_DIGITS`` digits are calculated with, so that neither the
time nor CPython's limit of 4300 digits can matter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gofuzz_py.internal.mutators_format_window import draw_place, search_near

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.mutators_format_window import Edit, Spelling
    from gofuzz_py.internal.rand import Rand

_join = "".join

#: 2**63 has 19 digits, 2**128 has 39.
_DIGITS = 40
_search_number = re.compile(rf"[0-9]{{1,{_DIGITS}}}").search
#: With what numbers are made of: a fraction, an exponent, a date, an address.
_search_decimal = re.compile(r"[0-9](?:[0-9_.:/xXa-fA-F+-]*[0-9a-fA-F])?").search

#: Round these powers of two widths, signs and exact floats end.
_POWERS = (7, 8, 10, 15, 16, 24, 31, 32, 53, 63, 64, 127, 128, 1023, 1024)

#: What may be calculated of a number ``n``, a power of two ``p`` and the length of the text.
_CALCULATIONS: tuple[Callable[[int, int, int], int], ...] = (
    lambda n, p, size: n * 2,
    lambda n, p, size: n // 2,
    lambda n, p, size: n * n,
    lambda n, p, size: n * 10,
    lambda n, p, size: n * 1000,
    lambda n, p, size: n // 10,
    lambda n, p, size: n + p,
    lambda n, p, size: n - p,
    lambda n, p, size: p - n,
    lambda n, p, size: n ^ p,
    lambda n, p, size: n * p,
    lambda n, p, size: -n,
    lambda n, p, size: ~n,
    lambda n, p, size: p,
    lambda n, p, size: p - 1,
    lambda n, p, size: -p,
    lambda n, p, size: -p - 1,
    lambda n, p, size: size,
    lambda n, p, size: size + n,
    lambda n, p, size: 10**20 + n,
    lambda n, p, size: 10**29 + n,  # more than the precision of Decimal
    lambda n, p, size: n + 256,
    lambda n, p, size: n % 10,
    lambda n, p, size: n - 10,
    lambda n, p, size: n + 100,
)


def calculate_number(rand: Rand, text: str, limit: int) -> str | None:
    """Replace a number by one calculated from it: doubled, negated, overflowing, the length of the text."""
    found = search_near(_search_number, rand, text)
    if found is None:
        return None
    bits = rand.bits
    start, end = found.span()
    old = int(found[0])
    if text[start - 1 : start] == "-":
        start -= 1
        old = -old
    calculate = _CALCULATIONS[bits(30) % len(_CALCULATIONS)]
    number = calculate(old, 1 << _POWERS[bits(30) % len(_POWERS)], len(text))
    return _join((text[:start], str(number), text[end:]))


def copy_number(rand: Rand, text: str, limit: int) -> str | None:
    """Replace a number by another one of the text, or exchange the two."""
    first = _search_decimal(text, draw_place(rand, text))
    if first is None:
        return None
    second = _search_decimal(text, first.end())
    if second is None:
        return None
    bits = rand.bits
    left, right = ((second[0], second[0]), (first[0], first[0]), (second[0], first[0]))[bits(30) % 3]
    middle = text[first.end() : second.start()]
    return _join((text[: first.start()], left, middle, right, text[second.end() :]))


#: What a number ``d`` may be written like; ``n`` is a number below 256.
_SPELLINGS: tuple[Callable[[str, int], str], ...] = (
    lambda d, n: "+" + d,
    lambda d, n: "--" + d,
    lambda d, n: hex(int(d)),
    lambda d, n: oct(int(d)),
    lambda d, n: bin(int(d)),
    lambda d, n: "0x" + d,
    lambda d, n: "0X" + d + "g",
    lambda d, n: "0" + d,
    lambda d, n: d + ".0",
    lambda d, n: d + ".",
    lambda d, n: "." + d,
    lambda d, n: d + "." + d,
    lambda d, n: f"{d}.{n}e{n}",
    lambda d, n: d + "e0",
    lambda d, n: f"{d}E{n + 200}",
    lambda d, n: f"{d}e-{n + 200}",
    lambda d, n: f"{d}e+{n}",
    lambda d, n: f"{d}e{10**9 + n}",
    lambda d, n: repr(float(d)),
    lambda d, n: f"{int(d):e}",
    lambda d, n: "_".join(d),
    lambda d, n: f"{int(d):_}",
    lambda d, n: f"{int(d):,}",
    lambda d, n: d + "_",
    lambda d, n: d + "__" + d,
    lambda d, n: f" {d} ",
    lambda d, n: f"{d}\n",
    lambda d, n: f'"{d}"',
    lambda d, n: d + "L",
    lambda d, n: d + "j",
    lambda d, n: d + "%",
    lambda d, n: d + "px",
    lambda d, n: f"{d}/{n % 3}",
    lambda d, n: f"{d}:{d}",
    lambda d, n: f"{d}-{d}",
    lambda d, n: d + d,
    lambda d, n: d[::-1],
    lambda d, n: "",
    lambda d, n: f"&#{d};",
    lambda d, n: "%3" + "%3".join(d),
    lambda d, n: "nan",
    lambda d, n: "-inf",
    lambda d, n: "Infinity",
    lambda d, n: "1" + "0" * n,
    lambda d, n: "0." + "0" * n + d,
    lambda d, n: "9" * (n // 8 + 1),
)

#: Digits that ``str.isdigit`` takes, from nought to nine: those of other
#: scripts, which ``int`` takes too, and those that it refuses.
_FOREIGN_DIGITS = (
    "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９",
    "\U0001d7ce\U0001d7cf\U0001d7d0\U0001d7d1\U0001d7d2\U0001d7d3\U0001d7d4\U0001d7d5\U0001d7d6\U0001d7d7",
    "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉", "⓪①②③④⑤⑥⑦⑧⑨", "⁰¹²³⁴⁵⁶⁷⁸⁹",
)  # fmt: skip


def respell_number(rand: Rand, text: str, limit: int) -> str | None:
    """Write a number in another way: hexadecimal, with exponent, underscores, a sign, as an escape."""
    found = search_near(_search_number, rand, text)
    if found is None:
        return None
    bits = rand.bits
    spelled = _SPELLINGS[bits(30) % len(_SPELLINGS)](found[0], bits(8))
    return _join((text[: found.start()], spelled, text[found.end() :]))


def foreign_number(spelling: Spelling) -> Edit:
    """Return an edit that writes a number with the digits of another script, as the type spells them."""
    tables = [{48 + n: spelling(digit) for n, digit in enumerate(digits)} for digits in _FOREIGN_DIGITS]

    def foreign_number(rand: Rand, text: str, limit: int) -> str | None:
        found = search_near(_search_number, rand, text)
        if found is None:
            return None
        bits = rand.bits
        start, end = found.span()
        if not bits(2):
            # One digit among others: what a check of the first character lets through.
            start += bits(30) % (end - start)
            end = start + 1
        digits = text[start:end].translate(tables[bits(30) % len(tables)])
        return _join((text[:start], digits, text[end:]))

    return foreign_number


#: Edits that need a text and decline where there is no number.
NUMBER_EDITS: tuple[Edit, ...] = (calculate_number, copy_number, respell_number)
