"""The server's process: Python's search for unreachable objects does not hold requests up."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from survey.settings import PROJECT
from survey.storage import runtime_settings
from survey.storage.engine.database import Database

CODE = """
import gc, weakref
from survey.server import start

class Ring:
    def __init__(self):
        self.self = self

start.collect_seldom()
frozen = gc.get_freeze_count()
for _ in range(3):
    made = [[] for _ in range(start.GC_THRESHOLDS[0] + 1)]
later = [weakref.ref(Ring()) for _ in range(1000)]
for _ in range(3):
    made = [[] for _ in range(start.GC_THRESHOLDS[0] + 1)]
print(gc.isenabled(), gc.get_threshold() == start.GC_THRESHOLDS, frozen > 10_000, any(ring() for ring in later))
"""


@pytest.mark.slow
def test_rings_are_still_collected_but_seldom_and_not_among_what_the_start_made() -> None:
    printed = subprocess.check_output([sys.executable, "-c", CODE], cwd=PROJECT, text=True)
    assert printed.split() == ["True", "True", "True", "False"]


@pytest.mark.slow
def test_a_server_whose_address_is_taken_announces_nothing_and_makes_no_link(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environment = {**os.environ, "SURVEY_HOME": str(tmp_path), "SURVEY_PORT": str(taken.getsockname()[1])}
        ended = subprocess.run(
            [sys.executable, "-m", "survey", "run"],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1
    assert "in use" in ended.stderr
    database = Database(f"sqlite:///{tmp_path / 'survey.sqlite'}", tmp_path)
    assert runtime_settings.get(database, "administrator_link", "none") == "none"
    database.close()
