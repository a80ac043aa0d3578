"""Watches connections for Waitress: only those of which something changed are looked at, for thousands may be idle.

Its own loop asks every connection at every turn whether it wants to read or to write. With a thousand of them that
takes longer than an interview.
"""

from __future__ import annotations

import select
from collections import deque
from typing import Any, Final

from waitress import wasyncore

_READS: Final = select.POLLIN | select.POLLPRI
_WRITES: Final = select.POLLOUT
#: Where there is no epoll, poll does the same in milliseconds.
_UNIT: Final = 1 if hasattr(select, "epoll") else 1000


class Watch(dict[int, Any]):
    """What is watched, by its descriptor: the `map` of Waitress."""

    def __init__(self) -> None:
        super().__init__()
        self._poller: Any = select.epoll() if hasattr(select, "epoll") else select.poll()
        #: Descriptors to be looked at in the next turn; threads add to it.
        self._changed: deque[int] = deque()
        self._asked: dict[int, int] = {}

    def __setitem__(self, descriptor: int, one: Any) -> None:
        super().__setitem__(descriptor, one)
        self.note(descriptor)

    def __delitem__(self, descriptor: int) -> None:
        super().__delitem__(descriptor)
        self._ask(descriptor, 0)

    def note(self, descriptor: int) -> None:
        """Let this one be looked at in the next turn, for something of it changed."""
        self._changed.append(descriptor)

    def note_all(self) -> None:
        """Let all be looked at in the next turn."""
        self._changed.extend(self)

    def turn(self, timeout: float) -> None:
        """Wait once for whoever has sent something or can be sent something."""
        self._look()
        for descriptor, found in self._poller.poll(timeout * _UNIT):
            one = self.get(descriptor)
            if one is not None:
                self.note(descriptor)
                wasyncore.readwrite(one, found)

    def _look(self) -> None:
        # What is noted meanwhile is for the next turn.
        for _ in range(len(self._changed)):
            descriptor = self._changed.popleft()
            one = self.get(descriptor)
            if one is None:
                continue
            if one.accepting:
                # It decides at every turn whether there is room for more.
                self.note(descriptor)
            reads, writes = one.readable(), one.writable() and not one.accepting
            self._ask(descriptor, (_READS if reads else 0) | (_WRITES if writes else 0))

    def _ask(self, descriptor: int, wanted: int) -> None:
        asked = self._asked.get(descriptor, 0)
        if wanted == asked:
            return
        if not wanted:
            self._poller.unregister(descriptor)
            del self._asked[descriptor]
            return
        (self._poller.modify if asked else self._poller.register)(descriptor, wanted)
        self._asked[descriptor] = wanted
