"""A JSON object with a certain key and number, decoded by C code."""

# ruff: noqa: SIM102 - each step is to be a branch of its own

import json

from bench.targets.solved import solved

MODULES = ["json", "json.decoder", "json.scanner"]


def target(data: bytes) -> None:
    """Decode and look."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(found, dict):
        if "token" in found:
            if found["token"] == 4711:
                solved()
