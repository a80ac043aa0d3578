"""Weighting women and youth to the census, and members never."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.columns import DesignError
from analysis.sample import make_sample
from survey.publication.counts.census import census_margins, weight_to_census

POPULATION = Path(__file__).parent.parent.parent.parent.parent / "reference" / "population_age.csv"


@pytest.fixture
def abbottabad():
    frame = pd.read_csv(POPULATION)
    return frame[frame["district_id"] == "abbottabad"]


def test_women_by_age_and_youth_by_age_and_sex(abbottabad):
    women = census_margins(abbottabad, "woman")
    assert list(women) == ["p_age"]
    # Census 2023, table 4: 68,233 women of 15-19 and those of 20-24
    older = int(abbottabad.set_index("age_band").at["20-24", "overall_female"])
    assert women["p_age"]["18_24"] == pytest.approx(0.4 * 68233 + older)
    youth = census_margins(abbottabad, "youth")
    assert set(youth["p_age"]) == {"18_24", "25_29"}
    assert sum(youth["p_age"].values()) == pytest.approx(sum(youth["p_gender"].values()))


def test_members_are_never_weighted(abbottabad):
    with pytest.raises(DesignError, match="never weighted"):
        census_margins(abbottabad, "member")


def test_weights_correct_the_mix_and_claim_no_population(abbottabad):
    ages = ["18_24"] * 60 + ["25_29"] * 20 + ["30_44"] * 10 + ["45_59"] * 6 + ["99"] * 4
    sample = make_sample(pd.DataFrame({"p_age": ages, "y": range(100)}))
    made = weight_to_census(sample, "woman", abbottabad)
    weight = made.sample.design.weight
    assert weight.sum() == pytest.approx(100)
    assert weight[-4:] == pytest.approx([1, 1, 1, 1])
    assert made.not_reached == ("p_age=60_up",)
    assert made.report.all_margins_hit
    assert made.report.effective_after < 100
    census = census_margins(abbottabad, "woman")["p_age"]
    assert weight[80:90].sum() / weight[:60].sum() == pytest.approx(census["30_44"] / census["18_24"])


def test_youth_are_raked_to_both_margins(abbottabad):
    frame = pd.DataFrame(
        {
            "p_age": ["18_24", "25_29", "18_24", "25_29"] * 10 + ["18_24"] * 10,
            "p_gender": ["woman", "man", "man", "woman"] * 10 + ["man"] * 10,
        }
    )
    made = weight_to_census(make_sample(frame), "youth", abbottabad)
    census = census_margins(abbottabad, "youth")
    weight = pd.Series(made.sample.design.weight)
    for question, totals in census.items():
        shares = weight.groupby(frame[question]).sum() / 50
        people = sum(totals.values())
        assert shares.to_dict() == pytest.approx({level: total / people for level, total in totals.items()})
