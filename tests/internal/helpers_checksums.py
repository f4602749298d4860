"""Formats with a field that is a function of the rest, each with its own reader.

Owns the table ``FORMATS``: how a value is made from a body, and the two
operands that a reader of the format compares.  The readers are written as
programs write them, with none of the code under test.  Runs in the testing
process, used by test_checksums.py.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import io
import json
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

Value = bytes | str


@dataclass(frozen=True)
class Format:
    """One format."""

    name: str
    #: A body to a value whose field may be wrong.
    build: Callable[[bytes, random.Random], Value]
    #: What the reader compares: what it read, and what it computed.
    read: Callable[..., tuple[object, object]]
    #: Bodies that it can hold.
    body: Callable[[random.Random], bytes]
    #: Within how many candidates the right rule must be.
    within: int


def raw(least: int = 12, most: int = 60, *, multiple: int = 1) -> Callable[[random.Random], bytes]:
    """Make bodies of any bytes."""
    return lambda rand: rand.randbytes(rand.randrange(least, most) // multiple * multiple)


def text(
    alphabet: bytes = b"abcdefghijklmnopqrstuvwxyz ABC_", least: int = 8, most: int = 60
) -> Callable[[random.Random], bytes]:
    """Make bodies of some characters."""
    return lambda rand: bytes(rand.choices(alphabet, k=rand.randrange(least, most)))


def digits(least: int, most: int = 0) -> Callable[[random.Random], bytes]:
    """Make bodies of decimal digits."""
    return text(b"0123456789", least, (most or least) + 1)


FORMATS: list[Format] = []


def add(
    name: str,
    build: Callable[[bytes, random.Random], Value],
    read: Callable[..., tuple[object, object]],
    body: Callable[[random.Random], bytes] | None = None,
    within: int = 8,
) -> None:
    """Put a format into the table."""
    FORMATS.append(Format(name, build, read, body or raw(), within))


# Sums over the rest.

add(
    "magic, two bytes of sum, rest",
    lambda body, rand: b"%PDX" + rand.randbytes(2) + body,
    lambda v: (int.from_bytes(v[4:6], "big"), sum(v[6:]) & 0xFFFF),
)
add(
    "sum in the first byte",
    lambda body, rand: rand.randbytes(1) + body,
    lambda v: (v[0], sum(v[1:]) & 0xFF),
)
add("sum in the last byte", lambda body, rand: body + rand.randbytes(1), lambda v: (v[-1], sum(v[:-1]) % 256))
add(
    "negated sum in the last byte",
    lambda body, rand: body + rand.randbytes(1),
    lambda v: (v[-1], -sum(v[:-1]) & 0xFF),
)
add(
    "inverted sum in the last byte",
    lambda body, rand: body + rand.randbytes(1),
    lambda v: (v[-1], ~sum(v[:-1]) & 0xFF),
)
add(
    "sum modulo 251",
    lambda body, rand: b"S" + rand.randbytes(1) + body,
    lambda v: (v[1], sum(v[2:]) % 251),
    within=10,
)
add("xor in the last byte", lambda body, rand: body + rand.randbytes(1), lambda v: (xored(v[:-1]), v[-1]))
add(
    "sum of 16-bit words",
    lambda body, rand: rand.randbytes(2) + body,
    lambda v: (int.from_bytes(v[:2], "little"), sum(struct.unpack(f"<{len(v[2:]) // 2}H", v[2:])) & 0xFFFF),
    raw(12, 60, multiple=2),
)
add(
    "32-bit sum as decimal digits",
    lambda body, rand: b"%d:" % rand.randrange(1000, 9999) + body,
    lambda v: (int(v.split(b":", 1)[0]), sum(v.split(b":", 1)[1])),
)
add(
    "sum of all but the field, little endian, in the middle",
    lambda body, rand: b"HEAD" + rand.randbytes(4) + body,
    lambda v: (int.from_bytes(v[4:8], "little"), sum(v[:4] + v[8:])),
)


def xored(data: bytes) -> int:
    """Xor all bytes."""
    number = 0
    for byte in data:
        number ^= byte
    return number


def internet(data: bytes) -> int:
    """Compute the internet checksum as RFC 1071 does."""
    total = 0
    for at in range(0, len(data), 2):
        total += data[at] << 8 | (data[at + 1] if at + 1 < len(data) else 0)
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def fletcher(data: bytes) -> int:
    """Compute Fletcher's checksum with a loop."""
    first = second = 0
    for byte in data:
        first = (first + byte) % 255
        second = (second + first) % 255
    return second << 8 | first


