"""From counts alone: what is made of a sample too, and an error that no way in which two answers go together exceeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import make_sample
from analysis.columns import DesignError
from analysis.estimation.estimates import proportion
from analysis.sensitive.anchors import anchored_from_counts, anchored_prevalence
from analysis.sensitive.prevalence import impossible_p, impossible_p_from_counts, prevalence_from_counts
from analysis.sensitive.randomisers import crosswise, forced_response

DIE = forced_response(2 / 3, 1 / 6)
SIXTH = crosswise(1 / 6)
#: Of 1,200 people how many said "the same" to the question and to the anchor, and how many to both.
TOGETHER = [(700, 920, 500), (700, 920, 620), (700, 920, 700), (400, 900, 250)]


def people(question: int, anchor: int, both: int, n: int = 1200) -> pd.DataFrame:
    cells = [(1, 1, both), (1, 0, question - both), (0, 1, anchor - both)]
    cells.append((0, 0, n - sum(size for *_, size in cells)))
    rows = [(same, other) for same, other, size in cells for _ in range(size)]
    return pd.DataFrame(rows, columns=["same", "anchor"])


@pytest.mark.parametrize(("question", "anchor", "both"), TOGETHER)
def test_counts_say_of_an_anchor_what_a_sample_says(question: int, anchor: int, both: int) -> None:
    sample = make_sample(people(question, anchor, both))
    _, corrected, attentive = anchored_prevalence(sample, ("same", 1), SIXTH, ("anchor", 1)).estimate
    found = anchored_from_counts((question, 1200), (anchor, 1200), SIXTH)
    assert np.isclose(found.corrected.estimate, corrected, atol=1e-12)
    assert np.isclose(found.attentive.estimate, attentive, atol=1e-12)


@pytest.mark.parametrize(("question", "anchor", "both"), TOGETHER)
def test_the_error_is_never_below_that_of_a_sample(question: int, anchor: int, both: int) -> None:
    sample = make_sample(people(question, anchor, both))
    told = anchored_prevalence(sample, ("same", 1), SIXTH, ("anchor", 1))
    found = anchored_from_counts((question, 1200), (anchor, 1200), SIXTH)
    # The sample divides by n − 1.
    assert float(found.corrected.se) >= told.se[1] * np.sqrt(1199 / 1200) - 1e-12
    assert found.corrected.ci_low < found.corrected.estimate < found.corrected.ci_high


def test_the_error_by_hand() -> None:
    # λ = .4, a = .7667: γ = .8, λ − ½ = −.1; ∂π/∂λ = 1/(γ c) = −1.875, ∂π/∂a = −(λ − ½)/(γ² c (e − ½)) = −.7031.
    found = anchored_from_counts((480, 1200), (920, 1200), SIXTH)
    by_share, by_anchor = np.sqrt(0.4 * 0.6 / 1200), np.sqrt((920 / 1200) * (280 / 1200) / 1200)
    assert np.isclose(found.corrected.se, 1.875 * by_share + 0.703125 * by_anchor, atol=1e-9)
    assert np.isclose(
        found.corrected.ci_high - found.corrected.estimate, 1.959964 * found.corrected.se, atol=1e-6
    )


def test_an_effect_widens_both_and_few_degrees_of_freedom_more() -> None:
    plain = anchored_from_counts((480, 1200), (920, 1200), SIXTH)
    wide = anchored_from_counts((480, 1200), (920, 1200), SIXTH, effects=(4.0, 4.0))
    assert np.isclose(wide.corrected.se, 2 * plain.corrected.se)
    few = anchored_from_counts((480, 1200), (920, 1200), SIXTH, effects=(4.0, 4.0), df=5.0)
    assert few.corrected.ci_high > wide.corrected.ci_high
    assert few.attentive.ci_low < wide.attentive.ci_low


def test_with_less_than_half_who_follow_nothing_is_corrected() -> None:
    # γ = (.6417 − .5) / (.8333 − .5) = .425
    found = anchored_from_counts((480, 1200), (770, 1200), SIXTH)
    assert np.isnan(found.corrected.estimate)
    assert np.isclose(found.attentive.estimate, 0.425)


def test_an_anchor_that_shows_nothing_is_refused() -> None:
    with pytest.raises(DesignError, match="whether they follow or not"):
        anchored_from_counts((480, 1200), (600, 1200), SIXTH, anchor_prevalence=0.5)


@pytest.mark.parametrize("recorded", [10, 30, 49, 50, 150, 251, 280])
def test_impossible_counts_are_as_impossible_as_those_of_a_sample(recorded: int) -> None:
    frame = pd.DataFrame({"said": [1] * recorded + [0] * (300 - recorded)})
    shares = proportion(make_sample(frame), "said", 1)
    # A sample's own design effect is n / (n − 1) where everybody has one weight.
    expected = impossible_p(shares, DIE)
    assert np.allclose(impossible_p_from_counts(recorded, 300, DIE, effect=300 / 299), expected, atol=1e-9)


def test_of_nobody_nothing_is_known() -> None:
    assert np.isnan(impossible_p_from_counts(0, 0, DIE))
    assert np.isnan(prevalence_from_counts(0, 0, DIE).estimate)
