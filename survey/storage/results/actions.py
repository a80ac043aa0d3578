"""Actions that were agreed on for a district after a round: what, whose, until when, which indicator, how far; no free text.

A kind of action is one of those that ship or one that an administrator added in every language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, insert, select, update

from survey.days import today
from survey.problems import N_, NOT_FOUND, Problem
from survey.storage import runtime_settings
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import audit
from survey.storage.tables import actions
from survey.storage.tables import rounds as rounds_table

#: Kinds that ship; none names a person, a place or a group that somebody could be harmed for.
KINDS: Final[Mapping[str, str]] = {
    "tell": N_("Tell people where and how to ask for help"),
    "help_list": N_("Check who is on the list for help"),
    "help_time": N_("Give help on time"),
    "help_kind": N_("Change the kind of help"),
    "complaints": N_("Open or improve a way to complain"),
    "hear_women": N_("Hear women in meetings of their own"),
    "hear_youth": N_("Hear young people in meetings of their own"),
    "lighting": N_("Light or repair a way or a place"),
    "training": N_("Train those who work with people"),
    "refer": N_("Hand over to another office"),
}
#: Who sees to it: a role, never a name.
OWNERS: Final[Mapping[str, str]] = {
    "coordinator": N_("Coordinator of the survey"),
    "programme": N_("Programme office"),
    "district_office": N_("District administration"),
    "department": N_("Government department"),
    "partner": N_("Partner organisation"),
}
AGREED: Final = "agreed"
STATES: Final[Mapping[str, str]] = {
    AGREED: N_("agreed"),
    "begun": N_("begun"),
    "done": N_("done"),
    "dropped": N_("dropped"),
}
#: States in which nothing is awaited any more.
ENDED: Final = ("done", "dropped")
#: An action is due in one of so many rounds after its own.
FURTHEST: Final = 4
_ADDED: Final = "action_kind/"


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is agreed on: kind, owner, in how many rounds it is due, and the column of the indicator that is to move."""

    kind: str
    owner: str
    due: int
    indicator: str


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a district, agreed on over the results of a round."""

    key: int
    round: str
    district: str
    agreed: Agreed
    state: str
    created_day: str

    @property
    def ended(self) -> bool:
        """Whether nothing is awaited any more."""
        return self.state in ENDED


def added_kinds(database: Database) -> dict[str, dict[str, str]]:
    """The kinds that administrators added: key → name by language."""
    return runtime_settings.under(database, _ADDED)


def add_kind(database: Database, names: Mapping[str, str], by: str) -> str:
    """Add a kind by its names in every language; its key."""
    return database.change(_add_kind, dict(names), by)


def _add_kind(connection: Connection, names: dict[str, str], by: str) -> str:
    known = runtime_settings.keys_under(connection, _ADDED)
    key = f"own_{len(known) + 1}"
    runtime_settings.replace(connection, f"{_ADDED}{key}", names)
    audit.add_entry(connection, by, "action kind added", key)
    return key


def of_district(database: Database, district: str) -> tuple[Action, ...]:
    """Every action of a district, in the order in which they were agreed on."""
    names = ("key", "kind", "owner", "due", "indicator", "state", "created_day")
    query = (
        select(*(actions.c[name] for name in names), rounds_table.c.name.label("round"))
        .join(rounds_table, rounds_table.c.key == actions.c.round)
        .where(actions.c.district == district)
        .order_by(actions.c.key)
    )
    with database.read() as connection:
        rows = connection.execute(query).all()
    return tuple(
        Action(
            row.key,
            row.round,
            district,
            Agreed(row.kind, row.owner, row.due, row.indicator),
            row.state,
            row.created_day,
        )
        for row in rows
    )


def agree(database: Database, round_name: str, district: str, agreed: Agreed, by: str) -> bool:
    """Keep an action; the audit holds who agreed on what. False, and nothing is kept, where the very same is awaited already."""
    key = rounds.find(database, round_name).key
    return database.change(_agree, key, round_name, district, agreed, by)


def _agree(
    connection: Connection, round_key: int, round_name: str, district: str, agreed: Agreed, by: str
) -> bool:
    what = {
        "round": round_key,
        "district": district,
        "kind": agreed.kind,
        "owner": agreed.owner,
        "due": agreed.due,
        "indicator": agreed.indicator,
    }
    # Two who write down the same meeting, or one press too many, agree on one action.
    same = select(actions.c.key).where(*(actions.c[name] == value for name, value in what.items()))
    if connection.execute(same.where(actions.c.state.not_in(ENDED))).first() is not None:
        return False
    connection.execute(insert(actions), {**what, "state": AGREED, "created_day": today()})
    said = f"{round_name} {district}: {agreed.kind}, {agreed.owner}, +{agreed.due}, {agreed.indicator}"
    audit.add_entry(connection, by, "action agreed", said)
    return True


def set_state(database: Database, one: Action, state: str, by: str, seen: str = "") -> bool:
    """Say how far an action is; the audit holds who said so, and what was said before. Raises NOT_FOUND for no action.

    False, and nothing is changed, where it is not any more as it was `seen`: somebody else said something meanwhile.
    """
    return database.change(_set_state, one, state, by, seen)


def _set_state(connection: Connection, one: Action, state: str, by: str, seen: str) -> bool:
    before = connection.execute(select(actions.c.state).where(actions.c.key == one.key)).scalar_one_or_none()
    if before is None or state not in STATES:
        raise Problem(NOT_FOUND)
    if seen and before not in (seen, state):
        return False
    if state != before:
        connection.execute(update(actions).where(actions.c.key == one.key).values(state=state))
        said = f"{one.round} {one.district}: {one.agreed.kind} ({one.key}), {before} → {state}"
        audit.add_entry(connection, by, "action changed", said)
    return True
