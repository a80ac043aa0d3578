"""python -m survey …: everything that is set up or run from a terminal."""

from __future__ import annotations

import click

from survey import installation
from survey.commands import (
    accounts,
    phones,
    plan,
    questionnaires,
    releases,
    report,
    rounds,
    rules,
    run,
    simulate,
)


def _print_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"survey, version {installation.code_version()}")
        context.exit()


@click.group()
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show which code runs.",
)
def main() -> None:
    """Run and look after the Community Resilience Survey."""


for _command in (
    run.run,
    run.demo,
    accounts.account,
    questionnaires.questionnaire,
    rounds.round_,
    releases.release_,
    rules.rules,
    report.report,
    simulate.simulate,
    *phones.COMMANDS,
    plan.plan,
):
    main.add_command(_command)
