"""The server's process: Python's search for unreachable objects does not hold requests up."""

from __future__ import annotations

import subprocess
import sys

import pytest

from survey.settings import PROJECT

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
