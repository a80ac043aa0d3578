"""python -m survey plan: what could be published of the interviews that a programme plans, shown before fieldwork."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from survey import terminal
from survey.settings import NEWEST_SHIPPED

if TYPE_CHECKING:
    from survey.publication.protection.planning import Planned
    from survey.questionnaire.model import Questionnaire
    from survey.storage.engine.database import Database


@click.command()
@click.option("--interviews", type=click.IntRange(min=1), help="Planned interviews in all.")
@click.option("--districts", default="", help="Reporting districts, separated by commas; all without it.")
@click.option(
    "--targets",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Instead: CSV with district,group,target.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Field workers for each group of a district, who meet no other.",
)
@click.option(
    "--seed", type=terminal.SEED, default=1, show_default=True, help="Same seed, same made-up rounds."
)
@terminal.refusals_in_one_line
def plan(interviews: int | None, districts: str, targets: Path | None, workers: int, seed: int) -> None:
    """Say what will be publishable of planned interviews, tried on made-up answers, and what change can be found."""
    from survey.publication.protection import planning, rules
    from survey.publication.protection.ties import telling
    from survey.questionnaire.model import GROUP
    from survey.storage.field import targets_file

    if (interviews is None) == (targets is None):
        raise click.UsageError("Give --interviews or --targets.")
    database = terminal.open_survey()
    asked = _questionnaire(database)
    if targets is not None:
        groups = [choice.name for choice in asked.questions[GROUP].choices]
        planned: planning.Planned = targets_file.read(targets.read_bytes(), groups)
    else:
        planned = planning.spread(asked, interviews or 0, terminal.district_keys(districts))
    click.echo("group     planned per district    base   top two   single answers")
    for line in planning.outlook(asked, planned, rules.rules_of(database), seed):
        shares = f"{line.base:8.0%}{line.top_two:10.0%}{line.points:17.0%}"
        click.echo(f"{line.group:10}{line.planned:20}{shares}")
    _tell_divisions(planned)
    _tell_change(planned, workers)
    _tell_estimates(asked)
    for note in telling.unresolved_report(asked):
        click.echo(note)


def _tell_divisions(planned: Planned) -> None:
    """The divisions whose row may cost one of their districts its own."""
    from survey import geography
    from survey.languages import DEFAULT
    from survey.publication.protection import planning

    if found := planning.divisions_of_two(planned):
        names = ", ".join(geography.divisions()[division].name(DEFAULT) for division in found)
        click.echo(
            f"Two districts are planned in: {names}. The row of such a division may cost a district its own: what is"
            " hidden in one of two has to be hidden in the other, too. A third district there helps both."
        )


def _tell_change(planned: Planned, workers: int) -> None:
    """The change between two such rounds that would be found, and what to plan so that more is."""
    from survey.publication.counts import workloads
    from survey.publication.protection import planning

    click.echo("")
    click.echo(
        f"Change found in 80 of 100 cases, in points, with {workers} worker(s) for each group of a district"
    )
    click.echo("group       district   province   all districts")
    for line in planning.detectable(planned, workers):
        district = "not called" if line.district is None else f"{line.district:.0f}"
        click.echo(f"{line.group:10}{district:>10}{line.province:11.0f}{line.everywhere:16.0f}")
    click.echo("Each for itself: of many districts looked at together, fewer are found.")
    if workers < 2:
        click.echo(
            "Plan two workers for each group of each district. With one, how alike a worker's interviews are cannot be"
            " measured: it is assumed, intervals are wide, and no change of a district is called."
        )
    elif not planning.measurable(planned, workers):
        click.echo(
            "The plan is too small to measure how alike the interviews of one worker are: that takes"
            f" {workloads.LEAST_CELLS} districts by group with two workers, {workloads.LEAST_WORKERS} workers with"
            f" {workloads.LEAST_EACH} interviews each and {workloads.LEAST_INTERVIEWS} interviews. It is assumed, or"
            " borrowed from the round before, and without that no change of a district is called."
        )


def _tell_estimates(asked: Questionnaire) -> None:
    """How many answers the estimates need of questions whose answers chance hides."""
    from survey.publication.reading.hidden import estimates

    for question, hiding in estimates.hidden_questions(asked):
        least = estimates.least_answers(question, hiding)
        click.echo(
            f"{question.name}: what chance hides is estimated from about {least} answers of a place and group; from more"
            " where interviews of one worker resemble each other, and only where both counts are published."
        )


def _questionnaire(database: Database) -> Questionnaire:
    """The one that was published last, or before there is one the shipped one."""
    from survey.questionnaire import xlsform
    from survey.storage import questionnaires

    published = questionnaires.all_editions(database)
    return published[-1].questionnaire if published else xlsform.read(NEWEST_SHIPPED)
