"""How an operand is spelled in a value: as text, in a codec, as digits, as a field.

Owns the tables of spellings and the search for each of them: the seen operand
in one spelling, replaced by the wanted one in the same.  Escapes and other
texts that must first be decoded are ``operands_find_views``'s, numbers in the
middle of text ``operands_find_digits``'s.  Runs in worker processes, called by
``operands_find`` for every wish.  Go has nothing of the kind.

A spelling is a function from an operand to units (see ``operands_find_places``),
or to None where the operand has none: a fixed field is too narrow, a character
is not in the codec.  Nothing here may raise, whatever the operand, and no int
is turned into more digits than every Python allows (640, the least that
``sys.set_int_max_str_digits`` takes).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Literal

from gofuzz_py.internal.operands_find_places import Find, Subject, edits_at, find_written, graded

Text = str | bytes
Number = int | float
Order = Literal["little", "big"]

#: Ints of more bits are not written as digits: 2000 bits are 603 of them.
MOST_BITS = 2000
#: Nor as fields, beyond this many.
_MOST_FIELD_BITS = 8 * 4096


def raw(operand: Text) -> bytes:
    """Return the bytes of a text, as UTF-8 with what ``surrogateescape`` made of bytes undone."""
    if isinstance(operand, bytes):
        return operand
    try:
        return operand.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return operand.encode("utf-8", "surrogatepass")


def as_units(operand: Text, is_bytes: bool) -> str:
    """Return a text as the units of a value, the most likely way."""
    if is_bytes:
        return raw(operand).decode("latin-1")
    if isinstance(operand, str):
        return operand
    try:
        return operand.decode()
    except UnicodeDecodeError:
        return operand.decode("latin-1")


def is_narrow(text: str) -> bool:
    """Is every character of the text one of latin-1's, so that it can stand for a byte?"""
    if text.isascii():
        return True
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def as_text(units: str, is_bytes: bool) -> str:
    """Return the text that units stand for; what is not UTF-8 as ``surrogateescape`` has it."""
    return units.encode("latin-1").decode("utf-8", "surrogateescape") if is_bytes else units


def _single_byte(operand: Text, is_bytes: bool) -> str | None:
    """Latin-1: a character is a byte, whichever of the two the operand has."""
    if isinstance(operand, bytes):
        return operand.decode("latin-1")
    return operand if is_narrow(operand) else None


def _codec(name: str) -> Callable[[Text, bool], str | None]:
    def spell(operand: Text, is_bytes: bool) -> str | None:
        if isinstance(operand, bytes) or not is_bytes:
            return None
        return operand.encode(name, "surrogatepass").decode("latin-1")

    return spell


def _hex(operand: Text, is_bytes: bool) -> str | None:
    return raw(operand).hex()


def _upper_hex(operand: Text, is_bytes: bool) -> str | None:
    return raw(operand).hex().upper()


def _parted_hex(between: str, case: Callable[[str], str]) -> Callable[[Text, bool], str | None]:
    def spell(operand: Text, is_bytes: bool) -> str | None:
        return case(raw(operand).hex(between)) if len(operand) > 1 else None

    return spell


def _reversed(operand: Text, is_bytes: bool) -> str | None:
    return as_units(operand[::-1], is_bytes)


#: (grade, the least units for one of the operand, spelling)
TEXT_SPELLINGS: tuple[tuple[int, float, Callable[[Text, bool], str | None]], ...] = (
    (0, 0.25, as_units),
    (0, 1, _single_byte),
    (0, 2, _codec("utf-16-le")),
    (0, 2, _codec("utf-16-be")),
    (0, 2, _hex),
    (0, 2, _upper_hex),
    (0, 2, _parted_hex(":", str.lower)),
    (0, 2, _parted_hex(":", str.upper)),
    (0, 2, _parted_hex(" ", str.lower)),
    (0, 2, _parted_hex(" ", str.upper)),
    (0, 2, _parted_hex("-", str.upper)),
    (1, 0.25, _reversed),
)


def find_text(
    subject: Subject, seen: Text, wanted: Text, escaped: Callable[[str], list[str]]
) -> Iterator[Find]:
    """Find a text in every spelling of the table.

    ``escaped`` returns other ways to write the wanted text, for a place in some format.
    """
    room = len(subject.units)
    tried: set[tuple[str, str]] = set()
    for grade, least, spell in TEXT_SPELLINGS:
        if len(seen) * least > room:
            continue
        needle = spell(seen, subject.is_bytes)
        places = subject.places(needle) if needle is not None else []
        new = spell(wanted, subject.is_bytes) if places else None
        if needle is None or new is None or (needle, new) in tried:
            continue
        tried.add((needle, new))  # what is spelled alike is told apart by what takes its place
        news = [new, *escaped(new)] if spell is as_units else [new]
        yield Find(graded(grade, needle), edits_at(subject.units, places, len(needle), news))


