"""A compiled pattern as a tree of what it accepts.

Owns the node classes and their making from CPython's own parse of the pattern,
with every flag, also one set for a group only, already worked into the nodes.
Must not know of texts.  Runs in worker processes; walked by ``regex_match``,
``regex_writer`` and ``regex_blowups``.

``re._parser`` is internal to CPython and may change or go.  It is imported
with care: where it is missing, or its tree has something unknown in it,
``tree_of`` returns None and everything built on it makes no strings.

A node is made once and never changed.  Runs of characters that are compared as
they are become one ``Text``; groups that nothing refers to are left out.
``bytes`` patterns are read as Latin-1.

Go's fuzzing knows nothing of regular expressions.
"""

from __future__ import annotations

import re
import warnings
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeAlias

from gofuzz_py.internal.regex_chars import CharSet, Mode, char_set, same_letters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_parse: Callable[[str | bytes, int], Iterable[tuple[object, Any]]] | None
try:
    from re import _parser  # type: ignore[attr-defined]

    _parse = _parser.parse
except (ImportError, AttributeError):  # pragma: no cover - a later CPython without it
    _parse = None

#: A pattern of either kind.
AnyPattern: TypeAlias = "re.Pattern[str] | re.Pattern[bytes]"

#: Longer than any text that is ever made; stands for "without end" too.
WIDE = 1 << 30

#: Bounds of what is read.  A parse costs a microsecond a character, the tree about three a node.
_MOST_LENGTH, _MOST_NODES, _MOST_DEPTH = 100_000, 30_000, 50
#: Nodes and patterns kept in memory together.
_MOST_HELD, _MOST_PATTERNS = 100_000, 512


class Node:
    """Part of a pattern."""

    __slots__ = ("least", "most")

    def __init__(self, least: int, most: int) -> None:
        #: Length of the shortest text that it can take; ``WIDE`` where there is none.
        self.least = min(least, WIDE)
        #: Length of the longest one, at most ``WIDE``.
        self.most = min(most, WIDE)

    def children(self) -> Sequence[Node]:
        """Return the nodes directly below."""
        return ()


class Text(Node):
    """Characters that must stand there as they are."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        super().__init__(len(text), len(text))
        self.text = text


class Chars(Node):
    """One character of a set."""

    __slots__ = ("chars",)

    def __init__(self, chars: CharSet) -> None:
        super().__init__(1, 1)
        self.chars = chars


class Series(Node):
    """One node after the other."""

    __slots__ = ("items", "least_from")

    def __init__(self, items: Sequence[Node]) -> None:
        #: Length of the shortest text for the items from each on.
        self.least_from = [*accumulate((item.least for item in reversed(items)), initial=0)][::-1]
        super().__init__(self.least_from[0], sum(item.most for item in items))
        self.items = items

    def children(self) -> Sequence[Node]:
        """As in ``Node``."""
        return self.items


class Choice(Node):
    """One of several nodes, tried in order."""

    __slots__ = ("branches", "by_size")

    def __init__(self, branches: Sequence[Node]) -> None:
        super().__init__(min(b.least for b in branches), max(b.most for b in branches))
        self.branches = branches
        #: The branches, those with the shortest texts first.
        self.by_size = sorted(branches, key=_least)

    def children(self) -> Sequence[Node]:
        """As in ``Node``."""
        return self.branches


class Repeat(Node):
    """A node ``low`` to ``high`` times (``WIDE`` for without end)."""

    __slots__ = ("body", "high", "is_greedy", "low")

    def __init__(self, body: Node, low: int, high: int, is_greedy: bool) -> None:
        self.body, self.low, self.high, self.is_greedy = body, low, min(high, WIDE), is_greedy
        super().__init__(low * body.least, self.high * body.most)

    def children(self) -> Sequence[Node]:
        """As in ``Node``."""
        return (self.body,)


class Atomic(Node):
    """A node whose first match is the only one tried: ``(?>...)``, ``x*+``."""

    __slots__ = ("body",)

    def __init__(self, body: Node) -> None:
        super().__init__(body.least, body.most)
        self.body = body

    def children(self) -> Sequence[Node]:
        """As in ``Node``."""
        return (self.body,)


class Look(Node):
    """What must follow or precede, or must not."""

    __slots__ = ("body", "is_ahead", "is_wanted")

    def __init__(self, body: Node, is_ahead: bool, is_wanted: bool) -> None:
        super().__init__(0, 0)
        self.body, self.is_ahead, self.is_wanted = body, is_ahead, is_wanted

    def children(self) -> Sequence[Node]:
        """As in ``Node``."""
        return (self.body,)


class Group(Node):
    """A node whose text is remembered under a number."""

    __slots__ = ("body", "number")

    def __init__(self, number: int, body: Node) -> None:
        super().__init__(body.least, body.most)
        self.number, self.body = number, body

    def children(self) -> Sequence[Node]:
        """As in ``Node``."""
        return (self.body,)


class Reference(Node):
    """The text of a group once more."""

    __slots__ = ("ignores_case", "number")

    def __init__(self, number: int, ignores_case: bool) -> None:
        super().__init__(0, WIDE)
        self.number, self.ignores_case = number, ignores_case


class Conditional(Node):
    """One node if a group has matched, else the other."""

    __slots__ = ("no", "number", "yes")

    def __init__(self, number: int, yes: Node, no: Node) -> None:
        super().__init__(min(yes.least, no.least), max(yes.most, no.most))
        self.number, self.yes, self.no = number, yes, no

    def children(self) -> Sequence[Node]:
        """As in ``Node``."""
        return (self.yes, self.no)


class Place(Node):
    """A condition on the place, by the name that CPython's parser gives it, without ``AT_``.

    ``BEGINNING`` and ``END`` have ``_LINE`` behind them under ``re.MULTILINE``.
    """

    __slots__ = ("is_unicode", "name")

    def __init__(self, name: str, is_unicode: bool) -> None:
        super().__init__(0, 0)
        self.name, self.is_unicode = name, is_unicode


class Never(Node):
    """What nothing matches: ``(?!)``."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(WIDE, WIDE)


