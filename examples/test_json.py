"""The json module: a round trip, and its two scanners against each other.

FuzzJsonScanners finds a text that one of them refuses in the wrong way.
"""

import json
import json.decoder
import json.scanner

from gofuzz_py import load_tests


def FuzzJsonRoundTrip(f):
    f.add(b'{"a": [1, 2.5, null, true], "b": "\\u00e9"}')
    f.add(b"[]")

    @f.fuzz
    def target(t, data: bytes):
        if data.count(b"[") + data.count(b"{") > 100:
            t.skip("how deep is too deep is a matter of the recursion limit")
        try:
            value = json.loads(data)
            text = json.dumps(value, allow_nan=False)
        except ValueError:
            return  # not JSON, or a NaN, which is not equal to itself
        t.assertEqual(json.loads(text), value)


class PythonDecoder(json.JSONDecoder):
    """The decoder without its C accelerator."""

    def __init__(self):
        super().__init__()
        self.parse_string = json.decoder.py_scanstring
        self.scan_once = json.scanner.py_make_scanner(self)


def decode(decoder, text):
    try:
        return repr(decoder.decode(text))  # the repr, so that NaN equals NaN
    except json.JSONDecodeError:
        return "not JSON"


def FuzzJsonScanners(f):
    f.add('{"a": ["\\u00e9\\n", -1.5e3, NaN]}')
    f.add("[[], {}, [true, false, null]]")
    with_c, without_c = json.JSONDecoder(), PythonDecoder()

    @f.fuzz
    def target(t, text: str):
        if text.count("[") + text.count("{") > 100:
            t.skip("how deep is too deep is a matter of the recursion limit")
        t.assertEqual(decode(with_c, text), decode(without_c, text))
