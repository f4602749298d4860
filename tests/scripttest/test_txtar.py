"""Tests of the archive format: what is a marker, round trips, replacement in place."""

from __future__ import annotations

import random
import unittest

from tests.scripttest.txtar import Archive, Member, format_archive, parse_archive, replace_members


class ParseTest(unittest.TestCase):
    def test_a_text_is_split_at_its_marker_lines(self) -> None:
        cases: list[tuple[str, bytes, bytes, list[tuple[str, bytes]]]] = [
            ("nothing", b"", b"", []),
            ("comment only", b"a\nb\n", b"a\nb\n", []),
            ("two files", b"c\n-- a --\n1\n-- b/c --\n2\n", b"c\n", [("a", b"1\n"), ("b/c", b"2\n")]),
            ("an empty file", b"-- a --\n-- b --\n", b"", [("a", b""), ("b", b"")]),
            ("no newline at the end", b"c\n-- a --\nx", b"c\n", [("a", b"x\n")]),
            ("no newline after a marker", b"-- a --", b"", [("a", b"")]),
            ("no newline after a comment", b"c", b"c\n", []),
            ("blanks round a name", b"--   a b\t --\n", b"", [("a b", b"")]),
            ("a carriage return", b"-- a --\r\nx\r\n", b"", [("a", b"x\r\n")]),
            ("a name of dashes", b"-- -- --\n", b"", [("--", b"")]),
            ("no marker: nothing between", b"-- --\n--  --\n", b"-- --\n--  --\n", []),
            ("no marker: indented", b" -- a --\n", b" -- a --\n", []),
            ("no marker: no blanks", b"--a--\n-- a--\n", b"--a--\n-- a--\n", []),
            ("no marker: more behind it", b"-- a -- \n-- a --x\n", b"-- a -- \n-- a --x\n", []),
            ("bytes that are no text", b"-- \xff --\n\x00\xff\n", b"", [("\udcff", b"\x00\xff\n")]),
        ]
        for name, text, comment, members in cases:
            with self.subTest(name):
                archive = parse_archive(text)
                self.assertEqual(comment, archive.comment)
                self.assertEqual(members, [(member.name, member.data) for member in archive.members])

    def test_members_know_where_they_stood(self) -> None:
        text = b"c\n\n-- a --\nx\ny\n-- b --\nz"
        places = [(member.line, text[member.start : member.end]) for member in parse_archive(text).members]
        self.assertEqual([(3, b"x\ny\n"), (6, b"z")], places)


class FormatTest(unittest.TestCase):
    def test_what_is_formatted_is_parsed_back(self) -> None:
        seed = 20261122
        source = random.Random(seed)
        pieces = [b"--", b" ", b"-- ", b" --", b"a", b"\xff", b"\r", b"\t", b"$", b"'", b"\n"]
        for number in range(300):
            texts = [b"".join(source.choices(pieces, k=source.randrange(9))) for _ in range(4)]
            names = [text.replace(b"\n", b"").strip(b" \t\r") or b"n" for text in texts[2:]]
            members = tuple(
                Member(name.decode("utf-8", "surrogateescape"), text + b"\n")
                for name, text in zip(names, texts, strict=False)
            )
            archive = Archive(texts[3] + b"\n", members)
            with self.subTest(seed=seed, number=number, archive=archive):
                try:
                    text = format_archive(archive)
                except ValueError:
                    continue
                self.assertEqual(archive, parse_archive(text))
                self.assertEqual(text, format_archive(parse_archive(text)))

    def test_missing_newlines_are_added(self) -> None:
        self.assertEqual(b"c\n-- a --\nx\n", format_archive(Archive(b"c", (Member("a", b"x"),))))

    def test_what_would_come_back_otherwise_is_refused(self) -> None:
        cases = {
            "a marker in a file": Archive(b"", (Member("a", b"-- b --\n"),)),
            "a marker in the comment": Archive(b"x\n-- b --"),
            "no name": Archive(b"", (Member("", b""),)),
            "a name with blanks at its end": Archive(b"", (Member("a ", b""),)),
            "a name of two lines": Archive(b"", (Member("a\nb", b""),)),
        }
        for name, archive in cases.items():
            with self.subTest(name), self.assertRaises(ValueError):
                format_archive(archive)


class ReplaceTest(unittest.TestCase):
    def test_only_the_named_members_change(self) -> None:
        text = b"odd   text\r\n\n--  a  --\n1\n-- b --\n2\n\n-- c --\nlast without newline"
        cases: list[tuple[str, dict[str, bytes], bytes]] = [
            ("nothing", {}, text),
            ("the first, longer", {"a": b"one\nmore\n"}, text.replace(b"1\n", b"one\nmore\n")),
            (
                "two, one emptied",
                {"a": b"", "b": b"x\n"},
                text.replace(b"1\n", b"").replace(b"2\n\n", b"x\n"),
            ),
            ("the last", {"c": b"new\n"}, text.replace(b"last without newline", b"new\n")),
        ]
        for name, changes, want in cases:
            with self.subTest(name):
                self.assertEqual(want, replace_members(text, changes))

    def test_a_marker_at_the_very_end_gets_its_newline(self) -> None:
        self.assertEqual(b"-- a --\nx\n", replace_members(b"-- a --", {"a": b"x\n"}))

    def test_what_an_archive_cannot_hold_is_refused(self) -> None:
        for data in (b"no newline", b"x\n-- b --\n"):
            with self.subTest(data), self.assertRaises(ValueError):
                replace_members(b"-- a --\n", {"a": data})
        with self.assertRaises(KeyError):
            replace_members(b"-- a --\n", {"b": b""})
