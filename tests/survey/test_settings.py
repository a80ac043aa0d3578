"""Settings that cannot be used are refused by name, in one line, before anything is opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.commands.main import main
from survey.settings import Settings


@pytest.mark.parametrize("url", ["mysql://x", "survey.sqlite", "sqlite:survey", "postgres://x", "http://x"])
def test_a_kind_of_database_that_is_not_supported_is_refused(url: str, tmp_path: Path):
    environment = {"SURVEY_HOME": str(tmp_path), "SURVEY_DATABASE_URL": url}
    refused = CliRunner().invoke(main, ["round", "list"], env=environment)
    assert refused.exit_code == 2
    assert refused.stderr == "error: SURVEY_DATABASE_URL must begin with postgresql:// or sqlite:///\n"


@pytest.mark.parametrize("url", ["sqlite:////srv/a.sqlite", "postgresql://a/b", "postgresql+psycopg://a/b"])
def test_a_database_that_is_supported_is_taken_as_it_is_named(url: str):
    assert Settings.from_environment({"SURVEY_DATABASE_URL": url}).database_url == url


def test_a_setting_that_is_absent_is_what_the_program_takes_by_itself(tmp_path: Path) -> None:
    usual = Settings.from_environment({"SURVEY_HOME": str(tmp_path)})
    assert usual == Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'survey.sqlite'}")
