"""One implementation of a change for ``bytes`` and ``str``: the value as a short text.

Owns the two steps between a value and the operators of the ``mutators_format``
family: which part of a long value is looked at, and how ``bytes`` become a text
and back.  Also what the family shares when it draws: a place, and how often
something is repeated.  Knows no format.  Runs in worker processes, once per
execution.  Go has nothing of the kind.

An *edit* is ``(rand, text, limit) -> changed text, or None to decline``.  It
sees at most ``WINDOW`` characters, so it may scan them all, and ``limit`` is
what the result of that part may have.  ``bytes`` are decoded as Latin-1, one
character per byte: slices, searches and joins then mean the same, and text in
ASCII or UTF-8 comes back unharmed (measured: 50 ns each way, a tenth of an
edit).  What is not ASCII and inserted must be in UTF-8 then, which is what
``as_bytes`` is for.  An edit whose result is no Latin-1 has declined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from gofuzz_py.internal.rand import Rand

    #: The ``search`` of a pattern.
    Search = Callable[..., re.Match[str] | None]
    #: ``(rand, text, limit) -> changed text, or None to decline``.
    Edit = Callable[[Rand, str, int], str | None]
    #: The same with a second text, of which pieces are taken.
    Splice = Callable[[Rand, str, str, int], str | None]
    BytesOperator = Callable[[Rand, bytes, int], bytes | None]
    StrOperator = Callable[[Rand, str, int], str | None]
    BytesSplicer = Callable[[Rand, bytes, bytes, int], bytes | None]
    StrSplicer = Callable[[Rand, str, str, int], str | None]
    #: How a text is spelled in a value of the type at hand: ``as_str`` or ``as_bytes``.
    Spelling = Callable[[str], str]

#: The most characters that an edit sees.  What fits the format of a longer
#: value is found in nearly every part of it.
WINDOW = 2000

#: The most characters that one repetition adds: enough for quadratic behaviour
#: to show in the counts of a run, and little enough to be run often.
LONGEST = 10_000


def as_str(text: str) -> str:
    """Return the text itself: the spelling in a ``str`` value."""
    return text


def as_bytes(text: str) -> str:
    """Return the UTF-8 of a text, a character per byte: the spelling in a ``bytes`` value."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def window_start(rand: Rand, size: int) -> int:
    """Draw where the part of a value of ``size`` begins that is looked at.

    The two ends are drawn more often than chance would: headers stand there.
    """
    if size <= WINDOW:
        return 0
    bits = rand.bits
    end = bits(3)
    if end == 0:
        return 0
    return size - WINDOW if end == 1 else bits(30) % (size - WINDOW + 1)


def on_str(edit: Edit, smallest: int = 1) -> StrOperator:
    """Return an operator that edits ``str`` values of at least ``smallest`` characters.

    The result has at most ``limit`` code points; counting its bytes is the
    caller's business, as with the other text mutators.
    """

    def operator(rand: Rand, value: str, limit: int) -> str | None:
        size = len(value)
        if size < smallest:
            return None
        if size <= WINDOW:
            new = edit(rand, value, limit)
            return None if new is None or len(new) > limit else new
        start = window_start(rand, size)
        end = start + WINDOW
        limit += WINDOW - size
        new = edit(rand, value[start:end], limit)
        if new is None or len(new) > limit:
            return None
        return "".join((value[:start], new, value[end:]))

    operator.__name__ = operator.__qualname__ = edit.__name__
    return operator


def on_bytes(edit: Edit, smallest: int = 1) -> BytesOperator:
    """Return an operator that edits ``bytes`` values of at least ``smallest`` bytes."""

    def operator(rand: Rand, value: bytes, limit: int) -> bytes | None:
        size = len(value)
        if size < smallest:
            return None
        try:
            if size <= WINDOW:
                new = edit(rand, value.decode("latin-1"), limit)
                return None if new is None or len(new) > limit else new.encode("latin-1")
            start = window_start(rand, size)
            end = start + WINDOW
            limit += WINDOW - size
            new = edit(rand, value[start:end].decode("latin-1"), limit)
            if new is None or len(new) > limit:
                return None
            return b"".join((value[:start], new.encode("latin-1"), value[end:]))
        except UnicodeEncodeError:
            return None  # it made a character of its own, such as the upper case of one above 127

    operator.__name__ = operator.__qualname__ = edit.__name__
    return operator


