"""Checks of a whole, field included, against a constant.

Owns comparisons such as ``sum(data) & 0xFF == 0``, ``total % 10 == 0`` and
``int(number) % 97 == 1``: there is no operand that was read from a field, so
the field is taken to be where such formats have it, mostly at the end.
Knows what must be left over and which function of the rest makes it so.  Runs
in worker processes, once per stuck comparison, called by ``checksums``.  Go's
engine has nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from gofuzz_py.internal.checksums_crc import FAST_CRCS, SLOW_CRCS
from gofuzz_py.internal.checksums_digits import (
    ARTICLE,
    CHECK_DIGITS,
    IBAN,
    ISBN10,
    LUHN,
    MOD97,
    remainder,
    remainder97,
)
from gofuzz_py.internal.checksums_forms import Digits, Form, FormKinds, Packed, fits
from gofuzz_py.internal.checksums_functions import CRC32, INTERNET_SUM, SUM, WORDS_BIG, XOR, Base, Derived
from gofuzz_py.internal.checksums_places import DECODERS
from gofuzz_py.internal.checksums_search import Match, Search
from gofuzz_py.internal.checksums_spans import Span
from gofuzz_py.internal.checksums_wants import Want

_MOST_MATCHES = 8
_PASS_NS = 4_000_000
#: Lines of a value that are looked at.
_FIRST_LINES, _LAST_LINES = 12, 4


@dataclass(frozen=True, slots=True)
class _Rule:
    """A remainder, and how the field is computed that makes it the goal."""

    remainder: Base
    goal: int
    derived: Derived
    form: Form
    #: Does the field stand at 2 and 4 instead of at the end?
    is_iban: bool = False

    @property
    def is_text(self) -> bool:
        """Is it about digits?"""
        return isinstance(self.form, Digits)


def _crc(name: str) -> Base:
    return next(base for base in (*FAST_CRCS, *SLOW_CRCS) if base.name == name)


def _digit_rule(check: Base, modulus: int, rank: int) -> _Rule:
    base = Base(f"remainder of {check.name}", partial(remainder, check=check, modulus=modulus), 0, 60, rank)
    return _Rule(base, 0, Derived(check), Digits(11 if modulus == 11 else 10, 1))


def _sum_of_bytes(data: bytes) -> int:
    return sum(data) & 0xFF


def _inverted_internet_sum(data: bytes) -> int:
    return INTERNET_SUM.compute(data) ^ 0xFFFF


def _words(data: bytes) -> int:
    return WORDS_BIG.compute(data) & 0xFFFF


def _rules() -> Iterator[_Rule]:
    byte, pair, turned = Packed(1, "big"), Packed(2, "big"), Packed(2, "little")
    low = Base("sum mod 256", _sum_of_bytes, 8, 5)
    folded = Derived(INTERNET_SUM, -1, -1, 1, 1 << 16)
    yield _Rule(low, 0, Derived(SUM, -1, 0, 1, 256), byte)
    yield _Rule(low, 255, Derived(SUM, -1, -1, 1, 256), byte)
    yield _Rule(XOR, 0, Derived(XOR), byte)
    yield _Rule(XOR, 255, Derived(XOR, -1, -1, 1, 256), byte)
    yield _Rule(Base("internet checksum", _inverted_internet_sum, 16, 6), 0, folded, pair)
    yield _Rule(INTERNET_SUM, 0xFFFF, folded, pair)
    yield _Rule(Base("words mod 2^16", _words, 16, 6, 2), 0, Derived(WORDS_BIG, -1, 0, 1, 1 << 16), pair)
    yield _Rule(CRC32, 0x2144DF1C, Derived(CRC32), Packed(4, "little"))
    for name in ("crc16/xmodem", "crc16/ccitt", "crc16/aug-ccitt"):
        yield _Rule(_crc(name), 0, Derived(_crc(name)), pair)
    for name in ("crc16/modbus", "crc16/arc", "crc16/kermit"):
        yield _Rule(_crc(name), 0, Derived(_crc(name)), turned)
    yield _Rule(_crc("crc16/x25"), 0x0F47, Derived(_crc("crc16/x25")), turned)
    for name in ("crc8", "crc8/maxim"):
        yield _Rule(_crc(name), 0, Derived(_crc(name)), byte)
    yield _digit_rule(LUHN, 10, 0)
    yield _digit_rule(ARTICLE, 10, 0)
    yield _digit_rule(ISBN10, 11, 0)
    for check in CHECK_DIGITS:
        if check.name in ("mod 11-2 digit", "routing digit", "digit sum to ten"):
            yield _digit_rule(check, 11 if "11-2" in check.name else 10, 2)
    yield _Rule(_base97("97", False), 1, Derived(MOD97), Digits(10, 2))
    yield _Rule(_base97("97 of an iban", True), 1, Derived(IBAN), Digits(10, 2), is_iban=True)


def _base97(name: str, is_turned: bool) -> Base:
    return Base(f"remainder of {name}", partial(remainder97, is_turned=is_turned), 7, 60)


_RULES = tuple(_rules())


def remainder_matches(search: Search, seen: int, goal: int, kinds: FormKinds) -> list[Match]:
    """List the rules by which some part of the value leaves ``seen`` where ``goal`` is wanted."""
    if seen == goal or len(search.value) > 1 << 16 or seen < 0:
        return []
    found: list[Match] = []
    search.allow(_PASS_NS)
    for rule in _RULES:
        if rule.goal != goal or (seen >> rule.remainder.bits and rule.remainder.bits):
            continue
        for span in _spans(search.value, rule.is_text):
            found += _try(search, rule, span, seen, kinds)
    return sorted(found, key=lambda match: match.rank)[:_MOST_MATCHES]


def _try(search: Search, rule: _Rule, span: Span, seen: int, kinds: FormKinds) -> Iterator[Match]:
    data = search.value[span.start : span.end]
    is_affordable = search.spend(1000 + rule.remainder.cost * len(data))
    decoded = DECODERS[span.decoder](data) if span.decoder else data
    if not is_affordable or not decoded or rule.remainder.compute(decoded) != seen:
        return
    rank = span.rank + rule.remainder.rank
    form = rule.form
    if span.decoder and isinstance(form, Packed):
        form = Packed(form.width, form.order, "HEX" if data != data.lower() else "hex")
    if not fits(form, kinds):
        return
    for begin, part in _fields(rule, span, form.size):
        covered = search.cut(Want(begin, begin + form.size, form, 0, 0), part)
        number = rule.derived.number(covered) if covered else -1
        if number >= 0:
            yield Match(Want(begin, begin + form.size, form, number, 0), part, rule.derived, rank + part.rank)


def _fields(rule: _Rule, span: Span, size: int) -> Iterator[tuple[int, Span]]:
    """Say where the field may be, and what it is computed from."""
    start, end = span.start, span.end
    if rule.is_iban:
        yield start + 2, Span(start, end, b"")
        return
    if isinstance(rule.form, Packed) and rule.form.width == 2 and (end - start) % 2:
        return
    yield end - size, Span(start, end - size, b"", span.decoder)
    if rule.is_text or span.decoder:
        return
    if rule.derived.base is INTERNET_SUM and end - start >= 12:
        # The header checksum of IPv4; any other even place would balance the sum as well.
        yield start + 10, Span(start, end, b"\0", "", -1)
    if rule.derived.base in (SUM, XOR):
        yield start, Span(start + 1, end, b"", "", 2)


def _spans(value: bytes, is_digits: bool) -> Iterator[Span]:
    """List parts that may be judged as a whole."""
    size = len(value)
    stop = len(value.rstrip(b"\r\n"))
    yield Span(0, size, rank=0)
    if not is_digits:
        for start in (1, 2, 4, 8, 3):
            yield Span(start, size, rank=2)
        for end in (size - 1, size - 2, size - 4, 20, 16, 8, 32, 64, 512):
            if 1 < end < size:
                yield Span(0, end, rank=3)
    elif 0 < stop < size:
        yield Span(0, stop, rank=1)
    at, spans = 0, []
    for line in value[:65536].splitlines(keepends=True):
        end = at + len(line.rstrip(b"\r\n"))
        if end - at > 2:
            spans.append((at, end))
        at += len(line)
    if len(spans) > _FIRST_LINES + _LAST_LINES:
        spans = spans[:_FIRST_LINES] + spans[-_LAST_LINES:]
    for start, end in spans:
        yield Span(start, end, rank=2)
        if not is_digits:
            for first in (start, start + 1, start + 2):
                yield Span(first, end, b"", "hex", 1)
