"""What holds for every operator for texts and formats, and which tables there are."""

from __future__ import annotations

import unittest
from collections.abc import Iterator
from typing import Any

from gofuzz_py.internal.mutators_format import FORMAT_MUTATORS, FORMAT_SPLICERS
from gofuzz_py.internal.mutators_text import TEXT_MUTATORS
from gofuzz_py.internal.rand import FastRand

#: Something of every format, so that each operator finds what it works on.
RICH = (
    "<!-- x --><p class=\"a\" id='b'>12 &#66; %41 <b>y</b> **z**</p>\n"
    '{"k": [1, 2, {"a": "b\\u0041"}], "l": [-3]}\n'
    "begin (a, b) end\n- x; y | z = 2024-01-31 é²\n"
)
#: Three records with their lengths, one in another.
BINARY = (
    b"\x30\x0a\x04\x03abc\x02\x01\x05\x04\x00"
    + b"\x00\x05hello"
    + b"\x04\x00\x00\x00wxyz"
    + b"\x00\x00\x00\x02hi"
)

ODD_TEXTS = (
    "",
    "a",
    "\n",
    "0",
    '"',
    "'''",
    "[",
    "]",
    "((((",
    "))))",
    "<a",
    "</a>",
    "\\",
    "²",
    "\ud800",
    "\x00",
    " ",
)
#: Every character has a meaning to some operator.
ALPHABET = "<>()[]{}\"'\\/,:;=&|% \n\r\t019-+.aebg#*_~$^@!?²é\u2028\ud800\x00x"
ALPHABET_BYTES = ALPHABET.encode("utf-8", "surrogatepass")

OPERATORS = [(kind, operator) for kind, table in FORMAT_MUTATORS.items() for operator in table]
SPLICERS = [(kind, splicer) for kind, table in FORMAT_SPLICERS.items() for splicer in table]


def rich(kind: type) -> Any:
    """Return a value of the type that has something for every operator."""
    return RICH if kind is str else RICH.encode() + BINARY


def odd_values(kind: type, rand: FastRand, count: int) -> Iterator[Any]:
    """Make values that fit no format: the odd texts, then random ones."""
    for text in ODD_TEXTS:
        yield text if kind is str else text.encode("utf-8", "surrogatepass")
    for _ in range(count):
        size = rand.intn(40)
        if kind is str:
            yield "".join(ALPHABET[rand.intn(len(ALPHABET))] for _ in range(size))
        elif rand.bits(1):
            yield bytes(ALPHABET_BYTES[rand.intn(len(ALPHABET_BYTES))] for _ in range(size))
        else:
            yield bytes(rand.intn(20) for _ in range(size))


