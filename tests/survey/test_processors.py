"""Processors: kept to one, and given back to what is started from there."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from survey.settings import PROJECT

pytestmark = pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system cannot tell")

CODE = """
import os, subprocess
from survey import processors
processors.keep_to_one()
mine = os.sched_getaffinity(0)
child = subprocess.Popen(["sleep", "30"])
inherited = os.sched_getaffinity(child.pid)
processors.give_all(child.pid)
given = os.sched_getaffinity(child.pid)
child.kill()
print(len(mine), mine <= processors.GIVEN, inherited == mine, given == processors.GIVEN)
"""


def test_one_is_kept_and_a_child_gets_all() -> None:
    printed = subprocess.check_output([sys.executable, "-c", CODE], cwd=PROJECT, text=True)
    assert printed.split() == ["1", "True", "True", "True"]
