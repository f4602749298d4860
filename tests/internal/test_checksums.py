"""Rules inferred from the two operands of a comparison, held to the formats' own readers.

Each format of helpers_checksums gets a value with a wrong field; one of the
first rules that are inferred must make its reader accept other bodies.  Also
here: what a rule promises, rules on top of each other, and that nothing makes
the inference raise, run away or change its mind.
"""

from __future__ import annotations

import hashlib
import random
import struct
import subprocess
import sys
import unittest
import zlib
from pathlib import Path

from gofuzz_py.internal.checksums import LONGEST_VALUE, Repair, arrange, infer, infer_common, repair_all
from tests.internal.helpers_checksums import FORMATS, Format, png, read_png

ROOT = Path(__file__).resolve().parent.parent.parent


def is_accepted(form: Format, value: bytes | str | None) -> bool:
    """Does the format's reader find the field right?"""
    if value is None:
        return False
    try:
        read, computed = form.read(value)
    except (ValueError, IndexError, KeyError, struct.error, zlib.error):
        return False
    return read == computed


def build_wrong(form: Format, rand: random.Random) -> bytes | str:
    """Make a value whose field is wrong."""
    while True:
        value = form.build(form.body(rand), rand)
        if not is_accepted(form, value):
            return value


class FormatTest(unittest.TestCase):
    """One test for each format, made below."""

    def check(self, form: Format, seed: int) -> None:
        """Infer from one value, and repair others."""
        rand = random.Random(seed)
        value = build_wrong(form, rand)
        operands = form.read(value)
        repairs = infer(value, *operands)
        others = [build_wrong(form, rand) for _ in range(5)]
        for place, repair in enumerate(repairs):
            if all(is_accepted(form, repair.apply(other)) for other in others):
                self.assertLess(place, form.within, f"seed {seed}: {repair.describe()} comes too late")
                return
        told = "\n".join(repair.describe() for repair in repairs)
        self.fail(f"seed {seed}: nothing repairs {value!r:.200} from {operands}; there is\n{told}")


def _add_format_tests() -> None:
    for number, form in enumerate(FORMATS):

        def test(self: FormatTest, form: Format = form) -> None:
            for seed in (1, 2):
                self.check(form, seed)

        test.__doc__ = form.name
        setattr(FormatTest, f"test_{number:02}_{form.name.replace(' ', '_').replace(',', '')}", test)


_add_format_tests()


