"""Pictures of what a test has on the screen, for whoever wants to look at them: `SURVEY_TEST_PICTURES` names the folder."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page


def photograph(page: Page, name: str, full_page: bool = True) -> None:
    """Keep a picture under a name, where a folder is named; else it would cost time and be looked at by nobody."""
    if folder := os.environ.get("SURVEY_TEST_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=full_page)
