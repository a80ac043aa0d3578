"""Linear programs over unknown counts (HiGHS), kept between solutions."""

from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

Reals = npt.NDArray[np.float64]

TOLERANCE = 1e-6
DUAL_SIMPLEX = 1
PRIMAL_SIMPLEX = 4


class ContradictionError(ValueError):
    """The published figures cannot all be true.

    Examples
    --------
    >>> from scipy import sparse
    >>> both = sparse.csr_array(np.array([[1.0], [1.0]]))
    >>> programs = Programs(both, np.array([3.0, 4.0]), np.array([3.0, 4.0]), 10.0, DUAL_SIMPLEX)
    >>> programs.extreme(np.array([0], dtype=np.int32), np.ones(1))
    Traceback (most recent call last):
        ...
    analysis.disclosure.linear.programs.ContradictionError: The published figures contradict each other.
    """


class Programs:
    """One linear program kept between solutions, its published rows switched on and off.

    Parameters
    ----------
    matrix
        Sparse factors, shape (rows, unknown counts).
    low, high
        Limits of each row, infinite where there is none.
    ceiling
        Largest count that is thought of.
    strategy
        `DUAL_SIMPLEX` or `PRIMAL_SIMPLEX`.

    Raises
    ------
    ContradictionError
        When a world is asked for and none is possible.
    RuntimeError
        When a program ends without an answer.

    Examples
    --------
    Two counts that add up to 10, then to 4.

    >>> from scipy import sparse
    >>> sums, ten = sparse.csr_array(np.array([[1.0, 1.0]])), np.array([10.0])
    >>> programs = Programs(sums, ten, ten, 100.0, DUAL_SIMPLEX)
    >>> programs.extreme(np.array([0], dtype=np.int32), np.ones(1)).tolist()
    [10.0, 0.0]
    >>> programs.limit(0, 4.0, 4.0)
    >>> programs.extreme(np.array([1], dtype=np.int32), np.ones(1)).tolist()
    [0.0, 4.0]
    """

    def __init__(self, matrix: Any, low: Reals, high: Reals, ceiling: float, strategy: int) -> None:
        """Set up unknown counts between zero and a ceiling, and rows with limits."""
        self.solved = 0
        self._size = matrix.shape[1]
        self._highs = _highs(strategy)
        self._highs.passModel(_model(matrix, low, high, ceiling))
        self._objective = np.zeros(0, dtype=np.int32)

    def limit(self, row: int, low: float, high: float) -> None:
        """Set the limits of a row.

        Parameters
        ----------
        row
            Its place.
        low, high
            Its limits from now on.
        """
        self._highs.changeRowBounds(row, low, high)

    def extreme(self, columns: npt.NDArray[np.int32], factors: Reals) -> Reals:
        """The possible world in which a sum is largest.

        Parameters
        ----------
        columns
            Places of the counts that are summed.
        factors
            Of each of them.

        Returns
        -------
        numpy.ndarray
            Shape (unknown counts,); fractions of people may be in it.

        Raises
        ------
        ContradictionError
            If no world is possible.
        RuntimeError
            If the program ends without an answer.
        """
        self._highs.changeColsCost(len(self._objective), self._objective, np.zeros(len(self._objective)))
        self._highs.changeColsCost(len(columns), columns, factors)
        self._objective = columns
        self.solved += 1
        return np.array(_solution(self._highs)[: self._size])


def ends_of_sums(programs: Programs, sums: Any) -> tuple[Reals, Reals]:
    """The smallest and the largest value of each sum in any possible world.

    Parameters
    ----------
    programs
        What is known of the counts.
    sums
        Sparse factors, shape (sums, unknown counts).

    Returns
    -------
    low, high : numpy.ndarray
        Shape (sums,).

    Examples
    --------
    >>> from scipy import sparse
    >>> ten = np.array([10.0])
    >>> programs = Programs(sparse.csr_array(np.array([[1.0, 1.0]])), ten, ten, 100.0, DUAL_SIMPLEX)
    >>> low, high = ends_of_sums(programs, sparse.csr_array(np.array([[1.0, 0.0], [1.0, 1.0]])))
    >>> (low + 0).tolist(), high.tolist()
    ([0.0, 10.0], [10.0, 10.0])
    """
    low, high = np.zeros(sums.shape[0]), np.zeros(sums.shape[0])
    for sign, ends in ((-1.0, low), (1.0, high)):
        for place in range(len(ends)):
            row = sums[[place]]
            world = programs.extreme(row.indices.astype(np.int32), sign * row.data)
            ends[place] = (row @ world)[0]
    return low, high


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


def closest_solution(matrix: Any, low: Reals, high: Reals, truth: Reals) -> Reals | None:
    """The counts within limits that differ least from the true ones, by the sum of absolute differences.

    Parameters
    ----------
    matrix, low, high
        As for `Programs`.
    truth
        True counts, shape (unknown counts,).

    Returns
    -------
    numpy.ndarray or None
        Shape (unknown counts,); None if nothing is within the limits.

    Raises
    ------
    RuntimeError
        If the program ends without an answer.

    Examples
    --------
    Of 3 and 20 with a sum of 23 the first is to be 5.

    >>> from scipy import sparse
    >>> rows = sparse.csr_array(np.array([[1.0, 1.0], [1.0, 0.0]]))
    >>> closest_solution(rows, np.array([23.0, 5.0]), np.array([23.0, np.inf]), np.array([3.0, 20.0])).tolist()
    [5.0, 18.0]
    """
    matters = np.isfinite(low) | np.isfinite(high)
    beside = (matrix @ truth)[matters]
    # One unknown for each count that grows and one for each that falls, which it can to zero.
    changes = sparse.csr_array(sparse.hstack([matrix[matters], -matrix[matters]]))
    model = _model(changes, low[matters] - beside, high[matters] - beside, np.inf)
    model.col_upper_ = np.concatenate([np.full(len(truth), np.inf), truth])
    model.col_cost_ = np.full(2 * len(truth), -1.0)
    highs = _highs(DUAL_SIMPLEX)
    highs.passModel(model)
    try:
        more, less = np.split(np.array(_solution(highs)), 2)
    except ContradictionError:
        return None
    closest: Reals = truth + more - less
    return closest


def whole_solution(
    matrix: Any, low: Reals, high: Reals, ceiling: float, nodes: int
) -> tuple[Reals | None, int]:
    """Whole numbers of people within limits; None if there are none, or none was found within so many nodes.

    Nodes and not seconds, so that a busy machine comes to the same result.

    Parameters
    ----------
    matrix, low, high, ceiling
        As for `Programs`.
    nodes
        How many nodes of the search may be opened.

    Returns
    -------
    found : numpy.ndarray or None
        Shape (unknown counts,), whole numbers.
    opened : int
        How many nodes were opened.

    Examples
    --------
    2a + 3b = 9 with a of 1 or more: whole people can only be 3 and 1.

    >>> from scipy import sparse
    >>> rows = sparse.csr_array(np.array([[2.0, 3.0], [1.0, 0.0]]))
    >>> whole_solution(rows, np.array([9.0, 1.0]), np.array([9.0, np.inf]), 100.0, 1000)[0].tolist()
    [3.0, 1.0]
    """
    model = _model(matrix, low, high, ceiling)
    model.integrality_ = [highspy.HighsVarType.kInteger] * matrix.shape[1]
    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_max_nodes", nodes)
    highs.passModel(model)
    highs.run()
    opened = max(0, int(highs.getInfo().mip_node_count))
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None, opened
    found: Reals = np.rint(np.array(highs.getSolution().col_value))
    return found, opened


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
