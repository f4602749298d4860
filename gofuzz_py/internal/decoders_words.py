"""Texts that are taken apart into texts: queries, rows, words of a shell, settings, entities.

Owns how they are read and written; mostly as the standard library does it, and
where nobody would notice in fewer lines.  Must not know what the parts are good
for.  Runs in a worker process; called by ``decoders``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from gofuzz_py.internal import operands_peek
from gofuzz_py.internal.decoders_bytes import as_bytes

Text = str | bytes


def as_text(text: Text) -> str:
    """Return a text as it is and bytes as the characters of Latin-1."""
    return text if isinstance(text, str) else text.decode("latin-1")


# -- queries -------------------------------------------------------------------------------------


def from_query(text: Text) -> dict[Any, list[Any]]:
    """Read ``a=1&b=2``: texts in lists by name, or bytes where it is bytes; with those that are empty."""
    fields: dict[Any, list[Any]] = {}
    for part in as_text(text).split("&"):
        name, _, value = part.partition("=")
        if part:
            pair = from_percent(name), from_percent(value)
            one, other = pair if isinstance(text, str) else map(as_bytes, pair)
            fields.setdefault(one, []).append(other)
    return fields


def to_query(fields: dict[Any, Any]) -> str:
    """Write ``a=1&b=2``."""
    pairs = []
    for name, values in fields.items():
        every = values if isinstance(values, (list, tuple)) else (values,)
        pairs += [f"{to_percent(name)}={to_percent(value)}" for value in every]
    return "&".join(pairs)


# A pattern of its own: the program would miss what is thrown out of the cache of re.
_percent = re.compile(rb"%([0-9a-fA-F]{2})").sub


def from_percent(text: Text) -> str:
    """Read ``%41`` and its like."""
    data = as_text(text).replace("+", " ").encode("utf-8", "surrogatepass")
    return _percent(lambda two: bytes((int(two[1], 16),)), data).decode("utf-8", "replace")


def to_percent(tree: Any) -> str:
    """Write what is no ASCII letter or digit as ``%41``."""
    data = tree if isinstance(tree, bytes) else str(tree).encode("utf-8", "surrogatepass")
    return "".join(chr(one) if chr(one).isalnum() and one < 128 else f"%{one:02X}" for one in data)


# -- rows ----------------------------------------------------------------------------------------


def rows_of(delimiter: str) -> tuple[Callable[[Text], list[list[str]]], Callable[[Any], str]]:
    """Return a reader and a writer of rows of fields."""

    def read(text: Text) -> list[list[str]]:
        reader = operands_peek.built_in("_csv", "reader")
        return [list(row) for row in reader(as_text(text).splitlines(), delimiter=delimiter)]

    def write(rows: Any) -> str:
        return "\n".join(delimiter.join(_field(value, delimiter) for value in row) for row in rows)

    return read, write


def _field(value: object, delimiter: str) -> str:
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if set(text) & {delimiter, '"', "\r", "\n"} else text


def records_of(delimiter: str) -> tuple[Callable[[Text], list[dict[str, str]]], Callable[[Any], str]]:
    """Return a reader and a writer of rows whose fields have the names that stand in the first."""
    read_rows, write_rows = rows_of(delimiter)

    def read(text: Text) -> list[dict[str, str]]:
        names, *rows = filter(None, read_rows(text))
        return [dict(zip(names, [*row, *[""] * len(names)], strict=False)) for row in rows]

    def write(records: Any) -> str:
        names = list({name: None for record in records for name in record})
        return write_rows([names, *([record.get(name, "") for name in names] for record in records)])

    return read, write


# -- words of a shell ----------------------------------------------------------------------------

_word = re.compile(
    r"""\s*((?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+)""", re.DOTALL
).match  # fmt: skip
_piece = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^'"\\]+)""", re.DOTALL).finditer
_escaped = re.compile(r"""\\(["\\])""").sub


def from_words(text: Text) -> list[str]:
    """Read the words of a line, with quotes and backslashes."""
    line, words, at = as_text(text), [], 0
    while line[at:].strip():
        found = _word(line, at)
        if found is None:
            raise ValueError("no closing quotation")
        at = found.end()
        words.append("".join(map(_plain_piece, _piece(found[1]))))
    return words


def _plain_piece(piece: re.Match[str]) -> str:
    single, double, escaped, plain = piece.groups()
    return _escaped(r"\1", double) if double is not None else single or escaped or plain or ""


def to_words(words: list[str]) -> str:
    """Write a line of words, in quotes where they need them."""
    return " ".join(word if _is_safe(word) else "'" + word.replace("'", "'\"'\"'") + "'" for word in words)


_is_safe = re.compile(r"[\w@%+=:,./-]+", re.ASCII).fullmatch


# -- settings in sections ------------------------------------------------------------------------

_heading = re.compile(r"\[(.+)\]").match
_setting = re.compile(r"(.*?)\s*[=:]\s*(.*)").fullmatch


def from_settings(text: Text) -> dict[str, dict[str, str]]:
    """Read sections of settings; raise ValueError if there are others."""
    sections: dict[str, dict[str, str]] = {}
    section: dict[str, str] | None = None
    for line in as_text(text).splitlines():
        plain = line.strip()
        if not plain or plain[0] in "#;":
            continue
        heading = _heading(plain)
        setting = _setting(plain)
        if heading:
            section = sections.setdefault(heading[1], {})
        elif setting and section is not None:
            section[setting[1].lower()] = setting[2]
        else:
            raise ValueError("a line is neither a heading nor a setting")
    return sections


def to_settings(sections: dict[str, dict[str, str]]) -> str:
    """Write sections of settings; raise ValueError for what would be read as something else."""
    lines = []
    for title, section in sections.items():
        lines.append(f"[{title}]")
        lines += [f"{name} = {value}".rstrip() for name, value in section.items()]
    text = "\n".join(lines)
    if from_settings(text) != {title: {**section} for title, section in sections.items()}:
        raise ValueError("it cannot be written in lines")
    return text


# -- entities ------------------------------------------------------------------------------------

_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": "\xa0", "copy": "\xa9"}
_WRITTEN = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
_entity = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w{2,4}));?").sub


def from_entities(text: Text) -> str:
    """Read entities: by number, and the usual ones by name."""
    return _entity(_character, as_text(text))


def _character(found: re.Match[str]) -> str:
    decimal, digits, name = found.groups()
    if name:
        return _ENTITIES.get(name, found[0])
    number = int(decimal) if decimal else int(digits, 16)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def to_entities(tree: Any) -> str:
    """Write entities for what is markup."""
    return str(tree).translate(_WRITTEN)
