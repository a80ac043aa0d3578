"""How many have a trait, from recorded answers that chance hides: of a sample with its design, or of published counts."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analysis import intervals
from analysis.columns import DesignError, Floats
from analysis.estimation.domains import Names, Where
from analysis.estimation.estimates import AnySample, proportion
from analysis.estimation.results import Estimates, with_note
from analysis.sensitive.randomisers import Randomiser

#: An impossible estimate that chance makes more rarely than this was made by people.
FAILED = 0.01
BELOW = "the estimate is below 0"
ABOVE = "the estimate is above 1"
BY_CHANCE = "which chance explains"
BY_PEOPLE = "more than chance explains: instructions were not followed"


class Prevalence(NamedTuple):
    """A prevalence, its standard error and its limits.

    Attributes
    ----------
    estimate, se, ci_low, ci_high : ndarray of float
        Of the shape of the counts.

    Examples
    --------
    >>> Prevalence(np.array([0.2]), np.array([0.1]), np.array([0.0]), np.array([0.4])).estimate.tolist()
    [0.2]
    """

    estimate: Floats
    se: Floats
    ci_low: Floats
    ci_high: Floats


def prevalence(
    sample: AnySample,
    variable: str,
    recorded: object,
    randomiser: Randomiser,
    *,
    by: Names = (),
    where: Where = None,
    level: float = 0.95,
    deff: str = "without replacement",
    keep_influence: bool = False,
) -> Estimates:
    """Estimate how many have a trait from recorded answers that chance hides.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    variable : str
        Column of what was recorded. Rows without a value are left out.
    recorded : object
        Its value that counts as 1: of crosswise designs "the same", of triangular ones "one or both".
    randomiser : Randomiser
    by, where : as for `analysis.estimation.estimates.mean`
        What they are there.
    level : float
        Confidence level.
    deff, keep_influence : as for `analysis.estimation.estimates.mean`
        What they are there; the design effect is that of what was recorded.

    Returns
    -------
    Estimates
        (λ − d) / c with λ the share of recorded 1, its linearised standard error over |c|, and the limits of Wilson's
        interval of λ, mapped. Neither is cut off at 0 and 1, for a mean of cut figures is wrong; a note says where the
        estimate is outside, and whether chance alone explains that. Contrasts are made as of any figures.

    Notes
    -----
    What chance adds differs from person to person, so the variance between clusters holds it.

    References
    ----------
    Chaudhuri, A. (2011), Randomized Response and Indirect Questioning Techniques in Surveys; Blair, G., Imai, K. and
    Zhou, Y.-Y. (2015), Journal of the American Statistical Association 110, 1304-1319.

    Examples
    --------
    Half of the recorded answers are yes; a quarter would be if nobody had the trait, three quarters if all had.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> from analysis.sensitive.randomisers import forced_response
    >>> sample = make_sample(pd.DataFrame({"said": [1, 0, 1, 0, 1, 0, 1, 0]}))
    >>> found = prevalence(sample, "said", 1, forced_response(0.5, 0.25))
    >>> found.estimate.tolist(), found.se.round(4).tolist(), found.n.tolist()
    ([0.5], [0.378], [8])
    """
    shares = proportion(
        sample,
        variable,
        recorded,
        by=by,
        where=where,
        interval="wilson",
        level=level,
        deff=deff,
        keep_influence=keep_influence,
    )
    return of_trait(shares, randomiser)


def of_trait(shares: Estimates, randomiser: Randomiser) -> Estimates:
    """Turn shares of recorded 1 into prevalences.

    Parameters
    ----------
    shares : Estimates
        As `analysis.estimation.estimates.proportion` gives them.
    randomiser : Randomiser

    Returns
    -------
    Estimates

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> from analysis.sensitive.randomisers import crosswise
    >>> shares = proportion(make_sample(pd.DataFrame({"same": [1, 1, 1, 0]})), "same", 1)
    >>> of_trait(shares, crosswise(0.25)).estimate.tolist()
    [0.0]
    """
    found = mapped(shares, randomiser.slope, randomiser.base)
    return replace(found, notes=_with_outside(shares, found.estimate, randomiser))


def mapped(shares: Estimates, slope: float, base: float) -> Estimates:
    """Turn shares λ into (λ − base) / slope, with their errors and limits; notes stay as they are.

    Parameters
    ----------
    shares : Estimates
    slope, base : float

    Returns
    -------
    Estimates

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> shares = proportion(make_sample(pd.DataFrame({"same": [1, 1, 1, 0]})), "same", 1)
    >>> mapped(shares, -0.5, 1.0).estimate.tolist()
    [0.5]
    """
    low, high = _mapped_limits((shares.ci_low, shares.ci_high), slope, base)
    return replace(
        shares,
        statistic="prevalence",
        # Without the last term a share that a negative slope maps to nothing would be -0.
        estimate=(shares.estimate - base) / slope + 0.0,
        se=shares.se / abs(slope),
        ci_low=low,
        ci_high=high,
        influence=None if shares.influence is None else shares.influence / slope,
        replicates=None if shares.replicates is None else (shares.replicates - base) / slope,
    )


def _mapped_limits(limits: intervals.Limits, slope: float, base: float) -> tuple[Floats, Floats]:
    """Map the limits of a share; a negative slope turns them round."""
    ends = np.sort([(np.asarray(limit) - base) / slope for limit in limits], axis=0)
    return np.asarray(ends[0]), np.asarray(ends[1])


def _with_outside(shares: Estimates, estimate: Floats, randomiser: Randomiser) -> tuple[str, ...]:
    """Say of impossible estimates that they are, and whether chance explains them."""
    failed = impossible_p(shares, randomiser) < FAILED
    notes = shares.notes
    for said, outside in ((BELOW, estimate < -1e-12), (ABOVE, estimate > 1 + 1e-12)):
        notes = with_note(notes, outside & failed, f"{said}, {BY_PEOPLE}")
        notes = with_note(notes, outside & ~failed, f"{said}, {BY_CHANCE}")
    return notes


def impossible_p(shares: Estimates, randomiser: Randomiser) -> Floats:
    """Return how likely chance alone takes the share of recorded 1 so far out of what is possible.

    Parameters
    ----------
    shares : Estimates
        Of recorded 1.
    randomiser : Randomiser

    Returns
    -------
    ndarray of float, shape (m,)
        One-sided p of the nearest possible share, with the design effect of the figure; 1 where the share is possible.

    Notes
    -----
    z = (λ − e) / √(deff e (1 − e) / n) with e = d or c + d, the nearer.

    Examples
    --------
    One in ten says yes, where chance alone makes one in six: z is −3.10 of 300 people.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> from analysis.sensitive.randomisers import forced_response
    >>> shares = proportion(make_sample(pd.DataFrame({"said": [1] * 30 + [0] * 270})), "said", 1)
    >>> impossible_p(shares, forced_response(2 / 3, 1 / 6)).round(4).tolist()
    [0.001]
    """
    share = shares.estimate
    with np.errstate(divide="ignore", invalid="ignore"):
        own = shares.se**2 * shares.n / (share * (1 - share))
    return _outside_p(share, np.asarray(shares.n, np.float64), np.where(own > 0, own, 1.0), randomiser)


def impossible_p_from_counts(
    recorded: ArrayLike, n: ArrayLike, randomiser: Randomiser, *, effect: ArrayLike = 1.0
) -> Floats:
    """Return how likely chance alone takes the share of recorded 1 so far out of what is possible, from counts alone.

    Parameters
    ----------
    recorded, n : array_like of int
        How many 1 were recorded, of how many people.
    randomiser : Randomiser
    effect : array_like of float
        Design effect of what was recorded.

    Returns
    -------
    ndarray of float
        As `impossible_p` gives it; NaN where `n` is not positive.

    Examples
    --------
    One in ten says yes, where chance alone makes one in six.

    >>> from analysis.sensitive.randomisers import forced_response
    >>> impossible_p_from_counts([30, 60], [300, 300], forced_response(2 / 3, 1 / 6)).round(4).tolist()
    [0.001, 1.0]
    """
    size = np.asarray(n, np.float64)
    size = np.where(size > 0, size, np.nan)
    share = np.asarray(recorded, np.float64) / size
    found = _outside_p(share, size, np.asarray(effect, np.float64), randomiser)
    return np.where(np.isfinite(share), found, np.nan)


def _outside_p(share: Floats, n: Floats, effect: Floats, randomiser: Randomiser) -> Floats:
    low, high = sorted((randomiser.without_trait, randomiser.with_trait))
    edge = np.clip(share, low, high)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = -np.abs(share - edge) / np.sqrt(effect * edge * (1 - edge) / n)
    return np.where(np.abs(share - edge) > 1e-12, special.ndtr(z), 1.0)


def prevalence_from_counts(
    recorded: ArrayLike,
    n: ArrayLike,
    randomiser: Randomiser,
    *,
    level: float = 0.95,
    effect: ArrayLike = 1.0,
    df: ArrayLike = np.inf,
) -> Prevalence:
    """Estimate how many have a trait from counts alone, such as published ones.

    Parameters
    ----------
    recorded, n : array_like of int
        How many 1 were recorded, of how many people.
    randomiser : Randomiser
    level : float
        Confidence level.
    effect : array_like of float
        Design effect of what was recorded.
    df : array_like of float
        Degrees of freedom of the effect.

    Returns
    -------
    Prevalence
        With Wilson's interval of the recorded share on n over the effect, mapped; NaN where `n` is not positive.

    Raises
    ------
    DesignError
        If more 1 were recorded than people were asked.

    References
    ----------
    Warner, S. L. (1965), Journal of the American Statistical Association 60, 63-69; Wilson, E. B. (1927), ibid. 22,
    209-212.

    Examples
    --------
    >>> from analysis.sensitive.randomisers import forced_response
    >>> found = prevalence_from_counts(200, 600, forced_response(2 / 3, 1 / 6))
    >>> [round(float(value), 4) for value in found]
    [0.25, 0.0289, 0.1952, 0.308]
    """
    ones, size = np.asarray(recorded, np.int64), np.asarray(n, np.float64)
    if np.any(ones < 0) or np.any((ones > size) & (size > 0)):
        raise DesignError("more answers were recorded as 1 than people were asked, or fewer than none")
    size = np.where(size > 0, size, np.nan)
    share = ones / size
    slope, base = randomiser.slope, randomiser.base
    # Not a number is no share, and has no limits.
    limits = intervals.wilson(np.nan_to_num(share), size / np.asarray(effect, np.float64), level, df)
    error = np.sqrt(share * (1 - share) * np.asarray(effect) / size) / abs(slope)
    estimate = np.asarray((share - base) / slope)
    return Prevalence(estimate, np.asarray(error), *_mapped_limits(limits, slope, base))
