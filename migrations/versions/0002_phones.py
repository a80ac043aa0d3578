"""Invitations of phones, and sealed interviews kept for the holder of the key."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("created_day", sa.String(length=10), nullable=False),
        sa.Column("token", sa.LargeBinary(length=32), nullable=True),
        sa.CheckConstraint("length(created_day) = 10", name=op.f("ck_invitations_created_day")),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_invitations_account")),
        sa.ForeignKeyConstraint(["round"], ["rounds.key"], name=op.f("fk_invitations_round")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_invitations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "envelopes",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("questionnaire", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=50), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(day) = 10", name=op.f("ck_envelopes_day")),
        sa.ForeignKeyConstraint(["round"], ["rounds.key"], name=op.f("fk_envelopes_round")),
        sa.ForeignKeyConstraint(["questionnaire"], ["questionnaires.key"], name=op.f("fk_envelopes_questionnaire")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelopes")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("envelopes")
    op.drop_table("invitations")
