"""Every benchmark runs at a tiny size, finds what it must find and prints its table; nothing is timed."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import pytest

from benchmarks import form_page, intake, load, measure, naive_app, sign_in, start, tabulation
from benchmarks.pages import results as results_pages
from survey import geography
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds


def rows(table: str) -> list[list[str]]:
    """The cells of Markdown tables, line by line."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if "|" in line
    ]


def test_cases_take_turns_and_ratios_are_of_one_round() -> None:
    order: list[str] = []

    def case(name: str, *seconds: float) -> measure.Case:
        several = cycle(seconds)

        def run() -> measure.Figures:
            order.append(name)
            return {"seconds": next(several)}

        return run

    found = measure.in_turn({"a": case("a", 2, 6, 9), "b": case("b", 1, 2, 3)}, 3)
    assert order == ["a", "b"] * 3
    assert measure.ratios(found, "seconds", "a", "b") == [2, 3, 3]
    assert rows(measure.cases_table(found, ("seconds",)))[2:] == [["a", "6 (2 to 9)"], ["b", "2 (1 to 3)"]]


def test_a_goal_is_met_by_the_median() -> None:
    goals = measure.goals_table(
        [
            ("x", [1, 2, 9], "<= 2", lambda value: value <= 2),
            ("y", [1, 3, 9], "<= 2", lambda value: value <= 2),
        ]
    )
    assert [row[-1] for row in rows(goals)[2:]] == ["yes", "no"]


@pytest.mark.slow
def test_intake_stores_what_it_acknowledges_and_prints_its_table(tmp_path: Path) -> None:
    found = intake.compare(tmp_path, turns=1, clients=3, seconds=0.3)
    table = rows(intake.report(found))
    assert [row[0] for row in table[2:5]] == [intake.EMPTY, intake.SURVEY, intake.NAIVE]
    assert all(figures[0]["replies"] > 0 for figures in found.values())


@pytest.mark.slow
def test_pages_of_results_are_those_of_69_districts_and_three_rounds(tmp_path: Path) -> None:
    found = results_pages.compare(tmp_path, turns=1, calls=1)
    table = rows(results_pages.report(found))
    assert [row[0] for row in table[2:10]] == [*results_pages.PAGES, results_pages.EMPTY, results_pages.REPLY]
    app, client = results_pages.results_app(tmp_path / "again")
    page = client.get(results_pages.PAGES["overview"]).text
    app.extensions["survey"].database.close()
    assert {place for place in geography.districts() if f'/district/{place}"' in page} == {
        one.id for one in geography.reporting_districts()
    }
    assert all(f'/results/{name}"' in page for name in results_pages.ROUNDS)


@pytest.mark.slow
def test_sign_in_besieges_the_intake_and_prints_its_table(tmp_path: Path) -> None:
    found = sign_in.compare(tmp_path, turns=1, clients=3, seconds=0.5, number=3)
    table = rows(sign_in.report(found, 3))
    assert [row[0] for row in table[2:4]] == [sign_in.QUIET, sign_in.BESIEGED.format(number=3)]
    assert all(figures[0]["replies"] > 0 for figures in found.values())


def test_an_interview_that_was_not_stored_is_found(tmp_path: Path) -> None:
    field = intake.prepare(tmp_path, interviews=2)
    with pytest.raises(ValueError, match="1 interviews were acknowledged and 0 are stored"):
        intake._check_stored(field.database, 1)


@pytest.mark.slow
def test_a_refused_request_ends_the_measurement(tmp_path: Path) -> None:
    field = intake.prepare(tmp_path, interviews=5)
    with intake.server(["survey", "run"], tmp_path) as (process, port):
        wrong = b"PUT /api/submissions/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"
        with pytest.raises(ValueError, match="401"):
            intake.case(process, port, lambda: wrong, 1, 0.1)
        right = intake.requests_of(field, intake.JSON, port)
        statuses = load.drive(port, right, 2, 0.1).statuses
    assert set(statuses) == {201}


@pytest.mark.slow
def test_the_ordinary_application_validates_and_stores(tmp_path: Path) -> None:
    field = intake.prepare(tmp_path, interviews=2)
    present = rounds.find(field.database, intake.ROUND)
    asked = questionnaires.find(field.database, present.questionnaire, present.version).questionnaire
    client = naive_app.create(asked, f"sqlite:///{tmp_path / 'naive.sqlite'}").test_client()
    answers = field.interviews[0].body["answers"]
    assert client.put("/api/submissions/1", data=answers).status_code == 201
    assert client.put("/api/submissions/2", data={**answers, "p_age": "blue"}).status_code == 400


@pytest.mark.slow
def test_tabulation_counts_as_the_raw_columns_do_and_prints_its_table(tmp_path: Path) -> None:
    found = tabulation.compare(tmp_path, large=400, small=100, turns=1)
    table = rows(tabulation.report(found, 400, 100, width=55))
    assert [row[0] for row in table[2:6]] == list(found)
    assert len(table) == 12


@pytest.mark.slow
def test_a_drawn_round_holds_every_question_and_every_kind_of_flag(tmp_path: Path) -> None:
    tabulation.fill(tmp_path, 500)
    totals = tabulation.table_from_database(tmp_path)()
    assert len(totals) >= 40
    assert all(sum(numbers) > 400 for numbers in totals.values())
    assert sum(totals[tabulation.LEFT_OUT]) < min(
        sum(numbers) for name, numbers in totals.items() if name != tabulation.LEFT_OUT
    )
    assert totals == tabulation.table_from_columns(tmp_path)()


@pytest.mark.slow
def test_start_prints_its_table(tmp_path: Path) -> None:
    found = start.compare(tmp_path, turns=1)
    assert [row[0] for row in rows(start.report(found))[2:4]] == [start.SURVEY, start.EMPTY]
    assert rounds.all_rounds(Database(f"sqlite:///{tmp_path / 'survey.sqlite'}", tmp_path)) == ()


@pytest.mark.slow
def test_every_page_of_an_interview_is_measured(tmp_path: Path) -> None:
    found = form_page.compare(tmp_path, turns=1, calls=1)
    pages, goals = form_page.report(found).split("\n\n")
    names = [row[0] for row in rows(pages)[2:]]
    assert {form_page.EMPTY, form_page.START, "woman: women", "member: role", "youth: youth"} <= set(names)
    assert "woman: support again" in names, "the page from which the review is reached"
    assert [row[0].split()[5] for row in rows(goals)[2:]] == ["member,", "woman,", "youth,"]
