"""The page of safeguarding: administrators alone read it, in every language, and it shows what its store holds."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from survey.publication.release import safeguarding
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.conftest import CLOSED, OPEN

ADDRESS = f"/administration/safeguarding/{CLOSED}"


def reader_of(app: Flask, role: str, language: str = "en") -> Reader:
    return at_browser(app, somebody(stored(app), role, f"{role}-1", districts=("peshawar",)), language)


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_an_administrator_reads_the_figures_of_the_store(finished_app: Flask, language: str) -> None:
    page = reader_of(finished_app, "administrator", language).get(ADDRESS)
    told = safeguarding.read(stored(finished_app), CLOSED)
    rows = [row for row in page.root.all("main")[0].all("tr") if row.all("td")]
    assert len(rows) == len(told.lines) >= 2
    shown = 0
    for row, line in zip(rows, told.lines, strict=True):
        base, *cells = row.all("td")
        assert line.base is None or base.text == str(line.base)
        for cell, figure in zip(cells, line.figures, strict=True):
            numbers = [figure.percent, figure.ci_low, figure.ci_high] if figure.percent is not None else []
            assert re.findall(r"\d+", cell.text) == [str(number) for number in numbers]
            shown += len(numbers) > 0
    assert shown >= 3


@pytest.mark.parametrize("role", ["worker", "coordinator", "reviewer"])
def test_nobody_else_does(finished_app: Flask, role: str) -> None:
    page = reader_of(finished_app, role).get(ADDRESS, 403)
    assert "%" not in page.text


def test_the_release_leads_to_it_where_there_is_one(finished_app: Flask) -> None:
    boss = reader_of(finished_app, "administrator")
    links = {a.get("href") for a in boss.get(f"/administration/releases/{CLOSED}").root.all("a")}
    assert ADDRESS in links
    boss.get(f"/administration/safeguarding/{OPEN}", 404)
