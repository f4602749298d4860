"""Tables in Markdown, aligned so that the file can be read as it is."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; columns whose cells all begin with a digit or a dash are set flush right."""
    cells = [list(head), *(list(row) for row in rows)]
    widths = [max(3, *(len(row[column]) for row in cells)) for column in range(len(head))]
    is_right = [
        bool(rows) and all(row[column][:1].isdigit() or row[column] == "-" for row in rows)
        for column in range(len(head))
    ]
    rule = [
        "-" * (width - 1) + ":" if right else "-" * width
        for width, right in zip(widths, is_right, strict=True)
    ]
    lines = [_line(cells[0], widths, is_right), _line(rule, widths, is_right)]
    lines += [_line(row, widths, is_right) for row in cells[1:]]
    return "\n".join(lines)


def _line(row: Sequence[str], widths: Sequence[int], is_right: Sequence[bool]) -> str:
    padded = (
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(row, widths, is_right, strict=True)
    )
    return "| " + " | ".join(padded) + " |"
