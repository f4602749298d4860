"""The operands that a condition has met, and how near they came to what it asks for.

Owns what is kept of each place (a few examples, and the pair of operands that
came closest) and how that reads.  Must not know which conditions are stuck.
Runs in worker processes: ``Notes.take_in`` once for each watched run, and only
where a frontier will be asked for; the rest when it is.

Go has nothing like it; it records no operands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from gofuzz_py.internal.frontier_conditions import literals
from gofuzz_py.internal.operands_places import ABSENT, RELATIONS
from gofuzz_py.internal.operands_regex import METHODS, compiled
from gofuzz_py.internal.operands_wants import common
from gofuzz_py.internal.regex_progress import progress

if TYPE_CHECKING:
    from gofuzz_py.internal.operands_places import Place
    from gofuzz_py.internal.operands_record import Seen

#: Examples kept of a place, and those shown.
_EXAMPLES, _SHOWN = 8, 3
#: Pairs of operands of one place that are not measured again; pairs measured of one place in all.
_RECENT, _MOST_PAIRS = 64, 20_000
#: Members of a collection that an operand is compared with.
_MEMBERS = 64
#: Characters that are shown of an operand, and digits of a number.
_LONGEST, _DIGITS = 40, 20
#: Numbers from here on are shown as a program that compares checksums writes them.
_HEX_FROM = 1 << 20

_TEXTS = (str, bytes)
_NUMBERS = (int, float)
_SIMPLE = frozenset({str, bytes, int, float, bool, type(None)})


class Near(NamedTuple):
    """A pair of operands: how near, from 0 to 1000, and the two."""

    score: int
    seen: Any
    wanted: Any


class Met:
    """What one place has met."""

    __slots__ = ("best", "count", "examples", "literals", "place", "recent")

    def __init__(self, place: Place) -> None:
        self.place = place
        self.count = 0
        #: The first operands that differ, as (relation, seen, wanted).
        self.examples: list[tuple[str, Any, Any]] = []
        self.recent: set[Any] = set()
        #: The nearest pair; of a ``match``, of each literal.
        self.best: dict[Any, Near] = {}
        self.literals = [one for pattern in place.patterns for one in literals(pattern)][:_MEMBERS]

    def take_in(self, relation: str, left: Any, right: Any) -> None:
        """Note one pair of operands."""
        self.count += 1
        if self.count > _MOST_PAIRS:
            return
        if self.place.is_left:
            left, right = right, left
        if type(left) in _SIMPLE and type(right) in _SIMPLE:
            pair = type(left), type(right), left, right  # under -bb a text must not meet bytes
            if pair in self.recent:
                return
            if len(self.recent) < _RECENT:
                self.recent.add(pair)
        if len(self.examples) < _EXAMPLES and not any(_is_same(left, one[1]) for one in self.examples):
            self.examples.append((relation, left, right))
        for key in self.literals:
            self._keep(_typed(key), "==", left, key)
        self._keep(None, relation, left, right)

    def _keep(self, key: Any, relation: str, seen: Any, wanted: Any) -> None:
        measure = _MEASURES.get(relation)
        if measure is None:
            return
        near = measure(seen, wanted)
        known = self.best.get(key)
        if near.score and (known is None or near.score > known.score):
            self.best[key] = near


#: What watched runs tell besides conditions.
_NO_CONDITIONS = ("loop", "decodes")


class Notes:
    """What all places have met."""

    def __init__(self, place: Callable[[int], tuple[str, Place]]) -> None:
        self._place = place
        self.rows: dict[int, Met] = {}
        #: Locations that inputs which failed have reached; some are not known otherwise.
        self.failing: set[int] = set()

    def take_in(self, seen: Iterable[Seen]) -> None:
        """Note what a watched run has met."""
        rows = self.rows
        for one in seen:
            if one.relation in _NO_CONDITIONS:
                continue
            row = rows.get(one.number)
            if row is None:
                row = rows[one.number] = Met(self._place(one.number)[1])
            row.take_in(one.relation, one.left, one.right)


def _is_same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _typed(value: Any) -> Any:
    return type(value), value


# -- how near --------------------------------------------------------------------------------------


def _near(seen: Any, wanted: Any) -> Near:
    """Measure two operands of an equality or an order."""
    if type(seen) in _NUMBERS and type(wanted) in _NUMBERS:
        return Near(_near_numbers(seen, wanted), seen, wanted)
    if type(seen) in _TEXTS and type(seen) is type(wanted) and wanted:
        if seen == wanted:
            return Near(1000, seen, wanted)
        return Near(min(999, 1000 * common(seen, wanted) // len(wanted)), seen, wanted)
    return Near(0, seen, wanted)


def _near_numbers(seen: Any, wanted: Any) -> int:
    try:
        distance = int(abs(seen - wanted))
    except (OverflowError, ValueError):  # of infinities and NaN
        return 0
    return 1000 // (1 + distance.bit_length())


def _near_end(seen: Any, wanted: Any) -> Near:
    if type(seen) not in _TEXTS or type(seen) is not type(wanted):
        return Near(0, seen, wanted)
    return Near(_near(seen[::-1], wanted[::-1]).score, seen, wanted)


def _near_member(seen: Any, wanted: Any) -> Near:
    """Measure an operand against the nearest member; a part of a text is there or not."""
    best = Near(0, seen, wanted)
    if type(wanted) in (tuple, dict):
        for member in [*wanted][:_MEMBERS]:
            near = _near(seen, member)
            if near.score > best.score:
                best = near
    return best


_MEASURES: dict[str, Callable[[Any, Any], Near]] = {
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "startswith"), _near),
    "endswith": _near_end, "in": _near_member, "not in": _near_member,
    "length": lambda data, size: _near(len(data), size) if type(data) in _TEXTS else _near(data, size),
}  # fmt: skip

# -- how it reads ----------------------------------------------------------------------------------

#: Relations that hold where the condition is false, and those that are no equality.
_NEGATIVE, _ORDERED = ("!=", "not in"), ("<", "<=", ">", ">=")


def described(met: Met, wanted: bool, literals: tuple[object, ...]) -> tuple[int, str]:
    """Return how near a place came to making its condition ``wanted``, from 0 to 1000, and say it.

    Says nothing of a place that does not decide: what it asks for was there.
    """
    relation, place = met.examples[0][0], met.place
    if place.relation == "[]" or place.relation == "except":
        return 0, ""
    asks_for_it = wanted is not (relation in _NEGATIVE) or relation in _ORDERED
    near = None
    if asks_for_it and relation.startswith("re."):
        score, text = _of_patterns(met)
        if text:
            return score, text
    elif asks_for_it:
        keys = [_typed(one) for one in literals if place.patterns] or [None]
        near = max((met.best[key] for key in keys if key in met.best), default=None)
    if near is not None and (near.score < 1000 or relation in _ORDERED):
        return near.score, _closest(met, near)
    if near is not None or (relation == "in" and place.relation not in RELATIONS):
        return 0, ""
    return 0, _examples(met)


def _examples(met: Met) -> str:
    values = [seen[0] if relation.startswith("re.") else seen for relation, seen, _ in met.examples]
    texts = list(dict.fromkeys(shown(value) for value in values))
    word = "always" if len(texts) == 1 else "met"
    return f"{word} {', '.join(texts[:_SHOWN])}{', ...' * (len(texts) > _SHOWN)}"


def _closest(met: Met, near: Near) -> str:
    relation = met.examples[0][0]
    text = "closest " + shown(near.seen)
    is_member = relation in ("in", "not in")
    is_in_source = any(operand is not ABSENT for operand in met.place.operands)
    if is_member or not (is_in_source or met.place.patterns):
        text += f" {'to' if is_member else 'against'} {shown(near.wanted)}"
    if type(near.wanted) in _TEXTS and near.seen != near.wanted:
        at_end = relation == "endswith"
        same = common(near.seen[::-1], near.wanted[::-1]) if at_end else common(near.seen, near.wanted)
        unit = "bytes" if type(near.wanted) is bytes else "characters"
        text += f" ({'last ' * at_end}{same} of {len(near.wanted)} {unit})"
    return text


def _of_patterns(met: Met) -> tuple[int, str]:
    """Say with which example a regular expression got furthest."""
    best = (0, 0), ""
    for relation, (text, start), given in met.examples:
        pattern = given if isinstance(given, re.Pattern) else compiled(*given)
        if pattern is None or type(text) not in _TEXTS:
            continue
        how = METHODS.get(relation.removeprefix("re."), "search")
        furthest, items = progress(pattern, text, max(0, start), how)
        best = max(best, ((items, furthest - max(0, start)), shown(text[max(0, start) :])))
    (items, length), text = best
    if not length:
        return 0, ""
    return min(900, 200 + 100 * items), f"closest {text} (the pattern follows it for {length})"


def shown(value: Any) -> str:
    """Return an operand as it is written in Python, shortened."""
    if type(value) in _TEXTS:
        return repr(value) if len(value) <= _LONGEST else repr(value[: _LONGEST - 3]) + "..."
    if type(value) is int and abs(value) >= _HEX_FROM:
        bits = value.bit_length()
        return hex(value) if bits <= 4 * _DIGITS else f"a number of {bits} bits"
    if type(value) in (tuple, dict):
        members = ", ".join(shown(member) for member in [*value][:_SHOWN])
        return f"({members}{', ...' if len(value) > _SHOWN else ''})"
    text = repr(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
