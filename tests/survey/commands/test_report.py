"""python -m survey report: the sheets of a round as files, of a survey of earlier code too."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey import terminal as at_terminal
from survey.commands import main
from survey.keys import release_signing
from survey.storage.engine.database import Database, migrate
from tests.support import earlier_survey
from tests.survey.publication.paper.poppler import facts_of, text_of

ROUND = "2026-early"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory):
    home = earlier_survey.unpack("home.tar.xz", tmp_path_factory.mktemp("earlier") / "home")
    migrate(f"sqlite:///{home / 'survey.sqlite'}")
    database = Database(f"sqlite:///{home / 'survey.sqlite'}", home)
    database.knows_signature = release_signing.answers_for
    yield database
    database.close()


@pytest.fixture
def report(earlier: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SURVEY_HOME", str(earlier.home))
    monkeypatch.setattr(at_terminal, "open_survey", lambda: earlier)

    def do(*words: str) -> Result:
        return CliRunner().invoke(main.main, ("report", *words, "--folder", str(tmp_path / "out")))

    return do


def files_in(folder: Path) -> set[str]:
    return {file.name for file in (folder / "out").iterdir()}


def test_all_districts_in_one_go_with_progress(report, tmp_path: Path) -> None:
    done = report(ROUND)
    assert done.exit_code == 0, done.output
    assert files_in(tmp_path) == {f"{what}-{ROUND}-en.pdf" for what in ("overview", "bannu", "quetta")}
    assert "report: 3 of 3 files" in done.stderr
    assert "3 PDF" in done.stdout
    sheet = (tmp_path / "out" / f"bannu-{ROUND}-en.pdf").read_bytes()
    assert facts_of(sheet)["Pages"] == "1"
    assert "Bannu" in text_of(sheet)


@pytest.mark.parametrize(("language", "name"), [("ur", "بنوں"), ("ps", "بنو")])
def test_one_district_in_a_language(report, tmp_path: Path, language: str, name: str) -> None:
    assert report(ROUND, "--district", "bannu", "--language", language).exit_code == 0
    assert files_in(tmp_path) == {f"bannu-{ROUND}-{language}.pdf"}
    assert name in text_of((tmp_path / "out" / f"bannu-{ROUND}-{language}.pdf").read_bytes())


def test_a_round_named_in_urdu(report, tmp_path: Path) -> None:
    name = "بہار-2026"
    assert report(name).exit_code == 0
    assert files_in(tmp_path) == {f"overview-{name}-en.pdf", f"bannu-{name}-en.pdf"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((ROUND, "--district", "Banu"), "write bannu"),
        ((ROUND, "--district", "zhob"), "nobody was interviewed in zhob"),
        (("2026-autumn",), "error: "),
        (("2031",), "error: "),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_line(report, tmp_path: Path, words, why: str) -> None:
    refused = report(*words)
    assert refused.exit_code == 2
    assert why in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()
