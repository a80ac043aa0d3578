"""A line between phone and server that loses, delays, cuts and repeats, drawn from a seed."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections import Counter

FAULTS = ("cut before", "cut after", "late", "twice", "portal", "refused")
PORTAL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\nConnection: close\r\n\r\n"
    b"<html>Sign in</html>"
)
ENDING = b"\r\n\r\n"


class BadLine:
    """Listens on a port and passes requests on to a server, one connection each; a share of them suffers a fault."""

    def __init__(self, target: int, seed: int, share: float) -> None:
        self.target = target
        self.share = share
        self.draw = random.Random(seed)
        self.happened: Counter[str] = Counter()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def address(self) -> str:
        """Where the phone finds the server."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Cut the line."""
        self._listening.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._pass, args=(connection,), daemon=True).start()

    def _pass(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(20)
            request = _request(connection)
            fault = self._fault(request)
            if fault == "portal":
                connection.sendall(PORTAL)
            elif fault not in ("refused", "cut before"):
                self._deliver(connection, request, fault)

    def _fault(self, request: bytes) -> str:
        if not request.startswith(b"PUT") or self.draw.random() > self.share:
            return ""
        fault = self.draw.choice(FAULTS)
        self.happened[fault] += 1
        return fault

    def _deliver(self, connection: socket.socket, request: bytes, fault: str) -> None:
        reply = self._ask(request)
        if fault == "twice":
            reply = self._ask(request)
        if fault == "late":
            time.sleep(1.5)
        if fault != "cut after":
            connection.sendall(reply)

    def _ask(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.target), timeout=20) as server:
            server.sendall(request)
            reply = b""
            while part := server.recv(65536):
                reply += part
            return reply


def _request(connection: socket.socket) -> bytes:
    """One whole request, made the only one of its connection."""
    data = b""
    while ENDING not in data:
        part = connection.recv(65536)
        if not part:
            return data
        data += part
    head, _, body = data.partition(ENDING)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    lengths = [int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")]
    while lengths and len(body) < lengths[0]:
        part = connection.recv(65536)
        if not part:
            break
        body += part
    return b"\r\n".join([*lines, b"Connection: close"]) + ENDING + body
