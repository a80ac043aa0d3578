"""Processor time of pages of results over an empty page of the same application, in alternating rounds: 69 districts, three rounds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import insert

from benchmarks import measure
from benchmarks.form_page import GOAL, MICROSECONDS, caller, case
from survey import geography
from survey.app import create_app
from survey.days import today
from survey.keys import release_signing
from survey.made_up import shipped_releases
from survey.made_up.shipped_round import open_shipped_round
from survey.publication.counts.cube import is_above_districts
from survey.server.opening import open_database
from survey.settings import Settings
from survey.storage import tables
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.storage.results import release_document, releases
from survey.web.frame import guard

EMPTY: Final = "an empty page"
REPLY: Final = "an empty reply"
#: Round → the shipped release that it is made of.
ROUNDS: Final = {"round-1": "demo-1", "round-2": "demo-2", "round-3": "demo-1"}
LAST: Final = "round-3"
PAGES: Final = {
    "overview": f"/results/{LAST}",
    "district": f"/results/{LAST}/district/bannu",
    "provinces and all districts": f"/results/{LAST}/provinces",
    "change since the round before": f"/results/{LAST}/change/round-2",
    "the worker's part": f"/results/{LAST}/interviewers",
    "one question": f"/results/{LAST}/question/saf_night",
}
#: The goal is for what a meeting reads.
HELD: Final = ("overview", "district")


def results_app(home: Path) -> tuple[Flask, FlaskClient]:
    """An application with three large releases and a reader of all of it; and an empty page and an empty reply."""
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'survey.sqlite'}")
    database = open_database(settings)
    for name, shipped in ROUNDS.items():
        _release(database, name, shipped)
    reader = accounts.add(database, "administrator", "administrator")
    app = create_app(settings, database)
    app.add_url_rule("/empty", view_func=guard.public(_empty_reply))
    app.add_url_rule("/empty-page", view_func=guard.needs("results.read")(_empty_page))
    client = app.test_client()
    with client.session_transaction() as session:
        session["account"], session["version"] = reader.id, reader.session_version
    return app, client


def _empty_reply() -> str:
    return ""


def _empty_page() -> str:
    return render_template_string('{% extends "layout.html" %}')


def _release(database: Database, name: str, shipped: str) -> None:
    """Put a release of every district next to a closed round: what pages read, not what an attack would pass."""
    found = open_shipped_round(database, name)
    rounds.close(database, name)
    document = release_document.unpack(shipped_releases.file_of(shipped).read_bytes())
    content = release_document.pack({**_everywhere(document), "round": name})
    row = {
        "round": found.key,
        "created_day": today(),
        "content": content,
        "digest": releases.digest_of(content),
        "code_version": "benchmark",
    }
    database.change(lambda connection: connection.execute(insert(tables.releases), row).rowcount)
    releases.keep_signature(database, name, release_signing.sign_release(database.home, content))


def _everywhere(part: Any) -> Any:
    """A part of a release with the cells of its districts for all districts, in turn."""
    if isinstance(part, dict):
        return {key: _everywhere(value) for key, value in part.items()}
    if isinstance(part, list) and part and isinstance(part[0], dict) and _place(part[0]):
        return list(_spread(part))
    return [_everywhere(one) for one in part] if isinstance(part, list) else part


def _place(cell: dict[str, Any]) -> str:
    """The district of a cell, "" where it has none."""
    name = cell.get("name")
    return name[1] if isinstance(name, list) and len(name) > 2 else ""


def _spread(cells: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    own: dict[str, list[dict[str, Any]]] = {}
    for cell in cells:
        if is_above_districts(_place(cell)):
            yield cell
        else:
            own.setdefault(_place(cell), []).append(cell)
    for number, district in enumerate(geography.reporting_districts()):
        several = list(own.values())
        for cell in several[number % len(several)] if several else ():
            yield {**cell, "name": [district.adm1_pcode, district.id, *cell["name"][2:]]}


def compare(folder: Path, turns: int, calls: int) -> measure.Rounds:
    """Ask for every page in turn, `calls` times each; raises ValueError when one does not come."""
    app, client = results_app(folder)
    wanted = {
        name: caller(app, client, address, packed=True)
        for name, address in {**PAGES, EMPTY: "/empty-page", REPLY: "/empty"}.items()
    }
    for name, call in wanted.items():
        if not call()[0].startswith("200"):
            raise ValueError(f"no page: {name}")
    found = measure.in_turn({name: case(call, calls) for name, call in wanted.items()}, turns)
    app.extensions["survey"].database.close()
    return found


def report(found: measure.Rounds) -> str:
    """Each page and the goals, as Markdown."""
    ratios = {name: measure.ratios(found, MICROSECONDS, name, EMPTY) for name in found}
    pages = [
        [name, measure.spread(measure.values(found, MICROSECONDS, name)), measure.spread(ratios[name])]
        for name in found
    ]
    goals = [(f"{name} over {EMPTY}", ratios[name], f"<= {GOAL:g}", _meets) for name in HELD]
    table = measure.table(["page that was read before", "µs", f"over {EMPTY}"], pages)
    return f"{table}\n\n{measure.goals_table(goals)}"


def _meets(value: float) -> bool:
    return value <= GOAL


def main() -> None:
    """Measure and print."""
    measure.print_pages(__doc__, compare, report, 20)


if __name__ == "__main__":
    main()
