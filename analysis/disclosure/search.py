"""The search for a cheap safe pattern: several orders, each repaired and cleaned up, the cheapest kept."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from analysis.disclosure.attack import Attack
from analysis.disclosure.complementary import Elimination, Positions
from analysis.disclosure.cube import Flags
from analysis.disclosure.linear.effort import Effort, EffortError
from analysis.disclosure.linear.surroundings import Tiers
from analysis.disclosure.problem import Problem
from analysis.disclosure.repair import repair, show_again

SMALL = 300
ORDERS_SMALL, ORDERS_LARGE = 60, 6
UNEASE = (0.1, 0.3, 1.0)
CHANGES, CHANGED = 300, 0.15
#: After so many changes in a row that bring nothing new there is hardly anything new to find.
STALE = 25
ROUNDS_SMALL, ROUNDS_LARGE = 4, 1


Preference = npt.NDArray[np.float64]


class UnsafeError(ValueError):
    """No pattern, or not the given one, keeps every hidden cell safe.

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules
    >>> from analysis.disclosure.protect import with_pattern
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> with_pattern(table, Rules(), np.array([True, True, True]))
    Traceback (most recent call last):
        ...
    analysis.disclosure.search.UnsafeError: The pattern shows cells that the rules hide.
    """


def safe_pattern(problem: Problem, effort: Effort | None = None, tiers: Tiers = ()) -> Flags:
    """Choose which cells and figures to publish so that every attack fails.

    Parameters
    ----------
    problem
        The cells, figures and readers.
    effort
        The work that may be spent, and where it is counted.
    tiers
        As for `analysis.disclosure.attack.Attack`; the last one has to be everything.

    Returns
    -------
    numpy.ndarray
        Flags of the cells and figures that are published.

    Raises
    ------
    UnsafeError
        If even hiding everything that may be hidden does not suffice.
    EffortError
        If the work that may be spent at all was spent before anything safe was found.

    Examples
    --------
    A 3 is hidden, and one place or the sum with it; the wider sum is wanted more.

    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> safe_pattern(single_table_problem(table, mark(table, Rules()), Rules())).tolist()
    [False, False, True]
    """
    small = problem.cells <= SMALL
    search = _Search(problem, ROUNDS_SMALL if small else ROUNDS_LARGE, effort or Effort(), tiers)
    search.consider_orders(ORDERS_SMALL if small else ORDERS_LARGE)
    try:
        search.finish_promising(0.5)
        if small:
            search.vary(CHANGES, 1.0)
    except EffortError:
        if search.best is None:
            raise
    if search.best is None:
        raise UnsafeError("No choice of published cells keeps every hidden cell safe.")
    return search.best


class _Search:
    """Patterns found so far, the best safe one, and the effort spent."""

    def __init__(self, problem: Problem, rounds: int, effort: Effort, tiers: Tiers) -> None:
        self.rounds, self.tiers = rounds, tiers
        self.problem = problem
        self.first = FirstPatterns(problem)
        self.candidates = self.first.candidates
        self.random = np.random.default_rng(8_128)
        self.patterns: dict[bytes, tuple[Flags, Preference]] = {}
        self.best: Flags | None = None
        self.best_preference = np.zeros(len(self.candidates))
        self.effort = effort

    def consider_orders(self, number: int) -> None:
        """Eliminate in several orders; one is enough where nothing has to be hidden with the rest."""
        for preference in _preferences(self.problem, number):
            pattern = self.consider(preference)
            if pattern is not None and pattern[self.candidates].all():
                return

    def consider(self, preference: Preference) -> Flags | None:
        """Eliminate in an order of preference; None if the pattern was met before."""
        pattern = self.first.in_order(self.candidates[np.argsort(-preference, kind="stable")])
        if pattern.tobytes() in self.patterns:
            return None
        self.patterns[pattern.tobytes()] = (pattern, preference)
        return pattern

    def finish_promising(self, share: float) -> None:
        """Repair patterns, those that show most first, until a share of the effort is spent."""
        found = sorted(self.patterns.values(), key=self._value_of_first, reverse=True)
        for pattern, preference in found:
            if self.best is not None and (self.effort.exceeds(share) or not self._could_be_better(pattern)):
                break
            self._finish(pattern, preference)

    def vary(self, times: int, share: float) -> None:
        """Change the best order a little, again and again."""
        stale = 0
        for _ in range(times):
            if self.best is None or self.effort.exceeds(share) or (self.best == self.problem.shown).all():
                break
            changed = self.random.random(len(self.candidates)) < CHANGED
            shift = self.random.standard_normal(len(self.candidates))
            preference = self.best_preference + changed * shift
            pattern = self.consider(preference)
            stale = stale + 1 if pattern is None else 0
            if stale == STALE:
                break
            if pattern is not None and self._could_be_better(pattern):
                self._finish(pattern, preference)

    def _could_be_better(self, pattern: Flags) -> bool:
        return self.best is None or self._value(pattern) > self._value(self.best)

    def _value(self, pattern: Flags) -> float:
        """What a pattern shows: the number of its cells, or what it would cost to hide them."""
        cost = self.problem.cost
        return float(pattern.sum() if cost is None else cost[pattern].sum())

    def _value_of_first(self, found: tuple[Flags, Preference]) -> float:
        return self._value(found[0])

    def _finish(self, pattern: Flags, preference: Preference) -> None:
        """Repair a pattern, then show again what the repair made needless."""
        problem = self.problem
        attacks = [Attack(problem, reader, pattern, self.tiers, self.effort) for reader in problem.readers]
        if not repair(problem, attacks, self.rounds):
            return
        show_again(attacks, _needless(problem, self.first, attacks[0].published))
        finished = attacks[0].published
        if self.best is None or self._value(finished) >= self._value(self.best):
            self.best, self.best_preference = finished, preference


class FirstPatterns:
    """What linear algebra alone lets publish, before any attack, in one order of preference or another.

    Parameters
    ----------
    problem
        The cells, figures and readers.

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> first = FirstPatterns(single_table_problem(table, mark(table, Rules()), Rules()))
    >>> first.in_order(np.array([1, 2])).tolist()
    [False, True, False]
    """

    def __init__(self, problem: Problem) -> None:
        """Eliminate what every reader knows."""
        shown, settled = problem.shown[: problem.cells], problem.settled[: problem.cells]
        self._problem, self._settled = problem, settled & shown
        self.candidates = np.flatnonzero(shown & ~settled)
        informed = problem.readers[0].known
        known = np.concatenate([np.flatnonzero(informed), np.flatnonzero(self._settled & ~informed)])
        cells = problem.matrix[: problem.cells].astype(np.int64)
        self._elimination = Elimination(cells, known, np.flatnonzero(~shown & ~settled), self.candidates)

    def in_order(self, order: Positions) -> Flags:
        """Publish in an order all that is no linear give-away.

        Parameters
        ----------
        order
            Candidate cells, the most wanted first.

        Returns
        -------
        numpy.ndarray
            Flags of cells and figures; settled cells and figures as they are.
        """
        pattern = self._problem.shown.copy()
        pattern[: self._problem.cells] = self._elimination.published(order) | self._settled
        return pattern


def _preferences(problem: Problem, number: int) -> Iterator[Preference]:
    candidates = np.flatnonzero((problem.shown & ~problem.settled)[: problem.cells])
    large = np.log1p(problem.counts[candidates])
    wide = np.log(np.asarray(problem.matrix[candidates].sum(axis=1)).ravel())
    if problem.cost is not None:
        large, wide = np.log1p(problem.cost[candidates]), np.zeros(len(candidates))
    yield wide + large
    yield large
    random = np.random.default_rng(28)
    for turn in range(number - 2):
        yield wide * (turn % 2) + large + UNEASE[turn % 3] * random.standard_normal(len(candidates))


def _needless(problem: Problem, first: FirstPatterns, pattern: Flags) -> list[int]:
    """Hidden cells and figures that could be shown as far as linear algebra tells."""
    published = np.flatnonzero((pattern & ~problem.settled)[: problem.cells])
    free = problem.shown & ~problem.settled & ~pattern
    hidden = np.flatnonzero(free[: problem.cells])
    wanted = problem.counts if problem.cost is None else problem.cost
    hidden = hidden[np.argsort(-wanted[hidden], kind="stable")]
    possible = first.in_order(np.concatenate([published, hidden]))
    figures = problem.cells + np.flatnonzero(free[problem.cells :])
    return [int(cell) for cell in (*hidden[possible[hidden]], *figures)]
