"""``tomllib``, which is all Python."""

import tomllib

MODULES = ["tomllib", "tomllib._parser", "tomllib._re", "tomllib._types"]
SEED = (
    b'name = "x"\n[owner]\nborn = 1979-05-27T07:32:00Z\nweight = 0.75\n'
    b'[net]\nports = [80, 8080, 0xFF]\nnames = [["a"], [true]]\n'
    b'limit = { low = 1.5, high = 2e3 }\n[[item]]\ntext = """one\ntwo"""\n'
)


def target(data: bytes) -> None:
    """Parse one document."""
    try:  # noqa: SIM105 - quicker than suppress
        tomllib.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        pass
