"""Yesterday's survey opens today: what earlier code made is migrated, read and gone on with, on both databases."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select

from survey.app import create_app
from survey.intake import envelope, gate
from survey.keys import release_signing
from survey.problems import UNSAFE_RELEASE, Problem
from survey.publication.release import release, transfer
from survey.questionnaire import codec, xlsform
from survey.settings import PROJECT
from survey.storage import questionnaires, tables
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.results import release_document, releases
from tests.support import earlier_survey
from tests.support.earlier_survey import CLOSED, OPEN, RELEASED, WORKER, Earlier
from tests.support.readers import Reader, at_browser

#: Tables whose every row is an interview, a person's doing or a figure: none may come or go.
KEPT = (
    *("responses", "receipts", "tallies", "quarantine", "envelopes", "releases", "rounds", "questionnaires"),
    *("targets", "accounts", "account_districts", "tokens", "invitations"),
)
KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


def opened(kind: str, request: pytest.FixtureRequest, home: Path) -> Iterator[Earlier]:
    """The earlier survey in a folder of its own, migrated by today's code."""
    earlier_survey.unpack("home.tar.xz", home)
    if kind == "sqlite":
        yield from _migrated(f"sqlite:///{home / 'survey.sqlite'}", home, kind)
        return
    server = request.getfixturevalue("postgresql_server")
    (home / "survey.sqlite").unlink()
    name = f"earlier_{uuid4().hex}"
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    earlier_survey.load(server.format(name=name))
    yield from _migrated(server.format(name=name), home, kind)
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _migrated(url: str, home: Path, kind: str) -> Iterator[Earlier]:
    migrate(url)
    database = Database(url, home)
    yield Earlier(database, earlier_survey.known(kind))
    database.close()


@pytest.fixture(scope="module", params=KINDS)
def earlier(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Earlier]:
    """For tests that only read."""
    yield from opened(request.param, request, tmp_path_factory.mktemp("earlier"))


@pytest.fixture(params=KINDS)
def changing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Earlier]:
    """For tests that go on with it."""
    yield from opened(request.param, request, tmp_path / "home")


@pytest.fixture(scope="module")
def app(earlier: Earlier) -> Flask:
    return create_app(earlier.settings, earlier.database)


def signed_in(app: Flask, password: str, name: str) -> Reader:
    reader = at_browser(app, None)
    reader.get("/sign-in")
    assert reader.send("/sign-in", name=name, password=password).status_code == 302
    return reader


def rows(database: Database) -> dict[str, int]:
    with database.read() as connection:
        counts = {
            table.name: select(func.count()).select_from(table) for table in tables.metadata.sorted_tables
        }
        return {name: int(connection.execute(query).scalar_one()) for name, query in counts.items()}


def responses_of(database: Database) -> dict[str, dict[str, Any]]:
    """Every response by its number, decoded."""
    editions = {one.key: one.questionnaire for one in questionnaires.all_editions(database)}
    with database.read() as connection:
        kept = connection.execute(select(tables.responses)).all()
    return {
        str(UUID(bytes=bytes(row.id))): codec.unpack(editions[row.questionnaire].codebook, bytes(row.answers))
        for row in kept
    }


def sent_answers(interview: dict[str, Any]) -> dict[str, Any]:
    """What the record of an interview holds: the answers that were given, but for the round."""
    given = {name: tuple(v) if isinstance(v, list) else v for name, v in interview["answers"].items()}
    return {name: value for name, value in given.items() if name != "round" and value not in ("", ())}


def as_sets(answers: dict[str, Any]) -> dict[str, Any]:
    return {name: frozenset(v) if isinstance(v, tuple) else v for name, v in answers.items()}


# ---- reading


def test_no_row_came_or_went(earlier: Earlier) -> None:
    now = rows(earlier.database)
    assert {name: now[name] for name in KEPT} == {name: earlier.known["rows"][name] for name in KEPT}


def test_every_row_of_every_table_is_read(earlier: Earlier) -> None:
    with earlier.database.read() as connection:
        for table in tables.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                missing = [c.name for c in table.columns if not c.nullable and row._mapping[c] is None]
                assert missing == [], table.name


def test_every_response_is_decoded_as_it_was_sent(earlier: Earlier) -> None:
    kept = responses_of(earlier.database)
    assert len(kept) == earlier.known["rows"]["responses"]
    sent = {one["id"]: one for one in earlier_survey.interviews() if one["id"] in kept}
    assert len(sent) > 200
    for number, one in sent.items():
        assert as_sets(kept[number]) == as_sets(sent_answers(one)), number
    assert all(answers["c_agree"] == "yes" for answers in kept.values())


def test_the_published_questionnaires_are_the_same(earlier: Earlier) -> None:
    kept = {
        one.questionnaire.name: one.questionnaire for one in questionnaires.all_editions(earlier.database)
    }
    assert set(kept) == {"community_security", "pilot"}
    with earlier.database.read() as connection:
        stored = dict(
            connection.execute(select(tables.questionnaires.c.name, tables.questionnaires.c.digest)).all()
        )
    assert {name: one.digest for name, one in kept.items()} == stored


