"""python -m survey run and demo: the server, and a demonstration next to the real thing."""

from __future__ import annotations

import click

from survey import terminal
from survey.settings import Settings


@click.command()
@terminal.refusals_in_one_line
def run() -> None:
    """Start the server; while there is no administrator, print the link that creates the first one."""
    from survey.server import start

    start.serve(Settings.from_environment(), terminal.open_survey())


@click.command()
@click.option(
    "--responses",
    type=click.IntRange(min=1),
    default=400,
    show_default=True,
    help="Made-up interviews of the open round.",
)
@click.option("--seed", type=terminal.SEED, default=3, show_default=True, help="Same seed, same interviews.")
@terminal.refusals_in_one_line
def demo(responses: int, seed: int) -> None:
    """Start a separate demonstration: two made-up rounds that are released, one in the field, one account per role."""
    from survey.made_up import demonstration

    demonstration.serve(Settings.from_environment(), responses, seed)
