"""Refusals: a page in the reader's language for people, JSON with a code for programs, never a framework's page."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from flask import Flask

from survey.keys import replies
from survey.web.frame.current import KEY
from tests.support.readers import at_browser, somebody, stored


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_a_page_that_is_not_there(app: Flask, language: str):
    page = at_browser(app, None, language).get("/nowhere", 404)
    assert page.language.startswith(language)
    assert page.root.all("code")[0].text == "not_found"


@pytest.mark.slow
def test_the_wrong_method(app: Flask):
    guest = at_browser(app, None)
    page = guest._page(guest.client.get("/sign-out"), 405)
    assert page.root.all("code")[0].text == "wrong_method"


def test_a_form_that_came_from_elsewhere(app: Flask):
    guest = at_browser(app, None)
    page = guest._page(guest.client.post("/sign-in", data={"name": "x"}), 400)
    assert page.root.all("code")[0].text == "form_expired"


def test_programs_are_told_a_code_and_a_sentence(app: Flask):
    reply = app.test_client().get("/api/nowhere")
    assert reply.status_code == 404
    told = reply.get_json()
    assert {**told, "proof": ""} == {"code": "not_found", "message": "There is no such page.", "proof": ""}


def test_a_refusal_is_signed_for_one_address_and_one_token(app: Flask) -> None:
    settings = app.extensions[KEY].settings
    names = (settings.home, "/api/devices/pack", "A" * 43)
    reply = app.test_client().get(names[1], headers={"Authorization": f"Bearer {names[2]}"})
    told = reply.get_json()
    assert (reply.status_code, told["code"]) == (401, "no_token")
    assert signed_refusal(told["proof"], "no_token", *names)
    assert not signed_refusal(told["proof"], "device_revoked", *names)
    assert not signed_refusal(told["proof"], "no_token", names[0], "/api/devices/counts", names[2])
    assert not signed_refusal(told["proof"], "no_token", *names[:2], "B" * 43)


def signed_refusal(proof: str, code: str, home: Path, path: str, token: str) -> bool:
    """Whether the proof is the signature of the server that keeps its keys in `home`."""
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), replies.reply_point(home))
    raw = base64.urlsafe_b64decode(proof + "==")
    signature = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    text = f"survey refusal 1\n{code}\n{path}\n{hashlib.sha256(token.encode()).hexdigest()}"
    try:
        key.verify(signature, text.encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def test_without_its_key_the_server_still_refuses(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> bytes:
        raise PermissionError("keys")

    monkeypatch.setattr(replies, "sign_reply", gone)
    reply = app.test_client().get("/api/nowhere")
    assert (reply.status_code, set(reply.get_json())) == (404, {"code", "message"})


def test_too_large_a_form(app: Flask):
    guest = at_browser(app, None)
    guest.get("/sign-in")
    page = guest.fails("/sign-in", 413, name="x" * 300_000)
    assert page.root.all("code")[0].text == "too_large"


def test_a_failure_of_ours_tells_nothing_of_what_failed(app: Flask, monkeypatch: pytest.MonkeyPatch):
    from survey.web.readers import coverage

    reader = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    monkeypatch.setattr(coverage.rounds, "all_rounds", lambda database: 1 / 0)
    page = reader.get("/coverage", 500)
    assert page.root.all("code")[0].text == "failed"
    assert "division" not in page.html


def test_a_refusal_fills_its_holes_and_escapes_them(app: Flask):
    boss = at_browser(app, somebody(stored(app), "administrator", "boss"))
    page = boss.get("/administration/accounts/<b>nobody", 404)
    assert "<b>nobody" not in page.html
