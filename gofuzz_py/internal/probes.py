"""How an operand depends on the input, found out by changing the input a little.

Owns probes: which parts of an input are changed, what follows from how the
operands of a condition changed with them, and the inputs that should turn the
condition then.  Must not know how a run is watched, nor when there is time for
it.  Runs in worker processes; driven by ``explorer``, one watched run after the
other, for conditions that no wish has turned.

For what ``operands_find`` cannot recognize: numbers that were scaled, shifted,
added to; texts of which each character was moved or changed.  A number is
followed along its slope, as in Eclipser (Choi and others, 2019) and Angora
(Chen and Chen, 2018); of a text, each character is changed once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from gofuzz_py.internal.kinds import Value
from gofuzz_py.internal.operands_record import Seen

#: Relations of two operands of one kind.
_RELATIONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "startswith", "endswith"})
#: Candidates for a place before it is probed, times so many for each time after that, up to so often.
_PATIENCE, _FACTOR, _MOST = 24, 4, 6
#: Places with a probe of their own at one time; numbers and characters of an input that are changed.
_MOST_WAITING, _MOST_NUMBERS, _MOST_CHARACTERS = 8, 6, 32
#: Steps along a slope, and the larger step where the small one changes nothing.
_STEPS, _FAR = 6, 1 << 20
#: Numbers beyond this are left alone.
_LARGEST = 1 << 256
#: Bits of a number that are flipped one after another.
_BITS = 64

_NUMBERS = (int, float)
_number_tokens = re.compile(r"(?<![\w.])-?\d{1,18}(?:\.\d{1,9})?(?![\w])").finditer

#: A number in an input, and the input with another in its place.
_Knob = tuple[Any, Callable[[Any], "list[Value]"]]


#: Yields inputs to be watched, is sent what they met, and returns inputs to be tried.
_Probe = Generator[list[Value], Sequence[Seen], list[list[Value]]]


class Probes:
    """Chooses the conditions that are worth it, and asks for runs."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[Seen, list[Value]]] = {}
        #: How often each place was probed.
        self._times: dict[int, int] = {}
        self._probe: _Probe | None = None
        #: What the run that was asked for has met; None before the first.
        self._met: Sequence[Seen] | None = None
        #: Inputs to be tried.
        self.found: list[list[Value]] = []

    def consider(self, one: Seen, values: list[Value], tries: int) -> None:
        """Note a condition that a run has met and that is not as it should be, after so many candidates."""
        times = self._times.get(one.number, 0)
        if times >= _MOST or tries < _PATIENCE * _FACTOR**times or len(self._waiting) >= _MOST_WAITING:
            return
        if one.relation in _RELATIONS and one.number not in self._waiting and _is_open(one):
            self._waiting[one.number] = one, values

    def ask(self) -> list[Value] | None:
        """Return the next input to be watched, or None where nothing is to be known."""
        if self._probe is None:
            if not self._waiting:
                return None
            self._probe, self._met = self._start(), None
        met, self._met = self._met, ()
        try:
            return self._probe.send(met)  # type: ignore[arg-type]
        except StopIteration as end:
            self._probe = None
            self.found += end.value
        except (ArithmeticError, ValueError):  # numbers beyond what floats can hold, or can be written
            self._probe = None
        return None

    def _start(self) -> _Probe:
        number = next(iter(self._waiting))
        one, values = self._waiting.pop(number)
        self._times[number] = self._times.get(number, 0) + 1
        return _of_numbers(one, values) if type(one.left) in _NUMBERS else _of_texts(one, values)

    def take(self, seen: Sequence[Seen]) -> None:
        """Note what the run has met that was asked for; without it, it has met nothing."""
        self._met = seen

    def take_found(self) -> list[list[Value]]:
        """Return the inputs to be tried, once."""
        found, self.found = self.found, []
        return found


def _is_open(one: Seen) -> bool:
    left, right = one.left, one.right
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        return bool(left != right and abs(left) < _LARGEST > abs(right))
    return type(left) is type(right) and type(left) in (str, bytes) and left != right and bool(left and right)


# -- numbers ---------------------------------------------------------------------------------


def _of_numbers(one: Seen, values: list[Value]) -> _Probe:
    found: list[list[Value]] = []
    for at, turn in list(_knobs(values))[:_MOST_NUMBERS]:
        for step in (1, _FAR, -_FAR):
            met = _met(one, (yield turn(at + step)))
            side = _changed_side(one, met)
            if met is None or side is None:
                continue
            made = yield from _along_slope(one, at, turn, (at + step, met[side]), side)
            found += made
            break
        else:
            continue
        if type(at) is int and one.relation in ("==", "!="):
            found += yield from _bit_by_bit(one, at, turn, side)
    return found


def _along_slope(
    one: Seen, at: Any, turn: Callable[[Any], list[Value]], second: tuple[Any, Any], side: int
) -> _Probe:
    """Go where the operand would be what the other one is, if it went on changing as it does."""
    wanted = (one.right, one.left)[side]
    first = at, (one.left, one.right)[side]
    for _ in range(_STEPS):
        (x0, y0), (x1, y1) = first, second
        if y0 == y1:
            break
        if type(x0) is int:
            x = x0 + _quotient((wanted - y0) * (x1 - x0), y1 - y0)
        else:
            x = x0 + (wanted - y0) * (x1 - x0) / (y1 - y0)
        if x in (x0, x1) or not abs(x) < _LARGEST:
            break
        met = _met(one, (yield turn(x)))
        if met is None:
            return [turn(x)]
        first, second = second, (x, met[side])
        if met[side] == wanted:
            break
    x = second[0]
    if type(x) is int:
        return [turn(x), turn(x + 1), turn(x - 1)]
    near = abs(x) * 1e-6 or 1e-6
    return [turn(x), turn(x + near), turn(x - near), turn(x + 1), turn(x - 1)]


