"""Nothing at all: what is measured is the fuzzer."""

MODULES: list[str] = []
SEED = b"thirty-five bytes of nothing at all"


def target(data: bytes) -> None:
    """Do nothing."""
