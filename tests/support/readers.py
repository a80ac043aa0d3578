"""People who read and administer, at a browser without JavaScript: every page they meet is inspected."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from analysis.disclosure.nodes import TOTAL
from survey.accounts import sign_in
from survey.publication.reading.levels import ALL
from survey.storage.engine.database import Database
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.web.frame.current import KEY
from tests.support.pages import Page, Visitor

PASSWORD = "a password of some length"


class Reader(Visitor):
    """Somebody at a browser, who sends forms and follows where they lead."""

    def send(self, address: str, **data: Any) -> TestResponse:  # type: ignore[override]
        """Send a form with the token of the present page; the bare reply."""
        token = self.page.root.all("input", name="csrf_token")[0].get("value")
        return self.client.post(address, data={"csrf_token": token, **data})

    def does(self, address: str, **data: Any) -> Page:
        """Send a form that leads to another page, and read that page."""
        reply = self.send(address, **data)
        assert reply.status_code == 302, reply.get_data(as_text=True)[:2000]
        return self.get(reply.location)

    def fails(self, address: str, status: int = 400, **data: Any) -> Page:
        """Send a form that is refused, and read why."""
        self.page = self._page(self.send(address, **data), status)
        return self.page

    def shown(self, address: str, **data: Any) -> Page:
        """Send a form whose reply is shown at once."""
        return self.fails(address, 200, **data)


def hidden_fields(reader: Reader) -> dict[str, str]:
    """What the page carries in hidden fields for its next press, but for the token."""
    fields = reader.page.root.all("input", type="hidden")
    return {one.get("name"): one.get("value") for one in fields if one.get("name") != "csrf_token"}


def somebody(
    database: Database, role: str, name: str = "", districts: Collection[str] = (), woman: bool = False
) -> Account:
    """An account of that role with the password of these tests."""
    hashed = _hash()
    return accounts.add(
        database, role, name or role, districts=districts, woman=woman, password_hash=hashed, by="tests"
    )


_HASHES: list[str] = []


def _hash() -> str:
    """Hashing is slow on purpose: once is enough."""
    if not _HASHES:
        _HASHES.append(sign_in.hash_password(PASSWORD))
    return _HASHES[0]


def at_browser(app: Flask, account: Account | None, language: str = "en") -> Reader:
    """A browser with that account signed in, or with nobody."""
    client = app.test_client()
    client.set_cookie("language", language)
    if account is not None:
        with client.session_transaction() as session:
            session["account"], session["version"] = account.id, account.session_version
    return Reader(client)


def stored(app: Flask) -> Database:
    """The database of an application."""
    database: Database = app.extensions[KEY].database
    return database


def place_of(row: Mapping[str, str]) -> tuple[str, str]:
    """Province and district of a row of a file, as a release names them."""
    return row["adm1_pcode"] or TOTAL, TOTAL if row["district"] == ALL else row["district"]
