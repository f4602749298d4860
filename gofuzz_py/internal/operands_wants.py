"""From a condition that was met to what should have stood in its operands.

Owns what each relation means: which value one side would have to have for the
condition to come out the other way.  Must not know where an operand came from
(``operands_find`` does), nor whether a wish is worth its executions.  Runs in a
worker process; called by ``solver``.

The idea of putting one operand of a comparison in the place of the other is
RedQueen's (Aschermann and others, 2019).  Python's conditions are more than
comparisons: look-ups, methods of strings, ``match``, regular expressions.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from gofuzz_py.internal.operands_copy import Subject
from gofuzz_py.internal.operands_places import ABSENT

if TYPE_CHECKING:
    from gofuzz_py.internal.operands_record import Seen
    from gofuzz_py.internal.rand import Rand


class Wish(NamedTuple):
    """The program had ``seen``; with ``wanted`` a condition would come out another way."""

    seen: Any
    wanted: Any
    #: What the wish is remembered by; None is ``wanted``.
    key: Any = None
    #: Is it to stand in a record of its own, beside the one with ``seen``?
    is_beside: bool = False
    #: Pairs of the same sort that have to be granted along with it.
    more: tuple[tuple[Any, Any], ...] = ()
    #: Is ``seen`` a text that was decoded, for which there is one way to take its place?
    is_decoded: bool = False


#: Members of a collection that one condition asks for at a time, and those near what is there.
_MEMBERS, _NEAR = 12, 4
#: Of a text in front of what is inserted or compared, so many characters tell the place.
CONTEXT = 24
#: Texts in which ``split``, ``find`` and the like look are cut to this where they are wished.
LONGEST = 4096

#: Texts longer than this are told apart by their beginning and length.
_KEY_LENGTH = 48

#: Up to here each number of turns of a loop counts, beyond it each doubling: AFL's classes.
_FEW_TURNS = 3

_TEXTS = (str, bytes)
_NUMBERS = (int, float)
#: What an order of numbers is asked of; decoders make bools as well.
_ORDERED = frozenset({int, float, bool})
#: Comparisons with a count, and how many more of a part are wished at most.
_COMPARED, _MOST_MORE = frozenset({"==", "!=", "<", "<=", ">", ">="}), 256
#: What can be looked for in an input, and written there.
_GRANTED = frozenset({str, bytes, int, float, bool, type(None)})
#: What can be looked for.
_FOUND = _GRANTED | {dict, tuple}
#: What comes of operands of kinds that do not go together; the last under ``-bb``.
_STRANGE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, BytesWarning)

#: Texts and the parts that were counted in them, by how many there were.
Counts = Mapping[int, Sequence[tuple[Any, Any]]]

_Wanter = Callable[["Seen", "Rand"], Iterator[Wish]]


def wishes(seen: Seen, rand: Rand) -> Sequence[Wish]:
    """Return what would make the condition come out another way, the likely first."""
    wanter = _WANTERS.get(seen.relation)
    if wanter is None:
        return ()
    found: list[Wish] = []
    try:
        for wish in wanter(seen, rand):
            if type(wish.seen) in _FOUND and type(wish.wanted) in _GRANTED:
                found.append(wish)  # noqa: PERF401 - what came before an exception is kept
    except _STRANGE:  # operands that do not go together: the program found out as well
        pass
    return found


def counts_of(seen: Sequence[Seen]) -> Counts:
    """Return what ``count`` returned in a run, and the texts and parts it was asked for."""
    found: dict[int, list[tuple[Any, Any]]] = {}
    for one in seen:
        text, part = one.left, one.right
        if one.relation == "count" and type(text) in _TEXTS and type(part) is type(text) and part:
            found.setdefault(text.count(part), []).append((text, part))
    return found


def counted(seen: Seen, counts: Counts) -> Iterator[Wish]:
    """Wish a part as often in a text as the comparison of a number with what ``count`` returned asks for."""
    left, right = seen.left, seen.right
    if not counts or seen.relation not in _COMPARED or type(left) is not int or type(right) is not int:
        return
    for had, asked in ((left, right), (right, left)):
        more = asked - had + (seen.relation in ("<", ">", "<=", ">="))
        for text, part in counts.get(had, ()) if 0 < more <= _MOST_MORE else ():
            at = text.find(part) + len(part) if had else len(text) - 1
            for place in dict.fromkeys((max(0, at), len(text), len(text) // 2)):
                yield Wish(text, text[:place] + part * more + text[place:], ("counted", more, place))


def is_met(seen: Seen) -> bool:
    """Was the condition such that an equality or a membership held?  Then it has no wishes."""
    holds = _HOLDS.get(seen.relation)
    try:
        return holds is not None and bool(holds(seen.left, seen.right))
    except _STRANGE:
        return False


_HOLDS: dict[str, Callable[[Any, Any], Any]] = {
    "==": lambda left, right: left == right, "!=": lambda left, right: left == right,
    "in": lambda left, right: left in right, "not in": lambda left, right: left in right,
    "startswith": lambda left, right: left.startswith(right),
    "endswith": lambda left, right: left.endswith(right),
}  # fmt: skip


def outcome(seen: Seen) -> Any:
    """Return what tells how a condition came out, or None where that is no step forward."""
    try:
        return _outcome(seen, seen.left, seen.right)
    except _STRANGE:
        return None


def _outcome(seen: Seen, left: Any, right: Any) -> Any:
    relation = seen.relation
    if relation == "loop":
        return "turns", left if left <= _FEW_TURNS else _FEW_TURNS + left.bit_length()
    if relation == "decodes":  # it was reached, which coverage may not tell
        return relation
    if relation in ("<", "<=", ">", ">="):
        return left < right, left > right
    if relation in _LOOKED_FOR:
        return ("holds", shortened(right)) if right and right in left else None
    if type(left) is tuple and type(right) is tuple and relation in ("==", "!="):
        return "begins", common(left, right)
    if is_met(seen):
        return "holds", shortened(left if relation in ("==", "!=", "in", "not in") else right)
    if relation in ("==", "!="):
        return "comparable" if _is_comparable(left, right) else None
    if relation in ("in", "not in") and type(right) is tuple:
        return "comparable" if any(_is_comparable(left, one) for one in right[:_MEMBERS]) else None
    return None


def _is_comparable(left: Any, right: Any) -> bool:
    """Could one be put in the place of the other?  What is None or empty stands nowhere in an input."""
    if type(left) in _TEXTS:
        return type(left) is type(right) and bool(left) and bool(right)
    return type(left) in _NUMBERS and type(right) in _NUMBERS


def shortened(value: Any) -> Any:
    """Return what stands for a value in memory, can be hashed and is small: itself, or less of it."""
    if type(value) is str:
        return value if len(value) <= _KEY_LENGTH else (value[:_KEY_LENGTH], len(value))
    if type(value) is bytes:  # never the same as a text: under -bb they must not meet
        return len(value), value[:_KEY_LENGTH]
    if type(value) is int and value.bit_length() > 256:
        return value & 0xFFFF_FFFF, value.bit_length()
    if type(value) is tuple:
        return "tuple", len(value), *map(shortened, value[:_MEMBERS])
    if type(value) is dict:
        pairs = islice(value.items(), _MEMBERS)
        return "dict", len(value), *((shortened(key), shortened(item)) for key, item in pairs)
    return value if type(value) in _GRANTED else type(value).__name__


def _equal(seen: Seen, rand: Rand) -> Iterator[Wish]:
    left, right = seen.left, seen.right
    if left == right:
        return
    if type(left) is tuple and type(right) is tuple:
        yield from _sequences(left, right)
        return
    yield Wish(left, right, _key(left, right))
    yield Wish(right, left, _key(right, left))
    yield from _without_frame(left, right)


def _key(seen: Any, wanted: Any) -> Any:
    """Return by what the tries of a wish are counted: anew once there is something to put it in place of."""
    is_nothing = seen is None or (type(seen) in _TEXTS and not seen)
    return (type(seen).__name__, shortened(wanted)) if is_nothing else None


def _sequences(left: tuple[Any, ...], right: tuple[Any, ...]) -> Iterator[Wish]:
    """Compare two sequences as a whole."""
    yield from _pairs(left, right)
    yield from _joined_numbers(left, right)
    yield from _joined_numbers(right, left)


def _pairs(left: Any, right: Any) -> Iterator[Wish]:
    """Compare two sequences member by member, and as texts that were taken apart."""
    if type(left) is tuple and type(right) is tuple:
        yield from _joined(left, right)
        yield from _joined(right, left)
        pairs = [pair for pair in zip(left[:_MEMBERS], right[:_MEMBERS], strict=False) if pair[0] != pair[1]]
        if len(pairs) > 1:
            yield Wish(*pairs[0], ("all", shortened(right)), more=tuple(pairs[1:]))
            yield Wish(
                *pairs[0][::-1], ("all", shortened(left)), more=tuple(pair[::-1] for pair in pairs[1:])
            )
        for one, other in pairs:
            if one != other and type(one) is not tuple and type(other) is not tuple:
                yield Wish(one, other)
                yield Wish(other, one)


def _joined_numbers(seen: tuple[int, ...], wanted: tuple[int, ...]) -> Iterator[Wish]:
    """Wish numbers as they may have stood in a text, such as that of a version."""
    if (
        {type(piece) for piece in (*seen, *wanted)} == {int}
        and len(seen) <= _MEMBERS
        and len(wanted) <= _MEMBERS
    ):
        for separator in ".,-":
            whole, other = (separator.join(map(str, numbers)) for numbers in (seen, wanted))
            yield Wish(whole, other, ("joined", separator, wanted))


#: What texts are taken apart at.
_SEPARATORS = (" ", ",", "\n", "=", ":", ";", "/", ".", "-", "|", "&", "\t", "", ", ", "\0")


def _joined(seen: tuple[Any, ...], wanted: tuple[Any, ...]) -> Iterator[Wish]:
    """Wish the pieces of a text joined as they may have been before it was taken apart."""
    kinds = {type(piece) for piece in (*seen, *wanted)}
    if not wanted or len(wanted) > _MEMBERS or len(kinds) != 1 or not kinds <= set(_TEXTS):
        return
    if seen == wanted:
        return
    for separator in _SEPARATORS:
        between = separator if str in kinds else separator.encode()
        whole = between.join(seen[: 2 * _MEMBERS])
        if len(seen) > 1 or separator == _SEPARATORS[0] or len(wanted) > 1:
            yield Wish(whole, between.join(wanted), ("joined", separator, shortened(wanted)))


def _without_frame(left: Any, right: Any) -> Sequence[Wish]:
    """Leave out what both texts begin or end with: the program may have put it there."""
    if type(left) not in _TEXTS or type(left) is not type(right):
        return ()
    if left[:1] != right[:1] and left[-1:] != right[-1:]:
        return ()
    start = common(left, right)
    end = common(left[::-1], right[::-1])
    end = min(end, len(left) - start, len(right) - start)
    found = []
    if start:
        found.append(Wish(left[start:], right[start:]))
    if end:
        found.append(Wish(left[: len(left) - end], right[: len(right) - end]))
    return found


def common(left: Any, right: Any) -> int:
    """Return how long both texts are the same."""
    shortest = min(len(left), len(right), LONGEST)
    for at in range(shortest):
        if left[at] != right[at]:
            return at
    return shortest


def _ordered(seen: Seen, rand: Rand) -> Iterator[Wish]:
    left, right = seen.left, seen.right
    if {type(left), type(right)} <= _ORDERED:
        yield from _ordered_numbers(left, right)
    elif type(left) is tuple and type(right) is tuple:
        yield from _sequences(left, right)
    elif type(left) in _TEXTS and type(left) is type(right):
        yield Wish(left, right)
        yield Wish(right, left)


def _ordered_numbers(left: Any, right: Any) -> Iterator[Wish]:
    if not (math.isfinite(left) if type(left) is float else True) or right != right:
        return
    for one, other in ((left, right), (right, left)):
        if one == other:
            yield Wish(one, _beyond(one, 1))
            yield Wish(one, _beyond(one, -1))
            continue
        yield Wish(one, other)
        yield Wish(one, _beyond(other, 1 if one < other else -1))


def _beyond(number: Any, step: int) -> Any:
    """Return the next number; one of another size where a float has no room for a step."""
    if number + step != number:
        return number + step
    return number * 10 if (number > 0) is (step > 0) else number / 10


def _member(seen: Seen, rand: Rand) -> Iterator[Wish]:
    left, right = seen.left, seen.right
    if type(right) in _TEXTS:
        yield from _substring(left, right, rand)
        return
    if type(right) is dict:
        right = tuple(right)
    if type(right) is not tuple or left in right:
        return
    if not right:
        yield Wish("" if type(left) is str else b"", left, ("first", shortened(left)))
        return
    members = _choose(left, right, rand)
    if type(left) is tuple:  # what is like it in some place is but a step away
        members.sort(key=lambda member: -_alike(left, member))
    for member in members:
        if type(member) is tuple:
            key = "member", shortened(member), _alike(left, member)
            yield from (
                wish._replace(key=(key, wish.key or shortened(wish.wanted))) for wish in _pairs(left, member)
            )
        elif member != left:
            yield Wish(left, member)
            yield from _without_frame(left, member)
    if type(left) in (str, bytes, int):  # the collection may come from the input as well
        for member in right[:_NEAR]:
            if type(member) is type(left):
                yield Wish(member, left, _key(member, left))
                if type(left) in _TEXTS:
                    yield Wish(member, left, ("beside", shortened(left)), is_beside=True)


def _choose(left: Any, members: Sequence[Any], rand: Rand) -> list[Any]:
    """Choose some members: those most like what is there, and others in turn."""
    if len(members) <= _MEMBERS:
        return list(members)
    near: list[Any] = []
    if type(left) in _TEXTS and left:
        begin = left[:1]
        alike = [member for member in members if type(member) is type(left) and member[:1] == begin]
        near = sorted(alike, key=lambda member: -common(left, member))[:_NEAR]
    start = rand.intn(len(members))
    rest = [members[(start + index * 7919) % len(members)] for index in range(_MEMBERS - len(near))]
    return list(dict.fromkeys([*near, *rest]))


def _alike(one: Any, other: Any) -> int:
    """Return in how many places two keys are the same."""
    return sum(map(operator.eq, one, other)) if type(one) is type(other) is tuple else 0


def _substring(part: Any, text: Any, rand: Rand) -> Iterator[Wish]:
    """Wish a part in a text: the text with it, or the part as it stands there."""
    if type(text) is bytes and type(part) is int:
        part = bytes((part & 255,))
    if type(part) is not type(text):
        return
    if part in text:
        return
    if part:
        yield from _with_part(text, part, rand)
    if text and len(text) <= LONGEST:
        at = rand.intn(len(text))
        yield Wish(part, text[at : at + max(1, len(part))])
        yield Wish(part, text[rand.intn(len(text)) :][:1])


def _with_part(text: Any, part: Any, rand: Rand, *, may_separate: bool = False) -> Iterator[Wish]:
    """Put a part at the beginning, the end or somewhere in a text.

    What may separate needs something on either side: every other time the end stands behind it again.
    The wishes are remembered by the part: the text round it is another one each time.
    """
    if not text:
        yield Wish(text, part)
        return
    key = shortened(part)
    head, tail = text[:CONTEXT], text[-CONTEXT:]
    yield Wish(head, part + head, ("before", key))
    again = tail if may_separate and rand.bits(1) else tail[:0]
    yield Wish(tail, tail + part + again, ("behind", key))
    at = rand.intn(len(text))
    place = text[at : at + CONTEXT]
    cut = rand.intn(len(place) + 1)
    yield Wish(place, place[:cut] + part + place[cut:], ("in", key))


def _starts(seen: Seen, rand: Rand) -> Iterator[Wish]:
    text, start = seen.left, seen.right
    if not start or text.startswith(start):
        return
    key = shortened(start)
    head = text[: max(len(start), CONTEXT)]
    yield Wish(head, start + head[len(start) :], ("over", key))
    yield Wish(head, start + head, ("before", key))
    same = common(text, start)
    if same:
        yield Wish(head, start + head[same:], ("rest", key))
    yield Wish(text[: len(start)], start)


def _ends(seen: Seen, rand: Rand) -> Iterator[Wish]:
    text, end = seen.left, seen.right
    if not end or text.endswith(end):
        return
    key = shortened(end)
    tail = text[-max(len(end), CONTEXT) :]
    yield Wish(tail, tail + end, ("behind", key))
    yield Wish(tail, tail[: -len(end)] + end, ("over", key))


def _looked_for(seen: Seen, rand: Rand) -> Iterator[Wish]:
    text, part = seen.left, seen.right
    if part and len(text) <= 1 << 16 and part not in text:
        yield from _with_part(text, part, rand, may_separate=True)


def _stripped(seen: Seen, rand: Rand) -> Iterator[Wish]:
    text, chars = seen.left, seen.right
    if chars and type(chars) is type(text):
        at = rand.intn(len(chars))
        char = chars[at : at + 1]
        yield from _with_part(text, char, rand)


#: For each question about characters, texts for which the answer is yes, and tricky ones.
_KINDS: dict[str, tuple[str, ...]] = {
    "isdigit": ("7", "\u00b2", "x"), "isdecimal": ("7", "\u0667", "x"), "isnumeric": ("7", "\u00bd", "x"),
    "isalpha": ("a", "\u00df", "7"), "isalnum": ("a7", "-"), "isspace": (" ", "\x1c", "x"),
    "isupper": ("A", "a"), "islower": ("a", "A"), "istitle": ("Aa", "aA"), "isidentifier": ("_a1", "1a"),
    "isascii": ("a", "\u00e9"), "isprintable": ("a", "\n"),
}  # fmt: skip


def _of_kind(seen: Seen, rand: Rand) -> Iterator[Wish]:
    for example in _KINDS[seen.relation]:
        if type(seen.left) is str:
            yield Wish(seen.left, example)
        elif example.isascii():
            yield Wish(seen.left, example.encode())


#: What ``int`` and ``float`` take, and what they take that few expect.
_BASED: dict[Any, tuple[str, ...]] = {
    0: ("0", "0x1F", "0b11", "0o17", "-10", "0x_f"), 2: ("1", "0", "-101", "0b11", "1_0"),
    8: ("7", "0o17", "-10", "1_0"), 10: ("0", "1", "-1", "10", "1_0", " 7 ", "+3"),
    16: ("1f", "0xFF", "-A", "1_0", " 7 ", "deadbeefdeadbeef"),
}  # fmt: skip
_OTHER_BASES = ("1", "0", "-10", "1_0")
_TEXT_FLOATS = ("0", "1.5", "-0.0", "1e3", "nan", "inf", "-inf", "1e999")


def _number(seen: Seen, rand: Rand) -> Iterator[Wish]:
    text, base = seen.left, seen.right
    table = _TEXT_FLOATS if seen.relation == "float" else _BASED.get(base, _OTHER_BASES)
    start = rand.intn(len(table))
    for example in dict.fromkeys((table[start], table[0])):
        yield Wish(text, example if type(text) is str else example.encode())


def _length(seen: Seen, rand: Rand) -> Iterator[Wish]:
    data, size = seen.left, seen.right
    if len(data) != size and size <= LONGEST:
        yield Wish(data, (data + bytes(size))[:size])
        yield Wish(len(data), size)


# -- match -------------------------------------------------------------------------------------


def _match(seen: Seen, rand: Rand) -> Iterator[Wish]:
    for pattern in seen.right:
        yield from _pattern(pattern, seen.left, 0)


def _pattern(pattern: ast.pattern, subject: Any, depth: int) -> Iterator[Wish]:
    """Yield what would bring a subject nearer to a pattern."""
    if depth > 8:
        return
    if type(subject) is Subject and not isinstance(pattern, _LOOKING_IN):
        subject = subject.plain
    if isinstance(pattern, ast.MatchValue):
        yield from _value_pattern(pattern.value, subject)
    elif isinstance(pattern, ast.MatchSingleton):
        if subject is not pattern.value:
            yield Wish(subject, pattern.value)
    elif isinstance(pattern, ast.MatchOr):
        for inner in pattern.patterns:
            yield from _pattern(inner, subject, depth + 1)
    elif isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
        yield from _pattern(pattern.pattern, subject, depth + 1)
    elif isinstance(pattern, ast.MatchMapping) and type(subject) is dict:
        yield from _mapping_pattern(pattern, subject, depth)
    elif isinstance(pattern, ast.MatchSequence) and type(subject) is tuple:
        yield from _sequence_pattern(pattern.patterns, subject, depth)
    elif isinstance(pattern, ast.MatchClass):
        yield from _class_pattern(pattern, subject, depth)


#: Patterns that look into an object, and those that hold such.
_LOOKING_IN = (ast.MatchClass, ast.MatchOr, ast.MatchAs)


def _value_pattern(value: ast.expr, subject: Any) -> Iterator[Wish]:
    try:
        wanted = ast.literal_eval(value)
    except (ValueError, TypeError, RecursionError):
        return
    if type(subject) in (*_TEXTS, *_NUMBERS) and wanted != subject:
        yield Wish(subject, wanted)
        yield from _without_frame(subject, wanted)


def _example(pattern: ast.pattern) -> Any:
    """Return a value that matches a simple pattern, or ABSENT where any does or none is known."""
    if isinstance(pattern, ast.MatchOr):
        return _example(pattern.patterns[0])
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
        return _example(pattern.pattern)
    if isinstance(pattern, ast.MatchValue):
        try:
            value: object = ast.literal_eval(pattern.value)
        except (ValueError, TypeError, RecursionError):
            return ABSENT
        return value
    return ABSENT


def _mapping_pattern(pattern: ast.MatchMapping, subject: dict[Any, Any], depth: int) -> Iterator[Wish]:
    for key, inner in zip(pattern.keys, pattern.patterns, strict=True):
        try:
            name = ast.literal_eval(key)
        except (ValueError, TypeError, RecursionError):
            continue
        if name in subject:
            yield from _pattern(inner, subject[name], depth + 1)
        else:
            for other in list(subject)[:_NEAR]:
                yield Wish(other, name)


def _sequence_pattern(patterns: Sequence[ast.pattern], subject: Sequence[Any], depth: int) -> Iterator[Wish]:
    star = next((at for at, one in enumerate(patterns) if isinstance(one, ast.MatchStar)), None)
    wanted = [_example(one) for one in patterns if not isinstance(one, ast.MatchStar)]
    for index, piece in enumerate(wanted):
        if piece is ABSENT:  # whatever stands there may stay
            wanted[index] = subject[index] if index < len(subject) else "x"
    yield from _joined(tuple(subject), tuple(wanted))
    if star is None:
        if len(patterns) != len(subject):
            yield Wish(len(subject), len(patterns))
        pairs = list(zip(patterns, subject, strict=False))
    else:
        behind = len(patterns) - star - 1
        pairs = [*zip(patterns[:star], subject, strict=False)]
        if behind:
            pairs += zip(patterns[-behind:], subject[-behind:], strict=False)
    for inner, member in pairs:
        yield from _pattern(inner, member, depth + 1)


def _class_pattern(pattern: ast.MatchClass, subject: Any, depth: int) -> Iterator[Wish]:
    if type(subject) is not Subject:  # str("x"), int(5): the only positional pattern is the value itself
        for inner in pattern.patterns[:1]:
            yield from _pattern(inner, subject, depth + 1)
        return
    named = [*zip(subject.names, pattern.patterns, strict=False)]
    named += zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True)
    for name, inner in named:
        value = subject.attributes.get(name, ABSENT)
        if value is not ABSENT:
            yield from _pattern(inner, value, depth + 1)


_LOOKED_FOR = frozenset({
    "find", "rfind", "index", "rindex", "count", "split", "rsplit", "partition", "rpartition",
    "replace", "__contains__",
})  # fmt: skip

_WANTERS: dict[str, _Wanter] = {
    "==": _equal, "!=": _equal, "<": _ordered, "<=": _ordered, ">": _ordered, ">=": _ordered,
    "in": _member, "not in": _member, "startswith": _starts, "removeprefix": _starts, "endswith": _ends,
    "removesuffix": _ends, "int": _number, "float": _number, "length": _length, "match": _match,
    **dict.fromkeys(("strip", "lstrip", "rstrip"), _stripped),
    **dict.fromkeys(_LOOKED_FOR, _looked_for),
    **dict.fromkeys(_KINDS, _of_kind),
}  # fmt: skip
