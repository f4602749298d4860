"""How an operand depends on the input, found out by changing the input a little.

Owns probes: which parts of an input are changed, what follows from how the
operands of a condition changed with them, and the inputs that should turn the
condition then.  Must not know how a run is watched, nor when there is time for
it.  Runs in worker processes; driven by ``explorer``, one watched run after the
other, for conditions that no wish has turned.

For what ``operands_find`` cannot recognize: numbers that were scaled, shifted,
added to; texts of which each character was moved or changed.  A number is
followed along its slope, as in Eclipser (Choi and others, 2019) and Angora
(Chen and Chen, 2018), and its bits are combined by elimination; of a text, each
character is changed once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import islice
from operator import sub, xor
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
#: Characters of a value, and of an operand, that are looked at: a probe has many runs.
_MOST_OF_VALUE, _MOST_OF_OPERAND = 4096, 1024
#: How often characters are set again that have not become what is wanted.
_MENDINGS = 4

_NUMBERS = (int, float)
_number_tokens = re.compile(r"(?<![\w.])-?\d{1,18}(?:\.\d{1,9})?(?![\w])").finditer

#: A number in an input, and the input with another in its place.
_Knob = tuple[Any, Callable[[Any], "list[Value]"]]
#: Yields inputs to be watched and is sent what they met; in the end it returns inputs to be tried.
_Part = Generator[list[Value], Sequence[Seen], list[list[Value]]]
#: The same, but it appends the inputs to a list as it finds them.
_Probe = Generator[list[Value], Sequence[Seen], None]


class Probes:
    """Chooses the conditions that are worth it, and asks for runs."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[Seen, list[Value]]] = {}
        #: How often each place was probed.
        self._times: dict[int, int] = {}
        self._probe: _Probe | None = None
        #: What it has found so far.
        self._finding: list[list[Value]] = []
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
        except (StopIteration, ArithmeticError, ValueError):  # numbers beyond what floats can hold
            self._probe = None
            self.found += self._finding
        return None

    def _start(self) -> _Probe:
        number = next(iter(self._waiting))
        one, values = self._waiting.pop(number)
        self._times[number] = self._times.get(number, 0) + 1
        self._finding = []
        of_kind = _of_numbers if type(one.left) in _NUMBERS else _of_texts
        return of_kind(one, values, self._finding)

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


def _of_numbers(one: Seen, values: list[Value], found: list[list[Value]]) -> _Probe:
    for at, turn in islice(_knobs(values), _MOST_NUMBERS):
        for step in (1, _FAR, -_FAR):
            met = _met(one, (yield turn(at + step)))
            side = _changed_side(one, met)
            if met is None or side is None:
                continue
            found += yield from _along_slope(one, at, turn, (at + step, met[side]), side)
            break
        else:
            continue
        if type(at) is int and one.relation in ("==", "!="):
            found += yield from _bit_by_bit(one, at, turn, side)


def _along_slope(
    one: Seen, at: Any, turn: Callable[[Any], list[Value]], second: tuple[Any, Any], side: int
) -> _Part:
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


def _bit_by_bit(one: Seen, at: int, turn: Callable[[Any], list[Value]], side: int) -> _Part:
    """Flip each bit once, and set those that together change the operand to what is wanted.

    It is taken for a sum by exclusive or of what its bits do alone, as masks, shifts, fields
    in another order, Gray codes and checks are: by elimination, one bit after another.
    """
    was, wanted = (one.left, one.right)[:: 1 if side == 0 else -1]
    if type(was) is not int or type(wanted) is not int or was < 0 or wanted < 0:
        return []
    #: By its highest bit, a change of the operand and the bits that make it.
    basis: dict[int, tuple[int, int]] = {}
    for bit in range(_BITS):
        met = _met(one, (yield turn(at ^ 1 << bit)))
        if met is None or met[side] < 0:
            continue
        change, bits = _reduced(basis, met[side] ^ was, 1 << bit)
        if change:
            basis[change.bit_length()] = change, bits
        missing, bits = _reduced(basis, was ^ wanted, 0)
        if not missing:
            return [turn(at ^ bits)]
    return []


def _reduced(basis: dict[int, tuple[int, int]], change: int, bits: int) -> tuple[int, int]:
    """Return what the basis leaves of a change, and the bits with those that were taken for it."""
    for size in sorted(basis, reverse=True):
        if change >> size - 1 & 1:
            change ^= basis[size][0]
            bits ^= basis[size][1]
    return change, bits


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
    head = value[: _MOST_OF_VALUE + 1]
    for found in _number_tokens(head if isinstance(head, str) else head.decode("latin-1")):
        start, stop = found.span()
        if stop > _MOST_OF_VALUE:  # and may go on
            break
        is_float = "." in found[0]

        def turn(new: Any, start: int = start, stop: int = stop) -> list[Value]:
            written = repr(new)
            if isinstance(value, str):
                return _with(values, index, value[:start] + written + value[stop:])
            return _with(values, index, value[:start] + written.encode() + value[stop:])

        yield (float(found[0]) if is_float else int(found[0])), turn


# -- texts -----------------------------------------------------------------------------------


