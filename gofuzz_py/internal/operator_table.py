"""The operators of one argument, drawn the more often the more they have yielded in this run.

Owns the weights.  Must not know what operators do.  Runs in worker processes;
made by ``mutator``, which draws from ``slots`` once per execution; told of
yields once per input that brought something new.

Go draws evenly; weights learned while running are MOpt's (Lyu and others, 2019)
in purpose, in method a plain quotient of what an operator has yielded and what
its share of the draws would have made expect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

Operator = TypeVar("Operator")

#: Once weights are known, there are so many slots, so that shares can be told apart.
_SLOTS = 512
#: The table is made again after so many yields, and half of what is known fades then.
_PERIOD = 48
#: The part of the draws that all light operators get at first.
_LIGHT_SHARE = 1 / 6
#: So many yields are taken for granted at the start, spread by the first table.
_PRIOR = 48.0
#: Values of fewer bytes or characters are short: most operators decline some of them always.
SHORT = 8
#: After so many declines an operator is tried so often at once; if it never takes the value, it is left
#: out for values of that length, else it is not suspected again for a long time.
_DECLINES, _TRIALS, _CLEARED = 4, 12, -1000
#: No operator gets less or more than its first share times this.
_LEAST, _MOST = 1 / 3, 3.0


class OperatorTable(Generic[Operator]):
    """Operators and their weights."""

    def __init__(self, operators: Sequence[Operator], light: Sequence[Operator] = ()) -> None:
        """Begin with even chances; what is listed twice is drawn twice as often.

        All ``light`` operators together get a sixth of the draws.
        """
        self._operators = list(dict.fromkeys([*operators, *light]))
        heavy = 1 - _LIGHT_SHARE if light else 1.0
        self._first = [
            heavy * operators.count(one) / len(operators)
            + (_LIGHT_SHARE * light.count(one) / len(light) if light else 0)
            for one in self._operators
        ]
        self._shares = self._first[:]
        self._yields = [0.0] * len(self._operators)
        self._expected = [0.0] * len(self._operators)
        self._since = 0
        #: What is drawn from, evenly.  The same list for good.
        self.slots = list(operators)
        #: The same for short values, by their length: without operators that always decline those.
        self.short: list[list[Operator]] = [self.slots[:] for _ in range(SHORT)]
        #: How often each has declined a short value, by the length.
        self._declines: list[dict[Operator, int]] = [{} for _ in range(SHORT)]
        if light:
            self._fill_slots()

    def reward(self, operator: Operator) -> None:
        """Note that an operator has led to something new."""
        try:
            index = self._operators.index(operator)
        except ValueError:
            return
        self._yields[index] += 1
        for at, share in enumerate(self._shares):
            self._expected[at] += share
        self._since += 1
        if self._since >= _PERIOD:
            self._since = 0
            self._make_slots()

    def note_decline(self, operator: Operator, value: Any, declines: Callable[[Operator, Any], bool]) -> None:
        """Note that an operator has declined a short value; ``declines`` lets it try that value again."""
        length = len(value)
        counts = self._declines[length]
        count = counts[operator] = counts.get(operator, 0) + 1
        if count < _DECLINES:
            return
        if all(declines(operator, value) for _ in range(_TRIALS)):
            row = [one for one in self.short[length] if one != operator]
            self.short[length][:] = row or self.slots
        else:
            counts[operator] = _CLEARED

    def forget_declines(self) -> None:
        """Let all operators have short values again: there may be new words, and inputs to take pieces of."""
        for counts, row in zip(self._declines, self.short, strict=True):
            if counts:
                counts.clear()
                row[:] = self.slots

    def _restore_short(self) -> None:
        for counts, row in zip(self._declines, self.short, strict=True):
            counts.clear()
            row[:] = self.slots

    def _make_slots(self) -> None:
        """Give each operator the slots it has earned, each at least one."""
        worth = [
            (found + _PRIOR * first) / (expected + _PRIOR * first)
            for first, found, expected in zip(self._first, self._yields, self._expected, strict=True)
        ]
        self._shares = _bounded_shares(self._first, worth)
        self._fill_slots()
        self._yields = [value / 2 for value in self._yields]
        self._expected = [value / 2 for value in self._expected]

    def _fill_slots(self) -> None:
        size = max(_SLOTS, 4 * len(self._operators))
        owed, row = 0.0, []
        for operator, share in zip(self._operators, self._shares, strict=True):
            owed += share * size
            count = max(1, round(owed))
            owed -= count
            row += [operator] * count
        self.slots[:] = row  # about ``size``: nothing is cut off, so that each keeps its slot
        self._restore_short()


def _bounded_shares(first: Sequence[float], worth: Sequence[float]) -> list[float]:
    """Return shares in proportion to first share times worth, each within its bounds, 1 in all.

    Bounds would not hold if the shares were scaled after they were cut; so the
    scale is searched for, with which they come to 1 when they are cut.
    """
    low, high, shares = _LEAST / max(worth), _MOST / min(worth), list(first)
    for _ in range(40):
        scale = (low + high) / 2
        shares = [part * min(_MOST, max(_LEAST, scale * by)) for part, by in zip(first, worth, strict=True)]
        if sum(shares) < 1:
            low = scale
        else:
            high = scale
    return shares
