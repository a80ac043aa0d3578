"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _accounts()
    _audit()
    _preferences()
    _questionnaires()
    _receipts()
    _sign_in_attempts()
    _account_districts()
    _rounds()
    _tokens()
    _quarantine()
    _releases()
    _responses()
    _tallies()
    _targets()


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("woman", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("account", sa.String(length=50), nullable=False),
        sa.Column("event", sa.String(length=50), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.CheckConstraint("length(day) = 10", name=op.f("ck_audit_day")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_audit")),
    )


def _preferences() -> None:
    op.create_table(
        "preferences",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_preferences")),
    )


def _questionnaires() -> None:
    op.create_table(
        "questionnaires",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.String(length=100), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_day", sa.String(length=10), nullable=False),
        sa.CheckConstraint("length(published_day) = 10", name=op.f("ck_questionnaires_published_day")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_questionnaires")),
    )
    op.create_index("ix_questionnaires_name_version", "questionnaires", ["name", "version"], unique=True)


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sqlite_with_rowid=False,
    )


def _sign_in_attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("name_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.CheckConstraint("length(day) = 10", name=op.f("ck_sign_in_attempts_day")),
        sa.PrimaryKeyConstraint("name_digest", name=op.f("pk_sign_in_attempts")),
        sqlite_with_rowid=False,
    )


def _account_districts() -> None:
    op.create_table(
        "account_districts",
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_account_districts_account")),
        sa.PrimaryKeyConstraint("account", "district", name=op.f("pk_account_districts")),
    )


def _rounds() -> None:
    op.create_table(
        "rounds",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("questionnaire", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("opened_day", sa.String(length=10), nullable=False),
        sa.Column("closed_day", sa.String(length=10), nullable=True),
        sa.Column("purged_day", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["questionnaire"], ["questionnaires.key"], name=op.f("fk_rounds_questionnaire")
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_rounds_state")),
        sa.CheckConstraint("length(opened_day) = 10", name=op.f("ck_rounds_opened_day")),
        sa.CheckConstraint("length(closed_day) = 10", name=op.f("ck_rounds_closed_day")),
        sa.CheckConstraint("length(purged_day) = 10", name=op.f("ck_rounds_purged_day")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rounds")),
        sa.UniqueConstraint("name", name=op.f("uq_rounds_name")),
    )


def _tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("created_day", sa.String(length=10), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_tokens_account")),
        sa.CheckConstraint("length(created_day) = 10", name=op.f("ck_tokens_created_day")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_tokens")),
        sqlite_with_rowid=False,
    )


def _quarantine() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=50), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("worker", sa.String(length=50), nullable=False),
        sa.Column("withdrawal_tag", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(["round"], ["rounds.key"], name=op.f("fk_quarantine_round")),
        sa.CheckConstraint("length(day) = 10", name=op.f("ck_quarantine_day")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sqlite_with_rowid=False,
    )


def _releases() -> None:
    op.create_table(
        "releases",
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("created_day", sa.String(length=10), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("code_version", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(["round"], ["rounds.key"], name=op.f("fk_releases_round")),
        sa.CheckConstraint("length(created_day) = 10", name=op.f("ck_releases_created_day")),
        sa.PrimaryKeyConstraint("round", name=op.f("pk_releases")),
    )


def _responses() -> None:
    op.create_table(
        "responses",
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("questionnaire", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("district", sa.String(length=50), nullable=False),
        sa.Column("group", sa.String(length=20), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("worker", sa.String(length=50), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=True),
        sa.Column("odd_hours", sa.Boolean(), nullable=False),
        sa.Column("option_seed", sa.BigInteger(), nullable=True),
        sa.Column("withdrawal_tag", sa.LargeBinary(length=32), nullable=True),
        sa.Column("flags", sa.Text(), nullable=True),
        sa.Column("excluded", sa.Boolean(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["questionnaire"], ["questionnaires.key"], name=op.f("fk_responses_questionnaire")
        ),
        sa.ForeignKeyConstraint(["round"], ["rounds.key"], name=op.f("fk_responses_round")),
        sa.CheckConstraint("length(day) = 10", name=op.f("ck_responses_day")),
        sa.PrimaryKeyConstraint("round", "questionnaire", "id", name=op.f("pk_responses")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_responses_withdrawal_tag",
        "responses",
        ["withdrawal_tag"],
        unique=False,
        sqlite_where=sa.text("withdrawal_tag IS NOT NULL"),
        postgresql_where=sa.text("withdrawal_tag IS NOT NULL"),
    )


def _tallies() -> None:
    op.create_table(
        "tallies",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=50), nullable=False),
        sa.Column("group", sa.String(length=20), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["round"], ["rounds.key"], name=op.f("fk_tallies_round")),
        sa.CheckConstraint("length(day) = 10", name=op.f("ck_tallies_day")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tallies")),
        sqlite_with_rowid=False,
    )


def _targets() -> None:
    op.create_table(
        "targets",
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=50), nullable=False),
        sa.Column("group", sa.String(length=20), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round"], ["rounds.key"], name=op.f("fk_targets_round")),
        sa.PrimaryKeyConstraint("round", "district", "group", name=op.f("pk_targets")),
    )


def downgrade() -> None:
    op.drop_table("targets")
    op.drop_table("tallies")
    op.drop_index(
        "ix_responses_withdrawal_tag",
        table_name="responses",
        sqlite_where=sa.text("withdrawal_tag IS NOT NULL"),
        postgresql_where=sa.text("withdrawal_tag IS NOT NULL"),
    )
    op.drop_table("responses")
    op.drop_table("releases")
    op.drop_table("quarantine")
    op.drop_table("tokens")
    op.drop_table("rounds")
    op.drop_table("account_districts")
    op.drop_table("sign_in_attempts")
    op.drop_table("receipts")
    op.drop_index("ix_questionnaires_name_version", table_name="questionnaires")
    op.drop_table("questionnaires")
    op.drop_table("preferences")
    op.drop_table("audit")
    op.drop_table("accounts")
