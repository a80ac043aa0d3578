"""The address for programs: identification, replies, and that the same again is harmless."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from uuid import uuid1, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from survey.days import today
from survey.intake import gate
from survey.intake.submission import LARGEST
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.storage.tables import quarantine, responses, tallies
from tests.survey.web.conftest import ROUND


def content(**changes: Any) -> dict[str, Any]:
    """A whole interview as a program sends it; a change to None leaves a field out."""
    answers = {
        "round": ROUND,
        "district": "bannu",
        "p_group": "woman",
        "mode": "interviewer",
        "c_agree": "yes",
        "p_gender": "woman",
        "p_age": "30_44",
        "s_private": "alone",
        "saf_day": "very_safe",
        "i_got": ["money", "job"],
    }
    usual = {
        "questionnaire": "community_security",
        "version": "1",
        "answers": answers,
        "day": today(),
        "language": "ur",
        "minutes": "15_to_19",
        "option_seed": 77,
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


class Sender:
    """A program with a worker's token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    def put(self, identity: object, body: Any = None, **options: Any) -> TestResponse:
        """Send a body under a number."""
        data = body if isinstance(body, bytes) else json.dumps(content() if body is None else body)
        named = {"content_type": "application/json", "headers": self.headers, **options}
        return self.client.put(f"/api/submissions/{identity}", data=data, **named)


@pytest.fixture
def sender(app: Flask, field: Database, worker: Account) -> Sender:
    """The worker's program."""
    return Sender(app.test_client(), accounts.add_token(field, worker.name))


def number(database: Database, table: Any = responses) -> int:
    """How many rows a table has."""
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.mark.slow
def test_an_interview_is_stored_and_acknowledged(sender: Sender, field: Database) -> None:
    identity = uuid4()
    reply = sender.put(identity)
    assert reply.status_code == 201
    told = reply.get_json()
    assert told["id"] == str(identity)
    assert len(bytes.fromhex(told["digest"])) == 32
    assert (told["kept"], told["because"], told["flags"]) == ("stored", [], [])
    assert set(told) == {"id", "digest", "kept", "because", "flags"}
    assert number(field) == 1
    with field.read() as connection:
        assert connection.execute(select(responses.c.channel)).scalar_one() == "api"


def test_the_same_again_is_harmless(sender: Sender, field: Database) -> None:
    identity = uuid4()
    first = sender.put(identity)
    # Spaces and the order of fields and of chosen options say nothing.
    changed = content()
    changed["answers"]["i_got"] = ["job", "money"]
    again = sender.put(identity, json.dumps(dict(reversed(changed.items())), indent=3).encode())
    assert again.status_code == 200
    assert again.get_json() == first.get_json()
    assert number(field) == 1


#: What is changed of the answers → what became of it, and the questions that are why.
FATES: dict[str, tuple[dict[str, Any], tuple[str, list[str]]]] = {
    "a text for a code": ({"saf_day": "planted"}, ("quarantined", ["saf_day"])),
    "two of them": ({"saf_day": 7, "i_got": ["money", "planted"]}, ("quarantined", ["i_got", "saf_day"])),
    "an unknown question": ({"stranger" * 40: "planted"}, ("quarantined", ["stranger" * 40])),
    "a sign that no name has": ({"saf\x00day": "planted"}, ("quarantined", ["saf\x00day"])),
    "no consent": ({"c_agree": "no"}, ("refused", [])),
}


