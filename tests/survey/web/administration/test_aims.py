"""Targets and baselines of a round: kept, shown as they are stored, and every change with what was there before."""

from __future__ import annotations

import pytest
from flask import Flask

from survey.publication.briefing.indicators import LEADS, names_asked, with_aims
from survey.storage import questionnaires
from survey.storage.field import aims, rounds
from survey.storage.field.aims import Aim
from survey.storage.people import audit
from tests.support.factories import questionnaire
from tests.support.pages import Page
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.web.conftest import shipped

ROUND = "2026-autumn"
PAGE = f"/administration/rounds/{ROUND}/aims"


@pytest.fixture
def boss(app: Flask) -> Reader:
    """An administrator, with a round that is open."""
    rounds.start(stored(app), ROUND, questionnaires.publish(stored(app), shipped()))
    return at_browser(app, somebody(stored(app), "administrator", "boss"))


def filled(reader: Reader) -> dict[str, str]:
    """What the form holds."""
    return filled_of(reader.get(PAGE))


def filled_of(page: Page) -> dict[str, str]:
    fields = [one for one in page.root.all("input") if one.get("type") == "text"]
    return {str(one.get("name")): str(one.get("value")) for one in fields}


def changed(app: Flask) -> list[str]:
    return [one.detail for one in audit.entries(stored(app)) if one.event == "aim changed"]


def test_until_somebody_sets_them_the_usual_targets_hold(boss: Reader) -> None:
    usual = {f"target_{lead.name}": str(lead.target or "") for lead in LEADS}
    assert filled(boss) == {**usual, **{f"baseline_{lead.name}": "" for lead in LEADS}}


def test_what_is_set_is_kept_shown_and_written_down_with_what_was_there_before(
    app: Flask, boss: Reader
) -> None:
    given = {**filled(boss), "target_saf_night": "۷۰", "baseline_saf_night": "52 %", "target_harm_signal": ""}
    boss.does(PAGE, **given)
    assert aims.aims_of(stored(app), ROUND) == {"saf_night": Aim(70, 52), "harm_signal": Aim()}
    shown = filled(boss)
    assert (shown["target_saf_night"], shown["baseline_saf_night"]) == ("70", "52")
    assert shown["target_harm_signal"] == ""
    assert shown["target_on_time"] == "80"
    assert changed(app) == [
        f"{ROUND} saf_night: target –, baseline – → target 70%, baseline 52%",
        f"{ROUND} harm_signal: target 5%, baseline – → target –, baseline –",
    ]
    assert "target or baseline changed" in boss.get("/administration/audit").text
    boss.get(PAGE)
    boss.does(PAGE, **{**shown, "target_saf_night": "0"})
    assert changed(app)[2:] == [f"{ROUND} saf_night: target 70%, baseline 52% → target 0%, baseline 52%"]
    boss.get(PAGE)
    boss.does(PAGE, **filled(boss))
    assert len(changed(app)) == 3


@pytest.mark.parametrize("odd", ["101", "-1", "4.5", "many", "1e2", "９９９"])
def test_what_is_no_share_is_refused_by_name_and_nothing_is_kept(app: Flask, boss: Reader, odd: str) -> None:
    page = boss.fails(PAGE, **{**filled(boss), "target_tr_police": "60", "baseline_tr_police": odd})
    assert "Trust the police: write a whole number from 0 to 100" in page.text
    assert aims.aims_of(stored(app), ROUND) == {}


def test_who_may_not_manage_rounds_sets_nothing(app: Flask, boss: Reader) -> None:
    for role in ("coordinator", "reviewer", "worker"):
        reader = at_browser(app, somebody(stored(app), role, f"{role}-1", districts=("bannu",)))
        assert reader.client.get(PAGE).status_code == 403
        boss.get(PAGE)
        token = boss.page.root.all("input", name="csrf_token")[0].get("value")
        reply = reader.client.post(PAGE, data={"csrf_token": token, "target_saf_night": "1"})
        assert reply.status_code in (400, 403)
    assert aims.aims_of(stored(app), ROUND) == {}
    assert boss.client.get("/administration/rounds/never/aims").status_code == 404


