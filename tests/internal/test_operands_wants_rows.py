"""What is wished for each relation of the table, row by row, and what is not."""

from __future__ import annotations

import ast
import itertools
import unittest
from typing import Any

from gofuzz_py.internal import operands_wants
from gofuzz_py.internal.operands_copy import Subject
from gofuzz_py.internal.operands_places import ABSENT, KIND_METHODS, TEXT_METHODS
from gofuzz_py.internal.operands_record import Seen
from gofuzz_py.internal.operands_wants import LONGEST, Wish, is_met, outcome, shortened, wishes
from gofuzz_py.internal.rand import FastRand

#: What a program on hostile input may have on one side of a condition.
_HUGE = 10**5000
_LONG = "x" * (1 << 20)
_HOSTILE: tuple[Any, ...] = (
    0, -1, _HUGE, -_HUGE, 1.5, float("inf"), float("-inf"), float("nan"), -0.0, 1e308, True, None,
    "", b"", "a", b"a", "\ud800", _LONG, _LONG.encode(),
    (), ((),), (1, "a", b"a"), (_LONG, "b"), (_HUGE,), ((1, 2), ("a",)), {}, {"a": _HUGE, "c": 1},
)  # fmt: skip
_HOSTILE_TEXTS: tuple[Any, ...] = ("", "a", "\ud800", "\0", _LONG, _LONG[1:] + "y")

_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "in", "not in")


def _wished(relation: str, left: Any, right: Any = None, seed: int = 1) -> list[Wish]:
    return list(wishes(Seen(3, relation, left, right), FastRand(seed)))


def _pairs(relation: str, left: Any, right: Any = None) -> list[tuple[Any, Any]]:
    return [(wish.seen, wish.wanted) for wish in _wished(relation, left, right)]


class ComparisonTest(unittest.TestCase):
    def test_of_two_equal_operands_nothing_is_wished(self) -> None:
        for relation in ("==", "!="):
            for value in (5, 1.5, "ab", b"ab", None, (1, "a"), ()):
                with self.subTest(relation, value=value):
                    self.assertEqual(_pairs(relation, value, value), [])

    def test_each_side_is_wished_in_the_place_of_the_other(self) -> None:
        for left, right in ((5, 7), ("ab", "cd"), (b"ab", b"cd"), (1.5, 2), (None, "x"), ("12", 12)):
            for relation in ("==", "!="):
                with self.subTest(relation, left=left, right=right):
                    self.assertEqual(_pairs(relation, left, right), [(left, right), (right, left)])

    def test_what_two_texts_have_in_common_is_left_out(self) -> None:
        for left, right, expected in (
            ("key=a", "key=b", ("a", "b")),
            (b"<a>", b"<b>", (b"a>", b"b>")),
            ("a.txt", "b.txt", ("a", "b")),
            ("ab", "abc", ("", "c")),
        ):
            with self.subTest(left=left):
                self.assertIn(expected, _pairs("==", left, right))

    def test_sequences_are_wished_member_by_member(self) -> None:
        found = _pairs("==", (1, "a", 3), (1, "b", 4))
        self.assertIn(("a", "b"), found)
        self.assertIn(("b", "a"), found)
        self.assertIn((3, 4), found)
        self.assertNotIn((1, 1), found)

    def test_all_members_of_a_sequence_are_wished_at_once(self) -> None:
        whole = [wish for wish in _wished("==", (1, 2, 9), (3, 4, 9)) if wish.more]
        self.assertEqual([(wish.seen, wish.wanted, wish.more) for wish in whole], [
            (1, 3, ((2, 4),)), (3, 1, ((4, 2),)),
        ])  # fmt: skip
        self.assertEqual([wish for wish in _wished("==", (1, 9), (3, 9)) if wish.more], [])

    def test_pieces_are_wished_joined_as_they_may_have_been(self) -> None:
        found = _pairs("==", ("a", "b"), ("c", "d"))
        for expected in (("a b", "c d"), ("a,b", "c,d"), ("ab", "cd"), ("c=d", "a=b")):
            self.assertIn(expected, found)
        self.assertIn((b"a\nb", b"c"), _pairs("==", (b"a", b"b"), (b"c",)))
        self.assertNotIn(("a b", "c d"), _pairs("==", ("a", "b"), ("c", "d", 5)))

    def test_ordered_numbers_are_wished_equal_and_beyond(self) -> None:
        for relation in ("<", "<=", ">", ">="):
            with self.subTest(relation):
                self.assertEqual(_pairs(relation, 5, 9), [(5, 9), (5, 10), (9, 5), (9, 4)])
                self.assertEqual(_pairs(relation, 9, 5), [(9, 5), (9, 4), (5, 9), (5, 10)])
                self.assertEqual(_pairs(relation, 5, 5), [(5, 6), (5, 4), (5, 6), (5, 4)])
                self.assertEqual(_pairs(relation, 1.5, 3), [(1.5, 3), (1.5, 4), (3, 1.5), (3, 0.5)])

    def test_ordered_texts_and_sequences_are_wished_the_other_way(self) -> None:
        self.assertEqual(_pairs("<", "a", "b"), [("a", "b"), ("b", "a")])
        self.assertIn((3, 9), _pairs(">=", (1, 3), (1, 9)))
        self.assertEqual(_pairs("<", "a", b"b"), [])

    def test_what_is_no_number_is_not_compared(self) -> None:
        nan, inf = float("nan"), float("inf")
        self.assertEqual(_pairs("<", nan, 5), [])
        self.assertEqual(_pairs("<", 5, nan), [])
        self.assertEqual(_pairs("<", inf, 5), [])

    def test_a_relation_that_is_not_known_has_no_wishes(self) -> None:
        for relation in ("", "except", "re.match", "is", "[]"):
            self.assertEqual(_pairs(relation, 1, 2), [])


