"""python -m survey account …: add, list, suspend, give a new password."""

from __future__ import annotations

import sys

import click

from survey import terminal


@click.group()
def account() -> None:
    """Accounts of field workers, coordinators, reviewers and administrators."""


@account.command("add")
@click.option(
    "--role",
    type=click.Choice(["worker", "coordinator", "reviewer", "administrator"]),
    required=True,
    help="What the account may do; docs/reference.md has the permissions of each.",
)
@click.option("--code", help="A field worker's code (never a name).")
@click.option("--woman", is_flag=True, help="The field worker is a woman.")
@click.option("--name", help="Name of any other account.")
@click.option(
    "--districts",
    default="",
    help="Reporting districts, separated by commas, or all; a coordinator needs named ones, a reviewer either.",
)
@click.option("--token", is_flag=True, help="Make a token that sends interviews; printed once.")
@click.option(
    "--generate", is_flag=True, help="Make the password even when standard input is not a terminal."
)
@terminal.refusals_in_one_line
def add_account(
    role: str, code: str | None, woman: bool, name: str | None, districts: str, token: bool, generate: bool
) -> None:
    """Add an account: --code for a field worker, --name for anybody else.

    The password is read from standard input, or made and printed once where that is a terminal."""
    from survey.accounts import districts_given, sign_in
    from survey.problems import NO_CODE, Problem
    from survey.storage.people import accounts

    known_as = _account_name(role, code, name, woman)
    if role == "worker" and not accounts.is_code(known_as):
        raise Problem(NO_CODE)
    chosen = districts_given.read(role, districts)
    password = "" if generate else _read_password()
    database = terminal.open_survey()
    hashed = sign_in.hash_password(password or (made := sign_in.make_password()))
    accounts.add(database, role, known_as, woman=woman, districts=chosen, password_hash=hashed)
    click.echo(f"account: {known_as}")
    if not password:
        click.echo(f"password: {made}")
    if token:
        click.echo(f"token: {accounts.add_token(database, known_as)}")


def _account_name(role: str, code: str | None, name: str | None, woman: bool) -> str:
    if role == "worker":
        if not code or name:
            raise click.UsageError("A field worker has --code and never --name.")
        return code
    if not name or code or woman:
        raise click.UsageError("--code and --woman are for field workers; give --name.")
    return name


def _read_password() -> str:
    return "" if sys.stdin.isatty() else sys.stdin.readline().strip()


@account.command("list")
@terminal.refusals_in_one_line
def list_accounts() -> None:
    """List the accounts."""
    from survey.accounts import districts_given
    from survey.storage.people import accounts

    for account in accounts.all_accounts(terminal.open_survey()):
        where = districts_given.district_list(account)
        click.echo(f"{account.name}\t{account.role}\t{where}\t{'active' if account.active else 'suspended'}")


@account.command("suspend")
@click.argument("name")
@terminal.refusals_in_one_line
def suspend_account(name: str) -> None:
    """End an account's sessions and tokens; its interviews stay."""
    from survey.storage.people import accounts

    database = terminal.open_survey()
    accounts.set_active(database, name, active=False)
    accounts.revoke_tokens(database, name)
    click.echo(f"{name} is suspended.")


@account.command("password")
@click.argument("name")
@terminal.refusals_in_one_line
def reset_password(name: str) -> None:
    """Give an account a new password, from standard input or made and printed once."""
    from survey.accounts import sign_in

    given = _read_password()
    password = given or sign_in.make_password()
    sign_in.set_password(terminal.open_survey(), name, password)
    click.echo(f"The password of {name} is set." if given else f"password: {password}")
