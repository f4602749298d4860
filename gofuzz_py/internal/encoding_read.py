"""One line of a corpus file, read as a value.

Owns which types and literals a value may have, their ranges, and Go's reasons
for refusing the rest.  Knows nothing of files, and evaluates nothing: a line is
matched or parsed, its literals converted.  Used in every process, through
encoding.py only.

Go's file is internal/fuzz/encoding.go (the half that parses).  There are two
ways through this file.  Lines in the form that Go and this package write are
matched by a few patterns, as start-up may read a hundred thousand of them; any
other line goes through the parser, which alone decides what is an error.  They
agree on every line that both accept.  Departure: ``int`` has no limit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from gofuzz_py.internal import encoding_number as number
from gofuzz_py.internal.encoding_parse import (
    Call,
    Expression,
    Literal,
    Name,
    Selector,
    Slice,
    Unary,
    parse_expression,
)  # fmt: skip
from gofuzz_py.internal.encoding_scan import MalformedLineError
from gofuzz_py.internal.encoding_text import python_str, quote_str, unescape, unescape_rune
from gofuzz_py.internal.kinds import BOOL, BYTES, FLOAT, FLOAT32, KINDS, STR, UINT8, Kind, Value

Pair = tuple[Kind, Value]

_NOT_A_TYPE = "expected []byte or primitive type"
_FLOAT32_FROM_BITS = "math.Float32frombits"
_FLOAT64_FROM_BITS = "math.Float64frombits"
_BOOLS = {"true": True, "false": False}
_NAMED_FLOATS = {"+Inf": math.inf, "-Inf": -math.inf, "NaN": number.GO_NAN}


def read_value(line: str) -> Pair:
    """Return the kind and the value of one trimmed line.

    The line is decoded with ``surrogateescape``.  Raises MalformedLineError,
    whose text is Go's reason, and nothing else.
    """
    name, _, rest = line.partition("(")
    reader = _PLAIN_READERS.get(name)
    if reader is not None and rest.endswith(")"):
        value = reader(KINDS[name], rest[:-1])
        if value is not None:
            return KINDS[name], value
    return read_any_form(line)


# The forms that are written, each a subset of what the parser takes.

_PLAIN_INT = re.compile(r"-?(?:0|[1-9][0-9]*)")
_PLAIN_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e[-+][0-9]+)?")
_PLAIN_RUNE = re.compile(
    r"'([^\x00-\x1f'\\\x7f-\xa0\ufeff\udc80-\udcff]|\\(?:[abfnrtv\\']|x[0-7][0-9a-f]|u00[0-9a-f]{2}))'"
)


def _plain_bytes(_kind: Kind, text: str) -> bytes | None:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return None
    return unescape(text[1:-1])


def _plain_str(kind: Kind, text: str) -> str | None:
    data = _plain_bytes(kind, text)
    return None if data is None else python_str(data)


def _plain_bool(_kind: Kind, text: str) -> bool | None:
    return _BOOLS.get(text)


def _plain_int(kind: Kind, text: str) -> int | None:
    if not _PLAIN_INT.fullmatch(text):
        return None
    if kind.high is None:
        return number.parse_int(text)
    # "-0" is refused for unsigned types; the parser knows.
    value = int(text) if len(text) <= 20 and text != "-0" else None
    return None if value is None or _is_out_of_range(kind, value) else value


def _plain_rune(kind: Kind, text: str) -> int | None:
    match = _PLAIN_RUNE.fullmatch(text)
    if match is None:
        return _plain_int(kind, text)
    code = unescape_rune(match[1])
    return None if 0xD800 <= code <= 0xDFFF or _is_out_of_range(kind, code) else code


def _plain_float(kind: Kind, text: str) -> float | None:
    if text in _NAMED_FLOATS:
        return _NAMED_FLOATS[text]
    if not _PLAIN_FLOAT.fullmatch(text):
        return None
    try:
        return number.parse_float32(text) if kind is FLOAT32 else number.parse_float(text)
    except OverflowError:
        return None


_PLAIN_READERS: dict[str, Callable[[Kind, str], Value | None]] = {
    **{name: _plain_int for name, kind in KINDS.items() if kind.python is int},
    "[]byte": _plain_bytes,
    "string": _plain_str,
    "bool": _plain_bool,
    "float64": _plain_float,
    "float32": _plain_float,
    "byte": _plain_rune,
    "rune": _plain_rune,
}


# Every form that Go takes.


def read_any_form(line: str) -> Pair:
    """Return the kind and the value of a line in any form; raises as ``read_value`` does."""
    call = parse_expression(line)
    if not isinstance(call, Call):
        raise MalformedLineError("expected call expression")
    if len(call.arguments) != 1:
        raise MalformedLineError(f"expected call expression with 1 argument; got {len(call.arguments)}")
    argument = call.arguments[0]
    if isinstance(call.function, Slice):
        return BYTES, _read_bytes(call.function, argument)
    name = _type_name(call.function)
    if name == "bool":
        return BOOL, _read_bool(argument)
    literal = _literal(argument)
    reader = _READERS.get(name)
    if reader is None:
        raise MalformedLineError(_NOT_A_TYPE)
    return reader(name, literal)


def _type_name(function: Expression) -> str:
    if isinstance(function, Name):
        return function.text
    if not isinstance(function, Selector):
        raise MalformedLineError(_NOT_A_TYPE)
    if isinstance(function.value, Name):
        name = f"{function.value.text}.{function.name}"
        if name in (_FLOAT32_FROM_BITS, _FLOAT64_FROM_BITS):
            return name
    raise MalformedLineError("invalid selector type")


def _read_bytes(function: Slice, argument: Expression) -> bytes:
    if function.element != Name("byte"):
        raise MalformedLineError("expected []byte")
    if not isinstance(argument, Literal) or argument.kind != "STRING":
        raise MalformedLineError("string literal required for type []byte")
    return _string_bytes(argument.text)


def _read_bool(argument: Expression) -> bool:
    if not isinstance(argument, Name):
        raise MalformedLineError("malformed bool")
    if argument.text not in _BOOLS:
        raise MalformedLineError("true or false required for type bool")
    return _BOOLS[argument.text]


def _literal(argument: Expression) -> Literal:
    """Return the argument as one literal, its sign in front; ``NaN`` and ``±Inf`` are FLOATs."""
    if isinstance(argument, Literal):
        return argument
    if argument == Name("NaN"):
        return Literal("FLOAT", "NaN")
    if not isinstance(argument, Unary):
        raise MalformedLineError("literal value required for primitive type")
    operand = argument.operand
    if operand == Name("Inf"):
        # Any operator but a minus means plus here, in Go too.
        return Literal("FLOAT", "-Inf" if argument.operator == "-" else "+Inf")
    if not isinstance(operand, Literal):
        raise MalformedLineError("expected operation on int or float type")
    if argument.operator != "-":
        raise MalformedLineError(f"unsupported operation on int/float: {argument.operator}")
    return Literal(operand.kind, "-" + operand.text)


def _read_str(_name: str, literal: Literal) -> Pair:
    if literal.kind != "STRING":
        raise MalformedLineError("string literal value required for type string")
    return STR, python_str(_string_bytes(literal.text))


def _string_bytes(text: str) -> bytes:
    if text[0] == "`":
        return text[1:-1].replace("\r", "").encode()
    data = unescape(text[1:-1]) if text[0] == '"' else None
    if data is None:  # a sign in front: the scanner has passed the literal itself
        raise MalformedLineError("invalid syntax")
    return data


def _read_rune(name: str, literal: Literal) -> Pair:
    kind = KINDS[name]
    if literal.kind == "INT":
        return _read_int(name, literal)
    if literal.kind != "CHAR":
        raise MalformedLineError("character literal required for byte/rune types")
    if literal.text[0] != "'":
        raise MalformedLineError("invalid syntax")
    code = unescape_rune(literal.text[1:-1])
    if kind is UINT8 and code > 255:
        raise MalformedLineError("can only encode single byte to a byte type")
    return kind, code


def _read_int(name: str, literal: Literal) -> Pair:
    kind = KINDS[name]
    if literal.kind != "INT":
        family = "uint" if kind.low == 0 else "int"
        raise MalformedLineError(f"integer literal required for {family} types")
    return kind, _parse_sized(kind, literal.text)


def _parse_sized(kind: Kind, text: str) -> int:
    function = "ParseUint" if kind.low == 0 else "ParseInt"
    if kind.low == 0 and not text[0].isdecimal():
        raise _number_error(function, text, "invalid syntax")
    # The length first, so that no time is lost on digits by the thousand.
    is_huge = kind.high is not None and text.lstrip("-")[0] != "0" and len(text.replace("_", "")) > 20
    value = 0 if is_huge else number.parse_int(text)
    if is_huge or _is_out_of_range(kind, value):
        raise _number_error(function, text, "value out of range")
    return value


def _is_out_of_range(kind: Kind, value: int) -> bool:
    return kind.low is not None and kind.high is not None and not kind.low <= value <= kind.high


def _number_error(function: str, text: str, reason: str) -> MalformedLineError:
    return MalformedLineError(f"strconv.{function}: parsing {quote_str(text)}: {reason}")


def _read_float(name: str, literal: Literal) -> Pair:
    if literal.kind not in ("INT", "FLOAT"):
        raise MalformedLineError(f"float or integer literal required for {name} type")
    if literal.text in _NAMED_FLOATS:
        return KINDS[name], _NAMED_FLOATS[literal.text]
    parse = number.parse_float32 if name == "float32" else number.parse_float
    try:
        return KINDS[name], parse(literal.text)
    except OverflowError:
        raise _number_error("ParseFloat", literal.text, "value out of range") from None
    except ValueError:
        raise _number_error("ParseFloat", literal.text, "invalid syntax") from None


def _read_float_bits(name: str, literal: Literal) -> Pair:
    is_32 = name == _FLOAT32_FROM_BITS
    if literal.kind != "INT" and (is_32 or literal.kind != "FLOAT"):
        raise MalformedLineError(f"integer literal required for {name} type")
    if literal.kind == "FLOAT":
        raise _number_error("ParseUint", literal.text, "invalid syntax")
    bits = _parse_sized(KINDS["uint32" if is_32 else "uint64"], literal.text)
    if is_32:
        return FLOAT32, number.float32_from_bits(bits)
    return FLOAT, number.float_from_bits(bits)


_READERS: dict[str, Callable[[str, Literal], Pair]] = {
    **{name: _read_int for name, kind in KINDS.items() if kind.python is int},
    "string": _read_str,
    "byte": _read_rune,
    "rune": _read_rune,
    "float64": _read_float,
    "float32": _read_float,
    _FLOAT32_FROM_BITS: _read_float_bits,
    _FLOAT64_FROM_BITS: _read_float_bits,
}
