"""The tables, as SQLAlchemy describes them; docs/database.md says why each column exists."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    false,
)

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _day(name: str, nullable: bool = False) -> Column[str]:
    """A calendar day as text: a date type would let a driver add a time of day."""
    return Column(name, String(10), CheckConstraint(f"length({name}) = 10", name=name), nullable=nullable)


def _keyed(name: str, *parts: Column[Any]) -> Table:
    """A table stored in the order of its random key, so that the order of rows does not reveal the time."""
    return Table(name, metadata, *parts, sqlite_with_rowid=False)


questionnaires: Final = Table(
    "questionnaires",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("name", String(100), nullable=False),
    Column("version", String(100), nullable=False),
    Column("content", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    _day("published_day"),
    Index("ix_questionnaires_name_version", "name", "version", unique=True),
)

questionnaire_files: Final = Table(
    "questionnaire_files",
    metadata,
    Column("questionnaire", ForeignKey("questionnaires.key"), primary_key=True),
    Column("ending", String(10), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

rounds: Final = Table(
    "rounds",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("name", String(50), nullable=False, unique=True),
    Column("questionnaire", ForeignKey("questionnaires.key"), nullable=False),
    Column(
        "state",
        String(6),
        CheckConstraint("state IN ('open', 'ending', 'closed')", name="state"),
        nullable=False,
    ),
    _day("opened_day"),
    _day("closed_day", nullable=True),
    _day("purged_day", nullable=True),
    # The day when it began to end, and the day when it closes by itself.
    _day("ending_day", nullable=True),
    _day("closing_day", nullable=True),
)

targets: Final = Table(
    "targets",
    metadata,
    Column("round", ForeignKey("rounds.key"), primary_key=True),
    Column("district", String(50), primary_key=True),
    Column("group", String(20), primary_key=True),
    Column("target", Integer, nullable=False),
)

# Round and version lead the key: they are read as one stretch of pages, inside which rows are in random order.
# `receipts` makes sure that an id occurs once.
responses: Final = _keyed(
    "responses",
    Column("round", ForeignKey("rounds.key"), primary_key=True),
    Column("questionnaire", ForeignKey("questionnaires.key"), primary_key=True),
    Column("id", LargeBinary(16), primary_key=True),
    Column("district", String(50), nullable=False),
    Column("group", String(20), nullable=False),
    _day("day"),
    Column("worker", String(50), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("language", String(12), nullable=False),
    Column("minutes", SmallInteger),
    Column("odd_hours", Boolean, nullable=False),
    Column("option_seed", BigInteger),
    Column("withdrawal_tag", LargeBinary(32)),
    Column("flags", Text),
    Column("excluded", Boolean, nullable=False),
    Column("voided", Boolean, nullable=False),
    Column("answers", LargeBinary, nullable=False),
    Column("banded", Boolean, nullable=False, server_default=false()),
)
_has_tag: Final = responses.c.withdrawal_tag.is_not(None)
Index(
    "ix_responses_withdrawal_tag",
    responses.c.withdrawal_tag,
    sqlite_where=_has_tag,
    postgresql_where=_has_tag,
)

receipts: Final = _keyed(
    "receipts",
    Column("id", LargeBinary(16), primary_key=True),
    Column("digest", LargeBinary(32), nullable=False),
    Column("outcome", String(12), nullable=False),
)

tallies: Final = _keyed(
    "tallies",
    Column("id", LargeBinary(16), primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("round", ForeignKey("rounds.key"), nullable=False),
    Column("district", String(50), nullable=False),
    Column("group", String(20), nullable=False),
    _day("day"),
)

quarantine: Final = _keyed(
    "quarantine",
    Column("id", LargeBinary(16), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("reason", String(100), nullable=False),
    Column("round", ForeignKey("rounds.key"), nullable=False),
    Column("district", String(50), nullable=False),
    _day("day"),
    Column("worker", String(50), nullable=False),
    Column("withdrawal_tag", LargeBinary(32)),
    Column("banded", Boolean, nullable=False, server_default=false()),
)

# Sums over interviews that were banded, ten or more at a time; nothing is ever taken out of them again.
flag_bands: Final = Table(
    "flag_bands",
    metadata,
    Column("round", ForeignKey("rounds.key"), primary_key=True),
    Column("worker", String(50), primary_key=True),
    Column("interviews", Integer, nullable=False),
    Column("flagged", Integer, nullable=False),
    Column("excluded", Integer, nullable=False),
    Column("quarantined", Integer, nullable=False),
)

accounts: Final = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(50), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("woman", Boolean, nullable=False),
    Column("password_hash", Text),
    Column("active", Boolean, nullable=False),
    Column("session_version", Integer, nullable=False),
)

account_districts: Final = Table(
    "account_districts",
    metadata,
    Column("account", ForeignKey("accounts.id"), primary_key=True),
    Column("district", String(50), primary_key=True),
)

tokens: Final = Table(
    "tokens",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("account", ForeignKey("accounts.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    _day("created_day"),
    Column("revoked", Boolean, nullable=False),
    # Of phones only: the day of the last contact, never a time, and what the phone said of itself last.
    _day("contact_day", nullable=True),
    Column("waiting", SmallInteger),
    Column("help", SmallInteger),
    Column("app", String(12)),
    Column("practised", Boolean),
    _day("reported_day", nullable=True),
    sqlite_with_rowid=False,
)

# Phones that have not been in touch since a round began to end; a contact deletes the row.
awaited_phones: Final = Table(
    "awaited_phones",
    metadata,
    Column("round", ForeignKey("rounds.key"), primary_key=True),
    Column("token", ForeignKey("tokens.digest"), primary_key=True),
    sqlite_with_rowid=False,
)

sign_in_attempts: Final = Table(
    "sign_in_attempts",
    metadata,
    Column("name_digest", LargeBinary(32), primary_key=True),
    Column("failures", Integer, nullable=False),
    _day("day"),
    sqlite_with_rowid=False,
)

audit: Final = Table(
    "audit",
    metadata,
    Column("key", Integer, primary_key=True),
    _day("day"),
    Column("account", String(50), nullable=False),
    Column("event", String(50), nullable=False),
    Column("detail", Text, nullable=False),
)

releases: Final = Table(
    "releases",
    metadata,
    Column("round", ForeignKey("rounds.key"), primary_key=True),
    _day("created_day"),
    Column("content", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("code_version", String(50), nullable=False),
)

# For administrators alone; a release knows nothing of it.
safeguarding: Final = Table(
    "safeguarding",
    metadata,
    Column("round", ForeignKey("rounds.key"), primary_key=True),
    _day("created_day"),
    Column("content", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
)

preferences: Final = Table(
    "preferences",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("value", Text, nullable=False),
)

# An invitation's code carries its own end, so that no time of day is stored; `token` is the device that used it.
invitations: Final = Table(
    "invitations",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("account", ForeignKey("accounts.id"), nullable=False),
    Column("round", ForeignKey("rounds.key"), nullable=False),
    Column("language", String(12), nullable=False),
    _day("created_day"),
    Column("token", LargeBinary(32)),
    # What distinguishes a worker's phones, from lists; phones that were invited before there were any have none.
    Column("colour", String(10)),
    Column("number", SmallInteger),
    sqlite_with_rowid=False,
)

# What a server without the private key keeps: nothing of it says where or with whom the interview was held.
envelopes: Final = _keyed(
    "envelopes",
    Column("id", LargeBinary(16), primary_key=True),
    Column("digest", LargeBinary(32), nullable=False),
    Column("key", String(16), nullable=False),
    Column("round", ForeignKey("rounds.key"), nullable=False),
    Column("questionnaire", ForeignKey("questionnaires.key"), nullable=False),
    Column("worker", String(50), nullable=False),
    _day("day"),
    Column("body", LargeBinary, nullable=False),
)

# What came after its round was over, until an administrator decides. `body` is sealed: to the key of `key`, which is
# elsewhere, or to this server's quarantine key where `key` is empty. `day` is the day of arrival.
late: Final = _keyed(
    "late",
    Column("id", LargeBinary(16), primary_key=True),
    Column("round", ForeignKey("rounds.key"), nullable=False),
    Column("questionnaire", ForeignKey("questionnaires.key"), nullable=False),
    Column("worker", String(50), nullable=False),
    _day("day"),
    Column("key", String(16), nullable=False),
    Column("withdrawal_tag", LargeBinary(32)),
    Column("body", LargeBinary, nullable=False),
)

# What was deleted and may still be in the files: a table, and how often rows of it were deleted since.
unfinished_shredding: Final = Table(
    "unfinished_shredding",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("deletions", Integer, nullable=False),
    _day("since_day"),
)

#: Every table with a row for each interview: what a purge deletes and overwrites. A test finds one that is missing.
OF_INTERVIEWS: Final = (responses, quarantine, envelopes, late)

# `due` is in how many rounds after its own; `indicator` is a column of wide.csv. Nobody writes a text of their own.
actions: Final = Table(
    "actions",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("round", ForeignKey("rounds.key"), nullable=False),
    Column("district", String(50), nullable=False),
    Column("kind", String(50), nullable=False),
    Column("owner", String(50), nullable=False),
    Column("due", SmallInteger, nullable=False),
    Column("indicator", String(200), nullable=False),
    Column("state", String(20), nullable=False),
    _day("created_day"),
    Index("ix_actions_district", "district"),
)

# What an indicator should be and what it was before the programme, in per cent; a round without a row has the usual ones.
aims: Final = Table(
    "aims",
    metadata,
    Column("round", ForeignKey("rounds.key"), primary_key=True),
    Column("indicator", String(50), primary_key=True),
    Column("target", SmallInteger),
    Column("baseline", SmallInteger),
)

key_fingerprints: Final = Table(
    "key_fingerprints",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
)
