"""Gaps as declared data, and how alike the interviews of one worker are in them."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.models.interviewers import EARLIER, MEASURED, OTHERS, PLANNING_VALUE, Correlation
from survey.publication.counts import answers as counts_answers
from survey.publication.counts.cube import TOP_TWO, YES, topics_of
from survey.publication.counts.design_effects import LEAST_PEOPLE, Effects, Known, effects_of, rounded
from survey.publication.counts.gaps import GAPS, Gap, difference_key, either_of, gaps_of
from survey.publication.counts.indicators import INDICATORS
from survey.publication.counts.shares import HARM, HELP
from survey.questionnaire import xlsform
from survey.settings import PROJECT
from survey.storage.field import rounds
from survey.storage.scope import Scope
from tests.survey.conftest import CLOSED, Finished
from tests.survey.publication.counts.test_design_effects import (
    GROUPS,
    SMALL,
    Counts,
    domains_of,
    loads_of,
    share,
)

SHIPPED = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
MONEY = Gap("gap_money", "wants/money", "i_got/money", YES, within="reached")


def test_there_is_a_gap_of_every_kind_of_help_and_one_for_women_and_youth() -> None:
    assert gaps_of(topics_of(SHIPPED)) == GAPS
    assert [gap.name for gap in GAPS] == [
        *(f"gap_{kind}" for kind in HELP),
        "perception_woman",
        "perception_youth",
    ]
    # The indicator of a gap, person by person, has its name.
    assert {one.name for one in INDICATORS if one.kind == "gap"} == {f"gap_{kind}" for kind in HELP}


def test_kinds_of_help_and_harm_stand_in_one_list() -> None:
    for names in (HELP, HARM):
        listed = re.compile(r",\s*".join(f'"{name}"' for name in names))
        files = [
            file.name
            for file in (PROJECT / "survey").rglob("*.py")
            if listed.search(file.read_text(encoding="utf-8"))
        ]
        assert files == ["shares.py"]


def test_a_gap_needs_both_sides_in_groups_that_are_asked() -> None:
    topics = topics_of(SHIPPED)
    assert MONEY in gaps_of(topics)
    for lost in (MONEY.first, MONEY.second):
        assert MONEY not in gaps_of([topic for topic in topics if topic.name != lost])
    women = [replace(one, groups=("woman",)) if one.name == MONEY.first else one for one in topics]
    assert MONEY not in gaps_of(women)
    listened = next(gap for gap in GAPS if gap.groups == ("member", "woman"))
    youth = [replace(one, groups=("youth",)) if one.name == listened.second else one for one in topics]
    flat = [replace(one, tree=()) if one.name == listened.second else one for one in topics]
    assert listened not in gaps_of(youth)
    assert listened not in gaps_of(flat)
    assert listened.answer == TOP_TWO


@pytest.mark.slow
def test_who_wanted_or_got_is_counted_person_by_person(finished: Finished) -> None:
    counts = counts_answers.build(
        finished.database, Scope.everywhere(), rounds.find(finished.database, CLOSED)
    )
    for gap in (gap for gap in GAPS if gap.groups is None):
        first, second, either = (
            counts.given[name][YES].sum() for name in (gap.first, gap.second, gap.either)
        )
        assert max(first, second) <= either <= first + second
        assert either < first + second, "some wanted it and got it"


def test_a_version_that_lacks_one_side_counts_the_other() -> None:
    """Else those of the other side would seem to be in both."""
    without = replace(SHIPPED, pages=tuple(_without(page, "i_want2") for page in SHIPPED.pages))
    either = {one.name: one for one in either_of(without)}
    assert {part.question for part in either[MONEY.either].parts} == {"i_got"}
    whole = {one.name: one for one in either_of(SHIPPED)}
    assert {part.question for part in whole[MONEY.either].parts} == {"i_want1", "i_want2", "i_got"}


def _without(page, name: str):
    return replace(page, questions=tuple(one for one in page.questions if one.name != name))


Said = NDArray[np.int64]


def people(loads: Counts, spread: float, seed: int = 1) -> tuple[Said, Said, Said, Said]:
    """Worker and domain of every interview, and who wanted and who got; some workers hear more of wanting."""
    random = np.random.default_rng(seed)
    worker, domain = (np.repeat(one, loads[np.nonzero(loads)]) for one in np.nonzero(loads))
    luck = np.clip(0.5 + spread * random.standard_normal(len(loads)), 0.05, 0.95)[worker]
    wanted = (random.random(len(worker)) < luck).astype(np.int64)
    got = (random.random(len(worker)) < 0.3).astype(np.int64)
    return worker, domain, wanted, got


def told(loads: Counts, said: tuple[Said, Said, Said, Said]) -> tuple[Effects, Known]:
    worker, domain, wanted, got = said
    counted = {
        name: np.bincount(worker * loads.shape[1] + domain, values, loads.size).reshape(loads.shape)
        for name, values in ((MONEY.first, wanted), (MONEY.second, got), (MONEY.either, wanted | got))
    }
    workers = [
        (row, {name: {YES: counts[at].astype(np.int64)} for name, counts in counted.items()})
        for at, row in enumerate(loads)
    ]
    effects = effects_of((share(MONEY.first), share(MONEY.second)), domains_of(loads), workers)
    return effects, effects.of_gap(MONEY, GROUPS, workers)


def by_pairs(said: tuple[Said, Said, Said, Said]) -> float:
    """Typed from docs/statistics.md, apart from the code: all pairs of interviews of a cell, one by one."""
    worker, domain, wanted, got = said
    above = below = 0.0
    for cell in np.unique(domain):
        here = np.flatnonzero(domain == cell)
        squares: dict[bool, list[int]] = {True: [], False: []}
        for one, other in itertools.combinations(here, 2):
            difference = (wanted[one] - got[one]) - (wanted[other] - got[other])
            squares[bool(worker[one] == worker[other])].append(int(difference) ** 2)
        s, d = len(squares[True]), len(squares[False])
        between, within = sum(squares[False]) / d / 2, sum(squares[True]) / s / 2
        above += d * s / (d + s) * (between - within)
        below += d * s / (d + s) * between
    return max(above / below, 0.0)


def test_a_gap_has_the_likeness_of_what_each_person_wanted_less_what_each_got() -> None:
    loads = loads_of()
    said = people(loads, 0.25)
    effects, known = told(loads, said)
    assert known.correlation.source == MEASURED
    assert known.correlation.rho == round(by_pairs(said), 2)
    # It is its own: smaller than that of wanting alone, for who got what was chance.
    assert 0 < known.correlation.rho < effects.measured[MONEY.first].rho


@pytest.mark.parametrize("kind", list(SMALL))
def test_in_a_small_round_nobodys_answers_are_in_it(kind: str) -> None:
    found = {told(SMALL[kind], people(SMALL[kind], 0.3, seed))[1] for seed in range(4)}
    assert {known.correlation for known in found} == {PLANNING_VALUE}


def test_where_few_have_a_gap_it_is_borrowed() -> None:
    loads = loads_of()
    worker, domain, wanted, _ = people(loads, 0.2)
    got = wanted.copy()
    got[: LEAST_PEOPLE - 1] ^= 1
    effects, known = told(loads, (worker, domain, wanted, got))
    assert len(effects.measured) == 2
    assert known.correlation == PLANNING_VALUE
    got[LEAST_PEOPLE - 1] ^= 1
    assert told(loads, (worker, domain, wanted, got))[1].correlation.source == MEASURED


def test_an_earlier_round_and_other_questions_lend_it() -> None:
    loads = SMALL["few districts"]
    workers = [(row, {}) for row in loads]
    effects = effects_of((), domains_of(loads), workers)
    before = {difference_key(MONEY.first, MONEY.second): Correlation(0.03, 0.02)}
    lent = replace(effects, earlier=before).of_gap(MONEY, GROUPS, workers)
    assert lent.correlation == Correlation(0.03, 0.02, EARLIER)
    measured = {name: Correlation(0.01 * place, 0.01) for place, name in enumerate("abc")}
    others = replace(effects, measured=measured).of_gap(MONEY, GROUPS, workers).correlation
    assert others == rounded(Correlation(0.01, 0.01, OTHERS))
