"""What distinguishes the phones of a worker: a colour and a number from lists, as on a sticker, and never a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, or_, select

from survey.problems import MARK_TAKEN, Problem
from survey.storage.people.accounts import Account
from survey.storage.tables import accounts, invitations, tokens

COLOURS: Final = ("blue", "green", "yellow", "orange", "red", "brown", "white", "black")
NUMBERS: Final = range(1, 31)


@dataclass(frozen=True, slots=True)
class Mark:
    """A colour and a number; "" and 0 for one that is still to be chosen, and for phones of earlier versions."""

    colour: str = ""
    number: int = 0

    def __str__(self) -> str:
        return f"{self.colour} {self.number}" if self.colour else ""


#: Any mark that is free.
FREE: Final = Mark()


def free_mark(connection: Connection, worker: Account, wanted: Mark) -> Mark:
    """A mark as it is wanted that no other phone of the worker carries; raises MARK_TAKEN where there is none.

    One that nobody's phone carries comes first, so that phones in one box are distinguished too.
    """
    carried = {tuple(row) for row in connection.execute(_carried())}
    own = {(colour, number) for account, colour, number in carried if account == worker.id}
    anybody = {(colour, number) for _, colour, number in carried}
    offered = [mark for mark in _marks(wanted) if (mark.colour, mark.number) not in own]
    if not offered:
        raise Problem(MARK_TAKEN, name=worker.name)
    return next((mark for mark in offered if (mark.colour, mark.number) not in anybody), offered[0])


def _marks(wanted: Mark) -> Iterator[Mark]:
    for number in (wanted.number,) if wanted.number else NUMBERS:
        for colour in (wanted.colour,) if wanted.colour else COLOURS:
            yield Mark(colour, number)


def _carried() -> Any:
    """Account, colour and number of every phone that may send, and of every link that is still to be used."""
    in_use = and_(tokens.c.revoked.is_(False), accounts.c.active)
    return (
        select(invitations.c.account, invitations.c.colour, invitations.c.number)
        .join(accounts, accounts.c.id == invitations.c.account)
        .outerjoin(tokens, tokens.c.digest == invitations.c.token)
        .where(invitations.c.colour.is_not(None), or_(invitations.c.token.is_(None), in_use))
    )
