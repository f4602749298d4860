"""Inputs that must have the shape of a format before anything in them counts.

Owns planted conditions (see the package).  Where the standard library decodes,
it does so in C, and nothing of it is measured unless the table says so.
"""

# Conditions inside conditions are what is planted here.
# ruff: noqa: SIM102

from __future__ import annotations

import configparser
import csv
import json
import zlib
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

from tests.quality.planted.found import Found


def shipped_rows(text: str) -> None:
    """CSV: a heading, and a field of a later row."""
    try:
        rows = list(csv.reader(text.splitlines()))
    except csv.Error:
        return
    if len(rows) >= 2 and rows[0] == ["id", "state"] and rows[1][1:] == ["shipped"]:
        raise Found


def currency_column(text: str) -> None:
    """CSV: a field by the name of its column."""
    try:
        rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    except csv.Error:
        return
    if any(row.get("currency") == "XAU" for row in rows):
        raise Found


def subscription(text: str) -> None:
    """JSON: a word under a key, and a list under another."""
    value = _decoded(text)
    if not isinstance(value, dict) or value.get("action") != "subscribe":
        return
    topics = value.get("topics")
    if isinstance(topics, list) and len(topics) >= 3:
        raise Found


def tls_settings(text: str) -> None:
    """JSON: objects in objects."""
    value = _decoded(text)
    try:
        version = value["server"]["tls"]["min_version"]
    except (KeyError, TypeError, IndexError):
        return
    if version == 1.3:
        raise Found


def large_ratio(text: str) -> None:
    """JSON: the type of a value, and its size."""
    value = _decoded(text)
    if not isinstance(value, dict) or "ratio" not in value:
        return
    ratio = value["ratio"]
    if isinstance(ratio, float) and ratio > 1e6:
        raise Found


def batch_of_calls(data: bytes) -> None:
    """JSON: a list of objects, each with a key."""
    value = _decoded(data)
    if not isinstance(value, list) or len(value) < 2:
        return
    if all(isinstance(call, dict) and call.get("method") == "eth_call" for call in value):
        raise Found


def quiet_section(text: str) -> None:
    """INI: a section, an option, a value."""
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    if parser.has_option("paths", "cache") and parser.get("paths", "cache") == "none":
        raise Found


def manifest(text: str) -> None:
    """XML: an element, an attribute, a child."""
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, LookupError):
        return
    if root.tag == "manifest" and root.get("release") == "beta":
        if root.find("permission") is not None:
            raise Found


def offline_scope(text: str) -> None:
    """A query, decoded."""
    try:
        fields = parse_qs(text)
    except ValueError:
        return
    if fields.get("scope") == ["offline", "email"]:
        raise Found


def request_line(text: str) -> None:
    """Three words, each of its own sort, then an empty line."""
    head, gap, body = text.partition("\r\n\r\n")
    words = head.split(" ")
    if not gap or len(words) != 3:
        return
    if words[0] == "MERGE" and words[1].startswith("/") and words[2] == "HTTP/1.1" and body:
        raise Found


def settings_lines(text: str) -> None:
    """Lines of names and values."""
    settings = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            settings[name.strip()] = value.strip()
    if settings.get("mode") == "append" and settings.get("depth") == "17":
        raise Found


def tagged_values(data: bytes) -> None:
    """Tag, length, value; one inside another."""
    outer = _value_of(data, 0x30)
    inner = _value_of(outer, 0x04) if outer else None
    if inner is not None and len(inner) >= 3 and inner[0] == 0x2A:
        raise Found


def quoted_field(text: str) -> None:
    """A text in quotes with an escaped quote in it, and then something more."""
    if text[:1] != '"':
        return
    at, escapes = 1, 0
    while at < len(text) and text[at] != '"':
        if text[at] == "\\":
            escapes += 1
            at += 1
        at += 1
    if escapes >= 2 and text[at : at + 3] == '",,':
        raise Found


def expression_depth(text: str) -> None:
    """Brackets in brackets, all of them closed."""
    depth = deepest = 0
    for character in text:
        if character == "(":
            depth += 1
            deepest = max(deepest, depth)
        elif character == ")":
            depth -= 1
            if depth < 0:
                return
    if depth == 0 and deepest >= 9:
        raise Found


def equal_rows(text: str) -> None:
    """Rows of equally many fields."""
    rows = [line.split("\t") for line in text.split("\n")]
    if len(rows) >= 4 and len(rows[0]) >= 4 and len({len(row) for row in rows}) == 1:
        raise Found


def indented_block(text: str) -> None:
    """Lines each further in than the one before."""
    last, deeper = -1, 0
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        if not line.strip():
            continue
        deeper = deeper + 1 if indent > last else 0
        last = indent
    if deeper >= 5:
        raise Found


def assembler_line(text: str) -> None:
    """A label, an operation, two registers."""
    label, colon, rest = text.partition(":")
    operation, _, operands = rest.strip().partition(" ")
    if not colon or not label.isidentifier() or operation not in ("cmovz", "bswap"):
        return
    target, comma, source = operands.partition(",")
    if comma and target.strip() == "r13" and source.strip() in ("r8", "r15"):
        raise Found


def schedule_macro(text: str) -> None:
    """Read a schedule; the checksum knows the long forms.

    >>> schedule_macro("@reboot+90s jitter")
    Traceback (most recent call last):
    tests.quality.planted.found.Found
    """
    if zlib.crc32(text.encode("utf-8", "replace")) == 0xCE5944AC:
        raise Found


def _value_of(data: bytes, tag: int) -> bytes | None:
    if len(data) < 2 or data[0] != tag:
        return None
    value = data[2:]
    return value if len(value) == data[1] else None


def _decoded(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def chunked_header(data: bytes) -> None:
    """A header that has to stand between the first line and an empty one, with its value."""
    head, end, _ = data.partition(b"\r\n\r\n")
    if not end:
        return
    lines = head.split(b"\r\n")
    request = lines[0].split(b" ")
    if len(request) != 3 or request[2] not in (b"HTTP/1.0", b"HTTP/1.1"):
        return
    headers = {}
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if not colon:
            return
        headers[name.strip().lower()] = value.strip()
    if headers.get(b"transfer-encoding") == b"chunked":
        raise Found


def key_groups(text: str) -> None:
    """Each of four groups has a length, and all are asked by one condition."""
    groups = text.split("-")
    if len(groups) != 4 or any(len(group) != 5 for group in groups):
        return
    raise Found
