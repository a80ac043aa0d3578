"""Figures and their errors from replicate weights: the same figure by each set of weights, and how far they differ."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Codes, Floats
from analysis.estimation.domains import Domains, Names, Where, domains_of, made_once
from analysis.estimation.limits import weighting_effect
from analysis.estimation.linearisation import Linear
from analysis.estimation.quantile_rules import distribution
from analysis.estimation.results import NO_POPULATION, ONE_CLUSTER, Asked, Estimates, figures
from analysis.replicate_weights import ReplicateSample

SAME_FIGURE = "not estimable: every set of replicate weights gives the same figure"
LOST_SETS = "{} of {} sets of replicate weights have nobody here and were left out"

#: A column of weights that is a combination of others but for this part of its length adds nothing to the rank.
RANK_TOLERANCE = 1e-5


def replicate_layout(sample: ReplicateSample, by: Names = (), where: Where = None) -> tuple[Domains, Floats]:
    """Return the domains and the degrees of freedom of each, made again only when they change.

    Parameters
    ----------
    sample : ReplicateSample
    by : str or sequence of str
        As for `analysis.estimation.domains.domains_of`.
    where : optional
        As there.

    Returns
    -------
    tuple of Domains and ndarray of float, shape (domains,)

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.replicate_weights import as_replicate_sample
    >>> from analysis.sample import make_sample
    >>> frame = pd.DataFrame({"g": [*"aabb"], "c": [1, 2, 2, 3]})
    >>> replicate_layout(as_replicate_sample(make_sample(frame, clusters="c"), "JK1"), "g")[1].tolist()
    [1.0, 1.0]
    """

    def make() -> tuple[Domains, Floats]:
        domains = domains_of(sample, by, where)
        return domains, degrees_by_domain(sample, domains.code, len(domains.names))

    return made_once(sample.layouts, by, where, make)


def degrees_by_domain(sample: ReplicateSample, code: Codes, domains: int) -> Floats:
    """Return the degrees of freedom of each domain: as they were given, or the rank of its weights less one.

    Parameters
    ----------
    sample : ReplicateSample
    code : ndarray of int, shape (rows,)
        Domain of each row, -1 for none.
    domains : int

    Returns
    -------
    ndarray of float, shape (domains,)

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.replicate_weights import as_replicate_sample
    >>> from analysis.sample import make_sample
    >>> sample = as_replicate_sample(make_sample(pd.DataFrame({"c": [1, 2, 2, 3]}), clusters="c"), "JK1")
    >>> degrees_by_domain(sample, np.zeros(4, dtype=np.int64), 1).tolist()
    [2.0]
    """
    if sample.degrees is not None:
        return np.full(domains, float(sample.degrees))
    return np.array(
        [max(_rank(sample.replicates[code == d]) - 1, 0) for d in range(domains)], dtype=np.float64
    )


def _rank(weights: Floats) -> int:
    """Return the rank as R's ``qr(tol = 1e-5)`` does: column after column, by what the ones before leave of it."""
    if not len(weights):
        return 0
    tall = len(weights) > weights.shape[1]
    columns = np.asarray(np.linalg.qr(weights, mode="r")) if tall else weights
    basis = np.empty((len(columns), 0))
    for column in columns.T:
        left = column - basis @ (basis.T @ column)
        left = left - basis @ (basis.T @ left)
        length = float(np.linalg.norm(left))
        if length > RANK_TOLERANCE * float(np.linalg.norm(column)):
            basis = np.column_stack([basis, left / length])
    return basis.shape[1]