class MembershipTest(unittest.TestCase):
    def test_of_a_member_nothing_is_wished(self) -> None:
        for left, right in (("a", ("a", "b")), (5, (5,)), ("a", {"a": 1}), ("b", "abc"), (98, b"abc")):
            with self.subTest(left=left):
                self.assertEqual(_pairs("in", left, right), [])

    def test_members_and_keys_are_wished(self) -> None:
        for right in (("x", "y"), {"x": 1, "y": 2}):
            for relation in ("in", "not in"):
                with self.subTest(relation, right=right):
                    found = _pairs(relation, "a", right)
                    self.assertEqual(found[:2], [("a", "x"), ("a", "y")])
                    self.assertIn(("x", "a"), found)

    def test_a_member_may_be_wished_in_a_record_of_its_own(self) -> None:
        beside = [wish for wish in _wished("in", "a", ("x", "y")) if wish.is_beside]
        self.assertEqual([(wish.seen, wish.wanted) for wish in beside], [("x", "a"), ("y", "a")])
        self.assertFalse(any(wish.is_beside for wish in _wished("in", 1, (2, 3))))

    def test_in_an_empty_collection_the_member_itself_is_wished(self) -> None:
        self.assertEqual(_pairs("in", "a", ()), [("", "a")])
        self.assertEqual(_pairs("in", b"a", {}), [(b"", b"a")])

    def test_of_many_members_those_alike_come_first_and_others_take_turns(self) -> None:
        members = tuple(f"{letter}{number:03}" for letter in "abcdefgh" for number in range(100))
        found = [wish.wanted for wish in _wished("in", "c042x", members) if wish.seen == "c042x"]
        self.assertEqual(found[0], "c042")
        self.assertLess(len(found), 20)
        others = [wish.wanted for wish in _wished("in", "c042x", members, seed=2) if wish.seen == "c042x"]
        self.assertNotEqual(found, others)

    def test_members_that_are_tuples_are_compared_piece_by_piece(self) -> None:
        found = _pairs("in", ("GET", 1), (("GET", 2), ("PUT", 1)))
        self.assertIn((1, 2), found)
        self.assertIn(("GET", "PUT"), found)

    def test_a_part_is_wished_in_a_text(self) -> None:
        found = _pairs("in", "-", "abc")
        self.assertIn(("abc", "-abc"), found)
        self.assertIn(("abc", "abc-"), found)
        self.assertTrue(any(seen == "-" and wanted in "abc" for seen, wanted in found))
        self.assertIn((b"ab", b"-ab"), _pairs("in", 45, b"ab"))
        self.assertEqual(_pairs("in", "a", ""), [("", "a")])
        self.assertEqual(_pairs("in", "a", b"xyz"), [])


