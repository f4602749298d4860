"""The frontier of a whole run, from what its workers tell of theirs.

Owns the joining of rows that mean the same condition, and their order: the most
promising first.  Must not know how they are shown.  Runs in the coordinator
process, once, at the end of a run; called by ``fuzz``.

Go has nothing like it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from gofuzz_py.internal.messages import FrontierRow


def merged(answers: Iterable[Sequence[FrontierRow]], inputs: Sequence[Iterable[int]]) -> list[FrontierRow]:
    """Return the conditions that all workers tell of, each once.

    One that does not has seen the other side of it, in an input that failed.
    ``inputs`` are the locations that each input of the corpus reaches; in the
    rows returned ``reached_by`` is how many of them reach the condition.
    """
    first, *others = [{_key(row): row for row in answer} for answer in answers]
    rows = {key: row for key, row in first.items() if all(key in other for other in others)}
    for other in others:
        rows = {key: _joined(row, other[key]) for key, row in rows.items()}
    reaching = _reaching(rows.values(), inputs)
    counted = [
        dataclasses.replace(row, reached_by=len(set().union(*(reaching[number] for number in row.at))))
        for row in rows.values()
    ]
    return sorted(counted, key=lambda row: (-_promise(row), row.file, row.line, row.text, row.part))


def _key(row: FrontierRow) -> tuple[str, int, str, str, str]:
    return row.file, row.line, row.text, row.part, row.verdict


def _joined(one: FrontierRow, other: FrontierRow) -> FrontierRow:
    """Keep the closest operands and the sum of what was tried."""
    best = max((one, other), key=lambda row: (row.score, bool(row.operands)))
    return dataclasses.replace(best, tries=one.tries + other.tries)


def _reaching(rows: Iterable[FrontierRow], inputs: Sequence[Iterable[int]]) -> dict[int, set[int]]:
    """Return for each location that rows name the numbers of the inputs that reach it."""
    reaching: dict[int, set[int]] = {number: set() for row in rows for number in row.at}
    for index, locations in enumerate(inputs):
        for number in locations:
            if number in reaching:
                reaching[number].add(index)
    return reaching


def _promise(row: FrontierRow) -> int:
    """Say how much there is to gain."""
    near = 4 * row.score // 1000 + 4 * bool(row.operands)
    return near + min(row.behind, 64).bit_length() + min(row.reached_by, 64).bit_length()
