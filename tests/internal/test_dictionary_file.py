"""Dictionary files as AFL and libFuzzer know them."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from gofuzz_py.internal.dictionary_file import parse_dictionary, read_dictionary


class FormatTest(unittest.TestCase):
    def test_words_are_read(self) -> None:
        rows: tuple[tuple[bytes, list[bytes]], ...] = (
            (b'"word"', [b"word"]),
            (b'name="word"', [b"word"]),
            (b'name@2="word"', [b"word"]),
            (b'a.b-c/d = "word"', [b"word"]),
            (b'  "word"  ', [b"word"]),
            (b'"a\\\\b\\"c\\x7f\\xFF"', [b'a\\b"c\x7f\xff']),
            (b'"\\n\\r\\t"', [b"\n\r\t"]),
            (b'"\\x0ag"', [b"\ng"]),
            ('"ß"'.encode(), ["ß".encode()]),
            (b'"a=b#c"', [b"a=b#c"]),
            (b'"a" # why', [b"a"]),
            (b'"a"\r\n"b"\r\n', [b"a", b"b"]),
            (b'\xef\xbb\xbf"a"', [b"a"]),
            (b'\n\n# "no"\n   # no\n"yes"', [b"yes"]),
            (b"", []),
        )
        for data, words in rows:
            with self.subTest(data):
                self.assertEqual(words, parse_dictionary(data))

    def test_a_bad_line_is_named_and_shown(self) -> None:
        rows = (
            (b'"a"\nword', 'line 2: want "word" or name="word": word'),
            (b'"word', 'line 1: the closing quote is missing: "word'),
            (b'"word\\"', 'line 1: the closing quote is missing: "word\\"'),
            (b'""', 'line 1: the word is empty: ""'),
            (
                b'"a"b"',
                'line 1: something follows the closing quote (write \\" for a quote in a word): "a"b"',
            ),
            (b'="a"', 'line 1: want "word" or name="word": ="a"'),
            (b"'a'", 'line 1: want "word" or name="word": \'a\''),
            (b'"\\q"', 'line 1: a backslash is followed by neither \\, " nor xAB (two hex digits): "\\q"'),
            (b'"\\x4"', 'line 1: a backslash is followed by neither \\, " nor xAB (two hex digits): "\\x4"'),
        )
        for data, message in rows:
            with self.subTest(data):
                with self.assertRaises(ValueError) as caught:
                    parse_dictionary(data)
                self.assertEqual(message, str(caught.exception))

    def test_a_long_word_is_refused_without_showing_all_of_it(self) -> None:
        with self.assertRaisesRegex(
            ValueError, r"^line 1: the word has 1025 bytes, 1024 are the most: .{60}$"
        ):
            parse_dictionary(b'"' + b"a" * 1025 + b'"')

    def test_any_bytes_give_words_or_one_line(self) -> None:
        for data in (b"\0", b'"\xff"', b'\xff="a"', b'"' * 9, b"\\" * 9, bytes(range(256)), b'"\\x00"'):
            with self.subTest(data):
                try:
                    self.assertIsInstance(parse_dictionary(data), list)
                except ValueError as error:
                    self.assertNotIn("\n", str(error))


class FileTest(unittest.TestCase):
    def test_a_file_is_read(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "my.dict")
            path.write_bytes(b'a="x"\n')
            self.assertEqual([b"x"], read_dictionary(str(path)))

    def test_a_file_that_cannot_be_read_says_why(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for path in (folder, str(Path(folder, "missing"))):
                with self.subTest(path), self.assertRaisesRegex(ValueError, "director"):
                    read_dictionary(path)


if __name__ == "__main__":
    unittest.main()
