"""Actions that were agreed on for a district after a round."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "actions",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=50), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("owner", sa.String(length=50), nullable=False),
        sa.Column("due", sa.SmallInteger(), nullable=False),
        sa.Column("indicator", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_day", sa.String(length=10), nullable=False),
        sa.CheckConstraint("length(created_day) = 10", name=op.f("ck_actions_created_day")),
        sa.ForeignKeyConstraint(["round"], ["rounds.key"], name=op.f("fk_actions_round")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_actions")),
    )
    op.create_index("ix_actions_district", "actions", ["district"])


def downgrade() -> None:
    op.drop_table("actions")
