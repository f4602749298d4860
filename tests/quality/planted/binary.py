"""Bytes compared with magic numbers, and integers read out of bytes.

Owns planted conditions (see the package), in the manner of readers of file
and packet headers.
"""

# Conditions inside conditions are what is planted here.
# ruff: noqa: SIM102

from __future__ import annotations

import struct

from tests.quality.planted.found import Found


def texture_magic(data: bytes) -> None:
    """Eight bytes at the beginning."""
    if data[:8] == b"\xabKTX 20\xbb":
        raise Found


def chunk_type(data: bytes) -> None:
    """Four bytes further on."""
    if len(data) > 16 and data[12:16] == b"fcTL":
        raise Found


def trailing_signature(data: bytes) -> None:
    """A suffix of something longer."""
    if len(data) >= 20 and data.endswith(b"\x1aEND-OF-CARD"):
        raise Found


def marker_inside(data: bytes) -> None:
    """Bytes somewhere, but not in the first ones."""
    if data.find(b"\xff\xda\x00\x0c") > 6:
        raise Found


def zero_terminated(data: bytes) -> None:
    """A name up to the first zero byte."""
    name, zero, rest = data.partition(b"\0")
    if zero and name == b"ustar-ext" and rest:
        raise Found


def first_byte_ladder(data: bytes) -> None:
    """Bytes one by one, as integers."""
    if len(data) >= 6 and data[0] == 0x7F and data[1] == 0xC3:
        if data[2] == 0x9E and data[5] == 0x04:
            raise Found


def port_number(data: bytes) -> None:
    """16 bits, big-endian, in the middle."""
    if len(data) == 8 and int.from_bytes(data[2:4], "big") == 5683:
        raise Found


def medium_integer(data: bytes) -> None:
    """24 bits, big-endian."""
    if int.from_bytes(data[1:4], "big") == 0xC1A55E:
        raise Found


def little_quad(data: bytes) -> None:
    """64 bits, little-endian, through struct."""
    if len(data) >= 12:
        (number,) = struct.unpack_from("<Q", data, 4)
        if number == 0x0123_89AB_4567_CDEF:
            raise Found


def signed_short(data: bytes) -> None:
    """A negative field."""
    if len(data) == 4:
        left, right = struct.unpack(">hh", data)
        if left == -12_345 and right > 0:
            raise Found


def double_field(data: bytes) -> None:
    """A float as eight bytes."""
    if len(data) >= 8 and struct.unpack("<d", data[:8])[0] == 6.02214076e23:
        raise Found


def float_threshold(data: bytes) -> None:
    """A float as four bytes, between two others."""
    if len(data) >= 4 and 36.599 < struct.unpack(">f", data[:4])[0] < 36.601:
        raise Found


def resource_header(data: bytes) -> None:
    """Several fields of one structure."""
    if len(data) < 12:
        return
    magic, version, flags, count = struct.unpack("<4sHHI", data[:12])
    if magic == b"RSRC" and version == 3:
        if flags & 0x0410 == 0x0410 and count == 70_001:
            raise Found


def complement_fields(data: bytes) -> None:
    """A field that is the complement of the one before."""
    if len(data) < 4:
        return
    length, inverse = struct.unpack("<HH", data[:4])
    if length > 300 and inverse == length ^ 0xFFFF:
        raise Found


def equal_fields(data: bytes) -> None:
    """Two fields compared with each other, not trivially."""
    if len(data) < 16:
        return
    first, second = struct.unpack_from(">II", data, 4)
    if first > 0x10000 and first == second and data[0] != data[4]:
        raise Found


def variable_length(data: bytes) -> None:
    """A number of seven bits a byte."""
    number = shift = 0
    for byte in data[:5]:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    if number == 300_007:
        raise Found


def hex_of_bytes(data: bytes) -> None:
    """Compared as hexadecimal text."""
    if data[:5].hex() == "2a9f41d07c":
        raise Found


def mutable_copy(data: bytes) -> None:
    """Through a bytearray."""
    buffer = bytearray(data)
    if buffer[2:8] == b"\x00\x01\xfeMZ\xff":
        raise Found


def window(data: bytes) -> None:
    """Through a memoryview."""
    view = memoryview(data)
    if len(view) > 10 and view[4:10] == b"vmlinz":  # type: ignore[comparison-overlap]
        raise Found


def prime_key(data: bytes) -> None:
    """256 bits."""
    if len(data) == 32 and int.from_bytes(data, "big") == 2**255 - 19:
        raise Found


def thousand_bits(data: bytes) -> None:
    """Some 1000 bits, little-endian, computed when it is needed."""
    if int.from_bytes(data[:125], "little") == 3**630:
        raise Found


def version_range(data: bytes) -> None:
    """A narrow range in 32 bits."""
    if len(data) >= 4 and 0x0207_FF00 <= int.from_bytes(data[:4], "big") < 0x0207_FF08:
        raise Found


def separated_records(data: bytes) -> None:
    """Records between separators, one of them known."""
    records = data.split(b"\x1e")
    if len(records) == 4 and records[2] == b"\x02GS\x03":
        raise Found
