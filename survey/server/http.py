"""Answers requests with Waitress: a short reply leaves in one packet, and nothing is logged of who sent what when."""

from __future__ import annotations

import logging
import resource
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import waitress
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import WSGITask

from survey.server import shutdown
from survey.server.connections import Watch
from survey.server.lanes import Lanes, seconds_waited
from survey.settings import Settings

#: Connections that may wait to be accepted: a burst of phones after a day without network.
BACKLOG: Final = 1024
#: Open connections at most; each costs the loop that watches them a moment at every turn.
MOST_CONNECTIONS: Final = 4096
#: Descriptors that files, the database and replies need beside connections.
RESERVED: Final = 256
#: Seconds until a connection that has never sent a whole head is closed, and the same when it gets crowded.
HEAD_PATIENCE: Final = 20.0
CROWDED_PATIENCE: Final = 5.0
#: Seconds between two looks at what has been idle.
CLEANUP: Final = 5
#: What the application reads of the wait of a request in the lane.
WAITED: Final = "survey.waited"


class _OnePacket(WSGITask):  # type: ignore[misc]
    """Sends the head of a reply together with its body, where that is whole.

    Waitress sends them one after the other: on a slow network the second waits for the first, and here every
    further call of the system makes a thread wait for its turn once more.
    """

    wrote_header: bool = False

    def write(self, data: bytes) -> None:
        if self.wrote_header or not data or not self.has_body or self.content_length != len(data):
            super().write(data)
            return
        self.channel.write_soon(self.build_response_header() + data)
        self.wrote_header = True
        self.content_bytes_written = len(data)

    def get_environment(self) -> dict[str, Any]:
        environment: dict[str, Any] = super().get_environment()
        environment[WAITED] = seconds_waited(self.channel)
        return environment


#: The connection that each thread serves just now.
_serving: Final = threading.local()


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _OnePacket
    served: bool = False

    def service(self) -> None:
        self.served = True
        _serving.channel = self
        super().service()

    def is_silent(self) -> bool:
        """Whether no whole head has ever come."""
        begun = self.request is not None and self.request.headers_finished
        return not (self.served or self.requests or begun)


def listen(app: Callable[..., Any], settings: Settings) -> None:
    """Answer requests until stopped; what is under way then is finished."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    watch = Watch()
    most = most_connections()
    lanes = Lanes()
    lanes.set_thread_count(settings.threads)
    server = waitress.create_server(
        app,
        map=watch,
        _dispatcher=lanes,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        backlog=BACKLOG,
        connection_limit=most,
        cleanup_interval=CLEANUP,
        ident=None,
        # Behind a proxy its headers are read by the application itself (SURVEY_BEHIND_PROXY).
        clear_untrusted_proxy_headers=not settings.behind_proxy,
    )
    # One for each address that the name of the host stands for.
    for one in watch.values():
        if isinstance(one, BaseWSGIServer):
            one.channel_class = _Channel
            one.maintenance = partial(_close_silent, one, one.maintenance)
            one.pull_trigger = partial(_wake, watch, one.pull_trigger)
    # Waitress's own loop ends the process at the 1,024th descriptor.
    shutdown.run(server, watch)


def _wake(watch: Watch, pull_trigger: Callable[[], None]) -> None:
    """Let the loop look at the connection that this thread has done something for."""
    channel = getattr(_serving, "channel", None)
    # A thread that serves nobody, such as the one that hears that the server is to end, only wakes the loop.
    if channel is not None:
        watch.note(channel._fileno)
    pull_trigger()


def most_connections() -> int:
    """Connections that the descriptors of this process allow, once it has asked for more of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + RESERVED
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    allowed = wanted if soft == resource.RLIM_INFINITY else min(wanted, soft)
    return max(allowed - RESERVED, allowed // 2)


def _close_silent(server: Any, close_idle: Callable[[float], None], now: float) -> None:
    """Close what has been idle for long, and sooner what has never said anything."""
    close_idle(now)
    crowded = len(server._map) > server.adj.connection_limit * 3 // 4
    latest = now - (CROWDED_PATIENCE if crowded else HEAD_PATIENCE)
    for channel in server.active_channels.values():
        if channel.creation_time < latest and channel.is_silent():
            channel.will_close = True
    server._map.note_all()
