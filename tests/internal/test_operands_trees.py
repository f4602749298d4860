"""What is wished of a text that was decoded, by conditions on what was made of it."""

from __future__ import annotations

import ast
import base64
import configparser
import csv
import gzip
import html
import itertools
import json
import shlex
import sys
import tomllib
import unittest
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID
from xml.etree import ElementTree

from gofuzz_py.internal.operands_copy import Subject
from gofuzz_py.internal.operands_record import Seen
from gofuzz_py.internal.operands_trees import Trees
from gofuzz_py.internal.operands_wants import Wish
from gofuzz_py.internal.rand import FastRand

LIMIT = 4000


def _wishes(rows: list[tuple[Any, ...]], seed: int = 1, limit: int = LIMIT) -> list[Wish]:
    """Return what is wished of the last of some conditions that one run met."""
    seen = [Seen(number, *row) for number, row in enumerate(rows)]
    return list(Trees(seen, FastRand(seed), limit).wishes(seen[-1]))


def _texts(text: Any, decoder: Any, row: tuple[Any, ...], *before: tuple[Any, ...]) -> list[Any]:
    """Return the texts that are wished in the place of a decoded one."""
    name = decoder if isinstance(decoder, tuple) else (decoder, None)
    found = _wishes([("decodes", text, name), *before, row])
    assert all(one.seen == text and one.is_decoded for one in found)
    return [one.wanted for one in found]


def _json(tree: Any, row: tuple[Any, ...], *before: tuple[Any, ...]) -> list[Any]:
    return [json.loads(text) for text in _texts(json.dumps(tree), "json", row, *before)]


def _patterns(source: str) -> tuple[ast.pattern, ...]:
    (statement,) = ast.parse(f"match x:\n {source}").body
    assert isinstance(statement, ast.Match)
    return tuple(case.pattern for case in statement.cases)


class ChanceTest(unittest.TestCase):
    def test_one_run_tries_several_kinds_at_several_places(self) -> None:
        text = json.dumps({name: [name, 1] for name in "abcdef"})
        found = [one for one in _wishes([("decodes", text, ("json", None))]) if one.key[0] == "chance"]
        self.assertGreaterEqual(len({one.wanted for one in found}), 8)
        self.assertGreaterEqual(len({one.key[1] for one in found}), 4)

    def test_what_is_small_is_not_tried_for_ever(self) -> None:
        found = [one for one in _wishes([("decodes", "1", ("json", None))]) if one.key[0] == "chance"]
        self.assertIn(len(found), (1, 2))


class PaddingTest(unittest.TestCase):
    def test_what_the_program_pads_is_found_without_it(self) -> None:
        rows = [
            ("decodes", "e30=", ("url base64", None)),
            ("decodes", b"{}", ("json", None)),
            ("in", "a", ()),
        ]
        pairs = {(one.seen, one.wanted) for one in _wishes(rows)}
        self.assertIn(("e30=", "eyJhIjoge319"), pairs)
        self.assertIn(("e30", "eyJhIjoge319"), pairs)

    def test_what_is_put_where_nothing_was_is_another_wish(self) -> None:
        texts = ("e30=", "")
        keys = [{one.key for one in _wishes([("decodes", text, ("base64", None))])} for text in texts]
        self.assertEqual(keys[0] & keys[1], set())


