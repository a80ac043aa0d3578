"""What takes long is made once for all workers of a run, and each of them gets a copy of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from survey.storage.engine.file_lock import exclusive

#: Names the folder of a run to the workers, which start with the environment of whoever starts them.
RUN: Final = "SURVEY_TEST_RUN"


def begin(config: pytest.Config) -> None:
    """Make the folder of a run, unless this is one of its workers."""
    if not hasattr(config, "workerinput"):
        os.environ[RUN] = tempfile.mkdtemp(prefix="survey-tests-")


def end(config: pytest.Config) -> None:
    """Remove it."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ[RUN])


def copied(name: str, make: Callable[[Path], None]) -> Path:
    """A copy of a folder that `make` fills, if no other worker of this run has done so."""
    run = Path(os.environ[RUN])
    first, copy = run / name, run / f"{name}-{os.getpid()}"
    with exclusive(run / f"{name}.lock"):
        if not first.exists():
            unfinished = run / f"{name}.part"
            # A worker may have failed half way.
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(mode=0o700)
            make(unfinished)
            unfinished.rename(first)
    shutil.copytree(first, copy)
    return copy
