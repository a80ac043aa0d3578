"""What an address may choose on a page is what the page offers: any other word is not found, on every page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from flask import Flask

import survey.web
from tests.support.readers import at_browser, somebody, stored
from tests.survey.conftest import CLOSED, OPEN

pytestmark = pytest.mark.slow

#: A page for each name that an address chooses by, and whether one value was offered there.
PAGES: Final = {
    "order": (f"/coverage/{OPEN}", "districts"),
    "layer": (f"/results/{CLOSED}", "sure"),
    "level": (f"/results/{CLOSED}/question/saf_day", "province"),
    "group": (f"/results/{CLOSED}/question/saf_day", "woman"),
    "answer": (f"/results/{CLOSED}/question/saf_day", "very_safe"),
    "form": ("/administration/questionnaires/1/preview", "woman:ur"),
}
#: Checked where the sign-in leads on, by tests of its own.
LEADS_ON: Final = {"next"}
READ: Final = re.compile(r'request\.args(?:\.get\(|\[)"(\w+)"')


def test_every_name_is_tried() -> None:
    sources = Path(survey.web.__file__).parent.rglob("*.py")
    found = {name for source in sources for name in READ.findall(source.read_text(encoding="utf-8"))}
    assert found == {*PAGES} | LEADS_ON


@pytest.mark.parametrize("name", PAGES)
def test_what_is_not_offered_is_not_found(finished_app: Flask, name: str) -> None:
    role = "administrator" if name == "form" else "reviewer"
    client = at_browser(finished_app, somebody(stored(finished_app), role)).client
    address, offered = PAGES[name]
    assert client.get(f"{address}?{name}={offered}").status_code == 200
    for nonsense in ("nonsense", "", "<b>", "0", "والا"):
        reply = client.get(address, query_string={name: nonsense})
        # Nothing may be what is meant where nothing is said.
        assert reply.status_code == 404 or (nonsense == "" and reply.status_code == 200), (name, nonsense)
