"""Means of all answers: attacked before they are told, and equal to a recount of what was sent."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from analysis.disclosure.cube import Cube, Table, without_answers
from analysis.disclosure.nodes import TOTAL, Dimension
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect, protect_bases
from survey import geography
from survey.publication.protection.ties import valid_table
from survey.publication.reading.csv_files import INDEX_COLUMNS
from survey.publication.release import release
from survey.publication.release.figures import HIDDEN
from survey.publication.release.pooled.attack import Cluster, Row, _kept
from survey.storage.results import pooled_means, release_document, releases
from survey.storage.results.pooled_means import POOLED, mean_sums
from survey.storage.results.release_document import NO_ANSWER
from tests.survey.conftest import CLOSED, Finished
from tests.survey.publication.counts.test_answers import counts_of

RULES = Rules(ladder=None)
LEAVES = ("lot", "some", "little", "not_at_all", NO_ANSWER)
SCORES = {"lot": 100.0, "some": 67.0, "little": 33.0, "not_at_all": 0.0}
EXTENT = {"lot": 100, "some": 67, "little": 33, "not_at_all": 0}
SAFE = {"very_safe": 100, "fairly_safe": 67, "bit_unsafe": 33, "very_unsafe": 0}
PLACE = Dimension("place", ("province", "district"), (("P", "a"), ("P", "b")))
GROUP = Dimension("group", ("group",), (("woman",),), total=False)


def cluster(*rows: tuple[int, ...], k: int = 5) -> Cluster:
    """One question of two districts, as counted and as protected."""
    cube = Cube(
        (PLACE, GROUP, Dimension("answer", ("answer",), tuple((leaf,) for leaf in LEAVES), answers=True))
    )
    table = Table(cube, np.array([[row] for row in rows], np.int64), name="trust")
    rules = Rules(ladder=None, k=k)
    shown = protect(table, rules, protect_bases(without_answers(table), rules))
    return Cluster({"trust": table}, {"trust": shown}, (), rules)


def mean_row(district: str, counts: tuple[int, ...]) -> Row:
    numbers = np.array(counts[:4])
    mean = int(float(np.dot(list(SCORES.values()), numbers)) / numbers.sum() + 0.5)
    domain = ("P", district, "woman")
    return Row("trust", domain, mean, tuple(mean_sums(domain, {"trust": SCORES}, mean)))


def test_a_mean_that_gives_a_hidden_count_away_is_not_told() -> None:
    """Of 58, three said "a little" and six "not at all"; all else is shown, and the mean in whole points says which is which."""
    swat, other = (23, 23, 3, 6, 3), (20, 20, 20, 20, 20)
    one = cluster(swat, other)
    shown = one.protected["trust"]
    assert shown.count(("P", "a", "woman", "little")) is None
    assert shown.count(("P", "b", "woman", "little")) is None
    fallen, _ = one.told([mean_row("a", swat)])
    assert fallen == []
    # The mean of the other district, of which nothing is small, says nothing of it that was not there before.
    told, worlds = one.told([mean_row("b", other)])
    assert [row.number for row in told] == [50]
    assert np.array_equal(worlds[0], one.tables["trust"].counts.ravel())


def test_a_place_in_which_the_attack_succeeds_does_not_take_the_means_of_all_places() -> None:
    """Sums over groups join them: where no row of the same group is left, those of other groups there fall, and no others."""
    rows = [
        Row("cohesion", domain, 50, tuple(mean_sums(domain, {"coh_mix": SCORES}, 50)))
        for domain in (("A", TOTAL, "member"), ("A", TOTAL, "woman"), ("B", TOTAL, "member"))
    ]
    assert _kept(rows, {("coh_mix", ("A", "kech", "woman"))}) == [rows[0], rows[2]]
    assert _kept(rows, {("coh_mix", ("A", "kech", "youth"))}) == [rows[2]]
    assert _kept(rows, {("coh_mix", ("C", "swat", "youth"))}) == []


@pytest.fixture(scope="module")
def document(finished: Finished) -> dict[str, Any]:
    return release_document.unpack(releases.find(finished.database, CLOSED).content)


def places(district: str) -> list[tuple[str, str]]:
    place = geography.reporting_of(district)
    province = place.adm1_pcode
    return [(province, place.id), (province, place.division), (province, TOTAL), (TOTAL, TOTAL)]


@pytest.mark.parametrize(
    ("index", "items", "scores"),
    [
        ("safety", ("saf_day", "saf_night", "saf_market", "saf_school", "saf_road"), SAFE),
        ("inclusion", ("w_voice", "y_voice", "l_women", "l_youth"), EXTENT),
    ],
)
def test_a_mean_of_all_answers_is_that_of_what_was_sent(
    finished: Finished, document: dict[str, Any], index: str, items: tuple[str, ...], scores: dict[str, int]
) -> None:
    given: dict[tuple[str, ...], list[int]] = {}
    for one in filter(counts_of, finished.sent):
        answers = one["answers"]
        mine = [scores[answers[item]] for item in items if answers.get(item) in scores]
        for place in places(answers["district"]):
            given.setdefault((*place, answers["p_group"]), []).extend(mine)
    kept = [one for one in release.read(finished.database, CLOSED).indices if one.name == index]
    told = [one for one in kept if one.pooled is not None]
    assert told, f"no mean of all answers of {index} is told in the finished round: look at another index"
    for one in told:
        assert one.status == HIDDEN
        assert one.value is None
        mine = given[one.province, one.district, one.group]
        assert one.pooled == int(sum(mine) / len(mine) + 0.5)
        assert (one.pooled_low or 0) < one.pooled < (one.pooled_high or 0)
    # Every place above districts has one mean or the other, but where the attack took it.
    above = [one for one in kept if one.district == TOTAL]
    assert sum(one.told for one in above) > 0.8 * len(above)


def changed(document: dict[str, Any], member: str, **numbers: Any) -> dict[str, Any]:
    other = copy.deepcopy(document)
    other[member][0]["cells"][0].update(numbers)
    return other


def test_the_store_makes_limits_again_and_refuses_others(document: dict[str, Any]) -> None:
    assert list(pooled_means.complaints(document)) == []
    mean, low, high = document[POOLED][0]["cells"][0]["figure"]
    for wrong in (
        [mean, low + 1, high],
        [mean, low, high + 1],
        [mean + 101, low, high],
        [mean, low],
        [float(mean), low, high],
    ):
        assert list(pooled_means.complaints(changed(document, POOLED, figure=wrong)))


def test_the_store_finds_a_mean_that_cannot_be(document: dict[str, Any]) -> None:
    """A mean that the shown answers do not allow contradicts them: the attack of the store sees it."""
    several = [one for one in document[POOLED] if len(one["components"]) > 1]
    assert several, "no mean of all answers to several questions is told in the finished round"
    # That of the fewest questions: its attack takes the least time.
    entry = min(several, key=lambda one: len(one["components"]))
    questions = set(entry["components"])
    other = copy.deepcopy(document)
    other[POOLED] = [{**entry, "cells": [{**entry["cells"][0], "figure": [1, 0, 9]}]}]
    names = {*questions, valid_table(entry["name"], entry["groups"])}
    other["topics"] = [one for one in document["topics"] if one["name"] in names]
    other["valid"] = [one for one in document["valid"] if one["name"] in names]
    other["indices"] = []
    other["ties"] = {"inequalities": [], "same": []}
    other["ties"]["inequalities"] = [
        one for one in document["ties"]["inequalities"] if {term[0] for term in one["terms"]} <= names
    ]
    assert _named(questions, other)
    other[POOLED] = [entry]
    assert not _named(questions, other)


def _named(questions: set[str], document: dict[str, Any]) -> list[str]:
    """The complaints about a release that name one of these questions."""
    complaints = release_document.complaints(document)
    return [one for one in complaints if any(question in one for question in questions)]


def test_the_columns_of_means_of_all_answers_come_last() -> None:
    assert INDEX_COLUMNS[-3:] == ("pooled_mean", "pooled_ci_low", "pooled_ci_high")
