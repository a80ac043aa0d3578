"""Small areas that agree with a known total, by one ratio or one difference for all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from analysis.columns import DesignError
from analysis.estimation.results import with_note
from analysis.models.small_areas import SmallAreas

#: How estimates are made to agree with a total.
BENCHMARKS = ("ratio", "difference")

AS_BEFORE = "benchmarked; the error is that of before"


def benchmark(areas: SmallAreas, sizes: ArrayLike, total: float, how: str = "ratio") -> SmallAreas:
    """Make estimates agree with a known total.

    Parameters
    ----------
    areas : SmallAreas
    sizes : array_like of float, shape (m,)
        What each area counts in the total, such as its people; for a known mean, its share of them.
    total : float
        What the estimates times the sizes have to add up to.
    how : str
        "ratio" multiplies all estimates, "difference" adds the same to all.

    Returns
    -------
    SmallAreas
        With other estimates and the mean squared errors of before, as notes say.

    Raises
    ------
    DesignError
        If there is not one positive size per area, the total is not a number, a ratio is asked of estimates or a total
        that are not positive in sum, or the word for `how` is another.

    References
    ----------
    Rao, J. N. K. and Molina, I. (2015), Small Area Estimation, 2nd edition, section 6.4.6.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.models.small_areas import fay_herriot
    >>> found = fay_herriot(pd.DataFrame({"y": [1.0, 2.0, 6.0, 7.0], "v": 1.0}), "y", "v")
    >>> benchmark(found, [1, 1, 1, 1], 20, "difference").estimate.round(4).tolist()
    [2.3462, 3.2308, 6.7692, 7.6538]
    >>> benchmark(found, [1, 1, 1, 1], 20).estimate.round(4).tolist()
    [1.6827, 2.7885, 7.2115, 8.3173]
    """
    if how not in BENCHMARKS:
        raise DesignError(f"benchmark {how!r} is not one of {', '.join(BENCHMARKS)}")
    size = np.asarray(sizes, dtype=np.float64)
    if size.shape != areas.estimate.shape or not np.isfinite(size).all() or (size <= 0).any():
        raise DesignError(f"a benchmark needs {len(areas.estimate)} positive sizes, one per area")
    if not np.isfinite(total):
        raise DesignError("the total of a benchmark has to be a number")
    now = float(size @ areas.estimate)
    if how == "ratio" and not (now > 0 and total > 0):
        raise DesignError(
            "a ratio needs a positive total and estimates with a positive sum: take the difference"
        )
    estimate = (
        areas.estimate * (total / now) if how == "ratio" else areas.estimate + (total - now) / size.sum()
    )
    return replace(areas, estimate=estimate, notes=with_note(areas.notes, True, AS_BEFORE))
