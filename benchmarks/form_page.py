"""Processor time of form pages over an empty reply of the same application, in alternating rounds."""

from __future__ import annotations

import io
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from survey.app import create_app
from survey.questionnaire import xlsform
from survey.settings import PROJECT, Settings
from survey.storage import accounts, questionnaires, rounds
from survey.storage.database import Database, migrate
from survey.web import guard

ROUNDS = 9
CALLS = 200
GOAL = 6.0
Call = Callable[[], tuple[str, int]]


class _Fields(HTMLParser):
    """The hidden fields of a page, and the first option of each question."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.first: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "input" and found.get("type") == "hidden":
            self.hidden[found["name"]] = found["value"]
        elif tag == "input" and "name" in found:
            self.first.setdefault(found["name"], found["value"])


def field_app(home: Path) -> tuple[Flask, FlaskClient]:
    """An application with the shipped questionnaire, an open round and a signed-in worker; and an empty reply."""
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    database = Database(url, home)
    shipped = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    rounds.start(database, "benchmark", questionnaires.publish(database, shipped))
    worker = accounts.add(database, "worker", "W1", woman=True, districts=("bannu",))
    app = create_app(Settings(home=home, database_url=url))
    app.add_url_rule("/empty", view_func=guard.public(_empty))
    client = app.test_client()
    with client.session_transaction() as session:
        session["account"], session["version"] = worker.id, worker.session_version
    return app, client


def _empty() -> str:
    return ""


def pages(client: FlaskClient) -> tuple[dict[str, str], dict[str, str]]:
    """What a browser would send from the safety section: to go on, and to change the language."""
    fields = _read(client.get("/form").text)
    begun = {
        **fields.hidden,
        "district": "bannu",
        "p_group": "woman",
        "mode": "interviewer",
        "practice": "no",
    }
    page = client.post("/form", data={**begun, "do": "begin"}).text
    for answers in ({"q-c_agree": "yes"}, {"q-p_gender": "woman", "q-p_age": "30_44"}):
        page = client.post("/form", data={**_read(page).hidden, **answers, "do": "continue"}).text
    fields = _read(page)
    sent = {**fields.hidden, **fields.first}
    return {**sent, "do": "continue"}, {**sent, "do": "pause"}


def _read(page: str) -> _Fields:
    fields = _Fields()
    fields.feed(page)
    return fields


def caller(app: Flask, client: FlaskClient, address: str, form: Mapping[str, str] | None = None) -> Call:
    """A request through WSGI, without a network and without the test client's own work."""
    cookie = client.get_cookie("s")
    assert cookie is not None
    builder = EnvironBuilder(
        path=address,
        method="POST" if form else "GET",
        data=dict(form) if form else None,
        headers={"Cookie": f"s={cookie.value}"},
        base_url="http://127.0.0.1:8000/",
    )
    environment = {**builder.get_environ(), "REMOTE_ADDR": "127.0.0.1"}
    body = environment["wsgi.input"].read()

    def call() -> tuple[str, int]:
        statuses: list[str] = []

        def start(status: str, *_: Any) -> Callable[[bytes], None]:
            statuses.append(status)
            return lambda _: None

        reply = app.wsgi_app({**environment, "wsgi.input": io.BytesIO(body)}, start)  # type: ignore[arg-type]
        length = sum(map(len, reply))
        reply.close()  # type: ignore[attr-defined]
        return statuses[0], length

    return call


def microseconds(call: Call) -> float:
    """Processor time of one call, in microseconds."""
    began = time.process_time()
    for _ in range(CALLS):
        call()
    return (time.process_time() - began) / CALLS * 1e6


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        app, client = field_app(Path(folder))
        go_on, pause = pages(client)
        empty = caller(app, client, "/empty")
        calls = {
            "GET /form, the start page": caller(app, client, "/form"),
            "POST /form, a section judged and the next one shown": caller(app, client, "/form", go_on),
            "POST /form, pause": caller(app, client, "/form", pause),
        }
        for call in (empty, *calls.values()):
            assert call()[0].startswith("200"), call()
        ratios: dict[str, list[float]] = {name: [] for name in calls}
        times: dict[str, list[float]] = {name: [] for name in ("empty", *calls)}
        for _ in range(ROUNDS):
            base = microseconds(empty)
            times["empty"].append(base)
            for name, call in calls.items():
                times[name].append(microseconds(call))
                ratios[name].append(times[name][-1] / base)
        app.extensions["survey"].database.close()
    print(f"{'An empty reply':55} {statistics.median(times['empty']):7.0f} µs")
    for name, found in ratios.items():
        ratio = statistics.median(found)
        verdict = "within" if ratio <= GOAL else "OVER"
        print(f"{name:55} {statistics.median(times[name]):7.0f} µs  {ratio:5.2f} × ({verdict} {GOAL:g})")


if __name__ == "__main__":
    main()
