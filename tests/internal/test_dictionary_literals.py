"""Constants in a source text, by what is done with them."""

from __future__ import annotations

import textwrap
import unittest

from gofuzz_py.internal.dictionary_literals import ASKED, PLAIN, SAID, SHOWN, literals_of


def _words(text: str) -> dict[object, int]:
    return {literal.value: literal.weight for literal in literals_of(textwrap.dedent(text)).words}


class RoleTest(unittest.TestCase):
    def test_a_constant_weighs_by_where_it_stands(self) -> None:
        rows: tuple[tuple[str, dict[object, int]], ...] = (
            ("if kind == 'checkpoint': pass", {"checkpoint": ASKED}),
            ("x in ('a1', 'b1', b'c1', 4711)", {"a1": ASKED, "b1": ASKED, b"c1": ASKED, 4711: ASKED}),
            ("x in {'a1', 'b1'} or y < -300", {"a1": ASKED, "b1": ASKED, -300: ASKED}),
            ("match x:\n case 'a1' | 'b1': y", {"a1": ASKED, "b1": ASKED}),
            ("match x:\n case {'key': 77}: y", {"key": ASKED, 77: ASKED}),
            ("x.startswith(('<!--', '<?'))", {"<!--": ASKED, "<?": ASKED}),
            ("d.get('name', 'nobody')", {"name": ASKED, "nobody": ASKED}),
            ("d['key']", {"key": SHOWN}),
            ("{'key': 'value', **other}", {"key": SHOWN, "value": PLAIN}),
            ("f('argument', key='value')", {"argument": PLAIN, "value": PLAIN}),
            ("def f(x='default', *, y='other'): pass", {"default": PLAIN, "other": PLAIN}),
            ("class A(B, key='value'): pass", {"value": PLAIN}),
            ("raise ValueError('bad ' + x)", {"bad ": SAID}),
            ("assert x == 'wanted', 'message'", {"wanted": ASKED, "message": SAID}),
            ("log.warning('odd', x['key'])", {"odd": SAID, "key": SHOWN}),
            ("f'got {x} and {y[\"key\"]}'", {"got ": SAID, " and ": SAID, "key": SHOWN}),
            ("'%s items' % n", {"%s items": SAID}),
            ("x.lower() == 'y'.join(z)", {"y": PLAIN}),
            ("2.5 * x", {2.5: PLAIN}),
        )  # fmt: skip
        for text, words in rows:
            with self.subTest(text):
                self.assertEqual(words, _words(text))

    def test_what_is_no_word_is_left_out(self) -> None:
        for text in (
            "x: 'annotation'",
            "def f(x: 'annotation') -> 'result': pass",
            "'a string by itself'",
            "def f():\n 'A docstring.'",
            "class A:\n 'A docstring.'",
            "'''A docstring.'''",
            "x == 7",
            "x == ''",
            "x is None or x == True or x == ... or x == 1j",
            "x == '" + "y" * 65 + "'",
        ):
            with self.subTest(text):
                self.assertEqual({}, _words(text))

    def test_patterns_give_the_text_in_them(self) -> None:
        rows: tuple[tuple[str, dict[object, int]], ...] = (
            (r"re.match(r'<(a|b)>\d', x)", {"<a>": ASKED, "<b>": ASKED}),
            ("re.compile('one # no\\n two', re.VERBOSE | re.I)", {"onetwo": ASKED}),
            ("re.sub(pattern, 'with', x)", {"with": PLAIN}),
            (r"FROM = r'FROM\s+'", {"FROM": PLAIN}),
        )
        for text, words in rows:
            with self.subTest(text):
                self.assertEqual(words, _words(text))

    def test_examples_in_docstrings_give_their_arguments(self) -> None:
        found = literals_of(
            textwrap.dedent('''
            def parse(text):
                """Parse.

                >>> parse("BEGIN:VCARD",
                ...       4242)
                'result'
                >>> this is broken
                >>> parse(b"bytes")
                """
            ''')
        )
        self.assertEqual(
            [("BEGIN:VCARD", SHOWN), (4242, SHOWN), (b"bytes", SHOWN)],
            [(word.value, word.weight) for word in found.words],
        )
        self.assertTrue(all(3 <= word.line <= 10 for word in found.words))


class PlaceTest(unittest.TestCase):
    def test_lines_and_spans_of_functions_are_told(self) -> None:
        found = literals_of(
            textwrap.dedent("""\
            def one():
                def inner():
                    return x == "deep"
                return inner
            class A:
                async def two(self):
                    return x == "method"
            if x:
                def three(): pass
            """)
        )
        self.assertEqual([(1, 4), (6, 7), (9, 9)], found.spans)
        self.assertEqual({"deep": 3, "method": 7}, {word.value: word.line for word in found.words})

    def test_what_names_are_looked_up_by_is_told(self) -> None:
        rows: tuple[tuple[str, list[tuple[str, str, int]]], ...] = (
            ("getattr(self, 'do_' + name)", [("do_", "", 1)]),
            ("getattr(self, f'visit_{name}')", [("visit_", "", 1)]),
            ("getattr(self, f'{name}_handler')", [("", "_handler", 1)]),
            ("getattr(self, 'on_%s_done' % name)", [("on_", "_done", 1)]),
            ("method = 'do_' + name\nreturn_ = getattr(self, method)", [("", "", 2), ("do_", "", 1)]),
            ("getattr(self, name)", [("", "", 1)]),
            ("getattr(self, 'fixed')", []),
            ("x = 'do_' + name", []),
            ("getattr(x, f'two words {name}')", []),
        )
        for text, affixes in rows:
            with self.subTest(text):
                self.assertCountEqual(affixes, literals_of(text).affixes)


class BoundTest(unittest.TestCase):
    def test_words_are_bounded(self) -> None:
        text = "x in (" + ",".join(f"'word{number}'" for number in range(9000)) + ")"
        self.assertEqual(4096, len(literals_of(text).words))

    def test_deep_nesting_does_no_harm(self) -> None:
        depth = 80
        text = "x = " + "[" * depth + "f(y == 'bottom')" + "]" * depth
        self.assertEqual({"bottom": ASKED}, _words(text))

    def test_a_source_that_is_none_raises(self) -> None:
        with self.assertRaises(SyntaxError):
            literals_of("def (")


if __name__ == "__main__":
    unittest.main()