class TextMethodTest(unittest.TestCase):
    def test_what_a_text_begins_with_is_written_over_before_and_completed(self) -> None:
        for relation in ("startswith", "removeprefix"):
            found = _pairs(relation, "http:x", "https:")
            for expected in (
                ("http:x", "https:"), ("http:x", "https:http:x"), ("http:x", "https::x"),
            ):  # fmt: skip
                with self.subTest(relation, expected=expected):
                    self.assertIn(expected, found)
        self.assertIn((b"ab", b"cb"), _pairs("startswith", b"ab", b"c"))

    def test_what_a_text_ends_with_is_written_over_and_behind(self) -> None:
        for relation in ("endswith", "removesuffix"):
            found = _pairs(relation, "name.txt", ".py")
            with self.subTest(relation):
                self.assertEqual(found, [("name.txt", "name.txt.py"), ("name.txt", "name..py")])

    def test_what_is_looked_for_is_put_into_the_text(self) -> None:
        for relation in ("find", "rindex", "count", "split", "partition", "replace", "__contains__"):
            text: Any
            for text, part in (("abc", "::"), (b"abc", b"::")):
                with self.subTest(relation, text=text):
                    found = _pairs(relation, text, part)
                    self.assertTrue(found)
                    self.assertTrue(all(part in wanted for _, wanted in found))
                    self.assertIn((text, part + text), found)

    def test_characters_to_strip_are_wished_at_the_ends(self) -> None:
        for relation in ("strip", "lstrip", "rstrip"):
            self.assertIn(("ab", "ab-"), _pairs(relation, "ab", "-"))
            self.assertIn(("ab", "-ab"), _pairs(relation, "ab", "-"))

    def test_where_a_text_has_it_nothing_is_wished(self) -> None:
        for relation, text, part in (
            ("startswith", "abc", "a"), ("endswith", "abc", "c"), ("find", "abc", "b"), ("split", "a,b", ","),
            ("startswith", "abc", ""), ("endswith", "abc", ""), ("find", "abc", ""), ("strip", "abc", ""),
        ):  # fmt: skip
            with self.subTest(relation, part=part):
                self.assertEqual(_pairs(relation, text, part), [])

    def test_characters_of_a_kind_and_tricky_ones_are_wished(self) -> None:
        for relation in sorted(KIND_METHODS):
            found = _pairs(relation, "?!")
            with self.subTest(relation):
                self.assertEqual({getattr(wanted, relation)() for _, wanted in found}, {True, False})
                self.assertTrue(_pairs(relation, b"?!"))
                self.assertTrue(all(type(wanted) is bytes for _, wanted in _pairs(relation, b"?!")))

    def test_what_int_and_float_take_is_wished(self) -> None:
        for base in (0, 2, 8, 10, 16, 36):
            for seed in range(8):
                for wish in _wished("int", "no", base, seed):
                    int(wish.wanted, base)
        for seed in range(8):
            for wish in _wished("float", b"no", None, seed):
                float(wish.wanted)
                self.assertIs(type(wish.wanted), bytes)

    def test_a_length_is_wished_of_the_data_and_as_a_number(self) -> None:
        self.assertEqual(_pairs("length", b"abc", 5), [(b"abc", b"abc\0\0"), (3, 5)])
        self.assertEqual(_pairs("length", b"abc", 2), [(b"abc", b"ab"), (3, 2)])
        self.assertEqual(_pairs("length", b"abc", 3), [])
        self.assertEqual(_pairs("length", b"abc", LONGEST + 1), [])

    def test_all_methods_of_texts_are_known(self) -> None:
        for relation in TEXT_METHODS:
            with self.subTest(relation):
                self.assertTrue(_pairs(relation, "abc", "-"))


def _patterns(*written: str) -> tuple[ast.pattern, ...]:
    (statement,) = ast.parse("match x:\n" + "".join(f" case {one}: pass\n" for one in written)).body
    assert isinstance(statement, ast.Match)
    return tuple(case.pattern for case in statement.cases)


