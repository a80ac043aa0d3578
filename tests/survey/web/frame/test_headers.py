"""What every page has around it: headers, menu, marks, and the notice over an insecure connection."""

from __future__ import annotations

from dataclasses import replace
from inspect import iscoroutinefunction, unwrap
from itertools import chain

import pytest
from flask import Flask

from survey.app import create_app
from survey.languages import languages
from survey.web.frame.current import KEY
from tests.support.readers import at_browser, somebody, stored

PAGES = ("/sign-in", "/welcome/x", "/nowhere", "/coverage", "/static/css/survey.css")


@pytest.mark.parametrize("address", PAGES)
def test_every_reply_carries_the_protecting_headers(app: Flask, address: str):
    with app.test_client().get(address) as reply:
        headers = reply.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "http" not in headers["Content-Security-Policy"], "same origin only"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("method", ["get", "put"])
def test_replies_to_programs_can_be_neither_shown_nor_kept(app: Flask, method: str):
    with getattr(app.test_client(), method)("/api/submissions/x") as reply:
        headers = reply.headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_pages_are_never_kept_by_the_browser_and_files_may_be(app: Flask):
    client = app.test_client()
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
    with client.get("/static/css/survey.css") as reply:
        assert "no-store" not in reply.headers.get("Cache-Control", "")


NEAR = {"REMOTE_ADDR": "127.0.0.1"}
FAR = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("host", "environment", "status"),
    [
        ("localhost", NEAR, 200),
        ("127.0.0.1:8000", NEAR, 200),
        ("[::1]:8000", {"REMOTE_ADDR": "::1"}, 200),
        ("survey.example", NEAR, 403),
        ("survey.example", FAR, 403),
        ("localhost", FAR, 403),
    ],
)
def test_over_plain_http_only_this_machine_is_served(
    app: Flask, host: str, environment: dict[str, str], status: int
):
    reply = app.test_client().get("/sign-in", headers={"Host": host}, environ_base=environment)
    assert reply.status_code == status
    if status == 403:
        assert "secure connection" in reply.get_data(as_text=True)
        assert "<form" not in reply.get_data(as_text=True).split("<main")[1]


def test_a_program_is_told_in_its_own_way(app: Flask):
    address = "/api/submissions/00000000-0000-4000-8000-000000000000"
    reply = app.test_client().put(address, json={}, headers={"Host": "survey.example"}, environ_base=FAR)
    assert (reply.status_code, reply.get_json()["code"]) == (403, "insecure")


def test_over_https_everything_is_served_and_stays_there(app: Flask):
    reply = app.test_client().get("/sign-in", base_url="https://survey.example", environ_base=FAR)
    assert reply.status_code == 200
    assert "max-age=31536000" in reply.headers["Strict-Transport-Security"]


def test_behind_a_proxy_its_word_on_https_counts_and_cookies_are_secure(app: Flask):
    wiring = app.extensions[KEY]
    behind = create_app(replace(wiring.settings, behind_proxy=True), wiring.database)
    headers = {"Host": "127.0.0.1:8000", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "survey.example"}
    assert behind.test_client().get("/sign-in", headers=headers, environ_base=NEAR).status_code == 200
    assert behind.config["SESSION_COOKIE_SECURE"]
    plain = {"X-Forwarded-Proto": "http", "X-Forwarded-Host": "survey.example"}
    assert behind.test_client().get("/sign-in", headers=plain, environ_base=NEAR).status_code == 403


def test_without_the_setting_nobody_can_pretend_to_be_a_proxy(app: Flask):
    headers = {"Host": "survey.example", "X-Forwarded-Proto": "https"}
    assert app.test_client().get("/sign-in", headers=headers, environ_base=FAR).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "entries"),
    [
        ("worker", ["Interview"]),
        ("coordinator", ["Coverage", "Results", "Phones"]),
        ("reviewer", ["Coverage", "Results"]),
        ("administrator", ["Coverage", "Results", "Phones", "Administration"]),
    ],
)
def test_the_menu_leads_where_the_account_may_go(app: Flask, role: str, entries: list[str]):
    page = at_browser(app, somebody(stored(app), role, "one")).get("/account")
    (menu,) = page.root.all("nav")
    assert [a.text for a in menu.all("a")] == entries


def test_a_guest_has_no_menu_and_every_page_a_skip_link(app: Flask):
    page = at_browser(app, None).get("/sign-in")
    assert not page.root.all("nav")
    assert page.root.all("a", class_="skip")[0].get("href") == "#main"


@pytest.mark.parametrize("code", ["en", "ur", "ps"])
def test_draft_texts_are_announced_to_readers_and_never_to_workers(app: Flask, code: str):
    draft = languages()[code].draft
    reader = at_browser(app, somebody(stored(app), "reviewer", "rashid"), code)
    assert bool(reader.get("/account").root.all("p", class_="draft")) is draft
    worker = at_browser(app, somebody(stored(app), "worker", "W1"), code)
    assert not worker.get("/account").root.all("p", class_="draft")


def test_the_name_of_the_service_is_neutral_and_a_setting(app: Flask):
    wiring = app.extensions[KEY]
    assert "Daily notes" in at_browser(app, None).get("/sign-in").html
    other = create_app(replace(wiring.settings, app_name="Market prices"), wiring.database)
    html = at_browser(other, None).get("/sign-in").html
    assert "Market prices" in html
    assert "Resilience" not in html


def test_the_application_may_call_every_function_as_it_is(app: Flask):
    hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
    functions = [
        *app.view_functions.values(),
        *chain.from_iterable(chain(*(kind.values() for kind in hooks))),
    ]
    assert len(functions) > 30
    assert not [function for function in functions if iscoroutinefunction(unwrap(function))]