def splice_str(splice: Splice) -> StrSplicer:
    """Return an operator that puts pieces of another ``str`` into a value."""

    def splicer(rand: Rand, value: str, other: str, limit: int) -> str | None:
        if not value or not other:
            return None
        start = window_start(rand, len(value))
        end = start + WINDOW
        place = window_start(rand, len(other))
        text = value[start:end]
        limit -= len(value) - len(text)
        new = splice(rand, text, other[place : place + WINDOW], limit)
        if new is None or len(new) > limit:
            return None
        return "".join((value[:start], new, value[end:]))

    splicer.__name__ = splicer.__qualname__ = splice.__name__
    return splicer


def splice_bytes(splice: Splice) -> BytesSplicer:
    """Return an operator that puts pieces of other ``bytes`` into a value."""

    def splicer(rand: Rand, value: bytes, other: bytes, limit: int) -> bytes | None:
        if not value or not other:
            return None
        start = window_start(rand, len(value))
        end = start + WINDOW
        place = window_start(rand, len(other))
        text = value[start:end].decode("latin-1")
        limit -= len(value) - len(text)
        new = splice(rand, text, other[place : place + WINDOW].decode("latin-1"), limit)
        if new is None or len(new) > limit:
            return None
        return b"".join((value[:start], new.encode("latin-1"), value[end:]))

    splicer.__name__ = splicer.__qualname__ = splice.__name__
    return splicer


def draw_place(rand: Rand, text: str) -> int:
    """Draw where to look for a piece of a text that is not empty.

    One in four looks from the beginning, where the outermost piece begins,
    which a random place would hit once in the length of the text.
    """
    bits = rand.bits
    return bits(30) % len(text) if bits(2) else 0


def search_near(search: Search, rand: Rand, text: str) -> re.Match[str] | None:
    """Search a text that is not empty from a place drawn as by ``draw_place``, else before that place.

    The pattern must not look at what is round a match.
    """
    found = search(text)
    bits = rand.bits
    place = bits(30) % len(text) if bits(2) else 0
    # Of all first: where there is none, which is often, one search tells.
    if found is None or found.start() >= place:
        return found
    return search(text, place) or search(text, 0, place)


def draw_times(rand: Rand, unit: int, room: int) -> int:
    """Draw how often a piece of ``unit`` >= 1 characters is added, at least once; 0 without room.

    Half of the draws are below 4 and most of the others below 64; one in 32
    goes as far as ``LONGEST`` and the room allow.
    """
    most = (room if room < LONGEST else LONGEST) // unit  # noqa: FURB136 - min costs as much as a draw
    if most <= 0:
        return 0
    bits = rand.bits
    kind = bits(5)
    if kind >= 16:
        times = 1 + bits(2)
    elif kind:
        times = 1 + bits(6)
    else:
        times = 1 + bits(30) % most
    return times if times < most else most  # noqa: FURB136


def draw_deep(rand: Rand, unit: int, room: int) -> int:
    """Draw how often an opening of ``unit`` >= 1 characters is repeated, at least once; 0 without room.

    Half of the draws are below 5, three in eight below 34.  The others are round
    what stops recursion: CPython's limit of 1000 frames, and now and then the
    limits that C parsers have (up to 3000, picked without measurement).
    """
    most = (room if room < LONGEST else LONGEST) // unit  # noqa: FURB136 - min costs as much as a draw
    if most <= 0:
        return 0
    bits = rand.bits
    kind = bits(4)
    if kind >= 8:
        times = 1 + bits(2)
    elif kind >= 2:
        times = 2 + bits(5)
    else:
        times = 200 + bits(30) % (1000 if kind else 2801)
    return times if times < most else most  # noqa: FURB136