class Tree:
    """A whole pattern."""

    __slots__ = ("is_risky", "is_text", "is_unsafe", "nodes", "notes", "root")

    def __init__(self, root: Node, is_text: bool, nodes: int) -> None:
        self.root = root
        #: Is it a pattern for ``str``?
        self.is_text = is_text
        #: How many nodes were made, roughly.
        self.nodes = nodes
        #: May it take very long to match a short text?  Wrongly True at times, never wrongly False.
        self.is_risky = _ways(root) > _MOST_BITS
        #: Must it go round for nothing, as ``(a*){9}``?  The re module may do that in 2**9 ways, which
        #: no other matcher would.
        self.is_unsafe = any(
            isinstance(node, Repeat) and node.low > 1 and not node.body.least for node in walk(root)
        )
        #: What others found out about the pattern and want to keep with it.
        self.notes: dict[str, Any] = {}


class _CannotReadError(Exception):
    """The pattern has something unknown in it, or too much of everything."""


#: Patterns already read; a key has no object of the target's in it.
_trees: dict[tuple[bool, int, str | bytes], Tree | None] = {}


def tree_of(pattern: AnyPattern) -> Tree | None:
    """Return the tree of a pattern, or None where it cannot be read or is too big.  Never raises."""
    source = exact(pattern.pattern)
    if source is None or _parse is None or len(source) > _MOST_LENGTH:
        return None
    key = (isinstance(source, str), pattern.flags, source)
    if key not in _trees:
        tree = _read(source, pattern.flags)
        held = sum(kept.nodes for kept in _trees.values() if kept is not None)
        if len(_trees) >= _MOST_PATTERNS or held + (tree.nodes if tree else 0) > _MOST_HELD:
            _trees.clear()
        _trees[key] = tree
    return _trees[key]


