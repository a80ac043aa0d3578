"""Census margins for the groups that a census counts: women by age, youth by age and sex; members never."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.columns import DesignError
from analysis.sample import Sample
from analysis.weights import WeightingReport, rake, weighting_report

if TYPE_CHECKING:
    import pandas as pd

#: Answer for age: census bands and the part of each that belongs to it. Adults of 18 and 19 are taken as two
#: fifths of the band 15-19, for the census publishes no single years.
AGE_BANDS: dict[str, dict[str, float]] = {
    "18_24": {"15-19": 0.4, "20-24": 1.0},
    "25_29": {"25-29": 1.0},
    "30_44": {"30-34": 1.0, "35-39": 1.0, "40-44": 1.0},
    "45_59": {"45-49": 1.0, "50-54": 1.0, "55-59": 1.0},
    "60_up": {"60-64": 1.0, "65-69": 1.0, "70-74": 1.0, "75+": 1.0},
}

#: Columns of the census table by answer for gender.
SEX_COLUMNS = {"woman": "overall_female", "man": "overall_male"}

#: What each group is weighted to: its ages and sexes. A group that is not here is never weighted.
GROUPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "woman": (tuple(AGE_BANDS), ("woman",)),
    "youth": (("18_24", "25_29"), ("woman", "man")),
}


@dataclass(frozen=True, slots=True)
class CensusWeighting:
    """A group weighted to the census, and what that did.

    Attributes
    ----------
    sample : Sample
    report : WeightingReport
    not_reached : tuple of str
        Census levels in which nobody was interviewed: the weights cannot speak for them.
    """

    sample: Sample
    report: WeightingReport
    not_reached: tuple[str, ...]


def census_margins(population: pd.DataFrame, group: str) -> dict[str, dict[str, float]]:
    """Return the adult population of a group by age, and by sex where both are in it.

    Parameters
    ----------
    population : DataFrame
        Rows of one province or more: ``age_band`` with ``overall_female`` and ``overall_male``, as in
        ``reference/population_age.csv``.
    group : str
        "woman" or "youth".

    Returns
    -------
    dict of question to dict of answer to people

    Raises
    ------
    DesignError
        For a group that no census counts, such as members.
    """
    people = census_people(population, group)
    ages, sexes = GROUPS[group]
    margins = {"p_age": {age: float(sum(people[age, sex] for sex in sexes)) for age in ages}}
    if len(sexes) > 1:
        margins["p_gender"] = {sex: float(sum(people[age, sex] for age in ages)) for sex in sexes}
    return margins


def census_people(population: pd.DataFrame, group: str) -> dict[tuple[str, str], float]:
    """Return the adult population of a group by age and sex.

    Parameters
    ----------
    population, group
        As for `census_margins`.

    Returns
    -------
    dict of (age, sex) to people

    Raises
    ------
    DesignError
        For a group that no census counts, such as members.
    """
    if group not in GROUPS:
        raise DesignError(f"no census counts the group {group!r}: it is never weighted")
    ages, sexes = GROUPS[group]
    bands = population.groupby("age_band")[list(SEX_COLUMNS.values())].sum()
    counted = {
        sex: dict(zip(bands.index, bands[SEX_COLUMNS[sex]].astype(float), strict=True)) for sex in sexes
    }
    return {
        (age, sex): float(sum(part * counted[sex][band] for band, part in AGE_BANDS[age].items()))
        for age in ages
        for sex in sexes
    }


def weight_to_census(sample: Sample, group: str, population: pd.DataFrame) -> CensusWeighting:
    """Rake the respondents of one group to its census margins; from province level up.

    Parameters
    ----------
    sample : Sample
        Respondents of the group alone, with columns ``p_age`` and, for youth, ``p_gender``.
    group, population
        As for `census_margins`.

    Returns
    -------
    CensusWeighting
        Who did not say age or gender keeps the share of the interviews; the census is scaled to the others.
        Weights add up to the number of interviews: they correct the mix and claim no population.
    """
    margins, missed = {}, []
    for question, totals in census_margins(population, group).items():
        answers = sample.frame[question].astype(str).value_counts()
        missed += [f"{question}={level}" for level in totals if level not in answers]
        margins[question] = _scaled(totals, answers)
    raked = rake(sample, margins)
    return CensusWeighting(raked, weighting_report(sample, raked, margins), tuple(missed))


def _scaled(totals: Mapping[str, float], answers: pd.Series[Any]) -> dict[str, float]:
    """Scale known totals to the interviews that gave one of their levels; other answers keep their number."""
    known = [level for level in totals if level in answers]
    interviews = float(np.sum([answers[level] for level in known]))
    people = sum(totals[level] for level in known)
    scaled = {str(level): float(count) for level, count in answers.items()}
    return scaled | {level: totals[level] / people * interviews for level in known}
