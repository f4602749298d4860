"""The decoder of ``json`` with its C parts put aside."""

import json.decoder
import json.scanner
from typing import Any

MODULES = ["json", "json.decoder", "json.scanner"]
SEED = (
    b'{"id": 12, "name": "caf\\u00e9", "tags": ["x", "yy", "zzz"], "price": -2.5e1, "ok": true, '
    b'"deep": {"list": [1, 2, {"none": null}], "text": "two\\nlines"}}'
)

_scanner: Any = json.scanner
_decoder: Any = json.decoder
_decoder.scanstring = _decoder.py_scanstring
_plain: Any = json.JSONDecoder()
_plain.parse_string = _decoder.py_scanstring
_plain.scan_once = _scanner.py_make_scanner(_plain)


def target(data: bytes) -> None:
    """Decode one document."""
    try:  # noqa: SIM105 - quicker than suppress
        _plain.decode(data.decode())
    except (ValueError, RecursionError):
        pass
