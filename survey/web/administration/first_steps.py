"""The first steps of a new survey, from a questionnaire to phones: which are done, and where each is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from survey.problems import N_
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import accounts, devices


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, why, on which page, and whether it is done."""

    title: str
    reason: str
    endpoint: str
    done: bool


#: Title, reason and page of each step, in their order.
STEPS: Final = (
    (
        N_("Publish a questionnaire"),
        N_("The one that ships, or your own. A round keeps the version it was opened with."),
        "administration.questionnaires.index",
    ),
    (
        N_("Open a round"),
        N_("One field period, with a name of your own."),
        "administration.rounds.start",
    ),
    (
        N_("Give the round targets"),
        N_(
            "How many interviews are wanted of each district and group; coverage counts against them. Only when a round is opened."
        ),
        "administration.rounds.start",
    ),
    (
        N_("Add coordinators"),
        N_("They see the coverage and the released results of their districts."),
        "administration.accounts.add",
    ),
    (
        N_("Add field workers"),
        N_("Each has a code, never a name, and the districts where they interview."),
        "administration.accounts.add",
    ),
    (
        N_("Set up phones"),
        N_("A coordinator or you invite a worker's phone with a link that works once."),
        "phones.index",
    ),
)


def first_steps(database: Database) -> tuple[Step, ...]:
    """The steps of a survey that is not yet in the field; none once they are all done or a round is over."""
    every = rounds.all_rounds(database)
    roles = {account.role for account in accounts.all_accounts(database)}
    done = (
        bool(questionnaires.all_editions(database)),
        bool(every),
        any(rounds.targets_of(database, one.name) for one in every),
        "coordinator" in roles,
        "worker" in roles,
        bool(devices.active_phones(database)),
    )
    if all(done) or any(one.closed for one in every):
        return ()
    return tuple(Step(*step, done=finished) for step, finished in zip(STEPS, done, strict=True))
