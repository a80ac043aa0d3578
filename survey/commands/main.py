"""python -m survey …: everything that is set up or run from a terminal."""

from __future__ import annotations

import click

from survey import __version__
from survey.commands import accounts, phones, plan, questionnaires, releases, rounds, rules, run, simulate


@click.group()
@click.version_option(package_name=None, version=__version__, prog_name="survey")
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
    simulate.simulate,
    *phones.COMMANDS,
    plan.plan,
):
    main.add_command(_command)
