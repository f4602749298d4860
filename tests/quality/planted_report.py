"""How soon the planted conditions are solved, as a table: ``python -m tests.quality.planted_report``.

Owns the layout of the table; for tuning, where the tests only say yes or no.
``-k`` takes a part of a name or a pattern, ``--seeds`` how many runs each
condition gets, ``--most`` the executions of a run instead of four times its
bound; ``--not-yet`` prints no table but the names that belong into
planted_table.NOT_YET.  Not a test module.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from fnmatch import fnmatchcase

from tests.quality.planted_rig import ENOUGH, Planted, RigError, hunt, runs_of
from tests.quality.planted_table import NOT_YET, PLANTED

_ROW = "{:<34} {:>7} {:>7} {:>6} {:>7} {:>7} {:>6}  {}\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the arguments choose, and print a row for each."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.planted_report", description=__doc__)
    parser.add_argument("-k", action="append", default=[], metavar="PATTERN", help="only matching names")
    parser.add_argument("--seeds", type=int, default=10, help="runs of each (10)")
    parser.add_argument("--most", type=int, default=0, help="executions of a run (four times the bound)")
    parser.add_argument("--not-yet", action="store_true", help="only names of what misses its bound")
    options = parser.parse_args(arguments)
    chosen = [planted for planted in PLANTED if _matches(planted.name, options.k)]
    if options.not_yet:
        _print_missed(chosen)
        return
    sys.stdout.write(_ROW.format("condition", "bound", "within", "solved", "median", "worst", "ms", "remark"))
    good = 0
    for planted in chosen:
        try:
            row, is_good = _row(planted, options.seeds, options.most or 4 * planted.bound)
            good += is_good
        except RigError as error:
            row = f"{error}\n"
        sys.stdout.write(row)
        sys.stdout.flush()
    sys.stdout.write(f"{good} of {len(chosen)} within the bound in nine of ten runs\n")


def _print_missed(chosen: Sequence[Planted]) -> None:
    for planted in chosen:
        is_good, _ = runs_of(planted, ENOUGH)
        if not is_good:
            sys.stdout.write(f"    {planted.name}\n")
            sys.stdout.flush()


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(pattern in name or fnmatchcase(name, pattern) for pattern in patterns)


def _row(planted: Planted, seeds: int, most: int) -> tuple[str, bool]:
    """Return a condition's row, and whether it keeps to its bound."""
    start = time.perf_counter()
    runs = [hunt(planted, seed, most) for seed in range(1, seeds + 1)]
    ms = round((time.perf_counter() - start) * 1000 / seeds)
    solved = sorted(count for count in runs if count is not None)
    within = sum(count <= planted.bound for count in solved)
    is_good = within * 10 >= seeds * 9
    median = solved[(seeds - 1) // 2] if len(solved) > (seeds - 1) // 2 else "-"
    worst = solved[-1] if len(solved) == seeds else "-"
    is_listed = planted.name in NOT_YET
    remark = "" if is_good != is_listed else "out of NOT_YET!" if is_good else "missed"
    if is_listed and not is_good:
        remark = "not yet"
    within_text, solved_text = f"{within}/{seeds}", f"{len(solved)}/{seeds}"
    return _ROW.format(
        planted.name, planted.bound, within_text, solved_text, median, worst, ms, remark
    ), is_good


if __name__ == "__main__":
    main()
