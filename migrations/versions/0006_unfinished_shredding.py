"""Tables whose deleted rows are not yet overwritten in the files."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unfinished_shredding",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("deletions", sa.Integer(), nullable=False),
        sa.Column("since_day", sa.String(length=10), nullable=False),
        sa.CheckConstraint("length(since_day) = 10", name=op.f("ck_unfinished_shredding_since_day")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_unfinished_shredding")),
    )


def downgrade() -> None:
    op.drop_table("unfinished_shredding")
