"""The search for a cheap safe pattern: several orders, each repaired and cleaned up, the cheapest kept."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from analysis.disclosure.attack import Attack
from analysis.disclosure.complementary import Positions, eliminate
from analysis.disclosure.cube import Flags
from analysis.disclosure.problem import Problem
from analysis.disclosure.repair import repair, show_again

SMALL = 300
ORDERS_SMALL, ORDERS_LARGE = 60, 6
EFFORT = 120_000
UNEASE = (0.1, 0.3, 1.0)
CHANGES, CHANGED = 300, 0.15
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


def safe_pattern(problem: Problem) -> Flags:
    """Choose which cells and figures to publish so that every attack fails.

    Parameters
    ----------
    problem
        The cells, figures and readers.

    Returns
    -------
    numpy.ndarray
        Flags of the cells and figures that are published.

    Raises
    ------
    UnsafeError
        If even hiding everything that may be hidden does not suffice.

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
    search = _Search(problem, ROUNDS_SMALL if small else ROUNDS_LARGE)
    for preference in _preferences(problem, ORDERS_SMALL if small else ORDERS_LARGE):
        search.consider(preference)
    search.finish_promising(EFFORT // 2)
    if small:
        search.vary(CHANGES, EFFORT)
    if search.best is None:
        raise UnsafeError("No choice of published cells keeps every hidden cell safe.")
    return search.best


class _Search:
    """Patterns found so far, the best safe one, and the effort spent."""

    def __init__(self, problem: Problem, rounds: int) -> None:
        self.rounds = rounds
        self.problem = problem
        self.candidates = np.flatnonzero((problem.shown & ~problem.settled)[: problem.cells])
        self.random = np.random.default_rng(8_128)
        self.patterns: dict[bytes, tuple[Flags, Preference]] = {}
        self.best: Flags | None = None
        self.best_preference = np.zeros(len(self.candidates))
        self.effort = 0

    def consider(self, preference: Preference) -> Flags | None:
        """Eliminate in an order of preference; None if the pattern was met before."""
        order = self.candidates[np.argsort(-preference, kind="stable")]
        pattern = first_pattern(self.problem, order)
        if pattern.tobytes() in self.patterns:
            return None
        self.patterns[pattern.tobytes()] = (pattern, preference)
        return pattern

    def finish_promising(self, effort: int) -> None:
        """Repair patterns, those that show most first, until the effort is spent."""
        found = sorted(self.patterns.values(), key=_count_of_first_shown, reverse=True)
        for pattern, preference in found:
            if self.best is not None and (self.effort > effort or not self._could_be_better(pattern)):
                break
            self._finish(pattern, preference)

    def vary(self, times: int, effort: int) -> None:
        """Change the best order a little, again and again."""
        for _ in range(times):
            if self.best is None or self.effort > effort or (self.best == self.problem.shown).all():
                break
            changed = self.random.random(len(self.candidates)) < CHANGED
            shift = self.random.standard_normal(len(self.candidates))
            preference = self.best_preference + changed * shift
            pattern = self.consider(preference)
            if pattern is not None and self._could_be_better(pattern):
                self._finish(pattern, preference)

    def _could_be_better(self, pattern: Flags) -> bool:
        return self.best is None or _shown_count(pattern) > _shown_count(self.best)

    def _finish(self, pattern: Flags, preference: Preference) -> None:
        """Repair a pattern, then show again what the repair made needless."""
        problem = self.problem
        attacks = [Attack(problem, reader, pattern) for reader in problem.readers]
        if not repair(problem, attacks, self.rounds):
            return
        show_again(attacks, _needless(problem, attacks[0].published))
        finished = attacks[0].published
        self.effort += sum(attack.solved for attack in attacks) * problem.matrix.shape[1]
        if self.best is None or _shown_count(finished) >= _shown_count(self.best):
            self.best, self.best_preference = finished, preference


def _count_of_first_shown(found: tuple[Flags, Preference]) -> int:
    return _shown_count(found[0])


def _shown_count(pattern: Flags) -> int:
    return int(pattern.sum())


def first_pattern(problem: Problem, order: Positions) -> Flags:
    """Publish in an order all that is no linear give-away, before any attack.

    Parameters
    ----------
    problem
        The cells, figures and readers.
    order
        Candidate cells, the most wanted first.

    Returns
    -------
    numpy.ndarray
        Flags of cells and figures; settled cells and figures as they are.

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> first_pattern(single_table_problem(table, mark(table, Rules()), Rules()), np.array([1, 2])).tolist()
    [False, True, False]
    """
    cells = problem.matrix[: problem.cells].astype(np.int64)
    known = np.flatnonzero(problem.readers[0].known)
    settled = problem.settled[: problem.cells]
    if not len(known):
        known = np.flatnonzero(settled & problem.shown[: problem.cells])
    protected = np.flatnonzero(~problem.shown[: problem.cells] & ~settled)
    pattern = problem.shown.copy()
    pattern[: problem.cells] = eliminate(cells, known, protected, order)
    pattern[: problem.cells] |= settled & problem.shown[: problem.cells]
    return pattern


def _preferences(problem: Problem, number: int) -> Iterator[Preference]:
    candidates = np.flatnonzero((problem.shown & ~problem.settled)[: problem.cells])
    large = np.log1p(problem.counts[candidates])
    wide = np.log(np.asarray(problem.matrix[candidates].sum(axis=1)).ravel())
    yield wide + large
    yield large
    random = np.random.default_rng(28)
    for turn in range(number - 2):
        yield wide * (turn % 2) + large + UNEASE[turn % 3] * random.standard_normal(len(candidates))


def _needless(problem: Problem, pattern: Flags) -> list[int]:
    """Hidden cells and figures that could be shown as far as linear algebra tells."""
    published = np.flatnonzero((pattern & ~problem.settled)[: problem.cells])
    free = problem.shown & ~problem.settled & ~pattern
    hidden = np.flatnonzero(free[: problem.cells])
    hidden = hidden[np.argsort(-problem.counts[hidden], kind="stable")]
    possible = first_pattern(problem, np.concatenate([published, hidden]))
    figures = problem.cells + np.flatnonzero(free[problem.cells :])
    return [int(cell) for cell in (*hidden[possible[hidden]], *figures)]
