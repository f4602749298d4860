"""int(text) against a regular expression that says what a number is."""

import re

from gofuzz_py import load_tests

NUMBER = re.compile(r"\s*[+-]?\d+(_\d+)*\s*", re.ASCII)


def FuzzIntOfText(f):
    f.add("42")
    f.add(" -1_000\n")

    @f.fuzz
    def target(t, text: str):
        if not text.isascii() or len(text) > 4000:
            t.skip("other digits, or more of them than int() takes")
        try:
            int(text)
            is_number = True
        except ValueError:
            is_number = False
        t.assertEqual(NUMBER.fullmatch(text) is not None, is_number)
