"""Estimates of what chance hides: made of published counts and declared probabilities alone, and none where a count is hidden."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from math import sqrt

import pytest
from scipy import stats

from analysis.models.interviewers import Correlation
from survey.publication.counts.design_effects import Known
from survey.publication.reading.hidden import estimates as hidden
from survey.publication.reading.hidden.estimates import Estimate, estimates
from survey.publication.reading.hidden.files import COLUMNS, estimates_csv
from survey.publication.reading.labels import Labels
from survey.publication.release.figures import Figure
from survey.publication.release.release import Release
from survey.storage.results.release_document import NO_ANSWER
from survey.storage.scope import Scope
from tests.survey.hidden.conftest import Held
from tests.survey.hidden.questions import questionnaire

#: Question → the option recorded as 1, the other one, and the probabilities of 1 with the trait and without, by hand.
DESIGNS = {
    "h_forced": ("yes", "no", 5 / 6, 1 / 6),
    "h_mirror": ("yes", "no", 0.8, 0.2),
    "h_cross": ("same", "other", 1 / 6, 5 / 6),
    "h_garbled": ("yes", "no", 5 / 6, 1 / 6),
}
PLACE = ("PK5", "swat", "woman")


def figures(question: str, one: int | None, other: int | None, silent: int | None = 0) -> Iterator[Figure]:
    """What a release says of one question in Swat."""
    names = {"h_cross": ("same", "other"), "h_anchor": ("same", "other")}.get(question, ("yes", "no"))
    counts = dict(zip((*names, NO_ANSWER), (one, other, silent), strict=True))
    base = sum(count or 0 for count in counts.values())
    for name, count in counts.items():
        status = "hidden" if count is None else "published"
        yield Figure(*PLACE, question, name, status, None if count is None else base, count)


def released(*told: Iterator[Figure], rho: float = 0.0, seen: float = 1.0) -> list[Estimate]:
    """The estimates of a release that says this and no more."""
    known = Known(Correlation(rho, 1e-9))
    every = tuple(figure for several in told for figure in several)
    release = Release(
        "made", "hidden", "1", "", "", "", {}, 0, 0, every,
        known=dict.fromkeys((*DESIGNS, "h_anchor"), known), seen={PLACE: seen},
    )  # fmt: skip
    return list(estimates(release, questionnaire(), every))


def of(*told: Iterator[Figure], **more: float) -> Estimate:
    (found,) = (one for one in released(*told, **more) if one.question != "h_anchor")
    return found


def by_hand(one: int, n: int, with_trait: float, without: float, effect: float = 1.0) -> list[int]:
    """The share less the base over the slope, with Wilson's limits on the effective number, in whole per cent."""
    size, share, z = n / effect, one / n, float(stats.norm.ppf(0.975))
    middle, half = (
        share + z * z / (2 * size),
        z * sqrt(share * (1 - share) / size + z * z / (4 * size * size)),
    )
    ends = [(middle - half) / (1 + z * z / size), (middle + half) / (1 + z * z / size)]
    mapped = sorted((end - without) / (with_trait - without) for end in ends)
    value = (share - without) / (with_trait - without)
    return [int(100 * min(max(part, 0), 1) + 0.5) for part in (value, *mapped)]


@pytest.mark.parametrize("question", DESIGNS)
def test_an_estimate_is_the_share_less_the_base_over_the_slope(question: str) -> None:
    *_, with_trait, without = DESIGNS[question]
    found = of(figures(question, 240, 360, 50))
    assert (found.says, found.n, found.recorded) == (hidden.ESTIMATED, 600, 240)
    assert [found.value, found.low, found.high] == by_hand(240, 600, with_trait, without)


def test_interviews_of_one_worker_widen_it() -> None:
    # Each interview sees 10 others of a correlation of .1: a design effect of 2.
    found = of(figures("h_forced", 400, 800), rho=0.1, seen=11.0)
    assert [found.value, found.low, found.high] == by_hand(400, 1200, 5 / 6, 1 / 6, 2.0)


@pytest.mark.parametrize("counts", [(None, 360), (240, None), (None, None)])
def test_where_a_count_is_hidden_there_is_no_estimate(counts: tuple[int | None, int | None]) -> None:
    assert of(figures("h_forced", *counts, None)) == Estimate(*PLACE, "h_forced")


def test_the_number_without_an_answer_is_not_needed() -> None:
    assert of(figures("h_forced", 240, 360, None)).value == by_hand(240, 600, 5 / 6, 1 / 6)[0]


