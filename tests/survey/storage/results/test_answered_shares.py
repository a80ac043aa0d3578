"""Shares of those who answered: by hand, from published numbers alone, and refused where they are something else."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from analysis.models.interviewers import Correlation
from survey.storage.results import answered_shares
from survey.storage.results.published_numbers import share_limits

ANSWERS = {"top two": 30, "all others": 30, "lot": 18, "some": 12, "little": 10, "no answer": 20, "Total": 60}
SEEN = {("PK5", "swat", "woman"): 12.0}


def topic(**changes: int | None) -> dict[str, Any]:
    counts = {**ANSWERS, **changes}
    return {
        "name": "q",
        "interviewers": {"rho": 0.05, "error": 0.02, "source": "measured", "alone": False},
        "cube": [
            {"name": "place"},
            {"name": "group"},
            {
                "leaves": [["lot"], ["some"], ["little"], ["no answer"]],
                "tree": [["top two", ["lot", "some"]], ["all others", ["little", "no answer"]]],
            },
        ],
        "cells": [
            {"name": ["PK5", "swat", "woman", answer], "count": count} for answer, count in counts.items()
        ],
    }


def test_the_share_of_those_who_answered_is_by_hand() -> None:
    found = answered_shares.answered_shares(topic(), SEEN)
    assert {name[-1]: numbers[:2] for name, numbers in found.items()} == {
        "top two": [40, 75],
        "lot": [40, 45],
        "some": [40, 30],
        "little": [40, 25],
    }
    # Of a worker's twelve interviews eight have an answer, as of all: the design effect is 1 + 7 · 0.05, rounded up.
    low, high = share_limits(30, 40, 8.0, Correlation(0.05, 0.02))
    limits = found["PK5", "swat", "woman", "top two"][2:]
    assert limits == [int(100 * float(low) + 0.5), int(100 * float(high) + 0.5)]


@pytest.mark.parametrize("hidden", ["no answer", "Total"])
def test_where_a_part_is_hidden_nothing_follows(hidden: str) -> None:
    assert answered_shares.answered_shares(topic(**{hidden: None}), SEEN) == {}


def test_a_hidden_answer_and_an_unknown_domain_have_no_share() -> None:
    found = answered_shares.answered_shares(topic(lot=None), SEEN)
    assert {name[-1] for name in found} == {"top two", "some", "little"}
    assert answered_shares.answered_shares(topic(), {}) == {}


def document(number: Any) -> dict[str, Any]:
    one = topic()
    cell = next(cell for cell in one["cells"] if cell["name"][-1] == "top two")
    cell["answered"] = number
    return {"topics": [one], "workloads": [{"name": list(name), "seen": seen} for name, seen in SEEN.items()]}


def test_what_follows_is_fine_and_anything_else_is_found() -> None:
    right = answered_shares.answered_shares(topic(), SEEN)["PK5", "swat", "woman", "top two"]
    assert list(answered_shares.complaints(document(right))) == []
    for place in range(4):
        wrong = [*right[:place], right[place] + 1, *right[place + 1 :]]
        (found,) = answered_shares.complaints(document(wrong))
        assert "does not follow from published numbers" in found
    assert len(list(answered_shares.complaints(document([*map(float, right)])))) == 1


def test_a_share_next_to_a_hidden_number_without_an_answer_is_found() -> None:
    told = document(answered_shares.answered_shares(topic(), SEEN)["PK5", "swat", "woman", "top two"])
    hidden = copy.deepcopy(told)
    for cell in hidden["topics"][0]["cells"]:
        cell["count"] = None if cell["name"][-1] == "no answer" else cell["count"]
    assert len(list(answered_shares.complaints(hidden))) == 1
