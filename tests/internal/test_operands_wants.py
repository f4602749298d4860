"""What would make a condition come out another way."""

from __future__ import annotations

import ast
import itertools
import math
import unittest
from collections.abc import Iterable
from typing import Any

from gofuzz_py.internal.operands_copy import Subject
from gofuzz_py.internal.operands_places import ABSENT
from gofuzz_py.internal.operands_record import Seen
from gofuzz_py.internal.operands_wants import (
    CONTEXT,
    Wish,
    common,
    counted,
    counts_of,
    is_met,
    outcome,
    shortened,
    wishes,
)
from gofuzz_py.internal.rand import FastRand, Rand
from tests.helpers_random import ScriptedRandom


def _wishes(relation: str, left: Any, right: Any, rand: Rand | None = None) -> list[Wish]:
    return list(wishes(Seen(1, relation, left, right), rand or FastRand(1)))


def _pairs(relation: str, left: Any, right: Any, rand: Rand | None = None) -> list[tuple[Any, Any]]:
    return [(wish.seen, wish.wanted) for wish in _wishes(relation, left, right, rand)]


class CompareTest(unittest.TestCase):
    def test_each_side_of_an_equality_may_take_the_other_s_place(self) -> None:
        for left, right in (("a", "b"), (b"a", b"b"), (1, 2), (1.5, 2), (None, "x"), (True, False), ("5", 5)):
            for relation in ("==", "!="):
                with self.subTest(relation, left=left, right=right):
                    self.assertEqual(_pairs(relation, left, right)[:2], [(left, right), (right, left)])

    def test_an_equality_that_holds_wishes_nothing(self) -> None:
        for left, right in (("a", "a"), (1, 1.0), ((1,), (1,))):
            self.assertEqual(_pairs("==", left, right), [])

    def test_what_is_met_wishes_nothing(self) -> None:
        operands = ("", "a", "ab", b"", b"a", 97, True, 1.5, None, (), ("a", 97), (("a",),), {"a": 1}, "\xe9")
        met = 0
        for relation in ("==", "!=", "in", "not in", "startswith", "endswith"):
            for left in operands:
                for right in operands:
                    if is_met(Seen(1, relation, left, right)):
                        met += 1
                        with self.subTest(relation, left=left, right=right):
                            self.assertEqual(_wishes(relation, left, right), [])
        self.assertGreater(met, 50)

    def test_what_the_program_put_round_both_is_left_out(self) -> None:
        found = _pairs("==", "x-abc.y", "x-qw.y")
        self.assertIn(("abc.y", "qw.y"), found)
        self.assertIn(("x-abc", "x-qw"), found)

    def test_sequences_are_compared_piece_by_piece_and_as_a_whole(self) -> None:
        found = _pairs("==", ("get", "b"), ("put", "c"))
        for pair in (("get", "put"), ("b", "c"), ("get b", "put c"), ("get,b", "put,c")):
            self.assertIn(pair, found)

    def test_numbers_in_a_row_are_wished_as_they_may_have_been_written(self) -> None:
        for relation in ("==", "!=", "<", ">="):
            with self.subTest(relation):
                found = _pairs(relation, (1, 20), (3, 4, 5))
                for separator in ".,-":
                    pair = f"1{separator}20", separator.join("345")
                    self.assertIn(pair, found)
                    self.assertIn(pair[::-1], found)
        for left, right in (
            ((1, "a"), (2, 3)),
            ((1.5, 2), (1, 2)),
            ((True, 2), (1, 3)),
            (tuple(range(13)), (1,)),
        ):
            with self.subTest(left=left):
                self.assertFalse(
                    [wish for wish in _wishes("==", left, right) if "joined" in (wish.key or ())]
                )
        self.assertIn((1, 2), _pairs("==", (1, 10**5000), (2, 5)))

    def test_an_order_is_wished_on_and_beyond_the_border(self) -> None:
        self.assertEqual(_pairs("<", 3, 10), [(3, 10), (3, 11), (10, 3), (10, 2)])
        self.assertEqual(_pairs(">=", 10, 10), [(10, 11), (10, 9)] * 2)
        self.assertEqual(_pairs("<", "a", "b"), [("a", "b"), ("b", "a")])

    def test_numbers_without_end_or_sense_do_no_harm(self) -> None:
        strange = (math.nan, math.inf, -math.inf, 10**5000, 1e308, -0.0, 1)
        for left, right in itertools.product(strange, strange):
            for relation in ("<", "==", ">="):
                _pairs(relation, left, right)


