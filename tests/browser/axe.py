"""What axe finds wrong on a page. Only violations leave the browser: all that passed is ten times as much, and nobody reads it.

Axe takes most of the time that a page is looked at. What it judges is hardly ever a matter of language, so a page that is
shown in every language is judged in one, and each language has its turn; `make journeys` judges every page in all, as it
goes all other journeys whole.
"""

from __future__ import annotations

import os
from typing import Any, Final
from zlib import crc32

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from survey.languages import languages

#: Axe itself, which a page that was looked at before has already.
SCRIPT = Axe().axe_script
THERE = "'axe' in window"
RUN = "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)"
#: Where it is set, nothing is looked at in turns and no journey is short.
WHOLE: Final = "SURVEY_TEST_JOURNEYS"


def violations(page: Page) -> dict[str, list[str]]:
    """The rules that the page breaks, each with the elements that do."""
    if not page.evaluate(THERE):
        page.evaluate(SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return {one["id"]: [node["html"] for node in one["nodes"]] for one in found}


def violations_in_turn(page: Page, name: str) -> dict[str, list[str]]:
    """The same of a page that is looked at in every language under one name; nothing where it is another language's turn."""
    shown = page.locator("html").get_attribute("lang") or ""
    return violations(page) if is_turn_of(shown, name) else {}


def is_whole() -> bool:
    """Whether journeys are gone whole, which takes longer."""
    return bool(os.environ.get(WHOLE))


def in_turn(name: str) -> list[str]:
    """The languages in which a whole journey of that name is gone: all, or the one that has its turn."""
    return [code for code in languages() if is_turn_of(code, name)]


def is_turn_of(language: str, name: str) -> bool:
    """Whether a page of that name is judged in a language, `ur` or `ur-PK`."""
    codes = list(languages())
    return is_whole() or codes[crc32(name.encode()) % len(codes)] == language.partition("-")[0]
