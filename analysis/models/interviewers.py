"""How alike the interviews of one worker are, and what that makes of an interval: the interviewer's part of the error.

Interviews of one worker resemble each other: the worker's manner, the village of that day, whom one finds at home. The
*intra-interviewer correlation* is the share of the variance inside a cell that is between workers. It is estimated
once per question, from pairs of interviews; its effect on a figure follows from how many interviews of *that figure*
each worker brought.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analysis.columns import Codes, Floats, float_if_scalar
from analysis.intervals import critical_value

#: Where a correlation comes from, the best first.
MEASURED: Final = "this round"
EARLIER: Final = "an earlier round"
OTHERS: Final = "other questions"
PLANNED: Final = "planning value"

#: So many measured questions make a mean that another may borrow.
LEAST_OTHERS: Final = 3
#: No interval has fewer degrees of freedom.
LEAST_DF: Final = 2.0


@dataclass(frozen=True, slots=True)
class Correlation:
    """An intra-interviewer correlation.

    Attributes
    ----------
    rho : float
        Share of the variance that is between workers, 0 to 1.
    error : float
        Its standard error.
    source : str
        `MEASURED`, `EARLIER`, `OTHERS` or `PLANNED`.

    Examples
    --------
    >>> PLANNING_VALUE.rho, PLANNING_VALUE.source
    (0.08, 'planning value')
    """

    rho: float
    error: float
    source: str = MEASURED


#: What plans assume where nothing is known, and how uncertain that is.
PLANNING_VALUE: Final = Correlation(0.08, 0.08, PLANNED)


@dataclass(frozen=True, slots=True)
class PairSums:
    """What pairs of interviews of the same cell say, by cell.

    Attributes
    ----------
    same, apart : ndarray of float, shape (cells,)
        Pairs of two interviews of one worker, and of two workers.
    same_squares, apart_squares : ndarray of float, shape (cells,)
        Squared differences of the answers, summed over these pairs; for several answers to one question summed
        over the answers too.
    workers : ndarray of int, shape (cells,)
        Workers with an interview.
    interviews : ndarray of int, shape (cells,)

    Examples
    --------
    Two workers with two interviews each, who heard yes twice and never.

    >>> sums = pair_sums(np.array([0, 0]), [2, 2], [2, 0], [2, 0], 1)
    >>> sums.same.tolist(), sums.apart.tolist(), sums.apart_squares.tolist(), sums.workers.tolist()
    ([2.0], [4.0], [4.0], [2])
    """

    same: Floats
    apart: Floats
    same_squares: Floats
    apart_squares: Floats
    workers: Codes
    interviews: Codes


def pair_sums(cell: Codes, n: ArrayLike, total: ArrayLike, squares: ArrayLike, cells: int) -> PairSums:
    """Compare all pairs of interviews of a cell, from sums by cell and worker.

    Parameters
    ----------
    cell : ndarray of int, shape (k,)
        Cell of each pair of cell and worker, 0 to ``cells - 1``; a pair occurs once.
    n : array_like of int, shape (k,)
        Interviews with an answer.
    total, squares : array_like of float, shape (k,) or (answers, k)
        Sums of the answers and of their squares; for a share both are the number that gave it.
    cells : int

    Returns
    -------
    PairSums

    Raises
    ------
    ValueError
        If the shapes do not agree.

    Notes
    -----
    The sums that go in add over any split of the interviews; pairs do not, so merge first.

    Examples
    --------
    Two workers with three interviews each in one cell; the first heard three times yes, the second once:

    >>> sums = pair_sums(np.array([0, 0]), [3, 3], [3, 1], [3, 1], 1)
    >>> int(sums.same[0]), int(sums.apart[0]), int(sums.same_squares[0]), int(sums.apart_squares[0])
    (6, 9, 2, 6)
    """
    m = np.asarray(n, np.float64)
    y, yy = np.atleast_2d(np.asarray(total, np.float64)), np.atleast_2d(np.asarray(squares, np.float64))
    if m.shape != cell.shape or y.shape != yy.shape or y.shape[1:] != m.shape:
        raise ValueError("cells, numbers and sums must be of the same pairs of cell and worker")

    def by_cell(values: Floats) -> Floats:
        return np.asarray(np.bincount(cell, values, cells), np.float64)

    # Over all pairs of n values the squared differences add up to n Σy² − (Σy)².
    size = by_cell(m)
    inside = by_cell((m * yy - y**2).sum(axis=0))
    every = sum((size * by_cell(b) - by_cell(a) ** 2 for a, b in zip(y, yy, strict=True)), np.zeros(cells))
    same = by_cell(m * (m - 1) / 2)
    counted = np.rint(size).astype(np.int64)
    workers = np.bincount(cell, m > 0, cells).astype(np.int64)
    return PairSums(same, size * (size - 1) / 2 - same, inside, every - inside, workers, counted)


def correlation(sums: PairSums, part: ArrayLike) -> Correlation | None:
    """Estimate the intra-interviewer correlation of one question.

    Parameters
    ----------
    sums : PairSums
        By cell, such as district and group; cells are compared within themselves alone.
    part : array_like, shape (cells,)
        What each cell belongs to, such as its district: parts are taken as independent of each other.

    Returns
    -------
    Correlation or None
        None where no cell has pairs of both kinds, or all answers are the same.

    Notes
    -----
    With B and W half the mean squared difference of pairs of two workers and of one, and d and s their numbers,
    ρ = Σω(B − W) / ΣωB over cells, ω = ds/(d + s), no less than 0. In one cell of workers with equal numbers this is
    the intraclass correlation of the one-way analysis of variance.
    The variance is the larger of the jackknife over parts and
    2 (1 − ρ)² (1 + (m − 1)ρ)² / (m (m − 1) a), with a = Σ(workers − 1) and m the analysis of variance's mean number
    of interviews: a few parts can agree by chance, and workers who meet several cells make the latter too small.

    References
    ----------
    Kish, L. (1962), JASA 57, 92-115. Fisher, R. A. (1925), Statistical Methods for Research Workers, section 39, and
    Donner, A. and Eliasziw, M. (1987), Statistics in Medicine 6, 441-448, for the variance.

    Examples
    --------
    >>> sums = pair_sums(np.array([0, 0]), [20, 20], [14, 8], [14, 8], 1)
    >>> found = correlation(sums, ["swat"])
    >>> round(found.rho, 3), round(found.error, 3)
    (0.123, 0.212)
    """
    used = (sums.same > 0) & (sums.apart > 0)
    same, apart = sums.same[used], sums.apart[used]
    between, within = sums.apart_squares[used] / apart / 2, sums.same_squares[used] / same / 2
    weight = apart * same / (apart + same)
    above, below = weight * (between - within), weight * between
    if not below.sum() > 0:
        return None
    rho = min(max(float(above.sum() / below.sum()), 0.0), 1.0)
    by_part = np.unique(np.asarray(part)[used], return_inverse=True)[1]
    jackknife = _jackknife(*(np.asarray(np.bincount(by_part, one), np.float64) for one in (above, below)))
    return Correlation(rho, max(jackknife, _of_normal_answers(rho, sums, used)) ** 0.5)


def _jackknife(above: Floats, below: Floats) -> float:
    """Variance of a ratio of sums over parts, each left out in turn."""
    left = below.sum() - below
    if len(above) < 2 or not (left > 0).all():
        return 0.0
    without = (above.sum() - above) / left
    return float((len(above) - 1) * without.var())


def _of_normal_answers(rho: float, sums: PairSums, used: Any) -> float:
    """Fisher's large-sample variance, for teams of different sizes with their mean number in its place."""
    workers, n = sums.workers[used].astype(np.float64), sums.interviews[used].astype(np.float64)
    freedom = float((workers - 1).sum())
    # Σm² of a cell is twice its pairs of one worker and its interviews once.
    m = max(float((n - (2 * sums.same[used] + n) / n).sum()) / freedom, 1.0 + 1e-9)
    return 2 * (1 - rho) ** 2 * (1 + (m - 1) * rho) ** 2 / (m * (m - 1) * freedom)


