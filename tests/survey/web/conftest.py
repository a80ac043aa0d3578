"""A whole application for the tests of pages: the shipped questionnaire, an open round, somebody signed in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from flask import Flask

from survey.app import create_app
from survey.questionnaire import xlsform
from survey.questionnaire.model import Questionnaire
from survey.settings import PROJECT
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.web.frame.current import KEY
from tests.support.pages import Visitor
from tests.survey.application import application

ROUND = "2026-autumn"


@lru_cache(maxsize=1)
def shipped() -> Questionnaire:
    """The questionnaire that the survey ships with."""
    return xlsform.read(PROJECT / "questionnaires" / "community_security.md")


@pytest.fixture
def app(tmp_path: Path, empty_database: Path) -> Iterator[Flask]:
    """An application over an empty database."""
    shutil.copy(empty_database, tmp_path / "survey.sqlite")
    with application(tmp_path) as app:
        yield app


@pytest.fixture
def new_app(app: Flask) -> Flask:
    """The same, for tests that give it routes of their own: it has answered nothing yet."""
    wiring = app.extensions[KEY]
    return create_app(wiring.settings, wiring.database)


@pytest.fixture
def store(app: Flask) -> Database:
    """The database of the application."""
    database: Database = app.extensions[KEY].database
    return database


@pytest.fixture
def field(store: Database) -> Database:
    """The database with the shipped questionnaire and an open round."""
    rounds.start(store, ROUND, questionnaires.publish(store, shipped()))
    return store


@pytest.fixture
def worker(field: Database) -> Account:
    """A woman who works in Bannu and Lakki Marwat."""
    return accounts.add(field, "worker", "W1", woman=True, districts=("bannu", "lakki-marwat"))


Enter = Callable[[Account], Visitor]


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Sign an account in and hand over its browser."""

    def begin(account: Account) -> Visitor:
        client = app.test_client()
        with client.session_transaction() as session:
            session["account"] = account.id
            session["version"] = account.session_version
        return Visitor(client)

    return begin


@pytest.fixture
def visitor(enter: Enter, worker: Account) -> Visitor:
    """The worker at her browser."""
    return enter(worker)
