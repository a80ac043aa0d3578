"""What a round does in each of its states, found by trying it with real interviews."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Connection, select, update

from survey.days import later, today
from survey.intake import gate
from survey.problems import Problem
from survey.publication.release.material import gather
from survey.storage import tables
from survey.storage.engine.database import Database, migrate
from survey.storage.field import responses, retention, rounds
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from tests.support.factories import ROUND, field, submission

STATES = ("open", "ending", "closed", "purged")
#: The end began so many days ago, so that interviews can be dated before and after it.
DAYS = 5
CODE = "4711081506"


def outcomes(folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each thing that is tried, with what came of it in every state."""
    for number, (what, tried) in enumerate(TRIALS.items()):
        yield what, tuple(_outcome(folder / f"{number}-{state}", state, tried) for state in STATES)


def _outcome(home: Path, state: str, tried: Callable[[Database, Account], str]) -> str:
    database = _round_in(home, state)
    try:
        return tried(database, next(one for one in accounts.all_accounts(database) if one.role == "worker"))
    except Problem as problem:
        return f"refused: `{problem.kind.code}`"
    finally:
        database.close()


def _round_in(home: Path, state: str) -> Database:
    """A survey whose one round has an interview, and is in that state."""
    home.mkdir()
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    database = Database(url, home)
    held = later(today(), -DAYS - 2)
    gate.accept(database, submission(field(database), day=held, withdrawal_code=CODE))
    if state == "ending":
        rounds.end(database, ROUND, 14)
        database.change(_move, "ending_day", -DAYS)
    elif state != "open":
        rounds.close(database, ROUND)
    if state == "purged":
        database.change(_move, "closed_day", -retention.RETENTION_DAYS)
        retention.purge(database, ROUND)
    return database


def _move(connection: Connection, column: str, days: int) -> None:
    connection.execute(update(tables.rounds).values({column: later(today(), days)}))


def _begin(database: Database, worker: Account) -> str:
    return "yes" if ROUND in [one.name for one in rounds.open_rounds(database)] else "no"


def _arrival(days: int) -> Callable[[Database, Account], str]:
    def arrive(database: Database, worker: Account) -> str:
        return gate.accept(database, submission(worker, day=later(today(), days))).kept

    return arrive


def _withdraw(database: Database, worker: Account) -> str:
    gate.withdraw(database, CODE)
    with database.read() as connection:
        left = connection.execute(select(tables.responses.c.id)).all()
        outcome = connection.execute(select(tables.receipts.c.outcome)).scalar_one()
    return "stays" if left else "deleted" if outcome == "withdrawn" else "is gone already"


def _leave_out(database: Database, worker: Account) -> str:
    number = responses.void(database, ROUND, worker.name, later(today(), -DAYS - 2))
    return "left out" if number else "none there"


def _work_on_results(database: Database, worker: Account) -> str:
    gather(database, ROUND)
    return "yes"


def _delete(database: Database, worker: Account) -> str:
    if rounds.find(database, ROUND).closed:
        database.change(_move, "closed_day", -retention.RETENTION_DAYS)
    return f"{retention.purge(database, ROUND)} deleted"


TRIALS: dict[str, Callable[[Database, Account], str]] = {
    "a new interview begins": _begin,
    "an interview arrives that was held before the end began": _arrival(-DAYS - 1),
    "an interview arrives that was held today": _arrival(0),
    "a respondent withdraws an interview": _withdraw,
    "a coordinator leaves out a worker's day": _leave_out,
    "results are worked on": _work_on_results,
    "interviews are deleted, 90 days after a close": _delete,
}
