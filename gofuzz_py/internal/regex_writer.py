"""Writing texts that a pattern accepts, different ones each time.

Owns the walk over a pattern's nodes that chooses a branch, a number of
repetitions and a character at each, in turn, so that a list of texts shows each
of them; and the one wrong choice on purpose that makes a text nearly match.
Must not know whether a text is really accepted: what stands round a place
(assertions, word boundaries) is followed only by simple means, and the callers
verify.  Runs in worker processes; called by ``regex_strings``,
``regex_progress`` and ``regex_blowups``.

Nothing it does depends on anything but the pattern and the random source.

Go's fuzzing knows nothing of regular expressions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gofuzz_py.internal.regex_match import Closes
from gofuzz_py.internal.regex_tree import (
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
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.rand import Rand
    from gofuzz_py.internal.regex_match import Frame, Groups

#: From this length on the shortest way to the end is taken, and beyond that one a text is given up.
_SOFT_LIMIT, LONGEST = 200, 4096
#: Nodes walked for one text; a node costs about a microsecond.
_MOST_VISITS = 2000
#: Up to so many choices are gone through in turn; of more, a random one is taken at once.
_MOST_IN_TURN = 64
#: Characters of a set that a plain text is made of.
_PLAIN = 4


class _GivenUpError(Exception):
    """This text gets too long, or nothing can match."""


class Writer:
    """Writes texts for one pattern, each other than those before as far as there are choices.

    The first text takes the first choice everywhere: the shortest branch, the
    fewest repetitions, the plainest character.
    """

    def __init__(self, rand: Rand) -> None:
        self._rand = rand
        self._turns: dict[tuple[int, int], int] = {}
        #: Where going through the choices in turn begins, after the first one.
        self._offset = rand.bits(16)
        self._is_first = True
        self._reset(True)

    def _reset(self, is_plain: bool, fault: int = -1, is_framed: bool = False) -> None:
        self._is_plain, self._fault, self._is_framed = is_plain, fault, is_framed
        self._pieces: list[str] = []
        self._size = 0
        #: Nodes walked for the last text.
        self.visits = 0
        self._groups: dict[int, str] = {}
        #: What an assertion said must follow; the next characters are taken from here.
        self._pending = ""
        #: How many places of the last text could have been made wrong.
        self.faults = 0

    def text(
        self, node: Node, *, is_plain: bool = True, fault: int = -1, is_framed: bool = False
    ) -> str | None:
        """Return a text for a node, or None where it gets too long or there is none.

        With ``fault``, a number below ``faults`` of the text before, one place
        in it is made wrong.  ``is_framed`` asks for letters at places that may
        want some beside them without taking them, such as ``\\b``.
        """
        self._reset(is_plain, fault, is_framed)
        return self._written(lambda: self._write(node))

    def rest(self, left: Frame, groups: Groups, head: str, *, is_plain: bool = True) -> str | None:
        """Return a text for what a matcher had left behind ``head``; ``groups`` are places in that."""
        self._reset(is_plain)
        self._groups = {number: head[start:end] for number, (start, end) in groups.items()}
        return self._written(lambda: self._write_frames(left, head))

    def _written(self, write: Callable[[], None]) -> str | None:
        try:
            write()
        except (_GivenUpError, RecursionError):
            return None
        finally:
            self._is_first = False
        return "".join(self._pieces) + self._pending

    def _write_frames(self, left: Frame | None, head: str) -> None:
        while left is not None:
            node, (count, start), left = left
            if isinstance(node, Repeat):
                self._repeat(node, count)
            elif isinstance(node, Series):
                for item in node.items[max(0, count) :]:
                    self._write(item)
            elif isinstance(node, Closes):
                self._groups[count] = (head + "".join(self._pieces))[start:]
            else:
                self._write(node)

    def _write(self, node: Node) -> None:
        self.visits += 1
        if self.visits > _MOST_VISITS:
            raise _GivenUpError
        _WRITERS[type(node)](self, node)

    def _put(self, text: str) -> None:
        self._pieces.append(text)
        self._size += len(text)
        if self._size > LONGEST:
            raise _GivenUpError

    def _choose(self, node: Node, n: int) -> int:
        """Return a number below n: 0 the first time, then the others in turn, then any."""
        key = id(node), n
        turn = self._turns.get(key, 0)
        self._turns[key] = turn + 1
        if n < 2 or self._is_first or self._size > _SOFT_LIMIT:
            return 0
        if turn < min(n, _MOST_IN_TURN):
            return 1 + (turn - 1 + self._offset) % (n - 1) if turn else 0
        return self._rand.intn(n)

    def _is_fault(self) -> bool:
        self.faults += 1
        return self.faults - 1 == self._fault

    # One method for each kind of node.

    def _text(self, node: Text) -> None:
        text = node.text
        if self._is_fault():
            text = _spoiled(self._rand, text)
        if self._pending.startswith(text):
            self._pending = self._pending[len(text) :]
        else:
            self._pending = ""
        self._put(text)

    def _chars(self, node: Chars) -> None:
        chars = node.chars
        if self._is_fault():
            wrong = ("", *chars.strangers)
            # Those at the edges are what a wrong comparison lets through.
            self._put(wrong[self._rand.intn(len(wrong) if self._rand.boolean() else min(5, len(wrong)))])
            return
        if self._pending:
            char, self._pending = self._pending[0], self._pending[1:]
            if chars.has(char):
                self._put(char)
                return
            self._pending = ""
        samples = chars.samples
        if not samples:
            raise _GivenUpError
        self._put(samples[self._choose(node, min(len(samples), _PLAIN) if self._is_plain else len(samples))])

    def _series(self, node: Series) -> None:
        for item in node.items:
            self._write(item)

    def _choice(self, node: Choice) -> None:
        branches = node.by_size
        if self._is_fault():
            if self._rand.boolean():
                return
            self._write(branches[self._rand.intn(len(branches))])
        self._write(branches[self._choose(node, len(branches))])

    def _repeat(self, node: Repeat, done: int = 0) -> None:
        counts = _counts(node)
        count = counts[self._choose(node, len(counts))]
        wrong = _wrong_counts(node)
        if wrong and self._is_fault():
            count = wrong[self._rand.intn(len(wrong))]
        body = node.body
        for _ in range(count - done):
            if self._size > _SOFT_LIMIT and isinstance(body, Chars):
                # Enough has been shown: the rest is one character many times.
                self._put((body.chars.samples or ("",))[0] * min(node.low - done, LONGEST))
                return
            self._write(body)
            done += 1
            if self._size > _SOFT_LIMIT and done >= node.low:
                return
        while (
            self._pending
            and done < node.high
            and isinstance(body, Chars)
            and body.chars.has(self._pending[0])
        ):
            self._write(body)
            done += 1

    def _atomic(self, node: Atomic) -> None:
        self._write(node.body)

    def _group(self, node: Group) -> None:
        first = len(self._pieces)
        self._write(node.body)
        self._groups[node.number] = "".join(self._pieces[first:])

    def _reference(self, node: Reference) -> None:
        text = self._groups.get(node.number, "")
        if self._is_fault():
            text = _spoiled(self._rand, text or "a")
        self._put(text)

    def _conditional(self, node: Conditional) -> None:
        self._write(node.yes if node.number in self._groups else node.no)

    def _look(self, node: Look) -> None:
        if not node.is_wanted:
            if self._is_fault():
                self._put(self._aside(node.body))
            elif node.is_ahead and self._is_framed and self._choose(node, 2):
                self._pending += "a"  # (?!$) wants something
            return
        if node.is_ahead:
            if not self._is_fault() and self._choose(node, 4) < 3:
                self._pending += self._aside(node.body)
            return
        text = self._aside(node.body)
        before = "".join(self._pieces)
        if self._is_fault() or before.endswith(text):
            return
        way = self._choose(node, 3) if before else 2
        if way == 1 and len(text) <= len(before):
            self._pieces = [before[: len(before) - len(text)], text]
        elif way == 2:
            self._put(text)

    def _aside(self, body: Node) -> str:
        """Write a node for itself, without adding it."""
        kept = self._pieces, self._size, self._pending
        self._pieces, self._pending = [], ""
        self._write(body)
        text = "".join(self._pieces) + self._pending
        self._pieces, self._size, self._pending = kept
        return text

    def _place(self, node: Place) -> None:
        is_inside_line = self._pieces and not self._pieces[-1].endswith("\n")
        if node.name == "BEGINNING_LINE" and is_inside_line:
            # Something before that takes a newline, such as .*, will have to take this one.
            self._put("\n")
        if self._is_fault():
            self._put("\n" if node.name.startswith("END") else " a"[self._rand.bits(1)])
        elif self._is_framed and node.name.endswith("BOUNDARY") and self._choose(node, 2):
            if self._pieces:
                self._pending += "a"
            else:
                self._put("a")

    def _never(self, node: Never) -> None:
        raise _GivenUpError


_WRITERS: dict[type[Node], Callable[[Writer, Any], None]] = {
    Text: Writer._text,
    Chars: Writer._chars,
    Series: Writer._series,
    Choice: Writer._choice,
    Repeat: Writer._repeat,
    Atomic: Writer._atomic,
    Group: Writer._group,
    Reference: Writer._reference,
    Conditional: Writer._conditional,
    Look: Writer._look,
    Place: Writer._place,
    Never: Writer._never,
}


def _counts(node: Repeat) -> tuple[int, ...]:
    """Return numbers of repetitions worth showing, the fewest first."""
    low, high = node.low, node.high
    top = high if high - low <= 64 else low + 9
    return tuple(dict.fromkeys(n for n in (low, low + 1, low + 3, top) if n <= high))


def _wrong_counts(node: Repeat) -> list[int]:
    """Return one repetition too few and one too many, where there are such."""
    return [node.low - 1] * (node.low > 0) + [node.high + 1] * (node.high < 100)


def _spoiled(rand: Rand, text: str) -> str:
    """Return a text with one character missing, doubled, changed or in the other case."""
    at = rand.intn(len(text))
    char = text[at]
    changed = (
        "",
        char + char,
        char.swapcase(),
        chr(min(ord(char) ^ 1, 0x10FFFF)),
        " " + char,
        char + "_",
    )
    return text[:at] + changed[rand.intn(len(changed))] + text[at + 1 :]
