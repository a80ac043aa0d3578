"""What is left of the intake while strangers try to sign in: the same server quiet and besieged, in the same round."""

from __future__ import annotations

import argparse
import http.client
import re
import socket
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from benchmarks import intake, measure

QUIET: Final = "quiet"
BESIEGED: Final = "while {number} strangers sign in"
FIGURES: Final = ("requests/s", "p50 ms", "p99 ms", "longest ms", "sign-ins/s", "refused/s", "memory MB")


class Strangers:
    """People without an account who try one password after the other, each as soon as the last was answered."""

    def __init__(self, port: int, number: int) -> None:
        self._port, self._number = port, number
        self._ends = threading.Event()
        self._lock = threading.Lock()
        self.answers: Counter[int] = Counter()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let them try until the block ends."""
        self._ends.clear()
        self.answers.clear()
        ready = threading.Barrier(self._number + 1)
        threads = [threading.Thread(target=self._try, args=(place, ready)) for place in range(self._number)]
        for thread in threads:
            thread.start()
        # The pages that they first have to load belong to no case.
        ready.wait(60)
        try:
            yield
        finally:
            self._ends.set()
            for thread in threads:
                thread.join()

    def _try(self, place: int, ready: threading.Barrier) -> None:
        with suppress(OSError), closing(self._connection()) as connection:
            connection.request("GET", "/sign-in")
            reply = connection.getresponse()
            page, cookie = reply.read().decode(), reply.headers["Set-Cookie"].partition(";")[0]
            token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[-1]
            ready.wait(60)
            headers = {"Cookie": cookie, "Content-Type": intake.FORM}
            while not self._ends.is_set():
                fields = {"csrf_token": token, "name": f"nobody{place}", "password": "x" * 12}
                connection.request("POST", "/sign-in", urlencode(fields), headers)
                answer = connection.getresponse()
                answer.read()
                with self._lock:
                    self.answers[answer.status] += 1

    def _connection(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def compare(folder: Path, turns: int, clients: int, seconds: float, number: int) -> measure.Rounds:
    """Drive the server quietly and besieged in turn."""
    field = intake.prepare(folder)
    with intake.server(["survey", "run"], folder) as (process, port):
        request = intake.requests_of(field, intake.JSON, port)
        intake.case(process, port, request, clients, 1.0)
        strangers = Strangers(port, number)

        def quiet() -> measure.Figures:
            return intake.case(process, port, request, clients, seconds)

        def besieged() -> measure.Figures:
            with strangers.at_work():
                found = intake.case(process, port, request, clients, seconds)
                tried, refused = (sum(strangers.answers[s] for s in kind) for kind in ((401, 429), (503,)))
            more = {"sign-ins/s": tried / seconds, "refused/s": refused / seconds}
            return {**found, **more, "memory MB": measure.memory_of(process.pid)}

        return measure.in_turn({QUIET: quiet, BESIEGED.format(number=number): besieged}, turns)


def report(found: measure.Rounds, number: int) -> str:
    """The figures and the goals, as Markdown."""
    besieged = BESIEGED.format(number=number)
    shares = measure.ratios(found, "requests/s", besieged, QUIET)
    held = measure.values(found, "memory MB", besieged)
    goals = measure.goals_table(
        (
            ("intake besieged over quiet", shares, ">= 0.80", lambda value: value >= 0.8),
            ("memory, MB", held, "<= 250", lambda value: value <= 250),
        )
    )
    return f"{measure.cases_table(found, FIGURES)}\n\n{goals}"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5, help="rounds; the medians are over them")
    options.add_argument("--seconds", type=float, default=4.0, help="seconds for each case in a round")
    options.add_argument("--clients", type=int, default=32)
    options.add_argument("--strangers", type=int, default=64)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(f"{measure.machine()}; {measure.sync_rate(Path(folder)):,.0f} syncs/s\n")
        found = compare(Path(folder), chosen.rounds, chosen.clients, chosen.seconds, chosen.strangers)
        print(report(found, chosen.strangers))


if __name__ == "__main__":
    main()
