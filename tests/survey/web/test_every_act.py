"""Every button of administration: one press with nothing confirmed destroys and publishes nothing, unknown names are refused."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from flask import Flask
from werkzeug.routing import Rule

from survey.days import later, today
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import retention, rounds
from survey.storage.people import accounts
from survey.storage.tables import rounds as rounds_table
from survey.web.administration.accounts import ACTIONS
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.web.conftest import shipped
from tests.survey.web.test_every_form import content

OPEN, CLOSED, DUE = "2026-3", "2026-2", "2026-1"
#: What a part of an address can be. A new part belongs here, or the acts on it are not tried.
PARTS = {
    "name": ("zarmina", "W07"),
    "action": tuple(ACTIONS),
    "round_name": (OPEN, CLOSED, DUE),
    # The other steps work out something that nobody has seen yet, and can be begun again.
    "step": ("publish",),
    "district": ("bannu",),
    "version": ("1", "2"),
    "hole": ("asked_by",),
    "phone": ("none",),
}
UNKNOWN = "nothing-of-this-name"
#: What one press does, and why that is enough: it takes nothing away, and another press takes it back.
MILD = {
    "/administration/accounts/W07/token": "a token more; all can be revoked",
}
#: What is asked again: the address, with what else the form sends.
ASKED = {
    "/administration/accounts/zarmina/password": {},
    "/administration/accounts/zarmina/sign-out": {},
    "/administration/accounts/zarmina/suspend": {},
    "/administration/accounts/W07/revoke": {},
    "/phones/W07/sign-out": {},
    f"/administration/rounds/{DUE}/purge": {},
    f"/administration/rounds/{OPEN}/close-without-waiting": {},
}


@pytest.fixture
def boss(app: Flask) -> Reader:
    """An administrator over an open round, a closed one, and one whose interviews are due to be deleted."""
    database = stored(app)
    edition = questionnaires.publish(database, shipped())
    for name in (DUE, CLOSED):
        rounds.start(database, name, edition)
        rounds.close(database, name)
    long_ago = later(today(), -retention.RETENTION_DAYS - 1)
    database.change(
        lambda connection: connection.execute(
            rounds_table.update().where(rounds_table.c.name == DUE).values(closed_day=long_ago)
        )
    )
    rounds.start(database, OPEN, edition)
    somebody(database, "coordinator", "zarmina", ("bannu",))
    somebody(database, "worker", "W07", ("bannu",))
    accounts.add_token(database, "W07")
    app.config["WTF_CSRF_ENABLED"] = False
    return at_browser(app, somebody(database, "administrator", "boss"))


def acts(app: Flask) -> list[Rule]:
    """Every route that an administrator's button can lead to."""
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    found = [rule for rule in rules if str(rule).startswith(("/administration", "/phones"))]
    assert len(found) > 20
    return found


def filled(app: Flask, rule: Rule, parts: dict[str, tuple[str, ...]]) -> Iterator[str]:
    unknown = rule.arguments - set(parts)
    assert not unknown, f"{rule} has parts that PARTS does not know: {unknown}"
    names = sorted(rule.arguments)
    with app.test_request_context():
        for values in product(*(parts[name] for name in names)):
            yield app.url_for(rule.endpoint, **dict(zip(names, values, strict=True)))


def kept(database: Database) -> dict[str, object]:
    """All that is stored, but for the log of what was refused."""
    return {name: rows for name, rows in content(database).items() if name != "audit"}


@pytest.mark.slow
def test_one_press_with_nothing_confirmed_destroys_and_publishes_nothing(app: Flask, boss: Reader) -> None:
    database, before = stored(app), kept(stored(app))
    changing = set()
    for rule in acts(app):
        for address in filled(app, rule, PARTS):
            assert boss.client.post(address).status_code < 500, address
            if kept(database) != before:
                changing.add(address)
                before = kept(database)
    assert changing == set(MILD)


def test_unknown_names_are_refused_by_every_act(app: Flask, boss: Reader) -> None:
    database, before = stored(app), content(stored(app))
    for rule in acts(app):
        for part in sorted(rule.arguments):
            for address in filled(app, rule, {**PARTS, part: (UNKNOWN,)}):
                reply = boss.client.post(address, data={"sure": "yes", "into": UNKNOWN, "version": UNKNOWN})
                assert 400 <= reply.status_code < 500, f"{address}: {reply.status_code}"
                assert content(database) == before, address


@pytest.mark.slow
@pytest.mark.parametrize("address", ASKED)
def test_a_second_press_does_what_the_first_one_asked_about_and_says_so(
    app: Flask, boss: Reader, address: str
) -> None:
    database, before = stored(app), content(stored(app))
    first = boss.client.post(address, data=ASKED[address])
    assert first.status_code in (200, 400)
    assert 'name="sure"' in first.get_data(as_text=True)
    assert content(database) == before
    second = boss.client.post(address, data={**ASKED[address], "sure": "yes"}, follow_redirects=True)
    assert second.status_code == 200
    assert content(database) != before
    page = second.get_data(as_text=True)
    assert 'role="status"' in page or 'id="password"' in page, "it does not say what it did"