def _quotient(one: Any, other: Any) -> int:
    """Return the rounded quotient, exact for ints of any size."""
    if isinstance(one, int) and isinstance(other, int):
        return (2 * one + other) // (2 * other)
    quotient: float = one / other
    return round(quotient)


def _bit_by_bit(one: Seen, at: int, turn: Callable[[Any], list[Value]], side: int) -> _Probe:
    """Flip each bit once, and set those on which bits of the operand depend."""
    was, wanted = (one.left, one.right)[:: 1 if side == 0 else -1]
    if type(was) is not int or type(wanted) is not int or was < 0 or wanted < 0:
        return []
    made, missing = at, was ^ wanted
    for bit in range(_BITS):
        if not missing:
            break
        met = _met(one, (yield turn(at ^ 1 << bit)))
        if met is None or type(met[side]) is not int:
            continue
        change = met[side] ^ was
        if change and change & missing == change:
            made ^= 1 << bit
            missing ^= change
    return [turn(made)] if made != at else []


def _knobs(values: list[Value]) -> Iterator[_Knob]:
    """Yield the numbers of an input."""
    for index, value in enumerate(values):
        if isinstance(value, bool):
            continue
        if isinstance(value, (int, float)):
            yield value, lambda new, index=index: _with(values, index, new)  # type: ignore[misc]
        elif isinstance(value, (str, bytes)):
            yield from _tokens(values, index, value)


def _tokens(values: list[Value], index: int, value: str | bytes) -> Iterator[_Knob]:
    text = value if isinstance(value, str) else value.decode("latin-1")
    for found in _number_tokens(text):
        start, stop = found.span()
        is_float = "." in found[0]

        def turn(new: Any, start: int = start, stop: int = stop) -> list[Value]:
            made = text[:start] + (repr(new) if isinstance(new, float) else str(new)) + text[stop:]
            return _with(values, index, made if isinstance(value, str) else made.encode("latin-1"))

        yield (float(found[0]) if is_float else int(found[0])), turn


# -- texts -----------------------------------------------------------------------------------


def _of_texts(one: Seen, values: list[Value]) -> _Probe:
    """Change each character, see which of the operand's follow, and set them as they are wanted."""
    found: list[list[Value]] = []
    for index, value in enumerate(values):
        if not isinstance(value, (str, bytes)) or not value:
            continue
        moves: dict[int, dict[int, tuple[int, int]]] = {0: {}, 1: {}}
        codes = list(map(ord, value)) if isinstance(value, str) else list(value)
        for at, code in enumerate(codes[:_MOST_CHARACTERS]):
            other = code ^ 1
            met = _met(one, (yield _with(values, index, _text_of(value, codes, {at: other}))))
            if met is None:
                continue
            for side, before in enumerate((one.left, one.right)):
                for place, law in _laws(_codes(before), _codes(met[side]), code, other):
                    moves[side].setdefault(place, (at, law))
        for side, wanted in enumerate((one.right, one.left)):
            changed = _obeying(moves[side], _codes(wanted), one.relation, len((one.left, one.right)[side]))
            if changed:
                found.append(_with(values, index, _text_of(value, codes, changed)))
    return found


#: How a character of the operand follows from one of the input: by a sum, and by exclusive or from here on.
_XOR = 1 << 24


def _laws(before: list[int], after: list[int], code: int, other: int) -> Iterator[tuple[int, int]]:
    """Yield the places of an operand that have changed with a character, and how they depend on it."""
    if len(before) != len(after):
        return
    places = [place for place, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
    for place in places if len(places) <= 2 else ():
        if before[place] - code == after[place] - other:
            yield place, before[place] - code
        elif before[place] ^ code == after[place] ^ other:
            yield place, _XOR + (before[place] ^ code)


def _obeying(
    moves: dict[int, tuple[int, int]], wanted: list[int], relation: str, size: int
) -> dict[int, int]:
    """Return the characters of the input, by place, that make the operand what is wanted."""
    shift = size - len(wanted) if relation == "endswith" else 0
    made = {}
    for place, code in enumerate(wanted):
        if place + shift in moves:
            at, law = moves[place + shift]
            made[at] = code - law if law < _XOR // 2 else code ^ law - _XOR
    return made


def _codes(text: Any) -> list[int]:
    if isinstance(text, bytes):
        return list(text)
    return list(map(ord, text)) if isinstance(text, str) else []


def _text_of(value: str | bytes, codes: list[int], changed: dict[int, int]) -> str | bytes:
    made = [changed.get(at, code) for at, code in enumerate(codes)]
    if isinstance(value, bytes):
        return bytes(code & 0xFF for code in made)
    return "".join(chr(code) if 0 <= code < 0x110000 else "?" for code in made)


# -- both ------------------------------------------------------------------------------------


def _with(values: list[Value], index: int, value: Any) -> list[Value]:
    made = values[:]
    made[index] = value
    return made


def _met(one: Seen, seen: Sequence[Seen]) -> tuple[Any, Any] | None:
    """Return the operands of the same condition in another run: those most like before, or None."""
    same = [(row.left, row.right) for row in seen if row.number == one.number]
    same = [pair for pair in same if type(pair[0]) is type(one.left) and type(pair[1]) is type(one.right)]
    kept = [pair for pair in same if pair[0] == one.left or pair[1] == one.right]
    return kept[0] if kept else same[0] if same else None


def _changed_side(one: Seen, met: tuple[Any, Any] | None) -> int | None:
    """Return which operand has changed, 0 or 1; None if neither has, or both have."""
    if met is None:
        return None
    changed = [met[0] != one.left, met[1] != one.right]
    return changed.index(True) if sum(changed) == 1 else None
