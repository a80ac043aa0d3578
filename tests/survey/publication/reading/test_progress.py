"""Progress: interviews that count against targets, with gender for youth alone."""

from __future__ import annotations

from survey.intake import gate
from survey.problems import Problem
from survey.publication.reading import progress
from survey.storage.engine.database import Database
from survey.storage.scope import Scope
from tests.support.factories import ROUND, answers, field, submission


def filled(database: Database) -> None:
    """Three women and two youth in Bannu, one woman in Upper Swat, a refusal and a child in Bannu."""
    worker = field(database)
    for change in (
        {}, {}, {},
        {"p_group": "youth", "p_age": "18_24"},
        {"p_group": "youth", "p_age": "18_24", "p_gender": "man"},
        {"district": "upper-swat"},
        {"c_agree": "no"},
        {"p_age": "under_18"},
    ):  # fmt: skip
        try:
            gate.accept(database, submission(worker, answers=answers(**change)))
        except Problem as problem:
            assert problem.kind.code == "under_age"  # noqa: PT017 - a tally is kept of it


def test_done_against_target_by_reporting_district_and_group(sqlite_database: Database) -> None:
    filled(sqlite_database)
    seen = progress.round_progress(sqlite_database, Scope.everywhere(), ROUND)
    assert {(line.district, line.group, line.done, line.target) for line in seen.lines} == {
        ("bannu", "woman", 3, 30),
        ("bannu", "youth", 2, 0),
        ("swat", "woman", 1, 0),
    }
    assert (seen.done, seen.target, seen.reached, seen.remaining) == (6, 30, 3, 27)
    assert [(place.district, place.remaining) for place in seen.by_shortfall] == [("bannu", 27), ("swat", 0)]
    assert [(line.district, line.group) for line in seen.below_target] == [("bannu", "woman")]


def test_days_add_up_to_the_interviews_of_each_district(sqlite_database: Database) -> None:
    filled(sqlite_database)
    seen = progress.round_progress(sqlite_database, Scope.everywhere(), ROUND)
    by_district = {place.district: sum(line.done for line in place.lines) for place in seen.places}
    assert {one.district: one.interviews for one in seen.days} == by_district
    assert sum(number for _, number in seen.by_day) == seen.done
    assert {place.district: place.since for place in seen.places} == by_district
    assert seen.since_yesterday == seen.done


def test_gender_is_told_for_youth_alone(sqlite_database: Database) -> None:
    filled(sqlite_database)
    seen = progress.round_progress(sqlite_database, Scope.everywhere(), ROUND)
    told = {line.group: dict(line.genders) for line in seen.lines if line.district == "bannu"}
    assert told["youth"] == {"woman": 1, "man": 1}
    assert told["woman"] == {}


def test_refusals_and_children_stand_beside(sqlite_database: Database) -> None:
    filled(sqlite_database)
    (beside,) = progress.round_progress(sqlite_database, Scope.everywhere(), ROUND).beside
    assert (beside.district, beside.refused, beside.under_age) == ("bannu", 1, 1)


def test_a_scope_holds_interviews_targets_tallies_and_workers(sqlite_database: Database) -> None:
    filled(sqlite_database)
    seen = progress.round_progress(sqlite_database, Scope.of(["swat"]), ROUND)
    assert [(line.district, line.done) for line in seen.lines] == [("swat", 1)]
    assert (seen.target, seen.beside) == (0, ())
    assert [(one.worker, one.interviews) for one in seen.workers] == [("W1", 1)]
    nothing = progress.round_progress(sqlite_database, Scope.of([]), ROUND)
    assert (nothing.lines, nothing.beside, nothing.workers) == ((), (), ())


def test_percent_and_remaining() -> None:
    line = progress.Line("bannu", "woman", 18, 30)
    assert (line.percent, line.remaining) == (60, 12)
    assert progress.Line("bannu", "woman", 40, 30).percent == 100
    assert progress.Line("bannu", "woman", 40, 30).remaining == 0
    assert progress.Line("bannu", "woman", 4, 0).percent == 0
