"""A new survey leads its administrator from a questionnaire to phones, and then says no more of it."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask

from survey.storage import questionnaires
from survey.storage.field import rounds
from survey.storage.people import accounts, devices
from survey.storage.people.devices import Assignment
from survey.web.administration.first_steps import first_steps
from tests.support.readers import Reader, at_browser, somebody, stored

HOME = "/administration"


@pytest.fixture
def boss(app: Flask) -> Reader:
    reader = at_browser(app, somebody(stored(app), "administrator", "boss"))
    reader.get(HOME)
    return reader


def done(app: Flask) -> list[bool]:
    return [step.done for step in first_steps(stored(app))]


@pytest.mark.slow
def test_a_new_survey_is_led_to_the_field_step_by_step(app: Flask, boss: Reader) -> None:
    database = stored(app)
    assert rounds.all_rounds(database) == ()
    assert done(app) == [False] * 6
    assert "First steps" in boss.get(HOME).text

    boss.get(f"{HOME}/questionnaires")
    boss.does(f"{HOME}/questionnaires/shipped")
    (edition,) = questionnaires.all_editions(database)
    assert "/questionnaires/shipped" not in boss.get(f"{HOME}/questionnaires").text

    template = boss.client.get(f"{HOME}/targets.csv").data
    rows = list(csv.DictReader(io.StringIO(template.decode("utf-8-sig"))))
    assert len(rows) == 69 * 3
    assert {row["target"] for row in rows} == {""}
    for row in rows:
        if row["district"] == "bannu":
            row["target"] = "30"
    boss.get(f"{HOME}/open-round")
    boss.does(
        f"{HOME}/open-round",
        name="2027-1",
        questionnaire=f"{edition.questionnaire.name} {edition.questionnaire.version}",
        targets=(io.BytesIO(filled(rows)), "targets.csv"),
    )
    assert set(rounds.targets_of(database, "2027-1")) == {
        ("bannu", group) for group in ("member", "woman", "youth")
    }
    assert done(app) == [True] * 3 + [False] * 3

    somebody(database, "coordinator", "zarmina", {"bannu"})
    worker = accounts.add(database, "worker", "W1", woman=True)
    assert done(app) == [True] * 5 + [False]
    devices.invite(database, "a code", worker, Assignment("2027-1", "ur"))
    devices.enrol(database, "a code", "a token")
    assert done(app) == []
    assert "First steps" not in boss.get(HOME).text


def filled(rows: list[dict[str, str]]) -> bytes:
    lines = io.StringIO(newline="")
    writer = csv.DictWriter(lines, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return lines.getvalue().encode()


def test_a_survey_whose_round_is_over_needs_no_first_steps(app: Flask, boss: Reader) -> None:
    boss.get(f"{HOME}/questionnaires")
    boss.does(f"{HOME}/questionnaires/shipped")
    (edition,) = questionnaires.all_editions(stored(app))
    rounds.start(stored(app), "2027-1", edition)
    assert done(app)[:3] == [True, True, False]
    rounds.close(stored(app), "2027-1")
    assert done(app) == []
