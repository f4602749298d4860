"""Conditions that are met one after another: state machines, small interpreters, deep nesting.

Owns planted conditions (see the package).
"""

# Conditions inside conditions are what is planted here.
# ruff: noqa: SIM102

from __future__ import annotations

import re

from tests.quality.planted.found import Found

#: (state, byte) -> next state; what is not there ends it.
_MOVES = {
    (0, 0x02): 1,
    (1, 0x4A): 2,
    (2, 0x91): 3,
    (2, 0x4A): 2,
    (3, 0x00): 4,
    (4, 0xD7): 5,
    (5, 0x3E): 6,
    (6, 0x03): 7,
}

_REGIONS = {"apac": 3, "emea": 5, "latam": 8}
_TAIL = re.compile(r"-r\d{2}[xz]$")


def handshake(text: str) -> None:
    """Seven lines in order; a wrong one ends the talk."""
    state = "new"
    for line in text.split("\n"):
        word, _, argument = line.partition(" ")
        if state == "new" and word == "HELO":
            state = "greeted"
        elif state == "greeted" and word == "AUTH" and argument:
            state = "known"
        elif state == "known" and word == "FROM":
            state = "sender"
        elif state == "sender" and word == "RCPT":
            state = "receiver"
        elif state == "receiver" and word == "DATA":
            state = "data"
        elif state == "data" and line == ".":
            state = "sent"
        elif state == "sent" and word == "QUIT":
            raise Found
        else:
            return


def key_lock(data: bytes) -> None:
    """Six bytes in order among others; a wrong one begins anew."""
    state = 0
    for byte in data:
        if state == 0:
            state = 1 if byte == 0xC5 else 0
        elif state == 1:
            state = 2 if byte == 0x17 else 0
        elif state == 2:
            state = 3 if byte == 0xF0 else 1 if byte == 0xC5 else 0
        elif state == 3:
            state = 4 if byte == 0x88 else 0
        elif state == 4:
            state = 5 if byte == 0x2D else 0
        elif byte == 0x66:
            raise Found
        else:
            state = 0


def table_driven(data: bytes) -> None:
    """Seven moves that a table knows; the code has no branch for any."""
    state: int | None = 0
    for byte in data:
        state = _MOVES.get((state, byte))  # type: ignore[arg-type]
        if state is None:
            return
        if state == 7:
            raise Found


def eight_steps(text: str) -> None:
    """Eight characters in order, the position being the state."""
    for index, character in enumerate(text):
        if index < 8 and character != chr(0x61 + index * 7 % 23):
            return
        if index == 7:
            raise Found


def stack_machine(data: bytes) -> None:
    """A program that leaves a certain number on its stack."""
    stack: list[int] = []
    for operation in data[:64]:
        if operation < 0x20:
            stack.append(operation)
        elif operation == 0x2B and len(stack) > 1:
            stack.append(stack.pop() + stack.pop())
        elif operation == 0x2A and len(stack) > 1:
            stack.append(stack.pop() * stack.pop())
        elif operation == 0x3D:
            if stack[-1:] == [93]:
                raise Found
            return


def store_and_load(text: str) -> None:
    """What was stored under a name must be asked for later on."""
    stored: dict[str, str] = {}
    for line in text.split(";"):
        words = line.split()
        if len(words) == 3 and words[0] == "set":
            stored[words[1]] = words[2]
        elif len(words) == 3 and words[0] == "check" and len(words[1]) > 3:
            if stored.get(words[1]) == words[2]:
                raise Found


def five_times(text: str) -> None:
    """The same command, again and again."""
    left = 5
    for command in text.split(","):
        if command != "tick":
            return
        left -= 1
        if left == 0:
            raise Found


def nested_five(text: str) -> None:
    """A prefix, a key of a table, a number, a pattern, a suffix: one inside another."""
    if not text.startswith("node/"):
        return
    region, _, rest = text[5:].partition("/")
    if _REGIONS.get(region, 0) > 4:
        number, _, tail = rest.partition("/")
        if number.isdecimal() and len(number) < 9 and 7000 < int(number) < 7016:
            if _TAIL.search(tail):
                if tail.startswith("db"):
                    raise Found


def nested_bytes(data: bytes) -> None:
    """Five fields of a header, one after another."""
    if data[:3] == b"\x00ZX":
        if len(data) > 12:
            if int.from_bytes(data[3:5], "big") == 0x1F42:
                if data[5] & 0x0F == 0x0C:
                    if data[6:10] in (b"LZ4F", b"ZSTD"):
                        if data[10] == data[11] and data[10] > 0x7F:
                            raise Found


def small_language(text: str) -> None:
    """Words of a language, read by recursion, and a value in the end."""
    words = text.split()
    if len(words) > 40:
        return
    try:
        value, rest = _evaluate(words)
    except (IndexError, ValueError):
        return
    if not rest and value == "ok" and "if" in words:
        raise Found


def _evaluate(words: list[str]) -> tuple[str, list[str]]:
    word, rest = words[0], words[1:]
    if word == "if":
        test, rest = _evaluate(rest)
        first, rest = _evaluate(rest)
        second, rest = _evaluate(rest)
        return (first if test == "true" else second), rest
    if word == "not":
        value, rest = _evaluate(rest)
        return ("false" if value == "true" else "true"), rest
    if word in ("true", "false", "ok"):
        return word, rest
    raise ValueError(word)


def versions_negotiated(data: bytes) -> None:
    """Records of a length each, in a certain order of types."""
    expected = [0x01, 0x0B, 0x0E, 0x14]
    at = 0
    while expected and at + 2 <= len(data):
        kind, length = data[at], data[at + 1]
        if kind != expected[0] or at + 2 + length > len(data) or length < 2:
            return
        expected.pop(0)
        at += 2 + length
    if not expected:
        raise Found


def comment_and_string(text: str) -> None:
    """A lexer that must see one of each of its states, and end in the first."""
    state, seen = "code", set()
    for character in text:
        if state == "code":
            state = {"'": "string", "#": "comment", "{": "block"}.get(character, "code")
        elif (state, character) in (("string", "'"), ("comment", "\n"), ("block", "}")):
            seen.add(state)
            state = "code"
    if state == "code" and len(seen) == 3:
        raise Found


def seven_pings(data: bytes) -> None:
    """A line that has to come seven times; the loop has no branch for how often."""
    alive = 0
    for line in data.split(b"\n"):
        if line == b"PING":
            alive += 1
    if alive == 7:
        raise Found


def four_keys(text: str) -> None:
    """Four keys that are looked up one after another."""
    fields = dict(part.split(":", 1) for part in text.split("|") if ":" in part)
    if "realm" in fields:
        if "nonce" in fields:
            if "qop" in fields:
                if fields.get("opaque"):
                    raise Found
