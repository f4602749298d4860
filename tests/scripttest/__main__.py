"""Print README.md as it has to be, or write it with ``-w``.

Owns nothing but this choice; the text is readme.py's.  Run by hand as
``python -m tests.scripttest -w`` after a usage text has changed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.scripttest.commands import default_commands
from tests.scripttest.conditions import default_conditions
from tests.scripttest.readme import readme_text

text = readme_text(default_commands(), default_conditions())
if sys.argv[1:] == ["-w"]:
    Path(__file__).with_name("README.md").write_text(text, encoding="utf-8")
elif sys.argv[1:]:
    sys.exit("usage: python -m tests.scripttest [-w]")
else:
    sys.stdout.write(text)
