"""The words that mutators put into inputs: tokens, what each weighs, and the choice of one.

Owns how often each token is chosen.  Must not know where tokens come from (a
file, the source, recorded comparisons), nor what a mutator does with one.
Runs in worker processes; filled by ``dictionary_sources`` and by the worker,
asked by ``mutators_token`` for a good part of all mutations.

Go has no dictionary; AFL and libFuzzer take a file of words.  Choosing is one
draw and one look into a table of slots, in which a token has as many slots as
it is worth.  The table is made again after a number of choices, not after a
time, so that a run with a fixed seed repeats exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from gofuzz_py.internal.dictionary_forms import FORMS, is_token, key_of
from gofuzz_py.internal.kinds import Value

#: What a token weighs: a word of the user, what the target was seen to ask for,
#: a constant of the source.  No token weighs more than the last.
USER_WEIGHT, RECORDED_WEIGHT, CONSTANT_WEIGHT, MOST_WEIGHT = 4096, 1024, 64, 1 << 14

#: Where tokens come from; of a token that comes from two, the later in this order counts.
RECORDED, SOURCE, USER = range(3)

#: Tokens kept of each origin.
_MOST = (4096, 16384, 1 << 18)
#: Slots of a table, as bits of a draw.
_SLOT_BITS = 12
_SLOTS = 1 << _SLOT_BITS
#: A table is good for so many choices; once it is out of date, for this many and
#: half the number of its tokens, so that making tables costs as much as choosing.
_CHOICES, _CHOICES_IF_STALE = 1 << 16, 128
#: One choice in eight goes to the recorded tokens that came last.
_NEWEST, _TO_NEWEST = 64, 7 << _SLOT_BITS
#: Bits of a draw before those that choose the form.
_FORM_AT = _SLOT_BITS + 3
#: Each table begins at another place, so that light tokens have their turns: the golden ratio.
_STRIDE = 0.6180339887498949


class Entry:
    """One token."""

    __slots__ = ("origin", "value", "weight")

    def __init__(self, value: Value, weight: int, origin: int) -> None:
        self.value = value
        self.weight = weight
        self.origin = origin


class Dictionary:
    """The tokens of one fuzz target in one worker."""

    def __init__(self, words: Iterable[Value] = ()) -> None:
        """Begin with the words of the user; what is no token is left out."""
        self._entries: dict[object, Entry] = {}
        #: How many there are of each origin.
        self._counts = [0, 0, 0]
        self._tables: dict[type, _Table] = {}
        #: The entry chosen last; set by the tables.
        self._last: Entry | None = None
        #: What to do when locations were reached for the first time; set by who knows the source.
        self.on_reached: Callable[[Iterable[int]], object] | None = None
        for word in words:
            self.put(word, USER_WEIGHT, USER)

    def __len__(self) -> int:
        return len(self._entries)

    def weight(self, value: Value) -> int:
        """Return what a token weighs; 0 if it is none."""
        entry = self._entries.get(key_of(value))
        return entry.weight if entry is not None else 0

    def add(self, value: Value, weight: int = RECORDED_WEIGHT) -> None:
        """Take in what the running target was seen to want; what is known weighs more from now on.

        The lightest fall out when there are too many, of these the oldest.  What
        is no token (empty, too long, of another type) is ignored.
        """
        if not is_token(value):
            return
        key = key_of(value)
        entry = self._entries.get(key)
        if entry is not None:
            entry.weight = min(MOST_WEIGHT, entry.weight + weight)
        else:
            entry = self._enter(key, value, weight, RECORDED)
        for table in self._tables.values():
            table.note_newest(entry)

    def put(self, value: Value, weight: int = CONSTANT_WEIGHT, origin: int = SOURCE) -> None:
        """Take in a token that is there from the start; one that is known keeps the greater weight."""
        if not is_token(value):
            return
        key = key_of(value)
        entry = self._entries.get(key)
        if entry is None:
            self._enter(key, value, weight, origin)
            return
        if origin > entry.origin:
            self._counts[entry.origin] -= 1
            self._counts[origin] += 1
            entry.origin = origin
        if weight > entry.weight:
            entry.weight = weight
            self._go_stale()

    def reached(self, locations: Iterable[int]) -> None:
        """Note that locations were reached for the first time: the words that stand there weigh more.

        May parse a source and walk tables, which may hit measured code.
        """
        if self.on_reached is not None:
            self.on_reached(locations)

    def reward(self, values: Iterable[Value]) -> None:
        """Note that values have reached something new: the token chosen last weighs more, if it is there."""
        entry, self._last = self._last, None
        if entry is None or entry.weight >= MOST_WEIGHT:
            return
        for value in values:
            if type(value) in FORMS and _holds(value, FORMS[type(value)](entry.value)):
                entry.weight = min(MOST_WEIGHT, entry.weight + entry.weight // 4 + 1)
                self._go_stale()
                break

    def chooser(self, python: type) -> Callable[[Callable[[int], int]], Any]:
        """Return a function that chooses a token, in some form fit for arguments of a type.

        It takes ``Rand.bits``, and returns None while there is nothing to choose.
        """
        if python not in self._tables:
            table = self._tables[python] = _Table(self, FORMS[python])
            for entry in self._entries.values():
                table.enter(entry)
        return self._tables[python].choose

    def _enter(self, key: object, value: Value, weight: int, origin: int) -> Entry:
        if self._counts[origin] >= _MOST[origin]:
            self._forget(origin)
        self._counts[origin] += 1
        entry = self._entries[key] = Entry(value, max(1, min(weight, MOST_WEIGHT)), origin)
        for table in self._tables.values():
            table.enter(entry)
        return entry

    def _forget(self, origin: int) -> None:
        """Drop a quarter of the tokens of an origin; of recorded ones the others weigh half from now on."""
        pairs = [(key, entry) for key, entry in self._entries.items() if entry.origin == origin]
        pairs.sort(key=lambda pair: pair[1].weight)  # stable: of equals the oldest come first
        dropped = pairs[: len(pairs) // 4 + 1]
        for key, entry in dropped:
            del self._entries[key]
            for table in self._tables.values():
                table.leave(entry)
        if origin == RECORDED:
            for _, entry in pairs[len(dropped) :]:
                entry.weight = max(1, entry.weight // 2)
        self._counts[origin] -= len(dropped)
        self._go_stale()

    def _go_stale(self) -> None:
        for table in self._tables.values():
            table.go_stale()


def _holds(value: Value, forms: Sequence[Value]) -> bool:
    if isinstance(value, str | bytes):
        return any(form in value for form in forms)  # type: ignore[operator]
    return value in forms


class _Table:
    """The choice among the tokens that have a form for one type of argument."""

    __slots__ = ("_choices_left", "_dictionary", "_forms", "_made", "_newest", "_rows", "_slots")

    def __init__(self, dictionary: Dictionary, forms: Callable[[Value], Sequence[Value]]) -> None:
        self._dictionary = dictionary
        self._forms = forms
        #: Each entry with its forms.
        self._rows: dict[Entry, tuple[Entry, Sequence[Value]]] = {}
        self._newest: list[tuple[Entry, Sequence[Value]]] = []
        self._slots: list[tuple[Entry, Sequence[Value]]] = []
        self._choices_left = 0
        self._made = 0

    def enter(self, entry: Entry) -> None:
        forms = self._forms(entry.value)
        if forms:
            self._rows[entry] = entry, forms
            self.go_stale()

    def leave(self, entry: Entry) -> None:
        self._rows.pop(entry, None)

    def note_newest(self, entry: Entry) -> None:
        row = self._rows.get(entry)
        if row is not None:
            self._newest.append(row)
            if len(self._newest) > 2 * _NEWEST:
                del self._newest[:-_NEWEST]
            self.go_stale()

    def go_stale(self) -> None:
        left = _CHOICES_IF_STALE + len(self._rows) // 2 if self._slots else 0
        if left < self._choices_left:
            self._choices_left = left

    def choose(self, bits: Callable[[int], int]) -> Value | None:
        self._choices_left -= 1
        if self._choices_left < 0:
            self._make()
        if not self._slots:
            return None
        draw = bits(24)
        if draw & _TO_NEWEST or not self._newest:
            entry, forms = self._slots[draw & (_SLOTS - 1)]
        else:
            entry, forms = self._newest[draw % len(self._newest)]
        self._dictionary._last = entry
        return forms[(draw >> _FORM_AT) % len(forms)]

    def _make(self) -> None:
        """Share out the slots; takes time in the number of tokens, so it is done seldom."""
        self._choices_left = _CHOICES
        rows = list(self._rows.values())
        if not rows:
            return
        scale = _scales(rows)
        weights = [entry.weight * scale[entry.origin] for entry, _ in rows]
        step = sum(weights) / _SLOTS
        self._made += 1
        take, at = self._made * _STRIDE % 1.0 * step, 0.0
        slots = self._slots
        slots.clear()
        for row, weight in zip(rows, weights, strict=True):
            at += weight
            if take < at:
                count = int((at - take) / step) + 1
                slots += [row] * count
                take += count * step
        # Rounding may leave a slot too few or too many.
        del slots[_SLOTS:]
        slots += [slots[-1]] * (_SLOTS - len(slots))


def _scales(rows: Iterable[tuple[Entry, object]]) -> tuple[float, float, float]:
    """Return by what to multiply the weights of each origin.

    Neither all recorded tokens together nor all words of the user may weigh
    more than all that comes before them: a long list is no reason to forget
    the rest.
    """
    sums = [0, 0, 0]
    for entry, _ in rows:
        sums[entry.origin] += entry.weight
    recorded = min(1.0, sums[SOURCE] / sums[RECORDED]) if sums[SOURCE] and sums[RECORDED] else 1.0
    others = sums[SOURCE] + sums[RECORDED] * recorded
    user = min(1.0, others / sums[USER]) if others and sums[USER] else 1.0
    return recorded, 1.0, user
