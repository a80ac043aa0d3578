"""Targets and baselines of indicators, set for a round."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "aims",
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=50), nullable=False),
        sa.Column("target", sa.SmallInteger(), nullable=True),
        sa.Column("baseline", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(["round"], ["rounds.key"], name=op.f("fk_aims_round")),
        sa.PrimaryKeyConstraint("round", "indicator", name=op.f("pk_aims")),
    )


def downgrade() -> None:
    op.drop_table("aims")
