"""Check digits: functions of decimal digits written as text.

Owns the rules of card, book, article and account numbers, and the remainders
by which a whole number, its check digit included, is judged.  Knows nothing
of fields.  Runs in worker processes, used by ``checksums_search`` and through
``Base.compute`` by ``checksums``.  Go's engine has nothing of the kind.

Blanks, hyphens and dots between the digits are passed over.  A function gives
``NOT_APPLICABLE`` for text that is no such number, and for more than 64
digits, which no such number has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from gofuzz_py.internal.checksums_functions import NOT_APPLICABLE, Base

_MOST_DIGITS = 64
#: To delete what people write between digits.
_SEPARATORS = b" -."

#: Damm's quasigroup of order ten, as published.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip

#: Verhoeff's dihedral group and the permutation that is applied once per place.
_VERHOEFF = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_VERHOEFF_STEP = "1576283094"
_VERHOEFF_INVERSE = "0432156789"


def _digits(data: bytes) -> list[int] | None:
    """Return the values of the digits, or None for something else."""
    text = data.translate(None, _SEPARATORS)
    if not 0 < len(text) <= _MOST_DIGITS or not text.isdigit():
        return None
    return [byte - 48 for byte in text]


def _alphanumeric(data: bytes) -> str | None:
    """Return letters as two digits (A is 10), or None for something else."""
    text = data.translate(None, _SEPARATORS)
    if not 0 < len(text) <= _MOST_DIGITS or not text.isalnum():
        return None
    return "".join(str(int(chr(byte), 36)) for byte in text)


def _on_digits(data: bytes, rule: Callable[[Sequence[int]], int]) -> int:
    digits = _digits(data)
    return NOT_APPLICABLE if digits is None else rule(digits)


def luhn(digits: Sequence[int]) -> int:
    """Return the digit that follows in a card number."""
    doubled = sum((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)[digit] for digit in digits[::-2])
    return -(doubled + sum(digits[-2::-2])) % 10


def weighted(digits: Sequence[int], weights: Sequence[int], is_from_right: bool) -> int:
    """Return the digit that makes the weighted sum a multiple of ten."""
    ordered = digits[::-1] if is_from_right else digits
    return -sum(digit * weights[place % len(weights)] for place, digit in enumerate(ordered)) % 10


def isbn10(digits: Sequence[int]) -> int:
    """Return the digit that follows in an ISBN of ten places; 10 is written X."""
    return -sum(digit * weight for weight, digit in enumerate(digits[::-1], 2)) % 11


def iso7064_mod11(digits: Sequence[int]) -> int:
    """Return the digit that follows by ISO 7064 MOD 11-2; 10 is written X."""
    total = 0
    for digit in digits:
        total = (total + digit) * 2
    return (12 - total % 11) % 11


def iso7064_mod11_10(digits: Sequence[int]) -> int:
    """Return the digit that follows by ISO 7064 MOD 11,10."""
    check = 5
    for digit in digits:
        check = ((check or 10) * 2 % 11 + digit) % 10
    return (1 - (check or 10) * 2 % 11) % 10


def damm(digits: Sequence[int]) -> int:
    """Return the digit that follows by Damm's rule."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][digit])
    return interim


def verhoeff(digits: Sequence[int]) -> int:
    """Return the digit that follows by Verhoeff's rule."""
    check = 0
    for place, digit in enumerate(digits[::-1], 1):
        for _ in range(place % 8):
            digit = int(_VERHOEFF_STEP[digit])
        check = int(_VERHOEFF[check][digit])
    return int(_VERHOEFF_INVERSE[check])


def _mod97(data: bytes) -> int:
    number = _alphanumeric(data)
    return NOT_APPLICABLE if number is None else 98 - int(number) * 100 % 97


def _iban(data: bytes) -> int:
    return NOT_APPLICABLE if len(data) < 5 else _mod97(data[2:] + data[:2])


def _luhn_of_letters(data: bytes) -> int:
    number = _alphanumeric(data)
    return NOT_APPLICABLE if number is None else luhn([int(digit) for digit in number])


def _passport(data: bytes) -> int:
    text = data.replace(b"<", b"0")
    if not 0 < len(text) <= _MOST_DIGITS or not text.isalnum():
        return NOT_APPLICABLE
    return sum(int(chr(byte), 36) * (7, 3, 1)[place % 3] for place, byte in enumerate(text)) % 10


def _rule(name: str, rule: Callable[[Sequence[int]], int], rank: int) -> Base:
    return Base(name, partial(_on_digits, rule=rule), 4, 60, rank)


LUHN = _rule("luhn digit", luhn, 0)
ARTICLE = _rule("ean digit", partial(weighted, weights=(3, 1), is_from_right=True), 0)
ISBN10 = _rule("isbn-10 digit", isbn10, 0)
MOD97 = Base("mod 97-10 digits", _mod97, 7, 60, 1)
IBAN = Base("iban digits", _iban, 7, 60, 1)

#: Check digits of one place, and after them those of two.
CHECK_DIGITS: tuple[Base, ...] = (
    LUHN,
    ARTICLE,
    ISBN10,
    _rule("mod 11-2 digit", iso7064_mod11, 1),
    _rule("mod 11,10 digit", iso7064_mod11_10, 2),
    _rule("damm digit", damm, 2),
    _rule("verhoeff digit", verhoeff, 2),
    _rule("routing digit", partial(weighted, weights=(3, 7, 1), is_from_right=False), 2),
    _rule("digit sum to ten", partial(weighted, weights=(1,), is_from_right=True), 3),
    Base("digit sum", partial(_on_digits, rule=sum), 0, 60, 2),
    Base("luhn digit of letters", _luhn_of_letters, 4, 60, 2),
    Base("passport digit", _passport, 4, 60, 2),
    MOD97,
    IBAN,
)


def remainder(data: bytes, check: Base, modulus: int) -> int:
    """Return what is left when the last digit is not the one that follows: 0 if it is.

    For sums in which the check digit has the weight one, this is the weighted
    sum of all digits, which programs compare with zero.
    """
    text = data.translate(None, _SEPARATORS)
    last = 10 if text[-1:] in (b"X", b"x") else text[-1] - 48 if text[-1:].isdigit() else NOT_APPLICABLE
    wanted = check.compute(text[:-1])
    return NOT_APPLICABLE if last < 0 or wanted < 0 else (last - wanted) % modulus


def remainder97(data: bytes, is_turned: bool) -> int:
    """Return the number modulo 97; of an IBAN after its first four places went last."""
    number = _alphanumeric(data[4:] + data[:4] if is_turned else data)
    return NOT_APPLICABLE if number is None or len(number) < 3 else int(number) % 97