def wide(value: bytes) -> tuple[str, str] | None:
    """Return the codec and the text of what looks like text in two or four bytes a character, or None."""
    if not 3 * value.count(0) >= len(value) > 3:
        return None
    for codec, width in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        try:
            text = value[: len(value) // width * width].decode(codec)
        except UnicodeDecodeError:
            continue
        if 2 * sum(one.isascii() and one > "\0" for one in text) > len(text):
            return codec, text
    return None


def field(number: Number, width: int, order: Order) -> str | None:
    """Return an int as a field of some bytes, signed if it is negative."""
    if not isinstance(number, int):
        return None
    try:
        return number.to_bytes(width, order, signed=number < 0).decode("latin-1")
    except OverflowError:
        return None


def _field(width: int, order: Order) -> Callable[[Number], str | None]:
    return lambda number: field(number, width, order)


def _packed(layout: str) -> Callable[[Number], str | None]:
    pack = struct.Struct(layout).pack

    def spell(number: Number) -> str | None:
        try:
            return pack(number).decode("latin-1")
        except (OverflowError, struct.error):
            return None

    return spell


def _digits(layout: str) -> Callable[[Number], str | None]:
    def spell(number: Number) -> str | None:
        if not isinstance(number, int) or number.bit_length() > MOST_BITS:
            return None
        return format(number, layout)

    return spell


def groups_of_seven(number: Number, order: Order) -> str | None:
    """Return an int in groups of seven bits: LEB128 (little) or as MIDI and ASN.1 have it (big)."""
    if not isinstance(number, int) or number < 0 or number.bit_length() > 70:
        return None
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F)
    if order == "big":
        groups.reverse()
    return "".join(chr(group | 0x80) for group in groups[:-1]) + chr(groups[-1])


def _varint(number: Number) -> str | None:
    return groups_of_seven(number, "little")


def _big_varint(number: Number) -> str | None:
    return groups_of_seven(number, "big")


def _zigzag(number: Number) -> str | None:
    if not isinstance(number, int) or number.bit_length() > 70:
        return None
    return groups_of_seven(number * 2 if number >= 0 else -number * 2 - 1, "little")


ORDERS: tuple[Order, Order] = ("big", "little")
_FIELDS = tuple(_field(width, order) for width in (8, 4, 3, 2) for order in ORDERS)

#: (grade, spelling) of an int.
INT_SPELLINGS: tuple[tuple[int, Callable[[Number], str | None]], ...] = (
    *((0, spell) for spell in _FIELDS),
    (1, _varint),
    (1, _big_varint),
    (2, _zigzag),
    (1, _field(1, "little")),
    *((2, _digits(layout)) for layout in ("d", "x", "X", "o", "b")),
    *((2, _digits(f"0{width}{base}")) for width in (2, 3, 4, 6, 8) for base in "dx"),
    *((2, _digits(f"0{width}{base}")) for width in (2, 4, 8) for base in "X"),
    *((1, _digits(f"0{width}o")) for width in (3, 6, 7, 8, 11, 12)),
    *((2, _digits(f"0{width}b")) for width in (4, 8, 16, 32)),
)  # fmt: skip

#: (grade, spelling) of a float; an int may have been one before it was rounded.
FLOAT_SPELLINGS: tuple[tuple[int, Callable[[Number], str | None]], ...] = tuple(
    (0, _packed(layout)) for layout in ("<d", ">d", "<f", ">f", "<e", ">e")
)


def find_number(subject: Subject, seen: Number, wanted: Number) -> Iterator[Find]:
    """Find a number in every spelling of the tables."""
    rows = FLOAT_SPELLINGS if isinstance(seen, float) else (*INT_SPELLINGS, *FLOAT_SPELLINGS)
    tried: set[tuple[str, str]] = set()
    for grade, spell in rows:
        needle = spell(seen)
        if needle is None or not subject.holds(needle):
            continue
        new = spell(wanted)
        if new is None or (needle, new) in tried:
            continue
        tried.add((needle, new))
        yield from find_written(subject, grade, needle, new)
    if isinstance(seen, int) and isinstance(wanted, int):
        yield from _find_wide(subject, seen, wanted)
        yield from _find_character(subject, seen, wanted)


