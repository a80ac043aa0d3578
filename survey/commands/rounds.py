"""python -m survey round …: a field period opened, ended, closed, purged, and what came after it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from survey import terminal
from survey.settings import Settings
from survey.storage.engine.database import Database

if TYPE_CHECKING:
    from survey.storage.field.rounds import Round
    from survey.storage.questionnaires import Edition

#: What a terminal shows, and the code with which the command ends.
NOT_YET: Final = (
    "Not yet overwritten: somebody still reads the database (a backup, or a long page), so what was deleted may\n"
    "still be in its files. It is tried again by the next purge, at every start, and while the server is quiet."
)
UNFINISHED: Final = 3


@click.group("round")
def round_() -> None:
    """Field periods: open, leave out, end, close, what came late, list."""


@round_.command("open")
@click.option(
    "--name",
    required=True,
    help="For example 2026-2; it must fit next to the questionnaire's name in the header of sealed interviews.",
)
@click.option("--questionnaire", required=True, help="Name, or name:version; the newest version without one.")
@click.option(
    "--targets",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV: district,group,target.",
)
@terminal.refusals_in_one_line
def open_round(name: str, questionnaire: str, targets: Path | None) -> None:
    """Open a round for interviews."""
    from survey.storage import questionnaires
    from survey.storage.field import rounds

    database = terminal.open_survey()
    form, _, version = questionnaire.partition(":")
    edition = (
        questionnaires.find(database, form, version) if version else questionnaires.newest(database, form)
    )
    rounds.start(database, name, edition, read_targets(targets, edition) if targets else None)
    click.echo(
        f"Round {name} is open with {edition.questionnaire.name} version {edition.questionnaire.version}."
    )


def read_targets(file: Path, edition: Edition) -> dict[tuple[str, str], int]:
    """Interviews wanted, from a CSV file; raises ValueError naming every row that is wrong."""
    from survey.questionnaire.model import GROUP
    from survey.storage.field import targets_file

    groups = [choice.name for choice in edition.questionnaire.questions[GROUP].choices]
    return targets_file.read(file.read_bytes(), groups)


@round_.command("void")
@click.option("--round", "name", help="The open round, where there are several.")
@click.option("--worker", required=True, help="Worker code.")
@click.option("--day", required=True, help="Day as 2026-11-23.")
@terminal.refusals_in_one_line
def void_day(name: str | None, worker: str, day: str) -> None:
    """Leave out what one worker brought on one day, before the round closes."""
    from survey.storage.field import responses, rounds

    database = terminal.open_survey()
    chosen = name or terminal.only_open_round([round_.name for round_ in rounds.unfinished_rounds(database)])
    click.echo(f"{responses.void(database, chosen, worker, day)} interview(s) left out of round {chosen}.")


@round_.command("list")
@terminal.refusals_in_one_line
def list_rounds() -> None:
    """List the rounds, the last one first."""
    from survey.storage.field import rounds

    for round_ in rounds.all_rounds(terminal.open_survey()):
        last = round_.closed_day or round_.closing_day or ""
        click.echo(
            f"{round_.name}\t{round_.state}\t{round_.questionnaire}:{round_.version}\t{round_.opened_day}\t{last}"
        )


@round_.command("purge")
@click.option(
    "--days",
    type=click.IntRange(min=0),
    default=90,
    show_default=True,
    help="Days after the close; 90 at most.",
)
@terminal.refusals_in_one_line
def purge_rounds(days: int) -> None:
    """Close what has ended, delete interviews of rounds closed long ago, and old audit entries; run it every day.

    Ends with 3 while deleted interviews are still in the files because somebody reads the database."""
    from survey.publication.release import purges
    from survey.storage.engine import shredding
    from survey.storage.people import audit

    database = terminal.open_survey()
    purged = purges.purge_due(database, days)
    audit.expire(database)
    click.echo("Interviews deleted: " + (", ".join(purged) or "no round is due") + ".")
    if shredding.waiting_tables(database):
        click.echo(NOT_YET, err=True)
        sys.exit(UNFINISHED)


@round_.command("close")
@click.argument("name")
@click.option("--now", is_flag=True, help="Do not wait for phones: close at once and make the release.")
@click.option("--yes", is_flag=True, help="With --now: do not ask again.")
@terminal.refusals_in_one_line
def close_round(name: str, now: bool, yes: bool) -> None:
    """Begin to end an open round, say how far an ending one is, or release a closed one, which takes minutes."""
    from survey.storage.field import rounds

    database = terminal.open_survey()
    present = rounds.find(database, name)
    if present.closed or now:
        _close_or_end(database, present, yes)
    elif present.ending:
        click.echo(f"Round {name} is ending since {present.ending_day}.")
        _print_ending(database, present)
    else:
        present = rounds.end(database, name, Settings.from_environment().ending_days)
        click.echo(f"Round {name} begins to end: no new interviews, what waits on phones is taken.")
        _print_ending(database, present)


def _print_ending(database: Database, present: Round) -> None:
    click.echo(f"It closes by itself on {present.closing_day}; nothing is released before.")
    _print_awaited(database, present)
    click.echo(f"To close it without waiting: round close {present.name} --now")


def _print_awaited(database: Database, present: Round) -> None:
    from survey.storage.people import devices

    silent = (
        devices.phones_awaited(database, present.name) if present.ending else devices.active_phones(database)
    )
    since = "since it began to end" if present.ending else "yet, for it has not begun to end"
    click.echo(f"Phones that have not been in touch {since}: {len(silent)}.")
    for phone in silent:
        click.echo(f"  {phone.worker}\tlast contact {phone.day or 'never noted'}")


def _close_or_end(database: Database, present: Round, sure: bool) -> None:
    from survey.commands import releases
    from survey.keys import record_keys
    from survey.storage.field import rounds

    if not present.closed:
        _print_awaited(database, present)
        if not sure:
            click.confirm(
                "What they still hold will come late and apart. Close the round for good?", abort=True
            )
    if record_keys.in_custody(database.home):
        rounds.close(database, present.name)
        click.echo(f"Round {present.name} is closed. Make its release where the key is, and import it here.")
        return
    made = releases.close(database, present.name)
    click.echo(
        f"Round {present.name} is closed and released: {made.shown} figures are shown, {made.hidden} hidden."
    )
    releases.print_unshown(made)


@round_.command("late")
@click.argument("name")
@terminal.refusals_in_one_line
def late_interviews(name: str) -> None:
    """Say how many interviews came after a round was over: by worker, day of arrival and version.

    They are kept sealed and apart. Also named are the rounds that may take them."""
    from survey.storage.field import late, rounds

    database = terminal.open_survey()
    rounds.find(database, name)
    piles = late.piles(database, name)
    for pile in piles:
        click.echo(f"{pile.worker}\t{pile.day}\tversion {pile.version}\t{pile.interviews}")
    click.echo(f"Late interviews of round {name}: {sum(pile.interviews for pile in piles)}.")
    open_to = [round_.name for round_ in late.joinable(database, name)]
    if open_to:
        click.echo(f"Rounds that ask the same version and may take them in: {', '.join(open_to)}.")


@round_.command("take")
@click.argument("name")
@click.option("--into", required=True, help="The later round that takes them in.")
@terminal.refusals_in_one_line
def take_late(name: str, into: str) -> None:
    """Take interviews that came after a round was over into a later open round of the same version."""
    from survey.intake import late_interviews as intake_late_interviews

    taken = intake_late_interviews.take(terminal.open_survey(), name, into)
    click.echo(f"Taken into round {into}: {taken.joined}. Still apart: {taken.left}.")


@round_.command("unreadable")
@click.argument("name")
@terminal.refusals_in_one_line
def unreadable_interviews(name: str) -> None:
    """Show how many interviews of a round are kept sealed because its questionnaire cannot express an answer."""
    from survey.intake import quarantined

    waiting = quarantined.waiting(terminal.open_survey(), name)
    for version, number in waiting.versions.items():
        click.echo(f"version {version}\t{number}")
    for question, number in waiting.questions.items():
        click.echo(f"because of {question}\t{number}")
    click.echo(f"Unreadable interviews of round {name}: {waiting.interviews}.")


@round_.command("read-again")
@click.argument("name")
@click.option("--version", required=True, help="The corrected version, which is published.")
@terminal.refusals_in_one_line
def read_again(name: str, version: str) -> None:
    """Read the unreadable interviews of a round with a corrected version; what that can express counts from then on."""
    from survey.intake import quarantined

    taken = quarantined.take(terminal.open_survey(), name, version)
    click.echo(f"Read with version {version}: {taken.joined}. Still unreadable: {taken.left}.")


@round_.command("leave-out")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@terminal.refusals_in_one_line
def leave_out_late(name: str, yes: bool) -> None:
    """Delete for good the interviews that came after a round was over; asks first."""
    from survey.storage.field import late, rounds

    database = terminal.open_survey()
    rounds.find(database, name)
    number = late.numbers(database).get(name, 0)
    if not yes:
        click.confirm(f"Delete {number} late interview(s) of round {name} for good?", abort=True)
    deleted = late.leave_out(database, name, seen=number)
    if deleted is None:
        raise ValueError(f"others have come or gone meanwhile: look again with `round late {name}`")
    click.echo(f"Late interviews deleted: {deleted}.")
