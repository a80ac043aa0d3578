"""Estimates of lists: made of published counts of recorded numbers and the declared chance alone, and none where a count is hidden."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from math import sqrt

import numpy as np
import pytest

from analysis.models.interviewers import Correlation
from survey.publication.counts.design_effects import Known
from survey.publication.reading.hidden import told
from survey.publication.reading.hidden.estimates import (
    estimates,
    hidden_questions,
    least_answers,
    shown_estimates,
)
from survey.publication.reading.hidden.files import estimates_csv
from survey.publication.reading.hidden.told import Estimate
from survey.publication.reading.labels import Labels
from survey.publication.release.figures import Figure
from survey.publication.release.release import Release
from survey.storage.results.release_document import NO_ANSWER
from survey.storage.scope import Scope
from tests.survey.hidden.lists import LISTED, list_questionnaire

PLACE = ("PK5", "swat", "woman")
REPLACED, MOST = 0.25, 5
Counts = Sequence[int | None]
#: Of 1,000 people each: others 0, 1, … 4 in 5, 20, 45, 25 and 5 of a hundred; a fifth have the item, whatever else is true of them.
OTHERS = np.array([0.05, 0.2, 0.45, 0.25, 0.05])


def expected(share: float, people: int = 1000) -> tuple[list[int], list[int]]:
    """What is recorded on average of people with the item in their list, and of people without."""
    longer = share * np.append(0.0, OTHERS) + (1 - share) * np.append(OTHERS, 0.0)
    shorter = np.append(OTHERS, 0.0)
    with_item, without = (
        np.rint(people * ((1 - REPLACED) * one + REPLACED / 6)).astype(int).tolist()
        for one in (longer, shorter)
    )
    return with_item, without


def figures(question: str, with_item: Counts, without: Counts, silent: int | None = 20) -> Iterator[Figure]:
    names = [*(f"b{number}" for number in range(6)), *(f"a{number}" for number in range(6)), NO_ANSWER]
    counts = [*with_item, *without, silent]
    base = sum(count or 0 for count in counts)
    for name, count in zip(names, counts, strict=True):
        status = "hidden" if count is None else "published"
        yield Figure(*PLACE, question, name, status, None if count is None else base, count)


def released(*said: Iterator[Figure], rho: float = 0.0, seen: float = 1.0) -> Release:
    every = tuple(figure for several in said for figure in several)
    known = Known(Correlation(rho, 1e-9))
    return Release(
        "made", "listed", "1", "", "", "", {}, 0, 0, every,
        known=dict.fromkeys(LISTED, known), seen={PLACE: seen},
    )  # fmt: skip


def of(question: str, *said: Iterator[Figure], rho: float = 0.0, seen: float = 1.0) -> Estimate:
    release = released(*said, rho=rho, seen=seen)
    (found,) = (
        one for one in estimates(release, list_questionnaire(), release.figures) if one.question == question
    )
    return found


def by_hand(with_item: Sequence[int], without: Sequence[int], effect: float = 1.0) -> list[int]:
    """The difference of the means over what chance left, with its normal limits, in whole per cent."""
    means, spread = [], 0.0
    for counts in (with_item, without):
        people = np.repeat(np.arange(6), counts)
        means.append(people.mean())
        spread += effect * people.var(ddof=1) / len(people)
    estimate, half = (means[0] - means[1]) / (1 - REPLACED), 1.959963985 * sqrt(spread) / (1 - REPLACED)
    return [int(100 * min(max(part, 0), 1) + 0.5) for part in (estimate, estimate - half, estimate + half)]


def test_an_estimate_is_the_difference_of_the_means_over_what_chance_left() -> None:
    counts = expected(0.2)
    found = of("h_list", figures("h_list", *counts))
    assert (found.says, found.n, found.recorded) == (told.ESTIMATED, sum(map(sum, counts)), sum(counts[0]))
    assert [found.value, found.low, found.high] == by_hand(*counts)
    assert found.value == 20


def test_interviews_of_one_worker_widen_it() -> None:
    # Of 8,000 interviews each sees 20 others of a correlation of .1; of those of one list half as many.
    counts = expected(0.2, 4000)
    found = of("h_list", figures("h_list", *counts), rho=0.1, seen=21.0)
    base = sum(map(sum, counts)) + 20
    for_list = 1 + 0.1 * (21.0 * sum(counts[0]) / base - 1)
    # It is rounded upward to one decimal.
    assert [found.value, found.low, found.high] == by_hand(*counts, np.ceil(10 * for_list - 1e-9) / 10)


@pytest.mark.parametrize("place", range(12))
def test_where_one_count_is_hidden_there_is_no_estimate(place: int) -> None:
    counts: list[list[int | None]] = [[*one] for one in expected(0.2)]
    counts[place // 6][place % 6] = None
    assert of("h_list", figures("h_list", *counts)) == Estimate(*PLACE, "h_list")


def test_the_number_without_an_answer_is_not_needed() -> None:
    counts = expected(0.2)
    assert of("h_list", figures("h_list", *counts, None)).value == by_hand(*counts)[0]


def test_few_people_say_nothing_of_a_group() -> None:
    counts = expected(0.2, 300)
    found = of("h_list", figures("h_list", *counts))
    assert (found.says, found.value, found.n) == (told.TOO_FEW, None, sum(map(sum, counts)))
    # An arm of 49 is too small for anything.
    few = of("h_list", figures("h_list", [9, 8, 8, 8, 8, 8], expected(0.2)[1]))
    assert few.says == told.TOO_FEW


def test_plans_say_from_how_many_answers_an_estimate_is_shown() -> None:
    (asked, hiding) = next(one for one in hidden_questions(list_questionnaire()) if one[0].name == "h_list")
    least = least_answers(asked, hiding)
    # Others that are true of half of all vary by 1; with the item of a fifth by 1.16; what chance replaces by 35/12, and off the mean.
    spread = sum(
        0.75 * variance + 0.25 * 35 / 12 + 0.75 * 0.25 * (mean - 2.5) ** 2
        for variance, mean in ((1.0, 2.0), (1.16, 2.2))
    )
    assert least == pytest.approx(2 * (1.959963985 / 0.75 / 0.15) ** 2 * spread, abs=1)
    assert 1800 < least < 2000
    second = next(one for one in hidden_questions(list_questionnaire()) if one[0].name == "h_second")
    # Half of that, and the covariance at its bound.
    both = spread / 0.75**2 / 2 + sqrt(1.0 * 1.16)
    assert least_answers(*second) == pytest.approx(2 * (1.959963985 / 0.15) ** 2 * both, abs=1)


def test_a_list_whose_item_people_flee_from_is_not_used() -> None:
    with_item, without = expected(0.2)
    # A third of those with the item in their list say that nothing is true.
    fled = [int(count * 2 / 3) for count in with_item]
    fled[0] += sum(with_item) - sum(fled)
    found = of("h_list", figures("h_list", fled, without))
    assert (found.says, found.value) == (told.LIST_FAILED, None)


def test_of_two_lists_the_second_tells_what_both_say() -> None:
    counts = expected(0.2)
    one, both = (
        of(name, figures("h_list", *counts), figures("h_second", *counts)) for name in ("h_list", "h_second")
    )
    assert (one.says, both.says) == (told.ESTIMATED, told.FROM_BOTH)
    assert one.value == both.value == 20
    assert one.low is not None
    assert both.low is not None
    # Half the variance, and the covariance of the two numbers of a person at its bound: never surer than one list by more than √½.
    assert 1 / sqrt(2) < (20 - both.low) / (20 - one.low) < 1
    # Where the first is hidden the second speaks for itself.
    hidden: list[int | None] = [None, *counts[0][1:]]
    alone = of("h_second", figures("h_list", hidden, counts[1]), figures("h_second", *counts))
    assert (alone.says, alone.value, alone.low) == (told.ESTIMATED, one.value, one.low)


def test_lists_that_disagree_and_a_first_list_that_failed_are_not_used() -> None:
    much, little = expected(0.6), expected(0.05)
    apart = of("h_second", figures("h_list", *much), figures("h_second", *little))
    assert (apart.says, apart.value) == (told.LISTS_DISAGREE, None)
    fled = [400, *much[0][1:]]
    failed = of("h_second", figures("h_list", fled, much[1]), figures("h_second", *much))
    assert (failed.says, failed.value) == (told.LIST_FAILED, None)


def test_a_page_looks_at_one_question_and_the_list_before_it() -> None:
    """The estimates of a page are those of all questions, without making the others."""
    counts = expected(0.2)
    release = released(figures("h_list", *counts), figures("h_second", *counts))
    asked = list_questionnaire()
    every = list(estimates(release, asked, release.figures))
    for name in LISTED:
        assert shown_estimates(release, asked, release.figures, name) == [
            one for one in every if one.question == name
        ]
    assert shown_estimates(release, asked, release.figures, "h_anchor") == []
    assert shown_estimates(release, asked, release.figures, "saf_day") == []


def test_the_file_holds_the_estimates_of_lists() -> None:
    counts = expected(0.2)
    release = released(figures("h_list", *counts), figures("h_second", *counts))
    content = estimates_csv(release, Scope.everywhere(), Labels(list_questionnaire(), "en", str))
    first, second = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert first["hidden_by"] == "list_count items=4 replaced=1/4 one=paid"
    assert (first["one"], first["with_trait"], first["without_trait"]) == ("paid", "19/24", "1/24")
    assert (first["says"], second["says"]) == ("estimated", "from_both_lists")
    assert (first["n"], first["recorded"], first["estimate_percent"]) == (
        str(sum(map(sum, counts))),
        str(sum(counts[0])),
        "20",
    )
