"""One target under cobrafuzz: ``python -m bench.runners.with_cobrafuzz TARGET SECONDS STATE_FILE``."""

from __future__ import annotations

import importlib
import logging
import sys
from pathlib import Path
from typing import Any

from bench.runners import subject


def main(what: str, seconds: str, state: str) -> None:
    """Fuzz with one worker; what is interesting ends up in the state file."""
    fuzzer: Any = importlib.import_module("cobrafuzz.fuzzer")
    logging.basicConfig(format="%(message)s", stream=sys.stdout)
    target = subject.function_of(what, subject.load(what))
    run = fuzzer.Fuzzer(
        crash_dir=Path(state).with_name("crashes"),
        target=target,
        max_time=max(1, round(float(seconds))),
        max_crashes=1,
        num_workers=1,
        stat_frequency=1,
        state_file=Path(state),
    )
    print(subject.BEGINS, flush=True)
    run.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
