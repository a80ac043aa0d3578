"""Phones whose files are looked at."""

from __future__ import annotations

import pytest


@pytest.fixture
def keeps() -> bool:
    """The phones here are closed, killed and looked into."""
    return True
