"""What is put behind values: nothing alike, or more of the same."""

from __future__ import annotations

import string
import unittest

from gofuzz_py.internal import extensions
from gofuzz_py.internal.extensions import extended, joined
from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.rand import FastRand
from tests.helpers_random import ScriptedRandom, coin

#: Where eight of the letters begin, and two words of them.
LETTERS = len(extensions._LETTERS) - 8
FIRST, FOURTH = "q7Zk3Vx9", "k3Vx9Jw2"


class UnlikeTest(unittest.TestCase):
    def test_letters_stand_behind_a_text(self) -> None:
        for at, letters in ((0, FIRST), (3, FOURTH)):
            with self.subTest(at):
                rand = ScriptedRandom((LETTERS, at))
                self.assertEqual(extended(["abc"], rand, False), ["abc" + letters])

    def test_bytes_or_letters_stand_behind_bytes(self) -> None:
        rand = ScriptedRandom(coin(True), (LETTERS, 3))
        self.assertEqual(extended([b"\xff"], rand, False), [b"\xff" + FOURTH.encode()])
        rand = ScriptedRandom(coin(False), (len(extensions._BYTES) - 8, 29))
        self.assertEqual(extended([b"\xff"], rand, False), [b"\xff\x1e\x1f\xa0\xa1\xa2\xa3\xa4\xa5"])

    def test_nothing_comes_twice(self) -> None:
        for alphabet in (extensions._LETTERS, extensions._LETTERS_AS_BYTES, extensions._BYTES):
            self.assertEqual(len(set(alphabet)), len(alphabet))
        self.assertLessEqual(set(extensions._LETTERS), set(string.ascii_letters + string.digits))

    def test_every_text_gets_some_and_nothing_else_does(self) -> None:
        values: list[Value] = [5, "a", True, b"b", 1.5, ""]
        longer = extended(values, FastRand(1), False)
        assert longer is not None
        self.assertEqual([longer[at] for at in (0, 2, 4)], [5, True, 1.5])
        for at in (1, 3, 5):
            before, after = values[at], longer[at]
            assert isinstance(before, (str, bytes))
            assert isinstance(after, (str, bytes))
            self.assertEqual(
                (type(after), len(after), after[: len(before)]), (type(before), len(before) + 8, before)
            )
        self.assertEqual(values, [5, "a", True, b"b", 1.5, ""])

    def test_without_a_text_there_is_nothing_to_put_behind(self) -> None:
        for is_like in (False, True):
            self.assertIsNone(extended([5, True, 1.5, float("nan")], FastRand(1), is_like))
            self.assertIsNone(extended([], FastRand(1), is_like))


class LikeTest(unittest.TestCase):
    def test_a_separator_and_another_word(self) -> None:
        for at, separator in enumerate("\n,; &|"):
            with self.subTest(separator):
                rand = ScriptedRandom(coin(False), (6, at), (LETTERS, 3))
                self.assertEqual(extended(["abc"], rand, True), ["abc" + separator + "k3"])
        rand = ScriptedRandom(coin(False), (6, 1), (LETTERS, 0))
        self.assertEqual(extended([b"\xff"], rand, True), [b"\xff,q7"])

    def test_the_last_field_once_more(self) -> None:
        for text, expected in (
            ("tick,tock", ",tock"), ("one two three", " three"), ("a;b;", ";"), ("x=1\ny=2", "=2"),
            ("é☃ ☃", "☃"), ("\ud800,\udfff", "\udfff"),
        ):  # fmt: skip
            with self.subTest(text):
                rand = ScriptedRandom(coin(True), coin(False))
                self.assertEqual(extended([text], rand, True), [text + expected])
        rand = ScriptedRandom(coin(True), coin(False))
        self.assertEqual(extended([b"\xff,\xfe"], rand, True), [b"\xff,\xfe,\xfe"])

    def test_all_of_it_once_more(self) -> None:
        rand = ScriptedRandom(coin(True), coin(True), coin(False))
        self.assertEqual(extended(["a,b"], rand, True), ["a,ba,b"])
        rand = ScriptedRandom(coin(True), coin(True), coin(True), (6, 2))
        self.assertEqual(extended(["a,b"], rand, True), ["a,b;a,b"])
        rand = ScriptedRandom(coin(True), coin(False))  # there is no field, and no draw for it
        self.assertEqual(extended(["word"], rand, True), ["wordword"])

    def test_of_a_long_value_only_the_end_comes_again(self) -> None:
        for value in ("ab" * 10**6, b"ab" * 10**6):
            with self.subTest(type(value).__name__):
                rand = ScriptedRandom(coin(True), coin(False))
                longer = extended([value], rand, True)
                assert longer is not None
                assert isinstance(longer[0], (str, bytes))
                self.assertEqual((longer[0][:-64], longer[0][-64:]), (value, value[:64]))

    def test_the_last_field_of_long_bytes_comes_again(self) -> None:
        rand = ScriptedRandom(coin(True), coin(False))
        data = b"first," + b"x" * 100 + b",\xfe"
        self.assertEqual(extended([data], rand, True), [data + b",\xfe"])

    def test_an_empty_text_may_stay_as_it_is(self) -> None:
        self.assertIsNone(extended([""], ScriptedRandom(coin(True), coin(False)), True))
        rand = ScriptedRandom(coin(True), coin(True), (6, 0))
        self.assertEqual(extended([""], rand, True), ["\n"])
        rand = ScriptedRandom(coin(True), coin(False), coin(True), (LETTERS, 0))
        self.assertEqual(extended([b""], rand, True), [FIRST.encode()])

    def test_whatever_is_drawn_the_value_stays_in_front(self) -> None:
        for seed in range(300):
            rand = FastRand(seed)
            for value in ("", "a b,c", "\ud800", "☃" * 100, b"", b"\xff\x00|", bytes(range(256))):
                for is_like in (False, True):
                    longer = extended([value, 1], rand, is_like)
                    if longer is not None:
                        (one, number) = longer
                        assert isinstance(one, (str, bytes))
                        self.assertEqual((type(one), one[: len(value)], number), (type(value), value, 1))
                        self.assertLessEqual(len(one) - len(value), 65)


class JoinedTest(unittest.TestCase):
    def test_another_input_stands_in_front_or_behind_as_a_record(self) -> None:
        rand = FastRand(1)
        found = {tuple(joined(["ab", b"\x01", 5], ["cd", b"\xff", 6], rand) or ()) for _ in range(200)}
        self.assertEqual(
            {values[0] for values in found} - {"ab;cd", "cd;ab"}, {"ab\ncd", "cd\nab", "abcd", "cdab"}
        )
        self.assertLessEqual({b"\x01\xff", b"\xff\x01", b"\x01\n\xff"}, {values[1] for values in found})
        self.assertEqual({values[2] for values in found}, {5})

    def test_what_is_no_text_is_not_joined(self) -> None:
        self.assertIsNone(joined([5, True], [6, False], FastRand(1)))
        self.assertIsNone(joined([], [], FastRand(1)))
