"""The attacker: what a reader can conclude about hidden cells, by linear programs.

The attacker knows that counts are zero or more, every published sum, the
rounding limits of published figures, and all that the `Reader` knows besides.
The smallest and largest count a cell can have under all that are the optima of
two linear programs (HiGHS).  Every solution met on the way is a possible world
and vouches for all cells at once, so that most programs need not be solved.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from analysis.disclosure.cube import Flags
from analysis.disclosure.linear.effort import Effort
from analysis.disclosure.linear.neighbourhood import Neighbourhood, Positions, padded_flags
from analysis.disclosure.linear.programs import TOLERANCE
from analysis.disclosure.linear.worlds import Audit, Failure, Outcome, World
from analysis.disclosure.problem import Problem, Reader, Reals

#: In which directions a cell is moved to meet a requirement.
SIGNS = {"low": (-1.0,), "high": (1.0,), "spread": (1.0, -1.0)}


class Attack:
    """One reader's attack on one problem, continued while the pattern changes.

    What was published may be hidden again and the reverse; possible worlds
    found before are kept as long as they agree with what is published.

    Parameters
    ----------
    problem
        The cells, figures and readers.
    reader
        Which of them attacks.
    published
        Flags of the cells and figures that are published.
    tiers
        Inner counts to move together: a requirement is tried in one tier of neighbourhoods after the other,
        the small ones first; without tiers in all inner counts at once.
    effort
        Where the work is counted.

    Examples
    --------
    The 20 and the sum of both give the 3 away; with the 20 hidden it could be anything to 23.

    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> problem = single_table_problem(table, mark(table, Rules()), Rules())
    >>> attack = Attack(problem, problem.readers[0], np.array([False, True, True]))
    >>> [failure.kind for failure in attack.unproved()]
    ['low', 'high']
    >>> attack.hide(1)
    >>> list(attack.unproved()), attack.holds(Failure(0, "", "high")), attack.required("spread").tolist()
    ([], True, [False, True, False])
    >>> attack.publish(1)  # the worlds that are left have the 20
    >>> all(world.inner[1] == 20 for world in attack.worlds)
    True
    >>> attack.hide(1)
    >>> attack.restore(())
    >>> attack.learn(np.array([6.0, 17.0]))
    >>> attack.adopt(World(np.array([2.0, 21.0]), np.array([2.0, 21.0, 23.0])))
    >>> attack.met("high", attack.worlds[0].sums, attack.worlds[1].sums, 0.0).tolist()
    [True, True, True]
    >>> len(attack.worlds), attack.solved > 0, len(attack.widest(0)), len(list(attack.near(0)))
    (2, True, 1, 1)
    """

    def __init__(
        self,
        problem: Problem,
        reader: Reader,
        published: Flags,
        tiers: Sequence[Sequence[Positions]] = (),
        effort: Effort | None = None,
    ) -> None:
        """Begin with the true counts as the only world."""
        self.effort = effort or Effort()
        self.problem, self.reader = problem, reader
        self.published = published.copy()
        everywhere = np.arange(len(problem.inner))
        self._tiers = [
            [Neighbourhood(problem, reader, published, free) for free in tier]
            for tier in tiers or [[everywhere]]
        ]
        self.neighbourhoods = [each for tier in self._tiers for each in tier]
        self._last: Neighbourhood | None = None
        self.cells = problem.matrix[: problem.cells]
        self._worlds: list[World] = []
        self._proved = self._proofs([])

    @property
    def solved(self) -> int:
        """Number of linear programs solved so far."""
        return sum(each.programs.solved for each in (*self.neighbourhoods, self._last) if each is not None)

    def publish(self, sum_: int) -> None:
        """Publish a cell or figure: worlds that disagree with it are dropped.

        Parameters
        ----------
        sum_
            Its number.
        """
        self.published[sum_] = True
        self._switch(sum_, True)
        low, high = self.problem.low[sum_], self.problem.high[sum_]
        self.restore(
            world for world in self._worlds if low - TOLERANCE <= world.sums[sum_] <= high + TOLERANCE
        )

    def hide(self, sum_: int) -> None:
        """Hide a cell or figure; every world found so far stays possible.

        Parameters
        ----------
        sum_
            Its number.
        """
        self.published[sum_] = False
        if not padded_flags(self.reader.known, self.problem)[sum_]:
            self._switch(sum_, False)

    def restore(self, worlds: Iterable[World]) -> None:
        """Forget all possible worlds but these.

        Parameters
        ----------
        worlds
            Those that stay.
        """
        self._worlds = list(worlds)
        self._proved = self._proofs(self._worlds)

    def learn(self, inner: Reals) -> None:
        """Add a possible world, given its inner counts.

        Parameters
        ----------
        inner
            Shape (inner cells,).
        """
        self.adopt(World(inner, self.problem.matrix @ inner))

    def adopt(self, world: World) -> None:
        """Add a possible world that another attack found.

        Parameters
        ----------
        world
            The other attack's, on the same problem and pattern.
        """
        self._worlds.append(world)
        for kind, proof in self._proofs([world]).items():
            self._proved[kind] |= proof

    @property
    def worlds(self) -> tuple[World, ...]:
        """The possible worlds found so far that are still possible."""
        return tuple(self._worlds)

    def widest(self, cell: int) -> list[Neighbourhood]:
        """The largest neighbourhoods in which a cell can change.

        Parameters
        ----------
        cell
            Its number.

        Returns
        -------
        list of Neighbourhood
        """
        row = self.cells[[cell]]
        found = [each for each in self._tiers[-1] if each.touches(row)]
        return [*found, self._everywhere()] if self.problem.settled[cell] and len(self._tiers) > 1 else found

    def near(self, cell: int) -> Iterator[Neighbourhood]:
        """Where a cell can change, the small neighbourhoods first.

        A number interviewed may differ from the truth only where many others
        make up for it, so it is tried in all inner counts at last.

        Parameters
        ----------
        cell
            Its number.

        Yields
        ------
        Neighbourhood
        """
        row = self.cells[[cell]]
        yield from (each for each in self.neighbourhoods if each.touches(row))
        if self.problem.settled[cell] and len(self._tiers) > 1:
            yield self._everywhere()

    def _everywhere(self) -> Neighbourhood:
        if self._last is None:
            free = np.arange(len(self.problem.inner))
            self._last = Neighbourhood(self.problem, self.reader, self.published, free)
        return self._last

    def _switch(self, sum_: int, on: bool) -> None:
        for each in self.neighbourhoods:
            each.switch(sum_, on)
        if self._last is not None:
            self._last.switch(sum_, on)

    def unproved(self) -> Iterator[Failure]:
        """Search a world for each requirement of a hidden cell; yield those without one.

        Yields
        ------
        Failure
        """
        for kind in SIGNS:
            for cell in np.flatnonzero(self.required(kind) & ~self._proved[kind]):
                if self._open(kind, int(cell)) and not self._search(kind, int(cell)):
                    yield Failure(int(cell), self.reader.name, kind)

    def holds(self, failure: Failure) -> bool:
        """Whether a requirement is met under the present pattern.

        Parameters
        ----------
        failure
            Of an earlier pattern.

        Returns
        -------
        bool
        """
        if not self._open(failure.kind, failure.cell):
            return True
        return self._search(failure.kind, failure.cell)

    def _open(self, kind: str, cell: int) -> bool:
        return not self.published[cell] and not bool(self._proved[kind][cell])

    def required(self, kind: str) -> Flags:
        """Hidden cells of which a requirement has to be met.

        Parameters
        ----------
        kind
            As in `Failure`.

        Returns
        -------
        numpy.ndarray
            Flags, shape (cells,).
        """
        hidden = ~self.published[: self.problem.cells]
        return hidden & self.reader.spread if kind == "spread" else hidden

    def _search(self, kind: str, cell: int) -> bool:
        row = self.cells[[cell]]
        for each in self.near(cell):
            for sign in SIGNS[kind]:
                self.effort.spend(len(self.problem.inner))
                self.learn(each.extreme(row, sign))
                if self._proved[kind][cell]:
                    return True
        return False

    def _proofs(self, worlds: Sequence[World]) -> dict[str, Flags]:
        largest, smallest = self.problem.counts.copy(), self.problem.counts.copy()
        for world in worlds:
            sums = world.sums[: self.problem.cells]
            np.maximum(largest, sums, out=largest)
            np.minimum(smallest, sums, out=smallest)
        return {kind: self.met(kind, largest, smallest, 0.0) for kind in SIGNS}

    def met(self, kind: str, largest: Reals, smallest: Reals, more: float) -> Flags:
        """Where a requirement is met, and by how much more, by the largest and smallest count of each cell.

        Parameters
        ----------
        kind
            As in `Failure`.
        largest, smallest
            Shape (cells,).
        more
            By how much.

        Returns
        -------
        numpy.ndarray
            Flags, shape (cells,).
        """
        counts, reader = self.problem.counts, self.reader
        if kind == "high":
            return largest >= reader.high + more - TOLERANCE
        if kind == "low":
            return smallest <= reader.low - more + TOLERANCE
        apart = np.maximum(largest - counts, counts - smallest)
        return ~reader.spread | (apart >= 1 + more - TOLERANCE)


def audit(
    problem: Problem, primary: Flags, published: Flags, tiers: Sequence[Sequence[Positions]] = ()
) -> Audit:
    """Attack a pattern of published cells and figures as every reader.

    Parameters
    ----------
    problem
        The cells, figures and readers.
    primary
        Cells that are hidden for themselves.
    published
        Flags of cells and figures that are published.
    tiers
        As for `Attack`.

    Returns
    -------
    Audit
        Its failures are empty only if every requirement of every reader is
        shown to be met by a possible world.

    Raises
    ------
    ContradictionError
        If what is published cannot be true.

    Notes
    -----
    A linear program allows fractions of people, so its range can only be
    wider than the one of whole numbers; on the cells where both were
    computed they were the same.

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> marks = mark(table, Rules())
    >>> problem = single_table_problem(table, marks, Rules())
    >>> audit(problem, marks.primary, np.array([False, False, True])).passed
    True
    >>> [failure.kind for failure in audit(problem, marks.primary, np.array([False, True, True])).failures]
    ['low', 'high']
    """
    outcome = attack_as_every_reader(problem, published, tiers)
    hidden = ~published[: problem.cells]
    return Audit(int(hidden.sum()), int((hidden & primary).sum()), outcome.programs, outcome.failures)


def attack_as_every_reader(
    problem: Problem,
    published: Flags,
    tiers: Sequence[Sequence[Positions]] = (),
    failures_of: Callable[[Attack], Iterable[Failure]] = Attack.unproved,
) -> Outcome:
    """Attack a pattern as each reader in turn; what one finds possible is tried for the next.

    Parameters
    ----------
    problem, published, tiers
        As for `audit`.
    failures_of
        What of an attack counts as failed.

    Returns
    -------
    Outcome

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> problem = single_table_problem(table, mark(table, Rules()), Rules())
    >>> [failure.kind for failure in attack_as_every_reader(problem, np.array([False, True, True])).failures]
    ['low', 'high']
    """
    failures: list[Failure] = []
    programs = 0
    worlds: tuple[World, ...] = ()
    for reader in problem.readers:
        attack = Attack(problem, reader, published, tiers)
        for world in worlds:
            attack.adopt(world)
        failures += failures_of(attack)
        programs += attack.solved
        worlds = attack.worlds
    return Outcome(tuple(failures), programs, worlds)
