"""Lengths and their records in bytes, and splicing at matching boundaries."""

from __future__ import annotations

import unittest
from typing import TYPE_CHECKING

from gofuzz_py.internal import mutators_format_records as records
from gofuzz_py.internal import mutators_format_splice as splice
from gofuzz_py.internal.rand import FastRand

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.mutators_format_window import BytesOperator, Splice
    from gofuzz_py.internal.rand import Rand


def results(operator: BytesOperator, value: bytes, count: int = 3000, limit: int = 50_000) -> set[bytes]:
    """Return what an operator makes of a value, with many draws."""
    rand = FastRand(1)
    made = (operator(rand, value, limit) for _ in range(count))
    return {data for data in made if data is not None}


def parse(data: bytes, width: int, depth: int = 0) -> list[bytes] | None:
    """Read records of one byte of tag and a length, or return None where they do not fit."""
    bodies = []
    while data:
        end = 1 + width + int.from_bytes(data[1 : 1 + width], "big")
        if len(data) < 1 + width or len(data) < end:
            return None
        bodies.append(data[1 + width : end])
        data = data[end:]
    return bodies


class FindTest(unittest.TestCase):
    #: Value, where the length stands, the body that must be found.
    FOUND = (
        (b"\x05hello", 0, b"hello"),
        (b"\x05\x00hello", 0, b"hello"),
        (b"T\x00\x05hello", 1, b"hello"),
        (b"T\x00\x00\x00\x05hello", 1, b"hello"),
        (b"T\x05\x00\x00\x00hello", 1, b"hello"),
        (b"\x01\x02\x00\x02hi and more", 2, b"hi"),
        (b"\x00\x09T\x00" + b"hello", 0, b"T\x00hello"),
    )

    def test_lengths_of_all_forms_are_found(self) -> None:
        for value, place, body in self.FOUND:
            with self.subTest(value=value):
                rand = FastRand(1)
                found = {records.find_record(rand, value, 100) for _ in range(500)}
                bodies = {(at, value[start:end]) for item in found if item for _, at, start, end in [item]}
                self.assertIn((place, body), bodies)

    def test_nothing_is_found_where_no_length_fits(self) -> None:
        for value in (b"", b"a", b"\xff\xff\xff", b"plain text of letters"):
            with self.subTest(value=value):
                rand = FastRand(1)
                self.assertEqual({None}, {records.find_record(rand, value, 100) for _ in range(200)})


class RecordTest(unittest.TestCase):
    def test_many_lengths_are_written_as_one_by_one(self) -> None:
        for form in (
            records._BYTE,
            records._SHORT,
            records._SWAPPED_SHORT,
            records._LONG,
            records._SWAPPED_LONG,
        ):
            for header in (b"", b"T", b"tags"):
                lengths = range(200, 9, -3)
                with self.subTest(form=form.format, header=header):
                    self.assertGreater(len(lengths), records._MANY)
                    wanted = b"".join(header + form.pack(length) for length in lengths)
                    self.assertEqual(wanted, records._heads(header, form, lengths))

    def test_records_stay_in_form_when_they_grow_shrink_and_nest(self) -> None:
        value = b"T\x00\x05hello"
        changes: tuple[tuple[BytesOperator, Callable[[bytes], bool]], ...] = (
            (records.resize_record, lambda body: len(body) > 5),
            (records.resize_record, lambda body: len(body) < 5),
            (records.resize_record, lambda body: body == b""),
            (records.nest_record, lambda body: body == value),
            (records.nest_record, lambda body: len(body) > 1000),
        )
        for operator, is_wanted in changes:
            with self.subTest(operator=operator.__name__):
                parsed = [parse(data, 2) for data in results(operator, value)]
                self.assertTrue(
                    any(bodies and len(bodies) == 1 and is_wanted(bodies[0]) for bodies in parsed)
                )

    def test_whole_records_are_repeated_removed_and_exchanged(self) -> None:
        first, second = b"A\x02hi", b"B\x03you"
        made = results(records.repeat_record, first + second)
        wanted = {first + first + second, first, second, second + first, first + second + second}
        self.assertEqual(set(), wanted - made)

    def test_a_broken_length_leaves_the_body_and_the_other_way(self) -> None:
        made = results(records.break_length, b"\x00\x05hello")
        wanted = {
            b"\x00\x00hello",
            b"\xff\xffhello",
            b"\x00\x06hello",
            b"\x80\x00hello",
            b"\x00\x05hell",
            b"\x00\x05helloo",
        }
        self.assertEqual(set(), wanted - made)

    def test_a_length_that_would_not_fit_its_form_is_declined(self) -> None:
        value = b"\xff" + b"a" * 255
        for data in results(records.resize_record, value):
            if data[1:] == b"a" * (len(data) - 1):
                self.assertEqual(data[0], len(data) - 1)


class SpliceTest(unittest.TestCase):
    #: Splice, text, other, results that must be among many draws.
    MADE: tuple[tuple[Splice, str, str, set[str]], ...] = (
        (splice.splice_piece, "f(a)", "g(b)", {"f(b)", "f(b)(a)", "f(a)(b)"}),
        (splice.splice_piece, "f<a>", "g(b)", set()),
        (splice.splice_into_piece, "f(a)", "[b]", {"f([b]a)", "f(a[b])", "f([b])"}),
        (splice.splice_quoted, 'x="a"', 'y="b"', {'x="b"'}),
        (splice.splice_lines, "a\nb\n", "c\nd\n", {"c\nb\n", "a\nd\n", "c\na\nb\n", "a\nd\nb\n"}),
        (splice.splice_word, "ab=1", "cd=2", {"cd=1", "ab=2"}),
        (splice.cross_at_boundary, "ab,cd", "ef,gh", {"ab,gh"}),
        (splice.cross_at_boundary, "xaby", "zabw", {"xabw"}),
    )

    def test_the_wanted_results_are_among_them(self) -> None:
        for edit, text, other, wanted in self.MADE:
            with self.subTest(splice=edit.__name__, text=text):
                rand = FastRand(1)
                made = {edit(rand, text, other, 1000) for _ in range(2000)}
                self.assertEqual(set(), wanted - made)

    def test_a_piece_comes_into_a_place_of_its_own_class(self) -> None:
        rand: Rand = FastRand(2)
        for _ in range(300):
            text = splice.splice_quoted(rand, 'x = "a", 1', "'b' + \"c\"", 1000)
            assert text is not None
            self.assertTrue(text.startswith("x = "), text)
            self.assertTrue(text.endswith(", 1"), text)

    def test_without_a_match_they_decline(self) -> None:
        rand = FastRand(3)
        for edit in (
            splice.splice_piece,
            splice.splice_into_piece,
            splice.splice_quoted,
            splice.cross_at_boundary,
        ):
            with self.subTest(splice=edit.__name__):
                self.assertEqual({None}, {edit(rand, "(ab)", "xyz", 1000) for _ in range(50)})


if __name__ == "__main__":
    unittest.main()
