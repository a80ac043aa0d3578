"""Every statement and every file write fails in turn: nothing is acknowledged that is not stored, nothing is told."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.security import generate_password_hash

from survey import failure_log, problems
from survey.accounts import enrolment
from survey.app import create_app
from survey.intake import envelope
from survey.keys import pem, record_keys, store
from survey.made_up import send, shipped_round
from survey.publication.protection import drafts, worker_process
from survey.publication.release import release
from survey.publication.release.material import gather
from survey.settings import Settings
from survey.storage import questionnaires
from survey.storage.engine import shredding
from survey.storage.engine.database import Database
from survey.storage.field import coverage, rounds
from survey.storage.people import accounts
from survey.storage.people.devices import Assignment
from survey.storage.scope import Scope
from survey.storage.tables import envelopes, quarantine, receipts, responses
from survey.storage.tables import rounds as rounds_table
from tests.support import envelopes as phone
from tests.support.factories import ROUND, answers, questionnaire
from tests.support.trouble import FileWrites, Statements

pytestmark = pytest.mark.slow

WORKER = "PLANTEDW77"
PASSWORD = "planted password of some length"
NAME = "planted-coordinator"
BOSS = "planted-boss"
#: Of our own refusals the text stands there too, as it is in the program, holes unfilled.
LINE = re.compile(
    r"\d{4}-\d\d-\d\d \S[^:=\[\]]*( \[\w+\])? at [\w.]+(:[\w.<>]+)?:\d+(: (?P<text>.+?))?(, \d+ times today)?"
)
PLANTED = (
    WORKER,
    PASSWORD,
    NAME,
    BOSS,
    "very_unsafe",
    "bannu",
    "INSERT",
    "SELECT",
    "/api/",
    "UNIQUE",
    "sealed:",
)


class Field:
    """An application in the field, and everything secret that passes through it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        settings = Settings(home=database.home, database_url=database.url)
        self.app: Flask = create_app(settings, database)
        self.app.config["WTF_CSRF_ENABLED"] = False
        rounds.start(database, ROUND, questionnaires.publish(database, questionnaire()))
        self.worker = accounts.add(database, "worker", WORKER, woman=True)
        # Of one round only: this test signs in some hundred times.
        hashed = generate_password_hash(PASSWORD, "pbkdf2:sha256:1")
        accounts.add(database, "coordinator", NAME, districts=("bannu",), password_hash=hashed)
        boss = accounts.add(database, "administrator", BOSS)
        self.boss = self.app.test_client()
        with self.boss.session_transaction() as session:
            session["account"], session["version"] = boss.id, boss.session_version
        self.token = accounts.add_token(database, WORKER)
        self.secrets = [*PLANTED, self.token]
        #: What not even the database may hold in the open.
        self.nowhere = [self.token, PASSWORD]
        self.code = ""

    def fresh(self) -> str:
        """A number for the next interview, with a withdrawal code; what is believed is forgotten."""
        self.database.account_cache.clear()
        number = str(uuid4())
        self.code = f"{uuid4().int % 10**10:010d}"
        self.secrets += [number, number.replace("-", ""), self.code]
        self.nowhere += [self.code]
        return number

    def put(self, number: str, body: bytes, kind: str = "application/json") -> int:
        """Send an interview; the status of the reply."""
        headers = {"Authorization": f"Bearer {self.token}"}
        client = self.app.test_client()
        return client.put(
            f"/api/submissions/{number}", data=body, content_type=kind, headers=headers
        ).status_code

    def post(self, address: str, **options: Any) -> int:
        """Send something else; the status of the reply."""
        return self.app.test_client().post(address, **options).status_code

    def round_with(self, number: str, body: Callable[..., bytes]) -> str:
        """The name of another round with one interview, closed long ago."""
        name = f"r{number[:8]}"
        rounds.start(self.database, name, questionnaires.newest(self.database, "pilot"))
        assert self.put(number, body(round=name)) == 201
        rounds.close(self.database, name)
        long_ago = update(rounds_table).where(rounds_table.c.name == name).values(closed_day="2026-01-01")
        self.database.change(lambda connection: connection.execute(long_ago).rowcount)
        return name

    def body(self, **changes: Any) -> bytes:
        """An interview as a program sends it."""
        made = phone.record(answers(**changes), withdrawal_code=self.code)
        return json.dumps(made, default=list).encode()


def count(database: Database, table: Any, number: str) -> int:
    """How many rows of a table have a number."""
    query = select(func.count()).select_from(table)
    with database.read() as connection:
        found = connection.execute(query.where(table.c.id == bytes.fromhex(number.replace("-", ""))))
        return int(found.scalar_one())


