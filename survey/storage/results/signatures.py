"""Signatures of what is stored for good: kept apart from it, and compared with its bytes at every read."""

from __future__ import annotations

import base64

from sqlalchemy import Connection

from survey.storage import runtime_settings
from survey.storage.engine.database import Database


def keep(database: Database, key: str, signature: bytes) -> None:
    """Keep a signature: from now on what it belongs to is read only while it fits."""
    runtime_settings.put(database, key, base64.b64encode(signature).decode())


def forget(connection: Connection, key: str) -> None:
    """Remove a signature of something else: it would only say that this was changed."""
    runtime_settings.replace(connection, key, None)


def fits(database: Database, key: str, content: bytes) -> bool:
    """Whether bytes have the signature that is kept of them, if there is one."""
    try:
        kept = runtime_settings.get(database, key)
        signature = None if kept is None else base64.b64decode(kept)
    except (TypeError, ValueError):
        # Something else was written in its place.
        return False
    if signature is None:
        return True
    # Without anybody who knows the keys a signature proves nothing.
    known = database.knows_signature
    return known is not None and known(database.home, content, signature)