class MatchTest(unittest.TestCase):
    def test_subjects_are_brought_nearer_to_patterns_of_every_kind(self) -> None:
        point = Subject("Point", ("x", "y"), {"x": 1, "y": "a", "z": 3})
        for written, subject, expected in (
            ("5", 7, (7, 5)), ("'ab'", "cd", ("cd", "ab")), ("-1.5", 2.0, (2.0, -1.5)),
            ("b'ab'", b"ac", (b"c", b"b")), ("None", "x", ("x", None)), ("True", False, (False, True)),
            ("1 | 2", 7, (7, 2)), ("('a' | 'b') as c", "x", ("x", "b")),
            ("{'a': 5}", {"a": 7}, (7, 5)), ("{'a': 5}", {"b": 7}, ("b", "a")),
            ("{'a': {'b': [1]}}", {"a": {"b": (2,)}}, (2, 1)),
            ("['go', to]", ("run", "x"), ("run", "go")), ("['go', to]", ("run", "x"), ("run x", "go x")),
            ("['go', to]", ("go",), (1, 2)), ("['go', to]", ("go",), ("go", "go x")),
            ("[1, *_, 2]", (3, 4, 5), (5, 2)), ("[1, *_, 2]", (3, 4, 5), (3, 1)),
            ("str('x')", "y", ("y", "x")), ("int(5)", 7, (7, 5)),
            ("Point(5)", point, (1, 5)), ("Point(y='b')", point, ("a", "b")), ("Point(z=5)", point, (3, 5)),
            ("Point(2) | Point(z=9) as p", point, (3, 9)),
            ("[1, 2]", Subject("Pair", ("a", "b"), {"a": 1, "b": 3}, (1, 3)), (3, 2)),
        ):  # fmt: skip
            with self.subTest(written, subject=subject):
                self.assertIn(expected, _pairs("match", subject, _patterns(written)))

    def test_what_a_pattern_takes_is_left_alone(self) -> None:
        for written, subject in (
            ("5", 5), ("'a'", "a"), ("None", None), ("x", 5), ("_", 5), ("{'a': x}", {"a": 7}),
            ("[a, b]", (1, 2)), ("['x', b]", ("x", "y")), ("[a, *_]", (1, 2, 3)), ("P(x=5)", 7),
            ("Some.name", 7), ("P(x=5)", Subject("P", (), {})), ("{'a': 1}", {}), ("5", {"a": 1}),
            ("1+2j", 7), ("None", ABSENT),
        ):  # fmt: skip
            with self.subTest(written, subject=subject):
                self.assertEqual(_pairs("match", subject, _patterns(written)), [])

    def test_every_case_has_its_wishes(self) -> None:
        self.assertEqual(_pairs("match", 0, _patterns("1", "2", "3")), [(0, 1), (0, 2), (0, 3)])

    def test_deep_patterns_are_followed_only_so_far(self) -> None:
        deep = _patterns("[" * 40 + "1" + "]" * 40)
        subject: Any = 2
        for _ in range(40):
            subject = (subject,)
        self.assertEqual(_pairs("match", subject, deep), [])


class HostileTest(unittest.TestCase):
    def _check(self, relation: str, left: Any, right: Any) -> None:
        seen = Seen(3, relation, left, right)
        found = list(wishes(seen, FastRand(1)))
        self.assertLess(len(found), 100)
        for wish in found:
            hash((wish.key, shortened(wish.wanted)))
            if type(wish.wanted) in (str, bytes):
                self.assertLess(len(wish.wanted), 3 << 20)
        hash(outcome(seen))
        is_met(seen)

    def test_comparisons_of_any_two_operands_are_bounded(self) -> None:
        few = [value for value in _HOSTILE if value not in (_LONG.encode(), -_HUGE)]
        for relation in ("==", "<", "in"):
            for left, right in itertools.product(few, few):
                self._check(relation, left, right)

    def test_methods_of_any_two_texts_are_bounded(self) -> None:
        texts = [*_HOSTILE_TEXTS, *(text.encode("utf-8", "surrogatepass") for text in _HOSTILE_TEXTS)]
        for relation in ("startswith", "endswith", "find", "strip"):
            for left, right in itertools.product(texts, texts):
                self._check(relation, left, right)
        for relation, left in itertools.product(("isdigit", "int", "float"), texts):
            self._check(relation, left, 10)

    def test_operands_that_do_not_go_together_have_no_wishes(self) -> None:
        for relation, left, right in (
            ("startswith", 5, "a"), ("endswith", "a", b"a"), ("find", None, None), ("strip", "a", 5),
            ("int", "a", []), ("length", 5, 5), ("length", b"a", -1.5), ("match", 5, None), ("<", "a", 5),
        ):  # fmt: skip
            with self.subTest(relation, left=left):
                self.assertEqual([one for one in _pairs(relation, left, right) if relation != "int"], [])

    def test_hostile_subjects_meet_every_pattern(self) -> None:
        patterns = _patterns(
            "1", "'a'", "b'a'", "None", "1 | 'a'", "('a' | 'b') as y", "{'a': 1, 'b': 'c'}", "[1, *r, 'b']",
            "['a', 'b']", "int('5')", "P(x=1)", "P(1, 2)", "1+2j", "[[1], {'a': [2]}]", "[*_]", "{**rest}",
        )  # fmt: skip
        for subject in (*_HOSTILE, ABSENT, Subject("P", ("x",), {"x": ABSENT, "y": _HUGE})):
            self._check("match", subject, patterns)


