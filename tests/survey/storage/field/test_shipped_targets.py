"""The file of targets that the README opens a round with."""

from __future__ import annotations

from survey.publication.counts.cube import groups_of
from survey.questionnaire import xlsform
from survey.settings import PROJECT
from survey.storage.field import targets_file


def test_the_targets_that_ship_can_be_read() -> None:
    groups = groups_of(xlsform.read(PROJECT / "questionnaires" / "community_security.md"))
    named = PROJECT / "questionnaires" / "targets.csv"
    assert f"--targets {named.relative_to(PROJECT)}" in (PROJECT / "README.md").read_text(encoding="utf-8")
    wanted = targets_file.read(named.read_bytes(), groups)
    assert {group for _, group in wanted} == set(groups)