add(
    "icmp, field as zero",
    lambda body, rand: b"\x08\x00" + rand.randbytes(2) + body,
    lambda v: (struct.unpack(">H", v[2:4])[0], internet(v[:2] + b"\0\0" + v[4:])),
)
add(
    "ipv4 header, field as zero",
    lambda body, rand: b"\x45\0\0\x54" + rand.randbytes(4) + b"\x40\x11" + rand.randbytes(10) + body,
    lambda v: (struct.unpack(">H", v[10:12])[0], internet(v[:10] + b"\0\0" + v[12:20])),
)
add(
    "ipv4 header, sum of all is zero",
    lambda body, rand: b"\x45\0\0\x54" + rand.randbytes(4) + b"\x40\x11" + rand.randbytes(10) + body,
    lambda v: (internet(v[:20]), 0),
)
add(
    "fletcher16 at the end",
    lambda body, rand: body + rand.randbytes(2),
    lambda v: (fletcher(v[:-2]), int.from_bytes(v[-2:], "big")),
)


def tar_header(body: bytes, rand: random.Random) -> bytes:
    """Make a header of a tar archive, its checksum wrong, and some data."""
    info = tarfile.TarInfo(body[:20].decode())
    info.size = len(body)
    header = bytearray(info.tobuf(tarfile.USTAR_FORMAT))
    header[148:156] = b"%06o\0 " % rand.randrange(8**5)
    return bytes(header) + body.ljust(512, b"\0")


add(
    "tar header",
    tar_header,
    lambda v: (tarfile.nti(v[148:156]), tarfile.calc_chksums(v[:512])[0]),  # type: ignore[attr-defined]
    text(),
)
add(
    "tar header without a checksum",
    lambda body, rand: tar_header(body, rand)[:148] + b"\0" * 8 + tar_header(body, rand)[156:],
    lambda v: (tarfile.nti(v[148:156]), tarfile.calc_chksums(v[:512])[0]),  # type: ignore[attr-defined]
    text(),
)

# Cyclic redundancy checks and digests.


def png(body: bytes, rand: random.Random, *, is_whole: bool = False) -> bytes:
    """Make a picture with two chunks and an end, the checksum of the second wrong."""
    value = b"\x89PNG\r\n\x1a\n"
    for kind, data in ((b"IHDR", rand.randbytes(13)), (b"IDAT", body), (b"IEND", b"")):
        crc = zlib.crc32(kind + data) if kind != b"IDAT" or is_whole else rand.getrandbits(32)
        value += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)
    return value


def read_png(value: bytes) -> tuple[object, object]:
    """Compare the checksums of all chunks, and stop at the first that is wrong."""
    at, pair = 8, (0, 0)
    while at < len(value):
        (size,) = struct.unpack_from(">I", value, at)
        pair = struct.unpack_from(">I", value, at + 8 + size)[0], zlib.crc32(value[at + 4 : at + 8 + size])
        if pair[0] != pair[1]:
            break
        at += size + 12
    return pair


