"""Makes what lies beside it, at the commit that README.md names: a survey with some history, and an old phone's app.

Every name, password, token and key in it is made up for tests.
"""

from __future__ import annotations

import io
import json
import logging
import lzma
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from survey.accounts import enrolment, sign_in
from survey.app import create_app
from survey.intake import envelope, gate, submission
from survey.keys import record_keys, release_signing
from survey.made_up import send
from survey.publication.release import release, transfer
from survey.questionnaire import xlsform
from survey.settings import PROJECT, Settings
from survey.storage import questionnaires, runtime_settings
from survey.storage.engine.database import Database, migrate
from survey.storage.field import responses, rounds
from survey.storage.people import accounts
from survey.storage.people.devices import Assignment
from survey.storage.results import releases
from survey.storage.tables import metadata
from tests.browser.phone import Phone
from tests.support import envelopes, factories
from tests.support.running import free_port

PASSWORD = "a password of some length"
SMALL, LARGE, CLOSED, OPEN, URDU = "2026-spring", "2026-early", "2026-summer", "2026-autumn", "بہار-2026"
#: round → interviews, seed, districts
DRAWN: dict[str, tuple[int, int, tuple[str, ...]]] = {
    SMALL: (120, 1, ("bannu", "quetta")),
    LARGE: (900, 2, ("bannu", "quetta")),
    CLOSED: (30, 3, ("karak",)),
    OPEN: (60, 4, ("zhob", "lakki-marwat")),
    URDU: (60, 5, ("bannu",)),
}
RELEASED = (SMALL, LARGE, URDU)
#: Role, name or code, whether a woman, districts.
PEOPLE = (
    ("worker", "W01", True, ("lakki-marwat", "zhob")),
    ("worker", "W02", False, ()),
    ("worker", "W03", True, ("bannu",)),
    ("coordinator", "salma", True, ("bannu", "lakki-marwat")),
    ("reviewer", "reviewer", False, ()),
    ("reviewer", "reviewer-of-bannu", False, ("bannu",)),
    ("administrator", "boss", False, ()),
)


@dataclass
class Filled:
    """A survey with its history, and what tests know of it beforehand."""

    database: Database
    known: dict[str, Any]
    sent: list[dict[str, Any]]
    chance: random.Random


def fill(database: Database, drafts: Path | None = None) -> Filled:
    """Everything that a survey has after some months; `drafts` spares the work that another database was given."""
    filled = Filled(database, {"password": PASSWORD}, [], random.Random(7))
    shipped = questionnaires.publish(database, xlsform.read(PROJECT / "questionnaires/community_security.md"))
    questionnaires.publish(database, factories.questionnaire())
    people(filled)
    for name in DRAWN:
        wanted = {("zhob", "woman"): 20, ("lakki-marwat", "member"): 10} if name == OPEN else None
        rounds.start(database, name, shipped, wanted)
        simulate(filled, name)
    beside(filled)
    for name in (*RELEASED, CLOSED):
        rounds.close(database, name)
    for name in RELEASED:
        if drafts is None:
            release.draft(database, name)
            shutil.copytree(database.home / "drafts" / name, database.home.parent / "drafts" / name)
        else:
            shutil.copytree(drafts / name, database.home / "drafts" / name)
        release.publish(database, name)
    return filled


def people(filled: Filled) -> None:
    """Accounts of each role, one of them suspended; tokens, a phone that was let in, and a local body's name."""
    database, hashed = filled.database, sign_in.hash_password(PASSWORD)
    for role, name, woman, districts in PEOPLE:
        accounts.add(database, role, name, woman=woman, districts=districts, password_hash=hashed)
    accounts.set_active(database, "W03", active=False)
    runtime_settings.name_local_body(database, "zhob", {"en": "the jirga of Zhob", "ur": "ژوب کا جرگہ"})
    filled.known["token"] = accounts.add_token(database, "W02")


def let_in(filled: Filled) -> None:
    """A phone of the open round that is set up, and an invitation that nobody used."""
    worker = accounts.find(filled.database, "W01")
    for used in (True, False):
        code = enrolment.invite(filled.database, worker, Assignment(OPEN, "ur"))
        if used:
            token = "dGVzdCB0b2tlbiBvZiBhIHBob25lIGluIHRlc3RzLi4"
            enrolment.enrol(filled.database, code, token)
            filled.known["device_token"] = token


def simulate(filled: Filled, name: str) -> None:
    """The interviews of a round, kept as they were sent."""
    number, seed, districts = DRAWN[name]
    file = Path(tempfile.mkdtemp()) / "sent.jsonl"
    told = send.simulate(filled.database, number, seed, round_name=name, records=file, districts=districts)
    print(name, told)
    if name != LARGE:
        filled.sent += [{"round": name, **json.loads(line)} for line in file.read_text("utf-8").splitlines()]


