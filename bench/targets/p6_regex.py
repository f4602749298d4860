"""A text that a regular expression takes, compiled once as users do."""

import re

from bench.targets.solved import solved

MODULES: list[str] = []
_TAG = re.compile(r"^r[0-9]+\.[0-9]+-beta2$")


def target(data: bytes) -> None:
    """Match once."""
    if _TAG.match(data.decode("utf-8", "replace")):
        solved()
