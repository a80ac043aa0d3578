"""python -m survey questionnaire …: an author's mistakes and warnings, the ties of tables, and a published version."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from survey import terminal
from survey.settings import Settings
from survey.storage.engine.database import Database

if TYPE_CHECKING:
    from survey.questionnaire.difference import Change
    from survey.questionnaire.lint.check import Report
    from survey.questionnaire.model import Questionnaire


@click.group()
def questionnaire() -> None:
    """Check and publish questionnaires (XLSForm as .md, .xlsx or .csv)."""


@questionnaire.command("publish")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@terminal.refusals_in_one_line
def publish_questionnaire(file: Path) -> None:
    """Make an immutable version with its codebook."""
    edition = check_and_publish(terminal.open_survey(), file)
    asked = edition.questionnaire
    click.echo(
        f"{asked.name} version {asked.version}: {len(asked.questions)} questions, {asked.codebook.width} bytes"
    )


def check_and_publish(database: Database, file: Path):  # type: ignore[no-untyped-def]
    """Check and publish a file; raises ValueError with every mistake."""
    from survey import acceptance
    from survey.storage import questionnaires

    report = acceptance.examine(file)
    if report.questionnaire is None:
        raise ValueError("\n".join(["the questionnaire has mistakes:", *map(str, report.mistakes)]))
    return questionnaires.publish(database, report.questionnaire, file=questionnaires.SourceFile.of(file))


@questionnaire.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--ties", "with_ties", is_flag=True, help="Also say which published tables are tied, and how.")
def check(file: Path, with_ties: bool) -> None:
    """Name every mistake and warning with sheet, row, column and language, and what will not be published.

    Then what differs from the version before, or from the published one of the same version. Ends with 0 where the
    file can be published, with or without warnings, and with 2 where it has mistakes or its version is taken.
    """
    from survey import acceptance

    report = acceptance.examine(file)
    for mistake in report.mistakes:
        click.echo(str(mistake))
    for warning in report.warnings:
        click.echo(f"warning: {warning}")
    click.echo(_summary(file, report))
    if report.questionnaire is None:
        sys.exit(2)
    taken = _tell_difference(report.questionnaire)
    if with_ties:
        from survey.publication.protection.ties import telling

        for line in telling.tie_report(report.questionnaire):
            click.echo(line)
    if taken:
        sys.exit(2)


def _tell_difference(asked: Questionnaire) -> bool:
    """Say what differs from what is published on this machine; True where the version is taken by other content."""
    from survey.questionnaire.difference import differences
    from survey.storage import questionnaires
    from survey.storage.engine.database import is_new

    if is_new(Settings.from_environment().database_url):
        return False
    published = questionnaires.published_before(terminal.open_survey(), asked)
    if published.same is not None and published.same.questionnaire.digest == asked.digest:
        click.echo(f"version {asked.version} is published already, with the same content")
        return False
    before = published.same or published.other
    if before is None:
        return False
    changes = differences(before.questionnaire, asked)
    if published.same is not None:
        click.echo(
            f"version {asked.version} is published already with other content, and stays as it is;"
            f" give the file another version. {len(changes)} difference(s):"
        )
    else:
        click.echo(f"{len(changes)} difference(s) to version {before.questionnaire.version}:")
    for change in changes:
        click.echo(f"  {_line(change)}")
    return published.same is not None


def _line(change: Change) -> str:
    about = ", ".join(part for part in (change.what, change.member, change.language) if part)
    texts = f": '{change.before}' -> '{change.after}'" if change.before or change.after else ""
    return f"{change.name}: {about}{texts}"


@questionnaire.command("recordings")
@click.option("--round", "round_name", help="The open round, where there are several.")
@terminal.refusals_in_one_line
def check_recordings(round_name: str | None) -> None:
    """Look at the recordings that a round's questionnaire names: missing, too heavy, or without a form for every phone.

    Ends with 2 where it finds any of these.
    """
    from survey.storage import questionnaires
    from survey.storage.field import rounds
    from survey.web.phone import recordings

    database = terminal.open_survey()
    names = [round_.name for round_ in rounds.open_rounds(database)]
    chosen = rounds.find(database, round_name or terminal.only_open_round(names))
    asked = questionnaires.find(database, chosen.questionnaire, chosen.version).questionnaire
    found = recordings.complaints(database.home, asked)
    for complaint in found:
        click.echo(complaint)
    click.echo(f"{len(recordings.named_files(asked))} recordings are named, {len(found)} complaints")
    if found:
        sys.exit(2)


def _summary(file: Path, report: Report) -> str:
    mistakes, warnings = len(report.mistakes), len(report.warnings)
    summary = f"{file.name}: {mistakes} mistake(s)" if mistakes else f"{file.name}: no mistakes"
    return f"{summary}, {warnings} warning(s)" if warnings else summary
