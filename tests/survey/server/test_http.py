"""A running server: what a short reply looks like on the wire, and which processors it keeps to."""

from __future__ import annotations

import os
import resource
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask, Response

from survey.server import http
from survey.settings import Settings
from tests.support.running import Survey, free_port

TEXT = "as one"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> int:
    app = Flask(__name__)
    app.add_url_rule("/short", "short", lambda: TEXT)
    app.add_url_rule("/streamed", "streamed", lambda: Response(part for part in ("by", " ", "parts")))
    app.add_url_rule("/nothing", "nothing", lambda: ("", 204))
    settings = Settings(home=tmp_path_factory.mktemp("home"), database_url="sqlite://", port=free_port())
    threading.Thread(target=http.listen, args=(app, settings), daemon=True).start()
    return settings.port


def _ask(port: int, address: str) -> bytes:
    with _connected(port) as connection:
        connection.sendall(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def _connected(port: int) -> socket.socket:
    for _ in range(200):
        with suppress(ConnectionRefusedError):
            return socket.create_connection(("127.0.0.1", port), timeout=10)
        time.sleep(0.05)
    raise AssertionError("nobody listens")


def test_a_short_reply_tells_its_length_and_nothing_of_the_server(port: int) -> None:
    head, _, body = _ask(port, "/short").partition(b"\r\n\r\n")
    assert body == TEXT.encode()
    assert f"Content-Length: {len(TEXT)}".encode() in head
    assert b"waitress" not in head.lower()


def test_head_and_body_of_a_short_reply_leave_together(port: int) -> None:
    with _connected(port) as connection:
        for _ in range(50):
            connection.sendall(b"GET /short HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert connection.recv(65_536).endswith(TEXT.encode())


def test_other_replies_are_sent_as_ever(port: int) -> None:
    head, _, body = _ask(port, "/streamed").partition(b"\r\n\r\n")
    assert b"chunked" in head
    assert body == b"2\r\nby\r\n1\r\n \r\n5\r\nparts\r\n0\r\n\r\n"
    assert _ask(port, "/nothing").endswith(b"\r\n\r\n")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system cannot tell")
@pytest.mark.parametrize(("setting", "most"), [("1", 1), ("", len(os.sched_getaffinity(0)))])
def test_a_server_keeps_to_one_processor_where_it_is_told_to(tmp_path: Path, setting: str, most: int) -> None:
    chosen = {"SURVEY_ONE_PROCESSOR": setting} if setting else {}
    survey = Survey(tmp_path / "home", **chosen)
    survey.start()
    try:
        assert survey.process is not None
        threads = [int(one.name) for one in Path(f"/proc/{survey.process.pid}/task").iterdir()]
        assert len(threads) > 32
        assert {len(os.sched_getaffinity(thread)) for thread in threads} == {most}
    finally:
        survey.stop()


def test_connections_stay_below_what_the_system_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    most = http.MOST_CONNECTIONS + http.RESERVED
    for limits, allowed in (
        ((1024, 20_000), http.MOST_CONNECTIONS),
        ((1024, 1024), 1024 - http.RESERVED),
        ((256, 256), 128),
        ((1_000_000, 1_000_000), http.MOST_CONNECTIONS),
        ((1024, resource.RLIM_INFINITY), http.MOST_CONNECTIONS),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), http.MOST_CONNECTIONS),
    ):
        monkeypatch.setattr(http.resource, "getrlimit", lambda _, limits=limits: limits)
        monkeypatch.setattr(http.resource, "setrlimit", lambda _, both: asked.append(both))
        assert http.most_connections() == allowed
    assert asked == [(most, 20_000), (1024, 1024), (256, 256), (most, resource.RLIM_INFINITY)]


@pytest.mark.slow
def test_fifteen_hundred_idle_connections_end_nothing(tmp_path: Path) -> None:
    """A server that began with the usual limit of 1,024 descriptors, and callers who say nothing."""
    survey = Survey(tmp_path / "home")
    survey.do("account", "add", "--role", "worker", "--code", "W1", "--woman", "--generate")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    try:
        survey.start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    idle = []
    try:
        for _ in range(1500):
            idle.append(_connected(survey.port))
        for _ in range(5):
            assert b'name="password"' in _ask(survey.port, "/sign-in")
        assert survey.process is not None
        assert survey.process.poll() is None
        assert len(list(Path(f"/proc/{survey.process.pid}/fd").iterdir())) > 1500
    finally:
        for one in idle:
            one.close()
        survey.stop()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
