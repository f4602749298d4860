"""Regular expressions, through every way there is to ask them.

Owns planted conditions (see the package).
"""

from __future__ import annotations

import re

from tests.quality.planted.found import Found

_COLOUR = re.compile(r"#(?:[0-9a-f]{4}){2}")
_PAIR = re.compile(r'(\w+)="([^"]*)"')
_HOST = re.compile(r"[a-z]{2,}\.(?:onion|i2p)\b")
_PASSWORD = re.compile(r"(?=.*\d)(?=.*[A-Z])(?=.*[!#%])\S{8,}")
_PHONE = re.compile(
    r"""
    (?P<country> \+ [1-9] [0-9]? )     # the country
    [ ]
    \( (?P<area> [0-9]{3} ) \)         # the area, in brackets
    [ ]
    [0-9]{3} - [0-9]{4}
    """,
    re.VERBOSE,
)
_TOKEN = re.compile(r"(?P<name>[a-z]+)|(?P<number>\d+)|(?P<assign>:=)|(?P<end>;)|(?P<blank>\s+)")
_HARDWARE = re.compile(r"(?:[0-9A-F]{2}:){7}[0-9A-F]{2}")
_OCTETS = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})")


def iso_week(text: str) -> None:
    """From the beginning, digits and letters."""
    if re.match(r"\d{4}-W[0-5]\d-[1-7]$", text):
        raise Found


def colour(text: str) -> None:
    """The whole, with a repetition."""
    if _COLOUR.fullmatch(text):
        raise Found


def error_code(text: str) -> None:
    """Anywhere, between boundaries of words."""
    found = re.search(r"\bERR-[A-Z]{3}\d{4}\b", text)
    if found and found.start() > 0:
        raise Found


def attributes(text: str) -> None:
    """Several of them."""
    if len(_PAIR.findall(text)) >= 3:
        raise Found


def attribute_value(text: str) -> None:
    """One of several, and what its groups hold."""
    for found in _PAIR.finditer(text):
        name, value = found.groups()
        if name == "timeout" and value.isdecimal() and 3 < len(value) < 9:
            raise Found


def split_chain(text: str) -> None:
    """So many pieces between separators."""
    pieces = re.split(r"\s*(?:->|=>)\s*", text)
    if len(pieces) == 4 and all(pieces):
        raise Found


def substituted_name(text: str) -> None:
    """A callback that sees a certain name."""

    def replace(found: re.Match[str]) -> str:
        if found[1] == "HOME":
            raise Found
        return ""

    re.sub(r"\$\{(\w+)\}", replace, text)


def scanned_tokens(text: str) -> None:
    """One token after another, by a scanner."""
    scanner = _TOKEN.scanner(text)  # type: ignore[attr-defined]
    kinds = []
    while token := scanner.match():
        if token.lastgroup != "blank":
            kinds.append(token.lastgroup)
    if kinds[:4] == ["name", "assign", "number", "end"]:
        raise Found


def tokens_by_position(text: str) -> None:
    """One token after another, by positions; keywords among the names."""
    at, words = 0, []
    while token := _TOKEN.match(text, at):
        words.append(token.group())
        at = token.end()
    if at == len(text) and words[:3] == ["begin", ";", "commit"]:
        raise Found


def dated_line(text: str) -> None:
    """Alternatives of words."""
    pattern = r"(?:Mon|Wed|Fri)day, (\d{1,2}) (?:January|March|August) (\d{4})"
    found = re.match(pattern, text)
    if found and int(found[1]) <= 31:
        raise Found


def strong_password(text: str) -> None:
    """Lookahead, three times."""
    if _PASSWORD.fullmatch(text):
        raise Found


def lonely_price(text: str) -> None:
    """Lookbehind and a negative lookahead."""
    if re.search(r"(?<=EUR )\d{3,5}(?![\d,.])", text):
        raise Found


