"""Matching that tells how far it got, what would have to follow, and what it cost.

Owns a backtracking matcher over ``regex_tree``'s nodes that tries things in the
order in which the ``re`` module does, stops after a given number of steps, and
remembers the furthest places at which it failed, each with what was left of
the pattern there.  Must not know what that is used for.  Runs in worker
processes, a few times per new input; called by ``regex_strings``,
``regex_progress`` and ``regex_blowups``.

A step takes half a microsecond, and each character that a repetition runs over
counts as a step too.  What is left of the pattern is a linked list of
``Frame``: a node to be matched next and the rest.  So nothing is copied when
the matcher goes back, and a list kept at a failure is a plan for the remaining
text.

Go's fuzzing knows nothing of regular expressions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from gofuzz_py.internal.regex_tree import (
    WIDE,
    Atomic,
    Chars,
    Choice,
    Conditional,
    Group,
    Look,
    Never,
    Node,
    Place,
    Reference,
    Repeat,
    Series,
    Text,
    Tree,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

#: Which method of a pattern was called.
Method: TypeAlias = Literal["match", "fullmatch", "search"]

#: ``(node, what the node remembers of its work so far, the frames after it)``; None at the end.
Frame: TypeAlias = "tuple[Node, tuple[int, int], Frame | None]"

#: Number of a group -> where its text begins and ends.
Groups: TypeAlias = "Mapping[int, tuple[int, int]]"

#: ``(what is left, place in the text, groups)``
_State: TypeAlias = "tuple[Frame | None, int, Groups]"

_FRESH = (0, -1)
_END = Place("END_STRING", True)
#: Failures kept at the furthest place.
_MOST_FAILURES = 12


class OutOfStepsError(Exception):
    """The matcher was to stop here."""


class _Shorter(Node):
    """In a frame: the run before may also end earlier, down to a place."""

    __slots__ = ()


class Closes(Node):
    """In a frame: a group, its number and start remembered, ends here."""

    __slots__ = ()


_SHORTER, _CLOSES = _Shorter(0, 0), Closes(0, 0)


class Matcher:
    """The matching of one text, with a number of steps that may be spent on it."""

    def __init__(self, text: str, budget: int) -> None:
        self.text = text
        #: Steps taken so far.
        self.steps = 0
        self._budget = budget
        #: The furthest place at which something failed.
        self.furthest = -1
        #: What was left there, and the groups, for each way to get there.
        self.failures: list[tuple[Frame, Groups]] = []
        #: Inside of assertions failures are not remembered: what was left is not all that is left.
        self._depth = 0

    def run(self, frame: Frame | None, start: int, groups: Groups) -> tuple[int, Groups] | None:
        """Match from ``start``; return the end and the groups, or None.

        Raises ``OutOfStepsError`` when the budget is spent.
        """
        stack: list[_State] = [(frame, start, groups)]
        while stack:
            left, at, groups = stack.pop()
            while left is not None:
                self.steps += 1
                if self.steps > self._budget:
                    raise OutOfStepsError
                state = _STEPS[type(left[0])](self, left, at, groups, stack)
                if state is None:
                    break
                left, at, groups = state
            else:
                return at, groups
        return None

    def _fail(self, left: Frame, at: int, groups: Groups) -> None:
        if self._depth or at < self.furthest:
            return
        if at > self.furthest:
            self.furthest = at
            self.failures.clear()
        if len(self.failures) < _MOST_FAILURES:
            self.failures.append((left, groups))

    def _inside(self, body: Node, at: int, groups: Groups) -> tuple[int, Groups] | None:
        self._depth += 1
        try:
            return self.run((body, _FRESH, None), at, groups)
        finally:
            self._depth -= 1

    # The steps: what is left and where after one node, or None where it does not match.

    def _text(self, left: Frame, at: int, groups: Groups, stack: list[_State]) -> _State | None:
        node, _, rest = left
        assert isinstance(node, Text)
        if self.text.startswith(node.text, at):
            return rest, at + len(node.text), groups
        common = _common_length(node.text, self.text, at)
        if not common:
            self._fail(left, at, groups)
        elif at + common >= self.furthest:
            self._fail((Text(node.text[common:]), _FRESH, rest), at + common, groups)
        return None

    def _chars(self, left: Frame, at: int, groups: Groups, stack: list[_State]) -> _State | None:
        node, _, rest = left
        assert isinstance(node, Chars)
        if at < len(self.text) and node.chars.has(self.text[at]):
            return rest, at + 1, groups
        self._fail(left, at, groups)
        return None

    def _series(self, left: Frame, at: int, groups: Groups, stack: list[_State]) -> _State | None:
        node, _, rest = left
        assert isinstance(node, Series)
        # Long ones, of which mostly the beginning is needed, are unrolled piece by piece.
        first = max(0, left[1][0])
        last = min(len(node.items), first + 8)
        if last < len(node.items):
            rest = (node, (last, -1), rest)
        for i in range(last - 1, first - 1, -1):
            rest = (node.items[i], _FRESH, rest)
        return rest, at, groups

    def _choice(self, left: Frame, at: int, groups: Groups, stack: list[_State]) -> _State | None:
        node, (index, _), rest = left
        assert isinstance(node, Choice)
        if index + 1 < len(node.branches):
            stack.append(((node, (index + 1, -1), rest), at, groups))
        return (node.branches[index], _FRESH, rest), at, groups

    def _repeat(self, left: Frame, at: int, groups: Groups, stack: list[_State]) -> _State | None:
        node, (count, start), rest = left
        assert isinstance(node, Repeat)
        if node.is_greedy and isinstance(node.body, Chars):
            return self._run_of_chars(left, at, groups)
        again: Frame = (node.body, _FRESH, (node, (count + 1, at), rest))
        if count < node.low:
            return again, at, groups
        if count >= node.high or at == start:  # one that took nothing would go on for ever
            return rest, at, groups
        if node.is_greedy:
            stack.append((rest, at, groups))
            return again, at, groups
        stack.append((again, at, groups))
        return rest, at, groups

    def _run_of_chars(self, left: Frame, at: int, groups: Groups) -> _State | None:
        node, _, rest = left
        assert isinstance(node, Repeat)
        assert isinstance(node.body, Chars)
        # One more than the budget allows is enough to be stopped.
        stop = min(len(self.text), at + node.high, at + self._budget - self.steps + 1)
        end = node.body.chars.span(self.text, at, stop)
        self.steps += end - at
        if end - at < node.low:
            missing = Repeat(node.body, node.low - (end - at), node.high - (end - at), True)
            self._fail((missing, _FRESH, rest), end, groups)
            return None
        if end - at == node.low:
            return rest, end, groups
        return (_SHORTER, (at + node.low, -1), rest), end, groups

    def _shorter(self, left: Frame, at: int, groups: Groups, stack: list[_State]) -> _State | None:
        _, (lowest, _), rest = left
        if at > lowest:
            stack.append((left, at - 1, groups))
        return rest, at, groups

    def _group(self, left: Frame, at: int, groups: Groups, stack: list[_State]) -> _State | None:
        node, _, rest = left
        assert isinstance(node, Group)
        return (node.body, _FRESH, (_CLOSES, (node.number, at), rest)), at, groups

    def _closes(self, left: Frame, at: int, groups: Groups, stack: list[_State]) -> _State | None:
        _, (number, start), rest = left
        return rest, at, {**groups, number: (start, at)}

    def _atomic(self, left: Frame, at: int, groups: Groups, stack: list[_State]) -> _State | None:
        node, _, rest = left
        assert isinstance(node, Atomic)
        found = self._inside(node.body, at, groups)
        if found is None:
            self._fail(left, at, groups)
            return None
        return rest, *found

    def _look(self, left: Frame, at: int, groups: Groups, stack: list[_State]) -> _State | None:
        node, _, rest = left
        assert isinstance(node, Look)
        # CPython allows only bodies of one length behind.
        start = at if node.is_ahead else at - node.body.least
        found = self._inside(node.body, start, groups) if start >= 0 else None
        if (found is not None) is node.is_wanted:
            return rest, at, found[1] if found else groups
        self._fail(left, at, groups)
        return None

    def _place(self, left: Frame, at: int, groups: Groups, stack: list[_State]) -> _State | None:
        node, _, rest = left
        assert isinstance(node, Place)
        if _PLACES[node.name](self.text, at, node.is_unicode):
            return rest, at, groups
        self._fail(left, at, groups)
        return None

    def _reference(self, left: Frame, at: int, groups: Groups, stack: list[_State]) -> _State | None:
        node, _, rest = left
        assert isinstance(node, Reference)
        span = groups.get(node.number)
        if span is None:
            return None
        wanted = self.text[span[0] : span[1]]
        there = self.text[at : at + len(wanted)]
        self.steps += len(wanted)
        alike = there, wanted
        if node.ignores_case:
            alike = there.lower(), wanted.lower()
        if alike[0] == alike[1]:
            return rest, at + len(wanted), groups
        common = _common_length(alike[1], alike[0], 0)
        self._fail((Text(wanted[common:]), _FRESH, rest), at + common, groups)
        return None

    def _conditional(self, left: Frame, at: int, groups: Groups, stack: list[_State]) -> _State | None:
        node, _, rest = left
        assert isinstance(node, Conditional)
        return (node.yes if node.number in groups else node.no, _FRESH, rest), at, groups

    def _never(self, left: Frame, at: int, groups: Groups, stack: list[_State]) -> _State | None:
        return None


_STEPS: dict[type[Node], Callable[[Matcher, Frame, int, Groups, list[_State]], _State | None]] = {
    Text: Matcher._text,
    Chars: Matcher._chars,
    Series: Matcher._series,
    Choice: Matcher._choice,
    Repeat: Matcher._repeat,
    _Shorter: Matcher._shorter,
    Group: Matcher._group,
    Closes: Matcher._closes,
    Atomic: Matcher._atomic,
    Look: Matcher._look,
    Place: Matcher._place,
    Reference: Matcher._reference,
    Conditional: Matcher._conditional,
    Never: Matcher._never,
}


def _common_length(wanted: str, text: str, at: int) -> int:
    """Return how many characters of ``wanted`` stand at a place that has not all of them."""
    high = 16
    while high < len(wanted) and text.startswith(wanted[:high], at):
        high *= 4
    low, high = 0, min(high, len(wanted), max(0, len(text) - at))
    while low < high:
        middle = (low + high + 1) // 2
        if text.startswith(wanted[low:middle], at + low):
            low = middle
        else:
            high = middle - 1
    return low


def _is_boundary(text: str, at: int, is_unicode: bool) -> bool:
    def is_word(index: int) -> bool:
        if not 0 <= index < len(text):
            return False
        char = text[index]
        return (char.isalnum() or char == "_") and (is_unicode or char.isascii())

    return is_word(at - 1) is not is_word(at)


#: Name of a place -> ``(text, at, is_unicode) -> is it there?``
_PLACES: dict[str, Callable[[str, int, bool], bool]] = {
    "BEGINNING": lambda text, at, _: at == 0,
    "BEGINNING_STRING": lambda text, at, _: at == 0,
    "BEGINNING_LINE": lambda text, at, _: at == 0 or text[at - 1] == "\n",
    "END": lambda text, at, _: at == len(text) or (at == len(text) - 1 and text[at] == "\n"),
    "END_STRING": lambda text, at, _: at == len(text),
    "END_LINE": lambda text, at, _: at == len(text) or text[at] == "\n",
    "BOUNDARY": _is_boundary,
    "NON_BOUNDARY": lambda text, at, is_unicode: not _is_boundary(text, at, is_unicode),
}


class Attempt:
    """What came of matching a whole pattern against a text.

    ``pos`` is where the call of ``how`` began.  A search tries every start, and
    keeps of those that failed the one that got furthest in the pattern.
    """

    def __init__(
        self, tree: Tree, text: str, how: Method = "match", pos: int = 0, budget: int = 10_000
    ) -> None:
        #: End of the match, or None.
        self.end: int | None = None
        #: Did it come to an answer within the budget?
        self.is_finished = True
        #: Steps taken.
        self.steps = 0
        #: Where the best start is, and how far matching got from there.
        self.start = self.furthest = pos
        #: What was left of the pattern there, one for each way to get there.
        self.failures: list[tuple[Frame, Groups]] = []
        #: How many items of the pattern, on its top level, were behind the best failure.
        self.items = 0
        self._score = (False, -1, 0)
        self._frame, self._numbers = _top_level(tree.root, how)
        for tried, start in enumerate(_starts(tree.root, text, pos) if how == "search" else (pos,)):
            # To begin takes as long as a few steps, though it is none.
            self._try(text, start, budget - 4 * tried)
            if self.end is not None:
                self.items = max(self._numbers.values()) + 1
            if self.end is not None or not self.is_finished:
                return

    def _try(self, text: str, start: int, budget: int) -> None:
        matcher = Matcher(text, budget - self.steps)
        try:
            found = matcher.run(self._frame, start, {})
            self.end = None if found is None else found[0]
        except OutOfStepsError:
            self.is_finished = False
        self.steps += matcher.steps
        for left, _ in matcher.failures:
            items = self._items_before(left)
            taken = matcher.furthest - start
            # A start that takes nothing may well be behind many items that can be empty.
            score = (taken > 0, items, taken - least_of(left))
            if score > self._score:
                self._score, self.items = score, items
                self.start, self.furthest = start, matcher.furthest
                self.failures = matcher.failures

    def _items_before(self, left: Frame) -> int:
        if id(left) in self._numbers:
            return self._numbers[id(left)]
        rest = left[2]
        while id(rest) not in self._numbers:  # the end of every list of frames is there
            assert rest is not None
            rest = rest[2]
        return self._numbers[id(rest)] - 1


#: Characters looked through for a start.
_MOST_STARTS = 1 << 14


def _starts(root: Node, text: str, pos: int) -> Iterator[int]:
    """Return where a search may find something: the first place, then all that begin well."""
    yield pos
    first = root
    while (inner := _beginning(first)) is not None:
        first = inner
    if isinstance(first, Place) and first.name in ("BEGINNING", "BEGINNING_STRING"):
        return
    if isinstance(first, Text):
        while (pos := text.find(first.text[0], pos + 1)) >= 0:
            yield pos
        return
    places = range(pos + 1, min(len(text) + 1, pos + _MOST_STARTS))
    if isinstance(first, Chars):
        yield from (at for at in places if at < len(text) and first.chars.has(text[at]))
    else:
        yield from places


def _beginning(node: Node) -> Node | None:
    """Return the node below with which every match of a node begins, if there is one."""
    if isinstance(node, Series):
        return node.items[0] if node.items else None
    if isinstance(node, Group | Atomic) or (isinstance(node, Repeat) and node.low):
        return node.children()[0]
    return None


#: Items of a pattern that are told apart.
_MOST_ITEMS = 64


def _top_level(root: Node, how: Method) -> tuple[Frame | None, dict[int, int]]:
    """Return the frames of a pattern, and for the identity of each how many items are before it."""
    rest: Frame | None = (_END, _FRESH, None) if how == "fullmatch" else None
    items = root.items[:_MOST_ITEMS] if isinstance(root, Series) else (root,)
    numbers = {id(rest): len(items)}
    if isinstance(root, Series) and len(root.items) > _MOST_ITEMS:
        rest = (root, (_MOST_ITEMS, -1), rest)
        numbers[id(rest)] = _MOST_ITEMS
    for number in range(len(items) - 1, -1, -1):
        rest = (items[number], _FRESH, rest)
        numbers[id(rest)] = number
    return rest, numbers


def least_of(left: Frame | None) -> int:
    """Return the length of the shortest text that frames can take, at most ``WIDE``."""
    total = 0
    while left is not None and total < WIDE:
        node, (count, _), left = left
        if isinstance(node, Repeat):
            total += max(0, node.low - count) * node.body.least
        elif isinstance(node, Series):
            total += node.least_from[max(0, count)]
        else:
            total += node.least
    return min(total, WIDE)
