"""The pictures of the guides, of journeys of the tests and of the demonstration: `python -m tests.documents.guide_pictures`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.phone import CHROMIUM, FLAGS
from tests.documents import reader_pictures

PROJECT = Path(__file__).resolve().parents[2]
IMAGES = PROJECT / "docs" / "images"
#: The journeys that leave a picture of every page and screen.
JOURNEYS = (
    "tests/browser/phone_app/test_screens.py::test_every_screen_is_in_order",
    "tests/browser/test_interview.py::test_a_woman_worker_completes_a_womans_interview_and_deletes_it_with_its_code",
)
LANGUAGES = ("en", "ur", "ps")
#: What each picture of a guide is put together of, side by side; `{}` is the language.
PHONE = ("phone-{}-home-after", "phone-{}-scale", "phone-{}-hand-over", "phone-{}-pause", "phone-{}-done")
PICTURES = {
    **{f"phone-{code}": tuple(name.format(code) for name in PHONE) for code in LANGUAGES},
    **{f"form-{code}": (f"{code}-05",) for code in LANGUAGES},
}
#: Pixels; a page is cut there, for a guide shows how it begins.
HEIGHT = 720
#: What several screens in one picture are made smaller by.
SMALLER = 0.5


def make() -> None:
    """Go the journeys, and put their pictures together."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "0", *JOURNEYS],
            cwd=PROJECT,
            env={**os.environ, "SURVEY_TEST_PICTURES": folder, "SURVEY_TEST_REQUIRE_TOOLS": "1"},
            check=True,
        )
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for name, parts in PICTURES.items():
                _put_together(
                    browser, [Path(folder) / f"{part}.png" for part in parts], IMAGES / f"{name}.png"
                )
            reader_pictures.make(browser, Path(folder), IMAGES)
            browser.close()


def _put_together(browser: Browser, parts: list[Path], picture: Path) -> None:
    """Screens side by side, each cut where a guide no longer needs it."""
    images = "".join(f'<div><img src="{part.as_uri()}"></div>' for part in parts)
    style = f"body{{margin:8px;background:#d0d7de;display:flex;gap:8px}} div{{max-height:{HEIGHT}px;overflow:hidden}}"
    with tempfile.NamedTemporaryFile("w", suffix=".html") as file:
        file.write(f"<!doctype html><style>{style}</style><body>{images}")
        file.flush()
        page = browser.new_page(
            viewport={"width": 368 * len(parts) + 8, "height": HEIGHT + 16},
            device_scale_factor=SMALLER if len(parts) > 1 else 1,
        )
        page.goto(Path(file.name).as_uri())
        page.screenshot(path=picture)
        page.close()
    reader_pictures.demand_small(picture)


if __name__ == "__main__":
    make()
