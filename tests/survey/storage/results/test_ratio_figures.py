"""Ratios of answers to one question: by hand, hidden where a part is, and refused where they are something else."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.intervals import paired_difference
from analysis.models.interviewers import Correlation
from survey.publication.counts.cube import topics_of
from survey.publication.release.ratios import RATIOS, ratio_entries, ratios_of, read, undeclared
from survey.questionnaire import xlsform
from survey.settings import SHIPPED
from survey.storage.results import ratio_figures
from survey.storage.results.published_numbers import published_effect, share_limits

DOMAIN = ("PK5", "swat", "woman")
KNOWN = Correlation(0.05, 0.02)
SEEN = 12.0
TIME = {"yes": 18, "partly_late": 12, "very_late": 10, "no_promise": 20, "no answer": 60, "Total": 120}
ENOUGH = {"lot": 20, "some": 20, "little": 10, "not_at_all": 10, "no answer": 60, "Total": 120}
TREND = {"safer": 60, "same": 20, "less_safe": 30, "no answer": 10, "Total": 120}
TREE = [
    ["top two", ["lot", "some"]],
    ["bottom two", ["little", "not_at_all"]],
    ["all others", ["bottom two", "no answer"]],
]


def topic(name: str, counts: dict[str, int | None], tree: Any = ()) -> dict[str, Any]:
    nodes = {node for node, _ in tree}
    leaves = [[answer] for answer in counts if answer != "Total" and answer not in nodes]
    return {
        "name": name,
        "interviewers": {"rho": KNOWN.rho, "error": KNOWN.error, "source": "measured", "alone": False},
        "cube": [{}, {}, {"leaves": leaves, "tree": list(tree)}],
        "cells": [{"name": [*DOMAIN, answer], "count": count} for answer, count in counts.items()],
    }


def document(**changes: Any) -> dict[str, Any]:
    enough: dict[str, int | None] = {**ENOUGH, "top two": 40, "bottom two": 20, "all others": 80}
    counts: dict[str, dict[str, int | None]] = {
        "i_time": dict(TIME),
        "i_enough": enough,
        "saf_trend": dict(TREND),
    }
    for name, (answer, count) in changes.items():
        counts[name][answer] = count
    topics = [topic(name, one, TREE if name == "i_enough" else ()) for name, one in counts.items()]
    return {"topics": topics, "workloads": [{"name": list(DOMAIN), "seen": SEEN}]}


@pytest.fixture(scope="module")
def shipped():
    return topics_of(xlsform.read(SHIPPED))


def figures(made: dict[str, Any], shipped: Any) -> dict[str, list[int] | None]:
    return {entry["name"]: entry["cells"][0]["figure"] for entry in ratio_entries(made, shipped)}


def test_every_ratio_is_by_hand(shipped) -> None:
    found = figures(document(), shipped)
    # 18 of the 40 to whom something was promised; 20 of the 60 who got some and answered; 60 less 30 of 110.
    assert {name: numbers and numbers[:2] for name, numbers in found.items()} == {
        "on_time": [40, 45],
        "adequacy_shortfall": [60, 33],
        "trend_balance": [110, 27],
    }
    low, high = share_limits(18, 40, SEEN * 40 / 120, KNOWN)
    assert found["on_time"] == [40, 45, round(100 * float(low)), round(100 * float(high))]
    effect, df = published_effect(SEEN * 110 / 120, KNOWN)
    limits = paired_difference(60, 30, 110, 0, effect=effect, df=df)
    assert found["trend_balance"] == [110, 27, *(round(100 * float(limit)) for limit in limits)]


@pytest.mark.parametrize(
    ("hidden", "lost"),
    [
        ({"i_time": ("very_late", None)}, "on_time"),
        ({"i_time": ("no_promise", None)}, None),
        ({"i_time": ("no answer", None)}, None),
        ({"i_enough": ("little", None)}, None),
        ({"i_enough": ("no answer", None)}, "adequacy_shortfall"),
        ({"saf_trend": ("less_safe", None)}, "trend_balance"),
        ({"saf_trend": ("same", None)}, None),
    ],
)
def test_it_is_hidden_where_a_part_of_it_is(hidden, lost: str | None, shipped) -> None:
    found = figures(document(**hidden), shipped)
    assert {name for name, numbers in found.items() if numbers is None} == ({lost} if lost else set())


def test_a_sum_of_hidden_answers_that_is_published_is_enough(shipped) -> None:
    made = document(i_enough=("bottom two", None))
    assert figures(made, shipped)["adequacy_shortfall"] == figures(document(), shipped)["adequacy_shortfall"]


def test_without_a_published_base_or_a_number_of_interviews_there_is_none(shipped) -> None:
    assert set(figures(document(saf_trend=("Total", None)), shipped)) == {one.name for one in RATIOS}
    assert figures(document(saf_trend=("Total", None)), shipped)["trend_balance"] is None
    assert set(figures({**document(), "workloads": []}, shipped).values()) == {None}


def test_what_follows_is_fine_and_anything_else_is_found(shipped) -> None:
    made = document()
    made["ratios"] = ratio_entries(made, shipped)
    assert list(ratio_figures.complaints(made)) == []
    assert [one.value for one in read(made)] == [45, 33, 27]
    made["ratios"][0]["cells"][0]["figure"][1] += 1
    made["ratios"][1]["cells"][0]["figure"] = None
    made["ratios"][2]["cells"] = []
    assert len(list(ratio_figures.complaints(made))) == 3


def test_a_ratio_that_nobody_declared_is_found(shipped) -> None:
    made = document()
    made["ratios"] = ratio_entries(made, shipped)
    assert list(undeclared(made, shipped)) == []
    made["ratios"][0]["of"] = []
    assert list(undeclared(made, shipped)) == ["on_time"]


def test_a_questionnaire_without_the_question_has_no_such_ratio(shipped) -> None:
    assert [one.name for one in ratios_of(shipped)] == [one.name for one in RATIOS]
    assert (
        ratios_of([topic for topic in shipped if topic.name != "saf_trend"])[-1].name == "adequacy_shortfall"
    )
