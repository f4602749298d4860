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
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gofuzz_py.internal.checksums import Repair
    from gofuzz_py.internal.kinds import Value
    from gofuzz_py.internal.operands_record import Seen
    from gofuzz_py.internal.rand import Rand

#: A comparison is suspected after so many misses, if it is met in less than a quarter of all.
_MISSES = 2
#: So often a comparison is looked into, and so many rules are tried each time.
_MOST_LOOKS, _MOST_RULES = 4, 10
#: A rule is right after so many different inputs in which it made the comparison hold; it is
#: given up after so many that did not reach the comparison.
_PROOFS, _MOST_DETOURS = 3, 6
#: Rules in use.
_MOST_REPAIRS = 16
#: What looking for rules costs, in executions of a target that does nothing.
_LOOK_COST = 3000
#: Values longer than this are not looked into.
_LONGEST = 1 << 16


@dataclass(slots=True)
class Trial:
    """A rule, the comparison it is to make hold, and an input that reached that."""

    number: int
    argument: int
    repair: Repair
    values: list[Value]
    proofs: int = 0
    detours: int = 0


class Repairs:
    """The rules of one worker."""

    def __init__(self) -> None:
        self._trials: list[Trial] = []
        #: For each comparison how often it held and how often not; how often it was looked into.
        self._held: dict[int, int] = {}
        self._missed: dict[int, int] = {}
        self._looks: dict[int, int] = {}
        #: What all this has cost so far, in executions of a target that does nothing.
        self.cost = 0
        #: The rules that hold, by argument.
        self.rules: dict[int, list[Repair]] = {}

    def suspect(self, seen: Seen, values: list[Value]) -> None:
        """Take in a comparison of two computed operands; look for rules if it is never met."""
        number = seen.number
        if seen.left == seen.right:
            self._held[number] = self._held.get(number, 0) + 1
            return
        missed = self._missed[number] = self._missed.get(number, 0) + 1
        if missed < _MISSES or 4 * self._held.get(number, 0) > missed or not _is_field(seen):
            return
        looks = self._looks.get(number, 0)
        if looks >= _MOST_LOOKS or any(trial.number == number for trial in self._trials):
            return
        self._looks[number] = looks + 1
        from gofuzz_py.internal.checksums import infer  # a dozen modules, which most targets do without

        for argument, value in enumerate(values):
            if isinstance(value, (bytes, str)) and 0 < len(value) <= _LONGEST:
                self.cost += _LOOK_COST
                for repair in infer(value, seen.left, seen.right, _MOST_RULES):
                    self._trials.append(Trial(number, argument, repair, values[:]))

    def next_trial(self) -> Trial | None:
        """Return the trial whose turn it is; ``judge`` must follow."""
        return self._trials.pop(0) if self._trials else None

    def mutant(self, trial: Trial, mutate: Callable[[list[Value]], None]) -> list[Value] | None:
        """Return another input that obeys the rule, or None where the mutant has no such field."""
        values = trial.values[:]
        if trial.proofs or trial.detours:  # the first time as it was found
            mutate(values)
        mended = trial.repair.apply(values[trial.argument])  # type: ignore[arg-type]
        if mended is None:
            return None
        values[trial.argument] = mended
        return values

    def judge(self, trial: Trial, seen: Sequence[Seen]) -> bool:
        """Say what came of a trial; returns whether a rule has proved right by it."""
        met = [one for one in seen if one.number == trial.number]
        if not met:
            trial.detours += 1
            if trial.detours < _MOST_DETOURS:
                self._trials.append(trial)
            return False
        if not any(one.left == one.right for one in met):
            return False
        trial.proofs += 1
        if trial.proofs < _PROOFS:
            self._trials.append(trial)
            return False
        rules = self.rules.setdefault(trial.argument, [])
        if trial.repair in rules or len(rules) >= _MOST_REPAIRS:
            return False
        from gofuzz_py.internal.checksums import arrange

        value = trial.values[trial.argument]
        self.rules[trial.argument] = arrange([*rules, trial.repair], value)  # type: ignore[arg-type]
        self._trials = [other for other in self._trials if other.number != trial.number]
        return True

    def mutator(self, mutate: Callable[[list[Value]], None], rand: Rand) -> Callable[[list[Value]], None]:
        """Return a mutation after which, three times in four, all rules hold."""
        from gofuzz_py.internal.checksums import repair_all

        rules, bits = self.rules, rand.bits

        def mutate_and_repair(values: list[Value]) -> None:
            mutate(values)
            if bits(2):
                for argument, repairs in rules.items():
                    values[argument] = repair_all(repairs, values[argument])  # type: ignore[arg-type]

        return mutate_and_repair


def _is_field(seen: Seen) -> bool:
    """Could one of the operands be a checksum, a digest or a length?"""
    left, right = seen.left, seen.right
    if type(left) is int and type(right) is int:
        return True
    return type(left) is type(right) and type(left) in (str, bytes) and len(left) == len(right) > 1
