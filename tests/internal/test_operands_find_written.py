"""Operands that are hex, base64 or the like of the input."""

from __future__ import annotations

import base64
import html
import unittest
from urllib.parse import quote

from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.operands_find import replacements
from gofuzz_py.internal.rand import FastRand


def _found(value: Value, seen: object, wanted: object) -> list[Value]:
    return replacements(value, seen, wanted, FastRand(1), 12, 1000)


class WrittenOutTest(unittest.TestCase):
    def test_what_was_written_out_is_found(self) -> None:
        data, other = b"\x01\x02\xfe:lead", b"\x7f\x00\xff\x10more"
        for name, write in (
            ("hex", lambda part: part.hex()),
            ("capitals", lambda part: part.hex().upper()),
            ("bytes", lambda part: part.hex().encode()),
            ("base64", base64.b64encode),
            ("url base64", base64.urlsafe_b64encode),
        ):
            with self.subTest(name):
                made = _found(b"<<" + data + b">>", write(data), write(other))
                self.assertIn(b"<<" + other + b">>", made)

    def test_texts_are_found_as_well(self) -> None:
        for name, write in (("percents", quote), ("entities", html.escape)):
            with self.subTest(name):
                made = _found('a: é & "b" <c>!', write('é & "b" <c>'), write("x = 1 & é"))
                self.assertIn("a: x = 1 & é!", made)

    def test_what_is_nothing_of_the_kind_gives_nothing_odd(self) -> None:
        for seen, wanted in (
            ("abcd", "no hex"), ("YWJj", "====x"), ("%zz%", "%4"), ("abc", "def"), ("", "6162"),
            ("6162", ""), ("6" * 10_000, "61"), ("\ud800abc", "6162"), (b"\xff\xfe\xfd\xfc", b"6162"),
        ):  # fmt: skip
            with self.subTest(seen=seen[:9], wanted=wanted):
                for value in ("abc", b"abc", "", b"\xff", "\ud800"):
                    for made in _found(value, seen, wanted):
                        self.assertIs(type(made), type(value))


if __name__ == "__main__":
    unittest.main()
