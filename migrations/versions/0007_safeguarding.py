"""The safeguarding documents of rounds, which only administrators read."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "safeguarding",
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("created_day", sa.String(length=10), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(created_day) = 10", name=op.f("ck_safeguarding_created_day")),
        sa.ForeignKeyConstraint(["round"], ["rounds.key"], name=op.f("fk_safeguarding_round")),
        sa.PrimaryKeyConstraint("round", name=op.f("pk_safeguarding")),
    )


def downgrade() -> None:
    op.drop_table("safeguarding")
