"""Counts from stored interviews against an independent count of what was sent."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from analysis.disclosure.cube import Table
from analysis.disclosure.tied.ties import violations
from survey import geography
from survey.made_up import send, shipped_round
from survey.publication.counts import answers as counts_answers
from survey.publication.counts import index_counts
from survey.publication.counts.cube import YES, groups_of, table_of, topics_of
from survey.publication.counts.design_effects import effects_of
from survey.publication.counts.workloads import told
from survey.publication.protection.ties import index_tables, ties_of
from survey.publication.release import release
from survey.publication.release.figures import HIDDEN
from survey.questionnaire import xlsform
from survey.questionnaire.model import Questionnaire
from survey.settings import PROJECT
from survey.storage.engine.database import Database
from survey.storage.field import coverage, rounds
from survey.storage.people import accounts
from survey.storage.scope import Scope
from tests.survey.conftest import CLOSED, Finished

#: Typed from the questionnaire's reference, not read from the code: the two better points of every scale.
BEST = {"very_safe", "fairly_safe", "lot", "some", "never", "once_twice", "very_fair", "fairly_fair"}
WORST = {
    "bit_unsafe",
    "very_unsafe",
    "little",
    "not_at_all",
    "several_times",
    "most_weeks",
    "bit_unfair",
    "very_unfair",
}
HELP = {"money", "education", "job", "living", "compensation", "health"}
SHARES = {
    "reached": ("i_got", HELP),
    "harm_signal": ("i_effect", {"jealousy", "quarrels", "less_safe", "pressure"}),
}
GROUPS = ("member", "woman", "youth")


def reporting_table() -> dict[str, tuple[str, str]]:
    """Province and reporting district of every current one, looked up in the reference table alone."""
    with (PROJECT / "reference" / "districts.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["district_id"]: (
                row["adm1_pcode"],
                row["district_id"] if row["in_census2023"] == "yes" else row["parent_id"],
            )
            for row in csv.DictReader(file)
        }


def counts_of(interview: dict[str, Any]) -> bool:
    """Whether the gate's rules leave an interview in: agreed, adult, readable."""
    answers = interview["answers"]
    return (
        answers["c_agree"] == "yes"
        and answers.get("p_age") != "under_18"
        and answers.get("saf_day") != "blue"
    )


