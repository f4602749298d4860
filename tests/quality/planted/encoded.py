"""Operands that stand in the input in another form: cased, digits, base64, escaped, other encodings.

Owns planted conditions (see the package).
"""

from __future__ import annotations

import ast
import base64
import binascii
import html
import json
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote

from tests.quality.planted.found import Found


def lower_case(text: str) -> None:
    """In any case but that of the constant."""
    if text.strip().lower() == "keep-alive" and not text.islower():
        raise Found


def upper_case(text: str) -> None:
    """A key in capitals, written in small letters."""
    name, _, value = text.partition("=")
    if name.islower() and name.upper() == "MAX_FORWARDS" and value:
        raise Found


def folded_case(text: str) -> None:
    """Compared without case, beyond ASCII."""
    if text.casefold() == "grösse-xxl":
        raise Found


def header_in_any_case(data: bytes) -> None:
    """Bytes in any case."""
    name, colon, value = data.partition(b":")
    if colon and name.lower() == b"transfer-encoding" and value.strip().lower() == b"chunked":
        raise Found


def capital_words(text: str) -> None:
    """Compared after each word was given a capital."""
    if text.islower() and text.title() == "Http Strict Transport":
        raise Found


def basic_credentials(text: str) -> None:
    """Base64 of two words."""
    if not text.startswith("Basic "):
        return
    try:
        user, _, password = base64.b64decode(text[6:]).partition(b":")
    except ValueError:
        return
    if user == b"letmein" and password == b"2041!":
        raise Found


def base64_field(data: bytes) -> None:
    """Base64 of one word."""
    try:
        decoded = base64.b64decode(data, validate=True)
    except binascii.Error:
        return
    if decoded == b"\x00session\xff":
        raise Found


def hex_field(text: str) -> None:
    """Hexadecimal of bytes."""
    try:
        decoded = bytes.fromhex(text)
    except ValueError:
        return
    if decoded == b"\xde\x10\xc0\x9b\x44":
        raise Found


def hex_of_text(data: bytes) -> None:
    """Hexadecimal of a word."""
    try:
        decoded = binascii.unhexlify(data[2:])
    except binascii.Error:
        return
    if data[:2] == b"\\x" and decoded.startswith(b"bytea"):
        raise Found


def percent_path(text: str) -> None:
    """Percent signs for what is not ASCII."""
    if text.isascii() and unquote(text) == "/café/menü":
        raise Found


def escaped_json(text: str) -> None:
    """A text in quotes, with escapes."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return
    if value == 'first "line"\nsecond':
        raise Found


def escaped_literal(text: str) -> None:
    """A literal of the language."""
    if len(text) > 200:
        return
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return
    if value == ("retry", 3, None):
        raise Found


def escaped_control(text: str) -> None:
    """Backslashes for what cannot be printed."""
    if not (text.isascii() and text.isprintable()):
        return
    try:
        decoded = text.encode().decode("unicode_escape")
    except UnicodeDecodeError:
        return
    if decoded == "\x1b[0;31m":
        raise Found


def markup_entities(text: str) -> None:
    """Entities for what is markup."""
    if "<" not in text and html.unescape(text) == '<b class="x">':
        raise Found


def utf_16(data: bytes) -> None:
    """Two bytes a character, little-endian."""
    if data[2:].decode("utf-16-le", "replace").startswith("Volume"):
        raise Found


def utf_16_with_mark(data: bytes) -> None:
    """Two bytes a character, big-endian, with the mark of it."""
    if data[:2] != b"\xfe\xff":
        return
    if data[2:].decode("utf-16-be", "replace") == "Name;":
        raise Found


def utf_8(data: bytes) -> None:
    """Another script."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    if text.strip() == "Привет, мир":
        raise Found


def latin_1(data: bytes) -> None:
    """One byte a character."""
    if data.decode("latin-1").endswith(" Señor Núñez"):
        raise Found


def day_of_year(text: str) -> None:
    """A date read by C code."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return
    if day == date(1969, 7, 20):
        raise Found


def exact_decimal(text: str) -> None:
    """A decimal number read by C code."""
    if len(text) > 50:
        return
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return
    if amount == Decimal("4711.0625"):
        raise Found


def unfolded_line(text: str) -> None:
    """Without the end of the line."""
    if text.endswith("\r\n") and text.rstrip("\r\n") == "END:VALARM":
        raise Found
