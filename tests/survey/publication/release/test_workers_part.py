"""Intervals of a release: made of published numbers alone, with the worker's part of each figure's own workloads."""

from __future__ import annotations

from dataclasses import asdict, replace
from math import ceil, inf, sqrt
from typing import Any

import numpy as np
import pytest
from scipy import stats

from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.protect import protect_bases
from analysis.models.interviewers import EARLIER, MEASURED, OTHERS, PLANNED, Correlation
from survey.made_up import shipped_round
from survey.publication.counts.answers import Dataset
from survey.publication.counts.cube import bases_table, topics_of
from survey.publication.counts.design_effects import Known, index_key
from survey.publication.counts.workloads import LEAST_EACH, LEAST_WORKERS
from survey.publication.protection.rules import SHIPPED
from survey.publication.release import interviewers, material, release
from survey.publication.release.checking import heads
from survey.publication.release.interviewers import Entered
from survey.publication.release.material import gather
from survey.questionnaire import xlsform
from survey.settings import NEWEST_SHIPPED, SHIPPED_VERSIONS
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.results import release_document, releases
from survey.storage.results.published_numbers import share_limits
from tests.survey.conftest import CLOSED, OPEN, Finished

INDEPENDENT = Correlation(0.0, 0.01)


@pytest.fixture(scope="module")
def document(finished: Finished) -> dict[str, Any]:
    return release_document.unpack(releases.find(finished.database, CLOSED).content)


def test_a_share_has_wilsons_interval_on_its_effective_number() -> None:
    # Newcombe (1998), Statistics in Medicine 17: 857-872, Table I, method 3 (Wilson): 81/263 has 0.2553 to 0.3662.
    assert np.round(share_limits(81, 263, 1.0, INDEPENDENT), 4).tolist() == [0.2553, 0.3662]
    # With a design effect of 2 the interval is that of half as many: 15/148 has 0.0624 to 0.1605. An interview that sees
    # 10,001 of a correlation of .0001 has it, and one whose error is nothing to speak of has a normal's limits.
    found = share_limits(30, 296, 10_001.0, Correlation(0.0001, 1e-9))
    assert np.round(found, 4).tolist() == [0.0624, 0.1605]


def limits(count: int, base: int, seen: float, kept: dict[str, Any]) -> list[int]:
    """Typed from docs/statistics.md, apart from the code: Wilson's limits in whole per cent."""
    raw = 1 + (seen - 1) * kept["rho"]
    df = max(2, 2 * raw**2 / ((seen - 1) * kept["error"]) ** 2) if seen > 1 else inf
    effect = ceil(round(10 * raw, 6)) / 10
    n, p, t = base / effect, count / base, float(stats.t.ppf(0.975, df))
    middle, half = p + t * t / (2 * n), t * sqrt(p * (1 - p) / n + t * t / (4 * n * n))
    ends = [(middle - half) / (1 + t * t / n), (middle + half) / (1 + t * t / n)]
    low, high = (0.0 if count == 0 else ends[0]), (1.0 if count == base else ends[1])
    return [int(100 * low + 0.5), int(100 * high + 0.5)]


def test_every_interval_follows_from_published_numbers_alone(document) -> None:
    """Whoever has the release makes each interval again: counts, bases, what is told of workloads and correlations."""
    seen = {tuple(one["name"]): one["seen"] for one in document[interviewers.WORKLOADS]}
    made = 0
    for topic in document["topics"]:
        counts = release_document.counts_of(topic)
        for cell in topic["cells"]:
            name = tuple(cell["name"])
            if "figure" in cell and counts[name] is not None:
                base = counts[(*name[:-1], TOTAL)]
                assert base is not None
                found = limits(counts[name], base, seen[name[:3]], topic[interviewers.FIELD])
                assert cell["figure"][4:] == found, (topic["name"], name)
                made += 1
    assert made > 1000


