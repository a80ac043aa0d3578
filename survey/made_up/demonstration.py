"""A demonstration apart from the real survey: a made-up round, closed, and one account per role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import click

from survey.accounts import sign_in
from survey.made_up import send
from survey.publication.release import release
from survey.server import start
from survey.server.opening import open_database
from survey.settings import Settings
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.terminal import progress_line

ROUND: Final = "demo-1"
OPEN_ROUND: Final = "demo-2"

#: Few districts with many interviews: figures to read after a short wait.
DISTRICTS: Final = (
    *("bannu", "lakki-marwat", "peshawar", "swat", "mardan", "karak"),
    *("quetta", "pishin", "khuzdar", "kech"),
)

#: Role, name or code, whether a woman, reporting districts.
PEOPLE: Final[tuple[tuple[str, str, bool, tuple[str, ...]], ...]] = (
    ("worker", "W01", True, ()),
    ("coordinator", "coordinator", False, ("bannu", "lakki-marwat", "peshawar", "swat", "quetta")),
    ("reviewer", "reviewer", False, ()),
    ("administrator", "administrator", False, ()),
)


def serve(settings: Settings, responses: int, seed: int) -> None:
    """Make the demonstration on first use, print its accounts, and serve it."""
    demo = demonstration_settings(settings)
    database = open_database(demo)
    prepare(database, responses, seed)
    for role, (name, password) in passwords(database).items():
        click.echo(f"{role:14} {name:12} {password}")
    start.listen(demo, database)


def demonstration_settings(settings: Settings) -> Settings:
    """The settings of the demonstration: a folder and a database of its own, never the real one."""
    home = settings.home.parent / (settings.home.name + "-demo")
    return replace(
        settings, home=home, database_url=f"sqlite:///{home / 'survey.sqlite'}", demonstration=True
    )


def prepare(database: Database, responses: int, seed: int) -> None:
    """Fill and close a round and open the next one; an existing demonstration stays as it is."""
    if rounds.all_rounds(database):
        return
    start.open_shipped_round(database, ROUND)
    click.echo(send.simulate(database, responses, seed, round_name=ROUND, districts=DISTRICTS))
    release.close(database, ROUND, progress=progress_line("release"))
    start.open_shipped_round(database, OPEN_ROUND)


def passwords(database: Database) -> Mapping[str, tuple[str, str]]:
    """One account per role with a fresh password for this start."""
    known = {account.name for account in accounts.all_accounts(database)}
    made = {}
    for role, name, woman, districts in PEOPLE:
        password = sign_in.make_password()
        hashed = sign_in.hash_password(password)
        if name in known:
            accounts.set_password(database, name, hashed)
        else:
            accounts.add(database, role, name, woman=woman, districts=districts, password_hash=hashed)
        made[role] = (name, password)
    return made
