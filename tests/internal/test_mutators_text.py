"""The text mutators: each by a script, and what holds for all of them."""

from __future__ import annotations

import unittest

from gofuzz_py.internal import mutators_text as text
from gofuzz_py.internal.mutators_text import TEXT_MUTATORS
from gofuzz_py.internal.rand import FastRand
from tests.helpers_random import Draw, ScriptedRandom, byte, coin

LIMIT = 100
NUMBERS = len(text._NUMBERS)
TOKENS = len(text._TOKENS)
RUNS = len(text._RUNS)
SPECIALS = len(text._SPECIALS)
DIGITS = len(text._DIGITS)
ZERO = byte(text._ASCII.index("0"))

#: Name, input, draws, result (None: it declines after these draws).
SCRIPTS: list[tuple[str, str, list[Draw], str | None]] = [
    ("remove_chars", "äbcd", [(4, 1), (100, 0), (3, 1)], "äd"),
    ("remove_chars", "a", [], None),
    ("insert_random_chars", "é", [(2, 1), (100, 0), (8, 1), ZERO, ZERO], "é00"),
    ("insert_random_chars", "é" * 99, [(100, 0), (100, 0), (8, 1)], None),
    ("duplicate_chars", "abc", [(3, 0), (4, 3), (100, 0), (3, 1)], "abcab"),
    ("duplicate_chars", "", [], None),
    ("overwrite_chars", "abcd", [(4, 0), (4, 3), (100, 0), (4, 3)], "abca"),
    ("overwrite_chars", "a", [], None),
    ("swap_char", "a😀c", [(2, 1), (2, 0)], "c😀a"),
    ("swap_char", "a", [], None),
    ("swap_chars", "abcdef", [(100, 0), (3, 1), (3, 1), (3, 2)], "aefdbc"),
    ("swap_chars", "a", [(100, 0), (1, 0)], None),
    ("shuffle_chars", "abcd", [(4, 1), (100, 0), (3, 2), (3, 0), (2, 1)], "adcb"),
    ("shuffle_chars", "a", [], None),
    ("insert_constant_chars", "aé", [(3, 1), (100, 0), (8, 2), coin(True), (2, 1)], "aéééé"),
    ("insert_constant_chars", "aé", [(3, 1), (100, 0), (8, 2), coin(False), ZERO], "a000é"),
    ("insert_constant_chars", "a" * 99, [(100, 0), (100, 0), (8, 1)], None),
    ("overwrite_constant_chars", "abcd", [(4, 1), (100, 0), (3, 1), coin(True), (4, 0)], "aaad"),
    ("overwrite_constant_chars", "", [], None),
    ("replace_char", "é", [(1, 0), ZERO], "0"),
    ("replace_char", "", [], None),
    ("step_code_point", "\x7f", [(1, 0), (35, 0), coin(False)], "\0"),
    ("step_code_point", "\x02", [(1, 0), (35, 2), coin(True)], "\x7f"),
    ("step_code_point", "é", [(1, 0), (35, 0), coin(True)], "è"),
    ("step_code_point", "\ud7ff", [(1, 0), (35, 0), coin(False)], None),
    ("step_code_point", "\U0010ffff", [(1, 0), (35, 0), coin(False)], None),
    ("step_code_point", "", [], None),
    ("flip_code_bit", "a", [(1, 0), (7, 5)], "A"),
    ("flip_code_bit", "é", [(1, 0), (21, 16)], "\U000100e9"),
    ("flip_code_bit", "\uf800", [(1, 0), (21, 13)], None),
    ("flip_code_bit", "\U0010ffff", [(1, 0), (21, 20)], "\uffff"),
    ("flip_code_bit", "\U000fffff", [(1, 0), (21, 20)], None),
    ("flip_code_bit", "", [], None),
    ("truncate", "abc", [(3, 1), coin(True)], "a"),
    ("truncate", "abc", [(3, 1), coin(False)], "bc"),
    ("truncate", "", [], None),
    ("insert_structure", "a", [(2, 1), (4, 1), (32, 0)], "a{"),
    ("insert_structure", "a", [(2, 0), (4, 0), (6, 2)], "\na"),
    ("insert_token", "ab", [(3, 1), (TOKENS, text._TOKENS.index("%s"))], "a%sb"),
    ("overwrite_token", "abcd", [(4, 1), (TOKENS, text._TOKENS.index("%s"))], "a%sd"),
    ("overwrite_token", "", [], None),
    ("wrap_in_pair", "abcd", [(5, 1), (100, 0), (3, 1), (16, 1)], "a[bc]d"),
    ("wrap_in_pair", "", [(1, 0), (16, 0)], "()"),
    ("repeat_part", "abc", [(3, 1), (100, 0), (2, 0), (100, 0), (8, 2)], "abbbbc"),
    ("repeat_part", "abc", [(3, 1), (100, 0), (2, 0), (100, 99), (1024, 999)], None),
    ("repeat_part", "", [], None),
    ("change_case", "aßc", [(3, 1), (100, 0), (2, 0), (4, 1)], "aSSc"),
    ("change_case", "", [], None),
    ("replace_number", "a12b", [(NUMBERS, 0), (4, 0)], "a0b"),
    ("replace_number", "1b", [(NUMBERS, 0), (2, 1)], "0b"),
    ("replace_number", "ab", [(NUMBERS, 0), (2, 1), (3, 2)], "ab0"),
    ("replace_number", "", [(NUMBERS, 0), (1, 0)], "0"),
    ("edit_number", "a12b", [(4, 0), (RUNS, 0), (1, 0), (8, 0), (10, 9)], "a00012b"),
    ("edit_number", "a12b", [(4, 0), (RUNS, 1), (2, 1), (8, 1), (10, 9)], "a999b"),
    ("edit_number", "a12b", [(4, 0), (RUNS, 0), (1, 0), (8, 2), (10, 9)], "a1299b"),
    ("edit_number", "a12b", [(4, 0), (RUNS, 0), (1, 0), (8, 3), (10, 9)], "a1_2b"),
    ("edit_number", "a12b", [(4, 0), (RUNS, 0), (1, 0), (8, 4), (10, 9)], "a92b"),
    ("edit_number", "a12b", [(4, 0), (RUNS, 1), (2, 1), (8, 5), (10, 9)], "a1.2b"),
    ("edit_number", "a12b", [(4, 0), (RUNS, 0), (1, 0), (8, 6), (10, 9)], "a-12b"),
    ("edit_number", "a12b", [(4, 0), (RUNS, 0), (1, 0), (8, 7), (10, 9)], "a12e9b"),
    ("edit_number", "ab", [(2, 0)], None),
    ("edit_number", "", [], None),
    ("step_number", "a9b", [(3, 0), (16, 0), coin(True)], "a10b"),
    ("step_number", "a9b", [(3, 0), (16, 15), coin(False)], "a-7b"),
    ("step_number", "9" * 101, [(101, 0)], None),
    ("insert_special", "ab", [(3, 1), (8, 1), (64, 1), (SPECIALS, 0), (DIGITS, 0)], "a²b"),
    ("insert_special", "", [(1, 0), (8, 0), (100, 0), (8, 1), (64, 0), (8, 0)], "\ud800\ud800"),
    ("replace_special", "ab", [(2, 1), (64, 1), (SPECIALS, 0), (DIGITS, 0)], "a²"),
    ("replace_special", "", [], None),
    ("replace_lookalike", "ab", [(2, 1), (1, 0)], "aｂ"),
    ("replace_lookalike", "aé", [(2, 1)], None),
    ("replace_lookalike", "", [], None),
]