def test_workloads_are_told_beside_published_bases_only(document) -> None:
    bases = release_document.counts_of(document["bases"][0])
    told = {tuple(one["name"]): one["seen"] for one in document[interviewers.WORKLOADS]}
    assert set(told) == {name for name, count in bases.items() if count is not None}
    assert all(1 <= seen <= bases[name] and seen == round(seen, 1) for name, seen in told.items())


def test_numbers_of_interviews_beside_a_hidden_base_are_found() -> None:
    """The store refuses what is found."""
    groups = ("member", "woman", "youth")
    numbers = dict.fromkeys((("karak", one) for one in groups), 60) | {("bannu", one): 4 for one in groups}
    bases = protect_bases(bases_table(groups, numbers), SHIPPED)
    told = [{"name": list(name), "seen": 3.0} for name, count, _ in bases.rows() if count is not None]
    hidden = [{"name": list(name), "seen": 3.0} for name, count, _ in bases.rows() if count is None]
    assert told
    assert hidden
    kept = {"bases": [release._table(bases, {})], "topics": [], "rules": asdict(SHIPPED), "workloads": told}
    assert list(release_document.complaints(kept)) == []
    for one in (*hidden, {"name": ["PK5", "nowhere", "woman"], "seen": 3.0}):
        (found,) = release_document.complaints({**kept, "workloads": [*told, one]})
        assert found == f"workloads: {' / '.join(one['name'])} has no published base"


def test_the_release_says_of_every_question_how_alike_interviews_are_and_whence_it_knows(document) -> None:
    sources = set()
    for entry in (*document["topics"], *document["indices"]):
        kept = entry[interviewers.FIELD]
        assert kept["source"] in (MEASURED, EARLIER, OTHERS, PLANNED)
        assert kept["rho"] == round(kept["rho"], 2) >= 0
        assert kept["error"] == round(kept["error"], 2) >= 0.01
        sources.add(kept["source"])
    assert sources == {MEASURED, OTHERS}
    assert (LEAST_WORKERS, LEAST_EACH) == (10, 10)


def test_a_page_can_ask_for_it(finished: Finished) -> None:
    kept = release.read(finished.database, CLOSED)
    assert set(kept.known) == {figure.question for figure in kept.figures}
    assert all(index.known for index in kept.indices)


def lent(database: Database, mode: str, asked: str) -> dict[str, Correlation]:
    """What the second round borrows that was held in the way `asked`, of a first held in `mode`."""
    shipped_round.open_shipped_round(database, "first")
    rounds.close(database, "first", "")
    document = release._document(gather(database, "first"), {})
    document["mode"] = mode
    document["indices"] = [
        {
            "name": name,
            "groups": ["woman"],
            "components": [],
            "cells": [],
            "alpha": None,
            interviewers.FIELD: interviewers.described(Known(Correlation(0.04, 0.02, source))),
        }
        for name, source in (("safety", MEASURED), ("trust", OTHERS))
    ]
    releases.store(database, "first", release_document.pack(document), "1")
    shipped_round.open_shipped_round(database, "second")
    return interviewers.borrowed(database, rounds.find(database, "second"), Entered(asked))


@pytest.mark.slow
def test_a_later_round_borrows_what_was_measured_in_the_same_way(sqlite_database) -> None:
    found = lent(sqlite_database, "interviewer", "interviewer")
    assert found == {index_key("safety", ["woman"]): Correlation(0.04, 0.02)}
    # The first round itself has none before it.
    first = rounds.find(sqlite_database, "first")
    assert interviewers.borrowed(sqlite_database, first, Entered("interviewer")) == {}


@pytest.mark.slow
@pytest.mark.parametrize(("mode", "asked"), [("handed_over", "interviewer"), ("", ""), ("interviewer", "")])
def test_answers_that_were_entered_in_another_way_lend_nothing(
    sqlite_database, mode: str, asked: str
) -> None:
    assert lent(sqlite_database, mode, asked) == {}