class KeyTest(unittest.TestCase):
    def test_a_missing_key_is_put_where_the_others_are(self) -> None:
        found = _json({"a": {"b": 1}, "c": 2}, ("in", "d", ("a", "c")))
        self.assertIn({"a": {"b": 1}, "c": 2, "d": {}}, found)
        self.assertIn({"a": {"b": 1}, "c": 2, "d": "a"}, found)
        self.assertTrue(all(set(tree) == {"a", "c", "d"} for tree in found))
        self.assertIn({"a": {"b": 1, "d": {}}, "c": 2}, _json({"a": {"b": 1}, "c": 2}, ("in", "d", ("b",))))

    def test_a_key_gets_values_of_all_kinds(self) -> None:
        kinds = {type(tree["d"]) for tree in _json({}, ("in", "d", ()))}
        self.assertEqual(kinds, {dict, str, list, int, bool, float, type(None)})

    def test_what_a_missing_value_was_compared_with_stands_under_the_key_first(self) -> None:
        first, *_ = _json({}, ("in", "d", ()), ("==", None, "wanted"))
        self.assertEqual(first, {"d": "wanted"})
        first, *_ = _json({}, ("in", "d", ()), ("in", None, ("one", "two")))
        self.assertEqual(first, {"d": "one"})

    def test_several_objects_of_the_same_keys_get_it_at_once(self) -> None:
        found = _json([{"a": 1}, {"a": 2}], ("in", "b", ("a",)), ("==", None, 5))
        self.assertIn([{"a": 1, "b": 5}, {"a": 2, "b": 5}], found)
        self.assertIn([{"a": 1, "b": 5}, {"a": 2}], found)

    def test_keys_below_missing_keys(self) -> None:
        found = _json({"x": 1}, ("in", "a", ("x",)), ("in", "b", ()), ("in", "c", ()), ("==", None, 7))
        self.assertIn({"x": 1, "a": {"b": 7}}, found)
        self.assertIn({"x": 1, "a": {"b": {"c": 7}}}, found)

    def test_a_missing_member_is_added_to_its_list(self) -> None:
        self.assertIn({"a": ["x", "y", "z"]}, _json({"a": ["x", "y"]}, ("in", "z", ("x", "y"))))
        self.assertEqual([], _json(["z"], ("in", "z", ("z",))))

    def test_settings_and_tables(self) -> None:
        text = "[a]\nB = c"
        found = []
        for made in _texts(text, "ini", ("in", "d", ("b",)), ("==", None, "on")):
            parser = configparser.ConfigParser()
            parser.read_string(made)
            found.append({title: dict(parser[title]) for title in parser.sections()})
        self.assertIn({"a": {"b": "c", "d": "on"}}, found)
        self.assertTrue(any("[e]" in made for made in _texts(text, "ini", ("in", "e", ("a",)))))
        tables = _texts("a = 1", "toml", ("in", "b", ("a",)))
        self.assertIn({"a": 1, "b": [{}]}, list(map(tomllib.loads, tables)))

    def test_columns_and_fields_of_queries(self) -> None:
        found = [
            list(csv.DictReader(made.splitlines()))
            for made in _texts("a,b\n1,2", "records", ("in", "c", ("a", "b")), ("==", None, "XAU"))
        ]
        self.assertIn([{"a": "1", "b": "2", "c": "XAU"}], found)
        fields = [parse_qs(made) for made in _texts("a=1", "query", ("in", "b", ("a",)))]
        self.assertIn({"a": ["1"], "b": ["a"]}, fields)

    def test_attributes_and_children(self) -> None:
        text = '<a b="c"><d/><d><e/></d></a>'
        made = [ElementTree.XML(one) for one in _texts(text, "xml", ("in", "f", ("b",)), ("==", None, "on"))]
        self.assertTrue(any(root.get("f") == "on" and root.get("b") == "c" for root in made))
        for path, there, where in (
            ("g", ("d", "d"), "g"), ("d/g", ("d", "d"), "d/g"), ("g", ("e",), "d[2]/g"),
            (".//g", (), "d[1]/g"),
        ):  # fmt: skip
            with self.subTest(path, there=there):
                made = [ElementTree.XML(one) for one in _texts(text, "xml", ("in", path, there))]
                self.assertTrue(any(root.find(where) is not None for root in made))
                self.assertTrue(where == "g" or all(root.find("g") is None for root in made))
                self.assertTrue(any(len(root.findall("d")) >= 2 for root in made))
        self.assertEqual(_texts(text, "xml", ("in", "g[1]", ("d", "d"))), [])

    def test_a_text_of_an_element(self) -> None:
        made = _texts("<a/>", "xml", ("in", "b", ()), ("==", None, "on"))
        self.assertIn("on", [ElementTree.XML(one).findtext("b") for one in made])