def _find_wide(subject: Subject, seen: int, wanted: int) -> Iterator[Find]:
    """Find an int in just as many bytes as it needs, where no row of the table has that width."""
    width = (seen.bit_length() + (seen < 0) + 7) // 8
    if width in (0, 1, 2, 3, 4, 8) or seen.bit_length() > _MOST_FIELD_BITS:
        return
    if wanted.bit_length() > _MOST_FIELD_BITS:
        return
    for order in ORDERS:
        needle, new = field(seen, width, order), field(wanted, width, order)
        longer = field(wanted, wanted.bit_length() // 8 + 1, order)
        if needle is not None and (new or longer):
            yield from find_written(subject, 0, needle, new or longer or "")


def _find_character(subject: Subject, seen: int, wanted: int) -> Iterator[Find]:
    """Find the character of a code point beyond the bytes, which the fields have."""
    if 0 <= seen <= 0x10FFFF and 0 <= wanted <= 0x10FFFF and max(seen, wanted) >= 0x80:
        needle, new = (as_units(chr(point), subject.is_bytes) for point in (seen, wanted))
        yield from find_written(subject, 0 if seen >= 0x80 else 1, needle, new)


#: Small differences, the likelier first.
STEPS = (
    1,
    -1,
    2,
    -2,
    4,
    -4,
    8,
    -8,
    3,
    -3,
    5,
    -5,
    6,
    -6,
    7,
    -7,
    *(k * s for k in range(9, 17) for s in (1, -1)),
)
#: Units in which sizes are counted.
BLOCKS = (2, 4, 8, 512, 1024)
#: What is taken from a character to make a number of it: digits, letters, blanks, qualities.
_BASES = (48, 65, 97, 55, 87, 32, 33, 64, 96)


def find_near(subject: Subject, seen: int, wanted: int) -> Iterator[Find]:
    """Find a field from which the operand was reckoned: plus a little, times a block, less a base."""
    if max(seen.bit_length(), wanted.bit_length()) > 80:
        return
    for step, times in (*((0, block) for block in BLOCKS), *((step, 1) for step in STEPS)):
        # seen = field * times + step
        old, old_rest = divmod(seen - step, times)
        new, new_rest = divmod(wanted - step, times)
        if not old_rest and not new_rest:
            for order in ORDERS:
                yield from _find_field(subject, old, new, order)
            if times > 1 and 0 <= old < 256 and 0 <= new < 256:
                yield from find_written(subject, 2, chr(old), chr(new))
    for base in (*_BASES, 1, -1, 2, -2):
        if 0 <= seen + base < 256 and 0 <= wanted + base < 256:
            yield from find_written(subject, 2, chr(seen + base), chr(wanted + base))


def _find_field(subject: Subject, seen: int, wanted: int, order: Order) -> Iterator[Find]:
    """Find a field of any width from two bytes; it is part of the wider ones, and few are there."""
    for width in (2, 4, 8):
        needle = field(seen, width, order)
        if needle is None:
            continue
        if not subject.holds(needle):
            return
        new = field(wanted, width, order)
        if new is not None:
            yield from find_written(subject, 2, needle, new)


#: Parts of a byte, as (shift, mask).
_PARTS = (
    (0, 0x7F), (0, 0x0F), (4, 0x0F), (0, 0x3F), (0, 0x1F), (5, 7), (0, 7), (3, 7),
    (6, 3), (0, 3), (7, 1), (0, 1),
)  # fmt: skip


def find_bits(subject: Subject, seen: int, wanted: int) -> Iterator[Find]:
    """Find a byte of which some bits are the operand; only near the beginning, where headers are."""
    head = [ord(unit) for unit in subject.units[:32]]
    for shift, mask in _PARTS:
        if 0 <= seen <= mask and 0 <= wanted <= mask:
            rest = 0xFF ^ mask << shift
            places = [at for at, byte in enumerate(head) if byte < 256 and byte >> shift & mask == seen]
            edits = [(at, at + 1, chr(head[at] & rest | wanted << shift)) for at in places]
            if edits:
                yield Find(5, edits)


#: Words for the two truths and for nothing: false, true.
_TRUTHS = (
    ("false", "true"), ("False", "True"), ("0", "1"), ("no", "yes"), ("off", "on"), ("FALSE", "TRUE"),
    ("n", "y"), ("\0", "\x01"), ("\0", "\xff"), ("f", "t"), ("F", "T"), ("N", "Y"), ("disabled", "enabled"),
)  # fmt: skip
NOTHINGS = ("null", "None", "nil", "NULL", "~", "undefined", "")


def find_word(subject: Subject, seen: bool | None, wanted: list[str]) -> Iterator[Find]:
    """Find a word for a truth or for nothing, and write the other truth, or else ``wanted``."""
    if seen is None:
        for word in NOTHINGS:
            yield from find_written(subject, 1, word, *wanted)
    else:
        for pair in _TRUTHS:
            yield from find_written(subject, 1, pair[seen], *wanted, pair[not seen])