def beside(filled: Filled) -> None:
    """What is no ordinary interview: unreadable, practice, withdrawn, left out by a person."""
    database, worker = filled.database, accounts.find(filled.database, "W02")
    agreed = [one for one in filled.sent if one["answers"].get("c_agree") == "yes" and adult(one)]
    for name, changes, more in (
        (SMALL, {"saf_day": "blue"}, {}),
        (CLOSED, {"unheard_of": "x"}, {}),
        (OPEN, {"saf_day": "blue"}, {}),
        (OPEN, {}, {"practice": True}),
    ):
        model = next(one for one in agreed if one["round"] == name)
        body = {**model, **more, "answers": {**model["answers"], **changes}, "id": str(new_number(filled))}
        accept(database, body, worker)
        filled.sent.append(body)
    gone = next(one for one in agreed if one["round"] == OPEN)
    gate.withdraw(database, gone["withdrawal_code"])
    filled.sent.remove(gone)
    filled.known["withdrawn"] = gone["id"]
    filled.known["voided"] = responses.void(database, OPEN, "S02", gone["day"])


def new_number(filled: Filled) -> UUID:
    """A number that no interview has, alike at every making."""
    raw = bytearray(filled.chance.randbytes(16))
    raw[6], raw[8] = raw[6] & 0x0F | 0x40, raw[8] & 0x3F | 0x80
    return UUID(bytes=bytes(raw))


def adult(one: dict[str, Any]) -> bool:
    """Whether the answers of an interview are kept."""
    return one["answers"].get("p_age") != "under_18"


def accept(database: Database, one: dict[str, Any], worker: accounts.Account) -> None:
    """One interview through the gate, as a program sends it."""
    body = {name: value for name, value in one.items() if name not in ("id", "round")}
    gate.accept(database, submission.from_json(json.dumps(body).encode(), one["id"], worker, "api"))


def in_custody(filled: Filled, custodian: Path) -> None:
    """For a while phones sealed to a key that lies elsewhere: three envelopes are kept closed."""
    database = filled.database
    own, worker = record_keys.current_key(database.home), accounts.find(database, "W01")
    record_keys.take_key(
        database.home, record_keys.public_key(custodian, record_keys.current_key(custodian).id)
    )
    models = [one for one in filled.sent if one["round"] == OPEN and adult(one)]
    told = []
    for one in [m for m in models if m["answers"].get("c_agree") == "yes"][:3]:
        body = {name: value for name, value in one.items() if name not in ("id", "round")}
        number = str(new_number(filled))
        changed = {"questionnaire": one["questionnaire"], "version": one["version"], "round": OPEN}
        sealed = envelopes.sealed(database.home, number, {**body, "withdrawal_code": ""}, **changed)
        envelope.accept(database, sealed, number, worker)
        told.append({"round": OPEN, "id": number, **body, "withdrawal_code": ""})
    filled.known["enveloped"] = told
    record_keys.take_key(database.home, record_keys.public_key(database.home, own.id))


def counts(database: Database) -> dict[str, int]:
    """Rows by table."""
    with database.read() as connection:
        return {
            table.name: connection.exec_driver_sql(f'SELECT count(*) FROM "{table.name}"').scalar_one()
            for table in metadata.sorted_tables
        }


# ---- the phone


