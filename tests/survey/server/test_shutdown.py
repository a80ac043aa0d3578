"""The end of a server: what is under way is finished, nothing new is taken, and the files tell no order."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from survey.days import today
from survey.storage.engine.database import lock_path
from survey.storage.engine.file_lock import exclusive
from tests.support.factories import ROUND
from tests.support.running import Survey
from tests.survey.web.phone.test_submissions import content

WORKER = ("account", "add", "--role", "worker", "--code", "W1", "--woman", "--token", "--generate")


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survey]:
    """A server with a worker's token."""
    one = Survey(tmp_path_factory.mktemp("leaving") / "home")
    one.start()
    one.open_round(ROUND)
    one.token = one.do(*WORKER).rpartition("token: ")[2].strip()  # type: ignore[attr-defined]
    yield one
    one.stop()


def request(survey: Survey, identity: str) -> bytes:
    interview = content()
    interview["answers"]["round"] = ROUND
    body = json.dumps(interview).encode()
    head = (
        f"PUT /api/submissions/{identity} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
        f"{survey.token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"  # type: ignore[attr-defined]
    )
    return head.encode() + body


def connected(survey: Survey) -> socket.socket:
    return socket.create_connection(("127.0.0.1", survey.port), timeout=10)


def log_of(survey: Survey) -> Path:
    return survey.home / "survey.sqlite-wal"


@pytest.mark.slow
def test_after_quiet_seconds_the_log_is_empty(survey: Survey) -> None:
    with connected(survey) as client:
        client.sendall(request(survey, str(uuid4())))
        assert client.recv(100).startswith(b"HTTP/1.1 201")
    assert log_of(survey).stat().st_size > 0
    until = time.monotonic() + 60
    while log_of(survey).stat().st_size and time.monotonic() < until:
        time.sleep(0.2)
    assert log_of(survey).stat().st_size == 0


@pytest.mark.slow
def test_a_server_that_is_told_to_end_finishes_what_is_under_way(survey: Survey) -> None:
    identity, other = str(uuid4()), str(uuid4())
    begun, idle, half = connected(survey), connected(survey), connected(survey)
    half.sendall(request(survey, other)[:-20])
    # While another process writes, the interview is with a thread that waits for its commit.
    with exclusive(lock_path(f"sqlite:///{survey.home / 'survey.sqlite'}")):
        begun.sendall(request(survey, identity))
        time.sleep(0.5)
        assert survey.process is not None
        survey.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        # Told twice, it still finishes.
        survey.process.send_signal(signal.SIGTERM)
        assert survey.process.poll() is None
    got = begun.recv(4096)
    assert got.startswith(b"HTTP/1.1 201"), (got, survey.printed.read_text())
    assert survey.process.wait(15) == 0
    # Who says nothing and whose interview was not all there are let go: a phone sends it again.
    assert idle.recv(10) == half.recv(10) == b""
    with pytest.raises(OSError, match="refused"):
        connected(survey)
    for one in (begun, idle, half):
        one.close()
    assert not log_of(survey).exists() or not log_of(survey).stat().st_size
    with sqlite3.connect(survey.home / "survey.sqlite") as connection:
        stored = {row[0].hex() for row in connection.execute("SELECT id FROM receipts")}
    connection.close()
    assert identity.replace("-", "") in stored
    assert other.replace("-", "") not in stored
    # Nothing failed: every line of the log begins with the day.
    assert today() not in survey.printed.read_text()


@pytest.mark.slow
def test_a_command_leaves_an_empty_log(tmp_path: Path) -> None:
    survey = Survey(tmp_path / "home")
    survey.do(*WORKER)
    assert not log_of(survey).exists() or not log_of(survey).stat().st_size