#: Does something once more each time it is called; says whether it was acknowledged, and whether it is so.
Try = tuple[Callable[[], int], Callable[[], bool]]


def interview(field: Field, table: Any = responses, **changes: Any) -> Try:
    number = field.fresh()
    body = field.body(**changes)

    def kept() -> bool:
        found = count(field.database, receipts, number)
        assert table is None or count(field.database, table, number) == found
        return found == 1

    return lambda: field.put(number, body), kept


def unreadable(field: Field) -> Try:
    return interview(field, quarantine, q1="blue")


def refusal(field: Field) -> Try:
    return interview(field, None, c_agree="no")


def sealed_record(field: Field) -> Try:
    number = field.fresh()
    record = json.loads(field.body())
    body = phone.sealed(field.database.home, number, record)
    return (
        lambda: field.put(number, body, envelope.MEDIA_TYPE),
        lambda: count(field.database, responses, number) == 1,
    )


def in_custody(field: Field) -> Try:
    number = field.fresh()
    private = ec.generate_private_key(ec.SECP256R1()).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    mine = record_keys.current_key(field.database.home)
    record_keys.take_key(field.database.home, private.public_bytes(serialization.Encoding.PEM, form))
    body = phone.sealed(field.database.home, number, json.loads(field.body()))
    record_keys.take_key(field.database.home, record_keys.public_key(field.database.home, mine.id))
    return (
        lambda: field.put(number, body, envelope.MEDIA_TYPE),
        lambda: count(field.database, envelopes, number) == 1,
    )


def withdrawal(field: Field) -> Try:
    number = field.fresh()
    assert field.put(number, field.body()) == 201
    code, client = field.code, field.app.test_client()
    with client.session_transaction() as session:
        session["account"], session["version"] = field.worker.id, field.worker.session_version
    field.database.account_cache.clear()
    return (
        lambda: client.post("/form/withdraw", data={"code": code}).status_code,
        lambda: count(field.database, responses, number) == 0,
    )


def enrolling(field: Field) -> Try:
    code = enrolment.invite(field.database, field.worker, Assignment(ROUND, "ur")).code
    token = f"{uuid4().hex}{uuid4().hex}"[:43]
    field.secrets += [code, token]
    field.nowhere += [code, token]
    return (
        lambda: field.post("/api/devices", json={"code": code, "token": token}),
        lambda: accounts.account_of_token(field.database, token) is not None,
    )


def signing_in(field: Field) -> Try:
    field.database.account_cache.clear()
    return lambda: field.post("/sign-in", data={"name": NAME, "password": PASSWORD}), lambda: True


def voiding(field: Field) -> Try:
    number = field.fresh()
    assert field.put(number, field.body()) == 201
    address = f"/administration/rounds/{ROUND}/leave-out"
    form = {"worker": WORKER, "day": str(phone.record({})["day"])}
    theirs = coverage.day_of(field.database, Scope.everywhere(), ROUND, WORKER, form["day"])
    form["seen"] = " ".join(f"{district}:{number}" for district, number in theirs)

    def left_out() -> bool:
        with field.database.read() as connection:
            mine = responses.c.id == bytes.fromhex(number.replace("-", ""))
            return bool(connection.execute(select(responses.c.voided).where(mine)).scalar_one())

    def leave_out() -> int:
        status = field.boss.post(address, data=form).status_code
        # Asked once more it says that there is nothing to leave out.
        return 200 if status == 400 and left_out() else status

    field.database.account_cache.clear()
    return leave_out, left_out


def purging(field: Field) -> Try:
    """A round of its own, closed long ago; what is deleted is overwritten too, for nobody reads."""
    name = field.round_with(field.fresh(), field.body)
    field.database.account_cache.clear()

    def gone() -> bool:
        purged = rounds.find(field.database, name).purged_day is not None
        assert not purged or shredding.finish(field.database)
        return purged

    def purge() -> int:
        return field.boss.post(f"/administration/rounds/{name}/purge", data={"sure": "yes"}).status_code

    return purge, gone


