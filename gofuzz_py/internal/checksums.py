"""Fields of an input that are a function of the rest of it, and how they are put right.

Owns ``infer``, which turns the two operands of a comparison (what stood in a
field and what the program computed) into candidate ``Repair`` objects, and
``Repair`` itself, which computes the field anew in any later value.  Knows
nothing of targets, runs or the pool: whether a candidate is right is for the
caller to try, by repairing a mutated input and looking at the comparison.
Runs in worker processes: ``infer`` once per stuck comparison, a repair once
per execution of an input that has one.  Go's engine has nothing of the kind;
AFL's users patch the checksum out of the program instead.

The work is done in layers: ``checksums_functions`` (with ``_crc`` and
``_digits``) what may be computed, ``checksums_forms`` how it is written,
``checksums_places`` where it stands; ``checksums_wants``, ``_search``,
``_lengths`` and ``_remainders`` find it, ``_anchors`` and ``_scopes`` say how
to find it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gofuzz_py.internal.checksums_anchors import readings
from gofuzz_py.internal.checksums_forms import Form, FormKinds
from gofuzz_py.internal.checksums_functions import Derived
from gofuzz_py.internal.checksums_lengths import SIZES, length_matches
from gofuzz_py.internal.checksums_places import Part, Place
from gofuzz_py.internal.checksums_remainders import remainder_matches
from gofuzz_py.internal.checksums_scopes import Lines, Scope, chunk_records, line_record
from gofuzz_py.internal.checksums_search import Match, Search
from gofuzz_py.internal.checksums_spans import LONG_VALUE, line_of
from gofuzz_py.internal.checksums_wants import as_bytes, find_wants

Text = TypeVar("Text", bytes, str)
#: A value, what was read from it and what was computed.
Observation = tuple[bytes | str, object, object]

#: How many candidates are returned unless the caller says otherwise.
MOST_CANDIDATES = 24
#: Longer values are not looked into: one pass over them costs more than many executions.
LONGEST_VALUE = 1 << 20
#: Above this, rules are told apart by what they say alone, not by what they do.
_SHORT_VALUE = 2048
#: How many rules are tried on the value itself: fewer if it is long.
_FEWEST_CHECKS, _MOST_CHECKS, _CHECKED_BYTES = 12, 400, 3_000_000
#: Five milliseconds: a repair that takes longer slows the run down more than it helps.
_MOST_NS = 5_000_000
#: A field of varying size may count itself; the number settles after a step or two.
_MOST_STEPS = 4
#: Against a raw field in a ``str`` that the program would have to encode first.
_RAW_RANK = 3
#: Pairs of a pair of tuples that are looked at.
_MOST_PAIRS = 4


@dataclass(frozen=True, slots=True)
class Repair:
    """A rule that computes a field from the rest of the value.  Equal rules are equal, and hashable."""

    place: Place
    form: Form
    part: Part
    derived: Derived
    #: Empty for ``bytes`` values; for ``str`` the encoding in which offsets and sums are meant.
    codec: str = ""
    scope: Scope | None = None

    def apply(self, value: bytes | str) -> bytes | str | None:
        """Return the value with its field put right; the same object if it was.

        None where the field or its part is no longer in place, or would take
        too long to compute.  Never raises.
        """
        if not self.codec:
            return self._mend_all(value) if isinstance(value, bytes) else None
        if not isinstance(value, str):
            return None
        try:
            data = value.encode(self.codec, "surrogatepass")
            mended = self._mend_all(data)
            if mended is data:
                return value
            return None if mended is None else mended.decode(self.codec, "surrogatepass")
        except UnicodeError:  # a character that Latin-1 lacks, or a field amid a character
            return None

    def _mend_all(self, data: bytes) -> bytes | None:
        if self.scope is None:
            return self._mend(data)
        mended = self.scope.apply(data, self._mend)
        return data if mended == data else mended

    def _mend(self, data: bytes) -> bytes | None:
        for _ in range(1 if self.form.size else _MOST_STEPS):
            found = self.wanted(data)
            if found is None:
                return None
            begin, end, text = found
            if data[begin:end] != text:
                data = data[:begin] + text + data[end:]
            if len(text) == end - begin:
                break
        return data

    def wanted(self, data: bytes) -> tuple[int, int, bytes] | None:
        """Return where the field begins and ends in one record and what should stand there, or None."""
        place = self.place.find(data, self.form)
        if place is None:
            return None
        begin, end = place
        covered = self.part.cut(data, begin, end)
        if covered is None or self.derived.base.cost * len(covered) > _MOST_NS:
            return None
        number = self.derived.number(covered)
        return None if number < 0 else (begin, end, self.form.write(number))

    def describe(self) -> str:
        """Say in one line what is put where."""
        text = f"{self.derived} of {self.part}, {self.place}, {self.form}"
        return f"{text}, {self.scope}" if self.scope else text


def infer(value: bytes | str, field: object, computed: object, limit: int = MOST_CANDIDATES) -> list[Repair]:
    """Return rules that explain ``computed`` as what should stand where ``field`` was read, likeliest first.

    Either operand may be the computed one.  Whole numbers, bytes and text are
    looked at, and equally long tuples of them item by item; for anything else
    the list is empty.  Every rule, applied to ``value``, writes ``computed``
    into the field.  Takes some milliseconds at most; gives the same list for
    the same arguments.
    """
    ranked = _ranked(value, field, computed)
    return _different([repair for _, repair in ranked[: 4 * limit]], value, limit)


def infer_common(observations: Sequence[Observation], limit: int = MOST_CANDIDATES) -> list[Repair]:
    """Return rules that explain most of several observations of one comparison, likeliest first.

    Each is a value, what was read and what was computed, as for ``infer``.
    A small number is explained by many rules, two of them in different values
    by few, so this is worth its cost, which is that of one ``infer`` each.
    """
    ranks: dict[Repair, list[int]] = {}
    for value, field, computed in observations:
        found: dict[Repair, int] = {}
        for rank, repair in _ranked(value, field, computed):
            found.setdefault(repair, rank)
        for repair, rank in found.items():
            ranks.setdefault(repair, []).append(rank)
    ordered = sorted(ranks, key=lambda repair: (-len(ranks[repair]), sum(ranks[repair])))
    return _different(ordered[: 4 * limit], observations[0][0], limit) if ordered else []


def _ranked(value: bytes | str, field: object, computed: object) -> list[tuple[int, Repair]]:
    """List all rules that are found, with ranks, the lowest first."""
    if len(value) > LONGEST_VALUE or not value:
        return []
    found: list[tuple[int, bytes, str, Match]] = []
    for data, codec, kinds in _readings_of(value):
        search = Search(data)
        for turn, (was, wanted) in enumerate(_pairs(field, computed)):
            rank = turn % 2 + (_RAW_RANK if kinds == "raw" else 0)
            matches = _matches(search, was, wanted, kinds)
            found += [(match.rank + rank, data, codec, match) for match in matches]
    found.sort(key=lambda row: row[0])
    ranked: list[tuple[int, Repair]] = []
    most = max(_FEWEST_CHECKS, min(_MOST_CHECKS, _CHECKED_BYTES // len(value)))
    for rank, data, codec, match in found:
        ranked += _repairs(data, match, codec, rank)
        if len(ranked) > most:
            break
    ranked.sort(key=lambda row: row[0])
    return ranked


def _different(repairs: Sequence[Repair], value: bytes | str, limit: int) -> list[Repair]:
    """Leave out rules that do the same as an earlier one to a few changed values."""
    if len(value) > _SHORT_VALUE:
        return list(dict.fromkeys(repairs))[:limit]
    probes: list[bytes | str] = []
    probes += _probes(value) if isinstance(value, bytes) else ()
    if isinstance(value, str):
        middle = len(value) // 2
        probes += [*_probes(value), value[:middle] + "é" + value[middle:]]
    found: dict[tuple[object, ...], Repair] = {}
    for repair in repairs:
        outcome = (not repair.form.size, *(repair.apply(probe) for probe in probes))
        if outcome not in found:
            found[outcome] = repair
            if len(found) == limit:
                break
    return list(found.values())


def _probes(value: Text) -> Iterator[Text]:
    """Change a value here and there, with what it has itself, so that digits stay digits."""
    size = len(value)
    for at in (size // 5, size // 2, size - size // 5):
        yield value[:at] + value[at // 2 : at // 2 + 3] + value[at:]
        yield value[:at] + value[at + 1 :]
        yield value[:at] + value[at - 3 : at - 2] + value[at + 1 :]
    for at in (1, 2, size - 3, size - 2):  # where heads end and fields begin
        yield value[:at] + value[size // 2 : size // 2 + 1] + value[at + 1 :]
    yield value[: size // 2] + value[size // 3 : size // 2] * 20 + value[size // 2 :]
    yield value[: size // 3] + value[size // 2 : size // 2 + 9] + value[size // 3 :]


def repair_all(repairs: Sequence[Repair], value: bytes | str) -> bytes | str:
    """Apply repairs one after another, inner fields first; one that is not in place is passed over."""
    for repair in repairs:
        mended = repair.apply(value)
        if mended is not None:
            value = mended
    return value


def arrange(repairs: Iterable[Repair], value: bytes | str) -> list[Repair]:
    """Order repairs so that a field comes before those whose part it lies in; lengths before digests of them.

    Judged on ``value``.  Where two fields lie in each other's part, the one
    over fewer bytes comes first.
    """
    rows = [(_reach(repair, value), repair) for repair in repairs]
    return [repair for _, repair in sorted(rows, key=lambda row: row[0])]


def _reach(repair: Repair, value: bytes | str) -> tuple[bool, int]:
    """Return whether what a byte is matters to the field, and how many bytes it covers."""
    data = value if isinstance(value, bytes) else value.encode(repair.codec or "utf-8", "replace")
    place = repair.place.find(data, repair.form)
    covered = repair.part.cut(data, *place) if place else None
    return repair.derived.base not in SIZES, len(covered or b"")


def _readings_of(value: bytes | str) -> Iterator[tuple[bytes, str, FormKinds]]:
    """Return the bytes in which to look: of text, UTF-8 for what is text and Latin-1 for raw fields."""
    if isinstance(value, bytes):
        yield value, "", "all"
        return
    yield value.encode("utf-8", "surrogatepass"), "utf-8", "text"
    try:
        yield value.encode("latin-1"), "latin-1", "raw"
    except UnicodeEncodeError:
        return


def _pairs(field: object, computed: object) -> Iterator[tuple[object, object]]:
    """Pair the operands both ways; of tuples, the items that differ."""
    if type(field) is tuple and type(computed) is tuple:
        if len(field) == len(computed) <= 64:
            pairs = [pair for pair in zip(field, computed, strict=True) if _can_be_field(*pair)]
            for was, wanted in pairs[:_MOST_PAIRS]:
                yield from ((was, wanted), (wanted, was))
    elif _can_be_field(field, computed):
        yield from ((field, computed), (computed, field))


def _can_be_field(field: object, computed: object) -> bool:
    """Are both numbers, or both bytes or text?  No method of theirs is called before that is known."""
    if type(field) is int or type(computed) is int:
        return type(field) is type(computed)
    return as_bytes(field) is not None and as_bytes(computed) is not None


def _matches(search: Search, field: object, computed: object, kinds: FormKinds) -> list[Match]:
    matches = search.run(find_wants(search.value, field, computed, kinds), kinds == "raw")
    if type(field) is int and type(computed) is int:
        matches += length_matches(search, field, computed, kinds)
        matches += remainder_matches(search, field, computed, kinds)
    return matches


def _repairs(value: bytes, match: Match, codec: str, rank: int) -> Iterator[tuple[int, Repair]]:
    """List rules for one match, those for each of many records included."""
    step = 1 if match.want.is_strong else 2
    for place, repair in enumerate(_plain_repairs(value, match, codec, None)):
        yield rank + step * place, repair
    if len(value) > LONG_VALUE:
        return
    line = line_of(value, match.want.begin, match.want.end)
    record = line_record(value, match, line)
    if record:
        yield from _scoped_repairs(value, *record, codec, Lines(), rank + 1)
    for chunks, chunk, moved in chunk_records(value, match):
        yield from _scoped_repairs(value, chunk, moved, codec, chunks, rank + 1)


def _plain_repairs(data: bytes, match: Match, codec: str, scope: Scope | None) -> Iterator[Repair]:
    want = match.want
    expected = want.begin, want.end, want.form.write(want.number)
    for place, part in readings(data, match):
        repair = Repair(place, want.form, part, match.derived, codec, scope)
        if repair.wanted(data) == expected:
            yield repair


def _scoped_repairs(
    value: bytes, record: bytes, match: Match, codec: str, scope: Scope, rank: int
) -> Iterator[tuple[int, Repair]]:
    """List rules for every record; before the others if more than one record obeys it already."""
    for repair in _plain_repairs(record, match, codec, scope):
        yield rank - (2 if _obeying(scope, value, repair) else 0), repair
        return


def _obeying(scope: Scope, value: bytes, repair: Repair) -> bool:
    """Is there a record that has the right field already?"""
    is_right: list[bool] = []

    def look(record: bytes) -> None:
        found = repair.wanted(record) if len(is_right) < 16 else None
        if found:
            is_right.append(record[found[0] : found[1]] == found[2])

    scope.apply(value, look)
    return any(is_right)
