"""Replicate weights, given or made from a design: jackknife, balanced halves, bootstrap; R's svrepdesign and as.svrepdesign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.columns import DesignError, Floats, weight_column
from analysis.display import as_html
from analysis.hadamard import hadamard
from analysis.sample import CERTAIN, Sample, Stage

if TYPE_CHECKING:
    import pandas as pd

#: Kinds of weights that are given, as R's ``svrepdesign(type=)``, and kinds that are made, as ``as.svrepdesign(type=)``.
GIVEN_KINDS = ("BRR", "Fay", "JK1", "JKn", "JK2", "bootstrap", "ACS", "successive-difference", "other")
MADE_KINDS = ("JK1", "JKn", "BRR", "Fay", "bootstrap", "subbootstrap")

#: Replicate weights that are kept at most: two gigabytes of them.
MOST = 250_000_000


@dataclass(frozen=True, slots=True, repr=False)
class ReplicateSample:
    """A table of answers with several sets of weights; how figures differ between the sets is their error.

    Attributes
    ----------
    frame : DataFrame
        As it was when the sample was made; not to be written to.
    weight : ndarray of float, shape (rows,)
    replicates : ndarray of float, shape (rows, sets)
        Whole weights, not factors of `weight`.
    scale : float
    rscales : ndarray of float, shape (sets,)
        The variance of a figure is ``scale · sum rscales (figure of the set - centre)²``.
    mse : bool
        Whether the centre is the figure of `weight`, or the mean of those of the sets.
    kind : str
    degrees : float or None
        Degrees of freedom as somebody knows them; None counts them: the rank of the weights of a domain less one.
    layouts : dict
        The last domains, kept because many questions share them.

    Examples
    --------
    >>> import pandas as pd
    >>> sample = make_replicate_sample(
    ...     pd.DataFrame({"y": [1.0, 2.0, 3.0], "w": 1.0, "w1": [0, 1.5, 1.5], "w2": [1.5, 0, 1.5], "w3": [1.5, 1.5, 0]}),
    ...     "w", "w?", kind="JK1",
    ... )
    >>> sample
    <ReplicateSample of 3 rows and 5 columns: 3 sets of weights, JK1>
    """

    frame: pd.DataFrame
    weight: Floats
    replicates: Floats
    scale: float
    rscales: Floats
    mse: bool
    kind: str
    degrees: float | None = None
    layouts: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __repr__(self) -> str:
        """Say what the sample is, in a line."""
        rows, sets = self.replicates.shape
        columns = len(self.frame.columns)
        return f"<ReplicateSample of {rows} rows and {columns} columns: {sets} sets of weights, {self.kind}>"

    def _repr_html_(self) -> str:
        """Show the same in a notebook, with the first rows."""
        return as_html(repr(self), self.frame.head(5))


def make_replicate_sample(
    frame: pd.DataFrame,
    weights: str,
    replicates: str | Sequence[str],
    *,
    kind: str = "other",
    scale: float | None = None,
    rscales: Sequence[float] | Floats | None = None,
    rho: float = 0.0,
    combined: bool = True,
    mse: bool = False,
    degrees: float | None = None,
) -> ReplicateSample:
    """Return the sample with the replicate weights in its columns, as R's ``svrepdesign``.

    Parameters
    ----------
    frame : DataFrame
        One row per respondent.
    weights : str
        Column of sampling weights.
    replicates : str or sequence of str
        Columns of replicate weights, or a pattern for their names such as "rep*".
    kind : str
        One of `GIVEN_KINDS`; it gives the scales that are not given.
    scale : float, optional
        By default 1/R for "BRR", 1/(R (1 - rho)²) for "Fay", (R - 1)/R for "JK1", 1/(R - 1) for "bootstrap", 4/R for
        "ACS" and "successive-difference", else 1, with R sets of weights.
    rscales : sequence of float, optional
        One per set, by default 1; "JKn" needs them, (n - 1)/n of the stratum of each set.
    rho : float
        Fay's factor, 0 to 1.
    combined : bool
        Whether the columns hold whole weights; otherwise factors of the sampling weights.
    mse : bool
        Whether figures are compared with that of the sampling weights, as "ACS" always does, or with their own mean.
    degrees : float, optional
        Degrees of freedom; by default the rank of the weights less one.

    Returns
    -------
    ReplicateSample

    Raises
    ------
    DesignError
        If a column is missing or holds no weights, or a scale that is needed is not given.

    References
    ----------
    Lumley, T. (2010), Complex Surveys, section 2.3. Judkins, D. (1990), Journal of Official Statistics 6, 223-239 (Fay).

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"w": [2.0, 2.0], "a": [0.0, 2.0], "b": [2.0, 0.0]})
    >>> made = make_replicate_sample(frame, "w", ["a", "b"], kind="BRR", combined=False)
    >>> made.scale, made.replicates.tolist()
    (0.5, [[0.0, 4.0], [4.0, 0.0]])
    """
    if kind not in GIVEN_KINDS:
        raise DesignError(f"kind {kind!r} is not one of {', '.join(GIVEN_KINDS)}")
    names = _matching(frame, weights, replicates)
    weight = weight_column(frame, weights)
    columns = np.column_stack([weight_column(frame, name) for name in names])
    scales = np.ones(len(names)) if rscales is None else np.asarray(rscales, dtype=np.float64)
    if rscales is None and kind == "JKn":
        raise DesignError("kind 'JKn' needs rscales: (n - 1)/n of the stratum of each set of weights")
    if scales.shape != (len(names),):
        raise DesignError(f"{scales.size} rscales for {len(names)} sets of weights")
    usual = _usual_scale(kind, len(names), rho)
    return ReplicateSample(
        frame.copy(deep=False),
        weight,
        columns if combined else columns * weight[:, None],
        usual if scale is None else float(scale),
        scales,
        mse or kind == "ACS",
        kind,
        degrees,
    )


def _matching(frame: pd.DataFrame, weights: str, replicates: str | Sequence[str]) -> list[str]:
    if not isinstance(replicates, str):
        names = list(replicates)
    else:
        names = [
            name for name in map(str, frame.columns) if fnmatchcase(name, replicates) and name != weights
        ]
    if len(names) < 2:
        raise DesignError(f"replicate weights {replicates!r} are {len(names)} columns: at least 2 are needed")
    return names


def _usual_scale(kind: str, sets: int, rho: float) -> float:
    if not 0 <= rho < 1:
        raise DesignError(f"rho must lie between 0 and 1, not {rho:g}")
    usual = {
        "BRR": 1 / sets,
        "Fay": 1 / (sets * (1 - rho) ** 2),
        "JK1": (sets - 1) / sets,
        "bootstrap": 1 / (sets - 1),
        "ACS": 4 / sets,
        "successive-difference": 4 / sets,
    }
    return usual.get(kind, 1.0)


def as_replicate_sample(
    sample: Sample,
    kind: str,
    *,
    sets: int = 50,
    rho: float = 0.0,
    seed: int | None = None,
    mse: bool = False,
) -> ReplicateSample:
    """Make replicate weights from the first stage of a design, as R's ``as.svrepdesign``.

    Parameters
    ----------
    sample : Sample
        Finite populations of later stages are left aside, for "BRR", "Fay" and "subbootstrap" those of the first
        too.
    kind : str
        "JK1" (no strata) and "JKn" leave out one cluster at a time. "BRR" and "Fay" take half of the pairs of
        clusters at a time, balanced; strata need an even number, and are split in pairs in the order of the data.
        "bootstrap" draws as many clusters as there are (Canty and Davison); "subbootstrap" one fewer (Rao and Wu).
    sets : int
        How many the bootstraps draw.
    rho : float
        Fay's factor, 0 to 1: clusters that are not taken keep this part of their weight.
    seed : int, optional
        Of the bootstraps.
    mse : bool
        As for `make_replicate_sample`.

    Returns
    -------
    ReplicateSample

    Raises
    ------
    DesignError
        If the design does not suit the kind, or weights were adjusted: known totals are met before that only.

    References
    ----------
    Wolter, K. (2007), Introduction to Variance Estimation. Rao, J. N. K. and Wu, C. F. J. (1988), JASA 83, 231-241.
    Canty, A. J. and Davison, A. C. (1999), The Statistician 48, 379-391.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> jackknife = as_replicate_sample(make_sample(pd.DataFrame({"y": [1.0, 2.0, 3.0]})), "JK1")
    >>> jackknife.replicates.tolist(), round(jackknife.scale, 4)
    ([[0.0, 1.5, 1.5], [1.5, 0.0, 1.5], [1.5, 1.5, 0.0]], 0.6667)
    """
    if kind not in MADE_KINDS:
        raise DesignError(f"kind {kind!r} is not one of {', '.join(MADE_KINDS)}")
    if sample.design.adjustments:
        raise DesignError(
            "weights were adjusted to known totals: make replicate weights from the design before that"
        )
    first = sample.design.stages[0]
    _refuse_many(len(sample.weight), sets if "bootstrap" in kind else first.units, kind)
    if kind in ("JK1", "JKn"):
        made = _jackknife(first, kind, sample.design.lonely)
    elif kind in ("BRR", "Fay"):
        made = _halves(first, rho if kind == "Fay" else 0.0)
    else:
        made = _bootstrap(first, kind, sets, np.random.default_rng(seed))
    factors, scale, rscales = made
    replicates = sample.design.weight[:, None] * factors[first.unit]
    return ReplicateSample(sample.frame, sample.design.weight, replicates, scale, rscales, mse, kind)


def _refuse_many(rows: int, sets: int, kind: str) -> None:
    if rows * sets > MOST:
        raise DesignError(
            f"{kind} makes {sets:,} sets of weights for {rows:,} rows, too many to keep: take a bootstrap of fewer"
        )


#: Factors of the units (units x sets), scale, scales of the sets.
_Made = tuple[Floats, float, Floats]


def _fractions(stage: Stage) -> Floats:
    """Return the sampling fraction of each stratum; unequal ones have no replicates."""
    of_stratum = np.zeros(stage.strata)
    of_stratum[stage.stratum_of_unit] = stage.fraction
    if np.any(stage.fraction != of_stratum[stage.stratum_of_unit]):
        raise DesignError("no replicate weights are made for unequal sampling fractions inside a stratum")
    return of_stratum


def _jackknife(stage: Stage, kind: str, rule: str) -> _Made:
    if kind == "JK1" and stage.strata > 1:
        raise DesignError("JK1 is for a design without strata: take JKn")
    stratum, size, left = stage.stratum_of_unit, stage.sampled, 1 - _fractions(stage)
    lonely = stage.lonely
    if rule == "fail" and lonely.any():
        name = stage.names[int(np.argmax(lonely))]
        raise DesignError(f"stratum {name!r} has only one cluster: choose a lonely rule other than fail")
    kept = ~lonely[stratum] | (rule == "adjust")
    if not kept.any() or stage.units < 2:
        raise DesignError("no stratum has two clusters: nothing can be left out")
    own = stratum[:, None] == stratum
    spread = size / np.maximum(size - 1, 1)
    factors = np.where(own, spread[stratum], 1.0)
    if lonely.any() and rule == "adjust":
        factors[:, lonely[stratum]] = stage.strata / (stage.strata - 1)
    np.fill_diagonal(factors, 0.0)
    rscales = left[stratum] * (size[stratum] - 1) / size[stratum]
    rscales = np.where(lonely[stratum], (stage.strata - 1) / stage.strata, rscales)
    scale = stage.units / kept.sum() if rule == "average" else 1.0
    if kind == "JK1":
        return factors, float(rscales[0]), np.ones(stage.units)
    return factors[:, kept], float(scale), rscales[kept]


def _halves(stage: Stage, rho: float) -> _Made:
    odd = stage.sampled % 2 == 1
    if odd.any():
        name, count = stage.names[int(np.argmax(odd))], int(stage.sampled[int(np.argmax(odd))])
        raise DesignError(f"stratum {name!r} has {count} clusters: half-samples need an even number")
    begins = np.full(stage.units, len(stage.unit))
    np.minimum.at(begins, stage.unit, np.arange(len(stage.unit)))
    order = np.lexsort((begins, stage.stratum_of_unit))
    signs = hadamard(stage.units // 2 + 1)[1 : stage.units // 2 + 1]
    sets = signs.shape[1]
    scale = _usual_scale("Fay", sets, rho)
    heavy, light = 2 - rho, rho
    factors = np.empty((stage.units, sets))
    factors[order[0::2]] = np.where(signs > 0, light, heavy)
    factors[order[1::2]] = np.where(signs > 0, heavy, light)
    return factors, scale, np.ones(sets)


def _bootstrap(stage: Stage, kind: str, sets: int, rng: np.random.Generator) -> _Made:
    if sets < 2:
        raise DesignError(f"a bootstrap needs at least 2 sets of weights, not {sets}")
    if (stage.sampled < 2).any():
        raise DesignError(f"stratum {stage.names[int(np.argmin(stage.sampled))]!r} has only one cluster")
    fraction = _fractions(stage)
    factors = np.empty((stage.units, sets))
    for number in range(stage.strata):
        units = np.flatnonzero(stage.stratum_of_unit == number)
        size = len(units)
        if kind == "subbootstrap":
            drawn = rng.multinomial(size - 1, np.full(size, 1 / size), sets) * size / (size - 1)
        elif fraction[number] > CERTAIN:
            copies = np.bincount(np.arange(round(size / fraction[number])) % size, minlength=size)
            drawn = rng.multivariate_hypergeometric(copies, size, sets).astype(np.float64)
        else:
            drawn = rng.multinomial(size, np.full(size, 1 / size), sets).astype(np.float64)
        factors[units] = drawn.T
    mean = 1 / np.mean(1 / stage.sampled)
    stretch = mean / (mean - 1) if kind == "bootstrap" else 1.0
    return factors, float(stretch / (sets - 1)), np.ones(sets)
