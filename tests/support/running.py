"""A real server in a process of its own, driven as a person with a terminal would drive it."""

from __future__ import annotations

import http.client
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
from contextlib import closing, suppress
from pathlib import Path
from typing import NoReturn

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
SHIPPED = PROJECT / "questionnaires" / "community_security.md"


def miss(message: str) -> NoReturn:
    """Skip what the machine lacks something for, or fail where every tool was promised."""
    if os.environ.get("SURVEY_TEST_REQUIRE_TOOLS") == "1":
        pytest.fail(message)
    pytest.skip(message)


def require(program: str, message: str) -> str:
    """The path of a program that the machine has."""
    return shutil.which(program) or miss(message)


def free_port() -> int:
    """A port that nobody listens on, below those that the system gives to clients."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as listening, suppress(OSError):
            listening.bind(("127.0.0.1", port))
            return port


class Survey:
    """`python -m survey …`, or an installed program, with a folder and a port of its own."""

    def __init__(
        self,
        home: Path,
        program: tuple[str, ...] = (sys.executable, "-u", "-m", "survey"),
        folder: Path = PROJECT,
        **environment: str,
    ) -> None:
        self.home = home
        self.program = program
        self.folder = folder
        self.port = free_port()
        self.environment = {
            **os.environ,
            "SURVEY_HOME": str(home),
            "SURVEY_PORT": str(self.port),
            **environment,
        }
        self.environment.pop("SURVEY_DATABASE_URL", None)
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def do(self, *words: str, given: str = "", code: int = 0) -> str:
        """Run a command; what it printed."""
        done = subprocess.run(
            [*self.program, *words],
            cwd=self.folder,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def open_round(self, name: str) -> None:
        """Publish the shipped questionnaire and open a round with it."""
        self.do("questionnaire", "publish", str(SHIPPED))
        self.do("round", "open", "--name", name, "--questionnaire", SHIPPED.stem)

    def start(self, command: str = "run", *words: str, patience: float = 60) -> str:
        """Start the server and wait until it answers; what it has printed by then."""
        self.printed = self.home.parent / f"{self.home.name}.out"
        with self.printed.open("w") as out:
            self.process = subprocess.Popen(
                [*self.program, command, *words],
                cwd=self.folder,
                env=self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
            )
        until = time.monotonic() + patience
        while time.monotonic() < until:
            assert self.process.poll() is None, self.printed.read_text()
            try:
                with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
                    connection.request("GET", "/sign-in")
                    connection.getresponse().read()
            except OSError:
                time.sleep(0.1)
            else:
                return self.printed.read_text()
        raise AssertionError("the server did not answer: " + self.printed.read_text())

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(10)


class Reader:
    """A browser without JavaScript: keeps cookies, fills in the cross-site token, follows nothing."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, fields: dict[str, str] | None = None
    ) -> tuple[int, bytes, dict[str, str]]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(http.client.HTTPConnection("127.0.0.1", self.survey.port, timeout=60)) as connection:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            for name, value in reply.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            return reply.status, reply.read(), dict(reply.getheaders())

    def get(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        return self.ask("GET", path)

    def post(self, path: str, page: str, **fields: str) -> tuple[int, bytes, dict[str, str]]:
        """Send the form that a page holds, with its token."""
        _, text, _ = self.get(page)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text.decode())
        assert token, text.decode()
        return self.ask("POST", path, {"csrf_token": token[1], **fields})

    def sign_in(self, name: str, password: str) -> None:
        status, text, _ = self.post("/sign-in", "/sign-in", name=name, password=password)
        assert status == 302, text.decode()

    def speak(self, language: str) -> None:
        self.cookies["language"] = language
