"""How many interviews a second are durably stored over HTTP, against an empty reply and an ordinary application."""

from __future__ import annotations

import argparse
import http.client
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import func, select

from benchmarks import load, measure
from survey.made_up import shipped_round
from survey.made_up.interviews import Interview, Population
from survey.questionnaire.model import Questionnaire
from survey.settings import PROJECT
from survey.storage import questionnaires
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.storage.tables import responses

ROUND: Final = "bench"
#: Distinct interviews; each is sent many times, always under a new id.
INTERVIEWS: Final = 1000
ADDRESS: Final = "/api/submissions/"
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
SURVEY: Final = "the survey"
EMPTY: Final = "empty reply"
NAIVE: Final = "Flask + WTForms + ORM"
FIGURES: Final = (
    "requests/s",
    "p50 ms",
    "p99 ms",
    "longest ms",
    "server CPU ms each",
    "other work, cores",
)


@dataclass(frozen=True, slots=True)
class Field:
    """A survey with an open round, somebody who may send interviews, and interviews to send."""

    database: Database
    token: str
    asked: Questionnaire
    interviews: tuple[Interview, ...]


def prepare(folder: Path, interviews: int = INTERVIEWS, url: str = "") -> Field:
    """Set a survey up in a folder, or in an empty database, and draw made-up interviews that are kept as responses."""
    url = url or f"sqlite:///{folder / 'survey.sqlite'}"
    migrate(url)
    database = Database(url, folder)
    shipped_round.open_shipped_round(database, ROUND)
    accounts.add(database, "worker", "W1", woman=True)
    token = accounts.add_token(database, "W1")
    present = rounds.find(database, ROUND)
    asked = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    drawn = Population(asked, ROUND, present.opened_day, seed=1).interviews(interviews)
    return Field(database, token, asked, tuple(filter(_is_kept, drawn)))


def _is_kept(interview: Interview) -> bool:
    """Whether the interview becomes a response: consent, of age, and every answer in the codebook."""
    answers = interview.body["answers"]
    return bool(
        answers["c_agree"] == "yes" and answers["p_age"] != "under_18" and answers.get("saf_day") != "blue"
    )


def requests_of(field: Field, kind: str, port: int) -> Callable[[], bytes]:
    """A source of complete requests, each interview again and again under new random ids."""
    tails = [_tail(field, kind, port, interview) for interview in field.interviews]
    place = 0

    def request() -> bytes:
        nonlocal place
        place = (place + 1) % len(tails)
        number = UUID(bytes=secrets.token_bytes(16), version=4)
        return b"PUT %s%s HTTP/1.1\r\n%s" % (ADDRESS.encode(), str(number).encode(), tails[place])

    return request


