"""The permission map, read against who may do what."""

from __future__ import annotations

import pytest

from survey.accounts.permissions import PERMISSIONS, allows
from survey.storage.people.accounts import ROLES, Account

EXPECTED = {
    "worker": {"form.fill", "submission.send", "account.own"},
    "coordinator": {
        "coverage.read", "quality.read", "results.read", "summary.download", "interviews.void", "phones.manage",
        "actions.agree", "account.own",
    },
    "reviewer": {"coverage.read", "results.read", "summary.download", "actions.agree", "account.own"},
    "administrator": set(PERMISSIONS) - {"form.fill", "submission.send", "actions.agree"},
}  # fmt: skip


def _account(role: str, active: bool = True) -> Account:
    return Account(1, "x", role, False, active, frozenset(), 1)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_its_work_and_no_more(role: str) -> None:
    assert {name for name in PERMISSIONS if allows(_account(role), name)} == EXPECTED[role]


def test_nobody_and_suspended_accounts_may_do_nothing() -> None:
    for name in PERMISSIONS:
        assert not allows(None, name)
        assert not any(allows(_account(role, active=False), name) for role in ROLES)


def test_an_unknown_permission_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        allows(_account("administrator"), "answers.read")
