"""Sealed interviews: what is opened, kept, refused, and handed to the key-holder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from sqlalchemy import func, select

from survey.intake import envelope, gate
from survey.keys import record_keys
from survey.problems import Problem
from survey.storage.engine.database import Database, migrate
from survey.storage.field import envelopes, rounds
from survey.storage.field.retention import purge
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.storage.tables import responses, tallies
from tests.support import envelopes as phone
from tests.support.factories import ROUND, answers, field, questionnaire


def count(database: Database, table: Any = responses) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def refusal(database: Database, body: bytes, identity: str, worker: Account) -> str:
    with pytest.raises(Problem) as raised:
        envelope.accept(database, body, identity, worker)
    return raised.value.kind.code


def sealed(database: Database, identity: str, record: object = None, **changes: Any) -> bytes:
    content = phone.record(answers()) if record is None else record
    return phone.sealed(database.home, identity, content, round=ROUND, **changes)


def test_an_envelope_is_opened_and_kept_once(database: Database) -> None:
    worker, identity = field(database), phone.new_id()
    body = sealed(database, identity)
    assert len(body) == envelope.PAGE
    first = envelope.accept(database, body, identity, worker)
    again = envelope.accept(database, body, identity, worker)
    assert (first.outcome, again.outcome) == ("stored", "repeated")
    assert first.digest == again.digest == hashlib.sha256(body).hexdigest()
    assert count(database) == 1


def test_another_interview_under_the_same_number_is_a_conflict(sqlite_database: Database) -> None:
    worker, identity = field(sqlite_database), phone.new_id()
    envelope.accept(sqlite_database, sealed(sqlite_database, identity), identity, worker)
    other = sealed(sqlite_database, identity, phone.record(answers(q1="very")))
    assert refusal(sqlite_database, other, identity, worker) == "conflict"
    assert count(sqlite_database) == 1


def test_tallies_travel_sealed_as_well(sqlite_database: Database) -> None:
    worker = field(sqlite_database)
    preset = {name: answers()[name] for name in ("round", "district", "p_group", "mode")}
    for stop in ({"c_agree": "no"}, {"c_agree": "yes", "p_age": "under_18"}):
        identity = phone.new_id()
        body = sealed(sqlite_database, identity, phone.record({**preset, **stop}))
        assert envelope.accept(sqlite_database, body, identity, worker).digest == envelope.digest(body)
        envelope.accept(sqlite_database, body, identity, worker)
    assert (count(sqlite_database), count(sqlite_database, tallies)) == (0, 2)


@pytest.mark.parametrize(
    "changes",
    [{"version": "2"}, {"round": "2027-spring"}, {"id": "0b2c6a5e-52f0-4d7e-8d7a-0e8d0b0f3a11"}],
)
def test_a_changed_header_opens_nothing(sqlite_database: Database, changes: dict[str, str]) -> None:
    worker, identity = field(sqlite_database), phone.new_id()
    genuine = phone.header(sqlite_database.home, identity, round=ROUND)
    body = phone.sealed(
        sqlite_database.home,
        identity,
        phone.record(answers()),
        genuine,
        **{"round": ROUND, **changes},
    )
    address = changes.get("id", identity)
    assert refusal(sqlite_database, body, address, worker) == "broken_envelope"


def test_a_header_that_lies_about_its_record_is_refused(sqlite_database: Database) -> None:
    worker, identity = field(sqlite_database), phone.new_id()
    body = phone.sealed(sqlite_database.home, identity, phone.record(answers()), round="2027-spring")
    assert refusal(sqlite_database, body, identity, worker) == "broken_envelope"


def test_what_is_no_envelope_is_refused(sqlite_database: Database) -> None:
    worker, identity = field(sqlite_database), phone.new_id()
    good = sealed(sqlite_database, identity)
    extra = (
        phone.header(sqlite_database.home, identity, round=ROUND, district="bannu") + good[envelope.HEADER :]
    )
    missing = phone.header(sqlite_database.home, identity, round=None) + good[envelope.HEADER :]
    damaged = good[:-1] + bytes([good[-1] ^ 1])
    no_point = good[: envelope.HEADER] + bytes(65) + good[envelope.HEADER + 65 :]
    for body in (b"", b"{}", good[:300], extra, missing, damaged, no_point, good + bytes(envelope.LARGEST)):
        assert refusal(sqlite_database, body, identity, worker) == "broken_envelope"
    assert refusal(sqlite_database, good, phone.new_id(), worker) == "broken_envelope"
    assert count(sqlite_database) == 0


def test_records_sealed_to_an_older_key_still_open(sqlite_database: Database) -> None:
    worker, identity = field(sqlite_database), phone.new_id()
    old = record_keys.current_key(sqlite_database.home)
    waiting = sealed(sqlite_database, identity)
    new = record_keys.new_key(sqlite_database.home)
    assert {key.id: key.current for key in record_keys.list_keys(sqlite_database.home)} == {
        old.id: False,
        new.id: True,
    }
    assert envelope.accept(sqlite_database, waiting, identity, worker).outcome == "stored"
    record_keys.retire_key(sqlite_database.home, old.id)
    later = phone.new_id()
    lost = sealed(sqlite_database, later, key=old.id)
    assert refusal(sqlite_database, lost, later, worker) == "unknown_key"


def test_the_key_in_use_cannot_be_retired(tmp_path: Path) -> None:
    with pytest.raises(Problem) as raised:
        record_keys.retire_key(tmp_path, record_keys.current_key(tmp_path).id)
    assert raised.value.kind.code == "key_in_use"


def test_private_keys_are_files_of_their_owner_alone(tmp_path: Path) -> None:
    key = record_keys.new_key(tmp_path)
    path = tmp_path / "keys" / "records" / f"{key.id}.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" in path.read_bytes()


@pytest.fixture
def key_holder(tmp_path: Path) -> Database:
    """The database on the machine of the key-holder."""
    home = tmp_path / "holder"
    home.mkdir()
    migrate(f"sqlite:///{home / 'survey.sqlite'}")
    return Database(f"sqlite:///{home / 'survey.sqlite'}", home)


@pytest.mark.slow
def test_in_custody_envelopes_are_kept_closed_and_opened_elsewhere(
    sqlite_database: Database, key_holder: Database
) -> None:
    worker, identity = field(sqlite_database), phone.new_id()
    there = field(key_holder)
    key = record_keys.new_key(key_holder.home)
    record_keys.take_key(sqlite_database.home, record_keys.public_key(key_holder.home, key.id))
    assert record_keys.in_custody(sqlite_database.home)
    body = sealed(sqlite_database, identity)
    outcomes = [envelope.accept(sqlite_database, body, identity, worker).outcome for _ in range(2)]
    assert outcomes == ["stored", "repeated"]
    assert count(sqlite_database) == 0
    assert list(envelopes.arrivals_by_day(sqlite_database, ROUND).values()) == [1]
    results = list(envelope.unseal(sqlite_database, key_holder))
    assert [result.outcome for result in results if isinstance(result, gate.Receipt)] == ["stored"]
    assert count(key_holder) == 1
    assert there.name == worker.name


def test_in_custody_a_second_envelope_under_a_number_is_a_conflict(
    sqlite_database: Database, key_holder: Database
) -> None:
    worker, identity = field(sqlite_database), phone.new_id()
    key = record_keys.new_key(key_holder.home)
    record_keys.take_key(sqlite_database.home, record_keys.public_key(key_holder.home, key.id))
    envelope.accept(sqlite_database, sealed(sqlite_database, identity), identity, worker)
    assert refusal(sqlite_database, sealed(sqlite_database, identity), identity, worker) == "conflict"
    rounds.close(sqlite_database, ROUND)
    late = phone.new_id()
    assert envelope.accept(sqlite_database, sealed(sqlite_database, late), late, worker).kept == "late"
    assert refusal(sqlite_database, sealed(sqlite_database, late), late, worker) == "conflict"


@pytest.mark.slow
def test_unsealing_tells_what_the_gate_refuses(sqlite_database: Database, key_holder: Database) -> None:
    worker, identity = field(sqlite_database), phone.new_id()
    field(key_holder)
    accounts.set_districts(key_holder, worker.name, ("zhob",))
    key = record_keys.new_key(key_holder.home)
    record_keys.take_key(sqlite_database.home, record_keys.public_key(key_holder.home, key.id))
    envelope.accept(sqlite_database, sealed(sqlite_database, identity), identity, worker)
    (result,) = envelope.unseal(sqlite_database, key_holder)
    assert isinstance(result, Problem)
    assert result.kind.code == "district_not_yours"


def test_a_public_key_on_another_curve_is_refused(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    other = ec.generate_private_key(ec.SECP384R1()).public_key()
    pem = other.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ValueError, match="P-256"):
        record_keys.take_key(tmp_path, pem)


def test_every_record_of_a_questionnaire_fits_its_size(sqlite_database: Database) -> None:
    import json

    asked = questionnaire(scales=60)
    fullest = {
        question.name: [choice.name for choice in question.choices]
        if question.kind == "multiple"
        else max((choice.name for choice in question.choices), key=len, default="-32767")
        for question in asked.questions.values()
    }
    record = phone.record(fullest, questionnaire=asked.name, minutes="60_or_more", language="ur@brh")
    needed = len(json.dumps(record, separators=(",", ":")).encode())
    assert needed <= envelope.size_of(asked)
    assert (envelope.size_of(asked) + envelope.OVERHEAD) % envelope.PAGE == 0
    assert envelope.size_of(questionnaire()) == phone.SIZE


def test_a_file_of_a_phone_gives_its_envelopes(tmp_path: Path) -> None:
    assert list(envelope.envelopes_in_file("sealed records 1\nAAEC\n_-8\n")) == [b"\0\1\2", b"\xff\xef"]
    with pytest.raises(ValueError, match="not a file of sealed records"):
        list(envelope.envelopes_in_file("something\n"))
    with pytest.raises(ValueError, match="line 2"):
        list(envelope.envelopes_in_file("sealed records 1\n*\n"))


def test_envelopes_are_deleted_with_their_round(sqlite_database: Database, key_holder: Database) -> None:
    worker, identity = field(sqlite_database), phone.new_id()
    key = record_keys.new_key(key_holder.home)
    record_keys.take_key(sqlite_database.home, record_keys.public_key(key_holder.home, key.id))
    envelope.accept(sqlite_database, sealed(sqlite_database, identity), identity, worker)
    rounds.close(sqlite_database, ROUND)
    assert purge(sqlite_database, ROUND, after_days=0) == 1
    assert envelopes.arrivals_by_day(sqlite_database, ROUND) == {}