def _tail(field: Field, kind: str, port: int, interview: Interview) -> bytes:
    body = urlencode(interview.body["answers"], doseq=True).encode() if kind == FORM else interview.bytes()
    head = (
        f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {field.token}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@contextmanager
def server(command: list[str], folder: Path, url: str = "") -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server in a process of its own, from its first answer to the end of the block; yields it and its port."""
    port = _free_port()
    environment = {**os.environ, "SURVEY_HOME": str(folder), "SURVEY_PORT": str(port)}
    if url:
        environment["SURVEY_DATABASE_URL"] = url
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(process, port)
        yield process, port
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(process: subprocess.Popen[bytes], port: int, seconds: float = 60.0) -> int:
    """Wait for the first answer of a server that was just started; returns its status."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status
        except ConnectionRefusedError:
            time.sleep(0.01)
        finally:
            connection.close()
    raise TimeoutError("the server did not start")


#: Case → what `python -m` starts, and what the requests carry.
SERVERS: Final = {
    EMPTY: (["benchmarks.baselines", "empty"], JSON),
    SURVEY: (["survey", "run"], JSON),
    NAIVE: (["benchmarks.baselines", "naive"], FORM),
}


def case(
    process: subprocess.Popen[bytes], port: int, request: Callable[[], bytes], clients: int, seconds: float
) -> measure.Figures:
    """Drive one server for some seconds; raises ValueError when anything but success came back."""
    used, busy, own = measure.processor_seconds(process.pid), measure.busy_seconds(), time.process_time()
    found = load.drive(port, request, clients, seconds)
    used = measure.processor_seconds(process.pid) - used
    other = measure.busy_seconds() - busy - used - (time.process_time() - own)
    if any(status >= 300 for status in found.statuses):
        raise ValueError(f"the server answered with {dict(found.statuses)}")
    return {
        "requests/s": found.per_second,
        "p50 ms": found.percentile(50) * 1000,
        "p99 ms": found.percentile(99) * 1000,
        "longest ms": max(found.latencies) * 1000,
        "server CPU ms each": used / len(found.latencies) * 1000,
        "other work, cores": max(0.0, other) / found.seconds,
        "replies": len(found.latencies),
    }


def compare(folder: Path, turns: int, clients: int, seconds: float, url: str = "") -> measure.Rounds:
    """Drive the three servers in turn; every interview that was acknowledged must be in the database.

    The ordinary application always has a SQLite file of its own.
    """
    field = prepare(folder, url=url)
    cases: dict[str, measure.Case] = {}
    acknowledged = 0
    with ExitStack() as running:
        for name, (command, kind) in SERVERS.items():
            process, port = running.enter_context(server(command, folder, url))
            request = requests_of(field, kind, port)
            warm = case(process, port, request, clients, min(seconds, 1.0))
            acknowledged += int(warm["replies"]) if name == SURVEY else 0
            cases[name] = _case(process, port, request, clients, seconds)
        found = measure.in_turn(cases, turns)
    acknowledged += int(sum(measure.values(found, "replies", SURVEY)))
    _check_stored(field.database, acknowledged)
    return found


def _case(
    process: subprocess.Popen[bytes], port: int, request: Callable[[], bytes], clients: int, seconds: float
) -> measure.Case:
    return lambda: case(process, port, request, clients, seconds)


def _check_stored(database: Database, acknowledged: int) -> None:
    with database.read() as connection:
        stored = connection.execute(select(func.count()).select_from(responses)).scalar_one()
    database.close()
    if stored != acknowledged:
        raise ValueError(f"{acknowledged} interviews were acknowledged and {stored} are stored")


def report(found: measure.Rounds) -> str:
    """The figures of each server and the goals, as Markdown."""
    tail = [figures["p99 ms"] / figures["p50 ms"] for figures in found[SURVEY]]
    longest = [figures["longest ms"] for figures in found[SURVEY]]
    goals = measure.goals_table(
        (
            (
                "submissions/s over empty replies/s",
                measure.ratios(found, "requests/s", SURVEY, EMPTY),
                ">= 0.20",
                lambda value: value >= 0.20,
            ),
            (
                "submissions/s over Flask + WTForms + ORM",
                measure.ratios(found, "requests/s", SURVEY, NAIVE),
                ">= 4",
                lambda value: value >= 4,
            ),
            ("p99 over p50 of a submission", tail, "<= 5", lambda value: value <= 5),
            ("longest wait, ms", longest, "<= 1,000", lambda value: value <= 1000),
        )
    )
    return f"{measure.cases_table(found, FIGURES)}\n\n{goals}"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=7, help="rounds; the medians are over them")
    options.add_argument("--seconds", type=float, default=4.0, help="seconds for each server in a round")
    options.add_argument("--clients", type=int, default=32)
    options.add_argument("--database-url", default="", help="an empty database instead of a SQLite file")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(f"{measure.machine()}; {measure.sync_rate(Path(folder)):,.0f} syncs/s\n")
        print(
            report(compare(Path(folder), chosen.rounds, chosen.clients, chosen.seconds, chosen.database_url))
        )


if __name__ == "__main__":
    main()
