"""The commands around phones: keys that interviews are sealed to, invitations, saved queues, opening elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from survey import terminal
from survey.languages import DEFAULT

if TYPE_CHECKING:
    from survey.intake.gate import Receipt


@click.group()
def key() -> None:
    """Keys that phones seal interviews to; private halves are files next to the data, never in the database."""


@key.command("new")
@terminal.refusals_in_one_line
def new_key() -> None:
    """Make a key and let phones seal to it from now on; older keys still open what was sealed to them."""
    from survey.keys import record_keys

    click.echo(f"key: {record_keys.new_key(terminal.open_survey().home).id}")


@key.command("list")
@terminal.refusals_in_one_line
def list_keys() -> None:
    """List the keys: which one phones seal to, and which private halves are here."""
    from survey.keys import record_keys

    for key in record_keys.list_keys(terminal.open_survey().home):
        here = "private half here" if key.private else "in custody"
        click.echo(f"{key.id}\t{'current' if key.current else 'older'}\t{here}")


@key.command("retire")
@click.argument("key_id", metavar="KEY")
@terminal.refusals_in_one_line
def retire_key(key_id: str) -> None:
    """Delete an older key for good: what is still sealed to it can never be opened."""
    from survey.keys import record_keys
    from survey.storage import key_fingerprints

    database = terminal.open_survey()
    # In this order: a key that is forgotten and still here is known again at the next start.
    key_fingerprints.forget(database, f"records/{key_id}")
    record_keys.retire_key(database.home, key_id)
    click.echo(f"Key {key_id} is deleted.")


@key.command("export")
@click.argument("key_id", metavar="KEY")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@terminal.refusals_in_one_line
def export_key(key_id: str, file: Path) -> None:
    """Write the public half to a file, for a server that shall not open interviews."""
    from survey.keys import record_keys

    file.write_bytes(record_keys.public_key(terminal.open_survey().home, key_id))
    click.echo(f"The public half of {key_id} is in {file.name}.")


@key.command("take")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@terminal.refusals_in_one_line
def take_key(file: Path) -> None:
    """Seal to somebody else's key from now on: this server then keeps interviews closed (custody)."""
    from survey.keys import record_keys

    taken = record_keys.take_key(terminal.open_survey().home, file.read_bytes())
    click.echo(
        f"Phones seal to {taken.id}; " + ("it can be opened here." if taken.private else "in custody.")
    )


@key.command("adopt")
@click.option(
    "--replace", is_flag=True, help="The keys of this database are lost for good: let these take their place."
)
@terminal.refusals_in_one_line
def adopt_keys(replace: bool) -> None:
    """Begin a new survey with the keys that are here already.

    With --replace a database goes on with other keys: old interviews that are sent again are then
    conflicts, their withdrawal codes no longer work, and what was sealed to lost keys stays closed.
    """
    from survey.server import opening
    from survey.settings import Settings

    opening.open_database(Settings.from_environment(), adopt=True, replace=replace).close()
    click.echo("The database and the keys here belong together now.")


@click.command()
@click.option("--worker", required=True, help="Code of a field worker.")
@click.option("--round", "round_name", help="The open round, where there are several.")
@click.option("--language", default=DEFAULT, show_default=True, help="Language the phone begins in.")
@click.option("--url", default="", help="Address of the server as phones see it, with https://.")
@terminal.refusals_in_one_line
def invite(worker: str, round_name: str | None, language: str, url: str) -> None:
    """Invite a worker's phone: a link for one phone, valid for three days."""
    import segno

    from survey.accounts import enrolment
    from survey.settings import Settings
    from survey.storage.field import rounds
    from survey.storage.people import accounts
    from survey.storage.people.devices import Assignment

    database, settings = terminal.open_survey(), Settings.from_environment()
    # A phone may hold interviews of a round that is over; it begins none there.
    possible = (
        rounds.open_rounds(database) or rounds.unfinished_rounds(database) or rounds.all_rounds(database)[:1]
    )
    chosen = round_name or terminal.only_open_round([round_.name for round_ in possible])
    invited = enrolment.invite(database, accounts.find(database, worker), Assignment(chosen, language))
    base = url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    link = f"{base}/{settings.app_address}/#i={invited.code}&l={language}"
    click.echo(f"phone: {invited.mark}")
    click.echo(f"link: {link}")
    if sys.stdout.isatty():
        segno.make(link, error="l").terminal(compact=True)


@click.command("sign-out")
@click.option("--worker", required=True, help="Code of a field worker.")
@terminal.refusals_in_one_line
def sign_out(worker: str) -> None:
    """Sign a worker's phones out: at their next contact they remove everything but sealed interviews."""
    from survey.storage.people import accounts

    click.echo(f"Tokens taken back: {accounts.revoke_tokens(terminal.open_survey(), worker)}.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--worker", required=True, help="Code of the field worker whose phone saved the file.")
@terminal.refusals_in_one_line
def intake(file: Path, worker: str) -> None:
    """Take in the queue that a phone saved as a file; what is already stored is harmless."""
    from survey.intake import envelope
    from survey.problems import Problem
    from survey.storage.engine.trouble import passes
    from survey.storage.people import accounts

    database = terminal.open_survey()
    account = accounts.find(database, worker)
    outcomes: dict[str, int] = {}
    for body in envelope.envelopes_in_file(file.read_text(encoding="utf-8")):
        try:
            outcome = _outcome(envelope.accept(database, body, str(envelope.read(body).id), account))
        except Problem as problem:
            if passes(problem):
                raise
            outcome = f"refused ({problem.kind.code})"
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    _print_outcomes(outcomes)


@click.command()
@click.argument("origin", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@terminal.refusals_in_one_line
def unseal(origin: Path) -> None:
    """Open the envelopes in a copy of a server's SQLite database with the keys that are here.

    They go through the same gate into this database, which knows round, questionnaire and workers by the same names.
    """
    from survey.intake import envelope
    from survey.problems import Problem
    from survey.storage.engine.database import Database

    source = Database(f"sqlite:///{origin.resolve()}", origin.resolve().parent)
    outcomes: dict[str, int] = {}
    try:
        for result in envelope.unseal(source, terminal.open_survey()):
            refused = isinstance(result, Problem)
            outcome = f"refused ({result.kind.code})" if refused else _outcome(result)  # type: ignore[union-attr,arg-type]
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
    finally:
        source.close()
    _print_outcomes(outcomes)


#: The outcome of an interview that did not join its round.
APART = {
    "late": "late, kept apart (round late)",
    "left_out": "late, left out",
    "expired": "too late, its round is deleted",
}


def _outcome(receipt: Receipt) -> str:
    return APART.get(receipt.kept, receipt.outcome)


def _print_outcomes(outcomes: dict[str, int]) -> None:
    click.echo("\n".join(f"{outcome}: {count}" for outcome, count in sorted(outcomes.items())) or "nothing")
    if any(outcome.startswith("refused") for outcome in outcomes):
        sys.exit(3)


COMMANDS = (key, invite, sign_out, intake, unseal)
