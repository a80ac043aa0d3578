"""Weighted shares of provinces: classes large enough, attacked with all that the release says, equal to a recount."""

from __future__ import annotations

import copy
from collections import Counter
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.disclosure.cube import Cube, Table, without_answers
from analysis.disclosure.nodes import TOTAL, Dimension
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect, protect_bases
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.tied.joint import TieError
from analysis.disclosure.tied.pairs import BOTH
from analysis.disclosure.tied.ties import Term, Tie
from survey import geography
from survey.publication.counts.census import GROUPS, census_people
from survey.publication.counts.cube import NO, TOP_TWO, YES, Topic
from survey.publication.counts.shares import Part, Share
from survey.publication.release import release
from survey.publication.release.material import gather
from survey.publication.release.weighted.attack import weighted_shares
from survey.publication.release.weighted.classes import (
    LEAST,
    Counted,
    WeightClass,
    Weighting,
    counted_by_class,
    weighting_of,
    with_pairs,
)
from survey.storage.field import rounds
from survey.storage.results import release_document, releases, weighted_figures
from tests.survey.conftest import CLOSED, Finished
from tests.survey.publication.counts.test_answers import counts_of

RULES = Rules(ladder=None)
AGES = ("18_24", "25_29", "30_44", "45_59", "60_up")


def sizes(*numbers: int) -> dict[tuple[str, str], int]:
    return {(age, "woman"): number for age, number in zip(AGES, numbers, strict=True)}


# --- classes ----------------------------------------------------------------------------------------------------


def test_the_parts_are_those_of_the_census() -> None:
    found = weighting_of("PK5", "woman", sizes(40, 40, 40, 40, 40))
    assert found is not None
    districts = {one.id for one in geography.reporting_districts() if one.adm1_pcode == "PK5"}
    frame = pd.read_csv(geography.REFERENCE / "population_age.csv")
    people = census_people(frame[frame["district_id"].isin(districts)], "woman")
    parts = [people[age, "woman"] / sum(people.values()) for age in AGES]
    assert [one.part for one in found.classes] == pytest.approx(parts)
    # Kish (1965): n Σw² / (Σw)², each of 40 people of a class weighing part / 40.
    weights = np.repeat(np.array(parts) / 40, 40)
    kish = 200 * (weights**2).sum() / weights.sum() ** 2
    assert found.effect == pytest.approx(np.ceil(kish * 10) / 10)


def test_small_classes_are_merged_with_a_neighbour_and_too_few_are_not_weighted() -> None:
    found = weighting_of("PK5", "woman", sizes(60, 50, 40, 30, 7))
    assert found is not None
    assert [one.size for one in found.classes] == [60, 50, 40, 37]
    assert found.classes[-1].levels == (("45_59", "woman"), ("60_up", "woman"))
    assert sum(one.part for one in found.classes) == pytest.approx(1)
    assert weighting_of("PK5", "woman", sizes(60, 50, 40, 7, 7)) is None
    youth = dict.fromkeys(product(("18_24", "25_29"), ("woman", "man")), 20)
    assert weighting_of("PK2", "youth", youth) is not None
    assert weighting_of("PK2", "youth", {**youth, ("25_29", "man"): 19}) is None


def test_who_told_no_age_counts_with_the_largest_class() -> None:
    found = weighting_of("PK5", "woman", {**sizes(60, 50, 40, 30, 25), ("", "woman"): 3, ("18_24", ""): 1})
    assert found is not None
    assert [one.size for one in found.classes] == [64, 50, 40, 30, 25]


# --- the attack -------------------------------------------------------------------------------------------------


def topic(name: str) -> Topic:
    share = Share(name, (Part(name, ("yes",)),))
    return Topic(name, name, ("woman",), False, ((YES, ()), (NO, None)), share=share)


