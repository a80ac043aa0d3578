"""The page of phones: how each is, by day, distinguished by lists, each signed out alone, and nothing of any interview."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import update

from survey.accounts import enrolment
from survey.days import later, today
from survey.storage.engine.database import Database
from survey.storage.people import accounts, audit, devices
from survey.storage.people.accounts import Account
from survey.storage.people.devices import Assignment
from survey.storage.people.marks import Mark
from survey.storage.tables import invitations, tokens
from survey.web.phone.app import bundle
from tests.support.pages import read
from tests.survey.web.conftest import ROUND, Enter

FIRST, SECOND, THIRD = "A" * 43, "Q" * 42 + "A", "g" * 42 + "A"
SAID = {"waiting": 3, "help": 1, "app": "0123456789ab", "practised": True}


@pytest.fixture
def coordinator(field: Database) -> Account:
    return accounts.add(field, "coordinator", "ayesha", districts=("bannu", "lakki-marwat"))


def set_up(field: Database, worker: Account, token: str, mark: Mark) -> None:
    code = enrolment.invite(field, worker, Assignment(ROUND, "en"), mark=mark).code
    enrolment.enrol(field, code, token)


def say(app: Flask, token: str, said: object) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return app.test_client().put("/api/devices/report", json=said, headers=headers).status_code


def cards(enter: Enter, account: Account) -> dict[str, str]:
    """The phones on the page: what each is called, and what is said of it."""
    page = read(enter(account).client.get("/phones").get_data(as_text=True))
    return {one.all("h2")[0].text: one.text for one in page.all("li", class_="phone")}


def test_each_phone_is_told_apart_and_says_how_it_is(
    app: Flask, enter: Enter, coordinator: Account, worker: Account, field: Database
) -> None:
    set_up(field, worker, FIRST, Mark("blue", 3))
    set_up(field, worker, SECOND, Mark("red", 3))
    enrolment.invite(field, worker, Assignment(ROUND, "en"), mark=Mark("white", 7))
    assert say(app, FIRST, SAID) == 200
    found = cards(enter, coordinator)
    assert set(found) == {"blue 3 of W1", "red 3 of W1", "white 7 of W1"}
    blue = found["blue 3 of W1"]
    assert f"Set up on {today()}; practised" in blue
    assert f"Last contact: {today()}" in blue
    assert all(said in blue for said in ("Waiting: 3", "need help: 1", f"It said so on {today()}"))
    assert "It has an older app" in blue
    assert "not said yet" in found["red 3 of W1"]
    assert f"The link works until {later(today(), 3)}" in found["white 7 of W1"]
    newest = bundle(app.extensions["survey"].settings).version
    assert say(app, FIRST, {**SAID, "app": newest, "help": 0, "practised": False}) == 200
    blue = cards(enter, coordinator)["blue 3 of W1"]
    assert "It has the newest app" in blue
    assert "not practised yet" in blue


def test_a_silent_phone_and_a_link_that_is_over_show(
    enter: Enter, coordinator: Account, worker: Account, field: Database
) -> None:
    set_up(field, worker, FIRST, Mark("blue", 1))
    set_up(field, worker, SECOND, Mark("blue", 2))
    enrolment.invite(field, worker, Assignment(ROUND, "en"), mark=Mark("blue", 4))
    days = {FIRST: later(today(), -3), SECOND: later(today(), -2)}

    def age(connection: object) -> None:
        for token, day in days.items():
            of_phone = tokens.c.digest == devices.digest(token)
            connection.execute(update(tokens).where(of_phone).values(contact_day=day))  # type: ignore[attr-defined]
        unused = update(invitations).where(invitations.c.token.is_(None))
        connection.execute(unused.values(created_day=later(today(), -4)))  # type: ignore[attr-defined]

    field.change(age)
    found = cards(enter, coordinator)
    assert "not in touch for 3 days" in found["blue 1 of W1"]
    assert "not in touch" not in found["blue 2 of W1"]
    assert "works no more" in found["blue 4 of W1"]


def test_only_phones_of_own_districts_are_seen_and_ended(
    app: Flask, enter: Enter, coordinator: Account, field: Database
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    far = accounts.add(field, "worker", "Z9", districts=("zhob",))
    set_up(field, far, FIRST, Mark("blue", 1))
    assert cards(enter, coordinator) == {}
    administrator = accounts.add(field, "administrator", "boss")
    page = enter(administrator).client.get("/phones").get_data(as_text=True)
    (address,) = re.findall(r'action="(/phones/one/\w+/end)"', page)
    assert enter(coordinator).client.post(address, data={"sure": "yes"}).status_code == 404
    assert not devices.is_revoked(field, FIRST)


def test_one_phone_of_several_is_signed_out_after_a_second_press(
    app: Flask, enter: Enter, coordinator: Account, worker: Account, field: Database
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    set_up(field, worker, FIRST, Mark("blue", 1))
    set_up(field, worker, SECOND, Mark("blue", 2))
    client = enter(coordinator).client
    addresses = re.findall(r'action="(/phones/one/\w+/end)"', client.get("/phones").get_data(as_text=True))
    asked = client.post(addresses[1]).get_data(as_text=True)
    assert "This cannot be undone" in asked
    assert not devices.is_revoked(field, SECOND)
    client.post(addresses[1], data={"sure": "yes"})
    assert devices.is_revoked(field, SECOND)
    assert not devices.is_revoked(field, FIRST)
    assert set(cards(enter, coordinator)) == {"blue 1 of W1"}
    last = audit.entries(field)[-1]
    assert (last.account, last.event, last.detail) == ("ayesha", "phone signed out", "W1 blue 2")


def test_a_link_that_was_not_used_is_taken_back(
    app: Flask, enter: Enter, coordinator: Account, worker: Account, field: Database
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    code = enrolment.invite(field, worker, Assignment(ROUND, "en"), mark=Mark("blue", 1)).code
    client = enter(coordinator).client
    (address,) = re.findall(r'action="(/phones/one/\w+/end)"', client.get("/phones").get_data(as_text=True))
    client.post(address, data={"sure": "yes"})
    assert app.test_client().post("/api/devices", json={"code": code, "token": FIRST}).status_code == 410
    assert audit.entries(field)[-1].event == "phone link taken back"


def test_two_phones_of_a_worker_never_carry_one_mark(
    app: Flask, enter: Enter, coordinator: Account, worker: Account, field: Database
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = enter(coordinator).client

    def invite(**chosen: str) -> tuple[int, str]:
        reply = client.post("/phones", data={"worker": "W1", "round": ROUND, "language": "en", **chosen})
        names = re.findall(r"phone <bdi class=\"name\">([a-z]+ \d+)</bdi>", reply.get_data(as_text=True))
        return reply.status_code, names[0] if names else ""

    assert invite(colour="red", number="2") == (200, "red 2")
    assert invite(colour="red", number="2")[0] == 409
    assert invite(colour="red") == (200, "red 1")
    assert invite() == (200, "blue 1")
    assert invite() == (200, "green 1")
    assert invite(colour="pink")[0] == invite(number="99")[0] == 404


@pytest.mark.parametrize(
    "said",
    [
        [],
        {},
        {**SAID, "waiting": -1},
        {**SAID, "waiting": 32768},
        {**SAID, "help": True},
        {**SAID, "help": "1"},
        {**SAID, "app": "Zarmina's phone"},
        {**SAID, "practised": 1},
    ],
)
def test_a_phone_says_two_numbers_its_app_and_yes_or_no_and_nothing_else(
    app: Flask, worker: Account, field: Database, said: object
) -> None:
    set_up(field, worker, FIRST, Mark("blue", 1))
    assert say(app, FIRST, said) == 400
    with field.read() as connection:
        assert connection.execute(tokens.select()).one().reported_day is None


def test_what_a_phone_said_before_is_replaced_and_no_text_of_it_is_kept(
    app: Flask, worker: Account, field: Database
) -> None:
    set_up(field, worker, FIRST, Mark("blue", 1))
    say(app, FIRST, {**SAID, "place": "Zhob"})
    say(app, FIRST, {**SAID, "waiting": 0})
    with field.read() as connection:
        (row,) = connection.execute(tokens.select()).all()
    assert (row.waiting, row.help, row.app, row.practised, row.reported_day) == (
        0,
        1,
        SAID["app"],
        True,
        today(),
    )
    assert "Zhob" not in str(row)
    assert say(app, THIRD, SAID) == 401