add("png", png, read_png)
add(
    "chunk",
    lambda body, rand: struct.pack(">I", len(body)) + b"DATA" + body + rand.randbytes(4),
    lambda v: (struct.unpack(">I", v[-4:])[0], zlib.crc32(v[4:-4])),
)
add(
    "crc32 first, little endian",
    lambda body, rand: rand.randbytes(4) + body,
    lambda v: (zlib.crc32(v[4:]) & 0xFFFFFFFF, int.from_bytes(v[:4], "little")),
)
add(
    "crc32 compared as bytes",
    lambda body, rand: body + rand.randbytes(4),
    lambda v: (v[-4:], struct.pack("<I", zlib.crc32(v[:-4]))),
)
add(
    "inverted crc32",
    lambda body, rand: b"MAGIC" + rand.randbytes(4) + body,
    lambda v: (int.from_bytes(v[5:9], "big"), zlib.crc32(v[9:]) ^ 0xFFFFFFFF),
)
add(
    "crc32 with the field as zero",
    lambda body, rand: b"OggS" + rand.randbytes(4) + body,
    lambda v: (int.from_bytes(v[4:8], "little"), zlib.crc32(v[:4] + b"\0\0\0\0" + v[8:])),
)
add(
    "low half of crc32",
    lambda body, rand: rand.randbytes(2) + body,
    lambda v: (int.from_bytes(v[:2], "big"), zlib.crc32(v[2:]) & 0xFFFF),
)
add(
    "crc_hqx after a magic",
    lambda body, rand: b"hq" + rand.randbytes(2) + body,
    lambda v: (int.from_bytes(v[2:4], "big"), binascii.crc_hqx(v[4:], 0)),
)
add(
    "adler32",
    lambda body, rand: body + rand.randbytes(4),
    lambda v: (struct.unpack(">I", v[-4:])[0], zlib.adler32(v[:-4])),
)
add(
    "crc32 as hex in a line",
    lambda body, rand: b"%08x " % rand.getrandbits(32) + body,
    lambda v: (v[:8].decode("ascii", "replace"), f"{zlib.crc32(v[9:]):08x}"),
    text(),
)
add(
    "crc32 as upper hex, read as a number",
    lambda body, rand: b"data=" + body + b";crc=%08X" % rand.getrandbits(32),
    lambda v: (int(v[-8:], 16), zlib.crc32(v[:-13])),
    text(),
)
add(
    "gzip trailer",
    lambda body, rand: gzip.compress(body, mtime=0)[:-8] + rand.randbytes(4) + struct.pack("<I", len(body)),
    lambda v: (struct.unpack("<I", v[-8:-4])[0], zlib.crc32(zlib.decompressobj(-15).decompress(v[10:]))),
)
add(
    "gzip size",
    lambda body, rand: gzip.compress(body, mtime=0)[:-4] + rand.randbytes(4),
    lambda v: (struct.unpack("<I", v[-4:])[0], len(zlib.decompressobj(-15).decompress(v[10:]))),
)
add(
    "modbus",
    lambda body, rand: body + rand.randbytes(2),
    lambda v: (int.from_bytes(v[-2:], "little"), modbus(v[:-2])),
)


