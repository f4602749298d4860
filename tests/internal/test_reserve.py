"""Memory held back for the report of a MemoryError."""

from __future__ import annotations

import unittest
import weakref

from gofuzz_py.internal import reserve


class Kept:
    """Something of which it can be seen when it is gone."""


class ReserveTest(unittest.TestCase):
    def setUp(self) -> None:
        self.addCleanup(reserve._held.clear)

    def test_it_is_held_once_however_often_it_is_asked_for(self) -> None:
        reserve.hold_reserve()
        reserve.hold_reserve()
        self.assertEqual(len(reserve._held), 1)

    def test_a_memory_error_frees_it_and_what_the_ended_frames_hold(self) -> None:
        seen = []

        def fill() -> None:
            kept = Kept()
            seen.append(weakref.ref(kept))
            raise MemoryError

        reserve.hold_reserve()
        try:
            fill()
        except MemoryError as error:
            self.assertIsNotNone(seen[0]())
            reserve.make_room(error)
        self.assertIsNone(seen[0]())
        self.assertEqual(reserve._held, [])

    def test_what_holds_itself_is_freed_as_well(self) -> None:
        seen = []

        def fill() -> None:
            kept: list[object] = [Kept()]
            kept.append(kept)
            seen.append(weakref.ref(kept[0]))
            raise MemoryError

        try:
            fill()
        except MemoryError as error:
            reserve.make_room(error)
        self.assertIsNone(seen[0]())

    def test_any_other_error_leaves_everything_as_it_is(self) -> None:
        reserve.hold_reserve()
        reserve.make_room(ValueError())
        self.assertEqual(len(reserve._held), 1)

    def test_a_generator_that_is_suspended_in_the_traceback_does_no_harm(self) -> None:
        def generate() -> object:
            yield 1
            raise MemoryError

        generator = iter(generate())  # type: ignore[call-overload]
        next(generator)
        try:
            next(generator)
        except MemoryError as error:
            reserve.make_room(error)


if __name__ == "__main__":
    unittest.main()