#: The mutators that bring other characters into an ASCII text.
UNICODE_ONES = ("insert_special", "replace_special", "replace_lookalike")
TEXTS = ("", "a", "12", '{"a": [1, 2.50e3], "b": null}', "naïve ß 2²\u0301\U0001f600\ufeff", "\ud83d\ude00x")


def surrogates(value: str) -> int:
    """Count the surrogates, all of which are lone in a str."""
    return sum("\ud800" <= char <= "\udfff" for char in value)


class TextMutatorTest(unittest.TestCase):
    def test_each_mutator_follows_its_script(self) -> None:
        for name, value, plan, want in SCRIPTS:
            with self.subTest(name=name, value=value, plan=plan):
                rand = ScriptedRandom(*plan)
                self.assertEqual(getattr(text, name)(rand, value, LIMIT), want)
                rand.finish()

    def test_every_mutator_has_a_script(self) -> None:
        scripted = {name for name, *_ in SCRIPTS}
        self.assertEqual(scripted, {mutator.__name__ for mutator in TEXT_MUTATORS})

    def test_most_mutators_leave_ascii_ascii(self) -> None:
        rand = FastRand(1)
        plain = [mutator for mutator in dict.fromkeys(TEXT_MUTATORS) if mutator.__name__ not in UNICODE_ONES]
        for value in TEXTS[:4]:
            for mutator in plain:
                for _ in range(30):
                    result = mutator(rand, value, 1000)
                    self.assertTrue(result is None or result.isascii(), (mutator.__name__, value, result))

    def test_few_draws_bring_in_other_characters(self) -> None:
        share = sum(mutator.__name__ in UNICODE_ONES for mutator in TEXT_MUTATORS) / len(TEXT_MUTATORS)
        self.assertTrue(1 / 12 < share < 1 / 8, share)

    def test_a_surrogate_comes_only_on_purpose_and_seldom(self) -> None:
        rand = FastRand(2)
        sources: dict[str, int] = {}
        for value in TEXTS[:5]:
            for mutator in TEXT_MUTATORS:
                for _ in range(60):
                    result = mutator(rand, value, 1000)
                    if result is not None and surrogates(result):
                        sources[mutator.__name__] = sources.get(mutator.__name__, 0) + 1
        self.assertLessEqual(set(sources), {"insert_special", "replace_special"})
        self.assertTrue(1 <= sum(sources.values()) <= 40, sources)

    def test_results_are_str_that_encode_and_come_back(self) -> None:
        rand = FastRand(3)
        for value in TEXTS:
            for mutator in dict.fromkeys(TEXT_MUTATORS):
                for _ in range(20):
                    result = mutator(rand, value, 2000)
                    if result is None:
                        continue
                    self.assertIs(type(result), str)
                    encoded = result.encode("utf-8", "surrogatepass")
                    self.assertEqual(encoded.decode("utf-8", "surrogatepass"), result)

    def test_all_of_the_special_characters_are_reached(self) -> None:
        rand = FastRand(4)
        seen = {text._special(rand) for _ in range(30000)}
        missing = set("".join(text._SPECIALS) + text._SURROGATES) - seen
        self.assertLess(len(missing), 3, missing)

    def test_a_long_run_of_digits_is_not_converted(self) -> None:
        rand = FastRand(5)
        for _ in range(50):
            self.assertIsNone(text.step_number(rand, "7" * 5000, 10000))

    def test_digits_are_looked_for_nearby_only(self) -> None:
        value = "a" * 5000 + "1"
        rand = ScriptedRandom((5001, 100))
        self.assertIsNone(text.edit_number(rand, value, 10000))


