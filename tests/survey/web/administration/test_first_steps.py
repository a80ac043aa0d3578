"""A new survey leads its administrator from a questionnaire to phones, and then says no more of it."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask

from survey.settings import SHIPPED_VERSIONS
from survey.storage import questionnaires
from survey.storage.field import rounds
from survey.storage.people import accounts, devices
from survey.storage.people.devices import Assignment
from survey.web.administration.first_steps import first_steps
from tests.support.readers import Reader, at_browser, hidden_fields, somebody, stored

HOME = "/administration"
NEWEST = next(iter(SHIPPED_VERSIONS))


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
    publish_shipped(boss, NEWEST)
    (edition,) = questionnaires.all_editions(database)
    assert edition.questionnaire.version == NEWEST
    assert offered(boss) == [f"{HOME}/questionnaires/shipped/1"]

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


def publish_shipped(boss: Reader, version: str) -> None:
    boss.shown(f"{HOME}/questionnaires/shipped/{version}")
    boss.does(f"{HOME}/questionnaires/publish", **hidden_fields(boss))


def offered(boss: Reader) -> list[str]:
    """The versions of the shipped questionnaire that can be published, in their order."""
    forms = boss.get(f"{HOME}/questionnaires").root.all("form")
    return [action for form in forms if "/shipped/" in (action := form.get("action") or "")]


@pytest.mark.slow
def test_the_newest_shipped_version_is_offered_first_and_the_earlier_one_stays(
    app: Flask, boss: Reader
) -> None:
    assert offered(boss) == [f"{HOME}/questionnaires/shipped/{version}" for version in ("2", "1")]
    publish_shipped(boss, "1")
    assert offered(boss) == [f"{HOME}/questionnaires/shipped/2"]
    publish_shipped(boss, "2")
    assert offered(boss) == []
    kept = [
        (one.questionnaire.name, one.questionnaire.version)
        for one in questionnaires.all_editions(stored(app))
    ]
    assert sorted(kept) == [("community_security", "1"), ("community_security", "2")]
    app.config["WTF_CSRF_ENABLED"] = False
    assert boss.client.get(f"{HOME}/questionnaires/shipped/1").status_code == 405
    assert boss.client.post(f"{HOME}/questionnaires/shipped/3").status_code == 404


def filled(rows: list[dict[str, str]]) -> bytes:
    lines = io.StringIO(newline="")
    writer = csv.DictWriter(lines, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return lines.getvalue().encode()


@pytest.mark.slow
def test_a_survey_whose_round_is_over_needs_no_first_steps(app: Flask, boss: Reader) -> None:
    boss.get(f"{HOME}/questionnaires")
    publish_shipped(boss, NEWEST)
    (edition,) = questionnaires.all_editions(stored(app))
    rounds.start(stored(app), "2027-1", edition)
    assert done(app)[:3] == [True, True, False]
    rounds.close(stored(app), "2027-1")
    assert done(app) == []
