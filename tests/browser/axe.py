"""What axe finds wrong on a page. Only violations leave the browser: all that passed is ten times as much, and nobody reads it."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: Axe itself, which a page that was looked at before has already.
SCRIPT = Axe().axe_script
THERE = "'axe' in window"
RUN = "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)"


def violations(page: Page) -> dict[str, list[str]]:
    """The rules that the page breaks, each with the elements that do."""
    if not page.evaluate(THERE):
        page.evaluate(SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return {one["id"]: [node["html"] for node in one["nodes"]] for one in found}