@pytest.mark.slow
@pytest.mark.parametrize("fate", FATES)
def test_the_sender_is_told_what_became_of_it_by_names_alone(
    sender: Sender, field: Database, fate: str
) -> None:
    changes, (kept, because) = FATES[fate]
    body = content()
    body["answers"].update(changes)
    identity = uuid4()
    first, again = sender.put(identity, body), sender.put(identity, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json() == first.get_json()
    told = first.get_json()
    assert (told["kept"], told["because"]) == (kept, because)
    assert "planted" not in first.get_data(as_text=True)


def test_broken_rules_are_told_with_their_questions_and_effects(sender: Sender, field: Database) -> None:
    body = {**content(), "minutes": "under_5", "odd_hours": True, "day": "2019-01-01"}
    body["answers"]["i_got"] = ["none", "money"]
    told = sender.put(uuid4(), body).get_json()
    flags = {(one["flag"], one["question"]) for one in told["flags"]}
    # The day of arrival is nothing that was sent: another day must get the same reply.
    assert flags >= {("short", ""), ("odd_hours", ""), ("exclusive", "i_got")}
    assert "unlikely_day" not in {name for name, _ in flags}
    with field.read() as connection:
        stored = json.loads(connection.execute(select(responses.c.flags)).scalar_one())
    assert {(code, name) for code, name, _ in stored} - flags == {("unlikely_day", "")}
    assert {one["effect"] for one in told["flags"]} <= {"exclude", "missing", "note"}


def test_a_reply_never_tells_that_an_interview_was_withdrawn(sender: Sender, field: Database) -> None:
    identity = uuid4()
    first = sender.put(identity, {**content(), "minutes": "under_5", "withdrawal_code": "0682003391"})
    gate.withdraw(field, "0682003391")
    assert number(field) == 0
    again = sender.put(identity, {**content(), "minutes": "under_5", "withdrawal_code": "0682003391"})
    assert again.get_json() == first.get_json()
    assert again.get_json()["kept"] == "stored"


def test_another_interview_under_the_same_number_is_refused(sender: Sender, field: Database) -> None:
    identity = uuid4()
    sender.put(identity)
    other = content()
    other["answers"]["saf_day"] = "very_unsafe"
    reply = sender.put(identity, other)
    assert (reply.status_code, reply.get_json()["code"]) == (409, "conflict")
    assert number(field) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("identity", "change", "status", "code"),
    [
        (uuid1(), {}, 400, "bad_id"),
        ("1", {}, 400, "bad_id"),
        ("00000000-0000-4000-8000-00000000000g", {}, 400, "bad_id"),
        (None, {"version": "999"}, 400, "unknown_version"),
        (None, {"answers": None}, 400, "bad_field"),
    ],
)
def test_what_cannot_be_identified_is_refused_with_a_code(
    sender: Sender, field: Database, identity: object, change: dict[str, Any], status: int, code: str
) -> None:
    reply = sender.put(identity or uuid4(), content(**change))
    assert (reply.status_code, reply.get_json()["code"]) == (status, code)
    assert number(field) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [{"day": "2026-01-01T10:00"}, {"language": "xx"}, {"telephone": "0300"}, {"withdrawal_code": "12"}],
)
def test_no_field_beside_the_answers_costs_an_interview(
    sender: Sender, field: Database, change: dict[str, Any]
) -> None:
    identity, body = uuid4(), content(**change)
    assert [sender.put(identity, body).status_code for _ in range(2)] == [201, 200]
    assert number(field) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "value", "status", "code"),
    [
        ("round", "nowhere", 400, "unknown_round"),
        ("district", "atlantis", 400, "unknown_district"),
        ("district", "quetta-east", 403, "district_not_yours"),
        ("p_age", "under_18", 400, "under_age"),
    ],
)
def test_what_may_not_be_held_is_refused_with_a_code(
    sender: Sender, field: Database, answer: str, value: str, status: int, code: str
) -> None:
    body = content()
    body["answers"][answer] = value
    reply = sender.put(uuid4(), body)
    assert (reply.status_code, reply.get_json()["code"]) == (status, code)
    assert number(field) == 0
    assert number(field, tallies) == (1 if code == "under_age" else 0)


@pytest.mark.slow
@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b'{"a": NaN}', b"[" * 5000])
def test_what_is_no_json_is_refused(sender: Sender, body: bytes) -> None:
    reply = sender.put(uuid4(), body)
    assert (reply.status_code, reply.get_json()["code"]) == (400, "not_json")


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded", ""]
)
def test_only_json_is_taken(sender: Sender, kind: str) -> None:
    reply = sender.put(uuid4(), content_type=kind)
    assert (reply.status_code, reply.get_json()["code"]) == (415, "wrong_type")


