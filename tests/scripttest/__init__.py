"""A small engine for tests written as text: commands first, then their files.

The map of the folder, from the bottom up:

- errors.py: what can go wrong, told apart by what to do about it;
- txtar.py: the archive format; syntax.py: the grammar of a line;
- usage.py: what a command takes; conditions.py: what may guard a line;
- process.py, area.py, log.py: one process, one directory, one log;
- state.py: a script being run; commands*.py: what lines can do;
- engine.py: check, then run; readme.py: help and README.md;
- runner.py: many scripts at once, from the command line.

Nothing here knows unittest or gofuzz_py; tests/test_script.py is where scripts
become unittest tests.  The same split as in Go: cmd/internal/script and its
scripttest adapter.
"""

from __future__ import annotations

from tests.scripttest.engine import Engine
from tests.scripttest.errors import MalformedScript, ScriptError, ScriptFailed, ScriptSkipped
from tests.scripttest.state import Options

__all__ = ["Engine", "MalformedScript", "Options", "ScriptError", "ScriptFailed", "ScriptSkipped"]