class MemberTest(unittest.TestCase):
    def test_members_are_wished_those_most_like_it_first(self) -> None:
        members = tuple(f"{letter}{n:03}" for letter in "abc" for n in range(100))
        found = _wishes("in", "b05x", members)
        wanted = [wish.wanted for wish in found if wish.seen == "b05x"]
        self.assertEqual(set(wanted[:1]), {"b050"})
        self.assertLess(len(found), 60)

    def test_all_members_of_a_large_table_get_their_turn(self) -> None:
        members = tuple(range(1000))
        rand = FastRand(1)
        wanted = {wish.wanted for _ in range(600) for wish in _wishes("in", -1, members, rand)}
        self.assertGreater(len(wanted & set(members)), 950)

    def test_what_is_a_member_wishes_nothing(self) -> None:
        self.assertEqual(_pairs("in", "a", ("a", "b")), [])

    def test_the_collection_may_come_from_the_input(self) -> None:
        found = _wishes("in", "q", ("a", "b"))
        self.assertIn(("a", "q"), [(wish.seen, wish.wanted) for wish in found])
        self.assertTrue(any(wish.is_beside for wish in found))
        self.assertEqual(_pairs("in", "q", ()), [("", "q")])

    def test_members_that_are_tuples_are_wished_piece_by_piece(self) -> None:
        self.assertIn(("dec", "enc"), _pairs("in", ("dec", "x"), (("enc", "x"),)))

    def test_members_that_are_tuples_come_in_the_order_of_what_they_share(self) -> None:
        members = ((7, 8, 9), (1, 8, 9), (1, 2, 9), (7, 2, 9))
        found = [wish for wish in _wishes("in", (1, 2, 3), members) if not wish.more]
        firsts = list(dict.fromkeys(wish.wanted for wish in found if wish.seen == 3))
        self.assertEqual(firsts, [9])
        order = list(dict.fromkeys(wish.key[0][1] for wish in found))
        self.assertEqual(order, [shortened(members[at]) for at in (2, 1, 3, 0)])

    def test_a_member_that_is_a_tuple_is_wished_anew_when_more_of_it_is_there(self) -> None:
        keys = [
            {wish.key for wish in _wishes("in", left, ((1, 2, 3),))}
            for left in ((9, 9, 9), (1, 9, 9), (9, 2, 9))
        ]
        self.assertFalse(keys[0] & keys[1])
        self.assertTrue(keys[1] & keys[2])

    def test_members_of_several_kinds_are_wished_as_far_as_they_go(self) -> None:
        for left in (5, "k", None, 1.5):
            with self.subTest(left):
                self.assertIn((left, 7), _pairs("in", left, ((1, 2), 7, "z")))
        self.assertIn(((1, 9)[1], 2), _pairs("in", (1, 9), (7, (1, 2))))

    def test_a_part_is_wished_into_a_text_and_a_piece_of_the_text_for_the_part(self) -> None:
        found = _pairs("in", "q", "abc")
        self.assertIn(("abc", "qabc"), found)
        self.assertIn(("abc", "abcq"), found)
        self.assertTrue(any(seen == "q" and wanted in "abc" for seen, wanted in found))
        self.assertIn((b"abc", b"qabc"), _pairs("in", ord("q"), b"abc"))


