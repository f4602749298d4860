"""Values as bytes in shared memory: every value comes back exactly, damage is a ValueError."""

from __future__ import annotations

import itertools
import random
import struct
import unittest
from collections.abc import Sequence

from gofuzz_py.internal import kinds as K
from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.wire import value_decoder, value_encoder

ALL_KINDS = tuple(dict.fromkeys(K.KINDS.values()))
SEED = 20240917


def _floats() -> list[Value]:
    # A quiet NaN, signalling ones, with payloads and signs.
    patterns = (0x7FF8000000000001, 0x7FF0000000000001, 0xFFF8DEADBEEF0001, 0xFFFFFFFFFFFFFFFF)
    nans = [struct.unpack("<d", struct.pack("<Q", pattern))[0] for pattern in patterns]
    return [0.0, -0.0, 1.5, 5e-324, 1.7976931348623157e308, float("inf"), float("-inf"), *nans]


def values_of(kind: Kind) -> list[Value]:
    """Return values of a kind that are likely to get lost on the way."""
    if kind.python is bytes:
        return [b"", b"\0", b"\xff" * 3, bytes(range(256)), b"x" * 70_000]
    if kind.python is str:
        return ["", "a\0", "é⌘😀", "\ud800", "\udfff\ud800", "\udcff", "\U0010ffff" * 1000]
    if kind.python is bool:
        return [False, True]
    if kind is K.FLOAT32:
        return [0.0, -0.0, 0.5, K.FLOAT32_MAX, -K.FLOAT32_MAX, float("inf"), float("nan")]
    if kind.python is float:
        return _floats()
    edges = [1 << shift for shift in (7, 8, 15, 16, 31, 32, 63, 64, 1000)]
    near = [sign * edge + step for edge in edges for sign in (1, -1) for step in (-1, 0, 1)]
    # Beyond the digits that Python turns into text, for the kind without limits.
    huge: list[Value] = [10**5000, -(10**5000)] if kind is K.INT else []
    return [*(value for value in [0, 1, -1, *near] if kind.problem(value) is None), *huge]


def exact(values: Sequence[Value]) -> list[tuple[type, object]]:
    """Return what tells any two values apart: type, and for floats the bits."""
    return [(type(v), struct.pack("<d", v) if isinstance(v, float) else v) for v in values]


class RoundTripTest(unittest.TestCase):
    def test_every_kind_alone(self) -> None:
        for kind in ALL_KINDS:
            encode, decode = value_encoder([kind]), value_decoder([kind])
            for index, value in enumerate(values_of(kind)):
                with self.subTest(kind.name, index=index):
                    values: list[Value] = [value]
                    self.assert_same(values, decode(encode(values)))

    def test_every_pair_of_kinds(self) -> None:
        source = random.Random(SEED)
        for pair in itertools.product(ALL_KINDS, repeat=2):
            encode, decode = value_encoder(pair), value_decoder(pair)
            for _ in range(4):
                values: list[Value] = [source.choice(values_of(kind)) for kind in pair]
                with self.subTest([kind.name for kind in pair]):
                    self.assert_same(values, decode(encode(values)))

    def test_all_kinds_together(self) -> None:
        encode, decode = value_encoder(ALL_KINDS), value_decoder(ALL_KINDS)
        for choose in (0, -1):
            values: list[Value] = [values_of(kind)[choose] for kind in ALL_KINDS]

            self.assert_same(values, decode(encode(values)))

    def test_what_is_decoded_is_not_shared_with_the_memory(self) -> None:
        data = bytearray(value_encoder([K.BYTES, K.STR])([b"abc", "def"]))
        values = value_decoder([K.BYTES, K.STR])(bytes(data))
        data[:] = bytes(len(data))

        self.assertEqual([b"abc", "def"], values)
        self.assertIs(bytes, type(values[0]))

    def test_a_wrong_number_of_values_is_refused(self) -> None:
        encode = value_encoder([K.INT, K.STR])
        wrong: tuple[list[Value], ...] = ([1], [1, "a", 2])
        for values in wrong:
            with self.subTest(values), self.assertRaises(ValueError):
                encode(values)

    def assert_same(self, expected: Sequence[Value], found: Sequence[Value]) -> None:
        self.assertTrue(exact(expected) == exact(found), "the values came back changed")


class DamageTest(unittest.TestCase):
    def test_damaged_bytes_are_a_value_error(self) -> None:
        length = struct.Struct("<I").pack
        for kinds, data in (
            ([K.STR], b"\xff"),
            ([K.STR], b"\xc3"),
            ([K.INT], b""),
            ([K.INT], b"\1\0\0"),
            ([K.INT], length(2) + b"\1"),
            ([K.INT], length(2**32 - 1)),
            ([K.INT], length(1) + b"\1x"),
            ([K.FLOAT], length(7) + bytes(7)),
            ([K.FLOAT], length(9) + bytes(9)),
            ([K.BOOL], length(0)),
            ([K.BOOL], length(1) + b"\2"),
            ([K.BOOL], length(2) + b"\1\0"),
            ([K.BYTES, K.STR], length(0) + length(1) + b"\xff"),
            ([K.BYTES, K.BYTES], length(0)),
            # read as a number that is none of the kind, and could not be written to a corpus file
            ([K.INT8], length(2) + b"\xff\0"),
            ([K.UINT8], length(1) + b"\xff"),
            ([K.UINT64], length(9) + b"\0" * 8 + b"\1"),
            ([K.FLOAT32], length(8) + struct.pack("<d", 1e300)),
        ):
            with self.subTest([kind.name for kind in kinds], data=data), self.assertRaises(ValueError):
                value_decoder(kinds)(data)

    def test_random_damage_gives_values_of_the_kinds_or_a_value_error(self) -> None:
        source = random.Random(SEED)
        for _ in range(1500):
            kinds = [source.choice(ALL_KINDS) for _ in range(source.randint(1, 4))]
            values = [source.choice(values_of(kind)[:6]) for kind in kinds]
            data = bytearray(value_encoder(kinds)(values)[:400])
            for _ in range(source.randint(1, 4)):
                at = source.randrange(len(data) + 1)
                data[at : at + source.randrange(3)] = source.randbytes(source.randrange(3))
            try:
                found = value_decoder(kinds)(bytes(data))
            except ValueError:
                continue
            except BaseException as error:
                self.fail(f"{[kind.name for kind in kinds]}, {bytes(data)!r} raised {error!r}")
            self.assertEqual([None] * len(kinds), [k.problem(v) for k, v in zip(kinds, found, strict=True)])


if __name__ == "__main__":
    unittest.main()
