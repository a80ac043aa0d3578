"""The referee: what it says of two figures, and one design judged where R is."""

import math

import numpy as np
import pytest

from analysis import make_sample
from benchmarks import referee
from tests.analysis.test_make_reference import r_with


@pytest.mark.parametrize(
    ("ours", "r", "said"),
    [
        (1.0, 1.0 + 1e-9, "equal"),
        (1.0, 1.00001, "differ"),
        (0.0, 1e-12, "equal"),
        (math.nan, math.inf, "both withhold"),
        (math.nan, 0.0, "R 0, we withhold"),
        (math.nan, 0.5, "R alone"),
        (0.5, math.nan, "we alone"),
    ],
)
def test_how_two_figures_stand(ours, r, said):
    assert referee.verdict(ours, r) == said


@pytest.mark.slow
def test_every_question_is_answered_in_some_design():
    rng = np.random.default_rng(4)
    answered = set()
    for _ in range(4):
        design = referee.drawn(rng)
        make_sample(design.frame, lonely=design.lonely, **design.ours)
        for asked in referee.questions(design):
            if any(math.isfinite(figure) for figure in referee.our_figures(design, asked)):
                answered.add(asked.name)
    assert {name for name in answered if name.startswith("association")} == {
        f"association {name}" for name in ("F", "Chisq", "Wald", "adjWald", "saddlepoint")
    }
    assert {"rows of a table", "difference", "jackknife", "post-stratified", "mean c"} <= answered


@pytest.mark.slow
def test_a_design_is_judged(tmp_path):
    if not r_with("survey"):
        pytest.skip(
            "R with its package survey is missing: apt-get install r-base, then install.packages('survey')"
        )
    found = [said for *_, said in referee.judged(referee.drawn(np.random.default_rng(7)), tmp_path)]
    assert "differ" not in found
    assert found.count("equal") > 100
