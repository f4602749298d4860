"""``match`` statements with every sort of pattern.

Owns planted conditions (see the package).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.quality.planted.found import Found


class _Codes:
    REVOKE = "key-revoked"
    EXPIRE = "key-expired"


@dataclass
class _Point:
    x: int
    y: int


@dataclass
class _Node:
    kind: str
    children: list[_Node]


def literal_word(text: str) -> None:
    """One of several words."""
    match text.strip():
        case "halt" | "poweroff" | "kexec":
            raise Found
        case _:
            return


def literal_bytes(data: bytes) -> None:
    """Bytes at the beginning, and how long it is."""
    match data[:4], len(data):
        case b"\x16\x03\x01\x02", 9:
            raise Found


def literal_number(text: str) -> None:
    """One of several numbers."""
    try:
        code = int(text)
    except ValueError:
        return
    match code:
        case 451 | 1418:
            raise Found


def dotted_name(text: str) -> None:
    """A constant of a class."""
    match text.partition("="):
        case ("status", "=", _Codes.REVOKE):
            raise Found


def command_sequence(text: str) -> None:
    """Words in order, the last of them any."""
    match text.split():
        case ["attach", "volume", name] if len(name) > 2:
            raise Found


def starred_sequence(text: str) -> None:
    """Words at both ends, and some between."""
    match text.split(","):
        case ["route", *hops, "via", gateway] if len(hops) >= 2 and gateway:
            raise Found


def mapping_of_json(text: str) -> None:
    """Keys and types of what was decoded."""
    match _decoded(text):
        case {"type": "delta", "seq": int(number)} if number > 9000:
            raise Found


def nested_mapping(text: str) -> None:
    """A mapping in a sequence in a mapping."""
    match _decoded(text):
        case {"layers": [{"op": "crop"}, *_]}:
            raise Found


def singletons(text: str) -> None:
    """True and None are patterns too."""
    match _decoded(text):
        case {"enabled": True, "quota": None}:
            raise Found


def class_pattern(text: str) -> None:
    """An object made of the input, its attributes numbers."""
    left, _, right = text.partition(";")
    if not (left.isdecimal() and right.isdecimal()) or len(text) > 30:
        return
    match _Point(int(left), int(right)):
        case _Point(x=0, y=0):
            return
        case _Point(x=640, y=y) if y > 100:
            raise Found


def nested_classes(text: str) -> None:
    """An object in another's list."""
    first, _, rest = text.partition("{")
    match _Node(first, [_Node(word, []) for word in rest.split()]):
        case _Node(kind="loop", children=[_Node(kind="break"), _Node(kind=last)]) if last:
            raise Found


def guarded_pair(text: str) -> None:
    """A guard that compares what was bound."""
    match text.split("-"):
        case [left, right] if len(left) > 3 and left.upper() == right and left != right:
            raise Found


def ladder_of_cases(text: str) -> None:
    """The last of several cases, after one that takes its like."""
    match text.split("/"):
        case ["", "health"]:
            return
        case ["", "users", user] if user.isdecimal():
            return
        case ["", "users", user, "avatar" | "banner"] if user == "me":
            raise Found


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