STEPS = (
    interview,
    unreadable,
    refusal,
    sealed_record,
    in_custody,
    withdrawal,
    enrolling,
    signing_in,
    voiding,
)
# And `purging`, which writes whole tables anew and takes too long to be tried in every way.


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the one log writer writes."""
    failure_log.LOG.stream = stream = io.StringIO()
    # As in a process that begins: what came in the test before is not counted on.
    failure_log.LOG._times.clear()
    failure_log.LOG._told.clear()
    yield stream
    failure_log.LOG.stream = None


@pytest.mark.parametrize("stubborn", [False, True])
def test_every_statement_fails_once(database: Database, log: io.StringIO, stubborn: bool, capfd: Any) -> None:
    field = Field(database)
    here = database.engine.dialect.name == "sqlite"
    for kind in ("denied", "full") if here else ("ended",):
        trouble = Statements(database, kind, stubborn)
        steps = (*STEPS, purging) if kind == "denied" and not stubborn else STEPS
        tried = sum(one_after_the_other(field, step, trouble) for step in steps)
        trouble.close()
        assert tried > 40
    silent(field, log, capfd)
    if stubborn:
        assert "Problem [database_" in log.getvalue() or "OperationalError" in log.getvalue()


def one_after_the_other(field: Field, step: Callable[[Field], Try], trouble: Statements) -> int:
    """Do a step once for each of its statements, which fails; how many they are."""
    for at in range(100):
        act, done = step(field)
        with trouble.strikes(at):
            status = act()
        holds(status, done, act)
        if trouble.seen <= at:
            return at
    raise AssertionError("a step of a hundred statements")


def holds(status: int, done: Callable[[], bool], act: Callable[[], int]) -> None:
    """Acknowledged is stored; what was not acknowledged may come again, and again, and is there once."""
    assert status < 400 or status in (500, 503), status
    assert done() or status >= 500, status
    for _ in range(2):
        again = act()
        assert again < 400, again
        assert done()


def silent(field: Field, log: io.StringIO, capfd: Any) -> None:
    """No value in the log, nothing told beside the log, and no secret in a file."""
    lines = log.getvalue().splitlines()
    found = [LINE.fullmatch(line) for line in lines]
    assert all(found), [line for line, one in zip(lines, found, strict=True) if not one]
    texts = {kind.text for kind in vars(problems).values() if isinstance(kind, problems.Kind)}
    texts |= set(problems.TROUBLE.values())
    assert {one["text"] for one in found if one and one["text"]} <= texts
    assert not [secret for secret in field.secrets if secret in log.getvalue()]
    assert len(lines) == len(set(lines))
    told = capfd.readouterr()
    assert told.out + told.err == ""
    for file in field.database.home.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        hidden = field.nowhere if "sqlite" in file.name else field.secrets
        assert not [secret for secret in hidden if secret.encode() in content], file


WRITES = FileWrites()


def test_every_file_write_fails_once(sqlite_database: Database, log: io.StringIO, capfd: Any) -> None:
    field = Field(sqlite_database)
    for at in range(20):
        forget_keys(field.database.home)
        act, done = interview(field, quarantine, q1="blue")
        with WRITES.strikes(at):
            status = act()
        assert status in (500, 503) if WRITES.seen > at else status == 201
        holds(status, done, act)
        if WRITES.seen <= at:
            break
    assert at >= 2
    silent(field, log, capfd)
    assert "OSError EFBIG" in log.getvalue()


def test_work_on_a_release_survives_every_failed_write(sqlite_database: Database) -> None:
    shipped_round.open_shipped_round(sqlite_database, ROUND)
    send.simulate(sqlite_database, 12, 3, round_name=ROUND, districts=("karak",))
    rounds.close(sqlite_database, ROUND)
    task = gather(sqlite_database, ROUND).tasks[0]
    folder, home = release.folder_of(sqlite_database, ROUND), sqlite_database.home

    def draft() -> None:
        with worker_process.hold_round(home, ROUND, "draft") as note:
            drafts.work_out(folder, [task], (), lambda done, *_: note(done=done), 1)

    for at in range(20):
        drafts.delete_drafts(folder)
        worker_process.delete_note(home, ROUND)
        with WRITES.strikes(at), suppress(OSError):
            draft()
        reached = WRITES.seen > at
        state, pattern = worker_process.state_of(home, ROUND), drafts.patterns(folder, task)
        # What says that it has ended well has, and what was written half is not there.
        assert not state.ended or state.problem or pattern is not None
        draft()
        assert drafts.patterns(folder, task) is not None
        if not reached:
            break
    assert at >= 3


def forget_keys(home: Path) -> None:
    """As on the first day: every key is made anew when it is needed."""
    for file in (home / "keys").glob("*.*"):
        file.unlink()
    for known in (store.secret, store._keyed_hash, pem.load_private):
        known.cache_clear()
