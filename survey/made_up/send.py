"""Sends made-up interviews through HTTP to a running server, or straight through the gate."""

from __future__ import annotations

import http.client
import json
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local
from typing import Final
from urllib.parse import urlsplit

import click

from survey.intake import gate, submission
from survey.made_up.interviews import OPINIONS, Interview, Population, outcomes
from survey.problems import Problem
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.engine.trouble import passes
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.storage.scope import check_districts

CLIENTS: Final = 8
#: Codes of the made-up field workers; the first half are women.
WORKERS: Final = tuple(f"S{number:02}" for number in range(1, 13))

Send = Callable[[Interview], str]


def simulate(
    database: Database,
    number: int,
    seed: int,
    *,
    round_name: str | None = None,
    url: str | None = None,
    token: str | None = None,
    records: Path | None = None,
    districts: Collection[str] = (),
    opinions: int = OPINIONS,
    changes: Mapping[str, float] | None = None,
    day: str | None = None,
) -> str:
    """Draw and send interviews with a progress bar; returns the number by outcome in one line.

    They are dated the day when the round was opened, or another one. Raises UNKNOWN_DISTRICT.
    """
    check_districts([*districts, *(changes or {})])
    present = _round_to_fill(database, round_name)
    asked = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    population = Population(
        asked, present.name, day or present.opened_day, seed, districts, opinions, changes
    )
    drawn = population.interviews(number)
    send = _http_sender(url, token) if url else _gate_sender(database)
    return outcomes(_send_all(_recorded_interviews(drawn, records), send, number))


def _round_to_fill(database: Database, name: str | None) -> rounds.Round:
    if name:
        return rounds.find(database, name)
    present = rounds.open_rounds(database)
    if len(present) != 1:
        raise ValueError(
            "name the round with --round: " + (", ".join(r.name for r in present) or "none is open")
        )
    return present[0]


def _recorded_interviews(drawn: Iterable[Interview], file: Path | None) -> Iterator[Interview]:
    if file is None:
        yield from drawn
        return
    with file.open("w", encoding="utf-8") as lines:
        for interview in drawn:
            lines.write(json.dumps({"id": interview.id, **interview.body}, ensure_ascii=False) + "\n")
            yield interview


def _send_all(drawn: Iterable[Interview], send: Send, number: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    with (
        ThreadPoolExecutor(CLIENTS) as clients,
        # Into a log, a bar is a bare word without a number.
        click.progressbar(length=number, label="interviews", hidden=not sys.stdout.isatty()) as bar,
    ):
        for outcome in clients.map(send, drawn):
            counts[outcome] += 1
            bar.update(1)
    return counts


def _http_sender(url: str, token: str | None) -> Send:
    if not token:
        raise ValueError("give --token, the token of a field worker")
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    mine = local()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def send(interview: Interview) -> str:
        if not hasattr(mine, "connection"):
            mine.connection = kind(parts.hostname or "", parts.port, timeout=60)
        mine.connection.request("PUT", f"/api/submissions/{interview.id}", interview.bytes(), headers)
        reply = mine.connection.getresponse()
        content = json.loads(reply.read())
        outcome = content.get("code") or content.get("kept")
        return str(outcome or {201: "stored", 200: "repeated"}[reply.status])

    return send


def _gate_sender(database: Database) -> Send:
    women, others = _workers(database)

    def send(interview: Interview) -> str:
        team = women if interview.woman else others
        worker = team[int(interview.id[:4], 16) % len(team)]
        arrived = submission.from_json(interview.bytes(), interview.id, worker, "api")
        try:
            receipt = gate.accept(database, arrived)
        except Problem as problem:
            if passes(problem):
                raise
            return problem.kind.code
        return receipt.kept if receipt.outcome == "stored" else receipt.outcome

    return send


def _workers(database: Database) -> tuple[list[Account], list[Account]]:
    known = {account.name: account for account in accounts.all_accounts(database)}
    half = len(WORKERS) // 2
    team = [
        known.get(code) or accounts.add(database, "worker", code, woman=place < half, password_hash=None)
        for place, code in enumerate(WORKERS)
    ]
    return team[:half], team[half:]
