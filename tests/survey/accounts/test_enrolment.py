"""A worker's phone: invited once, for three days, known by a token that it made, and signed out for good."""

from __future__ import annotations

import base64

import pytest

from survey.accounts import enrolment, sign_in
from survey.problems import Problem
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import accounts, audit, devices
from survey.storage.people.devices import Assignment
from survey.storage.tables import invitations, tokens
from tests.support.factories import ROUND, field

PLACE = Assignment(ROUND, "ur")
TOKEN = base64.urlsafe_b64encode(bytes(32)).decode().rstrip("=")
OTHER = base64.urlsafe_b64encode(bytes([1] * 32)).decode().rstrip("=")
NEWEST = base64.urlsafe_b64encode(bytes([2] * 32)).decode().rstrip("=")


def refusal(database: Database, code: str, token: str = TOKEN) -> str:
    with pytest.raises(Problem) as raised:
        enrolment.enrol(database, code, token)
    return raised.value.kind.code


def test_a_link_lets_one_phone_in_and_it_may_ask_again(database: Database) -> None:
    worker = field(database)
    code = enrolment.invite(database, worker, PLACE).code
    assert enrolment.enrol(database, code, TOKEN) is True
    assert enrolment.enrol(database, code, TOKEN) is False
    assert refusal(database, code, OTHER) == "invitation_used"
    found = sign_in.by_token(database, TOKEN)
    assert found is not None
    assert found.name == worker.name
    assert devices.assignment(database, TOKEN) == PLACE
    assert devices.assignment(database, OTHER) is None


def test_a_new_link_takes_the_place_of_the_phones_former_one(database: Database) -> None:
    worker = field(database)
    for token in (TOKEN, OTHER):
        enrolment.enrol(database, enrolment.invite(database, worker, PLACE).code, token)
    assert sign_in.by_token(database, TOKEN)
    rounds.end(database, ROUND, 14)
    assert len(devices.phones_awaited(database, ROUND)) == 2
    code = enrolment.invite(database, worker, PLACE).code
    assert enrolment.enrol(database, code, NEWEST, TOKEN) is True
    # The answer was lost, and the phone asks again.
    assert enrolment.enrol(database, code, NEWEST, TOKEN) is False
    assert sign_in.by_token(database, TOKEN) is None
    assert devices.is_revoked(database, TOKEN)
    assert sign_in.by_token(database, NEWEST)
    assert len(devices.active_phones(database)) == 2
    assert len(devices.phones_awaited(database, ROUND)) == 1
    assert [entry.event for entry in audit.entries(database)].count("phone set up again") == 1


def test_a_phone_that_names_its_own_token_as_the_former_keeps_it(sqlite_database: Database) -> None:
    code = enrolment.invite(sqlite_database, field(sqlite_database), PLACE).code
    enrolment.enrol(sqlite_database, code, TOKEN, TOKEN)
    assert sign_in.by_token(sqlite_database, TOKEN)


def test_only_hashes_are_stored(sqlite_database: Database) -> None:
    code = enrolment.invite(sqlite_database, field(sqlite_database), PLACE).code
    enrolment.enrol(sqlite_database, code, TOKEN)
    with sqlite_database.read() as connection:
        rows = [*connection.execute(invitations.select()), *connection.execute(tokens.select())]
    assert code not in str(rows)
    assert TOKEN not in str(rows)
    assert devices.digest(TOKEN) in [row.token for row in rows if hasattr(row, "token")]


def test_a_link_ends_after_three_days(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = field(sqlite_database)
    now = 1_800_000_000
    monkeypatch.setattr(enrolment.time, "time", lambda: now)
    code = enrolment.invite(sqlite_database, worker, PLACE).code
    later = enrolment.invite(sqlite_database, worker, PLACE).code
    monkeypatch.setattr(enrolment.time, "time", lambda: now + 72 * 3600)
    assert enrolment.enrol(sqlite_database, code, TOKEN) is True
    monkeypatch.setattr(enrolment.time, "time", lambda: now + 74 * 3600)
    assert refusal(sqlite_database, later, OTHER) == "invitation_unknown"


def test_the_end_of_a_link_cannot_be_moved(sqlite_database: Database) -> None:
    code = enrolment.invite(sqlite_database, field(sqlite_database), PLACE).code
    content = bytearray(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)))
    content[-1] ^= 1
    moved = base64.urlsafe_b64encode(bytes(content)).decode().rstrip("=")
    assert refusal(sqlite_database, moved) == "invitation_unknown"
    for nonsense in ("", "x", "*" * 30, "A" * 30):
        assert refusal(sqlite_database, nonsense) == "invitation_unknown"
    assert refusal(sqlite_database, code, "short") == "invitation_unknown"


def test_only_workers_have_phones(sqlite_database: Database) -> None:
    field(sqlite_database)
    coordinator = accounts.add(sqlite_database, "coordinator", "ayesha", districts=("bannu",))
    with pytest.raises(Problem) as raised:
        enrolment.invite(sqlite_database, coordinator, PLACE)
    assert raised.value.kind.code == "not_a_worker"


def test_a_phone_that_was_signed_out_is_told_so(sqlite_database: Database) -> None:
    worker = field(sqlite_database)
    enrolment.enrol(sqlite_database, enrolment.invite(sqlite_database, worker, PLACE).code, TOKEN)
    assert not devices.is_revoked(sqlite_database, TOKEN)
    accounts.revoke_tokens(sqlite_database, worker.name)
    assert devices.is_revoked(sqlite_database, TOKEN)
    assert not devices.is_revoked(sqlite_database, OTHER)


def test_a_suspended_workers_phone_is_signed_out(sqlite_database: Database) -> None:
    worker = field(sqlite_database)
    enrolment.enrol(sqlite_database, enrolment.invite(sqlite_database, worker, PLACE).code, TOKEN)
    open_link = enrolment.invite(sqlite_database, worker, PLACE).code
    accounts.set_active(sqlite_database, worker.name, active=False)
    assert devices.is_revoked(sqlite_database, TOKEN)
    assert refusal(sqlite_database, open_link, OTHER) == "invitation_unknown"
