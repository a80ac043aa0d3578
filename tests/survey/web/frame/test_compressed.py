"""Pages of readers are compressed, and the secret in them is written differently in every reply."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask

from survey.settings import VARIABLES
from survey.web.frame.session import MASKED, unmasked
from tests.support.readers import at_browser, somebody, stored

GZIP = {"Accept-Encoding": "gzip, br"}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def tokens(app: Flask) -> tuple[list[str], list[str]]:
    """The tokens of two replies to the same person."""
    reader = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    first, second = (TOKEN.findall(reader.client.get("/results").get_data(as_text=True)) for _ in range(2))
    return first, second


def test_a_page_of_readers_is_compressed_for_who_takes_that(app: Flask) -> None:
    client = at_browser(app, somebody(stored(app), "reviewer", "rashid")).client
    plain = client.get("/results")
    small = client.get("/results", headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) * 0.6
    assert TOKEN.sub("", gzip.decompress(small.data).decode()) == TOKEN.sub("", plain.get_data(as_text=True))


@pytest.mark.parametrize(
    "address",
    ["/sign-in", "/static/fonts/noto-naskh-arabic.woff2", "/static/fonts/noto-naskh-arabic.woff2?x"],
)
def test_other_pages_and_what_gets_no_smaller_stay_as_they_are(app: Flask, address: str) -> None:
    with app.test_client().get(address, headers=GZIP) as reply:
        assert (reply.status_code, reply.headers.get("Content-Encoding")) == (200, None)


def test_a_style_sheet_is_compressed_and_asked_for_once(app: Flask) -> None:
    client, sheet = app.test_client(), "/static/css/survey.css"
    with client.get(sheet, headers=GZIP) as reply, client.get(sheet) as plain:
        assert reply.headers["Content-Encoding"] == "gzip"
        sent, whole = gzip.decompress(reply.data), plain.data
        assert b"/*" not in sent
        assert b".top.office :is(a" in sent
        bare = re.sub(rb"/\*.*?\*/", b"", whole, flags=re.DOTALL)
        assert re.sub(rb"\s", b"", bare) == re.sub(rb"\s", b"", sent)
        tag = reply.headers["ETag"]
    with client.get(sheet, headers={**GZIP, "If-None-Match": tag}) as again:
        assert (again.status_code, again.data) == (304, b"")


def test_no_two_replies_hold_the_same_bytes_of_the_token(app: Flask) -> None:
    first, second = tokens(app)
    several = [*first, *second]
    # Both forms of a page have the same one.
    assert (len(several), len(set(several))) == (4, 2)
    assert all(token.startswith(MASKED) for token in several)
    assert len({unmasked(token) for token in first}) == 1
    # No run of letters that is longer than chance allows.
    runs = {token[at : at + 8] for token in first for at in range(1, len(token) - 8)}
    assert not [run for run in runs if run in second[0]]


def test_a_masked_token_opens_a_form_and_a_changed_one_does_not(app: Flask) -> None:
    reader = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    token = TOKEN.findall(reader.client.get("/results").get_data(as_text=True))[0]
    form = {"language": "ur", "next": "/results"}
    assert reader.client.post("/language", data={**form, "csrf_token": token}).status_code == 302
    for wrong in (token[:-8] + "AAAAAAA=", MASKED + token, MASKED, "~~~", f"{MASKED}é", token[:-1], ""):
        assert reader.client.post("/language", data={**form, "csrf_token": wrong}).status_code == 400, wrong


def test_the_signed_token_itself_is_taken_too(app: Flask) -> None:
    """The pages of an interview hold it: they are not compressed."""
    reader = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    token = unmasked(TOKEN.findall(reader.client.get("/results").get_data(as_text=True))[0])
    data = {"language": "ur", "next": "/results", "csrf_token": token}
    assert reader.client.post("/language", data=data).status_code == 302


def test_the_office_is_named_to_readers_and_never_to_workers(app: Flask) -> None:
    name = VARIABLES["SURVEY_OFFICE_NAME"].default
    for role in ("coordinator", "reviewer", "administrator"):
        assert name in at_browser(app, somebody(stored(app), role, role)).get("/account").html
    worker = at_browser(app, somebody(stored(app), "worker", "W1"))
    for address in ("/account", "/form"):
        assert name not in worker.get(address).html
    assert name not in at_browser(app, None).get("/sign-in").html


def test_a_form_is_taken_over_https_from_a_browser_that_sends_no_referrer(app: Flask) -> None:
    """As the pages ask of it."""
    place = {"base_url": "https://survey.example", "environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    client = app.test_client()
    page = client.get("/sign-in", **place)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    form = {"csrf_token": TOKEN.findall(page.get_data(as_text=True))[0], "language": "ur", "next": "/"}
    assert client.post("/language", data=form, **place).status_code == 302
    assert client.post("/language", data={**form, "csrf_token": ""}, **place).status_code == 400