class RepairTest(unittest.TestCase):
    """What a rule does to a value."""

    def crc_first(self) -> Repair:
        """Return the rule for a crc32 in the first four bytes."""
        body = b"a body of some bytes"
        return infer(b"\1\2\3\4" + body, 0x01020304, zlib.crc32(body))[0]

    def test_a_right_value_comes_back_as_the_same_object(self) -> None:
        repair = self.crc_first()
        mended = repair.apply(b"0000 another body")
        self.assertEqual(struct.pack(">I", zlib.crc32(b" another body")) + b" another body", mended)
        assert mended is not None
        self.assertIs(repair.apply(mended), mended)

    def test_a_value_too_short_for_the_field_has_no_repair(self) -> None:
        for value in (b"", b"abc"):
            self.assertIsNone(self.crc_first().apply(value))

    def test_a_long_value_is_explained_by_its_plainest_parts(self) -> None:
        body = random.Random(8).randbytes(70000)
        repair = infer(b"\1\2\3\4" + body, 0x01020304, zlib.crc32(body))[0]
        self.assertEqual(zlib.crc32(b"body").to_bytes(4, "big") + b"body", repair.apply(b"0000body"))

    def test_a_value_of_the_other_type_has_no_repair(self) -> None:
        self.assertIsNone(self.crc_first().apply("0000 text"))
        self.assertIsNone(infer("7:seven", 7, 5)[0].apply(b"7:seven"))

    def test_equal_rules_are_equal_and_hashable(self) -> None:
        self.assertEqual(self.crc_first(), self.crc_first())
        self.assertEqual(1, len({self.crc_first(), self.crc_first()}))

    def test_a_rule_describes_itself(self) -> None:
        self.assertEqual(
            "crc32 of bytes from byte 4 to the end, at offset 0, 4 bytes big endian",
            self.crc_first().describe(),
        )

    def test_either_operand_may_be_the_computed_one(self) -> None:
        body = b"what is summed up"
        crc = zlib.crc32(body)
        self.assertEqual(
            infer(b"\1\2\3\4" + body, 0x01020304, crc), infer(b"\1\2\3\4" + body, crc, 0x01020304)
        )

    def test_operands_in_tuples_are_compared_one_by_one(self) -> None:
        body = b"what is summed up"
        value = b"\1\2\3\4" + body
        found = infer(value, ("v1", 0x01020304), ("v1", zlib.crc32(body)))
        self.assertEqual(infer(value, 0x01020304, zlib.crc32(body)), found)

    def test_a_right_field_is_explained_too(self) -> None:
        body = b"what is summed up"
        value = zlib.crc32(body).to_bytes(4, "little") + body
        repair = infer(value, zlib.crc32(body), zlib.crc32(body))[0]
        self.assertIs(repair.apply(value), value)

    def test_every_rule_writes_the_wanted_number_into_the_value_it_came_from(self) -> None:
        value = b"\x07" + b"twelve bytes"
        for repair in infer(value, 7, sum(b"twelve bytes") & 255):
            with self.subTest(repair.describe()):
                mended = repair.apply(value)
                assert isinstance(mended, bytes)
                self.assertNotEqual(value, mended)

    def test_offsets_in_text_hold_with_characters_of_many_bytes(self) -> None:
        for body in ("plain", "häßlich", "\N{SNOWMAN} and \N{GRINNING FACE}"):
            with self.subTest(body):
                repairs = infer(f"77|{body}", 77, len(body))
                self.assertIn(f"{9:02}|{'ä' * 9}", [repair.apply(f"77|{'ä' * 9}") for repair in repairs])

    def test_lone_surrogates_in_text_do_no_harm(self) -> None:
        value = "\udc80crc=00000000;" + "body \ud800"
        wanted = f"{zlib.crc32(value[14:].encode('utf-8', 'surrogatepass')):08x}"
        repairs = infer(value, "00000000", wanted)
        self.assertEqual(value.replace("00000000", wanted), repairs[0].apply(value))
        self.assertIsNone(repairs[0].apply("\udc80"))


def sha1_of(data: bytes) -> bytes:
    """Return the digest of some bytes."""
    return hashlib.sha1(data).digest()


BODY, OTHER = b"a body of bytes to be summed up", b"another body to be summed up after it"

#: Name, a value, what was read and what was computed, another value and what it should become.
#: Each is a way to write or compare a field that the formats do not have.
READINGS: tuple[tuple[str, bytes | str, object, object, bytes | str, bytes | str], ...] = (
    (
        "a digest compared as a number",
        sha1_of(b"") + BODY,
        int.from_bytes(sha1_of(b""), "big"),
        int.from_bytes(sha1_of(BODY), "big"),
        bytes(20) + OTHER,
        sha1_of(OTHER) + OTHER,
    ),
    (
        "a raw digest compared in hex",
        sha1_of(b"") + BODY,
        sha1_of(b"").hex(),
        sha1_of(BODY).hex(),
        bytes(20) + OTHER,
        sha1_of(OTHER) + OTHER,
    ),
    (
        "a digest in hex compared raw",
        sha1_of(b"").hex().encode() + b" " + BODY,
        sha1_of(b""),
        sha1_of(BODY),
        b"0" * 40 + b" " + OTHER,
        sha1_of(OTHER).hex().encode() + b" " + OTHER,
    ),
    (
        "a digest in upper case of which the lower case is compared",
        sha1_of(b"").hex().upper().encode() + b" " + BODY,
        sha1_of(b"").hex(),
        sha1_of(BODY).hex(),
        b"0" * 40 + b" " + OTHER,
        sha1_of(OTHER).hex().upper().encode() + b" " + OTHER,
    ),
    (
        "a digest with its name and quotes",
        b'"sha1:' + sha1_of(b"").hex().encode() + b'"' + BODY,
        b'"sha1:' + sha1_of(b"").hex().encode() + b'"',
        b'"sha1:' + sha1_of(BODY).hex().encode() + b'"',
        b'"sha1:' + b"0" * 40 + b'"' + OTHER,
        b'"sha1:' + sha1_of(OTHER).hex().encode() + b'"' + OTHER,
    ),
    (
        "a number filled up with blanks",
        b"      5" + BODY,
        5,
        len(BODY),
        b"      1" + OTHER,
        b"%7d" % len(OTHER) + OTHER,
    ),
    (
        "a varint after a magic number",
        b"V\xac\x02" + BODY * 5,
        300,
        5 * len(BODY),
        b"V\xac\x02" + OTHER * 5,
        b"V\xb9\x01" + OTHER * 5,
    ),
    ("a check digit that is an X", "0804429573", "3", "X", "0306406153", "0306406152"),
    ("a check digit that was an X", "030640615X", "X", "2", "0804429579", "080442957X"),
    (
        "a signed checksum",
        b"\xff\xff" + BODY,
        -1,
        sum(BODY),
        b"\0\0" + OTHER,
        struct.pack(">H", sum(OTHER)) + OTHER,
    ),
    (
        "a length that a str encodes in one character",
        "\xe9" + BODY.decode(),
        0xE9,
        len(BODY),
        "\xe9" + OTHER.decode(),
        chr(len(OTHER)) + OTHER.decode(),
    ),
    (
        "a crc that is in little endian in hex",
        b"00000000" + BODY,
        b"00000000",
        zlib.crc32(BODY).to_bytes(4, "little").hex().encode(),
        b"00000000" + OTHER,
        zlib.crc32(OTHER).to_bytes(4, "little").hex().encode() + OTHER,
    ),
)