class TableTest(unittest.TestCase):
    def test_any_byte_picks_an_ascii_character_and_each_printable_is_there(self) -> None:
        self.assertEqual(len(text._ASCII), 256)
        self.assertTrue(text._ASCII.isascii())
        self.assertLessEqual(set(map(chr, range(32, 127))), set(text._ASCII))

    def test_the_tables_hold_what_programs_get_wrong(self) -> None:
        specials = "".join(text._SPECIALS)
        wanted = (
            "²ⅧßİŉﬁǅＡ\u0301\x1c\x1d\x1e\x1f\x85\u2028\u2029\ufeff\0\u200b\u200f\u202e\U0001f600\U0010ffff"
        )
        self.assertEqual(set(wanted) - set(specials), set())
        self.assertTrue(any(c.isdigit() and not c.isdecimal() for c in specials))
        self.assertTrue(any(c.isdecimal() and not c.isascii() for c in specials))
        self.assertTrue(any(len(c.upper()) > 1 for c in specials))
        self.assertTrue(any(len(c.lower()) > 1 for c in specials))
        self.assertEqual(surrogates(specials), 0)
        self.assertEqual(surrogates(text._SURROGATES), len(text._SURROGATES))

    def test_pieces_are_ascii_and_the_lookalikes_are_not(self) -> None:
        for piece in (*text._TOKENS, *text._NUMBERS, *text._PAIRS):
            self.assertTrue(piece.isascii() and piece, piece)
        self.assertEqual({len(pair) for pair in text._PAIRS}, {2})
        self.assertEqual(len(text._PAIRS), 16)
        for char, others in text._LOOKALIKES.items():
            if not char.isspace():
                self.assertTrue(char.isascii() and not any(map(str.isascii, others)), char)
        self.assertEqual(len(text._TOKENS), len(set(text._TOKENS)))
        self.assertEqual(len(text._NUMBERS), len(set(text._NUMBERS)))


if __name__ == "__main__":
    unittest.main()