@pytest.mark.slow
def test_quarantine_is_counted_and_opened_with_the_keys(earlier: Earlier, app: Flask) -> None:
    reviewer = signed_in(app, earlier.known["password"], "boss")
    # How many there are in a district tells how people answered, so that no page says it any more.
    assert "Unreadable" in reviewer.get(f"/coverage/{CLOSED}").text
    with earlier.database.read() as connection:
        kept = connection.execute(select(tables.quarantine.c.id, tables.quarantine.c.sealed)).all()
    opened_now = [gate.open_quarantined(earlier.database, bytes(row.id), bytes(row.sealed)) for row in kept]
    odd = Counter("unheard_of" in one["answers"] or one["answers"].get("saf_day") for one in opened_now)
    assert odd[True] == 1
    assert odd["blue"] == len(opened_now) - 1 == earlier.known["rows"]["quarantine"] - 1


@pytest.mark.slow
def test_envelopes_are_opened_with_the_custodians_key(earlier: Earlier, tmp_path: Path) -> None:
    home = earlier_survey.unpack("home.tar.xz", tmp_path / "holder")
    earlier_survey.unpack("custodian.tar.xz", tmp_path / "custodian")
    for key in (tmp_path / "custodian" / "keys" / "records").glob("*.pem"):
        shutil.copy(key, home / "keys" / "records")
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    holder = Database(url, home)
    try:
        outcomes = list(envelope.unseal(earlier.database, holder))
        kept = responses_of(holder)
    finally:
        holder.close()
    assert [getattr(one, "outcome", one) for one in outcomes] == ["stored"] * earlier.known["rows"][
        "envelopes"
    ]
    for one in earlier.known["enveloped"]:
        assert as_sets(kept[one["id"]]) == as_sets(sent_answers(one))


@pytest.mark.slow
@pytest.mark.parametrize("name", RELEASED)
def test_a_release_is_read_and_its_digest_is_that_of_its_bytes(earlier: Earlier, name: str) -> None:
    kept = releases.find(earlier.database, name)
    assert hashlib.sha256(kept.content).hexdigest() == kept.digest
    told = release.read(earlier.database, name)
    assert (told.round, told.digest) == (name, kept.digest)
    assert told.figures
    assert any(one.percent is not None for one in told.figures)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("name", RELEASED)
def test_every_page_and_file_of_a_release_renders(
    earlier: Earlier, app: Flask, name: str, language: str
) -> None:
    reader = signed_in(app, earlier.known["password"], "reviewer")
    reader.client.set_cookie("language", language)
    told = release.read(earlier.database, name)
    base, address = f"/results/{quote(name)}", f"/rounds/{quote(name)}"
    assert name in reader.get(base).text
    for district in sorted({one.district for one in told.figures if one.district != "Total"}):
        reader.get(f"{base}/district/{district}")
        assert reader.client.get(f"{address}/{district}/summary.csv").status_code == 200
    for question in ("saf_day", "w_space", "i_got/money", "wants/job", "reached"):
        reader.get(f"{base}/question/{question}")
    reader.get(f"{base}/provinces")
    for file in ("summary", "indices"):
        lines = list(
            csv.DictReader(io.StringIO(reader.client.get(f"{address}/{file}.csv").data.decode("utf-8-sig")))
        )
        assert lines or file == "indices"


@pytest.mark.slow
def test_its_answers_are_labelled_as_the_questionnaire_does(earlier: Earlier, app: Flask) -> None:
    reader = signed_in(app, earlier.known["password"], "reviewer")
    text = reader.client.get("/rounds/2026-early/summary.csv").data.decode("utf-8-sig")
    found = {
        (row["question"], row["answer"], row["answer_label"]) for row in csv.DictReader(io.StringIO(text))
    }
    assert ("w_space", "no", "No") in found
    assert ("i_time", "yes", "Yes, on time") in found
    assert {label for question, _, label in found if question == "reached"} == {
        "Yes",
        "Any other answer, or none",
    }


@pytest.mark.slow
def test_a_later_release_is_compared_with_an_earlier_one(earlier: Earlier, app: Flask) -> None:
    reader = signed_in(app, earlier.known["password"], "reviewer")
    last, first = (
        releases.released_rounds(earlier.database)[0],
        releases.released_rounds(earlier.database)[-1],
    )
    reader.get(f"/results/{quote(last)}/change/{quote(first)}")


