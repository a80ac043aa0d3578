"""Whether people followed a design: an anchor of which the truth is known, and the prevalence corrected by it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analysis.columns import DesignError, Floats
from analysis.estimation.contrasts import contrast, summarise
from analysis.estimation.domains import Names, Where
from analysis.estimation.estimates import AnySample, proportion
from analysis.estimation.replicates import replicate_variance
from analysis.estimation.results import Estimates, stacked, with_note
from analysis.replicate_weights import ReplicateSample
from analysis.sensitive.prevalence import Prevalence, mapped, of_trait, prevalence_from_counts
from analysis.sensitive.randomisers import FLAT, Randomiser

#: The figures of an anchored question, in this order, as the `level` of the estimates.
AS_RECORDED, CORRECTED, ATTENTIVE = "as recorded", "corrected", "attentive"
#: With fewer attentive people the correction multiplies errors beyond use.
LEAST_ATTENTIVE = 0.5
TOO_FEW = "not estimable: less than half of the people follow the instructions"
READ_CORRECTED = "some people do not follow the instructions: read the corrected figure"


def anchored_prevalence(
    sample: AnySample,
    question: tuple[str, object],
    randomiser: Randomiser,
    anchor: tuple[str, object],
    anchor_randomiser: Randomiser | None = None,
    *,
    anchor_prevalence: float = 0.0,
    by: Names = (),
    where: Where = None,
    level: float = 0.95,
) -> Estimates:
    """Estimate a prevalence with an anchor question whose truth is known, and correct it for who answered at random.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    question, anchor : tuple of str and object
        Column of what was recorded, and its value that counts as 1.
    randomiser, anchor_randomiser : Randomiser
        Of the question and of the anchor, which has that of the question where none is given.
    anchor_prevalence : float
        True share of people with the trait of the anchor, such as 0.
    by, where : as for `analysis.estimation.estimates.mean`
        What they are there.
    level : float
        Confidence level.

    Returns
    -------
    Estimates
        Three figures for each domain, which `level` names: "as recorded" (as `prevalence`), "corrected" and
        "attentive", the share γ who follow the instructions. The corrected figure is withheld where γ is below a half;
        where its interval excludes 1 the figure as recorded carries a note.

    Raises
    ------
    DesignError
        If the anchor would be recorded as 1 of half of the people who follow, for then it tells nothing.

    Notes
    -----
    Who does not follow is recorded as 1 with probability a half. With a the recorded share of the anchor and e what it is
    of people who follow, γ = (a − ½) / (e − ½) and π = ((λ − ½) / γ + ½ − d) / c; errors are linearised in λ and a
    together, with replicate weights they are those of π itself.

    References
    ----------
    Atsusaka, Y. and Stevenson, R. T. (2023), Political Analysis 31.

    Examples
    --------
    Nobody has the trait of the anchor, so three of four should say "the same"; five of eight do: every second follows.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> from analysis.sensitive.randomisers import crosswise
    >>> frame = pd.DataFrame({"same": [1, 1, 1, 1, 0, 0, 0, 1], "anchor": [1, 0, 1, 0, 1, 0, 1, 1]})
    >>> sample = make_sample(frame)
    >>> found = anchored_prevalence(sample, ("same", 1), crosswise(0.25), ("anchor", 1))
    >>> found.level, found.estimate.tolist()
    (('as recorded', 'corrected', 'attentive'), [0.25, 0.0, 0.5])
    """
    expected = _expected(anchor_randomiser or randomiser, anchor_prevalence)
    told, anchors = (
        proportion(
            sample, column, one, by=by, where=where, interval="wilson", level=level, keep_influence=True
        )
        for column, one in (question, anchor)
    )
    # The share who follow is a prevalence of its own, with c = e − ½ and d = ½.
    attentive = mapped(anchors, expected - 0.5, 0.5)
    corrected = _corrected(sample, told, anchors, expected, randomiser, level)
    plain = of_trait(told, randomiser)
    wanting = (attentive.ci_high < 1) & np.isfinite(plain.estimate)
    plain = replace(plain, level=AS_RECORDED, notes=with_note(plain.notes, wanting, READ_CORRECTED))
    # A contrast of these three would ask for an influence of one length: they are for reading.
    return stacked(
        [
            replace(one, influence=None, inside=None, replicates=None)
            for one in (plain, corrected, replace(attentive, level=ATTENTIVE))
        ]
    )


class Anchored(NamedTuple):
    """What an anchor says of one question, from counts alone.

    Attributes
    ----------
    attentive, corrected : Prevalence
        The share who follow the instructions, and the prevalence corrected by it.

    Examples
    --------
    >>> nothing = Prevalence(*map(np.array, ([0.0], [0.0], [0.0], [0.0])))
    >>> Anchored(nothing, nothing).attentive.estimate.tolist()
    [0.0]
    """

    attentive: Prevalence
    corrected: Prevalence


def anchored_from_counts(
    question: tuple[ArrayLike, ArrayLike],
    anchor: tuple[ArrayLike, ArrayLike],
    randomiser: Randomiser,
    *,
    anchor_randomiser: Randomiser | None = None,
    anchor_prevalence: float = 0.0,
    level: float = 0.95,
    effects: tuple[ArrayLike, ArrayLike] = (1.0, 1.0),
    df: ArrayLike = np.inf,
) -> Anchored:
    """Estimate who follows the instructions, and the prevalence corrected by it, from counts such as published ones.

    Parameters
    ----------
    question, anchor : tuple of array_like and array_like
        How many 1 were recorded, of how many people.
    randomiser, anchor_randomiser, anchor_prevalence : as for `anchored_prevalence`
        What they are there.
    level : float
        Confidence level.
    effects : tuple of array_like and array_like
        Design effects of what was recorded of the question and of the anchor.
    df : array_like of float
        Degrees of freedom of the effects.

    Returns
    -------
    Anchored
        The corrected figure is NaN where less than a half follow.

    Raises
    ------
    DesignError
        As `anchored_prevalence` does.

    Notes
    -----
    Two counts do not say how the two answers of a person go together, so the error of the corrected figure is the sum of
    what the error of either alone makes of it: no covariance makes it larger.

    Examples
    --------
    Nobody has the trait of the anchor, so three of four should say "the same"; five of eight do: every second follows.

    >>> from analysis.sensitive.randomisers import crosswise
    >>> found = anchored_from_counts(([500], [800]), ([500], [800]), crosswise(0.25))
    >>> found.attentive.estimate.tolist(), found.corrected.estimate.tolist()
    ([0.5], [0.0])
    """
    expected = _expected(anchor_randomiser or randomiser, anchor_prevalence)
    shape = Randomiser("anchor", expected, 0.5)
    attentive = prevalence_from_counts(*anchor, shape, level=level, effect=effects[1], df=df)
    told = prevalence_from_counts(*question, randomiser, level=level, effect=effects[0], df=df)
    with np.errstate(divide="ignore", invalid="ignore"):
        follow = np.where(attentive.estimate < LEAST_ATTENTIVE - FLAT, np.nan, attentive.estimate)
        # What would be recorded beyond a half if all followed.
        beyond = (randomiser.slope * told.estimate + randomiser.base - 0.5) / follow
        estimate = (beyond + 0.5 - randomiser.base) / randomiser.slope + 0.0
        se = told.se / follow + np.abs(beyond / randomiser.slope) * attentive.se / follow
    half = special.stdtrit(np.asarray(df, np.float64), (1 + level) / 2) * se
    corrected = Prevalence(estimate, se, np.asarray(estimate - half), np.asarray(estimate + half))
    return Anchored(attentive, corrected)


def _expected(randomiser: Randomiser, prevalence: float) -> float:
    """The share of the anchor recorded as 1 of people who follow."""
    expected = randomiser.recorded(prevalence)
    if abs(expected - 0.5) < FLAT:
        raise DesignError("the anchor is recorded as 1 of half of the people, whether they follow or not")
    return expected


def _corrected(
    sample: AnySample,
    told: Estimates,
    anchors: Estimates,
    expected: float,
    randomiser: Randomiser,
    level: float,
) -> Estimates:
    def value(share: Floats, anchor: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            inner = (share - 0.5) * (expected - 0.5) / (anchor - 0.5)
        return np.asarray((inner + 0.5 - randomiser.base) / randomiser.slope + 0.0)

    estimate = value(told.estimate, anchors.estimate)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_share = (expected - 0.5) / (anchors.estimate - 0.5) / randomiser.slope
        of_anchor = -of_share * (told.estimate - 0.5) / (anchors.estimate - 0.5)
        few = (anchors.estimate - 0.5) / (expected - 0.5) < LEAST_ATTENTIVE - FLAT
    # Where a share is lacking any coefficient makes the contrast say why; where there are too few none is needed.
    sides = [np.where(np.isfinite(one), one, 1.0) * ~few for one in (of_share, of_anchor)]
    gradients = np.hstack([np.diag(one) for one in sides])
    names = [str(place) for place in range(len(estimate))]
    found = contrast(
        sample, stacked([told, anchors]), dict(zip(names, gradients.tolist(), strict=True)), level
    )
    se = found.se
    if isinstance(sample, ReplicateSample) and told.replicates is not None and anchors.replicates is not None:
        se = np.sqrt(replicate_variance(sample, value(told.replicates, anchors.replicates), estimate)[0])
        se = np.where(np.isfinite(found.se), se, np.nan)
    estimate, se = np.where(few, np.nan, estimate), np.where(few, np.nan, se)
    limits = summarise(found.names, estimate, se, found.df, level)
    notes = tuple(TOO_FEW if one else note for one, note in zip(few, found.notes, strict=True))
    return replace(
        told,
        statistic="prevalence",
        level=CORRECTED,
        n=np.minimum(told.n, anchors.n),
        estimate=estimate,
        se=se,
        ci_low=limits.ci_low,
        ci_high=limits.ci_high,
        df=found.df,
        deff=np.full(len(estimate), np.nan),
        notes=notes,
    )
