"""Many clients of one HTTP server in one thread: prepared requests on connections that stay open."""

from __future__ import annotations

import gc
import selectors
import socket
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

#: Seconds without any reply after which the server counts as broken.
PATIENCE: Final = 60.0
_END_OF_HEAD: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"


@dataclass(slots=True)
class Load:
    """What a number of clients experienced: a latency in seconds for each reply, and how often each status came."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def per_second(self) -> float:
        """Replies a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, part: int) -> float:
        """The latency that `part` of a hundred replies stayed below."""
        return statistics.quantiles(self.latencies, n=100)[part - 1]


@dataclass(slots=True)
class _Client:
    connection: socket.socket
    sent: float = 0.0
    received: bytes = b""


def drive(port: int, request: Callable[[], bytes], clients: int, seconds: float) -> Load:
    """Let clients send requests for some seconds, each one as soon as its last reply is there."""
    load = Load()
    gc.collect()
    gc.disable()
    try:
        with selectors.DefaultSelector() as waiting:
            _drive(load, [_connect(port, waiting) for _ in range(clients)], waiting, request, seconds)
    finally:
        gc.enable()
    return load


def _connect(port: int, waiting: selectors.BaseSelector) -> _Client:
    client = _Client(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
    client.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    waiting.register(client.connection, selectors.EVENT_READ, client)
    return client


def _drive(
    load: Load,
    clients: list[_Client],
    waiting: selectors.BaseSelector,
    request: Callable[[], bytes],
    seconds: float,
) -> None:
    began = time.perf_counter()
    for client in clients:
        _send(client, request)
    busy = len(clients)
    while busy:
        ready = waiting.select(PATIENCE)
        if not ready:
            raise TimeoutError(f"no reply within {PATIENCE:.0f} s")
        for key, _ in ready:
            if _receive(key.data, load):
                if time.perf_counter() - began < seconds:
                    _send(key.data, request)
                else:
                    busy -= 1
    load.seconds = time.perf_counter() - began
    for client in clients:
        client.connection.close()


def _send(client: _Client, request: Callable[[], bytes]) -> None:
    content = request()
    client.received = b""
    client.sent = time.perf_counter()
    client.connection.sendall(content)


def _receive(client: _Client, load: Load) -> bool:
    """Take in what has arrived; whether the reply is complete."""
    part = client.connection.recv(65_536)
    if not part:
        raise ConnectionError("the server closed a connection")
    client.received += part
    head, end, body = client.received.partition(_END_OF_HEAD)
    if not end or len(body) < _length(head):
        return False
    load.latencies.append(time.perf_counter() - client.sent)
    load.statuses[int(head[9:12])] += 1
    return True


def _length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return next((int(line[len(_LENGTH) :]) for line in lines if line.startswith(_LENGTH)), 0)