def exact(value: object) -> str | bytes | None:
    """Return text or bytes without the methods of a subclass, or None for anything else."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    return None


def _read(source: str | bytes, flags: int) -> Tree | None:
    is_text = isinstance(source, str)
    try:
        text = source if isinstance(source, str) else source.decode("latin-1")
        raw = _parse_quietly(source, text, flags & ~re.DEBUG)
        builder = _Builder(is_text, _MAY_REFER.search(text) is not None)
        return Tree(builder.sequence(raw, flags, 0), is_text, builder.nodes)
    except Exception:
        # Whatever a later parser does differently must not end the run.
        return None


def _parse_quietly(source: str | bytes, text: str, flags: int) -> Iterable[tuple[object, Any]]:
    assert _parse is not None
    if _MAY_WARN.search(text) is None:
        return _parse(source, flags)
    # The program was warned when it compiled the pattern.  Not done for every pattern,
    # because it makes the interpreter forget which warnings it has shown.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _parse(source, flags)


_MAY_REFER = re.compile(r"\\[1-9]|\(\?P=|\(\?\(")
#: Sets that may be nested or operated on some day, and odd names of groups.
_MAY_WARN = re.compile(r"\[\[|--|&&|~~|\|\||\(\?P?[(<]")


class _Builder:
    """Makes nodes of the parser's pairs of operation and argument."""

    def __init__(self, is_text: bool, keeps_groups: bool) -> None:
        self.nodes = 0
        self._top = 0x10FFFF if is_text else 0xFF
        self._keeps_groups = keeps_groups

    def sequence(self, raw: Iterable[tuple[object, Any]], flags: int, depth: int) -> Node:
        """Return the node of a list of pairs."""
        if depth > _MOST_DEPTH:
            raise _CannotReadError
        mode = self._mode(flags)
        items: list[Node] = []
        run: list[str] = []
        for operation, argument in raw:
            name = str(operation)
            if name == "LITERAL" and len(same_letters(chr(argument), mode)) == 1:
                run.append(chr(argument))  # it is compared as it is
                continue
            self._flush(run, items)
            items.append(self._node(name, argument, flags, depth))
        self._flush(run, items)
        return items[0] if len(items) == 1 else Series(items)

    def _flush(self, run: list[str], items: list[Node]) -> None:
        if run:
            self.nodes += 1
            items.append(Text("".join(run)))
            run.clear()

    def _node(self, operation: str, argument: Any, flags: int, depth: int) -> Node:
        self.nodes += 1
        if self.nodes > _MOST_NODES:
            raise _CannotReadError
        return _MAKERS[operation](self, argument, flags, depth + 1)

    def _mode(self, flags: int) -> Mode:
        is_unicode = self._top > 0xFF and not flags & re.ASCII
        return Mode(self._top, is_unicode, bool(flags & re.IGNORECASE))

    def literal(self, code: int, flags: int, depth: int) -> Node:
        """Make a character that has others like it."""
        return Chars(char_set(((code, code),), (), False, self._mode(flags)))

    def not_literal(self, code: int, flags: int, depth: int) -> Node:
        """Make any character but one."""
        return Chars(char_set(((code, code),), (), True, self._mode(flags)))

    def any(self, _: object, flags: int, depth: int) -> Node:
        """Make ``.``."""
        ranges = () if flags & re.DOTALL else ((10, 10),)
        return Chars(char_set(ranges, (), True, self._mode(flags)))

    def one_of(self, members: Iterable[tuple[object, Any]], flags: int, depth: int) -> Node:
        """Make ``[...]``."""
        ranges: list[tuple[int, int]] = []
        classes: list[str] = []
        is_negated = False
        for operation, argument in members:
            match str(operation):
                case "LITERAL":
                    ranges.append((argument, argument))
                case "RANGE":
                    ranges.append((argument[0], argument[1]))
                case "CATEGORY":
                    classes.append(str(argument).removeprefix("CATEGORY_"))
                case "NEGATE":
                    is_negated = True
                case _:
                    raise _CannotReadError
        return Chars(char_set(tuple(ranges), tuple(classes), is_negated, self._mode(flags)))

    def place(self, where: object, flags: int, depth: int) -> Node:
        """Make an anchor or a word boundary."""
        name = str(where).removeprefix("AT_")
        if name in ("BEGINNING", "END") and flags & re.MULTILINE:
            name += "_LINE"
        if name not in PLACES:
            raise _CannotReadError
        return Place(name, self._mode(flags).is_unicode)

    def choice(self, argument: Any, flags: int, depth: int) -> Node:
        """Make ``a|b``."""
        return Choice([self.sequence(branch, flags, depth) for branch in argument[1]])

    def group(self, argument: Any, flags: int, depth: int) -> Node:
        """Make ``(...)``, with or without a number, and with flags of its own."""
        number, added, removed, raw = argument
        if added & (re.ASCII | re.LOCALE | re.UNICODE):
            flags &= ~int(re.ASCII | re.LOCALE | re.UNICODE)
        body = self.sequence(raw, (flags | added) & ~removed, depth)
        return Group(number, body) if self._keeps_groups and number is not None else body

    def repeat(self, argument: Any, flags: int, depth: int) -> Node:
        """Make ``x{low,high}``."""
        low, high, raw = argument
        return Repeat(self.sequence(raw, flags, depth), int(low), int(high), True)

    def lazy_repeat(self, argument: Any, flags: int, depth: int) -> Node:
        """Make ``x{low,high}?``."""
        low, high, raw = argument
        return Repeat(self.sequence(raw, flags, depth), int(low), int(high), False)

    def possessive_repeat(self, argument: Any, flags: int, depth: int) -> Node:
        """Make ``x{low,high}+``."""
        return Atomic(self.repeat(argument, flags, depth))

    def atomic(self, raw: Any, flags: int, depth: int) -> Node:
        """Make ``(?>...)``."""
        return Atomic(self.sequence(raw, flags, depth))

    def look(self, argument: Any, flags: int, depth: int) -> Node:
        """Make ``(?=...)`` or ``(?<=...)``."""
        return Look(self.sequence(argument[1], flags, depth), argument[0] > 0, True)

    def look_not(self, argument: Any, flags: int, depth: int) -> Node:
        """Make ``(?!...)`` or ``(?<!...)``."""
        body = self.sequence(argument[1], flags, depth)
        if isinstance(body, Series) and not body.items:
            return Never()
        return Look(body, argument[0] > 0, False)

    def reference(self, number: int, flags: int, depth: int) -> Node:
        """Make ``\\1``."""
        return Reference(number, bool(flags & re.IGNORECASE))

    def conditional(self, argument: Any, flags: int, depth: int) -> Node:
        """Make ``(?(1)a|b)``."""
        number, yes, no = argument
        return Conditional(number, self.sequence(yes, flags, depth), self.sequence(no or (), flags, depth))

    def never(self, _: object, flags: int, depth: int) -> Node:
        """Make ``(?!)``, as newer parsers call it."""
        return Never()