@contextmanager
def serving(database: Database) -> Iterator[str]:
    """The server of that survey; yields its address."""
    port = free_port()
    settings = Settings(home=database.home, database_url=database.url, port=port)
    server = make_server("127.0.0.1", port, create_app(settings, database), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{port}"
    server.shutdown()
    server.server_close()


def play(filled: Filled, out: Path) -> None:
    """A phone is set up, makes two interviews and a refusal without network, and saves them as a file."""
    worker = accounts.find(filled.database, "W01")
    code = enrolment.invite(filled.database, worker, Assignment(OPEN, "en"))
    with serving(filled.database) as address, sync_playwright() as driver:
        keep_bundle(address, out)
        phone = Phone(driver, Path(tempfile.mkdtemp()), SimpleNamespace(address=address))  # type: ignore[arg-type]
        phone.open(f"{address}/notes/#i={code}")
        phone.enrol()
        write_xz(out / "pack.json.xz", phone.packs[-1].body())
        phone.fly()
        for _ in range(2):
            phone.begin()
            phone.answer_all()
            phone.finish()
        phone.begin()
        phone.choose("no")
        phone.at("stopped")
        phone.tap("Done")
        phone.at("home")
        with phone.page.expect_download() as download:
            phone.tap("Save as a file")
        shutil.copy(download.value.path(), out / "sealed-records.txt")
        phone.close()


def keep_bundle(address: str, out: Path) -> None:
    """Every file of the app with the headers it came with."""
    page = ask(f"{address}/notes/")
    worker = ask(f"{address}/notes/worker.js")
    listed = json.loads(worker[0].split(b"\n")[0].removeprefix(b"const BUNDLE = ").rstrip(b";"))
    replies = {"/notes/": page, "/notes/worker.js": worker}
    replies |= {path: ask(address + path) for path in listed["files"] if path != "/notes/"}
    entries = {
        path.strip("/") + ("/page.html" if path == "/notes/" else ""): body
        for path, (body, _) in replies.items()
    }
    headers = {path: kept for path, (_, kept) in replies.items()}
    entries["headers.json"] = json.dumps(headers, indent=1, sort_keys=True).encode()
    write_tar(out / "phone.tar.xz", entries)


def ask(address: str) -> tuple[bytes, dict[str, str]]:
    """Body and the headers that matter to a browser."""
    with urllib.request.urlopen(address) as reply:
        names = ("Content-Type", "Content-Security-Policy", "Cache-Control")
        return reply.read(), {name: reply.headers[name] for name in names if reply.headers[name]}


# ---- files


def write_xz(file: Path, content: bytes) -> None:
    """Alike for alike content."""
    file.write_bytes(lzma.compress(content, preset=9))


def write_tar(file: Path, entries: dict[str, bytes]) -> None:
    """A compressed archive, alike for alike content."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for name, content in sorted(entries.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o600
            archive.addfile(entry, io.BytesIO(content))
    write_xz(file, raw.getvalue())


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


@contextmanager
def cluster() -> Iterator[tuple[str, Path]]:
    """A PostgreSQL server of its own; its URL without a database name, and its programs."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="earlier-postgresql-"))
    shutil.chown(folder, "postgres", "postgres")
    data, options = folder / "data", f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
    as_postgres(str(programs / "initdb"), "-D", str(data), "-U", "survey", "--auth=trust", "-E", "UTF8")
    as_postgres(
        str(programs / "pg_ctl"), "-D", str(data), "-w", "-o", options, "-l", f"{folder}/log", "start"
    )
    try:
        as_postgres(str(programs / "createdb"), "-h", str(folder), "-U", "survey", "survey")
        yield f"postgresql://survey@/survey?host={folder}", programs
    finally:
        as_postgres(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")


def as_postgres(*command: str) -> str:
    """PostgreSQL refuses to run as root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*prefix, *command], check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/"
    )
    return done.stdout


def dump(url: str, programs: Path) -> bytes:
    """Plain SQL without the lines that only psql understands."""
    host = url.partition("host=")[2]
    text = as_postgres(
        *(str(programs / "pg_dump"), "-h", host, "-U", "survey", "--inserts", "--rows-per-insert=100"),
        *("--no-owner", "--no-privileges", "survey"),
    )
    return "\n".join(line for line in text.splitlines() if not line.startswith("\\")).encode() + b"\n"


def main(out: Path) -> None:
    """Make everything."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    work = Path(tempfile.mkdtemp(prefix="earlier-"))
    home, second, custodian = (work / name / "home" for name in ("sqlite", "postgresql", "custodian"))
    for folder in (home, second, custodian):
        folder.mkdir(parents=True)
    record_keys.new_key(custodian)
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    database = Database(url, home)
    filled = fill(database)
    let_in(filled)
    play(filled, out)
    in_custody(filled, custodian)
    content = releases.find(database, SMALL).content
    (out / "release.survey").write_bytes(transfer.wrap(content, release_signing.sign_release(home, content)))
    (out / "release-signer.pem").write_bytes(release_signing.release_signer(home))
    known = {"sqlite": {**filled.known, "rows": counts(database)}}
    with cluster() as (server, programs):
        shutil.copytree(home / "keys", second / "keys")
        migrate(server)
        other = Database(server, second)
        again = fill(other, home.parent / "drafts")
        let_in(again)
        in_custody(again, custodian)
        known["postgresql"] = {**again.known, "rows": counts(other)}
        other.close()
        write_xz(out / "postgresql.sql.xz", dump(server, programs))
    database.close()
    with closing(sqlite3.connect(home / "survey.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = {
        name: body
        for name, body in files_of(home).items()
        if name == "survey.sqlite" or name.startswith("keys/")
    }
    write_tar(out / "home.tar.xz", kept)
    write_tar(out / "custodian.tar.xz", files_of(custodian))
    assert filled.sent == again.sent
    lines = "\n".join(json.dumps(body, ensure_ascii=False, sort_keys=True) for body in filled.sent)
    write_xz(out / "interviews.jsonl.xz", lines.encode())
    (out / "known.json").write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
