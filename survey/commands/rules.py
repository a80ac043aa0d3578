"""python -m survey rules …: the rules by which releases are made, shown and made stricter."""

from __future__ import annotations

import click

from survey import terminal

#: A larger number hides everything, and could not be taken back.
MOST = click.IntRange(1, 1000)


@click.group()
def rules() -> None:
    """The disclosure rules: show them, make them stricter. They are never made looser."""


@rules.command("show")
@terminal.refusals_in_one_line
def show() -> None:
    """Print the rules by which the next release is made."""
    from survey.publication.protection import rules as protection

    _print_rules(protection.numbers_of(protection.rules_of(terminal.open_survey())))


@rules.command("raise")
@click.option("--k", type=MOST, help="A smaller number of people who gave an answer is hidden.")
@click.option("--sensitive-k", type=MOST, help="The same for sensitive questions.")
@click.option("--base", type=MOST, help="Nothing is shown where fewer people were interviewed.")
@click.option("--members", type=MOST, help="No answers of members are shown where fewer were interviewed.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@terminal.refusals_in_one_line
def raise_(k: int | None, sensitive_k: int | None, base: int | None, members: int | None, yes: bool) -> None:
    """Make the rules stricter for good, from the next release on; what is not named stays."""
    from survey.publication.protection import rules as protection

    database = terminal.open_survey()
    in_force = protection.numbers_of(protection.rules_of(database))
    named = {"k": k, "sensitive_k": sensitive_k, "base": base, "members": members}
    wanted = {**in_force, **{name: number for name, number in named.items() if number is not None}}
    _print_rules(wanted)
    if not yes:
        click.confirm("These rules cannot be made looser again. Let them hold?", abort=True)
    protection.raise_rules(database, **wanted, by="")
    click.echo("These rules hold from the next release on.")


def _print_rules(numbers: dict[str, int]) -> None:
    click.echo(f"hidden: a count under {numbers['k']}, of sensitive questions under {numbers['sensitive_k']}")
    click.echo(
        f"shown: nothing of fewer than {numbers['base']} people, no answers of fewer than {numbers['members']} members"
    )