class ValueTest(unittest.TestCase):
    def test_a_value_becomes_what_it_was_compared_with(self) -> None:
        for row, wanted in (
            (("==", "x", "y"), {"a": "y", "b": [1, 1], "c": None}),
            (("==", "x", 5), {"a": 5, "b": [1, 1], "c": None}),
            (("==", (1, 1), (2, "z")), {"a": "x", "b": [2, "z"], "c": None}),
            (("==", None, {"d": (1,)}), {"a": "x", "b": [1, 1], "c": {"d": [1]}}),
            (("<", 1, 900), {"a": "x", "b": [901, 1], "c": None}),
            (("==", 1, 5), {"a": "x", "b": [5, 5], "c": None}),
            (("in", "x", ("p", "q")), {"a": "q", "b": [1, 1], "c": None}),
            (("startswith", "x", "--"), {"a": "--x", "b": [1, 1], "c": None}),
            (("in", "None", ("p", "q")), {"a": "x", "b": [1, 1], "c": "q"}),
            (("==", "", "q"), {"a": "x", "b": [1, 1], "c": "q"}),
        ):
            with self.subTest(row=row):
                self.assertIn(wanted, _json({"a": "x", "b": [1, 1], "c": None}, row))

    def test_the_whole_and_the_type_of_it(self) -> None:
        self.assertIn([], _json({}, ("==", {}, ())))
        self.assertIn({"ok": [False]}, _json([], ("==", (), {"ok": (False,)})))
        self.assertIn(7, _json({"a": 6}, ("==", {"a": 6}, 7)))

    def test_a_list_gets_a_length(self) -> None:
        tree = {"a": [1, 2], "b": []}
        self.assertIn({"a": [1, 2, 2, 2], "b": []}, _json(tree, ("<", 2, 4)))
        self.assertIn({"a": [], "b": []}, _json(tree, (">", 2, 0)))
        self.assertIn({"a": [1, 2], "b": ["a"] * 3}, _json(tree, ("==", 0, 3)))
        self.assertEqual(_json([], ("==", 0, 10**9)), [])

    def test_the_end_of_a_list(self) -> None:
        self.assertIn([["x", 1, "y"]], _json([["x", 1]], ("==", (), ("y",))))
        self.assertIn([["x", "y", "z"]], _json([["x", 1]], ("==", (1,), ("y", "z"))))
        self.assertEqual([["x", 1], ["y"]], _json([["x", 1], []], ("==", (), ("y",)))[0])

    def test_tuples_where_the_decoder_has_them(self) -> None:
        made = [ast.literal_eval(text) for text in _texts("['a', 1]", "literal", ("==", ("a", 1), ("b", 2)))]
        self.assertIn(("b", 2), made)
        self.assertIn(["b", 2], made)

    def test_bytes_that_were_decoded(self) -> None:
        for wanted in (b"letmein", b"letmein" if sys.flags.bytes_warning else "letmein"):
            made = _texts("eDp5", "base64", ("==", b"x", wanted))
            self.assertIn(b"letmein:y", [base64.b64decode(text) for text in made])

    def test_words_and_entities(self) -> None:
        made = _texts("a 'b c'", "words", ("==", ("a", "b c"), ("x y", "'")))
        self.assertIn(["x y", "'"], [shlex.split(text) for text in made])
        made = _texts("a&amp;", "entities", ("==", "a&", "<b>"))
        self.assertIn("<b>", [html.unescape(text) for text in made])

    def test_points_in_time(self) -> None:
        form = "%d/%m/%Y"
        text = "30/10/2023"
        datetime.strptime(text, form)  # which imports what reads it
        for row, expected in (
            (("==", 0, 4), lambda day: day.weekday() == 4),
            (("==", 2023, 2031), lambda day: day.year == 2031),
            ((">", "2023-10-30T00:00:00", "2024-05-05T00:00:00"), lambda day: day > datetime(2024, 5, 5)),
        ):
            with self.subTest(row=row):
                made = [datetime.strptime(one, form) for one in _texts(text, ("strptime", form), row)]
                self.assertTrue(any(map(expected, made)))

    def test_fields_of_an_id(self) -> None:
        text = "12345678-1234-4234-9234-567812345678"
        made = [UUID(one) for one in _texts(text, "uuid", ("==", 0x5678_1234_5678, 0x0242_AC13_0003))]
        self.assertTrue(any(one.node == 0x0242_AC13_0003 for one in made))
        made = [UUID(one) for one in _texts(text, "uuid", ("==", 4, 7))]
        self.assertIn(UUID(text.replace("-4234", "-7234")), made)