def modbus(data: bytes) -> int:
    """Compute the checksum of Modbus bit by bit."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


for digest_name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s", "sha3_256"):
    add(
        f"{digest_name} first",
        lambda body, rand, name=digest_name: rand.randbytes(hashlib.new(name).digest_size) + body,  # type: ignore[misc]
        lambda v, name=digest_name: (
            v[: hashlib.new(name).digest_size],
            hashlib.new(name, v[hashlib.new(name).digest_size :]).digest(),
        ),
    )
add(
    "first four bytes of sha256",
    lambda body, rand: body + rand.randbytes(4),
    lambda v: (v[-4:], hashlib.sha256(v[:-4]).digest()[:4]),
)
add(
    "four bytes of sha256 twice, as a number",
    lambda body, rand: body + rand.randbytes(4),
    lambda v: (
        int.from_bytes(v[-4:], "little"),
        int.from_bytes(hashlib.sha256(hashlib.sha256(v[:-4]).digest()).digest()[:4], "little"),
    ),
)
add(
    "named hex digest",
    lambda body, rand: b"sha256=" + rand.randbytes(32).hex().encode() + b"\n" + body,
    lambda v: (v[:71].decode("latin-1"), "sha256=" + hashlib.sha256(v[72:]).hexdigest()),
)
add(
    "hex digest of text",
    lambda body, rand: "md5:" + rand.randbytes(16).hex() + ":" + body.decode(),
    lambda v: (v[4:36], hashlib.md5(v[37:].encode()).hexdigest()),
    text(),
)
add(
    "base64 digest of text",
    lambda body, rand: base64.b64encode(rand.randbytes(32)).decode() + "." + body.decode(),
    lambda v: (
        v.split(".", 1)[0],
        base64.b64encode(hashlib.sha256(v.split(".", 1)[1].encode()).digest()).decode(),
    ),
    text(),
)
add(
    "digest in a document",
    lambda body, rand: json.dumps({"body": body.decode(), "sha1": rand.randbytes(20).hex(), "n": 1}),
    lambda v: (json.loads(v)["sha1"], hashlib.sha1(json.loads(v)["body"].encode()).hexdigest()),
    text(),
)
add(
    "short digest after text",
    lambda body, rand: body.decode() + "#" + rand.randbytes(4).hex()[:7],
    lambda v: (v.rsplit("#", 1)[1], hashlib.sha1(v.rsplit("#", 1)[0].encode()).hexdigest()[:7]),
    text(),
)


def ogg_crc(value: bytes) -> int:
    """Compute the checksum of an Ogg page bit by bit, its field as zero."""
    crc = 0
    for byte in value[:22] + bytes(4) + value[26:]:
        crc ^= byte << 24
        for _ in range(8):
            crc = crc << 1 ^ (0x104C11DB7 if crc >> 31 else 0)
    return crc


add(
    "ogg page",
    lambda body, rand: b"OggS\0\2" + bytes(8) + rand.randbytes(12) + bytes((1, len(body))) + body,
    lambda v: (struct.unpack("<I", v[22:26])[0], ogg_crc(v)),
)


def zip_file(body: bytes, rand: random.Random) -> bytes:
    """Make an archive with one stored file, its checksum wrong in both headers."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), body)
    value, crc = bytearray(memory.getvalue()), rand.randbytes(4)
    at = value.find(b"PK\1\2")
    value[14:18] = value[at + 16 : at + 20] = crc
    return bytes(value)


def read_zip(value: bytes) -> tuple[object, object]:
    """Compare the checksum in the directory with that of the file."""
    at = value.rfind(b"PK\1\2")
    crc, size = struct.unpack_from("<II", value, at + 16)
    return crc, zlib.crc32(value[35 : 35 + size])


add("zip directory", zip_file, read_zip)
add(
    "digest in markup",
    lambda body, rand: f"<a><sum>{rand.randbytes(16).hex()}</sum><b>{body.decode()}</b></a>",
    lambda v: (
        v.split("<sum>")[1].split("</sum>")[0],
        hashlib.md5(v.split("<b>")[1].split("</b>")[0].encode()).hexdigest(),
    ),
    text(),
)


def fnv(data: bytes) -> int:
    """Compute the hash of Fowler, Noll and Vo with a loop."""
    number = 0x811C9DC5
    for byte in data:
        number = (number ^ byte) * 0x01000193 & 0xFFFFFFFF
    return number


add(
    "hash in hex before text",
    lambda body, rand: f"{rand.getrandbits(32):08x}:{body.decode()}",
    lambda v: (int(v[:8], 16), fnv(v[9:].encode())),
    text(),
)
add(
    "sum after a constant head and before another",
    lambda body, rand: b"\xb5\x62\1\2" + body + rand.randbytes(1) + b"!",
    lambda v: (v[-2], sum(v[2:-2]) & 0xFF),
)
add(
    "sum of characters in a query",
    lambda body, rand: f"a={body.decode()}&b=2&sum={rand.randrange(1000, 9999)}",
    lambda v: (int(v.rsplit("=", 1)[1]), sum(map(ord, v[: v.rindex("&")]))),
    text(),
)

# Lengths and counts.

