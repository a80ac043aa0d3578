"""Possible worlds, and which requirements of a reader each of them proves."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analysis.disclosure.cube import Flags
from analysis.disclosure.linear.programs import TOLERANCE, Reals
from analysis.disclosure.linear.worlds import World
from analysis.disclosure.problem import Problem, Reader

#: What is required of a hidden cell: as in `analysis.disclosure.linear.worlds.Failure`.
KINDS = ("low", "high", "spread")

#: A requirement that fractions of people exceed by so much is met by whole ones too.
STURDY = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """A possible world with what it proves, by kind and cell: `met` by it, and `sturdy` with whole people too.

    Parameters
    ----------
    world
        The world.
    met, sturdy
        Shape (kinds, cells).

    Examples
    --------
    >>> nothing = np.zeros((3, 1), dtype=np.bool_)
    >>> Proof(World(np.zeros(1), np.zeros(1)), nothing, nothing).met.any()
    np.False_
    """

    world: World = field(repr=False)
    met: Flags = field(repr=False)
    sturdy: Flags = field(repr=False)


class Proofs:
    """What the worlds found so far prove of the cells of a problem.

    Parameters
    ----------
    problem
        The cells, figures and readers.
    reader
        Whose requirements they are.
    every
        Whether every world is kept; without it one that proves nothing new is not.

    Examples
    --------
    A 3 and a 20 of which the sum alone is published: the 3 must seem able to be 5, and to be 2.

    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> problem = single_table_problem(table, mark(table, Rules()), Rules())
    >>> proofs = Proofs(problem, problem.readers[0], every=False)
    >>> proofs.add(World(np.array([5.5, 17.5]), np.array([5.5, 17.5, 23.0])))
    >>> proofs.proved["high"].tolist(), proofs.sturdy["high"].tolist()
    ([True, True, True], [False, True, True])
    >>> proofs.holds("high", 0), proofs.holds("high", 0, whole=True)
    (True, False)
    >>> before = proofs.kept
    >>> proofs.drop_all_but(0, 3, 3)
    >>> proofs.proved["high"].tolist(), len(proofs.kept)
    ([False, True, True], 0)
    >>> proofs.restore(before)
    >>> proofs.proved["high"].tolist()
    [True, True, True]
    """

    def __init__(self, problem: Problem, reader: Reader, every: bool) -> None:
        """Begin with the true counts as the only world."""
        self._problem, self._reader, self._every = problem, reader, every
        self._true = self._met(problem.counts, 0.0)
        self._met_by, self._sturdy_by = (np.zeros(self._true.shape, np.int32) for _ in range(2))
        self._kept: list[Proof] = []
        self._proved, self._sturdy = self._true.copy(), self._true.copy()

    @property
    def kept(self) -> tuple[Proof, ...]:
        """The worlds found so far that are still possible."""
        return tuple(self._kept)

    @property
    def proved(self) -> dict[str, Flags]:
        """By kind the cells of which a requirement is met, hidden or not."""
        return dict(zip(KINDS, self._proved, strict=True))

    @property
    def sturdy(self) -> dict[str, Flags]:
        """By kind the cells of which it is met by whole people, or exceeded by a whole one."""
        return dict(zip(KINDS, self._sturdy, strict=True))

    def holds(self, kind: str, cell: int, whole: bool = False) -> bool:
        """Whether a requirement of one cell is met.

        Parameters
        ----------
        kind, cell
            Which.
        whole
            With whole people too.

        Returns
        -------
        bool
        """
        met = self._sturdy if whole else self._proved
        return bool(met[KINDS.index(kind), cell])

    def add(self, world: World) -> None:
        """Take note of a possible world.

        Parameters
        ----------
        world
            It agrees with all that is published.
        """
        sums = world.sums[: self._problem.cells]
        met = self._met(sums, 0.0)
        whole = np.abs(world.inner - np.rint(world.inner)).max(initial=0) <= TOLERANCE
        sturdy = met if whole else self._met(sums, STURDY)
        if self._every or (met & ~self._proved).any() or (sturdy & ~self._sturdy).any():
            self._take(Proof(world, met, sturdy))

    def _take(self, proof: Proof) -> None:
        self._kept.append(proof)
        self._met_by += proof.met
        self._sturdy_by += proof.sturdy
        self._proved |= proof.met
        self._sturdy |= proof.sturdy

    def drop_all_but(self, sum_: int, low: float, high: float) -> None:
        """Drop the worlds in which a sum is not between limits.

        Parameters
        ----------
        sum_
            Number of a cell or figure.
        low, high
            Its limits.
        """
        self._drop(
            proof for proof in self._kept if not low - TOLERANCE <= proof.world.sums[sum_] <= high + TOLERANCE
        )

    def _drop(self, dropped: Iterable[Proof]) -> None:
        gone = {id(proof): proof for proof in dropped}
        if not gone:
            return
        self._kept = [proof for proof in self._kept if id(proof) not in gone]
        for proof in gone.values():
            self._met_by -= proof.met
            self._sturdy_by -= proof.sturdy
        self._proved = self._true | (self._met_by > 0)
        self._sturdy = self._true | (self._sturdy_by > 0)

    def restore(self, kept: Iterable[Proof]) -> None:
        """Go back to the worlds of before.

        Parameters
        ----------
        kept
            What was kept then; they are possible again.
        """
        before = list(kept)
        wanted, present = {id(proof) for proof in before}, {id(proof) for proof in self._kept}
        self._drop([proof for proof in self._kept if id(proof) not in wanted])
        for proof in before:
            if id(proof) not in present:
                self._take(proof)
        self._kept = before

    def _met(self, sums: Reals, more: float) -> npt.NDArray[np.bool_]:
        """By kind the cells of which the requirement is met, and by how much more, by a world with these sums."""
        counts, reader = self._problem.counts, self._reader
        return np.stack(
            [
                np.minimum(sums, counts) <= reader.low - more + TOLERANCE,
                np.maximum(sums, counts) >= reader.high + more - TOLERANCE,
                ~reader.spread | (np.abs(sums - counts) >= 1 + more - TOLERANCE),
            ]
        )
