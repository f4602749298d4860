"""Mutators that put tokens of a dictionary into a value.

Owns where a token goes, and what syntax comes round it: a pair of key and
value, a length in front.  Knows the dictionary only as a function that chooses
a token in a form that fits the argument.  Runs in worker processes; handed to
the mutator as extra operators.

Go has nothing of the kind.  AFL and libFuzzer insert and overwrite; the rest
is for targets that read text, where a key is worth something only as a key.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import Any

from gofuzz_py.internal.dictionary import Dictionary
from gofuzz_py.internal.kinds import Kind
from gofuzz_py.internal.mutator import Operator
from gofuzz_py.internal.rand import Rand

#: Chooses a token with the bits it is given, or returns None while there is none.
Choose = Callable[[Callable[[int], int]], Any]

#: How far from a place a run to be replaced is looked for.
_NEAR = 256

#: What a token may stand in for; with a group, that part of it.
_RUNS = (
    r"\w+", r"\w+", r"[^\s,;:=&|/<>(){}\[\]\"']+", r"\d+", r"[A-Za-z_]+", r"\S+",
    r'"([^"]*)"', r"'([^']*)'", r"<([^<>]*)>", r"[=:] *([^,;&\n]+)", r"[^\n]+",
)  # fmt: skip

#: Between a value and what is put before or after it.
_SEPARATORS = ("", "", "", " ", "\n", ",", ";", "/", ".", "\r\n", "&", ":")

#: Common syntaxes for a key, a key and a value, or these and the key again, as ``%`` takes them.
_SNIPPETS = (
    "%s: %s\n", "%s: %s\r\n", "%s=%s\n", "%s = %s\n", '%s="%s" ', " %s='%s'", "&%s=%s", "?%s=%s", "; %s=%s",
    "--%s=%s ", '"%s":%s,', ',"%s":%s', '"%s":"%s",', '{"%s":%s}', '{"%s":"%s"}', '{"%s":[%s]}',
    "<%s>%s</%s>", '<%s %s="">', "<%s/>", "[%s]\n", "[%s]\n%s=\n", "%s(%s)", "(%s %s)", "%s[%s]", "{%s:%s}",
    "%s %s", "%s,%s", "%s.%s", "%s/%s", "%s:%s", "%s;%s\n", "%s\n%s\n", "%s\t%s\n", "@%s(%s)", "$%s", "${%s}",
    "{{%s}}", "{%% %s %%}", "\\%s{%s}", "#%s %s\n", "!%s %s",
)  # fmt: skip

#: Values of such pairs that are right more often than a token is.
_VALUES = ("", "0", "1", "-1", "1.5", "a", '""', '"a"', "[]", "{}", "true", "null", "2000-01-01")


def token_operators(kinds: Sequence[Kind], dictionary: Dictionary) -> dict[str, list[Operator]]:
    """Return operators that take tokens from a dictionary, by the name of a kind.

    They decline while it has none.
    """
    operators: dict[str, list[Operator]] = {}
    for kind in kinds:
        makers = _MAKERS.get(kind.python, ())
        if makers and kind.name not in operators:
            choose = dictionary.chooser(kind.python)
            made = {make: make(choose) for make in makers}
            operators[kind.name] = [made[make] for make in makers]
    return operators


def _insert(choose: Choose) -> Operator:
    def insert_token(rand: Rand, value: Any, limit: int) -> Any:
        bits = rand.bits
        token = choose(bits)
        if token is None:
            return None
        at = bits(30) % (len(value) + 1)
        return value[:at] + token + value[at:]

    return insert_token


def _overwrite(choose: Choose) -> Operator:
    def overwrite_with_token(rand: Rand, value: Any, limit: int) -> Any:
        bits = rand.bits
        token = choose(bits)
        if token is None or not value:
            return None
        at = bits(30) % len(value)
        return value[:at] + token + value[at + len(token) :]

    return overwrite_with_token


def _become(choose: Choose) -> Operator:
    def become_token(rand: Rand, value: Any, limit: Any) -> Any:
        return choose(rand.bits)

    return become_token


def _fitted(make: Callable[[Choose], Operator]) -> Callable[[Choose], Operator]:
    """Round what an operator makes to the width of the float."""

    def make_fitted(choose: Choose) -> Operator:
        operator = make(choose)

        @functools.wraps(operator)
        def fitted(rand: Rand, value: Any, limit: Any) -> Any:
            new: Any = operator(rand, value, limit)
            return None if new is None else limit.fit(new)

        return fitted

    return make_fitted


def _go_near(choose: Choose) -> Operator:
    """Become one off a token, or its negative: where a comparison changes its mind."""

    def go_near_token(rand: Rand, value: Any, limit: Any) -> Any:
        bits = rand.bits
        token = choose(bits)
        if token is None:
            return None
        draw = bits(2)
        return -token if draw == 3 else token - 1 + draw

    return go_near_token


def _combine(choose: Choose) -> Operator:
    """Add a token to the number or take it away, for conditions on a sum or a difference."""

    def combine_with_token(rand: Rand, value: Any, limit: Any) -> Any:
        bits = rand.bits
        token = choose(bits)
        if token is None:
            return None
        draw = bits(2)
        return value - token if draw == 0 else token - value if draw == 1 else value + token

    return combine_with_token


def _replace_run(patterns: Sequence[re.Pattern[Any]]) -> Callable[[Choose], Operator]:
    """Put a token in place of a word, a number, a quoted text or a field."""
    searches = [pattern.search for pattern in patterns]
    count = len(searches)

    def make(choose: Choose) -> Operator:
        def replace_run_by_token(rand: Rand, value: Any, limit: int) -> Any:
            bits = rand.bits
            token = choose(bits)
            if token is None or not value:
                return None
            search = searches[bits(8) % count]
            at = bits(30) % len(value)
            found = search(value, at, at + _NEAR) or search(value, 0, _NEAR)
            if found is None:
                return None
            start, end = found.span(found.lastindex or 0)
            return value[:start] + token + value[end:]

        return replace_run_by_token

    return make


def _affix(separators: Sequence[Any]) -> Callable[[Choose], Operator]:
    """Put a token before or after the value, or in its place."""
    count = len(separators)

    def make(choose: Choose) -> Operator:
        def affix_token(rand: Rand, value: Any, limit: int) -> Any:
            bits = rand.bits
            token = choose(bits)
            if token is None:
                return None
            draw = bits(10)
            where = draw & 3
            if not where:
                return token
            separator = separators[(draw >> 2) % count]
            return token + separator + value if where == 1 else value + separator + token

        return affix_token

    return make


def _snippet(snippets: Sequence[tuple[Any, int]], values: Sequence[Any]) -> Callable[[Choose], Operator]:
    """Put a key, mostly with a value, into the value in the syntax of some format."""
    count, plain = len(snippets), len(values)

    def make(choose: Choose) -> Operator:
        def insert_snippet(rand: Rand, value: Any, limit: int) -> Any:
            bits = rand.bits
            key = choose(bits)
            if key is None:
                return None
            draw = bits(24)
            other = choose(bits) if draw & 1 else values[(draw >> 1 & 255) % plain]
            form, parts = snippets[(draw >> 9 & 1023) % count]
            piece = form % (key, other, key)[:parts]
            where = draw >> 19 & 7
            if not where:
                return piece
            if where < 3:
                return value + piece
            at = bits(30) % (len(value) + 1)
            return value[:at] + piece + value[at:]

        return insert_snippet

    return make


def _framed(frames: Sequence[Callable[[int, Any], Any]]) -> Callable[[Choose], Operator]:
    """Insert a token with its length in front."""
    count = len(frames)

    def make(choose: Choose) -> Operator:
        def insert_framed_token(rand: Rand, value: Any, limit: int) -> Any:
            bits = rand.bits
            token = choose(bits)
            if token is None:
                return None
            draw = bits(12)
            length = len(token) if draw & 15 else len(token) + (draw >> 4 & 7) - 3
            piece = frames[(draw >> 7) % count](max(0, length), token)
            at = bits(30) % (len(value) + 1)
            return value[:at] + piece + value[at:]

        return insert_framed_token

    return make


def _frame(width: int, order: Any) -> Callable[[int, bytes], bytes]:
    mask = (1 << 8 * width) - 1
    return lambda length, token: (length & mask).to_bytes(width, order) + token


_BYTES_FRAMES: tuple[Callable[[int, bytes], bytes], ...] = (
    _frame(1, "big"),
    _frame(1, "big"),
    _frame(2, "big"),
    _frame(2, "little"),
    _frame(4, "big"),
    _frame(4, "little"),
    lambda length, token: b"%d:%b," % (length, token),
    lambda length, token: b"%d:%b" % (length, token),
    lambda length, token: b"%x\r\n%b\r\n" % (length, token),
    lambda length, token: token + b"\0",
)
_STR_FRAMES: tuple[Callable[[int, str], str], ...] = (
    lambda length, token: f"{length}:{token},",
    lambda length, token: f"{length}:{token}",
    lambda length, token: f"{length} {token}",
    lambda length, token: f"{length:x}\r\n{token}\r\n",
    lambda length, token: chr(length) + token,
    lambda length, token: token + "\0",
)


def _encoded(texts: Sequence[str]) -> list[bytes]:
    return [text.replace("%s", "%b").encode() for text in texts]


def _counted(snippets: Sequence[Any], mark: Any) -> list[tuple[Any, int]]:
    """Add how many parts each snippet has."""
    return [(snippet, snippet.count(mark)) for snippet in snippets]


_BYTES_RUN = _replace_run([re.compile(pattern.encode()) for pattern in _RUNS])
_STR_RUN = _replace_run([re.compile(pattern) for pattern in _RUNS])

#: The operators of each Python type; listed twice, one is drawn twice as often.
_MAKERS: dict[type, Sequence[Callable[[Choose], Operator]]] = {
    bytes: (
        _insert,
        _insert,
        _overwrite,
        _BYTES_RUN,
        _BYTES_RUN,
        _affix(_encoded(_SEPARATORS)),
        _snippet(_counted(_encoded(_SNIPPETS), b"%b"), _encoded(_VALUES)),
        _framed(_BYTES_FRAMES),
    ),
    str: (
        _insert,
        _insert,
        _overwrite,
        _STR_RUN,
        _STR_RUN,
        _affix(_SEPARATORS),
        _snippet(_counted(_SNIPPETS, "%s"), _VALUES),
        _framed(_STR_FRAMES),
    ),
    int: (_become, _become, _go_near, _combine),
    float: (_fitted(_become), _fitted(_become), _fitted(_go_near), _fitted(_combine)),
}
