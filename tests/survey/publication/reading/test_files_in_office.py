"""The files of a release in LibreOffice: the same rows, whatever the language."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from survey.publication.reading.csv_files import gaps_csv, summary_csv
from survey.publication.reading.indicator_table import wide_csv
from survey.publication.reading.labels import Labels
from survey.publication.release import release
from survey.questionnaire import xlsform
from survey.settings import PROJECT
from survey.storage.scope import Scope
from tests.survey.conftest import CLOSED, Finished
from tests.survey.publication import office


@pytest.mark.parametrize("write", [summary_csv, gaps_csv, wide_csv])
def test_office_opens_the_same_rows(finished: Finished, tmp_path: Path, write) -> None:
    asked = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    made = write(
        release.read(finished.database, CLOSED), Scope.everywhere(), Labels(asked, "ur", lambda text: text)
    )
    (tmp_path / "file.csv").write_bytes(made)
    (sheet,) = office.sheets_of(tmp_path / "file.csv", tmp_path).values()
    before = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert len(sheet) > 10
    assert sheet == before
