"""Edits that put what is known to break Python code into a text.

Owns the tables of such pieces, what may stand at the ends of a text or line,
and the escapes of a character.  Other encodings are
``mutators_format_encodings``'; what ``mutators_text`` has for ``str`` (its
tokens, special characters and look-alikes) is not repeated here.  Runs in
worker processes, once per execution, as edits (see ``mutators_format_window``).
Go has nothing of the kind.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gofuzz_py.internal.mutators_format_window import draw_times, search_near

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.mutators_format_window import Edit, Spelling
    from gofuzz_py.internal.rand import Rand

_join = "".join

#: Pieces that programs take for something else than text.
_BREAKERS = (
    # Formatting and templates.
    "{0.__class__}", "{0[0]}", "{:{}}", "{!r}", "{!x}", "{:,}", "{:>99999}", "{\x00}", "%(x)s", "%(x", "%*d",
    "%.99999f", "%c", "%5", "%-", "$name", "${name", "$$", "$1", "\\g<0>", "\\10", "{{0}}", "{%x%}", "{#",
    # Escapes of all trades.
    "\\N{LATIN SMALL LETTER A}", "\\N{SPACE", "\\u12", "\\x", "\\ud83d", "&#x110000;", "&#xFFFFFFFFF;",
    "&#55296", "&notit;", "&NotEqualTilde;", "&lt", "%80", "%FF%FE", "%u12", "=?utf-8?q?=41?=",
    "=?utf-8?b?QQ?=", "=?utf-8?b?Q?=", "=?x?x?x?=", "=\r\n", "=?", "+AGE-", "xn--a", "xn--", "xn---epa",
    # Paths and addresses.
    "/", "//", "/./", "/../", "../", "..\\", "\\\\a\\b", "C:", "C:\\", "~a/", "/dev/null", "CON", "a//b",
    "file:///", "http://[", "[::1]", "[::", "http://a:99999", "http://a:b@c", "@", ":@", "?#", "127.1",
    "0x7f.1", "1.2.3.4.5", "::ffff:1.2.3.4", "fe80::1%eth0", "/33", "/-1", "1.2.3.4/",
    # Dates and numbers.
    "0000-00-00", "9999-12-31", "10000-01-01", "2023-02-29", "-0001-01-01", "24:00:00", "23:59:60", "+24:00",
    "-00:00", "+00:00:00.1", "T", "2024-W53-7", "2024-366", "1e400", "1e-400", "1_000", "0_0", "-0", "0x",
    "1e", "infinity", "-nan", "nan(1)", "+-1", "1+1j", "\u0661", "²", "½", "Ⅷ", "٫",
    # Names that have a meaning.
    "__class__", "__proto__", "None", "self", "constructor", "<<", "*a", "&a", "!!python", "%YAML 1.1",
    "<?xml", "<!ENTITY a '&b;'>", "<!DOCTYPE a [", "]]>", "xmlns", "#!", "# coding: x", "--", "-", "--a",
    "=cmd", "@a",
    # White space and ends.
    " ", "\t", "\n", "\r", "\r\n\r\n", "\x0b", "\x0c", "\x1c", "\x1e", "\x1f", "\x85", "\xa0", "\u2028",
    "\u3000", "\u200b", "\ufeff", "\x00", "\x00\x00", "\x1a", "\x1b[0m", "\x7f", "\\",
    # Characters that grow, combine, turn round, or are not there.
    "ß", "ẞ", "ﬃ", "İ", "ı", "ŉ", "ǰ", "ΐ", "\u0345", "Å", "e\u0301", "\u0301", "\u0301" * 20, "\u202e",
    "\u2066", "\u200d", "\ufe0f", "\U0001f468\u200d\U0001f469", "\U0001f1e9\U0001f1ea", "\ufdfa", "\ufffd",
    "\uffff", "\U0010ffff", "\ud800", "\udc80", "\udfff\ud800", "\ud83d\ude00", "가", "각", "ﷺ", "\u1e9e",
)  # fmt: skip

#: What breaks code at the beginning or at the end of a text or a line.
_AT_EDGES = (
    "\ufeff", "\ufffe", "\x00", " ", "  ", "\t", "\n", "\n\n", "\r\n", "\r", "\x0b", "\x0c", "\x1a", "\x1c",
    "\x85", "\xa0", "\u200b", "\u2028", "\u3000", "\\", "\\\\", "\\\n", "%", "%0", "{", "}", "$", '"', "'",
    "&", "&#", "<", "<!", "</", "=", "-", "--", "---\n", "...", "..", "/", "//", ".", ",", ";", ":", "#",
    "#!", "@", "*", "(", "[", "0", "e", "E+", "_", "\u0301", "\ud800", "\udc00", "+", "?", "|", "^", "`", "~",
    "/*",
)  # fmt: skip


_search_word = re.compile(r"\w++").search


def insert_breaker(spelling: Spelling) -> Edit:
    """Return an edit that inserts such a piece, or writes it over a word; it takes an empty text."""
    breakers = tuple(map(spelling, _BREAKERS))

    def insert_breaker(rand: Rand, text: str, limit: int) -> str | None:
        bits = rand.bits
        at = bits(30) % (len(text) + 1)
        end = at
        if not bits(1):
            word = _search_word(text, at)
            if word:
                at, end = word.span()
        return _join((text[:at], breakers[bits(30) % len(breakers)], text[end:]))

    return insert_breaker


def change_edge(spelling: Spelling) -> Edit:
    """Return an edit of the beginning or end of a text or a line, where it adds, repeats or removes.

    It takes an empty text.
    """
    edges = tuple(map(spelling, _AT_EDGES))

    def change_edge(rand: Rand, text: str, limit: int) -> str | None:
        bits = rand.bits
        kind = bits(3)
        at = len(text) if kind & 1 else 0
        if kind < 4 and text:
            at = text.rfind("\n", 0, bits(30) % len(text)) + (kind & 1)
            if at < 0:
                at = 0
        if bits(3):
            edge = edges[bits(30) % len(edges)]
            times = 1 if bits(3) else draw_times(rand, len(edge), limit - len(text))
            return _join((text[:at], edge * times, text[at:]))
        return text[:at] + text[at + 1 :] if at < len(text) else text[:-1]

    return change_edge


#: How a character of the code ``c`` is written by those who may not write it.
_ESCAPED: tuple[Callable[[int], str], ...] = (
    lambda c: f"%{c:02X}",
    lambda c: f"%{c:02x}",
    lambda c: f"%25{c:02X}",
    lambda c: f"%u{c:04X}",
    lambda c: f"&#{c};",
    lambda c: f"&#{c}",
    lambda c: f"&#x{c:x};",
    lambda c: f"&#x{c + 0x110000:X};",
    lambda c: f"&#{c + 2**32};",
    lambda c: f"\\x{c:02x}",
    lambda c: f"\\u{c:04x}",
    lambda c: f"\\u{{{c:x}}}",
    lambda c: f"\\U{c:08x}",
    lambda c: f"\\U{c + 0x110000:08x}",
    lambda c: f"\\{c:o}",
    lambda c: f"\\{c:x} ",
    lambda c: f"={c:02X}",
    lambda c: f"=?utf-8?q?={c:02X}?=",
    lambda c: f"\\{chr(c)}",
    lambda c: chr(c) * 2,
    lambda c: f"^{chr(c)}",
    lambda c: f"{{{chr(c)}}}",
    lambda c: f'"{chr(c)}"',
    lambda c: f"[{chr(c)}]",
)


def escape_char(rand: Rand, text: str, limit: int) -> str | None:
    """Write a character as an escape of some format, seldom with a code that is none."""
    bits = rand.bits
    at = bits(30) % len(text)
    escaped = _ESCAPED[bits(30) % len(_ESCAPED)](ord(text[at]))
    return _join((text[:at], escaped, text[at + 1 :]))


_search_escape = re.compile(
    r"%([0-9a-fA-F]{2})|&#x([0-9a-fA-F]{1,5});?|\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})"
    r"|=([0-9A-F]{2})|&#([0-9]{1,6});?"
).search


def resolve_escape(spelling: Spelling) -> Edit:
    """Return an edit that puts the character itself where its escape is."""

    def resolve_escape(rand: Rand, text: str, limit: int) -> str | None:
        found = search_near(_search_escape, rand, text)
        if found is None:
            return None
        code = int(found[7]) if found[7] else int(found[found.lastindex or 0], 16)
        if code > 0x10FFFF:
            return None
        return _join((text[: found.start()], spelling(chr(code)), text[found.end() :]))

    return resolve_escape


_SPACES = (
    "", " ", "  ", "\t", "\n", "\r\n", "\x0b", "\x0c", "\x1f", "\x85", "\xa0", "\u2003", "\u3000", "\u200b",
    "\ufeff", "\x00", "+", "%20", "_", "/**/",
)  # fmt: skip
_search_space = re.compile(r"[ \t\r\n]++").search


def change_space(spelling: Spelling) -> Edit:
    """Return an edit that makes other white space, or much, or none, of some."""
    spaces = tuple(map(spelling, _SPACES))

    def change_space(rand: Rand, text: str, limit: int) -> str | None:
        found = search_near(_search_space, rand, text)
        if found is None:
            return None
        bits = rand.bits
        if bits(2):
            space = spaces[bits(30) % len(spaces)]
        else:
            space = found[0] * (1 + draw_times(rand, len(found[0]), limit - len(text)))
        return _join((text[: found.start()], space, text[found.end() :]))

    return change_space
