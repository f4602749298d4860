"""The functions a field may hold, against published values and plain loops."""

from __future__ import annotations

import hashlib
import random
import unittest
from collections.abc import Callable, Sequence

from gofuzz_py.internal import checksums_crc, checksums_digits, checksums_functions
from gofuzz_py.internal.checksums_functions import LENGTH, NOT_APPLICABLE, SUM, Base, Derived

ALL = (
    *checksums_functions.SUMS,
    *checksums_functions.SLOW_SUMS,
    *checksums_functions.DIGESTS,
    *checksums_crc.FAST_CRCS,
    *checksums_crc.SLOW_CRCS,
    *checksums_crc.HASHES,
    *checksums_digits.CHECK_DIGITS,
)
BY_NAME = {base.name: base for base in ALL}

#: What the catalogues print for the nine digits.
OF_NINE_DIGITS = {
    "crc32": 0xCBF43926, "crc32c": 0xE3069283, "crc32/bzip2": 0xFC891918, "crc32/ogg": 0x89A1897F,
    "crc16/xmodem": 0x31C3, "crc16/ccitt": 0x29B1, "crc16/aug-ccitt": 0xE5CC, "crc16/arc": 0xBB3D,
    "crc16/modbus": 0x4B37, "crc16/kermit": 0x2189, "crc16/x25": 0x906E, "crc16/umts": 0xFEE8,
    "crc16/dnp": 0xEA82, "crc8": 0xF4, "crc8/maxim": 0xA1, "crc8/nrsc5": 0xF7, "crc8/rohc": 0xD0,
    "crc8/j1850": 0x4B, "crc24/openpgp": 0x21CF02, "crc64/ecma": 0x6C40DF5F0B497347,
    "crc64/xz": 0x995DC9BBDF1939FA, "crc64/iso": 0xB90956C775A41001, "adler32": 0x091E01DE,
}  # fmt: skip

OTHERS = (
    ("fnv1a-32", b"foobar", 0xBF9CF968),
    ("fnv1-32", b"foobar", 0x31F0B262),
    ("fnv1a-64", b"foobar", 0x85944171F73967E8),
    ("fnv1-64", b"foobar", 0x340D8765A4DDA9C2),
    ("djb2", b"hello", 0x0F923099),
    ("31-hash", b"hello", 99162322),
    ("fletcher16", b"abcde", 0xC8F0),
    ("fletcher32", b"abcde", 0xF04FC729),
    ("fletcher32", b"abcdef", 0x56502D2A),
    ("luhn digit", b"7992739871", 3),
    ("luhn digit", b"7992 7398-71", 3),
    ("ean digit", b"400638133393", 1),
    ("isbn-10 digit", b"030640615", 2),
    ("isbn-10 digit", b"080442957", 10),
    ("mod 11-2 digit", b"0000-0002-1825-009", 7),
    ("mod 11,10 digit", b"0794", 5),
    ("damm digit", b"572", 4),
    ("verhoeff digit", b"236", 3),
    ("routing digit", b"11100002", 5),
    ("passport digit", b"L898902C<", 3),
    ("passport digit", b"690806", 1),
    ("iban digits", b"GBWEST12345698765432", 82),
    ("luhn digit of letters", b"US037833100", 5),
)


