"""Whether people followed a design: an anchor of which the truth is known, and the prevalence corrected by it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.columns import DesignError, Floats
from analysis.estimation.contrasts import contrast, summarise
from analysis.estimation.domains import Names, Where
from analysis.estimation.estimates import AnySample, proportion
from analysis.estimation.replicates import replicate_variance
from analysis.estimation.results import Estimates, stacked, with_note
from analysis.replicate_weights import ReplicateSample
from analysis.sensitive.prevalence import mapped, of_trait
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
    expected = (anchor_randomiser or randomiser).recorded(anchor_prevalence)
    if abs(expected - 0.5) < FLAT:
        raise DesignError("the anchor is recorded as 1 of half of the people, whether they follow or not")
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
