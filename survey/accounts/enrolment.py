"""Inviting and enrolling a worker's phone: one code for one phone, valid for three days."""

from __future__ import annotations

import base64
import secrets
import struct
import time
from dataclasses import dataclass
from typing import Final

from survey.problems import INVITATION_UNKNOWN, NOT_A_WORKER, Problem
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import devices
from survey.storage.people.accounts import Account
from survey.storage.people.devices import Assignment
from survey.storage.people.marks import FREE, Mark
from survey.storage.people.phones import LINK_DAYS

#: Hours from the invitation to its end.
VALID_HOURS: Final = 24 * LINK_DAYS
#: Bytes of a device token.
TOKEN_BYTES: Final = 32
_HOUR: Final = 3600
_RANDOM: Final = 18
_END: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation: the code for its link, which is kept nowhere, and how the phone is distinguished."""

    code: str
    mark: Mark


def invite(
    database: Database, worker: Account, assignment: Assignment, by: str = "", mark: Mark = FREE
) -> Invited:
    """Invite a phone of that worker. Raises NOT_A_WORKER, UNKNOWN_ROUND, LONG_ROUND or MARK_TAKEN.

    The code carries the hour in which it ends: the hash that is stored covers it, and no time is stored.
    """
    if worker.role != "worker":
        raise Problem(NOT_A_WORKER)
    asked = rounds.find(database, assignment.round)
    rounds.demand_room(asked.name, asked.questionnaire, asked.version)
    end = int(time.time()) // _HOUR + VALID_HOURS + 1
    code = base64.urlsafe_b64encode(secrets.token_bytes(_RANDOM) + _END.pack(end)).decode().rstrip("=")
    return Invited(code, devices.invite(database, code, worker, assignment, by, mark))


def enrol(database: Database, code: str, token: str, former: str = "") -> bool:
    """Enrol the phone that made `token`, in place of its `former` one; returns whether it was the first time.

    Raises INVITATION_UNKNOWN for a code that is unknown or over, INVITATION_USED for a code that another phone used.
    """
    if _end_hour(code) <= time.time() // _HOUR or len(_base64_bytes(token)) != TOKEN_BYTES:
        raise Problem(INVITATION_UNKNOWN)
    return devices.enrol(database, code, token, former)


def _end_hour(code: str) -> int:
    content = _base64_bytes(code)
    if len(content) != _RANDOM + _END.size:
        raise Problem(INVITATION_UNKNOWN)
    (end,) = _END.unpack_from(content, _RANDOM)
    return int(end)


def _base64_bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise Problem(INVITATION_UNKNOWN) from error
