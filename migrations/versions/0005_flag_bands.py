"""Bands of flags by worker, and a mark on every interview that is in one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MARKED = ("responses", "quarantine")


def upgrade() -> None:
    for table in MARKED:
        op.add_column(table, sa.Column("banded", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "flag_bands",
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=50), nullable=False),
        sa.Column("interviews", sa.Integer(), nullable=False),
        sa.Column("flagged", sa.Integer(), nullable=False),
        sa.Column("excluded", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round"], ["rounds.key"], name=op.f("fk_flag_bands_round")),
        sa.PrimaryKeyConstraint("round", "worker", name=op.f("pk_flag_bands")),
    )


def downgrade() -> None:
    op.drop_table("flag_bands")
    for table in MARKED:
        op.drop_column(table, "banded")
