"""Every permission and who has it, in one map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from survey.storage.people.accounts import Account

Predicate = Callable[[Account], bool]


def _any_of(*roles: str) -> Predicate:
    return lambda account: account.active and account.role in roles


_worker = _any_of("worker")
_coordinator = _any_of("coordinator")
_administrator = _any_of("administrator")
_anybody = _any_of("worker", "coordinator", "reviewer", "administrator")
_readers = _any_of("coordinator", "reviewer", "administrator")
_planners = _any_of("coordinator", "administrator")
_meeting = _any_of("coordinator", "reviewer")

#: Scope comes on top: a coordinator reads the numbers of the districts given to the account and no others.
PERMISSIONS: Final[Mapping[str, Predicate]] = {
    # in the field
    "form.fill": _worker,
    "submission.send": _worker,
    # numbers of interviews
    "coverage.read": _readers,
    "quality.read": _planners,
    # released figures
    "results.read": _readers,
    "summary.download": _readers,
    "safeguarding.read": _administrator,
    # what a meeting decides on
    "actions.agree": _meeting,
    # running the survey
    "interviews.void": _planners,
    "phones.manage": _planners,
    "rounds.manage": _administrator,
    "questionnaire.publish": _administrator,
    "accounts.manage": _administrator,
    "settings.manage": _administrator,
    "audit.read": _administrator,
    # one's own account
    "account.own": _anybody,
}


def allows(account: Account | None, permission: str) -> bool:
    """Whether an account has a permission; KeyError for one that does not exist."""
    predicate = PERMISSIONS[permission]
    return account is not None and predicate(account)
