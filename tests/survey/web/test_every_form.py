"""Every form of the product, found by its routes: opened and saved as it stands, it changes nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from survey.storage import questionnaires, runtime_settings
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.storage.tables import metadata
from tests.support.pages import Element, read
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.web.conftest import shipped

ROUND, CLOSED = "2026-autumn", "2026-spring"
NAMED = ("bannu", "lakki-marwat")
#: What stands in the place of a part of an address. A new part belongs here, or its pages are not tried.
PLACES = {
    "name": ("boss", "narrow", "zarmina", "idle", "rashid", "everything", "W07", "W08"),
    "round_name": (ROUND, CLOSED),
    "district": ("bannu", "quetta"),
    "question": ("saf_day",),
    "secret": ("no-secret",),
    "earlier": (CLOSED,),
    "file": ("none",),
    "filename": ("none",),
    "version": ("none",),
    "edition": ("1", "none"),
    "indicator": ("index:safety",),
    "picture": ("help",),
    "ending": ("svg",),
    "hole": ("asked_by",),
}
#: A coordinator who was given no district: saving that is refused.
NOTHING_STORED = {"idle"}


@pytest.fixture
def people(app: Flask) -> tuple[Account, ...]:
    """Every role, each bound to some districts and to none, beside an open and a closed round."""
    database = stored(app)
    edition = questionnaires.publish(database, shipped())
    rounds.start(database, CLOSED, edition, {("bannu", "woman"): 3})
    rounds.close(database, CLOSED)
    rounds.start(database, ROUND, edition, {("bannu", "woman"): 30})
    runtime_settings.name_local_body(database, "bannu", {"en": "jirga", "ur": "جرگہ", "ps": "جرګه"})
    runtime_settings.say_in_consent(database, "asked_by", {"en": "us", "ur": "دفتر", "ps": "دفتر"})
    return (
        somebody(database, "administrator", "boss"),
        somebody(database, "administrator", "narrow", NAMED),
        somebody(database, "coordinator", "zarmina", NAMED),
        somebody(database, "coordinator", "idle"),
        somebody(database, "reviewer", "rashid", ("bannu",)),
        somebody(database, "reviewer", "everything"),
        somebody(database, "worker", "W07", NAMED, woman=True),
        somebody(database, "worker", "W08"),
    )


def addresses(app: Flask) -> Iterator[str]:
    """Every page that a browser can open, with every part filled."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "GET" not in (rule.methods or ()) or getattr(view, "by_token", False):
            continue
        unknown = rule.arguments - set(PLACES)
        assert not unknown, f"{rule} has parts that PLACES does not know: {unknown}"
        with app.test_request_context():
            yield from _filled(app, rule.endpoint, sorted(rule.arguments), {})


def _filled(app: Flask, endpoint: str, parts: list[str], given: dict[str, str]) -> Iterator[str]:
    if not parts:
        yield app.url_for(endpoint, **given)
        return
    for value in PLACES[parts[0]]:
        yield from _filled(app, endpoint, parts[1:], {**given, parts[0]: value})


def forms(html: str) -> list[Element]:
    """The forms that hold something to fill in; a button alone is no form but an act."""
    shown = []
    for form in read(html).all("form"):
        visible = [one for one in form.all("input") if one.get("type") != "hidden"]
        if visible or form.all("select") or form.all("textarea"):
            shown.append(form)
    return shown


def unchanged(form: Element) -> dict[str, Any]:
    """What a browser sends when nobody touches the form and its first button is pressed."""
    sent: dict[str, Any] = {}
    for one in form.all("input"):
        kind = one.get("type")
        if kind == "file":
            sent[one.get("name")] = (io.BytesIO(b""), "")
        elif kind not in ("checkbox", "radio") or "checked" in one.attributes:
            sent.setdefault(one.get("name"), []).append(one.get("value"))
    for one in form.all("select"):
        options = one.all("option")
        chosen = [option for option in options if "selected" in option.attributes] or options[:1]
        sent[one.get("name")] = [option.get("value") for option in chosen]
    for button in form.all("button")[:1]:
        if button.get("name"):
            sent[button.get("name")] = button.get("value")
    return sent


def edits(app: Flask, action: str) -> bool:
    """Whether a form changes something that has a name, and so must show, and take, what is stored of it."""
    _, parts = app.url_map.bind("").match(action, method="POST")
    return bool({"name", "district", "hole"} & set(parts))


def altered(form: Element, number: int) -> dict[str, Any]:
    """The same with every text made longer, and one district more, another one for each number."""
    sent = unchanged(form)
    places = [one.get("value") for one in form.all("input") if one.get("name") == "districts"]
    if places:
        given = sent.pop("districts", [])
        sent.pop("everywhere", None)
        more = [place for place in places if place not in given][number]
        return {**sent, "districts": sorted([*given, more])}
    texts = {one.get("name") for one in form.all("input") if one.get("type") == "text"}
    return {
        name: [f"{text}{'x' * (number + 1)}" for text in values] if name in texts else values
        for name, values in sent.items()
    }


