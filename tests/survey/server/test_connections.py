"""Replies that are larger than every buffer, and requests that come together or in pieces, as the server is set up."""

from __future__ import annotations

import socket
import threading
from contextlib import closing

import pytest
from flask import Flask, Response

from survey.server import http
from survey.settings import Settings
from tests.support.running import free_port

LARGE = 3_000_000


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> int:
    app = Flask(__name__)
    app.add_url_rule("/large", "large", lambda: "~" * LARGE)
    app.add_url_rule("/parts", "parts", lambda: Response("~" * 1000 for _ in range(LARGE // 1000)))
    app.add_url_rule("/sent", "sent", lambda: "thanks", methods=["POST"])
    settings = Settings(home=tmp_path_factory.mktemp("home"), database_url="sqlite://", port=free_port())
    threading.Thread(target=http.listen, args=(app, settings), daemon=True).start()
    return settings.port


def _talk(port: int, *parts: bytes) -> bytes:
    for _ in range(200):
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=20)
        except ConnectionRefusedError:
            threading.Event().wait(0.05)
        else:
            break
    with closing(connection):
        for part in parts:
            connection.sendall(part)
        return b"".join(iter(lambda: connection.recv(8192), b""))


END = b"Host: 127.0.0.1\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("address", [b"/large", b"/parts"])
def test_a_reply_that_is_larger_than_every_buffer_arrives_whole(port: int, address: bytes) -> None:
    assert _talk(port, b"GET " + address + b" HTTP/1.1\r\n", END).count(b"~") == LARGE


@pytest.mark.slow
def test_requests_that_come_together_or_in_pieces_are_all_answered(port: int) -> None:
    usual = b"POST /sent HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\nabc"
    last = b"POST /sent HTTP/1.1\r\nContent-Length: 3\r\n" + END + b"abc"
    assert _talk(port, usual * 20 + last).count(b"thanks") == 21
    pieces = [bytes([sign]) for sign in usual + last]
    assert _talk(port, *pieces).count(b"thanks") == 2
    waits = b"POST /sent HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n" + END
    assert b"100 Continue" in _talk(port, waits, b"abc")
