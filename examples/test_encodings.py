"""Binary to text and back: base64, base85, quoted-printable."""

import base64
import quopri

from gofuzz_py import load_tests

ENCODINGS = {
    "base64": (base64.b64encode, base64.b64decode),
    "base32": (base64.b32encode, base64.b32decode),
    "ascii85": (base64.a85encode, base64.a85decode),
    "base85": (base64.b85encode, base64.b85decode),
}


def FuzzBase(f):
    f.add(b"")
    f.add(b"\x00\x00\x00\x00\xff")

    @f.fuzz
    def target(t, data: bytes):
        for name, (encode, decode) in ENCODINGS.items():
            with t.subTest(name):
                t.assertEqual(decode(encode(data)), data)


def FuzzQuotedPrintable(f):
    f.add(b"na\xc3\xafve = 1\t\n", True)

    @f.fuzz
    def target(t, data: bytes, quotes_tabs: bool):
        if b"\r" in data:
            t.skip("it is a text encoding: the kind of line ends may change")
        encoded = quopri.encodestring(data, quotes_tabs)
        t.assertTrue(encoded.isascii())
        t.assertEqual(quopri.decodestring(encoded), data)