def replicate_figures(
    sample: ReplicateSample, asked: Asked, domains: Domains, degrees: Floats, deff: str
) -> Estimates:
    """Return figures with their standard errors, without intervals; the figures of each set are kept.

    Parameters
    ----------
    sample : ReplicateSample
    asked : Asked
    domains : Domains
    degrees : ndarray of float, shape (domains,)
    deff : str
        One of `analysis.estimation.results.DEFF_KINDS`.

    Returns
    -------
    Estimates

    References
    ----------
    Wolter, K. (2007), Introduction to Variance Estimation; as R's ``svrVar``.

    Examples
    --------
    The jackknife of a mean is its linearised error.

    >>> import pandas as pd
    >>> from analysis.replicate_weights import as_replicate_sample
    >>> from analysis.sample import make_sample
    >>> sample = as_replicate_sample(make_sample(pd.DataFrame({"y": [1.0, 2.0, 3.0]})), "JK1")
    >>> asked = Asked("mean", "y", "", np.array([1.0, 2.0, 3.0]))
    >>> found = replicate_figures(sample, asked, *replicate_layout(sample), "with replacement")
    >>> found.replicates.ravel().tolist(), found.se.round(4).tolist()
    ([2.5, 2.0, 1.5], [0.5774])
    """
    figure = _Figure(asked, domains)
    estimate, weight = figure.by(sample.weight)
    thetas = np.column_stack([figure.by(column)[0] for column in sample.replicates.T]).T
    variance, lost = replicate_variance(sample, thetas, estimate)
    n, simple = figure.simple(sample.weight, estimate, weight)
    linear = Linear(n, np.full(len(n), 2), estimate, variance, simple, weight)
    with np.errstate(invalid="ignore"):
        same = (variance <= 1e-20 * simple) & ~linear.constant & (n > 1)
    linear = replace(linear, units=np.where(same | ~(variance >= 0), 1, 2))
    result = figures(asked.statistic, asked.variable, asked.level, domains, degrees, linear, deff)
    inside = domains.code[:, None] == np.arange(len(domains.names))
    return replace(_renoted(result, lost, len(thetas)), replicates=thetas, inside=inside)


def _renoted(result: Estimates, lost: NDArray[np.int64], sets: int) -> Estimates:
    notes = np.array(result.notes, dtype=object)
    left_out = (lost > 0) & np.isin(notes, ["", NO_POPULATION])
    notes[left_out] = [LOST_SETS.format(gone, sets) for gone in lost[left_out]]
    notes[notes == ONE_CLUSTER] = SAME_FIGURE
    return replace(result, notes=tuple(notes))


