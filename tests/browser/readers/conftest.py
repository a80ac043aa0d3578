"""A server with results of two rounds, and signing in to it, for the pages that readers open."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from werkzeug.serving import make_server

from survey.accounts import enrolment
from survey.app import create_app
from survey.made_up import send, shipped_round
from survey.settings import Settings
from survey.storage import runtime_settings
from survey.storage.engine.database import Database
from survey.storage.people import accounts, audit
from survey.storage.people.devices import Assignment
from survey.storage.results import actions, release_document, releases
from survey.storage.results.actions import Agreed
from tests.support.factories import release_again
from tests.support.readers import PASSWORD, somebody
from tests.survey.conftest import CLOSED, DISTRICTS, OPEN, finished_home

LATER = "2026-3"
PHONE = {"width": 360, "height": 720}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with two closed rounds and an open one, in a thread."""
    home = tmp_path_factory.mktemp("readers") / "home"
    shutil.copytree(finished_home(), home)
    url = f"sqlite:///{home / 'survey.sqlite'}"
    database = Database(url, home)
    # A later round with the same figures, for the page that compares.
    shipped_round.open_shipped_round(database, LATER)
    release_again(database, release_document.unpack(releases.find(database, CLOSED).content), LATER)
    # What came late, and a phone that may hold more.
    send.simulate(database, 3, 4, round_name=CLOSED, districts=DISTRICTS)
    worker = accounts.find(database, send.WORKERS[0])
    enrolment.enrol(database, enrolment.invite(database, worker, Assignment(OPEN, "ur")).code, "A" * 43)
    somebody(database, "administrator", "boss")
    somebody(database, "coordinator", "zarmina", ["bannu", "swat"])
    runtime_settings.name_local_body(database, "bannu", {"en": "jirga", "ur": "جرگہ", "ps": "جرګه"})
    for round_name in (CLOSED, LATER):
        agreed = Agreed("help_time", "district_office", 1, "share:tr_police")
        actions.agree(database, round_name, "peshawar", agreed, "zarmina")
    runtime_settings.put(database, "administrator_link", hashlib.sha256(b"a-link").hexdigest())
    audit.record(database, "zarmina", "refused", "results of quetta")
    server = make_server(
        "127.0.0.1", 0, create_app(Settings(home=home, database_url=url), database), threaded=True
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    database.close()


def signed_in(page: Page, address: str, language: str) -> None:
    """Choose the language and sign in, as a person would."""
    page.goto(f"{address}/sign-in")
    page.locator(f'button[name=language][value="{language}"]').click()
    page.locator("#name").fill("boss")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("**/administration")
