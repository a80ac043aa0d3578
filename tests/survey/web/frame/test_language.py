"""The language of a page: chosen, remembered, never by guessing at what was typed, and never off this site."""

from __future__ import annotations

import pytest
from flask import Flask

from survey.web.frame.language import local
from tests.support.readers import at_browser


def declared(app: Flask, cookie: str = "", accepted: str = "") -> tuple[str, str]:
    client = app.test_client()
    if cookie:
        client.set_cookie("language", cookie)
    html = client.get("/sign-in", headers={"Accept-Language": accepted} if accepted else {}).get_data(
        as_text=True
    )
    head = html[html.index("<html") : html.index(">", html.index("<html"))]
    return head.split('lang="')[1].split('"')[0], head.split('dir="')[1].split('"')[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cookie", "accepted", "expected"),
    [
        ("", "", ("en", "ltr")),
        ("ur", "", ("ur-PK", "rtl")),
        ("ps", "en", ("ps-PK", "rtl")),
        ("", "ur-PK,ur;q=0.9,en;q=0.5", ("ur-PK", "rtl")),
        ("", "ps", ("ps-PK", "rtl")),
        ("", "de", ("en", "ltr")),
        ("xx", "", ("en", "ltr")),
        ("../ur", "ps", ("ps-PK", "rtl")),
    ],
)
def test_cookie_then_browser_then_english(app: Flask, cookie: str, accepted: str, expected: tuple[str, str]):
    assert declared(app, cookie, accepted) == expected


def test_the_button_changes_the_language_and_stays_on_the_page(app: Flask):
    guest = at_browser(app, None)
    guest.get("/sign-in?next=/results")
    page = guest.does("/language", language="ps", next="/sign-in?next=/results")
    assert page.language == "ps-PK"
    assert page.root.all("input", name="next")[-1].get("value") == "/results"
    pressed = [
        b.get("value") for b in page.root.all("button", name="language") if b.get("aria-pressed") == "true"
    ]
    assert pressed == ["ps"]


def test_each_button_speaks_its_own_language(app: Flask):
    buttons = at_browser(app, None).get("/sign-in").root.all("button", name="language")
    assert [(b.get("lang"), b.get("dir"), b.text) for b in buttons] == [
        ("en", "ltr", "English"),
        ("ur-PK", "rtl", "اردو"),
        ("ps-PK", "rtl", "پښتو"),
    ]


def test_an_unknown_language_is_not_remembered(app: Flask):
    guest = at_browser(app, None)
    guest.get("/sign-in")
    reply = guest.send("/language", language="xx", next="/sign-in")
    assert reply.status_code == 302
    assert not [c for c in reply.headers.getlist("Set-Cookie") if c.startswith("language=")]


OUTSIDE = [
    "https://elsewhere.example",
    "//elsewhere.example",
    "/\\elsewhere.example",
    "javascript:alert(1)",
    "",
    "x",
]


@pytest.mark.slow
@pytest.mark.parametrize("target", OUTSIDE)
def test_the_switch_never_leads_off_the_site(app: Flask, target: str):
    guest = at_browser(app, None)
    guest.get("/sign-in")
    assert guest.send("/language", language="ur", next=target).location == "/"


@pytest.mark.parametrize(
    "target", ["/\n//elsewhere.example", "/\t/elsewhere.example", "\t//elsewhere.example"]
)
def test_hidden_signs_do_not_help(target: str):
    # A browser drops tabs and line ends from an address before it reads it.
    kept = local(target).replace("\t", "").replace("\n", "")
    assert not kept.startswith(("//", "/\\"))


@pytest.mark.parametrize("target", ["/", "/coverage", "/results/2026-1?x=1"])
def test_addresses_of_this_site_stay(target: str):
    assert local(target) == target