def content(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for wrong passwords, which are counted: an empty one is wrong."""
    tables = [table for table in metadata.sorted_tables if table.name != "sign_in_attempts"]
    with database.read() as connection:
        return {one.name: sorted(map(tuple, connection.execute(select(one))), key=repr) for one in tables}


@pytest.mark.slow
def test_every_form_opened_and_saved_as_it_stands_changes_nothing(app: Flask, people: tuple[Account, ...]):
    before = content(stored(app))
    tried: dict[str, int] = {}
    for account in (*people, None):
        browser = at_browser(app, account)
        for address in addresses(app):
            reply = browser.client.get(address)
            assert content(stored(app)) == before or reply.status_code == 403, f"opening {address}"
            before = content(stored(app))
            if reply.mimetype == "text/html" and reply.status_code == 200:
                for form in forms(reply.get_data(as_text=True)):
                    action = form.get("action") or address
                    saved = browser.client.post(action, data=unchanged(form))
                    if edits(app, action) and not NOTHING_STORED & set(action.split("/")):
                        assert saved.status_code == 302, f"{action} refuses what is stored"
                    assert content(stored(app)) == before, f"{account and account.name}: {address} → {action}"
                    tried[action] = tried.get(action, 0) + 1
    assert {"/administration/local-body/bannu", "/administration/add-account", "/phones", "/form"} <= set(
        tried
    )
    assert {f"/administration/accounts/{name}/districts" for name in PLACES["name"]} <= set(tried)


@pytest.mark.slow
def test_a_form_that_was_open_while_another_one_was_saved_undoes_nothing(
    app: Flask, people: tuple[Account, ...]
):
    browser, tried = at_browser(app, people[0]), set()
    for address in addresses(app):
        shown = browser.client.get(address)
        if shown.mimetype != "text/html" or shown.status_code != 200:
            continue
        for form in forms(shown.get_data(as_text=True)):
            action = form.get("action") or address
            # Other districts of one's own end the session.
            if not edits(app, action) or action == "/administration/accounts/boss/districts":
                continue
            # Each tab was opened before either was saved.
            first, second = altered(form, 0), altered(form, 1)
            assert browser.client.post(action, data=first).status_code == 302, action
            before = content(stored(app))
            refused = browser.client.post(action, data=second)
            assert refused.status_code == 400, action
            assert "Somebody else has changed this meanwhile" in refused.get_data(as_text=True), action
            assert content(stored(app)) == before, action
            (again,) = forms(refused.get_data(as_text=True))
            assert {**unchanged(again), "seen": ""} == {**first, "seen": ""}, f"{action} hides what is stored"
            assert browser.client.post(action, data=altered(again, 1)).status_code == 302, action
            tried.add(action)
    assert {"/administration/local-body/bannu", "/administration/consent/asked_by"} <= tried
    assert {f"/administration/accounts/{name}/districts" for name in PLACES["name"][1:]} <= tried


def districts_page(app: Flask, boss: Reader, name: str) -> dict[str, Any]:
    page = boss.get(f"/administration/accounts/{name}")
    (form,) = forms(page.html)
    return unchanged(form)


@pytest.mark.slow
def test_the_page_of_an_account_shows_the_districts_that_are_stored(app: Flask, people: tuple[Account, ...]):
    boss = at_browser(app, people[0])
    for account in people:
        sent = districts_page(app, boss, account.name)
        assert tuple(sent.get("districts", ())) == tuple(sorted(account.districts)), account.name
        everywhere = not account.districts and account.role != "coordinator"
        assert ("everywhere" in sent) == everywhere, account.name


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rashid", "everything", "zarmina", "W07", "boss"])
def test_no_account_gets_all_districts_because_nothing_was_ticked(app: Flask, people, name: str):
    boss = at_browser(app, people[0])
    boss.get(f"/administration/accounts/{name}")
    before = content(stored(app))
    page = boss.fails(f"/administration/accounts/{name}/districts")
    assert list(page.errors) == ["districts-0"]
    page = boss.fails(f"/administration/accounts/{name}/districts", everywhere="y", districts=["kohat"])
    assert list(page.errors) == ["districts-0"]
    assert content(stored(app)) == before


@pytest.mark.slow
def test_all_districts_are_a_choice_of_their_own_and_the_audit_holds_before_and_after(app: Flask, people):
    boss = at_browser(app, people[0])
    boss.get("/administration/accounts/rashid")
    boss.does("/administration/accounts/rashid/districts", districts=["kohat", "bannu"])
    boss.does("/administration/accounts/rashid/districts", everywhere="y")
    assert accounts.find(stored(app), "rashid").districts == frozenset()
    shown = boss.get("/administration/audit").text
    assert "rashid: bannu → bannu, kohat" in shown
    assert "rashid: bannu, kohat → all" in shown


def test_a_coordinator_never_has_all_districts(app: Flask, people):
    boss = at_browser(app, people[0])
    boss.get("/administration/accounts/zarmina")
    page = boss.fails("/administration/accounts/zarmina/districts", everywhere="y")
    assert "never all of them" in page.errors["districts-0"]
    boss.get("/administration/add-account")
    page = boss.fails("/administration/add-account", role="coordinator", name="c1", everywhere="y")
    assert "never all of them" in page.errors["districts-0"]
    page = boss.fails("/administration/add-account", role="reviewer", name="r1")
    assert list(page.errors) == ["districts-0"]
    assert accounts.find(stored(app), "zarmina").districts == set(NAMED)


def test_the_storage_takes_no_empty_list_for_all_districts(app: Flask, people):
    with pytest.raises(ValueError, match="no districts"):
        accounts.set_districts(stored(app), "rashid", ())
    accounts.set_districts(stored(app), "rashid", None)
    assert accounts.find(stored(app), "rashid").districts == frozenset()
