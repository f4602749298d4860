"""Corpus files in the format ``go test fuzz v1``, written and read.

Owns the layout of a file and the text of each value.  Knows nothing of where
files live, of what a test's parameters are, or how values are mutated.  Used
in every process: the coordinator reads seeds and writes findings, a worker
that is killed is reported by its input in this form.  Any thread may call it.

Go's file is internal/fuzz/encoding.go.  Both ways are exactly Go's, with two
additions that Go has no types for: an ``int`` of any size, and a ``str`` with
lone surrogates (see encoding_text.py).  Reading evaluates nothing.

encoding_read.py reads one line, encoding_scan.py and encoding_parse.py the
lines it cannot match at once, encoding_text.py and encoding_number.py hold what
reading and writing share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gofuzz_py.internal import encoding_number as number
from gofuzz_py.internal.encoding_read import read_value
from gofuzz_py.internal.encoding_scan import MalformedLineError
from gofuzz_py.internal.encoding_text import quote_bytes, quote_rune, quote_str
from gofuzz_py.internal.kinds import (
    BOOL,
    BYTES,
    FLOAT,
    FLOAT32,
    INT32,
    KINDS,
    STR,
    UINT8,
    Kind,
    Value,
)  # fmt: skip

#: The first line of every file.
VERSION = "go test fuzz v1"

#: What Go trims off a line (Python's own idea of blank is a little wider).
_BLANK = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


class CorpusFormatError(ValueError):
    """A corpus file is not in the format; the text is the reason, as Go words it.

    Fix the line that it quotes, or delete the file.
    """


def marshal_corpus_file(kinds: Sequence[Kind], values: Sequence[Value]) -> bytes:
    """Return the text of the file that holds ``values``, one line each.

    Each value must be of its kind (``Kind.problem`` is None); a float32 that is
    not rounded yet is rounded.  Raises ValueError if there is no value, or not
    as many as kinds.  ``unmarshal_corpus_file`` is the inverse.
    """
    if not values:
        raise ValueError("must have at least one value to marshal")
    lines = [VERSION]
    lines += [_WRITERS[kind.name](value) for kind, value in zip(kinds, values, strict=True)]
    lines.append("")
    return "\n".join(lines).encode()


def unmarshal_corpus_file(data: bytes) -> tuple[list[Kind], list[Value]]:
    """Return the kinds and the values that a file holds, possibly none.

    Go's ``byte`` and ``rune`` come back as UINT8 and INT32.  Raises
    CorpusFormatError, and nothing else whatever the data is.
    """
    if not data:
        raise CorpusFormatError("cannot unmarshal empty string")
    first, *lines = data.decode("utf-8", "surrogateescape").split("\n")
    if not lines:
        raise CorpusFormatError("must include version and at least one value")
    if first.removesuffix("\r") != VERSION:
        raise CorpusFormatError(f"unknown encoding version: {_harmless(first.removesuffix(chr(13)))}")
    kinds: list[Kind] = []
    values: list[Value] = []
    for raw_line in lines:
        line = raw_line.strip(_BLANK)
        if line:
            kind, value = _read_line(line)
            kinds.append(kind)
            values.append(value)
    return kinds, values


def _read_line(line: str) -> tuple[Kind, Value]:
    try:
        return read_value(line)
    except MalformedLineError as error:
        quoted = quote_bytes(line.encode("utf-8", "surrogateescape"))
        raise CorpusFormatError(f"malformed line {quoted}: {error}") from None


def _harmless(text: str) -> str:
    """Escape what must not reach a terminal: the file may be anything at all."""
    return "".join(c if c.isprintable() else quote_str(c)[1:-1] for c in text)


def _write_bool(value: bool) -> str:
    return f"bool({'true' if value else 'false'})"


def _write_byte(value: int) -> str:
    return f"byte({quote_rune(value)})"


def _write_rune(value: int) -> str:
    if 0 <= value < 0xD800 or 0xE000 <= value <= 0x10FFFF:
        return f"rune({quote_rune(value)})"
    return f"int32({value})"


def _write_float64(value: float) -> str:
    if value != value:
        bits = number.float_bits(value)
        return "float64(NaN)" if bits == number.GO_NAN_BITS else f"math.Float64frombits({bits:#x})"
    return f"float64({number.float_text(value)})"


def _write_float32(value: float) -> str:
    if value != value:
        bits = number.float32_bits(value)
        return "float32(NaN)" if bits == number.GO_NAN32_BITS else f"math.Float32frombits({bits:#x})"
    return f"float32({number.float32_text(value)})"


def _int_writer(name: str) -> Callable[[int], str]:
    return lambda value: f"{name}({number.int_text(value)})"


#: By Go's name of the kind.  ``Any`` because each writer takes the values of
#: its own kind only.
_WRITERS: dict[str, Callable[[Any], str]] = {
    **{kind.name: _int_writer(kind.name) for kind in KINDS.values() if kind.python is int},
    BYTES.name: lambda value: f"[]byte({quote_bytes(value)})",
    STR.name: lambda value: f"string({quote_str(value)})",
    BOOL.name: _write_bool,
    UINT8.name: _write_byte,
    INT32.name: _write_rune,
    FLOAT.name: _write_float64,
    FLOAT32.name: _write_float32,
}
