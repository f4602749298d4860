"""From two operands to places in the value: what stood in the field and what should.

Owns ``Want`` (a place where the one operand may have been read, how it is
written there, and the number that the other asks for) and the reading of
operands: whole numbers, raw bytes, digits, hex and base64 text.  Knows
nothing of the functions that give the number.  Runs in worker processes, once
per stuck comparison, called by ``checksums_search`` and ``checksums_lengths``.
Go's engine has nothing of the kind.

A small number stands in a value many times by chance, so each form takes only
the first and last places, and all of them together are bounded.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gofuzz_py.internal.checksums_forms import (
    SPELLINGS,
    Digits,
    Form,
    FormKinds,
    Order,
    Packed,
    Varint,
    fits,
    spell,
)

#: Operands longer than this are no checksum: a SHA-512 in hex has 128 digits, "sha512-" before it.
_LONGEST_OPERAND = 160
_MOST_BITS = 8 * 64

#: A raw field is mostly so near to the start or the end.
_EDGE = 64
#: Places of one form that are looked at: from the start, and from the end.
_FIRST, _LAST = 5, 3
#: Places in all.
_MOST_WANTS = 40

_HEX = re.compile(rb"[0-9a-fA-F]{1,128}")
_DECIMAL = re.compile(rb"[0-9]{1,40}")
_NUMBER = re.compile(rb"[0-9][0-9 .-]*[xX]?")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{5,88}={0,2}")
#: A name before a digest: ``sha256=``, ``sha512-``, ``md5:``, ``0x``.
_PREFIX = re.compile(rb"""\W?(?:0[xX]|[\w.]*[:=\-$])|\W""")


@dataclass(frozen=True, slots=True)
class Want:
    """A place where a field may stand, and the number that is wanted there."""

    begin: int
    end: int
    form: Form
    number: int
    #: How little this place and form are to be expected, 0 and up.
    rank: int

    @property
    def is_strong(self) -> bool:
        """Would a function that gives this number hardly do so by chance?"""
        return self.number >= 1 << 16 or (self.form.bits >= 32 and isinstance(self.form, Packed))


def find_wants(value: bytes, field: object, computed: object, kinds: FormKinds) -> list[Want]:
    """List the places of ``field``, likeliest first."""
    found = [want for want in _all_wants(value, field, computed) if fits(want.form, kinds)]
    unique = dict.fromkeys(sorted(found, key=lambda want: want.rank))
    counts: dict[Form, int] = {}
    for want in unique:
        counts[want.form] = counts.get(want.form, 0) + 1
    ranked = []
    for want in unique:
        is_inside = want.begin > _EDGE and len(value) - want.end > _EDGE and isinstance(want.form, Packed)
        ranked.append(replace(want, rank=want.rank + (counts[want.form] > 2) + is_inside))
    return sorted(ranked, key=lambda want: want.rank)[:_MOST_WANTS]


def _all_wants(value: bytes, field: object, computed: object) -> Iterable[Want]:
    if type(field) is int and type(computed) is int:
        if max(field.bit_length(), computed.bit_length()) > _MOST_BITS:
            return ()
        return _number_wants(value, field, computed)
    was, wanted = as_bytes(field), as_bytes(computed)
    if not was or not wanted or max(len(was), len(wanted)) > _LONGEST_OPERAND:
        return ()
    if isinstance(field, str) or isinstance(computed, str):
        return _text_wants(value, was, wanted)
    return (*_raw_wants(value, was, wanted), *_text_wants(value, was, wanted))


def as_bytes(operand: object) -> bytes | None:
    """Return an operand that is bytes or ASCII text as bytes, else None."""
    if type(operand) is str:
        if len(operand) > _LONGEST_OPERAND or not operand.isascii():
            return None
        return operand.encode()
    if type(operand) in (bytes, bytearray):
        assert isinstance(operand, bytes | bytearray)
        return bytes(operand[: _LONGEST_OPERAND + 1])
    return None


def find_all(value: bytes, text: bytes) -> list[int]:
    """List the first and last places of ``text``, at most ``_FIRST + _LAST``."""
    places: list[int] = []
    at = value.find(text) if text else -1
    while at >= 0 and len(places) < _FIRST:
        places.append(at)
        at = value.find(text, at + 1)
    last: list[int] = []
    stop = len(value)
    while at >= 0 and len(last) < _LAST:
        found = value.rfind(text, at, stop)
        if found < 0:
            break
        last.append(found)
        stop = found + len(text) - 1
    return places + last[::-1]


# Whole numbers.


def _packed_forms() -> Iterator[tuple[Packed, int]]:
    for width, rank in ((4, 0), (2, 0), (8, 0), (1, 0), (3, 2), (6, 3)):
        orders: tuple[Order, ...] = ("big", "little") if width > 1 else ("big",)
        for order in orders:
            yield Packed(width, order), rank


#: The raw forms and their ranks, widest first where that is as usual.
PACKED_FORMS = tuple(_packed_forms())


def _number_wants(value: bytes, field: int, computed: int) -> Iterator[Want]:
    for form, rank in PACKED_FORMS:
        limit = 1 << form.bits
        if -limit // 2 <= field < limit and -limit // 2 <= computed < limit:
            for at in find_all(value, form.write(field)):
                yield Want(at, at + form.width, form, computed % limit, rank)
    if field >= 0 and computed >= 0:
        yield from _digit_wants(value, field, computed)
        yield from _blank_wants(value, field, computed)
        yield from _long_wants(value, field, computed)
        for at in find_all(value, Varint().write(field)) if field > 127 else ():
            yield Want(at, at + len(Varint().write(field)), Varint(), computed, 2)


def _long_wants(value: bytes, field: int, computed: int) -> Iterator[Want]:
    """Find a number that is a whole digest, or one in hex."""
    if not 64 < field.bit_length() <= _MOST_BITS:
        return
    for width in (16, 20, 28, 32, 48, 64):
        orders: tuple[Order, ...] = ("big", "little")
        for order in orders if max(field, computed).bit_length() <= 8 * width else ():
            form = Packed(width, order)
            yield from _spelled(value, form, field, computed, 1)


def _spelled(value: bytes, form: Packed, field: int, computed: int, rank: int) -> Iterator[Want]:
    for spelling in ("", *SPELLINGS):
        spelled = replace(form, spelling=spelling)
        for at in find_all(value, spelled.write(field)):
            yield Want(at, at + spelled.size, spelled, computed, rank + (0 if spelling in ("", "hex") else 1))


def runs(value: bytes, pattern: re.Pattern[bytes]) -> Iterator[tuple[int, int]]:
    """List runs of digits: those near the start and the end of a long value."""
    spans = [match.span() for match in pattern.finditer(value[:65536])]
    yield from spans if len(spans) <= 128 else spans[:96] + spans[-32:]


def _digit_wants(value: bytes, field: int, computed: int) -> Iterator[Want]:
    if field.bit_length() > 128:
        return
    for base, pattern, rank in ((10, _DECIMAL, 0), (16, _HEX, 1), (8, _DECIMAL, 1)):
        for begin, end in runs(value, pattern):
            if end - begin <= 40 and _parse(value[begin:end], base) == field:
                yield from _run_wants(value, begin, end, base, computed, rank)
    yield from _columns(value, field, computed)
    yield from _check_wants(value, field, computed)


def _parse(text: bytes, base: int) -> int:
    try:
        return int(text, base)
    except ValueError:
        return -1


def _run_wants(value: bytes, begin: int, end: int, base: int, computed: int, rank: int) -> Iterator[Want]:
    """Say how a whole run of digits may be written again: with as many digits, or as many as it takes."""
    text, size = value[begin:end], end - begin
    is_upper = text != text.lower()
    natural = Want(begin, end, Digits(base, 0, is_upper=is_upper), computed, rank)
    fixed = replace(natural, form=Digits(base, size, is_upper=is_upper))
    is_fixed = size > 1 and (text.startswith(b"0") or base == 16)
    yield fixed if is_fixed else natural
    yield replace(natural if is_fixed else fixed, rank=rank + 1 + is_fixed)
    tail = value[end : end + 2]
    tail = tail[: 2 - len(tail.lstrip(b"\0 "))]
    if tail and is_fixed and base != 16:  # as in the headers of tar
        form = Digits(base, size + len(tail), tail=tail)
        yield Want(begin, end + len(tail), form, computed, rank)
    start = len(value[:begin].rstrip(b" "))
    if begin - start > 1 or (begin - start == 1 and start == 0):
        yield Want(start, end, Digits(base, end - start, " ", is_upper), computed, rank + 1)
    if not is_upper and base == 16:
        yield replace(fixed, form=Digits(16, size, is_upper=True), rank=rank + 2)


def _blank_wants(value: bytes, field: int, computed: int) -> Iterator[Want]:
    """Find the empty checksum of a tar header, which is read as 0."""
    if field == 0 and not value[148:156].strip(b"\0 ") and len(value) >= 512:
        # Before all others: so much of a header is there that it is hardly anything else.
        yield Want(148, 156, Digits(8, 8, tail=b"\0 "), computed, -3)


def _columns(value: bytes, field: int, computed: int) -> Iterator[Want]:
    """Find a number of fixed width that stands beside other digits."""
    for base, kinds in ((16, "xX"), (10, "d"), (8, "o")):
        for kind in kinds:
            natural = len(f"{field:{kind}}")
            for size in {16: (2, 4, 8, 16), 10: (1, 2, 3, 4, 5, 10), 8: (3, 6, 7, 11)}[base]:
                form = Digits(base, size, is_upper=kind == "X")
                for at in find_all(value, form.write(field)) if natural <= size else ():
                    yield Want(at, at + size, form, computed, 2 if base == 16 and size > 2 else 3)


def _check_wants(value: bytes, field: int, computed: int) -> Iterator[Want]:
    """Find a check digit: the last or first of a run of digits, or an X at the end of one."""
    if field > 10 or computed > 10:
        return
    form = Digits(11, 1) if 10 in (field, computed) else Digits(10, 1)
    for begin, stop in runs(value, _NUMBER):
        end = begin + len(value[begin:stop].rstrip(b" .-"))
        for at, rank in ((end - 1, 1), (begin, 3)):
            if value[at : at + 1].upper() == form.write(field):
                yield Want(at, at + 1, form, computed, rank)


# Bytes and text.


def _raw_wants(value: bytes, field: bytes, computed: bytes) -> Iterator[Want]:
    """Find raw bytes, as they are or spelled in text."""
    width = len(computed)
    if len(field) != width or width > 64:
        return
    orders: tuple[Order, ...] = ("big", "little") if width > 1 else ("big",)
    for order in orders:
        number = int.from_bytes(computed, order)
        for spelling in ("", *SPELLINGS) if width > 1 else ("",):
            form = Packed(width, order, spelling)
            for at in find_all(value, spell(field, spelling)):
                yield Want(at, at + form.size, form, number, int(order == "little") + bool(spelling))


def _text_wants(value: bytes, field: bytes, computed: bytes) -> Iterator[Want]:
    """Find text that is a number or a digest."""
    start = 0
    while (name := _PREFIX.match(computed, start)) and name.end() > start:
        if field[start : name.end()].lower() != name.group().lower():
            break
        start = name.end()
    if start:
        end = len(computed)
        while end > start and field[-1:] == computed[end - 1 : end] and not _is_digit(computed[end - 1]):
            field, end = field[:-1], end - 1
        yield from _plain_text_wants(value, field[start:], computed[start:end])
    yield from _plain_text_wants(value, field, computed)


def _is_digit(byte: int) -> bool:
    return chr(byte).isalnum() or byte in b"=+/-_"


def _plain_text_wants(value: bytes, field: bytes, computed: bytes) -> Iterator[Want]:
    forms = list(_text_forms(field, computed))
    for text in dict.fromkeys((field, field.lower(), field.upper())):
        is_upper = text == text.upper() and text != text.lower()
        for at in find_all(value, text):
            for form, number, rank in forms:
                if isinstance(form, Digits) and form.base == 16 and text != field:
                    form = replace(form, is_upper=is_upper)
                if not form.size and not _is_whole_run(value, at, at + len(text), form):
                    continue
                yield Want(at, at + len(text), form, number, rank)
    if (
        len(field) % 2 == 0
        and len(field) == len(computed) > 3
        and _HEX.fullmatch(field)
        and _HEX.fullmatch(computed)
    ):
        for at in find_all(value, bytes.fromhex(field.decode())):
            width = len(field) // 2
            yield Want(at, at + width, Packed(width, "big"), int(computed, 16), 1)


def _is_whole_run(value: bytes, begin: int, end: int, form: Form) -> bool:
    """Does nothing stand beside a field of varying size that would be taken for a part of it?"""
    beside = value[max(0, begin - 1) : begin] + value[end : end + 1]
    return not any(byte in form.alphabet for byte in beside)


def _text_forms(field: bytes, computed: bytes) -> Iterator[tuple[Form, int, int]]:
    """Say what the wanted text may be: the form, the number and a rank."""
    size = len(computed)
    same = size == len(field)
    if same and _HEX.fullmatch(computed):
        yield from _hex_forms(field, computed)
    if _DECIMAL.fullmatch(computed) and field.isdigit():
        if same:
            yield Digits(10, size), int(computed), int(size == 2)
        if not computed.startswith(b"0"):
            yield Digits(10, 0), int(computed), 1 + int(same and size > 4)
    if computed in (b"X", b"x") or (size == 1 and field in (b"X", b"x")):
        yield Digits(11, 1), 10 if computed in b"xX" else _parse(computed, 10), 0
    if same and _BASE64.fullmatch(computed):
        yield from _base64_forms(computed)


def _hex_forms(field: bytes, computed: bytes) -> Iterator[tuple[Form, int, int]]:
    """Say what hex digits may be; in which case, if neither text has a letter, is open."""
    size, letters = len(computed), computed if not computed.isdigit() else field
    rank = 0 if size in (2, 4, 8, 16) or size >= 32 else 1 if size > 4 else 3
    rank += computed.isdigit() and field.isdigit()
    cases = (letters != letters.lower(),) if not letters.isdigit() else (False, True)
    for is_upper in cases:
        yield Digits(16, size, is_upper=is_upper), int(computed, 16), rank + (is_upper and len(cases) > 1)
        if size in (4, 8, 16):
            number = int.from_bytes(bytes.fromhex(computed.decode()), "little")
            yield Packed(size // 2, "little", "HEX" if is_upper else "hex"), number, rank + 2


def _base64_forms(computed: bytes) -> Iterator[tuple[Form, int, int]]:
    is_url = b"-" in computed or b"_" in computed
    padded = computed + b"=" * (-len(computed) % 4)
    try:
        payload = base64.b64decode(padded, b"-_" if is_url else None, validate=True)
    except binascii.Error:
        return
    for spelling in SPELLINGS[2:]:
        if 4 <= len(payload) <= 64 and spell(payload, spelling) == computed:
            yield Packed(len(payload), "big", spelling), int.from_bytes(payload, "big"), 1
