"""Signing in: right and wrong passwords, waiting, tokens, sessions, scopes and the first administrator."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from survey.accounts import hashing, sign_in
from survey.problems import Problem
from survey.storage.engine.database import Database
from survey.storage.people import accounts, audit, sign_in_failures
from survey.storage.tables import accounts as accounts_table
from survey.storage.tables import sign_in_attempts, tokens

PASSWORD = "correct horse battery"


def code(call: object, *arguments: object) -> str:
    with pytest.raises(Problem) as caught:
        call(*arguments)  # type: ignore[operator]
    return caught.value.kind.code


@pytest.fixture(scope="module")
def hashed() -> str:
    return sign_in.hash_password(PASSWORD)


def test_the_right_password_signs_in_and_nothing_else(database: Database, hashed: str) -> None:
    accounts.add(database, "coordinator", "Amina", districts=["bannu"], password_hash=hashed)
    accounts.add(database, "worker", "W1", woman=True)
    assert sign_in.sign_in(database, "Amina", PASSWORD).districts == {"bannu"}
    for name, password in (
        ("Amina", "wrong"),
        ("Nobody", PASSWORD),
        ("W1", ""),
        ("amina", PASSWORD),
        ("\ud800", "x"),
    ):
        assert code(sign_in.sign_in, database, name, password) == "wrong_sign_in"
    accounts.set_active(database, "Amina", active=False)
    assert code(sign_in.sign_in, database, "Amina", PASSWORD) == "wrong_sign_in"


def test_wrong_passwords_make_a_name_wait_longer_and_longer(
    sqlite_database: Database, hashed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(sign_in.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(hashing, "check_password_hash", lambda _, given: given == PASSWORD)
    accounts.add(sqlite_database, "reviewer", "Amina", password_hash=hashed)
    for name in ("Amina", "Nobody"):
        for wait in (0, 0, 0, 0, 1, 2, 4, 8):
            assert code(sign_in.sign_in, sqlite_database, name, "wrong") == "wrong_sign_in"
            now[0] += wait
            if wait:
                now[0] -= 0.1
                # Even the right password waits, so that guesses cannot be distinguished.
                assert code(sign_in.sign_in, sqlite_database, name, PASSWORD) == "too_many_attempts"
                now[0] += 0.2
    assert sign_in.sign_in(sqlite_database, "Amina", PASSWORD).name == "Amina"
    assert code(sign_in.sign_in, sqlite_database, "Amina", "wrong") == "wrong_sign_in"
    assert sign_in.sign_in(sqlite_database, "Amina", PASSWORD).name == "Amina"
    assert [sign_in.wait_after(failures) for failures in (0, 4, 5, 6, 10, 50)] == [0, 0, 1, 2, 32, 900]


def test_a_new_day_forgets_wrong_passwords(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [sign_in_failures.count(database, b"n" * 32) for _ in range(3)] == [1, 2, 3]
    monkeypatch.setattr(sign_in_failures, "today", lambda: "2030-01-01")
    assert sign_in_failures.failures(database, b"n" * 32) == 0
    assert sign_in_failures.count(database, b"m" * 32) == 1
    with database.read() as connection:
        assert len(connection.execute(select(sign_in_attempts)).all()) == 1


def test_tokens_send_until_they_are_revoked(database: Database) -> None:
    accounts.add(database, "worker", "W1", woman=True)
    token = accounts.add_token(database, "W1")
    found = sign_in.by_token(database, token)
    assert found is not None
    assert (found.name, found.woman) == ("W1", True)
    assert sign_in.by_token(database, token + "x") is None
    assert sign_in.by_token(database, "") is None
    assert accounts.revoke_tokens(database, "W1") == 1
    assert sign_in.by_token(database, token) is None


def test_a_suspended_account_has_no_tokens_or_sessions(database: Database) -> None:
    worker = accounts.add(database, "worker", "W1")
    token = accounts.add_token(database, "W1")
    assert sign_in.resume(database, worker.id, worker.session_version) == worker
    accounts.set_active(database, "W1", active=False)
    assert sign_in.by_token(database, token) is None
    assert sign_in.resume(database, worker.id, worker.session_version) is None


def test_a_new_password_ends_sessions(database: Database) -> None:
    worker = accounts.add(database, "worker", "W1")
    assert sign_in.resume(database, worker.id, 1) == worker
    sign_in.set_password(database, "W1", PASSWORD)
    assert sign_in.resume(database, worker.id, 1) is None
    again = sign_in.resume(database, worker.id, 2)
    assert again is not None
    assert again.name == "W1"
    accounts.end_sessions(database, "W1")
    assert sign_in.resume(database, worker.id, 2) is None
    for stranger in ((None, None), ("1", "1"), (worker.id, None), (999, 1)):
        assert sign_in.resume(database, *stranger) is None


def test_what_another_process_revokes_is_believed_for_seconds_only(
    database_url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Database(database_url, database.home)
    accounts.add(database, "worker", "W1")
    token = accounts.add_token(database, "W1")
    assert sign_in.by_token(database, token) is not None
    accounts.revoke_tokens(other, "W1")
    assert sign_in.by_token(database, token) is not None
    now = accounts.time.monotonic()
    monkeypatch.setattr(accounts.time, "monotonic", lambda: now + 5.1)
    assert sign_in.by_token(database, token) is None
    other.close()


def test_secrets_are_stored_as_hashes(database: Database) -> None:
    sign_in_hash = sign_in.hash_password(PASSWORD)
    accounts.add(database, "worker", "W1", password_hash=sign_in_hash)
    token = accounts.add_token(database, "W1")
    code(sign_in.sign_in, database, "my password by mistake", "x")
    with database.read() as connection:
        rows = [
            connection.execute(select(table)).all() for table in (tokens, accounts_table, sign_in_attempts)
        ]
    stored = repr(rows)
    assert all(len(one) == 1 for one in rows)
    assert not any(secret in stored for secret in (token, PASSWORD, "mistake"))
    assert sign_in_hash.startswith("scrypt:")


def test_scopes_follow_role_and_districts(sqlite_database: Database) -> None:
    def scope(role: str, name: str, *districts: str) -> object:
        return sign_in.scope_of(accounts.add(sqlite_database, role, name, districts=districts)).districts

    assert scope("coordinator", "C1", "bannu", "kohat") == {"bannu", "kohat"}
    assert scope("coordinator", "C2") == frozenset()
    assert scope("reviewer", "R1") is None
    assert scope("administrator", "A1") is None
    assert scope("worker", "W1", "bannu") == {"bannu"}
    assert not sign_in.may_send(accounts.find(sqlite_database, "W1"), "kohat")


def test_accounts_are_checked_when_made(sqlite_database: Database) -> None:
    accounts.add(sqlite_database, "worker", "W1")
    assert code(accounts.add, sqlite_database, "worker", "W1") == "name_taken"
    # Two that differ in capitals alone would be one for whoever reads them.
    assert code(accounts.add, sqlite_database, "worker", "w1") == "name_taken"
    assert code(accounts.add, sqlite_database, "worker", "W\n1") == "bad_name"
    assert code(accounts.find, sqlite_database, "W2") == "unknown_account"
    assert code(accounts.set_active, sqlite_database, "W2", True) == "unknown_account"
    assert code(sign_in.hash_password, "short") == "weak_password"
    with pytest.raises(Problem):
        accounts.add(sqlite_database, "worker", "W2", districts=["atlantis"])
    with pytest.raises(ValueError, match="role"):
        accounts.add(sqlite_database, "king", "W2")
    accounts.set_districts(sqlite_database, "W1", ["kohat"])
    assert accounts.find(sqlite_database, "W1").districts == {"kohat"}
    assert [entry.event for entry in audit.entries(sqlite_database)] == ["account added", "districts changed"]


def test_the_link_makes_the_first_administrator_once(database: Database) -> None:
    first = sign_in.administrator_link(database)
    secret = sign_in.administrator_link(database)
    assert first
    assert secret
    assert code(sign_in.claim_administrator, database, first, "Root", PASSWORD) == "link_used"
    assert code(sign_in.claim_administrator, database, secret, "Root", "short") == "weak_password"
    assert sign_in.claim_administrator(database, secret, "Root", PASSWORD).role == "administrator"
    assert code(sign_in.claim_administrator, database, secret, "Second", PASSWORD) == "link_used"
    assert sign_in.administrator_link(database) is None
    assert sign_in.sign_in(database, "Root", PASSWORD).name == "Root"


def test_made_passwords_are_long_and_differ() -> None:
    made = {sign_in.make_password() for _ in range(100)}
    assert len(made) == 100
    assert all(len(password) == 19 for password in made)
