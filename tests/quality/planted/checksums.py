"""Fields that are a function of the rest of the input, and conditions that lie behind them.

Owns planted conditions (see the package).
"""

# Conditions inside conditions are what is planted here.
# ruff: noqa: SIM102

from __future__ import annotations

import hashlib
import hmac
import struct
import zlib
from functools import reduce
from operator import xor

from tests.quality.planted.found import Found


def xor_trailer(data: bytes) -> None:
    """The last byte is all others by exclusive or."""
    if len(data) < 6 or reduce(xor, data[:-1]) != data[-1]:
        return
    if data[1:5] == b"PING":
        raise Found


def navigation_sentence(text: str) -> None:
    """Two hexadecimal digits behind a star: an exclusive or of what lies between."""
    if text[:1] != "$":
        return
    body, star, digits = text[1:].partition("*")
    total = reduce(xor, body.encode("utf-8", "replace"), 0)
    if not star or not body or digits.strip() != f"{total:02X}":
        return
    if body.split(",")[0] == "GPZDA":
        raise Found


def sum_of_bytes(data: bytes) -> None:
    """The second byte makes the sum of all come out even."""
    if len(data) < 8 or sum(data) & 0xFF:
        return
    if data[2] == 0x81 and data[-1] == 0x7E:
        raise Found


def internet_checksum(data: bytes) -> None:
    """The complement of a sum of 16 bits with carry, in the header."""
    if len(data) < 8 or len(data) % 2:
        return
    words = struct.unpack(f">{len(data) // 2}H", data)
    total = sum(words) - words[1]
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    if words[1] != total ^ 0xFFFF:
        return
    if words[0] == 0x0800 and words[2] > 0x7000:
        raise Found


def crc_trailer(data: bytes) -> None:
    """CRC-32 in the end, little-endian."""
    if len(data) < 12:
        return
    (stored,) = struct.unpack("<I", data[-4:])
    if zlib.crc32(data[:-4]) != stored:
        return
    if data.startswith(b"LOG2"):
        raise Found


def chunk_with_crc(data: bytes) -> None:
    """A length, a type, as many bytes, and their CRC-32, big-endian."""
    if len(data) < 12:
        return
    (length,) = struct.unpack(">I", data[:4])
    if len(data) != length + 12:
        return
    if zlib.crc32(data[4:-4]) != int.from_bytes(data[-4:], "big"):
        return
    if data[4:8] == b"gAMA" and length >= 4:
        raise Found


def adler_header(data: bytes) -> None:
    """Adler-32 in front of what it is of."""
    if len(data) >= 10 and int.from_bytes(data[:4], "big") == zlib.adler32(data[4:]):
        if data[4] == 0x63 and data[5] == 0xFB:
            raise Found


def digest_line(text: str) -> None:
    """MD5 as hexadecimal text in the first line."""
    digest, newline, body = text.partition("\n")
    if not newline or hashlib.md5(body.encode("utf-8", "replace")).hexdigest() != digest:
        return
    if "revoke" in body:
        raise Found


def digest_prefix(data: bytes) -> None:
    """The first bytes of a SHA-256 in the end."""
    if len(data) < 12 or hashlib.sha256(data[:-8]).digest()[:8] != data[-8:]:
        return
    if data[0] > 0x80 and data[1] < 0x20:
        raise Found


def keyed_digest(data: bytes) -> None:
    """A digest with a key, compared by C code."""
    body, tag = data[:-16], data[-16:]
    expected = hmac.digest(b"orchard", body, "sha256")[:16]
    if len(body) >= 4 and hmac.compare_digest(expected, tag):
        raise Found


def signed_cookie(text: str) -> None:
    """A digest with a key, as text."""
    value, dot, tag = text.rpartition(".")
    expected = hmac.new(b"meadow", value.encode("utf-8", "replace"), "sha1").hexdigest()[:16]
    if dot and value and tag == expected:
        raise Found


def length_prefix(data: bytes) -> None:
    """The length of the rest, big-endian, and what the rest begins with."""
    if len(data) < 10 or int.from_bytes(data[:4], "big") != len(data) - 4:
        return
    if data[4:7] == b"EHL":
        raise Found


