"""Whether the terms of a model decide some answers, so that no finite coefficient fits best."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Codes, Floats

#: A chance this near to 1 for the answer given makes a look worth while.
NEARLY_SURE = 1e-10
#: What a direction must win, as a part of the largest coefficient, to be one.
WON = 1e-7


def separating_columns(matrix: Floats, code: Codes, levels: int) -> NDArray[np.int64]:
    """Return the columns along which the likelihood of ordered answers never stops growing.

    Parameters
    ----------
    matrix : ndarray of float, shape (rows, columns)
        The first column is the intercept.
    code : ndarray of int, shape (rows,)
        Answers 0 to `levels` - 1; each occurs.
    levels : int
        Two for a logistic model.

    Returns
    -------
    ndarray of int
        Places of the columns, none where finite coefficients fit best.

    Notes
    -----
    A linear program looks for a direction of slopes and thresholds in which no row's answer becomes less likely and
    one row's more so.

    References
    ----------
    Albert, A. and Anderson, J. A. (1984), Biometrika 71, 1-10; Konis, K. (2007), Linear programming algorithms for
    detecting separated data in binary logistic regression models, thesis, Oxford.

    Examples
    --------
    Everybody from 3 on said 1, nobody below.

    >>> matrix = np.column_stack([np.ones(4), [1.0, 2.0, 3.0, 4.0]])
    >>> separating_columns(matrix, np.array([0, 0, 1, 1]), 2).tolist()
    [1]
    >>> separating_columns(matrix, np.array([0, 1, 0, 1]), 2).tolist()
    []
    """
    from scipy.optimize import linprog

    slopes = matrix[:, 1:] / np.maximum(np.abs(matrix[:, 1:]).max(axis=0, initial=0.0), 1e-300)
    rows = np.unique(np.column_stack([code, slopes]), axis=0)
    given, slopes = rows[:, 0].astype(np.int64), rows[:, 1:]
    steps = np.eye(levels + 1)[:, 1:-1]
    above = np.column_stack([-slopes, steps[given + 1]])[given < levels - 1]
    below = -np.column_stack([-slopes, steps[given]])[given > 0]
    moved = np.vstack([above, below])
    found = linprog(
        -moved.sum(axis=0), A_ub=-moved, b_ub=np.zeros(len(moved)), bounds=(-1, 1), method="highs"
    )
    if found.x is None or (moved @ found.x).sum() <= WON * len(moved):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.abs(found.x[: slopes.shape[1]]) > WON) + 1
