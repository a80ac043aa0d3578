"""python -m survey release …: draft, audit, publish, list and carry the figures of closed rounds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from survey import terminal
from survey.problems import RELEASE_ELSEWHERE, TAKE_BACK, Problem
from survey.publication.protection import worker_process
from survey.storage.engine import trouble
from survey.storage.engine.database import Database
from survey.terminal import progress_line

if TYPE_CHECKING:
    from survey.publication.protection.course import Progress
    from survey.publication.release.release import Release


def draft(database: Database, name: str) -> None:
    """Work out what can be shown of a closed round; an interrupted draft goes on where it stopped."""
    with worker_process.hold_round(database.home, name, "draft") as note:
        _refuse_custody(database.home)
        from survey.publication.release import release

        release.draft(database, name, _report_twice(progress_line("draft"), note))
    _print_left_out(database, name)


def audit(database: Database, name: str) -> None:
    """Check that nobody can be identified in the draft: attack it as an insider would, and report."""
    with worker_process.hold_round(database.home, name, "audit") as note:
        from survey.publication.release import release

        cells = programs = 0
        for done, table in enumerate(release.audit(database, name), start=1):
            tried = table.audit
            cells, programs = cells + tried.primary, programs + tried.programs
            note(done=done, cells=cells, programs=programs)
            click.echo(
                f"{table.name:24} {table.published:6} shown {table.hidden:6} hidden "
                f"{tried.primary:6} to protect {tried.programs:6} programs  {len(tried.failures)} failures"
            )


def publish(database: Database, name: str) -> None:
    """Check the draft again and freeze it for good."""
    with worker_process.hold_round(database.home, name, "publish"):
        _refuse_custody(database.home)
        from survey.publication.release import release

        made = release.publish(database, name, progress_line("publish", "steps"))
        sign(database, name)
    click.echo(
        f"Round {name} is released: {made.shown} figures are shown, {made.hidden} hidden. {made.digest}"
    )
    print_unshown(made)


def print_unshown(made: Release) -> None:
    """Name the questions of which nothing could be shown."""
    if made.unshown:
        click.echo(f"Questions of which nothing is shown: {', '.join(made.unshown)}.")


def check(database: Database, name: str) -> None:
    """Attack a release again, tied questions together; raises TAKE_BACK with the tables that give somebody away."""
    with worker_process.hold_round(database.home, name, worker_process.CHECK) as note:
        from survey.publication.release import release

        found = release.check(database, name)
        note(done=1)
        if found.exposed:
            raise Problem(TAKE_BACK, round=name, tables="; ".join(found.exposed))
    click.echo(f"Round {name}: no hidden figure can be worked out.")


def close(database: Database, name: str) -> Release:
    """Close a round, release it and sign its release."""
    from survey.publication.release import release

    with worker_process.hold_round(database.home, name, "publish") as note:
        made = release.close(database, name, progress=_report_twice(progress_line("release"), note))
        sign(database, name)
    _print_left_out(database, name)
    return made


def _print_left_out(database: Database, name: str) -> None:
    """Name the questions that have no table at all, with what would have to change."""
    from survey.publication.release.material import unpublished_questions

    for question, reason in unpublished_questions(database, name).items():
        click.echo(f"{question} is not published: {reason}.")


def sign(database: Database, name: str) -> None:
    """Sign a release that was made here, and what is stored with it, so that no change of the database can pass for them."""
    from survey.keys import release_signing
    from survey.storage.results import releases
    from survey.storage.results import safeguarding as documents

    content = releases.find(database, name).content
    releases.keep_signature(database, name, release_signing.sign_release(database.home, content))
    if name in documents.documented_rounds(database):
        content = documents.content_of(database, name)
        documents.keep_signature(database, name, release_signing.sign_release(database.home, content))


def _report_twice(line: Progress, note: worker_process.Note) -> Progress:
    """Shows progress on the terminal and keeps it for the administrator's page."""

    def report(done: float, total: int, left: float | None) -> None:
        line(done, total, left)
        note(done=done, total=total, left=left)

    return report


def list_all(database: Database) -> None:
    """List the releases, the last one first."""
    from survey.publication.release import release
    from survey.storage.results import releases

    changed = False
    for name in releases.released_rounds(database):
        try:
            made = release.read(database, name)
        except Problem as problem:
            changed = True
            click.echo(f"error: {trouble.sentence(problem)}", err=True)
        else:
            click.echo(f"{name}\t{made.created_day}\t{made.shown} shown\t{made.hidden} hidden\t{made.digest}")
    if changed:
        sys.exit(2)


