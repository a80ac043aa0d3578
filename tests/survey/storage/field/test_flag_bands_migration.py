"""The migration of the bands keeps what is stored, up and down."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from survey.days import later, today
from survey.intake import gate
from survey.storage.engine.database import MIGRATIONS, Database, migrate
from survey.storage.field import flag_bands
from tests.support.factories import ROUND, answers, field, submission


def _before() -> str:
    """The revision before that of the bands."""
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    return str(ScriptDirectory.from_config(configuration).get_revision("0005").down_revision)


def test_interviews_of_before_are_kept_and_get_a_band(database_url: str, tmp_path: Path, monkeypatch) -> None:
    migrate(database_url)
    database = Database(database_url, tmp_path)
    worker = field(database)
    for number in range(11):
        gate.accept(database, submission(worker, answers=answers(q1="odd" if number == 0 else "very")))
    monkeypatch.setattr(flag_bands, "today", lambda: later(today(), 1))
    made = flag_bands.bands(database, ROUND)
    assert made["W1"].quarantined == "some"
    with database.read() as connection:
        kept = connection.exec_driver_sql("SELECT id, answers FROM responses ORDER BY id").all()
    database.close()
    migrate(database_url, _before())
    database = Database(database_url, tmp_path)
    assert "flag_bands" not in inspect(database.engine).get_table_names()
    for table in ("responses", "quarantine"):
        assert "banded" not in {column["name"] for column in inspect(database.engine).get_columns(table)}
    database.close()
    migrate(database_url)
    database = Database(database_url, tmp_path)
    with database.read() as connection:
        again = connection.exec_driver_sql("SELECT id, answers FROM responses ORDER BY id").all()
    assert again == kept
    assert flag_bands.bands(database, ROUND) == made
    database.close()
