"""Inputs that grow: what is repeated, and between which parts that stay.

Owns :class:`Growth`, the choice of a part of an input that might be worth
repeating, and the way back: from a long input that a file holds to what is
repeated in it.  Turns values into values; must not know what running them
costs, nor targets or clocks.  Runs in worker processes, called by
``complexity`` once per attempt, and by ``complexity_judge``.

Go's fuzzing has nothing like it.  The shapes are those of published attacks on
parsers: a prefix, a piece many times, and a suffix; two pieces the same number
of times (``[[[[…]]]]``); an opening that is never closed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gofuzz_py.internal.kinds import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gofuzz_py.internal.rand import Rand

    #: ``(rand, text) -> (fixed, piece, fixed, …)``: an odd number of parts.
    Shape = Callable[["Rand", str], tuple[str, ...]]

#: Longest piece that is repeated, in characters; picked to hold a line of a header or of a log.
MAX_PIECE = 100
#: A longer text is cut to a window of this size before a piece is chosen: what is around a
#: piece runs again in every execution, and seldom matters.
MAX_BASE = 1024
#: A longer value is not searched for repetitions.
_MAX_SEARCHED = 1 << 17
#: So often must a piece stand behind itself to be taken for one that was repeated.
MIN_TIMES = 4

#: Repetitions are looked for in this order: a piece may hold some itself, but seldom many.
_RUNS = tuple(
    re.compile(rf"(.{{1,{MAX_PIECE}}}?)\1{{{times - 1},}}", re.DOTALL) for times in (4 * MIN_TIMES, MIN_TIMES)
)
_TOKEN = re.compile(r"\w+|\s+|.", re.DOTALL)

#: Pieces that open, separate, escape or refer to something in many formats.
_OPENERS = (
    "(", "[", "{", "<", ")", "]", "}", ">", '"', "'", "`", "\\", "&", "#", "%", "$", "*", "_", "-", "+", ".",
    ",", ":", ";", "=", "/", "|", "~", "^", "!", "?", "@", " ", "\t", "\n", "\r\n", "a", "0", "\0",
    "<!", "<!-", "<!--", "<![", "</", "<a", "<a>", "<?", "&a", "&#", "${", "{{", "{%", "/*", "//", "--",
    "a=", "a,", "a:", "a.", "a ", " a", "(a", "[a", "[]", "()", "{}", "[[", "a[", "a(", "](", "![", "**",
    "*a", "a*", "- ", "> ", "  ", "\n\n", "\n ", "\na", "=?", "\\\\", "a|", "?a", "|a",
)  # fmt: skip
#: What is nested round a part.
_PAIRS = (
    ("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"), ('"', '"'), ("'", "'"), ("<a>", "</a>"), ("/*", "*/"),
    ("{{", "}}"), ("*", "*"), ("_", "_"), ("(a", ")"), ("[a,", "]"), ('{"a":', "}"),
    (" ", "\n"), ("> ", "\n"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Growth:
    """An input as a function of how often its pieces are repeated."""

    #: One tuple per argument.  Of one item: the argument, which does not grow.
    #: Of more, always an odd number: parts that stay, and between them pieces.
    columns: tuple[tuple[Value, ...], ...]

    def values(self, times: int) -> list[Value]:
        """Return the input with every piece repeated so often."""
        return [_joined(column, times) for column in self.columns]

    def size(self, times: int) -> int:
        """Return the bytes of the texts in that input, without building it."""
        return sum(
            _size(part) * (times if index & 1 else 1)
            for column in self.columns
            for index, part in enumerate(column)
        )

    @property
    def pieces(self) -> list[Value]:
        """What is repeated, without empty pieces."""
        return [piece for column in self.columns for piece in column[1::2] if piece]

    def with_parts(self, parts: Iterable[Value]) -> Growth:
        """Return the same shape made of other parts, given one after another."""
        rest = iter(parts)
        return Growth(tuple(tuple(next(rest) for _ in column) for column in self.columns))


def _joined(column: tuple[Value, ...], times: int) -> Value:
    if len(column) == 1:
        return column[0]
    parts: list[Any] = [part * times if index & 1 else part for index, part in enumerate(column)]
    joined: Value = parts[0][:0].join(parts)
    return joined


def text_size(values: Iterable[Value]) -> int:
    """Return the bytes of the texts among values; numbers do not count."""
    return sum(map(_size, values))


def _size(part: Value) -> int:
    if isinstance(part, str):
        return len(part) if part.isascii() else len(part.encode("utf-8", "surrogatepass"))
    return len(part) if isinstance(part, bytes) else 0


# --- choosing what to repeat ----------------------------------------------------------------------


def choose_growth(rand: Rand, values: Sequence[Value]) -> Growth | None:
    """Return the input with something in it, or added to it, that is repeated.

    Mostly in one argument, sometimes in two: what compares two texts may be
    slow only where both grow.  None where no argument is ``bytes`` or ``str``.
    """
    texts = [index for index, value in enumerate(values) if isinstance(value, bytes | str)]
    if not texts:
        return None
    growing = {texts[rand.intn(len(texts))]}
    if rand.intn(4) == 0:
        growing.add(texts[rand.intn(len(texts))])
    columns = [
        _grown(rand, value) if index in growing else (_cut(rand, value),)
        for index, value in enumerate(values)
    ]
    return Growth(tuple(columns))


def _grown(rand: Rand, value: Value) -> tuple[Value, ...]:
    """Choose the parts of one argument; bytes are taken for Latin-1 characters."""
    value = _cut(rand, value)
    if isinstance(value, bytes):
        return tuple(part.encode("latin-1") for part in _shaped(rand, value.decode("latin-1")))
    assert isinstance(value, str)
    return _shaped(rand, value)


def _cut(rand: Rand, value: Value) -> Value:
    """Return a window of a text that is too long."""
    if not isinstance(value, bytes | str) or len(value) <= MAX_BASE:
        return value
    at = rand.intn(len(value) - MAX_BASE + 1)
    return value[at : at + MAX_BASE]


def _shaped(rand: Rand, text: str) -> tuple[str, ...]:
    shape = _SHAPES[rand.intn(len(_SHAPES))] if text else insert_piece
    parts = shape(rand, text)
    return tuple(part[:MAX_PIECE] if index & 1 else part for index, part in enumerate(parts))


def repeat_whole(rand: Rand, text: str) -> tuple[str, ...]:
    """Repeat all of it, as far as a piece may be."""
    return ("", text[:MAX_PIECE], "")


def repeat_part(rand: Rand, text: str) -> tuple[str, ...]:
    """Repeat a part where it stands."""
    at, end = _span(rand, text)
    return (text[:at], text[at:end], text[end:])


def repeat_at_end(rand: Rand, text: str) -> tuple[str, ...]:
    """Repeat a part and leave out what follows it: what it opens is never closed."""
    at, end = _span(rand, text)
    return (text[:at], text[at:end], "")


def repeat_alone(rand: Rand, text: str) -> tuple[str, ...]:
    """Repeat a part and nothing else, but perhaps its last character in the end."""
    at, end = _span(rand, text)
    return ("", text[at:end], text[-1:] if rand.intn(2) else "")


def insert_piece(rand: Rand, text: str) -> tuple[str, ...]:
    """Repeat something that opens or separates, at an edge of the text or within."""
    piece = _OPENERS[rand.intn(len(_OPENERS))]
    if rand.intn(4) == 0:
        piece += _OPENERS[rand.intn(len(_OPENERS))]
    at = (0, len(text), rand.intn(len(text) + 1))[rand.intn(3)]
    return (text[:at], piece, text[at:])


def insert_between(rand: Rand, text: str) -> tuple[str, ...]:
    """Repeat a part with something behind it that separates."""
    at, end = _span(rand, text)
    return (text[:at], text[at:end] + _OPENERS[rand.intn(len(_OPENERS))], text[end:])


def nest_part(rand: Rand, text: str) -> tuple[str, ...]:
    """Put brackets round a part, each pair inside the one before."""
    at, end = _span(rand, text)
    before, behind = _PAIRS[rand.intn(len(_PAIRS))]
    return (text[:at], before, text[at:end], behind, text[end:])


def repeat_two_parts(rand: Rand, text: str) -> tuple[str, ...]:
    """Repeat two parts, each where it stands."""
    spans = sorted((_span(rand, text), _span(rand, text)))
    (at, end), (second, last) = spans
    second = max(second, end)
    last = max(last, second)
    return (text[:at], text[at:end], text[end:second], text[second:last], text[last:])


#: Drawn with equal chances.
_SHAPES: tuple[Shape, ...] = (
    repeat_whole,
    repeat_part,
    repeat_part,
    repeat_at_end,
    repeat_alone,
    insert_piece,
    insert_piece,
    insert_between,
    nest_part,
    repeat_two_parts,
)


def _span(rand: Rand, text: str) -> tuple[int, int]:
    """Choose where a piece lies in a text that is not empty: a character, tokens, a line or anything."""
    at, end = _UNITS[rand.intn(len(_UNITS))](rand, text)
    return at, min(end, at + MAX_PIECE)


def _character(rand: Rand, text: str) -> tuple[int, int]:
    at = rand.intn(len(text))
    return at, at + 1


def _tokens(rand: Rand, text: str) -> tuple[int, int]:
    """One to four words, runs of blanks or other characters, from a random one on."""
    ends = [match.end() for match in _TOKEN.finditer(text)]
    first = rand.intn(len(ends))
    last = min(first + rand.intn(4), len(ends) - 1)
    return ends[first - 1] if first else 0, ends[last]


def _line(rand: Rand, text: str) -> tuple[int, int]:
    """The line round a random place, with its end."""
    middle = rand.intn(len(text))
    at = text.rfind("\n", 0, middle) + 1
    return at, (text.find("\n", middle) + 1) or len(text)


def _any_span(rand: Rand, text: str) -> tuple[int, int]:
    at = rand.intn(len(text))
    return at, at + 1 + rand.intn(min(len(text) - at, 16))


_UNITS: tuple[Callable[[Rand, str], tuple[int, int]], ...] = (_character, _tokens, _tokens, _line, _any_span)


# --- finding what is repeated ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    """A piece that stands several times behind itself."""

    start: int
    end: int
    piece: str
    times: int


def find_growth(values: Sequence[Value], min_times: int = MIN_TIMES) -> Growth | None:
    """Return what is repeated in an input, or None where nothing is.

    Of several repetitions those count that come near the longest; they grow
    together, and keep their proportion.  What :meth:`Growth.values` made comes
    back as an equal function of the number of repetitions, perhaps with its
    parts cut elsewhere.
    """
    for pattern in _RUNS:
        runs = [_runs(pattern, value) for value in values]
        longest = max((run.times for found in runs for run in found), default=0)
        if longest >= min_times:
            return _growth(values, runs, longest)
    return None


def _growth(values: Sequence[Value], runs: Sequence[Sequence[_Run]], longest: int) -> Growth:
    kept = [[run for run in found if 2 * run.times >= longest] for found in runs]
    least = min(run.times for found in kept for run in found)
    return Growth(tuple(_column(value, found, least) for value, found in zip(values, kept, strict=True)))


def _runs(pattern: re.Pattern[str], value: Value) -> list[_Run]:
    if not isinstance(value, bytes | str) or len(value) > _MAX_SEARCHED:
        return []
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    found = []
    for match in pattern.finditer(text):
        piece = match[1]
        found.append(_Run(match.start(), match.end(), piece, (match.end() - match.start()) // len(piece)))
    return found


def _column(value: Value, runs: Sequence[_Run], least: int) -> tuple[Value, ...]:
    """Cut a value at its repetitions; a piece repeated twice as often as the others counts double."""
    if not runs:
        return (value,)
    parts: list[Value] = []
    at = 0
    for run in runs:
        size = len(run.piece) * round(run.times / least)
        parts += [value[at : run.start], value[run.start : run.start + size]]  # type: ignore[index]
        at = run.end
    return (*parts, value[at:])  # type: ignore[index]
