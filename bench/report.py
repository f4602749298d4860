"""RESULTS.md: a section for each command that has records, with how it was made.

Owns the file's layout; each section's table is its command's.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from bench import bugs, coverage, parallel, parts, puzzles, same, scale, solving, throughput
from bench.figures import number, shown, spread
from bench.store import Record, Store

#: By the name on the command line, in the order of the file.
COMMANDS: dict[str, ModuleType] = {
    "throughput": throughput,
    "same": same,
    "solving": solving,
    "coverage": coverage,
    "puzzles": puzzles,
    "bugs": bugs,
    "parallel": parallel,
    "scale": scale,
    "parts": parts,
}
#: Cores' worth of other programs' work from which figures are marked.
NOISY = 0.2
_HEAD = """\
# Results

Written by `python -m bench report` from the records in `data/`; see README.md for what is measured and how.
Cells hold the median over the runs, with the range in parentheses; ratios are taken between runs that
were made one right after the other, and then their median."""


def section(command: str, records: list[Record], pictures: Path) -> str:
    """Return a command's section."""
    module = COMMANDS[command]
    body = module.render(records, pictures) if command == "coverage" else module.render(records)
    return "\n\n".join([f"## {module.TITLE}", body, _origin(records)])


def _origin(records: list[Record]) -> str:
    """Say which command made the records, on what, and how quiet the machine was."""
    commands = dict.fromkeys(f"    python -m bench {record['arguments']}" for record in records)
    versions: dict[str, None] = {}
    for record in records:
        found = record["versions"]
        tools = ", ".join(f"{name} {found[name]}" for name in found if name not in ("python", "matplotlib"))
        versions[f"Python {found['python']} ({tools})"] = None
    about = sorted({f"{r['campaign'][:10]}, commit {r['commit']}, {r['cpu']}" for r in records})
    noise = spread([record["others"] for record in records if record.get("others") is not None])
    lines = ["Made by:", "", *commands, "", f"On {'; '.join(about)}; {'; '.join(versions)}."]
    if noise is not None:
        lines[-1] += f" Other programs used {shown(noise)} cores meanwhile."
        if noise.median > NOISY:
            lines.append(f"**Noisy**: more than {number(NOISY)} of a core was busy with something else.")
    return "\n".join(lines)


def write(results: Path, store: Store) -> None:
    """Write the whole file from what is stored."""
    parts_of_file = [_HEAD]
    for command in COMMANDS:
        records = store.records(command)
        if records:
            parts_of_file.append(section(command, records, results.parent / "plots"))
    results.write_text("\n\n".join(parts_of_file) + "\n")
