"""Stock lists as text: one item per line, as ``COUNT "NAME" PRICE``.

A small package of the kind every project has. It holds one bug, on purpose,
for fuzzing to find: see test_inventory.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation


@dataclass(frozen=True)
class Item:
    """One line of a stock list."""

    count: int
    name: str
    price: Decimal


def parse(text: str) -> list[Item]:
    """Read a stock list; raises ValueError that names the line."""
    items = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                items.append(_parse_line(line.strip()))
            except ValueError as error:
                raise ValueError(f"line {number}: {error}") from None
    return items


def render(items: list[Item]) -> str:
    """Write a stock list that ``parse`` reads back."""
    return "".join(f"{item.count} {_quote(item.name)} {item.price}\n" for item in items)


def _parse_line(line: str) -> Item:
    count, _, rest = line.partition(" ")
    if not (count.isascii() and count.isdigit()):
        raise ValueError(f"{count!r} is not a count")
    name, rest = _unquote(rest.lstrip())
    try:
        price = Decimal(rest.strip())
    except InvalidOperation:
        raise ValueError(f"{rest.strip()!r} is not a price") from None
    if not price.is_finite():
        raise ValueError("the price is not a number")
    return Item(int(count), name, price)


def _quote(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquote(text: str) -> tuple[str, str]:
    """Return the quoted name that ``text`` begins with, and what stands behind it."""
    if not text.startswith('"') or '"' not in text[1:]:
        raise ValueError("the name is not in quotes")
    name, at, is_escaped = "", 1, False
    while True:
        char = text[at]
        at += 1
        if is_escaped or char not in '"\\':
            name += char
            is_escaped = False
        elif char == '"':
            return name, text[at:]
        else:
            is_escaped = True
