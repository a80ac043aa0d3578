"""python -m survey questionnaire check: an author's mistakes and warnings, and the ties of tables."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from survey.questionnaire.lint import Report


@click.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--ties", "with_ties", is_flag=True, help="Also tell which published tables are tied, and how.")
def check(file: Path, with_ties: bool) -> None:
    """Tell every mistake and warning with sheet, row, column and language.

    Ends with 0 where the file can be published, with or without warnings, and with 2 where it has mistakes.
    """
    from survey import checking

    report = checking.examine(file)
    for mistake in report.mistakes:
        click.echo(str(mistake))
    for warning in report.warnings:
        click.echo(f"warning: {warning}")
    click.echo(_counted(file, report))
    if report.questionnaire is None:
        sys.exit(2)
    if with_ties:
        from survey.publication.ties import telling

        for line in telling.told(report.questionnaire):
            click.echo(line)


def _counted(file: Path, report: Report) -> str:
    mistakes, warnings = len(report.mistakes), len(report.warnings)
    told = f"{file.name}: {mistakes} mistake(s)" if mistakes else f"{file.name}: no mistakes"
    return f"{told}, {warnings} warning(s)" if warnings else told
