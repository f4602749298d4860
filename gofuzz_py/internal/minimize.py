"""The minimizer: the simplest input that still shows the same behaviour.

Owns the table of shrinkers, one per Python type, and the rounds in which they
are applied to the arguments.  The passes are in minimize_sequence.py,
minimize_structure.py, minimize_number.py and minimize_joint.py; what is
simpler is defined in minimize_order.py; trying a candidate is the business of
minimize_gate.py.  Must not know targets, failures, coverage, clocks or
processes: whether a candidate is as good as the original is asked of the
caller, who also counts and limits the runs.  Runs in the worker process,
called by its server.

What holds, whatever the caller answers:

- Progress means an accepted candidate that is simpler in the order of
  minimize_order.py: every argument that differs from the best so far is
  simpler, none is less simple.  Nothing else becomes the best input, so a
  result is never worse than the original, and a caller with random answers
  cannot make it go round in circles: the order has no endless way down.
- The result is the original or the last candidate that was accepted.
- No candidate is run twice while it is remembered (the last 65 536 are).
- At the end, unless the caller stopped it, a whole round of all passes has
  found nothing.  Passes depend on nothing but the best input, so minimizing a
  result again finds nothing either.
- The same answers give the same candidates in the same order.

Mirrors Go's minimize.go, which shrinks ``[]byte`` and ``string`` only, both
as bytes and in one round.  Departs from it: text stays text, all types
shrink, arguments shrink together where they must, the empty value is tried,
and the passes are repeated until nothing changes.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gofuzz_py.internal import minimize_joint as joint
from gofuzz_py.internal import minimize_number as number
from gofuzz_py.internal import minimize_sequence as sequence
from gofuzz_py.internal import minimize_structure as structure
from gofuzz_py.internal.minimize_gate import BudgetSpentError, Gate, Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gofuzz_py.internal.kinds import Kind, Value

    # A pass knows the type of its slot's value; the table that picks it by
    # that type cannot say so.
    Pass = Callable[[Slot[Any]], None]


@dataclass(frozen=True, slots=True)
class Shrinker:
    """How the values of one Python type are shrunk."""

    #: Passes that make a value smaller; repeated until none helps any more.
    reduce: tuple[Pass, ...] = ()
    #: Passes that make a value of the same size plainer.
    simplify: tuple[Pass, ...] = ()
    #: Passes that cost much and seldom help; best on a value that is plain
    #: already, because equal characters make equal candidates.
    insist: tuple[Pass, ...] = ()


_SEQUENCE = Shrinker(
    reduce=(
        sequence.cut_ends,
        sequence.clear_coarsely,
        structure.delete_pieces,
        sequence.delete_chunks,
        structure.delete_mates,
        structure.hoist,
        structure.lower_counts,
        sequence.blank_all,
        sequence.delete_ranges,
    ),
    simplify=(sequence.blank, sequence.unify, sequence.make_readable, sequence.lower_codes),
    insist=(sequence.delete_windows,),
)

#: The shrinker for each `Kind.python`.  The zero value is tried for all of
#: them before, which is all there is to do for a bool.
SHRINKERS: dict[type, Shrinker] = {
    bytes: _SEQUENCE,
    str: _SEQUENCE,
    bool: Shrinker(),
    int: Shrinker(reduce=(number.shrink_int,)),
    float: Shrinker(reduce=(number.shrink_float,)),
}


def minimize_values(
    kinds: Sequence[Kind],
    values: Sequence[Value],
    consider: Callable[[list[Value]], bool],
    should_stop: Callable[[], bool],
) -> list[Value]:
    """Return the simplest input found that ``consider`` accepts, or the original.

    ``consider`` is given a list of its own with one value per kind and says
    whether it is as good as the original: for a failure, whether it fails in
    the same way.  It is not called for the original.  ``should_stop`` is asked
    before every such call, and more often than that; once it says yes, the
    best input so far is returned and neither is called again.  Exceptions of
    both pass through.

    Raises ValueError if there are not as many values as kinds.
    """
    gate = Gate(kinds, values, consider, should_stop)
    with suppress(BudgetSpentError):
        _try_zeros(gate)
        _until_stable(gate, lambda: _run_round(gate))
    return gate.best


def _try_zeros(gate: Gate) -> None:
    """Try the zero value of every argument at once: some failures need nothing at all."""
    zeros = {index: kind.zero() for index, kind in enumerate(gate.kinds)}
    gate.consider({index: zero for index, zero in zeros.items() if zero != gate.best[index]})


def _until_stable(gate: Gate, run: Callable[[], None]) -> None:
    """Run something again and again until it brings no progress."""
    before = -1
    while gate.accepted != before:
        before = gate.accepted
        run()


def _run_round(gate: Gate) -> None:
    """Apply every pass to every argument, those that make it smaller first."""
    slots = gate.slots()
    _until_stable(gate, lambda: _for_each(slots, _reduce))
    _for_each(slots, _simplify)
    for indexes in gate.equal_groups():
        _for_each([Slot(gate, indexes)], _reduce, _simplify)
    joint.lower_together(gate)
    joint.lower_offsets(gate)
    _for_each(slots, _insist)


def _for_each(slots: Iterable[Slot[Value]], *steps: Callable[[Slot[Value]], None]) -> None:
    for slot in slots:
        for step in steps:
            step(slot)


def _reduce(slot: Slot[Value]) -> None:
    slot.consider(slot.kind.zero())
    for run_pass in SHRINKERS[slot.kind.python].reduce:
        run_pass(slot)


def _simplify(slot: Slot[Value]) -> None:
    for run_pass in SHRINKERS[slot.kind.python].simplify:
        run_pass(slot)


def _insist(slot: Slot[Value]) -> None:
    for run_pass in SHRINKERS[slot.kind.python].insist:
        run_pass(slot)
