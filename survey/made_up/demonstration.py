"""A demonstration apart from the real survey: two made-up releases, a round in the field, and one account per role."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from survey import file_modes
from survey.accounts import sign_in
from survey.days import later, today
from survey.languages import DEFAULT
from survey.made_up import send, shipped_releases
from survey.made_up.interviews import GROUPS
from survey.made_up.send import WORKERS
from survey.made_up.shipped_round import open_shipped_round
from survey.server import start
from survey.server.opening import open_database, open_for_a_while
from survey.settings import Settings
from survey.storage.engine.database import Database
from survey.storage.engine.start_lock import hold_start_lock
from survey.storage.field import aims
from survey.storage.field.aims import Aim
from survey.storage.people import accounts, devices, phones
from survey.storage.people.devices import Assignment
from survey.storage.people.phones import Report
from survey.storage.results import actions
from survey.storage.results.actions import Agreed

#: The file of its database, and the folder inside its own in which it is made.
DATABASE: Final = "survey.sqlite"
MAKING: Final = "making"
#: The round in the field, after those of which the releases ship.
OPEN_ROUND: Final = "demo-3"
#: Days that it is in the field already, and how many interviews are wanted of each district and group.
DAYS: Final = 8
WANTED: Final = 40
#: In whose name aims were set and actions agreed on.
MEETING: Final = "administrator"
#: Field workers of the coordinator's districts alone: a coordinator sees the phones of such workers only.
TEAM: Final = ("F01", "F02", "F03", "F04")
#: Made-up workers with a phone, and with an invitation that nobody opened yet.
PHONES: Final = (*WORKERS[:8], *TEAM)
INVITED: Final = WORKERS[8:10]

#: What each round's lead indicators should be and what they were before; the others have the usual targets.
AIMS: Final[Mapping[str, Aim]] = {
    "saf_night": Aim(70, 52),
    "tr_police": Aim(60, 44),
    "tr_admin": Aim(60, 47),
    "reached": Aim(50, 31),
    "on_time": Aim(80, 49),
}
#: What meetings agreed on: round, district, what, and how far it is.
ACTIONS: Final[tuple[tuple[str, str, Agreed, str], ...]] = (
    ("demo-1", "bannu", Agreed("lighting", "district_office", 1, "share:saf_night"), "done"),
    ("demo-1", "khuzdar", Agreed("complaints", "programme", 1, "share:i_fair"), "begun"),
    ("demo-1", "swat", Agreed("hear_women", "coordinator", 1, "share:w_voice"), "done"),
    ("demo-2", "bannu", Agreed("help_list", "programme", 1, "gap:gap_money"), "begun"),
    ("demo-2", "kech", Agreed("help_time", "partner", 2, "ratio:on_time"), "agreed"),
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
    make_whole(demo, responses, seed)
    database = open_database(demo)
    for role, (name, password) in passwords(database).items():
        click.echo(f"{role:14} {name:12} {password}")
    start.listen(demo, database)


def demonstration_settings(settings: Settings) -> Settings:
    """The settings of the demonstration: a folder and a database of its own, never the real one."""
    return _in_folder(settings, settings.home.parent / (settings.home.name + "-demo"))


def _in_folder(settings: Settings, home: Path) -> Settings:
    return replace(settings, home=home, database_url=f"sqlite:///{home / DATABASE}", demonstration=True)


def make_whole(demo: Settings, responses: int, seed: int) -> None:
    """Make the demonstration in a folder of its own and move it into its place once it is whole; one that is there stays.

    So nobody is shown one whose making was interrupted: the next start makes it again.
    """
    with hold_start_lock(demo.database_url):
        if (demo.home / DATABASE).exists():
            return
        making = _in_folder(demo, demo.home / MAKING)
        shutil.rmtree(making.home, ignore_errors=True)
        with closing(open_for_a_while(making)) as database:
            prepare(database, responses, seed)
        # The database comes last: where it is, all of it is.
        for path in sorted(making.home.iterdir(), key=lambda one: one.name == DATABASE):
            _move(path, demo.home)
        shutil.rmtree(making.home)


def _move(path: Path, home: Path) -> None:
    if path.name.endswith((file_modes.WRITING, file_modes.STARTING)):
        return
    # What was moved before an interruption belongs to no database.
    if (home / path.name).is_dir():
        shutil.rmtree(home / path.name)
    path.replace(home / path.name)


def prepare(database: Database, responses: int, seed: int) -> None:
    """Take in the releases that ship, fill an open round, day by day, and hand out phones."""
    for name in shipped_releases.ROUNDS:
        shipped_releases.take(database, name)
        click.echo(f"Round {name} is released.")
    _open_round(database)
    _aim(database)
    _agree(database)
    _fill_round(database, responses, seed)
    _hand_out_phones(database)


def _open_round(database: Database) -> None:
    wanted = {(district, group): WANTED for district in shipped_releases.DISTRICTS for group in GROUPS}
    open_shipped_round(database, OPEN_ROUND, wanted, opened_day=later(today(), 1 - DAYS))


def _aim(database: Database) -> None:
    for name in (*shipped_releases.ROUNDS, OPEN_ROUND):
        aims.set_aims(database, name, AIMS, {}, MEETING)


def _agree(database: Database) -> None:
    for round_name, district, agreed, state in ACTIONS:
        if round_name not in shipped_releases.ROUNDS:
            continue
        actions.agree(database, round_name, district, agreed, MEETING)
        last = actions.of_district(database, district)[-1]
        actions.set_state(database, last, state, MEETING)


def _fill_round(database: Database, responses: int, seed: int) -> None:
    for number, day in enumerate(later(today(), number + 1 - DAYS) for number in range(DAYS)):
        of_day = responses * (number + 1) // DAYS - responses * number // DAYS
        if of_day:
            send.simulate(
                database,
                of_day,
                seed + number,
                round_name=OPEN_ROUND,
                districts=shipped_releases.DISTRICTS,
                changes=shipped_releases.CHANGES,
                day=day,
            )


def _hand_out_phones(database: Database) -> None:
    """Phones of workers who hold interviews everywhere, and of the coordinator's own team."""
    (theirs,) = (districts for role, _, _, districts in PEOPLE if role == "coordinator")
    for number, name in enumerate(TEAM):
        accounts.add(database, "worker", name, woman=number % 2 == 0, districts=theirs)
    known = {account.name: account for account in accounts.all_accounts(database)}
    for name in (*PHONES, *INVITED):
        code, place = secrets.token_urlsafe(), Assignment(OPEN_ROUND, DEFAULT)
        devices.invite(database, code, known[name], place)
        if name in PHONES:
            token = secrets.token_urlsafe()
            devices.enrol(database, code, token)
            phones.report(database, token, _made_up_report(PHONES.index(name)))


def _made_up_report(place: int) -> Report:
    """What a phone of the demonstration says of itself: an app of nowhere, and some records that wait."""
    return Report(waiting=place % 4, help=int(place == 5), app="0" * 12, practised=place % 3 > 0)


#: Role → name and password.
People = Mapping[str, tuple[str, str]]


def passwords(database: Database) -> People:
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
