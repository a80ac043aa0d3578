"""Answers requests with Waitress, by its own settings alone, and logs nothing of who sent what when."""

from __future__ import annotations

import logging
import resource
import signal
import threading
from collections.abc import Callable
from typing import Any, Final, NoReturn

import waitress

from survey.accounts import hashing
from survey.settings import Settings

#: Connections that may wait to be accepted: a burst of phones after a day without network.
BACKLOG: Final = 1024
#: Open connections at most; each costs the loop that watches them a moment at every turn.
MOST_CONNECTIONS: Final = 4096
#: Descriptors that files, the database and replies need besides connections.
RESERVED: Final = 256
#: Seconds until a connection on which nothing is sent or answered is closed.
PATIENCE: Final = 60
#: Bytes of a reply that wait for more: more than the head of a receipt, and less than head and body, which so leave together.
#: Decision 0023.
HELD_BACK: Final = 320
#: Seconds between two looks at what has been idle.
CLEANUP: Final = 5


def listen(app: Callable[..., Any], settings: Settings, ready: Callable[[], None] = lambda: None) -> None:
    """Answer requests until stopped; what a thread works on then is finished.

    `ready` is called once the address is taken: nothing is announced of a server that cannot begin.
    """
    logging.getLogger("waitress").setLevel(logging.ERROR)
    server = waitress.create_server(
        app,
        host=settings.host,
        port=settings.port,
        # A request that waits to sign in holds a thread that sleeps: as many are left for everybody else.
        threads=settings.threads + hashing.MOST,
        backlog=BACKLOG,
        send_bytes=HELD_BACK,
        connection_limit=most_connections(),
        channel_timeout=PATIENCE,
        cleanup_interval=CLEANUP,
        # The other way to watch ends the process at the 1,024th descriptor.
        asyncore_use_poll=True,
        ident=None,
        # Behind a proxy its headers are read by the application itself (SURVEY_BEHIND_PROXY).
        clear_untrusted_proxy_headers=not settings.behind_proxy,
    )
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end_server)
    ready()
    server.run()
    server.close()


def _end_server(*_: object) -> NoReturn:
    """End the server as Ctrl+C does; once, for what follows is not to be interrupted."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(0)


def most_connections() -> int:
    """Connections that the descriptors of this process allow, once it has asked for more of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + RESERVED
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    allowed = wanted if soft == resource.RLIM_INFINITY else min(wanted, soft)
    return max(allowed - RESERVED, allowed // 2)
