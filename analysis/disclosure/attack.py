"""The attacker: what a reader can conclude about hidden cells, by linear programs.

The attacker knows that counts are zero or more, every published sum, the
rounding limits of published figures, and whatever the `Reader` knows besides.
The smallest and largest count a cell can have under all that are the optima of
two linear programs (HiGHS).  Every solution met on the way is a possible world
and vouches for all cells at once, so that most programs need not be solved.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from analysis.disclosure.problem import Problem, Reader, Reals
from analysis.tables import Flags

TOLERANCE = 1e-6
DUAL_SIMPLEX = 1
PRIMAL_SIMPLEX = 4


class ContradictionError(ValueError):
    """The published figures cannot all be true."""


@dataclass(frozen=True, slots=True)
class World:
    """Inner counts that agree with everything published, and the sums they give."""

    inner: Reals = field(repr=False)
    sums: Reals = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """A hidden cell about which a reader learns too much.

    `kind` is ``high`` (seen to be small), ``low`` (seen not to be smaller)
    or ``spread`` (seen exactly).
    """

    cell: int
    reader: str
    kind: str


@dataclass(frozen=True, slots=True)
class Audit:
    """The outcome of an attack on all hidden cells.

    Parameters
    ----------
    hidden
        Number of hidden cells.
    primary
        Number of them that are hidden for themselves.
    programs
        Number of linear programs solved.
    failures
        Cells that are not safe; empty when the attack failed everywhere.
    """

    hidden: int
    primary: int
    programs: int
    failures: tuple[Failure, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether no hidden cell is at risk."""
        return not self.failures


class Programs:
    """One linear program kept between solutions, its published rows switched on and off."""

    def __init__(self, matrix: Any, low: Reals, high: Reals, ceiling: float, strategy: int) -> None:
        """Set up unknown counts between zero and a ceiling, and rows with limits."""
        self.solved = 0
        self._size = matrix.shape[1]
        self._highs = _highs(strategy)
        self._highs.passModel(_model(matrix, low, high, ceiling))
        self._objective = np.zeros(0, dtype=np.int32)

    def limit(self, row: int, low: float, high: float) -> None:
        """Set the limits of a row."""
        self._highs.changeRowBounds(row, low, high)

    def extreme(self, columns: npt.NDArray[np.int32], factors: Reals) -> Reals:
        """The possible world in which a sum is largest.

        Raises
        ------
        ContradictionError
            If no world is possible.
        """
        self._highs.changeColsCost(len(self._objective), self._objective, np.zeros(len(self._objective)))
        self._highs.changeColsCost(len(columns), columns, factors)
        self._objective = columns
        self.solved += 1
        return np.array(_solution(self._highs)[: self._size])


def _highs(strategy: int) -> Any:
    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("presolve", "off")
    highs.setOptionValue("simplex_strategy", strategy)
    return highs


def _model(matrix: Any, low: Reals, high: Reals, ceiling: float) -> Any:
    rows, columns = matrix.shape
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, rows
    model.col_cost_ = np.zeros(columns)
    model.col_lower_, model.col_upper_ = np.zeros(columns), np.full(columns, ceiling)
    model.row_lower_, model.row_upper_ = low, high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data.astype(np.float64)
    model.sense_ = highspy.ObjSense.kMaximize
    return model


def _solution(highs: Any) -> Any:
    for _ in range(2):
        highs.run()
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return highs.getSolution().col_value
        highs.clearSolver()
    if status == highspy.HighsModelStatus.kInfeasible:
        raise ContradictionError("The published figures contradict each other.")
    raise RuntimeError(f"The linear program ended as {highs.modelStatusToString(status)}.")