def _refuse_custody(home: Path) -> None:
    """A server that cannot read interviews would release a round of none."""
    from survey.keys import record_keys

    if record_keys.in_custody(home):
        raise Problem(RELEASE_ELSEWHERE)


@click.group("release")
def release_() -> None:
    """The protected figures of closed rounds: draft, audit, publish, list, carry elsewhere."""


def _add_step(name: str, run: Callable[[Database, str], None], help_text: str) -> None:
    """One command per step; each takes the round."""

    @release_.command(name, help=help_text)
    @click.argument("round_name", metavar="ROUND")
    @terminal.refusals_in_one_line
    def step(round_name: str) -> None:
        run(terminal.open_survey(), round_name)


STEPS: Final = {
    "draft": (
        draft,
        "Work out what can be shown of a closed round; an interrupted draft goes on where it stopped.",
    ),
    "audit": (
        audit,
        "Check that nobody can be identified in the draft: attack it as an insider would, and report.",
    ),
    "publish": (publish, "Check the draft again and freeze it for good."),
    "check": (check, "Attack a release again, tied questions together, and name the tables to take back."),
}
for _name, (_run, _help_text) in STEPS.items():
    _add_step(_name, _run, _help_text)


@release_.command("list")
@terminal.refusals_in_one_line
def list_releases() -> None:
    """List the releases, the last one first."""
    list_all(terminal.open_survey())


@release_.command("safeguarding")
@click.argument("round_name", metavar="ROUND")
@terminal.refusals_in_one_line
def safeguarding(round_name: str) -> None:
    """Print what only administrators may read: members who joined without a choice or are not free to leave."""
    from survey.publication.release import safeguarding as documents

    document = documents.read(terminal.open_survey(), round_name)
    click.echo("\t".join(("place", "group", "interviews", *(name for name, _, _ in document.shares))))
    for line in document.lines:
        shares = (
            "not shown" if one.percent is None else f"{one.percent}% ({one.ci_low}-{one.ci_high})"
            for one in line.figures
        )
        base = "not shown" if line.base is None else str(line.base)
        click.echo("\t".join((line.place, line.group, base, *shares)))
    if document.not_told:
        click.echo(f"Not shown, for the sake of those who answered: {', '.join(document.not_told)}.")


FILE = click.Path(dir_okay=False, path_type=Path)
PRESENT = click.Path(exists=True, dir_okay=False, path_type=Path)


@release_.command("export")
@click.argument("round_name", metavar="ROUND")
@click.argument("file", type=FILE)
@terminal.refusals_in_one_line
def export(round_name: str, file: Path) -> None:
    """Write a release with its signature, to be imported on another server."""
    from survey.keys import release_signing
    from survey.publication.release import transfer
    from survey.storage.results import releases

    database = terminal.open_survey()
    content = releases.find(database, round_name).content
    file.write_bytes(transfer.wrap(content, release_signing.sign_release(database.home, content)))
    click.echo(f"Round {round_name} is in {file.name}.")


@release_.command("import")
@click.argument("file", type=PRESENT)
@terminal.refusals_in_one_line
def import_(file: Path) -> None:
    """Take in a release that a trusted key signed, after attacking it again; its round is closed."""
    from survey.keys import release_signing
    from survey.publication.release import transfer
    from survey.storage.results import releases

    database = terminal.open_survey()
    content, signature = transfer.unwrap(file.read_bytes())
    signer = release_signing.signer_of(database.home, content, signature)
    kept = transfer.take(database, content)
    releases.keep_signature(database, kept.round, signature)
    click.echo(f"Round {kept.round} is released, signed by {signer}. {kept.digest}")


@release_.command("signer")
@terminal.refusals_in_one_line
def signer() -> None:
    """Print the public key that signs releases here, for the servers that import them."""
    from survey.keys import release_signing

    click.echo(release_signing.release_signer(terminal.open_survey().home).decode(), nl=False)


@release_.command("trust")
@click.argument("file", type=PRESENT)
@terminal.refusals_in_one_line
def trust(file: Path) -> None:
    """Take in releases signed with the public key in this file from now on."""
    from survey.keys import release_signing

    signer = release_signing.trust_signer(terminal.open_survey().home, file.read_bytes())
    click.echo(f"Releases signed by {signer} are taken in.")
