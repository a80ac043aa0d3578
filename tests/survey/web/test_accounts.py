"""Signing in and out, the first administrator, one's own password."""

from __future__ import annotations

import pytest
from flask import Flask

from survey.accounts import sign_in
from survey.storage.people import accounts
from survey.storage.people.accounts import ROLES
from tests.support.readers import PASSWORD, Reader, at_browser, somebody, stored

FIRST = {
    "worker": "/form",
    "coordinator": "/coverage",
    "reviewer": "/results",
    "administrator": "/administration",
}


@pytest.fixture
def guest(app: Flask) -> Reader:
    """Somebody at the sign-in page."""
    reader = at_browser(app, None)
    reader.get("/sign-in")
    return reader


@pytest.mark.parametrize("role", ROLES)
def test_each_role_begins_at_the_page_of_its_day(app: Flask, guest: Reader, role: str):
    somebody(stored(app), role)
    reply = guest.send("/sign-in", name=role, password=PASSWORD)
    assert (reply.status_code, reply.location) == (302, FIRST[role])
    assert guest.client.get("/").location == FIRST[role]


@pytest.mark.parametrize(("name", "password"), [("boss", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(
    app: Flask, guest: Reader, name: str, password: str
):
    somebody(stored(app), "administrator", "boss")
    page = guest.fails("/sign-in", 401, name=name, password=password)
    assert "The name or the password is wrong" in page.text
    assert page.root.all("input", id="password")[0].get("value") == ""


def test_the_sixth_wrong_password_has_to_wait(app: Flask, guest: Reader):
    somebody(stored(app), "administrator", "boss")
    for _ in range(5):
        guest.fails("/sign-in", 401, name="boss", password="wrong")
    guest.fails("/sign-in", 429, name="boss", password=PASSWORD)


@pytest.mark.parametrize("target", ["/coverage", "/results/x?y=1"])
def test_the_reader_returns_to_the_page_they_wanted(app: Flask, guest: Reader, target: str):
    somebody(stored(app), "reviewer", "rashid")
    assert guest.send("/sign-in", name="rashid", password=PASSWORD, next=target).location == target


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x"]
)
def test_nobody_is_sent_elsewhere(app: Flask, guest: Reader, target: str):
    somebody(stored(app), "reviewer", "rashid")
    assert guest.send("/sign-in", name="rashid", password=PASSWORD, next=target).location == "/"


def test_a_guarded_page_leads_to_sign_in_and_back(app: Flask, guest: Reader):
    somebody(stored(app), "reviewer", "rashid")
    page = guest.get(guest.client.get("/coverage").location)
    wanted = page.root.all("input", name="next")[-1].get("value")
    assert guest.does("/sign-in", name="rashid", password=PASSWORD, next=wanted).title == "Coverage"


def test_signing_out_ends_the_session(app: Flask):
    reader = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    reader.get("/results")
    reader.does("/sign-out")
    assert reader.client.get("/results").status_code == 302


def test_the_cookie_holds_neither_name_nor_role(app: Flask, guest: Reader):
    somebody(stored(app), "reviewer", "rashid")
    reply = guest.send("/sign-in", name="rashid", password=PASSWORD)
    (cookie,) = [value for value in reply.headers.getlist("Set-Cookie") if value.startswith("s=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "rashid" not in cookie


def test_the_first_administrator_claims_the_link_once(app: Flask, guest: Reader):
    secret = sign_in.administrator_link(stored(app))
    guest.get(f"/welcome/{secret}")
    page = guest.fails(f"/welcome/{secret}", name="boss", password="short")
    assert "at least 10" in page.text
    guest.does(f"/welcome/{secret}", name="boss", password=PASSWORD)
    assert accounts.find(stored(app), "boss").role == "administrator"
    other = at_browser(app, None)
    other.get(f"/welcome/{secret}", 410)
    other.get("/sign-in")
    other.fails(f"/welcome/{secret}", 410, name="second", password=PASSWORD)
    assert sign_in.administrator_link(stored(app)) is None


def test_a_guessed_link_makes_nobody(app: Flask, guest: Reader):
    sign_in.administrator_link(stored(app))
    guest.get("/welcome/guess", 410)
    guest.get("/sign-in")
    guest.fails("/welcome/guess", 410, name="boss", password=PASSWORD)
    assert accounts.all_accounts(stored(app)) == ()


def test_ones_own_password_is_changed_and_all_sessions_end(app: Flask):
    account = somebody(stored(app), "reviewer", "rashid")
    reader, elsewhere = at_browser(app, account), at_browser(app, account)
    reader.get("/account")
    page = reader.does("/account", password=PASSWORD, new_password="another password")
    assert "Sign in with it" in page.text
    assert elsewhere.client.get("/account").status_code == 302
    reader.does("/sign-in", name="rashid", password="another password")


@pytest.mark.parametrize(
    ("old", "new", "status"), [("wrong", "another password", 401), (PASSWORD, "short", 400)]
)
def test_a_password_is_changed_only_by_its_owner_and_to_a_long_one(
    app: Flask, old: str, new: str, status: int
):
    reader = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    reader.get("/account")
    reader.fails("/account", status, password=old, new_password=new)
    guest = at_browser(app, None)
    guest.get("/sign-in")
    guest.does("/sign-in", name="rashid", password=PASSWORD)