@pytest.mark.slow
@pytest.mark.parametrize("length", [LARGEST + 1, 300 * 1024])
def test_what_is_larger_than_an_interview_is_refused(sender: Sender, length: int) -> None:
    reply = sender.put(uuid4(), b" " * length)
    assert (reply.status_code, reply.get_json()["code"]) == (413, "too_large")


def test_a_body_that_ends_too_early_is_not_taken_for_an_interview(sender: Sender, field: Database) -> None:
    whole = json.dumps(content()).encode()
    # What arrived is an interview by itself: only the length tells that more was to come.
    cut = {"wsgi.input": BytesIO(whole), "CONTENT_LENGTH": str(len(whole) + 10)}
    assert sender.put(uuid4(), whole, environ_overrides=cut).status_code == 400
    assert number(field) == 0


def test_a_body_of_untold_length_is_read_to_its_end(sender: Sender, field: Database) -> None:
    whole = {"wsgi.input": BytesIO(json.dumps(content()).encode()), "wsgi.input_terminated": True}
    reply = sender.put(uuid4(), b"", environ_overrides={**whole, "HTTP_TRANSFER_ENCODING": "chunked"})
    assert reply.status_code == 201
    assert number(field) == 1


@pytest.mark.slow
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic dzp3", "bearer  "])
def test_without_a_token_nothing_is_told(sender: Sender, field: Database, header: str) -> None:
    reply = sender.put(uuid4(), headers={"Authorization": header} if header else {})
    assert (reply.status_code, reply.get_json()["code"]) == (401, "no_token")
    assert number(field) == 0


def test_a_session_cookie_is_no_token(app: Flask, field: Database, worker: Account) -> None:
    client = app.test_client()
    with client.session_transaction() as session:
        session["account"], session["version"] = worker.id, worker.session_version
    reply = client.put(f"/api/submissions/{uuid4()}", json=content())
    assert reply.status_code == 401


def test_only_workers_send(app: Flask, field: Database) -> None:
    accounts.add(field, "coordinator", "C1", districts=("bannu",))
    reply = Sender(app.test_client(), accounts.add_token(field, "C1")).put(uuid4())
    assert (reply.status_code, reply.get_json()["code"]) == (403, "not_allowed")


def test_a_closed_round_keeps_new_ones_apart_and_acknowledges_what_it_has(
    sender: Sender, field: Database
) -> None:
    identity = uuid4()
    sender.put(identity)
    rounds.close(field, ROUND)
    assert sender.put(identity).status_code == 200
    late = uuid4()
    replies = [sender.put(late) for _ in range(2)]
    assert [(one.status_code, one.get_json()["kept"]) for one in replies] == [(201, "late"), (200, "late")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "value"),
    [("saf_day", "purple"), ("saf_day", {"very": 1}), ("saf_day", [["very_safe"]]), ("i_got", [["money"]])],
)
def test_what_cannot_be_decoded_is_kept_sealed(
    sender: Sender, field: Database, question: str, value: object
) -> None:
    body = content()
    body["answers"][question] = value
    assert sender.put(uuid4(), body).status_code == 201
    assert (number(field), number(field, quarantine)) == (0, 1)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["get", "post", "delete", "patch"])
def test_nothing_can_be_read_or_changed_there(sender: Sender, method: str) -> None:
    identity = uuid4()
    sender.put(identity)
    reply = getattr(sender.client, method)(f"/api/submissions/{identity}", headers=sender.headers)
    assert (reply.status_code, reply.get_json()["code"]) == (405, "wrong_method")


def test_replies_are_not_kept_by_anybody(sender: Sender) -> None:
    reply = sender.put(uuid4())
    assert reply.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in reply.headers
