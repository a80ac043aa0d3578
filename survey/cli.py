"""python -m survey …: everything that is set up or run from a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from survey.problems import Problem
from survey.settings import PROJECT, Settings
from survey.storage import trouble
from survey.storage.database import Database

if TYPE_CHECKING:
    from survey.storage.questionnaires import Edition

P = ParamSpec("P")
R = TypeVar("R")

SHIPPED = PROJECT / "questionnaires" / "community_security.md"


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Tell a refusal in one line, with exit code 2, instead of a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (Problem, ValueError, OSError) as problem:
            click.echo(f"error: {trouble.sentence(problem)}", err=True)
            sys.exit(2)

    return run


def opened() -> Database:
    """The database of the settings, at the newest schema and with its own keys."""
    from survey import opening

    return opening.opened(Settings.from_environment())


@click.group()
@click.version_option(package_name=None, version=__import__("survey").__version__, prog_name="survey")
def main() -> None:
    """Run and look after the Community Resilience Survey."""


@main.command()
@told
def run() -> None:
    """Start the server; on first use, open the shipped round and print the administrator's link."""
    from survey import serving

    serving.serve(Settings.from_environment(), opened())


@main.command()
@click.option("--responses", default=3000, show_default=True, help="Made-up interviews.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same interviews.")
@told
def demo(responses: int, seed: int) -> None:
    """Start a separate demonstration: a made-up round, closed, with one account per role."""
    from survey import demonstration

    demonstration.serve(Settings.from_environment(), responses, seed)


@main.group()
def account() -> None:
    """Accounts of field workers, coordinators, reviewers and administrators."""


@account.command("add")
@click.option(
    "--role", type=click.Choice(["worker", "coordinator", "reviewer", "administrator"]), required=True
)
@click.option("--code", help="A field worker's code (never a name).")
@click.option("--woman", is_flag=True, help="The field worker is a woman.")
@click.option("--name", help="Name of any other account.")
@click.option("--districts", default="", help="Reporting districts, separated by commas, or all.")
@click.option("--token", is_flag=True, help="Make a token that sends interviews; printed once.")
@click.option(
    "--generate", is_flag=True, help="Make the password even when standard input is not a terminal."
)
@told
def add_account(
    role: str, code: str | None, woman: bool, name: str | None, districts: str, token: bool, generate: bool
) -> None:
    """Add an account; the password is read from standard input, or made and printed once."""
    from survey.accounts import districts_given, sign_in
    from survey.storage import accounts

    known_as = _known_as(role, code, name, woman)
    chosen = districts_given.read(role, districts)
    password = "" if generate else _given_password()
    database = opened()
    hashed = sign_in.hash_password(password or (made := sign_in.make_password()))
    accounts.add(database, role, known_as, woman=woman, districts=chosen, password_hash=hashed)
    click.echo(f"account: {known_as}")
    if not password:
        click.echo(f"password: {made}")
    if token:
        click.echo(f"token: {accounts.add_token(database, known_as)}")


def listed(districts: str) -> tuple[str, ...]:
    """Keys of districts that are separated by commas."""
    return tuple(part.strip() for part in districts.split(",") if part.strip())


def _known_as(role: str, code: str | None, name: str | None, woman: bool) -> str:
    if role == "worker":
        if not code or name:
            raise click.UsageError("A field worker has --code and never --name.")
        return code
    if not name or code or woman:
        raise click.UsageError("--code and --woman are for field workers; give --name.")
    return name


def _given_password() -> str:
    return "" if sys.stdin.isatty() else sys.stdin.readline().strip()


@account.command("list")
@told
def list_accounts() -> None:
    """List the accounts."""
    from survey.accounts import districts_given
    from survey.storage import accounts

    for one in accounts.every(opened()):
        where = districts_given.told(one)
        click.echo(f"{one.name}\t{one.role}\t{where}\t{'active' if one.active else 'suspended'}")


@account.command("suspend")
@click.argument("name")
@told
def suspend_account(name: str) -> None:
    """End an account's sessions and tokens; its interviews stay."""
    from survey.storage import accounts

    database = opened()
    accounts.set_active(database, name, active=False)
    accounts.revoke_tokens(database, name)
    click.echo(f"{name} is suspended.")


@account.command("password")
@click.argument("name")
@told
def reset_password(name: str) -> None:
    """Give an account a new password, from standard input or made and printed once."""
    from survey.accounts import sign_in

    given = _given_password()
    password = given or sign_in.make_password()
    sign_in.set_password(opened(), name, password)
    click.echo(f"The password of {name} is set." if given else f"password: {password}")


@main.group()
def questionnaire() -> None:
    """Check and publish questionnaires (XLSForm as .md, .xlsx or .csv)."""