class FunctionTest(unittest.TestCase):
    def test_names_are_unique(self) -> None:
        self.assertEqual(len(ALL), len(BY_NAME))

    def test_catalogues_agree_on_the_nine_digits(self) -> None:
        for name, wanted in OF_NINE_DIGITS.items():
            with self.subTest(name):
                self.assertEqual(f"{wanted:x}", f"{BY_NAME[name].compute(b'123456789'):x}")

    def test_published_values(self) -> None:
        for name, data, wanted in OTHERS:
            with self.subTest(name, data=data):
                self.assertEqual(wanted, BY_NAME[name].compute(data))

    def test_sums_are_what_a_loop_gives(self) -> None:
        rand = random.Random(1)
        for size in (0, 1, 2, 3, 31, 32, 33, 64, 101):
            data = rand.randbytes(size)
            for name, loop in LOOPS.items():
                with self.subTest(name, size=size):
                    self.assertEqual(loop(data), BY_NAME[name].compute(data))

    def test_digests_are_those_of_hashlib(self) -> None:
        for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s", "sha3_256"):
            with self.subTest(name):
                wanted = hashlib.new(name, b"abc").digest()
                self.assertEqual(wanted, BY_NAME[name].compute(b"abc").to_bytes(len(wanted), "big"))

    def test_results_stay_below_the_stated_width(self) -> None:
        rand = random.Random(2)
        for base in ALL:
            for data in (b"", b"1", b"12345678901234", b"\xff" * 50, rand.randbytes(70)):
                with self.subTest(base.name, data=data):
                    result = base.compute(data)
                    self.assertGreaterEqual(result, NOT_APPLICABLE)
                    self.assertTrue(base.bits == 0 or result < 1 << base.bits)

    def test_check_digits_are_for_digits_alone(self) -> None:
        for base in checksums_digits.CHECK_DIGITS:
            for data in (b"", b"\xb2\xb3", "\N{ARABIC-INDIC DIGIT ONE}".encode(), b"1" * 10000, b"!?"):
                with self.subTest(base.name, data=data[:10]):
                    self.assertEqual(NOT_APPLICABLE, base.compute(data))


def words(data: bytes) -> Sequence[int]:
    """Return 16-bit words, the last filled up."""
    padded = data + b"\0" * (len(data) % 2)
    return [padded[at] << 8 | padded[at + 1] for at in range(0, len(padded), 2)]


def xored(numbers: Sequence[int]) -> int:
    """Xor all numbers."""
    result = 0
    for number in numbers:
        result ^= number
    return result


def internet(data: bytes) -> int:
    """Sum words up with end-around carry."""
    total = 0
    for word in words(data):
        total += word
        total = (total & 0xFFFF) + (total >> 16)
    return total


def sums_of_sums(data: bytes) -> int:
    """Sum all running sums up."""
    first = second = 0
    for byte in data:
        first += byte
        second += first
    return second


LOOPS: dict[str, Callable[[bytes], int]] = {
    "sum": sum,
    "xor": xored,
    "xor of 16-bit words": lambda data: xored(words(data)),
    "sum of 16-bit words": lambda data: sum(words(data)),
    "sum of 16-bit words (little endian)": lambda data: sum(
        (word & 255) << 8 | word >> 8 for word in words(data)
    ),
    "ones' complement sum": internet,
    "sum of sums": sums_of_sums,
    "fletcher mod 256": lambda data: sum(data) & 255 | (sums_of_sums(data) & 255) << 8,
    "sum of bytes times place from 1": lambda data: sum(n * byte for n, byte in enumerate(data, 1)),
    "sum of bytes times place from 0": lambda data: sum(n * byte for n, byte in enumerate(data)),
}


class DerivedTest(unittest.TestCase):
    def test_what_is_done_to_a_result(self) -> None:
        table = (
            (Derived(SUM), 600, "sum"),
            (Derived(SUM, 1, 0, 1, 256), 88, "sum mod 256"),
            (Derived(SUM, -1, 0, 1, 256), 168, "negated sum mod 256"),
            (Derived(SUM, -1, -1, 1, 1 << 16), 0xFFFF - 600, "inverted sum mod 2^16"),
            (Derived(LENGTH, 8), 32, "length times 8"),
            (Derived(LENGTH, 1, -3), 1, "length - 3"),
            (Derived(LENGTH, 1, 1, 2), 2, "length + 1 / 2"),
        )
        for derived, wanted, text in table:
            with self.subTest(text):
                self.assertEqual(wanted, derived.number(b"\x96" * 4))
                self.assertEqual(text, str(derived))

    def test_what_does_not_apply_stays_so(self) -> None:
        nothing = Base("nothing", lambda data: NOT_APPLICABLE)
        self.assertEqual(NOT_APPLICABLE, Derived(nothing, -1, 5, 1, 256).number(b""))


if __name__ == "__main__":
    unittest.main()
