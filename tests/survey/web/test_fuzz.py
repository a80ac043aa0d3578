"""Nonsense through every route: each is told as a mistake of whoever sent it and none as a failure of the server."""

from __future__ import annotations

import io
import json
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from survey.app import create_app
from survey.settings import Settings
from survey.storage.engine.database import Database
from survey.storage.people import accounts
from survey.storage.people.accounts import ROLES
from tests.support.factories import ROUND, field
from tests.support.readers import at_browser, somebody

pytestmark = pytest.mark.slow

#: What has broken parsers, formats, catalogues, file systems and databases.
NONSENSE = (
    "",
    "\x00",
    "W1\x00",
    "\u202eabc",
    "9" * 5000,
    "-1",
    "1e999",
    "NaN",
    "²",
    "٣" * 30,
    "[" * 1000,
    "(" * 2000,
    "x" * 20_000,
    "{round} %s %(x)s",
    "../../etc/passwd",
    "=1+1",
    "<script>",
    "2026-13-45",
    "'; DROP TABLE rounds; --",
)
FIELDS = (
    *("name", "password", "new_password", "next", "role", "districts", "token", "woman", "questionnaire"),
    *("worker", "day", "interviews", "language", "code", "action", "state", "round", "en", "ur", "ps", "id"),
)
FILES = ("targets", "file")
#: Steps of a release begin processes, which is not what is looked for here.
LEFT_OUT = ("administration.releases.begin",)


@pytest.fixture
def app(database: Database) -> Flask:
    """The whole application, on each kind of database."""
    field(database)
    app = create_app(Settings(home=database.home, database_url=database.url), database)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def _addresses(app: Flask, rule: Rule, value: str) -> list[str]:
    """The address with nonsense in its holes, and with the names of real things."""
    real = {"round_name": ROUND, "name": "W1", "district": "bannu", "step": "draft", "action": "token"}
    adapter = app.url_map.bind("127.0.0.1")
    holes = [dict.fromkeys(rule.arguments, value or "x")]
    holes += [{hole: real.get(hole, value or "x") for hole in rule.arguments}] if rule.arguments else []
    return [adapter.build(rule.endpoint, one, append_unknown=False) for one in holes]


def _sent(client: FlaskClient, method: str, address: str, value: str) -> int:
    if method == "GET":
        return client.get(address, query_string={"next": value, "districts": value}).status_code
    data: MultiDict[str, object] = MultiDict((name, value) for name in FIELDS)
    for name in FILES:
        content = f"district,group,target\nbannu,{value},{value}\n".encode()
        data[name] = (io.BytesIO(content), f"{value[:20] or 'x'}.csv")
    return client.open(address, method=method, data=data, content_type="multipart/form-data").status_code


@pytest.mark.parametrize("role", [None, *ROLES])
def test_no_route_fails_over_nonsense(app: Flask, database: Database, role: str | None) -> None:
    client = at_browser(app, somebody(database, role, "somebody") if role else None).client
    # Parsers and formats do not ask what kind of database there is.
    thorough = role == "administrator" and database.url.startswith("sqlite")
    failed = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in LEFT_OUT or rule.endpoint == "static":
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            for value in NONSENSE if thorough else NONSENSE[:4]:
                for address in _addresses(app, rule, value):
                    status = _sent(client, method, address, value)
                    if status >= 500:
                        failed.append((rule.endpoint, method, address[:60], value[:20], status))
    assert not failed


#: Forms of an administrator, filled in as they should be.
FORMS = {
    f"/administration/rounds/{ROUND}/leave-out": {"worker": "W1", "day": "2026-11-20"},
    "/administration/open-round": {"name": "next", "questionnaire": "pilot 1"},
    "/administration/add-account": {"name": "Zed", "role": "reviewer", "districts": "bannu"},
    "/administration/accounts/W1/districts": {"districts": "bannu"},
    "/administration/local-body/bannu": {"en": "one", "ur": "one", "ps": "one"},
    "/administration/consent/complaints": {"en": "one", "ur": "one", "ps": "one"},
    "/phones": {"worker": "W1", "round": ROUND, "language": "ur"},
    "/account": {"password": "x", "new_password": "x"},
}