add(
    "length in two bytes",
    lambda body, rand: b"\x01\x02" + rand.randbytes(2) + body,
    lambda v: (int.from_bytes(v[2:4], "big"), len(v) - 4),
)
add(
    "length of all in four bytes",
    lambda body, rand: b"X" + rand.randbytes(4) + body,
    lambda v: (int.from_bytes(v[1:5], "little"), len(v)),
)
add("length in one byte", lambda body, rand: rand.randbytes(1) + body, lambda v: (v[0], len(v[1:])))
add(
    "end of the record past the end",
    lambda body, rand: b"R" + rand.randbytes(2) + body,
    lambda v: (3 + int.from_bytes(v[1:3], "big"), len(v)),
)
add(
    "length in words",
    lambda body, rand: b"W" + rand.randbytes(1) + body,
    lambda v: (v[1] * 4, len(v) - 2),
    raw(12, 60, multiple=4),
)
add(
    "blocks of sixteen",
    lambda body, rand: b"BLK" + rand.randbytes(1) + body,
    lambda v: (v[3], len(v[4:]) // 16),
    raw(32, 90, multiple=16),
)
add(
    "length in bits",
    lambda body, rand: rand.randbytes(2) + body,
    lambda v: (int.from_bytes(v[:2], "big"), 8 * len(v[2:])),
)
add(
    "riff sizes",
    lambda body, rand: (
        b"RIFF"
        + rand.randbytes(4)
        + b"WAVEfmt "
        + b"\x10\0\0\0"
        + bytes(16)
        + b"data"
        + struct.pack("<I", len(body))
        + body
    ),
    lambda v: (int.from_bytes(v[4:8], "little"), len(v) - 8),
)
add(
    "size of the data in a wav",
    lambda body, rand: (
        b"RIFF"
        + struct.pack("<I", len(body) + 36)
        + b"WAVEfmt "
        + b"\x10\0\0\0"
        + bytes(16)
        + b"data"
        + rand.randbytes(4)
        + body
    ),
    lambda v: (int.from_bytes(v[40:44], "little"), len(v) - 44),
)
add(
    "netstring",
    lambda body, rand: b"%d:" % rand.randrange(1000) + body + b",",
    lambda v: (int(v.split(b":", 1)[0]), len(v.split(b":", 1)[1]) - 1),
    text(),
)
add(
    "netstring as text",
    lambda body, rand: f"{rand.randrange(1000)}:{body.decode()},",
    lambda v: (int(v.split(":", 1)[0]), len(v.split(":", 1)[1]) - 1),
    text(),
)
add(
    "chunk of http",
    lambda body, rand: b"%x\r\n" % rand.randrange(10, 4000) + body + b"\r\n0\r\n\r\n",
    lambda v: (int(v.split(b"\r\n", 1)[0], 16), len(v.split(b"\r\n")[1])),
    text(),
)
add(
    "content length",
    lambda body, rand: (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\nAccept: b\r\n\r\n" % rand.randrange(1000) + body
    ),
    lambda v: (int(v.split(b"Content-Length: ")[1].split(b"\r\n")[0]), len(v.split(b"\r\n\r\n", 1)[1])),
    text(),
)
add(
    "length that counts itself",
    lambda body, rand: b"%d " % rand.randrange(100, 999) + body + b"\n",
    lambda v: (int(v.split(b" ")[0]), len(v)),
    text(b"abcdef=", 60, 200),
)
add(
    "hex length of text",
    lambda body, rand: f"{rand.randrange(4096):04x}{body.decode()}",
    lambda v: (int(v[:4], 16), len(v)),
    text(),
)
add(
    "number of lines",
    lambda body, rand: b"%d\n" % rand.randrange(200) + body,
    lambda v: (int(v.split(b"\n", 1)[0]), len(v.split(b"\n", 1)[1].splitlines())),
    lambda rand: b"".join(b"line %d\n" % n for n in range(rand.randrange(3, 12))),
)
add(
    "number of fields",
    lambda body, rand: b"%d|" % rand.randrange(100, 200) + body,
    lambda v: (int(v.split(b"|", 1)[0]), len(v.split(b"|", 1)[1].split(b","))),
    lambda rand: b",".join(b"%d" % rand.randrange(50) for n in range(rand.randrange(3, 12))),
)
add(
    "varint length",
    lambda body, rand: b"\xac\x02" + body,
    lambda v: ((v[0] & 127) | v[1] << 7, len(v) - 2),
    raw(130, 200),
    within=12,
)

# Check digits.

LUHN_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def luhn_total(number: str) -> int:
    """Sum a card number up, its check digit included."""
    return sum(int(d) if n % 2 == 0 else LUHN_DOUBLED[int(d)] for n, d in enumerate(reversed(number)))


def ean_digit(number: str) -> int:
    """Compute the check digit of an article number."""
    return (10 - sum(int(d) * (3, 1)[n % 2] for n, d in enumerate(reversed(number)))) % 10


add(
    "card number",
    lambda body, rand: body.decode() + rand.choice("0123456789"),
    lambda v: (luhn_total(v) % 10, 0),
    digits(15),
)
add(
    "card number, digits compared",
    lambda body, rand: body.decode() + rand.choice("0123456789"),
    lambda v: (int(v[-1]), -luhn_total(v[:-1] + "0") % 10),
    digits(15),
)
add(
    "article number",
    lambda body, rand: body.decode() + rand.choice("0123456789"),
    lambda v: (v[-1], str(ean_digit(v[:-1]))),
    digits(12),
)
add(
    "article number in bytes",
    lambda body, rand: body + rand.choice((b"1", b"8")),
    lambda v: (int(v[-1:]), ean_digit(v[:-1].decode())),
    digits(12),
)
add(
    "book number",
    lambda body, rand: body.decode() + rand.choice("0123456789"),
    lambda v: (sum((10 - n) * (10 if d == "X" else int(d)) for n, d in enumerate(v)) % 11, 0),
    digits(9),
)
add(
    "bank account",
    lambda body, rand: "DE" + str(rand.randrange(10, 97)) + body.decode(),
    lambda v: (int("".join(str(int(c, 36)) for c in v[4:] + v[:4])) % 97, 1),
    digits(18),
)
add(
    "number with two check digits",
    lambda body, rand: body.decode() + str(rand.randrange(10, 97)),
    lambda v: (int(v) % 97, 1),
    digits(20),
)

# Records in lines.


def nmea(body: bytes, rand: random.Random) -> str:
    """Make a sentence of a satellite receiver."""
    return f"$GPGGA,{body.decode()}*{rand.randrange(256):02X}\r\n"


add(
    "nmea sentence",
    nmea,
    lambda v: (int(v[v.index("*") + 1 :].strip(), 16), xored(v[1 : v.index("*")].encode())),
    digits(9, 14),
)
add(
    "nmea sentence, text compared",
    nmea,
    lambda v: (v.strip()[-2:], f"{xored(v[1 : v.index('*')].encode()):02X}"),
    digits(9, 14),
)


def intel_hex(body: bytes, rand: random.Random) -> str:
    """Make some lines of Intel HEX, with the last checksum but one wrong."""
    lines = []
    for record in (body[: len(body) // 2], body[len(body) // 2 :]):
        data = bytes([len(record), 0, rand.randrange(256), 0]) + record
        lines.append(f":{data.hex().upper()}{rand.randrange(256):02X}")
    return "\n".join(lines) + "\n:00000001FF\n"


def read_intel_hex(value: str) -> tuple[object, object]:
    """Compare the sums of all lines with zero, and stop at the first that is wrong."""
    total = 0
    for line in value.split():
        total = sum(bytes.fromhex(line[1:])) & 0xFF
        if total:
            break
    return total, 0


add("intel hex", intel_hex, read_intel_hex)
add(
    "crc32 in every line",
    lambda body, rand: "\n".join(f"{body[at:].decode()} {rand.getrandbits(32):08x}" for at in range(0, 6, 2)),
    lambda v: first_wrong([(line[-8:], f"{zlib.crc32(line[:-9].encode()):08x}") for line in v.split("\n")]),
    text(),
)


def first_wrong(pairs: list[tuple[str, str]]) -> tuple[object, object]:
    """Return the first pair that differs, or the last."""
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[-1])
