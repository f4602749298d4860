"""Strings that a compiled pattern matches, and strings that it nearly matches.

Owns what is tried, how often, and the verification by the pattern itself.  Must
not know where the strings go.  Runs in worker processes, when a recorded run
has used a pattern; ``regex_progress`` continues what is there already and
``regex_blowups`` attacks a pattern.

Nothing here raises, whatever the pattern, and nothing takes long: a pattern
that cannot be read (``regex_tree`` says which) gives no strings, and one that
may blow up is asked only about what ``regex_match`` has come to an end with.

Go's fuzzing knows nothing of regular expressions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, AnyStr

from gofuzz_py.internal.regex_match import Attempt, Method
from gofuzz_py.internal.regex_tree import Tree, tree_of
from gofuzz_py.internal.regex_writer import LONGEST, Writer

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable

    from gofuzz_py.internal.rand import Rand

#: Steps that the bounded matcher may take before a risky pattern is asked; about a millisecond.
_BUDGET = 2000
#: A text longer than this is asked about with care even where the pattern looks harmless.
_SHORT = 256


def strings(pattern: re.Pattern[AnyStr], rand: Rand, how_many: int, how: Method = "search") -> list[AnyStr]:
    """Return up to ``how_many`` different strings that ``pattern.<how>(string)`` matches.

    The first is the shortest and plainest.  The others show every branch, every
    kind of repetition and the odd members of classes, in turn.  They are made
    so that the whole string is matched, where the pattern allows it.
    """
    tree = tree_of(pattern)
    if tree is None or tree.root.least > LONGEST:
        return []
    writer = Writer(rand)
    found: dict[AnyStr, None] = {}
    patience, misses = 2 * how_many + 8, 0
    while patience > 0 and len(found) < how_many:
        is_framed = misses > 3 * len(found) + 2
        text = writer.text(tree.root, is_plain=patience % 2 == 0, is_framed=is_framed)
        string = None if text is None else as_string(tree, text, pattern)
        is_match = text is not None and string is not None and accepts(tree, pattern, text, string, how)
        if is_match and string is not None:
            found[string] = None
        misses += is_match is False
        # What cannot be written or verified has cost milliseconds.
        patience -= 5 if text is None or is_match is None else 1
    return list(found)


def regrown(
    pattern: re.Pattern[AnyStr], text: AnyStr, made: Iterable[AnyStr], rand: Rand, pos: int, how: Method
) -> tuple[AnyStr, list[AnyStr]] | None:
    """Return what the pattern matches in a text, and strings with the same in their groups.

    ``made`` are strings that match.  What a program has asked of a group so far
    stays so, while groups that took no part come in and what stands between
    groups changes.  None where the pattern does not match, or it takes too long.
    """
    tree = tree_of(pattern)
    match = _match(tree, pattern, text, how, pos) if tree is not None and pattern.groups else None
    if tree is None or match is None:
        return None
    found: dict[AnyStr, None] = {}
    for string in made:
        other = _match(tree, pattern, string, how)
        grown = _with_groups(string, other, match, rand) if other is not None else string
        if grown not in (string, match.group()) and _match(tree, pattern, grown, how) is not None:
            found[grown] = None
    return match.group(), list(found)


def _with_groups(string: AnyStr, other: re.Match[AnyStr], match: re.Match[AnyStr], rand: Rand) -> AnyStr:
    """Put the groups of one match into the places of those of another: each time all, or three of four."""
    made, at = string[:0], 0
    is_all = rand.bits(1)
    for number in range(1, match.re.groups + 1):
        kept = match.group(number)
        start, end = other.span(number)
        if kept is None or start < at or not (is_all or rand.bits(2)):
            continue  # a group in a group comes with it
        made += string[at:start] + kept
        at = end
    return made + string[at:]


def near(pattern: re.Pattern[AnyStr], rand: Rand, how_many: int) -> list[AnyStr]:
    """Return up to ``how_many`` different strings that the pattern matches only nearly.

    A character is missing, changed, in the other case or one too many, a
    repetition has one too few or too many, something stands before or behind.
    Some may match all the same: ``$`` allows a newline.
    """
    tree = tree_of(pattern)
    if tree is None or tree.root.least > LONGEST:
        return []
    writer = Writer(rand)
    found: dict[AnyStr, None] = {}
    base = writer.text(tree.root)
    patience = 3 * how_many + 6
    while patience > 0 and len(found) < how_many and base is not None:
        text = _nearly(tree, writer, rand, patience)
        string = None if text is None else as_string(tree, text, pattern)
        if string is not None and text != base:
            found[string] = None
        patience -= 5 if text is None else 1
    return list(found)


def _nearly(tree: Tree, writer: Writer, rand: Rand, turn: int) -> str | None:
    """Return a text with a wrong choice in it, or each second time one with a wrong edit."""
    if turn % 2:
        return writer.text(tree.root, fault=rand.intn(max(1, writer.faults)))
    text = writer.text(tree.root, is_plain=turn % 4 == 0)
    return None if text is None else _EDITS[turn // 2 % len(_EDITS)](rand, text)


def _cut(rand: Rand, text: str) -> str:
    at = rand.intn(len(text))  # 0 in an empty text, which then stays
    return text[:at] + text[at + 1 :]


#: Wrong edits of a text that matches, in the order in which they are tried.
_EDITS: tuple[Callable[[Rand, str], str], ...] = (
    lambda _, text: text + "\n",
    lambda _, text: text.swapcase(),
    _cut,
    lambda _, text: text[:-1],
    lambda _, text: " " + text,
    lambda _, text: text + text[-1:],
    lambda _, text: text + text,
    lambda _, text: text[1:],
    lambda _, text: text + "\0",
    lambda rand, text: text[: rand.intn(len(text) + 1)],
    lambda _, text: "\n" + text,
)


def as_string(tree: Tree, text: str, pattern: re.Pattern[AnyStr]) -> AnyStr | None:
    """Return a text as what the pattern takes, or None where it does not fit into bytes."""
    made: Any
    try:
        made = text if tree.is_text else text.encode("latin-1")
    except UnicodeEncodeError:
        made = None
    return made  # type: ignore[no-any-return]


def accepts(
    tree: Tree, pattern: re.Pattern[AnyStr], text: str, string: AnyStr, how: Method, pos: int = 0
) -> bool | None:
    """Does ``pattern.<how>(string, pos)`` match?  None where finding out would take too long.

    ``text`` is the string as text.
    """
    if tree.is_unsafe or _needs_care(tree, text, pos):
        attempt = Attempt(tree, text, how, pos, _BUDGET)
        if not attempt.is_finished:
            return None
        if tree.is_unsafe:
            return attempt.end is not None
    try:
        return getattr(pattern, how)(string, pos) is not None
    except Exception:
        # The re module has bugs: "SystemError: The span of capturing group is wrong" (3.11, 3.12).
        return None


def _match(
    tree: Tree, pattern: re.Pattern[AnyStr], string: AnyStr, how: Method, pos: int = 0
) -> re.Match[AnyStr] | None:
    """Return how a pattern matches; None also where it may not be asked or fails to tell (``accepts``)."""
    text = string if isinstance(string, str) else string.decode("latin-1")
    if tree.is_unsafe or (
        _needs_care(tree, text, pos) and not Attempt(tree, text, how, pos, _BUDGET).is_finished
    ):
        return None
    try:
        found: re.Match[AnyStr] | None = getattr(pattern, how)(string, pos)
    except Exception:
        return None
    return found


def _needs_care(tree: Tree, text: str, pos: int) -> bool:
    """May the pattern be asked only about what our own matcher has come to an end with?

    A risky pattern may take ages to find no match; where our own matcher, which
    tries things in the same order, comes to an end, the pattern does so too.
    """
    return tree.is_risky or len(text) - pos > _SHORT
