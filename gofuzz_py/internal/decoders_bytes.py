"""Bytes written as text, and bytes that were packed: hexadecimal, base64 and its like, gzip and its like.

Owns how they are read and written.  What is packed is unpacked up to a size,
and packed without the time of day, so that a run with a fixed seed repeats.
Must not know what the bytes are good for.  Runs in a worker process; called by
``decoders``.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable
from typing import Any

from gofuzz_py.internal import operands_peek

Text = str | bytes

#: What a short text may unpack to is left alone from this length on.
LONGEST = 1 << 20


def as_bytes(tree: Text) -> bytes:
    """Return bytes as they are and a text in UTF-8."""
    return tree if isinstance(tree, bytes) else tree.encode("utf-8", "surrogatepass")


# -- written as text -----------------------------------------------------------------------------


def from_hex(text: Text) -> bytes:
    """Read pairs of hexadecimal digits."""
    return bytes.fromhex(text) if isinstance(text, str) else binascii.unhexlify(text)


def to_hex(tree: Text) -> str:
    """Write pairs of hexadecimal digits."""
    return as_bytes(tree).hex()


def from_base64(text: Text) -> bytes:
    """Read base64."""
    return binascii.a2b_base64(text)


def to_base64(tree: Text) -> str:
    """Write base64."""
    return binascii.b2a_base64(as_bytes(tree), newline=False).decode("ascii")


def from_url_base64(text: Text) -> bytes:
    """Read base64 with ``-`` and ``_``."""
    whole = text if isinstance(text, bytes) else text.encode("ascii")
    return binascii.a2b_base64(whole.replace(b"-", b"+").replace(b"_", b"/"))


def to_url_base64(tree: Text) -> str:
    """Write base64 with ``-`` and ``_``."""
    return to_base64(tree).replace("+", "-").replace("/", "_")


def _digits(letters: str, size: int, width: int) -> tuple[Callable[[Text], bytes], Callable[[Text], str]]:
    """Return a reader and a writer: so many bytes are so many digits of the base of all letters."""
    base, values = len(letters), {letter: at for at, letter in enumerate(letters)}

    def read(text: Text) -> bytes:
        whole = (text if isinstance(text, str) else text.decode("ascii")).rstrip("=")
        made = b""
        for at in range(0, len(whole), width):
            piece = whole[at : at + width]
            number = 0
            for letter in piece.ljust(width, letters[-1]):
                number = number * base + values[letter]
            made += number.to_bytes(size, "big")[: size * len(piece) // width]
        return made

    def write(tree: Text) -> str:
        data, made = as_bytes(tree), []
        for at in range(0, len(data), size):
            piece = data[at : at + size]
            number = int.from_bytes(piece.ljust(size, b"\0"), "big")
            written = [letters[number // base**place % base] for place in reversed(range(width))]
            made += written[: -(-len(piece) * width // size)]
        return "".join(made)

    return read, write


_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FIGURES = "0123456789"

_from_base32, _to_base32 = _digits(_UPPER + "234567", 5, 8)
from_base85, to_base85 = _digits(_FIGURES + _UPPER + _UPPER.lower() + "!#$%&()*+-;<=>?@^_`{|}~", 4, 5)
_from_ascii85, to_ascii85 = _digits("".join(map(chr, range(33, 118))), 4, 5)


def from_base32(text: Text) -> bytes:
    """Read base32, of capitals or small letters."""
    return _from_base32(text.upper())


def to_base32(tree: Text) -> str:
    """Write base32, filled up."""
    made = _to_base32(tree)
    return made + "=" * (-len(made) % 8)


def from_ascii85(text: Text) -> bytes:
    """Read the base85 of Adobe, without its frame."""
    whole = text if isinstance(text, str) else text.decode("ascii")
    return _from_ascii85("".join(whole.split()).replace("z", "!!!!!"))


# -- packed --------------------------------------------------------------------------------------


def unpacker(module: str, name: str, *arguments: Any) -> Callable[[Text], bytes]:
    """Return what unpacks with a class of a module in C, or what makes such an object."""

    def unpack(text: Text) -> bytes:
        if not text:  # most take it
            return b""
        worker = operands_peek.built_in(module, name)(*arguments)
        made: bytes = worker.decompress(as_bytes(text), LONGEST)
        if not worker.eof:
            raise ValueError("it is too long, or ends too soon")
        return made

    return unpack


def packer(module: str, name: str, *arguments: Any) -> Callable[[Text], bytes]:
    """Return what packs with a class of a module in C, or what makes such an object."""

    def pack(tree: Text) -> bytes:
        worker = operands_peek.built_in(module, name)(*arguments)
        made: bytes = worker.compress(as_bytes(tree)) + worker.flush()
        return made

    return pack
