"""A key of a table: no comparison is to be seen in the code."""

from bench.targets.solved import solved

MODULES: list[str] = []
_COMMANDS = {"start": 1, "stop": 2, "status": 3, "reload-all": 4}


def target(data: bytes) -> None:
    """Look one word up."""
    if _COMMANDS.get(data.decode("utf-8", "replace")) is not None:
        solved()
