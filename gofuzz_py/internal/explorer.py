"""What a worker does with its time: mutants in bursts, and closer looks at what is new.

Owns the inner loop, the pool and the mutator behind it, the solving of
conditions that a watched run has met, and how a new input is shrunk and
counted before it is kept.  Must not know clocks, calls or shared memory.  Runs
in worker processes; made by ``worker_server``, which asks for one step after
the other.

In Go this is part of worker.go and of fuzz.go: there the coordinator chooses
the input, and nothing is solved.

Everything is decided by counts, so that a run with a fixed seed repeats exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gofuzz_py.internal.complexity import ComplexityFinder
from gofuzz_py.internal.complexity_judge import Locate
from gofuzz_py.internal.dictionary import Dictionary
from gofuzz_py.internal.execution import Executor
from gofuzz_py.internal.extensions import extended, joined
from gofuzz_py.internal.kinds import Kind, Value
from gofuzz_py.internal.messages import Failure, Found
from gofuzz_py.internal.minimize import minimize_values
from gofuzz_py.internal.mutator import Mutator
from gofuzz_py.internal.mutators_format import FORMAT_MUTATORS
from gofuzz_py.internal.mutators_splice import splice_operators
from gofuzz_py.internal.mutators_token import token_operators
from gofuzz_py.internal.operands_places import ABSENT
from gofuzz_py.internal.operands_record import Seen
from gofuzz_py.internal.operands_wants import is_met
from gofuzz_py.internal.pool import Pool, PoolEntry
from gofuzz_py.internal.probes import Probes
from gofuzz_py.internal.rand import FastRand
from gofuzz_py.internal.repairs import Repairs, Trial, is_suspicious
from gofuzz_py.internal.solver import Candidate, Solver
from gofuzz_py.internal.unseen import Unseen

if TYPE_CHECKING:
    from gofuzz_py.internal.frontier_operands import Notes

#: Mutations piled on one another before a chain starts afresh.  Go's number, which Go calls arbitrary.
CHAINED_MUTATIONS = 5
#: Executions that shrinking new inputs may take: a share of all, and so many for one: a small input
#: has little to lose but the look of its characters.
_SHRINK_SHARE, _SHRINK_LEAST, _SHRINK_MOST = 1 / 16, 32, 200

#: What solving may cost, as a share of everything and beforehand.  The unit is an execution of a
#: target that does nothing, a bit more than a microsecond.
_SOLVE_SHARE, _SOLVE_CREDIT = 1 / 20, 700_000
#: What looks further and probes may cost of it, as a share of what solving costs and beforehand.
_ASIDE_SHARE, _ASIDE_CREDIT = 1 / 16, 20_000
#: So many times that for inputs that reach something new: what is behind it waits for just this
#: look, and conditions that lead nowhere must not have used it up.
_FIND_FACTOR = 1.5
#: Executions between two thoughts of a closer look, if nothing happens.
_LOOK_PERIOD = 128
#: While mutants bring news nothing is solved, as news from them are cheap.  They are given as many
#: executions as locations were reached so far, times the news in a row up to so many; at most so many,
#: and none where fewer locations than that were reached: there is little for mutants to find.
_MOST_IN_A_ROW, _MOST_PATIENCE, _LITTLE = 4, 1024, 32
#: Of all executions, so many may be candidates, and so many more at the beginning.
_CANDIDATE_SHARE, _CANDIDATE_CREDIT = 1 / 3, 1000
#: In that unit: a location executed; watching a run, and each location in it.  Measured on
#: html.parser, tomllib and mistune.
_LOCATION_COST, _WATCH_COST, _WATCHED_LOCATION_COST = 0.08, 40, 0.6
#: Inputs being solved at once.
_MOST_STAGES = 16
#: Checks that are mended one after another in an input made for one condition.
_MOST_MENDS = 3
#: Inputs kept for what caught exceptions tell.
_MOST_SOFT = 1000


#: What came of running inputs: how the last failed, if it did, or else the values that brought news.
_Told = tuple[Failure | None, list[Value] | None]


class Step(NamedTuple):
    """What came of one step."""

    #: How the target failed, if it did; the input is the one run last.
    failure: Failure | None = None
    #: What was found and its encoded values.
    find: tuple[Found, bytes] | None = None
    #: Was there more to do than to run mutants?
    is_closer_look: bool = False


def _watch_cost(locations: int) -> int:
    """Return what it costs to watch a run of so many locations."""
    return _WATCH_COST + int(locations * _WATCHED_LOCATION_COST)


class Explorer:
    """Searches for inputs that reach something new or fail."""

    def __init__(
        self,
        kinds: Sequence[Kind],
        executor: Executor,
        encode: Callable[[Sequence[Value]], bytes],
        max_len: int,
        seed: int,
        dictionary: Dictionary,
        locate: Locate | None = None,
        solves: bool = True,
    ) -> None:
        self._kinds = kinds
        #: Was something looked for in vain in a collection that the program made?
        self._has_lookup = False
        self._executor = executor
        self._core = executor.core
        self._encode = encode
        self._max_len = max_len
        self._rand = FastRand(seed)
        self.pool = Pool(self._rand)
        extra = [
            splice_operators(kinds, self.pool.random_values),
            token_operators(kinds, dictionary),
        ]
        operators = {
            kind.name: [one for table in extra for one in table.get(kind.name, ())] for kind in kinds
        }
        self._mutator = Mutator(kinds, self._rand, max_len, operators, FORMAT_MUTATORS if solves else None)
        self._solves = solves and self._core.can_observe
        #: One mutation; with a repair behind it once it is known what an input must obey.
        self._mutate = self._mutator.mutate
        self._repairs = Repairs()
        self._probes = Probes()
        self._dictionary = dictionary
        #: Values in the middle of a chain, carried from one burst to the next, and its length.
        self._chain: list[Value] = []
        self._links = 0
        #: Executions that shrinking new inputs took.
        self._shrunk = 0
        self._solver = Solver(kinds, self._rand, max_len, dictionary)
        #: What watched runs have met, where a frontier will be asked for; and what was made for it.
        self.notes: Notes | None = None
        self.tries = self._solver.tries
        self._unseen = Unseen(self.pool.entries)
        self._stages: list[Iterator[Candidate]] = []
        #: What was done and what solving took of it, in the unit of the constants above.
        self._worked = self._spent = self._aside = 0
        #: Executions that are part of it.
        self._settled = executor.total
        #: Count of executions at which a closer look is thought of again.
        self._due = 0
        #: The same at which mutants are no longer thought fruitful, and the news in a row before it.
        self._fruitful, self._in_a_row = executor.total, 0
        self._soft = 0
        #: Candidates run.
        self._solved = 0
        #: What grows inputs to see how their work grows; None without ``-fuzzcomplexity``.
        self._complexity = locate and ComplexityFinder(
            kinds, FastRand(seed), self.pool.entries, lambda values: self._mutate(values), executor, locate
        )

    # --- what comes in ------------------------------------------------------------------------

    def warm_up(
        self, values: list[Value], size: int
    ) -> tuple[Failure | None, list[int], tuple[list[int], int] | None]:
        """Run an input of the corpus and take it into the pool.

        Once more with hits counted if it reaches something new.  Returns how it
        failed, if it did; what was new; and the locations reached with their
        count, or None where nothing new was reached.
        """
        failure = self._executor.execute(values)
        fresh = self._core.news()
        self.note_reached(fresh)
        if failure is not None:
            return failure, fresh, None
        self._note_fruit()
        if not fresh or self._executor.is_spent:
            self.pool.add(values, size, fresh, len(fresh))
            return None, fresh, (list(fresh), len(fresh)) if fresh else None
        failure, counts = self._executor.count_hits(values)
        if failure is not None:
            return failure, fresh, None
        locations, cost = list(counts), sum(counts.values())
        self.pool.add(values, size, locations, cost)
        return None, fresh, (locations, cost)

    def note_reached(self, locations: Collection[int]) -> None:
        """Let words that stand where these locations are be tried more often."""
        if locations:  # else nothing may change: when calls come is the clock's affair
            self._dictionary.reached(locations)
            self._mutator.forget_declines()
        self._core.drop_strays()  # of reading the source

    # --- one step -----------------------------------------------------------------------------

    def step(self, last: int) -> Step:
        """Run until ``last`` executions were made, one fails, or one reaches something new."""
        if self._complexity is not None:
            wait = self._complexity.due - self._executor.total
            if wait <= 0 and not self._executor.is_spent:
                return self._closer_step(*self._complexity.step())
            last = min(last, self._executor.count + wait)
        is_fruitful = self._executor.total < self._fruitful
        is_look = not is_fruitful and self._is_due() and self._may_solve()
        failure, values = self._look_closer() if is_look else (None, None)
        if failure is None and values is None and not self._executor.is_spent:
            due = self._fruitful if is_fruitful else self._due
            last = min(last, self._executor.count + max(1, due - self._executor.total))
            if is_look:  # one follows a look in any case: where a step ends is the clock's affair
                last = max(last, self._executor.count + 1)
            runs_mutants = is_fruitful or not self._stages
            failure, values = self._burst(last) if runs_mutants else self._run_candidates(last)
        if failure is not None or values is None:
            return Step(failure, None, is_look)
        return self._closer_step(None, values)

    def _closer_step(self, failure: Failure | None, values: list[Value] | None) -> Step:
        """Return what came of more than running mutants; take in the values that brought news, if any."""
        if failure is not None or values is None:
            return Step(failure, None, True)
        failure, find = self._on_news(values)
        return Step(failure, find, True)

    def _is_due(self) -> bool:
        """Is it time to think of a closer look?  By the count, as all that decides what is run."""
        if self._executor.total < self._due:
            return False
        self._due = self._executor.total + _LOOK_PERIOD
        return True

    def _settle(self) -> None:
        """Count what was done since the last time, at what an execution costs on average.

        Before anything is asked of it and before the average changes, never at
        the end of a step: where that is, the clock has decided.
        """
        total = self._executor.total
        self._worked += (total - self._settled) * (1 + int(self.pool.mean_cost * _LOCATION_COST))
        self._settled = total

    def _burst(self, last: int) -> _Told:
        """Run mutants until ``last`` executions were made, one fails, or one reaches something new.

        The inner loop.  Returns the failure, if any, or else the values that brought news.
        """
        executor = self._executor
        mutate, record, run = self._mutate, executor.record, executor.run
        choose, hits = self.pool.choose, self._core.hits
        seen = len(hits)
        values, links, count = self._chain, self._links, executor.count
        failure = None
        while count < last:
            if not links:
                values, links = choose(), CHAINED_MUTATIONS
            links -= 1
            mutate(values)
            count += 1
            record(values, count)
            failure = run(values)
            if failure is not None or len(hits) != seen:
                break
        self._chain, self._links, executor.count = values, links, count
        if failure is not None or len(hits) == seen:
            return failure, None
        self._note_fruit()
        self.pool.reward()
        self._mutator.reward()
        self._dictionary.reward(values)
        return None, values[:]

    def _note_fruit(self) -> None:
        total = self._executor.total
        self._in_a_row = min(_MOST_IN_A_ROW, self._in_a_row + 1) if total <= self._fruitful else 1
        reached = len(self._core.hits)
        patience = reached * self._in_a_row if reached >= _LITTLE else 0
        self._fruitful = total + min(_MOST_PATIENCE, patience)

    # --- solving conditions -------------------------------------------------------------------

    def _may_solve(self) -> bool:
        """Is it time for a closer look, and is there credit for it?"""
        if not self._solves or (self._stages and not self._unseen.is_waiting):
            return False
        if self._solved >= _CANDIDATE_CREDIT + self._executor.total * _CANDIDATE_SHARE:
            return False
        return self._has_credit(_FIND_FACTOR if self._unseen.is_find_waiting else 1)

    def _has_credit(self, factor: float = 1) -> bool:
        """May solving go on, with so many times the usual credit?"""
        self._settle()
        spent = self._spent + self._solver.cost + self._repairs.cost
        credit = factor * (_SOLVE_CREDIT + self._worked * _SOLVE_SHARE)
        return spent < credit and not self._executor.is_spent

    def _has_credit_aside(self) -> bool:
        """May looks go on that are taken where nothing was seen?  Where much was, it comes first."""
        spent = self._spent + self._solver.cost + self._repairs.cost
        return self._aside < _ASIDE_CREDIT + spent * _ASIDE_SHARE

    def _look_closer(self) -> _Told:
        """Watch a run of some input, and prepare candidates for the conditions it met.

        Returns the failure, if any, or else the values that brought news.
        """
        entry = self._unseen.next()
        if entry is not None:
            failure, seen = self._watch(entry.values, entry.cost)
            if failure is None:
                self._solver.new_features(seen)
                self._pursue(entry.values, seen, is_new=True)
            return failure, None
        trial = self._repairs.next_trial()
        aside = self._look_aside() if trial is None and self._has_credit_aside() else None
        if aside is not None:
            return aside
        values, cost = self._mutant() if trial is None else self._trial_values(trial)
        told = self._tell_of(values)
        if told is not None:
            if trial is not None:  # the right rule leads to news at once: it is judged by its next input
                self._repairs.put_off(trial)
            return told
        failure, seen = self._watch(values, cost)
        if failure is not None:
            return failure, None
        if trial is not None and self._repairs.judge(trial, seen):
            self._mutate = self._repairs.mutator(self._mutator.mutate, self._rand)
        if self._solver.new_features(seen):
            self._keep_soft(values, cost)
        self._pursue(values, seen, is_new=False)
        return None, None

    def _tell_of(self, values: list[Value]) -> _Told | None:
        """Run an input; return what it tells, or None if it tells nothing and may be watched."""
        seen_before = len(self._core.hits)
        failure = self._executor.execute(values)
        is_news = failure is None and len(self._core.hits) != seen_before
        if failure is not None or is_news or self._executor.is_spent:
            return failure, values if is_news else None
        return None

    def _look_aside(self) -> _Told | None:
        """Look where nothing was seen: behind an input, or where a probe asks; None if there is nothing."""
        ended = self._unseen.next_ended()
        if ended is not None:
            return self._look_further(*ended)
        probing = self._probes.ask()
        if probing is not None:
            return self._look_into(probing)
        found = [values for values in self._probes.take_found() if self._fits(values)]
        if not found:
            return self._look_joined() if self._has_lookup and not self._rand.bits(2) else None
        self._add_stage(iter([Candidate(values, True) for values in found]))
        return None, None

    def _look_into(self, values: list[Value]) -> _Told:
        """Watch a run that a probe asks for; the next one follows at once."""
        self._due = 0
        if not self._fits(values):
            return None, None
        cost = int(self.pool.mean_cost)
        failure, seen = self._watch(values, cost)
        self._aside += _watch_cost(cost)
        if failure is None:
            self._probes.take(seen)
        return failure, None

    def _fits(self, values: list[Value]) -> bool:
        """Does each argument take its value, and is there room for them?"""
        kinds = zip(self._kinds, values, strict=True)
        return all(kind.problem(value) is None for kind, value in kinds) and (
            len(self._encode(values)) <= self._max_len
        )

    def _look_further(self, is_like: bool, values: list[Value]) -> _Told:
        """Watch a run of an input with something behind it: the program may have come to its end."""
        return self._look_at_longer(extended(values, self._rand, is_like), is_new=not is_like)

    def _look_joined(self) -> _Told:
        """Watch a run of two inputs: what one record leaves behind may be what another looks for."""
        values = joined(self.pool.choose(), self.pool.random_values(), self._rand)
        return self._look_at_longer(values, is_new=False)

    def _look_at_longer(self, longer: list[Value] | None, is_new: bool) -> _Told:
        if longer is None or len(self._encode(longer)) > self._max_len:
            return None, None
        told = self._tell_of(longer)
        if told is not None:
            return told
        cost = int(self.pool.mean_cost)
        failure, seen = self._watch(longer, cost)
        if failure is None:
            if self._solver.new_features(seen):
                self._keep_soft(longer, cost)
            # No rule is looked for: a check of what is the same in both inputs would be no second case.
            self._prepare(longer, seen, is_new)
            self._aside += _watch_cost(cost)
        return failure, None

    def _keep_soft(self, values: list[Value], cost: int) -> None:
        """Keep an input that has come further than coverage can tell, for this worker and this run."""
        if self._soft < _MOST_SOFT:
            self._soft += 1
            self._settle()
            self._unseen.add(self.pool.add(values[:], len(self._encode(values)), [-self._soft], cost), False)

    def _watch(self, values: list[Value], cost: int) -> tuple[Failure | None, list[Seen]]:
        self._spent += _watch_cost(cost)
        failure, seen = self._executor.observe(values)
        if self.notes is not None:
            self.notes.take_in(seen)
        return failure, seen

    def _prepare(self, values: list[Value], seen: Sequence[Seen], is_new: bool) -> None:
        self._add_stage(self._solver.candidates(values, seen, is_new))

    def _add_stage(self, candidates: Iterator[Candidate]) -> None:
        self._stages.append(candidates)
        del self._stages[:-_MOST_STAGES]

    def _pursue(self, values: list[Value], seen: Sequence[Seen], is_new: bool) -> None:
        """Prepare candidates; look for rules that a field has to obey."""
        self._prepare(values, seen, is_new)
        for one in seen:
            self._probes.consider(one, values, self.tries.get(one.number, 0))
            self._has_lookup = self._has_lookup or self._is_lookup(one)
            if not is_suspicious(one):
                continue
            place = self._core.place(one.number)[1]
            if place.constant is ABSENT or place.is_remainder:
                self._repairs.suspect(one, values)

    def _trial_values(self, trial: Trial) -> tuple[list[Value], int]:
        return self._repairs.mutant(trial, self._mutator.mutate), int(self.pool.mean_cost)

    def _mutant(self) -> tuple[list[Value], int]:
        """Return a mutant of some input: the smallest that reaches a condition may lack what it takes."""
        values = self.pool.choose()
        cost = self.pool.current.cost if self.pool.current is not None else 1
        for _ in range(1 + self._rand.bits(2)):
            self._mutate(values)
        return values, cost

    def _run_candidates(self, last: int) -> _Told:
        """Run candidates until ``last`` executions were made, one fails, or one brings news."""
        executor, hits = self._executor, self._core.hits
        self._core.drop_strays()
        seen = len(hits)
        for candidate in self._stages[-1]:
            values = candidate.values
            self._core.drop_strays()  # of making it: some decoders are functions that may be measured
            self._solved += 1
            self._repairs.obey(values, self._rand)
            failure = executor.execute(values)
            if failure is not None:
                return failure, None
            if len(hits) != seen:
                return None, values
            if candidate.is_worth_a_look and self._soft < _MOST_SOFT and self._has_credit():
                failure, has_more = self._look_for_progress(candidate)
                if has_more:  # it comes first, wherever the step would have ended
                    return failure, None
            if failure is not None or executor.count >= last:
                return failure, None
        self._stages.pop()
        self._due = 0
        return None, None

    def _look_for_progress(self, candidate: Candidate) -> tuple[Failure | None, bool]:
        """Watch a candidate that brought no news: a condition may have come out another way all the same.

        Returns the failure, if any, and whether the look has led to more to be run or looked at.
        """
        cost = int(self.pool.mean_cost)
        failure, seen = self._watch(candidate.values, cost)
        if failure is None and self._solver.new_features(seen):
            self._keep_soft(candidate.values, cost)
            self._due = 0
            return None, True
        if failure is None and candidate.mends < _MOST_MENDS:
            mended = self._solver.mended(candidate, [one for one in seen if self._is_computed(one)])
            if mended:
                self._add_stage(iter(mended))
                return None, True
        return failure, False

    def _is_lookup(self, seen: Seen) -> bool:
        if seen.relation not in ("in", "not in") or type(seen.right) not in (tuple, dict) or is_met(seen):
            return False
        place = self._core.place(seen.number)[1]
        return place.relation not in ("in", "not in") or place.operands[1] is ABSENT

    def _is_computed(self, seen: Seen) -> bool:
        """Were both operands computed, so that one may stand in the input for what the other is?"""
        return is_suspicious(seen) and self._core.place(seen.number)[1].constant is ABSENT

    # --- what is new --------------------------------------------------------------------------

    def _on_news(self, values: list[Value]) -> tuple[Failure | None, tuple[Found, bytes] | None]:
        """Look closer at the values just run: shrink them, count what they reach, keep them."""
        executor, original = self._executor, values
        self._due = 0
        fresh = self._core.news()
        self.note_reached(fresh)
        failure, counts = (None, {}) if executor.is_spent else executor.count_hits(values)
        if failure is not None:
            return failure, None
        stable = [location for location in fresh if location in counts]
        if not stable and not executor.is_spent:
            return None, None  # reached once only, such as code that fills a cache
        failure, smaller = self._shrink(values, stable)
        if failure is not None:
            return failure, None
        if smaller != values and not executor.is_spent:
            failure, again = executor.count_hits(smaller)
            if failure is not None:
                return failure, None
            if again.keys() >= set(stable):
                values, counts = smaller, again
        data = self._encode(values)
        self._settle()
        locations = list(counts) or fresh
        cost = sum(counts.values())
        if values != original:  # what was shrunk away may be what the next condition wants
            self._unseen.add(PoolEntry(original, len(data), cost), True)
        self._unseen.add(self.pool.add(values, len(data), locations, cost), True)
        return None, (Found(0, len(data), fresh, locations, cost), data)

    def _shrink(self, values: list[Value], keep: Collection[int]) -> tuple[Failure | None, list[Value]]:
        """Return smaller values that still reach ``keep``, as far as the credit goes.

        A candidate that fails ends the search; it is the input run last.
        """
        executor = self._executor
        credit = _SHRINK_MOST + int(executor.total * _SHRINK_SHARE) - self._shrunk
        worth = _SHRINK_LEAST + len(self._encode(values)) // 4
        budget = min(credit, worth, _SHRINK_MOST, executor.limit - executor.count - 1)
        if budget <= 0 or not keep:
            return None, values
        first = executor.count
        wanted = set(keep)
        met: list[Failure] = []
        # What is cut must go on to obey the rules, if it ever did.
        obeying = self._repairs.obeying
        mend: Callable[[list[Value]], list[Value]] = obeying if obeying(values) == values else list

        def reaches(candidate: list[Value]) -> bool:
            failure, counts = executor.count_hits(mend(candidate), wanted)
            if failure is not None:
                met.append(failure)
                return False
            return counts.keys() >= wanted

        def should_stop() -> bool:
            return bool(met) or executor.count >= first + budget

        smaller = minimize_values(self._kinds, values, reaches, should_stop)
        self._shrunk += executor.count - first
        return (met[0] if met else None), mend(smaller)
