"""``json.loads`` as everybody has it, most of it in C."""

import json

MODULES = ["json", "json.decoder", "json.scanner"]
SEED = (
    b'{"id": 12, "name": "caf\\u00e9", "tags": ["x", "yy", "zzz"], "price": -2.5e1, "ok": true, '
    b'"deep": {"list": [1, 2, {"none": null}], "text": "two\\nlines"}}'
)


def target(data: bytes) -> None:
    """Decode one document."""
    try:  # noqa: SIM105 - quicker than suppress
        json.loads(data)
    except (ValueError, RecursionError):
        pass