class TextTest(unittest.TestCase):
    def test_a_beginning_is_wished_over_and_before_what_is_there(self) -> None:
        found = _pairs("startswith", "<?xml", "<!--")
        for pair in (("<?xml", "<!--l"), ("<?xml", "<!--<?xml"), ("<?xm", "<!--"), ("<?xml", "<!--?xml")):
            self.assertIn(pair, found)
        self.assertEqual(_pairs("startswith", "<!--x", "<!--"), [])

    def test_an_end_is_wished_behind_and_over_what_is_there(self) -> None:
        found = _pairs("endswith", "a.txt", ".gz")
        self.assertEqual(found, [("a.txt", "a.txt.gz"), ("a.txt", "a..gz")])

    def test_what_is_looked_for_is_wished_into_the_text(self) -> None:
        for relation in (
            "find",
            "index",
            "count",
            "split",
            "partition",
            "replace",
            "rpartition",
            "__contains__",
        ):
            with self.subTest(relation):
                found = _pairs(relation, "abc", "=")
                self.assertIn(("abc", "=abc"), found)
                self.assertTrue({("abc", "abc="), ("abc", "abc=abc")} & set(found))
                self.assertEqual(_pairs(relation, "a=c", "="), [])

    def test_of_a_long_text_only_what_lies_near_is_named(self) -> None:
        text = "".join(chr(200 + n % 5000) for n in range(10_000))
        for relation in ("find", "startswith", "endswith", "in"):
            operands = ("=", text) if relation == "in" else (text, "=")
            for seen, wanted in _pairs(relation, *operands):
                self.assertLessEqual(len(seen), CONTEXT + 1, relation)
                self.assertLessEqual(len(wanted), 2 * CONTEXT + 1, relation)

    def test_questions_about_characters_get_yes_and_tricky_answers(self) -> None:
        wanted = [pair[1] for pair in _pairs("isdigit", "a", None)]
        self.assertTrue(any(text.isdecimal() for text in wanted))
        self.assertTrue(any(text.isdigit() and not text.isdecimal() for text in wanted))
        self.assertTrue(all(type(wanted) is bytes for _, wanted in _pairs("isdigit", b"a", None)))

    def test_numbers_are_wished_in_their_base(self) -> None:
        for base in (0, 2, 8, 10, 16, 36):
            for _, wanted in _pairs("int", "q", base) + _pairs("int", b"q", base):
                int(wanted, base)
        for seed in range(20):
            for _, wanted in _pairs("float", "q", 10, FastRand(seed)):
                float(wanted)

    def test_a_length_is_wished_by_the_data_and_as_a_number(self) -> None:
        self.assertEqual(_pairs("length", b"abc", 5), [(b"abc", b"abc\0\0"), (3, 5)])
        self.assertEqual(_pairs("length", b"abc", 2), [(b"abc", b"ab"), (3, 2)])
        self.assertEqual(_pairs("length", b"abc", 3), [])
        self.assertEqual(_pairs("length", b"abc", 1 << 40), [])

    def test_chance_decides_where_a_part_goes(self) -> None:
        found = _pairs("find", "abcd", "=", ScriptedRandom((2, 1), (4, 1), (4, 2)))
        self.assertIn(("abcd", "abcd=abcd"), found)
        self.assertEqual(found[-1], ("bcd", "bc=d"))


def _patterns(text: str) -> tuple[ast.pattern, ...]:
    (tree,) = ast.parse(f"match x:\n case {text}: pass").body
    assert isinstance(tree, ast.Match)
    return tuple(case.pattern for case in tree.cases)


