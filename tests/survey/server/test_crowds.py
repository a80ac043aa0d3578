"""A running server besieged: by strangers who sign in, while interviews come in, and by callers who say nothing."""

from __future__ import annotations

import http.client
import json
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from flask import Flask

from survey.accounts import hashing, sign_in
from survey.app import create_app
from survey.server import http as server_http
from survey.settings import Settings
from survey.storage.engine.database import Database
from survey.storage.people import accounts
from tests.support.factories import ROUND, answers, field
from tests.support.running import free_port
from tests.survey.accounts.test_hashing import Slow

STRANGERS = 64


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    one = Slow()
    sign_in._nobodys_hash()
    monkeypatch.setattr(hashing, "check_password_hash", one.check)
    # On a busy machine twenty interviews take more than a second.
    monkeypatch.setattr(hashing, "PATIENCE", 4.0)
    yield one
    one.go_on.set()


@pytest.fixture
def server(sqlite_database: Database) -> tuple[int, str]:
    """The whole application on a port, with half as many threads as strangers will come; and a worker's token."""
    field(sqlite_database)
    home = sqlite_database.home
    settings = Settings(home=home, database_url=sqlite_database.url, port=free_port(), threads=8)
    app: Flask = create_app(settings, sqlite_database)
    app.config["WTF_CSRF_ENABLED"] = False
    threading.Thread(target=server_http.listen, args=(app, settings), daemon=True).start()
    return settings.port, accounts.add_token(sqlite_database, "W1")


def _connection(port: int) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(200):
        try:
            connection.connect()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return connection
    raise AssertionError("nobody listens")


def _send(port: int, token: str) -> int:
    body = {"questionnaire": "pilot", "version": "1", "answers": answers(round=ROUND), "language": "ur"}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with closing(_connection(port)) as connection:
        content = json.dumps({**body, "day": "2026-11-20"})
        connection.request("PUT", f"/api/submissions/{uuid4()}", content, headers)
        return connection.getresponse().status


def _stranger(port: int, number: int) -> http.client.HTTPConnection:
    connection = _connection(port)
    fields = urlencode({"name": f"nobody{number}", "password": "x"})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "language=ur"}
    connection.request("POST", "/sign-in", fields, headers)
    return connection


@pytest.mark.slow
def test_interviews_come_in_while_everybody_signs_in(server: tuple[int, str], slow: Slow) -> None:
    port, token = server
    strangers = [_stranger(port, number) for number in range(STRANGERS)]
    for _ in range(hashing.AT_ONCE):
        assert slow.begun.acquire(timeout=30)
    # No hash ends, and sixty wait: the threads are free for whoever brings an interview.
    assert [_send(port, token) for _ in range(20)] == [201] * 20
    # They wait, for whoever is refused at once is back at once.
    assert not select.select([stranger.sock for stranger in strangers], [], [], 0)[0]
    time.sleep(hashing.PATIENCE + 0.2)
    slow.go_on.set()
    told: Counter[int] = Counter()
    for number, stranger in enumerate(strangers):
        reply = stranger.getresponse()
        told[reply.status] += 1
        page = reply.read().decode()
        # The page asks again in the reader's language, and the name does not have to be typed again.
        assert f'value="nobody{number}"' in page
        assert 'lang="ur' in page
        stranger.close()
    assert told[401] + told[503] == STRANGERS
    assert hashing.AT_ONCE <= told[401] <= hashing.INSIDE
    assert slow.most == hashing.AT_ONCE


def test_a_receipt_is_longer_than_what_is_held_back_and_its_head_is_shorter(server: tuple[int, str]) -> None:
    """So the thread that judged the interview sends it whole, and no end of the server comes between."""
    port, token = server
    body = {"questionnaire": "pilot", "version": "1", "answers": answers(round=ROUND), "day": "2026-11-20"}
    content = json.dumps(body)
    head = f"PUT /api/submissions/{uuid4()} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    with closing(_connection(port)) as connection:
        assert connection.sock is not None
        connection.sock.sendall((head + content).encode())
        reply = connection.sock.recv(65_536)
    assert reply.startswith(b"HTTP/1.1 201")
    assert reply.index(b"\r\n\r\n") + 4 < server_http.HELD_BACK < len(reply)


def test_a_request_that_cannot_be_read_is_told_so(server: tuple[int, str]) -> None:
    with closing(_connection(server[0])) as connection:
        assert connection.sock is not None
        connection.sock.sendall(b"\x00\xff nonsense\r\n\r\n")
        assert connection.sock.recv(100).startswith(b"HTTP/1.0 400")


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> int:
    """A server that allows few connections and little silence."""
    monkeypatch.setattr(server_http, "most_connections", lambda: 30)
    monkeypatch.setattr(server_http, "PATIENCE", 1)
    monkeypatch.setattr(server_http, "CLEANUP", 1)
    app = Flask(__name__)
    app.add_url_rule("/", "here", lambda: "here")
    settings = replace(Settings(home=tmp_path, database_url="sqlite://"), port=free_port())
    threading.Thread(target=server_http.listen, args=(app, settings), daemon=True).start()
    return settings.port


@pytest.mark.slow
def test_whoever_says_nothing_makes_room_for_whoever_does(crowd: int) -> None:
    with closing(_connection(crowd)) as talker:
        talker.request("GET", "/")
        assert talker.getresponse().read() == b"here"
        silent = [socket.create_connection(("127.0.0.1", crowd)) for _ in range(60)]
        silent[0].sendall(b"GET / HTT")
        with closing(_connection(crowd)) as late:
            late.request("GET", "/")
            assert late.getresponse().read() == b"here"
    assert silent[0].recv(1) == b""
    for one in silent:
        one.close()
