"""How a server ends when it is told to: it takes nothing new, finishes what is under way, and leaves."""

from __future__ import annotations

import signal
import threading
import time
from typing import Any, Final

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

from survey.server.connections import Watch

#: Seconds that requests which have begun may take to their end.
LAST_SECONDS: Final = 2.0
_LOOK: Final = 0.05


def run(server: Any, sockets: Watch) -> None:
    """Answer requests over these sockets until the system or a person (Ctrl+C) ends the process."""
    over = threading.Event()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: _end(over, sockets))
    try:
        while not over.is_set():
            sockets.turn(server.adj.asyncore_loop_timeout)
    except KeyboardInterrupt:
        pass
    _finish(server, sockets)


def _end(over: threading.Event, sockets: Watch) -> None:
    """Called between two steps of whatever the main thread does: it only tells the loop, and wakes it."""
    over.set()
    for one in tuple(sockets.values()):
        if isinstance(one, BaseWSGIServer):
            one.pull_trigger()


def _finish(server: Any, sockets: Watch) -> None:
    for one in list(sockets.values()):
        if isinstance(one, BaseWSGIServer):
            one.accepting = False
            # Before it is closed: who watches it must still know its descriptor.
            one.del_channel()
            one.socket.close()
    latest = time.monotonic() + LAST_SECONDS
    while _close_idle(sockets) and time.monotonic() < latest:
        sockets.turn(_LOOK)
    server.task_dispatcher.shutdown(timeout=0)
    wasyncore.close_all(sockets, ignore_all=True)


def _close_idle(sockets: Watch) -> int:
    """Close connections on which nothing is under way; how many others there are."""
    channels = [one for one in sockets.values() if isinstance(one, HTTPChannel)]
    busy = [one for one in channels if one.requests or one.request or one.total_outbufs_len]
    for idle in channels:
        if idle not in busy:
            idle.handle_close()
    return len(busy)
