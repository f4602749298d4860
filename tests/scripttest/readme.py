"""The texts that explain the engine: ``help`` in a script, and README.md.

Owns the wording of both; everything on commands and conditions comes from
their own tables, so that neither can go stale (a test compares README.md).
Runs in the testing process and, to write README.md, under
``python -m tests.scripttest``.

The counterpart of scripttest/readme.go in Go.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from tests.scripttest.conditions import Condition
from tests.scripttest.usage import Command

_INTRODUCTION = """\
<!-- Written by `python -m tests.scripttest -w` from the usage texts of the commands; do not edit. -->

# Script tests

Each file `tests/scripts/test_*.txt` is a test of the whole tool: commands first, then the files that
they need, in the txtar format. It runs in a fresh directory with a clean environment.

```
# One paragraph on what the script proves.
[short] skip

# A failing input is found and written.
! gofuzz -fuzz=FuzzA -fuzztime=100x
stdout 'Failing input written to testdata/fuzz/FuzzA/'
exists -count=1 testdata/fuzz/FuzzA/*

-- fuzz_test.py --
def FuzzA(f): ...
```

Run one, run all, run several at once, or rewrite the texts that `cmp` expects:

```
python -m unittest tests.test_script.ScriptTest.test_fuzz_mutate
python -m unittest tests.test_script
python -m tests.test_script -j 2 fuzz
GOFUZZ_UPDATE_SCRIPTS=1 python -m tests.test_script mutate
```

## Lines

- Words are separated by blanks. `'single quotes'` keep blanks, `#` and `$` as they are; `''` inside them
  is a quote.
- `$NAME` and `${NAME}` are replaced outside quotes, and the result is never split. In a regular expression
  (RE) the value is escaped, so that a path matches itself; `${NAME@R}` asks for that elsewhere. A variable
  that is not set is an error. A `$` that begins no name stands for itself.
- A line that begins with `#` opens a section. When a script fails, the sections that passed are shown as
  their comments, and the one that failed in full. A word that begins with `#` ends its line.
- `! command` must fail, `? command` may fail. Neither accepts a mistake of the script (a missing file, a
  program that is not there, a wrong argument) or a command that hung.
- `[condition]` and `[!condition]` before a command are guards: it runs only if all of them hold.
- `command &` or `command &name&` runs in the background until `wait`. In the end every such command must
  have been waited for or sent a signal.
- Regular expressions are Python's, with `^` and `$` matching at every line.
- Every line is checked before the first one runs.

To wait for something, use `await`, not `sleep`; to run what a failing run tells its user to paste:

```
gofuzz -fuzz=FuzzA &f&
await f 'now fuzzing'
kill -INT f
wait f

! gofuzz -fuzz=FuzzA
cp stdout out.txt
! exec sh -c 'sed -n "/To re-run:/{n;p;}" out.txt | sh'
stdout 'FAIL: FuzzA/'
```

## Environment

| variable | value |
| --- | --- |
| `WORK` | the directory of the script's files, where it begins |
| `TMPDIR`, `TEMP`, `TMP` | an empty directory outside `WORK`; `leftovers` looks there |
| `HOME` | another empty directory |
| `PATH` | the outer one, with the interpreter under test before it as `python` |
| `PYTHONPATH` | this checkout |
| `GOFUZZCACHE` | `$WORK/.cache/gofuzz` |
| `GOCACHE`, `GOTOOLCHAIN` | the outer build cache, and `local` |
| `NO_COLOR`, `PYTHONDONTWRITEBYTECODE` | `1` |
| `LANG`, `LC_ALL` | `C.UTF-8` |
| `${/}`, `${:}` | the separators of paths and of lists of paths |

Where the tests are started, these steer them:

| variable | effect |
| --- | --- |
| `GOFUZZ_TEST_SHORT` | `[short]` holds |
| `GOFUZZ_UPDATE_SCRIPTS` | `cmp` rewrites the expected text in the script |
| `GOFUZZ_KEEP_WORK` | the directory of a script that fails is kept, and its place is told |
"""


def help_text(commands: Iterable[Command]) -> str:
    """Return the usages of ``commands`` for a terminal."""
    parts = []
    for entry in commands:
        mark = " [&]" if entry.usage.can_run_in_background else ""
        sentences = f"{entry.usage.summary} {entry.usage.detail}".strip()
        parts.append(f"{entry.usage}{mark}\n{textwrap.indent(textwrap.fill(sentences, 76), '    ')}\n")
    return "\n".join(parts)


def readme_text(commands: Mapping[str, Command], conditions: Mapping[str, Condition]) -> str:
    """Return what README.md has to be."""
    lines = [_INTRODUCTION, "## Commands", "", "`[&]` marks those that can run in the background.", ""]
    for name in sorted(commands):
        usage = commands[name].usage
        mark = " `[&]`" if usage.can_run_in_background else ""
        lines.append(f"- `{usage}`{mark}: {usage.summary} {usage.detail}".rstrip())
    lines += ["", "## Conditions", "", "| condition | true if |", "| --- | --- |"]
    lines += [f"| `{conditions[name]}` | {conditions[name].summary} |" for name in sorted(conditions)]
    return "\n".join(lines) + "\n"
