"""python -m survey questionnaire check: an author's mistakes, what will not be published, and the ties of tables."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--ties", "with_ties", is_flag=True, help="Also tell which published tables are tied, and how.")
def check(file: Path, with_ties: bool) -> None:
    """Tell every mistake with sheet, row, column and language, and what will not be published."""
    from survey.questionnaire import lint

    mistakes = lint.check(file)
    for mistake in mistakes:
        click.echo(str(mistake))
    click.echo(f"{file.name}: {len(mistakes)} mistake(s)" if mistakes else f"{file.name}: no mistakes")
    if mistakes:
        sys.exit(2)
    _tell_ties(file, with_ties)


def _tell_ties(file: Path, all_of_them: bool) -> None:
    """What follows from the ties of a questionnaire without mistakes."""
    from survey.publication.ties import telling
    from survey.questionnaire import xlsform

    questionnaire = xlsform.read(file)
    for line in telling.told(questionnaire) if all_of_them else telling.unresolved(questionnaire):
        click.echo(line)
