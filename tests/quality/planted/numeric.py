"""Numbers: as arguments, as digits in a text, against constants and each other.

Owns planted conditions (see the package).
"""

# Conditions inside conditions are what is planted here.
# ruff: noqa: SIM102

from __future__ import annotations

import math

from tests.quality.planted.found import Found


def account_number(number: int) -> None:
    """One number."""
    if number == 8_675_309_123:
        raise Found


def mersenne(number: int) -> None:
    """521 bits, computed."""
    if number == (1 << 521) - 1:
        raise Found


def below_zero(number: int) -> None:
    """A negative number."""
    if number == -271_828_182_845:
        raise Found


def off_by_some(number: int) -> None:
    """Compared after something small was added."""
    if number + 17 == 0x7FFF_FFFF_1234:
        raise Found


def last_seconds(number: int) -> None:
    """A narrow range, as one chain."""
    if 86_399_950 <= number < 86_399_960:
        raise Found


def not_a_default(number: int) -> None:
    """A range without one value in it, as several conditions."""
    if number > 4_294_967_290:
        if number < 4_294_967_300:
            if number != 4_294_967_296:
                raise Found


def planck(number: float) -> None:
    """One float."""
    if number == 6.62607015e-34:
        raise Found


def freezing(number: float) -> None:
    """Nearly one float."""
    if abs(number - 273.15) < 1e-6:
        raise Found


def light_speed(number: float) -> None:
    """Between two floats."""
    if 299_792_457.5 < number < 299_792_458.5:
        raise Found


def plain_digits(text: str) -> None:
    """A number as text."""
    try:
        number = int(text)
    except ValueError:
        return
    if number == 40_961_337:
        raise Found


def hex_digits(text: str) -> None:
    """A number as hexadecimal text."""
    try:
        number = int(text, 16)
    except ValueError:
        return
    if number == 0x5EED_CAFE_0071:
        raise Found


def octal_mode(text: str) -> None:
    """A number to the base of eight, behind a mark."""
    mark, equals, digits = text.partition("=")
    if mark != "mode" or not equals:
        return
    try:
        if int(digits, 8) == 0o64755:
            raise Found
    except ValueError:
        return


def decimal_fraction(text: str) -> None:
    """A float as text."""
    try:
        number = float(text)
    except ValueError:
        return
    if number == 1013.25:
        raise Found


def byte_digits(data: bytes) -> None:
    """A number as digits in bytes."""
    try:
        number = int(data)
    except ValueError:
        return
    if number == 1_048_583:
        raise Found


def screen_size(text: str) -> None:
    """Two numbers in one text."""
    width, cross, height = text.partition("x")
    if not cross or not (width.isdecimal() and height.isdecimal()):
        return
    if len(text) < 20 and int(width) == 1366 and int(height) == 768:
        raise Found


def page_range(text: str) -> None:
    """Two numbers compared with each other, both in a range."""
    first, dash, last = text.partition("-")
    if not dash or not (first.isdecimal() and last.isdecimal()) or len(text) > 40:
        return
    if 100_000 < int(first) < int(last) < int(first) + 10:
        raise Found


def leap_day(text: str) -> None:
    """Three numbers that belong together."""
    fields = text.split(".")
    if len(fields) != 3 or not all(field.isdecimal() and len(field) < 5 for field in fields):
        return
    day, month, year = map(int, fields)
    if month == 2 and day == 29 and year > 1900 and year % 4 == 0:
        raise Found


def leap_second(text: str) -> None:
    """A time of day at its very end."""
    fields = text.split(":")
    if len(fields) != 3:
        return
    try:
        hours, minutes, seconds = map(int, fields)
    except ValueError:
        return
    if hours == 23 and minutes == 59 and 59 < seconds < 61:
        raise Found


def beyond_64_bits(text: str) -> None:
    """More digits than a machine word takes."""
    if text.isdecimal() and text.isascii() and len(text) < 100 and int(text) > 2**64:
        raise Found


def overflowing_float(text: str) -> None:
    """Digits that come to infinity."""
    try:
        number = float(text)
    except ValueError:
        return
    if math.isinf(number) and text[-1:].isdecimal():
        raise Found


def tiny_positive(text: str) -> None:
    """Digits that come to almost nothing."""
    try:
        number = float(text)
    except ValueError:
        return
    if 0.0 < number < 1e-200:
        raise Found


def amount_with_currency(text: str) -> None:
    """A number, and a word behind it."""
    digits, blank, unit = text.partition(" ")
    try:
        cents = round(float(digits) * 100)
    except (ValueError, OverflowError):
        return
    if blank and unit == "XDR" and 199_900 < cents <= 199_999:
        raise Found


def port_and_protocol(text: str) -> None:
    """A number between two words."""
    head, _, protocol = text.rpartition("/")
    name, _, port = head.partition(":")
    if protocol != "sctp" or len(name) < 2:
        return
    try:
        if 36_410 <= int(port) <= 36_412:
            raise Found
    except ValueError:
        return