def test_no_field_fails_over_nonsense_beside_good_ones(app: Flask, database: Database) -> None:
    client = at_browser(app, somebody(database, "administrator", "somebody")).client
    failed = []
    for address, fields in FORMS.items():
        for field_name in fields:
            for value in NONSENSE:
                reply = client.post(address, data={**fields, field_name: value})
                if reply.status_code >= 500:
                    failed.append((address, field_name, value[:20], reply.status_code))
    assert not failed


#: Bodies that are no JSON, or JSON that cannot be kept.
BODIES = (
    b"",
    b"[" * 1000,
    b"[" * 60_000,
    b'{"a":' * 300 + b"1" + b"}" * 300,
    b"1e999",
    b'{"day": 1e999}',
    b"9" * 5000,
    b'{"day": ' + b"9" * 5000 + b"}",
    b"NaN",
    b"\xff\xfe",
    b'"\\ud800"',
    b'{"code": "\\u0000", "token": "\\ud800"}',
    b"null",
    b"\x00",
)
ANSWERS = (
    '"\\u0000"',
    '"\\ud800"',
    "1e999",
    "-1e999",
    "9" * 5000,
    "9" * 4000,
    "1" + "0" * 300 + ".5",
    "NaN",
    "[" * 15 + "]" * 15,
    "[" * 976 + "]" * 976,
    '{"a":' * 200 + "1" + "}" * 200,
    "[[], {}, [[]]]",
    "true",
    '"' + "x" * 30_000 + '"',
)


def _status_and_code(
    client: FlaskClient, method: str, address: str, body: bytes, token: str
) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {token}"}
    reply = client.open(address, method=method, data=body, content_type="application/json", headers=headers)
    return reply.status_code, reply.get_json().get("code", "")


def test_programs_are_told_of_nonsense_with_a_code(app: Flask, database: Database) -> None:
    client, token = app.test_client(), accounts.add_token(database, "W1")
    for body in BODIES:
        for method, address in (("POST", "/api/devices"), ("PUT", f"/api/submissions/{uuid4()}")):
            status, code = _status_and_code(client, method, address, body, token)
            assert 400 <= status < 500, (address, body[:30])
            assert code in ("not_json", "bad_field", "invitation_unknown"), (address, body[:30])
    for number in ("x", "\x00", "9" * 5000, "../x"):
        status, code = _status_and_code(client, "PUT", f"/api/submissions/{number}", b"{}", token)
        assert 400 <= status < 500


@pytest.mark.parametrize("place", ["q1", "rooms", "got", "district", "round", "p_group"])
def test_an_answer_of_any_kind_is_kept_or_refused(app: Flask, database: Database, place: str) -> None:
    client, token = app.test_client(), accounts.add_token(database, "W1")
    for answer in ANSWERS:
        answers = {"round": f'"{ROUND}"', "district": '"bannu"', "p_group": '"woman"', "c_agree": '"yes"'}
        inside = ", ".join(f'"{name}": {value}' for name, value in {**answers, place: answer}.items())
        beside = '"questionnaire": "pilot", "version": "1", "day": "2026-11-20", "language": "ur"'
        body = f'{{{beside}, "answers": {{{inside}}}}}'.encode()
        status, code = _status_and_code(client, "PUT", f"/api/submissions/{uuid4()}", body, token)
        assert status < 500, (place, answer[:30])
        assert status == 201 or code, (place, answer[:30])


def test_what_is_kept_can_be_written_as_json(app: Flask, database: Database) -> None:
    """Infinity is no JSON: what holds it is refused before anything is sealed away for somebody to read."""
    client, token = app.test_client(), accounts.add_token(database, "W1")
    body = {"questionnaire": "pilot", "version": "1", "day": "2026-11-20", "language": "ur"}
    text = json.dumps({**body, "answers": {"round": ROUND, "district": "bannu", "rooms": "here"}})
    reply = _status_and_code(
        client, "PUT", f"/api/submissions/{uuid4()}", text.replace('"here"', "1e999").encode(), token
    )
    assert reply == (400, "not_json")
