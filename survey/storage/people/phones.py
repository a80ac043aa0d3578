"""Phones as those see them who invite them: days, what each said of itself last, and nothing of any interview."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, or_, select, update

from survey.days import days_between, later, today
from survey.problems import NOT_FOUND, Problem
from survey.storage.engine.database import Database
from survey.storage.people import audit
from survey.storage.people.devices import KIND, digest
from survey.storage.people.marks import Mark
from survey.storage.tables import accounts, invitations, tokens

#: Days that a link works.
LINK_DAYS: Final = 3
#: Days without a contact after which a phone is called silent.
SILENT_DAYS: Final = 3
#: The largest number that a phone may report.
MOST: Final = 32767


@dataclass(frozen=True, slots=True)
class Report:
    """What a phone says of itself: records that wait, records that need help, its app, whether its worker practised."""

    waiting: int
    help: int
    app: str
    practised: bool


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone that was invited, under a short name that opens nothing. `set_up` and `contact` are days.

    Without `set_up` its link has not been used. `report` is the last one, of the day `reported`.
    """

    id: str
    worker: str
    mark: Mark
    invited: str
    set_up: str | None
    contact: str | None
    report: Report | None
    reported: str | None

    @property
    def link_until(self) -> str:
        """The last day on which its link may work."""
        return later(self.invited, LINK_DAYS)

    @property
    def link_over(self) -> bool:
        """Whether its link was never used and works no more."""
        return self.set_up is None and today() > self.link_until

    @property
    def silent_for(self) -> int:
        """Days without a contact; 0 where they are too few to say so."""
        days = days_between(self.contact, today()) if self.contact else 0
        return days if days >= SILENT_DAYS else 0


def report(database: Database, token: str, said: Report) -> None:
    """Note what a phone says of itself, in place of what it said before, and the day."""
    database.change(_report, digest(token), said)


def _report(connection: Connection, token_digest: bytes, said: Report) -> None:
    values = {
        "waiting": said.waiting,
        "help": said.help,
        "app": said.app,
        "practised": said.practised,
        "reported_day": today(),
    }
    mine = (tokens.c.digest == token_digest) & (tokens.c.kind == KIND)
    connection.execute(update(tokens).where(mine).values(**values))


def phones_of(database: Database, workers: Collection[str]) -> tuple[Phone, ...]:
    """The phones of these workers that may send, and the links that were not used, by worker and mark."""
    with database.read() as connection:
        rows = connection.execute(_phones(accounts.c.name.in_(workers))).all()
    found = [_phone(row) for row in rows]
    return tuple(
        sorted(found, key=lambda phone: (phone.worker, phone.mark.number, phone.mark.colour, phone.id))
    )


def _phones(*conditions: Any) -> Any:
    said = (tokens.c.waiting, tokens.c.help, tokens.c.app, tokens.c.practised, tokens.c.reported_day)
    return (
        select(
            invitations.c.digest.label("link"),
            tokens.c.digest.label("token"),
            accounts.c.name,
            invitations.c.colour,
            invitations.c.number,
            invitations.c.created_day.label("invited"),
            tokens.c.created_day.label("set_up"),
            tokens.c.contact_day,
            *said,
        )
        .select_from(invitations)
        .join(accounts, accounts.c.id == invitations.c.account)
        .outerjoin(tokens, tokens.c.digest == invitations.c.token)
        .where(
            or_(invitations.c.token.is_(None), tokens.c.revoked.is_(False)), accounts.c.active, *conditions
        )
    )


def _phone(row: Row[Any]) -> Phone:
    said = Report(row.waiting, row.help, row.app, row.practised) if row.reported_day else None
    return Phone(
        id=bytes(row.link)[:8].hex(),
        worker=row.name,
        mark=Mark(row.colour, row.number) if row.colour else Mark(),
        invited=row.invited,
        set_up=row.set_up,
        contact=row.contact_day,
        report=said,
        reported=row.reported_day,
    )


def end(database: Database, phone: Phone, by: str) -> None:
    """Take a phone's token back, or a link that was not used; the other phones of the worker stay. Raises NOT_FOUND."""
    database.change(_end, phone, by)
    database.account_cache.clear()


def _end(connection: Connection, phone: Phone, by: str) -> None:
    rows = connection.execute(_phones(accounts.c.name == phone.worker)).all()
    row = next((row for row in rows if _phone(row).id == phone.id), None)
    if row is None:
        raise Problem(NOT_FOUND)
    detail = f"{phone.worker} {phone.mark}".strip()
    if row.token:
        connection.execute(update(tokens).where(tokens.c.digest == row.token).values(revoked=True))
        audit.add_entry(connection, by, "phone signed out", detail)
    else:
        connection.execute(delete(invitations).where(invitations.c.digest == row.link))
        audit.add_entry(connection, by, "phone link taken back", detail)