class OutcomeTest(unittest.TestCase):
    def test_a_condition_that_holds_is_progress(self) -> None:
        for relation, left, right, expected in (
            ("==", 5, 5, ("holds", 5)), ("!=", "a", "a", ("holds", "a")), ("==", None, 6, None),
            ("in", "a", ("a", "b"), ("holds", "a")), ("not in", "a", {"a": 1}, ("holds", "a")),
            ("in", "a", (), None), ("startswith", "abc", "ab", ("holds", "ab")),
            ("startswith", "abc", "b", None), ("endswith", "abc", "bc", ("holds", "bc")),
            ("find", "abc", "b", ("holds", "b")), ("split", "abc", ",", None), ("find", "abc", "", None),
            ("find", "abc", b"b", None), ("isdigit", "5", None, None), ("match", 5, (), None),
        ):  # fmt: skip
            with self.subTest(relation, left=left, right=right):
                self.assertEqual(outcome(Seen(1, relation, left, right)), expected)

    def test_what_could_be_put_in_the_place_of_the_other_is_a_step(self) -> None:
        for relation, left, right, expected in (
            ("==", "a", "b", True), ("!=", b"a", b"b", True), ("==", 5, 6.5, True), ("==", None, "b", False),
            ("==", "", "b", False), ("==", "a", b"b", False), ("==", 5, "5", False), ("==", True, "a", False),
            ("in", "a", ("b",), True), ("in", "a", (b"b", None, ""), False), ("not in", "a", (), False),
            ("in", "a", "bcd", False), ("in", 5, (None, 6), True), ("==", (), {}, False),
        ):  # fmt: skip
            with self.subTest(relation, left=left, right=right):
                self.assertEqual(outcome(Seen(1, relation, left, right)), "comparable" if expected else None)

    def test_an_order_tells_which_is_greater(self) -> None:
        for relation in ("<", "<=", ">", ">="):
            found = [outcome(Seen(1, relation, left, 5)) for left in (4, 5, 6)]
            self.assertEqual(found, [(True, False), (False, False), (False, True)])
            self.assertIsNone(outcome(Seen(1, relation, "a", 5)))

    def test_sequences_tell_how_far_they_are_the_same(self) -> None:
        found = [outcome(Seen(1, "==", left, (1, 2, 3))) for left in ((), (1,), (1, 2, 9), (1, 2, 3))]
        self.assertEqual(found, [("begins", 0), ("begins", 1), ("begins", 2), ("begins", 3)])

    def test_a_condition_is_met_when_equality_or_membership_holds(self) -> None:
        for relation, left, right, expected in (
            ("==", 5, 5, True), ("!=", 5, 5, True), ("==", 5, 6, False), ("in", "a", "abc", True),
            ("not in", 5, (5,), True), ("in", 5, "abc", False), ("in", 5, None, False),
            ("startswith", "ab", "a", True), ("endswith", "ab", "a", False),
            ("startswith", b"ab", "a", False), ("startswith", 5, "a", False),
            ("<", 5, 5, False), ("find", "ab", "a", False),
        ):  # fmt: skip
            with self.subTest(relation, left=left, right=right):
                self.assertIs(is_met(Seen(1, relation, left, right)), expected)


class ShortenedTest(unittest.TestCase):
    def test_small_values_stand_for_themselves(self) -> None:
        for value in ("abc", 5, 1.5, None, True, 1 << 200):
            self.assertEqual(shortened(value), value)

    def test_what_stands_for_a_value_is_small_and_can_be_hashed(self) -> None:
        deep: Any = _LONG
        for _ in range(3):
            deep = (deep,) * 64
        for value in (*_HOSTILE, deep, {"a": {"b": (_LONG, _HUGE)}}, ABSENT, Subject("P", (), {"a": 1})):
            short = shortened(value)
            hash(short)
            self.assertLess(len(repr(short)), 1 << 18)

    def test_different_values_are_told_apart(self) -> None:
        values: tuple[Any, ...] = (
            "abc", b"abc", ("abc",), (b"abc",), _LONG, _LONG[1:], _LONG.encode(), _HUGE, _HUGE * 2,
            {"a": 1}, {"a": 2}, {"b": 1}, ("a", "b"), ("a", "c"), (), {},
        )  # fmt: skip
        self.assertEqual(len({shortened(value) for value in values}), len(values))


class TableTest(unittest.TestCase):
    def test_every_relation_of_the_table_was_wished_for(self) -> None:
        known = {*_COMPARISONS, *TEXT_METHODS, *KIND_METHODS, "int", "float", "length", "match"}
        self.assertEqual(set(operands_wants._WANTERS), known)

    def test_the_same_seed_wishes_the_same(self) -> None:
        for relation, left, right in (
            ("in", "a", tuple(map(str, range(500)))), ("find", "abcdef" * 9, "-"), ("int", "x", 10),
        ):  # fmt: skip
            self.assertEqual(_wished(relation, left, right, 7), _wished(relation, left, right, 7))


if __name__ == "__main__":
    unittest.main()
