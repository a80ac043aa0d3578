"""Who may open what: every route of the real application carries its mark, and every role is tried on every route."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule

from survey.accounts.permissions import PERMISSIONS, allows
from survey.storage.people import accounts, audit
from survey.storage.people.accounts import ROLES
from survey.web.frame import guard
from tests.support.readers import at_browser, somebody, stored
from tests.survey.conftest import CLOSED

#: Anyone may open these; a new one is added here on purpose.
PUBLIC = {
    "language.change", "accounts.home", "accounts.sign_in", "accounts.enter", "accounts.sign_out",
    "accounts.welcome", "accounts.claim", "devices.enrol", "offline.shell", "offline.worker", "offline.file",
}  # fmt: skip
#: Served from a folder of the project, with nothing of anybody in it.
STATIC = {"static"}


def marks(app: Flask) -> dict[str, str | None]:
    """Endpoint → its permission, None for a view that nobody marked."""
    return {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "permission", None)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in STATIC
    }


def requests_of(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Method, address and endpoint of every guarded route that takes a session."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            view = app.view_functions[rule.endpoint]
            if rule.endpoint in STATIC | PUBLIC or getattr(view, "by_token", False):
                continue
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, url_for(rule.endpoint, **filled(rule)), rule.endpoint


def filled(rule: Rule) -> dict[str, str]:
    return dict.fromkeys(rule.arguments, "nothing")


def test_every_route_is_marked(app: Flask):
    unmarked = [endpoint for endpoint, mark in marks(app).items() if mark is None]
    assert not unmarked
    assert set(marks(app).values()) <= {guard.PUBLIC, *PERMISSIONS}


def test_what_is_public_is_public_on_purpose(app: Flask):
    assert {endpoint for endpoint, mark in marks(app).items() if mark == guard.PUBLIC} <= PUBLIC


def test_a_route_without_a_mark_is_found(new_app: Flask):
    new_app.add_url_rule("/planted", "planted", lambda: "answers")
    assert marks(new_app)["planted"] is None


def test_a_permission_that_does_not_exist_cannot_be_named():
    with pytest.raises(KeyError):
        guard.needs("answers.read")


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_role_on_every_route(app: Flask, role: str):
    app.config["WTF_CSRF_ENABLED"] = False
    account = somebody(stored(app), role, districts=["bannu"])
    client = at_browser(app, account).client
    for method, address, endpoint in requests_of(app):
        permission = marks(app)[endpoint] or ""
        if (method, endpoint) == ("POST", "administration.rounds.start"):
            continue  # covered below: an empty form is only refused
        status = client.open(address, method=method).status_code
        assert (status != 403) is allows(account, permission), f"{role} {method} {address}: {status}"
        # Publishing the questionnaire that ships takes one press and no form.
        leads = ("coverage.index", "results.index", "administration.questionnaires.publish_shipped")
        assert status != 302 or endpoint in leads, f"{method} {address} did something"


def test_signed_out_everybody_is_sent_to_the_sign_in_page(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    client = at_browser(app, None).client
    tried = 0
    for method, address, _ in requests_of(app):
        reply = client.open(address, method=method)
        assert (reply.status_code, reply.location.split("?")[0]) == (302, "/sign-in"), address
        tried += 1
    assert tried > 20


def test_a_suspended_account_is_signed_out(app: Flask):
    account = somebody(stored(app), "administrator")
    client = at_browser(app, account).client
    assert client.get("/administration").status_code == 200
    accounts.set_active(stored(app), account.name, False)
    assert client.get("/administration").status_code == 302


@pytest.mark.parametrize("role", ROLES)
def test_a_token_sends_interviews_and_opens_no_page(app: Flask, role: str):
    account = somebody(stored(app), role)
    token = accounts.add_token(stored(app), account.name)
    headers = {"Authorization": f"Bearer {token}"}
    client = app.test_client()
    address = "/api/submissions/00000000-0000-4000-8000-000000000000"
    status = client.put(address, headers=headers, json={}).status_code
    assert (status == 403) is (role != "worker")
    assert client.get("/results", headers=headers).status_code == 302


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp4"}])
def test_without_a_token_nothing_is_taken(app: Flask, headers: dict[str, str]):
    address = "/api/submissions/00000000-0000-4000-8000-000000000000"
    reply = app.test_client().put(address, headers=headers, json={})
    assert (reply.status_code, reply.get_json()["code"]) == (401, "no_token")


def test_a_session_cannot_send_as_a_program(app: Flask):
    client = at_browser(app, somebody(stored(app), "worker")).client
    reply = client.put("/api/submissions/00000000-0000-4000-8000-000000000000", json={})
    assert reply.status_code == 401


@pytest.mark.parametrize(
    ("address", "written"),
    [
        (f"/results/{CLOSED}/district/swat", "results of swat"),
        (f"/rounds/{CLOSED}/swat/summary.csv", "summary of swat"),
    ],
)
def test_another_district_is_refused_and_written_down(finished_app: Flask, address: str, written: str):
    zarmina = somebody(stored(finished_app), "coordinator", "zarmina", ["bannu", "peshawar"])
    reader = at_browser(finished_app, zarmina)
    reader.get(address, 403)
    last = audit.entries(stored(finished_app))[-1]
    assert (last.account, last.event, last.detail) == ("zarmina", "refused", written)


def test_a_page_of_another_role_is_refused_and_written_down(app: Flask):
    rashid = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    rashid.get("/administration", 403)
    last = audit.entries(stored(app))[-1]
    assert (last.account, last.event, last.detail) == ("rashid", "refused", "rounds.manage")
