"""The attacker: what a reader can conclude about hidden cells, by linear programs.

The attacker knows that counts are zero or more, every published sum, the
rounding limits of published figures, and all that the `Reader` knows besides.
The smallest and largest count a cell can have under all that are the optima of
two linear programs (HiGHS).  Every solution met on the way is a possible world
and vouches for all cells at once, so that most programs need not be solved.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from scipy import sparse

from analysis.disclosure.cube import Flags
from analysis.disclosure.linear.effort import Effort
from analysis.disclosure.linear.neighbourhood import padded_flags
from analysis.disclosure.linear.proofs import KINDS, Proofs
from analysis.disclosure.linear.surroundings import Surroundings, Tiers
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
    >>> attack.is_safe(), list(attack.unconfirmed())
    (True, [])
    >>> attack.publish(1)  # the worlds that are left have the 20
    >>> all(world.inner[1] == 20 for world in attack.worlds)
    True
    >>> attack.hide(1)
    >>> attack.learn(np.array([6.0, 17.0]))
    >>> attack.adopt(World(np.array([2.0, 21.0]), np.array([2.0, 21.0, 23.0])))
    >>> attack.proofs.proved["high"].tolist(), attack.solved > 0
    ([True, True, True], True)
    """

    def __init__(
        self,
        problem: Problem,
        reader: Reader,
        published: Flags,
        tiers: Tiers = (),
        effort: Effort | None = None,
    ) -> None:
        """Begin with the true counts as the only world."""
        self.effort = effort or Effort()
        self.problem, self.reader = problem, reader
        self.published = published.copy()
        self.around = Surroundings(problem, reader, published, tiers)
        self.cells = problem.matrix[: problem.cells]
        alike = np.ones(problem.cells)
        # Any change will do where two counts are required: with other factors for each cell they do not balance out.
        self._weights = {"low": alike, "high": alike, "spread": np.sin(np.arange(problem.cells) + 1.0)}
        self.proofs = Proofs(problem, reader, every=not tiers)
        self._failed: dict[Failure, None] = {}

    @property
    def solved(self) -> int:
        """Number of linear programs solved so far."""
        return self.around.solved

    def publish(self, sum_: int) -> None:
        """Publish a cell or figure: worlds that disagree with it are dropped.

        Parameters
        ----------
        sum_
            Its number.
        """
        self.published[sum_] = True
        self.around.switch(sum_, True)
        low, high = self.problem.low[sum_], self.problem.high[sum_]
        self.proofs.drop_all_but(sum_, float(low), float(high))

    def hide(self, sum_: int) -> None:
        """Hide a cell or figure; every world found so far stays possible.

        Parameters
        ----------
        sum_
            Its number.
        """
        self.published[sum_] = False
        if not padded_flags(self.reader.known, self.problem)[sum_]:
            self.around.switch(sum_, False)

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
        self.proofs.add(world)

    @property
    def worlds(self) -> tuple[World, ...]:
        """The possible worlds found so far that are still possible."""
        return tuple(proof.world for proof in self.proofs.kept)

    def unproved(self) -> Iterator[Failure]:
        """Search a world for each requirement of a hidden cell; yield those without one.

        Yields
        ------
        Failure
        """
        yield from self._without_world(whole=False)

    def unconfirmed(self) -> Iterator[Failure]:
        """Search a world that meets each requirement with whole people too; yield those without one.

        A program finds it where it exceeds the requirement by a whole person, or happens to have no fractions.

        Yields
        ------
        Failure
        """
        yield from self._without_world(whole=True)

    def _without_world(self, whole: bool) -> Iterator[Failure]:
        for place, kind in enumerate(KINDS):
            self._search_together(kind, whole)
            unmet = np.flatnonzero(self._unmet(kind, whole))
            for number, cell in enumerate(unmet):
                self.effort.settle((place + number / len(unmet)) / len(KINDS))
                if self._open(kind, int(cell), whole) and not self._search(kind, int(cell), whole):
                    failure = Failure(int(cell), self.reader.name, kind)
                    self._failed[failure] = None
                    yield failure

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
        if not self._open(failure.kind, failure.cell, whole=False):
            return True
        return self._search(failure.kind, failure.cell, whole=False)

    def is_safe(self) -> bool:
        """Whether every requirement is met under the present pattern; those that failed before are tried first.

        Returns
        -------
        bool
        """
        return all(self.holds(failure) for failure in self._failed) and next(self.unproved(), None) is None

    def _open(self, kind: str, cell: int, whole: bool) -> bool:
        return not self.published[cell] and not self.proofs.holds(kind, cell, whole)

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

    def _unmet(self, kind: str, whole: bool) -> Flags:
        met = self.proofs.sturdy if whole else self.proofs.proved
        return self.required(kind) & ~met[kind]

    def _search_together(self, kind: str, whole: bool) -> None:
        """Move all cells of a small neighbourhood at once, as long as that proves some of them: it spares programs."""
        for near, inside in self.around.parts():
            unmet = inside & self._unmet(kind, whole)
            before = len(unmet) + 1
            while 1 < (number := int(unmet.sum())) < before:
                before = number
                row = sparse.csr_array(((unmet * self._weights[kind]) @ self.cells)[None, :])
                self.effort.spend(len(near.free))
                self.learn(near.extreme(row, SIGNS[kind][0]))
                unmet = inside & self._unmet(kind, whole)

    def _search(self, kind: str, cell: int, whole: bool) -> bool:
        row = self.cells[[cell]]
        for each in self.around.near(cell):
            for sign in SIGNS[kind]:
                self.effort.spend(len(each.free))
                self.learn(each.extreme(row, sign))
                if self.proofs.holds(kind, cell, whole):
                    return True
        return False


def audit(problem: Problem, primary: Flags, published: Flags, tiers: Tiers = ()) -> Audit:
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
    tiers: Tiers = (),
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
