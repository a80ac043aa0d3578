"""python -m survey simulate: made-up interviews, sent like real ones."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

import click

from survey import terminal


@click.command()
@click.option("--responses", required=True, type=click.IntRange(min=1), help="How many interviews.")
@click.option("--seed", type=terminal.SEED, default=1, show_default=True, help="Same seed, same interviews.")
@click.option(
    "--opinions",
    type=terminal.SEED,
    default=1,
    show_default=True,
    help="What districts think: rounds with the same number differ by whom they met.",
)
@click.option(
    "--change",
    "changes",
    multiple=True,
    metavar="DISTRICT=STEPS",
    help="A change of opinion in a reporting district, such as bannu=0.8 or swat=-0.5; 0.8 is the spread between people.",
)
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
    opinions: int,
    changes: tuple[str, ...],
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
            opinions=opinions,
            changes=dict(_change(one) for one in changes),
        )
    )


def _change(text: str) -> tuple[str, float]:
    """The reporting district and its steps; raises UNKNOWN_DISTRICT, or ValueError for no number."""
    district, _, steps = text.partition("=")
    (key,) = terminal.district_keys(district) or ("",)
    try:
        found = float(steps)
    except ValueError:
        found = float("nan")
    if not key or not isfinite(found):
        raise ValueError(f"--change {text}: write a reporting district, = and a number, such as bannu=0.8")
    return key, found
