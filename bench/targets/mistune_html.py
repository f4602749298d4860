"""mistune from PyPI: Markdown to HTML, with some of its plugins."""

import importlib

MODULES = ["mistune"]
SEED = (
    b'# Head\n\nSome *soft* and **strong** words, `code`, a [link](/x "tip").\n\n'
    b"* one\n* two\n  1. deeper\n\n> said\n\n~~~py\nx = 1\n~~~\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n"
)

mistune = importlib.import_module("mistune")
_convert = mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "footnotes"])


def target(data: bytes) -> None:
    """Convert one text."""
    try:  # noqa: SIM105 - quicker than suppress
        _convert(data.decode("utf-8", "replace"))
    except Exception:  # a fuzzer that stops at the first failure could not be compared
        pass