class _Figure:
    """One statistic by domain, for any weights."""

    __slots__ = ("above", "code", "domains", "rows", "total", "under")

    def __init__(self, asked: Asked, domains: Domains) -> None:
        valid = ~np.isnan(asked.above) & (domains.code >= 0)
        if asked.below is not None:
            valid &= ~np.isnan(asked.below)
        self.rows = np.flatnonzero(valid)
        self.code, self.domains = domains.code[self.rows], len(domains.names)
        self.above = asked.above[self.rows]
        self.under = None if asked.below is None else asked.below[self.rows]
        self.total = asked.statistic == "total"

    def _sum(self, values: Floats) -> Floats:
        return np.asarray(np.bincount(self.code, values, self.domains), dtype=np.float64)

    def by(self, weight: Floats) -> tuple[Floats, Floats]:
        """Return the figures and the sums of weights; what nobody weighs anything in is not known."""
        used = weight[self.rows]
        above, whole = self._sum(used * self.above), self._sum(used)
        if self.total:
            return above, whole
        with np.errstate(divide="ignore", invalid="ignore"):
            return above / (whole if self.under is None else self._sum(used * self.under)), whole

    def simple(self, weight: Floats, estimate: Floats, whole: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Return respondents, and the variance of a simple random sample of them with replacement."""
        used, under = weight[self.rows], 1.0 if self.under is None else self.under
        with np.errstate(divide="ignore", invalid="ignore"):
            centre = estimate / whole if self.total else estimate
            size = 1.0 if self.total else whole if self.under is None else self._sum(used * under)
            n = np.bincount(self.code[used > 0], minlength=self.domains)
            squares = self._sum(used * (self.above - centre[self.code] * under) ** 2)
            return n, np.asarray(squares / size**2 * whole / (n - 1))


def replicate_variance(
    sample: ReplicateSample, thetas: Floats, estimate: Floats
) -> tuple[Floats, NDArray[np.int64]]:
    """Return the variance of figures from those of each set of weights, and how many sets have none.

    Parameters
    ----------
    sample : ReplicateSample
    thetas : ndarray of float, shape (sets, figures)
        NaN where a set has no figure: it is left out.
    estimate : ndarray of float, shape (figures,)

    Returns
    -------
    tuple of ndarray, shape (figures,) each

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.replicate_weights import make_replicate_sample
    >>> frame = pd.DataFrame({"w": [1.0, 1.0], "a": [2.0, 0.0], "b": [0.0, 2.0]})
    >>> sample = make_replicate_sample(frame, "w", ["a", "b"], kind="BRR")
    >>> [found.tolist() for found in replicate_variance(sample, np.array([[3.0], [5.0]]), np.array([4.0]))]
    [[1.0], [0]]
    """
    known = np.isfinite(thetas)
    values = np.where(known, thetas, 0.0)
    if sample.mse:
        centre = estimate
    else:
        counted = known & (sample.rscales > 0)[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            centre = (values * counted).sum(axis=0) / counted.sum(axis=0)
    squares = np.where(known, (values - centre) ** 2, 0.0)
    variance = sample.scale * (sample.rscales @ squares)
    return np.where(known.any(axis=0), variance, np.nan), np.sum(~known, axis=0)


def replicate_covariance(sample: ReplicateSample, thetas: Floats, estimate: Floats) -> Floats:
    """Return the covariance matrix of figures; sets of weights that lack one of them are left out.

    Parameters
    ----------
    sample : ReplicateSample
    thetas : ndarray of float, shape (sets, figures)
    estimate : ndarray of float, shape (figures,)

    Returns
    -------
    ndarray of float, shape (figures, figures)

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.replicate_weights import make_replicate_sample
    >>> frame = pd.DataFrame({"w": [1.0, 1.0], "a": [2.0, 0.0], "b": [0.0, 2.0]})
    >>> sample = make_replicate_sample(frame, "w", ["a", "b"], kind="BRR")
    >>> replicate_covariance(sample, np.array([[3.0, 2.0], [5.0, 0.0]]), np.array([4.0, 1.0])).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    known = np.isfinite(thetas).all(axis=1)
    values, scales = thetas[known], sample.rscales[known]
    centre = estimate if sample.mse else values[scales > 0].mean(axis=0)
    return np.asarray(sample.scale * ((values - centre).T * scales) @ (values - centre))


def replicate_deff(sample: ReplicateSample, values: Floats) -> float:
    """Return the design effect of a question in the whole sample, at least 1; Kish's where all answers are equal.

    Parameters
    ----------
    sample : ReplicateSample
    values : ndarray of float, shape (rows,)
        NaN where missing.

    Returns
    -------
    float

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.replicate_weights import as_replicate_sample
    >>> from analysis.sample import make_sample
    >>> sample = as_replicate_sample(make_sample(pd.DataFrame({"w": [1.0, 1.0, 1.0, 3.0]}), weights="w"), "JK1")
    >>> round(replicate_deff(sample, np.ones(4)), 4)
    1.3333
    """
    whole = Domains(np.zeros(len(values), dtype=np.int64), (), ((),))
    found = replicate_figures(sample, Asked("mean", "", "", values), whole, np.ones(1), "with replacement")
    if np.isfinite(found.deff[0]) and found.deff[0] > 0:
        return max(1.0, float(found.deff[0]))
    return weighting_effect(sample.weight[~np.isnan(values)])


def replicate_quantiles(
    sample: ReplicateSample, values: Floats, domains: Domains, share: float, rule: str
) -> Floats:
    """Return the quantile of each domain by each set of weights.

    Parameters
    ----------
    sample : ReplicateSample
    values : ndarray of float, shape (rows,)
    domains : Domains
    share : float
    rule : str
        One of `analysis.estimation.quantile_rules.RULES`.

    Returns
    -------
    ndarray of float, shape (sets, domains)

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.replicate_weights import as_replicate_sample
    >>> from analysis.sample import make_sample
    >>> sample = as_replicate_sample(make_sample(pd.DataFrame({"y": [1.0, 2.0, 3.0]})), "JK1")
    >>> replicate_quantiles(sample, sample.frame["y"].to_numpy(), replicate_layout(sample)[0], 0.6, "math").tolist()
    [[3.0], [3.0], [2.0]]
    """
    found: list[Any] = []
    for domain in range(len(domains.names)):
        rows = np.flatnonzero((domains.code == domain) & ~np.isnan(values))
        inside, sets = values[rows], sample.replicates[rows]
        found.append([distribution(inside, column).quantile(share, rule) for column in sets.T])
    return np.array(found, dtype=np.float64).reshape(len(domains.names), -1).T
