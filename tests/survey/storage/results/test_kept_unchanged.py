"""What is kept with a digest is compared with it at every read: a change is refused by name, never served."""

from __future__ import annotations

import hashlib
import json
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, update

from survey.app import create_app
from survey.commands import main
from survey.intake import envelope
from survey.keys import release_signing
from survey.problems import BROKEN_ENVELOPE, CHANGED_QUESTIONNAIRE, CHANGED_RELEASE, Problem
from survey.publication.release import release
from survey.publication.release import safeguarding as documents
from survey.settings import Settings
from survey.storage import questionnaires, runtime_settings, tables
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.results import release_document, releases, safeguarding
from tests.support import earlier_survey
from tests.support.readers import Reader, at_browser, somebody

ROUND = "2026-early"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A survey with released rounds and an envelope that can be opened here."""
    home = earlier_survey.unpack("home.tar.xz", tmp_path / "home")
    custodian = earlier_survey.unpack("custodian.tar.xz", tmp_path / "custodian")
    for key in (custodian / "keys" / "records").glob("*.pem"):
        shutil.copy(key, home / "keys" / "records")
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    opened = Database(url, home)
    opened.change(_with_safeguarding, rounds.find(opened, ROUND).key)
    yield opened
    opened.close()


def _with_safeguarding(connection: Connection, key: int) -> None:
    content = safeguarding.pack(
        {"round": ROUND, "questionnaire": "community_security", "version": "1", "topics": [], "not_told": []}
    )
    safeguarding.insert_beside(connection, key, ROUND, safeguarding.Beside(content, {}))


def replace(database: Database, table: str, column: str, changed, **more: str) -> None:
    """Another content in every row of a table, as somebody with the file would write it."""
    chosen = tables.metadata.tables[table]
    values = {chosen.c[name]: value for name, value in more.items()}
    with database.engine.execution_options(survey_writes=True).begin() as connection:
        for key, content in connection.execute(
            chosen.select().with_only_columns(*chosen.primary_key, chosen.c[column])
        ):
            mine = update(chosen).where(next(iter(chosen.primary_key)) == key)
            connection.execute(mine.values({chosen.c[column]: changed(content), **values}))


def more_interviews(content: bytes) -> bytes:
    """A release in which one shown count is another."""
    document = json.loads(zlib.decompress(bytes(content)))
    cell = next(c for topic in document["topics"] for c in topic["cells"] if c.get("count"))
    cell["count"] = 9999
    return release_document.pack(document)


def other_words(content: str) -> str:
    return content.replace('"very_safe"', '"very_sage"').replace('"q1"', '"q9"')


def flipped(body: bytes) -> bytes:
    return bytes(body[:-1]) + bytes([bytes(body)[-1] ^ 1])


def opened_envelopes(database: Database) -> None:
    for outcome in envelope.unseal(database, database):
        if isinstance(outcome, Problem):
            raise outcome


#: Table with a digest of another column → that column, how it is changed, how it is read, the refusal.
DIGESTED = {
    "releases": ("content", more_interviews, lambda base: release.read(base, ROUND), CHANGED_RELEASE),
    "safeguarding": ("content", flipped, lambda base: documents.read(base, ROUND), CHANGED_RELEASE),
    "questionnaires": ("content", other_words, questionnaires.all_editions, CHANGED_QUESTIONNAIRE),
    "envelopes": ("body", flipped, opened_envelopes, BROKEN_ENVELOPE),
}
#: Digests of what is not kept: of interviews as they came, with their codes, and of secrets.
OF_WHAT_IS_NOT_KEPT = {"receipts", "tokens", "invitations"}


def test_every_digest_that_is_stored_is_tried_here() -> None:
    stored = {table.name for table in tables.metadata.sorted_tables if "digest" in table.columns}
    assert stored == set(DIGESTED) | OF_WHAT_IS_NOT_KEPT


@pytest.mark.slow
@pytest.mark.parametrize("table", DIGESTED)
def test_what_was_changed_is_refused_by_name(database: Database, table: str) -> None:
    column, changed, read, refusal = DIGESTED[table]
    read(database)
    replace(database, table, column, changed)
    with pytest.raises(Problem) as refused:
        read(database)
    assert refused.value.kind is refusal


@pytest.mark.parametrize("table", ["questionnaires", "releases"])
def test_a_changed_digest_is_a_change(database: Database, table: str) -> None:
    _, _, read, refusal = DIGESTED[table]
    replace(database, table, "digest", lambda digest: "0" * 64)
    with pytest.raises(Problem) as refused:
        read(database)
    assert refused.value.kind is refusal


@pytest.mark.slow
def test_a_signed_release_is_refused_though_its_digest_was_made_anew(database: Database) -> None:
    content = releases.find(database, ROUND).content
    database.knows_signature = release_signing.answers_for
    releases.keep_signature(database, ROUND, release_signing.sign_release(database.home, content))
    assert release.read(database, ROUND).round == ROUND
    forged = more_interviews(content)
    replace(database, "releases", "content", lambda _: forged, digest=hashlib.sha256(forged).hexdigest())
    with pytest.raises(Problem) as refused:
        release.read(database, ROUND)
    assert refused.value.kind is CHANGED_RELEASE


def test_a_signature_is_refused_where_nobody_knows_the_keys(database: Database) -> None:
    content = releases.find(database, ROUND).content
    with pytest.raises(Problem) as refused:
        releases.keep_signature(database, ROUND, release_signing.sign_release(database.home, content))
    assert refused.value.kind is CHANGED_RELEASE


def reader(database: Database, role: str, language: str) -> Reader:
    app = create_app(Settings(home=database.home, database_url=database.url), database)
    return at_browser(app, somebody(database, role, f"{role}-{language}"), language)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "not the ones that were frozen"), ("ur", "حتمی کیے گئے"), ("ps", "حتمي شوې وې")],
)
def test_no_page_and_no_file_serves_a_changed_release(database: Database, language: str, words: str) -> None:
    rashid = reader(database, "reviewer", language)
    addresses = (
        *(f"/results/{ROUND}{part}" for part in ("", "/question/saf_day", "/district/bannu", "/provinces")),
        *(
            f"/rounds/{ROUND}/{file}"
            for file in ("summary.csv", "indices.csv", "gaps.csv", "bannu/summary.csv")
        ),
    )
    # Read before, so that whatever is remembered holds the figures as they were.
    assert [rashid.client.get(address).status_code for address in addresses] == [200] * len(addresses)
    replace(database, "releases", "content", more_interviews)
    for address in addresses:
        reply = rashid.client.get(address)
        assert reply.status_code == 500
        assert words in reply.get_data(as_text=True), address
        assert "9999" not in reply.get_data(as_text=True)


def test_the_administrator_reads_which_release_was_changed_and_the_others(database: Database) -> None:
    boss = reader(database, "administrator", "en")
    replace_one(database, ROUND)
    page = boss.get("/administration/releases")
    assert f"The stored results of round {ROUND} are not the ones" in page.text
    assert "2026-spring" in page.text
    boss.get(f"/administration/releases/{ROUND}", 500)


def replace_one(database: Database, name: str) -> None:
    key = next(r for r in releases_by_name(database) if r[1] == name)[0]
    with database.engine.execution_options(survey_writes=True).begin() as connection:
        mine = update(tables.releases).where(tables.releases.c.round == key)
        connection.execute(mine.values(content=b"not what it was"))


def releases_by_name(database: Database) -> list[tuple[int, str]]:
    with database.read() as connection:
        return list(
            connection.execute(
                tables.rounds.select().with_only_columns(tables.rounds.c.key, tables.rounds.c.name)
            )
        )


def test_the_terminal_lists_the_others_and_fails(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SURVEY_HOME", str(database.home))
    monkeypatch.delenv("SURVEY_DATABASE_URL", raising=False)
    replace_one(database, ROUND)
    done = CliRunner().invoke(main.main, ["release", "list"])
    assert done.exit_code == 2
    assert "2026-spring" in done.output
    exported = CliRunner().invoke(main.main, ["release", "export", ROUND, str(tmp_path / "out")])
    assert exported.exit_code == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_release_made_or_imported_at_a_terminal_is_signed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_HOME", str(database.home))
    monkeypatch.delenv("SURVEY_DATABASE_URL", raising=False)
    database.knows_signature = release_signing.answers_for
    for step in ("draft", "publish"):
        done = CliRunner().invoke(main.main, ["release", step, earlier_survey.CLOSED])
        assert done.exit_code == 0, done.output
    assert runtime_settings.get(database, f"release_signature/{earlier_survey.CLOSED}")
    assert release.read(database, earlier_survey.CLOSED).round == earlier_survey.CLOSED
