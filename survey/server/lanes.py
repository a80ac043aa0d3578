"""Who gets a thread of the server: requests that hash a password queue in a lane of their own and hold few of them."""

from __future__ import annotations

import time
from collections import deque
from typing import Any, Final

from waitress.task import ThreadedTaskDispatcher

from survey.accounts import hashing

#: Where a POST hashes a password that anybody may have typed.
HASHING: Final = ("/sign-in", "/account", "/welcome/")
#: Threads that such requests may hold; those behind them wait here, without one.
MOST: Final = hashing.AT_ONCE + hashing.WAITING


def seconds_waited(channel: Any) -> float:
    """For how long a connection's request waited in the lane; 0 for others."""
    since: float | None = getattr(channel, "waits_since", None)
    return 0.0 if since is None else time.monotonic() - since


def hashes(channel: Any) -> bool:
    """Whether the request that is next on a connection hashes a password."""
    request = channel.requests[0]
    # What Waitress could not read has neither.
    address, method = getattr(request, "path", ""), getattr(request, "command", "")
    return method == "POST" and str(address).startswith(HASHING)


class Lanes(ThreadedTaskDispatcher):  # type: ignore[misc]
    """The threads of the server, most of which are never held by whoever wants to sign in."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Any] = deque()
        self._turns = 0

    def add_task(self, task: Any) -> None:
        """Hand a connection's next request to a thread, at once or when its turn in the lane comes."""
        if not hashes(task):
            task.waits_since = None
            super().add_task(task)
            return
        task.waits_since = time.monotonic()
        with self.lock:
            self._waiting.append(task)
            begins = self._turns < MOST
            self._turns += begins
        if begins:
            super().add_task(_Turn(self))

    def next_waiting(self) -> Any:
        """The connection that has waited longest; None at the end of the server."""
        with self.lock:
            return self._waiting.popleft() if self._waiting else None

    def pass_on(self, turn: _Turn) -> None:
        """Give the turn to whoever waits, behind the requests that came meanwhile, or end it."""
        with self.lock:
            ends = not self._waiting
            self._turns -= ends
        if not ends:
            super().add_task(turn)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """End the threads; what waits is not begun."""
        with self.lock:
            waiting, self._waiting = self._waiting, deque()
        for task in waiting:
            task.cancel()
        ended: bool = super().shutdown(cancel_pending, timeout)
        return ended


class _Turn:
    """One thread's turn in the lane: answers the request that has waited longest."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    def service(self) -> None:
        channel = self._lanes.next_waiting()
        try:
            if channel is not None:
                channel.service()
        finally:
            self._lanes.pass_on(self)

    def cancel(self) -> None:
        """Nothing to do: what waits is cancelled by the lane."""