class Attack:
    """One reader's attack on one problem, continued while the pattern changes.

    What was published may be hidden again and the reverse; possible worlds
    found before are kept as long as they agree with what is published.
    """

    def __init__(self, problem: Problem, reader: Reader, published: Flags) -> None:
        """Begin with the true counts as the only world."""
        self.problem, self.reader = problem, reader
        self._rows = np.flatnonzero(problem.shown | _padded(reader.known, problem))
        self._row_of = {int(cell): row for row, cell in enumerate(self._rows)}
        self.published = published.copy()
        on = (published | _padded(reader.known, problem))[self._rows]
        low = np.where(on, problem.low[self._rows], -np.inf)
        high = np.where(on, problem.high[self._rows], np.inf)
        ceiling = float(problem.counts.max(initial=0) * 2 + reader.high.max(initial=0) + 100)
        self.programs = Programs(problem.matrix[self._rows], low, high, ceiling, DUAL_SIMPLEX)
        self.cells = problem.matrix[: problem.cells]
        self._worlds: list[World] = []
        self._proved = self._proofs([])

    def publish(self, sum_: int) -> None:
        """Publish a cell or figure: worlds that disagree with it are dropped."""
        self.published[sum_] = True
        low, high = self.problem.low[sum_], self.problem.high[sum_]
        self.programs.limit(self._row_of[sum_], low, high)
        self.restore(
            world for world in self._worlds if low - TOLERANCE <= world.sums[sum_] <= high + TOLERANCE
        )

    def hide(self, sum_: int) -> None:
        """Hide a cell or figure; every world found so far stays possible."""
        self.published[sum_] = False
        if not _padded(self.reader.known, self.problem)[sum_]:
            self.programs.limit(self._row_of[sum_], -np.inf, np.inf)

    def restore(self, worlds: Iterable[World]) -> None:
        """Forget all possible worlds but these."""
        self._worlds = list(worlds)
        self._proved = self._proofs(self._worlds)

    def learn(self, inner: Reals) -> None:
        """Add a possible world, given its inner counts."""
        self.adopt(World(inner, self.problem.matrix @ inner))

    def adopt(self, world: World) -> None:
        """Add a possible world that another attack found."""
        self._worlds.append(world)
        for kind, proof in self._proofs([world]).items():
            self._proved[kind] |= proof

    @property
    def worlds(self) -> tuple[World, ...]:
        """The possible worlds found so far that are still possible."""
        return tuple(self._worlds)

    def unproved(self) -> Iterator[Failure]:
        """Search a world for each requirement of a hidden cell; yield those without one."""
        for kind in ("low", "high", "spread"):
            for cell in np.flatnonzero(self._required(kind)):
                if self._open(kind, int(cell)) and not self._search(kind, int(cell)):
                    yield Failure(int(cell), self.reader.name, kind)

    def holds(self, failure: Failure) -> bool:
        """Whether a requirement is met under the present pattern."""
        if not self._open(failure.kind, failure.cell):
            return True
        return self._search(failure.kind, failure.cell)

    def _open(self, kind: str, cell: int) -> bool:
        return not self.published[cell] and not bool(self._proved[kind][cell])

    def _required(self, kind: str) -> Flags:
        return ~self.published[: self.problem.cells] & ~self._proved[kind]

    def _search(self, kind: str, cell: int) -> bool:
        row = self.cells[[cell]]
        signs = {"high": (1.0,), "low": (-1.0,), "spread": (1.0, -1.0)}[kind]
        for sign in signs:
            self.learn(self.programs.extreme(row.indices.astype(np.int32), sign * row.data))
            if self._proved[kind][cell]:
                return True
        return False

    def _proofs(self, worlds: list[World]) -> dict[str, Flags]:
        counts, reader = self.problem.counts, self.reader
        largest = smallest = counts
        if worlds:
            values = np.array([world.sums[: self.problem.cells] for world in worlds])
            largest = np.maximum(counts, values.max(axis=0))
            smallest = np.minimum(counts, values.min(axis=0))
        apart = np.maximum(largest - counts, counts - smallest)
        return {
            "high": largest >= reader.high - TOLERANCE,
            "low": smallest <= reader.low + TOLERANCE,
            "spread": ~reader.spread | (apart >= 1 - TOLERANCE),
        }


def _padded(flags: Flags, problem: Problem) -> Flags:
    extra = len(problem.low) - problem.cells
    return np.concatenate([flags, np.zeros(extra, dtype=np.bool_)])


def audit(problem: Problem, primary: Flags, published: Flags) -> Audit:
    """Attack a pattern of published cells and figures as every reader.

    Parameters
    ----------
    problem
        The cells, figures and readers.
    primary
        Cells that are hidden for themselves.
    published
        Flags of cells and figures that are published.

    Returns
    -------
    Audit
        Its failures are empty only if every requirement of every reader is
        shown to be met by a possible world.

    Notes
    -----
    A linear program allows fractions of people, so its range can only be
    wider than the one of whole numbers; on the cells where both were
    computed they were the same.
    """
    failures: list[Failure] = []
    programs = 0
    worlds: tuple[World, ...] = ()
    for reader in problem.readers:
        attack = Attack(problem, reader, published)
        for world in worlds:
            attack.adopt(world)
        failures += attack.unproved()
        programs += attack.programs.solved
        worlds = attack.worlds
    hidden = ~published[: problem.cells]
    return Audit(int(hidden.sum()), int((hidden & primary).sum()), programs, tuple(failures))