class MatchTest(unittest.TestCase):
    def test_values_that_match(self) -> None:
        for source, tree in (
            ('case {"a": "b"}: ...', {"a": "b"}),
            ('case {"a": {"b": 5}}: ...', {"a": {"b": 5}}),
            ("case [1, True, None]: ...", [1, True, None]),
            ("case [1, *rest]: ...", [1]),
            ("case str(): ...", "a"),
            ("case {'a': int(), 'b': list()}: ...", {"a": 1, "b": []}),
            ("case int(5) | None: ...", 5),
            ("case ['x' as y, _]: ...", ["x", "a"]),
            ("case -1.5: ...", -1.5),
        ):
            with self.subTest(source):
                self.assertIn(tree, _json(0.25, ("match", 0.25, _patterns(source))))

    def test_what_is_there_stays(self) -> None:
        pattern = _patterns('case {"a": int(), "b": 1}: ...')
        found = _json({"x": [1], "a": 5}, ("match", {"x": (1,), "a": 5}, pattern))
        self.assertIn({"x": [1], "a": 5, "b": 1}, found)

    def test_patterns_that_nothing_in_a_text_matches(self) -> None:
        for source in ("case Point(): ...", "case Point(x=1): ...", "case a.b: ...", "case {a.b: 1}: ..."):
            with self.subTest(source):
                self.assertEqual(_json({}, ("match", {}, _patterns(source))), [])

    def test_an_object_of_the_program_is_no_part_of_a_text(self) -> None:
        subject = Subject("Point", ("x",), {"x": 1})
        for row in (("match", subject, _patterns("case 5: ...")), ("==", subject, 5), ("==", 5, subject)):
            self.assertEqual(_json({"x": 5}, row), [])


class LayerTest(unittest.TestCase):
    def test_what_was_decoded_from_what_was_decoded(self) -> None:
        inner = b'{"a": "b"}'
        for outer, name, real in (
            (base64.b64encode(inner), "base64", base64.b64decode),
            (gzip.compress(inner), "gzip", gzip.decompress),
            (base64.b64encode(b"id:" + inner + b"!"), "base64", base64.b64decode),
        ):
            for text in (inner, inner.decode()):
                with self.subTest(name, text=text):
                    rows = [("decodes", outer, (name, None)), ("decodes", text, ("json", None))]
                    found = [one for one in _wishes([*rows, ("==", "b", "c")]) if one.seen is outer]
                    expected = real(outer).replace(b'"b"', b'"c"')
                    self.assertIn(expected, [real(one.wanted) for one in found])

    def test_examples_are_put_into_what_they_were_decoded_from(self) -> None:
        rows = [("decodes", b"", ("gzip", None)), ("decodes", b"", ("json", None))]
        found = [one.wanted for one in _wishes(rows) if isinstance(one.wanted, bytes)]
        self.assertIn(b"{}", map(gzip.decompress, found))

    def test_it_ends(self) -> None:
        rows: list[tuple[Any, ...]] = [("decodes", "a" * n, ("percent", None)) for n in range(1, 7)]
        self.assertLess(len(_wishes([*rows, ("==", "a", "b")])), 3000)


