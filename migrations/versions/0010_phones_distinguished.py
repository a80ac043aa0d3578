"""A colour and a number for each phone, and what a phone last said of itself."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invitations", sa.Column("colour", sa.String(length=10), nullable=True))
    op.add_column("invitations", sa.Column("number", sa.SmallInteger(), nullable=True))
    for name in ("waiting", "help"):
        op.add_column("tokens", sa.Column(name, sa.SmallInteger(), nullable=True))
    op.add_column("tokens", sa.Column("app", sa.String(length=12), nullable=True))
    op.add_column("tokens", sa.Column("practised", sa.Boolean(), nullable=True))
    day = sa.CheckConstraint("length(reported_day) = 10", name=op.f("ck_tokens_reported_day"))
    op.add_column("tokens", sa.Column("reported_day", sa.String(length=10), day, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tokens", recreate="never") as tokens:
        for name in ("reported_day", "practised", "app", "help", "waiting"):
            tokens.drop_column(name)
    with op.batch_alter_table("invitations", recreate="never") as invitations:
        invitations.drop_column("number")
        invitations.drop_column("colour")