class MatchTest(unittest.TestCase):
    def test_each_kind_of_pattern_wishes_what_it_asks_for(self) -> None:
        point = Subject("Point", ("x", "y"), {"x": 1, "y": "a"})
        named = Subject("Named", ("a",), {"a": 1}, (1, "k"))
        rows: tuple[tuple[str, Any, Iterable[tuple[Any, Any]]], ...] = (
            ("'stop'", "go", [("go", "stop")]),
            ("-5", 3, [(3, -5)]),
            ("True", False, [(False, True)]),
            ("None", "x", [("x", None)]),
            ("'a' | 'b'", "q", [("q", "a"), ("q", "b")]),
            ("'a' as name", "q", [("q", "a")]),
            ("[1, 'b']", (2, "c"), [(2, 1), ("c", "b")]),
            ("['a', *_, 'z']", ("q", 1, 2, "w"), [("q", "a"), ("w", "z")]),
            ("['a', 'b']", ("q",), [(1, 2), ("q", "a")]),
            ("{'type': 'a'}", {"type": "q"}, [("q", "a")]),
            ("{'type': 'a'}", {"kind": "q"}, [("kind", "type")]),
            ("{'l': [{'op': 'crop'}]}", {"l": ({"op": "x"},)}, [("x", "crop")]),
            ("Point(5, 'b')", point, [(1, 5), ("a", "b")]),
            ("Point(y='b')", point, [("a", "b")]),
            ("str('k') | int(7)", "q", [("q", "k"), ("q", 7)]),
            ("Named(a=5)", named, [(1, 5)]),
            ("[5, 'k']", named, [(1, 5)]),
            ("_", "q", []),
            ("x.y", "q", []),
            ("Point(z=1)", point, []),
            ("{'a': 1}", 5, []),
        )
        for text, subject, expected in rows:
            with self.subTest(text, subject=subject):
                found = _pairs("match", subject, _patterns(text))
                self.assertLessEqual(set(expected), set(found))
                self.assertTrue(expected or not found)

    def test_patterns_of_any_depth_end(self) -> None:
        deep = "[" * 60 + "1" + "]" * 60
        subject: Any = 5
        for _ in range(60):
            subject = (subject,)
        self.assertIsInstance(_pairs("match", subject, _patterns(deep)), list)


#: Operands of every kind that can be seen.
_ANY: tuple[Any, ...] = (
    "", "abc", b"", b"abc", 0, 5, -1, 10**400, 1.5, math.nan, math.inf, True, None, (), ("a", 1),
    (("a",), {"k": 1}), {}, {"a": 1, 2: (3,)}, Subject("A", ("x",), {"x": {"y": 1}}), ABSENT,
)  # fmt: skip
_RELATIONS = (
    "==", "!=", "<", "<=", ">", ">=", "in", "find", "split", "startswith", "endswith", "strip", "isdigit",
    "int", "float", "length", "removeprefix", "count", "not in", "match", "except", "nothing",
)  # fmt: skip


class StrangeTest(unittest.TestCase):
    def test_operands_that_do_not_go_together_do_no_harm(self) -> None:
        patterns = _patterns("{'a': [1, *_, C(x=2)]} | 'b' | [1, 2] | None | D('c')")
        plain = (str, bytes, int, float, bool, type(None))
        for relation in _RELATIONS:
            for left in _ANY:
                for right in (patterns,) if relation == "match" else _ANY:
                    with self.subTest(relation, left=f"{left!r:.20}", right=f"{right!r:.20}"):
                        seen = Seen(1, relation, left, right)
                        for wish in wishes(seen, FastRand(1)):
                            self.assertIn(type(wish.seen), (*plain, dict, tuple))
                            self.assertIn(type(wish.wanted), plain)
                            hash(wish.key)
                        self.assertIsInstance(is_met(seen), bool)
                        hash(outcome(seen))
                        hash(shortened(left))

    def test_huge_operands_take_no_long_time_and_no_memory(self) -> None:
        text, number = "a" * (1 << 20), 1 << (1 << 20)
        table = tuple(f"{n}" for n in range(4096))
        for relation, left, right in (
            ("==", text, text + "b"), ("==", number, number + 1), ("in", "q", text), ("in", "17x", table),
            ("find", text, "b"), ("find", "b", text), ("startswith", text, "b" + text),
            ("<", number, -number),
        ):  # fmt: skip
            with self.subTest(relation):
                self.assertLess(len(_wishes(relation, left, right)), 80)


