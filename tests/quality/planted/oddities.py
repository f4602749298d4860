"""What is known to break programs: odd digits, line ends, lengths, nesting, things left open.

Owns planted conditions (see the package).
"""

from __future__ import annotations

import json
import math
import posixpath
import unicodedata

from tests.quality.planted.found import Found


def digit_that_is_none(text: str) -> None:
    """``isdigit`` says yes and ``int`` says no."""
    if not text.isdigit():
        return
    try:
        int(text[:100])
    except ValueError:
        raise Found from None


def foreign_digits(text: str) -> None:
    """A number in another script."""
    if len(text) >= 2 and text.isdecimal() and not text.isascii():
        raise Found


def mixed_digits(text: str) -> None:
    """A number whose digits are of two scripts."""
    try:
        number = int(text)
    except ValueError:
        return
    if number > 9 and not text.isascii() and any(c in "0123456789" for c in text):
        raise Found


def other_line_ends(text: str) -> None:
    """More lines than there are line feeds and carriage returns."""
    if len(text.splitlines()) > text.count("\n") + text.count("\r") + 1:
        raise Found


def folding_grows(text: str) -> None:
    """Longer without case than with it."""
    if len(text.casefold()) > len(text):
        raise Found


def capitals_grow(text: str) -> None:
    """A name whose capitals do not fit where it did."""
    if text.isalpha() and len(text) <= 8 < len(text.upper()):
        raise Found


def byte_order_mark(text: str) -> None:
    """A mark, and something behind it."""
    if text.startswith("\ufeff") and len(text) > 3:
        raise Found


def marked_bytes(data: bytes) -> None:
    """A mark in UTF-8."""
    try:
        if len(data) > 5 and data.decode("utf-8-sig") != data.decode("utf-8"):
            raise Found
    except UnicodeDecodeError:
        return


def zero_in_name(text: str) -> None:
    """A character that ends a name elsewhere."""
    stem, dot, suffix = text.rpartition(".")
    if dot and suffix.isalnum() and "\0" in stem:
        raise Found


def lone_surrogate(text: str) -> None:
    """A text that cannot be written."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Found from None


def underscored_number(text: str) -> None:
    """Digits with underscores, as the language takes them."""
    try:
        number = int(text)
    except ValueError:
        return
    if "_" in text and number > 99:
        raise Found


def not_a_number(text: str) -> None:
    """A number that is none."""
    try:
        number = float(text)
    except ValueError:
        return
    if number != number:
        raise Found


def negative_zero(text: str) -> None:
    """Zero, with a sign."""
    try:
        number = float(text)
    except ValueError:
        return
    if number == 0 and math.copysign(1.0, number) < 0:
        raise Found


def too_many_digits(text: str) -> None:
    """A number of more digits than ``int`` takes."""
    if text.isascii() and text.isdecimal():
        try:
            int(text)
        except ValueError:
            raise Found from None


def exponent(text: str) -> None:
    """A short number that is a large one."""
    if len(text) > 6:
        return
    try:
        number = float(text)
    except ValueError:
        return
    if 1e40 < number < math.inf:
        raise Found


def deep_nesting(text: str) -> None:
    """Brackets in brackets, deeper than anybody writes."""
    depth = deepest = 0
    for character in text:
        depth = max(0, depth + (character == "[") - (character == "]"))
        deepest = max(deepest, depth)
    if deepest >= 200:
        raise Found


def long_line(text: str) -> None:
    """A line longer than a mail may have."""
    if any(len(line) > 998 for line in text.split("\n")):
        raise Found


def many_fields(text: str) -> None:
    """More fields than a table has columns."""
    if text.count(",") > 256:
        raise Found


def run_of_one(text: str) -> None:
    """The same character, many times over."""
    run, last = 0, ""
    for character in text:
        run = run + 1 if character == last else 1
        last = character
        if run > 72 and character in "/-= ":
            raise Found


def left_open(text: str) -> None:
    """Quotes closed several times, and then one that is not."""
    if text.count('"') >= 5 and text.count('"') % 2:
        raise Found


def percent_template(text: str) -> None:
    """A template that asks for more than there is."""
    if len(text) > 40 or any(c in "123456789*" for c in text):
        return
    try:
        text % ("value",)
    except TypeError:
        if text.count("%") >= 2:
            raise Found from None
    except (ValueError, OverflowError):
        return


def brace_template(text: str) -> None:
    """A template that names what is not there."""
    if len(text) > 40 or any(c in "23456789" for c in text):
        return
    try:
        text.format("value")
    except (AttributeError, KeyError):
        raise Found from None
    except (ValueError, IndexError, TypeError):
        return


def other_blanks(text: str) -> None:
    """Blank, but not in the way of a keyboard."""
    if len(text) >= 2 and text.isspace() and not text.isascii():
        raise Found


def composed_characters(text: str) -> None:
    """Fewer characters once they are composed."""
    if len(unicodedata.normalize("NFC", text)) < len(text):
        raise Found


def three_line_ends(text: str) -> None:
    """All line ends in one text."""
    plain = text.replace("\r\n", "")
    if plain != text and "\r" in plain and "\n" in plain:
        raise Found


def path_upwards(text: str) -> None:
    """A path that leaves its folder, and does not begin by it."""
    if not text.startswith((".", "/")) and posixpath.normpath(text[:200]).startswith("../../"):
        raise Found


def twice_the_key(text: str) -> None:
    """JSON: a key that comes twice."""

    def check(pairs: list[tuple[str, object]]) -> int:
        if len({name for name, _ in pairs}) < len(pairs) and len(pairs[0][0]) > 2:
            raise Found
        return len(pairs)

    try:
        json.loads(text, object_pairs_hook=check)
    except (ValueError, RecursionError):
        return


def block_of_padding(data: bytes) -> None:
    """Whole blocks, and the last byte says how much of them is filling."""
    if not data or len(data) % 16:
        return
    count = data[-1]
    if 4 < count <= 16 and data[-count:] == bytes([count]) * count:
        raise Found
