"""The file of each published questionnaire, as it was taken in."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questionnaire_files",
        sa.Column("questionnaire", sa.Integer(), nullable=False),
        sa.Column("ending", sa.String(length=10), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["questionnaire"], ["questionnaires.key"], name=op.f("fk_questionnaire_files_questionnaire")
        ),
        sa.PrimaryKeyConstraint("questionnaire", name=op.f("pk_questionnaire_files")),
    )


def downgrade() -> None:
    op.drop_table("questionnaire_files")
