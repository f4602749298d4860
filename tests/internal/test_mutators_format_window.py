"""From values to the short texts that edits see, and back; the draws of the family."""

from __future__ import annotations

import unittest

from gofuzz_py.internal import mutators_format_window as window
from gofuzz_py.internal.mutators_format_window import LONGEST, WINDOW, as_bytes, on_bytes, on_str
from gofuzz_py.internal.rand import FastRand, Rand
from tests.helpers_random import ScriptedRandom


def keep(rand: Rand, text: str, limit: int) -> str | None:
    """Return the text itself."""
    return text


def mark(rand: Rand, text: str, limit: int) -> str | None:
    """Put signs round what was seen."""
    return f"<{text}>"


def refuse(rand: Rand, text: str, limit: int) -> str | None:
    """Decline."""
    return None


def room(rand: Rand, text: str, limit: int) -> str | None:
    """Return as much as may be."""
    return "x" * limit


def snowman(rand: Rand, text: str, limit: int) -> str | None:
    """Return what is no Latin-1."""
    return text + "\u2603"


class AdapterTest(unittest.TestCase):
    NONE = ScriptedRandom()

    def test_a_short_value_is_seen_whole(self) -> None:
        self.assertEqual("<é>", on_str(mark)(self.NONE, "é", 100))
        self.assertEqual(b"<\xff\x00>", on_bytes(mark)(self.NONE, b"\xff\x00", 100))

    def test_every_byte_comes_back(self) -> None:
        data = bytes(range(256))
        self.assertEqual(data, on_bytes(keep)(self.NONE, data, 256))

    def test_a_result_beyond_the_limit_is_declined(self) -> None:
        self.assertIsNone(on_str(mark)(self.NONE, "ab", 3))
        self.assertIsNone(on_bytes(mark)(self.NONE, b"ab", 3))
        self.assertEqual("<a>", on_str(mark)(self.NONE, "a", 3))

    def test_an_edit_may_decline(self) -> None:
        self.assertIsNone(on_str(refuse)(self.NONE, "a", 9))
        self.assertIsNone(on_bytes(refuse)(ScriptedRandom((8, 0)), b"a" * 2 * WINDOW, 9 * WINDOW))

    def test_an_empty_value_is_for_edits_that_take_it(self) -> None:
        self.assertIsNone(on_str(mark)(self.NONE, "", 9))
        self.assertIsNone(on_bytes(mark)(self.NONE, b"", 9))
        self.assertEqual("<>", on_str(mark, 0)(self.NONE, "", 9))
        self.assertEqual(b"<>", on_bytes(mark, 0)(self.NONE, b"", 9))

    def test_what_no_byte_can_be_is_declined(self) -> None:
        self.assertIsNone(on_bytes(snowman)(self.NONE, b"a", 9))
        self.assertEqual("a\u2603", on_str(snowman)(self.NONE, "a", 9))

    def test_of_a_long_value_a_part_is_seen(self) -> None:
        value = "a" + "b" * WINDOW + "c"
        places = {(8, 0): "<a" + "b" * (WINDOW - 1) + ">bc", (8, 1): "ab<" + "b" * (WINDOW - 1) + "c>"}
        for draw, expected in places.items():
            with self.subTest(draw=draw):
                self.assertEqual(expected, on_str(mark)(ScriptedRandom(draw), value, 3 * WINDOW))
                data = on_bytes(mark)(ScriptedRandom(draw), value.encode(), 3 * WINDOW)
                self.assertEqual(expected.encode(), data)
        within = ScriptedRandom((8, 2), (3, 1))
        self.assertEqual("a<" + "b" * WINDOW + ">c", on_str(mark)(within, value, 3 * WINDOW))

    def test_the_limit_of_the_part_leaves_room_for_the_rest(self) -> None:
        value = b"-" * (WINDOW + 500)
        self.assertEqual(3000, len(on_bytes(room)(ScriptedRandom((8, 0)), value, 3000) or b""))
        self.assertEqual(3000, len(on_str(room)(ScriptedRandom((8, 0)), value.decode(), 3000) or ""))

    def test_an_operator_is_named_after_its_edit(self) -> None:
        self.assertEqual(["mark", "mark"], [on_str(mark).__name__, on_bytes(mark).__name__])

    def test_bytes_are_spelled_in_utf8(self) -> None:
        self.assertEqual("\xc2\xb2".encode("latin-1"), as_bytes("²").encode("latin-1"))
        self.assertEqual(b"\xed\xa0\x80", as_bytes("\ud800").encode("latin-1"))


class DrawTest(unittest.TestCase):
    def test_repetitions_keep_to_the_room(self) -> None:
        rand = FastRand(1)
        for draw in (window.draw_times, window.draw_deep):
            for unit, space in ((1, 1), (3, 10), (7, 100), (1, 10**6), (2500, 10**9)):
                with self.subTest(draw=draw.__name__, unit=unit, room=space):
                    most = max(draw(rand, unit, space) * unit for _ in range(300))
                    self.assertLessEqual(most, min(space, LONGEST))
                    self.assertGreater(most, 0)

    def test_without_room_nothing_is_repeated(self) -> None:
        for draw in (window.draw_times, window.draw_deep):
            self.assertEqual([0, 0, 0], [draw(ScriptedRandom(), 3, space) for space in (2, 0, -5)])

    def test_long_repetitions_are_rare_and_reach_far(self) -> None:
        rand = FastRand(2)
        times = sorted(window.draw_times(rand, 1, LONGEST) for _ in range(2000))
        self.assertLessEqual(times[1000], 4)
        self.assertLessEqual(times[1900], 64)
        self.assertGreater(times[-1], 5000)

    def test_an_opening_is_often_repeated_beyond_the_recursion_limit(self) -> None:
        rand = FastRand(3)
        times = [window.draw_deep(rand, 1, LONGEST) for _ in range(2000)]
        self.assertGreater(sum(count > 1000 for count in times), 20)
        self.assertGreater(sum(count < 40 for count in times), 1500)
        self.assertLessEqual(max(times), 3000)


if __name__ == "__main__":
    unittest.main()
