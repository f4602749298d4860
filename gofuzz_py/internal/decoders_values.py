"""Texts that write values: JSON, literals of Python, TOML.

Owns how they are read and written.  A program may have replaced parts of
``json`` or ``ast``, may count the calls of their functions, or watch for
warnings, so nothing of them that is written in Python is called.  Must not know
what the values are good for.  Runs in a worker process; called by ``decoders``.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from types import FunctionType
from typing import Any

from gofuzz_py.internal import operands_peek
from gofuzz_py.internal.operands_places import ABSENT

#: A value: None, bool, int, float, complex, str or bytes, or a list, tuple, set or dict of such.
_Value = Any

#: The scanner in C, and what writes a text in quotes; both are kept as they were before any target came.
_scan: Callable[[str, int], tuple[Any, int]] = getattr(json.JSONDecoder(), "scan_once")  # noqa: B009
_quoted: Callable[[str], str] = getattr(json.encoder, "encode_basestring")  # noqa: B009
_compile = compile

_BLANKS = " \t\n\r"

#: In these the parser would warn: of an escape that is none, of a number that runs into a word.
_warns = re.compile(
    r"""\\(?![\\'"abfnrtvxNuU\r\n0-3]|[4-7](?![0-7][0-7]))|\\[4-7][0-7][0-7]|\b[0-9][\w.]*?(?:and|el|for|if|in|is|not|or)"""
).search


def from_json(text: str | bytes) -> _Value:
    """Read JSON; raise ValueError or StopIteration if it is none."""
    whole = text if isinstance(text, str) else text.decode("utf-8", "surrogatepass")
    whole = whole.strip(_BLANKS)
    value, end = _scan(whole, 0)
    if end != len(whole):
        raise ValueError("there is more behind it")
    return value


def to_json(value: _Value) -> str:
    """Write JSON, as ``json.dumps`` does."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, dict):
        pairs = [f"{_quoted(_key(name))}: {to_json(item)}" for name, item in value.items()]
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(to_json, value)) + "]"
    return _word(value)


def _key(name: _Value) -> str:
    return name if isinstance(name, str) else _word(name)


def _word(value: _Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _NUMBERS.get(repr(value), repr(value))
    if isinstance(value, int):
        return repr(value)
    raise ValueError("JSON has nothing for it")


_NUMBERS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


# -- literals of Python --------------------------------------------------------------------------


def from_literal(text: str | bytes) -> _Value:
    """Read a literal, as ``ast.literal_eval`` does; raise ValueError or SyntaxError if it is none."""
    whole = text if isinstance(text, str) else text.decode("utf-8")
    if _warns(whole):
        raise ValueError("it may give a warning, which would be the program's")
    tree: Any = _compile(whole.lstrip(" \t"), "<literal>", "eval", ast.PyCF_ONLY_AST)
    return _of_node(tree.body)


def _of_node(node: Any) -> _Value:
    kind = type(node)
    if kind is ast.Constant:
        return node.value
    if kind in _SEQUENCES:
        return _SEQUENCES[kind](map(_of_node, node.elts))
    if kind is ast.Dict:
        return dict(zip(map(_of_node, node.keys), map(_of_node, node.values), strict=True))
    if kind is ast.UnaryOp and type(node.op) in (ast.UAdd, ast.USub):
        number = _number(node.operand)
        return -number if type(node.op) is ast.USub else number
    if kind is ast.BinOp and type(node.op) in (ast.Add, ast.Sub):
        left, right = _of_node(node.left), _number(node.right)
        if type(left) in (int, float) and type(right) is complex:
            return left + right if type(node.op) is ast.Add else left - right
    raise ValueError("it is no literal")


def _number(node: Any) -> Any:
    if type(node) is not ast.Constant or type(node.value) not in (int, float, complex):
        raise ValueError("it is no number")
    return node.value


_SEQUENCES: dict[type, Callable[[Any], Any]] = {ast.List: list, ast.Tuple: tuple, ast.Set: set}


def to_literal(value: _Value) -> str:
    """Write a literal; a set in an order that is the same in every process."""
    if isinstance(value, dict):
        pairs = [f"{to_literal(name)}: {to_literal(item)}" for name, item in value.items()]
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, (set, frozenset)):
        return "{" + ", ".join(sorted(map(to_literal, value))) + "}" if value else "set()"
    if isinstance(value, list):
        return "[" + ", ".join(map(to_literal, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(to_literal, value)) + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, float) and repr(value) in _LARGE:
        return _LARGE[repr(value)]
    if value is Ellipsis:
        return "..."
    return repr(value)


_LARGE = {"inf": "1e999", "-inf": "-1e999"}


# -- TOML ----------------------------------------------------------------------------------------


def from_toml(text: str | bytes) -> _Value:
    """Read TOML with the program's own module; raise LookupError if it was not imported or was changed."""
    found = [operands_peek.in_module(module, name) for module in _READERS for name in _STEPS]
    if not all(map(_is_own, found)):
        raise LookupError("a function of tomllib was replaced")
    loads = operands_peek.in_module("tomllib._parser", "loads")
    return loads(text if isinstance(text, str) else text.decode("utf-8"))


_READERS = ("tomllib._parser", "tomllib._re")


def _is_own(function: Any) -> bool:
    if function is ABSENT:
        return True
    return type(function) is FunctionType and dict.get(function.__globals__, "__name__") in _READERS


#: Functions of ``tomllib`` that are called on the way.
_STEPS = frozenset({
    "loads", "skip_chars", "skip_until", "skip_comment", "skip_comments_and_array_ws", "create_dict_rule",
    "create_list_rule", "key_value_rule", "parse_key_value_pair", "parse_key", "parse_key_part",
    "parse_one_line_basic_str", "parse_array", "parse_inline_table", "parse_basic_str_escape",
    "parse_basic_str_escape_multiline", "parse_hex_char", "parse_literal_str", "parse_multiline_str",
    "parse_basic_str", "parse_value", "suffixed_err", "make_safe_parse_float", "is_unicode_scalar_value",
    "match_to_datetime", "match_to_localtime", "match_to_number",
})  # fmt: skip


def to_toml(value: _Value) -> str:
    """Write TOML: tables in tables in braces."""
    return "\n".join(f"{_bare(name)} = {_of_toml(item)}" for name, item in value.items())


def _of_toml(value: _Value) -> str:
    if isinstance(value, str):
        return _quoted(value).replace("\x7f", "\\u007F")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_bare(name)} = {_of_toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_of_toml, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if type(value).__module__ == "datetime":
        return str(value.isoformat())
    raise ValueError("TOML has nothing for it")


_is_bare = re.compile("[A-Za-z0-9_-]+").fullmatch


def _bare(name: str) -> str:
    return name if _is_bare(name) else _of_toml(str(name))