@questionnaire.command("publish")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@told
def publish_questionnaire(file: Path) -> None:
    """Make an immutable version with its codebook."""
    edition = published(opened(), file)
    asked = edition.questionnaire
    click.echo(
        f"{asked.name} version {asked.version}: {len(asked.questions)} questions, {asked.codebook.width} bytes"
    )


def published(database: Database, file: Path):  # type: ignore[no-untyped-def]
    """Check and publish a file; raises ValueError with every mistake."""
    from survey import checking
    from survey.storage import questionnaires

    report = checking.examine(file)
    if report.questionnaire is None:
        raise ValueError("\n".join(["the questionnaire has mistakes:", *map(str, report.mistakes)]))
    return questionnaires.publish(database, report.questionnaire)


@main.group("round")
def round_() -> None:
    """Field periods: open, leave out, end, close, what came late, list."""


@round_.command("open")
@click.option("--name", required=True, help="For example 2026-2.")
@click.option("--questionnaire", required=True, help="Name, or name:version; the newest version without one.")
@click.option(
    "--targets",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV: district,group,target.",
)
@told
def open_round(name: str, questionnaire: str, targets: Path | None) -> None:
    """Open a round for interviews."""
    from survey.storage import questionnaires, rounds

    database = opened()
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
    from survey.forms import targets
    from survey.questionnaire.model import GROUP

    groups = [choice.name for choice in edition.questionnaire.questions[GROUP].choices]
    return targets.read(file.read_bytes(), groups)


@round_.command("void")
@click.option("--round", "name", help="The open round, where there are several.")
@click.option("--worker", required=True, help="Worker code.")
@click.option("--day", required=True, help="Day as 2026-11-23.")
@told
def void_day(name: str | None, worker: str, day: str) -> None:
    """Leave out what one worker brought on one day, before the round closes."""
    from survey.storage import responses, rounds

    database = opened()
    chosen = name or _only([one.name for one in rounds.unfinished(database)])
    click.echo(f"{responses.void(database, chosen, worker, day)} interview(s) left out of round {chosen}.")


def _only(names: list[str]) -> str:
    if len(names) != 1:
        raise ValueError("name the round with --round: " + (", ".join(names) or "none is open"))
    return names[0]


@round_.command("list")
@told
def list_rounds() -> None:
    """List the rounds, the last one first."""
    from survey.storage import rounds

    for one in rounds.every(opened()):
        last = one.closed_day or one.closing_day or ""
        click.echo(f"{one.name}\t{one.state}\t{one.questionnaire}:{one.version}\t{one.opened_day}\t{last}")


@round_.command("purge")
@click.option("--days", default=90, show_default=True, help="Days after the close; 90 at most.")
@told
def purge_rounds(days: int) -> None:
    """Delete interviews of rounds closed long ago, and old audit entries; run it every day."""
    from survey import cli_purge

    cli_purge.purge(opened(), days)


@main.group("release")
def release_() -> None:
    """The protected figures of closed rounds: draft, audit, publish, list, carry elsewhere."""


def _release_command(name: str, verb: str) -> None:
    """One command per step; each takes the round."""

    @release_.command(name)
    @click.argument("round_name", metavar="ROUND")
    @told
    def step(round_name: str) -> None:
        from survey import cli_release

        getattr(cli_release, verb)(opened(), round_name)

    step.help = STEPS[name]


STEPS = {
    "draft": "Work out what can be shown of a closed round; an interrupted draft goes on where it stopped.",
    "audit": "Attack the draft with all that an insider knows and tell what was tried.",
    "publish": "Attack the draft once more and freeze it for good.",
    "check": "Attack a release again, tied questions together, and tell which tables to take back.",
}
for _name in STEPS:
    _release_command(_name, _name)


@release_.command("list")
@told
def list_releases() -> None:
    """List the releases, the last one first."""
    from survey import cli_release

    cli_release.list_all(opened())


@main.command()
@click.option("--responses", required=True, type=int, help="How many interviews.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same interviews.")
@click.option("--round", "round_name", help="The open round, where there are several.")
@click.option("--url", help="Send through HTTP to this running server.")
@click.option("--token", help="Token of a field worker, for --url.")
@click.option("--districts", default="", help="Reporting districts, separated by commas; all without it.")
@click.option(
    "--records", type=click.Path(dir_okay=False, path_type=Path), help="Write what was sent, one JSON a line."
)
@told
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
    from survey import sending

    click.echo(
        sending.simulate(
            opened(),
            responses,
            seed,
            round_name=round_name,
            url=url,
            token=token,
            records=records,
            districts=listed(districts),
        )
    )


def _attach() -> None:
    from survey import cli_check, cli_phone, cli_plan, cli_release, cli_round

    for command in (*cli_phone.COMMANDS, *cli_plan.COMMANDS):
        main.add_command(command)
    questionnaire.add_command(cli_check.check)
    for command in cli_release.COMMANDS:
        release_.add_command(command)
    for command in cli_round.COMMANDS:
        round_.add_command(command)


_attach()