@pytest.mark.slow
def test_an_exported_release_is_imported_elsewhere(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'survey.sqlite'}", tmp_path)
    migrate(database.url)
    try:
        shipped = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
        rounds.start(database, "2026-spring", questionnaires.publish(database, shipped))
        rounds.close(database, "2026-spring")
        content, signature = transfer.unwrap((earlier_survey.FOLDER / "release.survey").read_bytes())
        signer = release_signing.trust_signer(
            tmp_path, (earlier_survey.FOLDER / "release-signer.pem").read_bytes()
        )
        assert release_signing.signer_of(tmp_path, content, signature) == signer
        assert release_document.unpack(content)["round"] == "2026-spring"
        # Rules that became stricter may refuse it, by that name and no other.
        taken = imported(database, content)
        assert taken in (hashlib.sha256(content).hexdigest(), UNSAFE_RELEASE.code)
    finally:
        database.close()


def imported(database: Database, content: bytes) -> str:
    """The digest under which a release is read after its import, or the code of its refusal."""
    try:
        transfer.take(database, content)
    except Problem as problem:
        return problem.kind.code
    return release.read(database, "2026-spring").digest


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("boss", "/administration/rounds/2026-autumn"),
        ("salma", "/coverage"),
        ("reviewer-of-bannu", "/results"),
    ],
)
def test_everybody_signs_in_and_works(earlier: Earlier, app: Flask, name: str, address: str) -> None:
    reader = signed_in(app, earlier.known["password"], name)
    assert reader.client.get(address, follow_redirects=True).status_code in (200, 404)
    assert reader.client.get("/account", follow_redirects=True).status_code in (200, 404)


def test_a_phones_token_brings_its_pack(earlier: Earlier, app: Flask) -> None:
    headers = {"Authorization": f"Bearer {earlier.known['device_token']}"}
    reply = app.test_client().get("/api/devices/pack", headers=headers)
    assert reply.status_code == 200
    assert (reply.json["worker"], reply.json["round"], reply.json["language"]) == (WORKER, OPEN, "ur")


# ---- going on


def put(app: Flask, token: str, interview: dict[str, Any]):
    body = json.dumps(earlier_survey.body_of(interview))
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return app.test_client().put(f"/api/submissions/{interview['id']}", data=body, headers=headers)


@pytest.mark.slow
def test_a_repeat_of_an_earlier_interview_is_harmless(changing: Earlier) -> None:
    app, token = create_app(changing.settings, changing.database), changing.known["token"]
    before = rows(changing.database)
    for one in earlier_survey.interviews():
        reply = put(app, token, one)
        minor = one["answers"].get("p_age") == "under_18"
        assert reply.status_code == (400 if minor else 200), (one["id"], reply.json)
        assert not minor or reply.json["code"] == "under_age"
    kept = responses_of(changing.database)
    one = next(i for i in earlier_survey.interviews() if kept.get(i["id"], {}).get("saf_day") == "very_safe")
    changed = {**one, "answers": {**one["answers"], "saf_day": "very_unsafe"}}
    assert put(app, token, changed).status_code == 409
    assert {name: rows(changing.database)[name] for name in KEPT} == {name: before[name] for name in KEPT}


@pytest.mark.slow
def test_sealed_records_of_a_phone_are_taken_once(changing: Earlier) -> None:
    before = rows(changing.database)
    assert told_by_intake(changing) == {"stored": 3}
    after = rows(changing.database)
    assert after["receipts"] == before["receipts"] + 3
    assert after["responses"] == before["responses"] + 2
    assert told_by_intake(changing) == {"repeated": 3} or told_by_intake(changing) == {
        "repeated": 2,
        "stored": 1,
    }
    assert {name: rows(changing.database)[name] for name in KEPT} == {name: after[name] for name in KEPT}


def told_by_intake(earlier: Earlier) -> dict[str, int]:
    """What `survey intake` printed, run as somebody at a terminal would."""
    environment = {
        **os.environ,
        "SURVEY_HOME": str(earlier.database.home),
        "SURVEY_DATABASE_URL": earlier.database.url,
    }
    words = [sys.executable, "-m", "survey", "intake", str(earlier_survey.SEALED), "--worker", WORKER]
    done = subprocess.run(words, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = (line.partition(": ") for line in done.stdout.splitlines())
    return {outcome: int(number) for outcome, _, number in lines}


@pytest.mark.slow
def test_an_earlier_interview_is_withdrawn_with_its_code(changing: Earlier) -> None:
    kept = responses_of(changing.database)
    one = next(i for i in earlier_survey.interviews() if i["round"] == OPEN and i["id"] in kept)
    gate.withdraw(changing.database, one["withdrawal_code"])
    assert responses_of(changing.database).keys() == kept.keys() - {one["id"]}


@pytest.mark.slow
def test_an_earlier_round_is_filled_closed_and_counted(changing: Earlier) -> None:
    app, token = create_app(changing.settings, changing.database), changing.known["token"]
    model = next(i for i in earlier_survey.interviews() if i["round"] == OPEN and len(i["answers"]) > 20)
    new = {**model, "id": str(uuid4()), "withdrawal_code": ""}
    assert put(app, token, new).status_code == 201
    assert put(app, token, new).status_code == 200
    assert as_sets(responses_of(changing.database)[new["id"]]) == as_sets(sent_answers(model))
