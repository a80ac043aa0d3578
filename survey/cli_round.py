"""python -m survey round …: end and close a field period, and decide about interviews that came after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from survey import cli
from survey.settings import Settings
from survey.storage.database import Database

if TYPE_CHECKING:
    from survey.storage.rounds import Round


@click.command("close")
@click.argument("name")
@click.option("--now", is_flag=True, help="Do not wait for phones: close at once and make the release.")
@click.option("--yes", is_flag=True, help="With --now: do not ask again.")
@cli.told
def close_round(name: str, now: bool, yes: bool) -> None:
    """Begin to end a round, tell how far an ending one is, and release one that is closed; that takes minutes."""
    from survey.storage import rounds

    database = cli.opened()
    present = rounds.find(database, name)
    if present.closed or now:
        _close(database, present, yes)
    elif present.ending:
        click.echo(f"Round {name} is ending since {present.ending_day}.")
        _tell_ending(database, present)
    else:
        present = rounds.end(database, name, Settings.from_environment().ending_days)
        click.echo(f"Round {name} begins to end: no new interviews, what waits on phones is taken.")
        _tell_ending(database, present)


def _tell_ending(database: Database, present: Round) -> None:
    click.echo(f"It closes by itself on {present.closing_day}; nothing is released before.")
    _tell_awaited(database, present)
    click.echo(f"To close it without waiting: round close {present.name} --now")


def _tell_awaited(database: Database, present: Round) -> None:
    from survey.storage import devices

    silent = devices.awaited(database, present.name) if present.ending else devices.every(database)
    since = "since it began to end" if present.ending else "yet, for it has not begun to end"
    click.echo(f"Phones that have not been in touch {since}: {len(silent)}.")
    for phone in silent:
        click.echo(f"  {phone.worker}\tlast contact {phone.day or 'never noted'}")


def _close(database: Database, present: Round, sure: bool) -> None:
    from survey import cli_release
    from survey.intake import sealing
    from survey.storage import rounds

    if not present.closed:
        _tell_awaited(database, present)
        if not sure:
            click.confirm(
                "What they still hold will come late and apart. Close the round for good?", abort=True
            )
    if sealing.in_custody(database.home):
        rounds.close(database, present.name)
        click.echo(f"Round {present.name} is closed. Make its release where the key is, and import it here.")
        return
    made = cli_release.close(database, present.name)
    click.echo(
        f"Round {present.name} is closed and released: {made.shown} cells are shown, {made.hidden} hidden."
    )
    cli_release.tell_unshown(made)


@click.command("late")
@click.argument("name")
@cli.told
def late_interviews(name: str) -> None:
    """Tell what came after a round was over and lies sealed and apart: by worker, day of arrival and version."""
    from survey.storage import late

    database = cli.opened()
    piles = late.piles(database, name)
    for pile in piles:
        click.echo(f"{pile.worker}\t{pile.day}\tversion {pile.version}\t{pile.interviews}")
    click.echo(f"Late interviews of round {name}: {sum(pile.interviews for pile in piles)}.")
    open_to = [one.name for one in late.joinable(database, name)]
    if open_to:
        click.echo(f"Rounds that ask the same version and may take them in: {', '.join(open_to)}.")


@click.command("take")
@click.argument("name")
@click.option("--into", required=True, help="The later round that takes them in.")
@cli.told
def take_late(name: str, into: str) -> None:
    """Take what came after a round was over into a later round, where that asks the same version."""
    from survey.intake import latecomers

    taken = latecomers.take(cli.opened(), name, into)
    click.echo(f"Taken into round {into}: {taken.joined}. Still apart: {taken.left}.")


@click.command("leave-out")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@cli.told
def leave_out_late(name: str, yes: bool) -> None:
    """Delete for good what came after a round was over."""
    from survey.storage import late, rounds

    database = cli.opened()
    rounds.find(database, name)
    number = late.numbers(database).get(name, 0)
    if not yes:
        click.confirm(f"Delete {number} late interview(s) of round {name} for good?", abort=True)
    click.echo(f"Late interviews deleted: {late.leave_out(database, name)}.")


COMMANDS = (close_round, late_interviews, take_late, leave_out_late)