class EveryOperatorTest(unittest.TestCase):
    def test_it_changes_a_value_that_has_what_it_works_on(self) -> None:
        for kind, operator in OPERATORS:
            with self.subTest(kind=kind.__name__, operator=operator.__name__):
                rand, value = FastRand(1), rich(kind)
                results = [operator(rand, value, 20_000) for _ in range(60)]
                changed = {result for result in results if result is not None and result != value}
                self.assertGreaterEqual(len(changed), 3)

    def test_odd_values_give_the_type_and_keep_to_the_limit(self) -> None:
        rand = FastRand(2)
        limits = (0, 1, 5, 40, 1000)
        for kind, operator in OPERATORS:
            with self.subTest(kind=kind.__name__, operator=operator.__name__):
                for value in odd_values(kind, rand, 40):
                    limit = limits[rand.intn(5)]
                    result = operator(rand, value, limit)
                    if result is not None:
                        self.assertIs(type(result), kind)
                        self.assertLessEqual(len(result), limit)

    def test_odd_pairs_give_the_type_and_keep_to_the_limit(self) -> None:
        rand = FastRand(3)
        limits = (0, 1, 5, 40, 1000)
        for kind, splicer in SPLICERS:
            with self.subTest(kind=kind.__name__, splicer=splicer.__name__):
                values = [*odd_values(kind, rand, 60), rich(kind)]
                for value in values:
                    limit = limits[rand.intn(5)]
                    result = splicer(rand, value, values[rand.intn(len(values))], limit)
                    if result is not None:
                        self.assertIs(type(result), kind)
                        self.assertLessEqual(len(result), limit)

    def test_a_splicer_takes_something_of_the_other_value(self) -> None:
        for kind, splicer in SPLICERS:
            with self.subTest(kind=kind.__name__, splicer=splicer.__name__):
                rand, value = FastRand(4), rich(kind)
                other = value.upper()
                results = [splicer(rand, value, other, 20_000) for _ in range(60)]
                self.assertGreaterEqual(len({r for r in results if r is not None and r != value}), 3)

    def test_the_same_seed_gives_the_same_results(self) -> None:
        for kind, operator in OPERATORS:
            with self.subTest(kind=kind.__name__, operator=operator.__name__):
                first, second = FastRand(5), FastRand(5)
                for _ in range(10):
                    self.assertEqual(operator(first, rich(kind), 900), operator(second, rich(kind), 900))

    def test_only_a_part_of_a_long_value_is_changed(self) -> None:
        for kind, operator in OPERATORS:
            value = rich(kind) * 40
            with self.subTest(kind=kind.__name__, operator=operator.__name__):
                rand = FastRand(6)
                for _ in range(8):
                    result = operator(rand, value, len(value) + 50)
                    if result is None:
                        continue
                    self.assertLessEqual(len(result), len(value) + 50)
                    # Of the two ends one at least was out of sight; records are cut as they please.
                    kept = value[:200] == result[:200] or value[-200:] == result[-200:]
                    self.assertTrue(kept or operator.__name__.endswith("_length"))


class HostileValueTest(unittest.TestCase):
    #: Each is what the search for some piece likes least.
    VALUES = (
        "(" * 2000,
        "([{<" * 500,
        "((((" + "()" * 990,
        '"' + "a" * 1990,
        "'\"" * 1000,
        "<a " * 660,
        "<a>" * 660,
        "*a" * 1000,
        "begin " * 330,
        "%" * 2000,
        "1" * 2000,
        "a," * 1000,
        "\n" * 2000,
        "\u0301\u0323" * 1000,
        " " * 2000,
    )

    def test_no_value_makes_an_operator_give_more_than_its_bound(self) -> None:
        for kind, operator in OPERATORS:
            with self.subTest(kind=kind.__name__, operator=operator.__name__):
                rand = FastRand(7)
                for value in self.VALUES:
                    data = value if kind is str else value.encode()[:2000]
                    result = operator(rand, data, 1 << 30)
                    # All line ends may become four bytes each, and all of a part UTF-32, besides LONGEST.
                    self.assertLessEqual(len(result or data), 30_000)


class TableTest(unittest.TestCase):
    def names(self, kind: type) -> list[str]:
        return [operator.__name__ for operator in FORMAT_MUTATORS[kind]]

    def test_nothing_is_listed_twice(self) -> None:
        for kind in FORMAT_MUTATORS:
            with self.subTest(kind=kind.__name__):
                self.assertEqual(len(set(self.names(kind))), len(self.names(kind)))

    def test_a_str_gets_nothing_that_its_own_table_has(self) -> None:
        own = {mutator.__name__ for mutator in TEXT_MUTATORS}
        self.assertEqual(set(), own.intersection(self.names(str)))

    def test_bytes_get_what_text_has_and_records(self) -> None:
        names = set(self.names(bytes))
        self.assertLessEqual({"insert_token", "step_number", "insert_special", "resize_record"}, names)
        self.assertEqual({"recode_str"}, set(self.names(str)) - names)

    def test_both_types_have_the_same_splicers(self) -> None:
        names = {kind: [splicer.__name__ for splicer in table] for kind, table in FORMAT_SPLICERS.items()}
        self.assertEqual(names[str], names[bytes])


if __name__ == "__main__":
    unittest.main()