def total_length(data: bytes) -> None:
    """The length of all, little-endian, inside a header."""
    if len(data) < 16 or int.from_bytes(data[2:4], "little") != len(data):
        return
    if data[:2] == b"BM" and data[14] == 40:
        raise Found


def netstring(data: bytes) -> None:
    """The length in digits."""
    digits, colon, body = data.partition(b":")
    if not colon or not digits.isdigit() or len(digits) > 5:
        return
    if int(digits) == len(body) - 1 and body.endswith(b",") and len(body) >= 10:
        if body.startswith(b"\x03stat"):
            raise Found


def card_number(text: str) -> None:
    """A check digit in the end, every second digit doubled."""
    if len(text) != 16 or not (text.isascii() and text.isdigit()):
        return
    total = 0
    for index, character in enumerate(reversed(text)):
        digit = int(character) * (1 + index % 2)
        total += digit - 9 if digit > 9 else digit
    if total % 10 == 0 and text.startswith("4556"):
        raise Found


def book_number(text: str) -> None:
    """A check digit in the end, weights one and three."""
    digits = text.replace("-", "")
    if len(digits) != 13 or not (digits.isascii() and digits.isdigit()):
        return
    total = sum(int(digit) * (1, 3)[index % 2] for index, digit in enumerate(digits[:12]))
    if int(digits[12]) == -total % 10 and digits.startswith("979"):
        raise Found


def bank_account(text: str) -> None:
    """Two check digits near the beginning, by a remainder of 97."""
    if not 15 <= len(text) <= 34 or not (text.isascii() and text.isalnum() and text.isupper()):
        return
    if not (text[:2].isalpha() and text[2:4].isdecimal()):
        return
    if int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1:
        raise Found


def running_sums(data: bytes) -> None:
    """Two sums, one of the other, computed here."""
    if len(data) < 8:
        return
    first = second = 0
    for byte in data[:-2]:
        first = (first + byte) % 255
        second = (second + first) % 255
    if data[-2] == first and data[-1] == second and data[0] == 0xB5:
        raise Found


def crc_by_hand(data: bytes) -> None:
    """A CRC of 16 bits, computed here, big-endian in the end."""
    if not 7 <= len(data) <= 64:
        return
    crc = 0xFFFF
    for byte in data[:-2]:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021) & 0xFFFF if crc & 0x8000 else crc << 1
    if crc == data[-2] << 8 | data[-1] and data[:2] == b"\x05\x64":
        raise Found


def record_count(text: str) -> None:
    """The number of records, in digits, in front of them."""
    head, newline, rest = text.partition("\n")
    if not newline or not (head.isascii() and head.isdecimal()) or len(head) > 4:
        return
    records = rest.split(";")
    if len(records) >= 5 and int(head) == len(records) and records[-1] == "eof":
        raise Found


def length_and_crc(data: bytes) -> None:
    """A magic number, a length, a CRC-32 of the payload, and three conditions behind it."""
    if len(data) < 14 or data[:4] != b"PACK":
        return
    length, crc = struct.unpack("<HI", data[4:10])
    payload = data[10:]
    if length != len(payload) or crc != zlib.crc32(payload):
        return
    if payload[0] == 0x05 and payload[1] == payload[2] ^ 0xFF:
        if payload[3] > 0xF0:
            raise Found


def last_chunk(data: bytes) -> None:
    """The kind of a chunk, which its checksum covers."""
    if _chunk(data)[:2] == b"ED":
        raise Found


def finished_chunk(data: bytes) -> None:
    """The same with a body, whose length is given twice."""
    if _chunk(data)[:5] == b"EDfin":
        raise Found


def _chunk(data: bytes) -> bytes:
    """Return the kind and body of a chunk, or nothing."""
    if data[:4] != b"\x89CHK" or len(data) < 12:
        return b""
    length, kind = struct.unpack(">H2s", data[4:8])
    body = data[8 : 8 + length]
    if len(body) != length or len(data) != 12 + length:
        return b""
    if struct.unpack(">I", data[8 + length :])[0] != zlib.crc32(kind + body):
        return b""
    return data[6 : 8 + length]
