"""Run a failing input once more, without any fuzzer: does it fail there too?

``python -m bench.runners.confirm BUG NOTE``: the note is what ``subject.noting``
wrote; printed is, as JSON, the failure or null.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

from bench.runners import subject


def failure(what: str, note: str) -> str | None:
    """Return how the noted input fails, or None."""
    values = ast.literal_eval(json.loads(Path(note).read_text())[2])
    module = subject.load(what)
    is_raw = len(values) == 1 and isinstance(values[0], bytes)
    call = subject.function_of(what, module) if is_raw else module.typed
    try:
        call(*values)
    except BaseException as error:
        return f"{type(error).__name__}: {str(error)[:120]}"
    return None


if __name__ == "__main__":
    print(json.dumps(failure(sys.argv[1], sys.argv[2])))