def paired_tag(text: str) -> None:
    """A group that must come again."""
    if re.search(r"<(\w{4,})>[^<]+</\1>", text):
        raise Found


def quoted_value(text: str) -> None:
    """A named group that must come again."""
    if re.fullmatch(r"\w+=(?P<quote>['`])[^'`]{3,}(?P=quote);", text):
        raise Found


def phone_number(text: str) -> None:
    """Written in the verbose form, and a group's value."""
    found = _PHONE.match(text)
    if found and found["area"] == "555":
        raise Found


def host_after_at(text: str) -> None:
    """From a position on."""
    at = text.find("@")
    if at > 0 and _HOST.match(text, at + 1):
        raise Found


def picture_header(data: bytes) -> None:
    """Bytes."""
    if re.match(rb"\x89(?:PN|MN)G\r\n\x1a\n(?s:.{4})IHDR", data):
        raise Found


def greek_word(text: str) -> None:
    """Letters of another script."""
    if re.fullmatch(r"[α-ω]{4,}\s[Α-Ω]{2}", text):
        raise Found


def any_case_option(text: str) -> None:
    """In any case, on any line."""
    found = re.search(r"(?im)^\s*option\s+explicit\s*$", text)
    if found and found.start() > 3:
        raise Found


def optional_bracket(text: str) -> None:
    """A pattern that depends on a group."""
    if re.fullmatch(r"(<)?(\w+@\w+(?:\.\w+)+)(?(1)>|;)", text):
        raise Found


def possessive(text: str) -> None:
    """Repetitions that give nothing back."""
    if re.fullmatch(r"[a-z]++_(?>\d{3,})[a-f]{2}", text):
        raise Found


def escaped_prefix(text: str) -> None:
    """A pattern put together when it is needed."""
    prefix = ".".join(("cfg", "v2"))
    if re.match(re.escape(prefix) + r"\[\d{2}\]", text):
        raise Found


def hardware_address(text: str) -> None:
    """A long repetition."""
    if _HARDWARE.fullmatch(text):
        raise Found


def multicast_address(text: str) -> None:
    """Groups that are numbers in a range."""
    found = _OCTETS.fullmatch(text)
    if not found:
        return
    octets = [int(octet) for octet in found.groups()]
    if all(octet < 256 for octet in octets) and 224 <= octets[0] < 240 and octets[3] == 251:
        raise Found


def equal_groups(text: str) -> None:
    """Groups compared with each other."""
    found = re.match(r"(?P<major>\d+)\.(?P<minor>\d+)\.(?P<patch>\d+)\b", text)
    if found and found["major"] == found["patch"] and len(found["major"]) > 3:
        raise Found


def optional_token(path: str) -> None:
    """A group that may be missing, behind one that was asked for."""
    found = re.match(r"/admin/([a-z]+)(?:\?token=([0-9a-f]{8}))?$", path)
    if found and found.group(1) == "shutdown" and found.group(2):
        raise Found


def release_candidate(text: str) -> None:
    """Several groups, the last of them optional, in the order of the text."""
    found = re.fullmatch(r"(\^|~|>=|<)?(\d+)\.(\d+)\.(\d+)(?:-([a-z]+)\.(\d+))?", text)
    if not found:
        return
    operator, major, _, _, tag, number = found.groups()
    if operator == "~" and int(major) == 0 and tag == "rc" and int(number) > 99:
        raise Found


def select_by_id(text: str) -> None:
    """Words that are next to each other where nothing stands between."""
    words = re.findall(r"[A-Za-z_]+|\d+|'[^']*'|[=<>(),*]", text)
    upper = [word.upper() for word in words]
    if upper[:2] != ["SELECT", "*"] or upper[2:3] != ["FROM"]:
        return
    if len(words) < 8 or upper[4] != "WHERE":
        return
    if words[5] == "id" and words[6] == "=" and "UNION" in upper[7:]:
        raise Found
