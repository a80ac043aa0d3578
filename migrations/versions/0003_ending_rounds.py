"""Rounds that end before they close, the days of contact of phones, and interviews that came late."""

import sqlalchemy as sa
from alembic import op

from survey.days import today

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: The columns of a round before this revision.
BEFORE = ("key", "name", "questionnaire", "state", "opened_day", "closed_day", "purged_day")


def upgrade() -> None:
    _rounds("'open', 'ending', 'closed'", ("ending_day", "closing_day"))
    op.add_column("tokens", _day("tokens", "contact_day"))
    op.create_table(
        "awaited_phones",
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("token", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["round"], ["rounds.key"], name=op.f("fk_awaited_phones_round")),
        sa.ForeignKeyConstraint(["token"], ["tokens.digest"], name=op.f("fk_awaited_phones_token")),
        sa.PrimaryKeyConstraint("round", "token", name=op.f("pk_awaited_phones")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "late",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("questionnaire", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=50), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("withdrawal_tag", sa.LargeBinary(length=32), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(day) = 10", name=op.f("ck_late_day")),
        sa.ForeignKeyConstraint(["round"], ["rounds.key"], name=op.f("fk_late_round")),
        sa.ForeignKeyConstraint(["questionnaire"], ["questionnaires.key"], name=op.f("fk_late_questionnaire")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM late")).scalar_one():
        raise RuntimeError("late interviews wait for a decision: take them in or leave them out first")
    op.drop_table("late")
    op.drop_table("awaited_phones")
    with op.batch_alter_table("tokens", recreate="never") as tokens:
        tokens.drop_column("contact_day")
    # The state before knows no ending: what waits is still taken where the days are not over.
    over = sa.text(
        "UPDATE rounds SET state = 'closed', closed_day = closing_day "
        "WHERE state = 'ending' AND closing_day <= :today"
    )
    op.execute(over.bindparams(today=today()))
    op.execute("UPDATE rounds SET state = 'open' WHERE state = 'ending'")
    # Nor does it know these; of a withdrawn interview, too, only the number is kept.
    op.execute("UPDATE receipts SET outcome = 'withdrawn' WHERE outcome IN ('left_out', 'expired')")
    _rounds("'open', 'closed'", ())


def _day(table: str, name: str) -> sa.Column:
    check = sa.CheckConstraint(f"length({name}) = 10", name=op.f(f"ck_{table}_{name}"))
    return sa.Column(name, sa.String(length=10), check, nullable=True)


def _rounds(states: str, days: tuple[str, ...]) -> None:
    """Let rounds have these states and these days next to their own."""
    if op.get_bind().dialect.name == "sqlite":
        _make_rounds_again(states, days)
        return
    op.drop_constraint("ck_rounds_state", "rounds")
    op.create_check_constraint(op.f("ck_rounds_state"), "rounds", f"state IN ({states})")
    if not days:
        op.drop_column("rounds", "ending_day")
        op.drop_column("rounds", "closing_day")
    for name in days:
        op.add_column("rounds", _day("rounds", name))


def _make_rounds_again(states: str, days: tuple[str, ...]) -> None:
    """SQLite cannot change a constraint: the table is made again, its rows keeping the keys that others point to."""
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(f"CREATE TEMPORARY TABLE rounds_before AS SELECT {', '.join(BEFORE)} FROM rounds")
    op.drop_table("rounds")
    checked = ("opened_day", "closed_day", "purged_day", *days)
    op.create_table(
        "rounds",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("questionnaire", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("opened_day", sa.String(length=10), nullable=False),
        *(sa.Column(name, sa.String(length=10), nullable=True) for name in checked[1:]),
        sa.ForeignKeyConstraint(["questionnaire"], ["questionnaires.key"], name=op.f("fk_rounds_questionnaire")),
        sa.CheckConstraint(f"state IN ({states})", name=op.f("ck_rounds_state")),
        *(sa.CheckConstraint(f"length({name}) = 10", name=op.f(f"ck_rounds_{name}")) for name in checked),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rounds")),
        sa.UniqueConstraint("name", name=op.f("uq_rounds_name")),
    )
    names = ", ".join(BEFORE)
    op.execute(f"INSERT INTO rounds ({names}) SELECT {names} FROM rounds_before")
    op.execute("DROP TABLE rounds_before")