class CountedTest(unittest.TestCase):
    """What ``count`` returned is compared: the part is wished so often."""

    def _texts(self, relation: str, left: Any, right: Any, *counts: tuple[Any, Any]) -> list[Any]:
        rows = [Seen(0, "count", text, part) for text, part in counts]
        return [one.wanted for one in counted(Seen(1, relation, left, right), counts_of(rows))]

    def test_a_part_is_put_in_as_often_as_it_takes(self) -> None:
        for relation, left, right, text, wanted in (
            ("==", 0, 3, "rgb()", "rgb(,,,)"), ("!=", 3, 1, "a,b", "a,,,b"), ("==", 2, 1, b"a,b", b"a,b,"),
            ("<", 2, 1, "a,b", "a,,,b"), ("==", 0, 1, "", ","),
        ):  # fmt: skip
            with self.subTest(relation, left=left, right=right, text=text):
                part: Any = "," if isinstance(text, str) else b","
                self.assertIn(wanted, self._texts(relation, left, right, (text, part)))

    def test_what_was_not_counted_has_no_such_wish(self) -> None:
        for relation, left, right, text, part in (
            ("==", 1, 3, "ab", ","), ("==", 0, 1000, "ab", ","), ("in", 0, 3, "ab", ","),
            ("==", "a", "b", "ab", ","), ("==", 0, 3, "ab", ""), ("==", 0, 3, ("a", "b"), "a"),
            ("==", 0, 3, "ab", b","), ("==", True, 3, "ab", "a"),
        ):  # fmt: skip
            with self.subTest(relation, left=left, right=right, text=text):
                self.assertEqual(self._texts(relation, left, right, (text, part)), [])


class BeyondTest(unittest.TestCase):
    def test_a_float_too_large_for_a_step_is_left_behind_by_another_size(self) -> None:
        wanted = {one.wanted for one in wishes(Seen(1, "<", 1e40, 1e40), FastRand(1))}
        self.assertTrue(any(one > 1e40 for one in wanted) and any(one < 1e40 for one in wanted), wanted)
        wanted = {one.wanted for one in wishes(Seen(1, "<", 0.0, -1e40), FastRand(1))}
        self.assertTrue(any(one < -1e40 for one in wanted), wanted)

    def test_a_bool_is_a_number_in_an_order(self) -> None:
        wanted = [one.wanted for one in wishes(Seen(1, "<", True, -25), FastRand(1)) if one.seen is True]
        self.assertIn(-26, wanted)


class MetTest(unittest.TestCase):
    def test_conditions_that_held_are_known(self) -> None:
        for relation, left, right, expected in (
            ("==", 1, 1, True), ("!=", 1, 1, True), ("==", 1, 2, False), ("in", "a", ("a",), True),
            ("not in", "a", "abc", True), ("in", 5, "abc", False), ("startswith", "ab", "a", True),
            ("endswith", "ab", "a", False), ("<", 1, 2, False), ("find", "ab", "a", False),
        ):  # fmt: skip
            with self.subTest(relation, left=left, right=right):
                self.assertIs(is_met(Seen(1, relation, left, right)), expected)

    def test_outcomes_tell_ways_apart(self) -> None:
        below, same, above = (outcome(Seen(1, "<", left, 5)) for left in (4, 5, 6))
        self.assertEqual(len({below, same, above}), 3)
        self.assertNotEqual(outcome(Seen(1, "==", 1, 2)), outcome(Seen(1, "==", 2, 2)))
        self.assertIsNotNone(outcome(Seen(1, "==", 2, 2)))
        self.assertIsNotNone(outcome(Seen(1, "find", "ab", "b")))
        self.assertIsNone(outcome(Seen(1, "find", "ab", "c")))
        self.assertIsNotNone(outcome(Seen(1, "decodes", "a", ("json", None))))
        turns = [outcome(Seen(1, "loop", n, None)) for n in range(1, 1 << 10)]
        self.assertEqual(len(set(turns)), 3 + 8)
        self.assertEqual(turns[3], turns[6])

    def test_long_values_are_remembered_by_less(self) -> None:
        for value in ("a" * 10**6, b"a" * 10**6, 1 << 10**6):
            self.assertLess(len(repr(shortened(value))), 200)
        self.assertNotEqual(shortened("a" * 100), shortened("a" * 101))
        self.assertNotEqual(shortened("a"), shortened(b"a"))

    def test_how_long_two_texts_are_the_same(self) -> None:
        for left, right, expected in (
            ("abc", "abd", 2),
            ("", "a", 0),
            (b"ab", b"abc", 2),
            ((1, 2), (1, 3), 1),
        ):
            self.assertEqual(common(left, right), expected)


if __name__ == "__main__":
    unittest.main()
