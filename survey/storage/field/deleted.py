"""Submissions of which only the number is kept, so that a copy that comes again is harmless."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, update

from survey.storage.engine import shredding
from survey.storage.tables import receipts

WITHDRAWN: Final = "withdrawn"
#: Came after its round was over, and an administrator left it out or its time came.
LEFT_OUT: Final = "left_out"
#: Came when the interviews of its round were deleted already.
EXPIRED: Final = "expired"
#: What comes again under these numbers is not looked at.
GONE: Final = (WITHDRAWN, LEFT_OUT, EXPIRED)
#: Replaces their digests, so that no guess of the answers can be confirmed.
NO_DIGEST: Final = bytes(32)
#: Numbers that one statement names.
_SOME: Final = 500


def forget(connection: Connection, ids: Sequence[bytes], outcome: str) -> None:
    """Empty the receipts of interviews that were deleted."""
    if ids:
        shredding.remember(connection, receipts)
    for first in range(0, len(ids), _SOME):
        change = update(receipts).where(receipts.c.id.in_(ids[first : first + _SOME]))
        connection.execute(change.values(outcome=outcome, digest=NO_DIGEST))
