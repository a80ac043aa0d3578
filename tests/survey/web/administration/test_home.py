"""Administration without JavaScript: accounts, rounds, names and the audit log, done and refused."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from flask import Flask

from survey.days import today
from survey.intake import gate
from survey.publication.release import release
from survey.storage import runtime_settings
from survey.storage.field import responses, retention, rounds
from survey.storage.people import accounts, audit
from survey.storage.results import releases
from survey.storage.scope import Scope
from survey.web.administration import rounds as administration_rounds
from tests.support.factories import answers, questionnaire, submission
from tests.support.readers import PASSWORD, Reader, at_browser, somebody, stored

ROUND = "2026-autumn"
HOME = "/administration"


@pytest.fixture
def boss(app: Flask) -> Reader:
    """An administrator at the browser."""
    reader = at_browser(app, somebody(stored(app), "administrator", "boss"))
    reader.get(HOME)
    return reader


@pytest.fixture
def open_round(app: Flask, boss: Reader) -> str:
    """A round of the small questionnaire with three interviews, two of them from Bannu."""
    from survey.storage import questionnaires

    database = stored(app)
    rounds.start(database, ROUND, questionnaires.publish(database, questionnaire()), {("bannu", "woman"): 30})
    worker = accounts.add(database, "worker", "W1", woman=True)
    for district in ("bannu", "bannu", "swat"):
        gate.accept(database, submission(worker, answers=answers(district=district)))
    return ROUND


def events(app: Flask) -> list[tuple[str, str, str]]:
    return [(entry.account, entry.event, entry.detail) for entry in audit.entries(stored(app))]


def day_after(days: int) -> str:
    return (date.fromisoformat(today()) + timedelta(days=days)).isoformat()


def counting(app: Flask) -> int:
    return sum(chunk.count for chunk in responses.packed_records(stored(app), Scope.everywhere(), ROUND))


# accounts


@pytest.mark.slow
def test_an_account_is_added_with_a_password_that_works_and_is_shown_once(app, boss):
    boss.get(f"{HOME}/add-account")
    data = {"role": "coordinator", "name": "zarmina", "districts": ["bannu", "swat"]}
    page = boss.shown(f"{HOME}/add-account", **data)
    (code,) = page.root.all("code", id="password")
    assert accounts.find(stored(app), "zarmina").districts == {"bannu", "swat"}
    guest = at_browser(app, None)
    guest.get("/sign-in")
    assert "Coverage" in guest.does("/sign-in", name="zarmina", password=code.text).title
    assert code.text not in boss.get(f"{HOME}/accounts/zarmina").html
    assert ("boss", "account added", "zarmina coordinator") in events(app)


@pytest.mark.slow
def test_a_field_worker_gets_a_code_a_woman_and_a_token_that_works(app, boss):
    boss.get(f"{HOME}/add-account")
    page = boss.shown(f"{HOME}/add-account", role="worker", name="W07", woman="y", token="y", everywhere="y")
    (token,) = page.root.all("code", id="token")
    owner = accounts.account_of_token(stored(app), token.text)
    assert (owner.name, owner.woman, owner.districts) == ("W07", True, frozenset())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "anchor"),
    [
        ({"name": "x1"}, "role-0"),
        ({"role": "king", "name": "x1"}, "role-0"),
        ({"role": "reviewer", "name": " "}, "name"),
        ({"role": "reviewer", "name": "boss"}, "name"),
        ({"role": "reviewer", "name": "a/b"}, "name"),
        ({"role": "worker", "name": "Zarmina Bibi"}, "name"),
        ({"role": "worker", "name": "Zarmina"}, "name"),
        ({"role": "coordinator", "name": "c1"}, "districts-0"),
        ({"role": "reviewer", "name": "r1", "woman": "y"}, "woman"),
        ({"role": "reviewer", "name": "r1", "token": "y"}, "token"),
        ({"role": "coordinator", "name": "c1", "districts": ["atlantis"]}, "districts-0"),
    ],
)
def test_a_wrong_account_is_refused_beside_its_field_and_in_the_summary(app, boss, data, anchor):
    boss.get(f"{HOME}/add-account")
    everywhere = {} if data.get("role") == "coordinator" else {"everywhere": "y"}
    page = boss.fails(f"{HOME}/add-account", **everywhere, **data)
    assert list(page.errors) == [anchor]
    (beside,) = page.root.all("p", class_="error-message")
    assert beside.text == page.errors[anchor]
    assert page.root.all("title")[0].text.startswith("Error:")
    assert [one.name for one in accounts.all_accounts(stored(app))] == ["boss"]


@pytest.mark.slow
def test_a_refused_form_keeps_what_was_filled_in(boss):
    boss.get(f"{HOME}/add-account")
    page = boss.fails(f"{HOME}/add-account", role="worker", name="Zarmina", districts=["swat"])
    assert page.root.all("input", id="name")[0].get("value") == "Zarmina"
    ticked = [box.get("value") for box in page.root.all("input") if "checked" in box.attributes]
    assert ticked == ["worker", "swat"]


@pytest.mark.slow
def test_a_suspended_account_is_out_at_once_and_back_after_it_is_restored(app, boss):
    other = somebody(stored(app), "reviewer", "rashid")
    theirs = at_browser(app, other)
    theirs.get("/results")
    boss.get(f"{HOME}/accounts/rashid")
    boss.does(f"{HOME}/accounts/rashid/suspend", sure="yes")
    assert theirs.client.get("/results").location.startswith("/sign-in")
    guest = at_browser(app, None)
    guest.get("/sign-in")
    guest.fails("/sign-in", 401, name="rashid", password=PASSWORD)
    boss.does(f"{HOME}/accounts/rashid/restore")
    guest.does("/sign-in", name="rashid", password=PASSWORD)
    assert [e for e in events(app) if e[2] == "rashid"][-2:] == [
        ("boss", "tokens revoked", "rashid"),
        ("boss", "account restored", "rashid"),
    ]


@pytest.mark.slow
def test_suspending_ends_the_tokens_too(app, boss):
    somebody(stored(app), "worker", "W9")
    token = accounts.add_token(stored(app), "W9")
    boss.get(f"{HOME}/accounts/W9")
    boss.does(f"{HOME}/accounts/W9/suspend", sure="yes")
    boss.does(f"{HOME}/accounts/W9/restore")
    assert accounts.account_of_token(stored(app), token) is None


def test_nobody_suspends_the_account_they_work_with(app, boss):
    page = boss.get(f"{HOME}/accounts/boss")
    assert "Suspend" not in page.text
    boss.fails(f"{HOME}/accounts/boss/suspend", 409, sure="yes")
    assert accounts.find(stored(app), "boss").active


@pytest.mark.slow
def test_a_new_password_replaces_the_old_one_and_signs_out_everywhere(app, boss):
    theirs = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    boss.get(f"{HOME}/accounts/rashid")
    (code,) = boss.shown(f"{HOME}/accounts/rashid/password", sure="yes").root.all("code", id="password")
    assert theirs.client.get("/results").status_code == 302
    guest = at_browser(app, None)
    guest.get("/sign-in")
    guest.fails("/sign-in", 401, name="rashid", password=PASSWORD)
    guest.does("/sign-in", name="rashid", password=code.text)


@pytest.mark.slow
def test_signing_out_everywhere_keeps_the_password(app, boss):
    theirs = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    boss.get(f"{HOME}/accounts/rashid")
    boss.does(f"{HOME}/accounts/rashid/sign-out", sure="yes")
    assert theirs.client.get("/results").status_code == 302
    theirs.get("/sign-in")
    theirs.does("/sign-in", name="rashid", password=PASSWORD)


@pytest.mark.slow
def test_tokens_are_made_and_revoked(app, boss):
    somebody(stored(app), "worker", "W9")
    boss.get(f"{HOME}/accounts/W9")
    (code,) = boss.shown(f"{HOME}/accounts/W9/token").root.all("code", id="token")
    assert accounts.account_of_token(stored(app), code.text).name == "W9"
    boss.does(f"{HOME}/accounts/W9/revoke", sure="yes")
    assert accounts.account_of_token(stored(app), code.text) is None


@pytest.mark.slow
def test_districts_are_given_anew(app, boss):
    somebody(stored(app), "coordinator", "zarmina", ["bannu"])
    boss.get(f"{HOME}/accounts/zarmina")
    boss.does(f"{HOME}/accounts/zarmina/districts", districts=["swat", "quetta"])
    assert accounts.find(stored(app), "zarmina").districts == {"swat", "quetta"}
    boss.fails(f"{HOME}/accounts/zarmina/districts", districts=["atlantis"])
    assert accounts.find(stored(app), "zarmina").districts == {"swat", "quetta"}


def test_unknown_accounts_and_actions_are_not_found(boss):
    boss.get(f"{HOME}/accounts/nobody", 404)
    boss.fails(f"{HOME}/accounts/boss/promote", 404)


# rounds


def test_a_round_is_opened_with_the_targets_of_a_file(app, boss, open_round):
    boss.get(f"{HOME}/open-round")
    file = (io.BytesIO("﻿district,group,target\nbannu,woman,30\nswat,youth,۱۲\n".encode()), "targets.csv")
    page = boss.does(f"{HOME}/open-round", name="2027-1", questionnaire="pilot 1", targets=file)
    assert "2027-1" in page.text
    assert rounds.targets_of(stored(app), "2027-1") == {("bannu", "woman"): 30, ("swat", "youth"): 12}
    assert ("boss", "round opened", "2027-1") in events(app)


def test_a_message_names_its_field(boss):
    boss.get(f"{HOME}/add-account")
    page = boss.fails(f"{HOME}/add-account", role="king", name="", everywhere="y")
    assert page.errors == {
        "role-0": "Choose one of the list at “Role”.",
        "name": "Fill in “Name, or the code of a field worker”.",
    }


def test_a_round_needs_no_targets(app, boss, open_round):
    boss.get(f"{HOME}/open-round")
    boss.does(f"{HOME}/open-round", name="2027-1", questionnaire="pilot 1", targets=(io.BytesIO(b""), ""))
    assert rounds.targets_of(stored(app), "2027-1") == {}


def test_every_mistake_of_the_targets_is_told_with_its_row(app, boss, open_round):
    rows = "district,group,target\nbannu,woman,30\natlantis,woman,5\nswat,elders,5\nswat,youth,many\nbannu,woman,1\n"
    boss.get(f"{HOME}/open-round")
    file = (io.BytesIO(rows.encode()), "targets.csv")
    page = boss.fails(f"{HOME}/open-round", name="2027-1", questionnaire="pilot 1", targets=file)
    told = [a.text for a in page.root.all("div", id="errors")[0].all("a")]
    assert [text.split(":")[0] for text in told] == ["Row 3", "Row 4", "Row 5", "Row 6"]
    assert ["atlantis" in told[0], "elders" in told[1], "many" in told[2]] == [True] * 3
    assert [one.name for one in rounds.all_rounds(stored(app))] == [ROUND]


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"place,number\nbannu,3\n", b""])
def test_a_file_that_is_no_table_of_targets_is_told_apart(boss, open_round, content):
    boss.get(f"{HOME}/open-round")
    file = (io.BytesIO(content), "targets.csv")
    page = boss.fails(f"{HOME}/open-round", name="2027-1", questionnaire="pilot 1", targets=file)
    assert list(page.errors) == ["targets"]
    assert "Row 1" in page.errors["targets"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["", "a/b", ROUND, "x" * 60])
def test_a_round_needs_a_name_of_its_own(app, boss, open_round, name):
    boss.get(f"{HOME}/open-round")
    page = boss.fails(f"{HOME}/open-round", name=name, questionnaire="pilot 1")
    assert list(page.errors) == ["name"]
    assert len(rounds.all_rounds(stored(app))) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "words"), [("क" * 50, "Letters too many: 8."), ("CON", "file named"), ("2027.", "file named")]
)
def test_a_name_that_no_phone_or_file_can_have_is_refused(app, boss, open_round, name, words):
    boss.get(f"{HOME}/open-round")
    page = boss.fails(f"{HOME}/open-round", name=name, questionnaire="pilot 1")
    assert words in page.errors["name"]
    assert len(rounds.all_rounds(stored(app))) == 1


def test_a_round_needs_a_published_questionnaire(boss, open_round):
    boss.get(f"{HOME}/open-round")
    page = boss.fails(f"{HOME}/open-round", name="2027-1", questionnaire="another 9")
    assert list(page.errors) == ["questionnaire"]


@pytest.mark.slow
def test_closing_asks_first_and_is_for_good(app, boss, open_round):
    page = boss.get(f"{HOME}/rounds/{ROUND}/close")
    assert "Then the round closes by itself, for good." in page.text
    facts = [fact.text for fact in page.root.all("dd")]
    assert facts == ["3", "28", today()]
    assert list(boss.fails(f"{HOME}/rounds/{ROUND}/close").errors) == ["sure"]
    assert rounds.find(stored(app), ROUND).open
    page = boss.does(f"{HOME}/rounds/{ROUND}/close", sure="y")
    present = rounds.find(stored(app), ROUND)
    assert (present.state, present.closing_day) == ("ending", day_after(14))
    assert day_after(14) in page.text
    boss.fails(f"{HOME}/rounds/{ROUND}/close", 409, sure="y")
    boss.get(f"{HOME}/rounds/{ROUND}/close", 409)
    assert ("boss", "round ending", ROUND) in events(app)


@pytest.mark.slow
def test_interviews_are_deleted_when_their_time_has_come_and_not_before(app, boss, open_round, monkeypatch):
    release.close(stored(app), ROUND)
    before = releases.find(stored(app), ROUND).content
    assert not boss.get(f"{HOME}/rounds/{ROUND}/purge").root.all("button", class_="danger")
    boss.fails(f"{HOME}/rounds/{ROUND}/purge", 409, sure="yes")
    assert counting(app) == 3
    later = (date.fromisoformat(today()) + timedelta(days=90)).isoformat()
    for module in (retention, administration_rounds):
        monkeypatch.setattr(module, "today", lambda: later)
    page = boss.get(f"{HOME}/rounds/{ROUND}/purge")
    assert "The results stay." in page.text
    assert "No results" not in page.text
    page = boss.does(f"{HOME}/rounds/{ROUND}/purge", sure="yes")
    assert "Interviews deleted: 3" in page.text
    assert counting(app) == 0
    assert releases.find(stored(app), ROUND).content == before


# names of the local body, audit


@pytest.mark.slow
def test_the_local_body_is_named_in_every_language_or_in_none(app, boss):
    boss.get(f"{HOME}/local-body/bannu")
    texts = {"en": "peace  committee", "ur": "امن کمیٹی", "ps": "امن کمېټي"}
    page = boss.does(f"{HOME}/local-body/bannu", **texts)
    assert "امن کمېټي" in page.text
    assert runtime_settings.local_body(stored(app), "bannu") == {**texts, "en": "peace committee"}
    assert ("boss", "local body named", "bannu") in events(app)
    boss.get(f"{HOME}/local-body/bannu")
    assert list(boss.fails(f"{HOME}/local-body/bannu", en="jirga", ur="", ps="").errors) == ["ur", "ps"]
    assert list(boss.fails(f"{HOME}/local-body/bannu", **{**texts, "en": "x" * 61}).errors) == ["en"]
    boss.does(f"{HOME}/local-body/bannu", en="", ur="", ps=" ")
    assert runtime_settings.local_body(stored(app), "bannu") == {}


@pytest.mark.parametrize("district", ["atlantis", "upper-swat"])
def test_only_reporting_districts_have_a_name_of_the_local_body(boss, district):
    boss.get(f"{HOME}/local-body/{district}", 404)


def test_the_audit_log_tells_day_account_and_event_and_forgets(app, boss, monkeypatch):
    audit.record(stored(app), "zarmina", "refused", "results of swat")
    page = boss.get(f"{HOME}/audit")
    assert [cell.text for cell in page.root.all("tr")[1].all("td")] == [
        today(),
        "zarmina",
        "refused",
        "results of swat",
    ]
    later = (date.fromisoformat(today()) + timedelta(days=31)).isoformat()
    monkeypatch.setattr(audit, "today", lambda: later)
    assert "zarmina" not in boss.get(f"{HOME}/audit").text


@pytest.mark.slow
def test_the_overview_leads_to_what_can_be_done_with_a_round(app, boss, open_round):
    links = {a.get("href") for a in boss.get(HOME).root.all("main")[0].all("a")}
    assert {f"/coverage/{ROUND}", f"{HOME}/rounds/{ROUND}/close", f"{HOME}/rounds/{ROUND}/leave-out"} <= links
    assert f"/results/{ROUND}" not in links
    rounds.end(stored(app), ROUND, 14)
    links = {a.get("href") for a in boss.get(HOME).root.all("main")[0].all("a")}
    assert f"{HOME}/rounds/{ROUND}/close-without-waiting" in links
    assert f"{HOME}/rounds/{ROUND}/close" not in links
    assert f"{HOME}/releases/{ROUND}" not in links
    release.close(stored(app), ROUND)
    links = {a.get("href") for a in boss.get(HOME).root.all("main")[0].all("a")}
    assert {f"/results/{ROUND}", f"{HOME}/releases/{ROUND}"} <= links
    assert f"{HOME}/rounds/{ROUND}/close" not in links


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ur", "ps"])
def test_every_page_reads_from_right_to_left_too(app, open_round, language):
    reader = at_browser(app, accounts.find(stored(app), "boss"), language)
    pages = (
        "",
        "/open-round",
        f"/rounds/{ROUND}",
        f"/rounds/{ROUND}/close",
        f"/rounds/{ROUND}/close-without-waiting",
        f"/rounds/{ROUND}/leave-out",
        f"/rounds/{ROUND}/purge",
    )
    more = (
        "/accounts",
        "/add-account",
        "/accounts/boss",
        "/questionnaires",
        "/local-body",
        "/local-body/bannu",
    )
    for page in (*pages, *more, "/audit"):
        assert reader.get(HOME + page).root.all("html")[0].get("dir") == "rtl"


@pytest.mark.slow
def test_a_form_without_its_token_changes_nothing(app, boss, open_round):
    reply = boss.client.post(f"{HOME}/rounds/{ROUND}/close")
    assert reply.status_code == 400
    assert rounds.find(stored(app), ROUND).open
