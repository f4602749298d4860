"""What was measured: one JSON object a line, a file for each command.

Owns the files and the rule which records count: for each interpreter and
target those of the latest campaign (one start of a command), since ratios are
taken between measurements that were made in turn.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

Record = dict[str, Any]


class Store:
    """The records in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, record: Record) -> None:
        """Append a record to its command's file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._path(record["command"]).open("a") as file:
            file.write(json.dumps(record, separators=(",", ":")) + "\n")

    def records(self, command: str) -> list[Record]:
        """Return the records that count, in the order they were made."""
        path = self._path(command)
        if not path.exists():
            return []
        return latest(json.loads(line) for line in path.read_text().splitlines())

    def prune(self, command: str) -> None:
        """Drop the records that no longer count from the file."""
        records = self.records(command)
        if records:
            lines = [json.dumps(record, separators=(",", ":")) for record in records]
            self._path(command).write_text("\n".join(lines) + "\n")

    def _path(self, command: str) -> Path:
        return self.folder / f"{command}.jsonl"


def latest(records: Iterable[Record]) -> list[Record]:
    """Keep, for each interpreter and target, the records of the latest campaign."""
    everything = list(records)
    newest: dict[tuple[str, str], str] = {}
    for record in everything:
        key = record["python"], record["target"]
        newest[key] = max(newest.get(key, ""), record["campaign"])
    return [r for r in everything if r["campaign"] == newest[r["python"], r["target"]]]


def groups(records: Iterable[Record], *keys: str) -> dict[tuple[Any, ...], list[Record]]:
    """Return records by the values of some members, in order of appearance."""
    found: dict[tuple[Any, ...], list[Record]] = {}
    for record in records:
        found.setdefault(tuple(record[key] for key in keys), []).append(record)
    return found


def fuzzers(records: Iterable[Record], first: Sequence[str]) -> list[str]:
    """Return the names of the fuzzers in records, those of ``first`` in its order before others."""
    found = dict.fromkeys(record["fuzzer"] for record in records)
    return sorted(found, key=lambda name: (*first, name).index(name))


def by_run(records: Iterable[Record], member: str, **wanted: object) -> dict[int, float]:
    """Return one member by run, of the records that have it and match ``wanted``."""
    return {
        record["run"]: float(record[member])
        for record in records
        if record.get(member) is not None and all(record.get(key) == value for key, value in wanted.items())
    }
