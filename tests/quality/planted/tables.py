"""Membership and look-up: sets, tuples, tables of a module, and what was read into a dict.

Owns planted conditions (see the package) and the tables they ask.  None of
them compares anything itself.
"""

from __future__ import annotations

from itertools import product

from tests.quality.planted.found import Found

#: Five units and their length in metres.
_UNITS = {"fathom": 1.8288, "furlong": 201.168, "cubit": 0.4572, "parsec": 3.0857e16, "league": 4828.03}

_RESERVED = frozenset({"interface", "transient", "synchronized", "volatile"})

_VERBS = {"PROPFIND", "MKCOL", "UNLOCK"}

#: What a number at the beginning of a file means.
_MACHINES = {0x014C: "i386", 0x8664: "amd64", 0xAA64: "arm64", 0x5064: "riscv64"}

_WELL_KNOWN = {6697: "ircs", 5432: "postgresql", 11211: "memcache"}

_PIPELINES = {("decode", "opus"): 3, ("encode", "flac"): 4, ("encode", "vorbis"): 5}

_GRAMMAR = {
    "statement": {"lock": 1, "vacuum": 2, "listen": 3},
    "expression": {"coalesce": 4, "nullif": 5},
    "clause": {"partition": 6},
}

_SYLLABLES = ("bar", "cor", "den", "fal", "gim", "hol", "jun", "kep")
#: 512 names, none of which stands anywhere as a whole.
_STATIONS = {
    first + second + third.upper(): number
    for number, (first, second, third) in enumerate(product(_SYLLABLES, repeat=3))
}

_WEEK = "sunday monday tuesday wednesday thursday friday saturday"


def unit_of_length(text: str) -> None:
    """A key of five, by ``in``."""
    number, blank, unit = text.partition(" ")
    if blank and number.isdecimal() and unit in _UNITS:
        raise Found


def unit_subscript(text: str) -> None:
    """A key of five, by a subscript that may fail."""
    try:
        factor = _UNITS[text]
    except KeyError:
        return
    if factor > 1000:
        raise Found


def unit_get(text: str) -> None:
    """A key of five, by ``get``; one of them only."""
    if _UNITS.get(text.strip(), 0.0) == 0.4572:
        raise Found


def statement_kind(text: str) -> None:
    """One of a tuple of constants."""
    if text[:-1] in ("CREATE TABLE", "DROP VIEW", "ALTER INDEX") and text.endswith(";"):
        raise Found


def chunk_kind(data: bytes) -> None:
    """One of a set of constants."""
    if len(data) >= 8 and data[4:8] in {b"tRNS", b"zTXt", b"sPLT"}:
        raise Found


def reserved_word(text: str) -> None:
    """One of a frozenset of the module, beside others."""
    words = text.split(",")
    if len(words) == 2 and words[0] in _RESERVED and words[1] in _RESERVED and words[0] != words[1]:
        raise Found


def known_verb(text: str) -> None:
    """What is not in a set is turned away."""
    verb, _, path = text.partition(" ")
    if verb not in _VERBS:
        return
    if path.startswith("/~"):
        raise Found


def list_made_now(text: str) -> None:
    """One of a list that is made for the purpose."""
    allowed = [f"{colour}-{size}" for colour in ("teal", "ochre") for size in ("xs", "xxl")]
    if text in allowed:
        raise Found


def entity_declaration(text: str) -> None:
    """A word anywhere."""
    if "<!ENTITY" in text and "SYSTEM" in text:
        raise Found


def escape_sequence(data: bytes) -> None:
    """Bytes anywhere, but not alone."""
    if b"\x1b[?1049h" in data and data[-1] == 0x07:
        raise Found


def part_of_constant(text: str) -> None:
    """The input is what is looked for."""
    if len(text) >= 7 and text in _WEEK:
        raise Found


def machine_number(data: bytes) -> None:
    """A number that is a key."""
    machine = _MACHINES.get(int.from_bytes(data[:2], "little"))
    if machine is None:
        return
    if data[2:4] == b"\x03\x00":
        raise Found


def port_name(text: str) -> None:
    """Digits that are a key."""
    try:
        if _WELL_KNOWN[int(text)]:
            raise Found
    except (KeyError, ValueError):
        return


def tuple_key(text: str) -> None:
    """Two words that are one key."""
    first, _, second = text.partition(":")
    if _PIPELINES.get((first, second), 0) > 3:
        raise Found


def table_of_tables(text: str) -> None:
    """A key in the table that another key stands for."""
    words = text.split(".")
    if len(words) != 2:
        return
    try:
        code = _GRAMMAR[words[0]][words[1]]
    except KeyError:
        return
    if code >= 2:
        raise Found


def station(text: str) -> None:
    """A key of 500."""
    if text in _STATIONS:
        raise Found


def one_station(text: str) -> None:
    """One key of 500, and a word before it."""
    kind, _, name = text.partition("=")
    if kind == "from" and _STATIONS.get(name) == 417:
        raise Found


def missing_header(text: str) -> None:
    """A dict made of the input, asked for a key by ``in``."""
    headers = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    if len(headers) >= 2 and "Content-Range" in headers:
        raise Found


def query_parameter(text: str) -> None:
    """A dict made of the input, asked by a subscript, and then its value."""
    fields: dict[str, str] = {}
    for part in text.split("&"):
        name, _, value = part.partition("=")
        fields[name] = value
    try:
        mode = fields["response_mode"]
    except KeyError:
        return
    if mode == "form_post":
        raise Found


def option_value(text: str) -> None:
    """A dict made of the input, asked by ``get`` with a default."""
    options = {word[:1]: word[1:] for word in text.split(",")}
    if options.get("q", "none") == "best":
        raise Found


def code_point_range(text: str) -> None:
    """A character in a range of numbers."""
    if len(text) == 2 and ord(text[0]) in range(0x2FF0, 0x2FFC) and text[1] == "亻":
        raise Found