def test_a_round_is_asked_for_its_own_indicators_alone(app: Flask, boss: Reader) -> None:
    rounds.start(stored(app), "other", questionnaires.publish(stored(app), questionnaire()))
    fields = boss.get("/administration/rounds/other/aims").root.all("input")
    assert [one for one in fields if one.get("type") == "text"] == []
    assert names_asked(shipped()) == {lead.name for lead in LEADS}


def test_the_aims_of_one_round_are_not_those_of_another(app: Flask, boss: Reader) -> None:
    edition = questionnaires.publish(stored(app), shipped())
    rounds.start(stored(app), "later", edition)
    aims.set_aims(stored(app), ROUND, {"saf_night": Aim(66, 41)}, {}, "boss")
    assert with_aims(aims.aims_of(stored(app), "later")) == LEADS
    (safe,) = [one for one in with_aims(aims.aims_of(stored(app), ROUND)) if one.name == "saf_night"]
    assert (safe.target, safe.baseline) == (66, 41)


def test_what_two_people_change_at_once_is_kept_of_both_or_asked_about(app: Flask, boss: Reader) -> None:
    seen = {f"shown_{name}": value for name, value in filled(boss).items()}
    mine = {**filled(boss), **seen, "target_saf_night": "60"}
    theirs = {**filled(boss), **seen, "target_tr_police": "40", "target_on_time": "70٪"}
    boss.does(PAGE, **theirs)
    boss.get(PAGE)
    boss.does(PAGE, **mine)
    kept = aims.aims_of(stored(app), ROUND)
    assert (kept["saf_night"], kept["tr_police"], kept["on_time"]) == (Aim(60), Aim(40), Aim(70))
    boss.get(PAGE)
    page = boss.fails(PAGE, **{**mine, "target_tr_police": "90"})
    assert "Trust the police: somebody else has changed this meanwhile." in page.text
    assert aims.aims_of(stored(app), ROUND)["tr_police"] == Aim(40)
    # It is shown as it is now, and the next press holds.
    assert filled_of(page)["target_tr_police"] == "40"


def test_two_who_save_in_the_same_instant_do_not_overwrite_each_other(app: Flask, boss: Reader) -> None:
    """The form was compared with what is stored before; the write looks again."""
    seen = {"saf_night": Aim(66, 41)}
    assert aims.set_aims(stored(app), ROUND, seen, {}, "boss")
    assert not aims.set_aims(stored(app), ROUND, {"saf_night": Aim(50)}, {}, "gul", {"saf_night": Aim(60)})
    assert aims.aims_of(stored(app), ROUND)["saf_night"] == Aim(66, 41)
    assert aims.set_aims(stored(app), ROUND, {"saf_night": Aim(50)}, {}, "gul", seen)


def everything_of(page: Page) -> dict[str, str]:
    """What the form of a page sends, hidden fields and all."""
    named = {one.get("name"): one.get("value") for one in page.root.all("input")}
    return {
        name: value for name, value in named.items() if name.startswith(("target_", "baseline_", "shown_"))
    }


@pytest.mark.parametrize("mistake", [{"target_tr_police": "abc"}, {"target_saf_night": "61"}])
def test_a_refused_form_undoes_nothing_that_somebody_else_saved(
    app: Flask, boss: Reader, mistake: dict[str, str]
) -> None:
    mine = everything_of(boss.get(PAGE))
    boss.does(PAGE, **{**mine, "target_saf_night": "77", "target_on_time": "81"})
    boss.get(PAGE)
    refused = everything_of(boss.fails(PAGE, **{**mine, **mistake}))
    boss.does(PAGE, **{**refused, "target_tr_police": "44"})
    kept = aims.aims_of(stored(app), ROUND)
    assert (kept["saf_night"], kept["on_time"], kept["tr_police"]) == (Aim(77), Aim(81), Aim(44))
