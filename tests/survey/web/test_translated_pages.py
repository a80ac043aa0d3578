"""Every page in every language: the declared direction, and no word of English but names and codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, url_for
from flask_babel import get_babel

from survey.languages import languages
from survey.settings import PROJECT
from survey.storage.engine.database import Database
from survey.web.phone import app as phone_app
from tests.support.pages import Page
from tests.support.readers import at_browser, somebody
from tests.survey.web.conftest import ROUND

TRANSLATED = [code for code in languages() if code != "en"]

#: Names of people, rounds and formats, the language switch, and what is typed as it stands.
NAMES = {
    *(
        "English",
        "Daily",
        "notes",
        "Survey",
        "office",
        "W1",
        "zarmina",
        "autumn",
        "community",
        "security",
        "ur",
        "ps",
        "en",
    ),
    *("CSV", "XLSForm", "JavaScript", "md", "xlsx", "csv", "district", "group", "target"),
    *("W07", "LRS", "M", "W", "Y"),
}
ROLES = {"": "", "worker": "W1", "coordinator": "zarmina", "administrator": "boss"}
#: What stands in addresses.
PLACES = {"round_name": ROUND, "district": "bannu", "name": "zarmina"}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogues as they are now, compiled apart from those in use."""
    folder = tmp_path_factory.mktemp("translations")
    for code in TRANSLATED:
        target = folder / code / "LC_MESSAGES"
        target.mkdir(parents=True)
        source = PROJECT / "translations" / code / "LC_MESSAGES" / "messages.po"
        with source.open("rb") as texts, (target / "messages.mo").open("wb") as file:
            write_mo(file, read_po(texts))
    return folder


@pytest.fixture
def spoken(app: Flask, field: Database, compiled: Path) -> Flask:
    """An application with an open round that speaks from these catalogues."""
    with app.app_context():
        get_babel().translation_directories[:] = [str(compiled)]
    return app


def english(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z]+\d*", text)) - NAMES


def spoken_on(page: Page) -> str:
    """All words of a page, also those that only screen readers tell; what is set apart as a name or code is left out."""
    for tag in ("code", "bdi"):
        for element in page.root.all(tag):
            element.own.clear()
    return " ".join([page.root.text, *(element.get("aria-label") for element in page.root.all())])


def addresses(app: Flask) -> list[str]:
    """Every page of the application, and one that is not there."""
    with app.test_request_context():
        found = [
            url_for(rule.endpoint, **{name: PLACES.get(name, "nothing") for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and not rule.endpoint.startswith(("static", "offline"))
        ]
    return [*found, "/nowhere"]


@pytest.mark.slow
@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role(spoken: Flask, field: Database, role: str, language: str):
    present = {one: somebody(field, one, name, ["bannu"]) for one, name in ROLES.items() if one}
    browser = at_browser(spoken, present.get(role), language)
    seen = 0
    for address in addresses(spoken):
        reply = browser.client.get(address)
        if reply.mimetype == "text/html" and not reply.location:
            page = Page(reply)
            assert page.root.all("html")[0].get("dir") == languages()[language].direction, address
            assert not english(spoken_on(page)), address
            seen += 1
    assert seen >= (10 if role else 3)


@pytest.mark.slow
@pytest.mark.parametrize("language", TRANSLATED)
def test_mistakes_in_forms(spoken: Flask, field: Database, language: str):
    browser = at_browser(spoken, somebody(field, "administrator", "boss"), language)
    for form in ("add-account", "open-round", "questionnaires"):
        address = f"/administration/{form}"
        browser.get(address)
        page = browser.fails(address)
        assert page.errors
        assert not english(spoken_on(page)), address


@pytest.mark.slow
@pytest.mark.parametrize("language", TRANSLATED)
def test_the_phone_has_every_text_in_every_language(spoken: Flask, language: str):
    client = spoken.test_client()
    address = re.search(r'data-words="([^"]+)"', client.get("/notes/").get_data(as_text=True))
    assert address
    words = next(one for one in json.loads(client.get(address[1]).data) if one["code"] == language)["words"]
    assert set(words) == set(phone_app.texts())
    assert len(words) > 80
    assert not english(re.sub(r"\{\w+\}", "", " ".join(words.values())))