class DecodesTest(unittest.TestCase):
    def test_what_is_decoded_may_be_any_of_the_examples(self) -> None:
        found = _texts("?", "json", ("decodes", "?", ("json", None)))
        for example in ("{}", "[]", "1", "null"):
            self.assertIn(example, found)

    def test_some_node_is_changed_by_chance(self) -> None:
        rows = [("decodes", '{"a": [5, 6]}', ("json", None))]
        found = [one for seed in range(60) for one in _wishes(rows, seed) if one.key[0] == "chance"]
        made = {str(one.wanted) for one in found}
        self.assertGreater(len(made), 15)
        self.assertIn('{"a": [5, 6, 6, 6]}', made)
        self.assertIn('{"a": {}}', made)

    def test_a_format_that_is_none_has_no_examples(self) -> None:
        self.assertEqual(_texts("?", ("strptime", "\0"), ("decodes", "?", ("strptime", "\0"))), [])


class BoundTest(unittest.TestCase):
    def test_long_texts_are_left_alone(self) -> None:
        text = json.dumps({"a": "x" * 20_000, "b": 5})
        rows = [("decodes", text, ("json", None)), ("==", 5, 6)]
        self.assertEqual(_wishes(rows, limit=100_000), [])

    def test_no_wish_is_longer_than_the_limit(self) -> None:
        rows = [("decodes", '{"a": 1}', ("json", None)), ("==", 1, "x" * 500)]
        self.assertNotEqual(_wishes(rows), [])
        self.assertEqual(_wishes(rows, limit=300), [])

    def test_only_so_many_wishes_of_a_condition(self) -> None:
        tree = {str(n): {"x": n} for n in range(200)}
        self.assertLess(len(_json(tree, ("in", "q", ("x",)))), 40)
        self.assertLess(len(_json([1] * 500, ("==", 1, 2))), 40)

    def test_the_same_draws_give_the_same_wishes(self) -> None:
        for row in (("decodes", '{"a": [1, "x"]}', ("json", None)), ("find", "x", "yz"), ("in", "q", ("a",))):
            rows = [("decodes", '{"a": [1, "x"]}', ("json", None)), row]
            self.assertEqual(_wishes(rows, 7), _wishes(rows, 7))

    def test_operands_that_do_not_go_together_do_no_harm(self) -> None:
        odd: tuple[Any, ...] = ("", b"", "a", b"a", 5, 10**400, float("nan"), None, True, ())
        odd += (("a", {"k": 1}), {"a": ()})
        texts = ("{}", "<a/>", "[a]\nb=c", "a,b\n1,2", "2024-02-29", "a = 1", b"[1, 'a']", "YQ==", "")
        patterns = _patterns("case 5: ...")
        names = ("json", "literal", "query", "xml", "base64", "rows", "records", "ini", "toml", "date", "no")
        for name, text in itertools.product(names, texts):
            rows = [("decodes", text, (name, None)), *(("match", left, patterns) for left in odd)]
            rows += itertools.product(("==", "in", "<", "find", "length"), odd, odd)
            seen = [Seen(number, *row) for number, row in enumerate(rows)]
            trees = Trees(seen, FastRand(1), LIMIT)
            for one in seen:
                self.assertTrue(all(isinstance(wish, Wish) for wish in trees.wishes(one)))

    def test_keys_can_be_remembered(self) -> None:
        for name, text in (("literal", "{b'a': 1, 'a': 2, (1,): [3]}"), ("json", '{"a": [1]}')):
            for row in (("in", b"q", (b"a", "a", (1,))), ("==", 1, b"x"), ("==", (3,), (b"x", "x"))):
                for one in _wishes([("decodes", text, (name, None)), row]):
                    hash(one.key)


if __name__ == "__main__":
    unittest.main()
