"""Answers requests with Waitress: a short reply leaves in one packet, and nothing is logged of who sent what when."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

import waitress
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import WSGITask

from survey import leaving
from survey.settings import Settings

#: Requests that may wait for one of the threads: a burst of phones after a day without network.
BACKLOG: Final = 1024


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


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _OnePacket


def listen(app: Callable[..., Any], settings: Settings) -> None:
    """Answer requests until stopped; what is under way then is finished."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    sockets: dict[int, Any] = {}
    server = waitress.create_server(
        app,
        map=sockets,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        backlog=BACKLOG,
        connection_limit=BACKLOG,
        ident=None,
        # Behind a proxy its headers are read by the application itself (SURVEY_BEHIND_PROXY).
        clear_untrusted_proxy_headers=not settings.behind_proxy,
    )
    # One for each address that the name of the host stands for.
    for one in sockets.values():
        if isinstance(one, BaseWSGIServer):
            one.channel_class = _Channel
    leaving.run(server, sockets)