def test_few_answers_say_nothing_of_a_group() -> None:
    # With three tenths recorded the die's interval is 16 points to either side of 70 answers; 49 are too few for any.
    for n, says in ((60, hidden.TOO_FEW), (70, hidden.TOO_FEW), (100, hidden.ESTIMATED)):
        assert of(figures("h_forced", 3 * n // 10, n - 3 * n // 10)).says == says
    few = of(figures("h_garbled", 8, 41))
    assert (few.says, few.value, few.n) == (hidden.TOO_FEW, None, 49)


@pytest.mark.parametrize("question", DESIGNS)
def test_plans_say_from_how_many_answers_an_estimate_is_shown(question: str) -> None:
    asked = questionnaire().questions[question]
    assert asked.hiding is not None
    least = hidden.least_answers(asked, asked.hiding)
    first, _, with_trait, without = DESIGNS[question]
    share = without + 0.2 * (with_trait - without)
    assert asked.hiding.one == first
    for n, says in ((least, hidden.ESTIMATED), (least - 1, hidden.TOO_FEW)):
        assert of(figures(question, round(n * share), n - round(n * share))).says == says
    # By the normal approximation (1.96 / .15)² λ (1 − λ) / c².
    assert abs(least - (1.96 / 0.15) ** 2 * share * (1 - share) / (with_trait - without) ** 2) < 6


def test_what_chance_does_not_explain_says_that_people_did_not_follow() -> None:
    # Vector of the literature: 30 of 300 say yes where the die alone makes 50; z is 3.1.
    found = of(figures("h_forced", 30, 270))
    assert (found.says, found.value) == (hidden.NOT_FOLLOWED, None)
    assert of(figures("h_forced", 45, 255)).value == 0
    # The phone follows its own instruction: what it makes is chance.
    assert of(figures("h_garbled", 30, 270)).says == hidden.ESTIMATED


def test_an_anchor_shows_who_did_not_follow() -> None:
    question = lambda: figures("h_cross", 480, 720)  # noqa: E731 - figures are read once
    # Of the anchor, which is true of nobody, five of six are "other": 1,000 of 1,200 where all follow.
    assert of(question(), figures("h_anchor", 1000, 200)).says == hidden.ESTIMATED
    plain = of(question(), figures("h_anchor", 1000, 200)).value
    corrected = of(question(), figures("h_anchor", 920, 280))
    # γ = (.7667 − .5) / (.8333 − .5) = .8; λ − ½ = −.1 is −.125 of people who follow: π = (.375 − .8333) / −.6667.
    assert (corrected.says, corrected.value) == (hidden.CORRECTED, 69)
    assert plain == 65
    assert corrected.low is not None
    assert corrected.low < 69
    # Less than half follow.
    assert of(question(), figures("h_anchor", 740, 460)).says == hidden.NOT_FOLLOWED
    # Where the anchor is hidden nothing is known of who follows.
    assert of(question(), figures("h_anchor", None, None)).says == hidden.ESTIMATED


def test_an_anchor_itself_is_no_estimate() -> None:
    assert released(figures("h_anchor", 500, 700)) == []


@pytest.mark.slow
def test_estimates_of_a_round_follow_from_what_it_publishes(held: Held) -> None:
    release = held.release
    counts = {(f.province, f.district, f.group, f.question, f.answer): f.count for f in release.figures}
    told = list(estimates(release, questionnaire(), release.figures))
    shown = [one for one in told if one.value is not None]
    assert {one.question for one in shown} == set(DESIGNS)
    for one in told:
        place = (one.province, one.district, one.group, one.question)
        first, second, with_trait, without = DESIGNS[one.question]
        pair = (counts[(*place, first)], counts[(*place, second)])
        assert (one.says == hidden.HIDDEN) == (None in pair)
        if one.says == hidden.ESTIMATED and None not in pair:
            assert (one.recorded, one.n) == (pair[0], sum(pair))
            assert one.value == by_hand(pair[0], sum(pair), with_trait, without)[0]


@pytest.mark.slow
def test_estimates_of_everybody_are_near_the_truth_of_made_up_people(held: Held) -> None:
    """Between .1 and .35 of them have each trait, which shares of recorded answers are far from."""
    everybody = [
        one
        for one in estimates(held.release, questionnaire(), held.release.above())
        if (one.province, one.district, one.group) == ("Total",) * 3 and one.says != hidden.HIDDEN
    ]
    # Of others one of the counts is hidden.
    assert len(everybody) >= 2
    for one in everybody:
        assert one.low is not None
        assert one.high is not None
        assert one.low < 35
        assert one.high > 10
        assert one.high - one.low < 20
        assert one.says == hidden.ESTIMATED


@pytest.mark.slow
def test_the_file_holds_every_estimate_with_its_probabilities(held: Held) -> None:
    labels = Labels(questionnaire(), "en", str)
    text = estimates_csv(held.release, Scope.everywhere(), labels).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(list(estimates(held.release, questionnaire(), held.release.figures)))
    forced = next(row for row in rows if row["question"] == "h_forced")
    assert forced["hidden_by"] == "forced_response truth=2/3 yes=1/6 no=1/6 one=yes"
    assert (forced["with_trait"], forced["without_trait"]) == ("5/6", "1/6")
    assert all(row["estimate_percent"] == "" for row in rows if row["says"] == "hidden")


@pytest.mark.slow
def test_a_reader_of_one_district_has_estimates_of_it_and_of_what_is_above(held: Held) -> None:
    labels = Labels(questionnaire(), "en", str)
    text = estimates_csv(held.release, Scope.of(["swat"]), labels).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["district"] for row in rows if row["level"] == "district"} == {"swat"}
    assert {row["level"] for row in rows} > {"district", "all"}


def test_other_probabilities_are_another_estimate_of_the_same_counts() -> None:
    asked = questionnaire()
    page = next(page for page in asked.pages if page.name == "hidden_page")
    other = replace(page.questions[0], hidden_by={"truth": "1/2", "yes": "1/4", "no": "1/4", "one": "yes"})
    changed = replace(asked, pages=(*asked.pages[:-1], replace(page, questions=(other, *page.questions[1:]))))
    every = tuple(figures("h_forced", 240, 360))
    release = Release(
        "made", "hidden", "2", "", "", "", {}, 0, 0, every,
        known={"h_forced": Known(Correlation(0.0, 1e-9))}, seen={PLACE: 1.0},
    )  # fmt: skip
    (found,) = estimates(release, changed, every)
    assert found.value == by_hand(240, 600, 3 / 4, 1 / 4)[0] != by_hand(240, 600, 5 / 6, 1 / 6)[0]
