"""Programs have no session, whatever cookie they send along."""

from __future__ import annotations

from uuid import uuid4

from flask import Flask

from survey.storage.people.accounts import Account


def test_a_session_opens_pages_and_no_address_for_programs(app: Flask, worker: Account) -> None:
    client = app.test_client()
    with client.session_transaction() as session:
        session["account"] = worker.id
        session["version"] = worker.session_version
    assert client.get("/form").status_code == 200
    reply = client.put(f"/api/submissions/{uuid4()}", json={})
    assert (reply.status_code, reply.json["code"]) == (401, "no_token")
    assert "Set-Cookie" not in reply.headers
    assert "Cookie" not in reply.headers.get("Vary", "")
