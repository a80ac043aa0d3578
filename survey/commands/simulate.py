"""python -m survey simulate: made-up interviews, sent like real ones."""

from __future__ import annotations

from pathlib import Path

import click

from survey import terminal


@click.command()
@click.option("--responses", required=True, type=click.IntRange(min=1), help="How many interviews.")
@click.option("--seed", type=terminal.SEED, default=1, show_default=True, help="Same seed, same interviews.")
@click.option("--round", "round_name", help="The open round, where there are several.")
@click.option("--url", help="Send through HTTP to this running server.")
@click.option("--token", help="Token of a field worker, for --url.")
@click.option("--districts", default="", help="Reporting districts, separated by commas; all without it.")
@click.option(
    "--records", type=click.Path(dir_okay=False, path_type=Path), help="Write what was sent, one JSON a line."
)
@terminal.refusals_in_one_line
def simulate(
    responses: int,
    seed: int,
    round_name: str | None,
    url: str | None,
    token: str | None,
    records: Path | None,
    districts: str,
) -> None:
    """Draw made-up interviews from the census figures and send them through HTTP or straight through the gate."""
    from survey.made_up import send

    click.echo(
        send.simulate(
            terminal.open_survey(),
            responses,
            seed,
            round_name=round_name,
            url=url,
            token=token,
            records=records,
            districts=terminal.district_keys(districts),
        )
    )
