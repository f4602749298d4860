"""Values as bytes in shared memory: quick to write, exact to read back.

Owns the private format in which one input lies in the shared memory.  It is
written before every execution, so it is made for speed; corpus files have
their own, readable format (encoding.py).  One ``bytes`` argument lies there
as it is, one ``str`` as its UTF-8 (surrogates allowed); anything else is a
length and a payload per argument.  Runs in both processes, which agree on the
kinds because both read the same fuzz test.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

from gofuzz_py.internal import kinds as K
from gofuzz_py.internal.kinds import Kind, Value

_LENGTH = struct.Struct("<I")
_DOUBLE = struct.Struct("<d")


def _int_to_bytes(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 8) // 8, "little", signed=True)


def _int_from_bytes(data: bytes) -> int:
    return int.from_bytes(data, "little", signed=True)


def _str_to_bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def _str_from_bytes(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _bool_from_bytes(data: bytes) -> bool:
    if data not in (b"\0", b"\1"):
        raise ValueError("a bool is one byte, 0 or 1")
    return data == b"\1"


def _float_from_bytes(data: bytes) -> float:
    value: float = _DOUBLE.unpack(data)[0]
    return value


_WRITERS: dict[type, Callable[..., bytes]] = {
    bytes: bytes,
    str: _str_to_bytes,
    bool: lambda value: b"\1" if value else b"\0",
    int: _int_to_bytes,
    float: _DOUBLE.pack,
}
_READERS: dict[type, Callable[[bytes], Value]] = {
    bytes: bytes,
    str: _str_from_bytes,
    bool: _bool_from_bytes,
    int: _int_from_bytes,
    float: _float_from_bytes,
}


def value_encoder(kinds: Sequence[Kind]) -> Callable[[Sequence[Value]], bytes]:
    """Return the function that turns values of these kinds into bytes."""
    if list(kinds) == [K.BYTES]:
        return lambda values: values[0]  # type: ignore[return-value]
    if list(kinds) == [K.STR]:
        return lambda values: values[0].encode("utf-8", "surrogatepass")  # type: ignore[union-attr]
    writers = [_WRITERS[kind.python] for kind in kinds]
    pack_length = _LENGTH.pack

    def encode(values: Sequence[Value]) -> bytes:
        parts = []
        for write, value in zip(writers, values, strict=True):
            data = write(value)
            parts.append(pack_length(len(data)))
            parts.append(data)
        return b"".join(parts)

    return encode


def value_decoder(kinds: Sequence[Kind]) -> Callable[[bytes], list[Value]]:
    """Return the function that reads back what ``value_encoder`` wrote.

    The function raises ValueError where the bytes were damaged, also where
    they give a number out of the kind's range: it could not be saved.
    """
    readers = [_READERS[kind.python] for kind in kinds]
    if list(kinds) in ([K.BYTES], [K.STR]):
        return lambda data: [readers[0](data)]

    def decode(data: bytes) -> list[Value]:
        values: list[Value] = []
        at = 0
        try:
            for kind, read in zip(kinds, readers, strict=True):
                (length,) = _LENGTH.unpack_from(data, at)
                at += _LENGTH.size
                payload = data[at : at + length]
                if len(payload) != length:
                    raise ValueError("the value is cut short")
                value = read(payload)
                problem = kind.problem(value)
                if problem is not None:
                    raise ValueError(problem)
                values.append(value)
                at += length
        except struct.error as error:
            raise ValueError(str(error)) from None
        if at != len(data):
            raise ValueError("bytes after the last value")
        return values

    return decode