#: The places that a pattern can ask for; see ``Place``.
PLACES = frozenset({
    "BEGINNING", "BEGINNING_LINE", "BEGINNING_STRING", "BOUNDARY", "NON_BOUNDARY",
    "END", "END_LINE", "END_STRING",
})  # fmt: skip

_MAKERS: dict[str, Callable[[_Builder, Any, int, int], Node]] = {
    "LITERAL": _Builder.literal,
    "NOT_LITERAL": _Builder.not_literal,
    "ANY": _Builder.any,
    "IN": _Builder.one_of,
    "AT": _Builder.place,
    "BRANCH": _Builder.choice,
    "SUBPATTERN": _Builder.group,
    "MAX_REPEAT": _Builder.repeat,
    "MIN_REPEAT": _Builder.lazy_repeat,
    "POSSESSIVE_REPEAT": _Builder.possessive_repeat,
    "ATOMIC_GROUP": _Builder.atomic,
    "ASSERT": _Builder.look,
    "ASSERT_NOT": _Builder.look_not,
    "GROUPREF": _Builder.reference,
    "GROUPREF_EXISTS": _Builder.conditional,
    "FAILURE": _Builder.never,
}


def _least(node: Node) -> int:
    return node.least


def walk(node: Node) -> Iterator[Node]:
    """Return a node and all below it, outer ones first."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children()))


def is_open(node: Node) -> bool:
    """Is it a repetition that can go on for long?"""
    return isinstance(node, Repeat) and node.most - node.least > 10


#: Ways to match, as a power of two, that are tried in a millisecond or so.
_MOST_BITS = 16


def _ways(node: Node) -> int:
    """Return in how many ways a node may match one short text, at most, as a power of two."""
    if isinstance(node, Choice):
        return (len(node.branches) - 1).bit_length() + max(map(_ways, node.branches))
    if not isinstance(node, Repeat):
        return sum(map(_ways, node.children()))
    inside = _ways(node.body)
    if is_open(node):
        return WIDE if inside else 8  # a short text has 256 places to end at
    return inside * node.high + (node.high - node.low).bit_length()
