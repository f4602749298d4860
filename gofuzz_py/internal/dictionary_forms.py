"""What a token is, and how it looks inside an argument of each type.

Owns the limits of tokens and the forms: a text encoded, quoted and in the other
case, a number as digits and in either endian.  Knows nothing of weights or of
where tokens come from.  Used in every process, by ``dictionary``.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from typing import Any

from gofuzz_py.internal.kinds import Value

#: Longer texts, and ints of more bits, are no tokens.
MAX_LENGTH, MAX_BITS = 1024, 2048

#: Stands that many times among the forms of a text, so that most are plain.
_PLAIN = 5
_WIDTHS = (1, 2, 4, 8)


def is_token(value: object) -> bool:
    """Is it something that can be put into an input: not empty, not huge, exactly of such a type?"""
    if type(value) is str or type(value) is bytes:
        return 0 < len(value) <= MAX_LENGTH
    if type(value) is int:
        return value.bit_length() <= MAX_BITS
    return type(value) is float


def token_problem(value: object) -> str | None:
    """Say why a value given by the user is no token, or return None."""
    if is_token(value):
        return None
    if type(value) in (list, tuple, set, frozenset, dict):
        return f"a {type(value).__name__} is no word; write f.dictionary(*words) to give what is in it"
    if type(value) is str or type(value) is bytes:
        size = f"it has a length of {len(value)}, {MAX_LENGTH} is the most"
        return size if value else f"{value!r} is empty"
    if type(value) is int:
        return f"it has {value.bit_length()} bits, {MAX_BITS} are the most"
    return f"a {type(value).__name__} is no word; give str, bytes, int or float"


def key_of(value: Value) -> object:
    """Return what tells tokens apart: 1 is not 1.0, NaN is NaN, -0.0 is not 0.0.

    Texts and bytes are never compared with each other, which ``python -bb`` forbids.
    """
    return type(value), value if type(value) is not float else struct.pack("<d", value)


def bytes_forms(value: Value) -> Sequence[bytes]:
    """Return the bytes that may stand for a token in ``bytes``, likely ones several times."""
    if type(value) is bytes:
        return (value,)
    if type(value) is str:
        forms = [text.encode("utf-8", "surrogatepass") for text in _text_forms(value)]
        if len(value) > 1:
            forms.append(value.encode("utf-16-le", "surrogatepass"))
        return forms
    if isinstance(value, float):
        return [repr(value).encode(), *_packed(value, "<d", ">d", "<f", ">f")]
    return _int_bytes(int(value))


def str_forms(value: Value) -> Sequence[str]:
    """Return the texts that may stand for a token in ``str``, likely ones several times."""
    if type(value) is bytes:
        try:
            return _text_forms(value.decode("utf-8"))
        except UnicodeDecodeError:
            return (value.decode("latin-1"),)
    if type(value) is str:
        return _text_forms(value)
    if isinstance(value, int):
        forms = [str(value)] * 2
        if abs(value) > 9:
            forms.append(f"{value:x}")
        if 0 < value < 0x110000:
            forms.append(chr(value))
        return forms
    return (repr(value),)


def int_forms(value: Value) -> Sequence[int]:
    """Return the numbers that a token may be in an ``int``; none for most texts."""
    if isinstance(value, int):
        return (value,)
    if isinstance(value, float):
        return (int(value),) if math.isfinite(value) and value.is_integer() and abs(value) < 1e15 else ()
    if type(value) is bytes and len(value) in _WIDTHS:
        return int.from_bytes(value, "big"), int.from_bytes(value, "little")
    if type(value) is str and len(value) == 1:
        return (ord(value),)
    if type(value) is str and len(value) <= 20 and value.isascii() and value.lstrip("+-").isdigit():
        return _number(int, value)
    return ()


def float_forms(value: Value) -> Sequence[float]:
    """Return the numbers that a token may be in a ``float``; none for most texts."""
    if isinstance(value, float):
        return (value,)
    if isinstance(value, int):
        return (float(value),) if value.bit_length() < 1000 else ()
    if type(value) is str and len(value) <= 40 and value[-1:] in "0123456789.":
        return _number(float, value)
    return ()


#: The forms of a token in an argument, by the argument's Python type.
FORMS: dict[type, Callable[[Value], Sequence[Value]]] = {
    bytes: bytes_forms,
    str: str_forms,
    int: int_forms,
    float: float_forms,
}


def _text_forms(text: str) -> list[str]:
    if len(text) == 1:
        return [text]
    forms = [text] * _PLAIN
    swapped = text.upper() if text.upper() != text else text.lower()
    if swapped != text and len(swapped) <= 2 * len(text):
        forms.append(swapped)
    if '"' not in text:
        forms.append(f'"{text}"')
    if "'" not in text:
        forms.append(f"'{text}'")
    return forms


def _int_bytes(value: int) -> list[bytes]:
    """Return digits, and either endian in each of the widths from the least that holds the number."""
    forms = [str(value).encode()] * 2
    need = value.bit_length() + (value < 0)
    for width in _WIDTHS:
        if need <= 8 * width:
            big = (value & ((1 << 8 * width) - 1)).to_bytes(width, "big")
            forms += [big, big[::-1]] if width > 1 else [big]
    if need > 64:
        big = abs(value).to_bytes((value.bit_length() + 7) // 8, "big")
        forms += [big, big[::-1]]
    return forms


def _packed(value: float, *formats: str) -> list[bytes]:
    packed = []
    for form in formats:
        try:
            packed.append(struct.pack(form, value))
        except OverflowError:  # a double that no float32 can hold
            continue
    return packed


def _number(read: Callable[[str], Any], text: str) -> Sequence[Any]:
    try:
        return (read(text),)
    except ValueError:
        return ()
