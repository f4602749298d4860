"""Edits of lines and of fields: dropped, repeated, moved, copied, emptied, joined.

Owns how a text is split into items, at line ends or at a separator that it has,
and what is done with a list of items; also line ends, indents and separators
themselves.  Runs in worker processes, once per execution, as edits (see
``mutators_format_window``).  Go has nothing of the kind.

The separator is the first one behind a random place, so the one that occurs
most is drawn most, without counting.  At most ``_ITEMS`` items are looked at;
the rest stays as the last of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gofuzz_py.internal.mutators_format_pieces import find_bracket
from gofuzz_py.internal.mutators_format_window import draw_times, search_near

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.mutators_format_window import Edit, Spelling
    from gofuzz_py.internal.rand import Rand

    #: What stands before the items, the items, what separates them, what stands after.
    Items = tuple[str, list[str], str, str]

_join = "".join

#: The most items that are told apart.
_ITEMS = 24

_search_separator = re.compile(r"[,;:\t|=&/ ]").search


def split_lines(rand: Rand, text: str) -> Items | None:
    """Split a text, from its beginning or a random line on."""
    bits = rand.bits
    # To the end of the text at most, so that an empty last line can be the first item.
    start = text.rfind("\n", 0, bits(30) % (len(text) + 1)) + 1 if bits(1) else 0
    return text[:start], text[start:].split("\n", _ITEMS), "\n", ""


def split_fields(rand: Rand, text: str) -> Items | None:
    """Split a line or what is in brackets at a separator in it, or decline."""
    bits = rand.bits
    at = bits(30) % len(text)
    pair = find_bracket(text, at) if bits(1) else None
    if pair is not None and pair[1] < pair[2]:
        _, start, end, _ = pair
        at = start + bits(30) % (end - start)
    else:
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        if end < 0:
            end = len(text)
    found = _search_separator(text, start, end)
    if found is None:
        return None
    if found.start() < at:
        found = _search_separator(text, at, end) or found
    separator = found[0]
    if bits(1):
        # So that the fields beyond the first few have their turn.
        start = text.rfind(separator, start, found.start()) + 1 or start
    return text[:start], text[start:end].split(separator, _ITEMS), separator, text[end:]


def _drop(rand: Rand, items: list[str], separator: str, room: int) -> bool:
    # A single line is all of the text: there are other ways to an empty one.
    if len(items) < 2:
        return False
    bits = rand.bits
    at = bits(30) % len(items)
    del items[at : at + (1 if bits(2) else 1 + bits(3))]
    return True


def _repeat(rand: Rand, items: list[str], separator: str, room: int) -> bool:
    at = rand.bits(30) % len(items)
    item = items[at] + separator
    times = draw_times(rand, len(item), room)
    # One item with all copies in it: thousands of items would cost more than the text.
    items[at] = item * times + items[at]
    return times > 0


def _move(rand: Rand, items: list[str], separator: str, room: int) -> bool:
    """Exchange two, move one, turn round, sort, or bring into any order."""
    bits = rand.bits
    count = len(items)
    if count < 2:
        return False
    kind = bits(3)
    at = bits(30) % count
    if kind < 3:
        other = (at + 1 + bits(30) % (count - 1)) % count
        items[at], items[other] = items[other], items[at]
    elif kind < 5:
        items.insert(bits(30) % count, items.pop(at))
    elif kind == 5:
        items[at:] = items[at:][::-1]
    elif kind == 6:
        items.sort(reverse=bool(bits(1)))
    else:
        items.append(items.pop(0))
    return True


def _copy(rand: Rand, items: list[str], separator: str, room: int) -> bool:
    bits = rand.bits
    count = len(items)
    if count < 2:
        return False
    at = bits(30) % count
    items[at] = items[(at + 1 + bits(30) % (count - 1)) % count]
    return True


def _blank(rand: Rand, items: list[str], separator: str, room: int) -> bool:
    """Empty one, or insert empty ones."""
    bits = rand.bits
    at = bits(30) % len(items)
    if bits(1) and len(items) > 1:
        items[at] = ""
        return True
    times = draw_times(rand, len(separator), room)
    items[at] = separator * times + items[at]
    return times > 0


def _merge(rand: Rand, items: list[str], separator: str, room: int) -> bool:
    """Take out the separator between two."""
    bits = rand.bits
    if len(items) < 2:
        return False
    at = bits(30) % (len(items) - 1)
    items[at : at + 2] = [items[at] + (" " if bits(1) else "") + items[at + 1]]
    return True


def _on_items(
    split: Callable[[Rand, str], Items | None], change: Callable[[Rand, list[str], str, int], bool], name: str
) -> Edit:
    """Return an edit that splits a text, changes the list, and puts it together again."""

    def edit(rand: Rand, text: str, limit: int) -> str | None:
        found = split(rand, text)
        if found is None:
            return None
        before, items, separator, after = found
        if not change(rand, items, separator, limit - len(text)):
            return None
        return _join((before, separator.join(items), after))

    edit.__name__ = edit.__qualname__ = name
    return edit


_CHANGES = {"drop": _drop, "repeat": _repeat, "move": _move, "copy": _copy, "blank": _blank, "merge": _merge}

#: What a line may begin with, in some format.
_PREFIXES = (
    " ", "  ", "    ", "        ", "\t", " \t", "> ", "- ", "* ", "+ ", "1. ", "# ", "## ", "| ", "\xa0",
    "...", "@", "%", "[", "//", "--", ":", "?", "!", "\f", "\v", "=",
)  # fmt: skip
_match_indent = re.compile(r"[ \t>*+#-]*+").match


def indent_line(rand: Rand, text: str, limit: int) -> str | None:
    """Put something before a line, or take its indent or a part of it away."""
    bits = rand.bits
    start = text.rfind("\n", 0, bits(30) % (len(text) + 1)) + 1
    indent = _match_indent(text, start)
    end = indent.end() if indent else start
    kind = bits(2)
    if kind == 0:
        if end == start:
            return None
        return text[: start + bits(30) % (end - start)] + text[end:]
    prefix = text[start:end] if kind == 1 and end > start else _PREFIXES[bits(30) % len(_PREFIXES)]
    times = 1 if bits(1) else draw_times(rand, len(prefix), limit - len(text))
    return _join((text[:start], prefix * times, text[start:]))


#: Line ends: for files, for ``str.splitlines``, for terminals, and none.
_LINE_ENDS = (
    "\r\n", "\r", "\n\r", "\r\r\n", "\n\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028",
    "\u2029", "\x00", "\\\n", "\n ", " \n", "\n\t", "\r\n\r\n", "\x1a", "", " ",
)  # fmt: skip


def change_line_end(spelling: Spelling) -> Edit:
    """Return an edit that writes one line end or all of them in another way, or inserts one."""
    ends = tuple(map(spelling, _LINE_ENDS))

    def change_line_end(rand: Rand, text: str, limit: int) -> str | None:
        bits = rand.bits
        end = ends[bits(30) % len(ends)]
        at = bits(30) % (len(text) + 1)
        found = text.find("\n", at)
        if found < 0:
            found = text.find("\n")
        if found < 0:
            return _join((text[:at], end, text[at:]))
        if not bits(2):
            return text.replace("\n", end)
        return _join((text[:found], end, text[found + 1 :]))

    return change_line_end


#: What a separator may become: another, more of it, none.
_SEPARATORS = (
    ",", ";", ":", "\t", "|", "=", "&", "/", " ", "", "\n", "::", ",,", ", ", " , ", ";;", "==", "&&", "//",
    "||", "=>", "->", ".", "-", "+", "#", "?", "%2C", "\\,", "\x00", "\x1f", "+",
)  # fmt: skip


def change_separator(rand: Rand, text: str, limit: int) -> str | None:
    """Write a separator in another way, or many times, or all of its kind in another way."""
    bits = rand.bits
    found = search_near(_search_separator, rand, text)
    if found is None:
        return None
    kind = bits(2)
    if kind == 0:
        changed = found[0] * (1 + draw_times(rand, 1, limit - len(text)))
    else:
        changed = _SEPARATORS[bits(30) % len(_SEPARATORS)]
        if kind == 1:
            return text.replace(found[0], changed)
    return _join((text[: found.start()], changed, text[found.end() :]))


#: Edits that need a text; those of fields decline where there is no separator.
LINE_EDITS: tuple[Edit, ...] = (
    *(_on_items(split_lines, change, f"{name}_line") for name, change in _CHANGES.items()),
    *(_on_items(split_fields, change, f"{name}_field") for name, change in _CHANGES.items()),
    indent_line,
    change_separator,
)
