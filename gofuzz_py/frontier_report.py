"""The frontier as a user reads it: one line for each condition that went one way only.

Owns the wording and how much is shown.  Must not know how conditions are found
or ordered.  Runs in the coordinator process, at the end of a run with
``-fuzzfrontier`` or ``-v``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from gofuzz_py.internal.messages import FrontierRow

#: Rows that are shown with ``-fuzzfrontier``, and with ``-v`` alone.
_LONG, _SHORT = 50, 10
#: Characters of source that are shown.
_SOURCE = 72


def frontier_lines(
    rows: Sequence[FrontierRow] | None, relative: Callable[[str], str], *, is_long: bool
) -> Iterator[str]:
    """Yield the report, line by line; ``rows`` is None where no worker could tell.

    ``relative`` shortens the path of a file.  The short form has nothing to say
    where there are no rows.
    """
    most = _LONG if is_long else _SHORT
    if not rows and not is_long:
        return
    if rows is None:
        yield "fuzz: frontier: not known: no instrumented code was reached, or no worker process has answered"
        return
    if not rows:
        yield "fuzz: frontier: every condition that was reached went both ways"
        return
    conditions = _count(len(rows), "condition was", "conditions were")
    yield f"fuzz: frontier: {conditions} reached and never went the other way"
    for row in rows[:most]:
        yield f"    {relative(row.file)}:{row.line}: {_short(row.text)}"
        yield f"        {_facts(row)}"
    if len(rows) > most:
        yield f"    and {len(rows) - most} more" + ("" if is_long else " (-fuzzfrontier shows more)")


def _facts(row: FrontierRow) -> str:
    facts = [f"{_short(row.part)} was {row.verdict}" if row.part else row.verdict]
    facts += [row.operands] if row.operands else []
    facts += [f"reached by {_count(row.reached_by, 'input', 'inputs')}"] if row.reached_by else []
    facts += [_count(row.tries, "try", "tries")] if row.tries else []
    return "; ".join(facts)


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _short(text: str) -> str:
    return text if len(text) <= _SOURCE else text[: _SOURCE - 3] + "..."
