"""Each page says in the menus where it is."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.readers import at_browser, somebody, stored
from tests.survey.conftest import CLOSED, OPEN

#: Address of a page → the entries of the menus that are marked on it, and how.
MARKED = {
    "/results": {"Results": "page"},
    f"/results/{CLOSED}": {"Results": "true"},
    f"/results/{CLOSED}/district/peshawar": {"Results": "true"},
    f"/results/{CLOSED}/district/peshawar/actions": {"Results": "true"},
    f"/results/{CLOSED}/interviewers": {"Results": "true"},
    "/coverage": {"Coverage": "page"},
    f"/coverage/{OPEN}": {"Coverage": "true"},
    "/phones": {"Phones": "page"},
    "/administration": {"Administration": "page", "Rounds": "page"},
    "/administration/open-round": {"Administration": "true", "Rounds": "true"},
    f"/administration/rounds/{OPEN}": {"Administration": "true", "Rounds": "true"},
    f"/administration/rounds/{OPEN}/leave-out": {"Administration": "true", "Rounds": "true"},
    "/administration/accounts": {"Administration": "true", "Accounts": "page"},
    "/administration/add-account": {"Administration": "true", "Accounts": "true"},
    "/administration/accounts/ahmad": {"Administration": "true", "Accounts": "true"},
    f"/administration/releases/{CLOSED}": {"Administration": "true", "Releases": "true"},
    "/administration/rules": {"Administration": "true", "Releases": "true"},
    f"/administration/safeguarding/{CLOSED}": {"Administration": "true", "Releases": "true"},
    "/administration/local-body/bannu": {"Administration": "true", "Names of the local body": "true"},
    "/administration/audit": {"Administration": "true", "Audit log": "page"},
    "/account": {},
}


@pytest.mark.parametrize("address", MARKED)
def test_a_page_marks_the_entry_that_it_is_under(finished_app: Flask, address: str) -> None:
    ahmad = at_browser(finished_app, somebody(stored(finished_app), "administrator", "ahmad"))
    links = [a for nav in ahmad.get(address).root.all("nav") for a in nav.all("a")]
    assert {a.text: a.get("aria-current") for a in links if a.get("aria-current")} == MARKED[address]