def test_a_release_of_before_lends_nothing_and_is_read(finished: Finished, document) -> None:
    old = {key: value for key, value in document.items() if key != interviewers.WORKLOADS}
    old["topics"] = [
        {key: value for key, value in one.items() if key != interviewers.FIELD} for one in document["topics"]
    ]
    assert interviewers.read(old["topics"][0]) is None
    assert not interviewers._measured({**old, "indices": [], "gaps": []}, Entered("interviewer"))
    assert interviewers.borrowed(finished.database, rounds.find(finished.database, OPEN), Entered("")) == {}


@pytest.mark.parametrize(
    ("before", "here", "plain", "private", "both"),
    [
        ({"mode": "interviewer", "block_mode": "handed_over"}, ("interviewer", "handed_over"), 1, 1, 1),
        # Where both entered the block, the rest still lends.
        ({"mode": "interviewer", "block_mode": ""}, ("interviewer", "handed_over"), 1, 0, 0),
        ({"mode": "interviewer", "block_mode": "handed_over"}, ("interviewer", ""), 1, 0, 0),
        ({"mode": "", "block_mode": "handed_over"}, ("interviewer", "handed_over"), 0, 1, 0),
        # A version without a block said one mode for all.
        ({"mode": "interviewer"}, ("interviewer", "handed_over"), 1, 0, 0),
        ({"mode": "interviewer"}, ("interviewer", "interviewer"), 1, 1, 1),
    ],
)
def test_the_block_lends_by_who_entered_it(
    before: dict[str, str], here: tuple[str, str], plain: int, private: int, both: int
) -> None:
    entered = Entered(*here, frozenset({"tr_body"}))
    made_of = (("saf_day",), ("tr_body",), ("tr_police", "tr_body"))
    assert [entered.as_in(before, parts) for parts in made_of] == [plain, private, both]


@pytest.mark.parametrize(
    ("number", "ways", "wrong"),
    [
        ("1", {"mode": "interviewer"}, []),
        ("1", {"mode": "aloud"}, ["mode"]),
        ("1", {"mode": "interviewer", "block_mode": "interviewer"}, ["block_mode"]),
        ("2", {"mode": "interviewer", "block_mode": ""}, []),
        ("2", {"mode": "interviewer", "block_mode": "aloud"}, ["block_mode"]),
        # A version with a block says it of the block too.
        ("2", {"mode": "interviewer"}, ["block_mode"]),
    ],
)
def test_who_entered_is_checked_in_a_release_from_elsewhere(
    number: str, ways: dict[str, str], wrong: list[str]
) -> None:
    asked = xlsform.read(SHIPPED_VERSIONS[number])
    assert list(heads.head_mistakes({**ways, "bases": [], "topics": []}, asked)) == wrong


def test_who_entered_is_counted_for_the_block_and_for_the_rest() -> None:
    asked = xlsform.read(NEWEST_SHIPPED)
    ways = {
        "mode": {"interviewer": np.array([7, 3]), "handed_over": np.array([0, 0])},
        # Of ten, two were not asked the block: others were near.
        "block_mode": {"interviewer": np.array([0, 0]), "handed_over": np.array([6, 2])},
    }
    counts = Dataset((("bannu", "woman"), ("bannu", "youth")), np.array([7, 3]), ways)
    found = material._entered(counts, asked, topics_of(asked))
    assert (found.mode, found.block_mode) == ("interviewer", "handed_over")
    assert {"tr_body", "rep_safe"} <= found.inside
    assert not {"saf_day", "tr_police"} & found.inside
    mixed = Dataset(
        counts.domains,
        counts.bases,
        {**ways, "block_mode": {"interviewer": np.array([4, 0]), "handed_over": np.array([2, 2])}},
    )
    assert material._entered(mixed, asked, topics_of(asked)).block_mode == ""
    assert found.described(asked) == {"mode": "interviewer", "block_mode": "handed_over"}
    # What a version without a block kept it keeps, byte for byte.
    assert found.described(replace(asked, pages=asked.pages[:-1])) == {"mode": "interviewer"}
