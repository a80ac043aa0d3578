"""The loop that watches connections: whoever is idle costs nothing, and nobody who has something is overlooked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from flask import Flask, Response

from survey.server import http
from survey.server.connections import Watch
from survey.settings import Settings
from tests.support.running import free_port

LARGE = 3_000_000


class One:
    """Something to be watched that counts how often it was asked."""

    accepting = False

    def __init__(self, connection: socket.socket) -> None:
        self.connection, self.asked, self.heard = connection, 0, b""

    def readable(self) -> bool:
        self.asked += 1
        return True

    def writable(self) -> bool:
        return False

    def handle_read_event(self) -> None:
        self.heard += self.connection.recv(100)
        if self.heard.endswith(b"end"):
            self.ends.clear()

    ends: Watch


@pytest.fixture
def pairs() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    with ExitStack() as opened:
        made = [socket.socketpair() for _ in range(200)]
        for pair in made:
            for one in pair:
                opened.enter_context(closing(one))
        yield made


def test_who_is_idle_is_asked_once(pairs: list[tuple[socket.socket, socket.socket]]) -> None:
    watch = Watch()
    watched = [One(here) for here, _ in pairs]
    for one in watched:
        one.ends = watch
        watch[one.connection.fileno()] = one
    speaker = pairs[7][1]
    threading.Thread(
        target=lambda: [speaker.sendall(b"word ") for _ in range(50)] + [speaker.sendall(b"end")]
    ).start()
    while watch:
        watch.turn(1)
    assert watched[7].heard == b"word " * 50 + b"end"
    assert [one.asked for place, one in enumerate(watched) if place != 7] == [1] * 199


def test_who_has_gone_is_not_asked(pairs: list[tuple[socket.socket, socket.socket]]) -> None:
    watch = Watch()
    gone, stays = (One(here) for here, _ in pairs[:2])
    gone.ends = stays.ends = watch
    for one in (gone, stays):
        watch[one.connection.fileno()] = one
    del watch[gone.connection.fileno()]
    pairs[0][1].sendall(b"end")
    pairs[1][1].sendall(b"end")
    while watch:
        watch.turn(1)
    assert (gone.heard, stays.heard) == (b"", b"end")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server that never looks at all its connections: whoever is overlooked stays it."""
    app = Flask(__name__)
    app.add_url_rule("/large", "large", lambda: "~" * LARGE)
    app.add_url_rule("/parts", "parts", lambda: Response("~" * 1000 for _ in range(LARGE // 1000)))
    app.add_url_rule("/sent", "sent", lambda: "thanks", methods=["POST"])
    settings = Settings(home=tmp_path_factory.mktemp("home"), database_url="sqlite://", port=free_port())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "CLEANUP", 100_000)
        threading.Thread(target=http.listen, args=(app, settings), daemon=True).start()
        yield settings.port


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


def test_requests_that_come_together_or_in_pieces_are_all_answered(port: int) -> None:
    usual = b"POST /sent HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\nabc"
    last = b"POST /sent HTTP/1.1\r\nContent-Length: 3\r\n" + END + b"abc"
    assert _talk(port, usual * 20 + last).count(b"thanks") == 21
    pieces = [bytes([sign]) for sign in usual + last]
    assert _talk(port, *pieces).count(b"thanks") == 2
    waits = b"POST /sent HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n" + END
    assert b"100 Continue" in _talk(port, waits, b"abc")
