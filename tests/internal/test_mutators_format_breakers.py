"""Edits that bring in what breaks programs, in texts and in encodings."""

from __future__ import annotations

import unittest
from typing import TYPE_CHECKING

from gofuzz_py.internal import mutators_format_breakers as breakers
from gofuzz_py.internal import mutators_format_encodings as encodings
from gofuzz_py.internal.mutators_format_window import as_bytes, as_str
from gofuzz_py.internal.rand import FastRand

if TYPE_CHECKING:
    from gofuzz_py.internal.mutators_format_window import Edit


def results(edit: Edit, text: str, count: int = 1000, limit: int = 50_000) -> set[str]:
    """Return what an edit makes of a text, with many draws."""
    rand = FastRand(1)
    made = (edit(rand, text, limit) for _ in range(count))
    return {text for text in made if text is not None}


class BreakerTest(unittest.TestCase):
    #: Edit, text, results that must be among many draws.
    MADE: tuple[tuple[Edit, str, set[str]], ...] = (
        (breakers.insert_breaker(as_str), "", {"{0.__class__}", "%(x)s", "\ufeff", "\ud800", "&#x110000;"}),
        (breakers.insert_breaker(as_str), "a b", {"$name b", "a 1_000", "a\x00 b"}),
        (breakers.insert_breaker(as_bytes), "", {"\xef\xbb\xbf", "\xed\xa0\x80", "\xc3\x9f"}),
        (breakers.change_edge(as_str), "a\nb", {"\ufeffa\nb", "a\nb\\", "a \nb", "a\n b", "a\nb\n", "\nb"}),
        (breakers.escape_char, "<", {"%3C", "&#60;", "&#x3c;", "\\x3c", "\\u003c", "=3C", "\\74"}),
        (breakers.resolve_escape(as_str), "a%41&#66;\\x43", {"aA&#66;\\x43", "a%41B\\x43", "a%41&#66;C"}),
        (breakers.resolve_escape(as_bytes), "\\u20ac", {"\xe2\x82\xac"}),
        (breakers.change_space(as_str), "a b", {"ab", "a\xa0b", "a\tb", "a  b", "a\u200bb"}),
    )  # fmt: skip

    def test_the_wanted_results_are_among_them(self) -> None:
        for edit, text, wanted in self.MADE:
            with self.subTest(edit=edit.__name__, text=text):
                self.assertEqual(set(), wanted - results(edit, text, 6000))

    def test_an_escape_of_no_character_stays(self) -> None:
        for text in ("\\U00110000", "\\Uffffffff", "no escape", "%zz", "&#;"):
            with self.subTest(text=text):
                self.assertEqual(set(), results(breakers.resolve_escape(as_str), text, 20))


class EncodingTest(unittest.TestCase):
    def test_bytes_are_recoded_whole(self) -> None:
        made = {text.encode("latin-1") for text in results(encodings.recode_bytes, as_bytes('"aé"'))}
        for codec in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "latin-1"):
            with self.subTest(codec=codec):
                self.assertIn('"aé"'.encode(codec), made)
        self.assertLessEqual({b'\xef\xbb\xbf"a\xc3\xa9"', b'"a\xc3\x83\xc2\xa9"', b'"a\\xe9"'}, made)

    def test_texts_are_recoded(self) -> None:
        made = results(encodings.recode_str, "é")
        self.assertLessEqual({"Ã©", "\udcc3\udca9", "e\u0301", "\\xe9", "&#233;", "?", "c3a9", "w6k="}, made)

    def test_ascii_is_changed_by_the_recodings_drawn_for_it_and_by_no_other(self) -> None:
        for index, recode in enumerate(encodings._RECODED_STR):
            with self.subTest(type="str", index=index):
                self.assertEqual(index < encodings._CHANGE_ASCII, recode("xy9z") != "xy9z")
        for index, recode_data in enumerate(encodings._RECODED_BYTES):
            with self.subTest(type="bytes", index=index):
                self.assertEqual(index < encodings._CHANGE_ASCII_BYTES, recode_data(b"xy9z") != b"xy9z")

    def test_invalid_utf8_is_invalid(self) -> None:
        made = [text.encode("latin-1") for text in results(encodings.insert_bad_utf8, "")]
        invalid = 0
        for data in made:
            try:
                data.decode("utf-8")
            except UnicodeDecodeError:
                invalid += 1
        self.assertGreater(invalid, 25)

    def test_special_characters_come_in_utf8(self) -> None:
        made = results(encodings.insert_special, "a") | results(encodings.replace_lookalike, "k")
        decoded = {text.encode("latin-1").decode("utf-8", "surrogatepass") for text in made}
        self.assertLessEqual({"a²", "\u212a", "ｋ", "a\ufeff"}, decoded)


if __name__ == "__main__":
    unittest.main()
