"""The server of a phone in tests: one prepared database, answered from here or by a process that can be killed."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.error import URLError

from werkzeug.serving import BaseWSGIServer, make_server

from survey.accounts import enrolment
from survey.app import create_app
from survey.questionnaire import codec, xlsform
from survey.questionnaire.model import Questionnaire
from survey.settings import Settings
from survey.storage import questionnaires
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.storage.people.devices import Assignment
from tests.support.running import free_port

ROOT = Path(__file__).parents[2]
WORKER = "W01"
DISTRICTS = ("lakki-marwat", "zhob")


@lru_cache(maxsize=1)
def prepared() -> Path:
    """A database with one open round and one woman worker, made once and copied for every test."""
    home = Path(tempfile.mkdtemp(prefix="survey-phone-"))
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    database = Database(url, home)
    shipped = xlsform.read(ROOT / "questionnaires" / "community_security.md")
    rounds.start(database, "2026-1", questionnaires.publish(database, shipped))
    accounts.add(database, "worker", WORKER, woman=True, districts=DISTRICTS)
    database.close()
    return home / "survey.sqlite"


@dataclass
class Server:
    """A survey with one open round and one woman worker: served from here, or by a process that can be killed."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    here: BaseWSGIServer | None = None
    database: Database = field(init=False)
    worker: Account = field(init=False)

    def __post_init__(self) -> None:
        path = self.home / "survey.sqlite"
        shutil.copy(prepared(), path)
        self.database = Database(f"sqlite:///{path}", self.home)
        self.worker = accounts.find(self.database, WORKER)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def serve(self) -> None:
        """Answer from this process."""
        settings = Settings(home=self.home, database_url=self.database.url, port=self.port)
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.here = make_server("127.0.0.1", self.port, create_app(settings, self.database), threaded=True)
        # It looks so often whether it shall stop, which every test waits for.
        threading.Thread(target=self.here.serve_forever, args=(0.05,), daemon=True).start()

    def start(self) -> None:
        """Start a process of its own, as in use, and wait until it answers."""
        environment = {**os.environ, "SURVEY_HOME": str(self.home), "SURVEY_PORT": str(self.port)}
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "survey", "run"],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.address}/notes/", timeout=2).close()
                return
            except (URLError, OSError):
                time.sleep(0.1)
        raise TimeoutError((self.home / "server.log").read_text())

    def kill(self) -> None:
        """Kill the process as a power cut would, or stop answering from here."""
        if self.here is not None:
            self.here.shutdown()
            self.here.server_close()
            self.here = None
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def invitation(self, language: str = "en", round_name: str = "2026-1") -> str:
        """A link for one phone."""
        code = enrolment.invite(self.database, self.worker, Assignment(round_name, language)).code
        return f"{self.address}/notes/#i={code}&l={language}"

    def stored(self) -> int:
        """How many interviews are stored."""
        with self.database.read() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM responses").scalar_one())

    def answers(self, asked: Questionnaire | None = None) -> list[dict[str, object]]:
        """The answers of every interview that is stored: of the shipped questionnaire, or of the one that was asked."""
        codebook = (asked or xlsform.read(ROOT / "questionnaires" / "community_security.md")).codebook
        with self.database.read() as connection:
            records = connection.exec_driver_sql("SELECT answers FROM responses").scalars().all()
        return [codec.unpack(codebook, bytes(record)) for record in records]


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    """A running server, stopped at the end."""
    server = Server(home, free_port())
    try:
        server.serve()
        yield server
    finally:
        server.kill()
        server.database.close()