def judged(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers without those whose question was never reached: what came of support nobody got."""
    reached = bool(HELP & set(answers.get("i_got", ())))
    return {name: value for name, value in answers.items() if reached or name not in ("i_time", "i_enough")}


@pytest.fixture(scope="module")
def kept(finished: Finished) -> list[tuple[tuple[str, str, str], dict[str, Any]]]:
    """Province, district, group and answers of every interview that was sent and counts."""
    places = reporting_table()
    return [
        ((*places[one["answers"]["district"]], one["answers"]["p_group"]), judged(one["answers"]))
        for one in finished.sent
        if counts_of(one)
    ]


def said(answers: dict[str, Any], question: str, answer: str) -> bool:
    if question in SHARES:
        asked, yes = SHARES[question]
        return bool(yes & set(answers.get(asked, ()))) == (answer == "said yes")
    if question == "private":
        return (answers.get("s_private") == "alone") == (answer == "said yes")
    if "/" in question:
        asked, option = question.split("/")
        several = (
            (answers.get("i_want1"), answers.get("i_want2")) if asked == "wants" else answers.get(asked, ())
        )
        return (option in several) == (answer == "said yes")
    value = answers.get(question)
    named = {"top two": BEST, "bottom two": WORST, "no answer": {None, "98", "99"}}
    if answer == "all others":
        return value not in BEST
    return value in named[answer] if answer in named else value == answer


@pytest.mark.slow
def test_every_interview_is_counted_once_where_it_belongs(finished: Finished, kept) -> None:
    counted = counts_answers.build(
        finished.database, Scope.everywhere(), rounds.find(finished.database, CLOSED)
    )
    assert {domain: base for domain, base in counted.bases_by_domain().items() if base} == Counter(
        (district, group) for (_, district, group), _ in kept
    )
    assert len(counted.domains) == 69 * 3


def counted_under(place: tuple[str, str, str]) -> Iterator[tuple[str, ...]]:
    """Every province, district or division, and group that an interview is counted under."""
    province, district, group = place
    division = geography.districts()[district].division
    for above in ((province, district), (province, division), (province, "Total"), ("Total", "Total")):
        yield from ((*above, one) for one in (group, "Total"))


@pytest.mark.slow
def test_every_published_count_is_had_again_from_what_was_sent(finished: Finished, kept) -> None:
    shown = [f for f in release.read(finished.database, CLOSED).figures if f.status != HIDDEN]
    assert len(shown) > 1000
    people: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for place, answers in kept:
        for above in counted_under(place):
            people.setdefault(above, []).append(answers)
    for figure in shown:
        inside = people[figure.province, figure.district, figure.group]
        assert figure.base == len(inside), figure
        assert figure.count == sum(said(answers, figure.question, figure.answer) for answers in inside), (
            figure
        )


def test_an_answer_that_breaks_a_rule_counts_as_none(finished: Finished, kept) -> None:
    counted = counts_answers.build(
        finished.database, Scope.everywhere(), rounds.find(finished.database, CLOSED)
    )
    sent = Counter(one["answers"]["i_time"] for one in finished.sent if "i_time" in one["answers"])
    due = Counter(answers["i_time"] for _, answers in kept if "i_time" in answers)
    found = {
        answer: int(numbers.sum()) for answer, numbers in counted.given["i_time"].items() if numbers.any()
    }
    assert found == due
    assert sent["yes"] > due["yes"], "no made-up interview broke the rule"


def test_coverage_holds_every_interview_that_results_stand_on(finished: Finished) -> None:
    """And those that a rule left out, which nobody may pick out of a live number."""
    live: Counter[tuple[str, str]] = Counter()
    for one in coverage.interviews(finished.database, Scope.everywhere(), CLOSED):
        live[one.district, one.group] += one.interviews
    figures = release.read(finished.database, CLOSED).figures
    shown = [
        f
        for f in figures
        if f.base is not None
        and "Total" not in (f.district, f.group)
        and not geography.is_division(f.district)
    ]
    assert shown
    assert all(f.base <= live[f.district, f.group] for f in shown)
    with finished.database.read() as connection:
        stored = connection.exec_driver_sql("SELECT count(*) FROM responses").scalar_one()
    assert sum(live.values()) == stored


def test_a_scope_counts_its_districts_and_no_other(finished: Finished) -> None:
    present = rounds.find(finished.database, CLOSED)
    everything = counts_answers.build(finished.database, Scope.everywhere(), present).bases_by_domain()
    part = counts_answers.build(finished.database, Scope.of(["swat"]), present).bases_by_domain()
    for domain, base in part.items():
        assert base == (everything[domain] if domain[0] == "swat" else 0)
    assert sum(part.values()) > 0


def test_workers_apart_add_up_to_all_whose_answers_break_no_rule(finished: Finished) -> None:
    present = rounds.find(finished.database, CLOSED)
    apart = counts_answers.by_worker(finished.database, Scope.everywhere(), present)
    whole = counts_answers.build(finished.database, Scope.everywhere(), present)
    assert len(apart) == 12
    total = sum(int(one.bases.sum()) for one in apart)
    assert 0.95 * whole.bases.sum() < total <= whole.bases.sum()


def test_the_answers_of_every_topic_add_up_to_its_base(finished: Finished) -> None:
    counted = counts_answers.build(
        finished.database, Scope.everywhere(), rounds.find(finished.database, CLOSED)
    )
    asked = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    bases = counted.bases_by_domain()
    for topic in topics_of(asked):
        table = table_of(topic, groups_of(asked), bases, counted.given_by_domain(topic.name))
        assert table.counts.min() >= 0
        assert table.counts.sum() == sum(base for (_, group), base in bases.items() if group in topic.groups)


def test_what_voiding_takes_out_is_not_counted(sqlite_database) -> None:
    from survey.days import today
    from survey.intake import gate
    from survey.storage.field import responses
    from tests.support.factories import ROUND, answers, field, submission

    worker = field(sqlite_database)
    for district in ("bannu", "upper-swat"):
        gate.accept(sqlite_database, submission(worker, answers=answers(district=district)))
    present = rounds.find(sqlite_database, ROUND)
    bases = counts_answers.build(sqlite_database, Scope.everywhere(), present).bases_by_domain()
    assert bases["swat", "woman"] == bases["bannu", "woman"] == 1
    responses.void(sqlite_database, ROUND, "W1", today())
    assert not counts_answers.build(sqlite_database, Scope.everywhere(), present).bases.any()


@pytest.mark.slow
def test_the_counts_of_a_round_break_no_tie(sqlite_database) -> None:
    shipped_round.open_shipped_round(sqlite_database, "2026-3")
    send.simulate(sqlite_database, 200, 3, round_name="2026-3", districts=("swat", "bannu"))
    asked = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    tables, ties = _counts(sqlite_database, "2026-3", asked), ties_of(asked)
    assert {name for tie in ties.inequalities for name in tie.tables} <= {table.name for table in tables}
    assert violations(ties, tables) == ()
    (reached,) = (table for table in tables if table.name == "reached")
    others = [table for table in tables if table is not reached]
    turned = replace(reached, counts=reached.counts[..., ::-1])
    assert {"reached" in one.tie for one in violations(ties, [*others, turned])} == {True}


def _counts(database: Database, round_name: str, asked: Questionnaire) -> list[Table]:
    """The true counts of all tables that a release would have."""
    present, groups, topics = rounds.find(database, round_name), groups_of(asked), topics_of(asked)
    counted = counts_answers.build(database, Scope.everywhere(), present)
    bases = counted.bases_by_domain()
    tables = [table_of(one, groups, bases, counted.given_by_domain(one.name)) for one in topics]
    effects = effects_of((), counted.domains, ())
    counts = index_counts.count(database, present, effects, told(effects.workloads, None))
    return [*tables, *index_tables(counts, topics, groups, bases)]


@pytest.mark.slow
def test_what_only_a_broken_answer_opened_is_not_counted(database) -> None:
    """ "None of these" beside a kind of help says neither, so nobody was asked whether it came in time."""
    from survey.intake import gate
    from tests.support.factories import submission

    shipped_round.open_shipped_round(database, "2026-3")
    worker = accounts.add(database, "worker", "W9", woman=True)
    for help_got in (("money",), ("money", "none")):
        said = _said_in_bannu(i_got=help_got, i_time="yes", i_enough="lot")
        sent = submission(worker, answers=said, questionnaire="community_security", channel="api")
        assert gate.accept(database, sent).kept == "stored"
    counted = counts_answers.build(database, Scope.everywhere(), rounds.find(database, "2026-3"))
    found = {name: sum(counted.given[name][answer]) for name, answer in (("reached", YES), ("i_time", "yes"))}
    assert sum(counted.bases) == 2
    assert found == {"reached": 1, "i_time": 1}
    asked = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    assert violations(ties_of(asked), _counts(database, "2026-3", asked)) == ()


def _said_in_bannu(**more: Any) -> dict[str, Any]:
    said = {
        "round": "2026-3",
        "district": "bannu",
        "p_group": "woman",
        "mode": "interviewer",
        "c_agree": "yes",
    }
    return {**said, "p_gender": "woman", "p_age": "30_44", "s_private": "alone", **more}
