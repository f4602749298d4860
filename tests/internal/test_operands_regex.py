"""What is wished of regular expressions, and how often."""

from __future__ import annotations

import contextlib
import io
import re
import unittest
from typing import Any

from gofuzz_py.internal.operands_record import Seen
from gofuzz_py.internal.operands_regex import Patterns, compiled
from gofuzz_py.internal.operands_wants import Wish
from gofuzz_py.internal.rand import FastRand


def _wished(
    relation: str, text: Any, pattern: Any, start: Any = 0, patterns: Patterns | None = None, number: int = 1
) -> list[Wish]:
    seen = Seen(number, relation, (text, start), pattern)
    return list((patterns or Patterns()).wishes(seen, FastRand(1)))


def _granted(text: Any, wish: Wish) -> Any:
    return text.replace(wish.seen, wish.wanted, 1) if wish.seen else wish.wanted + text


class WishTest(unittest.TestCase):
    def test_with_its_wishes_granted_a_text_matches(self) -> None:
        for source, text in (
            (r"(\w+)-(\d+)", "abc 12"), ("x+y", "abc"), ("a|b", ""), (r"^\[(\w+)\]$", "key"),
            (b"x+y", b"abc"), (rb"\d{4}-\d\d", b"2020"), (b"\xff.", b""),
        ):  # fmt: skip
            pattern: re.Pattern[Any] = re.compile(source)
            for name in ("match", "search", "fullmatch"):
                found = _wished(f"re.{name}", text, pattern)
                with self.subTest(name, source=source):
                    granted = [_granted(text, wish) for wish in found]
                    self.assertTrue(any(getattr(pattern, name)(one) for one in granted))
                    self.assertTrue(all(type(one) is type(text) for one in granted))

    def test_other_functions_search(self) -> None:
        for name in ("sub", "subn", "findall", "finditer", "split", "scanner"):
            found = _wished(f"re.{name}", "abc", re.compile("[0-9]{3}"))
            with self.subTest(name):
                self.assertTrue(any(re.search("[0-9]{3}", wish.wanted) for wish in found))

    def test_the_text_is_matched_from_where_the_program_does(self) -> None:
        found = _wished("re.match", "head:body", re.compile("[0-9]+"), 5)
        self.assertTrue(any(wish.seen == "body" for wish in found))
        self.assertTrue(all(not wish.seen.startswith("head") for wish in found if wish.key[1] == "made"))
        for start in (-5, 100, 1 << 80):
            _wished("re.match", "abc", re.compile("[0-9]+"), start)

    def test_wishes_are_remembered_by_the_pattern(self) -> None:
        keys = {wish.key for wish in _wished("re.match", "abc", re.compile("x+"))}
        others = {wish.key for wish in _wished("re.match", "another text", re.compile("x+"))}
        self.assertTrue(keys & others)
        self.assertTrue(all(key[0] == "x+" for key in keys))

    def test_a_pattern_may_be_given_as_text_with_flags(self) -> None:
        for given in (("[0-9]{3}", 0), ("[0-9] {3}", int(re.VERBOSE)), ("K", int(re.IGNORECASE))):
            pattern = re.compile(*given)
            found = _wished("re.search", "abc", given)
            with self.subTest(given=given):
                self.assertTrue(any(pattern.search(wish.wanted) for wish in found))
        self.assertTrue(_wished("re.match", b"abc", (b"x", 0)))

    def test_texts_and_patterns_that_do_not_go_together_give_nothing(self) -> None:
        for text, pattern in (
            ("a", re.compile(b"x")), (b"a", re.compile("x")), ("a", (b"x", 0)), (5, re.compile("x")),
            (None, re.compile("x")), ("a" * (1 << 20), re.compile("x")), ("a", (5, 0)), ("a", ("(", 0)),
        ):  # fmt: skip
            self.assertEqual(_wished("re.match", text, pattern), [])

    def test_hostile_patterns_and_texts_are_bounded(self) -> None:
        for source, text in (
            ("(a+)+b", "a" * 60_000), ("(?:a|a)*$", "a" * 9000 + "b"), ("[ab]{3}" * 99, "x"), ("", ""),
            ("a{60000}", "b"), ("(((((x)*)*)*)*)*y", "x" * 99), ("|".join(map(str, range(500))), "?"),
        ):  # fmt: skip
            for name in ("match", "search"):
                with self.subTest(source=source[:20]):
                    found = _wished(f"re.{name}", text, re.compile(source))
                    self.assertLess(len(found), 60)
                    self.assertTrue(all(len(wish.wanted) < 1 << 18 for wish in found))


class PatienceTest(unittest.TestCase):
    def test_a_pattern_is_asked_ever_more_seldom(self) -> None:
        patterns, pattern = Patterns(), re.compile("x[0-9]+")
        rand = FastRand(1)
        seen = Seen(1, "re.match", ("abc", 0), pattern)
        asked = [bool(list(patterns.wishes(seen, rand))) for _ in range(100)]
        self.assertEqual(asked[:4], [True] * 4)
        self.assertLess(sum(asked), 15)

    def test_each_place_and_pattern_has_patience_of_its_own(self) -> None:
        patterns, pattern = Patterns(), re.compile("x[0-9]+")
        for _ in range(40):
            _wished("re.match", "abc", pattern, patterns=patterns)
        self.assertTrue(_wished("re.match", "abc", pattern, patterns=patterns, number=2))
        self.assertTrue(_wished("re.match", "abc", re.compile("y"), patterns=patterns))

    def test_near_misses_and_attacks_come_later(self) -> None:
        patterns, pattern = Patterns(), re.compile("(a+)+b")
        counts = [len(_wished("re.match", "?", pattern, patterns=patterns)) for _ in range(3)]
        self.assertGreater(counts[1], counts[0])

    def test_a_program_that_makes_its_own_patterns_does_not_fill_the_memory(self) -> None:
        patterns = Patterns()
        for number in range(1100):
            patterns._pattern((f"{number}", 0))
        self.assertLessEqual(len(patterns._compiled), 1000)


class CompiledTest(unittest.TestCase):
    def test_what_cannot_be_compiled_gives_no_pattern(self) -> None:
        for source, flags in (
            ("(", 0), ("*", 0), (b"a", int(re.UNICODE)), ("a", int(re.ASCII | re.UNICODE)),
            ("(" * 5000, 0), (5, 0), (None, 0), ("x" * 99_999, 0), ("a{99999999999}", 0),
            ("(?<=a*)b", 0), ("a", 1 << 100),
        ):  # fmt: skip
            with self.subTest(source=str(source)[:20], flags=flags):
                self.assertIsNone(compiled(source, flags))

    def test_nothing_is_printed_whatever_the_flags(self) -> None:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            self.assertIsNotNone(compiled("ab", int(re.DEBUG | re.IGNORECASE)))
        self.assertEqual(out.getvalue(), "")

    def test_texts_and_bytes_are_kept_apart(self) -> None:
        patterns = Patterns()
        text, raw = patterns._pattern(("a", 0)), patterns._pattern((b"a", 0))
        assert text is not None
        assert raw is not None
        self.assertEqual((text.pattern, raw.pattern), ("a", b"a"))


if __name__ == "__main__":
    unittest.main()
