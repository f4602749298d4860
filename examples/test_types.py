"""Arguments of other types than bytes and str: numbers, and Go's sized ones."""

import math
import struct
import textwrap

from gofuzz_py import Float32, Int8, Int64, Uint8, Uint16, load_tests


def FuzzStruct(f):
    f.add(-1, 0xFFFF, 1 << 40, 0.5, True)

    @f.fuzz
    def target(t, a: Int8, b: Uint16, c: Int64, x: Float32, flag: bool):
        packed = struct.pack("<bHqf?", a, b, c, x, flag)
        t.assertEqual(struct.pack("<bHqf?", *struct.unpack("<bHqf?", packed)), packed)


def FuzzFloat(f):
    f.add(0.1)

    @f.fuzz
    def target(t, x: float):
        if math.isnan(x):
            return
        t.assertEqual(float(repr(x)), x)
        t.assertEqual(float.fromhex(x.hex()), x)


def FuzzDivmod(f):
    f.add(7, -2)

    @f.fuzz
    def target(t, a: int, b: int):
        if b == 0:
            with t.assertRaises(ZeroDivisionError):
                divmod(a, b)
            return
        quotient, rest = divmod(a, b)
        t.assertEqual(quotient * b + rest, a)
        t.assertLess(abs(rest), abs(b))


def FuzzWrap(f):
    f.add("The quick brown fox jumps over the lazy dog.", 12)

    @f.fuzz
    def target(t, text: str, width: Uint8):
        if width == 0:
            with t.assertRaises(ValueError):
                textwrap.wrap(text, width)
            return
        for line in textwrap.wrap(text, width):
            t.assertLessEqual(len(line), width)
