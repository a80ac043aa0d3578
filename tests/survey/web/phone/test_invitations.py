"""The page on which phones are invited and signed out: within one's districts only."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from survey.accounts import enrolment
from survey.days import today
from survey.intake import envelope
from survey.keys import record_keys
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import accounts, devices
from survey.storage.people.accounts import Account
from survey.storage.people.devices import Assignment
from tests.support import envelopes as phone
from tests.survey.web.conftest import ROUND, Enter

TOKEN = "A" * 43


@pytest.fixture
def coordinator(field: Database) -> Account:
    return accounts.add(field, "coordinator", "ayesha", districts=("bannu", "lakki-marwat"))


def invited(app: Flask, enter: Enter, coordinator: Account, worker: str) -> tuple[int, str]:
    client = enter(coordinator).client
    app.config["WTF_CSRF_ENABLED"] = False
    reply = client.post("/phones", data={"worker": worker, "round": ROUND, "language": "ur"})
    return reply.status_code, reply.get_data(as_text=True)


def test_a_link_and_its_picture_are_shown_once_and_work(
    app: Flask, enter: Enter, coordinator: Account, worker: Account, field: Database
) -> None:
    status, page = invited(app, enter, coordinator, worker.name)
    assert status == 200
    assert "<svg" in page
    ((code, language),) = re.findall(r"http://localhost/notes/#i=([\w-]+)&amp;l=(\w+)", page)
    assert language == "ur"
    reply = app.test_client().post("/api/devices", json={"code": code, "token": TOKEN})
    assert reply.status_code == 201
    assignment = devices.assignment(field, TOKEN)
    assert assignment is not None
    assert (assignment.round, assignment.language) == (ROUND, "ur")
    assert code not in enter(coordinator).client.get("/phones").get_data(as_text=True)


@pytest.mark.parametrize("state", ["ending", "closed"])
def test_a_phone_with_records_of_a_round_that_is_over_can_be_set_up_anew(
    app: Flask, enter: Enter, coordinator: Account, worker: Account, field: Database, state: str
) -> None:
    rounds.end(field, ROUND, 14)
    if state == "closed":
        rounds.close(field, ROUND)
    status, page = invited(app, enter, coordinator, worker.name)
    assert status == 200
    (code,) = re.findall(r"http://localhost/notes/#i=([\w-]+)", page)
    assert app.test_client().post("/api/devices", json={"code": code, "token": TOKEN}).status_code == 201


def test_workers_of_other_districts_are_out_of_reach(
    app: Flask, enter: Enter, coordinator: Account, worker: Account, field: Database
) -> None:
    accounts.add(field, "worker", "Z9", districts=("zhob",))
    accounts.add(field, "worker", "E1")
    # The names that can be chosen, not the page: a signed proof in it holds any two characters now and then.
    page = enter(coordinator).client.get("/phones").get_data(as_text=True)
    assert re.findall(r'<select id="worker".*?</select>', page, re.DOTALL)[0].count('<option value="W') == 1
    assert re.findall(r'<option value="([A-Z]\d)">', page) == [worker.name]
    assert re.findall(r'action="/phones/(\w+)/sign-out"', page) == [worker.name]
    assert invited(app, enter, coordinator, "Z9")[0] == 404
    client = enter(coordinator).client
    assert client.post("/phones/Z9/sign-out").status_code == 404


def test_signing_out_takes_the_tokens_back(
    app: Flask, enter: Enter, coordinator: Account, worker: Account, field: Database
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    token = accounts.add_token(field, worker.name, devices.KIND)
    unused = enrolment.invite(field, worker, Assignment(ROUND, "ur")).code
    enter(coordinator).client.post(f"/phones/{worker.name}/sign-out", data={"sure": "yes"})
    assert devices.is_revoked(field, token)
    # Nor does a link that lies about let somebody in afterwards.
    assert app.test_client().post("/api/devices", json={"code": unused, "token": TOKEN}).status_code == 410


def test_an_invitation_needs_an_open_round_and_a_known_language(
    app: Flask, enter: Enter, coordinator: Account, worker: Account
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = enter(coordinator).client
    for wrong in ({"round": "1999"}, {"language": "xx"}):
        data = {"worker": worker.name, "round": ROUND, "language": "ur", **wrong}
        assert client.post("/phones", data=data).status_code == 404


def test_workers_and_reviewers_stay_out(app: Flask, enter: Enter, worker: Account, field: Database) -> None:
    reviewer = accounts.add(field, "reviewer", "omar")
    for account in (worker, reviewer):
        assert enter(account).client.get("/phones").status_code == 403


def in_custody(field: Database) -> str:
    """Let phones seal to a key whose private half is elsewhere."""
    key = record_keys.new_key(field.home)
    (field.home / "keys" / "records" / f"{key.id}.pem").unlink()
    return key.id


def test_in_custody_arrivals_are_told_by_worker_and_day(
    enter: Enter, coordinator: Account, worker: Account, field: Database
) -> None:
    in_custody(field)
    identity = phone.new_id()
    body = phone.sealed(field.home, identity, {}, questionnaire="community_security", round=ROUND)
    envelope.accept(field, body, identity, worker)
    page = enter(coordinator).client.get("/phones").get_data(as_text=True)
    told = "".join(f'<td><bdi class="name">{name}</bdi></td>' for name in (ROUND, worker.name, today()))
    assert f"{told}<td>1</td>" in page


def test_in_custody_the_plain_form_is_closed(enter: Enter, worker: Account, field: Database) -> None:
    assert enter(worker).client.get("/form").status_code == 200
    in_custody(field)
    reply = enter(worker).client.get("/form")
    assert reply.status_code == 403
    assert "sealed interviews only" in reply.get_data(as_text=True)