class ReadingTest(unittest.TestCase):
    """Ways to write and compare a field."""

    def test_every_way_is_understood(self) -> None:
        for name, value, field, computed, other, wanted in READINGS:
            with self.subTest(name):
                mended = [repair.apply(other) for repair in infer(value, field, computed)]
                self.assertIn(wanted, mended[:8])

    def test_text_that_only_looks_like_a_digest_is_no_field(self) -> None:
        for field, computed in (("AAAAA-+/", "BBBBB-+/"), ("not-a-hash!", "not-a-hash?"), ("abc", "abcd")):
            with self.subTest(field):
                self.assertEqual([], infer(f"<{field}> and some text", field, computed))


class CommonTest(unittest.TestCase):
    """Several observations of one comparison."""

    def test_a_second_observation_leaves_few_rules(self) -> None:
        rand = random.Random(9)
        for _ in range(3):
            values = [rand.randbytes(size) for size in (20, 31)]
            seen = [(value, value[2], sum(value[3:]) % 251) for value in values]
            other = rand.randbytes(50)
            wanted = other[:2] + bytes([sum(other[3:]) % 251]) + other[3:]
            mended = [repair.apply(other) for repair in infer_common(seen)]
            self.assertIn(wanted, mended[:3])

    def test_one_observation_is_as_good_as_it_is(self) -> None:
        body = b"what is summed up"
        seen = b"\1\2\3\4" + body, 0x01020304, zlib.crc32(body)
        self.assertEqual(infer(*seen), infer_common([seen]))

    def test_nothing_seen_gives_no_rule(self) -> None:
        self.assertEqual([], infer_common([]))
        self.assertEqual([], infer_common([(b"", 1, 2), (b"abc", None, "x")]))


class CompositionTest(unittest.TestCase):
    """Rules on top of each other."""

    def record(self, body: bytes, length: int, crc: int) -> bytes:
        """Make a record with its length and the checksum of both."""
        return b"REC" + struct.pack(">H", length) + body + struct.pack(">I", crc)

    def repairs(self) -> list[Repair]:
        """Infer the length and then the checksum."""
        body = b"the body of the record"
        length_wrong = self.record(body, 999, 123456789)
        lengths = infer(length_wrong, 999, len(body))
        crc_wrong = self.record(body, len(body), 123456789)
        return [infer(crc_wrong, 123456789, zlib.crc32(crc_wrong[:-4]))[0], lengths[0]]

    def test_a_checksum_over_a_length_is_computed_after_it(self) -> None:
        for body in (b"short", b"quite a bit longer than the one before, by all means"):
            with self.subTest(body):
                broken = self.record(body, 1, 2)
                mended = repair_all(arrange(self.repairs(), broken), broken)
                whole = self.record(body, len(body), 0)[:-4]
                self.assertEqual(whole + struct.pack(">I", zlib.crc32(whole)), mended)

    def test_what_does_not_apply_is_passed_over(self) -> None:
        self.assertEqual(b"R", repair_all(self.repairs(), b"R"))

    def test_every_chunk_is_repaired_wherever_it_was_moved(self) -> None:
        rand = random.Random(4)
        value = png(b"some pixels", rand)
        repairs = [repair for repair in infer(value, *read_png(value)) if repair.scope]
        chunks = b"\0\0\0\5tEXthello\0\0\0\0" + b"\0\0\0\0IEND\0\0\0\0"
        found = [repair.apply(value[:8] + chunks) for repair in repairs]
        wanted = zlib.crc32(b"tEXthello"), zlib.crc32(b"IEND")
        self.assertIn(
            value[:8] + struct.pack(">I", 5) + b"tEXthello" + struct.pack(">III", wanted[0], 0, 0x49454E44)
            + struct.pack(">I", wanted[1]),
            found,
        )  # fmt: skip


