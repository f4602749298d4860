"""Fields that have to fit the rest of an input: which rules hold, and mutants that obey them.

Owns which comparisons are suspected of checking such a field, the trial of each
rule that could explain one, and the rules that have proved right.  Must not
know how rules are found (``checksums``), nor run anything: the explorer runs
trials and says what it saw.  Runs in worker processes.

RedQueen (Aschermann and others, 2019) patches such a check out of the program,
and repairs the field of a finding at the end; here the program stays as it is,
and mutants are repaired before they run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gofuzz_py.internal.checksums import Repair, arrange, infer_common, repair_all

if TYPE_CHECKING:
    from gofuzz_py.internal.kinds import Value
    from gofuzz_py.internal.operands_record import Seen
    from gofuzz_py.internal.rand import Rand

#: Members of a collection that a field may be compared with.
_FEW = 4
#: So often a comparison is looked into that is met in less than a quarter of all cases, and once
#: more after eight misses and whenever they have doubled; so many rules are tried each time.
_LOOKS, _MORE_AFTER, _MOST_RULES = 4, 8, 10
#: A rule is right after so many different inputs in which it made the comparison hold; it is
#: given up after so many in which it did not (after one if that is the first), and after so many
#: that did not reach the comparison.
_PROOFS, _MISSES, _MOST_DETOURS = 3, 2, 6
#: Mutants made for a trial before it does without: some have lost the field.
_MUTANTS = 4
#: Rules in use.
_MOST_REPAIRS = 16
#: What looking for rules costs, in executions of a target that does nothing.
_LOOK_COST = 8000
#: Values longer than this are not looked into.
_LONGEST = 1 << 16
#: So much a value beyond that may grow by being repaired: there is no room for more behind the longest.
_MOST_GROWTH = 64


@dataclass(slots=True)
class Trial:
    """A rule, the comparison it is to make hold, and an input that reached that."""

    number: int
    argument: int
    repair: Repair
    values: list[Value]
    #: The last input made for it.
    mutant: list[Value] = field(default_factory=list)
    #: Inputs in which it made the comparison hold.
    proofs: list[list[Value]] = field(default_factory=list)
    detours: int = 0
    #: Inputs in which it did not: a mutant may have moved the field to where the rule does not look.
    misses: int = 0


class Repairs:
    """The rules of one worker."""

    def __init__(self) -> None:
        self._trials: list[Trial] = []
        #: For each comparison how often it held and how often not; how often it was looked into.
        self._held: dict[int, int] = {}
        self._missed: dict[int, int] = {}
        self._looks: dict[int, int] = {}
        #: The last miss of each: the input, and both operands.
        self._before: dict[int, tuple[list[Value], object, object]] = {}
        #: What all this has cost so far, in executions of a target that does nothing.
        self.cost = 0
        #: The rules that hold, by argument, and what makes them hold.
        self.rules: dict[int, list[Repair]] = {}

    def suspect(self, seen: Seen, values: list[Value]) -> None:
        """Take in a comparison of two computed operands; look for rules if it is never met."""
        if holds(seen):
            self._held[seen.number] = self._held.get(seen.number, 0) + 1
            return
        missed = self._missed[seen.number] = self._missed.get(seen.number, 0) + 1
        if 4 * self._held.get(seen.number, 0) > missed:
            return
        if self._looks.get(seen.number, 0) >= _LOOKS + (missed // _MORE_AFTER).bit_length():
            return
        for left, right in _pairs(seen):
            if _is_field(left, right):
                self._look(seen.number, left, right, values)

    def _look(self, number: int, left: object, right: object, values: list[Value]) -> None:
        """Look for rules that explain this miss and the one before: two inputs leave fewer than one."""
        before = self._before.get(number)
        self._before[number] = values[:], left, right
        if before is None or before[0] == values or any(trial.number == number for trial in self._trials):
            return
        self._looks[number] = self._looks.get(number, 0) + 1
        for argument, value in enumerate(values):
            other = before[0][argument]
            if _is_text(value) and _is_text(other):
                self.cost += _LOOK_COST
                misses = [(value, left, right), (other, before[1], before[2])]
                for repair in infer_common(misses, _MOST_RULES):  # type: ignore[arg-type]
                    self._trials.append(Trial(number, argument, repair, values[:]))

    def next_trial(self) -> Trial | None:
        """Return the trial whose turn it is; ``judge`` or ``put_off`` must follow."""
        return self._trials.pop(0) if self._trials else None

    def mutant(self, trial: Trial, mutate: Callable[[list[Value]], None]) -> list[Value]:
        """Return another input that obeys the rule, and would not without it.

        The first time, and where mutants have lost the field, it is the one that was found.
        """
        values = trial.values[:]
        for _ in range(_MUTANTS if trial.proofs or trial.detours else 0):
            mutate(values)
            if _mend(trial, values):
                break
            values = trial.values[:]
        else:
            _mend(trial, values)
        trial.mutant = values[:]
        return values

    def put_off(self, trial: Trial) -> None:
        """Say that a trial has told nothing: it has another turn, unless that happens too often."""
        trial.detours += 1
        if trial.detours < _MOST_DETOURS:
            self._trials.append(trial)

    def judge(self, trial: Trial, seen: Sequence[Seen]) -> bool:
        """Say what came of a trial; returns whether a rule has proved right by it."""
        met = [one for one in seen if one.number == trial.number]
        if not met or trial.mutant in trial.proofs:
            self.put_off(trial)
            return False
        if not all(holds(one) for one in met):
            trial.misses += 1
            if trial.proofs and trial.misses < _MISSES:
                self._trials.append(trial)
            return False
        trial.proofs.append(trial.mutant)
        if len(trial.proofs) < _PROOFS:
            self._trials.append(trial)
            return False
        rules = self.rules.setdefault(trial.argument, [])
        if trial.repair in rules or len(rules) >= _MOST_REPAIRS:
            return False
        value = trial.values[trial.argument]
        self.rules[trial.argument] = arrange([*rules, trial.repair], value)  # type: ignore[arg-type]
        self._trials = [other for other in self._trials if other.number != trial.number]
        return True

    def mutator(self, mutate: Callable[[list[Value]], None], rand: Rand) -> Callable[[list[Value]], None]:
        """Return a mutation after which, three times in four, all rules hold."""
        obey = self.obey

        def mutate_and_repair(values: list[Value]) -> None:
            mutate(values)
            obey(values, rand)

        return mutate_and_repair

    def obey(self, values: list[Value], rand: Rand) -> None:
        """Three times in four, put the fields right of which the rules are known."""
        if self.rules and rand.bits(2):
            values[:] = self.obeying(values)

    def obeying(self, values: list[Value]) -> list[Value]:
        """Return the values with those fields put right."""
        mended = values[:]
        for argument, repairs in self.rules.items():
            value: Any = values[argument]
            new = repair_all(repairs, value)
            if len(new) <= max(_LONGEST, len(value) + _MOST_GROWTH):
                mended[argument] = new
        return mended


def _mend(trial: Trial, values: list[Value]) -> bool:
    """Put the field right; returns whether there is one that was wrong."""
    mended = trial.repair.apply(values[trial.argument])  # type: ignore[arg-type]
    if mended is None or mended == values[trial.argument]:
        return False
    values[trial.argument] = mended
    return True


def holds(seen: Seen) -> bool:
    """Did a comparison of what may be a field hold?"""
    return any(type(left) is type(right) and left == right for left, right in _pairs(seen))


def _pairs(seen: Seen) -> list[tuple[Any, Any]]:
    """Return what is compared: one operand with the other, or with each of a few."""
    if seen.relation in ("==", "!="):
        return [(seen.left, seen.right)]
    return [(seen.left, member) for member in seen.right[:_FEW]] if type(seen.right) is tuple else []


def is_suspicious(seen: Seen) -> bool:
    """Could a comparison be the check of a field: two numbers or texts that were computed?"""
    if seen.relation in ("in", "not in"):
        return type(seen.right) is tuple and len(seen.right) <= _FEW and type(seen.left) is int
    return seen.relation in ("==", "!=")


def _is_field(left: object, right: object) -> bool:
    """Could one of the operands be a checksum, a digest or a length?"""
    if type(left) is int and type(right) is int:
        return True
    if isinstance(left, str) and isinstance(right, str):
        return len(left) == len(right) > 1
    return isinstance(left, bytes) and isinstance(right, bytes) and len(left) == len(right) > 1


def _is_text(value: Value) -> bool:
    return isinstance(value, (bytes, str)) and 0 < len(value) <= _LONGEST