def best_known(
    own: Correlation | None, earlier: Correlation | None, others: Sequence[Correlation]
) -> Correlation:
    """Choose the best correlation that there is for a question; that interviews are independent is never assumed.

    Parameters
    ----------
    own : Correlation or None
        As measured in this round, in any groups: those that one worker each met borrow it.
    earlier : Correlation or None
        Of the same question as measured in an earlier round.
    others : sequence of Correlation
        Those of the round's measured questions.

    Returns
    -------
    Correlation
        The first of: `own`; `earlier`; the plain mean of `others` with their standard deviation as its error, where
        there are `LEAST_OTHERS`; `PLANNING_VALUE`. Its `source` says which.

    Notes
    -----
    The mean is plain: weights of one over the variance would favour small correlations, whose variance is small.

    Examples
    --------
    >>> best_known(None, None, [])
    Correlation(rho=0.08, error=0.08, source='planning value')
    """
    if own is not None:
        return own
    if earlier is not None:
        return Correlation(earlier.rho, earlier.error, EARLIER)
    if len(others) < LEAST_OTHERS:
        return PLANNING_VALUE
    found = np.array([one.rho for one in others])
    return Correlation(float(found.mean()), float(found.std(ddof=1)), OTHERS)


def interviews_seen(loads: ArrayLike, coefficient: ArrayLike | None = None) -> Any:
    """Return how many interviews of its own worker an interview of a figure sees: the m of a design effect.

    Parameters
    ----------
    loads : array_like of int, shape (..., workers, cells)
        Interviews of each worker in each cell of the figure.
    coefficient : array_like of float, shape (..., cells), optional
        What one interview of a cell weighs in the figure, times the standard deviation of its answers. All the same
        where left out, as in a plain count over cells. A negative one is of a cell that is taken off.

    Returns
    -------
    float or ndarray
        Σ_w (Σ_c m_wc c_c)² / Σ_c n_c c_c², which is Σm²/Σm for a plain count; at least 1, and 1 without an
        interview. A worker's interviews that are added and taken off count apart: shared workers widen a sum, and are
        never taken to narrow a difference.

    Examples
    --------
    One worker with 30 interviews and one with 10; and the equal mean of two groups whom both workers met:

    >>> interviews_seen([[30], [10]])
    25.0
    >>> interviews_seen([[20, 20], [20, 20]], [0.5, 0.5])
    40.0
    """
    m = np.asarray(loads, np.float64)
    c = np.ones(m.shape[-1]) if coefficient is None else np.asarray(coefficient, np.float64)
    single = (m.sum(axis=-2) * c**2).sum(axis=-1)
    joined = sum(
        ((m * np.clip(sign * c, 0, None)[..., np.newaxis, :]).sum(axis=-1) ** 2).sum(axis=-1)
        for sign in (1, -1)
    )
    seen = np.where(single > 0, joined / np.where(single > 0, single, 1.0), 1.0)
    return float_if_scalar(np.maximum(seen, 1.0))


