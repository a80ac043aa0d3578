"""Processor time of every page of an interview over an empty reply of the same application, in alternating rounds."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from benchmarks import measure
from survey.app import create_app
from survey.questionnaire import xlsform
from survey.questionnaire.model import AGE, Question, Questionnaire
from survey.settings import PROJECT, Settings
from survey.storage import questionnaires
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.web.frame import guard
from survey.web.interview.compiled import PREFIX
from survey.web.interview.step import PAUSE, REVIEW

GOAL: Final = 10.0
GROUPS: Final = ("member", "woman", "youth")
EMPTY: Final = "an empty reply"
START: Final = "the start page"
MICROSECONDS: Final = "µs"
Call = Callable[[], tuple[str, int]]


class _Fields(HTMLParser):
    """The hidden fields of a page, and the names of the others."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.asked: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "input" and found.get("type") == "hidden":
            self.hidden[found["name"]] = found["value"]
        elif tag == "input" and found.get("name", "").startswith(PREFIX):
            self.asked.add(found["name"].removeprefix(PREFIX))


def field_app(home: Path) -> tuple[Flask, FlaskClient, Questionnaire]:
    """An application with the shipped questionnaire, an open round and a signed-in worker; and an empty reply."""
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    database = Database(url, home)
    shipped = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    rounds.start(database, "benchmark", questionnaires.publish(database, shipped))
    worker = accounts.add(database, "worker", "W1", woman=True, districts=("bannu",))
    app = create_app(Settings(home=home, database_url=url))
    app.add_url_rule("/empty", view_func=guard.public(_empty_page))
    client = app.test_client()
    with client.session_transaction() as session:
        session["account"], session["version"] = worker.id, worker.session_version
    return app, client, shipped


def _empty_page() -> str:
    return ""


def interview(client: FlaskClient, asked: Questionnaire, group: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every page of an interview by name, with what a browser would send from it to go on."""
    preset = {"district": "bannu", "p_group": group, "mode": "interviewer", "practice": "no"}
    sent = {**_Fields(client.get("/form").text).hidden, **preset, "do": "begin"}
    while True:
        fields = _Fields(client.post("/form", data=sent).text)
        name = fields.hidden["page"]
        if name == REVIEW:
            return
        answers = {PREFIX + question: _answer(asked.questions[question]) for question in fields.asked}
        sent = {**fields.hidden, **answers, "do": "continue"}
        yield name, sent
        if name == "safety":
            yield PAUSE, {**sent, "do": "pause"}


def _answer(question: Question) -> str:
    """An option that neither ends the interview nor breaks a rule."""
    if question.name == AGE:
        return "18_24"
    # The second wish must be another one than the first.
    return question.choices[1 if question.name == "i_want2" else 0].name


def caller(
    app: Flask, client: FlaskClient, address: str, form: Mapping[str, str] | None = None, packed: bool = False
) -> Call:
    """A request through WSGI, without a network and without the test client's own work; `packed` as browsers ask for it."""
    cookie = client.get_cookie("s")
    assert cookie is not None
    builder = EnvironBuilder(
        path=address,
        method="POST" if form else "GET",
        data=dict(form) if form else None,
        headers=[("Cookie", f"s={cookie.value}"), *([("Accept-Encoding", "gzip")] if packed else [])],
        base_url="http://127.0.0.1:8000/",
    )
    environment = {**builder.get_environ(), "REMOTE_ADDR": "127.0.0.1"}
    body = environment["wsgi.input"].read()

    def call() -> tuple[str, int]:
        statuses: list[str] = []

        def start(status: str, *_: Any) -> Callable[[bytes], None]:
            statuses.append(status)
            return lambda _: None

        reply = app.wsgi_app({**environment, "wsgi.input": io.BytesIO(body)}, start)
        length = sum(map(len, reply))
        reply.close()  # type: ignore[attr-defined]
        return statuses[0], length

    return call


def case(call: Call, calls: int) -> measure.Case:
    """The processor time of one request, over `calls` of them."""

    def run() -> measure.Figures:
        began = time.process_time()
        for _ in range(calls):
            call()
        return {MICROSECONDS: (time.process_time() - began) / calls * 1e6}

    return run


def compare(folder: Path, turns: int, calls: int) -> measure.Rounds:
    """Ask for every page in turn, `calls` times each; raises ValueError when one does not come."""
    app, client, asked = field_app(folder)
    pages: dict[str, dict[str, str] | None] = {START: None}
    for group in GROUPS:
        for name, sent in interview(client, asked, group):
            page = f"{group}: {name.strip('/')}"
            # Where an answer opens more questions the same page is shown again.
            pages[f"{page} again" if page in pages else page] = sent
    wanted = {name: caller(app, client, "/form", sent) for name, sent in pages.items()}
    wanted[EMPTY] = caller(app, client, "/empty")
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
    goals = [
        (f"an interview of the form {group}, mean of its pages", _mean(ratios, group), f"<= {GOAL:g}", _meets)
        for group in GROUPS
    ]
    table = measure.table(["page that is sent", "µs", "over an empty reply"], pages)
    return f"{table}\n\n{measure.goals_table(goals)}"


def _mean(ratios: Mapping[str, list[float]], group: str) -> list[float]:
    """Of each round the mean over the pages of an interview."""
    pages = [several for name, several in ratios.items() if name.startswith(f"{group}: ")]
    return [statistics.mean(page) for page in zip(*pages, strict=True)]


def _meets(value: float) -> bool:
    return value <= GOAL


def main() -> None:
    """Measure and print."""
    measure.print_pages(__doc__, compare, report, 100)


if __name__ == "__main__":
    main()