class BoundsTest(unittest.TestCase):
    """Whatever is asked, there is an answer, the same one, and soon."""

    def operands(self) -> list[object]:
        """List operands of many kinds, some of them hostile."""

        class Number(int):
            def __eq__(self, other: object) -> bool:
                raise AssertionError("called back")

            def __index__(self) -> int:
                raise AssertionError("called back")

            __hash__ = None  # type: ignore[assignment]

        numbers: list[object] = [0, 1, -1, 255, 65535, -(1 << 31), 1 << 64, 10**5000, -(10**5000)]
        texts = [
            "",
            "0",
            "X",
            "ff",
            "00000000",
            "é",
            "\ud800",
            "a" * 100000,
            "sha256=",
            "=" * 100,
            "0x",
            "::",
        ]
        raw = [b"", b"\0", b"ab", b"\xff" * 16, b"x" * 100000, bytearray(b"abcd"), memoryview(b"abcd")]
        return [*numbers, *texts, *raw, None, True, 1.5, (), (1, 2), ("a",) * 100, [1], {}, Number(3)]

    def test_no_pair_of_operands_makes_it_raise(self) -> None:
        values: list[bytes | str] = [b"", b"ab\0", "0", "ab\ud800é"]
        operands = self.operands()
        for place, field in enumerate(operands):
            for computed in operands[place % 4 :: 4]:
                for repair in infer(values[place % 4], field, computed):
                    repair.apply(values[place % 4])

    def test_no_garbage_makes_a_rule_raise(self) -> None:
        rand = random.Random(5)
        for form in rand.sample(FORMATS, 6):
            value = build_wrong(form, rand)
            for repair in infer(value, *form.read(value)):
                for size in (0, 1, 3, 20, 600):
                    noise = rand.randbytes(size)
                    repair.apply(
                        noise if isinstance(value, bytes) else noise.decode("utf-8", "surrogateescape")
                    )
                    repair.describe()

    def test_a_long_value_is_searched_within_the_budget(self) -> None:
        calls = 0

        def count(frame: object, event: str, argument: object) -> None:
            nonlocal calls
            calls += event == "call"

        sys.setprofile(count)
        try:
            infer(random.Random(6).randbytes(30000), 0, 200)
        finally:
            sys.setprofile(None)
        # Without budgets it would be many millions.
        self.assertLess(calls, 300_000)

    def test_a_value_beyond_the_limit_is_not_looked_into(self) -> None:
        self.assertEqual([], infer(bytes(LONGEST_VALUE + 1), 0, 5))

    def test_a_part_that_takes_too_long_to_sum_up_is_left_alone(self) -> None:
        repair = infer(b"\1" + b"some bytes", 1, sum(b"some bytes") & 255)[0]
        self.assertIsNone(repair.apply(bytes(1 << 21)))

    def test_another_process_infers_the_same(self) -> None:
        script = (
            "from gofuzz_py.internal.checksums import infer\n"
            "for repair in infer('7|a=1;b=22;c=333', 7, 3) + infer(bytes(range(40)), 3, 77):\n"
            "    print(repair.describe())"
        )
        found = {
            subprocess.run(
                [sys.executable, "-c", script],
                cwd=ROOT,
                env={"PYTHONHASHSEED": seed},
                capture_output=True,
                check=True,
            ).stdout
            for seed in ("1", "2")
        }
        self.assertEqual(1, len(found))
        self.assertGreater(len(found.pop()), 100)

    def test_unrelated_wide_numbers_are_not_explained(self) -> None:
        rand = random.Random(7)
        for _ in range(4):
            value = rand.randbytes(40)
            field, computed = int.from_bytes(value[:4], "big"), rand.getrandbits(32) | 1 << 31
            self.assertEqual([], infer(value, field, computed))


if __name__ == "__main__":
    unittest.main()