def protected(name: str, yes: int, base: int) -> ProtectedTable:
    """A table of one province with two districts, of which the province's counts are shown."""
    place = Dimension("place", ("province", "district"), (("PK5", "one"), ("PK5", "two")))
    group = Dimension("group", ("group",), (("woman",),), total=False)
    answers = Dimension("answer", ("answer",), ((YES,), (NO,)), answers=True)
    half, rest = yes // 2, yes - yes // 2
    counts = np.array([[[half, base // 2 - half]], [[rest, base - base // 2 - rest]]], np.int64)
    table = Table(Cube((place, group, answers)), counts, name=name)
    return protect(table, RULES, protect_bases(without_answers(table), RULES))


def weighting(classes: dict[str, tuple[int, float]]) -> Weighting:
    return Weighting(
        "PK5",
        "woman",
        tuple(WeightClass(((age, "woman"),), size, part) for age, (size, part) in classes.items()),
    )


def told(of: Weighting, ties: tuple[Tie, ...] = (), **yes: tuple[int, ...]) -> dict[str, int]:
    cells = tuple(("PK5", "woman", *one.levels[0]) for one in of.classes)
    bases = np.array([one.size for one in of.classes])
    counted = Counted(cells, bases, {name: {YES: np.array(numbers)} for name, numbers in yes.items()})
    tables = {name: protected(name, sum(numbers), int(bases.sum())) for name, numbers in yes.items()}
    topics = {name: topic(name) for name in yes}
    return {one.table: one.percent for one in weighted_shares(of, counted, tables, topics, ties, RULES)}


#: Two classes of 170 and 30 people who are half of the population each, and four of 50.
TWO = weighting({"18_24": (170, 0.5), "25_29": (30, 0.5)})
FOUR = weighting({"18_24": (50, 0.4), "25_29": (50, 0.3), "30_44": (50, 0.2), "45_59": (50, 0.1)})


def worlds(of: Weighting, total: int, percent: int) -> list[tuple[int, ...]]:
    """Every way in which the classes can have said yes, from the plain count and the weighted per cent."""
    weights = [one.part / one.size for one in of.classes]
    several = (
        numbers for numbers in product(*(range(one.size + 1) for one in of.classes)) if sum(numbers) == total
    )
    return [
        numbers
        for numbers in several
        if abs(100 * sum(w * x for w, x in zip(weights, numbers, strict=True)) - percent) <= 0.5
    ]


def test_two_classes_are_solved_and_the_attack_says_so() -> None:
    """100 of 200 said yes; the weighted share leaves one way in which the 30 can have answered, and gives their three away."""
    share = round(100 * (0.5 * 97 / 170 + 0.5 * 3 / 30))
    assert worlds(TWO, 100, share) == [(97, 3)]
    assert told(TWO, asked=(97, 3)) == {}


@pytest.mark.slow
def test_four_classes_leave_open_what_each_said() -> None:
    yes = (26, 25, 24, 25)
    value = 100 * sum(one.part * n / one.size for one, n in zip(FOUR.classes, yes, strict=True))
    assert told(FOUR, asked=yes) == {"asked": 50}
    assert value == pytest.approx(50.4)
    assert len(worlds(FOUR, 100, 50)) > 1000


def test_the_attack_withholds_what_four_classes_give_away() -> None:
    """Nearly everybody of three classes and nobody of the fourth said yes: the weighted share says that it was nobody."""
    assert told(FOUR, asked=(50, 50, 49, 1)) == {}
    assert told(FOUR, asked=(50, 50, 49, 1), open=(26, 25, 24, 25)) == {"open": 50}


#: 50 people each; one of the first class counts for .3 per cent more than one of the others.
NEAR = weighting(
    {age: (50, part) for age, part in zip(AGES[:4], (0.3625, 0.2125, 0.2125, 0.2125), strict=True)}
)


def test_tied_tables_are_attacked_together() -> None:
    """In the first class five said "asked", by its weighted share 5.75 at most, and four said "further", 2.8 to 6.2 by theirs.

    Each may be published: the five need not look like more, and the four can be six. But no more said "further" than
    said "asked", so that with both the four cannot be six.
    """
    tie = Tie("", (Term("further", YES, 1), Term("asked", YES, -1)), 0, ("woman",))
    asked, further = (5, 20, 19, 19), (4, 5, 5, 4)
    assert told(NEAR, asked=asked) == {"asked": 28}
    assert told(NEAR, further=further) == {"further": 9}
    assert told(NEAR, asked=asked, further=further) == {"asked": 28, "further": 9}
    assert told(NEAR, (tie,), asked=asked, further=further) == {}


def test_ties_hold_class_by_class() -> None:
    """Those who said "further" are no more than those who said "asked" in each class: counts that break it are no counts."""
    tie = Tie("", (Term("further", YES, 1), Term("asked", YES, -1)), 0, ("woman",))
    asked = (26, 25, 24, 25)
    assert told(FOUR, (tie,), further=(20, 21, 19, 22), asked=asked).keys() == {"further", "asked"}
    with pytest.raises(TieError):
        told(FOUR, (tie,), further=(27, 21, 19, 22), asked=asked)


# --- a release --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document(finished: Finished) -> dict[str, Any]:
    return release_document.unpack(releases.find(finished.database, CLOSED).content)


def test_shares_are_those_of_a_recount(finished: Finished, document) -> None:
    """Women of Khyber Pakhtunkhwa by age: each class's own share, weighted with its part of the census."""
    base, yes = Counter[str](), Counter[str]()
    for one in filter(counts_of, finished.sent):
        answers = one["answers"]
        if answers["p_group"] == "woman" and geography.reporting_of(answers["district"]).adm1_pcode == "PK5":
            base[answers["p_age"]] += 1
            yes[answers["p_age"]] += answers.get("saf_day") in ("very_safe", "fairly_safe")
    assert min(base[age] for age in AGES) >= LEAST, "no class is merged here"
    frame = pd.read_csv(geography.REFERENCE / "population_age.csv")
    inside = {one.id for one in geography.reporting_districts() if one.adm1_pcode == "PK5"}
    people = census_people(frame[frame["district_id"].isin(inside)], "woman")
    whole = sum(people.values())
    right = 100 * sum(people[age, "woman"] / whole * yes[age] / base[age] for age in AGES)
    kept = {
        (one.question, one.province, one.group): one
        for one in release.read(finished.database, CLOSED).weighted
    }
    found = kept["saf_day", "PK5", "woman"]
    assert found.answer == TOP_TWO
    assert abs(found.percent - right) <= 0.5
    assert found.ci_low < found.percent < found.ci_high
    assert found.classes == 5


def test_pairs_are_counted_by_class_as_person_by_person(finished: Finished) -> None:
    """The attack on weighted shares knows who gave both answers: of each class it has to be those who did."""
    material = gather(finished.database, CLOSED)
    counted = with_pairs(counted_by_class(finished.database, material.round), material.blocks)
    found = Counter[tuple[str, str, str]]()
    for one in filter(counts_of, finished.sent):
        answers = one["answers"]
        province = geography.reporting_of(answers["district"]).adm1_pcode
        for kind in {answers.get("i_want1"), answers.get("i_want2")} & set(answers.get("i_got", ())):
            found[kind, province, answers["p_group"]] += 1
    places = {(cell[0], cell[1]) for cell in counted.cells}
    for block in material.blocks:
        leaves, kind = counted.given[block.pair.both], block.gap.first.partition("/")[2]
        for province, group in places:
            inside = np.array([cell[:2] == (province, group) for cell in counted.cells])
            assert leaves[BOTH][inside].sum() == found[kind, province, group]
    assert sum(found.values()) > 100


def test_the_classes_are_everybody_whom_the_release_counts(finished: Finished, document) -> None:
    """Every table of women and of youth, those of indices too: all ages and sexes together are the cells of the province."""
    counted = counted_by_class(finished.database, rounds.find(finished.database, CLOSED))
    compared = 0
    for table in (*document["topics"], *document["valid"]):
        for cell in table["cells"]:
            province, district, group, answer = cell["name"]
            numbers = counted.given.get(table["name"], {}).get(answer)
            if district == TOTAL != province and group in GROUPS and numbers is not None and cell["count"]:
                inside = [one[:2] == (province, group) for one in counted.cells]
                assert int(numbers[inside].sum()) == cell["count"], (table["name"], cell["name"])
                compared += 1
    assert compared > 300


def test_counts_of_other_people_are_not_weighted() -> None:
    """One answer more than the release has: nothing is published of what does not add up."""
    cells = tuple(("PK5", "woman", *one.levels[0]) for one in FOUR.classes)
    counted = Counted(cells, np.array([50] * 4), {"asked": {YES: np.array([26, 25, 24, 26])}})
    tables = {"asked": protected("asked", 100, 200)}
    assert weighted_shares(FOUR, counted, tables, {"asked": topic("asked")}, (), RULES) == []


def test_members_districts_and_all_interviewed_are_never_weighted(document) -> None:
    names = [tuple(cell["name"]) for entry in document["weighted"] for cell in entry["cells"]]
    assert len(names) > 100
    assert {group for _, _, group in names} == {"woman", "youth"}
    assert {district for _, district, _ in names} == {TOTAL}
    assert TOTAL not in {province for province, _, _ in names}


def changed(document: dict[str, Any], change) -> list[str]:
    other = copy.deepcopy(document)
    change(other["weighted"][0], other)
    return list(weighted_figures.complaints(other))


def wider(entry, _document) -> None:
    entry["cells"][0]["figure"][2] += 1


def of_a_district(entry, _document) -> None:
    entry["cells"][0]["name"][1] = "peshawar"


def of_members(entry, _document) -> None:
    entry["cells"][0]["name"][2] = "member"


def beside_nothing(entry, document) -> None:
    name = [*entry["cells"][0]["name"], entry["answer"]]
    (topic_,) = (one for one in document["topics"] if one["name"] == entry["question"])
    next(cell for cell in topic_["cells"] if cell["name"] == name)["count"] = None


def of_few_classes(_entry, document) -> None:
    document["weighting"][0]["classes"] = 2


def with_a_count(entry, _document) -> None:
    entry["cells"][0]["figure"].append(17)


@pytest.mark.parametrize(
    "change", [wider, of_a_district, of_members, beside_nothing, of_few_classes, with_a_count]
)
def test_the_store_refuses_a_weighted_share_that_does_not_follow(document, change) -> None:
    assert list(weighted_figures.complaints(document)) == []
    assert changed(document, change)
