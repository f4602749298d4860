"""What a planted condition raises where it is solved."""

from __future__ import annotations


class Found(Exception):
    """The condition was solved."""