def _of_texts(one: Seen, values: list[Value], found: list[list[Value]]) -> _Probe:
    """Change each character, see which of the operand's follow, and set them as they are wanted."""
    is_end = one.relation == "endswith"
    operands = [_codes(operand, is_end) for operand in (one.left, one.right)]
    for index, value in enumerate(values):
        if not isinstance(value, (str, bytes)) or not value:
            continue
        moves: tuple[_Moves, _Moves] = {}, {}
        for at, code in enumerate(_codes(value[:_MOST_CHARACTERS])):
            other = code ^ (_AT_THE_BORDER if code in _BORDERS else 1)
            met = _met(one, (yield _with(values, index, _changed(value, {at: other}))))
            if met is None:
                continue
            for side, before in enumerate(operands):
                for place, laws in _laws(before, _codes(met[side], is_end), code, other):
                    moves[side].setdefault(place, (at, laws))
        for side, wanted in enumerate(reversed(operands)):
            if not is_end:
                _go_on(moves[side], len(operands[side]), len(wanted))
            shift = len(operands[side]) - len(wanted) if is_end else 0
            ways = [_obeying(moves[side], wanted, shift, which) for which in (0, -1)]
            yield from _mended(one, values, index, side, (moves[side], ways[0], operands[1 - side], shift))
            ways = ways[: 1 + (ways[0] != ways[1])]
            found += [_with(values, index, _changed(value, changed)) for changed in ways if changed]


def _mended(
    one: Seen, values: list[Value], index: int, side: int, way: tuple[_Moves, dict[int, int], list[int], int]
) -> Generator[list[Value], Sequence[Seen], None]:
    """Look what the operand has become, and set again what has not become as it is wanted.

    A character may go by another sum than the one in whose place it stands, as in the other half of
    the alphabet: then by one that was seen elsewhere, or back.
    """
    moves, changed, wanted, shift = way
    is_end = one.relation == "endswith"
    sums = {by: None for _, laws in moves.values() for law, by in laws if law is sub}
    either_way = dict.fromkeys(by for added in sums for by in (added, -added)) if len(sums) > 1 else ()
    for by in islice(either_way, _MENDINGS):
        met = _met(one, (yield _with(values, index, _changed(values[index], changed))))  # type: ignore[arg-type]
        became = _codes(met[side], is_end) if met is not None else []
        places = [place for place in range(len(wanted)) if place + shift in moves]
        wrong = [place for place in places if became[place + shift : place + shift + 1] != [wanted[place]]]
        if not wrong or not became:
            break
        changed.update((moves[place + shift][0], wanted[place] - by) for place in wrong)


#: Letters whose neighbour is none, and what to change of them instead of the last bit.
_BORDERS, _AT_THE_BORDER = frozenset(b"azAZ"), 2

#: What stands between characters that are set beyond the end of a value.
_FILLER = ord("a")

#: What is to be added to a character of the input, or to be changed in it, for one of the operand.
_Law = tuple[Callable[[int, int], int], int]
#: For places of an operand the place in the input, and the laws that one change does not tell apart.
_Moves = dict[int, tuple[int, list[_Law]]]


def _laws(before: list[int], after: list[int], code: int, other: int) -> Iterator[tuple[int, list[_Law]]]:
    """Yield the places of an operand that have changed with a character, and how they depend on it."""
    if len(before) != len(after):
        return
    places = [place for place, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
    for place in places if len(places) <= 2 else ():
        was, is_now = before[place], after[place]
        laws = [(law, law(was, code)) for law in (sub, xor) if law(was, code) == law(is_now, other)]
        if laws:
            yield place, laws


def _go_on(moves: _Moves, size: int, wanted: int) -> None:
    """Add the places that an operand of some size lacks, as those that it has follow one another."""
    if not size < wanted or any(place not in moves for place in range(size)):
        return
    steps = {moves[place + 1][0] - moves[place][0] for place in range(size - 1)} or {1}
    step = steps.pop()
    if steps or step <= 0:
        return
    at, laws = moves[size - 1]
    moves.update((place, (at + step * (place - size + 1), laws)) for place in range(size, wanted))


def _obeying(moves: _Moves, wanted: list[int], shift: int, which: int) -> dict[int, int]:
    """Return the characters of the input, by place, that make the operand what is wanted."""
    made = {}
    for place, code in enumerate(wanted):
        if place + shift in moves:
            at, laws = moves[place + shift]
            law, by = laws[which]
            made[at] = law(code, by)
    return made


def _codes(text: str | bytes, is_end: bool = False) -> list[int]:
    """Return the numbers of the characters at the beginning of a text, or at its end."""
    part = text[-_MOST_OF_OPERAND:] if is_end else text[:_MOST_OF_OPERAND]
    return list(map(ord, part)) if isinstance(part, str) else list(part)


def _changed(value: str | bytes, changed: dict[int, int]) -> str | bytes:
    """Return a value with some of its first characters changed; a short one is made longer for it."""
    last = max(changed, default=0)
    if last >= _MOST_OF_OPERAND:
        return value
    head = max(_MOST_CHARACTERS, last + 1)
    codes = _codes(value[:head])
    codes += [_FILLER] * (last + 1 - len(codes))
    made = [changed.get(at, code) for at, code in enumerate(codes)]
    if isinstance(value, bytes):
        return bytes(code & 0xFF for code in made) + value[head:]
    return "".join(chr(code) if 0 <= code < 0x110000 else "?" for code in made) + value[head:]


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