def design_effect(seen: ArrayLike, known: Correlation) -> tuple[Any, Any]:
    """Return the design effect of a figure and its degrees of freedom.

    Parameters
    ----------
    seen : array_like of float
        `interviews_seen` of the figure, at least 1.
    known : Correlation

    Returns
    -------
    tuple of float or ndarray
        1 + (seen − 1) ρ, and the degrees of freedom that its own error leaves (Satterthwaite):
        2 deff² / ((seen − 1)² Var ρ), at least `LEAST_DF`; infinite where no worker brought two interviews.

    References
    ----------
    Kish, L. (1965), Survey Sampling, section 5.4. Satterthwaite, F. E. (1946), Biometrics Bulletin 2, 110-114.

    Examples
    --------
    >>> effect, df = design_effect(21.0, Correlation(0.05, 0.02))
    >>> round(effect, 2), round(df, 1)
    (2.0, 50.0)
    """
    more = np.asarray(seen, np.float64) - 1
    effect = 1 + more * known.rho
    spread = (more * known.error) ** 2
    with np.errstate(divide="ignore"):
        df = np.where(spread > 0, 2 * effect**2 / np.where(spread > 0, spread, 1.0), np.inf)
    return float_if_scalar(effect), float_if_scalar(np.maximum(df, LEAST_DF))


def joint_df(variance: ArrayLike, df: ArrayLike) -> Any:
    """Return the degrees of freedom of a sum or difference of independent figures, along the last axis.

    Parameters
    ----------
    variance, df : array_like of float, shape (..., k)

    Returns
    -------
    float or ndarray, shape (...)
        (ΣV)² / Σ(V²/df), infinite where there is no variance.

    References
    ----------
    Satterthwaite, F. E. (1946), Biometrics Bulletin 2, 110-114; Welch, B. L. (1947), Biometrika 34, 28-35.

    Examples
    --------
    >>> joint_df([4.0, 4.0], [10.0, 10.0])
    20.0
    """
    v = np.asarray(variance, np.float64)
    below = (v**2 / np.asarray(df, np.float64)).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float_if_scalar(np.where(below > 0, v.sum(axis=-1) ** 2 / below, np.inf))


def detectable_difference(
    interviews: ArrayLike, effect: ArrayLike, df: ArrayLike = np.inf, power: float = 0.8, level: float = 0.95
) -> Any:
    """Return the difference of two shares near one half that a comparison of two equal rounds finds.

    Parameters
    ----------
    interviews : array_like of float
        Interviews of the figure in each round.
    effect, df : array_like of float
        Its `design_effect` and the degrees of freedom of that.
    power : float
        How often a true difference of that size is found.
    level : float
        Confidence level of the interval that must exclude zero.

    Returns
    -------
    float or ndarray
        (t + z) √(2 · effect / (4 n)), a share; infinite without an interview. Many comparisons looked at together
        find less.

    References
    ----------
    Fleiss, J. L. (1981), Statistical Methods for Rates and Proportions, 2nd edition, section 3.2.

    Examples
    --------
    >>> round(detectable_difference(120, 2.52), 3)
    0.287
    """
    n = np.asarray(interviews, np.float64)
    factor = np.asarray(critical_value(level, df)) + special.ndtri(power)
    with np.errstate(divide="ignore"):
        return float_if_scalar(factor * np.sqrt(np.asarray(effect) / (2 * n)))
